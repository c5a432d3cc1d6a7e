"""The command `perfscore` and what its verbs share: language, reading of arguments, exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

import perfscore
from perfscore.cli.check import check
from perfscore.cli.rules import rules
from perfscore.cli.score import score


class Verbs(click.Group):
    """Verbs in the order of work, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(f"perfscore {perfscore.version()}", message="%(version)s")
def cli() -> None:
    """Exact, explained, testable performance scoring from rule files."""


cli.add_command(score)
cli.add_command(check)
cli.add_command(rules)


def main(arguments: list[str] | None = None) -> None:
    """Run a verb; what goes wrong inside is exit 3 with one line, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., Any] | None = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="surrogateescape")
    try:
        cli.main(arguments, prog_name="perfscore", standalone_mode=True)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as trouble:
        click.echo(f"perfscore: internal error: {type(trouble).__name__}: {trouble}", err=True)
        sys.exit(3)
