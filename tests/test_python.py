"""The Python API refuses what is of a wrong type in the way its docstrings say."""

from __future__ import annotations

from typing import Any

import pytest

import perfscore

RULES = perfscore.load("examples/minimal")
OUTCOMES = {"visits": "45家", "satisfaction": "92%"}


@pytest.mark.parametrize(
    "given", [{}, {"perfscore": 1}, None, 3, [], object()], ids=lambda given: type(given).__name__ + str(given)[:12] * (type(given) is dict)
)
def test_rules_of_a_wrong_type(given: Any) -> None:
    for read, code in ((perfscore.load, "wrong-type"), (perfscore.loads, "wrong-type")):
        with pytest.raises(perfscore.RuleError) as raised:
            read(given)
        (problem,) = raised.value.problems
        assert problem.code == code and type(given).__name__ in problem.message("zh")
        assert ("RuleSet.from_dict" in problem.hint()) == isinstance(given, dict)
    with pytest.raises(perfscore.RuleError):
        perfscore.score(given, OUTCOMES)
    if given != {"perfscore": 1}:
        with pytest.raises(perfscore.RuleError):
            perfscore.RuleSet.from_dict(given)


@pytest.mark.parametrize("given", [None, 3, [], object()], ids=lambda given: type(given).__name__ + str(given)[:12] * (type(given) is dict))
def test_outcomes_of_a_wrong_type(given: Any) -> None:
    with pytest.raises(perfscore.OutcomeError) as raised:
        perfscore.score(RULES, given)
    assert [one.code for one in raised.value.problems] == ["not-a-mapping"]


@pytest.mark.parametrize("told", [None, 3, [], "text", {}, {"schema": "perfscore-assessment-1"}], ids=repr)
def test_what_to_dict_did_not_tell(told: Any) -> None:
    with pytest.raises(ValueError):
        perfscore.Assessment.from_dict(told)


def test_rules_of_a_told_assessment() -> None:
    told = perfscore.score(RULES, OUTCOMES).to_dict()
    with pytest.raises(ValueError, match="rules is a RuleSet, not dict"):
        perfscore.Assessment.from_dict(told, RULES.to_dict())  # type: ignore[arg-type]


def test_a_language_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="there is no language 'fr'"):
        perfscore.score(RULES, OUTCOMES).to_dict("fr")  # type: ignore[arg-type]


def test_a_rule_set_is_shown_in_short() -> None:
    assert repr(RULES) == "<RuleSet examples/minimal: 2 items, 2 inputs, total 100>"
