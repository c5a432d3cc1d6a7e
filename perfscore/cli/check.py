"""perfscore check: what can be proved of rule files before anyone is scored by them."""

from __future__ import annotations

import datetime
import sys

import click

from perfscore.cli.common import as_of_option, day, json_option, language_option, print_json, printable, read_rules, refuse, stop
from perfscore.finding import Both, Language, Problems

SEVERITIES = ("error", "warning", "info")
VERDICTS = {
    "zh": {"proved": "已证明：规则完整可用", "not decided": "未发现错误，部分性质未能判定", "broken": "规则有错误"},
    "en": {"proved": "proved", "not decided": "no error found, not everything could be decided", "broken": "broken"},
}


@click.command(epilog="Example: perfscore check rules/our-department.yaml --fail-on warning")
@click.argument("rules", nargs=-1, required=True)
@click.option(
    "--fail-on", type=click.Choice(SEVERITIES), default="error", show_default=True, help="Exit code 1 from this severity upwards."
)
@as_of_option
@json_option
@language_option
def check(rules: tuple[str, ...], fail_on: str, as_of: datetime.datetime | None, as_json: bool, lang: Language) -> None:
    """Prove RULES (paths, built-in ids, or -) or show where they break: holes, edges, slopes, totals, ratings, examples."""
    from perfscore.checks.check import check as check_rules

    if list(rules).count("-") > 1:
        refuse(Both("只能有一份规则从标准输入（-）读", "only one of RULES can be -"), lang)
    failed, told = False, []
    for argument in rules:
        try:
            rule_set = read_rules(argument, day(as_of))
        except Problems as problems:
            stop(problems, lang, as_json)
        found = check_rules(rule_set)
        failed = failed or any(SEVERITIES.index(one.severity) <= SEVERITIES.index(fail_on) for one in found)
        if as_json:
            told.append(found.to_dict(rule_set, lang))
            continue
        for one in found:
            click.echo(printable(f"{one.severity:<7} {one.tell(lang)}"))
        click.echo(printable(f"{argument}: {VERDICTS[lang][found.verdict]}{_counts(found.summary, lang)}"))
    if as_json:
        print_json(told[0] if len(told) == 1 else told)
    sys.exit(1 if failed else 0)


def _counts(summary: object, language: Language) -> str:
    """How many totals can occur, and which ratings."""
    totals = summary.get("totals") if isinstance(summary, dict) else None
    if not totals:
        return ""
    if language == "zh":
        return f"（总分 {totals['lowest']}–{totals['highest']}，共 {totals['count']} 个取值）"
    return f" ({totals['count']} totals from {totals['lowest']} to {totals['highest']})"
