"""Rounding 四舍五入: a step and a mode, applied exactly.

Ties of half-up go away from zero, of half-down toward zero, of half-even to the even multiple of the step.
Where rounding happens (the named stages) is the rule set's matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Literal, get_args

from perfscore.numbers.number import decimals

Mode = Literal["half-up", "half-even", "half-down", "up", "down", "floor", "ceil", "none"]
MODES: tuple[Mode, ...] = get_args(Mode)

_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Rounding:
    """Round to multiples of `step` (above 0); mode `none` leaves every number as it is."""

    step: Fraction
    mode: Mode

    def __post_init__(self) -> None:
        if self.step <= 0:
            raise ValueError(f"a rounding step is above zero, not {self.step}")
        if self.mode not in MODES:
            raise ValueError(f"{self.mode} is not a mode of rounding: {', '.join(MODES)}")

    @classmethod
    def of_digits(cls, digits: int, mode: Mode) -> Rounding:
        """Round to so many decimals; negative digits round to tens, hundreds …"""
        return cls(Fraction(10) ** -digits, mode)

    @property
    def digits(self) -> int | None:
        """k where the step is 10**-k; None for other steps and for mode `none`."""
        if self.mode == "none":
            return None
        places = decimals(self.step)
        digits = places if places else 1 - len(str(self.step.numerator))
        return digits if self.step == Fraction(10) ** -digits else None

    def apply(self, x: Fraction) -> Fraction:
        return round_to(x, self.step, self.mode)


NO_ROUNDING = Rounding(Fraction(1), "none")


def round_to(x: Fraction, step: Fraction, mode: Mode) -> Fraction:
    """x at the multiple of `step` (above 0) that the mode chooses."""
    if mode == "none":
        return x
    units = abs(x) / step if mode not in ("floor", "ceil") else x / step
    match mode:
        case "floor" | "down":
            n = floor(units)
        case "ceil" | "up":
            n = ceil(units)
        case "half-up":
            n = floor(units + _HALF)
        case "half-down":
            n = ceil(units - _HALF)
        case _:  # half-even
            n = floor(units + _HALF)
            n -= n % 2 and units + _HALF == n
    return -n * step if x < 0 and mode not in ("floor", "ceil") else n * step


def is_tie(x: Fraction, step: Fraction) -> bool:
    """Whether x lies exactly between two multiples of the step."""
    return (x / step).denominator == 2


def on_grid(x: Fraction, grid: Fraction) -> bool:
    """Whether x is a multiple of the grid."""
    return (x / grid).denominator == 1
