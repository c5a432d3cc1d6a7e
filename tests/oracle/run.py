"""perfscore against the oracle on random rule sets: totals, ratings, points, cases, groups, gates, flags, ledger.

    python tests/oracle/run.py --count 100000 --seed 1 [--per-rule-set 20] [--least 500] [--oracle-only]

Prints how often each case, tie and edge came up. Exit 1 at a difference, or if one of EXPECTED came up too seldom.
Only the public API of perfscore is called, and only here.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import pprint
import random
import re
import sys
import traceback
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import generate  # noqa: E402
import oracle  # noqa: E402
import shrink  # noqa: E402

NODE = ["not_applicable", "missing", "special_n", "waived_item"]
REASONS = {
    "ratio": ["too_far_above", "target_met", "nothing_earned", "below_pass_line", "proportional", "target_missed"],
    "pass_fail": ["target_met", "target_missed"],
    "table": ["row_1", "row_2", "row_3", "row_n", "no_row", "enough"],
    "interpolate": ["below_first", "between_1", "between_2", "between_3", "at_last", "above_last"],
    "adjust": ["all_deducted", "all_earned", "over_line", "under_line", "on_line"],
    "checklist": ["none_apply", "all_deducted", "all_earned", "some_apply"],
    "grade": ["met", "partly", "not_met"],
    "formula": ["plenty", "case_2", "case_3", "case_n", "otherwise"],
}
STAGES = ["rate", "item", "group", "total"]
EDGES = ["target", "band", "pass-line", "too-far", "gap", "all-floor", "all-cap", "special", "gate", "flag", "rating"]
EFFECTS = ["points", "at_most", "at_least", "rating", "rating_at_most", "rating_at_least"]
EXPECTED = (
    [("case", method, reason) for method, reasons in REASONS.items() for reason in [*NODE, *reasons]]
    + [("tie", stage, mode) for stage in STAGES for mode in oracle.MODES]
    + [("edge", what) for what in EDGES]
    + [("gate", effect) for effect in EFFECTS]
)


def merged(counts: Counter[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    """Numbered reasons beyond the third as one (all of `special_k`)."""
    made: Counter[tuple[str, ...]] = Counter()
    for key, times in counts.items():
        if key[0] == "case":
            reason = re.sub(r"^special_\d+$", "special_n", key[2])
            reason = re.sub(r"^(row|case)_([4-9]|\d\d+)$", r"\1_n", reason)
            key = (key[0], key[1], reason)
        made[key] += times
    return made


# ---------------------------------------------------------------- one comparison


def ids_of(things: Any) -> list[Any]:
    """Gates or flags, whatever carries them: their ids (a flag with its item)."""
    return [getattr(thing, "id", thing) for thing in things]


def flags_of(things: Any) -> list[tuple[str, str | None]]:
    return sorted(((thing.id, getattr(thing, "item", None)) for thing in things), key=repr)


def differences(rules: dict[str, Any], result: Any, expected: dict[str, Any]) -> list[str]:
    """What perfscore says otherwise than the oracle, and where its own ledger does not add up."""
    found: list[str] = []

    def same(what: str, engine: object, wanted: object) -> None:
        if engine != wanted:
            found.append(f"{what}: perfscore {engine!s}, oracle {wanted!s}")

    same("total", result.total, expected["total"])
    same("rating", getattr(result.rating, "id", result.rating), expected["rating"])
    for name, item in expected["items"].items():
        for key in ("points", "scored", "reason", "case"):
            if key != "scored" or hasattr(result[name], "scored"):
                same(f"{name}.{key}", getattr(result[name], key), item[key])
    groups = {id: group.points for id, group in result.groups.items()}
    for name, points in expected["groups"].items():
        same(f"group {name}", groups.get(name), points)
    same("gates", ids_of(result.gates), expected["gates"])
    same("flags", flags_of(result.flags), sorted(expected["flags"], key=repr))

    lost = sum((line.lost for line in result.ledger), Fraction(0))
    same("full - ledger", result.full - lost, expected["total"])
    stages = sum((line.lost for line in result.ledger if getattr(line, "item", None) is None), Fraction(0))
    points = sum((item["points"] for item in expected["items"].values()), Fraction(0))
    same("items - stages", points - stages, expected["total"])
    return found


def compare(perfscore: Any, engine_rules: Any, rules: dict[str, Any], outcomes: dict[str, Any],
            seen: Counter[tuple[str, ...]]) -> list[str]:  # fmt: skip
    expected, refused = None, ""
    try:
        expected = oracle.score(rules, outcomes, seen)
    except oracle.OracleError as error:
        refused = str(error)
        seen["error", error.code] += 1
    if perfscore is None:
        return []
    try:
        result = perfscore.score(engine_rules, outcomes)
    except perfscore.OutcomeError as error:
        if expected is None:
            return []
        if expected["unread"]:
            # the specification leaves open whether an absent outcome that nothing needs is an error
            seen["open", "unread-absent"] += 1
            return []
        return [f"perfscore refuses: {error}; oracle scores {expected['total']}"]
    except Exception:  # (whatever it raises is a finding here)
        return [f"perfscore crashes; oracle: {refused or expected}\n{traceback.format_exc()}"]
    if expected is None:
        return [f"oracle refuses ({refused}); perfscore scores {result.total}"]
    try:
        return differences(rules, result, expected)
    except Exception:  # (whatever it raises is a finding here)
        return [f"perfscore's result cannot be read\n{traceback.format_exc()}"]


def told(perfscore: Any, rules: dict[str, Any], outcomes: dict[str, Any], differing: list[str]) -> str:
    """The difference, with the smallest rule set and outcomes that still differ in the same way."""

    def sorts(lines: list[str]) -> set[str]:
        return {re.split(r"[:;(]", line)[0].split(".")[-1] for line in lines}

    def differences_of(pair: shrink.Pair) -> list[str]:
        try:
            return compare(perfscore, perfscore.RuleSet.from_dict(pair[0]), *pair, Counter())
        except Exception:  # (left out too much: not a rule set any more)
            return []

    rules, outcomes = shrink.shrunk(rules, outcomes, lambda pair: bool(sorts(differing) & sorts(differences_of(pair))))
    small = pprint.pformat({"rules": rules, "outcomes": outcomes}, width=140, sort_dicts=False)
    return "\n".join(["DIFFERENCE", *differing, "at the smallest:", *differences_of((rules, outcomes)), small])


def work(task: tuple[int, int, int, bool, int]) -> tuple[Counter[tuple[str, ...]], list[str]]:
    """One process: `count` assessments from one seed; stops after `most` differences."""
    seed, count, per_rule_set, oracle_only, most = task
    rng = random.Random(seed)
    seen: Counter[tuple[str, ...]] = Counter()
    found: list[str] = []
    perfscore = None if oracle_only else importlib.import_module("perfscore")
    done = 0
    while done < count and len(found) < most:
        rules = generate.rule_set(rng)
        engine_rules = None
        if perfscore is not None:
            try:
                engine_rules = perfscore.RuleSet.from_dict(rules)
            except Exception as error:
                found.append(f"RULES {type(error).__name__}: {error}\n{pprint.pformat(rules, width=140, sort_dicts=False)}")
                done += per_rule_set
                continue
        for _ in range(per_rule_set):
            outcomes = generate.outcomes_for(rules, rng)
            done += 1
            if differing := compare(perfscore, engine_rules, rules, outcomes, seen):
                found.append(told(perfscore, rules, outcomes, differing))
                break
    return merged(seen), found


def table(seen: Counter[tuple[str, ...]]) -> str:
    lines = []
    for key in sorted(set(EXPECTED) | set(seen)):
        mark = "" if key in EXPECTED else "  (not required)"
        lines.append(f"{seen[key]:>9}  {' '.join(key)}{mark}")
    rarest = min(EXPECTED, key=lambda key: seen[key])
    return "\n".join([*lines, f"minimum {seen[rarest]}: {' '.join(rarest)}"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000, help="assessments in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-rule-set", type=int, default=20)
    parser.add_argument("--least", type=int, default=0, help="fail if a case, tie or edge came up less often")
    parser.add_argument("--oracle-only", action="store_true", help="only count what the generator reaches")
    parser.add_argument("--most", type=int, default=5, help="differences to show from each process")
    args = parser.parse_args()

    half = args.count // 2
    tasks = [
        (args.seed * 2 + k, count, args.per_rule_set, args.oracle_only, args.most) for k, count in enumerate((args.count - half, half))
    ]
    with multiprocessing.Pool(2) as pool:
        parts = pool.map(work, tasks)
    seen: Counter[tuple[str, ...]] = Counter()
    for counts, _ in parts:
        seen.update(counts)
    found = [one for _, several in parts for one in several]
    for one in found:
        print(one, end="\n\n")
    print(table(seen))
    print(f"{len(found)} differences")
    return 1 if found or (args.least and min(seen[key] for key in EXPECTED) < args.least) else 0


if __name__ == "__main__":
    sys.exit(main())
