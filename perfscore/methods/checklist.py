"""要点 checklist: elements, each yes or no (or a count), that add to `from` or take from it.

`from: 0` collects (管理制度健全性: three elements, 1 each), `from: weight` deducts (资金使用合规性: −1 each). Each element is a
case list of its own, so that a lost element is named. Source: the two items of 部门整体支出绩效评价 (rules/README.md).
"""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from perfscore.finding import Both
from perfscore.formula import tree
from perfscore.methods.method import (
    BAD_PARAMETER,
    MISSING_KEY,
    POLICY_OPEN,
    Built,
    Item,
    Let,
    Method,
    Parameters,
    Part,
    Scalar,
    case,
    let,
    one_of,
)
from perfscore.steps import Case, Input

OUTCOME_KEYS = ("value", "parts", "not_applicable", "because", "by", "deviation_reason", "improvement", "measures", "evidence")


class ElementParameters(Parameters):
    """`points` (signed) for a yes, or for each one counted."""

    id: str
    label: str = ""
    points: Scalar
    count: bool = False
    missing: Literal["yes", "no"] | Scalar | None = None


class Checklist(Method):
    type: ClassVar[str] = "checklist"
    names: ClassVar[tuple[str, str]] = ("要点", "checklist")

    from_: Scalar | None = Field(None, alias="from")
    elements: list[ElementParameters] | None = None

    def build(self, item: Item) -> Built:
        author = item.author
        if self.from_ is None:
            author.report(
                POLICY_OPEN,
                method=Both("评分方法 checklist（要点）", "checklist"),
                key="from",
                question=Both("从0分累加，还是从满分扣减", "whether elements add to 0 or take from the weight"),
                expected=one_of("0", "weight"),
            )
        elif self.from_ not in ("0", "weight"):
            author.report(BAD_PARAMETER, "from", key="from", found=self.from_, expected=one_of("0", "weight"))
        if not self.elements:
            author.report(MISSING_KEY, expected="elements", hint="elements: [{id: made, label: 已制定, points: 2}]")
        if self.from_ not in ("0", "weight") or not self.elements:
            return Built()
        known = author.names([(one.id, ("elements", k, "id")) for k, one in enumerate(self.elements)], OUTCOME_KEYS)
        if known is None:
            return Built()
        read = [(element, author.number(element.points, "elements", k, "points")) for k, element in enumerate(self.elements)]
        if any(points is None for _, points in read):
            return Built()
        parts = [self._part(element, points) for element, points in read if points is not None]
        change = tree.Call("sum", tuple(tree.Name(part.name) for part in parts))
        cases = [case("change = 0", "start", "none_apply"), *self._clamped(item), case(None, "start + change", "some_apply")]
        return Built(
            (let("start", self.from_), Let("change", change)),
            tuple(cases),
            tuple(parts),
            tuple(self._input(item, k, element) for k, element in enumerate(self.elements)),
        )

    @staticmethod
    def _clamped(item: Item) -> list[Case]:
        seen: list[Case] = []
        if item.floor:
            seen.append(case("start + change <= floor", "floor", "all_deducted"))
        if item.cap:
            seen.append(case("start + change >= cap", "cap", "all_earned"))
        return seen

    @staticmethod
    def _part(element: ElementParameters, points: Fraction) -> Part:
        """The cases of one element. What it can lose: its points where they are earned, nothing below where deducted."""
        name = tree.Name(element.id)
        each = tree.number(points)
        if element.count:
            counted = tree.Arithmetic("*", name, each)
            cases = (case(tree.compare(name, ">", tree.number(0)), counted, "counted"), case(None, "0", "not_counted"))
            most = Fraction(0)
        else:
            cases = (case(name, each, "applies"), case(None, "0", "does_not_apply"))
            most = max(points, Fraction(0))
        return Part(element.id, element.label or element.id, f"{element.id}_points", cases, most, points)

    @staticmethod
    def _input(item: Item, k: int, element: ElementParameters) -> Input:
        missing = None
        if element.missing is not None and element.count:
            missing = item.author.formula(element.missing, "elements", k, "missing")
        elif element.missing in ("yes", "no"):
            missing = tree.Truth(element.missing == "yes")
        elif element.missing is not None:
            item.author.report(BAD_PARAMETER, "elements", k, "missing", key="missing", found=element.missing, expected=one_of("yes", "no"))
        at_least_none = tree.compare(tree.Name(element.id), ">=", tree.number(0)) if element.count else None
        return Input(
            element.id,
            element.label or element.id,
            "number" if element.count else "yes_no",
            missing=missing,
            range=at_least_none,
            range_text=">= 0" if element.count else "",
        )
