"""docs/how-to/property-tests.md: its blocks run in order, and print what the page says."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

from perfscore.testing import claims

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "property-tests.md"
BLOCK = re.compile(r"^```(.*)\n((?:.*\n)*?)```$", re.M)


def test_the_page_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    printed = ""
    for info, text in BLOCK.findall(PAGE.read_text("utf-8")):
        match info.split():
            case ["yaml", "rules", file]:
                (tmp_path / file).write_text(text, "utf-8")
            case ["python", "run"]:
                assert printed == "", "what was printed before stands nowhere"
                with contextlib.redirect_stdout(io.StringIO()) as out:
                    exec(compile(text, str(PAGE), "exec"), names)
                printed = "".join(line.rstrip() + "\n" for line in out.getvalue().rstrip().splitlines())
            case ["text"]:
                assert printed == text
                printed = ""
            case other:
                raise AssertionError(other)


def test_every_claim_has_its_row() -> None:
    rows = re.findall(r"^\| `(\w+)", PAGE.read_text("utf-8"), re.M)
    assert sorted(rows) == sorted(claims.__all__)


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", PAGE.read_text("utf-8"))
    assert links and all((PAGE.parent / link).exists() for link in links)
