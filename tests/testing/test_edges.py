"""Edges: the values at which formulas turn, as a table; worked out by hand beside each."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import perfscore
from perfscore.numbers.date import Day, read_date
from perfscore.ruleset.ruleset import RuleSet
from perfscore.testing.domain import domain_of
from perfscore.testing.edges import edges_of


def rules_of(points: str, when: str = "true", more: str = "") -> RuleSet:
    """One item of 10 points with an outcome `x`, shared inputs y and z, two dates, and a formula."""
    return perfscore.loads(
        "perfscore: 1\nid: demo\ninputs:\n  x: {}\n  y: {}\n  z: {}\n  due: {type: date}\n  done: {type: date}\n"
        f"{more}rounding: {{item: 2}}\ntotal: 10\nindicators:\n"
        "  - id: a\n    weight: 10\n    floor: -1000\n    cap: 1000\n    method: {type: formula, "
        f"cases: [{{when: '{when}', points: '{points}'}}], otherwise: 0}}\n"
        "rating: [{id: any, is: any}]\n"
    )


TURNS = [
    # points, when, the input, what is known, values at which it must turn
    ("10", "x >= 84.5", "x", {}, ["84.5"]),
    ("10", "60 < x <= 90", "x", {}, ["60", "90"]),
    ("10", "x / y < 60%", "x", {"y": "7"}, ["4.2"]),  # 7 × 0.6
    ("10", "x / y < 60%", "y", {"x": "60"}, ["100"]),  # 60 ÷ 0.6
    ("10", "2 - x / y >= 1.2", "x", {"y": "10"}, ["8"]),  # 10 × (2 − 1.2)
    ("10", "(x - y) / y > 10%", "x", {"y": "50"}, ["55"]),
    ("10", "x + y * z = 100", "x", {"y": "4", "z": "5"}, ["80"]),
    ("10", "x + y * z = 100", "z", {"x": "80", "y": "4"}, ["5"]),
    ("10", "-x <= 3", "x", {}, ["-3"]),
    ("min(x, 10)", "true", "x", {}, ["10"]),
    ("max(x - 4, y)", "true", "x", {"y": "1"}, ["5"]),
    ("clamp(x / 4, 1, 5)", "true", "x", {}, ["4", "20"]),
    ("abs(x - 7)", "true", "x", {}, ["7"]),
    ("10", "abs(x - 7) > 2", "x", {}, ["5", "7", "9"]),
    ("floor(x / 5)", "true", "x", {}, ["0", "5", "10", "15"]),
    ("ceil(x / 5) + round(y)", "true", "x", {}, ["0", "5", "10", "15"]),
    ("10", "sum(x, y, 3) >= 20", "x", {"y": "5"}, ["12"]),
    ("10", "x ** 2 = 49", "x", {}, ["-7", "7"]),
    ("10", "x * x - 5 * x + 6 > 0", "x", {}, ["2", "3"]),
    ("10", "(x if y > 3 else x * 2) >= 8", "x", {}, ["8", "4"]),  # either branch
    ("10", "(x if y > 3 else x * 2) >= 8", "y", {}, ["3"]),
    ("10", "x in [1] or done > due", "done", {"due": "2024-06-30"}, ["2024-06-30"]),
    ("10", "done - due >= 5", "done", {"due": "2024-06-30"}, ["2024-07-05"]),
    ("10", "done <= 2024年9月", "done", {}, ["2024-09-30"]),
    ("x / 3", "true", "x", {}, ["-3000", "3000"]),  # the floor of -1000 and the cap of 1000
]
NO_EDGE = [
    ("10", "x ** 2 = -1", "x", {}),  # no real root
    ("10", "x ** 3 = 27", "x", {}),  # of the third degree
    ("10", "sqrt(x) >= 4", "x", {}),
    ("10", "x / y < 60%", "x", {}),  # y is not known
    ("10", "(x + y + z) ** 4 > 0", "x", {"y": "1", "z": "1"}),
    ("10", "x * 0 >= 1", "x", {}),
]


def known(values: dict[str, str]) -> dict[str, Any]:
    return {name: read_date(text).last if "-" in text else Fraction(text) for name, text in values.items()}


def roots(rules: RuleSet, name: str, values: dict[str, str]) -> set[Fraction]:
    edges = edges_of(rules).by_name.get(name, ())
    return {root for edge in edges if edge.asked for root in edge.roots(name, known(values))}


def number(text: str) -> Fraction:
    return Fraction(read_date(text).last.ordinal) if text.count("-") == 2 else Fraction(text)


@pytest.mark.parametrize("points, when, name, values, at", TURNS, ids=lambda value: str(value) if isinstance(value, str) else "")
def test_where_a_formula_turns(points: str, when: str, name: str, values: dict[str, str], at: list[str]) -> None:
    found = roots(rules_of(points, when), name, values)
    assert {number(text) for text in at} <= found


@pytest.mark.parametrize("points, when, name, values", NO_EDGE)
def test_what_has_no_such_form_has_no_edge(points: str, when: str, name: str, values: dict[str, str]) -> None:
    assert roots(rules_of(points, when), name, values) == set()


def test_a_rounding_moves_an_edge_by_half_a_step() -> None:
    """10 × x/3 in two decimals is 10 from 9.995 on: x = 2.9985; that is looked at, and no reason to report less than 0."""
    text = (
        "perfscore: 1\nid: demo\nrounding: {item: 2}\ntotal: 10\nindicators:\n"
        "  - {id: a, unit: 次, weight: 10, target: '>= 3', method: {type: ratio, above: cap}}\n"
        "gates: [{when: scored(a) = 0, 'on': [a], points: 0}]\nrating: [{id: any, is: any}]\n"
    )
    rules = perfscore.loads(text)
    found = {(root, edge.asked) for edge in edges_of(rules).by_name["a"] for root in edge.roots("a", {})}
    assert {(Fraction(3), True), (Fraction(0), True), (Fraction("-0.0015"), False)} <= found
    assert not domain_of(rules).variables["a"].signed


def test_through_named_quantities_and_tables_of_rows() -> None:
    text = (
        "perfscore: 1\nid: demo\ninputs:\n  budget: {range: '> 0'}\n  spent: {}\n"
        "  projects: {type: table, columns: {planned: {range: '> 0'}, actual: {}}}\n"
        "let: {execution: spent / budget, line: {of: [budget], rows: [['>= 50', 90%]], otherwise: 60%}}\n"
        "total: 10\nindicators:\n"
        "  - {id: a, weight: 5, actual: execution, target: '>= line', method: pass_fail}\n"
        "  - id: b\n    weight: 5\n    method: {type: each, rows_of: projects, combine: mean, "
        "method: {type: table, of: [actual / planned], rows: [['>= 80%', weight]], otherwise: 0}}\n"
        "rating: [{id: any, is: any}]\n"
    )
    rules = perfscore.loads(text)
    assert {Fraction(36), Fraction(24)} <= roots(rules, "spent", {"budget": "40"})  # 90 % or 60 % of 40
    assert Fraction(50) in roots(rules, "budget", {})
    assert roots(rules, "projects.actual", {"projects.planned": "10"}) >= {Fraction(8)}
    assert roots(rules, "projects.planned", {}) >= {Fraction(0)}


def test_equations_that_say_the_same_are_one() -> None:
    edges = edges_of(rules_of("10", "x >= 4 and 2 * x > 8 and 4 <= x"))
    assert len([edge for edge in edges.by_name["x"] if edge.roots("x", {}) == [4]]) == 1


def test_days_are_numbers() -> None:
    edges = edges_of(rules_of("10", "done - due >= 5")).by_name["done"]
    day = read_date("2024-06-30").last
    assert any(edge.roots("done", {"due": day}) == [Fraction(Day(day.ordinal + 5).ordinal)] for edge in edges)
