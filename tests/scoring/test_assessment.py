"""What `score` gives: totals, groups, gates, flags, the rating, moved weight; immutable, pure, safe to share."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

import perfscore
from perfscore.scoring.facts import GroupResult, ItemResult

HEAD = "perfscore: 1\nid: test/assessment\ntitle: 试\nsource: 虚构\n"
RATING = """
rating:
  - {id: excellent, label: 优, also: [优秀], is: ">= 90"}
  - {id: good, label: 良, is: ">= 80"}
  - {id: poor, label: 差, is: "< 80"}
"""


def rules(text: str, rating: str = RATING) -> perfscore.RuleSet:
    return perfscore.loads(HEAD + text + rating)


MOVE = "{policy: redistribute, by: proportional, scope: siblings}"


def leaf(id: str, weight: object, **more: object) -> str:
    """An item that earns its outcome, 0 … weight."""
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    return f"{{id: {id}, label: 指标{id}, weight: {weight}{extra}, method: {{type: formula, points: actual}}}}"


GROUPS = rules(
    f"""
total: 100
indicators:
  - {{id: output, label: 产出, weight: 60, children: [{leaf("a", 40)}, {leaf("b", 20)}]}}
  - id: benefit
    label: 效益
    weight: 40
    children:
      - {{id: social, label: 社会效益, weight: 30, children: [{leaf("c", 10)}, {leaf("d", 20)}]}}
      - {leaf("e", 10)}
"""
)
FULL = {"a": 40, "b": 20, "c": 10, "d": 20, "e": 10}


@pytest.mark.parametrize(
    "outcomes, total, rating",
    [
        (FULL, 100, "优"),
        ({**FULL, "a": 30}, 90, "优"),
        ({**FULL, "a": "29.999"}, "89.999", "良"),  # nothing rounds, nothing is near enough
        ({**FULL, "a": 20}, 80, "良"),
        (dict.fromkeys(FULL, 0), 0, "差"),
    ],
)
def test_total_and_rating(outcomes: dict[str, Any], total: object, rating: str) -> None:
    result = perfscore.score(GROUPS, outcomes)
    assert (result.total, result.full, result.lost) == (Fraction(str(total)), 100, 100 - Fraction(str(total)))
    assert result.rating.label == rating


def test_groups_add_up() -> None:
    result = perfscore.score(GROUPS, {"a": 33, "b": 17, "c": 9, "d": 1, "e": 5})
    points = {id: group.points for id, group in result.groups.items()}
    assert points == {"output": 50, "social": 10, "benefit": 15, "total": 65}  # 33 + 17, 9 + 1, 10 + 5, 50 + 15
    parents = {id: group.parent for id, group in result.groups.items()}
    assert parents == {"output": "total", "social": "benefit", "benefit": "total", "total": None}
    assert result.groups["output"].lost == 10


def test_a_mapping_of_items_and_groups() -> None:
    result = perfscore.score(GROUPS, FULL)
    assert isinstance(result, Mapping)
    assert list(result) == ["a", "b", "c", "d", "e", *result.groups]
    assert len(result) == 9  # five items, three groups, the total
    assert isinstance(result["a"], ItemResult) and isinstance(result["output"], GroupResult)
    assert "a" in result and "nothing" not in result
    assert result["a"] is result["a"]
    assert dict(result)["total"].points == 100
    assert result.get("nothing") is None
    for wrong in ("nothing", "output"):
        with pytest.raises(KeyError):
            result.item(wrong)
    with pytest.raises(KeyError):
        result["nothing"]


def test_texts() -> None:
    result = perfscore.score(GROUPS, FULL)
    assert repr(result) == "<Assessment test/assessment: 100 优>"
    assert "总分 100 / 100" in str(result)
    assert result.rules is GROUPS
    assert [item.id for item in result.items_in_order] == ["a", "b", "c", "d", "e"]


# ---------------------------------------------------------------- shown and exact

ROUNDED = (
    "total: 100\nrounding: {item: 1, total: {digits: 0, mode: half-up}, rating_from: %s}\n"
    f"indicators:\n  - {leaf('a', 60)}\n  - {leaf('b', 40)}"
)


@pytest.mark.parametrize(
    "rating_from, a, total, rating, why",
    [
        ("shown", "49.5", 90, "优", "49.5 + 40 = 89.5, shown as 90"),
        ("exact", "49.5", 90, "良", "89.5 is not 90"),
        ("shown", "49.44", 89, "良", "49.4 + 40 = 89.4, shown as 89"),
        ("shown", "49.45", 90, "优", "49.45 is shown as 49.5 first, then 89.5 as 90: every stage rounds for itself"),
        ("exact", "50", 90, "优", "90 is 90"),
    ],
)
def test_rating_from(rating_from: str, a: str, total: int, rating: str, why: str) -> None:
    result = perfscore.score(rules(ROUNDED % rating_from), {"a": a, "b": 40})
    assert (result.total, result.rating.label) == (total, rating), why


def test_roundings_are_told() -> None:
    result = perfscore.score(rules(ROUNDED % "shown"), {"a": "49.45", "b": 40})
    assert [(fact.stage, fact.before, fact.after) for fact in result.item("a").roundings] == [("item", Fraction("49.45"), Fraction("49.5"))]
    assert [(fact.stage, fact.before, fact.after) for fact in result.groups["total"].roundings] == [("total", Fraction("89.5"), 90)]
    assert result.item("a").lost == Fraction("10.5")  # lost counts from the rounded points


# ---------------------------------------------------------------- what does not apply

MOVED = rules(
    f"""
total: 100
indicators:
  - id: output
    label: 产出
    weight: 60
    children:
      - {leaf("a", 20)}
      - {leaf("b", 10)}
      - {leaf("c", 18, not_applicable=MOVE)}
      - {leaf("d", 12, not_applicable="full")}
  - {leaf("e", 40, not_applicable=MOVE)}
"""
)


@pytest.mark.parametrize(
    "outcomes, output, total, why",
    [
        ({"a": 20, "b": 5, "c": 9, "d": 6, "e": 30}, "40", "70", "all apply: 20 + 5 + 9 + 6, + 30"),
        ({"a": 20, "b": 5, "c": "不适用", "d": 6, "e": 30}, "310/7", "520/7", "31 × (42 + 18)/42 = 310/7: a, b and d receive; + 30"),
        ({"a": 20, "b": 5, "c": "不适用", "d": "不适用", "e": 30}, "52", "82", "25 × (30 + 18)/30 = 40, d keeps 12; + 30"),
        ({"a": 20, "b": 5, "c": 9, "d": 6, "e": "不适用"}, "40", "200/3", "40 × (60 + 40)/60 = 200/3"),
        ({"a": 20, "b": 5, "c": "不适用", "d": "不适用", "e": "不适用"}, "52", "260/3", "52 × 100/60"),
    ],
)
def test_moved_weight(outcomes: dict[str, Any], output: str, total: str, why: str) -> None:
    result = perfscore.score(MOVED, outcomes)
    assert (result.groups["output"].points, result.total) == (Fraction(output), Fraction(total)), why


def test_moved_weight_in_the_ledger() -> None:
    result = perfscore.score(MOVED, {"a": 20, "b": 5, "c": "不适用", "d": "不适用", "e": 30})
    lines = {(line.item or line.stage): line.lost for line in result.ledger}
    # c loses its 18; the 25 points of a and b grow to 40
    assert lines == {"b": 5, "c": 18, "output:redistribution": -15, "e": 10}
    item = result.item("c")
    assert (item.not_applicable, item.points, item.reason, item.actual) == (True, 0, "not_applicable", None)
    assert (item.steps, item.better, item.regains) == ((), (), ())


def test_the_arithmetic_of_moved_weight_is_shown() -> None:
    result = perfscore.score(MOVED, {"a": 20, "b": 5, "c": "不适用", "d": "不适用", "e": 30})
    # (37 − 12) × (30 + 18) ÷ 30 + 12 = 52, or 25 × (30 + 18) ÷ 30 = 40: every number of it stands in one line
    lines = [line for line in result.explain("zh").splitlines() if "30 + 18" in line and "×" in line and "÷ 30" in line]
    assert lines and all("52" in line or "40" in line for line in lines), result.explain("zh")
    # and nobody who reads it needs to know a programming language
    assert " if " not in result.explain("zh") and " else " not in result.explain("zh")


def test_nothing_left_to_receive() -> None:
    alone = rules(f"total: 100\nindicators:\n  - {leaf('a', 60, not_applicable=MOVE)}\n  - {leaf('b', 40, not_applicable=MOVE)}")
    with pytest.raises(perfscore.OutcomeError) as raised:
        perfscore.score(alone, {"a": "不适用", "b": "不适用"})
    assert len(raised.value.problems) == 1


def test_a_group_that_does_not_apply() -> None:
    found = rules(
        "inputs: {lifts: {label: 有电梯, type: yes_no}}\ntotal: 100\nindicators:\n"
        f"  - {{id: g, label: 电梯, weight: 50, applies: lifts, not_applicable: {MOVE}, children: [{leaf('a', 50)}]}}\n  - {leaf('b', 50)}"
    )
    result = perfscore.score(found, {"lifts": "无", "b": 40})
    assert result.groups["g"].not_applicable
    assert result.item("a").not_applicable
    assert result.total == 80  # 40 × (50 + 50)/50
    assert perfscore.score(found, {"lifts": "有", "a": 25, "b": 40}).total == 65


# ---------------------------------------------------------------- gates and flags

GATED = rules(
    f"""
inputs:
  audit: {{label: 审计问题, type: yes_no, missing: no}}
  veto: {{label: 一票否决, type: yes_no, missing: no}}
  praise: {{label: 表彰, type: yes_no, missing: no}}
total: 100
indicators:
  - {{id: g, label: 产出, weight: 60, children: [{leaf("a", 40, kind="quantity")}, {leaf("b", 20)}]}}
  - {leaf("c", 40)}
gates:
  - {{id: item_zero, when: b < 5, on: [a, b], points: 1, because: 质量不合格}}
  - {{id: group_cap, when: scored(a) < 10, on: [g], at_most: 12}}
  - {{id: total_cap, when: audit, at_most: 79.5, because: 审计发现问题}}
  - {{id: lifted, when: praise, at_least: 85}}
  - {{id: capped, when: scored(c) < 20, rating_at_most: good}}
  - {{id: raised, when: praise, rating_at_least: good}}
  - {{id: decided, when: veto, rating: poor, because: 一票否决}}
flags:
  - {{id: few, for: {{kind: quantity}}, when: actual < 20, needs: deviation_reason, because: 偏少}}
  - {{id: any_flag, when: praise and audit, because: 表彰与审计问题并存}}
"""
)
GATED_FULL = {"a": 40, "b": 20, "c": 40}


@pytest.mark.parametrize(
    "changed, total, rating, gates, why",
    [
        ({}, "100", "优", [], "nothing fires"),
        ({"b": 4}, "42", "差", ["item_zero"], "a and b are set to 1: 1 + 1 + 40; 4 are scored, 1 counts"),
        ({"b": 5}, "85", "良", [], "5 is not below 5: 40 + 5 + 40"),
        ({"a": 9}, "52", "差", ["group_cap"], "9 + 20 = 29, the group at most 12; + 40"),
        ({"a": 9, "b": 4}, "42", "差", ["item_zero", "group_cap"], "scored(a) = 9 is asked before the gates; 1 + 1 ≤ 12; + 40"),
        ({"audit": "有"}, "79.5", "差", ["total_cap"], "100 at most 79.5"),
        ({"audit": "有", "praise": "有"}, "85", "良", ["total_cap", "lifted", "raised"], "79.5, then at least 85: in file order"),
        ({"c": 19, "a": 40}, "79", "差", ["capped"], "79 is poor already"),
        ({"praise": "有", "c": 0}, "85", "良", ["lifted", "capped", "raised"], "60 raised to 85"),
        ({"veto": "有"}, "100", "差", ["decided"], "the rating is decided, the total stays"),
        ({"veto": "有", "praise": "有"}, "100", "差", ["lifted", "raised", "decided"], "decided goes before raised"),
    ],
)
def test_gates(changed: dict[str, Any], total: str, rating: str, gates: list[str], why: str) -> None:
    result = perfscore.score(GATED, {**GATED_FULL, **changed})
    assert (result.total, result.rating.label) == (Fraction(total), rating), why
    assert [gate.id for gate in result.gates] == gates


def test_rating_before_the_gates() -> None:
    result = perfscore.score(GATED, {**GATED_FULL, "veto": "有"})
    assert (result.rating.id, result.rating_by_total.id) == ("poor", "excellent")
    (gate,) = result.gates
    assert (gate.because, dict(gate.effects)) == ("一票否决", {"rating": "poor"})


def test_a_gate_on_an_item_keeps_what_was_scored() -> None:
    result = perfscore.score(GATED, {**GATED_FULL, "b": 4})
    assert (result.item("a").scored, result.item("a").points, result.item("a").lost) == (40, 1, 39)


def test_gates_on_the_total_are_lines_of_the_ledger() -> None:
    result = perfscore.score(GATED, {**GATED_FULL, "audit": "有"})
    (line,) = result.ledger
    assert (line.stage, line.lost, line.because) == ("total:gate total_cap", Fraction("20.5"), "审计发现问题")


@pytest.mark.parametrize(
    "outcomes, flags",
    [
        ({}, []),
        ({"a": 19}, [("few", "a", True)]),
        ({"a": {"value": 19, "deviation_reason": "人手不足"}}, [("few", "a", False)]),
        ({"a": {"value": 19, "deviation_reason": ""}}, [("few", "a", True)]),
        ({"praise": "是", "audit": "是"}, [("any_flag", None, False)]),
    ],
)
def test_flags(outcomes: dict[str, Any], flags: list[tuple[str, str | None, bool]]) -> None:
    result = perfscore.score(GATED, {**GATED_FULL, **outcomes})
    assert [(flag.id, flag.item, flag.lacking) for flag in result.flags] == flags


# ---------------------------------------------------------------- the claims of an item


@pytest.mark.parametrize("points", ["41", "-1", "40.001"])
def test_points_outside_of_the_weight_are_an_error(points: str) -> None:
    with pytest.raises(perfscore.OutcomeError) as raised:
        perfscore.score(GROUPS, {**FULL, "a": points})
    assert [problem.indicator for problem in raised.value.problems] == ["a"]


def test_problems_of_several_items_come_together() -> None:
    with pytest.raises(perfscore.OutcomeError) as raised:
        perfscore.score(GROUPS, {**FULL, "a": 41, "b": -1, "c": "三"})
    assert sorted(str(problem.indicator) for problem in raised.value.problems) == ["a", "b", "c"]


DIVIDED = rules(
    "inputs: {plan: {label: 计划数}}\ntotal: 100\n"
    "indicators: [{id: a, label: 完成, target: '>= plan', weight: 100, method: {type: ratio, above: cap}}]"
)


def test_division_by_zero_has_a_place() -> None:
    with pytest.raises(perfscore.OutcomeError) as raised:
        perfscore.score(DIVIDED, {"plan": 0, "a": -1})
    (problem,) = raised.value.problems
    assert problem.code == "division-by-zero"
    assert perfscore.score(DIVIDED, {"plan": 8, "a": 6}).total == 75  # 6/8


def test_quantities_and_steps_of_an_item() -> None:
    item = perfscore.score(DIVIDED, {"plan": 8, "a": 6}).item("a")
    assert {"actual": 6, "target": 8, "attainment": Fraction(3, 4), "weight": 100, "met": False}.items() <= dict(item.quantities).items()
    assert [step.value for step in item.steps] == [8, Fraction(3, 4), 75]  # target, attainment, points
    assert (item.case, item.reason, item.method, item.actual, item.actual_value) == (4, "proportional", "ratio", "6", 6)
    assert item.path == ("完成",)


# ---------------------------------------------------------------- pure, immutable, shared


def everything(result: perfscore.Assessment) -> object:
    return (result.to_dict("zh"), result.explain("zh"), result.explain("en"), str(result), result._repr_html_(), result.ledger)


def test_the_same_input_gives_the_same_result() -> None:
    outcomes = {**GATED_FULL, "a": 9, "audit": "有"}
    first = everything(perfscore.score(GATED, outcomes))
    perfscore.score(GATED, GATED_FULL)  # another assessment between leaves nothing behind
    assert everything(perfscore.score(GATED, outcomes)) == first
    assert everything(perfscore.score(perfscore.RuleSet.from_dict(GATED.to_dict()), outcomes))[1:4] == first[1:4]  # type: ignore[index]


def test_scoring_changes_neither_rules_nor_outcomes() -> None:
    outcomes = {**FULL, "a": {"value": 30, "evidence": ["台账"]}}
    kept, digest = repr(outcomes), GROUPS.digest
    everything(perfscore.score(GROUPS, outcomes))
    assert (repr(outcomes), GROUPS.digest) == (kept, digest)


def test_explaining_changes_nothing() -> None:
    result = perfscore.score(GATED, {**GATED_FULL, "a": 9})
    before = result.to_dict()
    everything(result)
    assert result.to_dict() == before


@pytest.mark.parametrize("name", ["total", "rating", "lost", "full", "gates", "flags", "rules", "warnings"])
def test_an_assessment_cannot_be_changed(name: str) -> None:
    result = perfscore.score(GROUPS, FULL)
    with pytest.raises(AttributeError):
        setattr(result, name, 1)
    with pytest.raises(TypeError):
        result["a"] = result["b"]  # type: ignore[index]


@pytest.mark.parametrize("name", ["groups", "ledger", "extra"])
def test_nor_what_was_computed_once(name: str) -> None:
    result = perfscore.score(GROUPS, FULL)
    with pytest.raises(AttributeError):
        setattr(result, name, ())
    with pytest.raises(AttributeError):
        delattr(result, name)


def test_a_result_cannot_be_changed() -> None:
    result = perfscore.score(GROUPS, {**FULL, "a": 30})
    item = result.item("a")
    with pytest.raises(AttributeError):
        item.points = Fraction(40)  # type: ignore[misc]
    with pytest.raises(AttributeError):
        result.ledger[0].lost = Fraction(0)  # type: ignore[misc]
    with pytest.raises(TypeError):
        result.groups["total"] = result.groups["output"]  # type: ignore[index]
    with pytest.raises(TypeError):
        item.quantities["actual"] = Fraction(40)  # type: ignore[index]


def test_eight_threads_share_rules_and_results() -> None:
    fresh = perfscore.RuleSet.from_dict(MOVED.to_dict())  # nothing is made ready yet
    shared = perfscore.score(fresh, {"a": 20, "b": 5, "c": "不适用", "d": 6, "e": 30})
    cases = [{"a": k, "b": 10 - k, "c": "不适用" if k % 2 else k, "d": 6, "e": 30 + k} for k in range(8)]
    alone = [everything(perfscore.score(MOVED, one))[1:4] for one in cases]  # type: ignore[index]
    alone_shared = everything(perfscore.score(MOVED, {"a": 20, "b": 5, "c": "不适用", "d": 6, "e": 30}))[1:4]  # type: ignore[index]
    found: dict[int, list[object]] = {k: [] for k in range(8)}
    start = threading.Barrier(8)

    def work(k: int) -> None:
        try:
            start.wait()
            for _ in range(5):
                found[k].append(everything(perfscore.score(fresh, cases[k]))[1:4] == alone[k])  # type: ignore[index]
                found[k].append(everything(shared)[1:4] == alone_shared)  # type: ignore[index]
        except BaseException as trouble:
            found[k].append(trouble)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {k: [True] * 10 for k in range(8)}
