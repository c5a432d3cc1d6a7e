"""What a formula gives: a number with its unit, a truth, a date or a choice; and the mistakes that shows.

Units: two units of one dimension, or of two dimensions, never meet in a sum or a comparison. A written number has no
unit and fits any, except that a percentage wants its sign: `90` against an item in `%` is an error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from perfscore.finding import Both, Finding, Kind, Place
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers.unit import WRONG_DIMENSION, Unit

WRONG_KIND = Kind(
    "wrong-kind",
    "error",
    zh="此处需要{expected}，得到的是{found}",
    en="{expected} is needed here, found {found}",
    hint_zh="{hint}",
    hint_en="{hint}",
    why="A condition is not a number and a choice is not a date; mixing them would mean nothing.",
    fix="Compare or compute quantities of one kind.",
)
BARE_PERCENTAGE = Kind(
    "bare-percentage",
    "error",
    zh="与百分比比较的数要写百分号：{found}",
    en="a number beside a percentage needs its sign: {found}",
    hint_zh="写 {found}%",
    hint_en="write {found}%",
    why="An item in % is held as a ratio: 90 % is 0.9, so a bare 90 would never be reached.",
    fix="Write the percent sign: `>= 90%`.",
)
UNKNOWN_CODE = Kind(
    "unknown-code",
    "error",
    zh="“{found}”不是该选项的代码",
    en="“{found}” is not a code of this choice",
    hint_zh="可选：{expected}",
    hint_en="there are: {expected}",
    why="A code that no outcome can have makes a test that never holds.",
    fix="Use one of the codes under `values`, or add the code there.",
)

REDUCE = Both("用 sum、mean、min、max 或 count 归为一个数", "reduce the list to one number with sum, mean, min, max or count")
Form = Literal["number", "truth", "date", "choice", "table"]
Units = tuple[tuple[Unit, int], ...]
Change = Callable[[Tree], Tree]


@dataclass(frozen=True, slots=True)
class Shape:
    """`units`: unit -> power of a number, None where a written number makes it open; `codes` of a choice.

    `written`: the number, where it is nothing but a written number. `many`: a list of such values.
    """

    form: Form
    units: Units | None = None
    percent: bool = False
    codes: tuple[str, ...] = ()
    written: tree.Number | None = None
    many: bool = False


PURE = Shape("number", ())
OPEN = Shape("number")
TRUTH = Shape("truth")
DATE = Shape("date")

_MANY: dict[Form, str] = {
    "number": "numbers",
    "truth": "conditions (true or false)",
    "date": "dates",
    "choice": "choices",
    "table": "tables",
}
_WORDS: dict[Form, Both] = {
    "number": Both("数", "a number"),
    "truth": Both("条件（真或假）", "a condition (true or false)"),
    "date": Both("日期", "a date"),
    "choice": Both("选项", "a choice"),
    "table": Both("表", "a table"),
}


def of_number(unit: Unit | None) -> Shape:
    """The shape of an input in a unit."""
    if unit is None:
        return PURE
    if unit.is_ratio:
        return replace(PURE, percent=True)
    return Shape("number", ((unit, 1),))


def shape(root: Tree, of_name: Callable[[tree.Name], Shape | None], report: Callable[[Finding], None]) -> Shape | None:
    """The shape of a tree whose names are resolved; None where a mistake was reported (or a name is broken)."""
    return _Shapes(of_name, report).of(root)


class _Shapes:
    def __init__(self, of_name: Callable[[tree.Name], Shape | None], report: Callable[[Finding], None]) -> None:
        self.of_name = of_name
        self.report = report

    def of(self, node: Tree) -> Shape | None:
        match node:
            case tree.Number():
                return replace(OPEN, written=node)
            case tree.Text(code):
                return Shape("choice", codes=(code,))
            case tree.Truth():
                return TRUTH
            case tree.Date():
                return DATE
            case tree.Name():
                return self.of_named(node)
            case tree.Negate(operand):
                return self.need(operand, "number")
            case tree.Not(operand):
                return self.need(operand, "truth") and TRUTH
            case tree.Arithmetic():
                return self.arithmetic(node)
            case tree.Compare(first, rest):
                return self.comparison(first, rest)
            case tree.Logic(_, parts):
                found = [self.need(part, "truth") for part in parts]
                return TRUTH if all(found) else None
            case tree.Choose(condition, then, otherwise):
                truth = self.need(condition, "truth")
                result = self.alike([then, otherwise])
                return result if truth else None
            case tree.Member(subject, options):
                return self.comparison(subject, tuple(("=", option) for option in options))
            case tree.Listing(elements):
                conditions = [self.need(condition, "truth") for condition, _ in elements if condition is not None]
                result = self.alike([value for _, value in elements]) if elements else PURE
                return result and replace(result, many=True) if all(conditions) else None
            case tree.Call():
                return self.call(node)

    def of_named(self, node: tree.Name) -> Shape | None:
        """Of a table only `missing` can be asked."""
        found = self.of_name(node)
        if found is not None and found.form == "table":
            self.wrong(node.place, "number", found)
            return None
        return found

    def need(self, node: Tree, form: Form) -> Shape | None:
        found = self.of(node)
        if found is not None and (found.form != form or found.many):
            self.wrong(node.place, form, found)
            return None
        return found

    def wrong(self, place: Place, expected: Form, found: Shape, hint: Both | str = "") -> None:
        self.report(WRONG_KIND.at(place, found=word(found), expected=_WORDS[expected], hint=hint))

    def single(self, node: Tree, found: Shape) -> bool:
        """Whether it is one value; a list is reported."""
        if found.many:
            self.wrong(node.place, found.form, found, REDUCE)
        return not found.many

    def arithmetic(self, node: tree.Arithmetic) -> Shape | None:
        left, right = self.of(node.left), self.of(node.right)
        if left is None or right is None:
            return None
        if node.op == "-" and left.form == right.form == "date" and not left.many and not right.many:
            return OPEN
        for side, found in ((node.left, left), (node.right, right)):
            if found.form != "number" or found.many:
                self.wrong(side.place, "number", found, REDUCE if found.many else "")
                return None
        if node.op in "+-":
            return self.joined([(node.left, left), (node.right, right)])
        if node.op == "**":
            power = int(node.right.value) if isinstance(node.right, tree.Number) else 1
            return Shape("number", None if left.units is None else tuple((unit, n * power) for unit, n in left.units if power))
        if left.units is None or right.units is None:
            return OPEN
        powers = dict(left.units)
        for unit, power in right.units:
            powers[unit] = powers.get(unit, 0) + (power if node.op == "*" else -power)
        return Shape("number", tuple((unit, power) for unit, power in powers.items() if power))

    def comparison(self, first: Tree, rest: tuple[tuple[str, Tree], ...]) -> Shape | None:
        nodes = [first, *(node for _, node in rest)]
        joined = self.alike(nodes, lists=len(nodes) == 2)
        if joined is None:
            return None
        ordered = any(op not in ("=", "!=") for op, _ in rest)
        if ordered and joined.form in ("choice", "truth"):
            self.wrong(first.place, "number", joined, Both("只能用 = 或 !=", "only = and != apply"))
            return None
        return replace(TRUTH, many=joined.many)

    def alike(self, nodes: list[Tree], lists: bool = False) -> Shape | None:
        """One shape for nodes that are compared with each other, or stand for each other; with `lists`, one may be a list."""
        found = [(node, self.of(node)) for node in nodes]
        known = [(node, one) for node, one in found if one is not None]
        if len(known) < len(found):
            return None
        many = [node for node, one in known if one.many]
        if many and (not lists or len(many) > 1):
            self.single(many[-1], replace(known[0][1], many=True))
            return None
        joined = self.alike_singly(known)
        return joined and replace(joined, many=bool(many))

    def alike_singly(self, known: list[tuple[Tree, Shape]]) -> Shape | None:
        form = known[0][1].form
        for node, one in known[1:]:
            if one.form != form:
                written = node.place != tree.NOWHERE
                self.wrong(node.place, form, one) if written else self.wrong(known[0][0].place, one.form, known[0][1])
                return None
        if form == "choice":
            return self.codes(known)
        return self.joined(known) if form == "number" else known[0][1]

    def codes(self, known: list[tuple[Tree, Shape]]) -> Shape | None:
        declared = [one for node, one in known if not isinstance(node, tree.Text)]
        if not declared:
            return known[0][1]
        for node, _ in known:
            if isinstance(node, tree.Text) and node.value not in declared[0].codes:
                self.report(UNKNOWN_CODE.at(node.place, found=node.value, expected=", ".join(declared[0].codes)))
                return None
        return declared[0]

    def joined(self, known: list[tuple[Tree, Shape]]) -> Shape | None:
        """The unit that numbers share when they are added or compared."""
        percent = any(one.percent for _, one in known)
        units: Units | None = None
        for node, one in known:
            if one.units is None:
                if percent and self.bare(one.written):
                    return None
            elif units is None:
                units = one.units
            elif set(one.units) != set(units):
                self.report(WRONG_DIMENSION.at(node.place, found=_tell(units), expected=_tell(one.units)))
                return None
        return Shape("number", units, percent=percent)

    def bare(self, written: tree.Number | None) -> bool:
        """A written number without its sign beside a percentage."""
        if written is not None and written.value and written.text and written.text[-1] not in "%‰":
            self.report(BARE_PERCENTAGE.at(written.place, found=written.text))
            return True
        return False

    def call(self, node: tree.Call) -> Shape | None:
        arguments = list(node.arguments)
        match node.function:
            case "missing":
                asked = arguments[0]
                if isinstance(asked, (tree.Number, tree.Text, tree.Truth, tree.Date)):
                    self.report(
                        WRONG_KIND.at(
                            asked.place, found=Both("写定的值", "a written value"), expected=Both("一个量的名称", "the name of a quantity")
                        )
                    )
                    return None
                return TRUTH if (self.of_name(asked) if isinstance(asked, tree.Name) else self.of(asked)) else None
            case "count" | "any" | "all":
                return self.counted(node.function, arguments)
            case "months":
                dates = [self.need(argument, "date") for argument in arguments]
                return OPEN if all(dates) else None
            case "round" | "floor" | "ceil":
                digits = [self.need(argument, "number") for argument in arguments[1:]]
                value = self.need(arguments[0], "number")
                return value if all(digits) else None
            case "sqrt" | "root" | "ln":
                numbers = [self.need(argument, "number") for argument in arguments]
                return OPEN if all(numbers) else None
            case "trimmed_mean" | "geometric_mean":
                return self.of_lists(node.function, arguments)
        result = self.alike(arguments, lists=len(arguments) == 1 and node.function in ("sum", "mean", "median", "min", "max"))
        if result is not None and result.form not in ("number", "date"):
            self.wrong(node.place, "number", result)
            return None
        if result is not None and result.form == "date" and node.function not in ("min", "max"):
            self.wrong(node.place, "number", result)
            return None
        return result and replace(result, many=False)

    def of_lists(self, function: str, arguments: list[Tree]) -> Shape | None:
        """A mean of a list (and its weights, a list too, or how many are dropped at either end)."""
        for k, argument in enumerate(arguments):
            found = self.of(argument)
            if found is None:
                return None
            many = k == 0 or function == "geometric_mean"
            if found.form != "number" or found.many != many:
                wanted = _WORDS["number"] if not many else Both("一列数", "a list of numbers")
                self.report(WRONG_KIND.at(argument.place, found=word(found), expected=wanted))
                return None
        return OPEN

    def counted(self, function: str, arguments: list[Tree]) -> Shape | None:
        """How many truths hold (or how long a list is), whether any or all do."""
        result = PURE if function == "count" else TRUTH
        if len(arguments) == 1:
            found = self.of(arguments[0])
            if found is not None and found.form != "truth" and not (found.many and function == "count"):
                self.wrong(arguments[0].place, "truth", found)
                return None
            return result if found is not None else None
        truths = [self.need(argument, "truth") for argument in arguments]
        return result if all(truths) else None


def _tell(units: Units) -> Both | str:
    if not units:
        return Both("无单位", "a pure number")
    above = "·".join(_power(unit, power) for unit, power in units if power > 0)
    return "/".join([above or "1", *(_power(unit, -power) for unit, power in units if power < 0)])


def _power(unit: Unit, power: int) -> str:
    return unit.text if power == 1 else f"{unit.text}^{power}"


def word(found: Shape) -> Both:
    """A shape in both languages, for messages."""
    one = _WORDS[found.form]
    return Both(f"一列{one.zh}", f"a list of {_MANY[found.form]}") if found.many else one
