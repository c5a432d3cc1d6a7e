"""`attack`: run the command line on hostile input, and hold it to what docs/security.md promises."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="processes are measured as Unix measures them")

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CODES = frozenset((ROOT / "tests/golden/codes.txt").read_text("utf-8").split())
SECONDS, MEGABYTES, CHARACTERS = 1.0, 200.0, 300_000
START = 0.5  # what scoring the smallest example takes where the promise was measured: a slower machine is allowed more
LINE = re.compile(r"(?P<place>\S.*?)  (?P<code>[a-z]+(?:-[a-z]+)*): (?P<message>.*)", re.DOTALL)
UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class Done:
    """How a run ended, and what it took."""

    code: int
    stdout: str
    stderr: str
    cpu: float
    memory: float

    def findings(self) -> list[tuple[str, str, str]]:
        """Place, code, message; hints and the count left out. A message may hold line ends of an author's text."""
        found = []
        for line in self.stderr.splitlines()[:-1]:
            match = LINE.fullmatch(line)
            if match is not None and match["code"] in CODES and not line.startswith(" "):
                found.append((match["place"], match["code"], match["message"]))
        return found


def run(folder: Path, *arguments: str, given: bytes = b"") -> Done:
    """The command line in a process of its own, in a folder."""
    report = folder / ".measured.json"
    report.unlink(missing_ok=True)
    untraced = {name: value for name, value in os.environ.items() if not name.startswith("COV")}  # coverage takes time of its own
    done = subprocess.run(
        [sys.executable, str(HERE / "measured.py"), str(report), *arguments],
        input=given,
        cwd=folder,
        env={**untraced, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        timeout=120,  # a hang; the promise is about processor time, which a busy machine does not change
    )
    assert report.exists(), f"killed: {done.returncode} {done.stderr[-500:]!r}"
    used = json.loads(report.read_text())
    decoded = [text.decode("utf-8", "surrogateescape") for text in (done.stdout, done.stderr)]
    return Done(done.returncode, *decoded, used["cpu"], used["memory"])


@cache
def start() -> Done:
    """What scoring the smallest example takes: the least of three."""
    with tempfile.TemporaryDirectory() as folder:
        runs = [run(Path(folder), "score", "examples/minimal", str(ROOT / "examples/minimal/outcomes.yaml")) for _ in range(3)]
    assert {one.code for one in runs} == {0}, runs[0].stderr
    return min(runs, key=lambda one: one.cpu)


def check_limits(done: Done) -> None:
    """No more than a second and 200 MB over what the smallest example takes; twice the time is let pass, for processor time
    is not the same from run to run.
    """
    base = start()
    allowed = 2 * SECONDS * max(1.0, base.cpu / START)
    assert done.cpu - base.cpu <= allowed, f"{done.cpu - base.cpu:.2f} s of processor time, {allowed:.2f} s are allowed"
    assert done.memory - base.memory <= MEGABYTES, f"{done.memory - base.memory:.0f} MB"


Perform = Callable[..., Done]


@pytest.fixture
def perform(tmp_path: Path) -> Perform:
    """Run the command line in the test's folder, within the limits; its words are fit for a terminal."""

    def performer(*arguments: str, given: bytes = b"") -> Done:
        done = run(tmp_path, *arguments, given=given)
        assert "Traceback" not in done.stderr
        assert UNSEEN.search(done.stderr) is None, "a character that a terminal obeys"
        check_limits(done)
        return done

    return performer


@pytest.fixture
def attack(perform: Perform) -> Perform:
    """Run and check: exit 2, nothing on standard output, findings with known codes.

    `expected`: codes that must be told. `placed`: every finding has a line and a column.
    """

    def attacker(*arguments: str, expected: set[str], placed: bool = True, given: bytes = b"") -> Done:
        done = perform(*arguments, given=given)
        assert done.code == 2, f"exit {done.code}: {done.stderr[:500]}{done.stdout[:500]}"
        assert done.stdout == ""
        found = done.findings()
        assert found and expected <= {code for _, code, _ in found}, done.stderr[:2000]
        assert not placed or all(re.search(r":\d+:\d+\Z", place) for place, _, _ in found), found[:3]
        assert len(done.stderr) <= CHARACTERS
        assert "Node(" not in done.stderr, "Python's words for our own objects"
        return done

    return attacker
