"""The rule files in the box: ids are paths under `rules/` without extension, `@version` in the file's name."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from perfscore.finding import Kind

VERSION_OPEN = Kind(
    "version-open",
    "error",
    zh="“{found}”有多个版本：{expected}",
    en="“{found}” has several versions: {expected}",
    hint_zh="写明版本，或指定日期（as_of，命令行 --as-of）",
    hint_en="name the version, or a day (as_of; --as-of on the command line)",
    why="Rules change from year to year; the version in force today is not the one of the year that is scored.",
    fix="Write `id@version`, or ask by date.",
)


@lru_cache(maxsize=1)
def _root() -> Traversable:
    """`rules/` inside the installed package, or beside it in a checkout."""
    inside = files("perfscore") / "_rules"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[2] / "rules"


@lru_cache(maxsize=1)
def builtin_files() -> tuple[str, ...]:
    """Every built-in id, sorted."""
    found: list[str] = []
    stack = [("", _root())]
    while stack:
        prefix, folder = stack.pop()
        for entry in folder.iterdir():
            if entry.is_dir():
                stack.append((f"{prefix}{entry.name}/", entry))
            elif entry.name.endswith(".yaml"):
                found.append(prefix + entry.name.removesuffix(".yaml"))
    return tuple(sorted(found))


def versions_of(id: str) -> list[str]:
    """The files an id may mean: itself, or all its versions."""
    known = builtin_files()
    if id in known:
        return [id]
    return [one for one in known if one.startswith(f"{id}@")]


def builtin_text(id: str) -> bytes:
    """The bytes of a built-in rule file."""
    entry = _root()
    *folders, name = id.split("/")
    for folder in folders:
        entry = entry / folder
    return (entry / f"{name}.yaml").read_bytes()
