"""Counterexample: what shows a claim to be false, told in the domain's words, and as an entry to paste below `examples:`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from perfscore.finding import Both, Language
from perfscore.readings.exact import MISSING
from perfscore.readings.text import word
from perfscore.ruleset.ruleset import RuleSet
from perfscore.scoring.assessment import Assessment
from perfscore.scoring.facts import ItemResult
from perfscore.scoring.telling import Teller, in_language
from perfscore.testing.yaml_text import yaml_text

WORDS: Mapping[str, Both] = {
    "false": Both("断言不成立{name}", "the claim is false{name}"),
    "raised": Both("断言出错{name}：{words}", "the claim raised{name}: {words}"),
    "name": Both("：{name}", ": {name}"),
    "says": Both("（{says}）", " ({says})"),
    "changed": Both("只改变一项：{label}", "one outcome changes: {label}"),
    "changed_to": Both("改为", "Changed to"),
    "others_full": Both("其余 {count} 项指标均为满分", "the other {count} items are at full marks"),
    "others_most": Both("其余 {count} 项指标均为能得到的最高分", "the other {count} items earn the most that they can"),
    "all_full": Both("全部指标均为满分", "all items are at full marks"),
    "example": Both("反例{name}", "counterexample{name}"),
    "before": Both("（改变前）", " (before)"),
    "after": Both("（改变后）", " (after)"),
    "gate": Both("触发门槛：{gates}", "gates that held: {gates}"),
    "none": Both("—", "—"),
}


def _say(key: str, language: Language, **facts: Any) -> str:
    return str(getattr(WORDS[key], language)).format(**facts)


@dataclass(frozen=True)
class Counterexample:
    """Outcomes at which a claim is false: one set, or two that differ in one outcome (`changed`).

    `outcomes` as `perfscore.score` takes them, `assessments` what comes of them; `away`: the outcomes that are not as at full
    marks, `matters`: the items that are told (their outcome or their points are not as at full marks, or change); `raised`: what the
    claim raised, else empty; `claim` and `says`: its name and what it says. `str()` tells it in Chinese, `tell("en")` in English;
    `example()` is YAML to paste below `examples:`.
    """

    rules: RuleSet
    claim: str
    says: Both | str
    changed: str | None
    outcomes: tuple[dict[str, Any], ...]
    assessments: tuple[Assessment, ...]
    away: tuple[str, ...]
    matters: tuple[str, ...]
    raised: str = ""

    def __str__(self) -> str:
        return self.tell("zh")

    def __repr__(self) -> str:
        return f"<Counterexample {self.rules.id}: {', '.join(self.away) or 'full marks'}>"

    # --- in words ---------------------------------------------------------------------------------------------------

    def tell(self, language: Language = "zh") -> str:
        """The claim, the items that matter with what was reached and earned, the total and the rating."""
        return "\n".join(self._lines(in_language(language)))

    def _lines(self, language: Language) -> Iterator[str]:
        from tabulate import tabulate

        name = _say("name", language, name=self.claim) if self.claim else ""
        told = getattr(self.says, language) if isinstance(self.says, Both) else self.says
        says = _say("says", language, says=told) if told else ""
        yield (_say("raised", language, name=name + says, words=self.raised) if self.raised else _say("false", language, name=name + says))
        if self.changed is not None:
            yield _say("changed", language, label=self._label(self.changed))
        tellers = [Teller(one, language) for one in self.assessments]
        rows = [*self._shared(tellers, language), *self._items(tellers, language)]
        if rows:
            yield ""
            align = ("left", *("left", "right") * len(tellers))
            yield tabulate(
                rows, self._headers(language), tablefmt="simple", disable_numparse=True, colalign=align, preserve_whitespace=True
            )
        yield ""
        if rest := self._rest(language, bool(rows)):
            yield rest
        yield " → ".join(teller.headline() for teller in tellers)
        for one in self.assessments[-1:]:
            if one.gates:
                yield _say("gate", language, gates="；".join(gate.because or gate.id for gate in one.gates))

    def _headers(self, language: Language) -> list[str]:
        actual, points = word("columns", "actual", language), word("columns", "points", language)
        second = [_say("changed_to", language), points] if len(self.assessments) == 2 else []
        return [word("columns", "indicator", language), actual, points, *second]

    def _label(self, key: str) -> str:
        shared = next((one.label for one in self.rules.inputs if one.id == key), key)
        return self.rules.scored(key).label if key in self.rules.items or key in self.rules.groups else shared

    def _shared(self, tellers: list[Teller], language: Language) -> Iterator[list[str]]:
        """What several items read: given, and worth nothing by itself. A group that does not apply stands here too."""
        for key in self.away:
            if key in self.rules.items:
                continue
            yield [self._label(key), *(cell for teller in tellers for cell in (self._given(teller, key, language), ""))]

    def _given(self, teller: Teller, key: str, language: Language) -> str:
        reported = teller.result.outcomes.reported.get(key)
        declared = next((one for one in self.rules.inputs if one.id == key), None)
        if declared is None:
            absent = f"{key}:not_applicable" in teller.result.outcomes.reported
            return word("stages", "not_applicable", language) if absent else _say("none", language)
        if declared.type == "table" and reported is not None:
            return teller.say("rows", table="", all=reported.text).strip()
        return teller.of_input(declared, teller.result.outcomes.values.get(key, MISSING))

    def _items(self, tellers: list[Teller], language: Language) -> Iterator[list[str]]:
        for id in self.matters:
            cells = []
            for teller in tellers:
                result = teller.result.get(id)
                cells.append(teller.actual(result) if isinstance(result, ItemResult) else _say("none", language))
                cells.append(teller.points(result.points) if isinstance(result, ItemResult) else _say("none", language))
            yield [self.rules.items[id].label, *cells]

    def _rest(self, language: Language, some: bool) -> str:
        """How the items do that are not told."""
        count = len(self.rules.items) - len(self.matters)
        if not count:
            return ""
        if not some:
            return _say("all_full", language)
        others = [item for id, item in self.rules.items.items() if id not in self.matters]
        full = all(one.points.get(item.id) == item.weight for one in self.assessments for item in others)
        return _say("others_full" if full else "others_most", language, count=count)

    # --- to paste ---------------------------------------------------------------------------------------------------

    def example(self, name: str | None = None, language: Language = "zh") -> str:
        """The outcomes with what comes of them, as YAML to paste below `examples:`; of a pair, two entries.

        `expect` holds the total, the rating and the points of the items that matter. It is what the rules give now: mend it where
        the rules are wrong.
        """
        language = in_language(language)
        shown = name or _say("example", language, name=_say("name", language, name=self.claim) if self.claim else "")
        entries = []
        for k, (outcomes, found) in enumerate(zip(self.outcomes, self.assessments, strict=True)):
            side = _say(("before", "after")[k], language) if len(self.outcomes) == 2 else ""
            expect: dict[str, Any] = {"total": found.total, "rating": found.rating.id}
            expect.update({id: found.points.get(id) for id in self.matters})
            entries.append({"name": shown + side, "outcomes": outcomes, "expect": expect})
        return yaml_text(entries)
