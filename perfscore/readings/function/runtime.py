"""What the function of the code reading calls as it runs: lists of pairs, months, and Elsewhere for what it does not decide."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from perfscore.numbers.date import Day, months_between
from perfscore.readings.exact import Value

LIST_BITS = 1000  # width of a number that comes out of a list

Pair = tuple[int, int]


class Elsewhere(Exception):
    """The generated code does not decide this; the exact reading must."""


def _months(a: int, b: int) -> int:
    return months_between(Day(a), Day(b))


def _pairs(values: Sequence[Value]) -> list[Pair]:
    if not all(type(one) is Fraction for one in values):
        raise Elsewhere
    return [one.as_integer_ratio() for one in values]


def _narrow(n: int, d: int) -> Pair:
    g = gcd(n, d)
    if max(n.bit_length(), d.bit_length()) > LIST_BITS:
        raise Elsewhere
    return n // g, d // g


def _sum(values: Sequence[Pair]) -> Pair:
    n, d = 0, 1
    for a, b in values:
        n, d = _narrow(n * b + a * d, d * b)
    return n, d


def _in_order(values: Sequence[Pair]) -> list[Pair]:
    below = lcm(*(d for _, d in values))
    if below.bit_length() > LIST_BITS:
        raise Elsewhere
    return [_narrow(n, below) for n in sorted(n * (below // d) for n, d in values)]


def _median(values: Sequence[Pair]) -> Pair:
    ordered, middle = _in_order(values), len(values) // 2
    if not ordered:
        raise Elsewhere
    if len(ordered) % 2:
        return ordered[middle]
    n, d = _sum(ordered[middle - 1 : middle + 1])
    return n, 2 * d


def _least(values: Sequence[Pair]) -> Pair:
    if not values:
        raise Elsewhere
    return _in_order(values)[0]


def _most(values: Sequence[Pair]) -> Pair:
    if not values:
        raise Elsewhere
    return _in_order(values)[-1]


def _trimmed_mean(values: Sequence[Pair], n: int, d: int) -> Pair:
    trim, rest = divmod(n, d)
    if rest or trim < 0 or 2 * trim >= len(values):
        raise Elsewhere
    kept = _in_order(values)[trim : len(values) - trim]
    above, below = _sum(kept)
    return _narrow(above, below * len(kept))


def _count(values: Sequence[object]) -> int:
    """The true ones of truths; of numbers their count."""
    if values and isinstance(values[0], bool):
        return sum(1 for one in values if one)
    return len(values)


CALLED: dict[str, Any] = {
    "__builtins__": {}, "E": Elsewhere, "gcd": gcd, "months": _months, "pairs": _pairs, "list_sum": _sum, "list_median": _median,
    "list_min": _least, "list_max": _most, "list_trimmed_mean": _trimmed_mean, "list_count": _count, "len": len, "any": any, "all": all,
}  # fmt: skip
