"""Run the command line in this process, within a limit of memory, and write down what it used.

    python tests/hostile/measured.py report.json score rules.yaml outcomes.yaml

A process of its own: what a child of pytest is said to have used would begin with what pytest uses.
"""

from __future__ import annotations

import atexit
import json
import resource
import sys
import time
from contextlib import suppress
from pathlib import Path

ADDRESSES = 2_000 * 2**20  # far above the promise: what needs more is a MemoryError, and exit 3


def peak() -> float:
    """The most memory this process ever held, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # macOS counts bytes


def report() -> None:
    Path(sys.argv[1]).write_text(json.dumps({"cpu": time.process_time(), "memory": peak()}))


if __name__ == "__main__":
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    atexit.register(report)
    from perfscore.cli.main import main

    main(sys.argv[2:])
