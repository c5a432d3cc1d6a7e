"""Hostile values from Python: whatever stands in a mapping is read, or told with its place; no error of the value's own.

Objects that run code of their own are no data (docs/security.md); still what they raise becomes a finding.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import perfscore

RULES = perfscore.load("examples/minimal")


class Text(str):
    """A text that lies about itself."""

    def __str__(self) -> str:
        raise RuntimeError

    def strip(self, *_: object) -> str:
        raise RuntimeError

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __len__(self) -> int:
        return 1

    __hash__ = str.__hash__


class Whole(int):
    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


class Float(float):
    def __repr__(self) -> str:
        return "__import__('os')"

    __str__ = __repr__


class Thing:
    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __repr__(self) -> str:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]


class Item:
    """What numpy's scalars have, raising or without end."""

    def __init__(self, given: object) -> None:
        self.given = given

    def item(self) -> object:
        if self.given is None:
            raise RuntimeError
        return Item(self.given)


class Day(date):
    def isoformat(self) -> str:
        return 5  # type: ignore[return-value]


class Exact(Decimal):
    def is_finite(self) -> bool:
        raise RuntimeError


class Part(Fraction):
    @property
    def numerator(self) -> int:
        raise RuntimeError


class Line(list[Any]):
    def __iter__(self) -> Iterator[Any]:
        raise RuntimeError

    def __len__(self) -> int:
        raise RuntimeError


class Keys(dict[Any, Any]):
    def items(self) -> Any:
        raise RuntimeError


class Endless(Mapping[str, int]):
    def __len__(self) -> int:
        return 3

    def __iter__(self) -> Iterator[str]:
        k = 0
        while True:
            k += 1
            yield f"k{k}"

    def __getitem__(self, key: str) -> int:
        return 1


class Hollow(Mapping[str, int]):
    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[str]:
        return iter(["visits"])

    def __getitem__(self, key: str) -> int:
        raise KeyError(key)


class Colour(enum.Enum):
    RED = "45家"


def nested(levels: int) -> Any:
    found: Any = 1
    for _ in range(levels):
        found = {"value": found}
    return found


def itself() -> Any:
    line: list[Any] = []
    line.append(line)
    return line


VALUES: list[tuple[str, Any, str]] = [
    ("nan", float("nan"), "not-finite"),
    ("infinity", float("-inf"), "not-finite"),
    ("Decimal NaN", Decimal("sNaN"), "not-finite"),
    ("Decimal 1e999999", Decimal("1e999999"), "number-too-long"),
    ("Decimal 1e-999999", Decimal("1e-999999"), "number-too-long"),
    ("Decimal 0e-999999", Decimal("0e-999999"), "number-too-long"),
    ("Decimal of 100 000 digits", Decimal("1." + "1" * 100_000), "number-too-long"),
    ("10**401", 10**401, "number-too-long"),
    ("10**100000", 10**100_000, "number-too-long"),
    ("10**1000000", 10**1_000_000, "number-too-long"),
    ("1/10**100000", Fraction(1, 10**100_000), "number-too-long"),
    ("10 MB", "9" * 10_000_000, "text-too-long"),
    ("10 million characters", "目" * 10_000_000, "text-too-long"),
    ("half a character", "45\ud800", "bad-character"),
    ("NUL", "45\0", "bad-character"),
    ("an escape sequence", "\x1b[31m45", "bad-character"),
    ("bytes", b"45", "not-plain"),
    ("a set", {45}, "not-plain"),
    ("a generator", (one for one in [45]), "not-plain"),
    ("a range", range(10**9), "not-plain"),
    ("a complex", 45j, "not-plain"),
    ("a function", len, "not-plain"),
    ("a class", int, "not-plain"),
    ("an enumeration", Colour.RED, "not-plain"),
    ("an ellipsis", ..., "not-plain"),
    ("a moment", datetime(2024, 5, 6, 7, 8), "unreadable-quantity"),
    ("a truth", True, "unreadable-quantity"),
    ("a list", [45], "not-a-value"),
    ("ten million", [0] * 10_000_000, "too-many-nodes"),
    ("a list of itself", itself(), "too-deep"),
    ("100 000 levels", nested(100_000), "too-deep"),
    ("a thing", Thing(), "not-plain"),
    ("an item that raises", Item(None), "not-plain"),
    ("items without end", Item(1), "not-plain"),
    ("a day that lies", Day(2024, 5, 6), "not-plain"),
    ("a Decimal that raises", Exact(45), "not-plain"),
    ("a Fraction that raises", Part(45), "not-plain"),
    ("a list that raises", Line([45]), "not-plain"),
    ("a mapping that raises", Keys(value=45), "not-plain"),
    ("a mapping of nothing", Hollow(), "not-plain"),
    ("a mapping without end", Endless(), "too-many-nodes"),
]


def refused(outcomes: Mapping[Any, Any]) -> list[tuple[str, str]]:
    """Path and code of each finding; nothing is scored, and it does not take long."""
    began = time.process_time()
    with pytest.raises(perfscore.OutcomeError) as raised:
        perfscore.score(RULES, outcomes)
    assert time.process_time() - began < 10, "about a second at the most; measuring coverage slows it"
    told = str(raised.value)
    assert "\x1b" not in told and len(told) < 300_000
    told.encode("utf-8")
    return [(str(one.place), one.code) for one in raised.value.problems]


@pytest.mark.parametrize("value, code", [pytest.param(value, code, id=name) for name, value, code in VALUES])
def test_values(value: Any, code: str) -> None:
    """As the outcome itself, as its value, and as a text about it."""
    for given in (value, {"value": value}):
        found = refused({"visits": given, "satisfaction": "92%"})
        assert code in [one for _, one in found]
        assert all(place.startswith("visits") or place == "<input>" for place, _ in found)
    with pytest.raises(perfscore.OutcomeError):
        perfscore.score(RULES, {"visits": {"value": 45, "because": {"x": value}, "no_key": value}, "satisfaction": "92%"})


@pytest.mark.parametrize("value", [Text("45家"), Whole(45), Float(45.0), Fraction(90, 2), Decimal("45.00"), "45家"], ids=range(6))
def test_a_value_that_lies_is_what_it_holds(value: Any) -> None:
    assert perfscore.score(RULES, {"visits": value, "satisfaction": "92%"}).total == 94  # 60 × 45/50 = 54, and 40


KEYS: list[tuple[Any, str]] = [
    (1, "bad-key"),
    (None, "bad-key"),
    (("visits",), "bad-key"),
    (b"visits", "bad-key"),
    ("", "bad-key"),
    (float("nan"), "bad-key"),
    (Whole(3), "not-plain"),
    ("visits ", "unknown-outcome"),
    ("visits.", "unknown-outcome"),
    ("visits\u202e", "bad-character"),
    ("\ud800", "bad-character"),
    ("\x1b[31m", "bad-character"),
    ("a" * 10_000_000, "text-too-long"),
    ("__class__", "unknown-outcome"),
    ("visits.__class__", "unknown-part"),
]


@pytest.mark.parametrize("key, code", KEYS, ids=range(len(KEYS)))
def test_keys(key: Any, code: str) -> None:
    assert code in [one for _, one in refused({key: 45, "visits": 45, "satisfaction": "92%"})]


@pytest.mark.parametrize("outcomes", [Keys(visits=45), Endless(), Hollow()], ids=["raises", "endless", "hollow"])
def test_mappings(outcomes: Mapping[Any, Any]) -> None:
    refused(outcomes)


@pytest.mark.parametrize("value, code", [pytest.param(value, code, id=name) for name, value, code in VALUES])
def test_rules(value: Any, code: str) -> None:
    """The same values wherever a rule set may hold a text, a number, a list or a mapping."""
    plain = RULES.to_dict()
    for key in ("title", "total", "inputs", "let", "indicators", "rating"):
        with pytest.raises(perfscore.RuleError) as raised:
            perfscore.RuleSet.from_dict({**plain, key: value, "no_key": 1})
        assert all(one.place.path is not None for one in raised.value.problems)
    with pytest.raises(perfscore.RuleError):
        perfscore.RuleSet.from_dict({**plain, "indicators": [{**plain["indicators"][0], "weight": value, "no_key": value}]})


@pytest.mark.parametrize("given", ["", "\0", "/", ".", "nothing.yaml", "x" * 10_000, "http://localhost/o.yaml", Path("/dev/zero")])
def test_paths(given: str | Path) -> None:
    with pytest.raises(perfscore.OutcomeError) as raised:
        perfscore.score(RULES, given)
    assert {one.code for one in raised.value.problems} <= {"outcomes-unreadable", "bad-encoding", "file-too-large"}
    if given:
        with pytest.raises(perfscore.RuleError) as refused_rules:
            perfscore.load(given)
        assert {one.code for one in refused_rules.value.problems} <= {"unknown-rules", "bad-encoding", "file-too-large"}


def test_the_table_for_notebooks_holds_no_markup_of_a_file() -> None:
    evil = "<script>alert('&\"')</script>"
    plain = RULES.to_dict()
    plain["title"] = plain["indicators"][0]["label"] = plain["rating"][0]["label"] = evil
    table = perfscore.score(perfscore.RuleSet.from_dict(plain), {"visits": 60, "satisfaction": "92%"})._repr_html_()
    assert "<script" not in table and "&lt;script&gt;" in table and "'&\"" not in table


# --- what fuzzing found ---------------------------------------------------------------------------------------------------------


def told() -> dict[str, Any]:
    return perfscore.score(RULES, {"visits": 45, "satisfaction": "92%"}).to_dict()


@pytest.mark.parametrize(
    "changed",
    [{"rules": 5}, {"rules": {}}, {"rules": None}, {"outcomes": 5}, {"outcomes": "o.yaml"}, {"outcomes": None}, {"schema": []}],
    ids=str,
)
def test_what_is_no_told_assessment(changed: dict[str, Any]) -> None:
    """A told result of a stranger never names a file that is then read."""
    for given in ({**told(), **changed}, {"schema": told()["schema"]}, {**told(), **changed, "total": None}):
        with pytest.raises(ValueError):
            perfscore.Assessment.from_dict(given)


@pytest.mark.parametrize("value", [{"a": "b"}, ["a", ["b"]], ["a", {"b": "c"}]], ids=str)
@pytest.mark.parametrize("key", ["because", "deviation_reason", "evidence"])
def test_texts_that_are_no_texts(key: str, value: Any) -> None:
    assert "not-a-value" in [code for _, code in refused({"visits": {"value": 45, key: value}, "satisfaction": "92%"})]


@pytest.mark.parametrize("text", ["\x1b[31m", "a\u202eb", "\x00", "x" * 200_000], ids=["escape", "bidi", "nul", "long"])
def test_a_text_about_an_outcome_is_read_as_carefully_the_second_time(text: str) -> None:
    rules = perfscore.RuleSet.from_dict(RULES.to_dict())
    given = {"visits": {"value": 45, "because": text}, "satisfaction": "92%"}
    for _ in range(3):  # from the second score of a rule set on, plain outcomes are read another way
        perfscore.score(rules, {"visits": 45, "satisfaction": "92%"})
        with pytest.raises(perfscore.OutcomeError) as raised:
            perfscore.score(rules, given)
        assert {one.code for one in raised.value.problems} <= {"bad-character", "text-too-long"}


@pytest.mark.parametrize("said", [{"part": {}}, ["yes"], {}], ids=str)
def test_not_applicable_that_is_no_yes(said: Any) -> None:
    with pytest.raises(perfscore.OutcomeError) as raised:
        perfscore.score(RULES, {"visits": {"value": 45, "not_applicable": said}, "satisfaction": "92%"})
    found = [one.message("en") for one in raised.value.problems if one.code == "bad-yes-no"]
    assert found and "Node(" not in found[0]


def test_parts_that_are_no_numbers() -> None:
    assert "not-a-value" in [code for _, code in refused({"visits": {"parts": {"a": {"b": 1}}}, "satisfaction": "92%"})]


@pytest.mark.parametrize(
    "changed, code",
    [
        ({"rounding": {"item": ""}}, "bad-number"),
        ({"total": {"label": "100"}}, "missing-key"),
        ({"perfscore": [1]}, "unknown-version"),
        ({"perfscore": {"a": [1]}}, "unknown-version"),
        ({"let": {"a": "missing(95%)"}}, "wrong-kind"),
    ],
    ids=str,
)
def test_rules_that_are_no_rules(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(perfscore.RuleError) as raised:
        perfscore.RuleSet.from_dict({**RULES.to_dict(), **changed})
    found = {one.code: one for one in raised.value.problems}
    assert code in found, found
    assert "Node(" not in str(found[code].to_dict("en"))
