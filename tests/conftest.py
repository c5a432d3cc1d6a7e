"""Marks and fixtures of the whole suite."""

from __future__ import annotations

import os
import shutil

import pytest


def pytest_runtest_setup(item: pytest.Item) -> None:
    """`debian(program)`: skipped with its reason where the program is missing; an error where CI promised it."""
    for mark in item.iter_markers("debian"):
        program = mark.args[0]
        if shutil.which(program) is None:
            if os.environ.get("PERFSCORE_NO_SKIPS"):
                pytest.fail(f"{program} is not installed", pytrace=False)
            pytest.skip(f"needs the Debian program {program}")
