"""docs/json.md lists every key that the JSON has, no other, with its true type and an example that a run gave."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner

from perfscore.cli.main import cli

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "json.md"
EXAMPLES = ("minimal", "liwan-justice-2024", "street-office-2024")
# What the three examples do not have: parts of a source, a flag about the whole, outcomes without a header, warnings,
# a better case that asks for what was not reported.
MORE_RULES = """\
perfscore: 1
id: more
total: 100
indicators:
  - {id: visits, label: 走访企业, unit: 家, grid: 1, target: ">= 50", weight: 50, method: pass_fail,
     source: {number: 财预〔2020〕10号, address: 政策文件库}}
  - {id: satisfaction, label: 企业满意度, unit: "%", target: ">= 90%", weight: 30, method: pass_fail}
  - {id: ledger, label: 建立台账, type: yes_no, missing: 0, weight: 10, method: pass_fail}
  - {id: form, label: 办理方式, type: choice, target: [online, hall], weight: 10, method: pass_fail,
     values: {online: 网上, hall: 大厅, post: 邮寄}}
gates: [{id: no_ledger, when: missing(ledger), on: [visits], at_least: 10, because: 未建台账的另行核实}]
flags: [{id: low_total, when: total < 60, because: 总分偏低}]
rating: [{id: passed, label: 合格, is: ">= 60"}, {id: failed, label: 不合格, is: "< 60"}]
"""
# A case that asks for one of two things beside a third, and one that asks for either of two.
WAYS_RULES = """\
perfscore: 1
id: ways
total: 10
inputs: {signed: {label: 已签字, type: yes_no}, sealed: {label: 已盖章, type: yes_no}}
indicators:
  - {id: filing, label: 归档, type: yes_no, weight: 10, method: {type: formula, otherwise: 0, cases: [
     {when: actual and (signed or sealed), points: weight}, {when: signed or sealed, points: 5}]}}
rating: [{id: any, label: 合格, is: any}]
"""
# A table with a list of marks, points that a person set with a code, a root; and a rating without a number.
TABLE_RULES = """\
perfscore: 1
id: table
total: 100
rounding: {item: 2}
inputs:
  ballots: {label: 测评票, type: table, columns: [甲, 乙], cells: {range: "[0, 100]", grid: 1}}
  letters:
    label: 群众来信
    type: table
    columns: {rater: {label: 评价人, type: choice, values: {leader: 主管领导, staff: 群众}}, cost: {unit: 万元}}
  audit_problem: {label: 审计发现重大问题, type: yes_no}
indicators:
  - {id: style, label: 作风测评, weight: 50, method: {type: panel, ballots: ballots, column: 甲, empty: refuse}}
  - {id: trainings, label: 组织培训, unit: 场, weight: 10, target: ">= 10", method: {type: ratio, above: cap},
     override: {range: "[0, scored]"}, reason: RC1}
  - {id: grants, label: 争取资金, unit: 万元, weight: 30, range: "[0, 70]",
     method: {type: formula, let: {part: sqrt(actual / 70)}, points: weight * part}}
  - {id: talks, label: 政策宣讲, unit: 场, weight: 10, target: ">= 4", method: {type: ratio, above: cap}}
gates: [{id: by_fact, when: audit_problem, rating: poor, total: none, because: 存在重大问题直接定级}]
rating: [{id: passed, label: 合格, is: ">= 60"}, {id: poor, label: 差, is: "< 60"}]
"""
TABLE_OUTCOMES = """\
ballots: [[90, 85], [80, 85]]
audit_problem: no
trainings: {value: 13场, override: 8, by: 评审组, because: 目标值明显偏低}
grants: 50万元
talks: 3场
"""
SILENT_OUTCOMES = TABLE_OUTCOMES.replace("audit_problem: no", "audit_problem: yes").replace("talks: 3场\n", "")
MORE_OUTCOMES = "visits: 45.5家\nsatisfaction: 0.95\nform: 邮寄\n"
BAD_OUTCOMES = "visits: 45人\n"
CHECK_RULES = """\
perfscore: 1
id: checked
total: 10
rounding: {item: 2, total: 2}
indicators:
  - {id: delay, label: 拨付迟延, unit: 个月, grid: 1, weight: 10,
     method: {type: table, rows: [["<= 1", weight], ["(1, 6]", 5], ["> 9", 0]]}}
rating: [{id: passed, label: 合格, is: ">= 5"}, {id: failed, label: 不合格, is: "< 5"}]
waivers: [{finding: cliff, at: delay, because: 文件如此规定}]
"""
OPEN_RULES = """\
perfscore: 1
id: undecided
total: 20
inputs: {invested: {label: 投入}, returned: {label: 产出}}
indicators:
  - {id: delay, label: 拨付迟延, unit: 个月, grid: 1, weight: 10,
     method: {type: table, rows: [["<= 1", weight], ["(1, 6]", 5]], otherwise: 0}}
  - {id: both, label: 投入产出, weight: 10, floor: 0, cap: weight, method: {type: formula, points: invested * returned + invested}}
rating: [{id: any, label: 合格, is: any}]
"""
BAD_RULES = "perfscore: 1\nid: bad\nlet: {x: (1}\n"

# Objects that occur in several places have one table; mappings whose keys come from the files have one row, `.*`.
SHARED = {
    "items[].rounding[]": "rounding",
    "groups[].rounding[]": "rounding",
    "items[].regain": "regain",
    "ledger[].regain": "regain",
    "or[]": "regain",
    "items[].better[].needs": "needs",
    "needs[]": "needs",
    "items[].warnings[]": "finding",
    "warnings[]": "finding",
    "findings[]": "finding",
    "inputs[].columns[]": "column",
}
OPEN = {
    "gates[].effects",
    "items[].quantities",
    "items[].tables[].rows[].cells",
    "items[].texts",
    "inputs[].values",
    "values",
    "summary.ratings",
}
CLOSED = {"outcomes", "resolved", "witness"}  # files, as they were given: docs/rule-file.md describes them
NUMBER = re.compile(r"-?\d+(\.\d+)?|-?\d+/\d+")
REAL = re.compile(rf"{NUMBER.pattern}|-?\d+\.\d+…")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
ANY_TEXT = {"text", "code"}


@dataclass(frozen=True)
class Row:
    table: str
    key: str
    types: frozenset[str]
    optional: bool
    example: str

    def __str__(self) -> str:
        return f"{self.table}:{self.key}"


def rows() -> Iterator[Row]:
    table = ""
    for line in PAGE.read_text("utf-8").splitlines():
        if match := re.fullmatch(r"<!-- json: (\w+) -->", line):
            table = match[1]
        elif line.startswith("#"):
            table = ""
        elif table and line.startswith("| `"):
            key, type, meaning, example = (cell.strip() for cell in line.strip("|").split(" |"))
            assert meaning, f"{table}:{key} has no meaning"
            type, _, absent = type.partition(", may be ")
            type = re.sub(r"\[(\w+)\]\(#\w+\)", r"\1", type)
            words = {word for word in re.split(r",? or |, ", re.sub(r"list of \w+", "list", type)) if word}
            yield Row(table, key.strip("`"), frozenset(words), bool(absent), example.strip("`"))


ROWS = list(rows())


def run(*arguments: str) -> Any:
    done = CliRunner().invoke(cli, [*arguments, "--lang", "en", "--json"])
    assert done.exit_code in (0, 1, 2), done.output
    return json.loads(done.stdout)


@cache
def runs() -> list[tuple[str, Any]]:
    """(table, JSON) of every run that the page is held against."""
    found = [("score", run("score", f"examples/{name}", str(ROOT / "examples" / name / "outcomes.yaml"))) for name in EXAMPLES]
    with TemporaryDirectory() as folder, chdir(folder):
        Path("rules.yaml").write_text(MORE_RULES, "utf-8")
        Path("more.yaml").write_text(MORE_OUTCOMES, "utf-8")
        Path("outcomes.yaml").write_text(BAD_OUTCOMES, "utf-8")
        found.append(("score", run("score", "rules.yaml", "more.yaml")))
        Path("ways.yaml").write_text(WAYS_RULES, "utf-8")
        Path("ways-outcomes.yaml").write_text("filing: 否\nsigned: 否\nsealed: 否\n", "utf-8")
        found.append(("score", run("score", "ways.yaml", "ways-outcomes.yaml")))
        Path("table.yaml").write_text(TABLE_RULES, "utf-8")
        for text in (TABLE_OUTCOMES, SILENT_OUTCOMES):
            Path("table-outcomes.yaml").write_text(text, "utf-8")
            found.append(("score", run("score", "table.yaml", "table-outcomes.yaml")))
        found.append(("show", run("rules", "show", "table.yaml")))
        Path("checked.yaml").write_text(CHECK_RULES, "utf-8")
        Path("undecided.yaml").write_text(OPEN_RULES, "utf-8")
        found.extend(("check", run("check", name)) for name in ("checked.yaml", "undecided.yaml"))
        Path("bad.yaml").write_text(BAD_RULES, "utf-8")
        found.append(("error", run("score", "rules.yaml", "outcomes.yaml")))
        found.append(("error", run("rules", "show", "bad.yaml")))
    found.append(("check", run("check", "examples/minimal")))
    found.append(("list", run("rules", "list")))
    found.extend(("show", run("rules", "show", f"examples/{name}")) for name in EXAMPLES)
    found.append(("show", run("rules", "show", "examples/minimal", "--resolved")))
    return found


def walked(value: Any, table: str, path: str = "") -> Iterator[tuple[str, str, Any, frozenset[str]]]:
    """(table, path of an object, the object, its keys) for every object whose keys are ours."""
    if path in SHARED:
        table, path = SHARED[path], ""
    if isinstance(value, dict):
        keys = frozenset(value)
        yield table, path, value, keys
        if path in OPEN | CLOSED:
            return
        for key, inner in value.items():
            yield from walked(inner, table, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from walked(inner, table, f"{path}[]")


@cache
def seen() -> dict[tuple[str, str], list[Any]]:
    """The values of every key, by table and key."""
    found: dict[tuple[str, str], list[Any]] = {}
    for table, told in runs():
        for where, path, value, _ in walked(told, table):
            if path in CLOSED and path:
                continue
            for key, inner in value.items():
                name = f"{path}.*" if path in OPEN else f"{path}.{key}".lstrip(".")
                found.setdefault((where, name), []).append(inner)
    return found


def test_every_key_has_its_row_and_every_row_its_key() -> None:
    listed = [(row.table, row.key) for row in ROWS]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(seen())


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_row_tells_the_type(row: Row) -> None:
    wrong = [value for value in seen()[row.table, row.key] if not any(fits(value, word) for word in row.types)]
    assert wrong == []


def fits(value: Any, word: str) -> bool:
    match word:
        case "null":
            return value is None
        case "truth":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, str) and NUMBER.fullmatch(value) is not None
        case "real":
            return isinstance(value, str) and REAL.fullmatch(value) is not None
        case "date":
            return isinstance(value, str) and DATE.fullmatch(value) is not None
        case "list":
            return isinstance(value, list)
        case "mapping" | "regain" | "needs":
            return isinstance(value, dict)
    assert word in ANY_TEXT, f"the page uses a type that it does not explain: {word}"
    return isinstance(value, str)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_row_shows_what_a_run_gave(row: Row) -> None:
    """Digests and the version of the library change; every other row has an example."""
    if row.example in ("{…}", "[…]", ""):
        assert row.example or row.key.endswith(("digest", "engine"))
        return
    assert json.loads(row.example) in seen()[row.table, row.key]


@pytest.mark.parametrize("row", [row for row in ROWS if not row.key.endswith(".*")], ids=str)
def test_a_row_says_whether_the_key_may_be_absent(row: Row) -> None:
    parent, _, key = row.key.rpartition(".")
    objects = [keys for table, told in runs() for where, path, _, keys in walked(told, table) if (where, path) == (row.table, parent)]
    assert objects
    assert any(key not in keys for keys in objects) == row.optional
