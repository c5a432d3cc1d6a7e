"""The table that a notebook shows, in a real browser."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import perfscore

ROOT = Path(__file__).parents[2]
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"


@pytest.mark.debian("chromium")
def test_the_table_in_a_browser(tmp_path: Path) -> None:
    rules = perfscore.load("examples/street-office-2024")
    result = perfscore.score(rules, ROOT / "examples/street-office-2024/outcomes.yaml")
    page = tmp_path / "page.html"
    script = "<script>document.title = [...document.querySelectorAll('tbody tr')].filter(r => r.offsetHeight > 10).length</script>"
    page.write_text(f"<!doctype html><meta charset='utf-8'><title>-</title>{result._repr_html_()}{script}", "utf-8")
    command = ["chromium", *FLAGS.split(), f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", page.as_uri()]
    shown = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True).stdout
    title = re.search(r"<title>(\d+)</title>", shown)
    assert title is not None and int(title.group(1)) == 3 + 16  # three groups and sixteen items, each laid out as a row
    assert "总分 82.87 / 100" in shown and "<td>热线工单办结率</td>" in shown.replace("　", "")
