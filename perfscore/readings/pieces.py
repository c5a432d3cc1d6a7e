"""The pieces reading: what steps give over one variable, exactly: the points at which something changes, and what holds between.

On a piece every truth, every fired case and every choice is the same, and every number is one rational function of the variable, or
of a rounded one. A piece is a point or an open interval; the pieces of a variable cover its domain in order. A point is read by
the exact reading itself. What has no such form (a list over the rows of a table that hangs on the variable, a logarithm, the
sum of two values rounded differently) raises `NotPieces`, unless the piece has few recordable values, which are then
read one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor
from typing import Any, Literal

from perfscore.finding import Finding, Kind, Place
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers import algebraic as poly
from perfscore.numbers.algebraic import Poly, Root
from perfscore.numbers.date import Day, months_between
from perfscore.numbers.rounding import Rounding
from perfscore.readings.exact import BROKEN, DIVISION_BY_ZERO, FUNCTIONS, IRRATIONAL, MISSING, NO_CASE, Evaluation, Program, Value, Wrong
from perfscore.steps import Cases, Input, Round, Rows

MAX_PIECES = 20_000
MAX_POINTS = 400
MAX_DEGREE = 40

End = Fraction | Root | None


class NotPieces(Exception):
    """The steps have no closed form over the variable: `.step` where that shows."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


class _Split(Exception):
    """Something changes inside of the piece, at these points."""

    def __init__(self, at: Iterable[Fraction | Root]) -> None:
        self.at = tuple(at)


class _Formless(Exception):
    """A value without a closed form."""


class _Stop(Exception):
    """There is no value here: why and where."""

    def __init__(self, kind: Kind, place: Place | None = None) -> None:
        self.kind = kind
        self.place = place


class _Needs(Exception):
    """A step that has no value is needed."""


@dataclass(frozen=True, slots=True)
class Stepwise:
    """A monotone function of a form that changes only at known values of it: a rounding, whole months from or to a day."""

    of: Form
    apply: Callable[[Fraction], Fraction] = field(compare=False)
    edges: Callable[[Fraction | Root], list[Fraction]] = field(compare=False)
    direction: int
    key: object

    def at(self, x: Fraction) -> Fraction:
        return self.apply(self.of.at(x))


@dataclass(frozen=True, slots=True)
class Form:
    """numerator / denominator, in the variable itself or in a stepwise function of it (`of`)."""

    num: Poly
    den: Poly = poly.ONE
    of: Stepwise | None = None
    day: bool = False

    @property
    def constant(self) -> bool:
        return len(self.num) <= 1 and len(self.den) == 1

    @property
    def number(self) -> Fraction:
        """The value of a constant form."""
        return self.num[0] / self.den[0] if self.num else Fraction(0)

    def at(self, x: Fraction) -> Fraction:
        """The value at a point. Raises ZeroDivisionError."""
        return self.of_inner(x if self.of is None else self.of.at(x))

    def of_inner(self, y: Fraction) -> Fraction:
        """The value at a value of the stepwise function inside. Raises ZeroDivisionError."""
        if len(self.den) == 1 and self.den[0] == 1:
            return poly.value(self.num, y)
        return poly.value(self.num, y) / poly.value(self.den, y)


def constant(value: Fraction, day: bool = False) -> Form:
    return Form(poly.constant(value), day=day)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a step has no value on a piece."""

    kind: Kind
    place: Place
    owner: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A point (`low` is `high`), or the open interval between; `at` is one point of it.

    `values`: of each step that was computed: a Form, a truth, a code …, BROKEN where it has none; `fired`: the case that decided, of each
    case list that was asked; `problems`: what stood in the way; `slopes`: 1, 0, -1: rises, stays, falls
    all over the piece.
    """

    low: End
    high: End
    at: Fraction
    values: Mapping[str, Any] = field(default_factory=dict)
    fired: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    slopes: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_point(self) -> bool:
        return self.low is not None and self.low is self.high

    def holds(self, x: Fraction) -> bool:
        """Whether the point lies in the piece."""
        if self.is_point:
            return self.low == x
        return (self.low is None or self.low < x) and (self.high is None or x < self.high)


@dataclass(frozen=True, slots=True)
class Line:
    """The values that a variable can take: between two ends (None: no end; closed or open), on a grid or anywhere.

    `day`: its values are ordinals of days.
    """

    low: Fraction | None = None
    high: Fraction | None = None
    low_closed: bool = True
    high_closed: bool = True
    grid: Fraction | None = None
    day: bool = False

    def parts(self) -> list[tuple[End, End]]:
        """Its closed ends as points, and the open interval between, in order."""
        found: list[tuple[End, End]] = []
        if self.low is not None and self.low_closed and self.records(self.low):
            found.append((self.low, self.low))
        if self.low is None or self.high is None or self.low < self.high:
            found.append((self.low, self.high))
        if self.high is not None and self.high_closed and self.low != self.high and self.records(self.high):
            found.append((self.high, self.high))
        return found

    def records(self, x: Fraction) -> bool:
        """Whether the value is on the grid."""
        return self.grid is None or (x / self.grid).denominator == 1

    def inside(self, low: End, high: End) -> tuple[int, int] | None:
        """The first and last multiple of the grid strictly between two ends that are not both without end; None: there is none."""
        assert self.grid is not None
        first = _beyond(low, self.grid, 1)
        last = _beyond(high, self.grid, -1)
        if first is None or last is None:
            return (first if first is not None else (last or 0) - 1, last if last is not None else (first or 0) + 1)
        return (first, last) if first <= last else None

    def first(self, low: End, high: End) -> Fraction | None:
        """The lowest recordable value strictly between the ends; None where there is none that is lowest."""
        return None if self.grid is None or low is None else (_beyond(low, self.grid, 1) or 0) * self.grid

    def last(self, low: End, high: End) -> Fraction | None:
        """The highest recordable value strictly between the ends; None where there is none that is highest."""
        return None if self.grid is None or high is None else (_beyond(high, self.grid, -1) or 0) * self.grid


def _beyond(end: End, grid: Fraction, side: Literal[1, -1]) -> int | None:
    """The next multiple of the grid strictly above (1) or below (-1) an end."""
    if end is None:
        return None
    if isinstance(end, Fraction):
        return floor(end / grid) + 1 if side == 1 else ceil(end / grid) - 1
    while floor(end.low / grid) != floor(end.high / grid):
        multiple = ceil(end.low / grid) * grid
        if end == multiple:
            return ceil(end.low / grid) + side
        end.refine()
    return floor(end.low / grid) + (side == 1)


class Pieces:
    """Steps over one variable: `variable` is an input or a quantity; every other input has a fixed value."""

    def __init__(self, program: Program, variable: str, line: Line, fixed: Mapping[str, Value]) -> None:
        self.program, self.variable, self.line = program, variable, line
        self.fixed = dict(fixed)
        self.moving = program.reading([variable]) | {variable}
        self.still = Evaluation(program, dict(fixed))  # steps that do not hang on the variable
        self.still_problems: dict[str, tuple[Problem, ...]] = {}

    def over(self, wanted: Sequence[str], sloped: Sequence[str] = ()) -> list[Piece]:
        """The pieces of the domain in order, with the wanted steps; `sloped`: cut until each of these rises, stays or falls.

        Raises NotPieces.
        """
        found: list[Piece] = []
        line = self.line
        stack = list(reversed(line.parts()))
        while stack:
            low, high = stack.pop()
            if len(found) + len(stack) > MAX_PIECES:
                raise NotPieces(wanted[0] if wanted else self.variable)
            if low is not None and low is high:
                assert isinstance(low, Fraction)
                found.append(self._point(low, wanted, sloped))
                continue
            if line.grid is not None:
                within = line.inside(low, high)
                if within is None:
                    continue
                if within[0] == within[1]:
                    point = within[0] * line.grid
                    found.append(self._point(point, wanted, sloped))
                    continue
            reading = _Interval(self, low, high)
            try:
                found.append(reading.piece(wanted, sloped))
            except _Split as split:
                stack.extend(reversed(list(_parts(low, high, split.at, line))))
            except _Formless:
                within = None if line.grid is None or low is None or high is None else line.inside(low, high)
                if within is None or within[1] - within[0] >= MAX_POINTS:
                    raise NotPieces(reading.stuck) from None
                assert line.grid is not None
                every = [k * line.grid for k in range(within[0], within[1] + 1)]
                stack.extend((point, point) for point in reversed(every))
        return found

    def fixed_value(self, name: str) -> Value:
        """The value of a step that does not hang on the variable; `still_problems` keeps why it has none."""
        before = len(self.still.problems)
        found = self.still.value(name)
        if len(self.still.problems) > before:
            self.still_problems[name] = tuple(_problem(one) for one in self.still.problems[before:])
        return found

    def exactly(self, x: Fraction | None) -> Evaluation:
        """The exact reading at a value of the variable; None: it is missing."""
        value: Value = MISSING if x is None else Day(int(x)) if self.line.day else x
        return Evaluation(self.program, {**self.fixed, self.variable: value})

    def _point(self, x: Fraction, wanted: Sequence[str], more: Sequence[str]) -> Piece:
        return point_of(self.exactly(x), x, wanted, more)


def point_of(reading: Evaluation, x: Fraction, wanted: Sequence[str], more: Sequence[str] = ()) -> Piece:
    """What the exact reading gives at one point, as a piece; of `more` only the values."""
    reading.all(wanted)
    problems, fired = tuple(_problem(one) for one in reading.problems), dict(reading.fired)
    reading.all(more)
    values = {name: _as_form(value) for name, value in reading.values.items()}
    return Piece(x, x, x, values, fired, problems)


def _problem(finding: Finding) -> Problem:
    return Problem(finding.kind, finding.place, finding.indicator or "")


def _as_form(value: Value) -> Any:
    if isinstance(value, Fraction):
        return constant(value)
    if isinstance(value, Day):
        return constant(Fraction(value.ordinal), day=True)
    return tuple(_as_form(one) for one in value) if isinstance(value, tuple) else value


def _parts(low: End, high: End, cuts: Iterable[Fraction | Root], line: Line) -> Iterable[tuple[End, End]]:
    """The intervals and points that the cuts make, in order; an irrational point can not be recorded."""
    ordered: list[Fraction | Root] = []
    for cut in sorted(cuts):
        if (low is None or low < cut) and (high is None or cut < high) and (not ordered or ordered[-1] < cut):
            ordered.append(cut)
    assert ordered
    start = low
    for cut in ordered:
        yield start, cut
        if isinstance(cut, Fraction) and line.records(cut):
            yield cut, cut
        start = cut
    yield start, high


class _Interval:
    """The reading of steps on one open interval."""

    def __init__(self, pieces: Pieces, low: End, high: End) -> None:
        self.pieces, self.low, self.high = pieces, low, high
        self.at = poly.between(low, high)
        self.values: dict[str, Any] = {}
        self.fired: dict[str, int] = {}
        self.problems: list[Problem] = []
        self.stuck = pieces.variable

    def piece(self, wanted: Sequence[str], sloped: Sequence[str]) -> Piece:
        for name in wanted:
            self.value(name)
        problems, fired = tuple(self.problems), dict(self.fired)
        slopes = {name: self.slope(value) for name in sloped if isinstance(value := self.value(name), Form)}
        fired = {**{name: k for name, k in self.pieces.still.fired.items() if name in self.values}, **fired}
        return Piece(self.low, self.high, self.at, self.values, fired, problems, slopes)

    # --- steps --------------------------------------------------------------------------------------------------------

    def value(self, name: str) -> Any:
        """The value of a step on the interval; BROKEN where it has none."""
        if name in self.values:
            return self.values[name]
        if name == self.pieces.variable:
            found: Any = Form(poly.IDENTITY, day=self.pieces.line.day)
        elif name not in self.pieces.moving:
            found = _as_form(self.pieces.fixed_value(name))
            self.problems.extend(self.pieces.still_problems.get(name, ()))
        else:
            step = self.pieces.program.steps[name]
            try:
                found = self._step(name, step.node)
            except _Stop as stop:
                place = stop.place if stop.place is not None and stop.place != tree.NOWHERE else step.place
                self.problems.append(Problem(stop.kind, place, step.owner))
                found = BROKEN
            except _Needs:
                found = BROKEN
            except _Formless:
                self.stuck = name if self.stuck == self.pieces.variable else self.stuck
                raise
        self.values[name] = found
        return found

    def _step(self, name: str, node: object) -> Any:
        match node:
            case Cases(cases):
                for k, case in enumerate(cases):
                    if case.when is not None and not self._of(case.when):
                        continue
                    if case.refuse is not None:
                        self.fired[name] = k
                        raise _Stop(case.refuse.kind, case.place)
                    assert case.points is not None
                    found = self._of(case.points)
                    self.fired[name] = k
                    return found
                raise _Stop(NO_CASE)
            case Round(of, rounding, _):
                return self._rounded(self._of(of), rounding)
            case Input() | Rows():
                raise _Formless
            case root:
                return self._of(root)  # type: ignore[arg-type]

    # --- formulas -----------------------------------------------------------------------------------------------------

    def _of(self, node: Tree) -> Any:
        match node:
            case tree.Number(value):
                return constant(value)
            case tree.Text(value) | tree.Truth(value):
                return value
            case tree.Date(_, last):
                return constant(Fraction(last.ordinal), day=True)
            case tree.Name(name):
                value = self.value(name)
                if value is MISSING or value is BROKEN:
                    raise _Needs
                return value
            case tree.Negate(operand):
                return self._arithmetic("-", constant(Fraction(0)), self._of(operand), node)
            case tree.Not(operand):
                return not self._of(operand)
            case tree.Arithmetic(op, left, right):
                return self._arithmetic(op, self._of(left), self._of(right), node)
            case tree.Compare(first, rest):
                left, found = self._of(first), True
                for op, root in rest:
                    right = self._of(root)
                    one = self._compared(left, op, right)
                    if isinstance(one, tuple):
                        return one
                    if not one:
                        return False
                    left = right
                return found
            case tree.Logic(op, parts):
                found = op == "and"
                for part in parts:
                    one = self._of(part)
                    if bool(one) != found:
                        return one
                return found
            case tree.Choose(condition, then, otherwise):
                return self._of(then if self._of(condition) else otherwise)
            case tree.Member(subject, options):
                return any(self._compared(self._of(subject), "=", self._of(option)) for option in options)
            case tree.Listing(elements):
                return tuple(self._of(one) for condition, one in elements if condition is None or self._of(condition))
            case tree.Call("missing", (asked,)):
                return isinstance(asked, tree.Name) and self.value(asked.name) is MISSING
            case tree.Call(function, arguments):
                return self._called(function, [self._of(one) for one in arguments], node)

    def _arithmetic(self, op: str, a: Any, b: Any, node: Tree) -> Any:
        if not isinstance(a, Form) or not isinstance(b, Form):
            raise _Formless
        if op == "/" and self._sign(b) == 0:
            raise _Stop(DIVISION_BY_ZERO, node.place)
        if op == "**":
            if not b.constant:
                raise _Formless
            found = constant(Fraction(1))
            for _ in range(int(b.number)):
                found = self._arithmetic("*", found, a, node)
            return found
        of = _shared(a, b)
        match op:
            case "+":
                num, den = poly.plus(poly.times(a.num, b.den), poly.times(b.num, a.den)), poly.times(a.den, b.den)
            case "-":
                num, den = poly.minus(poly.times(a.num, b.den), poly.times(b.num, a.den)), poly.times(a.den, b.den)
            case "*":
                num, den = poly.times(a.num, b.num), poly.times(a.den, b.den)
            case _:
                num, den = poly.times(a.num, b.den), poly.times(a.den, b.num)
        return _reduced(Form(num, den, of, a.day and not b.day and op in "+-"))

    def _compared(self, a: Any, op: str, b: Any) -> Any:
        if isinstance(a, tuple):
            return tuple(self._compared(one, op, b) for one in a)
        if isinstance(b, tuple):
            return tuple(self._compared(a, op, one) for one in b)
        if not isinstance(a, Form) or not isinstance(b, Form):
            if isinstance(a, Form) or isinstance(b, Form):
                raise _Formless
            return (a == b) if op == "=" else (a != b)
        sign = self._sign(self._difference(a, b))
        return {"=": sign == 0, "!=": sign != 0, "<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0}[op]

    def _difference(self, a: Form, b: Form) -> Form:
        num = poly.minus(poly.times(a.num, b.den), poly.times(b.num, a.den))
        return _reduced(Form(num, poly.times(a.den, b.den), _shared(a, b)))

    def _sign(self, form: Form) -> int:
        """The sign of a form all over the interval. Raises _Split where it changes."""
        if not form.constant:
            self._cut(form.of, [root for part in (form.num, form.den) if len(part) > 1 for root in poly.roots(part)])
        value = form.number if form.constant else form.at(self.at)
        return (value > 0) - (value < 0)

    def _cut(self, of: Stepwise | None, values: Sequence[Fraction | Root]) -> None:
        """Split where the variable (or what is stepwise over it) crosses one of these values."""
        for _ in range(64):
            if of is None:
                inside = [x for x in values if (self.low is None or self.low < x) and (self.high is None or x < self.high)]
                if inside:
                    raise _Split(inside)
                return
            found: list[Fraction | Root] = []
            for value in values:
                for edge in of.edges(value):
                    shifted = poly.minus(of.of.num, poly.times(poly.constant(edge), of.of.den))
                    if len(shifted) > 1:
                        found.extend(poly.roots(shifted))
            if len(of.of.den) > 1:
                found.extend(poly.roots(of.of.den))
            values, of = found, of.of.of
        raise _Formless

    def _rounded(self, value: Any, rounding: Rounding) -> Any:
        if not isinstance(value, Form):
            raise _Formless
        if rounding.mode == "none":
            return value
        if value.constant:
            return constant(rounding.apply(value.number))
        self._sign(Form(value.den, poly.ONE, value.of))  # its denominator does not change sign on the interval
        return Form(poly.IDENTITY, of=Stepwise(value, rounding.apply, lambda end: _edges(rounding, end), 1, rounding))

    # --- functions ----------------------------------------------------------------------------------------------------

    def _called(self, function: str, arguments: list[Any], node: Tree) -> Any:
        listed = arguments[0] if len(arguments) == 1 and isinstance(arguments[0], tuple) else tuple(arguments)
        match function:
            case "min" | "max":
                return self._extreme(listed, "<" if function == "min" else ">", node)
            case "clamp":
                raised = self._extreme((arguments[0], arguments[1]), ">", node)
                return self._extreme((raised, arguments[2]), "<", node)
            case "abs":
                return arguments[0] if self._sign(arguments[0]) >= 0 else self._arithmetic("-", constant(Fraction(0)), arguments[0], node)
            case "mean" if not listed:
                return self._constants(function, [()], node)
            case "sum" | "mean":
                total = constant(Fraction(0))
                for one in listed:
                    total = self._arithmetic("+", total, one, node)
                return total if function == "sum" else self._arithmetic("/", total, constant(Fraction(len(listed))), node)
            case "count":
                return constant(Fraction(sum(one is not False for one in listed)))
            case "any":
                return any(listed)
            case "all":
                return all(listed)
            case "round" | "floor" | "ceil":
                digits = arguments[1] if len(arguments) > 1 else constant(Fraction(0))
                if not isinstance(digits, Form) or not digits.constant or digits.number.denominator != 1 or abs(digits.number) > 30:
                    raise _Formless
                mode: Any = {"round": "half-up"}.get(function, function)
                return self._rounded(arguments[0], Rounding(Fraction(10) ** -int(digits.number), mode))
            case "median":
                return self._median(listed, node)
            case "months":
                return self._months(arguments)
        return self._constants(function, arguments, node)

    def _constants(self, function: str, arguments: list[Any], node: Tree) -> Any:
        """A function of values that do not move, by the exact reading's own."""
        try:
            return _as_form(FUNCTIONS[function](*[_number(one) for one in arguments]))
        except tuple(IRRATIONAL) as wrong:
            raise _Stop(IRRATIONAL[type(wrong)], node.place) from None
        except Wrong as wrong:
            raise _Stop(wrong.kind, node.place) from None

    def _extreme(self, values: Sequence[Any], op: str, node: Tree) -> Any:
        if not values:
            return self._constants("min", [()], node)
        found = values[0]
        for one in values[1:]:
            if self._compared(one, op, found):
                found = one
        return found

    def _median(self, values: Sequence[Any], node: Tree) -> Any:
        if not values:
            return self._constants("median", [()], node)
        ordered: list[Any] = []
        for one in values:
            k = next((k for k, other in enumerate(ordered) if self._compared(one, "<", other)), len(ordered))
            ordered.insert(k, one)
        middle = len(ordered) // 2
        if len(ordered) % 2:
            return ordered[middle]
        return self._arithmetic("/", self._arithmetic("+", ordered[middle - 1], ordered[middle], node), constant(Fraction(2)), node)

    def _months(self, days: list[Any]) -> Any:
        a, b = days
        if not isinstance(a, Form) or not isinstance(b, Form) or not a.day or not b.day or a.constant == b.constant:
            if isinstance(a, Form) and isinstance(b, Form) and a.constant and b.constant:
                return constant(Fraction(months_between(Day(int(a.number)), Day(int(b.number)))))
            raise _Formless
        moving, still, sign = (b, Day(int(a.number)), 1) if a.constant else (a, Day(int(b.number)), -1)

        def months(x: Fraction) -> Fraction:
            day = Day(int(x))
            return Fraction(months_between(still, day) if sign == 1 else months_between(day, still))

        def edges(value: Fraction | Root) -> list[Fraction]:
            return _month_edges(months, sign, still, value)

        return Form(poly.IDENTITY, of=Stepwise(moving, months, edges, sign, ("months", still, sign)))

    # --- slopes -------------------------------------------------------------------------------------------------------

    def slope(self, form: Form) -> int:
        """Whether a form rises (1), stays (0) or falls (-1) all over the interval; a stepwise one rises where it never falls."""
        if form.constant:
            return 0
        rising = poly.minus(poly.times(poly.derivative(form.num), form.den), poly.times(form.num, poly.derivative(form.den)))
        own = self._sign(Form(rising, poly.ONE, form.of))
        return own if form.of is None else own * form.of.direction * self.slope(form.of.of)


def _shared(a: Form, b: Form) -> Stepwise | None:
    """What two forms are both about. Raises _Formless where that differs."""
    if a.constant or b.constant:
        return b.of if a.constant else a.of
    if a.of != b.of:
        raise _Formless
    return a.of


def _reduced(form: Form) -> Form:
    """Without common factors and, where it is a constant, about nothing."""
    num, den = form.num, form.den
    if len(num) > MAX_DEGREE or len(den) > MAX_DEGREE:
        raise _Formless
    if not num:
        return replace(form, num=poly.ZERO, den=poly.ONE, of=None)
    if len(den) > 1:
        shared = poly.common(num, den)
        if len(shared) > 1:
            num, den = poly.divided(num, shared)[0], poly.divided(den, shared)[0]
    if len(den) == 1 and den[0] != 1:
        num, den = tuple(one / den[0] for one in num), poly.ONE
    return replace(form, num=num, den=den, of=None if len(num) <= 1 and len(den) == 1 else form.of)


def _edges(rounding: Rounding, end: Fraction | Root) -> list[Fraction]:
    """Values at which a rounded value may pass the end, or reach it."""
    step = rounding.step
    if isinstance(end, Root):
        k = _beyond(end, step, 1)
        assert k is not None
        multiples = [k * step]
    else:
        first = ceil(end / step) * step
        multiples = [first] if first != end else [first, first + step]
    shifts: dict[str, Sequence[Fraction]] = {
        "floor": (Fraction(0),), "ceil": (step,), "down": (Fraction(0), step), "up": (Fraction(0), step),
    }  # fmt: skip
    return [multiple - shift for multiple in multiples for shift in shifts.get(rounding.mode, (step / 2,))]


def _month_edges(months: Callable[[Fraction], Fraction], sign: int, still: Day, value: Fraction | Root) -> list[Fraction]:
    """The days at which whole months from (or to) a day may pass a value, and the days beside them."""
    number = value if isinstance(value, Fraction) else (value.low + value.high) / 2
    found: list[Fraction] = []
    for target in (floor(number), floor(number) + 1, ceil(number) + 1):
        low, high = 1, Day.of(still.date.replace(year=9999, month=12, day=31)).ordinal
        while low < high:  # the first day whose months reach the target (in their direction)
            middle = (low + high) // 2
            reached = months(Fraction(middle)) >= target if sign == 1 else months(Fraction(middle)) < target
            low, high = (low, middle) if reached else (middle + 1, high)
        found.extend(Fraction(low + k) for k in (-1, 0, 1))
    return found


def _number(value: Any) -> Any:
    """A form that does not move as the exact reading's value. Raises _Formless."""
    if isinstance(value, tuple):
        return tuple(_number(one) for one in value)
    if not isinstance(value, Form):
        return value
    if not value.constant:
        raise _Formless
    return Day(int(value.number)) if value.day else value.number
