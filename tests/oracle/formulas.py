"""Rounding, formulas and tests for the second scorer, written from DESIGN §3-§5.

A formula becomes a Python function once; it is called with a scope, which gives the values of names and references, and
with the word under which a comparison of equal numbers is counted as an edge.
"""

from __future__ import annotations

import ast
import datetime
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Protocol

from reals import Number, Real, logarithm, root_of

Value = Any  # Fraction, Real, bool, str (a code), datetime.date, or a list of these
NUMBER = (Fraction, Real)


class OracleError(Exception):
    """The specification says: an error."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(f"{code}: {about}" if about else code)
        self.code = code


class Scope(Protocol):
    """What a formula may ask for."""

    def name(self, name: str) -> Value: ...
    def refer(self, what: str, name: str) -> Value: ...
    def edge(self, where: str) -> None: ...
    def count(self, *key: str) -> None: ...


Formula = Callable[[Scope, str], Value]


# ---------------------------------------------------------------- rounding

MODES = ("half-up", "half-even", "half-down", "up", "down", "floor", "ceil")
HALF = Fraction(1, 2)


def rounded(value: Number, step: Fraction, mode: str) -> Number:
    """The multiple of `step` that `mode` names (DESIGN §3). half-up: ties away from zero; up: away from zero."""
    if mode == "none":
        return value
    units = value / step
    below = units.floor() if isinstance(units, Real) else units.numerator // units.denominator
    rest = units - below if isinstance(units, Fraction) else units - Fraction(below)
    if rest == 0:
        return below * step
    if mode == "floor":
        upwards = False
    elif mode == "ceil":
        upwards = True
    elif mode == "up":
        upwards = value > 0
    elif mode == "down":
        upwards = value < 0
    elif rest == HALF:
        upwards = below % 2 == 1 if mode == "half-even" else (value > 0) == (mode == "half-up")
    else:
        upwards = rest > HALF
    return (below + 1 if upwards else below) * step


def is_tie(value: Number, step: Fraction) -> bool:
    """Does the value lie exactly in the middle between two steps? (A root or logarithm never does.)"""
    if isinstance(value, Real):
        doubled = value / step * Fraction(2)
        return isinstance(doubled, Real) and doubled == Fraction(doubled.floor()) and doubled.floor() % 2 == 1
    return (value / step).denominator == 2


# ---------------------------------------------------------------- formulas (DESIGN §4)

_NUMBER = re.compile(r"(?<![\w.])(\d+(?:\.\d*)?|\.\d+)\s*([%‰]?)")
_WORDS = {"且": "and", "或": "or", "非": "not", "×": "*", "÷": "/", "≥": ">=", "≤": "<=", "≠": "!="}
REFERENCES = ("points", "scored", "share", "attainment", "missing", "points_in", "shares_in")


def parsed(text: str) -> tuple[ast.expr, list[Fraction]]:
    """The Python tree of a formula; the k-th literal, exact from its text, is the name `_literal_k`."""
    text = unicodedata.normalize("NFKC", text).strip()
    quoted: list[str] = []

    def hide(match: re.Match[str]) -> str:
        quoted.append(match.group(0))
        return f"\0{len(quoted) - 1}\0"

    text = re.sub(r"'[^']*'|\"[^\"]*\"", hide, text)
    for written, meant in _WORDS.items():
        text = text.replace(written, f" {meant} ")
    text = re.sub(r"\btrue\b", "True", re.sub(r"\bfalse\b", "False", text))
    literals: list[Fraction] = []

    def literal(match: re.Match[str]) -> str:
        literals.append(Fraction(match.group(1)) / {"": 1, "%": 100, "‰": 1000}[match.group(2)])
        return f" _literal_{len(literals) - 1} "

    # the marks of the hidden texts hold digits, so they are brought back after the literals
    parts = re.split(r"(\0\d+\0)", text)
    text = "".join(part if part.startswith("\0") else _NUMBER.sub(literal, part) for part in parts)
    text = re.sub(r"(?<![<>=!])=(?!=)", "==", text)
    text = re.sub(r"\0(\d+)\0", lambda match: quoted[int(match.group(1))], text)
    return ast.parse(f"({text})", mode="eval").body, literals


def number_in(value: Value) -> Number:
    if isinstance(value, NUMBER):
        return value
    raise OracleError("type", f"not a number: {value!r}")


def truth_in(value: Value) -> bool:
    if value is True or value is False:
        return bool(value)
    raise OracleError("type", f"not a truth: {value!r}")


Op = type[ast.cmpop]


def compared(op: Op, left: Value, right: Value) -> Value:
    """One comparison; only like with like. A list against a number is a list of truths."""
    if op in (ast.In, ast.NotIn):
        return (left in right) == (op is ast.In)
    if isinstance(left, list):
        return [compared(op, one, right) for one in left]
    if isinstance(right, list):
        return [compared(op, left, one) for one in right]
    if type(left) is not type(right) and not (isinstance(left, NUMBER) and isinstance(right, NUMBER)):
        raise OracleError("type", f"{left!r} against {right!r}")
    if op is ast.Eq:
        return bool(left == right)
    if op is ast.NotEq:
        return bool(left != right)
    if isinstance(left, (bool, str)):
        raise OracleError("type", "order of texts or truths")
    if op is ast.Lt:
        return bool(left < right)
    if op is ast.LtE:
        return bool(left <= right)
    return bool(left > right) if op is ast.Gt else bool(left >= right)


def constant(value: Value) -> Formula:
    return lambda scope, where: value


@lru_cache(maxsize=50_000)
def compiled_text(text: str) -> Formula:
    tree, literals = parsed(text)
    return built(tree, literals)


def compiled(formula: object) -> Formula:
    """The function of a formula; numbers and truths of the file stand for themselves."""
    if isinstance(formula, bool):
        return constant(formula)
    if isinstance(formula, (int, Fraction)):
        return constant(Fraction(formula))
    return compiled_text(str(formula))


def built(node: ast.expr, literals: list[Fraction]) -> Formula:
    def made(part: ast.expr) -> Formula:
        return built(part, literals)

    match node:
        case ast.Name(id=name) if name.startswith("_literal_"):
            return constant(literals[int(name.removeprefix("_literal_"))])
        case ast.Name(id=name):
            return lambda scope, where: scope.name(name)
        case ast.Constant(value=str() as text):
            return constant(text)
        case ast.Constant(value=bool() as truth):
            return constant(truth)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            of = made(operand)
            return lambda scope, where: not truth_in(of(scope, where))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            of = made(operand)
            return lambda scope, where: -number_in(of(scope, where))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return made(operand)
        case ast.BoolOp(op=op, values=values):
            # lazy, as in Python: the first truth that decides ends it
            parts = [made(value) for value in values]
            if isinstance(op, ast.Or):
                return lambda scope, where: any(truth_in(part(scope, where)) for part in parts)
            return lambda scope, where: all(truth_in(part(scope, where)) for part in parts)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            condition, yes, no = made(test), made(body), made(orelse)
            return lambda scope, where: (yes if truth_in(condition(scope, where)) else no)(scope, where)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            parts = [made(element) for element in elements]
            return lambda scope, where: [part(scope, where) for part in parts]
        case ast.Compare(left=first, ops=ops, comparators=comparators):
            return comparison(made(first), [type(op) for op in ops], [made(one) for one in comparators])
        case ast.BinOp(left=left_node, op=op, right=right_node):
            sign, left, right = type(op), made(left_node), made(right_node)
            return lambda scope, where: binary(sign, left(scope, where), right(scope, where))
        case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=what)]) if name in REFERENCES:
            return lambda scope, where: scope.refer(name, what)
        case ast.Call(func=ast.Name(id=name), args=args):
            parts = [made(arg) for arg in args]
            return lambda scope, where: call(name, [part(scope, where) for part in parts], scope)
    raise OracleError("formula", ast.dump(node))


def comparison(first: Formula, ops: list[Op], others: list[Formula]) -> Formula:
    def holds(scope: Scope, where: str) -> Value:
        left = first(scope, where)
        found: Value = True
        for op, other in zip(ops, others, strict=True):
            right = other(scope, where)
            if isinstance(left, (Fraction, datetime.date)) and type(left) is type(right) and left == right:
                scope.edge(where)
            found = compared(op, left, right)
            if found is False:
                return False
            left = right
        return found

    return holds


def binary(op: type[ast.operator], left: Value, right: Value) -> Value:
    if type(left) is not Fraction or type(right) is not Fraction:
        if isinstance(left, datetime.date):
            if isinstance(right, datetime.date) and op is ast.Sub:
                return Fraction((left - right).days)
            days = datetime.timedelta(days=int(number_in(right)))  # type: ignore[arg-type]
            return left + days if op is ast.Add else left - days
        left, right = number_in(left), number_in(right)
    if op is ast.Add:
        return left + right
    if op is ast.Sub:
        return left - right
    if op is ast.Mult:
        return left * right
    if op is ast.Div:
        return divided(left, right)
    if op is ast.Pow:
        if left == 0 and right < 0:
            raise OracleError("zero-division")
        return left ** int(right)
    raise OracleError("formula", op.__name__)


def divided(left: Number, right: Number) -> Number:
    if right == 0:
        raise OracleError("zero-division")
    return left / right


def median(numbers: list[Number]) -> Number:
    """The middle one; of an even number of numbers the mean of the middle two."""
    ordered = sorted(numbers)  # type: ignore[type-var]
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / Fraction(2)


def call(name: str, args: list[Value], scope: Scope) -> Value:
    if name in ("round", "floor", "ceil"):
        digits = int(args[1]) if len(args) > 1 else 0
        return rounded(number_in(args[0]), Fraction(10) ** -digits, "half-up" if name == "round" else name)
    if name in ("sqrt", "root", "ln"):
        return real(name, args, scope)
    listed = any(isinstance(arg, list) for arg in args)
    flat = [item for arg in args for item in (arg if isinstance(arg, list) else [arg])]
    if listed:
        scope.count("list", name)
        if not flat:
            scope.count("list", "empty")
    if name in ("any", "all"):
        truths = [truth_in(item) for item in flat]
        return any(truths) if name == "any" else all(truths)
    if name == "count":
        # truths are counted where they hold, anything else by its number
        return Fraction(sum(flat) if flat and all(isinstance(item, bool) for item in flat) else len(flat))
    if name != "sum" and not flat:
        raise OracleError("empty-list", name)
    if name in ("min", "max") and all(isinstance(item, datetime.date) for item in flat):
        return min(flat) if name == "min" else max(flat)
    numbers = [number_in(item) for item in flat]
    match name:
        case "min":
            return min(numbers)  # type: ignore[type-var]
        case "max":
            return max(numbers)  # type: ignore[type-var]
        case "abs":
            return abs(numbers[0])
        case "sum":
            return sum(numbers, Fraction(0))
        case "mean":
            return sum(numbers, Fraction(0)) / Fraction(len(numbers))
        case "median":
            return median(numbers)
        case "clamp":
            return min(max(numbers[0], numbers[1]), numbers[2])  # type: ignore[type-var]
    raise OracleError("formula", name)


def real(name: str, args: list[Value], scope: Scope) -> Number:
    number = number_in(args[0])
    if name == "ln":
        if number <= 0:
            raise OracleError("not-a-real", "ln")
        found = logarithm(number)
    else:
        if number < 0:
            raise OracleError("not-a-real", name)
        found = root_of(number, 2 if name == "sqrt" else int(args[1]))
    scope.count("real", name, "irrational" if isinstance(found, Real) else "rational")
    return found


class _Plain:
    """The scope of `evaluate`: names, references and edges as functions."""

    def __init__(self, names: Callable[[str], Value], refer: Callable[[str, str], Value], edge: Callable[[str], None]) -> None:
        self.name, self.refer, self.edge = names, refer, edge

    def count(self, *key: str) -> None:
        pass


def evaluate(
    formula: object,
    names: Callable[[str], Value],
    refer: Callable[[str, str], Value] = lambda what, name: None,
    edge: Callable[[str], None] = lambda where: None,
) -> Value:
    """The value of one formula."""
    return compiled(formula)(_Plain(names, refer, edge), "")


# ---------------------------------------------------------------- tests (DESIGN §5)

_OPERATOR = re.compile(r"^(>=|<=|!=|>|<|=|≥|≤|≠)(.*)$", re.DOTALL)
_DATE = re.compile(r"^\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*$")
_OPS: dict[str, Op] = {
    ">=": ast.GtE, "<=": ast.LtE, ">": ast.Gt, "<": ast.Lt, "=": ast.Eq, "!=": ast.NotEq,
    "≥": ast.GtE, "≤": ast.LtE, "≠": ast.NotEq,
}  # fmt: skip


@dataclass(frozen=True)
class Test:
    """A truth about a subject: `any`, one of some codes, a comparison with a bound, or an interval."""

    sort: str  # any | codes | bound | interval
    ends: tuple[str, ...] = ()
    ops: tuple[Op, ...] = ()  # as `subject op end`
    values: tuple[Formula, ...] = ()  # of the ends


def test_of(written: object) -> Test:
    """`>= 90%`, `(0, 10%]`, `= 0`, `east`, `[east, west]` (a list), `any`."""
    if isinstance(written, list):
        return Test("codes", tuple(str(code) for code in written))
    if isinstance(written, bool):
        return Test("codes", ("yes" if written else "no",))
    return test_of_text(str(written))


@lru_cache(maxsize=50_000)
def test_of_text(text: str) -> Test:
    text = unicodedata.normalize("NFKC", text).strip()
    if text == "any":
        return Test("any")
    if found := _OPERATOR.match(text):
        return with_values("bound", (found.group(2).strip(),), (_OPS[found.group(1)],))
    if text[0] in "[(" and text[-1] in "])" and "," in text:
        depth = 0
        for at, sign in enumerate(text[1:-1], 1):
            depth += (sign in "([") - (sign in ")]")
            if sign == "," and depth == 0:
                lower: Op = ast.GtE if text[0] == "[" else ast.Gt
                upper: Op = ast.LtE if text[-1] == "]" else ast.Lt
                return with_values("interval", (text[1:at].strip(), text[at + 1 : -1].strip()), (lower, upper))
    return Test("codes", (text,))


def with_values(sort: str, ends: tuple[str, ...], ops: tuple[Op, ...]) -> Test:
    return Test(sort, ends, ops, tuple(constant(day) if (day := date_of(end)) else compiled(end) for end in ends))


def holds(test: Test, subject: Value, scope: Scope, where: str, end_where: str = "end") -> bool:
    """Does the test hold of the subject?"""
    if test.sort == "any":
        return True
    if test.sort == "codes":
        if isinstance(subject, bool):
            return any(truth_of(code) == subject for code in test.ends)
        if isinstance(subject, str):
            return subject in test.ends
        return any(subject == compiled(code)(scope, end_where) for code in test.ends)
    for op, value in zip(test.ops, test.values, strict=True):
        end = value(scope, end_where)
        if isinstance(subject, (Fraction, datetime.date)) and subject == end:
            scope.edge(where)
        if not compared(op, subject, end):
            return False
    return True


YES = ("yes", "是", "有", "true", "√")
NO = ("no", "否", "无", "false", "×")


def truth_of(raw: object) -> bool:
    text = str(raw).strip().lower()
    if raw is True or text in YES:
        return True
    if raw is False or text in NO:
        return False
    raise OracleError("unreadable", repr(raw))


@lru_cache(maxsize=5_000)
def date_of(text: str) -> datetime.date | None:
    if found := _DATE.match(text):
        try:
            return datetime.date(*map(int, found.groups()))
        except ValueError:
            return None
    return None
