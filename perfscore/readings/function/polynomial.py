"""Numbers, truths, codes and lists as the code reading knows them while it writes the function: polynomials, signs, expressions.

A number is a polynomial with whole coefficients over local names, divided by a whole number and names that are above zero. Nothing
here writes a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Final, Literal

Monomial = tuple[str, ...]
Poly = dict[Monomial, int]
Relation = str  # < = >
Relations = frozenset[Relation]
Bits = tuple[int, int]  # a * (width of the widest input) + b

ANY: Final[Relations] = frozenset("<=>")
HOLDS: dict[str, Relations] = {
    "<": frozenset("<"), "<=": frozenset("<="), "=": frozenset("="), "!=": frozenset("<>"), ">": frozenset(">"), ">=": frozenset("=>"),
}  # fmt: skip
SIGN: dict[Relations, str] = {relations: "==" if sign == "=" else sign for sign, relations in HOLDS.items()}
_TURNED: dict[Relation, Relation] = {"<": ">", "=": "=", ">": "<"}


# from, to, and whether each end is left out; None: no end
Interval = tuple[Fraction | None, bool, Fraction | None, bool]
FREE: Final[Interval] = (None, False, None, False)


def tighter(interval: Interval, c: Fraction, relations: Relations) -> Interval:
    low, low_open, high, high_open = interval
    if "<" not in relations and (low is None or c > low or (c == low and "=" not in relations)):
        low, low_open = c, "=" not in relations
    if ">" not in relations and (high is None or c < high or (c == high and "=" not in relations)):
        high, high_open = c, "=" not in relations
    return low, low_open, high, high_open


def standing(interval: Interval, c: Fraction) -> Relations:
    """How a number of the interval can stand to c."""
    low, low_open, high, high_open = interval
    below = low is None or low < c
    above = high is None or high > c
    equal = (below or (low == c and not low_open)) and (above or (high == c and not high_open))
    return frozenset(sign for sign, can in (("<", below), ("=", equal), (">", above)) if can)


def mirrored(relations: Relations) -> Relations:
    return frozenset(_TURNED[one] for one in relations)


def plus(a: Poly, b: Poly) -> Poly:
    found = dict(a)
    for monomial, factor in b.items():
        total = found.get(monomial, 0) + factor
        if total:
            found[monomial] = total
        else:
            found.pop(monomial, None)
    return found


def times(a: Poly, b: Poly) -> Poly:
    found: Poly = {}
    for left, m in a.items():
        for right, n in b.items():
            monomial = tuple(sorted(left + right)) if left and right else left or right
            found[monomial] = found.get(monomial, 0) + m * n
    return {monomial: factor for monomial, factor in found.items() if factor}


def by(a: Poly, names: Monomial) -> Poly:
    return {tuple(sorted(monomial + names)): factor for monomial, factor in a.items()} if names else a


def beyond(names: Monomial, others: Monomial) -> Monomial:
    """Those of the names that are not among the others, as often as they are more."""
    if not others or not names:
        return names
    left = list(names)
    for name in others:
        if name in left:
            left.remove(name)
    return tuple(left)


def scaled(a: Poly, factor: int) -> Poly:
    return {monomial: factor * one for monomial, one in a.items()} if factor != 1 else a


def without(monomial: Monomial, names: Monomial) -> Monomial:
    left = list(monomial)
    for name in names:
        left.remove(name)
    return tuple(left)


@dataclass(frozen=True, slots=True)
class Number:
    """poly / (den * product of below), den > 0, every name in below above 0; `day`: the ordinal of a date."""

    poly: Poly
    den: int = 1
    below: Monomial = ()
    day: bool = False

    @property
    def fixed(self) -> bool:
        poly = self.poly
        return not poly or (len(poly) == 1 and () in poly and not self.below)

    @property
    def known(self) -> Fraction | None:
        return Fraction(self.poly.get((), 0), self.den) if self.fixed else None


@dataclass(frozen=True, slots=True)
class Truth:
    """An expression that is True or False; `fact`: what it says of a polynomial (the key, the relations to 0).

    op: and, or, not, is (a name that holds `parts[0]`).
    """

    text: str
    known: bool | None = None
    op: str = ""
    parts: tuple[Truth, ...] = ()
    fact: tuple[frozenset[tuple[Monomial, int]], Relations] | None = None

    @property
    def inside(self) -> str:
        """The text as an operand."""
        return f"({self.text})" if self.op in ("and", "or", "not") or self.fact or " " in self.text else self.text


@dataclass(frozen=True, slots=True)
class Code:
    """The code of a choice: an expression, or known."""

    text: str
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Several:
    """A list whose length is known."""

    elements: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class List:
    """A list in a local name: of truths, of whole numbers over `den`, of pairs, or of what the exact reading gave."""

    name: str
    holds: Literal["truths", "whole", "pairs", "either"]
    den: int = 1


Expression = Number | Truth | Code | Several | List

YES, NO = Truth("True", True), Truth("False", False)
ZERO = Number({})


def constant(value: Fraction) -> Number:
    return Number({(): value.numerator} if value else {}, value.denominator)


def number(poly: Poly, den: int = 1, below: Monomial = (), day: bool = False) -> Number:
    """In lowest terms, as far as that shows."""
    if not poly:
        return ZERO
    for name in below:
        if all(name in monomial for monomial in poly):
            poly = {without(monomial, (name,)): factor for monomial, factor in poly.items()}
            below = without(below, (name,))
    if den != 1:
        common = gcd(den, *poly.values())
        if common != 1:
            den //= common
            poly = {monomial: factor // common for monomial, factor in poly.items()}
    return Number(poly, den, below, day)


def cheap(value: Number) -> bool:
    """Whether computing it again costs no more than keeping it."""
    return len(value.poly) <= 2 and len(value.below) <= 1 and all(len(monomial) <= 1 for monomial in value.poly)


def decided(truth: bool) -> Truth:
    return YES if truth else NO
