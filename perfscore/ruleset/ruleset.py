"""A rule set: a rule file that was read, checked and compiled; immutable, and free of any outcome."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from perfscore.finding import Finding
from perfscore.numbers.number import shortest
from perfscore.ruleset.model import RuleModel
from perfscore.ruleset.places import Node
from perfscore.steps import Input, Scored, Steps

TOTAL = "total"
RATING = "rating"


@dataclass(frozen=True, slots=True)
class Level:
    """等级: one rating; `rank` counts from 1, the lowest; below 0 where the rating stands outside of the order."""

    id: str
    label: str
    rank: int
    also: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """门槛: `step` tells whether it holds."""

    id: str
    step: str
    because: str = ""
    effects: tuple[tuple[str, str], ...] = ()

    @property
    def silences(self) -> bool:
        """Whether no total is reported where it holds."""
        return ("total", "none") in self.effects


@dataclass(frozen=True, slots=True)
class Flag:
    """提示: `step` tells whether it holds; for one item or for the whole."""

    id: str
    step: str
    item: str | None = None
    needs: str | None = None
    because: str = ""


@dataclass(frozen=True, repr=False)
class RuleSet:
    """What `load` gives. `inputs` is what must be reported; `steps` is everything that is computed."""

    id: str
    title: str
    steps: Steps
    inputs: tuple[Input, ...]
    items: Mapping[str, Scored]
    groups: Mapping[str, Scored]  # the last one is the total
    levels: tuple[Level, ...]  # highest first
    gates: tuple[Gate, ...]
    flags: tuple[Flag, ...]
    model: RuleModel = field(repr=False)
    document: Node = field(repr=False)
    warnings: tuple[Finding, ...] = ()

    @cached_property
    def digest(self) -> str:
        """sha256 of the resolved content: the same rules, however they are laid out, have the same digest."""
        content = json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(content.encode()).hexdigest()

    @cached_property
    def by_rank(self) -> Mapping[int, Level]:
        """The ratings by their rank."""
        return {level.rank: level for level in self.levels}

    @property
    def total(self) -> Scored:
        return self.groups[TOTAL]

    @property
    def open_groups(self) -> tuple[str, ...]:
        """Groups whose items a form has to give (`bind`)."""
        from perfscore.ruleset.bind import open_nodes

        return tuple(str(node.value["id"].value) for node in open_nodes(self.document) if isinstance(node.value, dict))

    def bind(self, rows: Sequence[Mapping[str, Any]]) -> RuleSet:
        """The rule set with the rows of a form as items of its open groups.

        A row has `group` (not needed where one group is open) and the keys of an item; `id` comes from the label where it is not
        given, and `method` from the sign of the target (`open.methods`). Raises RuleError with every problem; places are paths
        such as `rows[2].weight`.
        """
        from perfscore.ruleset.bind import bind

        return bind(self, rows)

    def scored(self, id: str) -> Scored:
        """The item or group of this id. Raises KeyError."""
        return self.items[id] if id in self.items else self.groups[id]

    def level(self, id: str) -> Level:
        """The rating of this id. Raises KeyError."""
        for level in self.levels:
            if level.id == id:
                return level
        raise KeyError(id)

    def to_dict(self) -> dict[str, Any]:
        """The resolved rule file as plain data; `from_dict` reads it back."""
        plain = self.document.plain()
        assert isinstance(plain, dict)
        return plain

    def __repr__(self) -> str:
        return f"<RuleSet {self.id}: {len(self.items)} items, {len(self.inputs)} inputs, total {shortest(self.total.weight)}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as its resolved content; places are then paths of keys."""
        return RuleSet.from_dict, (self.to_dict(),)

    @classmethod
    def from_dict(cls, rules: Mapping[str, Any]) -> Self:
        """A rule set from plain Python data. Raises RuleError, whose places are paths of keys."""
        from perfscore.ruleset.load import from_plain

        return from_plain(rules)  # type: ignore[return-value]
