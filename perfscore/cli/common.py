"""Options and reading that several verbs share."""

from __future__ import annotations

import datetime
import json
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from perfscore.finding import Both, Language, Problems

if TYPE_CHECKING:
    from perfscore.ruleset.ruleset import RuleSet

_STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
F = TypeVar("F", bound=Callable[..., Any])


def language_option(command: F) -> F:
    return click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of the texts.")(command)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="JSON to standard output (docs/json.md).")(command)


def as_of_option(command: F) -> F:
    option = click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The version in force on this day.")
    return option(command)


def day(as_of: datetime.datetime | None) -> datetime.date | None:
    return None if as_of is None else as_of.date()


def as_text(argument: str) -> str:
    """An argument as UTF-8, also on a terminal of another locale, where Python kept its bytes as surrogates."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def read_rules(argument: str, as_of: datetime.date | None) -> RuleSet:
    """Rules from a path, a built-in id, or `-` (standard input)."""
    from perfscore.ruleset.load import from_bytes, load
    from perfscore.ruleset.places import MAX_TEXT

    if argument == "-":
        return from_bytes(sys.stdin.buffer.read(MAX_TEXT + 1), "<stdin>")
    return load(argument, as_of=as_of)


def printable(text: str) -> str:
    """Text without what would steer a terminal: control characters (but line ends) and marks that turn its direction."""
    return _STEERING.sub("\ufffd", text)


def refuse(words: Both, language: Language) -> NoReturn:
    """A command that cannot be done as it was written: one line, exit 2."""
    click.echo(printable(f"perfscore: {words.zh if language == 'zh' else words.en}"), err=True)
    sys.exit(2)


def print_json(told: Any) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


def stop(problems: Problems, language: Language, as_json: bool) -> NoReturn:
    """Unusable input: every problem, exit 2; as JSON too, where that was asked for."""
    if as_json:
        print_json({"findings": [problem.to_dict(language) for problem in problems.problems]})
    click.echo(printable(problems.tell(language)), err=True)
    count = len(problems.problems)
    click.echo(f"共 {count} 个问题" if language == "zh" else f"{count} problem{'s' if count != 1 else ''}", err=True)
    sys.exit(2)
