"""测评 panel: ballots or marks of a panel, the void ones left out, trimmed or weighted by group of raters, as one mean.

Source: the ballots of 行政事业单位 year-end assessments (more than five raters: one highest and one lowest mark are dropped;
a ballot with too many high marks, too many low marks, or all marks equal is void), graded in rules/README.md.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from perfscore.finding import Both, Kind, listed
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.methods.method import (
    BAD_PARAMETER,
    MISSING_KEY,
    POLICY_OPEN,
    Built,
    Condition,
    Item,
    Let,
    Method,
    Over,
    Parameters,
    Scalar,
    case,
    formula,
    let,
    one_of,
)
from perfscore.methods.table import Table
from perfscore.steps import Case, Input, Refusal

NO_VALID_BALLOT = Kind(
    "no-valid-ballot",
    "error",
    zh="“{label}”没有有效票，规则规定不予评分",
    en="“{label}” has no valid ballot, and the rules refuse to score it",
    hint_zh="检查测评票，或在规则中写明 empty",
    hint_en="check the ballots, or let the rules say what that earns (empty)",
    why="Without a valid ballot there is no mean, and none is invented.",
    fix="Report valid ballots, or write `empty: 0` where the rule says so.",
)
RATER = "rater"


class Void(Parameters):
    """A ballot for which `when` holds does not count."""

    when: Condition
    reason: str | None = None
    label: str = ""


class Panel(Method):
    type: ClassVar[str] = "panel"
    names: ClassVar[tuple[str, str]] = ("测评", "panel")

    ballots: str | None = None
    column: str | None = None
    scores: dict[str, Scalar] = Field(default_factory=dict)
    void: list[Void] = Field(default_factory=list)
    trim: Annotated[Scalar | Table | None, Field(description="a number, or a table of: [size]")] = None
    raters: dict[str, Scalar] = Field(default_factory=dict)
    out_of: Scalar = "100"
    empty: Literal["refuse"] | Scalar | None = None

    def build(self, item: Item) -> Built:
        table = self._table(item)
        if table is None or self.column is None:
            return Built()
        marks = self._marks(item, table)
        if marks is None:
            return Built()
        row = [*marks.values(), self._ballot(marks), self._valid(item)]
        chosen = marks[self.column].name
        lets = [Let("marks", None, over=Over(table, tuple(row), chosen, "valid")), let("size", "count(marks)")]
        lets.extend(self._score(item, table, row, chosen))
        full = item.author.formula(self.out_of, "out_of")
        if full is not None:
            lets.append(Let("full", full))
        empty = self._empty(item)
        if empty is None or len(lets) < 3:
            return Built()
        return Built(tuple(lets), (empty, case(None, "weight * score / full", "mean_of_ballots")))

    def _table(self, item: Item) -> Input | None:
        """The table of ballots, whose column must be there."""
        for key, hint in (("ballots", "ballots: ballots"), ("column", "column: 甲")):
            if getattr(self, key) is None:
                item.author.report(MISSING_KEY, expected=key, hint=hint)
        if self.ballots is None or self.column is None:
            return None
        table = item.author.table(self.ballots, "ballots")
        if table is not None and self.column not in [one.id for one in table.columns]:
            item.author.report(BAD_PARAMETER, "column", key="column", found=self.column, expected=one_of_columns(table))
            return None
        return table

    def _marks(self, item: Item, table: Input) -> dict[str, Let] | None:
        """The number of every mark of a ballot: a column of numbers, or one of words through `scores`."""
        found: dict[str, Let] = {}
        for column in table.columns:
            if column.type == "number":
                found[column.id] = Let(f"{column.id}_mark", tree.Name(column.id))
            elif column.type == "choice" and column.id != RATER:
                codes = [code for code, _ in column.values]
                if set(self.scores) != set(codes):
                    wanted = Both(f"每种评价一个分数：{', '.join(codes)}", f"a number for each mark: {', '.join(codes)}")
                    item.author.report(
                        BAD_PARAMETER, "scores", key="scores", found=listed(list(self.scores)) if self.scores else "{}", expected=wanted
                    )
                    return None
                worth = {code: item.author.formula(text, "scores", code) for code, text in self.scores.items()}
                cases = tuple(
                    Case(tree.compare(tree.Name(column.id), "=", tree.Text(code)), worth[code], f"mark_{k}")
                    for k, code in enumerate(codes, 1)
                )
                if any(one is None for one in worth.values()):
                    return None
                found[column.id] = Let(f"{column.id}_mark", None, cases=cases)
        if self.column not in found:
            numbers = Both("数或选项的一列", "a column of numbers or of choices")
            item.author.report(BAD_PARAMETER, "column", key="column", found=str(self.column), expected=numbers)
            return None
        return found

    @staticmethod
    def _ballot(marks: dict[str, Let]) -> Let:
        return Let("ballot", tree.Listing(tuple((None, tree.Name(one.name)) for one in marks.values())), author=True)

    def _valid(self, item: Item) -> Let:
        """Whether a ballot counts: the first reason that makes it void decides."""
        cases: list[Case] = []
        for k, void in enumerate(self.void):
            when = item.author.formula(void.when, "void", k, "when")
            if when is not None:
                cases.append(Case(when, tree.Truth(False), void.reason or f"void_{k + 1}", label=void.label))
        return Let("valid", None, cases=(*cases, Case(None, tree.Truth(True), "valid")))

    def _score(self, item: Item, table: Input, row: list[Let], chosen: str) -> list[Let]:
        """The mean of the marks: trimmed, or weighted by groups of raters."""
        if self.raters:
            return self._of_raters(item, table, row, chosen)
        if self.trim is None:
            return [let("score", "mean(marks)")]
        if isinstance(self.trim, Table):
            inside = Item(
                item.id, item.label, item.weight, item.type, None, None, None, False, False, item.author.inside("trim")
            )  # fmt: skip
            built = self.trim.build(inside)
            lets = [replace(one, tree=one.tree and _of_size(one.tree)) for one in built.lets]
            cases = [replace(one, when=one.when and _of_size(one.when), points=one.points and _of_size(one.points)) for one in built.cases]
            return [*lets, Let("trim", None, cases=tuple(cases)), let("score", "trimmed_mean(marks, trim)")]
        trim = item.author.formula(self.trim, "trim")
        return [] if trim is None else [Let("trim", _of_size(trim)), let("score", "trimmed_mean(marks, trim)")]

    def _of_raters(self, item: Item, table: Input, row: list[Let], chosen: str) -> list[Let]:
        """Each group's mean by its share."""
        author = item.author
        rater = next((one for one in table.columns if one.id == RATER and one.type == "choice"), None)
        if rater is None or self.trim is not None:
            found = Both("另写了 trim", "trim is written too") if rater is not None else one_of_columns(table)
            expected = Both(f"表中有选项列 {RATER}，且不写 trim", f"a column {RATER} of choices in the table, and no trim")
            author.report(BAD_PARAMETER, "raters", key="raters", found=found, expected=expected)
            return []
        codes = [code for code, _ in rater.values]
        shares = {group: author.formula(text, "raters", group) for group, text in self.raters.items()}
        if any(one is None for one in shares.values()):
            return []
        written = [one.value for one in shares.values() if isinstance(one, tree.Number)]
        if set(shares) != set(codes) or len(written) < len(shares) or sum(written) != Fraction(1):
            expected = Both(
                f"每类评价人一个比例，合计 100%：{', '.join(codes)}", f"a share for each group, together 100 %: {', '.join(codes)}"
            )
            author.report(
                BAD_PARAMETER,
                "raters",
                key="raters",
                found=", ".join(f"{key}: {text}" for key, text in self.raters.items()),
                expected=expected,
            )
            return []
        lets: list[Let] = []
        parts: list[Tree] = []
        for k, (group, share) in enumerate(shares.items(), 1):
            of_group = Let("of_group", tree.both(tree.Name("valid"), tree.compare(tree.Name(RATER), "=", tree.Text(group))))
            label = dict(rater.values)[group]
            lets.append(Let(f"marks_{k}", None, over=Over(table, (*row, of_group), chosen, "of_group"), label=label))
            lets.append(Let(f"share_{k}", share, label=label))
            lets.append(Let(f"mean_{k}", formula(f"mean(marks_{k})"), label=label))
            parts.append(formula(f"share_{k} * mean_{k}"))
        return [*lets, Let("score", tree.Call("sum", tuple(parts)))]

    def _empty(self, item: Item) -> Case | None:
        """What no valid ballot earns."""
        when = formula("size = 0")
        if self.empty is None:
            item.author.report(
                POLICY_OPEN,
                method=Both("评分方法 panel（测评）", "panel"),
                key="empty",
                question=Both("没有有效票时怎么计分", "what no valid ballot earns"),
                expected=one_of("0", "refuse"),
            )
            return None
        if self.empty == "refuse":
            return Case(when, None, "no_valid_ballot", Refusal(NO_VALID_BALLOT, item.label))
        points = item.author.formula(self.empty, "empty")
        return None if points is None else Case(when, points, "no_valid_ballot")


def _of_size(root: Tree) -> Tree:
    """`size` in what the author wrote of `trim` is the count of valid ballots, whatever else has that name."""
    return tree.rewrite(root, lambda node: tree.Name("size") if node == tree.Name("size") else None)


def one_of_columns(table: Input) -> Both:
    names = ", ".join(one.id for one in table.columns)
    return Both(f"表“{table.id}”的列：{names}", f"columns of “{table.id}”: {names}")
