"""The oracle against sums done by hand: every case of every method, every rounding mode, policies, gates, ratings.

Each row carries its arithmetic. The oracle knows nothing of perfscore, so nothing here does either.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import generate
import oracle

F = Fraction


def one(leaf: dict[str, Any], outcome: Any, shared: dict[str, Any] | None = None, **top: Any) -> dict[str, Any]:
    """The result of a rule set of one item `a` (weight 10 unless told), or its error code."""
    leaf = {"id": "a", "weight": "10", **leaf}
    inputs = {"n": {}, "region": {"type": "choice", "values": ["east", "west"]}}
    inputs = {name: inputs[name] for name in shared or {}}
    rules = {"perfscore": 1, "id": "t", "total": leaf["weight"], "inputs": inputs, "indicators": [leaf], **top}
    given = dict(shared or {})
    if outcome is not ...:
        given["a"] = outcome
    try:
        return oracle.score(rules, given)
    except oracle.OracleError as error:
        return {"error": error.code}


def told(result: dict[str, Any]) -> Any:
    if "error" in result:
        return result["error"]
    item = result["items"]["a"]
    return item["points"], item["reason"], item["case"]


# ---------------------------------------------------------------- numbers and formulas


@pytest.mark.parametrize(
    "mode, rounded",
    [  # to whole numbers:   5/2     -5/2    7/2    9/4   -9/4    11/4
        ("half-up",   "3 -3 4 2 -2 3"),
        ("half-even", "2 -2 4 2 -2 3"),
        ("half-down", "2 -2 3 2 -2 3"),
        ("up",        "3 -3 4 3 -3 3"),
        ("down",      "2 -2 3 2 -2 2"),
        ("floor",     "2 -3 3 2 -3 2"),
        ("ceil",      "3 -2 4 3 -2 3"),
        ("none",      "5/2 -5/2 7/2 9/4 -9/4 11/4"),
    ],
)  # fmt: skip
def test_rounding_modes(mode: str, rounded: str) -> None:
    numbers = [F(5, 2), F(-5, 2), F(7, 2), F(9, 4), F(-9, 4), F(11, 4)]
    assert [oracle.rounded(number, F(1), mode) for number in numbers] == [F(x) for x in rounded.split()]


@pytest.mark.parametrize(
    "value, step, mode, rounded",
    [
        ("1.25", "0.5", "half-up", "1.5"),    # 2.5 steps, up
        ("1.25", "0.5", "half-even", "1"),    # 2.5 steps, to the even 2
        ("1.75", "0.5", "half-even", "2"),    # 3.5 steps, to the even 4
        ("0.125", "0.01", "half-down", "0.12"),
        ("0.12", "0.01", "up", "0.12"),       # on a step already
        ("0.1201", "0.01", "up", "0.13"),
        ("0.1299", "0.01", "down", "0.12"),
    ],
)  # fmt: skip
def test_rounding_steps(value: str, step: str, mode: str, rounded: str) -> None:
    assert oracle.rounded(F(value), F(step), mode) == F(rounded)


@pytest.mark.parametrize(
    "text, value",
    [
        ("95%", F(19, 20)),
        ("0.1 + 0.2", F(3, 10)),  # exact from the text
        ("1 / 3 * 3", F(1)),
        ("2 ** 3", F(8)),
        ("-2 ** 2", F(-4)),
        ("1 < 2 <= 2", True),
        ("3 = 3", True),
        ("3 ≠ 3", False),
        ("1 > 2 或 2 ≥ 2", True),
        ("非 1 > 2 且 1 < 2", True),
        ("7 if 50% < 1 else 8", F(7)),
        ("'east' in ['east', 'west']", True),
        ("'3%' = '3%'", True),  # no number inside quotes
        ("round(2.5)", F(3)),
        ("round(1.25, 1)", F(13, 10)),
        ("floor(-1.5)", F(-2)),
        ("ceil(1.21, 1)", F(13, 10)),
        ("clamp(7, 0, 5) + min(1, 2) + max(3, 4) + abs(-1)", F(11)),
        ("（1 + 2）× 3 ÷ 9", F(1)),
        ("1 = 2 and 1 / 0 = 1", False),  # the first falsehood decides
    ],
)
def test_formulas(text: str, value: object) -> None:
    assert oracle.evaluate(text, lambda name: None) == value


def test_division_by_zero_is_an_error() -> None:
    with pytest.raises(oracle.OracleError, match="zero-division"):
        oracle.evaluate("1 / (2 - 2)", lambda name: None)


@pytest.mark.parametrize(
    "raw, unit, number",
    [
        ("95", "%", "0.95"), ("95%", "%", "0.95"), ("1284份", "份", "1284"), ("1284", "份", "1284"),
        ("1,234.56万元", "万元", "1234.56"), ("125000元", "万元", "12.5"), ("1亿元", "万元", "10000"),
        ("９５％", "%", "0.95"), (7, None, "7"), ("-3.5", None, "-3.5"), ("5‰", "%", "0.005"),
    ],
)  # fmt: skip
def test_quantities(raw: Any, unit: str | None, number: str) -> None:
    assert oracle.number_of(raw, unit) == F(number)


@pytest.mark.parametrize("raw, unit", [("12份", "万元"), ("12件", "份"), ("约莫", None), ("12%", "份")])
def test_unreadable_quantities(raw: str, unit: str | None) -> None:
    with pytest.raises(oracle.OracleError):
        oracle.number_of(raw, unit)


# ---------------------------------------------------------------- methods

UP, DOWN, EQUAL = ">= 40", "<= 40", "= 40"


@pytest.mark.parametrize(
    "target, method, actual, expected",
    [
        # up: attainment = actual / 40
        (UP, {"above": "cap"}, "40", (F(10), "target_met", 1)),
        (UP, {"above": "cap"}, "80", (F(10), "target_met", 1)),
        (UP, {"above": "cap"}, "39", (F(39, 4), "proportional", 3)),              # 10 × 39/40
        (UP, {"above": "cap"}, "0", (F(0), "nothing_earned", 2)),
        ("> 40", {"above": "cap"}, "40", (F(10), "proportional", 3)),             # not met; 10 × min(40/40, 1)
        (UP, {"above": "cap", "below": "zero"}, "39", (F(0), "target_missed", 3)),
        (UP, {"above": "cap", "below": {"zero": "60%"}}, "24", (F(6), "proportional", 4)),  # 24/40 = 60%: 10 × 60%
        (UP, {"above": "cap", "below": {"zero": "60%"}}, "23", (F(0), "below_pass_line", 3)),
        (UP, {"above": "cap", "below": {"stretch": "60%"}}, "32", (F(5), "proportional", 4)),  # 10 × (0.8 - 0.6) / 0.4
        (UP, {"above": "cap", "below": {"stretch": "60%"}}, "24", (F(0), "proportional", 4)),  # 10 × 0 / 0.4
        (UP, {"above": {"extend": "120%"}}, "44", "points-out-of-range"),         # 10 × 110% = 11 > 10, no cap
        (UP, {"above": {"extend": "120%"}, "cap": "12"}, "44", (F(11), "target_met", 1)),
        (UP, {"above": {"extend": "120%"}, "cap": "12"}, "60", (F(12), "target_met", 1)),  # 10 × min(1.5, 1.2)
        (UP, {"above": {"zero": "150%"}}, "60", (F(0), "too_far_above", 1)),      # 60/40 = 150%
        (UP, {"above": {"zero": "150%"}}, "59", (F(10), "target_met", 2)),
        (UP, {"above": {"zero": "150%"}}, "20", (F(5), "proportional", 4)),
        # down, quotient: attainment = 40 / actual
        (DOWN, {"reverse": "quotient", "above": "cap"}, "40", (F(10), "target_met", 1)),
        (DOWN, {"reverse": "quotient", "above": "cap"}, "0", (F(10), "target_met", 1)),      # nothing is divided
        (DOWN, {"reverse": "quotient", "above": "cap"}, "50", (F(8), "proportional", 3)),    # 10 × 40/50
        (DOWN, {"reverse": "quotient", "above": {"zero": "150%"}}, "0", "zero-division"),
        # down, complement: attainment = 2 - actual / 40
        (DOWN, {"reverse": "complement", "above": "cap"}, "50", (F(15, 2), "proportional", 3)),  # 10 × (2 - 1.25)
        (DOWN, {"reverse": "complement", "above": "cap"}, "80", (F(0), "nothing_earned", 2)),    # 2 - 2
        (DOWN, {"reverse": "complement", "above": "cap"}, "90", (F(0), "nothing_earned", 2)),    # 2 - 2.25 < 0
        ("< 40", {"reverse": "complement", "above": "cap"}, "40", (F(10), "proportional", 3)),   # 2 - 1, not met
        # equal
        (EQUAL, {"equal": "at_least", "above": "cap"}, "44", (F(10), "target_met", 1)),
        (EQUAL, {"equal": "at_least", "above": "cap"}, "30", (F(15, 2), "proportional", 3)),     # 10 × 30/40
        (EQUAL, {"equal": "two_sided", "above": "cap"}, "40", (F(10), "target_met", 1)),
        (EQUAL, {"equal": "two_sided", "above": "cap"}, "44", (F(9), "proportional", 3)),        # 10 × (1 - 4/40)
        (EQUAL, {"equal": "two_sided", "above": "cap"}, "36", (F(9), "proportional", 3)),
        # interval
        ("[40, 50]", {"above": "cap"}, "45", (F(10), "target_met", 1)),
        ("[40, 50]", {"above": "cap"}, "30", (F(15, 2), "proportional", 3)),                     # 30/40
        ("[40, 50]", {"above": "cap"}, "60", (F(8), "proportional", 3)),                         # 2 - 60/50
        ("(40, 50]", {"above": "cap"}, "40", (F(10), "proportional", 3)),  # 2 - 40/50 = 1.2, at most 1
        (">= 0", {"above": "cap"}, "-1", "zero-division"),
    ],
)  # fmt: skip
def test_ratio(target: str, method: dict[str, Any], actual: str, expected: Any) -> None:
    method = {"type": "ratio", **method}
    leaf: dict[str, Any] = {"target": target, "method": method}
    if "cap" in method:
        leaf["cap"] = method.pop("cap")
    assert told(one(leaf, actual)) == expected


@pytest.mark.parametrize(
    "rate, actual, points",
    [
        (2, "13", "3.3"),                                       # 13/40 = 0.325 -> 0.33
        ({"digits": 2, "mode": "down"}, "13", "3.2"),           # -> 0.32
        ({"digits": 2, "mode": "half-even"}, "13", "3.2"),      # -> 0.32
        ({"step": "5%", "mode": "half-up"}, "13", "3.5"),       # 6.5 steps -> 7 × 5%
        (0, "39.9", "10"),                                      # 0.9975 -> 1, proportional
    ],
)  # fmt: skip
def test_rate_stage(rate: Any, actual: str, points: str) -> None:
    leaf = {"target": UP, "method": {"type": "ratio", "above": "cap"}}
    assert one(leaf, actual, rounding={"rate": rate})["total"] == F(points)


@pytest.mark.parametrize(
    "leaf, outcome, expected",
    [
        ({"target": ">= 95%", "unit": "%"}, "95", (F(10), "target_met", 1)),
        ({"target": ">= 95%", "unit": "%"}, "94.99%", (F(0), "target_missed", 2)),
        ({"target": "(8, 16)"}, "8", (F(0), "target_missed", 2)),
        ({"type": "date", "target": "<= 2024-06-30"}, "2024-06-30", (F(10), "target_met", 1)),
        ({"type": "date", "target": "<= 2024-06-30"}, "2024-07-01", (F(0), "target_missed", 2)),
        ({"type": "choice", "values": ["x", "y", "z"], "target": ["x", "y"]}, "y", (F(10), "target_met", 1)),
        ({"type": "choice", "values": ["x", "y", "z"], "target": "x"}, "z", (F(0), "target_missed", 2)),
        ({"type": "choice", "values": ["x"], "target": "x"}, "w", "unknown-code"),
        ({"type": "yes_no"}, "√", (F(10), "target_met", 1)),
        ({"type": "yes_no"}, "否", (F(0), "target_missed", 2)),
        ({"type": "yes_no", "target": "no"}, "无", (F(10), "target_met", 1)),
        ({"type": "yes_no"}, "", "missing-outcome"),
        ({"type": "yes_no"}, "不适用", "not-applicable"),
    ],
)
def test_pass_fail(leaf: dict[str, Any], outcome: Any, expected: Any) -> None:
    assert told(one({**leaf, "method": "pass_fail"}, outcome)) == expected


BY_REGION = {"of": ["region", "n"], "rows": [["east", "> 1", 9], [["east", "west"], "any", 4]]}
BANDS: list[Any] = [["= 0", 10], {"is": "(0, 8]", "points": "weight * 60%", "reason": "few"}, ["(8, 16)", "2.5"]]


@pytest.mark.parametrize(
    "method, outcome, shared, expected",
    [
        ({"rows": BANDS}, "0", {}, (F(10), "row_1", 1)),
        ({"rows": BANDS}, "8", {}, (F(6), "few", 2)),                       # closed end; 10 × 60%
        ({"rows": BANDS}, "8.01", {}, (F(5, 2), "row_3", 3)),
        ({"rows": BANDS}, "16", {}, "no-case"),
        ({"rows": BANDS, "otherwise": "1"}, "16", {}, (F(1), "no_row", 4)),
        (BY_REGION, ..., {"region": "east", "n": "2"},
         (F(9), "row_1", 1)),
        (BY_REGION, ..., {"region": "east", "n": "1"},
         (F(4), "row_2", 2)),
        ({"of": ["n / 8"], "rows": [["> 1", 9], ["any", "n"]]}, ..., {"n": "8"}, (F(8), "row_2", 2)),
        ({"rows": [["(0, n]", 3], ["any", 2]]}, "5", {"n": "5"}, (F(3), "row_1", 1)),  # an end is a formula
    ],
)  # fmt: skip
def test_table(method: dict[str, Any], outcome: Any, shared: dict[str, Any], expected: Any) -> None:
    assert told(one({"method": {"type": "table", **method}}, outcome, shared)) == expected


def over(points: str, part: str, per: str = "1", **more: str) -> dict[str, Any]:
    return {"over": {"per": per, "points": points, "part": part, **more}}


BACK = {"per": "1", "points": "-1", "part": "proportional"}
STARTED_TWOS = {"under": {"per": "2", "points": "-1", "part": "started"}}
EARN = {"from": 0, **over("3", "completed", "2")}


@pytest.mark.parametrize(
    "leaf, method, actual, expected",
    [
        # 10 - 2.4 × 0.5; started: the third is begun; completed: two are over
        ({"target": "<= 20"}, over("-0.5", "proportional"), "22.4", (F("8.8"), "over_line", 1)),
        ({"target": "<= 20"}, over("-0.5", "started"), "22.4", (F("8.5"), "over_line", 1)),
        ({"target": "<= 20"}, over("-0.5", "completed"), "22.4", (F("9"), "over_line", 1)),
        ({"target": "<= 20"}, over("-0.5", "started"), "20", (F(10), "on_line", 2)),
        ({"target": "<= 20"}, over("-0.5", "started"), "3", (F(10), "on_line", 2)),        # under is not written
        ({"target": "<= 20"}, over("-0.5", "proportional", at_most="2"), "30", (F(8), "over_line", 1)),  # -5 -> -2
        ({"target": "<= 20"}, over("-1", "proportional"), "31", "points-out-of-range"),    # 10 - 11, no floor
        ({"target": "<= 20", "floor": 0}, over("-1", "proportional"), "30", (F(0), "all_deducted", 1)),  # 10 - 10 <= 0
        ({"target": "<= 20", "floor": 0}, over("-1", "proportional"), "29", (F(1), "over_line", 2)),
        ({"target": "[8, 16]"}, over("-1", "proportional"), "18", (F(8), "over_line", 1)),  # gap 18 - 16
        ({"target": "[8, 16]"}, STARTED_TWOS, "5", (F(8), "under_line", 1)),
        ({"target": "[8, 16]"}, STARTED_TWOS, "12", (F(10), "on_line", 2)),
        ({"target": ">= 16", "cap": "weight"}, EARN, "21", (F(6), "over_line", 2)),
        ({"target": ">= 16", "cap": "weight"}, EARN, "24", (F(10), "all_earned", 1)),
        ({"type": "date", "target": "<= 2024-05-06"}, over("-0.5", "started"), "2024-05-09",
         (F("8.5"), "over_line", 1)),  # three days
        # both ways, both bounds: floor over 1, floor under 2, cap over 3, cap under 4, over 5, under 6, on the line 7
        ({"target": "= 8", "floor": 0, "cap": 10},
         {"from": 5, **over("1", "proportional"), "under": BACK}, "3",
         (F(0), "all_deducted", 2)),
        ({"target": "= 8", "floor": 0, "cap": 10},
         {"from": 5, **over("1", "proportional"), "under": BACK}, "13",
         (F(10), "all_earned", 3)),
        ({"target": "= 8", "floor": 0, "cap": 10},
         {"from": 5, **over("1", "proportional"), "under": BACK}, "7",
         (F(4), "under_line", 6)),
        ({"target": "= 8", "floor": 0, "cap": 10},
         {"from": 5, **over("1", "proportional"), "under": BACK}, "8",
         (F(5), "on_line", 7)),
    ],
)  # fmt: skip
def test_adjust(leaf: dict[str, Any], method: dict[str, Any], actual: str, expected: Any) -> None:
    assert told(one({**leaf, "method": {"type": "adjust", **method}}, actual)) == expected


ELEMENTS = [
    {"id": "made", "points": "4"},
    {"id": "used", "points": "6"},
    {"id": "times", "points": "-0.5", "count": True},
]


@pytest.mark.parametrize(
    "leaf, start, outcome, expected",
    [
        ({}, 0, {"made": "yes", "used": "no", "times": "0"}, (F(4), "some_apply", 2)),
        ({}, 0, {"made": "no", "used": "no", "times": 0}, (F(0), "none_apply", 1)),
        ({}, 0, {"made": "yes", "used": "no", "times": "8"}, (F(0), "none_apply", 1)),  # 4 - 8 × 0.5 = 0
        ({}, 0, {"made": "no", "used": "no", "times": "1"}, "points-out-of-range"),  # -0.5
        ({"floor": 0}, 0, {"made": "no", "used": "no", "times": "1"}, (F(0), "all_deducted", 2)),
        ({"floor": 0, "cap": 10}, 0, {"made": "是", "used": "√", "times": "0"}, (F(10), "all_earned", 3)),
        ({"floor": 0, "cap": 10}, 0, {"made": "是", "used": "√", "times": "1"}, (F("9.5"), "some_apply", 4)),
        ({}, "weight", {"made": "no", "used": "no", "times": "3"}, (F("8.5"), "some_apply", 2)),  # 10 - 1.5
        ({}, 0, {"made": "yes", "used": "no"}, "missing-outcome"),
        ({}, 0, None, "missing-outcome"),
        ({"missing": "1"}, 0, None, (F(1), "missing", 1)),
        ({"missing": "1"}, 0, {"made": "yes"}, "missing-outcome"),  # not all absent
        ({}, 0, {"made": "yes", "used": "no", "times": "-1"}, "negative-count"),
    ],
)
def test_checklist(leaf: dict[str, Any], start: Any, outcome: Any, expected: Any) -> None:
    method = {"type": "checklist", "from": start, "elements": ELEMENTS}
    assert told(one({**leaf, "method": method}, outcome)) == expected


def test_checklist_element_missing_and_flat_names() -> None:
    elements = [{"id": "made", "points": "4"}, {"id": "used", "points": "6", "missing": "yes"}]
    leaf = {"id": "a", "weight": 10, "method": {"type": "checklist", "from": 0, "elements": elements}}
    rules = {"perfscore": 1, "id": "t", "total": 10, "indicators": [leaf]}
    assert oracle.score(rules, {"a.made": "yes"})["total"] == 10  # 4 + 6
    assert oracle.score(rules, {"outcomes": {"a": {"made": "no"}}})["total"] == 6


LEVELS = [
    {"id": "met", "share": "[80%, 100%]"}, {"id": "partly", "share": "50%"},
    {"id": "little", "points": "[1, 3)"}, {"id": "not_met", "points": "0"},
]  # fmt: skip


@pytest.mark.parametrize(
    "outcome, expected",
    [
        ({"grade": "met", "share": "95%"}, (F("9.5"), "met", 1)),
        ({"grade": "met", "share": "80%"}, (F(8), "met", 1)),
        ({"grade": "met", "share": "79.9%"}, "outside-band"),
        ({"grade": "met"}, "missing-outcome"),
        ({"grade": "partly"}, (F(5), "partly", 2)),
        ({"grade": "little", "points": "2.5"}, (F("2.5"), "little", 3)),
        ({"grade": "little", "points": "3"}, "outside-band"),
        ({"grade": "not_met"}, (F(0), "not_met", 4)),
        ({"grade": "superb"}, "unknown-code"),
        ({"grade": "met", "share": "95%", "by": ""}, "judged"),
    ],
)
def test_grade(outcome: dict[str, Any], expected: Any) -> None:
    outcome = {"by": "评审组", "because": "核查", **outcome}
    assert told(one({"method": {"type": "grade", "levels": LEVELS}}, outcome)) == expected


EIGHTHS = {
    "let": {"x": "actual / 8"},
    "cases": [{"when": "x >= 5", "points": "weight", "reason": "plenty"}, {"when": "x > 1", "points": "x"}],
}


@pytest.mark.parametrize(
    "method, actual, expected",
    [
        ({"points": "actual / 4"}, "10", (F("2.5"), "otherwise", 1)),
        (EIGHTHS, "40", (F(10), "plenty", 1)),
        (EIGHTHS, "12", (F("1.5"), "case_2", 2)),
        ({"cases": [{"when": "actual > 9", "points": "1"}]}, "9", "no-case"),
        ({"cases": [{"when": "actual > 9", "points": "1"}], "otherwise": "2"}, "9", (F(2), "otherwise", 2)),
        ({"cases": [{"when": "actual > 9", "refuse": "不可评"}], "otherwise": "2"}, "10", "refused"),
        ({"points": "actual"}, "10.5", "points-out-of-range"),
    ],
)  # fmt: skip
def test_formula(method: dict[str, Any], actual: str, expected: Any) -> None:
    assert told(one({"method": {"type": "formula", **method}}, actual)) == expected


@pytest.mark.parametrize(
    "outcome, n, expected",
    [
        ("不适用", "1", (F(10), "not_applicable", 1)),
        ("8", "9", (F(10), "not_applicable", 1)),   # applies: n < 9
        ("/", "1", (F(2), "missing", 2)),
        ("0", "1", (F(5), "nothing", 3)),
        ("8", "5", (F(1), "special_2", 4)),
        ("8", "1", (F(5), "proportional", 7)),      # 10 × 8/16; met 5, nothing earned 6
        ("16", "1", (F(10), "target_met", 5)),
    ],
)  # fmt: skip
def test_the_nodes_own_cases_come_first(outcome: Any, n: str, expected: Any) -> None:
    leaf = {
        "target": ">= 16", "method": {"type": "ratio", "above": "cap"}, "missing": "2",
        "special": [
            {"when": "actual = 0", "points": "weight / 2", "reason": "nothing"},
            {"when": "n = 5", "points": "1"},
        ],
        "applies": "n < 9", "not_applicable": "full",
    }  # fmt: skip
    assert told(one(leaf, outcome, {"n": n})) == expected


def test_floor_then_cap_then_item_rounding() -> None:
    leaf = {"floor": "1", "cap": "weight * 80%", "method": {"type": "formula", "points": "actual"}}
    item = {"item": {"step": "0.5", "mode": "half-up"}}
    assert one(leaf, "-3", rounding=item)["total"] == 1
    assert one(leaf, "9", rounding=item)["total"] == 8
    assert one(leaf, "2.25", rounding=item)["total"] == F("2.5")  # 4.5 steps of 0.5


# ---------------------------------------------------------------- groups, policies, gates, rating, flags


def plain(name: str, weight: Any, **more: Any) -> dict[str, Any]:
    return {"id": name, "weight": weight, "method": {"type": "formula", "points": "actual"}, **more}


MOVE = {"policy": "redistribute", "by": "proportional", "scope": "siblings"}
BONUS = {"id": "x", "cap": 3, "floor": 0, "method": {"type": "formula", "points": "actual"}}


@pytest.mark.parametrize(
    "children, given, group",
    [
        # 4 of 6 and 1 of 2 receive the 2 of c: (4 + 1) × 10/8
        ([plain("a", 6), plain("b", 2), plain("c", 2, not_applicable=MOVE)], ["4", "1", "不适用"], F(25, 4)),
        # b keeps its full 2 and receives nothing: 4 × (6 + 2)/6 + 2
        ([plain("a", 6), plain("b", 2, not_applicable="full"), plain("c", 2, not_applicable=MOVE)],
         ["4", "不适用", "不适用"], F(22, 3)),
        # a bonus receives nothing: 4 × (6 + 4)/6 + 1
        ([plain("a", 6), BONUS, plain("c", 4, not_applicable=MOVE)], ["4", "1", "不适用"], F(23, 3)),
        ([plain("a", 6, not_applicable=MOVE), plain("c", 4, not_applicable=MOVE)],
         ["不适用", "不适用"], "nothing-left"),
        ([plain("a", 6), plain("c", 4)], ["4", "1.5"], F("5.5")),
    ],
)  # fmt: skip
def test_redistribution(children: list[dict[str, Any]], given: list[str], group: Any) -> None:
    group_node = {"id": "g", "weight": 10, "children": children}
    rules = {"perfscore": 1, "id": "t", "total": 10, "indicators": [group_node]}
    outcomes = {child["id"]: value for child, value in zip(children, given, strict=True)}
    if isinstance(group, str):
        with pytest.raises(oracle.OracleError, match=group):
            oracle.score(rules, outcomes)
    else:
        assert oracle.score(rules, outcomes)["groups"] == {"g": group}


def always(name: str, **effect: Any) -> dict[str, Any]:
    return {"id": name, "when": "1 = 1", **effect}


def two(gates: list[dict[str, Any]], a: str, b: str, **top: Any) -> dict[str, Any]:
    """Two groups of 10 with one item each, rated 18 / 12 / below."""
    rating = [{"id": "good", "is": ">= 18"}, {"id": "fair", "is": "[12, 18)"}, {"id": "poor", "is": "< 12"}]
    nodes = [
        {"id": "g", "weight": 10, "children": [plain("a", 10)]},
        {"id": "h", "weight": 10, "children": [plain("b", 10)]},
    ]
    rules = {"perfscore": 1, "id": "t", "total": 20, "indicators": nodes, "gates": gates, "rating": rating, **top}
    return oracle.score(rules, {"a": a, "b": b})


@pytest.mark.parametrize(
    "gates, total, rating",
    [
        ([], "18", "good"),
        ([{"id": "1", "when": "scored(a) < 9", "rating": "poor"}], "18", "good"),                 # does not hold
        ([{"id": "1", "when": "scored(a) = 9", "rating": "poor"}], "18", "poor"),
        ([{"id": "1", "when": "share(a) >= 90%", "rating_at_most": "fair"}], "18", "fair"),
        ([always("1", rating_at_most="poor"), always("2", rating_at_least="fair")],
         "18", "poor"),  # raised, then lowered
        ([always("1", rating_at_most="poor"), always("2", rating="good")], "18", "good"),
        ([{"id": "1", "when": "scored(a) = 9", "on": ["a"], "points": 0}], "9", "poor"),          # 0 + 9
        ([{"id": "1", "when": "scored(a) = 9", "on": ["g"], "at_most": "4"}], "13", "fair"),      # 4 + 9
        ([{"id": "1", "when": "scored(a) = 9", "on": ["g", "h"], "at_least": "10"}], "20", "good"),
        ([{"id": "1", "when": "scored(a) = 9", "at_most": "12"}], "12", "fair"),                  # on the total
        ([always("1", points="3", on=["a"]), always("2", at_least="scored(b)", on=["a"])],
         "18", "good"),  # 3, then at least 9
    ],
)  # fmt: skip
def test_gates(gates: list[dict[str, Any]], total: str, rating: str) -> None:
    result = two(gates, "9", "9")
    assert (result["total"], result["rating"]) == (F(total), rating)


def test_gates_that_held_are_told_in_order() -> None:
    gates: list[dict[str, Any]] = [
        {"id": "p", "when": "scored(b) = 9", "rating_at_most": "good"},
        {"id": "q", "when": "scored(b) > 9", "points": 0},
    ]
    assert two(gates, "9", "9")["gates"] == ["p"]


@pytest.mark.parametrize("rating_from, rating", [("shown", "good"), ("exact", "fair")])
def test_rating_from(rating_from: str, rating: str) -> None:
    result = two([], "8.96", "8.99", rounding={"total": 1, "rating_from": rating_from})  # 17.95 -> 18.0
    assert (result["exact_total"], result["total"], result["rating"]) == (F("17.95"), F(18), rating)


def test_group_rounds_after_gates_and_total_after_group() -> None:
    rounding = {"group": {"step": "0.5", "mode": "half-up"}, "total": {"digits": 0, "mode": "half-even"}}
    result = two([{"id": "1", "when": "1 = 1", "on": ["g"], "at_most": "4.25"}], "9", "8", rounding=rounding)
    assert result["groups"] == {"g": F("4.5"), "h": F(8)}  # 8.5 steps, up
    assert result["total"] == 12  # 12.5 to the even


def test_flags() -> None:
    flags = [
        {"id": "whole", "when": "scored(a) > scored(b)"},
        {"id": "each", "for": {"method": "formula"}, "when": "actual >= 9"},
        {"id": "never", "for": {"kind": "cost"}, "when": "1 / 0 = 1"},
    ]
    assert two([], "9", "8", flags=flags)["flags"] == [("whole", None), ("each", "a")]


def test_no_rating_row_holds() -> None:
    with pytest.raises(oracle.OracleError, match="no-rating"):
        two([], "1", "1", rating=[{"id": "good", "is": ">= 18"}])


# ---------------------------------------------------------------- the generator


def test_generated_rule_sets_are_valid_and_score() -> None:
    """Weights add up at every group, ids are unique identifiers, and most outcomes score."""
    rng = random.Random(7)
    seen: Counter[tuple[str, ...]] = Counter()
    scored = 0
    for _ in range(60):
        rules = generate.rule_set(rng)
        nodes = generate.all_nodes(rules["indicators"])
        ids = [node["id"] for node in nodes]
        assert len(ids) == len(set(ids)) and all(name.isidentifier() for name in ids)
        for node in nodes:
            if "children" in node and (node.get("combine", "sum") in ("sum", *generate.MEANS[:3]) or "out_of" in node):
                wanted = Fraction(node.get("out_of", node["weight"]))
                assert sum(generate.weight_of(child) for child in node["children"]) == wanted
        for _ in range(5):
            try:
                oracle.score(rules, generate.outcomes_for(rules, rng), seen)
                scored += 1
            except oracle.OracleError:
                pass
    assert scored > 200
    assert {key[1] for key in seen if key[0] == "case"} == set(generate.METHODS)


@pytest.mark.parametrize(
    "actual, points, why",
    [
        ("8", Fraction(198, 13), "12 + 6.3/7.8 × 4"),
        ("1.7", Fraction(12), "0.6 × 20"),
        ("13.5", Fraction(20), "1 × 20"),
        ("99", Fraction(20), "hold"),
        ("0", Fraction(0), "below"),
    ],
)
def test_interpolate(actual: str, points: F, why: str) -> None:
    preset = {"standards": ["1.7", "9.5", "13.5"], "coefficients": ["0.6", "0.8", "1"]}
    rules = {
        "id": "t",
        "total": 20,
        "indicators": [{"id": "a", "weight": 20, "method": {"type": "interpolate", "efficacy": preset, "below": 0}}],
        "rating": [{"id": "any", "is": "any"}],
    }
    assert oracle.score(rules, {"a": actual})["total"] == points, why
