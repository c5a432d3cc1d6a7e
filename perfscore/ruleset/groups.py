"""A group becomes steps: the sum of its children, moved weights, clamp, gates, rounding. The total is a group."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from perfscore.finding import Kind
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.methods.method import formula
from perfscore.ruleset.context import Context, Entry, bound, clamp, gated
from perfscore.ruleset.items import compile_applies
from perfscore.ruleset.scope import step_name
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


def compile_group(
    context: Context, node: Entry, parent_applies: str | None, compile_children: Callable[[str | None], list[tuple[Entry, Scored]]]
) -> Scored:
    """All steps of a group (the total is one); its children are compiled in between."""
    scope = context.scope()
    node.about["policy"] = node.policy
    kind: StepKind = "total" if node.id == "total" else "group"
    applies = compile_applies(context, node, parent_applies, scope)
    children = compile_children(applies)
    place = context.at(node.path)
    weight = tree.Number(node.weight, place=place)
    scope.standard["weight"] = weight
    parts = tuple(tree.Name(child.points) for _, child in children)
    total: Tree = tree.Call("sum", parts) if parts else tree.number(0)
    last: Tree = context.add(Step(f"{node.id}:earned", kind, total, place, node.id, "earned", node.label))
    stages = [Stage("sum", f"{node.id}:earned")]
    if any(child.policy == "redistribute" for child, _ in children):
        last = _redistributed(context, node, children, last, kind, applies)
        stages.append(Stage("redistribution", last.name))
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
        absent = weight if node.policy == "full" else tree.number(0)
        last = context.add(Step(f"{node.id}:present", kind, tree.Choose(tree.Name(applies), last, absent), place, node.id, "present"))
        stages.append(Stage("not_applicable", last.name))
    last = context.add(Step(f"{node.id}:scored", kind, last, place, node.id, "scored"))
    gates, last = gated(context, node, last, kind, applies)
    stages.extend(gates)
    rounding = context.stages.get("total" if node.id == "total" else "group")
    final = Round(last, rounding, "total" if node.id == "total" else "group") if rounding is not None else last
    context.add(Step(f"{node.id}:exact", kind, last, place, node.id, "exact"))
    context.add(Step(step_name(node.id, "points"), kind, final, place, node.id, "points", node.label))
    stages.append(Stage("rounding", step_name(node.id, "points")))
    return Scored(
        node.id, node.label, node.weight, tuple(stages), node.parent or None, tuple(child.id for _, child in children),
        node.labels, applies, place=place, about=node.about,
    )  # fmt: skip


def _redistributed(
    context: Context, node: Entry, children: Sequence[tuple[Entry, Scored]], last: Tree, kind: StepKind, applies: str | None
) -> tree.Name:
    """The weight of what does not apply goes to the siblings that do, in proportion to their weights.

    What is kept as it is: the points of a child that does not apply under policy full, and of a child without weight.
    """
    place = context.at(node.path)

    def weight_if(child: Entry, scored: Scored, applies: bool) -> Tree:
        weight = tree.number(child.weight)
        if scored.applies is None:
            return weight if applies else tree.number(0)
        name = tree.Name(scored.applies)
        return tree.Choose(name, weight, tree.number(0)) if applies else tree.Choose(name, tree.number(0), weight)

    weighty = [(child, scored) for child, scored in children if child.weight]
    moved = [weight_if(child, scored, False) for child, scored in weighty if child.policy == "redistribute"]
    receiving = [weight_if(child, scored, True) for child, scored in weighty]
    kept: list[Tree] = [tree.Name(scored.points) for child, scored in children if not child.weight]
    for child, scored in weighty:
        if child.policy == "full" and scored.applies is not None:
            kept.append(tree.Choose(tree.Name(scored.applies), tree.number(0), tree.Name(scored.points)))
    received = [
        tree.Name(scored.points)
        if scored.applies is None
        else tree.Choose(tree.Name(scored.applies), tree.Name(scored.points), tree.number(0))
        for _, scored in weighty
    ]
    names = {}
    for word, parts in (("moved_weight", moved), ("receiving_weight", receiving), ("received", received), ("kept", kept)):
        total = tree.Call("sum", tuple(parts)) if parts else tree.number(0)
        names[word] = context.add(Step(f"{node.id}:{word}", "quantity", total, place, node.id, word))
    spread = tree.rewrite(
        formula("kept + received * (receiving_weight + moved_weight) / receiving_weight"),
        lambda n: names[n.name] if isinstance(n, tree.Name) else None,
    )
    zero = tree.number(0)
    cases: tuple[Case, ...] = (
        Case(tree.compare(names["moved_weight"], "=", zero), last, "nothing_moved", place=place),
        Case(tree.compare(names["receiving_weight"], "=", zero), None, "nothing_left", Refusal(NOTHING_LEFT, node.label), place=place),
        Case(None, spread, "redistributed", place=place),
    )
    if applies is not None:
        cases = (Case(tree.Not(tree.Name(applies)), zero, "not_applicable", place=place), *cases)
    return context.add(Step(f"{node.id}:redistributed", kind, Cases(cases), place, node.id, "redistributed"))
