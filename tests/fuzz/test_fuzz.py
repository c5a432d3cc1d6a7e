"""A short fuzz for every change, and Hypothesis where its values are the natural ones; `fuzz.py` is the long run.

What comes out is held to the promises that fuzz.py checks: RuleError and OutcomeError only, known codes, places, words.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import perfscore
from perfscore.finding import OutcomeError
from perfscore.formula.parse import parse
from perfscore.formula.test import parse_test
from perfscore.numbers.written import read_quantity
from perfscore.ruleset.load import from_bytes
from perfscore.scoring.outcomes import Content
from perfscore.scoring.tables import nodes_from_csv

sys.path.insert(0, str(Path(__file__).parent))

import fuzz
import mutate

ROUNDS = 60
few = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_target(target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some rounds of each; a failure names the folder with the inputs (`python tests/fuzz/fuzz.py --runs … --target …`)."""
    monkeypatch.setattr(fuzz, "SECONDS", 20.0)  # measuring coverage takes long; this only catches what never ends
    counts = fuzz.Counts()
    for k in range(ROUNDS):
        fuzz.attempt(target, f"ci/{k}", counts, tmp_path)
    assert counts.runs == ROUNDS
    assert not counts.broken, f"{dict(counts.broken)}, kept in {tmp_path}"
    assert counts.codes or target == "results", "nothing was refused: the changes are too tame"


def test_every_target_also_makes_what_is_good() -> None:
    """Fuzzing that is refused at the door tests nothing behind it."""
    good = dict.fromkeys(fuzz.TARGETS, 0)
    for target in fuzz.TARGETS:
        counts = fuzz.Counts()
        for k in range(300):
            if not counts.good:
                fuzz.attempt(target, f"good/{k}", counts, None)
        good[target] = counts.good
    assert [target for target, count in good.items() if not count] == []


def test_a_broken_promise_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks themselves: an error of Python, a call that does not end, an unknown code."""

    def wrong(_: object) -> fuzz.Made:
        return "input", lambda: (1 / 0,)  # type: ignore[return-value]

    def endless(_: object) -> fuzz.Made:
        def call() -> tuple[str, ...]:
            while True:
                pass

        return "input", call

    def strange(_: object) -> fuzz.Made:
        kind = perfscore.loads  # any attribute will do: a finding with a code of its own
        finding = type("Odd", (), {"code": "odd", "place": perfscore.Place("f", 1, 1), "kind": kind})()
        return "input", lambda: fuzz.check_findings((finding,)) or ()

    monkeypatch.setattr(fuzz, "HANGS", 0.2)
    for name, target in (("wrong", wrong), ("endless", endless), ("strange", strange)):
        monkeypatch.setitem(fuzz.TARGETS, name, target)
        counts = fuzz.Counts()
        fuzz.attempt(name, "1", counts, tmp_path)
        assert sum(counts.broken.values()) == 1, name
    kept = sorted(path.name for path in tmp_path.glob("*.txt") if path.name != "running.txt")
    assert [name.split("-")[0] for name in kept] == ["endless", "strange", "wrong"]
    assert "ZeroDivisionError" in (tmp_path / kept[2]).read_text("utf-8")


# --- values of Hypothesis -------------------------------------------------------------------------------------------

SIGNS = st.sampled_from([*mutate.SIGNS, *mutate.NAMES, *mutate.NUMBERS, *mutate.FUNCTIONS])
TEXTS = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.lists(SIGNS).map("".join), st.lists(SIGNS).map(" ".join))


@few
@given(TEXTS)
def test_formulas(text: str) -> None:
    fuzz.readable(parse, text)


@few
@given(TEXTS)
def test_tests(text: str) -> None:
    fuzz.readable(parse_test, text)


@few
@given(st.one_of(TEXTS, st.from_regex(r"[约近]?[0-9.,]{1,8} ?[万亿余多]{0,2}[家元%]{0,2}(左右|以上)?", fullmatch=True)))
def test_quantities(text: str) -> None:
    fuzz.readable(read_quantity, text)


@few
@given(st.one_of(st.binary(max_size=300), TEXTS.map(str.encode)))
def test_rule_files(content: bytes) -> None:
    fuzz.documented(lambda: from_bytes(content, "x.yaml"), "x.yaml")


@few
@given(st.binary(max_size=300), st.sampled_from(["o.yaml", "o.json", "o.csv"]))
def test_outcome_files(content: bytes, file: str) -> None:
    rules = perfscore.load("examples/minimal")
    fuzz.documented(lambda: perfscore.score(rules, Content(content, file)), file, error=OutcomeError)


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.fractions(), st.dates(), st.binary(max_size=5), st.text(), TEXTS
)
KEYS = st.one_of(st.sampled_from(mutate.KEYS), st.text(), st.integers(), st.none())
PLAIN = st.recursive(SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)), max_leaves=12)


@few
@given(st.dictionaries(KEYS, PLAIN, max_size=6))
def test_plain_rules(rules: Mapping[Any, Any]) -> None:
    fuzz.documented(lambda: perfscore.RuleSet.from_dict(rules), "plain")


@few
@given(st.dictionaries(st.one_of(KEYS, st.sampled_from(["visits", "satisfaction", "visits.value"])), PLAIN, max_size=4), PLAIN, PLAIN)
def test_plain_outcomes(more: dict[Any, Any], visits: Any, satisfaction: Any) -> None:
    given = {**more, "visits": visits, "satisfaction": satisfaction}
    result, _ = fuzz.documented(lambda: perfscore.score(perfscore.load("examples/minimal"), given), error=OutcomeError)
    if result is not None:
        fuzz.check_assessment(result)


# --- the reader of CSV, against Python's ----------------------------------------------------------------------------

CELLS = st.text(st.sampled_from('ab ,"\n\r中'), max_size=5)
NAMED = st.tuples(CELLS.map(lambda text: "i" + text), CELLS.map(lambda text: "v" + text))


def line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@few
@given(st.lists(NAMED, min_size=1, max_size=4), st.sampled_from(["\n", "\r\n", "\r"]))
def test_csv_is_read_as_python_writes_it(rows: list[tuple[str, str]], end: str) -> None:
    """Values as they were written, and each place is where its text stands."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator=end).writerows([("id", "value"), *rows])
    node, findings = nodes_from_csv(out.getvalue().encode(), "f.csv", {})
    expected = {line_ends(id).strip(): line_ends(value).strip() for id, value in reversed(rows)}  # the first of two counts
    assert node is not None and node.plain() == expected
    assert {one.code for one in findings} <= {"duplicate-outcome"}
    lines = out.getvalue().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert isinstance(node.value, dict)
    for id, one in node.value.items():
        for place, sign in ((node.keys[id], "i"), (one.place, "v")):
            assert place.line is not None and place.column is not None
            assert lines[place.line - 1][place.column - 1] == sign


@few
@given(st.text(st.sampled_from('ab,"\n\r'), max_size=40))
def test_csv_accepts_no_less_and_no_more_than_python(text: str) -> None:
    """What Python's strict reader refuses is refused, and nothing else; of what it reads no cell is lost."""
    header = "id,value\n"
    with suppress(csv.Error):
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if any(cell.strip() for cell in row)]
        wanted = {line_ends(row[0]).strip(): line_ends(row[1]).strip() for row in reversed(rows) if len(row) == 2}
        node, _ = nodes_from_csv((header + text).encode(), "f.csv", {})
        assert node is not None and node.plain() == wanted
        return
    _, findings = nodes_from_csv((header + text).encode(), "f.csv", {})
    assert "table-unreadable" in {one.code for one in findings}
