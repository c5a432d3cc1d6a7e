"""What the README shows is what a run prints; its Python block gives what its comments say."""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.M | re.S)


def printed(*arguments: str) -> str:
    command = [
        sys.executable,
        "-m",
        "perfscore",
        "score",
        "examples/street-office-2024",
        "examples/street-office-2024/outcomes.yaml",
        *arguments,
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True).stdout


def test_the_picture() -> None:
    table, explained = blocks("text")
    assert table == printed()
    assert explained == printed("--explain", "预算执行率")


def test_the_two_commands_set_up_in_a_folder_of_their_own() -> None:
    run, test, *_ = blocks("sh")
    for command in (run, test):
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install -q ") and len(command.splitlines()) == 1
    assert run.rstrip().endswith("perfscore score examples/liwan-justice-2024 examples/liwan-justice-2024/outcomes.yaml")
    assert ".venv/bin/python -m pytest" in test


def test_from_python() -> None:
    (block,) = blocks("python")
    names: dict[str, object] = {}
    exec(block.replace("print(", "shown = ("), names)
    result = names["result"]
    assert (result.total, result.rating.label) == (Fraction(94, 1), "合格")  # type: ignore[attr-defined]
    assert result["visits"].lost == Fraction(6, 1)  # type: ignore[index]
    assert "走访企业（visits）　得分 54.00 / 60" in str(names["shown"])


def test_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link
