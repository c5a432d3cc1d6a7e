"""What regains a loss: the smallest change of one input, the others kept as they are.

A number is looked for at the constants of the item's cases, in growing steps to both sides, and where a comparison of
the cases turns between two of those; then narrowed down by bisection on the recorded grid. A choice, a yes/no and a
grade: by trying each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import pairwise

from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers.date import Day
from perfscore.numbers.number import decimals
from perfscore.readings.exact import MISSING, Evaluation, Value
from perfscore.scoring.facts import Regain
from perfscore.steps import Input, Step, below

Points = Callable[[Value], "Fraction | None"]
Trial = Callable[[Value], "Evaluation | None"]
LARGEST = Fraction(10) ** 15
FINEST = 6
MOST_TRIES = 400  # edges of cases nearest to where the input is
MOST_SIGNS = 10_000


def regains(evaluation: Evaluation, points_step: str, weight: Fraction) -> tuple[Regain, ...]:
    """The changes, each of one input alone, that give back the most points of an item.

    More of something comes before less of something, then the order of the rule file.
    """
    now = evaluation.value(points_step)
    assert isinstance(now, Fraction)
    used = list(below(evaluation.program.steps, points_step))
    inputs = [step.node for step in used if isinstance(step.node, Input) and ":" not in step.name and step.node.type != "table"]
    inputs.sort(key=lambda one: (one.item is None, one.place.line or 0))
    found: list[Regain] = []
    for declared in inputs:
        step = evaluation.program.steps[declared.id]
        one = _best(evaluation, declared, step, points_step, now, weight, used)
        if one is not None:
            found.append(one)
    if all(one.points < weight - now for one in found):
        found.extend(_judged_anew(evaluation, inputs, points_step, now, used))
    most = max((one.points for one in found), default=None)
    return tuple(sorted((one for one in found if one.points == most), key=_lessens))


def _judged_anew(evaluation: Evaluation, inputs: list[Input], points_step: str, now: Fraction, used: list[Step]) -> Iterator[Regain]:
    """Another level together with what is judged within its band: the two parts of one judgement."""
    grade = next((one for one in inputs if one.judged and one.type == "choice"), None)
    judged = next((one for one in inputs if one.judged and one.type == "number" and grade is not None and one.item == grade.item), None)
    if grade is None or judged is None:
        return
    affected = _affected(evaluation, used, {grade.id, judged.id})
    kept = {name: value for name, value in evaluation.values.items() if name not in affected}
    best: Regain | None = None
    for code, _ in grade.values:
        for value in dict.fromkeys(_constants(evaluation, used, affected, False)):
            gained = Evaluation(evaluation.program, {**kept, grade.id: code, judged.id: value}).value(points_step)
            if isinstance(gained, Fraction) and gained - now > (best.points if best is not None else 0):
                best = Regain(grade, evaluation.values.get(grade.id), code, gained - now, ((judged, value),))
    if best is not None:
        yield best


def _affected(evaluation: Evaluation, used: list[Step], names: set[str]) -> set[str]:
    """The steps among `used` that read any of the names."""
    return evaluation.program.reading(names) & {one.name for one in used}


def _lessens(one: Regain) -> bool:
    return isinstance(one.current, Fraction) and isinstance(one.to, Fraction) and one.to < one.current


def _best(
    evaluation: Evaluation, declared: Input, step: Step, points_step: str, now: Fraction, weight: Fraction, used: list[Step]
) -> Regain | None:
    current = evaluation.values.get(declared.id, MISSING)
    affected = _affected(evaluation, used, {declared.id})
    kept = {name: value for name, value in evaluation.values.items() if name not in affected}

    def trial(value: Value) -> Evaluation | None:
        """All as it is, with another value of this input; None where its range forbids it."""
        found = Evaluation(evaluation.program, {**kept, declared.id: value})
        return found if declared.range is None or found.of(declared.range) is True else None

    def points(value: Value) -> Fraction | None:
        tried = trial(value)
        found = None if tried is None else tried.value(points_step)
        return found if isinstance(found, Fraction) else None

    if declared.type in ("yes_no", "choice"):
        return _of_few(declared, current, points, now)
    return _of_many(evaluation, declared, current, trial, points_step, now, weight, used, affected)


def _of_few(declared: Input, current: Value, points: Points, now: Fraction) -> Regain | None:
    tried: list[Value] = [True, False] if declared.type == "yes_no" else [code for code, _ in declared.values]
    gains = [(gain, value) for value in tried if value != current and (found := points(value)) is not None and (gain := found - now) > 0]
    if not gains:
        return None
    gain, value = max(gains, key=lambda pair: pair[0])
    return Regain(declared, current, value, gain)


def _of_many(
    evaluation: Evaluation,
    declared: Input,
    current: Value,
    trial_of: Trial,
    points_step: str,
    now: Fraction,
    weight: Fraction,
    used: list[Step],
    affected: set[str],
) -> Regain | None:
    """A number or a date, as a whole number of grid steps away from where it is."""
    constants = list(_constants(evaluation, used, affected, isinstance(current, Day) or declared.type == "date"))
    dated = declared.type == "date"
    origin = current.ordinal if isinstance(current, Day) else current if isinstance(current, Fraction) else Fraction(0)
    if dated and not isinstance(current, Day):
        origin = int(constants[0]) if constants else 738_000
    grid = (
        Fraction(1)
        if dated
        else declared.grid or _finest([Fraction(origin), *constants], 2 if declared.unit is not None and declared.unit.is_ratio else 0)
    )
    origin = Fraction(origin) // grid * grid  # an outcome off its grid moves along the grid
    line = _Line(Fraction(origin), grid, dated, trial_of, points_step)
    for k in sorted({step for c in constants for step in _around((c - origin) / grid)}, key=abs)[:MOST_TRIES]:
        line.at(k)
    if line.best(now) < weight:
        for k in _growing(Fraction(max([abs(c) for c in constants] + [abs(Fraction(origin))])) / grid):
            line.at(k)
    if line.best(now) < weight:
        line.turns(pair for pair in _comparisons(used, affected) if not _plain_edge(declared.id, *pair))
    best = line.best(now)
    if best <= now:
        return None
    chosen = line.nearest(best)
    return Regain(declared, current, line.value(chosen), best - now)


class _Line:
    """One input as whole steps of its grid away from where it is; what was tried is kept."""

    def __init__(self, origin: Fraction, grid: Fraction, dated: bool, trial: Trial, points_step: str) -> None:
        self.origin, self.grid, self.dated, self.trial, self.points_step = origin, grid, dated, trial, points_step
        self.seen: dict[int, tuple[Evaluation, Fraction] | None] = {}

    def value(self, k: int) -> Value:
        place = self.origin + k * self.grid
        return Day(int(place)) if self.dated else place

    def at(self, k: int) -> Fraction | None:
        """The points so many steps away; None where the input may not be there, or nothing can be scored."""
        if k not in self.seen:
            place = self.origin + k * self.grid
            inside = abs(place) <= LARGEST and (not self.dated or 1 <= place <= 3_000_000)
            found = self.trial(self.value(k)) if inside else None
            points = None if found is None else found.value(self.points_step)
            self.seen[k] = (found, points) if found is not None and isinstance(points, Fraction) else None
        known = self.seen[k]
        return None if known is None else known[1]

    def best(self, now: Fraction) -> Fraction:
        return max((known[1] for known in self.seen.values() if known is not None), default=now)

    def turns(self, comparisons: Iterable[tuple[Tree, Tree]]) -> None:
        """Try the steps around which a comparison turns, between any two neighbours that were tried.

        Of a rule with endless comparisons only the first are looked at: a regain is true, if not always the largest.
        """
        looked = 0
        for left, right in comparisons:
            looked += len(self.seen)
            if looked > MOST_SIGNS:
                return
            for low, high in pairwise(sorted(k for k, known in self.seen.items() if known is not None)):
                self._turn(left, right, low, high)

    def _turn(self, left: Tree, right: Tree, low: int, high: int) -> None:
        before, after = self._sign(left, right, low), self._sign(left, right, high)
        if before is None or after is None or before == after:
            return
        while high - low > 1:
            middle = (low + high) // 2
            self.at(middle)
            sign = self._sign(left, right, middle)
            if sign is None:
                return
            low, high = (middle, high) if sign == before else (low, middle)

    def _sign(self, left: Tree, right: Tree, k: int) -> int | None:
        known = self.seen[k]
        if known is None:
            return None
        a, b = known[0].of(left), known[0].of(right)
        if isinstance(a, Day) and isinstance(b, Day):
            return (a.ordinal > b.ordinal) - (a.ordinal < b.ordinal)
        return (a > b) - (a < b) if isinstance(a, Fraction) and isinstance(b, Fraction) else None

    def nearest(self, best: Fraction) -> int:
        """The step nearest to where the input is that reaches the best."""
        reached = {k: known[1] for k, known in self.seen.items() if known is not None}
        if reached.get(0) == best:
            return 0
        sides = [_narrowed(self.at, side, best) for side in _sides(reached, best)]
        return min(sides, key=lambda k: (abs(k), -k))


def _plain_edge(id: str, left: Tree, right: Tree) -> bool:
    """Whether an input stands against a written value: the steps around that were tried already."""
    sides = (left, right)
    return any(isinstance(one, tree.Name) and one.name == id for one in sides) and any(
        isinstance(one, (tree.Number, tree.Date)) for one in sides
    )


def _comparisons(used: Iterable[Step], affected: set[str]) -> Iterator[tuple[Tree, Tree]]:
    """The two sides of every comparison that the input can turn."""
    for step in used:
        if step.name not in affected:
            continue
        for root in step.trees():
            for node in tree.walk(root):
                if isinstance(node, tree.Compare):
                    left = node.first
                    for _, right in node.rest:
                        yield left, right
                        left = right


def _around(steps: Fraction) -> tuple[int, ...]:
    whole = steps.numerator // steps.denominator
    return (whole - 1, whole, whole + 1, whole + 2)


def _growing(size: Fraction) -> Iterator[int]:
    """Steps to both sides, doubling, until well beyond the size of what is known."""
    k, most = 1, max(1024, 16 * (size.numerator // size.denominator + 1))
    while k <= most:
        yield from (k, -k)
        k *= 2


def _sides(reached: dict[int, Fraction], best: Fraction) -> Iterator[int]:
    """The nearest step on each side that reaches the best."""
    for sign in (1, -1):
        nearest = min((k for k, value in reached.items() if value == best and k * sign > 0), key=abs, default=None)
        if nearest is not None:
            yield nearest


def _narrowed(at: Callable[[int], Fraction | None], far: int, best: Fraction) -> int:
    """The step nearest to where the input is now that still reaches the best, between 0 and `far`."""
    low, high = 0, far
    while abs(high - low) > 1:
        middle = (low + high) // 2 if far > 0 else -((-low - high) // 2)
        if at(middle) == best:
            high = middle
        else:
            low = middle
    return high


def _constants(evaluation: Evaluation, used: Iterable[Step], affected: set[str], dated: bool) -> Iterator[Fraction]:
    """Numbers the input may be compared with: literals of the formulas, and quantities that do not depend on it."""
    for step in used:
        for root in step.trees():
            for node in tree.walk(root):
                if isinstance(node, tree.Number) and not dated:
                    yield node.value
                elif isinstance(node, tree.Date) and dated:
                    yield Fraction(node.last.ordinal)
        value = evaluation.values.get(step.name)
        if step.name not in affected and isinstance(value, Day if dated else Fraction):
            yield Fraction(value.ordinal) if isinstance(value, Day) else Fraction(value)


def _finest(values: list[Fraction], least: int) -> Fraction:
    """Without a grid: the last decimal place that any of the numbers uses, whole percents at the least."""
    places = [found for value in values if (found := decimals(value)) is not None]
    return Fraction(1, 10 ** min(max([least, *places]), FINEST))
