"""Attainable values of any step, up to the total and the rating: sums of independent parts, each with outcomes that give it.

Parts that share inputs are looked through together. Gates are fixed, true or false, one combination after the other; an outcome
counts only where its gates are as they were fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

from perfscore.checks.domain import Domain, Sweep, Undecided
from perfscore.checks.search import representatives
from perfscore.checks.values import Span, Values, constant, image, outcome_maker
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.readings.exact import BROKEN, Evaluation, Value
from perfscore.readings.pieces import Form, Line, NotPieces, Piece, Pieces
from perfscore.ruleset.ruleset import RATING, TOTAL, RuleSet
from perfscore.steps import Case, Cases, Input, Round, Rows, Step

MAX_GATES = 6
Given = Mapping[str, Value]


@dataclass(slots=True)
class Attainable:
    """What steps can give in base outcomes; `given`: gates that are fixed, and inputs."""

    domain: Domain
    given: Given = field(default_factory=dict)
    known: dict[str, Values] = field(default_factory=dict)
    shared: dict[str, Values] = field(default_factory=dict)  # of steps that no gate has to do with: the same whatever is given
    fixed: dict[str, Value] = field(default_factory=dict)  # what is given, and inputs that have one value in base outcomes

    def __post_init__(self) -> None:
        for name, step in self.domain.rules.steps.items():
            values = self.domain.values(name) if isinstance(step.node, Input) else None
            if values is not None and len(values) == 1:
                self.fixed[name] = values[0]
        self.fixed.update(self.given)

    def moves(self, name: str) -> bool:
        """Whether a step hangs on an outcome that is not fixed."""
        return name not in self.fixed and any(one not in self.fixed for one in self.domain.cone(name))

    def of(self, name: str) -> Values:
        """All values of a step. Raises Undecided."""
        known = self.shared if self._free(name) else self.known
        if name not in known:
            known[name] = self._of(name)
        return known[name]

    def _free(self, name: str) -> bool:
        """Whether neither what is given, nor an input that it hangs on, has to do with the step."""
        given = {one for gate in self.given for one in (gate, *self.domain.cone(gate))}
        return not given & {*self.domain.cone(name), *self.domain.reads(name)}

    def _of(self, name: str) -> Values:
        step = self.domain.rules.steps[name]
        if isinstance(self.fixed.get(name), Fraction):
            return constant(self.fixed[name])
        parts = self._parts(step)
        try:
            return self._swept([name])
        except Undecided:
            if parts is None:
                raise
        return self._made(step, parts)

    def _parts(self, step: Step) -> list[str] | None:
        """The steps that a step reads and that hang on outcomes; None: it has to be looked through as a whole."""
        if isinstance(step.node, Input):
            return None
        moving = [name for name in step.uses() if self.moves(name)]
        return moving or None

    # --- looked through as a whole -------------------------------------------------------------------------------------

    def _gates(self, cone: Sequence[str]) -> list[str]:
        """The fixed steps that hang on any of these inputs."""
        return [
            name
            for name in self.given
            if not isinstance(self.domain.rules.steps[name].node, Input) and set(self.domain.cone(name)) & set(cone)
        ]

    def _swept(self, names: Sequence[str]) -> Values:
        """The sum of steps that share inputs, by all their outcomes."""
        cone = self.domain.cone(*names)
        gates = self._gates(cone)
        found: dict[Fraction, Callable[[], dict[str, Value] | None]] = {}
        for sweep in self.domain.sweeps(*names, *gates):
            if any(name in sweep.fixed and sweep.fixed[name] != value for name, value in self.given.items()):
                continue
            for piece in sweep.pieces(self.domain.program, [*names, *gates], names):
                if all(piece.values.get(gate) == self.given[gate] for gate in gates):
                    for value, maker in _sums(piece, names, sweep):
                        found.setdefault(value, maker)
        return Values.of(found)

    # --- put together from parts ---------------------------------------------------------------------------------------

    def _made(self, step: Step, parts: list[str]) -> Values:
        match step.node:
            case Round(of, rounding, _):
                inner = self._tree(of)
                whole = rounding.mode == "none" or (inner.unit / rounding.step).denominator == 1  # multiples of the step already
                return inner if whole else inner.mapped(rounding.apply)
            case Cases(cases):
                return self._cases(step, cases, parts)
            case Input():
                raise Undecided(step.name)
            case root:
                return self._tree(root)  # type: ignore[arg-type]

    def _cases(self, step: Step, cases: tuple[Case, ...], parts: list[str]) -> Values:
        if len(parts) == 1:
            return self._through(step, parts[0])
        for case in cases:
            truth = True if case.when is None else self._truth(case.when)
            if truth is None:
                break
            if truth:
                if case.points is None:
                    raise Undecided(step.name)
                return self._tree(case.points)
        return self._swept([step.name])

    def _through(self, step: Step, part: str) -> Values:
        """A step that hangs on one part alone: what it makes of each of its values."""
        program = self.domain.program

        def function(value: Fraction) -> Fraction | None:
            found = Evaluation(program, {**self.fixed, part: value}).value(step.name)
            return found if isinstance(found, Fraction) else None

        return self.of(part).mapped(function)

    def _truth(self, root: Tree) -> bool | None:
        """A condition where it is the same for all outcomes; else None."""
        if not any(self.moves(name.name) for name in tree.names(root)):
            found = Evaluation(self.domain.program, dict(self.fixed)).of(root)
            return found if isinstance(found, bool) else None
        match root:
            case tree.Call("missing", (tree.Name(name),)):
                node = self.domain.rules.steps[name].node if name in self.domain.rules.steps else None
                return False if isinstance(node, Input) and (node.required or node.missing is not None) else None
            case tree.Not(operand):
                inner = self._truth(operand)
                return None if inner is None else not inner
            case tree.Logic(op, parts):
                truths = [self._truth(part) for part in parts]
                if op == "and":
                    return False if False in truths else True if all(truths) else None
                return True if True in truths else None if None in truths else False
            case tree.Name(name):
                node = self.domain.rules.steps[name].node
                return None if isinstance(node, (Input, Cases, Round, Rows)) else self._truth(node)
        return None

    def _tree(self, root: Tree) -> Values:
        if not any(self.moves(name.name) for name in tree.names(root)):
            value = Evaluation(self.domain.program, dict(self.fixed)).of(root)
            if not isinstance(value, Fraction):
                raise Undecided
            return constant(value)
        match root:
            case tree.Name(name):
                return self.of(name)
            case tree.Choose(condition, then, otherwise):
                truth = self._truth(condition)
                if truth is not None:
                    return self._tree(then if truth else otherwise)
                return self._anyhow(root)
            case tree.Call("sum", arguments):
                return self._added(arguments)
            case tree.Arithmetic("+", left, right):
                return self._added([left, right])
        return self._anyhow(root)

    def _anyhow(self, root: Tree) -> Values:
        """A formula of one part: at each of its values."""
        names = {name.name for name in tree.names(root) if self.moves(name.name)}
        if len(names) != 1:
            raise Undecided
        part = next(iter(names))
        program, given = self.domain.program, dict(self.fixed)

        def function(value: Fraction) -> Fraction | None:
            found = Evaluation(program, {**given, part: value}).of(root)
            return found if isinstance(found, Fraction) else None

        return self.of(part).mapped(function)

    def _added(self, terms: Sequence[Tree]) -> Values:
        """A sum: terms that share inputs are looked through together, the others are added set by set."""
        clusters: list[tuple[set[str], list[Tree]]] = []
        for term in terms:
            cone = self._cone(term)
            group, rest = [term], []
            for inputs, members in clusters:
                if inputs & cone:
                    cone, group = cone | inputs, [*members, *group]
                else:
                    rest.append((inputs, members))
            clusters = [*rest, (cone, group)]
        total = constant(Fraction(0))
        for _, members in clusters:
            if len(members) == 1:
                total = total.plus(self._tree(members[0]))
                continue
            if not all(isinstance(one, tree.Name) for one in members):
                raise Undecided
            total = total.plus(self._swept([one.name for one in members if isinstance(one, tree.Name)]))
        return total

    def _cone(self, root: Tree) -> set[str]:
        """The inputs of a formula, those that only a fixed gate reads left out."""
        found: set[str] = set()
        for name in tree.names(root):
            if name.name not in self.fixed:
                found.update(one for one in self.domain.cone(name.name) if one not in self.fixed)
        return found


def _sums(piece: Piece, names: Sequence[str], sweep: Sweep) -> Iterator[tuple[Fraction, Callable[[], dict[str, Value] | None]]]:
    """The sums of some steps on one piece; at most one of them moves there, or the piece has few values."""
    forms = [piece.values.get(name) for name in names]
    if any(form is BROKEN for form in forms):
        return
    if not all(isinstance(form, Form) for form in forms):
        raise Undecided
    still = sum((form.number for form in forms if isinstance(form, Form) and form.constant), Fraction(0))
    moving = [form for form in forms if isinstance(form, Form) and not form.constant]
    if len(moving) > 1:
        yield from _point_by_point(piece, moving, still, sweep)
        return
    several: Any = image(moving[0] if moving else Form((), day=False), piece, sweep.line)
    if isinstance(several, Span):
        raise Undecided
    for value, maker in several:
        yield value + still if still else value, outcome_maker(sweep, maker)


def _point_by_point(
    piece: Piece, moving: Sequence[Form], still: Fraction, sweep: Sweep
) -> Iterator[tuple[Fraction, Callable[[], dict[str, Value] | None]]]:
    line = sweep.line
    if piece.is_point:
        yield sum((form.at(piece.at) for form in moving), still), outcome_maker(sweep, lambda: piece.at)
        return
    within = None if line.grid is None or piece.low is None or piece.high is None else line.inside(piece.low, piece.high)
    if within is None or line.grid is None or within[1] - within[0] > 5000:
        raise Undecided
    for k in range(within[0], within[1] + 1):
        x = k * line.grid
        yield sum((form.at(x) for form in moving), still), outcome_maker(sweep, lambda x=x: x)  # type: ignore[misc]


# --- the rating -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rated:
    """The totals of one combination of gates, and the ratings they are given: rank -> the totals that have it."""

    given: Given
    totals: Values
    ranks: Mapping[int, Values]
    subject: str


def ratings(domain: Domain) -> Iterator[Rated]:
    """Totals and ratings for each combination of gates (and of choices that the rating reads). Raises Undecided."""
    rules = domain.rules
    shared: dict[str, Values] = {}
    for given in _combinations(domain):
        reach = Attainable(domain, given, shared=shared)
        subject = _subject(rules)
        totals = reach.of(subject)
        if totals.bits:
            yield Rated(given, totals, _ranks(domain, given, subject, totals), subject)


def _subject(rules: RuleSet) -> str:
    row = rules.steps["rating:row"]
    return f"{TOTAL}:exact" if f"{TOTAL}:exact" in row.uses() else TOTAL


def _combinations(domain: Domain) -> Iterator[Given]:
    rules = domain.rules
    used = domain.reads(RATING) | domain.reads(TOTAL)
    gates = [gate.step for gate in rules.gates if gate.step in used]
    direct = _beside(rules)
    rated = [root for step in rules.steps.values() if step.kind == "rating" for root in step.trees()]
    choices: list[list[Value]] = []
    for name in direct:
        values = domain.values(name) or representatives(domain, name, rated)
        if values is None or name in domain.cone(TOTAL):
            raise Undecided
        choices.append(list(values))
    if len(gates) > MAX_GATES:
        raise Undecided
    for chosen in product(*[[False, True] for _ in gates], *choices):
        given: dict[str, Value] = dict(zip([*gates, *direct], chosen, strict=True))
        if _possible(domain, given, gates):
            yield given


def _beside(rules: RuleSet) -> list[str]:
    """Inputs that the rating reads itself, beside the total and the gates."""
    found: dict[str, None] = {}
    for step in rules.steps.values():
        if step.kind == "rating":
            for name in step.uses():
                if isinstance(rules.steps[name].node, Input):
                    found[name] = None
    return list(found)


def _possible(domain: Domain, given: Given, gates: Sequence[str]) -> bool:
    """Whether the gates can be so together; by groups of gates that share inputs."""
    for gate in gates:
        together = [one for one in gates if set(domain.cone(one)) & set(domain.cone(gate))]
        if together[0] != gate:
            continue
        if not _some(domain, given, together):
            return False
    return True


def _some(domain: Domain, given: Given, gates: Sequence[str]) -> bool:
    for sweep in domain.sweeps(*gates):
        if any(name in sweep.fixed and sweep.fixed[name] != value for name, value in given.items()):
            continue
        for piece in sweep.pieces(domain.program, gates):
            if all(piece.values.get(gate) == given[gate] for gate in gates):
                return True
    return False


def rank_pieces(domain: Domain, given: Given, line: Line) -> list[Piece]:
    """The rating as a function of the total. Raises Undecided."""
    try:
        return Pieces(domain.program, _subject(domain.rules), line, given).over([RATING])
    except NotPieces:
        raise Undecided(RATING) from None


def ranks_possible(domain: Domain) -> set[int]:
    """Ranks that some total would be given, whether it can occur or not. Raises Undecided."""
    found: set[int] = set()
    for given in _combinations(domain):
        for piece in rank_pieces(domain, given, Line()):
            rank = piece.values.get(RATING)
            if isinstance(rank, Form) and rank.constant:
                found.add(int(rank.number))
    return found


def _ranks(domain: Domain, given: Given, subject: str, totals: Values) -> dict[int, Values]:
    """The totals that have each rank: the rating as a function of the total."""
    found: dict[int, Values] = {}
    pieces = rank_pieces(domain, given, Line(totals.lowest, totals.highest))
    for piece in pieces:
        rank = piece.values.get(RATING)
        if not isinstance(rank, Form) or not rank.constant:
            continue
        low = piece.low if isinstance(piece.low, Fraction) else None
        high = piece.high if isinstance(piece.high, Fraction) else None
        some = totals.within(low, high, piece.is_point, piece.is_point)
        if some.bits:
            key = int(rank.number)
            found[key] = found[key].joined(some) if key in found else some
    return found
