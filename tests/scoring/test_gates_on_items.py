"""A gate on an item: who took the points, what regains them, and what the total gains."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction as F

import pytest

import perfscore

RULES = """
perfscore: 1
id: t/g
title: t
source: 虚构
inputs:
  approved: {label: 已立项, type: yes_no}
  budget: {label: 预算, unit: 万元, range: ">= 0"}
total: 20
indicators:
  - {id: a, label: 甲, unit: 个, weight: 10, target: ">= 10", method: {type: ratio, above: cap}}
  - {id: b, label: 乙, unit: 个, weight: 10, target: ">= 10", method: {type: ratio, above: cap}}
gates:
  - {id: g, when: not approved, on: [a], points: 0, because: 未立项的不得分}
rating: [{id: x, label: 合格, is: any}]
"""


def score(**outcomes: object) -> perfscore.Assessment:
    return perfscore.score(perfscore.loads(RULES), {"approved": "否", "budget": 1, "a": 7, "b": 10, **outcomes})


def test_the_ledger_names_the_gate_and_not_the_case() -> None:
    (line,) = score().ledger
    assert (line.item, line.lost, line.reason, line.because) == ("a", 10, "gate", "未立项的不得分")
    assert "甲  −10  门槛：未立项的不得分" in str(score())


def test_better_is_the_gate_not_holding_and_regain_is_the_fact() -> None:
    item = score().item("a")
    (better,) = item.better
    assert (better.points, [(one.op, one.right_value) for one in better.failed]) == (7, [("=", True)])  # the 7 of 10 that the case gave
    (regain,) = item.regains
    assert (regain.input.id, regain.to, regain.points, regain.total) == ("approved", True, 7, 7)
    assert [(gate.id, gate.before, gate.after) for gate in item.gates] == [("g", 7, 0)]
    assert score(approved="是").item("a").gates == ()


def test_a_gate_without_words_leaves_no_colon() -> None:
    rules = perfscore.loads(RULES.replace(", because: 未立项的不得分", ""))
    told = str(perfscore.score(rules, {"approved": "否", "budget": 1, "a": 7, "b": 10}))
    assert "：\n" not in told and "门槛“g”触发\n" in told + "\n"


def test_what_a_gate_holds_down_regains_nothing_for_the_total() -> None:
    rules = perfscore.loads(RULES.replace("on: [a], points: 0", "at_most: 5"))
    result = perfscore.score(rules, {"approved": "否", "budget": 1, "a": 7, "b": 10})
    (regain,) = result.item("a").regains
    assert (regain.to, regain.points, regain.total) == (10, 3, 0)
    assert "可补回 3 分（总分不变）" in result.explain("zh", "a")


@pytest.mark.parametrize(
    "written, value, why",
    [
        ("1080万", 1080, "万 of money is 万元"),
        ("１０８０万", 1080, "full width"),
        ("7亿", 70000, "亿 is ten thousand 万元"),
        ("1080", 1080, "a bare number is in the declared unit"),
        ("1080万元", 1080, "said in full"),
        ("5000元", F(1, 2), "converted"),
    ],
)
def test_a_scale_without_yuan(written: str, value: F, why: str) -> None:
    assert score(budget=written).outcomes.values["budget"] == value, why


def test_a_flag_that_cannot_be_computed_is_a_warning() -> None:
    text = RULES.replace(
        'target: ">= 10", method: {type: ratio, above: cap}}\n  - {id: b',
        'target: "<= 10", method: {type: ratio, reverse: quotient, above: cap}}\n  - {id: b',
    )
    rules = perfscore.loads(text + "flags: [{id: low, for: {id: a}, when: attainment < 80%, because: x}]\n")
    result = perfscore.score(rules, {"approved": "是", "budget": 1, "a": 0, "b": 10})
    assert (result.total, [one.code for one in result.warnings], result.flags) == (20, ["flag-undecided"], ())


def test_all_that_one_formula_lacks_is_told_at_once() -> None:
    rules = perfscore.loads(
        RULES.replace("gates:", "gates:\n  - {id: h, when: budget / planned < 2, rating: x}").replace(
            "  budget:", "  planned: {unit: 万元}\n  budget:"
        )
    )
    with pytest.raises(perfscore.OutcomeError) as refused:
        perfscore.score(rules, {"approved": "是", "a": 1, "b": 1})
    assert sorted(str(problem.facts["found"]) for problem in refused.value.problems) == ["budget", "planned"]


def test_an_outcome_named_by_its_label_is_told_its_id() -> None:
    with pytest.raises(perfscore.OutcomeError) as refused:
        score(甲=5)
    assert "是否指“a”" in refused.value.problems[0].message("zh")


def test_results_can_be_pickled_and_copied() -> None:
    result = score()
    for other in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
        assert (other.total, other.rules.digest, other.to_dict()) == (result.total, result.rules.digest, result.to_dict())


def test_mistakes_of_a_developer() -> None:
    with pytest.raises(ValueError, match="fr"):
        score().explain("fr")  # type: ignore[arg-type]
    assert perfscore.score("examples/minimal", {"visits": 45, "satisfaction": 92}).total == 94  # 60 × 45/50 + 40
    with pytest.raises(perfscore.RuleError):
        perfscore.load("a\0b.yaml")
