"""Property tests of rule files: outcomes that seek the edges, rule sets at random, claims, and counterexamples told in words.

    from perfscore.testing import claims, falsify, outcomes
    print(falsify(rules, claims.monotone("legal_opinions")))

Called by tests, a user's own and the library's. hypothesis is imported only in this package (`pip install 'perfscore[test]'`);
each name below is resolved on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from perfscore.testing import claims
    from perfscore.testing.broken import broken_rule_files
    from perfscore.testing.counterexample import Counterexample
    from perfscore.testing.rule_files import rule_sets
    from perfscore.testing.search import falsify
    from perfscore.testing.strategies import outcomes

__all__ = ["Counterexample", "broken_rule_files", "claims", "falsify", "outcomes", "rule_sets"]

_HOME = {
    "Counterexample": "counterexample",
    "broken_rule_files": "broken",
    "falsify": "search",
    "outcomes": "strategies",
    "rule_sets": "rule_files",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "claims":
        return import_module("perfscore.testing.claims")
    if name not in _HOME:
        raise AttributeError(f"module 'perfscore.testing' has no attribute {name!r}")
    found = getattr(import_module(f"perfscore.testing.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
