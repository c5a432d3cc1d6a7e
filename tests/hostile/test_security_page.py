"""docs/security.md tells the limits that the code has, and codes that exist."""

from __future__ import annotations

import re
from pathlib import Path

import perfscore.finding as finding
from perfscore.formula import tree
from perfscore.numbers import number, real
from perfscore.readings import exact
from perfscore.ruleset import context, load, places

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/security.md").read_text("utf-8")
CODES = {line.split()[0] for line in (ROOT / "tests/golden/codes.txt").read_text("utf-8").splitlines()}


def rows() -> list[list[str]]:
    table = PAGE.split("<!-- limits -->\n")[1].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_limits() -> None:
    told = [int(at_most) for _, at_most, *_ in rows()]
    files = [places.MAX_TEXT, places.MAX_NODES, places.MAX_DEPTH, places.MAX_SCALAR, places.MAX_DIRECTIVES, places.MAX_FINDINGS]
    formulas = [tree.MAX_LENGTH, tree.MAX_DEPTH, tree.MAX_NODES, tree.MAX_POWER]
    numbers = [number.MAX_LENGTH, number.MAX_EXPONENT, places.MAX_BITS, exact.MAX_BITS, real.MAX_BITS]
    assert told == [*files, finding.MAX_FACT, load.MAX_EXTENDS, context.MAX_STEPS, *formulas, *numbers]


def test_codes() -> None:
    told = {code for *_, cell in rows() for code in re.findall(r"`([^`]+)`", cell)}
    assert told and told <= CODES


def test_files_that_are_named_exist() -> None:
    for name in re.findall(r"`(tests/[\w/.]+)`", PAGE):
        assert (ROOT / name).exists(), name
    assert (ROOT / "tests/hostile/test_code.py").exists()
