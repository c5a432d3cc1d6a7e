"""perfscore score: what it prints, where it prints it, and its exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from perfscore.cli import main as main_module

ROOT = Path(__file__).parents[2]
MINIMAL = ROOT / "rules/examples/minimal.yaml"
OUTCOMES = ROOT / "examples/minimal/outcomes.yaml"
STREET = ROOT / "examples/street-office-2024/outcomes.yaml"


def test_the_table_from_another_folder(run: Any) -> None:
    done = run("score", "examples/minimal", OUTCOMES)
    assert (done.returncode, done.stderr) == (0, "")
    assert "总分 94.00 / 100　等级：合格" in done.stdout
    assert "走访企业" in done.stdout and "失分明细（从 100 到 94.00）" in done.stdout


def test_a_path_gives_the_same_as_the_id(run: Any) -> None:
    assert run("score", MINIMAL, OUTCOMES).stdout == run("score", "examples/minimal", OUTCOMES).stdout


def test_english(run: Any) -> None:
    done = run("score", "examples/minimal", OUTCOMES, "--lang", "en")
    assert "Total 94.00 of 100, rating 合格" in done.stdout
    assert "总分" not in done.stdout


@pytest.mark.parametrize("item", ["visits", "走访企业"])
def test_explain_one_item(run: Any, item: str) -> None:
    done = run("score", "examples/minimal", OUTCOMES, "--explain", item)
    assert done.returncode == 0
    assert "45 ÷ 50" in done.stdout and "企业满意度" not in done.stdout


@pytest.mark.parametrize("arguments", [["--explain"], ["--explain", "--lang", "zh"]])
def test_explain_all(run: Any, arguments: list[str]) -> None:
    done = run("score", "examples/minimal", OUTCOMES, *arguments)
    assert done.returncode == 0
    assert "（visits）" in done.stdout and "（satisfaction）" in done.stdout


def test_explain_a_group(run: Any) -> None:
    done = run("score", "examples/minimal", OUTCOMES, "--explain", "total")
    assert done.returncode == 0
    assert "54 + 40" in done.stdout


def test_explain_in_english(run: Any) -> None:
    done = run("score", "examples/minimal", OUTCOMES, "--lang", "en", "--explain", "visits")
    assert "attainment = actual ÷ target = 45 ÷ 50 = 90%" in done.stdout


@pytest.mark.parametrize("item", ["nothing", "没有这项"])
def test_explain_an_unknown_item(run: Any, item: str) -> None:
    done = run("score", "examples/minimal", OUTCOMES, "--explain", item)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"perfscore: 没有指标或指标组“{item}”；有：visits、satisfaction、total\n"
    for more in ([], ["--json"]):
        english = run("score", "examples/minimal", OUTCOMES, "--explain", item, "--lang", "en", *more)
        assert (english.returncode, english.stdout) == (2, "")
        assert english.stderr == f"perfscore: no item or group “{item}”; there are: visits, satisfaction, total\n"


TWINS = """\
perfscore: 1
id: t
total: 10
inputs: {days: {label: 天数}}
indicators:
  - {id: a, label: 培训, weight: 4, method: {type: formula, points: actual}}
  - {id: b, label: 培训, weight: 4, method: {type: formula, points: actual}}
  - {id: c, label: 走访, weight: 2, method: {type: formula, points: actual}}
gates: [{id: late, because: 逾期, when: days > 5, rating: f, total: none}]
rating: [{id: p, label: 合格, is: ">= 6"}, {id: f, label: 不合格, is: "< 6"}]
"""


def test_a_label_of_two_items_is_explained_for_neither(run: Any, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(TWINS, "utf-8")
    done = run("score", "./t.yaml", "-", "--explain", "培训", given="{days: 1, a: 4, b: 3, c: 2}")
    assert (done.returncode, done.stderr) == (2, "perfscore: “培训”是 a、b 共有的名称，请写标识\n")
    done = run("score", "./t.yaml", "-", "--explain", "培训", "--lang", "en", given="{days: 1, a: 4, b: 3, c: 2}")
    assert done.stderr == "perfscore: “培训” is the label of a, b; write the id\n"


@pytest.mark.parametrize("name", ["a", "total"])
def test_what_is_not_scored_is_not_unknown(run: Any, tmp_path: Path, name: str) -> None:
    """total: none: the summary lists the item without an outcome as not scored."""
    (tmp_path / "t.yaml").write_text(TWINS, "utf-8")
    done = run("score", "./t.yaml", "-", "--explain", name, given="{days: 6, b: 3, c: 2}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"perfscore: “{name}”未计分：规则规定此时不报总分\n"
    assert run("score", "./t.yaml", "-", "--explain", "走访", given="{days: 6, b: 3, c: 2}").returncode == 0


def test_json(run: Any) -> None:
    done = run("score", "examples/minimal", OUTCOMES, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (told["total"], told["rating"]["label"], told["items"][0]["points"]) == ("94", "合格", "54")
    assert "走访企业" in done.stdout  # readable, not escaped


def test_outcomes_from_standard_input(run: Any) -> None:
    for given in (OUTCOMES.read_bytes(), json.dumps({"visits": 45, "satisfaction": "92%"})):
        done = run("score", "examples/minimal", "-", given=given)
        assert (done.returncode, done.stderr) == (0, "")
        assert "94.00" in done.stdout


def test_rules_from_standard_input(run: Any) -> None:
    done = run("score", "-", OUTCOMES, given=MINIMAL.read_bytes())
    assert done.returncode == 0 and "94.00" in done.stdout


def test_both_from_standard_input(run: Any) -> None:
    done = run("score", "-", "-")
    assert (done.returncode, done.stderr) == (2, "perfscore: 规则和填报只能有一个从标准输入（-）读\n")
    assert run("score", "-", "-", "--lang", "en").stderr == "perfscore: only one of RULES and OUTCOMES can be -\n"


def test_a_table(run: Any, tmp_path: Path) -> None:
    (tmp_path / "结果.csv").write_text("指标,实际值\n走访企业,45家\n企业满意度,92%\n", "utf-8-sig")
    assert "94.00" in run("score", "examples/minimal", "结果.csv").stdout


def test_problems_go_to_standard_error_all_at_once(run: Any, tmp_path: Path) -> None:
    (tmp_path / "坏.yaml").write_text("visits: 45人\nsatisfactoin: 92%\n", "utf-8")
    done = run("score", "examples/minimal", "坏.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "坏.yaml:1:9  wrong-dimension: " in done.stderr
    assert "坏.yaml:2:1  unknown-outcome: " in done.stderr and "satisfaction" in done.stderr
    assert done.stderr.rstrip().endswith("共 3 个问题")  # the third: satisfaction is missing
    english = run("score", "examples/minimal", "坏.yaml", "--lang", "en")
    assert english.stderr.rstrip().endswith("3 problems") and "hint: " in english.stderr


def test_one_problem_is_one(run: Any) -> None:
    done = run("score", "examples/minimal", "-", "--lang", "en", given="{visits: 45}")
    assert done.stderr.rstrip().endswith("1 problem")


def test_problems_as_json(run: Any) -> None:
    done = run("score", "examples/minimal", "-", "--json", given="{visits: 45人, satisfaction: 92%}")
    told = json.loads(done.stdout)
    assert done.returncode == 2
    assert [(one["code"], one["severity"], one["place"], one["indicator"]) for one in told["findings"]] == [
        ("wrong-dimension", "error", "<stdin>:1:10", "visits")
    ]
    assert "wrong-dimension" in done.stderr


@pytest.mark.parametrize(
    "rules, outcomes, code",
    [
        ("examples/minimal", "没有.yaml", "outcomes-unreadable"),
        ("examples/minimal", ".", "outcomes-unreadable"),
        ("examples/nothing", OUTCOMES, "unknown-rules"),
        ("./没有.yaml", OUTCOMES, "unknown-rules"),
        ("examples/liwan-justice-2024", OUTCOMES, "other-rules"),
    ],
)
def test_unusable(run: Any, rules: str, outcomes: str | Path, code: str) -> None:
    done = run("score", rules, outcomes)
    assert (done.returncode, done.stdout) == (2, "")
    assert code in done.stderr


def test_bad_rules(run: Any, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(MINIMAL.read_text("utf-8").replace("weight: 40", "weight: 30"), "utf-8")
    done = run("score", "rules.yaml", OUTCOMES)
    assert done.returncode == 2
    assert "rules.yaml:6:8  weights-total: " in done.stderr


@pytest.mark.parametrize(
    "arguments", [[], ["examples/minimal"], ["examples/minimal", "a", "b"], ["--lang", "fr", "a", "b"], ["--nothing", "a", "b"]]
)
def test_usage(run: Any, arguments: list[str]) -> None:
    assert run("score", *arguments).returncode == 2


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["score", "--help"], ["rules", "--help"], ["rules", "show", "-h"]])
def test_help(run: Any, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: perfscore" in done.stdout
    if arguments[0] == "score":
        assert "Example:" in done.stdout


def test_version(run: Any) -> None:
    done = run("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("perfscore")


def test_unknown_verb(run: Any) -> None:
    assert run("scoer", "a", "b").returncode == 2


@pytest.mark.parametrize("day, code", [("2024-06-30", 0), ("2024-13-01", 2), ("today", 2)])
def test_as_of(run: Any, day: str, code: int) -> None:
    assert run("score", "examples/minimal", OUTCOMES, "--as-of", day).returncode == code


@pytest.mark.parametrize(
    "locale",
    [
        {"LANG": "C", "LC_ALL": None},
        {"LANG": "C", "LC_ALL": "C"},
        {"LANG": None, "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
)
def test_chinese_on_a_terminal_of_another_locale(run: Any, tmp_path: Path, locale: dict[str, str | None]) -> None:
    env = {"PYTHONIOENCODING": None, "PYTHONUTF8": None, **locale}
    done = run("score", "examples/minimal", OUTCOMES, env=env)
    assert done.returncode == 0
    assert "总分 94.00 / 100　等级：合格" in done.stdout
    (tmp_path / "坏.yaml").write_text("visits: 45人\nsatisfaction: 92%\n", "utf-8")
    assert "单位不一致" in run("score", "examples/minimal", "坏.yaml", env=env).stderr
    if "PYTHONUTF8" not in locale:  # else the argument itself does not arrive as Chinese
        assert "走访企业" in run("score", "examples/minimal", OUTCOMES, "--explain", "走访企业", env=env).stdout


def test_a_reader_that_stops_reading() -> None:
    """perfscore … | head -1"""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    read, write = os.pipe()
    os.close(read)
    arguments = [sys.executable, "-m", "perfscore", "score", "examples/liwan-justice-2024",
                 str(ROOT / "examples/liwan-justice-2024/outcomes.yaml"), "--json"]  # fmt: skip
    done = subprocess.run(arguments, stdout=write, stderr=subprocess.PIPE, env=env, timeout=120)
    os.close(write)
    assert b"Traceback" not in done.stderr and b"internal error" not in done.stderr
    assert done.returncode in (0, 1)


def test_what_goes_wrong_inside_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from perfscore.scoring import assessment

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("坏了")

    monkeypatch.setattr(assessment, "score", broken)
    with pytest.raises(SystemExit) as stopped:
        main_module.main(["score", "examples/minimal", str(OUTCOMES)])
    assert stopped.value.code == 3
    caught = capsys.readouterr()
    assert caught.out == ""
    assert caught.err.count("\n") == 1 and "internal error" in caught.err and "坏了" in caught.err


def test_a_broken_pipe_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[bool] = []

    class Stream:
        def close(self) -> None:
            closed.append(True)

    def broken(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(main_module.cli, "main", broken)
    monkeypatch.setattr(sys, "stderr", Stream())
    with pytest.raises(SystemExit) as stopped:
        main_module.main([])
    assert stopped.value.code == 0 and closed


def test_the_street_office(run: Any) -> None:
    done = run("score", "examples/street-office-2024", STREET)
    assert "总分 82.87 / 100　等级：良" in done.stdout
    assert "缺少满意度调查的不得评优" in done.stdout


def test_warnings_of_an_explanation(run: Any, tmp_path: Path) -> None:
    """The item's stand in the text; all of them on standard error, where another item's would be missed."""
    outcomes = tmp_path / "o.yaml"
    outcomes.write_text("visits: 45家\nsatisfaction: 0.95\n", "utf-8")
    for item, there in (("satisfaction", True), ("visits", False)):
        done = run("score", "examples/minimal", outcomes, "--explain", item)
        assert (done.returncode, "请核对（bare-ratio）" in done.stdout) == (0, there)
        assert f"{outcomes}:2:15  bare-ratio: " in done.stderr
