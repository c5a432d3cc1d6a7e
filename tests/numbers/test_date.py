"""Dates as written, and the days and months between them."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore.finding import Place, Unreadable
from perfscore.numbers.date import Day, days_between, months_between, read_date, to_day

days = st.dates().map(Day.of)


def day(text: str) -> Day:
    return Day.of(datetime.date.fromisoformat(text))


@pytest.mark.parametrize(
    "text, first, last",
    [
        ("2021-12-31", "2021-12-31", "2021-12-31"),
        ("2021/12/31", "2021-12-31", "2021-12-31"),
        ("2021.12.31", "2021-12-31", "2021-12-31"),
        ("2021年12月31日", "2021-12-31", "2021-12-31"),
        ("2021-1-5", "2021-01-05", "2021-01-05"),
        ("２０２１年１月５日", "2021-01-05", "2021-01-05"),
        (" 2020-02-29 ", "2020-02-29", "2020-02-29"),
        ("2021年12月", "2021-12-01", "2021-12-31"),
        ("2021-12", "2021-12-01", "2021-12-31"),
        ("2020年2月", "2020-02-01", "2020-02-29"),
        ("2021年", "2021-01-01", "2021-12-31"),
        ("9999年", "9999-01-01", "9999-12-31"),
    ],
)
def test_read_date(text: str, first: str, last: str) -> None:
    written = read_date(text)
    assert (str(written.first), str(written.last)) == (first, last)
    assert written.precise is (first == last)


@pytest.mark.parametrize(
    "text, offset, hint, why",
    [
        ("2021-13-01", 5, "月份为 1 到 12", "no thirteenth month"),
        ("2021年0月", 5, "月份为 1 到 12", "no month 0"),
        ("2021-13", 5, "月份为 1 到 12", "a month alone"),
        ("2021-02-30", 8, "2021年2月有 28 天", "February"),
        ("2021年4月31日", 7, "2021年4月有 30 天", "April"),
        ("2021-04-00", 8, "2021年4月有 30 天", "no day 0"),
        ("0000-01-01", 0, "年份", "no year 0"),
        (" 2021-02-30", 9, "2021年2月有 28 天", "offset counts the space"),
        ("2021-12/31", 0, "写作", "two separators"),
        ("2021.12", 0, "写作", "may be a decimal"),
        ("2021", 0, "写作", "may be a number"),
        ("12月底前", 0, "写作", "no year"),
        ("2021年12月31", 0, "写作", "日 is missing"),
        ("20211231", 0, "写作", "no separators"),
        ("21-12-31", 0, "写作", "which century"),
        ("", 0, "写作", "nothing"),
    ],
)
def test_bad_date(text: str, offset: int, hint: str, why: str) -> None:
    with pytest.raises(Unreadable) as problem:
        read_date(text)
    assert (problem.value.kind.code, problem.value.offset) == ("bad-date", offset), why
    assert hint in problem.value.at(Place()).hint("zh")


@pytest.mark.parametrize(
    "value",
    [
        day("2021-12-31"),
        datetime.date(2021, 12, 31),
        datetime.datetime(2021, 12, 31, 23, 59),
        "2021-12-31",
        "2021年12月31日",
    ],
)
def test_to_day(value: object) -> None:
    assert to_day(value) == day("2021-12-31")


@pytest.mark.parametrize("value", ["2021年12月", "2021-12", "2021年", "soon", 20211231, None])
def test_no_day(value: object) -> None:
    with pytest.raises(Unreadable) as problem:
        to_day(value)
    assert problem.value.kind.code == "bad-date"


@pytest.mark.parametrize(
    "a, b, months, why",
    [
        ("2021-01-15", "2021-02-15", 1, "the same day of month"),
        ("2021-01-15", "2021-02-14", 0, "a day short"),
        ("2021-01-15", "2022-01-15", 12, "a year"),
        ("2021-11-20", "2022-02-19", 2, "over the year's end, a day short"),
        ("2021-01-31", "2021-02-28", 1, "the last day completes the month"),
        ("2020-01-31", "2020-02-28", 0, "a leap year: the 29th is the last"),
        ("2020-01-31", "2020-02-29", 1, "the last day of a leap February"),
        ("2021-01-31", "2021-02-27", 0, "a day short of the last"),
        ("2021-02-28", "2021-03-28", 1, "counted by day of month, not last to last"),
        ("2021-01-30", "2021-01-31", 0, "within a month"),
        ("2021-05-01", "2021-05-01", 0, "the same day"),
        ("2021-02-15", "2021-01-15", -1, "backward"),
        ("2021-02-28", "2021-01-31", -1, "backward, minus the months forward"),
    ],
)
def test_months_between(a: str, b: str, months: int, why: str) -> None:
    assert months_between(day(a), day(b)) == months, why


def test_days() -> None:
    assert days_between(day("2021-12-31"), day("2022-01-01")) == 1
    assert days_between(day("2020-03-01"), day("2020-02-28")) == -2  # 2020 has a 29 February
    assert day("2021-12-31") < day("2022-01-01")


@given(days, days)
def test_months_are_antisymmetric_and_fit_the_days(a: Day, b: Day) -> None:
    months = months_between(a, b)
    assert months == -months_between(b, a)
    assert abs(months) * 28 <= abs(days_between(a, b)) <= (abs(months) + 1) * 31


@given(days, days, days)
def test_later_is_never_fewer_months(a: Day, b: Day, c: Day) -> None:
    a, b, c = sorted((a, b, c))
    assert months_between(a, b) <= months_between(a, c)


@given(days)
def test_a_written_day_reads_back(one: Day) -> None:
    written = read_date(str(one))
    assert written.first == written.last == one and written.precise
