"""What `check` says where a property is not seen at a glance: nothing passes in silence, and a witness is never refused for its form."""

from __future__ import annotations

from typing import Any

import perfscore
from perfscore.checks.check import Checked

FULL_SHARE = {"type": "formula", "points": "weight * actual"}
RATING = [{"id": "any", "label": "合格", "is": "any"}]


def checked(items: list[dict[str, Any]], inputs: dict[str, Any] | None = None, total: int = 10) -> tuple[perfscore.RuleSet, Checked]:
    rules = perfscore.RuleSet.from_dict(
        {
            "perfscore": 1,
            "id": "t",
            "rounding": {"item": 2, "total": 2},
            "total": total,
            "inputs": inputs or {},
            "indicators": items,
            "rating": RATING,
        }
    )
    return rules, perfscore.check(rules)


def codes(found: Checked) -> set[tuple[str, str | None]]:
    return {(one.code, one.indicator) for one in found}


def checklist(weight: int, start: int | str, points: str) -> dict[str, Any]:
    """Twelve elements: 4096 ways to fulfil them."""
    elements = [{"id": f"e{k}", "label": f"要点{k}", "points": points} for k in range(12)]
    return {"id": "a", "label": "制度", "weight": weight, "method": {"type": "checklist", "from": start, "elements": elements}}


def test_many_elements_that_add_up_to_more_than_the_weight() -> None:
    """12 × 1 = 12 points of 10: the claim is looked at, also where an item is put together from parts."""
    rules, found = checked([checklist(10, 0, "1")])
    assert ("out-of-range", "a") in codes(found) and found.verdict == "broken"
    witness = next(one for one in found if one.code == "out-of-range").facts["witness"]["outcomes"]
    try:
        perfscore.score(rules, witness)
    except perfscore.OutcomeError as refused:
        assert [one.code for one in refused.problems] == ["points-out-of-range"]
    else:
        raise AssertionError("the witness is scored")


def test_many_elements_that_add_up_to_the_weight_are_proved() -> None:
    _, found = checked([checklist(12, 0, "1")], total=12)
    assert codes(found) == {("total-unreachable", "total")} and found.verdict == "proved"  # only whole totals
    assert found.summary["totals"] == {"lowest": "0", "highest": "12", "count": 13}


def test_many_elements_that_cost_more_than_there_is() -> None:
    """10 − 12 × 1 = −2, without a floor."""
    _, found = checked([checklist(10, "weight", "-1")])
    assert ("out-of-range", "a") in codes(found)


def test_a_range_that_hangs_on_another_number() -> None:
    """At most the budget is spent, so the execution never passes 100 % and 12 points are never earned."""
    inputs = {
        "budget": {"label": "预算数", "unit": "万元", "grid": "0.01", "range": "> 0"},
        "spent": {"label": "执行数", "unit": "万元", "grid": "0.01", "range": "[0, budget]"},
    }
    item = {
        "id": "a",
        "label": "执行率",
        "actual": "spent / budget",
        "weight": 10,
        "method": {"type": "formula", "points": "weight * actual"},
    }
    rules, found = checked([item], inputs)
    assert not {code for code, _ in codes(found)} & {"out-of-range", "full-unreachable"}
    for level in found.summary["ratings"].values():
        for end in level.values():
            assert str(perfscore.score(rules, end["outcomes"]).total) == end["total"]
    wide = {**inputs, "spent": {**inputs["spent"], "range": ">= 0"}}
    assert ("out-of-range", "a") in codes(checked([item], wide)[1])


def test_two_numbers_that_are_no_one_quantity() -> None:
    """5 for the one and 5 for the other: 0, 5 or 10: the sum is known, the direction against the item's own number is not."""
    item = {
        "id": "a", "label": "规模", "unit": "家", "grid": 1, "range": "[0, 20]", "weight": 10, "target": ">= 10",
        "method": {"type": "formula", "points": "(5 if actual >= 10 else 0) + (5 if other >= 10 else 0)"},
    }  # fmt: skip
    _, found = checked([item], {"other": {"label": "其他", "grid": 1, "range": "[0, 20]"}})
    assert found.verdict == "not decided" and ("not-decided", "a") in codes(found)
    assert found.summary["totals"] == {"lowest": "0", "highest": "10", "count": 3}


def test_a_seed_repeats_a_search() -> None:
    inputs = {f"x{k}": {"label": f"数{k}", "range": "[0, 100]", "grid": 1} for k in range(5)}
    item = {
        "id": "a",
        "label": "积",
        "weight": 10,
        "floor": 0,
        "cap": "weight",
        "method": {"type": "formula", "points": "x0 * x1 - x2 * x3 + x4"},
    }
    first, again = (checked([item], inputs) for _ in range(2))
    assert first[1] == again[1] and ("not-decided", "a") in codes(first[1])
    assert perfscore.check(first[0], seed=7) == perfscore.check(first[0], seed=7)
