"""Tests 条件: what a rule author writes about a subject the place names, and what it means for a value."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore.finding import Place, Unreadable
from perfscore.formula import tree
from perfscore.formula.parse import parse
from perfscore.formula.test import any_of, looks_like_test, parse_test
from perfscore.formula.tree import Compare, Logic, Member, Name, Number, Text, Truth

X = Name("x")


@pytest.mark.parametrize(
    "text, meant",
    [
        (">= 90%", "x >= 90%"),
        ("≥90％", "x >= 90%"),
        ("> 5", "x > 5"),
        ("<= 5", "x <= 5"),
        ("≤5", "x <= 5"),
        ("< 60", "x < 60"),
        ("= 0", "x = 0"),
        ("== 0", "x = 0"),
        ("!= 0", "x != 0"),
        ("≠ 0", "x != 0"),
        ("＞＝ 90", "x >= 90"),
        ("0", "x = 0"),  # a bare number is equality with it
        ("-5", "x = -5"),
        ("12%", "x = 12%"),
        (">= last_year * 2", "x >= last_year * 2"),  # ends may be formulas
        (">= 上年数", "x >= 上年数"),
        ("<= 2024-12-31", "x <= 2024-12-31"),
        ("(0, 10%]", "x > 0 and x <= 10%"),
        ("（0，10%］", "x > 0 and x <= 10%"),
        ("[0, 10%)", "x >= 0 and x < 10%"),
        ("[90, 110]", "x >= 90 and x <= 110"),
        ("(0, last_year]", "x > 0 and x <= last_year"),
        ("[min(a, b), max(a, b)]", "x >= min(a, b) and x <= max(a, b)"),  # the comma between the ends only
        ("[(a), (b))", "x >= a and x < b"),
        (" [ 1 , 2 ] ", "x >= 1 and x <= 2"),
        ("[90, ∞)", "x >= 90"),
        ("(90, +∞)", "x > 90"),
        ("(-∞, 60)", "x < 60"),
        ("(−∞, 60]", "x <= 60"),
    ],
)
def test_what_a_test_means(text: str, meant: str) -> None:
    assert parse_test(text).on(X) == parse(meant)


@pytest.mark.parametrize("text", ["any", " any ", "(-∞, ∞)", "(-∞, +∞)"])
def test_any_is_always_true(text: str) -> None:
    assert parse_test(text).direction == "any"
    assert parse_test(text).on(X) == Truth(True)
    assert parse_test(text).ends() == ()


@pytest.mark.parametrize(
    "text, direction",
    [
        (">= 1", "up"),
        ("> 1", "up"),
        ("<= 1", "down"),
        ("< 1", "down"),
        ("= 1", "equal"),
        ("1", "equal"),
        ("!= 1", "unequal"),
        ("[1, 2]", "within"),
        ("any", "any"),
        ("marketing", "code"),
    ],
)
def test_directions(text: str, direction: str) -> None:
    assert parse_test(text).direction == direction


@pytest.mark.parametrize("text, code", [("marketing", "marketing"), ("东部", "东部"), (" east ", "east"), ("Ａ类", "A类"), ("yes", "yes")])
def test_a_code_is_equality_with_it(text: str, code: str) -> None:
    found = parse_test(text)
    assert found.codes == (code,)
    assert found.on(X) == Compare(X, (("=", Text(code)),))


def test_several_codes_are_one_test() -> None:
    place = Place("a", 1, 1)
    joined = any_of([parse_test("east"), parse_test("west")], place)
    assert joined is not None and joined.codes == ("east", "west") and joined.text == "east、west"
    assert joined.on(X) == Member(X, (Text("east"), Text("west")))
    assert any_of([parse_test("east"), parse_test(">= 1")], place) is None


@pytest.mark.parametrize(
    "text, day",
    [  # a written month: the comparison decides which end counts
        ("<= 2024年9月", "2024-09-30"),
        ("> 2024年9月", "2024-09-30"),
        (">= 2024年9月", "2024-09-01"),
        ("< 2024年9月", "2024-09-01"),
        ("<= 2024年", "2024-12-31"),
    ],
)
def test_ends_of_a_written_month(text: str, day: str) -> None:
    (end,) = parse_test(text).ends()
    assert isinstance(end, tree.Date) and end.first == end.last and str(end.last) == day


@pytest.mark.parametrize(
    "text, low, high",
    [
        ("= 2024年9月", "2024-09-01", "2024-09-30"),  # any of its days
        ("2024年9月", "2024-09-01", "2024-09-30"),
        ("[2024年3月, 2024年9月]", "2024-03-01", "2024-09-30"),  # from the first day to the last
        ("(2024年3月, 2024年9月)", "2024-03-31", "2024-09-01"),  # behind March, before September
    ],
)
def test_ends_of_an_interval_of_months(text: str, low: str, high: str) -> None:
    ends = parse_test(text).ends()
    assert [str(end.last) for end in ends if isinstance(end, tree.Date)] == [low, high]


def test_names_may_stand_for_the_written_ends() -> None:
    assert parse_test(">= 1200").on(X, (Name("target"),)) == parse("x >= target")
    assert parse_test("[90, 110)").on(X, (Name("target_from"), Name("target_to"))) == parse("x >= target_from and x < target_to")


def test_one_open_end_has_one_name() -> None:
    assert parse_test("[90, ∞)").on(X, (Name("target"),)) == parse("x >= target")


@pytest.mark.parametrize(
    "text, code, offset",
    [
        ("", "bad-test", 0),
        ("  ", "bad-test", 0),
        ("90-100", "formula", None),  # a bare number with more behind it is a formula: equality with -10
        ("a, b", "bad-test", 0),
        ("[90", "bad-test", 0),
        ("90]", "formula-syntax", 2),
        (">= ", "formula-syntax", 3),
        (">= 90 %%", "formula-syntax", 7),
        ("(0, 1o]", "formula-syntax", 5),
        ("[90, 100, 110]", "bad-test", 0),  # two commas: neither
        ("[, 5]", "formula-syntax", 1),
        ("[5, ]", "formula-syntax", 4),
        ("(∞, 5)", "formula-syntax", 1),  # from +∞ up there is nothing
        (">> 5", "formula-syntax", 1),
        ("> avg(a)", "unknown-function", 2),
        ("0.9.9", "bad-number", 3),
    ],
)
def test_mistakes(text: str, code: str, offset: int | None) -> None:
    if offset is None:
        assert parse_test(text).on(X) == parse(f"x = {text}")
        return
    with pytest.raises(Unreadable) as raised:
        parse_test(text)
    assert (raised.value.kind.code, raised.value.offset) == (code, offset)


def test_the_place_of_an_end_is_where_it_was_written() -> None:
    found = parse_test("(0, 上限]", Place("a.yaml", 3, 10))
    assert found.low is not None and found.high is not None
    assert (found.low.place.column, found.high.place.column) == (11, 14)  # ( is 10; 0 is 11; the space before 上限 is 13
    bound = parse_test(">= 90%", Place("a.yaml", 3, 10)).bound
    assert bound is not None and bound.place.column == 13


@pytest.mark.parametrize(
    "text, test",
    [
        (">= 90%", True),
        ("≤ 5", True),
        ("= 0", True),
        ("[80%, 100%]", True),
        ("（0，1）", True),
        ("any", True),
        ("100%", False),
        ("0", False),
        ("weight", False),
        ("min(1, 2)", False),
        ("(1, 2) + 3", False),  # not closed at the end
        ("(a)", False),
        ("(1 + 2) * (3, 4)", False),
        ("", False),
    ],
)
def test_what_looks_like_a_test(text: str, test: bool) -> None:
    assert looks_like_test(text) is test


def test_a_test_keeps_its_text() -> None:
    assert parse_test("（0，10%］").text == "（0，10%］"


_bounds = st.fractions(min_value=-100, max_value=100, max_denominator=20)


def _text(number: F) -> str:
    return str(number) if number.denominator == 1 else f"{number.numerator}/{number.denominator}"


@given(_bounds, _bounds, st.sampled_from("[("), st.sampled_from("])"), _bounds)
def test_intervals_hold_what_lies_between(low: F, high: F, opening: str, closing: str, value: F) -> None:
    from perfscore.readings.exact import Evaluation, Program
    from perfscore.steps import Steps

    written = parse_test(f"{opening}{_text(low)}, {_text(high)}{closing}")
    expected = (low <= value if opening == "[" else low < value) and (value <= high if closing == "]" else value < high)
    assert Evaluation(Program(Steps([])), {"x": value}).of(written.on(X)) is expected


def test_on_builds_plain_trees() -> None:
    found = parse_test("(0, 1]").on(X)
    assert isinstance(found, Logic) and found.parts[0] == Compare(X, ((">", Number(F(0))),))


@pytest.mark.parametrize(
    "formula, day, holds",
    [
        ("x = 2024年9月", "2024-09-15", True),
        ("x = 2024年9月", "2024-10-01", False),
        ("x != 2024年9月", "2024-09-01", False),
        ("x != 2024年9月", "2024-08-31", True),
        ("x >= 2024年9月", "2024-09-01", True),
        ("x > 2024年9月", "2024-09-30", False),
        ("x < 2024年9月", "2024-08-31", True),
        ("x < 2024年9月", "2024-09-01", False),
        ("2024年9月 <= x <= 2024年10月", "2024-10-31", True),
        ("2024年9月 > x", "2024-09-01", False),
    ],
)
def test_a_written_month_in_a_formula(formula: str, day: str, holds: bool) -> None:
    """As in a test: `>=` and `<` mean its first day, `<=` and `>` its last, `=` any of its days."""
    from perfscore.formula.parse import parse
    from perfscore.numbers.date import to_day
    from perfscore.readings.exact import formula_value

    assert formula_value(parse(formula), {"x": to_day(day)}) is holds


def test_a_month_that_is_not_meant_has_no_interval() -> None:
    with pytest.raises(Unreadable):
        parse_test("!= 2024年9月")
