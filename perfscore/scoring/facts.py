"""The facts of a result: small frozen records that say what was computed, and nothing of how it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Protocol

from perfscore.finding import Finding
from perfscore.formula.tree import Tree
from perfscore.numbers.rounding import Rounding
from perfscore.readings.exact import Value
from perfscore.steps import Input


@dataclass(frozen=True, slots=True)
class StepFact:
    """One line of a derivation: a quantity, its formula over named quantities, the values put in, and what it gave.

    `when`: of the row or case that gave it, where several could.
    """

    name: str
    step: str
    formula: Tree
    value: Value
    rounding: Rounding | None = None
    percent: bool = False
    when: Tree | None = None


@dataclass(frozen=True, slots=True)
class RowFact:
    """One row of a table that an item read: its cells, and what it gave (None: left out).

    `reason`, `label`, `when`: the case that left it out; where no row is left out, the one that gave the result.
    """

    number: int
    cells: tuple[tuple[Input, Value], ...]
    result: Value | None
    reason: str = ""
    label: str = ""
    when: Tree | None = None


@dataclass(frozen=True, slots=True)
class RowsFact:
    """The rows behind a list of an item (`step`)."""

    step: str
    table: Input
    rows: tuple[RowFact, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """A comparison that would have to hold: `left op right`; `by`: how far it is from holding (numbers and dates)."""

    left: Tree
    op: str
    right: Tree
    left_value: Value | None
    right_value: Value | None
    by: Fraction | None


@dataclass(frozen=True, slots=True)
class Needs:
    """What would have to hold: every part, or one of them (`any`)."""

    parts: tuple[Failed | Needs, ...]
    any: bool = False

    @property
    def failed(self) -> tuple[Failed, ...]:
        """Every comparison among the parts, once."""
        found: dict[Failed, None] = {}
        for part in self.parts:
            found.update(dict.fromkeys(part.failed if isinstance(part, Needs) else (part,)))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Better:
    """A case that would have given more, and what keeps it from firing."""

    case: int
    reason: str
    points: Fraction
    needs: Needs
    label: str = ""

    @property
    def failed(self) -> tuple[Failed, ...]:
        """The comparisons that would have to hold, all or some of them: `needs` says which."""
        return self.needs.failed


@dataclass(frozen=True, slots=True)
class Regain:
    """The smallest change of one input that regains the most: current -> to, and the points it gives back.

    `beside`: what goes with it, where two inputs are the parts of one judgement. `total`: what the total gains.
    """

    input: Input
    current: Value | None
    to: Value
    points: Fraction
    beside: tuple[tuple[Input, Value], ...] = ()
    total: Fraction | None = None


@dataclass(frozen=True, slots=True)
class RoundingFact:
    """What one rounding did; `before` may be irrational."""

    stage: str
    rounding: Rounding
    before: Value
    after: Fraction


@dataclass(frozen=True, slots=True)
class ElementFact:
    """A named part of an item."""

    id: str
    label: str
    given: Value
    points: Fraction
    lost: Fraction
    case: int
    reason: str


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One step on the way from full marks to the total: an item (or its element), or a stage of a group.

    `lost` is negative where points are gained. Full marks minus all lines is the total.
    """

    lost: Fraction
    item: str | None = None
    stage: str | None = None
    label: str = ""
    case: int | None = None
    reason: str = ""
    because: str = ""
    when: Tree | None = None


@dataclass(frozen=True, slots=True)
class GateHeld:
    id: str
    because: str
    effects: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class GateActed:
    """A gate that changed the points of an item."""

    id: str
    because: str
    before: Fraction
    after: Fraction


@dataclass(frozen=True, slots=True)
class FlagHeld:
    """`lacking`: the text that the flag asks for and the outcome does not give."""

    id: str
    item: str | None
    because: str
    needs: str | None = None
    lacking: bool = False


@dataclass(frozen=True, slots=True)
class ReasonHeld:
    """The code of an item in `reasons`, and how far its points are below its baseline."""

    code: str
    item: str
    lost: Fraction


@dataclass(frozen=True, slots=True)
class GroupResult:
    """A group (or the total): its weight, its points, and the points of its stages."""

    id: str
    label: str
    weight: Fraction
    points: Fraction
    lost: Fraction
    parent: str | None
    not_applicable: bool = False
    steps: tuple[StepFact, ...] = ()
    roundings: tuple[RoundingFact, ...] = ()


class Deriver(Protocol):
    """Builds the longer facts of an item when they are asked for."""

    def steps_of(self, id: str) -> tuple[StepFact, ...]: ...
    def gates_of(self, id: str) -> tuple[GateActed, ...]: ...
    def better_of(self, id: str) -> tuple[Better, ...]: ...
    def regains_of(self, id: str) -> tuple[Regain, ...]: ...
    def elements_of(self, id: str) -> tuple[ElementFact, ...]: ...
    def rows_of(self, id: str) -> tuple[RowsFact, ...]: ...
    def quantities_of(self, id: str) -> Mapping[str, Value]: ...
    def roundings_of(self, id: str) -> tuple[RoundingFact, ...]: ...


@dataclass(frozen=True)
class ItemResult:
    """An item. `case` counts from 1; `lost` = weight − points; the derivation is built when it is asked for.

    `when`: the condition of the case that fired. `unmet`: what of `applies` would have to hold, where the item does not apply.
    """

    id: str
    label: str
    path: tuple[str, ...]
    weight: Fraction
    points: Fraction
    scored: Fraction
    lost: Fraction
    method: str
    case: int
    reason: str
    reason_label: str
    target: str | None
    actual: str | None
    actual_value: Value | None
    not_applicable: bool
    when: Tree | None
    unmet: Needs
    about: Mapping[str, object]
    texts: Mapping[str, str]
    inputs: tuple[Input, ...]
    warnings: tuple[Finding, ...]
    deriver: Deriver = field(repr=False, compare=False)

    @cached_property
    def steps(self) -> tuple[StepFact, ...]:
        """The formulas that were computed for this result, in order; the points last."""
        return self.deriver.steps_of(self.id)

    @cached_property
    def quantities(self) -> Mapping[str, Value]:
        """Every named quantity of the item that was computed, by its short name."""
        return self.deriver.quantities_of(self.id)

    @cached_property
    def elements(self) -> tuple[ElementFact, ...]:
        """The named parts of the item."""
        return self.deriver.elements_of(self.id)

    @cached_property
    def rows(self) -> tuple[RowsFact, ...]:
        """The rows of each table that the item read."""
        return self.deriver.rows_of(self.id)

    @cached_property
    def gates(self) -> tuple[GateActed, ...]:
        """The gates that changed the points, in order."""
        return self.deriver.gates_of(self.id)

    @cached_property
    def better(self) -> tuple[Better, ...]:
        """Every case that would have given more, and what keeps it from firing."""
        return self.deriver.better_of(self.id)

    @cached_property
    def regains(self) -> tuple[Regain, ...]:
        """The smallest changes, each of one input alone, that regain the most."""
        return self.deriver.regains_of(self.id)

    @property
    def regain(self) -> Regain | None:
        """The first of `regains`."""
        return self.regains[0] if self.regains else None

    @cached_property
    def roundings(self) -> tuple[RoundingFact, ...]:
        """What each rounding did."""
        return self.deriver.roundings_of(self.id)
