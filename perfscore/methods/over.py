"""Policies as edits of a case list: what happens above the target, below a line, at a written floor or cap."""

from __future__ import annotations

from perfscore.methods.method import case
from perfscore.steps import Case

Cases = list[Case]


def zero_above(cases: Cases) -> Cases:
    """Overshooting by more than `zero_from` earns nothing."""
    return [case("attainment >= zero_from", "0", "too_far_above"), *cases]


def pass_line(cases: Cases) -> Cases:
    """Below `pass_from` nothing is earned; stands before the last case."""
    return [*cases[:-1], case("attainment < pass_from", "0", "below_pass_line"), cases[-1]]


def clamped(cases: Cases, change: str, side: str, *, floor: bool, cap: bool) -> Cases:
    """A written floor (扣完为止) or cap is seen as a case, not only as a clamp."""
    seen: Cases = []
    if floor:
        seen.append(case(f"{side} and {change} <= floor", "floor", "all_deducted"))
    if cap:
        seen.append(case(f"{side} and {change} >= cap", "cap", "all_earned"))
    return [*seen, *cases]
