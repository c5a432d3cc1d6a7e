"""Full marks, and the lowest: outcomes at which every item earns the most, or the least, that was found.

Found item by item: one input after another is set to the candidate that gives the most, until nothing is gained; an item that
is still below its weight is tried with all its inputs at once. What no item reads is set so that total and rating are best.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from perfscore.finding import OutcomeError
from perfscore.readings.exact import MISSING, Evaluation, Value
from perfscore.scoring.assessment import Assessment, score_values
from perfscore.steps import Input, below
from perfscore.testing.domain import Domain, Values, complexity, with_changes

PASSES = 4
MOST_TOGETHER = 1500  # values of several inputs that are tried at once
Worth = tuple[int, Fraction, Fraction, int]
_BEST, _WORST = "best", "worst"


def best(domain: Domain) -> Values:
    """Outcomes at which every item earns the most that was found."""
    return _found(domain, _BEST, 1)


def worst(domain: Domain) -> Values:
    """Outcomes at which every item earns the least that was found."""
    return _found(domain, _WORST, -1)


def assessed(domain: Domain, values: Values) -> Assessment | None:
    """The assessment of values, or None where the rules refuse them."""
    try:
        return score_values(domain.rules, values, domain.written(values))
    except OutcomeError:
        return None


def _found(domain: Domain, which: str, sign: int) -> Values:
    if which not in domain.extremes:
        domain.extremes[which] = _Climb(domain, sign).top()
    return dict(domain.extremes[which])


class _Climb:
    """Climbs (or, with sign -1, descends) from plain values."""

    def __init__(self, domain: Domain, sign: int) -> None:
        self.domain, self.rules, self.sign = domain, domain.rules, sign
        names = [name for entry in domain.entries for name in entry.inputs]
        names.sort(key=lambda name: domain.variables[name].declared.item is None)  # first what belongs to one item
        self.items = {name: self._items(name) for name in names}

    def _items(self, name: str) -> tuple[str, ...]:
        """The items whose points hang on an input."""
        read = self.domain.program.reading([name])
        return tuple(id for id, item in self.rules.items.items() if item.points in read)

    def top(self) -> Values:
        values = self._start()
        for _ in range(PASSES):
            before = dict(values)
            for name, items in self.items.items():
                if items:
                    values = self._better(values, name, items)
            if values == before:
                break
        for item in self.rules.items:
            if self._worth(values, (item,))[:2] < (0, Fraction(1)):
                values = self._together(values, item)
        return self._beside(values)

    def _start(self) -> Values:
        values: Values = {}
        for entry in self.domain.entries:
            for name in entry.inputs:
                if self.domain.beside_grade(name) and not self.domain.needs_share(name, values):
                    continue
                options = self.domain.candidates(name, values)
                if options:
                    ordinary = (one for one in options if not _nothing(self.domain, name, one))
                    values[name] = next(ordinary, options[0])
            if entry.asks_peers:
                values[entry.peer_mean] = self.rules.scored(entry.key).weight if self.sign > 0 else Fraction(0)
        return values

    def _worth(self, values: Values, items: tuple[str, ...]) -> Worth:
        """How well items do, comparable: fewer that cannot be scored, then their shares, then the points of their elements,
        then fewer that do not apply.
        """
        found = Evaluation(self.domain.program, dict(values))
        broken, absent, shares, parts = 0, 0, Fraction(0), Fraction(0)
        for id in items:
            item, points = self.rules.items[id], found.value(self.rules.items[id].points)
            if not isinstance(points, Fraction):
                broken += 1
                continue
            absent += item.applies is not None and found.value(item.applies) is False
            shares += points / item.weight if item.weight else points
            parts += sum((one for part in item.elements if isinstance(one := found.value(part.step), Fraction)), Fraction(0))
        return -broken, self.sign * shares, self.sign * parts, -absent

    def _better(self, values: Values, name: str, items: tuple[str, ...]) -> Values:
        """The best for one input, the others as they are: of equals one at an edge, then the plainest."""
        entry = self.domain.by_key[self.domain.key_of[name]]
        edges = self.domain.at_edges(name, values) if self.domain.variables[name].counted else set()
        top, chosen = self._worth(values, items), values
        ranked = self._rank(name, values.get(name, MISSING), edges)
        for changes in self.domain.changes(entry, values):
            for change in changes:
                if name not in change or not set(change) <= set(entry.inputs) or change[name] is MISSING:
                    continue
                changed = with_changes(values, change)
                worth, rank = self._worth(changed, items), self._rank(name, change[name], edges)
                if worth > top or (worth == top and rank < ranked):
                    top, chosen, ranked = worth, changed, rank
        return chosen

    def _rank(self, name: str, value: Value, edges: set[Value]) -> tuple[bool, bool, tuple[int, int, Fraction]]:
        return (_nothing(self.domain, name, value), isinstance(value, tuple) or value not in edges, complexity(value))

    def _together(self, values: Values, item: str) -> Values:
        """The best for all inputs of an item at once, where there are not too many ways."""
        read = [step.node for step in below(self.rules.steps, self.rules.items[item].points)]
        names = [one.id for one in read if isinstance(one, Input) and one.id in self.items and one.type != "table"]
        if len(names) < 2:
            return values
        items = tuple(dict.fromkeys(id for name in names for id in self.items[name]))
        top, chosen = self._worth(values, items), values
        for count, changed in enumerate(self._ways(values, names)):
            if count >= MOST_TOGETHER:
                break
            worth = self._worth(changed, items)
            if worth > top:
                top, chosen = worth, changed
        return chosen

    def _ways(self, values: Values, names: list[str]) -> Iterator[Values]:
        """Every choice of candidates, the later ones given the earlier ones."""
        if not names:
            yield values
            return
        name, *others = names
        if self.domain.beside_grade(name) and not self.domain.needs_share(name, values):
            yield from self._ways(with_changes(values, {name: MISSING}), others)
            return
        for value in self.domain.candidates(name, values):
            yield from self._ways({**values, name: value}, others)

    def _beside(self, values: Values) -> Values:
        """What no item reads, set so that the rating and the total are best."""
        for name, items in self.items.items():
            if items or self.domain.variables[name].declared.type == "table":
                continue
            ranked = [(self._standing({**values, name: one}), one) for one in self.domain.candidates(name, values)]
            if ranked:
                values = {**values, name: max(ranked, key=lambda pair: pair[0])[1]}
        return values

    def _standing(self, values: Values) -> tuple[bool, bool, int, Fraction]:
        found = assessed(self.domain, values)
        if found is None:
            return (False, False, 0, Fraction(0))
        total = found.total
        return (True, total is not None, self.sign * found.rating.rank, self.sign * (total or Fraction(0)))


def _nothing(domain: Domain, name: str, value: Value) -> bool:
    """Whether a shared figure is 0: nothing planned, no budget."""
    return domain.variables[name].declared.item is None and isinstance(value, Fraction) and value <= 0
