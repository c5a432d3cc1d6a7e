"""What every part of the random rule sets shares: helpers, the shared inputs, and formulas over them."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

FEATURES = (
    "combine", "out_of", "equal", "scope", "peer_mean", "total_none", "rating_input", "outside", "labels", "lists",
    "let_tables", "override", "reasons", "own_methods", "panel", "each", "real",
)  # fmt: skip
MODES = ["half-up", "half-even", "half-down", "up", "down", "floor", "ceil", "none"]
DATES = [date(2024, 3, 31), date(2024, 5, 6), date(2024, 6, 30), date(2024, 12, 31)]
LINES = [5, 8, 16, 20, 40, 80]
LEVELS = ["excellent", "good", "fair", "passed", "poor"]

INPUTS: dict[str, dict[str, Any]] = {
    "base": {"label": "基数"},
    "amount": {"type": "number", "grid": "0.5"},
    "planned": {"label": "计划数", "unit": "份", "grid": 1, "range": ">= 5"},
    "budget": {"label": "全年预算数", "unit": "万元", "grid": "0.01", "range": ">= 0"},
    "spent": {"label": "全年执行数", "unit": "万元", "grid": "0.01"},
    "quota": {"unit": "%"},
    "region": {"type": "choice", "values": {"east": "东部", "west": "西部", "north": "北部"}},
    "scale": {"type": "choice", "values": ["small", "large"]},
    "audited": {"type": "yes_no"},
    "waived": {"type": "yes_no", "judged": True},
    "due": {"type": "date"},
    "done": {"type": "date"},
}


@dataclass
class Plan:
    """A rule set in the making."""

    rng: random.Random
    on: frozenset[str]
    inputs: dict[str, Any]
    lets: dict[str, Any]
    rounding: dict[str, Any]
    tables: dict[str, Any] = field(default_factory=dict)
    methods: dict[str, Any] = field(default_factory=dict)
    scope: str = "siblings"

    def maybe(self, chance: float, feature: str = "") -> bool:
        return (not feature or feature in self.on) and self.rng.random() < chance


def text(number: Fraction | int) -> str:
    """The shortest plain decimal of a number that ends within six digits."""
    number = Fraction(number)
    scaled = round(number * 10**6)
    sign, scaled = "-" if scaled < 0 else "", abs(scaled)
    digits = f"{scaled // 10**6}.{scaled % 10**6:06d}"
    return sign + digits.rstrip("0").rstrip(".")


def percent(number: Fraction) -> str:
    return text(number * 100) + "%"


def maybe(rng: random.Random, chance: float) -> bool:
    return rng.random() < chance


def weight_of(node: dict[str, Any]) -> Fraction:
    return Fraction(str(node.get("weight", 0)))


def all_nodes(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for node in nodes for one in [node, *all_nodes(node.get("children", []))]]


def method_of(leaf: dict[str, Any]) -> dict[str, Any]:
    method = leaf["method"]
    return method if isinstance(method, dict) else {"type": method}


_LITERAL = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)(%?)")


def literals(written: str) -> list[Fraction]:
    return [Fraction(n) / (100 if sign else 1) for n, sign in _LITERAL.findall(written)]


def own_scalar(leaf: dict[str, Any]) -> str:
    """The type of the item's own outcome, or `` where it has none (elements and grades count as their own types)."""
    method = method_of(leaf)
    sort = method["type"]
    if sort in ("checklist", "grade"):
        return str(sort)
    if sort in ("panel", "each") or "actual" in leaf:
        return ""
    by_default = (
        sort in ("ratio", "pass_fail", "interpolate", *OWN_METHODS)
        or (sort == "table" and "of" not in method)
        or (sort == "adjust" and "gap" not in method)
    )
    return str(leaf.get("type", "number")) if by_default or re.search(r"\bactual\b", str(method)) else ""


# methods of the rule file; each reads `actual`
OWN_METHODS: dict[str, dict[str, Any]] = {
    "ladder": {
        "parameters": {"step": "8", "most": None},
        "let": {"steps": "floor(actual / step)"},
        "cases": [
            {"when": "steps >= most", "points": "weight", "reason": "top_step"},
            {"when": "steps > 0", "points": "weight * steps / most", "reason": "some_steps"},
            {"when": True, "points": 0},
        ],
    },
    "pair": {
        "parameters": ["line", "worth"],
        "cases": [
            {"when": "actual > line", "points": "worth"},
            {"when": "actual = line", "points": "worth / 2", "reason": "on_the_line"},
            {"when": "actual < line", "points": "0", "reason": "under_the_line"},
        ],
    },
}


# ---------------------------------------------------------------- formulas over shared inputs


def truth(plan: Plan) -> str:
    """A truth over shared inputs and lets; its constants are the values that outcomes are drawn from."""
    rng, inputs, lets = plan.rng, plan.inputs, plan.lets
    line = rng.choice(LINES)
    made: list[str] = []
    if "base" in inputs:
        made += [f"base >= {line}", f"{line} < base <= {line * 2}", f"base = {line}", f"not base < {line}"]
    if "amount" in inputs:
        made += [f"amount < {line}", f"amount / 8 <= {rng.choice([1, 2, 5])}"]
    if "quota" in inputs:
        made += ["quota >= 95%", "quota < 80%"]
    if "region" in inputs:
        made += ["region = 'east'", "region in ['east', 'west']"]
    if "scale" in inputs:
        made += ["scale = 'small'"]
    if "audited" in inputs:
        made += ["audited", "not audited"]
    if "waived" in inputs:
        made += ["waived"]
    if "done" in inputs and "due" in inputs:
        made += ["done > due", "done - due >= 5"]
    if "execution" in lets:
        made += ["execution < 80%", "execution >= 100%"]
    if "doubled" in lets:
        made += [f"doubled > {line}"]
    if "line" in lets:
        made += ["line >= 16", "line < 20"]
    if "rooted" in lets:
        made += ["rooted > 4", "rooted <= 3", "sqrt(abs(base)) * 2 >= 8"]
    if len(made) > 1 and maybe(rng, 0.2):
        return f"{rng.choice(made)} {rng.choice(['and', 'or', '且', '或'])} {rng.choice(made)}"
    return rng.choice(made)


def quantity(plan: Plan) -> str:
    rng, inputs, lets = plan.rng, plan.inputs, plan.lets
    made = ["3"]
    if "base" in inputs:
        made += ["base / 8", "min(base, 16)", "round(base / 8, 1)", "abs(base - 20)"]
    if "amount" in inputs:
        made += ["amount", "amount / 4", "clamp(amount, 5, 40)"]
    if "done" in inputs and "due" in inputs:
        made += ["max(0, done - due)"]
    if "doubled" in lets:
        made += ["doubled", "floor(doubled / 5)"]
    if "line" in lets:
        made += ["line / 4", "min(line, 8)"]
    return rng.choice(made)


# ---------------------------------------------------------------- rounding, inputs, lets

# coarser upwards, so that what an earlier stage left can still lie in the middle of the next one's steps
STAGES: dict[str, tuple[float, list[int | str]]] = {
    "rate": (0.7, [1, 2, 2, "0.01%", "1%", "5%"]),
    "item": (0.5, [1, 2, "0.25", "0.1", "0.2", "0.01", "0.5"]),
    "group": (0.6, [0, 0, 1, 1, "0.5", "1", "0.25"]),
    "total": (0.8, [0, 0, 0, 1, 1, "0.5", "1", "0.2"]),
}


def rounding(rng: random.Random) -> dict[str, Any]:
    """Each stage named or not, by digits or by step, with its own mode or the default one."""
    made: dict[str, Any] = {}
    for name, (chance, steps) in STAGES.items():
        if not maybe(rng, chance):
            continue
        step = rng.choice(steps)
        how: Any = {"step": step} if isinstance(step, str) else {"digits": step}
        if maybe(rng, 0.65):
            how["mode"] = rng.choice(MODES)
        elif isinstance(step, int):
            how = step
        made[name] = how
    if maybe(rng, 0.7):
        made["mode"] = rng.choice(MODES[:7])
    if maybe(rng, 0.5):
        made["rating_from"] = rng.choice(["shown", "exact"])
    return made


def rounds(plan: Plan, stage: str) -> None:
    """An irrational value must be rounded at its stage: see that it is."""
    how = plan.rounding.get(stage)
    if how is None or (isinstance(how, dict) and how.get("mode") == "none") or maybe(plan.rng, 0.7):
        any_mode = {"digits": plan.rng.choice([0, 1, 2]), "mode": plan.rng.choice(MODES[:7])}
        plan.rounding[stage] = plan.rng.choice([any_mode, any_mode, any_mode, 1, {"step": "0.25", "mode": "half-down"}])


def shared_inputs(rng: random.Random) -> dict[str, Any]:
    names = [name for name in INPUTS if maybe(rng, 0.55)] or ["base"]
    if "spent" in names or "budget" in names:
        names = [name for name in names if name not in ("spent", "budget")] + ["budget", "spent"]
    if "due" in names or "done" in names:
        names = [name for name in names if name not in ("due", "done")] + ["due", "done"]
    made = {name: dict(INPUTS[name]) for name in names}
    for name, missing in (("audited", "no"), ("amount", "5"), ("region", "east")):
        if name in made and maybe(rng, 0.4):
            made[name]["missing"] = missing
    if not any(name in made for name in ("base", "amount", "quota", "region", "scale", "audited", "waived", "due")):
        made["base"] = dict(INPUTS["base"])
    return made


def shared_lets(plan: Plan) -> None:
    rng, inputs, lets = plan.rng, plan.inputs, plan.lets
    if "budget" in inputs:
        lets["execution"] = "spent / budget"
    if "amount" in inputs and maybe(rng, 0.5):
        lets["doubled"] = "amount * 2"
    if {"region", "amount"} & set(inputs) and plan.maybe(0.5, "let_tables"):
        lets["line"] = line_of(plan)
    if "base" in inputs and plan.maybe(0.15, "real"):
        lets["rooted"] = rng.choice(["sqrt(abs(base))", "root(abs(base), 3)", "ln(abs(base) + 1)"])


def line_of(plan: Plan) -> dict[str, Any]:
    """A table in `let`: one or two columns, with or without `otherwise`."""
    rng, inputs = plan.rng, plan.inputs
    two = {"region", "amount"} <= set(inputs) and maybe(rng, 0.5)
    made: dict[str, Any]
    if two:
        rows: list[Any] = [["east", ">= 16", 20], [["east", "west"], "(0, 16)", "amount + 3"], ["any", "> 40", "16"]]
        made = {"of": ["region", "amount"], "rows": rows}
    elif "region" in inputs:
        made = {"of": ["region"], "rows": [["east", 16], ["west", "8"]]}
    else:
        made = {"of": ["amount"], "rows": [["[0, 8]", "8"], ["(8, 20)", "amount"], [">= 20", "amount / 2"]]}
    if maybe(rng, 0.85):
        made["otherwise"] = "10"
    return made
