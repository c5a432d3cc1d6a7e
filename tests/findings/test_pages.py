"""docs/findings/ is what docs/findings.py makes of the kinds and of these folders."""

from __future__ import annotations

import runpy
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_pages_are_what_the_generator_makes() -> None:
    made = runpy.run_path(str(DOCS / "findings.py"))["pages"]()
    kept = {path.name: path.read_text("utf-8") for path in (DOCS / "findings").glob("*.md")}
    assert sorted(kept) == sorted(made)
    stale = [name for name in made if made[name] != kept[name]]
    assert stale == [], "run python docs/findings.py"
