"""Scoring at compiled speed: plain outcomes through the code reading of the rules.

What the code does not decide (an outcome with a note, a problem of any kind) is left to the exact reading, which gives the
same numbers for everything that the code does decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from operator import itemgetter
from typing import Any

from perfscore.readings.code import Compiled, Elsewhere, Pair, compile_steps
from perfscore.ruleset.ruleset import RuleSet
from perfscore.scoring.plain import BITS, Numbers, word_reader
from perfscore.steps import Step, Steps

RANGE = "range:"
MAX_PLANS = 64


@dataclass(frozen=True, slots=True)
class Plan:
    """How the outcomes of one set of ids are read: which of them are numbers, which are words, and the function's arguments
    out of all of these and None.
    """

    numbers: Numbers
    number_ids: tuple[str, ...]
    words: tuple[tuple[str, Callable[[Any], Any]], ...]
    arguments: Callable[[list[Any]], tuple[Any, ...]]


class Quick:
    """The code reading of a rule set with the readers of its inputs. `at`: where each computed step stands."""

    def __init__(self, rules: RuleSet, code: Compiled) -> None:
        self.rules = rules
        self.code = code
        self.at = {name: k for k, name in enumerate(code.wanted)}
        self.case_at = {name: code.first_case + k for k, name in enumerate(code.fired)}
        self.function = code.function
        self.plans: dict[tuple[str, ...], Plan | None] = {}
        claims = [(code.places[k], True) for name, k in self.at.items() if name.startswith(RANGE)]
        silent = [(code.places[self.at[gate.step]], False) for gate in rules.gates if gate.silences]
        self.useful = all(place.at is not None or place.known is wanted for place, wanted in [*claims, *silent])
        self.demands = [(place.at, wanted) for place, wanted in [*claims, *silent] if place.at is not None]

    def _plan(self, ids: tuple[str, ...]) -> Plan | None:
        """None where one of the ids has no plain form."""
        declared = {one.id: one for one in self.rules.inputs if "." not in one.id}
        numbers, words = [], []
        for id in ids:
            one = declared.get(id)
            if one is not None and one.type == "number" and not one.judged:
                numbers.append(one)
                continue
            reader = None if one is None else word_reader(one)
            if reader is None:
                return None
            words.append((id, reader))
        names = tuple(one.id for one in numbers)
        where = {(id, part): 2 * k + d for k, id in enumerate(names) for d, part in enumerate(("n", "d"))}
        where.update({(id, "value"): 2 * len(names) + k for k, (id, _) in enumerate(words)})
        absent = 2 * len(names) + len(words)
        asked = [where.get((name, part), absent) for name, part in self.code.parameters]
        return Plan(Numbers(numbers), names, tuple(words), itemgetter(*asked, absent, absent))

    def run(self, outcomes: dict[str, Any]) -> tuple[Any, ...] | None:
        """What the function gives for outcomes that are all plain; None where the exact reading has to decide."""
        ids = tuple(outcomes)
        try:
            plan = self.plans[ids]
        except KeyError:
            plan = self._plan(ids)
            if len(self.plans) < MAX_PLANS:
                self.plans[ids] = plan
        if plan is None:
            return None
        texts = outcomes.values() if not plan.words else [outcomes[id] for id in plan.number_ids]
        numbers = plan.numbers.read(texts)
        if numbers is None:
            return None
        given: list[Any] = numbers
        for id, read in plan.words:
            value = read(outcomes[id])
            if value is None:
                return None
            given.append(value)
        given.append(None)
        try:
            found = self.function(*plan.arguments(given)[:-2])
        except (Elsewhere, ArithmeticError, TypeError, ValueError, AttributeError):
            return None
        for at, wanted in self.demands:
            if found[at] is not wanted:
                return None
        return found

    def pair(self, found: tuple[Any, ...], step: str) -> Pair:
        """Numerator and denominator of a computed step."""
        place = self.code.places[self.at[step]]
        if place.at is None:
            assert isinstance(place.known, Fraction)
            return place.known.as_integer_ratio()
        return found[place.at], place.den if place.under is None else found[place.under]

    def case(self, found: tuple[Any, ...], step: str) -> int:
        """The case of a case list that decided."""
        case: int = found[self.case_at[step]]
        return case


def quick_of(rules: RuleSet, wanted: Iterator[str]) -> Quick | None:
    """The code reading of a rule set; None where it has none that is of use."""
    ranges = [
        Step(f"{RANGE}{declared.id}", "quantity", declared.range, declared.place)
        for declared in rules.inputs
        if declared.range is not None and declared.id in rules.steps
    ]
    names = [*dict.fromkeys(wanted), *(flag.step for flag in rules.flags), *(step.name for step in ranges)]
    code = compile_steps(Steps([*rules.steps.values(), *ranges]), names, [item.cases for item in rules.items.values()])
    if code is None or code.bits < BITS or code.lists:
        return None
    found = Quick(rules, code)
    return found if found.useful else None
