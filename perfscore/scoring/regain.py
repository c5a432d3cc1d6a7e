"""What regains a loss: the smallest change of one input, the others kept as they are.

A number is looked for at the constants of the item's cases and in growing steps to both sides, then narrowed down by
bisection on the recorded grid; a choice, a yes/no and a grade by trying each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from perfscore.formula import tree
from perfscore.numbers.date import Day
from perfscore.numbers.number import decimals
from perfscore.readings.exact import MISSING, Evaluation, Value
from perfscore.scoring.facts import Regain
from perfscore.steps import Input, Step, Steps

Points = Callable[[Value], "Fraction | None"]
LARGEST = Fraction(10) ** 15
FINEST = 6


def regains(evaluation: Evaluation, points_step: str, weight: Fraction) -> tuple[Regain, ...]:
    """The changes, each of one input alone, that give back the most points of an item.

    More of something comes before less of something, then the order of the rule file.
    """
    now = evaluation.value(points_step)
    assert isinstance(now, Fraction)
    used = list(below(evaluation.program.steps, points_step))
    inputs = [step.node for step in used if isinstance(step.node, Input) and not step.name.endswith(":not_applicable")]
    inputs.sort(key=lambda one: (one.item is None, one.place.line or 0))
    found: list[Regain] = []
    for declared in inputs:
        step = evaluation.program.steps[declared.id]
        one = _best(evaluation, declared, step, points_step, now, weight, used)
        if one is not None:
            found.append(one)
    most = max((one.points for one in found), default=None)
    return tuple(sorted((one for one in found if one.points == most), key=_lessens))


def _lessens(one: Regain) -> bool:
    return isinstance(one.current, Fraction) and isinstance(one.to, Fraction) and one.to < one.current


def below(steps: Steps, name: str) -> Iterator[Step]:
    """A step and all that it reads, each once."""
    seen, stack = {name}, [name]
    while stack:
        step = steps[stack.pop()]
        yield step
        for used in step.uses():
            if used not in seen:
                seen.add(used)
                stack.append(used)


def _best(
    evaluation: Evaluation, declared: Input, step: Step, points_step: str, now: Fraction, weight: Fraction, used: list[Step]
) -> Regain | None:
    current = evaluation.values.get(declared.id, MISSING)
    affected = {one.name for one in used if declared.id in {s.name for s in below(evaluation.program.steps, one.name)}}
    kept = {name: value for name, value in evaluation.values.items() if name not in affected}

    def points(value: Value) -> Fraction | None:
        trial = Evaluation(evaluation.program, {**kept, declared.id: value})
        if declared.range is not None and trial.of(declared.range) is not True:
            return None
        found = trial.value(points_step)
        return found if isinstance(found, Fraction) else None

    if declared.type in ("yes_no", "choice"):
        return _of_few(declared, current, points, now)
    return _of_many(evaluation, declared, current, points, now, weight, used, affected)


def _of_few(declared: Input, current: Value, points: Points, now: Fraction) -> Regain | None:
    tried: list[Value] = [True, False] if declared.type == "yes_no" else [code for code, _ in declared.values]
    gains = [(gain, value) for value in tried if value != current and (found := points(value)) is not None and (gain := found - now) > 0]
    if not gains:
        return None
    gain, value = max(gains, key=lambda pair: pair[0])
    return Regain(declared, current, value, gain)


def _of_many(
    evaluation: Evaluation, declared: Input, current: Value, points: Points, now: Fraction, weight: Fraction,
    used: list[Step], affected: set[str],
) -> Regain | None:  # fmt: skip
    """A number or a date, as a whole number of grid steps away from where it is."""
    constants = list(_constants(evaluation, used, affected, isinstance(current, Day) or declared.type == "date"))
    origin = current.ordinal if isinstance(current, Day) else current if isinstance(current, Fraction) else Fraction(0)
    dated = declared.type == "date"
    if dated and not isinstance(current, Day):
        origin = int(constants[0]) if constants else 738_000
    grid = Fraction(1) if dated else declared.grid or _finest([Fraction(origin), *constants])
    seen: dict[int, Fraction | None] = {}

    def at(k: int) -> Fraction | None:
        if k not in seen:
            place = Fraction(origin) + k * grid
            inside = abs(place) <= LARGEST and (not dated or 1 <= place <= 3_000_000)
            seen[k] = points(Day(int(place)) if dated else place) if inside else None
        return seen[k]

    near = sorted({step for c in constants for step in _around((c - origin) / grid)}, key=abs)
    for k in near:
        at(k)
    if max((value for value in seen.values() if value is not None), default=now) < weight:
        for k in _growing(Fraction(max([abs(c) for c in constants] + [abs(Fraction(origin))])) / grid):
            at(k)
    reached = {k: value for k, value in seen.items() if value is not None}
    best = max(reached.values(), default=now)
    if best <= now:
        return None
    sides = [0] if reached.get(0) == best else [_narrowed(at, side, best) for side in _sides(reached, best)]
    chosen = min(sides, key=lambda k: (abs(k), -k))
    place = Fraction(origin) + chosen * grid
    return Regain(declared, current, Day(int(place)) if dated else place, best - now)


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


def _finest(values: list[Fraction]) -> Fraction:
    """Without a grid: the last decimal place that any of the numbers uses."""
    places = [found for value in values if (found := decimals(value)) is not None]
    return Fraction(1, 10 ** min(max(places, default=0), FINEST))
