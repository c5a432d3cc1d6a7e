"""The nodes of a formula, and what is allowed in one.

Every node keeps the place where its author wrote it. Trees are immutable; two trees are equal when they say the same,
wherever they stand.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from perfscore.finding import Place
from perfscore.numbers.date import Day

NOWHERE = Place()

MAX_LENGTH = 2000
MAX_DEPTH = 64
MAX_NODES = 600
MAX_POWER = 16

# function -> fewest and most arguments (None: any number)
FUNCTIONS: dict[str, tuple[int, int | None]] = {
    "min": (1, None),
    "max": (1, None),
    "sum": (1, None),
    "mean": (1, None),
    "median": (1, None),
    "count": (1, None),
    "any": (1, None),
    "all": (1, None),
    "abs": (1, 1),
    "round": (1, 2),
    "floor": (1, 2),
    "ceil": (1, 2),
    "clamp": (3, 3),
    "months": (2, 2),
    "missing": (1, 1),
    "sqrt": (1, 1),
    "root": (2, 2),
    "ln": (1, 1),
    "trimmed_mean": (2, 2),
    "geometric_mean": (1, 2),
}
# references to other nodes of a rule set, by id; the compiler turns them into names of steps
REFERENCES = ("points", "scored", "share", "attainment", "points_in", "shares_in")


def _place() -> Place:
    return field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number:
    value: Fraction
    text: str = field(default="", compare=False)
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Text:
    """The code of a choice."""

    value: str
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Truth:
    value: bool
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Date:
    """A written date; a written month or year is a span of days, and the comparison decides which end counts."""

    first: Day
    last: Day
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Negate:
    operand: Tree
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Not:
    operand: Tree
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    op: str  # + - * / **
    left: Tree
    right: Tree
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Compare:
    """`first op1 a op2 b …`: every neighbouring pair must hold."""

    first: Tree
    rest: tuple[tuple[str, Tree], ...]  # = != < <= > >=
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Logic:
    op: str  # and, or
    parts: tuple[Tree, ...]
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Choose:
    """`then if condition else otherwise`."""

    condition: Tree
    then: Tree
    otherwise: Tree
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Member:
    """`subject in [a, b]`."""

    subject: Tree
    options: tuple[Tree, ...]
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple[Tree, ...]
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list written out by the compiler: each element counts where its condition holds (None: always)."""

    elements: tuple[tuple[Tree | None, Tree], ...]
    place: Place = _place()


Tree = Number | Text | Truth | Date | Name | Negate | Not | Arithmetic | Compare | Logic | Choose | Member | Call | Listing


def children(tree: Tree) -> tuple[Tree, ...]:
    """The nodes directly below."""
    match tree:
        case Negate(operand) | Not(operand):
            return (operand,)
        case Arithmetic(_, left, right):
            return (left, right)
        case Compare(first, rest):
            return (first, *(node for _, node in rest))
        case Logic(_, parts):
            return parts
        case Choose(condition, then, otherwise):
            return (condition, then, otherwise)
        case Member(subject, options):
            return (subject, *options)
        case Call(_, arguments):
            return arguments
        case Listing(elements):
            return tuple(node for pair in elements for node in pair if node is not None)
        case _:
            return ()


def with_children(tree: Tree, new: tuple[Tree, ...]) -> Tree:
    """The same node over other children."""
    match tree:
        case Negate() | Not():
            return dataclasses.replace(tree, operand=new[0])
        case Arithmetic():
            return dataclasses.replace(tree, left=new[0], right=new[1])
        case Compare(_, rest):
            pairs = tuple((op, node) for (op, _), node in zip(rest, new[1:], strict=True))
            return dataclasses.replace(tree, first=new[0], rest=pairs)
        case Logic():
            return dataclasses.replace(tree, parts=new)
        case Choose():
            return dataclasses.replace(tree, condition=new[0], then=new[1], otherwise=new[2])
        case Member():
            return dataclasses.replace(tree, subject=new[0], options=new[1:])
        case Call():
            return dataclasses.replace(tree, arguments=new)
        case Listing(elements):
            nodes = iter(new)
            return dataclasses.replace(
                tree, elements=tuple((None if condition is None else next(nodes), next(nodes)) for condition, _ in elements)
            )
        case _:
            return tree


def walk(tree: Tree) -> Iterator[Tree]:
    """Every node, the root first."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def rewrite(tree: Tree, change: Callable[[Tree], Tree | None]) -> Tree:
    """The tree with every node replaced by what `change` makes of it (None: look at its children)."""
    changed = change(tree)
    if changed is not None:
        return changed
    below = children(tree)
    if not below:
        return tree
    new = tuple(rewrite(node, change) for node in below)
    return tree if all(one is before for one, before in zip(new, below, strict=True)) else with_children(tree, new)


def renamed(tree: Tree, names: Mapping[str, str]) -> Tree:
    """The tree over other names."""
    return rewrite(tree, lambda node: Name(names[node.name], node.place) if isinstance(node, Name) and node.name in names else None)


def names(tree: Tree) -> Iterator[Name]:
    """Every name in the tree, in order of writing."""
    return (node for node in walk(tree) if isinstance(node, Name))


def constant(tree: Tree) -> Fraction | None:
    """The value of a written number, its sign before it or not; None for anything else."""
    match tree:
        case Number(value):
            return value
        case Negate(Number(value)):
            return -value
    return None


def number(value: Fraction | int) -> Number:
    return Number(Fraction(value))


def both(*parts: Tree) -> Tree:
    """`a and b and …`; of nothing: true."""
    if not parts:
        return Truth(True)
    return parts[0] if len(parts) == 1 else Logic("and", parts)


def compare(left: Tree, op: str, right: Tree, place: Place = NOWHERE) -> Compare:
    return Compare(left, ((op, right),), place)
