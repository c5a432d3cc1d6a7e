"""Where a part of a rule file stands, and how its author knows it."""

from __future__ import annotations

from collections.abc import Sequence

from perfscore.finding import Both, Place
from perfscore.ruleset.places import Node, Path


def origin(document: Node, path: Sequence[str | int], *, key: bool = False) -> Place:
    """The place of what stands at a path, or of the nearest thing above it; `key`: of the key instead."""
    node, place = document, document.place
    for part in path:
        if isinstance(node.value, dict) and isinstance(part, str):
            if key and part in node.keys:
                place = node.keys[part]
            if part not in node.value:
                continue
            node = node.value[part]
        elif isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        else:
            continue
        if not key or not (isinstance(part, str)):
            place = node.place
    return place


def owner(document: Node, path: Path) -> Both:
    """What stands at a path, as the author knows it: the label or id around it, and the keys from there."""
    name, rest = "", path
    for k in range(1, len(path) + 1):
        node = document.at(path[:k])
        known = [node.at((key,)) for key in ("label", "id")] if node is not None else []
        texts = [one.value for one in known if one is not None and isinstance(one.value, str)]
        if texts:
            name, rest = texts[0], path[k:]
    keys = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest).removeprefix(".")
    if not name:
        return Both(f"{keys} 处", keys) if keys else Both("规则文件", "the rule file")
    if rest in ((), ("method",)):
        return Both(f"“{name}”", f"“{name}”")
    return Both(f"“{name}”的 {keys} 处", f"{keys} of “{name}”")
