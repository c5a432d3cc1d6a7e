"""Changed texts and values: bytes, tokens of rule files, plain data, formulas, outcomes. All from one random.Random, with words from
tokens.yaml.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

TOKENS: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "tokens.yaml").read_text("utf-8"))
NUMBERS, NAMES, FUNCTIONS, OPERATORS, SIGNS = (TOKENS[name] for name in ("numbers", "names", "functions", "operators", "signs"))
TESTS, DATES, QUANTITIES, WORDS, UNSEEN = (TOKENS[name] for name in ("tests", "dates", "quantities", "words", "unseen"))
YAML, KEYS = TOKENS["yaml"], TOKENS["keys"]
VALUES = [None, True, False, 0, 1, -1, 10**30, 10**5000, 0.1, -2.5, float("nan"), float("inf"), Fraction(1, 3), date(2024, 12, 31)]
VALUES += [Decimal("1.50"), Decimal("NaN"), Decimal("1e999"), b"45", {1}, object(), 3j, "x" * 20_001, range(3), ..., int]

_SCALAR = re.compile(r"(?<=[:,\[{] )[^\s,\[\]{}][^,\[\]{}\n]*|\"[^\"\n]*\"")
_KEY = re.compile(r"[\w.]+(?=:)")


def formula(rng: random.Random, depth: int = 0) -> str:
    """A formula that may be a good one."""
    if depth > 4 or rng.random() < 0.3:
        return rng.choice([*NAMES, *NUMBERS[2:14], *DATES[:2], "'east'"])
    a, b = formula(rng, depth + 1), formula(rng, depth + 1)
    function, power = rng.choice(FUNCTIONS), rng.choice(["2", "16", "17"])
    made = [f"{a} {rng.choice(OPERATORS)} {b}", f"({a})", f"-{a}", f"not {a}", f"{function}({a})", f"{function}({a}, {b})"]
    made += [f"{a} if {b} > 0 else {b}", f"{a} in [{b}, {b}]", f"{a} and {b}", f"{a} ** {power}", f"{a} <= {b} < {a}"]
    return rng.choice(made)


def soup(rng: random.Random, most: int = 40) -> str:
    """Tokens in any order."""
    pools = (NAMES, NUMBERS, SIGNS, SIGNS, SIGNS, FUNCTIONS, DATES, UNSEEN)
    return "".join(rng.choice(rng.choice(pools)) + rng.choice(["", "", " "]) for _ in range(rng.randrange(most)))


def token(rng: random.Random) -> str:
    """A scalar that a rule file might hold."""
    pools = (NUMBERS, NUMBERS, NAMES, TESTS, TESTS, DATES, QUANTITIES, WORDS, WORDS, WORDS, KEYS, UNSEEN)
    draw = rng.random()
    return formula(rng) if draw < 0.2 else soup(rng, 8) if draw < 0.25 else rng.choice(rng.choice(pools))


def of_text(rng: random.Random, text: str) -> str:
    """A text with a few signs put in, taken out, doubled or exchanged."""
    for _ in range(rng.choice([1, 1, 1, 2, 3, 8])):
        k = rng.randrange(len(text) + 1)
        span = rng.choice([1, 1, 2, 5, 30])
        match rng.randrange(6):
            case 0:
                text = text[:k] + text[k + span :]
            case 1:
                text = text[:k] + text[k : k + span] * rng.choice([2, 2, 3, 40]) + text[k + span :]
            case 2:
                text = text[:k] + rng.choice(rng.choice((YAML, SIGNS, UNSEEN, NUMBERS))) + text[k:]
            case 3:
                other = rng.randrange(len(text) + 1)
                text = text[:k] + text[other : other + span] + text[k + span :]
            case 4:
                text = text[:k] + token(rng) + text[k + span :]
            case _:
                sign = rng.choice([rng.randrange(128), rng.randrange(0x4E00, 0x9FFF), rng.randrange(0xD7FF)])
                text = text[:k] + chr(sign) + text[k + 1 :]
    return text


def of_bytes(rng: random.Random, content: bytes) -> bytes:
    """Bytes with a few of them flipped, cut, doubled, or in another encoding."""
    found = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 4, 16])):
        k = rng.randrange(len(found) + 1)
        while 0 < k < len(found) and 128 <= found[k] < 192 and rng.random() < 0.98:
            k -= 1  # mostly not inside of a character
        match rng.choice([0, 0, 0, 1, 2, 2, 3, 3, 4]):
            case 0 if k < len(found) and (found[k] < 128 or rng.random() < 0.05):
                found[k] ^= 1 << rng.randrange(7)
            case 1:
                del found[k : k + rng.choice([1, 2, 10, 200])]
            case 2:
                found[k:k] = found[k : k + rng.choice([1, 5, 50])] * rng.choice([1, 2, 20])
            case 3:
                found[k:k] = rng.choice(rng.choice((YAML, SIGNS, UNSEEN))).encode("utf-8", "replace")
            case _ if rng.random() < 0.2:
                found[k:k] = rng.randbytes(rng.choice([1, 2, 4]))
    if rng.random() < 0.02:
        encoding = rng.choice(["utf-16", "utf-32", "gb18030", "utf-8-sig", "cp037"])
        return bytes(found).decode("utf-8", "ignore").encode(encoding, "ignore")
    return bytes(found)


def of_tokens(rng: random.Random, text: str) -> str:
    """A rule file with a few scalars, keys or lines exchanged: mostly still good YAML."""
    for _ in range(rng.choice([1, 1, 1, 2, 3, 5])):
        lines = text.split("\n")
        k = rng.randrange(len(lines))
        match rng.randrange(8):
            case 0 | 1:
                text = _put(rng, text, _SCALAR, token(rng), quoted=rng.random() < 0.5)
            case 2:
                text = _put(rng, text, _SCALAR, rng.choice([found[0] for found in _SCALAR.finditer(text)] or ["x"]))
            case 3:
                text = _put(rng, text, _KEY, rng.choice(KEYS))
            case 4:
                del lines[k]
                text = "\n".join(lines)
            case 5:
                lines.insert(rng.randrange(len(lines)), lines[k])
                text = "\n".join(lines)
            case 6:
                lines[k] = rng.choice(["  ", "    ", ""]) + lines[k].lstrip() if rng.random() < 0.3 else lines[k] + rng.choice(lines)
                text = "\n".join(lines)
            case _:
                text = of_text(rng, text)
    return text


def _put(rng: random.Random, text: str, pattern: re.Pattern[str], new: str, *, quoted: bool = False) -> str:
    found = list(pattern.finditer(text))
    if not found:
        return text
    chosen = rng.choice(found)
    new = '"' + new.replace("\\", "\\\\").replace('"', '\\"') + '"' if quoted else new
    return text[: chosen.start()] + new + text[chosen.end() :]


# --- plain data -----------------------------------------------------------------------------------------------------


def value(rng: random.Random, depth: int = 0) -> Any:
    """Any Python value, a good one or not."""
    draw = rng.random()
    if draw < 0.55:
        return token(rng)
    if draw < 0.75 or depth > 3:
        return rng.choice(VALUES)
    if draw < 0.87:
        return [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    keys = [*KEYS, *NAMES, *UNSEEN, ""]
    drawn = [rng.choice(keys) if rng.random() < 0.95 else rng.choice([1, None, b"x"]) for _ in range(rng.randrange(4))]
    return {key: value(rng, depth + 1) for key in drawn}


def spots(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in plain data: the mapping or list, and the key or position."""
    stack = [node]
    while stack:
        one = stack.pop()
        inner = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ()
        for key, below in inner:
            yield one, key
            if isinstance(below, (dict, list)):
                stack.append(below)


def of_plain(rng: random.Random, node: Any) -> Any:
    """Plain data with a few parts exchanged, taken out, renamed, wrapped or nested in themselves."""
    node = copy.deepcopy(node)
    for _ in range(rng.choice([1, 1, 1, 2, 3, 6])):
        found = list(spots(node))
        if not found:
            return value(rng)
        (owner, key), (other, other_key) = rng.choice(found), rng.choice(found)
        match rng.randrange(7):
            case 0 | 1 | 2:
                owner[key] = value(rng)
            case 3:
                del owner[key]
            case 4:
                owner[key] = copy.deepcopy(other[other_key])
            case 5 if isinstance(owner, dict):
                owner[rng.choice(KEYS)] = value(rng) if rng.random() < 0.5 else owner.pop(key)
            case 6 if isinstance(owner, list):
                owner.insert(rng.randrange(len(owner) + 1), copy.deepcopy(other[other_key]))
            case _:
                owner[key] = [owner[key]] if rng.random() < 0.5 else {rng.choice(KEYS): owner[key]}
    if rng.random() < 0.005 and (found := list(spots(node))):
        owner, key = rng.choice(found)
        owner[key] = node  # it holds itself
    return node
