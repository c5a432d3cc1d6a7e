"""比率 ratio: points in proportion to how far the target was reached.

`attainment` is the share of the target that was reached; which formula it is follows from the target's sign, and for
`<=` and `=` from `reverse` and `equal`, because real rules with one name compute it in two ways (7.5 against 7.47 of 8
points for 96 against at most 90). Source: the usual 比率法 of 项目支出绩效自评 (graded in rules/README.md).
Not here: bands (`table`), points per unit over a line (`adjust`).
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from perfscore.finding import Both, Kind
from perfscore.formula.tree import Number, Tree, constant
from perfscore.methods import over
from perfscore.methods.method import BAD_PARAMETER, MISSING_KEY, POLICY_OPEN, Built, Item, Let, Method, Scalar, case, formula, let, one_of
from perfscore.steps import Case, Refusal

ATTAINMENT = {
    "up": "actual / target",
    "quotient": "target / actual",
    "complement": "2 - actual / target",
    "two_sided": "1 - abs(actual - target) / abs(target)",
    "within": "actual / target_from if actual < target_from else 2 - actual / target_to",
}

NAMED = Both("评分方法 ratio（比率）", "ratio")
NEGATIVE_TARGET = Kind(
    "negative-target",
    "error",
    zh="“{label}”：目标值为{found}，比率法只适用于{expected}的目标值",
    en="“{label}”: the target is {found}, and a ratio needs one that is {expected}",
    hint_zh="用 special 写明目标值为负时怎么计分，或改用 adjust、table",
    hint_en="say with `special` what a negative target earns, or use adjust or table",
    why="Below 0 the quotient turns round: −10 against at least −5 would be 200 % of the target.",
    fix="Write a `special` case for the negative target, or score the distance from it (`adjust`).",
)
ABOVE_ZERO = Both("不小于 0", "not below 0")
NEGATIVE = {"within": "(target_from if actual < target_from else target_to) < 0"}


class Ratio(Method):
    type: ClassVar[str] = "ratio"
    names: ClassVar[tuple[str, str]] = ("比率", "ratio")

    reverse: Literal["quotient", "complement"] | None = None
    equal: Literal["at_least", "two_sided"] | None = None
    below: Literal["proportional", "zero"] | dict[Literal["zero", "stretch"], Scalar] = Field(
        "proportional", description="proportional | zero | {zero: z} | {stretch: z}"
    )
    above: Literal["cap"] | dict[Literal["extend", "zero"], Scalar] | None = Field(None, description="cap | {extend: e} | {zero: z}")

    def build(self, item: Item) -> Built:
        kind = self._attainment(item)
        if self.above is None:
            item.author.report(
                POLICY_OPEN,
                method=NAMED,
                key="above",
                question=Both("超过目标值时怎么计分", "what more than the target earns"),
                expected=one_of("cap", "{extend: limit}", "{zero: start}", zh=("cap", "{extend: 上限}", "{zero: 起点}")),
            )
        if kind is None or self.above is None:
            return Built()
        lets = [let("attainment", ATTAINMENT[kind], rate=True)]
        if self.equal == "at_least":
            lets.append(let("met", "actual >= target"))
        return Built((*lets, *self._lines(item)), tuple(self._cases(self._negative(item, kind))))

    @staticmethod
    def _negative(item: Item, kind: str) -> list[Case]:
        """Refuses a computed target that is below 0; a written one is known when the file is loaded."""
        ends = item.target.ends() if item.target else ()
        if kind == "two_sided" or all(constant(end) is not None for end in ends):
            return []
        about = formula("target") if len(ends) == 1 else None
        refusal = Refusal(NEGATIVE_TARGET, item.label, about, ABOVE_ZERO)
        return [Case(formula(NEGATIVE.get(kind, "target < 0")), None, "negative_target", refusal)]

    def _attainment(self, item: Item) -> str | None:
        """Which formula the attainment is; reports what is left open."""
        direction = item.target.direction if item.target else None
        if direction is None:
            item.author.report(MISSING_KEY, expected="target", hint='target: ">= 100"')
            return None
        if direction not in ("up", "down", "equal", "within") or (direction == "within" and self._open_ended(item)):
            item.author.report(
                BAD_PARAMETER,
                key="target",
                found=item.target.text if item.target else "",
                expected=one_of('">= 1200"', '"<= 5%"', '"= 4"', '"[90, 110]"'),
            )
            return None
        if direction != "equal" or self.equal != "two_sided":
            below = next((end for end in (item.target.ends() if item.target else ()) if (constant(end) or 0) < 0), None)
            if below is not None:
                kept = Both(
                    "不小于 0 的目标值（为负时改用 adjust 或 table）", "a target not below 0 (use adjust or table for a negative one)"
                )
                item.author.report(BAD_PARAMETER, key="target", found=item.target.text if item.target else "", expected=kept)
                return None
        if direction == "down" and self.reverse is None:
            item.author.report(
                POLICY_OPEN,
                method=NAMED,
                key="reverse",
                question=Both(
                    "反向指标的完成率是目标÷实际，还是 2−实际÷目标", "a reverse attainment is target ÷ actual, or 2 − actual ÷ target"
                ),
                expected=one_of("quotient", "complement"),
            )
            return None
        if direction == "equal" and self.equal is None:
            item.author.report(
                POLICY_OPEN,
                method=NAMED,
                key="equal",
                question=Both("超过“=”目标是否也算完成", "whether more than an “=” target also meets it"),
                expected=one_of("at_least", "two_sided"),
            )
            return None
        for key, written, fits in (("reverse", self.reverse, "down"), ("equal", self.equal, "equal")):
            if written is not None and direction != fits:
                sign = "<=" if fits == "down" else "="
                expected = Both(f"不写此键（目标值写作“{sign}”时才写）", f"no such key, unless the target is written with {sign}")
                item.author.report(BAD_PARAMETER, key, key=key, found=written, expected=expected)
                return None
        chosen = {"down": self.reverse, "equal": "up" if self.equal == "at_least" else self.equal}
        return chosen.get(direction, direction)

    @staticmethod
    def _open_ended(item: Item) -> bool:
        return item.target is not None and (item.target.low is None or item.target.high is None)

    def _lines(self, item: Item) -> list[Let]:
        """The written lines as names."""
        found: list[Let] = []
        for key, names in (("below", {"zero": "pass_from", "stretch": "pass_from"}), ("above", {"extend": "most", "zero": "zero_from"})):
            written = getattr(self, key)
            if isinstance(written, dict):
                for word, text in written.items():
                    tree: Tree | None = item.author.formula(text, key, word)
                    if tree is not None:
                        self._check_line(item, key, word, tree)
                        found.append(Let(names[word], tree))
        return found

    @staticmethod
    def _check_line(item: Item, key: str, word: str, tree: Tree) -> None:
        """A written line must make sense: below 100 % for a pass line, above it for what lies beyond the target."""
        if not isinstance(tree, Number):
            return
        above = key == "above"
        fits = tree.value > 1 if above else 0 < tree.value < 1 or (word == "zero" and tree.value == 1)
        if not fits:
            expected = Both("大于 100%", "above 100%") if above else Both("大于 0% 且小于 100%", "between 0% and 100%")
            item.author.report(BAD_PARAMETER, key, word, key=f"{key}: {word}", found=tree.text, expected=expected)

    def _cases(self, negative: list[Case]) -> list[Case]:
        above = self.above if isinstance(self.above, dict) else {}
        below = self.below if isinstance(self.below, dict) else {}
        cases = [
            case("met", "weight * min(attainment, most)" if "extend" in above else "weight", "target_met"),
            case("attainment <= 0", "0", "nothing_earned"),
            case(None, *self._beneath(below)),
        ]
        if below:
            cases = over.pass_line(cases)
        if above:  # also what meets the target is computed
            return [*negative, *(over.zero_above(cases) if "zero" in above else cases)]
        return [cases[0], *negative, *cases[1:]]

    def _beneath(self, below: dict[Literal["zero", "stretch"], Scalar]) -> tuple[Tree, str]:
        if self.below == "zero":
            return formula("0"), "target_missed"
        # An attainment rounded up, or a target met only strictly, never earns more than the weight.
        if "stretch" in below:
            return formula("weight * (min(attainment, 1) - pass_from) / (1 - pass_from)"), "proportional"
        return formula("weight * min(attainment, 1)"), "proportional"
