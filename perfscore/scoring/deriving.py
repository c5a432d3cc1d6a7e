"""Building the longer facts of an item or a group from the values of its steps: its derivation, elements, roundings.

Nothing here knows what a step means: stages, cases and quantities are told apart by their kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

from perfscore.formula import tree
from perfscore.readings.exact import BROKEN, Evaluation, Value
from perfscore.ruleset.ruleset import TOTAL, RuleSet
from perfscore.scoring.better import better_cases
from perfscore.scoring.facts import Better, ElementFact, GateActed, Regain, RoundingFact, RowFact, RowsFact, StepFact
from perfscore.scoring.needs import needed
from perfscore.scoring.regain import regains
from perfscore.steps import Case, Cases, Input, Round, Rows, Scored, Step, below


@dataclass(frozen=True, slots=True)
class Deriving:
    """The facts of one evaluation; a `facts.Deriver`."""

    rules: RuleSet
    evaluation: Evaluation
    silent: bool = False  # no total is reported

    def _whole(self, item: Scored) -> bool:
        """Whether nothing was lost."""
        points = self.evaluation.value(item.points)
        return isinstance(points, Fraction) and points >= item.weight

    def fired(self, scored: Scored) -> tuple[Case, int]:
        """The case that decided, and its index."""
        node = self.rules.steps[scored.cases].node
        assert isinstance(node, Cases)
        fired = self.evaluation.fired[scored.cases]
        return node.cases[fired], fired

    def applies(self, id: str) -> bool:
        item = self.rules.items[id]
        return item.applies is None or self.evaluation.value(item.applies) is True

    def steps_of(self, id: str) -> tuple[StepFact, ...]:
        return tuple(self._derivation(self.rules.items[id])) if self.applies(id) else ()

    def quantities_of(self, id: str) -> Mapping[str, Value]:
        return MappingProxyType(self._quantities(self.rules.items[id]) if self.applies(id) else {})

    def elements_of(self, id: str) -> tuple[ElementFact, ...]:
        return tuple(self._elements(self.rules.items[id])) if self.applies(id) else ()

    def rows_of(self, id: str) -> tuple[RowsFact, ...]:
        return tuple(self._tables(self.rules.items[id])) if self.applies(id) else ()

    def gates_of(self, id: str) -> tuple[GateActed, ...]:
        """The gates that changed the points of an item."""
        stages = self.rules.items[id].stages
        first = next((stage.step for stage in stages if stage.name == "override"), f"{id}:scored")
        found, before = [], self.evaluation.value(first)
        for stage in stages:
            after = self.evaluation.value(stage.step)
            if stage.name.startswith("gate ") and isinstance(before, Fraction) and isinstance(after, Fraction) and before != after:
                found.append(GateActed(stage.name[5:], stage.because, before, after))
            before = after if stage.name.startswith("gate ") else before
        return tuple(found)

    def set_by_person(self, item: Scored) -> bool:
        """Whether a person set other points than the rules gave."""
        stage = next((stage for stage in item.stages if stage.name == "override"), None)
        return stage is not None and self.evaluation.value(stage.step) != self.evaluation.value(f"{item.id}:scored")

    def better_of(self, id: str) -> tuple[Better, ...]:
        """What would have given more: another case; or, where a gate took points, the gate not holding."""
        item = self.rules.items[id]
        if not self.applies(id) or self._whole(item) or self.set_by_person(item):
            return ()
        if gates := self.gates_of(id):
            case, fired = self.fired(item)
            needs = needed(self.evaluation, [(tree.Name(f"gate:{gate.id}"), False) for gate in gates])
            if needs is None or gates[0].before <= gates[-1].after:
                return ()
            return (Better(fired + 1, case.reason, gates[0].before, needs, case.label),)
        return better_cases(self.evaluation, self.rules.steps[item.cases])

    def regains_of(self, id: str) -> tuple[Regain, ...]:
        item = self.rules.items[id]
        if not self.applies(id) or self._whole(item) or self.set_by_person(item):
            return ()
        return tuple(self.with_total(one) for one in regains(self.evaluation, item.points, item.weight))

    def with_total(self, one: Regain) -> Regain:
        """What the total gains: more than the item where weight has moved to it, nothing where a gate holds it down."""
        if self.silent:
            return one
        changed = {one.input.id: one.to, **{declared.id: value for declared, value in one.beside}}
        affected = self.evaluation.program.reading(changed)
        kept = {name: value for name, value in self.evaluation.values.items() if name not in affected}
        now, then = self.evaluation.value(TOTAL), Evaluation(self.evaluation.program, {**kept, **changed}).value(TOTAL)
        return replace(one, total=then - now) if isinstance(now, Fraction) and isinstance(then, Fraction) else one

    def roundings_of(self, id: str) -> tuple[RoundingFact, ...]:
        return tuple(self.roundings(self.rules.items[id]))

    def _quantities(self, item: Scored) -> dict[str, Value]:
        """Every named quantity of the item that was computed, by its short name."""
        values = self.evaluation.values
        found: dict[str, Value] = {}
        for step in self._own_steps(item):
            value = values.get(step.name)
            if (
                step.kind in ("input", "quantity", "rounding")
                and value is not None
                and value is not BROKEN
                and step.word not in ("points", "scored", "applies", "not_applicable")
            ):
                found[step.word] = value
        return found

    def _own_steps(self, item: Scored) -> list[Step]:
        """The item's steps in the order of computing, with the lets they read."""
        used = {step.name for step in below(self.rules.steps, item.points)}
        return [step for step in self.rules.steps.values() if step.name in used and step.owner in (item.id, "")]

    def _derivation(self, item: Scored) -> Iterator[StepFact]:
        """The formulas that were computed for this result, in order; the fired case's points last."""
        values = self.evaluation.values
        needed = self._needed(item)
        stages = {stage.step for stage in item.stages}
        elements = {element.step for element in item.elements}
        for step in self._own_steps(item):
            value = values.get(step.name)
            if value is None or value is BROKEN or step.name in stages or step.name in elements or step.name not in needed:
                continue
            node = step.node
            if isinstance(node, Round):
                yield StepFact(step.word, step.name, node.of, value, node.rounding, step.percent)
            elif isinstance(node, Cases) and step.kind == "quantity":
                case = node.cases[self.evaluation.fired[step.name]]
                if case.points is not None:
                    yield StepFact(step.word, step.name, case.points, value, None, step.percent, case.when)
            elif not isinstance(node, (Input, Cases, Rows)) and any(tree.names(node)) and step.word != "applies":
                yield StepFact(step.word, step.name, node, value, None, step.percent)
        yield from self._final(item)

    def _needed(self, item: Scored) -> set[str]:
        """Steps the fired case rests on: its condition, its points, and all they read."""
        fired, _ = self.fired(item)
        roots = [part for part in (fired.when, fired.points) if part is not None]
        names = [name.name for root in roots for name in tree.names(root)]
        names.extend(
            name
            for stage in item.stages[1:]
            for name in self.rules.steps[stage.step].uses()
            if ":" in name and self.rules.steps[name].kind == "quantity"
        )
        return {step.name for name in names for step in below(self.rules.steps, name)}

    def _final(self, item: Scored) -> Iterator[StepFact]:
        """What the case gave, and each later stage that is more than the one before."""
        fired, _ = self.fired(item)
        assert fired.points is not None
        last = self.evaluation.value(item.cases)
        yield StepFact("earned", item.cases, fired.points, last)
        for stage in item.stages[1:]:
            step, value = self.rules.steps[stage.step], self.evaluation.value(stage.step)
            if isinstance(step.node, Round):
                yield StepFact("scored", step.name, step.node.of, value, step.node.rounding)
            elif value != last and not isinstance(step.node, (Input, Rows)):
                case = step.node.cases[self.evaluation.fired[step.name]].points if isinstance(step.node, Cases) else step.node
                if case is not None:
                    yield StepFact(step.word, step.name, case, value)
            last = value

    def group_steps(self, group: Scored) -> Iterator[StepFact]:
        """The formulas of a group's stages, and of the quantities they read."""
        last: Value | None = None
        for step in self.rules.steps.values():
            value = self.evaluation.values.get(step.name)
            if step.owner != group.id or value is None or isinstance(step.node, (Input, Rows)):
                continue
            moving = ("receiving_weight", "received", "kept", "receivers", "receiving_shares")
            if step.word in moving and not any(
                self.evaluation.values.get(f"{group.id}:{word}") for word in ("moved_weight", "shared_weight")
            ):
                continue
            if isinstance(step.node, Round):
                yield StepFact(step.word, step.name, step.node.of, value, step.node.rounding)
            elif isinstance(step.node, Cases):
                fired = step.node.cases[self.evaluation.fired[step.name]]
                if fired.points is not None and value != last:
                    yield StepFact(step.word, step.name, fired.points, value, when=fired.when)
            elif step.word == "earned":
                yield StepFact("sum", step.name, step.node, value)
            elif step.word.startswith("gate "):
                if self.evaluation.value(f"gate:{step.word[5:]}") is True:
                    yield StepFact(step.word, step.name, step.node, value)
            elif any(tree.names(step.node)) and value and not isinstance(step.node, tree.Name) and step.word != "applies":
                yield StepFact(step.word, step.name, step.node, value)
            last = value

    def roundings(self, scored: Scored) -> Iterator[RoundingFact]:
        names = [step.name for step in self.rules.steps.values() if step.owner == scored.id and isinstance(step.node, Round)]
        for name in names:
            node, after = self.rules.steps[name].node, self.evaluation.values.get(name)
            before = self.evaluation.of(node.of) if isinstance(node, Round) else None
            if isinstance(node, Round) and before is not None and before is not BROKEN and isinstance(after, Fraction):
                yield RoundingFact(node.stage, node.rounding, before, after)

    def _tables(self, item: Scored) -> Iterator[RowsFact]:
        """The rows of each table that the item read, once."""
        seen: set[str] = set()
        for step in self._own_steps(item):
            node, rows = step.node, self.evaluation.rows.get(step.name)
            if isinstance(node, Rows) and rows is not None and node.table.name not in seen:
                seen.add(node.table.name)
                table = self.rules.steps[node.table.name].node
                assert isinstance(table, Input)
                yield RowsFact(step.name, table, tuple(self._row(k, row, node, table) for k, row in enumerate(rows, 1)))

    @staticmethod
    def _row(number: int, row: Evaluation, node: Rows, table: Input) -> RowFact:
        """What a row gave, or what left it out."""
        cells = tuple((column, row.values[name]) for column, (_, name) in zip(table.columns, node.cells, strict=True))
        kept = node.keep is None or row.value(node.keep) is True
        decided = node.result if node.keep is None else node.keep
        cases = next(step.node for step in node.steps if step.name == decided)
        found = RowFact(number, cells, row.value(node.result) if kept else None)
        if (kept and node.keep is not None) or not isinstance(cases, Cases) or decided not in row.fired:
            return found
        case = cases.cases[row.fired[decided]]
        return replace(found, reason=case.reason, label=case.label, when=case.when)

    def _elements(self, item: Scored) -> Iterator[ElementFact]:
        for element in item.elements:
            points = self.evaluation.value(element.step)
            if not isinstance(points, Fraction):
                continue
            node, fired = self.rules.steps[element.step].node, self.evaluation.fired[element.step]
            assert isinstance(node, Cases)
            yield ElementFact(
                element.id, element.label, self.evaluation.value(element.input), points,
                element.most - points, fired + 1, node.cases[fired].reason,
            )  # fmt: skip
