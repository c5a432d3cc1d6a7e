"""A mapping of a rule file against its model: every mistake with its place, and the rest read all the same."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ValidationError

from perfscore.finding import Both, Finding, Kind
from perfscore.methods.method import MISSING_KEY, Method, as_written
from perfscore.ruleset.origin import origin, owner
from perfscore.ruleset.places import Node, Path
from perfscore.ruleset.scope import guess

UNKNOWN_KEY = Kind(
    "unknown-key",
    "error",
    zh="没有“{found}”这个键{guess}",
    en="there is no key “{found}” here{guess}",
    hint_zh="{hint}",
    hint_en="{hint}",
    why="A misspelt key would silently not count.",
    fix="Mend the spelling, or take the key out.",
)
UNKNOWN_PARAMETER = Kind(
    "unknown-parameter",
    "error",
    zh="方法 {method} 没有参数“{found}”{guess}",
    en="method {method} has no parameter “{found}”{guess}",
    hint_zh="可用：{expected}",
    hint_en="parameters: {expected}",
    why="A parameter that a method does not know would silently not count.",
    fix="Use one of the parameters listed.",
)
WRONG_TYPE = Kind(
    "wrong-type",
    "error",
    zh="“{key}”的内容不合要求：{found}",
    en="“{key}” cannot be {found}",
    hint_zh="应为：{expected}",
    hint_en="expected: {expected}",
    why="A key holds one kind of thing: a text, a mapping, a list, or one of some words.",
    fix="Write the value as the reference shows.",
)

METHOD_UNKNOWN = Kind(
    "unknown-method",
    "error",
    zh="没有名为“{found}”的评分方法{guess}",
    en="there is no method “{found}”{guess}",
    hint_zh="可用：{expected}",
    hint_en="there are: {expected}",
    why="Only the listed methods exist.",
    fix="Use one of the methods listed, or write the cases with `method: formula`.",
)

M = TypeVar("M", bound=BaseModel)


def read_method(
    raw: Mapping[str, Any], where: Path, document: Node, problems: list[Finding], known: Mapping[str, type[Method]], indicator: str | None
) -> Method | None:
    """The validated parameters of a method, or None after reporting why not."""
    parameters = dict(raw)
    type = parameters.pop("type", None)
    if not isinstance(type, str) or type not in known:
        place = origin(document, (*where, "type"))
        names = ", ".join(known)
        problems.append(METHOD_UNKNOWN.at(place, indicator=indicator, found=type or "", expected=names, guess=guess(str(type), known)))
        return None
    before = len(problems)
    method = validated(known[type], parameters, where, document, problems, method=type)
    # A method with a parameter that was taken out would complain that the parameter is missing.
    return method if all(problem.kind is UNKNOWN_PARAMETER for problem in problems[before:]) else None


def validated(model: type[M], raw: dict[str, Any], base: Path, document: Node, problems: list[Finding], method: str = "") -> M | None:
    """The model; what is wrong is reported and taken out, and the rest is read, so that later checks still run."""
    for _ in range(8):
        try:
            return model.model_validate(raw)
        except ValidationError as trouble:
            # The branches of a union each complain; the first complaint at a place is the one that is told.
            everything, wrong = _told_once(model, raw, trouble.errors(include_url=False))
            for path, error in wrong.items():
                found = _problem(error, model, (*base, *path), path, document, method)
                if not any(one.place == found.place and (one.kind is not MISSING_KEY or one == found) for one in problems):
                    problems.append(found)
            for path in sorted(everything, key=lambda path: [str(part).zfill(6) for part in path], reverse=True):
                _take_out(raw, path)
    return None


def _told_once(model: Any, raw: Any, errors: Sequence[Any]) -> tuple[set[Path], dict[Path, Any]]:
    """Every place that is wrong, and one error a place to tell: the branches of a union each complain, and a misspelt
    key is also a missing one.
    """
    found: dict[Path, Any] = {}
    lacking: dict[Path, Any] = {}
    for error in errors:
        path = _where(raw, error["loc"])
        union = next((path[:k] for k in range(1, len(path) + 1) if _field_at(model, path[:k])[1]), None)
        if (union or path) in found and error["type"] == "missing" == found[union or path]["type"]:
            lacking[(*path, error["loc"][-1])] = error  # one more key that the same mapping lacks
        found.setdefault(union or path, error)
    above = {path[:k] for path in found for k in range(len(path))}
    misspelt = {path[:-1] for path, error in found.items() if error["type"] == "extra_forbidden"}
    told = {
        path: error
        for path, error in found.items()
        if not (path in above and error["type"] != "missing") and not (error["type"] == "missing" and path in misspelt)
    }
    return set(found), told | {path: error for path, error in lacking.items() if path[:-1] in told}


def _where(raw: Any, loc: Sequence[str | int]) -> Path:
    """pydantic's location without the names of union branches."""
    path: list[str | int] = []
    node: Any = raw
    for part in loc:
        if (isinstance(node, dict) and part in node) or (isinstance(node, list) and isinstance(part, int) and part < len(node)):
            node = node[part]  # type: ignore[index]
        else:
            continue
        path.append(part)
    return tuple(path)


def _problem(error: Any, model: Any, path: Path, local: Path, document: Node, method: str) -> Finding:
    place = origin(document, path)
    if error["type"] == "extra_forbidden":
        fields = sorted(_keys_at(model, local[:-1]))
        found = str(local[-1])
        close, keys = guess(found, fields), ", ".join(fields)
        facts: dict[str, Any] = {"found": found, "expected": keys, "guess": close}
        at = origin(document, path, key=True)
        if method and len(local) == 1:
            return UNKNOWN_PARAMETER.at(at, method=method, **facts)
        return UNKNOWN_KEY.at(at, hint="" if close.en else Both(f"此处可用：{keys}", f"keys here: {keys}"), **facts)
    if error["type"] == "missing":
        wanted = str(error["loc"][-1])
        around = path[:-1] if local[-1:] == (wanted,) else path
        return MISSING_KEY.at(place, owner=owner(document, around), expected=wanted, hint=f"{wanted}: …")
    expected: Both | str = _expected_at(model, local) or _options(error) or _plain_word(error["type"])
    given = error["input"]
    key = next((str(part) for part in reversed(local) if isinstance(part, str)), "file")
    return WRONG_TYPE.at(place, key=key, found=as_written(given), expected=expected)


def _options(error: Any) -> str:
    """The words that pydantic allows at a place, without its own English between them."""
    return str(error.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")


def _plain_word(error_type: str) -> Both | str:
    words = {
        "string": Both("文字或数", "a text or a number"),
        "dict": Both("一组“键: 值”", "a mapping of keys"),
        "list": Both("列表", "a list"),
        "model": Both("一组“键: 值”", "a mapping of keys"),
        "bool": Both("true 或 false", "true or false"),
    }
    return next((word for start, word in words.items() if error_type.startswith(start)), error_type)


def _take_out(raw: Any, path: Path) -> None:
    """Remove what is wrong; an item of a list that lost what it needs goes as a whole."""
    node: Any = raw
    for part in path[:-1]:
        node = node[part]
    if path and isinstance(node, dict):
        node.pop(path[-1], None)
    elif path and isinstance(node, list) and isinstance(path[-1], int):
        del node[path[-1]]


def _models_of(annotation: Any) -> list[Any]:
    """The types inside of an annotation: unions and Annotated opened."""
    if typing.get_origin(annotation) is Annotated:
        return _models_of(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return [one for part in typing.get_args(annotation) for one in _models_of(part)]
    return [annotation]


def _field_at(model: Any, path: Path) -> tuple[list[Any], str]:
    """The types at a path below a model, and the description of its last field."""
    current, description = [model], ""
    for part in path:
        following: list[Any] = []
        for one in current:
            arguments = typing.get_args(one)
            if isinstance(one, type) and issubclass(one, BaseModel):
                for name, field in one.model_fields.items():
                    if part in (name, field.alias):
                        following.extend(_models_of(field.annotation))
                        description = field.description or ""
            elif typing.get_origin(one) is list and isinstance(part, int):
                following.extend(_models_of(arguments[0]))
            elif typing.get_origin(one) is dict and isinstance(part, str):
                following.extend(_models_of(arguments[1]))
        current = following
    return current, description


def _keys_at(model: Any, path: Path) -> list[str]:
    found, _ = _field_at(model, path)
    return [
        field.alias or name
        for one in found
        if isinstance(one, type) and issubclass(one, BaseModel)
        for name, field in one.model_fields.items()
    ]


def _expected_at(model: Any, path: Path) -> str:
    found, description = _field_at(model, path)
    if description:
        return description
    literals = [str(word) for one in found if typing.get_origin(one) is typing.Literal for word in typing.get_args(one)]
    return ", ".join(literals)
