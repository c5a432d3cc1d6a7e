"""What can be recorded: the values of each input, and how the outcomes of a few steps are swept, all but one variable held.

A number without a `range` is any number; one that counts or measures (a unit that is no ratio, no money and no temperature) is
not below 0. Two numbers that are only compared with and divided by each other are one variable, their quotient; numbers that
occur only inside of one quantity are that quantity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

from perfscore.formula import tree
from perfscore.numbers import algebraic as poly
from perfscore.numbers.date import Day
from perfscore.numbers.number import decimals
from perfscore.numbers.unit import MONEY, PURE
from perfscore.readings.exact import MISSING, Evaluation, Program, Value, formula_value
from perfscore.readings.pieces import Form, Line, NotPieces, Piece, Pieces, point_of
from perfscore.ruleset.ruleset import RuleSet
from perfscore.scoring.assessment import program
from perfscore.steps import Cases, Input, Round, Rows, Step, below

MAX_SWEEPS = 600
LAST_DAY = Day(3_652_059)  # 9999-12-31
Outcome = Mapping[str, Value]


class Undecided(Exception):
    """The outcomes of a step cannot be swept: too many variables, or values without a closed form."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """Some outcomes: every input has a fixed value but those behind `variable`, which takes the values of `line` (None: a single point).

    `outcome`: the inputs' values at a value of the variable; None where none can be recorded that gives it.
    """

    fixed: Outcome
    variable: str | None
    line: Line
    outcome: Callable[[Fraction], dict[str, Value] | None]

    def pieces(self, program: Program, wanted: Sequence[str], sloped: Sequence[str] = ()) -> list[Piece]:
        """The pieces of the wanted steps. Raises Undecided."""
        if self.variable is None:
            return [point_of(Evaluation(program, dict(self.fixed)), Fraction(0), wanted, sloped)]
        try:
            return Pieces(program, self.variable, self.line, self.fixed).over(wanted, sloped)
        except NotPieces as formless:
            raise Undecided(formless.step) from None


class Domain:
    """The recordable outcomes of a rule set. In `base` outcomes everything applies, is reported, and no person sets points."""

    def __init__(self, rules: RuleSet, seed: int | None = None) -> None:
        self.rules = rules
        self.seed = seed  # of what is searched at random
        self.program = program(rules)
        self._lines: dict[str, list[Line]] = {}
        self._cones: dict[str, tuple[str, ...]] = {}
        self._read: dict[str, frozenset[str]] = {}
        self._uses: dict[str, tuple[str, ...]] = {}

    def cone(self, *names: str) -> tuple[str, ...]:
        """The inputs that steps hang on, in the order of the file."""
        found: set[str] = set()
        for name in names:
            if name not in self._cones:
                inputs = [one for one in self.reads(name) if isinstance(self.rules.steps[one].node, Input)]
                self._cones[name] = tuple(sorted(inputs, key=self._order.__getitem__))
            found.update(self._cones[name])
        return tuple(sorted(found, key=self._order.__getitem__))

    def reads(self, name: str) -> frozenset[str]:
        """All steps that a step reads, directly or through others."""
        if name not in self._read:
            found, stack = {name}, [name]
            while stack:
                for used in self.uses(stack.pop()):
                    if used in self._read:
                        found |= self._read[used]
                    elif used not in found:
                        found.add(used)
                        stack.append(used)
            self._read[name] = frozenset(found)
        return self._read[name]

    def uses(self, name: str) -> tuple[str, ...]:
        """The steps that a step reads itself."""
        if name not in self._uses:
            self._uses[name] = self.rules.steps[name].uses()
        return self._uses[name]

    @cached_property
    def _order(self) -> dict[str, int]:
        return {name: k for k, name in enumerate(self.rules.steps)}

    def input(self, name: str) -> Input:
        node = self.rules.steps[name].node
        assert isinstance(node, Input)
        return node

    def lines(self, name: str) -> list[Line]:
        """The values that a number or date can take, as lines that do not overlap, in order."""
        if name not in self._lines:
            self._lines[name] = list(self._ranged(self.input(name)))
        return self._lines[name]

    def _ranged(self, declared: Input) -> Iterator[Line]:
        whole = _natural(declared)
        if declared.range is None or any(one.name != declared.id for one in tree.names(declared.range)):
            yield whole
            return
        inner = Program({declared.id: Step(declared.id, "input", declared), "holds": Step("holds", "quantity", declared.range)})
        try:
            pieces = Pieces(inner, declared.id, replace(whole, grid=None, low=None, high=None), {}).over(["holds"])
        except NotPieces:
            yield whole
            return
        run: list[Piece] = []
        for piece in [*pieces, None]:
            if piece is not None and piece.values["holds"] is True:
                run.append(piece)
            elif run:
                yield _line(run, whole)
                run = []

    def values(self, name: str, base: bool = True) -> list[Value] | None:
        """The values of an input that has few; None where it has many."""
        declared = self.input(name)
        if name.endswith(":not_applicable"):
            return [False] if base else [False, True]
        if name.endswith(":override"):
            return [MISSING]
        absent = [] if declared.required or declared.missing is not None else [MISSING]
        match declared.type:
            case "choice":
                return [*(code for code, _ in declared.values), *absent]
            case "yes_no":
                return [True, False, *absent]
        return None

    def sweeps(self, *names: str, base: bool = True) -> list[Sweep]:
        """All recordable outcomes of the inputs that these steps hang on. Raises Undecided."""
        cone = self.cone(*names)
        few = {name: values for name in cone if (values := self.values(name, base)) is not None}
        many = [name for name in cone if name not in few]
        if any(self.input(name).type == "table" for name in many):
            raise Undecided(next(name for name in many if self.input(name).type == "table"))
        size = 1
        for values in few.values():
            size *= len(values)
        if size > MAX_SWEEPS:
            raise Undecided(names[0])
        found: list[Sweep] = []
        for chosen in product(*few.values()):
            found.extend(self._numbers(dict(zip(few, chosen, strict=True)), many, names))
        return found

    def _numbers(self, fixed: dict[str, Value], many: list[str], names: Sequence[str]) -> Iterator[Sweep]:
        """The sweeps over the numbers and dates, the rest being fixed."""
        if not many:
            yield Sweep(fixed, None, Line(), lambda _: dict(fixed))
            return
        if len(many) == 1:
            yield from self._one(fixed, many[0])
            return
        if len(many) == 2 and self._proportional(names, many):
            yield from self._quotient(fixed, many)
            return
        inner = self._quantity(names, many)
        if inner is None:
            raise Undecided(names[0])
        if len(many) == 2 and self._proportional([inner], many):
            yield from self._nothing(fixed, *self._over(many))
        for line in self._image(inner, fixed, many):
            yield Sweep(fixed, inner, line, lambda x: self._reached(inner, x, fixed, many))

    def _one(self, fixed: dict[str, Value], name: str) -> Iterator[Sweep]:
        declared = self.input(name)
        day = declared.type == "date"
        for line in self.lines(name):
            yield Sweep(fixed, name, line, lambda x: {**fixed, name: Day(int(x)) if day else x})
        if not declared.required:
            absent = MISSING if declared.missing is None else Evaluation(self.program, dict(fixed)).of(declared.missing)
            whole = {**fixed, name: absent}
            yield Sweep(whole, None, Line(), lambda _: dict(whole))

    # --- two numbers that are one quotient -----------------------------------------------------------------------------

    def _proportional(self, names: Sequence[str], many: list[str]) -> bool:
        """Whether both numbers, made larger by one factor, leave all that the steps tell as it is."""
        degrees: dict[str, int | None] = dict.fromkeys(many, 1)

        def of(name: str) -> int | None:
            if name not in degrees:
                step = self.rules.steps[name]
                degrees[name] = _degree(step.node, of)
            return degrees[name]

        if any(self.input(name).type == "date" or not self.input(name).required for name in many):
            return False
        try:
            return all(of(name) in (0, None) for name in names)
        except _NotProportional:
            return False

    def _quotient(self, fixed: dict[str, Value], many: list[str]) -> Iterator[Sweep]:
        """One over the other: the second is 0, or 1 or -1 while the first takes every value; a factor makes them recordable."""
        top, below_ = self._over(many)
        yield from self._nothing(fixed, top, below_)
        for unit in (Fraction(1), Fraction(-1)):
            if not any(_reaches(line, unit) for line in self.lines(below_)):
                continue
            signs = self.lines(top)
            low = None if any(line.low is None or line.low < 0 for line in signs) else Fraction(0)
            high = None if any(line.high is None or line.high > 0 for line in signs) else Fraction(0)
            closed = any(_reaches(line, Fraction(0)) for line in signs)
            line = Line(low, high, closed, closed)
            held = {**fixed, below_: unit}
            yield Sweep(held, top, line, lambda x, unit=unit: self._scaled(fixed, top, x, below_, unit))  # type: ignore[misc]

    def _nothing(self, fixed: dict[str, Value], top: str, below_: str) -> Iterator[Sweep]:
        """The second number is 0, where it can be."""
        held = {**fixed, below_: Fraction(0)}
        if self.records(below_, Fraction(0)):
            for line in self.lines(top):
                yield Sweep(held, top, line, lambda x: {**held, top: x})

    def _over(self, many: list[str]) -> tuple[str, str]:
        """Which of two numbers stands above: the item's own, else the one that something is not divided by."""
        divisors = {
            name.name
            for step in self.rules.steps.values()
            for root in step.trees()
            for node in tree.walk(root)
            if isinstance(node, tree.Arithmetic) and node.op == "/"
            for name in tree.names(node.right)
        }
        own = [name for name in many if self.input(name).item is not None]
        if len(own) == 1:
            return own[0], next(name for name in many if name != own[0])
        first = [name for name in many if name not in divisors]
        return (first[0], next(name for name in many if name != first[0])) if len(first) == 1 else (many[0], many[1])

    def _scaled(self, fixed: dict[str, Value], top: str, x: Fraction, below_: str, unit: Fraction) -> dict[str, Value] | None:
        grids = [self.input(name).grid or Fraction(1, 100) for name in (top, below_)]
        # below = n * its grid; top = x * below has to be a multiple of its own grid
        least = (x * grids[1] / grids[0]).denominator * grids[1]
        for scale in (100, 10, 1, 1000, 10_000, 10**6, 2, 5, 20, 50):
            factor = least * scale
            outcome = {**fixed, top: x * factor, below_: unit * factor}
            if all(self.records(name, outcome[name]) for name in (top, below_)) and self.fits(outcome):
                return outcome
        return None

    def records(self, name: str, value: Value) -> bool:
        """Whether a number or day can be recorded."""
        number = Fraction(value.ordinal) if isinstance(value, Day) else value
        return any(_holds(line, number) for line in self.lines(name))

    def fits(self, outcome: Outcome) -> bool:
        """Whether no number is outside of a range that hangs on other numbers of the outcomes."""
        ranges = [self.input(name).range for name in outcome]
        return all(formula_value(one, dict(outcome)) is not False for one in ranges if one is not None)

    # --- numbers that are one quantity --------------------------------------------------------------------------------

    def _quantity(self, names: Sequence[str], many: list[str]) -> str | None:
        """The quantity behind which all the numbers stand: the one nearest to them."""
        found: str | None = None
        for step in below(self.rules.steps, names[0]) if len(names) == 1 else ():
            if step.kind not in ("quantity", "rounding") or isinstance(step.node, (Cases, Rows, Round)) or step.name in names:
                continue
            inside = set(self.cone(step.name))
            if set(many) <= inside and not self._around(names[0], step.name, many) and (found is None or found in self.reads(step.name)):
                found = found if found is not None else step.name
        return found

    def _around(self, start: str, without: str, many: list[str]) -> bool:
        """Whether a number is read on a way that does not pass the step."""
        seen, stack = {start, without}, [start]
        while stack:
            step = self.rules.steps[stack.pop()]
            for used in step.uses():
                if used in many:
                    return True
                if used not in seen:
                    seen.add(used)
                    stack.append(used)
        return False

    def _image(self, quantity: str, fixed: dict[str, Value], many: list[str]) -> list[Line]:
        """The values that the quantity can take: by the quotient of its numbers where it hangs on that alone, else by bounds."""
        if len(many) == 2 and self._proportional([quantity], many):
            found: list[Line] = []
            for sweep in self._quotient(fixed, many):
                if sweep.fixed.get(self._over(many)[1]) == 0:
                    continue
                for piece in sweep.pieces(self.program, [quantity], [quantity]):
                    value = piece.values[quantity]
                    if isinstance(value, Form):
                        found.extend(_span(value, piece))
            return _joined(found)
        return [_bounds(self, self.rules.steps[quantity].node, fixed)]

    def _reached(self, quantity: str, x: Fraction, fixed: dict[str, Value], many: list[str]) -> dict[str, Value] | None:
        """Values of the numbers that give the quantity this value: all but one at plain values, the last one solved for."""
        for solved in many:
            others = [name for name in many if name != solved]
            for plain in product(*[self._plain(name, x) for name in others]):
                held = {**fixed, **dict(zip(others, plain, strict=True))}
                for line in self.lines(solved):
                    found = self._solved(quantity, x, held, solved, line)
                    if found is not None and self.fits({**held, solved: found}):
                        return {**held, solved: found}
        return None

    def _plain(self, name: str, x: Fraction) -> list[Fraction]:
        grid = self.input(name).grid or Fraction(1, 100)
        some = [scale * grid * x.denominator for scale in (100, 1, 10, 1000, 10_000)] + [
            Fraction(100),
            Fraction(1),
            Fraction(0),
            Fraction(1000),
        ]
        return [one for one in dict.fromkeys(some) if self.records(name, one)][:4]

    def _solved(self, quantity: str, x: Fraction, held: dict[str, Value], solved: str, line: Line) -> Fraction | None:
        try:
            pieces = Pieces(self.program, solved, replace(line, grid=None), held).over([quantity])
        except NotPieces:
            return None
        for piece in pieces:
            value = piece.values[quantity]
            if not isinstance(value, Form) or value.of is not None:
                continue
            if value.constant:
                candidates: list[Any] = [piece.at] if value.number == x else []
            else:
                candidates = poly.roots(poly.minus(value.num, poly.times(poly.constant(x), value.den)))
            for one in candidates:
                if isinstance(one, Fraction) and piece.holds(one) and self.records(solved, one) and _ends(one):
                    return one
        return None


def _ends(number: Fraction) -> bool:
    """Whether the number ends as a decimal, so that it can be written down."""
    return decimals(number) is not None


def _natural(declared: Input) -> Line:
    """The values of an input for which no range is written."""
    if declared.type == "date":
        return Line(Fraction(1), Fraction(LAST_DAY.ordinal), grid=Fraction(1), day=True)
    unit = declared.unit
    free = unit is None or unit.dimension in (MONEY, PURE.dimension) or "℃" in unit.text or unit.text == "度"
    return Line(None if free else Fraction(0), None, grid=declared.grid)


def _line(run: list[Piece], whole: Line) -> Line:
    """A run of pieces as a line, within what the input can be."""
    first, last = run[0], run[-1]
    low = first.low if isinstance(first.low, Fraction) else None
    high = last.high if isinstance(last.high, Fraction) else None
    line = Line(low, high, first.is_point, last.is_point, whole.grid, whole.day)
    if whole.day:
        line = replace(line, low=line.low or whole.low, high=line.high or whole.high)
    return line


def _holds(line: Line, x: Fraction) -> bool:
    above = line.low is None or line.low < x or (line.low == x and line.low_closed)
    under = line.high is None or x < line.high or (line.high == x and line.high_closed)
    return above and under and line.records(x)


def _reaches(line: Line, sign: Fraction) -> bool:
    """Whether the line holds numbers of this sign."""
    if sign > 0:
        return line.high is None or line.high > 0
    if sign < 0:
        return line.low is None or line.low < 0
    return _holds(line, Fraction(0))


class _NotProportional(Exception):
    pass


def _degree(node: object, of: Callable[[str], int | None]) -> int | None:
    """The power of a common factor of the numbers that comes out; None: 0, which is of every degree. Raises _NotProportional."""
    match node:
        case Cases(cases):
            for case in cases:
                if case.when is not None:
                    _degree(case.when, of)
            return _same([_degree(case.points, of) for case in cases if case.points is not None])
        case Round(inner, rounding, _):
            return _still(_degree(inner, of)) if rounding.mode != "none" else _degree(inner, of)
        case tree.Number(value):
            return 0 if value else None
        case tree.Name(name):
            return of(name)
        case tree.Negate(operand):
            return _degree(operand, of)
        case tree.Arithmetic(op, left, right):
            a, b = _degree(left, of), _degree(right, of)
            match op:
                case "+" | "-":
                    return _same([a, b])
                case "*":
                    return None if a is None or b is None else a + b
                case "/":
                    return None if a is None else a - (b or 0)
            power = tree.constant(right)
            return None if a is None else a * int(power or 0)
        case tree.Compare(first, rest):
            return _same([_degree(first, of), *(_degree(one, of) for _, one in rest)]) and 0
        case tree.Not(operand):
            _degree(operand, of)
            return 0
        case tree.Logic(_, parts):
            for part in parts:
                _degree(part, of)
            return 0
        case tree.Choose(condition, then, otherwise):
            _degree(condition, of)
            return _same([_degree(then, of), _degree(otherwise, of)])
        case tree.Call("min" | "max" | "sum" | "mean" | "median" | "clamp", arguments):
            return _same([_degree(one, of) for one in arguments])
        case tree.Call("abs", (argument,)):
            return _degree(argument, of)
        case tree.Call("missing", _):
            return 0
        case tree.Call("round" | "floor" | "ceil", arguments):
            return _same([_still(_degree(one, of)) for one in arguments])
        case tree.Listing(elements):
            for when, _ in elements:
                if when is not None:
                    _degree(when, of)
            return _same([_degree(one, of) for _, one in elements])
        case tree.Call(_, arguments):
            return _same([_still(_degree(one, of)) for one in arguments])
        case tree.Member(subject, options):
            return _same([_degree(subject, of), *(_degree(one, of) for one in options)]) and 0
        case Input() | tree.Text() | tree.Truth() | tree.Date():
            return 0
    raise _NotProportional


def _same(degrees: Sequence[int | None]) -> int | None:
    known = {one for one in degrees if one is not None}
    if len(known) > 1:
        raise _NotProportional
    return next(iter(known), None)


def _still(degree: int | None) -> int | None:
    if degree:
        raise _NotProportional
    return degree


def _span(value: Form, piece: Piece) -> Iterator[Line]:
    """The values of a form on one piece."""
    if value.constant:
        yield Line(value.number, value.number)
        return
    ends = [limit(value, piece, side) for side in (-1, 1)]
    low, high = (ends[0], ends[1]) if piece.slopes.get("", 1) >= 0 else (ends[1], ends[0])
    known = [end for end in ends if isinstance(end, Fraction)]
    if len(known) == 2:
        low, high = min(known), max(known)
    elif len(known) == 1:
        rising = value.at(piece.at) > known[0]
        low, high = (known[0], None) if rising else (None, known[0])
    else:
        low = high = None
    yield Line(low, high, False, False)


def limit(value: Form, piece: Piece, side: int) -> Fraction | None:
    """What an unrounded form tends to at the low (-1) or high (1) end of a piece; None: beyond all bounds, or irrational."""
    end = piece.low if side == -1 else piece.high
    num, den = value.num, value.den
    if end is None:
        if len(num) > len(den):
            return None
        return Fraction(0) if len(num) < len(den) else num[-1] / den[-1]
    if not isinstance(end, Fraction):
        return None
    below_ = poly.value(den, end)
    return poly.value(num, end) / below_ if below_ else None


def _joined(lines: list[Line]) -> list[Line]:
    """Lines that touch or overlap as one; in order."""
    ordered = sorted(lines, key=lambda one: (one.low is not None, one.low or 0, not one.low_closed))
    found: list[Line] = []
    for line in ordered:
        last = found[-1] if found else None
        if last is not None and (
            last.high is None
            or line.low is None
            or line.low < last.high
            or (line.low == last.high and (line.low_closed or last.high_closed))
        ):
            if last.high is not None and (line.high is None or line.high > last.high or (line.high == last.high and line.high_closed)):
                found[-1] = replace(last, high=line.high, high_closed=line.high_closed)
        else:
            found.append(line)
    return found


def _bounds(domain: Domain, node: object, fixed: Outcome) -> Line:
    """Bounds of a formula over several numbers: what it can be, if not more."""
    low, high = _range(domain, node, fixed)
    return Line(low, high, True, True)


Bounds = tuple["Fraction | None", "Fraction | None"]


def _range(domain: Domain, node: object, fixed: Outcome) -> Bounds:
    match node:
        case tree.Number(value):
            return value, value
        case tree.Name(name):
            known = fixed.get(name)
            if isinstance(known, Fraction):
                return known, known
            inner = domain.rules.steps[name].node
            if isinstance(inner, Input):
                lines = domain.lines(name) if inner.type == "number" else [Line()]
                return lines[0].low, lines[-1].high
            return _range(domain, inner, fixed)
        case tree.Negate(operand):
            a, b = _range(domain, operand, fixed)
            return None if b is None else -b, None if a is None else -a
        case tree.Arithmetic("+", left, right):
            (a, b), (c, d) = _range(domain, left, fixed), _range(domain, right, fixed)
            return None if a is None or c is None else a + c, None if b is None or d is None else b + d
        case tree.Arithmetic("-", left, right):
            return _range(domain, tree.Arithmetic("+", left, tree.Negate(right)), fixed)
        case tree.Arithmetic("*" | "/", left, right):
            (a, _), (c, _) = _range(domain, left, fixed), _range(domain, right, fixed)
            return (Fraction(0), None) if a is not None and a >= 0 and c is not None and c >= 0 else (None, None)
    return None, None
