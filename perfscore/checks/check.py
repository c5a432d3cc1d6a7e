"""check: what can be proved of a rule set before anyone is scored by it.

findings = perfscore.check(rules)      # a tuple of findings; findings.verdict, findings.summary
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Literal, Self

from perfscore.checks.cases import NOT_DECIDED, Examination, Jump, examine_items, report_cliffs
from perfscore.checks.domain import Domain, Undecided
from perfscore.checks.examples import run_examples
from perfscore.checks.totals import Rated, ranks_possible, ratings
from perfscore.checks.values import Values
from perfscore.checks.witness import told, written
from perfscore.finding import Both, Finding, Kind, OutcomeError, Place, in_order
from perfscore.formula.parse import canonical
from perfscore.numbers.number import shortest
from perfscore.readings.exact import Value
from perfscore.ruleset.places import Node
from perfscore.ruleset.ratings import GAP
from perfscore.ruleset.ruleset import TOTAL, RuleSet
from perfscore.scoring.assessment import score
from perfscore.steps import Round

RATING_CLIFF = Kind(
    "rating-cliff",
    "warning",
    zh="“{label}”：{found}一步之差，其他指标全部满分时等级由“{better}”变为“{worse}”",
    en="“{label}”: one step between {found} changes the rating from {better} to {worse}, all else at full marks",
    why="One grid step of one outcome decides the rating by itself; it is the digit that people will argue about.",
    fix="Use more bands or points in proportion; or waive it with the document that steps there.",
)
RATING_UNREACHABLE = Kind(
    "rating-unreachable",
    "warning",
    zh="没有任何填报结果能得到等级“{label}”",
    en="no outcome is rated “{label}”",
    hint_zh="检查等级区间、门槛和能得到的总分（{found}）",
    hint_en="check the rows of the rating, the gates, and the totals that can occur ({found})",
    why="A rating that nobody can get is no rating.",
    fix="Change the ends of the rating, or the gates; or waive it with the document that prints it.",
)
TOTAL_UNREACHABLE = Kind(
    "total-unreachable",
    "info",
    zh="{expected} 之间有 {found} 个总分不可能出现，如 {example}",
    en="{found} totals between {expected} can not occur, such as {example}",
    why="A printed total that the rules cannot give is a mistake of the form that prints it.",
    fix="Nothing has to change; use it when filled forms are reviewed.",
)
GATE_NEVER = Kind(
    "gate-never",
    "warning",
    zh="门槛“{label}”从不起作用：{when} 不可能成立",
    en="the gate “{label}” never acts: {when} can not hold",
    hint_zh="检查条件的单位和范围，百分数要写百分号",
    hint_en="check the units and the range; a percentage is written with its sign",
    why="A gate that cannot act protects nobody.",
    fix="Mend the condition, or take the gate out.",
)
GATE_ALWAYS = Kind(
    "gate-always",
    "warning",
    zh="门槛“{label}”总在起作用：{when} 对所有填报结果都成立",
    en="the gate “{label}” always acts: {when} holds for every outcome",
    hint_zh="检查条件的单位和范围，百分数要写百分号",
    hint_en="check the units and the range; a percentage is written with its sign",
    why="A gate that always acts is no condition.",
    fix="Mend the condition, or say without a gate what always holds.",
)
POLLUTED_LITERAL = Kind(
    "polluted-literal",
    "warning",
    zh="{found} 像是计算机换算后的小数，应为 {expected}",
    en="{found} looks like a decimal that went through a computer's floating point; it should be {expected}",
    hint_zh="改写为 {expected}",
    hint_en="write {expected}",
    why="Copied from a spreadsheet or a program, such a number moves an edge by a hair.",
    fix="Write the number that was meant.",
)
WAIVER_UNUSED = Kind(
    "waiver-unused",
    "warning",
    zh="放行“{found}”没有用到：检查没有发现它",
    en="the waiver of “{found}” waives nothing: check does not find it",
    hint_zh="删去这一条",
    hint_en="take it out",
    why="A waiver that stays after its reason is gone hides the next mistake.",
    fix="Take the waiver out.",
)
RATINGS = Both("能得到哪些总分和等级", "which totals and ratings can be reached")
ALSO_ABSENT = Both("不适用或人工核定的情形未逐一展开", "what does not apply, or is set by a person, is not gone through")
SEVERAL = Both("各指标共用多个数，或没有封闭算式", "items share several numbers, or have no closed form")
WHETHER = Both("是否会起作用", "whether it acts")
LITERAL = re.compile(r"\d+\.\d{9,}")
Verdict = Literal["proved", "not decided", "broken"]


class Checked(tuple[Finding, ...]):
    """Findings in order of place. `verdict`: `broken` with an error, else `not decided` where something stayed open, else `proved`.

    `summary`: `items`, `decided`, `not_decided`, `totals` {lowest, highest, count}, `ratings` {id: {lowest, highest, each with
    outcomes}}, `waived`.
    """

    verdict: Verdict
    summary: Mapping[str, Any]

    @classmethod
    def of(cls, findings: Iterable[Finding], summary: Mapping[str, Any]) -> Self:
        made = cls(in_order(findings))
        made.summary = summary
        broken = any(one.severity == "error" for one in made)
        made.verdict = "broken" if broken else "not decided" if summary["not_decided"] else "proved"
        return made

    def to_dict(self, rules: RuleSet, language: Literal["zh", "en"] = "en") -> dict[str, Any]:
        """As JSON (docs/json.md)."""
        return {
            "schema": "perfscore-check-1",
            "rules": {"id": rules.id, "title": rules.title, "digest": rules.digest},
            "verdict": self.verdict,
            "findings": [one.to_dict(language) for one in self],
            "summary": dict(self.summary),
        }


def check(rules: RuleSet, *, seed: int | None = None) -> Checked:
    """Prove what can be proved of a rule set, and run its examples; findings that the file waives are left out.

    `seed` is for what is searched at random, where a property is not decided.
    """
    exam = Examination(rules, Domain(rules, seed))
    exam.findings.extend(rules.warnings)
    summary: dict[str, Any] = {"items": len(rules.items)}
    if rules.open_groups:
        summary.update(decided=0, not_decided=0)
    else:
        examine_items(exam)
        report_cliffs(exam)
        _gates(exam)
        _totals(exam, summary)
        _rating_cliffs(exam)
        summary.update(decided=exam.decided, not_decided=exam.undecided)
    exam.findings.extend(_polluted(rules.document))
    exam.findings.extend(run_examples(rules))
    kept, waived = _waived(rules, exam.findings)
    summary["waived"] = [{"code": one.code, "place": str(one.place), "indicator": one.indicator} for one in waived]
    return Checked.of(kept, summary)


# --- gates ------------------------------------------------------------------------------------------------------------------


def _gates(exam: Examination) -> None:
    """Gates that never act, or always."""
    for gate in exam.rules.gates:
        if not exam.domain.cone(gate.step):
            continue
        step = exam.rules.steps[gate.step]
        try:
            truths = _truths(exam, gate.step)
        except Undecided:
            exam.undecided += 1
            exam.report(NOT_DECIDED, step.place, gate.id, label=gate.because or gate.id, found=WHETHER, because=SEVERAL)
            continue
        exam.decided += 1
        when = next((one.when or "" for one in exam.rules.model.gates if one.id == gate.id), "")
        facts = {"label": gate.because or gate.id, "when": when, "found": when}
        if truths == {False}:
            exam.report(GATE_NEVER, step.place, gate.id, **facts)
        if truths == {True}:
            exam.report(GATE_ALWAYS, step.place, gate.id, **facts)


def _truths(exam: Examination, name: str) -> set[bool]:
    found: set[bool] = set()
    for sweep in exam.domain.sweeps(name, base=False):
        for piece in sweep.pieces(exam.domain.program, [name]):
            value = piece.values.get(name)
            if isinstance(value, bool):
                found.add(value)
    return found


# --- totals and ratings -------------------------------------------------------------------------------------------------------


def _totals(exam: Examination, summary: dict[str, Any]) -> None:
    rules = exam.rules
    place = rules.steps["rating:row"].place
    try:
        rated = list(ratings(exam.domain))
    except Undecided:
        exam.undecided += 1
        if all(one.kind is not NOT_DECIDED for one in exam.findings):  # else it follows from the item
            exam.report(NOT_DECIDED, place, TOTAL, label=rules.total.label, found=RATINGS, because=SEVERAL)
        _levels_never(exam)
        return
    if not rated:
        return
    exam.decided += 1
    whole = rated[0].totals
    for one in rated[1:]:
        whole = whole.joined(one.totals)
    spread = f"{shortest(whole.lowest)}–{shortest(whole.highest)}"
    summary["totals"] = {"lowest": shortest(whole.lowest), "highest": shortest(whole.highest), "count": len(whole)}
    summary["ratings"] = levels = {}
    widened = any(name.endswith((":not_applicable", ":override")) for name in rules.steps)
    for k, level in enumerate(rules.levels):
        reached = [one.ranks[level.rank] for one in rated if level.rank in one.ranks]
        if reached:
            levels[level.id] = _edges(exam, reached)
        elif widened:
            exam.undecided += 1
            exam.report(NOT_DECIDED, place, level.id, label=level.label, found=RATINGS, because=ALSO_ABSENT)
        else:
            at = _level_place(rules, k)
            exam.report(RATING_UNREACHABLE, at, level.id, label=level.label, found=spread)
    _unrated(exam, rated)
    _holes(exam, whole, spread)


def _levels_never(exam: Examination) -> None:
    """Levels that no total at all would be given."""
    rules = exam.rules
    try:
        possible = ranks_possible(exam.domain)
    except Undecided:
        return
    for k, level in enumerate(rules.levels):
        if level.rank not in possible:
            exam.report(RATING_UNREACHABLE, _level_place(rules, k), level.id, label=level.label, found=Both("任何总分", "any total"))


def _level_place(rules: RuleSet, k: int) -> Place:
    node = rules.document.at(("rating", k))
    return rules.steps["rating:row"].place if node is None else node.place


def _edges(exam: Examination, reached: list[Values]) -> dict[str, Any]:
    """The lowest and the highest total of a rating, with outcomes."""
    low, high = min(reached, key=lambda one: one.lowest), max(reached, key=lambda one: one.highest)
    found = {}
    for word, values, total in (("lowest", low, low.lowest), ("highest", high, high.highest)):
        outcome = values.witness(total)
        found[word] = {"total": shortest(total), **({} if outcome is None else {"outcomes": written(exam.rules, outcome)})}
    return found


def _unrated(exam: Examination, rated: list[Rated]) -> None:
    """Totals that can occur and have no level."""
    place = exam.rules.steps["rating:row"].place
    for one in rated:
        seen: Values | None = None
        for values in one.ranks.values():
            seen = values if seen is None else seen.joined(values)
        if seen is not None and len(seen) == len(one.totals):
            continue
        for total in one.totals:
            if seen is not None and total in seen:
                continue
            outcome = one.totals.witness(total)
            if outcome is None:
                continue
            what = Both(f"总分 {shortest(total)} ", f"a total of {shortest(total)}")
            given = {name: value for name, value in one.given.items() if name in {x.id for x in exam.rules.inputs}}
            witness = {"outcomes": exam.outcomes({**given, **outcome}), "total": shortest(total)}
            exam.report(GAP, place, None, what=what, lacking=Both("等级", "rating"), found=shortest(total), witness=witness)
            return


def _holes(exam: Examination, whole: Values, spread: str) -> None:
    """Totals between the lowest and the highest, on the total's step, that cannot occur."""
    node = exam.rules.steps[TOTAL].node
    if not isinstance(node, Round) or node.rounding.mode == "none":
        return
    step = node.rounding.step
    count = int((whole.highest - whole.lowest) / step) + 1 - len(whole)
    if count <= 0:
        return
    value, example = whole.lowest, ""
    for one in whole:
        if one - value > step:
            example = f"{shortest(value + step)}–{shortest(one - step)}" if one - value > 2 * step else shortest(value + step)
            break
        value = one
    exam.report(TOTAL_UNREACHABLE, exam.rules.total.place, TOTAL, found=str(count), expected=spread, example=example)


def _rating_cliffs(exam: Examination) -> None:
    """Jumps that change the rating by themselves, all else at full marks."""
    done: set[str] = set()
    for jump in sorted(exam.jumps, key=lambda one: -one.size):
        if jump.item.id in done:
            continue
        pair = [_scored(exam, outcome) for outcome in (jump.first, jump.second)]
        if pair[0] is None or pair[1] is None or pair[0][1] == pair[1][1]:
            continue
        done.add(jump.item.id)
        better, worse = sorted(pair, key=lambda one: -(one[0] or 0))  # type: ignore[index]
        _tell_cliff(exam, jump, better, worse)  # type: ignore[arg-type]


def _scored(exam: Examination, outcome: Mapping[str, Value]) -> tuple[Fraction | None, str] | None:
    try:
        found = score(exam.rules, exam.outcomes(outcome))
    except OutcomeError:
        return None
    return found.total, found.rating.label


def _tell_cliff(exam: Examination, jump: Jump, better: tuple[Fraction | None, str], worse: tuple[Fraction | None, str]) -> None:
    moved = [
        told(exam.rules, {name: one[name] for name in one if jump.first[name] != jump.second[name]}) for one in (jump.first, jump.second)
    ]
    exam.report(
        RATING_CLIFF, jump.item.place, jump.item.id, label=jump.item.label, better=better[1], worse=worse[1],
        found=Both(f"{moved[0].zh} 与 {moved[1].zh} ", f"{moved[0].en} and {moved[1].en}"), delta=shortest(jump.size),
        witness={"outcomes": exam.outcomes(jump.first), "and": {"outcomes": exam.outcomes(jump.second)}},
    )  # fmt: skip


# --- the file itself --------------------------------------------------------------------------------------------------------


def _polluted(node: Node) -> Iterator[Finding]:
    """Numbers that went through a binary float."""
    stack = [node]
    while stack:
        one = stack.pop()
        if isinstance(one.value, dict):
            stack.extend(one.value.values())
        elif isinstance(one.value, list):
            stack.extend(one.value)
        elif isinstance(one.value, str):
            for match in LITERAL.finditer(one.value):
                meant = _meant(match.group())
                if meant is not None:
                    yield POLLUTED_LITERAL.at(one.place, found=match.group(), expected=meant)


def _meant(text: str) -> str | None:
    """The short decimal that a long one stands for, or None."""
    value = Fraction(text)
    digits = text.replace(".", "").lstrip("0")
    if len(digits) < 12 or not value:
        return None
    for places in range(7):
        near = Fraction(round(value * 10**places), 10**places)
        if near and near != value and abs(near - value) <= value / 10**6:
            return shortest(near)
    return None


def _waived(rules: RuleSet, findings: list[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Findings that stay, and those that the file waives; a waiver that waives nothing is a finding."""
    kept = list(findings)
    waived: list[Finding] = []
    for k, waiver in enumerate(rules.model.waivers):
        at = None if waiver.at is None else canonical(waiver.at)
        held = [one for one in findings if one.code == waiver.finding and at in (None, one.indicator or TOTAL)]
        waived.extend(one for one in held if one not in waived)
        kept = [one for one in kept if one not in held]
        if not held:
            node = rules.document.at(("waivers", k))
            place = rules.document.place if node is None else node.place
            kept.append(WAIVER_UNUSED.at(place, found=f"{waiver.finding}{'' if waiver.at is None else f' @ {waiver.at}'}"))
    return kept, waived
