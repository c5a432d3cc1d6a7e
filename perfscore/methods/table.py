"""分档/查表 table: the first row whose tests all hold gives the points.

One test a column (`of`: formulas, by default the actual value), then the result. No row holds: an error, unless
`otherwise` is written. Source: the ladders of 部门整体支出绩效评价 (重点支出安排率, 预算调整率; rules/README.md).
"""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from perfscore.finding import Both
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.methods.method import BAD_PARAMETER, MISSING_KEY, Built, Item, Let, Method, Parameters, Scalar, as_written, counted
from perfscore.steps import Case

Cell = Scalar | list[Scalar]
A_TEST = Both('条件，如 ">= 90%"、"(0, 10%]"、any', 'a test: ">= 90%", "(0, 10%]", any')


class Row(Parameters):
    """A row in full: `is` holds one test, or one a column."""

    is_: Cell = Field(alias="is")
    points: Scalar
    reason: str | None = None
    label: str = ""


class Table(Method):
    type: ClassVar[str] = "table"
    names: ClassVar[tuple[str, str]] = ("分档", "table")

    of: list[Scalar] = Field(default_factory=lambda: ["actual"])
    rows: list[Row | list[Any]] | None = None
    otherwise: Scalar | None = None

    def build(self, item: Item) -> Built:
        if not self.rows:
            item.author.report(MISSING_KEY, expected="rows", hint='rows: [["= 0", 3], ["(0, 10%]", 2]]')
            return Built()
        columns = [item.author.formula(text, "of", k) for k, text in enumerate(self.of)]
        if any(column is None for column in columns):
            return Built()
        lets, subjects = _subjects([column for column in columns if column is not None])
        cases = [self._row(item, k, row, subjects) for k, row in enumerate(self.rows)]
        if self.otherwise is not None:
            points = item.author.formula(self.otherwise, "otherwise")
            cases.append(Case(None, points, "no_row") if points is not None else None)
        own = any(name.name == "actual" for column in columns if column is not None for name in tree.names(column))
        return Built(lets, tuple(case for case in cases if case is not None), actual=own)

    def _row(self, item: Item, k: int, row: Row | list[Any], columns: list[Tree]) -> Case | None:
        if isinstance(row, Row):
            cells: list[Cell] = list(row.is_) if isinstance(row.is_, list) and len(columns) > 1 else [row.is_]
            where: list[tuple[str | int, ...]] = [
                ("rows", k, "is", c) if len(columns) > 1 else ("rows", k, "is") for c in range(len(cells))
            ]
            last: str | int
            text, last, reason, label = row.points, "points", row.reason, row.label
        else:
            cells, where = row[:-1], [("rows", k, c) for c in range(len(row) - 1)]
            text, last, reason, label = (row[-1] if row else ""), len(row) - 1, None, ""
        if len(cells) != len(columns) or not isinstance(text, str):
            found, wanted = counted(len(cells), "个条件", "test"), counted(len(columns), "个条件", "test")
            if len(cells) == len(columns):
                found = Both("最后一格不是得分", "the last cell is no number of points")
            expected = Both(f"{wanted.zh}，再写得分", f"{wanted.en}, then the points")
            item.author.report(BAD_PARAMETER, "rows", k, key=f"rows {k + 1}", found=found, expected=expected)
            return None
        whens = [_cell(item, cell, subject, path) for cell, subject, path in zip(cells, columns, where, strict=True)]
        points = item.author.formula(text, "rows", k, last)
        if points is None or any(when is None for when in whens):
            return None
        return Case(
            tree.both(*(when for when in whens if when is not None and when != tree.Truth(True))),
            points,
            reason or f"row_{k + 1}",
            label=label or "，".join(str(cell) for cell in cells),
            place=points.place,
        )


def _subjects(columns: list[Tree]) -> tuple[tuple[Let, ...], list[Tree]]:
    """A column that is more than a name is computed once, as col1, col2 …"""
    lets: list[Let] = []
    subjects: list[Tree] = []
    for k, column in enumerate(columns, 1):
        if isinstance(column, tree.Name):
            subjects.append(column)
        else:
            lets.append(Let(f"col{k}", column))
            subjects.append(tree.Name(f"col{k}", column.place))
    return tuple(lets), subjects


def _cell(item: Item, cell: Any, subject: Tree, path: tuple[str | int, ...]) -> Tree | None:
    """The truth of one cell about its column; a list means one of."""
    if isinstance(cell, list):
        parts = [_cell(item, one, subject, (*path, k)) for k, one in enumerate(cell)]
        if not cell:
            item.author.report(BAD_PARAMETER, *path, key="rows", found="[]", expected=A_TEST)
        whole = tuple(part for part in parts if part is not None)
        if len(whole) < len(parts) or not whole:
            return None
        return whole[0] if len(whole) == 1 else tree.Logic("or", whole)
    if not isinstance(cell, str):
        item.author.report(BAD_PARAMETER, *path, key="rows", found=as_written(cell), expected=A_TEST)
        return None
    test = item.author.test(cell, *path)
    return None if test is None else test.on(subject)
