"""Open groups: a rule set that leaves the items of a group to the form, closed by the rows of a form.

The rows become items of the file, and the whole is read like any rule file: every check holds, and every problem is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from perfscore.finding import Both, Finding, Kind, Place, RuleError, Unreadable, listed
from perfscore.formula.parse import canonical
from perfscore.formula.test import looks_like_test, parse_test
from perfscore.methods.method import BAD_PARAMETER, MISSING_KEY, as_written
from perfscore.numbers.number import read_number, shortest
from perfscore.numbers.unit import MONEY, convert, read_unit, split_scale
from perfscore.numbers.written import read_target
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
ROWS = Both("一列行，每行为一组“键: 值”", "a list of rows, each a mapping of keys")
LONGEST = 2  # characters of a counter that a target alone may bring: 场, 人次
WITH_SIGN = "<>=≥≤＜＞＝不至超高多大低少小"
SIGNS = {"up": ">=", "down": "<=", "equal": "=", "within": "interval"}


def bind(rules: RuleSet, rows: Sequence[Mapping[str, Any]]) -> RuleSet:
    """The rule set with these rows as items of its open groups; see `RuleSet.bind`."""
    from perfscore.ruleset.load import compiled

    problems: list[Finding] = []
    if not isinstance(rows, Iterable) or isinstance(rows, (str, bytes, Mapping)):
        raise RuleError([BAD_PARAMETER.at(Place(path="rows"), key="rows", found=type(rows).__name__, expected=ROWS)])
    listed_rows = list(islice(rows, MAX_NODES + 1))
    read, found = nodes_from_plain({"rows": listed_rows}, None, RuleError)
    problems.extend(found)
    given_rows = None if read is None else read.at(("rows",))
    groups = {canonical(str(_text(node, "id"))): node for node in open_nodes(rules.document)}
    given: dict[str, list[Node]] = {id: [] for id in groups}
    rows_of = dict.fromkeys(groups, 0)
    taken = {*rules.items, *rules.groups, *(one.id for one in rules.inputs), *rules.model.let}
    for k, row in enumerate(given_rows.value if given_rows is not None and isinstance(given_rows.value, list) else [], 1):
        if not isinstance(row.value, dict):
            mapping = Both("一组“键: 值”", "a mapping of keys")
            problems.append(BAD_PARAMETER.at(row.place, key=f"rows {k}", found=as_written(row.value), expected=mapping))
            continue
        group = canonical(_text(row, "group") or (next(iter(groups)) if len(groups) == 1 else ""))
        if group not in groups:
            problems.append(_no_group(row, group, groups))
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


def _no_group(row: Node, group: str, groups: Mapping[str, Node]) -> Finding:
    """A row that names no open group."""
    names = listed(groups)
    hints = {"hint_zh": f"待补指标的组：{names.zh}" if groups else "规则没有待补指标的组", "hint_en": f"open groups: {names.en or 'none'}"}
    if not group and groups:
        return MISSING_KEY.at(row.place, owner=Both("这一行", "this row"), expected="group", **hints)
    assert isinstance(row.value, dict)
    place = row.value["group"].place if "group" in row.value else row.place
    what = Both("待补指标的组", "open group")
    return UNKNOWN_ID.at(place, found=group, what=what, guess=guess(group, groups), **hints)


def still_open(rules: RuleSet) -> list[Finding]:
    """A finding for each group whose items a form has to give, where the rule file has it."""
    return [OPEN_RULES.at(node.place, found=_text(node, "label") or _text(node, "id")) for node in open_nodes(rules.document)]


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
    try:
        keys |= _read_target(row)
    except Unreadable as problem:
        problems.append(problem.at(keys["target"].place, indicator=_text(row, "label")))
        return None
    if "id" not in keys:
        label = canonical(_text(row, "label") or "")
        id = label if is_id(label) and label not in taken else f"row_{k}"
        keys["id"] = Node(id, row.place)
    taken.add(canonical(str(keys["id"].value)))
    if "method" not in keys:
        try:
            sign = sign_of(_text(Node(keys, row.place), "target"))
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


def _read_target(row: Node) -> dict[str, Node]:
    """`≥10场` in the words of a rule file: the target `>= 10`, and the unit 场 where the row has none.

    Raises Unreadable where the number is not firm, or its unit is not the one of the row.
    """
    text, type = _text(row, "target"), _text(row, "type") or "number"
    if text is None or type != "number" or _is_read(text):
        return {}
    read = read_target(text)
    if read is None:
        return {}
    sign, quantity = read
    given, written = _text(row, "unit"), quantity.unit
    if written is not None and written.dimension == written.text and len(written.text) > LONGEST and given != written.text:
        return {}  # 3项制度建设 is an objective in words
    if given is None and written is not None and written.dimension in ("months", "time") and not text.strip().startswith(tuple(WITH_SIGN)):
        return {}  # 12月 is a date
    assert isinstance(row.value, dict)
    place = row.value["target"].place
    if written is not None and written.is_ratio:
        return {"target": Node(f"{sign} {shortest(quantity.value * 100)}%", place, quoted=True)}
    value, found = quantity.value, {}
    if given is not None:
        declared = read_unit(given)
        if written is not None:
            value = convert(value, written, declared)
        elif quantity.scaled and (declared.dimension == MONEY or split_scale(given)[0] != 1):
            value = value / declared.factor  # 1080万 of money is 1080万元
    elif written is not None:
        found["unit"] = Node(written.text, place, quoted=True)
    return {"target": Node(f"{sign} {shortest(value)}", place, quoted=True), **found}


def _is_read(target: str) -> bool:
    """Whether the target is written as in a rule file."""
    try:
        if looks_like_test(target):
            parse_test(target)
        else:
            read_number(target)
    except Unreadable:
        return False
    return True


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
        label = _text(node, "label") or id
        if not given:
            hints = {
                "hint_zh": f"这一组至少要有 {number} 行",
                "hint_en": f"give at least {number} row{'s' if number > 1 else ''} of this group",
            }
            problems.append(OPEN_RULES.at(node.place, indicator=id, found=label, **hints))
            return
        key, expected = Both(f"{label}的行数", f"rows of {label}"), Both(f"至少 {number} 行（min_items）", f"at least {number} (min_items)")
        problems.append(
            BAD_PARAMETER.at(node.place if least is None else least.place, indicator=id, key=key, found=given, expected=expected)
        )


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
