"""Rounding as the DMN compliance kit has it, by the number alone and at the item stage of a rule file; its collected tables.

Source: dmn-tck (rounding.json). Its half-up sends ties away from zero below zero, too. Not tested: its other parts.
"""

import json
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import pytest

from perfscore import RuleSet, score
from perfscore.numbers.rounding import Rounding

KIT = json.loads((Path(__file__).parent / "rounding.json").read_text(encoding="utf-8"))
VECTORS = [tuple(case[key] for key in ("rule", "value", "decimals", "expect")) for case in KIT["cases"]]


def rule_file(indicators: list[dict[str, Any]], total: int, **top: Any) -> RuleSet:
    rating = [{"id": "any", "label": "合格", "is": "any"}]
    return RuleSet.from_dict({"perfscore": 1, "id": "peers/dmn", "total": total, "indicators": indicators, "rating": rating, **top})


def test_every_vector_is_here() -> None:
    assert len(VECTORS) == 16
    assert {rule for rule, *_ in VECTORS} == {"up", "down", "half-up", "half-down"}
    assert len(KIT["collect_sum"]["cases"]) == len(KIT["collect_min"]["cases"]) == 3


@pytest.mark.parametrize("rule, value, decimals, expect", VECTORS)
def test_the_number(rule: Any, value: str, decimals: int, expect: str) -> None:
    assert Rounding.of_digits(decimals, rule).apply(F(value)) == F(expect)


@pytest.mark.parametrize("rule, value, decimals, expect", VECTORS)
def test_the_item_of_a_rule_file(rule: str, value: str, decimals: int, expect: str) -> None:
    item = {"id": "a", "label": "甲", "weight": 10, "floor": -10, "method": {"type": "formula", "points": "actual"}}
    rules = rule_file([item], 10, rounding={"item": {"digits": decimals, "mode": rule}})
    for _ in range(2):  # the exact reading, then the generated code
        assert score(rules, {"a": value}).points == {"a": F(expect), "total": F(expect)}


def collected(rows: list[Any], policy: Any, combine: str) -> RuleSet:
    """One item a row of the table; a row that does not match does not apply."""
    whole = {"type": "formula", "points": "weight"}
    children = [
        {"id": f"row_{k}", "weight": points, "applies": f"x {test[0]} {test[1:]}", "not_applicable": policy, "method": whole}
        for k, (test, points) in enumerate(rows, 1)
    ]
    weight = sum(F(str(points)) for _, points in rows)
    return rule_file(
        [{"id": "matches", "weight": str(weight), "combine": combine, "children": children}],
        str(weight),
        inputs={"x": {"label": "录入值"}},
    )


@pytest.mark.parametrize("x, expect", KIT["collect_sum"]["cases"])
def test_a_table_that_collects_by_sum(x: int, expect: int) -> None:
    assert score(collected(KIT["collect_sum"]["rules"], "zero", "sum"), {"x": x}).total == expect


@pytest.mark.parametrize("x, expect", KIT["collect_min"]["cases"])
def test_a_table_that_collects_by_min(x: int, expect: str) -> None:
    policy = {"policy": "redistribute", "by": "proportional", "scope": "siblings"}
    assert score(collected(KIT["collect_min"]["rules"], policy, "min(parts)"), {"x": x}).total == F(expect)
