"""Quantities as people write them: `3.1万多宗`, `70余万元`, `约120人`, `87.05%` -> value, unit, and how far it is known.

Marks 余 多 约 近 左右 超过 以上 make an interval as wide as the last digit that was printed and is not zero.
Nothing is guessed: bounds (不足100), ranges, ordinals, Chinese numerals and signs told in words (减少3%) are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from perfscore.finding import Both, Kind, Unreadable
from perfscore.numbers.number import MAX_LENGTH, NUMBER_TOO_LONG, normalise, read_number
from perfscore.numbers.unit import MONEY, Unit, read_unit, split_scale

UNREADABLE_QUANTITY = Kind(
    "unreadable-quantity",
    "error",
    zh="“{found}”不能读作一个数量",
    en="“{found}” cannot be read as one quantity",
    hint_zh="写作数字加单位：1284份、3.1万宗、87.05%",
    hint_en="write digits and a unit: 1284份, 3.1万宗, 87.05%",
    why="A quantity that could be read in two ways would give points that nobody can defend.",
    fix="Write one number in digits, its unit directly behind it, and nothing else.",
)
BAD_YES_NO = Kind(
    "bad-yes-no",
    "error",
    zh="“{found}”不是“是”或“否”",
    en="“{found}” is neither yes nor no",
    hint_zh="写 是/否、有/无、√/× 或 yes/no",
    hint_en="write yes or no (是/否, 有/无, √/×)",
    why="An element is met or it is not; anything between belongs to a grade.",
    fix="Write yes or no.",
)

MISSING_TEXTS = ("", "/", "—", "-", "－", "——")
NOT_APPLICABLE_TEXTS = ("不适用", "不涉及", "n/a", "N/A")
_YES = frozenset(("yes", "是", "有", "true", "√"))
_NO = frozenset(("no", "否", "无", "false", "×"))

Mark = Literal["above", "around", "below"]
_BEFORE: dict[str, Mark] = {
    "大约": "around",
    "约": "around",
    "将近": "below",
    "接近": "below",
    "近": "below",
    "超过": "above",
    "超": "above",
    "逾": "above",
}
_WITHIN: dict[str, Mark] = {"余": "above", "多": "above"}
_AFTER: dict[str, Mark] = {"左右": "around", "上下": "around", "及以上": "above", "以上": "above", **_WITHIN}

_NUMBER = r"[+-]?(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_QUANTITY = re.compile(
    rf"(?P<before>{'|'.join(_BEFORE)})?\s*(?P<number>{_NUMBER})\s*"
    rf"(?P<rest>[^0-9.,\s].*?)??\s*(?P<after>{'|'.join(_AFTER)})?"
)
_SCALED = re.compile(rf"(?P<scale>[十百千万亿]*)(?P<piece>个?)(?P<mark>{'|'.join(_WITHIN)})(?P<word>.*)")
_NO_UNIT = re.compile(r"[余多约几]")

_SIGNS = {
    **dict.fromkeys(("≥", "不少于", "不低于", "不小于", "至少"), ">="),
    **dict.fromkeys(("≤", "不超过", "不高于", "不多于", "不大于", "至多"), "<="),
    **dict.fromkeys(("超过", "高于", "多于", "大于"), ">"),
    **dict.fromkeys(("低于", "少于", "小于", "不足"), "<"),
}
_SIGN = re.compile(rf"\s*(>=|<=|>|<|=|{'|'.join(_SIGNS)})?\s*")
_REFUSED: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"^(不足|不到|不满|少于|低于|小于|不超过|不高于|至多|最多|至少|最少|不少于|不低于|[<>≤≥])|(以下|以内|之内)$"),
        "这只是一个界限，请填写实际完成的数",
        "this is only a bound: write what was reached",
    ),
    (
        re.compile(r"^(减少|下降|降低|增加|增长|提高|上升|提升|节约).*[0-9]"),
        "正负要写成符号：减少44.83% 写作 -44.83%",
        "a decrease is written with its sign: -44.83%",
    ),
    (re.compile(r"^="), "去掉等号，只写数字加单位", "leave out the sign =, write digits and a unit"),
    (re.compile(r"[0-9]年[0-9]"), "这是日期，不是数量", "this is a date, not a quantity"),
    (re.compile(r"^百分之|^千分之"), "写作百分数：80%", "write a percentage in digits: 80%"),
    (re.compile(r"^第"), "名次不是数量，只写数字：3", "an ordinal is no quantity: write the digit alone: 3"),
    (
        re.compile(r"^(大?约|将?近|超过?|逾)?[零〇一二三四五六七八九十百千万亿两几]"),
        "请写阿拉伯数字：12份，不写“十二份”",
        "write digits: 12份, not 十二份",
    ),
    (re.compile(r"[0-9][oO]"), "把字母 o 改为数字 0", "the letter o stands where the digit 0 belongs"),
    (re.compile(r"[0-9]\s+[0-9]"), "数中不能有空格：1284份", "no space stands inside a number: 1284份"),
    (
        re.compile(r"[0-9]\s*[^0-9\s.,]{0,4}[-~—～至到][0-9]"),
        "这是一个范围，请填写一个数",
        "this is a range: write one number",
    ),
    (
        re.compile(r"[0-9]\.[0-9]+\.|^[+-]?\.[0-9]|[0-9]\.(?![0-9])"),
        "小数只有一个小数点，两边都有数字：12.5",
        "a decimal has one point, with digits on both sides: 12.5",
    ),
    (
        re.compile(r"[0-9],(?![0-9]{3}(?![0-9]))|^0+,"),
        "千位分隔符每三位一个：1,234.56",
        "separators stand every three digits: 1,234.56",
    ),
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` in `unit` (a ratio where the unit is % or ‰; None where no unit is written), known to lie in [low, high].

    `approximate`: the marks that say so (约, 多), None where the value is exact and low = high = value.
    `scaled`: a scale (万, 亿) belongs to the number, so `value` is in the unit without any scale (1080万 of money: in 元).
    """

    value: Fraction
    unit: Unit | None
    low: Fraction
    high: Fraction
    approximate: str | None
    text: str
    scaled: bool = False


def read_quantity(text: str) -> Quantity:
    """Read one quantity. 万 before a counter belongs to the number (3.1万宗 = 31000 宗); 万元 is a unit. Raises Unreadable."""
    if len(text) > MAX_LENGTH:
        raise Unreadable(NUMBER_TOO_LONG, found=Both(f"{len(text)} 字符", f"{len(text)} characters"), expected=MAX_LENGTH)
    plain = normalise(text)
    start = len(plain) - len(plain.lstrip())
    stripped = plain.strip()
    if (bare := _bare(stripped, text)) is not None:
        return bare
    for pattern, zh, en in _REFUSED:
        if found := pattern.search(stripped):
            raise Unreadable(UNREADABLE_QUANTITY, start + found.start(), found=text, hint_zh=zh, hint_en=en)
    match = _QUANTITY.fullmatch(stripped)
    if match is None:
        raise Unreadable(UNREADABLE_QUANTITY, start, found=text)
    rest, at = match["rest"] or "", start + max(match.start("rest"), 0)
    marks = _marks(match["before"], _BEFORE)
    scale, word = 1, rest
    if scaled := _SCALED.fullmatch(rest):
        marks |= _marks(scaled["mark"], _WITHIN)
        scale, left = split_scale(scaled["scale"])
        if left:
            raise _no_unit(text, at)
        word = scaled["piece"] + scaled["word"]
    marks |= _marks(match["after"], _AFTER)
    more, unit = _unit(word, text, at + len(rest) - len(word))
    return _quantity(match["number"], scale * more, unit, marks, text)


def read_target(text: str) -> tuple[str, Quantity] | None:
    """A target as forms write it, `≥10场`, `不少于3项`, `10场` -> `>=` and the quantity; None for any other text.

    Raises Unreadable where the number is not firm (约10场, 10场以上): a target has to say where it ends.
    """
    plain = normalise(text)
    match = _SIGN.match(plain)
    assert match is not None
    try:
        quantity = read_quantity(plain[match.end() :])
    except Unreadable:
        return None
    if quantity.approximate is not None:
        zh, en = "目标值要写明界限：≥10场", "a target says where it ends: ≥10场"
        raise Unreadable(UNREADABLE_QUANTITY, found=text, hint_zh=zh, hint_en=en)
    sign = match[1] or "="
    return _SIGNS.get(sign, sign), quantity


def _marks(word: str | None, known: dict[str, Mark]) -> dict[str, Mark]:
    return {word: known[word]} if word else {}


def _bare(stripped: str, text: str) -> Quantity | None:
    """A number and nothing else, as files hold it: 1200, 95%, 1/3."""
    try:
        value = read_number(stripped)
    except Unreadable:
        return None
    unit = read_unit(stripped[-1]) if stripped[-1] in "%‰" else None
    return Quantity(value, unit, value, value, None, text)


def _unit(word: str, text: str, at: int) -> tuple[int, Unit | None]:
    """The scale that belongs to the number, and the unit behind it; `at`: where the word begins in the text."""
    scale, counted = split_scale(word)
    if not counted:
        return scale, None
    try:
        unit = read_unit(word)
        if scale == 1 or unit.dimension == MONEY:
            scale = 1
        else:
            unit = read_unit(counted)
    except Unreadable as problem:
        raise _no_unit(text, at + problem.offset) from None
    if found := _NO_UNIT.search(word):
        raise _no_unit(text, at + found.start())
    return scale, unit


def _no_unit(text: str, offset: int) -> Unreadable:
    zh, en = "数字后面只写单位，说明另写", "only the unit stands behind the number; explanations go elsewhere"
    return Unreadable(UNREADABLE_QUANTITY, offset, found=text, hint_zh=zh, hint_en=en)


def _quantity(printed: str, scale: int, unit: Unit | None, marks: dict[str, Mark], text: str) -> Quantity:
    factor = scale * (unit.factor if unit is not None and unit.is_ratio else Fraction(1))
    value = read_number(printed) * factor
    size, step = abs(value), _step(printed) * factor
    ends = [size, *(end for mark in marks.values() for end in _interval(size, step, mark))]
    low, high = (min(ends), max(ends)) if value >= 0 else (-max(ends), -min(ends))
    return Quantity(value, unit, low, high, "、".join(marks) or None, text, scale != 1)


def _interval(size: Fraction, step: Fraction, mark: Mark) -> tuple[Fraction, Fraction]:
    match mark:
        case "above":
            return size, size + step
        case "below":
            return size - step, size
        case _:
            return size - step / 2, size + step / 2


def _step(printed: str) -> Fraction:
    """The place of the last printed digit that is not zero: 70 -> 10, 3.1 -> 0.1, 3000 -> 1000 (0.0 -> 0.1)."""
    whole, _, part = printed.lstrip("+-").replace(",", "").partition(".")
    if part.strip("0"):
        return Fraction(1, 10 ** len(part.rstrip("0")))
    if whole.strip("0"):
        return Fraction(10 ** (len(whole) - len(whole.rstrip("0"))))
    return Fraction(1, 10 ** len(part))


def is_missing(text: str) -> bool:
    """Whether the text says that nothing was reported: empty, a slash or a dash."""
    return text.strip() in MISSING_TEXTS or normalise(text).strip() in MISSING_TEXTS


def is_not_applicable(text: str) -> bool:
    return normalise(text).strip() in NOT_APPLICABLE_TEXTS


def read_yes_no(text: str) -> bool:
    """yes no 是 否 有 无 true false √ ×, in any case. Raises Unreadable."""
    word = normalise(text).strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unreadable(BAD_YES_NO, found=text)
