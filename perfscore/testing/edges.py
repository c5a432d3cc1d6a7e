"""Edges: where a comparison of the rules turns, as an equation over what is reported.

Every comparison, and every min, max, abs, floor and ceil, is brought to the form N = 0, where N is a polynomial over inputs and
cells of tables; named quantities are put in, a rounding is passed through (and half its step to both sides). The edges of one
input, the others known, are the roots of its equations. Not here: roots, logarithms, whole months, sums over lists; what has no
such form gives no edge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import isqrt
from typing import NamedTuple

from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers.date import Day
from perfscore.readings.exact import Value
from perfscore.ruleset.ruleset import RuleSet
from perfscore.steps import Cases, Input, Round, Rows, Step, in_order

MAX_TERMS, MAX_DEGREE = 24, 3
MAX_FORMS = 24  # forms that one formula may have, one for each way through its cases
MULTIPLES = (-1, 0, 1, 2, 3)  # of floor and ceil, the turns that are looked at

Terms = tuple[tuple[tuple[str, ...], Fraction], ...]
Poly = Mapping[tuple[str, ...], Fraction]  # monomial (names in order, one for each power) -> coefficient
ONE: Poly = {(): Fraction(1)}


class Form(NamedTuple):
    """One polynomial over another; `moved`: by half a step of a rounding."""

    above: Poly
    below: Poly = ONE
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """N = 0. `asked`: a row, a case or a range asks for it; not only the claim about points, nor half a step of a rounding beside."""

    terms: Terms
    asked: bool = True

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for monomial, _ in self.terms for name in monomial)

    def roots(self, name: str, values: Mapping[str, Value]) -> list[Fraction]:
        """Where it holds for one name, the others known: exact of the first degree; of the second the whole 10^-9 below."""
        powers = [Fraction(0)] * (MAX_DEGREE + 1)
        for monomial, coefficient in self.terms:
            product = coefficient
            for one in monomial:
                if one != name:
                    known = values.get(one)
                    known = Fraction(known.ordinal) if isinstance(known, Day) else known
                    if not isinstance(known, Fraction):
                        return []
                    product *= known
            powers[monomial.count(name)] += product
        constant, slope, square, cube = powers
        if cube:
            return []
        if square:
            return _quadratic(square, slope, constant)
        return [-constant / slope] if slope else []


def _quadratic(a: Fraction, b: Fraction, c: Fraction) -> list[Fraction]:
    inner = b * b - 4 * a * c
    if inner < 0:
        return []
    scale = 10**9
    root = Fraction(isqrt(inner.numerator * scale**2 // inner.denominator), scale)
    return sorted({(-b - root) / (2 * a), (-b + root) / (2 * a)})


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of every input and cell (`table.column`); `below_zero`: what a row or case asks to be below 0."""

    by_name: Mapping[str, tuple[Edge, ...]]
    below_zero: frozenset[str]


def edges_of(rules: RuleSet) -> Edges:
    """All edges of a rule set."""
    return _Finder(rules.steps).edges()


class _Finder:
    def __init__(self, steps: Mapping[str, Step]) -> None:
        self.steps = steps
        self.forms: dict[str, tuple[Form, ...]] = {}
        self.found: dict[Terms, bool] = {}  # and whether it is asked for
        self.below_zero: set[str] = set()

    def edges(self) -> Edges:
        for step in self.steps.values():
            self._step(step)
        by_name: dict[str, list[Edge]] = {}
        for edge in (Edge(terms, asked) for terms, asked in self.found.items()):
            for name in edge.names:
                by_name.setdefault(name, []).append(edge)
        return Edges({name: tuple(found) for name, found in by_name.items()}, frozenset(self.below_zero))

    def _step(self, step: Step) -> None:
        node = step.node
        if isinstance(node, Rows):
            self._rows(node)
            return
        if isinstance(node, Input):
            self._input(node, step.name)
        self.forms[step.name] = self._of_step(step)
        for root in step.trees():
            self._look(root, step.name.endswith(":claimed"))

    def _input(self, node: Input, name: str) -> None:
        """What may be reported; of a table, its columns."""
        for column in node.columns:
            cell = f"{name}.{column.id}"
            self.forms[cell] = _variable(column, cell)
            if column.range is not None:
                self._look(tree.renamed(column.range, {column.id: cell}), False)
        self.forms[name] = _variable(node, name)

    def _rows(self, node: Rows) -> None:
        for column, cell in node.cells:
            self.forms[cell] = self.forms.get(f"{node.table.name}.{column}", ())
        for step in in_order({step.name: step for step in node.steps}).values():
            self.forms[step.name] = self._of_step(step)
            for root in step.trees():
                self._look(root, False)

    def _of_step(self, step: Step) -> tuple[Form, ...]:
        """Every form that the value of a step can have."""
        match step.node:
            case Input():
                return self.forms[step.name]
            case Cases(cases):
                return _few(form for case in cases if case.points is not None for form in self.of(case.points))
            case Round(of, rounding, _):
                half = Fraction(0) if rounding.mode == "none" else rounding.step / 2
                shifts = (_number(0), *(Form({(): shift}, moved=True) for shift in (half, -half) if shift))
                return _few(_sum(form, shift, 1) for form in self.of(of) for shift in shifts)
            case Rows():
                return ()
            case root:
                return self.of(root)

    # --- forms ------------------------------------------------------------------------------------------------------

    def of(self, root: Tree) -> tuple[Form, ...]:
        """Every form that a formula can have, one for each way through it; none where it has no such form."""
        match root:
            case tree.Number(value):
                return (_number(value),)
            case tree.Date(first, last):
                return tuple(_number(Fraction(day.ordinal)) for day in dict.fromkeys((last, first)))
            case tree.Name(name):
                return self.forms.get(name, ())
            case tree.Negate(operand):
                return _few(_product(_number(-1), form) for form in self.of(operand))
            case tree.Arithmetic("**", left, tree.Number(power)):
                return _few(_power(form, int(power)) for form in self.of(left))
            case tree.Arithmetic(op, left, right):
                return _few(_joined(op, a, b) for a in self.of(left) for b in self.of(right))
            case tree.Choose(_, then, otherwise):
                return _few((*self.of(then), *self.of(otherwise)))
            case tree.Listing(elements):
                return _few(form for _, value in elements for form in self.of(value))
            case tree.Call(function, arguments):
                return self._of_call(function, arguments)
        return ()

    def _of_call(self, function: str, arguments: tuple[Tree, ...]) -> tuple[Form, ...]:
        match function:
            case "min" | "max" | "clamp":
                return _few(form for argument in arguments for form in self.of(argument))
            case "abs":
                return _few(_product(_number(sign), form) for form in self.of(arguments[0]) for sign in (1, -1))
            case "round" | "floor" | "ceil":
                return self.of(arguments[0])
            case "sum":
                whole: tuple[Form, ...] = (_number(0),)
                for argument in arguments:
                    whole = _few(_sum(a, b, 1) for a in whole for b in self.of(argument))
                return whole
        return ()

    # --- where something turns --------------------------------------------------------------------------------------

    def _look(self, root: Tree, claimed: bool) -> None:
        for node in tree.walk(root):
            match node:
                case tree.Compare(first, rest):
                    left = first
                    for op, right in rest:
                        self._turn(left, right, claimed)
                        if not claimed:
                            self._below_zero(left, op, right)
                        left = right
                case tree.Call("min" | "max", arguments):
                    for a, b in combinations(arguments[:8], 2):
                        self._turn(a, b, claimed)
                case tree.Call("clamp", (value, low, high)):
                    self._turn(value, low, claimed)
                    self._turn(value, high, claimed)
                case tree.Call("abs", (value,)):
                    self._turn(value, tree.number(0), claimed)
                case tree.Call("floor" | "ceil", (value,)):
                    for k in MULTIPLES:
                        self._turn(value, tree.number(k), claimed)

    def _turn(self, left: Tree, right: Tree, claimed: bool) -> None:
        for a in self.of(left):
            for b in self.of(right):
                found = _sum(a, b, -1)
                if found is not None and any(found.above):
                    terms, asked = _scaled(found.above), not claimed and not found.moved
                    self.found[terms] = self.found.get(terms, False) or asked

    def _below_zero(self, left: Tree, op: str, right: Tree) -> None:
        small, large = (left, right) if op == "<" else (right, left)
        if op in "<>" and isinstance(small, tree.Name) and tree.constant(large) == 0:
            self.below_zero.update(name for form in self.forms.get(small.name, ()) for monomial in form.above for name in monomial)


def _variable(node: Input, name: str) -> tuple[Form, ...]:
    return (Form({(name,): Fraction(1)}),) if node.type in ("number", "date") else ()


def _number(value: Fraction | int) -> Form:
    constant: Poly = {(): Fraction(value)}
    return Form(constant if value else {})


def _few(forms: Iterable[Form | None]) -> tuple[Form, ...]:
    """Each form once; none where there are too many, or one could not be made."""
    found: dict[object, Form] = {}
    for form in forms:
        if form is None:
            continue
        found.setdefault((frozenset(form.above.items()), frozenset(form.below.items())), form)
        if len(found) > MAX_FORMS:
            return ()
    return tuple(found.values())


def _scaled(poly: Poly) -> Terms:
    """Equal for equations that say the same."""
    terms = sorted(poly.items())
    return tuple((monomial, value / terms[-1][1]) for monomial, value in terms)


def _plus(a: Poly, b: Poly, sign: int) -> dict[tuple[str, ...], Fraction]:
    found = dict(a)
    for monomial, value in b.items():
        new = found.get(monomial, Fraction(0)) + sign * value
        if new:
            found[monomial] = new
        else:
            found.pop(monomial, None)
    return found


def _times(a: Poly, b: Poly) -> dict[tuple[str, ...], Fraction] | None:
    """The product; None where it is too large to be looked at."""
    if len(a) * len(b) > 2 * MAX_TERMS:
        return None
    found: dict[tuple[str, ...], Fraction] = {}
    for one, x in a.items():
        for other, y in b.items():
            monomial = tuple(sorted((*one, *other)))
            if len(monomial) > MAX_DEGREE:
                return None
            found[monomial] = found.get(monomial, Fraction(0)) + x * y
    return {monomial: value for monomial, value in found.items() if value} if len(found) <= MAX_TERMS else None


def _sum(a: Form, b: Form, sign: int) -> Form | None:
    moved = a.moved or b.moved
    if a.below == b.below:
        above = _plus(a.above, b.above, sign)
        return Form(above, a.below, moved) if len(above) <= MAX_TERMS else None
    left, right, below = _times(a.above, b.below), _times(b.above, a.below), _times(a.below, b.below)
    return None if left is None or right is None or below is None else Form(_plus(left, right, sign), below, moved)


def _product(a: Form, b: Form) -> Form | None:
    above, below = _times(a.above, b.above), _times(a.below, b.below)
    if above is None or below is None:
        return None
    moved, whole = a.moved or b.moved, below.get(()) if list(below) == [()] else None
    return Form(above, below, moved) if whole is None else Form({one: value / whole for one, value in above.items()}, ONE, moved)


def _joined(op: str, a: Form, b: Form) -> Form | None:
    match op:
        case "+" | "-":
            return _sum(a, b, 1 if op == "+" else -1)
        case "*":
            return _product(a, b)
        case "/":
            return _product(a, Form(b.below, b.above, b.moved)) if b.above else None
    return None


def _power(form: Form, power: int) -> Form | None:
    found: Form | None = _number(1)
    for _ in range(power if power <= MAX_DEGREE else 0):
        found = None if found is None else _product(found, form)
    return found if power <= MAX_DEGREE else None
