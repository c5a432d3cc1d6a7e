"""插值 interpolate: points on straight lines between anchors `[x, points]`; the preset `efficacy` is 功效系数法.

`below` and `above` say what lies outside of the anchors: `hold` the end's points, `extend` its line, `refuse`, or points
of their own. Equal anchors make an empty piece, never a division. Source of the preset: 企业绩效评价 (国资委), base points
of the own level and the 功效系数 of the distance to the next (graded in rules/README.md).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Literal

from perfscore.finding import Both, Kind
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.methods.method import (
    BAD_PARAMETER,
    MISSING_KEY,
    POLICY_OPEN,
    Built,
    Item,
    Let,
    Method,
    Parameters,
    Scalar,
    as_written,
    case,
    formula,
    let,
    one_of,
)
from perfscore.steps import Case, Refusal

OUTSIDE_ANCHORS = Kind(
    "outside-anchors",
    "error",
    zh="“{label}”：{found}在插值的两端之外，规则没有规定得分",
    en="“{label}”: {found} lies outside of the anchors, and the rules give no points there",
    hint_zh="按规则写 below、above：hold、extend 或得分",
    hint_en="say with below and above what it earns: hold, extend, or points",
    why="`refuse` says that the rule's text gives nothing outside of its anchors.",
    fix="Mend the outcome, or say with `below` and `above` what it earns.",
)
Side = Literal["below", "above"]
OUTSIDE = ("hold", "extend", "refuse", "0")


class Efficacy(Parameters):
    """功效系数: five standard values, the worst first, with the share of the weight that each is worth."""

    standards: list[Scalar]
    coefficients: list[Scalar]


class Interpolate(Method):
    type: ClassVar[str] = "interpolate"
    names: ClassVar[tuple[str, str]] = ("插值", "interpolate")

    rows: list[list[Any]] | None = None
    efficacy: Efficacy | None = None
    below: Scalar | None = None
    above: Scalar | None = None

    def build(self, item: Item) -> Built:
        anchors = self._anchors(item)
        above = self.above if self.efficacy is None or self.above is not None else "hold"
        outside = {"below": self.below, "above": above}
        for key, written in outside.items():
            if written is None:
                item.author.report(
                    POLICY_OPEN,
                    method=Both("评分方法 interpolate（插值）", "interpolate"),
                    key=key,
                    question=Both(
                        "低于第一个点怎么计分" if key == "below" else "高于最后一个点怎么计分",
                        "what lies below the first anchor earns" if key == "below" else "what lies above the last anchor earns",
                    ),
                    expected=one_of(*OUTSIDE),
                )
        rising = self._rising(item, anchors)
        if len(anchors) < 2 or rising is None or None in outside.values():
            return Built()
        lets = [
            Let(f"{word}_{k}", root)
            for k, pair in enumerate(anchors, 1)
            for word, root in zip(("standard", "standard_points"), pair, strict=True)
        ]
        below, above = str(outside["below"]), str(outside["above"])
        cases = self._cases(item, len(anchors), rising, below, above)
        if any(tree.constant(x) is None for x, _ in anchors):  # only the values of the formulas tell which way they go
            lets.append(let("rises", f"standard_1 <= standard_{len(anchors)}"))
            lower = self._cases(item, len(anchors), True, below, above)
            higher = self._cases(item, len(anchors), False, below, above)
            cases = [_either(up, down) for up, down in zip(lower, higher, strict=True)]
        return Built(tuple(lets), tuple(cases))

    def _anchors(self, item: Item) -> list[tuple[Tree, Tree]]:
        """The written pairs, or those of the preset; none where something could not be read."""
        author = item.author
        if (self.rows is None) == (self.efficacy is None):
            author.report(MISSING_KEY, expected="rows", hint="rows: [[60%, 0], [100%, weight]]")
            return []
        if self.efficacy is not None:
            standards, shares = self.efficacy.standards, self.efficacy.coefficients
            if len(standards) != len(shares):
                expected = Both(f"{len(standards)} 个系数", f"{len(standards)} coefficients")
                author.report(BAD_PARAMETER, "efficacy", "coefficients", key="coefficients", found=len(shares), expected=expected)
                return []
            read: list[tuple[Tree | None, Tree | None]] = [
                (author.formula(x, "efficacy", "standards", k), author.formula(c, "efficacy", "coefficients", k))
                for k, (x, c) in enumerate(zip(standards, shares, strict=True))
            ]
            worth: list[tuple[Tree | None, Tree | None]] = [
                (x, None if c is None else tree.Arithmetic("*", tree.Name("weight"), c)) for x, c in read
            ]
            pairs = worth
        else:
            pairs = [self._pair(item, k, row) for k, row in enumerate(self.rows or [])]
        if len(pairs) < 2 and None not in [one for pair in pairs for one in pair]:
            author.report(BAD_PARAMETER, "rows", key="rows", found=len(pairs), expected=Both("至少两个点", "at least two anchors"))
        whole = [(x, p) for x, p in pairs if x is not None and p is not None]
        return whole if len(whole) == len(pairs) else []

    @staticmethod
    def _pair(item: Item, k: int, row: list[Any]) -> tuple[Tree | None, Tree | None]:
        if len(row) != 2 or not all(isinstance(cell, str) for cell in row):
            expected = Both("[值, 得分]", "[value, points]")
            item.author.report(BAD_PARAMETER, "rows", k, key=f"rows {k + 1}", found=as_written(row), expected=expected)
            return None, None
        return item.author.formula(row[0], "rows", k, 0), item.author.formula(row[1], "rows", k, 1)

    def _rising(self, item: Item, anchors: list[tuple[Tree, Tree]]) -> bool | None:
        """Whether the anchors rise; None after reporting that they turn."""
        known = [value for x, _ in anchors if (value := tree.constant(x)) is not None]
        rises, falls = known == sorted(known), known == sorted(known, reverse=True)
        if not rises and not falls:
            expected = Both("一路上升或一路下降的值", "values that only rise, or only fall")
            item.author.report(BAD_PARAMETER, "rows", key="rows", found="、".join(str(value) for value in known), expected=expected)
            return None
        return rises

    def _cases(self, item: Item, count: int, rising: bool, below: str, above: str) -> list[Case]:
        """One case a piece; for falling anchors the signs turn."""
        before = "<" if rising else ">"
        cases = [self._outside(item, below, "below", 1, 2, 1, formula(f"actual {before} standard_1"))]
        for k in range(1, count):
            cases.append(case(f"actual {before} standard_{k + 1}", _line(k, k + 1), f"between_{k}"))
        cases.append(case(f"actual = standard_{count}", f"standard_points_{count}", "at_last"))
        cases.append(self._outside(item, above, "above", count - 1, count, count, None))
        return [one for one in cases if one is not None]

    @staticmethod
    def _outside(item: Item, written: str, side: Side, low: int, high: int, end: int, when: Tree | None) -> Case | None:
        """What lies outside: the end's points, its line, a refusal, or the author's formula."""
        reason = "below_first" if side == "below" else "above_last"
        if written == "hold":
            return case(when, f"standard_points_{end}", reason)
        if written == "extend":
            return case(when, _line(low, high), reason)
        if written == "refuse":
            return Case(when, None, reason, Refusal(OUTSIDE_ANCHORS, item.label, about=tree.Name("actual")))
        points = item.author.formula(written, side)
        return None if points is None else Case(when, points, reason)


def _either(rising: Case, falling: Case) -> Case:
    """A case whose condition depends on which way the anchors go."""
    if rising.when is None or falling.when is None or rising.when == falling.when:
        return rising
    return replace(rising, when=tree.Choose(tree.Name("rises"), rising.when, falling.when))


def _line(low: int, high: int) -> Tree:
    x1, x2, p1, p2 = f"standard_{low}", f"standard_{high}", f"standard_points_{low}", f"standard_points_{high}"
    return formula(f"{p1} + (actual - {x1}) * ({p2} - {p1}) / ({x2} - {x1})")
