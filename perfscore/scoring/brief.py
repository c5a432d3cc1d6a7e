"""An assessment in short, as plain data: the total, the rating, and of every item its points, its loss and its case."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from perfscore.numbers.number import shortest
from perfscore.scoring.quick import ByCode

if TYPE_CHECKING:
    from perfscore.scoring.assessment import Assessment


def brief(assessment: Assessment) -> dict[str, Any]:
    """Numbers are texts: the shortest decimal, or p/q. Built from the code reading where the assessment has one."""
    return {
        "total": None if assessment.total is None else shortest(assessment.total),
        "rating": assessment.rating.id,
        "items": _items(assessment) if assessment.by_code is None else _quickly(assessment.by_code),
    }


def _quickly(code: ByCode) -> dict[str, dict[str, Any]]:
    found, told = code.found, {}
    numbers = (*found, *code.quick.constants)
    for id, n, d, whole, texts, case_at, reasons in code.quick.items:
        above, case = numbers[n], found[case_at]
        if texts is not None:
            points, lost = texts[above], texts[whole - above]
        else:
            exact = Fraction(above, numbers[d])
            points, lost = shortest(exact), shortest(whole - exact)
        told[id] = {"points": points, "lost": lost, "case": case + 1, "reason": reasons[case]}
    return told


def _items(assessment: Assessment) -> dict[str, dict[str, Any]]:
    return {
        item.id: {"points": shortest(item.points), "lost": shortest(item.lost), "case": item.case, "reason": item.reason}
        for item in assessment.items_in_order
    }
