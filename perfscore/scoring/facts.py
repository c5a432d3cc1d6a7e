"""The facts of a result: small frozen records that say what was computed, and nothing of how it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers.rounding import Rounding
from perfscore.readings.exact import Value
from perfscore.steps import Input


@dataclass(frozen=True, slots=True)
class StepFact:
    """One line of a derivation: a quantity, its formula over named quantities, the values put in, and what it gave."""

    name: str
    step: str
    formula: Tree
    value: Value
    rounding: Rounding | None = None
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """A comparison that would have to hold: `left op right`; `by`: how far it is from holding (numbers and dates)."""

    left: Tree
    op: str
    right: Tree
    left_value: Value | None
    right_value: Value | None
    by: Fraction | None
    unit_step: str | None = None


@dataclass(frozen=True, slots=True)
class Better:
    """A case that would have given more, and what keeps it from firing."""

    case: int
    reason: str
    points: Fraction
    failed: tuple[Failed, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Regain:
    """The smallest change of one input that regains the most: from -> to, and the points it gives back."""

    input: Input
    current: Value | None
    to: Value
    points: Fraction


@dataclass(frozen=True, slots=True)
class RoundingFact:
    """What one rounding did."""

    stage: str
    rounding: Rounding
    before: Fraction
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


@dataclass(frozen=True, slots=True)
class GateHeld:
    id: str
    because: str
    effects: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FlagHeld:
    """`lacking`: the text that the flag asks for and the outcome does not give."""

    id: str
    item: str | None
    because: str
    needs: str | None = None
    lacking: bool = False


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
    roundings: tuple[RoundingFact, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemResult:
    """An item with its derivation. `case` counts from 1; `lost` = weight − points."""

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
    quantities: Mapping[str, Value]
    steps: tuple[StepFact, ...]
    better: tuple[Better, ...]
    roundings: tuple[RoundingFact, ...]
    elements: tuple[ElementFact, ...]
    regains: tuple[Regain, ...]
    about: Mapping[str, object]
    texts: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Input, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def regain(self) -> Regain | None:
        """The first of the changes that regain the most, each of one input alone."""
        return self.regains[0] if self.regains else None


NOTHING = tree.Truth(True)
