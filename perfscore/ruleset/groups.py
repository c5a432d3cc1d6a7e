"""A group becomes steps: its children combined, moved weights, scaling, clamp, gates, rounding. The total is a group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from perfscore.finding import Both, Kind
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.methods.method import BAD_PARAMETER, formula
from perfscore.ruleset.context import Context, Entry, bound, clamp, gated, worth_absent
from perfscore.ruleset.items import compile_applies
from perfscore.ruleset.scope import Scope, share_of, step_name
from perfscore.steps import Case, Cases, Refusal, Round, Scored, Stage, Step, StepKind

NOTHING_LEFT = Kind(
    "nothing-left",
    "error",
    zh="“{text}”的下级指标全部不适用，分值无处可移",
    en="no child of “{text}” applies: its weight has nowhere to go",
    hint_zh="让整组不适用，或改变不适用的处理方式",
    hint_en="let the whole group not apply, or choose another policy",
    why="Redistributing among siblings needs a sibling that applies.",
    fix="Mark the group itself as not applicable (with a policy), or use policy full.",
)

MEANS = {
    "mean": "weight * sum(parts) / sum(weights)",
    "geometric_mean": "weight * geometric_mean(shares, weights)",
    "harmonic_mean": "weight * sum(weights) / sum(weights_over_shares)",
    "min": "weight * min(shares)",
    "max": "weight * max(shares)",
}
WEIGHTED = ("sum", "mean", "geometric_mean", "harmonic_mean")


def compile_group(
    context: Context, node: Entry, parent_applies: str | None, compile_children: Callable[[str | None], list[tuple[Entry, Scored]]]
) -> Scored:
    """All steps of a group (the total is one); its children are compiled in between."""
    scope = context.scope()
    node.about.update(policy=node.policy, scope=node.scope, out_of=node.out_of)
    kind: StepKind = "total" if node.id == "total" else "group"
    applies = compile_applies(context, node, parent_applies, scope)
    children = compile_children(applies)
    place = context.at(node.path)
    weight = tree.Number(node.weight, place=place)
    scope.standard["weight"] = weight
    last = _combined(context, node, [child for child, _ in children], kind, applies, scope)
    stages = [Stage("sum" if node.combine == "sum" else "combine", last.name)]
    if node.moved:
        last = _redistributed(context, node, last, kind, applies)
        stages.append(Stage("redistribution", last.name))
    if node.out_of is not None and node.combine not in MEANS:
        names: dict[str, Tree] = {"earned": last, "out_of": tree.number(node.out_of), "weight": tree.number(node.weight)}
        last = context.add(Step(f"{node.id}:scaled", kind, _over(names, "earned / out_of * weight"), place, node.id, "scaled"))
        stages.append(Stage("scaling", last.name))
    written = {side: bound(context, node, side) for side in ("floor", "cap")}
    if any(root is not None for root in written.values()):
        for side, root in written.items():
            if root is not None:
                scope.standard[side] = context.add_formula(
                    scope, f"{node.id}:{side}", "quantity", root, root.place, owner=node.id, word=side
                )
        last = context.add(
            Step(f"{node.id}:clamped", kind, clamp(last, scope.standard.get("floor"), scope.standard.get("cap")), place, node.id, "clamped")
        )
        stages.append(Stage("floor_cap", last.name))
    if applies is not None:
        present = tree.Choose(tree.Name(applies), last, worth_absent(node))
        last = context.add(Step(f"{node.id}:present", kind, present, place, node.id, "present"))
        stages.append(Stage("not_applicable", last.name))
    last = context.add(Step(f"{node.id}:scored", kind, last, place, node.id, "scored"))
    gates, limited = gated(context, node, last, kind, applies)
    stages.extend(gates)
    rounding = context.stages.get("total" if node.id == "total" else "group")
    final = Round(limited, rounding, "total" if node.id == "total" else "group") if rounding is not None else limited
    context.add(Step(f"{node.id}:exact", kind, limited, place, node.id, "exact"))
    context.add(Step(step_name(node.id, "points"), kind, final, place, node.id, "points", node.label))
    stages.append(Stage("rounding", step_name(node.id, "points")))
    return Scored(
        node.id, node.label, node.weight, tuple(stages), node.parent or None, tuple(child.id for _, child in children),
        node.labels, applies, place=place, about=node.about,
    )  # fmt: skip


def listing(context: Context, children: Sequence[Entry], value: Callable[[Entry], Tree], *, all: bool = False) -> tree.Listing:
    """One value for each child that applies; `all`: also for what does not apply and keeps a worth (not redistributed)."""

    def condition(child: Entry) -> Tree | None:
        name = f"{child.id}:applies"
        return tree.Name(name) if name in context.steps and not (all and child.policy != "redistribute") else None

    return tree.Listing(tuple((condition(child), value(child)) for child in children))


def points_of(child: Entry) -> tree.Name:
    return tree.Name(step_name(child.id, "points"))


def _over(names: dict[str, Tree], text: str) -> Tree:
    """A formula of ours over trees by name."""
    return tree.rewrite(formula(text), lambda node: names.get(node.name) if isinstance(node, tree.Name) else None)


def _combined(context: Context, node: Entry, children: Sequence[Entry], kind: StepKind, applies: str | None, scope: Scope) -> tree.Name:
    """What the children make together."""
    place, name = context.at(node.path), f"{node.id}:earned"
    if node.combine == "sum":
        parts = tuple(points_of(child) for child in children)
        total: Tree = tree.Call("sum", parts) if parts else tree.number(0)
        return context.add(Step(name, kind, total, place, node.id, "earned", node.label))

    def listed(word: str, value: Callable[[Entry], Tree]) -> tree.Name:
        return context.add(Step(f"{node.id}:{word}", "quantity", listing(context, children, value, all=True), place, node.id, word))

    zero = tree.number(0)
    absent = () if applies is None else (Case(tree.Not(tree.Name(applies)), zero, "not_applicable", place=place),)
    if node.combine not in MEANS:
        scope.standard["parts"] = listed("parts", points_of)
        root = context.formula(node.combine, (*node.path, "combine"))
        made = None if root is None else scope.resolve(root)
        if made is None:
            return tree.Name(name)
        return context.add(
            Step(name, kind, Cases((*absent, Case(None, made, "combined", place=place))), place, node.id, "earned", node.label)
        )
    for child in children:
        if not child.weight:
            context.report(
                BAD_PARAMETER.at(
                    context.at((*child.path, "weight")),
                    indicator=child.id,
                    key="weight",
                    found=child.model.weight or Both("没有分值", "no weight"),
                    expected=Both(f"大于 0 的分值（combine: {node.combine}）", f"a weight above 0 (combine: {node.combine})"),
                )
            )
            return tree.Name(name)
    names: dict[str, Tree] = {"weight": tree.number(node.weight), "weights": listed("weights", lambda child: tree.number(child.weight))}
    if node.combine == "mean":
        names["parts"] = listed("parts", points_of)
    else:
        names["shares"] = listed("shares", lambda child: share_of(child.id, child.weight))
    cases = [
        *absent,
        Case(_over(names, "count(weights) = 0"), None, "nothing_left", Refusal(NOTHING_LEFT, node.label), place=place),
    ]
    if node.combine == "harmonic_mean":
        cases.append(Case(_over(names, "any(shares = 0)"), zero, "share_of_zero", place=place))
        over = listing(context, children, lambda child: tree.Arithmetic("/", tree.number(child.weight**2), points_of(child)), all=True)
        names["weights_over_shares"] = over
    cases.append(Case(None, _over(names, MEANS[node.combine]), "combined", place=place))
    return context.add(Step(name, kind, Cases(tuple(cases)), place, node.id, "earned", node.label))


def leaves(node: Entry) -> Iterator[Entry]:
    """The items below a node."""
    for child in node.children:
        if child.model.children is None:
            yield child
        else:
            yield from leaves(child)


def _redistributed(context: Context, node: Entry, last: tree.Name, kind: StepKind, applies: str | None) -> tree.Name:
    """The weight of what does not apply goes to what does: to the children, or to all items below (scope group, all).

    In proportion to weight, or in equal parts. What is kept as it is: the points of what does not apply and is full (or the
    mean of its peers), and of what has no weight.
    """
    place = context.at(node.path)
    zero: Tree = tree.number(0)

    def under(child: Entry, then: Tree, otherwise: Tree) -> Tree:
        """One tree where the node applies, the other where not."""
        name = f"{child.id}:applies"
        return tree.Choose(tree.Name(name), then, otherwise) if name in context.steps else then

    def sum_of(parts: Sequence[Tree]) -> Tree:
        return tree.Call("sum", tuple(part for part in parts if part != zero)) if any(part != zero for part in parts) else zero

    wide = any(child.scope != "siblings" for child in node.moved)
    candidates = list(leaves(node)) if wide else node.children
    weighty = [child for child in candidates if child.weight]
    kept: list[Tree] = [points_of(child) for child in candidates if not child.weight]
    kept.extend(_kept(context, node, child) for child in _absent(node, wide) if child.policy in ("full", "peer_mean"))

    def moved(by: str) -> Tree:
        return sum_of([_gone(context, child) for child in node.moved if child.by == by])

    quantities: dict[str, Tree] = {
        "moved_weight": moved("proportional"),
        "receiving_weight": sum_of([under(child, tree.number(child.weight), zero) for child in weighty]),
        "kept": sum_of(kept),
    }
    if wide:
        quantities["received"] = tree.Arithmetic("-", last, tree.Name(f"{node.id}:kept"))
    else:
        quantities["received"] = sum_of([under(child, points_of(child), zero) for child in weighty])
    spread = "kept + received"
    if any(child.by != "equal" for child in node.moved):
        spread += " * (receiving_weight + moved_weight) / receiving_weight"
    if any(child.by == "equal" for child in node.moved):
        quantities["shared_weight"] = moved("equal")
        quantities["receivers"] = sum_of([under(child, tree.number(1), zero) for child in weighty])
        quantities["receiving_shares"] = sum_of([under(child, share_of(child.id, child.weight), zero) for child in weighty])
        spread += " + receiving_shares * shared_weight / receivers"
    names: dict[str, Tree] = {}
    order = ("moved_weight", "shared_weight", "receiving_weight", "receivers", "received", "receiving_shares", "kept")
    for word in order:
        if word in quantities:
            names[word] = context.add(Step(f"{node.id}:{word}", "quantity", quantities[word], place, node.id, word))
    nothing = tree.both(*(tree.compare(names[word], "=", zero) for word in ("moved_weight", "shared_weight") if word in names))
    cases: tuple[Case, ...] = (
        Case(nothing, last, "nothing_moved", place=place),
        Case(tree.compare(names["receiving_weight"], "=", zero), None, "nothing_left", Refusal(NOTHING_LEFT, node.label), place=place),
        Case(None, _over(names, spread), "redistributed", place=place),
    )
    if applies is not None:
        cases = (Case(tree.Not(tree.Name(applies)), zero, "not_applicable", place=place), *cases)
    return context.add(Step(f"{node.id}:redistributed", kind, Cases(cases), place, node.id, "redistributed"))


def _kept(context: Context, node: Entry, child: Entry) -> Tree:
    """The points of what does not apply of itself; inside of something else that does not apply they are no points of the group's."""
    zero: Tree = tree.number(0)
    own: Tree = tree.Choose(tree.Name(f"{child.id}:applies"), zero, points_of(child))
    around = f"{child.parent}:applies"
    return tree.Choose(tree.Name(around), own, zero) if child.parent != node.id and around in context.steps else own


def _absent(node: Entry, wide: bool) -> Iterator[Entry]:
    """Nodes that may not apply of themselves: children, or everything below."""
    for child in node.children:
        if child.policy is not None:
            yield child
        if wide:
            yield from _absent(child, wide)


def _gone(context: Context, child: Entry) -> Tree:
    """The weight of a node that does not apply of itself (what is around it does)."""
    absent: Tree = tree.Not(tree.Name(f"{child.id}:applies"))
    around = f"{child.parent}:applies"
    if around in context.steps:
        absent = tree.both(tree.Name(around), absent)
    return tree.Choose(absent, tree.number(child.weight), tree.number(0))


def settle_scopes(context: Context, root: Entry) -> None:
    """Hang each node whose weight moves on the node at which it moves (`Entry.moved`), and check that it can."""

    def settle(entry: Entry, top: Entry) -> None:
        for child in entry.children:
            if child.policy == "redistribute" and child.weight and (child.scope != "siblings" or entry.combine == "sum"):
                {"siblings": entry, "group": top, "all": root}[child.scope].moved.append(child)
            settle(child, top if entry is not root else child)

    settle(root, root)
    for entry in groups_of(root):
        wide = [child for child in entry.moved if child.scope != "siblings"]
        if not wide:
            continue
        for group in groups_of(entry):
            straight = group.combine == "sum" and (group is entry or group.out_of is None)
            for child in [one for one in group.moved if one not in wide] if straight else wide[:1]:
                one_way = Both(
                    f"其下各项都用 {wide[0].scope}，且各组为 sum、不折算", f"{wide[0].scope} for all below, in groups of sum without out_of"
                )
                place = context.at((*child.path, "not_applicable"))
                context.report(BAD_PARAMETER.at(place, indicator=child.id, key="scope", found=child.scope, expected=one_way))


def groups_of(entry: Entry) -> Iterator[Entry]:
    """A group and the groups below it."""
    yield entry
    for child in entry.children:
        if child.model.children is not None:
            yield from groups_of(child)
