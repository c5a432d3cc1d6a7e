"""An assessment as JSON (docs/json.md): numbers are strings, shortest plain decimals or p/q; and back again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from perfscore.finding import Language
from perfscore.formula.tree import Member, Tree
from perfscore.numbers.date import Day
from perfscore.numbers.number import shortest
from perfscore.readings.exact import MISSING, Value
from perfscore.readings.text import formula, value_text
from perfscore.release import version
from perfscore.ruleset.ruleset import RuleSet
from perfscore.scoring.assessment import Assessment
from perfscore.scoring.facts import (
    Better,
    ElementFact,
    Failed,
    GroupResult,
    ItemResult,
    LedgerLine,
    Needs,
    Regain,
    RoundingFact,
    RowsFact,
    StepFact,
)
from perfscore.steps import Input

SCHEMA = "perfscore-assessment-1"


def engine() -> str:
    """The version of this library."""
    return f"perfscore {version()}"


def number(value: Value | None) -> Any:
    """A value: numbers and dates as text, truths as truths, what is missing as null; a list of them as a list."""
    if value is None or value is MISSING:
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, tuple):
        return [number(one) for one in value]
    return shortest(value) if isinstance(value, Fraction) else value_text(value)


def to_dict(assessment: Assessment, language: Language = "zh") -> dict[str, Any]:
    """The keys of DESIGN §8; words (messages of warnings) in the language."""
    from perfscore.scoring.telling import in_language

    language = in_language(language)
    rules = assessment.rules
    rating = assessment.rating
    return {
        "schema": SCHEMA,
        "engine": engine(),
        "rules": {"id": rules.id, "title": rules.title, "digest": rules.digest},
        "unit": assessment.outcomes.unit,
        "period": assessment.outcomes.period,
        "total": number(assessment.total),
        "full": shortest(assessment.full),
        "lost": number(assessment.lost),
        "rating": {"id": rating.id, "label": rating.label},
        "gates": [{"id": gate.id, "because": gate.because, "effects": dict(gate.effects)} for gate in assessment.gates],
        "flags": [
            _present({"id": flag.id, "item": flag.item, "because": flag.because, "needs": flag.needs, "lacking": flag.lacking})
            for flag in assessment.flags
        ],
        "reasons": [{"code": one.code, "item": one.item, "lost": shortest(one.lost)} for one in assessment.reasons],
        "not_scored": list(assessment.not_scored),
        "items": [_item(assessment, item, language) for item in assessment.items_in_order],
        "groups": [_group(group) for group in assessment.groups.values()],
        "ledger": [_line(assessment, line) for line in assessment.ledger],
        "warnings": [finding.to_dict(language) for finding in assessment.warnings],
        "outcomes": _copied(assessment.outcomes.given),
    }


def _copied(given: Any) -> Any:
    """Plain data of one's own: changing it changes no assessment."""
    if isinstance(given, Mapping):
        return {key: _copied(one) for key, one in given.items()}
    return [_copied(one) for one in given] if isinstance(given, list) else given


def _present(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if value is not None}


def _formula(assessment: Assessment, root: Tree) -> str:
    """A formula over the names that rule files use."""
    return formula(root, lambda name: _name(assessment, name))


def _name(assessment: Assessment, name: str) -> str:
    """The word that rule files use; the guard of a claim goes by what it guards."""
    word = assessment.rules.steps[name].word or name
    return "earned" if word == "claimed" else word


def _substituted(assessment: Assessment, root: Tree) -> str:
    return formula(root, lambda name: _plain(assessment.value(name)))


def _plain(value: Value) -> str:
    return "missing" if value is MISSING else value_text(value)


def _item(assessment: Assessment, item: ItemResult, language: Language) -> dict[str, Any]:
    return {
        "id": item.id,
        "label": item.label,
        "path": list(item.path),
        "weight": shortest(item.weight),
        "points": shortest(item.points),
        "lost": shortest(item.lost),
        "actual": item.actual,
        "target": item.target,
        "method": item.method,
        "not_applicable": item.not_applicable,
        "case": item.case,
        "reason": item.reason,
        "quantities": {name: number(value) for name, value in item.quantities.items()},
        "steps": [_step(assessment, step) for step in item.steps],
        "better": [_better(assessment, better) for better in item.better],
        "rounding": [_rounding(fact) for fact in item.roundings],
        "gates": [
            {"id": one.id, "because": one.because, "before": shortest(one.before), "after": shortest(one.after)} for one in item.gates
        ],
        "elements": [_element(element) for element in item.elements],
        "tables": [_table(table) for table in item.rows],
        "regain": _regain(item.regains),
        "source": item.about.get("source") or None,
        "texts": dict(item.texts),
        "warnings": [finding.to_dict(language) for finding in item.warnings],
    }


def _step(assessment: Assessment, fact: StepFact) -> dict[str, Any]:
    before = fact.formula
    return {
        "name": fact.name,
        "formula": _formula(assessment, before),
        "substituted": _substituted(assessment, before),
        "value": number(fact.value),
        "rounded": fact.rounding is not None,
    }


def _better(assessment: Assessment, better: Better) -> dict[str, Any]:
    return {
        "case": better.case,
        "reason": better.reason,
        "points": shortest(better.points),
        "failed": [
            _present(
                {
                    "left": _formula(assessment, failed.left),
                    "left_value": number(failed.left_value),
                    "op": failed.op,
                    "right": _options(assessment, failed.right),
                    "right_value": number(failed.right_value),
                    "by": number(failed.by),
                }
            )
            for failed in better.failed
        ],
        "needs": _needs(better.needs, better.failed),
    }


def _needs(needs: Needs, failed: Sequence[Failed]) -> dict[str, Any]:
    """What would have to hold, by the places in the list of comparisons."""
    own = [failed.index(part) for part in needs.parts if isinstance(part, Failed)]
    inner = [_needs(part, failed) for part in needs.parts if isinstance(part, Needs)]
    return {"any": needs.any, "failed": own, "needs": inner} if inner else {"any": needs.any, "failed": own}


def _options(assessment: Assessment, right: Tree) -> str:
    """The right side of a comparison; of a list of codes, the list."""
    if isinstance(right, Member):
        return f"[{', '.join(_formula(assessment, one) for one in right.options)}]"
    return _formula(assessment, right)


def _rounding(fact: RoundingFact) -> dict[str, Any]:
    return {
        "stage": fact.stage,
        "step": shortest(fact.rounding.step),
        "mode": fact.rounding.mode,
        "before": number(fact.before),
        "after": shortest(fact.after),
    }


def _element(element: ElementFact) -> dict[str, Any]:
    return {
        "id": element.id,
        "label": element.label,
        "given": number(element.given),
        "points": shortest(element.points),
        "lost": shortest(element.lost),
        "case": element.case,
        "reason": element.reason,
    }


def _table(table: RowsFact) -> dict[str, Any]:
    """The rows that an item read; `result` is null of a row that was left out, and `reason` says why."""
    rows = [
        {
            "row": row.number,
            "cells": {column.id: number(value) for column, value in row.cells},
            "result": number(row.result),
            "reason": row.reason or None,
        }
        for row in table.rows
    ]
    return {"input": table.table.id, "rows": rows}


def _regain(regains: Sequence[Regain]) -> dict[str, Any] | None:
    """The first change, and under `or` the others that regain as much, each of one input alone."""
    told = [_change(one) for one in regains]
    if not told:
        return None
    return {**told[0], "or": told[1:]} if len(told) > 1 else told[0]


def _change(one: Regain) -> dict[str, Any]:
    """One change; `with`: what goes with it, where two inputs are the parts of one judgement."""
    told = {"input": one.input.id, "to": _as_written(one.input, one.to), "points": shortest(one.points)}
    beside = [{"input": declared.id, "to": _as_written(declared, value)} for declared, value in one.beside]
    told |= {"total": shortest(one.total)} if one.total is not None else {}
    return {**told, "with": beside} if beside else told


def _as_written(declared: Input, value: Value) -> str:
    """A value as an outcome file would hold it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Day) or declared.type == "choice":
        return str(value)
    return value_text(value, unit=declared.unit)


def _group(group: GroupResult) -> dict[str, Any]:
    return {
        "id": group.id,
        "label": group.label,
        "parent": group.parent,
        "weight": shortest(group.weight),
        "points": shortest(group.points),
        "lost": shortest(group.lost),
        "not_applicable": group.not_applicable,
        "rounding": [_rounding(fact) for fact in group.roundings],
    }


def _line(assessment: Assessment, line: LedgerLine) -> dict[str, Any]:
    told = {
        "item": line.item,
        "stage": line.stage,
        "label": line.label,
        "lost": shortest(line.lost),
        "case": line.case,
        "reason": line.reason or None,
        "because": line.because or None,
        "regain": _regain(assessment.regain_line(line)),
    }
    return _present(told)


def from_dict(told: Mapping[str, Any], rules: RuleSet | None = None) -> Assessment:
    """Score the outcomes of a told assessment again, and hold the result against what was told. Errors as in `Assessment.from_dict`."""
    from perfscore.ruleset.load import load
    from perfscore.scoring.assessment import score

    if not isinstance(told, Mapping):
        raise ValueError(f"an assessment is a mapping, as to_dict gives it, not {type(told).__name__}")
    if rules is not None and not isinstance(rules, RuleSet):
        raise ValueError(f"rules is a RuleSet, not {type(rules).__name__}")
    if told.get("schema") != SCHEMA:
        raise ValueError(f"the assessment is of schema {told.get('schema')!r}, supported: {SCHEMA}")
    named = told.get("rules")
    if (
        not isinstance(named, Mapping)
        or not {"id", "digest"} <= set(named)
        or not isinstance(told.get("outcomes"), Mapping)
        or "total" not in told
    ):
        raise ValueError("this is no told assessment: it holds rules {id, digest}, outcomes and total")
    rules = rules if rules is not None else load(str(named["id"]))
    if rules.digest != named["digest"]:
        raise ValueError(f"the rules {rules.id} are not those of the assessment: {rules.digest}, {named['digest']}")
    found = score(rules, told["outcomes"])
    if number(found.total) != told["total"]:
        raise ValueError(f"the outcomes give {number(found.total)}, the assessment says {told['total']}")
    return found
