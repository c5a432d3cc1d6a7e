"""Every finding code: a folder with a bad input, its mended twin, and the exact message.

    bad.yaml  good.yaml              rule files
    bad.yaml  good.yaml  rules.yaml  outcomes (.yaml or .csv) and the rules they are scored by
    bad.py    good.py                what no file can provoke (a value that only Python has, a file that is absent or too large
                                     to be kept, two built-in versions of one id)
    message.txt                      `tell("en")`, an empty line, `tell("zh")`; places are relative to the folder

`python tests/findings/test_findings.py` writes every message.txt anew; read what changed before it is committed.
"""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest

import perfscore
from perfscore.finding import Finding, Kind, Problems
from perfscore.ruleset.builtin import builtin_files

HERE = Path(__file__).resolve().parent
FOLDERS = sorted(path.name for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__")
FROZEN = HERE.parent / "golden" / "codes.txt"
BY_CHECK: set[str] = runpy.run_path(str(HERE.parents[1] / "docs" / "findings.py"))["BY_CHECK"]
# The finding tells that reading stopped behind other findings: it never comes alone.
NEVER_ALONE = {"too-many-problems"}


def kinds() -> dict[str, Kind]:
    """Every kind that any module of the library declares, by code."""
    generator = runpy.run_path(str(HERE.parents[1] / "docs" / "findings.py"))
    return {kind.code: kind for kind in generator["kinds"]()}


def input_of(code: str, name: str) -> Path:
    """The input `bad` or `good` of a folder."""
    found = sorted(path for path in (HERE / code).glob(f"{name}.*") if path.suffix in (".yaml", ".csv", ".py"))
    assert len(found) == 1, f"{code} needs one {name}.yaml, {name}.csv or {name}.py"
    return found[0]


def findings_of(code: str, name: str) -> tuple[Finding, ...]:
    """What the library finds in an input: errors, or else warnings, or else what `check` finds (of infos only this code)."""
    source = input_of(code, name)
    with chdir(source.parent):
        try:
            if source.suffix == ".py":
                runpy.run_path(source.name)
                return ()
            if Path("rules.yaml").exists():
                return perfscore.score(perfscore.load("rules.yaml"), source.name).warnings
            rules = perfscore.load(source.name)
            if rules.warnings or code not in BY_CHECK:
                return rules.warnings
            return tuple(one for one in perfscore.check(rules) if one.code == code or one.severity != "info")
        except Problems as problems:
            return problems.problems


def told(code: str) -> str:
    """The content of message.txt, as the library tells it now."""
    found = Problems(one for one in findings_of(code, "bad") if code not in NEVER_ALONE or one.code == code)
    return f"{found.tell('en')}\n\n{found.tell('zh')}\n"


@pytest.fixture(autouse=True)
def _box() -> Iterator[None]:
    """The list of built-in files is kept for a process; one folder stands another box in its place."""
    builtin_files.cache_clear()
    yield
    builtin_files.cache_clear()


@pytest.mark.parametrize("code", FOLDERS)
def test_bad_is_found_where_it_stands_and_told_in_these_words(code: str) -> None:
    found = findings_of(code, "bad")
    if code not in NEVER_ALONE:
        assert {one.code for one in found} == {code}
    assert [one.code for one in found].count(code) == 1
    assert told(code) == (HERE / code / "message.txt").read_text("utf-8")


@pytest.mark.parametrize("code", FOLDERS)
def test_good_is_clean(code: str) -> None:
    assert findings_of(code, "good") == ()


@pytest.mark.parametrize("code", FOLDERS)
def test_a_message_has_no_machine_path_and_no_empty_place(code: str) -> None:
    english, chinese = (HERE / code / "message.txt").read_text("utf-8").rstrip("\n").split("\n\n")
    for text in (english, chinese):
        place, _, message = text.partition(f"  {code}: ")
        assert place.strip() and message.strip()
        assert str(HERE) not in text


def test_every_code_has_a_folder_and_every_folder_a_code() -> None:
    assert sorted(kinds()) == FOLDERS


def test_codes_are_frozen() -> None:
    """A code may be added (add its line); none is ever removed, renamed, or given another severity: users' scripts name them."""
    frozen = FROZEN.read_text("utf-8").splitlines()
    assert [f"{kind.code} {kind.severity}" for kind in kinds().values()] == frozen


@pytest.mark.parametrize("code", sorted(kinds()))
def test_a_kind_says_what_the_catalogue_needs(code: str) -> None:
    kind = kinds()[code]
    assert kind.why.endswith(".") and kind.fix.endswith(".")
    assert kind.zh and kind.en


def write() -> None:
    """Every message.txt as the library tells it now."""
    for code in FOLDERS:
        builtin_files.cache_clear()
        (HERE / code / "message.txt").write_text(told(code), "utf-8")


if __name__ == "__main__":
    write()
