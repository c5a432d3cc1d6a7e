"""The code reading: steps -> one generated Python function that computes with integers only, on (numerator, denominator).

    compiled = compile_steps(steps, wanted, fired)     # None where no useful function can be made
    result = compiled.run(values)                      # values by input, as for the exact reading; or raises Elsewhere
    result.value(k), result.pair(k), result.cases      # the k-th wanted value; the case of each step of `fired`

Whenever `run` returns, its values and cases equal those of the exact reading, and that has no problem to tell. Whatever is
out of the ordinary raises Elsewhere, and the exact reading decides and words it: a needed outcome that is absent, a zero
divisor, a refusal, no case, a root or a logarithm, numbers wider than `compiled.bits`.

The shortest way in: `compiled.function(*flat)`, where `compiled.parameters` names what each argument is: numerator and
denominator of a number (in any terms, the denominator above 0), else a truth, a code or the ordinal of a day; None for what is
absent; for a step of `compiled.lists` (a list over the rows of a table) the values that the exact reading gives it. The
function raises Elsewhere by itself; it does not look at the width of numbers. It gives one tuple; `compiled.result(found)`
reads it, and `compiled.places` says where each wanted value stands.

How the function is made. A number is a polynomial with whole coefficients over local names, divided by a whole number and
local names that are above zero; so weights, percentages and rounding steps are folded away before anything runs. A step
is written where it is first needed: a step that only one branch needs stands in that branch. What a branch knows
(`x >= 1200` did not hold) decides later conditions. Steps that only one step reads are carried on inside the branches, so that
the usual item ends as one `if` with one rounding in each branch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any, Final, Literal, NoReturn

from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers.date import Day, months_between
from perfscore.numbers.rounding import Mode, round_to
from perfscore.readings.exact import BROKEN, MAX_BITS, MISSING, Value
from perfscore.steps import Case, Cases, Input, Round, Rows, Step, Steps

MAX_DEPTH = 70  # Python allows 100 levels of indentation
MAX_LOOPS = 15  # and 20 loops in each other
FLAT_FROM = 40  # case lists longer than this are written without nesting
MAX_LEAVES = 24  # how often what follows a case list may be written out again
LINES_PER_STEP = 60  # more lines than this are too many
LONG_SUM = 40  # terms in one line
LONG_LITERAL = 900  # bits of a number written in the text
LIST_BITS = 1000  # width of a number that comes out of a list
WIDE = 3000  # bits from which numbers are measured as the function runs


class Elsewhere(Exception):
    """The generated code does not decide this; the exact reading must."""


# --- what the function calls ------------------------------------------------------------------------------------------

Pair = tuple[int, int]


def _months(a: int, b: int) -> int:
    return months_between(Day(a), Day(b))


def _pairs(values: Sequence[Value]) -> list[Pair]:
    if not all(type(one) is Fraction for one in values):
        raise Elsewhere
    return [one.as_integer_ratio() for one in values]


def _narrow(n: int, d: int) -> Pair:
    g = gcd(n, d)
    if max(n.bit_length(), d.bit_length()) > LIST_BITS:
        raise Elsewhere
    return n // g, d // g


def _sum(values: Sequence[Pair]) -> Pair:
    n, d = 0, 1
    for a, b in values:
        n, d = _narrow(n * b + a * d, d * b)
    return n, d


def _in_order(values: Sequence[Pair]) -> list[Pair]:
    below = lcm(*(d for _, d in values))
    if below.bit_length() > LIST_BITS:
        raise Elsewhere
    return [_narrow(n, below) for n in sorted(n * (below // d) for n, d in values)]


def _median(values: Sequence[Pair]) -> Pair:
    ordered, middle = _in_order(values), len(values) // 2
    if not ordered:
        raise Elsewhere
    if len(ordered) % 2:
        return ordered[middle]
    n, d = _sum(ordered[middle - 1 : middle + 1])
    return n, 2 * d


def _least(values: Sequence[Pair]) -> Pair:
    if not values:
        raise Elsewhere
    return _in_order(values)[0]


def _most(values: Sequence[Pair]) -> Pair:
    if not values:
        raise Elsewhere
    return _in_order(values)[-1]


def _trimmed_mean(values: Sequence[Pair], n: int, d: int) -> Pair:
    trim, rest = divmod(n, d)
    if rest or trim < 0 or 2 * trim >= len(values):
        raise Elsewhere
    kept = _in_order(values)[trim : len(values) - trim]
    above, below = _sum(kept)
    return _narrow(above, below * len(kept))


def _count(values: Sequence[object]) -> int:
    """The true ones of truths; of numbers their count."""
    if values and isinstance(values[0], bool):
        return sum(1 for one in values if one)
    return len(values)


_CALLED: dict[str, Any] = {
    "__builtins__": {}, "E": Elsewhere, "gcd": gcd, "months": _months, "pairs": _pairs, "list_sum": _sum, "list_median": _median,
    "list_min": _least, "list_max": _most, "list_trimmed_mean": _trimmed_mean, "list_count": _count, "len": len, "any": any, "all": all,
}  # fmt: skip


# --- polynomials and values while the function is written ---------------------------------------------------------------

Monomial = tuple[str, ...]
Poly = dict[Monomial, int]
Relation = str  # < = >
Relations = frozenset[Relation]
Bits = tuple[int, int]  # a * (width of the widest input) + b

ANY: Final[Relations] = frozenset("<=>")
_HOLDS: dict[str, Relations] = {
    "<": frozenset("<"), "<=": frozenset("<="), "=": frozenset("="), "!=": frozenset("<>"), ">": frozenset(">"), ">=": frozenset("=>"),
}  # fmt: skip
_SIGN: dict[Relations, str] = {relations: "==" if sign == "=" else sign for sign, relations in _HOLDS.items()}
_TURNED: dict[Relation, Relation] = {"<": ">", "=": "=", ">": "<"}


# from, to, and whether each end is left out; None: no end
Interval = tuple[Fraction | None, bool, Fraction | None, bool]
_FREE: Final[Interval] = (None, False, None, False)


def _tighter(interval: Interval, c: Fraction, relations: Relations) -> Interval:
    low, low_open, high, high_open = interval
    if "<" not in relations and (low is None or c > low or (c == low and "=" not in relations)):
        low, low_open = c, "=" not in relations
    if ">" not in relations and (high is None or c < high or (c == high and "=" not in relations)):
        high, high_open = c, "=" not in relations
    return low, low_open, high, high_open


def _possible(interval: Interval, c: Fraction) -> Relations:
    """How a number of the interval can stand to c."""
    low, low_open, high, high_open = interval
    below = low is None or low < c
    above = high is None or high > c
    equal = (below or (low == c and not low_open)) and (above or (high == c and not high_open))
    return frozenset(sign for sign, can in (("<", below), ("=", equal), (">", above)) if can)


def _turned(relations: Relations) -> Relations:
    return frozenset(_TURNED[one] for one in relations)


def _plus(a: Poly, b: Poly) -> Poly:
    found = dict(a)
    for monomial, factor in b.items():
        total = found.get(monomial, 0) + factor
        if total:
            found[monomial] = total
        else:
            found.pop(monomial, None)
    return found


def _times(a: Poly, b: Poly) -> Poly:
    found: Poly = {}
    for left, m in a.items():
        for right, n in b.items():
            monomial = tuple(sorted(left + right)) if left and right else left or right
            found[monomial] = found.get(monomial, 0) + m * n
    return {monomial: factor for monomial, factor in found.items() if factor}


def _by(a: Poly, names: Monomial) -> Poly:
    return {tuple(sorted(monomial + names)): factor for monomial, factor in a.items()} if names else a


def _beyond(names: Monomial, others: Monomial) -> Monomial:
    """Those of the names that are not among the others, as often as they are more."""
    if not others or not names:
        return names
    left = list(names)
    for name in others:
        if name in left:
            left.remove(name)
    return tuple(left)


def _scaled(a: Poly, factor: int) -> Poly:
    return {monomial: factor * one for monomial, one in a.items()} if factor != 1 else a


def _without(monomial: Monomial, names: Monomial) -> Monomial:
    left = list(monomial)
    for name in names:
        left.remove(name)
    return tuple(left)


@dataclass(frozen=True, slots=True)
class _Number:
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
class _Truth:
    """An expression that is True or False; `fact`: what it says of a polynomial (the key, the relations to 0).

    op: and, or, not, is (a name that holds `parts[0]`).
    """

    text: str
    known: bool | None = None
    op: str = ""
    parts: tuple[_Truth, ...] = ()
    fact: tuple[frozenset[tuple[Monomial, int]], Relations] | None = None

    @property
    def inside(self) -> str:
        """The text as an operand."""
        return f"({self.text})" if self.op in ("and", "or", "not") or self.fact or " " in self.text else self.text


@dataclass(frozen=True, slots=True)
class _Code:
    """The code of a choice: an expression, or known."""

    text: str
    known: str | None = None


@dataclass(frozen=True, slots=True)
class _Several:
    """A list whose length is known."""

    elements: tuple[_Any, ...]


@dataclass(frozen=True, slots=True)
class _List:
    """A list in a local name: of truths, of whole numbers over `den`, of pairs, or of what the exact reading gave."""

    name: str
    holds: Literal["truths", "whole", "pairs", "either"]
    den: int = 1


_Any = _Number | _Truth | _Code | _Several | _List

YES, NO = _Truth("True", True), _Truth("False", False)
ZERO = _Number({})


def _constant(value: Fraction) -> _Number:
    return _Number({(): value.numerator} if value else {}, value.denominator)


def _number(poly: Poly, den: int = 1, below: Monomial = (), day: bool = False) -> _Number:
    """In lowest terms, as far as that shows."""
    if not poly:
        return ZERO
    for name in below:
        if all(name in monomial for monomial in poly):
            poly = {_without(monomial, (name,)): factor for monomial, factor in poly.items()}
            below = _without(below, (name,))
    if den != 1:
        common = gcd(den, *poly.values())
        if common != 1:
            den //= common
            poly = {monomial: factor // common for monomial, factor in poly.items()}
    return _Number(poly, den, below, day)


def _cheap(value: _Number) -> bool:
    """Whether computing it again costs no more than keeping it."""
    return len(value.poly) <= 2 and len(value.below) <= 1 and all(len(monomial) <= 1 for monomial in value.poly)


def _known(truth: bool) -> _Truth:
    return YES if truth else NO


class _Dead(Exception):
    """Nothing after this runs: the code raises here."""


class _TooMuch(Exception):
    """No function of a sensible size can be written."""


Lines = list[Any]  # a line, or (header, lines)
Leaf = Callable[[_Any], None]


@dataclass(frozen=True, slots=True)
class _Arm:
    """A case, or several that share their first condition (the last of them needs nothing more)."""

    when: Tree | None
    points: Tree | None
    case: int
    arms: tuple[_Arm, ...] = ()


def _head(when: Tree | None) -> Tree | None:
    return when.parts[0] if isinstance(when, tree.Logic) and when.op == "and" else when


def _arms(cases: Sequence[Case]) -> list[_Arm]:
    """`a and b`, `a and c`, `a` become: where a holds, (b, c, otherwise)."""
    found: list[_Arm] = []
    k = 0
    while k < len(cases):
        head, last = _head(cases[k].when), k
        for n in range(k + 1, len(cases)):
            if head is None or _head(cases[n].when) != head:
                break
            if cases[n].when == head:
                last = n
                break
        if last > k:
            inner = [
                _Arm(tree.both(*one.when.parts[1:]) if isinstance(one.when, tree.Logic) else None, one.points, k + n)
                for n, one in enumerate(cases[k : last + 1])
            ]
            found.append(_Arm(head, None, k, tuple(inner)))
        else:
            found.append(_Arm(cases[k].when, cases[k].points, k))
        k = last + 1
    return found


# --- writing ------------------------------------------------------------------------------------------------------------


class _Writer:
    """Writes the function. `block` is where lines go; `trail` undoes what only holds inside of a branch."""

    def __init__(self, steps: Steps, wanted: Sequence[str], fired: Sequence[str], scale: int | None = None, eager: bool = False) -> None:
        self.steps = steps
        self.scale = scale
        self.eager = eager
        self.wanted = tuple(wanted)
        self.fired = {name: f"case{k}" for k, name in enumerate(fired)}
        self.block: Lines = []
        self.depth = 0
        self.loops = 0
        self.size = 0
        self.count = 0
        self.trail: list[tuple[dict[Any, Any], Any, Any]] = []
        self.env: dict[str, _Any] = {}
        self.done: dict[str, bool] = {}  # case lists whose case is noted
        self.facts: dict[frozenset[tuple[Monomial, int]], Relations] = {}
        self.bounds: dict[Monomial, dict[Monomial, Interval]] = {}  # x: m: the interval of x / m
        self.unders: set[str] = set()  # names made to be divided by
        self.flags: dict[str, bool] = {}
        self.positive: dict[str, bool] = {}  # names above zero
        self.bits: dict[str, Bits] = {}
        self.widest: set[Bits] = set()
        self.inputs: dict[str, tuple[str, ...]] = {}
        self.lists: dict[str, str] = {}
        self.constants: dict[str, int] = {}
        self.uses: Counter[str] = Counter(self.wanted)
        self.users: dict[str, set[str]] = {}
        self.named: dict[str, tuple[str, ...]] = {}
        self.repeated: dict[str, tuple[str, ...]] = {}
        self.always: dict[str, list[str]] = {}
        self.splits: dict[str, int] = {}
        self._survey()
        rows = sum(len(node.cases) for name in self.named if isinstance(node := steps[name].node, Cases))
        self.cancelled = False
        self.most_lines = LINES_PER_STEP * (50 + len(self.named) + rows)

    def _survey(self) -> None:
        """How often each step is named, and by whom."""
        seen = set(stack := [*self.wanted, *self.fired])
        while stack:
            step = self.steps[stack.pop()]
            if isinstance(step.node, Rows):
                continue
            roots = [step.node.missing] if isinstance(step.node, Input) else step.trees()
            named = [name.name for root in roots if root is not None for name in tree.names(root)]
            self.uses.update(named)
            self.named[step.name] = tuple(dict.fromkeys(named))
            self.repeated[step.name] = tuple(name for name, times in Counter(named).items() if times > 1)
            for name in self.named[step.name]:
                self.users.setdefault(name, set()).add(step.name)
                if name not in seen:
                    seen.add(name)
                    stack.append(name)
        for name in self.wanted:
            self.users.setdefault(name, set()).add("")

    # --- lines, names, scopes

    def line(self, text: str) -> None:
        self.size += 1
        if self.size > self.most_lines:
            raise _TooMuch
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
        raise _Dead

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
        except _Dead:
            return inner, False
        finally:
            self.depth -= 1
            self.block = outer
            self.revert(mark)

    def probe(self, root: Tree) -> tuple[Lines, _Truth | None]:
        """A condition and the lines it needs (what they compute stays known); None where they raise."""
        outer = self.block
        lines: Lines = []
        self.block = lines
        try:
            return lines, self.truth(root)
        except _Dead:
            return lines, None
        finally:
            self.block = outer

    # --- facts

    def learn(self, truth: _Truth, holds: bool) -> None:
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
            self.put(self.bounds, x, {**before, m: _tighter(before.get(m, _FREE), c, known)})

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
        possible = _possible(bounds[m], c) if m in bounds else ANY
        if len(possible) > 1:
            for interval in bounds.values():
                sign = _possible(interval, Fraction(0))  # of x itself, since every m is above 0
                if "<" not in sign and (c < 0 or (c == 0 and "=" not in sign)):
                    return _HOLDS[">"]
                if ">" not in sign and (c > 0 or (c == 0 and "=" not in sign)):
                    return _HOLDS["<"]
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
                poly = {_without(monomial, (name,)): factor for monomial, factor in poly.items()}
        return frozenset(poly.items()), turned, poly

    def sign(self, poly: Poly) -> Relations:
        """The relations to 0 that are possible."""
        if not poly:
            return _HOLDS["="]
        key, turned, small = self.key(poly)
        found = self._sign(key, small)
        return _turned(found) if turned else found

    def _sign(self, key: frozenset[tuple[Monomial, int]], small: Poly) -> Relations:
        if len(small) == 1 and len(next(iter(small))) < 2:
            ((monomial, factor),) = small.items()
            if not monomial:
                return _HOLDS[">"] if factor > 0 else _HOLDS["<"]
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
            return _HOLDS[">"]
        poly: Poly = {(name,): 1}
        return self.facts.get(frozenset(poly.items()), ANY) & self.bounded(poly)

    def _term(self, monomial: Monomial, factor: int) -> Relations:
        found = _HOLDS[">"] if factor > 0 else _HOLDS["<"]
        for name in monomial:
            one = self.sign_of(name)
            found = frozenset("=" if "=" in (a, b) else ">" if a == b else "<" for a in found for b in one)
        return found

    # --- numbers

    def wide(self, value: _Number) -> _Number:
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

    def simple(self, value: _Number) -> _Number:
        """The number over names, so that using it twice computes nothing twice."""
        poly, below = value.poly, value.below
        if len(below) > 2:
            return self.narrowed(value)
        if len(poly) > 1 or any(len(monomial) > 1 for monomial in poly):
            common = gcd(*poly.values())
            poly = {(self.name({monomial: factor // common for monomial, factor in poly.items()}),): common}
        if len(below) > 1:
            below = (self.name({below: 1}, positive=True),)
        return value if poly is value.poly and below is value.below else _number(poly, value.den, below, value.day)

    def narrowed(self, value: _Number) -> _Number:
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
        return _number({(above,): 1}, 1, (under,))

    def add(self, values: Sequence[_Number], factors: Sequence[int] | None = None) -> _Number:
        """The sum; numbers over the same denominator first."""
        self.cancelled = False
        groups: dict[Monomial, _Number] = {}
        for value, factor in zip(values, factors or [1] * len(values), strict=True):
            before = groups.get(value.below)
            poly = _scaled(value.poly, factor)
            if before is None:
                groups[value.below] = _Number(poly, value.den, value.below)
                continue
            den = lcm(before.den, value.den)
            total = self._total(_scaled(before.poly, den // before.den), _scaled(poly, den // value.den))
            groups[value.below] = _Number(total, den, value.below)
        found: _Number | None = None
        for value in groups.values():
            found = value if found is None else self._add(found, value)
        if found is None:
            return ZERO
        self.wide(found)
        if self.cancelled:  # on its way, the sum of some of the terms can have been wider than all of them
            widths = [self.width(poly) for value in values for poly in (value.poly, {value.below: value.den})]
            self.widest.add((sum(a for a, _ in widths), sum(b for _, b in widths)))
        return _number(found.poly, found.den, found.below)

    def _add(self, a: _Number, b: _Number) -> _Number:
        if len(a.below) + len(b.below) > 2 and a.below and b.below:
            a, b = (self.narrowed(one) if len(one.below) > 1 else one for one in (a, b))
        more = _beyond(b.below, a.below)
        den = lcm(a.den, b.den)
        left = _by(_scaled(a.poly, den // a.den), more)
        right = _by(_scaled(b.poly, den // b.den), _beyond(a.below, b.below))
        return self.wide(_Number(self._total(left, right), den, tuple(sorted(a.below + more))))

    def _total(self, left: Poly, right: Poly) -> Poly:
        self.cancelled = self.cancelled or any(left.get(monomial, 0) * factor < 0 for monomial, factor in right.items())
        return _plus(left, right)

    def multiply(self, a: _Number, b: _Number) -> _Number:
        if min(len(a.poly), len(b.poly)) > 1:
            a, b = self.simple(a), self.simple(b)
        below = tuple(sorted(a.below + b.below)) if a.below and b.below else a.below or b.below
        return self.wide(_number(_times(a.poly, b.poly), a.den * b.den, below))

    def divide(self, a: _Number, b: _Number) -> _Number:
        known = b.known
        if known is not None:
            if not known:
                self.dead()
            return self.multiply(a, _constant(1 / known))
        common = gcd(*b.poly.values())
        poly = {monomial: factor // common for monomial, factor in b.poly.items()}
        if len(poly) == 1 and next(iter(poly.values())) < 0:
            poly, common = _scaled(poly, -1), -common
        monomial = next(iter(poly))
        above = _Number(_by(_scaled(a.poly, b.den), b.below), a.den, a.below)
        if len(poly) == 1 and all(name in self.positive for name in monomial):
            under = monomial
        else:
            above, under = self._under(above, poly)
        below = tuple(sorted(above.below + under))
        if common < 0:
            above = _Number(_scaled(above.poly, -1), above.den, above.below)
        return self.wide(_number(above.poly, above.den * abs(common), below))

    def _under(self, above: _Number, poly: Poly) -> tuple[_Number, Monomial]:
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
        minus = f"-{n}" if n else self.text(_scaled(above.poly, -1))
        self.line(f"if {under} > 0:")
        self.block[-1] = (f"if {under} > 0:", [f"{size} = {under}", f"{turned} = {plain}"])
        self.block.append((f"elif {under} < 0:", [f"{size} = -{under}", f"{turned} = {minus}"]))
        self.block.append(("else:", ["raise E"]))
        self.note_name(under, signs - {"="})
        self.bits[size], self.bits[turned] = self.bits[under], self.width(above.poly)
        self.put(self.positive, size, True)
        return _Number({(turned,): 1}, above.den, above.below), (size,)

    def power(self, base: _Number, exponent: int) -> _Number:
        if not base.fixed and exponent > 1:
            base = self.simple(base)
        above, under = self.width(base.poly), self.width({base.below: base.den})
        self.widest.add((above[0] * exponent, above[1] * exponent))
        self.widest.add((under[0] * exponent, under[1] * exponent))
        found = _constant(Fraction(1))
        for _ in range(exponent):
            found = self.multiply(found, base)
        return found

    def rounded(self, value: _Number, step: Fraction, mode: Mode) -> _Number:
        if mode == "none":
            return value
        known = value.known
        if known is not None:
            return _constant(round_to(known, step, mode))
        units = _number(_scaled(value.poly, step.denominator), value.den * step.numerator, value.below)
        if units.den == 1 and not units.below:
            return value
        signs = self.sign(units.poly)
        if len(signs - {"="}) > 1 and mode not in ("floor", "ceil", "half-even") and len(units.poly) > 1:
            units = self.simple(units)
        poly, under = units.poly, {units.below: units.den}
        width = self.width(poly)
        found = self.assigned(self._rounding(poly, under, mode, signs), (width[0], width[1] + 1))
        if mode == "half-even":
            twice = self.operand(_scaled(under, 2))
            tie = f"{found} & 1 and {found}*{twice} == {self.text(_plus(_scaled(poly, 2), under))}"
            self.block.append((f"if {tie}:", [f"{found} -= 1"]))
        if len(signs - {"="}) < 2:
            self.note_name(found, signs | {"="})
        return _number({(found,): step.numerator}, step.denominator)

    def _rounding(self, poly: Poly, under: Poly, mode: Mode, signs: Relations) -> str:
        """poly / under as a whole number."""
        low = self._quotient(poly, under)
        high = f"-({self._quotient(_scaled(poly, -1), under)})"
        half = _plus(_scaled(poly, 2), under)  # floor(x + 1/2)
        half_low = self._quotient(half, _scaled(under, 2))
        half_high = f"-({self._quotient(_plus(_scaled(poly, -2), under), _scaled(under, 2))})"
        at_least_zero, below_zero = {
            "floor": (low, low), "ceil": (high, high), "down": (low, high), "up": (high, low),
            "half-up": (half_low, half_high), "half-down": (half_high, half_low), "half-even": (half_low, half_low),
        }[mode]  # fmt: skip
        if at_least_zero == below_zero or "<" not in signs:
            return at_least_zero
        if ">" not in signs:
            return below_zero
        return f"{at_least_zero} if {self.comparison(poly, _HOLDS['>=']).text} else {below_zero}"

    def _quotient(self, poly: Poly, under: Poly) -> str:
        common = gcd(*poly.values(), *under.values())
        if common != 1:
            poly, under = ({monomial: factor // common for monomial, factor in one.items()} for one in (poly, under))
        return f"{self.operand(poly)}//{self.operand(under)}"

    # --- comparisons and truths

    def comparison(self, poly: Poly, relations: Relations) -> _Truth:
        """poly against 0."""
        if not poly:
            return _known("=" in relations)
        key, turned, small = self.key(poly)
        if turned:
            relations = _turned(relations)
        possible = self._sign(key, small)
        if possible <= relations:
            return YES
        if not possible & relations:
            return NO
        return self._compared(key, small, relations)

    def _compared(self, key: frozenset[tuple[Monomial, int]], small: Poly, relations: Relations) -> _Truth:
        left = {monomial: factor for monomial, factor in small.items() if monomial and factor > 0}
        right = {monomial: -factor for monomial, factor in small.items() if not monomial or factor < 0}
        text = f"{self.text(left)} {_SIGN[relations]} {self.text(right)}"
        found = _Truth(text, fact=(key, relations))
        return found if (known := self.flags.get(text)) is None else _known(known)

    def against(self, a: _Any, op: str, b: _Any) -> _Any:
        """a op b, of whatever they are; of a list a list of truths."""
        match a, b:
            case (_Several(elements), _):
                return _Several(tuple(self.against(one, op, b) for one in elements))
            case (_, _Several(elements)):
                return _Several(tuple(self.against(a, op, one) for one in elements))
            case (_List(), _Number()):
                return self._list_against(a, op, b)
            case (_Number(), _List()):
                return self._list_against(b, _SIGN_TURNED[op], a)
            case (_Number(), _Number()):
                return self.comparison(self._difference(a, b), _HOLDS[op])
            case (_Code(), _Code()) if op in ("=", "!="):
                if a.known is not None and b.known is not None:
                    return _known((a.known == b.known) == (op == "="))
                found = self.flagged(_Truth(f"{a.text} == {b.text}"))
                return found if op == "=" else self.negated(found)
            case (_Truth(), _Truth()) if op in ("=", "!="):
                if a.known is not None and b.known is not None:
                    return _known((a.known == b.known) == (op == "="))
                return self.flagged(_Truth(f"{a.inside} {'==' if op == '=' else '!='} {b.inside}"))
        self.dead()

    def _difference(self, a: _Number, b: _Number) -> Poly:
        """A polynomial with the sign of a - b."""
        if not a.fixed and not b.fixed:
            if len(a.poly) > 1 and b.below and not _cheap(a):
                a = self.simple(a)
            if len(b.poly) > 1 and a.below and not _cheap(b):
                b = self.simple(b)
        under = gcd(a.den, b.den)
        left, right = _scaled(a.poly, b.den // under), _scaled(b.poly, -a.den // under)
        if a.below != b.below:
            left, right = _by(left, _beyond(b.below, a.below)), _by(right, _beyond(a.below, b.below))
        return _plus(left, right)

    def flagged(self, truth: _Truth) -> _Truth:
        known = self.flags.get(truth.text)
        return truth if known is None else _known(known)

    def negated(self, truth: _Truth) -> _Truth:
        if truth.known is not None:
            return _known(not truth.known)
        if truth.op == "not":
            return truth.parts[0]
        if truth.fact is not None and not truth.op:
            key, relations = truth.fact
            return self._compared(key, dict(key), ANY - relations)
        return _Truth(f"not {truth.inside}", op="not", parts=(truth,))

    def combined(self, op: str, parts: Sequence[_Truth]) -> _Truth:
        """Truths that are computed already, in one expression."""
        ends = op == "or"
        left = [part for part in parts if part.known is None]
        if any(part.known is ends for part in parts):
            return _known(ends)
        if not left:
            return _known(not ends)
        if len(left) == 1:
            return left[0]
        text = f" {op} ".join(f"({part.text})" if part.op in ("and", "or") and part.op != op else part.text for part in left)
        return self.flagged(_Truth(text, op=op, parts=tuple(left)))

    def logic(self, op: str, parts: Sequence[Callable[[], _Truth]]) -> _Truth:
        """`and`, `or`: a later part is only computed where the earlier ones leave it open."""
        ends = op == "or"
        done: list[_Truth] = []
        mark: int | None = None
        try:
            for part in parts:
                outer = self.block
                lines: Lines = []
                self.block = lines
                truth: _Truth | None = None
                begun = len(self.trail)
                try:
                    truth = part()
                except _Dead:
                    if mark is None:
                        outer.extend(lines)
                        raise
                finally:
                    self.block = outer
                before = self.combined(op, done)
                if lines and before.known is None:
                    name = self.fresh("b")
                    self.line(f"{name} = {before.text}")
                    if truth is not None:
                        lines.append(f"{name} = {truth.text}")
                    self.block.append((f"if {'not ' if ends else ''}{name}:", lines))
                    also = [_Truth(key) for where, key, _ in self.trail[begun:] if where is self.flags and self.flags.get(key) is False]
                    if not ends:
                        also = [_Truth("", op="not", parts=(one,)) for one in also]
                    whole = _Truth(f"{before.text} {op}", op=op, parts=(before, *(() if truth is None else (truth,)), *also))
                    held = _Truth(name, op="is", parts=(whole,))
                    if truth is None:
                        return _known(ends)
                    done = [held]
                elif truth is None:
                    self.block.extend(lines)
                    raise _Dead
                else:
                    self.block.extend(lines)
                    done.append(truth)
                if done[-1].known is ends:
                    break
                if mark is None and done[-1].known is None:
                    mark = len(self.trail)
                self.learn(done[-1] if done[-1].op != "is" or truth is None else truth, not ends)
        finally:
            if mark is not None:
                self.revert(mark)
        return self.combined(op, done)

    def truth(self, root: Tree) -> _Truth:
        found = self.value(root)
        if not isinstance(found, _Truth):
            self.dead()
        return found

    # --- branches

    def cases(self, arms: Sequence[_Arm], leaf: Callable[[_Arm], None]) -> None:
        """The first arm that holds; `leaf` writes it, with `block` inside of its branch. None holds: the code raises."""
        outer, mark, header, live = self.block, None, "if", False
        flat = len(arms) > FLAT_FROM
        depth = self.depth
        if flat:
            if self.loops >= MAX_LOOPS:
                self.dead()
            mark = len(self.trail)
            self.block = []
            outer.append(("while True:", self.block))
            self.loops += 1
            self.depth += 1
        try:
            for arm in arms:
                lines, truth = ([], YES) if arm.when is None else self.probe(arm.when)
                if lines and header == "elif":
                    self.block.append(("else:", lines))
                    self.block, header = lines, "if"
                    self.depth += 1
                    if self.depth > MAX_DEPTH:
                        lines.append("raise E")
                        break
                else:
                    self.block.extend(lines)
                if truth is None:
                    if not lines:
                        self.block.append("raise E" if header == "if" else ("else:", ["raise E"]))
                    break
                if truth.known is False:
                    continue
                refused = arm.points is None and not arm.arms
                if truth.known is None:
                    if refused:
                        self.block.append((f"{header} {truth.text}:", ["raise E"]))
                    else:
                        if mark is None:
                            mark = len(self.trail)
                        inner, alive = self.inside(lambda arm=arm, truth=truth: self._arm(arm, truth, leaf))  # type: ignore[misc]
                        if flat and alive:
                            inner.append("break")
                        self.block.append((f"{header} {truth.text}:", inner))
                        header = "if" if flat or (not alive and header == "if") else "elif"
                        live = live or alive
                    self.learn(truth, False)
                    continue
                if refused:
                    self.block.append("raise E" if header == "if" else ("else:", ["raise E"]))
                elif header == "elif":
                    inner, alive = self.inside(lambda arm=arm: leaf(arm))  # type: ignore[misc]
                    self.block.append(("else:", inner))
                    live = live or alive
                else:
                    try:
                        leaf(arm)
                        live = True
                        if flat:
                            self.block.append("break")
                    except _Dead:
                        pass
                break
            else:
                self.block.append("raise E" if header == "if" else ("else:", ["raise E"]))
            if not live:
                raise _Dead
        finally:
            self.size += 2 * len(arms)
            self.block = outer
            self.depth = depth
            if flat:
                self.loops -= 1
            if mark is not None:
                self.revert(mark)

    def _arm(self, arm: _Arm, truth: _Truth, leaf: Callable[[_Arm], None]) -> None:
        self.learn(truth, True)
        leaf(arm)

    def joined(self, write: Callable[[Leaf], None]) -> _Any:
        """One value for what `write` gives in its branches."""
        outer = self.block
        leaves: list[tuple[Lines, _Any]] = []
        write(lambda value: leaves.append((self.block, value)))
        if not leaves:
            raise _Dead
        if len(leaves) == 1 and leaves[0][0] is outer:
            return leaves[0][1]
        values = [value for _, value in leaves]
        if all(value == values[0] for value in values) and getattr(values[0], "known", None) is not None:
            return values[0]  # the same whatever happens
        if all(isinstance(value, _Number) for value in values):
            return self._joined_numbers(leaves)  # type: ignore[arg-type]
        name = self.fresh()
        for lines, value in leaves:
            if isinstance(value, (_Number, _Several, _List)):
                self.dead()
            with self.ending(lines):
                self.line(f"{name} = {value.text}")
        return _Truth(name) if isinstance(values[0], _Truth) else _Code(name)

    def _joined_numbers(self, leaves: Sequence[tuple[Lines, _Number]]) -> _Number:
        numbers = [value for _, value in leaves]
        den = lcm(*(value.den for value in numbers))
        above = self.fresh()
        whole = not any(value.below for value in numbers) and den.bit_length() < 256
        under = "" if whole else self.fresh("d")
        widths: list[Bits] = []
        unders: list[Bits] = []
        signs: set[Relation] = set()
        for lines, value in leaves:
            poly = _scaled(value.poly, den // value.den) if whole else value.poly
            with self.ending(lines):
                self._assign_last(above, self.text(poly))
                if not whole:
                    self.line(f"{under} = {self.text({value.below: value.den})}")
            widths.append(self.width(poly))
            unders.append(self.width({value.below: value.den}))
            signs |= self.sign(poly)
        self.bits[above] = (max(a for a, _ in widths), max(b for _, b in widths))
        self.note_name(above, frozenset(signs))
        if whole:
            return _number({(above,): 1}, den, (), numbers[0].day)
        self.bits[under] = (max(a for a, _ in unders), max(b for _, b in unders))
        self.put(self.positive, under, True)
        return _number({(above,): 1}, 1, (under,), numbers[0].day)

    @contextmanager
    def ending(self, lines: Lines) -> Iterator[None]:
        """Writes at the end of a branch that was left already."""
        outer, self.block = self.block, lines
        left = [lines.pop()] if lines and lines[-1] == "break" else []
        yield
        lines.extend(left)
        self.block = outer

    def _assign_last(self, name: str, text: str) -> None:
        """`name = text`; where the last line gave exactly that name its value, it gives it to this one instead."""
        last = self.block[-1] if self.block else None
        if isinstance(last, str) and last.startswith(f"{text} = "):
            self.block[-1] = f"{name} = {last.removeprefix(f'{text} = ')}"
        else:
            self.line(f"{name} = {text}")

    # --- steps

    def need(self, name: str) -> _Any:
        """The value of a step here."""
        found = self.env.get(name)
        if found is None:
            found = self._step(self.steps[name])
            self.put(self.env, name, found)
        return found

    def _step(self, step: Step) -> _Any:
        match step.node:
            case Input():
                return self._input(step.name, step.node)
            case Rows():
                return self._rows(step.name)
            case tree.Number(value):
                return _constant(value)
        block, at = self.block, len(self.block)
        found = self.joined(lambda leaf: self.stream(step, leaf))
        found = self.settled(step.name, found)
        if len(block) > at:
            block.insert(at, f"# {_sanitised(step.name)}")
        return found

    def settled(self, name: str, value: _Any) -> _Any:
        """A value that is used more than once gets a name, if there is anything to compute."""
        if isinstance(value, _Number) and value.below and self.width(value.poly)[1] > WIDE:
            return self.narrowed(value)
        if self.uses[name] > 1:
            if isinstance(value, _Number):
                return value if _cheap(value) else self.simple(value)
            if isinstance(value, _Truth) and value.op in ("and", "or"):
                held = self.fresh("b")
                self.line(f"{held} = {value.text}")
                return _Truth(held, op="is", parts=(value,))
        elif isinstance(value, _Number) and len(value.below) > 2:
            return self.narrowed(value)
        return value

    def stream(self, step: Step, leaf: Leaf) -> None:
        """The step's value in each of its branches; a step that only this one reads is carried on inside of them."""
        before = self._before(step)
        if before is None:
            self._node(step, leaf)
            return

        def carried(value: _Any) -> None:
            self.put(self.env, before, self.settled(before, value))
            self._node(step, leaf)

        self.stream(self.steps[before], carried)
        if step.name in self.fired:
            self.put(self.done, step.name, True)

    def _node(self, step: Step, leaf: Leaf) -> None:
        if self.eager:
            self._ahead(self.repeated[step.name])
        match step.node:
            case Cases(cases):
                self._cases(step, _arms(cases), leaf)
                if step.name in self.fired:
                    self.put(self.done, step.name, True)
            case Round(of, rounding, _):
                self.split(of, lambda value: leaf(self.rounded(self.as_number(value), rounding.step, rounding.mode)))
            case Input() | Rows():
                leaf(self.need(step.name))
            case formula:
                self.split(formula, leaf)

    def _ahead(self, names: Sequence[str]) -> None:
        """Steps that are named several times, written once before the branches that need them: shorter, but what only one
        branch needs may then raise for all of them.
        """
        for name in names:
            outer, mark = self.block, len(self.trail)
            lines: Lines = []
            self.block = lines
            try:
                self.need(name)
                outer.extend(lines)
            except _Dead:
                self.revert(mark)
            finally:
                self.block = outer

    def _cases(self, step: Step, arms: Sequence[_Arm], leaf: Leaf) -> None:
        noted = self.fired.get(step.name)

        def one(arm: _Arm) -> None:
            if arm.arms:
                self.cases(arm.arms, one)
                return
            assert arm.points is not None
            if noted is not None:
                self.line(f"{noted} = {arm.case}")
            self.split(arm.points, leaf)

        self.cases(arms, one)

    def _before(self, step: Step) -> str | None:
        """The step that this one alone reads, always, and that ends in several branches."""
        for name in self._surely(step):
            if name not in self.env and self._carries(step, name):
                leaves = self.leaves(name)
                if leaves > 1 and leaves * self._own_leaves(step) <= MAX_LEAVES:
                    return name
        return None

    def _carries(self, step: Step, name: str) -> bool:
        """Whether the step has little more to read than the step of this name, which nothing else reads."""
        before = self.steps[name]
        if self.users[name] != {step.name} or isinstance(before.node, (Input, Rows)):
            return False
        return all(
            one == name or one in self.env or self._fixed(one) or (step.name in self.users[one] and before.name in self.users[one])
            for root in step.trees()
            for one in (name.name for name in tree.names(root))
        )

    def _surely(self, step: Step) -> list[str]:
        found = self.always.get(step.name)
        if found is None:
            found = self.always[step.name] = _always(step)
        return found

    def _fixed(self, name: str) -> bool:
        """Whether the step is a number, or only another name for one."""
        node = self.steps[name].node
        return isinstance(node, tree.Number) or (isinstance(node, tree.Name) and self._fixed(node.name))

    def leaves(self, name: str) -> int:
        """In how many branches the step can end, if what only it reads is carried on."""
        found = self.splits.get(name)
        if found is None:
            step = self.steps[name]
            self.splits[name] = 1
            before = [one for one in self._surely(step) if self._carries(step, one)]
            found = self._own_leaves(step) * max((self.leaves(one) for one in before), default=1)
            self.splits[name] = found
        return found

    def _own_leaves(self, step: Step) -> int:
        match step.node:
            case Cases(cases):
                return sum(_leaves(case.points) for case in cases if case.points is not None)
            case Round(of, _, _):
                return _leaves(of)
            case Input() | Rows():
                return 1
            case formula:
                return _leaves(formula)

    def split(self, root: Tree, leaf: Leaf) -> None:
        """The value of a formula, given to `leaf` in each branch that it ends in."""
        match root:
            case tree.Choose(condition, then, otherwise):
                arms = (_Arm(condition, then, 0), _Arm(None, otherwise, 1))
                self.cases(arms, lambda arm: self.split(arm.points, leaf))  # type: ignore[arg-type]
            case tree.Name(name) if name not in self.env and self.uses[name] == 1 and self.leaves(name) > 1:
                self.stream(self.steps[name], leaf)
            case tree.Arithmetic("*", left, right) if _splits(right) and (factor := self.constant(left)) is not None:
                self.split(right, lambda value, by=factor: leaf(self.multiply(by, self.as_number(value))))  # type: ignore[misc]
            case tree.Arithmetic("*" | "/" as op, left, right) if _splits(left) and (factor := self.constant(right)) is not None:
                change = self.multiply if op == "*" else self.divide
                self.split(left, lambda value, by=factor: leaf(change(self.as_number(value), by)))  # type: ignore[misc]
            case tree.Call("min" | "max" as function, (first, second)):
                self.split(first, lambda value: self._either(function, value, self.value(second), leaf))
            case _:
                leaf(self.value(root))

    def constant(self, root: Tree) -> _Number | None:
        """The number, where it is known now and nothing has to be written for it."""
        if isinstance(root, tree.Name) and self._fixed(root.name):
            found = self.need(root.name)
        elif isinstance(root, tree.Number):
            found = _constant(root.value)
        else:
            return None
        return found if isinstance(found, _Number) and found.fixed else None

    def _either(self, function: str, a: _Any, b: _Any, leaf: Leaf) -> None:
        """The smaller or the larger of two numbers (or dates), each in a branch of its own."""
        if isinstance(a, (_List, _Several)) or isinstance(b, (_List, _Several)):
            self.dead()
        a, b = self.as_number(a), self.as_number(b)
        if not _cheap(a) or not _cheap(b):
            a, b = self.simple(a), self.simple(b)
        first = self.comparison(self._difference(a, b), _HOLDS["<=" if function == "min" else ">="])
        if first.known is not None:
            leaf(a if first.known else b)
            return
        live = False
        for header, held, value in ((f"if {first.text}:", True, a), ("else:", False, b)):

            def body(held: bool = held, value: _Number = value) -> None:
                self.learn(first, held)
                leaf(value)

            lines, alive = self.inside(body)
            self.block.append((header, lines))
            live = live or alive
        if not live:
            raise _Dead

    # --- inputs

    def argument(self, name: str) -> tuple[str, ...]:
        found = self.inputs.get(name)
        if found is None:
            k, node = len(self.inputs), self.steps[name].node
            assert isinstance(node, Input)
            found = self.inputs[name] = (
                (f"v{k}_",) if node.type != "number" else (f"n{k}_", f"d{k}_") if self.scale is None else (f"n{k}_",)
            )
            for one in found:
                self.bits[one] = (1, 0) if node.type == "number" else (0, 23)
            self.positive.update(dict.fromkeys(found[1:], True))
            self.unders.update(found[1:])
        return found

    def _input(self, name: str, declared: Input) -> _Any:
        first = self.argument(name)[0]
        absent = self.flagged(_Truth(f"{first} is None"))
        if declared.missing is None:
            self._present(first)
            return self._given(name, declared)
        if declared.type == "yes_no" and isinstance(declared.missing, tree.Truth):
            return self.flagged(_Truth(f"{first} is not False" if declared.missing.value else f"{first} is True"))
        if absent.known is False:
            return self._given(name, declared)

        def write(leaf: Leaf) -> None:
            live = False
            for header, held in ((f"if {first} is None:", True), ("else:", False)):

                def body(held: bool = held) -> None:
                    self.learn(absent, held)
                    assert declared.missing is not None
                    leaf(self.value(declared.missing) if held else self._given(name, declared))

                lines, alive = self.inside(body)
                self.block.append((header, lines))
                live = live or alive
            if not live:
                raise _Dead

        return self.joined(write)

    def _present(self, first: str) -> None:
        absent = self.flagged(_Truth(f"{first} is None"))
        if absent.known is True:
            self.dead()
        if absent.known is None:
            self.line(f"if {first} is None: raise E")
            self.learn(absent, False)

    def _given(self, name: str, declared: Input) -> _Any:
        first = self.argument(name)[0]
        match declared.type:
            case "number":
                return self.wide(_Number({(first,): 1}, self.scale or 1, self.argument(name)[1:]))
            case "date":
                return _Number({(first,): 1}, day=True)
            case "yes_no":
                return self.flagged(_Truth(first))
            case "choice":
                return _Code(first)
        self.dead()

    def _rows(self, name: str) -> _List:
        argument = self.lists.setdefault(name, f"rows{len(self.lists)}_")
        self._present(argument)
        return _List(argument, "either")

    # --- formulas

    def as_number(self, value: _Any) -> _Number:
        if not isinstance(value, _Number):
            self.dead()
        return value

    def number_of(self, root: Tree) -> _Number:
        return self.as_number(self.value(root))

    def value(self, root: Tree) -> _Any:
        if isinstance(root, tree.Name):
            return self.env.get(root.name) or self.need(root.name)
        if isinstance(root, tree.Number):
            return _constant(root.value)
        if isinstance(root, tree.Compare):
            return self.compare(root.first, root.rest)
        if isinstance(root, tree.Arithmetic):
            return self.arithmetic(root)
        match root:
            case tree.Text(code):
                return _Code(repr(code), code)
            case tree.Truth(truth):
                return _known(truth)
            case tree.Date(_, last):
                return _Number({(): last.ordinal}, day=True)
            case tree.Negate(operand):
                found = self.number_of(operand)
                return _Number(_scaled(found.poly, -1), found.den, found.below)
            case tree.Not(operand):
                return self.negated(self.truth(operand))
            case tree.Logic(op, parts):
                return self.logic(op, [lambda part=part: self.truth(part) for part in parts])  # type: ignore[misc]
            case tree.Choose():
                return self.joined(lambda leaf: self.split(root, leaf))
            case tree.Member(subject, options):
                return self.member(subject, options)
            case tree.Call():
                return self.call(root)
            case tree.Listing(elements):
                return self.listing(elements)
        self.dead()

    def arithmetic(self, root: tree.Arithmetic) -> _Number:
        if root.op in "+-":
            terms = list(_terms(root, 1))
            found = [(self.number_of(term), factor) for term, factor in terms]
            if sum(factor for value, factor in found if value.day):
                self.dead()  # a day and not the days between two
            return self.add([value for value, _ in found], [factor for _, factor in found])
        left = self.number_of(root.left)
        if root.op == "**":
            if not isinstance(root.right, tree.Number) or root.right.value.denominator != 1 or not 0 <= root.right.value <= tree.MAX_POWER:
                self.dead()
            return self.power(left, int(root.right.value))
        right = self.number_of(root.right)
        return self.multiply(left, right) if root.op == "*" else self.divide(left, right)

    def compare(self, first: Tree, rest: Sequence[tuple[str, Tree]]) -> _Any:
        left = self.value(first)
        if len(rest) == 1:
            op, right = rest[0]
            return self.against(left, op, self.value(right))
        values = [left]

        def part(k: int) -> _Truth:
            op, right = rest[k]
            if isinstance(values[k], _Number):
                values[k] = self.simple(self.as_number(values[k]))
            values.append(self.value(right))
            found = self.against(values[k], op, values[k + 1])
            if not isinstance(found, _Truth):
                self.dead()
            return found

        return self.logic("and", [lambda k=k: part(k) for k in range(len(rest))])  # type: ignore[misc]

    def member(self, subject: Tree, options: Sequence[Tree]) -> _Truth:
        if not options:
            return NO
        found = self.value(subject)
        if isinstance(found, _Number):
            found = self.simple(found)
        if isinstance(found, _Code) and found.known is None and all(isinstance(option, tree.Text) for option in options):
            codes = ", ".join(repr(option.value) for option in options if isinstance(option, tree.Text))
            return self.flagged(_Truth(f"{found.text} in ({codes},)"))

        def part(option: Tree) -> _Truth:
            equal = self.against(found, "=", self.value(option))
            if not isinstance(equal, _Truth):
                self.dead()
            return equal

        return self.logic("or", [lambda option=option: part(option) for option in options])  # type: ignore[misc]

    def call(self, root: tree.Call) -> _Any:
        arguments = root.arguments
        match root.function:
            case "missing":
                return self.missing(arguments[0])
            case "round" | "floor" | "ceil" as function:
                return self.to_digits(function, arguments)
            case "abs":
                value = self.simple(self.number_of(arguments[0]))
                if value.known is not None:
                    return _constant(abs(value.known))
                minus = _Number(_scaled(value.poly, -1), value.den, value.below)
                return self.joined(lambda leaf: self._either("max", value, minus, leaf))
            case "clamp":
                x, low, high = (self.number_of(one) for one in arguments)
                raised = self.joined(lambda leaf: self._either("max", x, low, leaf))
                return self.joined(lambda leaf: self._either("min", raised, high, leaf))
            case "months":
                first, second = (self.number_of(one) for one in arguments)
                name = self.assigned(f"months({self.text(first.poly)}, {self.text(second.poly)})", (0, 20))
                return _Number({(name,): 1})
            case "sum" | "mean" | "median" | "min" | "max" | "count" | "any" | "all" | "trimmed_mean":
                return self.reduced(root.function, arguments)
        self.dead()

    def missing(self, asked: Tree) -> _Truth:
        node = self.steps[asked.name].node if isinstance(asked, tree.Name) else None
        if not isinstance(asked, tree.Name) or not isinstance(node, Input):
            self.dead()
        if node.missing is not None:
            self.need(asked.name)  # it is computed there, and may fail
            return NO
        return self.flagged(_Truth(f"{self.argument(asked.name)[0]} is None"))

    def to_digits(self, function: str, arguments: Sequence[Tree]) -> _Number:
        digits = self.number_of(arguments[1]).known if len(arguments) > 1 else Fraction(0)
        if digits is None or digits.denominator != 1 or not -30 <= digits <= 30:
            self.dead()
        mode: Mode = "half-up" if function == "round" else function  # type: ignore[assignment]
        return self.rounded(self.number_of(arguments[0]), Fraction(10) ** -int(digits), mode)

    # --- lists

    def listing(self, elements: Sequence[tuple[Tree | None, Tree]]) -> _Any:
        if all(condition is None for condition, _ in elements):
            return _Several(tuple(self._element(element) for _, element in elements))
        name = self.fresh("l")
        self.line(f"{name} = []")
        found: list[tuple[Lines, _Any]] = []

        for condition, element in elements:

            def one(arm: _Arm) -> None:
                if arm.points is not None:
                    found.append((self.block, self._element(arm.points)))

            arms = [_Arm(condition, element, 0)] + ([] if condition is None else [_Arm(None, tree.Truth(True), 1)])

            def leaf(arm: _Arm) -> None:
                if arm.case == 0:
                    one(arm)

            self.cases(arms, leaf)
        values = [value for _, value in found]
        if all(isinstance(value, _Truth) for value in values):
            for lines, value in found:
                assert isinstance(value, _Truth)
                with self.ending(lines):
                    self.line(f"{name}.append({value.text})")
            return _List(name, "truths")
        den = lcm(*(value.den for value in values if isinstance(value, _Number)))
        whole = not any(value.below for value in values if isinstance(value, _Number))
        for lines, value in found:
            if not isinstance(value, _Number) or value.day:
                self.dead()
            with self.ending(lines):
                if whole:
                    self.line(f"{name}.append({self.text(_scaled(value.poly, den // value.den))})")
                else:
                    self.line(f"{name}.append(({self.text(value.poly)}, {self.text({value.below: value.den})}))")
        self.bits[name] = self._widest_of([value for value in values if isinstance(value, _Number)])
        return _List(name, "whole" if whole else "pairs", den)

    def _element(self, root: Tree) -> _Any:
        found = self.value(root)
        if isinstance(found, (_Several, _List)):
            self.dead()
        return self.simple(found) if isinstance(found, _Number) else found

    def _widest_of(self, values: Sequence[_Number]) -> Bits:
        widths = [self.width(value.poly) for value in values] + [self.width({value.below: value.den}) for value in values]
        return max((a for a, _ in widths), default=0), max((b for _, b in widths), default=0)

    def _as_pairs(self, of: _List) -> str:
        """A name that holds the list as pairs."""
        if of.holds == "pairs":
            return of.name
        if of.holds == "truths":
            self.dead()
        name = self.fresh("l")
        self.line(
            f"{name} = pairs({of.name})" if of.holds == "either" else f"{name} = [(one, {self.literal(of.den)}) for one in {of.name}]"
        )
        return name

    def _list_against(self, of: _List, op: str, number: _Number) -> _List:
        pairs, number = self._as_pairs(of), self.simple(number)
        sign = "==" if op == "=" else op
        above, under = self.operand(number.poly), self.operand({number.below: number.den})
        name = self.fresh("l")
        self.line(f"{name} = [n*{under} {sign} d*{above} for n, d in {pairs}]")
        return _List(name, "truths")

    def reduced(self, function: str, arguments: Sequence[Tree]) -> _Any:
        trim: _Number | None = None
        if function == "trimmed_mean":
            arguments, trim = arguments[:1], self.number_of(arguments[1])
        values = [self.value(argument) for argument in arguments]
        if len(values) == 1 and isinstance(values[0], _List):
            return self._reduced_list(function, values[0], trim)
        if len(values) == 1 and isinstance(values[0], _Several):
            values = list(values[0].elements)
        if any(isinstance(value, (_List, _Several)) for value in values):
            self.dead()
        if values and all(isinstance(value, _Truth) for value in values):
            return self._reduced_truths(function, values)  # type: ignore[arg-type]
        if not values and function in ("any", "all"):
            return _known(function == "all")
        if function == "count":
            return _constant(Fraction(len(values)))
        return self._reduced_numbers(function, [self.as_number(value) for value in values], trim)

    def _reduced_truths(self, function: str, truths: Sequence[_Truth]) -> _Any:
        if function in ("any", "all"):
            return self.combined("or" if function == "any" else "and", truths)
        if function != "count":
            self.dead()
        sure = sum(1 for truth in truths if truth.known)
        asked = [truth for truth in truths if truth.known is None]
        if not asked:
            return _constant(Fraction(sure))
        total = ""
        for k in range(0, len(asked), LONG_SUM):
            part = " + ".join(f"({truth.text})" for truth in asked[k : k + LONG_SUM])
            total = self.assigned(f"{total + ' + ' if total else ''}{part}", (0, len(truths).bit_length()))
        self.note_name(total, _HOLDS[">="])
        return self.add([_Number({(total,): 1}), _constant(Fraction(sure))])

    def _reduced_numbers(self, function: str, numbers: Sequence[_Number], trim: _Number | None) -> _Number:
        if function == "sum":
            return self.add(numbers)
        if not numbers:
            self.dead()
        if function == "mean":
            return self.multiply(self.add(numbers), _constant(Fraction(1, len(numbers))))
        if function in ("min", "max"):
            found = numbers[0]
            for number in numbers[1:]:
                joined = self.joined(lambda leaf, a=found, b=number: self._either(function, a, b, leaf))  # type: ignore[misc]
                found = self.as_number(joined)
            return found
        if function not in ("median", "trimmed_mean"):
            self.dead()
        name = self.fresh("l")
        pairs = ", ".join(f"({self.text(one.poly)}, {self.text({one.below: one.den})})" for one in map(self.simple, numbers))
        self.line(f"{name} = [{pairs}]")
        return self._reduced_pairs(function, name, trim)

    def _reduced_list(self, function: str, of: _List, trim: _Number | None) -> _Any:
        if function in ("any", "all"):
            return self.flagged(_Truth(f"{function}({of.name})"))
        if function == "count":
            text = f"list_count({of.name})"
            name = self.assigned(text, (0, 32))
            self.note_name(name, _HOLDS[">="])
            return _Number({(name,): 1})
        return self._reduced_pairs(function, self._as_pairs(of), trim)

    def _reduced_pairs(self, function: str, pairs: str, trim: _Number | None) -> _Number:
        above, under = self.fresh("n"), self.fresh("d")
        self.bits[above] = self.bits[under] = (0, LIST_BITS + 40)
        self.put(self.positive, under, True)
        if function == "mean":
            self.line(f"if not {pairs}: raise E")
            self.line(f"{above}, {under} = list_sum({pairs})")
            self.line(f"{under} *= len({pairs})")
        elif function == "trimmed_mean":
            assert trim is not None
            trimmed = f"{self.text(trim.poly)}, {self.text({trim.below: trim.den})}"
            self.line(f"{above}, {under} = list_trimmed_mean({pairs}, {trimmed})")
        else:
            self.line(f"{above}, {under} = list_{function}({pairs})")
        return self.wide(_Number({(above,): 1}, 1, (under,)))


_SIGN_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def _terms(root: Tree, factor: int) -> Iterator[tuple[Tree, int]]:
    """The terms of a sum, in order."""
    if isinstance(root, tree.Arithmetic) and root.op in "+-":
        yield from _terms(root.left, factor)
        yield from _terms(root.right, factor if root.op == "+" else -factor)
    else:
        yield root, factor


def _splits(root: Tree) -> bool:
    return _leaves(root) > 1


def _leaves(root: Tree) -> int:
    """In how many branches a formula ends by itself."""
    match root:
        case tree.Choose(_, then, otherwise):
            return _leaves(then) + _leaves(otherwise)
        case tree.Call("min" | "max", (first, _)):
            return 1 + _leaves(first)
        case tree.Arithmetic("*" | "/", left, right):
            return max(_leaves(left), _leaves(right))
    return 1


def _always(step: Step) -> list[str]:
    """Steps that this one reads whatever happens."""
    match step.node:
        case Cases(cases):
            first = cases[0].when if cases else None
            found = first if first is not None else cases[0].points if cases else None
            return [] if found is None else list(dict.fromkeys(_sure(found)))
        case Round(of, _, _):
            return list(dict.fromkeys(_sure(of)))
        case Input() | Rows():
            return []
        case formula:
            return list(dict.fromkeys(_sure(formula)))


def _sure(root: Tree) -> Iterator[str]:
    match root:
        case tree.Name(name):
            yield name
        case tree.Choose(condition, then, otherwise):
            yield from _sure(condition)
            in_both = set(_sure(otherwise))
            yield from (name for name in _sure(then) if name in in_both)
        case tree.Logic(_, parts):
            yield from _sure(parts[0])
        case tree.Compare(first, rest):
            yield from _sure(first)
            yield from _sure(rest[0][1])
        case tree.Listing():
            return
        case tree.Call("missing"):
            return
        case _:
            for child in tree.children(root):
                yield from _sure(child)


def _sanitised(name: str) -> str:
    """A name that can stand in a comment."""
    return "".join(sign if sign.isalnum() or sign in "_.:-" else "?" for sign in name)[:200]


# --- the function ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a wanted value stands in the function's tuple: its numerator (or the value itself) at `at`; the denominator is
    `den`, or stands at `under`. `at` is None for a value that is always `known`.
    """

    kind: Literal["number", "date", "other"]
    at: int | None = None
    den: int = 1
    under: int | None = None
    known: Value | None = None


class Result:
    """What one run gave. `raw`: the function's tuple."""

    __slots__ = ("compiled", "raw")

    def __init__(self, compiled: Compiled, raw: tuple[Any, ...]) -> None:
        self.compiled = compiled
        self.raw = raw

    def pair(self, k: int) -> Pair:
        """Numerator and denominator (above 0, not always in lowest terms) of the k-th wanted value, a number."""
        place, raw = self.compiled.places[k], self.raw
        if place.at is None:
            assert isinstance(place.known, Fraction)
            return place.known.numerator, place.known.denominator
        return raw[place.at], place.den if place.under is None else raw[place.under]

    def value(self, k: int) -> Value:
        """The k-th wanted value, as the exact reading gives it."""
        place = self.compiled.places[k]
        if place.at is None:
            assert place.known is not None
            return place.known
        if place.kind == "number":
            return Fraction(*self.pair(k))
        found: Value = Day(self.raw[place.at]) if place.kind == "date" else self.raw[place.at]
        return found

    @property
    def numbers(self) -> list[Pair | Value]:
        """Every wanted value in order: a pair for a number, else the truth, code or day."""
        return [self.pair(k) if place.kind == "number" else self.value(k) for k, place in enumerate(self.compiled.places)]

    @property
    def cases(self) -> list[int]:
        """The case that decided, counted from 0, of each step of `fired`."""
        return list(self.raw[self.compiled.first_case :])


@dataclass(frozen=True, slots=True)
class Compiled:
    """The generated function. `bits`: the widest numerator or denominator that it may be given."""

    wanted: tuple[str, ...]
    fired: tuple[str, ...]
    inputs: tuple[str, ...]
    lists: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...]
    places: tuple[Spot, ...]
    first_case: int
    bits: int
    source: str
    function: Callable[..., tuple[Any, ...]]
    types: tuple[tuple[str, str, bool], ...]
    scale: int | None = None

    def flat(self, values: Mapping[str, Value], lists: Mapping[str, Sequence[Value]] | None = None) -> list[Any]:
        """The function's arguments. Raises Elsewhere for what could not be read, and for numbers that do not fit."""
        found: list[Any] = []
        widest, scale, none = self.bits, self.scale, (None,) if self.scale is not None else (None, None)
        for name, type_, replaced in self.types:
            value = values.get(name)
            if type(value) is Fraction and type_ == "number":
                n, d = value.as_integer_ratio()
                if n.bit_length() > widest or d.bit_length() > widest or (scale is not None and scale % d):
                    raise Elsewhere
                found += (n, d) if scale is None else (n * (scale // d),)
            elif value is None or (value is MISSING and not replaced):
                found += none if type_ == "number" else (None,)
            elif value is BROKEN or value is MISSING or type_ == "number":
                raise Elsewhere
            else:
                found.append(value.ordinal if isinstance(value, Day) else value)
        for name in self.lists:
            found.append((lists or {}).get(name))
        return found

    def run(self, values: Mapping[str, Value], lists: Mapping[str, Sequence[Value]] | None = None) -> Result:
        """Values by input (what is absent is missing), and by step of `lists` the list that the exact reading gives."""
        try:
            return Result(self, self.function(*self.flat(values, lists)))
        except (ArithmeticError, TypeError, ValueError, AttributeError):
            raise Elsewhere from None

    def result(self, raw: tuple[Any, ...]) -> Result:
        """What the function gave, to be read."""
        return Result(self, raw)


def source(steps: Steps, wanted: Sequence[str], fired: Sequence[str] = (), *, scale: int | None = None) -> str | None:
    """The text of the generated function, or None."""
    compiled = compile_steps(steps, wanted, fired, scale=scale)
    return None if compiled is None else compiled.source


def compile_steps(steps: Steps, wanted: Sequence[str], fired: Sequence[str] = (), *, scale: int | None = None) -> Compiled | None:
    """The function for the wanted steps, and for the case lists of `fired` the case that decides.

    `scale`: numbers are given as whole numbers over it, and in the function's arguments as one of them (10_000: outcomes with up
    to four decimals; a third faster). None where the function would always raise Elsewhere, or would be too large: then the
    exact reading is used.
    """
    for eager in (False, True):
        try:
            return _compiled(_Writer(steps, wanted, fired, scale, eager), steps)
        except _TooMuch:
            continue
        except (_Dead, RecursionError, MemoryError, SyntaxError):
            return None
    return None


def _compiled(writer: _Writer, steps: Steps) -> Compiled | None:
    places: list[Spot] = []
    returned: list[str] = []
    values = [writer.need(name) for name in writer.wanted]
    for name in writer.fired:
        if not writer.done.get(name):
            writer.env.pop(name, None)
            writer.need(name)
    for value in values:
        places.append(_place(writer, value, returned))
    first_case = len(returned)
    returned += writer.fired.values()
    bits = min(((MAX_BITS - b) // a for a, b in writer.widest if a), default=MAX_BITS)
    if bits < 1 or any(b > MAX_BITS for a, b in writer.widest if not a):
        return None
    writer.line(f"return ({''.join(f'{one}, ' for one in returned)})" if returned else "return ()")
    arguments = [(name, part) for name in writer.inputs for part in _parts(steps[name].node, writer.scale)]
    arguments += [(name, "list") for name in writer.lists]
    names = [one for names in writer.inputs.values() for one in names] + list(writer.lists.values())
    about = [f"# {one} = {_sanitised(name)}" for name, several in writer.inputs.items() for one in several[:1]]
    text = "\n".join([*about, f"def scored({', '.join(names)}):", *_written(writer.block, 1)]) + "\n"
    namespace: dict[str, Any] = {**_CALLED, **writer.constants}
    exec(compile(text, "<scored>", "exec"), namespace)  # names, signs and numbers of ours, and repr() of codes
    inputs = tuple(writer.inputs)
    types = []
    for name in inputs:
        node = steps[name].node
        assert isinstance(node, Input)
        types.append((name, node.type, node.missing is not None))
    return Compiled(
        writer.wanted, tuple(writer.fired), inputs, tuple(writer.lists), tuple(arguments), tuple(places), first_case, bits, text,
        namespace["scored"], tuple(types), writer.scale,
    )  # fmt: skip


def _place(writer: _Writer, value: _Any, returned: list[str]) -> Spot:
    match value:
        case _Number(poly, den, below, day):
            known = value.known
            if known is not None:
                return Spot("date", known=Day(int(known))) if day else Spot("number", known=known)
            at = _returned(writer.text(poly), returned)
            if not below:
                return Spot("date" if day else "number", at, den)
            return Spot("number", at, under=_returned(writer.text({below: den}), returned))
        case _Truth() | _Code():
            if value.known is not None:
                return Spot("other", known=value.known)
            return Spot("other", _returned(value.text, returned))
    raise _TooMuch


def _parts(node: object, scale: int | None) -> tuple[str, ...]:
    assert isinstance(node, Input)
    return ("value",) if node.type != "number" else ("n", "d") if scale is None else ("n",)


def _returned(text: str, returned: list[str]) -> int:
    if text not in returned:
        returned.append(text)
    return returned.index(text)


def _written(lines: Lines, depth: int) -> Iterator[str]:
    space = "    " * depth
    for line in lines:
        if isinstance(line, str):
            yield space + line
        else:
            header, inner = line
            yield space + header
            yield from _written(inner, depth + 1)
            if all(isinstance(one, str) and one.startswith("#") for one in inner):
                yield f"{space}    pass"
