"""A second scorer, written from the specification alone: rule file and outcomes in, points out.

`prepare` reads a rule set once; every quantity is computed when first asked for. Numbers are Fractions, roots and logarithms
`reals.Real`. It imports nothing of perfscore. It does not validate rule sets: it is given valid ones.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import reading
from formulas import (
    MODES,
    OracleError,
    Test,
    Value,
    compiled,
    divided,
    evaluate,
    holds,
    is_tie,
    number_in,
    rounded,
    test_of,
    truth_in,
)
from reading import number_of
from reals import Number, Real, geometric

__all__ = ["MODES", "OracleError", "Prepared", "evaluate", "number_of", "prepare", "rounded", "score"]

Seen = Counter[tuple[str, ...]]
Case = tuple[Callable[["View"], bool], Callable[["View"], Number], str]
ZERO, ONE = Fraction(0), Fraction(1)
MEANS = ("mean", "geometric_mean", "harmonic_mean", "min", "max")
NOT_COMPUTED = ("zero-division", "no-case", "empty-list", "not-a-real")
_NEW, _RUNNING = object(), object()


def always(view: View) -> bool:
    return True


def nothing(view: View) -> Number:
    return ZERO


def number(text: object, where: str) -> Callable[[View], Number]:
    of = compiled(text)
    return lambda view: number_in(of(view, where))


def truth(text: object, where: str) -> Callable[[View], bool]:
    of = compiled(text)
    return lambda view: truth_in(of(view, where))


# ---------------------------------------------------------------- the rule set, read once


class Node:
    """A leaf, a group or the total, with what of it never changes."""

    def __init__(self, written: dict[str, Any], rules: Prepared, parent: Node | None) -> None:
        self.written, self.rules, self.parent = written, rules, parent
        self.id: str = written.get("id", "total")
        self.weight: Fraction = Fraction(str(written.get("weight", 0)))
        self.children = [Node(child, rules, self) for child in written.get("children", [])]
        policy = written.get("not_applicable", "refuse")
        policy = policy if isinstance(policy, dict) else {"policy": policy}
        self.policy: str = policy["policy"]
        self.by: str = policy.get("by", "proportional")
        self.scope: str = policy.get("scope", "siblings")
        self.combine: object = written.get("combine", "sum")
        self.out_of = Fraction(str(written["out_of"])) if "out_of" in written else None
        self.floor = number(written["floor"], "floor") if "floor" in written else None
        self.cap = number(written["cap"], "cap") if "cap" in written else None
        self.applies = truth(written["applies"], "applies") if "applies" in written else None
        self.names: dict[str, Callable[[View], Value]] = {}
        self.cases: list[Case] = []
        self.above: list[Node] = []
        self.gates: list[Gate] = []

    def __iter__(self) -> Iterator[Node]:
        """The nodes below, in file order."""
        for child in self.children:
            yield child
            yield from child

    @property
    def is_group(self) -> bool:
        return "method" not in self.written

    @property
    def path(self) -> list[Node]:
        """The groups above, the outermost (never the total) first."""
        found: list[Node] = []
        node = self.parent
        while node is not None and node.parent is not None:
            found.insert(0, node)
            node = node.parent
        return found

    def prepare_leaf(self) -> None:
        written, rules = self.written, self.rules
        method = written["method"] if isinstance(written["method"], dict) else {"type": written["method"]}
        self.method = method = rules.own_method(method)
        self.type: str = method["type"]
        self.asks = self.own_outcome()
        self.target = test_of(written["target"]) if "target" in written else None
        self.actual = compiled(written["actual"]) if "actual" in written else None
        self.missing = number(written["missing"], "missing") if "missing" in written else None
        self.override = written.get("override")
        self.names = {
            "weight": View.weight, "actual": View.actual, "target": lambda view: view.ends()[0],
            "target_from": lambda view: view.ends()[0], "target_to": lambda view: view.ends()[1],
            "met": View.met, "attainment": View.attainment, "scored": lambda view: view.of.scored(view.node),
        }  # fmt: skip
        for name, text in method.get("let", {}).items():
            self.names[name] = named_formula(name, text)
        self.cases = list(self.node_cases())
        self.cases += list(METHODS[self.type](self, method))

    def own_outcome(self) -> str:
        """What the item itself asks for: elements | grade | actual | nothing."""
        method, written = self.method, self.written
        if self.type in ("checklist", "grade"):
            return {"checklist": "elements", "grade": "grade"}[self.type]
        if "actual" in written or self.type in ("panel", "each"):
            return "nothing"
        by_default = (
            self.type in ("ratio", "pass_fail", "interpolate")
            or (self.type == "table" and "of" not in method)
            or (self.type == "adjust" and "gap" not in method)
        )
        text = f"{method} {written.get('special', '')} {written.get('applies', '')} {written.get('missing', '')}"
        return "actual" if by_default or re.search(r"\b(actual|met)\b", text) else "nothing"

    def node_cases(self) -> Iterator[Case]:
        """What stands before the method's cases."""
        if self.above:
            yield lambda view: any(not view.of.applies(group) for group in self.above), nothing, "not_applicable"
        if self.policy != "refuse":
            yield lambda view: not view.of.applies(self), lambda view: view.of.given_points(self), "not_applicable"
        if self.missing is not None:
            yield lambda view: view.of.is_missing(self.id), self.missing, "missing"
        yield from written_cases(self.written.get("special", []), "special")


class Gate:
    def __init__(self, written: dict[str, Any]) -> None:
        self.written = written
        self.id: str = written["id"]
        self.when = truth(written["when"], "gate")
        self.effects = [(key, number(written[key], "gate-points")) for key in ("points", "at_most", "at_least") if key in written]
        self.on: list[str] = written.get("on", ["total"])


class Prepared:
    """A rule set, read once."""

    def __init__(self, rules: dict[str, Any]) -> None:
        self.written = rules
        inputs = rules.get("inputs", {})
        self.inputs: dict[str, dict[str, Any]] = inputs if isinstance(inputs, dict) else {one["id"]: one for one in inputs}
        self.ranges = {name: test_of(declared["range"]) for name, declared in self.inputs.items() if "range" in declared}
        self.columns = {name: reading.columns_of(one) for name, one in self.inputs.items() if one.get("type") == "table"}
        self.cell_ranges = {
            name: [(column, test_of(keys["range"])) for column, keys in columns.items() if "range" in keys]
            for name, columns in self.columns.items()
        }
        total = rules["total"] if isinstance(rules["total"], dict) else {"weight": rules["total"]}
        self.total = Node({**total, "children": self.with_defaults(rules["indicators"])}, self, None)
        self.nodes = {node.id: node for node in self.total}
        self.leaves = {node.id: node for node in self.total if not node.is_group}
        self.groups = {node.id: node for node in self.total if node.is_group}
        for node in self.total:
            node.above = [group for group in node.path if group.policy != "refuse"]
        self.rounding = {stage: self.stage(stage) for stage in ("rate", "item", "group", "total")}
        self.rating_from = rules.get("rounding", {}).get("rating_from", "shown")
        self.lets = {name: let_formula(text) for name, text in rules.get("let", {}).items()}
        for leaf in self.leaves.values():
            leaf.prepare_leaf()
        self.gates = [Gate(written) for written in rules.get("gates", [])]
        for node in [self.total, *self.total]:
            node.gates = [gate for gate in self.gates if gate.effects and node.id in gate.on]
        self.may_say_nothing = [gate for gate in self.gates if str(gate.written.get("total", "")) == "none"]
        self.rows = [
            (row["id"], truth(row["when"], "rating"), None) if "when" in row else (row["id"], always, test_of(row["is"]))
            for row in rules.get("rating", [])
        ]
        self.order = [row["id"] for row in rules.get("rating", []) if not row.get("outside")]
        self.flags = [self.flag(written) for written in rules.get("flags", [])]

    def with_defaults(self, nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        start = self.written.get("defaults", {}).get("items", {})
        return [{**node, "children": self.with_defaults(node["children"])} if "children" in node else {**start, **node} for node in nodes]

    def stage(self, stage: str) -> tuple[Fraction, str] | None:
        written = self.written.get("rounding", {})
        if stage not in written:
            return None
        how = written[stage] if isinstance(written[stage], dict) else {"digits": written[stage]}
        step = Fraction(evaluate(str(how["step"]), lambda name: None)) if "step" in how else Fraction(10) ** -int(how["digits"])
        return step, how.get("mode", written.get("mode", "half-up"))

    def own_method(self, method: dict[str, Any]) -> dict[str, Any]:
        """A method of the rule file: its parameters become names of its cases."""
        own = self.written.get("methods", {}).get(method["type"])
        if own is None:
            return method
        parameters = own.get("parameters", {})
        parameters = parameters if isinstance(parameters, dict) else dict.fromkeys(parameters)
        given = {name: method.get(name, default) for name, default in parameters.items()}
        return {**own, "type": "own", "let": {**given, **own.get("let", {})}}

    def flag(self, written: dict[str, Any]) -> tuple[str, Callable[[View], bool], list[Node] | None, bool]:
        """Its id, its truth, the items it is about (None: the whole) and whether it asks for what is missing."""

        def wanted(leaf: Node) -> bool:
            keys = {**leaf.written, "method": method_name(leaf.written)}
            return all(str(keys.get(key)) == str(value) for key, value in written["for"].items())

        about = [leaf for leaf in self.leaves.values() if wanted(leaf)] if "for" in written else None
        return written["id"], truth(written["when"], "flag"), about, "missing(" in str(written["when"])


def method_name(leaf: dict[str, Any]) -> str:
    return str(leaf["method"]["type"] if isinstance(leaf["method"], dict) else leaf["method"])


def named_formula(name: str, text: object) -> Callable[[View], Value]:
    of = compiled(text)
    return lambda view: view.once(("local", name), lambda: of(view, "formula"))


def let_formula(written: object) -> Callable[[View], Value]:
    """A formula, or rows as in the method `table`."""
    if not isinstance(written, dict):
        of = compiled(written)
        return lambda view: of(view, "let")
    cases = list(row_cases(written, "band"))

    def value(view: View) -> Value:
        for k, (when, result, _) in enumerate(cases):
            if when(view):
                view.count("let", "otherwise" if "otherwise" in written and k == len(cases) - 1 else "row")
                return result(view)
        raise OracleError("no-case", "let")

    return value


def prepare(rules: dict[str, Any]) -> Prepared:
    return Prepared(rules)


# ---------------------------------------------------------------- methods: the cases of a leaf


def written_cases(cases: list[dict[str, Any]], word: str) -> Iterator[Case]:
    for k, case in enumerate(cases, 1):
        points = refused(str(case["refuse"])) if "refuse" in case else number(case["points"], "points")
        yield truth(case["when"], word), points, case.get("reason", f"{word}_{k}")


def refused(text: str, code: str = "refused") -> Callable[[View], Number]:
    def refuse(view: View) -> Number:
        raise OracleError(code, text)

    return refuse


def first_of(mapping: dict[str, Any], key: str) -> Fraction:
    return Fraction(evaluate(str(mapping[key]), lambda name: None))


def cases_of_ratio(leaf: Node, method: dict[str, Any]) -> Iterator[Case]:
    below, above = method.get("below", "proportional"), method["above"]
    # a target that is computed may be below 0, where a quotient says nothing
    computed = method.get("equal") != "two_sided" and any(re.search(r"[^\W\d]", end) for end in leaf.target.ends)
    if computed and isinstance(above, dict):
        yield View.turned, refused(leaf.id, "negative-target"), "negative_target"
    if isinstance(above, dict) and "zero" in above:
        far = first_of(above, "zero")
        yield lambda view: view.at_least(far, "too-far"), nothing, "too_far_above"
    if isinstance(above, dict) and "extend" in above:
        most = first_of(above, "extend")
        yield View.met, lambda view: view.weight() * min(view.attainment(), most), "target_met"
    else:
        yield View.met, View.weight, "target_met"
    if computed and not isinstance(above, dict):
        yield View.turned, refused(leaf.id, "negative-target"), "negative_target"
    yield lambda view: view.attainment() <= 0, nothing, "nothing_earned"
    line = ZERO
    if isinstance(below, dict):
        line = first_of(below, next(iter(below)))
        yield lambda view: not view.at_least(line, "pass-line"), nothing, "below_pass_line"

    def otherwise(view: View) -> Number:
        attained = min(view.attainment(), ONE)
        if below == "zero":
            return ZERO
        if isinstance(below, dict) and "stretch" in below:
            return view.weight() * divided(attained - line, 1 - line)
        return view.weight() * attained

    yield always, otherwise, "target_missed" if below == "zero" else "proportional"


def cases_of_pass_fail(leaf: Node, method: dict[str, Any]) -> Iterator[Case]:
    yield View.met, View.weight, "target_met"
    yield always, nothing, "target_missed"


def row_cases(method: dict[str, Any], where: str) -> Iterator[tuple[Callable[[View], bool], Callable[[View], Value], str]]:
    """The rows of a table: the first whose tests all hold."""
    columns = [compiled(text) for text in method.get("of", ["actual"])]

    def all_hold(tests: list[object]) -> Callable[[View], bool]:
        pairs = [(test_of(test), column) for test, column in zip(tests, columns, strict=True) if test != "any"]
        return lambda view: all(holds(test, column(view, "column"), view, where) for test, column in pairs)

    def result(text: object) -> Callable[[View], Value]:
        of = compiled(text)
        return lambda view: of(view, "points")

    for k, row in enumerate(method["rows"], 1):
        if isinstance(row, dict):
            tests = row["is"] if isinstance(row["is"], list) else [row["is"]]
            yield all_hold(tests), result(row["points"]), row.get("reason", f"row_{k}")
        else:
            yield all_hold(row[:-1]), result(row[-1]), f"row_{k}"
    if "otherwise" in method:
        yield always, result(method["otherwise"]), "no_row"


def cases_of_table(leaf: Node, method: dict[str, Any]) -> Iterator[Case]:
    yield from row_cases(method, "band")


def cases_of_interpolate(leaf: Node, method: dict[str, Any]) -> Iterator[Case]:
    """Straight lines between anchors, rising or falling; outside of them as `below` and `above` say."""
    if "efficacy" in method:
        preset = method["efficacy"]
        rows = [[x, f"weight * {c}"] for x, c in zip(preset["standards"], preset["coefficients"], strict=True)]
    else:
        rows = method["rows"]
    xs, ps = [number(x, "anchor") for x, _ in rows], [number(p, "points") for _, p in rows]
    falling = Fraction(str(rows[0][0])) > Fraction(str(rows[-1][0]))
    last = len(rows) - 1

    def before(k: int) -> Callable[[View], bool]:
        return lambda view: view.actual() > xs[k](view) if falling else view.actual() < xs[k](view)

    def on_line(a: int, b: int) -> Callable[[View], Number]:
        def points(view: View) -> Number:
            low, left = ps[a](view), xs[a](view)
            return low + (view.actual() - left) * divided(ps[b](view) - low, xs[b](view) - left)

        return points

    def outside(word: str, low: int, high: int, end: int) -> Callable[[View], Number]:
        if word == "refuse":
            return refused("outside-anchors")
        return ps[end] if word == "hold" else on_line(low, high) if word == "extend" else number(word, "points")

    below, above = str(method["below"]), str(method.get("above", "hold"))
    yield before(0), outside(below, 0, 1, 0), "below_first"
    for k in range(1, last + 1):
        yield before(k), on_line(k - 1, k), f"between_{k}"
    yield lambda view: view.actual() == xs[last](view), ps[last], "at_last"
    yield always, outside(above, last - 1, last, last), "above_last"


def reaches(leaf: Node, key: str, points: Callable[[View], Number]) -> Callable[[View], bool]:
    """Do the points come to the written floor or cap?"""
    end = number(leaf.written[key], key)

    def reached(view: View) -> bool:
        found, line = points(view), end(view)
        if found == line:
            view.edge("all-" + key)
        return found <= line if key == "floor" else found >= line

    return reached


def cases_of_adjust(leaf: Node, method: dict[str, Any]) -> Iterator[Case]:
    start = number(method.get("from", "weight"), "from")
    own_gap = number(method["gap"], "gap") if "gap" in method else None

    def gap(view: View) -> Number:
        if own_gap is not None:
            return own_gap(view)
        actual, ends = view.actual(), view.ends()
        if len(ends) == 1:
            return number_in(minus(actual, ends[0]))
        if actual > ends[1]:
            return number_in(minus(actual, ends[1]))
        return min(number_in(minus(actual, ends[0])), ZERO)

    def side(view: View) -> int:
        found = view.once(("gap",), lambda: gap(view))
        if found == 0:
            view.edge("gap")
        return (found > 0) - (found < 0)

    def changed(way: str) -> Callable[[View], Number]:
        how = method[way]
        per, points, part = number(how["per"], "per"), number(how["points"], "points"), how.get("part", "proportional")
        at_most = number(how["at_most"], "at-most") if "at_most" in how else None
        mode = {"proportional": "none", "started": "ceil", "completed": "floor"}[part]

        def change(view: View) -> Number:
            units = rounded(divided(gap(view) if way == "over" else -gap(view), per(view)), ONE, mode)
            if mode != "none":
                view.count("part", part)
            found = units * points(view)
            if at_most is not None:
                most = at_most(view)
                if abs(found) > most:
                    view.count("part", "at_most")
                found = min(max(found, -most), most)
            return start(view) + found

        return change

    ways = [(way, sign, changed(way)) for way, sign in (("over", 1), ("under", -1)) if way in method]
    for key, reason in (("floor", "all_deducted"), ("cap", "all_earned")):
        if key in leaf.written:
            bound = number(leaf.written[key], key)
            for _, sign, change in ways:
                reached = reaches(leaf, key, change)
                yield lambda view, sign=sign, reached=reached: side(view) == sign and reached(view), bound, reason  # type: ignore[misc]
    for way, sign, change in ways:
        yield lambda view, sign=sign: side(view) == sign, change, f"{way}_line"  # type: ignore[misc]
    yield always, start, "on_line"


def minus(left: Value, right: Value) -> Value:
    return Fraction((left - right).days) if hasattr(left, "year") else left - right


def cases_of_checklist(leaf: Node, method: dict[str, Any]) -> Iterator[Case]:
    start = number(method["from"], "from")
    elements = [(element["id"], number(element["points"], "points")) for element in method["elements"]]

    def change(view: View) -> Number:
        return view.once(("change",), lambda: sum((view.of.reported(leaf.id, e) * points(view) for e, points in elements), ZERO))

    def ended(view: View) -> Number:
        return start(view) + change(view)

    yield lambda view: change(view) == 0, start, "none_apply"
    for key, reason in (("floor", "all_deducted"), ("cap", "all_earned")):
        if key in leaf.written:
            yield reaches(leaf, key, ended), number(leaf.written[key], key), reason
    yield always, ended, "some_apply"


def cases_of_grade(leaf: Node, method: dict[str, Any]) -> Iterator[Case]:
    for level in method["levels"]:
        key = "share" if "share" in level else "points"
        yield (
            lambda view, id=level["id"]: view.of.reported(leaf.id, "grade") == id,  # type: ignore[misc]
            grade_points(leaf, level[key], key),
            level["id"],
        )


def grade_points(leaf: Node, written: object, key: str) -> Callable[[View], Number]:
    test = test_of(written)
    if test.sort in ("interval", "bound", "any"):

        def judged(view: View) -> Number:
            found: Number = view.of.reported(leaf.id, key)
            if not holds(test, found, view, "band"):
                raise OracleError("outside-band", leaf.id)
            return found

    else:
        judged = number(written, "points")
    return (lambda view: view.weight() * judged(view)) if key == "share" else judged


def cases_of_formula(leaf: Node, method: dict[str, Any]) -> Iterator[Case]:
    yield from written_cases(method.get("cases", []), "case")
    for key in ("points", "otherwise"):
        if key in method:
            yield always, number(method[key], "points"), "otherwise"


def cases_of_panel(leaf: Node, method: dict[str, Any]) -> Iterator[Case]:
    """The mean of the valid ballots' marks, trimmed or by raters."""
    input_id, column = method["ballots"], method["column"]
    scores = {mark: Fraction(evaluate(str(value), lambda name: None)) for mark, value in method.get("scores", {}).items()}
    columns = leaf.rules.columns[input_id]
    marked = [name for name, keys in columns.items() if keys.get("type", "number") == "number"]
    if scores:
        marked = [name for name, keys in columns.items() if set(map(str, keys.get("values", []))) & set(scores)]
    void = [(truth(case["when"], "void"), case.get("reason", f"void_{k}")) for k, case in enumerate(method.get("void", []), 1)]
    trim_of = let_formula(method["trim"]) if "trim" in method else None
    raters = {group: Fraction(evaluate(str(share), lambda name: None)) for group, share in method.get("raters", {}).items()}
    out_of = number(method.get("out_of", 100), "out-of")

    def mark(value: Value) -> Number:
        return scores[value] if scores else number_in(value)

    def valid(view: View) -> list[dict[str, Value]]:
        found = []
        for row in view.of.reported(input_id):
            ballot = View(view.of, leaf, {**row, "ballot": [mark(row[name]) for name in marked]})
            for when, reason in void:
                if when(ballot):
                    view.count("panel", "void", reason)
                    break
            else:
                found.append(row)
        return found

    def marks(view: View) -> list[tuple[Number, Value]]:
        return view.once(("marks",), lambda: [(mark(row[column]), row.get("rater")) for row in valid(view)])

    def mean(numbers: list[Number]) -> Number:
        if not numbers:
            raise OracleError("empty-list", leaf.id)
        return sum(numbers, ZERO) / Fraction(len(numbers))

    def score(view: View) -> Number:
        found = marks(view)
        if raters:
            view.count("panel", "raters")
            return sum((share * mean([number for number, rater in found if rater == group]) for group, share in raters.items()), ZERO)
        ordered = sorted(number for number, _ in found)  # type: ignore[type-var]
        size = View(view.of, leaf, {"size": Fraction(len(found))})
        trim = int(number_in(trim_of(size))) if trim_of is not None else 0
        view.count("panel", "trim", str(trim))
        return mean(ordered[trim : len(ordered) - trim] if len(ordered) > 2 * trim else [])

    empty = refused("no ballot") if method["empty"] == "refuse" else number(method["empty"], "points")
    yield lambda view: not marks(view), empty, "no_valid_ballot"
    yield always, lambda view: view.weight() * divided(score(view), out_of(view)), "mean_of_ballots"


def cases_of_each(leaf: Node, method: dict[str, Any]) -> Iterator[Case]:
    """A method on every row of a table: the rows' columns are names inside."""
    inner = Node({**leaf.written, "method": method["method"]}, leaf.rules, leaf.parent)
    for key in ("special", "missing", "applies", "not_applicable", "override"):
        inner.written.pop(key, None)
    inner.above, inner.policy = [], "refuse"
    inner.prepare_leaf()
    combine = method["combine"]

    def result(view: View, row: dict[str, Value]) -> Number:
        at_row = View(view.of, inner, row if combine == "sum" else {name: value for name, value in row.items() if name != "weight"})
        for when, points, reason in inner.cases:
            if when(at_row):
                view.count("each", inner.type, reason)
                return number_in(points(at_row))
        raise OracleError("no-case", leaf.id)

    def over_rows(view: View) -> Number:
        results = [result(view, row) for row in view.of.reported(method["rows_of"])]
        view.count("each", combine, "empty" if not results else "rows")
        if combine == "sum":
            return sum(results, ZERO)
        if not results:
            raise OracleError("empty-list", leaf.id)
        return min(results) if combine == "min" else sum(results, ZERO) / Fraction(len(results))  # type: ignore[type-var]

    yield always, over_rows, "over_rows"


METHODS: dict[str, Callable[[Node, dict[str, Any]], Iterator[Case]]] = {
    "ratio": cases_of_ratio, "pass_fail": cases_of_pass_fail, "table": cases_of_table, "interpolate": cases_of_interpolate,
    "adjust": cases_of_adjust, "checklist": cases_of_checklist, "grade": cases_of_grade, "formula": cases_of_formula,
    "own": cases_of_formula, "panel": cases_of_panel, "each": cases_of_each,
}  # fmt: skip


# ---------------------------------------------------------------- one assessment


class View:
    """The names as seen from one place: an item, a row of a table, a group, or (without a node) the rule set."""

    __slots__ = ("extra", "known", "node", "of")

    def __init__(self, of: Assessing, node: Node | None, extra: dict[str, Value] | None = None) -> None:
        self.of, self.node, self.extra = of, node, extra
        self.known: dict[tuple[str, ...], Any] = {}

    # what formulas ask for

    def name(self, name: str) -> Value:
        if self.extra is not None and name in self.extra:
            return self.extra[name]
        if self.node is not None and name in self.node.names:
            return self.node.names[name](self)
        return self.of.named(name)

    def refer(self, what: str, name: str) -> Value:
        return self.of.referred(what, name)

    def edge(self, where: str) -> None:
        self.of.seen["edge", where] += 1

    def count(self, *key: str) -> None:
        self.of.seen[key] += 1

    def once(self, key: tuple[str, ...], compute: Callable[[], Any]) -> Any:
        found = self.known.get(key, _NEW)
        if found is _NEW:
            found = self.known[key] = compute()
        return found

    # the quantities of an item

    def weight(self) -> Number:
        if self.extra is not None and "weight" in self.extra:
            return number_in(self.extra["weight"])
        return self.node.weight

    def actual(self) -> Value:
        if self.extra is not None and "actual" in self.extra:
            return self.extra["actual"]
        if self.node.actual is not None:
            return self.once(("actual",), lambda: self.node.actual(self, "actual"))
        return self.of.reported(self.node.id)

    def ends(self) -> list[Value]:
        """The bound of the target (two of an interval)."""
        return [end(self, "target-formula") for end in self.node.target.values]

    def met(self) -> bool:
        return self.once(("met",), self._met)

    def _met(self) -> bool:
        test = self.node.target or test_of("yes")
        if self.node.method.get("equal") == "at_least":
            test = Test("bound", test.ends, (ast.GtE,), test.values)
        return holds(test, self.actual(), self, "target", "target-formula")

    def attainment(self) -> Number:
        if self.node.type != "ratio":
            raise OracleError("unknown-name", "attainment")
        return self.once(("attainment",), lambda: self.of.round("rate", self._attainment()))

    def _attainment(self) -> Number:
        test, method = self.node.target, self.node.method
        actual, ends = number_in(self.actual()), [number_in(end) for end in self.ends()]
        if test.sort == "interval":
            return divided(actual, ends[0]) if actual < ends[0] else 2 - divided(actual, ends[1])
        target = ends[0]
        if test.ops[0] in (ast.LtE, ast.Lt):
            return divided(target, actual) if method["reverse"] == "quotient" else 2 - divided(actual, target)
        if test.ops[0] is ast.Eq and method["equal"] == "two_sided":
            return 1 - divided(abs(actual - target), abs(target))
        return divided(actual, target)

    def turned(self) -> bool:
        """Whether the bound that the attainment is taken of is below 0."""
        ends = [number_in(end) for end in self.ends()]
        if len(ends) == 2:
            return ends[0 if number_in(self.actual()) < ends[0] else 1] < 0
        return ends[0] < 0

    def at_least(self, line: Fraction, where: str) -> bool:
        attained = self.attainment()
        if attained == line:
            self.edge(where)
        return attained >= line


class Assessing:
    """One assessment; every quantity is computed once, when first used. Not a public class: call `score`."""

    def __init__(self, rules: Prepared, outcomes: dict[str, Any], seen: Seen) -> None:
        self.rules, self.seen = rules, seen
        self.known: dict[Any, Any] = {}
        self.unread: set[str] = set()
        self.raw = reading.nested(outcomes)
        self.own: dict[str, dict[str, Value]] = {}
        self.whole = View(self, None)
        self.views = {id: View(self, leaf) for id, leaf in rules.leaves.items()}
        self.read()

    # ------------------------------------------------------------ reading

    def read(self) -> None:
        """Read every outcome; unreadable and unknown ones are errors at once, absent ones when first used."""
        rules, raw = self.rules, self.raw
        for name in raw:
            if name not in rules.inputs:
                leaf = rules.leaves.get(name)
                if leaf is None or (leaf.asks == "nothing" and leaf.override is None):
                    raise OracleError("unknown-outcome", name)
        for name, declared in rules.inputs.items():
            if name in rules.columns:
                value: Value = reading.table(name, raw.get(name), rules.columns[name])
                for row in value or []:
                    for column, test in rules.cell_ranges[name]:
                        self.within(test, row[column], name)
            else:
                value = reading.scalar(name, raw.get(name), declared)
                if value is not None and name in rules.ranges:
                    self.within(rules.ranges[name], value, name)
            self.own[name] = {"": value}
            if value is None and "missing" not in declared:
                self.unread.add(name)
        for name, leaf in rules.leaves.items():
            given = raw.get(name)
            if reading.is_not_applicable(given):
                self.own[name] = {}
                continue
            if leaf.asks == "actual":
                value = reading.scalar(name, given, leaf.written)
                if value is not None and "range" in leaf.written:
                    self.within(test_of(leaf.written["range"]), value, name)
                self.own[name] = {"": value}
            elif leaf.asks == "elements":
                self.own[name] = reading.elements(given, leaf.method)
            elif leaf.asks == "grade":
                self.own[name] = reading.grade(given, leaf.method)
            else:
                # what asks for nothing takes the points that a person sets, in a mapping, and no value
                stray = set(given) - reading.NOTES if isinstance(given, dict) else not reading.is_absent(given)
                if stray:
                    raise OracleError("unknown-outcome", name)
                self.own[name] = {}
            if leaf.missing is None:
                self.unread |= {f"{name}.{inner}".rstrip(".") for inner, value in self.own[name].items() if value is None}

    def within(self, test: Test, value: Value, name: str) -> None:
        if not holds(test, value, self.whole, "range", "range"):
            raise OracleError("out-of-range", name)

    def reported(self, name: str, inner: str = "") -> Value:
        """An input's or item's own outcome; absent: what `missing` says (inputs only), else an error."""
        value = self.own[name].get(inner)
        if value is None:
            declared = self.rules.inputs.get(name, {})
            if "missing" in declared:
                return reading.value_of(declared["missing"], declared)
            raise OracleError("missing-outcome", name)
        return value

    def is_missing(self, name: str) -> bool:
        own = self.own[name]
        return bool(own) and all(value is None for value in own.values())

    # ------------------------------------------------------------ names and references

    def once(self, key: Any, compute: Callable[..., Any], *args: Any) -> Any:
        found = self.known.get(key, _NEW)
        if found is _NEW:
            self.known[key] = _RUNNING
            try:
                found = self.known[key] = compute(*args)
            except BaseException:
                # what could not be computed may be asked for again
                del self.known[key]
                raise
        elif found is _RUNNING:
            raise OracleError("cycle", repr(key))
        return found

    def named(self, name: str) -> Value:
        if name in self.rules.inputs or name in self.rules.leaves:
            return self.reported(name)
        if name in self.rules.lets:
            return self.once(("let", name), self.rules.lets[name], self.whole)
        raise OracleError("unknown-name", name)

    def referred(self, what: str, name: str) -> Value:
        if what == "missing":
            return all(value is None for value in self.own[name].values())
        node = self.rules.nodes[name]
        if what == "scored":
            return self.scored(node)
        if what == "points":
            return self.points(node)
        if what == "attainment":
            return self.views[name].attainment()
        if what == "share":
            return divided(self.points(node), node.weight)
        self.seen["list", what] += 1
        listed = [child for child in node.children if self.applies(child)]
        return [self.points(child) if what == "points_in" else divided(self.points(child), child.weight) for child in listed]

    def round(self, stage: str, value: Number) -> Number:
        how = self.rules.rounding[stage]
        if how is None:
            return value
        step, mode = how
        if mode != "none":
            if isinstance(value, Real):
                self.seen["real", stage, mode] += 1
            elif is_tie(value, step):
                self.seen["tie", stage, mode] += 1
                if value < 0:
                    self.seen["edge", "negative-tie"] += 1
        return rounded(value, step, mode)

    # ------------------------------------------------------------ one item

    def applies(self, node: Node) -> bool:
        """Whether a node applies; nothing below a group that does not apply does."""
        found: bool = self.once(("applies", node.id), self._applies, node)
        return found

    def _applies(self, node: Node) -> bool:
        if any(not self.applies(group) for group in node.above):
            return False
        applies = not reading.is_not_applicable(self.raw.get(node.id))
        if applies and node.applies is not None:
            applies = node.applies(self.view(node))
        if not applies and node.policy == "refuse":
            raise OracleError("not-applicable", node.id)
        return applies

    def view(self, node: Node) -> View:
        return self.views.get(node.id) or View(self, None, {"weight": node.weight})

    def given_points(self, node: Node) -> Number:
        """The points of what does not apply."""
        if node.policy == "full":
            return node.weight
        if node.policy != "peer_mean":
            return ZERO
        given = self.raw.get(node.id)
        mean = given.get("peer_mean") if isinstance(given, dict) else None
        if reading.is_absent(mean):
            raise OracleError("missing-outcome", node.id)
        return number_of(mean, None)

    def fired(self, leaf: Node) -> tuple[int, str, Number]:
        """The case that fires: its ordinal over the whole list, its reason, its points."""
        found: tuple[int, str, Number] = self.once(("fired", leaf.id), self._fired, leaf)
        return found

    def _fired(self, leaf: Node) -> tuple[int, str, Number]:
        # an item that does not apply, without a policy, is an error though no case says so
        self.applies(leaf)
        view = self.views[leaf.id]
        for ordinal, (when, points, reason) in enumerate(leaf.cases, 1):
            if when(view):
                found = number_in(points(view))
                self.seen["case", leaf.type, reason] += 1
                return ordinal, reason, found
        raise OracleError("no-case", leaf.id)

    def scored(self, leaf: Node) -> Number:
        found: Number = self.once(("scored", leaf.id), self._scored, leaf)
        return found

    def _scored(self, leaf: Node) -> Number:
        points = self.fired(leaf)[2]
        if self.applies(leaf):
            points = self.clamped(leaf, points)
            if leaf.floor is None and points < 0:
                raise OracleError("points-out-of-range", leaf.id)
            if leaf.cap is None and points > leaf.weight:
                raise OracleError("points-out-of-range", leaf.id)
        elif leaf.policy != "refuse" and not any(not self.applies(group) for group in leaf.above):
            self.seen["policy", leaf.policy, *([leaf.by, leaf.scope] if leaf.policy == "redistribute" else [])] += 1
        return self.round("item", points)

    def clamped(self, node: Node, points: Number) -> Number:
        if node.floor is not None:
            points = max(points, node.floor(self.view(node)))
        if node.cap is not None:
            points = min(points, node.cap(self.view(node)))
        return points

    def points(self, node: Node) -> Number:
        """The final points of a leaf, a group or the total."""
        if node.is_group:
            return self.group(node)[1]
        found: Number = self.once(("points", node.id), self._leaf_points, node)
        return found

    def _leaf_points(self, leaf: Node) -> Number:
        points = self.scored(leaf)
        raw = self.raw.get(leaf.id)
        given = isinstance(raw, dict) and not reading.is_absent(raw.get("override"))
        if leaf.override is not None and given and self.applies(leaf):
            points = self.overridden(leaf, raw)
        return self.gated(leaf, points)

    def overridden(self, leaf: Node, raw: dict[str, Any]) -> Number:
        """The points that a person set, where the rule allows it."""
        how, view = leaf.override, self.views[leaf.id]
        if not truth(how.get("when", True), "override")(view):
            raise OracleError("override-refused", leaf.id)
        points = number_of(raw["override"], None)
        if not holds(test_of(how["range"]), points, view, "override"):
            raise OracleError("override-outside", leaf.id)
        needed = ["by", "because", *([how["needs"]] if "needs" in how else [])]
        if any(reading.is_absent(raw.get(key)) for key in needed):
            raise OracleError("judgement-unsigned", leaf.id)
        self.seen["override", "set"] += 1
        return points

    # ------------------------------------------------------------ gates

    def gate_holds(self, gate: Gate) -> bool:
        found: bool = self.once(("gate", gate.id), gate.when, self.whole)
        return found

    def gated(self, node: Node, points: Number) -> Number:
        """Gates in file order; they do not act on what does not apply, though they must be decided."""
        acts = node.parent is None or self.applies(node)
        for gate in node.gates:
            if not self.gate_holds(gate) or not acts:
                continue
            for key, text in gate.effects:
                given = text(self.whole)
                self.seen["gate", key] += 1
                points = given if key == "points" else min(points, given) if key == "at_most" else max(points, given)
        return points

    # ------------------------------------------------------------ groups and total

    def group(self, node: Node) -> tuple[Number, Number]:
        """The points of a group or the total before and after their rounding."""
        found: tuple[Number, Number] = self.once(("group", node.id, node.parent is None), self._group, node)
        return found

    def _group(self, node: Node) -> tuple[Number, Number]:
        counts = node.parent is None or self.applies(node)
        points = self.clamped(node, self.combined(node)) if counts else self.given_points(node)
        points = self.gated(node, points)
        return points, self.round("group" if node.parent is not None else "total", points)

    def combined(self, node: Node) -> Number:
        """The children's points as `combine` says, scaled by `out_of`."""
        if node.combine in MEANS:
            return self.mean(node, str(node.combine))
        if node.combine == "sum":
            points = self.moved(node)
        else:
            counted = self.counted(node)
            self.seen["combine", "formula", "left-out" if len(counted) < len(node.children) else "all"] += 1
            view = View(self, None, {"weight": node.weight, "parts": [self.points(child) for child in counted]})
            points = number_in(compiled(node.combine)(view, "combine"))
        if node.out_of is not None:
            self.seen["out_of", "total" if node.parent is None else "group", "sum" if node.combine == "sum" else "formula"] += 1
            points = points / node.out_of * node.weight
        return points

    def counted(self, node: Node) -> list[Node]:
        """The children that a mean is made of: what redistributes its weight is left out."""
        return [child for child in node.children if self.applies(child) or child.policy != "redistribute"]

    def mean(self, node: Node, kind: str) -> Number:
        counted = self.counted(node)
        level = "total" if node.parent is None else "group"
        for child in node.children:
            if not self.applies(child):
                self.seen["combine", kind, child.policy] += 1
        self.seen["combine", kind, level] += 1
        if not counted:
            raise OracleError("nothing-left", node.id)
        weights = [child.weight for child in counted]
        shares = [self.points(child) / child.weight for child in counted]
        if 0 in shares:
            self.seen["combine", kind, "zero-share"] += 1
        if kind == "min":
            return node.weight * min(shares)
        if kind == "max":
            return node.weight * max(shares)
        whole = sum(weights, ZERO)
        if kind == "mean":
            return node.weight * sum((w * s for w, s in zip(weights, shares, strict=True)), ZERO) / whole
        if kind == "geometric_mean" and any(share < 0 for share in shares):
            raise OracleError("not-a-real", node.id)
        if 0 in shares:
            return ZERO
        if kind == "harmonic_mean":
            return node.weight * divided(whole, sum((w / s for w, s in zip(weights, shares, strict=True)), ZERO))
        found = geometric(shares, weights)
        self.seen["combine", kind, "irrational" if isinstance(found, Real) else "rational"] += 1
        return node.weight * found

    def moved(self, node: Node) -> Number:
        """The sum of the children's points, with the weights that do not apply moved onto what receives them."""
        points = sum((self.points(child) for child in node.children), ZERO)
        added: Number = ZERO
        gone = [child for child in node.children if not self.applies(child) and child.policy == "redistribute"]
        if near := [child for child in gone if child.scope == "siblings"]:
            added += self.received(near, node.children, [child for child in node.children if self.applies(child)], points)
        if far := [one for one in self.rules.total if one.policy == "redistribute" and self.moves_to(one) is node]:
            leaves = [leaf for leaf in node if not leaf.is_group]
            added += self.received(far, self.outermost(node), [leaf for leaf in leaves if self.applies(leaf)], points)
        return points + added

    def moves_to(self, one: Node) -> Node | None:
        """The node onto whose leaves the weight of what does not apply is moved (scope `group` or `all`)."""
        if one.scope == "siblings" or self.applies(one) or any(not self.applies(group) for group in one.above):
            return None
        if one.parent.combine != "sum":
            return None  # a mean leaves it out: nothing is to be moved
        return one.path[0] if one.scope == "group" and one.path else self.rules.total

    def outermost(self, node: Node) -> list[Node]:
        """The leaves below a node; of a group that does not apply, the group."""
        found: list[Node] = []
        for child in node.children:
            found += [child] if not child.is_group or not self.applies(child) else self.outermost(child)
        return found

    def received(self, gone: list[Node], near: list[Node], receivers: list[Node], points: Number) -> Number:
        """What the receivers get: `received * M_p / R + S * M_e / n`."""
        receivers = [one for one in receivers if one.weight > 0]
        moved = {by: sum((one.weight for one in gone if one.by == by), ZERO) for by in ("proportional", "equal")}
        if not any(moved.values()):
            return ZERO
        if not receivers:
            raise OracleError("nothing-left")
        self.seen["edge", "redistributed"] += 1
        kept = sum((self.points(one) for one in near if one not in receivers), ZERO)
        weight = sum((one.weight for one in receivers), ZERO)
        shares = sum((self.points(one) / one.weight for one in receivers), ZERO) if moved["equal"] else ZERO
        if all(moved.values()):
            self.seen["edge", "moved-both-ways"] += 1
        return (points - kept) * moved["proportional"] / weight + shares * moved["equal"] / len(receivers)

    # ------------------------------------------------------------ rating, flags, reasons

    def rating(self, says_nothing: bool) -> str | None:
        rules = self.rules
        if not rules.rows:
            return None
        fired = [gate for gate in rules.gates if self.held(gate, says_nothing)]
        decided = next((gate.written["rating"] for gate in fired if "rating" in gate.written), None)
        if decided is not None:
            self.seen["gate", "rating"] += 1
            if decided not in rules.order:
                self.seen["gate", "rating-outside"] += 1
        if says_nothing:
            return decided
        found = self.row()
        if decided is not None:
            return str(decided)
        if found not in rules.order:
            self.seen["rating", "outside"] += 1
            return found
        # the list runs from the highest rating down: raising is a smaller place in it
        at = rules.order.index(found)
        for key, turned in (("rating_at_least", min), ("rating_at_most", max)):
            for gate in fired:
                if key in gate.written:
                    at = turned(at, rules.order.index(self.limit(gate, key)))
        return str(rules.order[at])

    def limit(self, gate: Gate, key: str) -> str:
        """A level's id, or what the choice input of that name says."""
        self.seen["gate", key] += 1
        limit = gate.written[key]
        if limit in self.rules.order:
            return str(limit)
        self.seen["gate", key + "-input"] += 1
        return str(self.reported(limit))

    def row(self) -> str:
        """The first row that holds."""
        exact, shown = self.group(self.rules.total)
        subject = exact if self.rules.rating_from == "exact" else shown
        view = View(self, None, {"total": subject})
        for id, when, test in self.rules.rows:
            if when(view) and (test is None or holds(test, subject, self.whole, "rating", "rating")):
                return str(id)
        raise OracleError("no-rating")

    def flags(self, says_nothing: bool) -> list[tuple[str, str | None]]:
        """A flag changes no points: one that cannot be computed is not raised (perfscore warns)."""
        raised: list[tuple[str, str | None]] = []

        def held(when: Callable[[View], bool], view: View) -> bool:
            try:
                return when(view)
            except OracleError as error:
                if error.code not in NOT_COMPUTED and not (says_nothing and self.forgiven(error)):
                    raise
                return False

        for id, when, about, asks_missing in self.rules.flags:
            if about is None:
                if held(when, self.whole):
                    raised.append((id, None))
                continue
            for leaf in about:
                # a flag about an item holds only where the item applies and was reported, unless it asks for that
                reported = asks_missing or not self.own[leaf.id] or not self.is_missing(leaf.id)
                if self.applies(leaf) and reported and held(when, self.views[leaf.id]):
                    raised.append((id, leaf.id))
        return raised

    def forgiven(self, error: OracleError) -> bool:
        """With `total: none` an absent outcome of an item is no error: what needs it is not scored."""
        return error.code == "missing-outcome" and str(error).removeprefix("missing-outcome: ") not in self.rules.inputs

    def held(self, gate: Gate, says_nothing: bool) -> bool:
        try:
            return self.gate_holds(gate)
        except OracleError as error:
            if says_nothing and self.forgiven(error):
                return False
            raise

    def item(self, leaf: Node) -> dict[str, Any]:
        ordinal, reason, _ = self.fired(leaf)
        return {
            "points": self.points(leaf),
            "reason": reason,
            "case": ordinal,
            "scored": self.scored(leaf),
            "weight": leaf.weight,
            "not_applicable": not self.applies(leaf),
        }

    def reasons(self, items: dict[str, dict[str, Any]]) -> list[tuple[str, str, Number]]:
        """The codes of the items with a loss, the largest first; ties in file order. What does not apply has lost nothing."""
        found = []
        for id, item in items.items():
            leaf = self.rules.leaves[id]
            if "reason" in leaf.written:
                lost = Fraction(str(leaf.written.get("baseline", leaf.weight))) - item["points"]
                if lost >= 0 and not item["not_applicable"]:
                    found.append((str(leaf.written["reason"]), id, lost))
                    self.seen["reasons", "none-lost" if lost == 0 else "lost"] += 1
        if len({lost for _, _, lost in found}) < len(found):
            self.seen["reasons", "tie"] += 1
        return sorted(found, key=lambda one: -one[2])


def score(rules: dict[str, Any] | Prepared, outcomes: dict[str, Any], seen: Seen | None = None) -> dict[str, Any]:
    """Score one set of outcomes by the specification.

    Gives total, exact_total, rating, items, groups, gates (ids that held), flags (flag id, item id or None), reasons, not_scored,
    and `unread`: outcomes that are absent, have no `missing` and were never needed. Raises OracleError(code).
    """
    prepared = rules if isinstance(rules, Prepared) else Prepared(rules)
    counted: Seen = Counter()
    result = scored(Assessing(prepared, outcomes, counted))
    if seen is not None:
        for key, times in counted.items():
            seen[key] += times
    return result


def scored(self: Assessing) -> dict[str, Any]:
    rules = self.rules
    says_nothing = False
    for gate in rules.may_say_nothing:
        # whether it is held is asked before the items: what they lack may be no error
        says_nothing = self.held(gate, True) or says_nothing
    items: dict[str, dict[str, Any]] = {}
    not_scored = []
    for id, leaf in rules.leaves.items():
        try:
            items[id] = self.item(leaf)
        except OracleError as error:
            if not (says_nothing and self.forgiven(error)):
                raise
            not_scored.append(id)
            continue
        if items[id]["not_applicable"]:
            # what does not apply need not be reported
            self.unread = {one for one in self.unread if one.split(".")[0] != id}
    if says_nothing:
        self.seen["gate", "total-none"] += 1
        if not_scored:
            self.seen["gate", "not-scored"] += 1
        self.unread = {one for one in self.unread if one in rules.inputs}
        total: tuple[Any, Any] = (None, None)
        groups = {}
    else:
        total = self.group(rules.total)
        groups = {id: self.group(group)[1] for id, group in rules.groups.items()}
    return {
        "total": total[1],
        "exact_total": total[0],
        "rating": self.rating(says_nothing),
        "items": items,
        "groups": groups,
        "gates": [gate.id for gate in rules.gates if self.held(gate, says_nothing)],
        "flags": self.flags(says_nothing),
        "reasons": self.reasons(items),
        "not_scored": not_scored,
        "unread": sorted(self.unread),
    }
