"""The writer of the code reading: steps and inputs, each written where it is first needed, on top of formulas, branches, arithmetic.

A step that only one other reads is carried on inside of its branches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.readings.function.arithmetic import WIDE
from perfscore.readings.function.branches import Arm, Leaf, arms
from perfscore.readings.function.draft import Dead, Lines, sanitised
from perfscore.readings.function.formulas import Formulas
from perfscore.readings.function.polynomial import NO, Code, Expression, List, Number, Truth, cheap, constant
from perfscore.steps import Cases, Input, Round, Rows, Step, Steps

MAX_LEAVES = 24  # how often what follows a case list may be written out again
LINES_PER_STEP = 60  # more lines than this are too many


class Writer(Formulas):
    """Writes the function."""

    def __init__(self, steps: Steps, wanted: Sequence[str], fired: Sequence[str], scale: int | None = None, eager: bool = False) -> None:
        super().__init__()
        self.steps = steps
        self.scale = scale
        self.eager = eager
        self.wanted = tuple(wanted)
        self.fired = {name: f"case{k}" for k, name in enumerate(fired)}
        self.done: dict[str, bool] = {}  # case lists whose case is noted
        self.inputs: dict[str, tuple[str, ...]] = {}
        self.lists: dict[str, str] = {}
        self.uses: Counter[str] = Counter(self.wanted)
        self.users: dict[str, set[str]] = {}
        self.named: dict[str, tuple[str, ...]] = {}
        self.repeated: dict[str, tuple[str, ...]] = {}
        self.always: dict[str, list[str]] = {}
        self.splits: dict[str, int] = {}
        self._survey()
        rows = sum(len(node.cases) for name in self.named if isinstance(node := steps[name].node, Cases))
        self.most_lines = LINES_PER_STEP * (50 + len(self.named) + rows)

    def _survey(self) -> None:
        """How often each step is named, and by whom."""
        seen = set(stack := [*self.wanted, *self.fired])
        while stack:
            step = self.steps[stack.pop()]
            if isinstance(step.node, Rows):
                continue
            roots = [step.node.missing] if isinstance(step.node, Input) else step.trees()
            named = [name.name for root in roots if root is not None for name in tree.names(root)]
            self.uses.update(named)
            self.named[step.name] = tuple(dict.fromkeys(named))
            self.repeated[step.name] = tuple(name for name, times in Counter(named).items() if times > 1)
            for name in self.named[step.name]:
                self.users.setdefault(name, set()).add(step.name)
                if name not in seen:
                    seen.add(name)
                    stack.append(name)
        for name in self.wanted:
            self.users.setdefault(name, set()).add("")

    # --- steps

    def need(self, name: str) -> Expression:
        """The value of a step here."""
        found = self.env.get(name)
        if found is None:
            found = self._step(self.steps[name])
            self.put(self.env, name, found)
        return found

    def _step(self, step: Step) -> Expression:
        match step.node:
            case Input():
                return self._input(step.name, step.node)
            case Rows():
                return self._rows(step.name)
            case tree.Number(value):
                return constant(value)
        block, at = self.block, len(self.block)
        found = self.joined(lambda leaf: self.stream(step, leaf))
        found = self.settled(step.name, found)
        if len(block) > at:
            block.insert(at, f"# {sanitised(step.name)}")
        return found

    def settled(self, name: str, value: Expression) -> Expression:
        """A value that is used more than once gets a name, if there is anything to compute."""
        if isinstance(value, Number) and value.below and self.width(value.poly)[1] > WIDE:
            return self.narrowed(value)
        if self.uses[name] > 1:
            if isinstance(value, Number):
                return value if cheap(value) else self.simple(value)
            if isinstance(value, Truth) and value.op in ("and", "or"):
                held = self.fresh("b")
                self.line(f"{held} = {value.text}")
                return Truth(held, op="is", parts=(value,))
        elif isinstance(value, Number) and len(value.below) > 2:
            return self.narrowed(value)
        return value

    def stream(self, step: Step, leaf: Leaf) -> None:
        """The step's value in each of its branches; a step that only this one reads is carried on inside of them."""
        before = self._before(step)
        if before is None:
            self._node(step, leaf)
            return

        def carried(value: Expression) -> None:
            self.put(self.env, before, self.settled(before, value))
            self._node(step, leaf)

        self.stream(self.steps[before], carried)
        if step.name in self.fired:
            self.put(self.done, step.name, True)

    def _node(self, step: Step, leaf: Leaf) -> None:
        if self.eager:
            self._ahead(self.repeated[step.name])
        match step.node:
            case Cases(cases):
                self._cases(step, arms(cases), leaf)
                if step.name in self.fired:
                    self.put(self.done, step.name, True)
            case Round(of, rounding, _):
                self.split(of, lambda value: leaf(self.rounded(self.as_number(value), rounding.step, rounding.mode)))
            case Input() | Rows():
                leaf(self.need(step.name))
            case formula:
                self.split(formula, leaf)

    def _ahead(self, names: Sequence[str]) -> None:
        """Steps that are named several times, written once before the branches that need them: shorter, but what only one
        branch needs may then raise for all of them.
        """
        for name in names:
            outer, mark = self.block, len(self.trail)
            lines: Lines = []
            self.block = lines
            try:
                self.need(name)
                outer.extend(lines)
            except Dead:
                self.revert(mark)
            finally:
                self.block = outer

    def _cases(self, step: Step, arms: Sequence[Arm], leaf: Leaf) -> None:
        noted = self.fired.get(step.name)

        def one(arm: Arm) -> None:
            if arm.arms:
                self.cases(arm.arms, one)
                return
            assert arm.points is not None
            if noted is not None:
                self.line(f"{noted} = {arm.case}")
            self.split(arm.points, leaf)

        self.cases(arms, one)

    def _before(self, step: Step) -> str | None:
        """The step that this one alone reads, always, and that ends in several branches."""
        for name in self._surely(step):
            if name not in self.env and self._carries(step, name):
                leaves = self.leaves(name)
                if leaves > 1 and leaves * self._own_leaves(step) <= MAX_LEAVES:
                    return name
        return None

    def _carries(self, step: Step, name: str) -> bool:
        """Whether the step has little more to read than the step of this name, which nothing else reads."""
        before = self.steps[name]
        if self.users[name] != {step.name} or isinstance(before.node, (Input, Rows)):
            return False
        return all(
            one == name or one in self.env or self._fixed(one) or (step.name in self.users[one] and before.name in self.users[one])
            for root in step.trees()
            for one in (name.name for name in tree.names(root))
        )

    def _surely(self, step: Step) -> list[str]:
        found = self.always.get(step.name)
        if found is None:
            found = self.always[step.name] = _always(step)
        return found

    def _fixed(self, name: str) -> bool:
        """Whether the step is a number, or only another name for one."""
        node = self.steps[name].node
        return isinstance(node, tree.Number) or (isinstance(node, tree.Name) and self._fixed(node.name))

    def leaves(self, name: str) -> int:
        """In how many branches the step can end, if what only it reads is carried on."""
        found = self.splits.get(name)
        if found is None:
            step = self.steps[name]
            self.splits[name] = 1
            before = [one for one in self._surely(step) if self._carries(step, one)]
            found = self._own_leaves(step) * max((self.leaves(one) for one in before), default=1)
            self.splits[name] = found
        return found

    def _own_leaves(self, step: Step) -> int:
        match step.node:
            case Cases(cases):
                return sum(_leaves(case.points) for case in cases if case.points is not None)
            case Round(of, _, _):
                return _leaves(of)
            case Input() | Rows():
                return 1
            case formula:
                return _leaves(formula)

    def split(self, root: Tree, leaf: Leaf) -> None:
        """The value of a formula, given to `leaf` in each branch that it ends in."""
        match root:
            case tree.Choose(condition, then, otherwise):
                arms = (Arm(condition, then, 0), Arm(None, otherwise, 1))
                self.cases(arms, lambda arm: self.split(arm.points, leaf))  # type: ignore[arg-type]
            case tree.Name(name) if name not in self.env and self.uses[name] == 1 and self.leaves(name) > 1:
                self.stream(self.steps[name], leaf)
            case tree.Arithmetic("*", left, right) if _splits(right) and (factor := self.constant(left)) is not None:
                self.split(right, lambda value, by=factor: leaf(self.multiply(by, self.as_number(value))))  # type: ignore[misc]
            case tree.Arithmetic("*" | "/" as op, left, right) if _splits(left) and (factor := self.constant(right)) is not None:
                change = self.multiply if op == "*" else self.divide
                self.split(left, lambda value, by=factor: leaf(change(self.as_number(value), by)))  # type: ignore[misc]
            case tree.Call("min" | "max" as function, (first, second)):
                self.split(first, lambda value: self.either(function, value, self.value(second), leaf))
            case _:
                leaf(self.value(root))

    def constant(self, root: Tree) -> Number | None:
        """The number, where it is known now and nothing has to be written for it."""
        if isinstance(root, tree.Name) and self._fixed(root.name):
            found = self.need(root.name)
        elif isinstance(root, tree.Number):
            found = constant(root.value)
        else:
            return None
        return found if isinstance(found, Number) and found.fixed else None

    # --- inputs

    def argument(self, name: str) -> tuple[str, ...]:
        found = self.inputs.get(name)
        if found is None:
            k, node = len(self.inputs), self.steps[name].node
            assert isinstance(node, Input)
            found = self.inputs[name] = (
                (f"v{k}_",) if node.type != "number" else (f"n{k}_", f"d{k}_") if self.scale is None else (f"n{k}_",)
            )
            for one in found:
                self.bits[one] = (1, 0) if node.type == "number" else (0, 23)
            self.positive.update(dict.fromkeys(found[1:], True))
            self.unders.update(found[1:])
        return found

    def _input(self, name: str, declared: Input) -> Expression:
        first = self.argument(name)[0]
        absent = self.flagged(Truth(f"{first} is None"))
        if declared.missing is None:
            self._present(first)
            return self._given(name, declared)
        if declared.type == "yes_no" and isinstance(declared.missing, tree.Truth):
            return self.flagged(Truth(f"{first} is not False" if declared.missing.value else f"{first} is True"))
        if absent.known is False:
            return self._given(name, declared)

        def write(leaf: Leaf) -> None:
            live = False
            for header, held in ((f"if {first} is None:", True), ("else:", False)):

                def body(held: bool = held) -> None:
                    self.learn(absent, held)
                    assert declared.missing is not None
                    leaf(self.value(declared.missing) if held else self._given(name, declared))

                lines, alive = self.inside(body)
                self.block.append((header, lines))
                live = live or alive
            if not live:
                raise Dead

        return self.joined(write)

    def _present(self, first: str) -> None:
        absent = self.flagged(Truth(f"{first} is None"))
        if absent.known is True:
            self.dead()
        if absent.known is None:
            self.line(f"if {first} is None: raise E")
            self.learn(absent, False)

    def _given(self, name: str, declared: Input) -> Expression:
        first = self.argument(name)[0]
        match declared.type:
            case "number":
                return self.wide(Number({(first,): 1}, self.scale or 1, self.argument(name)[1:]))
            case "date":
                return Number({(first,): 1}, day=True)
            case "yes_no":
                return self.flagged(Truth(first))
            case "choice":
                return Code(first)
        self.dead()

    def missing(self, asked: Tree) -> Truth:
        node = self.steps[asked.name].node if isinstance(asked, tree.Name) else None
        if not isinstance(asked, tree.Name) or not isinstance(node, Input):
            self.dead()
        if node.missing is not None:
            self.need(asked.name)  # it is computed there, and may fail
            return NO
        return self.flagged(Truth(f"{self.argument(asked.name)[0]} is None"))

    def _rows(self, name: str) -> List:
        argument = self.lists.setdefault(name, f"rows{len(self.lists)}_")
        self._present(argument)
        return List(argument, "either")


def _splits(root: Tree) -> bool:
    return _leaves(root) > 1


def _leaves(root: Tree) -> int:
    """In how many branches a formula ends by itself."""
    match root:
        case tree.Choose(_, then, otherwise):
            return _leaves(then) + _leaves(otherwise)
        case tree.Call("min" | "max", (first, _)):
            return 1 + _leaves(first)
        case tree.Arithmetic("*" | "/", left, right):
            return max(_leaves(left), _leaves(right))
    return 1


def _always(step: Step) -> list[str]:
    """Steps that this one reads whatever happens."""
    match step.node:
        case Cases(cases):
            first = cases[0].when if cases else None
            found = first if first is not None else cases[0].points if cases else None
            return [] if found is None else list(dict.fromkeys(_sure(found)))
        case Round(of, _, _):
            return list(dict.fromkeys(_sure(of)))
        case Input() | Rows():
            return []
        case formula:
            return list(dict.fromkeys(_sure(formula)))


def _sure(root: Tree) -> Iterator[str]:
    match root:
        case tree.Name(name):
            yield name
        case tree.Choose(condition, then, otherwise):
            yield from _sure(condition)
            in_both = set(_sure(otherwise))
            yield from (name for name in _sure(then) if name in in_both)
        case tree.Logic(_, parts):
            yield from _sure(parts[0])
        case tree.Compare(first, rest):
            yield from _sure(first)
            yield from _sure(rest[0][1])
        case tree.Listing():
            return
        case tree.Call("missing"):
            return
        case _:
            for child in tree.children(root):
                yield from _sure(child)
