"""The function of the code reading while it is written: its lines, its names, and what is known of them in the branch it is in."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import gcd
from typing import Any, NoReturn

from perfscore.readings.function.polynomial import (
    ANY,
    FREE,
    HOLDS,
    Bits,
    Interval,
    Monomial,
    Poly,
    Relations,
    Truth,
    decided,
    mirrored,
    standing,
    tighter,
    without,
)

MAX_DEPTH = 70  # Python allows 100 levels of indentation

Lines = list[Any]  # a line, or (header, lines)


class Dead(Exception):
    """Nothing after this runs: the code raises here."""


class TooMuch(Exception):
    """No function of a sensible size can be written."""


class Draft:
    """`block` is where lines go; `trail` undoes what only holds inside of a branch."""

    def __init__(self) -> None:
        self.block: Lines = []
        self.depth = 0
        self.size = 0
        self.most_lines = 0
        self.count = 0
        self.trail: list[tuple[dict[Any, Any], Any, Any]] = []
        self.facts: dict[frozenset[tuple[Monomial, int]], Relations] = {}
        self.bounds: dict[Monomial, dict[Monomial, Interval]] = {}  # x: m: the interval of x / m
        self.unders: set[str] = set()  # names made to be divided by
        self.flags: dict[str, bool] = {}
        self.positive: dict[str, bool] = {}  # names above zero
        self.bits: dict[str, Bits] = {}

    # --- lines, names, scopes

    def line(self, text: str) -> None:
        self.size += 1
        if self.size > self.most_lines:
            raise TooMuch
        self.block.append(text)

    def fresh(self, letter: str = "t") -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def put(self, where: dict[Any, Any], key: Any, value: Any) -> None:
        self.trail.append((where, key, where.get(key)))
        where[key] = value

    def revert(self, mark: int) -> None:
        while len(self.trail) > mark:
            where, key, before = self.trail.pop()
            if before is None:
                del where[key]
            else:
                where[key] = before

    def dead(self) -> NoReturn:
        self.line("raise E")
        raise Dead

    def inside(self, body: Callable[[], None]) -> tuple[Lines, bool]:
        """The lines of a branch, and whether its end is reached."""
        outer, mark = self.block, len(self.trail)
        inner: Lines = []
        self.block = inner
        self.depth += 1
        try:
            if self.depth > MAX_DEPTH:
                self.dead()
            body()
            return inner, True
        except Dead:
            return inner, False
        finally:
            self.depth -= 1
            self.block = outer
            self.revert(mark)

    # --- facts

    def learn(self, truth: Truth, holds: bool) -> None:
        if truth.known is not None:
            return
        if truth.op in ("", "is"):
            self.put(self.flags, truth.text, holds)
        if truth.fact is not None:
            key, relations = truth.fact
            self.note(dict(key), key, relations if holds else ANY - relations)
        if truth.op == "not":
            self.learn(truth.parts[0], not holds)
        elif truth.op == "is" or (truth.op == "and" and holds) or (truth.op == "or" and not holds):
            for part in truth.parts:
                self.learn(part, holds)

    def note(self, small: Poly, key: frozenset[tuple[Monomial, int]], relations: Relations) -> None:
        """A polynomial (as `key` gives it) is known to stand so to 0."""
        known = self.facts.get(key, ANY) & relations
        self.put(self.facts, key, known)
        bound = self.bound(small)
        if bound is not None and len(known) < 3:
            x, m, c = bound
            before = self.bounds.get(x, {})
            self.put(self.bounds, x, {**before, m: tighter(before.get(m, FREE), c, known)})

    def note_name(self, name: str, relations: Relations) -> None:
        if len(relations) < 3:
            poly: Poly = {(name,): 1}
            self.note(poly, frozenset(poly.items()), relations)

    def bound(self, small: Poly) -> tuple[Monomial, Monomial, Fraction] | None:
        """x, m, c where the polynomial has the sign of x - c * m, and m is above 0."""
        if len(small) > 2:
            return None
        first = min(small, key=self._rank)
        others = [monomial for monomial in small if monomial != first]
        m = others[0] if others else ()
        if not first or small[first] < 0 or not all(name in self.positive for name in m):
            return None
        return first, m, Fraction(-small[m], small[first]) if others else Fraction(0)

    def _rank(self, monomial: Monomial) -> tuple[bool, bool, Monomial]:
        return not monomial, self.unders.issuperset(monomial), monomial

    def bounded(self, small: Poly) -> Relations:
        """What the bounds noted say of a polynomial against 0."""
        found = self.bound(small)
        bounds = None if found is None else self.bounds.get(found[0])
        if found is None or not bounds:
            return ANY
        _, m, c = found
        possible = standing(bounds[m], c) if m in bounds else ANY
        if len(possible) > 1:
            for interval in bounds.values():
                sign = standing(interval, Fraction(0))  # of x itself, since every m is above 0
                if "<" not in sign and (c < 0 or (c == 0 and "=" not in sign)):
                    return HOLDS[">"]
                if ">" not in sign and (c > 0 or (c == 0 and "=" not in sign)):
                    return HOLDS["<"]
                if c == 0:
                    possible &= sign
        return possible

    def key(self, poly: Poly) -> tuple[frozenset[tuple[Monomial, int]], bool, Poly]:
        """A polynomial up to factors above zero, and whether its sign was turned."""
        first = min(poly, key=self._rank) if len(poly) > 1 else next(iter(poly))
        common = gcd(*poly.values())
        turned = poly[first] < 0
        if turned:
            common = -common
        if common != 1:
            poly = {monomial: factor // common for monomial, factor in poly.items()}
        for name in set(first) & self.positive.keys():
            while all(name in monomial for monomial in poly):
                poly = {without(monomial, (name,)): factor for monomial, factor in poly.items()}
        return frozenset(poly.items()), turned, poly

    def sign(self, poly: Poly) -> Relations:
        """The relations to 0 that are possible."""
        if not poly:
            return HOLDS["="]
        key, turned, small = self.key(poly)
        found = self.sign_by_key(key, small)
        return mirrored(found) if turned else found

    def sign_by_key(self, key: frozenset[tuple[Monomial, int]], small: Poly) -> Relations:
        if len(small) == 1 and len(next(iter(small))) < 2:
            ((monomial, factor),) = small.items()
            if not monomial:
                return HOLDS[">"] if factor > 0 else HOLDS["<"]
            return self.sign_of(monomial[0])
        known = self.facts.get(key, ANY)
        if len(known) > 1:
            known &= self.bounded(small)
        if len(known) == 1:
            return known
        terms = [self._term(monomial, factor) for monomial, factor in small.items()]
        for side, other in ((">", "<"), ("<", ">")):
            if not any(other in term for term in terms):
                sure = any(term == {side} for term in terms)
                return known & frozenset((side,) if sure else (side, "="))
        return known

    def sign_of(self, name: str) -> Relations:
        if name in self.positive:
            return HOLDS[">"]
        poly: Poly = {(name,): 1}
        return self.facts.get(frozenset(poly.items()), ANY) & self.bounded(poly)

    def _term(self, monomial: Monomial, factor: int) -> Relations:
        found = HOLDS[">"] if factor > 0 else HOLDS["<"]
        for name in monomial:
            one = self.sign_of(name)
            found = frozenset("=" if "=" in (a, b) else ">" if a == b else "<" for a in found for b in one)
        return found

    def flagged(self, truth: Truth) -> Truth:
        known = self.flags.get(truth.text)
        return truth if known is None else decided(known)


def sanitised(name: str) -> str:
    """A name that can stand in a comment."""
    return "".join(sign if sign.isalnum() or sign in "_.:-" else "?" for sign in name)[:200]
