"""Why not more: the cases that would have given more, and the comparisons that keep each from firing."""

from __future__ import annotations

from fractions import Fraction

from perfscore.formula.tree import Tree
from perfscore.readings.exact import Evaluation
from perfscore.scoring.facts import Better, Needs
from perfscore.scoring.needs import inputs, needed
from perfscore.steps import Cases, Step


def better_cases(evaluation: Evaluation, step: Step) -> tuple[Better, ...]:
    """Every case of the step's list that would give more than the one that fired, the most first.

    A case that cannot fire, because one before it holds wherever it would, is none.
    """
    assert isinstance(step.node, Cases)
    cases = step.node.cases
    fired = evaluation.fired[step.name]
    points = evaluation.value(step.name)
    found: list[Better] = []
    for k, case in enumerate(cases):
        worth = None if k == fired or case.points is None or case.reason == "not_applicable" else evaluation.of(case.points)
        if not isinstance(worth, Fraction) or not isinstance(points, Fraction) or worth <= points:
            continue
        before = [(one.when, False) for one in cases[fired:k] if one.when is not None]  # what stands before it must not hold
        needs = needed(evaluation, [*before, *([] if case.when is None else [(case.when, True)])])
        if needs is not None and not _moves_with(evaluation, case.points, needs):
            found.append(Better(k + 1, case.reason, worth, needs, case.label))
    return tuple(sorted(found, key=lambda one: (-one.points, one.case)))


def _moves_with(evaluation: Evaluation, points: Tree | None, needs: Needs) -> bool:
    """Whether the points of a case depend on what would have to change for it to fire: then they are not known here."""
    asked = {name for one in needs.failed for side in (one.left, one.right) for name in inputs(evaluation, side)}
    return points is not None and bool(asked & inputs(evaluation, points))
