"""Units 计量单位: the dimension of a word, and exact conversion within one dimension.

An unknown word is a counter (份, 件, 宗): a dimension of its own. 月 never become 天, 工作日 never become 天, and 百分点 is
no ratio. Compound units (元/人) are not read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from fractions import Fraction

from perfscore.finding import Both, Kind, Unreadable
from perfscore.numbers.number import normalise

MAX_LENGTH = 12

UNKNOWN_UNIT = Kind(
    "unknown-unit",
    "error",
    zh="“{found}”不是计量单位",
    en="“{found}” is not a unit",
    hint_zh="单位是一个词：份、万元、%、工作日",
    hint_en="a unit is one word: 份, 万元, %, 工作日",
    why="A unit tells what is counted; digits, signs and sentences cannot be compared with another unit.",
    fix="Write the unit alone, at most twelve characters.",
)
WRONG_DIMENSION = Kind(
    "wrong-dimension",
    "error",
    zh="单位不一致：{found}与{expected}{where}",
    en="units do not fit: {found} and {expected}{where}",
    hint_zh="先把两者声明为同一单位",
    hint_en="declare both in one unit",
    why="元 added to 人 means nothing, and 元 beside 万元 in one formula is off by ten thousand.",
    fix="Declare both inputs in one unit; outcomes are converted exactly when they are read.",
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A word for a unit; `factor` of it in the dimension's base (元, 秒, 月, 米, 平方米, 克, 升, the pure number).

    Two words for one unit (天, 日) are equal.
    """

    text: str = field(compare=False)
    dimension: str
    factor: Fraction

    @property
    def is_ratio(self) -> bool:
        """Whether numbers in it are held as pure ratios: % and ‰."""
        return self.dimension == _RATIO and self.factor != 1

    def __str__(self) -> str:
        return self.text


_RATIO = "ratio"
MONEY = "money"
PURE = Unit("", _RATIO, Fraction(1))
RATIO = Unit("%", _RATIO, Fraction(1, 100))

_WORDS: dict[str, dict[str, Fraction | int]] = {
    MONEY: {"元": 1, "人民币元": 1},
    "time": {
        "秒": 1,
        "分钟": 60,
        "小时": 3600,
        "个小时": 3600,
        "天": 86400,
        "日": 86400,
        "自然日": 86400,
        "个自然日": 86400,
        "周": 604800,
        "星期": 604800,
        "个星期": 604800,
    },
    "months": {"月": 1, "个月": 1, "季度": 3, "个季度": 3, "年": 12},
    "length": {"毫米": Fraction(1, 1000), "厘米": Fraction(1, 100), "米": 1, "公里": 1000, "千米": 1000},
    "area": {
        "平方米": 1,
        "㎡": 1,
        "m²": 1,
        "亩": Fraction(2000, 3),
        "公顷": 10000,
        "平方公里": 1000000,
        "平方千米": 1000000,
    },
    "mass": {"克": 1, "千克": 1000, "公斤": 1000, "吨": 1000000},
    "volume": {"毫升": Fraction(1, 1000), "升": 1, "立方米": 1000, "m³": 1000},
    _RATIO: {
        "%": Fraction(1, 100),
        "百分比": Fraction(1, 100),
        "百分之": Fraction(1, 100),
        "‰": Fraction(1, 1000),
        "千分之": Fraction(1, 1000),
    },
    "工作日": {"工作日": 1, "个工作日": 1},
    "百分点": {"百分点": 1, "个百分点": 1},
    # These begin with the sign of a scale and are units themselves: 5千瓦 is not 5000 of something.
    **{word: {word: 1} for word in ("千瓦", "千瓦时", "千伏", "千伏安", "千帕", "百帕", "千卡", "千焦", "百分制", "百分率")},
}
_KNOWN = {word: Unit(word, dimension, Fraction(factor)) for dimension, words in _WORDS.items() for word, factor in words.items()}
_SCALES = {
    "万亿": 10**12,
    "千亿": 10**11,
    "百亿": 10**10,
    "十亿": 10**9,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "千": 10**3,
    "百": 10**2,
    "十": 10,
}
_SCALE = re.compile("|".join(_SCALES))
_JOINING = "·"  # 人·天


def split_scale(text: str) -> tuple[int, str]:
    """The scale a unit word begins with, and the rest: 万宗 -> 10000, 宗; 千克 -> 1, 千克; 万 -> 10000, ""."""
    match = _SCALE.match(text)
    if match is None or text in _KNOWN:
        return 1, text
    return _SCALES[match.group()], text[match.end() :]


def read_unit(text: str) -> Unit:
    """The unit of a word; an unknown word is a counter. Raises Unreadable where the text cannot be a unit."""
    plain = normalise(text)
    word = plain.strip()
    if word in _KNOWN:
        return _KNOWN[word]
    start = len(plain) - len(plain.lstrip())
    scale, counted = split_scale(word)
    if not counted or split_scale(counted)[0] != 1:
        raise Unreadable(UNKNOWN_UNIT, start, found=text)
    if len(word) > MAX_LENGTH:
        raise Unreadable(UNKNOWN_UNIT, start + MAX_LENGTH, found=text)
    for index, sign in enumerate(word):
        if not _may_stand(sign):
            raise Unreadable(UNKNOWN_UNIT, start + index, found=text)
    base = _KNOWN.get(counted, Unit(counted, counted, Fraction(1)))
    return Unit(word, base.dimension, base.factor * scale)


def _may_stand(sign: str) -> bool:
    """Letters and signs of measures (㎡ ℃ ￥); no digits, operators, punctuation or spaces."""
    category = unicodedata.category(sign)
    return sign == _JOINING or (category not in ("Nd", "Sm") and category[0] not in "PZC")


def same_dimension(a: Unit, b: Unit) -> bool:
    return a.dimension == b.dimension


def convert(value: Fraction, from_: Unit, to: Unit) -> Fraction:
    """The same quantity in another unit, exactly: 95 from % to PURE is 19/20. Raises Unreadable (wrong-dimension)."""
    if not same_dimension(from_, to):
        raise Unreadable(
            WRONG_DIMENSION,
            found=_told(from_),
            expected=_told(to),
            where=Both("（后者是规则的单位）", " (the unit of the rules)"),
            hint_zh=f"按{to.text or '无单位的数'}填写；两者之间没有换算关系",
            hint_en=f"write it in {to.text or 'a pure number'}; the two do not convert",
        )
    return value * from_.factor / to.factor


def _told(unit: Unit) -> Both | str:
    return unit.text or Both("无单位", "a pure number")
