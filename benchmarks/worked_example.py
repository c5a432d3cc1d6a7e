"""How long the worked example takes: load, score, build everything; and random rule sets beside the second scorer.

python benchmarks/worked_example.py [rounds]
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import perfscore

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "oracle"))

import generate  # noqa: E402
import oracle  # noqa: E402


def median_ms(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return round(statistics.median(times) * 1000, 3)


def beside_the_oracle(rule_sets: int) -> dict[str, float | int]:
    """The same random assessments by both scorers; totals that differ are counted."""
    rng, spent, wrong, count = random.Random(1), {"perfscore": 0.0, "oracle": 0.0}, 0, 0
    for _ in range(rule_sets):
        rules = generate.rule_set(rng)
        compiled = perfscore.RuleSet.from_dict(rules)
        for _ in range(5):
            outcomes = generate.outcomes_for(rules, rng)
            start = time.perf_counter()
            try:
                expected = oracle.score(rules, outcomes)["total"]
            except oracle.OracleError:
                continue
            middle = time.perf_counter()
            total = perfscore.score(compiled, outcomes).total
            spent["perfscore"] += time.perf_counter() - middle
            spent["oracle"] += middle - start
            wrong += total != expected
            count += 1
    return {"assessments": count, "errors": wrong, "perfscore_vs_oracle": round(spent["perfscore"] / spent["oracle"], 2)}


def main(rounds: int) -> None:
    path = ROOT / "examples/liwan-justice-2024/outcomes.yaml"
    rules = perfscore.load("examples/liwan-justice-2024")
    result = perfscore.score(rules, path)
    assert str(result.total) == "9753/100", result.total  # 100 − 0.50 − 0.40 − 0.07 − 1.50
    given = dict(result.outcomes.given)
    told = {
        "items": len(rules.items),
        "load_ms": median_ms(lambda: perfscore.load("examples/liwan-justice-2024"), rounds),
        "score_ms": median_ms(lambda: perfscore.score(rules, given), rounds),
        "to_dict_ms": median_ms(lambda: perfscore.score(rules, given).to_dict(), rounds),
        "explain_ms": median_ms(lambda: perfscore.score(rules, given).explain("zh"), rounds),
        **beside_the_oracle(rounds * 4),
    }
    for name, value in told.items():
        print(f"{name:>22}  {value}")
    print("RESULT", json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
