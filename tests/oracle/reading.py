"""Outcomes for the second scorer (DESIGN §6): texts and mappings in, values out; `None` is absent."""

from __future__ import annotations

import datetime
import re
import unicodedata
from fractions import Fraction
from functools import lru_cache
from typing import Any

from formulas import YES, OracleError, Value, date_of, truth_of

ABSENT = ("", "/", "—", "-")
NOT_APPLICABLE = ("不适用", "不涉及", "n/a")
NOTES = {
    "value", "parts", "not_applicable", "because", "by", "evidence", "deviation_reason", "improvement", "measures",
    "override", "peer_mean",
}  # fmt: skip
_QUANTITY = re.compile(r"^([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(.*)$")
# unit written -> (dimension, how many of the dimension's base); a counter is a dimension of its own
UNITS: dict[str, tuple[str, Fraction]] = {
    "%": ("ratio", Fraction(1, 100)),
    "‰": ("ratio", Fraction(1, 1000)),
    "元": ("money", Fraction(1)),
    "万元": ("money", Fraction(10_000)),
    "亿元": ("money", Fraction(100_000_000)),
}


def is_absent(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and raw.strip() in ABSENT)


def is_not_applicable(raw: object) -> bool:
    if isinstance(raw, dict):
        return raw.get("not_applicable") is True or str(raw.get("not_applicable", "")).strip() in YES
    return isinstance(raw, str) and raw.strip().lower() in NOT_APPLICABLE


def number_of(raw: object, unit: str | None) -> Fraction:
    """A quantity in the declared unit; a declared `%` makes it a ratio."""
    if isinstance(raw, str):
        return number_of_text(raw, unit)
    if isinstance(raw, (bool, float)) or not isinstance(raw, (int, Fraction)):
        raise OracleError("unreadable", repr(raw))
    return in_unit(Fraction(raw), "", unit, raw)


@lru_cache(maxsize=100_000)
def number_of_text(raw: str, unit: str | None) -> Fraction:
    text = unicodedata.normalize("NFKC", raw).strip()
    found = _QUANTITY.match(re.sub(r"(?<=\d),(?=\d{3})", "", text))
    if not found:
        raise OracleError("unreadable", text)
    return in_unit(Fraction(found.group(1)), found.group(2).strip(), unit, raw)


def in_unit(number: Fraction, written: str, unit: str | None, raw: object) -> Fraction:
    written = written or unit or ""
    dimension, factor = UNITS.get(written, (written, Fraction(1)))
    wanted, base = UNITS.get(unit or "", (unit or "", Fraction(1)))
    if unit is None and dimension == "ratio":
        wanted = "ratio"
    if dimension != wanted:
        raise OracleError("unit", f"{raw!r} against {unit!r}")
    # a ratio is carried as itself (95% = 19/20), money in the declared unit
    return number * factor if dimension == "ratio" else number * factor / base


def value_of(raw: object, declared: dict[str, Any]) -> Value:
    """A scalar outcome, read as its declaration says."""
    match declared.get("type", "number"):
        case "yes_no":
            return truth_of(raw)
        case "choice":
            if str(raw).strip() not in [str(code) for code in declared["values"]]:
                raise OracleError("unknown-code", repr(raw))
            return str(raw).strip()
        case "date":
            if isinstance(raw, datetime.date):
                return raw
            if (day := date_of(str(raw))) is None:
                raise OracleError("unreadable", repr(raw))
            return day
    return number_of(raw, declared.get("unit"))


def scalar(name: str, raw: object, declared: dict[str, Any]) -> Value:
    """The value of an input or item that has one, or None."""
    if isinstance(raw, dict):
        if unknown := set(raw) - NOTES:
            raise OracleError("unknown-outcome", f"{name}: {sorted(unknown)}")
        if declared.get("judged") and not is_absent(raw.get("value")) and not (raw.get("by") and raw.get("because")):
            raise OracleError("judged", name)
        raw = raw.get("value")
    elif declared.get("judged") and not is_absent(raw):
        raise OracleError("judged", name)
    if is_not_applicable(raw):
        raise OracleError("not-applicable", name)
    return None if is_absent(raw) else value_of(raw, declared)


def elements(raw: object, method: dict[str, Any]) -> dict[str, Value]:
    """The elements of a checklist: 1, 0 or the count."""
    given = {} if is_absent(raw) else raw
    if not isinstance(given, dict):
        raise OracleError("unreadable", repr(raw))
    ids = [element["id"] for element in method["elements"]]
    if set(given) - NOTES - set(ids):
        raise OracleError("unknown-outcome", repr(sorted(given)))
    values: dict[str, Value] = {}
    for element in method["elements"]:
        one = given.get(element["id"])
        if is_absent(one):
            one = element.get("missing")
        if is_absent(one):
            values[element["id"]] = None
        elif element.get("count"):
            values[element["id"]] = number_of(one, element.get("unit"))
            if values[element["id"]] < 0:
                raise OracleError("negative-count", element["id"])
        else:
            values[element["id"]] = Fraction(truth_of(one))
    return values


def grade(raw: object, method: dict[str, Any]) -> dict[str, Value]:
    """A judged grade with its share or points."""
    if is_absent(raw):
        return {"grade": None}
    if not isinstance(raw, dict):
        raise OracleError("judged", repr(raw))
    if set(raw) - NOTES - {"grade", "share", "points"}:
        raise OracleError("unknown-outcome", repr(sorted(raw)))
    if is_absent(raw.get("grade")):
        return {"grade": None}
    if not (raw.get("by") and raw.get("because")):
        raise OracleError("judged", repr(raw))
    if raw["grade"] not in [level["id"] for level in method["levels"]]:
        raise OracleError("unknown-code", repr(raw["grade"]))
    values: dict[str, Value] = {"grade": raw["grade"]}
    for key in ("share", "points"):
        if not is_absent(raw.get(key)):
            values[key] = number_of(raw[key], None)
    return values


def columns_of(declared: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The columns of a table input, each with the keys that every column starts from."""
    written, start = declared["columns"], declared.get("cells", {})
    own = {name: keys or {} for name, keys in written.items()} if isinstance(written, dict) else {name: {} for name in written}
    return {name: {**start, **keys} for name, keys in own.items()}


def table(name: str, raw: object, columns: dict[str, dict[str, Any]]) -> list[dict[str, Value]] | None:
    """The rows of a table, each column -> value; a cell that may be missing has the value that `missing` says."""
    if isinstance(raw, dict):
        raw = raw.get("value")
    if is_absent(raw):
        return None
    if not isinstance(raw, list):
        raise OracleError("unreadable", f"{name}: {raw!r}")
    rows: list[dict[str, Value]] = []
    for given in raw:
        if isinstance(given, list):
            if len(given) > len(columns):
                raise OracleError("unreadable", f"{name}: {given!r}")
            given = dict(zip(columns, given, strict=False))
        if not isinstance(given, dict) or set(given) - set(columns):
            raise OracleError("unreadable", f"{name}: {given!r}")
        row: dict[str, Value] = {}
        for column, declared in columns.items():
            cell = given.get(column)
            if is_absent(cell):
                if "missing" not in declared:
                    raise OracleError("missing-cell", f"{name}.{column}")
                cell = declared["missing"]
            row[column] = value_of(cell, declared)
        rows.append(row)
    return rows


def nested(outcomes: dict[str, Any]) -> dict[str, Any]:
    """The outcomes mapping, with `system.made: yes` put as `system: {made: yes}`."""
    if "outcomes" in outcomes and isinstance(outcomes["outcomes"], dict):
        outcomes = outcomes["outcomes"]
    if not any("." in key for key in outcomes):
        return outcomes
    whole: dict[str, Any] = {key: raw for key, raw in outcomes.items() if "." not in key}
    for key, raw in outcomes.items():
        if "." in key:
            item, inner = key.split(".", 1)
            before = whole.get(item)
            whole[item] = {**(before if isinstance(before, dict) else {}), inner: raw}
    return whole
