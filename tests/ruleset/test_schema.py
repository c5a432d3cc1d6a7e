"""The committed JSON Schema is the one the models make, and real rule files fit it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from perfscore.methods.method import methods
from perfscore.ruleset.builtin import builtin_files, builtin_text
from perfscore.ruleset.load import from_bytes
from perfscore.ruleset.model import RuleModel, json_schema

COMMITTED = Path(__file__).parents[2] / "docs" / "perfscore-rules-1.schema.json"
MINIMAL = {"perfscore": 1, "id": "a", "indicators": [], "rating": []}


def test_the_committed_schema_is_what_the_models_make() -> None:
    assert json.loads(COMMITTED.read_text("utf-8")) == json_schema(), "perfscore rules schema > docs/perfscore-rules-1.schema.json"


def test_it_is_complete_and_every_reference_leads_somewhere() -> None:
    schema = json_schema()
    assert set(schema["properties"]) == {(field.alias or name) for name, field in RuleModel.model_fields.items()}
    references = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema)))
    assert references <= set(schema["$defs"])
    assert schema["$schema"].startswith("https://json-schema.org/")


def test_every_method_is_in_it_with_its_parameters() -> None:
    names, *shapes, own = json_schema()["$defs"]["method"]["anyOf"]
    assert names["enum"] == sorted(methods())
    assert own["properties"]["type"] == {"not": {"enum": sorted(methods())}}  # a method of the file's own has parameters of its own
    by_type = {shape["properties"]["type"]["const"]: shape for shape in shapes}
    assert set(by_type) == set(methods())
    for type, method in methods().items():
        assert set(by_type[type]["properties"]) == {"type", *((field.alias or name) for name, field in method.model_fields.items())}
        assert by_type[type]["additionalProperties"] is False


def _problems(instance: Any) -> list[str]:
    """What the schema says against a file; with `jsonschema` where it is installed, else by the small check below."""
    schema = json_schema()
    try:
        import jsonschema  # type: ignore[import-untyped]
    except ImportError:
        return list(_small_check(instance, schema, schema["$defs"], "$"))
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(instance)]


_TYPES: dict[str, Any] = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def _of_type(instance: Any, name: str) -> bool:
    if name in ("number", "integer"):
        return isinstance(instance, (int, float)) and not isinstance(instance, bool)
    return isinstance(instance, _TYPES[name])


def _small_check(instance: Any, schema: dict[str, Any], defs: dict[str, Any], at: str) -> Any:
    """The keywords that our schema uses: $ref, anyOf, not, const, enum, type, properties, required, items, additionalProperties,
    propertyNames.
    """
    if "$ref" in schema:
        yield from _small_check(instance, defs[schema["$ref"].rsplit("/", 1)[-1]], defs, at)
    if "anyOf" in schema and all(list(_small_check(instance, one, defs, at)) for one in schema["anyOf"]):
        yield f"{at}: {instance!r} fits none of {len(schema['anyOf'])}"
    if "not" in schema and not list(_small_check(instance, schema["not"], defs, at)):
        yield f"{at}: {instance!r} is not allowed"
    if "const" in schema and instance != schema["const"]:
        yield f"{at}: {instance!r} is not {schema['const']!r}"
    if "enum" in schema and instance not in schema["enum"]:
        yield f"{at}: {instance!r} is none of {schema['enum']}"
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(_of_type(instance, name) for name in types):
        yield f"{at}: {instance!r} is no {types}"
        return
    if isinstance(instance, list) and isinstance(schema.get("items"), dict):
        for k, one in enumerate(instance):
            yield from _small_check(one, schema["items"], defs, f"{at}[{k}]")
    if isinstance(instance, dict):
        yield from (f"{at}: lacks {key}" for key in schema.get("required", []) if key not in instance)
        for key, one in instance.items():
            if key in schema.get("properties", {}):
                yield from _small_check(one, schema["properties"][key], defs, f"{at}.{key}")
            elif schema.get("additionalProperties") is False:
                yield f"{at}: no key {key!r}"
            elif isinstance(schema.get("additionalProperties"), dict):
                yield from _small_check(one, schema["additionalProperties"], defs, f"{at}.{key}")
            if "propertyNames" in schema:
                yield from _small_check(key, schema["propertyNames"], defs, f"{at}.{key}")


@pytest.mark.parametrize("id", builtin_files())
def test_the_rule_files_in_the_box_fit(id: str) -> None:
    assert _problems(from_bytes(builtin_text(id), id).to_dict()) == []


def test_the_file_that_rules_new_writes_fits() -> None:
    from importlib.resources import files

    assert _problems(from_bytes((files("perfscore.cli") / "new.yaml").read_bytes(), "new.yaml").to_dict()) == []


@pytest.mark.parametrize(
    "more",
    [
        {"total": 100},  # a number, or a text, or the mapping
        {"total": "100"},
        {"total": {"weight": 100, "cap": 100}},
        {"source": "财预〔2020〕10号"},
        {"source": {"document": "财预〔2020〕10号", "read": "full"}},
        {"rounding": {"item": 2, "total": {"step": "0.01", "mode": "down"}}},
        {"indicators": [{"id": "a", "weight": 5, "target": ["east", "west"], "not_applicable": "full", "method": "pass_fail"}]},
        {"indicators": [{"id": "a", "weight": 5, "method": {"type": "ratio", "above": {"extend": "130%"}}}]},
        {"indicators": [{"id": "a", "weight": 5, "method": {"type": "table", "rows": [["= 0", 3], {"is": ["any", "> 1"], "points": 1}]}}]},
        {"indicators": [{"id": "a", "weight": 5, "children": [{"id": "b", "weight": 5, "method": "pass_fail"}]}]},
        {"inputs": {"region": {"type": "choice", "values": ["east", "west"]}}},
        {"extends": "cn/mof/unit-self-evaluation@2020"},
        {"inputs": {"ballots": {"type": "table", "columns": ["甲", "乙"], "cells": {"range": "[0, 100]"}}}},
        {"inputs": {"ballots": {"type": "table", "columns": {"rater": {"type": "choice", "values": ["leader"]}, "mark": None}}}},
        {"let": {"execution": "spent / budget", "line": {"of": ["region"], "rows": [["east", "100%"]], "otherwise": 0}}},
        {"methods": {"ladder": {"parameters": {"step": "5%", "most": None}, "cases": [{"when": "met", "points": "weight"}]}}},
        {"indicators": [{"id": "a", "weight": 5, "method": {"type": "ladder", "most": 3}}]},  # a method of the file's own
        {
            "indicators": [
                {
                    "id": "a",
                    "weight": 5,
                    "method": {"type": "panel", "ballots": "b", "column": "甲", "trim": {"of": ["size"], "rows": [["> 5", 1]]}, "empty": 0},
                }
            ]
        },
        {"indicators": [{"id": "a", "weight": 5, "method": {"type": "each", "rows_of": "p", "combine": "mean", "method": "pass_fail"}}]},
        {
            "indicators": [
                {
                    "id": "a",
                    "weight": 5,
                    "open": {"methods": {">=": {"type": "ratio", "above": "cap"}, "text": "pass_fail"}, "min_items": 3},
                }
            ]
        },
        {"indicators": [{"id": "a", "weight": 5, "override": {"range": "[0, scored]"}, "baseline": 4, "reason": "RC1"}]},
        {"gates": [{"when": True, "rating_at_most": "record"}, {"when": "audit_problem", "rating": "poor", "total": "none"}]},
        {"rating": [{"id": "M", "when": "new_taxpayer", "outside": True}]},
    ],
)
def test_what_the_schema_takes(more: dict[str, Any]) -> None:
    assert _problems({**MINIMAL, **more}) == []


@pytest.mark.parametrize(
    "more",
    [
        {"totl": 100},
        {"kind": "monitoring"},
        {"total": [100]},
        {"rounding": {"mode": "bankers"}},
        {"source": {"read": "partly"}},
        {"inputs": {"region": {"type": "text"}}},
        {"indicators": [{"id": "a", "weight": 5, "method": "ratios"}]},
        {"indicators": [{"id": "a", "weight": 5, "method": {"type": "ratio", "abvoe": "cap"}}]},
        {"indicators": [{"id": "a", "weight": 5, "method": {"above": "cap"}}]},
        {"indicators": [{"id": "a", "kind": "amount"}]},
        {"indicators": [{"id": "a", "weight": True}]},
        {"flags": [{"id": "a", "needs": "a reason"}]},
        {"inputs": {"ballots": {"type": "table", "cells": {"judged": True}}}},
        {"indicators": [{"id": "a", "weight": 5, "method": {"type": "each", "combine": "max"}}]},
        {"indicators": [{"id": "a", "weight": 5, "open": {"methods": {">": "pass_fail"}}}]},
        {"indicators": [{"id": "a", "weight": 5, "not_applicable": {"policy": "redistribute", "by": "halves"}}]},
        {"gates": [{"when": True, "total": "zero"}]},
    ],
)
def test_what_the_schema_refuses(more: dict[str, Any]) -> None:
    assert _problems({**MINIMAL, **more}) != []
