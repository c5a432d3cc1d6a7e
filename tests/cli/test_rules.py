"""perfscore rules: list, show, schema, new."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import perfscore

ROOT = Path(__file__).parents[2]
EXAMPLES = ["examples/liwan-justice-2024", "examples/minimal", "examples/street-office-2024"]


def test_list(run: Any) -> None:
    done = run("rules", "list")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines if line.startswith("examples/")] == EXAMPLES
    assert lines[0].split() == ["标识", "名称", "有效期", "出处已读"]
    assert "2024-01-01–2024-12-31" in done.stdout


def test_list_in_english_and_as_json(run: Any) -> None:
    assert "title" in run("rules", "list", "--lang", "en").stdout.splitlines()[0]
    told = json.loads(run("rules", "list", "--json").stdout)["rules"]
    found = {one["id"]: one for one in told}
    assert set(EXAMPLES) <= set(found)
    assert found["examples/liwan-justice-2024"] | {"title": ""} == {
        "id": "examples/liwan-justice-2024", "title": "", "valid": {"from": "2024-01-01", "to": "2024-12-31"}, "read": "full",
    }  # fmt: skip


def test_show(run: Any) -> None:
    done = run("rules", "show", "examples/street-office-2024")
    assert done.returncode == 0
    assert re.search(r"预算执行率 +execution_rate +10 ", done.stdout)
    assert re.search(r"budget +全年预算数 +\S+ +万元 +0\.01 +是", done.stdout)
    assert re.search(r"merchant_satisfaction .* 否\n?", done.stdout)  # `missing` is written: not required
    assert "规则文件未能表达" not in done.stdout
    assert "规则文件未能表达：" in run("rules", "show", "examples/liwan-justice-2024").stdout


def test_show_in_english(run: Any) -> None:
    done = run("rules", "show", "examples/minimal", "--lang", "en")
    assert "indicator" in done.stdout and "required" in done.stdout and "指标 " not in done.stdout


def test_show_as_json(run: Any) -> None:
    told = json.loads(run("rules", "show", "examples/minimal", "--json").stdout)
    assert told["id"] == "examples/minimal"
    assert told["digest"] == perfscore.load("examples/minimal").digest
    assert [(one["id"], one["label"], one["type"], one["unit"], one["required"]) for one in told["inputs"]] == [
        ("visits", "走访企业", "number", "家", True), ("satisfaction", "企业满意度", "number", "%", True),
    ]  # fmt: skip
    assert "resolved" not in told


def test_resolved_as_json_is_a_rule_file(run: Any) -> None:
    told = json.loads(run("rules", "show", "examples/street-office-2024", "--json", "--resolved").stdout)
    assert perfscore.RuleSet.from_dict(told["resolved"]).digest == told["digest"]


@pytest.mark.parametrize("id", EXAMPLES)
def test_resolved_is_a_rule_file(run: Any, tmp_path: Path, id: str) -> None:
    done = run("rules", "show", id, "--resolved")
    assert done.returncode == 0
    assert perfscore.loads(done.stdout).digest == perfscore.load(id).digest


def test_resolved_tells_the_origin_of_every_key(run: Any, tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text((ROOT / "rules/examples/minimal.yaml").read_text("utf-8"), "utf-8")
    own = "perfscore: 1\nid: own\nextends: ./base.yaml\ndefaults: {items: {missing: 0}}\nindicators:\n  - {id: visits, target: '>= 60'}\n"
    (tmp_path / "own.yaml").write_text(own, "utf-8")
    done = run("rules", "show", "own.yaml", "--resolved")
    assert done.returncode == 0, done.stderr
    assert re.search(r'target: ">= 60"  # own\.yaml:6:18', done.stdout)
    assert re.search(r"label: 走访企业  # (\./)?base\.yaml:8:18", done.stdout)
    assert len(re.findall(r"^  - missing: 0  # own\.yaml:4:20", done.stdout, re.MULTILINE)) == 2
    # the resolved file stands for itself, in any folder
    rules = perfscore.load(tmp_path / "own.yaml")
    assert perfscore.loads(done.stdout).digest == rules.digest
    assert perfscore.RuleSet.from_dict(rules.to_dict()).digest == rules.digest


def test_rules_from_standard_input(run: Any) -> None:
    done = run("rules", "show", "-", given=(ROOT / "rules/examples/minimal.yaml").read_bytes())
    assert done.returncode == 0 and "visits" in done.stdout


@pytest.mark.parametrize("arguments", [["examples/nothing"], ["./nothing.yaml"], ["/"], ["."]])
def test_unknown_rules(run: Any, arguments: list[str]) -> None:
    done = run("rules", "show", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "unknown-rules" in done.stderr


def test_a_misspelt_id_is_guessed(run: Any) -> None:
    assert "examples/minimal" in run("rules", "show", "examples/minimum").stderr


def test_problems_as_json(run: Any) -> None:
    done = run("rules", "show", "-", "--json", given="perfscore: 2\n")
    assert done.returncode == 2
    assert "unknown-version" in {one["code"] for one in json.loads(done.stdout)["findings"]}


def test_schema(run: Any) -> None:
    done = run("rules", "schema")
    schema = json.loads(done.stdout)
    assert done.returncode == 0
    assert {"perfscore", "id", "title", "total", "indicators", "rating"} <= set(schema["properties"])


def test_new(run: Any, tmp_path: Path) -> None:
    done = run("rules", "new", "我的.yaml")
    assert (done.returncode, done.stdout) == (0, "我的.yaml\n")
    assert run("rules", "show", "我的.yaml").returncode == 0
    kept = (tmp_path / "我的.yaml").read_text("utf-8")
    again = run("rules", "new", "我的.yaml")  # nothing is overwritten
    assert again.returncode == 2 and "我的.yaml" in again.stderr
    assert (tmp_path / "我的.yaml").read_text("utf-8") == kept
    assert run("rules", "new", "-").stdout == kept


def test_new_in_a_folder_that_is_not_there(run: Any) -> None:
    done = run("rules", "new", "没有/我的.yaml")
    assert done.returncode == 2 and "没有/我的.yaml" in done.stderr


def test_the_new_file_scores(run: Any, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(run("rules", "new", "-").stdout, "utf-8")
    outcomes = {"budget": 100, "spent": 95, "trainings": 8, "satisfaction": "85%"}
    done = run("score", "rules.yaml", "-", "--json", given=json.dumps(outcomes))
    # 50 × 8/10 + 30 + 10 × 95/100
    assert (done.returncode, json.loads(done.stdout)["total"]) == (0, "79.5")


@pytest.mark.parametrize("arguments", [["rules"], ["rules", "nothing"], ["rules", "show"], ["rules", "new"], []])
def test_usage(run: Any, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "Usage: perfscore" in done.stdout + done.stderr


def test_a_file_is_not_written_over(run: Any, tmp_path: Path) -> None:
    (tmp_path / "ok.yaml").write_text("x", "utf-8")
    for language, taken, nowhere in (
        ("zh", "perfscore: 文件 ok.yaml 已存在，没有覆盖\n", "perfscore: 无法写入 nodir/x.yaml：文件夹不存在\n"),
        ("en", "perfscore: ok.yaml exists already\n", "perfscore: nodir/x.yaml cannot be written: there is no such folder\n"),
    ):
        done = run("rules", "new", "ok.yaml", "--lang", language)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", taken)
        assert run("rules", "new", "nodir/x.yaml", "--lang", language).stderr == nowhere
    assert (tmp_path / "ok.yaml").read_text("utf-8") == "x"
