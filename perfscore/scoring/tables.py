"""Outcome tables in CSV -> nodes with places: `id|label, value, …`, or a wide table with a column for each id."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from perfscore.finding import Both, Finding, Kind, Place, Problems, listed
from perfscore.formula.parse import canonical
from perfscore.ruleset.places import (
    ARCHIVES,
    MAX_NODES,
    MAX_SCALAR,
    MAX_TEXT,
    TEXT_TOO_LONG,
    TOO_MANY_NODES,
    Findings,
    Node,
    Stop,
    one_line_end,
    without_bad_characters,
)

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

UNKNOWN_PART = Kind(
    "unknown-part",
    "error",
    zh="{owner}没有“{found}”这个键{guess}",
    en="{owner} has no key “{found}”{guess}",
    hint_zh="此处可用：{expected}",
    hint_en="keys here: {expected}",
    why="A misspelt key of an outcome would silently not count.",
    fix="Use one of the keys listed.",
)
SEPARATORS = (";", "\t", "；", "，", "|")
SAVE_AS_CSV = {
    "hint_zh": "在 Excel 中另存为“CSV UTF-8（逗号分隔）”；手写时用英文逗号",
    "hint_en": "save it as “CSV UTF-8 (comma delimited)” in Excel; by hand, write commas",
}
# RFC 4180: a cell in quotes (a quote inside is written twice) or as it stands, and what ends it.
_CELL = re.compile(r'(?:"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"|(?P<bare>(?!")[^,\r\n]*+))(?P<end>,|\r\n|\n|\r|\Z)')
_QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')
_EMPTY_LINES = re.compile(r"[\r\n]*")
ID, LABEL, VALUE = ("id", "标识"), ("label", "指标", "指标名称", "名称"), ("value", "实际值", "实际完成值", "年度实际完成值")


def nodes_from_csv(
    content: bytes,
    file: str,
    labels: Mapping[str, tuple[str, ...]],
    error: type[Problems] | None = None,
    keys: Collection[str] | None = None,
) -> tuple[Node | None, list[Finding]]:
    """A mapping id -> outcome, every cell with its line and column; `labels` -> ids for tables that name indicators
    (a label of several stays as it is written).

    `keys`: what an outcome may hold beside its value; other columns are told once, at the header, and then left out.
    `error`: as for `read_nodes`.
    """
    findings, root = Findings(), None
    with suppress(Stop):
        root = _read(content, file, labels, findings, keys)
    findings.error = error
    return root, findings


def _read(
    content: bytes, file: str, labels: Mapping[str, tuple[str, ...]], findings: Findings, keys: Collection[str] | None
) -> Node | None:
    text = _decoded(content)
    if isinstance(text, Both):
        findings.tell(TABLE_UNREADABLE, Place(file, 1, 1), found=text)
        return None
    rows = list(_rows(without_bad_characters(text, file, findings), file, findings))
    if not rows:
        if not findings:
            findings.tell(TABLE_UNREADABLE, Place(file, 1, 1), found=Both("没有内容", "it is empty"))
        return None
    header = [cell.text.strip() for cell in rows[0]]
    names = {
        kind: next((k for k, name in enumerate(header) if name in words), None)
        for kind, words in (("id", ID), ("label", LABEL), ("value", VALUE))
    }
    if names["value"] is None or (names["id"] is None and names["label"] is None):
        if (sign := _other_separator(rows[0])) is not None:
            findings.tell(TABLE_UNREADABLE, rows[0][0].place, found=_separated(sign), **SAVE_AS_CSV)
            return None
        return _wide(rows, file, findings)
    seen: set[str] = set()
    for name, cell in zip(header, rows[0], strict=True):
        if name and name in seen:
            findings.tell(TABLE_UNREADABLE, cell.place, found=Both(f"表头有两列“{name}”", f"two columns are named “{name}”"))
            return None
        seen.add(name)
    extra = () if keys is None else _extra(rows, {*ID, *LABEL, *VALUE, *keys}, findings)
    return _long(rows, header, names, extra, file, labels, findings)


def _other_separator(header: list[_Cell]) -> str | None:
    """The sign that divides a header in one cell, or in which several columns that we know stand."""
    known = {*ID, *LABEL, *VALUE}
    for cell in header:
        for sign in SEPARATORS:
            words = [word.strip().strip('"') for word in cell.text.strip().split(sign)]
            if len(words) > 1 and (len(header) == 1 or len(known & set(words)) > 1):
                return sign
    return None


def _separated(sign: str) -> Both:
    zh, en = {"\t": ("制表符（Tab）", "a tab"), "；": ("全角“；”", "“；”"), "，": ("全角“，”", "“，”")}.get(
        sign, (f"“{sign}”", f"“{sign}”")
    )
    return Both(f"各列用{zh}分隔，应为英文逗号", f"its columns are divided by {en}, not by a comma")


def _decoded(content: bytes) -> str | Both:
    """The text, or why there is none."""
    if len(content) > MAX_TEXT:
        return Both(f"大于 {MAX_TEXT:,} 字节", f"it is larger than {MAX_TEXT:,} bytes")
    if content.startswith(ARCHIVES):
        zh = "这是 Excel 工作簿（或压缩包），请在 Excel 中另存为“CSV UTF-8（逗号分隔）”"
        return Both(zh, "it is an Excel workbook (or an archive); save it as “CSV UTF-8” in Excel")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Both("编码不是 UTF-8", "it is not UTF-8")
    return Both("含有空字符", "it holds NUL characters") if "\0" in text else text


@dataclass(frozen=True, slots=True)
class _Cell:
    """The text of a cell, and where it begins (behind the quote of a quoted one)."""

    text: str
    place: Place


def _rows(text: str, file: str, findings: Findings) -> Iterator[list[_Cell]]:
    """The rows that hold anything."""
    row: list[_Cell] = []
    position = line_start = cells = 0
    line = begun = 1
    while position < len(text) or row:
        if not row and (empty := _EMPTY_LINES.match(text, position)) and empty.end() > position:
            line, line_start = line + _line_ends(empty[0]), empty.end()
            position = empty.end()
            continue
        begun = begun if row else line
        match = _CELL.match(text, position)
        if match is None:
            findings.tell(TABLE_UNREADABLE, Place(file, begun, 1), found=_trouble(text, position))
            return
        quoted, end = match["quoted"], match["end"]
        value = match["bare"] if quoted is None else one_line_end(quoted.replace('""', '"'))
        place = Place(file, line, position + (quoted is not None) - line_start + 1)
        if len(value) > MAX_SCALAR:
            findings.tell(TEXT_TOO_LONG, place, found=f"{len(value):,}", expected=f"{MAX_SCALAR:,}")
        row.append(_Cell(value[:MAX_SCALAR], place))
        cells += 1
        if cells > MAX_NODES:
            findings.tell(TOO_MANY_NODES, place, expected=f"{MAX_NODES:,}")
            raise Stop
        if quoted and (lines := _line_ends(quoted)):
            line, line_start = line + lines, position + 2 + max(quoted.rfind("\n"), quoted.rfind("\r"))
        position = match.end()
        if end != ",":
            if end:
                line, line_start = line + 1, position
            if any(cell.text.strip() for cell in row):
                yield row
            row = []


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _trouble(text: str, position: int) -> Both:
    """What is wrong with a cell that begins with a quote."""
    if _QUOTED.match(text, position):
        return Both("引号之后还有文字；引号内的引号写两遍", "something follows a closing quote; inside of quotes a quote is written twice")
    return Both("引号没有结束", "a quote is not closed")


def _scalar(cell: _Cell) -> Node:
    return Node(cell.text.strip(), cell.place, {}, False, cell.text)


def _long(
    rows: list[list[_Cell]],
    header: list[str],
    names: Mapping[str, int | None],
    extra: Collection[int],
    file: str,
    labels: Mapping[str, tuple[str, ...]],
    findings: Findings,
) -> Node:
    """One line an outcome; columns beside id, label and value are keys of the outcome."""
    found: dict[str, Node] = {}
    keys: dict[str, Place] = {}
    for row in rows[1:]:
        if len(row) != len(header):
            findings.tell(TABLE_UNREADABLE, row[0].place, found=_cells(len(row), len(header)))
            continue
        by_label = names["id"] is None
        where = names["label"] if by_label else names["id"]
        assert where is not None
        id_cell = row[where]
        id = id_cell.text.strip()
        ids = labels.get(id, ()) if by_label else ()
        id = ids[0] if len(ids) == 1 else id
        parts: dict[str, Node] = {}
        places: dict[str, Place] = {}
        for k, name in enumerate(header):
            if k in (names["id"], names["label"], *extra) or (k != names["value"] and not row[k].text.strip()):
                continue
            key = "value" if k == names["value"] else name
            parts[key], places[key] = _scalar(row[k]), row[k].place
        if id in found:
            if len(ids) < 2:  # else the first line of this label is refused, and says why
                findings.tell(DUPLICATE_OUTCOME, id_cell.place, found=id, first=keys[id])
            continue
        only = list(parts) == ["value"]
        found[id] = parts["value"] if only else Node(parts, id_cell.place, places, False, "")
        keys[id] = id_cell.place
    return Node(found, Place(file, 1, 1), keys, False, "")


def _extra(rows: list[list[_Cell]], known: Collection[str], findings: Findings) -> tuple[int, ...]:
    """Columns that hold something and are no key of an outcome, after telling them all at the first of them."""
    columns = range(len(rows[0]))
    held = [k for k in columns if any(k < len(row) and row[k].text.strip() for row in rows[1:])]
    extra = tuple(k for k in held if canonical(rows[0][k].text.strip()) not in known)
    if extra:
        first, keys = rows[0][extra[0]], [key for key in known if key not in (*ID, *LABEL, *VALUE)]
        names = [rows[0][k].text.strip() for k in extra]
        owner, expected = Both("填报表", "the table"), ", ".join(sorted(keys))
        facts = {
            "hint_zh": f"删去这些列；可用的列：id、指标名称、value、{expected}",
            "hint_en": f"take them out; columns there may be: id, label, value, {expected}",
        }
        findings.tell(
            UNKNOWN_PART, first.place, owner=owner, found=listed(name or "?" for name in names), expected=expected, guess="", **facts
        )
    return extra


def _cells(found: int, columns: int) -> Both:
    return Both(f"此行 {found} 格，表头 {columns} 列", f"this line has {found} cells, the header {columns}")


def _no_columns(lines: int) -> Both:
    """A table that is neither one line an outcome nor one column an outcome."""
    zh = f"表头没有“id”（或“指标名称”）和“value”（或“实际值”）两列；每个标识一列的表只有一行，此表有 {lines} 行"
    en = f"the header has no columns id (or label) and value; a table with one column an id has one line, this one has {lines}"
    return Both(zh, en)


def _wide(rows: list[list[_Cell]], file: str, findings: Findings) -> Node | None:
    """One line, a column for each id."""
    if len(rows) != 2:
        findings.tell(TABLE_UNREADABLE, Place(file, 1, 1), found=_no_columns(len(rows) - 1))
        return None
    if len(rows[0]) != len(rows[1]):
        findings.tell(TABLE_UNREADABLE, rows[1][0].place, found=_cells(len(rows[1]), len(rows[0])))
        return None
    found: dict[str, Node] = {}
    keys: dict[str, Place] = {}
    for name, cell in zip(rows[0], rows[1], strict=True):
        id = name.text.strip()
        if id in found:
            findings.tell(DUPLICATE_OUTCOME, name.place, found=id, first=keys[id])
            continue
        found[id], keys[id] = _scalar(cell), name.place
    return Node(found, Place(file, 1, 1), keys, False, "")
