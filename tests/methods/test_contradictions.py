"""Parameters that contradict themselves are refused when the file is loaded."""

from __future__ import annotations

import pytest

import perfscore

RULES = """
perfscore: 1
id: t/c
title: t
total: 10
indicators: [{{id: a, label: 甲, weight: 10, {item}}}]
rating: [{{id: x, label: 合格, is: any}}]
"""


@pytest.mark.parametrize(
    "item, why",
    [
        ("target: '>= 10', method: {type: ratio, above: {zero: 50%}}", "whoever meets the target would get nothing"),
        ("target: '>= 10', method: {type: ratio, above: {extend: 50%}}", "full marks could not be reached"),
        ("target: '>= 10', method: {type: ratio, above: cap, below: {zero: 60}}", "the sign is forgotten: 6000 %"),
        ("target: '>= 10', method: {type: ratio, above: cap, below: {stretch: 100%}}", "a division by zero"),
        ("target: '>= 10', floor: 8, cap: 3, method: {type: ratio, above: cap}", "the floor is above the cap"),
        ("target: '[10, 5]', method: {type: ratio, above: cap}", "nothing lies in it"),
        ("target: '(5, 5)', method: pass_fail", "nothing lies in it"),
    ],
)
def test_refused(item: str, why: str) -> None:
    with pytest.raises(perfscore.RuleError) as refused:
        perfscore.loads(RULES.format(item=item))
    assert [problem.code for problem in refused.value.problems] == ["bad-parameter"], why


@pytest.mark.parametrize("text", [">= 10人", "≥１０个", "[1人, 5]"])
def test_a_unit_in_a_test_is_told_where_it_belongs(text: str) -> None:
    with pytest.raises(perfscore.RuleError) as refused:
        perfscore.loads(RULES.format(item=f"target: '{text}', method: {{type: ratio, above: cap}}"))
    assert "unit" in refused.value.problems[0].hint("zh")
