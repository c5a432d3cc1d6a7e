"""What happens to a weight that does not apply, and gates that refuse."""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

import pytest

import perfscore

RULES = """
perfscore: 1
id: t/p
title: t
total: 20
inputs: {{stopped: {{label: 已停办, type: yes_no, missing: no}}}}
indicators:
  - id: g
    label: 组
    weight: 20
    {group}
    children:
      - {{id: a, label: 甲, weight: 10, target: ">= 10", method: {{type: ratio, above: cap}}, not_applicable: {policy}}}
      - {{id: b, label: 乙, weight: 10, target: ">= 10", method: {{type: ratio, above: cap}}}}
rating: [{{id: x, label: 合格, is: any}}]
{more}
"""
MOVED = "{policy: redistribute, by: proportional, scope: siblings}"


def score(policy: str, a: Any, group: str = "", more: str = "", **outcomes: Any) -> perfscore.Assessment:
    rules = perfscore.loads(RULES.format(policy=policy, group=group, more=more))
    return perfscore.score(rules, {"a": a, "b": 8, **outcomes})


@pytest.mark.parametrize(
    "policy, total, words",
    [
        ("full", 18, "不适用，按规则得满分 10"),  # 10 + 8
        ("zero", 8, "不适用，按规则计 0 分"),  # 0 + 8
        (MOVED, 16, "不适用，分值 10 转给同组的其他指标"),  # 8 of 10, of 20
    ],
)
def test_policies(policy: str, total: F, words: str) -> None:
    result = score(policy, {"not_applicable": True, "because": "停办"})
    assert result.total == total
    assert words in result.explain("zh", "a")
    assert result.full - sum(line.lost for line in result.ledger) == total


def test_an_item_of_a_group_that_does_not_apply_says_so() -> None:
    result = score("zero", 5, group="applies: not stopped\n    not_applicable: full", stopped="是")
    assert result.total == 20 and "所在的组不适用" in result.explain("zh", "a")
    assert result.full - sum(line.lost for line in result.ledger) == 20


def test_a_gate_may_refuse() -> None:
    gate = "gates: [{id: odd, when: a > 100, refuse: 超过计划十倍，先核实}]"
    assert score("zero", 10, more=gate).total == 18
    with pytest.raises(perfscore.OutcomeError) as refused:
        score("zero", 101, more=gate)
    assert [(one.code, "先核实" in one.message("zh")) for one in refused.value.problems] == [("refused", True)]


def test_on_without_points_does_nothing_and_is_refused() -> None:
    with pytest.raises(perfscore.RuleError) as refused:
        score("zero", 10, more="gates: [{id: odd, when: a > 100, on: [a], rating_at_most: x}]")
    assert [one.code for one in refused.value.problems] == ["bad-parameter"]
