# ruff: noqa: E501
"""逐项 each: one method over the rows of a table; the rows' columns are its names, and their results become one."""

from __future__ import annotations

import pickle
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore import RuleSet, score

PROJECTS = {"projects": {"type": "table", "columns": {"planned": {"unit": "个"}, "actual": {"unit": "个"}}}}
WEIGHED = {"projects": {"type": "table", "columns": ["planned", "actual", "weight"]}}
RATIO = {"type": "ratio", "above": "cap"}


def each(method: Any, combine: str = "mean", target: str | None = ">= planned", **more: Any) -> dict[str, Any]:
    leaf = {"method": {"type": "each", "rows_of": "projects", "method": method, "combine": combine}, **more}
    return leaf if target is None else {**leaf, "target": target}


def rows(*given: list[Any]) -> dict[str, Any]:
    return {"projects": [list(one) for one in given]}


@pytest.mark.parametrize(
    "combine, given, points, why",
    [
        ("mean", [[10, 10], [10, 5]], F("7.5"), "(10 + 10 × 5/10)/2"),
        ("mean", [[10, 12], [10, 0], [4, 3]], F("17.5") / 3, "(10 + 0 + 7.5)/3"),
        ("min", [[10, 10], [10, 5], [8, 6]], 5, "10, 5, 7.5: the least"),
        ("mean", [[3, 1]], F(10, 3), "one row"),
    ],
)
def test_mean_and_min_use_the_weight_of_the_item(one, combine, given, points, why) -> None:
    assert one(each(RATIO, combine), ..., rows(*given), inputs=PROJECTS) == (points, "over_rows", 1), why


@pytest.mark.parametrize(
    "given, points, why",
    [
        ([[10, 10, 4], [10, 5, 6]], 7, "4 + 6 × 5/10"),
        ([[10, 12, 4], [10, 0, 6]], 4, "4 + 0"),
        ([[10, 5, 0], [10, 5, 2]], 1, "a row of weight 0 earns 0"),
        ([], 0, "no rows: the sum of nothing"),
        ([[10, 10, "2.5"], [8, 4, "7.5"]], F("6.25"), "2.5 + 7.5/2"),
    ],
)
def test_sum_uses_the_weight_of_the_row(one, given, points, why) -> None:
    assert one(each(RATIO, "sum"), ..., rows(*given), inputs=WEIGHED) == (points, "over_rows", 1), why


def test_no_rows_have_no_mean_and_no_least(one) -> None:
    assert one(each(RATIO, "mean"), ..., rows(), inputs=PROJECTS) == ("empty-list",)
    assert one(each(RATIO, "min"), ..., rows(), inputs=PROJECTS) == ("empty-list",)
    assert one(each(RATIO, "mean"), inputs=PROJECTS) == ("missing-outcome",)


def test_a_sum_beyond_the_weight_is_a_claim(one) -> None:
    """4 + 7 = 11 of 10: nothing is clamped silently."""
    given = rows([10, 10, 4], [10, 10, 7])
    assert one(each(RATIO, "sum"), ..., given, inputs=WEIGHED) == ("points-out-of-range",)
    assert one(each(RATIO, "sum", cap="weight"), ..., given, inputs=WEIGHED)[0] == 10


# --- the methods inside ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "method, target, given, points, reasons, why",
    [
        ({"type": "ratio", "above": "cap"}, ">= planned", [[10, 10], [10, 4], [10, 0]], F(14, 3), ["target_met", "proportional", "nothing_earned"], "(10 + 4 + 0)/3"),
        ({"type": "ratio", "above": "cap", "reverse": "complement"}, "<= planned", [[10, 12], [10, 9]], 9, ["proportional", "target_met"], "(10 × (2 − 1.2) + 10)/2"),
        ({"type": "ratio", "above": {"zero": "200%"}}, ">= planned", [[10, 20], [10, 10]], 5, ["too_far_above", "target_met"], "(0 + 10)/2"),
        ({"type": "ratio", "above": "cap", "below": {"zero": "60%"}}, ">= planned", [[10, 5], [10, 6]], 3, ["below_pass_line", "proportional"], "(0 + 6)/2"),
        ("pass_fail", ">= planned", [[10, 10], [10, 9]], 5, ["target_met", "target_missed"], "(10 + 0)/2"),
        ("pass_fail", "[planned, planned + 2]", [[10, 12], [10, 13], [10, 9]], F(10, 3), ["target_met", "target_missed", "target_missed"], "one of three"),
        ({"type": "table", "of": ["actual / planned"], "rows": [[">= 100%", 10], [">= 80%", 6]], "otherwise": 1}, None, [[10, 10], [10, 8], [10, 7]], F(17, 3), ["row_1", "row_2", "no_row"], "(10 + 6 + 1)/3"),
        ({"type": "interpolate", "rows": [[0, 0], [10, 10]], "below": "hold", "above": "hold"}, None, [[1, 5], [1, 20]], F("7.5"), ["between_1", "above_last"], "(5 + 10)/2"),
        ({"type": "formula", "cases": [{"when": "actual = 0", "points": 0, "reason": "idle"}], "otherwise": "min(weight, actual)"}, None, [[1, 0], [1, 6]], 3, ["idle", "otherwise"], "(0 + 6)/2"),
        ({"type": "formula", "let": {"half": "actual / 2"}, "points": "half"}, None, [[1, 4], [1, 8]], 3, ["otherwise", "otherwise"], "(2 + 4)/2"),
        ({"type": "formula", "points": "weight if met else 2"}, ">= planned", [[5, 5], [5, 4]], 6, ["otherwise", "otherwise"], "met is the row's: (10 + 2)/2"),
        ({"type": "formula", "points": "target - actual"}, ">= planned + 1", [[5, 5], [5, 4]], F("1.5"), ["otherwise", "otherwise"], "target is the row's: (6−5 + 6−4)/2"),
        ({"type": "formula", "points": "target_to - target_from"}, "[planned, actual]", [[3, 5], [3, 7]], 3, ["otherwise", "otherwise"], "both ends may be columns: (2 + 4)/2"),
    ],
)  # fmt: skip
def test_methods_of_a_row(build, method, target, given, points, reasons, why) -> None:
    inputs = {"projects": {"type": "table", "columns": ["planned", "actual"]}}
    result = score(build(each(method, "mean", target), inputs=inputs), rows(*given))
    assert result.total == points, why
    (facts,) = result.item("a").rows
    assert [row.reason for row in facts.rows] == reasons
    assert [row.number for row in facts.rows] == list(range(1, len(given) + 1))
    assert result.total == sum((row.result for row in facts.rows), F(0)) / len(given)


def test_adjust_in_a_row(one) -> None:
    """Each point under 10 costs 2, down to 0: 10, 10 − 3 × 2, 0 (10 − 12 is below the floor)."""
    method = {"type": "adjust", "gap": "actual - planned", "under": {"per": 1, "points": -2, "part": "proportional"}}
    given = rows([10, 10], [10, 7], [10, 4])
    assert one(each(method, floor=0, target=None), ..., given, inputs=PROJECTS)[0] == F(14, 3)


def test_the_rate_of_a_row_is_rounded(one) -> None:
    """2/3 is 66.7 %, 1/3 is 33.3 %: each row by itself."""
    given = rows([3, 2], [3, 1])
    assert one(each(RATIO), ..., given, inputs=PROJECTS, rounding={"rate": {"step": "0.1%"}})[0] == 5  # (6.67 + 3.33)/2
    given = rows([3, 2], [3, 2])
    assert one(each(RATIO), ..., given, inputs=PROJECTS, rounding={"rate": {"step": "0.1%"}})[0] == F("6.67")


def test_own_methods_inside(one) -> None:
    methods = {
        "stairs": {"parameters": {"step": 2}, "cases": [{"when": "actual >= planned", "points": "weight"}], "otherwise": "weight - step"}
    }
    given = rows([5, 5], [5, 4])
    assert one(each({"type": "stairs", "step": 4}, target=None), ..., given, inputs=PROJECTS, methods=methods)[0] == 8  # (10 + 6)/2
    assert one(each("stairs", target=None), ..., given, inputs=PROJECTS, methods=methods)[0] == 9  # (10 + 8)/2


def test_columns_stand_before_the_names_of_the_file(one) -> None:
    """`n` is a column and a let; `line` is only an input of the file."""
    inputs = {"projects": {"type": "table", "columns": ["n"]}, "line": {}}
    leaf = each({"type": "formula", "points": "n + line"}, target=None)
    assert one(leaf, ..., {"projects": [[1], [3]], "line": 5}, inputs=inputs, let={"n": 100})[0] == 7  # ((1 + 5) + (3 + 5))/2


def test_choices_truths_and_dates_in_rows(one) -> None:
    columns = {"kind": {"type": "choice", "values": {"key": "重点", "plain": "一般"}}, "done": {"type": "yes_no"}, "day": {"type": "date"}}
    inputs = {"projects": {"type": "table", "columns": columns}, "due": {"type": "date"}}
    method = {
        "type": "formula",
        "cases": [
            {"when": "not done", "points": 0},
            {"when": "kind = 'key' and day > due", "points": 2},
            {"when": "kind = 'key'", "points": 10},
        ],
        "otherwise": 6,
    }
    given = {
        "projects": [
            ["重点", "是", "2024-06-30"],
            ["key", "yes", "2024-07-01"],
            ["一般", "是", "2024-08-01"],
            ["重点", "否", "2024-01-01"],
        ],
        "due": "2024-06-30",
    }
    assert one(each(method, target=None), ..., given, inputs=inputs)[0] == F(18, 4)  # 10 + 2 + 6 + 0


# --- problems with outcomes ------------------------------------------------------------------------------------------


def test_a_row_that_cannot_be_scored(one) -> None:
    assert one(each(RATIO), ..., rows([10, 5], [0, -1]), inputs=PROJECTS) == ("division-by-zero",)
    hole = {"type": "table", "rows": [["> 5", 10]]}
    assert one(each(hole, target=None), ..., rows([1, 6], [1, 5]), inputs=PROJECTS) == ("no-case",)
    refusing = {"type": "formula", "cases": [{"when": "actual > planned", "refuse": "超出计划"}], "otherwise": 1}
    assert one(each(refusing, target=None), ..., rows([1, 1], [1, 5]), inputs=PROJECTS) == ("refused",)


def test_a_missing_input_of_the_file_is_told(one) -> None:
    inputs = {**PROJECTS, "line": {}}
    assert one(each({"type": "formula", "points": "actual / line"}, target=None), ..., rows([1, 1]), inputs=inputs) == ("missing-outcome",)


def test_missing_cells(one) -> None:
    inputs = {"projects": {"type": "table", "columns": {"planned": None, "actual": {"missing": 0}}}}
    assert one(each(RATIO), ..., rows([10, ""], [10, 10]), inputs=inputs)[0] == 5  # (0 + 10)/2
    assert one(each(RATIO), ..., {"projects": [{"planned": 10}, {"planned": 10, "actual": 10}]}, inputs=inputs)[0] == 5
    assert one(each(RATIO), ..., rows(["", 3]), inputs=inputs) == ("missing-outcome",)


# --- rule files that are wrong --------------------------------------------------------------------------------------

AT = "indicators[0].method"
OWN = "a method without inputs, elements or tables of its own"
BALLOTS = {"projects": {"type": "table", "columns": ["planned", "actual"]}}


@pytest.mark.parametrize(
    "method, target, inputs, told",
    [
        ({"method": RATIO, "combine": "mean"}, ">= planned", PROJECTS, [f"{AT} missing-key: “rows_of” is missing in “甲” | rows_of: projects"]),
        ({"rows_of": "projects", "combine": "mean"}, ">= planned", PROJECTS, [f"{AT} missing-key: “method” is missing in “甲” | method: {{type: ratio, above: cap}}"]),
        ({"rows_of": "projects", "method": RATIO}, ">= planned", PROJECTS, [f"{AT} policy-open: “甲”: each does not say “combine”: how the results of the rows become one | write combine: mean, sum or min"]),
        ({"rows_of": "project", "method": RATIO, "combine": "mean"}, ">= 1", PROJECTS, [f"{AT}.rows_of unknown-id: there is no table input with the id “project”, did you mean “projects”?"]),
        ({"rows_of": "projects", "method": "ratios", "combine": "mean"}, ">= planned", PROJECTS, None),
        ({"rows_of": "projects", "method": {"type": "ratio"}, "combine": "mean"}, ">= planned", PROJECTS, None),
        ({"rows_of": "projects", "method": {"type": "checklist", "from": 0, "elements": [{"id": "x", "points": 10}]}, "combine": "mean"}, None, PROJECTS, [f"{AT}.method bad-parameter: “method” does not fit: checklist | expected: {OWN}"]),
        ({"rows_of": "projects", "method": {"type": "grade", "levels": [{"id": "x", "share": 1}]}, "combine": "mean"}, None, PROJECTS, [f"{AT}.method bad-parameter: “method” does not fit: grade | expected: {OWN}"]),
        ({"rows_of": "projects", "method": {"type": "panel", "ballots": "projects", "column": "actual", "empty": 0}, "combine": "mean"}, None, PROJECTS, [f"{AT}.method bad-parameter: “method” does not fit: panel | expected: {OWN}"]),
        ({"rows_of": "projects", "method": {"type": "each", "rows_of": "projects", "method": RATIO, "combine": "mean"}, "combine": "mean"}, ">= planned", PROJECTS, [f"{AT}.method bad-parameter: “method” does not fit: each | expected: {OWN}"]),
        ({"rows_of": "projects", "method": RATIO, "combine": "sum"}, ">= planned", PROJECTS, [f"{AT}.rows_of bad-parameter: “rows_of” does not fit: columns of “projects”: planned, actual | expected: with the column actual and weight"]),
        ({"rows_of": "projects", "method": RATIO, "combine": "mean"}, ">= planned", WEIGHED, [f"{AT}.rows_of bad-parameter: “rows_of” does not fit: columns of “projects”: planned, actual, weight | expected: without a column weight (only combine: sum reads it)"]),
        ({"rows_of": "projects", "method": RATIO, "combine": "mean"}, ">= planned", {"projects": {"type": "table", "columns": ["planned", "done"]}}, [f"{AT}.rows_of bad-parameter: “rows_of” does not fit: columns of “projects”: planned, done | expected: with the column actual"]),
        ({"rows_of": "projects", "method": RATIO, "combine": "mean"}, ">= plan", PROJECTS, None),
        ({"rows_of": "projects", "method": RATIO, "combine": "max"}, ">= planned", PROJECTS, None),
        ({"rows_of": "projects", "method": {"type": "formula", "points": "actual +"}, "combine": "mean"}, None, PROJECTS, [f"{AT}.method.points formula-syntax: formula cannot be read: it ends too early"]),
        ({"rows_of": "projects", "method": {"type": "formula", "points": "actuel"}, "combine": "mean"}, None, PROJECTS, None),
        ({"rows_of": "projects", "method": {"type": "formula", "points": "actual > 3"}, "combine": "mean"}, None, PROJECTS, None),
    ],
)  # fmt: skip
def test_what_is_wrong(wrong, method, target, inputs, told) -> None:
    leaf = {"method": {"type": "each", **method}, **({} if target is None else {"target": target})}
    found = wrong(leaf, inputs=inputs)
    if told is not None:
        assert found == told
        return
    (problem,) = found
    place, code = OTHERS[str(method.get("method")), str(method.get("combine")), str(target)]
    assert problem.startswith(f"{place} {code}: "), problem


OTHERS = {
    ("ratios", "mean", ">= planned"): (f"{AT}.method", "unknown-method"),
    ("{'type': 'ratio'}", "mean", ">= planned"): (f"{AT}.method", "policy-open"),
    (str(RATIO), "mean", ">= plan"): ("indicators[0].target", "unknown-name"),
    (str(RATIO), "max", ">= planned"): (f"{AT}.combine", "wrong-type"),
    ("{'type': 'formula', 'points': 'actuel'}", "mean", "None"): (f"{AT}.method.points", "unknown-name"),
    ("{'type': 'formula', 'points': 'actual > 3'}", "mean", "None"): (f"{AT}.method.points", "wrong-kind"),
}


# --- always ---------------------------------------------------------------------------------------------------------


def whole(leaf: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
    return {
        "perfscore": 1, "id": "t", "total": 10, "inputs": inputs, "indicators": [{"id": "a", "label": "甲", "weight": 10, **leaf}],
        "rating": [{"id": "one", "is": "any"}],
    }  # fmt: skip


MEAN = RuleSet.from_dict(whole(each(RATIO), PROJECTS))
LEAST = RuleSet.from_dict(whole(each(RATIO, "min"), PROJECTS))
SUM = RuleSet.from_dict(whole(each(RATIO, "sum", cap="weight"), WEIGHED))
MANY = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 80), st.integers(0, 2)), min_size=1, max_size=6)


@given(MANY)
def test_each_row_by_hand(given: list[tuple[int, int, int]]) -> None:
    shares = [min(F(actual, planned), F(1)) for planned, actual, _ in given]
    pairs = rows(*([planned, actual] for planned, actual, _ in given))
    assert score(MEAN, pairs).total == 10 * sum(shares) / len(shares)
    assert score(LEAST, pairs).total == 10 * min(shares)
    wholes = sum((share * weight for share, (_, _, weight) in zip(shares, given, strict=True)), F(0))
    assert score(SUM, rows(*given)).total == min(wholes, 10)


def test_rules_and_results_come_back_from_plain_data_and_pickles() -> None:
    given = {"projects": [[10, 5], {"planned": "8个", "actual": "6个"}]}
    result = score(MEAN, given)
    assert result.total == F("6.25")  # (5 + 7.5)/2
    again = RuleSet.from_dict(MEAN.to_dict())
    assert (again.digest, again.to_dict()) == (MEAN.digest, MEAN.to_dict())
    assert type(result).from_dict(result.to_dict(), again).to_dict() == result.to_dict()
    assert pickle.loads(pickle.dumps(result)).to_dict() == result.to_dict()
