"""得失分依据: the derivation of an item or a group, line by line, so that a reader can redo the arithmetic by hand.

偏差原因 and 改进措施 are a person's: they are repeated where they were given, and never made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from perfscore.formula import tree
from perfscore.numbers.number import shortest
from perfscore.readings.text import word
from perfscore.scoring.facts import Better, Failed, GroupResult, ItemResult, Needs, StepFact
from perfscore.scoring.outcomes import Reported
from perfscore.scoring.wording import Wording, minus
from perfscore.steps import Input


class Derivation(Wording):
    """Explains the items and groups of one assessment."""

    def of(self, result: ItemResult | GroupResult) -> str:
        lines = self.item(result) if isinstance(result, ItemResult) else self.group(result)
        return "\n".join(minus(line) for line in lines)

    # --- groups -----------------------------------------------------------------------------------------------------

    def group(self, group: GroupResult) -> Iterator[str]:
        yield self._heading(group, "group" if group.parent is not None else "total")
        lines = [line for fact in group.steps if (line := self.step(fact, group.id)) is not None]
        yield from (f"  {line}" for line in lines)

    def _heading(self, result: ItemResult | GroupResult, stage: str) -> str:
        facts = {
            "label": result.label, "id": result.id, "points": self.points(result.points, stage),
            "weight": shortest(result.weight), "lost": self.points(abs(result.lost), stage),
        }  # fmt: skip
        if result.not_applicable:
            return self.say("heading_absent", **facts)
        return self.say("heading" if result.lost > 0 else "heading_full" if result.lost == 0 else "heading_gain", **facts)

    # --- items ------------------------------------------------------------------------------------------------------

    def item(self, item: ItemResult) -> Iterator[str]:
        yield self._heading(item, "item")
        if len(item.path) > 1:
            yield "  " + self.say("path", path=" › ".join(item.path[:-1]))
        yield "  " + self.say(
            "facts", target=self.target(item), actual=self.actual(item), method=word("methods", item.method, self.language)
        )
        if item.about.get("criteria"):
            yield "  " + self.say("criteria", criteria=item.about["criteria"])
        yield from (f"  {line}" for line in self._warnings(item))
        if item.not_applicable:
            yield "  " + self.say("case", case=item.case, reason=self.reason(item.reason, "", None, item))
            yield from (f"  {line}" for line in self._absent(item))
        else:
            yield from (f"  {line}" for line in self._reported(item))
            yield "  " + self.say("case", case=item.case, reason=self.reason(item.reason, item.reason_label, item.when, item))
            if f"{item.id}:override" in self.result.outcomes.reported:
                yield "  " + self.overridden(item)
            yield from self._block("calculation", [line for fact in item.steps if (line := self.step(fact, item.id)) is not None])
            yield from self._why_not(item)
        for key in ("deviation_reason", "improvement", "evidence"):
            if item.texts.get(key):
                yield "  " + self.say("given_text", key=word("keys", key, self.language), text=item.texts[key])
        yield "  " + self.source(item)

    def _block(self, key: str, lines: Sequence[str]) -> Iterator[str]:
        if lines:
            yield "  " + self.say(key)
            yield from (f"    {line}" for line in lines)

    def _absent(self, item: ItemResult) -> Iterator[str]:
        """Why it does not apply: what the unit said, or what does not hold."""
        own = tuple(one for one in item.unmet.parts if isinstance(one, Needs) or not _says_not_applicable(one.left))
        if own:
            yield self.say("does_not_hold", conditions=self.needs(Needs(own), item.id))
        else:
            yield self.say("absent_because", because=item.texts.get("because") or self.say("because_none"))

    def _reported(self, item: ItemResult) -> Iterator[str]:
        """What is to be known of the outcomes behind the item."""
        for declared in item.inputs:
            reported = self.result.outcomes.reported.get(declared.id)
            if reported is None:
                continue
            value = self.of_input(declared, reported.value)
            yield from self._inexact(declared, reported)
            if reported.parts:
                yield self.say("parts", parts=" + ".join(f"{key} {text}" for key, text in reported.parts), value=value)
        yield from dict.fromkeys(self._judged(item))
        for table in item.rows:
            if tally := self.tally(table):
                yield tally
            yield from (self.row(row, table, item) for row in table.rows if row.result is None or row.reason)
        for element in item.elements:
            facts = {"label": element.label, "given": self.given(element.id, element.given), "points": self.points(element.points)}
            yield self.say("element", **facts)

    def _inexact(self, declared: Input, reported: Reported) -> Iterator[str]:
        """What was reported without its exact value: 约80%, a month for a date; of a table, each such cell."""
        columns = {column.id: column for column in declared.columns}
        told: list[tuple[str, dict[str, object], Input, Reported]] = [("", {}, declared, reported)] if reported.approximate else []
        told += [("_cell", {"number": number, "column": columns[one.id].label}, columns[one.id], one) for number, one in reported.cells]
        for cell, where, input, one in told:
            value, low, high = (self.of_input(input, end) for end in (one.value, one.low, one.high))
            if input.type == "date":
                yield self.say(f"vague_date{cell}", **where, value=value)
            else:
                yield self.say(f"approximate{cell}", **where, mark=one.approximate, value=value, low=low, high=high)

    def _warnings(self, item: ItemResult) -> Iterator[str]:
        """The warnings about the item, and about the outcomes that it reads."""
        read = {declared.id for declared in item.inputs}
        for one in self.result.outcomes.warnings:
            if one.indicator == item.id or one.facts.get("about") in read:
                yield self.say("warned", code=one.code, text=one.message(self.language))

    def _judged(self, item: ItemResult) -> Iterator[str]:
        """Who judged, and why: of the item's own outcome, and of shared ones that it reads."""
        for declared in item.inputs:
            reported = self.result.outcomes.reported.get(declared.id)
            if declared.judged and reported is not None:
                label = "" if declared.item == item.id else self.say("in_brackets", text=declared.label)
                yield self.say("judged", label=label, by=reported.texts.get("by", ""), because=reported.texts.get("because", ""))

    def step(self, fact: StepFact, owner: str) -> str | None:
        """`name = formula = numbers = value`, or a rounding; a truth, and a rounding that does nothing, need no line."""
        if isinstance(fact.value, bool):
            return None
        quantity = self.steps[fact.step].kind == "quantity"
        name = self.named(fact.step, owner) if quantity else word("quantities", self._stage_name(fact, owner), self.language)
        if fact.rounding is not None:
            before = self.result.evaluation_of(fact.formula)
            if before == fact.value:
                return None
            return f"{name} = " + self.rounding(fact.rounding, before, fact.value, fact.percent)
        value = fact.formula.text if isinstance(fact.formula, tree.Number) and fact.formula.text else self.plain(fact.value, fact.percent)
        computed = self.taken(fact.formula)
        if fact.name == "present" and isinstance(computed, tree.Name):
            return None  # the group applies
        plain, numbers = self.formula(computed, owner), self.numbers(computed)
        if isinstance(fact.formula, tree.Name) or numbers in (value, plain):
            line = f"{name} = {value}" if plain == value else self.say("step_plain", name=name, formula=plain, value=value)
        else:
            line = self.say("step", name=name, formula=plain, substituted=numbers, value=value)
        row = self.formula(fact.when, owner) if fact.when is not None else ""
        return line + self.say("in_brackets", text=row) if row else line

    def _stage_name(self, fact: StepFact, owner: str) -> str:
        """What a case gave is the points themselves where no rounding changes it; a gate goes by its name."""
        if fact.name.startswith("gate "):
            return self.say("gate_name", id=fact.name[5:])
        if fact.name == "earned" and owner in self.rules.groups:
            return "combined"
        rounds = any(one.stage == "item" and one.before != one.after for one in self.result[owner].roundings)
        return "points" if fact.name == "earned" and not rounds else fact.name

    def _why_not(self, item: ItemResult) -> Iterator[str]:
        lines: list[str] = []
        for one in _joined(item.better):
            lines.append(self.say("better_line", points=self.points(one.points), conditions=self.needs(one.needs, item.id)))
        yield from self._block("better", lines)
        if item.regains:
            ways = self.say("or").join(self.regain(one, item.lost) for one in item.regains)
            yield "  " + self.say("regain_block", ways=ways)

    def source(self, item: ItemResult) -> str:
        """Where the rule stands, what was read of it, and what it does not give."""
        stated = item.about.get("source")
        if not isinstance(stated, dict) or not stated:
            return self.say("source_none")
        text = " ".join(str(stated[key]) for key in ("document", "number", "article", "address") if key in stated)
        read = self.say("in_brackets", text=self.say(f"read_{stated['read']}")) if stated.get("read") else ""
        marks = [
            self.say(kind, keys=self.keys(item.about.get(kind))) for kind in ("illustrative", "unverified") if item.about.get(kind)
        ]  # fmt: skip
        return self.say("source", source=text + read) + "".join(f"　{mark}" for mark in marks)

    def keys(self, keys: object) -> str:
        listed = [word("keys", str(key), self.language) for key in keys] if isinstance(keys, (list, tuple)) else []
        return ("、" if self.language == "zh" else ", ").join(listed)


def _joined(better: Sequence[Better]) -> list[Better]:
    """Two cases that give the same at a value and beyond it, as one that asks for at least (or at most) the value."""
    told: list[Better] = []
    for one in better:
        last, here = told[-1] if told else None, one.needs.parts
        if last is not None and last.points == one.points and len(here) == len(last.needs.parts) == 1:
            on, beyond = last.needs.parts[0], here[0]
            if isinstance(on, Failed) and isinstance(beyond, Failed) and (on.op, beyond.op) in (("=", ">"), ("=", "<")):
                wide = replace(beyond, op=f"{beyond.op}=")
                if replace(on, op=wide.op) == wide:
                    told[-1] = replace(last, needs=Needs((wide,)))
                    continue
        told.append(one)
    return told


def _says_not_applicable(left: tree.Tree) -> bool:
    return isinstance(left, tree.Name) and left.name.endswith(":not_applicable")
