"""What a method is, and the list of them.

A method is a frozen model of its parameters with one function, `build`: named quantities (`let`) and cases over the
standard names `actual`, `target` (`target_from`, `target_to` of an interval), `weight`, `met`. Its own formulas are
texts parsed once; what the author wrote (bounds, units of a deduction) is bound to names, never pasted into a text.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from perfscore.finding import Both, Kind
from perfscore.formula.parse import parse
from perfscore.formula.test import Test
from perfscore.formula.tree import Tree
from perfscore.numbers.unit import Unit
from perfscore.steps import Case, Input, InputType

POLICY_OPEN = Kind(
    "policy-open",
    "error",
    zh="{owner}：{method}没有写明 {key}：{question}",
    en="{owner}: {method} does not say “{key}”: {question}",
    hint_zh="写 {key}: {expected}",
    hint_en="write {key}: {expected}",
    why="The text of a rule often leaves a choice open, and the readings give different points; none is the default.",
    fix="Write the parameter; the rule's source decides, or the author says that it was the author's choice.",
)
MISSING_KEY = Kind(
    "missing-key",
    "error",
    zh="{owner}缺少“{expected}”",
    en="“{expected}” is missing in {owner}",
    hint_zh="{hint}",
    hint_en="{hint}",
    why="Without it nothing can be scored; no value is put in its place.",
    fix="Add the key.",
)
BAD_PARAMETER = Kind(
    "bad-parameter",
    "error",
    zh="“{key}”不合要求：{found}",
    en="“{key}” does not fit: {found}",
    hint_zh="应为：{expected}",
    hint_en="expected: {expected}",
    why="A value outside of what the key can hold has no meaning; nothing is put in its place.",
    fix="Write the value as the reference of the key shows.",
)


def one_of(*options: str, zh: Sequence[str] = ()) -> Both:
    """Options of which one is written: cap、…或…; `zh` where the options hold words."""
    chinese = list(zh or options)
    first, last = ", ".join(options[:-1]), options[-1]
    return Both("、".join(chinese[:-1]) + f" 或 {chinese[-1]}", f"{first} or {last}")


def counted(number: int, zh: str, one: str) -> Both:
    """A number of things: 1 test, 2 tests."""
    return Both(f"{number} {zh}", f"{number} {one}{'s' * (number != 1)}")


def as_written(given: object) -> Both | str:
    """A value as a reader of the file knows it."""
    match given:
        case None:
            return Both("空", "empty")
        case bool():
            return "true" if given else "false"
        case list():
            return Both("一个列表", "a list")
        case dict():
            return Both("一组键值", "a mapping")
    return str(given)


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, (int, Fraction)) and not isinstance(value, bool) else value


Scalar = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": ["string", "number"]})]
"""A number or a formula, kept as the text that was written."""


def _truth_text(value: Any) -> Any:
    return ("true" if value else "false") if isinstance(value, bool) else _text(value)


Condition = Annotated[str, BeforeValidator(_truth_text), WithJsonSchema({"type": ["string", "boolean"]})]
"""A truth: a formula, or true or false themselves."""


class Parameters(BaseModel):
    """A mapping of the rule file: frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Author(Protocol):
    """Reads what the author wrote at a path below the method, and reports what cannot be read."""

    def formula(self, text: str, *path: str | int) -> Tree | None: ...
    def test(self, text: str, *path: str | int) -> Test | None: ...
    def number(self, text: str, *path: str | int) -> Fraction | None: ...
    def report(self, kind: Kind, *path: str | int, **facts: Any) -> None: ...
    def names(
        self, named: Sequence[tuple[str, Sequence[str | int]]], taken: Collection[str] = (), codes: bool = False
    ) -> list[str] | None: ...
    def case(self, case: Any, default_reason: str, *path: str | int) -> Case | None: ...
    def at(self, *path: str | int) -> Author: ...
    def inside(self, *path: str | int) -> Author: ...
    def table(self, id: str, *path: str | int) -> Input | None: ...
    def method(self, raw: Any, *path: str | int) -> Method | None: ...


@dataclass(frozen=True, slots=True)
class Item:
    """What a method may know of the item it scores."""

    id: str
    label: str
    weight: Fraction
    type: InputType
    unit: Unit | None
    grid: Fraction | None
    target: Test | None
    floor: bool
    cap: bool
    author: Author


@dataclass(frozen=True, slots=True)
class Let:
    """A named quantity of a method: a formula (None where it could not be read), the first row of a `table` that holds, or a
    list `over` the rows of a table input.

    `rate`: it passes the rounding stage `rate`. `author`: the rule file's author named it, so the author's formulas see it
    before the ids of the file. `label`: what a numbered one is about, in the author's words.
    """

    name: str
    tree: Tree | None
    rate: bool = False
    author: bool = False
    cases: tuple[Case, ...] = ()
    over: Over | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Over:
    """A list over the rows of a table input: `result` of each row in which `keep` holds; names are lets of a row.

    `points`: the result is a number of points. `words`: what a standard name means inside of a row (the tree is over names of the row).
    """

    table: Input
    lets: tuple[Let, ...]
    result: str
    keep: str | None = None
    points: bool = False
    words: tuple[tuple[str, Tree], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """An element of an item with a case list of its own; `name` is its points in the item's formulas."""

    id: str
    label: str
    name: str
    cases: tuple[Case, ...]
    most: Fraction
    points: Fraction


@dataclass(frozen=True, slots=True)
class Built:
    """Parameters turned into quantities, elements, cases, and the inputs they need beside `actual`.

    `actual`: the item has an outcome of its own even where no formula names it. `takes_target`: the target is a matter of the
    method (inside of rows), not of the item.

    An input's `id` is relative to the item (`made` of `system` is reported as `system.made`).
    """

    lets: tuple[Let, ...] = ()
    cases: tuple[Case, ...] = ()
    parts: tuple[Part, ...] = ()
    inputs: tuple[Input, ...] = field(default=())
    actual: bool = False
    takes_target: bool = False


class Method(Parameters):
    """Base of every method."""

    type: ClassVar[str]
    names: ClassVar[tuple[str, str]]  # 中文, English

    def build(self, item: Item) -> Built:
        raise NotImplementedError


@cache
def formula(text: str) -> Tree:
    """A formula of a method's own text."""
    return parse(text)


def case(when: str | Tree | None, points: str | Tree, reason: str, label: str = "") -> Case:
    """A case in a method's own words; `when` None is `otherwise`."""
    return Case(
        formula(when) if isinstance(when, str) else when,
        formula(points) if isinstance(points, str) else points,
        reason,
        label=label,
    )


def let(name: str, text: str | Tree, *, rate: bool = False) -> Let:
    return Let(name, formula(text) if isinstance(text, str) else text, rate)


def methods() -> dict[str, type[Method]]:
    """Every method by its type."""
    from perfscore.methods import adjust, checklist, each, grade, interpolate, panel, pass_fail, ratio, table
    from perfscore.methods import formula as own_formula

    listed: tuple[type[Method], ...] = (
        ratio.Ratio,
        pass_fail.PassFail,
        table.Table,
        interpolate.Interpolate,
        adjust.Adjust,
        checklist.Checklist,
        grade.Grade,
        panel.Panel,
        each.Each,
        own_formula.Formula,
    )
    return {method.type: method for method in listed}
