"""Telling an assessment: the table, the total, the loss ledger, the notes; in Chinese or English.

Facts come from the assessment, words from `wording`; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import cast, get_args

from perfscore.finding import Language
from perfscore.numbers.number import shortest
from perfscore.readings.text import word
from perfscore.ruleset.ruleset import RuleSet
from perfscore.scoring.assessment import Assessment
from perfscore.scoring.derivation import Derivation
from perfscore.scoring.facts import FlagHeld, GroupResult, ItemResult, LedgerLine
from perfscore.steps import Input

COLUMNS = ("indicator", "target", "actual", "weight", "points", "lost")


class Teller(Derivation):
    """Tells the whole of one assessment."""

    # --- the table --------------------------------------------------------------------------------------------------

    def rows(self) -> Iterator[tuple[int, ItemResult | GroupResult]]:
        """Groups and items in file order, with their depth."""
        stack: list[tuple[int, str]] = [(0, id) for id in reversed(self.rules.total.children)]
        while stack:
            depth, id = stack.pop()
            if id in self.result:
                yield depth, self.result[id]
            if id in self.rules.groups:
                stack.extend((depth + 1, child) for child in reversed(self.rules.groups[id].children))

    def cells(self, depth: int, result: ItemResult | GroupResult) -> list[str]:
        """One row; what does not apply has lost nothing (its weight has moved)."""
        item = result if isinstance(result, ItemResult) else None
        stage = "item" if item is not None else "group"
        lost = self.points(result.lost, stage) if result.lost and not result.not_applicable else ""
        columns = [self.target(item), self.actual(item)] if item is not None else ["", ""]
        return ["　" * depth + result.label, *columns, shortest(result.weight), self.points(result.points, stage), lost]

    def table(self) -> str:
        from tabulate import tabulate

        lines = [self.cells(depth, result) for depth, result in self.rows()]
        align = ("left", "left", "left", "right", "right", "right")
        return tabulate(lines, self.headers(), tablefmt="simple", disable_numparse=True, colalign=align, preserve_whitespace=True)

    def headers(self) -> list[str]:
        return [word("columns", column, self.language) for column in COLUMNS]

    def html(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in self.headers())
        body = []
        for depth, result in self.rows():
            tag = "td" if isinstance(result, ItemResult) else "th"
            body.append("<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in self.cells(depth, result)) + "</tr>")
        caption = f"<caption>{escape(self.rules.title)}　{escape(self.headline())}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"

    def headline(self) -> str:
        """Total and rating in one line."""
        rating, by_total, number = self.result.rating, self.result.rating_by_total, self.result.total
        also = self.say("in_brackets", text="、".join(rating.also)) if rating.also else ""
        if number is None or by_total is None:
            return self.say("no_total", rating=rating.label + also)
        total = self.points(number, "total")
        line = self.say("total", total=total, full=shortest(self.result.full), rating=rating.label + also)
        return line if by_total == rating else line + self.say("by_total", rating=by_total.label)

    # --- the ledger -------------------------------------------------------------------------------------------------

    def ledger(self) -> list[tuple[str, str, str, str]]:
        """label, lost, why, what regains it."""
        lines = []
        for line in self.result.ledger:
            regains = self.result.regain_line(line)
            plain = self.points(abs(line.lost), "total" if line.stage else "item")
            sign = "+" if line.lost < 0 else "−"
            lost = f"≈{sign}{plain[1:]}" if plain.startswith("≈") else sign + plain
            lines.append((line.label, lost, self.why(line), self.regain(regains[0], line.lost, line=line.item or "") if regains else ""))
        return lines

    def why(self, line: LedgerLine) -> str:
        if line.stage is not None:
            name = line.stage.split(":", 1)[-1]
            if name.startswith("gate "):
                return self.say("gate_stage", id=name[5:], because=line.because).rstrip("：: ")
            return word("stages", name, self.language)
        if line.reason == "gate":
            return self.say("gate_line", because=line.because)
        if line.reason == "applies" and line.lost > 0:
            return self.say("deducted")
        item = self.result.item(line.item) if line.item is not None and line.item in self.rules.items else None
        return self.reason(line.reason, line.because, line.when, item)

    # --- notes ------------------------------------------------------------------------------------------------------

    def notes(self) -> list[str]:
        """One line each: what is illustrative or unverified, what is not expressed, gates, flags, warnings."""
        model, found = self.rules.model, []
        for kind in ("illustrative", "unverified"):
            of_items = (key for item in self.rules.items.values() for key in _listed(item.about.get(kind)))
            if keys := tuple(dict.fromkeys([*getattr(model, kind), *of_items])):
                found.append(self.say(kind, keys=self.keys(keys)))
        if model.not_expressed:
            found.append(self.say("not_expressed", count=len(model.not_expressed), rules=self.rules.id))
        found.extend(self.say("gate", id=gate.id, because=gate.because).rstrip("：: ") for gate in self.result.gates)
        found.extend(self.say("not_scored", label=self.rules.items[id].label) for id in self.result.not_scored)
        if held := self.result.reasons:
            listed = (
                self.say("reason_held", code=one.code, label=self.rules.items[one.item].label, lost=self.points(one.lost)) for one in held
            )
            found.append(self.say("reasons", listed=self.say("comma").join(listed)))
        found.extend(self.flag(flag) for flag in self.result.flags)
        found.extend(f"{one.place}  {one.code}: {one.message(self.language)}" for one in self.result.warnings)
        if approximate := list(self._approximate()):
            found.append(self.say("approximate_all", listed="、".join(approximate)))
        return found

    def _approximate(self) -> Iterator[str]:
        """Every figure that was written as approximate, those in the cells of tables too."""
        for one in self.result.outcomes.reported.values():
            if one.approximate and one.low is not None:
                yield f"{self._label_of(one.id)} {one.text}"
            columns = {column.id: column.label for column in self._input(one.id).columns} if one.cells else {}
            for number, cell in one.cells:
                if cell.low is not None:
                    facts = {"number": number, "column": columns[cell.id], "text": cell.text}
                    yield self.say("approximate_of_cell", table=self._label_of(one.id), **facts)

    def _input(self, id: str) -> Input:
        node = self.steps[id].node
        assert isinstance(node, Input)
        return node

    def flag(self, flag: FlagHeld) -> str:
        """A flag, and whether what it asks for was given."""
        label = "" if flag.item is None else self.say("in_brackets", text=self.rules.items[flag.item].label)
        text = self.say("flag", id=flag.id, item=label, because=flag.because)
        if flag.needs is None or flag.item is None:
            return text
        needs = word("keys", flag.needs, self.language)
        if flag.lacking:
            return self.say("flag_needs", text=text, needs=needs)
        return self.say("flag_answered", text=text, given=self.result.item(flag.item).texts[flag.needs])

    def _label_of(self, input: str) -> str:
        node = self.steps[input].node
        return node.label if isinstance(node, Input) else input


def _listed(value: object) -> Sequence[str]:
    return value if isinstance(value, tuple) else ()


def in_language(language: str) -> Language:
    """A language that there is. Raises ValueError."""
    for known in get_args(Language):
        if language == known:
            return cast(Language, known)
    raise ValueError(f"there is no language {language!r}: {', '.join(get_args(Language))}")


def summary(assessment: Assessment, language: Language) -> str:
    """The table, the total with its rating, the ledger, and the notes."""
    from tabulate import tabulate

    teller = Teller(assessment, language)
    lines = [assessment.rules.title, teller.table(), "", teller.headline(), ""]
    ledger = teller.ledger()
    total = assessment.total
    if total is None:
        del lines[-1]
    elif ledger:
        lines.append(teller.say("ledger", full=shortest(assessment.full), total=teller.points(total, "total")))
        lines.append(tabulate(ledger, tablefmt="plain", disable_numparse=True, colalign=("left", "right", "left", "left")))
    else:
        lines.append(teller.say("ledger_none"))
    notes = teller.notes()
    return "\n".join([*lines, *([""] if notes else []), *notes])


def explanation(assessment: Assessment, language: Language, item: str | None) -> str:
    """The derivation of one item or group (by id or label), or of all of them."""
    teller = Teller(assessment, language)
    if item is not None:
        return teller.of(assessment[find(assessment, item)])
    results = [result for _, result in teller.rows() if isinstance(result, ItemResult)]
    return "\n\n".join([*map(teller.of, results), *map(teller.of, assessment.groups.values())])


def find(assessment: Assessment, item: str) -> str:
    """The id of an item or group given by its id or its label. Raises KeyError."""
    found = named(assessment.rules, item)
    if len(found) == 1 and found[0] in assessment:
        return found[0]
    raise KeyError(item)


def named(rules: RuleSet, name: str) -> tuple[str, ...]:
    """The ids of the items and groups that a name may mean: an id one, a label everything that has it."""
    scored = {**rules.items, **rules.groups}
    if name in scored:
        return (name,)
    elements = [one.id for one in rules.items.values() for part in one.elements if name in (part.id, f"{one.label}·{part.label}")]
    return tuple(dict.fromkeys(elements)) or tuple(id for id, one in scored.items() if one.label == name)


def html(assessment: Assessment, language: Language) -> str:
    """A table for a notebook."""
    return Teller(assessment, language).html()
