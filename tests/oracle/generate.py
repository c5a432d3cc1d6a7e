"""Random rule sets and outcomes for them, biased to edges, ties, what is absent or does not apply.

Rule sets are valid by the specification (weights add up, rating rows without holes); about one assessment in twenty
is spoilt on purpose and must be refused. No expected values: those are the oracle's. `features` turns parts of the grammar off.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from items import METHODS, leaf_node, redistribute
from outcomes import Outcomes
from plans import (
    FEATURES,
    LEVELS,
    Plan,
    all_nodes,
    maybe,
    method_of,
    own_scalar,
    percent,
    rounding,
    rounds,
    shared_inputs,
    shared_lets,
    text,
    truth,
    weight_of,
)

__all__ = ["FEATURES", "METHODS", "all_nodes", "outcomes_for", "percent", "rule_set", "text", "weight_of"]

# in how many rule sets a feature is on, where many are asked for: these leave the code to the exact reading
RARE = {"panel": 0.22, "each": 0.2, "real": 0.3}

# ---------------------------------------------------------------- nodes

MEANS = ["mean", "geometric_mean", "harmonic_mean", "min", "max"]
FORMULAS = [
    "sum(parts) / 2", "mean(parts)", "max(parts) + min(parts)", "median(parts)", "min(sum(parts), weight)",
    "weight if all(parts > 0) else sum(parts)", "weight / 4 * count(parts > 1)", "sum(parts) / count(parts)",
]  # fmt: skip


def group_node(plan: Plan, name: str, children: list[dict[str, Any]]) -> dict[str, Any]:
    rng = plan.rng
    sum_of = sum((weight_of(child) for child in children), Fraction(0))
    group: dict[str, Any] = {"id": name, "label": f"类 {name}", "weight": text(sum_of), "children": children}
    group |= combining(plan, children, "group")
    weight = weight_of(group)
    if maybe(rng, 0.15):
        group["cap"] = rng.choice(["weight", text(weight * Fraction(7, 8))])
    if maybe(rng, 0.15):
        group["floor"] = rng.choice(["0", text(weight / 8)])
    return group


def combining(plan: Plan, children: list[dict[str, Any]], level: str) -> dict[str, Any]:
    """How a group (or the total) is made of its children: `combine`, `out_of` and a weight of its own."""
    rng = plan.rng
    sum_of = sum((weight_of(child) for child in children), Fraction(0))
    made: dict[str, Any] = {}
    chance = 0.8 if "real" in plan.on else 0.4
    if plan.maybe(chance, "combine") and plan.scope == "siblings":
        rational = [mean for mean in MEANS if mean != "geometric_mean"]
        chosen = rng.choice(["geometric_mean"] * (12 if level == "total" else 4) * ("real" in plan.on) + [*rational, "formula", "formula"])
        if chosen == "formula":
            made["combine"] = rng.choice(FORMULAS)
        elif all(weight_of(child) > 0 for child in children):
            made["combine"] = chosen
        if chosen == "geometric_mean":
            rounds(plan, level)
    elif maybe(rng, 0.1):
        made["combine"] = "sum"
    free = made.get("combine", "sum") not in ("sum", *MEANS[:3])
    if free and maybe(rng, 0.5):
        made["weight"] = rng.choice(["10", "20", text(sum_of / 2)])
    if plan.maybe(0.2, "out_of") and plan.scope == "siblings":
        made |= {"weight": rng.choice(["10", "20", text(sum_of / 2), text(sum_of * 2)]), "out_of": text(sum_of)}
    return made


def indicators(plan: Plan) -> list[dict[str, Any]]:
    """3-10 leaves in 1-3 groups, some of them nested, some leaves at the top."""
    rng = plan.rng
    leaves = [leaf_node(plan, f"item_{k + 1}") for k in range(rng.randint(3, 9))]
    rng.shuffle(leaves)
    for k, leaf in enumerate(leaves):
        leaf["id"] = rng.choice(["item", "i", "zb"]) + f"_{k + 1}"
    top: list[dict[str, Any]] = []
    for k in range(rng.randint(1, 3)):
        taken = [leaves.pop() for _ in range(min(len(leaves), rng.randint(1, 4)))]
        if not taken:
            break
        if len(taken) > 2 and maybe(rng, 0.4) and any(weight_of(child) for child in taken[2:]):
            inner = taken[1:]
            if len(inner) > 2 and maybe(rng, 0.5):
                inner = [group_node(plan, f"g{k + 1}_1_1", taken[2:]), taken[1]]
            taken = [taken[0], group_node(plan, f"g{k + 1}_1", inner)]
        if not sum(weight_of(child) for child in taken):
            top += taken
            continue
        if sum(weight_of(child) > 0 for child in taken) < 3 and plan.scope == "siblings":
            keep_receivers(rng, taken)
        group = group_node(plan, f"g{k + 1}", taken)
        if maybe(rng, 0.06):
            group["applies"] = "not (" + truth(plan) + ")"
            group["not_applicable"] = rng.choice(["full", "zero", redistribute(plan), redistribute(plan)])
            for below in all_nodes(taken):
                # the texts do not say what points set by a person mean for what does not apply
                below.pop("override", None)
        top.append(group)
    if plan.scope == "group":
        beside_groups(top + leaves)
    return top + leaves


def beside_groups(nodes: list[dict[str, Any]]) -> None:
    """Where items below move their weight in their group, what stands beside the groups moves its weight to its siblings."""
    moving = [policy for node in all_nodes(nodes) if node not in nodes and isinstance(policy := node.get("not_applicable"), dict)]
    if any(policy["policy"] == "redistribute" for policy in moving):
        for node in nodes:
            if isinstance(node.get("not_applicable"), dict) and "scope" in node["not_applicable"]:
                node["not_applicable"] = {**node["not_applicable"], "scope": "siblings"}


def keep_receivers(rng: random.Random, children: list[dict[str, Any]]) -> None:
    """In a small group, mostly leave one item that cannot be taken away: else nothing remains to receive."""
    for child in all_nodes(children):
        if isinstance(child.get("not_applicable"), dict) and maybe(rng, 0.85):
            child["not_applicable"] = "full"


# ---------------------------------------------------------------- gates, flags, rating


def gates(plan: Plan, rules: dict[str, Any], order: list[str]) -> list[dict[str, Any]]:
    rng = plan.rng
    nodes = all_nodes(rules["indicators"])
    leaves = [node for node in nodes if "method" in node]
    groups = [node["id"] for node in nodes if "children" in node]
    # with a policy from `defaults` any item may not apply, and then has nothing to ask for
    asked = [] if "defaults" in rules else leaves
    sure, facts = sure_ratios(asked), own_facts(asked)
    made: list[dict[str, Any]] = []
    for k in range(rng.choice([0, 1, 2, 3, 4])):
        leaf = rng.choice(leaves)
        weight = weight_of(leaf)
        when = rng.choice(
            [
                f"scored({leaf['id']}) = 0",
                f"scored({leaf['id']}) >= {text(weight / 2)}",
                f"scored({leaf['id']}) < {text(weight)}",
                truth(plan),
            ]
            + ([f"attainment({rng.choice(sure)}) < 100%"] if sure else [])
            + ([rng.choice(facts)] if facts else [])
            + (["first_scored * 2 >= 5"] if "first_scored" in rules["let"] else [])
        )
        gate: dict[str, Any] = {"id": f"gate_{k + 1}", "when": when}
        if maybe(rng, 0.5):
            gate["because"] = "一票否决"
        effect = rng.choice(["rating_at_most", "rating_at_least", "rating", "points", "at_most", "at_least", "at_most"])
        if effect in ("rating_at_most", "rating_at_least", "rating"):
            gate[effect] = rng.choice(order)
            if maybe(rng, 0.3):
                # share and points may be asked for by gates on the rating: nothing depends on them
                gate["when"] = rng.choice(
                    [f"points({leaf['id']}) = 0"]
                    + ([f"share({leaf['id']}) < 50%"] if weight else [])
                    + [f"points({group}) < 10" for group in groups[:1]]
                )
            elif listed := lists(plan, nodes):
                gate["when"] = listed
            if effect != "rating" and "record" in plan.inputs and maybe(rng, 0.5):
                gate |= {"when": rng.choice([True, "true", gate["when"]]), effect: "record"}
            if effect == "rating" and plan.maybe(0.3, "total_none"):
                gate |= {"total": "none", "when": truth(plan)}
        else:
            level = Fraction(rules["weight"]) if maybe(rng, 0.5) else weight
            gate[effect] = rng.choice([text(level / 2), text(level / 4), "0" if effect != "at_least" else "1"])
            if maybe(rng, 0.15):
                gate[effect] = f"scored({leaf['id']}) / 2"
            if maybe(rng, 0.75):
                gate["on"] = rng.sample([*groups, *(one["id"] for one in leaves)], 1)
                if maybe(rng, 0.2):
                    gate["on"].append("total")
            elif listed := lists(plan, nodes):
                gate["when"] = listed
        made.append(gate)
    return made


def lists(plan: Plan, nodes: list[dict[str, Any]]) -> str:
    """A truth about the points or shares of a group's children."""
    rng = plan.rng
    groups = [node for node in nodes if "children" in node]
    if not groups or not plan.maybe(0.5, "lists"):
        return ""
    group = rng.choice(groups)
    points = f"points_in({group['id']})"
    made = [
        f"any({points} = 0)", f"all({points} > 0)", f"sum({points}) >= {text(weight_of(group) / 2)}", f"count({points}) <= 2",
        f"mean({points}) < 2", f"median({points}) >= 1.5", f"min({points}) = 0", f"max({points}) <= 5", f"count({points} >= 2) = 1",
    ]  # fmt: skip
    if all(weight_of(child) > 0 for child in group["children"]):
        shares = f"shares_in({group['id']})"
        made += [f"count({shares} < 60%) >= 2", f"any({shares} < 50%)", f"all({shares} >= 80%)", f"mean({shares}) >= 90%"]
        made += [f"median({shares}) < 100%", f"min({shares}) >= 50%", f"max({shares}) = 100%"]
    return rng.choice(made)


def own_facts(leaves: list[dict[str, Any]]) -> list[str]:
    """Truths about items' own outcomes that can always be asked: an item's id is its outcome."""
    made: list[str] = []
    for leaf in leaves:
        if leaf.get("not_applicable", "refuse") != "refuse" or own_scalar(leaf) != "number":
            continue
        if "missing" in leaf:
            made.append(f"missing({leaf['id']})")
        elif leaf.get("unit") != "%":
            made.append(f"{leaf['id']} >= 16")
    return made


def sure_ratios(leaves: list[dict[str, Any]]) -> list[str]:
    """Ratio items whose attainment can always be asked for."""
    return [
        leaf["id"]
        for leaf in leaves
        if method_of(leaf)["type"] == "ratio" and "missing" not in leaf
        and leaf.get("not_applicable", "refuse") == "refuse" and leaf["method"].get("reverse") != "quotient"
        and "base" not in leaf["target"]
    ]  # fmt: skip


def flags(plan: Plan, rules: dict[str, Any]) -> list[dict[str, Any]]:
    rng = plan.rng
    leaves = [node for node in all_nodes(rules["indicators"]) if "method" in node]
    made: list[dict[str, Any]] = []
    if maybe(rng, 0.3):
        made.append({"id": "f_whole", "when": truth(plan), "because": "需说明"})
    if maybe(rng, 0.3):
        kind = rng.choice([leaf["kind"] for leaf in leaves])
        made.append({"id": "f_kind", "for": {"kind": kind}, "when": f"weight >= 3 and ({truth(plan)})"})
    ratios = [leaf["id"] for leaf in leaves if method_of(leaf)["type"] == "ratio"]
    if ratios and set(ratios) <= set(sure_ratios(leaves)) and maybe(rng, 0.8):
        when = rng.choice(["attainment >= 130%", "not met", "attainment = 100%"])
        made.append({"id": "f_ratio", "for": {"method": "ratio"}, "when": when, "needs": "deviation_reason"})
    return made


def whole_steps(plan: Plan) -> Fraction | None:
    """The step of the shown total, if the rating reads it and it is 1 or 0.1."""
    how = plan.rounding.get("total")
    how = how if isinstance(how, dict) else {"digits": how}
    if plan.rounding.get("rating_from", "shown") != "shown" or how.get("mode", "half-up") == "none":
        return None
    return {"0": Fraction(1), "1": Fraction(1, 10)}.get(str(how.get("digits")))


def ratings(plan: Plan, total: Fraction) -> list[dict[str, Any]]:
    rng = plan.rng
    shares = rng.choice([[90, 80, 60], [100, 50], [90, 75, 60, 40], [80]])
    lines = [total * share / 100 for share in shares]
    # whole lines are met exactly far more often
    step = whole_steps(plan)
    if maybe(rng, 0.7) or step is not None:
        lines = [Fraction(int(line)) if line >= 1 else line for line in lines]
        lines = sorted(set(lines), reverse=True)
    made: list[dict[str, Any]] = []
    strict = maybe(rng, 0.2)
    shape = rng.choice(["bound", "bound", "interval", "when"])
    if step is not None and min(lines) >= 1 and plan.maybe(0.6, "labels"):
        shape = rng.choice(["labels", "floor"])
    for k, line in enumerate(lines):
        row: dict[str, Any] = {"id": LEVELS[k], "label": LEVELS[k].upper()}
        sign = ">" if strict else ">="
        if shape == "labels" and k and step is not None:
            row["is"] = f"[{text(line)}, {text(lines[k - 1] - step)}]"
        elif shape == "floor":
            row["when"] = f"floor(total) >= {text(line)}"
        elif shape == "labels":
            row["is"] = f">= {text(line)}"
        elif shape == "when":
            row["when"] = f"total {sign} {text(line)}"
            if "region" in plan.inputs and k == 0:
                row["when"] = f"total {sign} ({text(line)} if region = 'east' else {text(line)} - 0.5)"
        elif shape == "interval" and k:
            row["is"] = f"{'(' if strict else '['}{text(line)}, {text(lines[k - 1])}{']' if strict else ')'}"
        else:
            row["is"] = f"{sign} {text(line)}"
        made.append(row)
    end = f"{'<=' if strict and shape == 'bound' else '<'} {text(lines[-1])}"
    if shape not in ("bound", "labels") or maybe(rng, 0.4):
        end = "any"
    made.append({"id": LEVELS[len(lines)], "label": "差", "is": end})
    return made


def rule_set(rng: random.Random, features: Iterable[str] = FEATURES) -> dict[str, Any]:
    """A random valid rule set: plain data as YAML would give it, numbers as text or int, never float."""
    on = frozenset(one for one in features if maybe(rng, RARE.get(one, 0.7))) if len(set(features)) > 6 else frozenset(features)
    plan = Plan(rng, on, shared_inputs(rng), {}, rounding(rng))
    shared_lets(plan)
    if plan.maybe(0.35, "scope"):
        plan.scope = rng.choice(["group", "all"])
    rules: dict[str, Any] = {"perfscore": 1, "id": "gen/random", "title": "随机规则", "kind": "scoring"}
    rules["source"] = rng.choice(["随机", {"document": "随机", "read": "full"}])
    rules["rounding"] = plan.rounding
    rules["inputs"] = plan.inputs
    if plan.lets:
        rules["let"] = plan.lets
    rules["indicators"] = indicators(plan)
    weight = sum((weight_of(node) for node in rules["indicators"]), Fraction(0))
    if weight == 0:
        return rule_set(rng, features)
    total: dict[str, Any] = {"weight": text(weight)}
    total |= combining(plan, rules["indicators"], "total") if maybe(rng, 0.9 if "real" in plan.on else 0.55) else {}
    weight = weight_of(total)
    if maybe(rng, 0.2):
        total["floor"] = rng.choice(["0", text(weight / 4)])
    if maybe(rng, 0.2):
        total["cap"] = rng.choice(["weight", text(weight * Fraction(7, 8))])
    rules["total"] = total if len(total) > 1 or maybe(rng, 0.5) else text(weight)
    if maybe(rng, 0.1) and plan.scope != "group":
        rules["defaults"] = {"items": {"not_applicable": {"policy": "redistribute", "by": "proportional", "scope": plan.scope}}}
    plan.inputs |= plan.tables
    if plan.methods:
        rules["methods"] = plan.methods
    leaves = [node for node in all_nodes(rules["indicators"]) if "method" in node]
    if maybe(rng, 0.3):
        rules["let"] = plan.lets = {**plan.lets, "first_scored": f"scored({leaves[0]['id']})"}
    if plan.maybe(0.3, "reasons"):
        reasons(plan, leaves)
    rules["rating"] = ratings(plan, weight)
    order = [row["id"] for row in rules["rating"]]
    if plan.maybe(0.25, "rating_input"):
        plan.inputs["record"] = {"type": "choice", "values": order} | ({"missing": order[0]} if maybe(rng, 0.3) else {})
    view = {"indicators": rules["indicators"], "let": plan.lets, "weight": text(weight)}
    view |= {"defaults": rules["defaults"]} if "defaults" in rules else {}
    if made := gates(plan, view, order):
        rules["gates"] = made
    if plan.maybe(0.15, "outside"):
        row = {"id": "M", "label": "M", "when": truth(plan), "outside": True}
        rules["rating"].insert(rng.choice([0, 0, len(order) - 1]), row)
        if maybe(rng, 0.5):
            for gate in rules.get("gates", []):
                if "rating" in gate and "total" not in gate and maybe(rng, 0.5):
                    gate["rating"] = "M"
    if "defaults" not in rules and (raised := flags(plan, view)):
        rules["flags"] = raised
    return rules


def reasons(plan: Plan, leaves: list[dict[str, Any]]) -> None:
    rng = plan.rng
    for k, leaf in enumerate(leaves):
        if maybe(rng, 0.8):
            leaf["reason"] = f"RC{k + 1}"
            if maybe(rng, 0.3):
                leaf["baseline"] = text(weight_of(leaf) * rng.choice([Fraction(1, 2), Fraction(3, 2), Fraction(2)]))


def outcomes_for(rules: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Outcomes for a rule set, made once; for many, keep `Outcomes`."""
    return Outcomes(rules, rng).random()
