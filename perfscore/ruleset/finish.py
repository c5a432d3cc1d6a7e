"""What only the finished steps show: cycles, names that nothing computes, and what each formula gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from perfscore.finding import Both, Kind
from perfscore.formula import shape, tree
from perfscore.formula.shape import Shape
from perfscore.formula.tree import Tree
from perfscore.ruleset.context import Context
from perfscore.ruleset.scope import UNKNOWN_ID, UNKNOWN_NAME, guess, points_of
from perfscore.steps import Cases, Cycle, Input, Round, Step, Steps, in_order

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

YES, NO = ("yes", "是", "true"), ("no", "否", "false")
NUMBERS = ("points", "rounding", "group", "total", "rating")


def finish(context: Context) -> Steps:
    """Steps in order, without cycles, every name known, every formula of the right kind."""
    for step in list(context.steps.values()):
        context.steps[step.name] = with_trees(step, lambda root: _asked_missing(context, root))
    ordered = _without_cycles(context)
    shaper = _Shaper(context)
    return Steps(shaper.checked(step) for step in ordered.values())


def _without_cycles(context: Context) -> dict[str, Step]:
    """The steps in order; each cycle is reported once and cut."""
    steps = dict(context.steps)
    while True:
        try:
            return in_order(steps)
        except Cycle as cycle:
            words = list(dict.fromkeys(_word(context, steps[name]) for name in cycle.path[:-1]))
            zh, en = (" → ".join([*around, around[0]]) for around in ([one.zh for one in words], [one.en for one in words]))
            context.report(CYCLE.at(steps[cycle.path[0]].place, found=Both(zh, en)))
            del steps[cycle.path[0]]


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
                asked = tuple(tree.Call("missing", (tree.Name(id),), node.place) for id in _inputs_below(context.steps, name))
                return (asked[0] if len(asked) == 1 else tree.Logic("or", asked)) if asked else tree.Truth(False, node.place)
        return None

    return tree.rewrite(root, change)


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
        step = with_trees(step, self._truths)
        found = {id(part): shape.shape(part, self.of_name, self.context.report) for part in step.trees()}
        whens = {id(case.when) for case in step.node.cases} if isinstance(step.node, Cases) else set()
        fits = [self._demand(step, part, found[id(part)], id(part) in whens) for part in step.trees()]
        if not all(fits):
            self.shapes[step.name] = None
        elif not isinstance(step.node, Input):
            values = [one for part in step.trees() if id(part) not in whens for one in [found[id(part)]]]
            whole = bool(values) and all(one is not None for one in values)
            self.shapes[step.name] = given = None if not whole else shape.PURE if step.kind in NUMBERS else values[0]
            if given is not None and step.word == "actual" and step.percent and given.units == ():
                self.shapes[step.name] = given = replace(given, percent=True)
            if given is not None and given.percent and not isinstance(step.node, tree.Number):
                step = replace(step, percent=True)
        return step

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
        if expected is not None and found.form != expected:
            place = part.place if part.place != tree.NOWHERE else step.place
            self.context.report(shape.WRONG_KIND.at(place, found=shape.word(found.form), expected=shape.word(expected)))
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
    return shape.of_number(node.unit)


def with_trees(step: Step, change: shape.Change) -> Step:
    """The step with every formula changed."""
    match step.node:
        case Cases(cases):
            changed = tuple(
                replace(case, when=case.when and change(case.when), points=case.points and change(case.points)) for case in cases
            )
            return replace(step, node=Cases(changed))
        case Round(of, rounding, stage):
            return replace(step, node=Round(change(of), rounding, stage))
        case Input(missing=missing, range=within):
            return replace(step, node=replace(step.node, missing=missing and change(missing), range=within and change(within)))
        case root:
            return replace(step, node=change(root))
