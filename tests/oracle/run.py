"""perfscore against the oracle on random rule sets: totals, ratings, points, cases, groups, gates, flags, reasons, ledger.

    python tests/oracle/run.py --count 100000 --seed 1 [--per-rule-set 50] [--least 500] [--oracle-only] [--features a,b]

Three are compared: the oracle, the code that `score` runs, and the exact reading of the same steps; one assessment in ten item by
item with its ledger. Prints how often each case, tie and edge came up and where the time went. Exit 1 at a difference, or if one of
those that must come up came up too seldom. Of perfscore the public API is called, and the exact reading by its name; only here.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import pprint
import random
import re
import sys
import time
import traceback
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.append(str(HERE.parents[1]))

import generate  # noqa: E402
import oracle  # noqa: E402
import outcomes as drawing  # noqa: E402
import shrink  # noqa: E402

Seen = Counter[tuple[str, ...]]
Key = tuple[str, ...]
WHOLE = 10  # every tenth assessment is compared in everything, its ledger and derivation too

# ---------------------------------------------------------------- what must come up

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
    "own": ["top_step", "some_steps", "case_3", "case_1", "on_the_line", "under_the_line"],
    "panel": ["no_valid_ballot", "mean_of_ballots"],
    "each": ["over_rows"],
}
FEATURE_OF = {"own": "own_methods", "panel": "panel", "each": "each"}
STAGES = ["rate", "item", "group", "total"]
EDGES = ["target", "band", "pass-line", "too-far", "gap", "all-floor", "all-cap", "special", "gate", "flag", "rating", "redistributed"]
EFFECTS = ["points", "at_most", "at_least", "rating", "rating_at_most", "rating_at_least"]
MEANS = ["mean", "geometric_mean", "harmonic_mean", "min", "max"]


def expected(features: frozenset[str]) -> list[Key]:
    """The cases, ties and edges that must come up, as far as the features are on."""
    made: list[Key] = []
    for method, reasons in REASONS.items():
        if FEATURE_OF.get(method) in (None, *features):
            # what has no outcome of its own cannot lack it
            node = [reason for reason in NODE if reason != "missing" or method not in ("panel", "each")]
            made += [("case", method, reason) for reason in [*node, *reasons]]
    made += [("tie", stage, mode) for stage in STAGES for mode in oracle.MODES]
    made += [("edge", what) for what in EDGES]
    made += [("gate", effect) for effect in EFFECTS]
    made += [("reading", "code")]
    made += [("part", part) for part in ("started", "completed", "at_most")]
    made += [("policy", policy) for policy in ("full", "zero")]
    scopes = ["siblings", *(["group", "all"] if "scope" in features else [])]
    ways = ["proportional", *(["equal"] if "equal" in features else [])]
    made += [("policy", "redistribute", by, scope) for by in ways for scope in scopes]
    by_feature: dict[str, list[Key]] = {
        "equal": [("edge", "moved-both-ways")],
        "combine": [("combine", kind, what) for kind in MEANS for what in ("group", "total", "full", "zero", "redistribute", "zero-share")]
        + [("combine", "formula", "all"), ("combine", "formula", "left-out")]
        + [("combine", "geometric_mean", what) for what in ("rational", "irrational")]
        + ([("combine", kind, "peer_mean") for kind in MEANS] if "peer_mean" in features else []),
        "out_of": [("out_of", level, "sum") for level in ("group", "total")]
        + ([("out_of", level, "formula") for level in ("group", "total")] if "combine" in features else []),
        "peer_mean": [("policy", "peer_mean")],
        "total_none": [("gate", "total-none"), ("gate", "not-scored")],
        "rating_input": [("gate", "rating_at_most-input"), ("gate", "rating_at_least-input")],
        "outside": [("rating", "outside"), ("gate", "rating-outside")],
        "lists": [("list", name) for name in ["points_in", "shares_in", "count", "any", "all", "sum", "min", "max", "mean", "median"]],
        "let_tables": [("let", "row"), ("let", "otherwise")],
        "override": [("override", "set"), ("edge", "override")]
        + [("error", code) for code in ("override-refused", "override-outside", "judgement-unsigned")],
        "reasons": [("reasons", what) for what in ("lost", "none-lost", "tie")],
        "panel": [("panel", "void", reason) for reason in ("too_many_high", "apart", "void_1", "void_2")]
        + [("panel", "trim", trim) for trim in ("0", "1", "2")]
        + [("panel", "raters"), ("edge", "void")],
        "each": [("each", combine, "rows") for combine in ("mean", "sum", "min")] + [("each", "sum", "empty")]
        + [("each", "ratio", "target_met"), ("each", "ratio", "proportional"), ("each", "pass_fail", "target_met")]
        + [("each", "pass_fail", "target_missed"), ("each", "table", "row_1"), ("each", "table", "row_2"), ("each", "table", "no_row")]
        + [("each", "adjust", "over_line"), ("each", "adjust", "on_line"), ("each", "adjust", "all_deducted")]
        + [("each", "formula", "otherwise")],
        "real": [("real", name, "irrational") for name in ("sqrt", "root", "ln")]
        + [("real", name, "rational") for name in ("sqrt", "root")]
        + [("real", "item", mode) for mode in oracle.MODES]
        + [("real", stage, mode) for stage in ("group", "total") for mode in oracle.MODES if "combine" in features],
    }  # fmt: skip
    for feature in generate.FEATURES:
        if feature in features:
            made += by_feature.get(feature, [])
    return made


def merged(counts: Seen) -> Seen:
    """Numbered reasons beyond the third as one (all of `special_k`)."""
    made: Seen = Counter()
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


class Same:
    """Collects what perfscore says otherwise than the oracle."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def __call__(self, what: str, engine: object, wanted: object) -> None:
        if engine != wanted:
            self.found.append(f"{what}: perfscore {engine!s}, oracle {wanted!s}")


def uses_code(result: Any) -> bool:
    return result._code is not None


def by_exact(engine_rules: Any, outcomes: dict[str, Any]) -> Any:
    """The same assessment by the exact reading alone."""
    from perfscore.scoring.assessment import Assessment, exactly
    from perfscore.scoring.outcomes import read_outcomes

    return Assessment(engine_rules, exact=exactly(engine_rules, *read_outcomes(engine_rules, outcomes)))


def brief_differences(result: Any, expected: dict[str, Any]) -> list[str]:
    """The total, the rating and every point; by the code every case too (the exact reading builds whole items for them)."""
    same = Same()
    shown = result.brief()["items"] if uses_code(result) else {}
    for name, one in shown.items():
        item = expected["items"][name]
        same(f"{name} case", (one["case"], one["reason"]), (item["case"], item["reason"]))
    same("total", result.total, expected["total"])
    same("rating", getattr(result.rating, "id", result.rating), expected["rating"])
    points = result.points
    for name, item in expected["items"].items():
        same(f"{name}.points", points.get(name), item["points"])
    for name, wanted in expected["groups"].items():
        same(f"group {name}", points.get(name), wanted)
    same("gates", ids_of(result.gates), expected["gates"])
    same("flags", flags_of(result.flags), sorted(expected["flags"], key=repr))
    return same.found


def differences(rules: dict[str, Any], result: Any, expected: dict[str, Any]) -> list[str]:
    """What perfscore says otherwise than the oracle, and where its own ledger does not add up."""
    same = Same()
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
    if "reason" in str(rules["indicators"]) and hasattr(result, "reasons"):
        same("reasons", [(one.code, one.item, one.lost) for one in result.reasons], expected["reasons"])
    if expected["total"] is None:
        same("ledger", list(result.ledger), [])
        same("lost", result.lost, None)
        same("not scored", sorted(result.not_scored), sorted(expected["not_scored"]))
        return same.found

    lost = sum((line.lost for line in result.ledger), Fraction(0))
    same("full - ledger", result.full - lost, expected["total"])
    if sum((item["weight"] for item in expected["items"].values()), Fraction(0)) != result.full:
        return same.found  # the items' weights are not what the total is made of: `out_of`, or a mean of groups
    stages = sum((line.lost for line in result.ledger if getattr(line, "item", None) is None), Fraction(0))
    points = sum((item["points"] for item in expected["items"].values()), Fraction(0))
    same("items - stages", points - stages, expected["total"])
    return same.found


# errors that the specification gives a code; the rest may be told in other words
CODES = {"negative-target", "not-a-real", "nothing-left", "empty-list", "override-refused",
         "override-outside", "judgement-unsigned", "missing-outcome",
         "no-case"}  # fmt: skip


def refused_otherwise(error: Any, code: str) -> list[str]:
    told = {str(problem.code) for problem in error.problems}
    if code in CODES and not told & {code, "judgement-unsigned"}:
        return [f"refused otherwise: perfscore {sorted(told)}, oracle {code}"]
    return []


class Clock:
    """Processor seconds by what they were spent on."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.last = time.process_time()

    def spent(self, on: str) -> None:
        now = time.process_time()
        self.seconds[on] += now - self.last  # type: ignore[assignment]
        self.last = now


def compare(perfscore: Any, engine_rules: Any, rules: Any, outcomes: dict[str, Any], seen: Seen,
            whole: bool = True, clock: Clock | None = None) -> list[str]:  # fmt: skip
    clock = clock or Clock()
    prepared = rules if isinstance(rules, oracle.Prepared) else oracle.prepare(rules)
    expected, refused = None, oracle.OracleError("")
    try:
        expected = oracle.score(prepared, outcomes, seen)
    except oracle.OracleError as error:
        refused = error
        seen["error", error.code] += 1
    clock.spent("oracle")
    if perfscore is None:
        return []
    try:
        result = perfscore.score(engine_rules, outcomes)
    except perfscore.OutcomeError as error:
        clock.spent("refused")
        if expected is None:
            return refused_otherwise(error, refused.code)
        if expected["unread"]:
            # the specification leaves open whether an absent outcome that nothing needs is an error
            seen["open", "unread-absent"] += 1
            return []
        return [f"perfscore refuses: {error}; oracle scores {expected['total']}"]
    except Exception:  # (whatever it raises is a finding here)
        return [f"perfscore crashes; oracle: {refused if expected is None else expected}\n{traceback.format_exc()}"]
    clock.spent("code" if uses_code(result) else "exact")
    if expected is None:
        return [f"oracle refuses ({refused}); perfscore scores {result.total}"]
    try:
        found, exact = [], result
        if uses_code(result):
            found = [f"by code: {one}" for one in brief_differences(result, expected)]
            clock.spent("code")
            exact = by_exact(engine_rules, outcomes)
            clock.spent("exact")
        seen["reading", "code" if uses_code(result) else "exact alone"] += 1
        found += differences(prepared.written, exact, expected) if whole else brief_differences(exact, expected)
        return found
    except Exception:  # (whatever it raises is a finding here)
        return [f"perfscore's result cannot be read\n{traceback.format_exc()}"]
    finally:
        clock.spent("comparison")


def told(perfscore: Any, rules: dict[str, Any], outcomes: dict[str, Any], differing: list[str]) -> str:
    """The difference, with the smallest rule set and outcomes that still differ in the same way."""

    def sorts(lines: list[str]) -> set[str]:
        return {re.split(r"[:;(]", line)[0].split(".")[-1] for line in lines}

    def differences_of(pair: shrink.Pair) -> list[str]:
        try:
            engine_rules = perfscore.RuleSet.from_dict(pair[0])
            # the first assessment of a rule set is by the exact reading alone
            return compare(perfscore, engine_rules, *pair, Counter()) or compare(perfscore, engine_rules, *pair, Counter())
        except Exception:  # (left out too much: not a rule set any more)
            return []

    rules, outcomes = shrink.shrunk(rules, outcomes, lambda pair: bool(sorts(differing) & sorts(differences_of(pair))))
    small = pprint.pformat({"rules": rules, "outcomes": outcomes}, width=140, sort_dicts=False)
    return "\n".join(["DIFFERENCE", *differing, "at the smallest:", *differences_of((rules, outcomes)), small])


Task = tuple[int, int, int, bool, int, tuple[str, ...]]


def work(task: Task) -> tuple[Seen, list[str], Counter[str]]:
    """One process: `count` assessments from one seed; stops after `most` differences."""
    seed, count, per_rule_set, oracle_only, most, features = task
    rng = random.Random(seed)
    seen: Seen = Counter()
    found: list[str] = []
    perfscore = None if oracle_only else importlib.import_module("perfscore")
    done = 0
    clock = Clock()
    while done < count and len(found) < most:
        rules = generate.rule_set(rng, features)
        draw = drawing.Outcomes(rules, rng)
        clock.spent("generator")
        engine_rules = None
        if perfscore is not None:
            try:
                engine_rules = perfscore.RuleSet.from_dict(rules)
            except Exception as error:
                found.append(f"RULES {type(error).__name__}: {error}\n{pprint.pformat(rules, width=140, sort_dicts=False)}")
                done += per_rule_set
                continue
            clock.spent("load")
        prepared = oracle.prepare(rules)
        clock.spent("oracle")
        for k in range(per_rule_set):
            outcomes = draw.random()
            clock.spent("generator")
            done += 1
            if differing := compare(perfscore, engine_rules, prepared, outcomes, seen, k % WHOLE == 0, clock):
                found.append(told(perfscore, rules, outcomes, differing))
                clock.spent("shrinking")
                break
    seen["assessments",] = done
    return merged(seen), found, clock.seconds


def table(seen: Seen, wanted: list[Key]) -> str:
    lines = []
    for key in sorted(set(wanted) | set(seen)):
        mark = "" if key in wanted else "  (not required)"
        lines.append(f"{seen[key]:>9}  {' '.join(key)}{mark}")
    rarest = min(wanted, key=lambda key: seen[key])
    return "\n".join([*lines, f"minimum {seen[rarest]}: {' '.join(rarest)}"])


def times(spent: Counter[str], done: int) -> str:
    parts = [f"{on} {seconds / done * 1000:.2f}" for on, seconds in spent.most_common()]
    return f"ms an assessment and processor: {sum(spent.values()) / done * 1000:.2f} ({', '.join(parts)})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000, help="assessments in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-rule-set", type=int, default=50)
    parser.add_argument("--least", type=int, default=0, help="fail if a case, tie or edge came up less often")
    parser.add_argument("--oracle-only", action="store_true", help="only count what the generator reaches")
    parser.add_argument("--most", type=int, default=5, help="differences to show from each process")
    parser.add_argument("--features", default=",".join(generate.FEATURES), help="parts of the grammar to use (default: all)")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    args = parser.parse_args()

    features = tuple(one for one in args.features.split(",") if one)
    if unknown := set(features) - set(generate.FEATURES):
        parser.error(f"unknown features: {', '.join(sorted(unknown))}; known: {', '.join(generate.FEATURES)}")
    shares = [args.count // args.jobs + (k < args.count % args.jobs) for k in range(args.jobs)]
    tasks = [(args.seed * args.jobs + k, count, args.per_rule_set, args.oracle_only, args.most, features) for k, count in enumerate(shares)]
    with multiprocessing.Pool(args.jobs) as pool:
        parts = pool.map(work, tasks)
    seen: Seen = Counter()
    for counts, _, _ in parts:
        seen.update(counts)
    found = [one for _, several, _ in parts for one in several]
    for one in found:
        print(one, end="\n\n")
    wanted = expected(frozenset(features))
    print(table(seen, wanted))
    print(times(sum((spent for _, _, spent in parts), Counter()), seen["assessments",]))
    print(f"{len(found)} differences")
    return 1 if found or (args.least and min(seen[key] for key in wanted) < args.least) else 0


if __name__ == "__main__":
    sys.exit(main())
