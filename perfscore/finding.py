"""Place, finding, and the one exception that carries them all.

A finding is found somewhere (`Place`), is of a stable kind (`Kind`: code, severity, words), and carries the facts that
its words tell. Kinds stand in the module that finds them; `catalogue` lists every kind that was declared.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Language = Literal["zh", "en"]
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: file:line:column, or sheet!cell, or a path of keys where there is no text."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    sheet: str | None = None
    cell: str | None = None
    path: str | None = None

    def shifted(self, characters: int) -> Place:
        """The place so many characters further on the same line."""
        if self.column is None or not characters:
            return self
        return dataclasses.replace(self, column=self.column + characters)

    def __str__(self) -> str:
        if self.cell is not None:
            where = f"{self.sheet}!{self.cell}" if self.sheet else self.cell
            return f"{self.file}:{where}" if self.file else where
        numbers = [str(n) for n in (self.line, self.column) if n is not None]
        if numbers:
            return ":".join([self.file or "<text>", *numbers])
        return ":".join(part for part in (self.file, self.path) if part) or "<input>"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding: its stable code, how grave it is, its words in both languages, and what to do about it.

    `zh`, `en` and the hints are templates over the facts of a finding. `why` tells the reader of the catalogue why it
    matters, `fix` how it is mended.
    """

    code: str
    severity: Severity
    zh: str
    en: str
    hint_zh: str = ""
    hint_en: str = ""
    why: str = ""
    fix: str = ""

    def __post_init__(self) -> None:
        known = _KINDS.setdefault(self.code, self)
        if known != self:
            raise ValueError(f"finding code {self.code} is declared twice")

    def at(self, place: Place, *, indicator: str | None = None, **facts: Any) -> Finding:
        """A finding of this kind at a place."""
        return Finding(self, place, indicator, facts)


_KINDS: dict[str, Kind] = {}


def catalogue() -> tuple[Kind, ...]:
    """Every kind declared by the modules imported so far, in order of code."""
    return tuple(_KINDS[code] for code in sorted(_KINDS))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found at one place."""

    kind: Kind
    place: Place
    indicator: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.kind.code

    @property
    def severity(self) -> Severity:
        return self.kind.severity

    def message(self, language: Language = "en") -> str:
        """What was found, in one sentence."""
        return _fill(self.kind.zh if language == "zh" else self.kind.en, self.facts, language)

    def hint(self, language: Language = "en") -> str:
        """How it is mended, or an empty text."""
        own = self.facts.get("hint_zh" if language == "zh" else "hint_en")
        if own:
            return str(own)
        return _fill(self.kind.hint_zh if language == "zh" else self.kind.hint_en, self.facts, language)

    def tell(self, language: Language = "en") -> str:
        """`place  code: message`, and the hint on a line of its own."""
        line = f"{self.place}  {self.code}: {self.message(language)}"
        hint = self.hint(language)
        return f"{line}\n    {'提示' if language == 'zh' else 'hint'}: {hint}" if hint else line

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """The finding as JSON: what does not apply is absent."""
        told = {
            "code": self.code,
            "severity": self.severity,
            "place": str(self.place),
            "indicator": self.indicator,
            "message": self.message(language),
            "found": _plain(self.facts.get("found"), language),
            "expected": _plain(self.facts.get("expected"), language),
            "delta": _plain(self.facts.get("delta"), language),
            "witness": self.facts.get("witness"),
            "hint": self.hint(language) or None,
        }
        return {key: value for key, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Both:
    """A fact that is told in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en


def listed(words: Iterable[str]) -> Both:
    """Several words in one line, joined as each language joins them."""
    known = list(words)
    return Both("、".join(known), ", ".join(known))


_PAIRS = 100_000
MAX_FACT = 1000  # characters of a fact in a message


def guess(found: str, known: Iterable[str]) -> Both:
    """“did you mean”, as a fact of a finding; empty where nothing is close. Stops after so many pairs of characters."""
    names, pairs = [], 0
    for name in known:
        pairs += len(found) * len(name)
        if pairs > _PAIRS:
            break
        names.append(name)
    close = difflib.get_close_matches(found, names, n=1, cutoff=0.6)
    return Both(f"，是否指“{close[0]}”？", f", did you mean “{close[0]}”?") if close else Both("", "")


class _Absent(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _fill(template: str, facts: Mapping[str, Any], language: Language) -> str:
    if "{" not in template:
        return template
    return template.format_map(_Absent({key: _in(value, language) for key, value in facts.items()})).strip()


def _in(fact: Any, language: Language) -> str:
    text = str(getattr(fact, language) if isinstance(fact, Both) else fact)
    return text if len(text) <= MAX_FACT else text[:MAX_FACT] + "…"


def _plain(fact: Any, language: Language) -> str | None:
    return None if fact is None else _in(fact, language)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in order of place, each once."""

    def key(finding: Finding) -> tuple[str, int, int, str, str]:
        place = finding.place
        return (place.file or "", place.line or 0, place.column or 0, str(place), finding.code)

    seen: dict[tuple[Place, str, str], Finding] = {}
    for finding in findings:
        seen.setdefault((finding.place, finding.code, finding.message()), finding)
    return tuple(sorted(seen.values(), key=key))


class Unreadable(Exception):
    """A text that cannot be read, before its place is known: a kind, its facts, and the characters before the trouble."""

    def __init__(self, kind: Kind, offset: int = 0, **facts: Any) -> None:
        super().__init__(kind.code, facts)
        self.kind = kind
        self.offset = offset
        self.facts = facts

    def at(self, place: Place, *, indicator: str | None = None) -> Finding:
        """The finding, once the place of the text is known."""
        return self.kind.at(place.shifted(self.offset), indicator=indicator, **self.facts)

    def __str__(self) -> str:
        return self.kind.at(Place(), **self.facts).message()


class Problems(Exception):
    """Everything that stood in the way, all at once: `.problems`."""

    def __init__(self, problems: Iterable[Finding]) -> None:
        self.problems = in_order(problems)
        super().__init__(self.problems)

    def tell(self, language: Language = "en") -> str:
        """One line a problem, with its hint."""
        return "\n".join(problem.tell(language) for problem in self.problems)

    def __str__(self) -> str:
        return "\n" + self.tell()


class RuleError(Problems):
    """A rule file that cannot be used."""


class OutcomeError(Problems):
    """Outcomes that cannot be scored."""
