# ruff: noqa: E501
"""The second and later assessments of a rule set go by its code: the same numbers, words and refusals as the exact reading."""

from __future__ import annotations

import contextlib
import copy
import pickle
import random
import sys
from collections.abc import Mapping
from fractions import Fraction as F
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from perfscore import Assessment, OutcomeError, RuleSet, score
from perfscore.scoring.assessment import exactly
from perfscore.scoring.outcomes import read_outcomes

sys.path.insert(0, str(Path(__file__).parents[1] / "oracle"))

import generate

RULES: dict[str, Any] = {
    "perfscore": 1, "id": "t/quick", "title": "快", "total": 100, "rounding": {"rate": {"step": "0.01%"}, "item": 2, "total": 1},
    "inputs": {
        "region": {"label": "地区", "type": "choice", "values": {"east": "东部", "west": "西部"}},
        "listed": {"label": "已列入", "type": "yes_no", "missing": "no"},
        "budget": {"label": "预算", "unit": "万元", "range": ">= 0"},
    },
    "let": {"line": {"of": ["region"], "rows": [["east", "100%"], ["west", "80%"]]}},
    "indicators": [
        {"id": "output", "label": "产出", "weight": 60, "children": [
            {"id": "opinions", "label": "法律意见", "weight": 20, "unit": "份", "grid": 1, "target": ">= 1200", "method": {"type": "ratio", "above": "cap"}},
            {"id": "cost", "label": "成本", "weight": 20, "unit": "%", "target": "<= 100%", "method": {"type": "adjust", "over": {"per": "1%", "points": "-0.5", "part": "started"}}, "floor": 0},
            {"id": "time", "label": "及时", "weight": 20, "unit": "%", "method": {"type": "table", "rows": [[">= 95%", 20], ["[80%, 95%)", 10], ["< 80%", 0]]}, "not_applicable": {"policy": "redistribute", "by": "proportional", "scope": "siblings"}, "applies": "listed"},
        ]},
        {"id": "rate", "label": "执行率", "weight": 20, "unit": "%", "method": {"type": "interpolate", "rows": [["60%", 0], ["100%", 20]], "below": "hold", "above": "hold"}, "missing": 0},
        {"id": "made", "label": "制度", "weight": 20, "type": "yes_no", "method": "pass_fail", "reason": "R1"},
    ],
    "gates": [
        {"id": "veto", "when": "opinions < 100", "on": ["output"], "at_most": 30, "because": "一票否决"},
        {"id": "small", "when": "budget < 1", "rating_at_most": "poor", "because": "预算过小"},
    ],
    "flags": [{"id": "over", "for": {"id": "opinions"}, "when": "attainment >= 130%", "needs": "deviation_reason", "because": "超额"}],
    "rating": [{"id": "good", "label": "优", "is": ">= 80"}, {"id": "fair", "label": "良", "is": ">= 60"}, {"id": "poor", "label": "差", "is": "< 60"}],
}  # fmt: skip
PLAIN: dict[str, Any] = {
    "region": "东部", "listed": "是", "budget": "1,080万元", "opinions": "1100份", "cost": "102.4%", "time": "93%", "rate": "87.5%", "made": "是",
}  # fmt: skip


def fresh() -> RuleSet:
    return RuleSet.from_dict(RULES)


def used(rules: RuleSet, outcomes: Mapping[str, Any]) -> RuleSet:
    """The rules after their first two assessments."""
    score(rules, dict(outcomes))
    assert score(rules, dict(outcomes)).by_code is not None
    return rules


READY = used(fresh(), PLAIN)


def exact(rules: RuleSet, outcomes: Mapping[str, Any]) -> Assessment:
    """By the exact reading alone."""
    read, problems = read_outcomes(rules, outcomes)
    return Assessment(rules, exact=exactly(rules, read, problems))


def facts(result: Assessment) -> dict[str, Any]:
    """Everything that is told in short (lines: see test_lines)."""
    found: dict[str, Any] = {
        "total": result.total,
        "rating": result.rating.id,
        "points": dict(result.points),
        "brief": result.brief(),
        "full": result.full,
        "lost": result.lost,
    }
    found["by total"] = None if result.rating_by_total is None else result.rating_by_total.id
    found["not scored"] = result.not_scored
    found["flags"] = [(flag.id, flag.item, flag.lacking) for flag in result.flags]
    found["gates"] = [gate.id for gate in result.gates]
    found["reasons"] = result.reasons
    return found


def same(rules: RuleSet, outcomes: Mapping[str, Any]) -> Assessment | None:
    """The same numbers, or the same refusal, by both ways."""
    try:
        wanted = exact(rules, copy.deepcopy(dict(outcomes)))
    except OutcomeError as refused:
        with pytest.raises(OutcomeError) as raised:
            score(rules, dict(outcomes))
        assert [(one.code, one.place, one.indicator) for one in raised.value.problems] == [
            (one.code, one.place, one.indicator) for one in refused.problems
        ]
        return None
    found = score(rules, dict(outcomes))
    assert facts(found) == facts(wanted)
    return found


# --- which way ------------------------------------------------------------------------------------------------------


def test_the_first_assessment_is_exact_and_the_later_ones_go_by_code() -> None:
    rules = fresh()
    results = [score(rules, dict(PLAIN)) for _ in range(4)]
    assert [result.by_code is not None for result in results] == [False, True, True, True]
    assert len({result.total for result in results}) == 1
    assert [facts(result) for result in results[1:]] == [facts(results[0])] * 3
    assert [result.to_dict() for result in results[1:]] == [results[0].to_dict()] * 3


def test_by_hand() -> None:
    """18.33 (20 × 91.67 %), 20 − 3 × 0.5, 10, 13.75 (20 × 27.5/40), 20."""
    result = score(READY, dict(PLAIN))
    assert result.by_code is not None
    assert result.points == {
        "opinions": F("18.33"),
        "cost": F("18.5"),
        "time": 10,
        "rate": F("13.75"),
        "made": 20,
        "output": F("46.83"),
        "total": F("80.6"),
    }
    assert (result.total, result.rating.id) == (F("80.6"), "good")  # 80.58
    assert result.brief()["items"]["opinions"] == {"points": "18.33", "lost": "1.67", "case": 3, "reason": "proportional"}


def test_what_does_not_apply_by_code() -> None:
    """time (20 of 60) does not apply: 36.83 × 60/40 = 55.245."""
    given = {**PLAIN, "listed": "否"}
    given.pop("time")
    result = same(READY, given)
    assert result is not None and result.points["output"] == F("55.245") and result.total == 89


@pytest.mark.parametrize(
    "change",
    [
        {"opinions": "约1100份"}, {"opinions": "1100多份"}, {"opinions": " 1100份 "}, {"opinions": "１１００"}, {"opinions": {"value": "1100份", "evidence": "台账"}},
        {"opinions": {"value": 1100, "parts": {"甲": 600, "乙": 500}}}, {"opinions": "1100.5"}, {"rate": "0.875"}, {"rate": 87.5}, {"made": "有"}, {"region": " 东部"},
        {"rate": None}, {"rate": "/"}, {"time": "不适用"}, {"time": {"not_applicable": True, "because": "无"}}, {"listed": None},
    ],
)  # fmt: skip
def test_what_is_not_plain_gives_what_it_always_gave(change: dict[str, Any]) -> None:
    result = same(READY, {**PLAIN, **change})
    assert result is not None
    again = score(fresh(), {**PLAIN, **change})
    assert result.to_dict() == again.to_dict(), "as the first assessment of rules that nobody used"


@pytest.mark.parametrize("opinions, codes", [("1100.5", ["off-grid"]), ("约1100份", []), ("1100", [])])
def test_warnings_are_kept(opinions: str, codes: list[str]) -> None:
    result = score(READY, {**PLAIN, "opinions": opinions})
    assert [one.code for one in result.warnings] == codes
    assert [one.code for one in result.item("opinions").warnings] == codes


@pytest.mark.parametrize(
    "change, codes",
    [
        ({"opinions": None}, ["missing-outcome"]), ({"opinions": "许多"}, ["unreadable-quantity"]), ({"opinions": "3件"}, ["wrong-dimension"]), ({"budget": "-1"}, ["outside-range"]),
        ({"region": "南部"}, ["unknown-choice"]), ({"made": "或许"}, ["bad-yes-no"]), ({"opinion": 3}, ["unknown-outcome"]), ({"opinions": "不适用"}, ["not-applicable-refused"]),
        ({"opinions": "-1200"}, None), ({"budget": "-1", "region": "南部"}, ["outside-range", "unknown-choice"]), ({"made": {"value": "是", "grade": "x"}}, ["unknown-part"]),
    ],
)  # fmt: skip
def test_what_is_refused_stays_refused(change: dict[str, Any], codes: list[str] | None) -> None:
    given = {**PLAIN, **change}
    if codes is None:
        assert same(READY, given) is not None
        return
    with pytest.raises(OutcomeError) as raised:
        score(READY, given)
    assert sorted(one.code for one in raised.value.problems) == codes
    assert same(READY, given) is None


def test_an_outcome_that_is_not_there() -> None:
    for id in PLAIN:
        given = {key: value for key, value in PLAIN.items() if key != id}
        same(READY, given)


def test_any_order_of_outcomes() -> None:
    rng = random.Random(1)
    for _ in range(20):
        ids = list(PLAIN)
        rng.shuffle(ids)
        result = score(READY, {id: PLAIN[id] for id in ids})
        assert (result.by_code is not None, result.total) == (True, F("80.6"))


def test_other_mappings_give_the_same() -> None:
    """Subclasses of dict and other mappings are read in full."""

    class Own(dict[str, Any]):
        def __getitem__(self, key: str) -> Any:
            return super().__getitem__(key)

    for mapping in (
        Own(PLAIN),
        MappingProxyType(dict(PLAIN)),
        {"outcomes": dict(PLAIN)},
        {"perfscore_outcomes": 1, "rules": "t/quick", "unit": "某局", "period": "2024", "outcomes": dict(PLAIN)},
    ):
        assert score(READY, mapping).total == F("80.6")
    assert score(READY, {"unit": "某局", "outcomes": dict(PLAIN)}).outcomes.unit == "某局"


@pytest.mark.parametrize("id", ["outcomes", "perfscore_outcomes"])
def test_an_input_that_is_called_like_the_header(id: str) -> None:
    """Whatever such an id means, it means it in every assessment."""
    plain = {
        "perfscore": 1,
        "id": "t",
        "total": 10,
        "rating": [{"id": "one", "is": "any"}],
        "indicators": [{"id": id, "weight": 10, "method": {"type": "formula", "points": "actual"}}],
    }
    try:
        rules = RuleSet.from_dict(plain)
    except Exception as refused:
        assert getattr(refused, "problems", None), refused
        return
    told = []
    for _ in range(3):
        try:
            told.append(str(score(rules, {id: 5}).total))
        except OutcomeError as refused:
            told.append(",".join(one.code for one in refused.problems))
    assert len(set(told)) == 1, told


# --- claims ---------------------------------------------------------------------------------------------------------


def of_one(item: dict[str, Any], **top: Any) -> RuleSet:
    return RuleSet.from_dict(
        {
            "perfscore": 1,
            "id": "t",
            "total": 10,
            "rating": [{"id": "one", "is": "any"}],
            "indicators": [{"id": "a", "label": "甲", "weight": 10, **item}],
            **top,
        }
    )


@pytest.mark.parametrize("value, fine", [("0", True), ("100", True), ("100.01", False), ("-0.01", False), ("-0", True)])
def test_a_range_that_no_rule_reads(value: str, fine: bool) -> None:
    rules = of_one({"method": {"type": "formula", "points": 5}}, inputs={"n": {"range": "[0, 100]"}})
    for _ in range(3):
        if fine:
            assert score(rules, {"n": value}).total == 5
        else:
            with pytest.raises(OutcomeError) as raised:
                score(rules, {"n": value})
            assert [one.code for one in raised.value.problems] == ["outside-range"]


def test_a_range_over_another_input() -> None:
    rules = of_one(
        {"method": {"type": "formula", "points": "executed / budget * 10"}},
        inputs={"budget": {"range": "> 0"}, "executed": {"range": "[0, budget]"}},
    )
    for _ in range(3):
        assert score(rules, {"budget": 100, "executed": 60}).total == 6
        with pytest.raises(OutcomeError):
            score(rules, {"budget": 100, "executed": 101})


def test_points_beyond_the_weight() -> None:
    rules = of_one({"method": {"type": "formula", "points": "actual"}})
    for _ in range(3):
        assert score(rules, {"a": 10}).total == 10
        for value in ("10.01", "-1"):
            with pytest.raises(OutcomeError) as raised:
                score(rules, {"a": value})
            assert [one.code for one in raised.value.problems] == ["points-out-of-range"]


def test_division_by_zero_and_no_case() -> None:
    rules = of_one(
        {"method": {"type": "formula", "cases": [{"when": "n > 5", "points": "10 / (n - 7) + 3"}]}, "floor": 0, "cap": 10}, inputs={"n": {}}
    )
    for _ in range(3):
        assert score(rules, {"n": 12}).total == 5
        for value, code in ((7, "division-by-zero"), (5, "no-case")):
            with pytest.raises(OutcomeError) as raised:
                score(rules, {"n": value})
            assert [one.code for one in raised.value.problems] == [code]


def test_a_flag_that_cannot_be_decided() -> None:
    rules = of_one(
        {"method": {"type": "formula", "points": "n"}}, inputs={"n": {}}, flags=[{"id": "f", "when": "10 / n > 2", "because": "x"}]
    )
    for _ in range(3):
        result = score(rules, {"n": 0})
        assert (result.total, [one.code for one in result.warnings], result.flags) == (0, ["flag-undecided"], ())
        assert [flag.id for flag in score(rules, {"n": 4}).flags] == ["f"]


def test_wide_numbers() -> None:
    rules = of_one({"method": {"type": "formula", "points": "(n ** 6 + m ** 6) / (n ** 6 + m ** 6 + 1)"}}, inputs={"n": {}, "m": {}})
    for n, m in ((1, 2), ("999999999999999.999999999999999", 3), ("-123456789012345678", "0.000000000000001")):
        for _ in range(2):
            whole = F(str(n)) ** 6 + F(str(m)) ** 6
            assert score(rules, {"n": n, "m": m}).total == whole / (whole + 1)


# --- who owns what --------------------------------------------------------------------------------------------------


def test_outcomes_changed_by_the_caller_change_nothing() -> None:
    """Explanations are built when they are asked for, from what was scored."""
    want = score(READY, dict(PLAIN)).to_dict()
    given = dict(PLAIN)
    result = score(READY, given)
    given.update(opinions="5份", made="否")
    given.pop("rate")
    given["x"] = 3
    assert result.by_code is not None
    assert (result.total, result.to_dict(), result.explain("zh") != "") == (F("80.6"), want, True)
    assert pickle.loads(pickle.dumps(result)).to_dict() == want


@pytest.mark.parametrize("key, value", [("value", "5份"), ("evidence", "别的"), ("deviation_reason", "改"), ("grade", "x")])
def test_nested_outcomes_changed_by_the_caller_change_nothing(key: str, value: str) -> None:
    inner = {"value": "1100份", "evidence": "台账"}
    rules = used(fresh(), PLAIN)
    want = score(rules, {**PLAIN, "opinions": dict(inner)}).to_dict()
    given = {**PLAIN, "opinions": dict(inner)}
    result = score(rules, given)
    given["opinions"][key] = value
    assert result.lines("zh") == score(rules, {**PLAIN, "opinions": dict(inner)}).lines("zh")
    assert result.to_dict() == want
    assert result.item("opinions").texts["evidence"] == "台账"


@pytest.mark.parametrize(
    "method, outcome, key, value, points",
    [
        ({"type": "checklist", "from": 0, "elements": [{"id": "made", "label": "制定", "points": 4}, {"id": "used", "label": "执行", "points": 6}]}, {"made": "是", "used": "否"}, "used", "是", 4),
        ({"type": "grade", "levels": [{"id": "met", "label": "达成", "share": 1}, {"id": "partly", "label": "部分", "share": "[60%, 80%]"}]},
         {"grade": "partly", "share": "70%", "by": "评审组", "because": "缺一项"}, "grade", "met", 7),
        ({"type": "grade", "levels": [{"id": "met", "label": "达成", "share": 1}, {"id": "partly", "label": "部分", "share": "[60%, 80%]"}]},
         {"grade": "partly", "share": "70%", "by": "评审组", "because": "缺一项"}, "because", "另一理由", 7),
    ],
)  # fmt: skip
def test_parts_changed_by_the_caller_change_nothing(
    method: dict[str, Any], outcome: dict[str, str], key: str, value: str, points: int
) -> None:
    """The explanation is of what was scored, and a pickle too."""
    rules = of_one({"method": method})
    want = score(rules, {"a": dict(outcome)}).to_dict()
    assert score(rules, {"a": dict(outcome)}).to_dict() == want
    given = {"a": dict(outcome)}
    result = score(rules, given)
    assert result.by_code is not None
    given["a"][key] = value
    assert result.total == points
    assert result.to_dict() == want
    assert pickle.loads(pickle.dumps(result)).to_dict() == want


def test_two_assessments_of_one_rule_set_do_not_mix() -> None:
    first, second = score(READY, dict(PLAIN)), score(READY, {**PLAIN, "made": "否", "opinions": "300份"})
    assert (first.points["made"], second.points["made"]) == (20, 0)
    assert (first.item("opinions").points, second.item("opinions").points) == (F("18.33"), 5)
    assert first.lines()[0] != second.lines()[0]
    assert first.to_dict() == exact(READY, PLAIN).to_dict()


def test_results_cannot_be_changed_and_come_back() -> None:
    result = score(READY, dict(PLAIN))
    with pytest.raises(AttributeError):
        result.total = 3  # type: ignore[misc]
    for other in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result), Assessment.from_dict(result.to_dict(), READY)):
        assert facts(other) == facts(result)


def test_rules_with_their_code_can_be_pickled() -> None:
    again = pickle.loads(pickle.dumps(READY))
    assert [score(again, dict(PLAIN)).by_code is not None for _ in range(2)] == [False, True]
    assert copy.deepcopy(READY).digest == READY.digest


# --- always ---------------------------------------------------------------------------------------------------------

SPOIL: st.SearchStrategy[Any] = st.sampled_from(
    ["", None, "/", "不适用", "约5", "5多", " 7 ", "1,200", "12,00", "0.95", "95%", "5%", "是", "有", "东部", "x", 3, -3, 0, 3.5, True, "1/3", "2万", "3元", [1], {}, {"value": "7"},
     {"value": "7", "by": "甲", "because": "乙"}, {"value": 7, "evidence": ""}, {"not_applicable": True, "because": "无"}, {"not_applicable": "是"}, {"value": None}, {"made": "是"},
     {"override": 3, "by": "甲", "because": "乙"}, {"value": "7", "override": 3, "by": "甲", "because": "乙", "deviation_reason": "丙"}, {"peer_mean": 1, "not_applicable": True}]
)  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32), st.data())
def test_random_rule_sets(seed: int, data: st.DataObject) -> None:
    """Every method, gate, flag and policy of the oracle's generator; then one outcome replaced by anything."""
    rng = random.Random(seed)
    plain = generate.rule_set(rng)
    rules = RuleSet.from_dict(plain)
    for _ in range(2):
        with contextlib.suppress(OutcomeError):
            score(rules, generate.outcomes_for(plain, rng))
    for _ in range(6):
        given = generate.outcomes_for(plain, rng)
        same(rules, given)
        body = given.get("outcomes", given)
        if body:
            body[data.draw(st.sampled_from(sorted(body)))] = data.draw(SPOIL)
            same(rules, given)


ITEMS = [
    {"method": {"type": "ratio", "above": "cap"}, "target": ">= 1200"},
    {"method": {"type": "ratio", "above": {"extend": "120%"}, "below": {"stretch": "60%"}}, "target": ">= 7", "cap": "weight * 120%"},
    {
        "method": {"type": "ratio", "above": {"zero": "150%"}, "reverse": "quotient"},
        "target": "<= 30",
        "special": [{"when": "actual <= 0", "points": 3, "reason": "zero"}],
    },
    {"method": {"type": "table", "rows": [["= 0", 1], ["(0, 7)", 2], ["[7, 70)", "actual / 10"], [">= 70", 10]], "otherwise": 0}},
    {
        "method": {
            "type": "adjust",
            "gap": "actual - 30",
            "over": {"per": 7, "points": -1, "part": "started"},
            "under": {"per": "0.3", "points": "-0.01", "part": "proportional", "at_most": 4},
        },
        "floor": 0,
    },
    {"method": {"type": "interpolate", "rows": [[0, 0], [7, 3], [30, 10]], "below": 1, "above": "hold"}},
    {"method": {"type": "pass_fail"}, "target": "(7, 70]"},
    {
        "method": {
            "type": "formula",
            "let": {"third": "actual / 3"},
            "cases": [{"when": "third >= 10", "points": 10, "reason": "ten"}],
            "otherwise": "clamp(third, 0, 10)",
        }
    },
    {"method": {"type": "formula", "points": "min(10, max(0, round(actual, 1) / floor(abs(actual) + 1)))"}, "missing": 2},
]
TEXTS = st.one_of(
    st.integers(-5, 1500),
    st.integers(-500, 150000).map(lambda n: f"{n // 100}.{n % 100:02}" if n >= 0 else str(n)),
    st.sampled_from(["7", "7.0", "0", "30", "70", "1,200", "1200"]),
)


@pytest.mark.parametrize("k", range(len(ITEMS)))
@pytest.mark.parametrize(
    "rounding", [{}, {"rate": {"step": "0.01%", "mode": "down"}, "item": 2, "total": {"digits": 0, "mode": "half-even"}}]
)
def test_each_method_by_both_ways(k: int, rounding: dict[str, Any]) -> None:
    rules = of_one(ITEMS[k], rounding=rounding)

    @settings(max_examples=25, deadline=None)
    @given(TEXTS)
    def check(text: Any) -> None:
        same(rules, {"a": text})

    check()
    result = score(rules, {"a": "29"})
    assert result.by_code is not None, "the code reading is used at all"


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "region": st.sampled_from(["东部", "west"]), "listed": st.sampled_from(["是", "否"]), "budget": st.integers(0, 3), "opinions": st.integers(0, 2000).map(lambda n: f"{n}份"),
            "cost": st.integers(9000, 14500).map(lambda n: f"{n / 100:.2f}%"), "time": st.integers(700, 1000).map(lambda n: f"{n / 10:.1f}%"),
            "rate": st.integers(500, 1100).map(lambda n: f"{n / 10:.1f}%"), "made": st.booleans(),
        }
    )
)  # fmt: skip
def test_the_rules_above_by_both_ways(outcomes: dict[str, Any]) -> None:
    result = same(READY, outcomes)
    assume(result is not None)
    assert result is not None and result.by_code is not None
