"""Quantities as people write them: the domain's own texts."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore.finding import Place, Unreadable
from perfscore.numbers.number import shortest
from perfscore.numbers.written import is_missing, is_not_applicable, read_quantity, read_yes_no


@pytest.mark.parametrize(
    "text, value, unit",
    [
        ("1284份", "1284", "份"),
        ("1284 份", "1284", "份"),
        ("１２８４份", "1284", "份"),
        ("  9场 ", "9", "场"),
        ("15件次", "15", "件次"),
        ("34场次", "34", "场次"),
        ("1200", "1200", None),
        ("-5", "-5", None),
        ("－5人", "-5", "人"),
        ("−5人", "-5", "人"),
        ("1e3", "1000", None),
        ("1/3", "1/3", None),
        ("1,675件", "1675", "件"),
        ("10106.17万元", "10106.17", "万元"),  # 万元 is a unit
        ("1,234.56万元", "1234.56", "万元"),
        ("2万亿元", "2", "万亿元"),
        ("3.1万宗", "31000", "宗"),  # 万 belongs to the number
        ("1.2亿人次", "120000000", "人次"),
        ("12万", "120000", None),
        ("3万亩", "30000", "亩"),
        ("3万千瓦时", "30000", "千瓦时"),
        ("5千瓦", "5", "千瓦"),  # a unit itself, not 5000 瓦
        ("3千克", "3", "千克"),
        ("5㎡", "5", "㎡"),
        ("3个月", "3", "个月"),
        ("2个百分点", "2", "个百分点"),
        ("87.05%", "0.8705", "%"),
        ("８７．０５％", "0.8705", "%"),
        ("95 %", "0.95", "%"),
        ("3‰", "0.003", "‰"),
        ("-44.83%", "-0.4483", "%"),
    ],
)
def test_exact(text: str, value: str, unit: str | None) -> None:
    found = read_quantity(text)
    assert (found.value, found.unit and found.unit.text) == (F(value), unit)
    assert found.low == found.high == found.value
    assert found.approximate is None and found.text == text


@pytest.mark.parametrize(
    "text, value, unit, low, high, mark, why",
    [
        ("3.1万多宗", "31000", "宗", "31000", "32000", "多", "0.1万 more at most"),
        ("70余万元", "70", "万元", "70", "80", "余", "the last digit that is not zero counts tens"),
        ("3000余人次", "3000", "人次", "3000", "4000", "余", "thousands"),
        ("3万多元", "30000", "元", "30000", "40000", "多", "万 stands before 多, so it belongs to the number"),
        ("100多万人", "1000000", "人", "1000000", "2000000", "多", "hundreds of 万"),
        ("3千多万人", "30000000", "人", "30000000", "40000000", "多", "3千万 and more"),
        ("3年多", "3", "年", "3", "4", "多", "the mark behind the unit"),
        ("3个多月", "3", "个月", "3", "4", "多", "the mark inside the unit"),
        ("约120人", "120", "人", "115", "125", "约", "half of 10 to both sides"),
        ("120人左右", "120", "人", "115", "125", "左右", "the same"),
        ("大约 120 人", "120", "人", "115", "125", "大约", "the same"),
        ("约3.10万宗", "31000", "宗", "30500", "31500", "约", "half of 0.1万; the printed 0 is not counted"),
        ("近3000人", "3000", "人", "2000", "3000", "近", "up to what is printed"),
        ("将近95%", "0.95", "%", "0.94", "0.95", "将近", "one percent"),
        ("超过500件", "500", "件", "500", "600", "超过", "upward"),
        ("500件以上", "500", "件", "500", "600", "以上", "upward"),
        ("88.32%及以上", "0.8832", "%", "0.8832", "0.8833", "及以上", "upward, 0.01%"),
        ("约70余万元", "70", "万元", "65", "80", "约、余", "two marks: both intervals"),
        ("-5余人", "-5", "人", "-6", "-5", "余", "away from zero"),
        ("约-20%", "-0.2", "%", "-0.25", "-0.15", "约", "to both sides"),
        ("约0", "0", None, "-0.5", "0.5", "约", "zero counts its last place"),
        ("约0.0%", "0", "%", "-0.0005", "0.0005", "约", "half of 0.1%"),
        ("1,200余件", "1200", "件", "1200", "1300", "余", "separators say nothing"),
    ],
)
def test_approximate(text: str, value: str, unit: str | None, low: str, high: str, mark: str, why: str) -> None:
    found = read_quantity(text)
    assert (found.value, found.unit and found.unit.text) == (F(value), unit), why
    assert (found.low, found.high, found.approximate) == (F(low), F(high), mark), why


@pytest.mark.parametrize(
    "text, hint",
    [
        ("百分之八十", "80%"),
        ("不足100", "bound"),
        ("≥90%", "bound"),
        ("100件以内", "bound"),
        ("至少5场", "bound"),
        ("=100%", "leave out"),
        ("第3名", "ordinal"),
        ("1 284份", "no space"),
        ("12.5.3", "one point"),
        (".5", "one point"),
        ("5.份", "one point"),
        ("十二份", "digits"),
        ("约两百人", "digits"),
        ("几十人", "digits"),
        ("减少44.83%", "sign"),
        ("1,23份", "three digits"),
        ("3-5天", "range"),
        ("3天～5天", "range"),
        ("2021年12月31日", "date"),
        ("12o份", "letter"),
        ("1284份（含12份补发）", "only the unit"),
        ("2600元/人", "only the unit"),
        ("3几份", "only the unit"),
        ("3千百份", "only the unit"),
        ("3千百多份", "only the unit"),
        ("5=50%", "only the unit"),
        ("已完成", "digits and a unit"),
        ("完成1284份", "digits and a unit"),
        ("提升", "digits and a unit"),
        ("", "digits and a unit"),
        ("万", "digits"),
    ],
)
def test_refused(text: str, hint: str) -> None:
    with pytest.raises(Unreadable) as problem:
        read_quantity(text)
    assert problem.value.kind.code == "unreadable-quantity"
    finding = problem.value.at(Place("outcomes.yaml", 4, 9))
    assert hint in finding.hint("en") and finding.hint("zh")
    assert text in finding.message("zh")


@pytest.mark.parametrize(
    "text, offset",
    [(" 1284份（含）", 6), ("3几份", 1), ("3万份/年", 3), ("12 份；", 4), ("3万多份！", 4), ("100件以内", 4)],
)
def test_offset_points_at_the_trouble(text: str, offset: int) -> None:
    with pytest.raises(Unreadable) as problem:
        read_quantity(text)
    assert problem.value.offset == offset


def test_too_long() -> None:
    with pytest.raises(Unreadable) as problem:
        read_quantity("1" * 400 + "份")
    assert problem.value.kind.code == "number-too-long"


@pytest.mark.parametrize("text", ["", "  ", "\u3000", "/", "／", "—", "-", "－", "——", " - "])
def test_missing(text: str) -> None:
    assert is_missing(text) and not is_not_applicable(text)


@pytest.mark.parametrize("text", ["不适用", "不涉及", "n/a", "N/A", "Ｎ／Ａ", " 不适用 "])
def test_not_applicable(text: str) -> None:
    assert is_not_applicable(text) and not is_missing(text)


@pytest.mark.parametrize("text", ["0", "无", "无数据", "否", "--5", "不适用吗"])
def test_neither(text: str) -> None:
    assert not is_missing(text) and not is_not_applicable(text)


@pytest.mark.parametrize(
    "text, truth",
    [
        *((text, True) for text in ("yes", "Yes", "是", "有", "true", "√", " 是 ", "ＹＥＳ")),
        *((text, False) for text in ("no", "NO", "否", "无", "False", "×")),
    ],
)
def test_yes_no(text: str, truth: bool) -> None:
    assert read_yes_no(text) is truth


@pytest.mark.parametrize("text", ["", "1", "0", "部分", "是否", "y", "-"])
def test_bad_yes_no(text: str) -> None:
    with pytest.raises(Unreadable) as problem:
        read_yes_no(text)
    assert problem.value.kind.code == "bad-yes-no"


numbers = st.builds(lambda n, k: F(n, 10**k), st.integers(-(10**12), 10**12), st.integers(0, 4))


@given(numbers, st.sampled_from(["份", "万元", "工作日", "千克", "㎡", "人次"]))
def test_a_number_and_its_unit_read_back(value: F, unit: str) -> None:
    found = read_quantity(shortest(value) + unit)
    assert found.unit is not None and (found.value, found.unit.text) == (value, unit)


@given(numbers, st.sampled_from(["约{}份", "{}余份", "近{}份", "{}份左右", "约{}余万元", "{}%以上", "{}万多份"]))
def test_what_is_printed_lies_in_the_interval(value: F, form: str) -> None:
    found = read_quantity(form.format(shortest(value)))
    assert found.low <= found.value <= found.high and found.low < found.high


@given(st.text(max_size=14, alphabet="0123456789.,-约近余多万千百亿元份%以上左右 /（"))
def test_reads_or_refuses(text: str) -> None:
    try:
        found = read_quantity(text)
    except Unreadable as problem:
        assert 0 <= problem.offset <= len(text)
    else:
        assert found.low <= found.value <= found.high
