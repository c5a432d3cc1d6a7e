"""The domain of a rule set: everything that can be reported, by the grid and within the ranges, and its text.

Values are those of the steps' inputs by id (`Values`); what does not apply, points that a person sets and means of peers stand
under the names of their hidden inputs (`id:not_applicable`, `id:override`, `id:peer_mean`). `written` tells values as
outcomes. An input without a range is taken to be 0 or more, unless the rules compare it with something below 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Any

from perfscore.finding import Place, RuleError, Unreadable
from perfscore.formula import tree
from perfscore.numbers.date import Day
from perfscore.numbers.number import decimals, shortest
from perfscore.numbers.unit import MONEY, PURE, convert
from perfscore.numbers.written import read_quantity
from perfscore.readings.exact import MISSING, Evaluation, Value
from perfscore.ruleset.bind import OPEN_RULES
from perfscore.ruleset.ruleset import RuleSet
from perfscore.scoring.assessment import program
from perfscore.scoring.outcomes import in_declared_unit, show
from perfscore.steps import Case, Cases, Input, Rows, below
from perfscore.testing.edges import Edge, Edges, edges_of

BY, BECAUSE, ABSENT_BECAUSE, GIVEN = "评审组", "查阅资料", "本年无此项", "情况说明"
FINEST = 4
MOST_ROWS = 8
QUARTERS = (0, 1, 2, 4)  # of a weight, for points that stand in for others
PERCENT_STEP, MONEY_STEP = Fraction(1, 10_000), Fraction(1, 100)
FIRST_DAY, LAST_DAY = 1, 3_652_059
SOME_DAY = 738_886  # 2024-01-01, where the rules name no day

Values = dict[str, Value]
_DOMAIN = "_testing_domain"


@dataclass(frozen=True, slots=True)
class Variable:
    """An input, or a column of a table (`table.column`); `step` of a number or a date; `edges` where something turns."""

    name: str
    declared: Input
    step: Fraction
    edges: tuple[Edge, ...]
    signed: bool
    alone: bool  # whether its edges hang on nothing else

    @property
    def counted(self) -> bool:
        """Whether its values are steps on a line."""
        return self.declared.type in ("number", "date")

    def value(self, k: int) -> Value:
        """The value so many steps from 0."""
        return Day(k) if self.declared.type == "date" else k * self.step

    def place(self, value: Value) -> Fraction:
        """How many steps from 0 a value stands."""
        return Fraction(value.ordinal) if isinstance(value, Day) else Fraction(value) / self.step


@dataclass(frozen=True, slots=True)
class Entry:
    """One outcome, by its key in the outcomes: of a shared input, an item, or a group (which can only not apply).

    `inputs`: what it reports. `may_lack`: it may be absent as a whole. `policy`: what happens where it does not apply (None: it
    always does). `asks_peers`: the mean of the peers is needed wherever it may not apply by a formula. `override`: what the texts of
    points that a person sets are called, None where nobody may.
    """

    key: str
    inputs: tuple[str, ...]
    may_lack: bool = False
    policy: str | None = None
    asks_peers: bool = False
    override: tuple[str, ...] | None = None
    owner: str | None = None

    @property
    def absent(self) -> str:
        return f"{self.key}:not_applicable"

    @property
    def peer_mean(self) -> str:
        return f"{self.key}:peer_mean"

    @property
    def overridden(self) -> str:
        return f"{self.key}:override"

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that stands under this key."""
        return (*self.inputs, self.absent, self.peer_mean, self.overridden)


def domain_of(rules: RuleSet) -> Domain:
    """The domain of a rule set, made once."""
    found = rules.__dict__.get(_DOMAIN)
    if found is None:
        found = rules.__dict__[_DOMAIN] = Domain(rules)
    assert isinstance(found, Domain)
    return found


class Domain:
    """Everything that can be reported of a rule set. Raises RuleError where a group is open."""

    def __init__(self, rules: RuleSet) -> None:
        if rules.open_groups:
            raise RuleError([OPEN_RULES.at(Place(), found=rules.groups[id].label) for id in rules.open_groups])
        self.rules = rules
        self.steps = rules.steps
        self.program = program(rules)
        self._edges = edges_of(rules)
        self.variables: dict[str, Variable] = {}
        for declared in rules.inputs:
            self.variables[declared.id] = _variable(declared.id, declared, self._edges)
            for column in declared.columns:
                self.variables[f"{declared.id}.{column.id}"] = _variable(f"{declared.id}.{column.id}", column, self._edges)
        self.entries = tuple(self._entries())
        self.by_key = {entry.key: entry for entry in self.entries}
        self.key_of = {name: entry.key for entry in self.entries for name in entry.names}
        self._grades = {name: self._grade_beside(name) for name in self.variables}
        self._spans: dict[tuple[str, object], list[tuple[int, int]]] = {}
        self._candidates: dict[tuple[str, object], tuple[Value, ...]] = {}
        self._least_rows: dict[str, int] = {}
        self._keys: dict[str, bool] = {}
        self._own_cases: dict[str, tuple[Case, ...]] = {}
        self._texts: dict[str, dict[Value, str]] = {}
        self.extremes: dict[str, Values] = {}

    def _entries(self) -> Iterator[Entry]:
        shared = [one for one in self.rules.inputs if one.item is None]
        for declared in shared:
            yield Entry(declared.id, (declared.id,), may_lack=not declared.required)
        by_formula = {step.owner for step in self.steps.values() if step.word == "applies" and isinstance(step.node, tree.Logic)}
        for group in reversed(tuple(self.rules.groups.values())):
            if f"{group.id}:not_applicable" in self.steps:
                asks = group.about["policy"] == "peer_mean" and group.id in by_formula
                yield Entry(group.id, (), policy=str(group.about["policy"]), asks_peers=asks, owner=group.parent)
        for item in self.rules.items.values():
            policy = str(item.about["policy"]) if f"{item.id}:not_applicable" in self.steps else None
            set_by_person = self.steps.get(f"{item.id}:override")
            needs = set_by_person.node.needs if set_by_person is not None and isinstance(set_by_person.node, Input) else None
            if not item.inputs and policy is None and needs is None:
                continue
            lacks = self._has_missing_case(item.cases) and all(self.variables[name].declared.missing is None for name in item.inputs)
            asks = policy == "peer_mean" and item.id in by_formula
            yield Entry(item.id, item.inputs, lacks, policy, asks, needs, item.parent)

    def _has_missing_case(self, cases: str) -> bool:
        node = self.steps[cases].node
        return isinstance(node, Cases) and any(case.reason == "missing" and _asks_only_missing(case.when) for case in node.cases)

    def _grade_beside(self, name: str) -> str | None:
        """The level whose band a judged number has to be in."""
        declared = self.variables[name].declared
        grade = f"{declared.item}.grade"
        counted = declared.type == "number" and declared.judged and declared.item is not None and name != declared.item
        return grade if counted and grade in self.variables else None

    # --- what a value may be ----------------------------------------------------------------------------------------

    def spans(self, name: str, values: Mapping[str, Value]) -> list[tuple[int, int]]:
        """Where a number or a date may lie, as first and last step from 0: one span for each stretch between two edges.

        Beyond the last edge it goes about as far again. Empty where nothing is allowed.
        """
        variable = self.variables[name]
        key = self._key(variable, values)
        if key is not None and (name, key) in self._spans:
            return self._spans[name, key]
        found = list(self._between(variable, self._roots(variable, values), values))
        if key is not None:
            self._spans[name, key] = found
        return found

    def candidates(self, name: str, values: Mapping[str, Value]) -> tuple[Value, ...]:
        """Every value that is worth a look, the plainest first: at each edge, a step beside it, and between two edges; each code;
        yes and no. None of them is refused for its form.
        """
        variable = self.variables[name]
        match variable.declared.type:
            case "yes_no":
                return (True, False)
            case "choice":
                return tuple(code for code, _ in variable.declared.values)
            case "table":
                return tuple(self.tables(name, values))
        key = self._key(variable, values)
        if key is not None and (name, key) in self._candidates:
            return self._candidates[name, key]
        places: set[int] = set()
        for root in self._roots(variable, values):
            at = root / variable.step
            places.update((floor(at) - (at.denominator == 1), floor(at), ceil(at), ceil(at) + (at.denominator == 1)))
        spans = self.spans(name, values)
        inside = [k for k in places if any(low <= k <= high for low, high in spans)]
        inside.extend(_plainest(low, high) for low, high in spans)
        found = tuple(sorted((variable.value(k) for k in dict.fromkeys(inside)), key=complexity))
        if key is not None:
            self._candidates[name, key] = found
        return found

    def at_edges(self, name: str, values: Mapping[str, Value]) -> set[Value]:
        """Values at which a row, a case or a range turns exactly."""
        variable = self.variables[name]
        asked = (root for edge in variable.edges if edge.asked for root in edge.roots(name, values))
        return {variable.value(int(root / variable.step)) for root in asked if (root / variable.step).denominator == 1}

    def _key(self, variable: Variable, values: Mapping[str, Value]) -> object:
        """What the domain of a variable hangs on beside itself; None where it is not worth remembering."""
        if (grade := self._grades[variable.name]) is not None:
            return values.get(grade)
        if variable.name not in self._keys:
            within, own = variable.declared.range, {variable.name, variable.declared.id}
            self._keys[variable.name] = variable.alone and (within is None or {one.name for one in tree.names(within)} <= own)
        return self._keys[variable.name] or None

    def _roots(self, variable: Variable, values: Mapping[str, Value]) -> list[Fraction]:
        return sorted({root for edge in variable.edges for root in edge.roots(variable.name, values)})

    def _between(self, variable: Variable, roots: list[Fraction], values: Mapping[str, Value]) -> Iterator[tuple[int, int]]:
        places = [root / variable.step for root in roots]
        least, most = (FIRST_DAY, LAST_DAY) if variable.declared.type == "date" else (None if variable.signed else 0, None)
        if variable.declared.type == "date":
            first, last = (places[0], places[-1]) if places else (Fraction(SOME_DAY), Fraction(SOME_DAY))
            reach = 200
        else:
            first, last = (places[0], places[-1]) if places else (Fraction(0), Fraction(0))
            size = max(abs(first), abs(last))
            reach = max(10, ceil(size)) if size else max(10, ceil(100 / variable.step) if variable.step >= MONEY_STEP else 15_000)
        low, high = floor(first) - reach, ceil(last) + reach
        low, high = low if least is None else max(low, least), high if most is None else min(high, most)
        points = [k for at in places if at.denominator == 1 for k in (int(at),)]
        ends = [Fraction(low - 1), *(at for at in places if low <= at <= high), Fraction(high + 1)]
        stretches = [(k, k) for k in points if low <= k <= high]
        stretches.extend((floor(a) + 1, ceil(b) - 1) for a, b in pairwise(ends) if floor(a) + 1 <= ceil(b) - 1)
        for one in sorted(set(stretches)):
            if self.allowed(variable.name, variable.value((one[0] + one[1]) // 2), values):
                yield one

    def allowed(self, name: str, value: Value, values: Mapping[str, Value]) -> bool:
        """Whether a number or a date is within its range, and in the band of its level."""
        declared = self.variables[name].declared
        known = {**values, name: value, declared.id: value}
        if declared.range is not None and Evaluation(self.program, known).of(declared.range) is False:
            return False
        grade = self._grades[name]
        return grade is None or not self.refused(str(declared.item), {grade: values.get(grade, MISSING), name: value})

    def refused(self, item: str, own: Mapping[str, Value]) -> bool:
        """Whether the cases of an item that look at its own outcome alone refuse it."""
        if item not in self._own_cases:
            node = self.steps[self.rules.items[item].cases].node
            assert isinstance(node, Cases)
            self._own_cases[item] = tuple(case for case in node.cases if case.when is not None and self._looks_inside(item, case.when))
        known = Evaluation(self.program, dict(own))
        return next((case.refuse is not None for case in self._own_cases[item] if case.when and known.of(case.when) is True), False)

    def _looks_inside(self, item: str, when: tree.Tree) -> bool:
        """Whether a condition reads nothing but the item's own outcome."""
        read = (step.node for name in tree.names(when) for step in below(self.steps, name.name))
        return all(one.id in self.rules.items[item].inputs for one in read if isinstance(one, Input))

    def needs_share(self, name: str, values: Mapping[str, Value]) -> bool:
        """Whether a number beside a level must be given: the level has a band."""
        grade = self._grades[name]
        assert grade is not None
        return self.refused(str(self.variables[name].declared.item), {grade: values.get(grade, MISSING)})

    def beside_grade(self, name: str) -> bool:
        """Whether it is a number beside a level."""
        return self._grades[name] is not None

    # --- changes of one outcome -------------------------------------------------------------------------------------

    def changes(self, entry: Entry, values: Mapping[str, Value]) -> list[list[Values]]:
        """What one outcome may be instead, the rest as it is: lists of changes (MISSING: left out), each list in order of value."""
        found: list[list[Values]] = []
        for name in entry.inputs:
            declared = self.variables[name].declared
            if declared.type == "choice" and self._judged_beside(entry) is not None:
                found.append(list(self._levels(entry, name, values)))
            elif not self.beside_grade(name) or self.needs_share(name, values):
                found.append([{name: value} for value in _sorted(self.candidates(name, values))])
            if declared.type == "table" and isinstance(rows := values.get(name), tuple):
                found.extend([{name: changed} for changed in self.columns(name, rows, k, values)] for k in range(len(declared.columns)))
            if declared.missing is not None:
                found.append([{name: MISSING}])
        if entry.may_lack:
            found.append([dict.fromkeys((*entry.inputs, entry.overridden), MISSING)])
        quarters = [self.rules.scored(entry.key).weight * Fraction(part, 4) for part in QUARTERS] if entry.owner is not None else []
        if entry.policy is not None:
            absent: Values = {entry.absent: True, entry.overridden: MISSING}
            means = [{entry.peer_mean: mean} for mean in quarters] if entry.policy == "peer_mean" else [{}]
            found.append([{**absent, **mean} for mean in means])
        if entry.override is not None:
            found.append([{entry.overridden: points} for points in quarters])
        return [one for one in found if one]

    def _judged_beside(self, entry: Entry) -> str | None:
        return next((name for name in entry.inputs if self.beside_grade(name)), None)

    def _levels(self, entry: Entry, grade: str, values: Mapping[str, Value]) -> Iterator[Values]:
        """Each level, with every number that its band gives."""
        judged = self._judged_beside(entry)
        assert judged is not None
        for code, _ in self.variables[grade].declared.values:
            known = {**values, grade: code}
            if not self.needs_share(judged, known):
                yield {grade: code, judged: MISSING}
            else:
                yield from ({grade: code, judged: value} for value in _sorted(self.candidates(judged, known)))

    # --- tables -----------------------------------------------------------------------------------------------------

    def row_of(self, table: str, number: int, values: Mapping[str, Value]) -> tuple[Value, ...]:
        """A plain row: of choices each in turn, else the plainest value above 0."""
        found: list[Value] = []
        known = dict(values)
        for column in self.variables[table].declared.columns:
            name = f"{table}.{column.id}"
            options = self.candidates(name, known)
            value = options[number % len(options)] if column.type == "choice" else next((one for one in options if _above(one)), options[0])
            known[name] = value
            found.append(value)
        return tuple(found)

    def least_rows(self, table: str) -> int:
        """So many rows and more are enough to compute everything that reads the table (1 where that hangs on other things)."""
        if table not in self._least_rows:
            fails = [n for n in range(MOST_ROWS) if not self._computed(table, n)]
            self._least_rows[table] = fails[-1] + 1 if fails and fails[-1] + 1 < MOST_ROWS else 1 if fails else 0
        return self._least_rows[table]

    def _computed(self, table: str, rows: int) -> bool:
        values = {table: tuple(self.row_of(table, k, {}) for k in range(rows))}
        known = Evaluation(self.program, dict(values))
        lists = [name for name, step in self.steps.items() if isinstance(step.node, Rows) and step.node.table.name == table]
        return all(self._has_points(known, self.rules.items[self.steps[name].owner].cases) for name in lists)

    def _has_points(self, known: Evaluation, cases: str) -> bool:
        """Whether the first case that is known to hold gives points."""
        node = self.steps[cases].node
        assert isinstance(node, Cases)
        holds = (case for case in node.cases if case.when is None or known.of(case.when) is True)
        case = next(holds, None)
        return case is not None and case.points is not None and known.of(case.points) is not None

    def tables(self, table: str, values: Mapping[str, Value]) -> Iterator[tuple[tuple[Value, ...], ...]]:
        """Tables worth a look: plain ones of several lengths, and each with one column set to each of its candidates."""
        least = self.least_rows(table)
        for count in range(least, least + 3):
            rows = tuple(self.row_of(table, k, values) for k in range(count))
            yield rows
            for k in range(len(self.variables[table].declared.columns)) if count else ():
                yield from self.columns(table, rows, k, values)

    def columns(
        self, table: str, rows: tuple[tuple[Value, ...], ...], k: int, values: Mapping[str, Value]
    ) -> Iterator[tuple[tuple[Value, ...], ...]]:
        """The table with one column set to each of its candidates, in all rows and in the first alone."""
        columns = self.variables[table].declared.columns
        if not rows or columns[k].type == "choice":
            return
        around = {**values, **{f"{table}.{column.id}": cell for column, cell in zip(columns, rows[0], strict=True)}}
        for value in self.candidates(f"{table}.{columns[k].id}", around):
            changed = tuple((*row[:k], value, *row[k + 1 :]) for row in rows)
            yield changed
            if len(rows) > 1:
                yield (changed[0], *rows[1:])

    def covering(self, table: str) -> tuple[tuple[int, str], ...]:
        """Cells that some row should hold, column and code: a list is made of such rows alone."""
        found: dict[tuple[int, str], None] = {}
        columns = [column.id for column in self.variables[table].declared.columns]
        for step in self.steps.values():
            if not isinstance(step.node, Rows) or step.node.table.name != table or step.node.keep is None:
                continue
            cells = {cell: column for column, cell in step.node.cells}
            keep = next(one for one in step.node.steps if one.name == step.node.keep)
            for root in keep.trees():
                for node in tree.walk(root):
                    match node:
                        case tree.Compare(tree.Name(cell), (("=", tree.Text(code)),)) if cell in cells:
                            found[columns.index(cells[cell]), code] = None
        return tuple(found)

    # --- telling ----------------------------------------------------------------------------------------------------

    def written(self, values: Mapping[str, Value], other_units: bool = False) -> dict[str, Any]:
        """Values as outcomes: id -> text, or a mapping where more is to be said. `other_units`: each in another unit."""
        found: dict[str, Any] = {}
        for entry in self.entries:
            told = self._entry(entry, values, other_units)
            if told is not None:
                found[entry.key] = told
        return found

    def _entry(self, entry: Entry, values: Mapping[str, Value], other_units: bool) -> Any:
        if values.get(entry.absent) is True:
            told: dict[str, Any] = {"not_applicable": True, "because": ABSENT_BECAUSE}
            if entry.peer_mean in values:
                told["peer_mean"] = shortest(values[entry.peer_mean])
            return told
        beside = {word: shortest(values[name]) for word, name in self._beside(entry) if name in values}
        signs = self._signs(entry, values, "override" in beside)
        single = entry.inputs == (entry.key,)
        parts = {
            "value" if single else name.removeprefix(f"{entry.key}."): self._told(self.variables[name], values[name], other_units)
            for name in entry.inputs
            if values.get(name, MISSING) is not MISSING
        }
        if single and not beside and not signs:
            return parts.get("value")
        return {**parts, **beside, **signs} if parts or beside else None

    @staticmethod
    def _beside(entry: Entry) -> tuple[tuple[str, str], ...]:
        return (("peer_mean", entry.peer_mean), ("override", entry.overridden))

    def _signs(self, entry: Entry, values: Mapping[str, Value], overridden: bool) -> dict[str, str]:
        """The texts that must come with a judgement."""
        reported = [self.variables[name].declared for name in entry.inputs if values.get(name, MISSING) is not MISSING]
        needs = dict.fromkeys(key for one in reported for key in one.needs)
        if overridden:
            needs.update(dict.fromkeys(entry.override or ()))
        signs = {"by": BY, "because": BECAUSE} if overridden or any(one.judged for one in reported) else {}
        return signs | {key: GIVEN for key in needs if key not in signs}

    def _told(self, variable: Variable, value: Value, other_units: bool) -> Any:
        if variable.declared.type == "table":
            return [
                {
                    column.id: self._told(self.variables[f"{variable.name}.{column.id}"], cell, other_units)
                    for column, cell in zip(variable.declared.columns, row, strict=True)
                    if cell is not MISSING
                }
                for row in value
            ]
        if other_units:
            return other_unit(variable.declared, value) or text_of(variable.declared, value)
        texts = self._texts.setdefault(variable.name, {})
        if value not in texts:
            texts[value] = text_of(variable.declared, value)
        return texts[value]


def _asks_only_missing(when: tree.Tree | None) -> bool:
    parts = when.parts if isinstance(when, tree.Logic) else (when,)
    return all(isinstance(part, tree.Call) and part.function == "missing" for part in parts)


def with_changes(values: Mapping[str, Value], changes: Mapping[str, Value]) -> Values:
    """The values with some of them changed, or left out."""
    return {name: value for name, value in {**values, **changes}.items() if value is not MISSING}


def _sorted(values: Sequence[Value]) -> list[Value]:
    """Numbers and dates in order; others as they stand."""
    return sorted(values) if all(isinstance(one, (Fraction, Day)) for one in values) else list(values)


def _above(value: Value) -> bool:
    return value > 0 if isinstance(value, Fraction) else value is not False


def _variable(name: str, declared: Input, edges: Edges) -> Variable:
    own = edges.by_name.get(name, ())
    constants = [root for edge in own if edge.names == {name} for root in edge.roots(name, {})]
    asked = [edge for edge in own if edge.asked and edge.names == {name}]
    signed = name in edges.below_zero or any(root < 0 for edge in asked for root in edge.roots(name, {}))
    return Variable(name, declared, _step(declared, constants), own, signed, all(edge.names == {name} for edge in own))


def _step(declared: Input, constants: Sequence[Fraction]) -> Fraction:
    """The step in which it is recorded; where none is written, one that people use for such a thing."""
    if declared.type == "date":
        return Fraction(1)
    if declared.grid is not None:
        return declared.grid
    unit = declared.unit
    if unit is not None and unit.is_ratio:
        return PERCENT_STEP
    if unit is not None and unit.dimension == MONEY:
        return MONEY_STEP
    part_of_item = declared.item is not None and declared.id != declared.item and not declared.judged
    counter = part_of_item or (unit is not None and not unit.dimension.isascii())
    least = 0 if counter else 2
    places = [found for value in constants if (found := decimals(value)) is not None and found <= FINEST]
    return Fraction(1, 10 ** max([least, *places]))


def _plainest(low: int, high: int) -> int:
    """The number between two that is written with the fewest digits, nearest to the middle."""
    size = 1
    while size * 10 <= high - low:
        size *= 10
    middle = (low + high) // 2
    for step in (size, *(unit for unit in (size // 2, size // 10) if unit)):
        near = middle // step * step
        for k in (near, near + step):
            if low <= k <= high:
                return k
    return middle


def complexity(value: Value) -> tuple[int, int, Fraction]:
    """How hard a value is to take in: decimals, then digits, then size."""
    if isinstance(value, Fraction):
        places = decimals(value)
        digits = shortest(abs(value)).replace(".", "").strip("0")
        return (99 if places is None else max(0, places), len(digits), abs(value))
    if isinstance(value, Day):
        return (0, 0, Fraction(value.ordinal))
    if isinstance(value, tuple):
        cells = [complexity(cell) for row in value for cell in row]
        return (sum(one[0] for one in cells), len(value) * 100 + sum(one[1] for one in cells), Fraction(0))
    return (0, 0, Fraction(0))


def text_of(declared: Input, value: Value) -> str:
    """A value as it stands in an outcome file: 1199份, 95%, 2024-06-30, 是, the code of a choice."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if not isinstance(value, Fraction):
        return str(value)
    unit = declared.unit
    if unit is not None and unit.is_ratio:
        return shortest(value * 100) + "%"
    text = show(declared, value)
    return text if reads_as(declared, text, value) else shortest(value)


def reads_as(declared: Input, text: str, value: Value) -> bool:
    """Whether a text is read as the value, without a mark of doubt."""
    try:
        quantity = read_quantity(text)
        return quantity.approximate is None and in_declared_unit(declared, quantity, quantity.value) == value
    except Unreadable:
        return False


_OTHER = (
    "元", "万元", "亿元", "‰", "%", "分钟", "小时", "天", "周", "个月", "季度", "米", "公里", "平方米", "公顷",
    "千克", "吨", "升", "立方米",
)  # fmt: skip


def other_unit(declared: Input, value: Value) -> str | None:
    """A number told in another unit of the same dimension (元 for 万元, ‰ for %, 万份 for 份); None where there is none."""
    from perfscore.numbers.unit import read_unit

    unit = declared.unit
    if unit is None or not isinstance(value, Fraction):
        return None
    words = _OTHER if unit.dimension.isascii() else (unit.dimension, f"万{unit.dimension}")
    for word in words:
        other = read_unit(word)
        if other.dimension != unit.dimension or other.factor == unit.factor:
            continue
        told = convert(value, PURE if unit.is_ratio else unit, other)
        text = shortest(told) + word
        if decimals(told) is not None and reads_as(declared, text, value):
            return text
    return None
