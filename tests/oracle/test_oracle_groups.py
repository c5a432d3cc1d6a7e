"""The oracle against sums done by hand: means and scopes of groups, lists, tables, panels, rows, overrides, roots.

Each row carries its arithmetic. The oracle knows nothing of perfscore, so nothing here does either.
"""

from __future__ import annotations

import math
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import oracle
from reals import Real, geometric, logarithm, rooted

F = Fraction


def plain(name: str, weight: Any, policy: Any = None, **more: Any) -> dict[str, Any]:
    """An item whose points are its outcome."""
    leaf = {"id": name, "weight": weight, "method": {"type": "formula", "points": "actual"}, **more}
    return leaf if policy is None else {**leaf, "not_applicable": policy}


def scored(nodes: list[dict[str, Any]], given: dict[str, Any], total: Any = 10, **top: Any) -> dict[str, Any]:
    rules = {"perfscore": 1, "id": "t", "total": total, "indicators": nodes, **top}
    try:
        return oracle.score(rules, given)
    except oracle.OracleError as error:
        return {"error": error.code, "total": error.code, "groups": {"g": error.code}}


def group(combine: Any, children: list[dict[str, Any]], outcomes: list[str], **more: Any) -> Any:
    node = {"id": "g", "weight": 10, "children": children, **({"combine": combine} if combine else {}), **more}
    given = {child["id"]: value for child, value in zip(children, outcomes, strict=True)}
    return scored([node], given, rounding={"group": more.pop("round", {"step": "0.01", "mode": "half-up"})})["groups"]["g"]


MOVE = {"policy": "redistribute", "by": "proportional", "scope": "siblings"}
EQUAL = {"policy": "redistribute", "by": "equal", "scope": "siblings"}
TWO = [plain("a", 4), plain("b", 6)]
NA = "不适用"


@pytest.mark.parametrize(
    "combine, outcomes, points",
    [
        ("mean", ["2", "6"], "8"),                 # (4 × 1/2 + 6 × 1) / 10 × 10
        ("min", ["2", "6"], "5"),                  # 10 × 1/2
        ("max", ["2", "3"], "5"),                  # both 1/2
        ("harmonic_mean", ["2", "6"], "7.14"),     # 10 × 10 / (4 / 0.5 + 6 / 1) = 100/14 = 7.142…
        ("harmonic_mean", ["0", "6"], "0"),
        ("geometric_mean", ["2", "6"], "7.58"),    # 10 × 0.5 ** 0.4 = 7.578…
        ("geometric_mean", ["2", "3"], "5"),       # both 1/2: exactly 5
        ("geometric_mean", ["0", "6"], "0"),
        ("sum(parts) / 4", ["2", "6"], "2"),
        ("min(parts) if all(parts > 0) else weight", ["2", "6"], "2"),
        ("min(parts) if all(parts > 0) else weight", ["0", "6"], "10"),
        ("count(parts >= 2) * 3 + median(parts)", ["2", "6"], "10"),  # 2 × 3 + (2 + 6) / 2
    ],
)  # fmt: skip
def test_combine(combine: str, outcomes: list[str], points: str) -> None:
    assert group(combine, TWO, outcomes) == F(points)


@pytest.mark.parametrize(
    "combine, policy, outcome, points",
    [
        ("mean", MOVE, NA, "5"),                   # b is left out: a's 1/2
        ("mean", "full", NA, "8"),                 # (2 + 6) / 10
        ("mean", "zero", NA, "2"),
        ("mean", "peer_mean", {"not_applicable": True, "peer_mean": "3", "because": "x"}, "5"),  # (2 + 3) / 10 × 10
        ("mean", "peer_mean", NA, "missing-outcome"),
        ("min", "zero", NA, "0"),
        ("max", "full", NA, "10"),
        ("geometric_mean", "full", NA, "7.58"),
        ("count(parts) + sum(parts)", MOVE, NA, "3"),     # one part, 2
        ("count(parts) + sum(parts)", "zero", NA, "4"),   # two parts, 2 and 0
    ],
)  # fmt: skip
def test_combine_without_what_does_not_apply(combine: str, policy: Any, outcome: Any, points: str) -> None:
    found = group(combine, [plain("a", 4), plain("b", 6, policy)], ["2", outcome])
    assert found == (points if points.startswith("m") else F(points))


def test_a_mean_of_nothing_is_an_error() -> None:
    assert group("mean", [plain("a", 10, MOVE)], [NA]) == "nothing-left"
    assert group("mean(parts)", [plain("a", 10, MOVE)], [NA]) == "empty-list"
    assert group("sum(parts)", [plain("a", 10, MOVE)], [NA]) == 0


def test_out_of() -> None:
    assert group(None, TWO, ["2", "3"], out_of=20) == F("2.5")  # 5 / 20 × 10
    assert group("sum(parts) * 2", TWO, ["2", "3"], out_of=20) == 5
    assert group("mean", TWO, ["2", "3"], out_of=10, weight=20) == 10  # 20 × 1/2
    assert scored(TWO, {"a": "2", "b": "3"}, total={"weight": 100, "out_of": 10})["total"] == 50


@pytest.mark.parametrize(
    "b, c, points",
    [
        # a has 2 of 4 (share 1/2), b of weight 2, c of weight 4; R = 6, n = 2
        (plain("b", 2), plain("c", 4, EQUAL), "7"),           # 2 + 2 + (1/2 + 1) × 4/2
        (plain("b", 2), plain("c", 4, MOVE), "6.67"),         # (2 + 2) × 10/6
        (plain("b", 2, "full"), plain("c", 4, EQUAL), "6"),   # b is kept: 2 + 2 + 1/2 × 4
    ],
)  # fmt: skip
def test_redistribute_by_equal(b: dict[str, Any], c: dict[str, Any], points: str) -> None:
    b_outcome = NA if "not_applicable" in b else "2"
    assert group(None, [plain("a", 4), b, c], ["2", b_outcome, NA]) == F(points)


def test_both_ways_at_once() -> None:
    children = [plain("a", 4), plain("b", 2), plain("c", 2, EQUAL), plain("d", 2, MOVE)]
    # received 4, R 6, M_p 2, S = 1/2 + 1, M_e 2, n 2: 4 × 8/6 + 3/2 × 2/2 = 41/6
    assert group(None, children, ["2", "2", NA, NA]) == F("6.83")


@pytest.mark.parametrize(
    "scope, by, total",
    [
        # a 2/4, b 4/4, c (2) gone in g1; d 1/2, e 4/8 in g2
        ("siblings", "proportional", "12.5"),  # g1: 6 × 10/8 = 7.5; g2: 5
        ("group", "proportional", "12.5"),     # the same leaves
        ("all", "proportional", "12.22"),      # 11 × 20/18
        ("siblings", "equal", "12.5"),         # 6 + (1/2 + 1) × 2/2 + 5
        ("all", "equal", "12.25"),             # 11 + (1/2 + 1 + 1/2 + 1/2) × 2/4
    ],
)  # fmt: skip
def test_scopes(scope: str, by: str, total: str) -> None:
    gone = plain("c", 2, {"policy": "redistribute", "by": by, "scope": scope})
    nodes = [
        {"id": "g1", "weight": 10, "children": [plain("a", 4), plain("b", 4), gone]},
        {"id": "g2", "weight": 10, "children": [plain("d", 2), plain("e", 8)]},
    ]
    given = {"a": "2", "b": "4", "c": NA, "d": "1", "e": "4"}
    assert scored(nodes, given, total=20, rounding={"total": 2})["total"] == F(total)


# ---------------------------------------------------------------- gates and rating

LEVELS = [{"id": "good", "is": ">= 8"}, {"id": "fair", "is": ">= 6"}, {"id": "poor", "is": "< 6"}]
RECORD = {"record": {"type": "choice", "values": ["good", "fair", "poor"]}, "n": {}}
OUTSIDE = {"id": "M", "when": "n > 5", "outside": True}


@pytest.mark.parametrize(
    "gate, n, rating",
    [
        ({"when": True, "rating_at_most": "record"}, "0", "fair"),
        ({"when": "n > 1", "rating_at_most": "record"}, "0", "good"),
        ({"when": True, "rating_at_most": "record"}, "6", "M"),  # outside of the order
        ({"when": "any(points_in(g) < 3)", "rating_at_most": "fair"}, "0", "fair"),  # 2 of 3
        ({"when": "count(shares_in(g) = 100%) = 2", "rating": "poor"}, "0", "good"),  # one
        ({"when": "mean(shares_in(g)) = 95%", "rating": "poor"}, "0", "good"),  # (0.9 + 1) / 2 of the children that apply
        ({"when": "sum(points_in(g)) = 9", "rating": "poor"}, "0", "poor"),
        ({"when": "sum(points_in(g)) = 9", "rating": "M"}, "0", "M"),
    ],
)
def test_gates_on_the_rating(gate: dict[str, Any], n: str, rating: str) -> None:
    node = {"id": "g", "weight": 10, "children": [plain("a", 3), plain("b", 7)]}
    given = {"record": "fair", "n": n, "a": "2", "b": "7"}
    assert scored([node], given, inputs=RECORD, rating=[OUTSIDE, *LEVELS], gates=[{"id": "1", **gate}])["rating"] == rating


def test_no_total() -> None:
    gates = [
        {"id": "1", "when": "scored(a) < 1", "rating": "fair"},
        {"id": "2", "when": "n > 5", "rating": "poor", "total": "none"},
    ]
    more = {"inputs": {"n": {}}, "rating": LEVELS, "gates": gates}
    nodes = [plain("a", 4), plain("b", 6)]
    result = scored(nodes, {"n": "6", "a": "", "b": "3"}, **more)
    assert (result["total"], result["rating"], list(result["items"]), result["not_scored"]) == (None, "poor", ["b"], ["a"])
    assert scored(nodes, {"n": "5", "a": "", "b": "3"}, **more)["error"] == "missing-outcome"


# ---------------------------------------------------------------- lets, overrides, reasons, own methods


@pytest.mark.parametrize("region, total", [("east", "10"), ("west", "5"), ("north", "no-case")])
def test_let_table(region: str, total: str) -> None:
    lets = {"line": {"of": ["region"], "rows": [["east", "100%"], ["west", "50%"]]}}
    inputs = {"region": {"type": "choice", "values": ["east", "west", "north"]}}
    leaf = {"id": "a", "weight": 10, "method": {"type": "formula", "points": "weight * line"}}
    found = scored([leaf], {"region": region}, inputs=inputs, let=lets)["total"]
    assert found == (total if total == "no-case" else F(total))


@pytest.mark.parametrize(
    "given, points",
    [
        ({}, "8"),
        ({"override": "5"}, "5"),
        ({"override": "9"}, "override-outside"),  # above scored
        ({"override": "5", "because": ""}, "judgement-unsigned"),
        ({"override": "5", "deviation_reason": ""}, "judgement-unsigned"),
        ({"value": "7", "override": "5"}, "override-refused"),
    ],
)
def test_override(given: dict[str, Any], points: str) -> None:
    override = {"when": "actual >= 8", "range": "[0, scored]", "needs": "deviation_reason"}
    outcome = {"value": "8", "by": "评审组", "because": "x", "deviation_reason": "y", **given}
    found = scored([plain("a", 10, override=override)], {"a": outcome})["total"]
    assert found == (F(points) if points.isdigit() else points)


def test_reasons() -> None:
    nodes = [
        plain("a", 3, reason="RC1"), plain("b", 4, reason="RC2", baseline=6), plain("c", 2, reason="RC3"),
        plain("d", 1, reason="RC4", baseline="0.5"),
    ]  # fmt: skip
    result = scored(nodes, {"a": "1", "b": "4", "c": "0", "d": "1"})
    # 3 - 1, 6 - 4, 2 - 0: a tie in file order; 0.5 - 1 is no loss
    assert result["reasons"] == [("RC1", "a", F(2)), ("RC2", "b", F(2)), ("RC3", "c", F(2))]


@pytest.mark.parametrize("actual, total", [("16", "5"), ("40", "10"), ("7", "0")])
def test_own_method(actual: str, total: str) -> None:
    ladder = {
        "parameters": {"step": "8", "most": None},
        "let": {"steps": "floor(actual / step)"},
        "cases": [{"when": "steps >= most", "points": "weight"}, {"when": True, "points": "weight * steps / most"}],
    }
    leaf = {"id": "a", "weight": 10, "method": {"type": "ladder", "most": 4}}
    assert scored([leaf], {"a": actual}, methods={"ladder": ladder})["total"] == F(total)


# ---------------------------------------------------------------- tables

BALLOTS = {"ballots": {"type": "table", "columns": ["甲", "乙"], "cells": {"range": "[0, 100]"}}}
MANY_HIGH = [{"when": "count(ballot >= 90) >= 2", "reason": "too_many_high"}]
TRIM = {"of": ["size"], "rows": [["> 3", 1], ["<= 3", 0]]}


@pytest.mark.parametrize(
    "method, rows, points",
    [
        ({}, [[80, 1], [90, 1]], "8.5"),                                  # 10 × 85/100
        ({"trim": 1}, [[80, 1], [90, 1], [10, 1]], "8"),                  # 10, 90 are cut
        ({"trim": 1}, [[80, 1], [90, 1]], "empty-list"),
        ({"trim": TRIM}, [[80, 1], [90, 1], [10, 1]], "6"),               # three: none is cut
        ({"trim": TRIM}, [[80, 1], [90, 1], [10, 1], [70, 1]], "7.5"),    # 70, 80
        ({"void": MANY_HIGH}, [[80, 1], {"甲": 95, "乙": 90}], "8"),
        ({"void": MANY_HIGH}, [[95, 92]], "0"),
        ({"empty": "refuse"}, [], "refused"),
        ({"out_of": 120}, [[90, 1]], "7.5"),                              # 10 × 90/120
        ({}, [[101, 1]], "out-of-range"),
        ({}, [[80]], "missing-cell"),
    ],
)  # fmt: skip
def test_panel(method: dict[str, Any], rows: Any, points: str) -> None:
    leaf = {"id": "a", "weight": 10, "method": {"type": "panel", "ballots": "ballots", "column": "甲", "empty": 0, **method}}
    found = scored([leaf], {"ballots": rows}, inputs=BALLOTS)["total"]
    assert found == (points if points[0].isalpha() else F(points))


def test_panel_by_raters_and_words() -> None:
    columns = {"甲": {"type": "choice", "values": ["好", "差"]}, "rater": {"type": "choice", "values": ["leader", "staff"]}}
    method = {"type": "panel", "ballots": "b", "column": "甲", "scores": {"好": 100, "差": 50}, "empty": 0}
    leaf = {"id": "a", "weight": 10, "method": {**method, "raters": {"leader": "20%", "staff": "80%"}}}
    rows = [["好", "leader"], ["差", "staff"], ["好", "staff"]]
    # 20% × 100 + 80% × 75
    assert scored([leaf], {"b": rows}, inputs={"b": {"type": "table", "columns": columns}})["total"] == 8
    assert scored([leaf], {"b": rows[:1]}, inputs={"b": {"type": "table", "columns": columns}})["error"] == "empty-list"


@pytest.mark.parametrize(
    "combine, points",
    [("mean", "7.5"), ("min", "5"), ("sum", "4")],  # 10 × (1/2 + 1)/2; 10 × 1/2; 2 × 1/2 + 3 × 1
)
def test_each(combine: str, points: str) -> None:
    columns = ["planned", "actual", "weight"]
    method = {"type": "each", "rows_of": "p", "method": {"type": "ratio", "above": "cap"}, "combine": combine}
    leaf = {"id": "a", "weight": 10, "target": ">= planned", "method": method}
    inputs = {"p": {"type": "table", "columns": columns}}
    assert scored([leaf], {"p": [[8, 4, 2], [10, 12, 3]]}, inputs=inputs)["total"] == F(points)
    assert scored([leaf], {"p": []}, inputs=inputs)["total"] == (0 if combine == "sum" else "empty-list")


# ---------------------------------------------------------------- roots and logarithms


def test_roots() -> None:
    assert rooted(F(4, 9), 2) == F(2, 3)
    assert rooted(F(2), 2) * rooted(F(8), 2) == F(4)
    assert isinstance(rooted(F(2), 2), Real)
    assert F(1414213562, 10**9) < rooted(F(2), 2) < F(1414213563, 10**9)
    assert geometric([F(1, 2), F(1, 8)], [F(5), F(5)]) == F(1, 4)
    assert logarithm(F(1)) == 0
    assert F(693147, 10**6) < logarithm(F(2)) < F(693148, 10**6)
    assert (rooted(F(2), 2) - rooted(F(2), 2)) == 0
    near = F(math.isqrt(2 * 10**300), 10**150)  # closer than the first sixty digits tell
    assert near < rooted(F(2), 2) < near + F(1, 10**150)


@pytest.mark.parametrize(
    "formula, actual, mode, points",
    [
        ("sqrt(actual)", "2", "half-up", "1.41"),        # 1.41421…
        ("sqrt(actual)", "2", "ceil", "1.42"),
        ("sqrt(actual) + 0.005", "4", "half-up", "2.01"),  # exactly 2.005
        ("sqrt(actual) + 0.005", "4", "half-even", "2"),
        ("root(actual, 3)", "10", "half-up", "2.15"),    # 2.15443…
        ("ln(actual)", "2", "down", "0.69"),
        ("ln(actual)", "0", "down", "not-a-real"),
        ("sqrt(actual)", "-1", "down", "not-a-real"),
        ("sqrt(actual) ** 2 / 2", "3", "ceil", "1.5"),   # exactly 3/2
        ("min(sqrt(actual), 2)", "5", "ceil", "2"),
    ],
)  # fmt: skip
def test_irrational_points(formula: str, actual: str, mode: str, points: str) -> None:
    leaf = plain("a", 10, method={"type": "formula", "points": formula})
    found = scored([leaf], {"a": actual}, rounding={"item": {"digits": 2, "mode": mode}})["total"]
    assert found == (points if points[0] == "n" else F(points))
