"""What the parts of compiling share: the document with its places, the problems, the steps so far, the entries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from perfscore.finding import Both, Finding, Kind, Place, RuleError, Unreadable
from perfscore.formula import tree
from perfscore.formula.parse import canonical, parse
from perfscore.formula.test import Test, parse_test
from perfscore.formula.tree import Tree
from perfscore.methods.method import BAD_PARAMETER, MISSING_KEY, Method, one_of
from perfscore.numbers.number import read_number
from perfscore.numbers.rounding import Rounding
from perfscore.numbers.unit import Unit, read_unit
from perfscore.ruleset import model as models
from perfscore.ruleset.origin import origin, owner
from perfscore.ruleset.places import Node, Path
from perfscore.ruleset.scope import BAD_ID, UNKNOWN_ID, Ids, Scope, guess
from perfscore.ruleset.validation import read_method
from perfscore.steps import Case, Cases, Input, Refusal, Stage, Step, StepKind

REFUSED = Kind(
    "refused",
    "error",
    zh="规则规定“{label}”不予评分：{text}",
    en="“{label}” is not to be scored: {text}",
    why="A rule file may say that a situation is not to be scored; then no number is better than a wrong one.",
    fix="Read the rule's reason; the outcome or the rule file has to change.",
)
TOO_MANY_STEPS = Kind(
    "too-many-steps",
    "error",
    zh="规则展开后的计算步骤过多，上限 {expected}",
    en="the rules make too many steps of computation, at most {expected}",
    hint_zh="减少指标，或减少对每个指标都生效的提示和自定义方法的情形",
    hint_en="use fewer items, or fewer flags and cases of own methods that stand for every item",
    why="A small file can stand for millions of steps, and nobody could wait for it.",
    fix="Split the rule file.",
)
MAX_STEPS = 20_000
YES_NO = (("yes", "是"), ("no", "否"))


@dataclass(slots=True)
class Context:
    """What the parts of compiling share: the document, the problems, the steps so far, the names of the file."""

    document: Node
    problems: list[Finding] = field(default_factory=list)
    steps: dict[str, Step] = field(default_factory=dict)
    globals: dict[str, Tree] = field(default_factory=dict)
    nodes: dict[str, Fraction] = field(default_factory=dict)
    lists: dict[str, Entry] = field(default_factory=dict)  # groups, the total among them
    size: int = 0
    parsed: dict[tuple[Path, str], Tree | None] = field(default_factory=dict)  # what is read for several items is parsed once
    stages: dict[str, Rounding] = field(default_factory=dict)
    methods: Mapping[str, type[Method]] = field(default_factory=dict)
    own: dict[str, tuple[str, ...]] = field(default_factory=dict)  # item -> ids of its own inputs

    def report(self, finding: Finding) -> None:
        """Each problem once, however often the place is read."""
        if finding.place.line is None or all(finding != one for one in self.problems if one.place == finding.place):
            self.problems.append(finding)

    def at(self, path: Path) -> Place:
        return origin(self.document, path)

    def owner(self, path: Path) -> Both:
        return owner(self.document, path)

    def lacks(self, path: Path, key: str, hint: Both | str, indicator: str | None = None) -> None:
        """Report a missing (or empty) key, unless it is written and was refused already."""
        written = self.document.at((*path, key))
        if written is None or written.value is None or written.value in ([], {}):
            self.report(MISSING_KEY.at(self.at(path), indicator=indicator, owner=self.owner(path), expected=key, hint=hint))

    def lacks_text(self, text: str | None, path: Path, key: str, hint: Both | str) -> bool:
        """Whether a text is missing, or has nothing in it; then it is reported."""
        if text is not None and not text.strip():
            self.report(MISSING_KEY.at(self.at(path), owner=self.owner(path), expected=key, hint=hint))
        elif text is None:
            self.lacks(path, key, hint)
        return text is None or not text.strip()

    def method(self, raw: Any, where: Path, indicator: str | None) -> Method | None:
        """The validated parameters of a method."""
        if not isinstance(raw, dict):
            raw = {"type": raw}
        return read_method(raw, where, self.document, self.problems, self.methods, indicator)

    def scope(self) -> Scope:
        return Scope(self.globals, self.nodes, self.lists, self.report)

    def read(self, reader: Callable[[], Any], path: Path, indicator: str | None = None) -> Any:
        """What `reader` gives, or None after reporting what cannot be read at the path."""
        try:
            return reader()
        except Unreadable as problem:
            self.report(problem.at(self.at(path), indicator=indicator))
            return None

    def number(self, text: str, path: Path) -> Fraction | None:
        found: Fraction | None = self.read(lambda: read_number(text), path)
        return found

    def formula(self, text: str, path: Path) -> Tree | None:
        if (path, text) not in self.parsed:
            self.parsed[path, text] = self.read(lambda: parse(text, self.at(path)), path)
        return self.parsed[path, text]

    def test(self, text: str, path: Path) -> Test | None:
        found: Test | None = self.read(lambda: parse_test(text, self.at(path)), path)
        return found

    def unit(self, text: str | None, path: Path) -> Unit | None:
        found: Unit | None = None if text is None else self.read(lambda: read_unit(text), path)
        return found

    def add(self, step: Step) -> tree.Name:
        """A step whose names are resolved already. Raises RuleError where the file makes endlessly many."""
        self.steps[step.name] = step
        self.size += 1 + (len(step.node.cases) if isinstance(step.node, Cases) else 0)
        if self.size > MAX_STEPS:
            self.report(TOO_MANY_STEPS.at(step.place, expected=f"{MAX_STEPS:,}"))
            raise RuleError(self.problems)
        return tree.Name(step.name)

    def add_formula(self, scope: Scope, name: str, kind: StepKind, root: Tree | None, place: Place, **about: Any) -> tree.Name:
        """A step of one formula in a scope; without a tree (it could not be read) only its name is known."""
        resolved = None if root is None else scope.resolve(root)
        if resolved is not None:
            self.add(Step(name, kind, resolved, place, **about))
        return tree.Name(name)


@dataclass(slots=True)
class PathAuthor:
    """`method.Author`: reads what stands below one path."""

    context: Context
    base: Path
    indicator: str

    def formula(self, text: str, *path: str | int) -> Tree | None:
        return self.context.formula(text, (*self.base, *path))

    def test(self, text: str, *path: str | int) -> Test | None:
        return self.context.test(text, (*self.base, *path))

    def number(self, text: str, *path: str | int) -> Fraction | None:
        return self.context.number(text, (*self.base, *path))

    def report(self, kind: Kind, *path: str | int, **facts: Any) -> None:
        whole = (*self.base, *path)
        told = {"owner": self.context.owner(whole), **facts}
        self.context.report(kind.at(self.context.at(whole), indicator=self.indicator, **told))

    def at(self, *path: str | int) -> PathAuthor:
        """The author of another part of the file, by its whole path."""
        return PathAuthor(self.context, path, self.indicator)

    def inside(self, *path: str | int) -> PathAuthor:
        """The author of what stands further down."""
        return PathAuthor(self.context, (*self.base, *path), self.indicator)

    def table(self, id: str, *path: str | int) -> Input | None:
        """The table input of this id; reported where there is none."""
        step = self.context.steps.get(canonical(id))
        if step is not None and isinstance(step.node, Input) and step.node.type == "table":
            return step.node
        tables = [name for name, one in self.context.steps.items() if isinstance(one.node, Input) and one.node.type == "table"]
        self.report(UNKNOWN_ID, *path, found=id, what=Both("表（type: table 的录入项）", "table input"), guess=guess(id, tables))
        return None

    def method(self, raw: Any, *path: str | int) -> Method | None:
        """A method inside of a method."""
        return self.context.method(raw, (*self.base, *path), self.indicator)

    def names(self, named: Sequence[tuple[str, Sequence[str | int]]], taken: Collection[str] = (), codes: bool = False) -> list[str] | None:
        """Ids inside of a method, checked like all ids; None where one cannot be an id. `taken`: words it may not be."""
        ids = Ids(self.context.report)
        found: list[str | None] = []
        for name, path in named:
            place = self.context.at((*self.base, *path))
            if name in taken:
                self.context.report(
                    BAD_ID.at(place, indicator=self.indicator, found=name, reason=Both("填报内容已用它作键", "outcomes use it as a key"))
                )
                found.append(None)
            else:
                found.append(ids.add(name, place, codes=codes))
        whole = [name for name in found if name is not None]
        return whole if len(whole) == len(found) else None

    def case(self, case: Any, default_reason: str, *path: str | int) -> Case | None:
        when = self.formula(case.when, *path, "when")
        reason = canonical(case.reason or default_reason)
        if case.points is None and case.refuse is None:
            self.report(MISSING_KEY, *path, expected="points", hint="points: …  /  refuse: …")
            return None
        if case.points is not None and case.refuse is not None:
            both = Both("同时写了 points 和 refuse", "points and refuse are both written")
            self.report(BAD_PARAMETER, *path, key=_keys((*self.base[-1:], *path)), found=both, expected=one_of("points", "refuse"))
            return None
        if case.refuse is not None:
            return Case(when, None, reason, Refusal(REFUSED, case.refuse), case.label, when.place) if when is not None else None
        points = self.formula(case.points, *path, "points")
        return Case(when, points, reason, label=case.label, place=when.place) if when and points else None


def _keys(path: Sequence[str | int]) -> str:
    """Keys as they are counted by people: cases 2."""
    return " ".join(str(part + 1) if isinstance(part, int) else part for part in path if part != "method")


@dataclass(slots=True)
class Entry:
    """A node of the tree of indicators on its way to steps."""

    id: str
    model: models.NodeModel
    path: Path
    weight: Fraction
    labels: tuple[str, ...]
    parent: str
    about: dict[str, object]
    children: list[Entry] = field(default_factory=list)
    method: Method | None = None
    gates: list[tuple[str, models.GateModel, Path]] = field(default_factory=list)
    read: bool = True  # the weight could be read
    out_of: Fraction | None = None
    moved: list[Entry] = field(default_factory=list)  # nodes whose weight moves here when they do not apply

    @property
    def combine(self) -> str:
        return self.model.combine

    @property
    def by(self) -> str:
        return (self.model.not_applicable and self.model.not_applicable.by) or "proportional"

    @property
    def scope(self) -> Literal["siblings", "group", "all"]:
        return (self.model.not_applicable and self.model.not_applicable.scope) or "siblings"

    @property
    def label(self) -> str:
        return self.model.label or self.id

    @property
    def policy(self) -> str | None:
        declared = self.model.not_applicable
        return None if declared is None or declared.policy == "refuse" else declared.policy


def clamp(value: Tree, floor: Tree | None, cap: Tree | None) -> Tree:
    """Floor first, then cap."""
    raised = value if floor is None else tree.Call("max", (value, floor))
    return raised if cap is None else tree.Call("min", (raised, cap))


def gated(context: Context, node: Entry, last: Tree, kind: StepKind, applies: str | None) -> tuple[list[Stage], Tree]:
    """One stage for each gate that acts on the node's points, and what they leave of them.

    A gate does not act on what does not apply.
    """
    stages: list[Stage] = []
    scope = context.scope()
    weight = tree.Number(node.weight)
    scope.standard["weight"] = weight
    for gate_id, gate, path in node.gates:
        for effect in ("points", "at_least", "at_most"):
            text = getattr(gate, effect)
            root = None if text is None else context.formula(text, (*path, effect))
            value = None if root is None else scope.resolve(root)
            if value is None:
                continue
            limited = {"points": value, "at_least": tree.Call("max", (last, value)), "at_most": tree.Call("min", (last, value))}[effect]
            held = [tree.Name(f"gate:{gate_id}"), *([tree.Name(applies)] if applies is not None else [])]
            chosen = tree.Choose(tree.both(*held), limited, last)
            last = context.add(Step(f"{node.id}:gate:{gate_id}:{effect}", kind, chosen, context.at(path), node.id, f"gate {gate_id}"))
            stages.append(Stage(f"gate {gate_id}", last.name, gate.because))
    return stages, last


def bound(context: Context, node: Entry, side: str) -> Tree | None:
    """A written floor or cap."""
    text = getattr(node.model, side)
    return None if text is None else context.formula(text, (*node.path, side))


def worth_absent(node: Entry) -> Tree:
    """What a node is worth that does not apply, by its policy."""
    match node.policy:
        case "full":
            return tree.number(node.weight)
        case "peer_mean":
            return tree.Name(f"{node.id}:peer_mean")
    return tree.number(0)
