"""How values, names, reasons and changes are worded for people; what `derivation` and `telling` have in common."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from perfscore.finding import Language
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers.number import fixed, near, shortest
from perfscore.numbers.rounding import Rounding, on_grid, round_to
from perfscore.readings.exact import MISSING, Value
from perfscore.readings.text import SIGNS, formula, value_text, word, words
from perfscore.scoring.assessment import Assessment
from perfscore.scoring.facts import Failed, ItemResult, Regain
from perfscore.steps import Input, Round, Step

SHOWN = 4
_WORD = re.compile(r"[^\W\d]\w*")
_MINUS = re.compile(r"(?<![^\s(（])-(?=\S)")


def say(key: str, language: Language, /, **facts: Any) -> str:
    """A sentence of `words/<language>.yaml`, filled in."""
    return str(words(language)["texts"][key]).format(**facts)


def minus(text: str) -> str:
    """One sign for minus in everything that people read."""
    return _MINUS.sub("−", text.replace(" - ", " − "))


class Wording:
    """One assessment in one language."""

    def __init__(self, assessment: Assessment, language: Language) -> None:
        self.result = assessment
        self.language = language
        self.rules = assessment.rules
        self.steps = assessment.rules.steps
        self.roundings = {step.node.stage: step.node.rounding for step in self.steps.values() if isinstance(step.node, Round)}

    def say(self, key: str, /, **facts: Any) -> str:
        return say(key, self.language, **facts)

    # --- values -----------------------------------------------------------------------------------------------------

    def points(self, value: Fraction, stage: str = "item") -> str:
        """Points with the decimals of their rounding stage (or of the items'); else exact, or rounded and marked ≈."""
        for one in (stage, "item"):
            rounding = self.roundings.get(one)
            if rounding is not None and (text := on_step(value, rounding)) is not None:
                return minus(text)
        return minus(about(value, SHOWN))

    def of_input(self, declared: Input, value: Value | None) -> str:
        """A value of an input as people write it."""
        if value is None or value is MISSING:
            return self.say("not_reported")
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        if declared.type == "choice":
            return dict(declared.values).get(str(value), str(value))
        return value_text(value, unit=declared.unit)

    def of_step(self, name: str, value: Value | None) -> str:
        """A value inside of a formula: no unit, percentages as percentages."""
        step = self.steps[name]
        if isinstance(step.node, Input) and (isinstance(value, (bool, str)) or value is MISSING):
            return self.of_input(step.node, value)
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        if isinstance(step.node, tree.Number) and step.node.text:
            return step.node.text
        return value_text(value, percent=step.percent, exact=False)

    # --- names and formulas -----------------------------------------------------------------------------------------

    def named(self, name: str, owner: str = "") -> str:
        """A step by its name in this language; of another item, with that item's label."""
        step = self.steps[name]
        own = not step.owner or step.owner == owner
        if isinstance(step.node, Input):
            if step.word == "actual" and own:
                return word("quantities", "actual", self.language)
            return self.input_label(step.node) if own else step.node.label
        if own and step.label and step.kind == "points" and step.word not in words(self.language)["quantities"]:
            return step.label
        base = self._quantity(step.word) if step.owner else step.label or step.word
        if own:
            return base
        return self.label(step) if step.word == "points" else f"{self.label(step)}·{base}"

    def _quantity(self, name: str) -> str:
        """A quantity of a method; some are numbered (standard_3)."""
        head, _, number = name.rpartition("_")
        numbered = words(self.language)["numbered"].get(head) if number.isdigit() else None
        return str(numbered).format(number=number) if numbered else word("quantities", name, self.language)

    def input_label(self, declared: Input) -> str:
        """The label of an input inside of its own item."""
        if declared.item is None:
            return declared.label
        part = declared.id.removeprefix(f"{declared.item}.")
        if declared.judged and part in ("grade", "share", "points"):
            return word("quantities", f"judged_{part}", self.language)
        return declared.label.rsplit("·", 1)[-1]

    def full_label(self, declared: Input) -> str:
        """The label of an input with that of its item."""
        own = self.input_label(declared)
        return own if declared.item is None or declared.id == declared.item else f"{self.rules.items[declared.item].label}·{own}"

    def label(self, step: Step) -> str:
        known = step.owner in self.rules.items or step.owner in self.rules.groups
        return self.rules.scored(step.owner).label if known else step.owner

    def taken(self, root: Tree) -> Tree:
        """The formula as it was computed here: only the branch that was taken, without the zeros of a sum."""

        def change(node: Tree) -> Tree | None:
            if isinstance(node, tree.Choose):
                return self.taken(node.then if self.result.evaluation_of(node.condition) is True else node.otherwise)
            if isinstance(node, tree.Call) and node.function == "sum":
                parts = [part for part in map(self.taken, node.arguments) if part != tree.number(0)]
                return tree.Call("sum", tuple(parts)) if len(parts) > 1 else parts[0] if parts else tree.number(0)
            return None

        return tree.rewrite(root, change)

    def formula(self, root: Tree, owner: str = "") -> str:
        """A formula in names."""
        return formula(root, lambda step: self.named(step, owner), words(self.language)["functions"])

    def numbers(self, root: Tree) -> str:
        """A formula with the numbers put in."""
        return formula(root, lambda step: self.of_step(step, self.result.value(step)), words(self.language)["functions"])

    # --- the columns of a form --------------------------------------------------------------------------------------

    def target(self, item: ItemResult) -> str:
        """The target with signs and unit, as a form shows it."""
        if not item.target:
            return self.say("no_target")
        declared = next((one for one in item.inputs if one.item == item.id and one.type == "choice"), None)
        if declared is not None:
            return "、".join(dict(declared.values).get(code, code) for code in item.target.split("、"))
        return self.with_unit(_WORD.sub(lambda found: self._named_in_target(found.group()), item.target), item)

    def with_unit(self, test: str, item: ItemResult) -> str:
        """A test as a form prints it: ≥ and the unit."""
        for plain, sign in SIGNS.items():
            if len(plain) == 2:
                test = test.replace(plain, sign)
        unit = str(item.about.get("unit") or "")
        return test if unit in ("%", "‰") or not test[-1:].isdigit() or "月" in test else test + unit

    def _named_in_target(self, name: str) -> str:
        """A name in a target as a reader knows it, with its value."""
        step = self.steps.get(name)
        if step is None or isinstance(self.result.value(name), (bool, str)):
            return name
        value = self.result.value(name)
        shown = self.of_input(step.node, value) if isinstance(step.node, Input) else self.of_step(name, value)
        return f"{self.named(name)}（{shown}）"

    def actual(self, item: ItemResult) -> str:
        """What was reported, as it was written; or what was computed."""
        if item.not_applicable:
            return word("stages", "not_applicable", self.language)
        if item.actual_value is MISSING:
            return self.say("not_reported")
        if not item.actual and not any(one.item == item.id for one in item.inputs):
            return self.say("no_target")
        own = next((one for one in item.inputs if one.id == item.id), None)
        if own is not None and own.type in ("choice", "yes_no"):
            return self.of_input(own, item.actual_value)
        if own is not None and item.actual:
            plain = own.type == "number" and item.actual.replace(".", "", 1).isdigit()
            return item.actual + (own.unit.text if plain and own.unit is not None else "")
        if item.actual and isinstance(item.actual_value, Fraction):
            percent = item.actual.endswith("%")
            return about(item.actual_value * (100 if percent else 1), 2) + ("%" if percent else str(item.about.get("unit") or ""))
        if item.actual:
            return item.actual
        return self._elements(item) if item.elements else self._parts(item)

    def _parts(self, item: ItemResult) -> str:
        """The grade, then what was judged within it."""
        values = self.result.outcomes.values
        parts = [one for one in item.inputs if one.item == item.id and one.id in values]
        parts.sort(key=lambda one: one.type != "choice")
        return self.say("comma").join(self._part(one, values[one.id]) for one in parts) or self.say("not_reported")

    def _part(self, declared: Input, value: Value) -> str:
        """A part of a grade; points that were judged say that they are points."""
        shown = self.of_input(declared, value)
        if declared.type != "number" or declared.unit is not None or not isinstance(value, Fraction):
            return shown
        return f"{shown} 分" if self.language == "zh" else f"{shown} point{'s' * (value != 1)}"

    def _elements(self, item: ItemResult) -> str:
        """Elements in short: how many are yes, and what was counted."""
        truths = [element.given for element in item.elements if isinstance(element.given, bool)]
        counts = [f"{one.label} {self.given(one.id, one.given)}" for one in item.elements if not isinstance(one.given, bool)]
        yes = [self.say("yes_of", yes=sum(truths), all=len(truths))] if truths else []
        return ("；" if self.language == "zh" else "; ").join([*yes, *counts])

    def given(self, input: str, value: Value) -> str:
        node = self.steps[input].node
        assert isinstance(node, Input)
        return self.of_input(node, value)

    # --- reasons ----------------------------------------------------------------------------------------------------

    def reason(self, reason: str, label: str, when: Tree | None, item: ItemResult | None) -> str:
        """A reason as a sentence: the library's words, the author's label, or the condition itself."""
        if reason == "not_applicable" and item is not None:
            key = {"full": "weight_kept", "redistribute": "weight_moved", "zero": "weight_lost"}.get(
                str(item.about.get("policy")), "group_absent"
            )
            return self.say("group_absent" if self._group_absent(item) else key, weight=shortest(item.weight))
        known = words(self.language)["reasons"].get(reason)
        if known:
            return str(known)
        head, _, number = reason.rpartition("_")
        if head == "between" and number.isdigit():
            return self.say("between_number", number=number)
        shown = self.with_unit(label, item) if label and item is not None else label
        if not shown and when is not None:
            shown = minus(self.formula(when, item.id if item is not None else ""))
        if head in ("row", "case", "special") and number.isdigit():
            return self.say("case_label", reason=self.say(f"{head}_number", number=number), label=shown) if shown else reason
        if label or not shown:
            return label or reason
        return self.say("case_label", reason=self.say("own_case"), label=shown)

    def _group_absent(self, item: ItemResult) -> bool:
        """Whether a group above the item does not apply."""
        parent = self.rules.items[item.id].parent
        while parent is not None and parent in self.rules.groups:
            group = self.rules.groups[parent]
            if group.applies is not None and self.result.value(group.applies) is False:
                return True
            parent = group.parent
        return False

    def failed(self, failed: Failed, owner: str) -> str:
        """A comparison that would have to hold, where it stands now, and how far it is from holding."""
        if isinstance(failed.left, tree.Call) and failed.left.function == "missing":
            named = self.formula(failed.left.arguments[0], owner)
            return self.say("needs_report" if failed.right == tree.Truth(False) else "needs_no_report", left=named)
        left = minus(self.formula(failed.left, owner))
        step = self._unit_step(failed)
        right = minus(self._side(failed, step, owner))
        facts = {
            "left": left, "op": word("operators", failed.op, self.language, SIGNS.get(failed.op, failed.op)),
            "right": f" {right}" if self.language == "zh" and right[:1].isascii() else right,
            "left_value": minus(self._shown(failed.left_value, step)),
        }  # fmt: skip
        if failed.by is None or not failed.by:
            return self.say("failed_plain", **facts)
        return self.say("failed", **facts, by=self._distance(failed, step))

    def _distance(self, failed: Failed, step: Step | None) -> str:
        assert failed.by is not None
        if not isinstance(failed.left_value, Fraction):
            return f"{shortest(failed.by)} {word('units', 'day', self.language)}"
        ratio = step is not None and (step.percent or (step.unit is not None and step.unit.is_ratio))
        if ratio:
            return f"{value_text(failed.by * 100, exact=False)} {word('units', 'point', self.language)}"
        return self._shown(failed.by, step)

    def _unit_step(self, failed: Failed) -> Step | None:
        """The step whose unit both sides share."""
        sides = (side for side in (failed.left, failed.right) if isinstance(side, tree.Name))
        return next((self.steps[side.name] for side in sides), None)

    def _shown(self, value: Value | None, step: Step | None) -> str:
        if step is not None and isinstance(step.node, Input):
            return self.of_input(step.node, value)
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        unit, percent = (None, False) if step is None else (step.unit, step.percent)
        return value_text(value, unit=unit, percent=percent, exact=False)

    def _side(self, failed: Failed, step: Step | None, owner: str) -> str:
        if isinstance(failed.right, tree.Member):
            return "、".join(self._shown(self.result.evaluation_of(one), step) for one in failed.right.options)
        if failed.right_value is None:
            return self.formula(failed.right, owner)
        shown = self._shown(failed.right_value, step)
        return f"{self.named(failed.right.name, owner)} {shown}" if isinstance(failed.right, tree.Name) else shown

    # --- changes ----------------------------------------------------------------------------------------------------

    def regain(self, regain: Regain, lost: Fraction, *, short: bool = False) -> str:
        """What one input would have to be; `short` for the ledger."""
        beside = [self.say("beside", input=self.input_label(one), to=self.of_input(one, value)) for one, value in regain.beside]
        facts = {
            "beside": "".join(beside),
            "input": self.input_label(regain.input) if short else self.full_label(regain.input),
            "from": self.of_input(regain.input, regain.current), "to": self.of_input(regain.input, regain.to),
            "points": self.points(regain.points), "part": self.say("part_of" if regain.points < lost else "all_of"),
        }  # fmt: skip
        if short:
            own = regain.input.item is not None
            key, way = "regain_own" if own else "regain", self._way(regain, "up_to")
            return self.say(key, way=self.say(way), **facts) + self._of_total(regain)
        if regain.current is MISSING or regain.current is None:
            return self.say("regain_missing", **facts) + self._of_total(regain)
        way = self._way(regain, "raised_to")
        key = "regain_change" if way == "changed_to" else "regain_line"
        return self.say(key, way=self.say(way), **facts) + self._of_total(regain)

    def _of_total(self, regain: Regain) -> str:
        """What the total gains, where that is not what the item gains."""
        if regain.total is None or regain.total == regain.points:
            return ""
        if not regain.total:
            return self.say("total_same")
        sign = "+" if regain.total > 0 else "−"
        return self.say("total_gains", points=sign + self.points(abs(regain.total), "total"))

    @staticmethod
    def _way(regain: Regain, up: str) -> str:
        """Up to, down to, or changed to."""
        if not isinstance(regain.to, Fraction):
            return "changed_to"
        return "down_to" if isinstance(regain.current, Fraction) and regain.to < regain.current else up

    def rounding(self, rounding: Rounding, before: Value | None, after: Value, percent: bool) -> str:
        """What a rounding did."""
        text = on_step(after, rounding) if isinstance(after, Fraction) and not percent else None
        facts = {
            "mode": word("modes", rounding.mode, self.language), "step": value_text(rounding.step, percent=percent),
            "before": value_text(before, percent=percent, exact=False), "after": text or value_text(after, percent=percent),
        }  # fmt: skip
        return self.say("rounding", **facts)


def on_step(value: Fraction, rounding: Rounding) -> str | None:
    """A value with the decimals of a rounding, where it lies on its step."""
    digits = rounding.digits
    return fixed(value, digits) if digits is not None and digits >= 0 and on_grid(value, rounding.step) else None


def about(value: Fraction, digits: int) -> str:
    """A value in at most so many decimals; ≈ where it has more."""
    shown = near(value, digits)
    return shown if "…" not in shown else "≈" + shortest(round_to(value, Fraction(1, 10**digits), "half-up"))
