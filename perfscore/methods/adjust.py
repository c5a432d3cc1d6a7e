"""加减分 adjust: points change with each unit over or under a line.

Quantities: gap (from the line), over_units and under_units (counted as `part` says). No judgement of the cause.
Source: 在职人员控制率, each point over costs a tenth of the weight (a copy, graded in rules/README.md).
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from perfscore.finding import Both
from perfscore.formula.shape import BARE_PERCENTAGE
from perfscore.methods import over
from perfscore.methods.method import MISSING_KEY, POLICY_OPEN, Built, Item, Let, Method, Parameters, Scalar, case, let, one_of
from perfscore.numbers.rounding import on_grid
from perfscore.steps import Case

GAP = "actual - target"
GAP_WITHIN = "actual - target_to if actual > target_to else min(actual - target_from, 0)"
COUNTED = {"proportional": "{}", "started": "ceil({})", "completed": "floor({})"}


class Change(Parameters):
    """So many `points` (signed) for each `per`; `at_most` bounds the absolute change."""

    per: Scalar
    points: Scalar
    part: Literal["proportional", "started", "completed"] | None = None
    at_most: Scalar | None = None


class Adjust(Method):
    type: ClassVar[str] = "adjust"
    names: ClassVar[tuple[str, str]] = ("加减分", "adjust")

    from_: Scalar = Field("weight", alias="from")
    gap: Scalar | None = None
    over: Change | None = None
    under: Change | None = None

    def build(self, item: Item) -> Built:
        author = item.author
        if self.over is None and self.under is None:
            author.report(MISSING_KEY, expected="over", hint="over: {per: 1, points: -0.5, part: started}")
        if self.gap is None and (item.target is None or not item.target.ends()):
            author.report(MISSING_KEY, expected="gap", hint='target: "<= 100%"  /  gap: finished - due')
        within = item.target is not None and item.target.direction == "within"
        gap = author.formula(self.gap, "gap") if self.gap is not None else let("gap", GAP_WITHIN if within else GAP).tree
        start = author.formula(self.from_, "from") if "from_" in self.model_fields_set else let("start", "weight").tree
        lets = [Let(name, tree) for name, tree in (("start", start), ("gap", gap)) if tree is not None]
        cases: list[Case] = [case(None, "start", "on_line")]
        for side, sign, change in (("under", "<", self.under), ("over", ">", self.over)):
            if change is not None:
                lets.extend(self._side(item, side, change))
                moved = [case(f"gap {sign} 0", f"start + {side}_change", f"{side}_line")]
                clamped = over.clamped(moved, f"start + {side}_change", f"gap {sign} 0", floor=item.floor, cap=item.cap)
                cases = [*clamped, *cases]
        return Built(tuple(lets), tuple(_clamps_first(cases)))

    def _side(self, item: Item, side: str, change: Change) -> list[Let]:
        """The units on one side of the line, and what they change."""
        author = item.author
        if item.unit is not None and item.unit.is_ratio and self.gap is None and change.per.strip()[-1:].isdigit():
            author.report(BARE_PERCENTAGE, side, "per", found=change.per)
        part = change.part or ("proportional" if self._whole(item, change) else None)
        if part is None:
            author.report(
                POLICY_OPEN,
                side,
                method=Both("评分方法 adjust（加减分）", "adjust"),
                key="part",
                question=Both("不足一个单位怎样计算", "how a part of a unit counts"),
                expected=one_of("proportional", "started", "completed"),
            )
            return []
        names = {"per": change.per, "points": change.points, "at_most": change.at_most}
        written = {name: author.formula(text, side, name) for name, text in names.items() if text is not None}
        distance = "gap" if side == "over" else "-gap"
        units = COUNTED[part].format(f"{distance} / {side}_per")
        moved = f"{side}_units * {side}_points"
        if change.at_most is not None:
            moved = f"clamp({moved}, -{side}_at_most, {side}_at_most)"
        return [
            *(Let(f"{side}_{name}", tree) for name, tree in written.items() if tree is not None),
            let(f"{side}_units", units),
            let(f"{side}_change", moved),
        ]

    def _whole(self, item: Item, change: Change) -> bool:
        """Whether the gap can only be whole units: the recorded grid is a multiple of `per`."""
        from perfscore.finding import Unreadable
        from perfscore.formula.tree import Number
        from perfscore.numbers.number import read_number

        if item.grid is None or self.gap is not None or item.target is None:
            return False
        try:
            per = read_number(change.per)
        except Unreadable:
            return False
        bounds = item.target.ends()
        whole = all(isinstance(bound, Number) and on_grid(bound.value, item.grid) for bound in bounds)
        return bool(per) and whole and on_grid(item.grid, abs(per))


def _clamps_first(cases: list[Case]) -> list[Case]:
    """Clamp cases of both sides stand before the changes, the floors first."""
    order = {"all_deducted": 0, "all_earned": 1}
    return sorted(cases, key=lambda one: order.get(one.reason, 2))
