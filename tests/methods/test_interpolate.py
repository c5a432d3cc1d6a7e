"""插值: on the anchors, between them, outside of them; falling anchors, equal anchors, the preset 功效系数."""

from fractions import Fraction as F
from typing import Any

import pytest

RISING: dict[str, Any] = {"method": {"type": "interpolate", "rows": [[60, 0], [80, 6], [100, "weight"]], "below": 0, "above": "hold"}}
FALLING: dict[str, Any] = {"method": {"type": "interpolate", "rows": [[2, 10], [4, 5], [8, 0]], "below": "hold", "above": "hold"}}


@pytest.mark.parametrize(
    "leaf, actual, points, reason, case",
    [
        (RISING, "59", 0, "below_first", 1),
        (RISING, "60", 0, "between_1", 2),  # the first anchor is the beginning of the first line
        (RISING, "70", 3, "between_1", 2),  # 0 + 10 × 6/20
        (RISING, "80", 6, "between_2", 3),
        (RISING, "90", 8, "between_2", 3),  # 6 + 10 × 4/20
        (RISING, "99.995", F("9.999"), "between_2", 3),
        (RISING, "100", 10, "at_last", 4),
        (RISING, "120", 10, "above_last", 5),
        (FALLING, "1", 10, "below_first", 1),
        (FALLING, "2", 10, "between_1", 2),
        (FALLING, "3", F("7.5"), "between_1", 2),  # 10 − 1 × 5/2
        (FALLING, "4", 5, "between_2", 3),
        (FALLING, "7", F("1.25"), "between_2", 3),  # 5 − 3 × 5/4
        (FALLING, "8", 0, "at_last", 4),
        (FALLING, "9", 0, "above_last", 5),
    ],
)
def test_points(one: Any, leaf: dict[str, Any], actual: str, points: F, reason: str, case: int) -> None:
    assert one(leaf, actual) == (points, reason, case)


@pytest.mark.parametrize(
    "rows, below, above, actual, found",
    [
        ([[10, 0], [5, 10]], "hold", "hold", "12", (0, "below_first", 1)),  # falling values: 12 is before 10
        ([[10, 0], [5, 10]], "hold", "hold", "6", (8, "between_1", 2)),  # 0 + (6 − 10) × 10 ÷ (5 − 10)
        ([[10, 0], [5, 10]], "hold", "hold", "4", (10, "above_last", 4)),
        ([[0, 2], [4, 4]], "extend", "extend", "-2", (1, "below_first", 1)),  # 2 + (−2) × 2/4
        ([[0, 2], [4, 4]], "extend", "extend", "6", (5, "above_last", 4)),  # 2 + 6 × 2/4
        ([[0, 2], [4, 4]], "weight / 10", "9", "-1", (1, "below_first", 1)),
        ([[0, 2], [4, 4]], "weight / 10", "9", "5", (9, "above_last", 4)),
        ([[0, 2], [4, 4]], "refuse", "refuse", "5", ("outside-anchors",)),
        ([[0, 0], [5, 4], [5, 6], [9, 10]], 0, "hold", "5", (6, "between_3", 4)),  # equal values: an empty piece, a step
        ([[0, 0], [5, 4], [5, 6], [9, 10]], 0, "hold", "4", (F("3.2"), "between_1", 2)),
    ],
)
def test_outside_and_equal(one: Any, rows: list[Any], below: object, above: object, actual: str, found: object) -> None:
    assert one({"method": {"type": "interpolate", "rows": rows, "below": below, "above": above}}, actual) == found


@pytest.mark.parametrize(
    "actual, points, why",
    [
        ("8%", F(198, 13), "12 + 6.3/7.8 × 4"),
        ("1.7%", 12, "平均值: 0.6 × 20"),
        ("13.5%", 20, "优秀值"),
        ("20%", 20, "above 优秀值: hold"),
        ("-6%", 0, "below 较差值, as `below` says"),
    ],
)
def test_efficacy(one: Any, actual: str, points: F, why: str) -> None:
    preset = {"standards": ["-5.7%", "-1%", "1.7%", "9.5%", "13.5%"], "coefficients": ["0.2", "0.4", "0.6", "0.8", "1"]}
    leaf = {"unit": "%", "weight": 20, "method": {"type": "interpolate", "efficacy": preset, "below": 0}}
    assert one(leaf, actual)[0] == points, why


@pytest.mark.parametrize(
    "method, codes",
    [
        ({"rows": [[1, 0], [2, 1]]}, ["policy-open", "policy-open"]),
        ({"efficacy": {"standards": [1, 2], "coefficients": [1]}, "below": 0}, ["bad-parameter"]),
        ({"below": 0, "above": 0}, ["missing-key"]),
        ({"rows": [[1, 0]], "below": 0, "above": 0}, ["bad-parameter"]),
        ({"rows": [[1, 0], [3, 1], [2, 1]], "below": 0, "above": 0}, ["bad-parameter"]),
        ({"rows": [[1, 0], [3]], "below": 0, "above": 0}, ["bad-parameter"]),
        ({"rows": [[1, 0], ["3 +", 1]], "below": 0, "above": 0}, ["formula-syntax"]),
    ],
)
def test_what_is_wrong(wrong: Any, method: dict[str, Any], codes: list[str]) -> None:
    told = wrong({"method": {"type": "interpolate", **method}})
    assert [line.split(" ")[1].rstrip(":") for line in told] == codes
