"""perfscore: exact, explained, testable performance scoring from rule files.

    import perfscore
    rules = perfscore.load("examples/liwan-justice-2024")
    result = perfscore.score(rules, "examples/liwan-justice-2024/outcomes.yaml")
    result.total, result.rating.label, result.explain("zh")

Each name below is resolved on first use; importing the package loads nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from perfscore.checks.check import check
    from perfscore.finding import Finding, OutcomeError, Place, Problems, RuleError
    from perfscore.release import version
    from perfscore.ruleset.load import load, loads
    from perfscore.ruleset.ruleset import RuleSet
    from perfscore.scoring.assessment import Assessment, score

__all__ = [
    "Assessment",
    "Finding",
    "OutcomeError",
    "Place",
    "Problems",
    "RuleError",
    "RuleSet",
    "check",
    "load",
    "loads",
    "score",
    "version",
]

_HOME = {
    "Assessment": "perfscore.scoring.assessment",
    "Finding": "perfscore.finding",
    "OutcomeError": "perfscore.finding",
    "Place": "perfscore.finding",
    "Problems": "perfscore.finding",
    "RuleError": "perfscore.finding",
    "RuleSet": "perfscore.ruleset.ruleset",
    "check": "perfscore.checks.check",
    "load": "perfscore.ruleset.load",
    "loads": "perfscore.ruleset.load",
    "score": "perfscore.scoring.assessment",
    "version": "perfscore.release",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'perfscore' has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
