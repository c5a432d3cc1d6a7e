"""Make a rule set and outcomes that two scorers disagree on as small as they still disagree.

Greedy: leave one thing out (a gate, a flag, a node, a key, an input), mend the weights, keep what still disagrees.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import generate

Pair = tuple[dict[str, Any], dict[str, Any]]
LEAF_KEYS = (
    "special", "missing", "applies", "not_applicable", "floor", "cap", "kind", "label", "combine", "unit", "override", "reason", "baseline",
    "out_of",
)  # fmt: skip


def mended(nodes: list[dict[str, Any]]) -> Fraction:
    """Set the groups' weights (or `out_of`) to the sums of their children's; the sum of all."""
    for node in nodes:
        if "children" in node:
            node["out_of" if "out_of" in node else "weight"] = generate.text(mended(node["children"]))
    return sum((generate.weight_of(node) for node in nodes), Fraction(0))


def smaller(rules: dict[str, Any], outcomes: dict[str, Any]) -> Iterator[Pair]:
    """Every rule set that lacks one thing."""
    for key in ("gates", "flags", "let", "defaults", "rounding", "rating", "methods"):
        if key in rules:
            yield {name: part for name, part in rules.items() if name != key}, outcomes
            for k in range(len(rules[key])):
                fewer = copy.deepcopy(rules)
                del fewer[key][k if isinstance(rules[key], list) else list(rules[key])[k]]
                yield fewer, outcomes
    if isinstance(rules["total"], dict):
        yield {**rules, "total": rules["total"]["weight"]}, outcomes
    nodes = generate.all_nodes(rules["indicators"])
    for k, node in enumerate(nodes):
        fewer = copy.deepcopy(rules)
        gone = [one["id"] for one in [node, *generate.all_nodes(node.get("children", []))]]
        without(fewer["indicators"], node["id"])
        total, sum_of = rules["total"], generate.text(mended(fewer["indicators"]))
        fewer["total"] = {**total, "out_of" if "out_of" in total else "weight": sum_of} if isinstance(total, dict) else sum_of
        yield fewer, {name: raw for name, raw in outcomes.items() if name.split(".")[0] not in gone}
        for key in LEAF_KEYS:
            if key in node:
                fewer = copy.deepcopy(rules)
                del generate.all_nodes(fewer["indicators"])[k][key]
                yield fewer, outcomes
    if isinstance(rules.get("inputs"), dict):
        for name in rules["inputs"]:
            fewer = {**rules, "inputs": {one: part for one, part in rules["inputs"].items() if one != name}}
            yield fewer, {one: raw for one, raw in outcomes.items() if one.split(".")[0] != name}


def without(nodes: list[dict[str, Any]], name: str) -> None:
    nodes[:] = [node for node in nodes if node["id"] != name]
    for node in nodes:
        without(node.get("children", []), name)
    # a group without children is no group
    nodes[:] = [node for node in nodes if node.get("children", True)]


def shrunk(rules: dict[str, Any], outcomes: dict[str, Any], disagree: Callable[[Pair], bool]) -> Pair:
    """The smallest pair found for which `disagree` still holds."""
    outcomes = outcomes.get("outcomes", outcomes)
    pair = (rules, outcomes)
    if not disagree(pair):
        return pair
    while smallest := next((fewer for fewer in smaller(*pair) if disagree(fewer)), None):
        pair = smallest
    return pair
