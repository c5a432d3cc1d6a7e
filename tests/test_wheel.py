"""The wheel holds all that the library reads, and works away from the checkout.

The second half installs it into a fresh environment: only where PERFSCORE_WHEEL=1 is set, as CI does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps", "--quiet", "--wheel-dir", str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = folder.glob("perfscore-*.whl")
    return found


def test_what_is_inside(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for rules in (ROOT / "rules").rglob("*.yaml"):
        assert f"perfscore/_rules/{rules.relative_to(ROOT / 'rules').as_posix()}" in names
    for name in ("liwan-justice-2024", "minimal", "street-office-2024"):
        assert f"perfscore/_rules/examples/{name}.yaml" in names
    assert {"perfscore/readings/words/zh.yaml", "perfscore/readings/words/en.yaml", "perfscore/cli/new.yaml", "perfscore/py.typed"} <= names
    for source in (ROOT / "perfscore").rglob("*.py"):
        assert source.relative_to(ROOT).as_posix() in names


def test_what_is_not_inside(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (entry,) = (name for name in names if name.endswith("entry_points.txt"))
        assert "perfscore = perfscore.cli.main:main" in archive.read(entry).decode()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"perfscore"}
    assert not [name for name in names if "__pycache__" in name or name.startswith(("tests/", "perfscore/tests/"))]


@pytest.mark.skipif(os.environ.get("PERFSCORE_WHEEL") != "1", reason="installs into a fresh environment: set PERFSCORE_WHEEL=1")
def test_it_runs_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "环境"
    venv.create(home, with_pip=True)
    folder = home / ("Scripts" if os.name == "nt" else "bin")
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COV_", "COVERAGE"))}

    def run(*command: str | Path) -> str:
        done = subprocess.run([str(part) for part in command], cwd=tmp_path, env=env, capture_output=True, encoding="utf-8", timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(folder / "python", "-m", "pip", "install", "--quiet", wheel)
    outcomes = ROOT / "examples/liwan-justice-2024/outcomes.yaml"
    assert "总分 97.53 / 100　等级：优（优秀）" in run(folder / "perfscore", "score", "examples/liwan-justice-2024", outcomes)
    assert "examples/minimal" in run(folder / "perfscore", "rules", "list")
    assert "perfscore: 1" in run(folder / "perfscore", "rules", "new", "-")
    assert run(folder / "perfscore", "--version").startswith("perfscore")
