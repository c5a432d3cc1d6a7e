"""Open groups: a rule set that leaves the items of a group to the form, closed by the rows of a form.

The rows become items of the file, and the whole is read like any rule file: every check holds, and every problem is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from perfscore.finding import Both, Finding, Kind, Place, RuleError, Unreadable
from perfscore.formula.parse import canonical
from perfscore.formula.test import looks_like_test, parse_test
from perfscore.methods.method import BAD_PARAMETER, as_written
from perfscore.numbers.number import read_number
from perfscore.ruleset.places import MAX_NODES, Node, nodes_from_plain
from perfscore.ruleset.ruleset import RuleSet
from perfscore.ruleset.scope import UNKNOWN_ID, guess, is_id

OPEN_RULES = Kind(
    "open-rules",
    "error",
    zh="规则的“{found}”组没有指标，要先用表格补上",
    en="the group “{found}” of the rules has no items yet; a form has to give them",
    hint_zh="先用 rules.bind(rows) 补上指标",
    hint_en="close it with rules.bind(rows)",
    why="An open group leaves its items to the form that is scored; without them there is nothing to score.",
    fix="Bind the rows of the form to the rules, then score.",
)
SIGNS = {"up": ">=", "down": "<=", "equal": "=", "within": "interval"}


def bind(rules: RuleSet, rows: Sequence[Mapping[str, Any]]) -> RuleSet:
    """The rule set with these rows as items of its open groups; see `RuleSet.bind`."""
    from perfscore.ruleset.load import compiled

    problems: list[Finding] = []
    listed_rows = list(islice(rows, MAX_NODES + 1)) if isinstance(rows, Iterable) else rows
    read, found = nodes_from_plain({"rows": listed_rows}, None, RuleError)
    problems.extend(found)
    listed = None if read is None else read.at(("rows",))
    groups = {canonical(str(_text(node, "id"))): node for node in open_nodes(rules.document)}
    given: dict[str, list[Node]] = {id: [] for id in groups}
    rows_of = dict.fromkeys(groups, 0)
    taken = {*rules.items, *rules.groups, *(one.id for one in rules.inputs), *rules.model.let}
    for k, row in enumerate(listed.value if listed is not None and isinstance(listed.value, list) else [], 1):
        if not isinstance(row.value, dict):
            mapping = Both("一组“键: 值”", "a mapping of keys")
            problems.append(BAD_PARAMETER.at(row.place, key=f"rows {k}", found=as_written(row.value), expected=mapping))
            continue
        group = canonical(_text(row, "group") or (next(iter(groups)) if len(groups) == 1 else ""))
        if group not in groups:
            place = row.value["group"].place if "group" in row.value else row.place
            what = Both("待补指标的组", "open group")
            problems.append(UNKNOWN_ID.at(place, found=group, what=what, guess=guess(group, groups)))
            continue
        rows_of[group] += 1
        item = _item(row, groups[group], k, taken, problems)
        if item is not None:
            given[group].append(item)
    for id, node in groups.items():
        _enough(id, node, rows_of[id], problems)
    try:
        closed = compiled(_closed(rules.document, given), [])
    except RuleError as more:
        raise RuleError([*problems, *(one for one in more.problems if not problems or not _follows(one))]) from None
    if problems:
        raise RuleError(problems)
    return closed


def _follows(problem: Finding) -> bool:
    """Whether a problem may come of a row that could not be taken."""
    return problem.code in ("weights-group", "weights-total") or problem.facts.get("expected") == "children"


def open_nodes(node: Node) -> Iterator[Node]:
    """The groups of a rule file that have the key `open`."""
    inner = node.at(("indicators",)) or node.at(("children",))
    if node.at(("open",)) is not None:
        yield node
    for child in inner.value if inner is not None and isinstance(inner.value, list) else []:
        yield from open_nodes(child)


def _item(row: Node, group: Node, k: int, taken: set[str], problems: list[Finding]) -> Node | None:
    """A row as an item of the group: its id from its label, its method from the sign of its target."""
    assert isinstance(row.value, dict)
    keys = {key: one for key, one in row.value.items() if key != "group"}
    if "id" not in keys:
        label = canonical(_text(row, "label") or "")
        id = label if is_id(label) and label not in taken else f"row_{k}"
        keys["id"] = Node(id, row.place)
    taken.add(canonical(str(keys["id"].value)))
    if "method" not in keys:
        try:
            sign = sign_of(_text(row, "target"))
        except Unreadable as problem:
            problems.append(problem.at(keys["target"].place))
            return None
        methods = group.at(("open", "methods"))
        method = None if methods is None else methods.at((sign,))
        if method is None:
            expected = Both(f"open.methods 里为“{sign}”写一个方法", f"a method for “{sign}” under open.methods")
            place = keys["target"].place if "target" in keys else row.place
            problems.append(BAD_PARAMETER.at(place, key="target", found=_text(row, "target") or Both("空", "empty"), expected=expected))
            return None
        keys["method"] = method
        if sign == "text" and "target" in keys:
            keys["criteria"] = keys.pop("target")
    return Node(keys, row.place, dict(row.keys))


def sign_of(target: str | None) -> str:
    """What `open.methods` calls a target: `>=` `<=` `=` `interval`, or `text` where it does not look like a test.

    Raises Unreadable for what looks like one and is none.
    """
    if target is None:
        return "text"
    try:
        read_number(target)
        return "="
    except Unreadable:
        pass
    if not looks_like_test(target):
        return "text"
    return SIGNS.get(parse_test(target).direction, "text")


def _enough(id: str, node: Node, given: int, problems: list[Finding]) -> None:
    least = node.at(("open", "min_items"))
    number = int(str(least.value)) if least is not None and str(least.value).isdigit() else 1
    if given < number:
        if not given:
            label = _text(node, "label") or id
            problems.append(OPEN_RULES.at(Place(), indicator=id, found=label))
            return
        expected = Both(f"至少 {number} 行", f"at least {number} rows")
        problems.append(BAD_PARAMETER.at(Place(), indicator=id, key=id, found=given, expected=expected))


def _closed(node: Node, given: Mapping[str, Sequence[Node]]) -> Node:
    """The document with the items in their groups, which are open no longer."""
    if isinstance(node.value, list):
        return Node([_closed(one, given) for one in node.value], node.place, node.keys, node.quoted, node.text)
    if not isinstance(node.value, dict):
        return node
    parts = {key: _closed(one, given) if key in ("indicators", "children") else one for key, one in node.value.items()}
    if "open" in parts:
        items = given.get(canonical(str(_text(node, "id"))), [])
        before = parts["children"].value if "children" in parts else []
        assert isinstance(before, list)
        parts = {key: one for key, one in parts.items() if key != "open"} | {"children": Node([*before, *items], node.place)}
    return Node(parts, node.place, node.keys, node.quoted, node.text)


def _text(node: Node, key: str) -> str | None:
    """The text of a key, as it is written."""
    found = node.at((key,))
    return found.value if found is not None and isinstance(found.value, str) else None
