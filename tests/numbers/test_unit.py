"""Words for units, and exact conversion."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore.finding import Place, Unreadable
from perfscore.numbers.unit import PURE, RATIO, Unit, convert, read_unit, same_dimension, split_scale

WORDS = (
    *(
        "元",
        "千元",
        "万元",
        "百万元",
        "亿元",
        "秒",
        "分钟",
        "小时",
        "天",
        "周",
        "月",
        "季度",
        "年",
        "毫米",
        "米",
        "公里",
    ),
    *(
        "平方米",
        "亩",
        "公顷",
        "平方公里",
        "克",
        "千克",
        "吨",
        "毫升",
        "升",
        "立方米",
        "%",
        "‰",
        "工作日",
        "百分点",
        "份",
        "万份",
    ),
)


@pytest.mark.parametrize(
    "value, from_, to, expected, why",
    [
        ("1", "万元", "元", "10000", "the scale"),
        ("1,234.56", "万元", "元", "12345600", "1234.56 × 10000"),
        ("3", "亿元", "万元", "30000", "10⁸ / 10⁴"),
        ("5", "百万元", "千元", "5000", "10⁶ / 10³"),
        ("1", "人民币元", "元", "1", "another word"),
        ("2", "万亿元", "亿元", "20000", "10¹² / 10⁸"),
        ("1.5", "天", "小时", "36", "1.5 × 24"),
        ("90", "分钟", "小时", "1.5", "90 / 60"),
        ("2", "周", "自然日", "14", "2 × 7"),
        ("2", "年", "季度", "8", "24 / 3 months"),
        ("18", "个月", "年", "1.5", "18 / 12"),
        ("3", "公里", "米", "3000", "kilometre"),
        ("3", "千米", "公里", "3", "千米 is a unit, not 1000 of 米 counted"),
        ("25", "厘米", "毫米", "250", "× 10"),
        ("3", "亩", "平方米", "2000", "exactly 2000/3 each"),
        ("15", "亩", "公顷", "1", "15 × 2000/3 = 10000"),
        ("1", "平方公里", "公顷", "100", "10⁶ / 10⁴"),
        ("2", "㎡", "平方米", "2", "the sign"),
        ("1.2", "万亩", "亩", "12000", "a scale before 亩"),
        ("2", "吨", "公斤", "2000", "10⁶ / 10³"),
        ("500", "克", "千克", "0.5", "500 / 1000"),
        ("3", "立方米", "升", "3000", "× 1000"),
        ("250", "毫升", "升", "0.25", "/ 1000"),
        ("95", "%", "‰", "950", "× 10"),
        ("2", "万宗", "宗", "20000", "a counted word with its scale"),
        ("3", "个工作日", "工作日", "3", "another word"),
    ],
)
def test_convert(value: str, from_: str, to: str, expected: str, why: str) -> None:
    given_ = F(value.replace(",", ""))
    assert convert(given_, read_unit(from_), read_unit(to)) == F(expected), why


def test_a_percentage_is_a_ratio() -> None:
    assert convert(F(95), RATIO, PURE) == F(19, 20)
    assert convert(F(3), read_unit("‰"), PURE) == F(3, 1000)
    assert convert(F(19, 20), PURE, read_unit("百分比")) == 95
    assert RATIO.is_ratio and read_unit("‰").is_ratio and read_unit("％").is_ratio
    assert not PURE.is_ratio and not read_unit("百分点").is_ratio


@pytest.mark.parametrize(
    "one, other, why",
    [
        ("份", "件", "counters are each their own"),
        ("元", "人", "money and people"),
        ("月", "天", "months never become days"),
        ("年", "天", "nor do years"),
        ("工作日", "天", "nor do working days"),
        ("百分点", "%", "a difference of percentages is no percentage"),
        ("千瓦", "千瓦时", "power and energy"),
        ("人", "人次", "heads and visits"),
    ],
)
def test_wrong_dimension(one: str, other: str, why: str) -> None:
    a, b = read_unit(one), read_unit(other)
    assert not same_dimension(a, b), why
    with pytest.raises(Unreadable) as problem:
        convert(F(1), a, b)
    assert problem.value.kind.code == "wrong-dimension"
    finding = problem.value.at(Place("outcomes.yaml", 4, 9))
    assert finding.to_dict("zh")["found"] == one and finding.to_dict("zh")["expected"] == other
    assert other in finding.hint("zh") and other in finding.hint("en")


def test_the_pure_number_has_a_name_in_messages() -> None:
    with pytest.raises(Unreadable) as problem:
        convert(F(1), PURE, read_unit("元"))
    finding = problem.value.at(Place("outcomes.yaml", 4, 9))
    assert (finding.to_dict("zh")["found"], finding.to_dict("en")["found"]) == ("无单位", "a pure number")


@pytest.mark.parametrize(
    "text, dimension, factor",
    [
        ("份", "份", 1),
        ("件次", "件次", 1),
        ("万宗", "宗", 10**4),
        ("十万人次", "人次", 10**5),
        ("万亿元", "money", 10**12),
        ("千克", "mass", 1000),
        ("千瓦", "千瓦", 1),
        ("万千瓦时", "千瓦时", 10**4),
        ("百分制", "百分制", 1),
        (" 份\u3000", "份", 1),
        ("℃", "℃", 1),
        ("人·天", "人·天", 1),
        ("ｋｇ", "kg", 1),
    ],
)
def test_read_unit(text: str, dimension: str, factor: int) -> None:
    unit = read_unit(text)
    assert (unit.dimension, unit.factor) == (dimension, F(factor))
    assert str(unit) == unit.text


def test_two_words_for_one_unit_are_equal() -> None:
    assert read_unit("天") == read_unit("日") and len({read_unit("天"), read_unit("自然日")}) == 1
    assert read_unit("元") != read_unit("万元")


@pytest.mark.parametrize(
    "text, offset, why",
    [
        ("", 0, "nothing"),
        ("万", 0, "a scale of nothing"),
        ("千百份", 0, "two scales"),
        ("12份", 0, "digits"),
        ("份2", 1, "digits"),
        ("元/人", 1, "an operator"),
        (">=", 0, "an operator"),
        ("份 件", 1, "two words"),
        ("（件）", 0, "brackets"),
        (" 份，", 2, "punctuation; the offset counts the space"),
        ("份×件", 1, "an operator"),
        ("一二三四五六七八九十一二三", 12, "a sentence"),
    ],
)
def test_unknown_unit(text: str, offset: int, why: str) -> None:
    with pytest.raises(Unreadable) as problem:
        read_unit(text)
    assert (problem.value.kind.code, problem.value.offset) == ("unknown-unit", offset), why


@pytest.mark.parametrize(
    "text, expected",
    [
        ("万宗", (10000, "宗")),
        ("千克", (1, "千克")),
        ("万", (10000, "")),
        ("份", (1, "份")),
        ("百分点", (1, "百分点")),
        ("", (1, "")),
    ],
)
def test_split_scale(text: str, expected: tuple[int, str]) -> None:
    assert split_scale(text) == expected


@given(st.fractions(), st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_there_and_back(value: F, one: str, other: str) -> None:
    a, b = read_unit(one), read_unit(other)
    if same_dimension(a, b):
        assert convert(convert(value, a, b), b, a) == value


@given(st.text(max_size=14))
def test_reads_or_refuses(text: str) -> None:
    try:
        unit = read_unit(text)
    except Unreadable as problem:
        assert 0 <= problem.offset <= len(text)
    else:
        assert isinstance(unit, Unit) and unit.factor > 0
