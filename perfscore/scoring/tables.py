"""Outcome tables in CSV -> nodes with places: `id|label, value, …`, or a wide table with a column for each id."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from perfscore.finding import Both, Finding, Kind, Place
from perfscore.ruleset.places import MAX_TEXT, Node

TABLE_UNREADABLE = Kind(
    "table-unreadable",
    "error",
    zh="表格无法读取：{found}",
    en="the table cannot be read: {found}",
    hint_zh="首行为表头：id,value，或每个标识一列（下面只有一行）；编码 UTF-8",
    hint_en="the first line is a header: id,value, or one column an id with one line under it; UTF-8",
    why="A table whose columns are unknown would be guessed at.",
    fix="Name the columns `id` (or `label`) and `value`, or one column for each id and one line.",
)
DUPLICATE_OUTCOME = Kind(
    "duplicate-outcome",
    "error",
    zh="“{found}”填报了两次（先在 {first}）",
    en="“{found}” is reported twice (first at {first})",
    hint_zh="只保留其中一个",
    hint_en="keep one of the two",
    why="Two values for one outcome: nobody knows which counts.",
    fix="Keep one line.",
)

ID, LABEL, VALUE = ("id", "标识"), ("label", "指标", "指标名称", "名称"), ("value", "实际值", "实际完成值", "年度实际完成值")


def nodes_from_csv(content: bytes, file: str, labels: Mapping[str, str]) -> tuple[Node | None, list[Finding]]:
    """A mapping id -> outcome, every cell with its line and column; `labels` -> ids for tables that name indicators."""
    problems: list[Finding] = []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, [TABLE_UNREADABLE.at(Place(file, 1, 1), found=Both("编码不是 UTF-8", "it is not UTF-8"))]
    if len(content) > MAX_TEXT:
        large = Both(f"大于 {MAX_TEXT:,} 字节", f"it is larger than {MAX_TEXT:,} bytes")
        return None, [TABLE_UNREADABLE.at(Place(file, 1, 1), found=large)]
    if "\0" in text:
        return None, [TABLE_UNREADABLE.at(Place(file, 1, 1), found=Both("含有空字符", "it holds NUL characters"))]
    rows = list(_rows(text, file, problems))
    if not rows:
        return None, problems or [TABLE_UNREADABLE.at(Place(file, 1, 1), found=Both("没有内容", "it is empty"))]
    header = [cell.text.strip() for cell in rows[0]]
    names = {
        kind: next((k for k, name in enumerate(header) if name in words), None)
        for kind, words in (("id", ID), ("label", LABEL), ("value", VALUE))
    }
    if names["value"] is not None and (names["id"] is not None or names["label"] is not None):
        return _long(rows, header, names, file, labels, problems), problems
    return _wide(rows, file, problems), problems


class _Cell(str):
    """A cell's text with the column it begins at."""

    text: str
    place: Place


def _cell(text: str, place: Place) -> _Cell:
    made = _Cell(text)
    made.text, made.place = text, place
    return made


def _rows(text: str, file: str, problems: list[Finding]) -> Iterator[list[_Cell]]:
    """The rows that hold anything; a cell's column is where its text begins in the line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines = text.splitlines()
    while True:
        start = reader.line_num
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            problems.append(TABLE_UNREADABLE.at(Place(file, start + 1, 1), found=_csv_trouble(problem)))
            return
        columns = _columns(lines[start] if start < len(lines) else "")
        cells = [_cell(value, Place(file, start + 1, next(columns, 0) + 1)) for value in row]
        if any(value.strip() for value in row):
            yield cells


def _csv_trouble(problem: csv.Error) -> Both:
    """What Python's reader says, in both languages."""
    said = str(problem)
    if "unexpected end of data" in said:
        return Both("引号没有结束", "a quote is not closed")
    if "expected after" in said:
        return Both("引号之后还有文字；引号内的引号写两遍", "something follows a closing quote; inside of quotes a quote is written twice")
    return Both("不是 CSV", f"it is not CSV ({said})")


def _columns(line: str) -> Iterator[int]:
    """Where the text of each cell begins in a line; behind the quote of a quoted one."""
    start, quoted = 0, False
    yield 1 if line.startswith('"') else 0
    for k, sign in enumerate(line):
        if sign == '"':
            quoted = not quoted
        elif sign == "," and not quoted:
            start = k + 1
            yield start + 1 if line[start : start + 1] == '"' else start


def _scalar(cell: _Cell) -> Node:
    return Node(cell.text.strip(), cell.place, {}, False, cell.text)


def _long(
    rows: list[list[_Cell]],
    header: list[str],
    names: Mapping[str, int | None],
    file: str,
    labels: Mapping[str, str],
    problems: list[Finding],
) -> Node:
    """One line an outcome; columns beside id, label and value are keys of the outcome."""
    found: dict[str, Node] = {}
    keys: dict[str, Place] = {}
    for row in rows[1:]:
        if len(row) != len(header):
            problems.append(TABLE_UNREADABLE.at(row[0].place, found=_cells(len(row), len(header))))
            continue
        by_label = names["id"] is None
        where = names["label"] if by_label else names["id"]
        assert where is not None
        id_cell = row[where]
        id = id_cell.text.strip()
        id = labels.get(id, id) if by_label else id
        parts: dict[str, Node] = {}
        places: dict[str, Place] = {}
        for k, name in enumerate(header):
            if k in (names["id"], names["label"]) or (k != names["value"] and not row[k].text.strip()):
                continue
            key = "value" if k == names["value"] else name
            parts[key], places[key] = _scalar(row[k]), row[k].place
        if id in found:
            problems.append(DUPLICATE_OUTCOME.at(id_cell.place, found=id, first=keys[id]))
            continue
        only = list(parts) == ["value"]
        found[id] = parts["value"] if only else Node(parts, id_cell.place, places, False, "")
        keys[id] = id_cell.place
    return Node(found, Place(file, 1, 1), keys, False, "")


def _cells(found: int, columns: int) -> Both:
    return Both(f"此行 {found} 格，表头 {columns} 列", f"this line has {found} cells, the header {columns}")


def _no_columns(lines: int) -> Both:
    """A table that is neither one line an outcome nor one column an outcome."""
    zh = f"表头没有“id”（或“指标名称”）和“value”（或“实际值”）两列；每个标识一列的表只有一行，此表有 {lines} 行"
    en = f"the header has no columns id (or label) and value; a table with one column an id has one line, this one has {lines}"
    return Both(zh, en)


def _wide(rows: list[list[_Cell]], file: str, problems: list[Finding]) -> Node | None:
    """One line, a column for each id."""
    if len(rows) != 2:
        problems.append(TABLE_UNREADABLE.at(Place(file, 1, 1), found=_no_columns(len(rows) - 1)))
        return None
    if len(rows[0]) != len(rows[1]):
        problems.append(TABLE_UNREADABLE.at(rows[1][0].place, found=_cells(len(rows[1]), len(rows[0]))))
        return None
    found: dict[str, Node] = {}
    keys: dict[str, Place] = {}
    for name, cell in zip(rows[0], rows[1], strict=True):
        id = name.text.strip()
        if id in found:
            problems.append(DUPLICATE_OUTCOME.at(name.place, found=id, first=keys[id]))
            continue
        found[id], keys[id] = _scalar(cell), name.place
    return Node(found, Place(file, 1, 1), keys, False, "")
