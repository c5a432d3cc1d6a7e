"""The exact reading: steps -> values over rationals, walked by simpleeval. The reference that every reading must equal.

simpleeval walks our own checked tree: numbers are Fractions before it sees them, its operators and functions are ours
(its own would read `0.95` as a float and round half to even). A step is computed when it is first needed and once.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final

import simpleeval  # type: ignore[import-untyped]

from perfscore.finding import Both, Finding, Kind, Language
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers import real
from perfscore.numbers.date import Day, months_between
from perfscore.numbers.number import shortest
from perfscore.numbers.rounding import round_to
from perfscore.readings.text import formula, value_text, word, words
from perfscore.steps import Case, Cases, Input, Round, Rows, Step

DIVISION_BY_ZERO = Kind(
    "division-by-zero",
    "error",
    zh="“{label}”：{divisor}为 0，不能作除数",
    en="“{label}”: {divisor} is 0, nothing can be divided by it",
    hint_zh="用 special 写明除数为 0 时怎么计分",
    hint_en="say with `special` what a zero divisor earns",
    why="A budget or a target of 0 has no rate; real systems divide by 1 instead and print 100 %.",
    fix="Write a `special` case for the zero, or mend the outcome.",
)
NUMBER_TOO_LARGE = Kind(
    "number-too-large",
    "error",
    zh="“{label}”：计算中出现过大的数",
    en="“{label}”: a number became too large to compute with",
    hint_zh="检查录入的数和公式中的幂",
    hint_en="check the outcome and the powers in the formula",
    why="Exact numbers can grow without bound; the calculation stops before the machine does.",
    fix="Mend the outcome, or the formula.",
)
NO_CASE = Kind(
    "no-case",
    "error",
    zh="“{label}”：规则中没有一档适用于{found}",
    en="“{label}”: no row or case of the rule covers {found}",
    hint_zh="规则在此有空档：补一档，或写 otherwise",
    hint_en="the rule has a hole there: add a row, or write `otherwise`",
    why="An outcome that no row covers is a hole in the rule, and never 0 points by itself.",
    fix="Add the missing row to the rule file, or `otherwise` where the rule's text says what else earns.",
)
EMPTY_LIST = Kind(
    "empty-list",
    "error",
    zh="“{label}”：列表是空的，没有平均数、最大数或最小数",
    en="“{label}”: the list is empty, so it has no mean, highest or lowest",
    hint_zh="用 special 或 count(…) = 0 的情形写明这时怎么计分",
    hint_en="say with a case for count(…) = 0 what an empty list earns",
    why="Nothing that counts is not 0: the mean of no ballot does not exist.",
    fix="Write a case for the empty list, or mend the outcomes.",
)
NOT_REAL = Kind(
    "not-a-real",
    "error",
    zh="“{label}”：负数没有实数根，0 和负数没有对数",
    en="“{label}”: a negative number has no root, and only a number above 0 a logarithm",
    hint_zh="先在 when 里排除这种情况",
    hint_en="rule the situation out in a case first",
    why="The root of a negative number is no number of points.",
    fix="Write a case for it, or mend the outcome.",
)
UNDECIDED_ROUNDING = Kind(
    "undecided-rounding",
    "error",
    zh="“{label}”：数值太接近取整或比较的界限，4096 位仍不能断定",
    en="“{label}”: the value is too close to an edge of rounding or comparison to be decided with 4096 bits",
    hint_zh="改写公式，使界限上的值是有理数",
    hint_en="write the formula so that the value at the edge is rational",
    why="An irrational value is refined until it is on one side of an edge; where that never shows, nothing is guessed.",
    fix="Simplify the formula, or round earlier.",
)

IRRATIONAL: Final[dict[type[Exception], Kind]] = {
    real.NotReal: NOT_REAL, real.Undecided: UNDECIDED_ROUNDING, real.TooLarge: NUMBER_TOO_LARGE,
}  # fmt: skip
MAX_BITS = 20_000


class Missing:
    """The value of an input that was not reported."""

    def __repr__(self) -> str:
        return "MISSING"


class Broken:
    """The value of an input that could not be read; its problem was reported already."""


MISSING: Final = Missing()
BROKEN: Final = Broken()

Value = Any  # Fraction | bool | str | Day | Missing | Broken, and a tuple of them: a list; of a table, a tuple of rows


class _Pending(Exception):
    def __init__(self, name: str) -> None:
        self.name = name


class _BrokenStep(Exception):
    """Something that this needs was reported already."""


class Wrong(Exception):
    """A formula has no value: the kind of finding."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind


_TROUBLE: Final[tuple[type[Exception], ...]] = (Wrong, *IRRATIONAL)


class MissingInput(Exception):
    """An input was needed and not reported: its name."""

    def __init__(self, name: str) -> None:
        self.name = name


_NO_VALUE: Final[tuple[type[Exception], ...]] = (_BrokenStep, MissingInput, *_TROUBLE)


def _bounded(value: Any) -> Any:
    if not isinstance(value, Fraction):
        return value  # a Real: its own module bounds it
    if value.numerator.bit_length() > MAX_BITS or value.denominator.bit_length() > MAX_BITS:
        raise Wrong(NUMBER_TOO_LARGE)
    return value


def _divide(a: Any, b: Any) -> Any:
    if not b:
        raise Wrong(DIVISION_BY_ZERO)
    return _bounded(a / b)


def _minus(a: Any, b: Any) -> Any:
    return Fraction(a.ordinal - b.ordinal) if isinstance(a, Day) else _bounded(a - b)


def _power(a: Any, b: Fraction) -> Any:
    if not isinstance(a, Fraction):
        return a ** int(b)
    if max(a.numerator.bit_length(), a.denominator.bit_length()) * int(b) > MAX_BITS:
        raise Wrong(NUMBER_TOO_LARGE)
    return Fraction(a ** int(b))


def _stepped(mode: str) -> Callable[..., Fraction]:
    def rounded(value: Fraction, digits: Fraction = Fraction(0)) -> Fraction:
        if digits.denominator != 1 or not -30 <= digits <= 30:
            raise Wrong(NUMBER_TOO_LARGE)
        return round_to(value, Fraction(10) ** -int(digits), mode)  # type: ignore[arg-type]

    return rounded


def _each(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    """A comparison; of a list with one value: a list of truths."""

    def compared(a: Any, b: Any) -> Any:
        if type(a) is tuple:
            return tuple(compare(one, b) for one in a)
        if type(b) is tuple:
            return tuple(compare(a, one) for one in b)
        return compare(a, b)

    return compared


def _over(reduce: Callable[[Sequence[Any]], Any], *, empty: bool = False) -> Callable[..., Any]:
    """A function of a list, or of values written out; `empty`: it has a value for no values."""

    def reduced(*given: Any) -> Any:
        values = given[0] if len(given) == 1 and type(given[0]) is tuple else given
        if not values and not empty:
            raise Wrong(EMPTY_LIST)
        return reduce(values)

    return reduced


def _median(values: Sequence[Any]) -> Any:
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(values) % 2 else _bounded(ordered[middle - 1] + ordered[middle]) / 2


def _total(values: Sequence[Any]) -> Any:
    """Added up, no step wider than an exact number may be."""
    total: Any = Fraction(0)
    for value in values:
        total = _bounded(total + value)
    return total


def _trimmed_mean(values: Sequence[Any], trim: Fraction) -> Any:
    if trim.denominator != 1 or trim < 0 or 2 * trim >= len(values):
        raise Wrong(EMPTY_LIST)
    left = sorted(values)[int(trim) : len(values) - int(trim)]
    return _total(left) / len(left)


def _geometric_mean(values: Sequence[Any], weights: Sequence[Fraction] | None = None) -> Any:
    """Of a list, or of values and their weights (above 0)."""
    if not values:
        raise Wrong(EMPTY_LIST)
    return real.weighted_geometric(values, [Fraction(1)] * len(values) if weights is None else weights)


OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: lambda a, b: _bounded(a + b),
    ast.Sub: _minus,
    ast.Mult: lambda a, b: _bounded(a * b),
    ast.Div: _divide,
    ast.Pow: _power,
    ast.USub: lambda a: -a,
    ast.Not: lambda a: not a,
    ast.Eq: _each(operator.eq),
    ast.NotEq: _each(operator.ne),
    ast.Lt: _each(operator.lt),
    ast.LtE: _each(operator.le),
    ast.Gt: _each(operator.gt),
    ast.GtE: _each(operator.ge),
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": _over(min),
    "max": _over(max),
    "sum": _over(_total, empty=True),
    "mean": _over(lambda values: _total(values) / len(values)),
    "median": _over(_median),
    "count": _over(lambda values: Fraction(sum(one is not False for one in values)), empty=True),
    "any": _over(any, empty=True),
    "all": _over(all, empty=True),
    "trimmed_mean": _trimmed_mean,
    "sqrt": real.sqrt,
    "root": lambda x, n: real.root(x, int(n)),
    "ln": real.ln,
    "geometric_mean": _geometric_mean,
    "abs": abs,
    "round": _stepped("half-up"),
    "floor": _stepped("floor"),
    "ceil": _stepped("ceil"),
    "clamp": lambda x, low, high: min(max(x, low), high),
    "months": lambda a, b: Fraction(months_between(a, b)),
}
_AST_OPS: dict[str, ast.operator] = {"+": ast.Add(), "-": ast.Sub(), "*": ast.Mult(), "/": ast.Div(), "**": ast.Pow()}
_AST_COMPARE: dict[str, ast.cmpop] = {"=": ast.Eq(), "!=": ast.NotEq(), "<": ast.Lt(), "<=": ast.LtE(), ">": ast.Gt(), ">=": ast.GtE()}


def to_ast(node: Tree) -> ast.expr:
    """Our tree as the nodes that simpleeval walks; every constant is a Fraction, a Day, a text or a truth."""
    match node:
        case tree.Number(value) | tree.Text(value) | tree.Truth(value):
            return ast.Constant(value)  # type: ignore[arg-type]
        case tree.Date(_, last):
            return ast.Constant(last)  # type: ignore[arg-type]
        case tree.Name(name):
            return ast.Name(name, ast.Load())
        case tree.Negate(operand):
            return ast.UnaryOp(ast.USub(), to_ast(operand))
        case tree.Not(operand):
            return ast.UnaryOp(ast.Not(), to_ast(operand))
        case tree.Arithmetic(op, left, right):
            return _placed(ast.BinOp(to_ast(left), _AST_OPS[op], to_ast(right)), node)
        case tree.Compare(first, rest):
            return ast.Compare(to_ast(first), [_AST_COMPARE[op] for op, _ in rest], [to_ast(right) for _, right in rest])
        case tree.Logic(op, parts):
            return ast.BoolOp(ast.And() if op == "and" else ast.Or(), [to_ast(part) for part in parts])
        case tree.Choose(condition, then, otherwise):
            return ast.IfExp(to_ast(condition), to_ast(then), to_ast(otherwise))
        case tree.Member(subject, options):
            equal = [ast.Compare(to_ast(subject), [ast.Eq()], [to_ast(option)]) for option in options]
            return equal[0] if len(equal) == 1 else ast.BoolOp(ast.Or(), list(equal)) if equal else ast.Constant(False)
        case tree.Listing(elements):
            return _List([(None if condition is None else to_ast(condition), to_ast(value)) for condition, value in elements])
        case tree.Call("missing", (argument,)):
            return ast.Call(ast.Name("missing", ast.Load()), [ast.Constant(argument.name if isinstance(argument, tree.Name) else "")], [])
        case tree.Call(function, arguments):
            return _placed(ast.Call(ast.Name(function, ast.Load()), [to_ast(one) for one in arguments], []), node)


class _List(ast.expr):
    """A written list whose elements count under conditions."""

    def __init__(self, elements: Sequence[tuple[ast.expr | None, ast.expr]]) -> None:
        super().__init__()
        self.elements = elements


def _placed(node: ast.expr, source: Tree) -> ast.expr:
    node.perfscore = source  # type: ignore[attr-defined]
    return node


class _Evaluator(simpleeval.SimpleEval):  # type: ignore[misc]
    """simpleeval with our operators and functions; trouble keeps the node it came from."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        super().__init__(operators=OPERATORS, functions=dict(FUNCTIONS), names=_Names(values))
        self.functions["missing"] = self._missing
        self.nodes[_List] = self._list
        self.values = values
        self.trouble: Tree | None = None

    def _eval_binop(self, node: Any) -> Any:
        try:
            return super()._eval_binop(node)
        except Wrong:
            self.trouble = self.trouble or node.perfscore
            raise

    def _list(self, node: _List) -> tuple[Value, ...]:
        return tuple(self._eval(value) for condition, value in node.elements if condition is None or self._eval(condition))

    def _missing(self, name: str) -> bool:
        if name not in self.values:
            raise _Pending(name)
        return self.values[name] is MISSING


class _Names:
    """Values by name; what is not computed yet is asked for."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = values

    def __getitem__(self, name: str) -> Value:
        if name not in self.values:
            raise _Pending(name)
        value = self.values[name]
        if value is MISSING:
            raise MissingInput(name)
        if value is BROKEN:
            raise _BrokenStep
        return value


class _Outer(dict[str, Value]):
    """The values of one row, and behind them the values around it."""

    def __init__(self, around: Mapping[str, Value], own: Mapping[str, Value]) -> None:
        super().__init__(own)
        self.around = around

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self.around

    def __missing__(self, name: str) -> Value:
        return self.around[name]


class Program:
    """Steps made ready for simpleeval, once for a rule set. `known`: these and the steps around them, for words."""

    def __init__(self, steps: Mapping[str, Step], around: Mapping[str, Step] | None = None) -> None:
        self.steps = steps
        self.known = steps if around is None else {**around, **steps}
        self._inner: dict[str, Program] = {}
        self._readers: dict[str, list[str]] | None = None
        self._ready: dict[int, tuple[Tree, ast.expr]] = {}

    def reading(self, names: Iterable[str]) -> set[str]:
        """The steps that read any of these, directly or through others."""
        if self._readers is None:
            self._readers = {}
            for step in self.steps.values():
                for used in step.uses():
                    self._readers.setdefault(used, []).append(step.name)
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            for reader in self._readers.get(waiting.pop(), ()):
                if reader not in found:
                    found.add(reader)
                    waiting.append(reader)
        return found

    def inner(self, name: str, node: Rows) -> Program:
        """The steps of one row, made ready once."""
        if name not in self._inner:
            table = self.known[node.table.name].node
            assert isinstance(table, Input)
            columns = zip(node.cells, table.columns, strict=True)
            cells = {
                cell: Step(cell, "input", column, word=column.id, label=column.label, unit=column.unit) for (_, cell), column in columns
            }
            self._inner[name] = Program({step.name: step for step in node.steps}, {**self.known, **cells})
        return self._inner[name]

    def ready(self, root: Tree) -> ast.expr:
        found = self._ready.get(id(root))
        if found is None:
            found = self._ready[id(root)] = (root, to_ast(root))
        return found[1]


@dataclass(slots=True)
class Evaluation:
    """The values of steps for one set of inputs, computed as they are asked for.

    `fired`: the case of each case list that decided. `problems`: what went wrong, each once, by the step it began in;
    `lacking`: inputs that were needed and not reported, with the step that needed them. `rows`: of a list over the rows of a
    table, the evaluation of each row.
    """

    program: Program
    values: dict[str, Value]
    fired: dict[str, int] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)
    lacking: dict[str, str] = field(default_factory=dict)
    rows: dict[str, tuple[Evaluation, ...]] = field(default_factory=dict)
    _evaluator: Any = None

    def __post_init__(self) -> None:
        self._evaluator = _Evaluator(self.values)

    def value(self, name: str) -> Value:
        """The value of a step; BROKEN where it has none (its problem is noted)."""
        stack = [name]
        while stack:
            top = stack[-1]
            if top in self.values:
                stack.pop()
                continue
            step = self.program.steps[top]
            try:
                self.values[top] = self._step(step)
            except _Pending as pending:
                if pending.name not in self.program.steps:
                    raise  # a step outside of the row
                stack.append(pending.name)
            except _BrokenStep:
                self.values[top] = BROKEN
            except MissingInput as lacking:
                for absent in (lacking.name, *self._also_lacking(step)):
                    self.lacking.setdefault(absent, top)
                self.values[top] = BROKEN
            except _TROUBLE as wrong:
                self._note(step, wrong.kind if isinstance(wrong, Wrong) else IRRATIONAL[type(wrong)])
                self.values[top] = BROKEN
        return self.values[name]

    def _also_lacking(self, step: Step) -> list[str]:
        """The other inputs that the formula needs in any case, so that all are told at once."""
        if isinstance(step.node, Cases) or any(
            isinstance(node, (tree.Choose, tree.Logic)) for root in step.trees() for node in tree.walk(root)
        ):
            return []
        return [name for name in step.uses() if isinstance(self.program.steps[name].node, Input) and self.value(name) is MISSING]

    def all(self, names: Iterable[str]) -> None:
        for name in names:
            self.value(name)

    def of(self, root: Tree) -> Value | None:
        """The value of any formula over the steps, or None where it has none."""
        while True:
            try:
                return self._formula(root)
            except _Pending as pending:
                if pending.name not in self.program.steps:
                    return None
                self.value(pending.name)
            except _NO_VALUE:
                return None

    def _formula(self, root: Tree) -> Value:
        self._evaluator.trouble = None
        found: Value = self._evaluator._eval(self.program.ready(root))
        return found

    def _step(self, step: Step) -> Value:
        match step.node:
            case Cases(cases):
                for k, case in enumerate(cases):
                    if case.when is not None and not self._formula(case.when):
                        continue
                    if case.refuse is not None:
                        self.fired[step.name] = k
                        self._refused(step, case)
                        raise _BrokenStep
                    assert case.points is not None
                    value = self._formula(case.points)
                    self.fired[step.name] = k
                    return value
                raise Wrong(NO_CASE)
            case Round(of, rounding, _):
                return rounding.apply(self._formula(of))
            case Input(missing=absent):
                return MISSING if absent is None else self._formula(absent)
            case Rows():
                return self._rows(step.name, step.node)
            case formula:
                return self._formula(formula)

    def _rows(self, name: str, node: Rows) -> tuple[Value, ...]:
        """The results of the rows that are kept; `rows` keeps the evaluation of every row."""
        table = self._formula(node.table)
        program = self.program.inner(name, node)
        found, rows = [], []
        for cells in table:
            outer = _Outer(self.values, dict(zip((inner for _, inner in node.cells), cells, strict=True)))
            row = Evaluation(program, outer)
            rows.append(row)
            for step in (node.keep, node.result):
                if step is not None and row.value(step) is BROKEN:
                    self.problems.extend(_of_row(problem, len(rows)) for problem in row.problems)
                    for absent in row.lacking:
                        self.lacking.setdefault(absent, name)
                    raise _BrokenStep
            if node.keep is None or row.value(node.keep):
                found.append(row.value(node.result))
        self.rows[name] = tuple(rows)
        return tuple(found)

    def _refused(self, step: Step, case: Case) -> None:
        """A case that refuses, in the author's words and with the number that it is about."""
        assert case.refuse is not None
        about = None if case.refuse.about is None else self._formula(case.refuse.about)
        worth = self.program.known.get(f"{step.owner}:weight")
        weight = worth.node.value if worth is not None and isinstance(worth.node, tree.Number) else None
        facts: dict[str, Any] = {"label": self._label(step), "text": case.refuse.text}
        if isinstance(about, Fraction) and weight is not None:
            facts.update(found=shortest(about), expected=shortest(weight))
        name = case.refuse.about.name if isinstance(case.refuse.about, tree.Name) else ""
        if name and self.program.known[name].kind in ("input", "quantity"):
            facts.update(found=self._shown(name), expected=case.refuse.expected, about=name)
        self.problems.append(case.refuse.kind.at(case.place, indicator=step.owner or None, **facts))

    def _note(self, step: Step, kind: Kind) -> None:
        trouble = self._evaluator.trouble
        place = trouble.place if trouble is not None and trouble.place != tree.NOWHERE else step.place
        facts: dict[str, Any] = {"label": self._label(step)}
        if isinstance(trouble, tree.Arithmetic) and kind is DIVISION_BY_ZERO:
            facts.update(divisor=self._named(trouble.right), about=_only_name(trouble.right))
        if kind is NO_CASE and isinstance(step.node, Cases):
            facts.update(found=self._asked(step.node))
        self.problems.append(kind.at(place, indicator=step.owner or None, **facts))

    # --- the words of problems --------------------------------------------------------------------------------------

    def _label(self, step: Step) -> Both | str:
        """A step as a reader knows it: the label of its item or group, or its own name."""
        steps = self.program.known
        earned = steps.get(f"{step.owner}:earned") if step.owner else None
        return _in_words(step.label or (earned.label if earned is not None else "") or step.owner or step.word)

    def _named(self, root: Tree) -> Both:
        """A formula in the words of both languages."""

        def told(language: Language) -> str:
            def named(name: str) -> str:
                step = self.program.known[name]
                return step.node.label if isinstance(step.node, Input) else word("quantities", step.word, language)

            return formula(root, named, words(language)["functions"])

        return Both(told("zh"), told("en"))

    def _shown(self, name: str) -> str:
        """The value of a step as people write it."""
        step, value = self.program.known[name], self.values[name]
        return value_text(value, unit=step.unit, percent=step.percent)

    def _asked(self, cases: Cases) -> Both:
        """What the conditions of a case list ask about, with its values."""
        names = dict.fromkeys(name.name for case in cases.cases if case.when is not None for name in tree.names(case.when))
        known = [name for name in names if name in self.values and not isinstance(self.program.known[name].node, tree.Number)]
        shown = [(self._named(tree.Name(name)), self._shown(name)) for name in known]
        if len(shown) == 1:
            return Both(f" {shown[0][1]}", shown[0][1])
        return Both("、".join(f"{name.zh} {value}" for name, value in shown), ", ".join(f"{name.en} {value}" for name, value in shown))


def _of_row(problem: Finding, number: int) -> Finding:
    """The problem, with the row of the table that it is about."""
    label = problem.facts.get("label", "")
    zh, en = (label.zh, label.en) if isinstance(label, Both) else (label, label)
    return replace(problem, facts={**problem.facts, "label": Both(f"{zh}（第 {number} 行）", f"{en}, row {number}")})


def _only_name(root: Tree) -> str | None:
    return root.name if isinstance(root, tree.Name) else None


def _in_words(name: str) -> Both:
    """The library's own word for a step, else its name."""
    return Both(word("quantities", name, "zh"), word("quantities", name, "en"))


def formula_value(root: Tree, values: Mapping[str, Value]) -> Value | None:
    """The value of a formula over these values alone, or None where it has none."""
    return Evaluation(Program({}), dict(values)).of(root)


def evaluate(program: Program, inputs: Mapping[str, Value], wanted: Iterable[str]) -> Evaluation:
    """The wanted steps and all they need, for these inputs (an input that is not given is missing)."""
    found = Evaluation(program, dict(inputs))
    found.all(wanted)
    return found
