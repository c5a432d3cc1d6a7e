# ruff: noqa: E501
"""达标: all or nothing, for numbers, dates, choices and yes/no."""

from fractions import Fraction as F

import pytest

NUMBER = {"target": ">= 90", "method": "pass_fail"}
REGION = {"type": "choice", "values": {"east": "东部", "west": "西部", "north": "北部"}, "method": "pass_fail"}
DATE = {"type": "date", "method": "pass_fail"}


@pytest.mark.parametrize(
    "leaf, outcome, points, reason, case, why",
    [
        (NUMBER, "90", 10, "target_met", 1, "on the edge"),
        (NUMBER, "90.001", 10, "target_met", 1, "inside"),
        (NUMBER, "89.999", 0, "target_missed", 2, "just beyond"),
        (NUMBER, "0", 0, "target_missed", 2, "zero is an outcome, not missing"),
        ({"target": "> 90", "method": "pass_fail"}, "90", 0, "target_missed", 2, "strictly above"),
        ({"target": "!= 0", "method": "pass_fail"}, "0", 0, "target_missed", 2, "anything but 0"),
        ({"target": "!= 0", "method": "pass_fail"}, "-1", 10, "target_met", 1, "anything but 0"),
        ({"target": "(90, 110]", "method": "pass_fail"}, "90", 0, "target_missed", 2, "the open end"),
        ({"target": "(90, 110]", "method": "pass_fail"}, "110", 10, "target_met", 1, "the closed end"),
        ({"target": ">= 90%", "unit": "%", "method": "pass_fail"}, "90", 10, "target_met", 1, "a bare 90 is 90 %"),
        ({"target": ">= 90%", "unit": "%", "method": "pass_fail"}, "89.99%", 0, "target_missed", 2, "just beyond"),
        ({"target": "any", "method": "pass_fail"}, "-7", 10, "target_met", 1, "whatever it is, it was reported"),
        ({"type": "yes_no", "method": "pass_fail"}, "是", 10, "target_met", 1, "yes is the target by default"),
        ({"type": "yes_no", "method": "pass_fail"}, "否", 0, "target_missed", 2, "no"),
        ({"type": "yes_no", "target": "yes", "method": "pass_fail"}, "√", 10, "target_met", 1, "written out"),
        ({"type": "yes_no", "target": "no", "method": "pass_fail"}, "无", 10, "target_met", 1, "no accident is the target"),
        ({"type": "yes_no", "target": "no", "method": "pass_fail"}, "有", 0, "target_missed", 2, "an accident"),
        ({**REGION, "target": "east"}, "east", 10, "target_met", 1, "by code"),
        ({**REGION, "target": "east"}, "东部", 10, "target_met", 1, "by label"),
        ({**REGION, "target": "east"}, "west", 0, "target_missed", 2, "another code"),
        ({**REGION, "target": ["east", "west"]}, "西部", 10, "target_met", 1, "one of the list"),
        ({**REGION, "target": ["east", "west"]}, "north", 0, "target_missed", 2, "none of the list"),
        ({**REGION, "target": "!= 'north'"}, "east", 10, "target_met", 1, "a code in quotes behind an operator"),
        ({**DATE, "target": "<= 2024年9月"}, "2024-09-30", 10, "target_met", 1, "the last day of the month"),
        ({**DATE, "target": "<= 2024年9月"}, "2024-10-01", 0, "target_missed", 2, "one day late"),
        ({**DATE, "target": "< 2024年9月"}, "2024-08-31", 10, "target_met", 1, "before the month"),
        ({**DATE, "target": "< 2024年9月"}, "2024-09-01", 0, "target_missed", 2, "its first day"),
        ({**DATE, "target": "<= 2024-12-31"}, "2024年12月", 10, "target_met", 1, "a month counts by its last day"),
        ({**DATE, "target": "[2024-03-01, 2024-06-30]"}, "2024-03-01", 10, "target_met", 1, "the closed end"),
    ],
)  # fmt: skip
def test_points(one, leaf, outcome, points, reason, case, why) -> None:
    assert one(leaf, outcome) == (F(points), reason, case), why


def test_missing(one) -> None:
    assert one(NUMBER) == ("missing-outcome",)
    assert one({**NUMBER, "missing": 3}) == (3, "missing", 1)
    assert one({"type": "yes_no", "method": "pass_fail"}, "/") == ("missing-outcome",)


def test_no_target(wrong) -> None:
    assert wrong({"method": "pass_fail"}) == ['indicators[0].method missing-key: “target” is missing in “甲” | target: ">= 90%"']


@pytest.mark.parametrize(
    "leaf, told",
    [
        ({**REGION, "target": "nord"}, "indicators[0].target unknown-code: “nord” is not a code of this choice | there are: east, west, north"),
        ({**REGION, "target": ["east", "nord"]}, "indicators[0].target unknown-code: “nord” is not a code of this choice | there are: east, west, north"),
        ({**REGION, "target": ["east", "> 3"]}, "indicators[0].target bad-parameter: “target” does not fit: east, > 3 | expected: one test, or a list of codes"),
        ({**REGION, "target": "> 3"}, "indicators[0].target wrong-kind: a choice is needed here, found a number"),
        ({"type": "choice", "target": "east", "method": "pass_fail"}, "indicators[0] missing-key: “values” is missing in “甲” | values: {east: 东部, west: 西部}"),
        ({**DATE, "target": ">= 90"}, "indicators[0].target wrong-kind: a date is needed here, found a number"),
        ({"target": "<= 2024年9月", "method": "pass_fail"}, "indicators[0].target wrong-kind: a number is needed here, found a date"),
        ({"target": "marketing", "method": "pass_fail"}, "indicators[0].target wrong-kind: a number is needed here, found a choice"),
        ({**NUMBER, "method": {"type": "pass_fail", "above": "cap"}}, "indicators[0].method.above unknown-parameter: method pass_fail has no parameter “above” | parameters:"),
    ],
)  # fmt: skip
def test_what_is_wrong(wrong, leaf, told) -> None:
    assert [one for one in wrong(leaf) if "values" not in told or "missing-key" in one] == [told]
