"""Embedded examples: what is expected is compared exactly, and what differs is told at its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import perfscore
from perfscore.checks.examples import failing_example, run_example, run_examples
from perfscore.finding import Finding
from perfscore.ruleset.builtin import builtin_files

ROOT = Path(__file__).parents[2]

RULES = """perfscore: 1
id: demo
inputs: {vetoed: {label: 一票否决事项, type: yes_no}}
total: 100
indicators:
  - id: work
    label: 履职
    weight: 60
    children:
      - {id: visits, label: 走访企业, unit: 家, range: ">= 0", target: ">= 45", weight: 40, reason: RC1, method: {type: ratio, above: cap}}
      - {id: trainings, label: 组织培训, unit: 场, target: ">= 3", weight: 20, reason: RC2, method: {type: ratio, above: cap}}
  - {id: satisfaction, label: 企业满意度, unit: "%", target: ">= 90%", weight: 40, reason: RC3, method: pass_fail}
gates: [{id: veto, when: vetoed, rating: failed, total: none}]
rating: [{id: passed, label: 合格, also: [达标], is: ">= 60"}, {id: failed, label: 不合格, is: "< 60"}]
examples:
"""
WITHOUT = RULES.removesuffix("examples:\n")
FULL = "visits: 45家, trainings: 3场, satisfaction: 90%, vetoed: 否"
LESS = "visits: 36家, trainings: 2场, satisfaction: 90%, vetoed: 否"  # 40 × 36/45 = 32, 20 × 2/3 = 40/3, 40


def rules(*examples: str) -> perfscore.RuleSet:
    return perfscore.loads(RULES + "".join(f"  - {{{one}}}\n" for one in examples), file="rules.yaml")


def shown(outcomes: str, expect: str) -> list[Finding]:
    return run_examples(rules(f"name: 样例, outcomes: {{{outcomes}}}, expect: {expect}"))


@pytest.mark.parametrize(
    "outcomes, expect, why",
    [
        (FULL, "{total: 100}", "40 + 20 + 40"),
        (FULL, "{total: 100.00}", "the same number"),
        (FULL, "{visits: 40, trainings: 20, work: 60, satisfaction: 40, total: 100}", "items and groups"),
        (FULL, "{rating: passed}", "the id of the level"),
        (FULL, "{rating: 合格}", "its label"),
        (FULL, "{rating: 达标}", "its other name"),
        (FULL, "{reasons: [RC1, RC2, RC3]}", "all lose 0 of the baseline, in file order"),
        (LESS, "{trainings: 40/3}", "a decimal that does not end"),
        (LESS, "{total: 256/3}", "32 + 40/3 + 40"),
        (LESS, "{reasons: [RC1, RC2, RC3]}", "8, 20/3 and 0 are lost"),
        ("visits: 45, trainings: 1.5, satisfaction: 89.9%, vetoed: no", "{reasons: [RC3, RC2, RC1]}", "40, 10 and 0 are lost"),
        ("vetoed: 是", "{total: null, rating: failed}", "a veto: nothing else is reported"),
        ("vetoed: 是, visits: 45家", "{total: null, visits: 40, trainings: null, work: null}", "what was reported has its points"),
        ("visits: 45家, trainings: 3场, vetoed: 否", "{error: missing-outcome}", "no satisfaction"),
        (FULL.replace("45家", "45人"), "{error: wrong-dimension}", "人 is not 家"),
        ("visits: -1家, trainings: 3场, satisfaction: 90%, vetoed: 否", "{error: outside-range}", "-1 is below 0"),
    ],
)
def test_an_example_that_holds_finds_nothing(outcomes: str, expect: str, why: str) -> None:
    assert shown(outcomes, expect) == [], why


@pytest.mark.parametrize(
    "outcomes, expect, found",
    [
        (FULL, "{total: 99.99}", ["总分应为 99.99，实际为 100"]),
        (LESS, "{trainings: 13.33}", ["“组织培训”得分应为 13.33，实际为 40/3"]),  # exactly, not nearly
        (LESS, "{visits: 33, work: 50}", ["“走访企业”得分应为 33，实际为 32", "“履职”得分应为 50，实际为 136/3"]),  # 32 + 40/3
        (FULL, "{rating: 不合格}", ["等级应为 不合格，实际为 合格 (passed)"]),
        (FULL, "{reasons: [RC3]}", ["失分代码应为 RC3，实际为 RC1、RC2、RC3"]),
        (FULL, "{reasons: []}", ["失分代码应为 无，实际为 RC1、RC2、RC3"]),
        (LESS, "{reasons: [RC2, RC1, RC3]}", ["失分代码应为 RC2、RC1、RC3，实际为 RC1、RC2、RC3"]),  # the order counts
        (FULL, "{total: null}", ["总分应为 空（不报告），实际为 100"]),
        ("vetoed: 是", "{total: 0}", ["总分应为 0，实际为 空（不报告）"]),
        (FULL, "{error: off-grid}", ["结果应为 拒绝计分（off-grid），实际为 总分 100"]),
        ("vetoed: 是", "{error: missing-outcome}", ["结果应为 拒绝计分（missing-outcome），实际为 能够计分"]),
        (FULL.replace("3场", "/"), "{total: 80}", ["结果应为 能够计分，实际为 拒绝计分（missing-outcome：缺少“组织培训”（trainings））"]),
        (  # a refusal for more than the one reason that is expected
            FULL.replace("45家", "45人").replace("3场", "/"),
            "{error: wrong-dimension}",
            ["结果应为 拒绝计分（wrong-dimension），实际为 拒绝计分（missing-outcome：缺少“组织培训”（trainings））"],
        ),
    ],
)
def test_what_differs_is_told(outcomes: str, expect: str, found: list[str]) -> None:
    told = shown(outcomes, expect)
    assert [one.code for one in told] == ["example-failed"] * len(found)
    assert [one.message("zh") for one in told] == [f"样例“样例”：{text}" for text in found]


@pytest.mark.parametrize(
    "expect, code, told",
    [
        ("{visit: 40}", "unknown-id", "没有标识为“visit”的指标，是否指“visits”？"),
        ("{rating: 不和格}", "unknown-id", "没有标识为“不和格”的等级，是否指“不合格”？"),
        ("{reasons: [RC1, RC4]}", "unknown-id", "没有标识为“RC4”的失分代码，是否指“RC3”？"),
        ("{error: missing-outcomes}", "unknown-id", "没有标识为“missing-outcomes”的问题代码，是否指“missing-outcome”？"),
        ("{total: 九十}", "bad-number", "“九十”不是数"),
        ("{total: [100]}", "wrong-type", "“total”的内容不合要求：一个列表"),
        ("{rating: }", "wrong-type", "“rating”的内容不合要求：空"),
        ("{reasons: RC1}", "wrong-type", "“reasons”的内容不合要求：RC1"),
        ("{error: [missing-outcome]}", "wrong-type", "“error”的内容不合要求：一个列表"),
        ("{error: missing-outcome, total: 100}", "bad-parameter", "“expect”不合要求：error 与其他键写在一起"),
    ],
)
def test_an_expectation_of_what_is_not_there_is_found(expect: str, code: str, told: str) -> None:
    (found,) = shown(FULL, expect)
    assert (found.code, found.message("zh")) == (code, told)


def test_a_finding_stands_at_its_expectation() -> None:
    """Line 16 is the first example; the column is that of the number, or of the outcome that is refused."""
    text = "name: 样例, outcomes: {%s}, expect: {visits: 40, total: 99}"
    line = f"  - {{{text % FULL}}}"
    (found,) = run_examples(rules(text % FULL))
    assert str(found.place) == f"rules.yaml:16:{line.index('99') + 1}"
    assert (found.indicator, found.facts["found"].en, found.facts["expected"].en) == ("total", "100", "99")
    wrong = text % FULL.replace("45家", "45人")
    (refused,) = run_examples(rules(wrong))
    assert str(refused.place) == f"rules.yaml:16:{f'  - {{{wrong}}}'.index('45人') + 1}"


@pytest.mark.parametrize(
    "expect, hint",
    [
        ("{visits: 1}", "走访企业：32 / 40 分，实际 36家，目标 ≥ 45家；未达到目标值，按完成率得分；40 × 较小者(80%, 1)"),
        ("{work: 1}", "走访企业 32/40、组织培训 13.3333…/20"),
        ("{total: 1}", "履职 45.3333…/60、企业满意度 40/40"),
        ("{rating: 不合格}", "总分 85.3333…"),
        ("{reasons: [RC1]}", "低于基准的分数：RC1 8、RC2 6.6666…、RC3 0"),
    ],
)
def test_a_hint_tells_how_the_points_came_about(expect: str, hint: str) -> None:
    (found,) = shown(LESS, expect)
    assert found.hint("zh") == hint
    assert found.hint("en") and found.hint("en") != hint


def test_the_hint_of_a_rating_names_the_gates_that_acted() -> None:
    (found,) = shown("vetoed: 是", "{rating: passed}")
    assert found.hint("zh") == "总分 空（不报告）；触发的门槛：veto"


def test_nothing_is_hinted_where_an_item_has_no_points() -> None:
    (found,) = shown("vetoed: 是", "{trainings: 3}")
    assert (found.message("en"), found.hint("en")) == ("example “样例”: “组织培训” should be 3 and is none (nothing is reported)", "")


def test_a_group_of_many_children_is_told_in_part() -> None:
    many = "".join(f'  - {{id: a{k}, weight: 10, target: ">= 1", method: pass_fail}}\n' for k in range(10))
    given = ", ".join(f"a{k}: 1" for k in range(10))
    text = f'perfscore: 1\nid: demo\ntotal: 100\nindicators:\n{many}rating: [{{id: passed, is: ">= 0"}}]\nexamples:\n'
    (found,) = run_examples(perfscore.loads(f"{text}  - {{name: 满, outcomes: {{{given}}}, expect: {{total: 1}}}}\n"))
    assert found.hint("zh") == "、".join(f"a{k} 10/10" for k in range(8)) + "等"
    assert found.hint("en").endswith("a7 10/10, …")


def test_an_item_may_be_called_error_or_reasons() -> None:
    text = RULES.replace("id: visits", "id: error").replace("id: trainings", "id: reasons")
    text += "  - {name: 样例, outcomes: {error: 45家, reasons: 3场, satisfaction: 90%, vetoed: 否}, expect: {error: 40, reasons: 19}}\n"
    (found,) = run_examples(perfscore.loads(text))
    assert found.message("zh") == "样例“样例”：“组织培训”得分应为 19，实际为 20"


def test_the_header_of_an_outcome_file_may_stand_beside() -> None:
    assert run_examples(rules(f"name: 样例, unit: 某局, period: 2024, outcomes: {{{FULL}}}, expect: {{total: 100}}")) == []


def test_the_first_that_fails_is_named() -> None:
    good = f"name: 好, outcomes: {{{FULL}}}, expect: {{total: 100}}"
    bad = f"name: 坏, outcomes: {{{FULL}}}, expect: {{total: 99}}"
    assert failing_example(rules(good)) is None
    assert failing_example(rules(good, bad)) == "坏"
    assert (run_example(rules(good, bad), 0), len(run_example(rules(good, bad), 1))) == ([], 1)
    with pytest.raises(IndexError):
        run_example(rules(good), 1)


def test_examples_of_rules_from_plain_data() -> None:
    """Places are then paths of keys."""
    found = run_examples(perfscore.RuleSet.from_dict(rules(f"name: 坏, outcomes: {{{FULL}}}, expect: {{total: 99}}").to_dict()))
    assert [str(one.place) for one in found] == ["examples[0].expect.total"]


# --- open groups ------------------------------------------------------------------------------------------------------

OPEN = """perfscore: 1
id: demo
total: 100
indicators:
  - {id: output, label: 产出, weight: 60, open: {methods: {">=": {type: ratio, above: cap}}}}
  - {id: satisfaction, label: 企业满意度, unit: "%", target: ">= 90%", weight: 40, method: pass_fail}
rating: [{id: passed, label: 合格, is: ">= 60"}, {id: failed, label: 不合格, is: "< 60"}]
examples:
"""
ROW = '{label: 走访, unit: 家, target: ">= 45", weight: %s}'


def of_open(row: str, expect: str, given: str = "走访: 36家, satisfaction: 90%") -> list[Finding]:
    rows = f"rows: [{row}], " if row else ""
    return run_examples(perfscore.loads(f"{OPEN}  - {{name: 样例, {rows}outcomes: {{{given}}}, expect: {expect}}}\n", file="r.yaml"))


def test_an_example_binds_its_own_rows() -> None:
    """60 × 36/45 = 48; with 40 for the satisfaction 88."""
    assert of_open(ROW % 60, "{走访: 48, output: 48, total: 88, rating: 合格}") == []
    assert [one.message("zh") for one in of_open(ROW % 60, "{走访: 47}")] == ["样例“样例”：“走访”得分应为 47，实际为 48"]


def test_rows_that_do_not_fit_are_told_at_the_rows() -> None:
    (found,) = of_open(ROW % 59, "{total: 88}")
    assert str(found.place) == f"r.yaml:9:{'  - {name: 样例, rows: ['.index('[') + 1}"
    assert "weights-group" in found.message("en") and "59" in found.message("en")
    assert of_open(ROW % 59, "{error: weights-group}") == []


def test_without_rows_an_open_rule_set_has_nothing_to_score() -> None:
    (found,) = of_open("", "{total: 88}")
    assert "open-rules" in found.message("zh") and found.place.line == 9


def test_rows_belong_to_open_groups() -> None:
    (found,) = run_examples(rules(f"name: 样例, rows: [{{id: a}}], outcomes: {{{FULL}}}, expect: {{total: 100}}"))
    assert found.hint("zh") == "应为：没有 open 的规则不写 rows"


# --- what a rule file may say -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "example, found",
    [
        ("outcomes: {}, expect: {total: 1}", [("missing-key", "name")]),
        ('name: " ", outcomes: {}, expect: {total: 1}', [("missing-key", "name")]),
        ("name: a, expect: {total: 1}", [("missing-key", "outcomes")]),
        ("name: a, outcomes: {}", [("missing-key", "expect")]),
        ("name: a, outcomes: {}, expect: {}", [("missing-key", "expect")]),
        ("name: a, outcomes: 3, expect: {total: 1}", [("wrong-type", "outcomes")]),
        ("name: a, outcomes: {}, expect: {total: 1}, row: []", [("unknown-key", "row")]),
    ],
)
def test_an_example_says_what_it_is(example: str, found: list[tuple[str, str]]) -> None:
    with pytest.raises(perfscore.RuleError) as error:
        rules(example)
    assert [one.code for one in error.value.problems] == [code for code, _ in found]
    assert all(word in one.message() for one, (_, word) in zip(error.value.problems, found, strict=True))


def test_no_two_examples_have_one_name() -> None:
    one = f"name: 样例１, outcomes: {{{FULL}}}, expect: {{total: 100}}"
    with pytest.raises(perfscore.RuleError) as error:
        rules(one, one.replace("１", "1"))  # full-width and half-width are the same
    (found,) = error.value.problems
    assert (found.code, str(found.place)) == ("duplicate-id", "rules.yaml:17:12")
    assert found.hint("en") == "give each example a name of its own"


@pytest.mark.parametrize(
    "waiver, code, word",
    [
        ("because: 文件规定", "missing-key", "finding"),
        ("finding: cliff", "missing-key", "because"),
        ('finding: cliff, because: ""', "missing-key", "because"),
        ("finding: clif, because: 文件规定", "wrong-type", "clif"),
        ("finding: weights-total, because: 文件规定", "wrong-type", "weights-total"),  # what stops the loading
        ("finding: example-failed, because: 文件规定", "wrong-type", "example-failed"),
        ("finding: cliff, because: 文件规定, on: visits", "unknown-key", "on"),
    ],
)
def test_a_waiver_says_what_it_waives_and_why(waiver: str, code: str, word: str) -> None:
    with pytest.raises(perfscore.RuleError) as error:
        perfscore.loads(f"{WITHOUT}waivers: [{{{waiver}}}]\n")
    (found,) = error.value.problems
    assert found.code == code and word in found.message()


def test_a_waiver_is_kept_with_its_place() -> None:
    text = f"{WITHOUT}waivers: [{{finding: cliff, at: satisfaction, because: 文件规定, source: 财预〔2020〕10号}}]\n"
    kept = perfscore.loads(text, file="rules.yaml")
    (waiver,) = kept.model.waivers
    assert (waiver.finding, waiver.at, waiver.because) == ("cliff", "satisfaction", "文件规定")
    assert waiver.source is not None and waiver.source.document == "财预〔2020〕10号"
    node = kept.document.at(("waivers", 0))
    assert node is not None and node.place.line == 15


def test_examples_are_part_of_the_digest_and_replaced_by_extends(tmp_path: Path) -> None:
    """Lists of things without ids replace the list below."""
    base = f"name: 好, outcomes: {{{FULL}}}, expect: {{total: 100}}"
    assert rules(base).digest != rules(base.replace("100}", "100, rating: 合格}")).digest
    (tmp_path / "base.yaml").write_text(f"{RULES}  - {{{base}}}\n", "utf-8")
    above = "perfscore: 1\nextends: ./base.yaml\nid: above\n"
    (tmp_path / "a.yaml").write_text(above, "utf-8")
    assert [one.name for one in perfscore.load(tmp_path / "a.yaml").model.examples] == ["好"]
    (tmp_path / "a.yaml").write_text(f"{above}examples:\n  - {{{base.replace('好', '自己')}}}\n", "utf-8")
    assert [one.name for one in perfscore.load(tmp_path / "a.yaml").model.examples] == ["自己"]


# --- examples that are kept elsewhere -------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", [id for id in builtin_files() if id.startswith("examples/")])
def test_the_worked_rule_files_have_examples_that_hold(id: str) -> None:
    found = perfscore.load(id)
    assert found.model.examples
    assert [one.tell() for one in run_examples(found)] == []


def test_the_examples_of_the_reference_hold(tmp_path: Path) -> None:
    """docs/rule-file.md: the block below its heading, and the rows of its table, over the skeleton of that page."""
    page = (ROOT / "docs" / "rule-file.md").read_text("utf-8")
    skeleton = page.partition("```yaml skeleton\n")[2].partition("```")[0]
    section = page.partition("\n## Examples 样例\n")[2].partition("\n## ")[0]
    block = section.partition("```yaml part\n")[2].partition("```")[0]
    rows = re.findall(r"^\| `\w+` \|.+\| `(\{name: .+\})` \|$", section, re.M)
    assert len(rows) == 6
    rows = [row for row in rows if "rows:" not in row]
    (tmp_path / "skeleton.yaml").write_text(skeleton, "utf-8")
    for text in (block, "examples:\n" + "".join(f"  - {row}\n" for row in rows)):
        (tmp_path / "part.yaml").write_text(f"perfscore: 1\nextends: ./skeleton.yaml\n{text}", "utf-8")
        found = perfscore.load(tmp_path / "part.yaml")
        assert len(found.model.examples) >= 3
        assert [one.tell() for one in run_examples(found)] == []
