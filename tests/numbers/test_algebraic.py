"""Real roots: every one, once, in order; against products whose roots are known, and against signs."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore.numbers.algebraic import Root, between, roots, times, value

SMALL = st.fractions(min_value=-20, max_value=20, max_denominator=12)


def product(known: list[F]) -> tuple[F, ...]:
    found: tuple[F, ...] = (F(1),)
    for root in known:
        found = times(found, (-root, F(1)))
    return found


@given(st.lists(SMALL, min_size=1, max_size=5), SMALL.filter(bool))
def test_roots_of_a_product(known: list[F], factor: F) -> None:
    assert roots(times(product(known), (factor,))) == sorted(set(known))


@given(st.lists(SMALL, max_size=3), st.integers(2, 50).filter(lambda n: int(n**0.5) ** 2 != n))
def test_irrational_roots_stand_between_the_others(known: list[F], square: int) -> None:
    """(x² − n) times known factors: ±√n in their places."""
    found = roots(times(product(known), (F(-square), F(0), F(1))))
    rational = [one for one in found if isinstance(one, F)]
    assert rational == sorted(set(known))
    assert len(found) == len(rational) + 2
    for low, high in pairwise(found):
        assert low < high
    plus = found[-1] if isinstance(found[-1], Root) else next(one for one in reversed(found) if isinstance(one, Root))
    assert plus.low**2 < square < plus.high**2


def test_equal_roots_of_two_polynomials() -> None:
    first = roots((F(-2), F(0), F(1)))[1]
    second = roots(times((F(-2), F(0), F(1)), (F(-3), F(0), F(1))))[2]
    assert first == second and not first < second
    assert first < F(15, 10) and first > F(14, 10) and first != F(141421356, 100000000)


@given(SMALL, SMALL)
def test_between(a: F, b: F) -> None:
    if a != b:
        found = between(min(a, b), max(a, b))
        assert min(a, b) < found < max(a, b)
    assert between(None, a) < a < between(a, None)


def test_zero_has_no_list_of_roots() -> None:
    with pytest.raises(ValueError):
        roots(())
    assert roots((F(5),)) == [] and roots((F(1), F(0), F(1))) == []
    assert value((F(1), F(2), F(3)), F(2)) == 1 + 4 + 12
