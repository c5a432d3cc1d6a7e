# ruff: noqa: E501
"""How a group is made of its children, where weight moves that does not apply, and what the ledger says of each stage."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from perfscore import Assessment, OutcomeError, RuleError, RuleSet, score

ANY = [{"id": "one", "is": "any"}]


def leaf(id: str, weight: object = 10, **more: object) -> dict[str, Any]:
    """An item that earns what is reported."""
    return {"id": id, "label": f"指标{id}", "weight": weight, "method": {"type": "formula", "points": "actual"}, **more}


def group(id: str, weight: object, *children: Mapping[str, Any], **more: object) -> dict[str, Any]:
    return {"id": id, "label": f"组{id}", "weight": weight, "children": list(children), **more}


def move(by: str = "proportional", scope: str = "siblings") -> dict[str, Any]:
    return {"not_applicable": {"policy": "redistribute", "by": by, "scope": scope}}


def rules(total: object, *indicators: Mapping[str, Any], **top: Any) -> RuleSet:
    return RuleSet.from_dict({"perfscore": 1, "id": "t", "total": total, "indicators": list(indicators), "rating": ANY, **top})


def scored(total: object, *indicators: Mapping[str, Any], outcomes: Mapping[str, Any], **top: Any) -> Assessment:
    result = score(rules(total, *indicators, **top), outcomes)
    adds_up(result)
    return result


def adds_up(result: Assessment) -> None:
    """Both identities of the ledger, from the facts alone."""
    assert result.total is not None
    assert result.full - sum((line.lost for line in result.ledger), F(0)) == result.total
    of_stages = sum((line.lost for line in result.ledger if line.stage is not None), F(0))
    items = result.items_in_order
    beside = result.full - sum((item.weight for item in items), F(0))
    assert sum((item.points for item in items), beside) - of_stages == result.total
    assert all(line.lost for line in result.ledger)


def lines(result: Assessment) -> dict[str, F]:
    return {str(line.item or line.stage): line.lost for line in result.ledger}


def refused(total: object, *indicators: Mapping[str, Any], outcomes: Mapping[str, Any], **top: Any) -> list[str]:
    with pytest.raises(OutcomeError) as raised:
        score(rules(total, *indicators, **top), outcomes)
    return [problem.code for problem in raised.value.problems]


def wrong(total: object, *indicators: Mapping[str, Any], **top: Any) -> list[str]:
    with pytest.raises(RuleError) as raised:
        rules(total, *indicators, **top)
    return [f"{one.place} {one.code}: {one.message('en')} | {one.hint('en')}".removesuffix(" | ") for one in raised.value.problems]


OFF = {"not_applicable": True, "because": "本年无此项"}

# --- combine --------------------------------------------------------------------------------------------------------

TWO = (leaf("a", 4), leaf("b", 6))


@pytest.mark.parametrize(
    "combine, a, b, points, why",
    [
        ("sum", 2, 3, 5, "2 + 3"),
        ("mean", 2, 3, 5, "10 × (4 × 2/4 + 6 × 3/6)/10: the shares are halves"),
        ("mean", 4, 3, 7, "10 × (4 × 1 + 6 × 1/2)/10 = 4 + 3"),
        ("min", 4, 3, 5, "10 × min(4/4, 3/6)"),
        ("max", 1, 3, 5, "10 × max(1/4, 3/6)"),
        ("harmonic_mean", 2, 3, 5, "halves: 10 × 10/(4 × 2 + 6 × 2)"),
        ("harmonic_mean", 4, 3, F(100, 16), "10 × 10/(4/1 + 6/(1/2))"),
        ("harmonic_mean", 4, 0, 0, "a share of 0"),
        ("harmonic_mean", 0, 0, 0, "both 0"),
        ("geometric_mean", 0, 3, 0, "a share of 0"),
        ("geometric_mean", 2, 3, 5, "halves: 10 × (1/2^4 × 1/2^6)^(1/10)"),
        ("max(parts) - min(parts)", 4, 1, 3, "a formula over the points"),
        ("weight if all(parts >= 1) else sum(parts)", 1, 1, 10, "weight is the group's"),
        ("weight if all(parts >= 1) else sum(parts)", 1, "0.5", F("1.5"), "one is below 1"),
        ("median(parts) + count(parts)", 4, 1, F("4.5"), "2.5 + 2"),
    ],
)
def test_combine(combine, a, b, points, why) -> None:
    result = scored(10, group("g", 10, *TWO, combine=combine), outcomes={"a": a, "b": b}, rounding={"group": 4})
    assert result.points["g"] == round(F(points) * 10000) / F(10000), why
    stage = "g:sum" if combine == "sum" else "g:combine"
    left = 10 - F(str(a)) - F(str(b))
    assert lines(result).get(stage, 0) == (10 - F(points)) - left, "what the group loses beside what its children lose"


@pytest.mark.parametrize(
    "combine, total, why", [("mean", 12, "12 × (4 × 1 + 6 × 1/2 + 2 × 1)/12 = 9"), ("min", 6, "12 × 1/2"), ("max", 12, "12 × 1")]
)
def test_the_total_combines_too(combine, total, why) -> None:
    result = scored({"weight": 12, "combine": combine}, leaf("a", 4), leaf("b", 6), leaf("c", 2), outcomes={"a": 4, "b": 3, "c": 2})
    assert result.total == (9 if combine == "mean" else total), why
    assert result.full == 12


def test_min_needs_no_weights_that_add_up() -> None:
    """Three children of 10 in a group of 20: the least share counts."""
    result = scored(20, group("g", 20, leaf("a"), leaf("b"), leaf("c"), combine="min"), outcomes={"a": 10, "b": 5, "c": 8})
    assert result.total == 10  # 20 × 5/10
    # −10 is the weights' own difference (30 − 20), 7 the items' loss: 20 − 7 − lost = 10
    assert lines(result) == {"b": 5, "c": 2, "g:combine": 3}


def test_groups_in_groups() -> None:
    """min below a mean below a sum."""
    inner = group("i", 6, leaf("a", 3), leaf("b", 3), combine="min")
    result = scored(14, group("g", 10, inner, leaf("c", 4), combine="mean"), leaf("d", 4), outcomes={"a": 3, "b": 1, "c": 2, "d": 4})
    assert result.points["i"] == 2  # 6 × 1/3
    assert result.points["g"] == 4  # 10 × (6 × 1/3 + 4 × 1/2)/10
    assert result.total == 8


@pytest.mark.parametrize(
    "combine, policy, points, why",
    [
        ("mean", move(), 5, "b is left out: 10 × (4 × 2/4)/4"),
        ("min", move(), 5, "only a: 1/2"),
        ("max", move(), 5, "only a: 1/2"),
        ("harmonic_mean", move(), 5, "only a"),
        ("geometric_mean", move(), 5, "only a"),
        ("sum(parts) + count(parts)", move(), 3, "parts holds a alone: 2 + 1"),
        ("mean", {"not_applicable": "full"}, 8, "10 × (4 × 1/2 + 6 × 1)/10"),
        ("min", {"not_applicable": "full"}, 5, "b's share is 1"),
        ("max", {"not_applicable": "full"}, 10, "b's share is 1"),
        ("harmonic_mean", {"not_applicable": "full"}, F(100, 14), "10 × 10/(8 + 6)"),
        ("mean", {"not_applicable": "zero"}, 2, "10 × (4 × 1/2 + 0)/10"),
        ("min", {"not_applicable": "zero"}, 0, "b's share is 0"),
        ("harmonic_mean", {"not_applicable": "zero"}, 0, "b's share is 0"),
        ("geometric_mean", {"not_applicable": "zero"}, 0, "b's share is 0"),
        ("sum(parts) + count(parts)", {"not_applicable": "zero"}, 4, "2 + 0 + 2"),
        ("mean", {"not_applicable": "peer_mean"}, F("3.5"), "10 × (4 × 1/2 + 6 × 1.5/6)/10"),
        ("max", {"not_applicable": "peer_mean"}, 5, "1/2 against 1.5/6"),
        ("sum(parts) * count(parts)", {"not_applicable": "peer_mean"}, 7, "(2 + 1.5) × 2"),
    ],
)
def test_combine_with_what_does_not_apply(combine, policy, points, why) -> None:
    off = {**OFF, "peer_mean": "1.5"} if policy == {"not_applicable": "peer_mean"} else OFF
    given = group("g", 10, leaf("a", 4), leaf("b", 6, **policy), combine=combine)
    result = scored(10, given, outcomes={"a": 2, "b": off}, rounding={"group": 8})
    assert abs(result.points["g"] - F(points)) < F(1, 10**8), why


def test_no_child_applies() -> None:
    both = [leaf("a", 4, **move()), leaf("b", 6, **move())]
    off = {"a": OFF, "b": OFF, "c": 1}
    for combine in ("sum", "mean", "min", "max", "harmonic_mean", "geometric_mean"):
        assert refused(12, group("g", 10, *both, combine=combine), leaf("c", 2), outcomes=off, rounding={"group": 2}) == ["nothing-left"], (
            combine
        )
    # a formula decides itself
    result = scored(12, group("g", 10, *both, combine="sum(parts)"), leaf("c", 2), outcomes=off)
    assert result.points["g"] == 0
    assert refused(12, group("g", 10, *both, combine="mean(parts)"), leaf("c", 2), outcomes=off) == ["empty-list"]


def test_a_group_that_does_not_apply_combines_nothing() -> None:
    """No error of its own: its children do not apply either."""
    for combine, rest in (("mean", {}), ("min(parts)", {}), ("sum", {})):
        given = group("g", 10, *TWO, combine=combine, applies="on", **move(), **rest)
        result = scored(20, given, leaf("c", 10), outcomes={"on": "否", "c": 6}, inputs={"on": {"type": "yes_no"}})
        assert result.total == 12, combine  # 6 × 20/10
        assert result.groups["g"].not_applicable
        assert lines(result) == {"a": 4, "b": 6, "c": 4, "total:redistribution": -6}


@pytest.mark.parametrize("combine", ["mean", "geometric_mean", "harmonic_mean", "min", "max"])
def test_children_of_a_mean_have_weights(combine) -> None:
    bonus = {"id": "b", "label": "加分", "cap": 3, "floor": 0, "method": {"type": "formula", "points": "actual"}}
    assert wrong(10, group("g", 10, leaf("a", 10), bonus, combine=combine), rounding={"group": 2}) == [
        f"indicators[0].children[1] bad-parameter: “weight” does not fit: no weight | expected: a weight above 0 (combine: {combine})"
    ]
    written = {**bonus, "weight": 0}
    (found,) = wrong(10, group("g", 10, leaf("a", 10), written, combine=combine), rounding={"group": 2})
    assert (
        found
        == f"indicators[0].children[1].weight bad-parameter: “weight” does not fit: 0 | expected: a weight above 0 (combine: {combine})"
    )


def test_a_negative_share_has_no_geometric_mean() -> None:
    below = leaf("b", 6, floor=-6)
    assert refused(
        10, group("g", 10, leaf("a", 4), below, combine="geometric_mean"), outcomes={"a": 1, "b": -1}, rounding={"group": 2}
    ) == ["not-a-real"]
    result = scored(10, group("g", 10, leaf("a", 4), below, combine="harmonic_mean"), outcomes={"a": 4, "b": -3})
    assert result.total == F(100, 4 - 12)  # 10 × 10/(4/1 + 6/(−1/2))


@pytest.mark.parametrize(
    "combine, place, code",
    [
        ("median", "indicators[0].combine", "unknown-name"),
        ("sum(part)", "indicators[0].combine", "unknown-name"),
        ("parts", "indicators[0].combine", "wrong-kind"),
        ("sum(parts", "indicators[0].combine", "formula-syntax"),
        ("all(parts > 0)", "indicators[0].combine", "wrong-kind"),
        ("sum(parts) + points(g)", "indicators[0]", "cycle"),
    ],
)
def test_what_is_wrong_with_combine(combine, place, code) -> None:
    (found,) = wrong(10, group("g", 10, *TWO, combine=combine))
    assert found.startswith(f"{place} {code}: "), found


# --- out_of ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more, a, b, points, left",
    [
        ({"out_of": 100}, 30, 40, 14, {"a": 10, "b": 20, "g:scaling": -24}),  # 70/100 × 20; of 30 points lost 24 are no points of the group
        ({"out_of": 100}, 40, 60, 20, {}),
        ({"out_of": 100, "cap": 15}, 40, 60, 15, {"g:floor_cap": 5}),  # scaled first, then capped
        ({"out_of": 100, "floor": 3}, 0, 10, 3, {"a": 40, "b": 50, "g:scaling": -72, "g:floor_cap": -1}),  # 2, at least 3
        (
            {"out_of": 100, "combine": "max(parts) * 2"},
            30,
            40,
            16,
            {"a": 10, "b": 20, "g:combine": -10, "g:scaling": -16},
        ),  # 80 of 100: 20 lost, not 30; then 4 of 20
    ],
)
def test_out_of(more, a, b, points, left) -> None:
    result = scored(20, group("g", 20, leaf("a", 40), leaf("b", 60), **more), outcomes={"a": a, "b": b})
    assert result.points["g"] == points
    assert lines(result) == left


def test_out_of_on_the_total_and_in_two_levels() -> None:
    inner = group("g", 60, leaf("a", 10), leaf("b", 20), out_of=30)
    result = scored({"weight": 50, "out_of": 100}, inner, leaf("c", 40), outcomes={"a": 10, "b": 5, "c": 20}, rounding={"group": 0})
    assert result.points["g"] == 30  # 15/30 × 60
    assert result.total == 25  # 50/100 × 50
    assert lines(result) == {"b": 15, "c": 20, "g:scaling": 15, "total:scaling": -25}  # 50 − 25 = 25


def test_scaling_comes_after_moving() -> None:
    result = scored(20, group("g", 20, leaf("a", 40), leaf("b", 60, **move()), out_of=100), outcomes={"a": 30, "b": OFF})
    assert result.points["g"] == 15  # 30 × 100/40 = 75 of 100, × 20
    assert lines(result) == {"a": 10, "b": 60, "g:redistribution": -45, "g:scaling": -20}  # 75 − 30; 100 − 75 − (20 − 15)


def test_means_ignore_out_of_but_for_the_check() -> None:
    result = scored(20, group("g", 20, leaf("a", 40), leaf("b", 60), out_of=100, combine="mean"), outcomes={"a": 20, "b": 60})
    assert result.points["g"] == 16  # 20 × (40 × 1/2 + 60)/100
    assert "g:scaling" not in lines(result)


@pytest.mark.parametrize(
    "total, given, told",
    [
        (20, group("g", 20, leaf("a", 40), leaf("b", 50), out_of=100), "indicators[0].weight weights-group: children of “组g” add up to 90, expected 100"),
        (20, group("g", 20, leaf("a", 40), leaf("b", 60)), "indicators[0].weight weights-group: children of “组g” add up to 100, expected 20"),
        (20, group("g", 20, leaf("a", 4), leaf("b", 6), combine="mean"), "indicators[0].weight weights-group: children of “组g” add up to 10, expected 20"),
        (20, group("g", 20, leaf("a", 4), leaf("b", 6), combine="harmonic_mean"), "indicators[0].weight weights-group: children of “组g” add up to 10, expected 20"),
        (20, group("g", 20, leaf("a", 4), leaf("b", 6), combine="min", out_of=11), "indicators[0].weight weights-group: children of “组g” add up to 10, expected 11"),
        (20, group("g", 20, leaf("a", 4), leaf("b", 6), combine="sum(parts)", out_of=11), "indicators[0].weight weights-group: children of “组g” add up to 10, expected 11"),
        ({"weight": 20, "out_of": 50}, leaf("a", 40), "total weights-total: the top indicators add up to 40, expected the total 50"),
        (20, group("g", 20, leaf("a", 20), out_of=0), "indicators[0].out_of bad-parameter: “out_of” does not fit: 0 | expected: a number above 0"),
        (20, group("g", 20, leaf("a", 20), out_of=-5), "indicators[0].out_of bad-parameter: “out_of” does not fit: -5 | expected: a number above 0"),
        (20, group("g", 20, leaf("a", 20), out_of="hundred"), "indicators[0].out_of bad-number: "),
    ],
)  # fmt: skip
def test_weights_that_do_not_add_up(total, given, told) -> None:
    (found,) = wrong(total, given)
    assert found.startswith(told), found


def test_weights_that_need_not_add_up() -> None:
    for combine in ("min", "max", "sum(parts) / 2"):
        assert rules(20, group("g", 20, leaf("a", 4), leaf("b", 6), combine=combine)).groups["g"].weight == 20


# --- weight that moves: by ------------------------------------------------------------------------------------------

THREE = [leaf("a", 20), leaf("b", 30)]


@pytest.mark.parametrize(
    "policies, outcomes, total, why",
    [
        ([move()], {"a": 10, "b": 24, "c": OFF}, 68, "34 × (50 + 50)/50"),
        ([move("equal")], {"a": 10, "b": 24, "c": OFF}, F("66.5"), "34 + (10/20 + 24/30) × 50/2 = 34 + 32.5"),
        ([move()], {"a": 10, "b": 24, "c": 5}, 39, "nothing moves"),
        ([move("equal")], {"a": 10, "b": 24, "c": 5}, 39, "nothing moves"),
        ([move("equal")], {"a": 20, "b": 30, "c": OFF}, 100, "full shares take it all"),
        ([move("equal")], {"a": 0, "b": 0, "c": OFF}, 0, "nothing of nothing"),
    ],
)
def test_by(policies, outcomes, total, why) -> None:
    result = scored(100, *THREE, leaf("c", 50, **policies[0]), outcomes=outcomes)
    assert result.total == total, why
    gained = total - sum(F(value) for value in outcomes.values() if not isinstance(value, dict))
    assert lines(result).get("total:redistribution", 0) == (-gained if isinstance(outcomes["c"], dict) else 0)


def test_two_ways_at_once() -> None:
    """c moves by weight, d in equal parts: 10 + 20, R = 50, M_p = 40, M_e = 10, shares 1/2 + 2/3."""
    given = [*THREE, leaf("c", 40, **move()), leaf("d", 10, **move("equal"))]
    result = scored(100, *given, outcomes={"a": 10, "b": 20, "c": OFF, "d": OFF})
    assert result.total == F(30 * 90, 50) + F(7, 6) * F(10, 2)  # 54 + 5.8333…
    result = scored(100, *given, outcomes={"a": 10, "b": 20, "c": OFF, "d": 4})
    assert result.total == F(34 * 100, 60)  # receivers a, b, d: 34 × (60 + 40)/60
    result = scored(100, *given, outcomes={"a": 10, "b": 20, "c": 10, "d": OFF})
    assert result.total == 40 + (F(1, 2) + F(2, 3) + F(1, 4)) * F(10, 3)


def test_what_is_kept_neither_receives_nor_moves() -> None:
    """A full item and a bonus keep their points; the rest shares."""
    bonus = {"id": "x", "label": "加分", "cap": 5, "floor": 0, "method": {"type": "formula", "points": "actual"}}
    given = [leaf("a", 40), leaf("b", 30, not_applicable="full"), leaf("c", 30, **move()), bonus]
    result = scored(100, *given, outcomes={"a": 20, "b": OFF, "c": OFF, "x": 3})
    assert result.total == 68  # 30 + 3 + 20 × (40 + 30)/40
    zero = [leaf("a", 40), leaf("b", 30, not_applicable="zero"), leaf("c", 30, **move())]
    assert scored(100, *zero, outcomes={"a": 20, "b": OFF, "c": OFF}).total == 35  # 20 × 70/40; b keeps its 0
    peers = [leaf("a", 40), leaf("b", 30, not_applicable="peer_mean"), leaf("c", 30, **move())]
    assert scored(100, *peers, outcomes={"a": 20, "b": {**OFF, "peer_mean": 21}, "c": OFF}).total == 56  # 21 + 35


def test_an_item_that_applies_receives_whatever_its_policy_would_be() -> None:
    given = [leaf("a", 50, not_applicable="full"), leaf("b", 50, **move())]
    assert scored(100, *given, outcomes={"a": 30, "b": OFF}).total == 60


# --- weight that moves: scope ---------------------------------------------------------------------------------------


def tree(scope: str, by: str = "proportional") -> list[dict[str, Any]]:
    """g(60) = h(40) = a 10, b 30; c 20.  k(40) = d 25, e 15.  b may not apply."""
    h = group("h", 40, leaf("a", 10), leaf("b", 30, **move(by, scope)))
    return [group("g", 60, h, leaf("c", 20)), group("k", 40, leaf("d", 25), leaf("e", 15))]


GIVEN = {"a": 5, "b": OFF, "c": 15, "d": 20, "e": 3}


@pytest.mark.parametrize(
    "scope, by, total, line, why",
    [
        ("siblings", "proportional", 58, ("h:redistribution", -15), "h: 5 × 40/10 = 20; + 15 + 20 + 3"),
        ("siblings", "equal", 58, ("h:redistribution", -15), "one sibling takes all: 5 + 1/2 × 30 = 20"),
        ("group", "proportional", 63, ("g:redistribution", -20), "g: (5 + 15) × 60/30 = 40; + 23"),
        ("group", "equal", F("61.75"), ("g:redistribution", F("-18.75")), "g: 20 + (1/2 + 3/4) × 30/2 = 38.75; + 23"),
        ("all", "proportional", F(430, 7), ("total:redistribution", F(-129, 7)), "43 × 100/70"),
        ("all", "equal", F("59.875"), ("total:redistribution", F("-16.875")), "43 + (1/2 + 3/4 + 4/5 + 1/5) × 30/4"),
    ],
)
def test_scope(scope, by, total, line, why) -> None:
    result = scored(100, *tree(scope, by), outcomes=GIVEN)
    assert result.total == total, why
    assert {name: lost for name, lost in lines(result).items() if "redistribution" in name} == dict([line])
    whole = scored(100, *tree(scope, by), outcomes={**GIVEN, "b": 30})
    assert whole.total == 73  # 43 + 30


def test_the_group_of_a_node_on_the_first_level_is_the_total() -> None:
    """c stands below the total; h is its own first level, so its group is the total: all leaves below receive."""
    given = [group("h", 40, leaf("a", 10), leaf("b", 30)), leaf("c", 20, **move("equal", "group")), leaf("d", 40)]
    result = scored(100, *given, outcomes={"a": 5, "b": 15, "c": OFF, "d": 40})
    assert result.total == 60 + (F(1, 2) + F(1, 2) + 1) * F(20, 3)
    by_siblings = [given[0], leaf("c", 20, **move("equal")), leaf("d", 40)]
    result = scored(100, *by_siblings, outcomes={"a": 5, "b": 15, "c": OFF, "d": 40})
    assert result.total == 60 + (F(20, 40) + 1) * F(20, 2)  # two direct siblings


def test_a_group_that_moves_takes_its_own_weight_along() -> None:
    """h (40) does not apply: scope group is g, whose leaves are c alone; scope all is everything."""
    for scope, total in (("siblings", 15 * F(60, 20) + 23), ("group", 15 * F(60, 20) + 23), ("all", 38 * F(100, 60))):
        h = group("h", 40, leaf("a", 10), leaf("b", 30), applies="on", **move("proportional", scope))
        given = [group("g", 60, h, leaf("c", 20)), group("k", 40, leaf("d", 25), leaf("e", 15))]
        result = scored(100, *given, outcomes={"on": "否", "c": 15, "d": 20, "e": 3}, inputs={"on": {"type": "yes_no"}})
        assert result.total == total, scope
        assert result.points["h"] == 0


def test_nested_moves_in_one_scope() -> None:
    """b (30) and e (15) do not apply, both in scope all: 20 + 20 … × 100/55."""
    h = group("h", 40, leaf("a", 10), leaf("b", 30, **move("proportional", "all")))
    given = [group("g", 60, h, leaf("c", 20)), group("k", 40, leaf("d", 25), leaf("e", 15, **move("proportional", "all")))]
    assert scored(100, *given, outcomes={**GIVEN, "e": OFF}).total == 40 * F(100, 55)


def test_floors_and_roundings_of_inner_groups_are_received_as_they_are() -> None:
    """g's children make 5 + 15 = 20.4 rounded to 20 by h: received is what the children's points are."""
    result = scored(100, *tree("group"), outcomes={**GIVEN, "a": "5.4"}, rounding={"group": 0})
    # h rounds 5.4 to 5; g: (5 + 15) × 60/30 = 40; k = 23
    assert result.total == 63
    assert lines(result)["h:rounding"] == F("0.4")


@pytest.mark.parametrize(
    "given, place, found",
    [
        ([group("g", 100, group("h", 60, leaf("a", 30), leaf("b", 30, **move("equal", "group")), combine="mean"), leaf("c", 40))], "indicators[0].children[0].children[1].not_applicable", "group"),
        ([group("g", 100, group("h", 60, leaf("a", 50), leaf("b", 50, **move("equal", "group")), out_of=100), leaf("c", 40))], "indicators[0].children[0].children[1].not_applicable", "group"),
        ([group("g", 50, group("h", 25, leaf("a", 10), leaf("b", 15, **move("equal", "group"))), leaf("c", 25, **move())), leaf("d", 50)], "indicators[0].children[1].not_applicable", "siblings"),
        ([group("g", 50, leaf("a", 25, **move("equal", "all")), leaf("b", 25, **move())), leaf("d", 50)], "indicators[0].children[1].not_applicable", "siblings"),
    ],
)  # fmt: skip
def test_scopes_that_do_not_fit_together(given, place, found) -> None:
    told = wrong(100, *given)
    assert told == [
        f"{place} bad-parameter: “scope” does not fit: {found} | expected: {EXPECTED[found, 'all' if 'all' in str(given) else 'group']}"
    ]


EXPECTED = {
    ("group", "group"): "group for all below, in groups of sum without out_of",
    ("siblings", "group"): "group for all below, in groups of sum without out_of",
    ("siblings", "all"): "all for all below, in groups of sum without out_of",
}


def test_nobody_is_left_to_receive() -> None:
    one = [leaf("a", 50, **move()), leaf("b", 50, **move())]
    assert refused(100, *one, outcomes={"a": OFF, "b": OFF}) == ["nothing-left"]
    assert refused(100, leaf("a", 50, **move("equal")), leaf("b", 50, not_applicable="full"), outcomes={"a": OFF, "b": OFF}) == [
        "nothing-left"
    ]
    bonus = {"id": "x", "label": "加分", "cap": 5, "floor": 0, "method": {"type": "formula", "points": "actual"}}
    assert refused(100, leaf("a", 100, **move()), bonus, outcomes={"a": OFF, "x": 5}) == ["nothing-left"], (
        "what has no weight receives nothing"
    )
    assert refused(100, group("g", 40, leaf("a", 40, **move("equal", "group"))), leaf("b", 60), outcomes={"a": OFF, "b": 6}) == [
        "nothing-left"
    ]


@pytest.mark.parametrize(
    "policy, told",
    [
        ({"policy": "redistribute"}, ["by", "scope"]),
        ({"policy": "redistribute", "by": "equal"}, ["scope"]),
        ({"policy": "redistribute", "scope": "all"}, ["by"]),
    ],
)
def test_moving_has_no_defaults(policy, told) -> None:
    found = wrong(20, leaf("a"), leaf("b", not_applicable=policy))
    assert [one.split(" ")[1] for one in found] == ["policy-open:"] * len(told)
    assert all(f"“{key}”" in one for key, one in zip(told, found, strict=True))


# --- peer_mean ------------------------------------------------------------------------------------------------------


def peers(outcome: Any, **more: Any) -> Assessment:
    return scored(20, leaf("a"), leaf("b", not_applicable="peer_mean", **more), outcomes={"a": 6, "b": outcome})


def test_peer_mean() -> None:
    result = peers({**OFF, "peer_mean": "7.3"})
    assert (result.total, result.item("b").points, result.item("b").reason) == (F("13.3"), F("7.3"), "not_applicable")
    assert result.item("b").not_applicable
    assert lines(result) == {"a": 4, "b": F("2.7")}
    assert peers(8).total == 14
    assert peers({"value": 8}).total == 14


def test_peer_mean_is_not_clamped_and_is_rounded() -> None:
    assert peers({**OFF, "peer_mean": "9.5"}, cap=8, floor=0).total == F("15.5")
    result = scored(
        20, leaf("a"), leaf("b", not_applicable="peer_mean"), outcomes={"a": 6, "b": {**OFF, "peer_mean": "7.345"}}, rounding={"item": 2}
    )
    assert result.total == F("13.35")


def test_peer_mean_is_needed_and_must_be_a_number() -> None:
    given = [leaf("a"), leaf("b", not_applicable="peer_mean")]
    assert refused(20, *given, outcomes={"a": 6, "b": OFF}) == ["missing-outcome"]
    assert refused(20, *given, outcomes={"a": 6, "b": "不适用"}) == ["missing-outcome"]
    assert refused(20, *given, outcomes={"a": 6, "b": {**OFF, "peer_mean": "七分"}}) == ["unreadable-quantity"]
    assert refused(20, *given, outcomes={"a": 6, "b": {**OFF, "peer_mean": ["7"]}}) == ["not-a-value"]
    assert refused(20, leaf("a"), leaf("b"), outcomes={"a": 6, "b": {"value": 3, "peer_mean": 7}}) == ["unknown-part"]


def test_peer_mean_beyond_the_weight_is_refused() -> None:
    """A mean of the peers above the weight cannot be; nothing is clamped silently."""
    given = [leaf("a"), leaf("b", not_applicable="peer_mean")]
    assert refused(20, *given, outcomes={"a": 6, "b": {**OFF, "peer_mean": 11}}) == ["points-out-of-range"]
    assert refused(20, *given, outcomes={"a": 6, "b": {**OFF, "peer_mean": -1}}) == ["points-out-of-range"]


def test_peer_mean_of_a_group() -> None:
    given = [leaf("a"), group("g", 10, leaf("b", 4), leaf("c", 6), applies="on", not_applicable="peer_mean")]
    inputs = {"on": {"type": "yes_no"}}
    result = scored(20, *given, outcomes={"a": 6, "on": "否", "g": {"peer_mean": "8.5"}}, inputs=inputs)
    assert (result.total, result.points["g"]) == (F("14.5"), F("8.5"))
    assert scored(20, *given, outcomes={"a": 6, "on": "是", "b": 1, "c": 2}, inputs=inputs).total == 9
    result = scored(20, *given, outcomes={"a": 6, "on": "是", "g": {**OFF, "peer_mean": "8.5"}}, inputs=inputs)
    assert result.total == F("14.5")


# --- gates on groups and lists --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "when, a, b, held",
    [
        ("any(points_in(g) = 0)", 0, 3, True),
        ("any(points_in(g) = 0)", 1, 3, False),
        ("count(shares_in(g) < 60%) >= 2", 2, 3, True),  # 2/4, 3/6
        ("count(shares_in(g) < 60%) >= 2", 3, 3, False),
        ("sum(points_in(g)) > 6", 4, 3, True),
        ("mean(points_in(g)) >= 3.5", 4, 3, True),
        ("median(points_in(g)) < 3.5", 4, 3, False),
        ("min(shares_in(g)) = 50%", 4, 3, True),
        ("max(points_in(g)) = 4", 4, 3, True),
        ("all(shares_in(g) >= 50%)", 2, 3, True),
        ("all(shares_in(g) >= 50%)", "1.99", 3, False),
    ],
)
def test_lists_in_gates(when, a, b, held) -> None:
    gates = [{"id": "g1", "when": when, "on": ["g"], "points": 1, "because": "否决"}]
    # a gate on g that asks for g's children is no circle
    result = scored(10, group("g", 10, *TWO), outcomes={"a": a, "b": b}, gates=gates)
    assert [gate.id for gate in result.gates] == (["g1"] if held else [])
    assert result.total == (1 if held else F(str(a)) + b)
    assert ("g:gate g1" in lines(result)) == (held and F(str(a)) + b != 1)


def test_lists_hold_what_applies() -> None:
    given = group("g", 20, leaf("a"), leaf("b", **move()))
    gates = [
        {"id": "few", "when": "count(points_in(g)) = 1", "rating": "one"},
        {"id": "none", "when": "any(points_in(g) = 0)", "rating": "one"},
    ]
    result = scored(20, given, outcomes={"a": 5, "b": OFF}, gates=gates)
    assert [gate.id for gate in result.gates] == ["few"]
    assert scored(20, given, outcomes={"a": 5, "b": 5}, gates=gates).gates == ()


def test_lists_of_nothing() -> None:
    """Where no child applies: any is false, all is true, a sum is 0, a mean is an error."""
    given = [group("g", 10, leaf("a", not_applicable="zero")), leaf("c", 10)]

    def held(when: str) -> bool:
        return bool(scored(20, *given, outcomes={"a": OFF, "c": 5}, gates=[{"id": "x", "when": when, "rating": "one"}]).gates)

    assert held("all(points_in(g) > 100)")
    assert not held("any(points_in(g) >= 0)")
    assert held("sum(points_in(g)) = 0 and count(points_in(g)) = 0")
    for word in ("mean", "median", "min", "max"):
        gates = [{"id": "x", "when": f"{word}(points_in(g)) > 0", "rating": "one"}]
        assert refused(20, *given, outcomes={"a": OFF, "c": 5}, gates=gates) == ["empty-list"], word


# --- properties -----------------------------------------------------------------------------------------------------

WEIGHTS = st.lists(st.integers(1, 40), min_size=2, max_size=5)


def moved(weights: list[int], gone: list[int], by: str, shares: list[F], scope: str = "siblings") -> Assessment:
    """Items of these weights; `gone` (the index) do not apply; the others earn these shares."""
    items = [leaf(f"i{k}", weight, **(move(by, scope) if k in gone else {})) for k, weight in enumerate(weights)]
    outcomes = {f"i{k}": OFF if k in gone else str(shares[k] * weight) for k, weight in enumerate(weights)}
    return scored(sum(weights), *items, outcomes=outcomes)


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    weights = draw(WEIGHTS)
    gone = draw(st.lists(st.integers(0, len(weights) - 1), max_size=len(weights) - 1, unique=True))
    return weights, gone


@settings(max_examples=40, deadline=None)
@given(situations(), st.sampled_from(["proportional", "equal"]), st.sampled_from(["siblings", "group", "all"]))
def test_full_points_stay_full(situation, by, scope) -> None:
    weights, gone = situation
    assert moved(weights, gone, by, [F(1)] * len(weights), scope).total == sum(weights)


@settings(max_examples=40, deadline=None)
@given(situations(), st.sampled_from(["proportional", "equal"]), st.integers(0, 8))
def test_one_share_for_all_stays_that_share(situation, by, eighths) -> None:
    weights, gone = situation
    assert moved(weights, gone, by, [F(eighths, 8)] * len(weights)).total == F(eighths, 8) * sum(weights)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 30), st.lists(st.integers(0, 8), min_size=2, max_size=5), st.data())
def test_equal_weights_make_both_ways_equal(weight, eighths, data) -> None:
    gone = data.draw(st.lists(st.integers(0, len(eighths) - 1), max_size=len(eighths) - 1, unique=True))
    shares = [F(one, 8) for one in eighths]
    weights = [weight] * len(eighths)
    assert moved(weights, gone, "equal", shares).total == moved(weights, gone, "proportional", shares).total


@settings(max_examples=40, deadline=None)
@given(situations(), st.sampled_from(["proportional", "equal"]), st.data())
def test_moving_stays_between_the_least_and_the_highest_share(situation, by, data) -> None:
    weights, gone = situation
    shares = [F(data.draw(st.integers(0, 8)), 8) for _ in weights]
    kept = [share for k, share in enumerate(shares) if k not in gone]
    assume(gone)
    total = moved(weights, gone, by, shares).total
    assert total is not None
    assert min(kept) * sum(weights) <= total <= max(kept) * sum(weights)


@settings(max_examples=40, deadline=None)
@given(situations(), st.data())
def test_means_lie_in_their_order(situation, data) -> None:
    """min ≤ harmonic ≤ geometric ≤ mean ≤ max, and a mean of weighted shares is the sum."""
    weights, _ = situation
    points = {f"i{k}": str(F(data.draw(st.integers(0, 8)), 8) * weight) for k, weight in enumerate(weights)}
    whole = sum(weights)
    made = {}
    for combine in ("min", "harmonic_mean", "geometric_mean", "mean", "sum", "max"):
        items = [leaf(f"i{k}", weight) for k, weight in enumerate(weights)]
        rounding = {"group": {"digits": 9, "mode": "half-up"}}
        made[combine] = scored(whole, group("g", whole, *items, combine=combine), outcomes=points, rounding=rounding).points["g"]
    ordered = [made[key] for key in ("min", "harmonic_mean", "geometric_mean", "mean", "max")]
    assert ordered == sorted(ordered)
    assert made["mean"] == made["sum"]


# --- back again -----------------------------------------------------------------------------------------------------


def test_rules_and_results_come_back() -> None:
    made = rules(
        {"weight": 100, "out_of": 100}, *tree("all", "equal"), rounding={"group": 3, "total": 2},
        gates=[{"id": "veto", "when": "any(points_in(k) = 0)", "on": ["k"], "at_most": 1, "because": "一票否决"}],
    )  # fmt: skip
    for again in (RuleSet.from_dict(made.to_dict()), pickle.loads(pickle.dumps(made))):
        assert (again.digest, again.to_dict()) == (made.digest, made.to_dict())
        result = score(again, {**GIVEN, "e": 0})
        adds_up(result)
        # k = 20 at most 1; the leaves' shares are 1/2, 3/4, 4/5, 0; the sum before moving is 5 + 15 + 1
        assert result.total == 21 + F("2.05") * F(30, 4) + F("0.005")  # 36.375, half up 36.38
        assert Assessment.from_dict(result.to_dict(), made).to_dict() == result.to_dict()
        assert pickle.loads(pickle.dumps(result)).to_dict() == result.to_dict()
