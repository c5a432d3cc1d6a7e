"""Places: what a YAML or JSON text, or a Python mapping, is read as, where it stands, and what is refused."""

import json
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from perfscore.finding import Finding, Kind, Place
from perfscore.ruleset import places
from perfscore.ruleset.places import Node, nodes_from_plain, read_nodes

READERS = sorted({yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)}, key=lambda reader: reader.__name__)


@pytest.fixture(params=READERS, ids=lambda reader: reader.__name__)
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """With libyaml's events, and with those of pure Python."""
    monkeypatch.setattr(places, "_EVENTS", request.param)
    yield


def read(text: str | bytes) -> Node:
    node, findings = read_nodes(text, "f")
    assert node is not None and not findings, [finding.tell() for finding in findings]
    return node


def told(findings: list[Finding]) -> list[str]:
    return [f"{finding.place.line}:{finding.place.column} {finding.code}" for finding in findings]


def problems(text: str | bytes) -> list[str]:
    return told(read_nodes(text, "f")[1])


@pytest.mark.parametrize(
    "written, expected, why",
    [
        ("", None, "core schema: nothing is null"),
        ("~", None, ""),
        ("NULL", None, ""),
        ("True", True, ""),
        ("false", False, ""),
        ("no", "no", "YAML 1.1 would say false"),
        ("010", "010", "YAML 1.1 would say 8"),
        ("12:30", "12:30", "YAML 1.1 would say 750"),
        ("1e5", "1e5", "numbers stay as written"),
        ("1.50", "1.50", ""),
        ("2024-01-01", "2024-01-01", "so do dates"),
        ("'true'", "true", "quoted: a text"),
        ('""', "", ""),
        ("(0, 10%]", "(0, 10%]", "outside brackets an interval needs no quotes"),
        ("< 60", "< 60", ""),
        ('"a\\tb"', "a\tb", ""),
        (">\n  第一行\n  第二行\n", "第一行 第二行\n", "a folded text is a text"),
        ("|2\n   x\n", " x\n", ""),
        ("[1) 甲, 见(附件]", ["1) 甲", "见(附件"], "a lone parenthesis that no comma cut off"),
    ],
)
def test_values(either: None, written: str, expected: Any, why: str) -> None:
    node, _ = read_nodes(f"a: {written}", "f")
    assert node is not None and node.plain() == {"a": expected}, why


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_are_characters(either: None, mark: str) -> None:
    text = mark + "目标: 值\nb: 𠮷x\n𠮷k: [𠮷, '引', \"a\\tb\", z]\nt: >\n  x\n"
    for given_text in (text, text.encode()):
        node = read(given_text)
        paths: list[places.Path] = [("目标",), ("𠮷k",), ("𠮷k", 1), ("𠮷k", 2), ("𠮷k", 3), ("t",)]
        found = {path: node.at(path) for path in paths}
        assert {path: (str(at.place), at.text, at.quoted) for path, at in found.items() if at} == {
            ("目标",): ("f:1:5", "值", False),
            ("𠮷k",): ("f:3:5", "", False),
            ("𠮷k", 1): ("f:3:10", "引", True),
            ("𠮷k", 2): ("f:3:15", "a\\tb", True),
            ("𠮷k", 3): ("f:3:22", "z", False),
            ("t",): ("f:4:4", ">\n  x\n", True),
        }
        assert str(node.keys["𠮷k"]) == "f:3:1"


def test_at() -> None:
    node = read("a: [1, {b: 2}]")
    assert (inner := node.at(("a", 1, "b"))) and inner.value == "2"
    assert node.at(()) is node
    nowhere: list[places.Path] = [("b",), (0,), ("a", 2), ("a", -1), ("a", "b"), ("a", 0, 0)]
    for path in nowhere:
        assert node.at(path) is None


def test_json(either: None) -> None:
    given_value = {"标": ["𠮷\n/", True, None, {}, []], "b": "\\ud83d", "c": {"d": "😀"}}
    for text in (json.dumps(given_value), json.dumps(given_value, ensure_ascii=False, indent=2)):
        assert read(text).plain() == given_value
    assert read('{"a":-1,"b":[1e5,"x\\/y"]}').plain() == {"a": "-1", "b": ["1e5", "x/y"]}


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a: 1\nb: 2\na: 3", ["3:1 duplicate-key"]),
        (
            "a: &x 1\nb: *x\n*x : 2",
            ["1:4 alias-not-allowed", "2:4 alias-not-allowed", "3:1 alias-not-allowed", "3:1 bad-key"],
        ),
        ("*x", ["1:1 alias-not-allowed"]),
        ("a: !!python/object:os.system {}\nb: !x 1", ["1:4 tag-not-allowed", "2:4 tag-not-allowed"]),
        ("is: != 0", ["1:5 tag-not-allowed"]),
        ("<<: {a: 1}\n'<<': 2", ["1:1 merge-key"]),
        ("? [a]\n: {b: 1, b: 2}\n", ["1:3 bad-key", "2:10 duplicate-key"]),
        ("{{a: 1}: b}", ["1:2 bad-key"]),
        ("{[a], b}", ["1:2 bad-key"]),
        ("? \n: x", ["1:2 bad-key"]),
        ("---\na: 1\n---\nb: 2", ["3:1 several-documents"]),
        ("", ["1:1 empty-file"]),
        ("# nothing", ["1:1 empty-file"]),
        ("---\n", ["1:1 empty-file"]),
        ("is: > 90", ["1:5 quote-the-test"]),
        ("is: >= 90\nb: 1", ["1:5 quote-the-test"]),
        ("is: >5\nb: 1", ["1:5 quote-the-test"]),
        ("is: >-5\n", ["1:5 quote-the-test"]),
        ("is: > # 90", ["1:5 quote-the-test"]),
        ("- > 90", ["1:3 quote-the-test"]),
        ("{is: > 90}", ["1:6 quote-the-test"]),
        ("[<5, >= 90]", ["1:6 quote-the-test"]),
        ("a: [(0, 10%], 2]", ["1:5 quote-the-test"]),
        ("a: [(0, 10), 2]", ["1:5 quote-the-test"]),
        ("{is: (0, 10), points: 2}", ["1:6 quote-the-test"]),
        ("{when: max(a, b) > 3}", ["1:8 quote-the-test"]),
        ("- is: [90, 100)\n  points: 1", ["1:7 quote-the-test"]),
        ("[\n 0,\n 10),\n 1) 甲]", ["3:2 quote-the-test"]),
        ("{because: 执行率低于60%, 不得评优}", ["1:21 comma-in-prose"]),
        ("{because: rate below 60%, not good}", ["1:27 comma-in-prose"]),
        ("{a: x, 不得评优: , b}", []),
        ("{a:1, b:2}", ["1:2 space-after-colon"]),
        ("{a：1,\nb:2}", ["1:2 space-after-colon", "2:1 space-after-colon"]),
        (
            "a: b\0c\u2028\nd: \u0085\r\ne: \ufeff",
            ["1:5 bad-character", "1:7 bad-character", "2:4 bad-character", "3:4 bad-character"],
        ),
        ("a: \ud800", ["1:4 bad-character"]),
        ('a: "\\0"', ["1:5 bad-character"]),
        ('a: "\\ud83d"', ["1:5 bad-character"]),
        ('a: "\\ud83d\\x41"', ["1:5 bad-character"]),
        ("a: '\\ud83d'", ["1:5 bad-character"]),
        ("a: 目标".encode("gbk"), ["1:5 bad-encoding"]),  # 目 in GBK is a letter in UTF-8: Ŀ
        (b"a: b\n\xe7\x9b\xae: \xff", ["2:4 bad-encoding"]),
        (b"\xef\xbb\xbfa: \xff", ["1:4 bad-encoding"]),
        ("a: 1".encode("utf-16"), ["1:1 bad-encoding"]),
        ("a: 1".encode("utf-16-be"), ["1:1 bad-encoding"]),
        ("a: 1".encode("utf-16-le"), ["1:1 bad-encoding"]),
    ],
)
def test_refused(either: None, text: str | bytes, expected: list[str]) -> None:
    assert problems(text) == expected


@pytest.mark.parametrize(
    "text, at, words",
    [
        ("a:\n\t- b", "2:1", "tab"),
        ("a: b\n\tc: d", "2:1", "tab"),
        ("a: 'b\nc: d", "1:4", "quote that begins here"),
        ('a: "b\nc: d', "1:4", "quote that begins here"),
        ("a: [1, 2\n", "1:4", "bracket that begins here"),
        ('{"a" 1}', "1:1", "comma is missing"),
        ("a: [1, 2\nb: 3", "2:2", "a bracket above"),
        ("{because: 执行率低于60%: 不得评优}", "1:19", "a colon inside"),
        ("a: 60%: b", "1:7", "colon does not fit"),
        ("a:b\nc: 1", "2:2", "colon does not fit"),
        ("a: 1\n b: 2", "2:3", "colon does not fit"),
        ("a: 1\n目标：2\nb: 2", "2:1", "no colon"),
        ("a: - b", "1:4", "- or ?"),
        ("a: @b", "1:4", "cannot begin with this"),
        ("a: `b`", "1:4", "cannot begin with this"),
        ("a: %b", "1:4", "cannot begin with this"),
        ("{a: |x}", "1:5", "cannot begin with this"),
        ("%x: 1", "1:3", "cannot begin with this"),
        ("a: * 5", "1:4", "* & or !"),
        ("a: & 5", "1:4", "* & or !"),
        ("a: ]", "1:4", "something is missing"),
        ("a: 1\n...\nb: 2", "3:1", "already ended"),
        ("a:\n   b: 1\n  c: 2", "3:3", "indentation"),
        ("a: 'x' y", "1:8", "closing quote"),
        ("a: [1,2],3", "1:9", "closing quote or bracket"),
        ("a: | 5", "1:4", "nothing may follow |"),
    ],
)
def test_syntax(either: None, text: str, at: str, words: str) -> None:
    node, [finding] = read_nodes(text, "f")
    assert (node, finding.code, f"{finding.place.line}:{finding.place.column}") == (None, "yaml-syntax", at)
    assert words in finding.message("en") and finding.hint("en") and finding.hint("zh")


def test_unknown_words_of_pyyaml_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_SYNTAX", ())
    assert read_nodes("a: ]", "f")[1][0].message() == "not valid YAML: did not find expected node content"


def test_an_escape_that_the_pure_reader_dies_of(either: None) -> None:
    assert [line.split()[1] for line in problems('a: "\\UFFFFFFFF"')] == ["yaml-syntax"]
    assert [line.split()[1] for line in problems('a: "\\q"')] == ["yaml-syntax"]


def test_hints_of_encodings() -> None:
    assert "byte 6" in read_nodes(b"\xef\xbb\xbfa: \xff", "f")[1][0].message(), "counted with the mark"
    assert "GBK" in read_nodes("a: 目标".encode("gbk"), "f")[1][0].hint()
    assert "UTF-16" in read_nodes("a: 1".encode("utf-16"), "f")[1][0].hint()


def test_earlier_findings_are_kept_and_the_rest_is_read() -> None:
    node, findings = read_nodes("a: 1\na: 2\nb: *x\nc: '", "f")
    assert node is None
    assert told(findings) == ["2:1 duplicate-key", "3:4 alias-not-allowed", "4:4 yaml-syntax"]
    node, findings = read_nodes("a: 1\na: 2\nb: &x {c: 3}\n", "f")
    assert node is not None and node.plain() == {"a": "1", "b": {"c": "3"}}, "the first of two keys counts"
    assert findings[0].message() == "the key “a” appears twice; first at 1:1"


@pytest.mark.parametrize(
    "text, code",
    [
        ("[" * 200_000, "too-deep"),
        ("{a: " * 200_000, "too-deep"),
        ("- " * 200_000, "too-deep"),
        ("".join(" " * k + "a:\n" for k in range(1500)), "too-deep"),
        ("[" + "1," * 300_000 + "]", "too-many-nodes"),
        ("a: " + "x" * 1_000_000, "text-too-long"),
        ("a" * 30_000 + ": 1", "yaml-syntax"),
        ("x" * 100_000_000, "file-too-large"),
        (b"x" * 100_000_000, "file-too-large"),
        ("目" * 700_000, "file-too-large"),
        ("a: 1\n" * 50_000, "too-many-problems"),
        ("\x01" * 1_000_000, "too-many-problems"),
        ("[" + "(1," * 20_000 + "]", "quote-the-test"),
        ("[" + "0,1)," * 20_000 + "]", "quote-the-test"),
        ("[\n" + "1),\n" * 40_000 + "]", "too-many-problems"),
        (bytes(range(256)) * 1000, "bad-encoding"),
        ("a: &a [1]\n" + "".join(f"b{k}: &b{k} [*a, *a]\n" for k in range(9)), "alias-not-allowed"),
    ],
    ids=range(17),
)
def test_hostile(text: str | bytes, code: str) -> None:
    began = time.process_time()
    assert read_nodes(text, "f")[1][-1].code == code
    assert time.process_time() - began < 30, "about a second; measuring coverage slows it, and this only catches what never ends"


def test_deepest_allowed() -> None:
    assert read("[" * 64 + "]" * 64).plain()
    assert problems("[" * 65 + "]" * 65) == ["1:65 too-deep"]


SIGNS = "a[]{},:-?&*!|>%@`'\"#\n\t \\(<)0\0\u2028目\ud800"
YAML_PIECES = st.lists(st.sampled_from([*SIGNS, "\n  ", "<<", "\\ud83d", "---\n", ": "]))


@given(st.one_of(st.text(), st.binary(), YAML_PIECES.map("".join)), st.sampled_from(READERS))
def test_only_findings_come_out(text: str | bytes, reader: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "_EVENTS", reader)
        node, findings = read_nodes(text, "f")
    assert node is not None or findings
    for finding in findings:
        finding.tell("zh").encode()
        finding.tell("en").encode()
    if node is not None:
        json.dumps(node.plain(), ensure_ascii=False).encode()


SHAPES = "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0" + SHAPES
ALLOWED = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn"], exclude_characters="\u2028\u2029" + UNSEEN)
JSON = st.recursive(
    st.none() | st.booleans() | st.text(ALLOWED),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("ab目 "), inner),
    max_leaves=8,
)


@given(JSON, st.booleans())
def test_json_is_read_as_json(value: Any, escaped: bool) -> None:
    node, findings = read_nodes(json.dumps([value], ensure_ascii=escaped), "f")
    assert node is not None and not findings and node.plain() == [value]
    node, findings = nodes_from_plain([value])
    assert not [finding for finding in findings if finding.code != "bad-key"]
    assert findings or node.plain() == [value]


class Scalar:
    """As numpy's: a number behind `.item()`."""

    def item(self) -> int:
        return 7


@pytest.mark.parametrize(
    "value, expected",
    [
        (5, "5"),
        (Fraction(1, 3), "1/3"),
        (Fraction(1, 2), "0.5"),
        (Decimal("1.50"), "1.50"),
        (Decimal("1E+3"), "1000"),
        (0.1, "0.1"),
        (5.0, "5.0"),
        (1e-7, "0.0000001"),
        (date(2024, 12, 31), "2024-12-31"),
        (Scalar(), "7"),
        ("null", "null"),
        (None, None),
        (True, True),
        ((1, [2]), ["1", ["2"]]),
    ],
)
def test_plain_values(value: object, expected: object) -> None:
    node, findings = nodes_from_plain({"a": value})
    assert node.plain() == {"a": expected} and not findings
    assert (inner := node.at(("a",))) and inner.quoted == isinstance(value, str)


def test_plain_integers_have_no_limit_of_digits() -> None:
    assert nodes_from_plain(10**5000)[0].value == "1" + "0" * 5000


def test_plain_places() -> None:
    node, _ = nodes_from_plain({"indicators": [{"weight": 5}], "a b": {"目标": {'"': 1}}}, "rules.py")
    paths: list[places.Path] = [("indicators", 0, "weight"), ("a b", "目标"), ("a b", "目标", '"')]
    assert [str(found.place) for path in paths if (found := node.at(path))] == [
        "rules.py:indicators[0].weight",
        'rules.py:["a b"].目标',
        'rules.py:["a b"].目标["\\""]',
    ]
    assert node.keys["indicators"].path == "indicators"
    assert read("a: {b: 1}").keys.keys() == {"a"}


@pytest.mark.parametrize(
    "value, expected",
    [
        ({"a": float("nan"), "b": Decimal("Infinity")}, ["a not-finite", "b not-finite"]),
        ({"a": Decimal("1E+9999999")}, ["a number-too-long"]),
        ({"a": object(), "b": {1, 2}, "c": b"x"}, ["a not-plain", "b not-plain", "c not-plain"]),
        ({"a": {1: 2, "": 3, "b": object()}}, ["a bad-key", "a bad-key", "a.b not-plain"]),
        ({"a": "x" * 20_001, "b\0": "\ud800"}, [" bad-character", "a text-too-long", '["b\ufffd"] bad-character']),
        ([0] * 200_000, [" too-many-nodes"]),
    ],
)
def test_plain_refused(value: object, expected: list[str]) -> None:
    _, findings = nodes_from_plain(value)
    assert [f"{finding.place.path} {finding.code}" for finding in findings] == expected


def test_plain_cycles() -> None:
    line: list[object] = []
    line.append(line)
    assert [finding.code for finding in nodes_from_plain(line)[1]] == ["too-deep"]
    wide: dict[str, object] = {}
    wide.update(a=wide, b=wide)
    node, findings = nodes_from_plain(wide)
    assert findings[-1].code == "too-many-problems" and node.plain()


def test_every_kind_has_all_its_words() -> None:
    kinds = [kind for kind in vars(places).values() if isinstance(kind, Kind)]
    assert len(kinds) > 15
    for kind in kinds:
        assert all((kind.zh, kind.en, kind.hint_zh, kind.hint_en, kind.why, kind.fix)), kind.code
        assert kind.at(Place("f", 1, 1), found="x").tell("zh")
