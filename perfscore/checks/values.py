"""What a step can give: the set of its attainable values, each with outcomes that give it.

A set of rounded values is one whole number, a bit for each multiple of a unit, so that sums of many items are shifts. A witness is
made only for the value that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, gcd, lcm
from typing import Any

from perfscore.checks.domain import Sweep, Undecided, limit
from perfscore.numbers import algebraic as poly
from perfscore.numbers.algebraic import Root, between, roots
from perfscore.numbers.rounding import Rounding
from perfscore.readings.exact import Value
from perfscore.readings.pieces import Form, Line, Piece, Stepwise

MAX_VALUES = 20_000
MAX_BITS = 4_000_000
FEW_POINTS = 1500
IDENTITY = (Fraction(0), Fraction(1))

Found = Callable[[], "Fraction | None"]  # a value of the variable that gives it


class Values:
    """Multiples of `unit`: bit k of `bits` stands for (low + k) * unit. `witness(value)`: outcomes that give it, or None."""

    __slots__ = ("_witness", "bits", "low", "unit")

    def __init__(self, unit: Fraction, low: int, bits: int, witness: Callable[[Fraction], dict[str, Value] | None]) -> None:
        if bits.bit_length() > MAX_BITS:
            raise Undecided
        self.unit, self.low, self.bits, self._witness = unit, low, bits, witness

    @classmethod
    def of(cls, found: Mapping[Fraction, Callable[[], dict[str, Value] | None]]) -> Values:
        """A set with a maker of outcomes for each value."""
        unit = _unit(found)
        if not found:
            return cls(unit, 0, 0, lambda _: None)
        numbers = [int(value / unit) for value in found]
        low, bits = min(numbers), 0
        if max(numbers) - low > MAX_BITS:
            raise Undecided
        for number in numbers:
            bits |= 1 << (number - low)
        return cls(unit, low, bits, lambda value: found[value]())

    def numbers(self) -> Iterator[int]:
        """The bits that are set, lowest first."""
        text = bin(self.bits)[:1:-1]
        k = text.find("1")
        while k >= 0:
            yield k
            k = text.find("1", k + 1)

    def __iter__(self) -> Iterator[Fraction]:
        """The values, lowest first."""
        top, bottom = self.unit.numerator, self.unit.denominator
        return (Fraction((self.low + k) * top, bottom) for k in self.numbers())

    def __len__(self) -> int:
        return self.bits.bit_count()

    def __contains__(self, value: Fraction) -> bool:
        number = value / self.unit
        return number.denominator == 1 and number >= self.low and bool(self.bits >> (int(number) - self.low) & 1)

    @property
    def lowest(self) -> Fraction:
        return (self.low + (self.bits & -self.bits).bit_length() - 1) * self.unit

    @property
    def highest(self) -> Fraction:
        return (self.low + self.bits.bit_length() - 1) * self.unit

    def witness(self, value: Fraction) -> dict[str, Value] | None:
        """Outcomes that give the value; None where none was found that can be recorded. Raises KeyError."""
        return self._witness(value)

    def at(self, unit: Fraction) -> Values:
        """The same set over a finer unit."""
        factor = self.unit / unit
        if factor == 1:
            return self
        assert factor.denominator == 1
        return Values(unit, self.low * int(factor), _spread(self.bits, int(factor)), self._witness)

    def plus(self, other: Values) -> Values:
        """Sums of one value of each."""
        unit = _common(self.unit, other.unit)
        a, b = self.at(unit), other.at(unit)
        few, many = (a, b) if len(a) <= len(b) else (b, a)
        if len(few) * many.bits.bit_length() > MAX_BITS * 2000:
            raise Undecided
        bits = 0
        for k in few.numbers():
            bits |= many.bits << k

        def witness(value: Fraction) -> dict[str, Value] | None:
            rest = int(value / unit) - a.low - b.low
            for k in few.numbers():
                if k <= rest and many.bits >> (rest - k) & 1:
                    left, right = few.witness((few.low + k) * unit), many.witness((many.low + rest - k) * unit)
                    if left is not None and right is not None:
                        return {**left, **right}
            return None

        return Values(unit, a.low + b.low, bits, witness)

    def mapped(self, function: Callable[[Fraction], Fraction | None]) -> Values:
        """What a function makes of each value (None: nothing)."""
        if len(self) > MAX_VALUES * 5:
            raise Undecided
        found: dict[Fraction, list[Fraction]] = {}
        for value in self:
            made = function(value)
            if made is not None:
                found.setdefault(made, []).append(value)

        def maker(sources: list[Fraction]) -> Callable[[], dict[str, Value] | None]:
            return lambda: next((one for source in sources if (one := self.witness(source)) is not None), None)

        return Values.of({value: maker(sources) for value, sources in found.items()})

    def joined(self, other: Values) -> Values:
        """The values of both."""
        if not self.bits or not other.bits:
            return self if self.bits else other
        unit = _common(self.unit, other.unit)
        a, b = self.at(unit), other.at(unit)
        low = min(a.low, b.low)
        bits = a.bits << (a.low - low) | b.bits << (b.low - low)

        def witness(value: Fraction) -> dict[str, Value] | None:
            made = a.witness(value) if value in a else None
            return made if made is not None else b.witness(value) if value in b else None

        return Values(unit, low, bits, witness)

    def within(self, low: Fraction | None, high: Fraction | None, low_closed: bool, high_closed: bool) -> Values:
        """Those between two ends."""
        first = self.low if low is None else ceil(low / self.unit) if low_closed else floor(low / self.unit) + 1
        last = self.low + self.bits.bit_length() if high is None else floor(high / self.unit) if high_closed else ceil(high / self.unit) - 1
        first, last = max(first, self.low), min(last, self.low + self.bits.bit_length())
        if last < first:
            return Values(self.unit, 0, 0, self._witness)
        bits = self.bits >> (first - self.low) & ((1 << (last - first + 1)) - 1)
        return Values(self.unit, first, bits, self._witness)


def constant(value: Fraction) -> Values:
    """One value that hangs on nothing."""
    return Values.of({value: dict})


def _unit(values: Iterable[Fraction]) -> Fraction:
    """The largest unit of which all are multiples."""
    bottom = 1
    known = list(values)
    for value in known:
        bottom = lcm(bottom, value.denominator)
    if bottom > 10**12:
        raise Undecided
    top = gcd(*(int(value * bottom) for value in known)) if known else 0
    return Fraction(top or 1, bottom)


def _common(a: Fraction, b: Fraction) -> Fraction:
    bottom = lcm(a.denominator, b.denominator)
    if bottom > 10**12:
        raise Undecided
    return Fraction(gcd(int(a * bottom), int(b * bottom)), bottom)


def _spread(bits: int, factor: int) -> int:
    """Each bit k at k * factor."""
    if bits.bit_length() * factor > MAX_BITS:
        raise Undecided
    text = bin(bits)[2:]
    return int(("0" * (factor - 1)).join(text), 2) if factor > 1 else bits


@dataclass(frozen=True, slots=True)
class Span:
    """All numbers between two ends (None: no end)."""

    low: Fraction | None
    high: Fraction | None


def recorded(piece: Piece, line: Line) -> list[Fraction]:
    """Recordable values of a piece: first and last where there are such, its middle."""
    if piece.is_point:
        return [piece.at]
    if line.grid is None:
        return [piece.at]
    within = line.inside(piece.low, piece.high)
    if within is None:
        return []
    some = dict.fromkeys([within[0], within[1]] if piece.low is not None else [within[1]])
    return [k * line.grid for k in some if piece.holds(k * line.grid)]


def image(form: Form, piece: Piece, line: Line) -> Any:
    """The values of a form on one piece: a list with, for each, a maker of a value of the variable; or a span."""
    if form.constant:
        some = recorded(piece, line)
        return [(form.number, lambda: some[0])] if some else []
    if piece.is_point:
        return [(form.at(piece.at), lambda: piece.at)]
    grid = line.grid
    if grid is not None and piece.low is not None and piece.high is not None:
        within = line.inside(piece.low, piece.high)
        if within is None:
            return []
        if within[1] - within[0] <= FEW_POINTS:
            return [(form.at(x), lambda x=x: x) for k in range(within[0], within[1] + 1) for x in (k * grid,)]
    if form.of is None:
        return _open_span(form, piece)
    inner = _stepped(form.of, piece, line)
    if form.num == IDENTITY and form.den == poly.ONE:
        return inner
    return [(form.of_inner(y), maker) for y, maker in inner]


def _open_span(form: Form, piece: Piece) -> Span:
    """The values of a form that rises or falls all over a piece; it may not have a turning point inside."""
    rising = poly.minus(poly.times(poly.derivative(form.num), form.den), poly.times(form.num, poly.derivative(form.den)))
    turning = [x for x in roots(rising) if _inside(x, piece)] if len(rising) > 1 else []
    if turning:
        raise Undecided
    for end in (piece.low, piece.high):
        if isinstance(end, Root):
            raise Undecided
    low, high = limit(form, piece, -1), limit(form, piece, 1)
    up = (rising[0] > 0) if len(rising) == 1 else poly.value(rising, piece.at) > 0
    return Span(low, high) if up else Span(high, low)


def _inside(x: Fraction | Root, piece: Piece) -> bool:
    return (piece.low is None or piece.low < x) and (piece.high is None or x < piece.high)


def _stepped(function: Stepwise, piece: Piece, line: Line) -> list[tuple[Fraction, Found]]:
    """The values of a stepwise function of a form."""
    inner = image(function.of, piece, line)
    if not isinstance(inner, Span):
        found: dict[Fraction, Found] = {}
        for value, maker in inner:
            found.setdefault(function.apply(value), maker)
        return list(found.items())
    rounding = function.key
    if not isinstance(rounding, Rounding) or inner.low is None or inner.high is None:
        raise Undecided
    step = rounding.step
    first, last = floor(inner.low / step) - 1, ceil(inner.high / step) + 1
    if last - first > MAX_VALUES:
        raise Undecided
    dense = line.grid is None or _dense(function.of, line.grid, step)
    made: list[tuple[Fraction, Found]] = []
    for k in range(first, last + 1):
        low, high = _plateau(rounding, k * step)
        if not (low < inner.high and high > inner.low):
            continue
        maker = _maker(function.of, piece, line, max(low, inner.low), min(high, inner.high))
        if dense or maker() is not None:
            made.append((k * step, maker))
    return made


def _dense(form: Form, grid: Fraction, step: Fraction) -> bool:
    """Whether neighbouring recordable values never skip a multiple of the step: a straight line that is not steep."""
    return form.of is None and len(form.num) == 2 and len(form.den) == 1 and 2 * abs(form.num[1] / form.den[0]) * grid <= step


def _plateau(rounding: Rounding, value: Fraction) -> tuple[Fraction, Fraction]:
    """The ends between which numbers are rounded to the value."""
    step, half = rounding.step, rounding.step / 2
    match rounding.mode:
        case "floor":
            return value, value + step
        case "ceil":
            return value - step, value
        case "down":
            return (value - step, value + step) if not value else (value, value + step) if value > 0 else (value - step, value)
        case "up":
            return (value, value) if not value else (value - step, value) if value > 0 else (value, value + step)
    return value - half, value + half


def _maker(form: Form, piece: Piece, line: Line, low: Fraction, high: Fraction) -> Found:
    """A recordable value of the variable at which an unrounded form lies between two numbers."""

    def find() -> Fraction | None:
        ends: list[Fraction | Root] = []
        for value in (low, high):
            shifted = poly.minus(form.num, poly.times(poly.constant(value), form.den))
            ends.extend(x for x in (roots(shifted) if len(shifted) > 1 else []) if _inside(x, piece))
        cuts: list[Fraction | Root | None] = [piece.low, *sorted(ends), piece.high]
        for a, b in pairwise(cuts):
            if a is not None and b is not None and not a < b:
                continue
            if line.grid is None:
                x = between(a, b)
            else:
                within = line.inside(a, b)
                if within is None or not _between(within[0] * line.grid, a, b):
                    continue
                x = within[0] * line.grid
            if low < form.at(x) < high:
                return x
        at_edges = [x for x in ends if isinstance(x, Fraction) and line.records(x)]
        return at_edges[0] if at_edges and low == high else None

    return find


def _between(x: Fraction, low: Any, high: Any) -> bool:
    return (low is None or low < x) and (high is None or x < high)


def outcome_maker(sweep: Sweep, maker: Found) -> Callable[[], dict[str, Value] | None]:
    """Makes outcomes for the value of the variable that another maker finds."""

    def made() -> dict[str, Value] | None:
        x = maker()
        return None if x is None else sweep.outcome(x)

    return made
