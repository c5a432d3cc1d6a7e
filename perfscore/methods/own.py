"""自定义方法: a method that a rule file defines under `methods`, used like a built-in one.

Its parameters are formulas, known by their names in the definition's own lets and cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import create_model

from perfscore.methods.formula import CaseParameters, read_cases
from perfscore.methods.method import Built, Item, Let, Method, Scalar


class OwnMethod(Method):
    """Base of what `own_method` makes."""

    parameters: ClassVar[tuple[str, ...]] = ()
    let: ClassVar[Mapping[str, str]] = {}
    cases: ClassVar[Sequence[CaseParameters]] = ()
    otherwise: ClassVar[str | None] = None

    def build(self, item: Item) -> Built:
        definition = item.author.at("methods", self.type)
        lets = [Let(name, item.author.formula(getattr(self, name), name), author=True) for name in self.parameters]
        lets.extend(Let(name, definition.formula(text, "let", name), author=True) for name, text in self.let.items())
        return Built(tuple(lets), read_cases(definition, self.cases, self.otherwise))


def own_method(
    name: str, parameters: Mapping[str, str | None], let: Mapping[str, str], cases: Sequence[CaseParameters], otherwise: str | None
) -> type[OwnMethod]:
    """The class of a method that a rule file defines; a parameter without a default (None) is needed."""
    fields: dict[str, Any] = {key: (Scalar, ... if default is None else default) for key, default in parameters.items()}
    made: type[OwnMethod] = create_model(f"OwnMethod_{name}", __base__=OwnMethod, **fields)
    made.type, made.names = name, (name, name)
    made.parameters, made.let, made.cases, made.otherwise = tuple(parameters), dict(let), tuple(cases), otherwise
    return made
