"""The one form in between: a rule set compiles to steps, and everything reads the steps.

A step has a name, a kind, one node (an input, a formula, an ordered list of cases, or a rounding) and its place in the
rule file. Groups, the total, what does not apply, gates, the rating and flags are steps like any item.
`Scored` lists, for each item and group, the stages its points pass through, so that nobody has to know what they mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from perfscore.finding import Both, Kind, Place
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers.rounding import Rounding
from perfscore.numbers.unit import Unit

StepKind = Literal["input", "quantity", "points", "rounding", "group", "total", "gate", "rating", "flag"]
InputType = Literal["number", "choice", "yes_no", "date", "table"]


@dataclass(frozen=True, slots=True)
class Input:
    """What must be reported: `id`, type, unit, grid (the step it is recorded in), values of a choice (code, label).

    `required`: an absent value is an error. `missing`: what an absent value means, else None. `judged`: a person's
    decision, which needs `by` and `because`. `range`: a truth about the value. `item`: the item whose outcome it is.
    `columns`: of a table, the inputs of one row; a name inside of a row is the column's id. `needs`: texts that must come with
    a value (`by`, `because`, `deviation_reason` …).
    """

    id: str
    label: str
    type: InputType = "number"
    unit: Unit | None = None
    grid: Fraction | None = None
    values: tuple[tuple[str, str], ...] = ()
    judged: bool = False
    missing: Tree | None = None
    range: Tree | None = None
    range_text: str = ""
    required: bool = True
    item: str | None = None
    columns: tuple[Input, ...] = ()
    needs: tuple[str, ...] = ()
    place: Place = tree.NOWHERE


@dataclass(frozen=True, slots=True)
class Refusal:
    """A case that refuses to score: the kind of finding, the author's words, the quantity it is about, and what it has
    to be.
    """

    kind: Kind
    text: str = ""
    about: Tree | None = None
    expected: Both | str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """`when` (None: otherwise) -> points, and a stable reason; or a refusal."""

    when: Tree | None
    points: Tree | None
    reason: str
    refuse: Refusal | None = None
    label: str = ""
    place: Place = tree.NOWHERE


@dataclass(frozen=True, slots=True)
class Cases:
    """The first case whose `when` holds decides; none: an error."""

    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """A named stage of rounding."""

    of: Tree
    rounding: Rounding
    stage: str


@dataclass(frozen=True, slots=True)
class Rows:
    """A list over the rows of a table: the value of the step `result` for each row in which the step `keep` holds.

    `steps` are computed anew for every row; they read each other, the row's cells (by `cells`: column -> name) and the
    steps outside.
    """

    table: tree.Name
    cells: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    result: str
    keep: str | None = None


StepNode = Input | Tree | Cases | Round | Rows


@dataclass(frozen=True, slots=True)
class Step:
    """`owner`: the item, group, gate or flag it belongs to; `word`: the short name that formulas use for it."""

    name: str
    kind: StepKind
    node: StepNode
    place: Place = tree.NOWHERE
    owner: str = ""
    word: str = ""
    label: str = ""
    unit: Unit | None = None
    percent: bool = False

    def trees(self) -> Iterator[Tree]:
        """Every formula in the step."""
        match self.node:
            case Cases(cases):
                for case in cases:
                    yield from (part for part in (case.when, case.points) if part is not None)
            case Round(of, _, _):
                yield of
            case Rows(table, cells, steps):
                inner = {name for _, name in cells} | {step.name for step in steps}
                yield table
                yield from (name for step in steps for part in step.trees() for name in tree.names(part) if name.name not in inner)
            case Input(missing=missing, range=within):
                yield from (part for part in (missing, within) if part is not None)
            case _:
                yield self.node

    def uses(self) -> tuple[str, ...]:
        """The steps it reads, each once (an input's own range reads itself: left out)."""
        found = dict.fromkeys(name.name for part in self.trees() for name in tree.names(part))
        return tuple(name for name in found if not (isinstance(self.node, Input) and name == self.name))


@dataclass(frozen=True, slots=True)
class Stage:
    """One step on the way from what was earned to the points, by the name of what it does."""

    name: str
    step: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """An item or a group: the stages of its points in order; the last one is final.

    `applies`: a step with a truth, or None where it always applies. `elements`: steps of an item's named parts.
    """

    id: str
    label: str
    weight: Fraction
    stages: tuple[Stage, ...]
    parent: str | None = None
    children: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    applies: str | None = None
    elements: tuple[Element, ...] = ()
    inputs: tuple[str, ...] = ()
    place: Place = tree.NOWHERE
    about: Mapping[str, object] = field(default_factory=dict)

    @property
    def cases(self) -> str:
        """The step that holds the cases (of an item)."""
        return self.stages[0].step

    @property
    def points(self) -> str:
        """The step that holds the final points."""
        return self.stages[-1].step


@dataclass(frozen=True, slots=True)
class Element:
    """A named part of an item (of a checklist): its cases, its input, and the most it can give."""

    id: str
    label: str
    step: str
    input: str
    most: Fraction
    points: Fraction


class Cycle(Exception):
    """Steps that need themselves: `.path`, closed."""

    def __init__(self, path: tuple[str, ...]) -> None:
        super().__init__(" → ".join(path))
        self.path = path


class Steps(Mapping[str, Step]):
    """The steps of a rule set by name, each after the steps it reads."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps = in_order({step.name: step for step in steps})

    def __getitem__(self, name: str) -> Step:
        return self._steps[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._steps)

    def __len__(self) -> int:
        return len(self._steps)


def in_order(steps: Mapping[str, Step], cycles: list[tuple[str, ...]] | None = None) -> dict[str, Step]:
    """Steps sorted so that each stands after those it reads. Names that are no step are passed over.

    Raises Cycle; or, where `cycles` is given, adds each closed path to it and goes on.
    """
    done: dict[str, Step] = {}
    for start in steps:
        if start in done:
            continue
        path: dict[str, Iterator[str]] = {start: iter(steps[start].uses())}
        while path:
            name = next(reversed(path))
            for used in path[name]:
                if used in path:
                    around = list(path)
                    cycle = (*around[around.index(used) :], used)
                    if cycles is None:
                        raise Cycle(cycle)
                    cycles.append(cycle)
                    continue
                if used in steps and used not in done:
                    path[used] = iter(steps[used].uses())
                    break
            else:
                done[name] = steps[name]
                del path[name]
    return done


def below(steps: Mapping[str, Step], name: str) -> Iterator[Step]:
    """A step and all that it reads, each once."""
    seen, stack = {name}, [name]
    while stack:
        step = steps[stack.pop()]
        yield step
        for used in step.uses():
            if used not in seen:
                seen.add(used)
                stack.append(used)
