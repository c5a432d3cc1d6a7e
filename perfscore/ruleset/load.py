"""Rule files in: text -> nodes with places -> `extends` -> model -> rule set; all problems at once.

A rule argument that ends in .yaml, .yml or .json or starts with `.` or `/` is a path; anything else is a built-in id,
its path under `rules/` without extension.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from os import PathLike
from os.path import normpath
from pathlib import Path as FilePath
from typing import Any

from perfscore.finding import Both, Finding, Kind, Place, RuleError, Unreadable
from perfscore.formula.parse import canonical
from perfscore.methods.method import MISSING_KEY, Method, as_written, methods
from perfscore.methods.own import own_method
from perfscore.numbers.date import Day, read_date
from perfscore.ruleset.builtin import VERSION_OPEN, builtin_files, builtin_text, versions_of
from perfscore.ruleset.compile import compile_rules
from perfscore.ruleset.model import RuleModel
from perfscore.ruleset.origin import origin, owner
from perfscore.ruleset.places import MAX_NODES, TOO_MANY_NODES, Node, Path, content_of, nodes_from_plain, not_opened, read_nodes
from perfscore.ruleset.ruleset import RuleSet
from perfscore.ruleset.scope import BAD_ID, Ids, guess
from perfscore.ruleset.validation import WRONG_TYPE, validated

SUPPORTED = ("1",)
MAX_EXTENDS = 16
RULE_ENDINGS = (".yaml", ".yml", ".json")
PATH = {"hint_zh": "检查路径", "hint_en": "look at the path"}

RULE_FILES: dict[str, Any] = {"what": Both("规则文件", "rule files"), "key": "perfscore"}

UNKNOWN_VERSION = Kind(
    "unknown-version",
    "error",
    zh="不支持的{what}版本：{found}",
    en="{what} of version {found} are not supported",
    hint_zh="支持：{key}: {expected}",
    hint_en="supported: {key}: {expected}",
    why="A file written for another version may mean something else.",
    fix="Write `perfscore: 1` in a rule file, `perfscore_outcomes: 1` in an outcome file.",
)
NOT_A_MAPPING = Kind(
    "not-a-mapping",
    "error",
    zh="文件应由“键: 值”组成",
    en="the file must be a mapping of keys",
    hint_zh="首行写 perfscore: 1",
    hint_en="begin with `perfscore: 1`",
    why="A list or a single text is no rule file and no outcome file.",
    fix="Write keys with values.",
)
UNKNOWN_RULES = Kind(
    "unknown-rules",
    "error",
    zh="找不到规则“{found}”{guess}",
    en="there are no rules “{found}”{guess}",
    hint_zh="文件路径以 .yaml、.yml、.json 结尾或以 . / 开头；内置规则见 perfscore rules list",
    hint_en="a path ends in .yaml, .yml or .json or begins with . or /; built-in ids: perfscore rules list",
    why="Scoring by other rules than the ones meant would be worse than not scoring.",
    fix="Name an existing file or a built-in id.",
)
EXTENDS_CYCLE = Kind(
    "extends-cycle",
    "error",
    zh="文件不能直接或间接继承自身：{found}",
    en="a file cannot extend itself: {found}",
    hint_zh="去掉其中一处 extends",
    hint_en="take one `extends` out",
    why="A file cannot be its own base.",
    fix="Take one `extends` out of the circle.",
)


def load(rules: str | FilePath, *, as_of: date | None = None) -> RuleSet:
    """A rule set from a path or a built-in id.

    `as_of` picks the version in force on that day where an id has several. Raises RuleError with every problem, also for what is
    neither text nor path (a mapping is read by `RuleSet.from_dict`).
    """
    if not isinstance(rules, (str, PathLike)):
        raise _not_text("rules", rules, Both("路径或内置规则的标识", "a path or a built-in id"))
    text, file = _found(rules, as_of)
    return _from_nodes(*read_nodes(text, file, RuleError), file)


def from_bytes(content: bytes, file: str | None = None) -> RuleSet:
    """A rule set from the bytes of a rule file. Raises RuleError with every problem."""
    return _from_nodes(*read_nodes(content, file, RuleError), file)


def loads(text: str, *, file: str | None = None) -> RuleSet:
    """A rule set from the text of a rule file (YAML or JSON). Raises RuleError with every problem, also for what is no text."""
    if not isinstance(text, (str, bytes)):
        raise _not_text("text", text, Both("规则文件的文本", "the text of a rule file"))
    return _from_nodes(*read_nodes(text, file, RuleError), file)


def from_plain(rules: Mapping[str, Any]) -> RuleSet:
    """A rule set from plain Python data; places are paths of keys. Raises RuleError with every problem."""
    return _from_nodes(*nodes_from_plain(rules, None, RuleError), None)


def _not_text(key: str, given: object, expected: Both) -> RuleError:
    """A Python object where a text belongs."""
    if isinstance(given, Mapping):
        expected = Both(f"{expected.zh}；字典用 RuleSet.from_dict 读", f"{expected.en}; RuleSet.from_dict reads a mapping")
    return RuleError([WRONG_TYPE.at(Place(path=key), key=key, found=type(given).__name__, expected=expected)])


def is_path(rules: str) -> bool:
    """Whether a rule argument is a path (else it is a built-in id)."""
    return rules.endswith(RULE_ENDINGS) or rules.startswith((".", "/", "~")) or "\\" in rules


def _found(rules: str | FilePath, as_of: date | None = None, base: FilePath | None = None, *, extends: bool = False) -> tuple[bytes, str]:
    """The bytes of a rule file and the name it goes by."""
    if isinstance(rules, str) and not is_path(rules):
        return _builtin(rules, as_of)
    try:
        if extends and not str(rules).endswith(RULE_ENDINGS):
            raise ValueError("only a rule file is read")
        path = FilePath(rules).expanduser()
        if base is not None and not path.is_absolute():
            path = base / path
        return content_of(path, regular=extends), str(path)
    except (ValueError, RuntimeError):  # a NUL in the name; no home folder of that name
        raise RuleError([UNKNOWN_RULES.at(Place(repr(rules)), found=repr(rules), guess=guess("", []), **PATH)]) from None
    except OSError as problem:
        raise RuleError([UNKNOWN_RULES.at(Place(str(rules)), found=rules, guess=_not_found(problem), **PATH)]) from None


def _not_found(problem: OSError) -> Both:
    """Why there is no such file, in the place of a guess."""
    why = not_opened(problem)
    return Both(f"：{why.zh}", f": {why.en}")


def _builtin(id: str, as_of: date | None) -> tuple[bytes, str]:
    found = versions_of(id)
    if as_of is not None and len(found) > 1:
        found = [one for one in found if _in_force(one, Day.of(as_of))]
    if len(found) == 1:
        return builtin_text(found[0]), f"rules/{found[0]}.yaml"
    if found:
        raise RuleError([VERSION_OPEN.at(Place(id), found=id, expected=", ".join(found))])
    raise RuleError([UNKNOWN_RULES.at(Place(id), found=id, guess=guess(id, builtin_files()))])


def _in_force(id: str, day: Day) -> bool:
    """Whether the dates under `valid` hold the day; a file without dates is always in force."""
    node, _ = read_nodes(builtin_text(id), id)
    valid = node.at(("valid",)) if node is not None else None
    ends = {"from": None, "to": None} if valid is None else {key: valid.at((key,)) for key in ("from", "to")}
    try:
        first, last = (None if end is None else read_date(str(end.value)) for end in (ends["from"], ends["to"]))
    except Unreadable as problem:
        raise RuleError([problem.at(valid.place if valid is not None else Place(id))]) from None
    return (first is None or first.first <= day) and (last is None or day <= last.last)


# --- from nodes to a rule set ---------------------------------------------------------------------------------------


def _from_nodes(document: Node | None, problems: list[Finding], file: str | None) -> RuleSet:
    if document is None or not isinstance(document.value, dict):
        if not problems:
            problems = [NOT_A_MAPPING.at(document.place if document is not None else Place(file))]
        raise RuleError(problems)
    _version(document, problems)
    document = _extended(
        document,
        problems,
        FilePath(file).parent if file else None,
        ((str(FilePath(file).resolve()), file) if file else ("<text>", "<text>"),),
    )
    return compiled(document, problems)


def compiled(document: Node, problems: list[Finding]) -> RuleSet:
    """The rule set of a whole document. Raises RuleError with every problem, those of reading included."""
    _defaults(document)
    if _too_many(document):
        problems.append(TOO_MANY_NODES.at(document.place, expected=f"{MAX_NODES:,}"))
        raise RuleError(problems)
    raw = document.plain()
    assert isinstance(raw, dict)
    model = validated(RuleModel, raw, (), document, problems)
    if model is None:
        raise RuleError(problems)
    known = {**_own_methods(model, document, problems), **methods()}
    return compile_rules(model, document, known, problems)


def _too_many(document: Node) -> bool:
    """Whether the resolved file, after `extends` and `defaults`, holds more values than a file may."""
    nodes, waiting = 0, [document]
    while waiting and nodes <= MAX_NODES:
        value = waiting.pop().value
        nodes += 1
        waiting.extend(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
    return nodes > MAX_NODES


def _version(document: Node, problems: list[Finding]) -> None:
    assert isinstance(document.value, dict)
    version = document.value.get("perfscore")
    if version is None:
        problems.append(MISSING_KEY.at(document.place, owner=owner(document, ()), expected="perfscore", hint="perfscore: 1"))
    elif version.value not in SUPPORTED:
        problems.append(UNKNOWN_VERSION.at(version.place, found=as_written(version.value), expected=", ".join(SUPPORTED), **RULE_FILES))


def _extended(document: Node, problems: list[Finding], base: FilePath | None, chain: tuple[tuple[str, str], ...]) -> Node:
    """The document over the one it extends: mappings merge by key, lists of things with ids by id, others replace."""
    assert isinstance(document.value, dict)
    extends = document.value.pop("extends", None)
    if extends is None:
        return document
    if not isinstance(extends.value, str):
        problems.append(
            WRONG_TYPE.at(extends.place, key="extends", found=as_written(extends.value), expected=Both("一个标识或路径", "an id or a path"))
        )
        return document
    try:
        text, file = _found(extends.value, None, base, extends=True)
    except RuleError as problem:
        problems.extend(Finding(one.kind, extends.place, facts=one.facts) for one in problem.problems)
        return document
    name = str(FilePath(file).resolve()) if is_path(file) and not file.startswith("rules/") else file
    if name in dict(chain) or len(chain) > MAX_EXTENDS:
        problems.append(EXTENDS_CYCLE.at(extends.place, found=" → ".join([*(shown for _, shown in chain), normpath(file)])))
        return document
    below, found = read_nodes(text, file)
    problems.extend(found)
    if below is not None and not isinstance(below.value, dict):
        problems.append(NOT_A_MAPPING.at(below.place))
    if below is None or not isinstance(below.value, dict):
        return document
    return merged(_extended(below, problems, FilePath(file).parent, (*chain, (name, normpath(file)))), document)


_FIRST_KEYS = {"method": "type", "source": "document", "not_applicable": "policy", "total": "weight"}
_STAGE_KEYS = dict.fromkeys(("rate", "item", "group", "total"), "digits")


def _in_full(node: Node, first: str | None) -> Node:
    """A scalar where a mapping belongs, as the mapping of its first key."""
    if first is None or not isinstance(node.value, str):
        return node
    return Node({first: node}, node.place, {first: node.place})


def merged(base: Node, over: Node, first_keys: Mapping[str, str] = _FIRST_KEYS) -> Node:
    """One node over another; every part keeps its own place. A method of another type replaces the one below."""
    if isinstance(base.value, dict) and isinstance(over.value, dict):
        parts = dict(base.value)
        for key, node in over.value.items():
            first = first_keys.get(key)
            below = parts.get(key)
            if below is not None and (isinstance(below.value, dict) or isinstance(node.value, dict)):
                below, node = _in_full(below, first), _in_full(node, first)
            parts[key] = (
                node if below is None or _other_type(below, node) else merged(below, node, _STAGE_KEYS if key == "rounding" else first_keys)
            )
        return Node(parts, over.place, {**base.keys, **over.keys}, False, "")
    if isinstance(base.value, list) and isinstance(over.value, list) and _with_ids(base.value) and _with_ids(over.value):
        by_id = {_id(node): node for node in base.value}
        for node in over.value:
            by_id[_id(node)] = merged(by_id[_id(node)], node) if _id(node) in by_id else node
        return Node(list(by_id.values()), over.place, {}, False, "")
    return over


def _other_type(below: Node, over: Node) -> bool:
    """Whether two methods are of different types, so that their parameters do not mix."""
    types = [node.at(("type",)) for node in (below, over)]
    return all(one is not None for one in types) and types[0].value != types[1].value  # type: ignore[union-attr]


def _id(node: Node) -> str:
    assert isinstance(node.value, dict)
    return canonical(str(node.value["id"].value))


def _with_ids(nodes: Sequence[Node]) -> bool:
    return bool(nodes) and all(isinstance(node.value, dict) and "id" in node.value for node in nodes)


def _defaults(document: Node) -> None:
    """`defaults: items:` are the keys that every leaf starts from."""
    start = document.at(("defaults", "items"))
    if start is None or not isinstance(start.value, dict):
        return
    stack = [document.at(("indicators",))]
    while stack:
        node = stack.pop()
        if node is None or not isinstance(node.value, list):
            continue
        for k, one in enumerate(node.value):
            if isinstance(one.value, dict) and "children" in one.value:
                stack.append(one.value["children"])
            elif isinstance(one.value, dict):
                node.value[k] = merged(start, one)


def _own_methods(model: RuleModel, document: Node, problems: list[Finding]) -> dict[str, type[Method]]:
    """The methods that the file defines."""
    ids = Ids(problems.append)
    found: dict[str, type[Method]] = {}
    for name, declared in model.methods.items():
        id = ids.add(name, origin(document, ("methods", name), key=True), codes=True)
        if id in methods():
            taken = Both("这是内置方法的名称", "a built-in method has this name")
            problems.append(BAD_ID.at(origin(document, ("methods", name), key=True), found=name, reason=taken))
        written = declared.parameters
        listed = written if isinstance(written, dict) else dict.fromkeys(written)
        words = Ids(problems.append)
        where: list[tuple[Path, str]] = [(("parameters", key if isinstance(written, dict) else k), key) for k, key in enumerate(written)]
        where += [(("let", key), key) for key in declared.let]
        good = [words.add(key, origin(document, ("methods", name, *path))) is not None for path, key in where]
        if not declared.cases and declared.otherwise is None:
            hint = "cases: [{when: …, points: …, reason: …}]"
            place = origin(document, ("methods", name))
            problems.append(MISSING_KEY.at(place, owner=owner(document, ("methods", name)), expected="cases", hint=hint))
        elif id is not None and all(good):
            found[id] = own_method(name, listed, declared.let, declared.cases, declared.otherwise)
    return found
