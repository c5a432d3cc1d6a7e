# ruff: noqa: E501
"""`rules show`: what must be reported, what is weighed, and the resolved file with the origin of every key."""

import pytest

from perfscore import RuleSet, loads
from perfscore.ruleset.show import inputs_json, inputs_table, not_expressed, resolved_text, tree_table

TEXT = """\
perfscore: 1
id: t
title: 示例
total: 100
inputs:
  budget: {label: 全年预算数, unit: 万元, grid: 0.01}
  rate: {label: 办结率, unit: "%", grid: 0.1%}
  region: {type: choice, values: {east: 东部, west: 西部}}
  waived: {label: 免责, type: yes_no, judged: true, missing: no}
indicators:
  - id: output
    label: 产出指标
    weight: 60
    children:
      - {id: visits, label: 走访企业, unit: 家, target: ">= 50", weight: 60, method: {type: ratio, above: cap}}
  - {id: own, label: 其他, weight: 40, method: {type: formula, points: "40 if region = 'east' and not waived and rate > budget / budget else 0"}}
rating: [{id: one, label: 合格, is: any}]
not_expressed: ["第三条: 人工核减"]
"""


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return loads(TEXT, file="r.yaml")


def test_inputs_as_data(rules: RuleSet) -> None:
    told = {one["id"]: one for one in inputs_json(rules)}
    assert list(told) == ["budget", "rate", "region", "waived", "visits"]
    budget = told["budget"]
    assert (budget["label"], budget["type"], budget["unit"], budget["grid"], budget["required"]) == (
        "全年预算数",
        "number",
        "万元",
        "0.01",
        True,
    )
    assert told["region"]["values"] == {"east": "东部", "west": "西部"}
    assert (told["waived"]["required"], told["waived"]["judged"]) == (False, True)


def test_inputs_as_a_table(rules: RuleSet) -> None:
    head, _, *rows = inputs_table(rules, "zh").splitlines()
    assert head.split()[:4] == ["标识", "名称", "类型", "单位"]
    assert [row.split()[0] for row in rows] == ["budget", "rate", "region", "waived", "visits"]
    assert "0.1%" in rows[1] and "east, west" in rows[2] and rows[3].split()[-1] == "否" and rows[4].split()[-1] == "是"
    assert inputs_table(rules, "en").splitlines()[-1].split()[-1] == "yes"


def test_the_tree_with_its_weights(rules: RuleSet) -> None:
    head, _, *rows = tree_table(rules, "zh").splitlines()
    assert head.split()[0] == "指标"
    assert [row.strip("　 ").split()[0] for row in rows] == ["产出指标", "走访企业", "其他"]
    assert rows[1].startswith("　走访企业") and ">= 50" in rows[1] and rows[1].split()[2] == "60"
    assert tree_table(rules, "en").splitlines()[0].split()[0].lower() == "indicator"


def test_what_the_file_does_not_express(rules: RuleSet) -> None:
    assert not_expressed(rules, "zh")[-1] == "  第三条: 人工核减"
    assert not_expressed(loads(TEXT.replace('["第三条: 人工核减"]', "[]")), "zh") == []


def test_the_resolved_file_names_every_origin_and_reads_back(rules: RuleSet) -> None:
    told = resolved_text(rules.document)
    assert 'unit: "%"  # r.yaml:7:22' in told
    assert '- "第三条: 人工核减"  # r.yaml:18:18' in told
    assert loads(told).digest == rules.digest


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "no",
        "null",
        "~",
        "true",
        "",
        " a",
        "a ",
        "-1",
        "- a",
        "a: b",
        "a #b",
        "[a",
        "{a",
        "'a'",
        '"',
        "a\\b",
        "第一行\n第二行",
        "a\tb",
        "> 5",
        "1,234",
        "@x",
        "*x",
        "&x",
        "!x",
        "%x",
    ],
)
def test_any_text_is_quoted_where_yaml_could_misread_it(text: str) -> None:
    plain = loads(TEXT).to_dict()
    plain["title"] = text
    plain["not_expressed"] = [text]
    given = RuleSet.from_dict(plain)
    again = loads(resolved_text(given.document))
    assert (again.title, again.model.not_expressed) == (text, [text])


def test_odd_values_are_told_too() -> None:
    plain = loads(TEXT).to_dict()
    plain.update(
        {
            "gates": [],
            "let": {},
            "not_expressed": [],
            "inputs": {**plain["inputs"], "waived": {"type": "yes_no", "judged": False, "missing": "no"}},
        }
    )
    told = resolved_text(RuleSet.from_dict(plain).document)
    assert "gates: []" in told and "let: {}" in told and "judged: false" in told
    assert loads(told).to_dict() == plain
