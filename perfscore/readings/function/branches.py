"""Branches of the code reading: case lists, choices and conditions become `if`s, and what their ends give is joined again.

What a branch knows holds inside of it, and of what comes after it the contrary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import lcm

from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.readings.function.arithmetic import Arithmetic
from perfscore.readings.function.draft import MAX_DEPTH, Dead, Lines
from perfscore.readings.function.polynomial import (
    HOLDS,
    YES,
    Bits,
    Code,
    Expression,
    List,
    Number,
    Relation,
    Several,
    Truth,
    cheap,
    decided,
    number,
    scaled,
)
from perfscore.steps import Case

MAX_LOOPS = 15  # Python allows 20 loops in each other
FLAT_FROM = 40  # case lists longer than this are written without nesting

Leaf = Callable[[Expression], None]


@dataclass(frozen=True, slots=True)
class Arm:
    """A case, or several that share their first condition (the last of them needs nothing more)."""

    when: Tree | None
    points: Tree | None
    case: int
    arms: tuple[Arm, ...] = ()


def _head(when: Tree | None) -> Tree | None:
    return when.parts[0] if isinstance(when, tree.Logic) and when.op == "and" else when


def arms(cases: Sequence[Case]) -> list[Arm]:
    """`a and b`, `a and c`, `a` become: where a holds, (b, c, otherwise)."""
    found: list[Arm] = []
    k = 0
    while k < len(cases):
        head, last = _head(cases[k].when), k
        for n in range(k + 1, len(cases)):
            if head is None or _head(cases[n].when) != head:
                break
            if cases[n].when == head:
                last = n
                break
        if last > k:
            inner = [
                Arm(tree.both(*one.when.parts[1:]) if isinstance(one.when, tree.Logic) else None, one.points, k + n)
                for n, one in enumerate(cases[k : last + 1])
            ]
            found.append(Arm(head, None, k, tuple(inner)))
        else:
            found.append(Arm(cases[k].when, cases[k].points, k))
        k = last + 1
    return found


class Branches(Arithmetic):
    """What is written in several branches."""

    def __init__(self) -> None:
        super().__init__()
        self.loops = 0

    def value(self, root: Tree) -> Expression:
        """The value of a formula here (formulas.py)."""
        raise NotImplementedError

    def truth(self, root: Tree) -> Truth:
        found = self.value(root)
        if not isinstance(found, Truth):
            self.dead()
        return found

    def probe(self, root: Tree) -> tuple[Lines, Truth | None]:
        """A condition and the lines it needs (what they compute stays known); None where they raise."""
        outer = self.block
        lines: Lines = []
        self.block = lines
        try:
            return lines, self.truth(root)
        except Dead:
            return lines, None
        finally:
            self.block = outer

    def cases(self, arms: Sequence[Arm], leaf: Callable[[Arm], None]) -> None:
        """The first arm that holds; `leaf` writes it, with `block` inside of its branch. None holds: the code raises."""
        outer, mark, header, live = self.block, None, "if", False
        flat = len(arms) > FLAT_FROM
        depth = self.depth
        if flat:
            if self.loops >= MAX_LOOPS:
                self.dead()
            mark = len(self.trail)
            self.block = []
            outer.append(("while True:", self.block))
            self.loops += 1
            self.depth += 1
        try:
            for arm in arms:
                lines, truth = ([], YES) if arm.when is None else self.probe(arm.when)
                if lines and header == "elif":
                    self.block.append(("else:", lines))
                    self.block, header = lines, "if"
                    self.depth += 1
                    if self.depth > MAX_DEPTH:
                        lines.append("raise E")
                        break
                else:
                    self.block.extend(lines)
                if truth is None:
                    if not lines:
                        self.block.append("raise E" if header == "if" else ("else:", ["raise E"]))
                    break
                if truth.known is False:
                    continue
                refused = arm.points is None and not arm.arms
                if truth.known is None:
                    if refused:
                        self.block.append((f"{header} {truth.text}:", ["raise E"]))
                    else:
                        if mark is None:
                            mark = len(self.trail)
                        inner, alive = self.inside(lambda arm=arm, truth=truth: self._arm(arm, truth, leaf))  # type: ignore[misc]
                        if flat and alive:
                            inner.append("break")
                        self.block.append((f"{header} {truth.text}:", inner))
                        header = "if" if flat or (not alive and header == "if") else "elif"
                        live = live or alive
                    self.learn(truth, False)
                    continue
                if refused:
                    self.block.append("raise E" if header == "if" else ("else:", ["raise E"]))
                elif header == "elif":
                    inner, alive = self.inside(lambda arm=arm: leaf(arm))  # type: ignore[misc]
                    self.block.append(("else:", inner))
                    live = live or alive
                else:
                    try:
                        leaf(arm)
                        live = True
                        if flat:
                            self.block.append("break")
                    except Dead:
                        pass
                break
            else:
                self.block.append("raise E" if header == "if" else ("else:", ["raise E"]))
            if not live:
                raise Dead
        finally:
            self.size += 2 * len(arms)
            self.block = outer
            self.depth = depth
            if flat:
                self.loops -= 1
            if mark is not None:
                self.revert(mark)

    def _arm(self, arm: Arm, truth: Truth, leaf: Callable[[Arm], None]) -> None:
        self.learn(truth, True)
        leaf(arm)

    def joined(self, write: Callable[[Leaf], None]) -> Expression:
        """One value for what `write` gives in its branches."""
        outer = self.block
        leaves: list[tuple[Lines, Expression]] = []
        write(lambda value: leaves.append((self.block, value)))
        if not leaves:
            raise Dead
        if len(leaves) == 1 and leaves[0][0] is outer:
            return leaves[0][1]
        values = [value for _, value in leaves]
        if all(value == values[0] for value in values) and getattr(values[0], "known", None) is not None:
            return values[0]  # the same whatever happens
        if all(isinstance(value, Number) for value in values):
            return self._joined_numbers(leaves)  # type: ignore[arg-type]
        name = self.fresh()
        for lines, value in leaves:
            if isinstance(value, (Number, Several, List)):
                self.dead()
            with self.ending(lines):
                self.line(f"{name} = {value.text}")
        return Truth(name) if isinstance(values[0], Truth) else Code(name)

    def _joined_numbers(self, leaves: Sequence[tuple[Lines, Number]]) -> Number:
        numbers = [value for _, value in leaves]
        den = lcm(*(value.den for value in numbers))
        above = self.fresh()
        whole = not any(value.below for value in numbers) and den.bit_length() < 256
        under = "" if whole else self.fresh("d")
        widths: list[Bits] = []
        unders: list[Bits] = []
        signs: set[Relation] = set()
        for lines, value in leaves:
            poly = scaled(value.poly, den // value.den) if whole else value.poly
            with self.ending(lines):
                self._assign_last(above, self.text(poly))
                if not whole:
                    self.line(f"{under} = {self.text({value.below: value.den})}")
            widths.append(self.width(poly))
            unders.append(self.width({value.below: value.den}))
            signs |= self.sign(poly)
        self.bits[above] = (max(a for a, _ in widths), max(b for _, b in widths))
        self.note_name(above, frozenset(signs))
        if whole:
            return number({(above,): 1}, den, (), numbers[0].day)
        self.bits[under] = (max(a for a, _ in unders), max(b for _, b in unders))
        self.put(self.positive, under, True)
        return number({(above,): 1}, 1, (under,), numbers[0].day)

    @contextmanager
    def ending(self, lines: Lines) -> Iterator[None]:
        """Writes at the end of a branch that was left already."""
        outer, self.block = self.block, lines
        left = [lines.pop()] if lines and lines[-1] == "break" else []
        yield
        lines.extend(left)
        self.block = outer

    def _assign_last(self, name: str, text: str) -> None:
        """`name = text`; where the last line gave exactly that name its value, it gives it to this one instead."""
        last = self.block[-1] if self.block else None
        if isinstance(last, str) and last.startswith(f"{text} = "):
            self.block[-1] = f"{name} = {last.removeprefix(f'{text} = ')}"
        else:
            self.line(f"{name} = {text}")

    def either(self, function: str, a: Expression, b: Expression, leaf: Leaf) -> None:
        """The smaller or the larger of two numbers (or dates), each in a branch of its own."""
        if isinstance(a, (List, Several)) or isinstance(b, (List, Several)):
            self.dead()
        a, b = self.as_number(a), self.as_number(b)
        if not cheap(a) or not cheap(b):
            a, b = self.simple(a), self.simple(b)
        first = self.comparison(self.difference(a, b), HOLDS["<=" if function == "min" else ">="])
        if first.known is not None:
            leaf(a if first.known else b)
            return
        live = False
        for header, held, value in ((f"if {first.text}:", True, a), ("else:", False, b)):

            def body(held: bool = held, value: Number = value) -> None:
                self.learn(first, held)
                leaf(value)

            lines, alive = self.inside(body)
            self.block.append((header, lines))
            live = live or alive
        if not live:
            raise Dead

    def logic(self, op: str, parts: Sequence[Callable[[], Truth]]) -> Truth:
        """`and`, `or`: a later part is only computed where the earlier ones leave it open."""
        ends = op == "or"
        done: list[Truth] = []
        mark: int | None = None
        try:
            for part in parts:
                outer = self.block
                lines: Lines = []
                self.block = lines
                truth: Truth | None = None
                begun = len(self.trail)
                try:
                    truth = part()
                except Dead:
                    if mark is None:
                        outer.extend(lines)
                        raise
                finally:
                    self.block = outer
                before = self.combined(op, done)
                if lines and before.known is None:
                    name = self.fresh("b")
                    self.line(f"{name} = {before.text}")
                    if truth is not None:
                        lines.append(f"{name} = {truth.text}")
                    self.block.append((f"if {'not ' if ends else ''}{name}:", lines))
                    also = [Truth(key) for where, key, _ in self.trail[begun:] if where is self.flags and self.flags.get(key) is False]
                    if not ends:
                        also = [Truth("", op="not", parts=(one,)) for one in also]
                    whole = Truth(f"{before.text} {op}", op=op, parts=(before, *(() if truth is None else (truth,)), *also))
                    held = Truth(name, op="is", parts=(whole,))
                    if truth is None:
                        return decided(ends)
                    done = [held]
                elif truth is None:
                    self.block.extend(lines)
                    raise Dead
                else:
                    self.block.extend(lines)
                    done.append(truth)
                if done[-1].known is ends:
                    break
                if mark is None and done[-1].known is None:
                    mark = len(self.trail)
                self.learn(done[-1] if done[-1].op != "is" or truth is None else truth, not ends)
        finally:
            if mark is not None:
                self.revert(mark)
        return self.combined(op, done)
