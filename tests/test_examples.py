"""examples/README.md: its commands run and give the totals that it states; from_python.py runs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import perfscore

ROOT = Path(__file__).parents[1]
README = (ROOT / "examples/README.md").read_text("utf-8")
SECTIONS = re.split(r"^## ", README, flags=re.MULTILINE)[1:]
FOLDERS = sorted(folder.name for folder in (ROOT / "examples").iterdir() if folder.is_dir() and not folder.name.startswith(("_", ".")))
ENV = {**os.environ, "PYTHONPATH": str(ROOT)}


def run(command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    arguments = shlex.split(command)
    head = [sys.executable, "-m", "perfscore"] if arguments[0] == "perfscore" else [sys.executable]
    return subprocess.run([*head, *arguments[1:]], cwd=cwd, env=ENV, capture_output=True, encoding="utf-8", timeout=120)


def commands(section: str) -> list[str]:
    return [line.strip() for line in section.splitlines() if line.startswith("    ")]


def test_every_example_is_described() -> None:
    assert sorted(section.splitlines()[0] for section in SECTIONS) == sorted([*FOLDERS, "from_python.py"])


@pytest.mark.parametrize("section", SECTIONS, ids=[section.splitlines()[0] for section in SECTIONS])
def test_the_commands_run(section: str) -> None:
    found = commands(section)
    assert found
    for command in found:
        done = run(command)
        assert (done.returncode, done.stderr) == (0, ""), command
        if stated := re.search(r"Total ([\d.]+), (\S+?)\.", section):
            told = re.search(r"总分 ([\d.]+) / 100　等级：(\S+)", done.stdout)
            assert told is not None
            assert float(told[1]) == float(stated[1])
            assert told[2].split("（")[0] == stated[2]


def test_three_totals_are_stated() -> None:
    assert re.findall(r"Total ([\d.]+), (\S+?)\.", README) == [("97.53", "优"), ("82.87", "良"), ("94", "合格")]


@pytest.mark.parametrize("name", FOLDERS)
def test_the_outcomes_fit_the_rules_of_the_same_name(name: str) -> None:
    result = perfscore.score(perfscore.load(f"examples/{name}"), ROOT / "examples" / name / "outcomes.yaml")
    assert result.outcomes.given["rules"] == f"examples/{name}" == result.rules.id
    assert [warning.code for warning in result.warnings] == []


def test_from_python(tmp_path: Path) -> None:
    done = run(f"python {ROOT / 'examples/from_python.py'}", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:2] == ["94 合格", "54"]  # 60 × 45/50 + 40
    assert "wrong-dimension" in done.stdout and "missing-outcome" in done.stdout


# examples/street-office-2024, item by item: the arithmetic of its weights and outcomes
STREET = [
    ("execution_rate", "9.56", "10 × 1180.32/1234.56 = 9.5606…"),
    ("official_expenses", "4.44", "5 × 12/13.5 = 4.444…"),
    ("staff_control", "3.5", "2.4 points over, the third begun: 5 − 3 × 0.5"),
    ("procedures", "3", "5 − 2 × 0.5 − 1"),
    ("trained_workers", "4.8", "6 × 120/150"),
    ("added_lifts", "4", "21 of 15"),
    ("paved_area", "6", "1.2万 of 8000 平方米"),
    ("hall_finished", "6", "28 September is within September"),
    ("closed_orders", "1.99", "2 × 98.5/99 = 1.9898…"),
    ("order_days", "5.4", "6 × (2 − 5.5/5)"),
    ("households_signed", "4", "nothing was planned"),
    ("flood_drills", "0", "does not apply: its 6 move to the others"),
    ("treated_hazards", "5", "does not apply: full"),
    ("living_environment", "7.5", "75 % of 10"),
    ("resident_satisfaction", "12", "91.2 % is in the second band"),
    ("merchant_satisfaction", "0", "not surveyed"),
]


@pytest.mark.parametrize("id, points, why", STREET)
def test_the_street_office_item_by_item(id: str, points: str, why: str) -> None:
    from fractions import Fraction

    result = perfscore.score(perfscore.load("examples/street-office-2024"), ROOT / "examples/street-office-2024/outcomes.yaml")
    assert result.item(id).points == Fraction(points), why
    # the seven that receive weigh 34 and earned 32.19: × (34 + 6)/34, + the 5 of 地质灾害 = 42.8705… is 42.87
    assert result.groups["output"].points == Fraction("42.87")
    assert result.total == Fraction("20.5") + Fraction("42.87") + Fraction("19.5")
