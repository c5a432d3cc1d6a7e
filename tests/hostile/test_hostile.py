"""Hostile input by the command line: a located error within a second and 200 MB, exit 2, never a traceback, never a
partial score. docs/security.md says what is promised; a case that breaks it is added here before it is mended.

Every case is run as a process of its own and measured (conftest.py). Texts of attacks are made here: most are too long
to be kept as files.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
MINIMAL = (ROOT / "rules/examples/minimal.yaml").read_text("utf-8")
OUTCOMES = (ROOT / "examples/minimal/outcomes.yaml").read_text("utf-8")
HUGE = 1_999_990  # just below the limit of a file


def lines(count: int, line: str) -> str:
    """So many lines; {k} is the number of each."""
    return "".join(line.replace("{k}", str(k)) + "\n" for k in range(count))


def listed(count: int, text: str) -> str:
    return ", ".join(text.replace("{k}", str(k)) for k in range(count))


RATING = 'rating: [{id: passed, label: 合格, is: ">= 60"}, {id: failed, label: 不合格, is: "< 60"}]\n'


def rules(item: str = "method: {type: formula, points: 1}", *, top: str = "") -> str:
    """A rule file of one item of 100 points, and more top keys."""
    return f"perfscore: 1\nid: x\ntotal: 100\nindicators:\n  - {{id: a, label: 甲, weight: 100, {item}}}\n{RATING}{top}"


def many(count: int, item: str, top: str = "") -> str:
    """A rule file of so many items of 1 point."""
    leaf = f'  - {{id: a{{k}}, label: 甲{{k}}, weight: 1, unit: 份, target: ">= 3", {item}}}'
    return f"perfscore: 1\nid: x\ntotal: {count}\nindicators:\n{lines(count, leaf)}{RATING}{top}"


def coprime(digits: int, seed: int) -> Callable[[], str]:
    """A source of large odd numbers, which mostly have no common divisor."""
    source = random.Random(seed)
    return lambda: str(source.randrange(10 ** (digits - 1), 10**digits) | 1)


# --- the form of a file ---------------------------------------------------------------------------------------------

LAUGHS = "a: &a [x]\n" + "".join(f"{after}: &{after} [{', '.join([f'*{one}'] * 9)}]\n" for one, after in pairwise("abcdefghij"))

FORMS: dict[str, tuple[str | bytes, str]] = {
    "50 MB": (b" " * 50_000_000, "file-too-large"),
    "brackets": ("[" * HUGE, "too-deep"),
    "braces": ("{" * HUGE, "too-deep"),
    "dashes": ("- " * (HUGE // 2), "too-deep"),
    "question marks": ("? " * (HUGE // 2), "too-deep"),
    "indentation": ("".join(" " * k + "a:\n" for k in range(1900)), "too-deep"),
    "one word": ("a" * HUGE, "text-too-long"),
    "one key": ("? " + "a" * 1_000_000 + "\n: 1", "text-too-long"),
    "one quoted text": ('"' + "\\u4e00" * 330_000 + '"', "text-too-long"),
    "a block of text": ("a: |\n" + " x\n" * 650_000, "text-too-long"),
    "many keys": (lines(150_000, "k{k}: 1"), "too-many-nodes"),
    "a long list": ("[" + "a," * 990_000 + "]", "too-many-nodes"),
    "many lists": ("[" + "[]," * 660_000 + "]", "too-many-nodes"),
    "deep and wide": ("[" + ",".join(["[" * 62 + "]" * 62] * 3000) + "]", "too-many-nodes"),
    "prose in braces": ("{" + "中文," * 190_000 + "}", "too-many-problems"),
    "keys on one line": ("{" + listed(120_000, "k{k}: 1") + "}", "too-many-nodes"),
    "one key again and again": ("{" + "k: 1, " * 300_000 + "}", "duplicate-key"),
    "aliases": ("[" + "*a," * 600_000 + "]", "alias-not-allowed"),
    "a billion laughs": (LAUGHS, "alias-not-allowed"),
    "merge keys": ("<<: {a: 1}\n" + MINIMAL, "merge-key"),
    "a Python object": ('a: !!python/object/apply:os.system ["echo hacked"]\n', "tag-not-allowed"),
    "a long tag": ("a: !<" + "x" * 1_000_000 + "> b\n", "tag-not-allowed"),
    "directives": (lines(80_000, "%TAG !a{k}! tag:x") + "---\na: 1\n", "tag-not-allowed"),
    "documents": ("---\na: 1\n" * 200_000, "several-documents"),
    "escapes in halves": ("[" + '"\\ud83d",' * 120_000 + "]", "bad-character"),
    "an unclosed quote": ('a: "' + "x\n" * 900_000, "yaml-syntax"),
    "only colons": (": " * 900_000, "yaml-syntax"),
    "tabs": ("\t" * HUGE, "yaml-syntax"),
    "nothing but lines": ("\n" * HUGE, "empty-file"),
    "nothing": (b"", "empty-file"),
    "a list": ("[1, 2]", "not-a-mapping"),
    "a word": ("perfscore", "not-a-mapping"),
    "NUL": (MINIMAL.replace("走访", "走\0访"), "bad-character"),
    "only NUL": (b"\0" * 1_000_000, "bad-encoding"),
    "an escape sequence": (MINIMAL.replace("走访企业", "\x1b]0;hacked\x07"), "bad-character"),
    "an escape sequence as an escape": (MINIMAL.replace("走访企业", '"\\e[2J\\x9b31m"'), "bad-character"),
    "the direction of writing": (MINIMAL.replace("走访企业", "\u202eyb detcelfer"), "bad-character"),
    "an isolate": (MINIMAL.replace("走访企业", '"\\u2066x"'), "bad-character"),
    "line separators": (MINIMAL.replace("走访企业", "走\u2028访\u2029企\x85业"), "bad-character"),
    "a byte-order mark inside": (MINIMAL.replace("走访", "\ufeff走访"), "bad-character"),
    "UTF-16": (MINIMAL.encode("utf-16"), "bad-encoding"),
    "UTF-32": (MINIMAL.encode("utf-32"), "bad-encoding"),
    "GBK": (MINIMAL.encode("gb18030"), "bad-encoding"),
    "Latin-1": (MINIMAL.encode() + b"x: caf\xe9\n", "bad-encoding"),
    "encoded halves": (b"a: \xed\xa0\x80\n", "bad-encoding"),
    "all bytes": (bytes(range(256)) * 4000, "bad-encoding"),
    "bad at the very end": (b"# x\n" * 480_000 + b"\xff", "bad-encoding"),
    "JSON with a key twice": ('{"perfscore": 1, "id": "x", "id": "y"}', "duplicate-key"),
    "JSON with an escape sequence": ('{"perfscore": 1, "title": "\\u001b[31m"}', "bad-character"),
}


@pytest.mark.parametrize("name", FORMS)
def test_form(attack: Any, tmp_path: Path, name: str) -> None:
    content, code = FORMS[name]
    (tmp_path / "x.yaml").write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    done = attack("rules", "show", "x.yaml", "--lang", "en", expected={code})
    assert "hacked" not in done.stdout


@pytest.mark.parametrize("name", ["50 MB", "brackets", "many keys", "a billion laughs", "NUL", "UTF-16", "directives"])
def test_form_of_outcomes(attack: Any, tmp_path: Path, name: str) -> None:
    """The same reader reads outcomes."""
    content, code = FORMS[name]
    (tmp_path / "x.yaml").write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    attack("score", "examples/minimal", "x.yaml", expected={code})


@pytest.mark.parametrize("name", ["50 MB", "brackets", "many keys"])
def test_form_by_standard_input(attack: Any, name: str) -> None:
    content, code = FORMS[name]
    given = content.encode() if isinstance(content, str) else content
    attack("rules", "show", "-", given=given, expected={code})
    attack("score", "examples/minimal", "-", given=given, expected={code})


# --- what a rule file means -----------------------------------------------------------------------------------------

number = coprime(385, 1)
CHAIN = "let:\n" + "".join(f"  l{k}: l{k + 1} + 1\n" for k in range(4900)) + "  l4900: 1\n"
MARKS = "\u0301" * 9000 + "\u0316" * 9000  # to be sorted one past the other
PAIRS = "".join(f"  m{k}: m{k ^ 1}\n" for k in range(200))

MEANINGS: dict[str, tuple[str, str]] = {
    "unknown keys": (rules(listed(5000, "k{k}: 1")), "unknown-key"),
    "unknown keys at the top": (rules(top=lines(30_000, "k{k}: 1")), "unknown-key"),
    "misspelt keys, long and alike": (rules(listed(900, "k" * 200 + "abcdefghij{k}: 1")), "unknown-key"),
    "unknown names": (rules(top="let:\n" + lines(5000, "  l{k}: unknown_{k} + 1")), "unknown-name"),
    "unknown names, long and alike": (
        rules(top="inputs:\n" + lines(400, "  " + "ab" * 90 + "{k}: {}") + "let:\n" + lines(90, "  l{k}: " + "ba" * 90 + "{k}")),
        "unknown-name",
    ),
    "formulas that cannot be read": (rules(top="let:\n" + lines(5000, "  l{k}: 1 +")), "formula-syntax"),
    "an endless formula": (rules(top='let: {l: "' + "1+" * 9000 + '1"}\n'), "formula-too-long"),
    "every let reads itself": (rules(top="let:\n" + lines(5000, "  l{k}: l{k} + 1")), "cycle"),
    "a circle of 5000": (rules(top="let:\n" + "".join(f"  l{k}: l{(k + 1) % 5000} + 1\n" for k in range(5000))), "cycle"),
    "circles behind a long chain": (rules(top=CHAIN + PAIRS), "cycle"),
    "one id 3000 times": (many(3000, "method: pass_fail").replace("id: a", "id: a, criteria: a"), "duplicate-id"),
    "endless marks on ids": (
        rules(top="inputs:\n" + "".join(f'  ? "{chr(0x4E00 + k)}{MARKS}"\n  : {{}}\n' for k in range(50))),
        "bad-id",
    ),
    "a table of 100 000 rows": (rules("method: {type: table, rows: [" + listed(100_000, '["= {k}", 1]') + "]}"), "too-many-nodes"),
    "weights without end": (
        "perfscore: 1\nid: x\ntotal: 100\nindicators:\n"
        + "".join(f"  - {{id: a{k}, weight: 1/{number()}, unit: 份, target: '>= 3', method: pass_fail}}\n" for k in range(1000))
        + RATING,
        "weights-total",
    ),
    "a weight of a million digits": (rules("weight: " + "9" * 1_000_000).replace("weight: 100, ", ""), "text-too-long"),
    "flags for every item": (
        many(
            1000, "kind: quantity, method: pass_fail", "flags:\n" + lines(1000, "  - {id: f{k}, for: {kind: quantity}, when: actual > 1}")
        ),
        "too-many-steps",
    ),
    "defaults for every item": (
        many(1000, "method: pass_fail", "defaults: {items: {special: [" + listed(2000, "{when: actual = 1, points: 1}") + "]}}\n"),
        "too-many-nodes",
    ),
    "a method of 1000 cases in 1000 items": (
        many(
            1000,
            "method: {type: m, step: 1}",
            "methods: {m: {parameters: [step], cases: [" + listed(1000, "{when: actual = {k}, points: 0}") + "]}}\n",
        ),
        "too-many-steps",
    ),
    "groups 60 deep": (
        "perfscore: 1\nid: x\ntotal: 1\nindicators: ["
        + "".join(f"{{id: g{k}, label: g, weight: 1, children: [" for k in range(60))
        + "]}" * 60
        + f"]\n{RATING}",
        "too-deep",
    ),
    "digits of a rounding": (rules(top="rounding: {item: 1e99, total: 999999999, group: -5}\n"), "bad-parameter"),
    "a grid of nothing": (rules('unit: 份, grid: 0, target: ">= 1", method: pass_fail'), "bad-parameter"),
}


@pytest.mark.parametrize("name", MEANINGS)
def test_meaning(attack: Any, tmp_path: Path, name: str) -> None:
    content, code = MEANINGS[name]
    (tmp_path / "x.yaml").write_text(content, "utf-8")
    attack("rules", "show", "x.yaml", "--lang", "en", expected={code})


# Names that are equal after NFKC: `first` and `second` are spelt differently and mean the same.
EQUAL: dict[str, str] = {
    "inputs": rules(top="inputs: {x: {}, ｘ: {}}\n"),
    "an input and a let": rules(top="inputs: {x: {}}\nlet: {ｘ: 1}\n"),
    "lets": rules(top="let: {ﬁ: 1, fi: 2}\n"),
    "an input and an item": rules(top="inputs: {ａ: {}}\n"),
    "items": many(2, "method: pass_fail").replace("a1", "ａ０"),
    "elements": rules("cap: 100, method: {type: checklist, from: 0, elements: [{id: x, points: 1}, {id: ｘ, points: 1}]}"),
    "levels": rules("method: {type: grade, levels: [{id: x, label: 甲, share: 1}, {id: ｘ, label: 乙, share: 0}]}"),
    "ratings": rules().replace("id: failed", "id: ｐassed"),
    "gates": rules(top="gates: [{id: x, when: 1 = 1, rating: failed}, {id: ｘ, when: 1 = 1, rating: failed}]\n"),
    "flags": rules(top="flags: [{id: x, when: 1 = 1}, {id: ｘ, when: 1 = 1}]\n"),
    "columns": rules(top="inputs: {b: {type: table, columns: [x, ｘ]}}\n"),
    "lets of a method": rules("method: {type: formula, let: {x: 1, ｘ: 2}, points: x}"),
    "choices": rules(top="inputs: {c: {type: choice, values: {x: 甲, ｘ: 乙}}}\n"),
    "labels of choices": rules(top="inputs: {c: {type: choice, values: {x: A级, y: Ａ级}}}\n"),
    "a label and another choice": rules(top="inputs: {c: {type: choice, values: {x: y, y: x}}}\n"),
}


@pytest.mark.parametrize("name", EQUAL)
def test_equal_names(attack: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / "x.yaml").write_text(EQUAL[name], "utf-8")
    done = attack("rules", "show", "x.yaml", expected=set())
    assert {code for _, code, _ in done.findings()} <= {"duplicate-id", "bad-parameter"}


# --- formulas: one line each, all in one file -----------------------------------------------------------------------

FORMULAS: list[tuple[str, str]] = [
    ('__import__("os")', "unknown-function"),
    ('__import__("os").system("echo hacked")', "formula-syntax"),
    ("().__class__.__bases__", "formula-syntax"),
    ("x.real", "formula-syntax"),
    ("x['__class__']", "formula-syntax"),
    ("lambda: 1", "formula-syntax"),
    ("[k for k in x]", "formula-syntax"),
    ("(k := 1)", "formula-syntax"),
    ("{}", "formula-syntax"),
    ("f'{x}'", "formula-syntax"),
    ("x; x", "formula-syntax"),
    ("x # y", "formula-syntax"),
    ("*x", "formula-syntax"),
    ("x if x", "formula-syntax"),
    ("None", "formula-syntax"),
    ("eval(x)", "unknown-function"),
    ("open('/etc/passwd')", "unknown-function"),
    ("getattr(x, 'y')", "unknown-function"),
    ("min(x=1)", "wrong-kind"),
    ("max(*x)", "formula-syntax"),
    ("min()", "wrong-arguments"),
    ("1e999", "bad-number"),
    ("1e100", "bad-number"),
    ("9" * 401, "number-too-long"),
    ("0x10", "formula-syntax"),
    ("1_000", "formula-syntax"),
    ("1j", "formula-syntax"),
    ("1.2.3", "bad-number"),
    ("٣ + 1", "bad-number"),
    ("² + 1", "unknown-name"),
    ("x ** 17", "formula-syntax"),
    ("x ** -1", "formula-syntax"),
    ("x ** 0.5", "formula-syntax"),
    ("2 ** 16 ** 16", "formula-syntax"),
    ("x ** x", "formula-syntax"),
    ("(" * 900, "formula-too-long"),
    ("-" * 900, "formula-too-long"),
    ("not " * 400 + "x", "formula-too-long"),
    ("min(" * 200 + "x", "formula-too-long"),
    ("x if x > 0 else " * 100 + "x", "formula-too-long"),
    ("+".join(["x"] * 999), "formula-too-long"),
    ("1 < " * 601 + "1", "formula-too-long"),
    ("x" * 2001, "formula-too-long"),
    ("'" * 801, "formula-syntax"),
    ("x\u202e + 1", "bad-character"),
    ("x\u200b", "bad-character"),
    ("2024-13-45", "bad-date"),
    ("0000-00-00", "bad-date"),
    ("x\u0301\u0301", "formula-syntax"),
    ("'east' * 1000000", "wrong-kind"),
    ("'a' + 'b'", "wrong-kind"),
    ("x in x", "formula-syntax"),
    ("points(points(a))", "unknown-id"),
    ("points('a')", "unknown-id"),
    ("root(x, 1000000)", "formula-syntax"),
    ("root(x, x)", "formula-syntax"),
]


def test_formulas(attack: Any, tmp_path: Path) -> None:
    """One let each: every one is told, at its own line."""
    head = "perfscore: 1\nid: x\ninputs: {x: {}}\nlet:\n"
    body = "".join(f"  l{k}: {json.dumps(formula, ensure_ascii=False)}\n" for k, (formula, _) in enumerate(FORMULAS))
    rest = f"total: 100\nindicators:\n  - {{id: a, label: 甲, weight: 100, method: {{type: formula, points: x}}}}\n{RATING}"
    (tmp_path / "x.yaml").write_text(head + body + rest, "utf-8")
    done = attack("rules", "show", "x.yaml", expected=set())
    first = head.count("\n") + 1
    found = {(int(place.split(":")[1]), code) for place, code, _ in done.findings()}
    assert [(formula, code) for k, (formula, code) in enumerate(FORMULAS) if (first + k, code) not in found] == []
    assert {line for line, _ in found} == set(range(first, first + len(FORMULAS)))


@pytest.mark.parametrize("formula", ["trimmed_mean(1, 2)", "geometric_mean(1)", "median(sqrt(2), sqrt(3), 1)", "mean(sqrt(2), ln(3))"])
def test_functions_of_lists(perform: Any, tmp_path: Path, formula: str) -> None:
    """What is meant for lists is refused or computed, but never an error of Python."""
    (tmp_path / "x.yaml").write_text(rules(f'method: {{type: formula, points: "{formula}"}}', top="rounding: {item: 2}\n"), "utf-8")
    done = perform("score", "x.yaml", "-", given=b"{}")
    assert done.code in (0, 2), done.stderr


# --- growing while scoring ------------------------------------------------------------------------------------------

SCORED: dict[str, tuple[str, str, str]] = {
    "powers of powers": (rules('method: {type: formula, points: "0 * (((2**16)**16)**16)**16"}'), "{}", "number-too-large"),
    "powers in lets": (
        rules(
            "method: {type: formula, points: 0 * l9}", top="let:\n  l0: 9 ** 16\n" + "".join(f"  l{k + 1}: l{k} ** 16\n" for k in range(9))
        ),
        "{}",
        "number-too-large",
    ),
    "squares in lets": (
        rules(
            "method: {type: formula, points: 0 * l50}",
            top="let:\n  l0: 9 ** 16\n" + "".join(f"  l{k + 1}: l{k} * l{k}\n" for k in range(50)),
        ),
        "{}",
        "number-too-large",
    ),
    "a sum of fractions": (
        rules(
            f"method: {{type: formula, points: '0 * sum({listed(290, 'l{k}')})'}}",
            top="let:\n" + "".join(f"  l{k}: 1 / ({number()} * {number()} * {number()} * {number()})\n" for k in range(290)),
        ),
        "{}",
        "number-too-large",
    ),
    "items that add up to a fraction": (
        many(200, "method: {type: ratio, above: cap}"),
        "".join(f"a{k}: 1/{number()}\n" for k in range(200)),
        "number-too-large",
    ),
    "parts that add up to a fraction": (
        rules('unit: 份, target: ">= 1", method: pass_fail'),
        "a: {parts: {" + ", ".join(f"k{k}: 1/{number()}" for k in range(3000)) + "}}",
        "number-too-large",
    ),
    "digits of round": (rules('method: {type: formula, points: "round(1 / 3, 1e9)"}'), "{}", "number-too-large"),
    "division by zero": (rules('method: {type: formula, points: "1 / (1 - 1)"}'), "{}", "division-by-zero"),
    "a product of logarithms": (
        rules(f'method: {{type: formula, points: "{"*".join(f"ln({k})" for k in range(2, 40))}"}}', top="rounding: {item: 2}\n"),
        "{}",
        "number-too-large",
    ),
    "a power of a sum of roots": (
        rules(
            f'method: {{type: formula, points: "({"+".join(f"sqrt({k})" for k in (2, 3, 5, 7, 11, 13, 17, 19, 23))})**16"}}',
            top="rounding: {item: 2}\n",
        ),
        "{}",
        "number-too-large",
    ),
}


@pytest.mark.parametrize("name", SCORED)
def test_scoring(attack: Any, tmp_path: Path, name: str) -> None:
    content, outcomes, code = SCORED[name]
    (tmp_path / "x.yaml").write_text(content, "utf-8")
    (tmp_path / "o.yaml").write_text(outcomes, "utf-8")
    attack("score", "x.yaml", "o.yaml", expected={code})


# --- outcomes -------------------------------------------------------------------------------------------------------

VALUES: list[tuple[str, str]] = [
    ("1e999", "unreadable-quantity"),
    ("-1e400", "unreadable-quantity"),
    ("NaN", "unreadable-quantity"),
    (".inf", "unreadable-quantity"),
    ("Infinity", "unreadable-quantity"),
    ("9" * 401, "number-too-long"),
    ("9" * 19_000, "number-too-long"),
    ("0." + "0" * 399, "number-too-long"),
    ("1/0", "unreadable-quantity"),
    ("1/" + "3" * 400, "number-too-long"),
    ("0x10", "unreadable-quantity"),
    ("1_000", "unreadable-quantity"),
    ("1,00", "unreadable-quantity"),
    ("1.2.3", "unreadable-quantity"),
    ("--1", "unreadable-quantity"),
    ("=1+1", "unreadable-quantity"),
    ("@SUM(A1)", "unreadable-quantity"),
    ("١٢٣", "unreadable-quantity"),
    ("①②", "unreadable-quantity"),
    ("½", "unreadable-quantity"),
    ("3²", "wrong-dimension"),
    ("五十", "unreadable-quantity"),
    ("1,1" + ",1" * 190, "unreadable-quantity"),
    ("5" + " 5" * 190, "unreadable-quantity"),
    ("5" + "亿" * 390, "unreadable-quantity"),
    ("5" + "余" * 390, "unreadable-quantity"),
    ("约" * 390 + "5", "unreadable-quantity"),
    ("5" + "家" * 390, "unreadable-quantity"),
    ("-" * 390, "unreadable-quantity"),
    ("." * 390, "unreadable-quantity"),
    ("[" * 390, "unreadable-quantity"),
    ("<script>alert(1)</script>", "unreadable-quantity"),
    ("$(reboot)", "unreadable-quantity"),
    ("50\u200b家", "bad-character"),
    ("50\u202e家", "bad-character"),
    ("50\x1b[31m", "bad-character"),
    ("50\x00", "bad-character"),
    ("x" * 20_001, "text-too-long"),
    ("\ud800", "bad-character"),
]


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_values(attack: Any, tmp_path: Path, kind: str) -> None:
    """One outcome each: every one is told, at its own line, and nothing is scored."""
    (tmp_path / "x.yaml").write_text(rules(top="inputs:\n" + lines(len(VALUES), "  i{k}: {unit: 家}")), "utf-8")
    written = [json.dumps(value) for value, _ in VALUES]  # JSON's escapes are YAML's
    body = ",\n".join(f'"i{k}": {one}' for k, one in enumerate(written))
    text = "{\n" + body + "\n}" if kind == "json" else "".join(f"i{k}: {one}\n" for k, one in enumerate(written))
    (tmp_path / f"o.{kind}").write_text(text, "utf-8")
    done = attack("score", "x.yaml", f"o.{kind}", expected=set())
    first = 2 if kind == "json" else 1
    found = {(int(place.split(":")[1]), code) for place, code, _ in done.findings()}
    assert [(value[:40], code) for k, (value, code) in enumerate(VALUES) if (first + k, code) not in found] == []


DOCUMENTS: dict[str, tuple[str | bytes, str, str]] = {
    "bare NaN": ('{"visits": NaN, "satisfaction": Infinity}', "o.json", "unreadable-quantity"),
    "1e400": ('{"visits": 1e400, "satisfaction": -1e400}', "o.json", "unreadable-quantity"),
    "a key twice": ('{"visits": 45, "visits": 50, "satisfaction": 92}', "o.json", "duplicate-key"),
    "two documents": ('{"visits": 45} {"visits": 50}', "o.json", "yaml-syntax"),
    "JSON without end": ('{"visits":' * 100_000, "o.json", "too-deep"),
    "lists in lists": ('{"visits": ' + "[" * 60 + "1" + "]" * 60 + "}", "o.json", "not-a-value"),
    "keys equal after NFKC": ("visits: 45\nｖisits: 50\nsatisfaction: 92%\n", "o.yaml", "duplicate-outcome"),
    "names of steps": ('"visits:points": 60\n"total:points": 100\nrating: 2\nvisits: 1\nsatisfaction: 1%\n', "o.yaml", "unknown-outcome"),
    "names of Python": ("__class__: 1\nvisits.__class__: 1\nvisits: 45\nsatisfaction: 92%\n", "o.yaml", "unknown-outcome"),
    "50 000 unknown ids": (lines(49_000, "b{k}: 1"), "o.yaml", "unknown-outcome"),
    "50 000 unknown keys": ("visits: {" + listed(49_000, "b{k}: 1") + "}", "o.yaml", "unknown-part"),
    "50 000 flat keys": (lines(49_000, "visits.b{k}: 1"), "o.yaml", "unknown-part"),
    "values in values": ("visits: {value: {value: {value: 1}}}\nsatisfaction: {value: [1]}\n", "o.yaml", "not-a-value"),
    "outcomes in outcomes": ("outcomes: {outcomes: {visits: 45, satisfaction: 92%}}\n", "o.yaml", "unknown-outcome"),
    "a header of lists": ("perfscore_outcomes: [1]\nrules: {a: 1}\noutcomes: [1]\n", "o.yaml", "unknown-version"),
    "other rules": ("perfscore_outcomes: 1\nrules: examples/other\noutcomes: {visits: 45, satisfaction: 92%}\n", "o.yaml", "other-rules"),
    "CSV with NUL": (b"id,value\nvisits,4\x005\n", "o.csv", "table-unreadable"),
    "CSV, a million columns": ("id,value" + ",x" * 980_000 + "\nvisits,45\n", "o.csv", "too-many-nodes"),
    "CSV, empty cells": ("," * HUGE, "o.csv", "too-many-nodes"),
    "CSV, 900 000 lines": ("id,value\n" + "x\n" * 900_000, "o.csv", "too-many-nodes"),
    "CSV, one line again and again": ("id,value\n" + "visits,1\n" * 20_000, "o.csv", "duplicate-outcome"),
    "CSV, lines of other lengths": ("id,value\n" + "visits\n" * 20_000, "o.csv", "table-unreadable"),
    "CSV, an unbalanced quote": ('id,value\nvisits,"45\n' + "x\n" * 900_000, "o.csv", "table-unreadable"),
    "CSV, only quotes": ("id,value\n" + '"' * 1_900_000, "o.csv", "text-too-long"),
    "CSV, a quote too much": ('id,value\nvisits,"45"5\n', "o.csv", "table-unreadable"),
    "CSV, one cell of 2 MB": ("id,value\nvisits," + "9" * 1_900_000, "o.csv", "text-too-long"),
    "CSV, formulas": ("id,value\nvisits,=1+1\nsatisfaction,+92%+cmd|x\n", "o.csv", "unreadable-quantity"),
    "CSV, a value column twice": ("id,value,value\nvisits,45,50\nsatisfaction,92%,1%\n", "o.csv", "table-unreadable"),
    "CSV, escape sequences": ("id,value\n\x1b]0;hacked\x07,1\n\u202evisits,45\n", "o.csv", "bad-character"),
    "CSV in GBK": ("标识,实际值\nvisits,45\n".encode("gb18030"), "o.csv", "table-unreadable"),
    "CSV in UTF-16": ("id,value\nvisits,45\n".encode("utf-16"), "o.csv", "table-unreadable"),
    "CSV of 50 MB": (b"id,value\n" + b"x" * 50_000_000, "o.csv", "table-unreadable"),
    "CSV, ids equal after NFKC": ("id,value\nvisits,45\nｖisits,50\nsatisfaction,92%\n", "o.csv", "duplicate-outcome"),
    "CSV, separated by semicolons": ("id;value\nvisits;45\n", "o.csv", "table-unreadable"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents(attack: Any, tmp_path: Path, name: str) -> None:
    content, file, code = DOCUMENTS[name]
    (tmp_path / file).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    attack("score", "examples/minimal", file, expected={code})


ELEMENTS = "cap: 100, floor: 0, method: {type: checklist, from: 0, elements: [{id: made, points: 60}, {id: used, points: 40}]}"
BALLOTS = "inputs: {b: {type: table, columns: {x: {}, y: {}}}}\n"


@pytest.mark.parametrize(
    "content, outcomes, code",
    [
        (rules(ELEMENTS), "a: {made: yes, ｍade: no, used: yes}", "duplicate-outcome"),
        (rules(top=BALLOTS), "b: [{x: 1, ｘ: 2, y: 3}]", "duplicate-outcome"),
        (rules(top=BALLOTS), "b: [[1], [1, 2, 3], [], 1, {x: 1}, {x: 1, z: 2}, [[1], [2]]]", "not-a-value"),
        (rules(top=BALLOTS), "b: [" + "[1, 2], " * 30_000 + "]", "too-many-nodes"),
        (rules(top=BALLOTS), "b: {x: [1, 2]}", "not-a-value"),
        (rules(top=BALLOTS), "b: [[1e999, 2], [1, NaN]]", "unreadable-quantity"),
    ],
    ids=range(6),
)
def test_documents_of_parts(attack: Any, tmp_path: Path, content: str, outcomes: str, code: str) -> None:
    (tmp_path / "x.yaml").write_text(content, "utf-8")
    (tmp_path / "o.yaml").write_text(outcomes, "utf-8")
    attack("score", "x.yaml", "o.yaml", expected={code})


# --- other files ----------------------------------------------------------------------------------------------------


def extending(path: str) -> str:
    return MINIMAL.replace("perfscore: 1\n", f"perfscore: 1\nextends: {json.dumps(path)}\n")


@pytest.mark.parametrize(
    "path",
    [
        "x.yaml",
        "./x.yaml",
        "/dev/zero",
        "/dev/urandom",
        "/dev/tty",
        "/proc/self/mem",
        "/proc/self/environ",
        "pipe.yaml",
        "folder",
        "folder.yaml",
        ".",
        "..",
        "/",
        "/etc/passwd",
        "~nosuchuser/x.yaml",
        "http://localhost/x.yaml",
        "file:///etc/passwd",
        "nothing.yaml",
        "x\0.yaml",
        "\u202elmay.yaml",
        "a/" * 5000 + "x.yaml",
        "examples/../examples/minimal",
        "chain0.yaml",
        "loop.yaml",
        "",
    ],
)
def test_extends(attack: Any, tmp_path: Path, path: str) -> None:
    """What a rule file may name, it may not read without end, nor show: only rule files, and only so many."""
    (tmp_path / "x.yaml").write_text(extending(path), "utf-8")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "x.yaml")
    if path == "chain0.yaml":
        for k in range(1200):
            (tmp_path / f"chain{k}.yaml").write_text(extending(f"./chain{k + 1}.yaml"), "utf-8")
        (tmp_path / "chain1200.yaml").write_text(MINIMAL, "utf-8")
    done = attack("rules", "show", "x.yaml", expected=set())
    assert {code for _, code, _ in done.findings()} <= {"unknown-rules", "extends-cycle", "bad-character"}
    assert "root:" not in done.stderr


@pytest.mark.parametrize(
    "path, codes",
    [
        ("folder", {"outcomes-unreadable", "unknown-rules"}),
        ("nothing.yaml", {"outcomes-unreadable", "unknown-rules"}),
        ("x" * 5000 + ".yaml", {"outcomes-unreadable", "unknown-rules"}),
        ("/dev/zero", {"bad-encoding", "file-too-large"}),
        ("/dev/null", {"empty-file"}),
        ("/bin/sh", {"bad-encoding"}),
        ("\x1b]0;hacked\x07.yaml", {"outcomes-unreadable", "unknown-rules"}),
        ("\u202elmay.yaml", {"outcomes-unreadable", "unknown-rules"}),
        ("two\nlines.yaml", {"outcomes-unreadable", "unknown-rules"}),
    ],
    ids=["folder", "nothing", "long", "zero", "null", "program", "escape", "direction", "lines"],
)
@pytest.mark.parametrize("verb", ["rules", "outcomes"])
def test_paths(attack: Any, tmp_path: Path, verb: str, path: str, codes: set[str]) -> None:
    (tmp_path / "folder").mkdir()
    path = path if "/" in path else f"./{path}"
    arguments = ("score", path, "x.yaml") if verb == "rules" else ("score", "examples/minimal", path)
    done = attack(*arguments, expected=set(), placed=False)
    assert {code for _, code, _ in done.findings()} & codes


@pytest.mark.parametrize("name", ["\x1b]0;hacked\x07.yaml", "\u202elmay.yaml", "two\nlines.yaml"])
def test_names_of_files_that_are_there(attack: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("a: [", "utf-8")
    attack("rules", "show", f"./{name}", expected={"yaml-syntax"})
    attack("score", "examples/minimal", f"./{name}", expected={"yaml-syntax"})


@pytest.mark.parametrize(
    "arguments",
    [
        ("score", "-", "-"),
        ("score", "examples/minimal"),
        ("score", "examples/minimal", "o.yaml", "--as-of", "9999-99-99"),
        ("score", "examples/minimal", "o.yaml", "--as-of", "9" * 10_000),
        ("score", "examples/minimal", "o.yaml", "--lang", "../zh"),
        ("score", "examples/minimal", "o.yaml", "--explain", "__class__"),
        ("score", "examples/minimal", "o.yaml", "--explain", "\x1b[31m"),
        ("rules", "new", "folder"),
        ("rules", "new", "nothing/x.yaml"),
        ("rules", "new", "x" * 5000),
        ("rules", "__class__"),
        ("; reboot",),
    ],
)
def test_arguments(perform: Any, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Usage errors have no place: exit 2 and words, and nothing is scored."""
    (tmp_path / "o.yaml").write_text(OUTCOMES, "utf-8")
    (tmp_path / "folder").mkdir()
    done = perform(*arguments)
    assert (done.code, done.stdout) == (2, ""), done.stderr[:500]
    assert done.stderr


@pytest.mark.parametrize(
    "id", ["examples/minimal@", "examples", "examples//minimal", "examples/minimal/", "@", "__init__", "examples/%2e%2e", "x" * 100_000]
)
def test_ids(attack: Any, id: str) -> None:
    attack("rules", "show", id, expected={"unknown-rules"}, placed=False)


# --- many, but allowed ----------------------------------------------------------------------------------------------


def test_gates_do_not_multiply(perform: Any, tmp_path: Path) -> None:
    """Sixty gates on the rating are as good as two: each reads what the one before left."""
    gates = "gates:\n" + lines(30, "  - {id: low{k}, when: a < {k}, rating_at_most: failed}")
    gates += lines(30, "  - {id: high{k}, when: a > 1{k}, rating_at_least: passed}") + lines(
        30, "  - {id: set{k}, when: a = 5{k}, rating: failed}"
    )
    (tmp_path / "x.yaml").write_text(rules('unit: 份, target: ">= 1", method: pass_fail', top=gates), "utf-8")
    (tmp_path / "o.yaml").write_text("a: 5\n", "utf-8")
    done = perform("score", "x.yaml", "o.yaml")
    assert (done.code, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "content, outcomes",
    [
        (rules("method: {type: formula, points: 0 * l0}", top=CHAIN), "{}"),
        (many(300, "method: {type: ratio, above: cap}"), lines(300, "a{k}: 3")),
        (rules(top="inputs:\n" + lines(5000, "  i{k}: {}")), "{}"),
        (rules("method: {type: table, rows: [" + listed(1500, '["= {k}", 1]') + "], otherwise: 0}"), "a: 7"),
    ],
    ids=["a chain of 4900 lets", "300 items", "5000 inputs", "1500 rows"],
)
def test_large_and_good(perform: Any, tmp_path: Path, content: str, outcomes: str) -> None:
    """No recursion that a long file exhausts, and no more time than a long file is worth."""
    (tmp_path / "x.yaml").write_text(content, "utf-8")
    (tmp_path / "o.yaml").write_text(outcomes, "utf-8")
    done = perform("score", "x.yaml", "o.yaml")
    assert (done.code, done.stderr) == (0, ""), done.stderr[:500]
