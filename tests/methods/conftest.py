"""One item `a` of weight 10 in a rule set of its own: what it earns, and what is wrong with it."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import pytest

from perfscore import OutcomeError, RuleError, RuleSet, score

One = Callable[..., Any]


def rules(leaf: Mapping[str, Any], **top: Any) -> RuleSet:
    leaf = {"id": "a", "label": "甲", "weight": 10, **leaf}
    whole = {
        "perfscore": 1,
        "id": "t",
        "total": leaf["weight"],
        "indicators": [leaf],
        "rating": [{"id": "one", "is": "any"}],
        **top,
    }
    return RuleSet.from_dict(whole)


@pytest.fixture
def one() -> One:
    """(points, reason, case) of the item, or the codes of the problems with its outcomes."""

    def scored(leaf: Mapping[str, Any], outcome: Any = ..., shared: Mapping[str, Any] | None = None, **top: Any) -> Any:
        given = dict(shared or {})
        if outcome is not ...:
            given["a"] = outcome
        try:
            result = score(rules(leaf, **top), given)
        except OutcomeError as error:
            return tuple(problem.code for problem in error.problems)
        item = result["a"]
        return item.points, item.reason, item.case  # type: ignore[union-attr]

    return scored


@pytest.fixture
def earns(one: One) -> Callable[..., Fraction]:
    """The points alone."""

    def points(leaf: Mapping[str, Any], outcome: Any = ..., shared: Mapping[str, Any] | None = None, **top: Any) -> Fraction:
        found = one(leaf, outcome, shared, **top)
        assert isinstance(found[0], Fraction), found
        return found[0]

    return points


@pytest.fixture
def wrong() -> Callable[..., list[str]]:
    """Every problem with the rule file: `place code: message | hint`."""

    def problems(leaf: Mapping[str, Any], **top: Any) -> list[str]:
        with pytest.raises(RuleError) as raised:
            rules(leaf, **top)
        return [f"{one.place} {one.code}: {one.message('en')} | {one.hint('en')}".removesuffix(" | ") for one in raised.value.problems]

    return problems


@pytest.fixture
def build() -> Callable[..., RuleSet]:
    return rules
