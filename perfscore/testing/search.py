"""falsify: looks for outcomes that show a claim to be false, and makes them as small as they get.

First along known paths: every edge of every input, one at a time, from full marks and from the lowest; inputs that one formula
reads together; totals at and beside every edge of the rating. Then at random, by hypothesis. Outcomes that the rules refuse are
passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from random import Random

from perfscore.ruleset.ruleset import RuleSet
from perfscore.scoring.assessment import Assessment
from perfscore.steps import Input
from perfscore.testing.claim import Asked, Broken, Claim
from perfscore.testing.counterexample import Counterexample
from perfscore.testing.domain import Domain, Entry, Values, domain_of, with_changes
from perfscore.testing.extremes import assessed, best, worst
from perfscore.testing.totals import steered

MOST_TOGETHER = 300  # ways of setting the inputs of one formula together
MOST_NAMES = 4
Point = tuple[Values, Assessment]
Points = tuple[Point, ...]


def falsify(rules: RuleSet, claim: Claim, *, examples: int = 1000, seed: int | None = None) -> Counterexample | None:
    """Look for outcomes at which a claim is false; None where none were found, which is no proof.

    `claim`: a predicate on one Assessment, or on two whose outcomes differ in exactly one outcome, in either order (decided by the
    number of its parameters). It gives True or False; one that raises counts as false, and what it raised is told. `examples`: how
    many outcomes are drawn at random after the directed search; `seed`: the same seed draws the same. Outcomes that the rules
    refuse are passed over.

    The counterexample is minimal: none of its outcomes can be put back to full marks, and none made plainer, without the claim
    holding again. Raises TypeError for what is no claim, ValueError for a ready claim that does not fit these rules, RuleError for
    open groups.
    """
    asked = Asked.of(claim)
    search = Search(domain_of(rules), asked)
    found = search.first(search.directed()) or (search.at_random(examples, seed) if examples > 0 else None)
    if found is None:
        return None
    from perfscore.testing.shrinking import smallest

    points, key, broken = smallest(search, *found)
    return Counterexample(
        rules, asked.name, asked.says, key,
        tuple(search.domain.written(values) for values, _ in points), tuple(assessment for _, assessment in points),
        search.away([values for values, _ in points]), search.matter(points), broken.words,
    )  # fmt: skip


class Search:
    """One claim on its way to a counterexample."""

    def __init__(self, domain: Domain, asked: Asked) -> None:
        self.domain, self.asked = domain, asked
        about = asked.about(domain.rules)
        self.varied = [entry for entry in domain.entries if about is None or entry.key in about]
        self.full = best(domain)

    def point(self, values: Values) -> Point | None:
        """Values with their assessment; None where the rules refuse them."""
        found = assessed(self.domain, values)
        return None if found is None else (values, found)

    def against(self, points: Points) -> Broken | None:
        """None where the claim holds."""
        return self.asked.against(tuple(assessment for _, assessment in points))

    def first(self, tried: Iterable[tuple[Points, str | None]]) -> tuple[Points, str | None, Broken] | None:
        """The first of many at which the claim is false."""
        for points, key in tried:
            if (broken := self.against(points)) is not None:
                return points, key, broken
        return None

    def away(self, values: list[Values]) -> tuple[str, ...]:
        """The outcomes that are not as at full marks."""
        return tuple(entry.key for entry in self.domain.entries if any(not self.as_full(entry, one) for one in values))

    def as_full(self, entry: Entry, values: Values) -> bool:
        return all(values.get(name) == self.full.get(name) for name in entry.names)

    def matter(self, points: Points) -> tuple[str, ...]:
        """The items to be told: their outcome or their points are not as at full marks, or change."""
        away, full = self.away([values for values, _ in points]), self.point(self.full)
        known = [one.points for _, one in points] + ([full[1].points] if full is not None else [])
        return tuple(id for id in self.domain.rules.items if id in away or any(one.get(id) != known[0].get(id) for one in known))

    # --- along known paths ------------------------------------------------------------------------------------------

    def directed(self) -> Iterator[tuple[Points, str | None]]:
        """What is tried first: one assessment, or a pair with the outcome that differs."""
        if self.asked.count == 2:
            for base in self._bases():
                for entry in self.varied:
                    yield from self._pairs(base, entry)
            return
        if (full := self.point(self.full)) is not None:
            yield (full,), None
        for start in (self.full, worst(self.domain)):
            for entry in self.domain.entries:
                for points in self._changed(start, entry):
                    yield from (((point,), None) for point in points)
            if start is self.full and full is not None:
                yield from (((point,), None) for values in steered(self.domain, self.full) if (point := self.point(values)) is not None)
        for values in self._together():
            if (point := self.point(values)) is not None:
                yield (point,), None

    def _changed(self, values: Values, entry: Entry) -> Iterator[list[Point]]:
        """What one outcome may be instead: lists in order of value, without what is refused."""
        for changes in self.domain.changes(entry, values):
            tried = (self.point(with_changes(values, change)) for change in changes)
            yield [point for point in tried if point is not None]

    def _bases(self) -> Iterator[Values]:
        """From where one outcome is changed: full marks, the lowest, and full marks with what is read beside it changed."""
        lowest = worst(self.domain)
        yield from (self.full, lowest)
        keys = {entry.key for entry in self.varied}
        beside = {other for names in self._read_together() if keys & {self.domain.key_of[name] for name in names} for other in names}
        for entry in self.domain.entries:
            if beside & set(entry.inputs):
                for changes in self.domain.changes(entry, self.full):
                    yield from (with_changes(self.full, change) for change in changes)
        if len(self.varied) <= MOST_NAMES:
            yield from steered(self.domain, self.full)

    def _pairs(self, base: Values, entry: Entry) -> Iterator[tuple[Points, str | None]]:
        """The outcome as it is beside each other one, and neighbours beside each other; both ways round."""
        start = self.point(base)
        for points in self._changed(base, entry):
            couples = [(start, point) for point in points] if start is not None else []
            for a, b in (*couples, *pairwise(points)):
                if a is not None and a[0] != b[0]:
                    yield from (((a, b), entry.key), ((b, a), entry.key))

    def _read_together(self) -> Iterator[tuple[str, ...]]:
        """Inputs that one formula reads, directly or through quantities; a few at a time."""
        seen: set[tuple[str, ...]] = set()
        for name, step in self.domain.steps.items():
            if step.kind in ("gate", "points", "quantity", "flag"):
                names = tuple(sorted(self._inputs(name)))
                if 1 < len(names) <= MOST_NAMES and names not in seen:
                    seen.add(names)
                    yield names

    def _inputs(self, name: str) -> set[str]:
        """The inputs that a step reads, directly or through quantities."""
        found: set[str] = set()
        waiting, seen = [name], {name}
        while waiting:
            for used in self.domain.steps[waiting.pop()].uses():
                step = self.domain.steps[used]
                if isinstance(step.node, Input):
                    found.add(used)
                elif step.kind == "quantity" and used not in seen:
                    seen.add(used)
                    waiting.append(used)
        return {one for one in found if one in self.domain.variables and self.domain.variables[one].declared.type != "table"}

    def _together(self) -> Iterator[Values]:
        """Full marks with the inputs of one formula set together."""
        for names in self._read_together():
            yield from islice(self._ways(self.full, names), MOST_TOGETHER)

    def _ways(self, values: Values, names: tuple[str, ...]) -> Iterator[Values]:
        if not names:
            yield values
            return
        for value in self.domain.candidates(names[0], values):
            yield from self._ways({**values, names[0]: value}, names[1:])

    # --- at random --------------------------------------------------------------------------------------------------

    def at_random(self, examples: int, seed: int | None) -> tuple[Points, str | None, Broken] | None:
        """Drawn by hypothesis; not shrunk there, since what is plain is known here."""
        from perfscore.testing.extra import HealthCheck, NoSuchExample, Phase, Unsatisfiable, find, settings
        from perfscore.testing.strategies import pairs_of, values_of

        found: list[tuple[Points, str | None, Broken]] = []
        keys = tuple(entry.key for entry in self.varied)
        strategy = values_of(self.domain).map(lambda one: ((one,), None)) if self.asked.count == 1 else pairs_of(self.domain, keys)

        def fails(drawn: tuple[tuple[Values, ...], str | None]) -> bool:
            points = tuple(point for values in drawn[0] if (point := self.point(values)) is not None)
            if len(points) < self.asked.count or (broken := self.against(points)) is None:
                return False
            found.append((points, drawn[1], broken))
            return True

        how = settings(
            max_examples=examples, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
        )
        try:
            find(strategy, fails, settings=how, random=None if seed is None else Random(seed))
        except (NoSuchExample, Unsatisfiable):
            return None
        return found[-1]
