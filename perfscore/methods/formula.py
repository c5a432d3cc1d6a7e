"""公式 formula: a method written in the rule file itself: named quantities and cases, taken as they stand.

`points: F` alone is one case that always holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from perfscore.finding import Both
from perfscore.methods.method import BAD_PARAMETER, MISSING_KEY, Author, Built, Condition, Item, Let, Method, Parameters, Scalar
from perfscore.steps import Case


class CaseParameters(Parameters):
    """情形: a truth, then points and a code, or a refusal."""

    when: Condition
    points: Scalar | None = None
    refuse: str | None = None
    reason: str | None = None
    label: str = ""


class Formula(Method):
    type: ClassVar[str] = "formula"
    names: ClassVar[tuple[str, str]] = ("公式", "formula")

    let: dict[str, Scalar] = Field(default_factory=dict)
    points: Scalar | None = None
    cases: list[CaseParameters] | None = None
    otherwise: Scalar | None = None

    def build(self, item: Item) -> Built:
        author = item.author
        if self.points is None and not self.cases:
            author.report(MISSING_KEY, expected="cases", hint="cases: [{when: actual > 0, points: weight, reason: done}]")
        if self.points is not None and (self.cases or self.otherwise is not None):
            both = Both("points 之外还写了 cases 或 otherwise", "points stands beside cases or otherwise")
            alone = Both("只写 points，或写 cases 和 otherwise", "points alone, or cases with otherwise")
            author.report(BAD_PARAMETER, "points", key="points", found=both, expected=alone)
        author.names([(name, ("let", name)) for name in self.let])
        read = {name: author.formula(text, "let", name) for name, text in self.let.items()}
        lets = tuple(Let(name, tree, author=True) for name, tree in read.items())
        if self.points is not None:
            points = author.formula(self.points, "points")
            return Built(lets, () if points is None else (Case(None, points, "otherwise", place=points.place),))
        return Built(lets, read_cases(author, self.cases or [], self.otherwise))


def read_cases(author: Author, cases: Sequence[CaseParameters], otherwise: str | None) -> tuple[Case, ...]:
    """Cases as an author wrote them."""
    found = [author.case(one, f"case_{k}", "cases", k - 1) for k, one in enumerate(cases, 1)]
    points = None if otherwise is None else author.formula(otherwise, "otherwise")
    if points is not None:
        found.append(Case(None, points, "otherwise", place=points.place))
    return tuple(case for case in found if case is not None)
