"""The documentation cannot drift: every block is loaded, scored or run, and every key, method and option has its row.

How a block in docs/*.md and docs/methods/*.md says what it is (the words behind the three back quotes):

    yaml skeleton          the small file that parts are merged into (docs/rule-file.md)
    yaml part [code …]     top keys over the skeleton, by `extends`; with codes: exactly these findings
    yaml item [code …]     one more item of the skeleton (weight 10 unless it says so); with codes: exactly these findings
    yaml rules [file]      a whole rule file, written to the page's folder and loaded (default rules.yaml)
    yaml outcomes [file]   a whole outcome file, written and scored by the rule file above it (default outcomes.yaml); where
                           no rule file stands above, a console block of the page must score it
    diff file              an edit of a file of this page: lines with - are taken out, lines with + are put in
    csv file               written as it stands
    python doctest         `>>>` lines and what they print; names live on to the next such block of the page
    python bind file       Python over `rules`, the rule file that stands above; the value of its last line stands behind the
                           last `=` of that line's comment
    console                `$ perfscore …` and what it prints, run in the page's folder; a line … stands for any lines

A table below `<!-- keys: Model -->` has one row for each key of that model; the examples in its last column are loaded.
A table below `<!-- table: name -->` is checked by the test of that name. `python tests/test_docs.py` writes what the
commands print now into the pages; read the difference before you keep it.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
import textwrap
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

import perfscore
from perfscore.cli.main import cli
from perfscore.formula import tree
from perfscore.methods.method import Method, Parameters, methods
from perfscore.methods.own import OwnMethod
from perfscore.numbers.number import read_number
from perfscore.ruleset.load import load
from perfscore.scoring.outcomes import HEADER, KEYS
from perfscore.steps import Cases

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), *sorted((DOCS / "methods").glob("*.md"))]
REFERENCE = DOCS / "rule-file.md"
MARKS = ("skeleton", "part", "item", "rules", "outcomes")


# --- reading pages --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    page: Path
    line: int  # of the opening fence, from 1
    info: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(DOCS)}:{self.line}"


@dataclass(frozen=True)
class Row:
    page: Path
    line: int
    cells: tuple[str, ...]

    def codes(self, column: int) -> list[str]:
        """What stands in back quotes in a cell."""
        return re.findall(r"`([^`]+)`", self.cells[column])

    def __str__(self) -> str:
        return f"{self.page.relative_to(DOCS)}:{self.line}:{self.cells[0]}"


def blocks(page: Path) -> list[Block]:
    found: list[Block] = []
    opened: tuple[int, str] | None = None
    lines: list[str] = []
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        if opened is None and line.startswith("```"):
            opened, lines = (number, line[3:]), []
        elif opened is not None and line == "```":
            found.append(Block(page, opened[0], tuple(opened[1].split()), "".join(one + "\n" for one in lines)))
            opened = None
        elif opened is not None:
            lines.append(line)
    assert opened is None, f"{page}:{opened}: a block is not closed"
    return found


def tables(page: Path, mark: str) -> dict[str, list[Row]]:
    """The rows of the tables below comments `<!-- mark: name -->`, by name."""
    found: dict[str, list[Row]] = {}
    name, head = "", 0
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        if match := re.fullmatch(rf"<!-- {mark}: (.+) -->", line):
            name, head = match[1], 2
            assert name not in found, f"{page}:{number}: {name} has two tables"
            found[name] = []
        elif name and line.startswith("|"):
            if head:
                head -= 1
            else:
                found[name].append(Row(page, number, tuple(cell.strip() for cell in line.strip("|").split("|"))))
        elif name and line and not head:
            name = ""
    return found


ALL_BLOCKS = [block for page in PAGES for block in blocks(page)]
SKELETON = next(block for block in ALL_BLOCKS if block.info[:2] == ("yaml", "skeleton"))
SAMPLE = next(block for block in ALL_BLOCKS if block.info[:3] == ("yaml", "outcomes", "sample.yaml"))


def test_every_yaml_block_says_what_it_is() -> None:
    unmarked = [str(block) for block in ALL_BLOCKS if block.info[:1] == ("yaml",) and block.info[1:2] not in [(mark,) for mark in MARKS]]
    assert unmarked == []


def test_pages_link_to_what_exists() -> None:
    broken = [
        f"{page.relative_to(DOCS)}: {link}"
        for page in PAGES
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if "://" not in link and not (page.parent / link).exists()
    ]
    assert broken == []


def test_links_to_sections_lead_to_a_heading() -> None:
    def slug(heading: str) -> str:
        return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")

    headings = {page: {slug(text) for text in re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)} for page in PAGES}
    broken = []
    for page in PAGES:
        for file, section in re.findall(r"\]\(([^)#\s:]*)#([^)]+)\)", page.read_text("utf-8")):
            target = (page.parent / file).resolve() if file else page
            if section not in headings.get(target, set()):
                broken.append(f"{page.relative_to(DOCS)}: {file}#{section}")
    assert broken == []


# --- parts and items over the skeleton ------------------------------------------------------------------------------


def indented(text: str, spaces: int) -> str:
    return textwrap.indent(text.rstrip("\n"), " " * spaces) + "\n"


def part_text(text: str) -> str:
    """Top keys over the skeleton."""
    keys = yaml.load(text, yaml.BaseLoader)
    header = {"perfscore": "perfscore: 1\n", "extends": "extends: ./skeleton.yaml\n"}
    return "".join(line for key, line in header.items() if key not in keys) + text.rstrip("\n") + "\n"


def item_text(text: str) -> str:
    """One more item, the total raised by its weight."""
    keys = yaml.load(text, yaml.BaseLoader)
    own = {"id": "id: sample", "label": "label: 示例指标"}
    if "weight" not in keys and "cap" not in keys and not keys.get("floor", "0").startswith("-"):
        own["weight"] = "weight: 10"
    group = "children" in keys or "open" in keys
    if group:
        own["weight"] = "weight: 10"
    if "method" not in keys and not group:
        own["method"] = "method: {type: ratio, above: cap}"
        own["target"] = 'target: ">= 10"'
    weight = int(keys.get("weight", "10" if "weight" in own else "0"))
    lines = "".join(f"    {line}\n" for key, line in own.items() if key not in keys)
    body = indented(text, 4)
    if text.startswith("{"):
        body = "".join(f"    {line}\n" for line in _flow_keys(text))
    return part_text(f"total: {{weight: {100 + weight}}}\nindicators:\n  - \n{lines}{body}")


def _flow_keys(text: str) -> Iterator[str]:
    """`{a: 1, b: [2]}` as one line a key."""
    root = yaml.compose(text, yaml.BaseLoader)
    assert isinstance(root, yaml.MappingNode)
    for key, value in root.value:
        yield text[key.start_mark.index : value.end_mark.index]


def problems_of(text: str, folder: Path) -> list[str]:
    """The codes of what is wrong with a part."""
    (folder / "skeleton.yaml").write_text(SKELETON.text, "utf-8")
    (folder / "part.yaml").write_text(text, "utf-8")
    try:
        load(folder / "part.yaml")
    except perfscore.RuleError as error:
        return [problem.code for problem in error.problems]
    return []


PARTS = [block for block in ALL_BLOCKS if block.info[:2] in (("yaml", "part"), ("yaml", "item"))]


@pytest.mark.parametrize("block", PARTS, ids=str)
def test_parts_load(block: Block, tmp_path: Path) -> None:
    text = part_text(block.text) if block.info[1] == "part" else item_text(block.text)
    assert sorted(problems_of(text, tmp_path)) == sorted(block.info[2:]), text


# --- whole files and commands, in the order of the page ---------------------------------------------------------------


def walk(page: Path, folder: Path) -> Iterator[tuple[Block, str, str]]:
    """Do what a page says, block by block; yields each console block with what was expected and what was printed."""
    rules: perfscore.RuleSet | None = None
    names: dict[str, Any] = {}
    for block in blocks(page):
        match block.info:
            case ("yaml", "rules" | "skeleton", *file):
                path = folder / (file[0] if file else "skeleton.yaml" if block.info[1] == "skeleton" else "rules.yaml")
                path.write_text(block.text, "utf-8")
                rules = load(path)
            case ("yaml", "outcomes", *file):
                path = folder / (file[0] if file else "outcomes.yaml")
                path.write_text(block.text, "utf-8")
                used = any(path.name in other.text for other in blocks(page) if other.info == ("console",))
                assert rules is not None or used, f"{block}: nothing on this page scores these outcomes"
                if rules is not None:
                    perfscore.score(rules, path)
            case ("python", "bind", file):
                assert told_value(block, load(folder / file)), block
            case ("python", "doctest"):
                shell(block, names)
            case ("csv", file):
                (folder / file).write_text(block.text, "utf-8")
            case ("diff", file):
                edit(folder / file, block)
            case ("console", *_):
                yield block, block.text, "".join(f"$ {command}\n{run(command, folder)}" for command in commands(block))


def told_value(block: Block, rules: perfscore.RuleSet) -> bool:
    """Whether the last line of a Python block gives what its comment says."""
    *lines, last = block.text.splitlines()
    names: dict[str, Any] = {"perfscore": perfscore, "rules": rules}
    exec("\n".join(lines), names)
    code, _, comment = last.partition("#")
    return bool(eval(code, names) == read_number(comment.rpartition("=")[2].strip()))


def shell(block: Block, names: dict[str, Any]) -> None:
    """Run a block as Python's own doctest does; what it defines stays in `names`."""
    test = doctest.DocTestParser().get_doctest(block.text, names, str(block), str(block.page), block.line)
    told: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(test, out=told.append, clear_globs=False)
    names.update(test.globs)
    assert not runner.failures, "".join(told)


def commands(block: Block) -> list[str]:
    found = [line[2:] for line in block.text.splitlines() if line.startswith("$ ")]
    assert found and block.text.startswith("$ "), f"{block}: no command"
    return found


def run(command: str, folder: Path) -> str:
    """What a command prints, on both channels, with its exit code where it is not 0."""
    words = shlex.split(command)
    if words[0] == "cp":
        (folder / words[2]).write_bytes((folder / words[1]).read_bytes())
        return ""
    assert words[0] == "perfscore", command
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-m", "perfscore", *words[1:]], cwd=folder, env=environment, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1, 2), done.stdout
    return done.stdout.replace(str(folder) + "/", "").replace(str(ROOT) + "/", "")


def edit(path: Path, block: Block) -> None:
    """Lines with a space or a minus must stand in the file once, in this order; they become those with a space or a plus."""
    before = "".join(line[1:] + "\n" for line in block.text.splitlines() if line[:1] != "+")
    after = "".join(line[1:] + "\n" for line in block.text.splitlines() if line[:1] != "-")
    text = path.read_text("utf-8")
    assert text.count(before) == 1, f"{block}: stands {text.count(before)} times in the file:\n{before}"
    path.write_text(text.replace(before, after), "utf-8")


def agrees(expected: str, printed: str) -> bool:
    """Line by line; trailing spaces do not count; a line … stands for any lines."""
    parts = [re.escape(line.rstrip()) if line.strip() != "…" else None for line in expected.rstrip().splitlines()]
    pattern = "".join(r"(?:.*\n)*?" if part is None else part + r"\n" for part in parts)
    text = "".join(line.rstrip() + "\n" for line in printed.rstrip().splitlines())
    return re.fullmatch(pattern, text) is not None


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=lambda page: str(page.relative_to(DOCS)))
def test_pages_do_what_they_say(page: Path, tmp_path: Path) -> None:
    for block, expected, printed in walk(page, tmp_path):
        assert agrees(expected, printed), f"{block}\n--- the page says\n{expected}\n--- printed\n{printed}"


def test_the_tutorial_meets_a_mistake_and_its_message() -> None:
    page = DOCS / "tutorial.md"
    printed = "".join(block.text for block in blocks(page) if block.info[0] == "console")
    found = re.search(r"my-rules\.yaml:(\d+):(\d+)  ([a-z-]+): ", printed)
    assert found is not None
    assert f"**line {found[1]}**, **column {found[2]}**; a code, `{found[3]}`" in page.read_text("utf-8")


# --- every key has its row, and every example loads -----------------------------------------------------------------


def models() -> dict[str, type[Parameters]]:
    """Every mapping that a rule file may hold."""
    methods()
    found: dict[str, type[Parameters]] = {}
    waiting: list[type[Parameters]] = [Parameters]
    while waiting:
        for one in waiting.pop().__subclasses__():
            if one is OwnMethod:  # what rule files define themselves
                continue
            waiting.append(one)
            if one is not Method and one.__module__.startswith("perfscore."):
                found[one.__name__] = one
    return found


def keys_of(one: type[Parameters]) -> list[str]:
    return [field.alias or name for name, field in one.model_fields.items()]


KEYS_TABLES = {page: tables(page, "keys") for page in PAGES}
IN_REFERENCE = KEYS_TABLES[REFERENCE]

# where an example of a model's key stands in a rule file: the lines above it, and how far it is indented
PLACES: dict[str, tuple[str, int]] = {
    "RuleModel": ("", 0),
    "SourceModel": ("source:\n", 2),
    "Valid": ("valid:\n", 2),
    "RoundingModel": ("rounding:\n", 2),
    "StageModel": ("rounding:\n  rate:\n", 4),
    "InputModel": ("inputs:\n  sample:\n", 4),
    "CellModel": ("inputs:\n  sample:\n    type: table\n    columns:\n      only:\n", 8),
    "OwnMethodModel": ("methods:\n  sample:\n", 4),
    "TotalModel": ("total:\n", 2),
    "DefaultsModel": ("defaults:\n", 2),
    "GateModel": ("gates:\n  -\n", 4),
    "FlagModel": ("flags:\n  -\n", 4),
    "RatingModel": ("rating:\n  -\n", 4),
    "ExampleModel": ("examples:\n  -\n", 4),
    "WaiverModel": ("waivers:\n  -\n", 4),
}


BELOW_AN_ITEM = {"NotApplicableModel": "not_applicable", "OverrideModel": "override", "OpenModel": "open"}


def example_text(name: str, example: str) -> str:
    """The rule file that an example of a model's key stands in."""
    if name in PLACES:
        above, spaces = PLACES[name]
        return part_text(above + indented(example, spaces))
    if name in BELOW_AN_ITEM:
        return item_text(f"{BELOW_AN_ITEM[name]}:\n" + indented(example, 2))
    return item_text(example)


def holds(value: Any, key: str) -> bool:
    if isinstance(value, dict):
        return key in value or any(holds(one, key) for one in value.values())
    return isinstance(value, list) and any(holds(one, key) for one in value)


@pytest.mark.parametrize("name", sorted(models()))
def test_every_key_has_its_row(name: str) -> None:
    assert name in IN_REFERENCE, f"docs/rule-file.md has no table <!-- keys: {name} -->"
    assert [row.codes(0)[0] for row in IN_REFERENCE[name]] == keys_of(models()[name])


@pytest.mark.parametrize("type", sorted(methods()))
def test_every_method_has_its_page_with_every_parameter(type: str) -> None:
    page, method = DOCS / "methods" / f"{type}.md", methods()[type]
    assert page.exists()
    own = KEYS_TABLES[page]
    assert [row.codes(0)[0] for row in own[method.__name__]] == keys_of(method)
    chinese, _ = method.names
    assert page.read_text("utf-8").splitlines()[0] == f"# {type} {chinese}"
    assert f"(methods/{type}.md)" in REFERENCE.read_text("utf-8")


EXAMPLES = [
    pytest.param(name, row, example, id=f"{row}:{k}")
    for page in PAGES
    for name, rows in KEYS_TABLES[page].items()
    if not name.startswith("outcome")  # these are scored: test_examples_of_outcomes_are_scored
    for row in rows
    for k, example in enumerate(row.codes(-1))
]


@pytest.mark.parametrize("name, row, example", EXAMPLES)
def test_examples_of_keys_load(name: str, row: Row, example: str, tmp_path: Path) -> None:
    text = example_text(name, example)
    assert problems_of(text, tmp_path) == [], text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_rows_have_an_example_of_their_key(page: Path) -> None:
    rows = [(name, row) for name, rows in KEYS_TABLES[page].items() for row in rows]
    without = [str(row) for _, row in rows if not any(holds(yaml.load(one, yaml.BaseLoader), row.codes(0)[0]) for one in row.codes(-1))]
    assert without == []


@pytest.mark.parametrize("name", sorted(models()))
def test_rows_name_every_word_that_a_key_takes(name: str) -> None:
    def words(annotation: Any) -> Iterator[str]:
        if typing.get_origin(annotation) is typing.Literal:
            yield from ("true" if word is True else str(word) for word in typing.get_args(annotation))
        else:
            for one in typing.get_args(annotation):
                yield from words(one)

    lacking = []
    for row, field in zip(IN_REFERENCE.get(name, []), models()[name].model_fields.values(), strict=True):
        told = " ".join(row.cells)
        lacking += [f"{row}: {word}" for word in words(field.annotation) if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", told)]
    assert lacking == []


# --- methods: the cases of their pages --------------------------------------------------------------------------------


@pytest.mark.parametrize("type", sorted(methods()))
def test_pages_of_methods_list_every_case(type: str, tmp_path: Path) -> None:
    """The reasons in the table of cases are those that the page's own examples compile to; a level or row gives its own."""
    page = DOCS / "methods" / f"{type}.md"
    listed = {code for row in tables(page, "table")["cases"] for code in row.codes(0)}
    texts = [item_text(block.text) for block in blocks(page) if block.info == ("yaml", "item")]
    texts += [example_text(name, example) for name, rows in KEYS_TABLES[page].items() for row in rows for example in row.codes(-1)]
    (tmp_path / "skeleton.yaml").write_text(SKELETON.text, "utf-8")

    def plain(codes: set[str]) -> set[str]:
        return {re.sub(r"^(row|case)_\d+$", r"\1_k", code) for code in codes}

    own: set[str] = set()
    written: set[str] = set()
    for text in texts:
        (tmp_path / "part.yaml").write_text(text, "utf-8")
        rules = load(tmp_path / "part.yaml")
        written |= set(re.findall(r"(?:reason|id): (\w+)", text))
        for name, step in rules.steps.items():
            points = name == "sample:earned" or (name.startswith("sample.") and name.endswith(":points"))
            if points and isinstance(step.node, Cases):
                own |= {case.reason for case in step.node.cases}
    outside = {"not_applicable", "missing"}  # of the item, not of the method
    assert plain(own - written) - outside == plain(listed - written)


# --- the other tables of the reference -------------------------------------------------------------------------------


TABLES = tables(REFERENCE, "table")


def scored(item: str, outcome: str | None, tmp_path: Path, rounding: str = "") -> Fraction:
    """The points of one more item of the skeleton, with the sample outcomes; `rounding` of a result that may be irrational."""
    (tmp_path / "skeleton.yaml").write_text(SKELETON.text, "utf-8")
    (tmp_path / "part.yaml").write_text(item_text(item) + rounding, "utf-8")
    outcomes = dict(yaml.load(SAMPLE.text, yaml.BaseLoader)["outcomes"])
    if outcome is not None:
        outcomes["sample"] = outcome
    return perfscore.score(load(tmp_path / "part.yaml"), outcomes)["sample"].points


@pytest.mark.parametrize("row", TABLES["functions"], ids=str)
def test_functions(row: Row, tmp_path: Path) -> None:
    (example,), (gives,) = row.codes(2), row.codes(3)
    formula = f"1 if ({example}) else 0" if gives in ("true", "false") else example
    item = f'weight: 0\nfloor: -1000000\ncap: 1000000\nmethod: {{type: formula, points: "{formula}"}}'
    expected = Fraction(gives == "true") if gives in ("true", "false") else read_number(gives)
    assert scored(item, None, tmp_path, "rounding: {item: 6}\n") == expected


def test_every_function_has_its_row() -> None:
    assert [row.codes(0)[0].split("(")[0] for row in TABLES["functions"]] == [*tree.FUNCTIONS, *tree.REFERENCES]


@pytest.mark.parametrize("row", TABLES["combines"], ids=str)
def test_combines(row: Row, tmp_path: Path) -> None:
    """Each combine gives what its row says of the group in the heading."""
    (combine,) = row.codes(0)
    child = "method: {type: formula, points: weight * actual}"
    text = f"""\
perfscore: 1
id: combines
total: 40
rounding: {{group: 2}}
indicators:
  - {{id: group, weight: 40, combine: {combine}, children: [{{id: a, weight: 10, {child}}}, {{id: b, weight: 30, {child}}}]}}
rating: [{{id: passed, is: ">= 0"}}, {{id: failed, is: "< 0"}}]
"""
    assert perfscore.score(perfscore.loads(text), {"a": "0.8", "b": "0.6"})["group"].points == read_number(row.cells[2])


def test_every_combine_has_its_row() -> None:
    from perfscore.ruleset.groups import MEANS

    assert [row.codes(0)[0] for row in TABLES["combines"]] == ["sum", *MEANS]


@pytest.mark.parametrize("row", TABLES["operators"], ids=str)
def test_operators(row: Row, tmp_path: Path) -> None:
    test_functions(row, tmp_path)


SUBJECTS = {
    "a number": "{grid: 0.1",
    "in %": '{unit: "%"',
    "a choice": "{type: choice, values: [east, west, middle]",
    "a date": "{type: date",
}


@pytest.mark.parametrize("row", TABLES["tests"], ids=str)
def test_tests(row: Row, tmp_path: Path) -> None:
    """Each test of the table holds for the values of one column and for none of the other."""
    (test,) = row.codes(0)
    subject = SUBJECTS[row.cells[1]]
    asked = "special: [{when: missing(actual), points: 0}]"
    item = f"{subject}, {asked}, method: {{type: table, rows: [[{test}, 1]], otherwise: 0}}}}"
    assert [scored(item, value, tmp_path) for value in row.codes(2)] == [1] * len(row.codes(2))
    assert [scored(item, value, tmp_path) for value in row.codes(3)] == [0] * len(row.codes(3))


@pytest.mark.parametrize("row", TABLES["quantities"], ids=str)
def test_quantities(row: Row) -> None:
    from perfscore.numbers.written import read_quantity

    (written,), (value, *unit), between = row.codes(0), row.codes(1), row.codes(2)
    found = read_quantity(written)
    assert found.value == read_number(value)
    assert (found.unit.text if found.unit else None) == (unit[0] if unit else None)
    low, high = between or [value, value]
    assert (found.low, found.high) == (read_number(low), read_number(high))


@pytest.mark.parametrize("row", TABLES["refused quantities"], ids=str)
def test_refused_quantities(row: Row) -> None:
    from perfscore.finding import Unreadable
    from perfscore.numbers.written import read_quantity

    for written in row.codes(0):
        with pytest.raises(Unreadable):
            read_quantity(written)


@pytest.mark.parametrize("row", TABLES["dates"], ids=str)
def test_dates(row: Row) -> None:
    from perfscore.numbers.date import read_date

    for written in row.codes(0):
        found = read_date(written)
        assert [str(found.first), str(found.last)] == row.codes(1)


@pytest.mark.parametrize("row", TABLES["units"], ids=str)
def test_units(row: Row) -> None:
    """All words of a row are of one dimension, and the equation in the last column holds."""
    from perfscore.numbers.unit import convert, read_unit
    from perfscore.numbers.written import read_quantity

    units = [read_unit(word) for word in row.codes(1)]
    assert len({unit.dimension for unit in units}) == 1
    for equation in row.codes(2):
        left, right = (read_quantity(side.strip()) for side in equation.split("="))
        to = right.unit
        assert left.unit is not None and to is not None
        value = left.value if left.unit.is_ratio else convert(left.value, left.unit, to)
        assert value == right.value, equation


def test_units_cover_every_known_dimension() -> None:
    from perfscore.numbers import unit

    known = {one.dimension for one in unit._KNOWN.values() if one.dimension not in ("千瓦", "千瓦时", "千伏", "千伏安", "千帕", "百帕")}
    known -= {"千卡", "千焦", "百分制", "百分率"}
    assert {unit.read_unit(word).dimension for row in TABLES["units"] for word in row.codes(1)} >= known


def test_rounding_modes() -> None:
    from perfscore.numbers.rounding import MODES, round_to

    assert [row.codes(0)[0] for row in TABLES["modes"]] == list(MODES)
    numbers = [Fraction(text) for text in ("2.4", "2.5", "2.6", "3.5", "-2.5")]
    for row in TABLES["modes"]:
        told = [read_number(cell) for cell in row.cells[-5:]]
        assert told == [round_to(x, Fraction(1), row.codes(0)[0]) for x in numbers], row  # type: ignore[arg-type]


def test_limits() -> None:
    from perfscore.numbers import number
    from perfscore.readings import exact
    from perfscore.ruleset import places

    limits = (
        tree.MAX_LENGTH, tree.MAX_DEPTH, tree.MAX_NODES, tree.MAX_POWER, number.MAX_LENGTH, number.MAX_EXPONENT, exact.MAX_BITS,
        places.MAX_TEXT, places.MAX_DEPTH, places.MAX_NODES, places.MAX_SCALAR, places.MAX_FINDINGS,
    )  # fmt: skip
    assert [row.cells[1] for row in TABLES["limits"]] == [str(limit) for limit in limits]


def test_reserved_words() -> None:
    from perfscore.ruleset import scope

    text = REFERENCE.read_text("utf-8")
    listed = re.search(r"Reserved words[^:]*: (.+?)\n\n", text, re.S)
    assert listed is not None
    assert set(re.findall(r"`([^`]+)`", listed[1])) == scope._RESERVED


# --- outcomes ---------------------------------------------------------------------------------------------------------


def test_every_key_of_outcomes_has_its_row() -> None:
    assert [row.codes(0)[0] for row in IN_REFERENCE["outcome file"]] == list(HEADER)
    rows = [row.codes(0)[0] for row in IN_REFERENCE["outcome"]]
    assert rows[: len(KEYS)] == list(KEYS)
    assert rows[len(KEYS) :] == ["grade", "share", "points", "override", "peer_mean", "made"]


def outcome_section() -> tuple[perfscore.RuleSet, str]:
    """The rules of the section on outcome files, and its outcomes."""
    named = {block.info[-1]: block.text for block in blocks(REFERENCE)}
    return perfscore.loads(named["outcome-rules.yaml"]), named["outcomes.yaml"]


@pytest.mark.parametrize("row", TABLES["outcome findings"], ids=str)
def test_outcome_findings(row: Row) -> None:
    rules, text = outcome_section()
    whole = yaml.load(text, yaml.BaseLoader)
    whole["outcomes"].update(yaml.load(row.codes(0)[0], yaml.BaseLoader))
    try:
        found = [finding.code for finding in perfscore.score(rules, whole).warnings]
    except perfscore.OutcomeError as error:
        found = [finding.code for finding in error.problems]
    assert found == [row.codes(1)[0]]


@pytest.mark.parametrize("row", [*IN_REFERENCE["outcome file"], *IN_REFERENCE["outcome"]], ids=str)
def test_examples_of_outcomes_are_scored(row: Row) -> None:
    """Each example over the outcomes of the section's own rule file."""
    rules, text = outcome_section()
    for example in row.codes(-1):
        whole = yaml.load(text, yaml.BaseLoader)
        given = yaml.load(example, yaml.BaseLoader)
        if row in IN_REFERENCE["outcome file"]:
            whole.update({key: value for key, value in given.items() if key != "outcomes"})
            given = given.get("outcomes", {})
        for id, one in given.items():
            assert id in whole["outcomes"], example
            whole["outcomes"][id] = one
        result = perfscore.score(rules, whole)
        assert 0 <= result.total <= result.full


# --- commands -----------------------------------------------------------------------------------------------------------


def verbs(group: click.Group, above: str = "perfscore") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from verbs(command, f"{above} {name}")
        else:
            yield f"{above} {name}", command


@pytest.mark.parametrize("verb, command", [pytest.param(verb, one, id=verb) for verb, one in [("perfscore", cli), *verbs(cli)]])
def test_every_verb_and_option_has_its_row(verb: str, command: click.Command) -> None:
    rows = {code for row in TABLES["commands"] if row.codes(0)[0] == verb for code in row.codes(1)}
    arguments = [one.name.upper() for one in command.params if isinstance(one, click.Argument) and one.name]
    options = [one.opts[-1] for one in command.params if isinstance(one, click.Option)]
    assert sorted(rows) == sorted([*arguments, *options])


# --- Python -----------------------------------------------------------------------------------------------------------


PYTHON = tables(DOCS / "python.md", "names")


def test_every_public_name_is_told() -> None:
    text = (DOCS / "python.md").read_text("utf-8")
    assert [name for name in perfscore.__all__ if not re.search(rf"`(?:perfscore\.)?{name}\b", text)] == []
    functions = [row.codes(0)[0].split("(")[0] for row in PYTHON["functions"]]
    assert sorted(functions) == sorted(name for name in perfscore.__all__ if name[0].islower())


@pytest.mark.parametrize("name, inner", [("RuleSet", {"steps", "model", "document", "by_rank", "total"}), ("Finding", {"kind"}),
                                         ("Assessment", {"get", "keys", "values", "items", "number", "value", "evaluation_of", "by_code"})])  # fmt: skip  # noqa: E501
def test_every_public_member_is_told(name: str, inner: set[str]) -> None:
    """`inner`: what others of the library use, and what any mapping has."""
    one = getattr(perfscore, name)
    public = {member for member in (*dir(one), *getattr(one, "__dataclass_fields__", ())) if not member.startswith("_")} - inner
    told = {code.split("(")[0].removeprefix(f"{name}.") for row in PYTHON[name] for code in row.codes(0)} - {"result[id]"}
    assert told == public - ({"total"} if name == "RuleSet" else set())


# --- words --------------------------------------------------------------------------------------------------------------


def json_keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from json_keys(one)
    elif isinstance(value, list):
        for one in value:
            yield from json_keys(one)


def test_words_are_those_of_the_files_and_the_results(tmp_path: Path) -> None:
    """Every word told as a key is one; each 中文 and each key stands once."""
    rows = tables(DOCS / "words.md", "table")["words"]
    chinese = [row.cells[0] for row in rows]
    assert len(set(chinese)) == len(chinese)
    assert all(len(row.cells) == 4 and all(row.cells) for row in rows)
    rule_keys = {key for one in models().values() for key in keys_of(one)} | set(methods())
    rule_words = {word for one in IN_REFERENCE.values() for row in one for cell in row.cells for word in re.findall(r"[\w-]+", cell)}
    outcome_keys = {*HEADER, *KEYS, "grade", "share", "points", "override", "peer_mean"}
    result = perfscore.score(perfscore.load("examples/street-office-2024"), ROOT / "examples" / "street-office-2024" / "outcomes.yaml")
    told = {*json_keys({**result.to_dict("zh"), "outcomes": {}})}
    known = {"file": rule_keys | rule_words, "outcomes": outcome_keys, "JSON": told}
    wrong = []
    for row in rows:
        for where in row.cells[2].split(", "):
            if where in known:
                wrong += [f"{row}: {key} is no word of {where}" for key in row.codes(1) if key not in known[where]]
            else:
                assert where in ("code", "formula", "text"), f"{row}: {where}"
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_pages_name_no_machine(page: Path) -> None:
    assert re.search(r"/(?:root|home|tmp|work)/", page.read_text("utf-8")) is None


def update() -> None:
    """Write what the commands print now into the pages."""
    import tempfile

    for page in PAGES:
        lines = page.read_text("utf-8").splitlines(keepends=True)
        changed: list[tuple[Block, str]] = []
        with tempfile.TemporaryDirectory() as folder:
            changed = [(block, printed) for block, expected, printed in walk(page, Path(folder)) if not agrees(expected, printed)]
        for block, printed in reversed(changed):
            print(block)
            lines[block.line : block.line + block.text.count("\n")] = [line.rstrip() + "\n" for line in printed.rstrip().splitlines()]
        page.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    update()
