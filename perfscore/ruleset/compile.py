"""Model -> rule set: every meaning of a rule file is settled here, and every problem is reported together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from functools import partial

from perfscore.finding import Both, Finding, Kind, Place, RuleError, Unreadable, listed
from perfscore.formula import tree
from perfscore.formula.parse import canonical
from perfscore.formula.tree import Tree
from perfscore.methods.method import BAD_PARAMETER, Method, one_of
from perfscore.methods.method import Item as ItemView
from perfscore.methods.table import Table
from perfscore.numbers.date import read_date
from perfscore.numbers.number import read_number, shortest
from perfscore.numbers.rounding import Rounding
from perfscore.readings.exact import MAX_BITS, NUMBER_TOO_LARGE
from perfscore.ruleset import model as models
from perfscore.ruleset.context import Context, Entry, PathAuthor
from perfscore.ruleset.finish import IRRATIONAL_UNROUNDED, finish, irrational
from perfscore.ruleset.groups import WEIGHTED, compile_group, groups_of, settle_scopes
from perfscore.ruleset.items import absent_value, add_table, compile_item, input_of
from perfscore.ruleset.places import Node, Path
from perfscore.ruleset.ratings import compile_gate, compile_rating, read_levels
from perfscore.ruleset.ruleset import TOTAL, Flag, RuleSet
from perfscore.ruleset.scope import DUPLICATE_ID, UNKNOWN_ID, Ids, guess
from perfscore.steps import Input, Scored, Step, Steps

WEIGHTS_GROUP = Kind(
    "weights-group",
    "error",
    zh="“{group}”下级分值合计 {found}，应为 {expected}",
    en="children of “{group}” add up to {found}, expected {expected}",
    hint_zh="调整{parts}之一，或把本组分值改为 {found}",
    hint_en="change one of {parts}, or set the group's weight to {found}",
    why="Points are lost or given for nothing when the parts are not the whole.",
    fix="Make the children's weights add up to the group's weight.",
)
WEIGHTS_TOTAL = Kind(
    "weights-total",
    "error",
    zh="一级指标分值合计 {found}，应为总分 {expected}",
    en="the top indicators add up to {found}, expected the total {expected}",
    hint_zh="调整{parts}之一，或把 total 改为 {found}",
    hint_en="change one of {parts}, or set the total to {found}",
    why="A form of 100 points whose parts are 98 can never be full.",
    fix="Make the weights of the top indicators add up to `total`.",
)


def compile_rules(model: models.RuleModel, document: Node, known: Mapping[str, type[Method]], problems: list[Finding]) -> RuleSet:
    """The rule set, or RuleError with everything that is wrong, `problems` of reading included.

    `known`: every method that the file may use.
    """
    context = Context(document, problems, methods=known)
    ids = Ids(context.report)
    _stages(context, model.rounding)
    _inputs(context, model, ids)
    lets = {name: canon for name in model.let if (canon := ids.add(name, context.at(("let", name))))}
    for canon in lets.values():
        context.globals[canon] = tree.Name(canon)
    context.globals[TOTAL] = tree.Name(TOTAL)
    root = _entries(context, model, ids)
    gates = _gates_on(context, model, root)
    items: dict[str, Scored] = {}
    groups: dict[str, Scored] = {}
    compile_node(context, root, None, items, groups)
    for name, canon in lets.items():
        compile_let(context, canon, model.let[name], ("let", name))
    levels = read_levels(context, model)
    compiled_gates = [compile_gate(context, gate_id, gate, path) for gate_id, gate, path in gates]
    compile_rating(context, model, levels, gates)
    flags = _flags(context, model, items)
    _dates(context, model)
    _examples(context, model)
    _waivers(context, model)
    steps = finish(context)
    unrounded, scored_by = irrational(steps), {**items, **groups}
    for scored in (*items.values(), *groups.values()):
        if scored.points in unrounded and not any(scored_by[child].points in unrounded for child in scored.children):
            stage = "total" if scored.id == TOTAL else "item" if scored.id in items else "group"
            context.report(IRRATIONAL_UNROUNDED.at(scored.place, indicator=scored.id, label=scored.label, stage=stage))
    if any(problem.severity == "error" for problem in context.problems):
        raise RuleError(context.problems)
    return RuleSet(
        id=model.id or "",
        title=model.title,
        steps=steps,
        inputs=_reported(steps),
        items=items,
        groups=groups,
        levels=levels,
        gates=tuple(compiled_gates),
        flags=flags,
        model=model,
        document=document,
        warnings=tuple(context.problems),
    )


def compile_let(context: Context, id: str, declared: str | Table, path: Path) -> None:
    """A named quantity of the file: a formula, or a table of rows."""
    if isinstance(declared, str):
        context.add_formula(context.scope(), id, "quantity", context.formula(declared, path), context.at(path), word=id)
        return
    if "of" not in declared.model_fields_set:
        context.lacks(path, "of", "of: [region]")
        return
    author = PathAuthor(context, path, "")
    view = ItemView(id, id, Fraction(0), "number", None, None, None, False, False, author)
    add_table(context, context.scope(), view, declared, id, context.at(path), owner="")


def compile_node(context: Context, entry: Entry, parent_applies: str | None, items: dict[str, Scored], groups: dict[str, Scored]) -> Scored:
    """An entry and all below it."""
    if entry.model.children is None and entry.id != TOTAL:
        items[entry.id] = compile_item(context, entry, parent_applies)
        return items[entry.id]

    def children(applies: str | None) -> list[tuple[Entry, Scored]]:
        return [(child, compile_node(context, child, applies, items, groups)) for child in entry.children]

    groups[entry.id] = compile_group(context, entry, parent_applies, children)
    return groups[entry.id]


def _stages(context: Context, rounding: models.RoundingModel) -> None:
    """The named stages of rounding."""
    for stage in ("rate", "item", "group", "total"):
        declared = getattr(rounding, stage)
        if declared is None:
            continue
        mode = declared.mode or rounding.mode
        path: Path = ("rounding", stage)
        if (declared.digits is None) == (declared.step is None):
            if declared.digits is not None:
                both = Both("同时写了 digits 和 step", "digits and step are both written")
                context.report(BAD_PARAMETER.at(context.at(path), key=f"rounding.{stage}", found=both, expected=one_of("digits", "step")))
            elif mode != "none":
                context.lacks(path, "digits", "digits: 2  /  step: 0.01%")
            continue
        if declared.digits == "none":
            continue
        value = context.number(
            declared.step if declared.digits is None else declared.digits, (*path, "step" if declared.digits is None else "digits")
        )
        if value is None:
            continue
        if declared.step is not None and value > 0:
            context.stages[stage] = Rounding(value, mode)
        elif declared.digits is not None and value.denominator == 1 and 0 <= value <= 20:
            context.stages[stage] = Rounding.of_digits(int(value), mode)
        else:
            context.report(
                BAD_PARAMETER.at(
                    context.at(path),
                    key=f"rounding.{stage}",
                    found=declared.digits or declared.step,
                    expected=Both("0 至 20 位小数，或大于 0 的步长", "0 to 20 digits, or a step above 0"),
                )
            )


def _inputs(context: Context, model: models.RuleModel, ids: Ids) -> None:
    known = {name: id for name in model.inputs if (id := ids.add(name, context.at(("inputs", name)))) is not None}
    context.globals.update({id: tree.Name(id) for id in known.values()})
    for name, id in known.items():
        path: Path = ("inputs", name)
        declared = model.inputs[name]
        found = input_of(context, id, declared, path)
        missing = None if declared.type == "table" else absent_value(context, declared, (*path, "missing"))
        found = replace(found, missing=missing, required=missing is None)
        context.add(Step(id, "input", found, found.place, "", id, found.label, found.unit, bool(found.unit and found.unit.is_ratio)))


def _entries(context: Context, model: models.RuleModel, ids: Ids) -> Entry:
    """The tree of indicators below the total, with weights that add up."""
    path: Path = ("total",)
    if model.total.weight is None:
        written = context.document.at(path)
        named = written is not None and isinstance(written.value, dict)
        context.lacks(path if named else (), "weight" if named else "total", "total: 100")
    weight = None if model.total.weight is None else context.number(model.total.weight, (*path, "weight"))
    label = model.total.label or "总分"
    node = models.NodeModel.model_validate(
        {"id": TOTAL, "label": label, **{key: getattr(model.total, key) for key in ("floor", "cap", "out_of", "combine")}}
    )
    root = Entry(TOTAL, node, path, weight or Fraction(0), (), "", {"source": _source(model.source, None)})
    if not model.indicators:
        context.lacks((), "indicators", "indicators: [{id: …, weight: …, method: …}]")
    root.children = [child for k, one in enumerate(model.indicators) if (child := _entry(context, one, ("indicators", k), root, ids))]
    for entry in _walk(root):
        context.nodes[entry.id] = entry.weight
        if entry is not root and entry.model.children is None:
            context.globals[entry.id] = tree.Name(entry.id)
    for entry in groups_of(root):
        context.lists[entry.id] = entry
        _out_of(context, entry)
    _weights(context, root, weight is not None and len(root.children) == len(model.indicators))
    settle_scopes(context, root)
    return root


def _out_of(context: Context, entry: Entry) -> None:
    """`out_of`: what the children's weights add up to."""
    if entry.model.out_of is None:
        return
    path = (*entry.path, "out_of")
    entry.out_of = context.number(entry.model.out_of, path)
    if entry.out_of is not None and entry.out_of <= 0:
        above = Both("大于 0 的数", "a number above 0")
        context.report(BAD_PARAMETER.at(context.at(path), indicator=entry.id, key="out_of", found=entry.model.out_of, expected=above))
        entry.out_of = None


def _entry(context: Context, node: models.NodeModel, path: Path, parent: Entry, ids: Ids) -> Entry | None:
    if node.id is None:
        context.lacks(path, "id", "id: legal_opinions")
        return None
    place = context.at((*path, "id"))
    id = ids.add(node.id, place)
    if id is None:
        return None
    weight = Fraction(0) if node.weight is None else context.number(node.weight, (*path, "weight"))
    entry = Entry(id, node, path, weight or Fraction(0), (*parent.labels, node.label or id), parent.id, _about(node, parent))
    entry.read = weight is not None
    if weight is not None and weight < 0:
        least = Both("不小于 0 的数", "0 or more")
        context.report(BAD_PARAMETER.at(context.at((*path, "weight")), indicator=id, key="weight", found=node.weight, expected=least))
    if node.open is not None and node.children is None:
        node = entry.model = node.model_copy(update={"children": []})
    if node.children is None:
        entry.method = None if node.method is None else context.method(node.method, (*path, "method"), id)
        baseline = None if node.baseline is None else context.number(node.baseline, (*path, "baseline"))
        entry.about.update(reason=node.reason, baseline=entry.weight if baseline is None else baseline)
        if node.method is None:
            context.lacks(path, "method", "method: {type: ratio, above: cap}  /  children: […]", id)
        if not node.weight and node.floor is None and node.cap is None:
            context.lacks(
                path,
                "weight",
                Both("weight: 5（加分项、扣分项写 cap 或 floor）", "weight: 5 (a bonus or deduction writes cap or floor)"),
                id,
            )
        return entry
    if node.weight is None:
        context.lacks(path, "weight", "weight: 50", id)
    fewest = None if node.open is None else context.number(node.open.min_items, (*path, "open", "min_items"))
    if fewest is not None and (fewest < 1 or fewest.denominator != 1):
        from_one = Both("从 1 起的整数", "a whole number from 1 on")
        place = context.at((*path, "open", "min_items"))
        context.report(BAD_PARAMETER.at(place, indicator=id, key="min_items", found=shortest(fewest), expected=from_one))
    if node.open is not None and node.children:
        alone = Both("open，或 children，二者取一", "open, or children, not both")
        context.report(BAD_PARAMETER.at(context.at((*path, "open")), indicator=id, key="open", found="children", expected=alone))
    for key in ("method", "actual", "target", "missing", "unit", "grid", "range", "values", "override", "baseline", "reason"):
        if getattr(node, key) is not None:
            context.report(
                BAD_PARAMETER.at(
                    context.at((*path, key)),
                    indicator=id,
                    key=key,
                    found=Both("有下级指标的一组不能有这个键", "a group with children cannot have this key"),
                    expected=Both("children，或末级指标的各键，二者取一", "children, or the keys of an item, not both"),
                )
            )
    found = [_entry(context, one, (*path, "children", k), entry, ids) for k, one in enumerate(node.children)]
    if not node.children and node.open is None:
        context.lacks(path, "children", "children: [{id: …, weight: …, method: …}]", id)
    entry.children = [child for child in found if child is not None]
    entry.about["whole"] = len(entry.children) == len(found) and weight is not None and node.weight is not None
    return entry


def _about(node: models.NodeModel, parent: Entry) -> dict[str, object]:
    """What results say of an item beside its points."""
    target = "、".join(node.target) if isinstance(node.target, list) else node.target
    return {
        "kind": node.kind,
        "unit": node.unit,
        "target": target,
        "criteria": node.criteria,
        "source": _source(node.source, parent.about.get("source")),
        "illustrative": tuple(node.illustrative) or parent.about.get("illustrative", ()),
        "unverified": tuple(node.unverified) or parent.about.get("unverified", ()),
    }


def _source(own: models.SourceModel | None, inherited: object) -> dict[str, str]:
    """A node inherits its source; what it states itself stands before that."""
    base = dict(inherited) if isinstance(inherited, dict) else {}
    stated = {} if own is None else own.model_dump(exclude_none=True)
    return {**base, **stated}


def _walk(entry: Entry) -> list[Entry]:
    found = [entry]
    for child in entry.children:
        found.extend(_walk(child))
    return found


def _weights(context: Context, root: Entry, whole: bool) -> None:
    """Parts are the whole, where every weight could be read."""
    for entry in _walk(root):
        known = whole if entry is root else entry.about.get("whole", False)
        total = Fraction(0)
        for child in entry.children:
            total += child.weight
            if total.denominator.bit_length() > MAX_BITS:
                context.report(NUMBER_TOO_LARGE.at(context.at(entry.path), indicator=entry.id, label=entry.label))
                break
        readable = all(child.read if child.model.weight is not None else _is_extra(child.model) for child in entry.children)
        whole_weight = entry.weight if entry.out_of is None else entry.out_of
        checked = entry.out_of is not None or (entry.combine in WEIGHTED and entry.model.out_of is None)
        if not known or not checked or not readable or not entry.children or total == whole_weight:
            continue
        parts = _some(entry.children)
        if entry is root:
            context.report(WEIGHTS_TOTAL.at(context.at(("total",)), found=shortest(total), expected=shortest(whole_weight), parts=parts))
        else:
            place = context.at((*entry.path, "weight"))
            context.report(
                WEIGHTS_GROUP.at(
                    place, indicator=entry.id, group=entry.label, found=shortest(total), expected=shortest(whole_weight), parts=parts
                )
            )


def _some(children: Sequence[Entry]) -> Both:
    """The first children with their weights."""
    known = [(child.label, shortest(child.weight)) for child in children[:4]]
    zh, en = "、".join(f"{label}（{weight}）" for label, weight in known), ", ".join(f"{label} ({weight})" for label, weight in known)
    return Both(zh, en) if len(children) <= 4 else Both(f"{zh}等", f"{en}, …")


def _is_extra(node: models.NodeModel) -> bool:
    """A bonus or a deduction: no weight, but a written floor or cap."""
    return node.weight is None and (node.floor is not None or node.cap is not None)


def _gates_on(context: Context, model: models.RuleModel, root: Entry) -> list[tuple[str, models.GateModel, Path]]:
    """Gates with their ids; each is hung on the nodes that it acts on."""
    entries = {entry.id: entry for entry in _walk(root)}
    found: list[tuple[str, models.GateModel, Path]] = []
    names = Ids(context.report)
    for k, gate in enumerate(model.gates):
        path: Path = ("gates", k)
        id = names.add(gate.id or f"gate_{k + 1}", context.at((*path, "id")), codes=True)
        if id is None:
            continue
        found.append((id, gate, path))
        on_points = any(getattr(gate, key) is not None for key in ("points", "at_most", "at_least"))
        for j, name in enumerate(gate.on if gate.on is not None else [TOTAL] if on_points else []):
            if name in entries:
                entries[name].gates.append((id, gate, path))
            else:
                context.report(
                    UNKNOWN_ID.at(context.at((*path, "on", j)), found=name, what=Both("指标", "item or group"), guess=guess(name, entries))
                )
    return found


def _flags(context: Context, model: models.RuleModel, items: Mapping[str, Scored]) -> tuple[Flag, ...]:
    """提示: once for the whole, or once for each item whose keys equal those of `for`."""
    found: list[Flag] = []
    names = Ids(context.report)
    words = _item_words(context)
    for k, flag in enumerate(model.flags):
        path: Path = ("flags", k)
        id = names.add(flag.id or f"flag_{k + 1}", context.at((*path, "id")), codes=True)
        if flag.when is None:
            context.lacks(path, "when", "when: attainment >= 130%")
        root = None if flag.when is None else context.formula(flag.when, (*path, "when"))
        if id is None or root is None:
            continue
        chosen = [item for item in items.values() if _fits(item, flag.for_)] if flag.for_ is not None else [None]
        if not chosen:
            context.report(_no_items(items.values(), flag.for_ or {}, context.at((*path, "for"))))
        for item in chosen:
            scope = context.scope()
            if item is not None:
                scope.standard.update(words.get(item.id, {}))
            name = f"flag:{id}" if item is None else f"flag:{id}:{item.id}"
            resolved = scope.resolve(root)
            if resolved is not None:
                whole = tree.both(*_present(context, item, root), resolved)
                context.add(Step(name, "flag", whole, context.at(path), item.id if item else "", id))
            found.append(Flag(id, name, item.id if item else None, flag.needs, flag.because))
    return tuple(found)


def _present(context: Context, item: Scored | None, root: Tree) -> list[Tree]:
    """A flag about an item holds only where the item applies and was reported (unless it asks just that)."""
    if item is None:
        return []
    asks = any(isinstance(node, tree.Call) and node.function == "missing" for node in tree.walk(root))
    own = [] if asks else [tree.Call("missing", (tree.Name(id),)) for id in context.own.get(item.id, ())]
    reported = [tree.Not(tree.both(*own))] if own else []
    return [*([tree.Name(item.applies)] if item.applies is not None else []), *reported]


def _fits(item: Scored, wanted: Mapping[str, str]) -> bool:
    return all(_equals(_written(item, key), value) for key, value in wanted.items())


def _written(item: Scored, key: str) -> object:
    """What an item says under a key: a text, or the number of `weight`; None where it says nothing that can be compared."""
    own = {"id": item.id, "label": item.label, "weight": item.weight}
    said = own[key] if key in own else item.about.get(key)
    return said if isinstance(said, (str, Fraction)) else None


def _equals(written: object, wanted: str) -> bool:
    """Equal as texts; numbers as numbers: 4 and 4.0 are one weight."""
    if isinstance(written, Fraction):
        with suppress(Unreadable):
            return written == read_number(wanted)
    return written == wanted


def _no_items(items: Iterable[Scored], wanted: Mapping[str, str], place: Place) -> Finding:
    """`for` names no item: what the items do say under the first key that none of them has so."""
    said = {key: [one for item in items if (one := _written(item, key)) is not None] for key in wanted}
    key = next((key for key in wanted if not any(_equals(one, wanted[key]) for one in said[key])), None)
    texts = dict.fromkeys(shortest(one) if isinstance(one, Fraction) else str(one) for one in said.get(key or "", ()))
    if key is None:
        zh, en = "没有一个指标同时符合这些键", "no single item has all of these keys"
    elif texts:
        names = listed(list(texts)[:20])
        zh, en = f"指标的“{key}”有：{names.zh}", f"“{key}” of the items: {names.en}"
    else:
        zh, en = f"没有指标写了“{key}”", f"no item has the key “{key}”"
    found = ", ".join(f"{key}: {value}" for key, value in wanted.items())
    close = guess(wanted[key], texts) if key is not None else guess("", [])
    return UNKNOWN_ID.at(place, found=found, what=Both("指标", "item"), guess=close, hint_zh=zh, hint_en=en)


def _item_words(context: Context) -> dict[str, dict[str, Tree]]:
    """The names of every item as its own formulas see them."""
    found: dict[str, dict[str, Tree]] = {}
    for step in context.steps.values():
        if step.owner and step.word and step.word not in ("points", "scored"):
            found.setdefault(step.owner, {})[step.word] = tree.Name(step.name)
    return found


def _dates(context: Context, model: models.RuleModel) -> None:
    """`valid` holds dates, the first not after the last."""
    if model.valid is None:
        return
    ends = []
    for key, text in (("from", model.valid.from_), ("to", model.valid.to)):
        if text is not None:
            ends.append(context.read(partial(read_date, text), ("valid", key)))
    if len(ends) == 2 and None not in ends and ends[0].first > ends[1].last:
        context.report(
            BAD_PARAMETER.at(
                context.at(("valid", "to")),
                key="valid.to",
                found=model.valid.to,
                expected=Both(f"{model.valid.from_} 或更晚", f"{model.valid.from_} or later"),
            )
        )


def _examples(context: Context, model: models.RuleModel) -> None:
    """An example has a name of its own, by which it is told, outcomes and something that is expected."""
    first: dict[str, Path] = {}
    for k, example in enumerate(model.examples):
        path: Path = ("examples", k)
        if example.outcomes is None:
            context.lacks(path, "outcomes", "outcomes: {legal_opinions: 1284份}")
        if not example.expect:
            context.lacks(path, "expect", "expect: {total: 88.5, rating: good}")
        if context.lacks_text(example.name, path, "name", Both("name: 全部完成", "name: all done")):
            continue
        name = canonical(example.name or "").strip()
        if first.setdefault(name, path) != path:
            hints = {"hint_zh": "每个样例的名称要不同", "hint_en": "give each example a name of its own"}
            before = context.at((*first[name], "name"))
            context.report(DUPLICATE_ID.at(context.at((*path, "name")), found=example.name, first=before, **hints))


def _waivers(context: Context, model: models.RuleModel) -> None:
    """A waiver says what it waives, and why."""
    for k, waiver in enumerate(model.waivers):
        if waiver.finding is None:
            context.lacks(("waivers", k), "finding", "finding: cliff")
        hint = Both("because: 文件规定以95%为界", "because: the regulation steps at 95%")
        context.lacks_text(waiver.because, ("waivers", k), "because", hint)


def _reported(steps: Steps) -> tuple[Input, ...]:
    """What must be reported, in the order of the file."""
    inputs = [step.node for step in steps.values() if isinstance(step.node, Input) and ":" not in step.name]
    return tuple(sorted(inputs, key=lambda one: (one.place.file or "", one.place.line or 0, one.place.column or 0)))
