"""A second scorer, written from the specification alone: rule file and outcomes in, points out.

Everything is a Fraction and is computed when first asked for; nothing is compiled. It imports nothing of perfscore.
Source: the semantics of the first slice and DESIGN §3-§7. It does not validate rule sets: it is given valid ones.
"""

from __future__ import annotations

import ast
import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")
Value = Any  # Fraction, bool, str (a code), datetime.date, or a list of these
Names = Callable[[str], Value]
Refer = Callable[[str, str], Value]


class OracleError(Exception):
    """The specification says: an error."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(f"{code}: {about}" if about else code)
        self.code = code


# ---------------------------------------------------------------- rounding

MODES = ("half-up", "half-even", "half-down", "up", "down", "floor", "ceil")


def rounded(value: Fraction, step: Fraction, mode: str) -> Fraction:
    """The multiple of `step` that `mode` names (DESIGN §3). half-up: ties away from zero; up: away from zero."""
    if mode == "none":
        return value
    units = value / step
    below = units.numerator // units.denominator
    rest = units - below
    if rest == 0:
        return value
    negative = value < 0
    upwards = {
        "floor": False,
        "ceil": True,
        "up": not negative,
        "down": negative,
        "half-up": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and not negative),
        "half-down": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and negative),
        "half-even": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and below % 2 == 1),
    }[mode]
    return (below + 1 if upwards else below) * step


def is_tie(value: Fraction, step: Fraction) -> bool:
    """Does the value lie exactly in the middle between two steps?"""
    return (value / step % 1) == Fraction(1, 2)


# ---------------------------------------------------------------- formulas (DESIGN §4)

_NUMBER = re.compile(r"(?<![\w.])(\d+(?:\.\d*)?|\.\d+)\s*([%‰]?)")
_WORDS = {"且": "and", "或": "or", "非": "not", "×": "*", "÷": "/", "≥": ">=", "≤": "<=", "≠": "!="}


@lru_cache(maxsize=100_000)
def parsed(text: str) -> tuple[ast.expr, tuple[Fraction, ...]]:
    """The Python tree of a formula; the k-th literal, exact from its text, is the name `_literal_k`."""
    text = unicodedata.normalize("NFKC", text).strip()
    quoted: list[str] = []

    def hide(match: re.Match[str]) -> str:
        quoted.append(match.group(0))
        return f"\0{len(quoted) - 1}\0"

    text = re.sub(r"'[^']*'|\"[^\"]*\"", hide, text)
    for written, meant in _WORDS.items():
        text = text.replace(written, f" {meant} ")
    literals: list[Fraction] = []

    def literal(match: re.Match[str]) -> str:
        literals.append(Fraction(match.group(1)) / {"": 1, "%": 100, "‰": 1000}[match.group(2)])
        return f" _literal_{len(literals) - 1} "

    # the marks of the hidden texts hold digits, so they are brought back after the literals
    parts = re.split(r"(\0\d+\0)", text)
    text = "".join(part if part.startswith("\0") else _NUMBER.sub(literal, part) for part in parts)
    text = re.sub(r"(?<![<>=!])=(?!=)", "==", text)
    text = re.sub(r"\0(\d+)\0", lambda match: quoted[int(match.group(1))], text)
    return ast.parse(f"({text})", mode="eval").body, tuple(literals)


def number_in(value: Value) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, Fraction):
        raise OracleError("type", f"not a number: {value!r}")
    return value


def truth_in(value: Value) -> bool:
    if not isinstance(value, bool):
        raise OracleError("type", f"not a truth: {value!r}")
    return value


def compared(op: type[ast.cmpop], left: Value, right: Value) -> bool:
    """One comparison; only like with like."""
    if op in (ast.In, ast.NotIn):
        return (left in right) == (op is ast.In)
    if type(left) is not type(right):
        raise OracleError("type", f"{left!r} against {right!r}")
    if op is ast.Eq:
        return bool(left == right)
    if op is ast.NotEq:
        return bool(left != right)
    if isinstance(left, (bool, str)):
        raise OracleError("type", "order of texts or truths")
    return bool({ast.Lt: left < right, ast.LtE: left <= right, ast.Gt: left > right, ast.GtE: left >= right}[op])


def evaluate(formula: object, names: Names, refer: Refer, edge: Callable[[Value, Value], None]) -> Value:
    """The value of a formula. `names` gives a name's value, `refer` that of `points(id)` and the like."""
    if isinstance(formula, bool):
        return formula
    if isinstance(formula, (int, Fraction)):
        return Fraction(formula)
    tree, literals = parsed(str(formula))

    def walk(node: ast.expr) -> Value:
        match node:
            case ast.Name(id=name) if name.startswith("_literal_"):
                return literals[int(name.removeprefix("_literal_"))]
            case ast.Name(id=name):
                return names(name)
            case ast.Constant(value=str() as text):
                return text
            case ast.Constant(value=bool() as truth):
                return truth
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not truth_in(walk(operand))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -number_in(walk(operand))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return number_in(walk(operand))
            case ast.BoolOp(op=op, values=values):
                # lazy, as in Python: the first truth that decides ends it
                decides = isinstance(op, ast.Or)
                return any(truth_in(walk(v)) for v in values) if decides else all(truth_in(walk(v)) for v in values)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return walk(body) if truth_in(walk(test)) else walk(orelse)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return [walk(element) for element in elements]
            case ast.Compare(left=first, ops=ops, comparators=comparators):
                left = walk(first)
                for comparison, comparator in zip(ops, comparators, strict=True):
                    right = walk(comparator)
                    edge(left, right)
                    if not compared(type(comparison), left, right):
                        return False
                    left = right
                return True
            case ast.BinOp(left=left_node, op=op, right=right_node):
                return binary(op, walk(left_node), walk(right_node))
            case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=what)]) if name in REFERENCES:
                return refer(name, what)
            case ast.Call(func=ast.Name(id=name), args=args):
                return call(name, [walk(arg) for arg in args])
        raise OracleError("formula", ast.dump(node))

    return walk(tree)


REFERENCES = ("points", "scored", "share", "attainment", "missing")


def binary(op: ast.operator, left: Value, right: Value) -> Value:
    if isinstance(op, ast.Sub) and isinstance(left, datetime.date) and isinstance(right, datetime.date):
        return Fraction((left - right).days)
    if isinstance(left, datetime.date) and isinstance(op, (ast.Add, ast.Sub)):
        days = number_in(right)
        return left + datetime.timedelta(days=int(days if isinstance(op, ast.Add) else -days))
    left, right = number_in(left), number_in(right)
    match op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            if right == 0:
                raise OracleError("zero-division")
            return left / right
        case ast.Pow():
            if left == 0 and right < 0:
                raise OracleError("zero-division")
            return left ** int(right)
    raise OracleError("formula", ast.dump(op))


def call(name: str, args: list[Value]) -> Value:
    if name in ("round", "floor", "ceil"):
        digits = int(args[1]) if len(args) > 1 else 0
        return rounded(number_in(args[0]), Fraction(10) ** -digits, "half-up" if name == "round" else name)
    flat = [item for arg in args for item in (arg if isinstance(arg, list) else [arg])]
    if name in ("min", "max") and all(isinstance(item, datetime.date) for item in flat):
        return min(flat) if name == "min" else max(flat)
    if name in ("any", "all"):
        return any(flat) if name == "any" else all(flat)
    numbers = [number_in(item) for item in flat]
    match name:
        case "min":
            return min(numbers)
        case "max":
            return max(numbers)
        case "abs":
            return abs(numbers[0])
        case "sum":
            return sum(numbers, Fraction(0))
        case "mean":
            return sum(numbers, Fraction(0)) / len(numbers)
        case "clamp":
            return min(max(numbers[0], numbers[1]), numbers[2])
    raise OracleError("formula", name)


# ---------------------------------------------------------------- tests (DESIGN §5)

_OPERATOR = re.compile(r"^(>=|<=|!=|>|<|=|≥|≤|≠)(.*)$", re.DOTALL)
_DATE = re.compile(r"^\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*$")
_OPS: dict[str, type[ast.cmpop]] = {
    ">=": ast.GtE, "<=": ast.LtE, ">": ast.Gt, "<": ast.Lt, "=": ast.Eq, "!=": ast.NotEq,
    "≥": ast.GtE, "≤": ast.LtE, "≠": ast.NotEq,
}  # fmt: skip


@dataclass(frozen=True)
class Test:
    """A truth about a subject: `any`, one of some codes, a comparison with a bound, or an interval."""

    sort: str  # any | codes | bound | interval
    ends: tuple[str, ...] = ()
    ops: tuple[type[ast.cmpop], ...] = ()  # as `subject op end`


def test_of(written: object) -> Test:
    """`>= 90%`, `(0, 10%]`, `= 0`, `east`, `[east, west]` (a list), `any`."""
    if isinstance(written, list):
        return Test("codes", tuple(str(code) for code in written))
    if isinstance(written, bool):
        return Test("codes", ("yes" if written else "no",))
    return test_of_text(str(written))


@lru_cache(maxsize=100_000)
def test_of_text(text: str) -> Test:
    text = unicodedata.normalize("NFKC", text).strip()
    if text == "any":
        return Test("any")
    if found := _OPERATOR.match(text):
        return Test("bound", (found.group(2).strip(),), (_OPS[found.group(1)],))
    if text[0] in "[(" and text[-1] in "])" and "," in text:
        depth = 0
        for at, sign in enumerate(text[1:-1], 1):
            depth += (sign in "([") - (sign in ")]")
            if sign == "," and depth == 0:
                lower = ast.GtE if text[0] == "[" else ast.Gt
                upper = ast.LtE if text[-1] == "]" else ast.Lt
                return Test("interval", (text[1:at].strip(), text[at + 1 : -1].strip()), (lower, upper))
    return Test("codes", (text,))


YES = ("yes", "是", "有", "true", "√")
NO = ("no", "否", "无", "false", "×")


def date_of(text: str) -> datetime.date | None:
    if found := _DATE.match(text):
        try:
            return datetime.date(*map(int, found.groups()))
        except ValueError:
            return None
    return None


# ---------------------------------------------------------------- outcomes (DESIGN §6)

ABSENT = ("", "/", "—", "-")
NOT_APPLICABLE = ("不适用", "不涉及", "n/a")
NOTES = {"value", "parts", "not_applicable", "because", "by", "evidence", "deviation_reason", "improvement", "measures"}
_QUANTITY = re.compile(r"^([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(.*)$")
# unit written -> (dimension, how many of the dimension's base); a counter is a dimension of its own
UNITS: dict[str, tuple[str, Fraction]] = {
    "%": ("ratio", Fraction(1, 100)),
    "‰": ("ratio", Fraction(1, 1000)),
    "元": ("money", Fraction(1)),
    "万元": ("money", Fraction(10_000)),
    "亿元": ("money", Fraction(100_000_000)),
}


def is_absent(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and raw.strip() in ABSENT)


def is_not_applicable(raw: object) -> bool:
    if isinstance(raw, dict):
        return raw.get("not_applicable") is True or str(raw.get("not_applicable", "")).strip() in YES
    return isinstance(raw, str) and raw.strip().lower() in NOT_APPLICABLE


def number_of(raw: object, unit: str | None) -> Fraction:
    """A quantity in the declared unit; a declared `%` makes it a ratio."""
    if isinstance(raw, (bool, float)):
        raise OracleError("unreadable", repr(raw))
    if isinstance(raw, (int, Fraction)):
        number, written = Fraction(raw), ""
    else:
        text = unicodedata.normalize("NFKC", str(raw)).strip()
        found = _QUANTITY.match(re.sub(r"(?<=\d),(?=\d{3})", "", text))
        if not found:
            raise OracleError("unreadable", text)
        number, written = Fraction(found.group(1)), found.group(2).strip()
    written = written or unit or ""
    dimension, factor = UNITS.get(written, (written, Fraction(1)))
    wanted, base = UNITS.get(unit or "", (unit or "", Fraction(1)))
    if unit is None and dimension == "ratio":
        wanted = "ratio"
    if dimension != wanted:
        raise OracleError("unit", f"{raw!r} against {unit!r}")
    # a ratio is carried as itself (95% = 19/20), money in the declared unit
    return number * factor if dimension == "ratio" else number * factor / base


def truth_of(raw: object) -> bool:
    text = str(raw).strip().lower()
    if raw is True or text in YES:
        return True
    if raw is False or text in NO:
        return False
    raise OracleError("unreadable", repr(raw))


def value_of(raw: object, declared: dict[str, Any]) -> Value:
    """A scalar outcome, read as its declaration says."""
    match declared.get("type", "number"):
        case "yes_no":
            return truth_of(raw)
        case "choice":
            if str(raw).strip() not in [str(code) for code in declared["values"]]:
                raise OracleError("unknown-code", repr(raw))
            return str(raw).strip()
        case "date":
            if isinstance(raw, datetime.date):
                return raw
            if (day := date_of(str(raw))) is None:
                raise OracleError("unreadable", repr(raw))
            return day
    return number_of(raw, declared.get("unit"))


def nested(outcomes: dict[str, Any]) -> dict[str, Any]:
    """The outcomes mapping, with `system.made: yes` put as `system: {made: yes}`."""
    if "outcomes" in outcomes and isinstance(outcomes["outcomes"], dict):
        outcomes = outcomes["outcomes"]
    whole: dict[str, Any] = {key: raw for key, raw in outcomes.items() if "." not in key}
    for key, raw in outcomes.items():
        if "." in key:
            item, inner = key.split(".", 1)
            if not isinstance(whole.get(item), dict):
                whole[item] = {}
            whole[item] = {**whole[item], inner: raw}
    return whole


# ---------------------------------------------------------------- the nodes


def leaves_in(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        if "children" in node:
            yield from leaves_in(node["children"])
        else:
            yield node


def groups_in(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        if "children" in node:
            yield node
            yield from groups_in(node["children"])


def ids_below(group: dict[str, Any]) -> set[str]:
    """The ids of all nodes below a group."""
    found: set[str] = set()
    for child in group["children"]:
        found |= {child["id"], *(ids_below(child) if "children" in child else ())}
    return found


def method_of(leaf: dict[str, Any]) -> dict[str, Any]:
    method = leaf["method"]
    return method if isinstance(method, dict) else {"type": method}


def policy_of(node: dict[str, Any]) -> str:
    policy = node.get("not_applicable", "refuse")
    return str(policy["policy"] if isinstance(policy, dict) else policy)


def own_outcome(leaf: dict[str, Any]) -> str:
    """What the item itself asks for: elements | grade | actual | nothing."""
    method = method_of(leaf)
    if method["type"] in ("checklist", "grade"):
        return {"checklist": "elements", "grade": "grade"}[method["type"]]
    if "actual" in leaf:
        return "nothing"
    by_default = (
        method["type"] in ("ratio", "pass_fail", "interpolate")
        or (method["type"] == "table" and "of" not in method)
        or (method["type"] == "adjust" and "gap" not in method)
    )
    written = f"{method} {leaf.get('special', '')} {leaf.get('applies', '')} {leaf.get('missing', '')}"
    return "actual" if by_default or re.search(r"\b(actual|met)\b", written) else "nothing"


class Assessing:
    """One assessment; every quantity is computed once, when first used. Not a public class: call `score`."""

    def __init__(self, rules: dict[str, Any], outcomes: dict[str, Any], seen: Counter[tuple[str, ...]]) -> None:
        self.rules = rules
        self.seen = seen
        self.known: dict[tuple[str, ...], Any] = {}
        self.running: set[tuple[str, ...]] = set()
        self.unread: set[str] = set()
        self.nodes = self.with_defaults(rules["indicators"])
        self.leaves = {leaf["id"]: leaf for leaf in leaves_in(self.nodes)}
        self.groups = {group["id"]: group for group in groups_in(self.nodes)}
        inputs = rules.get("inputs", {})
        self.inputs = inputs if isinstance(inputs, dict) else {one["id"]: one for one in inputs}
        self.total_node = rules["total"] if isinstance(rules["total"], dict) else {"weight": rules["total"]}
        self.raw = nested(outcomes)
        self.own: dict[str, dict[str, Value]] = {}
        self.read()

    def with_defaults(self, nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        start = self.rules.get("defaults", {}).get("items", {})
        return [{**node, "children": self.with_defaults(node["children"])} if "children" in node else {**start, **node} for node in nodes]

    # ------------------------------------------------------------ reading

    def read(self) -> None:
        """Read every outcome; unreadable and unknown ones are errors at once, absent ones when first used."""
        for name in self.raw:
            if name not in self.inputs and (name not in self.leaves or own_outcome(self.leaves[name]) == "nothing"):
                raise OracleError("unknown-outcome", name)
        for name, declared in self.inputs.items():
            self.own[name] = {"": self.scalar(name, self.raw.get(name), declared)}
        for name, leaf in self.leaves.items():
            raw = self.raw.get(name)
            if is_not_applicable(raw):
                self.own[name] = {}
                continue
            match own_outcome(leaf):
                case "actual":
                    self.own[name] = {"": self.scalar(name, raw, leaf)}
                case "elements":
                    self.own[name] = self.elements(raw, method_of(leaf))
                case "grade":
                    self.own[name] = self.grade(raw, method_of(leaf))
                case _:
                    self.own[name] = {}
        for name, values in self.own.items():
            for inner, value in values.items():
                if value is None and "missing" not in self.inputs.get(name, self.leaves.get(name, {})):
                    self.unread.add(f"{name}.{inner}".rstrip("."))

    def scalar(self, name: str, raw: object, declared: dict[str, Any]) -> Value:
        if isinstance(raw, dict):
            if set(raw) - NOTES:
                raise OracleError("unknown-outcome", f"{name}: {sorted(set(raw) - NOTES)}")
            if declared.get("judged") and not is_absent(raw.get("value")) and not (raw.get("by") and raw.get("because")):
                raise OracleError("judged", name)
            raw = raw.get("value")
        elif declared.get("judged") and not is_absent(raw):
            raise OracleError("judged", name)
        if is_not_applicable(raw):
            raise OracleError("not-applicable", name)
        if is_absent(raw):
            return None
        value = value_of(raw, declared)
        if "range" in declared and not self.holds(test_of(declared["range"]), value, lambda end: self.formula(end, "range"), "range"):
            raise OracleError("out-of-range", name)
        return value

    def elements(self, raw: object, method: dict[str, Any]) -> dict[str, Value]:
        given = {} if is_absent(raw) else raw
        if not isinstance(given, dict):
            raise OracleError("unreadable", repr(raw))
        ids = [element["id"] for element in method["elements"]]
        if set(given) - NOTES - set(ids):
            raise OracleError("unknown-outcome", repr(sorted(given)))
        values: dict[str, Value] = {}
        for element in method["elements"]:
            one = given.get(element["id"])
            if is_absent(one):
                one = element.get("missing")
            if is_absent(one):
                values[element["id"]] = None
            elif element.get("count"):
                values[element["id"]] = number_of(one, element.get("unit"))
                if values[element["id"]] < 0:
                    raise OracleError("negative-count", element["id"])
            else:
                values[element["id"]] = Fraction(truth_of(one))
        return values

    def grade(self, raw: object, method: dict[str, Any]) -> dict[str, Value]:
        if is_absent(raw):
            return {"grade": None}
        if not isinstance(raw, dict):
            raise OracleError("judged", repr(raw))
        if set(raw) - NOTES - {"grade", "share", "points"}:
            raise OracleError("unknown-outcome", repr(sorted(raw)))
        if is_absent(raw.get("grade")):
            return {"grade": None}
        if not (raw.get("by") and raw.get("because")):
            raise OracleError("judged", repr(raw))
        levels = {level["id"]: level for level in method["levels"]}
        if raw["grade"] not in levels:
            raise OracleError("unknown-code", repr(raw["grade"]))
        values: dict[str, Value] = {"grade": raw["grade"]}
        for key in ("share", "points"):
            if not is_absent(raw.get(key)):
                values[key] = number_of(raw[key], None)
        return values

    def reported(self, name: str, inner: str = "") -> Value:
        """An input's or item's own outcome; absent: what `missing` says (inputs only), else an error."""
        value = self.own[name].get(inner)
        if value is None:
            declared = self.inputs.get(name, {})
            if "missing" in declared:
                return value_of(declared["missing"], declared)
            raise OracleError("missing-outcome", name)
        return value

    # ------------------------------------------------------------ formulas

    def once(self, key: tuple[str, ...], compute: Callable[[], T]) -> T:
        if key not in self.known:
            if key in self.running:
                raise OracleError("cycle", repr(key))
            self.running.add(key)
            try:
                self.known[key] = compute()
            finally:
                self.running.discard(key)
        known: T = self.known[key]
        return known

    def formula(self, text: object, where: str, leaf: dict[str, Any] | None = None, **extra: Value) -> Value:
        def edge(left: Value, right: Value) -> None:
            if isinstance(left, (Fraction, datetime.date)) and not isinstance(left, bool) and left == right:
                self.seen["edge", where] += 1

        def names(name: str) -> Value:
            if name in extra:
                return extra[name]
            return self.named(name, leaf)

        return evaluate(text, names, self.referred, edge)

    def number(self, text: object, where: str, leaf: dict[str, Any] | None = None) -> Fraction:
        return number_in(self.formula(text, where, leaf))

    def truth(self, text: object, where: str, leaf: dict[str, Any] | None = None, **extra: Value) -> bool:
        return truth_in(self.formula(text, where, leaf, **extra))

    def named(self, name: str, leaf: dict[str, Any] | None) -> Value:
        if leaf is not None:
            method = method_of(leaf)
            match name:
                case "weight":
                    return self.weight(leaf)
                case "actual":
                    return self.actual(leaf)
                case "target":
                    return self.ends(leaf)[0]
                case "target_from":
                    return self.ends(leaf)[0]
                case "target_to":
                    return self.ends(leaf)[1]
                case "met":
                    return self.met(leaf)
                case "attainment":
                    return self.attainment(leaf)
            if method["type"] == "formula" and name in method.get("let", {}):
                return self.once(("local", leaf["id"], name), lambda: self.formula(method["let"][name], "formula", leaf))
        if name in self.inputs or name in self.leaves:
            return self.reported(name)
        if name in self.rules.get("let", {}):
            return self.once(("let", name), lambda: self.formula(self.rules["let"][name], "let"))
        raise OracleError("unknown-name", name)

    def referred(self, what: str, name: str) -> Value:
        match what:
            case "missing":
                return all(value is None for value in self.own[name].values())
            case "scored":
                return self.scored(self.leaves[name])
            case "attainment":
                return self.attainment(self.leaves[name])
            case "points":
                return self.points_of(name)
            case "share":
                weight = self.weight(self.leaves.get(name) or self.groups[name])
                if weight == 0:
                    raise OracleError("zero-division", name)
                return self.points_of(name) / weight
        raise OracleError("formula", what)

    def points_of(self, name: str) -> Fraction:
        if name in self.leaves:
            return self.points(self.leaves[name])
        return self.group_points(self.groups[name])[1]

    def rounding(self, stage: str, value: Fraction) -> Fraction:
        written = self.rules.get("rounding", {})
        if stage not in written:
            return value
        how = written[stage] if isinstance(written[stage], dict) else {"digits": written[stage]}
        mode = how.get("mode", written.get("mode", "half-up"))
        step = self.number(how["step"], "rounding") if "step" in how else Fraction(10) ** -int(how["digits"])
        if mode != "none" and is_tie(value, step):
            self.seen["tie", stage, mode] += 1
            if value < 0:
                self.seen["edge", "negative-tie"] += 1
        return rounded(value, step, mode)

    def holds(self, test: Test, subject: Value, end_of: Callable[[str], Value], where: str) -> bool:
        """Does the test hold of the subject?"""
        if test.sort == "any":
            return True
        if test.sort == "codes":
            if isinstance(subject, bool):
                return any(truth_of(code) == subject for code in test.ends)
            if isinstance(subject, str):
                return subject in test.ends
            return any(subject == end_of(code) for code in test.ends)
        for op, text in zip(test.ops, test.ends, strict=True):
            end = date_of(text) if isinstance(subject, datetime.date) and date_of(text) else end_of(text)
            if isinstance(subject, (Fraction, datetime.date)) and subject == end:
                self.seen["edge", where] += 1
            if not compared(op, subject, end):
                return False
        return True

    # ------------------------------------------------------------ one item

    def weight(self, node: dict[str, Any]) -> Fraction:
        return self.number(node.get("weight", 0), "weight")

    def actual(self, leaf: dict[str, Any]) -> Value:
        if "actual" in leaf:
            return self.once(("actual", leaf["id"]), lambda: self.formula(leaf["actual"], "actual", leaf))
        return self.reported(leaf["id"])

    def ends(self, leaf: dict[str, Any]) -> list[Value]:
        """The bound of the target (two of an interval)."""
        return [day if (day := date_of(text)) else self.formula(text, "target-formula", leaf) for text in test_of(leaf["target"]).ends]

    def met(self, leaf: dict[str, Any]) -> bool:
        def compute() -> bool:
            test = test_of(leaf.get("target", "yes"))
            if method_of(leaf).get("equal") == "at_least":
                test = Test("bound", test.ends, (ast.GtE,))
            return self.holds(test, self.actual(leaf), lambda end: self.formula(end, "target-formula", leaf), "target")

        return self.once(("met", leaf["id"]), compute)

    def attainment(self, leaf: dict[str, Any]) -> Fraction:
        if method_of(leaf)["type"] != "ratio":
            raise OracleError("unknown-name", "attainment")
        return self.once(("attainment", leaf["id"]), lambda: self.rounding("rate", self.exact_attainment(leaf)))

    def exact_attainment(self, leaf: dict[str, Any]) -> Fraction:
        test, method = test_of(leaf["target"]), method_of(leaf)
        actual, ends = number_in(self.actual(leaf)), [number_in(end) for end in self.ends(leaf)]
        if test.sort == "interval":
            if actual < ends[0]:
                return self.divided(actual, ends[0])
            return 2 - self.divided(actual, ends[1])
        target = ends[0]
        if test.ops[0] in (ast.LtE, ast.Lt):
            if method["reverse"] == "quotient":
                return self.divided(target, actual)
            return 2 - self.divided(actual, target)
        if test.ops[0] is ast.Eq and method["equal"] == "two_sided":
            return 1 - self.divided(abs(actual - target), abs(target))
        return self.divided(actual, target)

    @staticmethod
    def divided(left: Fraction, right: Fraction) -> Fraction:
        if right == 0:
            raise OracleError("zero-division")
        return left / right

    def applies(self, node: dict[str, Any]) -> bool:
        """Whether a node applies; nothing below a group that does not apply does."""

        def compute() -> bool:
            if any(not self.applies(group) for group in self.above(node)):
                return False
            applies = not is_not_applicable(self.raw.get(node["id"]))
            if applies and "applies" in node:
                applies = self.truth(node["applies"], "applies", node if "method" in node else None)
            if not applies and policy_of(node) == "refuse":
                raise OracleError("not-applicable", node["id"])
            return applies

        return self.once(("applies", node["id"]), compute)

    def above(self, node: dict[str, Any]) -> list[dict[str, Any]]:
        """The groups above a node that may not apply, the outermost first."""
        found = [group for group in self.groups.values() if group is not node and node["id"] in ids_below(group)]
        return [group for group in found if policy_of(group) != "refuse"]

    def fired(self, leaf: dict[str, Any]) -> tuple[int, str, Fraction]:
        """The case that fires: its ordinal over the whole list, its reason, its points."""

        def compute() -> tuple[int, str, Fraction]:
            for ordinal, (when, points, reason) in enumerate(self.cases(leaf), 1):
                if when():
                    found = number_in(points())
                    self.seen["case", method_of(leaf)["type"], reason] += 1
                    return ordinal, reason, found
            raise OracleError("no-case", leaf["id"])

        # an item that does not apply, without a policy, is an error though no case says so
        self.applies(leaf)
        return self.once(("fired", leaf["id"]), compute)

    def cases(self, leaf: dict[str, Any]) -> Iterator[tuple[Callable[[], bool], Callable[[], Fraction], str]]:
        policy = policy_of(leaf)
        if above := self.above(leaf):
            yield lambda: any(not self.applies(group) for group in above), lambda: Fraction(0), "not_applicable"
        if policy != "refuse":
            given = self.weight(leaf) if policy == "full" else Fraction(0)
            yield lambda: not self.applies(leaf), lambda: given, "not_applicable"
        if "missing" in leaf:
            own = self.own[leaf["id"]]
            yield (
                lambda: bool(own) and all(value is None for value in own.values()),
                lambda: self.number(leaf["missing"], "missing", leaf),
                "missing",
            )
        yield from self.written_cases(leaf, leaf.get("special", []), "special")
        yield from getattr(self, "cases_of_" + method_of(leaf)["type"])(leaf, method_of(leaf))

    def written_cases(
        self, leaf: dict[str, Any], cases: list[dict[str, Any]], word: str
    ) -> Iterator[tuple[Callable[[], bool], Callable[[], Fraction], str]]:
        for k, case in enumerate(cases, 1):

            def points(case: dict[str, Any] = case) -> Fraction:
                if "refuse" in case:
                    raise OracleError("refused", str(case["refuse"]))
                return self.number(case["points"], "points", leaf)

            yield (
                lambda case=case: self.truth(case["when"], word, leaf),  # type: ignore[misc]
                points,
                case.get("reason", f"{word}_{k}"),
            )

    def cases_of_ratio(self, leaf: dict[str, Any], method: dict[str, Any]) -> Iterator[Any]:
        below, above, weight = method.get("below", "proportional"), method["above"], self.weight(leaf)
        far = self.number(next(iter(above.values())), "parameter") if isinstance(above, dict) else Fraction(1)
        if isinstance(above, dict) and "zero" in above:
            yield lambda: self.at_least(leaf, far, "too-far"), lambda: Fraction(0), "too_far_above"
        if isinstance(above, dict) and "extend" in above:
            yield lambda: self.met(leaf), lambda: weight * min(self.attainment(leaf), far), "target_met"
        else:
            yield lambda: self.met(leaf), lambda: weight, "target_met"
        yield lambda: self.attainment(leaf) <= 0, lambda: Fraction(0), "nothing_earned"
        if isinstance(below, dict):
            line = self.number(next(iter(below.values())), "parameter")
            yield lambda: not self.at_least(leaf, line, "pass-line"), lambda: Fraction(0), "below_pass_line"

        def otherwise() -> Fraction:
            attained = min(self.attainment(leaf), Fraction(1))
            if below == "zero":
                return Fraction(0)
            if isinstance(below, dict) and "stretch" in below:
                return weight * self.divided(attained - line, 1 - line)
            return weight * attained

        yield lambda: True, otherwise, "target_missed" if below == "zero" else "proportional"

    def at_least(self, leaf: dict[str, Any], line: Fraction, where: str) -> bool:
        attained = self.attainment(leaf)
        if attained == line:
            self.seen["edge", where] += 1
        return attained >= line

    def cases_of_pass_fail(self, leaf: dict[str, Any], method: dict[str, Any]) -> Iterator[Any]:
        yield lambda: self.met(leaf), lambda: self.weight(leaf), "target_met"
        yield lambda: True, lambda: Fraction(0), "target_missed"

    def cases_of_table(self, leaf: dict[str, Any], method: dict[str, Any]) -> Iterator[Any]:
        columns = method.get("of", ["actual"])

        def all_hold(tests: list[object]) -> bool:
            return all(
                self.holds(
                    test_of(test),
                    self.formula(column, "column", leaf),
                    lambda end: self.formula(end, "end", leaf),
                    "band",
                )
                for test, column in zip(tests, columns, strict=True)
                if test != "any"
            )

        for k, row in enumerate(method["rows"], 1):
            if isinstance(row, dict):
                tests = row["is"] if isinstance(row["is"], list) else [row["is"]]
                points, reason = row["points"], row.get("reason", f"row_{k}")
            else:
                tests, points, reason = row[:-1], row[-1], f"row_{k}"
            yield (
                lambda tests=tests: all_hold(tests),
                lambda points=points: self.number(points, "points", leaf),
                reason,
            )
        if "otherwise" in method:
            yield lambda: True, lambda: self.number(method["otherwise"], "points", leaf), "no_row"

    def cases_of_interpolate(self, leaf: dict[str, Any], method: dict[str, Any]) -> Iterator[Any]:
        """Straight lines between anchors, rising or falling; outside of them as `below` and `above` say."""
        if "efficacy" in method:
            preset = method["efficacy"]
            rows = [[x, f"weight * {c}"] for x, c in zip(preset["standards"], preset["coefficients"], strict=True)]
        else:
            rows = method["rows"]
        falling = Fraction(str(rows[0][0])) > Fraction(str(rows[-1][0]))

        def x(k: int) -> Fraction:
            return self.number(rows[k][0], "anchor", leaf)

        def p(k: int) -> Fraction:
            return self.number(rows[k][1], "points", leaf)

        def actual() -> Fraction:
            return number_in(self.actual(leaf))

        def before(k: int) -> bool:
            return actual() > x(k) if falling else actual() < x(k)

        def on_line(a: int, b: int) -> Fraction:
            return p(a) + (actual() - x(a)) * self.divided(p(b) - p(a), x(b) - x(a))

        def outside(word: str, low: int, high: int, end: int) -> Fraction:
            if word == "refuse":
                raise OracleError("outside-anchors")
            return p(end) if word == "hold" else on_line(low, high) if word == "extend" else self.number(word, "points", leaf)

        last = len(rows) - 1
        below, above = str(method["below"]), str(method.get("above", "hold"))
        yield lambda: before(0), lambda: outside(below, 0, 1, 0), "below_first"
        for k in range(1, last + 1):
            yield lambda k=k: before(k), lambda k=k: on_line(k - 1, k), f"between_{k}"
        yield lambda: actual() == x(last), lambda: p(last), "at_last"
        yield lambda: True, lambda: outside(above, last - 1, last, last), "above_last"

    def bound(self, leaf: dict[str, Any], key: str) -> Fraction:
        return self.number(leaf[key], key, leaf)

    def cases_of_adjust(self, leaf: dict[str, Any], method: dict[str, Any]) -> Iterator[Any]:
        def start() -> Fraction:
            return self.number(method.get("from", "weight"), "from", leaf)

        def gap() -> Fraction:
            if "gap" in method:
                return self.number(method["gap"], "gap", leaf)
            actual, ends = self.actual(leaf), self.ends(leaf)
            if len(ends) == 1:
                return number_in(binary(ast.Sub(), actual, ends[0]))
            if actual > ends[1]:
                return number_in(binary(ast.Sub(), actual, ends[1]))
            return min(number_in(binary(ast.Sub(), actual, ends[0])), Fraction(0))

        def side() -> int:
            found = gap()
            if found == 0:
                self.seen["edge", "gap"] += 1
            return (found > 0) - (found < 0)

        def changed(way: str) -> Fraction:
            how = method[way]
            units = self.divided(gap() if way == "over" else -gap(), self.number(how["per"], "per", leaf))
            units = {
                "proportional": units,
                "started": rounded(units, Fraction(1), "ceil"),
                "completed": rounded(units, Fraction(1), "floor"),
            }[how["part"]]
            change = units * self.number(how["points"], "points", leaf)
            if "at_most" in how:
                most = self.number(how["at_most"], "at-most", leaf)
                change = min(max(change, -most), most)
            return start() + change

        def reaches(way: str, key: str) -> bool:
            points, end = changed(way), self.bound(leaf, key)
            if points == end:
                self.seen["edge", "all-" + key] += 1
            return points <= end if key == "floor" else points >= end

        ways = [(way, sign) for way, sign in (("over", 1), ("under", -1)) if way in method]
        for key, reason in (("floor", "all_deducted"), ("cap", "all_earned")):
            if key in leaf:
                for way, sign in ways:
                    yield (
                        lambda way=way, sign=sign, key=key: side() == sign and reaches(way, key),
                        lambda key=key: self.bound(leaf, key),
                        reason,
                    )
        for way, sign in ways:
            yield lambda sign=sign: side() == sign, lambda way=way: changed(way), f"{way}_line"
        yield lambda: True, start, "on_line"

    def cases_of_checklist(self, leaf: dict[str, Any], method: dict[str, Any]) -> Iterator[Any]:
        def start() -> Fraction:
            return self.number(method["from"], "from", leaf)

        def change() -> Fraction:
            sum_of = Fraction(0)
            for element in method["elements"]:
                sum_of += self.reported(leaf["id"], element["id"]) * self.number(element["points"], "points", leaf)
            return sum_of

        def reaches(key: str) -> bool:
            points, end = start() + change(), self.bound(leaf, key)
            if points == end:
                self.seen["edge", "all-" + key] += 1
            return points <= end if key == "floor" else points >= end

        yield lambda: change() == 0, start, "none_apply"
        for key, reason in (("floor", "all_deducted"), ("cap", "all_earned")):
            if key in leaf:
                yield lambda key=key: reaches(key), lambda key=key: self.bound(leaf, key), reason
        yield lambda: True, lambda: start() + change(), "some_apply"

    def cases_of_grade(self, leaf: dict[str, Any], method: dict[str, Any]) -> Iterator[Any]:
        for level in method["levels"]:
            key = "share" if "share" in level else "points"
            test = test_of(level[key])
            banded = test.sort in ("interval", "bound", "any")

            def points(level: dict[str, Any] = level, key: str = key, test: Test = test, banded: bool = banded) -> Fraction:
                judged: Fraction
                if banded:
                    judged = self.reported(leaf["id"], key)
                    if not self.holds(test, judged, lambda end: self.formula(end, "end", leaf), "band"):
                        raise OracleError("outside-band", leaf["id"])
                else:
                    judged = self.number(level[key], "points", leaf)
                return self.weight(leaf) * judged if key == "share" else judged

            yield lambda level=level: self.reported(leaf["id"], "grade") == level["id"], points, level["id"]

    def cases_of_formula(self, leaf: dict[str, Any], method: dict[str, Any]) -> Iterator[Any]:
        yield from self.written_cases(leaf, method.get("cases", []), "case")
        if "points" in method:
            yield lambda: True, lambda: self.number(method["points"], "points", leaf), "otherwise"
        if "otherwise" in method:
            yield lambda: True, lambda: self.number(method["otherwise"], "points", leaf), "otherwise"

    def scored(self, leaf: dict[str, Any]) -> Fraction:
        def compute() -> Fraction:
            points = self.fired(leaf)[2]
            if self.applies(leaf):
                points = self.clamped(leaf, points)
                if "floor" not in leaf and points < 0:
                    raise OracleError("points-out-of-range", leaf["id"])
                if "cap" not in leaf and points > self.weight(leaf):
                    raise OracleError("points-out-of-range", leaf["id"])
            return self.rounding("item", points)

        return self.once(("scored", leaf["id"]), compute)

    def clamped(self, node: dict[str, Any], points: Fraction) -> Fraction:
        leaf = node if "method" in node else None
        extra = {} if leaf else {"weight": self.weight(node)}
        if "floor" in node:
            points = max(points, number_in(self.formula(node["floor"], "floor", leaf, **extra)))
        if "cap" in node:
            points = min(points, number_in(self.formula(node["cap"], "cap", leaf, **extra)))
        return points

    def points(self, leaf: dict[str, Any]) -> Fraction:
        return self.once(("points", leaf["id"]), lambda: self.gated(leaf, self.scored(leaf)))

    # ------------------------------------------------------------ gates

    def gate_holds(self, gate: dict[str, Any]) -> bool:
        return self.once(("gate", gate["id"]), lambda: self.truth(gate["when"], "gate"))

    def gated(self, node: dict[str, Any], points: Fraction) -> Fraction:
        """Gates in file order; they do not act on what does not apply."""
        name = "total" if node is self.total_node else node["id"]
        if node is not self.total_node and not self.applies(node):
            return points
        for gate in self.rules.get("gates", []):
            effects = {key: gate[key] for key in ("points", "at_most", "at_least") if key in gate}
            if not effects or name not in gate.get("on", ["total"]) or not self.gate_holds(gate):
                continue
            for key, text in effects.items():
                given = self.number(text, "gate-points")
                self.seen["gate", key] += 1
                points = {"points": given, "at_most": min(points, given), "at_least": max(points, given)}[key]
        return points

    # ------------------------------------------------------------ groups, total, rating

    def node_points(self, node: dict[str, Any]) -> Fraction:
        return self.group_points(node)[1] if "children" in node else self.points(node)

    def earned(self, children: list[dict[str, Any]]) -> Fraction:
        """The children's points, with the weights that do not apply moved onto those that remain."""
        moved = [c for c in children if not self.applies(c) and policy_of(c) == "redistribute"]
        receivers = [c for c in children if self.applies(c) and self.weight(c) > 0]
        others = [c for c in children if c not in moved and c not in receivers]
        away = sum((self.weight(c) for c in moved), Fraction(0))
        remaining = sum((self.weight(c) for c in receivers), Fraction(0))
        if away > 0 and remaining == 0:
            raise OracleError("nothing-remains")
        factor = (remaining + away) / remaining if away > 0 else Fraction(1)
        if away > 0:
            self.seen["edge", "redistributed"] += 1
        return sum((self.node_points(c) * factor for c in receivers), Fraction(0)) + sum((self.node_points(c) for c in others), Fraction(0))

    def group_points(self, group: dict[str, Any]) -> tuple[Fraction, Fraction]:
        """A group's points before and after its rounding."""

        def compute() -> tuple[Fraction, Fraction]:
            if self.applies(group):
                points = self.clamped(group, self.earned(group["children"]))
            else:
                points = self.weight(group) if policy_of(group) == "full" else Fraction(0)
            points = self.gated(group, points)
            return points, self.rounding("group", points)

        return self.once(("group", group["id"]), compute)

    def total(self) -> tuple[Fraction, Fraction]:
        def compute() -> tuple[Fraction, Fraction]:
            points = self.gated(self.total_node, self.clamped(self.total_node, self.earned(self.nodes)))
            return points, self.rounding("total", points)

        return self.once(("total",), compute)

    def rating(self) -> str | None:
        rows = self.rules.get("rating")
        if not rows:
            return None
        exact, shown = self.total()
        subject = exact if self.rules.get("rounding", {}).get("rating_from", "shown") == "exact" else shown
        found = None
        for at, row in enumerate(rows):
            if "when" in row:
                holds = self.truth(row["when"], "rating", total=subject)
            else:
                holds = self.holds(test_of(row["is"]), subject, lambda end: self.formula(end, "rating"), "rating")
            if holds:
                found = at
                break
        if found is None:
            raise OracleError("no-rating")
        order = [row["id"] for row in rows]
        fired = [gate for gate in self.rules.get("gates", []) if self.gate_holds(gate)]
        for gate in fired:
            if "rating" in gate:
                self.seen["gate", "rating"] += 1
                return str(gate["rating"])
        # the list runs from the highest rating down: raising is a smaller place in it
        for gate in fired:
            if "rating_at_least" in gate:
                self.seen["gate", "rating_at_least"] += 1
                found = min(found, order.index(gate["rating_at_least"]))
        for gate in fired:
            if "rating_at_most" in gate:
                self.seen["gate", "rating_at_most"] += 1
                found = max(found, order.index(gate["rating_at_most"]))
        return str(order[found])

    def was_reported(self, leaf: dict[str, Any]) -> bool:
        own = self.own[leaf["id"]]
        return not own or any(value is not None for value in own.values())

    def flag_holds(self, flag: dict[str, Any], leaf: dict[str, Any] | None) -> bool:
        """A flag changes no points: one that cannot be computed is not raised (perfscore warns)."""
        try:
            return self.truth(flag["when"], "flag", leaf)
        except OracleError as error:
            if error.code != "zero-division":
                raise
            return False

    def flags(self) -> list[tuple[str, str | None]]:
        raised: list[tuple[str, str | None]] = []
        for flag in self.rules.get("flags", []):
            if "for" not in flag:
                if self.flag_holds(flag, None):
                    raised.append((flag["id"], None))
                continue
            for leaf in self.leaves.values():
                keys = {**leaf, "method": method_of(leaf)["type"]}
                wanted = all(str(keys.get(key)) == str(value) for key, value in flag["for"].items())
                # a flag about an item holds only where the item applies and was reported, unless it asks for that
                wanted = wanted and self.applies(leaf) and ("missing(" in str(flag["when"]) or self.was_reported(leaf))
                if wanted and self.flag_holds(flag, leaf):
                    raised.append((flag["id"], leaf["id"]))
        return raised


def score(rules: dict[str, Any], outcomes: dict[str, Any], seen: Counter[tuple[str, ...]] | None = None) -> dict[str, Any]:
    """Score one set of outcomes by the specification.

    Gives total, exact_total, rating, items, groups, gates (ids that held), flags (flag id, item id or None), and
    `unread`: outcomes that are absent, have no `missing` and were never needed. Raises OracleError(code).
    """
    counted: Counter[tuple[str, ...]] = Counter()
    self = Assessing(rules, outcomes, counted)
    items = {}
    for name, leaf in self.leaves.items():
        ordinal, reason, _ = self.fired(leaf)
        items[name] = {
            "points": self.points(leaf),
            "reason": reason,
            "case": ordinal,
            "scored": self.scored(leaf),
            "weight": self.weight(leaf),
            "not_applicable": not self.applies(leaf),
        }
        if not self.applies(leaf):
            # what does not apply need not be reported
            self.unread = {one for one in self.unread if one.split(".")[0] != name}
    exact, shown = self.total()
    result = {
        "total": shown,
        "exact_total": exact,
        "rating": self.rating(),
        "items": items,
        "groups": {name: self.group_points(group)[1] for name, group in self.groups.items()},
        "gates": [gate["id"] for gate in rules.get("gates", []) if self.gate_holds(gate)],
        "flags": self.flags(),
        "unread": sorted(self.unread),
    }
    if seen is not None:
        seen.update(counted)
    return result
