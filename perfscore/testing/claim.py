"""What a claim is: a predicate on one assessment, or on two whose outcomes differ in exactly one outcome."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from perfscore.finding import Both
from perfscore.ruleset.ruleset import RuleSet
from perfscore.scoring.assessment import Assessment

Claim = Callable[..., bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim with the number of assessments it takes, its name, and what it says."""

    claim: Claim
    count: int
    name: str
    says: Both | str

    @classmethod
    def of(cls, claim: Claim) -> Asked:
        """Raises TypeError for anything that takes neither one nor two assessments."""
        plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        parameters = inspect.signature(claim).parameters.values()
        asked = [one for one in parameters if one.kind in plain and one.default is inspect.Parameter.empty]
        if len(asked) not in (1, 2):
            raise TypeError(f"a claim takes one assessment, or two: {claim!r} takes {len(asked)}")
        name = str(getattr(claim, "__name__", "") or type(claim).__name__)
        says = getattr(claim, "says", None) or ((inspect.getdoc(claim) or "").split("\n")[0] if hasattr(claim, "__name__") else "")
        return cls(claim, len(asked), "" if name == "<lambda>" else name, says)

    def about(self, rules: RuleSet) -> tuple[str, ...] | None:
        """The ids of the outcomes whose change the claim is about; None where it may be any. Raises ValueError where it has
        nothing to say about these rules.
        """
        found: Callable[[RuleSet], tuple[str, ...] | None] | None = getattr(self.claim, "about", None)
        return None if found is None else found(rules)

    def against(self, assessments: tuple[Assessment, ...]) -> Broken | None:
        """None where the claim holds. Raises TypeError where it gives no truth."""
        try:
            held: Any = self.claim(*assessments)
        except Exception as raised:
            words = str(raised).strip().partition("\n")[0]
            return Broken(type(raised).__name__, f"{type(raised).__name__}: {words}" if words else type(raised).__name__)
        if not isinstance(held, bool):
            raise TypeError(f"a claim gives True or False; {self.name or 'this one'} gave {held!r}")
        return None if held else Broken()


@dataclass(frozen=True, slots=True)
class Broken:
    """A claim that does not hold: it was false, or it raised (the type's name, and that with the first line of its words)."""

    raised: str = ""
    words: str = ""
