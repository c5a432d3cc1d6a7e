# ruff: noqa: E501
"""What people read: the golden texts, and what holds of every text (its arithmetic can be redone by hand)."""

from __future__ import annotations

import importlib.util
import re
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import perfscore
from perfscore.readings.text import words
from perfscore.scoring.telling import Teller, find, summary

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"


def golden_texts() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("golden_update", GOLDEN / "update.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.texts())


TEXTS = golden_texts()


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_golden(name: str) -> None:
    assert TEXTS[name] == (GOLDEN / name).read_text("utf-8"), "if the new text is right: python tests/golden/update.py"


def test_no_golden_text_is_left_over() -> None:
    assert {file.name for file in GOLDEN.glob("*.txt")} >= set(TEXTS)
    left = {file.name for file in GOLDEN.glob("*.txt")} - set(TEXTS)
    assert not {name for name in left if name.startswith(("minimal", "street-office", "liwan"))}


# ---------------------------------------------------------------- what holds of every text


@pytest.mark.parametrize("name", sorted(name for name in TEXTS if ".zh." in name))
def test_chinese_texts_are_chinese(name: str) -> None:
    """No function names, no code of a reason, no id with a suffix: a finance officer reads this."""
    text = re.sub(r"perfscore rules show \S+", "", TEXTS[name])
    assert not re.search(r"\b(ceil|floor|missing|sum|if|else|true|false|not|and|or)\b", text)
    assert not re.search(r"[a-z]+_[a-z_]+", re.sub(r"（[a-z_]+）|“[a-z_]+”", "", text))  # ids stand in brackets or quotation marks only
    assert "None" not in text and "Fraction" not in text and "{" not in text
    assert " ，" not in text and "  （" not in text


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_no_loose_ends(name: str) -> None:
    text = TEXTS[name]
    assert all(line == line.rstrip() for line in text.splitlines() if not line.startswith("-"))
    assert text.count("（") == text.count("）") and text.count("(") == text.count(")")
    assert "-0.00" not in text and "−0.00\n" not in text


SIGN = {"×": "*", "÷": "/", "−": "-"}
EQUATION = re.compile(r"= ([-−+\d.,%×÷() /]+?) = ([-−\d.]+)(…?)(%?)$")


@pytest.mark.parametrize("name", sorted(name for name in TEXTS if "explained" in name))
def test_the_arithmetic_can_be_redone(name: str) -> None:
    """Every `… = numbers = result` of the explanations, computed with the numbers that stand there."""
    checked = 0
    for line in TEXTS[name].splitlines():
        found = EQUATION.search(line)
        if not found:
            continue
        plain = "".join(SIGN.get(sign, sign) for sign in found[1])
        plain = re.sub(r"([\d.]+)%", r"(\1*PERCENT)", plain)
        plain = re.sub(r"[\d.]+", lambda number: f"Fraction('{number[0]}')", plain).replace("PERCENT", "Fraction(1, 100)")
        value = Fraction(eval(plain, {"Fraction": Fraction}))
        told = Fraction(found[2].replace("−", "-")) / (100 if found[4] else 1)
        places = len(found[2].partition(".")[2]) + (2 if found[4] else 0)
        if found[3]:
            assert abs(value - told) < Fraction(1, 10**places), line
        else:
            assert value == told, line
        checked += 1
    assert checked > (0 if "minimal" in name else 8)


@pytest.mark.parametrize("name", ["minimal", "street-office-2024", "liwan-justice-2024"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_ledger_adds_up_as_printed(name: str, language: str) -> None:
    """From full marks to the total with the printed figures, what is cut off aside."""
    text = TEXTS[f"{name}.{language}.txt"]
    start = next(k for k, line in enumerate(text.splitlines()) if re.search(r"从 100 到|from 100 to", line))
    total = Fraction(re.findall(r"[\d.]+", text.splitlines()[start])[-1])
    lost = Fraction(0)
    for line in text.splitlines()[start + 1 :]:
        if not line.strip():
            break
        number = re.search(r"\s≈?([+−])≈?([\d.]+)", line)
        assert number, line
        lost += Fraction(number[2]) * (-1 if number[1] == "+" else 1)
    assert abs(100 - lost - total) < Fraction(1, 1000)


def test_both_languages_have_the_same_words() -> None:
    zh, en = words("zh"), words("en")
    assert set(zh) == set(en)
    assert set(zh["texts"]) == set(en["texts"])
    assert set(zh["reasons"]) == set(en["reasons"])
    for key, text in zh["texts"].items():
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", en["texts"][key])), key


# ---------------------------------------------------------------- single things

HEAD = "perfscore: 1\nid: test/telling\ntitle: 试\n"
TAIL = "\nrating: [{id: passed, label: 合格, also: [通过], is: '>= 60'}, {id: failed, label: 不合格, is: any}]"


def score(items: str, outcomes: dict[str, Any], top: str = "source: 虚构") -> perfscore.Assessment:
    return perfscore.score(perfscore.loads(f"{HEAD}{top}\ntotal: 10\nindicators:\n{items}{TAIL}"), outcomes)


def one(item: str, outcome: Any, **more: Any) -> str:
    return score(f"  - {{id: x, label: 法律意见, weight: 10, {item}}}", {"x": outcome}, **more).explain("zh", "x")


RATIO = "unit: 份, grid: 1, target: '>= 1200', method: {type: ratio, above: cap}"


def test_an_item_is_found_by_id_and_by_label() -> None:
    result = score("  - {id: x, label: 法律意见, weight: 4, method: {type: formula, points: actual}}\n"
                   "  - {id: y, label: 重名, weight: 3, method: {type: formula, points: actual}}\n"
                   "  - {id: z, label: 重名, weight: 3, method: {type: formula, points: actual}}", {"x": 4, "y": 3, "z": 3})  # fmt: skip
    assert find(result, "x") == find(result, "法律意见") == "x"
    assert result.explain("zh", "法律意见") == result.explain("zh", "x")
    for unknown in ("没有", "重名", ""):
        with pytest.raises(KeyError):
            result.explain("zh", unknown)


@pytest.mark.parametrize(
    "outcome, zh, en",
    [
        (900, "总分 7.5 / 10　等级：不合格", "Total 7.5 of 10, rating 不合格"),  # 10 × 900/1200; the first level asks for 60
        (1000, "总分 ≈8.3333 / 10　等级：不合格", "Total ≈8.3333 of 10, rating 不合格"),
    ],
)
def test_headline(outcome: int, zh: str, en: str) -> None:
    result = score(f"  - {{id: x, label: 法律意见, weight: 10, {RATIO}}}", {"x": outcome})
    assert Teller(result, "zh").headline() == zh
    assert Teller(result, "en").headline() == en


def test_nothing_lost() -> None:
    result = score(f"  - {{id: x, label: 法律意见, weight: 10, {RATIO}}}", {"x": 1284})
    assert "没有失分" in summary(result, "zh") and "nothing was lost" in summary(result, "en")


@pytest.mark.parametrize(
    "item, outcome, expected",
    [
        (RATIO, "1199份", "1199"),
        (RATIO, "约1100份", "1050份 至 1150份"),
        (RATIO, "3.1万多份", "31000份 至 32000份"),
        (RATIO, {"value": "900份", "parts": {"甲": 400, "乙": 500}}, "甲 400 + 乙 500"),
        ("type: date, target: '<= 2024年9月', method: pass_fail", "2024年10月", "2024-10-31"),
        ("type: yes_no, method: pass_fail", "否", "改为"),
        ("type: choice, values: {a: 甲等, b: 乙等}, method: {type: table, rows: [[a, 10], [b, 4]]}", "b", "甲等"),
        (RATIO + ", missing: 0", "/", "未填"),
        (RATIO + ", criteria: 按完成率计分", 3, "评分标准：按完成率计分"),
        (RATIO + ", not_applicable: full", {"not_applicable": True, "because": "本年无此项"}, "本年无此项"),
        (RATIO, {"value": 3, "deviation_reason": "人手不足", "improvement": "增配两人"}, "人手不足"),
        (RATIO, {"value": 3, "deviation_reason": "人手不足", "improvement": "增配两人"}, "增配两人"),
        ("method: {type: grade, levels: [{id: met, label: 达成, share: 100%}, {id: part, label: 部分达成, share: 60%}]}",
         {"grade": "part", "by": "评审组", "because": "现场核查"}, "评审组"),
        ("special: [{when: target = 0, points: 0, reason: nothing}], "
         "unit: 份, target: '>= 0', method: {type: ratio, above: cap}", 3, "情形（目标值 = 0）"),
        ("method: {type: table, rows: [{is: '>= 8', points: 10, label: 多}, {is: any, points: 4, label: 少}]}", 3, "少"),
        ("method: {type: formula, cases: [{when: actual > 5, points: 10}], otherwise: 3}", 3, "其余"),
    ],
)  # fmt: skip
def test_an_explanation_says(item: str, outcome: object, expected: str) -> None:
    assert expected in one(item, outcome)


@pytest.mark.parametrize(
    "top, expected",
    [
        ("source: 财预〔2020〕10号", "依据：财预〔2020〕10号"),
        ("source: {document: 办法, number: 财预〔2020〕10号, article: 第三条, read: excerpt}", "已读节选"),
        ("source: {document: 办法, read: memory}", "凭记忆"),
        ("", "依据：规则文件未注明"),
        ("source: 虚构\nillustrative: [weight]", "分值为示例，出处未给出"),
        ("source: 虚构\nunverified: [target]", "目标值未见原文，尚未核实"),
    ],
)
def test_the_source_is_told(top: str, expected: str) -> None:
    result = score(f"  - {{id: x, label: 法律意见, weight: 10, {RATIO}}}", {"x": 900}, top)
    assert expected in result.explain("zh", "x") + summary(result, "zh")


def test_notes_of_an_item() -> None:
    result = score(f"  - {{id: x, label: 法律意见, weight: 10, illustrative: [target], unverified: [weight], {RATIO}}}", {"x": 900})
    assert "目标值为示例" in result.explain("zh", "x")
    assert "target are illustrative" in result.explain("en", "x").replace("is illustrative", "are illustrative")
    assert "unverified" in result.explain("en", "x")


def test_warnings_are_told_with_their_place() -> None:
    result = score(f"  - {{id: x, label: 法律意见, weight: 10, {RATIO}}}", {"x": "900.5"})
    assert "off-grid" in summary(result, "zh") and "记录精度" in summary(result, "zh")


@pytest.mark.parametrize(
    "mode, word", [("half-up", "四舍五入"), ("down", "截去尾数"), ("half-even", "四舍六入五成双"), ("ceil", "向上取整")]
)
def test_rounding_is_named(mode: str, word: str) -> None:
    top = f"source: 虚构\nrounding: {{rate: {{step: 0.01%, mode: {mode}}}, item: {{digits: 1, mode: {mode}}}}}"
    text = one("target: '>= 7', method: {type: ratio, above: cap}", 3, top=top)
    assert word in text
    assert "0.01%" in text  # 3/7 = 42.857142…%
    assert "42.857142…%" in text


CHOICES = "type: choice, values: {full: 全部建成, part: 部分建成, none_at_all: 未建}, target: [full, part], method: pass_fail"


def test_choices_are_told_by_their_labels() -> None:
    text = one(CHOICES, "none_at_all")
    assert "目标值：全部建成、部分建成　实际值：未建" in text
    assert "部分建成" in text.split("未得更高分的原因", 1)[1]
    assert not re.search("full|part|none_at_all", text)


def test_a_truth_in_a_condition() -> None:
    top = "source: 虚构\ninputs: {late: {label: 是否迟报, type: yes_no}, due: {label: 到期, type: yes_no, missing: no}}"
    item = "method: {type: formula, cases: [{when: actual < 2, points: 0}, {when: not late, points: 10}], otherwise: 3}"
    result = score(f"  - {{id: x, label: 报送, weight: 10, {item}}}", {"x": 5, "late": "是"}, top)
    text = result.explain("zh", "x")
    assert "要得 10 分，是否迟报须为否（现为 是）" in text.replace("“", "").replace("”", "").replace("（现为是）", "（现为 是）")


def test_a_flag_for_the_whole() -> None:
    rules = perfscore.loads(
        f"{HEAD}source: 虚构\ntotal: 10\nindicators: [{{id: x, label: 报送, weight: 10, method: {{type: formula, points: actual}}}}]\n"
        f"flags: [{{id: low, when: x < 5, because: 总体偏低}}]{TAIL}"
    )
    assert "提示“low”：总体偏低" in str(perfscore.score(rules, {"x": 3}))
    assert "总体偏低" not in str(perfscore.score(rules, {"x": 5}))


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)
        if tag in ("td", "th", "caption"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.cells[-1] += data


def test_html_for_a_notebook() -> None:
    result = score(f"  - {{id: x, label: '<b>意见</b> & “建议”', weight: 10, {RATIO}}}", {"x": 900})
    html = result._repr_html_()
    parser = _Cells()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    assert "<b>" not in html
    assert "<b>意见</b> & “建议”" in parser.cells
    assert parser.cells[0] == "试　总分 7.5 / 10　等级：不合格"
    assert parser.cells[-6:] == ["<b>意见</b> & “建议”", "≥ 1200份", "900份", "10", "7.5", "2.5"]


def test_html_of_groups() -> None:
    result = perfscore.score(perfscore.load("examples/street-office-2024"), ROOT / "examples/street-office-2024/outcomes.yaml")
    parser = _Cells()
    parser.feed(result._repr_html_())
    assert parser.cells.count("分值") == 1
    assert "　预算执行率" in parser.cells and "管理效率" in parser.cells
    assert len(parser.cells) == 1 + 6 + 6 * (3 + 16)  # the caption, the head, three groups and sixteen items


# ---------------------------------------------------------------- warnings, and figures that are not exact

PERCENT = "unit: '%', grid: 1%, target: '>= 90%', method: {type: ratio, above: cap}"


@pytest.mark.parametrize(
    "item, outcome, zh, en",
    [
        (PERCENT, "0.87", "请核对（bare-ratio）：“法律意见”写作 0.87，按 0.87% 计分",
         "Look at (bare-ratio): “法律意见” is reported as 0.87 and scored as 0.87%"),
        (PERCENT, "87.5%", "请核对（off-grid）：“法律意见”的值 87.5% 不是记录精度（1%）的整数倍",
         "Look at (off-grid): “法律意见” is 87.5%, not a multiple of the step it is recorded in (1%)"),
        (RATIO + ", not_applicable: full", {"not_applicable": True}, "请核对（not-applicable-unexplained）：“法律意见”填了不适用，没有说明理由",
         "Look at (not-applicable-unexplained): “法律意见” is reported as not applicable, without a reason"),
    ],
)  # fmt: skip
def test_an_explanation_carries_the_warnings_of_the_item(item: str, outcome: object, zh: str, en: str) -> None:
    result = score(f"  - {{id: x, label: 法律意见, weight: 10, {item}}}", {"x": outcome})
    assert f"  {zh}\n" in result.explain("zh", "x") and f"  {en}\n" in result.explain("en", "x")


def test_a_warning_stands_with_the_items_that_read_the_outcome() -> None:
    top = "source: 虚构\ninputs: {spent: {label: 支出, unit: 万元, grid: 1}, late: {label: 迟报, grid: 1}}"
    items = (
        "  - {id: x, label: 支出额, weight: 5, method: {type: formula, points: 'min(spent, 5)'}}\n"
        "  - {id: y, label: 报送, weight: 5, method: {type: formula, points: 'max(5 - late, 0)'}}"
    )
    result = score(items, {"spent": "3.5万元", "late": 0}, top)
    assert "off-grid" in result.explain("zh", "x") and "off-grid" not in result.explain("zh", "y")


ROWS = (
    "source: 虚构\ninputs: {rows: {label: 项目表, type: table, columns: "
    "{name: {label: 比例, unit: '%'}, day: {label: 办结, type: date}, n: {label: 数量, unit: 份, grid: 1}}}}"
)
EACH = "  - {id: x, label: 项目, weight: 10, method: {type: each, rows_of: rows, combine: mean, method: {type: formula, points: weight * name}}}"


def test_cells_that_are_not_exact_are_told() -> None:
    """约80%: half of its last unit that is not a zero to both sides, 75% to 85%; a month counts to its last day."""
    result = score(EACH, {"rows": [["90%", "2024-09-30", 3], ["约80%", "2024年9月", "2.5"]]}, ROWS)
    zh, en = result.explain("zh", "x"), result.explain("en", "x")
    assert "  第 2 行“比例”为约数（约），按 80% 计分，真实值在 75% 至 85% 之间\n" in zh
    assert "  第 2 行“办结”只到月份，按该月最后一日 2024-09-30 计\n" in zh
    assert "  请核对（off-grid）：“项目表·数量”的值 2.5 不是记录精度（1份）的整数倍\n" in zh
    assert "第 1 行“" not in zh
    assert "  比例 in row 2 is approximate (约); 80% is scored, the true value lies between 75% and 85%.\n" in en
    assert "  办结 in row 2 names a month only; its last day 2024-09-30 counts.\n" in en
    assert summary(result, "zh").endswith("\n约数按所写的数计分：项目表第 2 行比例 约80%")
    assert summary(result, "en").endswith("\nApproximate values are scored as printed: 项目表 row 2 比例 约80%")


# ---------------------------------------------------------------- why, in the words of the form

KINDS = "source: 虚构\ninputs: {k: {label: 单位类别, type: choice, values: {a: 一类, b: 二类, c: 三类}}}"


def whys(items: str, outcomes: dict[str, Any], top: str) -> tuple[list[str], list[str]]:
    result = score(items, outcomes, top)
    return [line[2] for line in Teller(result, "zh").ledger()], [line[2] for line in Teller(result, "en").ledger()]


@pytest.mark.parametrize(
    "item, outcomes, zh, en, why",
    [
        ("method: {type: checklist, from: weight, elements: [{id: late, label: 迟付, points: -4}]}", {"x.late": "是"},
         "有此情形，扣分", "it is so, points are deducted", "a yes that costs points"),
        ("method: {type: checklist, from: 0, elements: [{id: made, label: 已制定, points: 10}]}", {"x.made": "否"},
         "不符合", "not fulfilled", "a no that earns none"),
        ("method: {type: formula, points: 'min(actual, 10)'}", {"x": 4}, "按公式计", "by the formula", "nothing else that it could be"),
        ("method: {type: formula, cases: [{when: actual > 5, points: 10}], otherwise: 3}", {"x": 4}, "按“其余”计", "otherwise", "another case"),
        ("unit: 分, method: {type: table, of: [k, actual], rows: [[a, '>= 90', 10], [c, '>= 75', 7]], otherwise: 0}", {"k": "c", "x": 80},
         "第2档（三类，≥ 75分）", "row 2 (三类, ≥ 75分)", "the label of the code"),
        ("method: {type: table, of: [k, actual], rows: [[[b, c], '>= 75', 7], [any, any, 10]]}", {"k": "c", "x": 80},
         "第1档（二类或三类，≥ 75）", "row 1 (二类 or 三类, ≥ 75)", "a list of codes"),
        ("method: {type: table, of: [k, actual], rows: [[a, '>= 90', 10], [any, '[0, 90)', 7]], otherwise: 0}", {"k": "c", "x": 80},
         "第2档（不限，[0, 90)）", "row 2 (any, [0, 90))", "any"),
        ("method: {type: table, of: [k, actual], rows: [{is: [c, '>= 75'], points: 7, label: c 档，较好}], otherwise: 0}", {"k": "c", "x": 80},
         "第1档（c 档，较好）", "row 1 (c 档，较好)", "the author's own words stay"),
    ],
)  # fmt: skip
def test_why_points_were_lost(item: str, outcomes: dict[str, Any], zh: str, en: str, why: str) -> None:
    more = {} if "k" in outcomes else {"k": "a"}
    assert whys(f"  - {{id: x, label: 考评, weight: 10, {item}}}", {**outcomes, **more}, KINDS) == ([zh], [en]), why


def test_a_row_scored_by_one_formula_says_so() -> None:
    text = score(EACH, {"rows": [["90%", "2024-09-30", 3]]}, ROWS).explain("zh", "x")
    assert "  第 1 行（比例 90%，办结 2024-09-30，数量 3份）：按公式计，9 分\n" in text
