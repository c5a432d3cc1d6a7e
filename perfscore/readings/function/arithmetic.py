"""Arithmetic of the code reading: sums, products, quotients, powers, roundings and comparisons become text and lines.

Whatever is known when the function is written is folded away here; how wide numbers can get is noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from perfscore.numbers.rounding import Mode, round_to
from perfscore.readings.function.draft import Draft
from perfscore.readings.function.polynomial import (
    ANY,
    HOLDS,
    NO,
    SIGN,
    YES,
    ZERO,
    Bits,
    Expression,
    Monomial,
    Number,
    Poly,
    Relations,
    Truth,
    beyond,
    by,
    cheap,
    constant,
    decided,
    mirrored,
    number,
    plus,
    scaled,
    times,
)
from perfscore.readings.function.runtime import LIST_BITS

LONG_SUM = 40  # terms in one line
LONG_LITERAL = 900  # bits of a number written in the text
WIDE = 3000  # bits from which numbers are measured as the function runs


class Arithmetic(Draft):
    """What is written of numbers and truths that are expressions already."""

    def __init__(self) -> None:
        super().__init__()
        self.widest: set[Bits] = set()
        self.constants: dict[str, int] = {}
        self.cancelled = False

    # --- numbers

    def wide(self, value: Number) -> Number:
        """Notes how wide the number can get."""
        self.widest.add(self.width(value.poly))
        self.widest.add(self.width({value.below: value.den}))
        return value

    def width(self, poly: Poly) -> Bits:
        a = b = 0
        for monomial, factor in poly.items():
            pairs = [self.bits[name] for name in monomial]
            a = max(a, sum(one for one, _ in pairs))
            b = max(b, factor.bit_length() + sum(one for _, one in pairs))
        return a, b + len(poly).bit_length()

    def text(self, poly: Poly) -> str:
        """A polynomial in Python."""
        if not poly:
            return "0"
        if len(poly) > LONG_SUM:
            return self._long(poly)
        parts: list[str] = []
        ordered: Any = sorted(poly.items(), key=lambda term: (term[1] < 0, not term[0])) if len(poly) > 1 else poly.items()
        for monomial, factor in ordered:
            size = abs(factor)
            written = "*".join(([] if size == 1 and monomial else [self.literal(size)]) + list(monomial))
            parts.append((("- " if factor < 0 else "+ ") if parts else ("-" if factor < 0 else "")) + written)
        return " ".join(parts)

    def _long(self, poly: Poly) -> str:
        terms = list(poly.items())
        total = ""
        for k in range(0, len(terms), LONG_SUM - 1):
            part = self.text(dict(terms[k : k + LONG_SUM - 1]))
            name = self.fresh()
            self.line(f"{name} = {total + ' + ' if total else ''}{part}")
            total = name
        return total

    def literal(self, size: int) -> str:
        if size.bit_length() <= LONG_LITERAL:
            return str(size)
        name = f"k{len(self.constants)}"
        self.constants[name] = size
        return name

    def operand(self, poly: Poly) -> str:
        """A polynomial as an operand of * or //."""
        text = self.text(poly)
        return text if len(poly) == 1 and next(iter(poly.values())) > 0 and ("*" not in text) else f"({text})"

    def name(self, poly: Poly, width: Bits | None = None, positive: bool = False) -> str:
        """A local name for a polynomial."""
        if len(poly) == 1:
            ((monomial, factor),) = poly.items()
            if factor == 1 and len(monomial) == 1:
                return monomial[0]
        signs = self.sign(poly)
        found = self.assigned(self.text(poly), self.width(poly) if width is None else width)
        if positive or signs == {">"}:
            self.put(self.positive, found, True)
        else:
            self.note_name(found, signs)
        return found

    def assigned(self, text: str, width: Bits) -> str:
        found = self.fresh()
        self.line(f"{found} = {text}")
        self.bits[found] = width
        return found

    def as_number(self, value: Expression) -> Number:
        if not isinstance(value, Number):
            self.dead()
        return value

    def simple(self, value: Number) -> Number:
        """The number over names, so that using it twice computes nothing twice."""
        poly, below = value.poly, value.below
        if len(below) > 2:
            return self.narrowed(value)
        if len(poly) > 1 or any(len(monomial) > 1 for monomial in poly):
            common = gcd(*poly.values())
            poly = {(self.name({monomial: factor // common for monomial, factor in poly.items()}),): common}
        if len(below) > 1:
            below = (self.name({below: 1}, positive=True),)
        return value if poly is value.poly and below is value.below else number(poly, value.den, below, value.day)

    def narrowed(self, value: Number) -> Number:
        """Numerator and denominator in lowest terms, computed as the function runs."""
        above, under = self.fresh("n"), self.fresh("d")
        self.line(f"{above} = {self.text(value.poly)}")
        self.line(f"{under} = {self.text({value.below: value.den})}")
        self.line(f"g = gcd({above}, {under})")
        self.line(f"{above} //= g")
        self.line(f"{under} //= g")
        widths = self.width(value.poly), self.width({value.below: value.den})
        if max(b for _, b in widths) > WIDE:
            most = self.literal(1 << LIST_BITS)
            self.line(f"if not -{most} < {above} < {most} or {under} >= {most}: raise E")
            widths = (0, LIST_BITS), (0, LIST_BITS)
        self.bits[above], self.bits[under] = widths
        self.put(self.positive, under, True)
        signs = self.sign(value.poly)
        self.note_name(above, frozenset(signs))
        return number({(above,): 1}, 1, (under,))

    def add(self, values: Sequence[Number], factors: Sequence[int] | None = None) -> Number:
        """The sum; numbers over the same denominator first."""
        self.cancelled = False
        groups: dict[Monomial, Number] = {}
        for value, factor in zip(values, factors or [1] * len(values), strict=True):
            before = groups.get(value.below)
            poly = scaled(value.poly, factor)
            if before is None:
                groups[value.below] = Number(poly, value.den, value.below)
                continue
            den = lcm(before.den, value.den)
            total = self._total(scaled(before.poly, den // before.den), scaled(poly, den // value.den))
            groups[value.below] = Number(total, den, value.below)
        found: Number | None = None
        for value in groups.values():
            found = value if found is None else self._add(found, value)
        if found is None:
            return ZERO
        self.wide(found)
        if self.cancelled:  # on its way, the sum of some of the terms can have been wider than all of them
            widths = [self.width(poly) for value in values for poly in (value.poly, {value.below: value.den})]
            self.widest.add((sum(a for a, _ in widths), sum(b for _, b in widths)))
        return number(found.poly, found.den, found.below)

    def _add(self, a: Number, b: Number) -> Number:
        if len(a.below) + len(b.below) > 2 and a.below and b.below:
            a, b = (self.narrowed(one) if len(one.below) > 1 else one for one in (a, b))
        more = beyond(b.below, a.below)
        den = lcm(a.den, b.den)
        left = by(scaled(a.poly, den // a.den), more)
        right = by(scaled(b.poly, den // b.den), beyond(a.below, b.below))
        return self.wide(Number(self._total(left, right), den, tuple(sorted(a.below + more))))

    def _total(self, left: Poly, right: Poly) -> Poly:
        self.cancelled = self.cancelled or any(left.get(monomial, 0) * factor < 0 for monomial, factor in right.items())
        return plus(left, right)

    def multiply(self, a: Number, b: Number) -> Number:
        if min(len(a.poly), len(b.poly)) > 1:
            a, b = self.simple(a), self.simple(b)
        below = tuple(sorted(a.below + b.below)) if a.below and b.below else a.below or b.below
        return self.wide(number(times(a.poly, b.poly), a.den * b.den, below))

    def divide(self, a: Number, b: Number) -> Number:
        known = b.known
        if known is not None:
            if not known:
                self.dead()
            return self.multiply(a, constant(1 / known))
        common = gcd(*b.poly.values())
        poly = {monomial: factor // common for monomial, factor in b.poly.items()}
        if len(poly) == 1 and next(iter(poly.values())) < 0:
            poly, common = scaled(poly, -1), -common
        monomial = next(iter(poly))
        above = Number(by(scaled(a.poly, b.den), b.below), a.den, a.below)
        if len(poly) == 1 and all(name in self.positive for name in monomial):
            under = monomial
        else:
            above, under = self._under(above, poly)
        below = tuple(sorted(above.below + under))
        if common < 0:
            above = Number(scaled(above.poly, -1), above.den, above.below)
        return self.wide(number(above.poly, above.den * abs(common), below))

    def _under(self, above: Number, poly: Poly) -> tuple[Number, Monomial]:
        """A divisor above zero; where it may be below, both signs are turned, and at zero the code raises."""
        signs = self.sign(poly)
        under = self.name(poly)
        if signs == {">"}:
            self.put(self.positive, under, True)
            return above, (under,)
        if signs == {"="}:
            self.dead()
        self.widest.add(self.width(above.poly))
        if "<" not in signs:
            if "=" in signs:
                self.line(f"if {under} == 0: raise E")
            self.put(self.positive, under, True)
            return above, (under,)
        n = self.name(above.poly) if not above.fixed else ""
        size, turned = self.fresh("d"), self.fresh("n")
        plain = n or self.text(above.poly)
        minus = f"-{n}" if n else self.text(scaled(above.poly, -1))
        self.line(f"if {under} > 0:")
        self.block[-1] = (f"if {under} > 0:", [f"{size} = {under}", f"{turned} = {plain}"])
        self.block.append((f"elif {under} < 0:", [f"{size} = -{under}", f"{turned} = {minus}"]))
        self.block.append(("else:", ["raise E"]))
        self.note_name(under, signs - {"="})
        self.bits[size], self.bits[turned] = self.bits[under], self.width(above.poly)
        self.put(self.positive, size, True)
        return Number({(turned,): 1}, above.den, above.below), (size,)

    def power(self, base: Number, exponent: int) -> Number:
        if not base.fixed and exponent > 1:
            base = self.simple(base)
        above, under = self.width(base.poly), self.width({base.below: base.den})
        self.widest.add((above[0] * exponent, above[1] * exponent))
        self.widest.add((under[0] * exponent, under[1] * exponent))
        found = constant(Fraction(1))
        for _ in range(exponent):
            found = self.multiply(found, base)
        return found

    def rounded(self, value: Number, step: Fraction, mode: Mode) -> Number:
        if mode == "none":
            return value
        known = value.known
        if known is not None:
            return constant(round_to(known, step, mode))
        units = number(scaled(value.poly, step.denominator), value.den * step.numerator, value.below)
        if units.den == 1 and not units.below:
            return value
        signs = self.sign(units.poly)
        if len(signs - {"="}) > 1 and mode not in ("floor", "ceil", "half-even") and len(units.poly) > 1:
            units = self.simple(units)
        poly, under = units.poly, {units.below: units.den}
        width = self.width(poly)
        found = self.assigned(self._rounding(poly, under, mode, signs), (width[0], width[1] + 1))
        if mode == "half-even":
            twice = self.operand(scaled(under, 2))
            tie = f"{found} & 1 and {found}*{twice} == {self.text(plus(scaled(poly, 2), under))}"
            self.block.append((f"if {tie}:", [f"{found} -= 1"]))
        if len(signs - {"="}) < 2:
            self.note_name(found, signs | {"="})
        return number({(found,): step.numerator}, step.denominator)

    def _rounding(self, poly: Poly, under: Poly, mode: Mode, signs: Relations) -> str:
        """poly / under as a whole number."""
        low = self._quotient(poly, under)
        high = f"-({self._quotient(scaled(poly, -1), under)})"
        half = plus(scaled(poly, 2), under)  # floor(x + 1/2)
        half_low = self._quotient(half, scaled(under, 2))
        half_high = f"-({self._quotient(plus(scaled(poly, -2), under), scaled(under, 2))})"
        at_least_zero, below_zero = {
            "floor": (low, low), "ceil": (high, high), "down": (low, high), "up": (high, low),
            "half-up": (half_low, half_high), "half-down": (half_high, half_low), "half-even": (half_low, half_low),
        }[mode]  # fmt: skip
        if at_least_zero == below_zero or "<" not in signs:
            return at_least_zero
        if ">" not in signs:
            return below_zero
        return f"{at_least_zero} if {self.comparison(poly, HOLDS['>=']).text} else {below_zero}"

    def _quotient(self, poly: Poly, under: Poly) -> str:
        common = gcd(*poly.values(), *under.values())
        if common != 1:
            poly, under = ({monomial: factor // common for monomial, factor in one.items()} for one in (poly, under))
        return f"{self.operand(poly)}//{self.operand(under)}"

    # --- comparisons and truths

    def comparison(self, poly: Poly, relations: Relations) -> Truth:
        """poly against 0."""
        if not poly:
            return decided("=" in relations)
        key, turned, small = self.key(poly)
        if turned:
            relations = mirrored(relations)
        possible = self.sign_by_key(key, small)
        if possible <= relations:
            return YES
        if not possible & relations:
            return NO
        return self._compared(key, small, relations)

    def _compared(self, key: frozenset[tuple[Monomial, int]], small: Poly, relations: Relations) -> Truth:
        left = {monomial: factor for monomial, factor in small.items() if monomial and factor > 0}
        right = {monomial: -factor for monomial, factor in small.items() if not monomial or factor < 0}
        text = f"{self.text(left)} {SIGN[relations]} {self.text(right)}"
        found = Truth(text, fact=(key, relations))
        return found if (known := self.flags.get(text)) is None else decided(known)

    def difference(self, a: Number, b: Number) -> Poly:
        """A polynomial with the sign of a - b."""
        if not a.fixed and not b.fixed:
            if len(a.poly) > 1 and b.below and not cheap(a):
                a = self.simple(a)
            if len(b.poly) > 1 and a.below and not cheap(b):
                b = self.simple(b)
        under = gcd(a.den, b.den)
        left, right = scaled(a.poly, b.den // under), scaled(b.poly, -a.den // under)
        if a.below != b.below:
            left, right = by(left, beyond(b.below, a.below)), by(right, beyond(a.below, b.below))
        return plus(left, right)

    def negated(self, truth: Truth) -> Truth:
        if truth.known is not None:
            return decided(not truth.known)
        if truth.op == "not":
            return truth.parts[0]
        if truth.fact is not None and not truth.op:
            key, relations = truth.fact
            return self._compared(key, dict(key), ANY - relations)
        return Truth(f"not {truth.inside}", op="not", parts=(truth,))

    def combined(self, op: str, parts: Sequence[Truth]) -> Truth:
        """Truths that are computed already, in one expression."""
        ends = op == "or"
        left = [part for part in parts if part.known is None]
        if any(part.known is ends for part in parts):
            return decided(ends)
        if not left:
            return decided(not ends)
        if len(left) == 1:
            return left[0]
        text = f" {op} ".join(f"({part.text})" if part.op in ("and", "or") and part.op != op else part.text for part in left)
        return self.flagged(Truth(text, op=op, parts=tuple(left)))
