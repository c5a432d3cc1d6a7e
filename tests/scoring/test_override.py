# ruff: noqa: E501
"""人工核定: points that a person sets, where the rule allows it, within its range, signed."""

from __future__ import annotations

import pickle
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore import Assessment, OutcomeError, RuleError, RuleSet, score

ITEM: dict[str, Any] = {
    "id": "opinions", "label": "法律意见", "weight": 10, "unit": "份", "target": ">= 1000", "method": {"type": "ratio", "above": "cap"},
    "override": {"when": "attainment >= 120%", "range": "[0, scored]", "needs": "deviation_reason"},
}  # fmt: skip
SIGNED = {"by": "评审组", "because": "目标偏低"}


def whole(item: dict[str, Any] | None = None, **top: Any) -> dict[str, Any]:
    other = {"id": "rest", "label": "其他", "weight": 10, "method": {"type": "formula", "points": "actual"}}
    return {
        "perfscore": 1, "id": "t", "total": 20, "indicators": [{**ITEM, **(item or {})}, other],
        "rating": [{"id": "good", "is": ">= 15"}, {"id": "poor", "is": "any"}], **top,
    }  # fmt: skip


def result_of(outcome: Any, item: dict[str, Any] | None = None, **top: Any) -> Assessment:
    return score(RuleSet.from_dict(whole(item, **top)), {"opinions": outcome, "rest": 6})


def refused(outcome: Any, item: dict[str, Any] | None = None, **top: Any) -> list[tuple[str, str]]:
    with pytest.raises(OutcomeError) as raised:
        result_of(outcome, item, **top)
    return [(one.code, str(one.place)) for one in raised.value.problems]


def given_points(points: object, value: object = 1284, **more: object) -> dict[str, Any]:
    return {"value": value, "override": points, **SIGNED, "deviation_reason": "年初目标偏低", **more}


FREE = {"override": {"range": "[0, weight]"}}


def test_a_person_sets_the_points() -> None:
    result = result_of(given_points(5))
    item = result.item("opinions")
    assert (item.points, item.scored, item.lost, result.total) == (5, 10, 5, 11)
    assert (item.case, item.reason) == (1, "target_met"), "the case the rules would have used"
    assert (item.texts["by"], item.texts["because"], item.texts["deviation_reason"]) == ("评审组", "目标偏低", "年初目标偏低")
    assert (item.better, item.regains) == ((), ()), "no reading of the rules regains what a person took"
    first, second = result.ledger
    assert (first.item, first.lost, first.reason, first.because) == ("opinions", 5, "override", "目标偏低")
    assert (second.item, second.lost) == ("rest", 4)


def test_without_override_the_rules_score() -> None:
    for outcome, points in (
        (1284, 10),
        (900, 9),
        ({"value": 900, "evidence": "台账"}, 9),
        ({"value": 1284, "override": None}, 10),
        ({"value": 1284, "override": "/"}, 10),
    ):
        result = result_of(outcome)
        assert result.item("opinions").points == points
        assert all(line.reason != "override" for line in result.ledger)


@pytest.mark.parametrize(
    "points, range, allowed",
    [
        (10, "[0, scored]", True), (0, "[0, scored]", True), ("10.01", "[0, scored]", False), (-1, "[0, scored]", False),
        (10, "[0, scored)", False), (5, ">= 5", True), ("4.99", ">= 5", False), (8, "[weight * 80%, weight]", True), ("7.99", "[weight * 80%, weight]", False),
        (12, "[0, weight * 120%]", True), (3, "= 3", True), (2, "= 3", False), (6, "(actual / 321, scored]", True), (4, "(actual / 321, scored]", False),
    ],
)  # fmt: skip
def test_the_range(points, range, allowed) -> None:
    item = {"override": {"range": range}}
    if allowed:
        assert result_of(given_points(points), item).item("opinions").points == F(str(points))
    else:
        assert refused(given_points(points), item) == [("override-outside", "opinions.override")]


@pytest.mark.parametrize(
    "value, allowed",
    [(1200, True), (1284, True), (1199, False), (900, False)],
)
def test_only_where_the_rule_allows_it(value, allowed) -> None:
    if allowed:
        assert result_of(given_points(5, value)).item("opinions").points == 5
    else:
        assert refused(given_points(5, value)) == [("override-refused", "opinions.override")]


def test_when_comes_before_the_range() -> None:
    assert refused(given_points(99, 900)) == [("override-refused", "opinions.override")]


def test_when_true_and_always() -> None:
    assert result_of(given_points(5, 100), {"override": {"range": "[0, weight]", "when": "true"}}).item("opinions").points == 5
    assert result_of(given_points(5, 100), FREE).item("opinions").points == 5


def test_messages() -> None:
    with pytest.raises(OutcomeError) as raised:
        result_of(given_points(5, 900))
    assert "attainment >= 120%" in raised.value.problems[0].message("en")
    with pytest.raises(OutcomeError) as raised:
        result_of(given_points("10.5"))
    message = raised.value.problems[0].message("zh")
    assert "10.5" in message and "[0, scored]" in message and "法律意见" in message


@pytest.mark.parametrize(
    "outcome, lacking",
    [
        ({"value": 1284, "override": 5}, ["by", "because", "deviation_reason"]),
        ({"value": 1284, "override": 5, "by": "评审组"}, ["because", "deviation_reason"]),
        ({"value": 1284, "override": 5, **SIGNED}, ["deviation_reason"]),
        ({"value": 1284, "override": 5, "by": "评审组", "deviation_reason": "低"}, ["because"]),
        ({"value": 1284, "override": 5, **SIGNED, "deviation_reason": ""}, ["deviation_reason"]),
    ],
)
def test_unsigned(outcome, lacking) -> None:
    with pytest.raises(OutcomeError) as raised:
        result_of(outcome)
    (problem,) = raised.value.problems
    assert problem.code == "judgement-unsigned"
    assert all(key in problem.message("en") for key in lacking)
    assert all(key not in problem.message("en") for key in {"by:", "deviation_reason"} - set(lacking))


def test_needs_is_asked_only_with_an_override() -> None:
    assert result_of({"value": 1284}).item("opinions").points == 10
    assert result_of({"value": 1284, "override": 5, **SIGNED}, FREE).item("opinions").points == 5


@pytest.mark.parametrize(
    "points, code", [("许多", "unreadable-quantity"), ([5], "not-a-value"), ({"a": 5}, "not-a-value"), ("5份", "wrong-dimension")]
)
def test_points_that_cannot_be_read(points, code) -> None:
    found = refused(given_points(points))
    assert [one for one, _ in found] == [code]


def test_an_item_without_override_knows_no_such_key() -> None:
    rules = RuleSet.from_dict(whole())
    with pytest.raises(OutcomeError) as raised:
        score(rules, {"opinions": 1284, "rest": {"value": 6, "override": 5, **SIGNED}})
    assert [one.code for one in raised.value.problems] == ["unknown-part"]


# --- its place among the stages -------------------------------------------------------------------------------------


def test_after_rounding_and_before_gates() -> None:
    """The set points are not rounded again; a gate acts on them."""
    gates = [{"id": "veto", "when": "rest < 7", "on": ["opinions"], "at_most": 3, "because": "否决"}]
    result = result_of(given_points("5.555"), FREE, rounding={"item": 1})
    assert (result.item("opinions").points, result.item("opinions").scored) == (F("5.555"), 10)
    result = result_of(given_points("5.555"), FREE, gates=gates)
    assert result.item("opinions").points == 3
    assert [(gate.before, gate.after) for gate in result.item("opinions").gates] == [(F("5.555"), 3)]
    assert result_of(given_points(2), FREE, gates=gates).item("opinions").points == 2


def test_scored_is_what_the_rules_give_and_points_what_the_person_gave() -> None:
    gates = [
        {"id": "a", "when": "scored(opinions) = 10", "rating": "good"},
        {"id": "b", "when": "points(opinions) = 1", "rating": "good"},
        {"id": "c", "when": "share(opinions) = 10%", "rating": "good"},
        {"id": "d", "when": "points(opinions) = 10", "rating": "good"},
    ]
    assert [gate.id for gate in result_of(given_points(1), FREE, gates=gates).gates] == ["a", "b", "c"]


def test_the_range_may_ask_the_rounded_points() -> None:
    """8.765 is scored as 8.8: 8.8 is allowed, 8.81 is not."""
    item = {"override": {"range": "[0, scored]"}}
    rounding = {"item": 1}
    assert result_of(given_points("8.8", "876.5份"), item, rounding=rounding).item("opinions").points == F("8.8")
    assert refused(given_points("8.81", "876.5份"), item, rounding=rounding) == [("override-outside", "opinions.override")]


def test_the_same_points_are_no_change() -> None:
    """A person who sets what the rules gave leaves no line of an override."""
    result = result_of(given_points(9, 900), FREE)
    assert [(line.item, line.reason) for line in result.ledger] == [("opinions", "proportional"), ("rest", "otherwise")]
    assert result.item("opinions").better != ()


def test_judged_elements_and_overrides() -> None:
    """An item of elements may be overridden too; the ledger then tells the item, not its elements."""
    item = {
        "id": "opinions", "label": "制度", "weight": 10, "unit": None, "target": None,
        "method": {"type": "checklist", "from": 0, "elements": [{"id": "made", "label": "制定", "points": 4}, {"id": "used", "label": "执行", "points": 6}]},
        "override": {"range": "[0, scored]"},
    }  # fmt: skip
    plain = {key: value for key, value in {**ITEM, **item}.items() if value is not None}
    rules = RuleSet.from_dict({**whole(), "indicators": [plain, whole()["indicators"][1]]})
    result = score(rules, {"opinions": {"made": "是", "used": "否", "override": 3, **SIGNED}, "rest": 10})
    assert result.item("opinions").points == 3
    assert [(line.item, line.lost, line.reason) for line in result.ledger] == [("opinions", 7, "override")]
    result = score(rules, {"opinions": {"made": "是", "used": "否"}, "rest": 10})
    assert [(line.item, line.lost) for line in result.ledger] == [("opinions.used", 6)]
    flat = score(
        rules,
        {
            "opinions.made": "是",
            "opinions.used": "否",
            "opinions.override": 3,
            "opinions.by": "评审组",
            "opinions.because": "缺证",
            "rest": 10,
        },
    )
    assert flat.item("opinions").points == 3


def test_what_does_not_apply_cannot_be_overridden() -> None:
    item = {**FREE, "not_applicable": "full"}
    result = result_of({"not_applicable": True, **SIGNED}, item)
    assert result.item("opinions").points == 10
    found = refused({"not_applicable": True, "override": 5, **SIGNED}, item)
    assert found and found[0][0] in ("override-refused", "override-outside", "not-a-value"), found


# --- rule files that are wrong --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "override, told",
    [
        ({"when": "attainment > 1"}, "indicators[0].override missing-key: “range” is missing in override of “法律意见” | range: \"[0, scored]\""),
        ({}, "indicators[0].override missing-key: “range” is missing in override of “法律意见” | range: \"[0, scored]\""),
        ({"range": "[0, scored"}, "indicators[0].override.range "),
        ({"range": "[0, scord]"}, "indicators[0].override.range unknown-name: there is no quantity “scord”, did you mean “scored”?"),
        ({"range": "[0, scored]", "when": "attainment >"}, "indicators[0].override.when formula-syntax: formula cannot be read: it ends too early"),
        ({"range": "[0, scored]", "when": "attainment"}, "indicators[0].override.when wrong-kind: "),
        ({"range": "[0, scored]", "needs": "reason"}, "indicators[0].override.needs wrong-type: "),
        ({"range": "[0, scored]", "need": "evidence"}, "indicators[0].override.need unknown-key: there is no key “need” here, did you mean “needs”?"),
    ],
)  # fmt: skip
def test_what_is_wrong(override, told) -> None:
    with pytest.raises(RuleError) as raised:
        RuleSet.from_dict(whole({"override": override}))
    (found,) = [f"{one.place} {one.code}: {one.message('en')} | {one.hint('en')}".removesuffix(" | ") for one in raised.value.problems]
    assert found.startswith(told), found


def test_a_group_has_no_override() -> None:
    group = {"id": "g", "label": "组", "weight": 20, "children": whole()["indicators"], "override": {"range": "[0, 1]"}}
    with pytest.raises(RuleError) as raised:
        RuleSet.from_dict({**whole(), "indicators": [group]})
    assert [(one.code, str(one.place)) for one in raised.value.problems] == [("bad-parameter", "indicators[0].override")]


# --- telling, and back again ----------------------------------------------------------------------------------------


def test_it_is_told() -> None:
    result = result_of(given_points(5))
    assert result.brief()["items"]["opinions"]["points"] == "5"
    assert "人工核定" in result.explain("zh", "opinions") and "目标偏低" in result.explain("zh", "opinions")
    line = result.lines("zh")[0]
    assert "法律意见" in line and "5 / 10" in line and "核定" in line
    assert result.to_dict()["ledger"][0]["reason"] == "override"


def test_it_comes_back() -> None:
    rules = RuleSet.from_dict(whole())
    result = score(rules, {"opinions": given_points(5), "rest": 6})
    for again in (Assessment.from_dict(result.to_dict(), rules), pickle.loads(pickle.dumps(result))):
        assert again.to_dict() == result.to_dict()
        assert again.item("opinions").points == 5
    assert RuleSet.from_dict(rules.to_dict()).digest == rules.digest


RULES = RuleSet.from_dict(whole(FREE))


@given(st.integers(0, 2000), st.one_of(st.none(), st.integers(0, 1000)))
def test_points_by_hand(value: int, hundredths: int | None) -> None:
    """What a person set, else what the rules give; both identities of the ledger hold."""
    own = 10 * min(F(value, 1000), F(1))
    outcome: Any = value if hundredths is None else {"value": value, "override": str(F(hundredths, 100)), **SIGNED}
    result = score(RULES, {"opinions": outcome, "rest": 6})
    item = result.item("opinions")
    assert (item.scored, item.points) == (own, own if hundredths is None else F(hundredths, 100))
    assert result.full - sum((line.lost for line in result.ledger), F(0)) == result.total == item.points + 6
    assert any(line.reason == "override" for line in result.ledger) == (item.points not in (own, 10) and hundredths is not None)
