"""Roots of rationals, kept as powers of whole numbers, with integer enclosures of them and of their logarithms.

Nothing is factored: pairwise coprime bases are enough, found by gcd.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from math import gcd, isqrt, lcm, prod
from typing import TypeAlias

MAX_SIZE = 200_000  # bits of a power
Ends: TypeAlias = tuple[int, int]  # whole numbers at or below, and at or above, a value · 2**bits


@dataclass(frozen=True, slots=True, eq=False)
class Radical:
    """(Π base ** exponent) ** (1 / degree), in lowest terms: pairwise coprime bases above 1, exponents other than 0."""

    powers: tuple[tuple[int, int], ...] = ()
    degree: int = 1

    @classmethod
    def of(cls, powers: Iterable[tuple[int, int]], degree: int = 1) -> Radical:
        """The same of any bases from 1 on: two that share a divisor become three."""
        found: dict[int, int] = {}
        waiting = list(powers)
        while waiting:
            a, k = waiting.pop()
            for b in found:
                if (shared := gcd(a, b)) > 1:
                    m = found.pop(b)
                    waiting += (a // shared, k), (b // shared, m), (shared, k + m)
                    break
            else:
                if a > 1 and k:
                    found[a] = k
        return cls._lowest(found.items(), degree)

    @classmethod
    def _lowest(cls, powers: Iterable[tuple[int, int]], degree: int) -> Radical:
        left = [(b, k) for b, k in powers if k]
        common = gcd(degree, *(k for _, k in left))
        return cls(tuple((b, k // common) for b, k in left), degree // common)

    @classmethod
    def rational(cls, q: Fraction | int) -> Radical:
        return cls.of(((q.numerator, 1), (q.denominator, -1)))

    @property
    def size(self) -> int:
        return sum(abs(k) * b.bit_length() for b, k in self.powers)

    def times(self, other: Radical) -> Radical:
        degree = lcm(self.degree, other.degree)
        return Radical.of(((b, k * (degree // r.degree)) for r in (self, other) for b, k in r.powers), degree)

    def to_the(self, e: Fraction) -> Radical:
        return Radical._lowest(((b, k * e.numerator) for b, k in self.powers), self.degree * e.denominator)

    def split(self) -> tuple[Radical, Fraction]:
        """A rest in which no base has a rational power and exponents are below the degree, and the rational beside it."""
        rest, above, below = [], 1, 1
        for base, k in self.powers:
            shared = gcd(k, self.degree)
            degree = self.degree // shared
            for p in range(2, min(degree, base.bit_length()) + 1):
                while degree % p == 0 and (lower := _root(base, p)) ** p == base:
                    base, degree = lower, degree // p
            whole, left = divmod(abs(k) // shared, degree)
            above, below = (above * base**whole, below) if k > 0 else (above, below * base**whole)
            rest.append((base, (left if k > 0 else -left) * (self.degree // degree)))
        return Radical._lowest(rest, self.degree), Fraction(above, below)

    def ratio(self, other: object) -> Fraction | None:
        """The rational q with self = q · other, if there is one; both are what `split` leaves."""
        if not isinstance(other, Radical) or self.degree != other.degree:
            return None
        rest, q = self.times(other.to_the(Fraction(-1))).split()
        return None if rest.powers else q

    def enclose(self, bits: int) -> Ends:
        """By an integer root; where that would be large, by exp(ln)."""
        if not self.powers:
            return 1 << bits, 1 << bits
        if self.size + self.degree * bits <= 128 * bits or (self.degree == 1 and self.size <= MAX_SIZE):
            above, below = (prod(b ** (turn * k) for b, k in self.powers if turn * k > 0) for turn in (1, -1))
            low = _root((above << self.degree * bits) // below, self.degree)
            return low, low + (self.degree * below > 1)
        work = bits + max(sum(k * (b.bit_length() - (k < 0)) for b, k in self.powers) // self.degree, 0) + 4
        context = _context(work)
        least, most = (context.divide(Decimal(end), Decimal(1 << work)) for end in self.ln(work))
        least, most = context.exp(context.next_minus(least)), context.exp(context.next_plus(most))
        return _fixed(context.next_minus(least), bits)[0], _fixed(context.next_plus(most), bits)[1]

    def ln(self, bits: int) -> Ends:
        more = sum(abs(k) for _, k in self.powers).bit_length()
        ends = [sorted(k * end for end in _ln(base, bits + more)) for base, k in self.powers]
        return divided(sum(low for low, _ in ends), sum(high for _, high in ends), self.degree << more)


def divided(low: int, high: int, divisor: int) -> Ends:
    return low // divisor, -(-high // divisor)


def _root(a: int, n: int) -> int:
    """The largest whole number whose n-th power is at most a: Newton from above, begun at the root of the leading bits."""
    if n < 3 or a < 2:
        return isqrt(a) if n == 2 else a
    half = a.bit_length() // n // 2
    root = (_root(a >> half * n, n) + 1) << half if half else 2 << a.bit_length() // n
    while (lower := ((n - 1) * root + a // root ** (n - 1)) // n) < root:
        root = lower
    return root


@lru_cache(maxsize=256)
def _ln(a: int, bits: int) -> Ends:
    """ln of a whole number from 1 on: decimal rounds ln of the leading bits correctly, so a step outward encloses it."""
    shift = max(a.bit_length() - bits - 16, 0)
    context = _context(bits)
    nearest = context.ln(Decimal(a >> shift))
    twos = _ln(2, bits + shift.bit_length()) if shift else (0, 0)
    low, high = divided(shift * twos[0], shift * twos[1], 1 << shift.bit_length())
    least, most = _fixed(context.next_minus(nearest), bits)[0], _fixed(context.next_plus(nearest), bits)[1]
    return low + least, high + most + (shift > 0)  # what is shifted out is below 2 ** -bits of the rest


def _fixed(x: Decimal, bits: int) -> Ends:
    above, below = x.as_integer_ratio()
    return divided(above << bits, above << bits, below)


def _context(bits: int) -> Context:
    """Digits for so many bits; every field is given, so that no setting of the caller's reaches in."""
    return Context(bits * 302 // 1000 + 16, ROUND_HALF_EVEN, MIN_EMIN, MAX_EMAX, capitals=1, clamp=0, flags=[], traps=[])
