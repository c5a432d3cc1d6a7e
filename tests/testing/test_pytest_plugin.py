"""The pytest plugin as a user's repository meets it: a scratch repository, another process, the installed entry point.

The check itself is replaced by a small one (`conftest.py` of the scratch repository), so that these tests are about the plugin.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from perfscore.testing.pytest_plugin import HEAD, OTHER, PROPERTIES, REMARKS, is_rule_file

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "test-your-rules.md").read_text("utf-8")
RULES = PAGE.partition("```yaml rules rules/department.yaml\n")[2].partition("```")[0]

# A check that finds what the title of the rules names: "gap error visits, cliff info satisfaction".
CHECK = """
import sys, types
from perfscore.finding import Place

def finding(code, severity, indicator):
    words = {"zh": "有问题", "en": " is wrong"}
    tell = lambda language: f"rules/department.yaml:7:5  {code}: {indicator}{words[language]}"
    return types.SimpleNamespace(code=code, severity=severity, indicator=indicator, place=Place("rules/department.yaml", 7, 5), tell=tell)

def check(rules, **options):
    with open("called.txt", "a", encoding="utf-8") as file:
        print(rules.id, options, file=file)
    return tuple(finding(*words.split()) for words in rules.title.split(",") if len(words.split()) == 3)

found = types.ModuleType("perfscore.checks.check")
found.check = check
sys.modules["perfscore.checks.check"] = found
"""
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A repository with one rule file, and perfscore as if it were installed: its entry points, no option of pytest."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "department.yaml").write_text(RULES, "utf-8")
    (tmp_path / "conftest.py").write_text(CHECK, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    installed = tmp_path / "site" / "perfscore-0.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: perfscore\nVersion: 0\n", "utf-8")
    points = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["pytest11"]
    (installed / "entry_points.txt").write_text("[pytest11]\n" + "".join(f"{name} = {at}\n" for name, at in points.items()), "utf-8")
    return tmp_path


@pytest.fixture
def run(scratch: Path) -> Run:
    def runner(*arguments: str) -> subprocess.CompletedProcess[str]:
        env = {key: value for key, value in os.environ.items() if key != "PYTEST_ADDOPTS" and not key.startswith("PYTEST_XDIST")}
        env["PYTHONPATH"] = os.pathsep.join([str(scratch / "site"), str(ROOT)])
        env["COLUMNS"] = "100"
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        return subprocess.run(command, cwd=scratch, env=env, encoding="utf-8", capture_output=True, timeout=120, check=False)

    return runner


def outcomes(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Item -> PASSED or FAILED, of a run with -v."""
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return dict(re.findall(r"^(\S.*::.+?) (PASSED|FAILED)", done.stdout, re.M))


def write(scratch: Path, old: str, new: str) -> None:
    """The rule file with one change."""
    assert old in RULES
    (scratch / "rules" / "department.yaml").write_text(RULES.replace(old, new), "utf-8")


def finds(scratch: Path, what: str) -> None:
    """The rule file in which the check finds this."""
    write(scratch, "某局绩效自评", what)


EXAMPLES = ["example[走访45家]", "example[刚好84.5%]"]


def test_every_example_and_every_property_is_an_item(run: Run) -> None:
    done = run("rules", "-v")
    expected = [*EXAMPLES, *PROPERTIES, OTHER]
    assert outcomes(done) == {f"rules/department.yaml::{name}": "PASSED" for name in expected}
    assert done.returncode == 0


def test_an_edge_moved_by_a_hundredth_fails_readably(scratch: Path, run: Run) -> None:
    """84.50 % is below 84.51 %: 0 instead of 25, and 60 instead of 85. The words are those of the page."""
    write(scratch, '[">= 84.5%", 25]', '[">= 84.51%", 25]')
    done = run("rules")
    assert done.returncode == 1
    assert "1 failed, 15 passed" in done.stdout
    assert "样例“刚好84.5%”：“企业满意度”得分应为 25，实际为 0" in done.stdout
    assert "样例“刚好84.5%”：总分应为 85，实际为 60" in done.stdout
    assert "Traceback" not in done.stdout and "Error" not in done.stdout and "pytest_plugin.py" not in done.stdout
    (block,) = re.findall(r"```console\n\$ pytest rules\n(.+?)```", PAGE, re.S)
    printed = [" ".join(line.strip("_ ").split()) for line in done.stdout.splitlines()]
    assert [line for line in block.splitlines() if " ".join(line.strip("_ ").split()) not in printed] == []


def test_a_finding_fails_its_property_and_no_other(scratch: Path, run: Run) -> None:
    finds(scratch, "gap error visits")
    done = run("rules", "-v")
    assert [name for name, how in outcomes(done).items() if how == "FAILED"] == ["rules/department.yaml::gap"]
    assert "rules/department.yaml:7:5  gap: visits有问题" in done.stdout
    assert "Traceback" not in done.stdout


def test_findings_below_the_limit_pass_and_are_told_on_request(scratch: Path, run: Run) -> None:
    finds(scratch, "not-monotone warning visits, cliff info visits")
    assert run("rules").returncode == 0
    assert "not-monotone: visits有问题" in run("rules", "-rP").stdout
    done = run("rules", "-v", "--perfscore-fail-on", "warning")
    assert [name for name, how in outcomes(done).items() if how == "FAILED"] == ["rules/department.yaml::not-monotone"]
    done = run("rules", "-v", "--perfscore-fail-on", "info")
    assert [name for name, how in outcomes(done).items() if how == "FAILED"] == [
        "rules/department.yaml::not-monotone", "rules/department.yaml::cliff",
    ]  # fmt: skip
    assert {f"rules/department.yaml::{code}" for code in REMARKS} <= set(outcomes(done))


def test_a_code_that_the_plugin_does_not_know_is_not_lost(scratch: Path, run: Run) -> None:
    finds(scratch, "some-new-code error visits")
    done = run("rules", "-v")
    assert [name for name, how in outcomes(done).items() if how == "FAILED"] == ["rules/department.yaml::other"]
    assert "some-new-code: visits有问题" in done.stdout


def test_what_examples_find_is_told_once(scratch: Path, run: Run) -> None:
    """`check` runs the examples too; the plugin has items of its own for them."""
    write(scratch, "expect: {visits: 54,", "expect: {visit: 54,")
    extra = "\nfrom perfscore.checks.examples import run_examples\nfound.check = lambda rules: tuple(run_examples(rules))\n"
    (scratch / "conftest.py").write_text(CHECK + extra, "utf-8")
    done = run("rules", "-v")
    assert [name for name, how in outcomes(done).items() if how == "FAILED"] == ["rules/department.yaml::example[走访45家]"]
    assert "unknown-id: 没有标识为“visit”的指标，是否指“visits”？" in done.stdout


def test_the_language_and_the_seed(scratch: Path, run: Run) -> None:
    finds(scratch, "gap error visits")
    done = run("rules", "--perfscore-lang", "en", "--perfscore-seed", "7")
    assert "rules/department.yaml:7:5  gap: visits is wrong" in done.stdout
    run("rules")
    assert (scratch / "called.txt").read_text("utf-8").splitlines() == ["my/department {'seed': 7}", "my/department {}"]  # once a run


def test_a_file_that_cannot_be_loaded_is_one_failing_item(scratch: Path, run: Run) -> None:
    """All its problems are told, and the other files are tested all the same."""
    bad = RULES.replace("weight: 60", "weight: 50").replace('target: ">= 50"', 'targt: ">= 50"')
    (scratch / "rules" / "bad.yml").write_text(bad, "utf-8")
    done = run("rules", "-v")
    assert [name for name, how in outcomes(done).items() if how == "FAILED"] == ["rules/bad.yml::load"]
    assert re.search(r"^rules/bad\.yml:7:\d+  unknown-key: 没有“targt”这个键，是否指“target”？$", done.stdout, re.M)
    assert re.search(r"^rules/bad\.yml:5:\d+  weights-total: ", done.stdout, re.M)
    assert "Traceback" not in done.stdout
    assert sum(name.startswith("rules/department.yaml") for name in outcomes(done)) == 2 + len(PROPERTIES) + 1


def test_items_are_chosen_as_usual(run: Run) -> None:
    assert [*outcomes(run("-v", "-k", "gap"))] == ["rules/department.yaml::gap"]
    assert [*outcomes(run("-v", "-m", "perfscore_example", "--strict-markers"))] == [f"rules/department.yaml::{name}" for name in EXAMPLES]
    assert [*outcomes(run("-v", "rules/department.yaml::example[走访45家]"))] == ["rules/department.yaml::example[走访45家]"]
    assert len(outcomes(run("-v", "-m", "perfscore_property"))) == len(PROPERTIES) + 1


def test_examples_alone_need_no_check(scratch: Path, run: Run) -> None:
    assert run("rules", "-m", "perfscore_example").returncode == 0
    assert not (scratch / "called.txt").exists()


def test_on_several_processes(run: Run) -> None:
    assert "16 passed" in run("rules", "-n", "2").stdout


def test_other_files_are_left_alone(scratch: Path, run: Run) -> None:
    """Outcome files, other programs' YAML, and a Python test beside them."""
    (scratch / "rules" / "outcomes.yaml").write_text("perfscore_outcomes: 1\noutcomes: {visits: 3}\n", "utf-8")
    (scratch / "compose.yaml").write_text("services:\n  web: {image: perfscore}\n  perfscore: {image: a}\n", "utf-8")
    (scratch / "test_own.py").write_text("def test_own():\n    pass\n", "utf-8")
    done = run("-v")
    assert len(outcomes(done)) == 2 + len(PROPERTIES) + 2
    assert outcomes(done)["test_own.py::test_own"] == "PASSED"
    assert [*outcomes(run("-v", "-p", "no:perfscore"))] == ["test_own.py::test_own"]


def test_a_run_without_rule_files_loads_nothing_of_the_library(scratch: Path, run: Run) -> None:
    (scratch / "conftest.py").unlink()
    (scratch / "rules" / "department.yaml").unlink()
    (scratch / "compose.yaml").write_text("services: {}\n", "utf-8")
    test = """
import sys
def test_loaded(request):
    assert request.config.pluginmanager.hasplugin("perfscore")
    assert sorted(name for name in sys.modules if name.split(".")[0] == "perfscore") == [
        "perfscore", "perfscore.testing", "perfscore.testing.pytest_plugin"]
    assert not {"pydantic", "yaml", "simpleeval", "click"} & set(sys.modules)
"""
    (scratch / "test_own.py").write_text(test, "utf-8")
    done = run()
    assert done.returncode == 0, done.stdout


def test_an_open_rule_set_is_tested_on_the_rows_of_its_examples(scratch: Path, run: Run) -> None:
    """60 × 36/45 = 48."""
    text = """perfscore: 1
id: my/open
total: 100
indicators:
  - {id: output, weight: 60, open: {methods: {">=": {type: ratio, above: cap}}}}
  - {id: satisfaction, unit: "%", target: ">= 90%", weight: 40, method: pass_fail}
rating: [{id: passed, label: 合格, is: ">= 0"}]
examples:
  - name: "  一行::
      36家 "
    rows: [{label: 走访, unit: 家, target: ">= 45", weight: 60}]
    outcomes: {走访: 36家, satisfaction: 90%}
    expect: {output: 48, total: 88}
"""
    (scratch / "rules" / "department.yaml").write_text(text, "utf-8")
    done = run("rules", "-v", "-m", "perfscore_example")
    assert outcomes(done) == {"rules/department.yaml::example[一行：： 36家]": "PASSED"}


def test_a_fault_of_the_check_itself_is_shown_whole(scratch: Path, run: Run) -> None:
    (scratch / "conftest.py").write_text(CHECK + "\nfound.check = lambda rules: 1 // 0\n", "utf-8")
    done = run("rules", "-k", "gap")
    assert done.returncode == 1 and "ZeroDivisionError" in done.stdout


@pytest.mark.parametrize(
    "head, yes",
    [
        ("perfscore: 1\n", True),
        ("# remarks\n\n---\nid: a\nperfscore : 1\n", True),
        ('"perfscore": 1\n', True),
        ("\ufeffperfscore: 1\r\n", True),
        ("{perfscore: 1, id: a}\n", True),
        ('{\n  "perfscore": 1\n}\n', True),
        ("perfscore:1\n", True),  # a slip of the pen that loading tells
        ("perfscore_outcomes: 1\n", False),
        ("my:\n  perfscore: 1\n", False),
        ("# perfscore: 1\n", False),
        ("note: perfscore: 1\n", False),
        ("{outcomes: {perfscore: 1}}\n", False),
        ("", False),
        ("#" * HEAD + "\nperfscore: 1\n", False),  # too far down
    ],
)
def test_a_rule_file_is_known_by_its_key(head: str, yes: bool, tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(head.encode())
    assert is_rule_file(path) is yes
    assert is_rule_file(tmp_path / "absent.yaml") is False


def test_our_own_suite_does_not_collect_rule_files() -> None:
    options: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]
    assert "-p no:perfscore" in options["addopts"]


def test_the_page_leads_to_what_exists() -> None:
    reference = (ROOT / "docs" / "rule-file.md").read_text("utf-8")
    links = re.findall(r"\]\(\.\./rule-file\.md#([^)]+)\)", PAGE)
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", reference, re.M)}
    assert links and set(links) <= headings
    assert "how-to/test-your-rules.md" in reference


def test_the_pre_commit_hook() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert (hook["id"], hook["entry"], hook["language"], hook["types"]) == ("perfscore-check", "perfscore check", "python", ["yaml"])
    assert re.search(hook["files"], "rules/department.yaml") and re.search(hook["files"], "finance/rules/a/b.yml")
    assert not re.search(hook["files"], "outcomes/2024.yaml")
    assert "`perfscore-check`" in PAGE
