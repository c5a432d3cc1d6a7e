"""Random items: each method gives the keys of a leaf of one weight."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from plans import DATES, OWN_METHODS, Plan, maybe, method_of, own_scalar, quantity, rounds, text, truth

KINDS = ["quantity", "quality", "timeliness", "cost", "satisfaction"]


def ratio(plan: Plan, weight: Fraction) -> dict[str, Any]:
    rng, inputs, lets = plan.rng, plan.inputs, plan.lets
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
    elif unit is None and sign != "interval" and "line" in lets and maybe(rng, 0.6):
        low = "line"
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


def pass_fail(plan: Plan, weight: Fraction) -> dict[str, Any]:
    rng, lets = plan.rng, plan.lets
    method: Any = rng.choice(["pass_fail", {"type": "pass_fail"}])
    sort = rng.choice(["number", "percent", "date", "choice", "choices", "yes_no", "yes_no_target", "let"])
    day, later = DATES[1].isoformat(), DATES[2].isoformat()
    match sort:
        case "let" if "execution" in lets:
            return {"actual": "execution", "target": ">= 80%", "method": method}
        case "let" if "rooted" in lets:
            return {"actual": "rooted", "target": rng.choice([">= 4", "< 3", "[2, 4]"]), "method": method}
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


def table(plan: Plan, weight: Fraction) -> dict[str, Any]:
    rng, inputs, lets = plan.rng, plan.inputs, plan.lets
    half, eighth = text(weight / 2), text(weight / 8)
    method: dict[str, Any] = {"type": "table"}
    leaf: dict[str, Any] = {"method": method}
    sort = rng.choice(["number", "percent", "choice", "two", "three", "shared", "date", "yes_no", "ends"])
    if (
        (sort == "two" and "region" not in inputs)
        or (sort == "three" and not {"region", "scale", "base"} <= set(inputs))
        or (sort == "shared" and not ({"region", "amount"} & set(inputs)))
        or (sort == "ends" and not ("base" in inputs or "line" in lets))
    ):
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
        case "three":
            # several columns whose ends are formulas
            method["of"] = ["region", "scale", "actual / 2"]
            method["rows"] = [
                ["east", "small", ">= base / 2", "weight"],
                [["east", "north"], "any", "[base / 4, base)", half],
                {"is": ["any", "large", "(0, base * 2]"], "points": "weight * 25%", "reason": "some"},
            ]
            method["otherwise"] = eighth
        case "ends":
            end = rng.choice([name for name in ("base", "line") if name in inputs or name in lets])
            method["rows"] = [[f"> {end} * 2", "weight"], [f"({end}, {end} * 2]", half], [f"= {end}", eighth], [f"[0, {end})", "0"]]
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


def interpolate(plan: Plan, weight: Fraction) -> dict[str, Any]:
    """Rising and falling anchors, with an empty piece now and then; both sides in every policy."""
    rng = plan.rng
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


def adjust(plan: Plan, weight: Fraction) -> dict[str, Any]:
    rng, inputs = plan.rng, plan.inputs
    method: dict[str, Any] = {"type": "adjust"}
    leaf: dict[str, Any] = {"method": method}
    per = rng.choice(["1", "2", "4"])
    sort = rng.choice(["number", "number", "percent", "interval", "date", "date_interval", "gap", "own_gap"])
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
        case "date_interval":
            leaf |= {"type": "date", "target": f"[{DATES[1].isoformat()}, {DATES[2].isoformat()}]"}
        case "gap":
            method["gap"] = rng.choice((["done - due"] if "due" in inputs else []) + (["amount - 8"] if "amount" in inputs else []))
        case "own_gap":
            method["gap"] = "actual"
    good, bad = rng.choice(["0.5", "0.25", "1"]), rng.choice(["-0.5", "-0.125", "-1", "-1.5"])
    other = rng.choice(["2%", "5%"]) if "%" in per else rng.choice(["1", "5", "8"])
    if weight == 0:
        bonus = maybe(rng, 0.5)
        leaf |= {"cap": rng.choice(["5", "2.5"])} if bonus else {"floor": rng.choice(["-5", "-2.5"])}
        method["from"] = 0
        method["over"] = side(rng, good if bonus else bad, per)
        if bonus and maybe(rng, 0.3):
            leaf["floor"] = 0
        return leaf
    shape = rng.choice(["deduct", "deduct", "two_sided", "asymmetric", "earn", "both_ways"])
    if shape == "deduct":
        method[rng.choice(["over", "under"])] = side(rng, bad, per)
    elif shape == "two_sided":
        method |= {"over": side(rng, bad, per), "under": side(rng, bad, per)}
    elif shape == "asymmetric":
        method |= {"over": side(rng, rng.choice([good, "-0.25"]), other), "under": side(rng, bad, per)}
        leaf["cap"] = "weight"
    elif shape == "earn":
        method |= {"from": 0, rng.choice(["over", "under"]): side(rng, good, per)}
        leaf["cap"] = "weight"
    else:
        method |= {"from": "weight / 2", "over": side(rng, good, per), "under": side(rng, bad, other)}
        leaf["cap"] = "weight"
    if shape != "earn" and maybe(rng, 0.95):
        leaf["floor"] = rng.choice([0, 0, "weight / 8"])
    if maybe(rng, 0.05):
        leaf.pop("cap", None)
    return leaf


def checklist(plan: Plan, weight: Fraction) -> dict[str, Any]:
    rng = plan.rng
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


def grade(plan: Plan, weight: Fraction) -> dict[str, Any]:
    rng = plan.rng
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


def formula(plan: Plan, weight: Fraction) -> dict[str, Any]:
    rng = plan.rng
    leaf: dict[str, Any] = {"floor": 0, "cap": "weight"}
    if plan.maybe(0.6, "real"):
        return leaf | {"method": irrational(plan)}
    if maybe(rng, 0.35):
        return leaf | {"method": {"type": "formula", "points": quantity(plan)}}
    method: dict[str, Any] = {"type": "formula", "let": {"eighths": "actual / 8", "worth": "weight * eighths / 5"}}
    method["cases"] = [
        {"when": "eighths >= 5", "points": "weight", "reason": "plenty"},
        {"when": truth(plan), "points": "min(worth, weight / 2)"},
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


def irrational(plan: Plan) -> dict[str, Any]:
    """Roots and logarithms: of perfect powers, of what is none, in points and in conditions."""
    rng = plan.rng
    rounds(plan, "item")
    points = rng.choice(
        ["weight * sqrt(abs(actual) / 80)", "sqrt(abs(actual)) / 4", "root(abs(actual), 3)", "weight - ln(abs(actual) + 1) / 2",
         "weight * root(abs(actual) / 16, 4) / 2", "sqrt(abs(actual)) * sqrt(abs(actual)) / 5", "sqrt(abs(actual)) / 8 + 0.125",
         "sqrt(2) * sqrt(abs(actual)) / 3", "ln(abs(actual) + 2) * 1.5"]
    )  # fmt: skip
    if maybe(rng, 0.4):
        return {"type": "formula", "points": points}
    return {
        "type": "formula",
        "let": {"rooted_actual": rng.choice(["sqrt(abs(actual))", "root(abs(actual), 3)", "ln(abs(actual) + 1)"])},
        "cases": [
            {"when": "rooted_actual >= 4", "points": rng.choice(["weight", points]), "reason": "plenty"},
            {"when": "rooted_actual > 2", "points": "min(rooted_actual, weight / 2)"},
        ],
        "otherwise": points if maybe(rng, 0.7) else "rooted_actual / 4",
    }


def own(plan: Plan, weight: Fraction) -> dict[str, Any]:
    """A method that the rule file defines."""
    rng = plan.rng
    name = rng.choice(["ladder", "pair"])
    plan.methods[name] = OWN_METHODS[name]
    if name == "ladder":
        method: dict[str, Any] = {"type": name, "most": rng.choice(["5", "2", 10, "4"])}
        if maybe(rng, 0.5):
            method["step"] = rng.choice(["4", "2.5", "16", "weight"])
    else:
        line = rng.choice(["16", "8", "40"] + (["base"] if "base" in plan.inputs else []))
        method = {"type": name, "line": line, "worth": rng.choice(["weight", "weight / 2", text(weight / 8)])}
    leaf: dict[str, Any] = {"method": method}
    if maybe(rng, 0.3):
        leaf |= {"floor": 0, "cap": "weight"}
    return leaf


def panel(plan: Plan, weight: Fraction) -> dict[str, Any]:
    """Ballots: marks or words, trimmed or by raters, some void."""
    rng = plan.rng
    sort = rng.choice(["marks", "marks", "words", "raters"])
    name = f"ballots_{sort}"
    method: dict[str, Any] = {"type": "panel", "ballots": name, "column": rng.choice(["甲", "乙"])}
    cells: dict[str, Any] = {"range": "[0, 100]", "grid": 1}
    if plan.tables.get(name, {}).get("cells", {}).get("missing") or maybe(rng, 0.2):
        cells["missing"] = "80"
    match sort:
        case "marks":
            plan.tables[name] = {"type": "table", "columns": ["甲", "乙", "丙"], "cells": cells}
            method["trim"] = rng.choice([0, 1, "1", 2, {"of": ["size"], "rows": [["> 5", 1], ["<= 5", 0]]}])
            if maybe(rng, 0.3):
                del method["trim"]
        case "words":
            choice = {"type": "choice", "values": ["好", "一般", "差"]}
            plan.tables[name] = {"type": "table", "columns": ["甲", "乙"], "cells": choice}
            method |= {"scores": {"好": 100, "一般": "60", "差": 0}, "trim": rng.choice([0, 1])}
        case "raters":
            rater = {"type": "choice", "values": ["leader", "staff"]}
            columns = {"甲": dict(cells), "乙": dict(cells), "rater": rater}
            plan.tables[name] = {"type": "table", "columns": columns}
            method["raters"] = {"leader": rng.choice(["20%", "60%"])}
            method["raters"]["staff"] = {"20%": "80%", "60%": "40%"}[method["raters"]["leader"]]
    if maybe(rng, 0.5):
        high = {"when": f"count(ballot >= 90) >= {rng.choice([2, 3] if sort == 'marks' else [2])}", "reason": "too_many_high"}
        low = {"when": rng.choice(["all(ballot < 60)", "max(ballot) = min(ballot)", "mean(ballot) <= 40"])}
        by_column = {"when": "甲 > 乙 + 50", "reason": "apart"}
        method["void"] = rng.sample([high, low, by_column] if sort != "words" else [high, low], rng.choice([1, 2]))
    method["empty"] = rng.choice([0, 0, "weight / 2", "refuse"])
    if maybe(rng, 0.3):
        method["out_of"] = rng.choice([100, "100", 120])
    return {"method": method}


def each(plan: Plan, weight: Fraction) -> dict[str, Any]:
    """One method over the rows of a table."""
    rng = plan.rng
    columns: dict[str, Any] = {"planned_n": {"range": "> 0"}, "actual": {}, "share_of": {"unit": "%"}}
    combine = rng.choice(["mean", "sum", "min"])
    name = "projects"
    if combine == "sum":
        # only a sum reads the rows' own weights
        name, columns["weight"] = "weighed_projects", {}
    plan.tables[name] = {"type": "table", "columns": columns, "cells": {"grid": "0.01"}}
    leaf: dict[str, Any] = {}
    inner: dict[str, Any]
    match rng.choice(["ratio", "pass_fail", "table", "adjust", "formula"]):
        case "ratio":
            leaf["target"] = rng.choice([">= planned_n", "<= planned_n", ">= 16"])
            inner = {"type": "ratio", "above": "cap"}
            if leaf["target"][0] == "<":
                inner["reverse"] = "complement"
        case "pass_fail":
            leaf["target"] = rng.choice([">= planned_n", "> 8"])
            inner = {"type": "pass_fail"}
        case "table":
            inner = {"type": "table", "of": ["share_of"], "rows": [[">= 95%", "weight"], ["[60%, 95%)", "weight / 2"]], "otherwise": 0}
        case "adjust":
            over = {"per": 2, "points": "-0.25", "part": "started", "at_most": "1"}
            inner = {"type": "adjust", "gap": "planned_n - actual", "over": over}
        case _:
            inner = {"type": "formula", "points": "weight * share_of"}
    leaf["method"] = {"type": "each", "rows_of": name, "method": inner, "combine": combine}
    leaf |= {"floor": 0, "cap": "weight"}
    return leaf


METHODS: dict[str, Callable[[Plan, Fraction], dict[str, Any]]] = {
    "ratio": ratio, "pass_fail": pass_fail, "table": table, "interpolate": interpolate, "adjust": adjust,
    "checklist": checklist, "grade": grade, "formula": formula, "own": own, "panel": panel, "each": each,
}  # fmt: skip
FEATURE_OF = {"own": "own_methods", "panel": "panel", "each": "each"}


def leaf_node(plan: Plan, name: str) -> dict[str, Any]:
    rng = plan.rng
    bonus = maybe(rng, 0.08)
    weight = Fraction(0) if bonus else rng.choice([Fraction(w) for w in ("5", "2", "10", "2.5", "3", "1", "20", "8", "1.5")])
    usual = [*METHODS, "ratio", "table", "adjust", "panel", "each"]
    allowed = [name for name in usual if name not in FEATURE_OF or FEATURE_OF[name] in plan.on]
    method = rng.choice(["adjust", "checklist"]) if bonus else rng.choice(allowed)
    leaf: dict[str, Any] = {"id": name, "label": f"指标 {name}", "kind": rng.choice(KINDS)}
    if not bonus or maybe(rng, 0.2):
        leaf["weight"] = rng.choice([text(weight), int(weight) if weight.denominator == 1 else text(weight)])
    leaf |= METHODS[method](plan, weight)
    while maybe(rng, 0.25):
        points = "0" if bonus else rng.choice(["weight", "0", "weight / 2", "weight / 8"])
        case: dict[str, Any] = {"when": truth(plan), "points": points}
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
        leaf["not_applicable"] = policy(plan, bonus, own_scalar(leaf))
        if leaf["not_applicable"] != "refuse" and maybe(rng, 0.35 if own_scalar(leaf) else 0.7):
            leaf["applies"] = "not (" + truth(plan) + ")"
    if "applies" not in leaf and plan.maybe(0.15, "override"):
        leaf["override"] = override(plan, leaf, weight)
    return leaf


def redistribute(plan: Plan) -> dict[str, Any]:
    by = "equal" if plan.maybe(0.4, "equal") else "proportional"
    return {"policy": "redistribute", "by": by, "scope": plan.scope}


def policy(plan: Plan, bonus: bool, scalar: str) -> Any:
    rng = plan.rng
    made = [*["full", {"policy": "full"}, "zero"], *[redistribute(plan) for _ in range(3)], "refuse"]
    if scalar and "peer_mean" in plan.on:
        made += ["peer_mean", {"policy": "peer_mean"}, "peer_mean"]
    chosen = rng.choice(made)
    return "full" if bonus and isinstance(chosen, dict) and chosen["policy"] == "redistribute" else chosen


def override(plan: Plan, leaf: dict[str, Any], weight: Fraction) -> dict[str, Any]:
    rng = plan.rng
    made: dict[str, Any] = {"range": rng.choice(["[0, scored]", "[0, weight]", "[weight / 2, weight]", "(0, weight)", "[0, weight]"])}
    if maybe(rng, 0.4):
        whens = [truth(plan)]
        if method_of(leaf)["type"] == "ratio" and method_of(leaf).get("reverse") != "quotient" and "base" not in leaf["target"]:
            whens += ["attainment >= 120%", "attainment < 100%"]
        made["when"] = rng.choice(whens)
    if maybe(rng, 0.5):
        made["needs"] = "deviation_reason"
    return made
