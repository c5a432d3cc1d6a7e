"""broken_rule_files: rule files that are broken in one way, with the code of the finding that must be told.

The list of breaks is a list: a code, the methods of the file that is broken (None: any), and what is done to it. Other findings may
come with it: one mistake can show in several places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from perfscore.numbers.number import shortest
from perfscore.testing.extra import SearchStrategy, st
from perfscore.testing.rule_files import rule_files
from perfscore.testing.yaml_text import yaml_text

Keys = dict[str, Any]


def broken_rule_files() -> SearchStrategy[tuple[str, str]]:
    """Pairs of the text of a rule file that is broken in one way, and the code of a finding that loading it must tell."""
    return st.sampled_from(BREAKS).flatmap(lambda one: rule_files(one.methods).map(lambda file: (one.text(file), one.code)))


@dataclass(frozen=True, slots=True)
class Break:
    """`change` edits a file's plain data in place; `spoil` edits its text."""

    code: str
    change: Callable[[Keys], None] | None = None
    spoil: Callable[[str], str] | None = None
    methods: tuple[str, ...] | None = None

    def text(self, file: Keys) -> str:
        """The text of the file, broken."""
        if self.change is not None:
            self.change(file)
        text = yaml_text(file)
        return text if self.spoil is None else self.spoil(text)


def _leaves(nodes: list[Keys]) -> Iterator[Keys]:
    for node in nodes:
        if "children" in node:
            yield from _leaves(node["children"])
        else:
            yield node


def _leaf(file: Keys) -> Keys:
    """The first item with a weight."""
    return next(leaf for leaf in _leaves(file["indicators"]) if "weight" in leaf)


def _weight(file: Keys) -> Fraction:
    return sum((Fraction(str(node.get("weight", 0))) for node in file["indicators"]), Fraction(0))


def _on_leaf(**keys: Any) -> Callable[[Keys], None]:
    """Keys of the first item."""
    return lambda file: _leaf(file).update(keys)


def _top(**keys: Any) -> Callable[[Keys], None]:
    """Keys of the file."""
    return lambda file: file.update(keys)


def _let(**lets: str) -> Callable[[Keys], None]:
    return lambda file: file.update(let={**file.get("let", {}), **lets})


def _without(*keys: str) -> Callable[[Keys], None]:
    """The first item without some of its keys."""

    def change(file: Keys) -> None:
        for key in keys:
            _leaf(file).pop(key, None)

    return change


def _total_off(file: Keys) -> None:
    file["total"] = shortest(_weight(file) + 1)


def _weight_forgotten(file: Keys) -> None:
    item = {"id": "forgotten", "label": "漏写分值", "target": ">= 1", "method": "pass_fail"}
    file.update(total=shortest(_weight(file) + 5), indicators=[*file["indicators"], item])


def _group_off(file: Keys) -> None:
    weight = shortest(_weight(file) + 1)
    file.update(total=weight, indicators=[{"id": "whole", "weight": weight, "children": file["indicators"]}])


def _hole(file: Keys) -> None:
    weight = _weight(file)
    file["total"] = shortest(weight)
    high, low = shortest(weight * 4 / 5), shortest(weight * 3 / 5)
    file["rating"] = [{"id": "good", "label": "良", "is": f">= {high}"}, {"id": "poor", "label": "差", "is": f"< {low}"}]


def _same_id(file: Keys) -> None:
    file["inputs"] = {**file.get("inputs", {}), _leaf(file)["id"]: {"label": "重名"}}


def _of_method(key: str, value: Any = None) -> Callable[[Keys], None]:
    """A parameter of the first item's method: another value, or (None) taken out."""

    def change(file: Keys) -> None:
        method = _leaf(file)["method"]
        if value is None:
            method.pop(key, None)
        else:
            method[key] = value

    return change


def _two_units(file: Keys) -> None:
    file["inputs"] = {**file.get("inputs", {}), "paid": {"unit": "元"}, "staff": {"unit": "人"}}
    _let(nonsense="paid + staff")(file)


def _north(file: Keys) -> None:
    file["inputs"] = {**file.get("inputs", {}), "side": {"type": "choice", "values": ["east", "west"]}}
    _let(nonsense="1 if side = 'north' else 0")(file)


def _root(file: Keys) -> None:
    file.get("rounding", {}).pop("item", None)
    leaf = _leaf(file)
    leaf.update(range=">= 0", floor=0, cap="weight", method={"type": "formula", "points": "sqrt(actual)"})


def _line(line: str) -> Callable[[str], str]:
    """One more line at the end of the file."""
    return lambda text: f"{text}{line}\n"


PASS = {"type": "number", "method": "pass_fail"}

BREAKS: tuple[Break, ...] = (
    Break("missing-key", _weight_forgotten),
    Break("missing-key", _without("method"), methods=("ratio",)),
    Break("missing-key", lambda file: file.pop("total")),
    Break("missing-key", lambda file: file.pop("rating")),
    Break("unknown-key", _on_leaf(wieght=5)),
    Break("unknown-key", _top(indicator=[])),
    Break("weights-total", _total_off),
    Break("weights-group", _group_off),
    Break("gap", _hole),
    Break("formula-syntax", _let(nonsense="3 +* 4")),
    Break("unknown-name", _let(nonsense="no_such_thing / 2")),
    Break("unknown-function", _let(nonsense="medium(3, 4)")),
    Break("wrong-arguments", _let(nonsense="clamp(3)")),
    Break("wrong-dimension", _two_units),
    Break("unknown-code", _north),
    Break("cycle", _let(one="other + 1", other="one + 1")),
    Break("wrong-kind", _top(gates=[{"id": "odd", "when": "1 + 1", "refuse": "不评"}])),
    Break("unknown-id", _top(gates=[{"id": "odd", "when": True, "on": ["no_such_item"], "points": 0}])),
    Break("duplicate-id", _same_id),
    Break("bad-id", _on_leaf(id="on-time")),
    Break("bad-number", _on_leaf(weight="五")),
    Break("bad-test", _on_leaf(range="[10, 20", target=">= 10", **PASS)),
    Break("bare-percentage", _on_leaf(unit="%", target=">= 90", **PASS), methods=("adjust",)),
    Break("unknown-unit", _on_leaf(unit="5份", target=">= 10", **PASS)),
    Break("bad-parameter", _on_leaf(grid=0, target=">= 10", **PASS)),
    Break("bad-parameter", _on_leaf(floor=3, cap=2)),
    Break("unknown-method", _on_leaf(method="ration")),
    Break("unknown-parameter", _of_method("abvoe", "cap"), methods=("ratio",)),
    Break("policy-open", _of_method("above"), methods=("ratio",)),
    Break("policy-open", _of_method("from"), methods=("checklist",)),
    Break("policy-open", _of_method("empty"), methods=("panel",)),
    Break("policy-open", _of_method("combine"), methods=("each",)),
    Break("policy-open", _on_leaf(not_applicable={"policy": "redistribute", "scope": "siblings"})),
    Break("irrational-unrounded", _root, methods=("formula",)),
    Break("unknown-version", _top(perfscore=2)),
    Break("wrong-type", _top(indicators="none")),
    Break("duplicate-key", spoil=_line("title: 再写一次")),
    Break("yaml-syntax", spoil=_line("not_expressed: [未写完")),
    Break("space-after-colon", spoil=_line("flags: [{when:true, because: 请核实}]")),
    Break("quote-the-test", spoil=_line("flags: [{when: true, because: [0, 60)}]")),
    Break("alias-not-allowed", spoil=_line("not_expressed: [&once 人工核减, *once]")),
    Break("tag-not-allowed", spoil=_line("not_expressed: [!!str 人工核减]")),
    Break("merge-key", spoil=_line("<<: {kind: scoring}")),
    Break("several-documents", spoil=lambda text: f"{text}---\n{text}"),
    Break("empty-file", spoil=lambda text: ""),
    Break("not-a-mapping", spoil=lambda text: "- 只有一行\n"),
)
