"""Claims that every rule set should keep, ready for `falsify`.

Each says exactly what it claims. Those about one item are made with its id: `falsify(rules, claims.monotone("legal_opinions"))`; where
an item is of a kind that the claim has nothing to say about, `falsify` raises ValueError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

from perfscore.finding import Both
from perfscore.formula.test import parse_test
from perfscore.numbers.date import Day
from perfscore.readings.exact import MISSING, Value
from perfscore.ruleset.ruleset import TOTAL, RuleSet
from perfscore.scoring.assessment import Assessment, score, score_values
from perfscore.steps import Input, Scored
from perfscore.testing.claim import Claim
from perfscore.testing.domain import domain_of

__all__ = [
    "bounded", "monotone", "not_applicable_is_fair", "order_is_irrelevant", "parts_add_up", "unit_is_irrelevant", "unmet_loses_points",
]  # fmt: skip

Direction = Literal["up", "down"]
About = Callable[[RuleSet], tuple[str, ...] | None]
_REVERSED = "_testing_reversed"


def _says(zh: str, en: str) -> Callable[[Claim], Claim]:
    def named(claim: Claim) -> Claim:
        claim.says = Both(zh, en)  # type: ignore[attr-defined]
        return claim

    return named


def _about_item(claim: Claim, name: str, says: Both, about: About) -> Claim:
    """A claim about one item, with its name, what it says, and the outcomes whose change it is about."""
    told: Any = claim
    told.__name__, told.says, told.about = name, says, about
    return claim


# --- of one assessment --------------------------------------------------------------------------------------------------


@_says("各项、各组和总分在 0 至分值之间（写明的保底和封顶除外）", "points lie between 0 and the weight, but for a written floor or cap")
def bounded(result: Assessment) -> bool:
    """The points of every item, of every group and the total are not below 0 and not above its weight.

    A `floor` below 0 or a `cap` above the weight that is written on the node widens the bounds to it. So with bonus items the claim
    asks for a `cap` on the total.
    """
    points = result.points
    nodes = (*result.rules.items.values(), *result.rules.groups.values())
    return all(0 <= points[node.id] <= node.weight or _within(result, node, points[node.id]) for node in nodes if node.id in points)


def _within(result: Assessment, node: Scored, points: Fraction) -> bool:
    """Whether points lie between the written floor and cap, 0 and the weight where they are not written."""
    floor, cap = _written(result, node, "floor"), _written(result, node, "cap")
    low = Fraction(0) if floor is None else min(Fraction(0), floor)
    return low <= points <= (node.weight if cap is None else max(node.weight, cap))


def _written(result: Assessment, node: Scored, side: str) -> Fraction | None:
    """A written floor or cap."""
    if f"{node.id}:{side}" not in result.rules.steps:
        return None
    found = result.value(f"{node.id}:{side}")
    return found if isinstance(found, Fraction) else None


@_says("失分合计等于满分减总分，只求和的组等于各项之和", "the ledger adds up to the total, and a plain sum is the sum of its parts")
def parts_add_up(result: Assessment) -> bool:
    """Full marks minus every line of the ledger is the total; and the points of a group that only sums are the sum of its children's.

    A group only sums where nothing is rounded, scaled, clamped, moved to it, limited by a gate or set aside there. Exact, without a
    tolerance. Says nothing where no total is reported.
    """
    if result.total is None:
        return True
    if result.full - sum((line.lost for line in result.ledger), Fraction(0)) != result.total:
        return False
    points = result.points
    return all(
        points[group.id] == sum((points[child] for child in group.children), Fraction(0))
        for group in result.rules.groups.values()
        if _only_sums(result, group)
    )


def _only_sums(result: Assessment, group: Scored) -> bool:
    """Whether no stage behind the sum changes anything here."""
    if group.stages[0].name != "sum":
        return False
    values = [result.value(stage.step) for stage in group.stages]
    return all(value == values[0] for value in values)


@_says("指标的先后次序不影响得分", "the order of indicators changes no points")
def order_is_irrelevant(result: Assessment) -> bool:
    """The same outcomes, scored by the same rules with the indicators of every group in reverse, give the same points of every item
    and group, the same total and the same rating.

    The reversed rule set is made once for each rule set. Rows, cases, gates and levels keep their order: there it does matter.
    """
    again = score_values(_reversed(result.rules), result.outcomes.values, dict(result.outcomes.given))
    return again.total == result.total and again.rating.id == result.rating.id and dict(again.points) == dict(result.points)


def _reversed(rules: RuleSet) -> RuleSet:
    found = rules.__dict__.get(_REVERSED)
    if found is None:
        plain = rules.to_dict()
        plain.pop("examples", None)
        found = rules.__dict__[_REVERSED] = RuleSet.from_dict({**plain, "indicators": _turned(plain["indicators"])})
    assert isinstance(found, RuleSet)
    return found


def _turned(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**node, **({"children": _turned(node["children"])} if node.get("children") else {})} for node in reversed(nodes)]


@_says("同一数量换一种单位填报（元与万元），得分不变", "an outcome told in another unit of its dimension earns the same")
def unit_is_irrelevant(result: Assessment) -> bool:
    """The same outcomes with every number told in another unit of the same dimension (元 for 万元, ‰ for %, 万份 for 份, 小时 for 天)
    give the same points of every item and group, the same total and the same rating.

    A number that has no such unit, or whose decimals would not end there, is told as it was.
    """
    told = domain_of(result.rules).written(result.outcomes.values, other_units=True)
    again = score(result.rules, told)
    return again.total == result.total and again.rating.id == result.rating.id and dict(again.points) == dict(result.points)


def unmet_loses_points(item: str) -> Claim:
    """An actual value that misses the target of this item earns less than its weight.

    False where a rounding lifts a near miss to full marks (1199 of 1200 at 5 points, in two decimals), or a band reaches below the
    target. Says nothing where the item does not apply, was not reported, or has no target.
    """

    def claim(result: Assessment) -> bool:
        if item not in result or _absent(result, item):
            return True
        met = result.value(f"{item}:met")
        return met is not False or result.points[item] < result.rules.items[item].weight

    def about(rules: RuleSet) -> tuple[str, ...]:
        if f"{item}:met" not in _known(rules, item).steps:
            raise ValueError(f"the item {item!r} has no target")
        return _outcomes_of(rules, item)

    says = Both("未达到目标值的不得满分", "what misses the target earns less than full marks")
    return _about_item(claim, f"unmet_loses_points({item})", says, about)


# --- of two, that differ in one outcome -----------------------------------------------------------------------------------


def monotone(item: str, direction: Direction | None = None) -> Claim:
    """A better actual value of this item never earns the item fewer points.

    Of two assessments whose outcomes differ in one outcome that moves the item's actual value: the higher value does not earn fewer
    points (`up`), or not more (`down`). The direction is that of the item's target (`>=`, `>`: up; `<=`, `<`: down) where none is
    given. About the final points of the item, gates on it included. Says nothing of choices, of levels, or where the item was not
    reported or does not apply in one of the two.
    """

    def claim(before: Assessment, after: Assessment) -> bool:
        one, other = _actual(before, item), _actual(after, item)
        if one is None or other is None or one == other:
            return True
        higher, lower = (after, before) if other > one else (before, after)
        gain = higher.points[item] - lower.points[item]
        return gain >= 0 if _direction(before.rules, item, direction) == "up" else gain <= 0

    def about(rules: RuleSet) -> tuple[str, ...]:
        _direction(_known(rules, item), item, direction)
        step = _actual_step(rules, item)
        node = None if step is None else rules.steps[step].node
        if step is None or (isinstance(node, Input) and node.type not in ("number", "date")):
            raise ValueError(f"the item {item!r} has no actual value that is a number or a date")
        return _outcomes_of(rules, item)

    says = Both("实际值更好，得分不会更低", "a better actual value never earns fewer points")
    return _about_item(claim, f"monotone({item})", says, about)


def _direction(rules: RuleSet, item: str, written: Direction | None) -> Direction:
    if written is not None:
        return written
    found = _way(str(rules.items[item].about.get("target") or "any"))
    if found is not None:
        return found
    raise ValueError(f"the target of the item {item!r} does not say which way is better: give direction='up' or 'down'")


@lru_cache(maxsize=64)
def _way(target: str) -> Direction | None:
    """Which way a target says is better."""
    found = parse_test(target).direction
    return "up" if found == "up" else "down" if found == "down" else None


def not_applicable_is_fair(item: str) -> Claim:
    """Marking this item, whose policy is `redistribute`, as not applicable changes no share (points ÷ weight) of what is left.

    Of two assessments of which the second says that the item does not apply, and else the same: (1) every other node that the weight
    can move to has the same points as before, so the same share of its own weight; (2) what the scope as a whole then earns is
    exactly the sum of these shares, each times the weight that its node now carries: with N the weight that moved and R the weight
    of those that receive it, w × (R + N) ÷ R in proportion, or w + N ÷ n for each of n receivers in equal parts; beside it stand
    unchanged what has no weight, and what does not apply for itself and keeps its points. What groups in between round, clamp or
    limit grows by (R + N) ÷ R too, where weight moves in proportion.

    The scope is the group of the item (siblings), everything below its top indicator (group), or everything (all). Looked at before
    the group is scaled, clamped, limited by a gate or rounded. A group that is no sum (a mean, the least) leaves the item out; there
    only (1) is claimed. False, for instance, where a gate or a formula reads the item.
    """

    def claim(before: Assessment, after: Assessment) -> bool:
        rules = before.rules
        if before.total is None or after.total is None or _absent(before, item) or not _absent(after, item):
            return True
        node, nodes = _scope(rules, item)
        receive = [one for one in nodes if one.weight and not _absent(after, one.id)]
        if any(before.points[one.id] != after.points[one.id] for one in receive):
            return False
        moved = f"{node.id}:redistributed"
        return moved not in rules.steps or bool(after.value(moved) == _spread(after, node, nodes, receive))

    def about(rules: RuleSet) -> tuple[str, ...]:
        if _known(rules, item).items[item].about["policy"] != "redistribute":
            raise ValueError(f"the policy of the item {item!r} is not redistribute")
        return (item,)

    says = Both("该项不适用时，其余各项的得分率不变", "what is left keeps its share of the weight when the item does not apply")
    return _about_item(claim, f"not_applicable_is_fair({item})", says, about)


def _scope(rules: RuleSet, item: str) -> tuple[Scored, list[Scored]]:
    """The node at which the weight of an item moves, and the nodes it can move to or from."""
    found = rules.items[item]
    parent = rules.groups[str(found.parent)]
    if found.about["scope"] == "siblings":
        wide = any(stage.name == "redistribution" for stage in parent.stages) and _wide(rules, parent)
        return parent, list(_leaves(rules, parent)) if wide else [rules.scored(child) for child in parent.children]
    while found.about["scope"] == "group" and parent.parent not in (None, TOTAL):
        parent = rules.groups[str(parent.parent)]
    top = parent if found.about["scope"] == "group" and parent.id != TOTAL else rules.total
    return top, list(_leaves(rules, top))


def _wide(rules: RuleSet, group: Scored) -> bool:
    """Whether the weight of something further down moves here too: then it moves among items, not among children."""
    scopes = {"group": group.parent == TOTAL, "all": group.id == TOTAL}
    moving = (rules.scored(child) for child in _below(rules, group))
    return any(one.about["policy"] == "redistribute" and scopes.get(str(one.about["scope"]), False) for one in moving)


def _below(rules: RuleSet, group: Scored) -> Iterator[str]:
    for child in group.children:
        yield child
        if child in rules.groups:
            yield from _below(rules, rules.groups[child])


def _leaves(rules: RuleSet, group: Scored) -> Iterator[Scored]:
    return (rules.items[id] for id in _below(rules, group) if id in rules.items)


def _spread(result: Assessment, node: Scored, nodes: list[Scored], receive: list[Scored]) -> Fraction:
    """What the scope earns: the shares of those that apply, by the weights that they now carry; what groups in between made of
    them; and what is kept as it is.
    """
    gone = {"proportional": Fraction(0), "equal": Fraction(0)}
    for one in nodes:
        if _absent(result, one.id) and one.about["policy"] == "redistribute":
            gone[_by(result.rules, one.id)] += one.weight
    points = result.points
    whole = sum((one.weight for one in receive), Fraction(0))
    grown = (whole + gone["proportional"]) / whole
    kept = sum((points[one.id] for one in nodes if one not in receive), Fraction(0))
    kept += sum((points[id] for id in _below(result.rules, node) if id in result.rules.groups and _keeps(result, id, nodes)), Fraction(0))
    earned = sum((points[one.id] for one in receive), Fraction(0))
    between = result.number(f"{node.id}:earned") - kept - earned
    equal = sum((points[one.id] / one.weight * gone["equal"] / len(receive) for one in receive), Fraction(0))
    return kept + (earned + between) * grown + equal


def _keeps(result: Assessment, id: str, nodes: list[Scored]) -> bool:
    """Whether a group in between does not apply of itself, and keeps its points all the same."""
    group = result.rules.groups[id]
    around = group.parent is not None and _absent(result, group.parent)
    return group not in nodes and _absent(result, id) and not around and group.about["policy"] in ("full", "peer_mean")


def _by(rules: RuleSet, id: str) -> str:
    """In proportion, or in equal parts."""

    def find(nodes: list[Any]) -> Any:
        for node in nodes:
            if node.id == id:
                return node
            if node.children and (inner := find(node.children)) is not None:
                return inner
        return None

    declared = find(rules.model.indicators).not_applicable
    return str(declared.by)


# --- of an item ----------------------------------------------------------------------------------------------------------


def _known(rules: RuleSet, item: str) -> RuleSet:
    if item not in rules.items:
        raise ValueError(f"the rules have no item {item!r}")
    return rules


def _absent(result: Assessment, id: str) -> bool:
    applies = result.rules.scored(id).applies
    return applies is not None and result.value(applies) is False


def _actual_step(rules: RuleSet, item: str) -> str | None:
    return next((name for name in (f"{item}:actual", item) if name in rules.steps), None)


def _actual(result: Assessment, item: str) -> Fraction | int | None:
    """The actual value of an item on a line; None where there is none, or the item does not apply."""
    step = _actual_step(result.rules, item)
    if step is None or item not in result or _absent(result, item):
        return None
    value: Value = result.value(step)
    if value is MISSING:
        return None
    return value.ordinal if isinstance(value, Day) else value if isinstance(value, Fraction) else None


def _outcomes_of(rules: RuleSet, item: str) -> tuple[str, ...]:
    """The outcomes that move the actual value of an item."""
    step = _actual_step(rules, item)
    if step is None:
        return (item,)
    domain = domain_of(rules)
    names = [name for name in domain.variables if name == step or step in domain.program.reading([name])]
    return tuple(dict.fromkeys(domain.key_of[name] for name in names if name in domain.key_of))
