"""hypothesis, imported here and nowhere else; where it is not installed, the message names the extra."""

from __future__ import annotations

try:
    from hypothesis import HealthCheck, Phase, find, settings
    from hypothesis import strategies as st
    from hypothesis.errors import NoSuchExample, Unsatisfiable
    from hypothesis.strategies import SearchStrategy
except ModuleNotFoundError as absent:
    if absent.name is None or absent.name.partition(".")[0] != "hypothesis":
        raise
    raise ModuleNotFoundError("perfscore.testing needs hypothesis: pip install 'perfscore[test]'", name="hypothesis") from None

__all__ = ["HealthCheck", "NoSuchExample", "Phase", "SearchStrategy", "Unsatisfiable", "find", "settings", "st"]
