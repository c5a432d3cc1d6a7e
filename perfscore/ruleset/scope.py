"""Names: ids of a rule file, what a name in a formula means, and the steps that stand for it.

An item's formulas see the standard names, their own lets, then the ids of the whole file. A method's own formulas see
the method's names first, so that an input called `gap` cannot change what a method means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from perfscore.finding import Both, Finding, Kind, Place, listed
from perfscore.finding import guess as guess
from perfscore.formula import tree
from perfscore.formula.parse import canonical
from perfscore.formula.tree import Tree

BAD_ID = Kind(
    "bad-id",
    "error",
    zh="“{found}”不能作标识：{reason}",
    en="“{found}” cannot be an id: {reason}",
    hint_zh="标识由字母、数字、下划线或汉字组成，不以数字开头，不含连字符",
    hint_en="an id is letters, digits, _ or Chinese characters, does not begin with a digit and has no hyphen",
    why="Formulas use ids as names; an id with a hyphen would be read as a subtraction.",
    fix="Choose another id.",
)
DUPLICATE_ID = Kind(
    "duplicate-id",
    "error",
    zh="标识“{found}”已在 {first} 使用",
    en="the id “{found}” is already used at {first}",
    hint_zh="标识在录入项、let 和指标之间唯一（全角半角视为相同）",
    hint_en="ids are unique over inputs, lets and items (after NFKC normalisation)",
    why="A name in a formula must mean one thing.",
    fix="Rename one of them.",
)
UNKNOWN_NAME = Kind(
    "unknown-name",
    "error",
    zh="没有名为“{found}”的量{guess}",
    en="there is no quantity “{found}”{guess}",
    hint_zh="{hint}",
    hint_en="{hint}",
    why="A formula can only use what the file declares.",
    fix="Declare it under `inputs` or `let`, or mend the spelling.",
)
UNKNOWN_ID = Kind(
    "unknown-id",
    "error",
    zh="没有标识为“{found}”的{what}{guess}",
    en="there is no {what} with the id “{found}”{guess}",
    why="A gate, a flag or a reference that names nothing would silently do nothing.",
    fix="Use an id that the file declares.",
)

STANDARD = ("actual", "target", "target_from", "target_to", "weight", "met", "floor", "cap")
_RESERVED = {
    *STANDARD,
    *tree.FUNCTIONS,
    *tree.REFERENCES,
    *(
        "attainment",
        "total",
        "rating",
        "true",
        "false",
        "parts",
        "any",
        "and",
        "or",
        "not",
        "if",
        "else",
        "in",
        "is",
        "True",
        "False",
        "None",
        "lambda",
        "for",
        "且",
        "或",
        "非",
    ),
}
HEADER = ("perfscore_outcomes", "outcomes")  # a mapping with one of these keys is a whole outcome file
_ID = re.compile(r"[^\W\d]\w*\Z")


def is_id(name: str) -> bool:
    """Whether a text can be an id."""
    return bool(_ID.match(name)) and name not in _RESERVED


def _ill_formed(name: str) -> Both:
    """Why a text cannot be an id: how it begins, or the first sign that does not belong."""
    if not name:
        return Both("没有内容", "it is empty")
    if name[0].isdigit():
        return Both("以数字开头", "it begins with a digit")
    sign = next((one for one in name if not re.match(r"\w", one)), name[0])
    return Both("含有空格", "it has a space") if sign.isspace() else Both(f"含有“{sign}”", f"the sign “{sign}” is not allowed")


@dataclass(slots=True)
class Ids:
    """Every id of the file with the place that declared it."""

    report: Callable[[Finding], None]
    places: dict[str, Place] = field(default_factory=dict)

    def add(self, id: str, place: Place, *, codes: bool = False) -> str | None:
        """The canonical id, or None after reporting why it cannot be one; `codes`: no formula uses it as a name."""
        name = canonical(id)
        if not _ID.match(name):
            self.report(BAD_ID.at(place, found=id, reason=_ill_formed(id)))
            return None
        if name in _RESERVED and not codes:
            self.report(BAD_ID.at(place, found=id, reason=Both("公式中它是固定名称", "formulas use this name already")))
            return None
        if name in HEADER and not codes:
            self.report(BAD_ID.at(place, found=id, reason=Both("填报文件已用它作键", "outcome files use it as a key")))
            return None
        if name in self.places:
            self.report(DUPLICATE_ID.at(place, found=id, first=self.places[name]))
            return None
        self.places[name] = place
        return name


@dataclass(slots=True)
class Scope:
    """What names mean at one place: words of the node (`own` by its method, `author` by its writer) -> trees.

    `nodes`: ids of items and groups -> weight, for the references points(id), scored(id), share(id), attainment(id);
    `lists`: ids of groups, for points_in(id), shares_in(id).
    """

    globals: Mapping[str, Tree]
    nodes: Mapping[str, Fraction]
    lists: Collection[str]
    report: Callable[[Finding], None]
    standard: dict[str, Tree] = field(default_factory=dict)
    author: dict[str, Tree] = field(default_factory=dict)
    own: dict[str, Tree] = field(default_factory=dict)

    def inside(self) -> Scope:
        """A scope of its own that begins with the same words."""
        return replace(self, standard=dict(self.standard), author=dict(self.author), own=dict(self.own))

    def resolve(self, root: Tree) -> Tree | None:
        """The tree over names of steps; None after reporting a name that means nothing."""
        unknown: list[bool] = []

        def change(node: Tree) -> Tree | None:
            if isinstance(node, tree.Name):
                found = self.named(node)
            elif isinstance(node, tree.Call) and node.function in tree.REFERENCES:
                found = self.reference(node)
            else:
                return None
            if found is None:
                unknown.append(True)
                return node
            return found

        resolved = tree.rewrite(root, change)
        return None if unknown else resolved

    def named(self, node: tree.Name) -> Tree | None:
        if ":" in node.name:
            return node  # a step already
        written = node.place != tree.NOWHERE
        order = (self.standard, self.author, self.globals, self.own) if written else (self.own, self.standard, self.author, self.globals)
        for words in order:
            if node.name in words:
                return _moved(words[node.name], node.place)
        if not written:
            return None  # a word of the method whose parameter could not be read: that was reported
        known = {name for words in order for name in words} | ({*STANDARD} if self.standard else set())
        if node.name in self.nodes:
            self.report(UNKNOWN_NAME.at(node.place, found=node.name, guess=points_of(node.name)))
            return None
        close = guess(node.name, known)
        self.report(UNKNOWN_NAME.at(node.place, found=node.name, hint="" if close.en else _usable(known), guess=close))
        return None

    def reference(self, node: tree.Call) -> Tree | None:
        argument = node.arguments[0]
        if not isinstance(argument, tree.Name) or argument.name not in self.nodes:
            found = argument.name if isinstance(argument, tree.Name) else node.function
            self.report(UNKNOWN_ID.at(argument.place, found=found, what=Both("指标", "item or group"), guess=guess(found, self.nodes)))
            return None
        id = argument.name
        match node.function:
            case "share":
                return share_of(id, self.nodes[id], node.place)
            case "points_in" | "shares_in":
                if id not in self.lists:
                    self.report(UNKNOWN_ID.at(argument.place, found=id, what=Both("指标组", "group"), guess=guess(id, self.lists)))
                    return None
                return tree.Name(f"{id}:{node.function}", node.place)
            case "attainment":
                return tree.Name(f"{id}:attainment", node.place)
        return tree.Name(step_name(id, node.function), node.place)


def share_of(id: str, weight: Fraction, place: Place = tree.NOWHERE) -> Tree:
    """points(id) / weight."""
    return tree.Arithmetic("/", tree.Name(step_name(id, "points"), place), tree.Number(weight, place=place), place)


def points_of(id: str) -> Both:
    """What to write instead of the id of an item or a group, where a quantity is meant."""
    forms = f"points({id})", f"scored({id})", f"share({id})"
    zh = f"：它是指标，公式中写 {forms[0]}、{forms[1]} 或 {forms[2]}"
    return Both(zh, f": it is an item or a group; write {forms[0]}, {forms[1]} or {forms[2]}")


def _usable(known: set[str]) -> Both | str:
    """The names that a formula can use here, where they are few enough to be read."""
    names = listed(sorted(known))
    return Both(f"此处可用：{names.zh}", f"names here: {names.en}") if 0 < len(known) <= 20 else ""


def step_name(id: str, stage: str) -> str:
    """The step that holds a stage of an item or a group; the points of the total are called `total`."""
    return id if (id, stage) == ("total", "points") else f"{id}:{stage}"


def _moved(meant: Tree, place: Place) -> Tree:
    """A name keeps the place where it was used."""
    return tree.Name(meant.name, place) if isinstance(meant, tree.Name) else meant
