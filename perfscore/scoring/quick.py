"""Scoring at compiled speed: plain outcomes through the code reading of the rules.

What the code does not decide (an outcome with a note, a problem of any kind) is left to the exact reading, which gives the
same numbers for everything that the code does decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from operator import itemgetter
from typing import Any

from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers.number import shortest
from perfscore.readings.code import Compiled, Elsewhere, Pair, compile_steps
from perfscore.readings.exact import Value
from perfscore.ruleset.places import MAX_SCALAR
from perfscore.ruleset.ruleset import RuleSet
from perfscore.scoring.outcomes import TEXT_KEYS, Outcomes
from perfscore.scoring.plain import BITS, Numbers, word_reader
from perfscore.steps import Cases, Scored, Step, Steps

RANGE = "range:"
MAX_PLANS = 64
MAX_TEXTS = 1 << 16


class Texts(dict[int, str]):
    """Numerator -> the text of numerator / denominator, as JSON writes it."""

    def __init__(self, denominator: int) -> None:
        super().__init__()
        self.denominator = denominator

    def __missing__(self, numerator: int) -> str:
        text = shortest(Fraction(numerator, self.denominator))
        if len(self) < MAX_TEXTS:
            self[numerator] = text
        return text


@dataclass(slots=True)
class Plan:
    """How the outcomes of one set of ids are read: which of them are numbers, which are words; and by function, its arguments
    out of all that was read.
    """

    numbers: Numbers
    number_ids: tuple[str, ...]
    words: tuple[tuple[str, Callable[[Any], Any]], ...]
    arguments: dict[int, Callable[[list[Any]], tuple[Any, ...]]] = field(default_factory=dict)

    def order(self, code: Compiled) -> Callable[[list[Any]], tuple[Any, ...]]:
        """The arguments of a function out of the values: numerators, denominators, words, None."""
        count = len(self.number_ids)
        where = {(id, part): k + beyond for k, id in enumerate(self.number_ids) for part, beyond in (("n", 0), ("d", count))}
        where.update({(id, "value"): 2 * count + k for k, (id, _) in enumerate(self.words)})
        absent = 2 * count + len(self.words)
        chosen = [where.get((name, part), absent) for name, part in code.parameters]
        return itemgetter(*chosen, absent, absent)  # two more, so that it is a tuple in any case


Reading = tuple[Plan, list[Any]]


@dataclass(slots=True)
class ByCode:
    """What the code reading gave for one set of outcomes: the function's tuple; and the outcomes, plain or as the full reader
    read them.
    """

    quick: Quick
    found: tuple[Any, ...]
    read: Reading | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    reported: Outcomes | None = None


class Quick:
    """The code reading of a rule set with the readers of its inputs. `at`: where each computed step stands.

    `items`: id, where the points stand (numerator, denominator), the weight, the texts of points, where the case stands, the reasons
    of the cases. Where the denominator is fixed there are texts, and the weight is a number of such parts.
    """

    def __init__(self, rules: RuleSet, steps: Steps, code: Compiled) -> None:
        self.rules = rules
        self.steps = steps
        self.code = code
        self.at = {name: k for k, name in enumerate(code.wanted)}
        at, self.constants = pairs_of(code)
        self.texts: dict[int, Texts] = {}
        self.items = [self._item(item, *at[item.points], code.first_case + k) for k, item in enumerate(rules.items.values())]
        self.inputs = {one.id: one for one in rules.inputs if one.type != "table"}
        self.judged = {name for one in rules.inputs if one.judged for name in (one.id, one.item or one.id)}
        self.single = frozenset(id for id in self.inputs if "." not in id and id not in self.judged)
        self.plans: dict[tuple[str, ...], Plan | None] = {}
        claims = [(code.places[k], True) for name, k in self.at.items() if name.startswith(RANGE)]
        silent = [(code.places[self.at[gate.step]], False) for gate in rules.gates if gate.silences]
        self.useful = all(place.at is not None or place.known is wanted for place, wanted in [*claims, *silent])
        self.demands = [(place.at, wanted) for place, wanted in [*claims, *silent] if place.at is not None]

    def _item(self, item: Scored, n: int, d: int, case_at: int) -> tuple[str, int, int, Any, Texts | None, int, list[str]]:
        fixed = d - self.code.first_case - len(self.code.fired)  # behind what the function gives stand the constants
        below = self.constants[fixed] if fixed >= 0 else 0
        whole = item.weight * below
        texts = self.texts.setdefault(below, Texts(below)) if below and whole.denominator == 1 else None
        weight = item.weight if texts is None else whole.numerator
        return item.id, n, d, weight, texts, case_at, _reasons(self.steps, item.cases)

    def _plan(self, ids: tuple[str, ...]) -> Plan | None:
        """None where one of the ids has no plain form."""
        numbers, words = [], []
        for id in ids:
            one = self.inputs.get(id)
            if one is not None and one.type == "number":
                numbers.append(one)
                continue
            reader = None if one is None else word_reader(one)
            if reader is None:
                return None
            words.append((id, reader))
        return Plan(Numbers(numbers), tuple(one.id for one in numbers), tuple(words))

    def _planned(self, ids: tuple[str, ...]) -> Plan | None:
        """The plan of a set of ids, made once."""
        try:
            return self.plans[ids]
        except KeyError:
            plan = self._plan(ids)
            if len(self.plans) < MAX_PLANS:
                self.plans[ids] = plan
            return plan

    def _flat(self, outcomes: Mapping[str, Any]) -> dict[str, Any] | None:
        """Outcomes with their parts side by side (`system.made`); texts about them are left to the full reader."""
        flat: dict[str, Any] = {}
        for id, given in outcomes.items():
            if type(given) is not dict:
                if id in flat or id in self.judged:
                    return None
                flat[id] = given
                continue
            if id in self.judged and not (given.get("by") and given.get("because")):
                return None
            for key, part in given.items():
                if key in TEXT_KEYS:
                    if type(part) is not str or not part.isprintable() or len(part) > MAX_SCALAR:
                        return None  # the full reader tells which character is not allowed
                    continue
                name = id if key == "value" else f"{id}.{key}"
                if name in flat:
                    return None
                flat[name] = part
        return flat

    def read(self, outcomes: Mapping[str, Any]) -> Reading | None:
        """The values of outcomes that are all plain; None where the full reader has to decide."""
        plan = self._planned(tuple(outcomes))
        if plan is None or not self.single.issuperset(outcomes):
            flat = self._flat(outcomes)
            if flat is None:
                return None
            outcomes, plan = flat, self._planned(tuple(flat))
        if plan is None:
            return None
        values: list[Any] | None = plan.numbers.read(outcomes.values() if not plan.words else [outcomes[id] for id in plan.number_ids])
        if values is None:
            return None
        for id, read in plan.words:
            value = read(outcomes[id])
            if value is None:
                return None
            values.append(value)
        values.append(None)
        return plan, values

    def compute(self, code: Compiled, read: Reading) -> tuple[Any, ...] | None:
        """What a function gives; None where the exact reading has to decide."""
        plan, values = read
        arguments = plan.arguments.get(id(code))
        if arguments is None:
            arguments = plan.arguments[id(code)] = plan.order(code)
        try:
            return code.function(*arguments(values)[:-2])
        except (Elsewhere, ArithmeticError, TypeError, ValueError, AttributeError):
            return None

    def run(self, read: Reading) -> tuple[Any, ...] | None:
        """All that an assessment needs; None where a claim fails, no total is reported, or the exact reading has to decide."""
        return self._held(self.compute(self.code, read))

    def run_values(self, values: Mapping[str, Value]) -> tuple[Any, ...] | None:
        """The same from the values that the full reader gives."""
        try:
            return self._held(self.code.run(values).raw)
        except Elsewhere:
            return None

    def _held(self, found: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
        if found is not None:
            for at, wanted in self.demands:
                if found[at] is not wanted:
                    return None
        return found

    def beside(self, wanted: Sequence[str], fired: Sequence[str]) -> Compiled | None:
        """Another function over the same steps."""
        code = compile_steps(self.steps, wanted, fired)
        return None if code is None or code.bits < BITS or code.lists else code

    def pair(self, found: tuple[Any, ...], step: str) -> Pair:
        """Numerator and denominator of a computed step."""
        place = self.code.places[self.at[step]]
        if place.at is None:
            assert isinstance(place.known, Fraction)
            return place.known.as_integer_ratio()
        return found[place.at], place.den if place.under is None else found[place.under]


def _claim(id: str, within: Tree) -> Tree:
    """What is reported lies within its range."""
    return tree.Logic("or", (tree.Call("missing", (tree.Name(id),)), within))


def _reasons(steps: Steps, name: str) -> list[str]:
    node = steps[name].node
    return [case.reason for case in node.cases] if isinstance(node, Cases) else []


def pairs_of(code: Compiled) -> tuple[dict[str, tuple[int, int]], tuple[int, ...]]:
    """Where numerator and denominator of each wanted number stand in the function's tuple with these constants behind it."""
    constants: list[int] = []
    size = code.first_case + len(code.fired)

    def constant(value: int) -> int:
        if value not in constants:
            constants.append(value)
        return size + constants.index(value)

    at: dict[str, tuple[int, int]] = {}
    for name, place in zip(code.wanted, code.places, strict=True):
        if place.kind != "number":
            continue
        if place.at is None:
            assert isinstance(place.known, Fraction)
            at[name] = (constant(place.known.numerator), constant(place.known.denominator))
        else:
            at[name] = (place.at, constant(place.den) if place.under is None else place.under)
    return at, tuple(constants)


def quick_of(rules: RuleSet, wanted: Iterator[str]) -> Quick | None:
    """The code reading of a rule set; None where it has none that is of use."""
    ranges = [
        Step(f"{RANGE}{declared.id}", "quantity", _claim(declared.id, declared.range), declared.place)
        for declared in rules.inputs
        if declared.range is not None and declared.id in rules.steps
    ]
    # A flag changes no points, but an outcome that it needs and nobody reported is missing all the same.
    names = [*dict.fromkeys(wanted), *(flag.step for flag in rules.flags), *(step.name for step in ranges)]
    steps = Steps([*rules.steps.values(), *ranges])
    code = compile_steps(steps, names, [item.cases for item in rules.items.values()])
    if code is None or code.bits < BITS or code.lists:
        return None
    found = Quick(rules, steps, code)
    return found if found.useful else None
