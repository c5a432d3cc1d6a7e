"""Texts, ints and floats -> Fraction, and back."""

import math
from decimal import Decimal
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore.finding import Place, Unreadable
from perfscore.numbers.number import decimals, fixed, near, normalise, percent, read_number, shortest, to_number

fractions = st.fractions(min_value=-(10**12), max_value=10**12, max_denominator=10**9)
grid_numbers = st.builds(lambda n, k: F(n, 10**k), st.integers(-(10**15), 10**15), st.integers(0, 8))


@pytest.mark.parametrize(
    "text, expected, why",
    [
        ("1200", F(1200), "plain digits"),
        ("-0.5", F(-1, 2), "5/10"),
        ("+5", F(5), "a written plus"),
        ("0", F(0), "zero"),
        ("-0", F(0), "zero has no sign"),
        ("007", F(7), "leading zeros say nothing"),
        ("1,234.56", F(30864, 25), "123456/100"),
        ("12,345,678", F(12345678), "two separators"),
        ("95%", F(19, 20), "95/100"),
        ("3‰", F(3, 1000), "3/1000"),
        ("95 %", F(19, 20), "a space before the sign"),
        ("1e3", F(1000), "1 × 10³"),
        ("1.5E-2", F(3, 200), "15/1000"),
        ("2e+1", F(20), "2 × 10"),
        ("1/3", F(1, 3), "exact, no decimal"),
        ("-2/6", F(-1, 3), "any terms"),
        ("１２００", F(1200), "full-width digits"),
        ("－０．５％", F(-1, 200), "full-width signs: -0.5/100"),
        ("−3", F(-3), "the minus of word processors"),
        (" 42\u3000", F(42), "spaces around, one of them full-width"),
        ("9" * 400, F(10**400 - 1), "the longest"),
    ],
)
def test_read_number(text: str, expected: F, why: str) -> None:
    assert read_number(text) == expected, why


@pytest.mark.parametrize(
    "text, offset, hint",
    [
        ("", 0, "1,234.56"),
        ("1o", 1, "letter"),
        ("l0", 0, "letter"),
        ("九十", 0, "digits"),
        ("1万", 1, "digits"),
        ("1,23", 1, "three"),
        ("1,2345", 1, "three"),
        ("12,34,567", 2, "three"),
        ("0,123", 1, "three"),
        (".5", 0, "before the point"),
        ("-.5", 1, "before the point"),
        ("5.", 1, "behind the point"),
        ("12.5.3", 4, "1,234.56"),
        ("1 284", 1, "space"),
        ("1/0", 1, "divisor"),
        ("1/-3", 1, "1,234.56"),
        ("1e100", 1, "±99"),
        ("--5", 1, "1,234.56"),
        ("95%%", 2, "1,234.56"),
        ("10²", 2, "1,234.56"),  # 10 squared is not 102
        ("⑤", 0, "1,234.56"),
        ("nan", 0, "1,234.56"),
        ("1_000", 1, "1,234.56"),
        ("٣", 0, "1,234.56"),  # digits of other scripts
        ("  5.", 3, "behind the point"),
    ],
)
def test_bad_number(text: str, offset: int, hint: str) -> None:
    with pytest.raises(Unreadable) as problem:
        read_number(text)
    assert problem.value.kind.code == "bad-number"
    assert problem.value.offset == offset
    finding = problem.value.at(Place("a.yaml", 3, 5))
    assert hint in finding.hint("en") and finding.hint("zh")
    assert finding.place.column == 5 + offset
    assert text in finding.message("zh")


def test_too_long() -> None:
    with pytest.raises(Unreadable) as problem:
        read_number("1" * 401)
    assert problem.value.kind.code == "number-too-long"


class Scalar:
    """As numpy's scalars and arrays look from outside."""

    def __init__(self, inner: object) -> None:
        self.inner = inner

    def item(self) -> object:
        return self.inner


class NumpyFloat(float):
    def __repr__(self) -> str:
        return f"np.float64({float(self)!r})"


@pytest.mark.parametrize(
    "value, expected",
    [
        (3, F(3)),
        (F(1, 3), F(1, 3)),
        (Decimal("1.10"), F(11, 10)),
        (Decimal("0E+9000"), F(0)),
        (0.1, F(1, 10)),
        (-0.0, F(0)),
        (1e300, F(10**300)),
        ("95%", F(19, 20)),
        (Scalar(7), F(7)),
        (NumpyFloat(0.1), F(1, 10)),
    ],
)
def test_to_number(value: object, expected: F) -> None:
    assert to_number(value) == expected


@pytest.mark.parametrize(
    "value, code",
    [
        (True, "bad-number"),
        (None, "bad-number"),
        ([1], "bad-number"),
        (1j, "bad-number"),
        (Scalar(True), "bad-number"),
        (Scalar(Scalar(1)), "bad-number"),
        (Scalar(None), "bad-number"),
        (math.nan, "not-finite"),
        (-math.inf, "not-finite"),
        (Scalar(math.nan), "not-finite"),
        (Decimal("sNaN"), "not-finite"),
        (Decimal("1E+401"), "number-too-long"),
        (Decimal("1E-999999"), "number-too-long"),
    ],
)
def test_no_number(value: object, code: str) -> None:
    with pytest.raises(Unreadable) as problem:
        to_number(value)
    assert problem.value.kind.code == code


@pytest.mark.parametrize(
    "x, text, places",
    [
        (F("88.4"), "88.4", 1),
        (F(-1, 200), "-0.005", 3),
        (F(0), "0", 0),
        (F(1200), "1200", 0),
        (F(1, 8), "0.125", 3),
        (F(1, 3), "1/3", None),
        (F(-1199, 240), "-1199/240", None),
        (F(1, 5**4), "0.0016", 4),
    ],
)
def test_shortest(x: F, text: str, places: int | None) -> None:
    assert shortest(x) == text
    assert decimals(x) == places


def test_longer_than_python_prints() -> None:
    assert len(shortest(F(10**5000))) == 5001
    assert len(shortest(F(10**5000, 3))) == 5003


@pytest.mark.parametrize(
    "x, digits, text",
    [
        (F(5), 2, "5.00"),
        (F("4.99"), 2, "4.99"),
        (F("-0.05"), 2, "-0.05"),
        (F(88), 0, "88"),
        (F(1200), -2, "1200"),
    ],
)
def test_fixed(x: F, digits: int, text: str) -> None:
    assert fixed(x, digits) == text


@pytest.mark.parametrize("x, digits", [(F("4.995"), 2), (F(1, 3), 5), (F("0.5"), 0), (F(1250), -2)])
def test_fixed_off_the_grid(x: F, digits: int) -> None:
    with pytest.raises(ValueError, match="decimals"):
        fixed(x, digits)


@pytest.mark.parametrize(
    "x, digits, text, why",
    [
        (F(1199, 240), 4, "4.9958…", "4.99583… is cut off"),
        (F(-1, 3), 2, "-0.33…", "cut off, not rounded"),
        (F(2, 3), 2, "0.66…", "cut off, not rounded"),
        (F(-1, 3000), 2, "-0.00…", "the sign stays"),
        (F("0.125"), 3, "0.125", "ends within"),
        (F("0.125"), 2, "0.12…", "ends later"),
        (F(7), 4, "7", "no zeros are added"),
        (F(10, 3), 0, "3…", "no decimals wanted"),
    ],
)
def test_near(x: F, digits: int, text: str, why: str) -> None:
    assert near(x, digits) == text, why


@pytest.mark.parametrize(
    "x, text",
    [(F(19, 20), "95%"), (F("0.8705"), "87.05%"), (F(0), "0%"), (F(-3, 100), "-3%"), (F(2), "200%"), (F(1, 3), "1/3")],
)
def test_percent(x: F, text: str) -> None:
    assert percent(x) == text


@pytest.mark.parametrize(
    "text, plain",
    [
        ("（１２，３４５）％", "(12,345)%"),
        ("≥≤≠×÷", "≥≤≠×÷"),
        ("5㎡ 10² ⑤", "5㎡ 10² ⑤"),
        ("Ａ\u3000b", "A b"),
        (" abc ", " abc "),
    ],
)
def test_normalise(text: str, plain: str) -> None:
    assert normalise(text) == plain


@given(st.text())
def test_normalise_keeps_the_length(text: str) -> None:
    assert len(normalise(text)) == len(text)
    assert normalise(normalise(text)) == normalise(text)


@given(fractions)
def test_shortest_reads_back(x: F) -> None:
    assert read_number(shortest(x)) == x


@given(grid_numbers)
def test_percent_reads_back(x: F) -> None:
    assert read_number(percent(x)) == x


@given(grid_numbers)
def test_decimals_as_decimal_counts_them(x: F) -> None:
    exponent = Decimal(shortest(x)).as_tuple().exponent
    assert decimals(x) == -int(exponent)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_by_their_shortest_text(value: float) -> None:
    assert to_number(value) == F(repr(value))


@given(fractions, st.integers(0, 9))
def test_near_is_never_further_than_one_digit(x: F, digits: int) -> None:
    shown = F(near(x, digits).removesuffix("…"))
    assert abs(shown) <= abs(x) and abs(x - shown) < F(1, 10**digits)


@given(st.text(max_size=12, alphabet="0123456789.,-+/%‰eE １九o "))
def test_reads_or_refuses(text: str) -> None:
    try:
        read_number(text)
    except Unreadable as problem:
        assert 0 <= problem.offset <= len(text)
