"""Counterexamples made small: as few outcomes as possible away from full marks, and those as plain as possible.

hypothesis would shrink what it drew; here it is known what full marks are and which values are plain, so each step is a step that
a reader would take too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor

from perfscore.numbers.date import Day
from perfscore.readings.exact import MISSING, Value
from perfscore.testing.claim import Broken
from perfscore.testing.domain import Entry, Values, complexity, with_changes
from perfscore.testing.search import Points, Search

PASSES = 6


def smallest(search: Search, points: Points, key: str | None, broken: Broken) -> tuple[Points, str | None, Broken]:
    """The counterexample with which nothing can be put back to full marks, and nothing made plainer."""
    return _Shrinker(search, points, key, broken).smallest()


class _Shrinker:
    def __init__(self, search: Search, points: Points, key: str | None, broken: Broken) -> None:
        self.search, self.domain = search, search.domain
        self.points, self.key, self.broken = points, key, broken

    def smallest(self) -> tuple[Points, str | None, Broken]:
        for _ in range(PASSES):
            before = [values for values, _ in self.points]
            self._put_back()
            for entry in self._away():
                self._plainer(entry)
            if [values for values, _ in self.points] == before:
                break
        return self.points, self.key, self.broken

    def _try(self, changed: Sequence[Values]) -> bool:
        """Keep the changed values where the claim is still false in the same way."""
        if all(new == old for new, (old, _) in zip(changed, self.points, strict=True)):
            return False
        if len(changed) == 2 and changed[0] == changed[1]:
            return False
        found = []
        for values in changed:
            point = self.search.point(values)
            if point is None:
                return False
            found.append(point)
        broken = self.search.against(tuple(found))
        if broken is None or broken.raised != self.broken.raised:
            return False
        self.points, self.broken = tuple(found), broken
        return True

    # --- fewer ------------------------------------------------------------------------------------------------------

    def _away(self) -> list[Entry]:
        keys = self.search.away([values for values, _ in self.points])
        return [self.domain.by_key[key] for key in keys]

    def _full(self, entry: Entry) -> Values:
        """The outcome as at full marks, as a change."""
        return {name: self.search.full.get(name, MISSING) for name in entry.names}

    def _put_back(self) -> None:
        """Many outcomes at once, then fewer, then each alone."""
        shared = [entry for entry in self._away() if entry.key != self.key]
        size = len(shared)
        while size and shared:
            kept = []
            for start in range(0, len(shared), size):
                chunk = shared[start : start + size]
                change = {name: value for entry in chunk for name, value in self._full(entry).items()}
                if not self._try([with_changes(values, change) for values, _ in self.points]):
                    kept.extend(chunk)
            size = min(size // 2, len(kept)) if len(kept) == len(shared) or size == 1 else min(size, len(kept))
            shared = kept
        for entry in self._away():
            for name in entry.names:
                self._one(entry, {name: self.search.full.get(name, MISSING)})
            if entry.key == self.key:
                self._one(entry, self._full(entry))

    def _one(self, entry: Entry, change: Values) -> bool:
        """One change: of what both have alike in both, of what differs in either."""
        values = [one for one, _ in self.points]
        if entry.key != self.key:
            return self._try([with_changes(one, change) for one in values])
        return any(self._try([with_changes(one, change) if k == at else one for k, one in enumerate(values)]) for at in range(len(values)))

    # --- plainer ----------------------------------------------------------------------------------------------------

    def _plainer(self, entry: Entry) -> None:
        for name in entry.inputs:
            for at in range(len(self.points) if entry.key == self.key else 1):
                self._plainest(entry, name, at)
        if self.domain.by_key[entry.key].policy is not None and entry.inputs:
            self._present(entry)

    def _plainest(self, entry: Entry, name: str, at: int) -> None:
        """The plainest value of an input with which the claim is still false."""
        values = self.points[at][0]
        if name not in values or (values[name] == self.search.full.get(name)):
            return
        now = complexity(values[name])
        for value in sorted(dict.fromkeys(self._others(name, values)), key=complexity):
            if complexity(value) >= now:
                return
            changed = with_changes(values, {name: value})
            if entry.key != self.key:
                if self._try([with_changes(one, {name: value}) for one, _ in self.points]):
                    return
            elif self._try([changed if k == at else one for k, (one, _) in enumerate(self.points)]):
                return

    def _others(self, name: str, values: Values) -> Iterator[Value]:
        """Candidates, and the value itself with fewer digits; shorter tables."""
        variable, value = self.domain.variables[name], values[name]
        yield from self.domain.candidates(name, values)
        if isinstance(value, tuple):
            yield from (value[:k] + value[k + 1 :] for k in range(len(value)))
        elif isinstance(value, (Fraction, Day)) and variable.counted:
            spans, size = self.domain.spans(name, values), 1
            while size <= abs(variable.place(value)):
                size *= 10
                near = variable.place(value) / size
                for k in (floor(near) * size, ceil(near) * size):
                    if any(low <= k <= high for low, high in spans):
                        yield variable.value(k)

    def _present(self, entry: Entry) -> None:
        """What does not apply: rather something that was reported."""
        values = self.points[0][0]
        if values.get(entry.absent) is not True:
            return
        for changes in self.domain.changes(entry, self.search.full):
            for change in changes:
                if entry.absent not in change and self._one(entry, {**self._full(entry), **change}):
                    return
