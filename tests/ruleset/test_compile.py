# ruff: noqa: E501
"""What a rule file means: names, weights, gates, ratings, what does not apply, rounding, references, flags."""

from collections.abc import Mapping
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import perfscore
from perfscore import Assessment, OutcomeError, RuleError, RuleSet, loads, score

ANY = [{"id": "one", "is": "any"}]
LEVELS = [{"id": "excellent", "is": ">= 90"}, {"id": "good", "is": ">= 80"}, {"id": "fair", "is": ">= 60"}, {"id": "poor", "is": "< 60"}]


def leaf(id: str, weight: object = 10, points: object = "actual", **more: object) -> dict[str, Any]:
    """An item that earns what is reported."""
    return {"id": id, "weight": weight, "method": {"type": "formula", "points": points}, **more}


def group(id: str, weight: object, *children: Mapping[str, Any], **more: object) -> dict[str, Any]:
    return {"id": id, "weight": weight, "children": list(children), **more}


def rules(*indicators: Mapping[str, Any], total: object = None, **top: Any) -> RuleSet:
    weight = sum(F(str(one.get("weight", 0))) for one in indicators) if total is None else total
    return RuleSet.from_dict({"perfscore": 1, "id": "t", "total": weight, "indicators": list(indicators), "rating": ANY, **top})


def scored(outcomes: Mapping[str, Any], *indicators: Mapping[str, Any], **top: Any) -> Assessment:
    return score(rules(*indicators, **top), outcomes)


def wrong(*indicators: Mapping[str, Any], hints: bool = False, **top: Any) -> list[str]:
    with pytest.raises(RuleError) as raised:
        rules(*indicators, **top)
    return [f"{one.place} {one.code}: {one.message('en')}" + (f" | {one.hint('en')}" if hints else "") for one in raised.value.problems]


def refused(outcomes: Mapping[str, Any], *indicators: Mapping[str, Any], **top: Any) -> list[str]:
    with pytest.raises(OutcomeError) as raised:
        scored(outcomes, *indicators, **top)
    return [one.code for one in raised.value.problems]


# --- names ----------------------------------------------------------------------------------------------------------


def test_names_of_the_file_in_an_item() -> None:
    found = scored(
        {"n": 1, "b": 2},
        leaf("a", points="n + twice + b + target + weight / 10", target=">= 3"),
        leaf("b"),
        inputs={"n": {}},
        let={"twice": "n * 2"},
    )
    assert found["a"].points == 9  # 1 + 2 + 2 (what b reported) + 3 + 10/10


def test_chinese_names_and_full_width_ones() -> None:
    assert scored({"预算数": 4, "ａ": 3}, leaf("a"), leaf("b", points="ａ + 预算数 / 2"), inputs={"预算数": {}})["b"].points == 5  # 3 + 4/2


ADJUST = {
    "id": "a",
    "weight": 10,
    "target": "<= 100",
    "floor": 0,
    "method": {"type": "adjust", "over": {"per": 1, "points": -1, "part": "started"}},
}


def test_an_input_cannot_change_what_a_method_means() -> None:
    inputs = {"gap": {}, "start": {}, "over_units": {}}
    assert scored({"a": 103, "gap": 50, "start": 1, "over_units": 0}, ADJUST, inputs=inputs)["a"].points == 7  # 10 − 3


def test_an_items_formulas_see_the_methods_names_where_the_file_has_none() -> None:
    item = {**ADJUST, "special": [{"when": "gap > 20", "points": 1, "reason": "far"}]}
    assert scored({"a": 121}, item)["a"].reason == "far"  # type: ignore[union-attr]
    assert scored({"a": 103, "gap": 50}, item, inputs={"gap": {}})["a"].reason == "far"  # the file's own gap of 50  # type: ignore[union-attr]


def test_a_methods_names_are_its_items_own() -> None:
    assert wrong(ADJUST, let={"x": "gap + 1"}) == ["let.x unknown-name: there is no quantity “gap”"]
    assert wrong(leaf("a"), let={"x": "actual + 1"}) == ["let.x unknown-name: there is no quantity “actual”"]
    assert wrong(leaf("a"), gates=[{"id": "g", "when": "met", "rating": "one"}]) == [
        "gates[0].when unknown-name: there is no quantity “met”"
    ]


@pytest.mark.parametrize(
    "id", ["weight", "actual", "target", "target_from", "met", "floor", "cap", "attainment", "total", "rating", "any", "min", "round", "missing", "points", "share", "and", "not", "if", "in", "True", "lambda", "且", "非", "ｍｉｎ"]
)  # fmt: skip
def test_fixed_names_cannot_be_ids(id: str) -> None:
    assert wrong(leaf(id)) == [f"indicators[0].id bad-id: “{id}” cannot be an id: formulas use this name already"]


@pytest.mark.parametrize(
    ("id", "reason"),
    [
        ("a-b", "the sign “-” is not allowed"),
        ("1a", "it begins with a digit"),
        ("", "it is empty"),
        (" ", "it has a space"),
        ("a b", "it has a space"),
        ("a.b", "the sign “.” is not allowed"),
        ("a:b", "the sign “:” is not allowed"),
        ("a%", "the sign “%” is not allowed"),
        ("（a）", "the sign “（” is not allowed"),
        ("a'", "the sign “'” is not allowed"),
    ],
)
def test_ids_are_identifiers(id: str, reason: str) -> None:
    found = wrong(leaf(id))
    assert found == [f"indicators[0].id bad-id: “{id}” cannot be an id: {reason}"]


@pytest.mark.parametrize("id", ["a", "_a", "指标1", "ａｂ", "a1", "Ω", "é"])
def test_what_can_be_an_id(id: str) -> None:
    assert len(rules(leaf(id)).items) == 1


def test_bad_ids_anywhere() -> None:
    found = wrong(
        leaf("a"),
        inputs={"x-y": {}},
        let={"1x": "1"},
        gates=[{"id": "g-1", "when": "a > 0", "rating": "one"}],
        flags=[{"id": "f 1", "when": "a > 0"}],
    )
    assert [one.split(":")[0] for one in found] == ["flags[0].id bad-id", "gates[0].id bad-id", 'inputs["x-y"] bad-id', 'let["1x"] bad-id']
    assert [one.split(":")[0] for one in wrong(leaf("a"), rating=[{"id": "a-b", "is": "any"}])] == ["rating[0].id bad-id"]


@pytest.mark.parametrize(
    "top, place, first",
    [
        ({"indicators": [leaf("a"), leaf("a")]}, "indicators[1].id", "indicators[0].id"),
        ({"indicators": [leaf("a"), leaf("ａ")]}, "indicators[1].id", "indicators[0].id"),  # equal after NFKC
        ({"indicators": [leaf("a")], "inputs": {"a": {}}}, "indicators[0].id", "inputs.a"),
        ({"indicators": [leaf("a")], "let": {"a": "1"}}, "indicators[0].id", "let.a"),
        ({"indicators": [leaf("b")], "let": {"a": "1"}, "inputs": {"ａ": {}}}, "let.a", "inputs.ａ"),
        ({"indicators": [group("a", 10, leaf("a"))]}, "indicators[0].children[0].id", "indicators[0].id"),
    ],
)  # fmt: skip
def test_ids_are_unique_over_the_file(top: dict[str, Any], place: str, first: str) -> None:
    found = [one for one in wrong(*top.pop("indicators"), total=10, **top) if "duplicate-id" in one]
    assert len(found) == 1 and found[0].startswith(f"{place} duplicate-id: the id “") and found[0].endswith(f"is already used at {first}")


def test_names_that_mean_nothing() -> None:
    assert wrong(leaf("a", points="actual + spend"), inputs={"spent": {}}) == [
        "indicators[0].method.points unknown-name: there is no quantity “spend”, did you mean “spent”?"
    ]
    assert wrong(group("g", 10, leaf("a", points="g * 2")), hints=True) == [
        "indicators[0].children[0].method.points unknown-name: there is no quantity “g”: it is an item or a group; write points(g), scored(g) or share(g) | "
    ]
    # b has no outcome of its own
    assert wrong(leaf("a", points="b * 2"), leaf("b", points="5"), hints=True) == [
        "indicators[0].method.points unknown-name: there is no quantity “b”: it is an item or a group; write points(b), scored(b) or share(b) | "
    ]


def test_an_item_has_an_outcome_of_its_own_only_where_a_formula_uses_it() -> None:
    inputs = rules(
        leaf("a"),
        leaf("b", points="5"),
        leaf("c", actual="n / 2"),
        leaf("d", points="5", special=[{"when": "actual > 3", "points": 1}]),
        leaf("e", points="5", applies="actual > 3", not_applicable="full"),
        leaf("f", points="5 if met else 0", target=">= 1"),
        inputs={"n": {}},
    ).inputs
    assert {one.id for one in inputs} == {"n", "a", "d", "e", "f"}


# --- references -----------------------------------------------------------------------------------------------------


def test_points_scored_share_attainment() -> None:
    ratio = {"id": "r", "weight": 20, "target": ">= 10", "method": {"type": "ratio", "above": "cap"}}
    let = {
        "p": "points(r)",
        "s": "scored(r)",
        "h": "share(r)",
        "t": "attainment(r)",
        "g": "points(group)",
        "sg": "share(group)",
        "every": "points(total)",
    }
    found = scored(
        {"r": 8, "b": 4},
        group("group", 30, ratio, leaf("b")),
        gates=[{"id": "half", "when": "b < 5", "on": ["r"], "points": "scored(r) / 2"}],
        let=let,
    )
    values = {name: found.value(name) for name in let}
    # scored: 20 × 8/10; halved by the gate; share of the weight 20; the group: 8 + 4 of 30
    assert values == {"p": 8, "s": 16, "h": F(2, 5), "t": F(4, 5), "g": 12, "sg": F(2, 5), "every": 12}


@pytest.mark.parametrize(
    "text, told",
    [
        ("points(x)", "there is no item or group with the id “x”"),
        ("points(aa)", "there is no item or group with the id “aa”, did you mean “a”?"),
        ("points(n)", "there is no item or group with the id “n”"),  # an input has no points
        ("points(1)", "there is no item or group with the id “points”"),
        ("attainment(a)", "there is no item with an attainment with the id “a”"),
    ],
)
def test_references_to_nothing(text: str, told: str) -> None:
    found = wrong(leaf("a"), inputs={"n": {}}, let={"x1": text})
    assert [one.split(": ", 1)[1] for one in found] == [told]


@pytest.mark.parametrize(
    "indicators, top, path",
    [
        ([leaf("a", points="points(a)")], {}, "a → a"),
        ([leaf("a", points="points(total)")], {}, "a → total → a"),
        ([leaf("a", points="x")], {"let": {"x": "scored(a)"}}, "a → x → a"),
        ([leaf("a")], {"gates": [{"id": "g", "when": "points(a) > 3", "on": ["a"], "points": 1}]}, "a → g → a"),
        ([leaf("a")], {"gates": [{"id": "g", "when": "total < 5", "points": 1}]}, "total → g → total"),
        (
            [leaf("a", applies="points(b) > 1", not_applicable="full"), leaf("b", applies="points(a) > 1", not_applicable="full")],
            {},
            "a → b → a",
        ),
    ],
)
def test_what_needs_itself(indicators: list[dict[str, Any]], top: dict[str, Any], path: str) -> None:
    found = [one for one in wrong(*indicators, **top) if " cycle: " in one]
    (told,) = [one.split("reference: ")[1] for one in found]
    names, expected = told.split(" → "), path.split(" → ")
    assert names[0] == names[-1]
    ring = [word for word in names[:-1] if word != "applies"]  # wherever the circle was entered
    start = ring.index(expected[0])
    assert [*ring[start:], *ring[: start + 1]] == expected


def test_a_gate_may_read_what_was_scored_before_it() -> None:
    found = scored({"a": 8}, leaf("a"), gates=[{"id": "g", "when": "scored(a) > 5", "on": ["a"], "points": "scored(a) - 1"}])
    assert found["a"].points == 7


def test_missing_of_inputs_items_parts_and_formulas() -> None:
    checklist = {
        "id": "c",
        "weight": 10,
        "missing": 1,
        "method": {"type": "checklist", "from": 0, "elements": [{"id": "x", "points": 5}, {"id": "y", "points": 5}]},
    }
    let = {
        "m": "1 if missing(n) else 0",
        "ma": "1 if missing(a) else 0",
        "mc": "1 if missing(c) else 0",
        "mr": "1 if missing(rate) else 0",
        "rate": "n / k",
        "one": "1",
        "m1": "1 if missing(one) else 0",
    }
    top: dict[str, Any] = {"inputs": {"n": {}, "k": {}}, "let": let}
    items = [leaf("a", missing=0), checklist]
    absent = scored({}, *items, **top)
    assert [absent.value(name) for name in ("m", "ma", "mc", "mr", "m1")] == [1, 1, 1, 1, 0]
    partly = scored({"k": 2, "a": 3, "c": {"x": "yes", "y": "no"}}, *items, **top)
    assert [partly.value(name) for name in ("m", "ma", "mc", "mr")] == [1, 0, 0, 1]  # the rate lacks n
    given_ = scored({"k": 2, "n": 3, "a": 3, "c": {"x": "yes", "y": "no"}}, *items, **top)
    assert [given_.value(name) for name in ("m", "ma", "mc", "mr", "rate")] == [0, 0, 0, 0, F(3, 2)]


def test_missing_of_a_formula_looks_through_everything_it_reads() -> None:
    let = {"x": "n + k", "y": "x * x + n", "gone": "1 if missing(y) else 0"}
    for outcomes, gone in (({"n": 1, "k": 2}, 0), ({"n": 1}, 1), ({}, 1)):
        assert scored({**outcomes, "a": 1}, leaf("a"), inputs={"n": {}, "k": {}}, let=let).value("gone") == gone


def test_missing_of_what_is_not_there() -> None:
    assert [one.split(": ")[1] for one in wrong(leaf("a"), let={"x": "1 if missing(nn) else 0"}, inputs={"n": {}})] == [
        "there is no quantity “nn”, did you mean “n”?"
    ]


def test_missing_needs_an_outcome() -> None:
    (told,) = wrong(leaf("a", points="5", missing=0))
    assert "bad-parameter: “missing” does not fit: 0" in told
    assert scored({}, leaf("a", actual="n / 2", missing=3), inputs={"n": {}})["a"].points == 3  # an actual that is computed


# --- inputs ---------------------------------------------------------------------------------------------------------


def test_absent_inputs_may_mean_something() -> None:
    inputs = {
        "bad": {"type": "yes_no", "missing": "no"},
        "good": {"type": "yes_no", "missing": "yes"},
        "region": {"type": "choice", "values": ["east", "west"], "missing": "west"},
        "extra": {"missing": "base * 2"},
        "base": {},
    }
    points = "extra if region = 'west' and good and not bad else 0"
    assert scored({"base": 3}, leaf("a", points=points), inputs=inputs)["a"].points == 6
    assert scored({"base": 3, "extra": 1}, leaf("a", points=points), inputs=inputs)["a"].points == 1
    assert scored({"base": 3, "bad": "yes"}, leaf("a", points=points), inputs=inputs)["a"].points == 0
    assert [one.id for one in rules(leaf("a", points=points), inputs=inputs).inputs if one.required] == ["base"]


@pytest.mark.parametrize(
    "inputs, told",
    [
        ({"n": {"type": "yes_no", "missing": "0"}}, "inputs.n.missing bad-parameter: “missing” does not fit: 0"),
        ({"n": {"type": "choice", "values": ["a1"], "missing": "b1"}}, "inputs.n.missing unknown-code: “b1” is not a code of this choice"),
        ({"n": {"missing": "1 +"}}, "inputs.n.missing formula-syntax: formula cannot be read: it ends too early"),
        ({"n": {"missing": "1 > 0"}}, "inputs.n.missing wrong-kind: a number is needed here, found a condition (true or false)"),
        ({"n": {"type": "choice"}}, "inputs.n missing-key: “values” is missing in inputs.n"),
        ({"n": {"grid": 0}}, "inputs.n.grid bad-parameter: “grid” does not fit: 0"),
        ({"n": {"grid": "-0.1"}}, "inputs.n.grid bad-parameter: “grid” does not fit: -0.1"),
        ({"n": {"grid": "x"}}, "inputs.n.grid bad-number: “x” is not a number"),
        ({"n": {"unit": "12"}}, "inputs.n.unit unknown-unit: “12” is not a unit"),
        ({"n": {"range": "> ("}}, "inputs.n.range formula-syntax: formula cannot be read: it ends too early"),
        ({"n": {"range": "> m"}}, "inputs.n.range unknown-name: there is no quantity “m”"),
    ],
)
def test_what_is_wrong_with_inputs(inputs: dict[str, Any], told: str) -> None:
    assert wrong(leaf("a"), inputs=inputs) == [told]


def test_units_of_inputs_meet_in_formulas() -> None:
    inputs = {"budget": {"unit": "万元"}, "people": {"unit": "人"}, "rate": {"unit": "%"}}
    assert wrong(leaf("a", points="budget + people"), inputs=inputs)[0].startswith("indicators[0].method.points wrong-dimension: ")
    assert wrong(leaf("a"), inputs=inputs, let={"x": "rate > 90"}) == [
        "let.x bare-percentage: a number beside a percentage needs its sign: 90"
    ]
    assert (
        scored({"budget": "2万元", "people": "4人", "rate": "50%"}, leaf("a", points="budget / people * rate * 20"), inputs=inputs)[
            "a"
        ].points
        == 5
    )


# --- weights --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "indicators, total, told",
    [
        ([leaf("a", 48), leaf("b", 50)], 100, "total weights-total: the top indicators add up to 98, expected the total 100 | change one of a (48), b (50), or set the total to 98"),
        ([group("g", 50, leaf("a", 20), leaf("b", "28.5"))], 50, "indicators[0].weight weights-group: children of “g” add up to 48.5, expected 50 | change one of a (20), b (28.5), or set the group's weight to 48.5"),
        ([group("g", 10, group("h", 10, leaf("a", 9)))], 10, "indicators[0].children[0].weight weights-group: children of “h” add up to 9, expected 10 | change one of a (9), or set the group's weight to 9"),
        ([group("g", 10, leaf("a"), leaf("b", 0, cap=3, label="加分"), leaf("c", 1))], 10, "indicators[0].weight weights-group: children of “g” add up to 11, expected 10 | change one of a (10), 加分 (0), c (1), or set the group's weight to 11"),
    ],
)  # fmt: skip
def test_parts_are_the_whole(indicators: list[dict[str, Any]], total: object, told: str) -> None:
    assert wrong(*indicators, total=total, hints=True) == [told]


def test_weights_may_be_fractions() -> None:
    assert rules(leaf("a", "1/3"), leaf("b", "2/3"), total=1).total.weight == 1


@pytest.mark.parametrize(
    "indicators, top, told",
    [
        ([leaf("a", "ten")], {"total": 10}, ["indicators[0].weight bad-number: “ten” is not a number"]),  # and no sum that nobody can check
        ([leaf("a")], {"total": "x"}, ["total bad-number: “x” is not a number"]),
        ([leaf("a", -5), leaf("b", 15)], {"total": 10}, ["indicators[0].weight bad-parameter: “weight” does not fit: -5"]),
        ([{"id": "a", "method": {"type": "formula", "points": "actual"}}], {"total": 0}, ["indicators[0] missing-key: “weight” is missing in “a”"]),
        ([{"id": "a", "weight": 10}], {}, ["indicators[0] missing-key: “method” is missing in “a”"]),
        ([{"weight": 10, "method": {"type": "formula", "points": "1"}}], {"total": 10}, ["indicators[0] missing-key: “id” is missing in indicators[0]"]),
        ([{"id": "g", "children": [leaf("a")]}], {"total": 10}, ["indicators[0] missing-key: “weight” is missing in “g”"]),
        ([group("g", 10, leaf("a"), method={"type": "formula", "points": "1"})], {}, ["indicators[0].method bad-parameter: “method” does not fit: a group with children cannot have this key"]),
        ([group("g", 10, leaf("a"), target="> 1", unit="人")], {}, ["indicators[0].target bad-parameter: “target” does not fit: a group with children cannot have this key", "indicators[0].unit bad-parameter: “unit” does not fit: a group with children cannot have this key"]),
        ([group("g", 10)], {}, ["indicators[0] missing-key: “children” is missing in “g”"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_nodes(indicators: list[dict[str, Any]], top: dict[str, Any], told: list[str]) -> None:
    assert wrong(*indicators, **top) == told


def test_a_file_without_the_main_keys() -> None:
    with pytest.raises(RuleError) as raised:
        loads("perfscore: 1\nid: t\n")
    assert sorted(one.facts["expected"] for one in raised.value.problems) == ["indicators", "rating", "total"]


def test_a_bonus_without_weight() -> None:
    found = scored({"a": 8, "b": 5}, leaf("a"), leaf("b", 0, cap=3), total=10)
    assert (found["b"].points, found.total) == (3, 11)
    assert scored({"a": 8, "b": -2}, leaf("a"), leaf("b", 0, floor=-5, cap=0), total={"weight": 10, "floor": 0, "cap": 10}).total == 6


# --- bounds ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "actual, more, points",
    [
        ("12", {"cap": "weight"}, 10),
        ("12", {"cap": 11}, 11),
        ("-3", {"floor": 0}, 0),
        ("-3", {"floor": "-weight / 5"}, -2),
        ("5", {"floor": "weight * 0.6", "cap": "weight * 0.4"}, 4),  # floor first, then cap
        ("10", {}, 10),
        ("0", {}, 0),
    ],
)
def test_written_bounds_clamp(actual: str, more: dict[str, Any], points: int) -> None:
    assert scored({"a": actual}, leaf("a", **more))["a"].points == points


@pytest.mark.parametrize("actual, more", [("12", {}), ("-3", {}), ("12", {"floor": 0}), ("-3", {"cap": "weight"})])
def test_bounds_that_are_not_written_are_claims(actual: str, more: dict[str, Any]) -> None:
    assert refused({"a": actual}, leaf("a", **more)) == ["points-out-of-range"]


def test_groups_and_the_total_are_clamped_where_it_is_written_and_claim_nothing() -> None:
    items = (leaf("a", cap=20), leaf("b"))
    assert scored({"a": 15, "b": 10}, group("g", 20, *items)).total == 25
    assert scored({"a": 15, "b": 10}, group("g", 20, *items, cap="weight")).total == 20
    assert scored({"a": 0, "b": 1}, group("g", 20, *items, floor=5)).total == 5
    assert scored({"a": 15, "b": 10}, group("g", 20, *items), total={"weight": 20, "cap": 20, "floor": 3}).total == 20


def test_bounds_that_are_no_numbers() -> None:
    assert wrong(leaf("a", floor="1 > 0"))[0].startswith("indicators[0].floor wrong-kind: ")
    assert wrong(leaf("a", cap="1 +")) == ["indicators[0].cap formula-syntax: formula cannot be read: it ends too early"]
    assert wrong(group("g", 10, leaf("a"), floor="x")) == ["indicators[0].floor unknown-name: there is no quantity “x”"]


# --- rounding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rounding, item, inner, total",
    [
        ({}, F(2, 3), F(4, 3), F(4, 3)),  # nothing is named: nothing rounds
        ({"item": 2}, F("0.67"), F("1.34"), F("1.34")),
        ({"item": 2, "mode": "down"}, F("0.66"), F("1.32"), F("1.32")),
        ({"group": 1}, F(2, 3), F("1.3"), F("1.3")),
        ({"total": 1}, F(2, 3), F(4, 3), F("1.3")),
        ({"total": {"digits": 1, "mode": "up"}, "item": 1}, F("0.7"), F("1.4"), F("1.4")),
        ({"item": {"step": "0.5"}}, F("0.5"), F(1), F(1)),
        ({"item": {"step": "0.5", "mode": "up"}, "mode": "down"}, F(1), F(2), F(2)),
        ({"item": 0, "group": 0, "total": 0}, F(1), F(2), F(2)),
        ({"item": {"mode": "none"}}, F(2, 3), F(4, 3), F(4, 3)),
        ({"item": {"digits": 2, "mode": "none"}}, F(2, 3), F(4, 3), F(4, 3)),
        ({"item": "none"}, F(2, 3), F(4, 3), F(4, 3)),
    ],
)
def test_stages(rounding: dict[str, Any], item: F, inner: F, total: F) -> None:
    found = scored({"a": "2/3", "b": "2/3"}, group("g", 20, leaf("a"), leaf("b")), rounding=rounding)
    assert (found["a"].points, found["g"].points, found.total) == (item, inner, total)


@pytest.mark.parametrize(
    "rounding, told",
    [
        (
            {"item": {"digits": 2, "step": "0.1"}},
            "rounding.item bad-parameter: “rounding.item” does not fit: digits and step are both written",
        ),
        ({"item": {}}, "rounding.item missing-key: “digits” is missing in rounding.item"),
        ({"item": {"mode": "down"}}, "rounding.item missing-key: “digits” is missing in rounding.item"),
        ({"item": -1}, "rounding.item bad-parameter: “rounding.item” does not fit: -1"),
        ({"item": 21}, "rounding.item bad-parameter: “rounding.item” does not fit: 21"),
        ({"item": "1.5"}, "rounding.item bad-parameter: “rounding.item” does not fit: 1.5"),
        ({"item": {"step": 0}}, "rounding.item bad-parameter: “rounding.item” does not fit: 0"),
        ({"item": {"step": "-0.1"}}, "rounding.item bad-parameter: “rounding.item” does not fit: -0.1"),
        ({"total": "two"}, "rounding.total bad-number: “two” is not a number"),
    ],
)
def test_what_is_wrong_with_stages(rounding: dict[str, Any], told: str) -> None:
    (found,) = wrong(leaf("a"), rounding=rounding)
    assert found.split(" ", 1)[1] == told.split(" ", 1)[1] and found.startswith(told.split(" ")[0])


def test_the_rating_looks_at_the_shown_or_at_the_exact_total() -> None:
    for rating_from, level in (("shown", "excellent"), ("exact", "good")):
        found = scored({"a": "89.995"}, leaf("a", 100), rounding={"total": 2, "rating_from": rating_from}, rating=LEVELS)
        assert (found.total, found.rating.id) == (90, level)  # 89.995 is shown as 90.00


# --- gates ----------------------------------------------------------------------------------------------------------


def gate(id: str, when: str = "n > 0", **more: object) -> dict[str, Any]:
    return {"id": id, "when": when, **more}


@pytest.mark.parametrize(
    "gates, a, points",
    [
        ([gate("g", on=["a"], points=3)], "8", 3),
        ([gate("g", on=["a"], points=0)], "8", 0),
        ([gate("g", on=["a"], at_most=5)], "8", 5),
        ([gate("g", on=["a"], at_most=5)], "4", 4),
        ([gate("g", on=["a"], at_least=5)], "4", 5),
        ([gate("g", on=["a"], at_least="weight / 2")], "4", 5),
        ([gate("g", "n > 1", on=["a"], points=3)], "8", 8),  # does not hold
        ([gate("g", on=["a"], points=9), gate("h", on=["a"], at_most=6)], "8", 6),  # in file order
        ([gate("h", on=["a"], at_most=6), gate("g", on=["a"], points=9)], "8", 9),
        ([gate("h", on=["a"], at_most=6), gate("g", on=["a"], at_least=7)], "8", 7),
        ([gate("h", on=["a"], at_most="scored(a) * 50%")], "8", 4),
        ([gate("h", on=["a"], at_most="1/3")], "8", F(1, 3)),  # not rounded again
    ],
)
def test_gates_on_an_item(gates: list[dict[str, Any]], a: str, points: object) -> None:
    found = scored({"a": a, "n": 1}, leaf("a"), inputs={"n": {}}, gates=gates, rounding={"item": 2})
    assert found["a"].points == points
    assert found["a"].scored == F(a)  # type: ignore[union-attr]


def test_gates_on_groups_and_the_total_act_before_the_rounding() -> None:
    items = group("g", 20, leaf("a"), leaf("b"))
    top: dict[str, Any] = {"inputs": {"n": {}}, "rounding": {"group": 1, "total": 0}}
    found = scored({"a": 8, "b": 9, "n": 1}, items, gates=[gate("x", on=["g"], at_most="1/3"), gate("y", at_least="2/3")], **top)
    assert (found["g"].points, found.total) == (F("0.3"), 1)  # 1/3 → 0.3; 2/3 → 1, `on` is the total by default
    several = scored({"a": 8, "b": 9, "n": 1}, items, gates=[gate("x", on=["a", "b"], points=1)], **top)
    assert several.total == 2


def test_a_gate_may_act_in_several_ways() -> None:
    found = scored({"a": 95, "n": 1}, leaf("a", 100), inputs={"n": {}}, gates=[gate("x", at_most=70, rating_at_most="poor")], rating=LEVELS)
    assert (found.total, found.rating.id) == (70, "poor")


@pytest.mark.parametrize(
    "gates, total, rating",
    [
        ([gate("x", rating_at_most="fair")], "95", "fair"),
        ([gate("x", rating_at_most="fair")], "50", "poor"),  # lowers only
        ([gate("x", rating_at_least="good")], "50", "good"),
        ([gate("x", rating_at_least="good")], "95", "excellent"),  # raises only
        ([gate("x", rating="poor")], "95", "poor"),
        ([gate("x", "n > 1", rating="poor")], "95", "excellent"),
        ([gate("x", rating="poor"), gate("y", rating="good")], "95", "poor"),  # the first that decides
        ([gate("y", "n > 1", rating="good"), gate("x", rating="poor")], "95", "poor"),
        ([gate("x", rating_at_most="fair"), gate("y", rating="excellent")], "50", "excellent"),  # what decides ends it
        ([gate("x", rating_at_most="fair"), gate("y", rating_at_least="excellent")], "50", "fair"),  # raise first, then lower
        ([gate("x", rating_at_most="good"), gate("y", rating_at_most="fair")], "95", "fair"),
        ([gate("x", rating_at_least="fair"), gate("y", rating_at_least="good")], "50", "good"),
    ],
)
def test_gates_on_the_rating(gates: list[dict[str, Any]], total: str, rating: str) -> None:
    found = scored({"a": total, "n": 1}, leaf("a", 100), inputs={"n": {}}, gates=gates, rating=LEVELS)
    assert (found.rating.id, found.total) == (rating, F(total))


@pytest.mark.parametrize(
    "one, told",
    [
        (gate("x", rating="best"), "gates[0].rating unknown-id: there is no rating with the id “best”"),
        (gate("x", rating_at_most="god"), "gates[0].rating_at_most unknown-id: there is no rating with the id “god”, did you mean “good”?"),
        (
            gate("x", rating_at_least="god"),
            "gates[0].rating_at_least unknown-id: there is no rating with the id “god”, did you mean “good”?",
        ),
        (gate("x", on=["b"], points=0), "gates[0].on[0] unknown-id: there is no item or group with the id “b”"),
        (gate("x"), "gates[0] missing-key: “rating_at_most” is missing in “x”"),
        ({"id": "x", "points": 0}, "gates[0] missing-key: “when” is missing in “x”"),
        (gate("x", "n >", points=0), "gates[0].when formula-syntax: formula cannot be read: it ends too early"),
        (gate("x", "m > 1", points=0), "gates[0].when unknown-name: there is no quantity “m”"),
        (gate("x", "n", points=0), "gates[0].when wrong-kind: a condition (true or false) is needed here, found a number"),
        (gate("x", points="n +"), "gates[0].points formula-syntax: formula cannot be read: it ends too early"),
        (gate("x", points="m"), "gates[0].points unknown-name: there is no quantity “m”"),
        (gate("x", points="n > 1"), "gates[0].points wrong-kind: a number is needed here, found a condition (true or false)"),
    ],
)
def test_what_is_wrong_with_a_gate(one: dict[str, Any], told: str) -> None:
    assert wrong(leaf("a", 100), inputs={"n": {}}, gates=[one], rating=LEVELS) == [told]


def test_gates_have_ids_of_their_own() -> None:
    found = rules(leaf("a"), inputs={"n": {}}, gates=[{"when": "n > 0", "rating": "one"}, gate("a", rating="one")])
    assert [one.id for one in found.gates] == ["gate_1", "a"]  # an item may have the same id
    assert wrong(leaf("a"), inputs={"n": {}}, gates=[gate("x", rating="one"), gate("x", rating="one")]) == [
        "gates[1].id duplicate-id: the id “x” is already used at gates[0].id"
    ]


# --- the rating -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "total, rating",
    [("100", "excellent"), ("90", "excellent"), ("89.99", "good"), ("80", "good"), ("60", "fair"), ("59.99", "poor"), ("0", "poor")],
)
def test_the_first_row_that_holds(total: str, rating: str) -> None:
    assert scored({"a": total}, leaf("a", 100), rating=LEVELS, rounding={"total": 2}).rating.id == rating


@pytest.mark.parametrize(
    "rows, rounding, witness",
    [
        ([">= 90", "[80, 89]"], {"total": 0}, "0"),
        ([">= 90", "< 90"], {}, None),
        ([">= 90", "<= 89"], {"total": 0}, None),  # whole numbers: nothing lies between
        ([">= 90", "<= 89"], {"total": 1}, "89.1"),
        ([">= 90", "<= 89"], {}, "89.5"),
        ([">= 90", "<= 89.99"], {"total": 2}, None),
        ([">= 90", "<= 89.99"], {"total": 2, "rating_from": "exact"}, "89.995"),  # what is not shown
        ([">= 90", "<= 89.99"], {"total": {"digits": 2, "mode": "none"}}, "89.995"),
        (["> 90", "< 90"], {"total": 2}, "90"),
        ([">= 60", "(0, 60)"], {"total": 2}, "0"),
        (["[60, 100)", "< 60"], {"total": 2}, "100"),
        (["(60, 100]", "[0, 60)"], {"total": 2}, "60"),
        ([">= 60", "any"], {}, None),
        ([">= 60", "!= 60"], {}, None),
        (["!= 60"], {}, "60"),
        (["= 60"], {"total": 0}, "0"),
        (["[50, ∞)", "(-∞, 50)"], {}, None),
        (["[50, ∞)", "(-∞, 50)"], {"total": {"step": "0.5"}}, None),
        (["good", ">= 60"], {}, "0"),  # a code holds for no total
    ],
)
def test_holes(rows: list[str], rounding: dict[str, Any], witness: str | None) -> None:
    rating = [{"id": f"r{k}", "is": row} for k, row in enumerate(rows)]
    if witness is None:
        assert len(rules(leaf("a", 100), rating=rating, rounding=rounding).levels) == len(rows)
    else:
        found = [one for one in wrong(leaf("a", 100), rating=rating, rounding=rounding) if " gap:" in one]
        assert found == [f"rating gap: a total of {witness} has no rating"]


def test_rows_by_a_formula() -> None:
    rating = [{"id": "high", "when": "total >= (60 if region = 'east' else 50)"}, {"id": "low", "is": "any"}]
    top: dict[str, Any] = {"rating": rating, "inputs": {"region": {"type": "choice", "values": ["east", "west"]}}}
    assert [scored({"a": 55, "region": region}, leaf("a", 100), **top).rating.id for region in ("east", "west")] == ["low", "high"]


def test_ends_of_rows_may_be_formulas_and_a_hole_is_then_found_in_scoring() -> None:
    top: dict[str, Any] = {"rating": [{"id": "high", "is": ">= line"}, {"id": "low", "is": "< 50"}], "inputs": {"line": {}}}
    assert scored({"a": 55, "line": 40}, leaf("a", 100), **top).rating.id == "high"
    assert refused({"a": 55, "line": 60}, leaf("a", 100), **top) == ["no-case"]


@pytest.mark.parametrize(
    "rating, told",
    [
        ([], ["“rating” is missing in the rule file"]),
        ([{"id": "x"}], ["“is” is missing in “x”"]),
        ([{"id": "x", "is": "any", "when": "total > 1"}], ["“rating 1” does not fit: is and when are both written"]),
        ([{"id": "x", "is": "any"}, {"id": "x", "is": "any"}], ["the id “x” is already used at rating[0].id"]),
        ([{"id": "x", "is": "> ("}], ["formula cannot be read: it ends too early"]),
        ([{"id": "x", "when": "total >"}], ["formula cannot be read: it ends too early"]),
        ([{"id": "x", "when": "totl > 1"}], ["there is no quantity “totl”, did you mean “total”?"]),
        ([{"id": "x", "when": "total"}], ["a condition (true or false) is needed here, found a number"]),
    ],
)
def test_what_is_wrong_with_the_rating(rating: list[dict[str, Any]], told: list[str]) -> None:
    assert [one.split(": ", 1)[1] for one in wrong(leaf("a"), rating=rating)] == told


def test_levels() -> None:
    found = rules(leaf("a", 100), rating=[{"id": "top", "label": "优", "also": ["优秀"], "is": ">= 90"}, {"is": "any"}])
    assert [(one.id, one.label, one.rank, one.also) for one in found.levels] == [("top", "优", 2, ("优秀",)), ("level_2", "level_2", 1, ())]


# --- not applicable -------------------------------------------------------------------------------------------------

REDISTRIBUTE = {"policy": "redistribute", "by": "proportional", "scope": "siblings"}
NA = "不适用"


@pytest.mark.parametrize(
    "policies, outcomes, total, why",
    [
        ({}, {"a": 5, "b": 15, "c": 20}, "40", "all apply: 5 + 15 + 20"),
        ({"a": REDISTRIBUTE}, {"a": NA, "b": 15, "c": 20}, "42", "(15 + 20) × 60/50"),
        ({"a": "full"}, {"a": NA, "b": 15, "c": 20}, "45", "10 + 15 + 20"),
        ({"a": REDISTRIBUTE, "b": REDISTRIBUTE}, {"a": NA, "b": NA, "c": 20}, "40", "20 × 60/30"),
        ({"a": REDISTRIBUTE, "b": "full"}, {"a": NA, "b": NA, "c": 15}, "40", "20 kept, 15 × 40/30"),
        ({"a": REDISTRIBUTE, "b": "full"}, {"a": NA, "b": 10, "c": 15}, "30", "b applies and receives: 25 × 60/50"),
        ({"a": REDISTRIBUTE, "b": "full"}, {"a": 5, "b": NA, "c": 15}, "40", "nothing is moved: 5 + 20 + 15"),
        ({"b": REDISTRIBUTE}, {"a": 10, "b": NA, "c": 30}, "60", "40 × 60/40: full stays full"),
    ],
)
def test_policies(policies: dict[str, Any], outcomes: dict[str, Any], total: str, why: str) -> None:
    weights = {"a": 10, "b": 20, "c": 30}
    items = [leaf(id, weight, **({"not_applicable": policies[id]} if id in policies else {})) for id, weight in weights.items()]
    assert scored(outcomes, *items).total == F(total), why
    assert scored(outcomes, group("g", 60, *items)).total == F(total), why  # the same in a group


def test_without_a_policy_not_applicable_is_refused() -> None:
    assert refused({"a": NA}, leaf("a")) == ["not-applicable-refused"]
    assert refused({"a": NA}, leaf("a", not_applicable="refuse")) == ["not-applicable-refused"]


def test_an_item_without_weight_receives_nothing() -> None:
    items = [leaf("a", not_applicable=REDISTRIBUTE), leaf("b"), leaf("bonus", 0, cap=5)]
    assert scored({"a": NA, "b": 6, "bonus": 3}, *items).total == 15  # 6 × 20/10 + 3


def test_what_does_not_apply_is_neither_clamped_nor_missing() -> None:
    found = scored({"a": NA, "b": 5}, leaf("a", not_applicable="full", cap=4, floor=2), leaf("b"))
    assert (found["a"].points, found["a"].reason, found["a"].case) == (10, "not_applicable", 1)  # type: ignore[union-attr]
    assert scored({"a": {"not_applicable": "true", "because": "无此职能"}}, leaf("a", not_applicable="full")).total == 10


def test_nobody_left_to_receive() -> None:
    items = [leaf("a", not_applicable=REDISTRIBUTE), leaf("b", not_applicable="full")]
    assert refused({"a": NA, "b": NA}, *items) == ["nothing-left"]
    assert refused({"a": NA}, leaf("a", not_applicable=REDISTRIBUTE)) == ["nothing-left"]
    assert refused({"a": NA, "bonus": 1}, leaf("a", not_applicable=REDISTRIBUTE), leaf("bonus", 0, cap=5)) == ["nothing-left"]


def test_applies_is_a_formula() -> None:
    item = leaf("a", applies="has", not_applicable=REDISTRIBUTE)
    inputs = {"has": {"type": "yes_no"}}
    assert scored({"has": "否", "b": 5}, item, leaf("b"), inputs=inputs).total == 10  # 5 × 20/10; a is not asked for
    assert scored({"has": "是", "a": 7, "b": 5}, item, leaf("b"), inputs=inputs).total == 12
    assert scored({"has": "是", "a": NA, "b": 5}, item, leaf("b"), inputs=inputs).total == 10  # its outcome may still say so
    assert refused({"has": "是", "b": 5}, item, leaf("b"), inputs=inputs) == ["missing-outcome"]


NESTED = group(
    "outer",
    60,
    group("inner", 40, leaf("a", 10, not_applicable=REDISTRIBUTE), leaf("b", 30), applies="has", not_applicable=REDISTRIBUTE),
    leaf("c", 20),
)


@pytest.mark.parametrize(
    "outcomes, inner, total, why",
    [
        ({"has": "是", "a": 5, "b": 15, "c": 10}, "20", "30", "all apply"),
        ({"has": "是", "a": NA, "b": 15, "c": 10}, "20", "30", "inner: 15 × 40/30"),
        ({"has": "否", "c": 10}, "0", "30", "the whole group goes: 10 × 60/20; nothing in it is asked for"),
        ({"has": "是", "inner": NA, "c": 10}, "0", "30", "said of the group"),
    ],
)
def test_groups_that_do_not_apply(outcomes: dict[str, Any], inner: str, total: str, why: str) -> None:
    found = scored(outcomes, NESTED, inputs={"has": {"type": "yes_no"}})
    assert (found["inner"].points, found.total) == (F(inner), F(total)), why


def test_a_group_that_keeps_its_weight() -> None:
    whole = group("g", 20, leaf("a"), leaf("b"), not_applicable="full", floor=1, cap=5)
    found = scored({"g": NA, "c": 5}, whole, leaf("c"))
    assert (found["g"].points, found.total) == (20, 25)  # not clamped


@pytest.mark.parametrize(
    "more, told",
    [
        ({"applies": "n > 0"}, ["indicators[0].applies policy-open: “a”: applies does not say “not_applicable”: what happens to the weight of what does not apply"]),
        ({"applies": "n > 0", "not_applicable": "refuse"}, ["indicators[0].applies policy-open: “a”: applies does not say “not_applicable”: what happens to the weight of what does not apply"]),
        ({"not_applicable": "redistribute"}, ["indicators[0].not_applicable policy-open: “a”: redistribute does not say “by”: how the weight is shared out", "indicators[0].not_applicable policy-open: “a”: redistribute does not say “scope”: who receives the weight"]),
        ({"not_applicable": {}}, ["indicators[0].not_applicable missing-key: “policy” is missing in not_applicable of “a”"]),
        ({"not_applicable": "half"}, ["indicators[0].not_applicable wrong-type: “not_applicable” cannot be half"]),
        ({"applies": "n >", "not_applicable": "full"}, ["indicators[0].applies formula-syntax: formula cannot be read: it ends too early"]),
        ({"applies": "n", "not_applicable": "full"}, ["indicators[0].applies wrong-kind: a condition (true or false) is needed here, found a number"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_applies(more: dict[str, Any], told: list[str]) -> None:
    found = wrong(leaf("a", **more), inputs={"n": {}})
    assert [one.replace(".policy ", " ") for one in found] == told
    in_group = wrong(group("g", 10, leaf("a"), **more), inputs={"n": {}})
    assert len(in_group) == len(told)


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans(), st.integers(0, 100)), min_size=1, max_size=5))
def test_moving_weight_keeps_full_marks_full_and_shares_as_they_are(parts: list[tuple[int, bool, int]]) -> None:
    items = [leaf(f"i{k}", weight, points="weight * actual", not_applicable=REDISTRIBUTE) for k, (weight, _, _) in enumerate(parts)]
    outcomes = {f"i{k}": f"{share}/100" if applies else NA for k, (_, applies, share) in enumerate(parts)}
    left = [(weight, share) for weight, applies, share in parts if applies]
    if not left:
        assert refused(outcomes, *items) == ["nothing-left"]
        return
    # The same share of the whole as of what remains.
    expected = F(sum(w * s for w, s in left), 100 * sum(w for w, _ in left)) * sum(w for w, _, _ in parts)
    assert scored(outcomes, *items).total == expected


# --- flags, dates, sources ------------------------------------------------------------------------------------------


def test_flags_for_items_with_the_same_keys() -> None:
    ratio = {"type": "ratio", "above": "cap"}
    items = [
        {"id": "a", "weight": 10, "kind": "quantity", "target": ">= 10", "method": ratio},
        {"id": "b", "weight": 10, "kind": "quality", "target": ">= 10", "method": ratio},
        {"id": "c", "weight": 10, "kind": "quantity", "target": ">= 10", "method": "pass_fail"},
    ]
    flags = [
        {
            "id": "over",
            "for": {"kind": "quantity", "method": "ratio"},
            "when": "attainment >= 130%",
            "needs": "deviation_reason",
            "because": "超额",
        },
        {"id": "only_b", "for": {"id": "b"}, "when": "actual > 0"},
        {"id": "whole", "when": "total < 100"},
        {"when": "a > 1000"},
    ]
    rules_ = rules(*items, flags=flags)
    assert [(one.id, one.item) for one in rules_.flags] == [("over", "a"), ("only_b", "b"), ("whole", None), ("flag_4", None)]
    found = score(rules_, {"a": {"value": 13}, "b": 20, "c": 20})
    assert [(one.id, one.item, one.lacking) for one in found.flags] == [("over", "a", True), ("only_b", "b", False), ("whole", None, False)]
    told = score(rules_, {"a": {"value": 13, "deviation_reason": "上级追加"}, "b": 0, "c": 20})
    assert [(one.id, one.lacking) for one in told.flags] == [("over", False), ("whole", False)]


def test_a_flag_about_an_item_needs_the_item() -> None:
    item = leaf("a", missing=3, not_applicable="full")
    flags = [{"id": "low", "for": {"id": "a"}, "when": "actual < 5"}, {"id": "absent", "for": {"id": "a"}, "when": "missing(actual)"}]
    assert [one.id for one in scored({"a": 4}, item, flags=flags).flags] == ["low"]
    assert [one.id for one in scored({"a": NA}, item, flags=flags).flags] == []
    assert [one.id for one in scored({}, item, flags=flags).flags] == ["absent"]


@pytest.mark.parametrize(
    "flag, told",
    [
        ({"id": "x"}, "flags[0] missing-key: “when” is missing in “x”"),
        ({"id": "x", "when": "a >"}, "flags[0].when formula-syntax: formula cannot be read: it ends too early"),
        ({"id": "x", "when": "a"}, "flags[0].when wrong-kind: a condition (true or false) is needed here, found a number"),
        ({"id": "x", "when": "b > 1"}, "flags[0].when unknown-name: there is no quantity “b”"),
        ({"id": "x", "for": {"kind": "quality"}, "when": "a > 1"}, "flags[0].for unknown-id: there is no item with the id “kind: quality”"),
        ({"id": "x", "for": {"id": "a"}, "when": "attainment > 1"}, "flags[0].when unknown-name: there is no quantity “attainment”"),
    ],
)
def test_what_is_wrong_with_a_flag(flag: dict[str, Any], told: str) -> None:
    assert wrong(leaf("a"), flags=[flag]) == [told]


@pytest.mark.parametrize(
    "valid, told",
    [
        ({"from": "2024-01-01", "to": "2023-12-31"}, ["valid.to bad-parameter: “valid.to” does not fit: 2023-12-31"]),
        ({"from": "2024-13-01"}, ["valid.from bad-date: “2024-13-01” is not a date"]),
        (
            {"from": "soon", "to": "2024-02-30"},
            ["valid.from bad-date: “soon” is not a date", "valid.to bad-date: “2024-02-30” is not a date"],
        ),
    ],
)
def test_valid_holds_dates(valid: dict[str, Any], told: list[str]) -> None:
    assert wrong(leaf("a"), valid=valid) == told


@pytest.mark.parametrize(
    "valid", [{"from": "2024-01-01", "to": "2024-01-01"}, {"from": "2024年"}, {"from": "2024年", "to": "2024年"}, {"to": "2024-12"}, {}]
)
def test_valid_dates(valid: dict[str, Any]) -> None:
    assert rules(leaf("a"), valid=valid).model.valid is not None


def test_nodes_inherit_their_source_and_what_is_illustrative() -> None:
    found = rules(
        group(
            "g", 20, leaf("a"), leaf("b", source="另一文件", illustrative=["target"]), source={"article": "第三条"}, unverified=["weight"]
        ),
        source={"document": "财预〔2020〕10号", "read": "full"},
    )
    a, b = found.items["a"].about, found.items["b"].about
    assert a["source"] == {"document": "财预〔2020〕10号", "read": "full", "article": "第三条"}
    assert b["source"] == {"document": "另一文件", "read": "full", "article": "第三条"}
    assert (a["illustrative"], b["illustrative"], a["unverified"]) == ((), ("target",), ("weight",))


def test_paths_and_parents() -> None:
    found = rules(group("g", 10, group("h", 10, leaf("a", label="甲"), label="二级"), label="一级"))
    assert found.items["a"].path == ("一级", "二级", "甲")
    assert (found.items["a"].parent, found.groups["h"].parent, found.groups["g"].parent, found.total.parent) == ("h", "g", "total", None)
    assert list(found.groups) == ["h", "g", "total"]
    assert found.groups["g"].children == ("h",)


def test_inputs_come_in_the_order_of_the_file() -> None:
    text = """\
perfscore: 1
id: t
total: 20
inputs: {z: {}, y: {}}
indicators:
  - {id: b, weight: 10, method: {type: formula, points: actual}}
  - {id: a, weight: 10, method: {type: formula, points: (y + z + actual) / 3}}
rating: [{id: one, is: any}]
"""
    assert [one.id for one in loads(text).inputs] == ["z", "y", "b", "a"]


def test_ends_of_a_target_may_be_formulas() -> None:
    item = leaf("a", points="actual if met else target_to", target="[2, limit * 2]")
    assert [scored({"a": actual, "limit": 2}, item, inputs={"limit": {}}).total for actual in ("1", "2", "4", "5")] == [4, 2, 4, 4]


def test_everything_wrong_is_told_in_one_run() -> None:
    found = wrong(
        leaf("a", points="x"),
        leaf("a-b"),
        leaf("c", 5, not_applicable="redistribute"),
        total=100,
        gates=[gate("g", "y > 0", rating="none")],
        rounding={"item": "x"},
    )
    assert {one.split(" ")[1] for one in found} == {"unknown-name:", "bad-id:", "policy-open:", "unknown-id:", "bad-number:"}


FLAGGED = """\
perfscore: 1
id: t
total: 10
indicators:
  - {id: a, label: 甲, kind: quality, weight: 4, method: {type: formula, points: actual}}
  - {id: b, label: 乙, kind: cost, weight: 6, method: {type: formula, points: actual}}
flags: [{id: x, for: FOR, when: actual < 1, because: 偏低}]
rating: [{id: p, is: ">= 6"}, {id: f, is: "< 6"}]
"""


@pytest.mark.parametrize(
    "wanted, items",
    [
        ("{weight: 4}", ["a"]),
        ('{weight: "4.0"}', ["a"]),
        ("{label: 乙}", ["b"]),
        ("{kind: cost, weight: 6}", ["b"]),
        ("{method: formula}", ["a", "b"]),
    ],
)
def test_flags_are_for_items_whose_keys_equal(wanted: str, items: list[str]) -> None:
    assert [flag.item for flag in perfscore.loads(FLAGGED.replace("FOR", wanted)).flags] == items


@pytest.mark.parametrize(
    "wanted, found, hint",
    [
        ("{kind: quantity}", "kind: quantity", "指标的“kind”有：quality、cost"),
        ("{weight: 5}", "weight: 5", "指标的“weight”有：4、6"),
        ("{kind: cost, weight: 4}", "kind: cost, weight: 4", "没有一个指标同时符合这些键"),
        ("{color: red}", "color: red", "没有指标写了“color”"),
    ],
)
def test_flags_for_no_item_say_what_there_is(wanted: str, found: str, hint: str) -> None:
    with pytest.raises(perfscore.RuleError) as raised:
        perfscore.loads(FLAGGED.replace("FOR", wanted))
    (problem,) = raised.value.problems
    assert (problem.code, problem.facts["found"], problem.hint("zh")) == ("unknown-id", found, hint)
