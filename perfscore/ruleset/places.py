"""Text of a YAML 1.2 (core schema) or JSON file, or a Python mapping -> nodes with places; every problem at once.

Built on PyYAML's events, not on its loader: the loader recurses in C and dies of deep nesting, reads `no` as false and
`010` as 8, and lets a second key replace the first. Numbers and dates stay texts. No anchors, aliases, tags or merges.
What the keys mean is not known here.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path as FilePath
from typing import Any, NoReturn, TypeAlias

import yaml

from perfscore.finding import Both, Finding, Kind, Place, Problems, Unreadable
from perfscore.numbers.number import MAX_LENGTH, NOT_FINITE, NUMBER_TOO_LONG, shortest, to_number

Path: TypeAlias = tuple[str | int, ...]
Plain: TypeAlias = "str | bool | list[Plain] | dict[str, Plain] | None"

MAX_TEXT = 2_000_000  # bytes of UTF-8
MAX_DEPTH = 64
MAX_NODES = 50_000
MAX_SCALAR = 20_000  # characters
MAX_FINDINGS = 100
MAX_DIRECTIVES = 20
MAX_BITS = 20_000  # of a Python number: some 6,000 digits

# fmt: off
FILE_TOO_LARGE = Kind(
    "file-too-large", "error",
    zh="文件过大：{found}，上限 {expected}", en="the file is too large: {found}, at most {expected}",
    hint_zh="检查是否给错了文件", hint_en="look whether this is the right file",
    why="A file written by people is small; a large one is something else and costs memory.",
    fix="Give the right file, or split it with `extends`.")
TOO_DEEP = Kind(
    "too-deep", "error",
    zh="嵌套过深：上限 {expected} 层", en="nested too deeply: at most {expected} levels",
    hint_zh="检查括号与缩进", hint_en="look at the brackets and the indentation",
    why="Real rules nest a dozen levels; endless nesting is an accident or an attack.",
    fix="Close the brackets, or flatten the structure. A Python mapping must not contain itself.")
TOO_MANY_NODES = Kind(
    "too-many-nodes", "error",
    zh="内容过多：上限 {expected} 个值", en="too many values: at most {expected}",
    hint_zh="数据表请另存 CSV，不要写进规则文件", hint_en="keep tables of data in CSV, not in a rule file",
    why="Every value is kept with its place; an endless file would exhaust the machine.",
    fix="Move data out of the file, or split it with `extends`.")
TEXT_TOO_LONG = Kind(
    "text-too-long", "error",
    zh="一处文字过长：{found} 字符，上限 {expected}", en="one text is too long: {found} characters, at most {expected}",
    hint_zh="检查引号是否漏了结尾", hint_en="look whether a closing quote is missing",
    why="A text this long is usually a quote that was never closed, or a document pasted by accident.",
    fix="Close the quote, or shorten the text.")
TOO_MANY_PROBLEMS = Kind(
    "too-many-problems", "error",
    zh="问题过多，只列出前 {expected} 个", en="too many problems: only the first {expected} are told",
    hint_zh="先改正以上问题再检查", hint_en="mend these first, then read the file again",
    why="Reading stopped here; what follows was not looked at.",
    fix="Mend what is listed; the next reading shows the rest.")
BAD_ENCODING = Kind(
    "bad-encoding", "error",
    zh="文件不是 UTF-8 编码：第 {offset} 字节起无法读取", en="the file is not UTF-8: unreadable from byte {offset}",
    hint_zh="另存为 UTF-8 编码", hint_en="save the file as UTF-8",
    why="Guessing an encoding can turn one character into another without a sign.",
    fix="Save as UTF-8 (in Notepad: Save as, Encoding, UTF-8).")
BAD_CHARACTER = Kind(
    "bad-character", "error",
    zh="不允许的字符 {found}", en="the character {found} is not allowed",
    hint_zh="删去该字符（多由网页或文档粘贴带入，不可见）",
    hint_en="delete it; such invisible characters come with pasted text",
    why="Control characters, foreign line ends, stray byte-order marks, characters without width, marks that turn the "
        "direction of writing and halves of characters are seen by nobody, yet they change names and lines.",
    fix="Delete the character; write a character beyond U+FFFF itself instead of escapes.")
YAML_SYNTAX = Kind(
    "yaml-syntax", "error",
    zh="YAML 语法错误：{zh}", en="not valid YAML: {en}",
    hint_zh="检查本行与上一行的缩进、引号、括号",
    hint_en="look at the indentation, quotes and brackets here and one line above",
    why="Behind a syntax error nothing can be understood with certainty, so reading ends here.",
    fix="Mend the place that is told; when in doubt put the text in quotes.")
QUOTE_THE_TEST = Kind(
    "quote-the-test", "error",
    zh="“{found}”没有加引号，YAML 会读成别的意思", en="“{found}” stands without quotes: YAML reads something else",
    hint_zh="条件、区间和含逗号的公式加引号：target: \">= 90\"、[\"(0, 10%]\", 2]、points: \"min(5, actual)\"",
    hint_en="put tests, intervals and formulas with a comma in quotes: target: \">= 90\", [\"(0, 10%]\", 2], points: \"min(5, actual)\"",
    why="In YAML `>` begins a folded text (`>5` is an empty one), and `[ ] ,` end or divide what stands in brackets.",
    fix="Put the whole test or formula in quotes.")
COMMA_IN_PROSE = Kind(
    "comma-in-prose", "error",
    zh="“{found}”被读成了键：{{…}} 里的半角逗号把文字断开了",
    en="“{found}” became a key: a comma inside {{…}} cut the text in two",
    hint_zh="整段文字加引号，或改用全角逗号“，”",
    hint_en="put the whole text in quotes, or use the full-width comma ，",
    why="The second half of the sentence would silently be lost.",
    fix="Put the text in quotes, or use the full-width comma ，.")
SPACE_AFTER_COLON = Kind(
    "space-after-colon", "error",
    zh="“{found}”里的冒号没有起作用", en="the colon in “{found}” separates nothing",
    hint_zh="半角冒号后加一个空格：weight: 5", hint_en="write a plain colon and a space: weight: 5",
    why="Without the space (or with a full-width colon) key and value become one word, and the value is lost.",
    fix="Write `key: value` with a plain colon and a space.")
ALIAS_NOT_ALLOWED = Kind(
    "alias-not-allowed", "error",
    zh="不允许锚点和别名：{found}", en="anchors and aliases are not allowed: {found}",
    hint_zh="写出内容本身；文字以 & 或 * 开头时加引号",
    hint_en="write the content itself; quote a text that begins with & or *",
    why="An alias hides what applies here from its reader, and a few of them can blow up to gigabytes.",
    fix="Write it out, or use `defaults`, `let` or `extends`.")
TAG_NOT_ALLOWED = Kind(
    "tag-not-allowed", "error",
    zh="不允许 YAML 标签：{found}", en="YAML tags are not allowed: {found}",
    hint_zh="删去标签；以 ! 开头的文字或条件加引号：\"!= 0\"",
    hint_en="take it out; quote a text or test that begins with !: \"!= 0\"",
    why="A tag changes how a value is read, and with other readers runs code.",
    fix="Remove the tag; put a text that begins with `!` in quotes.")
SEVERAL_DOCUMENTS = Kind(
    "several-documents", "error",
    zh="一个文件只能有一份内容，此处开始了第二份", en="a second document begins here; a file holds one",
    hint_zh="删去 ---，或拆成两个文件", hint_en="remove the ---, or make it two files",
    why="Which of them should count is not said.",
    fix="Keep one of them, or make two files.")
DUPLICATE_KEY = Kind(
    "duplicate-key", "error",
    zh="键“{found}”重复，已见于 {first}", en="the key “{found}” appears twice; first at {first}",
    hint_zh="删去或改名其中一个", hint_en="remove or rename one of them",
    why="Common YAML readers silently let the last one win.",
    fix="Keep one of the two.")
BAD_KEY = Kind(
    "bad-key", "error",
    zh="键必须是文字，此处是{zh}", en="a key must be a text, this is {en}",
    hint_zh="文字以括号开头时加引号；Python 映射的键请用 str",
    hint_en="quote a text that begins with a bracket; in Python give keys as str",
    why="Keys are names; other keys read differently in YAML, JSON and Python.",
    fix="Write the key as a text, in quotes where needed.")
MERGE_KEY = Kind(
    "merge-key", "error",
    zh="不支持合并键 <<", en="the merge key << is not supported",
    hint_zh="写出各键，或用 extends、defaults", hint_en="write the keys out, or use extends or defaults",
    why="Merge keys are no part of YAML 1.2, and hide what applies from the reader.",
    fix="Write the keys out, or use `extends` or `defaults`.")
EMPTY_FILE = Kind(
    "empty-file", "error",
    zh="文件没有内容", en="the file is empty",
    hint_zh="检查是否保存、是否给错了文件", hint_en="look whether it was saved, and whether it is the right file",
    why="An empty file is no rule set with nothing in it; it is a mistake.",
    fix="Give the right file.")
NOT_PLAIN = Kind(
    "not-plain", "error",
    zh="不支持 {found} 类型的值", en="a value of type {found} cannot be read",
    hint_zh="可用 dict、list、str、int、Fraction、Decimal、float、bool、date、None",
    hint_en="give dict, list, str, int, Fraction, Decimal, float, bool, date or None",
    why="Only what a file could hold can stand in rules or outcomes.",
    fix="Convert the value to a text or a number first.")

# What PyYAML says (behind the sign it stopped at); whether to tell the place where the construct began; words; hints.
_SYNTAX: tuple[tuple[str, bool, str, str, str, str], ...] = (
    (r"^\t|tab character", False, "缩进用了制表符", "a tab is used to indent",
     "缩进一律用空格", "indent with spaces"),
    (r"block scalar", True, "| 之后同一行不能再有内容", "nothing may follow | on its line",
     "内容写在下一行，或加引号", "begin the text on the next line, or put it in quotes"),
    (r"end of stream|document indicator", True, "引号没有结束", "the quote that begins here is not closed",
     "补上结尾的引号；引号内的引号写两遍：''", "close it; inside '…' a quote is written twice: ''"),
    (r"escape|hexadecimal", False, "双引号内的 \\ 转义不对", "unknown escape after \\ in double quotes",
     "改用单引号，或写 \\\\", "use single quotes, or write \\\\"),
    (r"^:.*flow (mapping|sequence)", False, "{…} 或 […] 内的文字含冒号，或前面的括号没有结束",
     "a colon inside {…} or […] where none fits, or a bracket above is not closed",
     "含冒号的文字加引号；检查前面的括号", "put a text with a colon in quotes; close the bracket above"),
    (r"flow (mapping|sequence)", True, "从此处开始的括号没有结束，或缺少逗号",
     "the bracket that begins here is not closed, or a comma is missing",
     "补上 ] 或 }；区间和条件加引号：\"[90, 100)\"", "close it; put intervals and tests in quotes: \"[90, 100)\""),
    (r"mapping values are not allowed", False, "此处不能有冒号", "a colon does not fit here",
     "文字含“: ”时整段加引号；或上一行冒号后缺空格、本行缩进过深",
     "quote a text with a colon; or the line above lacks a space after its colon; or this line is indented too far"),
    (r"could not find expected ':'", True, "此行缺少冒号", "this line has no colon",
     "写作“键: 值”：半角冒号加空格", "write key: value, with a plain colon and a space"),
    (r"entries are not allowed|keys are not allowed", False, "此处不能以 - 或 ? 开头", "- or ? does not fit here",
     "列表从下一行写起；文字加引号", "begin the list on the next line; put a text in quotes"),
    (r"^[%@`|]|directive", False, "文字不能以此字符开头", "a text cannot begin with this character",
     "加引号：\"%…\"", "put it in quotes: \"%…\""),
    (r"an (anchor|alias)| tag", True, "文字不能以 * & ! 开头", "a text cannot begin with * & or !",
     "加引号", "put it in quotes"),
    (r"node content", False, "此处缺少内容", "something is missing here",
     "以 , ] } 开头的文字加引号；或删去多余的符号",
     "put a text that begins with , ] } in quotes; or delete the stray sign"),
    (r"document start", False, "内容在此之前已经结束", "the content had already ended here",
     "检查缩进与多余的括号、引号", "look at the indentation and for a stray bracket or quote"),
    (r"expected key|block end|'-' indicator", False, "缩进不一致，或引号、括号之后还有内容",
     "the indentation does not match, or something follows a closing quote or bracket",
     "同级各行对齐；整段文字加引号", "align what belongs together; put the whole text in quotes"),
)
# fmt: on

_EVENTS: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# Control characters, line ends of YAML 1.1 only (U+0085, U+2028, U+2029), byte-order marks, halves of characters, and
# what turns the direction of writing (U+202A to U+202E, U+2066 to U+2069): a terminal would show another text.
# And what nobody sees (Unicode: default ignorable): the soft hyphen, spaces of no width, joiners, fillers, marks that only choose
# a shape of the character before them (U+FE0F), tags.
_BAD = re.compile(
    "[^\t\n\r -~\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    "|[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u3164\ufe00-\ufe0f\uffa0"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")  # .xlsx, .docx and other archives; .xls and .doc
IN_ARCHIVE = {
    "hint_zh": "这是 Excel 工作簿、Word 文档或压缩包：表格请另存为“CSV UTF-8（逗号分隔）”，规则文件是纯文本",
    "hint_en": "this is an Excel workbook, a Word document or an archive: save a table as “CSV UTF-8”; a rule file is plain text",
}
_DIRECTIVE = re.compile(r"^%TAG", re.MULTILINE)
_HALF = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")  # JSON writes 𠮷 as two escapes, which YAML forbids
_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_COMMA = re.compile(r"\s*,")
_JOINED = re.compile(r"[A-Za-z_]\w*[:：]", re.ASCII)


@dataclass(slots=True, eq=False)
class Node:
    """A value and where it stands.

    Place: the first character of a scalar (behind its quote), the beginning of a list or mapping. `keys`: the places of
    the keys. `quoted`: certainly a text (in quotes, a block of text, a Python str). `text`: a scalar as it is written,
    without its quotes, so that place + offset in it is the right column.
    """

    value: str | bool | list[Node] | dict[str, Node] | None
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)
    quoted: bool = False
    text: str = ""

    def plain(self) -> Plain:
        """The value without places: dict, list, str, None, bool."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def at(self, path: Path) -> Node | None:
        """The node at a path of keys and positions from here, if there is one."""
        node = self
        for part in path:
            inner = node.value
            if isinstance(inner, dict) and isinstance(part, str) and part in inner:
                node = inner[part]
                continue
            if not (isinstance(inner, list) and isinstance(part, int) and 0 <= part < len(inner)):
                return None
            node = inner[part]
        return node


def read_nodes(text: str | bytes, file: str | None, error: type[Problems] | None = None) -> tuple[Node | None, list[Finding]]:
    """The nodes of a file, and all that is wrong with its form. Raises nothing.

    No node where reading had to stop: what is absent from half a file is not missing. With `error`, the list of findings
    raises it, with all it holds, when later readers append more errors than are told.
    """
    reader, root = _Reader(file), None
    with suppress(Stop):
        root = reader.read(text)
    reader.findings.error = error
    return root, reader.findings


class Stop(Exception):
    """Reading cannot go on; the finding is already told."""


class Findings(list[Finding]):
    """What was found; once `error` is set, more errors than are told raise it."""

    error: type[Problems] | None = None
    errors = 0

    def append(self, finding: Finding) -> None:
        super().append(finding)
        self.errors += finding.severity == "error"
        if self.error is not None and self.errors > MAX_FINDINGS:
            self[-1] = TOO_MANY_PROBLEMS.at(finding.place, expected=MAX_FINDINGS)
            raise self.error(self)

    def tell(self, kind: Kind, place: Place, **facts: Any) -> None:
        self.append(kind.at(place, **facts))
        if len(self) >= MAX_FINDINGS:
            self.append(TOO_MANY_PROBLEMS.at(place, expected=MAX_FINDINGS))
            raise Stop


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come; of a mapping: what comes next, and the key before."""

    node: Node
    flow: bool
    at_key: bool
    key: str = ""
    key_place: Place = field(default_factory=Place)
    key_end: int = 0
    keep: bool = True

    @property
    def has_bare_key(self) -> bool:
        """A mapping whose value comes next, and whose key (not refused already) is no plain name."""
        return isinstance(self.node.value, dict) and not self.at_key and self.keep and not _NAME.fullmatch(self.key)


class _Reader:
    def __init__(self, file: str | None) -> None:
        self.file = file
        self.findings = Findings()
        self.text = ""
        self.has_halves = False
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.nodes = 0
        self.documents = 0
        self.misread: set[int | None] = set()  # lines where a syntax error is but the consequence

    def read(self, text: str | bytes) -> Node | None:
        self._check_size(text)
        self.text = self._decoded(text) if isinstance(text, bytes) else text.removeprefix("\ufeff")
        self.text = without_bad_characters(self.text, self.file, self.findings)
        for directive in islice(_DIRECTIVE.finditer(self.text), MAX_DIRECTIVES, None):  # the parser compares each with all before
            self.findings.tell(TAG_NOT_ALLOWED, place_of(self.text, directive.start(), self.file), found="%TAG")
            raise Stop
        readable = _HALF.sub(lambda half: half[0][:2] + "e" + half[0][3:], self.text)
        self.has_halves = readable != self.text
        try:
            for event in yaml.parse(readable, Loader=_EVENTS):
                self._take(event)
        except yaml.MarkedYAMLError as problem:
            self._syntax(problem)
        except (yaml.YAMLError, ValueError, OverflowError) as problem:  # the pure reader on \UFFFFFFFF
            self.findings.tell(YAML_SYNTAX, Place(self.file, 1, 1), zh="无法按 YAML 读取", en=str(problem).replace("\n", " "))
            raise Stop from None
        if self.root is None or (self.root.value is None and not self.root.text):
            self.findings.tell(EMPTY_FILE, Place(self.file, 1, 1))
            raise Stop
        return self.root

    def _check_size(self, text: str | bytes) -> None:
        size = len(text)
        if isinstance(text, str) and size > MAX_TEXT / 4:
            size = len(text.encode("utf-8", "surrogatepass"))
        if size > MAX_TEXT:
            more = Both(f"超过 {MAX_TEXT:,} 字节", f"more than {MAX_TEXT:,} bytes")
            found = more if size == MAX_TEXT + 1 else _bytes(size)  # `content_of` reads no further
            self.findings.tell(FILE_TOO_LARGE, Place(self.file, 1, 1), found=found, expected=_bytes(MAX_TEXT))
            raise Stop

    def _decoded(self, raw: bytes) -> str:
        if raw.startswith(ARCHIVES):
            self.findings.tell(BAD_ENCODING, Place(self.file, 1, 1), offset=0, **IN_ARCHIVE)
            raise Stop
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or any(raw[k : k + 3 : 2] == b"\0\0" for k in (0, 1)):
            hints = {"hint_zh": "文件是 UTF-16：另存为 UTF-8", "hint_en": "this is UTF-16: save the file as UTF-8"}
            self.findings.tell(BAD_ENCODING, Place(self.file, 1, 1), offset=0, **hints)
            raise Stop
        try:
            return raw.decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError as problem:
            self.text = raw[: problem.start].decode("utf-8-sig")
            hints = {}
            if raw.decode("gb18030", "ignore").encode("gb18030") == raw:
                hints = {"hint_zh": "文件像是 GBK：另存为 UTF-8", "hint_en": "this looks like GBK: save as UTF-8"}
            self.findings.tell(BAD_ENCODING, place_of(self.text, len(self.text), self.file), offset=problem.start, **hints)
            raise Stop from None

    def _place(self, mark: Any, quote: int = 0) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1 + quote)

    def _take(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.CollectionStartEvent():
                self._collection(event)
            case yaml.CollectionEndEvent():
                self.open.pop()
            case yaml.AliasEvent():
                place = self._place(event.start_mark)
                self.findings.tell(ALIAS_NOT_ALLOWED, place, found=f"*{_short(event.anchor)}")
                self._put(Node(None, place, text="*"))
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    self.findings.tell(SEVERAL_DOCUMENTS, self._place(event.start_mark))
                    raise Stop

    def _refuse_properties(self, event: Any, place: Place) -> None:
        if event.anchor is not None:
            self.findings.tell(ALIAS_NOT_ALLOWED, place, found=f"&{_short(event.anchor)}")
        if event.tag is not None:
            self.findings.tell(TAG_NOT_ALLOWED, place, found=_short(_tag(event.tag)))

    def _collection(self, event: Any) -> None:
        place = self._place(event.start_mark)
        self._refuse_properties(event, place)
        if len(self.open) >= MAX_DEPTH:
            self.findings.tell(TOO_DEEP, place, expected=MAX_DEPTH)
            raise Stop
        mapping = isinstance(event, yaml.MappingStartEvent)
        node = Node({} if mapping else [], place)
        self._put(node)
        self.open.append(_Open(node, event.flow_style, at_key=mapping))

    def _put(self, node: Node) -> None:
        """Set a value where it belongs: the root, the end of a list, or behind its key."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.findings.tell(TOO_MANY_NODES, node.place, expected=f"{MAX_NODES:,}")
            raise Stop
        if not self.open:
            self.root = node
            return
        top = self.open[-1]
        if isinstance(top.node.value, list):
            top.node.value.append(node)
            return
        if top.at_key:
            top.keep = False
            self.findings.tell(BAD_KEY, node.place, zh="括号、列表或别名", en="a bracket, a list or an alias")
        elif top.keep and isinstance(top.node.value, dict):
            top.node.value[top.key] = node
        top.at_key = not top.at_key

    def _scalar(self, event: Any) -> None:
        start, end, text, style = event.start_mark, event.end_mark.index, event.value, event.style
        source = self.text[start.index : end]
        in_quotes = style in ("'", '"') and source[:1] == style
        place = Place(self.file, start.line + 1, start.column + 1 + in_quotes)
        if event.anchor or event.tag:
            self._refuse_properties(event, place)
        if style == '"' and "\\" in source:
            text = self._unescaped(text, source, place)
        elif self.has_halves and (half := _HALF.search(source)):
            self.findings.tell(BAD_CHARACTER, place, found=half[0])
        if len(text) > MAX_SCALAR:
            self.findings.tell(TEXT_TOO_LONG, place, found=f"{len(text):,}", expected=f"{MAX_SCALAR:,}")
            text, source = text[:MAX_SCALAR], source[:MAX_SCALAR]
        top = self.open[-1] if self.open else None
        if style == ">" or (not style and top and top.flow and (not source or "(" in source or ")" in source)):
            self._check_misread(top, event, source, place)
        if top and top.at_key:
            self._key(top, text, not style, place, end)
        elif style:
            self._put(Node(text, place, quoted=True, text=source[1:-1] if in_quotes else source))
        else:
            self._put(Node(_CORE.get(text, text), place, text=source))

    def _unescaped(self, text: str, source: str, place: Place) -> str:
        """JSON's pairs of \\u escapes put together; what escapes must not bring in is told."""
        bad = _BAD.search(text)
        if self.has_halves and (half := _HALF.search(source)):
            try:
                text = str(json.loads(source))
                bad = _BAD.search(text)
            except ValueError:
                bad = half
        if bad:
            self.findings.tell(BAD_CHARACTER, place, found=bad[0] if len(bad[0]) > 1 else f"U+{ord(bad[0]):04X}")
        return one_line_end(_BAD.sub("\ufffd", text))

    def _check_misread(self, top: _Open | None, event: Any, source: str, place: Place) -> None:
        """Tests, formulas and prose without quotes that YAML takes for something else without an error."""
        start, line = event.start_mark.index, source.split("\n", 1)[0]
        if event.style == ">":
            if not event.value.strip() or any(sign.isdigit() for sign in line.split("#")[0]):
                self._misread(QUOTE_THE_TEST, place, self._rest_of_line(start))
            return
        assert top is not None
        opened, in_list = line.count("(") - line.count(")"), isinstance(top.node.value, list)
        if opened > 0 and _COMMA.match(self.text, event.end_mark.index):  # (0, 10%]
            self._misread(QUOTE_THE_TEST, place, self._rest_of_line(start))
        elif opened < 0 and in_list and line.endswith(")"):  # [0, 10%)
            begun = top.node.place if top.node.place.line == place.line else place
            back = (place.column or 0) - (begun.column or 0)
            self._misread(QUOTE_THE_TEST, begun, self._rest_of_line(start - back))
        elif not source and top.has_bare_key and ":" not in self.text[top.key_end : start]:
            kind = SPACE_AFTER_COLON if _JOINED.match(top.key) else COMMA_IN_PROSE
            self._misread(kind, top.key_place, _short(top.key))

    def _misread(self, kind: Kind, place: Place, found: str) -> None:
        if place.line not in self.misread:
            self.misread.add(place.line)
            self.findings.tell(kind, place, found=found)

    def _key(self, top: _Open, key: str, bare: bool, place: Place, end: int) -> None:
        known = top.node.keys
        top.at_key, top.key, top.key_place, top.key_end, top.keep = False, key, place, end, False
        if bare and key == "<<":
            self.findings.tell(MERGE_KEY, place)
        elif bare and not key:
            self.findings.tell(BAD_KEY, place, zh="空的", en="empty")
        elif key in known:
            first = known[key]
            self.findings.tell(DUPLICATE_KEY, place, found=_short(key), first=f"{first.line}:{first.column}")
        else:
            known[key], top.keep = place, True

    def _syntax(self, problem: yaml.MarkedYAMLError) -> NoReturn:
        """PyYAML's words and marks made into ours. Always stops."""
        here: Any = problem.problem_mark
        if "nesting depth" in str(problem.problem):  # newer parsers look ahead, and stop before we see the depth
            self.findings.tell(TOO_DEEP, self._place(here), expected=MAX_DEPTH)
            raise Stop
        begun: Any = problem.context_mark or here
        sign = self.text[here.index : here.index + 1]
        said = f"{sign}{problem.context}: {problem.problem}"
        folded = "block scalar" in said and "tab" not in said and self.text.startswith(">", begun.index)
        if folded or (sign == ">" and "cannot start" in said):
            mark = begun if folded else here
            self._misread(QUOTE_THE_TEST, self._place(mark), self._rest_of_line(mark.index))
            raise Stop
        unknown = (False, "无法按 YAML 读取", problem.problem, "", "")
        from_start, *words = next((row[1:] for row in _SYNTAX if re.search(row[0], said, re.DOTALL)), unknown)
        mark = begun if from_start else here
        upper = begun if from_start or "parsing a flow" in said else here
        if not self.misread & {here.line + 1, upper.line + 1}:
            facts = dict(zip(("zh", "en", "hint_zh", "hint_en"), words, strict=True))
            self.findings.tell(YAML_SYNTAX, self._place(mark), **facts)
        raise Stop

    def _rest_of_line(self, index: int) -> str:
        return _short(self.text[index : index + 100].split("\n", 1)[0])


def place_of(text: str, index: int, file: str | None) -> Place:
    """The line and column of a character of a text."""
    before = text[:index]
    line = before.count("\n") + before.count("\r") - before.count("\r\n") + 1
    return Place(file, line, index - max(before.rfind("\n"), before.rfind("\r")))


def without_bad_characters(text: str, file: str | None, findings: Findings) -> str:
    """The text with U+FFFD for each character that is not allowed, after telling where it stands."""
    for bad in _BAD.finditer(text):
        findings.tell(BAD_CHARACTER, place_of(text, bad.start(), file), found=f"U+{ord(bad[0]):04X}")
    return _BAD.sub("\ufffd", text)


def one_line_end(text: str) -> str:
    """A value's line ends as one sign: a lone carriage return would let a terminal write over what stands there."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _tag(tag: str) -> str:
    """A tag as it was written: !!int."""
    return tag.replace("tag:yaml.org,2002:", "!!", 1)


def _bytes(size: int) -> Both:
    return Both(f"{size:,} 字节", f"{size:,} bytes")


def content_of(path: FilePath, *, regular: bool = False) -> bytes:
    """The bytes of a file, one more than are allowed at the most: the reader refuses what is too large.

    `regular`: a pipe or a device is refused, on which reading could wait for ever. Raises OSError.
    """
    if regular and not stat.S_ISREG(os.stat(path).st_mode) and not path.is_dir():
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    with path.open("rb") as file:
        return file.read(MAX_TEXT + 1)


def not_opened(problem: OSError) -> Both:
    """Why a file could not be opened, as a reader knows it."""
    known = {
        errno.ENOENT: Both("文件不存在", "the file does not exist"),
        errno.EACCES: Both("没有读取权限", "there is no permission to read it"),
        errno.EISDIR: Both("这是文件夹，不是文件", "it is a folder, not a file"),
        errno.ENOTDIR: Both("路径中有一段不是文件夹", "a part of the path is no folder"),
        errno.ENAMETOOLONG: Both("路径过长", "the path is too long"),
        errno.EINVAL: Both("不是普通文件", "it is not a regular file"),
    }
    return known.get(problem.errno or 0, Both(f"系统错误 {problem.errno}", f"{problem.strerror} (system error {problem.errno})"))


def not_written(problem: OSError) -> Both:
    """Why a file could not be written, as its writer knows it."""
    known = {
        errno.ENOENT: Both("文件夹不存在", "there is no such folder"),
        errno.EACCES: Both("没有写入权限", "there is no permission to write there"),
        errno.EROFS: Both("没有写入权限", "there is no permission to write there"),
        errno.ENOSPC: Both("磁盘已满", "the disk is full"),
    }
    return known.get(problem.errno or 0) or not_opened(problem)


def _short(text: str | None) -> str:
    text = " ".join((text or "").split())
    return text if len(text) <= 40 else text[:40] + "…"


def nodes_from_plain(value: object, file: str | None = None, error: type[Problems] | None = None) -> tuple[Node, list[Finding]]:
    """A Python mapping given by a developer as nodes; places are paths of keys (`indicators[0].weight`).

    Numbers become their exact text, a float its shortest; dates ISO texts; tuples lists. Raises nothing: a value that
    cannot be read is None in the nodes, and told, whatever its own methods raise. `error`: as for `read_nodes`.
    """
    findings = Findings()
    root = Node(None, Place(file, path=""))
    with suppress(Stop):
        _read_plain(value, root, findings)
    findings.error = error
    return root, findings


def _read_plain(value: object, root: Node, findings: Findings) -> None:
    waiting: list[tuple[object, Node, int]] = [(value, root, 0)]
    nodes = 1
    while waiting:
        given, node, depth = waiting.pop()
        try:
            if not isinstance(given, (Mapping, list, tuple)):
                _fill(node, given, findings)
                continue
            if depth >= MAX_DEPTH:
                findings.tell(TOO_DEEP, node.place, expected=MAX_DEPTH)
                continue
            children = _children(node, given, findings)
        except Stop:
            raise
        except Exception:  # of the value's own methods
            node.value = None
            findings.tell(NOT_PLAIN, node.place, found=type(given).__name__)
            continue
        nodes += len(children)
        if nodes > MAX_NODES:
            findings.tell(TOO_MANY_NODES, node.place, expected=f"{MAX_NODES:,}")
            root.value = None
            raise Stop
        waiting.extend((inner, child, depth + 1) for inner, child in reversed(children))


def _children(node: Node, given: Mapping[Any, object] | list[object] | tuple[object, ...], findings: Findings) -> list[tuple[object, Node]]:
    """Make `node` a list or mapping of empty nodes, and say what belongs into each (one more than are allowed at the most)."""
    file, path = node.place.file, node.place.path or ""
    if not isinstance(given, Mapping):
        items = [(inner, Node(None, Place(file, path=f"{path}[{k}]"))) for k, inner in enumerate(islice(given, MAX_NODES + 1))]
        node.value = [child for _, child in items]
        return items
    entries: dict[str, Node] = {}
    waiting: list[tuple[object, Node]] = []
    for key, inner in islice(given.items(), MAX_NODES + 1):
        if not isinstance(key, str) or not key:
            findings.tell(BAD_KEY, node.place, zh=_short(f" {key!r}"), en=_short(repr(key)))
            continue
        key = _checked(key, node.place, findings)
        step = f".{key}" if key.isidentifier() else f"[{json.dumps(key, ensure_ascii=False)}]"
        child = Node(None, Place(file, path=(path + step).removeprefix(".")))
        entries[key], node.keys[key] = child, child.place
        waiting.append((inner, child))
    node.value = entries
    return waiting


def _fill(node: Node, given: object, findings: Findings) -> None:
    if given is None or isinstance(given, bool):
        node.value = given
        node.text = {None: "null", True: "true", False: "false"}[given]
        return
    if isinstance(given, str):
        text = given
    elif isinstance(given, date):
        text = given.isoformat()
    else:
        try:
            text = _number_text(given)
        except Unreadable as problem:
            if problem.kind in (NOT_FINITE, NUMBER_TOO_LONG):
                findings.tell(problem.kind, node.place, **problem.facts)
            else:
                findings.tell(NOT_PLAIN, node.place, found=type(given).__name__)
            return
    node.value = node.text = _checked(text, node.place, findings)
    node.quoted = isinstance(given, str)


def _number_text(given: object) -> str:
    if type(given) is int and given.bit_length() < 1000:
        return str(given)
    exact = to_number(given)
    if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > MAX_BITS:  # its digits would take long to find
        raise Unreadable(NUMBER_TOO_LONG, found=Both("超过 6,000 位", "more than 6,000 digits"), expected=MAX_LENGTH)
    if isinstance(given, float) and "e" not in (text := float.__repr__(given)):
        return text
    return format(given, "f") if isinstance(given, Decimal) else shortest(exact)


def _checked(text: str, place: Place, findings: Findings) -> str:
    text = str.__str__(text)
    if len(text) > MAX_SCALAR:
        findings.tell(TEXT_TOO_LONG, place, found=f"{len(text):,}", expected=f"{MAX_SCALAR:,}")
        text = text[:MAX_SCALAR]
    if bad := _BAD.search(text):
        findings.tell(BAD_CHARACTER, place, found=f"U+{ord(bad[0]):04X}")
    return one_line_end(_BAD.sub("\ufffd", text))
