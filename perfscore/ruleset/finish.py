"""What only the finished steps show: cycles, names that nothing computes, and what each formula gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from perfscore.finding import Both, Finding, Kind
from perfscore.formula import shape, tree
from perfscore.formula.shape import Shape
from perfscore.formula.tree import Tree
from perfscore.ruleset.context import Context
from perfscore.ruleset.groups import listing
from perfscore.ruleset.groups import points_of as points_step
from perfscore.ruleset.scope import UNKNOWN_ID, UNKNOWN_NAME, guess, points_of, share_of
from perfscore.steps import Cases, Input, Round, Rows, Step, Steps, in_order

CYCLE = Kind(
    "cycle",
    "error",
    zh="循环引用：{found}",
    en="circular reference: {found}",
    hint_zh="其中一个须只由录入项算出",
    hint_en="compute one of them from inputs alone",
    why="A quantity that needs itself has no value.",
    fix="Break the circle: one of the quantities named must be computed from inputs alone.",
)

IRRATIONAL_UNROUNDED = Kind(
    "irrational-unrounded",
    "error",
    zh="“{label}”的得分可能是无理数（开方、对数或几何平均），却没有取整",
    en="the points of “{label}” can be irrational (a root, a logarithm or a geometric mean) and nothing rounds them",
    hint_zh="写 rounding: {{{stage}: 2}}",
    hint_en="write rounding: {{{stage}: 2}}",
    why="An irrational number of points can be neither printed nor added up exactly.",
    fix="Name the stage of rounding, or round inside of the formula.",
)

ROOTS = ("sqrt", "root", "ln", "geometric_mean")
WHOLE = ("round", "floor", "ceil", "count", "any", "all", "missing", "months")
YES, NO = ("yes", "是", "true"), ("no", "否", "false")
NUMBERS = ("points", "rounding", "group", "total", "rating")


def finish(context: Context) -> Steps:
    """Steps in order, without cycles, every name known, every formula of the right kind."""
    _lists(context)
    for step in list(context.steps.values()):
        context.steps[step.name] = with_trees(step, lambda root: _asked_missing(context, root))
    ordered = _without_cycles(context)
    shaper = _Shaper(context)
    return Steps(shaper.checked(step) for step in ordered.values())


def _lists(context: Context) -> None:
    """The lists points_in(g) and shares_in(g) that a formula asks for."""
    for name in dict.fromkeys(used for step in context.steps.values() for used in step.uses()):
        id, _, word = name.partition(":")
        if word in ("points_in", "shares_in") and id in context.lists:
            group = context.lists[id]
            children = [child for child in group.children if child.weight or word == "points_in"]
            value = points_step if word == "points_in" else lambda child: share_of(child.id, child.weight)
            context.add(Step(name, "quantity", listing(context, children, value), context.at(group.path), id, word))


def _without_cycles(context: Context) -> dict[str, Step]:
    """The steps in order; each cycle is reported once and cut."""
    cycles: list[tuple[str, ...]] = []
    ordered = in_order(context.steps, cycles)
    for path in {cycle[0]: cycle for cycle in reversed(cycles)}.values():
        words = list(dict.fromkeys(_word(context, ordered[name]) for name in path[:-1]))
        zh, en = (" → ".join([*around, around[0]]) for around in ([one.zh for one in words], [one.en for one in words]))
        context.report(CYCLE.at(ordered[path[0]].place, found=Both(zh, en)))
        del ordered[path[0]]
    return ordered


def _word(context: Context, step: Step) -> Both:
    """A step as its author knows it: its id, and the label of an item."""
    id = step.owner if step.owner and step.kind != "quantity" else step.word or step.name
    if id == "total":
        return Both("总分", id)
    earned = context.steps.get(f"{id}:earned")
    label = "" if earned is None else earned.label
    return Both(f"{label}（{id}）", f"{label} ({id})") if label not in ("", id) else Both(id, id)


def _asked_missing(context: Context, root: Tree) -> Tree:
    """missing(x): of an item with several parts, all of them; of a formula, any input it reads."""

    def change(node: Tree) -> Tree | None:
        match node:
            case tree.Call("missing", (tree.Name(name),)):
                if isinstance(getattr(context.steps.get(name), "node", None), Input):
                    return node
                if name in context.own:
                    return tree.both(*(tree.Call("missing", (tree.Name(id),), node.place) for id in context.own[name]))
                if name not in context.steps:
                    return node  # a cell of a row
                asked = tuple(tree.Call("missing", (tree.Name(id),), node.place) for id in _inputs_below(context.steps, name))
                return (asked[0] if len(asked) == 1 else tree.Logic("or", asked)) if asked else tree.Truth(False, node.place)
        return None

    return tree.rewrite(root, change)


def irrational(steps: Steps) -> set[str]:
    """The steps whose value can be irrational."""
    found: set[str] = set()

    def carries(node: Tree) -> bool:
        match node:
            case tree.Name(name):
                return name in found
            case tree.Compare() | tree.Logic() | tree.Not() | tree.Member():
                return False
            case tree.Choose(_, then, otherwise):
                return carries(then) or carries(otherwise)
            case tree.Call(function, _) if function in ROOTS + WHOLE:
                return function in ROOTS
        return any(carries(child) for child in tree.children(node))

    def given(step: Step) -> bool:
        match step.node:
            case Input():
                return False
            case Cases(cases):
                return any(case.points is not None and carries(case.points) for case in cases)
            case Round(of, rounding, _):
                return rounding.mode == "none" and carries(of)
            case Rows(steps=inner, result=result):
                found.update(one.name for one in inner if given(one))
                return result in found
            case root:
                return carries(root)

    for step in steps.values():
        if given(step):
            found.add(step.name)
    return found


def _inputs_below(steps: Mapping[str, Step], name: str) -> list[str]:
    found: list[str] = []
    seen, stack = {name}, [name]
    while stack:
        step = steps.get(stack.pop())
        if step is None:
            continue
        if isinstance(step.node, Input):
            found.append(step.name)
        for used in step.uses():
            if used not in seen:
                seen.add(used)
                stack.append(used)
    return found


class _Shaper:
    """Checks steps in order, so that what a step reads has its shape already."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.shapes: dict[str, Shape | None] = {}

    def of_name(self, name: tree.Name) -> Shape | None:
        if name.name not in self.context.steps and name.name not in self.shapes:
            self.shapes[name.name] = None
            self._unknown(name)
        return self.shapes.get(name.name)

    def _unknown(self, name: tree.Name) -> None:
        """A name that is an id of the file, but nothing that is computed."""
        id, _, stage = name.name.partition(":")
        if id not in self.context.nodes or any(problem.indicator == id for problem in self.context.problems):
            return
        if stage == "attainment":
            self.context.report(
                UNKNOWN_ID.at(name.place, found=id, what=Both("有完成率的指标", "item with an attainment"), guess=guess("", []))
            )
        elif not stage:
            self.context.report(UNKNOWN_NAME.at(name.place, found=id, guess=points_of(id)))

    def checked(self, step: Step) -> Step:
        if isinstance(step.node, Input):
            self.shapes[step.name] = _of_input(step.node)
        if isinstance(step.node, Rows):
            return self._rows(step, step.node)
        step = with_trees(step, self._truths)

        def report(finding: Finding) -> None:
            """A node that the compiler made stands where its step does."""
            self.context.report(replace(finding, place=step.place) if finding.place == tree.NOWHERE else finding)

        found = {id(part): shape.shape(part, self.of_name, report) for part in step.trees()}
        whens = {id(case.when) for case in step.node.cases} if isinstance(step.node, Cases) else set()
        fits = [self._demand(step, part, found[id(part)], id(part) in whens) for part in step.trees()]
        if not all(fits):
            self.shapes[step.name] = None
        elif not isinstance(step.node, Input):
            values = [found[id(part)] for part in step.trees() if id(part) not in whens]
            self._alike(step, [(part, found[id(part)]) for part in step.trees() if id(part) not in whens])
            whole = bool(values) and all(one is not None for one in values)
            self.shapes[step.name] = given = None if not whole else shape.PURE if step.kind in NUMBERS else values[0]
            if given is not None and step.word == "actual" and step.percent and given.units == ():
                self.shapes[step.name] = given = replace(given, percent=True)
            if given is not None and given.percent and not isinstance(step.node, tree.Number):
                step = replace(step, percent=True)
        return step

    def _alike(self, step: Step, values: Sequence[tuple[Tree, Shape | None]]) -> None:
        """The rows of a quantity give values of one kind."""
        known = [(part, one) for part, one in values if one is not None]
        for part, one in known[1:]:
            if isinstance(step.node, Cases) and step.kind == "quantity" and (one.form, one.many) != (known[0][1].form, known[0][1].many):
                self.context.report(shape.WRONG_KIND.at(part.place, found=shape.word(one), expected=shape.word(known[0][1])))

    def _rows(self, step: Step, node: Rows) -> Step:
        """The steps of a row, after its cells; the list is of what the row's result is."""
        table = self.context.steps[node.table.name].node
        assert isinstance(table, Input)
        for (_, cell), column in zip(node.cells, table.columns, strict=True):
            self.shapes[cell] = _of_input(column)
        inner = tuple(self.checked(one) for one in in_order({one.name: one for one in node.steps}).values())
        result = self.shapes.get(node.result)
        self.shapes[step.name] = result and replace(result, many=True)
        return replace(step, node=replace(node, steps=inner))

    def _demand(self, step: Step, part: Tree, found: Shape | None, when: bool) -> bool:
        """Points are numbers, gates and flags are truths, a `when` is a truth: whether it is so."""
        if found is None:
            return True
        expected: shape.Form | None = None
        if (
            when
            or step.kind in ("gate", "flag")
            or step.word in ("met", "applies")
            or (isinstance(step.node, Input) and part is step.node.range)
        ):
            expected = "truth"
        elif step.kind in NUMBERS or step.word in ("floor", "cap"):
            expected = "number"
        elif isinstance(step.node, Input) and part is step.node.missing:
            declared = self.shapes[step.name]
            expected = declared.form if declared is not None else None
            if found.form == "choice" and declared is not None and set(found.codes) - set(declared.codes):
                self.context.report(shape.UNKNOWN_CODE.at(part.place, found=found.codes[0], expected=", ".join(declared.codes)))
        if expected is not None and (found.form != expected or found.many):
            place = part.place if part.place != tree.NOWHERE else step.place
            self.context.report(shape.WRONG_KIND.at(place, found=shape.word(found), expected=shape.word(shape.Shape(expected))))
            return False
        return True

    def _truths(self, root: Tree) -> Tree:
        """A test `yes` on a yes/no quantity is the quantity itself."""

        def change(node: Tree) -> Tree | None:
            match node:
                case tree.Compare(tree.Name() as subject, ((("=" | "!=") as op, tree.Text(code)),)) if code in YES + NO:
                    found = self.of_name(subject)
                    if found is not None and found.form == "truth":
                        return subject if (code in YES) == (op == "=") else tree.Not(subject, node.place)
            return None

        return tree.rewrite(root, change)


def _of_input(node: Input) -> Shape:
    match node.type:
        case "yes_no":
            return shape.TRUTH
        case "date":
            return shape.DATE
        case "choice":
            return Shape("choice", codes=tuple(code for code, _ in node.values))
        case "table":
            return Shape("table")
    return shape.of_number(node.unit)


def with_trees(step: Step, change: shape.Change) -> Step:
    """The step with every formula changed; the step itself where nothing changes."""
    if not isinstance(step.node, Rows) and all(change(root) is root for root in step.trees()):
        return step
    match step.node:
        case Cases(cases):
            changed = tuple(
                replace(case, when=case.when and change(case.when), points=case.points and change(case.points)) for case in cases
            )
            return replace(step, node=Cases(changed))
        case Round(of, rounding, stage):
            return replace(step, node=Round(change(of), rounding, stage))
        case Rows(steps=inner):
            return replace(step, node=replace(step.node, steps=tuple(with_trees(one, change) for one in inner)))
        case Input(missing=missing, range=within):
            return replace(step, node=replace(step.node, missing=missing and change(missing), range=within and change(within)))
        case root:
            return replace(step, node=change(root))
