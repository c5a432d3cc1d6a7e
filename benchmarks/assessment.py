"""One assessment from texts never seen before, beside zen-engine (from numbers) and a plain simpleeval loop (from rationals).

    pip install zen-engine
    python benchmarks/assessment.py [--count 10000] [--rounds 10]

Ours is timed three ways, each on texts of its own: `lazy` reads total and rating, `dict` every item's points, case and
reason, `text` a line of explanation an item. ZEN computes the same points, a reason for each item, groups, total, rating and
flags, untraced and traced. Every answer of everybody is compared with a scorer written by hand (workload.score).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import timing  # noqa: E402
import workload  # noqa: E402
from peers import Simple, Zen  # noqa: E402
from workload import Answer, Assessment, RuleSet, Writer  # noqa: E402

import perfscore  # noqa: E402

SIMPLE_SHARE = 10  # simpleeval is slow: it scores every tenth assessment
GROWTH_TIMES = 10

# --- ours: everything that touches the public interface ----------------------------------------------------------------


class Ours:
    def __init__(self, rules: RuleSet) -> None:
        self.rules = perfscore.RuleSet.from_dict(rules.as_mapping())
        self.ids = [one.id for one in rules.indicators]
        self.groups = [id for id, _ in rules.parts]

    def lazy(self, texts: dict[str, str]) -> tuple[perfscore.Assessment, Fraction, str]:
        result = perfscore.score(self.rules, texts)
        return result, _number(result), result.rating.id

    def brief(self, texts: dict[str, str]) -> dict[str, Any]:
        told: dict[str, Any] = perfscore.score(self.rules, texts).brief()
        return told

    def lines(self, texts: dict[str, str]) -> list[str]:
        told: list[str] = perfscore.score(self.rules, texts).lines("zh")
        return told

    def answer(self, result: perfscore.Assessment) -> Answer:
        """All of an assessment, for comparison."""
        told, points = result.brief(), result.points
        items = [told["items"][id] for id in self.ids]
        assert told["total"] == workload.decimal(_number(result)) and told["rating"] == result.rating.id
        return Answer(
            _number(result), result.rating.id, tuple(points[id] for id in self.ids), tuple(item["case"] for item in items),
            tuple(item["reason"] for item in items), tuple(points[id] for id in self.groups), len(result.flags),
        )  # fmt: skip


def _number(result: perfscore.Assessment) -> Fraction:
    """The total; None stands only where a gate takes it away, and these rules have none such."""
    total = result.total
    assert total is not None
    return total


def brief_agrees(told: dict[str, Any], right: Answer) -> bool:
    items = list(told["items"].values())
    return (
        told["total"] == workload.decimal(right.total)
        and told["rating"] == right.rating
        and [item["points"] for item in items] == [workload.decimal(points) for points in right.points]
        and [item["case"] for item in items] == list(right.cases)
        and [item["reason"] for item in items] == list(right.reasons)
    )


def lines_agree(lines: list[str], rules: RuleSet, given: Assessment, right: Answer) -> bool:
    """A line for each item, with its label, its points and the outcome as it was reported."""
    rows = zip(lines, rules.indicators, right.points, strict=False)
    return len(lines) == len(rules.indicators) and all(
        one.label in line and workload.decimal(points) in line and given.texts[one.id] in line for line, one, points in rows
    )


# --- contenders --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Contender:
    """`takes`: what it is given of an assessment; `agrees`: whether what it gave is right."""

    name: str
    work: Callable[[Any], Any]
    takes: Callable[[Assessment], Any]
    agrees: Callable[[Any, Assessment, Answer], bool]
    share: int = 1


def contenders(rules: RuleSet) -> list[Contender]:
    ours, lists, items, simple = Ours(rules), Zen(rules, lists=True), Zen(rules, lists=False), Simple(rules)

    def zen(name: str, peer: Zen, work: Callable[[Any], Any]) -> Contender:
        return Contender(name, work, lambda one: one.numbers, lambda gave, _, right: peer.answer(gave) == replace(right, cases=()))

    def lazy_agrees(gave: Any, _: Assessment, right: Answer) -> bool:
        result, total, rating = gave
        return (total, rating) == (right.total, right.rating) and ours.answer(result) == right

    return [
        Contender("ours lazy", ours.lazy, lambda one: one.texts, lazy_agrees),
        Contender("ours dict", ours.brief, lambda one: one.texts, lambda gave, _, right: brief_agrees(gave, right)),
        Contender("ours text", ours.lines, lambda one: one.texts, lambda gave, one, right: lines_agree(gave, rules, one, right)),
        zen("zen lists", lists, lists.plain),
        zen("zen items", items, items.plain),
        zen("zen lists traced", lists, lists.traced),
        zen("zen items traced", items, items.traced),
        Contender("simpleeval", simple.score, lambda one: one.exact, lambda gave, _, right: gave == replace(right, cases=()), SIMPLE_SHARE),
    ]


OURS = ("ours lazy", "ours dict", "ours text")


def run(rules: RuleSet, writer: Writer, count: int, rounds: int) -> tuple[dict[str, float], dict[str, int]]:
    """Median µs an assessment, and wrong answers, by contender. Each of ours has texts of its own; the peers take the first's."""
    everybody = contenders(rules)
    times: dict[str, list[float]] = defaultdict(list)
    wrong = dict.fromkeys((one.name for one in everybody), 0)
    for one in everybody:  # warm up on other texts
        timing.each(one.work, [one.takes(given) for given in writer.block(rules, 20)])
    size = max(1, count // rounds)
    for turn in range(rounds):
        blocks = {name: writer.block(rules, size) for name in OURS}
        answers = {name: [workload.score(rules, given.exact) for given in block] for name, block in blocks.items()}
        start = turn % len(everybody)
        for one in [*everybody[start:], *everybody[:start]]:
            mine = one.name if one.name in OURS else OURS[0]
            chosen, right = blocks[mine][:: one.share], answers[mine][:: one.share]
            spent, gave = timing.each(one.work, [one.takes(given) for given in chosen])
            times[one.name].append(spent)
            wrong[one.name] += sum(not one.agrees(*each) for each in zip(gave, chosen, right, strict=True))
    return {name: timing.median(spent) for name, spent in times.items()}, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--count", type=int, default=10_000, help="assessments for each contender")
    parser.add_argument("--rounds", type=int, default=10)
    chosen = parser.parse_args()
    small, large, writer = RuleSet(), RuleSet(GROWTH_TIMES), Writer(2024)
    times, wrong = run(small, writer, chosen.count, chosen.rounds)
    more, wrong_more = run(large, writer, max(chosen.rounds, chosen.count // GROWTH_TIMES // 2), chosen.rounds)

    print(f"{'30 indicators':<18} {'µs':>9} {'x zen':>7} {'wrong':>6}   {'300 indicators':>14} {'x 10 · 30':>9} {'wrong':>6}")
    for name, spent in times.items():
        grown = more[name] / spent / GROWTH_TIMES
        first = f"{name:<18} {spent:9.1f} {spent / times['zen lists']:7.2f} {wrong[name]:6}"
        print(f"{first}   {more[name]:14.1f} {grown:9.2f} {wrong_more[name]:6}")
    print("zen lists: the fastest form. zen items: the fastest form whose trace has an entry for each item; ratios to a trace are to it.")

    def ratio(ours: str, peer: str) -> float:
        return round(times[ours] / times[peer], 3)

    told = {
        "assessments": chosen.count // chosen.rounds * chosen.rounds,
        "errors": sum(wrong.values()) + sum(wrong_more.values()),
        "lazy_vs_zen": ratio("ours lazy", "zen lists"),
        "dict_vs_zen_traced": ratio("ours dict", "zen items traced"),
        "text_vs_zen_traced": ratio("ours text", "zen items traced"),
        "lazy_vs_zen_items": ratio("ours lazy", "zen items"),
        "dict_vs_zen_lists_traced": ratio("ours dict", "zen lists traced"),
        "text_vs_zen_lists_traced": ratio("ours text", "zen lists traced"),
        "lazy_vs_simpleeval": ratio("ours lazy", "simpleeval"),
        "growth": round(max(more[name] / times[name] for name in OURS) / GROWTH_TIMES, 3),
        "us": {name: round(spent, 1) for name, spent in times.items()},
    }
    print("RESULT", json.dumps(told))


if __name__ == "__main__":
    main()
