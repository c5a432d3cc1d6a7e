"""An assessment in short, as plain data: the total, the rating, and of every item its points, its loss and its case."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from perfscore.numbers.number import shortest
from perfscore.scoring.quick import ByCode

if TYPE_CHECKING:
    from perfscore.scoring.assessment import Assessment


@lru_cache(maxsize=1 << 16)
def text(n: int, d: int) -> str:
    """n / d as JSON writes it."""
    return shortest(Fraction(n, d))


def brief(assessment: Assessment) -> dict[str, Any]:
    """Numbers are texts: the shortest decimal, or p/q. Built from the code reading where the assessment has one."""
    return {
        "total": None if assessment.total is None else text(*assessment.total.as_integer_ratio()),
        "rating": assessment.rating.id,
        "items": _items(assessment) if assessment.by_code is None else _quickly(assessment.by_code),
    }


def _quickly(code: ByCode) -> dict[str, dict[str, Any]]:
    quick = code.quick
    numbers = (*code.found, *quick.constants)
    told = {}
    for id, n, d, case_at, weight, reasons in quick.items:
        above, below, case = numbers[n], numbers[d], numbers[case_at]
        told[id] = {
            "points": text(above, below),
            "lost": text(weight.numerator * below - above * weight.denominator, weight.denominator * below),
            "case": case + 1,
            "reason": reasons[case],
        }
    return told


def _items(assessment: Assessment) -> dict[str, dict[str, Any]]:
    return {
        item.id: {"points": shortest(item.points), "lost": shortest(item.lost), "case": item.case, "reason": item.reason}
        for item in assessment.items_in_order
    }
