# ruff: noqa: E501
"""Tables as outcomes: rows as lists or mappings, cells that are missing or outside, and where each problem stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore import Assessment, OutcomeError, RuleError, RuleSet, score
from perfscore.numbers.date import Day

COLUMNS = {
    "n": {"label": "数量", "unit": "份", "range": ">= 0", "grid": 1},
    "rate": {"label": "比率", "unit": "%", "range": "[0, 100%]"},
    "kind": {"label": "类别", "type": "choice", "values": {"key": "重点", "plain": "一般"}},
    "done": {"label": "完成", "type": "yes_no"},
    "day": {"label": "日期", "type": "date"},
    "note": {"label": "备注", "missing": 7},
}


def rules(columns: Any = None, cells: Any = None, points: str = "weight") -> RuleSet:
    table = {
        "type": "table",
        "label": "清单",
        "columns": COLUMNS if columns is None else columns,
        **({} if cells is None else {"cells": cells}),
    }
    item = {
        "id": "a",
        "label": "甲",
        "weight": 10,
        "method": {"type": "each", "rows_of": "rows", "combine": "mean", "method": {"type": "formula", "points": points}},
    }
    return RuleSet.from_dict(
        {"perfscore": 1, "id": "t", "total": 10, "inputs": {"rows": table}, "indicators": [item], "rating": [{"id": "one", "is": "any"}]}
    )


RULES = rules()
ROW = ["3份", "95%", "重点", "是", "2024-06-30", 2]
READ = (F(3), F("0.95"), "key", True, Day.of(date(2024, 6, 30)), F(2))


def values(made: RuleSet, given: Any) -> Any:
    return score(made, {"rows": given}).outcomes.values["rows"]


def refused(made: RuleSet, outcomes: Any) -> list[tuple[str, str]]:
    with pytest.raises(OutcomeError) as raised:
        score(made, outcomes)
    return [(str(one.place), one.code) for one in raised.value.problems]


def test_a_row_as_a_list() -> None:
    assert values(RULES, [ROW]) == (READ,)


def test_a_row_as_a_mapping_in_any_order() -> None:
    mapping = dict(zip(COLUMNS, ROW, strict=True))
    assert values(RULES, [mapping]) == (READ,)
    assert values(RULES, [dict(reversed(mapping.items()))]) == (READ,)
    assert values(RULES, [ROW, mapping]) == (READ, READ)


def test_rows_under_value() -> None:
    assert values(RULES, {"value": [ROW, ROW]}) == (READ, READ)


def test_cells_as_people_write_them() -> None:
    row = ["1,234", 95, "key", "√", "2024年6月30日", "/"]
    assert values(RULES, [row]) == ((F(1234), F("0.95"), "key", True, READ[4], F(7)),)
    row = ["１２份", "9.5‰", "一般", False, "2024-06-30", None]
    assert values(RULES, [row]) == ((F(12), F("0.0095"), "plain", False, READ[4], F(7)),)


def test_a_missing_cell_is_what_its_column_says() -> None:
    for absent in (None, "", "/", "—", "-"):
        assert values(RULES, [[*ROW[:5], absent]]) == ((*READ[:5], 7),)
    mapping = dict(zip(COLUMNS, ROW, strict=True))
    del mapping["note"]
    assert values(RULES, [mapping]) == ((*READ[:5], 7),)


def test_missing_of_every_type() -> None:
    columns = {
        "n": {"missing": "3 * 4"}, "kind": {"type": "choice", "values": ["x", "y"], "missing": "y"}, "done": {"type": "yes_no", "missing": "no"},
    }  # fmt: skip
    assert values(rules(columns), [{}, ["", "", ""], {"n": 1}]) == ((12, "y", False), (12, "y", False), (1, "y", False))


def test_cells_are_where_every_column_starts() -> None:
    made = rules({"x": None, "y": {"unit": "%"}, "z": {"missing": 1}}, {"unit": "份", "range": "[0, 10]", "missing": 5})
    assert values(made, [["3份", "9%", ""], ["", "", 2]]) == ((3, F("0.09"), 1), (5, 5, 2))
    made = rules(["x", "y"], {"type": "choice", "values": ["a", "b"]})
    assert values(made, [["a", "b"]]) == (("a", "b"),)


def test_no_rows() -> None:
    with pytest.raises(OutcomeError) as raised:
        score(RULES, {"rows": []})
    assert [one.code for one in raised.value.problems] == ["empty-list"], "the mean of no rows; the table itself is fine"
    assert refused(RULES, {}) == [("<input>", "missing-outcome")]


# --- problems and their places --------------------------------------------------------------------------------------


@pytest.mark.parametrize("absent", [None, "", "/", "—"])
def test_a_missing_cell_without_a_word_of_the_rules(absent) -> None:
    assert refused(RULES, {"rows": [ROW, [ROW[0], absent, *ROW[2:]]]}) == [("rows[1][1]", "missing-outcome")]
    mapping = dict(zip(COLUMNS, ROW, strict=True))
    assert refused(RULES, {"rows": [{**mapping, "rate": absent}]}) == [("rows[0].rate", "missing-outcome")]
    del mapping["rate"]
    assert refused(RULES, {"rows": [ROW, mapping]}) == [("rows[1]", "missing-outcome")]


@pytest.mark.parametrize(
    "column, cell, code",
    [
        (0, "许多", "unreadable-quantity"),
        (0, "3件", "wrong-dimension"),
        (0, "-1", "outside-range"),
        (0, ["3"], "not-a-value"),
        (0, {"value": "3"}, "not-a-value"),
        (1, "101%", "outside-range"),
        (1, "-0.1%", "outside-range"),
        (2, "特殊", "unknown-choice"),
        (3, "或许", "bad-yes-no"),
        (4, "去年", "bad-date"),
        (5, "x", "unreadable-quantity"),
    ],
)
def test_a_cell_that_cannot_be(column, cell, code) -> None:
    row = list(ROW)
    row[column] = cell
    assert refused(RULES, {"rows": [ROW, row]}) == [(f"rows[1][{column}]", code)]
    mapping = dict(zip(COLUMNS, row, strict=True))
    name = list(COLUMNS)[column]
    assert refused(RULES, {"rows": [mapping]}) == [(f"rows[0].{name}", code)]


def test_messages_name_the_table_and_the_column() -> None:
    with pytest.raises(OutcomeError) as raised:
        score(RULES, {"rows": [["-1", *ROW[1:]]]})
    (problem,) = raised.value.problems
    assert "清单·数量" in problem.message("zh") and "-1" in problem.message("zh") and ">= 0" in problem.message("zh")


@pytest.mark.parametrize("n, fine", [("0", True), ("-1", False), ("0.0", True)])
def test_ends_of_a_range(n, fine) -> None:
    if fine:
        assert values(RULES, [[n, *ROW[1:]]])[0][0] == F(n)
    else:
        assert refused(RULES, {"rows": [[n, *ROW[1:]]]}) == [("rows[0][0]", "outside-range")]
    assert values(RULES, [["0", "100%", *ROW[2:]], ["0", "0%", *ROW[2:]]])[0][1] == 1


def test_off_grid_is_a_warning_at_the_cell() -> None:
    result = score(RULES, {"rows": [ROW, ["2.5", *ROW[1:]]]})
    assert [(one.code, str(one.place)) for one in result.warnings] == [("off-grid", "rows[1][0]")]
    assert result.outcomes.values["rows"][1][0] == F("2.5")


def test_every_problem_of_every_row_at_once() -> None:
    rows = [["许多", "", *ROW[2:5], "x"], ROW, ["-1", *ROW[1:3], "或许", *ROW[4:]]]
    assert refused(RULES, {"rows": rows}) == [
        ("rows[0][0]", "unreadable-quantity"), ("rows[0][1]", "missing-outcome"), ("rows[0][5]", "unreadable-quantity"),
        ("rows[2][0]", "outside-range"), ("rows[2][3]", "bad-yes-no"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "given, place, code",
    [
        ("好", "rows", "not-a-value"),
        (5, "rows", "not-a-value"),
        ({"a": 1}, "rows", "not-a-value"),
        ({"value": "好"}, "rows.value", "not-a-value"),
        (["好"], "rows[0]", "not-a-value"),
        ([ROW, ROW[:5]], "rows[1]", "not-a-value"),
        ([ROW, [*ROW, 3]], "rows[1]", "not-a-value"),
        ([[]], "rows[0]", "not-a-value"),
        ([None], "rows[0]", "not-a-value"),
        ([ROW, 5], "rows[1]", "not-a-value"),
        ([{**dict(zip(COLUMNS, ROW, strict=True)), "m": 3}], "rows[0].m", "unknown-part"),
        ([{"数量": 3}], None, "unknown-part"),
    ],
)
def test_what_is_no_table(given, place, code) -> None:
    found = refused(RULES, {"rows": given})
    assert [one for _, one in found] == [code], found
    assert place is None or found[0][0] == place


@pytest.mark.parametrize("absent", [None, "", "/", "—"])
def test_an_absent_table_is_missing(absent) -> None:
    """As any outcome: an empty text, a slash or a dash says that nothing was reported."""
    assert [code for _, code in refused(RULES, {"rows": absent})] == ["missing-outcome"]


def test_a_misspelt_column_is_told_with_a_guess() -> None:
    with pytest.raises(OutcomeError) as raised:
        score(RULES, {"rows": [{**dict(zip(COLUMNS, ROW, strict=True)), "nn": 3}]})
    assert "did you mean “n”" in raised.value.problems[0].message("en") or "n, rate" in raised.value.problems[0].hint("en")


def test_places_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "o.yaml"
    path.write_text(
        "perfscore_outcomes: 1\noutcomes:\n  rows:\n"
        "    - [3份, 95%, 重点, 是, 2024-06-30, 2]\n"
        "    - [3份, 101%, 重点, 是, 2024-06-30, 2]\n"
        "    - {n: 3, rate: 95%, kind: 重点, done: 是, day: 去年}\n"
    )
    assert refused(RULES, path) == [(f"{path}:5:12", "outside-range"), (f"{path}:6:49", "bad-date")]


def test_it_comes_back() -> None:
    result = score(RULES, {"rows": [ROW, dict(zip(COLUMNS, ROW, strict=True))]})
    told = result.to_dict()
    assert told["outcomes"]["rows"][0] == [str(one) for one in ROW]
    assert Assessment.from_dict(told, RULES).to_dict() == told


def test_rows_changed_by_the_caller_change_nothing() -> None:
    given = [list(ROW), list(ROW)]
    result = score(RULES, {"rows": given})
    before = result.to_dict()
    given[0][0] = "许多"
    given.append(["x"])
    assert result.to_dict() == before
    assert result.outcomes.values["rows"] == (READ, READ)


# --- rule files -----------------------------------------------------------------------------------------------------


def wrong(table: Mapping[str, Any]) -> list[str]:
    with pytest.raises(RuleError) as raised:
        RuleSet.from_dict(
            {"perfscore": 1, "id": "t", "total": 10, "inputs": {"rows": {"type": "table", **table}}, "rating": [{"id": "one", "is": "any"}],
             "indicators": [{"id": "a", "weight": 10, "method": {"type": "formula", "points": "actual"}}]}
        )  # fmt: skip
    return [f"{one.place} {one.code}" for one in raised.value.problems]


@pytest.mark.parametrize(
    "table, found",
    [
        ({}, ["inputs.rows missing-key"]),
        ({"columns": []}, ["inputs.rows missing-key"]),
        ({"columns": {}}, ["inputs.rows missing-key"]),
        ({"columns": ["甲", "甲"]}, ["inputs.rows.columns[1] duplicate-id"]),
        ({"columns": ["1a"]}, ["inputs.rows.columns[0] bad-id"]),
        ({"columns": {"x": {"unti": "份"}}}, ["inputs.rows.columns.x.unti unknown-key"]),
        ({"columns": {"x": {"unit": "3份"}}}, ["inputs.rows.columns.x.unit unknown-unit"]),
        ({"columns": {"x": {"grid": 0}}}, ["inputs.rows.columns.x.grid bad-parameter"]),
        ({"columns": {"x": {"type": "choice"}}}, ["inputs.rows.columns.x missing-key"]),
        ({"columns": {"x": {"range": "[0, "}}}, ["inputs.rows.columns.x.range bad-test"]),
        ({"columns": {"x": {"range": "[0, y]"}}}, ["inputs.rows.columns.x.range unknown-name"]),
        ({"columns": {"x": {"type": "yes_no", "missing": "maybe"}}}, ["inputs.rows.columns.x.missing bad-parameter"]),
        ({"columns": {"x": {"type": "table"}}}, ["inputs.rows.columns.x.type wrong-type"]),
        ({"columns": ["x"], "cells": {"grid": -1}}, ["inputs.rows.cells.grid bad-parameter"]),
        ({"columns": ["x"], "cells": {"judged": True}}, ["inputs.rows.cells.judged unknown-key"]),
    ],
)  # fmt: skip
def test_tables_that_are_wrong(table, found) -> None:
    assert wrong(table) == found


@pytest.mark.parametrize("key, value", [("missing", 0), ("unit", "份"), ("grid", 1), ("range", ">= 0"), ("values", ["a"])])
def test_keys_that_a_table_cannot_have(key, value) -> None:
    """They belong to its cells; on the table they would silently not count."""
    assert wrong({"columns": ["x"], key: value}) == [f"inputs.rows.{key} bad-parameter"]


def test_keys_that_only_a_table_has() -> None:
    with pytest.raises(RuleError) as raised:
        RuleSet.from_dict(
            {"perfscore": 1, "id": "t", "total": 10, "inputs": {"n": {"columns": ["x"], "cells": {"unit": "份"}}}, "rating": [{"id": "one", "is": "any"}],
             "indicators": [{"id": "a", "weight": 10, "method": {"type": "formula", "points": "actual"}}]}
        )  # fmt: skip
    assert sorted(f"{one.place} {one.code}" for one in raised.value.problems) == [
        "inputs.n.cells bad-parameter",
        "inputs.n.columns bad-parameter",
    ]


@pytest.mark.parametrize("formula", ["rows", "rows + 1", "missing(rows) + 1", "count(rows)"])
def test_a_table_is_no_quantity(formula) -> None:
    """Formulas see its rows only through panel and each."""
    with pytest.raises(RuleError):
        RuleSet.from_dict(
            {"perfscore": 1, "id": "t", "total": 10, "inputs": {"rows": {"type": "table", "columns": ["x"]}}, "rating": [{"id": "one", "is": "any"}],
             "indicators": [{"id": "a", "weight": 10, "method": {"type": "formula", "points": formula}}]}
        )  # fmt: skip


CELLS = st.tuples(st.integers(0, 9999), st.integers(0, 1000), st.sampled_from(["key", "plain"]), st.booleans())


@given(st.lists(CELLS, min_size=1, max_size=5), st.lists(st.booleans(), min_size=5, max_size=5))
def test_what_is_written_is_what_is_read(rows: list[tuple[int, int, str, bool]], as_lists: list[bool]) -> None:
    written: list[Any] = []
    for (n, rate, kind, done), as_list in zip(rows, as_lists, strict=False):
        row = [f"{n:,}份", f"{rate // 10}.{rate % 10}%", kind, "是" if done else "否", "2024-06-30", n]
        written.append(row if as_list else dict(zip(COLUMNS, row, strict=True)))
    assert values(RULES, written) == tuple((n, F(rate, 1000), kind, done, READ[4], n) for n, rate, kind, done in rows)
