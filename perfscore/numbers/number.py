"""Numbers: text, int, float, Decimal -> Fraction, and back to the shortest text that says the same.

A decimal text is the rational that it spells; a percentage is a ratio. Nothing is rounded and no float is computed with.
Units, marks such as 约 and 余, and Chinese numerals are not read here (`written`).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from perfscore.finding import Both, Kind, Unreadable

MAX_LENGTH = 400
MAX_EXPONENT = 99

BAD_NUMBER = Kind(
    "bad-number",
    "error",
    zh="“{found}”不是数",
    en="“{found}” is not a number",
    hint_zh="写作 1200、-0.5、1,234.56、95% 或 1/3",
    hint_en="a number is written 1200, -0.5, 1,234.56, 95% or 1/3",
    why="A number that could be read in two ways would give points that nobody can defend.",
    fix="Write plain digits; a decimal has digits on both sides of its point; separators stand every three digits.",
)
NUMBER_TOO_LONG = Kind(
    "number-too-long",
    "error",
    zh="数过长：{found}，上限 {expected}",
    en="the number is too long: {found}, at most {expected}",
    hint_zh="检查是否误粘贴了其他内容",
    hint_en="look whether something else was pasted here",
    why="Numbers are kept exactly, so an endless one would exhaust the machine.",
    fix="Write the number with fewer digits.",
)
NOT_FINITE = Kind(
    "not-finite",
    "error",
    zh="“{found}”不是有限的数",
    en="“{found}” is not a finite number",
    hint_zh="空值请留空，不要写 NaN 或无穷大",
    hint_en="leave an absent value empty; NaN and infinity are not read",
    why="NaN and infinity compare with nothing; a score made from them means nothing.",
    fix="Give the number, or leave the value absent.",
)

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)"
    r"(?P<whole>[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)"
    r"(?:\.(?P<part>[0-9]+))?"
    r"(?:[eE](?P<exponent>[+-]?[0-9]{1,2}))?"
    r" ?(?P<per>[%‰]?)"
)
_QUOTIENT = re.compile(r"(?P<above>[+-]?[0-9]+)/(?P<below>[0-9]+)")
_READABLE = re.compile(r"[+-]?(?:[1-9][0-9]{0,2}(?:,[0-9]{3}(?![0-9]))+|[0-9]+)?(?:(?<=[0-9])\.[0-9]+)?")
_PER = {"": 1, "%": 100, "‰": 1000}
# NFKC would make 10² into 102 and ⑤ into 5: another number, not another spelling.
_OTHER_NUMBERS = ("<super>", "<sub>", "<circle>")

_HINTS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"[零〇一二三四五六七八九十百千万亿两]"),
        "请写阿拉伯数字：90，不写“九十”",
        "write digits: 90, not 九十",
    ),
    (
        re.compile(r"[0-9][oOlI]|[oOlI][0-9]"),
        "把字母 o、l 改为数字 0、1",
        "a letter stands where the digit 0 or 1 belongs",
    ),
    (
        re.compile(r",(?![0-9]{3}(?![0-9]))|^0+,"),
        "千位分隔符每三位一个：1,234.56",
        "separators stand every three digits: 1,234.56",
    ),
    (re.compile(r"/0+$"), "分母不能为 0", "the divisor is zero"),
    (re.compile(r"(?<![0-9])\."), "小数点前要有数字：0.5", "a digit stands before the point: 0.5"),
    (re.compile(r"[0-9]\.(?![0-9])"), "小数点后要有数字：5 或 5.0", "a digit stands behind the point: 5 or 5.0"),
    (re.compile(r"[0-9]\s+[0-9]"), "数中不能有空格", "no space stands inside a number"),
    (re.compile(r"[0-9][eE][+-]?[0-9]{3}"), "指数最大为 ±99", "exponents go up to ±99"),
)


@lru_cache(maxsize=4096)
def _normal(sign: str) -> str:
    if sign == "−":  # U+2212, the minus of word processors; NFKC keeps it
        return "-"
    if unicodedata.decomposition(sign).startswith(_OTHER_NUMBERS):
        return sign
    plain = unicodedata.normalize("NFKC", sign)
    return plain if len(plain) == 1 else sign


def normalise(text: str) -> str:
    """The text with full-width signs and digits made plain, character by character: it keeps its length.

    `≥ ≤ ≠ × ÷` stay, as do signs that are several characters in NFKC (㎡) and raised or circled digits (10², ⑤).
    """
    return text if text.isascii() else "".join(map(_normal, text))


def read_number(text: str) -> Fraction:
    """`1200`, `-0.5`, `1,234.56`, `95%`, `3‰`, `1e3`, `1/3` -> the rational it spells. Raises Unreadable."""
    if len(text) > MAX_LENGTH:
        raise Unreadable(NUMBER_TOO_LONG, found=Both(f"{len(text)} 字符", f"{len(text)} characters"), expected=MAX_LENGTH)
    plain = normalise(text)
    stripped = plain.strip()
    if match := _NUMBER.fullmatch(stripped):
        sign, whole, part, exponent, per = match.group("sign", "whole", "part", "exponent", "per")
        digits = int(whole.replace(",", "") + (part or ""))
        power = int(exponent or 0) - len(part or "")
        size = Fraction(digits * 10**power) if power >= 0 else Fraction(digits, 10**-power)
        return (-size if sign == "-" else size) / _PER[per]
    if (match := _QUOTIENT.fullmatch(stripped)) and int(match["below"]):
        return Fraction(int(match["above"]), int(match["below"]))
    raise _bad(text, plain)


def _bad(text: str, plain: str) -> Unreadable:
    start = len(plain) - len(plain.lstrip())
    readable = _READABLE.match(plain, start)
    offset = readable.end() if readable else start
    for pattern, zh, en in _HINTS:
        if pattern.search(plain.strip()):
            return Unreadable(BAD_NUMBER, offset, found=text, hint_zh=zh, hint_en=en)
    return Unreadable(BAD_NUMBER, offset, found=text)


def to_number(value: object) -> Fraction:
    """The rational of an int, Fraction, Decimal, float (by its shortest text), text, or numpy scalar (`.item()`).

    Raises Unreadable: NaN and infinities are `not-finite`; a bool, None or anything else is `bad-number`.
    """
    match value:
        case bool():
            raise Unreadable(BAD_NUMBER, found=value)
        case int() | Fraction():
            return Fraction(value)
        case str():
            return read_number(value)
        case float() | Decimal():
            # float.__repr__: numpy's float64 is a float whose own repr is "np.float64(0.1)"
            return _finite(Decimal(float.__repr__(value)) if isinstance(value, float) else value)
    item = getattr(value, "item", None)
    inner = item() if callable(item) else None
    if inner is None or hasattr(inner, "item"):
        raise Unreadable(BAD_NUMBER, found=value)
    return to_number(inner)


def _finite(value: Decimal) -> Fraction:
    if not value.is_finite():
        raise Unreadable(NOT_FINITE, found=value)
    _, digits, exponent = value.as_tuple()
    if len(digits) > MAX_LENGTH:
        raise Unreadable(NUMBER_TOO_LONG, found=Both(f"{len(digits)} 位", f"{len(digits)} digits"), expected=MAX_LENGTH)
    if (value and abs(value.adjusted()) > MAX_LENGTH) or int(exponent) < -2 * MAX_LENGTH:
        raise Unreadable(NUMBER_TOO_LONG, found=value, expected=f"1e±{MAX_LENGTH}")
    return Fraction(value) if value else Fraction(0)


def decimals(x: Fraction) -> int | None:
    """How many decimal places x has; None where its decimal does not end."""
    twos = (x.denominator & -x.denominator).bit_length() - 1
    rest, fives = x.denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def shortest(x: Fraction) -> str:
    """The shortest plain decimal (`88.4`, `-0.005`, `0`); `p/q` in lowest terms where it does not end."""
    digits = decimals(x)
    if digits is None:
        return f"{_written(x.numerator)}/{_written(x.denominator)}"
    return fixed(x, digits)


def fixed(x: Fraction, digits: int) -> str:
    """x with exactly so many decimals (none where `digits` is negative). Raises ValueError off that grid."""
    units = x * Fraction(10) ** digits
    if units.denominator != 1:
        raise ValueError(f"{x} has more than {digits} decimals")
    if digits <= 0:
        return _written(x.numerator)
    return _point(units.numerator, digits, "-" if x < 0 else "")


def near(x: Fraction, digits: int) -> str:
    """For showing: the shortest text if it ends within `digits` (0 or more) decimals, else cut off there, with `…`."""
    ends = decimals(x)
    if ends is not None and ends <= digits:
        return fixed(x, ends)
    return _point(int(abs(x) * 10**digits), digits, "-" if x < 0 else "") + "…"


def percent(x: Fraction) -> str:
    """A ratio as a percentage: 19/20 -> `95%`; `p/q` of the ratio itself where the decimal does not end."""
    return shortest(x) if decimals(x) is None else shortest(x * 100) + "%"


def _point(units: int, digits: int, sign: str) -> str:
    written = _written(abs(units)).rjust(digits + 1, "0")
    return f"{sign}{written[:-digits]}.{written[-digits:]}" if digits else sign + written


def _written(n: int) -> str:
    return format(Decimal(n), "f")  # str(int) refuses more than 4300 digits
