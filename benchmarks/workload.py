"""The rule set of the benchmarks, assessments for it, and a scorer written by hand.

30 indicators: 12 ratios, 4 where less is better, 8 tables, 4 with points taken off, 2 interpolated; in groups of two levels,
with a gate, a flag on every indicator and four ratings; items and total rounded half up to 2 decimals. `large(10)` is the
same ten times over: 300 indicators. Outcomes are texts with their units; no text occurs twice in a run.
`score` imports nothing of perfscore and never sees a text: it computes from the integers that the texts were written from.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any, Literal

Method = Literal["ratio", "less", "table", "adjust", "interpolate"]
Part = Literal["started", "completed", "proportional"]

RATINGS = (("excellent", "优", 90), ("good", "良", 80), ("fair", "中", 60), ("poor", "差", None))  # of 100
GATE_BELOW = Fraction(60)  # % of the indicator `execution_rate`; below it the rating is `fair` at most
FLAG_FROM = Fraction(13, 10)  # of the target
STEP_POINTS = Fraction(1, 2)  # what each unit beyond the target costs under `adjust`


@dataclass(frozen=True)
class Indicator:
    """One row. `digits`: decimals of its texts; `commas`: 1,234.56; `bands`: edge -> points, highest first, else 0."""

    id: str
    label: str
    method: Method
    unit: str
    digits: int
    target: Fraction
    weight: int
    commas: bool = False
    bands: tuple[tuple[Fraction, int], ...] = ()
    part: Part = "started"
    per: Fraction = Fraction(1)

    @property
    def less_is_better(self) -> bool:
        return self.method in ("less", "adjust")

    @property
    def edges(self) -> list[Fraction]:
        """Values where the case or the points change."""
        return [self.target, self.target * FLAG_FROM, *(edge for edge, _ in self.bands), self.target + self.per, self.target * 2]


@dataclass(frozen=True)
class Answer:
    """What an assessment has to give; `cases` are ordinals from 1."""

    total: Fraction
    rating: str
    points: tuple[Fraction, ...]
    cases: tuple[int, ...]
    reasons: tuple[str, ...]
    groups: tuple[Fraction, ...]
    flags: int


@dataclass(frozen=True)
class Assessment:
    texts: dict[str, str]  # as people write them, for us
    numbers: dict[str, float]  # in the declared unit, for ZEN
    exact: dict[str, Fraction]  # the same, for the scorer below and simpleeval


def _bands(weight: int, *edges: str) -> tuple[tuple[Fraction, int], ...]:
    """Falling edges, the first worth the whole weight, each further one a point less."""
    return tuple((Fraction(edge), weight - k) for k, edge in enumerate(edges))


def indicators() -> list[Indicator]:
    """The 30 indicators in file order: six groups of five."""
    f = Fraction
    return [
        # 投入管理 / 预算管理
        Indicator("execution_rate", "预算执行率", "ratio", "%", 4, f(100), 4),
        Indicator("income", "非税收入", "ratio", "万元", 3, f(12345, 10), 3, commas=True),
        Indicator("official_expenses", "三公经费", "less", "万元", 3, f(86050, 100), 3, commas=True),
        Indicator("staff_control", "在职人员控制率", "adjust", "%", 4, f(100), 4, part="started"),
        Indicator("adjustment", "预算调整率", "adjust", "%", 4, f(10), 3, part="completed"),
        # 投入管理 / 资产管理
        Indicator("asset_use", "资产利用率", "table", "%", 4, f(95), 3, bands=_bands(3, "95", "85", "70")),
        Indicator("asset_count", "资产盘点", "ratio", "件", 0, f(540000), 4),
        Indicator("disposal_days", "资产处置天数", "less", "天", 4, f(90), 3),
        Indicator("procurement", "政府采购执行率", "table", "%", 4, f(100), 3, bands=_bands(3, "100", "90", "80")),
        Indicator("open_budget", "信息公开率", "interpolate", "%", 4, f(95), 4, bands=_bands(4, "95", "80", "60")),
        # 履职产出 / 数量
        Indicator("legal_opinions", "出具法律意见", "ratio", "份", 0, f(320000), 4),
        Indicator("cases", "办理案件", "ratio", "宗", 0, f(310000), 3, commas=True),
        Indicator("trainings", "培训人次", "ratio", "人次", 0, f(450000), 3, commas=True),
        Indicator("households", "签约户数", "ratio", "户", 0, f(355000), 3),
        Indicator("roads", "道路改造", "ratio", "公里", 3, f(180), 3),
        # 履职产出 / 质量与时效
        Indicator("closed_orders", "工单办结率", "table", "%", 4, f(99), 4, bands=_bands(4, "99", "95", "90", "80")),
        Indicator("accepted", "验收合格率", "ratio", "%", 4, f(100), 3),
        Indicator("overdue", "逾期办件", "adjust", "件", 2, f(12000), 3, part="proportional", per=f(6000)),
        Indicator("errors", "差错率", "less", "‰", 5, f(5), 4),
        Indicator("on_time", "按期完成率", "table", "%", 4, f(98), 3, bands=_bands(3, "98", "90", "75")),
        # 履职效果 / 效益
        Indicator("jobs", "带动就业", "ratio", "人", 0, f(270000), 4),
        Indicator("saved", "节约资金", "ratio", "万元", 3, f(3300), 3, commas=True),
        Indicator("green", "绿化面积", "ratio", "亩", 2, f(2600), 3),
        Indicator("energy", "单位能耗", "less", "千瓦时", 2, f(4100), 3),
        Indicator("coverage", "服务覆盖率", "interpolate", "%", 4, f(90), 4, bands=_bands(4, "90", "75", "50")),
        # 履职效果 / 满意度
        Indicator("public", "群众满意度", "table", "%", 4, f(90), 4, bands=_bands(4, "90", "80", "70", "60")),
        Indicator("staff", "职工满意度", "table", "%", 4, f(85), 3, bands=_bands(3, "85", "75", "60")),
        Indicator("firms", "企业满意度", "table", "分", 4, f(88), 3, bands=_bands(3, "88", "78", "66")),
        Indicator("complaints", "投诉件", "adjust", "起", 2, f(9000), 3, part="started", per=f(3000)),
        Indicator("answered", "投诉答复率", "table", "%", 4, f(100), 3, bands=_bands(3, "100", "96", "88")),
    ]


GROUPS = (
    ("input", "投入管理", (("budgeting", "预算管理"), ("assets", "资产管理"))),
    ("output", "履职产出", (("quantity", "数量"), ("quality", "质量与时效"))),
    ("effect", "履职效果", (("benefit", "效益"), ("satisfaction", "满意度"))),
)


class RuleSet:
    """The indicators `times` over, as a rule file and for the other scorers. The second copy's ids end in `_2`, and so on."""

    def __init__(self, times: int = 1) -> None:
        self.times = times
        self.indicators: list[Indicator] = []
        self.parts: list[tuple[str, list[int]]] = []  # every group but the total, inner ones first: its id, its indicators
        self.tree: list[dict[str, Any]] = []
        for copy in range(1, times + 1):
            self._add("" if copy == 1 else f"_{copy}")
        self.full = sum(one.weight for one in self.indicators)
        assert self.full == 100 * times
        self.execution = 0  # the gate looks at the first indicator

    def _add(self, suffix: str) -> None:
        rows = iter(indicators())
        for group, label, parts in GROUPS:
            children, whole = [], []
            for part, part_label in parts:
                mine = []
                for _ in range(5):
                    mine.append(len(self.indicators))
                    self.indicators.append(_renamed(next(rows), suffix))
                whole += mine
                self.parts.append((part + suffix, mine))
                leaves = [_leaf(self.indicators[k]) for k in mine]
                children.append(_group(part + suffix, part_label, leaves))
            self.parts.append((group + suffix, whole))
            self.tree.append(_group(group + suffix, label, children))

    def as_mapping(self) -> dict[str, Any]:
        """The rule file, as Python data."""
        first = self.indicators[self.execution].id
        ratings: list[dict[str, str]] = []
        for id, label, edge in RATINGS:
            lowest = RATINGS[-2][2]
            assert lowest is not None
            ratings.append({"id": id, "label": label, "is": f">= {edge * self.times}" if edge else f"< {lowest * self.times}"})
        return {
            "perfscore": "1",
            "id": f"benchmarks/indicators-{len(self.indicators)}",
            "title": "部门整体支出绩效评价（测速用，虚构）",
            "rounding": {"item": "2", "total": "2", "mode": "half-up", "rating_from": "shown"},
            "total": str(self.full),
            "indicators": self.tree,
            "gates": [{"id": "low_execution", "when": f"{first} < {GATE_BELOW}%", "rating_at_most": "fair", "because": "执行率低于60%"}],
            "flags": [
                {
                    "id": "far_above",
                    "for": {"kind": "quantity"},
                    "when": f"actual >= target * {decimal(FLAG_FROM)}",
                    "because": "超出目标值三成，需说明原因",
                }
            ],
            "rating": ratings,
        }


def _renamed(one: Indicator, suffix: str) -> Indicator:
    return Indicator(**{**one.__dict__, "id": one.id + suffix}) if suffix else one


def _group(id: str, label: str, children: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": id, "label": label, "weight": str(sum(int(child["weight"]) for child in children)), "children": children}


def _leaf(one: Indicator) -> dict[str, Any]:
    sign = "%" if one.unit == "%" else "‰" if one.unit == "‰" else ""

    def written(x: Fraction) -> str:
        return decimal(x) + sign

    leaf: dict[str, Any] = {
        "id": one.id,
        "label": one.label,
        "kind": "quantity",
        "unit": one.unit,
        "weight": str(one.weight),
        "target": f"{'<=' if one.less_is_better else '>='} {written(one.target)}",
    }
    match one.method:
        case "ratio":
            leaf["method"] = {"type": "ratio", "above": "cap"}
        case "less":
            leaf["method"] = {"type": "ratio", "reverse": "complement", "above": "cap"}
        case "table":
            leaf["method"] = {"type": "table", "rows": [[f">= {written(edge)}", str(p)] for edge, p in one.bands], "otherwise": "0"}
        case "adjust":
            over = {"per": written(one.per), "points": f"-{decimal(STEP_POINTS)}", "part": one.part}
            leaf |= {"floor": "0", "method": {"type": "adjust", "over": over}}
        case "interpolate":
            rows = [[written(edge), str(points)] for edge, points in reversed(one.bands)]
            leaf["method"] = {"type": "interpolate", "rows": rows, "below": "0", "above": "hold"}
    return leaf


def decimal(x: Fraction) -> str:
    """The shortest decimal of a number that has one of at most six places."""
    units = x * 10**6
    assert units.denominator == 1, x
    whole, part = divmod(units.numerator, 10**6)
    return f"{whole}.{part:06d}".rstrip("0").rstrip(".")


# --- the scorer written by hand ----------------------------------------------------------------------------------------


def half_up(x: Fraction) -> Fraction:
    """To hundredths; x is never negative here."""
    return Fraction(floor(x * 100 + Fraction(1, 2)), 100)


def score(rules: RuleSet, exact: dict[str, Fraction]) -> Answer:
    """Points, case and reason of each indicator; groups; total; rating; flags."""
    points, cases, reasons = [], [], []
    flags = 0
    for one in rules.indicators:
        x = exact[one.id]
        earned, case, reason = _item(one, x)
        points.append(half_up(earned))
        cases.append(case)
        reasons.append(reason)
        flags += x >= one.target * FLAG_FROM
    groups = tuple(sum((points[k] for k in mine), Fraction(0)) for _, mine in rules.parts)
    total = half_up(sum(points, Fraction(0)))
    rank = next(k for k, (_, _, edge) in enumerate(RATINGS) if edge is None or total >= edge * rules.times)
    if exact[rules.indicators[rules.execution].id] < GATE_BELOW:
        rank = max(rank, 2)
    return Answer(total, RATINGS[rank][0], tuple(points), tuple(cases), tuple(reasons), groups, flags)


def _item(one: Indicator, x: Fraction) -> tuple[Fraction, int, str]:
    weight, target, zero = Fraction(one.weight), one.target, Fraction(0)
    match one.method:
        case "ratio":
            if x >= target:
                return weight, 1, "target_met"
            return (zero, 2, "nothing_earned") if x <= 0 else (weight * x / target, 3, "proportional")
        case "less":
            attainment = 2 - x / target
            if x <= target:
                return weight, 1, "target_met"
            return (zero, 2, "nothing_earned") if attainment <= 0 else (weight * attainment, 3, "proportional")
        case "table":
            for k, (edge, points) in enumerate(one.bands, 1):
                if x >= edge:
                    return Fraction(points), k, f"row_{k}"
            return zero, len(one.bands) + 1, "no_row"
        case "adjust":
            units = (x - target) / one.per
            counted = ceil(units) if one.part == "started" else floor(units) if one.part == "completed" else units
            left = weight - counted * STEP_POINTS
            if x <= target:
                return weight, 3, "on_line"
            return (zero, 1, "all_deducted") if left <= 0 else (left, 2, "over_line")
        case "interpolate":
            (x3, p3), (x2, p2), (x1, p1) = one.bands
            if x < x1:
                return zero, 1, "below_first"
            if x < x2:
                return p1 + (x - x1) * (p2 - p1) / (x2 - x1), 2, "between_1"
            if x < x3:
                return p2 + (x - x2) * (p3 - p2) / (x3 - x2), 3, "between_2"
            return Fraction(p3), 4 if x == x3 else 5, "at_last" if x == x3 else "above_last"


# --- assessments -------------------------------------------------------------------------------------------------------


class Writer:
    """Assessments whose texts were all never written before, by this writer, for any indicator."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.used: set[str] = set()

    def block(self, rules: RuleSet, count: int) -> list[Assessment]:
        return [self._assessment(rules) for _ in range(count)]

    def _assessment(self, rules: RuleSet) -> Assessment:
        rng, texts, numbers, exact = self.rng, {}, {}, {}
        level = rng.triangular(0.55, 1.05, 1.0)  # some units do well, some badly, so that every rating occurs
        for one in rules.indicators:
            scale = 10**one.digits
            if rng.random() < 0.02:  # exactly on an edge, or one unit beside it
                units = int(rng.choice(one.edges) * scale) + rng.choice((-1, 0, 1))
            else:
                reached = level * rng.uniform(0.8, 1.25)
                units = int(float(one.target) * scale * (2 - reached if one.less_is_better else reached))
            texts[one.id], value = self._new(one, units)
            exact[one.id] = value
            numbers[one.id] = value.numerator / value.denominator if value.denominator > 1 else value.numerator
        return Assessment(texts, numbers, exact)

    def _new(self, one: Indicator, units: int) -> tuple[str, Fraction]:
        """A text never written before, and what it says: the value wanted, or one near to it."""
        while True:
            for text in _spellings(one, units):
                if text not in self.used:
                    self.used.add(text)
                    return text, Fraction(units, 10**one.digits)
            units += self.rng.randint(1, 999)


def _spellings(one: Indicator, units: int) -> Iterable[str]:
    whole, part = divmod(units, 10**one.digits)
    shown = f"{whole:,}" if one.commas else str(whole)
    if not one.digits:
        return (f"{shown}{one.unit}",)
    places = f"{part:0{one.digits}d}"
    short = places.rstrip("0")
    texts = [f"{shown}.{short}{one.unit}" if short else f"{shown}{one.unit}"]
    texts += [f"{shown}.{places[:k]}{one.unit}" for k in range(len(short) + 1, one.digits + 1)]
    return texts
