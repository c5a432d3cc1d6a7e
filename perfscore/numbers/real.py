"""Real numbers that a root or a logarithm makes, kept exactly and compared by proof.

A Real is Σ rational · radical + ln(radical), and Nodes where a formula leaves that ring (a product with a logarithm, the
root or inverse of a sum). What is provably rational is a Fraction again. `==` is proved: radicals of which no two have a
rational quotient are independent over the rationals (Besicovitch 1940, Mordell 1953), and ln of an algebraic number other
than 1 is transcendental (Lindemann 1882). An order is read from enclosures, each tighter, up to MAX_BITS; where those do
not tell, Undecided is raised. No irrational exponents, no complex numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import total_ordering
from math import floor, lcm
from typing import TypeAlias, TypeVar

from perfscore.numbers.number import shortest
from perfscore.numbers.radical import MAX_SIZE, Ends, Radical, divided

MAX_BITS = 4096
MAX_PRODUCTS = 1000  # terms times terms
MAX_DEPTH = 8

Number: TypeAlias = "Fraction | Real"
Part: TypeAlias = "Radical | Node"
T = TypeVar("T")


class NotReal(ValueError):
    """A root of a number below zero, or ln of a number that is not above zero."""


class TooLarge(ValueError):
    """A power of more than about MAX_SIZE bits, or a product of more than MAX_PRODUCTS terms or MAX_DEPTH operations."""


class Undecided(ArithmeticError):
    """MAX_BITS do not tell two values apart, and nothing proves them equal."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """of · by, of ** by or ln(of): what leaves the ring, known by its enclosures and by its operands."""

    name: str
    of: Real
    by: Number = Fraction(1)  # an exponent is a Fraction; `of` is above zero where it is not whole

    @property
    def depth(self) -> int:
        return 1 + self.of.depth + (self.by.depth if isinstance(self.by, Real) else 0)

    def ratio(self, other: Part) -> Fraction | None:
        """The rational q with self = q · other, if the operands show one."""
        if not isinstance(other, Node) or self.name != other.name:
            return None
        if isinstance(self.by, Real) and isinstance(other.by, Real):
            pairs = ((self.of.ratio(a), self.by.ratio(b)) for a, b in ((other.of, other.by), (other.by, other.of)))
            return next((q * r for q, r in pairs if q and r), None)
        q = self.of.ratio(other.of) if self.by == other.by else None
        power = _power(q, self.by) if q and (self.name == "power" or q == 1) and isinstance(self.by, Fraction) else None
        return power if isinstance(power, Fraction) else None

    def enclose(self, bits: int) -> Ends:
        if isinstance(self.by, Real):
            corners = [a * b for a in self.of.enclose(bits) for b in self.by.enclose(bits)]
            return divided(min(corners), max(corners), 1 << bits)
        work, (low, high) = bits, self.of.enclose(bits)
        while low <= 0 <= high:  # it ends: a power or ln is made only of what is known not to be zero
            work, (low, high) = 2 * work, self.of.enclose(2 * work)
        sides = [Radical.of(((abs(end), 1), (1 << work, -1))) for end in (low, high)]
        pairs = [side.ln(bits) if self.name == "ln" else side.to_the(self.by).enclose(bits) for side in sides]
        ends = [-end if low < 0 and self.by.numerator % 2 else end for pair in pairs for end in pair]
        return min(ends), max(ends)


Term: TypeAlias = tuple[Part, Fraction]
_ONE = Radical()


@total_ordering
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Real:
    """Σ rational · part + ln(log). Made by `root`, `ln` and arithmetic only: irrational, unless a Node hides that it is not."""

    terms: tuple[Term, ...]
    log: Radical = _ONE

    @property
    def depth(self) -> int:
        """How many operations outside of the ring stand in each other, or beside each other in a product."""
        return max((part.depth for part, _ in self.terms if isinstance(part, Node)), default=0)

    @property
    def proved(self) -> bool:
        return all(isinstance(part, Radical) for part, _ in self.terms)

    @property
    def radicals(self) -> tuple[tuple[Radical, Fraction], ...]:
        """The terms of a sum of radicals only; else none."""
        found = tuple((part, q) for part, q in self.terms if isinstance(part, Radical))
        return () if self.log.powers or len(found) < len(self.terms) else found

    def enclose(self, bits: int) -> Ends:
        low, high = self.log.ln(bits)
        for part, q in self.terms:
            more = max(q.numerator.bit_length() - q.denominator.bit_length(), 0) + 2
            a, b = sorted(q.numerator * end for end in part.enclose(bits + more))
            a, b = divided(a, b, q.denominator << more)
            low, high = low + a, high + b
        return low, high

    def ratio(self, other: Real) -> Fraction | None:
        """The rational q with self = q · other, if one is found; where both are proved, if there is one."""
        if other.terms:
            first, share = other.terms[0]
            q = next((r * p / share for part, p in self.terms if (r := part.ratio(first))), None)
        else:
            base = Radical.of((b, 1) for log in (self.log, other.log) for b, _ in log.powers).powers[0][0]
            q = _exponent(self.log, base) / (_exponent(other.log, base) or 1)
        rest = self - other * q if q else self
        return None if isinstance(rest, Real) or rest else q

    def __add__(self, other: Number | int) -> Number:
        if isinstance(other, Real):
            return _sum(self.terms + other.terms, self.log.times(other.log))
        return _sum((*self.terms, (_ONE, Fraction(other))), self.log) if isinstance(other, Fraction | int) else NotImplemented

    def __mul__(self, other: Number | int) -> Number:
        if isinstance(other, Fraction | int):
            by = Fraction(other)
            return Real(tuple((part, q * by) for part, q in self.terms), self.log.to_the(by)) if by else by
        if not isinstance(other, Real):
            return NotImplemented
        if len(self.terms) * len(other.terms) > MAX_PRODUCTS or self.depth + other.depth > MAX_DEPTH:
            raise TooLarge("a product of sums that is too long or too deep")
        if self.radicals and other.radicals:
            pairs = [(a.times(b).split(), p * q) for a, p in self.radicals for b, q in other.radicals]
            return _sum((rest, q * r) for (rest, q), r in pairs)
        if q := self.ratio(other):
            return other**2 * q
        return Real(((Node("product", self, other), Fraction(1)),))

    def __truediv__(self, other: Number | int) -> Number:
        if isinstance(other, Real) and other:  # Undecided where nothing tells `other` from zero
            return self.ratio(other) or self * other**-1
        return self * (1 / Fraction(other)) if isinstance(other, Fraction | int) else NotImplemented

    def __rtruediv__(self, other: Fraction | int) -> Number:
        return self**-1 * other

    def __pow__(self, n: int) -> Number:
        """Raises TooLarge."""
        size = max((abs(q.numerator * q.denominator).bit_length() for _, q in self.terms), default=1)
        if abs(n) * max(size, *(r.size // r.degree for r, _ in self.radicals), 1) > MAX_SIZE:
            raise TooLarge(f"the power {n} of {self} has more than {MAX_SIZE} bits")
        if n in (0, 1):
            return self if n else Fraction(1)
        if n < 0 or len(self.radicals) < 2:
            return _power(self, Fraction(n))
        return self ** (n // 2) * self ** (n - n // 2)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Number:
        return self * -1

    def __sub__(self, other: Number | int) -> Number:
        return self + other * -1

    def __rsub__(self, other: Fraction | int) -> Number:
        return self * -1 + other

    def __abs__(self) -> Number:
        return self * sign(self)

    def __bool__(self) -> bool:
        return self.proved or sign(self) != 0

    def __eq__(self, other: object) -> bool:
        return not self - other if isinstance(other, Real | Fraction | int) else NotImplemented

    def __lt__(self, other: Number | int) -> bool:
        return sign(self - other) < 0 if isinstance(other, Real | Fraction | int) else NotImplemented

    def __hash__(self) -> int:
        return hash(floor(self * 2**64))  # of the value: equal numbers may have unequal terms, √8 and 2√2

    def __floor__(self) -> int:
        return _settle(self, lambda bits, low, high: low >> bits if low >> bits == high >> bits else None)

    def __ceil__(self) -> int:
        return -floor(self * -1)

    def __round__(self) -> int:
        return floor(self + Fraction(1, 2))

    def __float__(self) -> float:
        return _settle(self, lambda bits, low, high: low / (1 << bits) if low / (1 << bits) == high / (1 << bits) else None)

    def __repr__(self) -> str:
        return f"Real({decimal_text(self, 16)}…)"


def root(x: Number | int, n: int) -> Number:
    """The number not below zero whose n-th power is x, n from 1 on. Raises NotReal where x is below zero."""
    x = Fraction(x) if isinstance(x, int) else x
    if n < 1:
        raise ValueError(f"the degree of a root is 1 or more, not {n}")
    if sign(x) < 0:
        raise NotReal(f"no root of a number below zero: {x}")
    return _power(x, Fraction(1, n)) if x else Fraction(0)


def sqrt(x: Number | int) -> Number:
    return root(x, 2)


def ln(x: Number | int) -> Number:
    """The natural logarithm. Raises NotReal where x is not above zero."""
    if sign(x) <= 0:
        raise NotReal(f"ln of a number that is not above zero: {x}")
    if isinstance(x, Fraction | int):
        return _sum((), Radical.rational(x))
    if len(x.radicals) == 1:
        ((radical, q),) = x.radicals
        return _sum((), radical.times(Radical.rational(q)))
    return Real(((Node("ln", x), Fraction(1)),))


def weighted_geometric(values: Sequence[Number], weights: Sequence[Fraction]) -> Number:
    """(Π value ** weight) ** (1 / Σ weight), 0 where a value with a weight is 0. Raises NotReal where a value is below zero.

    Raises ValueError where the weights are not as many as the values, one is below zero, or all are zero.
    """
    scale = lcm(*(w.denominator for w in weights))
    pairs = [(v, w.numerator * (scale // w.denominator)) for v, w in zip(values, weights, strict=True) if w]
    total = sum(k for _, k in pairs)
    if total == 0 or any(k < 0 for _, k in pairs):
        raise ValueError("weights are not below zero, and one is above zero")
    if any(sign(v) < 0 for v in values):
        raise NotReal("no geometric mean of a number below zero")
    if not all(v for v, _ in pairs):
        return Fraction(0)
    rationals = ((v.as_integer_ratio(), k) for v, k in pairs if not isinstance(v, Real))
    mean = _sum((Radical.of((power for (a, b), k in rationals for power in ((a, k), (b, -k))), total).split(),))
    for v, k in pairs:
        mean = mean * _power(v, Fraction(k, total)) if isinstance(v, Real) else mean
    return mean


def sign(x: Number | int) -> int:
    """-1, 0 or 1."""
    if isinstance(x, Real):
        return _settle(x, lambda bits, low, high: 1 if low > 0 else -1 if high < 0 else None)
    return (x > 0) - (x < 0)


def interval(x: Number | int, bits: int) -> tuple[Fraction, Fraction]:
    """Two rationals with x between them, no further apart than 2**-bits · max(1, |x|)."""
    if not isinstance(x, Real):
        return Fraction(x), Fraction(x)
    work, (low, high) = bits, x.enclose(bits)
    while (high - low) << bits > max(1 << work, abs(low)):
        work += (high - low).bit_length()
        low, high = x.enclose(work)
    return Fraction(low, 1 << work), Fraction(high, 1 << work)


def decimal_text(x: Number | int, places: int) -> str:
    """x rounded half-up to so many decimals, for showing, without zeros at the end: `1.4142`, `-0.5`, `3`."""
    units = x * 10**places
    whole = round(units) if isinstance(units, Real) else sign(units) * floor(abs(units) + Fraction(1, 2))
    return shortest(Fraction(whole, 10**places))


def _sum(terms: Iterable[Term], log: Radical = _ONE) -> Number:
    found: list[Term] = []
    for part, q in terms:
        for at, (known, share) in enumerate(found):
            if (r := part.ratio(known)) is not None:
                found[at] = known, share + r * q
                break
        else:
            found.append((part, q))
    left = tuple((part, q) for part, q in found if q)
    if log.powers or any(isinstance(part, Node) or part.powers for part, _ in left):
        return Real(left, log)
    return left[0][1] if left else Fraction(0)


def _power(x: Number, e: Fraction) -> Number:
    """x ** e, of x above zero where e is not whole, and not zero where e is below zero."""
    if isinstance(x, Fraction):
        return x**e.numerator if e.denominator == 1 else _sum((Radical.rational(x).to_the(e).split(),))
    if len(x.terms) == 1 and not x.log.powers:
        part, q = x.terms[0]
        if q != 1 and (q > 0 or e.denominator == 1):
            return _power(Real(((part, Fraction(1)),)), e) * _power(q, e)
        if isinstance(part, Radical):
            return _sum((part.to_the(e).split(),))
        # Not (b ** 2) ** (1/2): that is |b|.
        if q == 1 and part.name == "power" and isinstance(part.by, Fraction) and (e.denominator == 1 or part.by.denominator > 1):
            x, e = part.of, part.by * e
            if e.denominator == 1 and e > 0:
                return x**e.numerator
    sign(x)  # raises Undecided where nothing tells x from zero
    return Real(((Node("power", x, e), Fraction(1)),))


def _exponent(log: Radical, base: int) -> Fraction:
    """e, where log = base ** e · what has no divisor in common with base."""
    total = 0
    for b, k in log.powers:
        while b % base == 0:
            b, total = b // base, total + k
    return Fraction(total, log.degree)


def _settle(x: Real, tell: Callable[[int, int, int], T | None]) -> T:
    """What the first enclosure of x tells that tells anything."""
    bits = 64
    while bits <= MAX_BITS:
        if (told := tell(bits, *x.enclose(bits))) is not None:
            return told
        bits *= 2
    raise Undecided(f"{MAX_BITS} bits do not tell two values apart, and nothing proves them equal")
