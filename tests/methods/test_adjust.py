# ruff: noqa: E501
"""加减分: points change with each unit over or under a line; how a part of a unit counts is never guessed."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore import RuleSet, score


def adjust(target: str | None, floor: object = None, cap: object = None, **parameters: object) -> dict[str, object]:
    leaf: dict[str, object] = {"method": {"type": "adjust", **parameters}}
    for key, value in (("target", target), ("floor", floor), ("cap", cap)):
        if value is not None:
            leaf[key] = value
    return leaf


def each(points: object, part: str | None = "proportional", per: object = 1, **more: object) -> dict[str, object]:
    return {"per": per, "points": points, **({"part": part} if part else {}), **more}


@pytest.mark.parametrize(
    "actual, part, points, reason, why",
    [
        ("102.4%", "proportional", "8.8", "over_line", "10 − 2.4 × 0.5"),
        ("102.4%", "started", "8.5", "over_line", "10 − 3 × 0.5: the third point is begun"),
        ("102.4%", "completed", "9", "over_line", "10 − 2 × 0.5"),
        ("102%", "started", "9", "over_line", "10 − 2 × 0.5: exactly two"),
        ("100.1%", "completed", "10", "over_line", "10 − 0 × 0.5: no whole point"),
        ("100.1%", "started", "9.5", "over_line", "10 − 1 × 0.5"),
        ("100%", "started", "10", "on_line", "on the line"),
        ("97%", "started", "10", "on_line", "under the line nothing changes"),
        ("120%", "started", "0", "all_deducted", "10 − 20 × 0.5 = 0, seen as the floor"),
        ("150%", "proportional", "0", "all_deducted", "10 − 25 < 0"),
        ("119%", "started", "0.5", "over_line", "10 − 19 × 0.5"),
    ],
)
def test_how_a_part_of_a_unit_counts(one, actual, part, points, reason, why) -> None:
    leaf = {**adjust("<= 100%", floor=0, over=each("-0.5", part, per="1%")), "unit": "%"}
    case = {"all_deducted": 1, "over_line": 2, "on_line": 3}[reason]
    assert one(leaf, actual) == (F(points), reason, case), why


BOTH = adjust(">= 100", floor=0, cap="weight + 2", over=each(1, "completed", per=10), under=each(-2, "started", per=5))


@pytest.mark.parametrize(
    "actual, points, reason, case, why",
    [
        ("100", "10", "on_line", 7, "on the line"),
        ("110", "11", "over_line", 5, "10 + 1"),
        ("109", "10", "over_line", 5, "9 over: no whole ten"),
        ("120", "12", "all_earned", 3, "10 + 2 reaches the cap"),
        ("999", "12", "all_earned", 3, "beyond the cap"),
        ("99", "8", "under_line", 6, "1 under begins a five: 10 − 2"),
        ("95", "8", "under_line", 6, "5 under is one five"),
        ("94", "6", "under_line", 6, "6 under begins the second"),
        ("80", "2", "under_line", 6, "20 under: 10 − 4 × 2"),
        ("75", "0", "all_deducted", 2, "25 under: 10 − 5 × 2"),
        ("0", "0", "all_deducted", 2, "beyond the floor"),
    ],
)
def test_both_sides(one, actual, points, reason, case, why) -> None:
    assert one(BOTH, actual) == (F(points), reason, case), why


@pytest.mark.parametrize(
    "parameters, actual, points, why",
    [
        ({"from": 6, "over": each(1)}, "102", "8", "6 + 2"),
        ({"from": "weight / 2", "under": each(-1)}, "98", "3", "5 − 2"),
        ({"from": 0, "over": each(1, at_most=3)}, "110", "3", "10 units, at most 3"),
        ({"from": 0, "over": each(1, at_most=3)}, "102", "2", "within the limit"),
        ({"over": each(-1, at_most=3)}, "110", "7", "10 − 3: the limit holds for deductions too"),
        ({"under": each(-1, at_most=3)}, "0", "7", "10 − 3"),
        ({"over": each(-1, per="2")}, "103", "8.5", "3 over ÷ 2 = 1.5"),
        ({"over": each("-weight * 10%")}, "101", "9", "a tenth of the weight"),
        ({"under": each(-1)}, "150", "10", "over the line nothing changes"),
        ({"over": each(-1)}, "50", "10", "under the line nothing changes"),
    ],
)
def test_parameters(one, parameters, actual, points, why) -> None:
    assert one(adjust("= 100", **parameters), actual)[0] == F(points), why


@pytest.mark.parametrize(
    "actual, points, reason, why",
    [
        ("90", "10", "on_line", "lower edge"),
        ("110", "10", "on_line", "upper edge"),
        ("100", "10", "on_line", "inside"),
        ("113", "7", "over_line", "3 over 110"),
        ("88", "6", "under_line", "2 under 90, 2 each"),
        ("70", "0", "all_deducted", "20 under 90"),
    ],
)
def test_an_interval_has_two_lines(one, actual, points, reason, why) -> None:
    leaf = adjust("[90, 110]", floor=0, over=each(-1), under=each(-2))
    assert one(leaf, actual)[:2] == (F(points), reason), why


@pytest.mark.parametrize(
    "finished, points, why",
    [
        ("2024-09-30", "10", "on the day"),
        ("2024-09-01", "10", "early"),
        ("2024-10-01", "9.9", "1 day: 10 − 0.1"),
        ("2024-10-31", "6.9", "31 days: 10 − 3.1"),
        ("2025-12-31", "0", "457 days: all deducted"),
    ],
)
def test_a_deadline_is_a_gap_in_days(one, finished, points, why) -> None:
    leaf = adjust(None, floor=0, gap="finished - 2024-09-30", over=each("-0.1", "completed"))
    assert one(leaf, ..., {"finished": finished}, inputs={"finished": {"type": "date"}})[0] == F(points), why


def test_points_outside_of_the_claim_are_an_error(one) -> None:
    assert one(adjust("<= 100", over=each(-1)), "111") == ("points-out-of-range",)  # 10 − 11 < 0, no floor written
    assert one(adjust("<= 100", over=each(-1)), "110")[0] == 0
    assert one(adjust("<= 100", over=each(1)), "101") == ("points-out-of-range",)  # 11 > 10, no cap written


def test_a_bonus_item_has_no_weight(one) -> None:
    leaf = {**adjust(">= 0", cap=3, over=each(1, "completed")), "weight": 0, "grid": 1}
    leaf["method"]["from"] = 0  # type: ignore[index]
    assert one(leaf, "2", total=0)[0] == 2
    assert one(leaf, "9", total=0)[:2] == (3, "all_earned")


def test_part_is_not_asked_where_every_gap_is_whole(one, wrong) -> None:
    leaf = {**adjust("<= 100", floor=0, over=each(-1, None)), "grid": 1}
    assert one(leaf, "103")[0] == 7  # recorded in whole units: 3 over
    open_ = "indicators[0].method.over policy-open: method.over of “甲”: adjust does not say “part”: how a part of a unit counts | write part: proportional, started or completed"
    for more in ({"grid": "0.1"}, {"target": "<= 100.5", "grid": 1}, {"target": "<= limit", "grid": 1}, {}):
        plain = {**adjust("<= 100", floor=0, over=each(-1, None)), **more}
        assert wrong(plain, inputs={"limit": {}}) == [open_], more


def test_part_is_asked_where_the_unit_is_a_formula(wrong) -> None:
    leaf = {**adjust("<= 100", floor=0, over=each(-1, None, per="n")), "grid": 1}
    assert [one.split(":")[0] for one in wrong(leaf, inputs={"n": {}})] == ["indicators[0].method.over policy-open"]


def test_a_unit_beside_a_percentage_wants_its_sign(wrong) -> None:
    leaf = {**adjust("<= 100%", floor=0, over=each(-1, "started", per=1)), "unit": "%"}
    assert wrong(leaf) == ["indicators[0].method.over.per bare-percentage: a number beside a percentage needs its sign: 1 | write 1%"]


def test_part_is_asked_for_a_gap_of_the_author(wrong) -> None:
    leaf = {**adjust("<= 100", floor=0, gap="actual - 100", over=each(-1, None)), "grid": 1}
    assert [one.split(":")[0] for one in wrong(leaf)] == ["indicators[0].method.over policy-open"]


def test_part_is_asked_on_each_side(wrong) -> None:
    leaf = adjust("= 100", over=each(-1, None), under=each(-1, None))
    assert [one.split(":")[0] for one in wrong(leaf)] == ["indicators[0].method.over policy-open", "indicators[0].method.under policy-open"]


def test_missing_and_zero(one) -> None:
    leaf = adjust("<= 100", floor=0, over=each(-1))
    assert one(leaf) == ("missing-outcome",)
    assert one(leaf, "0") == (10, "on_line", 3)
    assert one({**leaf, "missing": 0}) == (0, "missing", 1)


@pytest.mark.parametrize(
    "leaf, told",
    [
        (adjust("<= 100"), "indicators[0].method missing-key: “over” is missing in “甲” | over: {per: 1, points: -0.5, part: started}"),
        (adjust(None, over=each(-1)), 'indicators[0].method missing-key: “gap” is missing in “甲” | target: "<= 100%"  /  gap: finished - due'),
        (adjust("any", over=each(-1)), 'indicators[0].method missing-key: “gap” is missing in “甲” | target: "<= 100%"  /  gap: finished - due'),
        (adjust("<= 100", over={"points": -1, "part": "started"}), "indicators[0].method.over missing-key: “per” is missing in method.over of “甲” | per: …"),
        (adjust("<= 100", over=each(-1, "begun")), "indicators[0].method.over.part wrong-type: “part” cannot be begun | expected: proportional, started, completed"),
        (adjust("<= 100", over=each("1 +")), "indicators[0].method.over.points formula-syntax: formula cannot be read: it ends too early"),
        (adjust("<= 100", gap="actual -", over=each(1)), "indicators[0].method.gap formula-syntax: formula cannot be read: it ends too early"),
        (adjust("<= 100", over={**each(1), "each": 1}), "indicators[0].method.over.each unknown-key: there is no key “each” here | keys here: at_most, part, per, points"),
    ],
)  # fmt: skip
def test_what_is_wrong(wrong, leaf, told) -> None:
    assert wrong(leaf) == [told]


def test_a_unit_of_nothing_is_a_division_by_zero(one) -> None:
    assert one(adjust("<= 100", floor=0, over=each(-1, per="n")), "101", {"n": 0}, inputs={"n": {}}) == ("division-by-zero",)


_RULES = {
    part: RuleSet.from_dict(
        {
            "perfscore": 1,
            "id": "t",
            "total": 10,
            "indicators": [{"id": "a", "weight": 10, "floor": 0, **adjust("<= 100", over=each("-0.5", part, per=2))}],
            "rating": [{"id": "one", "is": "any"}],
        }
    )
    for part in ("proportional", "started", "completed")
}


@given(st.fractions(min_value=50, max_value=200, max_denominator=50))
def test_a_started_unit_costs_most_and_a_completed_one_least(actual: F) -> None:
    import math

    gap = max(actual - 100, F(0)) / 2
    units = {"proportional": gap, "started": F(math.ceil(gap)), "completed": F(math.floor(gap))}
    for part, rules in _RULES.items():
        assert score(rules, {"a": actual}).total == max(10 - units[part] / 2, F(0))
