# ruff: noqa: E501
"""The plain reading is None, or exactly what the full reader gives without any note: for texts of every kind."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfscore import RuleSet
from perfscore.readings.exact import MISSING
from perfscore.scoring.outcomes import read_outcomes
from perfscore.scoring.plain import MAX_WORDS, Numbers, word_reader
from perfscore.steps import Input

UNITS = [
    None,
    "份",
    "件",
    "%",
    "‰",
    "万元",
    "元",
    "亿元",
    "万份",
    "百分点",
    "天",
    "工作日",
    "月",
    "年",
    "平方米",
    "㎡",
    "公顷",
    "千克",
    "吨",
    "千瓦时",
    "个",
    "人次",
    "人·天",
    "℃",
]
GRIDS: list[dict[str, object]] = [{}, {"grid": 1}, {"grid": "0.01"}, {"grid": "0.01%"}, {"grid": "0.3"}, {"range": "[0, 100]"}]
CHOICES: dict[str, dict[str, str]] = {
    "plain": {"east": "东部", "west": "西部"},
    "same": {"a": "a", "b": "乙"},
    "marks": {"none": "/", "some": "—", "na": "不适用", "empty": "", "minus": "-"},
    "wide": {"x": "Ａ", "y": "B"},
    "spaced": {"m": "东 部", "n": " 西部 "},
    "words": {"yes": "是", "no": "否"},
}


def _inputs() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for k, unit in enumerate(UNITS):
        for j, more in enumerate(GRIDS):
            if unit in ("%", "‰") and "range" in more:
                more = {"range": "[0, 100%]"}
            found[f"n{k}_{j}"] = {"unit": unit, **more} if unit else dict(more)
    found.update({f"c_{name}": {"type": "choice", "values": values} for name, values in CHOICES.items()})
    found["yes_or_no"] = {"type": "yes_no"}
    found["judged"] = {"type": "yes_no", "judged": True}
    found["day"] = {"type": "date"}
    return found


INPUTS = _inputs()
RULES = RuleSet.from_dict(
    {
        "perfscore": 1, "id": "t", "total": 10, "inputs": INPUTS, "rating": [{"id": "one", "is": "any"}],
        "indicators": [{"id": "own", "label": "甲", "weight": 10, "unit": "份", "method": {"type": "formula", "points": "actual"}}],
    }
)  # fmt: skip
DECLARED: dict[str, Input] = {one.id: one for one in RULES.inputs}
NUMBERS = [id for id, one in DECLARED.items() if one.type == "number"]


def full(id: str, given: Any) -> Any:
    """What the full reader gives; None where it has anything to say beside a value."""
    outcomes, problems = read_outcomes(RULES, {id: given})
    reported = outcomes.reported.get(id)
    if problems or outcomes.warnings or reported is None or reported.approximate is not None:
        return None
    value = outcomes.values.get(id, MISSING)
    if isinstance(value, F) and (reported.low, reported.high) != (value, value):
        return None
    return None if value is MISSING else value


def plain(id: str, given: Any) -> F | None:
    found = Numbers([DECLARED[id]]).read([given])
    if found is None:
        return None
    n, d = found
    assert type(n) is int and type(d) is int and d > 0
    return F(n, d)


# --- texts of every kind --------------------------------------------------------------------------------------------

DIGITS = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.integers(0, 10**17).map(str),
    st.integers(0, 10**9).map(lambda n: f"{n:,}"),
    st.tuples(st.integers(0, 10**5), st.integers(0, 10**6)).map(lambda pair: f"{pair[0]}.{pair[1]}"),
    st.tuples(st.integers(0, 10**7), st.integers(0, 99)).map(lambda pair: f"{pair[0]:,}.{pair[1]:02}"),
    st.sampled_from(
        [
            "0",
            "00",
            "007",
            "0.10",
            "-0",
            "+5",
            "-5",
            "0,123",
            "1,23",
            "12,34,567",
            ",5",
            "5,",
            "1.",
            ".5",
            "1..2",
            "1.2.3",
            "1/3",
            "1e3",
            "--5",
            "+-5",
            "- 5",
        ]
    ),
    st.text("0123456789,.+-", max_size=12),
)
WORDS = st.one_of(
    st.sampled_from(
        ["", "", "", "份", "件", "%", "‰", "％", "万", "亿", "万元", "元", "亿元", "万份", "十万", "百", "千", "个", "个月", "月", "年", "天", "日", "工作日", "个工作日",
         "人次", "平方米", "㎡", "m²", "公顷", "亩", "千克", "公斤", "吨", "克", "千瓦时", "百分点", "个百分点", "多", "余", "多份", "余份", "万多份", "左右", "以上", "以内",
         "约", "几", "月底前", "年度", "人·天", "℃", "级", "名", "分", "分钟", "小时", "%左右", "万多宗", "十", "多万元", "万余元", "百分比", "百分率"]
    ),
    st.text("份件万亿元个月年天余多约%‰十百千第以上下", max_size=4),
)  # fmt: skip
BEFORE = st.sampled_from(["", "", "", "", "", "约", "大约", "近", "超过", "≥", ">=", "=", "第", " ", "　", "￥", "减少", "不足", "<", "\t"])
AFTER = st.sampled_from(["", "", "", "", "", " ", "　", "\n", "\r", "。", "；", "(估计)", "左右", "\u200b", "\ufeff"])


WHOLE = st.integers(0, 100).map(lambda whole: str(300 * whole))
"""Texts that are plain for most inputs."""


@st.composite
def texts(draw: st.DrawFn) -> str:
    text = draw(BEFORE) + draw(DIGITS) + draw(st.sampled_from(["", "", "", " "])) + draw(WORDS) + draw(AFTER)
    if draw(st.integers(0, 9)) == 0:
        text = text.translate({ord("0") + k: ord("０") + k for k in range(10)})
    return text


@settings(max_examples=1000, deadline=None)
@given(st.sampled_from(NUMBERS), texts())
def test_a_plain_number_is_what_the_full_reader_reads(id: str, text: str) -> None:
    found = plain(id, text)
    if found is not None:
        assert found == full(id, text), (text, INPUTS.get(id))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(NUMBERS), st.text(max_size=8))
def test_any_text(id: str, text: str) -> None:
    found = plain(id, text)
    if found is not None:
        assert found == full(id, text)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(NUMBERS),
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.fractions(), st.lists(st.integers(), max_size=2), st.binary(max_size=3),
        st.integers(-(10**16), 10**16), st.just({"value": 3}),
    ),
)  # fmt: skip
def test_anything_else(id: str, given: Any) -> None:
    found = plain(id, given)
    if found is not None:
        assert type(given) is int and found == full(id, given)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NUMBERS), texts()), max_size=3) | st.lists(st.tuples(st.sampled_from(NUMBERS), WHOLE), max_size=5)
)
def test_many_are_each_by_itself(pairs: list[tuple[str, str]]) -> None:
    """All at once: each alone, in order; None as soon as one is not plain."""
    alone = [Numbers([DECLARED[id]]).read([text]) for id, text in pairs]
    together = Numbers([DECLARED[id] for id, _ in pairs]).read([text for _, text in pairs])
    if any(one is None for one in alone):
        assert together is None
    else:
        assert together == [one[0] for one in alone if one] + [one[1] for one in alone if one]


def test_lines_in_texts_move_nothing() -> None:
    """A line break inside of one text must not shift the values of the others."""
    two = Numbers([DECLARED["n1_0"], DECLARED["n1_0"]])
    assert two.read(["1", "2"]) == [1, 2, 1, 1]
    for texts_of_two in (
        ["1\n2", ""],
        ["1\n", "2"],
        ["", "1\n2"],
        ["1\n2", "3"],
        ["1", "\n2"],
        ["1\r", "2"],
        ["1\x0b2", "3"],
        ["1\u20282", "3"],
    ):
        assert two.read(texts_of_two) is None, texts_of_two
    assert Numbers([]).read([]) == []


# --- what must be plain: else nothing is fast -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "unit, text, value",
    [
        (None, "5", 5), (None, "-5", -5), (None, "+5", 5), (None, "0.25", F(1, 4)), (None, "1,234.5", F("1234.5")), (None, 1200, 1200), (None, -3, -3), (None, "007", 7),
        ("份", "1284份", 1284), ("份", "1,284份", 1284), ("份", "1284", 1284), ("份", "3.1万份", 31000), ("份", "3.1万", 31000), ("份", 12, 12),
        ("%", "95.13%", F("0.9513")), ("%", "-2%", F("-0.02")), ("%", "9.5‰", F("0.0095")), ("‰", "9.5‰", F("0.0095")), ("‰", "1%", F("0.01")),
        ("万元", "1,234.56万元", F("1234.56")), ("万元", "1080万", 1080), ("万元", "5000元", F(1, 2)), ("万元", "1.2亿元", 12000), ("万元", "3", 3), ("元", "2万元", 20000),
        ("天", "3天", 3), ("天", "3日", 3), ("工作日", "5个工作日", 5), ("月", "1年", 12), ("平方米", "2公顷", 20000), ("㎡", "7㎡", 7), ("百分点", "2个百分点", 2), ("吨", "500公斤", F(1, 2)),
    ],
)  # fmt: skip
def test_plain_forms(unit: str | None, text: Any, value: F) -> None:
    id = f"n{UNITS.index(unit)}_0"
    assert plain(id, text) == value == full(id, text)


@pytest.mark.parametrize(
    "unit, text",
    [
        ("%", "0.95"), ("%", "95"), ("%", 95), ("‰", "3"),  # a bare number against a ratio: the full reader decides
        ("份", "3件"), ("份", "约120份"), ("份", "3.1万多份"), ("份", "120余份"), ("份", ""), ("份", "/"), ("份", None), ("份", "不适用"), ("份", True), ("份", 3.5), ("份", "１２"),
        ("份", " 3份"), ("份", "3 份"), ("份", "1/3"), ("份", "12,34"), ("份", "3-5份"), ("份", "十二份"), ("份", 10**15), ("份", F(3)), ("份", Decimal(3)), ("份", "1" * 19),
    ],
)  # fmt: skip
def test_what_is_left_to_the_full_reader(unit: str, text: Any) -> None:
    assert plain(f"n{UNITS.index(unit)}_0", text) is None


@pytest.mark.parametrize("text, on", [("3", True), ("3.00", True), ("3.5", False), ("0", True), ("-2", True), ("0.5", False)])
def test_off_the_grid_is_not_plain(text: str, on: bool) -> None:
    id = f"n{UNITS.index('份')}_1"
    assert (plain(id, text) is not None) == on
    assert (full(id, text) is not None) == on


def test_a_grid_is_held_in_the_declared_unit() -> None:
    """0.01 万元 is 100元: 150元 lies beside it."""
    id = f"n{UNITS.index('万元')}_2"
    assert plain(id, "300元") == F("0.03") == full(id, "300元")
    assert plain(id, "150元") is None and full(id, "150元") is None


def test_the_memory_of_words_is_bounded() -> None:
    one = Numbers([DECLARED["n1_0"]])
    for k in range(3 * MAX_WORDS):
        one.read([f"5{chr(0x4E00 + k)}"])
    assert len(one.words[0]) <= MAX_WORDS
    assert one.read(["5份"]) == [5, 1], "a word beyond the memory is read all the same"


# --- words ----------------------------------------------------------------------------------------------------------


@st.composite
def choices(draw: st.DrawFn) -> tuple[str, str]:
    name = draw(st.sampled_from(sorted(CHOICES)))
    known = [one for pair in CHOICES[name].items() for one in pair]
    text = draw(
        st.one_of(st.sampled_from(known), st.sampled_from(known).map(lambda one: f" {one}"), st.text("abxyＡA是否/—-东西部 ", max_size=3))
    )
    return f"c_{name}", text


@settings(max_examples=400, deadline=None)
@given(choices())
def test_a_plain_choice_is_what_the_full_reader_reads(given: tuple[str, str]) -> None:
    id, text = given
    reader = word_reader(DECLARED[id])
    assert reader is not None
    found = reader(text)
    if found is not None:
        assert found == full(id, text), given


@pytest.mark.parametrize("name", sorted(CHOICES))
def test_every_code_and_label(name: str) -> None:
    reader = word_reader(DECLARED[f"c_{name}"])
    assert reader is not None
    for pair in CHOICES[name].items():
        for text in pair:
            assert reader(text) in (None, full(f"c_{name}", text)), text


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.sampled_from(
            [
                "是",
                "否",
                "有",
                "无",
                "yes",
                "no",
                "YES",
                "Yes",
                "true",
                "True",
                "false",
                "√",
                "×",
                True,
                False,
                1,
                0,
                None,
                "",
                "是 ",
                "ｙｅｓ",
                1.0,
            ]
        ),
        st.text(max_size=3),
    )
)
def test_a_plain_truth_is_what_the_full_reader_reads(given: Any) -> None:
    reader = word_reader(DECLARED["yes_or_no"])
    assert reader is not None
    found = reader(given)
    if found is not None:
        assert type(found) is bool and found == full("yes_or_no", given)


def test_plain_words() -> None:
    east, truth = word_reader(DECLARED["c_plain"]), word_reader(DECLARED["yes_or_no"])
    assert east is not None and truth is not None
    assert [east(one) for one in ("east", "东部", "north", " 东部", None, True, ["东部"])] == ["east", "east", None, None, None, None, None]
    assert [truth(one) for one in ("是", "否", "yes", "no", True, False, 1, 0, None, [])] == [
        True,
        False,
        True,
        False,
        True,
        False,
        None,
        None,
        None,
        None,
    ]


def test_inputs_without_plain_words() -> None:
    assert word_reader(DECLARED["day"]) is None
    assert word_reader(DECLARED["n1_0"]) is None
