"""Every way of turning outcomes into points seen in real rules: a small rule file, its worked figure.

One file an idiom under `rules/`; README.md says how to read it. Figures were worked by hand from the rules' texts, none by perfscore.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import perfscore
from perfscore.numbers.number import read_number
from perfscore.readings.code import Elsewhere, compile_steps
from perfscore.readings.exact import BROKEN, evaluate
from perfscore.ruleset.places import read_nodes
from perfscore.ruleset.ruleset import RATING
from perfscore.scoring.assessment import program
from perfscore.scoring.outcomes import read_outcomes

RULES = Path(__file__).parent / "rules"
NUMBERS = {*range(1, 44), 46, *range(48, 79), *range(80, 85)} - {32}  # 32: its text has no formula
ROOTS = {42}  # a root is decided by the exact reading alone
AS_WRITTEN = "as_written"
WORDS = {"rating", "reasons", "flags", "gates", "error"}
FIGURE = re.compile(r"[-−]?\d+(?:\.\d+)?(?:\s?%)?")


@dataclass(frozen=True)
class Row:
    """One worked figure: the answer that one variant of an idiom's rule file must give."""

    file: str
    number: int
    variant: str
    place: int
    outcomes: Mapping[str, Any]
    answer: Mapping[str, Any]
    figure: str
    why: str

    @property
    def id(self) -> str:
        return f"{self.file}{'' if self.variant == AS_WRITTEN else '[' + self.variant + ']'}-row{self.place}"


def read(path: Path) -> dict[str, Any]:
    """A file as plain texts, read as strictly as a rule file: every number stays the text that was written."""
    node, problems = read_nodes(path.read_text(encoding="utf-8"), path.name)
    assert node is not None and not problems, problems
    plain = node.plain()
    assert isinstance(plain, dict)
    return plain


FILES = {path.stem: read(path) for path in sorted(RULES.glob("*.yaml"))}


def answer_of(written: Any) -> dict[str, Any]:
    """A number alone is the total."""
    return dict(written) if isinstance(written, dict) else {"total": written}


def rows_of(file: str, idiom: Mapping[str, Any]) -> list[Row]:
    variants = list(idiom.get("variants", [AS_WRITTEN]))
    found = []
    for place, row in enumerate(idiom["rows"], 1):
        answers = row.get("answers") or dict.fromkeys(variants, row["expect"])
        texts = row.get("figure", ""), row.get("why", "")
        for variant, answer in answers.items():
            found.append(Row(file, int(idiom["idiom"]), variant, place, row["outcomes"], answer_of(answer), *texts))
    return found


ROWS = [row for file, idiom in FILES.items() for row in rows_of(file, idiom)]
REFUSED = [(file, k, one) for file, idiom in FILES.items() for k, one in enumerate(idiom.get("refused", []), 1)]
rows = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)


@pytest.fixture(scope="session")
def load(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Any], perfscore.RuleSet]:
    """The rule file of an idiom with what a variant changes laid over it by `extends`."""
    folder = tmp_path_factory.mktemp("idioms")

    def from_file(file: str, change: Mapping[str, Any] | None) -> perfscore.RuleSet:
        base = folder / f"{file}.json"
        base.write_text(json.dumps(FILES[file]["rules"], ensure_ascii=False), encoding="utf-8")
        if not change:
            return perfscore.load(base)
        over = folder / f"{file}.over.json"
        over.write_text(json.dumps({"perfscore": 1, "extends": f"./{base.name}", **change}, ensure_ascii=False), encoding="utf-8")
        return perfscore.load(over)

    @cache
    def variant(file: str, name: str) -> perfscore.RuleSet:
        return from_file(file, None if name == AS_WRITTEN else FILES[file]["variants"][name])

    return lambda file, change: variant(file, change) if isinstance(change, str) else from_file(file, change)


def number(written: str) -> Fraction | None:
    return None if written == "none" else read_number(written)


def figures(answer: Mapping[str, Any]) -> dict[str, Fraction | None]:
    """The numbers of an answer: of items, groups, named quantities and the total."""
    return {name: number(text) for name, text in answer.items() if name not in WORDS}


def everything(rules: perfscore.RuleSet) -> list[str]:
    """The steps with the final points of every item and group, and the rating."""
    return [*(one.points for one in (rules.items | rules.groups).values()), RATING]


def steps_of(rules: perfscore.RuleSet, answer: Mapping[str, Any]) -> dict[str, Fraction]:
    """What an answer says of the steps: by step, its number; the rating by its rank."""
    scored = rules.items | rules.groups
    found = {scored[name].points if name in scored else name: value for name, value in figures(answer).items() if value is not None}
    return found | ({RATING: Fraction(rules.level(answer["rating"]).rank)} if "rating" in answer else {})


@rows
def test_score(load, row) -> None:
    rules = load(row.file, row.variant)
    if "error" in row.answer:
        with pytest.raises(perfscore.OutcomeError) as refused:
            perfscore.score(rules, row.outcomes)
        assert {problem.code for problem in refused.value.problems} == {row.answer["error"]}, row.why
        return
    result = perfscore.score(rules, row.outcomes)
    for name, expected in figures(row.answer).items():
        found = result.total if name == "total" else result[name].points if name in result else result.value(name)
        assert found == expected, f"{name}: {found}, expected {expected} ({row.figure or row.why})"
    if "rating" in row.answer:
        assert result.rating.id == row.answer["rating"], row.figure or row.why
    for item, reason in row.answer.get("reasons", {}).items():
        assert result[item].reason == reason, row.figure or row.why
    for key in ("flags", "gates"):
        if key in row.answer:
            assert [held.id for held in getattr(result, key)] == row.answer[key], row.figure or row.why


@rows
def test_exact_reading(load, row) -> None:
    """The reference reading alone, over the steps: what `score` builds on it plays no part."""
    rules = load(row.file, row.variant)
    outcomes, problems = read_outcomes(rules, row.outcomes)
    if problems:
        assert {problem.code for problem in problems} == {row.answer.get("error")}, row.why
        return
    evaluation = evaluate(program(rules), outcomes.values, everything(rules))
    if "error" in row.answer:
        assert any(evaluation.value(name) is BROKEN for name in everything(rules)), row.why
        return
    for name, expected in steps_of(rules, row.answer).items():
        assert evaluation.value(name) == expected, f"{name} ({row.figure or row.why})"
    for item, reason in row.answer.get("reasons", {}).items():
        cases = rules.steps[rules.items[item].cases].node.cases
        assert cases[evaluation.fired[rules.items[item].cases]].reason == reason, row.figure or row.why


@rows
def test_code_reading(load, row) -> None:
    """The generated function gives the same figures by itself, and leaves every error to the exact reading."""
    rules = load(row.file, row.variant)
    outcomes, problems = read_outcomes(rules, row.outcomes)
    expected = None if "error" in row.answer else steps_of(rules, row.answer)
    if problems:
        assert expected is None, "nothing to run: it could not be read"
        return
    wanted = everything(rules) if expected is None else list(expected)
    compiled = compile_steps(rules.steps, wanted)
    if compiled is None:
        assert row.number in ROOTS, "no function could be made"
        return
    exact = evaluate(program(rules), outcomes.values, compiled.lists)
    lists = {name: exact.value(name) for name in compiled.lists}
    if expected is None or row.number in ROOTS:
        with pytest.raises(Elsewhere):
            compiled.run(outcomes.values, lists)
        return
    result = compiled.run(outcomes.values, lists)
    assert {name: result.value(k) for k, name in enumerate(wanted)} == expected, row.figure or row.why


@pytest.mark.parametrize(("file", "k", "one"), REFUSED, ids=[f"{file}-refused{k}" for file, k, _ in REFUSED])
def test_what_a_text_leaves_open_does_not_load(load, file, k, one) -> None:
    with pytest.raises(perfscore.RuleError) as refused:
        load(file, one["change"])
    assert {problem.code for problem in refused.value.problems} == {one["error"]}, one["why"]


def test_every_idiom_has_its_row() -> None:
    assert {int(idiom["idiom"]) for idiom in FILES.values()} == NUMBERS
    assert sorted(int(idiom["idiom"]) for idiom in FILES.values()) == sorted(NUMBERS), "one file each"
    assert [file for file, idiom in FILES.items() if not file.startswith(f"{int(idiom['idiom']):02}-")] == []


@pytest.mark.parametrize("file", FILES)
def test_every_variant_is_scored_and_a_figure_is_cited(file) -> None:
    """Each variant has a row, each row its arithmetic or a worked figure, each idiom at least one figure."""
    of_file = [row for row in ROWS if row.file == file]
    assert {row.variant for row in of_file} == set(FILES[file].get("variants", [AS_WRITTEN]))
    assert any(row.figure for row in of_file)
    assert all(row.figure or row.why for row in of_file)
    assert len(FILES[file].get("variants", [AS_WRITTEN])) == 1 or FILES[file]["choice"], "variants: what is the choice?"


@pytest.mark.parametrize("row", [row for row in ROWS if row.figure and "error" not in row.answer], ids=lambda row: row.id)
def test_an_expected_number_stands_in_its_figure(row) -> None:
    """A figure cited beside a row is the figure of that row."""
    printed = {read_number(text.replace("−", "-").replace(" ", "")) for text in FIGURE.findall(f"{row.figure} {row.why}")}
    texts = f"{row.figure} {row.why}"
    shown = [value in printed or text in texts for text, value in _shown(row)]
    assert any(shown), f"{row.answer} is not in “{texts}”"


def _shown(row: Row) -> list[tuple[str, Fraction | None]]:
    return [(str(row.answer[name]), value) for name, value in figures(row.answer).items()] + [
        (row.answer[key], None) for key in ("rating",) if key in row.answer
    ]
