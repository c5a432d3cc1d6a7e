"""What can be proved of each item: holes, rows that never decide, edges claimed twice, slopes, bounds, jumps, zero divisors.

Every property is inferred from the steps and the target; the pieces of an item are looked at one after the other, and a finding
shows the outcomes at which it can be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any

from perfscore.checks.domain import Domain, Sweep, Undecided
from perfscore.checks.search import samples
from perfscore.checks.totals import Attainable
from perfscore.checks.values import recorded
from perfscore.checks.witness import told, written
from perfscore.finding import Both, Finding, Kind, Place, Unreadable
from perfscore.formula import tree
from perfscore.formula.test import parse_test
from perfscore.numbers.date import Day
from perfscore.numbers.number import shortest
from perfscore.readings.exact import BROKEN, DIVISION_BY_ZERO, NO_CASE, Evaluation, Value
from perfscore.readings.pieces import Form, Line, Piece
from perfscore.ruleset.items import POINTS_OUT_OF_RANGE
from perfscore.ruleset.ratings import GAP
from perfscore.ruleset.ruleset import RuleSet
from perfscore.steps import Cases, Input, Rows, Scored, Step, below

SHADOWED = Kind(
    "shadowed-case",
    "warning",
    zh="“{label}”：{row}从不起作用，前面各行已包括它的所有取值，或它的条件不可能成立",
    en="“{label}”: {row} never decides: the rows before it take all of its values, or its condition can not hold",
    hint_zh="调整顺序或区间，或删去这一行",
    hint_en="change the order or the interval, or take the row out",
    why="The first row that holds gives the points; a row that never decides says something that the rules do not do.",
    fix="Put the narrower row first, or mend its interval; or waive it with the document that prints it so.",
)
CLAIMED_TWICE = Kind(
    "edge-claimed-twice",
    "warning",
    zh="“{label}”：{found}同时符合{first}（{points} 分）和{row}（{other} 分），按前一行计分",
    en="“{label}”: at {found} both {first} ({points} points) and {row} ({other} points) hold; the first decides",
    hint_zh="写明这一端归哪一档，如把其中一个区间改为不含端点",
    hint_en="say which row the edge belongs to: leave it out of one of the two",
    why="Two rows that both print the edge give two answers, and the text does not say which one counts.",
    fix="Open one of the two intervals at the edge; or waive it with the document that decides.",
)
NOT_MONOTONE = Kind(
    "not-monotone",
    "warning",
    zh="“{label}”：{found}，{expected}",
    en="“{label}”: {found}; {expected}",
    hint_zh="检查各档得分的方向和计算公式",
    hint_en="check the direction of the rows and of the formula",
    why="Doing better must not cost points: then someone gains by reporting less.",
    fix="Mend the row or the formula; or waive it with the document that means it.",
)
OUT_OF_RANGE = Kind(
    "out-of-range",
    "error",
    zh="“{label}”：{found}时得 {points} 分，超出 0 至分值 {expected} 的范围",
    en="“{label}”: {found} gives {points} points, outside of 0 to the weight {expected}",
    hint_zh="如规则允许，请写 floor（扣完为止）或 cap（封顶）",
    hint_en="write floor or cap if the rule means to clamp",
    why="Points outside of 0 and the weight are refused when someone is scored, unless a floor or a cap is written.",
    fix="Write `floor: 0` or `cap: weight` where the rule says so, or mend the method.",
)
FULL_UNREACHABLE = Kind(
    "full-unreachable",
    "warning",
    zh="“{label}”最多得 {found} 分，达不到分值 {expected}",
    en="“{label}” earns at most {found} points, never its weight {expected}",
    hint_zh="检查最高一档的得分，或分值",
    hint_en="check the points of the best row, or the weight",
    why="Full marks that nobody can earn lower every total.",
    fix="Let the best outcome earn the weight, or lower the weight.",
)
ZERO_UNREACHABLE = Kind(
    "zero-unreachable",
    "info",
    zh="“{label}”最低得 {found} 分，不会得 0 分",
    en="“{label}” earns at least {found} points, never 0",
    why="Points that nobody can lose are no measure.",
    fix="Say what earns nothing, where the rule means it.",
)
CLIFF = Kind(
    "cliff",
    "info",
    zh="“{label}”：{found}处得分相差 {delta} 分（分值 {expected}）",
    en="“{label}”: {delta} points of {expected} are lost at {found}",
    why="At a jump the smallest difference of the outcome costs many points; people then argue about the last digit.",
    fix="Use more bands, or points in proportion, where the rule leaves it open.",
)
ZERO_DENOMINATOR = Kind(
    "zero-denominator",
    "error",
    zh="“{label}”：{found}时除数为 0，无法计分",
    en="“{label}”: {found} makes a divisor 0, and nothing can be scored",
    hint_zh="用 special 写明这时怎么计分，或用 range 排除",
    hint_en="say with `special` what this earns, or rule it out with `range`",
    why="A budget or a target of 0 can be recorded, and then the score stops.",
    fix="Write a `special` case for the zero, or a `range` that excludes it.",
)
NOT_DECIDED = Kind(
    "not-decided",
    "info",
    zh="“{label}”：{found}未能判定（{because}）",
    en="“{label}”: {found} could not be decided ({because})",
    why="Several numbers that are no one quantity, or values without a closed form, cannot be looked through completely.",
    fix="Nothing has to change; embedded examples and property tests still look at it.",
)
PROPERTIES = Both("档位是否有空档、方向、上下限", "holes, direction and bounds")
DIRECTION = Both("得分的方向", "the direction of its points")
SEVERAL = Both("涉及多个不能合成一个量的数，或没有封闭算式", "several numbers that are no one quantity, or no closed form")

Seen = tuple[Sweep, list[Piece]]


@dataclass(frozen=True, slots=True)
class Knot:
    """A recordable value of the variable at which a piece begins, ends or stands: points, and the value they are judged against."""

    x: Fraction
    points: Fraction | None
    subject: Fraction | None
    piece: int


@dataclass(slots=True)
class Extreme:
    """The most (or least) that an item can earn, and outcomes that earn it."""

    points: Fraction
    outcome: dict[str, Value]


@dataclass(slots=True)
class Jump:
    """Two neighbouring outcomes of one item, and the points of each."""

    item: Scored
    first: dict[str, Value]
    second: dict[str, Value]
    points: tuple[Fraction, Fraction]
    bands: int  # how many different points there are along the variable

    @property
    def size(self) -> Fraction:
        return abs(self.points[0] - self.points[1])


@dataclass(slots=True)
class Examination:
    """Everything that is known of a rule set's items, and the findings so far."""

    rules: RuleSet
    domain: Domain
    findings: list[Finding] = field(default_factory=list)
    fired: dict[str, set[int]] = field(default_factory=dict)
    unseen: set[str] = field(default_factory=set)  # steps whose outcomes were not all seen
    best: dict[str, Extreme] = field(default_factory=dict)
    worst: dict[str, Extreme] = field(default_factory=dict)
    jumps: list[Jump] = field(default_factory=list)
    decided: int = 0
    undecided: int = 0

    def report(self, kind: Kind, place: Place, indicator: str | None, **facts: Any) -> None:
        """A finding, once for each place and code (and row)."""
        if all(
            (one.kind, one.place, one.indicator, one.facts.get("row")) != (kind, place, indicator, facts.get("row"))
            for one in self.findings
        ):
            self.findings.append(kind.at(place, indicator=indicator, **facts))

    def outcomes(self, values: Mapping[str, Value]) -> dict[str, Any]:
        """These outcomes, and the others at full marks."""
        whole: dict[str, Value] = {}
        for extreme in self.best.values():
            whole.update({name: value for name, value in extreme.outcome.items() if name not in whole})
        return written(self.rules, {**whole, **values})


def examine_items(exam: Examination) -> None:
    """Look at every item, then at every other step that has cases of its author's."""
    for item in exam.rules.items.values():
        _item(exam, item)
    for gate in exam.rules.gates:
        _step(exam, gate.step)
    exam.unseen.add("rating:row")  # levels that no total reaches are looked for with the totals
    _shadowed(exam)


def _item(exam: Examination, item: Scored) -> None:
    name = f"{item.id}:scored"
    subject = _subject(exam.rules, item)
    sloped = [name] if subject is None else [name, subject]
    try:
        seen = [(sweep, sweep.pieces(exam.domain.program, [name], sloped)) for sweep in exam.domain.sweeps(name)]
    except Undecided:
        _by_parts(exam, item)
        return
    exam.decided += 1
    for one in seen:
        _cases(exam, one, item)
    for sweep, pieces in seen:
        knots = list(_knots(sweep, pieces, name, subject))
        for knot in knots:
            if knot.points is None:
                continue
            for into, sign in ((exam.best, 1), (exam.worst, -1)):
                _remember(into, item, knot.points, sign, partial(sweep.outcome, knot.x))
        _direction(exam, item, sweep, knots, subject)
        _jump(exam, item, sweep, pieces, knots)
    _bounds(exam, item)


def _remember(into: dict[str, Extreme], item: Scored, points: Fraction, sign: int, outcome: Callable[[], dict[str, Value] | None]) -> None:
    """Keep the most (sign 1) or the least (-1) of an item, where outcomes that earn it can be recorded."""
    known = into.get(item.id)
    if (known is None or sign * (points - known.points) > 0) and (found := outcome()) is not None:
        into[item.id] = Extreme(points, found)


def _bounds(exam: Examination, item: Scored) -> None:
    best, worst = exam.best.get(item.id), exam.worst.get(item.id)
    if best is not None and best.points < item.weight:
        exam.report(FULL_UNREACHABLE, item.place, item.id, label=item.label, found=shortest(best.points), expected=shortest(item.weight))
    if worst is not None and worst.points > 0 and item.weight:
        exam.report(ZERO_UNREACHABLE, item.place, item.id, label=item.label, found=shortest(worst.points), expected="0")


def _subject(rules: RuleSet, item: Scored) -> str | None:
    """The number or day that the points are about: the item's own outcome, or its `actual`."""
    if f"{item.id}:actual" in rules.steps:
        return f"{item.id}:actual"
    step = rules.steps.get(item.id)
    node = None if step is None else step.node
    return item.id if isinstance(node, Input) and node.type in ("number", "date") else None


# --- one sweep ------------------------------------------------------------------------------------------------------------


def _knots(sweep: Sweep, pieces: Sequence[Piece], name: str, subject: str | None) -> Iterator[Knot]:
    """Recordable values in order: of each piece its ends, and where it has none, values very near to them."""
    for k, piece in enumerate(pieces):
        for x in _near_ends(sweep, piece):
            yield Knot(x, _at(piece, name, x), x if subject is None else _at(piece, subject, x), k)


def _near_ends(sweep: Sweep, piece: Piece) -> list[Fraction]:
    if piece.is_point:
        return [piece.at]
    line = sweep.line
    low, high = piece.low, piece.high
    if line.grid is not None:
        within = line.inside(low, high)
        if within is None:
            return []
        first = within[0] if low is not None else within[1] - 10**6
        last = within[1] if high is not None else within[0] + 10**6
        if low is None and high is None:
            first, last = -(10**6), 10**6
        return [first * line.grid] if first == last else [first * line.grid, last * line.grid]
    bottom = low if isinstance(low, Fraction) else None if low is None else low.high
    top = high if isinstance(high, Fraction) else None if high is None else high.low
    if bottom is None and top is None:
        return [Fraction(-(10**6)), piece.at, Fraction(10**6)]
    if bottom is None or top is None:
        end = bottom if top is None else top
        assert end is not None
        far = (abs(end) + 1) * 10**6 // 1
        near = Fraction(1, 10**9)
        return [end + near, piece.at, end + far] if top is None else [end - far, piece.at, end - near]
    width = top - bottom
    nearness = Fraction(1, 10**9)
    while nearness * 4 > width:
        nearness /= 1000
    return [_decimal(bottom, nearness, 1), piece.at, _decimal(top, nearness, -1)]


def _decimal(end: Fraction, nearness: Fraction, side: int) -> Fraction:
    """A decimal just beside an end."""
    scale = nearness.denominator
    return Fraction((end * scale).__floor__() + 1 if side == 1 else (end * scale).__ceil__() - 1, scale)


def _at(piece: Piece, name: str, x: Fraction) -> Fraction | None:
    value = piece.values.get(name)
    return value.at(x) if isinstance(value, Form) else None


def _direction(exam: Examination, item: Scored, sweep: Sweep, knots: Sequence[Knot], subject: str | None) -> None:
    """Points must follow the target's sign; without one they must not fall and rise again."""
    if sweep.variable is None:
        return
    known = sorted((one for one in knots if one.points is not None and one.subject is not None), key=lambda one: one.subject)  # type: ignore[arg-type,return-value]
    sign = {"up": 1, "down": -1}.get(_target_direction(exam.rules, item, subject), 0)
    for a, b in _against(known, sign):
        first, second = sweep.outcome(a.x), sweep.outcome(b.x)
        if first is None or second is None:
            continue
        assert a.points is not None and b.points is not None
        showing = [told(exam.rules, {name: one[name] for name in one if first[name] != second[name]}) for one in (first, second)]
        found = Both(
            f"{showing[0].zh} 得 {shortest(a.points)} 分，{showing[1].zh} 得 {shortest(b.points)} 分",
            f"{showing[0].en} earns {shortest(a.points)} points, {showing[1].en} earns {shortest(b.points)}",
        )
        expected = {
            1: Both("实际值越高，得分不应越低", "more must not earn less"),
            -1: Both("实际值越低，得分不应越低", "less must not earn less"),
            0: Both("得分先降后升", "points fall and then rise again"),
        }[sign]
        exam.report(
            NOT_MONOTONE, item.place, item.id, label=item.label, found=found, expected=expected,
            witness={"outcomes": exam.outcomes(first), "and": {"outcomes": exam.outcomes(second)}},
            delta=shortest(abs(a.points - b.points)),
        )  # fmt: skip
        return


def _target_direction(rules: RuleSet, item: Scored, subject: str | None) -> str:
    text = item.about.get("target")
    if not isinstance(text, str) or subject is None:
        return ""
    try:
        return parse_test(text).direction
    except Unreadable:
        return ""


def _against(knots: Sequence[Knot], sign: int) -> Iterator[tuple[Knot, Knot]]:
    """Neighbours whose points move against the sign; without a sign, that rise after a fall."""
    fallen = False
    for a, b in pairwise(knots):
        assert a.points is not None and b.points is not None
        if a.subject == b.subject:
            continue
        if sign:
            if sign * (b.points - a.points) < 0:
                yield a, b
            continue
        if b.points > a.points and fallen:
            yield a, b
        fallen = fallen or b.points < a.points


def _jump(exam: Examination, item: Scored, sweep: Sweep, pieces: Sequence[Piece], knots: Sequence[Knot]) -> None:
    """The jumps between neighbouring pieces: where what holds on the one side does not lead over to the other."""
    bands = len({one.points for one in knots})
    for a, b in pairwise(knots):
        if a.piece == b.piece or a.points is None or b.points is None or a.points == b.points:
            continue
        if sweep.line.grid is not None and b.x - a.x != sweep.line.grid:
            continue
        size = abs(a.points - b.points)
        if size * 20 < item.weight or not item.weight or not _breaks(pieces[a.piece], pieces[b.piece], f"{item.id}:scored"):
            continue
        first, second = sweep.outcome(a.x), sweep.outcome(b.x)
        if first is not None and second is not None:
            exam.jumps.append(Jump(item, first, second, (a.points, b.points), bands))


def _breaks(left: Piece, right: Piece, name: str) -> bool:
    """Whether a value jumps from one piece to the next."""
    end = left.high
    before, after = left.values.get(name), right.values.get(name)
    if not isinstance(end, Fraction) or not isinstance(before, Form) or not isinstance(after, Form):
        return True
    try:
        return before.at(end) != after.at(end)
    except ZeroDivisionError:
        return True


def report_cliffs(exam: Examination) -> None:
    """The largest jump of each item with more than two bands, from a tenth of its weight."""
    for item in exam.rules.items.values():
        own = [one for one in exam.jumps if one.item is item and one.bands > 2 and one.size * 10 >= item.weight]
        if own:
            jump = max(own, key=lambda one: one.size)
            low, high = (jump.first, jump.second) if jump.points[0] < jump.points[1] else (jump.second, jump.first)
            moved = [told(exam.rules, {name: one[name] for name in one if low[name] != high[name]}) for one in (high, low)]
            found = Both(f"{moved[0].zh} 与 {moved[1].zh} 之间", f"{moved[0].en} and {moved[1].en}")
            exam.report(
                CLIFF, item.place, item.id, label=item.label, found=found, delta=shortest(jump.size), expected=shortest(item.weight),
                witness={"outcomes": exam.outcomes(high), "and": {"outcomes": exam.outcomes(low)}},
            )  # fmt: skip


# --- cases ----------------------------------------------------------------------------------------------------------------


def _cases(exam: Examination, seen: Seen, item: Scored | None) -> None:
    """What fired, what has no value and why, and rows that share an edge."""
    sweep, pieces = seen
    for piece in pieces:
        for name, k in piece.fired.items():
            exam.fired.setdefault(name, set()).add(k)
        for problem in piece.problems:
            if problem.kind in (NO_CASE, DIVISION_BY_ZERO, POINTS_OUT_OF_RANGE):
                _problem(exam, sweep, piece, problem.kind, problem.place, problem.owner, item)
    names = {name for piece in pieces for name in piece.fired}
    for name in names:
        step = exam.rules.steps.get(name)
        if step is not None and isinstance(step.node, Cases):
            _shared_edges(exam, sweep, pieces, step)


def _problem(exam: Examination, sweep: Sweep, piece: Piece, kind: Kind, place: Place, owner: str, item: Scored | None) -> None:
    told_kind = {NO_CASE.code: GAP, DIVISION_BY_ZERO.code: ZERO_DENOMINATOR, POINTS_OUT_OF_RANGE.code: OUT_OF_RANGE}[kind.code]
    indicator = owner or None
    if any((one.kind, one.place, one.indicator) == (told_kind, place, indicator) for one in exam.findings):
        return
    for x in _candidates(sweep, piece):
        outcome = sweep.outcome(x)
        if outcome is None:
            continue
        shown = told(exam.rules, outcome)
        label = _label(exam.rules, owner, place, item)
        facts: dict[str, Any] = {"label": label, "found": shown, "witness": {"outcomes": exam.outcomes(outcome)}}
        if told_kind is GAP:
            facts["what"] = Both(f"“{label}”：{shown.zh}时", f"“{label}”: {shown.en}")
            facts["lacking"] = Both("对应的分档或情形", "row or case")
            facts["hint_zh"], facts["hint_en"] = (
                "补一档，或写 otherwise；不可能的取值用 range 排除",
                ("add a row, or `otherwise`; what can not be is ruled out with `range`"),
            )
        if told_kind is OUT_OF_RANGE and item is not None:
            before = Evaluation(exam.domain.program, dict(outcome))
            points = before.value(_before_claim(exam.rules, item))
            facts["points"] = shortest(points) if isinstance(points, Fraction) else ""
            facts["expected"] = shortest(item.weight)
        exam.report(told_kind, place, indicator, **facts)
        return
    exam.undecided += 1


def _before_claim(rules: RuleSet, item: Scored) -> str:
    names = [stage.step for stage in item.stages]
    at = names.index(f"{item.id}:claimed") if f"{item.id}:claimed" in names else 0
    return names[max(at - 1, 0)]


def _candidates(sweep: Sweep, piece: Piece) -> list[Fraction]:
    return list(dict.fromkeys([*recorded(piece, sweep.line), *_near_ends(sweep, piece)]))


def _label(rules: RuleSet, owner: str, place: Place, item: Scored | None) -> str:
    if owner in rules.items or owner in rules.groups:
        return rules.scored(owner).label
    return owner or next(
        (step.label or step.word or step.name for step in rules.steps.values() if step.place == place), item.label if item else ""
    )


def authored(step: Step) -> list[int]:
    """The cases that the author of the rule file wrote, of a case list."""
    assert isinstance(step.node, Cases)
    written = [(case.when, case.points) for case in step.node.cases]
    return [
        k
        for k, case in enumerate(step.node.cases)
        if case.place != tree.NOWHERE and any(part is not None and part.place == case.place for part in written[k])
    ]


def _shadowed(exam: Examination) -> None:
    for step in exam.rules.steps.values():
        if not isinstance(step.node, Cases) or step.name in exam.unseen or step.name not in exam.fired:
            continue
        for k in authored(step):
            case = step.node.cases[k]
            if k in exam.fired[step.name] or case.refuse is not None:
                continue
            row = Both(f"“{case.label or case.reason}”", f"“{case.label or case.reason}”")
            label = _label(exam.rules, step.owner, step.place, None) or step.name
            exam.report(SHADOWED, case.place, step.owner or step.name, label=label, row=row, found=case.label or case.reason)


def _shared_edges(exam: Examination, sweep: Sweep, pieces: Sequence[Piece], step: Step) -> None:
    """Two rows of the author that both hold at a point, but not together on either side of it."""
    assert isinstance(step.node, Cases)
    own = authored(step)
    if len(own) < 2 or sweep.variable is None:
        return
    cases = step.node.cases

    def holding(x: Fraction) -> set[int]:
        reading = _reading(exam, sweep, x)
        return {k for k in own if (when := cases[k].when) is not None and reading.of(when) is True}

    for before, piece, after in zip([None, *pieces], pieces, [*pieces[1:], None], strict=False):
        first = piece.fired.get(step.name)
        if not piece.is_point or first not in own:
            continue
        both = holding(piece.at) - {first}
        later = [k for k in sorted(both) if k > first]
        if not later:
            continue
        sides = [
            holding(_near_ends(sweep, side)[-1 if side is before else 0])
            for side in (before, after)
            if side is not None and _near_ends(sweep, side)
        ]
        reading = _reading(exam, sweep, piece.at)
        if not any(first in side for side in sides):
            continue  # a row for this very value, on purpose
        for k in later:
            points = [reading.of(cases[one].points) for one in (first, k) if cases[one].points is not None]  # type: ignore[arg-type]
            if (
                any({first, k} <= side for side in sides)
                or not any(k in side for side in sides)
                or len(points) < 2
                or points[0] == points[1]
            ):
                continue
            outcome = sweep.outcome(piece.at)
            numbers = [one for one in points if isinstance(one, Fraction)]
            if outcome is None or len(numbers) < 2:
                continue
            label = _label(exam.rules, step.owner, step.place, None) or step.name
            exam.report(
                CLAIMED_TWICE, cases[k].place, step.owner or step.name, label=label, found=told(exam.rules, outcome),
                first=f"“{cases[first].label or cases[first].reason}”", row=f"“{cases[k].label or cases[k].reason}”",
                points=shortest(numbers[0]), other=shortest(numbers[1]), witness={"outcomes": exam.outcomes(outcome)},
            )  # fmt: skip


def _reading(exam: Examination, sweep: Sweep, x: Fraction) -> Evaluation:
    values = dict(sweep.fixed)
    if sweep.variable is not None:
        values[sweep.variable] = Day(int(x)) if sweep.line.day else x
    return Evaluation(exam.domain.program, values)


# --- items that cannot be swept as a whole --------------------------------------------------------------------------------


def _by_parts(exam: Examination, item: Scored) -> None:
    """Each case list of the item by itself; the item's own properties stay open where its parts are not simply added up."""
    steps = [step for step in below(exam.rules.steps, f"{item.id}:scored") if isinstance(step.node, Cases)]
    open_steps: list[str] = []
    for step in steps:
        try:
            for sweep in exam.domain.sweeps(step.name):
                _cases(exam, (sweep, sweep.pieces(exam.domain.program, [step.name])), item)
        except Undecided:
            open_steps.append(step.name)
    try:
        reach = Attainable(exam.domain)
        values = reach.of(f"{item.id}:scored")
        for value, into, sign in ((values.highest, exam.best, 1), (values.lowest, exam.worst, -1)):
            _remember(into, item, value, sign, partial(values.witness, value))
        _claims(exam, item, reach)
        exam.decided += 1
        if _subject(exam.rules, item) is not None:
            exam.undecided += 1
            exam.report(NOT_DECIDED, item.place, item.id, label=item.label, found=DIRECTION, because=SEVERAL)
        _bounds(exam, item)
        exam.unseen.update(name for name in open_steps if authored(exam.rules.steps[name]))
    except Undecided:
        exam.unseen.update(step.name for step in below(exam.rules.steps, f"{item.id}:scored") if isinstance(step.node, (Cases, Rows)))
        exam.undecided += 1
        exam.report(NOT_DECIDED, item.place, item.id, label=item.label, found=PROPERTIES, because=SEVERAL)
        _searched(exam, f"{item.id}:scored", item)


def _claims(exam: Examination, item: Scored, reach: Attainable) -> None:
    """The highest and lowest points of an item before its claim: what the claim refuses is told, not dropped."""
    before = _before_claim(exam.rules, item)
    if before == item.stages[0].step and f"{item.id}:claimed" not in exam.rules.steps:
        return
    values = reach.of(before)
    for points in (values.highest, values.lowest):
        reading = Evaluation(exam.domain.program, {**reach.fixed, before: points})
        outcome = values.witness(points)
        if reading.value(f"{item.id}:claimed") is BROKEN and outcome is not None:
            sweep, zero = Sweep(outcome, None, Line(), lambda _, outcome=outcome: dict(outcome)), Fraction(0)  # type: ignore[misc]
            _problem(exam, sweep, Piece(zero, zero, zero), POINTS_OUT_OF_RANGE, item.place, item.id, item)


def _searched(exam: Examination, name: str, item: Scored | None) -> None:
    """Outcomes at the written edges; what goes wrong there is a finding, the most and the least are remembered."""
    for outcome in samples(exam.domain, name):
        reading = Evaluation(exam.domain.program, dict(outcome))
        points = reading.value(name)
        sweep = Sweep(outcome, None, Line(), lambda _, outcome=outcome: dict(outcome))  # type: ignore[misc]
        zero = Fraction(0)
        piece = Piece(zero, zero, zero)
        for problem in reading.problems:
            if problem.kind in (NO_CASE, DIVISION_BY_ZERO, POINTS_OUT_OF_RANGE):
                _problem(exam, sweep, piece, problem.kind, problem.place, problem.indicator or "", item)
        if item is not None and isinstance(points, Fraction):
            for into, better in ((exam.best, 1), (exam.worst, -1)):
                _remember(into, item, points, better, partial(dict, outcome))


def _step(exam: Examination, name: str) -> None:
    """A step that is no item: what it needs may have holes too."""
    try:
        for sweep in exam.domain.sweeps(name):
            _cases(exam, (sweep, sweep.pieces(exam.domain.program, [name])), None)
    except Undecided:
        exam.unseen.update(step.name for step in below(exam.rules.steps, name) if isinstance(step.node, Cases))
        _searched(exam, name, None)
