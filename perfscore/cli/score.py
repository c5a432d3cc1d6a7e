"""perfscore score: rules and outcomes in, points, rating, ledger and explanations out."""

from __future__ import annotations

import datetime
import sys

import click

from perfscore.cli.common import as_of_option, as_text, day, json_option, language_option, print_json, read_rules, stop
from perfscore.finding import Language, Problems


@click.command(
    epilog="Example: perfscore score examples/liwan-justice-2024 examples/liwan-justice-2024/outcomes.yaml --explain 出具法律意见"
)
@click.argument("rules")
@click.argument("outcomes")
@click.option(
    "--explain", is_flag=False, flag_value="*", metavar="[ITEM]", help="The derivation of an item or group (id or label), or of all."
)
@as_of_option
@json_option
@language_option
def score(rules: str, outcomes: str, explain: str | None, as_of: datetime.datetime | None, as_json: bool, lang: Language) -> None:
    """Score OUTCOMES (a .yaml, .json or .csv file, or -) by RULES (a path or a built-in id)."""
    from perfscore.ruleset.places import MAX_TEXT
    from perfscore.scoring.assessment import score as score_outcomes
    from perfscore.scoring.outcomes import score_source
    from perfscore.scoring.telling import summary

    if rules == outcomes == "-":
        raise click.UsageError("only one of RULES and OUTCOMES can be -")
    try:
        rule_set = read_rules(rules, day(as_of))
        source = score_source(outcomes, sys.stdin.buffer.read(MAX_TEXT + 1) if outcomes == "-" else None)
        result = score_outcomes(rule_set, source)
    except Problems as problems:
        stop(problems, lang, as_json)
    if as_json:
        print_json(result.to_dict(lang))
    elif explain is not None:
        try:
            click.echo(result.explain(lang, None if explain in ("*", "all") else as_text(explain)))
        except KeyError:
            known = ", ".join(result)
            raise click.BadParameter(f"no item or group “{explain}”; there are: {known}", param_hint="--explain") from None
    else:
        click.echo(summary(result, lang))
