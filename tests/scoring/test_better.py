# ruff: noqa: E501
"""Why not more: the cases that would have given more, and what keeps each from firing, by how much."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import perfscore
from perfscore.scoring.facts import Better

F = Fraction


def better(item: str, outcomes: dict[str, Any], inputs: str = "") -> tuple[Better, ...]:
    """The better cases of the one item `x` of a rule set."""
    text = (
        f"perfscore: 1\nid: t/b\ntitle: t\nsource: 虚构\n{inputs}\ntotal: 10\nindicators:\n  - {{id: x, label: 指标, weight: 10, {item}}}\n"
        "rating: [{id: p, label: 合格, is: any}]"
    )
    return perfscore.score(perfscore.loads(text), outcomes).item("x").better


def told(found: tuple[Better, ...]) -> list[tuple[int, Fraction, list[tuple[str, Fraction | None]]]]:
    return [(one.case, one.points, [(failed.op, failed.by) for failed in one.failed]) for one in found]


ABOVE = "target: '>= 1200', method: {type: ratio, above: cap}"
BELOW = "target: '<= 12', method: {type: ratio, reverse: quotient, above: cap}"
BANDS = "method: {type: table, rows: [['>= 8', 10], ['>= 5', 7.5], ['>= 1', 5]], otherwise: 0}"
DATE = "type: date, target: '<= 2024-09-30', method: pass_fail"
CHOICE = "type: choice, values: [full, part, none_at_all], method: {type: table, rows: [[full, 10], [part, 5]], otherwise: 0}"


@pytest.mark.parametrize(
    "item, outcome, expected, why",
    [
        (ABOVE, 1199, [(2, 10, [(">=", 1)])], "one 份 short of 1200"),
        (ABOVE, 1200, [], "met: nothing is lost"),
        (ABOVE, 900, [(2, 10, [(">=", 300)])], "300 short"),
        (BELOW, "13.5", [(2, 10, [("<=", F(3, 2))])], "13.5 - 12"),
        (BANDS, 7, [(1, 10, [(">=", 1)])], "8 - 7"),
        (BANDS, 3, [(1, 10, [(">=", 5)]), (2, F(15, 2), [(">=", 2)])], "the most first: 8 - 3, 5 - 3"),
        (BANDS, 0, [(1, 10, [(">=", 8)]), (2, F(15, 2), [(">=", 5)]), (3, 5, [(">=", 1)])], "every row above"),
        (DATE, "2024-10-03", [(1, 10, [("<=", 3)])], "three days late"),
        (CHOICE, "part", [(1, 10, [("=", None)])], "a choice has no distance"),
    ],
)
def test_what_was_missed_and_by_how_much(item: str, outcome: object, expected: list[Any], why: str) -> None:
    found = told(better(item, {"x": outcome}))
    if item in (ABOVE, BELOW):  # the numbers of ratio's cases are the method's own
        assert [(points, failed) for _, points, failed in found] == [(points, failed) for _, points, failed in expected], why
    else:
        assert found == expected, why


def test_an_interval_names_the_end_that_fails() -> None:
    item = "target: '[15%, 30%]', unit: '%', method: {type: table, rows: [['[15%, 30%]', 10], ['[10%, 40%]', 5]], otherwise: 0}"
    (one,) = better(item, {"x": "34%"})
    assert [(failed.op, failed.by) for failed in one.failed] == [("<=", F(4, 100))]
    (one,) = better(item, {"x": "12%"})
    assert [(failed.op, failed.by) for failed in one.failed] == [(">=", F(3, 100))]


def test_several_conditions() -> None:
    item = "method: {type: table, of: [region, actual], rows: [[east, '>= 5', 10], [any, any, 2]]}"
    inputs = "inputs: {region: {type: choice, values: {east: 东部, west: 西部}}}"
    (one,) = better(item, {"region": "west", "x": 3}, inputs)
    assert [(failed.left_value, failed.right_value) for failed in one.failed] == [("west", "east"), (3, 5)]
    (one,) = better(item, {"region": "east", "x": 3}, inputs)  # what holds already is not named
    assert [failed.left_value for failed in one.failed] == [3]


def test_a_later_case_needs_the_fired_one_not_to_hold() -> None:
    item = "method: {type: formula, cases: [{when: late > 0, points: 2}, {when: actual >= 1, points: 10}], otherwise: 0}"
    (one,) = better(item, {"x": 3, "late": 4}, "inputs: {late: {label: 迟报次数}}")
    assert (one.case, one.points) == (2, 10)
    assert [(failed.op, failed.left_value, failed.right_value, failed.by) for failed in one.failed] == [("<=", 4, 0, 4)]


@pytest.mark.parametrize(
    "when, outcome, expected",
    [
        ("not late", {"late": "是"}, [("=", True, False)]),
        ("not (late or audit)", {"late": "是", "audit": "否"}, [("=", True, False)]),
        ("not (late or audit)", {"late": "是", "audit": "是"}, [("=", True, False), ("=", True, False)]),
        ("not late and x >= 5", {"late": "否", "x": 2}, [(">=", 2, 5)]),
        ("3 <= x <= 5", {"x": 2}, [(">=", 3, 2)]),
        ("not x < 5", {"x": 2}, [(">=", 2, 5)]),
        ("not x = 2", {"x": 2}, [("!=", 2, 2)]),
        ("region in ['east', 'west']", {"region": "north"}, [("in", "north", None)]),
        ("not region in ['east', 'north']", {"region": "north"}, [("not in", "north", None)]),
        ("late if x > 1 else audit", {"late": "否"}, [("=", False, True)]),
    ],
)
def test_every_form_of_truth(when: str, outcome: dict[str, Any], expected: list[Any]) -> None:
    inputs = (
        "inputs: {late: {type: yes_no, missing: no}, audit: {type: yes_no, missing: no}, "
        "region: {type: choice, values: [east, west, north], missing: east}}"
    )
    item = f'method: {{type: formula, cases: [{{when: "{when}", points: 10}}, {{when: actual < 100, points: 1}}]}}'
    (one,) = better(item, {"x": 2, **outcome}, inputs)
    found = [(failed.op, failed.left_value, failed.right_value) for failed in one.failed]
    if when.startswith("3 <="):  # 3 ≤ x or x ≥ 3: the same comparison
        assert found in ([("<=", 3, 2)], [(">=", 2, 3)])
    else:
        assert found == expected


def test_a_case_worth_the_same_is_not_better() -> None:
    assert better("method: {type: table, rows: [['>= 8', 5], ['>= 5', 5]], otherwise: 5}", {"x": 6}) == ()


def test_a_case_that_refuses_is_not_better() -> None:
    item = "method: {type: formula, cases: [{when: actual > 9, refuse: 须核实}, {when: actual > 5, points: 8}], otherwise: 1}"
    found = better(item, {"x": 2})
    assert [(one.case, one.points) for one in found] == [(2, 8)]


def test_nothing_is_better_than_the_weight() -> None:
    assert better("cap: 12, method: {type: formula, cases: [{when: actual > 5, points: 12}], otherwise: 10}", {"x": 2}) == ()


# --- all of it, or one of several -------------------------------------------------------------------------------------

PAPERS = "inputs: {p: {label: 甲件, type: yes_no}, q: {label: 乙件, type: yes_no}, s: {label: 丙件, type: yes_no}}"
KINDS = "inputs: {k: {label: 单位类别, type: choice, values: {a: 一类, b: 二类, c: 三类}}}"


def told_of(item: str, outcomes: dict[str, Any], inputs: str = "") -> tuple[list[str], list[str]]:
    """The lines that say what more points ask for, in both languages."""
    text = (
        f"perfscore: 1\nid: t/b\ntitle: t\nsource: 虚构\n{inputs}\ntotal: 10\nindicators:\n  - {{id: x, label: 指标, weight: 10, {item}}}\n"
        "rating: [{id: p, label: 合格, is: any}]"
    )
    result = perfscore.score(perfscore.loads(text), outcomes)
    zh = [line.strip() for line in result.explain("zh", "x").splitlines() if line.strip().startswith("要得")]
    return zh, [line.strip() for line in result.explain("en", "x").splitlines() if " points need " in line]


@pytest.mark.parametrize(
    "when, reported, zh, en",
    [
        ("p or q", "否否否", "甲件须为是（现为 否），或乙件须为是（现为 否）", "甲件 equal to yes (it is no) or 乙件 equal to yes (it is no)"),
        ("p and q", "否否否", "甲件须为是（现为 否），且乙件须为是（现为 否）", "甲件 equal to yes (it is no) and 乙件 equal to yes (it is no)"),
        ("not (p and q)", "是是否", "甲件须为否（现为 是），或乙件须为否（现为 是）", "甲件 equal to no (it is yes) or 乙件 equal to no (it is yes)"),
        ("not (p or q)", "是是否", "甲件须为否（现为 是），且乙件须为否（现为 是）", "甲件 equal to no (it is yes) and 乙件 equal to no (it is yes)"),
        ("(p or q) and s", "否否否", "丙件须为是（现为 否），且（甲件须为是（现为 否），或乙件须为是（现为 否））",
         "丙件 equal to yes (it is no) and (甲件 equal to yes (it is no) or 乙件 equal to yes (it is no))"),
        ("(p and q) or s", "否否否", "（甲件须为是（现为 否），且乙件须为是（现为 否）），或丙件须为是（现为 否）",
         "(甲件 equal to yes (it is no) and 乙件 equal to yes (it is no)) or 丙件 equal to yes (it is no)"),
        ("(p and q) or s", "否是否", "甲件须为是（现为 否），或丙件须为是（现为 否）", "甲件 equal to yes (it is no) or 丙件 equal to yes (it is no)"),
        ("(p or q) and s", "是否否", "丙件须为是（现为 否）", "丙件 equal to yes (it is no)"),
        ("(p or q) and not p", "否否否", "乙件须为是（现为 否）", "乙件 equal to yes (it is no)"),
    ],
)  # fmt: skip
def test_one_of_several_truths(when: str, reported: str, zh: str, en: str) -> None:
    item = f"method: {{type: formula, cases: [{{when: {when}, points: weight}}], otherwise: 2}}"
    found = told_of(item, dict(zip("pqs", reported, strict=True)), PAPERS)
    assert found == ([f"要得 10 分，{zh}"], [f"10 points need {en}"])


@pytest.mark.parametrize(
    "item, outcomes, expected, why",
    [
        ("unit: 分, method: {type: table, of: [k, actual], rows: [[[a, b], '>= 90', 10]], otherwise: 0}", {"k": "c", "x": 80},
         ["要得 10 分，实际值须不低于 90分（现为 80分，差 10分），且单位类别须属于一类、二类（现为 三类）"], "a list in a cell means one of"),
        ("method: {type: table, of: [k, actual], rows: [[[a, b], any, 10]], otherwise: 0}", {"k": "c", "x": 1},
         ["要得 10 分，单位类别须属于一类、二类（现为 三类）"], "one of two kinds"),
        ("method: {type: table, rows: [{is: ['>= 8', '< 3'], points: 10}], otherwise: 0}", {"k": "c", "x": 5},
         ["要得 10 分，实际值须不低于 8（现为 5，差 3），或实际值须低于 3（现为 5，差 2）"], "above 8 or below 3"),
        ("unit: '%', method: {type: table, rows: [['[80%, 90%]', 8], ['[90%, 100%]', 10]], otherwise: 0}", {"k": "c", "x": "90%"},
         ["要得 10 分，实际值须高于 90%（现为 90%）"], "both rows hold 90%; the first decides; below 80% the second would not hold"),
        ("unit: '%', method: {type: table, rows: [['>= 80%', 8], ['[90%, 100%]', 10]], otherwise: 0}", {"k": "c", "x": "90%"},
         [], "the second row can never decide"),
        ("unit: '%', method: {type: table, rows: [['[80%, 90%]', 8], ['[85%, 88%]', 10]], otherwise: 0}", {"k": "c", "x": "86%"},
         [], "neither can a row within the first"),
        ("unit: '%', method: {type: interpolate, rows: [[60%, 0], [100%, 10]], below: hold, above: hold}", {"k": "c", "x": "80%"},
         ["要得 10 分，实际值须不低于标准值2 100%（现为 80%，差 20 个百分点）"], "at the last anchor and beyond it: one requirement"),
        ("unit: '%', method: {type: interpolate, rows: [[100%, 0], [60%, 10]], below: hold, above: hold}", {"k": "c", "x": "80%"},
         ["要得 10 分，实际值须不高于标准值2 60%（现为 80%，差 20 个百分点）"], "the same downwards"),
    ],
)  # fmt: skip
def test_only_ways_that_there_are(item: str, outcomes: dict[str, Any], expected: list[str], why: str) -> None:
    assert told_of(item, outcomes, KINDS)[0] == expected, why


def test_the_ways_as_json() -> None:
    text = (
        f"perfscore: 1\nid: t/b\n{PAPERS}\ntotal: 10\nindicators: [{{id: x, weight: 10, method: {{type: formula, otherwise: 2, "
        "cases: [{when: (p or q) and s, points: weight}, {when: p or q, points: 5}]}}]\nrating: [{id: p, is: any}]"
    )
    first, second = perfscore.score(perfscore.loads(text), {"p": False, "q": False, "s": False}).to_dict()["items"][0]["better"]
    assert [one["left"] for one in first["failed"]] == ["s", "p", "q"]
    assert first["needs"] == {"any": False, "failed": [0], "needs": [{"any": True, "failed": [1, 2]}]}
    assert [one["left"] for one in second["failed"]] == ["p", "q"]
    assert second["needs"] == {"any": True, "failed": [0, 1]}


def test_truths_behind_truths_behind_truths_end() -> None:
    """Each truth names the one before it twice: 2^40 comparisons, if all were looked at."""
    lets = "".join(f"  t{k}: t{k - 1} or t{k - 1}\n" for k in range(1, 41))
    text = (
        f"perfscore: 1\nid: t/b\n{PAPERS}\nlet:\n  t0: p or q\n{lets}total: 10\nindicators: [{{id: x, weight: 10, method: {{type: formula, "
        "cases: [{when: t40, points: weight}], otherwise: 2}}]\nrating: [{id: p, is: any}]"
    )
    (one,) = perfscore.score(perfscore.loads(text), {"p": False, "q": False, "s": False}).item("x").better
    assert one.points == 10
