# ruff: noqa: E501
"""The loss ledger: full − Σ lost = total, and Σ points of the items − Σ lost of the stages = total. Always."""

from __future__ import annotations

import random
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import perfscore
from perfscore.scoring.telling import Teller

sys.path.insert(0, str(Path(__file__).parents[1] / "oracle"))

import generate

F = Fraction
HEAD = "perfscore: 1\nid: test/ledger\ntitle: 试\nsource: 虚构\n"
RATING = "\nrating: [{id: passed, label: 合格, is: '>= 60'}, {id: failed, label: 不合格, is: any}]"


def ledger(text: str, outcomes: dict[str, Any]) -> tuple[dict[str, Fraction], perfscore.Assessment]:
    result = perfscore.score(perfscore.loads(HEAD + text + RATING), outcomes)
    adds_up(result)
    return {str(line.item or line.stage): line.lost for line in result.ledger}, result


def adds_up(result: perfscore.Assessment) -> None:
    """From the facts alone: nothing of the ledger's own sums is used. Where the weights of the items are not full marks (a
    group out_of another sum, the better of two), the difference stands between them.
    """
    if result.total is None:
        assert result.ledger == ()
        return
    lost = sum((line.lost for line in result.ledger), F(0))
    assert result.full - lost == result.total
    points = sum((item.points for item in result.items_in_order), F(0))
    weights = sum((item.weight for item in result.items_in_order), F(0))
    of_items = sum((line.lost for line in result.ledger if line.item is not None), F(0))
    of_stages = sum((line.lost for line in result.ledger if line.stage is not None), F(0))
    assert result.full - weights + points - of_stages == result.total
    assert weights - of_items == points
    assert all(line.lost for line in result.ledger)
    assert all((line.item is None) != (line.stage is None) for line in result.ledger)
    assert all(line.label for line in result.ledger)


def leaf(id: str, weight: int, more: str = "") -> str:
    return f"{{id: {id}, label: 指标{id}, weight: {weight}, method: {{type: formula, points: actual}}{more}}}"


MOVE = ", not_applicable: {policy: redistribute, by: proportional, scope: siblings}"
TWO = f"total: 100\nindicators:\n  - {leaf('a', 60)}\n  - {leaf('b', 40)}"
GROUPED = f"indicators:\n  - {{id: g, label: 产出, weight: 60, children: [{leaf('a', 40)}, {leaf('b', 20)}]}}\n  - {leaf('c', 40)}"


def gates(text: str) -> str:
    return f"\ngates: [{{id: veto, {text}, because: 一票否决}}]"


@pytest.mark.parametrize(
    "text, outcomes, lines, total, why",
    [
        (TWO, {"a": 60, "b": 40}, {}, 100, "nothing lost: no line"),
        (TWO, {"a": 50, "b": 40}, {"a": 10}, 90, "60 − 50"),
        (TWO, {"a": 0, "b": 0}, {"a": 60, "b": 40}, 0, "everything"),
        ("rounding: {total: 0}\n" + TWO, {"a": "59.5", "b": 40}, {"a": "0.5", "total:rounding": "-0.5"}, 100, "99.5 is shown as 100"),
        ("rounding: {total: {digits: 0, mode: down}}\n" + TWO, {"a": "59.5", "b": 40}, {"a": "0.5", "total:rounding": "0.5"}, 99,
         "99.5 is cut off to 99"),
        ("rounding: {item: 0}\n" + TWO, {"a": "59.5", "b": "39.4"}, {"b": 1}, 99, "60 and 39: rounding of an item is no line of its own"),
        ("rounding: {group: 0, total: 0}\ntotal: 100\n" + GROUPED, {"a": "39.7", "b": "19.7", "c": "39.6"},
         {"a": "0.3", "b": "0.3", "g:rounding": "0.4", "c": "0.4", "total:rounding": "-0.4"}, 99, "59.4 is 59; 59 + 39.6 = 98.6 is 99"),
        ("total: {weight: 100, floor: 60, cap: 90}\n" + GROUPED, {"a": 40, "b": 20, "c": 40}, {"total:floor_cap": 10}, 90, "at most 90"),
        ("total: {weight: 100, floor: 60}\n" + GROUPED, {"a": 0, "b": 20, "c": 30}, {"a": 40, "c": 10, "total:floor_cap": -10}, 60,
         "50, at least 60"),
        ("total: 100\n" + GROUPED + gates("when: a < 10, on: [g], at_most: 12"), {"a": 0, "b": 20, "c": 40},
         {"a": 40, "g:gate veto": 8}, 52, "20 at most 12; + 40"),
        ("total: 100\n" + GROUPED + gates("when: a < 10, points: 0"), {"a": 0, "b": 20, "c": 40}, {"a": 40, "total:gate veto": 60}, 0,
         "60 set to 0"),
        ("total: 100\n" + GROUPED + gates("when: a < 10, on: [c], points: 5"), {"a": 0, "b": 20, "c": 40}, {"a": 40, "c": 35}, 25,
         "a gate on an item is the item's loss: 40 − 5"),
        (f"total: 100\nindicators:\n  - {leaf('a', 60)}\n  - {leaf('b', 40, MOVE)}", {"a": 45, "b": "不适用"},
         {"a": 15, "b": 40, "total:redistribution": -30}, 75, "45 × (60 + 40)/60 = 75: 30 more than 45"),
        (f"total: 100\nindicators:\n  - {leaf('a', 60)}\n  - {leaf('b', 40, ', not_applicable: full')}", {"a": 45, "b": "不适用"},
         {"a": 15}, 85,
         "b is full"),
        ("total: 10\nindicators:\n  - " + leaf("a", 10) +
         "\n  - {id: b, label: 加分, cap: 3, floor: 0, method: {type: formula, points: actual}}",
         {"a": 8, "b": 2}, {"a": 2, "b": -2}, 10, "a bonus is a gain"),
        ("total: 10\nindicators:\n  - " + leaf("a", 10) +
         "\n  - {id: b, label: 扣分, cap: 0, floor: -3, method: {type: formula, points: -actual}}",
         {"a": 8, "b": 2}, {"a": 2, "b": 2}, 6, "a deduction is a loss"),
    ],
)  # fmt: skip
def test_lines(text: str, outcomes: dict[str, Any], lines: dict[str, object], total: int, why: str) -> None:
    found, result = ledger(text, outcomes)
    assert found == {id: F(str(lost)) for id, lost in lines.items()}, why
    assert result.total == total, why


CHECKLIST = (
    "total: 10\nindicators:\n  - {id: s, label: 制度, weight: 10, floor: 0, cap: weight, method: {type: checklist, from: %s, elements: "
    "[{id: made, label: 已制定, points: %s}, {id: used, label: 已执行, points: %s}]}}"
)


@pytest.mark.parametrize(
    "start, points, outcomes, lines",
    [
        ("0", (4, 6), {"made": "是", "used": "否"}, {"s.used": 6}),
        ("0", (4, 6), {"made": "否", "used": "否"}, {"s.made": 4, "s.used": 6}),
        ("weight", (-4, -6), {"made": "是", "used": "否"}, {"s.made": 4}),
        ("weight", (-8, -6), {"made": "是", "used": "是"}, {"s": 10}),  # 14 deducted of 10: no element's loss is the whole of it
        ("0", (4, 4), {"made": "是", "used": "否"}, {"s": 6}),  # the elements add up to 8 only: 4 of them, and 2 nobody can earn
    ],
)
def test_elements_where_they_are_the_whole_of_the_loss(
    start: str, points: tuple[int, int], outcomes: dict[str, str], lines: dict[str, int]
) -> None:
    found, _ = ledger(CHECKLIST % (start, *points), {"s": outcomes})
    assert found == lines


def test_labels_and_reasons() -> None:
    _, result = ledger(CHECKLIST % ("0", 4, 6), {"s": {"made": "是", "used": "否"}})
    (line,) = result.ledger
    assert (line.label, line.reason, line.case) == ("制度·已执行", "does_not_apply", 2)
    _, result = ledger("total: 100\n" + GROUPED + gates("when: a < 10, points: 0"), {"a": 0, "b": 20, "c": 40})
    item, gate = result.ledger
    assert (item.label, item.reason, item.because) == ("指标a", "otherwise", "")
    assert (gate.label, gate.because) == ("总分", "一票否决")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**9))
def test_it_always_adds_up(seed: int) -> None:
    """Random rule sets with every method, gate, bound, rounding and policy."""
    rng = random.Random(seed)
    plain = generate.rule_set(rng)
    rules = perfscore.RuleSet.from_dict(plain)
    scored = 0
    for _ in range(4):
        try:
            result = perfscore.score(rules, generate.outcomes_for(plain, rng))
        except perfscore.OutcomeError:
            continue
        scored += 1
        adds_up(result)
        told = result.to_dict()
        if told["total"] is None:
            assert told["ledger"] == [] and told["lost"] is None
            continue
        assert F(told["full"]) - sum((F(line["lost"]) for line in told["ledger"]), F(0)) == F(told["total"])
        # groups: what the children earned, and every stage on the way
        for group in result.groups.values():
            assert group.lost == group.weight - group.points
    assume(scored)


# --- what would have to change ----------------------------------------------------------------------------------------

SYSTEM = "{id: system, label: 制度建设, weight: 5, method: {type: checklist, from: 0, elements: [{id: made, label: 已制定, points: 1}, {id: used, label: 已执行, points: 4}]}}"
FUNDS = (
    "{id: funds, label: 资金合规, weight: 5, method: {type: checklist, from: weight, elements: [{id: ledger, label: 无台账, points: -1}]}}"
)
WEAK = "gates: [{id: weak, when: scored(system) < 2, on: [funds], at_most: 2, because: 制度未执行}]"
CLEAN = "{id: clean, label: 环境, weight: 10, floor: 5, method: {type: checklist, from: weight, elements: [{id: air, label: 空气超标, points: -3}, {id: water, label: 水质超标, points: -4}]}}"
SHARED = "inputs: {done: {label: 已验收, type: yes_no}}"
DONE = "{id: works, label: 工程, weight: 10, method: {type: formula, cases: [{when: done, points: weight}], otherwise: 4}}"
OWN = "{id: open, label: 已公开, type: yes_no, weight: 10, method: pass_fail}"
GRADE = "{id: order, label: 秩序, weight: 10, method: {type: grade, levels: [{id: met, label: 达成, share: 100%}, {id: part, label: 部分达成, share: 60%}]}}"
JUDGED = {"grade": "part", "by": "评审组", "because": "现场核查"}


@pytest.mark.parametrize(
    "items, top, outcomes, zh, en, why",
    [
        ([SYSTEM, FUNDS], WEAK, {"system.made": "是", "system.used": "否", "funds.ledger": "是"},
         ["改为 是 可补回 4 分（总分 +6）", "制度建设·已执行改为 是 可补回其中 2 分（总分 +6）"],
         ["changed to yes regains 4 (total +6)", "制度建设·已执行 changed to yes regains only 2 (total +6)"],
         "5 − 1 = 4, at most 2; with the system at 5 the gate is open: +2 and its own +4"),
        ([CLEAN], "", {"clean.air": "是", "clean.water": "是"}, ["水质超标改为 否 可补回其中 2 分"], ["水质超标 changed to no regains only 2"],
         "10 − 3 − 4 stops at 5; without the water 7"),
        ([DONE], SHARED, {"done": "否"}, ["已验收改为 是 可补回 6 分"], ["已验收 changed to yes regains 6"], "an input of no item"),
        ([OWN], "", {"open": "否"}, ["改为 是 可补回 10 分"], ["changed to yes regains 10"], "the line is about this yes or no alone"),
        ([GRADE], "", {"order": JUDGED}, ["改为 达成 可补回 4 分"], ["changed to 达成 regains 4"], "the only thing that is judged"),
    ],
)  # fmt: skip
def test_the_ledger_names_what_would_have_to_change(
    items: list[str], top: str, outcomes: dict[str, Any], zh: list[str], en: list[str], why: str
) -> None:
    total = 5 * len(items) if items[0] is SYSTEM else 10
    listed = "".join(f"  - {one}\n" for one in items)
    text = f"perfscore: 1\nid: t\n{top}\ntotal: {total}\nindicators:\n{listed}rating: [{{id: p, label: 合格, is: any}}]"
    result = perfscore.score(perfscore.loads(text), outcomes)
    assert [line[3] for line in Teller(result, "zh").ledger()] == zh, why
    assert [line[3] for line in Teller(result, "en").ledger()] == en, why
