# ruff: noqa: E501
"""要点: elements that add to 0 or take from the weight, each a yes, a no, or a count."""

from fractions import Fraction as F

import pytest

from perfscore import score


def checklist(start: object, *elements: dict[str, object], **more: object) -> dict[str, object]:
    method: dict[str, object] = {"type": "checklist", "elements": list(elements)}
    if start is not None:
        method["from"] = start
    return {"method": method, **more}


MADE, USED = {"id": "made", "label": "已制定", "points": 4}, {"id": "used", "points": 6}
COLLECTED = checklist(0, MADE, USED)
LEDGER, LATE = {"id": "no_ledger", "points": -3}, {"id": "late", "label": "逾期笔数", "points": "-0.5", "count": True}
DEDUCTED = checklist("weight", LEDGER, LATE, floor=0)
BONUS = checklist(0, {"id": "prize", "points": 2, "count": True}, weight=0, cap=5)


@pytest.mark.parametrize(
    "leaf, outcome, points, reason, case, why",
    [
        (COLLECTED, {"made": "yes", "used": "yes"}, "10", "some_apply", 2, "4 + 6"),
        (COLLECTED, {"made": "yes", "used": "no"}, "4", "some_apply", 2, "4 + 0"),
        (COLLECTED, {"made": "否", "used": "否"}, "0", "none_apply", 1, "0 + 0"),
        (DEDUCTED, {"no_ledger": "no", "late": 0}, "10", "none_apply", 1, "nothing deducted"),
        (DEDUCTED, {"no_ledger": "yes", "late": 0}, "7", "some_apply", 3, "10 − 3"),
        (DEDUCTED, {"no_ledger": "no", "late": 3}, "8.5", "some_apply", 3, "10 − 3 × 0.5"),
        (DEDUCTED, {"no_ledger": "yes", "late": 13}, "0.5", "some_apply", 3, "10 − 3 − 6.5"),
        (DEDUCTED, {"no_ledger": "yes", "late": 14}, "0", "all_deducted", 2, "10 − 3 − 7: exactly the floor"),
        (DEDUCTED, {"no_ledger": "yes", "late": 99}, "0", "all_deducted", 2, "beyond the floor"),
        (BONUS, {"prize": 0}, "0", "none_apply", 1, "no prize"),
        (BONUS, {"prize": 2}, "4", "some_apply", 3, "2 × 2"),
        (BONUS, {"prize": 3}, "5", "all_earned", 2, "6 is above the cap"),
        (checklist("weight", {"id": "up", "points": 2}, {"id": "down", "points": -2}), {"up": "yes", "down": "yes"}, "10", "none_apply", 1, "+2 − 2 = 0"),
    ],
)  # fmt: skip
def test_points(one, leaf, outcome, points, reason, case, why) -> None:
    assert one(leaf, outcome) == (F(points), reason, case), why


def test_outcomes_may_be_flat(build) -> None:
    assert score(build(COLLECTED), {"a.made": "yes", "a.used": "no"}).total == 4


def test_each_element_is_named(build) -> None:
    result = score(build(DEDUCTED), {"a": {"no_ledger": "yes", "late": 2}})["a"]
    told = [(one.id, one.label, one.points, one.lost, one.reason) for one in result.elements]  # type: ignore[union-attr]
    assert told == [("a.no_ledger", "no_ledger", -3, 3, "applies"), ("a.late", "逾期笔数", -1, 1, "counted")]
    none = score(build(DEDUCTED), {"a": {"no_ledger": "no", "late": 0}})["a"]
    assert [one.reason for one in none.elements] == ["does_not_apply", "not_counted"]  # type: ignore[union-attr]
    collected = score(build(COLLECTED), {"a": {"made": "no", "used": "yes"}})["a"]
    assert [(one.points, one.lost) for one in collected.elements] == [(0, 4), (6, 0)]  # type: ignore[union-attr]


def test_an_absent_element_is_an_error_unless_it_says_what_it_means(one) -> None:
    assert one(COLLECTED, {"made": "yes"}) == ("missing-outcome",)
    assert one(checklist(0, MADE, {**USED, "missing": "no"}), {"made": "yes"}) == (4, "some_apply", 2)
    assert one(checklist(0, MADE, {**USED, "missing": "yes"}), {"made": "yes"}) == (10, "some_apply", 2)
    assert one(checklist("weight", LEDGER, {**LATE, "missing": 2}, floor=0), {"no_ledger": "no"}) == (9, "some_apply", 3)  # 10 − 2 × 0.5


def test_missing_of_the_item_needs_all_elements_absent(one) -> None:
    leaf = {**COLLECTED, "missing": 1}
    assert one(leaf) == (1, "missing", 1)
    assert one(leaf, {"made": "/"}) == (1, "missing", 1)
    assert one(leaf, {"made": "yes", "used": "no"}) == (4, "some_apply", 3)
    assert one(leaf, {"made": "yes"}) == ("missing-outcome",)  # one of two is not all


def test_points_beyond_the_weight_are_an_error(one) -> None:
    leaf = checklist(0, MADE, {"id": "used", "points": 7})
    assert one(leaf, {"made": "yes", "used": "yes"}) == ("points-out-of-range",)  # 11 of 10
    assert one({**leaf, "cap": "weight"}, {"made": "yes", "used": "yes"}) == (10, "all_earned", 2)


def test_special_may_read_the_elements(one) -> None:
    leaf = {**COLLECTED, "special": [{"when": "used and not made", "points": 0, "reason": "nothing_to_use"}]}
    assert one(leaf, {"made": "no", "used": "yes"}) == (0, "nothing_to_use", 1)
    assert one(leaf, {"made": "yes", "used": "yes"}) == (10, "some_apply", 3)
    assert one(leaf, {"used": "no"}) == ("missing-outcome",)  # an element that is not reported stays an error


def test_ids_of_elements_are_the_items_own(one, build) -> None:
    rules = build(COLLECTED)
    assert [(one.id, one.type, one.label) for one in rules.inputs] == [("a.made", "yes_no", "甲·已制定"), ("a.used", "yes_no", "甲·used")]


@pytest.mark.parametrize("id", ["by", "because", "value", "not_applicable", "weight", "min"])
def test_an_element_cannot_be_called_like_a_key_of_outcomes_or_a_fixed_name(wrong, id: str) -> None:
    (told,) = wrong(checklist(0, {"id": id, "points": 3}))
    assert told.startswith(f"indicators[0].method.elements[0].id bad-id: “{id}” cannot be an id: ")


@pytest.mark.parametrize(
    "leaf, told",
    [
        (checklist(None, MADE), "indicators[0].method policy-open: “甲”: checklist does not say “from”: whether elements add to 0 or take from the weight | write from: 0 or weight"),
        (checklist(5, MADE), "indicators[0].method.from bad-parameter: “from” does not fit: 5 | expected: 0 or weight"),
        (checklist(0), "indicators[0].method missing-key: “elements” is missing in “甲” | elements: [{id: made, label: 已制定, points: 2}]"),
        (checklist(0, {"id": "made"}), "indicators[0].method.elements[0] missing-key: “points” is missing in “made” | points: …"),
        (checklist(0, {"points": 3}), "indicators[0].method.elements[0] missing-key: “id” is missing in method.elements[0] of “甲” | id: …"),
        (checklist(0, {"id": "made", "points": "3o"}), "indicators[0].method.elements[0].points bad-number: “3o” is not a number | a letter stands where the digit 0 or 1 belongs"),
        (checklist(0, {**MADE, "missing": 3}), "indicators[0].method.elements[0].missing bad-parameter: “missing” does not fit: 3 | expected: yes or no"),
        (checklist(0, {**LATE, "missing": "1 +"}), "indicators[0].method.elements[0].missing formula-syntax: formula cannot be read: it ends too early"),
        (checklist(0, {**MADE, "count": "perhaps"}), "indicators[0].method.elements[0].count wrong-type: “count” cannot be perhaps | expected: true or false"),
        (checklist(0, MADE, MADE), "indicators[0].method.elements[1].id duplicate-id: the id “made” is already used at indicators[0].method.elements[0].id | ids are unique over inputs, lets and items (after NFKC normalisation)"),
        (checklist(0, {"id": "已-定", "points": 3}), "indicators[0].method.elements[0].id bad-id: “已-定” cannot be an id: the sign “-” is not allowed | an id is letters, digits, _ or Chinese characters, does not begin with a digit and has no hyphen"),
    ],
)  # fmt: skip
def test_what_is_wrong(wrong, leaf, told) -> None:
    assert wrong(leaf) == [told]
