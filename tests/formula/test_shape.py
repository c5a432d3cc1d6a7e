# ruff: noqa: E501
"""Shapes: units never mix, percent wants its sign, numbers are no truths; each mistake at its own column."""

from dataclasses import replace

import pytest

from perfscore.finding import Both, Finding, Place
from perfscore.formula import shape, tree
from perfscore.formula.parse import parse
from perfscore.formula.shape import DATE, OPEN, PURE, TRUTH, Shape, of_number, word
from perfscore.numbers.unit import read_unit

PERCENT = of_number(read_unit("%"))
WAN, YUAN, PEOPLE, COPIES = (of_number(read_unit(text)) for text in ("万元", "元", "人", "份"))
NAMES: dict[str, Shape | None] = {
    "budget": WAN,
    "spent": WAN,
    "yuan": YUAN,
    "people": PEOPLE,
    "copies": COPIES,
    "rate": PERCENT,
    "share": PERCENT,
    "pure": PURE,
    "flag": TRUTH,
    "other_flag": TRUTH,
    "day": DATE,
    "due": DATE,
    "region": Shape("choice", codes=("east", "west")),
    "place": Shape("choice", codes=("east", "north")),
    "costs": replace(WAN, many=True),
    "marks": replace(PURE, many=True),
    "broken": None,  # its mistake was reported already
}


def read(text: str) -> tuple[Shape | None, list[Finding]]:
    found: list[Finding] = []
    return shape.shape(parse(text, Place("a", 1, 1)), lambda name: NAMES[name.name], found.append), found


@pytest.mark.parametrize(
    "text, form, unit",
    [
        ("1200", "number", None),  # a written number fits any unit
        ("budget", "number", "万元"),
        ("-budget", "number", "万元"),
        ("budget - spent", "number", "万元"),
        ("budget + 3", "number", "万元"),
        ("3 + budget", "number", "万元"),
        ("spent / budget", "number", ""),  # 万元 ÷ 万元: pure
        ("budget / people", "number", "万元·人^-1"),
        ("budget * people", "number", "万元·人"),
        ("budget * budget", "number", "万元^2"),
        ("budget ** 2", "number", "万元^2"),
        ("budget ** 0", "number", ""),
        ("budget ** 2 / budget", "number", "万元"),
        ("2 ** 3", "number", None),
        ("budget * 2", "number", None),  # open: a factor may have any unit
        ("budget / people * people", "number", "万元"),
        ("rate", "number", ""),
        ("rate + 5%", "number", ""),
        ("pure + 1", "number", ""),
        ("min(budget, spent)", "number", "万元"),
        ("max(budget, 3)", "number", "万元"),
        ("sum(budget, spent)", "number", "万元"),
        ("mean(budget, spent)", "number", "万元"),
        ("median(budget, spent)", "number", "万元"),
        ("abs(budget)", "number", "万元"),
        ("round(budget)", "number", "万元"),
        ("round(budget, 2)", "number", "万元"),
        ("floor(budget)", "number", "万元"),
        ("ceil(budget, 1)", "number", "万元"),
        ("clamp(budget, 0, spent)", "number", "万元"),
        ("budget if flag else spent", "number", "万元"),
        ("count(flag, budget > 0)", "number", ""),
        ("due - day", "number", None),  # days
        ("months(day, due)", "number", None),
        ("budget > spent", "truth", None),
        ("0 < budget <= spent", "truth", None),
        ("flag", "truth", None),
        ("flag = other_flag", "truth", None),
        ("flag and budget > 0 or not flag", "truth", None),
        ("any(flag, other_flag)", "truth", None),
        ("all(flag)", "truth", None),
        ("missing(budget)", "truth", None),
        ("rate >= 90%", "truth", None),
        ("rate > 0", "truth", None),  # zero needs no sign
        ("rate >= 5‰", "truth", None),
        ("rate >= -5%", "truth", None),
        ("region = 'east'", "truth", None),
        ("'east' = region", "truth", None),
        ("region in ['east', 'west']", "truth", None),
        ("region not in ['east']", "truth", None),
        ("'east' = 'west'", "truth", None),  # nothing declared: nothing to check
        ("budget in [1, 2]", "truth", None),
        ("day <= 2024-12-31", "truth", None),
        ("day = due", "truth", None),
        ("max(day, due)", "date", None),
        ("min(day, due)", "date", None),
        ("2024-12-31", "date", None),
        ("region", "choice", None),
        ("region if flag else 'east'", "choice", None),
    ],
)
def test_what_a_formula_gives(text: str, form: str, unit: str | None) -> None:
    found, problems = read(text)
    assert problems == []
    assert found is not None and found.form == form
    told = None if found.units is None else "·".join(u.text if n == 1 else f"{u.text}^{n}" for u, n in found.units)
    assert told == unit


@pytest.mark.parametrize(
    "text, code, column, message",
    [
        ("budget + people", "wrong-dimension", 10, "units do not fit: 万元 and 人"),
        ("budget + yuan", "wrong-dimension", 10, "units do not fit: 万元 and 元"),  # one dimension, two units: off by 10000
        ("budget > people", "wrong-dimension", 10, "units do not fit: 万元 and 人"),
        ("1 + budget + people", "wrong-dimension", 14, "units do not fit: 万元 and 人"),
        ("budget + rate", "wrong-dimension", 10, "units do not fit: 万元 and a pure number"),
        ("budget / people > budget", "wrong-dimension", 19, "units do not fit: 万元/人 and 万元"),
        ("min(budget, copies)", "wrong-dimension", 13, "units do not fit: 万元 and 份"),
        ("budget if flag else people", "wrong-dimension", 21, "units do not fit: 万元 and 人"),
        ("budget in [1, people]", "wrong-dimension", 15, "units do not fit: 万元 and 人"),
        ("clamp(budget, people, 3)", "wrong-dimension", 15, "units do not fit: 万元 and 人"),
        ("rate >= 90", "bare-percentage", 9, "a number beside a percentage needs its sign: 90"),
        ("90 < rate", "bare-percentage", 1, "a number beside a percentage needs its sign: 90"),
        ("rate >= 0.9", "bare-percentage", 9, "a number beside a percentage needs its sign: 0.9"),
        ("rate >= -5", "bare-percentage", 10, "a number beside a percentage needs its sign: 5"),
        ("rate - 1", "bare-percentage", 8, "a number beside a percentage needs its sign: 1"),
        ("max(rate, 90)", "bare-percentage", 11, "a number beside a percentage needs its sign: 90"),
        ("flag + 1", "wrong-kind", 1, "a number is needed here, found a condition (true or false)"),
        ("1 + flag", "wrong-kind", 5, "a number is needed here, found a condition (true or false)"),
        ("-flag", "wrong-kind", 2, "a number is needed here, found a condition (true or false)"),
        ("not budget", "wrong-kind", 5, "a condition (true or false) is needed here, found a number"),
        ("flag and budget", "wrong-kind", 10, "a condition (true or false) is needed here, found a number"),
        ("1 if budget else 2", "wrong-kind", 6, "a condition (true or false) is needed here, found a number"),
        ("1 if flag else day", "wrong-kind", 16, "a number is needed here, found a date"),
        ("day + 1", "wrong-kind", 1, "a number is needed here, found a date"),
        ("day + due", "wrong-kind", 1, "a number is needed here, found a date"),
        ("day * 2", "wrong-kind", 1, "a number is needed here, found a date"),
        ("day > 5", "wrong-kind", 7, "a date is needed here, found a number"),
        ("budget = 'east'", "wrong-kind", 10, "a number is needed here, found a choice"),
        ("region > 'east'", "wrong-kind", 1, "a number is needed here, found a choice"),
        ("flag < other_flag", "wrong-kind", 1, "a number is needed here, found a condition (true or false)"),
        ("sum(day, due)", "wrong-kind", 1, "a number is needed here, found a date"),
        ("min(flag, other_flag)", "wrong-kind", 1, "a number is needed here, found a condition (true or false)"),
        ("min(region)", "wrong-kind", 1, "a number is needed here, found a choice"),
        ("abs(day)", "wrong-kind", 1, "a number is needed here, found a date"),
        ("months(day, budget)", "wrong-kind", 13, "a date is needed here, found a number"),
        ("count(budget)", "wrong-kind", 7, "a condition (true or false) is needed here, found a number"),
        ("any(flag, 3)", "wrong-kind", 11, "a condition (true or false) is needed here, found a number"),
        ("round(flag)", "wrong-kind", 7, "a number is needed here, found a condition (true or false)"),
        ("round(budget, flag)", "wrong-kind", 15, "a number is needed here, found a condition (true or false)"),
        ("region = 'north'", "unknown-code", 10, "“north” is not a code of this choice"),
        ("region in ['east', 'nord']", "unknown-code", 20, "“nord” is not a code of this choice"),
    ],
)
def test_mistakes_at_their_column(text: str, code: str, column: int, message: str) -> None:
    found, problems = read(text)
    assert found is None
    assert [(one.code, one.place.column) for one in problems] == [(code, column)]
    assert problems[0].message("en") == message


@pytest.mark.parametrize(
    "text",
    ["broken + 1", "-broken", "not broken", "broken > 3", "broken and flag", "flag if broken else flag", "min(broken, 1)", "missing(broken)", "count(broken)", "months(broken, day)", "round(broken)", "round(1, broken)", "broken in [1]", "budget * broken"],
)  # fmt: skip
def test_what_was_reported_already_is_not_reported_again(text: str) -> None:
    assert read(text) == (None, [])


def test_percent_travels_through_sums() -> None:
    assert read("rate + share")[0] == Shape("number", (), percent=True)
    assert read("max(rate, 5%)")[0] == Shape("number", (), percent=True)
    found, problems = read("rate + share > 5")
    assert found is None and problems[0].code == "bare-percentage"


def test_an_ordered_choice_says_what_applies() -> None:
    _, problems = read("region < 'east'")
    assert problems[0].hint("en") == "only = and != apply"


def test_unknown_codes_list_what_there_is() -> None:
    _, problems = read("region = 'north'")
    assert problems[0].hint("en") == "there are: east, west"
    assert problems[0].hint("zh") == "可选：east, west"


def test_shapes_of_inputs() -> None:
    assert of_number(None) == PURE
    assert Shape("number", (), percent=True) == PERCENT
    assert of_number(read_unit("‰")).percent
    assert OPEN.units is None
    forms = [Shape("number"), Shape("truth"), Shape("date"), Shape("choice")]
    assert [word(form).zh for form in forms] == ["数", "条件（真或假）", "日期", "选项"]
    assert [word(form).en for form in forms] == [
        "a number",
        "a condition (true or false)",
        "a date",
        "a choice",
    ]
    assert word(Shape("number", many=True)) == Both("一列数", "a list of numbers")


def test_every_node_kind_has_a_shape() -> None:
    texts = [
        "1",
        "'x'",
        "day",
        "flag",
        "-1",
        "not flag",
        "1 + 1",
        "1 < 2",
        "flag and flag",
        "1 if flag else 2",
        "1 in [1]",
        "min(1)",
        "2024-01-01",
    ]
    seen = {type(parse(text)) for text in texts} | {tree.Truth, tree.Listing}
    assert seen == set(tree.Tree.__args__)  # type: ignore[attr-defined]
    assert all(read(text)[0] is not None for text in texts)
    assert shape.shape(tree.Truth(True), lambda name: None, lambda finding: None) == TRUTH
    listing = tree.Listing(((None, tree.Name("budget")), (tree.Name("flag"), tree.Name("spent"))))
    assert shape.shape(listing, lambda name: NAMES[name.name], lambda finding: None) == replace(WAN, many=True)


@pytest.mark.parametrize(
    "text, found",
    [
        ("sum(costs)", WAN),
        ("mean(costs)", WAN),
        ("median(costs)", WAN),
        ("min(costs)", WAN),
        ("max(costs)", WAN),
        ("trimmed_mean(costs, 1)", OPEN),
        ("geometric_mean(marks)", OPEN),
        ("geometric_mean(marks, marks)", OPEN),
        ("sqrt(pure)", OPEN),
        ("root(pure, 3)", OPEN),
        ("ln(pure)", OPEN),
        ("costs > budget", replace(TRUTH, many=True)),  # a truth for each
        ("budget > costs", replace(TRUTH, many=True)),
        ("count(costs > budget)", PURE),
        ("count(costs)", PURE),  # how long it is
        ("any(marks >= 90)", TRUTH),
        ("all(marks >= 90)", TRUTH),
        ("mean(marks) + 1", PURE),
    ],
)
def test_lists(text: str, found: Shape) -> None:
    assert read(text) == (found, [])


@pytest.mark.parametrize(
    "text, column, code",
    [
        ("costs + 1", 1, "wrong-kind"),  # a list is reduced first
        ("costs > marks", 9, "wrong-kind"),  # two lists have no order
        ("0 < marks < 100", 5, "wrong-kind"),  # one comparison at a time
        ("min(costs, budget)", 5, "wrong-kind"),
        ("costs if flag else budget", 1, "wrong-kind"),
        ("any(marks)", 5, "wrong-kind"),
        ("marks > 5 and flag", 7, "wrong-kind"),
        ("sqrt(marks)", 6, "wrong-kind"),
        ("ln(flag)", 4, "wrong-kind"),
        ("costs > people", 9, "wrong-dimension"),
    ],
)
def test_what_a_list_cannot_do(text: str, column: int, code: str) -> None:
    found, problems = read(text)
    assert found is None
    assert [(one.code, one.place.column) for one in problems] == [(code, column)]
