"""What it costs to begin: import, `--help`, the first load of a rule file, and the memory of a loaded rule set.

    python benchmarks/imports.py [--rounds 15]

Each run is a new process; bare Python is one of them, in the same rounds, and its time is taken off. Medians, in
processor time, which other programs on the machine disturb less than the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
LINES = 500

LOAD = """
import sys, time
import perfscore
start = time.process_time()
rules = perfscore.load(sys.argv[1])
print(time.process_time() - start, len(rules.items))
"""
MEMORY = """
import gc, sys, tracemalloc
import perfscore
perfscore.load(sys.argv[1])  # modules and caches are not the rule set's
gc.collect()
tracemalloc.start()
rules = perfscore.load(sys.argv[1])
gc.collect()
print(tracemalloc.get_traced_memory()[0], len(rules.items))
"""


def rule_file() -> str:
    """A rule file of exactly 500 lines, written as people write it: 62 indicators in 8 lines each, and a head."""
    head = [
        "perfscore: 1",
        "id: benchmarks/lines",
        "title: 五百行的规则文件（测速用，虚构）",
        "rounding: {item: 2, total: 2, mode: half-up}",
        "indicators:",
    ]
    tail = ["rating:", "  - {id: good, label: 良, is: '>= 60'}", "  - {id: poor, label: 差, is: '< 60'}"]
    methods = (
        "{type: ratio, above: cap}",
        "{type: ratio, above: cap, below: {zero: 60%}}",
        "{type: table, rows: [['>= 95', weight], ['>= 80', weight * 80%], ['>= 60', weight * 60%]], otherwise: 0}",
        "{type: interpolate, rows: [[60, 0], [80, weight * 60%], [100, weight]], below: 0, above: hold}",
    )
    rows = []
    for k in range((LINES - len(head) - len(tail) - 1) // 8):
        rows += [
            f"  - id: indicator_{k}",
            f"    label: 第{k + 1}项指标",
            "    kind: quantity",
            "    unit: 件",
            f"    criteria: 达到目标值得满分，未达到的按规定计分（第{k + 1}条）。",
            '    target: ">= 100"',
            f"    weight: {1 + k % 3}",
            f"    method: {methods[k % len(methods)]}",
        ]
    weights = sum(int(row.split(": ")[1]) for row in rows if row.startswith("    weight:"))
    lines = [*head[:-1], f"total: {weights}", head[-1], *rows, *tail]
    lines[3:3] = [f"# {k}" for k in range(LINES - len(lines))]
    assert len(lines) == LINES
    return "\n".join(lines) + "\n"


def python(*arguments: str) -> tuple[float, str]:
    """Seconds of the processor that a new Python took, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    times: dict[str, list[float]] = {"bare": [], "import": [], "help": [], "load": []}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.yaml"
        path.write_text(rule_file(), "utf-8")
        python("-m", "perfscore", "--help")  # compiles the modules
        python("-c", LOAD, str(path))
        for _ in range(rounds):
            times["bare"].append(python("-c", "pass")[0])
            times["import"].append(python("-c", "import perfscore")[0])
            times["help"].append(python("-m", "perfscore", "--help")[0])
            times["load"].append(float(python("-c", LOAD, str(path))[1].split()[0]))
        memory, items = python("-c", MEMORY, str(path))[1].split()
    middle = {name: statistics.median(spent) for name, spent in times.items()}
    told = {
        "import_s": round(middle["import"] - middle["bare"], 4),
        "help_s": round(middle["help"] - middle["bare"], 4),
        "first_load_s": round(middle["load"], 4),
        "memory_mb": round(int(memory) / 1e6, 2),
        "bare_s": round(middle["bare"], 4),
    }
    print(f"import perfscore       {told['import_s'] * 1000:7.1f} ms over bare Python ({told['bare_s'] * 1000:.1f} ms)")
    print(f"perfscore --help       {told['help_s'] * 1000:7.1f} ms over bare Python")
    print(f"first load, {LINES} lines  {told['first_load_s'] * 1000:7.1f} ms with everything it imports")
    print(f"a loaded rule set      {told['memory_mb']:7.2f} MB, {items} indicators")
    print("RESULT", json.dumps(told))


if __name__ == "__main__":
    main()
