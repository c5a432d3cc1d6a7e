"""perfscore score: rules and outcomes in, points, rating, ledger and explanations out."""

from __future__ import annotations

import datetime
import sys
from typing import TYPE_CHECKING

import click

from perfscore.cli.common import as_of_option, as_text, day, json_option, language_option, print_json, printable, read_rules, refuse, stop
from perfscore.finding import Both, Language, Problems

if TYPE_CHECKING:
    from perfscore.scoring.assessment import Assessment


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
        refuse(Both("规则和填报只能有一个从标准输入（-）读", "only one of RULES and OUTCOMES can be -"), lang)
    try:
        rule_set = read_rules(rules, day(as_of))
        source = score_source(outcomes, sys.stdin.buffer.read(MAX_TEXT + 1) if outcomes == "-" else None)
        result = score_outcomes(rule_set, source)
    except Problems as problems:
        stop(problems, lang, as_json)
    part = None if explain in (None, "*", "all") else _part(result, as_text(str(explain)), lang)
    if as_json:
        print_json(result.to_dict(lang))
    elif explain is not None:
        click.echo(result.explain(lang, part))
        for warning in result.warnings:
            click.echo(printable(warning.tell(lang)), err=True)
    else:
        click.echo(summary(result, lang))


def _part(result: Assessment, name: str, language: Language) -> str:
    """The id of the item or group to explain; a name that means none or several, or what was not scored, ends the command."""
    from perfscore.scoring.telling import named

    found = named(result.rules, name)
    if len(found) == 1 and found[0] in result:
        return found[0]
    if len(found) > 1:
        zh, en = f"“{name}”是 {'、'.join(found)} 共有的名称，请写标识", f"“{name}” is the label of {', '.join(found)}; write the id"
    elif found:
        zh, en = f"“{name}”未计分：规则规定此时不报总分", f"“{name}” has no points: the rules report no total here"
    else:
        scored = {**result.rules.items, **result.rules.groups}
        zh, en = f"没有指标或指标组“{name}”；有：{'、'.join(scored)}", f"no item or group “{name}”; there are: {', '.join(scored)}"
    refuse(Both(zh, en), language)
