"""What regains a loss: told, done, and scored again it really comes back, and one grid step less does not."""

from __future__ import annotations

import random
import sys
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import perfscore
from perfscore.numbers.date import Day
from perfscore.numbers.number import shortest
from perfscore.readings.exact import MISSING
from perfscore.scoring.facts import Regain
from perfscore.steps import Input

sys.path.insert(0, str(Path(__file__).parents[1] / "oracle"))

import generate

F = Fraction


def rule_set(item: str, top: str = "") -> perfscore.RuleSet:
    return perfscore.loads(
        f"perfscore: 1\nid: t/r\ntitle: t\nsource: 虚构\n{top}\ntotal: 10\nindicators:\n  - {{id: x, label: 指标, weight: 10, {item}}}\n"
        "rating: [{id: p, label: 合格, is: any}]"
    )


def regained(item: str, outcomes: dict[str, Any], top: str = "") -> list[tuple[str, str, Fraction]]:
    """(input, to, points) of each regain, in its order."""
    found = perfscore.score(rule_set(item, top), outcomes).item("x").regains
    return [(one.input.id, shortest(one.to) if isinstance(one.to, Fraction) else str(one.to), one.points) for one in found]


ITEM2 = "rounding: {item: 2}"
ROWS = [
    # item, top, outcomes, input, to, points, why
    ("grid: 1, target: '>= 50', method: {type: ratio, above: cap}", "", 45, "50", "1", "10 × 5/50"),
    ("grid: 0.1, target: '<= 12', method: {type: ratio, reverse: complement, above: cap}", "", 15, "12", "2.5", "2 - 15/12 = 75 %"),
    ("grid: 0.01, target: '<= 12', method: {type: ratio, reverse: quotient, above: cap}", ITEM2, "13.5", "12", "1.11",
     "12/13.5 × 10 = 8.89; 12/12.01 × 10 = 9.9917 is 9.99"),
    ("grid: 0.1%, unit: '%', target: '>= 99%', method: {type: ratio, above: cap}", "rounding: {item: 1}", "90%", "98.6%", "0.9",
     "90/99 × 10 = 9.1; 98.6/99 × 10 = 9.9596 is 10.0, 98.5/99 × 10 = 9.949 is 9.9"),
    ("grid: 1, target: '[8, 16]', method: {type: ratio, above: cap}", "", 6, "8", "2.5", "6/8: up to the lower end"),
    ("grid: 1, target: '[8, 16]', method: {type: ratio, above: cap}", "", 20, "16", "2.5", "2 - 20/16: down to the upper end"),
    ("grid: 1, target: '= 20', method: {type: ratio, equal: two_sided, above: cap}", "", 25, "20", "2.5", "1 - 5/20"),
    ("grid: 1, target: '= 20', method: {type: ratio, equal: two_sided, above: cap}", "", 15, "20", "2.5", "1 - 5/20"),
    ("grid: 1, target: '> 20', method: pass_fail", "", 20, "21", "10", "20 is not above 20"),
    ("grid: 1, target: '[10, 20)', method: pass_fail", "", 20, "19", "10", "20 is outside"),
    ("grid: 1, target: '[10, 20)', method: pass_fail", "", 3, "10", "10", ""),
    ("grid: 0.5, method: {type: table, rows: [['>= 8', 10], ['>= 5', 5]], otherwise: 0}", "", 1, "8", "10", "the most, not the next"),
    ("grid: 1, method: {type: table, rows: [['= 3', 10], ['any', 4]]}", "", 9, "3", "6", "a single value"),
    ("grid: 1%, unit: '%', target: '<= 100%', floor: 0, method: {type: adjust, over: {per: 1%, points: -0.5, part: started}}", "",
     "140%", "100%", "10", "all deducted"),
    ("grid: 0.1%, unit: '%', target: '<= 100%', floor: 0, method: {type: adjust, over: {per: 1%, points: -0.5, part: completed}}", "",
     "103%", "100.9%", "1.5", "an unfinished point costs nothing"),
    ("grid: 1, target: '= 8', floor: 0, method: {type: adjust, "
     "over: {per: 1, points: -1, part: proportional}, under: {per: 1, points: -2, part: proportional}}",
     "", 5, "8", "6", "three under at 2"),
    ("grid: 1, method: {type: formula, cases: [{when: 40 <= actual <= 41, points: weight}], otherwise: 0}", "", 1000, "41", "10",
     "an island far away"),
    ("grid: 1, method: {type: formula, cases: [{when: 39 < actual < 41, points: weight}], otherwise: 0}", "", 1000, "40", "10",
     "a single point between"),
    ("grid: 1, method: {type: formula, points: 'clamp(actual / 7 - 3, 0, 10)'}", "", 0, "91", "10", "91/7 − 3 = 10: no constant says 91"),
    ("grid: 1, method: {type: formula, points: 'clamp(0 - actual / 7 - 3, 0, 10)'}", "", 0, "-91", "10", "the same downwards"),
    ("grid: 1, method: {type: formula, points: 'clamp(actual, 0, 7)'}", "", 3, "7", "4", "more than 7 cannot be had"),
]  # fmt: skip


@pytest.mark.parametrize("item, top, outcome, to, points, why", ROWS)
def test_regain(item: str, top: str, outcome: object, to: str, points: str, why: str) -> None:
    rules = rule_set(item, top)
    result = perfscore.score(rules, {"x": outcome})
    (found,) = result.item("x").regains
    assert isinstance(found.to, Fraction)
    wanted = F(to.rstrip("%")) / (100 if to.endswith("%") else 1)
    assert (found.to, found.points) == (wanted, F(points)), why
    comes_back(rules, {"x": outcome}, "x", found)


@pytest.mark.parametrize("done, to", [("2024-10-03", "2024-09-30"), ("2024-08-01", "2024-09-01")])
def test_regain_of_a_date(done: str, to: str) -> None:
    item = "type: date, target: '[2024-09-01, 2024-09-30]', method: pass_fail"
    assert regained(item, {"x": done}) == [("x", to, 10)]


def test_regain_of_a_deadline_by_days() -> None:
    top = "inputs: {done: {label: 完成, type: date}, due: {label: 期限, type: date}}"
    item = "floor: 0, method: {type: adjust, gap: done - due, over: {per: 1, points: -1, part: started}}"
    found = regained(item, {"done": "2024-10-03", "due": "2024-09-30"}, top)
    assert sorted(found) == [("done", "2024-09-30", 3), ("due", "2024-10-03", 3)]  # three days at 1 each, either way


def test_regain_of_a_choice_and_a_truth() -> None:
    item = "type: choice, values: {a: 甲, b: 乙, c: 丙}, method: {type: table, rows: [[a, 4], [b, 10], [c, 7]]}"
    assert regained(item, {"x": "a"}) == [("x", "b", 6)]
    assert regained("type: yes_no, method: pass_fail", {"x": "否"}) == [("x", "True", 10)]
    assert regained("type: yes_no, target: no, method: pass_fail", {"x": "是"}) == [("x", "False", 10)]


def test_regain_of_a_missing_outcome() -> None:
    item = "grid: 1, target: '>= 50', missing: 0, method: {type: ratio, above: cap}"
    result = perfscore.score(rule_set(item), {"x": "/"})
    (found,) = result.item("x").regains
    assert (found.current, found.to, found.points) == (MISSING, 50, 10)
    dated = perfscore.score(rule_set("type: date, target: '<= 2024-09-30', missing: 0, method: pass_fail"), {})
    (late,) = dated.item("x").regains
    assert isinstance(late.to, Day) and late.points == 10
    assert perfscore.score(dated.rules, {"x": str(late.to)}).total == 10


def test_regain_over_several_inputs() -> None:
    top = "inputs: {spent: {label: 支出, grid: 0.01}, budget: {label: 预算, grid: 0.01}}"
    item = "actual: spent / budget, target: '>= 100%', method: {type: ratio, above: cap}"
    # more of something comes before less of something
    assert regained(item, {"spent": 75, "budget": 100}, top) == [("spent", "100", F(5, 2)), ("budget", "75", F(5, 2))]


def test_regain_at_the_peak_of_a_quotient() -> None:
    top = "inputs: {spent: {label: 支出, grid: 0.01}, budget: {label: 预算, grid: 0.01}}"
    item = "actual: spent / budget, target: '= 80%', method: {type: ratio, equal: two_sided, above: cap}"
    # 32/200 = 16 %, 2 points; 160/200 and 32/40 are 80 %
    assert regained(item, {"spent": 32, "budget": 200}, top) == [("spent", "160", 8), ("budget", "40", 8)]


def test_only_the_most_is_told() -> None:
    top = "inputs: {a: {grid: 1, range: '[0, 5]'}, b: {grid: 1, range: '[0, 5]'}}"
    found = regained("method: {type: formula, points: 'min(10, a + b)'}", {"a": 1, "b": 3}, top)
    assert found == [("a", "5", 4)]  # b could give 2


def test_a_range_bounds_what_can_be_told() -> None:
    item = "grid: 1, range: '[0, 30]', target: '>= 50', method: {type: ratio, above: cap}"
    assert regained(item, {"x": 10}) == [("x", "30", 4)]  # 30/50 - 10/50 of 10
    assert regained(item, {"x": 30}) == []


def test_nothing_regains_nothing() -> None:
    assert regained("grid: 1, target: '>= 5', method: pass_fail", {"x": 5}) == []
    assert regained("floor: 0, method: {type: formula, points: 3 + 0 * actual}", {"x": 5}) == []
    result = perfscore.score(rule_set("grid: 1, target: '>= 5', method: pass_fail"), {"x": 5})
    assert result.item("x").regain is None and result.ledger == ()


def test_elements_are_turned_one_by_one() -> None:
    item = (
        "floor: 0, method: {type: checklist, from: weight, elements: "
        "[{id: gap, label: 未建台账, points: -3}, {id: late, label: 逾期, points: -0.5, count: true}, {id: fine, label: 无, points: -1}]}"
    )
    rules = rule_set(item)
    outcomes = {"x": {"gap": "是", "late": 4, "fine": "否"}}
    result = perfscore.score(rules, outcomes)
    lines = {line.item: (line.lost, [(one.input.id, one.to, one.points) for one in result.regain_line(line)]) for line in result.ledger}
    assert lines == {"x.gap": (3, [("x.gap", False, 3)]), "x.late": (2, [("x.late", 0, 2)])}
    assert [(one.input.id, one.points) for one in result.item("x").regains] == [("x.gap", 3)]  # the most


def test_an_element_below_the_floor_regains_nothing() -> None:
    item = "floor: 0, method: {type: checklist, from: weight, elements: [{id: a, label: 甲, points: -10}, {id: b, label: 乙, points: -10}]}"
    result = perfscore.score(rule_set(item), {"x": {"a": "是", "b": "是"}})
    assert result.total == 0
    for line in result.ledger:
        assert result.regain_line(line) == ()  # either alone leaves 10 deducted, still 0


def test_stages_and_gains_regain_nothing() -> None:
    rules = perfscore.loads(
        "perfscore: 1\nid: t/s\ntitle: t\nsource: 虚构\nrounding: {total: 0}\ntotal: 10\nindicators:\n"
        "  - {id: x, label: 甲, weight: 10, method: {type: formula, points: actual}}\n"
        "  - {id: y, label: 加分, cap: 2, floor: 0, method: {type: formula, points: actual}}\nrating: [{id: p, label: 合格, is: any}]"
    )
    result = perfscore.score(rules, {"x": "9.4", "y": 1})
    lines = {line.item or line.stage: (line.lost, len(result.regain_line(line))) for line in result.ledger}
    assert lines == {"x": (F("0.6"), 1), "y": (-1, 0), "total:rounding": (F("0.4"), 0)}  # 10.4 is 10


# ---------------------------------------------------------------- properties


def comes_back(rules: perfscore.RuleSet, outcomes: dict[str, Any], item: str, regain: Regain) -> None:
    """Changed to `to`, the item has the points back; one grid step nearer to where it was, it has fewer."""
    before = perfscore.score(rules, outcomes).item(item).points
    assert points_with(rules, outcomes, item, regain, regain.to) == before + regain.points
    if regain.input.grid is not None and isinstance(regain.to, Fraction) and isinstance(regain.current, Fraction):
        nearer = regain.to + (regain.input.grid if regain.to < regain.current else -regain.input.grid)
        # where the value was off its grid, the step nearer may be past it
        if min(regain.to, regain.current) < nearer < max(regain.to, regain.current):
            with suppress(perfscore.OutcomeError):  # the step nearer cannot be scored (a divisor of 0), so it gives nothing back
                assert points_with(rules, outcomes, item, regain, nearer) < before + regain.points
    if isinstance(regain.to, Day) and isinstance(regain.current, Day):
        nearer_day = Day(regain.to.ordinal + (1 if regain.to < regain.current else -1))
        assert points_with(rules, outcomes, item, regain, nearer_day) < before + regain.points


def points_with(rules: perfscore.RuleSet, outcomes: dict[str, Any], item: str, regain: Regain, to: object) -> Fraction:
    body = dict(outcomes.get("outcomes", outcomes))
    for declared, value in ((regain.input, to), *regain.beside):
        report(body, declared, value)
    return perfscore.score(rules, body).item(item).points


def report(body: dict[str, Any], declared: Input, to: object) -> None:
    """The value of one input as an outcome file would hold it."""
    text = to
    if isinstance(to, Fraction):
        text = shortest(to * 100) + "%" if declared.unit is not None and declared.unit.is_ratio else shortest(to)
    elif isinstance(to, Day):
        text = str(to)
    head, _, part = declared.id.partition(".")
    if part and isinstance(body.get(head), dict):
        body[head] = {**body[head], part: text}
    elif part and any(key.startswith(f"{head}.") for key in body):
        body[declared.id] = text
    elif part:  # nothing of the item was reported yet
        body[head] = {part: text, "by": "甲", "because": "乙"}
    elif isinstance(body.get(head), dict):
        body[head] = {**{key: value for key, value in body[head].items() if key != "parts"}, "value": text}
    elif declared.judged:
        body[head] = {"value": text, "by": "甲", "because": "乙"}
    else:
        body[head] = text


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**9))
def test_every_regain_comes_back(seed: int) -> None:
    """Random rule sets of all methods: a regain that is told is true."""
    rng = random.Random(seed)
    plain = generate.rule_set(rng)
    rules = perfscore.RuleSet.from_dict(plain)
    outcomes = generate.outcomes_for(plain, rng)
    try:
        result = perfscore.score(rules, outcomes)
    except perfscore.OutcomeError:
        assume(False)
    for item in result.items_in_order:
        for regain in item.regains:
            assert regain.points > 0
            try:
                comes_back(rules, outcomes, item.id, regain)
            except perfscore.OutcomeError as error:
                # changing a shared input may leave another item without a case; not the regained one
                assert item.id not in {problem.indicator for problem in error.problems}


ITEMS = st.sampled_from(
    [
        "target: '>= {t}', method: {{type: ratio, above: cap}}",
        "target: '<= {t}', method: {{type: ratio, reverse: quotient, above: cap}}",
        "target: '<= {t}', method: {{type: ratio, reverse: complement, above: cap}}",
        "target: '= {t}', method: {{type: ratio, equal: two_sided, above: cap}}",
        "target: '>= {t}', method: {{type: ratio, below: {{stretch: 60%}}, above: cap}}",
        "target: '>= {t}', method: {{type: ratio, below: {{zero: 80%}}, above: {{zero: 130%}}}}",
        "target: '[{t}, {u}]', method: {{type: ratio, above: cap}}",
        "target: '[{t}, {u}]', method: pass_fail",
        "target: '({t}, {u})', method: pass_fail",
        "method: {{type: table, rows: [['>= {u}', 10], ['[{t}, {u})', 6]], otherwise: 1}}",
        "target: '<= {t}', floor: 0, method: {{type: adjust, over: {{per: 2, points: -0.5, part: started}}}}",
        "target: '>= {t}', floor: 0, method: {{type: adjust, under: {{per: 3, points: -1, part: completed}}}}",
        "target: '= {t}', floor: 0, method: {{type: adjust, over: {{per: 1, points: -0.5, part: proportional}}, "
        "under: {{per: 1, points: -1, part: started}}}}",
        "floor: 0, cap: weight, method: {{type: formula, points: 10 - abs(actual - {t}) / 4}}",
    ]
)  # fmt: skip


TOPS = st.sampled_from(["", "rounding: {item: 1}", "rounding: {item: 2}", "rounding: {item: 0}"])


@settings(max_examples=60, deadline=None)
@given(ITEMS, st.integers(1, 20), st.integers(2, 12), st.integers(0, 90), TOPS)
def test_no_smaller_change_and_no_more_points(item: str, low: int, wide: int, halves: int, top: str) -> None:
    """Against a walk over every value on the grid: nothing regains more, and nothing nearer regains as much."""
    rules = rule_set("grid: 0.5, range: '[0, 45]', " + item.format(t=low, u=low + wide), top)
    start = F(halves, 2)
    result = perfscore.score(rules, {"x": start})
    walked = {F(k, 2): perfscore.score(rules, {"x": F(k, 2)}).total for k in range(91)}
    most = max(walked.values())
    if most <= result.total:
        assert result.item("x").regains == ()
        return
    nearest = min(abs(value - start) for value, points in walked.items() if points == most)
    (found,) = result.item("x").regains
    assert isinstance(found.to, Fraction)
    assert (found.points, abs(found.to - start)) == (most - result.total, nearest)


def test_level_and_share_of_one_judgement_go_together() -> None:
    item = "method: {type: grade, levels: [{id: met, label: 达成, share: '[80%, 100%]'}, {id: partly, label: 部分, share: '[60%, 80%)'}]}"
    rules = rule_set(item)
    outcomes = {"x": {"grade": "partly", "share": "75%", "by": "组", "because": "查"}}
    (regain,) = perfscore.score(rules, outcomes).item("x").regains
    assert (regain.input.id, regain.to, [(one.id, value) for one, value in regain.beside]) == ("x.grade", "met", [("x.share", 1)])
    comes_back(rules, outcomes, "x", regain)


def test_an_outcome_off_its_grid_moves_along_the_grid() -> None:
    rules = rule_set("grid: 1, target: '>= 150', method: {type: ratio, above: cap}")
    (regain,) = perfscore.score(rules, {"x": "145.5"}).item("x").regains
    assert regain.to == 150
