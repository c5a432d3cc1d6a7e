# ruff: noqa: E501
"""等级评定: a person judges, signs and says why; a band binds the judge."""

from fractions import Fraction as F

import pytest

SIGNED = {"by": "评审组", "because": "六个社区中四个通过复查"}
LEVELS = [
    {"id": "met", "label": "达成", "share": "100%"},
    {"id": "partly_met", "label": "部分达成", "share": "60%"},
    {"id": "not_met", "label": "未达成", "share": 0},
]
BANDS = [
    {"id": "met", "label": "达成", "share": "[80%, 100%]"},
    {"id": "partly_met", "label": "部分达成", "share": "[60%, 80%)"},
    {"id": "not_met", "label": "未达成", "share": "[0%, 60%)"},
]


def grade(*levels: dict[str, object], **more: object) -> dict[str, object]:
    return {"method": {"type": "grade", "levels": list(levels)}, **more}


@pytest.mark.parametrize(
    "levels, outcome, points, reason, case, why",
    [
        (LEVELS, {"grade": "met"}, "10", "met", 1, "10 × 100 %"),
        (LEVELS, {"grade": "partly_met"}, "6", "partly_met", 2, "10 × 60 %"),
        (LEVELS, {"grade": "部分达成"}, "6", "partly_met", 2, "by its label"),
        (LEVELS, {"grade": "not_met"}, "0", "not_met", 3, "10 × 0"),
        ([{"id": "优", "points": 9}, {"id": "良", "points": "weight / 2"}], {"grade": "优"}, "9", "优", 1, "9 points"),
        ([{"id": "优", "points": 9}, {"id": "良", "points": "weight / 2"}], {"grade": "良"}, "5", "良", 2, "a formula"),
        (BANDS, {"grade": "met", "share": "100%"}, "10", "met", 1, "10 × 100 %"),
        (BANDS, {"grade": "met", "share": "80%"}, "8", "met", 1, "the closed edge"),
        (BANDS, {"grade": "partly_met", "share": "79.9%"}, "7.99", "partly_met", 2, "10 × 79.9 %"),
        (BANDS, {"grade": "partly_met", "share": "60"}, "6", "partly_met", 2, "a bare 60 is 60 %"),
        (BANDS, {"grade": "not_met", "share": "0%"}, "0", "not_met", 3, "zero"),
        ([{"id": "好", "points": "[8, 10]"}, {"id": "差", "points": "[0, 8)"}], {"grade": "好", "points": "8.5"}, "8.5", "好", 1, "judged points"),
        ([{"id": "好", "share": "[80%, 100%]"}, {"id": "差", "share": 0}], {"grade": "差"}, "0", "差", 2, "a fixed level needs no share"),
        ([{"id": "好", "share": "[80%, 100%]"}, {"id": "中", "points": 5}], {"grade": "中"}, "5", "中", 2, "a band of shares beside fixed points"),
    ],
)  # fmt: skip
def test_points(one, levels, outcome, points, reason, case, why) -> None:
    assert one(grade(*levels), {**outcome, **SIGNED}) == (F(points), reason, case), why


@pytest.mark.parametrize(
    "outcome, code, why",
    [
        ({"grade": "partly_met", "share": "80%"}, "outside-band", "80 % belongs to met"),
        ({"grade": "partly_met", "share": "59.9%"}, "outside-band", "below the band"),
        ({"grade": "met", "share": "101%"}, "outside-band", "above everything"),
        ({"grade": "met"}, "missing-outcome", "a band needs its share"),
        ({"share": "90%"}, "missing-outcome", "no level named"),
        ({"grade": "good", "share": "90%"}, "unknown-choice", "no such level"),
    ],
)
def test_a_band_binds_the_judge(one, outcome, code, why) -> None:
    assert one(grade(*BANDS), {**outcome, **SIGNED}) == (code,), why


def test_the_refusal_names_the_item_and_the_level(build) -> None:
    from perfscore import OutcomeError, score

    with pytest.raises(OutcomeError) as raised:
        score(build(grade(*BANDS)), {"a": {"grade": "partly_met", "share": "80%", **SIGNED}})
    assert raised.value.problems[0].message("zh") == "“甲”：评定值 80% 不在等级“部分达成”的范围 [60%, 80%) 内"


def test_a_judgement_is_signed(one) -> None:
    assert one(grade(*LEVELS), {"grade": "met", "by": "评审组"}) == ("judgement-unsigned",)
    assert one(grade(*LEVELS), {"grade": "met", "because": "全部完成"}) == ("judgement-unsigned",)
    assert one(grade(*LEVELS), {"grade": "met"}) == ("judgement-unsigned",)


def test_missing(one) -> None:
    assert one(grade(*LEVELS)) == ("missing-outcome",)
    assert one(grade(*LEVELS, missing=0)) == (0, "missing", 1)
    assert one(grade(*LEVELS, missing=0), {"grade": "met", **SIGNED}) == (10, "met", 2)


def test_a_level_beyond_the_weight_is_an_error(one) -> None:
    assert one(grade({"id": "top", "points": 11}), {"grade": "top", **SIGNED}) == ("points-out-of-range",)


@pytest.mark.parametrize(
    "levels, told",
    [
        ([], "indicators[0].method missing-key: “levels” is missing in “甲” | levels: [{id: met, label: 达成, share: 100%}]"),
        ([{"id": "met"}], "indicators[0].method.levels[0] missing-key: “share” is missing in “met” | share: 100%  /  points: 5"),
        ([{"id": "met", "share": 1, "points": 5}], "indicators[0].method.levels[0] bad-parameter: “met” does not fit: share and points are both written | expected: share or points"),
        ([{"id": "met", "share": "[80%, 100%]"}, {"id": "half", "points": "[1, 2]"}], "indicators[0].method.levels bad-parameter: “levels” does not fit: some bands are shares, others points | expected: bands of one kind"),
        ([{"id": "met", "share": "100 +"}], "indicators[0].method.levels[0].share formula-syntax: formula cannot be read: it ends too early"),
        ([{"id": "met", "share": "[80%, 1 + ]"}], "indicators[0].method.levels[0].share formula-syntax: formula cannot be read: it ends too early"),
        ([{"id": "met", "share": 1}, {"id": "met", "share": 0}], "indicators[0].method.levels[1].id duplicate-id: the id “met” is already used at indicators[0].method.levels[0].id | ids are unique over inputs, lets and items (after NFKC normalisation)"),
        ([{"share": 1}], "indicators[0].method.levels[0] missing-key: “id” is missing in method.levels[0] of “甲” | id: …"),
    ],
)  # fmt: skip
def test_what_is_wrong(wrong, levels, told) -> None:
    assert wrong(grade(*levels)) == [told]
