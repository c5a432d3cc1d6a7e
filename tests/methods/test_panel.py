# ruff: noqa: E501
"""测评 panel: which ballots count, what is trimmed, whose marks weigh how much, and what no valid ballot earns."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore import OutcomeError, RuleSet, score

TWO = {"ballots": {"type": "table", "columns": ["甲", "乙"], "cells": {"range": "[0, 100]"}}}
WORDS = {
    "ballots": {
        "type": "table",
        "columns": ["甲", "乙"],
        "cells": {"type": "choice", "values": {"good": "好", "fair": "一般", "poor": "差"}},
    }
}
SCORES = {"good": 100, "fair": 60, "poor": 0}
RATED = {
    "ballots": {
        "type": "table",
        "columns": {"rater": {"type": "choice", "values": {"leader": "领导", "staff": "职工"}}, "甲": {"range": "[0, 100]"}},
    }
}


def panel(**more: Any) -> dict[str, Any]:
    return {"method": {"type": "panel", "ballots": "ballots", "column": "甲", "empty": 0, **more}}


def of(*marks: object) -> dict[str, Any]:
    """Ballots with these marks of 甲, and 50 for 乙."""
    return {"ballots": [[mark, 50] for mark in marks]}


@pytest.mark.parametrize(
    "parameters, marks, points, why",
    [
        ({}, (90, 80, 70), 8, "(90 + 80 + 70)/3 = 80 of 100, × 10"),
        ({}, (100, 100), 10, "full marks"),
        ({}, (0, 0, 0), 0, "three marks of 0 are three marks"),
        ({}, ("87.5",), F("8.75"), "one ballot"),
        ({}, (100, 100, 50), F(25, 3), "250/3 of 100, × 10"),
        ({"out_of": 50}, (25, 25), 5, "25 of 50, × 10"),
        ({"out_of": "size * 50"}, (90, 80), F("8.5"), "85 of 2 × 50, × 10: full marks may be a formula"),
        ({"trim": 0}, (100, 0), 5, "nothing is dropped"),
        ({"trim": 1}, (100, 90, 80, 20), F("8.5"), "without 100 and 20: (90 + 80)/2 = 85"),
        ({"trim": 1}, (20, 80, 90, 100), F("8.5"), "in any order"),
        ({"trim": 1}, (90, 90, 90, 20), 9, "of equal marks one is dropped: (90 + 90)/2"),
        ({"trim": 1}, (10, 50, 90), 5, "the middle one is left"),
        ({"trim": 2}, (100, 99, 60, 1, 0), 6, "two highest and two lowest: 60"),
        ({"trim": "floor(size / 3)"}, (100, 90, 80, 70, 60, 50), F("7.5"), "6/3 = 2 at each end: (80 + 70)/2"),
        ({"trim": {"of": ["size"], "rows": [["> 5", 1], ["<= 5", 0]]}}, (100, 80, 80, 80, 80, 20), 8, "more than five raters: 320/4"),
        ({"trim": {"of": ["size"], "rows": [["> 5", 1], ["<= 5", 0]]}}, (100, 80, 80, 80, 20), F("7.2"), "five raters: 360/5 = 72"),
        ({"trim": {"of": ["size"], "rows": [["> 5", 1]], "otherwise": 0}}, (60, 40), 5, "no row: otherwise"),
    ],
)  # fmt: skip
def test_the_mean(one, parameters, marks, points, why) -> None:
    assert one(panel(**parameters), ..., of(*marks), inputs=TWO) == (points, "mean_of_ballots", 2), why


def test_the_column_is_chosen(one) -> None:
    ballots = {"ballots": [[100, 40], [100, 60]]}
    assert one(panel(column="乙"), ..., ballots, inputs=TWO)[0] == 5  # (40 + 60)/2
    assert one(panel(), ..., ballots, inputs=TWO)[0] == 10


@pytest.mark.parametrize("marks, trim", [((100, 0), 1), ((50,), 1), ((1, 2, 3, 4), 2), ((1, 2, 3), 2), ((1, 2, 3), -1), ((1, 2, 3), "0.5")])
def test_a_trim_that_leaves_no_mark_or_is_no_count_is_refused(one, marks, trim) -> None:
    assert one(panel(trim=trim), ..., of(*marks), inputs=TWO) == ("empty-list",)


def test_a_trim_table_with_a_hole(one) -> None:
    assert one(panel(trim={"of": ["size"], "rows": [["> 5", 1]]}), ..., of(1, 2), inputs=TWO) == ("no-case",)


# --- ballots that do not count --------------------------------------------------------------------------------------

THREE = {"ballots": {"type": "table", "columns": ["甲", "乙", "丙"], "cells": {"range": "[0, 100]"}}}
VOID = [
    {"when": "count(ballot >= 90) >= 3", "reason": "too_many_high", "label": "高分过多"},
    {"when": "max(ballot) = min(ballot)", "reason": "all_equal"},
    {"when": "乙 = 0 or 丙 = 0"},
]


@pytest.mark.parametrize(
    "ballot, counts, reason",
    [
        ([90, 90, 90], False, "too_many_high"),  # three of 90 and above; all equal too: the first reason decides
        ([80, 80, 80], False, "all_equal"),
        ([80, 0, 70], False, "void_3"),  # a column by its name
        ([80, 70, 0], False, "void_3"),
        ([0, 70, 80], True, ""),  # 甲 may be 0
        ([90, 90, "89.99"], True, ""),  # just below
    ],
)
def test_void_ballots(build, ballot, counts, reason) -> None:
    rules = build(panel(void=VOID), inputs=THREE)
    result = score(rules, {"ballots": [[70, 60, 50], ballot]})
    (facts,) = result.item("a").rows
    first, second = facts.rows
    assert (first.number, first.result, first.reason) == (1, 70, "")
    assert second.reason == reason
    assert second.result == (F(str(ballot[0])) if counts else None)
    mark = F(str(ballot[0]))
    assert result.total == ((70 + mark) / 20 if counts else 7)  # (70 + mark)/2/100 × 10; else 70/100 × 10
    assert result.item("a").quantities["size"] == (2 if counts else 1)


def test_size_counts_valid_marks_only(one) -> None:
    """Seven ballots, two of them void: five valid ones are not trimmed."""
    parameters = {"void": VOID, "trim": {"of": ["size"], "rows": [["> 5", 1], ["<= 5", 0]]}}
    valid = [[100, 50, 40]] + [[80, 50, 40]] * 4
    assert one(panel(**parameters), ..., {"ballots": [*valid, [95, 95, 95], [7, 7, 7]]}, inputs=THREE)[0] == F("8.4")  # (100 + 4 × 80)/5
    assert one(panel(**parameters), ..., {"ballots": [*valid, [80, 50, 41], [7, 7, 7]]}, inputs=THREE)[0] == 8  # six: 100 and one 80 go


def test_void_may_ask_shared_inputs(one) -> None:
    inputs = {**TWO, "line": {}}
    parameters = panel(void=[{"when": "甲 > line"}])
    assert one(parameters, ..., {**of(90, 40), "line": 50}, inputs=inputs)[0] == 4
    assert one(parameters, ..., {**of(90, 40), "line": 95}, inputs=inputs)[0] == F("6.5")


# --- marks in words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "marks, points, why",
    [
        (("好", "好", "一般"), F(26, 3), "(100 + 100 + 60)/3 of 100, × 10"),
        (("good", "差"), 5, "codes and labels: (100 + 0)/2"),
        (("差",), 0, "0 is a mark"),
    ],
)
def test_words_through_scores(one, marks, points, why) -> None:
    ballots = {"ballots": [[mark, "一般"] for mark in marks]}
    assert one(panel(scores=SCORES), ..., ballots, inputs=WORDS) == (points, "mean_of_ballots", 2), why


def test_scores_stand_in_the_ballot(one) -> None:
    """`ballot` is the list of numbers that the words stand for."""
    parameters = panel(scores=SCORES, void=[{"when": "sum(ballot) = 200"}])
    assert one(parameters, ..., {"ballots": [["好", "好"], ["一般", "差"]]}, inputs=WORDS)[0] == 6
    assert one(panel(scores={**SCORES, "fair": "weight * 7"}), ..., {"ballots": [["一般", "差"]]}, inputs=WORDS)[0] == 7  # 70 of 100


# --- groups of raters -----------------------------------------------------------------------------------------------

SHARES = {"leader": "20%", "staff": "80%"}


@pytest.mark.parametrize(
    "rows, points, why",
    [
        ([("leader", 90), ("staff", 80), ("staff", 60)], F("7.4"), "20 % × 90 + 80 % × 70 = 74"),
        ([("领导", 100), ("职工", 0)], 2, "20 % × 100: by label"),
        ([("staff", 100)] * 9 + [("leader", 50)], 9, "80 % × 100 + 20 % × 50: nine marks weigh as one group"),
    ],
)
def test_raters(one, rows, points, why) -> None:
    assert one(panel(raters=SHARES), ..., {"ballots": [list(row) for row in rows]}, inputs=RATED) == (points, "mean_of_ballots", 2), why


def test_a_group_of_raters_without_a_valid_mark_is_no_zero(one) -> None:
    assert one(panel(raters=SHARES), ..., {"ballots": [["leader", 90]]}, inputs=RATED) == ("empty-list",)
    void = panel(raters=SHARES, void=[{"when": "甲 = 100"}])
    assert one(void, ..., {"ballots": [["leader", 90], ["staff", 100]]}, inputs=RATED) == ("empty-list",)
    assert one(void, ..., {"ballots": [["leader", 90], ["staff", 100], ["staff", 50]]}, inputs=RATED)[0] == F("5.8")  # 18 + 40


def test_no_ballot_at_all_is_empty_with_raters_too(one) -> None:
    assert one(panel(raters=SHARES, empty=3), ..., {"ballots": []}, inputs=RATED) == (3, "no_valid_ballot", 1)


# --- no valid ballot ------------------------------------------------------------------------------------------------


def test_empty(one) -> None:
    assert one(panel(), ..., {"ballots": []}, inputs=TWO) == (0, "no_valid_ballot", 1)
    assert one(panel(empty="weight / 2"), ..., {"ballots": []}, inputs=TWO) == (5, "no_valid_ballot", 1)
    assert one(panel(empty=4, void=[{"when": "甲 = 50"}]), ..., of(50, 50), inputs=TWO) == (4, "no_valid_ballot", 1)
    assert one(panel(empty="refuse"), ..., {"ballots": []}, inputs=TWO) == ("no-valid-ballot",)
    assert one(panel(empty="refuse"), ..., of(10), inputs=TWO) == (1, "mean_of_ballots", 2)


def test_empty_comes_before_trim(one) -> None:
    """No mark and `trim: 1`: the rule's word about no ballot decides, not the trim."""
    assert one(panel(empty=2, trim=1), ..., {"ballots": []}, inputs=TWO) == (2, "no_valid_ballot", 1)


def test_a_refusal_says_what_is_refused(build) -> None:
    with pytest.raises(OutcomeError) as refused:
        score(build(panel(empty="refuse"), inputs=TWO), {"ballots": []})
    (problem,) = refused.value.problems
    assert (problem.code, problem.indicator) == ("no-valid-ballot", "a")
    assert "“甲”没有有效票" in problem.message("zh")


def test_no_ballots_reported(one) -> None:
    assert one(panel(), inputs=TWO) == ("missing-outcome",)
    special = {**panel(), "special": [{"when": "missing(ballots)", "points": 1}]}
    assert one(special, inputs=TWO) == (1, "special_1", 1)
    assert one(special, ..., of(80), inputs=TWO) == (8, "mean_of_ballots", 3)


# --- cells ----------------------------------------------------------------------------------------------------------


def test_a_missing_cell_is_what_the_column_says(one) -> None:
    inputs = {"ballots": {"type": "table", "columns": {"甲": {"missing": 60}, "乙": None}, "cells": {"range": "[0, 100]"}}}
    assert one(panel(), ..., {"ballots": [["", 50], [100, 50]]}, inputs=inputs)[0] == 8  # (60 + 100)/2
    assert one(panel(), ..., {"ballots": [{"乙": 50}, {"甲": 100, "乙": 50}]}, inputs=inputs)[0] == 8
    assert one(panel(), ..., {"ballots": [[50, ""]]}, inputs=inputs) == ("missing-outcome",)


# --- rule files that are wrong --------------------------------------------------------------------------------------

AT = "indicators[0].method"
GROUPS = "a share for each group, together 100 %: leader, staff"


@pytest.mark.parametrize(
    "method, inputs, told",
    [
        ({"column": "甲", "empty": 0}, TWO, [f"{AT} missing-key: “ballots” is missing in “甲” | ballots: ballots"]),
        ({"ballots": "ballots", "empty": 0}, TWO, [f"{AT} missing-key: “column” is missing in “甲” | column: 甲"]),
        ({"empty": 0}, TWO, [f"{AT} missing-key: “ballots” is missing in “甲” | ballots: ballots", f"{AT} missing-key: “column” is missing in “甲” | column: 甲"]),
        ({"ballots": "ballot", "column": "甲", "empty": 0}, TWO, [f"{AT}.ballots unknown-id: there is no table input with the id “ballot”, did you mean “ballots”?"]),
        ({"ballots": "n", "column": "甲", "empty": 0}, {**TWO, "n": {}}, [f"{AT}.ballots unknown-id: there is no table input with the id “n”"]),
        ({"ballots": "ballots", "column": "丁", "empty": 0}, TWO, [f"{AT}.column bad-parameter: “column” does not fit: 丁 | expected: columns of “ballots”: 甲, 乙"]),
        ({"ballots": "ballots", "column": "rater", "empty": 0}, RATED, [f"{AT}.column bad-parameter: “column” does not fit: rater | expected: a column of numbers or of choices"]),
        ({"ballots": "ballots", "column": "甲"}, TWO, [f"{AT} policy-open: “甲”: panel does not say “empty”: what no valid ballot earns | write empty: 0 or refuse"]),
        ({"ballots": "ballots", "column": "甲", "empty": "3 +"}, TWO, [f"{AT}.empty formula-syntax: formula cannot be read: it ends too early"]),
        ({"ballots": "ballots", "column": "甲", "empty": 0, "out_of": "3 +"}, TWO, [f"{AT}.out_of formula-syntax: formula cannot be read: it ends too early"]),
        ({"ballots": "ballots", "column": "甲", "empty": 0, "trim": "3 +"}, TWO, [f"{AT}.trim formula-syntax: formula cannot be read: it ends too early"]),
        ({"ballots": "ballots", "column": "甲", "empty": 0, "void": [{"when": "count(ballot) >="}]}, TWO, [f"{AT}.void[0].when formula-syntax: formula cannot be read: it ends too early"]),
        ({"ballots": "ballots", "column": "甲", "empty": 0, "void": [{"when": "max(ballot)"}]}, TWO, [f"{AT}.void[0].when wrong-kind: a condition (true or false) is needed here, found a number"]),
        ({"ballots": "ballots", "column": "甲", "empty": 0, "void": [{"reason": "x"}]}, TWO, [f"{AT}.void[0] missing-key: “when” is missing in method.void[0] of “甲” | when: …"]),
        ({"ballots": "ballots", "column": "甲", "empty": 0}, WORDS, [f"{AT} bad-parameter: “scores” does not fit: {{}} | expected: a number for each mark: good, fair, poor"]),
        ({"ballots": "ballots", "column": "甲", "empty": 0, "scores": {"good": 100, "fair": 60}}, WORDS, [f"{AT}.scores bad-parameter: “scores” does not fit: good, fair | expected: a number for each mark: good, fair, poor"]),
        ({"ballots": "ballots", "column": "甲", "empty": 0, "scores": {**SCORES, "best": 1}}, WORDS, [f"{AT}.scores bad-parameter: “scores” does not fit: good, fair, poor, best | expected: a number for each mark: good, fair, poor"]),
        ({"ballots": "ballots", "column": "甲", "empty": 0, "scores": {**SCORES, "poor": "3 +"}}, WORDS, [f"{AT}.scores.poor formula-syntax: formula cannot be read: it ends too early"]),
        ({"ballots": "ballots", "column": "甲", "empty": 0, "raters": {"leader": "20%"}}, RATED, [f"{AT}.raters bad-parameter: “raters” does not fit: leader: 20% | expected: {GROUPS}"]),
        ({"ballots": "ballots", "column": "甲", "empty": 0, "raters": {"leader": "20%", "staff": "70%"}}, RATED, [f"{AT}.raters bad-parameter: “raters” does not fit: leader: 20%, staff: 70% | expected: {GROUPS}"]),
        ({"ballots": "ballots", "column": "甲", "empty": 0, "raters": {"leader": "20%", "staff": "50%", "x": "30%"}}, RATED, [f"{AT}.raters bad-parameter: “raters” does not fit: leader: 20%, staff: 50%, x: 30% | expected: {GROUPS}"]),
        ({"ballots": "ballots", "column": "甲", "empty": 0, "raters": SHARES, "trim": 1}, RATED, [f"{AT}.raters bad-parameter: “raters” does not fit: trim is written too | expected: a column rater of choices in the table, and no trim"]),
        ({"ballots": "ballots", "column": "甲", "empty": 0, "raters": SHARES}, TWO, [f"{AT}.raters bad-parameter: “raters” does not fit: columns of “ballots”: 甲, 乙 | expected: a column rater of choices in the table, and no trim"]),
        ({"ballots": "ballots", "column": "甲", "empty": 0, "raters": {"leader": "20% +", "staff": "80%"}}, RATED, [f"{AT}.raters.leader formula-syntax: formula cannot be read: it ends too early"]),
        ({"ballots": "ballots", "column": "甲", "empty": 0, "votes": 1}, TWO, [f"{AT}.votes unknown-parameter: method panel has no parameter “votes” | parameters: ballots, column, empty, out_of, raters, scores, trim, void"]),
    ],
)  # fmt: skip
def test_what_is_wrong(wrong, method, inputs, told) -> None:
    assert wrong({"method": {"type": "panel", **method}}, inputs=inputs) == told


@pytest.mark.parametrize("shares", [{"leader": "part", "staff": "100% - part"}, {"leader": "20%", "staff": "part"}])
def test_shares_are_written_numbers(wrong, shares) -> None:
    """Whether formulas add up to 100 % only the outcomes would tell."""
    method = {"type": "panel", "ballots": "ballots", "column": "甲", "empty": 0, "raters": shares}
    (found,) = wrong({"method": method}, inputs={**RATED, "part": {"unit": "%"}})
    assert found.startswith(f"{AT}.raters bad-parameter: ") and found.endswith(f"expected: {GROUPS}"), found


# --- always ---------------------------------------------------------------------------------------------------------


def ready(rules: Mapping[str, Any]) -> RuleSet:
    return RuleSet.from_dict(rules)


def whole(parameters: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "perfscore": 1, "id": "t", "total": 10, "inputs": inputs, "indicators": [{"id": "a", "label": "甲", "weight": 10, **panel(**parameters)}],
        "rating": [{"id": "one", "is": "any"}],
    }  # fmt: skip


TRIMMED = ready(whole({"trim": 1}, TWO))
PLAIN = ready(whole({"void": VOID[1:2]}, TWO))


@given(st.lists(st.integers(0, 100), min_size=3, max_size=9))
def test_a_trimmed_mean_is_sorted_sums(marks: list[int]) -> None:
    kept = sorted(marks)[1:-1]
    assert score(TRIMMED, of(*marks)).total == F(sum(kept), 10 * len(kept))


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_ballots_is_nothing(ballots: list[tuple[int, int]], rng: Any) -> None:
    valid = [a for a, b in ballots if a != b]  # VOID[1]: all marks equal
    mixed = [list(one) for one in ballots]
    rng.shuffle(mixed)
    assert score(PLAIN, {"ballots": mixed}).total == (F(sum(valid), 10 * len(valid)) if valid else 0)


def test_rules_and_results_come_back_from_plain_data_and_pickles() -> None:
    rules = ready(whole({"void": VOID[:2], "trim": {"of": ["size"], "rows": [["> 5", 1], ["any", 0]]}}, THREE))
    given = {"ballots": [[90, 80, 70], {"甲": 70, "乙": 60, "丙": 50}, [95, 95, 95]]}
    result = score(rules, given)
    assert result.total == 8  # (90 + 70)/2; the third is void
    again = RuleSet.from_dict(rules.to_dict())
    assert again.digest == rules.digest
    assert type(result).from_dict(result.to_dict(), again).to_dict() == result.to_dict()
    for other in (pickle.loads(pickle.dumps(result)), score(pickle.loads(pickle.dumps(rules)), given)):
        assert other.to_dict() == result.to_dict()
