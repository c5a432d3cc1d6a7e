# ruff: noqa: E501
"""公式: a method written in the rule file itself."""

from fractions import Fraction as F

import pytest


def own(**parameters: object) -> dict[str, object]:
    return {"method": {"type": "formula", **parameters}}


GROWTH = own(
    let={"growth": "actual / last_year - 1", "step": "5%"},
    cases=[
        {"when": "growth >= 2 * step", "points": "weight", "reason": "fast"},
        {"when": "growth >= 0", "points": "weight * growth / (2 * step)"},
        {"when": "growth < -50%", "refuse": "降幅过大，须人工复核"},
    ],
    otherwise=0,
)
INPUTS = {"last_year": {}}


@pytest.mark.parametrize(
    "actual, points, reason, case, why",
    [
        ("110", "10", "fast", 1, "growth 10 % = 2 × 5 %: on the edge"),
        ("200", "10", "fast", 1, "100 %"),
        ("109", "9", "case_2", 2, "10 × 9 %/10 %"),
        ("100", "0", "case_2", 2, "10 × 0"),
        ("99", "0", "otherwise", 4, "growth −1 %"),
        ("50", "0", "otherwise", 4, "growth −50 %: on the edge of the refusal"),
    ],
)
def test_cases(one, actual, points, reason, case, why) -> None:
    assert one(GROWTH, actual, {"last_year": 100}, inputs=INPUTS) == (F(points), reason, case), why


def test_a_refusal_carries_the_authors_words(build) -> None:
    from perfscore import OutcomeError, score

    with pytest.raises(OutcomeError) as raised:
        score(build(GROWTH, inputs=INPUTS), {"a": "49", "last_year": 100})
    assert [one.tell("zh").split("  ")[1] for one in raised.value.problems] == ["refused: 规则规定“甲”不予评分：降幅过大，须人工复核"]


def test_points_alone_is_one_case(one) -> None:
    assert one(own(points="weight * min(actual / 100, 1)"), "50") == (5, "otherwise", 1)


def test_no_case_holds(one) -> None:
    assert one(own(cases=[{"when": "actual > 0", "points": 1}]), "0") == ("no-case",)


def test_lets_are_computed_when_first_used(one) -> None:
    # `rate` divides by zero, and no case that is reached reads it.
    leaf = own(let={"rate": "1 / actual"}, cases=[{"when": "actual = 0", "points": 3}, {"when": "rate > 0", "points": 4}])
    assert one(leaf, "0")[0] == 3
    assert one(leaf, "1")[0] == 4


def test_lets_may_use_each_other_in_any_order(one) -> None:
    assert one(own(let={"twice": "once * 2", "once": "actual + 1"}, points="twice"), "1")[0] == 4


def test_an_item_without_actual_has_no_outcome_of_its_own(one, build) -> None:
    leaf = own(points="weight * n")
    assert [one.id for one in build(leaf, inputs={"n": {}}).inputs] == ["n"]
    assert one(leaf, ..., {"n": "0.5"}, inputs={"n": {}}) == (5, "otherwise", 1)


def test_target_names(one) -> None:
    assert one({**own(points="target_to - target_from"), "target": "[2, 9]"}, ...)[0] == 7
    assert one({**own(points="weight if met else target"), "target": ">= 4"}, "3")[0] == 4


def test_missing(one) -> None:
    assert one(own(points="actual")) == ("missing-outcome",)
    assert one(own(points="0 if missing(actual) else actual"))[0] == 0
    assert one({**own(points="actual"), "missing": 2}) == (2, "missing", 1)


@pytest.mark.parametrize(
    "leaf, told",
    [
        (own(), "indicators[0].method missing-key: “cases” is missing in “甲” | cases: [{when: actual > 0, points: weight, reason: done}]"),
        (own(cases=[{"when": "actual > 0"}]), "indicators[0].method.cases[0] missing-key: “points” is missing in method.cases[0] of “甲” | points: …  /  refuse: …"),
        (own(cases=[{"when": "actual > 0", "points": 1, "refuse": "不"}]), "indicators[0].method.cases[0] bad-parameter: “cases 1” does not fit: points and refuse are both written | expected: points or refuse"),
        (own(cases=[{"points": 1}]), "indicators[0].method.cases[0] missing-key: “when” is missing in method.cases[0] of “甲” | when: …"),
        (own(cases=[{"when": "actual >", "points": 1}]), "indicators[0].method.cases[0].when formula-syntax: formula cannot be read: it ends too early"),
        (own(cases=[{"when": "actual >", "refuse": "不"}]), "indicators[0].method.cases[0].when formula-syntax: formula cannot be read: it ends too early"),
        (own(cases=[{"when": "actual > 0", "points": "1 +"}]), "indicators[0].method.cases[0].points formula-syntax: formula cannot be read: it ends too early"),
        (own(points="1 +"), "indicators[0].method.points formula-syntax: formula cannot be read: it ends too early"),
        (own(cases=[{"when": "actual > 0", "points": 1}], otherwise="1 +"), "indicators[0].method.otherwise formula-syntax: formula cannot be read: it ends too early"),
        (own(let={"x": "1 +"}, points="x"), "indicators[0].method.let.x formula-syntax: formula cannot be read: it ends too early"),
        (own(cases=[{"when": "actual", "points": 1}]), "indicators[0].method.cases[0].when wrong-kind: a condition (true or false) is needed here, found a number"),
        (own(points="actual > 0"), "indicators[0].method.points wrong-kind: a number is needed here, found a condition (true or false)"),
        (own(points="actuel"), "indicators[0].method.points unknown-name: there is no quantity “actuel”, did you mean “actual”?"),
        (own(let={"x": "y", "y": "x"}, points="x"), "indicators[0].method.let.x cycle: circular reference: x → y → x | compute one of them from inputs alone"),
        (own(let={"x-y": "1"}, points="1"), "indicators[0].method.let[\"x-y\"] bad-id: “x-y” cannot be an id: the sign “-” is not allowed | an id is letters, digits, _ or Chinese characters, does not begin with a digit and has no hyphen"),
        (own(points="1", cases=[{"when": "1 > 0", "points": 2}]), "indicators[0].method.points bad-parameter: “points” does not fit: points stands beside cases or otherwise | expected: points alone, or cases with otherwise"),
    ],
)  # fmt: skip
def test_what_is_wrong(wrong, leaf, told) -> None:
    assert wrong(leaf) == [told]
