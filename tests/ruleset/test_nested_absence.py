"""A group that does not apply inside of one that does not apply: its points are counted once, wherever weight moves past it."""

from __future__ import annotations

import pytest

import perfscore

RULES = """
perfscore: 1
id: nested
total: 30
inputs: {far: {label: 边远, type: yes_no}}
indicators:
  - {id: a, label: 甲, weight: 10, target: ">= 2", method: {type: ratio, above: cap},
     not_applicable: {policy: redistribute, by: proportional, scope: all}}
  - {id: b, label: 乙, weight: 10, target: ">= 2", method: {type: ratio, above: cap}}
  - id: g
    label: 丙
    weight: 10
    applies: not far
    not_applicable: {policy: full}
    children:
      - id: h
        label: 丁
        weight: 4
        applies: not far
        not_applicable: {policy: full}
        children: [{id: h1, label: 戊, weight: 4, target: ">= 2", method: pass_fail}]
      - {id: k, label: 己, weight: 6, target: ">= 2", method: pass_fail}
rating: [{id: any, label: 合格, is: any}]
"""


@pytest.mark.parametrize(
    "b, total, why",
    [
        (1, 20, "g keeps its 10; b is the only receiver: 5 × (10 + 10) / 10 = 10"),
        (2, 30, "10 + 10 × 2"),
        (0, 10, "g alone"),
    ],
)
def test_what_is_kept_is_kept_once(b: int, total: int, why: str) -> None:
    outcomes = {"far": "是", "a": {"not_applicable": True, "because": "不涉及"}, "b": b}
    rules = perfscore.loads(RULES)
    assert [perfscore.score(rules, outcomes).total for _ in range(3)] == [total] * 3, why  # by the exact and by the code reading
