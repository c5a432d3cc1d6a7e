"""The pieces are what the exact reading gives, at every point: on random rule sets, each number input moved alone."""

from __future__ import annotations

import random
import sys
from collections import Counter
from datetime import date
from fractions import Fraction as F
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import perfscore
from perfscore import RuleSet
from perfscore.numbers.date import Day
from perfscore.numbers.real import Real
from perfscore.readings.exact import BROKEN, Evaluation, Program
from perfscore.readings.pieces import Form, Line, NotPieces, Piece, Pieces
from perfscore.scoring.outcomes import read_outcomes
from perfscore.steps import Input

sys.path.insert(0, str(Path(__file__).parents[1] / "oracle"))

import generate
from outcomes import Outcomes


def same(value: object, exact: object, x: F) -> bool:
    """A piece's value at a point is the exact one; irrational and broken values are compared as they are."""
    match value:
        case Form():
            found: object = value.at(x)
            return Day(int(found)) == exact if value.day else found == exact  # type: ignore[call-overload]
        case tuple():
            return isinstance(exact, tuple) and len(value) == len(exact) and all(map(same, value, exact, [x] * len(value)))
        case Real():
            return value == exact
    return value is exact if value is BROKEN else value == exact


def compare(piece: Piece, exact: Evaluation, x: F) -> list[str]:
    wrong = [name for name in piece.values if not same(piece.values[name], exact.value(name), x)]
    wrong += [f"{name}: case {k}" for name, k in piece.fired.items() if exact.fired.get(name) != k]
    if not {one.kind.code for one in piece.problems} <= {one.code for one in exact.problems}:
        wrong.append(f"{piece.problems} {exact.problems}")
    return wrong


def points(piece: Piece, line: Line, rng: random.Random) -> list[F]:
    """Values of the piece: its own, near its ends, anywhere; on the grid where there is one."""
    if piece.is_point:
        return [piece.at]
    low = piece.low if isinstance(piece.low, F) else piece.at - 1000 if piece.low is None else piece.low.high
    high = piece.high if isinstance(piece.high, F) else piece.at + 1000 if piece.high is None else piece.high.low
    some = [piece.at, low + (high - low) / 997, high - (high - low) / 997, low + (high - low) * F(rng.randint(1, 99), 100)]
    if line.grid is None:
        return [x for x in some if piece.holds(x)]
    near = [(x // line.grid + k) * line.grid for x in some for k in (0, 1)]
    return [x for x in near if piece.holds(x)]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_pieces_are_what_the_exact_reading_gives(seed: int) -> None:
    compared(seed, Counter())


def test_many_points_are_compared() -> None:
    """The comparison above is no empty one: most steps have a form, and it is read at many points."""
    seen: Counter[str] = Counter()
    for seed in range(6):
        compared(seed, seen)
    assert seen["points"] > 1000 and seen["cases"] > 500 and seen["no form"] * 4 < seen["forms"], seen


def compared(seed: int, seen: Counter[str]) -> None:
    """Random rules, outcomes and numbers that move: each piece against the exact reading."""
    rng = random.Random(seed)
    told = generate.rule_set(rng)
    rules = RuleSet.from_dict(told)
    program = Program(rules.steps)
    draw = Outcomes(told, rng)
    for _ in range(6):
        try:
            read, _ = read_outcomes(rules, draw.random())
        except perfscore.OutcomeError:
            continue
        moving = [step.node for step in rules.steps.values() if isinstance(step.node, Input) and step.node.type in ("number", "date")]
        for declared in rng.sample(moving, min(3, len(moving))):
            day = declared.type == "date"
            line = Line(F(1), F(Day.of(date(2200, 1, 1)).ordinal), grid=F(1), day=True) if day else Line(grid=declared.grid)
            fixed = {name: value for name, value in read.values.items() if name != declared.id}
            pieces = Pieces(program, declared.id, line, fixed)
            wanted = [step.name for step in rules.steps.values() if step.name in pieces.moving and not isinstance(step.node, Input)]
            for name in wanted if rng.random() < 0.3 else wanted[-1:]:
                try:
                    found = pieces.over([name])
                except NotPieces:
                    seen["no form"] += 1
                    continue
                seen["forms"] += 1
                for one, after in pairwise(found):
                    assert one.high is None or after.low is None or not (after.low < one.high)
                for piece in rng.sample(found, min(8, len(found))):
                    for x in points(piece, line, rng):
                        exact = pieces.exactly(x)
                        exact.value(name)
                        assert compare(piece, exact, x) == [], (name, x, piece.low, piece.high)
                        seen["points"] += 1
                        seen["cases"] += bool(piece.fired)
