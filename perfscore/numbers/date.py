"""Dates: a written day, month or year -> its first and last day; days and whole months between two days.

No calendar of working days, no times of day, no time zones. Months never convert to days.
"""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from dataclasses import dataclass

from perfscore.finding import Kind, Unreadable
from perfscore.numbers.number import normalise

BAD_DATE = Kind(
    "bad-date",
    "error",
    zh="“{found}”不是日期",
    en="“{found}” is not a date",
    hint_zh="写作 2021-12-31、2021/12/31、2021.12.31 或 2021年12月31日",
    hint_en="a date is written 2021-12-31, 2021/12/31, 2021.12.31 or 2021年12月31日",
    why="Days are compared and counted, so each must be on the calendar.",
    fix="Write year, month and day in digits.",
)

_WRITTEN = re.compile(
    r"(?P<y>[0-9]{4})(?:"
    r"(?P<sep>[-/.])(?P<m1>[0-9]{1,2})(?P=sep)(?P<d1>[0-9]{1,2})"
    r"|-(?P<m2>[0-9]{1,2})"
    r"|年(?:(?P<m3>[0-9]{1,2})月(?:(?P<d3>[0-9]{1,2})日)?)?)"
)


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A day of the calendar: 1 is 0001-01-01."""

    ordinal: int

    @classmethod
    def of(cls, date: datetime.date) -> Day:
        return cls(date.toordinal())

    @property
    def date(self) -> datetime.date:
        return datetime.date.fromordinal(self.ordinal)

    def __str__(self) -> str:
        return self.date.isoformat()


@dataclass(frozen=True, slots=True)
class DateText:
    """A written date: its first and last day; `precise` where one day is written."""

    first: Day
    last: Day
    precise: bool


def read_date(text: str) -> DateText:
    """`2021-12-31` (also with / . 年月日) a day, `2021年12月` and `2021-12` a month, `2021年` a year. Raises Unreadable."""
    plain = normalise(text)
    start = len(plain) - len(plain.lstrip())
    match = _WRITTEN.fullmatch(plain.strip())
    if match is None:
        raise Unreadable(BAD_DATE, start, found=text)
    at = {name: start + match.start(name) for name in ("y", "m1", "m2", "m3", "d1", "d3") if match[name]}
    month_name = next((name for name in ("m1", "m2", "m3") if name in at), None)
    day_name = next((name for name in ("d1", "d3") if name in at), None)
    year = int(match["y"])
    if year == 0:
        raise _wrong(text, at["y"], "年份 0000 不存在", "there is no year 0000")
    if month_name is None:
        return _span(year, 1, 12)
    month = int(match[month_name])
    if not 1 <= month <= 12:
        raise _wrong(text, at[month_name], f"月份为 1 到 12，写的是 {month}", f"months go from 1 to 12, not {month}")
    if day_name is None:
        return _span(year, month, month)
    day, last = int(match[day_name]), monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise _wrong(
            text,
            at[day_name],
            f"{year}年{month}月有 {last} 天，写的是 {day}",
            f"{year}-{month:02} has {last} days, not {day}",
        )
    one = Day.of(datetime.date(year, month, day))
    return DateText(one, one, precise=True)


def _span(year: int, first: int, last: int) -> DateText:
    end = datetime.date(year, last, monthrange(year, last)[1])
    return DateText(Day.of(datetime.date(year, first, 1)), Day.of(end), precise=False)


def _wrong(text: str, offset: int, zh: str, en: str) -> Unreadable:
    return Unreadable(BAD_DATE, offset, found=text, hint_zh=zh, hint_en=en)


def to_day(value: object) -> Day:
    """The day of a Day, datetime.date (a time of day is dropped) or text. Raises Unreadable, also for a month or year."""
    match value:
        case Day():
            return value
        case datetime.date():
            return Day.of(value)
        case str():
            written = read_date(value)
            if written.precise:
                return written.first
            raise _wrong(value, 0, "写出是哪一天", "write which day")
    raise Unreadable(BAD_DATE, found=value)


def days_between(a: Day, b: Day) -> int:
    """Days from a to b: 1 from a day to the next, negative when b is earlier."""
    return b.ordinal - a.ordinal


def months_between(a: Day, b: Day) -> int:
    """Whole months from a to b, counted by day of month: 01-15 to 02-15 is 1, to 02-14 is 0.

    The last day of a month completes it: 01-31 to 02-28 is 1. When b is earlier, minus the months from b to a.
    """
    if b < a:
        return -months_between(b, a)
    start, end = a.date, b.date
    months = (end.year - start.year) * 12 + end.month - start.month
    complete = end.day >= start.day or end.day == monthrange(end.year, end.month)[1]
    return months if complete else months - 1
