"""Irrational numbers for the second scorer: roots, logarithms and what is computed from them, told apart by decimals.

A number is known in two ways: `at(digits)` gives it as a decimal, and where it is `c + q * r ** (1/n)` (rational c, q, r) a
comparison that the decimals leave open is decided by powers. Other sums count as equal when 220 digits do not part them.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import gcd

DIGITS = (60, 240)
GUARD = 20  # digits that rounding inside of `at` may cost

Form = tuple[Fraction, Fraction, Fraction, int]  # c, q, r, n: c + q * r ** (1/n); r > 0, q != 0, r no perfect power


def decimal_of(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


class Real:
    """A number that is not known to be rational."""

    __slots__ = ("_at", "_known", "form")

    def __init__(self, at: Callable[[], Decimal], form: Form | None = None) -> None:
        self._at = at
        self._known: dict[int, Decimal] = {}
        self.form = form

    def at(self, digits: int) -> Decimal:
        if digits not in self._known:
            with decimal.localcontext() as context:
                context.prec = digits
                self._known[digits] = self._at()
        return self._known[digits]

    def here(self) -> Decimal:
        return self.at(decimal.getcontext().prec)

    def sign(self) -> int:
        """-1, 0, 1."""
        for digits in DIGITS:
            value = self.at(digits)
            if abs(value) > Decimal(1).scaleb(GUARD - digits):
                return 1 if value > 0 else -1
            if self.form is not None:
                return self.sign_by_powers(*self.form)
        return 0

    @staticmethod
    def sign_by_powers(c: Fraction, q: Fraction, r: Fraction, n: int) -> int:
        """The sign of c + q * r ** (1/n): how r lies to (-c/q) ** n."""
        turned = 1 if q > 0 else -1
        other = -c / q
        if other <= 0:
            return turned
        power = other**n
        return turned * ((r > power) - (r < power))

    # ------------------------------------------------------------ arithmetic

    def __neg__(self) -> Number:
        return self * Fraction(-1)

    def __abs__(self) -> Number:
        return -self if self.sign() < 0 else self

    def __add__(self, other: Number | int) -> Number:
        if isinstance(other, (Fraction, int)):
            other = Fraction(other)
            form = None
            if self.form is not None:
                c, q, r, n = self.form
                form = (c + other, q, r, n)
            added = other
            return Real(lambda: self.here() + decimal_of(added), form)
        if isinstance(other, Real):
            if self.form is not None and other.form is not None and self.form[2:] == other.form[2:]:
                return combined(self.form[0] + other.form[0], self.form[1] + other.form[1], *self.form[2:])
            return Real(lambda: self.here() + other.here())
        return NotImplemented

    __radd__ = __add__

    def __sub__(self, other: Number | int) -> Number:
        return self + -other

    def __rsub__(self, other: Number | int) -> Number:
        return -self + other

    def __mul__(self, other: Number | int) -> Number:
        if isinstance(other, (Fraction, int)):
            other = Fraction(other)
            if other == 0:
                return Fraction(0)
            form = None
            if self.form is not None:
                c, q, r, n = self.form
                form = (c * other, q * other, r, n)
            factor = other
            return Real(lambda: self.here() * decimal_of(factor), form)
        if isinstance(other, Real):
            if self.form is not None and other.form is not None and self.form[0] == other.form[0] == 0:
                _, q, r, n = self.form
                _, p, s, m = other.form
                return rooted(r**m * s**n, n * m) * (q * p)
            return Real(lambda: self.here() * other.here())
        return NotImplemented

    __rmul__ = __mul__

    def inverse(self) -> Number:
        if self.sign() == 0:
            raise ZeroDivisionError
        if self.form is not None and self.form[0] == 0:
            _, q, r, n = self.form
            return rooted(1 / r, n) * (1 / q)
        return Real(lambda: 1 / self.here())

    def __truediv__(self, other: Number | int) -> Number:
        return self * (other.inverse() if isinstance(other, Real) else 1 / Fraction(other))

    def __rtruediv__(self, other: Number | int) -> Number:
        return self.inverse() * other

    def __pow__(self, power: int) -> Number:
        made: Number = Fraction(1)
        for _ in range(abs(power)):
            made = made * self
        return 1 / made if power < 0 else made

    # ------------------------------------------------------------ comparison

    def to(self, other: object) -> int:
        difference = self - other  # type: ignore[operator]
        return difference.sign() if isinstance(difference, Real) else (difference > 0) - (difference < 0)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (Fraction, int, Real)) and self.to(other) == 0

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: Number | int) -> bool:
        return self.to(other) < 0

    def __le__(self, other: Number | int) -> bool:
        return self.to(other) <= 0

    def __gt__(self, other: Number | int) -> bool:
        return self.to(other) > 0

    def __ge__(self, other: Number | int) -> bool:
        return self.to(other) >= 0

    __hash__ = None  # type: ignore[assignment]

    def floor(self) -> int:
        """The greatest whole number that is not greater."""
        near = int(self.at(DIGITS[0]).to_integral_value(decimal.ROUND_FLOOR))
        while self < Fraction(near):
            near -= 1
        while self >= Fraction(near + 1):
            near += 1
        return near

    def __repr__(self) -> str:
        return f"{self.at(60):.20f}…"


Number = Fraction | Real


def combined(c: Fraction, q: Fraction, r: Fraction, n: int) -> Number:
    return c if q == 0 else rooted(r, n) * q + c


def whole_root(number: int, n: int) -> int | None:
    """The whole number whose n-th power is `number`, if there is one."""
    if number < 2:
        return number
    low, high = 1, 1 << (number.bit_length() // n + 1)
    while low < high:
        middle = (low + high) // 2
        if middle**n < number:
            low = middle + 1
        else:
            high = middle
    return low if low**n == number else None


def rooted(number: Fraction, n: int) -> Number:
    """The n-th root of a number >= 0: rational where it is one."""
    if number == 0 or n == 1:
        return number
    for k in range(n, 1, -1):
        if n % k == 0:
            top, bottom = whole_root(number.numerator, k), whole_root(number.denominator, k)
            if top is not None and bottom is not None:
                return rooted(Fraction(top, bottom), n // k)
    return Real(lambda: (decimal_of(number).ln() / n).exp(), (Fraction(0), Fraction(1), number, n))


def logarithm(number: Number) -> Number:
    """ln of a number > 0; of a rational other than 1 it is never rational."""
    if isinstance(number, Real):
        return Real(lambda: number.here().ln())
    return Fraction(0) if number == 1 else Real(lambda: decimal_of(number).ln())


def root_of(number: Number, n: int) -> Number:
    """The n-th root of a number >= 0 that may itself be irrational."""
    if isinstance(number, Real):
        if number.form is not None and number.form[0] == 0 and number.form[1] > 0:
            _, q, r, m = number.form
            return rooted(q**m * r, m * n)
        return Real(lambda: (number.here().ln() / n).exp())
    return rooted(number, n)


def geometric(shares: list[Fraction], weights: list[Fraction]) -> Number:
    """The product of share ** weight, its root of the sum of the weights; shares > 0."""
    scale = 1
    for weight in weights:
        scale = scale * weight.denominator // gcd(scale, weight.denominator)
    powers = [int(weight * scale) for weight in weights]
    common = gcd(*powers)
    powers = [power // common for power in powers]
    product = Fraction(1)
    for share, power in zip(shares, powers, strict=True):
        product *= share**power
    return rooted(product, sum(powers))
