"""Text -> tree: a subset of Python expressions, with errors at the column of the author's own text.

Literals are exact from their source text. `≥ ≤ ≠ × ÷ （ ） ，` and the words 且 或 非 are accepted, `=` is equality,
`%` belongs to the number before it. Operator precedence is Python's. Limits: length, depth, nodes (`tree`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from perfscore.finding import Both, Kind, Place, Unreadable, guess
from perfscore.formula import tree
from perfscore.formula.tree import Tree
from perfscore.numbers.date import read_date
from perfscore.numbers.number import normalise, read_number

FORMULA_SYNTAX = Kind(
    "formula-syntax",
    "error",
    zh="公式写法有误：{found}",
    en="formula cannot be read: {found}",
    hint_zh="{hint}",
    hint_en="{hint}",
    why="A formula is read once, before anything is scored; what cannot be read is never guessed.",
    fix="Mend the formula at the column named; docs/rule-file.md lists what a formula may hold.",
)
FORMULA_TOO_LONG = Kind(
    "formula-too-long",
    "error",
    zh="公式过长或嵌套过深：{found}，上限 {expected}",
    en="formula is too long or too deep: {found}, at most {expected}",
    hint_zh="把它拆成几个 let",
    hint_en="split it into several lets",
    why="Long formulas cannot be checked by a reader, and deep ones can exhaust the machine.",
    fix="Name its parts under `let`.",
)
UNKNOWN_FUNCTION = Kind(
    "unknown-function",
    "error",
    zh="没有名为“{found}”的函数{guess}",
    en="there is no function “{found}”{guess}",
    hint_zh="可用：{expected}",
    hint_en="there are: {expected}",
    why="Only the listed functions exist; nothing can be called by attribute or import.",
    fix="Use one of the listed functions.",
)
ARGUMENTS = Kind(
    "wrong-arguments",
    "error",
    zh="函数 {function} 需要{expected}参数，写了 {found} 个",
    en="{function} takes {expected}; written: {found}",
    why="A function with other arguments means something else.",
    fix="Write as many arguments as the reference says.",
)

_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<date>\d{4}-\d{1,2}-\d{1,2}|\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?)"
    r"|(?P<number>\d[\d.]*(?:[eE][+-]?\d+)?\s*[%‰]?)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<op>\*\*|==|!=|<=|>=|[-+*/×÷≥≤≠<>=(),\[\]−])"
)
_SPELLINGS = {"==": "=", "≠": "!=", "≥": ">=", "≤": "<=", "×": "*", "÷": "/", "−": "-"}
_WORDS = {"且": "and", "或": "or", "非": "not"}
_KEYWORDS = {"and", "or", "not", "if", "else", "in", "True", "False", "None", "lambda", "for", "is"}
_COMPARE = {"=", "!=", "<", "<=", ">", ">="}
_BINDING = {"if": 1, "or": 2, "and": 3, "in": 5, "+": 6, "-": 6, "*": 7, "/": 7, "**": 9}
_NOT, _COMPARISON, _NEGATE = 4, 5, 8


_UNIT = Both(
    "公式和条件里只写数，单位写在 unit；日期写全年月日",
    "formulas and tests hold bare numbers: write the unit under `unit`, and dates in full",
)


def canonical(name: str) -> str:
    """An id or a name as it is compared: NFKC. Endless marks on one letter stay as they are: no name, and slow to sort."""
    if name.isascii() or (len(name) > 100 and _marks(name) > 100):
        return name
    return unicodedata.normalize("NFKC", name)


def _marks(name: str) -> int:
    """The longest run of combining marks."""
    longest = run = 0
    for sign in name:
        run = run + 1 if unicodedata.combining(unicodedata.normalize("NFKD", sign)[0]) else 0
        longest = max(longest, run)
    return longest


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # date number name text op keyword end
    text: str
    start: int


def parse(text: str, place: Place = tree.NOWHERE) -> Tree:
    """The tree of a formula. Raises Unreadable with the offset of the trouble in `text`."""
    tokens = _tokens(text)
    reader = _Reader(tokens, place)
    root = reader.expression(0, 1)
    reader.expect_end()
    _within_limits(root)
    return root


def _tokens(text: str) -> list[_Token]:
    if len(text) > tree.MAX_LENGTH:
        raise Unreadable(FORMULA_TOO_LONG, found=Both(f"{len(text)} 字符", f"{len(text)} characters"), expected=tree.MAX_LENGTH)
    plain = normalise(text)
    found: list[_Token] = []
    position = 0
    while position < len(plain):
        match = _TOKEN.match(plain, position)
        if match is None:
            raise Unreadable(
                FORMULA_SYNTAX,
                position,
                found=Both(f"不认识的符号“{text[position]}”", f"unexpected “{text[position]}”"),
                hint=_hint(plain, position),
            )
        kind, word = str(match.lastgroup), match.group()
        if kind == "name" and (_WORDS.get(word, word) in _KEYWORDS):
            kind, word = "keyword", _WORDS.get(word, word)
        if kind == "op":
            word = _SPELLINGS.get(word, word)
        if kind != "space":
            found.append(_Token(kind, word, position))
        position = match.end()
    found.append(_Token("end", "", len(plain)))
    return found


def _hint(text: str, position: int) -> Both:
    if text[position] == "%":
        return Both("百分号只能紧跟数字：95%", "% belongs directly behind a number: 95%")
    if text[position] == ".":
        return Both("小数以数字开头：0.5；公式不能取属性", "a decimal begins with a digit: 0.5; formulas have no attributes")
    return Both("", "")


def _within_limits(root: Tree) -> None:
    nodes, deepest, stack = 0, 0, [(root, 1)]
    while stack:
        node, depth = stack.pop()
        nodes, deepest = nodes + 1, max(deepest, depth)
        stack.extend((child, depth + 1) for child in tree.children(node))
    if nodes > tree.MAX_NODES:
        raise Unreadable(FORMULA_TOO_LONG, found=Both(f"{nodes} 个运算和数", f"{nodes} operations and numbers"), expected=tree.MAX_NODES)
    if deepest > tree.MAX_DEPTH:
        raise Unreadable(FORMULA_TOO_LONG, found=_levels(deepest), expected=tree.MAX_DEPTH)


def _levels(depth: int) -> Both:
    return Both(f"嵌套 {depth} 层", f"nested {depth} levels deep")


def _how_many(least: int, most: int | None) -> Both:
    """How many arguments a function takes."""
    if most is None:
        return Both(f"至少 {least} 个", f"at least {least} argument{'s' * (least != 1)}")
    number = f"{least}" if least == most else f"{least} to {most}"
    return Both(f" {number.replace(' to ', ' 至 ')} 个", f"{number} argument{'s' * (number != '1')}")


def _whole(node: Tree, least: int, most: int) -> bool:
    """Whether a node is a written whole number between two."""
    return isinstance(node, tree.Number) and node.value.denominator == 1 and least <= node.value <= most


class _Reader:
    """Operator-precedence reading of one list of tokens."""

    def __init__(self, tokens: list[_Token], place: Place) -> None:
        self.tokens = tokens
        self.at = 0
        self.origin = place

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def next(self) -> _Token:
        token = self.token
        self.at += 1
        return token

    def place(self, token: _Token) -> Place:
        return self.origin.shifted(token.start)

    def fail(self, token: _Token, zh: str, en: str, hint: Both | str = "") -> Unreadable:
        return Unreadable(FORMULA_SYNTAX, token.start, found=Both(zh, en), hint=hint)

    def unexpected(self, token: _Token) -> Unreadable:
        if token.kind == "end":
            return self.fail(token, "公式不完整", "it ends too early")
        before = self.tokens[self.at - 2] if self.at > 1 and self.tokens[self.at - 1] is token else self.tokens[self.at - 1]
        if token.kind == "name" and before.kind == "number":
            return self.fail(token, f"数后面不应出现“{token.text}”", f"unexpected “{token.text}” behind a number", _UNIT)
        return self.fail(token, f"此处不应出现“{token.text}”", f"unexpected “{token.text}”")

    def expect(self, text: str) -> None:
        if self.token.text != text or self.token.kind == "text":
            if self.token.kind == "end":
                raise self.fail(self.token, f"末尾缺少“{text}”", f"“{text}” is missing at the end")
            raise self.fail(self.token, f"“{self.token.text}”前缺少“{text}”", f"“{text}” expected before “{self.token.text}”")
        self.at += 1

    def expect_end(self) -> None:
        if self.token.kind != "end":
            raise self.unexpected(self.token)

    def expression(self, binding: int, depth: int) -> Tree:
        if depth > tree.MAX_DEPTH:
            raise Unreadable(FORMULA_TOO_LONG, self.token.start, found=_levels(depth), expected=tree.MAX_DEPTH)
        left = self.operand(depth)
        while (step := self.binary(left, binding, depth)) is not None:
            left = step
        return left

    def operand(self, depth: int) -> Tree:
        token = self.next()
        place = self.place(token)
        match token.kind:
            case "number":
                return self.number(token)
            case "date":
                return self.date(token)
            case "text":
                return tree.Text(canonical(token.text[1:-1]), place)
            case "name":
                if token.text in ("true", "false"):
                    return tree.Truth(token.text == "true", place)
                if self.token.text == "(" and self.token.kind == "op":
                    return self.call(token, depth)
                return tree.Name(canonical(token.text), place)
        if token.kind == "op" and token.text == "-":
            return tree.Negate(self.expression(_NEGATE, depth + 1), place)
        if token.kind == "op" and token.text == "+":
            return self.expression(_NEGATE, depth + 1)
        if token.kind == "keyword" and token.text == "not":
            return tree.Not(self.expression(_NOT, depth + 1), place)
        if token.kind == "op" and token.text == "(":
            inner = self.expression(0, depth + 1)
            self.expect(")")
            return inner
        raise self.unexpected(token)

    def number(self, token: _Token) -> Tree:
        written = token.text.replace(" ", "")
        try:
            return tree.Number(read_number(written), written, self.place(token))
        except Unreadable as problem:
            raise Unreadable(problem.kind, token.start + problem.offset, **problem.facts) from None

    def date(self, token: _Token) -> Tree:
        try:
            written = read_date(token.text)
        except Unreadable as problem:
            raise Unreadable(problem.kind, token.start + problem.offset, **problem.facts) from None
        return tree.Date(written.first, written.last, self.place(token))

    def call(self, token: _Token, depth: int) -> Tree:
        function = canonical(token.text)
        known = {**tree.FUNCTIONS, **dict.fromkeys(tree.REFERENCES, (1, 1))}
        if function not in known:
            raise Unreadable(UNKNOWN_FUNCTION, token.start, found=function, expected=", ".join(known), guess=guess(function, known))
        self.expect("(")
        arguments = self.listed(")", depth)
        least, most = known[function]
        if len(arguments) < least or (most is not None and len(arguments) > most):
            raise Unreadable(ARGUMENTS, token.start, function=function, found=len(arguments), expected=_how_many(least, most))
        if function == "root" and not _whole(arguments[1], 2, tree.MAX_POWER):
            raise self.fail(
                token, f"root 的次数须为 2 到 {tree.MAX_POWER} 的整数", f"the degree of a root is a whole number from 2 to {tree.MAX_POWER}"
            )
        return tree.Call(function, arguments, self.place(token))

    def listed(self, closing: str, depth: int) -> tuple[Tree, ...]:
        parts: list[Tree] = []
        while self.token.text != closing or self.token.kind != "op":
            if parts:
                self.expect(",")
            parts.append(self.expression(0, depth + 1))
        self.next()
        return tuple(parts)

    def binary(self, left: Tree, binding: int, depth: int) -> Tree | None:
        """One more operator behind `left`, if it binds tighter than what came before."""
        token = self.token
        if token.kind not in ("op", "keyword"):
            return None
        if token.text in _COMPARE:
            return self.comparison(left, depth) if binding < _COMPARISON else None
        strength = _BINDING.get(token.text, 0)
        if strength <= binding:
            return self.negated_member(left, binding, depth)
        self.next()
        place = self.place(token)
        match token.text:
            case "if":
                condition = self.expression(1, depth + 1)
                self.expect("else")
                return tree.Choose(condition, left, self.expression(0, depth + 1), place)
            case "and" | "or":
                right = self.expression(strength, depth + 1)
                if isinstance(left, tree.Logic) and left.op == token.text:
                    return tree.Logic(token.text, (*left.parts, right), left.place)
                return tree.Logic(token.text, (left, right), place)
            case "in":
                self.expect("[")
                return tree.Member(left, self.listed("]", depth), place)
            case "**":
                return self.power(left, place, depth)
        return tree.Arithmetic(token.text, left, self.expression(strength, depth + 1), place)

    def negated_member(self, left: Tree, binding: int, depth: int) -> Tree | None:
        following = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else self.token
        if self.token.text == "not" and following.text == "in" and binding < _COMPARISON:
            token = self.next()
            self.next()
            self.expect("[")
            return tree.Not(tree.Member(left, self.listed("]", depth), self.place(token)), self.place(token))
        return None

    def power(self, base: Tree, place: Place, depth: int) -> Tree:
        at = self.token
        exponent = self.expression(_NEGATE, depth + 1)
        if not _whole(exponent, 0, tree.MAX_POWER):
            raise self.fail(at, f"幂次须为 0 到 {tree.MAX_POWER} 的整数", f"a power is a whole number from 0 to {tree.MAX_POWER}")
        return tree.Arithmetic("**", base, exponent, place)

    def comparison(self, left: Tree, depth: int) -> Tree:
        place = self.place(self.token)
        rest: list[tuple[str, Tree]] = []
        while self.token.kind == "op" and self.token.text in _COMPARE:
            op = self.next().text
            rest.append((op, self.expression(_COMPARISON, depth + 1)))
        return _with_days(tree.Compare(left, tuple(rest), place))


def _with_days(compare: tree.Compare) -> Tree:
    """A written month or year in a comparison: `>=` and `<` mean its first day, `<=` and `>` its last, `=` any of its days."""
    operands = [compare.first, *(operand for _, operand in compare.rest)]
    if not any(_span(operand) for operand in operands):
        return compare
    pairs: list[Tree] = []
    for (op, right), left in zip(compare.rest, operands, strict=False):
        if op in ("=", "!=") and (_span(left) or _span(right)):
            span, subject = (right, left) if _span(right) else (left, right)
            inside = tree.Compare(_day(span, first=True), (("<=", subject), ("<=", _day(span, first=False))), compare.place)
            pairs.append(inside if op == "=" else tree.Not(inside, compare.place))
        else:
            pairs.append(tree.Compare(_day(left, first=op in ("<=", ">")), ((op, _day(right, first=op in (">=", "<"))),), compare.place))
    return tree.both(*pairs)


def _span(root: Tree) -> bool:
    return isinstance(root, tree.Date) and root.first != root.last


def _day(root: Tree, *, first: bool) -> Tree:
    """The first or last day of a written month or year; anything else as it is."""
    if not isinstance(root, tree.Date):
        return root
    day = root.first if first else root.last
    return tree.Date(day, day, root.place)
