"""rule_sets: well-formed rule sets at random: every method, policy and way to combine, gates, flags, ratings, roundings.

Small ones first, so that what fails shrinks to one item and one line. The figures are round, so that edges are met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from perfscore.methods.method import methods as known_methods
from perfscore.numbers.number import shortest
from perfscore.ruleset.ruleset import RuleSet
from perfscore.testing.extra import SearchStrategy, st

Draw = Callable[[SearchStrategy[Any]], Any]
Keys = dict[str, Any]
OWN = "own"  # a method that the file defines
PLAIN, OUT_OF = "plain", "out_of"  # ways to combine, beside those that a file names
MODES = ("half-up", "half-even", "half-down", "up", "down", "floor", "ceil")
KINDS = ("quantity", "quality", "timeliness", "cost", "satisfaction")

INPUTS: dict[str, Keys] = {
    "budget": {"label": "全年预算数", "unit": "万元", "grid": "0.01", "range": "> 0"},
    "spent": {"label": "全年执行数", "unit": "万元", "grid": "0.01", "range": ">= 0"},
    "planned": {"label": "计划数", "unit": "份", "grid": 1, "range": ">= 0"},
    "base": {"label": "基数", "grid": "0.5", "range": "[0, 200]"},
    "region": {"label": "地区", "type": "choice", "values": {"east": "东部", "west": "西部"}},
    "audited": {"label": "审计发现问题", "type": "yes_no"},
    "waived": {"label": "经批准免予考核", "type": "yes_no", "judged": True},
    "due": {"label": "计划完成日期", "type": "date"},
    "done": {"label": "实际完成日期", "type": "date"},
}
MISSING = {"audited": "no", "region": "east", "base": "20"}
LEFT_OVER = {"left_over": "budget - spent"}
TRUTHS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("audited", ("audited",)),
    ("region = 'east'", ("region",)),
    ("execution < 60%", ("budget", "spent")),
    ("base >= 20", ("base",)),
    ("20 < base <= 40", ("base",)),
    ("not waived", ("waived",)),
    ("done > due", ("due", "done")),
    ("done - due >= 5", ("due", "done")),
    ("region in ['east', 'west'] and audited", ("region", "audited")),
    ("missing(audited) or audited", ("audited",)),
)


def rule_sets(methods: Iterable[str] | None = None) -> SearchStrategy[RuleSet]:
    """Well-formed rule sets, loaded; their outcomes are drawn by `outcomes`.

    `methods`: the types of their items, by default all, and methods that the file defines (`own`). Raises ValueError for a type that
    there is not. What is drawn has no hole in its rows and ratings; its rules may still refuse outcomes (points out of range, a
    gate that refuses, nothing left that a weight could move to).
    """
    return rule_files(methods).map(RuleSet.from_dict)


def rule_files(methods: Iterable[str] | None = None) -> SearchStrategy[Keys]:
    """The same as plain data, as a file holds it: texts, whole numbers, lists and mappings."""
    wanted = tuple(LEAVES) if methods is None else tuple(dict.fromkeys(methods))
    unknown = [name for name in wanted if name not in LEAVES]
    if unknown or not wanted:
        raise ValueError(f"there is no method {', '.join(unknown) or 'at all'}: {', '.join(LEAVES)}")
    return _file(wanted)


@dataclass
class Plan:
    """A rule file in the making: what its formulas need is added where it is first used."""

    draw: Draw
    methods: Sequence[str]
    scope: str
    inputs: Keys = field(default_factory=dict)
    lets: Keys = field(default_factory=dict)
    own: Keys = field(default_factory=dict)
    rounding: Keys = field(default_factory=dict)
    leaves: list[Keys] = field(default_factory=list)
    groups: list[Keys] = field(default_factory=list)

    def one(self, options: Iterable[Any]) -> Any:
        return self.draw(st.sampled_from(list(options)))

    def maybe(self, one_in: int = 3) -> bool:
        return bool(self.draw(st.integers(0, one_in - 1)) == one_in - 1)

    def want(self, *names: str) -> None:
        """The shared inputs that a formula is about to use."""
        for name in names:
            if name not in self.inputs:
                self.inputs[name] = dict(INPUTS[name])
                if name in MISSING and self.maybe():
                    self.inputs[name]["missing"] = MISSING[name]
        if {"budget", "spent"} <= set(names):
            self.lets["execution"] = "spent / budget"

    def truth(self) -> str:
        formula, names = self.one(TRUTHS)
        self.want(*names)
        return str(formula)

    def rounds(self, stage: str) -> None:
        """A value that may be irrational must be rounded there."""
        self.rounding.setdefault(stage, 2)


@st.composite
def _file(draw: Draw, methods: Sequence[str]) -> Keys:
    plan = Plan(draw, methods, draw(st.sampled_from(("siblings", "siblings", "group", "all"))))
    plan.rounding = _rounding(plan)
    top = [_node(plan, f"g{k}", plan.scope == "group") for k in range(1, draw(st.integers(1, 3)) + 1)]
    if not _weights(top):
        plan.leaves.clear()  # nothing but bonuses
        top = [_leaf(plan, _id(plan), bonus=False)]
    total: Keys = {"weight": shortest(_weights(top))}
    total |= _combined(plan, top, "total") if plan.maybe(4) else {}
    if plan.maybe(4):
        total |= {"floor": 0, "cap": "weight"}
    weight = Fraction(total["weight"])
    ratings = _ratings(plan, weight)
    gates = [_gate(plan, k, weight, ratings) for k in range(1, draw(st.integers(0, 3)) + 1)]
    flags = [_flag(plan, k) for k in range(1, draw(st.integers(0, 2)) + 1)]
    inputs = plan.inputs | {name: table for name, table in TABLES.items() if _reads_table(plan, name)}
    file: Keys = {"perfscore": 1, "id": "random/rules", "title": "随机规则", "source": "随机"}
    parts = {"rounding": plan.rounding, "inputs": inputs, "let": plan.lets, "methods": plan.own, "gates": gates, "flags": flags}
    file |= {key: part for key, part in parts.items() if part}
    if plan.maybe(6):
        file["defaults"] = {"items": {"kind": plan.one(KINDS)}}
    return file | {"total": total if len(total) > 1 else total["weight"], "indicators": top, "rating": ratings}


def _reads_table(plan: Plan, name: str) -> bool:
    return any(
        name in (leaf["method"].get("ballots"), leaf["method"].get("rows_of")) for leaf in plan.leaves if isinstance(leaf["method"], dict)
    )


def _rounding(plan: Plan) -> Keys:
    stages = {"rate": ("2", {"step": "0.01%"}, {"step": "1%"}), "item": (2, 1, {"step": "0.25"}), "group": (2, 1), "total": (2, 1, 0)}
    found: Keys = {}
    for stage, steps in stages.items():
        if plan.maybe(2):
            step = plan.one(steps)
            found[stage] = {**(step if isinstance(step, dict) else {"digits": step}), "mode": plan.one(MODES)} if plan.maybe() else step
    if plan.maybe():
        found["mode"] = plan.one(MODES)
    if plan.maybe():
        found["rating_from"] = plan.one(("shown", "exact"))
    return found


# --- the tree -----------------------------------------------------------------------------------------------------------


def _id(plan: Plan) -> str:
    return f"item_{len(plan.leaves) + 1}"


def _weights(nodes: Sequence[Keys]) -> Fraction:
    return sum((Fraction(str(node.get("weight", 0))) for node in nodes), Fraction(0))


def _node(plan: Plan, id: str, group: bool = False) -> Keys:
    """An item, or a group of items and perhaps one inner group."""
    if not group and not plan.maybe(2):
        return _leaf(plan, _id(plan))
    children = [_leaf(plan, _id(plan), bonus=False)]
    children.extend(_leaf(plan, _id(plan)) for _ in range(plan.draw(st.integers(0, 2))))
    if id.count("_") < 1 and plan.maybe(4):
        children.append(_node(plan, f"{id}_1", True))
    found: Keys = {"id": id, "label": f"分组 {id}", "weight": shortest(_weights(children)), "children": children}
    found |= _combined(plan, children, "group")
    if plan.maybe(5):
        found |= {"floor": 0, "cap": "weight"}
    if plan.maybe(6):
        found |= {"applies": plan.truth(), "not_applicable": plan.one(("full", "zero"))}
        for leaf in plan.leaves:
            if leaf in children:
                leaf.pop("override", None)
    plan.groups.append(found)
    return found


def _combined(plan: Plan, children: Sequence[Keys], level: str) -> Keys:
    """How children become one; sums where weight moves further than among siblings."""
    if plan.scope != "siblings":
        return {}
    means = ("mean", "harmonic_mean", "geometric_mean", "min", "max") if all(_weights([child]) for child in children) else ()
    chosen = plan.one((PLAIN, *means, "sum", OUT_OF, "mean(parts)", "sum(parts) - min(parts)", "min(sum(parts), weight)", PLAIN, PLAIN))
    if chosen == PLAIN:
        return {}
    if chosen == OUT_OF:
        return {"weight": plan.one(("10", "20")), "out_of": shortest(_weights(children))}
    if chosen == "geometric_mean":
        plan.rounds(level)
    return {"combine": chosen}


def _leaf(plan: Plan, id: str, bonus: bool | None = None) -> Keys:
    leaf: Keys = {"id": id, "label": f"指标 {id}"}
    plan.leaves.append(leaf)
    if bonus is None and plan.maybe(10) and {"checklist", "adjust"} & set(plan.methods):
        method = plan.one([name for name in ("checklist", "adjust") if name in plan.methods])
        leaf.update(_bonus(method))
        return leaf
    leaf["weight"] = plan.one((10, 5, 2, "2.5", 20))
    leaf["kind"] = plan.one(KINDS)
    method = plan.one(plan.methods)
    leaf.update(LEAVES[method](plan, Fraction(str(leaf["weight"]))))
    _policies(plan, leaf, method)
    return leaf


def _bonus(method: str) -> Keys:
    if method == "adjust":
        return {
            "target": "<= 0",
            "unit": "次",
            "grid": 1,
            "floor": -5,
            "method": {"type": "adjust", "from": 0, "over": {"per": 1, "points": -2}},
        }
    return {
        "cap": 3,
        "method": {"type": "checklist", "from": 0, "elements": [{"id": "awards", "label": "获奖", "points": "1.5", "count": True}]},
    }


def _policies(plan: Plan, leaf: Keys, method: str) -> None:
    """What is special, absent, not applicable, or set by a person."""
    alone = _outcome(leaf, method)
    if plan.maybe(4):
        leaf["special"] = [{"when": plan.truth(), "points": plan.one(("weight", "weight / 2", "0")), "reason": "special_case"}]
    if alone and plan.maybe(4):
        leaf["missing"] = plan.one(("0", "weight / 2"))
    if plan.maybe(2):
        moved = {"policy": "redistribute", "by": plan.one(("proportional", "equal")), "scope": plan.scope}
        options: list[Any] = ["full", moved, moved, "zero", "refuse"]
        if alone and method not in ("checklist", "grade"):
            options.append("peer_mean")
        leaf["not_applicable"] = plan.one(options)
        if leaf["not_applicable"] != "refuse" and plan.maybe():
            leaf["applies"] = f"not ({plan.truth()})"
    if plan.maybe(6):
        leaf["override"] = {"range": plan.one(("[0, scored]", "[0, weight]"))} | ({"needs": "deviation_reason"} if plan.maybe() else {})
    if plan.maybe(6):
        leaf["reason"] = f"RC{len(plan.leaves)}"


def _outcome(leaf: Keys, method: str) -> bool:
    """Whether the item has an outcome of its own."""
    if method in ("panel", "each") or "actual" in leaf:
        return False
    reads = leaf["method"]
    return not (isinstance(reads, dict) and (reads.get("of") == ["region"] or "gap" in reads or reads.get("let") == LEFT_OVER))


# --- methods ------------------------------------------------------------------------------------------------------------


def _ratio(plan: Plan, weight: Fraction) -> Keys:
    sign = plan.one((">=", "<=", "=", "interval", ">", "<"))
    unit = plan.one(("份", "%", None, "万元"))
    low, high = {"份": ("40", "50"), "%": ("80%", "100%"), None: ("20", "40"), "万元": ("100", "200")}[unit]
    leaf: Keys = {"unit": unit, "grid": {"份": 1, "%": "0.01%", "万元": "0.01"}[unit]} if unit else {}
    method: Keys = {"type": "ratio", "above": "cap"}
    if sign == "interval":
        leaf["target"] = f"[{low}, {high}]"
    elif unit == "份" and sign == ">=" and plan.maybe():
        plan.want("planned")
        leaf |= {"target": ">= planned", "special": [{"when": "target = 0", "points": "weight", "reason": "nothing_planned"}]}
    elif unit == "%" and sign in (">=", "<=") and plan.maybe():
        plan.want("budget", "spent")
        leaf |= {"actual": "execution", "target": f"{sign} {high}"}
    else:
        leaf["target"] = f"{sign} {low}"
    if sign in ("<=", "<"):
        method["reverse"] = plan.one(("complement", "quotient"))
    if sign == "=":
        method["equal"] = plan.one(("at_least", "two_sided"))
    if plan.maybe(3):
        method["below"] = plan.one(("zero", {"zero": "60%"}, {"stretch": "60%"}))
    if plan.maybe(4):
        method["above"] = plan.one(({"extend": "120%"}, {"zero": "150%"}))
        leaf["cap"] = "weight"
    return {**leaf, "method": method}


def _pass_fail(plan: Plan, weight: Fraction) -> Keys:
    """Numbers, percentages, dates, choices, yes or no."""
    what: Keys = plan.one((
        {"unit": "次", "grid": 1, "target": ">= 2"},
        {"unit": "%", "grid": "0.1%", "range": "[0%, 100%]", "target": "(80%, 95%]"},
        {"type": "yes_no"},
        {"type": "choice", "values": {"full": "全部", "part": "部分", "none_at_all": "无"}, "target": ["full", "part"]},
        {"type": "date", "target": "<= 2024年6月"},
        {"target": "[8, 16)"},
    ))  # fmt: skip
    return {**what, "method": "pass_fail"}


def _table(plan: Plan, weight: Fraction) -> Keys:
    match plan.one(("number", "percent", "choice", "two", "shared")):
        case "percent":
            rows: list[Any] = [[">= 95%", "weight"], ["[80%, 95%)", "weight * 80%"], ["(60%, 80%)", "weight / 4"], ["any", 0]]
            return {"unit": "%", "grid": "0.01%", "range": "[0%, 100%]", "method": {"type": "table", "rows": rows}}
        case "choice":
            values = {"full": "全部", "part": "部分", "none_at_all": "无"}
            rows = [["full", "weight"], [["part"], "weight / 2"]]
            return {"type": "choice", "values": values, "method": {"type": "table", "rows": rows, "otherwise": 0}}
        case "two":
            plan.want("region")
            rows = [["east", ">= 16", "weight"], ["west", ">= 8", "weight"], [["east", "west"], "> 0", "weight / 2"]]
            return {"grid": 1, "unit": "件", "method": {"type": "table", "of": ["region", "actual"], "rows": rows, "otherwise": 0}}
        case "shared":
            plan.want("region")
            return {"method": {"type": "table", "of": ["region"], "rows": [["east", "weight"], ["west", "weight / 2"]]}}
    rows = [
        ["= 0", 0],
        {"is": "(0, 8]", "points": "weight / 4", "reason": "few", "label": "较少"},
        ["(8, 16)", "weight / 2"],
        [">= 16", "weight"],
    ]
    return {"grid": "0.5", "range": ">= 0", "method": {"type": "table", "rows": rows}}


def _interpolate(plan: Plan, weight: Fraction) -> Keys:
    method: Keys = plan.one((
        {"rows": [[60, 0], [100, "weight"]], "below": "hold", "above": "hold"},
        {"rows": [[10, "weight"], [20, "weight / 2"], [40, 0]], "below": "hold", "above": "0"},
        {"rows": [[60, "weight / 2"], [100, "weight"]], "below": "extend", "above": "extend"},
        {"efficacy": {"standards": [2, 5, 9], "coefficients": ["0.2", "0.6", "1"]}, "below": "0"},
        {"rows": [[8, 0], [16, "weight"]], "below": "refuse", "above": "hold"},
    ))  # fmt: skip
    return {"grid": plan.one((1, "0.5")), "floor": 0, "cap": "weight", "method": {"type": "interpolate", **method}}


def _adjust(plan: Plan, weight: Fraction) -> Keys:
    part = plan.one(("started", "completed", "proportional"))
    worse = {"per": 1, "points": plan.one(("-0.5", -1)), "part": part}
    sort = plan.one(("over", "under", "both", "percent", "late"))
    if sort == "percent":
        return {"unit": "%", "grid": "0.1%", "target": "<= 100%", "floor": 0, "method": {"type": "adjust", "over": {**worse, "per": "1%"}}}
    if sort == "late":
        plan.want("due", "done")
        return {"floor": 0, "method": {"type": "adjust", "gap": "done - due", "over": {**worse, "per": 10}}}
    leaf: Keys = {
        "target": "[5, 8]" if sort == "both" else "<= 5" if sort == "over" else ">= 5",
        "grid": "0.5",
        "floor": 0,
        "cap": "weight",
    }
    sides = ("over", "under") if sort == "both" else (sort,)
    change = {**worse, "at_most": 3} if plan.maybe() else worse
    return {**leaf, "method": {"type": "adjust", **dict.fromkeys(sides, change)}}


def _checklist(plan: Plan, weight: Fraction) -> Keys:
    count = plan.draw(st.integers(1, 3))
    if plan.maybe(2):
        made = [{"id": f"e{k}", "label": f"要点{k}", "points": shortest(weight / 4)} for k in range(1, count + 1)]
        return {"method": {"type": "checklist", "from": 0, "elements": made}}
    elements: list[Keys] = [{"id": f"e{k}", "label": f"问题{k}", "points": -1} for k in range(1, count + 1)]
    counted = [{"id": "times", "label": "次数", "points": "-0.5", "count": True}] if plan.maybe(2) else []
    if plan.maybe():
        elements[0] |= {"missing": "no"}
    return {"floor": 0, "method": {"type": "checklist", "from": "weight", "elements": [*elements, *counted]}}


def _grade(plan: Plan, weight: Fraction) -> Keys:
    half = shortest(weight / 2)
    levels: list[Keys] = plan.one((
        [{"id": "met", "label": "达成", "share": "100%"}, {"id": "missed", "label": "未达成", "share": 0}],
        [{"id": "met", "share": "[80%, 100%]"}, {"id": "partly", "share": "[60%, 80%)"}, {"id": "missed", "share": "[0%, 60%)"}],
        [{"id": "met", "points": f"[{half}, {shortest(weight)}]"}, {"id": "missed", "points": 0}],
    ))  # fmt: skip
    return {"method": {"type": "grade", "levels": levels}}


TABLES: dict[str, Keys] = {
    "ballots": {"type": "table", "label": "测评票", "columns": ["甲", "乙", "丙"], "cells": {"range": "[0, 100]", "grid": 1}},
    "opinions": {"type": "table", "columns": {"mark": {"type": "choice", "values": {"good": "好", "fair": "一般", "poor": "差"}}}},
    "rated": {
        "type": "table",
        "columns": {"rater": {"type": "choice", "values": {"leader": "主管领导", "staff": "群众"}}, "甲": {"range": "[0, 100]", "grid": 1}},
    },
    "projects": {
        "type": "table",
        "label": "重点项目",
        "columns": {"planned_n": {"range": "> 0"}, "actual": {"range": ">= 0"}, "on_time": {"type": "yes_no", "missing": "no"}},
        "cells": {"grid": 1},
    },
    "weighed": {"type": "table", "columns": {"actual": {"range": "[0, 20]", "grid": 1}, "weight": {"range": "[0, 1]", "grid": "0.5"}}},
}


def _panel(plan: Plan, weight: Fraction) -> Keys:
    void = [{"when": "count(ballot >= 90) >= 3", "reason": "too_many_high"}, {"when": "max(ballot) = min(ballot)", "reason": "all_equal"}]
    trim = plan.one((0, 1, {"of": ["size"], "rows": [["> 5", 1], ["<= 5", 0]]}))
    method: Keys = plan.one((
        {"ballots": "ballots", "column": plan.one(("甲", "乙")), "trim": trim},
        {"ballots": "ballots", "column": "甲", "void": void},
        {"ballots": "opinions", "column": "mark", "scores": {"good": 100, "fair": 60, "poor": 0}},
        {"ballots": "rated", "column": "甲", "raters": {"leader": "40%", "staff": "60%"}},
    ))  # fmt: skip
    return {"method": {"type": "panel", **method, "empty": plan.one((0, "weight / 2"))}}


def _each(plan: Plan, weight: Fraction) -> Keys:
    if plan.maybe():
        return {
            "floor": 0,
            "cap": "weight",
            "target": ">= 16",
            "method": {"type": "each", "rows_of": "weighed", "combine": "sum", "method": {"type": "ratio", "above": "cap"}},
        }
    inner: Keys = plan.one((
        {"type": "ratio", "above": "cap"},
        {"type": "pass_fail"},
        {"type": "table", "of": ["actual / planned_n"], "rows": [[">= 90%", "weight"], [">= 60%", "weight / 2"]], "otherwise": 0},
        {"type": "formula", "cases": [{"when": "on_time", "points": "weight"}], "otherwise": "weight / 4"},
    ))  # fmt: skip
    target = {"target": ">= planned_n"} if inner["type"] in ("ratio", "pass_fail") else {}
    return {**target, "method": {"type": "each", "rows_of": "projects", "combine": plan.one(("mean", "min")), "method": inner}}


def _formula(plan: Plan, weight: Fraction) -> Keys:
    leaf: Keys = {"range": ">= 0", "grid": 1, "floor": 0, "cap": "weight"}
    match plan.one(("plain", "cases", "root", "let")):
        case "cases":
            cases = [{"when": "actual >= 16", "points": "weight", "reason": "plenty"}, {"when": plan.truth(), "points": "weight / 2"}]
            return {**leaf, "method": {"type": "formula", "cases": cases, "otherwise": 0}}
        case "root":
            plan.rounds("item")
            return {
                **leaf,
                "method": {"type": "formula", "points": plan.one(("sqrt(actual)", "ln(actual + 1)", "weight * root(actual, 3) / 4"))},
            }
        case "let":
            plan.want("budget", "spent")
            method = {"type": "formula", "let": LEFT_OVER, "points": "weight - abs(left_over) / 10"}
            return {"floor": 0, "cap": "weight", "method": method}
    return {**leaf, "method": {"type": "formula", "points": "actual / 4"}}


def _own(plan: Plan, weight: Fraction) -> Keys:
    cases = [
        {"when": "steps >= most", "points": "weight"},
        {"when": "steps > 0", "points": "weight * steps / most", "reason": "some_steps"},
    ]
    plan.own["ladder"] = {
        "parameters": {"step": "8", "most": None},
        "let": {"steps": "floor(actual / step)"},
        "cases": cases,
        "otherwise": 0,
    }
    method = {"type": "ladder", "most": plan.one((2, 5))} | ({"step": plan.one((4, "2.5"))} if plan.maybe(2) else {})
    return {"grid": "0.5", "range": ">= 0", "method": method}


LEAVES: dict[str, Callable[[Plan, Fraction], Keys]] = {
    "ratio": _ratio, "pass_fail": _pass_fail, "table": _table, "interpolate": _interpolate, "adjust": _adjust, "checklist": _checklist,
    "grade": _grade, "panel": _panel, "each": _each, "formula": _formula, OWN: _own,
}  # fmt: skip
assert set(known_methods()) | {OWN} == set(LEAVES)


# --- gates, flags, rating ------------------------------------------------------------------------------------------------


def _ratings(plan: Plan, weight: Fraction) -> list[Keys]:
    lines = [weight * share / 100 for share in plan.one(((60,), (90, 80, 60), (80, 60)))]
    names = [("excellent", "优"), ("good", "良"), ("fair", "中")][-len(lines) :]
    rows: list[Keys] = []
    shape = plan.one(("bound", "interval", "when"))
    for k, (line, (id, label)) in enumerate(zip(lines, names, strict=True)):
        row: Keys = {"id": id, "label": label}
        if shape == "when":
            row["when"] = f"total >= {shortest(line)}"
        else:
            row["is"] = f"[{shortest(line)}, {shortest(lines[k - 1])})" if shape == "interval" and k else f">= {shortest(line)}"
        rows.append(row)
    rows.append({"id": "poor", "label": "差", "is": f"< {shortest(lines[-1])}"})
    if plan.maybe(8):
        rows.insert(0, {"id": "new", "label": "新设", "when": plan.truth(), "outside": True})
    return rows


def _gate(plan: Plan, k: int, weight: Fraction, ratings: Sequence[Keys]) -> Keys:
    order = [row["id"] for row in ratings if "outside" not in row]
    leaf, node = plan.one(plan.leaves), plan.one([*plan.leaves, *plan.groups])
    about = f"scored({leaf['id']}) = 0"
    gate: Keys = {"id": f"gate_{k}", "when": about if plan.maybe(2) else plan.truth(), "because": "门槛"}
    effects: tuple[Keys, ...] = (
        {"rating_at_most": plan.one(order)},
        {"rating_at_least": plan.one(order)},
        {"rating": plan.one(order)},
        {"on": [node["id"]], "at_most": "weight / 2"},
        {"on": [node["id"]], "points": 0},
        {"on": [node["id"]], "at_least": 1},
        {"at_most": shortest(weight / 2)},
        {"rating": order[-1], "total": "none", "when": plan.truth()},
        {"refuse": "须先核实", "when": "audited and region = 'west' and base < 20"},
    )
    effect: Keys = plan.one(effects)
    if "refuse" in effect:
        plan.want("audited", "region", "base")
    return gate | effect


def _flag(plan: Plan, k: int) -> Keys:
    kinds = [leaf["kind"] for leaf in plan.leaves if "kind" in leaf]
    if kinds and plan.maybe(2):
        return {
            "id": f"flag_{k}",
            "for": {"kind": plan.one(kinds)},
            "when": "weight >= 5",
            "needs": "deviation_reason",
            "because": "需说明原因",
        }
    return {"id": f"flag_{k}", "when": plan.truth(), "because": "请核实"}
