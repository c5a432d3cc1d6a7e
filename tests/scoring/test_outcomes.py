"""What people report: every notation and every kind of file gives the same values; what is wrong is told at its place."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import perfscore
from perfscore.numbers.date import Day
from perfscore.ruleset.load import from_bytes
from perfscore.scoring.outcomes import Content, show

RULES = """\
perfscore: 1
id: test/outcomes
title: 填报
source: 虚构
inputs:
  budget: {label: 全年预算数, unit: 万元, grid: 0.01, range: "> 0"}
  region: {label: 地区, type: choice, values: {east: 东部, west: 西部}}
  waived: {label: 免责认定, type: yes_no, judged: true, missing: no}
total: 100
indicators:
  - {id: opinions, label: 出具法律意见, unit: 份, grid: 1, target: ">= 1200", weight: 30, method: {type: ratio, above: cap}}
  - {id: rate, label: 办结率, unit: "%", grid: 0.1%, range: "[0%, 100%]", target: ">= 95%", weight: 20, missing: 0,
     method: {type: ratio, above: cap}}
  - {id: due, label: 完成时间, type: date, target: "<= 2024年9月", weight: 10, method: pass_fail}
  - id: system
    label: 管理制度
    weight: 10
    cap: weight
    not_applicable: full
    method: {type: checklist, from: 0, elements: [{id: made, label: 已制定, points: 4},
             {id: uses, label: 使用次数, points: 1, count: true}]}
  - id: culture
    label: 机关文化
    weight: 10
    method: {type: grade, levels: [{id: met, label: 达成, share: "[80%, 100%]"}, {id: not_met, label: 未达成, share: 0}]}
  - {id: spent, label: 支出, unit: 元, target: "<= 10000", weight: 10, method: pass_fail, special: [{when: waived, points: weight}]}
  - {id: patents, label: 专利, target: ">= 3", weight: 10, method: pass_fail}
rating: [{id: passed, label: 合格, is: ">= 60"}, {id: failed, label: 不合格, is: any}]
"""
RULE_SET = perfscore.loads(RULES)
BASE: dict[str, Any] = {
    "budget": "1,234.56万元",
    "region": "东部",
    "opinions": "1284份",
    "rate": "95%",
    "due": "2024年9月",
    "system": {"made": "√", "uses": 3},
    "culture": {"grade": "met", "share": "90%", "by": "评审组", "because": "现场核查"},
    "spent": "1万元",
    "patents": 3,
}
TOTAL = 96  # 30 + 20 + 10 + (4 + 3 × 1) + 10 × 90% + 10 + 10
VALUES = {
    "budget": Fraction("1234.56"), "region": "east", "opinions": 1284, "rate": Fraction(19, 20), "due": Day.of(datetime.date(2024, 9, 30)),
    "system.made": True, "system.uses": 3, "culture.grade": "met", "culture.share": Fraction(9, 10), "spent": 10000, "patents": 3,
}  # fmt: skip


def score(**changed: Any) -> perfscore.Assessment:
    return perfscore.score(RULE_SET, {**BASE, **changed})


def problems(outcomes: Any) -> list[perfscore.Finding]:
    with pytest.raises(perfscore.OutcomeError) as raised:
        perfscore.score(RULE_SET, outcomes)
    return list(raised.value.problems)


def codes(**changed: Any) -> list[str]:
    return [problem.code for problem in problems({**BASE, **changed})]


# ---------------------------------------------------------------- the same outcomes in every kind of file

YAML = """\
perfscore_outcomes: 1
rules: test/outcomes
unit: 某局
period: 2024
outcomes:
  budget: "1,234.56万元"
  region: 东部
  opinions: 1284份
  rate: 95%
  due: 2024年9月
  system: {made: √, uses: 3}
  culture: {grade: met, share: 90%, by: 评审组, because: 现场核查}
  spent: 1万元
  patents: 3
"""
FLAT = {
    "system.made": "√", "system.uses": "3",
    "culture.grade": "met", "culture.share": "90%", "culture.by": "评审组", "culture.because": "现场核查",
}  # fmt: skip
ROWS = {
    **{key: value for key, value in BASE.items() if not isinstance(value, dict)}, **FLAT,
}  # fmt: skip


def cell(value: object) -> str:
    return f'"{value}"' if "," in str(value) else str(value)


LONG = "标识,实际值\n" + "".join(f"{key},{cell(value)}\n" for key, value in ROWS.items())
WIDE = ",".join(ROWS) + "\n" + ",".join(cell(value) for value in ROWS.values()) + "\n"
BY_LABEL = """\
指标,年度实际完成值,by,because
全年预算数,"1,234.56万元",,
地区,东部,,
出具法律意见,1284份,,
办结率,95%,,
完成时间,2024年9月,,
管理制度·已制定,√,,
管理制度·使用次数,3,,
机关文化·等级,met,评审组,现场核查
机关文化·评定比例,90%,评审组,现场核查
支出,1万元,,
专利,3,,
"""


@pytest.mark.parametrize(
    "content, name",
    [
        (YAML, "结果.yaml"),
        (json.dumps({"perfscore_outcomes": 1, "outcomes": BASE}, ensure_ascii=False), "outcomes.json"),
        (json.dumps(BASE), "bare.json"),
        (LONG, "长表.csv"),
        (WIDE, "宽表.csv"),
        (BY_LABEL, "指标表.csv"),
        ("\ufeff" + LONG, "表格.CSV"),
        (LONG.replace("\n", "\r\n"), "windows.csv"),
        (LONG.replace("\n", "\n,\n", 1), "empty-line.csv"),
    ],
)
def test_every_file_gives_the_same_values(tmp_path: Path, content: str, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(content.encode())
    for source in (file, str(file), Content(content.encode(), name)):
        result = perfscore.score(RULE_SET, source)
        assert dict(result.outcomes.values) == VALUES
        assert result.total == TOTAL


def test_header_is_kept() -> None:
    result = perfscore.score(RULE_SET, Content(YAML.encode(), "a.yaml"))
    assert (result.outcomes.unit, result.outcomes.period) == ("某局", "2024")


@pytest.mark.parametrize(
    "outcomes",
    [
        BASE,
        {"perfscore_outcomes": 1, "rules": "test/outcomes", "outcomes": BASE},
        {**{key: value for key, value in BASE.items() if not isinstance(value, dict)}, **FLAT},
        {**BASE, "system": {"made": True}, "system.uses": 3},
        {"system.uses": 3, **BASE, "system": {"made": True}},
        {**BASE, "due": datetime.date(2024, 9, 30), "opinions": 1284.0, "rate": 95.0, "budget": Decimal("1234.56"),
         "spent": Fraction(10000)},
        {**BASE, "opinions": {"value": 1284}, "rate": {"value": "95%"}, "due": {"value": "2024-09-30"}, "region": {"value": "east"}},
        {**BASE, "opinions": "１２８４份", "rate": "95％", "system": {"made": "有", "uses": "３"}},
        {**BASE, "opinions": "1,284", "spent": "0.0001亿元", "budget": "12345600元"},
        {**BASE, "system": {"made": True, "uses": {"value": 3, "evidence": "台账"}}},
    ],
    ids=["mapping", "whole file", "flat keys", "flat beside", "flat before", "python values", "value keys", "full width", "units",
         "part as mapping"],
)  # fmt: skip
def test_every_mapping_gives_the_same_values(outcomes: dict[str, Any]) -> None:
    result = perfscore.score(RULE_SET, outcomes)
    assert dict(result.outcomes.values) == VALUES
    assert result.total == TOTAL


# ---------------------------------------------------------------- one outcome at a time


@pytest.mark.parametrize(
    "id, written, value",
    [
        ("opinions", "1284 份", 1284),
        ("opinions", "0", 0),
        ("opinions", "0.1284万份", 1284),
        ("opinions", 1284, 1284),
        ("opinions", 1e3, 1000),
        ("rate", "95", Fraction(95, 100)),
        ("rate", 87.05, Fraction(8705, 10000)),
        ("rate", "950‰", Fraction(95, 100)),
        ("rate", Decimal("99.8"), Fraction(998, 1000)),
        ("budget", "1亿元", 10000),
        ("budget", "5000元", Fraction(1, 2)),
        ("budget", "5000", 5000),
        ("spent", "0.5万元", 5000),
        ("due", "2024-02-29", Day.of(datetime.date(2024, 2, 29))),
        ("due", "2024/3/1", Day.of(datetime.date(2024, 3, 1))),
        ("due", "2024年2月", Day.of(datetime.date(2024, 2, 29))),  # a month is its last day
        ("due", "2024年", Day.of(datetime.date(2024, 12, 31))),
        ("region", "西部", "west"),
        ("region", "west", "west"),
        ("region", " 东部 ", "east"),
    ],
)
def test_value(id: str, written: object, value: object) -> None:
    assert score(**{id: written}).outcomes.values[id] == value


@pytest.mark.parametrize("yes", ["yes", "是", "有", "true", "TRUE", "√", True])
@pytest.mark.parametrize("no", ["no", "否", "无", "false", "×", False])
def test_yes_and_no(yes: object, no: object) -> None:
    assert score(system={"made": yes, "uses": 0}).item("system").points == 4
    assert score(system={"made": no, "uses": 0}).item("system").points == 0


@pytest.mark.parametrize(
    "written, value, low, high",
    [
        ("3.1万多份", 31000, 31000, 32000),
        ("1200余份", 1200, 1200, 1300),  # the last printed digit that is not zero stands for hundreds
        ("约1200份", 1200, 1150, 1250),
        ("近3000份", 3000, 2000, 3000),
        ("1284份", 1284, 1284, 1284),
    ],
)
def test_approximate(written: str, value: int, low: int, high: int) -> None:
    reported = score(opinions=written).outcomes.reported["opinions"]
    assert (reported.value, reported.low, reported.high) == (value, low, high)
    assert (reported.approximate is None) == (low == high)
    assert reported.text == written


def test_vague_date_is_marked() -> None:
    assert score(due="2024年9月").outcomes.reported["due"].approximate
    assert score(due="2024-09-30").outcomes.reported["due"].approximate is None


def test_an_interval_is_in_the_declared_unit() -> None:
    reported = score(budget="70余亿元").outcomes.reported["budget"]
    assert (reported.value, reported.low, reported.high) == (700000, 700000, 800000)
    reported = score(rate="约90%").outcomes.reported["rate"]
    assert (reported.low, reported.high) == (Fraction(85, 100), Fraction(95, 100))


# ---------------------------------------------------------------- parts


def test_parts_add_up() -> None:
    reported = score(opinions={"value": "1284份", "parts": {"行政": 4, "民事": "1000份", "刑事": "280"}}).outcomes.reported["opinions"]
    assert reported.parts == (("行政", "4"), ("民事", "1000份"), ("刑事", "280"))
    assert reported.value == 1284


def test_parts_without_a_total_are_the_total() -> None:
    result = score(opinions={"parts": {"甲": 1000, "乙": "284份"}})
    assert result.outcomes.values["opinions"] == 1284
    assert result.outcomes.reported["opinions"].text == "1000 + 284份"


@pytest.mark.parametrize(
    "written, code, text",
    [
        ({"value": "1284份", "parts": {"甲": 1000, "乙": 285}}, "parts-sum", "1285份"),  # 1000 + 285 = 1285
        ({"value": 1284, "parts": {"甲": "1284人"}}, "wrong-dimension", "人"),
        ({"value": 1284, "parts": {"甲": "一千"}}, "unreadable-quantity", "一千"),
        ({"value": 1284, "parts": {}}, "not-a-value", ""),
        ({"value": 1284, "parts": 1284}, "not-a-value", ""),
        ({"parts": []}, "not-a-value", ""),
    ],
)
def test_parts_that_are_wrong(written: object, code: str, text: str) -> None:
    found = [problem for problem in problems({**BASE, "opinions": written}) if problem.code == code]
    assert len(found) == 1
    assert text in found[0].message("zh")


def test_parts_of_a_date_are_no_parts() -> None:
    assert codes(due={"value": "2024-09-01", "parts": {"甲": 1}}) == ["not-a-value"]


# ---------------------------------------------------------------- judged


@pytest.mark.parametrize(
    "id, written",
    [
        ("culture", {"grade": "met", "share": "90%"}),
        ("culture", {"grade": "met", "share": "90%", "by": "评审组"}),
        ("culture", {"grade": "met", "share": "90%", "because": "核查", "by": ""}),
        ("waived", True),
        ("waived", {"value": "是", "by": "评审组"}),
    ],
)
def test_a_judgement_needs_by_and_because(id: str, written: object) -> None:
    assert codes(**{id: written}) == ["judgement-unsigned"]


def test_what_is_lacking_is_named() -> None:
    (problem,) = problems({**BASE, "culture": {"grade": "met", "share": "90%", "by": "评审组"}})
    assert problem.message("zh") == "“机关文化·等级”是人工评定，缺少 because（理由）"


def test_a_signed_judgement_counts() -> None:
    result = score(spent="2万元", waived={"value": "是", "by": "财政科", "because": "上级追加任务"})
    assert (result.item("spent").points, result.item("spent").reason) == (10, "special_1")
    assert result.outcomes.reported["waived"].texts == {"by": "财政科", "because": "上级追加任务"}
    assert "财政科" in result.explain("zh", "spent")


@pytest.mark.parametrize("share, code", [("79%", "outside-band"), ("100.1%", "outside-band"), ("是", "unreadable-quantity")])
def test_a_judged_share_stays_in_its_band(share: str, code: str) -> None:
    assert codes(culture={"grade": "达成", "share": share, "by": "甲", "because": "乙"}) == [code]


@pytest.mark.parametrize("share", ["80%", "100%", 85])
def test_the_ends_of_a_closed_band_belong_to_it(share: object) -> None:
    assert score(culture={"grade": "met", "share": share, "by": "甲", "because": "乙"}).item("culture").reason == "met"


# ---------------------------------------------------------------- not applicable, missing, zero


@pytest.mark.parametrize(
    "written",
    ["不适用", "不涉及", "n/a", {"not_applicable": True}, {"not_applicable": "是"}, {"not_applicable": "yes"}],
)
def test_not_applicable(written: object) -> None:
    result = score(system=written)
    assert result.item("system").not_applicable
    assert (result.item("system").points, result.item("system").reason) == (10, "not_applicable")
    assert [warning.code for warning in result.warnings] == ["not-applicable-unexplained"]
    assert result.item("system").warnings == result.warnings


def test_not_applicable_with_its_reason() -> None:
    result = score(system={"not_applicable": True, "because": "本年无此项"})
    assert result.warnings == ()
    assert result.item("system").texts["because"] == "本年无此项"


@pytest.mark.parametrize("written", ["不适用", {"not_applicable": True, "because": "…"}, {"value": "不涉及"}])
@pytest.mark.parametrize("id", ["opinions", "budget"])
def test_not_applicable_without_a_policy(id: str, written: object) -> None:
    assert codes(**{id: written}) == ["not-applicable-refused"]


@pytest.mark.parametrize("written", ["false", False, "否", None])
def test_not_applicable_denied(written: object) -> None:
    assert not score(system={"made": True, "uses": 0, "not_applicable": written}).item("system").not_applicable


def test_not_applicable_neither_yes_nor_no() -> None:
    assert "bad-yes-no" in codes(system={"made": True, "uses": 0, "not_applicable": "也许"})


@pytest.mark.parametrize("absent", ["", "/", "—", "-", None, {"value": None}, {"value": "/"}, {"evidence": "无"}])
def test_missing_is_an_error_or_what_the_rules_say(absent: object) -> None:
    assert codes(opinions=absent) == ["missing-outcome"]
    missing = score(rate=absent)
    assert (missing.item("rate").points, missing.item("rate").reason) == (0, "missing")
    assert "rate" not in missing.outcomes.values


def test_missing_is_not_zero() -> None:
    zero = score(rate="0%").item("rate")
    assert (zero.points, zero.reason) == (0, "nothing_earned")


def test_left_out_is_missing() -> None:
    outcomes = {key: value for key, value in BASE.items() if key not in ("opinions", "system", "rate")}
    found = problems(outcomes)
    assert {problem.facts["found"] for problem in found} == {"opinions", "system.made", "system.uses"}
    assert {problem.code for problem in found} == {"missing-outcome"}


def test_an_input_with_missing_has_its_value() -> None:
    assert score().item("spent").reason == "target_met"  # waived is absent: no


def test_a_composite_outcome_may_be_empty() -> None:
    assert codes(system=None) == ["missing-outcome", "missing-outcome"]


# ---------------------------------------------------------------- what cannot be read


@pytest.mark.parametrize(
    "id, written, code",
    [
        ("opinions", "1284人", "wrong-dimension"),
        ("opinions", "95%", "wrong-dimension"),
        ("rate", "95份", "wrong-dimension"),
        ("patents", "3份", "wrong-dimension"),
        ("opinions", "不足1000份", "unreadable-quantity"),
        ("opinions", "十二份", "unreadable-quantity"),
        ("opinions", "1 284份", "unreadable-quantity"),
        ("opinions", True, "unreadable-quantity"),
        ("opinions", [1284], "not-a-value"),
        ("opinions", {"value": [1284]}, "not-a-value"),
        ("due", "2024-13-01", "bad-date"),
        ("due", "九月", "bad-date"),
        ("region", "南部", "unknown-choice"),
        ("region", "东部地区", "unknown-choice"),
        ("system", {"made": "大概", "uses": 0}, "bad-yes-no"),
        ("system", {"made": "1", "uses": 0}, "bad-yes-no"),
        ("system", {"made": "是", "used": 0, "uses": 1}, "unknown-part"),
        ("culture", {"grade": "优", "share": "90%", "by": "甲", "because": "乙"}, "unknown-choice"),
        ("opinions", {"value": 1284, "evidense": "台账"}, "unknown-part"),
    ],
)
def test_unreadable(id: str, written: object, code: str) -> None:
    assert codes(**{id: written}) == [code]


@pytest.mark.parametrize(
    "id, written, code",
    [
        ("opinions", float("nan"), "not-finite"),
        ("opinions", float("inf"), "not-finite"),
        ("system", 3, "not-a-value"),
        ("opinions", {"val": 1284}, "unknown-part"),
    ],
)
def test_one_slip_is_one_problem(id: str, written: object, code: str) -> None:
    assert codes(**{id: written}) == [code]


@pytest.mark.parametrize(
    "id, written",
    [("rate", "100.1%"), ("rate", "-1%"), ("budget", "0"), ("budget", "-1万元"), ("system", {"made": True, "uses": -1})],
)
def test_outside_range(id: str, written: object) -> None:
    assert codes(**{id: written}) == ["outside-range"]


@pytest.mark.parametrize("id, written", [("rate", "100%"), ("rate", "0%"), ("budget", "0.01")])
def test_the_ends_of_a_range(id: str, written: str) -> None:
    assert score(**{id: written}).outcomes.reported[id].text == written


def test_not_a_value_speaks_one_language() -> None:
    (problem,) = problems({**BASE, "opinions": [1]})
    assert "one number" not in problem.message("zh")
    assert "数" not in problem.message("en").replace("出具法律意见", "")


def test_a_misspelt_id_is_guessed() -> None:
    (problem,) = problems({**BASE, "opinion": 3})
    assert problem.code == "unknown-outcome"
    assert "opinions" in problem.message("zh")


def test_an_item_without_an_outcome_cannot_be_reported() -> None:
    rules = perfscore.loads(
        "perfscore: 1\nid: t/c\ntitle: t\nsource: 虚构\ntotal: 1\ninputs: {a: {label: 甲}}\n"
        "indicators: [{id: x, label: 计算项, actual: a, target: '>= 1', weight: 1, method: pass_fail}]\n"
        "rating: [{id: p, label: 合格, is: any}]"
    )
    with pytest.raises(perfscore.OutcomeError) as raised:
        perfscore.score(rules, {"a": 1, "x": 1})
    assert [problem.code for problem in raised.value.problems] == ["unknown-outcome"]


def test_all_problems_at_once() -> None:
    found = codes(opinions="1284人", rate="好", due="九月", region="南部", nothing=1)
    assert sorted(found) == ["bad-date", "unknown-choice", "unknown-outcome", "unreadable-quantity", "wrong-dimension"]


def test_reported_twice() -> None:
    assert codes(**{"system.made": "是"}) == ["duplicate-outcome"]
    assert "duplicate-outcome" in codes(**{"opinions.value": 3})
    found = problems({**BASE, "ｏｐｉｎｉｏｎｓ": "1284份"})  # the same id in full-width letters
    assert [problem.code for problem in found] == ["duplicate-outcome"]


# ---------------------------------------------------------------- warnings


def test_off_grid() -> None:
    (warning,) = score(opinions="1284.5").warnings
    assert warning.code == "off-grid"
    assert warning.message("zh") == "“出具法律意见”的值 1284.5 不是记录精度（1份）的整数倍"
    (warning,) = score(rate="95.05%").warnings
    assert "0.1%" in warning.message("en")


@pytest.mark.parametrize(
    "written, warned", [("0.95", True), (0.95, True), (1, True), ("0.9%", False), ("95", False), ("1.02", True), ("2.1", False), (0, False)]
)
def test_bare_ratio(written: object, warned: bool) -> None:
    result = score(rate=written)
    assert ("bare-ratio" in [warning.code for warning in result.warnings]) == warned
    if written == "0.95":  # read as 0.95 %: 0.95/95 of 20 points
        assert result.item("rate").points == Fraction(1, 5)


# ---------------------------------------------------------------- the file


@pytest.mark.parametrize(
    "outcomes, code",
    [
        ({"perfscore_outcomes": 2, "outcomes": BASE}, "unknown-version"),
        ({"perfscore_outcomes": 1, "rules": "test/other", "outcomes": BASE}, "other-rules"),
        ({"perfscore_outcomes": 1, "outcomes": BASE, "units": "某局"}, "unknown-part"),
    ],
)
def test_header_that_is_wrong(outcomes: dict[str, Any], code: str) -> None:
    assert [problem.code for problem in problems(outcomes)] == [code]


@pytest.mark.parametrize("outcomes", [{"outcomes": [1]}, {"perfscore_outcomes": 1}, {"outcomes": "1"}])
def test_outcomes_must_be_a_mapping(outcomes: dict[str, Any]) -> None:
    assert "not-a-value" in [problem.code for problem in problems(outcomes)]


@pytest.mark.parametrize(
    "content, name, code, place",
    [
        (b"- 1\n- 2\n", "a.yaml", "not-a-mapping", "a.yaml:1:1"),
        (b"1284", "a.json", "not-a-mapping", "a.json:1:1"),
        (b"", "a.csv", "table-unreadable", "a.csv:1:1"),
        (b"id,value\nbudget,\"1\n", "a.csv", "table-unreadable", "a.csv:2:1"),
        (b"id,value\nbudget,\x00\n", "a.csv", "table-unreadable", "a.csv:1:1"),
        ("id,value\nbudget,1万元\n".encode("gb18030"), "a.csv", "table-unreadable", "a.csv:1:1"),
        (b"opinions,rate\n1,2\n3,4\n", "a.csv", "table-unreadable", "a.csv:1:1"),
        (b"opinions,rate\n1\n", "a.csv", "table-unreadable", "a.csv:2:1"),
        (b"id,value\n" + b"x" * 2_000_001, "a.csv", "table-unreadable", "a.csv:1:1"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_one_problem(content: bytes, name: str, code: str, place: str) -> None:
    found = problems(Content(content, name))
    assert [(problem.code, str(problem.place)) for problem in found] == [(code, place)]


@pytest.mark.parametrize(("name", "why"), [("没有.yaml", "文件不存在"), (".", "这是文件夹，不是文件")])
def test_no_file(tmp_path: Path, name: str, why: str) -> None:
    (problem,) = problems(tmp_path / name)
    assert problem.code == "outcomes-unreadable"
    assert problem.message("zh") == f"填报文件无法读取：{why}"


# ---------------------------------------------------------------- places


def test_places_in_yaml() -> None:
    text = YAML
    for right, wrong in (("1284份", "1284人"), ("{made: √", "{mode: √"), ("period: 2024", "periode: 2024"), ("东部", "南部")):
        text = text.replace(right, wrong)
    raised = problems(Content(text.encode(), "局.yaml"))
    found = {problem.code + (problem.facts.get("found") or ""): str(problem.place) for problem in raised}
    assert found["unknown-partperiode"] == "局.yaml:4:1"
    assert found["unknown-choice南部"] == "局.yaml:7:11"
    assert found["wrong-dimension人"] == "局.yaml:8:13"
    assert found["unknown-partmode"] == "局.yaml:11:12"
    assert len(found) == 4  # system.made is not missing as well: it was misspelt


def test_places_in_a_python_mapping_are_paths() -> None:
    (problem,) = problems({**BASE, "culture": {"grade": "met", "share": "多", "by": "甲", "because": "乙"}})
    assert str(problem.place) == "culture.share"
    (problem,) = problems({"outcomes": {**BASE, "opinions": "1284人"}})
    assert str(problem.place).startswith("outcomes.opinions")


@pytest.mark.parametrize(
    "line, column, code",
    [
        ("opinions,1284人", 10, "wrong-dimension"),  # `opinions,` is 9 characters; the value as a whole has another unit
        ('"opinions","1284人"', 13, "wrong-dimension"),  # `"opinions","` is 12
        ('opinions,"一千,二百"', 11, "unreadable-quantity"),
        ("opinion,1284份", 1, "unknown-outcome"),
        ("due,2024-13-01", 10, "bad-date"),  # the month begins at the tenth character
        ("region,南部", 8, "unknown-choice"),
        ('"region","南部，含""郊区"""', 11, "unknown-choice"),  # `"region","` is 10
    ],
)
def test_places_in_a_long_table(line: str, column: int, code: str) -> None:
    key = line.strip('"').split(",")[0].strip('"')
    rows = {name: value for name, value in ROWS.items() if name != key}
    text = "id,value\n" + "".join(f"{name},{cell(value)}\n" for name, value in rows.items()) + line + "\n"
    found = problems(Content(text.encode(), "表.csv"))
    assert [(problem.code, str(problem.place)) for problem in found] == [(code, f"表.csv:{len(rows) + 2}:{column}")]


def test_places_in_a_wide_table() -> None:
    rows = {**ROWS, "opinions": "1284人", "due": "2024-13-01"}
    text = ",".join(rows) + "\n" + ",".join(cell(value) for value in rows.values()) + "\n"
    line = text.splitlines()[1]
    found = {problem.code: problem.place for problem in problems(Content(text.encode(), "表.csv"))}
    assert found["wrong-dimension"].column == line.index("1284人") + 1
    assert found["bad-date"].column == line.index("13-01") + 1
    assert {place.line for place in found.values()} == {2}


def test_a_row_after_a_cell_of_two_lines() -> None:
    text = LONG.replace("标识,实际值\n", '标识,实际值,evidence\nopinions,1284人,"台账\n附件"\n')
    text = "".join(line if "台账" in line or "附件" in line or "标识" in line else line + "," for line in text.splitlines(True))
    text = text.replace("\n,", ",\n").replace("opinions,1284份,\n", "")
    found = problems(Content(text.encode(), "表.csv"))
    assert ("wrong-dimension", "表.csv:2:10") in [(problem.code, str(problem.place)) for problem in found]


def test_a_short_row() -> None:
    found = problems(Content((LONG.replace("patents,3", "patents")).encode(), "表.csv"))
    assert [problem.code for problem in found] == ["table-unreadable"]
    assert "1" in found[0].message("zh")


def test_twice_in_a_table() -> None:
    (problem,) = problems(Content((LONG + "rate,96%\n").encode(), "表.csv"))
    assert (problem.code, problem.place.line) == ("duplicate-outcome", len(ROWS) + 2)
    header = WIDE.replace("patents", "rate")
    assert "duplicate-outcome" in [problem.code for problem in problems(Content(header.encode(), "表.csv"))]


def test_other_columns_of_a_long_table_are_keys_of_the_outcome() -> None:
    text = "id,value,deviation_reason\nopinions,900份,人手不足\n" + "".join(
        f"{name},{cell(value)},\n" for name, value in ROWS.items() if name != "opinions"
    )
    result = perfscore.score(RULE_SET, Content(text.encode(), "表.csv"))
    assert result.item("opinions").points == Fraction(45, 2)  # 900/1200 × 30
    assert result.item("opinions").texts == {"deviation_reason": "人手不足"}


def test_texts_of_a_person() -> None:
    outcome = {"value": "900份", "deviation_reason": "人手不足", "measures": "增配两人", "evidence": ["台账", "通报"]}
    assert score(opinions=outcome).item("opinions").texts == {
        "deviation_reason": "人手不足", "improvement": "增配两人", "evidence": "台账；通报",
    }  # fmt: skip


def test_show() -> None:
    declared = {one.id: one for one in RULE_SET.inputs}
    assert show(declared["rate"], Fraction(19, 20)) == "95%"
    assert show(declared["opinions"], Fraction(3)) == "3份"
    assert show(declared["patents"], Fraction(3)) == "3"


# --- tables as spreadsheets make them -----------------------------------------------------------------------------------

TWINS = perfscore.loads("""\
perfscore: 1
id: t/twins
total: 10
indicators:
  - {id: a, label: 培训, unit: 场, weight: 4, method: {type: formula, points: actual}}
  - {id: b, label: 培训, unit: 场, weight: 4, method: {type: formula, points: actual}}
  - {id: c, label: 走访, unit: 家, weight: 2, method: {type: formula, points: actual}}
rating: [{id: p, label: 合格, is: ">= 6"}, {id: f, label: 不合格, is: "< 6"}]
""")


def told(text: str | bytes, file: str = "o.csv", language: Any = "zh") -> list[str]:
    with pytest.raises(perfscore.OutcomeError) as raised:
        perfscore.score(TWINS, Content(text if isinstance(text, bytes) else text.encode(), file))
    return [f"{one.place} {one.code}: {one.message(language)} | {one.hint(language)}" for one in raised.value.problems]


@pytest.mark.parametrize(
    "text, file",
    [("指标,实际值\n培训,4\n走访,2\n", "o.csv"), ("指标,实际值\n培训,4\n培训,3\n走访,2\n", "o.csv"), ("培训: 4\nc: 2\n", "o.yaml")],
)
def test_a_label_of_two_items_names_both(text: str, file: str) -> None:
    """And neither of them is told to be missing: one was reported, nobody knows which."""
    place = f"{file}:{2 if file == 'o.csv' else 1}:1"
    (found,) = told(text, file)
    assert found.startswith(f"{place} unknown-outcome: 规则中没有录入项“培训”：a、b 都叫这个名称，请写标识 | ")
    (found,) = told(text, file, "en")
    assert found.startswith(f"{place} unknown-outcome: the rules have no input “培训”: a, b have this label; write the id | ")


@pytest.mark.parametrize(
    "text, sign",
    [
        ("id;value\na;4\nb;3\nc;2\n", "“;”"), ("指标\t实际值\n走访\t2\n", "制表符（Tab）"), ("序号，指标名称，实际值\n1，走访，2\n", "全角“，”"),  # noqa: E501
        ("id|value\na|4\n", "“|”"), ("指标名称;实际值;备注,其他\n走访;2;无,\n", "“;”"), ('"id";"value"\n"a";"4"\n', None),
    ],
)  # fmt: skip
def test_a_table_divided_by_other_signs(text: str, sign: str | None) -> None:
    (found,) = told(text)
    if sign is None:  # the quote ends before the sign: told where it stands
        assert found.startswith("o.csv:1:1 table-unreadable: 表格无法读取：引号之后还有文字")
        return
    assert found == (
        f"o.csv:1:1 table-unreadable: 表格无法读取：各列用{sign}分隔，应为英文逗号 | 在 Excel 中另存为“CSV UTF-8（逗号分隔）”；手写时用英文逗号"  # noqa: E501
    )


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1"])
def test_a_workbook_is_no_text(start: bytes) -> None:
    (found,) = told(start + bytes(range(256)), "o.csv")
    assert found.startswith(
        "o.csv:1:1 table-unreadable: 表格无法读取：这是 Excel 工作簿（或压缩包），请在 Excel 中另存为“CSV UTF-8（逗号分隔）”"
    )
    (found,) = told(start + bytes(range(256)), "o.xlsx")
    assert found.startswith("o.xlsx:1:1 bad-encoding: ") and "另存为“CSV UTF-8（逗号分隔）”" in found
    with pytest.raises(perfscore.RuleError) as raised:
        from_bytes(start + bytes(range(256)), "r.xlsx")
    assert [one.code for one in raised.value.problems] == ["bad-encoding"]


def test_columns_of_a_form_that_are_no_keys_are_told_once_at_the_header() -> None:
    text = "序号,id,目标值,实际值,because,备用\n1,a,5,4,已核,\n2,b,5,3,,\n3,c,5,2人,,\n"
    first, second = told(text)
    assert first.startswith(
        "o.csv:1:1 unknown-part: 填报表没有“序号、目标值”这个键 | 删去这些列；可用的列：id、指标名称、value、because, by, "
    )
    assert second.startswith("o.csv:4:7 wrong-dimension: "), "the rest is read all the same"


@pytest.mark.parametrize("sign", ["\u200b", "\u2060", "\xad", "\u200d", "\ufe0f", "\u3164", "\U000e0041"])
def test_what_nobody_sees_is_told_by_its_number(sign: str) -> None:
    number = f"bad-character: 不允许的字符 U+{ord(sign):04X} | "
    for text, file, place in ((f"a: 4{sign}场", "o.yaml", "o.yaml:1:5"), (f"id,value\na,4{sign}场\n", "o.csv", "o.csv:2:4")):
        assert any(one.startswith(f"{place} {number}") for one in told(text, file))
    with pytest.raises(perfscore.RuleError) as raised:
        perfscore.loads(RULES.replace("unit: 份", f"unit: 份{sign}"))
    assert "bad-character" in [one.code for one in raised.value.problems]
    with pytest.raises(perfscore.OutcomeError) as refused:
        perfscore.score(TWINS, {"a": f"4{sign}场", "b": 3, "c": 2})
    assert ("a", "bad-character") in [(str(one.place), one.code) for one in refused.value.problems]
