"""perfscore rules: what is in the box, what a rule file says, its schema, and a file to begin with."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from perfscore.cli.common import as_of_option, day, json_option, language_option, print_json, read_rules, refuse, stop
from perfscore.finding import Both, Language, Problems

if TYPE_CHECKING:
    from perfscore.ruleset.ruleset import RuleSet


@click.group(epilog="Example: perfscore rules show examples/liwan-justice-2024 --resolved")
def rules() -> None:
    """List, show and begin rule files."""


@rules.command("list", epilog="Example: perfscore rules list --json")
@json_option
@language_option
def list_(as_json: bool, lang: Language) -> None:
    """The rule files in the box: id, title, valid years, what was read of the source."""
    from tabulate import tabulate

    from perfscore.ruleset.builtin import builtin_files
    from perfscore.ruleset.load import load

    try:
        found = [load(id) for id in builtin_files()]
    except Problems as problems:
        stop(problems, lang, as_json)
    if as_json:
        print_json({"rules": [_listed(one) for one in found]})
        return
    rows = [_row(one) for one in found]
    headers = ("标识", "名称", "有效期", "出处已读") if lang == "zh" else ("id", "title", "valid", "source read")
    click.echo(tabulate(rows, headers, tablefmt="simple", disable_numparse=True))


def _listed(one: RuleSet) -> dict[str, Any]:
    valid, source = one.model.valid, one.model.source
    days = None if valid is None else {"from": valid.from_, "to": valid.to}
    return {"id": one.id, "title": one.title, "valid": days, "read": source.read if source is not None else None}


def _row(one: RuleSet) -> list[str]:
    """The same for people: an open end is left empty."""
    told = _listed(one)
    days = told["valid"]
    years = "" if days is None else f"{days['from'] or ''}–{days['to'] or ''}"
    return [told["id"], told["title"], years, told["read"] or ""]


@rules.command(epilog="Example: perfscore rules show rules/examples/minimal.yaml --resolved")
@click.argument("rules")
@click.option("--resolved", is_flag=True, help="The whole file after `extends` and `defaults`, with the origin of every key.")
@as_of_option
@json_option
@language_option
def show(rules: str, resolved: bool, as_of: datetime.datetime | None, as_json: bool, lang: Language) -> None:
    """What RULES asks for (its inputs) and what it weighs."""
    from perfscore.ruleset.show import inputs_table, not_expressed, resolved_text, tree_table

    try:
        rule_set = read_rules(rules, day(as_of))
    except Problems as problems:
        stop(problems, lang, as_json)
    if as_json:
        from perfscore.ruleset.show import inputs_json

        told: dict[str, Any] = {"id": rule_set.id, "title": rule_set.title, "digest": rule_set.digest, "inputs": inputs_json(rule_set)}
        if resolved:
            told["resolved"] = rule_set.to_dict()
        print_json(told)
    elif resolved:
        click.echo(resolved_text(rule_set.document))
    else:
        parts = [
            f"{rule_set.id}  {rule_set.title}",
            "",
            tree_table(rule_set, lang),
            "",
            inputs_table(rule_set, lang),
            *not_expressed(rule_set, lang),
        ]
        click.echo("\n".join(parts))


@rules.command(epilog="Example: perfscore rules schema > perfscore-rules-1.schema.json")
def schema() -> None:
    """The JSON Schema of rule files, for editors."""
    from perfscore.ruleset.model import json_schema

    print_json(json_schema())


@rules.command(epilog="Example: perfscore rules new my-rules.yaml && perfscore rules show my-rules.yaml")
@click.argument("file")
@language_option
def new(file: str, lang: Language) -> None:
    """Write a small commented rule file to FILE (or - for standard output) to begin with."""
    from importlib.resources import files

    from perfscore.ruleset.places import not_written

    text = (files("perfscore.cli") / "new.yaml").read_text("utf-8")
    if file == "-":
        click.echo(text, nl=False)
        return
    path = Path(file)
    try:
        if path.exists():
            refuse(Both(f"文件 {file} 已存在，没有覆盖", f"{file} exists already"), lang)
        path.write_text(text, "utf-8")
    except OSError as problem:
        why = not_written(problem)
        refuse(Both(f"无法写入 {file}：{why.zh}", f"{file} cannot be written: {why.en}"), lang)
    except ValueError:  # a NUL in the name
        refuse(Both("文件名含有空字符", "the name holds a NUL character"), lang)
    click.echo(file)
