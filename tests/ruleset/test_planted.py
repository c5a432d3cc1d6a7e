"""One file, twelve mistakes: every one is found in one run, at its own place; ten mistakes in one outcome file the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import perfscore

HERE = Path(__file__).parent
TOP = HERE.parents[1]

# place, code, what stands there, what is said
TWELVE = [
    ("5:39", "bad-date", "30}", "“2024-02-30” is not a date"),
    ("15:20", "wrong-dimension", "served", "units do not fit: 万元 and 人次"),
    ("16:10", "cycle", "second * 2", "circular reference: first → second → first"),
    ("24:13", "weights-group", "60", "children of “产出指标” add up to 55, expected 60"),
    ("29:9", "unknown-key", "wieght: 0", "there is no key “wieght” here, did you mean “weight”?"),
    ("32:31", "unknown-parameter", "abvoe: cap", "method ratio has no parameter “abvoe”, did you mean “above”?"),
    ("37:9", "duplicate-key", "label: 走访", "the key “label” appears twice; first at 34:9"),
    ("43:16", "bad-number", "o  # 8", "“1o” is not a number"),
    ("52:48", "formula-syntax", "  # 9", "formula cannot be read: it ends too early"),
    ("56:54", "unknown-id", "outputs]", "there is no item or group with the id “outputs”, did you mean “output”?"),
    ("59:23", "unknown-name", "excution < 80%", "there is no quantity “excution”, did you mean “execution”?"),
    ("62:3", "gap", "- {id: good", "a total of 60 has no rating"),
]
TEN = [
    ("2:1", "missing-outcome", "perfscore_outcomes", "“组织培训” (trainings) is missing"),  # what is not there has the place of the file
    ("7:11", "unreadable-quantity", "一千万元", "“一千万元” cannot be read as one quantity"),
    ("8:10", "wrong-dimension", "900人", "units do not fit: 人 and 万元 (the unit of the rules)"),
    ("9:11", "unknown-choice", "north", "“地区” has no choice “north”"),
    ("10:12", "bad-yes-no", "也许", "“也许” is neither yes nor no"),
    ("11:21", "bad-date", "31", "“2024-11-31” is not a date"),
    ("12:3", "unknown-outcome", "training: 12场", "the rules have no input “training”, did you mean “trainings”?"),
    ("13:11", "not-applicable-refused", "不适用", "“走访企业” is reported as not applicable, and the rules do not say what then happens"),
    ("14:18", "parts-sum", "1675件", "the parts of “法律援助案件” add up to 1674件, not 1675件"),
    ("15:12", "judgement-unsigned", "{grade: met", "“单位文化·等级” is judged by a person; missing: because (why)"),
]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "perfscore", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=TOP,
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
    )


def lines(told: str) -> list[str]:
    """The problems alone: a hint stands indented, the count last."""
    return [line for line in told.splitlines()[:-1] if not line.startswith(" ")]


@pytest.mark.parametrize("file, expected", [("twelve.yaml", TWELVE), ("ten.yaml", TEN)])
def test_the_places_are_the_mistakes_own(file: str, expected: list[tuple[str, str, str, str]]) -> None:
    """The table itself: what it says stands at each place of the file."""
    written = (HERE / file).read_text("utf-8").splitlines()
    for place, code, word, _ in expected:
        line, column = (int(number) for number in place.split(":"))
        assert (written[line - 1] + "  # 9")[column - 1 :].startswith(word), code


def test_twelve_mistakes_in_one_run() -> None:
    with pytest.raises(perfscore.RuleError) as raised:
        perfscore.load(HERE / "twelve.yaml")
    found = [(f"{one.place.line}:{one.place.column}", one.code, one.message("en")) for one in raised.value.problems]
    assert found == [(place, code, message) for place, code, _, message in TWELVE]
    assert {one.place.file for one in raised.value.problems} == {str(HERE / "twelve.yaml")}
    assert {one.severity for one in raised.value.problems} == {"error"}


@pytest.mark.parametrize("verb", [("rules", "show"), ("score",)])
def test_twelve_mistakes_by_the_command_line(verb: tuple[str, ...]) -> None:
    file = str(HERE / "twelve.yaml")
    outcomes = [str(HERE / "ten.yaml")] if verb == ("score",) else []
    done = run(*verb, file, *outcomes, "--lang", "en")
    assert done.returncode == 2
    assert done.stdout == ""
    assert lines(done.stderr) == [f"{file}:{place}  {code}: {message}" for place, code, _, message in TWELVE]
    assert done.stderr.splitlines()[-1] == "12 problems"


def test_twelve_mistakes_in_chinese() -> None:
    done = run("rules", "show", str(HERE / "twelve.yaml"))
    assert (done.returncode, done.stdout, done.stderr.splitlines()[-1]) == (2, "", "共 12 个问题")
    assert [line.split("  ")[1].split(": ")[0] for line in lines(done.stderr)] == [code for _, code, _, _ in TWELVE]


def test_ten_mistakes_in_one_run() -> None:
    rules = perfscore.load(HERE / "ten-rules.yaml")
    with pytest.raises(perfscore.OutcomeError) as raised:
        perfscore.score(rules, HERE / "ten.yaml")
    found = [(f"{one.place.line}:{one.place.column}", one.code, one.message("en")) for one in raised.value.problems]
    assert found == [(place, code, message) for place, code, _, message in TEN]


def test_ten_mistakes_by_the_command_line() -> None:
    file = str(HERE / "ten.yaml")
    done = run("score", str(HERE / "ten-rules.yaml"), file, "--lang", "en")
    assert (done.returncode, done.stdout) == (2, "")
    assert lines(done.stderr) == [f"{file}:{place}  {code}: {message}" for place, code, _, message in TEN]
    assert done.stderr.splitlines()[-1] == "10 problems"


def test_ten_mistakes_as_json() -> None:
    done = run("score", str(HERE / "ten-rules.yaml"), str(HERE / "ten.yaml"), "--json", "--lang", "en")
    assert done.returncode == 2
    told = json.loads(done.stdout)["findings"]
    assert [(one["place"].split("ten.yaml:")[1], one["code"], one["message"]) for one in told] == [(p, c, m) for p, c, _, m in TEN]


def test_the_same_rules_without_the_mistakes_score() -> None:
    """The mistakes are the only ones: mended, the ten lines are a full score."""
    mended = {
        "budget": "1000万元",
        "spent": "900万元",
        "region": "东部",
        "audited": "是",
        "finished": "2024-11-30",
        "trainings": "12场",
        "visits": "50家",
        "cases": {"value": "1674件", "parts": {"行政": 4, "民事": 776, "刑事": 894}},
        "culture": {"grade": "met", "by": "评审组", "because": "全部完成"},
    }
    result = perfscore.score(perfscore.load(HERE / "ten-rules.yaml"), mended)
    assert result.total == 98  # 20 × 900/1000 = 18, and 80 for the rest
    assert result.rating.label == "合格"
