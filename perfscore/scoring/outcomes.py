"""Outcomes: what was reported, read against what the rules declare. Every problem at once, each with its place.

Missing, zero and not applicable are three things. What cannot be read is an error; nothing is dropped or guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any

from perfscore.finding import Both, Finding, Kind, OutcomeError, Place, Unreadable
from perfscore.formula.parse import canonical
from perfscore.methods.method import as_written
from perfscore.numbers.date import read_date
from perfscore.numbers.number import shortest
from perfscore.numbers.rounding import on_grid
from perfscore.numbers.unit import MONEY, PURE, convert, split_scale
from perfscore.numbers.written import BAD_YES_NO, Quantity, is_missing, is_not_applicable, read_quantity, read_yes_no
from perfscore.readings.exact import BROKEN, MAX_BITS, MISSING, NUMBER_TOO_LARGE, Value, formula_value
from perfscore.ruleset.places import Node, content_of, nodes_from_plain, not_opened, read_nodes
from perfscore.ruleset.ruleset import RuleSet
from perfscore.ruleset.scope import guess
from perfscore.scoring.tables import DUPLICATE_OUTCOME, TABLE_UNREADABLE, UNKNOWN_PART, nodes_from_csv
from perfscore.steps import Input

UNKNOWN_OUTCOME = Kind(
    "unknown-outcome",
    "error",
    zh="规则中没有录入项“{found}”{guess}",
    en="the rules have no input “{found}”{guess}",
    hint_zh="perfscore rules show 列出全部录入项",
    hint_en="perfscore rules show lists all inputs",
    why="An outcome that no rule reads would silently not count.",
    fix="Mend the id, or take the line out.",
)
MISSING_OUTCOME = Kind(
    "missing-outcome",
    "error",
    zh="缺少“{label}”（{found}）",
    en="“{label}” ({found}) is missing",
    hint_zh="填写实际值{or_else}",
    hint_en="report it{or_else}",
    why="Missing is not zero: nothing is scored for an outcome that nobody reported.",
    fix="Report the outcome. A rule that means something by an absent value says so with `missing`.",
)
OUTSIDE_RANGE = Kind(
    "outside-range",
    "error",
    zh="“{label}”的值 {found} 超出允许范围 {expected}",
    en="“{label}” is {found}, outside of the allowed {expected}",
    why="A value that cannot occur is a slip of the pen, and would be scored like a real one.",
    fix="Mend the value.",
)
OFF_GRID = Kind(
    "off-grid",
    "warning",
    zh="“{label}”的值 {found} 不是记录精度（{expected}）的整数倍",
    en="“{label}” is {found}, not a multiple of the step it is recorded in ({expected})",
    hint_zh="按记录精度填写",
    hint_en="report it as it is recorded",
    why="Edges between bands are set for values as they are recorded; 45.5 households is mostly a slip.",
    fix="Report the value as it is recorded, or mend the grid.",
)
BARE_RATIO = Kind(
    "bare-ratio",
    "warning",
    zh="“{label}”写作 {found}，按 {found}{sign} 计分",
    en="“{label}” is reported as {found} and scored as {found}{sign}",
    hint_zh="写明是 {times}{sign} 还是 {found}{sign}",
    hint_en="write {times}{sign} or {found}{sign}, whichever is meant",
    why="0.95 beside an item in % means 0.95%; whoever meant 95% would be scored a hundred times too low.",
    fix="Write `95%` or `0.95%`.",
)
UNKNOWN_CHOICE = Kind(
    "unknown-choice",
    "error",
    zh="“{label}”没有选项“{found}”{guess}",
    en="“{label}” has no choice “{found}”{guess}",
    hint_zh="可选：{expected}",
    hint_en="there are: {expected}",
    why="A choice outside of the list has no meaning in any row.",
    fix="Use one of the codes or labels listed.",
)
NOT_APPLICABLE_REFUSED = Kind(
    "not-applicable-refused",
    "error",
    zh="“{label}”填了不适用，但规则没有规定怎么处理",
    en="“{label}” is reported as not applicable, and the rules do not say what then happens",
    hint_zh="填写实际值；或在规则文件中写明 not_applicable",
    hint_en="report a value; or add `not_applicable` to the rule file",
    why="Full points, zero and moved weight differ; only the rule may choose.",
    fix="Report the outcome, or add a policy to the rule file.",
)
NOT_APPLICABLE_UNEXPLAINED = Kind(
    "not-applicable-unexplained",
    "warning",
    zh="“{label}”填了不适用，没有说明理由",
    en="“{label}” is reported as not applicable, without a reason",
    hint_zh="写 because: 理由",
    hint_en="write because: and the reason",
    why="Not applicable moves or gives points; a reviewer will ask why.",
    fix="Say why under `because`.",
)
UNSIGNED = Kind(
    "judgement-unsigned",
    "error",
    zh="“{label}”是人工评定，缺少 {expected}",
    en="“{label}” is judged by a person; missing: {expected}",
    hint_zh="写明 by: 评定人、because: 理由",
    hint_en="write by: and who judged, because: and why",
    why="A judgement that nobody signs cannot be reviewed.",
    fix="Give `by` and `because`.",
)
PARTS_SUM = Kind(
    "parts-sum",
    "error",
    zh="“{label}”的分项合计 {found}，与总数 {expected} 不符",
    en="the parts of “{label}” add up to {found}, not {expected}",
    hint_zh="{parts}",
    hint_en="{parts}",
    why="A total that its own parts contradict is wrong somewhere; nobody can tell where.",
    fix="Mend the part or the total that is wrong.",
)
NOT_A_VALUE = Kind(
    "not-a-value",
    "error",
    zh="“{label}”应为{expected}",
    en="“{label}” must be {expected}",
    why="A list or a mapping where one value belongs cannot be scored.",
    fix="Write one value.",
)
OTHER_RULES = Kind(
    "other-rules",
    "error",
    zh="这份填报是按“{found}”填的，现用规则是“{expected}”",
    en="these outcomes were reported for “{found}”, the rules are “{expected}”",
    hint_zh="换用“{found}”的规则；只有 rules 一行写错时才改它",
    hint_en="score with the rules “{found}”; change the line `rules` only if it is wrong",
    why="The same ids may mean other things in other rules.",
    fix="Use the rules the outcomes name.",
)
OUTCOMES_UNREADABLE = Kind(
    "outcomes-unreadable",
    "error",
    zh="填报文件无法读取：{found}",
    en="the outcome file cannot be read: {found}",
    hint_zh="检查路径",
    hint_en="look at the path",
    why="Nothing is scored without outcomes.",
    fix="Name a file that exists.",
)

TEXT_KEYS = ("because", "by", "deviation_reason", "improvement", "evidence")
KEYS = ("value", "parts", "not_applicable", *TEXT_KEYS)
HEADER = ("perfscore_outcomes", "rules", "unit", "period", "outcomes")
PARTS = Both("一组分项：parts: {甲: 4, 乙: 776}", "a number with its parts: parts: {甲: 4, 乙: 776}")
OUTCOME_FILE = {"hint_zh": "每行写“标识: 值”", "hint_en": "write id: value on each line"}
OUTCOME_VERSION: dict[str, Any] = {"what": Both("填报文件", "outcome files"), "key": "perfscore_outcomes"}
OR_NOT_APPLICABLE = Both(
    "；确实不适用的写 not_applicable: true 并在 because 写理由",
    "; if it does not apply, write not_applicable: true and say why under because",
)
_NAMES = {
    "number": Both("一个数", "one number"),
    "date": Both("一个日期", "one date"),
    "choice": Both("一个选项", "one choice"),
    "yes_no": Both("是或否", "yes or no"),
    "table": Both("一行行的列表", "a list of rows"),
}


@dataclass(frozen=True, slots=True)
class Reported:
    """One input as reported: the text, its place, the value in the declared unit, and how far it is known.

    `cells`: of a table, the number of the row and the cell, of each cell that is not exact (约80%, a month for a date).
    """

    id: str
    text: str
    place: Place
    value: Value
    low: Fraction | None = None
    high: Fraction | None = None
    approximate: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[tuple[str, str], ...] = ()
    cells: tuple[tuple[int, Reported], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Everything that was reported: `values` by input, `reported` with the texts, `unit` and `period` of the header.

    `places`: where each outcome stands. `whole`: the document could be read to its end, so what is absent is missing.
    """

    values: Mapping[str, Value]
    reported: Mapping[str, Reported]
    unit: str | None = None
    period: str | None = None
    warnings: tuple[Finding, ...] = ()
    place: Place = field(default_factory=Place)
    places: Mapping[str, Place] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of an outcome file, and the name it goes by."""

    content: bytes
    file: str


Source = Mapping[str, Any] | str | Path | Content | Node


def score_source(argument: str, standard_input: bytes | None) -> Source:
    """An argument of the command line: a file, or `-`."""
    return Content(standard_input, "<stdin>") if standard_input is not None else Path(argument)


def read_outcomes(rules: RuleSet, outcomes: Source) -> tuple[Outcomes, list[Finding]]:
    """The outcomes of a mapping or a file, and every error found in them (warnings stand in the outcomes)."""
    node, problems = outcome_nodes(outcomes, rules)
    reader = _Reader(rules, problems)
    return reader.read(node), [problem for problem in problems if problem.severity == "error"]


def outcome_nodes(outcomes: Source, rules: RuleSet) -> tuple[Node | None, list[Finding]]:
    """Outcomes as nodes with places, from a mapping, a path or a file's name; nodes (of a rule file's example) are taken as they are."""
    if isinstance(outcomes, Node):
        return outcomes, []
    if isinstance(outcomes, Mapping):
        return nodes_from_plain(outcomes, None, OutcomeError)
    if isinstance(outcomes, Content):
        return nodes_from_bytes(outcomes.content, outcomes.file, rules)
    if not isinstance(outcomes, (str, PathLike)):
        from perfscore.ruleset.load import NOT_A_MAPPING

        raise OutcomeError([NOT_A_MAPPING.at(Place(), **OUTCOME_FILE)])
    path = Path(outcomes)
    try:
        content = content_of(path)
    except ValueError:  # a NUL in the name
        nul = Both("文件名含有空字符", "the name holds a NUL character")
        raise OutcomeError([OUTCOMES_UNREADABLE.at(Place(repr(str(outcomes))), found=nul)]) from None
    except OSError as problem:
        raise OutcomeError([OUTCOMES_UNREADABLE.at(Place(str(outcomes)), found=not_opened(problem))]) from None
    return nodes_from_bytes(content, str(path), rules)


def nodes_from_bytes(content: bytes, file: str, rules: RuleSet) -> tuple[Node | None, list[Finding]]:
    """The nodes of an outcome file by the ending of its name; anything but .csv is YAML or JSON."""
    if file.lower().endswith(".csv"):
        return nodes_from_csv(content, file, ids_by_label(rules), OutcomeError, _Reader(rules, []).keys())
    return read_nodes(content, file, OutcomeError)


def ids_by_label(rules: RuleSet) -> dict[str, tuple[str, ...]]:
    """The inputs and items that have a label; a label of several names none of them."""
    found: dict[str, dict[str, None]] = {}
    named = [(one.label, one.id) for one in rules.inputs] + [(item.label, item.id) for item in rules.items.values()]
    for label, id in named:
        found.setdefault(label, {})[id] = None
    return {label: tuple(ids) for label, ids in found.items()}


class _Reader:
    def __init__(self, rules: RuleSet, problems: list[Finding]) -> None:
        self.rules = rules
        self.problems = problems
        self.inputs = {one.id: one for one in rules.inputs}
        self.items_of: dict[str, list[Input]] = {}
        for one in rules.inputs:
            if one.item is not None and one.id != one.item:
                self.items_of.setdefault(one.item, []).append(one)
        self.sides: dict[str, dict[str, Input]] = {}
        for step in rules.steps.values():
            if isinstance(step.node, Input) and ":" in step.name and step.word != "not_applicable":
                self.sides.setdefault(step.owner, {})[step.word] = step.node
        self.hidden = {name.rsplit(":", 1)[0] for name in rules.steps if name.endswith(":not_applicable")}
        self.values: dict[str, Value] = {}
        self.reported: dict[str, Reported] = {}
        self.places: dict[str, Place] = {}
        self.inexact: list[Reported] = []  # cells of the row that is being read
        self.unread = {problem.place.path.split(".")[0] for problem in problems if problem.place.path}

    def keys(self) -> set[str]:
        """What may stand beside the value of some outcome."""
        parts = {one.id.removeprefix(f"{id}.") for id, inputs in self.items_of.items() for one in inputs}
        return {*KEYS, "measures", *parts, *(side for sides in self.sides.values() for side in sides)}

    def read(self, node: Node | None) -> Outcomes:
        from perfscore.ruleset.load import NOT_A_MAPPING

        if node is None or not isinstance(node.value, dict):
            if not self.problems:
                self.problems.append(NOT_A_MAPPING.at(node.place if node is not None else Place(), **OUTCOME_FILE))
            return Outcomes({}, {}, whole=False)
        header = self._header(node)
        body = node.value.get("outcomes") if header else node
        if isinstance(body, Node) and isinstance(body.value, dict):
            for id, (one, place) in self._gathered(body.value, body.keys).items():
                self._outcome(id, one, place)
        elif header:
            self.problems.append(
                NOT_A_VALUE.at(
                    body.place if body is not None else node.place, label="outcomes", expected=Both("一组“标识: 值”", "a mapping of ids")
                )
            )
        plain = node.plain()
        texts = {
            key: str(node.value[key].value)
            for key in ("unit", "period")
            if header and key in node.value and isinstance(node.value[key].value, str)
        }
        warnings = tuple(problem for problem in self.problems if problem.severity != "error")
        given = plain if isinstance(plain, dict) else {}
        whole = all(problem.kind is not TABLE_UNREADABLE for problem in self.problems)
        return Outcomes(
            MappingProxyType(self.values), MappingProxyType(self.reported), texts.get("unit"), texts.get("period"), warnings,
            node.place, MappingProxyType(self.places), MappingProxyType(given), whole,
        )  # fmt: skip

    def _header(self, node: Node) -> bool:
        """Whether the mapping is a whole file; then its header is checked."""
        assert isinstance(node.value, dict)
        if "outcomes" not in node.value and "perfscore_outcomes" not in node.value:
            return False
        for key, one in node.value.items():
            if key not in HEADER:
                self._unknown_part(key, node.keys.get(key, one.place), Both("填报文件", "the outcome file"), HEADER)
        version = node.value.get("perfscore_outcomes")
        if version is not None and version.value != "1":
            from perfscore.ruleset.load import UNKNOWN_VERSION

            self.problems.append(UNKNOWN_VERSION.at(version.place, found=as_written(version.value), expected="1", **OUTCOME_VERSION))
        named = node.value.get("rules")
        if named is not None and isinstance(named.value, str) and named.value not in (self.rules.id, self.rules.id.split("@")[0]):
            self.problems.append(OTHER_RULES.at(named.place, found=named.value, expected=self.rules.id))
        return True

    def _gathered(self, body: dict[str, Node], keys: Mapping[str, Place]) -> dict[str, tuple[Node, Place]]:
        """Outcomes by id; flat keys (`system.made`) are gathered below their item."""
        found: dict[str, tuple[Node, Place]] = {}
        for key, one in body.items():
            id, place = canonical(key), keys.get(key, one.place)
            head, _, part = id.partition(".")
            if not part or (head not in self.rules.items and head not in self.inputs):
                self._once(found, id, one, place)
                continue
            if head not in found:
                found[head] = (Node({}, place), place)
            below, parts = found[head][0], found[head][0].value
            if not isinstance(parts, dict):
                parts = {"value": below}
                found[head] = (below := Node(parts, below.place, {"value": below.place}), found[head][1])
            if part in parts:
                self.problems.append(DUPLICATE_OUTCOME.at(place, found=id, first=below.keys[part]))
                continue
            parts[part], below.keys[part] = one, place
        return found

    def _once(self, found: dict[str, tuple[Node, Place]], id: str, one: Node, place: Place) -> None:
        """A whole outcome; what came flat before it is kept beside."""
        if id not in found:
            found[id] = (Node(dict(one.value), one.place, dict(one.keys)) if isinstance(one.value, dict) else one, place)
            return
        before, parts = found[id][0], found[id][0].value
        if isinstance(one.value, dict) and isinstance(parts, dict) and not set(one.value) & set(parts):
            parts.update(one.value)
            before.keys.update(one.keys)
            return
        self.problems.append(DUPLICATE_OUTCOME.at(place, found=id, first=found[id][1]))

    def _unknown_part(self, key: str, place: Place, owner: Both, known: Iterable[str], indicator: str | None = None) -> None:
        keys = list(known)
        self.problems.append(
            UNKNOWN_PART.at(place, indicator=indicator, owner=owner, found=key, expected=", ".join(keys), guess=guess(key, keys))
        )

    # --- one outcome ------------------------------------------------------------------------------------------------

    def _outcome(self, id: str, node: Node, key_place: Place) -> None:
        self.places[id] = key_place
        if id in self.unread or (key_place.path or "").rsplit(".", 1)[-1] in self.unread:
            self._break(id)
        if id in self.inputs and self.inputs[id].type == "table":
            self._table(self.inputs[id], node)
        elif id in self.inputs and id not in self.items_of:
            self._single(self.inputs[id], node)
        elif id in self.items_of or id in self.rules.items or id in self.rules.groups:
            self._composite(id, node, key_place)
        else:
            self.problems.append(UNKNOWN_OUTCOME.at(key_place, found=id, guess=self._meant(id)))

    def _meant(self, id: str) -> Both:
        """The id that was meant: a near one, or the one whose label was written. A label that several have names none of them."""
        meant = ids_by_label(self.rules).get(id, ())
        if len(meant) == 1:
            return Both(f"，是否指“{meant[0]}”？", f", did you mean “{meant[0]}”?")
        for one in meant:
            self._break(one)  # it may well have been reported
        shared = Both(f"：{'、'.join(meant)} 都叫这个名称，请写标识", f": {', '.join(meant)} have this label; write the id")
        return shared if meant else guess(id, [*self.inputs, *self.rules.items])

    def _composite(self, id: str, node: Node, key_place: Place) -> None:
        """An item whose outcome has several parts (elements, a grade), or only a status."""
        label = self.rules.scored(id).label
        parts = {one.id.removeprefix(f"{id}."): one for one in self.items_of.get(id, [])}
        if (isinstance(node.value, str) and (is_missing(node.value) or is_not_applicable(node.value))) or node.value is None:
            if isinstance(node.value, str) and is_not_applicable(node.value):
                self._not_applicable(id, label, node, {})
            return
        if not isinstance(node.value, dict):
            if not parts:
                self.problems.append(UNKNOWN_OUTCOME.at(key_place, found=id, guess=guess("", [])))
            else:
                several = Both(f"一组键值（{'、'.join(parts)}）", f"a mapping of {', '.join(parts)}")
                self.problems.append(NOT_A_VALUE.at(node.place, indicator=id, label=label, expected=several))
                self._break(id)
            return
        sides = self.sides.get(id, {})
        allowed = [*parts, *sides, "not_applicable", *TEXT_KEYS]
        for key, one in node.value.items():
            if canonical(key) not in allowed and key != "measures":
                self._unknown_part(key, node.keys.get(key, one.place), _outcome_of(label), allowed, id)
                self._break(id)
        self._once_each(node)
        texts = self._texts(node)
        self._beside(sides, node, texts)
        if self._says_not_applicable(node, label):
            self._not_applicable(id, label, node, texts)
            return
        for key, one in node.value.items():
            if canonical(key) in parts:
                self._value(parts[canonical(key)], one, texts, node.place)

    def _single(self, declared: Input, node: Node) -> None:
        item = declared.item
        if not isinstance(node.value, dict):
            if isinstance(node.value, str) and is_not_applicable(node.value) and not _is_choice(declared, node.value):
                self._not_applicable(item or declared.id, declared.label, node, {})
            else:
                self._value(declared, node, {}, node.place)
            return
        sides = self.sides.get(declared.id, {}) if declared.id == item else {}
        for key, one in node.value.items():
            if key not in KEYS and key != "measures" and key not in sides:
                self._unknown_part(key, node.keys.get(key, one.place), _outcome_of(declared.label), [*KEYS, *sides], declared.id)
                self._break(declared.id)
        texts = self._texts(node)
        self._beside(sides, node, texts)
        if self._says_not_applicable(node, declared.label):
            self._not_applicable(item or declared.id, declared.label, node, texts)
            return
        value = node.value.get("value")
        parts = node.value.get("parts")
        if value is None and parts is None:
            self._note(declared, "", node.place, MISSING, texts)
        elif value is None and parts is not None:
            self._parts(declared, parts, None, texts, node.place)
        elif value is not None:
            self._value(declared, value, texts, node.place)
            if parts is not None:
                self._parts(declared, parts, value, texts, node.place)

    def _once_each(self, node: Node) -> None:
        """Keys that are equal after normalisation are told: one of them would silently not count."""
        assert isinstance(node.value, dict)
        seen: dict[str, Place] = {}
        for key in node.value:
            place = node.keys.get(key, node.place)
            if canonical(key) in seen:
                self.problems.append(DUPLICATE_OUTCOME.at(place, found=key, first=seen[canonical(key)]))
            seen.setdefault(canonical(key), place)

    def _beside(self, sides: Mapping[str, Input], node: Node, texts: Mapping[str, str]) -> None:
        """What stands beside the value: points that a person sets, the mean of the peers."""
        assert isinstance(node.value, dict)
        for key, declared in sides.items():
            if key in node.value:
                self._value(declared, Node(node.value[key].value, node.value[key].place), texts, node.place)

    def _texts(self, node: Node) -> dict[str, str]:
        assert isinstance(node.value, dict)
        found: dict[str, str] = {}
        for key in (*TEXT_KEYS, "measures"):
            one = node.value.get(key)
            if one is None or one.value is None:
                continue
            parts = one.value if isinstance(one.value, list) else [one]
            wrong = next((part for part in parts if isinstance(part.value, (dict, list))), None)
            if wrong is not None:
                self.problems.append(NOT_A_VALUE.at(wrong.place, label=key, expected=Both("文字", "a text")))
                continue
            words = [str(part.value) for part in parts]
            found["improvement" if key == "measures" else key] = "；".join(words)
        return found

    def _says_not_applicable(self, node: Node, label: str) -> bool:
        assert isinstance(node.value, dict)
        said = node.value.get("not_applicable")
        if said is None or said.value in (False, None):
            value = node.value.get("value")
            return value is not None and isinstance(value.value, str) and is_not_applicable(value.value)
        if said.value is True:
            return True
        if not isinstance(said.value, str):
            self.problems.append(BAD_YES_NO.at(said.place, found=as_written(said.value)))
            return False
        try:
            return read_yes_no(said.value)
        except Unreadable as problem:
            self.problems.append(problem.at(said.place))
            return False

    def _not_applicable(self, id: str, label: str, node: Node, texts: Mapping[str, str]) -> None:
        if id not in self.hidden:
            self.problems.append(NOT_APPLICABLE_REFUSED.at(node.place, indicator=id, label=label))
            self._break(id)
            return
        if not texts.get("because"):
            self.problems.append(NOT_APPLICABLE_UNEXPLAINED.at(node.place, indicator=id, label=label))
        name = f"{id}:not_applicable"
        self.values[name] = True
        self.reported[name] = Reported(id, "不适用", node.place, True, texts=texts)

    def _break(self, id: str) -> None:
        """An outcome whose problem is reported: nothing that needs it is reported again."""
        for one in (*self.items_of.get(id, []), *([self.inputs[id]] if id in self.inputs else [])):
            self.values[one.id] = BROKEN

    # --- values -----------------------------------------------------------------------------------------------------

    def _value(self, declared: Input, node: Node, texts: Mapping[str, str], place: Place) -> None:
        if isinstance(node.value, dict) and declared.item is not None and declared.id.startswith(f"{declared.item}."):
            self._single(declared, node)
            return
        text = (
            {True: "true", False: "false", None: ""}.get(node.value, node.value)
            if isinstance(node.value, (bool, type(None)))
            else node.value
        )
        if not isinstance(text, str):
            self.problems.append(NOT_A_VALUE.at(node.place, indicator=declared.item, label=declared.label, expected=_NAMES[declared.type]))
            self.values[declared.id] = BROKEN
            return
        if is_missing(text):
            self._note(declared, text, node.place, MISSING, texts)
            return
        self._signed(declared, texts, place)
        try:
            self._read(declared, text, node, texts)
        except Unreadable as problem:
            self.problems.append(problem.at(node.place, indicator=declared.item))
            self.values[declared.id] = BROKEN

    def _table(self, declared: Input, node: Node) -> None:
        """The rows of a table: each a mapping of its columns, or the cells in their order."""
        rows = node.value.get("value", node) if isinstance(node.value, dict) else node
        if rows.value is None or (isinstance(rows.value, str) and is_missing(rows.value)):
            self._note(declared, "", rows.place, MISSING, {})
            return
        if not isinstance(rows.value, list):
            self.problems.append(NOT_A_VALUE.at(rows.place, label=declared.label, expected=_rows_of(declared)))
            self.values[declared.id] = BROKEN
            return
        read, inexact = [], list[tuple[int, Reported]]()
        for number, row in enumerate(rows.value, 1):
            self.inexact = []
            read.append(self._row(declared, row))
            inexact.extend((number, cell) for cell in self.inexact)
        whole = tuple(row for row in read if row is not None)
        text = f"{len(read)}"
        self._note(declared, text, node.place, whole if len(whole) == len(read) else BROKEN, {})
        self.reported[declared.id] = replace(self.reported[declared.id], cells=tuple(inexact))
        if len(whole) < len(read):
            self.values[declared.id] = BROKEN

    def _row(self, declared: Input, row: Node) -> tuple[Value, ...] | None:
        """The cells of one row, or None after telling what is wrong with it."""
        columns = declared.columns
        cells: dict[str, Node]
        if isinstance(row.value, dict):
            self._once_each(row)
            cells = {canonical(key): one for key, one in row.value.items()}
            for key in cells:
                if key not in [column.id for column in columns]:
                    owner = _outcome_of(declared.label)
                    self._unknown_part(key, row.keys.get(key, row.place), owner, [column.id for column in columns])
                    return None
        elif isinstance(row.value, list) and len(row.value) == len(columns):
            cells = {column.id: one for column, one in zip(columns, row.value, strict=True)}
        else:
            self.problems.append(NOT_A_VALUE.at(row.place, label=declared.label, expected=_rows_of(declared)))
            return None
        found = [self._cell(declared, column, cells.get(column.id, Node("", row.place))) for column in columns]
        return None if any(one is BROKEN for one in found) else tuple(found)

    def _cell(self, table: Input, column: Input, node: Node) -> Value:
        """The value of a cell, read like an input of its own."""
        inner = _Reader(self.rules, [])
        inner._value(replace(column, label=f"{table.label}·{column.label}"), node, {}, node.place)
        self.problems.extend(replace(one, facts={**one.facts, "about": table.id}) for one in inner.problems)
        if (cell := inner.reported.get(column.id)) is not None and cell.approximate:
            self.inexact.append(cell)
        value = inner.values.get(column.id, MISSING)
        if value is MISSING and column.missing is None:
            self.problems.append(
                MISSING_OUTCOME.at(node.place, label=f"{table.label}·{column.label}", found=f"{table.id}.{column.id}", or_else="")
            )
            return BROKEN
        if (
            value is not MISSING
            and value is not BROKEN
            and column.range is not None
            and formula_value(column.range, {column.id: value}) is not True
        ):
            facts = {"label": f"{table.label}·{column.label}", "found": str(node.value), "expected": column.range_text}
            self.problems.append(OUTSIDE_RANGE.at(node.place, **facts))
            return BROKEN
        return formula_value(column.missing, {}) if value is MISSING and column.missing is not None else value

    def _signed(self, declared: Input, texts: Mapping[str, str], place: Place) -> None:
        """A judgement says who and why, and what else it needs; what is lacking is reported once an outcome."""
        about = declared.item or declared.id
        lacking = [key for key in (*(("by", "because") if declared.judged else ()), *declared.needs) if not texts.get(key)]
        if lacking and not any(problem.kind is UNSIGNED and problem.indicator == about for problem in self.problems):
            self.problems.append(UNSIGNED.at(place, indicator=about, label=declared.label, expected=_signs(lacking)))

    def _read(self, declared: Input, text: str, node: Node, texts: Mapping[str, str]) -> None:
        match declared.type:
            case "yes_no":
                self._note(declared, text, node.place, read_yes_no(text), texts)
            case "choice":
                self._choice(declared, text, node, texts)
            case "date":
                written = read_date(text)
                vague = written.first != written.last
                self._note(declared, text, node.place, written.last, texts, approximate="月" if vague else None)
            case "number":
                self._number(declared, read_quantity(text), node, texts)

    def _choice(self, declared: Input, text: str, node: Node, texts: Mapping[str, str]) -> None:
        known = choices(declared)
        code = known.get(canonical(text.strip()))
        if code is None:
            listed = ", ".join(code if code == label else f"{code} ({label})" for code, label in declared.values)
            self.problems.append(
                UNKNOWN_CHOICE.at(
                    node.place, indicator=declared.item, label=declared.label, found=text, expected=listed, guess=guess(text, known)
                )
            )
            self.values[declared.id] = BROKEN
            return
        self._note(declared, text, node.place, code, texts)

    def _number(self, declared: Input, quantity: Quantity, node: Node, texts: Mapping[str, str]) -> None:
        value, low, high = (in_declared_unit(declared, quantity, one) for one in (quantity.value, quantity.low, quantity.high))
        ratio = declared.unit is not None and declared.unit.is_ratio
        if ratio and quantity.unit is None and 0 < abs(quantity.value) <= 2:
            self._bare_ratio(declared, quantity.value, node.place)
        if declared.grid is not None and not on_grid(value, declared.grid):
            self.problems.append(
                OFF_GRID.at(
                    node.place,
                    indicator=declared.item,
                    label=declared.label,
                    found=quantity.text,
                    expected=show(declared, declared.grid),
                    about=declared.id,
                )
            )
        self._note(declared, quantity.text, node.place, value, texts, low, high, quantity.approximate)

    def _bare_ratio(self, declared: Input, value: Fraction, place: Place) -> None:
        """A number without its sign that may have been meant as a ratio: 0.95."""
        assert declared.unit is not None
        whole = 1 / declared.unit.factor
        facts = {"found": shortest(value), "times": shortest(value * whole), "sign": "%" if whole == 100 else "‰", "about": declared.id}
        self.problems.append(BARE_RATIO.at(place, indicator=declared.item, label=declared.label, **facts))

    def _note(
        self, declared: Input, text: str, place: Place, value: Value, texts: Mapping[str, str],
        low: Fraction | None = None, high: Fraction | None = None, approximate: str | None = None,
    ) -> None:  # fmt: skip
        if value is not MISSING and self.values.get(declared.id) is not BROKEN:
            self.values[declared.id] = value
        self.reported[declared.id] = Reported(declared.id, text, place, value, low, high, approximate, texts)

    def _parts(self, declared: Input, parts: Node, whole: Node | None, texts: Mapping[str, str], place: Place) -> None:
        """Declared parts must add up; without a total they are it."""
        if declared.type != "number" or not isinstance(parts.value, dict) or not parts.value:
            self.problems.append(NOT_A_VALUE.at(parts.place, indicator=declared.item, label=declared.label, expected=PARTS))
            return
        total, listed = Fraction(0), []
        for key, one in parts.value.items():
            if not isinstance(one.value, str):
                self.problems.append(NOT_A_VALUE.at(one.place, indicator=declared.item, label=declared.label, expected=_NAMES["number"]))
                self.values[declared.id] = BROKEN
                return
            try:
                total += in_declared_unit(declared, quantity := read_quantity(str(one.value)), quantity.value)
                if total.denominator.bit_length() > MAX_BITS:
                    raise Unreadable(NUMBER_TOO_LARGE, label=declared.label)
            except Unreadable as problem:
                self.problems.append(problem.at(one.place, indicator=declared.item))
                self.values[declared.id] = BROKEN
                return
            listed.append((key, str(one.value)))
        said = self.values.get(declared.id)
        if whole is None:
            self._note(declared, " + ".join(text for _, text in listed), place, total, texts)
            said = total
        elif isinstance(said, Fraction) and said != total:
            words = " + ".join(f"{key} {text}" for key, text in listed)
            self.problems.append(
                PARTS_SUM.at(
                    whole.place,
                    indicator=declared.item,
                    label=declared.label,
                    found=show(declared, total),
                    expected=show(declared, said),
                    parts=words,
                )
            )
        known = self.reported.get(declared.id)
        if known is not None and isinstance(said, Fraction):
            self.reported[declared.id] = Reported(
                known.id, known.text, known.place, known.value, known.low, known.high, known.approximate, texts, tuple(listed)
            )


def _rows_of(table: Input) -> Both:
    names = ", ".join(column.id for column in table.columns)
    return Both(f"一行行的列表，每行依次为：{names}", f"a list of rows, each with {names}")


def _outcome_of(label: str) -> Both:
    return Both(f"“{label}”的填报内容", f"the outcome of “{label}”")


def _signs(keys: Iterable[str]) -> Both:
    """Keys of a judgement with what they mean."""
    zh, en = {"by": "by（评定人）", "because": "because（理由）"}, {"by": "by (who judged)", "because": "because (why)"}
    return Both("、".join(zh.get(key, key) for key in keys), ", ".join(en.get(key, key) for key in keys))


def choices(declared: Input) -> dict[str, str]:
    """What may be written for a choice, as it is compared -> its code."""
    return {canonical(name): code for code, label in declared.values for name in (label, code)}


def _is_choice(declared: Input, text: str) -> bool:
    """Whether the text is one of the choices that the rules offer (不适用 may be one)."""
    return any(canonical(text.strip()) == canonical(name) for pair in declared.values for name in pair)


def in_declared_unit(declared: Input, quantity: Quantity, value: Fraction) -> Fraction:
    """A written number in the declared unit (a bare number is in it already). Raises Unreadable for another dimension."""
    written, unit = quantity.unit, declared.unit
    if unit is None or (unit.is_ratio and written is not None and written.is_ratio):
        counted = declared.item is not None and declared.id.startswith(f"{declared.item}.")  # an element that counts: 3次, 2笔
        if unit is None and written is not None and not written.is_ratio and not (counted and written.text == written.dimension):
            return convert(value, written, PURE)
        return value
    if written is not None:
        return convert(value, written, unit)
    if quantity.scaled and (unit.dimension == MONEY or split_scale(unit.text)[0] != 1):
        return value / unit.factor  # 1080万 of money is 1080万元, whatever the declared unit
    return convert(value, unit, PURE) if unit.is_ratio else value


def show(declared: Input, value: Fraction) -> str:
    """A value as people write it: with its unit, a ratio in percent."""
    if declared.unit is None:
        return shortest(value)
    return shortest(convert(value, PURE, declared.unit) if declared.unit.is_ratio else value) + declared.unit.text
