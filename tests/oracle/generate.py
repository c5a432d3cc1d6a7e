"""Random rule sets of the first slice and outcomes for them, biased to edges, ties, what is absent or does not apply.

Rule sets are valid by the specification (weights add up, rating rows without holes); about one assessment in twenty
is spoilt on purpose and must be refused. No expected values: those are the oracle's.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

MODES = ["half-up", "half-even", "half-down", "up", "down", "floor", "ceil", "none"]
KINDS = ["quantity", "quality", "timeliness", "cost", "satisfaction"]
YES = ["yes", "是", "有", "true", "√", True]
NO = ["no", "否", "无", "false", "×", False]
ABSENT = [None, "", "/", "—", "-"]
DATES = [date(2024, 3, 31), date(2024, 5, 6), date(2024, 6, 30), date(2024, 12, 31)]
LINES = [5, 8, 16, 20, 40, 80]

INPUTS: dict[str, dict[str, Any]] = {
    "base": {"label": "基数"},
    "amount": {"type": "number", "grid": "0.5"},
    "planned": {"label": "计划数", "unit": "份", "grid": 1, "range": ">= 5"},
    "budget": {"label": "全年预算数", "unit": "万元", "grid": "0.01", "range": ">= 0"},
    "spent": {"label": "全年执行数", "unit": "万元", "grid": "0.01"},
    "quota": {"unit": "%"},
    "region": {"type": "choice", "values": {"east": "东部", "west": "西部", "north": "北部"}},
    "size": {"type": "choice", "values": ["small", "large"]},
    "audited": {"type": "yes_no"},
    "waived": {"type": "yes_no", "judged": True},
    "due": {"type": "date"},
    "done": {"type": "date"},
}


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


# ---------------------------------------------------------------- formulas over shared inputs


def truth(rng: random.Random, inputs: dict[str, Any], lets: dict[str, str]) -> str:
    """A truth over shared inputs and lets; its constants are the values that outcomes are drawn from."""
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
    if "size" in inputs:
        made += ["size = 'small'"]
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
    if len(made) > 1 and maybe(rng, 0.2):
        return f"{rng.choice(made)} {rng.choice(['and', 'or', '且', '或'])} {rng.choice(made)}"
    return rng.choice(made)


def quantity(rng: random.Random, inputs: dict[str, Any], lets: dict[str, str]) -> str:
    made = ["3"]
    if "base" in inputs:
        made += ["base / 8", "min(base, 16)", "round(base / 8, 1)", "abs(base - 20)"]
    if "amount" in inputs:
        made += ["amount", "amount / 4", "clamp(amount, 5, 40)"]
    if "done" in inputs and "due" in inputs:
        made += ["max(0, done - due)"]
    if "doubled" in lets:
        made += ["doubled", "floor(doubled / 5)"]
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
    if not any(name in made for name in ("base", "amount", "quota", "region", "size", "audited", "waived", "due")):
        made["base"] = dict(INPUTS["base"])
    return made


# ---------------------------------------------------------------- methods: each gives the leaf's further keys


def ratio(rng: random.Random, weight: Fraction, inputs: dict[str, Any], lets: dict[str, str]) -> dict[str, Any]:
    sign = rng.choice([">=", ">=", ">", "<=", "<=", "<", "=", "=", "interval"])
    unit = rng.choice([None, None, "%", "份", "万元"])
    leaf: dict[str, Any] = {}
    method: dict[str, Any] = {"type": "ratio"}
    if unit == "%":
        low, high = rng.choice([("80%", "100%"), ("40%", "80%"), ("50%", "125%"), ("16%", "20%")])
    else:
        low, high = rng.choice([("8", "16"), ("16", "40"), ("40", "50"), ("20", "80"), ("5", "8"), ("1200", "1600")])
    if unit is None and sign != "interval" and "base" in inputs and maybe(rng, 0.5):
        low = "base"
        leaf["special"] = [{"when": "target = 0", "points": "weight", "reason": "nothing_planned"}]
    elif unit == "份" and sign != "interval" and "planned" in inputs and maybe(rng, 0.3):
        low = "planned"
    if sign == "interval":
        leaf["target"] = f"{rng.choice('[(')}{low}, {high}{rng.choice('])')}"
    else:
        leaf["target"] = f"{sign} {low}"
    if unit is None and "execution" in lets and maybe(rng, 0.3) and sign != "interval":
        leaf |= {"actual": "execution", "target": f"{sign} {rng.choice(['80%', '100%'])}"}
        leaf.pop("special", None)
    elif unit:
        leaf["unit"] = unit
    if sign in ("<=", "<"):
        method["reverse"] = rng.choice(["quotient", "complement"])
    if sign == "=":
        method["equal"] = rng.choice(["at_least", "two_sided"])
    below = rng.choice(["proportional", None, "zero", "z", "stretch"])
    if below == "z":
        method["below"] = {"zero": rng.choice(["60%", "50%", "80%"])}
    elif below == "stretch":
        method["below"] = {"stretch": rng.choice(["60%", "50%", "80%"])}
    elif below:
        method["below"] = below
    above = rng.choice(["cap", "cap", "extend", "zero"])
    if above == "extend":
        extend = rng.choice(["110%", "120%", "150%"])
        method["above"] = {"extend": extend}
        if maybe(rng, 0.95):
            leaf["cap"] = rng.choice(["weight", f"weight * {extend}", text(weight * Fraction(9, 8))])
    elif above == "zero":
        method["above"] = {"zero": rng.choice(["120%", "130%", "150%"])}
    else:
        method["above"] = "cap"
    return leaf | {"method": method}


def pass_fail(rng: random.Random, weight: Fraction, inputs: dict[str, Any], lets: dict[str, str]) -> dict[str, Any]:
    method: Any = rng.choice(["pass_fail", {"type": "pass_fail"}])
    sort = rng.choice(["number", "percent", "date", "choice", "choices", "yes_no", "yes_no_target", "let"])
    day, later = DATES[1].isoformat(), DATES[2].isoformat()
    match sort:
        case "let" if "execution" in lets:
            return {"actual": "execution", "target": ">= 80%", "method": method}
        case "percent":
            return {"unit": "%", "target": rng.choice([">= 95%", "<= 5%", "(80%, 95%]", "= 100%"]), "method": method}
        case "date":
            target = rng.choice([f"<= {day}", f"< {day}", f"[{day}, {later}]", f">= {day}", f"= {day}", f"({day}, {later})"])
            return {"type": "date", "target": target, "method": method}
        case "choice":
            return {"type": "choice", "values": ["full", "part", "none_at_all"], "target": "full", "method": method}
        case "choices":
            values = {"full": "全部", "part": "部分", "none_at_all": "无"}
            return {"type": "choice", "values": values, "target": ["full", "part"], "method": method}
        case "yes_no":
            return {"type": "yes_no", "method": method}
        case "yes_no_target":
            return {"type": "yes_no", "target": rng.choice(["yes", "no"]), "method": method}
    target = rng.choice([">= 16", "> 40", "<= 8", "< 20", "= 5", "[8, 16]", "(8, 16)", "[8, 16)", "(8, 16]"])
    return {"target": target, "method": method}


def table(rng: random.Random, weight: Fraction, inputs: dict[str, Any], lets: dict[str, str]) -> dict[str, Any]:
    half, eighth = text(weight / 2), text(weight / 8)
    method: dict[str, Any] = {"type": "table"}
    leaf: dict[str, Any] = {"method": method}
    sort = rng.choice(["number", "percent", "choice", "two", "shared", "date", "yes_no"])
    if (sort == "two" and "region" not in inputs) or (sort == "shared" and not ({"region", "amount"} & set(inputs))):
        sort = "number"
    match sort:
        case "number":
            method["rows"] = [
                ["= 0", rng.choice([0, "weight"])],
                {"is": "(0, 8]", "points": eighth, "label": "少"},
                ["(8, 16)", "weight * 50%"],
                {"is": "[16, 40]", "points": half, "reason": rng.choice(["enough", "row_4"])},
            ]
            if maybe(rng, 0.8):
                method["otherwise"] = rng.choice(["weight", "weight * actual / (actual + 8) if actual > 0 else 0"])
        case "percent":
            leaf["unit"] = "%"
            method["rows"] = [[">= 95%", "weight"], ["[80%, 95%)", "weight * 80%"], ["(60%, 80%)", eighth], ["any", 0]]
        case "choice":
            leaf |= {"type": "choice", "values": ["full", "part", "little", "none_at_all"]}
            method["rows"] = [["full", "weight"], [["part", "little"], half]]
            if maybe(rng, 0.9):
                method["otherwise"] = 0
        case "two":
            method["of"] = ["region", "actual"]
            method["rows"] = [
                ["east", ">= 16", "weight"],
                [["east", "west"], ">= 8", "weight * 75%"],
                {"is": ["any", "(0, 8)"], "points": eighth, "reason": "some"},
            ]
            method["otherwise"] = "0"
        case "shared":
            if "region" in inputs:
                method["of"] = ["region"]
                method["rows"] = [["east", "weight"], ["west", half], ["any", "0"]]
            else:
                method["of"] = ["amount / 8"]
                method["rows"] = [[">= 5", "weight"], ["[1, 5)", half], ["any", "weight / 8"]]
        case "date":
            day, later = DATES[1].isoformat(), DATES[2].isoformat()
            leaf["type"] = "date"
            method["rows"] = [[f"<= {day}", "weight"], [f"({day}, {later}]", half], ["any", 0]]
        case "yes_no":
            leaf["type"] = "yes_no"
            method["rows"] = [["yes", "weight"], ["no", rng.choice(["0", eighth])]]
    return leaf


def side(rng: random.Random, points: str, per: str) -> dict[str, Any]:
    made: dict[str, Any] = {"per": per, "points": points, "part": rng.choice(["proportional", "started", "completed"])}
    if maybe(rng, 0.4):
        made["at_most"] = rng.choice(["1", "2", "2.5"])
    return made


def interpolate(rng: random.Random, weight: Fraction, inputs: dict[str, Any], lets: dict[str, str]) -> dict[str, Any]:
    """Rising and falling anchors, with an empty piece now and then; both sides in every policy."""
    points = [text(weight * Fraction(k, 8)) for k in (0, 3, 5, 8)]
    values = rng.choice([["8", "16", "40", "80"], ["80", "40", "16", "8"], ["8", "16", "16", "40"], ["5", "10", "20", "40"]])
    method: dict[str, Any] = {"type": "interpolate", "below": rng.choice(["hold", "0", "weight / 8", "hold", "refuse"])}
    if maybe(rng, 0.3):
        method["efficacy"] = {"standards": values, "coefficients": ["0.2", "0.4", "0.6", "1"]}
        if maybe(rng, 0.5):
            method["above"] = rng.choice(["hold", "weight"])
    else:
        method |= {"rows": [[x, p] for x, p in zip(values, points, strict=True)], "above": rng.choice(["hold", "extend", "hold", "weight"])}
    leaf: dict[str, Any] = {"method": method}
    if method.get("above") == "extend" or maybe(rng, 0.2):
        leaf["cap"] = "weight"
    return leaf


def adjust(rng: random.Random, weight: Fraction, inputs: dict[str, Any], lets: dict[str, str]) -> dict[str, Any]:
    method: dict[str, Any] = {"type": "adjust"}
    leaf: dict[str, Any] = {"method": method}
    per = rng.choice(["1", "2", "4"])
    sort = rng.choice(["number", "number", "percent", "interval", "date", "gap", "own_gap"])
    if sort == "gap" and not ({"due", "amount"} & set(inputs)):
        sort = "number"
    match sort:
        case "number":
            leaf["target"] = rng.choice([">= 16", "<= 20", "= 8", "<= 40"])
        case "percent":
            leaf |= {"unit": "%", "target": rng.choice(["<= 100%", ">= 95%"])}
            per = rng.choice(["1%", "0.5%", "5%"])
        case "interval":
            leaf["target"] = rng.choice(["[8, 16]", "[16, 20]"])
        case "date":
            leaf |= {"type": "date", "target": f"<= {DATES[1].isoformat()}"}
        case "gap":
            method["gap"] = rng.choice((["done - due"] if "due" in inputs else []) + (["amount - 8"] if "amount" in inputs else []))
        case "own_gap":
            method["gap"] = "actual"
    good, bad = rng.choice(["0.5", "0.25", "1"]), rng.choice(["-0.5", "-0.125", "-1", "-1.5"])
    if weight == 0:
        bonus = maybe(rng, 0.5)
        leaf |= {"cap": rng.choice(["5", "2.5"])} if bonus else {"floor": rng.choice(["-5", "-2.5"])}
        method["from"] = 0
        method["over"] = side(rng, good if bonus else bad, per)
        if bonus and maybe(rng, 0.3):
            leaf["floor"] = 0
        return leaf
    shape = rng.choice(["deduct", "deduct", "two_sided", "earn", "both_ways"])
    if shape == "deduct":
        method[rng.choice(["over", "under"])] = side(rng, bad, per)
    elif shape == "two_sided":
        method |= {"over": side(rng, bad, per), "under": side(rng, bad, per)}
    elif shape == "earn":
        method |= {"from": 0, rng.choice(["over", "under"]): side(rng, good, per)}
        leaf["cap"] = "weight"
    else:
        method |= {"from": "weight / 2", "over": side(rng, good, per), "under": side(rng, bad, per)}
        leaf["cap"] = "weight"
    if shape != "earn" and maybe(rng, 0.95):
        leaf["floor"] = rng.choice([0, 0, "weight / 8"])
    if maybe(rng, 0.05):
        leaf.pop("cap", None)
    return leaf


def checklist(rng: random.Random, weight: Fraction, inputs: dict[str, Any], lets: dict[str, str]) -> dict[str, Any]:
    elements: list[dict[str, Any]] = []
    earning = weight == 0 or maybe(rng, 0.5)
    n = rng.choice([2, 3, 4])
    for k in range(n):
        points = weight / n if weight else Fraction(rng.choice([1, 2]), 2)
        element: dict[str, Any] = {
            "id": f"e{k + 1}",
            "label": f"要点{k + 1}",
            "points": text(points if earning else -points),
        }
        if maybe(rng, 0.3):
            element["count"] = True
            element["points"] = text(Fraction(1, 4) if earning else Fraction(-1, 2))
        if maybe(rng, 0.12):
            element["points"] = text(Fraction(-1, 2) if earning else Fraction(1, 2))
        elements.append(element)
    leaf: dict[str, Any] = {"method": {"type": "checklist", "from": 0 if earning else "weight", "elements": elements}}
    if weight == 0:
        leaf["cap"] = rng.choice(["2", "1.5"])
        leaf["floor"] = 0
        return leaf
    if maybe(rng, 0.97):
        leaf["floor"] = 0
    if maybe(rng, 0.97):
        leaf["cap"] = "weight"
    return leaf


def grade(rng: random.Random, weight: Fraction, inputs: dict[str, Any], lets: dict[str, str]) -> dict[str, Any]:
    if maybe(rng, 0.3):
        levels = [{"id": "met", "share": "100%"}, {"id": "partly", "share": "80%"}, {"id": "not_met", "share": "0%"}]
    elif maybe(rng, 0.5):
        levels = [
            {"id": "met", "label": "达成", "share": "[80%, 100%]"},
            {"id": "partly", "label": "部分达成", "share": "[60%, 80%)"},
            {"id": "not_met", "label": "未达成", "share": rng.choice(["[0%, 60%)", "0%"])},
        ]
    else:
        levels = [
            {"id": "met", "points": f"[{text(weight / 2)}, {text(weight)}]"},
            {"id": "partly", "points": text(weight / 8)},
            {"id": "not_met", "points": "0"},
        ]
    return {"method": {"type": "grade", "levels": levels}}


def formula(rng: random.Random, weight: Fraction, inputs: dict[str, Any], lets: dict[str, str]) -> dict[str, Any]:
    leaf: dict[str, Any] = {"floor": 0, "cap": "weight"}
    if maybe(rng, 0.35):
        return leaf | {"method": {"type": "formula", "points": quantity(rng, inputs, lets)}}
    method: dict[str, Any] = {"type": "formula", "let": {"eighths": "actual / 8", "worth": "weight * eighths / 5"}}
    method["cases"] = [
        {"when": "eighths >= 5", "points": "weight", "reason": "plenty"},
        {"when": truth(rng, inputs, lets), "points": "min(worth, weight / 2)"},
        {"when": "actual = 5 or actual < 0", "points": "weight / 8"},
    ]
    if maybe(rng, 0.3):
        leaf["target"] = ">= 16"
        method["cases"].append({"when": "met and not actual > target * 2", "points": "worth"})
    if maybe(rng, 0.05):
        method["cases"].insert(1, {"when": "actual = 8", "refuse": "不可评"})
    if maybe(rng, 0.93):
        method["otherwise"] = rng.choice(["worth", "weight / 4", "0"])
    return leaf | {"method": method}


METHODS: dict[str, Callable[..., dict[str, Any]]] = {
    "ratio": ratio, "pass_fail": pass_fail, "table": table, "interpolate": interpolate, "adjust": adjust,
    "checklist": checklist, "grade": grade, "formula": formula,
}  # fmt: skip


# ---------------------------------------------------------------- nodes


def leaf_node(rng: random.Random, name: str, inputs: dict[str, Any], lets: dict[str, str]) -> dict[str, Any]:
    bonus = maybe(rng, 0.08)
    weight = Fraction(0) if bonus else rng.choice([Fraction(w) for w in ("5", "2", "10", "2.5", "3", "1", "20", "8", "1.5")])
    method = rng.choice(["adjust", "checklist"]) if bonus else rng.choice([*METHODS, "ratio", "table", "adjust"])
    leaf: dict[str, Any] = {"id": name, "label": f"指标 {name}", "kind": rng.choice(KINDS)}
    if not bonus or maybe(rng, 0.2):
        leaf["weight"] = rng.choice([text(weight), int(weight) if weight.denominator == 1 else text(weight)])
    leaf |= METHODS[method](rng, weight, inputs, lets)
    while maybe(rng, 0.25):
        points = "0" if bonus else rng.choice(["weight", "0", "weight / 2", "weight / 8"])
        case: dict[str, Any] = {"when": truth(rng, inputs, lets), "points": points}
        if own_scalar(leaf) == "number" and maybe(rng, 0.5):
            case["when"] = "actual = 0%" if leaf.get("unit") == "%" else "actual = 0"
        if maybe(rng, 0.5):
            case["reason"] = "waived_item"
        if maybe(rng, 0.01):
            case = {"when": case["when"], "refuse": "须人工核定"}
        leaf["special"] = [*leaf.get("special", []), case]
    if own_scalar(leaf) and maybe(rng, 0.25):
        leaf["missing"] = "0" if bonus else rng.choice([0, "weight / 2", "weight"])
    elif method == "checklist" and maybe(rng, 0.3):
        for element in leaf["method"]["elements"]:
            element["missing"] = "0" if element.get("count") else "no"
    if maybe(rng, 0.4):
        leaf["not_applicable"] = rng.choice(
            ["full", {"policy": "full"}, "zero"] + [{"policy": "redistribute", "by": "proportional", "scope": "siblings"}] * 3 + ["refuse"]
        )
        if bonus and isinstance(leaf["not_applicable"], dict):
            leaf["not_applicable"] = "full"
        if leaf["not_applicable"] != "refuse" and maybe(rng, 0.35):
            leaf["applies"] = "not (" + truth(rng, inputs, lets) + ")"
    return leaf


def own_scalar(leaf: dict[str, Any]) -> str:
    """The type of the item's own outcome, or `` where it has none (elements and grades count as their own types)."""
    method = leaf["method"] if isinstance(leaf["method"], dict) else {"type": leaf["method"]}
    if method["type"] in ("checklist", "grade"):
        return str(method["type"])
    if "actual" in leaf or (
        method["type"] not in ("ratio", "pass_fail", "interpolate")
        and not (method["type"] == "table" and "of" not in method)
        and not (method["type"] == "adjust" and "gap" not in method)
        and not re.search(r"\bactual\b", str(method))
    ):
        return ""
    return str(leaf.get("type", "number"))


def weight_of(node: dict[str, Any]) -> Fraction:
    return Fraction(str(node.get("weight", 0)))


def group_node(rng: random.Random, name: str, children: list[dict[str, Any]]) -> dict[str, Any]:
    weight = sum((weight_of(child) for child in children), Fraction(0))
    group: dict[str, Any] = {"id": name, "label": f"类 {name}", "weight": text(weight), "children": children}
    if maybe(rng, 0.15):
        group["cap"] = rng.choice(["weight", text(weight * Fraction(7, 8))])
    if maybe(rng, 0.15):
        group["floor"] = rng.choice(["0", text(weight / 8)])
    if maybe(rng, 0.1):
        group["combine"] = "sum"
    return group


def indicators(rng: random.Random, inputs: dict[str, Any], lets: dict[str, str]) -> list[dict[str, Any]]:
    """3-10 leaves in 1-3 groups, some of them nested, some leaves at the top."""
    leaves = [leaf_node(rng, f"item_{k + 1}", inputs, lets) for k in range(rng.randint(3, 10))]
    rng.shuffle(leaves)
    for k, leaf in enumerate(leaves):
        leaf["id"] = rng.choice(["item", "i", "zb"]) + f"_{k + 1}"
    top: list[dict[str, Any]] = []
    for k in range(rng.randint(1, 3)):
        taken = [leaves.pop() for _ in range(min(len(leaves), rng.randint(1, 4)))]
        if not taken:
            break
        if len(taken) > 2 and maybe(rng, 0.4):
            inner = group_node(rng, f"g{k + 1}_1", taken[1:])
            if len(inner["children"]) > 2 and maybe(rng, 0.5):
                inner = group_node(rng, f"g{k + 1}_1", [group_node(rng, f"g{k + 1}_1_1", taken[2:]), taken[1]])
            taken = [taken[0], inner]
        if not sum(weight_of(child) for child in taken):
            top += taken
            continue
        if sum(weight_of(child) > 0 for child in taken) < 3:
            keep_receivers(rng, taken)
        group = group_node(rng, f"g{k + 1}", taken)
        if maybe(rng, 0.05):
            group["applies"] = "not (" + truth(rng, inputs, lets) + ")"
            group["not_applicable"] = rng.choice(["full", {"policy": "redistribute", "by": "proportional", "scope": "siblings"}])
        top.append(group)
    return top + leaves


def keep_receivers(rng: random.Random, children: list[dict[str, Any]]) -> None:
    """In a small group, mostly leave one item that cannot be taken away: else nothing remains to receive."""
    for child in all_nodes(children):
        if isinstance(child.get("not_applicable"), dict) and maybe(rng, 0.85):
            child["not_applicable"] = "full"


def all_nodes(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for node in nodes for one in [node, *all_nodes(node.get("children", []))]]


# ---------------------------------------------------------------- gates, flags, rating


def gates(rng: random.Random, rules: dict[str, Any], order: list[str]) -> list[dict[str, Any]]:
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
                truth(rng, rules["inputs"], rules.get("let", {})),
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
        else:
            level = weight_of(rules) if maybe(rng, 0.5) else weight
            gate[effect] = rng.choice([text(level / 2), text(level / 4), "0" if effect != "at_least" else "1"])
            if maybe(rng, 0.15):
                gate[effect] = f"scored({leaf['id']}) / 2"
            if maybe(rng, 0.75):
                gate["on"] = rng.sample([*groups, *(one["id"] for one in leaves)], 1)
                if maybe(rng, 0.2):
                    gate["on"].append("total")
        made.append(gate)
    return made


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
        if isinstance(leaf["method"], dict) and leaf["method"]["type"] == "ratio" and "missing" not in leaf
        and leaf.get("not_applicable", "refuse") == "refuse" and leaf["method"].get("reverse") != "quotient"
        and "base" not in leaf["target"]
    ]  # fmt: skip


def flags(rng: random.Random, rules: dict[str, Any]) -> list[dict[str, Any]]:
    leaves = [node for node in all_nodes(rules["indicators"]) if "method" in node]
    made: list[dict[str, Any]] = []
    inputs, lets = rules["inputs"], rules.get("let", {})
    if maybe(rng, 0.3):
        made.append({"id": "f_whole", "when": truth(rng, inputs, lets), "because": "需说明"})
    if maybe(rng, 0.3):
        made.append(
            {
                "id": "f_kind",
                "for": {"kind": rng.choice([leaf["kind"] for leaf in leaves])},
                "when": f"weight >= 3 and ({truth(rng, inputs, lets)})",
            }
        )
    ratios = [leaf["id"] for leaf in leaves if isinstance(leaf["method"], dict) and leaf["method"]["type"] == "ratio"]
    if ratios and set(ratios) <= set(sure_ratios(leaves)) and maybe(rng, 0.8):
        when = rng.choice(["attainment >= 130%", "not met", "attainment = 100%"])
        made.append({"id": "f_ratio", "for": {"method": "ratio"}, "when": when, "needs": "deviation_reason"})
    return made


def ratings(rng: random.Random, total: Fraction, inputs: dict[str, Any]) -> list[dict[str, Any]]:
    shares = rng.choice([[90, 80, 60], [100, 50], [90, 75, 60, 40], [80]])
    lines = [total * share / 100 for share in shares]
    # whole lines are met exactly far more often
    if maybe(rng, 0.7):
        lines = [Fraction(int(line)) if line >= 1 else line for line in lines]
        lines = sorted(set(lines), reverse=True)
    ids = ["excellent", "good", "fair", "passed", "poor"]
    made: list[dict[str, Any]] = []
    strict = maybe(rng, 0.2)
    shape = rng.choice(["bound", "bound", "interval", "when"])
    for k, line in enumerate(lines):
        row: dict[str, Any] = {"id": ids[k], "label": ids[k].upper()}
        sign = ">" if strict else ">="
        if shape == "when":
            row["when"] = f"total {sign} {text(line)}"
            if "region" in inputs and k == 0:
                row["when"] = f"total {sign} ({text(line)} if region = 'east' else {text(line)} - 0.5)"
        elif shape == "interval" and k:
            row["is"] = f"{'(' if strict else '['}{text(line)}, {text(lines[k - 1])}{']' if strict else ')'}"
        else:
            row["is"] = f"{sign} {text(line)}"
        made.append(row)
    end = "any" if shape != "bound" or maybe(rng, 0.4) else f"{'<=' if strict else '<'} {text(lines[-1])}"
    made.append({"id": ids[len(lines)], "label": "差", "is": end})
    return made


def rule_set(rng: random.Random) -> dict[str, Any]:
    """A random valid rule set: plain data as YAML would give it, numbers as text or int, never float."""
    inputs = shared_inputs(rng)
    lets: dict[str, str] = {}
    if "budget" in inputs:
        lets["execution"] = "spent / budget"
    if "amount" in inputs and maybe(rng, 0.5):
        lets["doubled"] = "amount * 2"
    rules: dict[str, Any] = {"perfscore": 1, "id": "gen/random", "title": "随机规则", "kind": "scoring"}
    rules["source"] = rng.choice(["随机", {"document": "随机", "read": "full"}])
    rules["rounding"] = rounding(rng)
    rules["inputs"] = inputs
    if lets:
        rules["let"] = lets
    rules["indicators"] = indicators(rng, inputs, lets)
    weight = sum((weight_of(node) for node in rules["indicators"]), Fraction(0))
    if weight == 0:
        return rule_set(rng)
    total: dict[str, Any] = {"weight": text(weight)}
    if maybe(rng, 0.2):
        total["floor"] = rng.choice(["0", text(weight / 4)])
    if maybe(rng, 0.2):
        total["cap"] = rng.choice(["weight", text(weight * Fraction(7, 8))])
    rules["total"] = total if len(total) > 1 or maybe(rng, 0.5) else rng.choice([text(weight)])
    if maybe(rng, 0.1):
        policy = {"policy": "redistribute", "by": "proportional", "scope": "siblings"}
        rules["defaults"] = {"items": {"not_applicable": policy}}
    leaves = [node for node in all_nodes(rules["indicators"]) if "method" in node]
    if maybe(rng, 0.3):
        rules["let"] = lets = {**lets, "first_scored": f"scored({leaves[0]['id']})"}
    rules["rating"] = ratings(rng, weight, inputs)
    view = {"indicators": rules["indicators"], "inputs": inputs, "let": lets, "weight": text(weight)}
    view |= {"defaults": rules["defaults"]} if "defaults" in rules else {}
    if made := gates(rng, view, [row["id"] for row in rules["rating"]]):
        rules["gates"] = made
    if "defaults" not in rules and (raised := flags(rng, view)):
        rules["flags"] = raised
    return rules


# ---------------------------------------------------------------- outcomes


def written(rng: random.Random, number: Fraction, unit: str | None) -> Any:
    """The number as a person writes it against the declared unit."""
    match unit:
        case "%":
            return rng.choice([percent(number), percent(number), text(number * 100)])
        case "万元":
            return rng.choice([text(number), text(number) + "万元", text(number) + "万元", text(number * 10_000) + "元"])
        case None:
            if number.denominator == 1 and maybe(rng, 0.1):
                return int(number)
            return text(number)
    return rng.choice([text(number), text(number) + unit])


_LITERAL = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)(%?)")


def literals(written_text: str) -> list[Fraction]:
    return [Fraction(n) / (100 if sign else 1) for n, sign in _LITERAL.findall(written_text)]


def ends(number: Fraction) -> bool:
    """Does the decimal end within six digits?"""
    return (number * 10**6).denominator == 1


def candidates(leaf: dict[str, Any]) -> list[Fraction]:
    """Values at and beside the item's lines, at its pass lines, on eighths and fortieths of its target."""
    method = leaf["method"] if isinstance(leaf["method"], dict) else {}
    share = leaf.get("unit") == "%"
    lines = literals(str(leaf.get("target", "")))
    if method.get("type") == "table":
        lines = [x for row in method["rows"] for x in literals(str(row["is"] if isinstance(row, dict) else row[:-1]))]
    if not lines:
        lines = [Fraction(n) for n in (5, 8, 16, 20, 40)]
    if method.get("type") == "interpolate":
        anchors = method["efficacy"]["standards"] if "efficacy" in method else [row[0] for row in method["rows"]]
        lines = [Fraction(x) for x in anchors]
    step = Fraction(1, 1000) if share else Fraction(1) if leaf.get("unit") == "份" else Fraction(1, 4)
    made = [Fraction(0), *lines, *lines, *(x + step for x in lines), *(x - step for x in lines)]
    turns = [z for key in ("below", "above") for z in literals(str(method.get(key, ""))) if method.get("type") == "ratio"]
    for x in lines:
        for z in turns:
            made += [x * z, x / z, x * (2 - z), x * z, x / z, x * (2 - z)]
        made += [x * Fraction(k, 40) for k in (15, 25, 33, 35, 37, 39, 41, 45, 50)]
        made += [x * Fraction(k, 200) for k in (131, 167, 189, 195, 199, 203)]
        made += [x * 2, x * 3]
        for way in ("over", "under"):
            if way in method:
                per = literals(str(method[way]["per"]))[0]
                made += [x + per * k for k in (-7, -3, -1, 1, 2, 5)] + [x + per * Fraction(k, 2) for k in (-5, -1, 1, 3)]
    if method.get("gap") == "actual":
        made += [Fraction(k, 2) for k in (-7, -4, -2, -1, 1, 2, 5, 9)]
    if leaf.get("unit") == "份":
        made = [Fraction(round(x)) for x in made]
    return [x for x in made if ends(x) and (x >= 0 or method.get("gap") == "actual")]


def near(rng: random.Random, days: list[date]) -> str:
    return (rng.choice(days) + timedelta(days=rng.choice([0, 0, -1, 1, -2, 3, -9, 12]))).isoformat()


def full_form(rng: random.Random, given: Any) -> Any:
    if maybe(rng, 0.08):
        return {"value": given, "evidence": "台账"}
    return given


def shared_outcome(rng: random.Random, name: str, declared: dict[str, Any]) -> Any:
    if "missing" in declared and maybe(rng, 0.2):
        return rng.choice(ABSENT)
    match declared.get("type", "number"):
        case "choice":
            return full_form(rng, rng.choice(list(declared["values"])))
        case "yes_no":
            given = rng.choice([*YES, *NO])
            return {"value": given, "by": "评审组", "because": "核实"} if declared.get("judged") else full_form(rng, given)
        case "date":
            return near(rng, DATES[1:2] if name == "due" else DATES[1:3])
    if name == "quota":
        number = rng.choice([Fraction(k, 100) for k in (95, 80, 79, 96, 100, 40)])
    elif name == "budget":
        number = Fraction(rng.choice([100, 80, 40, 16, 100, 200, 40, 80, 16, 100, 80, 50] + [0] * maybe(rng, 0.1)))
    elif name == "spent":
        number = rng.choice([Fraction(k) for k in (80, 100, 64, 32, 40, 60, 16, 12)] + [Fraction("37.25"), Fraction("79.99")])
    elif name == "planned":
        number = Fraction(rng.choice([8, 16, 40, 40, 1200, 5]))
    else:
        number = rng.choice([Fraction(n) for n in (5, 8, 16, 20, 40, 80, 10, 3)])
        number += Fraction(rng.choice([0, 0, 0, 1, -1, 2]), 2)
        if maybe(rng, 0.08):
            number = Fraction(0)
    return full_form(rng, written(rng, number, declared.get("unit")))


def leaf_outcome(rng: random.Random, leaf: dict[str, Any], sort: str) -> Any:
    policy = leaf.get("not_applicable", "refuse")
    if policy != "refuse" and maybe(rng, 0.12):
        return rng.choice(["不适用", "不涉及", "n/a", {"not_applicable": True, "because": "本年无此项"}])
    if "missing" in leaf and maybe(rng, 0.2):
        return rng.choice(ABSENT)
    match sort:
        case "checklist":
            whole = rng.choice([None, None, None, True, False])
            given: dict[str, Any] = {}
            for element in leaf["method"]["elements"]:
                if "missing" in element and maybe(rng, 0.2):
                    continue
                yes = maybe(rng, 0.6) if whole is None else whole
                if element.get("count"):
                    given[element["id"]] = rng.choice(["1", "2", 3, "5", "9"]) if yes else rng.choice(["0", 0])
                else:
                    given[element["id"]] = rng.choice(YES if yes else NO)
            return given
        case "grade":
            level = rng.choice(leaf["method"]["levels"])
            given = {"grade": level["id"], "by": "评审组", "because": "现场核查"}
            for key in ("share", "points"):
                if str(level.get(key, "")).startswith(("[", "(")):
                    low, high = literals(level[key])
                    inside = rng.choice([low, high, (low + high) / 2, (low * 5 + high * 3) / 8])
                    if inside == high and level[key].endswith(")") and not maybe(rng, 0.05):
                        inside = low
                    given[key] = percent(inside) if key == "share" else text(inside)
            return given
        case "choice":
            return full_form(rng, rng.choice(list(leaf["values"])))
        case "yes_no":
            return full_form(rng, rng.choice([*YES, *NO]))
        case "date":
            return full_form(rng, near(rng, DATES[1:3]))
    return full_form(rng, written(rng, rng.choice(candidates(leaf)), leaf.get("unit")))


def spoilt(rng: random.Random, rules: dict[str, Any], outcomes: dict[str, Any]) -> None:
    """One mistake that must be refused."""
    name = rng.choice(list(outcomes))
    inputs = rules["inputs"]
    declared = inputs.get(name, {}) if isinstance(inputs, dict) else {}
    match rng.choice(["unknown", "unreadable", "not_applicable", "absent", "unit", "grade", "count"]):
        case "unknown":
            outcomes["no_such_item"] = "1"
        case "unreadable":
            outcomes[name] = "约莫吧"
        case "not_applicable" if name in (inputs if isinstance(inputs, dict) else {}):
            outcomes[name] = "不适用"
        case "unit" if declared.get("unit") == "万元":
            outcomes[name] = "12份"
        case "grade" if isinstance(outcomes[name], dict) and "grade" in outcomes[name]:
            outcomes[name] = {**outcomes[name], **rng.choice([{"grade": "superb"}, {"by": ""}])}
        case "count" if isinstance(outcomes[name], dict) and "e1" in outcomes[name]:
            outcomes[name] = {**outcomes[name], "e1": "-1"}
        case _:
            outcomes[name] = None


def outcomes_for(rules: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Outcomes for a rule set: texts or mappings, about one set in twenty spoilt."""
    inputs = rules["inputs"]
    given = {name: shared_outcome(rng, name, declared) for name, declared in inputs.items()}
    start = rules.get("defaults", {}).get("items", {})
    leaves = [{**start, **node} for node in all_nodes(rules["indicators"]) if "method" in node]
    for leaf in leaves:
        if sort := own_scalar(leaf):
            given[leaf["id"]] = leaf_outcome(rng, leaf, sort)
    if maybe(rng, 0.03):
        spoilt(rng, rules, given)
    if maybe(rng, 0.1):
        for name in [name for name, raw in given.items() if isinstance(raw, dict) and raw and not {"value", "not_applicable"} & set(raw)]:
            given |= {f"{name}.{key}": raw for key, raw in given.pop(name).items()}
    if maybe(rng, 0.1):
        return {"perfscore_outcomes": 1, "rules": rules["id"], "unit": "某局", "period": 2024, "outcomes": given}
    return given
