"""How values, names, reasons and changes are worded for people; what `derivation` and `telling` have in common."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from typing import Any

from perfscore.finding import Language
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers.number import fixed, near, shortest
from perfscore.numbers.rounding import Rounding, on_grid, round_to
from perfscore.numbers.unit import Unit
from perfscore.readings.exact import MISSING, Value
from perfscore.readings.text import SIGNS, formula, value_text, word, words
from perfscore.scoring.assessment import Assessment
from perfscore.scoring.facts import Failed, ItemResult, Needs, Regain, RowFact, RowsFact
from perfscore.steps import Cases, Input, Round, Rows, Scored, Step

SHOWN = 4
LISTED = 30
_WORD = re.compile(r"[^\W\d]\w*")
_LIST = re.compile(r"\['[^']*'(?:, '[^']*')*\]")
_QUOTED = re.compile(r"'([^']*)'")
_MINUS = re.compile(r"(?<![^\s(（])-(?=\S)")


def say(key: str, language: Language, /, **facts: Any) -> str:
    """A sentence of `words/<language>.yaml`, filled in."""
    return str(words(language)["texts"][key]).format(**facts)


def minus(text: str) -> str:
    """One sign for minus in everything that people read."""
    return _MINUS.sub("−", text.replace(" - ", " − ")) if "-" in text else text


def as_reported(text: str, unit: Unit | None) -> str:
    """An outcome as it was written; a bare number with the unit that it was declared in."""
    if unit is None or not text[-1:].isdigit():
        return text
    bare = text.lstrip("+-−").replace(",", "").replace(".", "", 1).isdigit()
    return text + unit.text if bare else text


class Wording:
    """One assessment in one language."""

    def __init__(self, assessment: Assessment, language: Language) -> None:
        self.result = assessment
        self.language = language
        self.rules = assessment.rules
        self.steps = assessment.rules.steps
        self.roundings = {step.node.stage: step.node.rounding for step in self.steps.values() if isinstance(step.node, Round)}
        over = [step.node for step in self.steps.values() if isinstance(step.node, Rows)]
        self.row_steps = {one.name: one for node in over for one in node.steps}
        self.row_cells = {name: column for node in over for column, (_, name) in zip(self._columns(node), node.cells, strict=True)}

    def _columns(self, node: Rows) -> tuple[Input, ...]:
        """The columns of the table that a list goes over."""
        table = self.steps[node.table.name].node
        assert isinstance(table, Input)
        return table.columns

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
        return self.plain(value, step.percent)

    def plain(self, value: Value | None, percent: bool = False) -> str:
        """A value inside of a formula; of a long list the first ones, and how many there are."""
        if not isinstance(value, tuple) or len(value) <= LISTED:
            return value_text(value, percent=percent, exact=False)
        shown = value_text(value[:LISTED], percent=percent, exact=False)
        return f"{shown[:-1]}, {self.say('and_more', count=len(value))}]"

    # --- names and formulas -----------------------------------------------------------------------------------------

    def named(self, name: str, owner: str = "") -> str:
        """A step by its name in this language; of another item, with that item's label; inside of a row, its column."""
        if name in self.row_cells:
            return self.row_cells[name].label
        if name in self.row_steps:
            column = self.row_cells.get(name.removesuffix("_mark"))
            return column.label if column is not None else self._quantity(self.row_steps[name].word)
        step = self.steps[name]
        own = not step.owner or step.owner == owner
        if isinstance(step.node, Input):
            if step.word in ("actual", "override") and own:
                return word("quantities", step.word, self.language)
            return self.input_label(step.node) if own else step.node.label
        if own and step.label and step.kind == "points" and step.word not in words(self.language)["quantities"]:
            return step.label
        summed = self.rules.groups[step.owner].stages[0].name if step.word == "earned" and step.owner in self.rules.groups else ""
        base = (
            self._quantity({"sum": "sum", "combine": "combined"}.get(summed, step.word), step.label)
            if step.owner
            else step.label or step.word
        )
        if own:
            return base
        return self.label(step) if step.word == "points" else f"{self.label(step)}·{base}"

    def _quantity(self, name: str, label: str = "") -> str:
        """A quantity of a method; some are numbered (standard_3), or go by the label of what they are about."""
        head, _, number = name.rpartition("_")
        numbered = words(self.language)["numbered"].get(head) if number.isdigit() else None
        return str(numbered).format(number=label or number) if numbered else word("quantities", name, self.language)

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
        """The formula as it was computed here: only the branch that was taken, without the zeros of a sum, and of a list
        only what counts.
        """

        def change(node: Tree) -> Tree | None:
            if isinstance(node, tree.Choose):
                return self.taken(node.then if self.result.evaluation_of(node.condition) is True else node.otherwise)
            if isinstance(node, tree.Listing):
                counted = [value for condition, value in node.elements if condition is None or self.result.evaluation_of(condition) is True]
                return tree.Listing(tuple((None, self.taken(value)) for value in counted))
            if isinstance(node, tree.Call) and node.function == "sum" and not self._of_list(node):
                parts = [part for part in map(self.taken, node.arguments) if part != tree.number(0)]
                return tree.Call("sum", tuple(parts)) if len(parts) > 1 else parts[0] if parts else tree.number(0)
            return None

        return tree.rewrite(root, change)

    def formula(self, root: Tree, owner: str = "") -> str:
        """A formula in names."""
        return formula(self._lists(root), lambda step: self.named(step, owner), words(self.language)["functions"])

    def numbers(self, root: Tree) -> str:
        """A formula with the numbers put in."""
        return formula(
            self._lists(root), lambda step: self.of_step(step, self.result.value(step)), words(self.language)["functions"]
        )  # fmt: skip

    def _of_list(self, call: tree.Call) -> bool:
        """Whether a function is called with one list."""
        return len(call.arguments) == 1 and isinstance(self.result.evaluation_of(call.arguments[0]), tuple)

    def _lists(self, root: Tree) -> Tree:
        """The formula with functions of one list under names of their own (the sum of a list has no plus signs, and the least
        of a list is no comparison of two), and with the labels of codes.
        """
        named = words(self.language)["of_lists"]

        def change(node: Tree) -> Tree | None:
            if isinstance(node, tree.Compare) and isinstance(node.first, tree.Name):
                labels = self._labels_of(node.first.name)
                rest = tuple(
                    (op, tree.Text(labels[one.value]) if isinstance(one, tree.Text) and one.value in labels else self._lists(one))
                    for op, one in node.rest
                )
                return tree.Compare(node.first, rest)
            alone = isinstance(node, tree.Call) and len(node.arguments) == 1 and node.function != "sum"
            if isinstance(node, tree.Call) and node.function in named and (alone or self._of_list(node)):
                return tree.Call(named[node.function], tuple(map(self._lists, node.arguments)))
            return None

        return tree.rewrite(root, change)

    def _labels_of(self, name: str) -> dict[str, str]:
        """The labels of the codes of a choice."""
        step = self.steps.get(name)
        node = self.row_cells.get(name) or (step.node if step is not None else None)
        return dict(node.values) if isinstance(node, Input) else {}

    # --- the columns of a form --------------------------------------------------------------------------------------

    def target(self, item: ItemResult) -> str:
        """The target with signs and unit, as a form shows it."""
        if not item.target:
            return self.say("no_target")
        declared = next((one for one in item.inputs if one.item == item.id and one.type == "choice"), None)
        if declared is not None:
            return "、".join(dict(declared.values).get(code, code) for code in item.target.split("、"))
        columns = {column.id: column.label for table in item.inputs for column in table.columns}
        percent = item.about.get("unit") in ("%", "‰")
        named = _WORD.sub(lambda found: columns.get(found.group()) or self._named_in_target(found.group(), percent), item.target)
        return self.with_unit(named, item)

    def with_unit(self, test: str, item: ItemResult | Scored) -> str:
        """A test as a form prints it: ≥ and the unit."""
        for plain, sign in SIGNS.items():
            if len(plain) == 2:
                test = test.replace(plain, sign)
        unit = str(item.about.get("unit") or "")
        return test if unit in ("%", "‰") or not test[-1:].isdigit() or "月" in test else test + unit

    def _named_in_target(self, name: str, percent: bool) -> str:
        """A name in a target as a reader knows it, with its value."""
        step = self.steps.get(name)
        if step is None or isinstance(self.result.value(name), (bool, str)):
            return name
        value = self.result.value(name)
        shown = self.of_input(step.node, value) if isinstance(step.node, Input) else self.plain(value, step.percent or percent)
        return self.named(name) + self.say("in_brackets", text=shown)

    def actual(self, item: ItemResult) -> str:
        """What was reported, as it was written; or what was computed."""
        if item.not_applicable:
            return word("stages", "not_applicable", self.language)
        if item.actual_value is MISSING:
            return self.say("not_reported")
        if not item.actual and not any(one.item == item.id for one in item.inputs):
            return self.rows_counted(item) or self.say("no_target")
        own = next((one for one in item.inputs if one.id == item.id), None)
        if own is not None and own.type in ("choice", "yes_no"):
            return self.of_input(own, item.actual_value)
        if own is not None and item.actual:
            return as_reported(item.actual, own.unit if own.type == "number" else None)
        if item.actual and isinstance(item.actual_value, Fraction):
            percent = item.actual.endswith("%")
            return about(item.actual_value * (100 if percent else 1), 2) + ("%" if percent else str(item.about.get("unit") or ""))
        if item.actual:
            return item.actual
        return self._elements(item) if item.elements else self._parts(item)

    def rows_counted(self, item: ItemResult) -> str:
        """How many rows of its tables an item read, and how many of them count."""
        found = []
        for table in item.rows:
            counted = sum(1 for row in table.rows if row.result is not None)
            key = "rows" if counted == len(table.rows) else "rows_counted"
            found.append(self.say(key, table=table.table.label, all=len(table.rows), counted=counted))
        return self.say("comma").join(found)

    def row(self, row: RowFact, table: RowsFact, item: ItemResult) -> str:
        """One row of a table: its cells, what it gave, or why it was left out."""
        cells = self.say("comma").join(f"{column.label} {self.of_input(column, value)}" for column, value in row.cells)
        reason = self.reason(row.reason, row.label, row.when, item) if row.reason else ""
        rows = self.steps[table.step].node
        if row.reason == "otherwise" and isinstance(rows, Rows):
            cases = next((step.node for step in rows.steps if step.name == rows.result), None)
            reason = self.say("by_formula") if _alone(cases) else reason
        if row.result is None:
            return self.say("row_left_out", number=row.number, cells=cells, reason=reason)
        return self.say("row_of", number=row.number, cells=cells, reason=reason, points=self.plain(row.result))

    def tally(self, table: RowsFact) -> str:
        """How often each word was marked in the rows that count, and what it is worth; of numbers nothing."""
        node = self.steps[table.step].node
        assert isinstance(node, Rows)
        column = self.row_cells.get(node.result.removesuffix("_mark"))
        if column is None or column.type != "choice":
            return ""
        place = self._columns(node).index(column)
        counts = Counter((row.cells[place][1], row.result) for row in table.rows if row.result is not None)
        if not counts:
            return ""
        told = [
            self.say("tally_of", mark=self.of_input(column, mark), worth=self.plain(worth), count=count)
            for (mark, worth), count in counts.most_common()
        ]
        return self.say("tally", column=column.label, listed=self.say("comma").join(told))

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

    def reason(self, reason: str, label: str, when: Tree | None, item: ItemResult | Scored | None) -> str:
        """A reason as a sentence: the library's words, the author's label, or the condition itself."""
        if reason == "not_applicable" and isinstance(item, ItemResult):
            policy, scope = str(item.about.get("policy")), str(item.about.get("scope"))
            key = {
                "full": "weight_kept", "zero": "weight_lost", "peer_mean": "peer_mean",
                "redistribute": {"group": "weight_moved_group", "all": "weight_moved_all"}.get(scope, "weight_moved"),
            }.get(policy, "group_absent")  # fmt: skip
            absent = "group_absent" if self._group_absent(item) else key
            return self.say(absent, weight=shortest(item.weight), points=self.points(item.points))
        if reason == "override" and isinstance(item, ItemResult):
            return self.overridden(item, short=True)
        own = self.rules.items.get(item.id) if item is not None else None
        if reason == "otherwise" and own is not None and _alone(self.steps[own.cases].node):
            return self.say("by_formula")
        known = words(self.language)["reasons"].get(reason)
        if known:
            return str(known)
        head, _, number = reason.rpartition("_")
        if head == "between" and number.isdigit():
            return self.say("between_number", number=number)
        label = self._cells(label, when)
        shown = self.with_unit(label, item) if label and item is not None else label
        if not shown and when is not None:
            shown = minus(self.formula(when, item.id if item is not None else ""))
        if head in ("row", "case", "special") and number.isdigit():
            return self.say("case_label", reason=self.say(f"{head}_number", number=number), label=shown) if shown else reason
        if label or not shown:
            return label or reason
        return self.say("case_label", reason=self.say("own_case"), label=shown)

    def _cells(self, label: str, when: Tree | None) -> str:
        """The tests of a row as its label holds them, with the labels of codes, and without the brackets of a list."""
        if when is None or not label:
            return self.say("any_value") if label == "any" else label
        labels = {code: text for name in tree.names(when) for code, text in self._labels_of(name.name).items()}
        labels.setdefault("any", self.say("any_value"))
        told, known = [], False
        for cell in label.split("，"):
            several = _QUOTED.findall(cell) if _LIST.fullmatch(cell) else [cell]
            known = known or any(one in labels for one in several)
            told.append(self.say("one_of").join(labels.get(one, one) for one in several))
        return self.say("comma").join(told) if known else label

    def overridden(self, item: ItemResult, *, short: bool = False) -> str:
        """Who set other points, and why; with the points that the rules gave, but in `short`."""
        set_by = self.result.outcomes.reported[f"{item.id}:override"]
        facts = {
            "by": set_by.texts.get("by", ""), "because": set_by.texts.get("because", ""), "scored": self.points(item.scored),
            "points": self.points(set_by.value) if isinstance(set_by.value, Fraction) else set_by.text,
        }  # fmt: skip
        return self.say("override_short" if short else "override", **facts)

    def _group_absent(self, item: ItemResult | Scored) -> bool:
        """Whether a group above the item does not apply."""
        parent = self.rules.items[item.id].parent
        while parent is not None and parent in self.rules.groups:
            group = self.rules.groups[parent]
            if group.applies is not None and self.result.value(group.applies) is False:
                return True
            parent = group.parent
        return False

    def needs(self, needs: Needs, owner: str) -> str:
        """What would have to hold: all of it, or one of several; those in brackets where they are a part of more."""
        told = []
        for part in needs.parts:
            text = self.needs(part, owner) if isinstance(part, Needs) else self.failed(part, owner)
            told.append(self.say("grouped", text=text) if isinstance(part, Needs) and len(needs.parts) > 1 else text)
        return self.say("either" if needs.any else "and").join(told)

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
        return value_text(value, unit=unit, percent=percent, exact=False) if unit is not None else self.plain(value, percent)

    def _side(self, failed: Failed, step: Step | None, owner: str) -> str:
        if isinstance(failed.right, tree.Member):
            return "、".join(self._shown(self.result.evaluation_of(one), step) for one in failed.right.options)
        if failed.right_value is None:
            return self.formula(failed.right, owner)
        shown = self._shown(failed.right_value, step)
        return f"{self.named(failed.right.name, owner)} {shown}" if isinstance(failed.right, tree.Name) else shown

    # --- changes ----------------------------------------------------------------------------------------------------

    def regain(self, regain: Regain, lost: Fraction, *, line: str = "") -> str:
        """What one input would have to be; `line`: short, for the line of an item or an element in the ledger."""
        beside = [self.say("beside", input=self.input_label(one), to=self.of_input(one, value)) for one, value in regain.beside]
        facts = {
            "beside": "".join(beside),
            "input": self.input_label(regain.input) if line and regain.input.item == line else self.full_label(regain.input),
            "from": self.of_input(regain.input, regain.current), "to": self.of_input(regain.input, regain.to),
            "points": self.points(regain.points), "part": self.say("part_of" if regain.points < lost else "all_of"),
        }  # fmt: skip
        if line:
            key, way = "regain_own" if self._only(regain.input, line) else "regain", self._way(regain, "up_to")
            return self.say(key, way=self.say(way), **facts) + self._of_total(regain)
        if regain.current is MISSING or regain.current is None:
            return self.say("regain_missing", **facts) + self._of_total(regain)
        way = self._way(regain, "raised_to")
        key = "regain_change" if way == "changed_to" else "regain_line"
        return self.say(key, way=self.say(way), **facts) + self._of_total(regain)

    def _only(self, declared: Input, line: str) -> bool:
        """Whether an input is the one that a line is about: the outcome of its item or element, or the only part of its item."""
        item = self.rules.items.get(line)
        return declared.id == line or (item is not None and tuple(item.inputs) == (declared.id,))

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


def _alone(node: object) -> bool:
    """Whether a case list has one case for what applies: a formula, and nothing else that `otherwise` could stand beside."""
    return isinstance(node, Cases) and [case.reason for case in node.cases if case.reason not in ("not_applicable", "missing")] == [
        "otherwise"
    ]


def about(value: Fraction, digits: int) -> str:
    """A value in at most so many decimals; ≈ where it has more."""
    shown = near(value, digits)
    return shown if "…" not in shown else "≈" + shortest(round_to(value, Fraction(1, 10**digits), "half-up"))
