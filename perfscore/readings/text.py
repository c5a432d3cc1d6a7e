"""The text reading: formulas as people write them, with names or with the numbers put in; words in zh and en.

Words stand in `words/<language>.yaml`: names of quantities, sentences for reasons, stages, methods, operators.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from math import floor
from typing import Any

import yaml

from perfscore.finding import Language
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers.date import Day
from perfscore.numbers.number import decimals, fixed, near, shortest
from perfscore.numbers.real import Real
from perfscore.numbers.unit import PURE, Unit, convert

SIGNS = {"*": "×", "/": "÷", ">=": "≥", "<=": "≤", "!=": "≠"}
SHOWN_DECIMALS = 6

# how tightly each node binds; a looser child stands in brackets
_CHOOSE, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _NEGATE, _POWER, _ATOM = range(10)


@lru_cache(maxsize=2)
def words(language: Language) -> Mapping[str, Any]:
    """All words of a language."""
    text = (files("perfscore.readings") / "words" / f"{language}.yaml").read_text("utf-8")
    loaded: Mapping[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # every scalar a text: `yes` is a word here
    return loaded


def word(kind: str, key: str, language: Language, default: str | None = None) -> str:
    """One word of a kind (`quantities`, `reasons`, `stages` …), else the default or the key itself."""
    return str(words(language).get(kind, {}).get(key, key if default is None else default))


def formula(root: Tree, named: Callable[[str], str], functions: Mapping[str, str] | None = None) -> str:
    """A formula in one line; `named` gives the text for a name.

    `functions`: words for functions, for people; a sum is then written with plus signs.
    """
    return _told(root, named, functions)[0]


def _told(root: Tree, named: Callable[[str], str], functions: Mapping[str, str] | None) -> tuple[str, int]:
    def inner(node: Tree, least: int) -> str:
        text, binding = _told(node, named, functions)
        return text if binding >= least else f"({text})"

    match root:
        case tree.Number(value, text):
            return (text if text else shortest(value)), _ATOM if "/" not in (text or shortest(value)) else _PRODUCT
        case tree.Text(code):
            return f"'{code}'", _ATOM
        case tree.Truth(value):
            return ("true" if value else "false"), _ATOM
        case tree.Date(_, last):
            return str(last), _ATOM
        case tree.Name(name):
            text = named(name)
            return text, _PRODUCT if _is_fraction(text) else _NEGATE if text.startswith("-") else _ATOM
        case tree.Negate(operand):
            return f"-{inner(operand, _POWER)}", _NEGATE
        case tree.Not(operand):
            return f"not {inner(operand, _NOT)}", _NOT
        case tree.Arithmetic(op, left, right):
            level = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}.get(op, _POWER)
            sign, second = SIGNS.get(op, op), inner(right, level + 1)
            return f"{inner(left, _ATOM if op == '**' else level)} {sign} {f'({second})' if second.startswith('-') else second}", level
        case tree.Compare(first, rest):
            parts = [inner(first, _SUM)]
            for op, node in rest:
                parts.append(f"{SIGNS.get(op, op)} {inner(node, _SUM)}")
            return " ".join(parts), _COMPARE
        case tree.Logic(op, parts):
            level = _AND if op == "and" else _OR
            return f" {op} ".join(inner(part, level + 1) for part in parts), level
        case tree.Choose(condition, then, otherwise):
            return f"{inner(then, _OR)} if {inner(condition, _OR)} else {inner(otherwise, _CHOOSE)}", _CHOOSE
        case tree.Member(subject, options):
            return f"{inner(subject, _SUM)} in [{', '.join(inner(one, _CHOOSE) for one in options)}]", _COMPARE
        case tree.Listing(elements):
            return f"[{', '.join(_element(condition, value, inner) for condition, value in elements)}]", _ATOM
        case tree.Call("sum", arguments) if functions is not None:
            if len(arguments) == 1:
                return _told(arguments[0], named, functions)
            parts = [inner(one, _PRODUCT) for one in arguments]
            return " + ".join(f"({part})" if part.startswith("-") else part for part in parts), _SUM
        case tree.Call(function, arguments):
            called = function if functions is None else functions.get(function, function)
            return f"{called}({', '.join(inner(one, _CHOOSE) for one in arguments)})", _ATOM


def _element(condition: Tree | None, value: Tree, inner: Callable[[Tree, int], str]) -> str:
    return inner(value, _OR) if condition is None else f"{inner(value, _OR)} if {inner(condition, _OR)}"


def _is_fraction(text: str) -> bool:
    return "/" in text and text.replace("/", "").replace("-", "").isdigit()


def value_text(value: object, *, unit: Unit | None = None, percent: bool = False, exact: bool = True, places: int = SHOWN_DECIMALS) -> str:
    """A value as people write it: with its unit, ratios in percent.

    `exact` keeps p/q where a decimal does not end; else it is cut after `places` decimals and marked with an ellipsis.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Day):
        return str(value)
    if isinstance(value, tuple):
        return f"[{', '.join(value_text(one, unit=unit, percent=percent, exact=exact, places=places) for one in value)}]"
    if isinstance(value, Real):
        return _cut(value * 100 if percent else value, places) + ("%" if percent else "")
    if not isinstance(value, Fraction):
        return str(value)
    if unit is not None and unit.is_ratio:
        return _number(convert(value, PURE, unit), False, places) + unit.text
    if percent:
        return _number(value * 100, False, places) + "%"
    return _number(value, exact, places) + (unit.text if unit is not None else "")


def _cut(value: Fraction | Real, places: int) -> str:
    """An irrational number, cut off after so many decimals."""
    units = floor(abs(value) * 10**places)
    return f"{'-' if value < 0 else ''}{fixed(Fraction(units, 10**places), places)}…"


def _number(value: Fraction, exact: bool, places: int) -> str:
    ends = decimals(value)
    return shortest(value) if exact or (ends is not None and ends <= SHOWN_DECIMALS) else near(value, places)
