"""等级评定 grade: a person judges, and says who and why; a level is worth a fixed share, or a band to choose from.

Levels: `share` of the weight or `points`, each a number (fixed) or a test (a band: the judge gives the share or the
points). Outside the band: an error. Source: 达成、部分达成、未达成 with 100%–80%, 80%–60%, 60%–0% of 分值 in the
self-evaluation forms of 财预〔2020〕10号 (graded in rules/README.md).
"""

from __future__ import annotations

from typing import ClassVar

from perfscore.finding import Both, Kind
from perfscore.formula import tree
from perfscore.formula.test import looks_like_test
from perfscore.formula.tree import Tree
from perfscore.methods.method import BAD_PARAMETER, MISSING_KEY, Built, Item, Method, Parameters, Scalar, formula, one_of
from perfscore.steps import Case, Input, Refusal

OUTSIDE_BAND = Kind(
    "outside-band",
    "error",
    zh="“{label}”：评定值 {found} 不在等级“{text}”的范围 {expected} 内",
    en="“{label}”: {found} is outside of the band of “{text}” ({expected})",
    hint_zh="改评定值，或改等级",
    hint_en="change the value, or the level",
    why="A level with a band binds the judge; a value outside of it belongs to another level.",
    fix="Give a share (or points) within the level's band, or another level.",
)


class Level(Parameters):
    id: str
    label: str = ""
    share: Scalar | None = None
    points: Scalar | None = None


class Grade(Method):
    type: ClassVar[str] = "grade"
    names: ClassVar[tuple[str, str]] = ("等级评定", "grade")

    levels: list[Level] | None = None

    def build(self, item: Item) -> Built:
        if not self.levels:
            item.author.report(MISSING_KEY, expected="levels", hint="levels: [{id: met, label: 达成, share: 100%}]")
            return Built()
        item.author.names([(level.id, ("levels", k, "id")) for k, level in enumerate(self.levels)], codes=True)
        cases: list[Case] = []
        judged: set[str] = set()
        for k, level in enumerate(self.levels):
            if level.share is None and level.points is None:
                item.author.report(MISSING_KEY, "levels", k, expected="share", hint="share: 100%  /  points: 5")
                continue
            if level.share is not None and level.points is not None:
                both = Both("同时写了 share 和 points", "share and points are both written")
                item.author.report(BAD_PARAMETER, "levels", k, key=level.id, found=both, expected=one_of("share", "points"))
                continue
            key = "share" if level.share is not None else "points"
            if looks_like_test(level.share or level.points or ""):
                judged.add(key)
            cases.extend(self._level(item, k, level, key))
        cases.sort(key=lambda case: case.refuse is not None)  # the refusals of all bands stand behind the levels
        if len(judged) > 1:
            mixed = Both("有的范围用 share，有的用 points", "some bands are shares, others points")
            item.author.report(BAD_PARAMETER, "levels", key="levels", found=mixed, expected=Both("只用一种", "bands of one kind"))
        codes = tuple((level.id, level.label or level.id) for level in self.levels)
        inputs = [Input("grade", "等级", "choice", values=codes, judged=True)]
        inputs.extend(self._judged(item, key) for key in sorted(judged)[:1])
        return Built((), tuple(cases), inputs=tuple(inputs))

    @staticmethod
    def _judged(item: Item, key: str) -> Input:
        from perfscore.numbers.unit import read_unit

        whole = key == "share"
        return Input(
            key,
            "评定比例" if whole else "评定分数",
            unit=read_unit("%") if whole else None,
            grid=None if whole else item.grid,
            judged=True,
            required=False,
        )

    @staticmethod
    def _level(item: Item, k: int, level: Level, key: str) -> list[Case]:
        """A fixed level is one case; a band is its case and a refusal."""
        text = level.share if key == "share" else level.points
        path = ("levels", k, key)
        chosen = tree.compare(tree.Name("grade"), "=", tree.Text(level.id))
        if not looks_like_test(text or ""):
            value = item.author.formula(text or "", *path)
            if value is None:
                return []
            points: Tree = tree.Arithmetic("*", tree.Name("weight"), value) if key == "share" else value
            return [Case(chosen, points, level.id, label=level.label)]
        test = item.author.test(text or "", *path)
        if test is None:
            return []
        judged = tree.Name("judged_share" if key == "share" else "judged_points")
        worth: Tree = formula("weight * judged_share") if key == "share" else judged
        inside = tree.both(chosen, test.on(judged))
        refusal = Refusal(OUTSIDE_BAND, level.label or level.id, judged, text or "")
        return [Case(inside, worth, level.id, label=level.label), Case(chosen, None, "outside_band", refuse=refusal)]
