"""Each mode at ties, beside them, below zero, on the grid; and against decimal's own modes."""

import decimal
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore.numbers.number import fixed
from perfscore.numbers.rounding import MODES, NO_ROUNDING, Mode, Rounding, is_tie, on_grid, round_to

ROWS: list[tuple[str, dict[Mode, str]]] = [
    # x, to whole numbers:  half-up: ties away from zero; half-down: toward zero
    ("2.5", {"half-up": "3", "half-even": "2", "half-down": "2", "up": "3", "down": "2", "floor": "2", "ceil": "3"}),
    ("3.5", {"half-up": "4", "half-even": "4", "half-down": "3", "up": "4", "down": "3", "floor": "3", "ceil": "4"}),
    (
        "-2.5",
        {"half-up": "-3", "half-even": "-2", "half-down": "-2", "up": "-3", "down": "-2", "floor": "-3", "ceil": "-2"},
    ),
    ("2.4", {"half-up": "2", "half-even": "2", "half-down": "2", "up": "3", "down": "2", "floor": "2", "ceil": "3"}),
    (
        "-2.6",
        {"half-up": "-3", "half-even": "-3", "half-down": "-3", "up": "-3", "down": "-2", "floor": "-3", "ceil": "-2"},
    ),
    ("7", dict.fromkeys(MODES, "7")),
    ("0", dict.fromkeys(MODES, "0")),
]


@pytest.mark.parametrize("x, mode, expected", [(x, mode, out) for x, row in ROWS for mode, out in row.items()])
def test_modes(x: str, mode: Mode, expected: str) -> None:
    assert round_to(F(x), F(1), mode) == F(expected)


@pytest.mark.parametrize(
    "x, step, mode, expected, why",
    [
        (F(1199, 240), F("0.01"), "half-up", F(5), "5 × 1199/1200 = 4.9958… -> 5.00"),
        (F("4.995"), F("0.01"), "half-up", F(5), "a tie that a float would miss"),
        (F("4.995"), F("0.01"), "half-even", F(5), "500 is even"),
        (F("4.985"), F("0.01"), "half-even", F("4.98"), "498 is even"),
        (F("0.99999"), F("0.0001"), "down", F("0.9999"), "a rate to 0.01%, cut off"),
        (F("87.3"), F("0.5"), "half-up", F("87.5"), "to half points: 174.6 -> 175 halves"),
        (F("87.25"), F("0.5"), "half-down", F(87), "174.5 halves, toward zero"),
        (F(1250), F(100), "half-up", F(1300), "to hundreds"),
        (F(1, 3), F("0.01"), "none", F(1, 3), "none leaves it"),
    ],
)
def test_steps(x: F, step: F, mode: Mode, expected: F, why: str) -> None:
    assert Rounding(step, mode).apply(x) == expected, why


@pytest.mark.parametrize(
    "rounding, digits",
    [
        (Rounding.of_digits(2, "half-up"), 2),
        (Rounding.of_digits(0, "half-up"), 0),
        (Rounding.of_digits(-2, "half-up"), -2),
        (Rounding(F("0.0001"), "down"), 4),
        (Rounding(F("0.05"), "down"), None),
        (Rounding(F(200), "down"), None),
        (Rounding(F(1, 3), "down"), None),
        (NO_ROUNDING, None),
    ],
)
def test_digits(rounding: Rounding, digits: int | None) -> None:
    assert rounding.digits == digits


def test_no_rounding() -> None:
    assert NO_ROUNDING.apply(F(1, 3)) == F(1, 3)


@pytest.mark.parametrize("step, mode", [(F(0), "half-up"), (F(-1), "down"), (F(1), "nearest")])
def test_refused(step: F, mode: Mode) -> None:
    with pytest.raises(ValueError, match="rounding"):
        Rounding(step, mode)


@pytest.mark.parametrize("x, step, tie", [("4.995", "0.01", True), ("-2.5", "1", True), ("4.99", "0.01", False), ("2.4", "1", False)])
def test_is_tie(x: str, step: str, tie: bool) -> None:
    assert is_tie(F(x), F(step)) is tie


@pytest.mark.parametrize(
    "x, grid, on",
    [("1284", "1", True), ("0.87", "0.01", True), ("0", "3", True), ("-1.5", "0.2", False), ("1284.5", "1", False)],
)
def test_on_grid(x: str, grid: str, on: bool) -> None:
    assert on_grid(F(x), F(grid)) is on


DECIMAL_MODES: dict[Mode, str] = {
    "half-up": decimal.ROUND_HALF_UP,
    "half-even": decimal.ROUND_HALF_EVEN,
    "half-down": decimal.ROUND_HALF_DOWN,
    "up": decimal.ROUND_UP,
    "down": decimal.ROUND_DOWN,
    "floor": decimal.ROUND_FLOOR,
    "ceil": decimal.ROUND_CEILING,
}


def test_every_mode_has_an_oracle() -> None:
    assert set(DECIMAL_MODES) | {"none"} == set(MODES)


# Four decimals rounded to at most three: ties are frequent.
@given(st.integers(-(10**7), 10**7), st.integers(0, 3), st.sampled_from(sorted(DECIMAL_MODES)))
def test_as_decimal_rounds(units: int, digits: int, mode: Mode) -> None:
    x = F(units, 10**4)
    oracle = decimal.Decimal(fixed(x, 4)).quantize(decimal.Decimal(1).scaleb(-digits), rounding=DECIMAL_MODES[mode])
    assert Rounding.of_digits(digits, mode).apply(x) == F(oracle)


@given(st.fractions(), st.fractions(min_value=F(1, 1000), max_value=1000, max_denominator=1000), st.sampled_from(MODES))
def test_on_the_grid_within_a_step_and_settled(x: F, step: F, mode: Mode) -> None:
    rounded = round_to(x, step, mode)
    assert mode == "none" or on_grid(rounded, step)
    assert abs(rounded - x) < step
    assert round_to(rounded, step, mode) == rounded
    assert not mode.startswith("half") or abs(rounded - x) <= step / 2
