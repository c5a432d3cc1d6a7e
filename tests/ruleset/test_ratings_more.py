"""Ratings beside the usual ones: no total, a level outside of the order, the lower of two gradings, labels of whole points."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore import Assessment, OutcomeError, RuleError, RuleSet, score

LEVELS = [
    {"id": "good", "label": "优", "is": ">= 80"},
    {"id": "fair", "label": "良", "is": ">= 60"},
    {"id": "poor", "label": "差", "is": "< 60"},
]
RECORD = {"record": {"type": "choice", "label": "信用记录", "values": {"good": "优", "fair": "良", "poor": "差"}}}
NEW = {"new": {"type": "yes_no", "label": "新纳税人"}}


def leaf(id: str, weight: object = 50, **more: object) -> dict[str, Any]:
    return {"id": id, "label": f"指标{id}", "weight": weight, "method": {"type": "formula", "points": "actual"}, **more}


def rules(*indicators: Mapping[str, Any], total: object = 100, rating: Any = LEVELS, **top: Any) -> RuleSet:
    return RuleSet.from_dict(
        {"perfscore": 1, "id": "t", "total": total, "indicators": list(indicators) or [leaf("a"), leaf("b")], "rating": rating, **top}
    )


def told(*indicators: Mapping[str, Any], **top: Any) -> list[str]:
    with pytest.raises(RuleError) as raised:
        rules(*indicators, **top)
    return [f"{one.place} {one.code}: {one.message('en')} | {one.hint('en')}".removesuffix(" | ") for one in raised.value.problems]


def refused(made: RuleSet, outcomes: Mapping[str, Any]) -> list[tuple[str, object]]:
    with pytest.raises(OutcomeError) as raised:
        score(made, outcomes)
    return [(one.code, one.facts.get("found")) for one in raised.value.problems]


# --- total: none ----------------------------------------------------------------------------------------------------

VETO = [{"id": "veto", "when": "accident", "rating": "poor", "total": "none", "because": "重大事故"}]
SILENT = rules(
    {"id": "g", "label": "组", "weight": 50, "children": [leaf("a", 30, reason="R1"), leaf("c", 20, reason="R2")]}, leaf("b"),
    inputs={"accident": {"type": "yes_no"}}, gates=VETO, flags=[{"id": "f", "when": "a > 10", "because": "多"}],
)  # fmt: skip


def test_no_number_is_reported() -> None:
    result = score(SILENT, {"accident": "是", "a": 20, "c": 10, "b": 40})
    assert (result.total, result.lost, result.ledger, result.rating.id, result.rating_by_total) == (None, None, (), "poor", None)
    assert result.full == 100
    assert [gate.id for gate in result.gates] == ["veto"]
    assert result.not_scored == ()
    assert {item.id: item.points for item in result.items_in_order} == {"a": 20, "c": 10, "b": 40}
    assert dict(result.points) == {"a": 20, "c": 10, "b": 40, "g": 30}, "the group is there, the total is not"
    assert list(result.groups) == ["g"]
    assert [one.item for one in result.reasons] == ["a", "c"]  # 30 − 20 = 10, 20 − 10 = 10: ties in file order
    assert [flag.id for flag in result.flags] == ["f"]
    assert "total" not in result and "a" in result and len(result) == 4
    with pytest.raises(KeyError):
        result["total"]


def test_without_the_gate_all_is_as_usual() -> None:
    result = score(SILENT, {"accident": "否", "a": 20, "c": 10, "b": 40})
    assert (result.total, result.lost, result.rating.id) == (70, 30, "fair")
    assert refused(SILENT, {"accident": "否", "a": 20}) == [("missing-outcome", "c"), ("missing-outcome", "b")]


def test_absent_outcomes_are_no_error_then() -> None:
    result = score(SILENT, {"accident": "是", "a": 20})
    assert result.total is None
    assert result.not_scored == ("c", "b")
    assert [item.id for item in result.items_in_order] == ["a"]
    assert (list(result), list(result.points), dict(result.groups)) == (["a"], ["a"], {})
    assert [one.item for one in result.reasons] == ["a"]
    with pytest.raises(KeyError):
        result.item("c")
    nothing = score(SILENT, {"accident": "是"})
    assert (nothing.not_scored, nothing.items_in_order, nothing.rating.id) == (("a", "c", "b"), (), "poor")


def test_the_gate_itself_is_still_needed() -> None:
    assert refused(SILENT, {"a": 20})[0] == ("missing-outcome", "accident")


def test_what_is_wrong_stays_wrong() -> None:
    """Only what is absent is left out; a value that cannot be read or scored is an error."""
    for value, code in (("许多", "unreadable-quantity"), (99, "points-out-of-range")):
        with pytest.raises(OutcomeError) as raised:
            score(SILENT, {"accident": "是", "a": value})
        assert [one.code for one in raised.value.problems] == [code]


def test_it_is_told() -> None:
    result = score(SILENT, {"accident": "是", "a": 20})
    plain = result.to_dict()
    assert (plain["total"], plain["lost"], plain["ledger"], plain["not_scored"], plain["rating"]["id"]) == (
        None,
        None,
        [],
        ["c", "b"],
        "poor",
    )
    assert [item["id"] for item in plain["items"]] == ["a"]
    assert result.brief() == {
        "total": None,
        "rating": "poor",
        "items": {"a": {"points": "20", "lost": "10", "case": 1, "reason": "otherwise"}},
    }
    assert len(result.lines()) == 1 and "指标a" in result.lines()[0]
    assert "差" in str(result) and "重大事故" in str(result)
    for text in (result.explain("zh"), result.explain("en"), repr(result), result._repr_html_()):
        assert "指标b" not in text or "poor" not in text
        assert text


def test_it_comes_back() -> None:
    result = score(SILENT, {"accident": "是", "a": 20})
    for again in (Assessment.from_dict(result.to_dict(), SILENT), pickle.loads(pickle.dumps(result))):
        assert (again.total, again.rating.id, again.not_scored) == (None, "poor", ("c", "b"))
        assert again.to_dict() == result.to_dict()
    for other in (RuleSet.from_dict(SILENT.to_dict()), pickle.loads(pickle.dumps(SILENT))):
        assert other.digest == SILENT.digest
        assert score(other, {"accident": "是", "a": 20}).to_dict() == result.to_dict()


def test_every_assessment_of_the_rules_gives_the_same() -> None:
    """The first goes by the exact reading, the later ones may not."""
    made = RuleSet.from_dict(SILENT.to_dict())
    told_first = [score(made, {"accident": "是", "a": 20, "c": 10, "b": 40}).brief() for _ in range(4)]
    assert told_first[1:] == told_first[:1] * 3
    assert told_first[0]["total"] is None


def test_the_first_rating_gate_decides_and_silence_is_its_own() -> None:
    """A gate that holds first gives the rating; the later one still takes the number away."""
    gates = [{"id": "up", "when": "a > 10", "rating": "good"}, *VETO]
    made = rules(inputs={"accident": {"type": "yes_no"}}, gates=gates)
    result = score(made, {"accident": "是", "a": 20, "b": 1})
    assert (result.total, result.rating.id) == (None, "good")


def test_total_none_needs_a_rating() -> None:
    gates = [{"id": "veto", "when": "a > 1", "total": "none"}]
    assert told(gates=gates) == ["gates[0] missing-key: “rating” is missing in “veto” | rating: poor"]
    (found,) = told(gates=[{"id": "veto", "when": "a > 1", "rating": "poor", "total": 5}])
    assert found.startswith("gates[0].total wrong-type: ")


# --- a level outside of the order -----------------------------------------------------------------------------------

OUTSIDE = [{"id": "M", "label": "M级", "when": "new", "outside": True}, *LEVELS]


@pytest.mark.parametrize(
    "new, a, gates, rating, why",
    [
        ("是", 50, [], "M", "the row outside holds"),
        ("否", 50, [], "good", "it does not"),
        ("是", 10, [{"when": "a < 20", "rating_at_most": "poor"}], "M", "a gate that lowers leaves it"),
        ("是", 10, [{"when": "a < 20", "rating_at_least": "good"}], "M", "a gate that raises leaves it"),
        ("是", 10, [{"when": "a < 20", "rating": "poor"}], "poor", "a gate that sets does not"),
        ("否", 50, [{"when": "a > 20", "rating": "M"}], "M", "and may set it"),
        ("否", 50, [{"when": "a > 20", "rating_at_most": "fair"}], "fair", "the rest goes on as usual"),
        ("否", 10, [{"when": "a < 20", "rating_at_least": "fair"}], "fair", "10 + 40 is poor, raised"),
    ],
)
def test_outside(new, a, gates, rating, why) -> None:
    made = rules(rating=OUTSIDE, inputs=NEW, gates=[{"id": f"g{k}", **gate} for k, gate in enumerate(gates)])
    result = score(made, {"new": new, "a": a, "b": 40})
    assert result.rating.id == rating, why
    by_total = result.rating_by_total
    assert by_total is not None and by_total.id == ("M" if new == "是" else "good" if a == 50 else "poor")


def test_ranks() -> None:
    """1 is the lowest of the order; what stands outside is below 0, wherever it is written."""
    middle = [LEVELS[0], {"id": "M", "when": "new", "outside": True}, *LEVELS[1:], {"id": "N", "is": "any", "outside": True}]
    ranks = {level.id: level.rank for level in rules(rating=middle, inputs=NEW).levels}
    assert [ranks[id] for id in ("good", "fair", "poor")] == [3, 2, 1]
    assert ranks["M"] < 0 and ranks["N"] < 0 and ranks["M"] != ranks["N"]


def test_rows_are_tried_in_file_order_whatever_they_are() -> None:
    middle = [LEVELS[0], {"id": "M", "when": "new", "outside": True}, *LEVELS[1:]]
    made = rules(rating=middle, inputs=NEW)
    assert score(made, {"new": "是", "a": 50, "b": 40}).rating.id == "good"
    assert score(made, {"new": "是", "a": 30, "b": 40}).rating.id == "M"


@pytest.mark.parametrize("effect", ["rating_at_most", "rating_at_least"])
def test_nothing_is_limited_to_what_stands_outside(effect) -> None:
    (found,) = told(rating=OUTSIDE, inputs=NEW, gates=[{"id": "x", "when": "new", effect: "M"}])
    assert found.startswith(f"gates[0].{effect} unknown-id: there is no rating with the id “M”"), found


def test_the_holes_are_looked_for_beside_it() -> None:
    rows = [OUTSIDE[0], {"id": "good", "is": ">= 80"}, {"id": "poor", "is": "< 70"}]
    (found,) = told(rating=rows, inputs=NEW)
    assert found.startswith("rating gap: a total of 7"), found


# --- the lower of two gradings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "a, record, lower, higher",
    [
        (50, "good", "good", "good"),
        (50, "良", "fair", "good"),
        (50, "poor", "poor", "good"),
        (30, "good", "fair", "good"),
        (30, "fair", "fair", "fair"),
        (0, "good", "poor", "good"),
        (0, "差", "poor", "poor"),
    ],
)
def test_the_lower_and_the_higher_of_two(a, record, lower, higher) -> None:
    outcomes = {"record": record, "a": a, "b": 40}
    at_most = rules(inputs=RECORD, gates=[{"id": "x", "when": True, "rating_at_most": "record", "because": "取低者"}])
    at_least = rules(inputs=RECORD, gates=[{"id": "x", "when": True, "rating_at_least": "record"}])
    for _ in range(3):
        assert score(at_most, outcomes).rating.id == lower
        assert score(at_least, outcomes).rating.id == higher
    assert [gate.id for gate in score(at_most, outcomes).gates] == ["x"]


def test_only_where_the_gate_holds() -> None:
    made = rules(inputs=RECORD, gates=[{"id": "x", "when": "b < 40", "rating_at_most": "record"}])
    assert score(made, {"record": "poor", "a": 50, "b": 40}).rating.id == "good"
    assert score(made, {"record": "poor", "a": 50, "b": 39}).rating.id == "poor"


def test_some_levels_are_enough() -> None:
    some = {"record": {"type": "choice", "values": ["fair", "poor"]}}
    made = rules(inputs=some, gates=[{"id": "x", "when": True, "rating_at_most": "record"}])
    assert score(made, {"record": "fair", "a": 50, "b": 50}).rating.id == "fair"
    one = {"record": {"type": "choice", "values": ["poor"]}}
    made = rules(inputs=one, gates=[{"id": "x", "when": True, "rating_at_most": "record"}])
    assert score(made, {"record": "poor", "a": 50, "b": 50}).rating.id == "poor"


def test_a_record_that_is_absent_is_told() -> None:
    made = rules(inputs=RECORD, gates=[{"id": "x", "when": True, "rating_at_most": "record"}])
    assert refused(made, {"a": 50, "b": 40}) == [("missing-outcome", "record")]
    given = rules(inputs={"record": {**RECORD["record"], "missing": "fair"}}, gates=[{"id": "x", "when": True, "rating_at_most": "record"}])
    assert score(given, {"a": 50, "b": 40}).rating.id == "fair"


@pytest.mark.parametrize("when", [True, "true"])
def test_when_true_is_a_truth(when) -> None:
    made = rules(gates=[{"id": "x", "when": when, "rating_at_most": "fair"}])
    result = score(made, {"a": 50, "b": 40})
    assert (result.rating.id, [gate.id for gate in result.gates]) == ("fair", ["x"])


@pytest.mark.parametrize(
    "inputs, limit, told_id",
    [
        ({"record": {"type": "choice", "values": ["good", "fine"]}}, "record", "fine"),
        ({"record": {"type": "number"}}, "record", "record"),
        ({"record": {"type": "yes_no"}}, "record", "record"),
        (RECORD, "recrod", "recrod"),
        (RECORD, "goood", "goood"),
    ],
)
def test_what_names_no_level(inputs, limit, told_id) -> None:
    (found,) = told(inputs=inputs, gates=[{"id": "x", "when": True, "rating_at_most": limit}])
    assert found.startswith("gates[0].rating_at_most unknown-id: there is no rating"), found
    assert f"with the id “{told_id}”" in found, found


def test_a_code_that_is_no_level_is_named_with_those_there_are() -> None:
    inputs = {"record": {"type": "choice", "values": ["good", "fine"]}}
    (found,) = told(inputs=inputs, gates=[{"id": "x", "when": True, "rating_at_most": "record"}])
    assert "there is no rating (a choice of “record”) with the id “fine”" in found, found


def test_rating_itself_is_a_level_and_no_choice() -> None:
    (found,) = told(inputs=RECORD, gates=[{"id": "x", "when": True, "rating": "record"}])
    assert found.startswith("gates[0].rating unknown-id: "), found


def test_a_choice_may_hold_a_level_outside_of_the_order() -> None:
    """Nothing can be limited to M: such a choice names no order."""
    inputs = {**NEW, "record": {"type": "choice", "values": ["good", "M"]}}
    (found,) = told(rating=OUTSIDE, inputs=inputs, gates=[{"id": "x", "when": True, "rating_at_most": "record"}])
    assert found.startswith("gates[0].rating_at_most unknown-id: "), found


def test_gates_need_a_when_and_an_effect() -> None:
    assert [one.split(":")[0] for one in told(gates=[{"id": "x", "rating": "poor"}])] == ["gates[0] missing-key"]
    assert [one.split(":")[0] for one in told(gates=[{"id": "x", "when": True}])] == ["gates[0] missing-key"]
    never = rules(gates=[{"id": "x", "when": False, "rating": "poor"}])
    assert score(never, {"a": 50, "b": 40}).rating.id == "good"


# --- labels of whole points -----------------------------------------------------------------------------------------

WHOLE = [{"id": "good", "is": "[80, 100]"}, {"id": "fair", "is": "[60, 79]"}, {"id": "poor", "is": "[0, 59]"}]
TENTHS = [{"id": "good", "is": "[80.0, 100]"}, {"id": "fair", "is": "[60.0, 79.9]"}, {"id": "poor", "is": "[0, 59.9]"}]
FLOOR = [{"id": "good", "when": "floor(total) >= 80"}, {"id": "fair", "when": "floor(total) >= 60"}, {"id": "poor", "is": "any"}]


@pytest.mark.parametrize(
    "rating, rounding, a, level",
    [
        (WHOLE, {"total": 0}, "39.5", "good"),  # 79.5 is shown as 80
        (WHOLE, {"total": 0}, "39.4", "fair"),
        (WHOLE, {"total": {"digits": 0, "mode": "down"}}, "39.9", "fair"),
        (TENTHS, {"total": 1}, "39.95", "good"),
        (TENTHS, {"total": 1}, "39.94", "fair"),
        (WHOLE, {"total": {"step": 5}}, "39", "good"),  # 79 is shown as 80
        (FLOOR, {}, "39.99", "fair"),
        (FLOOR, {}, "40", "good"),
    ],
)
def test_labels(rating, rounding, a, level) -> None:
    assert score(rules(rating=rating, rounding=rounding), {"a": a, "b": 40}).rating.id == level


@pytest.mark.parametrize(
    "rating, rounding, low, high",
    [
        (WHOLE, {}, 59, 60),
        (WHOLE, {"total": 1}, 59, 60),
        (WHOLE, {"total": {"digits": 0, "mode": "none"}}, 59, 60),
        (WHOLE, {"total": 0, "rating_from": "exact"}, 59, 60),
        (TENTHS, {"total": 2}, F("59.9"), 60),
        (WHOLE[:2], {"total": 0}, 0, 60),
        ([{**WHOLE[0], "is": "[80, 99]"}, *WHOLE[1:]], {"total": 0}, 99, 101),
    ],
)
def test_holes(rating, rounding, low, high) -> None:
    (found,) = told(rating=rating, rounding=rounding)
    start = "rating gap: a total of "
    assert found.startswith(start), found
    witness = F(found.removeprefix(start).split(" ")[0])
    assert low <= witness < high or low < witness <= high


RATED = rules(rating=WHOLE, rounding={"total": 0}, inputs=RECORD, gates=[{"id": "x", "when": True, "rating_at_most": "record"}])


@given(st.integers(0, 5000), st.sampled_from(["good", "fair", "poor"]))
def test_a_rating_by_hand(hundredths: int, record: str) -> None:
    a = F(hundredths, 100)
    shown = (a + 40 + F(1, 2)).__floor__()
    own = 3 if shown >= 80 else 2 if shown >= 60 else 1
    given = {"good": 3, "fair": 2, "poor": 1}[record]
    result = score(RATED, {"a": f"{hundredths // 100}.{hundredths % 100:02}", "b": 40, "record": record})
    assert (result.total, result.rating.rank) == (shown, min(own, given))


# --- lists in gates -------------------------------------------------------------------------------------------------

GROUPED = [
    {"id": "g", "label": "组", "weight": 60, "children": [leaf("a", 20), leaf("b", 40)]},
    {"id": "h", "label": "组二", "weight": 40, "children": [leaf("c", 40)]},
]


@pytest.mark.parametrize(
    "when, rating, why",
    [
        ("any(shares_in(total) < 50%)", "poor", "c: 10/40"),
        ("count(points_in(total)) = 2", "poor", "two groups"),
        ("count(points_in(g) >= 20) = 2", "poor", "both"),
        ("all(points_in(g) >= 20)", "poor", "both"),
        ("sum(points_in(total)) = 70", "poor", "60 + 10"),
        ("min(shares_in(total)) > 25%", "fair", "25 % is not more"),
        ("median(points_in(g)) = 30", "poor", "(20 + 40)/2"),
        ("count(0.5 < shares_in(g)) = 2", "poor", "a list on the right"),
        ("not any(points_in(g) = 0)", "poor", "none is 0"),
    ],
)
def test_lists_of_the_total(when, rating, why) -> None:
    made = rules(*GROUPED, gates=[{"id": "x", "when": when, "rating": "poor", "because": "否决"}])
    for _ in range(3):
        assert score(made, {"a": 20, "b": 40, "c": 10}).rating.id == rating, why


@pytest.mark.parametrize(
    "when, code",
    [
        ("points_in(g)", "wrong-kind"),
        ("points_in(g) > 3", "wrong-kind"),
        ("sum(points_in(g))", "wrong-kind"),
        ("any(points_in(a) = 0)", "unknown-id"),
        ("any(points_in(k) = 0)", "unknown-id"),
        ("any(points_in(g) = points_in(h))", "wrong-kind"),
        ("any(points_in(g))", "wrong-kind"),
        ("sum(points_in(g) > 3) > 1", "wrong-kind"),
        ("points_in(g) + 1 > 3", "wrong-kind"),
        ("any(points_in(g, h) = 0)", "wrong-arguments"),
    ],
)
def test_lists_that_are_used_wrongly(when, code) -> None:
    found = told(*GROUPED, gates=[{"id": "x", "when": when, "rating": "poor"}])
    assert len(found) == 1 and f" {code}: " in found[0] and found[0].startswith("gates[0].when "), found
