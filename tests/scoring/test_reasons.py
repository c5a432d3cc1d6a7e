"""Reason codes: of the items that have one, those at or below their baseline, the largest loss first."""

from __future__ import annotations

import pickle
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore import Assessment, RuleError, RuleSet, score
from perfscore.scoring.facts import ReasonHeld


def leaf(id: str, weight: object = 10, **more: object) -> dict[str, Any]:
    return {"id": id, "label": f"指标{id}", "weight": weight, "method": {"type": "formula", "points": "actual"}, **more}


def rules(*indicators: dict[str, Any], total: object, **top: Any) -> RuleSet:
    return RuleSet.from_dict(
        {"perfscore": 1, "id": "t", "total": total, "indicators": list(indicators), "rating": [{"id": "one", "is": "any"}], **top}
    )


def held(result: Assessment) -> list[tuple[str, str, F]]:
    return [(one.code, one.item, one.lost) for one in result.reasons]


THREE = rules(leaf("a", reason="RC1"), leaf("b", reason="RC2", baseline=7), leaf("c", reason="RC3", baseline=12), leaf("d"), total=40)


@pytest.mark.parametrize(
    "a, b, c, found",
    [
        (10, 10, 10, [("RC3", "c", 2), ("RC1", "a", 0)]),  # 12 − 10, 10 − 10; b is above its baseline of 7
        (4, 7, 10, [("RC1", "a", 6), ("RC3", "c", 2), ("RC2", "b", 0)]),  # the largest first
        (8, 5, 10, [("RC1", "a", 2), ("RC2", "b", 2), ("RC3", "c", 2)]),  # ties in file order
        (10, "7.01", 10, [("RC3", "c", 2), ("RC1", "a", 0)]),  # 7.01 is above 7
        (0, 0, 0, [("RC3", "c", 12), ("RC1", "a", 10), ("RC2", "b", 7)]),
    ],
)
def test_reasons(a, b, c, found) -> None:
    assert held(score(THREE, {"a": a, "b": b, "c": c, "d": 0})) == found


def test_an_item_without_a_reason_has_none() -> None:
    assert score(rules(leaf("d"), total=10), {"d": 0}).reasons == ()


def test_they_are_in_the_json() -> None:
    result = score(THREE, {"a": "4.5", "b": 9, "c": 10, "d": 0})
    assert result.reasons[0] == ReasonHeld("RC1", "a", F("5.5"))
    assert result.to_dict()["reasons"] == [{"code": "RC1", "item": "a", "lost": "5.5"}, {"code": "RC3", "item": "c", "lost": "2"}]


def test_points_after_gates_count() -> None:
    gates = [{"id": "veto", "when": "d = 0", "on": ["a"], "points": 1}]
    made = rules(leaf("a", reason="RC1", baseline=5), leaf("d"), total=20, gates=gates)
    assert held(score(made, {"a": 9, "d": 0})) == [("RC1", "a", 4)]
    assert held(score(made, {"a": 9, "d": 1})) == []


def test_what_does_not_apply() -> None:
    """It lost nothing that a reason could be given for."""
    for policy in ("full", "zero", {"policy": "redistribute", "by": "proportional", "scope": "siblings"}):
        made = rules(leaf("a", reason="RC1", not_applicable=policy), leaf("d"), total=20)
        assert held(score(made, {"a": "不适用", "d": 0})) == []
        assert held(score(made, {"a": 4, "d": 0})) == [("RC1", "a", 6)]


def test_deductions_and_bonuses() -> None:
    """Weight 0: the baseline is 0, so a bonus is above it and a deduction below."""
    down = {"id": "x", "label": "扣分", "cap": 0, "floor": -5, "reason": "RX", "method": {"type": "formula", "points": "-actual"}}
    made = rules(leaf("a"), down, total=10)
    assert held(score(made, {"a": 10, "x": 3})) == [("RX", "x", 3)]
    assert held(score(made, {"a": 10, "x": 0})) == [("RX", "x", 0)]


def test_a_negative_baseline() -> None:
    down = {
        "id": "x",
        "label": "扣分",
        "cap": 0,
        "floor": -5,
        "reason": "RX",
        "baseline": -2,
        "method": {"type": "formula", "points": "-actual"},
    }
    made = rules(leaf("a"), down, total=10)
    assert held(score(made, {"a": 10, "x": 3})) == [("RX", "x", 1)]
    assert held(score(made, {"a": 10, "x": 1})) == []


@pytest.mark.parametrize(
    "more, told",
    [
        ({"baseline": "many"}, ("bad-number", "indicators[0].baseline")),
        ({"reason": ["R"]}, ("wrong-type", "indicators[0].reason")),
        ({"resaon": "R"}, ("unknown-key", "indicators[0].resaon")),
    ],
)
def test_what_is_wrong(more, told) -> None:
    with pytest.raises(RuleError) as raised:
        rules(leaf("a", **more), total=10)
    assert [(one.code, str(one.place)) for one in raised.value.problems] == [told]


@pytest.mark.parametrize("key, value", [("reason", "R"), ("baseline", 3)])
def test_groups_have_none(key, value) -> None:
    group = {"id": "g", "label": "组", "weight": 10, "children": [leaf("a")], key: value}
    with pytest.raises(RuleError) as raised:
        rules(group, total=10)
    assert [(one.code, str(one.place)) for one in raised.value.problems] == [("bad-parameter", f"indicators[0].{key}")]


@given(st.tuples(*[st.integers(0, 1000)] * 3))
def test_by_hand(hundredths: tuple[int, int, int]) -> None:
    """Every item at or below its baseline, by loss, ties in file order; the same in every assessment of the rules."""
    points = dict(zip("abc", (F(one, 100) for one in hundredths), strict=True))
    lost = [(code, id, base - points[id]) for code, id, base in (("RC1", "a", 10), ("RC2", "b", 7), ("RC3", "c", 12)) if base >= points[id]]
    outcomes = {**{id: f"{one // 100}.{one % 100:02}" for id, one in zip("abc", hundredths, strict=True)}, "d": 0}
    assert held(score(THREE, outcomes)) == sorted(lost, key=lambda one: -one[2])


def test_they_come_back() -> None:
    result = score(THREE, {"a": 4, "b": 7, "c": 10, "d": 0})
    for again in (
        Assessment.from_dict(result.to_dict(), THREE),
        pickle.loads(pickle.dumps(result)),
        score(pickle.loads(pickle.dumps(THREE)), {"a": 4, "b": 7, "c": 10, "d": 0}),
    ):
        assert again.reasons == result.reasons
        assert again.to_dict() == result.to_dict()
