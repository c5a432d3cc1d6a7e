"""The ready claims: each false where a defect is planted, and never false where there is none."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import perfscore
from perfscore.ruleset.ruleset import RuleSet
from perfscore.testing import Counterexample, claims, falsify, outcomes
from perfscore.testing.domain import domain_of, other_unit
from perfscore.testing.rule_files import rule_files

HEAD = "perfscore: 1\nid: demo\ntitle: 示例\n"
TAIL = "rating: [{id: passed, label: 合格, is: '>= 12'}, {id: failed, label: 不合格, is: '< 12'}]\n"


def rules_of(items: str, total: str = "total: 20\n", more: str = "") -> RuleSet:
    """A rule set of two items of 10 points: `a` is tested, `b` counts visits."""
    visits = "  - {id: b, label: 走访, weight: 10, unit: 次, grid: 1, target: '>= 4', method: {type: ratio, above: cap}}\n"
    return perfscore.loads(f"{HEAD}{total}{more}indicators:\n{items}{visits}{TAIL}")


def item(keys: str) -> str:
    return f"  - {{id: a, label: 指标甲, weight: 10, {keys}}}\n"


def falsified(rules: RuleSet, claim: Any) -> Counterexample | None:
    return falsify(rules, claim, examples=10, seed=1)


def found(rules: RuleSet, claim: Any) -> Counterexample:
    """The counterexample that is expected, by the directed search alone."""
    counterexample = falsify(rules, claim, examples=0)
    assert counterexample is not None
    return counterexample


# --- monotone -------------------------------------------------------------------------------------------------------------

RATED = "unit: '%', grid: 0.1%, range: '[0%, 100%]', target: '>= 90%', "
VALLEY = RATED + "method: {type: table, rows: [['>= 90%', 10], ['[60%, 90%)', 4], ['[50%, 60%)', 6]], otherwise: 0}"
UP = RATED + "method: {type: table, rows: [['>= 90%', 10], ['[60%, 90%)', 6]], otherwise: 0}"
DOWN = "unit: 天, grid: 0.1, target: '<= 5', method: {type: ratio, reverse: complement, above: cap}"
DATE = (
    "type: date, target: '<= 2024年9月', floor: 0, method: {type: adjust, gap: a - 2024-09-30, over: {per: 10, points: -1, part: started}}"
)
RATE = "unit: '%', actual: spent / budget, target: '>= 100%', method: {type: ratio, above: cap}"
MONEY = "inputs: {budget: {unit: 万元, grid: 0.01, range: '> 0'}, spent: {unit: 万元, grid: 0.01, range: '>= 0'}}\n"


def test_a_band_below_a_better_one() -> None:
    """60 % earns 4, one step less earns 6."""
    counterexample = found(rules_of(item(VALLEY)), claims.monotone("a"))
    values = sorted((result.outcomes.values["a"], result.points["a"]) for result in counterexample.assessments)
    assert values[0][1] == 6 and values[1][1] == 4 and values[0][0] < Fraction("0.6") <= values[1][0]
    assert counterexample.changed == "a" and "实际值更好，得分不会更低" in str(counterexample)


@pytest.mark.parametrize("keys, more", [(UP, ""), (DOWN, ""), (DATE, ""), (RATE, MONEY)], ids=["up", "down", "a date", "of shared figures"])
def test_what_only_rises_or_only_falls(keys: str, more: str) -> None:
    assert falsified(rules_of(item(keys), more=more), claims.monotone("a")) is None


@pytest.mark.parametrize("keys, other, more", [(UP, "down", ""), (DOWN, "up", ""), (DATE, "up", ""), (RATE, "down", MONEY)])
def test_a_direction_can_be_given(keys: str, other: Any, more: str) -> None:
    found(rules_of(item(keys), more=more), claims.monotone("a", other))


def test_of_shared_figures_the_rate_is_what_counts() -> None:
    """More budget is a lower rate: the claim is about the rate, so it holds whichever of the two changes."""
    rules = rules_of(item(RATE), more=MONEY)
    assert claims.monotone("a").about(rules) == ("budget", "spent")  # type: ignore[attr-defined]
    before, after = (perfscore.score(rules, {"budget": budget, "spent": "50", "b": "4次"}) for budget in ("100", "80"))
    assert (before.points["a"], after.points["a"]) == (5, Fraction("6.25"))  # 10 × 50/100, 10 × 50/80
    assert claims.monotone("a")(before, after) and claims.monotone("a")(after, before)
    assert not claims.monotone("a", "down")(before, after)


GATED = "gates: [{id: g, when: a > 99%, 'on': [a], points: 5, because: 数据存疑}]\n"


def test_gates_on_the_item_are_part_of_its_points() -> None:
    rules = perfscore.loads(f"{HEAD}total: 10\nindicators:\n{item(UP)}{GATED}rating: [{{id: any, is: any}}]\n")
    assert found(rules, claims.monotone("a")).assessments[0].points["a"] in (5, 10)


@pytest.mark.parametrize(
    "keys, says",
    [
        ("unit: 次, grid: 1, method: {type: table, rows: [['>= 2', 10]], otherwise: 0}", "which way is better"),
        ("target: '[1, 2]', method: pass_fail", "which way is better"),
        ("type: yes_no, target: yes, method: pass_fail", "which way is better"),
        ("method: {type: grade, levels: [{id: met, share: 100%}]}", "which way is better"),
    ],
)
def test_monotone_has_nothing_to_say(keys: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        falsify(rules_of(item(keys)), claims.monotone("a"))


def test_monotone_needs_an_actual_value() -> None:
    keys = "method: {type: grade, levels: [{id: met, share: 100%}]}"
    with pytest.raises(ValueError, match="no actual value that is a number or a date"):
        falsify(rules_of(item(keys)), claims.monotone("a", "up"))


# --- bounded, parts_add_up ------------------------------------------------------------------------------------------------

BONUS = "  - {id: a, label: 加分, cap: 3, unit: 项, grid: 1, method: {type: formula, points: actual * 1.5}}\n"
MINUS = (
    "  - {id: a, label: 扣分, floor: -5, unit: 次, grid: 1, target: '<= 0', method: {type: adjust, from: 0, over: {per: 1, points: -2}}}\n"
)
TEN = "total: 10\n"


@pytest.mark.parametrize(
    "items, total, holds, why",
    [
        (item(UP), "total: 20\n", True, "nothing leaves 0 to the weight"),
        (BONUS, TEN, False, "10 and a bonus of 1.5 are more than 10"),
        (BONUS, "total: {weight: 10, cap: 10}\n", True, "the total is capped"),
        (MINUS, TEN, False, "0 and a deduction are less than 0"),
        (MINUS, "total: {weight: 10, floor: 0}\n", True, "the total has a floor"),
        (MINUS, "total: {weight: 10, floor: -5}\n", True, "a written floor below 0 widens the bounds"),
    ],
)
def test_bounded(items: str, total: str, holds: bool, why: str) -> None:
    assert (falsified(rules_of(items, total), claims.bounded) is None) == holds, why


def test_parts_add_up_where_points_are_rounded() -> None:
    """Two of three thirds: the group shows 6.67 of the sum 6.666…, and the ledger has a line for it."""
    text = (
        f"{HEAD}rounding: {{group: 2}}\ntotal: 20\nindicators:\n  - id: g\n    weight: 20\n    children:\n"
        "    - {id: a, weight: 10, unit: 次, grid: 1, target: '>= 3', method: {type: ratio, above: cap}}\n"
        "    - {id: b, weight: 10, unit: 次, grid: 1, target: '>= 7', method: {type: ratio, above: cap}}\n" + TAIL
    )
    assert falsified(perfscore.loads(text), claims.parts_add_up) is None


def test_parts_add_up_sees_what_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that forgets a line is caught."""
    rules = rules_of(item(UP))
    result = perfscore.score(rules, {"a": "50%", "b": "3次"})
    assert claims.parts_add_up(result)
    monkeypatch.setitem(result.__dict__, "ledger", result.ledger[1:])
    assert not claims.parts_add_up(result)


# --- not_applicable_is_fair -----------------------------------------------------------------------------------------------


def moved(by: str, scope: str, more: str = "") -> RuleSet:
    """Items of 4, 6 and 10 points in a group, the last of which may not apply; a group of 5 beside it."""
    ratio, policy = "unit: 次, grid: 1, method: {type: ratio, above: cap}", f"{{policy: redistribute, by: {by}, scope: {scope}}}"
    return perfscore.loads(
        f"{HEAD}total: 25\nindicators:\n  - id: output\n    label: 产出\n    weight: 20\n    children:\n"
        f"      - {{id: visits, label: 走访, weight: 4, target: '>= 4', {ratio}}}\n"
        f"      - {{id: lectures, label: 讲座, weight: 6, target: '>= 6', {ratio}}}\n"
        f"      - {{id: drills, label: 演练, weight: 10, target: '>= 2', not_applicable: {policy}, {ratio}}}\n"
        f"  - {{id: other, label: 其他, weight: 5, children: [{{id: rest, weight: 5, target: '>= 1', {ratio}}}]}}\n"
        + more
        + "rating: [{id: passed, label: 合格, is: '>= 15'}, {id: failed, label: 不合格, is: '< 15'}]\n"
    )


@pytest.mark.parametrize("by", ["proportional", "equal"])
@pytest.mark.parametrize("scope", ["siblings", "group", "all"])
def test_what_is_left_keeps_its_share(by: str, scope: str) -> None:
    assert falsified(moved(by, scope), claims.not_applicable_is_fair("drills")) is None


def test_the_arithmetic_behind_it() -> None:
    """3 of 4 and 6 of 6, the 10 does not apply. In proportion (3 + 6) × 20/10 = 18; in equal parts 3 + 6 + (3/4 + 6/6) × 10/2 = 17.75."""
    given_outcomes = {"visits": "3次", "lectures": "6次", "drills": {"not_applicable": True, "because": "不临河"}, "rest": "1次"}
    before = {**given_outcomes, "drills": "1次"}
    for by, points in (("proportional", Fraction(18)), ("equal", Fraction("17.75"))):
        rules = moved(by, "siblings")
        after = perfscore.score(rules, given_outcomes)
        assert after.points["output"] == points
        assert claims.not_applicable_is_fair("drills")(perfscore.score(rules, before), after)


def test_where_the_group_is_no_sum_only_the_points_are_looked_at() -> None:
    """A mean leaves the item out: nothing moves, and the others keep their points."""
    rules = perfscore.loads(
        f"{HEAD}total: 20\nindicators:\n  - id: g\n    weight: 20\n    combine: mean\n    children:\n"
        "    - {id: a, weight: 10, unit: 次, target: '>= 2', method: {type: ratio, above: cap}, "
        "not_applicable: {policy: redistribute, by: equal, scope: siblings}}\n"
        "    - {id: b, weight: 10, unit: 次, target: '>= 2', method: {type: ratio, above: cap}}\n" + TAIL
    )
    assert falsified(rules, claims.not_applicable_is_fair("a")) is None


READS = "gates: [{id: none, when: scored(drills) = 0, 'on': [visits], points: 0, because: 未演练的走访不计}]\n"


def test_a_gate_that_reads_the_item_is_not_fair() -> None:
    """What does not apply has 0 points, and the gate takes the visits for it."""
    counterexample = found(moved("proportional", "siblings", READS), claims.not_applicable_is_fair("drills"))
    assert counterexample.changed == "drills"
    before, after = counterexample.assessments
    assert before.points["visits"] > after.points["visits"] == 0
    assert "该项不适用时，其余各项的得分率不变" in str(counterexample) and "不适用" in str(counterexample)


def test_an_engine_that_moves_too_much_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The claim computes by itself what the scope must earn."""
    rules = moved("proportional", "siblings")
    outcomes_after = {"visits": "3次", "lectures": "6次", "drills": {"not_applicable": True, "because": "不临河"}, "rest": "1次"}
    before, after = perfscore.score(rules, {**outcomes_after, "drills": "1次"}), perfscore.score(rules, outcomes_after)
    evaluation = after._evaluation
    assert evaluation.value("output:redistributed") == 18
    monkeypatch.setitem(evaluation.values, "output:redistributed", Fraction(19))
    assert not claims.not_applicable_is_fair("drills")(before, after)


@pytest.mark.parametrize("id, says", [("visits", "is not redistribute"), ("drill", "no item 'drill'")])
def test_fairness_is_about_weight_that_moves(id: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        falsify(moved("equal", "all"), claims.not_applicable_is_fair(id))


# --- order, units, near misses -----------------------------------------------------------------------------------------------


def test_order_is_irrelevant_unless_a_formula_looks_at_it() -> None:
    """No formula of a rule file can look at the order of items; one that could would be told."""
    rules = moved("proportional", "siblings")
    assert falsified(rules, claims.order_is_irrelevant) is None
    turned = rules.__dict__["_testing_reversed"]
    assert list(turned.items) == ["rest", "drills", "lectures", "visits"]
    result = perfscore.score(rules, {"visits": "3次", "lectures": "6次", "drills": "1次", "rest": "1次"})
    rules.__dict__["_testing_reversed"] = moved("equal", "siblings", "gates: [{when: true, at_most: 3}]\n")
    assert not claims.order_is_irrelevant(result)


@pytest.mark.parametrize(
    "unit, value, text",
    [
        ("万元", "12.5", "125000元"),
        ("元", "12500", "1.25万元"),
        ("%", "0.955", "955‰"),
        ("份", "1199", "0.1199万份"),
        ("万份", "1.5", "15000份"),
        ("天", "2", "2880分钟"),
        ("平方米", "3", "0.0003公顷"),
        ("亩", "3", "2000平方米"),
        ("亩", "1", None),  # 2000/3 平方米 does not end
        ("工作日", "3", "0.0003万工作日"),
        ("", "3", None),
    ],
)
def test_other_units(unit: str, value: str, text: str | None) -> None:
    keys = f"unit: '{unit}', " if unit else ""
    sign = "%" if unit == "%" else ""
    rules = rules_of(item(f"{keys}target: '>= 2{sign}', method: {{type: ratio, above: cap}}"))
    declared = domain_of(rules).variables["a"].declared
    assert other_unit(declared, Fraction(value)) == text


def test_units_are_irrelevant_and_it_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = "unit: 万元, grid: 0.01, target: '>= 100', method: {type: ratio, above: cap}"
    rules = rules_of(item(keys))
    assert falsified(rules, claims.unit_is_irrelevant) is None
    result = perfscore.score(rules, {"a": "50万元", "b": "4次"})
    monkeypatch.setattr("perfscore.testing.domain.other_unit", lambda declared, value: "50元" if declared.id == "a" else None)
    assert not claims.unit_is_irrelevant(result)


def test_a_rounding_that_lifts_a_near_miss_is_told() -> None:
    """5 × 1199/1200 = 4.9958…, shown as 5.00: legal opinions as in the seed."""
    opinions = "{id: legal_opinions, unit: 份, grid: 1, target: '>= 1200', weight: 5, method: {type: ratio, above: cap}}"
    rules = perfscore.loads(f"{HEAD}rounding: {{item: 2}}\ntotal: 5\nindicators: [{opinions}]\nrating: [{{id: any, is: any}}]\n")
    counterexample = found(rules, claims.unmet_loses_points("legal_opinions"))
    assert counterexample.outcomes[0]["legal_opinions"] == "1199份"
    assert counterexample.assessments[0].points["legal_opinions"] == 5


def test_a_miss_that_always_costs() -> None:
    keys = "unit: 份, grid: 1, target: '>= 1200', method: {type: ratio, above: cap}"
    assert falsified(rules_of(item(keys)), claims.unmet_loses_points("a")) is None
    with pytest.raises(ValueError, match="has no target"):
        falsify(rules_of(item("unit: 次, method: {type: formula, points: 'min(actual, 10)'}")), claims.unmet_loses_points("a"))


# --- of rule sets at random -----------------------------------------------------------------------------------------------


@settings(max_examples=6, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(rule_files(["ratio", "pass_fail", "table", "adjust"]))
def test_what_holds_of_every_rule_set(file: dict[str, Any]) -> None:
    rules = RuleSet.from_dict({key: part for key, part in file.items() if key not in ("gates", "flags")})
    fair = [claims.not_applicable_is_fair(id) for id, one in rules.items.items() if one.about["policy"] == "redistribute"]
    tried = 0

    @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(outcomes(rules))
    def holds(drawn: dict[str, Any]) -> None:
        nonlocal tried
        try:
            result = perfscore.score(rules, drawn)
        except perfscore.OutcomeError:
            return
        tried += 1
        for claim in (claims.parts_add_up, claims.order_is_irrelevant, claims.unit_is_irrelevant):
            assert claim(result), claim
        for claim in fair:
            id = claim.about(rules)[0]  # type: ignore[attr-defined]
            try:
                after = perfscore.score(rules, {**drawn, id: {"not_applicable": True, "because": "无此项"}})
            except perfscore.OutcomeError:
                continue
            assert claim(result, after), claim

    holds()
    assert tried
