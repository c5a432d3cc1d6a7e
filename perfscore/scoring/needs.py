"""What would have to hold for a truth to turn: comparisons, all of them or one of several (`facts.Needs`).

Ways that cannot be met beside what has to hold anyhow are left out (below 80% and still in the row of 90% to 100%), and so is
what holds already. Only comparisons with values that no outcome moves rule each other out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers.date import Day
from perfscore.readings.exact import Evaluation
from perfscore.scoring.facts import Failed, Needs
from perfscore.steps import Cases, Input, below

NEGATED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<", "in": "not in", "not in": "in"}
FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
MOST_OPENED = 200  # truths behind names; beyond these a name stands for itself
_TREES = (tree.Not, tree.Logic, tree.Compare, tree.Member, tree.Name)

Part = Failed | Needs


def needed(evaluation: Evaluation, wanted: Iterable[tuple[Tree, bool]]) -> Needs | None:
    """What would have to turn for each truth to become what is wanted of it; None where they cannot all be."""
    reading = _Reading(evaluation)
    parts = [part for root, truth in wanted for part in reading.parts(root, truth)]
    solved = reading.solved(parts, {})
    if solved is None:
        return None
    whole = _together(reading.strongest(reading.lacking(solved)))
    return whole if isinstance(whole, Needs) else Needs((whole,))


def inputs(evaluation: Evaluation, root: Tree) -> set[str]:
    """The inputs that a formula reads, directly or through other steps."""
    steps = evaluation.program.steps
    return {step.name for name in tree.names(root) for step in below(steps, name.name) if isinstance(step.node, Input)}


@dataclass(frozen=True, slots=True)
class _Region:
    """The values that comparisons leave to one quantity; dates by their day."""

    low: Fraction | None = None
    low_open: bool = False
    high: Fraction | None = None
    high_open: bool = False
    only: frozenset[object] | None = None
    never: frozenset[object] = frozenset()

    def beside(self, op: str, values: frozenset[object]) -> _Region:
        """What is left where one more comparison has to hold."""
        if op in ("=", "in"):
            return replace(self, only=values if self.only is None else self.only & values)
        if op in ("!=", "not in"):
            return replace(self, never=self.never | values)
        (edge,) = values
        if not isinstance(edge, Fraction):
            return self
        open = op in ("<", ">")
        if op in (">", ">=") and (self.low is None or (edge, open) > (self.low, self.low_open)):
            return replace(self, low=edge, low_open=open)
        if op in ("<", "<=") and (self.high is None or (-edge, open) > (-self.high, self.high_open)):
            return replace(self, high=edge, high_open=open)
        return self

    @property
    def empty(self) -> bool:
        if self.only is not None:
            return not any(self._holds(value) for value in self.only)
        if self.low is None or self.high is None or self.low < self.high:
            return False
        return self.low > self.high or self.low_open or self.high_open or self.low in self.never

    def _holds(self, value: object) -> bool:
        if value in self.never:
            return False
        if not isinstance(value, Fraction):
            return True
        above = self.low is None or value > self.low or (value == self.low and not self.low_open)
        return above and (self.high is None or value < self.high or (value == self.high and not self.high_open))


Regions = Mapping[Tree, _Region]


class _Reading:
    """The truths of one evaluation as comparisons, and what is known of each of these."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.opened = 0
        self.fixed: dict[Tree, bool] = {}
        self.met: set[Failed] = set()

    # --- a truth as comparisons -------------------------------------------------------------------------------------

    def parts(self, root: Tree, wanted: bool) -> Iterator[Part]:
        """What together makes the truth as it is wanted, with what holds already."""
        evaluation = self.evaluation
        match root:
            case tree.Name(name) if (opened := self._behind(name)) is not None:
                yield from self.parts(opened, wanted)
            case tree.Not(operand):
                yield from self.parts(operand, not wanted)
            case tree.Logic(op, parts) if (op == "and") is wanted:
                for part in parts:
                    yield from self.parts(part, wanted)
            case tree.Logic(_, parts):
                found = [tuple(self.parts(part, wanted)) for part in (_one_of(parts) if wanted else parts)]
                if ways := tuple(_together(one) for one in found if one):
                    yield Needs(ways, any=True)
            case tree.Compare(first, rest):
                pairs: list[Part] = []
                left = first
                for op, right in rest:
                    pairs.extend(self._pair(left, op if wanted else NEGATED[op], right))
                    left = right
                if wanted:
                    yield from pairs
                elif pairs:
                    yield Needs(tuple(pairs), any=True)
            case tree.Member(subject, options):
                op = "in" if wanted else "not in"
                yield self._leaf(Failed(subject, op, tree.Member(subject, options), evaluation.of(subject), None, None), root, wanted)
            case _:
                yield self._leaf(Failed(root, "=", tree.Truth(wanted, root.place), evaluation.of(root), wanted, None), root, wanted)

    def _behind(self, name: str) -> Tree | None:
        """The formula behind a named truth."""
        node = self.evaluation.program.steps[name].node
        if isinstance(node, (Input, Cases)) or not isinstance(node, _TREES) or self.opened >= MOST_OPENED:
            return None
        self.opened += 1
        return node

    def _leaf(self, failed: Failed, root: Tree, wanted: bool) -> Failed:
        if self.evaluation.of(root) is wanted:
            self.met.add(failed)
        return failed

    def _pair(self, left: Tree, op: str, right: Tree) -> Iterator[Failed]:
        """One comparison, the quantity that outcomes move first; nothing where it cannot be decided."""
        if op in FLIPPED and self._is_fixed(left) and not self._is_fixed(right):
            left, op, right = right, FLIPPED[op], left
        held = self.evaluation.of(tree.compare(left, op, right))
        if not isinstance(held, bool):
            return
        a, b = self.evaluation.of(left), self.evaluation.of(right)
        by = None
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            by = abs(a - b)
        elif isinstance(a, Day) and isinstance(b, Day):
            by = Fraction(abs(a.ordinal - b.ordinal))
        failed = Failed(left, op, right, a, b, by)
        if held:
            self.met.add(failed)
        yield failed

    # --- what can be met together -----------------------------------------------------------------------------------

    def solved(self, parts: Iterable[Part], known: Regions) -> list[Part] | None:
        """The parts without the ways that cannot be met beside the others; None where the parts cannot all be met."""
        regions = dict(known)
        fixed: list[Failed] = []
        choices: list[Needs] = []
        waiting = list(parts)
        while waiting:
            for part in _flat(waiting):
                if isinstance(part, Needs):
                    choices.append(part)
                    continue
                fixed.append(part)
                if not self._narrow(regions, part):
                    return None
            waiting, open = [], []
            for choice in choices:
                ways = self._ways(choice, regions)
                if ways is None:
                    continue
                if not ways:
                    return None
                if len(ways) == 1:
                    waiting.extend(ways)
                else:
                    open.append(Needs(tuple(ways), any=True))
            choices = open
        return [*(self._tightened(one, regions) for one in fixed), *choices]

    def _tightened(self, failed: Failed, regions: Regions) -> Failed:
        """`x >= 5`, where 5 itself is ruled out: `x > 5`."""
        values = self._values(failed)
        if failed.op not in (">=", "<=") or values is None or not values <= regions[failed.left].never:
            return failed
        tight = replace(failed, op=failed.op[0])
        if self.evaluation.of(tree.compare(tight.left, tight.op, tight.right)) is True:
            self.met.add(tight)
        return tight

    def _ways(self, choice: Needs, regions: Regions) -> list[Part] | None:
        """The ways of a choice that can be met; None where what has to hold anyhow brings one of them."""
        found: list[Part] = []
        for way in choice.parts:
            parts = self.solved([way], regions)
            if parts is None:
                continue
            parts = [one for one in parts if isinstance(one, Needs) or not self._brought(regions, one)]
            if not parts:
                return None
            whole = _together(parts)
            found.extend(whole.parts if isinstance(whole, Needs) and whole.any else [whole])
        alone = list(dict.fromkeys(found))
        return [one for one in alone if not any(self._brings(one, other) for other in alone if other != one)]

    def _is_fixed(self, root: Tree) -> bool:
        """Whether no outcome moves a formula."""
        if root not in self.fixed:
            self.fixed[root] = not inputs(self.evaluation, root)
        return self.fixed[root]

    def _values(self, failed: Failed) -> frozenset[object] | None:
        """The fixed values that a quantity is held against; None where there are none."""
        options = failed.right.options if isinstance(failed.right, tree.Member) else (failed.right,)
        values = [self.evaluation.of(one) for one in options]
        if not all(self._is_fixed(one) for one in options) or not all(isinstance(one, (Fraction, bool, str, Day)) for one in values):
            return None
        return frozenset(Fraction(one.ordinal) if isinstance(one, Day) else one for one in values)

    def _narrow(self, regions: dict[Tree, _Region], failed: Failed) -> bool:
        """Take one more comparison into account; False where nothing is left."""
        values = self._values(failed)
        if values is None:
            return True
        regions[failed.left] = regions.get(failed.left, _Region()).beside(failed.op, values)
        return not regions[failed.left].empty

    def _brought(self, regions: Regions, failed: Failed) -> bool:
        """Whether a comparison holds wherever the regions leave a quantity."""
        values, region = self._values(failed), regions.get(failed.left)
        return values is not None and region is not None and region.beside(NEGATED[failed.op], values).empty

    def _brings(self, one: Part, other: Part) -> bool:
        """Whether one comparison alone makes another hold: `x >= 5` brings `x >= 3`."""
        if isinstance(one, Needs) or isinstance(other, Needs) or one.left != other.left:
            return False
        regions: dict[Tree, _Region] = {}
        return self._narrow(regions, one) and self._brought(regions, other)

    # --- what is left to be told ------------------------------------------------------------------------------------

    def lacking(self, parts: Iterable[Part]) -> list[Part]:
        """The parts without what holds already."""
        found: list[Part] = []
        for part in parts:
            if isinstance(part, Failed):
                found.extend([part] if part not in self.met else [])
            elif not part.any:
                found.extend(self.lacking(part.parts))
            elif all(ways := [self.lacking([way]) for way in part.parts]):
                found.append(Needs(tuple(_together(way) for way in ways), any=True))
        return found

    def strongest(self, parts: Sequence[Part]) -> list[Part]:
        """Each part once, without the comparisons that another one brings."""
        alone = list(dict.fromkeys(parts))
        return [
            one
            for k, one in enumerate(alone)
            if not any(self._brings(other, one) and (n < k or not self._brings(one, other)) for n, other in enumerate(alone) if n != k)
        ]


def _together(parts: Sequence[Part]) -> Part:
    return parts[0] if len(parts) == 1 else Needs(tuple(parts))


def _flat(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts, those of an inner “all” among them."""
    for part in parts:
        if isinstance(part, Needs) and not part.any:
            yield from _flat(part.parts)
        else:
            yield part


def _one_of(parts: Sequence[Tree]) -> list[Tree]:
    """`kind = a or kind = b` as `kind in [a, b]`."""
    options: dict[Tree, list[Tree]] = {}
    for part in parts:
        if isinstance(part, tree.Compare) and [op for op, _ in part.rest] == ["="] and isinstance(part.rest[0][1], tree.Text):
            options.setdefault(part.first, []).append(part.rest[0][1])
    found: list[Tree] = []
    for part in parts:
        several = options.get(part.first, []) if isinstance(part, tree.Compare) else []
        if isinstance(part, tree.Compare) and len(several) > 1 and part.rest[0][1] in several:
            found.append(tree.Member(part.first, tuple(several), part.place))
        else:
            found.append(part)
    return list(dict.fromkeys(found))
