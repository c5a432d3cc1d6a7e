"""A line an item, the short form of `explain`: its points, what was reported and aimed at, why, and the arithmetic in numbers.

A case of an item has one sentence with gaps; an assessment fills them. The values come from the code reading where the rules
have one, else from the exact reading, and the line is the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from perfscore.finding import Language
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers.number import shortest
from perfscore.readings.code import Compiled, Pair
from perfscore.readings.text import SHOWN_DECIMALS, formula, value_text, words
from perfscore.ruleset.ruleset import RuleSet
from perfscore.scoring.facts import ItemResult
from perfscore.scoring.outcomes import choices
from perfscore.scoring.plain import YES_NO
from perfscore.scoring.quick import Quick, Reading, pairs_of
from perfscore.scoring.wording import Wording, as_reported, minus
from perfscore.steps import Case, Cases, Input, Scored

if TYPE_CHECKING:
    from perfscore.scoring.assessment import Assessment

_GAP = "\0"
_UNIT = 10**SHOWN_DECIMALS
_NAMES = re.compile(r"[^\W\d]\w*")


Gaps = tuple[str, "Callable[[Any], str] | None", list[tuple[int, int, bool]]]


@dataclass(frozen=True, slots=True)
class Sentence:
    """The line of one case: `text` has a %s for the points, for the actual value (`actual`), and for each of `names`."""

    text: str
    actual: bool
    names: tuple[str, ...]


class Lines:
    """The sentences of a rule set in one language."""

    def __init__(self, assessment: Assessment, language: Language) -> None:
        self.rules: RuleSet = assessment.rules
        self.language = language
        self.wording = Wording(assessment, language)
        self.points: Callable[[int, int], str] = lru_cache(maxsize=20_000)(self._points)
        self.sentences: dict[str, list[Sentence | None]] = {}
        for item in self.rules.items.values():
            node = self.rules.steps[item.cases].node
            assert isinstance(node, Cases)
            self.sentences[item.id] = [self._sentence(item, case) for case in node.cases]
        self.shown = {item.id: self._shown(item) for item in self.rules.items.values()}
        used = [name for several in self.sentences.values() for one in several if one is not None for name in one.names]
        self.percent = {name: self.rules.steps[name].percent for name in used}
        self.unreported = self.wording.say("not_reported")
        self.code: Compiled | None = None
        self.constants: tuple[int, ...] = ()
        self.rows: list[tuple[str, list[Gaps | None], int, Pair, Pair]] = []

    def _points(self, n: int, d: int) -> str:
        return self.wording.points(Fraction(n, d))

    def _sentence(self, item: Scored, case: Case) -> Sentence | None:
        """None for what does not apply: that is told from the assessment alone."""
        if case.reason == "not_applicable" or case.points is None:
            return None
        actual = self._own_input(item) is not None
        reason = self.wording.reason(case.reason, case.label, case.when, item)
        reported = self.wording.say("line_actual", actual=_GAP) if actual else ""
        target = self._target(item)
        aimed = self.wording.say("line_target", target=target) if target else ""
        names: list[str] = []
        computed = self._formula(case.points, names)
        counted = self.wording.say("line_formula", formula=computed) if computed else ""
        whole = self.wording.say(
            "line",
            label=item.label,
            points=_GAP,
            weight=shortest(item.weight),
            actual=reported,
            target=aimed,
            reason=reason,
            formula=counted,
        )
        return Sentence(minus(whole).replace("%", "%%").replace(_GAP, "%s"), actual, tuple(names))

    def _formula(self, root: Tree, names: list[str]) -> str:
        """A formula with gaps for its numbers; nothing where it is a single value, or what it computes depends on a condition."""
        if not any(isinstance(node, tree.Arithmetic | tree.Call) for node in tree.walk(root)):
            return ""
        if any(isinstance(node, tree.Choose | tree.Listing) for node in tree.walk(root)):
            return ""

        def gap(name: str) -> str:
            node = self.rules.steps[name].node
            if isinstance(node, tree.Number):
                return node.text or shortest(node.value)
            names.append(name)
            return _GAP

        return formula(root, gap, words(self.language)["functions"])

    def _own_input(self, item: Scored) -> Input | None:
        step = self.rules.steps.get(item.id)
        own = step.node if step is not None and isinstance(step.node, Input) else None
        return own if own is not None and own.type != "table" else None

    def _target(self, item: Scored) -> str:
        """The target with signs and unit, where it is written in numbers."""
        target, own = item.about.get("target"), self._own_input(item)
        if not isinstance(target, str) or (own is not None and own.type in ("choice", "yes_no")):
            return ""
        if any(name in self.rules.steps for name in _NAMES.findall(target)):
            return ""
        return self.wording.with_unit(target, item)

    def _shown(self, item: Scored) -> Callable[[Any], str]:
        """How the outcome of an item is shown that was given in a plain form."""
        own = self._own_input(item)
        if own is not None and own.type == "yes_no":
            words = {True: self.wording.say("yes"), False: self.wording.say("no")}
            return lambda given: words[YES_NO[given]]
        if own is not None and own.type == "choice":
            labels, codes = dict(own.values), choices(own)
            return lambda given: minus(labels[codes[given]])
        unit = None if own is None else own.unit
        return lambda given: minus(as_reported(str(given), unit))

    # --- filling in -------------------------------------------------------------------------------------------------------

    def exactly(self, assessment: Assessment) -> list[str]:
        """The lines from the exact reading."""
        return [self._line(assessment, item) for item in self.rules.items.values() if item.id in assessment]

    def _line(self, assessment: Assessment, item: Scored) -> str:
        result = assessment.item(item.id)
        sentence = self.sentences[item.id][result.case - 1]
        if sentence is None or result.points != assessment.value(f"{item.id}:scored"):
            return self._told(assessment, result)
        given = [self.wording.points(result.points)]
        if sentence.actual:
            given.append(minus(Wording(assessment, self.language).actual(result)))
        values = ((name, assessment.value(name)) for name in sentence.names)
        given.extend(minus(value_text(value, percent=self.percent[name], exact=False)) for name, value in values)
        return sentence.text % tuple(given)

    def _told(self, assessment: Assessment, item: ItemResult) -> str:
        """The line of an item that does not apply, or whose points a gate or a person set."""
        wording = Wording(assessment, self.language)
        reason = wording.reason(item.reason, item.reason_label, item.when, item)
        acted = [gate.because or gate.id for gate in item.gates]
        if acted:
            reason = wording.say("gate_line", because=wording.say("comma").join(acted))
        elif item.points != item.scored:
            reason = wording.overridden(item, short=True)
        facts = {"label": item.label, "points": wording.points(item.points), "weight": shortest(item.weight), "reason": reason}
        return minus(wording.say("line", **facts, actual="", target="", formula=""))

    def quickly(self, quick: Quick, read: Reading, given: Mapping[str, Any]) -> list[str] | None:
        """The lines from the code reading; None where one of them needs the exact reading."""
        if self.code is None:
            items = self.rules.items.values()
            wanted = [step for item in items for step in (item.points, f"{item.id}:scored")]
            self.code = quick.beside([*wanted, *self.percent], [item.cases for item in items])
            self.rows = [] if self.code is None else list(self._rows(self.code))
        code, found = self.code, None if self.code is None else quick.compute(self.code, read)
        if code is None or found is None:
            return None
        numbers, told = (*found, *self.constants), []
        for id, sentences, case_at, (a, b), (c, d) in self.rows:
            sentence = sentences[numbers[case_at]]
            if sentence is None or numbers[a] * numbers[d] != numbers[c] * numbers[b]:
                return None
            text, shown, gaps = sentence
            texts = [self.points(numbers[a], numbers[b])]
            if shown is not None:
                told_as = given.get(id)
                value = told_as.get("value") if type(told_as) is dict else told_as
                texts.append(self.unreported if value is None else shown(value))
            for n, d, percent in gaps:
                texts.append(number_text(numbers[n], numbers[d], percent))
            told.append(text % tuple(texts))
        return told

    def _rows(self, code: Compiled) -> Iterator[tuple[str, list[Gaps | None], int, Pair, Pair]]:
        """By item: its sentences with the places of their numbers, the place of its case, of its points and scored points."""
        at, self.constants = pairs_of(code)
        for k, (id, sentences) in enumerate(self.sentences.items()):
            told: list[Gaps | None] = []
            for one in sentences:
                gaps = [] if one is None else [(*at[name], self.percent[name]) for name in one.names]
                told.append(None if one is None else (one.text, self.shown[id] if one.actual else None, gaps))
            yield id, told, code.first_case + k, at[self.rules.items[id].points], at[f"{id}:scored"]


def number_text(n: int, d: int, percent: bool) -> str:
    """n / d as `value_text(…, exact=False)` writes it: at most six decimals, cut off with an ellipsis where there are more."""
    units, rest = divmod(abs(n) * (100 * _UNIT if percent else _UNIT), d)
    whole, part = divmod(units, _UNIT)
    text = f"{whole}.{part:0{SHOWN_DECIMALS}d}"
    text = text + "…" if rest else text.rstrip("0").rstrip(".")
    return f"{'−' if n < 0 else ''}{text}{'%' if percent else ''}"
