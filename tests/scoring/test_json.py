"""The JSON of `score --json`: the keys of docs/json.md, numbers as texts, and back again."""

from __future__ import annotations

import json
import random
import re
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import perfscore
from perfscore.scoring import json as json_module

sys.path.insert(0, str(Path(__file__).parents[1] / "oracle"))

import generate

EXAMPLES = Path(__file__).parents[2] / "examples"
NUMBER = re.compile(r"-?\d+(\.\d*[1-9])?|-?[1-9]\d*/[1-9]\d*")

# the public contract: renaming or dropping one of these breaks other people's programs
TOP = ["schema", "rules", "unit", "total", "full", "lost", "rating", "gates", "flags", "items", "groups", "ledger", "warnings"]
ITEM = [
    "id",
    "label",
    "path",
    "weight",
    "points",
    "lost",
    "actual",
    "target",
    "method",
    "case",
    "reason",
    "quantities",
    "steps",
    "better",
    "rounding",
    "regain",
    "source",
    "warnings",
]
STEP = ["name", "formula", "substituted", "value", "rounded"]


def example(name: str) -> perfscore.Assessment:
    return perfscore.score(perfscore.load(f"examples/{name}"), EXAMPLES / name / "outcomes.yaml")


STREET = example("street-office-2024")
TOLD = STREET.to_dict()
BY_ID = {item["id"]: item for item in TOLD["items"]}


def test_keys_of_the_contract() -> None:
    assert set(TOP) <= set(TOLD)
    assert set(TOLD["rules"]) == {"id", "title", "digest"}
    assert set(TOLD["rating"]) == {"id", "label"}
    for item in TOLD["items"]:
        assert set(ITEM) <= set(item), item["id"]
        for step in item["steps"]:
            assert set(step) == set(STEP)
        for better in item["better"]:
            assert {"case", "points", "failed"} <= set(better)
            for failed in better["failed"]:
                assert {"left", "op", "right"} <= set(failed)
        if item["regain"] is not None:
            assert {"input", "to", "points"} <= set(item["regain"])
    for line in TOLD["ledger"]:
        assert "lost" in line and ("item" in line) != ("stage" in line)


def test_head() -> None:
    assert (TOLD["schema"], TOLD["unit"], TOLD["period"]) == ("perfscore-assessment-1", "某街道办事处（虚构）", "2024")
    assert (TOLD["total"], TOLD["full"], TOLD["lost"]) == ("82.87", "100", "17.13")
    assert TOLD["rating"] == {"id": "good", "label": "良"}
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", TOLD["rules"]["digest"])


def test_an_item() -> None:
    item = BY_ID["trained_workers"]
    assert (item["weight"], item["points"], item["lost"], item["actual"], item["target"]) == ("6", "4.8", "1.2", "约120人", ">= 150")
    assert item["path"] == ["履职产出", "培训网格员"]
    assert item["quantities"]["attainment"] == "0.8"
    assert item["regain"] == {
        "input": "trained_workers",
        "to": "150人",
        "points": "1.2",
        "total": "1.41",
    }
    (failed,) = item["better"][0]["failed"]
    assert failed.items() >= {"left": "actual", "left_value": "120", "op": ">=", "by": "30"}.items()
    assert "150" in (failed["right"], failed.get("right_value"))
    assert item["texts"]["deviation_reason"] == "第四季度一期培训推迟到次年"


def test_a_ratio_that_does_not_end_is_a_fraction() -> None:
    # 1180.32/1234.56 = 2459/2572
    assert BY_ID["execution_rate"]["quantities"]["attainment"] == "2459/2572"
    # 32.19 × 40/34 + 5, rounded to 42.87
    moved = Fraction("32.19") - Fraction("32.19") * 40 / 34
    assert [line["lost"] for line in TOLD["ledger"] if line.get("stage") == "output:redistribution"] == [str(moved)]


def test_what_does_not_apply() -> None:
    item = BY_ID["flood_drills"]
    assert (item["not_applicable"], item["points"], item["reason"]) == (True, "0", "not_applicable")
    assert (item["actual"], item["regain"]) == (None, None)
    assert (item["quantities"], item["steps"], item["better"]) == ({}, [], [])


def test_several_regains_stand_under_or() -> None:
    regain = BY_ID["execution_rate"]["regain"]
    assert (regain["input"], regain["to"], regain["points"]) == ("spent", "1233.95万元", "0.44")
    assert [one["input"] for one in regain["or"]] == ["budget"]


def test_a_truth_and_a_choice_are_written_as_outcomes_hold_them() -> None:
    by_item = {line.get("item"): line["regain"] for line in TOLD["ledger"] if "regain" in line}
    turned = next(regain for regain in by_item.values() if regain["input"] == "procedures.advances_open")
    assert turned == {"input": "procedures.advances_open", "to": "no", "points": "1", "total": "1"}


def test_gates_and_flags() -> None:
    assert [(gate["id"], gate["effects"]) for gate in TOLD["gates"]] == [("no_survey", {"rating_at_most": "good"})]
    assert [(flag["id"], flag["item"], flag["lacking"]) for flag in TOLD["flags"]] == [
        ("over_unexplained", "added_lifts", True), ("over_unexplained", "paved_area", False),
    ]  # fmt: skip


def numbers(told: object, path: str = "") -> list[tuple[str, object]]:
    """Every scalar that is not a text, with its path."""
    if isinstance(told, dict):
        return [found for key, value in told.items() for found in numbers(value, f"{path}.{key}")]
    if isinstance(told, list):
        return [found for k, value in enumerate(told) for found in numbers(value, f"{path}[{k}]")]
    return [] if isinstance(told, (str, bool, type(None))) else [(path, told)]


@pytest.mark.parametrize("name", ["minimal", "street-office-2024", "liwan-justice-2024"])
def test_numbers_are_texts(name: str) -> None:
    told = example(name).to_dict()
    # `case` is an ordinal, entries of `needs` are places in a list; nothing else is a JSON number
    assert {path.rsplit(".", 1)[-1].partition("[")[0] for path, _ in numbers(told)} == {"case", "failed"}
    for item in told["items"]:
        for key in ("weight", "points", "lost"):
            assert NUMBER.fullmatch(item[key]), item[key]
    for line in told["ledger"]:
        assert NUMBER.fullmatch(line["lost"])
    for key in ("total", "full", "lost"):
        assert NUMBER.fullmatch(told[key])


@pytest.mark.parametrize("name", ["minimal", "street-office-2024", "liwan-justice-2024"])
def test_round_trip(name: str) -> None:
    result = example(name)
    text = json.dumps(result.to_dict(), ensure_ascii=False)
    back = perfscore.Assessment.from_dict(json.loads(text))
    assert back.to_dict() == result.to_dict()
    assert back.explain("zh") == result.explain("zh")


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**9))
def test_every_assessment_comes_back(seed: int) -> None:
    rng = random.Random(seed)
    plain = generate.rule_set(rng)
    rules = perfscore.RuleSet.from_dict(plain)
    try:
        result = perfscore.score(rules, generate.outcomes_for(plain, rng))
    except perfscore.OutcomeError:
        assume(False)
    told = json.loads(json.dumps(result.to_dict("en")))
    back = perfscore.Assessment.from_dict(told, rules)
    assert json.loads(json.dumps(back.to_dict("en"))) == told
    assert {path.rsplit(".", 1)[-1].partition("[")[0] for path, _ in numbers({**told, "outcomes": None})} <= {"case", "row", "failed"}


RULES = (
    "perfscore: 1\nid: test/own\ntitle: 试\nsource: 虚构\ntotal: 10\n"
    "indicators: [{id: a, label: 甲, weight: 10, target: '>= %s', method: pass_fail}]\nrating: [{id: p, label: 合格, is: any}]"
)


def test_own_rules_are_given() -> None:
    rules = perfscore.loads(RULES % 5)
    told = perfscore.score(rules, {"a": 5}).to_dict()
    assert perfscore.Assessment.from_dict(told, rules).total == 10
    with pytest.raises(perfscore.RuleError):
        perfscore.Assessment.from_dict(told)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"schema": "perfscore-assessment-2"}, "schema"),
        ({"schema": None}, "schema"),
        ({"total": "9"}, "9"),
        ({"rules": {"id": "test/own", "digest": "sha256:0"}}, "sha256:0"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], words: str) -> None:
    rules = perfscore.loads(RULES % 5)
    told = {**perfscore.score(rules, {"a": 5}).to_dict(), **change}
    with pytest.raises(ValueError, match=re.escape(words)):
        perfscore.Assessment.from_dict(told, rules)


def test_other_rules_of_the_same_id_are_refused() -> None:
    told = perfscore.score(perfscore.loads(RULES % 5), {"a": 5}).to_dict()
    with pytest.raises(ValueError, match="sha256"):
        perfscore.Assessment.from_dict(told, perfscore.loads(RULES % 4))


def test_warnings_speak_the_language() -> None:
    rules = perfscore.loads(RULES.replace("weight: 10,", "weight: 10, grid: 1,") % 5)
    result = perfscore.score(rules, {"a": "5.5"})
    zh, en = result.to_dict("zh")["warnings"], result.to_dict("en")["warnings"]
    assert [(one["code"], one["severity"]) for one in zh] == [("off-grid", "warning")]
    assert "记录精度" in zh[0]["message"] and "not a multiple" in en[0]["message"]


def test_the_engine_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_module, "version", lambda: "1.2.3")
    assert json_module.engine() == "perfscore 1.2.3"
