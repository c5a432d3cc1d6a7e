"""Why not more: the cases that would have given more, and the comparisons that keep each from firing."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers.date import Day
from perfscore.readings.exact import Evaluation
from perfscore.scoring.facts import Better, Failed
from perfscore.steps import Cases, Input, Step, below

NEGATED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def better_cases(evaluation: Evaluation, step: Step) -> tuple[Better, ...]:
    """Every case of the step's list that would give more than the one that fired, the most first."""
    assert isinstance(step.node, Cases)
    cases = step.node.cases
    fired = evaluation.fired[step.name]
    points = evaluation.value(step.name)
    found: list[Better] = []
    for k, case in enumerate(cases):
        worth = None if k == fired or case.points is None or case.reason == "not_applicable" else evaluation.of(case.points)
        if not isinstance(worth, Fraction) or not isinstance(points, Fraction) or worth <= points:
            continue
        failed = [] if case.when is None else list(failing(evaluation, case.when, True))
        for before in cases[fired:k]:  # what holds and stands before it must not hold
            failed = [*(failing(evaluation, before.when, False) if before.when is not None else []), *failed]
        if not _moves_with(evaluation, case.points, failed):
            found.append(Better(k + 1, case.reason, worth, _strongest(failed), case.label))
    return tuple(sorted(found, key=lambda one: (-one.points, one.case)))


def _strongest(failed: list[Failed]) -> tuple[Failed, ...]:
    """Each comparison once, without those that another one of the same quantity implies."""
    return tuple(one for one in dict.fromkeys(failed) if not any(_implies(other, one) for other in failed if other != one))


def _implies(strong: Failed, weak: Failed) -> bool:
    """Whether `x = 5` or `x >= 5` makes `x >= 3` hold."""
    a, b = strong.right_value, weak.right_value
    if strong.left != weak.left or not isinstance(a, Fraction) or not isinstance(b, Fraction) or strong.op not in (weak.op, "="):
        return False
    return {">=": a >= b, ">": a > b or (a == b and strong.op == ">"), "<=": a <= b, "<": a < b or (a == b and strong.op == "<")}.get(
        weak.op, False
    )


def _moves_with(evaluation: Evaluation, points: Tree | None, failed: list[Failed]) -> bool:
    """Whether the points of a case depend on what would have to change for it to fire: then they are not known here."""
    asked = {name for one in failed for side in (one.left, one.right) for name in _inputs(evaluation, side)}
    return points is not None and bool(asked & _inputs(evaluation, points))


def _inputs(evaluation: Evaluation, root: Tree) -> set[str]:
    """The inputs that a formula reads, directly or through other steps."""
    steps = evaluation.program.steps
    return {step.name for name in tree.names(root) for step in below(steps, name.name) if isinstance(step.node, Input)}


def failing(evaluation: Evaluation, root: Tree, wanted: bool) -> Iterator[Failed]:
    """The comparisons that would have to turn for a truth to become what is wanted."""
    if evaluation.of(root) is wanted:
        return
    match root:
        case tree.Name(name) if _opened(evaluation, name) is not None:
            opened = _opened(evaluation, name)
            assert opened is not None
            yield from failing(evaluation, opened, wanted)
        case tree.Name():
            yield Failed(root, "=", tree.Truth(wanted, root.place), evaluation.of(root), wanted, None)
        case tree.Not(operand):
            yield from failing(evaluation, operand, not wanted)
        case tree.Logic(_, parts):
            for part in parts:
                yield from failing(evaluation, part, wanted)
        case tree.Compare(first, rest):
            left = first
            for op, right in rest:
                yield from _pair(evaluation, left, op if wanted else NEGATED[op], right)
                left = right
        case tree.Member(subject, options):
            yield Failed(subject, "in" if wanted else "not in", tree.Member(subject, options), evaluation.of(subject), None, None)
        case _:
            yield Failed(root, "=", tree.Truth(wanted, root.place), evaluation.of(root), wanted, None)


def _opened(evaluation: Evaluation, name: str) -> Tree | None:
    """The formula behind a named truth."""
    node = evaluation.program.steps[name].node
    return None if isinstance(node, (Input, Cases)) or not isinstance(node, _TREES) else node


_TREES = (tree.Not, tree.Logic, tree.Compare, tree.Member, tree.Name)


def _pair(evaluation: Evaluation, left: Tree, op: str, right: Tree) -> Iterator[Failed]:
    """One comparison, if it does not hold as it is wanted."""
    if evaluation.of(tree.compare(left, op, right)) is not False:
        return
    a, b = evaluation.of(left), evaluation.of(right)
    by = None
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        by = abs(a - b)
    elif isinstance(a, Day) and isinstance(b, Day):
        by = Fraction(abs(a.ordinal - b.ordinal))
    yield Failed(left, op, right, a, b, by)
