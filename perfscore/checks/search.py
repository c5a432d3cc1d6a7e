"""Where not everything can be looked through: outcomes at and beside the written edges, in many combinations.

What is found is real; what is not found is not decided.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise, product

from perfscore.checks.domain import Domain
from perfscore.formula import tree
from perfscore.numbers.date import Day
from perfscore.readings.exact import MISSING, Value
from perfscore.steps import below

MOST = 2000
EACH = 14


def samples(domain: Domain, *names: str, most: int = MOST) -> Iterator[dict[str, Value]]:
    """Base outcomes of the inputs that steps hang on; tables are left out, so steps over tables have no value."""
    cone = [name for name in domain.cone(*names) if domain.input(name).type != "table"]
    values = [domain.values(name) or _edges(domain, name, names) for name in cone]
    size = 1
    for one in values:
        size *= len(one)
    if size <= most:
        every = (dict(zip(cone, chosen, strict=True)) for chosen in product(*values))
        yield from filter(domain.fits, every)
        return
    chance = random.Random(f"{domain.seed}/{size}")
    drawn = ({name: chance.choice(one) for name, one in zip(cone, values, strict=True)} for _ in range(most))
    yield from filter(domain.fits, drawn)


def _edges(domain: Domain, name: str, names: tuple[str, ...]) -> list[Value]:
    """Recordable values at and beside the numbers that are written in the steps, and the ends of what can be recorded."""
    declared = domain.input(name)
    marks: dict[Fraction, None] = {Fraction(0): None, Fraction(1): None}
    for target in names:
        for step in below(domain.rules.steps, target):
            for root in step.trees():
                for node in tree.walk(root):
                    if isinstance(node, tree.Number):
                        marks[node.value] = None
                    if isinstance(node, tree.Date):
                        marks[Fraction(node.last.ordinal)] = None
    for line in domain.lines(name):
        marks.update({end: None for end in (line.low, line.high) if end is not None})
    grid = declared.grid or (Fraction(1) if declared.type == "date" else Fraction(1, 100))
    near = [(mark // grid + k) * grid for mark in marks for k in (0, -1, 1)]
    found: list[Value] = [x for x in dict.fromkeys(near) if domain.records(name, x)]
    if len(found) > EACH:
        found = random.Random(f"{domain.seed}/{len(found)}").sample(found, EACH)
    if declared.type == "date":
        found = [Day(int(x)) for x in found]
    return found + ([] if declared.required or declared.missing is not None else [MISSING])


def constants_about(domain: Domain, name: str, roots: list[tree.Tree]) -> list[Fraction] | None:
    """The written numbers that a number is compared with; None where it is used in any other way."""
    found: list[Fraction] = []
    for root in roots:
        used = sum(one.name == name for one in tree.names(root))
        for node in tree.walk(root):
            if isinstance(node, tree.Compare):
                sides = [node.first, *(one for _, one in node.rest)]
                if any(isinstance(one, tree.Name) and one.name == name for one in sides):
                    numbers = [tree.constant(one) for one in sides if not (isinstance(one, tree.Name) and one.name == name)]
                    if any(number is None for number in numbers):
                        return None
                    found.extend(number for number in numbers if number is not None)
                    used -= sum(isinstance(one, tree.Name) and one.name == name for one in sides)
        if used:
            return None
    return found


def representatives(domain: Domain, name: str, roots: list[tree.Tree]) -> list[Value] | None:
    """Recordable values of a number, one for each way in which its comparisons can turn out; None where that cannot be told."""
    marks = constants_about(domain, name, roots)
    if marks is None:
        return None
    marks = sorted(set(marks))
    ends: list[Fraction | None] = [None, *marks, None]
    grid = domain.input(name).grid
    found: list[Fraction] = [mark for mark in marks if domain.records(name, mark)]
    for low, high in pairwise(ends):
        for line in domain.lines(name):
            start = low if line.low is None else line.low if low is None else max(low, line.low)
            end = high if line.high is None else line.high if high is None else min(high, line.high)
            if start is not None and end is not None and start > end:
                continue
            some = [x for x in (start, end) if x is not None]
            step = grid or Fraction(1, 100)
            near = [x + k * step for x in some for k in (1, -1, 0)] or [Fraction(0)]
            if grid is None and start is not None and end is not None:
                near.append((start + end) / 2)
            inside = [x for x in near if (low is None or x > low) and (high is None or x < high) and domain.records(name, x)]
            found.extend(inside[:1])
    return list(dict.fromkeys(found))
