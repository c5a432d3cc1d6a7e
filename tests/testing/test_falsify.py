"""falsify: what is false by one step in one corner is found, told in the domain's words, and pastes below `examples:`."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import perfscore
from perfscore.checks.examples import run_examples
from perfscore.ruleset.ruleset import RuleSet
from perfscore.scoring.assessment import Assessment
from perfscore.testing import Counterexample, claims, falsify
from perfscore.testing.domain import domain_of
from perfscore.testing.extremes import assessed, best, worst

Claim = Callable[..., bool]


# --- thirty indicators, one of them wrong by one step ------------------------------------------------------------------

# 20 ratios of 3 points and 10 bands of 4 points: 20 × 3 + 10 × 4 = 100
RATIO = (
    "  - {{id: item_{k}, label: 指标{k}, unit: 件, grid: 1, range: '>= 0', weight: 3, target: '>= {target}', "
    "method: {{type: ratio, above: cap}}}}\n"
)
BANDS = (
    "  - {{id: item_{k}, label: 指标{k}, unit: '%', grid: 0.1%, range: '[0%, 100%]', weight: 4, "
    "method: {{type: table, rows: [['>= 95%', weight], ['{edge}', 3]], otherwise: 0}}}}\n"
)


def thirty(edge_of_17: str = ">= 84.5%", excellent: str = "90", gates: str = "") -> str:
    """The text of a rule set with 30 indicators: `item_17` and every third one a band."""
    lines = [
        BANDS.format(k=k, edge=edge_of_17 if k == 17 else ">= 84.5%") if k % 3 == 2 else RATIO.format(k=k, target=100 + 20 * k)
        for k in range(1, 31)
    ]
    return (
        "perfscore: 1\nid: my/thirty\ntitle: 三十项指标\nrounding: {item: 2, total: 2}\ntotal: 100\nindicators:\n"
        + "".join(lines)
        + gates
        + f"rating:\n  - {{id: excellent, label: 优, is: '>= {excellent}'}}\n  - {{id: good, label: 良, is: '>= 80'}}\n"
        + "  - {id: fair, label: 中, is: '>= 60'}\n  - {id: poor, label: 差, is: '< 60'}\n"
    )


def value(result: Assessment, id: str) -> Fraction:
    return Fraction(result.outcomes.values[id])


def bands_begin_at_84_5(result: Assessment) -> bool:
    """达到84.5%的档次指标至少得3分"""
    bands = [f"item_{k}" for k in range(2, 31, 3)]
    return all(result.points[id] >= 3 for id in bands if id in result.outcomes.values and value(result, id) >= Fraction("0.845"))


def excellent_is_90(result: Assessment) -> bool:
    """优等至少90分"""
    return result.rating.id != "excellent" or result.total >= 90


def never_two_low_ones(result: Assessment) -> bool:
    """得优的单位不会同时缺两项"""
    return result.rating.id == "excellent" or result.total < 90


GATE = "gates:\n  - {id: two, when: item_4 < 60 and item_17 < 84.5%, rating_at_most: fair, because: 两项均偏低的不得评优评良}\n"
PLANTED = {
    # rules, claim, the outcomes that must be away from full marks, and why
    "an edge left out": (thirty("> 84.5%"), bands_begin_at_84_5, {"item_17": "84.5%"}, "the edge itself earns 0"),
    "an edge too high": (thirty(">= 84.6%"), bands_begin_at_84_5, {"item_17": "84.5%"}, "an edge one step too high"),
    "a corner of two": (thirty(gates=GATE), never_two_low_ones, {"item_4": None, "item_17": None}, "a gate on two at once"),
    "a total of 89.99": (thirty(excellent="89.99"), excellent_is_90, None, "89.99 is excellent"),
}


@pytest.mark.parametrize("text, claim, away, why", PLANTED.values(), ids=PLANTED)
def test_what_is_false_by_one_step_in_one_corner_is_found(text: str, claim: Claim, away: dict[str, str | None] | None, why: str) -> None:
    rules = perfscore.loads(text)
    found = falsify(rules, claim, examples=0)
    assert found is not None, why
    assert claim(*found.assessments) is False
    if away is None:
        assert found.assessments[0].total == Fraction("89.99")
        assert len(found.away) <= 4  # 4 + 3 + 3 + 0.01: a band, two ratios, and a ratio that misses its target by a hundredth
    else:
        assert set(found.away) == set(away)
        assert all(text is None or found.outcomes[0][id] == text for id, text in away.items())
    assert_minimal(rules, claim, found)
    assert_pastes(text, found)


def assert_minimal(rules: RuleSet, claim: Claim, found: Counterexample) -> None:
    """Each outcome that is away, put back to full marks, makes the claim hold again."""
    full = domain_of(rules).written(best(domain_of(rules)))
    (outcomes,) = found.outcomes
    assert {id for id, told in outcomes.items() if told != full.get(id)} == set(found.away)
    for id in found.away:
        again = {**outcomes, id: full[id]}
        assert claim(perfscore.score(rules, again)) is True, f"{id} need not be away"


def assert_pastes(text: str, found: Counterexample) -> None:
    """The entry loads below `examples:` and passes; with another total it fails, so it is really looked at."""
    pasted = text + "examples:\n" + textwrap.indent(found.example(), "  ")
    assert run_examples(perfscore.loads(pasted)) == []
    wrong = re.sub(r"total: [0-9.]+,", "total: 12.34,", pasted)
    assert [one.code for one in run_examples(perfscore.loads(wrong))] == ["example-failed"] * len(found.outcomes)


def test_of_rules_without_the_planted_falsehood_nothing_is_found() -> None:
    rules = perfscore.loads(thirty())
    assert falsify(rules, lambda result: bands_begin_at_84_5(result) and excellent_is_90(result), examples=10, seed=1) is None


# --- how it is told -----------------------------------------------------------------------------------------------------

SMALL = """\
perfscore: 1
id: my/small
title: 走访和满意度
rounding: {item: 2, total: 2}
inputs:
  planned: {label: 计划走访, unit: 家, grid: 1, range: "> 0"}
  audited: {label: 审计发现问题, type: yes_no}
total: 100
indicators:
  - {id: visits, label: 走访企业, unit: 家, grid: 1, target: ">= planned", weight: 60, method: {type: ratio, above: cap}}
  - id: satisfaction
    label: 企业满意度
    unit: "%"
    grid: 0.1%
    range: "[0%, 100%]"
    target: ">= 90%"
    weight: 40
    not_applicable: zero
    method: pass_fail
gates: [{id: audit, when: audited, rating_at_most: failed, because: 审计发现问题的不合格}]
rating: [{id: passed, label: 合格, is: ">= 60"}, {id: failed, label: 不合格, is: "< 60"}]
"""


@pytest.fixture(scope="module")
def small() -> RuleSet:
    return perfscore.loads(SMALL)


def passes_from_60(result: Assessment) -> bool:
    """60分及以上都合格"""
    assert result.total is not None
    return result.total < 60 or result.rating.id == "passed"


def found_by(rules: RuleSet, claim: Claim, **options: Any) -> Counterexample:
    found = falsify(rules, claim, **{"examples": 0, **options})
    assert found is not None
    return found


def test_a_counterexample_in_chinese(small: RuleSet) -> None:
    assert str(found_by(small, passes_from_60)) == (
        "断言不成立：passes_from_60（60分及以上都合格）\n"
        "\n"
        "指标          实际值      得分\n"
        "------------  --------  ------\n"
        "审计发现问题  是\n"
        "\n"
        "其余 2 项指标均为满分\n"
        "总分 100.00 / 100　等级：不合格（按总分为合格，由门槛改定）\n"
        "触发门槛：审计发现问题的不合格"
    )


def test_a_counterexample_in_english(small: RuleSet) -> None:
    told = found_by(small, lambda result: result.points["satisfaction"] == 40).tell("en")
    assert told == (
        "the claim is false\n"
        "\n"
        "Indicator    Actual      Points\n"
        "-----------  --------  --------\n"
        "企业满意度   0%            0.00\n"
        "\n"
        "the other 1 items are at full marks\n"
        "Total 60.00 of 100, rating 合格"
    )


def test_other_languages_are_refused(small: RuleSet) -> None:
    with pytest.raises(ValueError, match="no language"):
        found_by(small, lambda result: False).tell("fr")  # type: ignore[arg-type]


def test_what_is_false_at_full_marks_needs_no_outcome_away(small: RuleSet) -> None:
    found = found_by(small, lambda result: result.total < 100)
    assert (found.away, found.matters, found.changed) == ((), (), None)
    assert "全部指标均为满分" in str(found)
    assert repr(found) == "<Counterexample my/small: full marks>"


def test_of_a_pair_the_changed_outcome_is_told(small: RuleSet) -> None:
    """99 visits of 100 lose 0.6 points, so that a step of one visit moves the total by no more than that: false with fewer planned."""
    found = found_by(small, lambda before, after: abs(before.total - after.total) < 20)
    before, after = found.outcomes
    assert [id for id in before if before[id] != after.get(id)] == [found.changed] == ["planned"]
    told = str(found)
    assert "只改变一项：计划走访" in told and "改为" in told and " → " in told
    assert_pastes(SMALL, found)
    assert found.example().count("- name: ") == 2 and "（改变前）" in found.example() and "（改变后）" in found.example()


def test_the_example_has_the_name_that_is_given(small: RuleSet) -> None:
    found = found_by(small, passes_from_60)
    assert found.example(name="审计一票否决").startswith("- name: 审计一票否决\n")
    assert found.example().startswith("- name: 反例：passes_from_60\n")
    assert found.example(language="en").startswith("- name: 'counterexample: passes_from_60'\n")
    assert found.example().endswith("  expect: {total: 100, rating: failed}\n")


# --- claims that raise, and what is no claim -------------------------------------------------------------------------------


def test_a_claim_that_raises_is_told_with_the_outcomes(small: RuleSet) -> None:
    """60 × 1/2 = 30: the claim divides by what is left of 60."""

    def odd(result: Assessment) -> bool:
        return 1 / (result.points["visits"] - 30) < 5

    found = found_by(small, odd)
    assert found.raised == "ZeroDivisionError: Fraction(1, 0)"
    assert str(found).startswith("断言出错：odd：ZeroDivisionError: Fraction(1, 0)\n")
    assert found.assessments[0].points["visits"] == 30


def test_an_assertion_is_told_in_its_words(small: RuleSet) -> None:
    def sure(result: Assessment) -> bool:
        assert result.points["satisfaction"] > 0, "满意度不得分"
        return True

    assert found_by(small, sure).raised == "AssertionError: 满意度不得分"


def test_it_stays_the_same_failure_while_it_is_made_smaller(small: RuleSet) -> None:
    def either(result: Assessment) -> bool:
        if result.points["satisfaction"] == 0 and result.points["visits"] == 0:
            raise KeyError("beide")
        return True

    found = found_by(small, either)
    assert found.raised == "KeyError: 'beide'" and set(found.away) == {"visits", "satisfaction"}


@pytest.mark.parametrize("claim", [lambda: True, lambda a, b, c: True])
def test_a_claim_takes_one_assessment_or_two(small: RuleSet, claim: Claim) -> None:
    with pytest.raises(TypeError, match="a claim takes one assessment, or two"):
        falsify(small, claim)


@pytest.mark.parametrize("answer", [None, 1, "yes"])
def test_a_claim_gives_a_truth(small: RuleSet, answer: Any) -> None:
    with pytest.raises(TypeError, match="a claim gives True or False"):
        falsify(small, lambda result: answer)


def test_defaults_of_a_claim_are_no_assessments(small: RuleSet) -> None:
    assert falsify(small, lambda result, most=100: result.total <= most, examples=5) is None


def test_open_rules_cannot_be_falsified() -> None:
    group = '{id: g, weight: 10, open: {methods: {">=": {type: ratio, above: cap}}}}'
    text = f"perfscore: 1\nid: o\ntotal: 10\nindicators: [{group}]\nrating: [{{id: any, is: any}}]\n"
    with pytest.raises(perfscore.RuleError):
        falsify(perfscore.loads(text), lambda result: True)


# --- the random search ---------------------------------------------------------------------------------------------------


def not_these_two(result: Assessment) -> bool:
    """Two edges of unrelated items at once: no known path leads there."""
    return not (result.points["item_1"] == Fraction("2.98") and 0 < result.points["item_13"] < 1 and result.points["item_2"] == 3)


def test_what_no_known_path_leads_to_is_found_at_random() -> None:
    """119 of 120 earn 2.975, shown as 2.98."""
    rules = perfscore.loads(thirty())
    assert falsify(rules, not_these_two, examples=0) is None
    found = falsify(rules, not_these_two, examples=3000, seed=3)
    assert found is not None and set(found.away) == {"item_1", "item_2", "item_13"}
    again = falsify(rules, not_these_two, examples=3000, seed=3)
    assert again is not None and again.outcomes == found.outcomes  # the same seed draws the same


def test_what_was_drawn_becomes_plain() -> None:
    """Satisfaction between 50.33% and 92.77%, which no edge is near: a round percentage is enough to show it."""
    rules = perfscore.loads(thirty(edge_of_17=">= 20%"))
    low, high = Fraction("0.5033"), Fraction("0.9277")
    found = falsify(rules, lambda result: not low <= value(result, "item_17") <= high, examples=2000, seed=3)
    assert found is not None and found.away == ("item_17",)
    assert found.outcomes[0]["item_17"] in ("60%", "70%", "80%", "90%")


def test_pairs_at_random(small: RuleSet) -> None:
    """Few visits but some, a problem of audit, and satisfaction comes from 0 to full: beside no point that is looked at first."""

    def odd(before: Assessment, after: Assessment) -> bool:
        low = 0 < before.points["visits"] < 60 and before.points["satisfaction"] == 0
        return not (low and after.points["satisfaction"] == 40 and before.gates != ())

    assert falsify(small, odd, examples=0) is None
    found = falsify(small, odd, examples=1000, seed=4)
    assert found is not None and found.changed == "satisfaction"
    assert set(found.away) <= {"planned", "visits", "audited", "satisfaction"}


REFUSING = """\
perfscore: 1
id: my/refusing
title: 有时不评
inputs: {budget: {label: 预算, unit: 万元, grid: 1}}
total: 10
indicators:
  - id: rate
    label: 执行率
    unit: 万元
    grid: 1
    weight: 10
    method: {type: formula, cases: [{when: actual / budget <= 100%, points: weight * actual / budget}]}
rating: [{id: any, label: 合格, is: any}]
"""


def test_outcomes_that_the_rules_refuse_are_passed_over() -> None:
    """A budget of 0 divides by 0, and more than the budget has no case."""
    rules = perfscore.loads(REFUSING)
    assert falsify(rules, lambda result: 0 <= result.total <= 10, examples=60, seed=1) is None
    assert found_by(rules, lambda result: result.total > 0).outcomes[0]["rate"] == "0万元"


# --- full marks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id, lowest", [("examples/minimal", 0), ("examples/liwan-justice-2024", 0), ("examples/street-office-2024", 3)])
def test_full_marks_and_the_lowest_are_found(id: str, lowest: int) -> None:
    """The street office: expenses of 20万元 against 12万元 still earn 5 × 12/20 = 3, and no candidate is higher."""
    domain = domain_of(perfscore.load(id))
    full, least = assessed(domain, best(domain)), assessed(domain, worst(domain))
    assert full is not None and least is not None
    assert (full.total, full.rating.rank) == (100, len(full.rules.levels))
    assert (least.total, least.rating.rank) == (lowest, 1)


TOGETHER = """\
perfscore: 1
id: my/together
title: 两个条件一起
inputs: {kind: {type: choice, values: [a, b, c]}, level: {type: choice, values: [x, y, z]}}
total: 10
indicators:
  - {id: both, weight: 10, method: {type: table, of: [kind, level], rows: [[b, z, weight], [c, any, 2]], otherwise: 0}}
rating: [{id: any, label: 合格, is: any}]
"""


def test_full_marks_that_need_two_inputs_at_once() -> None:
    """From (a, x) no single change leads to (b, z)."""
    domain = domain_of(perfscore.loads(TOGETHER))
    assert best(domain) == {"kind": "b", "level": "z"}


NEVER_FULL = """\
perfscore: 1
id: my/never
title: 得不到满分
total: 10
indicators:
  - {id: a, label: 甲, weight: 6, unit: 次, grid: 1, method: {type: table, rows: [[">= 2", 5]], otherwise: 0}}
  - {id: b, label: 乙, weight: 4, unit: 次, grid: 1, target: ">= 2", method: pass_fail}
rating: [{id: any, label: 合格, is: any}]
"""


def test_items_that_never_earn_all_are_not_blamed() -> None:
    """At most 5 of 6 points: that is as full as it gets, and the other item is the counterexample."""
    found = found_by(perfscore.loads(NEVER_FULL), lambda result: result.points["b"] == 4)
    assert (found.away, found.matters) == (("b",), ("b",))
    assert "其余 1 项指标均为能得到的最高分" in str(found)


SILENT = """\
perfscore: 1
id: my/silent
title: 一票否决
inputs: {problem: {label: 重大问题, type: yes_no}}
total: 10
indicators: [{id: a, label: 甲, weight: 10, unit: 次, grid: 1, target: ">= 2", method: {type: ratio, above: cap}}]
gates: [{id: veto, when: problem, rating: failed, total: none, because: 一票否决}]
rating: [{id: passed, label: 合格, is: ">= 6"}, {id: failed, label: 不合格, is: "< 6"}]
"""


def test_where_no_total_is_reported() -> None:
    found = found_by(perfscore.loads(SILENT), lambda result: result.total is not None)
    assert found.away == ("problem",)
    assert "expect: {total: null, rating: failed" in found.example()
    pasted = SILENT + "examples:\n" + textwrap.indent(found.example(), "  ")
    assert run_examples(perfscore.loads(pasted)) == []


TABLED = """\
perfscore: 1
id: my/tabled
title: 测评
inputs: {ballots: {label: 测评票, type: table, columns: {mark: {range: "[0, 100]", grid: 1}}}}
rounding: {item: 2}
total: 10
indicators: [{id: a, label: 作风, weight: 10, method: {type: panel, ballots: ballots, column: mark, void: [{when: mark >= 99}], empty: 0}}]
rating: [{id: any, label: 合格, is: any}]
"""


def test_tables_of_a_counterexample_are_short() -> None:
    """A ballot of 98 is the best that counts."""
    found = found_by(perfscore.loads(TABLED), lambda result: result.points["a"] != 0)
    assert len(found.outcomes[0]["ballots"]) <= 1
    assert "测评票" in str(found) and "0.00" in str(found)
    assert run_examples(perfscore.loads(TABLED + "examples:\n" + textwrap.indent(found.example(), "  "))) == []


def test_a_ready_claim_that_does_not_fit_is_refused(small: RuleSet) -> None:
    with pytest.raises(ValueError, match="no item 'visit'"):
        falsify(small, claims.monotone("visit"))
