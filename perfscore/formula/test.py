"""Tests 条件: a truth about a subject that the place names: `>= 90%`, `(0, 10%]`, `= 0`, `marketing`, `any`.

A test is read into its parts and applied to a subject, which gives an ordinary tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from perfscore.finding import Kind, Place, Unreadable
from perfscore.formula import tree
from perfscore.formula.parse import canonical, parse
from perfscore.formula.tree import Tree
from perfscore.numbers.number import normalise

BAD_TEST = Kind(
    "bad-test",
    "error",
    zh="“{found}”不是条件",
    en="“{found}” is not a test",
    hint_zh='条件写作 ">= 90%"、"(0, 10%]"、"= 0"、选项代码或 any',
    hint_en='a test is written ">= 90%", "(0, 10%]", "= 0", the code of a choice, or any',
    why="A test decides which row counts; a text that could be read in two ways is refused.",
    fix="Write an operator with a bound, an interval with its closed [ ] and open ( ) ends, a code, or `any`.",
)

Direction = Literal["up", "down", "equal", "unequal", "within", "code", "any"]
_OPERATOR = re.compile(r"\s*(>=|<=|==|!=|≥|≤|≠|=|>|<)")
_OPS = {"≥": ">=", "≤": "<=", "≠": "!=", "==": "="}
_DIRECTIONS: dict[str, Direction] = {">=": "up", ">": "up", "<=": "down", "<": "down", "=": "equal", "!=": "unequal"}
_INFINITE = {"∞", "+∞", "-∞", "−∞"}
_NUMBER = re.compile(r"\s*[-+−]?\d")


@dataclass(frozen=True, slots=True)
class Test:
    """A test, not yet applied. `low` and `high` are the ends (one of them for a comparison, both for an interval)."""

    direction: Direction
    op: str = ""
    bound: Tree | None = None
    low: Tree | None = None
    high: Tree | None = None
    low_closed: bool = False
    high_closed: bool = False
    codes: tuple[str, ...] = ()
    place: Place = tree.NOWHERE
    text: str = ""

    def ends(self) -> tuple[Tree, ...]:
        """The written ends; of a written month `>=` and `<` mean its first day, `<=` and `>` its last."""
        if self.bound is not None:
            return (_end(self.bound, first=self.op in (">=", "<")),)
        low = () if self.low is None else (_end(self.low, first=self.low_closed),)
        high = () if self.high is None else (_end(self.high, first=not self.high_closed),)
        return (*low, *high)

    def on(self, subject: Tree, named: tuple[Tree, ...] | None = None) -> Tree:
        """The truth about the subject; `named` may stand for the written ends (names of them)."""
        ends = iter(self.ends() if named is None else named)
        match self.direction:
            case "any":
                return tree.Truth(True, self.place)
            case "code":
                return self._codes(subject)
            case "within":
                parts: list[Tree] = []
                if self.low is not None:
                    parts.append(tree.compare(subject, ">=" if self.low_closed else ">", next(ends), self.place))
                if self.high is not None:
                    parts.append(tree.compare(subject, "<=" if self.high_closed else "<", next(ends), self.place))
                return tree.both(*parts)
        return tree.compare(subject, self.op, next(ends), self.place)

    def _codes(self, subject: Tree) -> Tree:
        options = tuple(tree.Text(code, self.place) for code in self.codes)
        if len(options) == 1:
            return tree.compare(subject, "=", options[0], self.place)
        return tree.Member(subject, options, self.place)


def _end(bound: Tree, *, first: bool) -> Tree:
    if isinstance(bound, tree.Date):
        day = bound.first if first else bound.last
        return tree.Date(day, day, bound.place)
    return bound


def looks_like_test(text: str) -> bool:
    """Whether a text that may be a number or a test is a test."""
    plain = normalise(text).strip()
    return bool(_OPERATOR.match(plain)) or _is_interval(plain) or plain == "any"


def parse_test(text: str, place: Place = tree.NOWHERE) -> Test:
    """Read one test. A bare number means equality with it. Raises Unreadable."""
    plain = normalise(text)
    if match := _OPERATOR.match(plain):
        op = _OPS.get(match.group(1), match.group(1))
        bound = _bound(plain, match.end(), len(plain), place)
        if isinstance(bound, tree.Date) and bound.first != bound.last and op in ("=", "!="):
            return _any_day(bound, op, text, place)
        return Test(_DIRECTIONS[op], op=op, bound=bound, place=place, text=text)
    stripped = plain.strip()
    if _is_interval(stripped):
        return _interval(plain, text, place)
    if stripped == "any":
        return Test("any", place=place, text=text)
    if _NUMBER.match(plain):
        bound = _bound(plain, 0, len(plain), place)
        if isinstance(bound, tree.Date) and bound.first != bound.last:
            return _any_day(bound, "=", text, place)
        return Test("equal", op="=", bound=bound, place=place, text=text)
    code = canonical(stripped)
    if not code or any(sign in code for sign in "<>=()[],，"):
        raise Unreadable(BAD_TEST, found=text)
    return Test("code", codes=(code,), place=place, text=text)


def _any_day(span: tree.Date, op: str, text: str, place: Place) -> Test:
    """`= 2024年9月`: any of its days. The contrary has no interval: it is refused."""
    if op != "=":
        raise Unreadable(BAD_TEST, found=text)
    return Test("within", low=span, high=span, low_closed=True, high_closed=True, place=place, text=text)


def any_of(tests: list[Test], place: Place) -> Test | None:
    """Several codes as one test (`[a, b]`); None where the tests are not all codes."""
    if all(test.direction == "code" for test in tests):
        codes = tuple(code for test in tests for code in test.codes)
        return Test("code", codes=codes, place=place, text="、".join(test.text for test in tests))
    return None


def _is_interval(plain: str) -> bool:
    return plain[:1] in ("[", "(") and plain[-1:] in ("]", ")") and _comma(plain) is not None


def _comma(plain: str) -> int | None:
    """The comma between the two ends: the only one outside of inner brackets."""
    depth, found = 0, None
    for index, sign in enumerate(plain):
        depth += (sign in "[(") - (sign in "])")
        if sign == "," and depth == 1:
            if found is not None:
                return None
            found = index
        if depth == 0 and index < len(plain) - 1 and not plain[index + 1 :].isspace():
            return None
    return found


def _interval(plain: str, text: str, place: Place) -> Test:
    start = len(plain) - len(plain.lstrip())
    stripped = plain.strip()
    comma = start + (_comma(stripped) or 0)
    end = start + len(stripped) - 1
    low = _bound(plain, start + 1, comma, place, side="low")
    high = _bound(plain, comma + 1, end, place, side="high")
    if low is None and high is None:
        return Test("any", place=place, text=text)
    closed = (plain[start] == "[", plain[end] == "]")
    return Test("within", low=low, high=high, low_closed=closed[0], high_closed=closed[1], place=place, text=text)


def _bound(plain: str, start: int, end: int, place: Place, side: str = "") -> Tree | None:
    piece = plain[start:end]
    if side and piece.strip() in _INFINITE and not (side == "low" and piece.strip() in ("∞", "+∞")):
        return None
    try:
        return parse(piece, place.shifted(start))
    except Unreadable as problem:
        raise Unreadable(problem.kind, start + problem.offset, **problem.facts) from None
