"""`score`: a rule set and outcomes give an Assessment: total, rating, items, groups, gates, flags, and the loss ledger.

An Assessment holds the steps' values and builds an item, with its derivation, when it is asked for. It is immutable and
says nothing in words of its own: `telling` does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from perfscore.finding import Both, Finding, Kind, Language, OutcomeError, RuleError
from perfscore.formula import tree
from perfscore.readings.exact import BROKEN, Evaluation, Program, Value, evaluate
from perfscore.readings.text import value_text
from perfscore.ruleset.bind import still_open
from perfscore.ruleset.ruleset import RATING, TOTAL, Level, RuleSet
from perfscore.scoring.deriving import Deriving
from perfscore.scoring.facts import (
    FlagHeld,
    GateHeld,
    GroupResult,
    ItemResult,
    LedgerLine,
    Needs,
    ReasonHeld,
    Regain,
)  # fmt: skip
from perfscore.scoring.needs import needed
from perfscore.scoring.outcomes import MISSING_OUTCOME, OR_NOT_APPLICABLE, OUTSIDE_RANGE, Outcomes, Source, read_outcomes
from perfscore.scoring.quick import ByCode, Quick, quick_of
from perfscore.steps import Input, Scored, Stage, below

FLAG_UNDECIDED = Kind(
    "flag-undecided",
    "warning",
    zh="提示“{flag}”（{label}）无法判断：{why}",
    en="the flag “{flag}” ({label}) cannot be decided: {why}",
    hint_zh="在 when 里先排除这种情况，例如 actual > 0 and …",
    hint_en="rule the situation out in `when`, such as actual > 0 and …",
    why="A flag changes no points, so one that cannot be computed does not stop the scoring; it is told instead.",
    fix="Write the flag so that it can be computed for every outcome.",
)

_PROGRAMS, _QUICK, _LINES = "_program", "_quick", "_lines"


def score(rules: RuleSet | str | Path, outcomes: Source, *, as_of: date | None = None) -> Assessment:
    """Score one set of outcomes: id -> "1284份" (a bare number is in the declared unit; "95%" is a ratio), or a file.

    `rules` may be a path or a built-in id; `as_of` then picks the version in force on that day. Raises RuleError for rules
    that cannot be loaded, and OutcomeError, carrying a finding for every missing, unreadable or unknown outcome.
    """
    if not isinstance(rules, RuleSet):
        from perfscore.ruleset.load import load

        rules = load(rules, as_of=as_of)
    elif as_of is not None:
        raise ValueError("as_of picks a version by name: give the id of the rules, not a rule set")
    quick = _quick(rules)
    if quick is not None and type(outcomes) is dict and (read := quick.read(outcomes)) is not None:
        found = quick.run(read)
        if found is not None:
            return Assessment(
                rules, code=ByCode(quick, found, read, dict(outcomes) if quick.single.issuperset(outcomes) else _copied(outcomes))
            )
    if rules.open_groups:
        raise RuleError(still_open(rules))
    reported, problems = read_outcomes(rules, outcomes)
    found = None if quick is None or problems else quick.run_values(reported.values)
    if quick is not None and found is not None:
        return Assessment(rules, code=ByCode(quick, found, reported=reported))
    return Assessment(rules, exact=exactly(rules, reported, problems))


def score_values(rules: RuleSet, values: Mapping[str, Value], outcomes: dict[str, Any]) -> Assessment:
    """The same from values of inputs that are known, for those who try many; `outcomes` are the values as they are reported, read only
    where something asks for their texts, or the values are refused. Raises OutcomeError.
    """
    quick = _quick(rules)
    found = None if quick is None else quick.run_values(values)
    return score(rules, outcomes) if quick is None or found is None else Assessment(rules, code=ByCode(quick, found, given=outcomes))


def _copied(outcomes: dict[str, Any]) -> dict[str, Any]:
    """Plain outcomes of one's own: what the caller changes later changes no assessment."""
    return {id: dict(given) if type(given) is dict else given for id, given in outcomes.items()}


class Exact(NamedTuple):
    """The outcomes, every step that an assessment needs by the exact reading, and whether no total is reported."""

    outcomes: Outcomes
    evaluation: Evaluation
    silent: bool = False


def exactly(rules: RuleSet, read: Outcomes, problems: list[Finding]) -> Exact:
    """The exact reading of outcomes. Raises OutcomeError with `problems` (of reading them) and all that come up."""
    evaluation = Evaluation(program(rules), dict(read.values))
    silent = any(evaluation.value(gate.step) is True for gate in rules.gates if gate.silences)
    if silent:
        _leave_open(rules, evaluation)
        evaluation.values[RATING] = _rank_by_gates(rules, evaluation)
    evaluation.all(_wanted(rules, silent))
    for element in _elements_that_count(rules, evaluation):
        evaluation.value(element)
    undecided = _flags(rules, evaluation)
    problems.extend(_where_reported(rules, read, problem) for problem in evaluation.problems)
    problems.extend(_outside(rules, read, evaluation))
    if read.whole:
        problems.extend(one for one in _lacking(rules, read, evaluation) if not silent or one.indicator is None)
    if problems:
        raise OutcomeError(problems)
    return Exact(dataclasses.replace(read, warnings=(*read.warnings, *undecided)), evaluation, silent)


def _leave_open(rules: RuleSet, evaluation: Evaluation) -> None:
    """Where no total is reported: an item that was not scored has no points, also where a gate would set them."""
    for item in rules.items.values():
        if evaluation.value(f"{item.id}:scored") is BROKEN:
            evaluation.values.update({stage.step: BROKEN for stage in item.stages[1:]})


def _rank_by_gates(rules: RuleSet, evaluation: Evaluation) -> Fraction:
    """Where no total is reported: the rating of the first gate that decides; one that absent outcomes leave open does not."""
    decided = (dict(gate.effects).get("rating") for gate in rules.gates if evaluation.value(gate.step) is True)
    return Fraction(rules.level(next(id for id in decided if id is not None)).rank)


def _quick(rules: RuleSet) -> Quick | None:
    """The code reading of the rules, made when they are used a second time: one assessment alone is sooner done without."""
    known = rules.__dict__.setdefault(_QUICK, [])
    if len(known) < 2:
        if known:
            known.append(None if rules.open_groups else quick_of(rules, _wanted(rules)))
        else:
            known.append(None)
    found: Quick | None = known[-1]
    return found


def program(rules: RuleSet) -> Program:
    """The exact reading of a rule set's steps, made once."""
    found = rules.__dict__.get(_PROGRAMS)
    if found is None:
        found = rules.__dict__[_PROGRAMS] = Program(rules.steps)
    assert isinstance(found, Program)
    return found


def _wanted(rules: RuleSet, silent: bool = False) -> Iterator[str]:
    """The steps that an assessment needs; `silent`: no total is reported."""
    for item in rules.items.values():
        # a gate that sets the points must not hide an outcome that cannot be scored, or points that nobody may set
        yield from (f"{item.id}:scored", *(stage.step for stage in item.stages if stage.name == "override"))
        yield item.points
    yield from (step.name for step in rules.steps.values() if step.kind == "gate")
    if not silent:
        for group in rules.groups.values():
            yield from (f"{group.id}:scored", group.points)
        yield from ("rating:row", RATING)


def _flags(rules: RuleSet, evaluation: Evaluation) -> list[Finding]:
    """Compute the flags; one that cannot be computed is a warning, for a flag changes no points."""
    found = []
    for flag in rules.flags:
        before = len(evaluation.problems)
        evaluation.value(flag.step)
        for problem in evaluation.problems[before:]:
            label = rules.items[flag.item].label if flag.item is not None else rules.title
            found.append(
                FLAG_UNDECIDED.at(
                    problem.place, indicator=flag.item, flag=flag.id, label=label, why=Both(problem.message("zh"), problem.message("en"))
                )
            )
        del evaluation.problems[before:]
    return found


def _where_reported(rules: RuleSet, read: Outcomes, problem: Finding) -> Finding:
    """A problem of scoring stands where its outcome was reported (the one it is about, or the item's last); its facts
    keep the place in the rules.
    """
    item = rules.items.get(problem.indicator or "")
    ids = [str(problem.facts.get("about")), *reversed(item.inputs if item is not None else ())]
    place = next((read.reported[id].place for id in ids if id in read.reported), None)
    if place is None:
        return problem
    return dataclasses.replace(problem, place=place, facts={**problem.facts, "rule": problem.place})


def _elements_that_count(rules: RuleSet, evaluation: Evaluation) -> Iterator[str]:
    """The other elements of an item that lacks one: all of them are told at once."""
    for item in rules.items.values():
        if evaluation.value(item.cases) is BROKEN:
            for element in item.elements:
                node = rules.steps[element.input].node
                if isinstance(node, Input) and node.required:
                    yield element.step


def _outside(rules: RuleSet, read: Outcomes, evaluation: Evaluation) -> Iterator[Finding]:
    """Values outside of their declared range, read by a rule or not."""
    for declared in rules.inputs:
        reported = read.reported.get(declared.id)
        if declared.range is None or reported is None or evaluation.of(declared.range) is not False:
            continue
        facts = {"label": declared.label, "found": reported.text, "expected": declared.range_text}
        yield OUTSIDE_RANGE.at(reported.place, indicator=declared.item, **facts)


def _lacking(rules: RuleSet, read: Outcomes, evaluation: Evaluation) -> Iterator[Finding]:
    for name in evaluation.lacking:
        node = rules.steps[name].node
        assert isinstance(node, Input)
        reported = read.reported.get(name)
        place = reported.place if reported is not None else read.places.get(node.item or name, read.place)
        policy = f"{node.item}:not_applicable" in rules.steps
        yield MISSING_OUTCOME.at(place, indicator=node.item, label=node.label, found=name, or_else=OR_NOT_APPLICABLE if policy else "")


class Assessment(Mapping[str, ItemResult | GroupResult]):
    """What `score` gives: a mapping from ids of items and groups to their results."""

    _rules: RuleSet
    _code: ByCode | None

    def __init__(self, rules: RuleSet, exact: Exact | None = None, code: ByCode | None = None) -> None:
        own = self.__dict__
        own["_rules"], own["_code"] = rules, code
        if exact is not None:
            own["_exactly"] = exact

    @cached_property
    def _exactly(self) -> Exact:
        """The exact reading, which the explanations are built from: made when one is asked for."""
        return exactly(self._rules, self._outcomes, [])

    @cached_property
    def _outcomes(self) -> Outcomes:
        if self._code is None:
            return self._exactly.outcomes
        return self._code.reported or read_outcomes(self._rules, self._code.given)[0]

    @property
    def _evaluation(self) -> Evaluation:
        return self._exactly.evaluation

    @property
    def _silent(self) -> bool:
        return self._code is None and self._exactly.silent

    @cached_property
    def _deriving(self) -> Deriving:
        return Deriving(self._rules, self._evaluation, self._silent)

    @cached_property
    def _built(self) -> dict[str, ItemResult]:
        return {}

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an Assessment cannot be changed: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"an Assessment cannot be changed: {name}")

    # --- totals -----------------------------------------------------------------------------------------------------

    @property
    def rules(self) -> RuleSet:
        return self._rules

    @property
    def outcomes(self) -> Outcomes:
        return self._outcomes

    @property
    def total(self) -> Fraction | None:
        """None where a gate says that no number is reported."""
        return None if self._silent else self.number(TOTAL)

    @property
    def full(self) -> Fraction:
        return self._rules.total.weight

    @property
    def lost(self) -> Fraction | None:
        return None if self.total is None else self.full - self.total

    @property
    def not_scored(self) -> tuple[str, ...]:
        """Items without points: only where no total is reported, and an outcome of theirs is absent."""
        return tuple(id for id, item in self._rules.items.items() if not self._has(item))

    def _has(self, scored: Scored) -> bool:
        """Whether it has points of its own: with no total, an item that cannot be computed has none, whatever a gate sets."""
        steps = (f"{scored.id}:scored", scored.points)
        return not self._silent or all(isinstance(self._evaluation.value(step), Fraction) for step in steps)

    @property
    def points(self) -> Mapping[str, Fraction]:
        """The points of every item and group by id."""
        scored = {**self._rules.items, **self._rules.groups}
        return {id: self.number(one.points) for id, one in scored.items() if self._has(one) and not (id == TOTAL and self._silent)}

    @property
    def rating(self) -> Level:
        return self._rules.by_rank[int(self.number(RATING))]

    @property
    def rating_by_total(self) -> Level | None:
        """What the total alone gives, before any gate."""
        if self._silent:
            return None
        return self._rules.by_rank[int(self.number("rating:row"))]

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return (*self._rules.warnings, *self._exactly.outcomes.warnings)

    def number(self, step: str) -> Fraction:
        """The value of a step that is a number."""
        if self._code is not None and step in self._code.quick.at:
            return Fraction(*self._code.quick.pair(self._code.found, step))
        value = self._evaluation.value(step)
        assert isinstance(value, Fraction), step
        return value

    def value(self, step: str) -> Value:
        return self._evaluation.value(step)

    def evaluation_of(self, root: tree.Tree) -> Value | None:
        """The value of a formula over the steps of this assessment."""
        return self._evaluation.of(root)

    # --- items and groups -------------------------------------------------------------------------------------------

    def __getitem__(self, id: str) -> ItemResult | GroupResult:
        if id in self._rules.items and self._has(self._rules.items[id]):
            if id not in self._built:
                self._built[id] = self._item(self._rules.items[id])
            return self._built[id]
        return self.groups[id]

    def __iter__(self) -> Iterator[str]:
        yield from (id for id, item in self._rules.items.items() if self._has(item))
        yield from self.groups

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def item(self, id: str) -> ItemResult:
        """The result of an item. Raises KeyError."""
        found = self[id]
        if not isinstance(found, ItemResult):
            raise KeyError(id)
        return found

    @property
    def items_in_order(self) -> tuple[ItemResult, ...]:
        return tuple(self.item(id) for id, item in self._rules.items.items() if self._has(item))

    @cached_property
    def groups(self) -> Mapping[str, GroupResult]:
        """Groups by id, inner ones first; the last is the total (it is not there where no total is reported)."""
        found = {}
        for id, group in self._rules.groups.items():
            if not self._has(group) or (id == TOTAL and self._silent):
                continue
            points = self.number(group.points)
            found[id] = GroupResult(
                id, group.label, group.weight, points, group.weight - points, group.parent,
                group.applies is not None and self.value(group.applies) is False,
                tuple(self._deriving.group_steps(group)), tuple(self._deriving.roundings(group)),
            )  # fmt: skip
        return MappingProxyType(found)

    def _item(self, item: Scored) -> ItemResult:
        case, fired = self._deriving.fired(item)
        points = self.number(item.points)
        absent = item.applies is not None and self.value(item.applies) is False
        about = item.about
        return ItemResult(
            id=item.id, label=item.label, path=item.path, weight=item.weight, points=points,
            scored=self.number(f"{item.id}:scored"), lost=item.weight - points, method=str(about.get("method")),
            case=fired + 1, reason=case.reason, reason_label=case.label,
            target=str(about["target"]) if about.get("target") else None, actual=None if absent else self._actual(item),
            actual_value=None if absent else self._actual_value(item), not_applicable=absent,
            when=case.when, unmet=(needed(self._evaluation, [(tree.Name(str(item.applies)), True)]) if absent else None) or Needs(()),
            about=MappingProxyType(dict(about)), texts=MappingProxyType(self._texts(item)), inputs=tuple(self._inputs(item)),
            warnings=tuple(one for one in self._exactly.outcomes.warnings if one.indicator == item.id), deriver=self._deriving,
        )  # fmt: skip

    def _inputs(self, item: Scored) -> Iterator[Input]:
        """Every input the item reads, its own first."""
        nodes = [step.node for step in below(self._rules.steps, item.points)]
        inputs = [node for node in nodes if isinstance(node, Input) and ":" not in node.id]
        yield from sorted(inputs, key=lambda one: (one.item != item.id, one.place.line or 0, one.place.column or 0))

    def _actual_step(self, item: Scored) -> str | None:
        if f"{item.id}:actual" in self._rules.steps:
            return f"{item.id}:actual"
        return item.id if item.id in self._rules.steps else None

    def _actual_value(self, item: Scored) -> Value | None:
        step = self._actual_step(item)
        found = None if step is None else self._evaluation.values.get(step)
        return None if found is BROKEN else found

    def _actual(self, item: Scored) -> str | None:
        """The actual value as it was reported, or as it was computed."""
        reported = [self._outcomes.reported[id] for id in item.inputs if id in self._outcomes.reported]
        if len(reported) == 1 and reported[0].id == item.id:
            return reported[0].text or None
        if item.inputs:
            return None
        step = self._actual_step(item)
        value = None if step is None else self._evaluation.values.get(step)
        if step is None or value is None or value is BROKEN:
            return None
        declared = self._rules.steps[step]
        return value_text(value, unit=declared.unit, percent=declared.percent, exact=False, places=2)

    def _texts(self, item: Scored) -> dict[str, str]:
        """因、证、措施: the texts a person gave with the outcome."""
        found: dict[str, str] = {}
        for name in (f"{item.id}:not_applicable", f"{item.id}:override", item.id, *item.inputs):
            reported = self._outcomes.reported.get(name)
            if reported is not None:
                found.update(reported.texts)
        return found

    # --- gates and flags --------------------------------------------------------------------------------------------

    @property
    def gates(self) -> tuple[GateHeld, ...]:
        """The gates that held, in file order."""
        return tuple(GateHeld(gate.id, gate.because, gate.effects) for gate in self._rules.gates if self.value(gate.step) is True)

    @property
    def flags(self) -> tuple[FlagHeld, ...]:
        """The flags that held, in file order."""
        found = []
        for flag in self._rules.flags:
            if self.value(flag.step) is True:
                lacking = flag.needs is not None and flag.item is not None and not self._texts(self._rules.items[flag.item]).get(flag.needs)
                found.append(FlagHeld(flag.id, flag.item, flag.because, flag.needs, lacking))
        return tuple(found)

    @property
    def reasons(self) -> tuple[ReasonHeld, ...]:
        """The codes of items at or below their baseline: the largest loss first, ties in file order."""
        found = []
        for item in self._rules.items.values():
            code, baseline = item.about.get("reason"), item.about.get("baseline")
            applies = item.applies is None or self.value(item.applies) is not False
            if isinstance(code, str) and isinstance(baseline, Fraction) and applies and self._has(item):
                found.append(ReasonHeld(code, item.id, baseline - self.number(item.points)))
        return tuple(sorted((one for one in found if one.lost >= 0), key=lambda one: -one.lost))

    # --- the loss ledger --------------------------------------------------------------------------------------------

    @cached_property
    def ledger(self) -> tuple[LedgerLine, ...]:
        """From full marks to the total: full − Σ lost = total; and Σ points of items − Σ lost of stages = total, where the
        weights of the items add up to full marks (else the difference stands between them). Empty where there is no total.
        """
        lines: list[LedgerLine] = []
        if self.total is None:
            return ()
        for item in self._rules.items.values():
            lines.extend(self._item_lines(item))
        for group in self._rules.groups.values():
            lines.extend(self._stage_lines(group))
        assert self.full - sum((line.lost for line in lines), Fraction(0)) == self.total
        items = self._rules.items.values()
        points = sum((self.full - sum(item.weight for item in items), *(self.number(item.points) for item in items)), Fraction(0))
        assert points - sum((line.lost for line in lines if line.stage is not None), Fraction(0)) == self.total
        return tuple(lines)

    def _item_lines(self, item: Scored) -> Iterator[LedgerLine]:
        """One line an item; one an element where the elements' losses are the whole of it."""
        lost = item.weight - self.number(item.points)
        if not lost:
            return
        changed = self._deriving.gates_of(item.id) or self._deriving.set_by_person(item)
        elements = () if changed else self._deriving.elements_of(item.id)
        if elements and sum((one.lost for one in elements), Fraction(0)) == lost:
            for one in elements:
                if one.lost:
                    yield LedgerLine(one.lost, item=one.id, label=f"{item.label}·{one.label}", case=one.case, reason=one.reason)
            return
        case, fired = self._deriving.fired(item)
        if self._deriving.set_by_person(item):
            because = self._texts(item).get("because", "")
            yield LedgerLine(lost, item=item.id, label=item.label, case=fired + 1, reason="override", because=because)
            return
        if gates := self._deriving.gates_of(item.id):
            because = "、".join(gate.because or gate.id for gate in gates)
            yield LedgerLine(lost, item=item.id, label=item.label, case=fired + 1, reason="gate", because=because)
            return
        yield LedgerLine(lost, item=item.id, label=item.label, case=fired + 1, reason=case.reason, because=case.label, when=case.when)

    def _stage_lines(self, group: Scored) -> Iterator[LedgerLine]:
        """Every stage of a group that changed what is lost: the first is what its children lost. Stages that give no rational
        number belong to the one that rounds them.
        """
        children = [self._rules.scored(child) for child in group.children]
        whole = sum((child.weight for child in children), Fraction(0))
        lost = whole - sum((self.number(child.points) for child in children), Fraction(0))
        scaled = any(stage.name == "scaling" for stage in group.stages)
        open: Stage | None = None
        for stage in group.stages:
            if stage.name in ("combine", "scaling"):
                out_of = group.about.get("out_of")
                whole = out_of if stage.name == "combine" and isinstance(out_of, Fraction) and scaled else group.weight
            value = self.value(stage.step)
            if not isinstance(value, Fraction):
                open = open or stage
                continue
            told, after = open or stage, whole - value
            if lost != after:
                yield LedgerLine(after - lost, stage=f"{group.id}:{told.name}", label=group.label, because=told.because)
            lost, open = after, None

    def regain_line(self, line: LedgerLine) -> tuple[Regain, ...]:
        """The smallest changes that regain a line of the ledger, each of one input alone."""
        if line.item is None or line.lost <= 0:
            return ()
        if line.item in self._rules.items:
            return self.item(line.item).regains
        elements = ((item, element) for item in self._rules.items.values() for element in item.elements)
        return next((self._element_regain(item, element.input) for item, element in elements if element.id == line.item), ())

    def _element_regain(self, item: Scored, input: str) -> tuple[Regain, ...]:
        """An element turned: what the item gains."""
        declared, current = self._rules.steps[input].node, self.value(input)
        assert isinstance(declared, Input)
        to: Value = (not current) if isinstance(current, bool) else Fraction(0)
        trial = evaluate(program(self._rules), {**self._outcomes.values, input: to}, [item.points])
        gained = trial.value(item.points)
        if not isinstance(gained, Fraction) or gained <= self.number(item.points):
            return ()
        return (self._deriving.with_total(Regain(declared, current, to, gained - self.number(item.points))),)

    # --- in short ---------------------------------------------------------------------------------------------------

    @property
    def by_code(self) -> ByCode | None:
        """What the code reading gave; None where the exact reading scored."""
        return self._code

    def brief(self) -> dict[str, Any]:
        """Plain data: `total`, `rating`, and by id of `items` their `points`, `lost`, `case` and `reason`; numbers are texts."""
        from perfscore.scoring.brief import brief

        return brief(self)

    def lines(self, language: Language = "zh") -> list[str]:
        """One line an item: its points, what was reported and aimed at, the reason and the arithmetic (`explain` in short)."""
        from perfscore.scoring.lines import Lines
        from perfscore.scoring.telling import in_language

        known = self._rules.__dict__.setdefault(_LINES, {})
        if language not in known:
            language = in_language(language)
            known[language] = Lines(self, language)
        lines: Lines = known[language]
        told = None if self._code is None or self._code.read is None else lines.quickly(self._code.quick, self._code.read, self._code.given)
        return lines.exactly(self) if told is None else told

    # --- telling ----------------------------------------------------------------------------------------------------

    def explain(self, language: Language = "zh", item: str | None = None) -> str:
        """The derivation of one item (its id or label), or of all, as text. Raises KeyError for an unknown item."""
        from perfscore.scoring import telling

        return telling.explanation(self, telling.in_language(language), item)

    def to_dict(self, language: Language = "zh") -> dict[str, Any]:
        """The JSON of `score --json` (docs/json.md). Raises ValueError for a language that is neither zh nor en."""
        from perfscore.scoring import json

        return json.to_dict(self, language)

    @classmethod
    def from_dict(cls, told: Mapping[str, Any], rules: RuleSet | None = None) -> Self:
        """The assessment that `to_dict` told: the outcomes are scored again, and must give the same total.

        `rules`: the rule set, where its id is not built in. Raises ValueError for what `to_dict` did not tell, and where rules or
        total differ; RuleError where the rules cannot be loaded; OutcomeError where the outcomes cannot be scored.
        """
        from perfscore.scoring import json

        return json.from_dict(told, rules)  # type: ignore[return-value]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as its rules and outcomes, and scored again."""
        return score, (self._rules, dict(self._outcomes.given))

    def __str__(self) -> str:
        from perfscore.scoring import telling

        return telling.summary(self, "zh")

    def __repr__(self) -> str:
        return f"<Assessment {self._rules.id}: {value_text(self.total)} {self.rating.label}>"

    def _repr_html_(self) -> str:
        from perfscore.scoring import telling

        return telling.html(self, "zh")
