"""The plain forms of outcomes, read at once: 1284份, 95.13%, 1,234.56万元, 是.

What is read here is exactly what `outcomes` reads, without a note or a warning; whatever is not plain gives None, and the
full reader decides. Nothing is remembered of a text but how the word behind its number converts to the declared unit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from operator import add, mul
from typing import Any

from perfscore.finding import Unreadable
from perfscore.numbers.written import is_missing, read_quantity
from perfscore.scoring.outcomes import choices, in_declared_unit
from perfscore.steps import Input

Pair = tuple[int, int]
Factors = tuple[list[int] | None, list[int]]  # of the numerators (None: all 1), of the denominators
BITS = 128  # no plain number is wider

MAX_WORDS = 64
MAX_COMBINED = 256
_WHOLE = r"([+-]?(?:[1-9][0-9]{0,2}(?:,[0-9]{3}){1,4}+(?![0-9])|[0-9]{1,15}+))"
_WORD = r"([%‰㎡\u4e00-\u9fff]{0,12}+)"  # a mark of doubt, a range or a date behind a number is learnt once, as a refusal
_TEXT = rf"{_WHOLE}(?:\.([0-9]{{1,15}}+))?+{_WORD}"
_TENS = [10**k for k in range(16)]
YES_NO = {"是": True, "否": False, "yes": True, "no": False, "true": True, "false": False, True: True, False: False}


class Words(dict[str, "Pair | None"]):
    """The word behind a number -> what a number with it is multiplied by; None where the full reader has to decide."""

    def __init__(self, declared: Input) -> None:
        super().__init__()
        self.declared = declared

    def __missing__(self, word: str) -> Pair | None:
        found = self._learnt(word)
        if len(self) < MAX_WORDS:
            self[word] = found
        return found

    def _learnt(self, word: str) -> Pair | None:
        """As the full reader reads 1 with this word."""
        unit = self.declared.unit
        try:
            quantity = read_quantity("1" + word)
            value = in_declared_unit(self.declared, quantity, quantity.value)
        except Unreadable:
            return None
        if quantity.approximate is not None or (unit is not None and unit.is_ratio and quantity.unit is None):
            return None  # 0.95 beside % may have been meant as 95%
        return value.numerator, value.denominator


class Numbers:
    """Inputs that are numbers, in the order in which their texts come: all are read by one match."""

    def __init__(self, inputs: Sequence[Input]) -> None:
        self.count = len(inputs)
        self.match = re.compile("\n".join([_TEXT] * len(inputs))).fullmatch
        self.words = [Words(one) for one in inputs]
        self.factors: dict[tuple[str, ...], Factors | None] = {}
        grids = [(k, one.grid) for k, one in enumerate(inputs)]
        self.grids = [(k, k + self.count, grid.numerator, grid.denominator) for k, grid in grids if grid is not None]

    def read(self, texts: Iterable[Any]) -> list[Any] | None:
        """The numerators, then the denominators (above 0), in the declared units and on their grids; None where one is not plain."""
        if not self.words:
            return []
        try:
            found = self.match("\n".join(texts))
        except TypeError:
            found = self.match("\n".join([_digits(one) for one in texts]))
        if found is None:
            return None
        groups = found.groups("")
        parts = groups[1::3]
        factors = self._factors(groups[2::3])
        if factors is None:
            return None
        wholes: Iterable[str] = groups[0::3]
        if "," in found.string:
            wholes = "\n".join(wholes).replace(",", "").split("\n")
        above, below = factors
        numbers = list(map(int, map(add, wholes, parts)))
        if above is not None:
            numbers = list(map(mul, numbers, above))
        numbers += map(mul, map(_TENS.__getitem__, map(len, parts)), below)
        for n, d, size, parts_of_one in self.grids:
            if numbers[n] * parts_of_one % (numbers[d] * size):
                return None
        return numbers

    def _factors(self, words: tuple[str, ...]) -> Factors | None:
        """What the words behind the numbers multiply by; None where one is not plain."""
        try:
            return self.factors[words]
        except KeyError:
            learnt = [known[word] for known, word in zip(self.words, words, strict=True)]
            whole = [pair for pair in learnt if pair is not None]
            above = [n for n, _ in whole]
            found = (above if any(n != 1 for n in above) else None, [d for _, d in whole]) if len(whole) == self.count else None
            if len(self.factors) < MAX_COMBINED:
                self.factors[words] = found
            return found


def _digits(given: Any) -> str:
    """A text, or a whole number as its digits; of anything else a text that is not plain."""
    if type(given) is str:
        return given
    return str(given) if type(given) is int and -(10**15) < given < 10**15 else "?"


def word_reader(declared: Input) -> Callable[[Any], Any] | None:
    """text -> the code of a choice, or a truth; None where it is not plain. None for inputs that have no plain words."""
    if declared.type not in ("choice", "yes_no"):
        return None
    if declared.type == "yes_no":
        return lambda given: YES_NO.get(given) if type(given) in (str, bool) else None
    known = {name: code for name, code in choices(declared).items() if name == name.strip() and not is_missing(name)}
    return lambda given: known.get(given) if type(given) is str else None
