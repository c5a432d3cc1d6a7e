"""The function that is generated for a rule set holds nothing that a rule file says: names of ours, numbers, and codes as texts.

The text is parsed again and every node is looked at, so that a label or a code with quotes, line ends or a back slash
cannot become a statement.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

import perfscore
from perfscore.readings.code import source

ROOT = Path(__file__).resolve().parents[2]
RULES = sorted((ROOT / "rules").rglob("*.yaml"))
OURS = re.compile(r"(?:[a-z]{1,2}|case|rows)\d*_?|list_(?:sum|median|min|max|trimmed_mean|count)|E|scored|gcd|months|pairs|len|any|all")
REFUSED = (ast.Attribute, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.ClassDef, ast.Lambda, ast.With, ast.Try)
REFUSED += (ast.Delete, ast.Starred, ast.JoinedStr, ast.Yield, ast.Await, ast.Dict, ast.Set, ast.While, ast.Assert, ast.keyword)

EVIL = [
    "x'",
    'x"',
    "x\\",
    "x\\'; import os #",
    'x"""\nimport os\n"""',
    "x\nimport os",
    "__import__('os').system('echo hacked')",
    "{x}",
    "%s",
    "# coding: utf-16",
    "x\u3000y",
    "'''",
]


TOLD = {"bad-test", "formula-syntax", "bad-character", "bad-id", "unknown-code", "duplicate-id"}


def check(rules: perfscore.RuleSet, codes: set[str]) -> None:
    text = source(rules.steps, [item.points for item in rules.items.values()], [item.cases for item in rules.items.values()])
    assert text is not None
    for node in ast.walk(ast.parse(text)):
        assert not isinstance(node, REFUSED), ast.dump(node)
        if isinstance(node, ast.Name):
            assert OURS.fullmatch(node.id), node.id
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Name), ast.dump(node)
        if isinstance(node, ast.Constant):
            assert node.value is None or isinstance(node.value, int) or node.value in codes, repr(node.value)


def evil(text: str) -> perfscore.RuleSet:
    """Rules with the text wherever a text may stand."""
    written = json.dumps(text)
    single = text.replace("'", "") or "y"
    return perfscore.loads(
        f"""perfscore: 1
id: {written}
title: {written}
inputs:
  甲乙: {{label: {written}}}
  c: {{type: choice, label: {written}, values: {{east: east, other: {written}}}}}
  d: {{type: choice, values: [{written}, {json.dumps(single + "2")}]}}
let: {{丙: 甲乙 * 2}}
total: 100
indicators:
  - id: a
    label: {written}
    weight: 60
    floor: 0
    cap: weight
    criteria: {written}
    special: [{{when: c = 'east', points: 1, reason: {written}, label: {written}}}]
    method: {{type: table, of: [d], rows: [[{written}, 丙]], otherwise: 0}}
  - {{id: b, label: {written}, weight: 40, unit: 份, target: ">= 3", method: {{type: ratio, above: cap}}}}
gates: [{{id: g, when: 甲乙 > 5, rating: x, because: {written}}}]
rating: [{{id: x, label: {written}, is: ">= 60"}}, {{id: y, label: y, is: "< 60"}}]
"""
    )


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_of_the_rule_files_in_the_box(path: Path) -> None:
    rules = perfscore.load(path)
    check(rules, {code for one in rules.inputs for code, _ in one.values})


@pytest.mark.parametrize("text", EVIL, ids=range(len(EVIL)))
def test_of_evil_texts(text: str) -> None:
    """Where such a text may be a code at all, it is a text in the function; elsewhere it does not occur."""
    try:
        rules = evil(text)
    except perfscore.RuleError as problems:
        assert {one.code for one in problems.problems} <= {
            "bad-test",
            "formula-syntax",
            "bad-character",
            "bad-id",
            "unknown-code",
            "duplicate-id",
        }
        return
    check(rules, {code for one in rules.inputs for code, _ in one.values})


def test_a_label_can_say_anything() -> None:
    """Labels alone, with codes that are good: all of the texts load, and none of them is in the function but in comments."""
    for text in EVIL:
        item = {"id": "a", "label": text, "weight": 100, "floor": 0, "cap": "weight", "criteria": text}
        plain = {"perfscore": 1, "id": text, "title": text, "total": 100, "inputs": {"n": {"label": text}}}
        plain["indicators"] = [{**item, "method": {"type": "formula", "points": "n"}}]
        plain["rating"] = [{"id": "x", "label": text, "is": "any"}]
        rules = perfscore.RuleSet.from_dict(plain)
        check(rules, set())
        assert perfscore.score(rules, {"n": 7}).total == 7
