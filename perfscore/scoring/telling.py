"""Telling an assessment: the table, the loss ledger and the derivation of an item, in Chinese or English.

Facts come from the assessment, words from `readings.text`; nothing is decided here. 偏差原因 and 改进措施 are a person's and
are only repeated where they were given.
"""

from __future__ import annotations

import html as html_module
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from perfscore.finding import Language
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers.number import fixed, near, shortest
from perfscore.numbers.rounding import Rounding, on_grid
from perfscore.readings.exact import MISSING, Value
from perfscore.readings.text import SIGNS, formula, value_text, word, words
from perfscore.scoring.assessment import Assessment
from perfscore.scoring.facts import Better, Failed, GroupResult, ItemResult, LedgerLine, Regain, StepFact
from perfscore.steps import Input, Round, Step

SHOWN = 4
_WORD = re.compile(r"[^\W\d]\w*")


def say(key: str, language: Language, **facts: Any) -> str:
    """A sentence of `words/<language>.yaml`, filled in."""
    return str(words(language)["texts"][key]).format(**facts)


class Teller:
    """One assessment in one language."""

    def __init__(self, assessment: Assessment, language: Language) -> None:
        self.result = assessment
        self.language = language
        self.steps = assessment.rules.steps
        self.roundings = {step.node.stage: step.node.rounding for step in self.steps.values() if isinstance(step.node, Round)}

    # --- values -----------------------------------------------------------------------------------------------------

    def points(self, value: Fraction, stage: str = "item") -> str:
        """Points with the decimals of their rounding stage; without a stage, exact or cut with an ellipsis."""
        for one in (stage, "item"):
            rounding = self.roundings.get(one)
            if rounding is not None and rounding.digits is not None and rounding.digits >= 0 and on_grid(value, rounding.step):
                return fixed(value, rounding.digits)
        return near(value, SHOWN)

    def of_input(self, declared: Input, value: Value | None) -> str:
        """A value of an input as people write it."""
        if value is None or value is MISSING:
            return say("not_reported", self.language)
        if isinstance(value, bool):
            return say("yes" if value else "no", self.language)
        if declared.type == "choice":
            return dict(declared.values).get(str(value), str(value))
        return value_text(value, unit=declared.unit)

    def of_step(self, name: str, value: Value | None, *, exact: bool = True) -> str:
        """A value inside of a formula: no unit, percentages as percentages."""
        step = self.steps[name]
        if isinstance(step.node, Input) and (isinstance(value, (bool, str)) or value is MISSING):
            return self.of_input(step.node, value)
        if isinstance(value, bool):
            return say("yes" if value else "no", self.language)
        if isinstance(step.node, tree.Number) and step.node.text:
            return step.node.text
        percent = step.percent
        if percent and isinstance(value, Fraction) and exact and not _ends(value * 100):
            return shortest(value)
        return value_text(value, percent=percent, exact=exact)

    def named(self, name: str, item: str = "") -> str:
        """A step by its name in this language."""
        step = self.steps[name]
        own = step.owner == item or not step.owner
        if isinstance(step.node, Input):
            return word("quantities", "actual", self.language) if step.word == "actual" and own else step.node.label
        base = word("quantities", step.word, self.language) if step.owner else step.label or step.word
        return base if own else f"{self.label(step)}·{base}"

    def label(self, step: Step) -> str:
        rules = self.result.rules
        return rules.scored(step.owner).label if step.owner in rules.items or step.owner in rules.groups else step.owner

    # --- the table --------------------------------------------------------------------------------------------------

    def rows(self) -> Iterator[tuple[int, ItemResult | GroupResult]]:
        """Groups and items in file order, with their depth."""
        rules = self.result.rules
        stack: list[tuple[int, str]] = [(0, id) for id in reversed(rules.total.children)]
        while stack:
            depth, id = stack.pop()
            yield depth, self.result[id]
            if id in rules.groups:
                stack.extend((depth + 1, child) for child in reversed(rules.groups[id].children))

    def table(self) -> str:
        from tabulate import tabulate

        columns = ("indicator", "target", "actual", "weight", "points", "lost")
        lines = []
        for depth, result in self.rows():
            item = result if isinstance(result, ItemResult) else None
            stage = "item" if item is not None else "group"
            lines.append(
                ["　" * depth + result.label, self.target(item) if item else "", self.actual(item) if item else "",
                 shortest(result.weight), self.points(result.points, stage), self.lost(result, stage)]
            )  # fmt: skip
        headers = [word("columns", column, self.language) for column in columns]
        return tabulate(
            lines,
            headers,
            tablefmt="simple",
            disable_numparse=True,
            colalign=("left", "left", "left", "right", "right", "right"),
            preserve_whitespace=True,
        )

    def lost(self, result: ItemResult | GroupResult, stage: str) -> str:
        """What was lost; nothing for what does not apply (its weight has moved)."""
        return self.points(result.lost, stage) if result.lost and not result.not_applicable else ""

    def target(self, item: ItemResult) -> str:
        """The target with signs and unit, as a form shows it."""
        if not item.target:
            return say("no_target", self.language)
        text = item.target
        for plain, sign in SIGNS.items():
            if len(plain) == 2:
                text = text.replace(plain, sign)
        unit = str(item.about.get("unit") or "")
        text = _WORD.sub(lambda found: self._named_in_target(found.group()), text)
        declared = next((one for one in item.inputs if one.item == item.id and one.type == "choice"), None)
        if declared is not None:
            return "、".join(dict(declared.values).get(code, code) for code in item.target.split("、"))
        return text if unit in ("%", "‰") or not text[-1:].isdigit() else text + unit

    def _named_in_target(self, name: str) -> str:
        """A name in a target as a reader knows it, with its value."""
        step = self.steps.get(name)
        if step is None or isinstance(self.result.value(name), (bool, str)):
            return name
        value = self.result.value(name)
        shown = self.of_input(step.node, value) if isinstance(step.node, Input) else self.of_step(name, value, exact=False)
        return f"{self.named(name)}（{shown}）"

    def actual(self, item: ItemResult) -> str:
        if item.not_applicable:
            return word("stages", "not_applicable", self.language)
        if item.actual:
            declared = next((one for one in item.inputs if one.id == item.id), None)
            if declared is not None and declared.type in ("choice", "yes_no"):
                return self.of_input(declared, item.actual_value)
            plain = item.actual.replace(".", "", 1).isdigit()
            return (
                item.actual + str(item.about.get("unit") or "")
                if plain and declared is not None and declared.type == "number"
                else item.actual
            )
        parts = [
            self.of_input(one, self.result.outcomes.values.get(one.id))
            for one in item.inputs
            if one.item == item.id and one.id in self.result.outcomes.values
        ]
        if item.elements:
            return self._elements(item)
        return "，".join(parts) or say("not_reported", self.language)

    def _elements(self, item: ItemResult) -> str:
        """Elements in short: how many are yes, and what was counted."""
        truths = [element.given for element in item.elements if isinstance(element.given, bool)]
        counts = [
            f"{element.label} {self.given(element.id, element.given)}" for element in item.elements if not isinstance(element.given, bool)
        ]
        yes = [say("yes_of", self.language, yes=sum(truths), all=len(truths))] if truths else []
        return ("；" if self.language == "zh" else "; ").join([*yes, *counts])

    def given(self, input: str, value: Value) -> str:
        node = self.steps[input].node
        assert isinstance(node, Input)
        return self.of_input(node, value)

    # --- the ledger -------------------------------------------------------------------------------------------------

    def ledger(self) -> list[tuple[str, str, str, str]]:
        """label, lost, why, what regains it."""
        lines = []
        for line in self.result.ledger:
            regains = self.result.regain_line(line)
            lost = ("+" if line.lost < 0 else "−") + self.points(abs(line.lost), "total" if line.stage else "item")
            lines.append((line.label, lost, self.why(line), self.regain(regains[0], short=True) if regains else ""))
        return lines

    def why(self, line: LedgerLine) -> str:
        if line.stage is not None:
            name = line.stage.split(":", 1)[-1]
            if name.startswith("gate "):
                return f"{word('stages', 'gate', self.language)} {name[5:]}" + (f"：{line.because}" if line.because else "")
            return word("stages", name, self.language)
        if line.reason == "not_applicable":
            return say("weight_moved", self.language)
        return self.reason(line.reason, line.because)

    def reason(self, reason: str, label: str) -> str:
        """A reason as a sentence: the library's words, or the author's label, or the code."""
        known = words(self.language)["reasons"].get(reason)
        if known:
            return str(known)
        head, _, number = reason.rpartition("_")
        if head in ("row", "case", "special") and number.isdigit():
            plain = {"row": ("第{}档", "row {}"), "case": ("第{}种情形", "case {}"), "special": ("特殊情形{}", "special case {}")}[head]
            text = plain[0 if self.language == "zh" else 1].format(number)
            return say("case_label", self.language, reason=text, label=label) if label else text
        return label or reason

    def regain(self, regain: Regain, *, short: bool = False) -> str:
        facts = {
            "input": regain.input.label, "to": self.of_input(regain.input, regain.to), "points": self.points(regain.points),
            "from": self.of_input(regain.input, regain.current), "way": say(self._way(regain), self.language),
        }  # fmt: skip
        if short:
            return say("regain" if regain.input.item is None else "regain_own", self.language, **facts)
        return say("regain_missing" if regain.current is MISSING else "regain_line", self.language, **facts)

    @staticmethod
    def _way(regain: Regain) -> str:
        """Up to, down to, or changed to."""
        if not isinstance(regain.to, Fraction) or not isinstance(regain.current, Fraction):
            return "up_to" if isinstance(regain.to, Fraction) else "changed_to"
        return "up_to" if regain.to > regain.current else "down_to"

    # --- one item ---------------------------------------------------------------------------------------------------

    def explanation(self, item: ItemResult) -> str:
        return "\n".join(self._lines(item))

    def _lines(self, item: ItemResult) -> Iterator[str]:
        lang = self.language
        numbers = {"points": self.points(item.points), "weight": shortest(item.weight), "lost": self.points(item.lost)}
        yield say("heading" if item.lost > 0 else "heading_full", lang, label=item.label, id=item.id, **numbers)
        if len(item.path) > 1:
            yield "  " + say("path", lang, path=" › ".join(item.path[:-1]))
        yield "  " + say("facts", lang, target=self.target(item), actual=self.actual(item), method=word("methods", item.method, lang))
        if item.about.get("criteria"):
            yield "  " + say("criteria", lang, criteria=item.about["criteria"])
        if item.not_applicable:
            yield "  " + say("moved", lang, because=item.texts.get("because") or say("because_none", lang))
        else:
            yield from (f"  {line}" for line in self._reported(item))
            yield "  " + say("case", lang, case=item.case, reason=self.reason(item.reason, item.reason_label))
            yield from self._calculation(item)
            yield from self._why_not(item)
        yield "  " + self.source(item)

    def _reported(self, item: ItemResult) -> Iterator[str]:
        """What is to be known of the outcomes behind the item."""
        lang = self.language
        for declared in item.inputs:
            reported = self.result.outcomes.reported.get(declared.id)
            if reported is None:
                continue
            if reported.approximate and declared.type == "date":
                yield say("vague_date", lang, value=self.of_input(declared, reported.value))
            elif reported.approximate:
                low, high = (self.of_input(declared, end) for end in (reported.low, reported.high))
                yield say("approximate", lang, mark=reported.approximate, value=self.of_input(declared, reported.value), low=low, high=high)
            if reported.parts:
                parts = " + ".join(f"{key} {text}" for key, text in reported.parts)
                yield say("parts", lang, parts=parts, value=self.of_input(declared, reported.value))
        if item.texts.get("by"):
            yield say("judged", lang, by=item.texts["by"], because=item.texts.get("because", ""))
        for element in item.elements:
            yield say("element", lang, label=element.label, given=self.given(element.id, element.given), points=self.points(element.points))

    def _calculation(self, item: ItemResult) -> Iterator[str]:
        lines = [line for fact in item.steps if (line := self.step(fact, item)) is not None]
        if lines:
            yield "  " + say("calculation", self.language)
            yield from (f"    {line}" for line in lines)

    def step(self, fact: StepFact, item: ItemResult) -> str | None:
        """`name = formula = numbers = value`, and the rounding; a truth or a constant needs no line."""
        if isinstance(fact.value, bool):
            return None
        name = word("quantities", fact.name, self.language) if self.steps[fact.step].owner else self.named(fact.step)
        value = value_text(fact.value, percent=fact.percent, exact=False)
        if fact.rounding is not None:
            before = self.result.evaluation_of(fact.formula)
            if before == fact.value and isinstance(fact.formula, tree.Name):
                return None
            return f"{name} = " + self.rounding(fact.rounding, before, fact.value, fact.percent)
        plain = formula(fact.formula, lambda step: self.named(step, item.id))
        numbers = formula(fact.formula, lambda step: self.of_step(step, self.result.value(step)))
        if isinstance(fact.formula, (tree.Number, tree.Name)) and plain in (numbers, value):
            return say("step_plain", self.language, name=name, formula=plain, value=value) if plain != value else f"{name} = {value}"
        if numbers in (value, plain):
            return say("step_plain", self.language, name=name, formula=plain, value=value)
        return say("step", self.language, name=name, formula=plain, substituted=numbers, value=value)

    def rounding(self, rounding: Rounding, before: Value | None, after: Value, percent: bool) -> str:
        mode = word("modes", rounding.mode, self.language)
        step = value_text(rounding.step, percent=percent)
        shown = self._on_step(after, rounding) if not percent else value_text(after, percent=True)
        return say("rounding", self.language, mode=mode, step=step, before=value_text(before, percent=percent, exact=False), after=shown)

    @staticmethod
    def _on_step(value: Value, rounding: Rounding) -> str:
        digits = rounding.digits
        return (
            fixed(value, digits)
            if isinstance(value, Fraction) and digits is not None and digits >= 0 and on_grid(value, rounding.step)
            else value_text(value)
        )

    def _why_not(self, item: ItemResult) -> Iterator[str]:
        if item.better:
            yield "  " + say("better", self.language)
            yield from (f"    {self.better(one, item)}" for one in item.better)
        yield from (f"  {self.regain(one)}" for one in item.regains)

    def better(self, better: Better, item: ItemResult) -> str:
        conditions = say("and", self.language).join(self.failed(one, item) for one in better.failed)
        return say("better_line", self.language, points=self.points(better.points), conditions=conditions)

    def failed(self, failed: Failed, item: ItemResult) -> str:
        left = formula(failed.left, lambda step: self.named(step, item.id))
        op = word("operators", failed.op, self.language, SIGNS.get(failed.op, failed.op))
        unit_of = self._unit_step(failed)
        right = self._side(failed.right, failed.right_value, unit_of, item)
        left_value = self._shown(failed.left_value, unit_of)
        if failed.by is None or not failed.by:
            return say("failed_plain", self.language, left=left, op=op, right=right, left_value=left_value)
        dated = not isinstance(failed.left_value, Fraction)
        by = f"{shortest(failed.by)} {word('units', 'day', self.language)}" if dated else self._shown(failed.by, unit_of)
        return say(
            "failed", self.language, left=left, op=op, right=right, left_value=left_value, difference=say("differs", self.language, by=by)
        )

    def _unit_step(self, failed: Failed) -> Step | None:
        """The step whose unit both sides share."""
        for side in (failed.left, failed.right):
            if isinstance(side, tree.Name):
                return self.steps[side.name]
        return None

    def _shown(self, value: Value | None, step: Step | None) -> str:
        if step is not None and isinstance(step.node, Input):
            return self.of_input(step.node, value)
        if isinstance(value, bool):
            return say("yes" if value else "no", self.language)
        return value_text(
            value, unit=step.unit if step is not None else None, percent=step.percent if step is not None else False, exact=False
        )

    def _side(self, side: Tree, value: Value | None, unit_of: Step | None, item: ItemResult) -> str:
        if value is None:
            return formula(side, lambda step: self.named(step, item.id))
        shown = self._shown(value, unit_of)
        if isinstance(side, tree.Name):
            return f"{self.named(side.name, item.id)} {shown}"
        return shown

    def source(self, item: ItemResult) -> str:
        stated = item.about.get("source")
        if not isinstance(stated, dict) or not stated:
            return say("source_none", self.language)
        words_ = [str(stated[key]) for key in ("document", "number", "article", "address") if key in stated]
        read = stated.get("read")
        if read:
            words_.append(
                f"（{say(f'read_{read}', self.language)}）" if self.language == "zh" else f"({say(f'read_{read}', self.language)})"
            )
        text = " ".join(words_)
        marks = [
            say(kind, self.language, keys=self.keys(item.about.get(kind)))
            for kind in ("illustrative", "unverified")
            if item.about.get(kind)
        ]
        return say("source", self.language, source=text) + "".join(f"　{mark}" for mark in marks)

    def keys(self, keys: object) -> str:
        listed = [word("keys", str(key), self.language) for key in keys] if isinstance(keys, (list, tuple)) else []
        return ("、" if self.language == "zh" else ", ").join(listed)

    # --- notes ------------------------------------------------------------------------------------------------------

    def notes(self) -> list[str]:
        """One line each: what is illustrative or unverified, what is not expressed, gates, flags, warnings."""
        rules, lang = self.result.rules, self.language
        found: list[str] = []
        for kind in ("illustrative", "unverified"):
            keys = dict.fromkeys(
                [*getattr(rules.model, kind), *(key for item in rules.items.values() for key in _listed(item.about.get(kind)))]
            )
            if keys:
                found.append(say(kind, lang, keys=self.keys(tuple(keys))))
        if rules.model.not_expressed:
            found.append(say("not_expressed", lang, count=len(rules.model.not_expressed), rules=rules.id))
        found.extend(say("gate", lang, id=gate.id, because=gate.because) for gate in self.result.gates)
        for flag in self.result.flags:
            label = (
                "" if flag.item is None else f"（{rules.items[flag.item].label}）" if lang == "zh" else f" ({rules.items[flag.item].label})"
            )
            text = say("flag", lang, id=flag.id, item=label, because=flag.because)
            found.append(say("flag_needs", lang, text=text, needs=word("keys", flag.needs or "", lang)) if flag.lacking else text)
        found.extend(f"{warning.place}  {warning.code}: {warning.message(lang)}" for warning in self.result.warnings)
        approximate = [one for one in self.result.outcomes.reported.values() if one.approximate]
        if approximate:
            listed = "、".join(f"{self._label_of(one.id)} {one.text}" for one in approximate)
            found.append(f"约数按所写的数计分：{listed}" if lang == "zh" else f"approximate values are scored as printed: {listed}")
        return found

    def _label_of(self, input: str) -> str:
        node = self.steps[input].node
        return node.label if isinstance(node, Input) else input


def _listed(value: object) -> Sequence[str]:
    return value if isinstance(value, tuple) else ()


def _ends(value: Fraction) -> bool:
    return "/" not in shortest(value)


def summary(assessment: Assessment, language: Language) -> str:
    """The table, the total with its rating, the ledger, and the notes."""
    from tabulate import tabulate

    teller = Teller(assessment, language)
    lines = [assessment.rules.title, teller.table(), "", headline(assessment, language)]
    ledger = teller.ledger()
    total = teller.points(assessment.total, "total")
    if ledger:
        lines.extend(["", say("ledger", language, full=shortest(assessment.full), total=total)])
        lines.append(tabulate(ledger, tablefmt="plain", disable_numparse=True, colalign=("left", "right", "left", "left")))
    else:
        lines.extend(["", say("ledger_none", language)])
    notes = teller.notes()
    return "\n".join([*lines, *([""] if notes else []), *notes])


def headline(assessment: Assessment, language: Language) -> str:
    """Total and rating in one line."""
    rating = assessment.rating
    also = f"（{'、'.join(rating.also)}）" if rating.also else ""
    total = Teller(assessment, language).points(assessment.total, "total")
    return say("total", language, total=total, full=shortest(assessment.full), rating=rating.label + also)


def explanation(assessment: Assessment, language: Language, item: str | None) -> str:
    """The derivation of one item (by id or label), or of all."""
    teller = Teller(assessment, language)
    if item is None:
        return "\n\n".join(teller.explanation(one) for one in assessment.items_in_order)
    return teller.explanation(assessment.item(find(assessment, item)))


def find(assessment: Assessment, item: str) -> str:
    """The id of an item given by its id or its label. Raises KeyError."""
    if item in assessment.rules.items:
        return item
    found = [id for id, one in assessment.rules.items.items() if one.label == item]
    if len(found) == 1:
        return found[0]
    raise KeyError(item)


def html(assessment: Assessment, language: Language) -> str:
    """A table for a notebook."""
    teller = Teller(assessment, language)
    escape = html_module.escape
    columns = ("indicator", "target", "actual", "weight", "points", "lost")
    head = "".join(f"<th>{escape(word('columns', column, language))}</th>" for column in columns)
    body = []
    for depth, result in teller.rows():
        item = result if isinstance(result, ItemResult) else None
        stage = "item" if item is not None else "group"
        cells = [
            ("　" * depth) + result.label, teller.target(item) if item else "", teller.actual(item) if item else "",
            shortest(result.weight), teller.points(result.points, stage), teller.lost(result, stage),
        ]  # fmt: skip
        tag = "td" if item is not None else "th"
        body.append("<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>")
    caption = f"<caption>{escape(assessment.rules.title)}　{escape(headline(assessment, language))}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
