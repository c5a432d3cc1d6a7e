"""An item becomes steps: its quantities, one ordered case list, a clamp or a claim, its rounding, its gates.

The case list: does not apply, missing, special, then the method's cases; nothing here knows which method it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from perfscore.finding import Both, Kind, Place, Unreadable, listed
from perfscore.formula import tree
from perfscore.formula.parse import canonical, parse
from perfscore.formula.test import Test, any_of, parse_test
from perfscore.formula.tree import Tree
from perfscore.methods.method import BAD_PARAMETER, MISSING_KEY, POLICY_OPEN, Built, Let, Over, as_written, one_of
from perfscore.methods.method import Item as ItemView
from perfscore.methods.table import Table
from perfscore.ruleset import model as models
from perfscore.ruleset.context import Context, Entry, PathAuthor, bound, clamp, gated, worth_absent
from perfscore.ruleset.places import Path
from perfscore.ruleset.scope import Ids, Scope
from perfscore.steps import Case, Cases, Element, Input, Refusal, Round, Rows, Scored, Stage, Step, StepKind

POINTS_OUT_OF_RANGE = Kind(
    "points-out-of-range",
    "error",
    zh="“{label}”得 {found} 分，超出 0 至分值 {expected} 的范围",
    en="“{label}” earns {found} points, outside of 0 to its weight {expected}",
    hint_zh="如规则允许，请写 floor（扣完为止）或 cap（封顶）",
    hint_en="write floor or cap if the rule means to clamp",
    why="A floor or a cap that is not written is a claim about the item; nothing is clamped silently.",
    fix="Write `floor: 0` or `cap: weight` where the rule says so, or mend the method.",
)
OVERRIDE_REFUSED = Kind(
    "override-refused",
    "error",
    zh="“{label}”不能人工核定得分：规则只在 {expected} 时允许",
    en="the points of “{label}” cannot be set by a person: the rules allow it only where {expected}",
    hint_zh="删去 override，按规则计分",
    hint_en="take `override` out; the rules score it",
    why="A person may set points only where the rule says so; anywhere else the rule decides.",
    fix="Take `override` out of the outcome, or mend the rule's `when`.",
)
OVERRIDE_OUTSIDE = Kind(
    "override-outside",
    "error",
    zh="“{label}”人工核定为 {found} 分，超出规则允许的 {expected}",
    en="“{label}” was set to {found} points, outside of the allowed {expected}",
    hint_zh="在允许范围内核定",
    hint_en="set points within the range",
    why="A rule that lets a person set points also says how far.",
    fix="Set points within the range.",
)
UNIT_OPEN = Kind(
    "unit-open",
    "warning",
    zh="“{label}”：目标值 {found} 是百分数，但没有写计量单位，填报 50 会按 5000% 计",
    en="“{label}”: the target {found} is a percentage, but no unit is written: 50 would be read as 5000%",
    hint_zh='写 unit: "%"',
    hint_en='write unit: "%"',
    why="A number without a unit is what it is; people who report a rate of 50 % often write 50.",
    fix='Write `unit: "%"` on the item; then 50 is 50 %.',
)
YES_NO = (("yes", "是"), ("no", "否"))


def values_of(declared: dict[str, str] | list[str] | None) -> tuple[tuple[str, str], ...]:
    if isinstance(declared, list):
        return tuple((canonical(code), code) for code in declared)
    return tuple((canonical(code), label) for code, label in (declared or {}).items())


def input_of(
    context: Context, id: str, declared: models.CellModel | models.NodeModel, path: Path, words: Mapping[str, Tree] | None = None
) -> Input:
    """The input that an entry under `inputs`, or an item with an outcome of its own, declares; `words` of its range."""
    unit = context.unit(declared.unit, (*path, "unit"))
    grid = None if declared.grid is None else context.number(declared.grid, (*path, "grid"))
    if grid is not None and grid <= 0:
        context.report(
            BAD_PARAMETER.at(
                context.at((*path, "grid")),
                key="grid",
                found=declared.grid,
                expected=Both("大于 0 的步长：1、0.01、0.01%", "a step above 0: 1, 0.01, 0.01%"),
            )
        )
        grid = None
    columns = _columns(context, declared, path) if isinstance(declared, models.InputModel) else ()
    if isinstance(declared, models.InputModel) and declared.type == "table":
        return Input(id, declared.label or id, "table", columns=columns, place=context.at(path))
    values = values_of(declared.values)
    _distinct(context, values, (*path, "values"))
    if declared.type == "choice" and not values:
        context.report(
            MISSING_KEY.at(context.at(path), owner=context.owner(path), expected="values", hint="values: {east: 东部, west: 西部}")
        )
    within = None
    if declared.range is not None:
        test = context.test(declared.range, (*path, "range"))
        scope = context.scope()
        scope.standard.update({id: tree.Name(id), **(words or {})})
        within = None if test is None else scope.resolve(test.on(tree.Name(id)))
    return Input(
        id,
        declared.label or id,
        declared.type,
        unit,
        grid,
        YES_NO if declared.type == "yes_no" else values,
        isinstance(declared, (models.InputModel, models.NodeModel)) and declared.judged,
        range=within,
        range_text=declared.range or "",
        columns=columns,
        place=context.at(path),
    )


def _distinct(context: Context, values: Sequence[tuple[str, str]], path: Path) -> None:
    """A name stands for one code: codes are different, and no label is another code or its label."""
    meant: dict[str, str] = {}
    codes: set[str] = set()
    for code, label in values:
        taken = code if code in codes else next((name for name in (code, canonical(label)) if meant.get(name, code) != code), None)
        codes.add(code)
        if taken is not None:
            one = Both(
                "每个代码和名称只指一个选项（全角半角视为相同）", "codes and labels that each mean one choice (after NFKC normalisation)"
            )
            context.report(BAD_PARAMETER.at(context.at(path), key="values", found=taken, expected=one))
            return
        meant.update({code: code, canonical(label): code})


def _columns(context: Context, declared: models.InputModel, path: Path) -> tuple[Input, ...]:
    """The columns of a table, each an input that starts from the keys of `cells`."""
    if declared.type != "table":
        for key in ("columns", "cells"):
            if getattr(declared, key) is not None:
                only = Both("只有 type: table 才写", "only an input of type: table has it")
                context.report(BAD_PARAMETER.at(context.at((*path, key)), key=key, found=declared.type, expected=only))
        return ()
    for key in ("missing", "unit", "grid", "range", "values", "judged"):
        if getattr(declared, key) not in (None, False):
            cells = Both("写在 cells 或各列里", "write it under cells, or in a column")
            context.report(BAD_PARAMETER.at(context.at((*path, key)), key=key, found=as_written(getattr(declared, key)), expected=cells))
    listed = declared.columns or []
    named = list(listed.items()) if isinstance(listed, dict) else [(name, None) for name in listed]
    if not named:
        context.lacks(path, "columns", "columns: [甲, 乙, 丙]")
    ids, found = Ids(context.report), []
    for k, (name, column) in enumerate(named):
        where = (*path, "columns", name if isinstance(listed, dict) else k)
        id = ids.add(name, context.at(where), codes=True)
        start, own = declared.cells or models.CellModel(), column or models.CellModel()
        keys = {**start.model_dump(exclude_unset=True), **own.model_dump(exclude_unset=True)}
        if id is None:
            continue
        merged = models.InputModel.model_validate(keys)
        at = where if column is not None else (*path, "cells")
        cell = input_of(context, id, merged, at)
        missing = absent_value(context, merged, (*at, "missing"))
        found.append(replace(cell, missing=missing, required=missing is None))
    return tuple(found)


def absent_value(context: Context, declared: models.CellModel, path: Path) -> Tree | None:
    """`missing` of an input: a code, yes or no, or a formula."""
    text = declared.missing
    if text is None:
        return None
    if declared.type == "yes_no":
        if text in ("yes", "no"):
            return tree.Truth(text == "yes", context.at(path))
        context.report(BAD_PARAMETER.at(context.at(path), key="missing", found=text, expected=one_of("yes", "no")))
        return None
    if declared.type == "choice":
        return tree.Text(canonical(text), context.at(path))
    root = context.formula(text, path)
    return None if root is None else context.scope().resolve(root)


def _never_empty(context: Context, node: Entry, test: Test | None) -> Test | None:
    """An interval that nothing can lie in is a mistake."""
    ends = [end.value for end in test.ends() if isinstance(end, tree.Number)] if test is not None and test.direction == "within" else []
    if test is not None and len(ends) == 2 and (ends[0] > ends[1] or (ends[0] == ends[1] and not (test.low_closed and test.high_closed))):
        expected = Both("下限不高于上限的区间", "an interval whose lower end is not above its upper end")
        place = context.at((*node.path, "target"))
        context.report(BAD_PARAMETER.at(place, indicator=node.id, key="target", found=test.text, expected=expected))
    return test


def target_of(context: Context, node: Entry) -> Test | None:
    """The target as a test; a list of codes is one test."""
    written, path = node.model.target, (*node.path, "target")
    if written is None:
        return parse_test("yes") if node.model.type == "yes_no" else None
    if isinstance(written, str):
        return _never_empty(context, node, context.test(written, path))
    tests = [context.test(text, (*path, k)) for k, text in enumerate(written)]
    whole = [test for test in tests if test is not None]
    joined = any_of(whole, context.at(path)) if whole else None
    if joined is None and len(whole) == len(tests):
        context.report(
            BAD_PARAMETER.at(
                context.at(path),
                indicator=node.id,
                key="target",
                found=listed(written),
                expected=Both("一个条件，或一列选项代码", "one test, or a list of codes"),
            )
        )
    return joined


def compile_item(context: Context, node: Entry, parent_applies: str | None) -> Scored:
    """All steps of a leaf."""
    target = target_of(context, node)
    author = PathAuthor(context, (*node.path, "method"), node.id)
    node.about.update(method=node.method.type if node.method else None, policy=node.policy, scope=node.scope)
    written = {side: bound(context, node, side) for side in ("floor", "cap")}
    low, high = written["floor"], written["cap"]
    if isinstance(low, tree.Number) and isinstance(high, tree.Number) and low.value > high.value:
        place = context.at((*node.path, "floor"))
        context.report(
            BAD_PARAMETER.at(place, indicator=node.id, key="floor", found=low.text, expected=Both("不高于 cap", "not above cap"))
        )
    view = ItemView(
        node.id, node.label, node.weight, node.model.type,
        context.unit(node.model.unit, (*node.path, "unit")),
        None if node.model.grid is None else context.number(node.model.grid, (*node.path, "grid")),
        target, written["floor"] is not None, written["cap"] is not None, author,
    )  # fmt: skip
    readable = node.method is not None and (target is not None or node.model.target is None)
    built = node.method.build(view) if readable and node.method is not None else Built(takes_target=node.method is None)
    scope = context.scope()
    extra = _extra_cases(context, node)
    own, actual = _inputs(context, node, built, view, [*extra, *built.cases], scope)
    _standard(context, node, scope, target, actual, built, written)
    if view.unit is None and node.id in own and view.type == "number" and target is not None and target.text[-1:] in ("%", "‰"):
        context.report(UNIT_OPEN.at(context.at((*node.path, "target")), indicator=node.id, label=node.label, found=target.text))
    for part in built.parts:
        scope.own[part.name] = tree.Name(f"{node.id}.{part.id}:points")
    _lets(context, node, scope, built)
    elements = _parts(context, node, scope, built)
    context.own[node.id] = tuple(own)
    applies = compile_applies(context, node, parent_applies, scope)
    cases = _cases(context, node, scope, applies, parent_applies, own, extra, built)
    earned = f"{node.id}:earned"
    context.add(Step(earned, "points", Cases(tuple(cases)), context.at((*node.path, "method")), node.id, "points", node.label))
    stages = _settle(context, node, scope, earned, applies, written)
    return Scored(
        node.id, node.label, node.weight, tuple(stages), node.parent, (), node.labels, applies, elements, tuple(own),
        context.at(node.path), node.about,
    )  # fmt: skip


def _extra_cases(context: Context, node: Entry) -> list[Case]:
    """特殊情形: cases tried before the method's."""
    author = PathAuthor(context, (*node.path, "special"), node.id)
    read = [author.case(case, f"special_{k}", k - 1) for k, case in enumerate(node.model.special, 1)]
    return [case for case in read if case is not None]


def _uses(words: set[str], cases: Sequence[Case], lets: Sequence[Let], more: Sequence[Tree | None]) -> bool:
    """Whether any formula of the item names one of the words, directly or through `met` (always a test of `actual`)."""
    trees = [part for case in cases for part in (case.when, case.points) if part is not None]
    trees.extend(part for part in (*(one.tree for one in lets), *more) if part is not None)
    return any(name.name in {*words, "met", "attainment"} for root in trees for name in tree.names(root))


def _inputs(
    context: Context, node: Entry, built: Built, view: ItemView, cases: Sequence[Case], scope: Scope
) -> tuple[list[str], Tree | None]:
    """The item's own inputs by id, and what `actual` means."""
    own: list[str] = []
    for relative in built.inputs:
        id = f"{node.id}.{relative.id}"
        within = relative.range and tree.renamed(relative.range, {relative.id: id})
        optional = relative.required is False or node.model.missing is not None
        declared = replace(
            relative,
            id=id,
            label=f"{node.label}·{relative.label}",
            range=within,
            required=not optional and relative.missing is None,
            item=node.id,
            place=context.at(node.path),
        )
        context.add(
            Step(
                id,
                "input",
                declared,
                declared.place,
                node.id,
                relative.id,
                declared.label,
                declared.unit,
                bool(declared.unit and declared.unit.is_ratio),
            )
        )
        own.append(id)
        scope.own[relative.id] = tree.Name(id)
        scope.own[f"judged_{relative.id}"] = tree.Name(id)
    if node.model.actual is not None:
        root = context.formula(node.model.actual, (*node.path, "actual"))
        name = f"{node.id}:actual"
        context.add_formula(
            scope,
            name,
            "quantity",
            root,
            context.at((*node.path, "actual")),
            owner=node.id,
            word="actual",
            unit=view.unit,
            percent=bool(view.unit and view.unit.is_ratio),
        )
        return own, tree.Name(name)
    applies = node.model.applies
    more = [None if applies is None else context_free(applies)]
    if built.inputs or not (built.actual or _uses({"actual", node.id}, cases, built.lets, more)):
        return own, None
    words = {"weight": tree.Number(node.weight)}
    declared = replace(input_of(context, node.id, node.model, node.path, words), required=node.model.missing is None, item=node.id)
    context.add(
        Step(
            node.id,
            "input",
            declared,
            declared.place,
            node.id,
            "actual",
            declared.label,
            declared.unit,
            bool(declared.unit and declared.unit.is_ratio),
        )
    )
    return [node.id], tree.Name(node.id)


def context_free(text: str) -> Tree | None:
    """A formula only looked at for its names; what cannot be read is reported where it is compiled."""
    try:
        return parse(text)
    except Unreadable:
        return None


def _standard(
    context: Context, node: Entry, scope: Scope, target: Test | None, actual: Tree | None, built: Built, written: Mapping[str, Tree | None]
) -> None:
    """The standard names: actual, weight, target, met, floor, cap."""
    place = context.at((*node.path, "target"))
    unit = context.unit(node.model.unit, (*node.path, "unit"))
    percent = bool(unit and unit.is_ratio)
    weight = tree.Number(node.weight, place=context.at((*node.path, "weight")))
    scope.standard["weight"] = context.add(Step(f"{node.id}:weight", "quantity", weight, weight.place, node.id, "weight"))
    if actual is not None:
        scope.standard["actual"] = actual
    elif len(built.inputs) > 0:
        scope.standard["actual"] = tree.Name(node.id)  # only missing(actual) can be asked of several parts
    if target is not None and not built.takes_target:
        ends: list[Tree] = []
        words = ("target_from", "target_to") if target.low is not None and target.high is not None else ("target",)
        for word, end in zip(words, target.ends(), strict=False):
            ends.append(
                context.add_formula(
                    scope, f"{node.id}:{word}", "quantity", end, end.place, owner=node.id, word=word, unit=unit, percent=percent
                )
            )
            scope.standard[word] = ends[-1]
            ends[-1] = tree.Name(f"{node.id}:{word}", end.place)
        if actual is not None and not any(one.name == "met" for one in built.lets):
            met = target.on(actual, tuple(ends))
            scope.standard["met"] = context.add(Step(f"{node.id}:met", "quantity", met, place, node.id, "met"))
    for side, root in written.items():
        if root is not None:
            scope.standard[side] = context.add_formula(scope, f"{node.id}:{side}", "quantity", root, root.place, owner=node.id, word=side)


def add_table(context: Context, scope: Scope, view: ItemView, table: Table, name: str, place: Place, *, owner: str) -> None:
    """A quantity that a table gives: the first row that holds."""
    built = table.build(view)
    for column in built.lets:
        scope.own[column.name] = context.add_formula(
            scope, f"{name}:{column.name}", "quantity", column.tree, place, owner=owner or name, word=column.name
        )
    cases = [found for case in built.cases if (found := _resolved(scope, case, place)) is not None]
    context.add(Step(name, "quantity", Cases(tuple(cases)), place, owner, name.rsplit(":", 1)[-1]))


def _lets(context: Context, node: Entry, scope: Scope, built: Built) -> None:
    """The method's named quantities; a rate passes the rounding stage `rate`."""
    for one in built.lets:
        words = scope.author if one.author else scope.own
        words[one.name] = tree.Name(f"{node.id}:{one.name}")
    rounding = context.stages.get("rate")
    for one in built.lets:
        name = f"{node.id}:{one.name}"
        if one.over is not None:
            context.add(
                Step(
                    name,
                    "quantity",
                    _rows(context, node, scope, name, one.over),
                    context.at((*node.path, "method")),
                    node.id,
                    one.name,
                    one.label,
                )
            )
            continue
        if one.cases:
            cases = [found for case in one.cases if (found := _resolved(scope, case, context.at((*node.path, "method")))) is not None]
            context.add(Step(name, "quantity", Cases(tuple(cases)), context.at((*node.path, "method")), node.id, one.name))
            continue
        written = one.tree is not None and one.tree.place != tree.NOWHERE
        place = one.tree.place if one.tree is not None and written else context.at((*node.path, "method"))
        if one.rate and rounding is not None:
            exact = context.add_formula(
                scope, f"{name}:exact", "quantity", one.tree, place, owner=node.id, word=f"{one.name}_exact", percent=True
            )
            context.add(Step(name, "rounding", Round(exact, rounding, "rate"), place, node.id, one.name, percent=True))
        else:
            context.add_formula(
                scope, name, "quantity", one.tree, place, owner=node.id, word=one.name, label=one.label, percent=one.rate
            )  # fmt: skip


def _rows(context: Context, node: Entry, scope: Scope, name: str, over: Over) -> Rows:
    """Steps that are computed anew for every row of a table; inside of a row its columns stand before all other names."""
    inner = scope.inside()
    cells = tuple((column.id, f"{name}.{column.id}") for column in over.table.columns)
    for column, cell in cells:
        inner.standard[column] = inner.own[column] = tree.Name(cell)
    for one in over.lets:
        inner.own[one.name] = tree.Name(f"{name}.{one.name}")
        if one.author:
            inner.standard[one.name] = inner.own[one.name]
    for word, meant in over.words:
        resolved = inner.resolve(meant)
        if resolved is not None:
            inner.standard[word] = inner.own[word] = resolved
    place = context.at((*node.path, "method"))
    steps: list[Step] = []
    for one in over.lets:
        written = one.tree is not None and one.tree.place != tree.NOWHERE
        at = one.tree.place if one.tree is not None and written else place
        made: Tree | Cases | Round | None = None
        rounding = context.stages.get("rate") if one.rate else None
        if one.cases:
            made = Cases(tuple(found for case in one.cases if (found := _resolved(inner, case, place)) is not None))
        elif one.tree is not None:
            made = inner.resolve(one.tree)
            if made is not None and rounding is not None:
                made = Round(made, rounding, "rate")
        if made is not None:
            kind: StepKind = "points" if one.name == over.result and over.points else "quantity"
            steps.append(Step(f"{name}.{one.name}", kind, made, at, node.id, one.name, percent=one.rate))
    keep = None if over.keep is None else f"{name}.{over.keep}"
    return Rows(tree.Name(over.table.id), cells, tuple(steps), f"{name}.{over.result}", keep)


def _parts(context: Context, node: Entry, scope: Scope, built: Built) -> tuple[Element, ...]:
    """The elements of an item, each with a case list of its own."""
    elements: list[Element] = []
    for part in built.parts:
        name = f"{node.id}.{part.id}:points"
        cases = tuple(_resolved(scope, case, context.at(node.path)) for case in part.cases)
        context.add(
            Step(
                name,
                "points",
                Cases(tuple(case for case in cases if case is not None)),
                context.at(node.path),
                node.id,
                part.name,
                part.label,
            )
        )
        elements.append(Element(f"{node.id}.{part.id}", part.label, name, f"{node.id}.{part.id}", part.most, part.points))
    return tuple(elements)


def compile_applies(context: Context, node: Entry, parent_applies: str | None, scope: Scope) -> str | None:
    """The step that tells whether a node applies, or None where it always does."""
    declared = node.model.not_applicable
    place = context.at((*node.path, "not_applicable"))
    if declared is not None and declared.policy is None:
        context.lacks((*node.path, "not_applicable"), "policy", "policy: full | redistribute | zero | peer_mean | refuse", node.id)
    if declared is not None and declared.policy == "redistribute":
        for key, question, english, expected in (
            ("by", "按什么比例移给其他指标", "how the weight is shared out", one_of("proportional", "equal")),
            ("scope", "移给哪些指标", "who receives the weight", one_of("siblings", "group", "all")),
        ):
            if getattr(declared, key) is None:
                context.report(
                    POLICY_OPEN.at(
                        place,
                        indicator=node.id,
                        owner=context.owner(node.path),
                        method=Both("不适用时的 redistribute（分值移给其他指标）", "redistribute"),
                        key=key,
                        question=Both(question, english),
                        expected=expected,
                    )
                )
    if node.model.applies is not None and node.policy is None:
        context.report(
            POLICY_OPEN.at(
                context.at((*node.path, "applies")),
                indicator=node.id,
                owner=context.owner(node.path),
                method=Both("有 applies（适用条件），", "applies"),
                key="not_applicable",
                question=Both("不适用时分值怎么办", "what happens to the weight of what does not apply"),
                expected=one_of("full", "redistribute", "zero", "peer_mean"),
            )
        )
    parts: list[Tree] = [] if parent_applies is None else [tree.Name(parent_applies)]
    if node.policy is not None:
        hidden = f"{node.id}:not_applicable"
        declared_input = Input(hidden, node.label, "yes_no", missing=tree.Truth(False), required=False, item=node.id, place=place)
        context.add(Step(hidden, "input", declared_input, place, node.id, "not_applicable"))
        parts.append(tree.Not(tree.Name(hidden)))
        if node.policy == "peer_mean":
            given = Input(f"{node.id}:peer_mean", node.label, item=node.id, place=place)
            context.add(Step(given.id, "input", given, place, node.id, "peer_mean"))
        root = None if node.model.applies is None else context.formula(node.model.applies, (*node.path, "applies"))
        resolved = None if root is None else scope.resolve(root)
        if resolved is not None:
            parts.append(resolved)
    if not parts:
        return None
    name = f"{node.id}:applies"
    context.add(Step(name, "quantity", tree.both(*parts), place, node.id, "applies"))
    return name


def _cases(
    context: Context,
    node: Entry,
    scope: Scope,
    applies: str | None,
    parent_applies: str | None,
    own: Sequence[str],
    extra: Sequence[Case],
    built: Built,
) -> list[Case]:
    """The whole ordered list of an item."""
    place = context.at(node.path)
    cases: list[Case] = []
    if parent_applies is not None:
        cases.append(Case(tree.Not(tree.Name(parent_applies)), tree.number(0), "not_applicable", place=place))
    if applies is not None and node.policy is not None:
        cases.append(Case(tree.Not(tree.Name(applies)), worth_absent(node), "not_applicable", place=place))
    if node.model.missing is not None:
        root = context.formula(node.model.missing, (*node.path, "missing"))
        resolved = None if root is None else scope.resolve(root)
        asked = own if node.model.actual is None else [f"{node.id}:actual"]
        absent = tree.both(*(tree.Call("missing", (tree.Name(id),)) for id in asked))
        if resolved is not None and asked:
            cases.append(Case(absent, resolved, "missing", place=context.at((*node.path, "missing"))))
        elif not asked:
            context.report(
                BAD_PARAMETER.at(
                    place,
                    indicator=node.id,
                    key="missing",
                    found=node.model.missing,
                    expected=Both("有填报值的指标才写 missing", "an item with an outcome of its own"),
                )
            )
    for case in (*extra, *built.cases):
        found = _resolved(scope, case, context.at((*node.path, "method")))
        if found is not None:
            cases.append(found)
    return cases


def _overridden(
    context: Context, node: Entry, scope: Scope, scored: tree.Name, declared: models.OverrideModel, applies: str | None
) -> tree.Name:
    """人工核定: the points that a person set, where that is allowed and within the range; else what the rules gave."""
    path: Path = (*node.path, "override")
    place = context.at(path)
    given = Input(
        f"{node.id}:override",
        node.label,
        judged=True,
        required=False,
        item=node.id,
        needs=() if declared.needs is None else (declared.needs,),
        place=place,
    )
    name = context.add(Step(given.id, "input", given, place, node.id, "override"))
    scope.standard["scored"] = scored
    cases = [Case(tree.Call("missing", (name,)), scored, "as_scored", place=place)]
    if applies is not None:
        refusal = Refusal(OVERRIDE_REFUSED, node.label, name, Both("该指标适用", "the item applies"))
        cases.append(Case(tree.Not(tree.Name(applies)), None, "override_refused", refusal, place=place))
    if declared.when is not None:
        root = context.formula(declared.when, (*path, "when"))
        when = None if root is None else scope.resolve(root)
        if when is not None:
            refusal = Refusal(OVERRIDE_REFUSED, node.label, name, declared.when)
            cases.append(Case(tree.Not(when), None, "override_refused", refusal, place=place))
    if declared.range is None:
        context.lacks(path, "range", 'range: "[0, scored]"', node.id)
        return scored
    test = context.test(declared.range, (*path, "range"))
    within = None if test is None else scope.resolve(test.on(name))
    if within is not None:
        refusal = Refusal(OVERRIDE_OUTSIDE, node.label, name, declared.range)
        cases.append(Case(tree.Not(within), None, "override_outside", refusal, place=place))
    cases.append(Case(None, name, "override", place=place))
    return context.add(Step(f"{node.id}:overridden", "points", Cases(tuple(cases)), place, node.id, "overridden"))


def _resolved(scope: Scope, case: Case, place: Place) -> Case | None:
    when = None if case.when is None else scope.resolve(case.when)
    points = None if case.points is None else scope.resolve(case.points)
    if (case.when is not None and when is None) or (case.points is not None and points is None):
        return None
    refuse = case.refuse
    if refuse is not None and refuse.about is not None:
        refuse = replace(refuse, about=scope.resolve(refuse.about))
    return replace(case, when=when, points=points, refuse=refuse, place=case.place if case.place != tree.NOWHERE else place)


def _settle(
    context: Context, node: Entry, scope: Scope, earned: str, applies: str | None, written: Mapping[str, Tree | None]
) -> list[Stage]:
    """From what the cases gave to the final points of an item: clamp or claim, rounding, gates."""
    place = context.at(node.path)
    stages = [Stage("cases", earned)]
    last: Tree = tree.Name(earned)
    if any(root is not None for root in written.values()):
        clamped = clamp(last, scope.standard.get("floor"), scope.standard.get("cap"))
        if applies is not None:
            clamped = tree.Choose(tree.Name(applies), clamped, last)
        last = context.add(Step(f"{node.id}:clamped", "points", clamped, place, node.id, "clamped"))
        stages.append(Stage("floor_cap", last.name))
    claims = [
        Case(tree.compare(last, op, bound), None, "points_out_of_range", Refusal(POINTS_OUT_OF_RANGE, node.label, last), place=place)
        for side, op, bound in (("floor", "<", tree.number(0)), ("cap", ">", scope.standard["weight"]))
        if written[side] is None
    ]
    if claims:
        last = context.add(Step(f"{node.id}:claimed", "points", Cases((*claims, Case(None, last, "within"))), place, node.id, "claimed"))
        stages.append(Stage("claim", last.name))
    rounding = context.stages.get("item")
    scored = Round(last, rounding, "item") if rounding is not None else last
    last = context.add(Step(f"{node.id}:scored", "rounding" if rounding else "points", scored, place, node.id, "scored"))
    stages.append(Stage("rounding", last.name))
    if node.model.override is not None:
        last = _overridden(context, node, scope, last, node.model.override, applies)
        stages.append(Stage("override", last.name))
    gates, last = gated(context, node, last, "points", applies)
    points = context.add(Step(f"{node.id}:points", "points", last, place, node.id, "points"))
    return [*stages, *gates, Stage("points", points.name)]
