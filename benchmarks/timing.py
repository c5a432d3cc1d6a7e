"""Interleaved rounds: in each round every contender does its own block of work, so that a busy moment meets all alike.

Processor time is counted, not the clock, so other programs on the machine disturb less. The garbage collector is on for all.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any


def each(work: Callable[[Any], Any], given: Sequence[Any]) -> tuple[float, list[Any]]:
    """µs for each, and what it gave."""
    gc.collect()
    start = time.process_time()
    gave = [work(one) for one in given]
    return (time.process_time() - start) * 1e6 / len(given), gave


def median(times: Sequence[float]) -> float:
    return statistics.median(times)
