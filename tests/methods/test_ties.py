"""每种方法 × every mode of rounding: points exactly at a tie, and 10^-30 to either side; and the edges of each method, as close.

Outcomes are chosen so that the exact points are known; what rounding makes of them is computed here with whole numbers (`rounded`).
Every row goes through the exact reading, the code reading by itself, and `score` twice (its second time runs generated code).
Not tested: what is undecided after 4096 bits, see numbers/test_real.py.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction as F
from typing import Any

import pytest

from perfscore import OutcomeError, RuleError, RuleSet, score
from perfscore.methods.method import methods
from perfscore.readings.code import Elsewhere, compile_steps
from perfscore.readings.exact import Program, evaluate
from perfscore.scoring.outcomes import read_outcomes

UNIT = 10**30  # points are counted in units of 10^-30
TINY = F(1, UNIT)

# What becomes of points between two multiples of the step, away from zero seen: 0 the nearer to zero, 1 the farther one.
#              below the tie, on it over an even multiple, on it over an odd one, above it
MODES = {
    "half-up": (0, 1, 1, 1),
    "half-even": (0, 0, 1, 1),
    "half-down": (0, 0, 0, 1),
    "up": (1, 1, 1, 1),
    "down": (0, 0, 0, 0),
    "floor": None,  # down above zero, up below
    "ceil": None,  # the other way round
    "none": None,  # not at all: shows that the points are those that were meant
}


def rounded(points: F, step: F, mode: str) -> F:
    """The rounded points, by whole numbers."""
    if mode == "none":
        return points
    units, width = points * UNIT, step * UNIT
    assert units.denominator == width.denominator == 1
    n, below_zero = abs(units.numerator), units < 0
    if mode in ("floor", "ceil"):
        mode = "up" if (mode == "floor") == below_zero else "down"
    multiple, rest = divmod(n, width.numerator)
    side = 0 if 2 * rest < width else 3 if 2 * rest > width else 1 + multiple % 2
    chosen = MODES[mode]
    assert rest and chosen is not None
    found = (multiple + chosen[side]) * step
    return -found if below_zero else found


def test_the_rule_here() -> None:
    """The ruler is a short one; these are read off by eye."""
    at = {(points, mode): rounded(F(points), F(1), mode) for points in ("2.5", "3.5", "-2.5", "2.4") for mode in MODES}
    assert [at["2.5", mode] for mode in MODES] == [3, 2, 2, 3, 2, 2, 3, F("2.5")]
    assert [at["3.5", mode] for mode in MODES] == [4, 4, 3, 4, 3, 3, 4, F("3.5")]
    assert [at["-2.5", mode] for mode in MODES] == [-3, -2, -2, -3, -2, -3, -2, F("-2.5")]
    assert [at["2.4", mode] for mode in MODES] == [2, 2, 2, 3, 2, 2, 3, F("2.4")]


# --- through every reading ------------------------------------------------------------------------------------------------


def written(x: F) -> Any:
    """x in digits, as a form has it: 94.5000000000000000000000000000001; a Fraction where digits do not end."""
    for places in range(80):
        if 10**places % x.denominator == 0:
            digits = str(abs(x.numerator) * (10**places // x.denominator)).zfill(places + 1)
            return "-" * (x < 0) + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)
    return x


def rule_set(indicators: list[dict[str, Any]], **top: Any) -> RuleSet:
    whole = {"perfscore": 1, "id": "t", "total": 10, "indicators": indicators, "rating": [{"id": "any", "is": "any"}]}
    return RuleSet.from_dict({**whole, **top})


class Readings:
    """The points of one item or group by each reading, or the codes of the problems."""

    def __init__(self, rules: RuleSet, id: str, irrational: bool = False) -> None:
        self.rules, self.id, self.irrational = rules, id, irrational
        self.step = rules.scored(id).points
        self.program = Program(rules.steps)
        self.compiled = compile_steps(rules.steps, [self.step])
        assert irrational or self.compiled is not None, "no code could be made"

    def __call__(self, outcomes: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {"score": self._scored(outcomes), "score again": self._scored(outcomes)}
        read, problems = read_outcomes(self.rules, outcomes)
        if problems:
            return found
        exact = evaluate(self.program, read.values, [self.step])
        wrong = {problem.code for problem in exact.problems}
        found["exact"] = wrong or exact.value(self.step)
        if self.compiled is None:
            return found
        try:
            lists = {name: exact.value(name) for name in self.compiled.lists}
            found["code"] = self.compiled.run(read.values, lists).value(0)
        except Elsewhere:
            assert self.irrational or wrong, "the code left this to the exact reading"
        else:
            assert not self.irrational, "roots and logarithms are not for the code reading"
        return found

    def _scored(self, outcomes: Mapping[str, Any]) -> Any:
        try:
            return score(self.rules, dict(outcomes)).points[self.id]
        except OutcomeError as error:
            return {problem.code for problem in error.problems}


# --- ties -----------------------------------------------------------------------------------------------------------------


def actual(x: F) -> dict[str, Any]:
    return {"a": written(x)}


@dataclass(frozen=True)
class Way:
    """One way of earning: an item `a` (or a group `g`), and the outcome that gives it the points p.

    ks: p is ±(k + 1/2) steps, one k even, one odd. below_zero: negative points too (a floor is written).
    """

    leaf: Mapping[str, Any] = field(default_factory=dict)
    outcome: Callable[[F], dict[str, Any]] = actual
    below_zero: bool = False
    step: F = F("0.01")
    ks: tuple[int, ...] = (624, 625, 0)
    stage: str = "item"
    top: Mapping[str, Any] = field(default_factory=dict)
    id: str = "a"
    indicators: Callable[[F], list[dict[str, Any]]] | None = None
    irrational: bool = False

    def rules(self, mode: str, p: F) -> RuleSet:
        rounding = {self.stage: {"step": str(self.step / (10 if self.stage == "rate" else 1)), "mode": mode}}
        item = {"id": "a", "label": "甲", "weight": 10, **({"floor": -10} if self.below_zero else {}), **self.leaf}
        return rule_set([item] if self.indicators is None else self.indicators(p), rounding=rounding, **self.top)

    def points(self) -> Iterator[F]:
        for k in self.ks:
            tie = (k + F(1, 2)) * self.step
            for p in (tie - TINY, tie, tie + TINY):
                yield from (p, -p) if self.below_zero else (p,)


def ratio(target: str, **parameters: Any) -> dict[str, Any]:
    return {"target": target, "method": {"type": "ratio", "above": "cap", **parameters}}


def formula(points: str, **keys: Any) -> dict[str, Any]:
    return {"method": {"type": "formula", "points": points}, **keys}


def signed(**judged: str) -> dict[str, Any]:
    return {"a": {"grade": "met", "by": "评审组", "because": "复查", **judged}}


def over(part: str, **keys: Any) -> dict[str, Any]:
    return {"floor": 0, "target": "<= 100", "method": {"type": "adjust", "over": {"per": 1, "points": -1, "part": part, **keys}}}


def counted(points: str) -> dict[str, Any]:
    elements = [{"id": "late", "points": points, "count": "true"}]
    leaf = {"floor": 0, "method": {"type": "checklist", "from": "weight", "elements": elements}}
    return {**leaf, "outcome": lambda x: {"a": {"late": written(x)}}}


def band(share: str) -> dict[str, Any]:
    leaf = {"method": {"type": "grade", "levels": [{"id": "met", "share": share}]}}
    return {**leaf, "outcome": lambda x: signed(share=f"{written(100 * x)}%")}


def marks(void: Mapping[str, Any]) -> dict[str, Any]:
    """Two marks, the other one is 50."""
    leaf = {"method": {"type": "panel", "ballots": "rows", "column": "mark", "void": [void], "empty": 0}}
    return {**leaf, "top": table(mark={}), "outcome": lambda x: rows({"mark": x}, {"mark": F(50)})}


def passing(combine: str) -> dict[str, Any]:
    """Two rows, the other one passes."""
    leaf = {"target": ">= 95", "method": {"type": "each", "rows_of": "rows", "combine": combine, "method": "pass_fail"}}
    return {**leaf, "top": table(actual={}), "outcome": lambda x: rows({"actual": x}, {"actual": F(99)})}


def table(**columns: Any) -> dict[str, Any]:
    return {"inputs": {"rows": {"type": "table", "columns": columns}}}


def group(weights: tuple[str, ...] = ("5", "5"), **keys: Any) -> Callable[[F], list[dict[str, Any]]]:
    """A group `g` of 10 points with items b, c … that earn what is reported."""
    children = [
        {"id": id, "weight": weight, "floor": -10, "cap": 40, **formula("actual")} for id, weight in zip("bcd", weights, strict=False)
    ]
    return lambda p: [{"id": "g", "weight": 10, "children": children, **keys}]


def earning(*points: F) -> dict[str, Any]:
    return {id: written(one) for id, one in zip("bcd", points, strict=False)}


def rows(*marks: Mapping[str, Any]) -> dict[str, Any]:
    return {"rows": [{name: written(one) if isinstance(one, F) else one for name, one in mark.items()} for mark in marks]}


LEADER_STAFF = {"type": "choice", "values": ["leader", "staff"]}
MOVED = {"policy": "redistribute", "by": "proportional", "scope": "siblings"}

WAYS = {
    # ratio: 10 × attainment, targets of 8
    "ratio up": Way(ratio(">= 8"), lambda p: actual(8 * p / 10)),
    "ratio down, quotient": Way(ratio("<= 8", reverse="quotient"), lambda p: actual(80 / p)),
    "ratio down, complement": Way(ratio("<= 8", reverse="complement"), lambda p: actual(8 * (2 - p / 10))),
    "ratio at a value, under": Way(ratio("= 8", equal="two_sided"), lambda p: actual(8 * p / 10)),
    "ratio at a value, over": Way(ratio("= 8", equal="two_sided"), lambda p: actual(8 * (2 - p / 10))),
    "ratio within, under": Way(ratio("[8, 12]"), lambda p: actual(8 * p / 10)),
    "ratio within, over": Way(ratio("[8, 12]"), lambda p: actual(12 * (2 - p / 10))),
    "ratio from a pass line": Way(ratio(">= 8", below={"zero": "60%"}), lambda p: actual(8 * p / 10), ks=(624, 625)),
    "ratio stretched": Way(ratio(">= 8", below={"stretch": "60%"}), lambda p: actual(8 * (F("0.6") + F("0.04") * p))),
    "ratio beyond the target": Way({**ratio(">= 8", above={"extend": "130%"}), "cap": 13}, lambda p: actual(8 * p / 10), ks=(1124, 1125)),
    "ratio, its rate rounded": Way(ratio(">= 8"), lambda p: actual(8 * p / 10), stage="rate"),
    # pass_fail: points are the weight, so the weight is the tie
    "pass_fail": Way(
        outcome=lambda p: actual(F(95)),
        indicators=lambda p: [
            {"id": "a", "weight": written(p), "target": ">= 95", "method": "pass_fail"},
            {"id": "z", "weight": written(10 - p), **formula("0")},
        ],
    ),
    "table with formulas": Way(
        {"method": {"type": "table", "rows": [[">= 0", "actual / 4"], ["< 0", "actual / 5"]]}},
        lambda p: actual(p * (4 if p > 0 else 5)),
        below_zero=True,
    ),
    "interpolate": Way(
        {"method": {"type": "interpolate", "rows": [[-30, -10], [30, 10]], "below": "refuse", "above": "refuse"}},
        lambda p: actual(3 * p),
        below_zero=True,
    ),
    "interpolate, falling": Way(
        {"method": {"type": "interpolate", "rows": [[30, -10], [-30, 10]], "below": "refuse", "above": "refuse"}},
        lambda p: actual(-3 * p),
        below_zero=True,
    ),
    "interpolate, extended": Way(
        {"method": {"type": "interpolate", "rows": [[20, 2], [30, 3]], "below": "extend", "above": "extend"}},
        lambda p: actual(10 * p),
        below_zero=True,
    ),
    # 2 points at 2, 6 at 5, 10 at 9
    "interpolate, efficacy": Way(
        {"method": {"type": "interpolate", "efficacy": {"standards": [2, 5, 9], "coefficients": [0.2, 0.6, 1]}, "below": 0}},
        lambda p: actual(2 + (p - 2) * 3 / 4 if p < 6 else 5 + (p - 6)),
        ks=(200, 625, 624),
    ),
    "adjust, taking away": Way(
        {"target": "<= 100", "method": {"type": "adjust", "over": {"per": 1, "points": -0.5, "part": "proportional"}}},
        lambda p: actual(100 + (10 - p) * 2),
        below_zero=True,
    ),
    "adjust, adding and taking": Way(
        {
            "target": "= 100",
            "method": {
                "type": "adjust",
                "from": 0,
                "over": {"per": 4, "points": 1, "part": "proportional"},
                "under": {"per": 7, "points": -1, "part": "proportional"},
            },
        },
        lambda p: actual(100 + p * (4 if p > 0 else 7)),
        below_zero=True,
    ),
    "checklist, counted up": Way(
        {
            "cap": 10,
            "method": {
                "type": "checklist",
                "from": 0,
                "elements": [{"id": "times", "points": 0.5, "count": "true"}, {"id": "made", "points": 2}],
            },
        },
        lambda p: {"a": {"times": written((p - 2 * (p > 2)) * 2), "made": "是" if p > 2 else "否"}},
    ),
    "checklist, counted down": Way(
        {"method": {"type": "checklist", "from": "weight", "elements": [{"id": "late", "points": -0.25, "count": "true"}]}},
        lambda p: {"a": {"late": written((10 - p) * 4)}},
        below_zero=True,
    ),
    "grade, a share": Way(
        {"method": {"type": "grade", "levels": [{"id": "met", "share": "[0%, 100%]"}]}},
        lambda p: signed(share=f"{written(10 * p)}%"),
    ),
    "grade, points": Way(
        {"method": {"type": "grade", "levels": [{"id": "met", "points": "[-10, 10]"}]}},
        lambda p: signed(points=written(p)),
        below_zero=True,
    ),
    "panel": Way(
        {"method": {"type": "panel", "ballots": "rows", "column": "mark", "empty": 0}},
        lambda p: rows({"mark": F(50)}, {"mark": 20 * p - 50}),  # 10 × mean/100
        below_zero=True,
        top=table(mark={}),
    ),
    "panel, trimmed": Way(
        {"method": {"type": "panel", "ballots": "rows", "column": "mark", "trim": 1, "out_of": 10, "empty": 0}},
        lambda p: rows({"mark": F(-99)}, {"mark": 2 * p - 5}, {"mark": F(99)}, {"mark": F(5)}),
        below_zero=True,
        top=table(mark={}),
    ),
    "panel, by raters": Way(
        {"method": {"type": "panel", "ballots": "rows", "column": "mark", "raters": {"leader": "40%", "staff": "60%"}, "empty": 0}},
        # 0.4 × 20 + 0.6 × the other = 10 p
        lambda p: rows({"mark": F(20), "rater": "leader"}, {"mark": (10 * p - 8) / F("0.6"), "rater": "staff"}),
        below_zero=True,
        top=table(mark={}, rater=LEADER_STAFF),
    ),
    "each, mean of ratios": Way(
        {
            "target": ">= planned",
            "method": {"type": "each", "rows_of": "rows", "combine": "mean", "method": {"type": "ratio", "above": "cap"}},
        },
        # attainments 3/4 and 5/4 of p/10
        lambda p: rows({"planned": F(4), "actual": 4 * p * 3 / 40}, {"planned": F(7), "actual": 7 * p * 5 / 40}),
        top=table(planned={}, actual={}),
    ),
    "each, least": Way(
        {"method": {"type": "each", "rows_of": "rows", "combine": "min", "method": {"type": "formula", "points": "actual / 3"}}},
        lambda p: rows({"actual": F(27)}, {"actual": 3 * p}, {"actual": F(28)}),
        below_zero=True,
        top=table(actual={}),
    ),
    "each, sum": Way(
        {"method": {"type": "each", "rows_of": "rows", "combine": "sum", "method": {"type": "formula", "points": "weight * actual"}}},
        lambda p: rows({"actual": F(1, 4), "weight": F(4)}, {"actual": (p - 1) / 6, "weight": F(6)}),
        below_zero=True,
        top=table(actual={}, weight={}),
    ),
    "formula": Way(formula("actual"), below_zero=True),
    "formula, to half points": Way(formula("actual / 3"), lambda p: actual(3 * p), below_zero=True, step=F("0.5"), ks=(12, 13, 0)),
    "formula, square root": Way(formula("sqrt(actual)"), lambda p: actual(p * p), irrational=True),
    "formula, cube root": Way(formula("root(actual / 7, 3)"), lambda p: actual(7 * p**3), irrational=True),
    "own method": Way(
        {"method": {"type": "rate", "each_one": 0.25}},
        lambda p: actual(4 * p),
        below_zero=True,
        top={
            "methods": {
                "rate": {"parameters": ["each_one"], "cases": [{"when": "actual != 0", "points": "actual * each_one"}], "otherwise": 0}
            }
        },
    ),
    # groups and the total
    "sum": Way(indicators=group(), outcome=lambda p: earning(p / 3, p * 2 / 3), below_zero=True, stage="group", id="g"),
    "sum, scaled": Way(
        indicators=group(("30", "20"), out_of=50), outcome=lambda p: earning(5 * p - 24, F(24)), stage="group", id="g", ks=(624, 625)
    ),
    "mean": Way(
        indicators=group(("4", "6"), combine="mean"), outcome=lambda p: earning(p / 4, p * 3 / 4), below_zero=True, stage="group", id="g"
    ),
    # of shares 4/5 and 5/4 of s the geometric mean is s
    "geometric mean": Way(
        indicators=group(combine="geometric_mean"),
        outcome=lambda p: earning(p / 2 * F(4, 5), p / 2 * F(5, 4)),
        stage="group",
        id="g",
        irrational=True,
    ),
    # (s × 64/125)^(1/4) × (s × 5/4)^(3/4) = s
    "geometric mean, weighted": Way(
        indicators=group(("2.5", "7.5"), combine="geometric_mean"),
        outcome=lambda p: earning(p / 4 * F(64, 125), p * 3 / 4 * F(5, 4)),
        stage="group",
        id="g",
        irrational=True,
    ),
    # 1/s = half of 1/(3s/4) and 1/(3s/2)
    "harmonic mean": Way(
        indicators=group(combine="harmonic_mean"), outcome=lambda p: earning(p / 2 * F(3, 4), p / 2 * F(3, 2)), stage="group", id="g"
    ),
    "least of the group": Way(
        indicators=group(combine="min"), outcome=lambda p: earning(p / 2, F(5)), below_zero=True, stage="group", id="g"
    ),
    "most of the group": Way(
        indicators=group(combine="max"), outcome=lambda p: earning(F(-9), p / 2), below_zero=True, stage="group", id="g"
    ),
    "a formula over the group": Way(
        indicators=group(("4", "3", "3"), combine="sum(parts) - max(parts)"),
        outcome=lambda p: earning(p / 2, F(9), p / 2),
        below_zero=True,
        stage="group",
        id="g",
    ),
    # 6 of 10 do not apply: 4 earn for all of them
    "weight moved": Way(
        indicators=lambda p: [
            {
                "id": "g",
                "weight": 10,
                "children": [
                    {"id": "b", "weight": 4, "floor": -10, **formula("actual")},
                    {"id": "c", "weight": 6, "not_applicable": MOVED, **formula("actual")},
                ],
            }
        ],
        outcome=lambda p: {"b": written(p * 4 / 10), "c": {"not_applicable": True, "because": "当年无此任务"}},
        below_zero=True,
        stage="group",
        id="g",
    ),
    "total": Way(
        indicators=lambda p: group()(p)[0]["children"],
        outcome=lambda p: earning(p / 3, p * 2 / 3),
        below_zero=True,
        stage="total",
        id="total",
    ),
    "total, geometric mean": Way(
        indicators=lambda p: group()(p)[0]["children"],
        outcome=lambda p: earning(p / 2 * F(4, 5), p / 2 * F(5, 4)),
        stage="total",
        id="total",
        top={"total": {"weight": 10, "combine": "geometric_mean"}},
        irrational=True,
    ),
}


def test_every_method_is_here() -> None:
    assert set(methods()) <= {name.split(",")[0].split()[0] for name in WAYS}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", WAYS)
def test_ties(name: str, mode: str) -> None:
    way = WAYS[name]
    if way.irrational and mode == "none":
        with pytest.raises(RuleError, match="irrational-unrounded"):
            way.rules(mode, F(1))
        return
    readings = None
    for p in way.points():
        if readings is None or name == "pass_fail":  # there the points are in the rules
            readings = Readings(way.rules(mode, p), way.id, way.irrational)
        found = readings(way.outcome(p))
        assert set(found) == {"score", "score again", "exact"} | (set() if way.irrational else {"code"})
        assert found == dict.fromkeys(found, rounded(p, way.step, mode)), f"points {p} of {way.outcome(p)}"


def test_the_second_time_generated_code_scores() -> None:
    """What `score again` stands for."""
    way = WAYS["ratio up"]
    rules, outcomes = way.rules("half-even", F(1)), way.outcome(F("6.245"))
    assert [score(rules, outcomes).by_code is not None for _ in range(2)] == [False, True]


# --- edges ----------------------------------------------------------------------------------------------------------------

# The edges of each method, without rounding: an outcome 10^-30 below the edge, on it, 10^-30 above; t = 10^-30.
t = TINY
OUTSIDE = {"outside-band"}
EDGES: list[tuple[str, Mapping[str, Any], str, tuple[Any, Any, Any]]] = [
    ("pass_fail, at least", {"target": ">= 95", "method": "pass_fail"}, "95", (0, 10, 10)),
    ("pass_fail, more than", {"target": "> 95", "method": "pass_fail"}, "95", (0, 0, 10)),
    ("pass_fail, at most", {"target": "<= 95", "method": "pass_fail"}, "95", (10, 10, 0)),
    ("pass_fail, less than", {"target": "< 95", "method": "pass_fail"}, "95", (10, 0, 0)),
    ("pass_fail, exactly", {"target": "= 95", "method": "pass_fail"}, "95", (0, 10, 0)),
    ("pass_fail, closed above", {"target": "(90, 95]", "method": "pass_fail"}, "95", (10, 10, 0)),
    ("pass_fail, open below", {"target": "(90, 95]", "method": "pass_fail"}, "90", (0, 0, 10)),
    ("pass_fail, below zero", {"target": ">= -95", "method": "pass_fail"}, "-95", (0, 10, 10)),
    ("ratio, target", ratio(">= 8"), "8", (10 - t * 10 / 8, 10, 10)),
    ("ratio, target of a reverse one", ratio("<= 8", reverse="complement"), "8", (10, 10, 10 - t * 10 / 8)),
    ("ratio, all or nothing", ratio(">= 8", below="zero"), "8", (0, 10, 10)),
    ("ratio, pass line", ratio(">= 10", below={"zero": "60%"}), "6", (0, 6, 6 + t)),
    ("ratio, stretched from", ratio(">= 10", below={"stretch": "60%"}), "6", (0, 0, t * F(10, 4))),
    ("ratio, nothing left", ratio("<= 8", reverse="complement"), "16", (t * 10 / 8, 0, 0)),
    ("ratio, too far above", ratio(">= 10", above={"zero": "200%"}), "20", (10, 0, 0)),
    ("ratio, most beyond", {**ratio(">= 10", above={"extend": "130%"}), "cap": 13}, "13", (13 - t, 13, 13)),
    ("table", {"method": {"type": "table", "rows": [[">= 95", 10], [">= 90", 8], ["(80, 90)", 5]], "otherwise": 1}}, "90", (5, 8, 8)),
    ("table, open", {"method": {"type": "table", "rows": [["(80, 90)", 5]], "otherwise": 1}}, "80", (1, 1, 5)),
    ("table, no row", {"method": {"type": "table", "rows": [["[80, 90]", 5]]}}, "90", (5, 5, {"no-case"})),
    (
        "interpolate, first anchor",
        {"method": {"type": "interpolate", "rows": [[60, 4], [100, 10]], "below": 0, "above": "hold"}},
        "60",
        (0, 4, 4 + t * 6 / 40),
    ),
    (
        "interpolate, last anchor",
        {"method": {"type": "interpolate", "rows": [[60, 4], [100, 10]], "below": 0, "above": "refuse"}},
        "100",
        (10 - t * 6 / 40, 10, {"outside-anchors"}),
    ),
    (
        "interpolate, an anchor between",
        {"method": {"type": "interpolate", "rows": [[0, 0], [50, 2], [60, 10]], "below": 0, "above": "hold"}},
        "50",
        (2 - t * 2 / 50, 2, 2 + t * 8 / 10),
    ),
    (
        "interpolate, falling below zero",
        {"method": {"type": "interpolate", "rows": [[5, 0], [-5, 10]], "below": "hold", "above": "hold"}},
        "-5",
        (10, 10, 10 - t),
    ),
    (
        "interpolate, efficacy",
        {"method": {"type": "interpolate", "efficacy": {"standards": [2, 5, 9], "coefficients": [0.2, 0.6, 1]}, "below": 0}},
        "2",
        (0, 2, 2 + t * 4 / 3),
    ),
    ("adjust, a unit begun", over("started"), "102", (8, 8, 7)),
    ("adjust, a unit completed", over("completed"), "102", (9, 8, 8)),
    ("adjust, parts of a unit", over("proportional"), "102", (8 + t, 8, 8 - t)),
    ("adjust, on the line", over("started"), "100", (10, 10, 9)),
    ("adjust, nothing left", over("proportional"), "110", (t, 0, 0)),
    ("adjust, the most", {**over("proportional", at_most=3)}, "103", (7 + t, 7, 7)),
    (
        "formula, cases",
        {"method": {"type": "formula", "cases": [{"when": "actual > 8", "points": "weight"}], "otherwise": 2}},
        "8",
        (2, 2, 10),
    ),
    ("formula, counted off", formula("floor(actual)"), "3", (2, 3, 3)),
    ("formula, a root counted off", formula("floor(sqrt(actual))"), "9", (2, 3, 3)),
    ("checklist, nothing left", counted("-2"), "5", (2 * t, 0, 0)),
    ("grade, lower end of a band", band("[80%, 100%]"), "0.8", (OUTSIDE, 8, 8 + 10 * t)),
    ("grade, open end of a band", band("[60%, 80%)"), "0.8", (8 - 10 * t, OUTSIDE, OUTSIDE)),
    ("panel, a mark that is void", marks({"when": "mark > 90", "reason": "too_high"}), "90", ((90 - t + 50) / 20, 7, 5)),
    ("each, a row passes", passing("min"), "95", (0, 10, 10)),
    ("each, on the mean", passing("mean"), "95", (5, 10, 10)),
]


@pytest.mark.parametrize("leaf, edge, points", [pytest.param(*row[1:], id=row[0]) for row in EDGES])
def test_edges(leaf: Mapping[str, Any], edge: str, points: tuple[Any, Any, Any]) -> None:
    leaf = dict(leaf)
    top, outcome = leaf.pop("top", {}), leaf.pop("outcome", actual)
    root = "sqrt" in str(leaf)
    readings = Readings(rule_set([{"id": "a", "label": "甲", "weight": 10, **leaf}], **top), "a", irrational=root)
    for x, expected in zip((F(edge) - t, F(edge), F(edge) + t), points, strict=True):
        found = readings(outcome(x))
        assert found == dict.fromkeys(found, expected), written(x)
