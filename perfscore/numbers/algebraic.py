"""Polynomials in one variable over the rationals, and their real roots.

A polynomial is a tuple of coefficients, the constant first, without zeros at its end; () is 0. A root is a rational where one is
found, else a `Root`: a polynomial without repeated roots and an interval that holds exactly one of its roots.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import total_ordering
from itertools import pairwise
from math import isqrt

Poly = tuple[Fraction, ...]

ZERO: Poly = ()
ONE: Poly = (Fraction(1),)
IDENTITY: Poly = (Fraction(0), Fraction(1))


def stripped(coefficients: Sequence[Fraction]) -> Poly:
    """The same polynomial without zeros at its end."""
    end = len(coefficients)
    while end and not coefficients[end - 1]:
        end -= 1
    return tuple(coefficients[:end])


def constant(value: Fraction) -> Poly:
    return (value,) if value else ZERO


def plus(a: Poly, b: Poly) -> Poly:
    if len(a) < len(b):
        a, b = b, a
    return stripped([one + (b[k] if k < len(b) else 0) for k, one in enumerate(a)])


def negative(a: Poly) -> Poly:
    return tuple(-one for one in a)


def minus(a: Poly, b: Poly) -> Poly:
    return plus(a, negative(b))


def times(a: Poly, b: Poly) -> Poly:
    if not a or not b:
        return ZERO
    if len(a) == 1:
        return tuple(a[0] * one for one in b)
    if len(b) == 1:
        return tuple(b[0] * one for one in a)
    found = [Fraction(0)] * (len(a) + len(b) - 1)
    for i, one in enumerate(a):
        for j, other in enumerate(b):
            found[i + j] += one * other
    return stripped(found)


def value(a: Poly, x: Fraction) -> Fraction:
    """The polynomial at a point (Horner)."""
    if not a:
        return Fraction(0)
    found = a[-1]
    for coefficient in a[-2::-1]:
        found = found * x + coefficient if coefficient else found * x
    return found


def derivative(a: Poly) -> Poly:
    return tuple(k * one for k, one in enumerate(a))[1:]


def divided(a: Poly, b: Poly) -> tuple[Poly, Poly]:
    """Quotient and remainder; `b` is not 0."""
    rest, quotient = list(a), [Fraction(0)] * max(0, len(a) - len(b) + 1)
    while len(rest) >= len(b):
        factor, shift = rest[-1] / b[-1], len(rest) - len(b)
        quotient[shift] = factor
        for k, one in enumerate(b):
            rest[shift + k] -= factor * one
        rest = list(stripped(rest[:-1]))
    return stripped(quotient), tuple(rest)


def common(a: Poly, b: Poly) -> Poly:
    """The greatest common divisor, with 1 as its highest coefficient."""
    while b:
        a, b = b, divided(a, b)[1]
    return tuple(one / a[-1] for one in a) if a else ZERO


def without_repeats(a: Poly) -> Poly:
    """The polynomial that has the same roots, each once."""
    shared = common(a, derivative(a))
    return a if len(shared) <= 1 else divided(a, shared)[0]


@total_ordering
class Root:
    """An irrational (or not recognised) real root: the only one of `poly` between `low` and `high`, which are no roots."""

    __slots__ = ("high", "low", "poly", "rising")

    def __init__(self, poly: Poly, low: Fraction, high: Fraction) -> None:
        self.poly, self.low, self.high = poly, low, high
        self.rising = value(poly, high) > 0

    def refine(self) -> None:
        """Halve the interval."""
        middle = (self.low + self.high) / 2
        at = value(self.poly, middle)
        if not at:
            quarter = (self.high - self.low) / 4
            self.low, self.high = middle - quarter, middle + quarter
        elif (at > 0) == self.rising:
            self.high = middle
        else:
            self.low = middle

    def _sign_of_difference(self, other: Fraction | Root) -> int:
        """-1, 0, 1: this root is below, at, above the other."""
        if isinstance(other, Root):
            shared = common(self.poly, other.poly)
            while self.low < other.high and other.low < self.high:
                low, high = max(self.low, other.low), min(self.high, other.high)
                if len(shared) > 1 and value(shared, low) * value(shared, high) < 0:
                    return 0
                self.refine()
                other.refine()
            return -1 if self.high <= other.low else 1
        if not value(self.poly, other) and self.low < other < self.high:
            return 0
        while self.low < other < self.high:
            self.refine()
        return -1 if self.high <= other else 1

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Fraction, int, Root)):
            return NotImplemented
        return self._sign_of_difference(other if isinstance(other, Root) else Fraction(other)) == 0

    def __lt__(self, other: Fraction | Root) -> bool:
        return self._sign_of_difference(other) < 0

    def __gt__(self, other: Fraction | Root) -> bool:
        return self._sign_of_difference(other) > 0

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Root({float(self.low):.6g} … {float(self.high):.6g})"


def _changes(chain: Sequence[Poly], x: Fraction) -> int:
    signs = [at > 0 for one in chain if (at := value(one, x))]
    return sum(a != b for a, b in pairwise(signs))


def _chain(a: Poly) -> list[Poly]:
    """Sturm's sequence."""
    chain = [a, derivative(a)]
    while len(chain[-1]) > 1:
        rest = negative(divided(chain[-2], chain[-1])[1])
        if not rest:
            break
        chain.append(rest)
    return chain


def _quadratic(c: Fraction, b: Fraction, a: Fraction) -> list[Fraction] | None:
    """The roots in order where they are rational; None where they are not."""
    inside = b * b - 4 * a * c
    if inside < 0:
        return []
    n, d = isqrt(inside.numerator), isqrt(inside.denominator)
    if n * n != inside.numerator or d * d != inside.denominator:
        return None
    root = Fraction(n, d)
    return sorted({(-b - root) / (2 * a), (-b + root) / (2 * a)})


def roots(a: Poly) -> list[Fraction | Root]:
    """The real roots in order, each once. Raises ValueError for the polynomial 0, every number being its root."""
    if not a:
        raise ValueError("every number is a root of 0")
    if len(a) == 1:
        return []
    if len(a) == 2:
        return [-a[0] / a[1]]
    if len(a) == 3:
        exact = _quadratic(*a)
        if exact is not None:
            return list(exact)
    a = without_repeats(a)
    bound = 1 + max(abs(one / a[-1]) for one in a[:-1])
    chain = _chain(a)
    found: list[Fraction | Root] = []
    waiting = [(-bound, bound, _changes(chain, -bound), _changes(chain, bound))]
    while waiting:
        low, high, before, after = waiting.pop()
        if before - after == 0:
            continue
        if before - after == 1:
            found.append(_recognised(a, low, high))
            continue
        middle = (low + high) / 2
        while not value(a, middle):  # an end must be no root
            middle = (low + middle) / 2
        between = _changes(chain, middle)
        waiting.extend([(middle, high, between, after), (low, middle, before, between)])
    return found


def _recognised(a: Poly, low: Fraction, high: Fraction) -> Fraction | Root:
    """The root between the ends; as a rational where it has a short denominator."""
    root = Root(a, low, high)
    while root.high - root.low > Fraction(1, 10**14):
        root.refine()
    near = ((root.low + root.high) / 2).limit_denominator(10**6)
    return near if not value(a, near) else Root(a, root.low, root.high)


def between(low: Fraction | Root | None, high: Fraction | Root | None) -> Fraction:
    """A short rational strictly between two ends (None: without end); `low` is below `high`."""
    if low is None and high is None:
        return Fraction(0)
    if low is None or high is None:
        end = high if low is None else low
        assert end is not None
        at = end if isinstance(end, Fraction) else (end.low if low is None else end.high)
        beyond = Fraction(at.__floor__() - 1) if low is None else Fraction(at.__floor__() + 1)
        return Fraction(0) if (end > Fraction(0) if low is None else end < Fraction(0)) else beyond
    while True:
        above = low if isinstance(low, Fraction) else low.high
        below = high if isinstance(high, Fraction) else high.low
        if above < below:
            return simplest(above, below)
        for end in (low, high):
            if isinstance(end, Root):
                end.refine()


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The decimal of fewest digits strictly between two rationals, the one nearest to their middle."""
    middle, scale = (low + high) / 2, 1
    while True:
        near = Fraction(round(middle * scale), scale)
        for found in (near, Fraction((middle * scale).__floor__(), scale), Fraction((middle * scale).__ceil__(), scale)):
            if low < found < high:
                return found
        scale *= 10
