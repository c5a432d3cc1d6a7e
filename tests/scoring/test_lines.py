# ruff: noqa: E501
"""A line an item: the points, what was reported and aimed at, the reason, the arithmetic; the same by code and by the exact reading."""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfscore import Assessment, OutcomeError, RuleSet, score
from perfscore.readings.text import value_text
from perfscore.scoring.assessment import exactly
from perfscore.scoring.lines import number_text
from perfscore.scoring.outcomes import read_outcomes
from perfscore.scoring.wording import minus

sys.path.insert(0, str(Path(__file__).parents[1] / "oracle"))

import generate


def of(*items: dict[str, Any], total: object = None, **top: Any) -> RuleSet:
    whole = sum(F(str(item.get("weight", 0))) for item in items) if total is None else total
    return RuleSet.from_dict(
        {"perfscore": 1, "id": "t", "total": whole, "rating": [{"id": "one", "is": "any"}], "indicators": list(items), **top}
    )


def item(id: str = "a", **more: Any) -> dict[str, Any]:
    return {"id": id, "label": f"指标{id}", "weight": 10, **more}


def exact(rules: RuleSet, outcomes: Mapping[str, Any]) -> Assessment:
    read, problems = read_outcomes(rules, outcomes)
    return Assessment(rules, exact=exactly(rules, read, problems))


def by_code(rules: RuleSet, outcomes: Mapping[str, Any]) -> Assessment:
    for _ in range(3):
        result = score(rules, dict(outcomes))
    assert result.by_code is not None
    return result


RATIO = item(unit="份", target=">= 1200", method={"type": "ratio", "above": "cap"})


# --- what a line says -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "leaf, outcome, zh, en",
    [
        (RATIO, "1199份", ["指标a：", "9.99", " / 10 分", "实际 1199份", "目标 ≥ 1200份", "10 × ", "99.916666…%"], ["指标a: ", "9.99", " of 10", "1199份", "≥ 1200份", "99.916666…%"]),
        (RATIO, "1200", ["10.00 / 10 分", "实际 1200份"], ["10.00 of 10", "1200份"]),
        (RATIO, "0份", ["0.00 / 10 分", "实际 0份"], ["0.00 of 10"]),
        (item(method="pass_fail", type="yes_no"), "是", ["10.00 / 10 分", "实际 是"], ["10.00 of 10", "yes"]),
        (item(method="pass_fail", type="choice", values={"x": "甲类", "y": "乙类"}, target="x"), "y", ["0.00 / 10 分", "实际 乙类"], ["0.00 of 10", "乙类"]),
        (item(method={"type": "formula", "cases": [{"when": "actual < 3", "points": 2, "reason": "few", "label": "少于三次"}], "otherwise": 10}), "2", ["2.00 / 10 分", "少于三次"], ["2.00 of 10", "少于三次"]),
    ],
)  # fmt: skip
def test_what_a_line_holds(leaf: dict[str, Any], outcome: str, zh: list[str], en: list[str]) -> None:
    rules = of(leaf, rounding={"item": 2})
    result = by_code(rules, {"a": outcome})
    for told, wanted in ((result.lines("zh"), zh), (result.lines("en"), en)):
        (line,) = told
        assert all(part in line for part in wanted), line
        assert "\n" not in line and "%s" not in line and "%%" not in line and "\0" not in line


def test_one_line_an_item_in_the_order_of_the_file() -> None:
    group = {
        "id": "g",
        "label": "组",
        "weight": 20,
        "children": [item("b", method="pass_fail", target=">= 1"), item("c", method="pass_fail", target=">= 1")],
    }
    rules = of(item("z", method="pass_fail", target=">= 1"), group, total=30)
    lines = by_code(rules, {"c": 1, "b": 0, "z": 1}).lines()
    assert [line.split("：")[0] for line in lines] == ["指标z", "指标b", "指标c"]
    assert by_code(rules, {"c": 1, "b": 0, "z": 1}).lines() == lines, "the default is Chinese"


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        score(of(RATIO), {"a": 5}).lines("fr")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "leaf, outcomes, top, parts, why",
    [
        (item("a", method="pass_fail", target=">= 1", not_applicable="full"), {"a": "不适用", "b": 5}, {}, ["10 / 10 分", "不适用"], "it does not apply"),
        (item("a", method="pass_fail", target=">= 1", missing=4), {"b": 5}, {}, ["4 / 10 分"], "missing"),
        (item("a", method="pass_fail", target=">= 1"), {"a": 1, "b": 5}, {"gates": [{"id": "veto", "when": "b = 5", "on": ["a"], "points": 1, "because": "一票否决"}]}, ["1 / 10 分", "一票否决"], "a gate"),
        (item("a", method="pass_fail", target=">= 1"), {"a": 1, "b": 5}, {"gates": [{"id": "veto", "when": "b = 5", "on": ["a"], "points": 1}]}, ["1 / 10 分", "veto"], "a gate without words"),
        (item("a", method="pass_fail", target=">= 1", override={"range": "[0, weight]"}), {"a": {"value": 1, "override": 3, "by": "评审组", "because": "证据不足"}, "b": 5}, {}, ["3 / 10 分", "评审组", "证据不足"], "a person"),
    ],
)  # fmt: skip
def test_lines_of_what_is_out_of_the_ordinary(
    leaf: dict[str, Any], outcomes: dict[str, Any], top: dict[str, Any], parts: list[str], why: str
) -> None:
    rules = of(leaf, item("b", method={"type": "formula", "points": "actual"}), **top)
    for _ in range(3):
        result = score(rules, dict(outcomes))
        first = result.lines()[0]
        assert all(part in first for part in parts), (why, first)
        assert result.lines("en") == exact(rules, outcomes).lines("en")


def test_a_percent_sign_in_the_labels_is_text() -> None:
    rules = of(
        item(
            label="完成率100%的s",
            unit="%",
            target=">= 100%",
            method={"type": "ratio", "above": "cap"},
            special=[{"when": "actual = 0", "points": 0, "label": "为0%时"}],
        )
    )
    assert by_code(rules, {"a": "0%"}).lines()[0].startswith("完成率100%的s：0 / 10 分")
    assert "为0%时" in by_code(rules, {"a": "0%"}).lines()[0]
    assert exact(rules, {"a": "50%"}).lines() == by_code(rules, {"a": "50%"}).lines()


# --- both ways ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "leaf, outcome",
    [
        (RATIO, "1,100"), (RATIO, "1,100份"), (RATIO, "1100"), (RATIO, 1100), (RATIO, "0.11万份"), (RATIO, "-5"), (RATIO, -5), (RATIO, "+5"), (RATIO, "1100.50"), (RATIO, "007"),
        (item(unit="%", target=">= 95%", method={"type": "ratio", "above": "cap"}), "9.5%"), (item(unit="%", target=">= 95%", method={"type": "ratio", "above": "cap"}), "95‰"),
        (item(unit="万元", target="<= 100", method={"type": "ratio", "above": "cap", "reverse": "complement"}), "1,080.5万元"),
        (item(unit="万元", target="<= 100", method={"type": "ratio", "above": "cap", "reverse": "complement"}), "150万"),
        (item(method={"type": "formula", "points": "clamp(actual, 0, 10)"}), "3"), (item(method={"type": "formula", "points": "clamp(actual, 0, 10)"}), "-3.5"),
        (item(method="pass_fail", type="yes_no"), "是"), (item(method="pass_fail", type="yes_no"), "no"), (item(method="pass_fail", type="yes_no"), True), (item(method="pass_fail", type="yes_no"), False),
        (item(method="pass_fail", type="choice", values={"x": "甲类", "y": "乙类"}, target="x"), "x"), (item(method="pass_fail", type="choice", values={"x": "甲类", "y": "乙类"}, target="x"), "乙类"),
    ],
)  # fmt: skip
def test_how_an_actual_is_shown(leaf: dict[str, Any], outcome: Any) -> None:
    rules = of(leaf)
    for language in ("zh", "en"):
        assert by_code(rules, {"a": outcome}).lines(language) == exact(rules, {"a": outcome}).lines(language)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_both_ways_tell_the_same(seed: int) -> None:
    """Rule sets and outcomes of the oracle's generator."""
    rng = random.Random(seed)
    plain = generate.rule_set(rng)
    rules = RuleSet.from_dict(plain)
    for k in range(6):
        outcomes = generate.outcomes_for(plain, rng)
        try:
            result = score(rules, outcomes)
        except OutcomeError:
            continue
        wanted = exact(rules, outcomes)
        for language in ("zh", "en"):
            told = result.lines(language)
            assert told == wanted.lines(language)
            assert len(told) == len(result.items_in_order)
            assert all(line.startswith(one.label) for line, one in zip(told, result.items_in_order, strict=True))
        assert k < 6


# --- numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "n, d, percent, text",
    [
        (0, 1, False, "0"), (5, 1, False, "5"), (1, 2, False, "0.5"), (1, 3, False, "0.333333…"), (2, 3, False, "0.666666…"), (-1, 3, False, "−0.333333…"), (-5, 2, False, "−2.5"),
        (1, 10**6, False, "0.000001"), (1, 10**7, False, "0.000000…"), (-1, 10**7, False, "−0.000000…"), (999999999, 10**9, False, "0.999999…"), (10**20 + 1, 10**20, False, "1.000000…"),
        (1, 3, True, "33.333333…%"), (19, 20, True, "95%"), (-19, 20, True, "−95%"), (1, 10**8, True, "0.000001%"), (1, 10**9, True, "0.000000…%"), (0, 7, True, "0%"), (12, 4, True, "300%"),
        (6, 4, False, "1.5"), (100, 100, False, "1"), (1000, 1, False, "1000"),
    ],
)  # fmt: skip
def test_number_text(n: int, d: int, percent: bool, text: str) -> None:
    assert number_text(n, d, percent) == text


@settings(max_examples=500, deadline=None)
@given(
    st.integers(-(10**24), 10**24),
    st.one_of(st.integers(1, 10**24), st.integers(0, 12).map(lambda k: 10**k), st.integers(0, 30).map(lambda k: 2**k)),
    st.booleans(),
)
def test_number_text_is_value_text(n: int, d: int, percent: bool) -> None:
    """n and d need not be in lowest terms."""
    assert number_text(n, d, percent) == minus(value_text(F(n, d), percent=percent, exact=False))
    assert number_text(3 * n, 3 * d, percent) == number_text(n, d, percent)
