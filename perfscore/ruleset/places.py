"""Text of a YAML 1.2 (core schema) or JSON file -> nodes with places; strict, iterative, every problem at once.

Built on PyYAML's events: its `load` and `compose` recurse in C and crash at deep nesting, its scalars are already floats
and duplicate keys pass silently. Numbers stay the text that was written. No anchors, aliases, tags, merge keys.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from perfscore.finding import Finding, Kind, Place, Unreadable
from perfscore.numbers.number import shortest, to_number

MAX_BYTES = 2_000_000
MAX_DEPTH = 64
MAX_NODES = 200_000
MAX_SCALAR = 20_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

YAML_SYNTAX = Kind(
    "yaml-syntax", "error",
    zh="YAML 写法有误：{found}", en="YAML cannot be read: {found}",
    why="A file that is not YAML has no certain meaning.", fix="Mend the line named; tests such as \">= 90\" stand in quotes.",
)  # fmt: skip
EMPTY_FILE = Kind("empty-file", "error", zh="文件是空的", en="the file is empty", why="There is nothing to read.", fix="Write the file.")
BAD_ENCODING = Kind(
    "bad-encoding", "error", zh="文件不是 UTF-8 编码", en="the file is not UTF-8",
    hint_zh="另存为 UTF-8", hint_en="save it as UTF-8",
    why="Text in another encoding would be read as other characters.", fix="Save the file as UTF-8.",
)  # fmt: skip
BAD_CHARACTER = Kind(
    "bad-character", "error", zh="不允许的控制字符 {found}", en="the control character {found} is not allowed",
    why="Control characters are invisible and change what a text means.", fix="Delete the character.",
)  # fmt: skip
FILE_TOO_LARGE = Kind(
    "file-too-large", "error", zh="文件有 {found} 字节，上限 {expected}", en="the file has {found} bytes, at most {expected}",
    why="A rule file is read by people; one of that size is something else.", fix="Split the file, or use a table for data.",
)  # fmt: skip
TOO_DEEP = Kind(
    "too-deep", "error", zh="嵌套超过 {expected} 层", en="nested deeper than {expected} levels",
    why="Nesting without end can exhaust the machine.", fix="Flatten the structure.",
)  # fmt: skip
TOO_MANY_NODES = Kind(
    "too-many-nodes", "error", zh="内容超过 {expected} 项", en="more than {expected} parts",
    why="A file of that size is no rule file.", fix="Split the file.",
)  # fmt: skip
TEXT_TOO_LONG = Kind(
    "text-too-long", "error", zh="一段文字有 {found} 个字符，上限 {expected}", en="a text of {found} characters, at most {expected}",
    why="A text of that length is no label, formula or criterion.", fix="Shorten the text.",
)  # fmt: skip
DUPLICATE_KEY = Kind(
    "duplicate-key", "error", zh="键“{found}”重复，先在 {first} 写过", en="the key “{found}” is written twice, first at {first}",
    why="One of the two would silently not count.", fix="Keep one of them.",
)  # fmt: skip
BAD_KEY = Kind(
    "bad-key", "error", zh="键必须是一个词", en="a key must be one text",
    why="A mapping or a list cannot name anything.", fix="Write a text as key; a test such as \"(0, 10%]\" stands in quotes.",
)  # fmt: skip
ALIAS = Kind(
    "alias-not-allowed", "error", zh="不支持锚点和别名（& *）", en="anchors and aliases (& *) are not allowed",
    hint_zh="重复写出，或用 extends、defaults", hint_en="write it out, or use extends and defaults",
    why="Aliases hide where a value comes from, and can grow without bound.", fix="Write the value out.",
)  # fmt: skip
TAG = Kind(
    "tag-not-allowed", "error", zh="不支持标签 {found}", en="the tag {found} is not allowed",
    hint_zh="含 ! 的文字要加引号", hint_en="a text with ! stands in quotes",
    why="Tags can ask a reader to build anything.", fix="Take the tag out.",
)  # fmt: skip
MERGE_KEY = Kind(
    "merge-key", "error", zh="不支持合并键 <<", en="the merge key << is not allowed",
    hint_zh="用 extends 或 defaults", hint_en="use extends or defaults",
    why="Merged keys hide where a value comes from.", fix="Write the keys out.",
)  # fmt: skip
SEVERAL_DOCUMENTS = Kind(
    "several-documents", "error", zh="一个文件只能有一份内容（---）", en="a file holds one document (---)",
    why="Only one of them would count.", fix="Split the file.",
)  # fmt: skip
COMMA_IN_PROSE = Kind(
    "comma-in-prose", "error", zh="“{found}”成了一个没有值的键", en="“{found}” became a key without a value",
    hint_zh="{…} 里的文字用全角逗号，或加引号", hint_en="inside {…} write a full-width comma, or quote the text",
    why="A half-width comma inside {…} ends the text, and the rest is lost.", fix="Quote the text, or use the full-width comma.",
)  # fmt: skip

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_NULLS = {"", "~", "null", "Null", "NULL"}
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_PLAIN_ID = re.compile(r"[A-Za-z_][\w.-]*\Z", re.ASCII)
Path = tuple[str | int, ...]


@dataclass(slots=True, eq=False)
class Node:
    """A value with its place. Plain null and booleans are typed; every other scalar is its text. `keys`: places of keys."""

    value: Any
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)
    quoted: bool = False
    text: str = ""

    def at(self, path: Path) -> Node | None:
        """What stands at a path, or None."""
        node: Node = self
        for part in path:
            if isinstance(node.value, dict) and part in node.value:
                node = node.value[part]
            elif isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
            else:
                return None
        return node

    def plain(self) -> Any:
        """The value without places: dict, list, text, None, bool."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


def read_nodes(content: str | bytes, file: str | None) -> tuple[Node | None, list[Finding]]:
    """The nodes of a text, and everything that is wrong with it; never raises for bad input."""
    size = len(content)
    if size > MAX_BYTES:
        return None, [FILE_TOO_LARGE.at(Place(file, 1, 1), found=size, expected=MAX_BYTES)]
    text = content
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            before = text[: problem.start].decode("utf-8", "replace")
            return None, [BAD_ENCODING.at(_place_in(before, len(before), file))]
    text = text.removeprefix("\ufeff")
    if (wrong := _CONTROL.search(text)) is not None:
        return None, [BAD_CHARACTER.at(_place_in(text, wrong.start(), file), found=f"U+{ord(wrong.group()):04X}")]
    return _Builder(text, file).build()


def _place_in(text: str, index: int, file: str | None) -> Place:
    before = text[:index]
    return Place(file, before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1)


class _Stop(Exception):
    """Reading cannot go on; the problem is noted."""


@dataclass(slots=True)
class _Open:
    """A mapping or a list that is being built; `key` waits for its value."""

    node: Node
    flow: bool
    key: str | None = None
    key_place: Place | None = None
    skip: bool = False
    complex: bool = False


class _Builder:
    def __init__(self, text: str, file: str | None) -> None:
        self.text = text
        self.file = file
        self.problems: list[Finding] = []
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.count = 0

    def build(self) -> tuple[Node | None, list[Finding]]:
        documents = 0
        try:
            for event in yaml.parse(self.text, Loader=_LOADER):
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        self.problems.append(SEVERAL_DOCUMENTS.at(self.place(event.start_mark)))
                        break
                self.event(event)
        except _Stop:
            pass
        except yaml.YAMLError as trouble:
            self.problems.append(self.syntax(trouble))
        if self.root is None and not self.problems:
            self.problems.append(EMPTY_FILE.at(Place(self.file, 1, 1)))
        if self.root is not None and self.root.value is None and not self.problems:
            self.problems.append(EMPTY_FILE.at(Place(self.file, 1, 1)))
        return self.root, self.problems

    def place(self, mark: Any) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1)

    def event(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():
                self.scalar(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self.checked(event)
                mapping = isinstance(event, yaml.MappingStartEvent)
                node = Node({} if mapping else [], self.place(event.start_mark))
                complex_key = self.put(node)
                if len(self.stack) >= MAX_DEPTH:
                    self.problems.append(TOO_DEEP.at(node.place, expected=MAX_DEPTH))
                    raise _Stop
                self.stack.append(_Open(node, bool(event.flow_style), complex=complex_key))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.stack.pop()
            case yaml.AliasEvent():
                self.problems.append(ALIAS.at(self.place(event.start_mark)))
                self.put(Node(None, self.place(event.start_mark)))

    def checked(self, event: Any) -> None:
        """What may not stand on any node; and the count of nodes."""
        self.count += 1
        if self.count > MAX_NODES:
            self.problems.append(TOO_MANY_NODES.at(self.place(event.start_mark), expected=MAX_NODES))
            raise _Stop
        if event.anchor is not None:
            self.problems.append(ALIAS.at(self.place(event.start_mark)))
        if event.tag is not None:
            self.problems.append(TAG.at(self.place(event.start_mark), found=event.tag))

    def scalar(self, event: Any) -> None:
        self.checked(event)
        place = self.place(event.start_mark)
        text = event.value
        if len(text) > MAX_SCALAR:
            self.problems.append(TEXT_TOO_LONG.at(place, found=len(text), expected=MAX_SCALAR))
            text = text[:MAX_SCALAR]
        quoted = event.style is not None
        if event.style in ("'", '"'):
            place = place.shifted(1)
        value: Any = text
        if not quoted:
            value = None if text in _NULLS else _TRUTHS.get(text, text)
        self.put(Node(value, place, {}, quoted, text))

    def put(self, node: Node) -> bool:
        """Hang a node where it belongs; True where it is a key that cannot be one."""
        if not self.stack:
            self.root = node
            return False
        top = self.stack[-1]
        if isinstance(top.node.value, list):
            top.node.value.append(node)
            return False
        if top.key is None and not top.skip:
            return self.key(top, node)
        if not top.skip and top.key is not None and top.key_place is not None:
            top.node.value[top.key] = node
            top.node.keys[top.key] = top.key_place
            if top.flow and node.value is None and not node.quoted and node.text == "" and not _PLAIN_ID.match(top.key):
                self.problems.append(COMMA_IN_PROSE.at(top.key_place, found=top.key))
        top.key, top.skip = None, False
        return False

    def key(self, top: _Open, node: Node) -> bool:
        """A key: one text, once."""
        if isinstance(node.value, (dict, list)):
            self.problems.append(BAD_KEY.at(node.place))
            top.skip = True
            return True
        name = node.text
        if name == "<<" and not node.quoted:
            self.problems.append(MERGE_KEY.at(node.place))
            top.skip = True
        elif name in top.node.value:
            self.problems.append(DUPLICATE_KEY.at(node.place, found=name, first=top.node.keys[name]))
            top.skip = True
        else:
            top.key, top.key_place = name, node.place
        return False

    def syntax(self, trouble: yaml.YAMLError) -> Finding:
        """A syntax error in words, with what usually causes it."""
        mark = getattr(trouble, "problem_mark", None) or getattr(trouble, "context_mark", None)
        place = Place(self.file, 1, 1) if mark is None else self.place(mark)
        lines = self.text.splitlines()
        line = lines[mark.line] if mark is not None and mark.line < len(lines) else ""
        zh, en = _hint(line, mark.column if mark is not None else 0)
        problem = str(getattr(trouble, "problem", None) or trouble)
        return YAML_SYNTAX.at(place, found=problem, hint_zh=zh, hint_en=en)


def _hint(line: str, column: int) -> tuple[str, str]:
    """What to do about a line that is not YAML."""
    if re.search(r":\s+[>|]=?\s*\S", line) or re.search(r"[:,\[]\s*[\[(][^\]\"']*[,，][^\]\"']*[\])]", line):
        return '条件要加引号：is: ">= 90"、["(0, 10%]", 2]', 'a test stands in quotes: is: ">= 90", ["(0, 10%]", 2]'
    if "\t" in line[: column + 1]:
        return "缩进用空格，不用制表符", "indent with spaces, not tabs"
    if column < len(line) and line[column] in "%@`":
        return f"以 {line[column]} 开头的文字要加引号", f"a text that begins with {line[column]} stands in quotes"
    if line.count('"') % 2 or line.count("'") % 2:
        return "引号没有成对", "a quote is not closed"
    if line.count(": ") > 1:
        return "一行里有两个“: ”，含冒号的文字要加引号", "two `: ` in one line: a text with a colon stands in quotes"
    return "检查缩进、引号和括号", "look at the indentation, the quotes and the brackets"


# --- from Python data -----------------------------------------------------------------------------------------------


def nodes_from_plain(value: object, file: str | None = None) -> tuple[Node, list[Finding]]:
    """Nodes of plain Python data; places are paths of keys. Numbers become their exact texts."""
    problems: list[Finding] = []
    root = Node(None, Place(file))
    stack: list[tuple[Node, object, str, int]] = [(root, value, "", 0)]
    count = 0
    while stack:
        node, given, path, depth = stack.pop()
        count += 1
        if depth > MAX_DEPTH:
            problems.append(TOO_DEEP.at(node.place, expected=MAX_DEPTH))
            break
        if count > MAX_NODES:
            problems.append(TOO_MANY_NODES.at(node.place, expected=MAX_NODES))
            break
        stack.extend(_filled(node, given, path, file, problems, depth))
    return root, problems


def _filled(
    node: Node, given: object, path: str, file: str | None, problems: list[Finding], depth: int
) -> Iterator[tuple[Node, object, str, int]]:
    """Fill one node; the children come out to be filled next."""
    from collections.abc import Mapping, Sequence

    if isinstance(given, Mapping):
        node.value = {}
        for key, one in given.items():
            below = f"{path}.{key}" if path else str(key)
            place = Place(file, path=below)
            if not isinstance(key, str):
                problems.append(BAD_KEY.at(place))
                continue
            node.value[key] = child = Node(None, place)
            node.keys[key] = place
            yield child, one, below, depth + 1
    elif isinstance(given, Sequence) and not isinstance(given, (str, bytes, bytearray)):
        node.value = []
        for k, one in enumerate(given):
            below = f"{path}[{k}]"
            child = Node(None, Place(file, path=below))
            node.value.append(child)
            yield child, one, below, depth + 1
    else:
        node.value = _scalar(given, node.place, problems)
        node.text = "" if node.value is None else str(node.value)


def _scalar(given: object, place: Place, problems: list[Finding]) -> Any:
    if given is None or isinstance(given, bool):
        return given
    if isinstance(given, str):
        if len(given) > MAX_SCALAR:
            problems.append(TEXT_TOO_LONG.at(place, found=len(given), expected=MAX_SCALAR))
            return given[:MAX_SCALAR]
        return given
    if isinstance(given, datetime.date):
        return (given.date() if isinstance(given, datetime.datetime) else given).isoformat()
    try:
        return shortest(to_number(given))
    except Unreadable as problem:
        problems.append(problem.at(place))
        return None
