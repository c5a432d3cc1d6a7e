"""perfscore and the second scorer agree on random assessments; `run.py` does the same on as many as one likes."""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import perfscore

sys.path.insert(0, str(Path(__file__).parent))

import generate
import oracle
import run
from outcomes import Outcomes

ASSESSMENTS = 20


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_random_assessments(seed: int) -> None:
    rng = random.Random(seed)
    rules = generate.rule_set(rng)
    compiled = perfscore.RuleSet.from_dict(rules)
    prepared, draw = oracle.prepare(rules), Outcomes(rules, rng)
    for _ in range(ASSESSMENTS):
        assert run.compare(perfscore, compiled, prepared, draw.random(), Counter()) == []


def test_a_difference_is_seen() -> None:
    """The comparison can fail: an oracle that is off by one point in one item is caught."""
    rules = {
        "perfscore": 1,
        "id": "t",
        "total": 10,
        "indicators": [{"id": "a", "weight": 10, "target": ">= 4", "method": {"type": "ratio", "above": "cap"}}],
        "rating": [{"id": "any", "label": "合格", "is": "any"}],
    }
    expected = oracle.score(rules, {"a": "3"})
    result = perfscore.score(perfscore.RuleSet.from_dict(rules), {"a": "3"})
    assert run.differences(rules, result, expected) == []
    expected["items"]["a"]["points"] += 1
    assert run.differences(rules, result, expected) == [
        "a.points: perfscore 15/2, oracle 17/2",
        "items - stages: perfscore 17/2, oracle 15/2",
    ]


# --- found by a million random assessments ------------------------------------------------------------------------------------


def test_a_gate_about_what_was_not_scored_is_not_decided() -> None:
    """Without a total an absent item is forgiven; what another gate would set its points to is not known of it."""
    rules: dict[str, Any] = {
        "perfscore": 1, "id": "t", "total": 10, "inputs": {"base": {}, "quota": {"unit": "%"}},
        "indicators": [{"id": "g", "weight": 10, "children": [{"id": "a", "weight": 10, "type": "yes_no", "method": "pass_fail"}]}],
        "rating": [{"id": "good", "is": "any"}],
        "gates": [
            {"id": "set", "when": "quota >= 95%", "points": "10", "on": ["a"]},
            {"id": "silent", "when": "base > 40", "rating": "good", "total": "none"},
            {"id": "full", "when": "sum(points_in(g)) >= 10", "at_most": "5"},
        ],
    }  # fmt: skip
    outcomes = {"base": 80, "quota": "100%", "a": ""}
    result = perfscore.score(perfscore.RuleSet.from_dict(rules), outcomes)
    assert [gate.id for gate in result.gates] == ["set", "silent"]
    assert run.compare(perfscore, perfscore.RuleSet.from_dict(rules), oracle.prepare(rules), outcomes, Counter()) == []
    held = perfscore.score(perfscore.RuleSet.from_dict(rules), {**outcomes, "a": "yes"})
    assert [gate.id for gate in held.gates] == ["set", "silent", "full"]
