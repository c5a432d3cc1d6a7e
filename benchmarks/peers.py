"""The same rules for the peers: zen-engine (`pip install zen-engine`, a rule engine in Rust) and plain simpleeval.

ZEN takes numbers in the declared unit and computes with decimals, so its points are exact. Its fastest path is a static
loader and `engine.evaluate`, one expression node. Of the ways to write the rules that were tried (a key for the points and
one for the reason of each item; a key an item holding an object or `[points, reason]`; one object; lists of pairs; two
lists), the two lists are the fastest. But their trace has one entry for all items, so where a trace is compared it is that
of the fastest form with an entry an item: `[points, reason]`. Both are timed.

simpleeval gets rationals, and formulas that were parsed before; its `0.95` would be a float, so constants are made rationals.
"""

from __future__ import annotations

import ast
import operator
import sys
from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor
from typing import Any

import workload
from workload import FLAG_FROM, GATE_BELOW, RATINGS, STEP_POINTS, Indicator, RuleSet, decimal, half_up

Case = tuple[str | None, str, str]  # when (None: otherwise), points, reason
FAIR = 2  # its rank, the best that the gate leaves


def cases(one: Indicator) -> list[Case]:
    """The rules of an item as text in the common part of both languages; `round` rounds half up to 2 decimals."""
    x, target, weight = one.id, decimal(one.target), one.weight
    match one.method:
        case "ratio":
            return [
                (f"{x} >= {target}", f"{weight}", "target_met"),
                (f"{x} <= 0", "0", "nothing_earned"),
                (None, f"round({weight} * {x} / {target}, 2)", "proportional"),
            ]
        case "less":
            return [
                (f"{x} <= {target}", f"{weight}", "target_met"),
                (f"{x} >= {decimal(2 * one.target)}", "0", "nothing_earned"),
                # weight * (2 - x/target), dividing last: x/90 has no end, and its 28 digits lose ties.
                (None, f"round({weight} * ({decimal(2 * one.target)} - {x}) / {target}, 2)", "proportional"),
            ]
        case "table":
            rows: list[Case] = [(f"{x} >= {decimal(edge)}", f"{points}", f"row_{k}") for k, (edge, points) in enumerate(one.bands, 1)]
            return [*rows, (None, "0", "no_row")]
        case "adjust":
            units = f"({x} - {target})" + ("" if one.per == 1 else f" / {decimal(one.per)}")
            counted = {"started": f"ceil({units})", "completed": f"floor({units})", "proportional": units}[one.part]
            left = f"{weight} - {counted} * {decimal(STEP_POINTS)}"
            return [
                (f"{x} <= {target}", f"{weight}", "on_line"),
                (f"{left} <= 0", "0", "all_deducted"),
                (None, f"round({left}, 2)" if one.part == "proportional" else left, "over_line"),
            ]
        case "interpolate":
            (x3, p3), (x2, p2), (x1, p1) = one.bands
            return [
                (f"{x} < {decimal(x1)}", "0", "below_first"),
                (f"{x} < {decimal(x2)}", _line(x, x1, p1, x2, p2), "between_1"),
                (f"{x} < {decimal(x3)}", _line(x, x2, p2, x3, p3), "between_2"),
                (f"{x} == {decimal(x3)}", f"{p3}", "at_last"),
                (None, f"{p3}", "above_last"),
            ]


def _line(x: str, x1: Fraction, p1: int, x2: Fraction, p2: int) -> str:
    return f"round({p1} + ({x} - {decimal(x1)}) * {p2 - p1} / {decimal(x2 - x1)}, 2)"


# --- zen-engine --------------------------------------------------------------------------------------------------------


def zen_module() -> Any:
    try:
        import zen
    except ImportError:
        sys.exit("this benchmark needs zen-engine: pip install zen-engine")
    return zen


class Zen:
    """One decision in a static loader. `lists`: all points in one list and all reasons in another; else a key an item."""

    def __init__(self, rules: RuleSet, *, lists: bool) -> None:
        self.rules, self.lists = rules, lists
        expressions = self._lists() if lists else self._items()
        points = [f"$.points[{k}]" if lists else f"$.{one.id}[0]" for k, one in enumerate(rules.indicators)]
        expressions += [*self._groups(points), *self._end()]
        self.evaluate = zen_module().ZenEngine({"loader": {"type": "static", "content": {"rules": _decision(expressions)}}}).evaluate

    def plain(self, numbers: dict[str, float]) -> Any:
        return self.evaluate("rules", numbers)

    def traced(self, numbers: dict[str, float]) -> Any:
        return self.evaluate("rules", numbers, {"trace": True})

    def _items(self) -> list[tuple[str, str]]:
        return [(one.id, _choice(cases(one), lambda case: f"[{case[1]}, '{case[2]}']")) for one in self.rules.indicators]

    def _lists(self) -> list[tuple[str, str]]:
        listed = [cases(one) for one in self.rules.indicators]
        points = ", ".join(f"({_choice(one, lambda case: case[1])})" for one in listed)
        reasons = ", ".join(f"({_choice(one, lambda case: repr(case[2]))})" for one in listed)
        return [("points", f"[{points}]"), ("reasons", f"[{reasons}]")]

    def _groups(self, points: list[str]) -> list[tuple[str, str]]:
        """Inner groups add items, outer ones add groups, the total the outermost."""
        told, parts = [], self.rules.parts
        for id, mine in parts:
            inner = [f"$.g_{other}" for other, theirs in parts if set(theirs) < set(mine)]
            told.append((f"g_{id}", " + ".join(inner or [points[k] for k in mine])))
        outer = [id for id, mine in parts if not any(set(mine) < set(theirs) for _, theirs in parts)]
        return [*told, ("total", " + ".join(f"$.g_{id}" for id in outer))]

    def _end(self) -> list[tuple[str, str]]:
        rows, gate = [], f" and {self.rules.indicators[self.rules.execution].id} >= {decimal(GATE_BELOW)}"
        for rank, (id, _, edge) in enumerate(RATINGS):
            guard = gate if rank < FAIR else ""
            rows.append(f"'{id}'" if edge is None else f"$.total >= {edge * self.rules.times}{guard} ? '{id}' : ")
        flags = " + ".join(f"({one.id} >= {decimal(one.target * FLAG_FROM)} ? 1 : 0)" for one in self.rules.indicators)
        return [("rating", "".join(rows)), ("flags", flags)]

    def answer(self, told: Any) -> workload.Answer:
        """What it gave, in the form of the scorer written by hand; it has no case numbers."""
        result = told["result"]
        ids = [one.id for one in self.rules.indicators]
        points = result["points"] if self.lists else [result[id][0] for id in ids]
        reasons = result["reasons"] if self.lists else [result[id][1] for id in ids]
        groups = tuple(_exact(result[f"g_{id}"]) for id, _ in self.rules.parts)
        return workload.Answer(
            _exact(result["total"]), result["rating"], tuple(map(_exact, points)), (), tuple(reasons), groups, int(result["flags"])
        )


def _choice(listed: list[Case], told: Callable[[Case], str]) -> str:
    return "".join(told(case) if case[0] is None else f"{case[0]} ? {told(case)} : " for case in listed)


def _exact(number: float) -> Fraction:
    """ZEN's decimals come out as floats; their shortest text is the decimal."""
    return Fraction(repr(number))


def _decision(expressions: list[tuple[str, str]]) -> dict[str, Any]:
    listed = [{"id": f"x{k}", "key": key, "value": value} for k, (key, value) in enumerate(expressions)]
    content = {"expressions": listed, "passThrough": False, "inputField": None, "outputPath": None, "executionMode": "single"}
    return {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "content": {}},
            {"id": "rules", "type": "expressionNode", "name": "rules", "content": content},
            {"id": "out", "type": "outputNode", "name": "out", "content": {}},
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "rules"},
            {"id": "2", "type": "edge", "sourceId": "rules", "targetId": "out"},
        ],
    }


# --- simpleeval --------------------------------------------------------------------------------------------------------


class Simple:
    """A plain loop over parsed formulas: the first case that holds, its points, its reason; then sums and rating."""

    def __init__(self, rules: RuleSet) -> None:
        import simpleeval  # type: ignore[import-untyped]

        self.rules = rules
        self.evaluator = simpleeval.SimpleEval(
            functions={"round": lambda x, _: half_up(x), "ceil": lambda x: Fraction(ceil(x)), "floor": lambda x: Fraction(floor(x))}
        )
        # Its own guards of * and + are for texts and lists.
        self.evaluator.operators |= {ast.Mult: operator.mul, ast.Add: operator.add}
        self.items = [
            [(when and _parsed(when), _parsed(points), reason) for when, points, reason in cases(one)] for one in rules.indicators
        ]
        flags = [_parsed(f"{one.id} >= {decimal(one.target * FLAG_FROM)}") for one in rules.indicators]
        self.flags = flags
        self.gate = _parsed(f"{rules.indicators[rules.execution].id} < {decimal(GATE_BELOW)}")

    def score(self, exact: dict[str, Fraction]) -> workload.Answer:
        self.evaluator.names = exact
        value = self.evaluator._eval
        points, reasons = [], []
        for listed in self.items:
            for when, formula, reason in listed:
                if when is None or value(when):
                    points.append(value(formula))
                    reasons.append(reason)
                    break
        groups = tuple(sum([points[k] for k in mine], Fraction(0)) for _, mine in self.rules.parts)
        total = half_up(sum(points, Fraction(0)))
        times = self.rules.times
        rank = next(k for k, (_, _, edge) in enumerate(RATINGS) if edge is None or total >= edge * times)
        if value(self.gate):
            rank = max(rank, FAIR)
        flags = sum([bool(value(flag)) for flag in self.flags])
        return workload.Answer(total, RATINGS[rank][0], tuple(points), (), tuple(reasons), groups, flags)


class _Rationals(ast.NodeTransformer):
    def __init__(self, source: str) -> None:
        self.source = source

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if not isinstance(node.value, (int, float)):
            return node
        return ast.copy_location(ast.Constant(Fraction(ast.get_source_segment(self.source, node))), node)  # type: ignore[arg-type]


def _parsed(source: str) -> ast.expr:
    return _Rationals(source).visit(ast.parse(source, mode="eval").body)  # type: ignore[no-any-return]
