"""Totals at will: outcomes whose total lies at an edge of the rating, or one step beside it, with as few changes as possible.

What one change of one outcome takes from full marks is added up (bit sets of attainable losses). Where losses do not add up (weights
that move, other ways to combine), the totals are missed: whoever uses the outcomes looks at what was really scored.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from perfscore.formula import tree
from perfscore.steps import Cases, Round
from perfscore.testing.domain import Domain, Values, with_changes
from perfscore.testing.extremes import assessed

MOST_CHANGES = 5
MOST_LOSSES = 24  # of one outcome
MOST_PARTS = 100_000  # of one point, where totals are not rounded


class Loss(NamedTuple):
    """What one change takes from the total; `plain`: the rating is still what the total alone gives."""

    points: Fraction
    plain: bool
    change: Values


def steered(domain: Domain, full: Values) -> Iterator[Values]:
    """Full marks with a few changes, for every total that is wanted and within reach: without firing a gate on the rating, and
    in whatever way takes the fewest changes.
    """
    start = assessed(domain, full)
    if start is None or start.total is None:
        return
    found = list(_losses(domain, full, start.total))
    step = _step(domain, found)
    for lost in ([[one for one in losses if one.plain] for losses in found], found):
        parts = [_in_steps(losses, step) for losses in lost]
        reached = _reached(parts)
        for total in _wanted(domain, step):
            loss = (start.total - total) / step
            if loss.denominator == 1 and loss >= 0 and (changes := _changes(parts, reached, int(loss))) is not None:
                yield with_changes(full, changes)


def _wanted(domain: Domain, step: Fraction) -> Iterator[Fraction]:
    """The edges of the rating and what lies one step beside them."""
    node = domain.steps["rating:row"].node
    assert isinstance(node, Cases)
    tests = [case.when for case in node.cases if case.when is not None]
    numbers = {one.value for root in tests for one in tree.walk(root) if isinstance(one, tree.Number)}
    for number in sorted(numbers, reverse=True):
        yield from (number, number - step, number + step)


def _losses(domain: Domain, full: Values, total: Fraction) -> Iterator[list[Loss]]:
    """What changes take from the total, by outcome; what several items read together is one, for it does not add up."""
    shared = [entry for entry in domain.entries if entry.owner is None]
    for entries in (shared, *([entry] for entry in domain.entries if entry.owner is not None)):
        found: dict[tuple[Fraction, bool], Loss] = {}
        for change in (one for entry in entries for changes in domain.changes(entry, full) for one in changes):
            scored = assessed(domain, with_changes(full, change))
            if scored is not None and scored.total is not None and scored.total < total:
                loss = Loss(total - scored.total, scored.rating == scored.rating_by_total, change)
                found.setdefault((loss.points, loss.plain), loss)
        yield sorted(found.values(), key=lambda one: one.points)


def _step(domain: Domain, lost: list[list[Loss]]) -> Fraction:
    """The step of the total's rounding, or what divides all losses."""
    node = domain.steps[domain.rules.total.points].node
    if isinstance(node, Round) and node.rounding.mode != "none":
        return node.rounding.step
    parts = lcm(100, *(one.points.denominator for losses in lost for one in losses if one.points.denominator <= MOST_PARTS))
    return Fraction(1, parts if parts <= MOST_PARTS else 100)


def _in_steps(losses: list[Loss], step: Fraction) -> dict[int, Values]:
    whole = [(one.points / step, one.change) for one in losses]
    return {int(loss): change for loss, change in whole[:MOST_LOSSES] if loss.denominator == 1}


def _reached(lost: list[dict[int, Values]]) -> list[list[int]]:
    """After each outcome: for each number of changes, the losses that can be made, as bits."""
    now = [1] + [0] * MOST_CHANGES
    reached = [now]
    for losses in lost:
        new = list(now)
        for count in range(1, MOST_CHANGES + 1):
            for loss in losses:
                new[count] |= now[count - 1] << loss
        reached.append(new)
        now = new
    return reached


def _changes(lost: list[dict[int, Values]], reached: list[list[int]], loss: int) -> Values | None:
    """The fewest changes that lose exactly so much."""
    count = next((k for k in range(MOST_CHANGES + 1) if reached[-1][k] >> loss & 1), None)
    if count is None:
        return None
    changes: Values = {}
    for k in range(len(lost), 0, -1):
        if reached[k - 1][count] >> loss & 1:
            continue
        taken = next(one for one in lost[k - 1] if one <= loss and reached[k - 1][count - 1] >> (loss - one) & 1)
        changes.update(lost[k - 1][taken])
        loss, count = loss - taken, count - 1
    return changes
