"""Outcomes that show a finding, as they are written in a file."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from perfscore.finding import Both
from perfscore.numbers.date import Day
from perfscore.numbers.number import shortest
from perfscore.readings.exact import MISSING, Value
from perfscore.ruleset.ruleset import RuleSet
from perfscore.steps import Input

SIGNED = Both("示例", "example")


def written(rules: RuleSet, values: Mapping[str, Value]) -> dict[str, Any]:
    """Values of inputs as outcomes: id -> a text, yes or no, or a mapping of an item's parts; what is absent is left out."""
    found: dict[str, Any] = {}
    signed: set[str] = set()
    for name, value in values.items():
        node = rules.steps[name].node
        if not isinstance(node, Input) or value is MISSING or name.endswith(":override"):
            continue
        if name.endswith(":not_applicable"):
            if value is True:
                found[name.split(":")[0]] = {"not_applicable": True, "because": str(SIGNED.zh)}
            continue
        told = _text(node, value)
        owner, _, part = name.partition(".")
        if name.endswith(":peer_mean"):
            owner, part = name.split(":")[0], "peer_mean"
        if part:
            whole = found.setdefault(owner, {})
            if isinstance(whole, dict):
                whole[part] = told
        else:
            found[name] = told
        if node.judged:
            signed.add(owner if part else name)
    for id in signed:
        given = found[id] if isinstance(found[id], dict) else {"value": found[id]}
        found[id] = {**given, "by": SIGNED.zh, "because": SIGNED.zh}
    return found


def _text(declared: Input, value: Value) -> Any:
    """A value as its input is reported: in its own unit, a ratio with its sign."""
    if isinstance(value, Day):
        return str(value)
    if isinstance(value, Fraction):
        unit = declared.unit
        if unit is not None and unit.is_ratio:
            return shortest(value / unit.factor) + unit.text
        return shortest(value)
    return value


def told(rules: RuleSet, values: Mapping[str, Value]) -> Both:
    """The outcomes in one line: label = value."""
    parts = []
    for name, value in values.items():
        node = rules.steps[name].node
        if isinstance(node, Input) and ":" not in name:
            text = {True: "是", False: "否"}.get(value) if isinstance(value, bool) else None
            unit = node.unit.text if node.unit is not None and isinstance(value, Fraction) and not node.unit.is_ratio else ""
            shown = text or (
                "—" if value is MISSING else dict(node.values).get(value, "") if isinstance(value, str) else str(_text(node, value))
            )
            parts.append(f"{node.label} {shown}{unit}")
    return Both("，".join(parts), ", ".join(parts))
