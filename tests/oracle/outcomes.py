"""Random outcomes for a rule set: texts or mappings at and beside its lines; about one set in thirty is spoilt."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from plans import DATES, all_nodes, literals, maybe, method_of, own_scalar, percent, text, weight_of

YES = ["yes", "是", "有", "true", "√", True]
NO = ["no", "否", "无", "false", "×", False]
ABSENT = [None, "", "/", "—", "-"]
NOT_APPLICABLE = ["不适用", "不涉及", "n/a"]
SIGNED = {"by": "评审组", "because": "现场核查"}
KEPT = 48  # values ready for an item

Make = Callable[[], Any]


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


def ends(number: Fraction) -> bool:
    """Does the decimal end within six digits?"""
    return 10**6 % number.denominator == 0


def candidates(leaf: dict[str, Any]) -> list[Fraction]:
    """Values at and beside the item's lines, at its pass lines, on eighths and fortieths of its target."""
    method = method_of(leaf)
    share = leaf.get("unit") == "%"
    lines = literals(str(leaf.get("target", "")))
    if method["type"] == "table":
        lines = [x for row in method["rows"] for x in literals(str(row["is"] if isinstance(row, dict) else row[:-1]))]
        lines = [x for x in lines if x > 4] or lines
    if method["type"] == "ladder":
        step, most = (literals(str(method.get(key, "8"))) or [Fraction(8)] for key in ("step", "most"))
        lines = [step[0], step[0] * most[0], step[0] * 2]
    if method["type"] == "pair":
        lines = literals(str(method["line"]))
    if not lines:
        lines = [Fraction(n) for n in (5, 8, 16, 20, 40)]
    if method["type"] == "interpolate":
        anchors = method["efficacy"]["standards"] if "efficacy" in method else [row[0] for row in method["rows"]]
        lines = [Fraction(x) for x in anchors]
    step = Fraction(1, 1000) if share else Fraction(1) if leaf.get("unit") == "份" else Fraction(1, 4)
    made = [Fraction(0), *lines, *lines, *(x + step for x in lines), *(x - step for x in lines)]
    turns = [z for key in ("below", "above") for z in literals(str(method.get(key, ""))) if method["type"] == "ratio"]
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
    signed = method.get("gap") == "actual"
    if signed:
        made += [Fraction(k, 2) for k in (-7, -4, -2, -1, 1, 2, 5, 9)]
    if "sqrt" in str(method) or "root" in str(method) or "ln" in str(method):
        made += [Fraction(k) for k in (1, 2, 4, 16, 25, 64, 81, 100, 80, 5, 20, 45, 0, 8, 27, 50, 64, 1, 8, 27, 125)] + [
            Fraction(1, 4),
            Fraction(81, 4),
        ]
        made = made[-22:] * 3 + made
    if leaf.get("unit") == "份":
        made = [Fraction(round(x)) for x in made]
    return [x for x in made if ends(x) and (x >= 0 or signed)]


class Outcomes:
    """What is drawn for one rule set, made ready once."""

    def __init__(self, rules: dict[str, Any], rng: random.Random) -> None:
        self.rules, self.rng = rules, rng
        self.inputs: dict[str, dict[str, Any]] = rules["inputs"]
        start = rules.get("defaults", {}).get("items", {})
        self.leaves = [{**start, **node} for node in all_nodes(rules["indicators"]) if "method" in node]
        self.makers: list[tuple[str, Make]] = [(name, self.shared(name, declared)) for name, declared in self.inputs.items()]
        self.makers += [(leaf["id"], make) for leaf in self.leaves if (make := self.own(leaf)) is not None]
        self.items = [leaf["id"] for leaf in self.leaves]
        self.may_lack = any("total" in gate for gate in rules.get("gates", []))

    def random(self) -> dict[str, Any]:
        """Outcomes: texts or mappings, about one set in thirty spoilt."""
        rng = self.rng
        given = {name: raw for name, make in self.makers if (raw := make()) is not _LEFT_OUT}
        if self.may_lack and rng.random() < 0.4:
            for name in self.items:
                if name in given and rng.random() < 0.5:
                    given[name] = rng.choice(ABSENT)
        if rng.random() < 0.03:
            self.spoil(given)
        if rng.random() < 0.1:
            mappings = [name for name, raw in given.items() if isinstance(raw, dict) and raw and not {"value", "not_applicable"} & set(raw)]
            for name in mappings:
                given |= {f"{name}.{key}": raw for key, raw in given.pop(name).items()}
        if rng.random() < 0.1:
            return {"perfscore_outcomes": 1, "rules": self.rules["id"], "unit": "某局", "period": 2024, "outcomes": given}
        return given

    # ------------------------------------------------------------ ways of drawing

    def one_of(self, values: list[Any]) -> Make:
        rng = self.rng
        return lambda: rng.choice(values)

    def numbers(self, values: list[Fraction], unit: str | None) -> Make:
        rng = self.rng
        if len(values) > KEPT:
            values = rng.sample(values, KEPT)
        ready = [written(rng, value, unit) for value in values]
        ready += [{"value": one, "evidence": "台账"} for one in rng.sample(ready, max(1, len(ready) // 12))]
        return self.one_of(ready)

    def days(self, days: list[date]) -> Make:
        near = [(day + timedelta(days=k)).isoformat() for day in days for k in (0, 0, -1, 1, -2, 3, -9, 12)]
        return self.one_of([*near, {"value": near[1], "evidence": "台账"}])

    def often(self, usual: Make, chance: float, other: Make) -> Make:
        rng = self.rng
        return lambda: other() if rng.random() < chance else usual()

    # ------------------------------------------------------------ inputs

    def shared(self, name: str, declared: dict[str, Any]) -> Make:
        if declared.get("type") == "table":
            return self.table(name)
        make = self.shared_value(name, declared)
        return self.often(make, 0.2, self.one_of(ABSENT)) if "missing" in declared else make

    def shared_value(self, name: str, declared: dict[str, Any]) -> Make:
        rng = self.rng
        match declared.get("type", "number"):
            case "choice":
                values = list(declared["values"])
                return self.one_of([*values * 6, {"value": values[0], "evidence": "台账"}])
            case "yes_no":
                if declared.get("judged"):
                    return self.one_of([{"value": raw, "by": "评审组", "because": "核实"} for raw in YES + NO])
                return self.one_of(YES + NO)
            case "date":
                return self.days(DATES[1:2] if name == "due" else DATES[1:3])
        if name == "quota":
            numbers = [Fraction(k, 100) for k in (95, 80, 79, 96, 100, 40)]
        elif name == "budget":
            numbers = [Fraction(k) for k in [100, 80, 40, 16, 100, 200, 40, 80, 16, 100, 80, 50] * 2 + [0] * maybe(rng, 0.3)]
        elif name == "spent":
            numbers = [Fraction(k) for k in (80, 100, 64, 32, 40, 60, 16, 12)] + [Fraction("37.25"), Fraction("79.99")]
        elif name == "planned":
            numbers = [Fraction(k) for k in (8, 16, 40, 40, 1200, 5)]
        else:
            numbers = [Fraction(n) + Fraction(k, 2) for n in (5, 8, 16, 20, 40, 80, 10, 3) for k in (0, 0, 0, 1, -1, 2)] + [Fraction(0)] * 3
        return self.numbers(numbers, declared.get("unit"))

    def table(self, name: str) -> Make:
        """Rows of a table: ballots (by the column's place or its name), or projects."""
        rng = self.rng
        if name in ("projects", "weighed_projects"):
            return self.often(lambda: self.projects(name == "weighed_projects"), 0.05, list)
        declared = self.inputs[name]
        words = declared.get("cells", {}).get("values")
        written_columns = declared["columns"]
        keys: dict[str, Any] = written_columns if isinstance(written_columns, dict) else {}
        may_lack = "missing" in (declared.get("cells") or keys.get("甲") or {})

        def cell(column: str) -> Any:
            if column == "rater":
                return rng.choice(["leader", "staff"])
            if may_lack and rng.random() < 0.1:
                return rng.choice(ABSENT)
            return rng.choice(words) if words else rng.choice(["100", "90", "95", "80", 85, "60", "59", "40", "92", "20"])

        def ballots() -> Any:
            rows = []
            for _ in range(rng.choice([0, 1, 2, 3, 4, 5] if rng.random() < 0.15 else [5, 6, 7, 8])):
                row = {column: cell(column) for column in written_columns}
                if rng.random() < 0.15:
                    row = {column: rng.choice(["95", "100"]) if not words and column != "rater" else raw for column, raw in row.items()}
                rows.append(row if rng.random() < 0.5 else list(row.values()))
            return rows

        return self.often(ballots, 0.02, self.one_of([[["300"]], [{"丁": "3"}], "好"]))

    def projects(self, weighed: bool) -> Any:
        rng = self.rng
        rows = []
        for _ in range(rng.randint(1, 4)):
            planned = rng.choice(["8", "16", "20", 40])
            actual = rng.choice([planned, text(Fraction(planned) * Fraction(rng.choice([5, 6, 7, 9, 10, 0, 16]), 8))])
            row = {"planned_n": planned, "actual": actual, "share_of": rng.choice(["95%", "60%", "100", "59%", "87.5"])}
            if weighed:
                row["weight"] = rng.choice(["1", "2", "0.5", "2.5", 0])
            rows.append(row if rng.random() < 0.5 else list(row.values()))
        return rows

    # ------------------------------------------------------------ items

    def own(self, leaf: dict[str, Any]) -> Make | None:
        """Draws an item's own outcome; None where it has none."""
        sort = own_scalar(leaf)
        make = self.own_value(leaf, sort) if sort else None
        if make is None:
            return self.overridden(leaf, lambda: _LEFT_OUT) if "override" in leaf else None
        policy = leaf.get("not_applicable", "refuse")
        policy = policy["policy"] if isinstance(policy, dict) else policy
        if "missing" in leaf:
            make = self.often(make, 0.2, self.one_of(ABSENT))
        if "override" in leaf:
            make = self.overridden(leaf, make)
        if policy == "peer_mean":
            means = [text(weight_of(leaf) * Fraction(k, 8)) for k in (0, 3, 5, 7, 8)]
            given = [{"not_applicable": True, "peer_mean": mean, "because": "无此项"} for mean in means]
            make = self.often(make, 0.2, self.one_of([*given * 8, "不适用"]))
            if "applies" in leaf:
                make = self.with_peer_mean(leaf, make)
        elif policy != "refuse":
            make = self.often(make, 0.12, self.one_of([*NOT_APPLICABLE, {"not_applicable": True, "because": "本年无此项"}]))
        return make

    def with_peer_mean(self, leaf: dict[str, Any], make: Make) -> Make:
        """Where a formula may say that the item does not apply, what it then gets is reported too."""
        peer_mean = text(weight_of(leaf) * Fraction(5, 8))

        def given() -> Any:
            raw = make()
            if isinstance(raw, dict):
                return {"peer_mean": peer_mean, **raw}
            if own_scalar(leaf) in ("checklist", "grade"):
                return {"peer_mean": peer_mean}
            return raw if raw in NOT_APPLICABLE else {"value": raw, "peer_mean": peer_mean}

        return given

    def overridden(self, leaf: dict[str, Any], make: Make) -> Make:
        """Now and then a person sets the points: mostly inside of the range and signed."""
        rng = self.rng
        weight = weight_of(leaf)
        points = [text(weight * Fraction(k, 8)) for k in (0, 1, 3, 4, 4, 4, 5, 5, 6, 7, 8, 9)]

        def given() -> Any:
            raw = make()
            if rng.random() > 0.12:
                return raw
            made = dict(raw) if isinstance(raw, dict) else {"value": raw} if own_scalar(leaf) not in ("", "checklist", "grade") else {}
            made |= {"override": rng.choice(points), **SIGNED}
            if "needs" in leaf["override"] and rng.random() < 0.9:
                made["deviation_reason"] = "政策调整"
            if rng.random() < 0.04:
                del made[rng.choice(["by", "because"])]
            return made

        return given

    def own_value(self, leaf: dict[str, Any], sort: str) -> Make:
        match sort:
            case "checklist":
                return self.elements(leaf["method"]["elements"])
            case "grade":
                return self.one_of([self.grade(leaf) for _ in range(24)])
            case "choice":
                values = list(leaf["values"])
                return self.one_of([*values * 6, {"value": values[0], "evidence": "台账"}])
            case "yes_no":
                return self.one_of([*YES, *NO, {"value": "是", "evidence": "台账"}])
            case "date":
                return self.days(DATES[1:3])
        return self.numbers(candidates(leaf), leaf.get("unit"))

    def elements(self, elements: list[dict[str, Any]]) -> Make:
        rng = self.rng

        def given() -> dict[str, Any]:
            whole = rng.choice([None, None, None, True, False])
            made: dict[str, Any] = {}
            for element in elements:
                if "missing" in element and rng.random() < 0.2:
                    continue
                yes = rng.random() < 0.6 if whole is None else whole
                if element.get("count"):
                    made[element["id"]] = rng.choice(["1", "2", 3, "5", "9"]) if yes else rng.choice(["0", 0])
                else:
                    made[element["id"]] = rng.choice(YES if yes else NO)
            return made

        return given

    def grade(self, leaf: dict[str, Any]) -> dict[str, Any]:
        rng = self.rng
        level = rng.choice(leaf["method"]["levels"])
        given = {"grade": level["id"], **SIGNED}
        for key in ("share", "points"):
            if str(level.get(key, "")).startswith(("[", "(")):
                low, high = literals(level[key])
                inside = rng.choice([low, high, (low + high) / 2, (low * 5 + high * 3) / 8])
                if inside == high and level[key].endswith(")") and not maybe(rng, 0.05):
                    inside = low
                given[key] = percent(inside) if key == "share" else text(inside)
        return given

    # ------------------------------------------------------------ mistakes

    def spoil(self, given: dict[str, Any]) -> None:
        """One mistake that must be refused."""
        rng = self.rng
        if not given:
            given["no_such_item"] = "1"
            return
        name = rng.choice(list(given))
        declared = self.inputs.get(name, {})
        match rng.choice(["unknown", "unreadable", "not_applicable", "absent", "unit", "grade", "count"]):
            case "unknown":
                given["no_such_item"] = "1"
            case "unreadable":
                given[name] = "约莫吧"
            case "not_applicable" if name in self.inputs:
                given[name] = "不适用"
            case "unit" if declared.get("unit") == "万元":
                given[name] = "12份"
            case "grade" if isinstance(given[name], dict) and "grade" in given[name]:
                given[name] = {**given[name], **rng.choice([{"grade": "superb"}, {"by": ""}])}
            case "count" if isinstance(given[name], dict) and "e1" in given[name]:
                given[name] = {**given[name], "e1": "-1"}
            case _ if name not in self.inputs or declared.get("type") != "table":
                given[name] = None


_LEFT_OUT: Any = object()
