"""Showing a rule set: its inputs, its tree with weights, and the resolved file with the origin of every key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from perfscore.finding import Language
from perfscore.numbers.number import shortest
from perfscore.readings.text import value_text, word, words
from perfscore.ruleset.places import Node
from perfscore.ruleset.ruleset import RuleSet
from perfscore.steps import Input

INPUT_COLUMNS = {"zh": ("标识", "名称", "类型", "单位", "精度", "必填"), "en": ("id", "label", "type", "unit", "grid", "required")}


def inputs_json(rules: RuleSet) -> list[dict[str, Any]]:
    """The inputs as data, so that another tool can build its own form."""
    return [{**_input(one), "columns": [_input(column) for column in one.columns] or None} for one in rules.inputs]


def _input(one: Input) -> dict[str, Any]:
    return {
        "id": one.id,
        "label": one.label,
        "type": one.type,
        "unit": one.unit.text if one.unit else None,
        "grid": shortest(one.grid) if one.grid else None,
        "values": dict(one.values) or None,
        "range": one.range_text or None,
        "required": one.required,
        "item": one.item,
        "judged": one.judged,
    }


def inputs_table(rules: RuleSet, language: Language) -> str:
    from tabulate import tabulate

    yes, no = ("是", "否") if language == "zh" else ("yes", "no")
    rows = []
    for one in rules.inputs:
        listed = [code for code, _ in one.values] if one.type == "choice" else [column.label for column in one.columns]
        kind = f"{one.type}: {', '.join(listed)}" if listed else one.type
        grid = "" if one.grid is None else value_text(one.grid, unit=one.unit if one.unit and one.unit.is_ratio else None)
        rows.append([one.id, one.label, kind, one.unit.text if one.unit else "", grid, yes if one.required else no])
    return tabulate(rows, INPUT_COLUMNS[language], tablefmt="simple", disable_numparse=True)


def tree_table(rules: RuleSet, language: Language) -> str:
    from tabulate import tabulate

    rows: list[list[str]] = []
    stack = [(0, id) for id in reversed(rules.total.children)]
    while stack:
        depth, id = stack.pop()
        node = rules.scored(id)
        method = node.about.get("method")
        rows.append(
            [
                "　" * depth + node.label,
                id,
                shortest(node.weight),
                str(node.about.get("target") or ""),
                word("methods", str(method), language) if method else "",
            ]
        )
        stack.extend((depth + 1, child) for child in reversed(node.children))
    headers = ("指标", "标识", "分值", "目标值", "评分方法") if language == "zh" else ("indicator", "id", "weight", "target", "method")
    return tabulate(rows, headers, tablefmt="simple", disable_numparse=True, preserve_whitespace=True)


def not_expressed(rules: RuleSet, language: Language) -> list[str]:
    """What the source says and the file cannot express, one line each."""
    listed = rules.model.not_expressed
    return ["", str(words(language)["texts"]["not_expressed_items"]), *(f"  {one}" for one in listed)] if listed else []


def resolved_text(document: Node) -> str:
    """The resolved file as YAML; behind every key the place it comes from."""
    return "\n".join(_lines(document, 0))


def _lines(node: Node, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if isinstance(node.value, dict):
        for key, one in node.value.items():
            origin = f"  # {node.keys.get(key, one.place)}"
            if isinstance(one.value, (dict, list)) and one.value:
                yield f"{pad}{_scalar_text(key)}:{origin}"
                yield from _lines(one, depth + 1)
            else:
                yield f"{pad}{_scalar_text(key)}: {_scalar(one)}{origin}"
    elif isinstance(node.value, list):
        for one in node.value:
            if isinstance(one.value, (dict, list)) and one.value:
                first, *rest = _lines(one, depth + 1)
                yield f"{pad}- {first.lstrip()}"
                yield from rest
            else:
                yield f"{pad}- {_scalar(one)}  # {one.place}"


def _scalar(node: Node) -> str:
    match node.value:
        case None:
            return "null"
        case True | False:
            return "true" if node.value else "false"
        case dict():
            return "{}"
        case list():
            return "[]"
        case str(text):
            return _scalar_text(text)


def _scalar_text(text: str) -> str:
    """Quoted wherever YAML could read it as something else."""
    plain = bool(text) and all(sign.isalnum() or sign in "_/.@ -" for sign in text) and text[0] not in "- @." and text == text.strip()
    if plain and text.lower() not in ("null", "true", "false", "yes", "no", "on", "off", "~"):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
