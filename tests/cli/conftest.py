"""The command line as a person runs it: another process, another working directory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `python -m perfscore` in an empty folder; `given` goes to standard input."""

    def runner(
        *arguments: str | Path, given: str | bytes = "", cwd: Path = tmp_path, env: Mapping[str, str | None] | None = None
    ) -> subprocess.CompletedProcess[str]:
        variables = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)}
        for name, value in (env or {}).items():
            variables.pop(name, None)
            if value is not None:
                variables[name] = value
        content = given.encode() if isinstance(given, str) else given
        done = subprocess.run(
            [sys.executable, "-m", "perfscore", *map(str, arguments)],
            input=content,
            cwd=cwd,
            env=variables,
            capture_output=True,
            timeout=120,
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return runner
