"""等级 and 门槛: the rating is a step whose value is a rank; gates move it within the order."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from perfscore.finding import Both, Kind, listed
from perfscore.formula import tree
from perfscore.formula.parse import canonical
from perfscore.formula.test import Test
from perfscore.formula.tree import Tree
from perfscore.methods.method import BAD_PARAMETER, one_of
from perfscore.numbers.number import shortest
from perfscore.ruleset import model as models
from perfscore.ruleset.context import REFUSED, Context
from perfscore.ruleset.places import Path
from perfscore.ruleset.ruleset import RATING, TOTAL, Gate, Level
from perfscore.ruleset.scope import UNKNOWN_ID, Ids, guess
from perfscore.steps import Case, Cases, Input, Refusal, Step

GAP = Kind(
    "gap",
    "error",
    zh="{what}没有{lacking}",
    en="{what} has no {lacking}",
    hint_zh='让相邻两档首尾相接，例如 ">= 80" 与 ">= 60"',
    hint_en='let neighbouring bands meet, such as ">= 80" and ">= 60"',
    why="A unit that lands in the hole has no points, or points and no rating; the error would only show on that day.",
    fix="Change the ends of the bands so that every outcome and every total that can occur has one.",
)

EFFECTS = ("rating", "rating_at_least", "rating_at_most", "points", "at_least", "at_most", "refuse", "total")


def read_levels(context: Context, model: models.RuleModel) -> tuple[Level, ...]:
    """The ratings, highest first."""
    if not model.rating:
        context.lacks((), "rating", 'rating: [{id: excellent, label: 优, is: ">= 90"}, …]')
    ids = Ids(context.report)
    found: list[Level] = []
    for k, row in enumerate(model.rating):
        id = ids.add(row.id or f"level_{k + 1}", context.at(("rating", k, "id")), codes=True)
        if id is not None:
            found.append(Level(id, row.label or id, _rank(model, k), tuple(row.also), row.is_ or row.when or ""))
    return tuple(found)


def _rank(model: models.RuleModel, k: int) -> int:
    """1 is the lowest level; a row outside of the order is below 0."""
    if model.rating[k].outside:
        return -1 - k
    return sum(not row.outside for row in model.rating[k:])


def compile_gate(context: Context, id: str, gate: models.GateModel, path: Path) -> Gate:
    """The truth of a gate, a step of its own."""
    if gate.when is None:
        context.lacks(path, "when", "when: execution < 60%")
    effects = tuple((effect, str(text)) for effect in EFFECTS if (text := getattr(gate, effect)) is not None)
    if not effects:
        context.lacks(path, "rating_at_most", ", ".join(EFFECTS))
    if gate.total is not None and gate.rating is None:
        context.lacks(path, "rating", "rating: poor")
    if gate.when is not None:
        root = context.formula(gate.when, (*path, "when"))
        context.add_formula(context.scope(), f"gate:{id}", "gate", root, context.at(path), owner=id, word=id, label=gate.because)
    if gate.refuse is not None:
        held = Case(tree.Name(f"gate:{id}"), None, "refused", Refusal(REFUSED, gate.refuse), place=context.at((*path, "refuse")))
        context.add(
            Step(
                f"refusal:{id}",
                "gate",
                Cases((held, Case(None, tree.Truth(False), "goes_on"))),
                context.at(path),
                id,
                "refusal",
                gate.because,
            )
        )
    if gate.on is not None and not any(effect in ("points", "at_least", "at_most") for effect, _ in effects):
        expected = Both("points、at_most 或 at_least 的门槛", "a gate with points, at_most or at_least")
        context.report(BAD_PARAMETER.at(context.at((*path, "on")), key="on", found=listed(gate.on), expected=expected))
    return Gate(id, f"gate:{id}", gate.because, effects)


def compile_rating(
    context: Context, model: models.RuleModel, levels: Sequence[Level], gates: Sequence[tuple[str, models.GateModel, Path]]
) -> None:
    """`rating:row` is what the total gives; `rating` what the gates leave of it."""
    subject = tree.Name(TOTAL if model.rounding.rating_from == "shown" else f"{TOTAL}:exact")
    scope = context.scope()
    scope.standard["total"] = subject
    cases: list[Case] = []
    tests: list[Test] = []
    for k, row in enumerate(model.rating):
        path: Path = ("rating", k)
        if (row.is_ is None) == (row.when is None):
            both = Both("同时写了 is 和 when", "is and when are both written")
            if row.is_ is None:
                context.lacks(path, "is", 'is: ">= 90"  /  when: …')
            else:
                context.report(BAD_PARAMETER.at(context.at(path), key=f"rating {k + 1}", found=both, expected=one_of("is", "when")))
            continue
        test = None if row.is_ is None else context.test(row.is_, (*path, "is"))
        root = context.formula(row.when, (*path, "when")) if row.when is not None else None if test is None else test.on(tree.Name(TOTAL))
        when = None if root is None else scope.resolve(root)
        if when is not None:
            cases.append(Case(when, tree.number(_rank(model, k)), row.id or f"level_{k + 1}", label=row.label, place=context.at(path)))
        if test is not None:
            tests.append(test)
    readable = len(tests) == sum(row.is_ is not None for row in model.rating)
    if tests and readable and all(row.is_ is not None or row.outside for row in model.rating):
        _holes(context, model, tests)
    row_step = context.add(Step("rating:row", "rating", Cases(tuple(cases)), context.at(("rating",)), RATING, "row"))
    context.add(Step(RATING, "rating", _limited(context, row_step, levels, gates), context.at(("rating",)), RATING, "rating"))


def _limited(context: Context, row: Tree, levels: Sequence[Level], gates: Sequence[tuple[str, models.GateModel, Path]]) -> Tree:
    """The first gate that decides; else everything that raises, then everything that lowers what is within the order."""
    found: Tree = row
    ordered = {level.id: level.rank for level in levels if level.rank > 0}
    every = {level.id: level.rank for level in levels}

    def rank(gate: models.GateModel, effect: str, path: Path) -> Tree | None:
        id = getattr(gate, effect)
        if id is None:
            return None
        known = every if effect == "rating" else ordered
        if id in known:
            return tree.number(known[id])
        declared = context.steps.get(canonical(id))
        choice = declared is not None and isinstance(declared.node, Input) and declared.node.type == "choice"
        codes = [code for code, _ in declared.node.values] if choice else []  # type: ignore[union-attr]
        unknown = [code for code in codes if code not in known]
        if effect != "rating" and unknown:
            what = Both(f"等级（“{id}”的选项）", f"rating (a choice of “{id}”)")
            hints = {
                "hint_zh": f"每个选项须是一个等级：{'、'.join(known)}",
                "hint_en": f"every choice has to be a rating: {', '.join(known)}",
            }
            context.report(
                UNKNOWN_ID.at(context.at((*path, effect)), found=listed(unknown), what=what, guess=guess(unknown[0], known), **hints)
            )
            return None
        if effect != "rating" and codes:
            place, subject = context.at((*path, effect)), tree.Name(canonical(id))
            cases = [Case(tree.compare(subject, "=", tree.Text(code)), tree.number(known[code]), code, place=place) for code in codes]
            return context.add(Step(f"rating:{canonical(id)}", "rating", Cases(tuple(cases)), place, RATING, canonical(id)))
        hints = {"hint_zh": f"等级：{'、'.join(known)}", "hint_en": f"ratings: {', '.join(known)}"}
        context.report(UNKNOWN_ID.at(context.at((*path, effect)), found=id, what=Both("等级", "rating"), guess=guess(id, known), **hints))
        return None

    def held(id: str, effect: str, then: Tree, otherwise: Tree, path: Path) -> Tree:
        """A step for each gate: written into each other, many gates would make a tree without end."""
        chosen = tree.Choose(tree.Name(f"gate:{id}"), then, otherwise)
        return context.add(Step(f"rating:{id}:{effect}", "rating", chosen, context.at(path), RATING, f"{effect} {id}"))

    for effect, function in (("rating_at_least", "max"), ("rating_at_most", "min")):
        for id, gate, path in gates:
            value = rank(gate, effect, path)
            if value is not None:
                found = held(id, effect, tree.Call(function, (found, value)), found, path)
    if len(ordered) < len(every):
        found = tree.Choose(tree.compare(row, "<", tree.number(0)), row, found)
    for id, gate, path in reversed(gates):
        value = rank(gate, "rating", path)
        if value is not None:
            found = held(id, "rating", value, found, path)
    return found


def _holes(context: Context, model: models.RuleModel, tests: Sequence[Test]) -> None:
    """A total that can be shown and has no row: looked for at every end of a band and beside it."""
    ends = [end.value for test in tests for end in test.ends() if isinstance(end, tree.Number)]
    if len(ends) < sum(len(test.ends()) for test in tests):
        return
    stage = context.stages.get("total") if model.rounding.rating_from == "shown" else None
    full = context.nodes.get(TOTAL, Fraction(100))
    for total in _probes(ends, stage.step if stage is not None and stage.mode != "none" else None, full):
        if not any(_holds(test, total) for test in tests):
            what = Both(f"总分 {shortest(total)} ", f"a total of {shortest(total)}")
            context.report(GAP.at(context.at(("rating",)), what=what, lacking=Both("等级", "rating"), found=shortest(total)))
            return


def _probes(ends: Sequence[Fraction], step: Fraction | None, full: Fraction) -> list[Fraction]:
    """Totals between 0 and full at which the answer can change."""
    marks = sorted({Fraction(0), full, *(end for end in ends if 0 <= end <= full)})
    if step is None:
        between = [(low + high) / 2 for low, high in pairwise(marks)]
        return sorted([*marks, *between])
    near = {mark // step * step + k * step for mark in marks for k in (-1, 0, 1)}
    return sorted(total for total in near if 0 <= total <= full)


def _holds(test: Test, total: Fraction) -> bool:
    """A test with plain numbers on a plain number."""
    low, high = Fraction(-(10**30)), Fraction(10**30)
    if test.direction == "any":
        return True
    ends = [end.value for end in test.ends() if isinstance(end, tree.Number)]
    if test.direction == "within":
        low = ends[0] if test.low is not None else low
        high = ends[-1] if test.high is not None else high
        above = total >= low if test.low_closed or test.low is None else total > low
        return above and (total <= high if test.high_closed or test.high is None else total < high)
    if test.direction == "code":
        return False
    bound = ends[0]
    return {
        ">=": total >= bound, ">": total > bound, "<=": total <= bound, "<": total < bound, "=": total == bound, "!=": total != bound,
    }[test.op]  # fmt: skip
