"""逐项 each: one method over the rows of a table, combined to one result.

Inside of a row its columns are names: `actual` and `weight` may be columns, and the bound of the item's target may be one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, WithJsonSchema

from perfscore.finding import Both
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.methods.method import BAD_PARAMETER, MISSING_KEY, POLICY_OPEN, Built, Item, Let, Method, Over, case, one_of
from perfscore.methods.panel import one_of_columns
from perfscore.steps import Input


class Each(Method):
    type: ClassVar[str] = "each"
    names: ClassVar[tuple[str, str]] = ("逐项", "each")

    rows_of: str | None = None
    method: Annotated[dict[str, Any] | str | None, WithJsonSchema({"$comment": "method"})] = None
    combine: Literal["mean", "sum", "min"] | None = Field(None, description="mean | sum | min")

    def build(self, item: Item) -> Built:
        author = item.author
        for key, hint in (("rows_of", "rows_of: projects"), ("method", "method: {type: ratio, above: cap}")):
            if getattr(self, key) is None:
                author.report(MISSING_KEY, expected=key, hint=hint)
        if self.combine is None:
            author.report(
                POLICY_OPEN,
                method=Both("评分方法 each（逐项）", "each"),
                key="combine",
                question=Both("各行的得分怎样合成", "how the results of the rows become one"),
                expected=one_of("mean", "sum", "min"),
            )
        table = None if self.rows_of is None else author.table(self.rows_of, "rows_of")
        inner = None if self.method is None else author.method(self.method, "method")
        if table is None or inner is None or self.combine is None:
            return Built(takes_target=True)
        built = inner.build(replace(item, author=author.inside("method")))
        if built.inputs or built.parts or any(one.over is not None for one in built.lets):
            plain = Both("没有录入项、要点或表的方法", "a method without inputs, elements or tables of its own")
            author.report(BAD_PARAMETER, "method", key="method", found=inner.type, expected=plain)
            return Built(takes_target=True)
        lets = [*self._target(item, built), *built.lets]
        if not self._columns_fit(item, table, lets, built):
            return Built(takes_target=True)
        over = Over(table, (*lets, Let("row_points", None, cases=built.cases)), "row_points", points=True)
        return Built((Let("results", None, over=over),), (case(None, f"{self.combine}(results)", "over_rows"),), takes_target=True)

    @staticmethod
    def _target(item: Item, built: Built) -> Iterator[Let]:
        """The target of a row, and whether it is met."""
        if item.target is None:
            return
        both = item.target.low is not None and item.target.high is not None
        words = ("target_from", "target_to") if both else ("target",)
        ends = [Let(word, end, author=True) for word, end in zip(words, item.target.ends(), strict=False)]
        yield from ends
        if not any(one.name == "met" for one in built.lets):
            named = tuple(tree.Name(one.name) for one in ends)
            yield Let("met", item.target.on(tree.Name("actual"), named), author=True)

    def _columns_fit(self, item: Item, table: Input, lets: list[Let], built: Built) -> bool:
        """`actual` is a column where the method uses it; `weight` is one where the rows are added up, and only there."""
        columns = [one.id for one in table.columns]
        used = {name.name for root in _trees(lets, built) for name in tree.names(root)}
        wanted = [name for name in ("actual",) if name in used] + (["weight"] if self.combine == "sum" else [])
        lacking = [name for name in wanted if name not in columns]
        if lacking or ("weight" in columns and self.combine != "sum"):
            expected = Both(f"有 {'、'.join(wanted)} 列", f"with the column {' and '.join(wanted)}")
            if not lacking:
                expected = Both("没有 weight 列（combine: sum 才用）", "without a column weight (only combine: sum reads it)")
            item.author.report(BAD_PARAMETER, "rows_of", key="rows_of", found=one_of_columns(table), expected=expected)
            return False
        return True


def _trees(lets: list[Let], built: Built) -> Iterator[Tree]:
    for one in lets:
        if one.tree is not None and one.name != "met":
            yield one.tree
    for found in built.cases:
        yield from (part for part in (found.when, found.points) if part is not None)
