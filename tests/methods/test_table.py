# ruff: noqa: E501
"""分档: the first row that holds; edges belong to the row that says so, and a hole is an error."""

from fractions import Fraction as F

import pytest

LADDER = {
    "unit": "%",
    "method": {"type": "table", "rows": [["= 0", 10], ["(0, 10%]", 8], ["(10%, 20%]", 5], ["(20%, 30%]", 2], ["> 30%", 0]]},
}
TWO = {
    "unit": "家",
    "method": {
        "type": "table",
        "of": ["region", "actual / planned"],
        "rows": [
            ["east", ">= 100%", 10],
            ["east", ">= 80%", 6],
            [["west", "north"], ">= 50%", 8],
            {"is": ["any", "< 50%"], "points": 1, "reason": "far_below", "label": "远低于计划"},
        ],
        "otherwise": "weight * 30%",
    },
}
INPUTS = {"region": {"type": "choice", "values": ["east", "west", "north"]}, "planned": {"unit": "家"}}


@pytest.mark.parametrize(
    "actual, points, reason, case",
    [
        ("0", 10, "row_1", 1),
        ("0.01%", 8, "row_2", 2),  # beyond 0
        ("10%", 8, "row_2", 2),  # the closed end
        ("10.01%", 5, "row_3", 3),  # the open end
        ("20%", 5, "row_3", 3),
        ("30%", 2, "row_4", 4),
        ("30.01%", 0, "row_5", 5),
        ("500%", 0, "row_5", 5),
    ],
)
def test_bands(one, actual, points, reason, case) -> None:
    assert one(LADDER, actual) == (points, reason, case)


def test_a_hole_is_an_error_and_never_zero(one) -> None:
    assert one(LADDER, "-1%") == ("no-case",)
    assert one({**LADDER, "method": {**LADDER["method"], "otherwise": 4}}, "-1%") == (4, "no_row", 6)


@pytest.mark.parametrize(
    "region, actual, points, reason, case, why",
    [
        ("east", "10", 10, "row_1", 1, "10/10 = 100 %"),
        ("east", "9", 6, "row_2", 2, "90 %"),
        ("east", "8", 6, "row_2", 2, "80 %, the edge"),
        ("east", "7", 3, "no_row", 5, "70 %: no row of the east, 10 × 30 %"),
        ("west", "5", 8, "row_3", 3, "50 %, one of two codes"),
        ("north", "10", 8, "row_3", 3, "the other code"),
        ("west", "4", 1, "far_below", 4, "40 %: any region"),
        ("east", "4", 1, "far_below", 4, "40 %"),
    ],
)
def test_several_columns(one, region, actual, points, reason, case, why) -> None:
    assert one(TWO, actual, {"region": region, "planned": "10家"}, inputs=INPUTS) == (points, reason, case), why


def test_the_first_row_decides(one) -> None:
    assert one({"method": {"type": "table", "rows": [[">= 0", 1], [">= 0", 2]]}}, "5") == (1, "row_1", 1)


def test_rows_in_full(one) -> None:
    rows = [
        {"is": ">= 90", "points": "weight", "reason": "high"},
        {"is": ["= 50", "= 60"], "points": 4, "label": "五六十"},
        {"is": "any", "points": "actual / 100"},
    ]
    leaf = {"method": {"type": "table", "rows": rows}}
    assert one(leaf, "95") == (10, "high", 1)
    assert one(leaf, "50") == (4, "row_2", 2)  # a list means one of
    assert one(leaf, "60") == (4, "row_2", 2)
    assert one(leaf, "55") == (F("0.55"), "row_3", 3)


def test_a_list_cell_of_one_column(one) -> None:
    leaf = {"method": {"type": "table", "rows": [[["1", "[5, 7]"], 3], ["any", 0]]}}
    assert [one(leaf, actual)[0] for actual in ("1", "2", "5", "7", "8")] == [3, 0, 3, 3, 0]
    assert one({"method": {"type": "table", "rows": [[["1"], 3], ["any", 0]]}}, "1")[0] == 3


def test_yes_no_columns(one) -> None:
    leaf = {"method": {"type": "table", "of": ["made", "used"], "rows": [["yes", "yes", 10], ["yes", "no", 4], ["no", "any", 0]]}}
    inputs = {"made": {"type": "yes_no"}, "used": {"type": "yes_no"}}
    answers = [("是", "是", 10), ("是", "否", 4), ("否", "是", 0), ("否", "否", 0)]
    for made, used, points in answers:
        assert one(leaf, ..., {"made": made, "used": used}, inputs=inputs)[0] == points


def test_ends_may_be_formulas(one) -> None:
    leaf = {"method": {"type": "table", "rows": [[">= last_year * 110%", 10], ["[last_year, last_year * 110%)", 6], ["< last_year", 0]]}}
    inputs = {"last_year": {}}
    assert [one(leaf, actual, {"last_year": "100"}, inputs=inputs)[0] for actual in ("110", "109", "100", "99")] == [10, 6, 6, 0]


def test_of_by_itself(one) -> None:
    leaf = {"method": {"type": "table", "of": ["n"], "rows": [["> 0", 10], ["any", 0]]}}
    assert one(leaf, ..., {"n": 1}, inputs={"n": {}}) == (10, "row_1", 1)


def test_missing(one) -> None:
    assert one(LADDER) == ("missing-outcome",)
    assert one({**LADDER, "missing": 0}) == (0, "missing", 1)


@pytest.mark.parametrize(
    "method, told",
    [
        ({}, 'indicators[0].method missing-key: “rows” is missing in “甲” | rows: [["= 0", 3], ["(0, 10%]", 2]]'),
        ({"rows": []}, 'indicators[0].method missing-key: “rows” is missing in “甲” | rows: [["= 0", 3], ["(0, 10%]", 2]]'),
        ({"rows": [["> 0", "> 5", 3]]}, "indicators[0].method.rows[0] bad-parameter: “rows 1” does not fit: 2 tests | expected: 1 test, then the points"),
        ({"rows": [[3]]}, "indicators[0].method.rows[0] bad-parameter: “rows 1” does not fit: 0 tests | expected: 1 test, then the points"),
        ({"rows": [[]]}, "indicators[0].method.rows[0] bad-parameter: “rows 1” does not fit: 0 tests | expected: 1 test, then the points"),
        ({"rows": [["> 0", ["3"]]]}, "indicators[0].method.rows[0] bad-parameter: “rows 1” does not fit: the last cell is no number of points | expected: 1 test, then the points"),
        ({"rows": [[True, 3]]}, 'indicators[0].method.rows[0][0] bad-parameter: “rows” does not fit: true | expected: a test: ">= 90%", "(0, 10%]", any'),
        ({"rows": [["> (", 3]]}, "indicators[0].method.rows[0][0] formula-syntax: formula cannot be read: it ends too early"),
        ({"rows": [["> 0", "3 +"]]}, "indicators[0].method.rows[0][1] formula-syntax: formula cannot be read: it ends too early"),
        ({"rows": [["any", 3]], "otherwise": "3 +"}, "indicators[0].method.otherwise formula-syntax: formula cannot be read: it ends too early"),
        ({"rows": [[["> 0", "< ("], 3]]}, "indicators[0].method.rows[0][0][1] formula-syntax: formula cannot be read: it ends too early"),
        ({"rows": [[[], 3]]}, 'indicators[0].method.rows[0][0] bad-parameter: “rows” does not fit: [] | expected: a test: ">= 90%", "(0, 10%]", any'),
        ({"of": ["actual +"], "rows": [["> 0", 3]]}, "indicators[0].method.of[0] formula-syntax: formula cannot be read: it ends too early"),
        ({"rows": [{"is": "> 0", "points": 3, "reasn": "x"}]}, "indicators[0].method.rows[0].reasn unknown-key: there is no key “reasn” here, did you mean “reason”?"),
        ({"rows": [{"is": "> 0"}]}, "indicators[0].method.rows[0] missing-key: “points” is missing in method.rows[0] of “甲” | points: …"),
        ({"rows": 5}, "indicators[0].method.rows wrong-type: “rows” cannot be 5 | expected: a list"),
    ],
)  # fmt: skip
def test_what_is_wrong(wrong, method, told) -> None:
    assert wrong({"method": {"type": "table", **method}}) == [told]
