# ruff: noqa: E501
"""比率: how far the target was reached, by the sign of the target and the policies that its text leaves open."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore import RuleSet, score

UP = {"target": ">= 100", "method": {"type": "ratio", "above": "cap"}}


def ratio(target: str, **parameters: object) -> dict[str, object]:
    return {"target": target, "method": {"type": "ratio", "above": "cap", **parameters}}


@pytest.mark.parametrize(
    "target, parameters, actual, points, reason, case, why",
    [
        # >= 100
        (">= 100", {}, "100", "10", "target_met", 1, "on the edge: the target is met"),
        (">= 100", {}, "101", "10", "target_met", 1, "above, capped"),
        (">= 100", {}, "99", "9.9", "proportional", 3, "10 × 99/100"),
        (">= 100", {}, "1", "0.1", "proportional", 3, "10 × 1/100"),
        (">= 100", {}, "0", "0", "nothing_earned", 2, "attainment 0"),
        (">= 100", {}, "-5", "0", "nothing_earned", 2, "attainment below 0 earns nothing, not −0.5"),
        (">= 3", {}, "1", "10/3", "proportional", 3, "10 × 1/3, exact"),
        # > 100: the target itself misses it, and still earns no more than the weight
        ("> 100", {}, "100", "10", "proportional", 3, "10 × min(100/100, 1)"),
        ("> 100", {}, "101", "10", "target_met", 1, "above"),
        # <= 90, quotient: target ÷ actual
        ("<= 90", {"reverse": "quotient"}, "90", "10", "target_met", 1, "on the edge"),
        ("<= 90", {"reverse": "quotient"}, "80", "10", "target_met", 1, "below: better"),
        ("<= 90", {"reverse": "quotient"}, "96", "9.375", "proportional", 3, "10 × 90/96 = 900/96"),
        ("<= 90", {"reverse": "quotient"}, "9000", "0.1", "proportional", 3, "10 × 90/9000: never quite 0"),
        ("<= 90", {"reverse": "quotient"}, "0", "10", "target_met", 1, "met before the division"),
        # <= 90, complement: 2 − actual ÷ target
        ("<= 90", {"reverse": "complement"}, "90", "10", "target_met", 1, "on the edge"),
        ("<= 90", {"reverse": "complement"}, "96", "28/3", "proportional", 3, "10 × (2 − 96/90) = 10 × 84/90"),
        ("<= 90", {"reverse": "complement"}, "135", "5", "proportional", 3, "10 × (2 − 1.5)"),
        ("<= 90", {"reverse": "complement"}, "180", "0", "nothing_earned", 2, "2 − 2 = 0"),
        ("<= 90", {"reverse": "complement"}, "200", "0", "nothing_earned", 2, "2 − 20/9 < 0"),
        ("< 90", {"reverse": "complement"}, "90", "10", "proportional", 3, "10 × (2 − 1), the target is missed strictly"),
        # = 4, at least
        ("= 4", {"equal": "at_least"}, "4", "10", "target_met", 1, "on the edge"),
        ("= 4", {"equal": "at_least"}, "5", "10", "target_met", 1, "more than = 4 is met too"),
        ("= 4", {"equal": "at_least"}, "3", "7.5", "proportional", 3, "10 × 3/4"),
        # = 4, two-sided: 1 − |actual − target| ÷ |target|
        ("= 4", {"equal": "two_sided"}, "4", "10", "target_met", 1, "on the edge"),
        ("= 4", {"equal": "two_sided"}, "5", "7.5", "proportional", 3, "10 × (1 − 1/4)"),
        ("= 4", {"equal": "two_sided"}, "3", "7.5", "proportional", 3, "10 × (1 − 1/4)"),
        ("= 4", {"equal": "two_sided"}, "8", "0", "nothing_earned", 2, "1 − 4/4"),
        ("= 4", {"equal": "two_sided"}, "9", "0", "nothing_earned", 2, "1 − 5/4 < 0"),
        ("= -4", {"equal": "two_sided"}, "-3", "7.5", "proportional", 3, "10 × (1 − 1/|−4|)"),
        # an interval
        ("[90, 110]", {}, "90", "10", "target_met", 1, "lower edge"),
        ("[90, 110]", {}, "110", "10", "target_met", 1, "upper edge"),
        ("[90, 110]", {}, "100", "10", "target_met", 1, "inside"),
        ("[90, 110]", {}, "81", "9", "proportional", 3, "10 × 81/90"),
        ("[90, 110]", {}, "121", "9", "proportional", 3, "10 × (2 − 121/110)"),
        ("[90, 110]", {}, "220", "0", "nothing_earned", 2, "2 − 220/110 = 0"),
        ("(90, 110)", {}, "90", "10", "proportional", 3, "the open edge is missed; 2 − 90/110 > 1, capped at the weight"),
        ("(90, 110)", {}, "110", "10", "proportional", 3, "the open edge is missed; 10 × (2 − 1)"),
        # below
        (">= 100", {"below": "proportional"}, "99", "9.9", "proportional", 3, "written out"),
        (">= 100", {"below": "zero"}, "100", "10", "target_met", 1, "met"),
        (">= 100", {"below": "zero"}, "99", "0", "target_missed", 3, "all or nothing"),
        (">= 100", {"below": "zero"}, "0", "0", "nothing_earned", 2, "attainment 0"),
        (">= 100", {"below": {"zero": "60%"}}, "60", "6", "proportional", 4, "on the line: 10 × 60/100"),
        (">= 100", {"below": {"zero": "60%"}}, "59", "0", "below_pass_line", 3, "59 % < 60 %"),
        (">= 100", {"below": {"zero": "60%"}}, "0", "0", "nothing_earned", 2, "nothing at all"),
        (">= 100", {"below": {"zero": "60%"}}, "100", "10", "target_met", 1, "met"),
        (">= 100", {"below": {"stretch": "60%"}}, "60", "0", "proportional", 4, "10 × (0.6 − 0.6)/(1 − 0.6)"),
        (">= 100", {"below": {"stretch": "60%"}}, "80", "5", "proportional", 4, "10 × (0.8 − 0.6)/0.4"),
        (">= 100", {"below": {"stretch": "60%"}}, "90", "7.5", "proportional", 4, "10 × 0.3/0.4"),
        (">= 100", {"below": {"stretch": "60%"}}, "59", "0", "below_pass_line", 3, "59 % < 60 %"),
        ("> 100", {"below": {"stretch": "60%"}}, "100", "10", "proportional", 4, "10 × (1 − 0.6)/0.4"),
        # above
        (">= 100", {"above": {"zero": "200%"}}, "199", "10", "target_met", 2, "just under the line"),
        (">= 100", {"above": {"zero": "200%"}}, "200", "0", "too_far_above", 1, "on the line: 200 % is too far"),
        (">= 100", {"above": {"zero": "200%"}}, "99", "9.9", "proportional", 4, "10 × 99/100, ordinals moved by one"),
        (">= 100", {"above": {"zero": "200%"}, "below": {"zero": "60%"}}, "59", "0", "below_pass_line", 4, "all five cases"),
        (">= 100", {"above": {"zero": "200%"}, "below": {"zero": "60%"}}, "60", "6", "proportional", 5, "10 × 60/100"),
    ],
)  # fmt: skip
def test_points(one, target, parameters, actual, points, reason, case, why) -> None:
    assert one(ratio(target, **parameters), actual) == (F(points), reason, case), why


@pytest.mark.parametrize(
    "actual, points, why",
    [
        ("100", "10", "10 × min(1, 1.3)"),
        ("120", "12", "10 × 1.2: a written cap of 13 leaves room"),
        ("130", "13", "10 × 1.3"),
        ("150", "13", "10 × min(1.5, 1.3)"),
        ("90", "9", "10 × 0.9"),
    ],
)
def test_extend_earns_more_than_the_weight_where_the_cap_says_so(one, actual, points, why) -> None:
    leaf = {**ratio(">= 100", above={"extend": "130%"}), "cap": "weight * 1.3"}
    assert one(leaf, actual)[0] == F(points), why


def test_extend_without_a_cap_is_a_broken_claim(one) -> None:
    assert one(ratio(">= 100", above={"extend": "130%"}), "120") == ("points-out-of-range",)
    assert one(ratio(">= 100", above={"extend": "130%"}), "100") == (10, "target_met", 1)


@pytest.mark.parametrize(
    "target, parameters, actual, code",
    [
        (">= 0", {}, "-1", "division-by-zero"),  # −1 ÷ 0
        ("> 0", {}, "0", "division-by-zero"),
        ("<= 0", {"reverse": "complement"}, "1", "division-by-zero"),
        ("= 0", {"equal": "two_sided"}, "1", "division-by-zero"),
        (">= 0", {}, "5", None),  # met: nothing has to be divided
        ("<= 0", {"reverse": "quotient"}, "0", None),
    ],
)
def test_a_target_of_zero_has_no_rate(one, target, parameters, actual, code) -> None:
    found = one(ratio(target, **parameters), actual)
    assert found == (code,) if code else found == (10, "target_met", 1)


def test_a_reverse_target_of_zero_earns_nothing_by_quotient(one) -> None:
    assert one(ratio("<= 0", reverse="quotient"), "1") == (0, "nothing_earned", 2)  # 0 ÷ 1


def test_missing_is_an_error_or_what_the_rule_says(one) -> None:
    assert one(UP) == ("missing-outcome",)
    assert one(UP, "/") == ("missing-outcome",)
    assert one({**UP, "missing": 0}) == (0, "missing", 1)
    assert one({**UP, "missing": "weight / 2"}, "—") == (5, "missing", 1)
    assert one({**UP, "missing": 0}, "99") == (F("9.9"), "proportional", 4)  # the ordinals count the case of `missing`


def test_special_stands_before_the_method(one) -> None:
    leaf = {
        **ratio(">= n"),
        "special": [
            {"when": "target = 0", "points": "weight", "reason": "nothing_planned"},
            {"when": "target < 0", "refuse": "指标值为负"},
        ],
    }
    inputs = {"n": {"label": "计划数"}}
    assert one(leaf, "0", {"n": 0}, inputs=inputs) == (10, "nothing_planned", 1)
    assert one(leaf, "1", {"n": 2}, inputs=inputs) == (5, "proportional", 6)
    assert one(leaf, "1", {"n": -2}, inputs=inputs) == ("refused",)


@pytest.mark.parametrize(
    "rate, actual, points, why",
    [
        ({"step": "0.01%", "mode": "down"}, "2/3", "6.666", "66.66 % × 10"),
        ({"step": "0.01%", "mode": "half-up"}, "2/3", "6.667", "66.67 % × 10"),
        ({"step": "1%", "mode": "up"}, "0.991", "10", "99.1 % → 100 %"),
        ({"digits": 1}, "0.95", "10", "0.95 → 1.0 (half up)"),
        (0, "0.5", "10", "0.5 → 1: an attainment rounded up earns the weight at most"),
    ],
)
def test_the_attainment_passes_the_stage_rate(one, rate, actual, points, why) -> None:
    assert one(ratio(">= 1"), actual, rounding={"rate": rate})[0] == F(points), why


def test_met_is_decided_before_the_rate_is_rounded(one) -> None:
    # 99.6 % rounds to 100 %, and the target is still missed: case 3, not case 1.
    assert one(ratio(">= 1"), "0.996", rounding={"rate": {"step": "1%"}}) == (10, "proportional", 3)


def test_the_weight_is_a_quantity(one) -> None:
    assert one({**UP, "weight": "2.5"}, "50") == (F("1.25"), "proportional", 3)  # 2.5 × 50/100


def test_percent_targets(one) -> None:
    leaf = {**ratio(">= 95%"), "unit": "%"}
    assert one(leaf, "95%") == (10, "target_met", 1)
    assert one(leaf, "47.5")[0] == 5  # a bare number is in the declared unit: 10 × 47.5/95


@pytest.mark.parametrize(
    "target, parameters, told",
    [
        (">= 100", {"above": None}, "indicators[0].method policy-open: “甲”: ratio does not say “above”: what more than the target earns | write above: cap, {extend: limit} or {zero: start}"),
        ("<= 90", {}, "indicators[0].method policy-open: “甲”: ratio does not say “reverse”: a reverse attainment is target ÷ actual, or 2 − actual ÷ target | write reverse: quotient or complement"),
        ("< 90", {}, "indicators[0].method policy-open: “甲”: ratio does not say “reverse”: a reverse attainment is target ÷ actual, or 2 − actual ÷ target | write reverse: quotient or complement"),
        ("= 4", {}, "indicators[0].method policy-open: “甲”: ratio does not say “equal”: whether more than an “=” target also meets it | write equal: at_least or two_sided"),
        (">= 100", {"reverse": "quotient"}, "indicators[0].method.reverse bad-parameter: “reverse” does not fit: quotient | expected: no such key, unless the target is written with <="),
        ("= 4", {"equal": "at_least", "reverse": "quotient"}, "indicators[0].method.reverse bad-parameter: “reverse” does not fit: quotient | expected: no such key, unless the target is written with <="),
        (">= 100", {"equal": "at_least"}, "indicators[0].method.equal bad-parameter: “equal” does not fit: at_least | expected: no such key, unless the target is written with ="),
        ("!= 3", {}, 'indicators[0].method bad-parameter: “target” does not fit: != 3 | expected: ">= 1200", "<= 5%", "= 4" or "[90, 110]"'),
        ("any", {}, 'indicators[0].method bad-parameter: “target” does not fit: any | expected: ">= 1200", "<= 5%", "= 4" or "[90, 110]"'),
        ("[90, ∞)", {}, 'indicators[0].method bad-parameter: “target” does not fit: [90, ∞) | expected: ">= 1200", "<= 5%", "= 4" or "[90, 110]"'),
        (">= 100", {"above": "free"}, "indicators[0].method.above wrong-type: “above” cannot be free | expected: cap | {extend: e} | {zero: z}"),
        (">= 100", {"below": {"line": "60%"}}, "indicators[0].method.below wrong-type: “below” cannot be a mapping | expected: proportional | zero | {zero: z} | {stretch: z}"),
        (">= 100", {"below": {"zero": "60 +"}}, "indicators[0].method.below.zero formula-syntax: formula cannot be read: it ends too early"),
        (">= 100", {"revers": "quotient"}, "indicators[0].method.revers unknown-parameter: method ratio has no parameter “revers”, did you mean “reverse”? | parameters: above, below, equal, reverse"),
    ],
)  # fmt: skip
def test_what_is_left_open_or_wrong(wrong, target, parameters, told) -> None:
    leaf = ratio(target, **parameters)
    if parameters.get("above", "") is None:
        del leaf["method"]["above"]  # type: ignore[union-attr]
    assert wrong(leaf) == [told]


def test_both_open_policies_are_told_together(wrong) -> None:
    found = wrong({"target": "<= 90", "method": "ratio"})
    assert [one.split(":")[0] for one in found] == ["indicators[0].method policy-open"] * 2


def test_no_target(wrong) -> None:
    assert wrong({"method": {"type": "ratio", "above": "cap"}}) == [
        'indicators[0].method missing-key: “target” is missing in “甲” | target: ">= 100"'
    ]


def test_policy_open_in_chinese(build) -> None:
    from perfscore import RuleError

    with pytest.raises(RuleError) as raised:
        build(ratio("= 4"))
    assert raised.value.problems[0].tell("zh") == (
        "indicators[0].method  policy-open: “甲”：评分方法 ratio（比率）没有写明 equal：超过“=”目标是否也算完成\n    提示: 写 equal: at_least 或 two_sided"
    )


_UP = RuleSet.from_dict(
    {
        "perfscore": 1,
        "id": "t",
        "total": 10,
        "inputs": {"goal": {}},
        "indicators": [{"id": "a", "weight": 10, "target": ">= goal", "method": {"type": "ratio", "above": "cap"}}],
        "rating": [{"id": "one", "is": "any"}],
    }
)
positive = st.fractions(min_value=F(1, 100), max_value=1000, max_denominator=100)


@given(positive, positive, positive)
def test_more_never_earns_less(goal: F, less: F, more: F) -> None:
    less, more = sorted((less, more))
    low, high = (score(_UP, {"a": actual, "goal": goal}).total for actual in (less, more))
    assert 0 <= low <= high <= 10
    assert low == min(10 * less / goal, F(10))
