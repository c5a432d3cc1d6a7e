# ruff: noqa: E501
"""Roots, logarithms and geometric means in a rule set: decided exactly, rounded by a stage, never guessed."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from fractions import Fraction as F
from math import isqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfscore import Assessment, OutcomeError, RuleError, RuleSet, score
from perfscore.numbers.real import Real
from perfscore.numbers.rounding import MODES

ANY = [{"id": "one", "is": "any"}]
HALVES = {"item": {"digits": 2, "mode": "half-up"}}


def leaf(id: str = "a", weight: object = 10, points: object = "actual", **more: Any) -> dict[str, Any]:
    return {"id": id, "label": f"指标{id}", "weight": weight, "method": {"type": "formula", "points": points}, **more}


def rules(*items: Mapping[str, Any], total: object = 10, **top: Any) -> RuleSet:
    return RuleSet.from_dict({"perfscore": 1, "id": "t", "total": total, "indicators": list(items), "rating": ANY, **top})


def earns(points: str, outcomes: Mapping[str, Any], rounding: Any = HALVES, **top: Any) -> F:
    result = score(rules(leaf(points=points), rounding=rounding, **top), outcomes)
    assert isinstance(result.total, F)
    assert result.full - sum((line.lost for line in result.ledger), F(0)) == result.total
    return result.points["a"]


def refused(made: RuleSet, outcomes: Mapping[str, Any]) -> list[str]:
    with pytest.raises(OutcomeError) as raised:
        score(made, outcomes)
    return [one.code for one in raised.value.problems]


def wrong(*items: Mapping[str, Any], **top: Any) -> list[tuple[str, str]]:
    with pytest.raises(RuleError) as raised:
        rules(*items, **top)
    return [(str(one.place), one.code) for one in raised.value.problems]


# --- values ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "points, outcomes, expected, why",
    [
        ("sqrt(actual)", {"a": 2}, "1.41", "1.4142…"),
        ("sqrt(actual)", {"a": "6.25"}, "2.5", "rational"),
        ("root(actual, 3)", {"a": 10}, "2.15", "2.1544…"),
        ("root(actual, 3)", {"a": 27}, "3", "rational"),
        ("ln(actual)", {"a": 10}, "2.3", "2.3025…"),
        ("ln(actual)", {"a": 1}, "0", "rational"),
        ("sqrt(actual) * sqrt(actual)", {"a": 7}, "7", "the square of a root is rational again"),
        ("sqrt(actual) + sqrt(4 * actual) - 3 * sqrt(actual)", {"a": 7}, "0", "√7 + 2√7 − 3√7"),
        ("(sqrt(actual) + 1) * (sqrt(actual) - 1)", {"a": 7}, "6", "7 − 1"),
        ("sqrt(2 * actual)", {"a": 8}, "4", "√16"),
        ("weight * sqrt(actual) / 3", {"a": 2}, "4.71", "10 × 1.41421…/3 = 4.714…"),
        ("min(weight, sqrt(actual))", {"a": 1000}, "10", "31.6… is capped"),
        ("max(2, sqrt(actual))", {"a": 3}, "2", "1.73…"),
        ("10 - ln(actual) ** 2", {"a": 2}, "9.52", "10 − 0.4804…"),
    ],
)
def test_items(points: str, outcomes: dict[str, Any], expected: str, why: str) -> None:
    assert earns(points, outcomes) == F(expected), why


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "none"])
@pytest.mark.parametrize(
    "n, low, high, nearer",
    [
        (2, "1.41", "1.42", "1.41"),  # √2 = 1.4142…
        (3, "1.73", "1.74", "1.73"),  # √3 = 1.7320…
        (5, "2.23", "2.24", "2.24"),  # √5 = 2.2360…
        (7, "2.64", "2.65", "2.65"),  # √7 = 2.6457…
    ],
)
def test_every_mode(mode: str, n: int, low: str, high: str, nearer: str) -> None:
    expected = {"floor": low, "down": low, "ceil": high, "up": high}.get(mode, nearer)
    assert earns("sqrt(actual)", {"a": n}, {"item": {"digits": 2, "mode": mode}}) == F(expected)


def test_a_negative_irrational() -> None:
    made = {"floor": -10}
    for mode, expected in (("floor", "-1.42"), ("down", "-1.41"), ("up", "-1.42"), ("ceil", "-1.41"), ("half-up", "-1.41")):
        result = score(rules(leaf(points="-sqrt(actual)", **made), rounding={"item": {"digits": 2, "mode": mode}}), {"a": 2})
        assert result.total == F(expected), mode


# --- ties -----------------------------------------------------------------------------------------------------------

TIES = {"half-up": "1.13", "half-down": "1.12", "half-even": "1.12", "up": "1.13", "down": "1.12", "floor": "1.12", "ceil": "1.13"}


@pytest.mark.parametrize("mode", sorted(TIES))
def test_a_root_that_is_a_tie_exactly(mode: str) -> None:
    """√1.265625 = 1.125: half a hundredth, decided by the mode alone."""
    assert earns("sqrt(actual)", {"a": "1.265625"}, {"item": {"digits": 2, "mode": mode}}) == F(TIES[mode])
    assert earns("root(actual, 3)", {"a": str(F("1.125") ** 3)}, {"item": {"digits": 2, "mode": mode}}) == F(TIES[mode])
    # the same value by a way that shows it only when it is multiplied out: 1.125 = √2 × √(1.125²/2)
    assert earns("sqrt(2) * sqrt(actual)", {"a": "0.6328125"}, {"item": {"digits": 2, "mode": mode}}) == F(TIES[mode])


SMALL = F(1, 10**30)


@pytest.mark.parametrize("mode", sorted(TIES))
def test_beside_a_tie(mode: str) -> None:
    """10⁻³⁰ beside 1.265625: the root is irrational and lies beside the tie by about 4 · 10⁻³¹."""
    above = earns(f"sqrt(actual + 1 / {10**30})", {"a": "1.265625"}, {"item": {"digits": 2, "mode": mode}})
    below = earns(f"sqrt(actual - 1 / {10**30})", {"a": "1.265625"}, {"item": {"digits": 2, "mode": mode}})
    assert above == (F("1.12") if mode in ("down", "floor") else F("1.13"))
    assert below == (F("1.13") if mode in ("up", "ceil") else F("1.12"))


def test_beside_a_whole_number() -> None:
    """√(4 ± 10⁻³⁰): the floor is 2, or 1."""
    assert earns(f"floor(sqrt(actual + 1 / {10**30}))", {"a": 4}, {}) == 2
    assert earns(f"floor(sqrt(actual - 1 / {10**30}))", {"a": 4}, {}) == 1
    assert earns(f"ceil(sqrt(actual + 1 / {10**30}))", {"a": 4}, {}) == 3
    assert earns("floor(sqrt(actual))", {"a": 4}, {}) == 2


# --- comparisons ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "when, a, holds",
    [
        ("sqrt(actual) > 1.41", 2, True), ("sqrt(actual) > 1.42", 2, False), ("sqrt(actual) >= 1.5", "2.25", True), ("sqrt(actual) > 1.5", "2.25", False), ("sqrt(actual) = 1.5", "2.25", True),
        ("sqrt(actual) != 1.5", 2, True), ("sqrt(2) * sqrt(actual) = 4", 8, True), ("sqrt(actual) + sqrt(3) = sqrt(5 + 2 * sqrt(6))", 2, None),
        ("sqrt(actual) = 2 * sqrt(2)", 8, True), ("ln(actual) > 0", 1, False), ("ln(actual) >= 0", 1, True), ("ln(actual) < 1", "2.718281828459045", True), ("ln(actual) < 1", "2.718281828459046", False),
        (f"sqrt(actual) > 2 - 1 / {10**30}", 4, True), (f"sqrt(actual + 1 / {10**30}) > 2", 4, True), (f"sqrt(actual - 1 / {10**30}) >= 2", 4, False), ("1 < sqrt(actual) < 2", 3, True), ("1 < sqrt(actual) < 1.7", 3, False),
        ("min(sqrt(actual), 2) = 2", 5, True), ("abs(1 - sqrt(actual)) > 0.4", 2, True), ("clamp(sqrt(actual), 1, 1.5) = 1.5", 3, True), ("round(sqrt(actual), 1) = 1.4", 2, True),
    ],
)  # fmt: skip
def test_comparisons_in_when(when: str, a: Any, holds: bool | None) -> None:
    """None: equal, but nothing proves it: told, never guessed."""
    made = rules({**leaf(), "method": {"type": "formula", "cases": [{"when": when, "points": 7}], "otherwise": 3}})
    for _ in range(3):
        if holds is None:
            assert refused(made, {"a": a}) == ["undecided-rounding"]
        else:
            assert score(made, {"a": a}).total == (7 if holds else 3)


def test_a_let_may_be_irrational_where_only_comparisons_read_it() -> None:
    made = rules(leaf(points="10 if speed > 3 else 5"), let={"speed": "sqrt(n)"}, inputs={"n": {}})
    assert [score(made, {"n": n}).total for n in (9, 10)] == [5, 10]
    result = score(made, {"n": 10})
    assert isinstance(result.value("speed"), Real)
    assert "3.16" in result.explain("zh")
    assert result.item("a").quantities["speed"] == result.value("speed")
    assert result.to_dict()["items"][0]["quantities"]["speed"].startswith("3.162277")


@pytest.mark.parametrize("cases", [[["[0, 1.5)", 2], ["[1.5, 3)", 6], [">= 3", 10]]])
def test_tables_over_an_irrational_column(cases: Any) -> None:
    made = rules({**leaf(), "method": {"type": "table", "of": ["sqrt(actual)"], "rows": cases}})
    assert [score(made, {"a": a}).total for a in (2, "2.25", 3, 9, "8.999999999999999999999999999999999999")] == [2, 6, 6, 10, 6]


def test_gates_and_flags() -> None:
    made = rules(
        leaf(), gates=[{"id": "g", "when": "sqrt(a) > 3", "rating": "one"}], flags=[{"id": "f", "when": "ln(a) < 1", "because": "x"}, {"id": "h", "when": "ln(a - 5) < 1", "because": "y"}]
    )  # fmt: skip
    for a, gates, flags, warnings in ((9, [], [], []), (10, ["g"], [], []), (2, [], ["f"], ["flag-undecided"]), (6, [], ["h"], [])):
        for _ in range(2):
            result = score(made, {"a": a})
            assert ([one.id for one in result.gates], [one.id for one in result.flags]) == (gates, flags), a
            assert [one.code for one in result.warnings] == warnings


# --- groups and the total -------------------------------------------------------------------------------------------


def tree(**more: Any) -> tuple[dict[str, Any], ...]:
    group = {"id": "g", "label": "组", "weight": 20, "children": [leaf("a"), leaf("b")], "combine": "geometric_mean", **more}
    return group, leaf("c", 10)


@pytest.mark.parametrize(
    "a, b, expected, why",
    [
        (10, 10, "20", "full"),
        (5, 5, "10", "one share"),
        (4, 9, "12", "20 × √(0.4 × 0.9) = 20 × 0.6: rational"),
        (10, 5, "14.142", "20 × √0.5 = 14.1421…"),
        (0, 10, "0", "a share of 0"),
    ],
)
def test_a_geometric_mean(a: int, b: int, expected: str, why: str) -> None:
    made = rules(*tree(), total=30, rounding={"group": 3})
    for _ in range(3):
        result = score(made, {"a": a, "b": b, "c": 6})
        assert result.points["g"] == F(expected), why
        assert result.total == F(expected) + 6
        assert result.full - sum((line.lost for line in result.ledger), F(0)) == result.total


def test_stages_without_a_rational_value_belong_to_the_one_that_rounds_them() -> None:
    """20 × √0.5 = 14.1421… is no line; 20 − 14.142 is, beside what the children lost."""
    result = score(rules(*tree(), total=30, rounding={"group": 3}), {"a": 10, "b": 5, "c": 6})
    assert {str(line.item or line.stage): line.lost for line in result.ledger} == {"b": 5, "g:combine": F("0.858"), "c": 4}
    capped = score(rules(*tree(cap=12), total=30, rounding={"group": 3}), {"a": 10, "b": 5, "c": 6})
    assert sum(line.lost for line in capped.ledger if line.stage) == 3  # 20 − 12 − 5
    rounding = capped.groups["g"].roundings
    assert [(fact.stage, fact.before, fact.after) for fact in rounding] == [("group", 12, 12)]


@pytest.mark.parametrize("mode, expected", [("half-up", "24.8"), ("down", "24.7"), ("half-even", "24.8"), ("ceil", "24.8")])
def test_the_total(mode: str, expected: str) -> None:
    """Weights 20 and 10, shares 3/4 and 1: 30 × ∛(0.75² × 1) = 30 × 0.825481… = 24.7644…"""
    made = rules(
        leaf("a", 20), leaf("b", 10), total={"weight": 30, "combine": "geometric_mean"}, rounding={"total": {"digits": 1, "mode": mode}}
    )
    result = score(made, {"a": 15, "b": 10})
    assert result.total == F(expected)
    assert result.full - sum((line.lost for line in result.ledger), F(0)) == result.total


def test_a_geometric_mean_in_a_formula() -> None:
    """Of the points: √(4 × 9) = 6, √(4 × 8) = 5.6568…"""
    made = rules(*tree(combine="geometric_mean(parts) * 2"), total=30, rounding={"group": 2})
    assert score(made, {"a": 4, "b": 9, "c": 0}).total == 12
    assert score(made, {"a": 4, "b": 8, "c": 0}).total == F("11.31")


LEVELS = [{"id": "good", "is": ">= 25"}, {"id": "poor", "is": "< 25"}]


@pytest.mark.parametrize("rating_from, rating", [("shown", "good"), ("exact", "poor")])
def test_rating_from_an_irrational_total(rating_from: str, rating: str) -> None:
    """24.7644… is shown as 25; exactly it is below."""
    made = rules(
        leaf("a", 20), leaf("b", 10), total={"weight": 30, "combine": "geometric_mean"}, rounding={"total": 0, "rating_from": rating_from}
    ).to_dict()
    made = RuleSet.from_dict({**made, "rating": LEVELS})  # type: ignore[assignment]
    for _ in range(3):
        result = score(made, {"a": 15, "b": 10})
        assert (result.total, result.rating.id) == (25, rating)
        assert result.rating_by_total is not None and result.rating_by_total.id == rating


def test_a_rating_exactly_at_its_line() -> None:
    """30 × ∛(x²) at x = 125/216 is 30 × 25/36: rational, the line holds exactly."""
    top = {"rounding": {"total": 3, "rating_from": "exact"}, "total": {"weight": 30, "combine": "geometric_mean"}}
    line = F(750, 36)
    plain = rules(leaf("a", 20), leaf("b", 10), **top).to_dict()
    for sign, rating in ((">=", "top"), (">", "rest")):
        made = RuleSet.from_dict({**plain, "rating": [{"id": "top", "when": f"total {sign} 750 / 36"}, {"id": "rest", "is": "any"}]})
        result = score(made, {"a": str(F(125, 216) * 20), "b": 10})
        assert result.rating.id == rating
        assert abs(result.total - line) < F(1, 1000)  # type: ignore[operator]


def test_irrational_points_below_roundings_of_their_own() -> None:
    """Every stage rounds what it is given: items to hundredths, the group to tenths."""
    group = {"id": "g", "label": "组", "weight": 20, "children": [leaf("a", points="sqrt(actual)"), leaf("b", points="ln(actual)")]}
    result = score(rules(group, total=20, rounding={"item": 2, "group": 1}), {"a": 2, "b": 10})
    assert (result.points["a"], result.points["b"], result.points["g"]) == (F("1.41"), F("2.30"), F("3.7"))
    facts = [fact for id in "ab" for fact in result.item(id).roundings]
    assert [isinstance(fact.before, Real) for fact in facts] == [True, True]
    assert result.to_dict()["items"][0]["rounding"][0]["before"].startswith("1.414213")


# --- what must be rounded -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "points",
    ["sqrt(actual)", "1 + ln(actual)", "root(actual, 5) / 2", "min(weight, sqrt(actual))", "sqrt(actual) if actual > 3 else 2", "clamp(sqrt(actual), 0, 5)", "abs(1 - sqrt(actual))", "sqrt(actual) ** 2"],
)  # fmt: skip
def test_an_item_that_nothing_rounds(points: str) -> None:
    assert wrong(leaf(points=points)) == [("indicators[0]", "irrational-unrounded")]
    assert wrong(leaf(points=points), rounding={"item": {"digits": 2, "mode": "none"}}) == [("indicators[0]", "irrational-unrounded")]
    assert wrong(leaf(points=points), rounding={"group": 2, "total": 2}) == [("indicators[0]", "irrational-unrounded")], "of its own"
    assert rules(leaf(points=points), rounding={"item": 2}).items


@pytest.mark.parametrize(
    "points",
    ["round(sqrt(actual), 2)", "floor(ln(actual) * 10) / 10", "ceil(root(actual, 3))", "5 if sqrt(actual) > 2 else 3", "floor(sqrt(actual)) + actual / 3", "10 if missing(a) or sqrt(actual) < 2 else 1"],
)  # fmt: skip
def test_rounding_inside_of_a_formula_is_enough(points: str) -> None:
    assert rules(leaf(points=points)).items["a"].weight == 10


def test_ways_to_an_irrational_item() -> None:
    """By a let of the file, by a let of the method, by a special case, by a parameter, by a row of a table, by what another item scored."""
    root = ("indicators[0]", "irrational-unrounded")
    assert wrong(leaf(points="speed"), let={"speed": "sqrt(n)"}, inputs={"n": {}}) == [root]
    assert wrong({**leaf(), "method": {"type": "formula", "let": {"x": "sqrt(actual)"}, "points": "x"}}) == [root]
    assert wrong(leaf(points="1", special=[{"when": "actual > 3", "points": "sqrt(actual)"}])) == [root]
    assert wrong({**leaf(), "method": {"type": "table", "rows": [["> 3", "sqrt(actual)"], ["any", 1]]}}) == [root]
    assert wrong(leaf(points="1", missing="sqrt(2)")) == [root] or wrong(leaf(points="actual", missing="sqrt(2)")) == [root]
    assert wrong(leaf(points="1", floor="sqrt(2)", special=[{"when": "actual > 0", "points": 2}])) == [root]
    assert wrong(leaf(points="x"), let={"x": {"of": ["n"], "rows": [["> 1", "sqrt(n)"], ["any", 1]]}}, inputs={"n": {}}) == [root]
    rows = {"rows": {"type": "table", "columns": ["actual"]}}
    each = {"type": "each", "rows_of": "rows", "combine": "mean", "method": {"type": "formula", "points": "sqrt(actual)"}}
    assert wrong({**leaf(), "method": each}, inputs=rows) == [root]
    assert rules({**leaf(), "method": each}, inputs=rows, rounding={"item": 2}).items
    own = {"m": {"parameters": ["x"], "otherwise": "x * 2"}}
    assert wrong({**leaf(), "method": {"type": "m", "x": "sqrt(actual)"}}, methods=own) == [root]


def test_a_gate_can_make_points_irrational_again() -> None:
    """Gates come after the rounding of an item: their points are not rounded again."""
    gates = [{"id": "g", "when": "b > 3", "on": ["a"], "at_most": "sqrt(b)"}]
    found = wrong(leaf("a"), leaf("b"), total=20, gates=gates, rounding={"item": 2})
    assert found == [("indicators[0]", "irrational-unrounded")]
    assert rules(leaf("a"), leaf("b"), total=20, gates=[{**gates[0], "at_most": "round(sqrt(b), 2)"}], rounding={"item": 2}).items


@pytest.mark.parametrize(
    "rounding, found",
    [
        ({}, ["indicators[0]"]),
        ({"total": 2}, ["indicators[0]"]),
        ({"item": 2, "total": 2}, ["indicators[0]"]),
        ({"group": {"digits": 2, "mode": "none"}}, ["indicators[0]"]),
    ],
)
def test_a_group_that_nothing_rounds(rounding: dict[str, Any], found: list[str]) -> None:
    assert wrong(*tree(), total=30, rounding=rounding) == [(place, "irrational-unrounded") for place in found]


def test_a_total_that_nothing_rounds() -> None:
    total = {"weight": 20, "combine": "geometric_mean"}
    (found,) = wrong(leaf("a"), leaf("b"), total=total, rounding={"group": 2})
    assert found[1] == "irrational-unrounded"
    with pytest.raises(RuleError) as raised:
        rules(leaf("a"), leaf("b"), total=total)
    assert "rounding: {total: 2}" in raised.value.problems[0].hint("en")
    assert rules(leaf("a"), leaf("b"), total=total, rounding={"total": 2}).groups


def test_other_means_are_rational() -> None:
    for combine in ("mean", "harmonic_mean", "min", "max", "sum(parts)"):
        assert rules(*tree(combine=combine), total=30).groups


# --- never guessed --------------------------------------------------------------------------------------------------


def test_a_value_that_nothing_decides_is_told() -> None:
    """√2 + √3 = √(5 + 2√6): equal, and no number of bits shows it; half a hundredth beside it cannot be decided either."""
    zero = "sqrt(2) + sqrt(actual) - sqrt(5 + 2 * sqrt(2 * actual))"
    assert refused(rules(leaf(points=f"1.125 + {zero}"), rounding=HALVES), {"a": 3}) == ["undecided-rounding"]
    assert earns(f"1.12 + {zero}", {"a": 3}) == F("1.12"), "away from a tie the value is plain"
    assert refused(rules(leaf(points=f"1 if {zero} > 0 else 2")), {"a": 3}) == ["undecided-rounding"]
    assert refused(rules(leaf(points=f"floor(3 + {zero})")), {"a": 3}) == ["undecided-rounding"]
    assert earns(f"5 if {zero} > 0 else 2", {"a": 4}, {}) in (2, 5)


@pytest.mark.parametrize(
    "points, a",
    [("sqrt(actual - 5)", 4), ("root(actual - 5, 3)", 4), ("ln(actual - 4)", 4), ("ln(actual - 5)", 4), ("sqrt(1 - sqrt(actual))", 4)],
)
def test_what_has_no_real_value(points: str, a: int) -> None:
    made = rules(leaf(points=points), rounding=HALVES)
    for _ in range(3):
        assert refused(made, {"a": a}) == ["not-a-real"]
    assert score(rules(leaf(points="0", special=[{"when": "actual < 5", "points": 1}])), {"a": a}).total == 1


def test_a_root_of_zero_is_zero() -> None:
    assert earns("sqrt(actual)", {"a": 0}) == 0
    assert earns("root(actual, 16)", {"a": 0}) == 0


@pytest.mark.parametrize(
    "points, code",
    [
        ("root(actual, actual)", "formula-syntax"), ("root(actual, 1)", "formula-syntax"), ("root(actual, 17)", "formula-syntax"), ("root(actual, 2.5)", "formula-syntax"),
        ("root(actual, -2)", "formula-syntax"), ("root(actual)", "wrong-arguments"), ("sqrt(actual, 2)", "wrong-arguments"), ("ln()", "wrong-arguments"),
    ],
)  # fmt: skip
def test_functions_used_wrongly(points: str, code: str) -> None:
    """The degree of a root is a written whole number from 2 to 16."""
    assert wrong(leaf(points=points), rounding=HALVES) == [("indicators[0].method.points", code)]


# --- always ---------------------------------------------------------------------------------------------------------

SQRT = rules(leaf(points="min(weight, sqrt(actual))"), rounding=HALVES)
FLOOR = rules(leaf(points="min(weight, sqrt(actual))"), rounding={"item": {"digits": 2, "mode": "down"}})
MEAN = rules(
    {"id": "g", "label": "组", "weight": 20, "combine": "geometric_mean", "children": [leaf("a"), leaf("b")]},
    total=20,
    rounding={"group": {"digits": 2, "mode": "down"}},
)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000))
def test_a_root_by_whole_numbers(hundredths: int) -> None:
    """⌊100 · √x⌋ = isqrt(10⁴ · x); half up looks at the next half: ⌊200 √x⌋ odd or even."""
    text = f"{hundredths // 100}.{hundredths % 100:02}"
    assert score(FLOOR, {"a": text}).total == F(isqrt(100 * hundredths), 100)
    halves = isqrt(400 * hundredths)
    assert score(SQRT, {"a": text}).total == F((halves + 1) // 2, 100)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100), st.integers(0, 100))
def test_a_geometric_mean_by_whole_numbers(a: int, b: int) -> None:
    """20 · √(a/100 · b/100) in hundredths: ⌊20 √(ab)⌋ = isqrt(400 ab)."""
    result = score(MEAN, {"a": f"{a / 10:.1f}", "b": f"{b / 10:.1f}"})
    assert result.total == F(isqrt(400 * a * b), 100)
    assert result.full - sum((line.lost for line in result.ledger), F(0)) == result.total


def test_it_comes_back() -> None:
    result = score(MEAN, {"a": 10, "b": 5})
    assert result.total == F("14.14")
    for again in (pickle.loads(pickle.dumps(result)), Assessment.from_dict(result.to_dict(), RuleSet.from_dict(MEAN.to_dict()))):
        assert again.to_dict() == result.to_dict()
    assert "14.14" in result.explain("zh") and "14.14" in result.explain("en") and "14.14" in str(result)
