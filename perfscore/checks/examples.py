"""样例 embedded examples: each is scored, and what comes of it is compared with what the file expects, exactly.

    examples:
      - {name: 走访45家, outcomes: {visits: 45家, satisfaction: 92%}, expect: {total: 94, rating: 合格, visits: 54}}

`outcomes` are those of an outcome file. `expect` names `total`, `rating` (its id, its label or another of its names), `reasons`
(the ranked codes) and items and groups by id; null: no points are reported. `expect: {error: missing-outcome}`: the outcomes are
refused, with this finding and no other. `rows` closes the open groups. What no one expects is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from perfscore.finding import Both, Finding, Kind, Place, Problems, RuleError, Unreadable, catalogue, guess, listed
from perfscore.formula.parse import canonical
from perfscore.methods.method import BAD_PARAMETER, as_written
from perfscore.numbers.number import near, read_number, shortest
from perfscore.ruleset.bind import OPEN_RULES
from perfscore.ruleset.places import Node
from perfscore.ruleset.ruleset import RATING, TOTAL, Level, RuleSet
from perfscore.ruleset.scope import UNKNOWN_ID
from perfscore.ruleset.validation import WRONG_TYPE
from perfscore.scoring.assessment import Assessment, score

EXAMPLE_FAILED = Kind(
    "example-failed",
    "error",
    zh="样例“{example}”：{what}应为 {expected}，实际为 {found}",
    en="example “{example}”: {what} should be {expected} and is {found}",
    why="An example is what its author worked out by hand. Where the rules give something else, one of the two is wrong.",
    fix="Work the example out again by hand, then mend the rule, or the expectation, whichever is wrong.",
)
REASONS, ERROR = "reasons", "error"
NO_POINTS = Both("空（不报告）", "none (nothing is reported)")
RESULT = Both("结果", "the result")
SHOWN = 8  # children of a group whose points are told


def run_examples(rules: RuleSet) -> list[Finding]:
    """What the embedded examples show, in file order: `example-failed` for every expectation that is not met, at its place; and
    what is wrong with the expectation itself (a name that nothing has, a number that is none).

    Examples of a rule set with open groups bring their `rows`.
    """
    return [finding for k in range(len(rules.model.examples)) for finding in run_example(rules, k)]


def run_example(rules: RuleSet, k: int) -> list[Finding]:
    """What the example at this position (from 0) shows. Raises IndexError."""
    example = Example(rules, k)
    return [example.explained(finding) for finding in example.findings()]


def failing_example(rules: RuleSet) -> str | None:
    """The name of the first example that finds something, or None; sooner than `run_examples`, for it explains nothing."""
    examples = (Example(rules, k) for k in range(len(rules.model.examples)))
    return next((one.name for one in examples if next(one.findings(), None) is not None), None)


class Example:
    """One example of a rule set: scored when it is first asked."""

    def __init__(self, rules: RuleSet, k: int) -> None:
        self.name = " ".join((rules.model.examples[k].name or "").split())
        node = rules.document.at(("examples", k))
        assert node is not None and isinstance(node.value, dict)
        self.unbound, self.node, self.parts = rules, node, node.value

    @cached_property
    def rules(self) -> RuleSet:
        """The rule set with the example's own rows in its open groups. Raises RuleError."""
        rows = self.parts.get("rows")
        if rows is None or rows.value is None:
            return self.unbound
        if not self.unbound.open_groups:
            expected = Both("没有 open 的规则不写 rows", "no `rows` where no group is open")
            raise RuleError([BAD_PARAMETER.at(rows.place, key="rows", found=as_written(rows.plain()), expected=expected)])
        plain: Any = rows.plain()
        try:
            return self.unbound.bind(plain)
        except RuleError as problems:
            raise RuleError(replace(one, place=rows.place) for one in problems.problems) from None

    @cached_property
    def result(self) -> Assessment | Problems:
        """The assessment of the outcomes, or why there is none."""
        keys = {key: one for key, one in self.parts.items() if key in ("outcomes", "unit", "period")}
        try:
            return score(self.rules, Node(keys, self.parts["outcomes"].place, self.node.keys))
        except Problems as problems:
            return problems

    def findings(self) -> Iterator[Finding]:
        """Every expectation that is not met, in file order, without its hint."""
        expect = self.parts["expect"]
        assert isinstance(expect.value, dict)
        wanted = {canonical(key): (key, one) for key, one in expect.value.items()}
        if ERROR in wanted and not self._is_id(ERROR):
            yield from self._refusal(*wanted[ERROR], alone=len(wanted) == 1)
            return
        if isinstance(self.result, Problems):
            for problem in self.result.problems:
                yield self._refused(problem, Both("能够计分", "scored"))
            return
        for id, (key, one) in wanted.items():
            if self._is_id(id):
                yield from self._points(id, one, self.result)
            elif id == RATING:
                yield from self._rating(one, self.result)
            elif id == REASONS:
                yield from self._reasons(one, self.result)
            else:
                known = [*self.rules.items, *self.rules.groups, RATING, REASONS, ERROR]
                yield self._unknown(key, expect.keys.get(key, one.place), Both("指标", "item or group"), known)

    def _is_id(self, id: str) -> bool:
        """Whether an item or a group (the total too) has this id; then the key means its points, whatever else it could mean."""
        try:
            return id in self.rules.items or id in self.rules.groups
        except RuleError:
            return id in self.unbound.items or id in self.unbound.groups

    # --- what is compared -------------------------------------------------------------------------------------------

    def _points(self, id: str, node: Node, result: Assessment) -> Iterator[Finding]:
        expected: Fraction | None = None
        if node.value is not None:
            if not isinstance(node.value, str):
                yield self._misfit(id, node, Both("一个数，或空", "a number, or null"))
                return
            try:
                expected = read_number(node.value)
            except Unreadable as problem:
                yield problem.at(node.place, indicator=id)
                return
        found = self._all_points.get(id)
        if found != expected:
            label = result.rules.scored(id).label
            what = Both("总分", "the total") if id == TOTAL else Both(f"“{label}”得分", f"“{label}”")
            yield self._failed(node.place, what, _number(found), _number(expected), id)

    def _rating(self, node: Node, result: Assessment) -> Iterator[Finding]:
        if not isinstance(node.value, str):
            yield self._misfit(RATING, node, Both("一个等级", "a level"))
            return
        written, levels = canonical(node.value), self.rules.levels
        named = [level for level in levels if level.id == written]
        named = named or [level for level in levels if written in map(canonical, (level.label, *level.also))]
        if not named:
            known = [name for level in levels for name in (level.id, level.label, *level.also) if name]
            yield self._unknown(node.value, node.place, Both("等级", "level"), known)
        elif result.rating not in named:
            what = Both("等级", "the rating")
            yield self._failed(node.place, what, Both(_level(result.rating), _level(result.rating)), _quoted(node.value), RATING)

    def _reasons(self, node: Node, result: Assessment) -> Iterator[Finding]:
        if not isinstance(node.value, list) or not all(isinstance(one.value, str) for one in node.value):
            yield self._misfit(REASONS, node, Both("失分代码的列表", "a list of reason codes"))
            return
        known = [str(item.about["reason"]) for item in self.rules.items.values() if item.about.get("reason")]
        unknown = [one for one in node.value if one.value not in known]
        for one in unknown:
            yield self._unknown(str(one.value), one.place, Both("失分代码", "reason code"), known)
        expected, found = [str(one.value) for one in node.value], [one.code for one in result.reasons]
        if not unknown and found != expected:
            yield self._failed(node.place, Both("失分代码", "the list of reasons"), _codes(found), _codes(expected), REASONS)

    def _refusal(self, key: str, node: Node, *, alone: bool) -> Iterator[Finding]:
        """`error: code`: the outcomes are refused, and every problem is of this code."""
        if not alone:
            beside = Both("error 与其他键写在一起", "`error` beside other keys")
            expected = Both("单独写 error，或者不写 error", "`error` alone, or not at all")
            yield BAD_PARAMETER.at(node.place, key="expect", found=beside, expected=expected)
            return
        code, known = node.value, [kind.code for kind in catalogue()]
        if not isinstance(code, str):
            yield self._misfit(key, node, Both("一个问题代码", "the code of a finding"))
        elif code not in known:
            yield self._unknown(code, node.place, Both("问题代码", "finding"), known)
        elif isinstance(self.result, Problems):
            for problem in self.result.problems:
                if problem.code != code:
                    yield self._refused(problem, Both(f"拒绝计分（{code}）", f"a refusal ({code})"))
        else:
            total = None if self.result.total is None else shortest(self.result.total)
            found = Both("能够计分", "scored") if total is None else Both(f"总分 {total}", f"a total of {total}")
            yield self._failed(node.place, RESULT, found, Both(f"拒绝计分（{code}）", f"a refusal ({code})"))

    @cached_property
    def _all_points(self) -> Mapping[str, Fraction]:
        return {} if isinstance(self.result, Problems) else self.result.points

    # --- findings ---------------------------------------------------------------------------------------------------

    def _failed(self, place: Place, what: Both, found: Both, expected: Both, indicator: str | None = None) -> Finding:
        return EXAMPLE_FAILED.at(place, indicator=indicator, example=self.name, what=what, found=found, expected=expected)

    def _refused(self, problem: Finding, expected: Both) -> Finding:
        """A problem of the outcomes: it stands where the problem stands, and says what the problem says."""
        at_once = problem.place == Place() or problem.kind is OPEN_RULES  # about the rules as a whole: it stands at the example
        place = self.node.place if at_once else problem.place
        found = Both(f"拒绝计分（{problem.code}：{problem.message('zh')}）", f"a refusal ({problem.code}: {problem.message('en')})")
        finding = self._failed(place, RESULT, found, expected, problem.indicator)
        return replace(finding, facts={**finding.facts, "hint_zh": problem.hint("zh"), "hint_en": problem.hint("en")})

    def _misfit(self, key: str, node: Node, expected: Both) -> Finding:
        return WRONG_TYPE.at(node.place, key=key, found=as_written(node.value), expected=expected)

    def _unknown(self, found: str, place: Place, what: Both, known: list[str]) -> Finding:
        return UNKNOWN_ID.at(place, found=found, what=what, guess=guess(found, known))

    # --- hints ------------------------------------------------------------------------------------------------------

    def explained(self, finding: Finding) -> Finding:
        """The finding with a hint that tells how the points came about."""
        if finding.kind is not EXAMPLE_FAILED or isinstance(self.result, Problems) or finding.indicator is None:
            return finding
        told = self._how(finding.indicator, self.result)
        return replace(finding, facts={**finding.facts, "hint_zh": told.zh, "hint_en": told.en})

    def _how(self, id: str, result: Assessment) -> Both:
        if id in self.rules.items:
            if id not in result:
                return Both("", "")
            line = [one for one in self.rules.items if one in result].index(id)
            return Both(result.lines("zh")[line], result.lines("en")[line])
        if id in self.rules.groups:
            children = self.rules.groups[id].children
            parts = [self._of_weight(child) for child in children[:SHOWN]]
            more = ("等", ", …") if len(children) > SHOWN else ("", "")
            return Both("、".join(parts) + more[0], ", ".join(parts) + more[1])
        if id == REASONS:
            lost = listed(f"{one.code} {near(one.lost, 4)}" for one in result.reasons)
            return Both(f"低于基准的分数：{lost.zh}", f"points below the baseline: {lost.en}") if lost.en else Both("", "")
        gates = listed(gate.because or gate.id for gate in result.gates)
        total = NO_POINTS if result.total is None else _quoted(near(result.total, 4))
        zh, en = f"总分 {total.zh}", f"the total is {total.en}"
        return Both(f"{zh}；触发的门槛：{gates.zh}", f"{en}; gates that acted: {gates.en}") if gates.en else Both(zh, en)

    def _of_weight(self, id: str) -> str:
        scored, points = self.rules.scored(id), self._all_points.get(id)
        return f"{scored.label} {'—' if points is None else near(points, 4)}/{shortest(scored.weight)}"


def _number(value: Fraction | None) -> Both:
    return NO_POINTS if value is None else _quoted(shortest(value))


def _quoted(text: str) -> Both:
    return Both(text, text)


def _codes(codes: list[str]) -> Both:
    return listed(codes) if codes else Both("无", "empty")


def _level(level: Level) -> str:
    return level.id if level.label in ("", level.id) else f"{level.label} ({level.id})"
