# ruff: noqa: E501
"""Lets of a rule file: formulas, and tables of rows whose first that holds decides."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore import OutcomeError, RuleError, RuleSet, score

REGION = {"region": {"type": "choice", "values": {"east": "东部", "middle": "中部", "west": "西部"}}}
LINE = {"of": ["region"], "rows": [["east", "100%"], ["middle", "60%"], ["west", "30%"]]}


def rules(let: Mapping[str, Any], inputs: Mapping[str, Any], points: str = "actual * line", **top: Any) -> RuleSet:
    item = {"id": "a", "label": "甲", "weight": 10, "floor": 0, "cap": "weight", "method": {"type": "formula", "points": points}}
    return RuleSet.from_dict(
        {
            "perfscore": 1,
            "id": "t",
            "total": 10,
            "inputs": inputs,
            "let": let,
            "indicators": [item],
            "rating": [{"id": "one", "is": "any"}],
            **top,
        }
    )


def refused(made: RuleSet, outcomes: Mapping[str, Any]) -> list[str]:
    with pytest.raises(OutcomeError) as raised:
        score(made, outcomes)
    return [one.code for one in raised.value.problems]


def wrong(let: Mapping[str, Any], inputs: Mapping[str, Any] = REGION, points: str = "actual * line", **top: Any) -> list[str]:
    with pytest.raises(RuleError) as raised:
        rules(let, inputs, points, **top)
    return [f"{one.place} {one.code}: {one.message('en')} | {one.hint('en')}".removesuffix(" | ") for one in raised.value.problems]


@pytest.mark.parametrize("region, points", [("east", 8), ("中部", F("4.8")), ("west", F("2.4"))])
def test_a_table_of_codes(region, points) -> None:
    assert score(rules({"line": LINE}, REGION), {"region": region, "a": 8}).total == points


def test_the_value_is_a_quantity_of_the_assessment() -> None:
    result = score(rules({"line": LINE}, REGION), {"region": "middle", "a": 8})
    assert result.value("line") == F("0.6")
    assert result.item("a").quantities["line"] == F("0.6")
    assert "60%" in result.explain("zh")


TWO = {
    "of": ["region", "budget"],
    "rows": [
        ["east", ">= 1000", 3],
        ["east", "any", 2],
        [["middle", "west"], "[100, 1000)", 1],
        {"is": ["any", "< 100"], "points": "budget / 100"},
    ],
}


@pytest.mark.parametrize(
    "region, budget, line, why",
    [
        ("east", 1000, 3, "the edge"),
        ("east", "999.99", 2, "just below"),
        ("middle", 100, 1, "one of two codes, closed end"),
        ("west", 999, 1, "the other code"),
        ("west", 1000, None, "the open end: no row"),
        ("west", 50, F("0.5"), "a formula: 50/100"),
        ("east", 50, 2, "the first row that holds decides"),
    ],
)
def test_two_columns(region, budget, line, why) -> None:
    made = rules({"line": TWO}, {**REGION, "budget": {"unit": "万元"}}, "line")
    given = {"region": region, "budget": budget}
    if line is None:
        assert refused(made, given) == ["no-case"], why
    else:
        assert score(made, given).total == line, why


def test_otherwise() -> None:
    made = rules({"line": {**LINE, "rows": LINE["rows"][:1], "otherwise": "half / 5"}, "half": "1 / 2"}, REGION)
    assert score(made, {"region": "east", "a": 8}).total == 8
    assert score(made, {"region": "west", "a": 8}).total == F("0.8")  # 8 × 0.1


def test_no_row_names_the_let_and_what_it_asked() -> None:
    made = rules({"line": {"of": ["region"], "rows": [["east", 1]]}}, REGION)
    with pytest.raises(OutcomeError) as raised:
        score(made, {"region": "west", "a": 8})
    (problem,) = raised.value.problems
    assert (problem.code, str(problem.place)) == ("no-case", "let.line")
    assert "line" in problem.message("en") and "west" in problem.message("en")


def test_an_unused_let_may_have_a_hole() -> None:
    """What no item, gate or flag reads is not computed."""
    made = rules({"line": {"of": ["region"], "rows": [["east", 1]]}}, REGION, "actual")
    assert score(made, {"region": "west", "a": 8}).total == 8


def test_of_may_be_formulas_lets_and_points() -> None:
    let = {
        "rate": "spent / budget",
        "line": {"of": ["rate * 100%", "missing(b)"], "rows": [[">= 90%", "no", 1], ["any", "yes", "0.25"]], "otherwise": "0.5"},
    }
    extra = {"id": "b", "label": "加分", "floor": 0, "cap": 2, "missing": 0, "method": {"type": "formula", "points": "actual"}}
    inputs = {"spent": {"unit": "元"}, "budget": {"unit": "元"}}
    plain = rules({}, inputs, "actual").to_dict()
    (item,) = plain["indicators"]
    made = RuleSet.from_dict(
        {**plain, "let": let, "indicators": [{**item, "method": {"type": "formula", "points": "actual * line"}}, extra]}
    )
    assert score(made, {"spent": 9, "budget": 10, "b": 0, "a": 8}).total == 8
    assert score(made, {"spent": 8, "budget": 10, "b": 0, "a": 8}).total == 4  # 80 %: otherwise
    assert score(made, {"spent": 9, "budget": 10, "a": 8}).total == 2  # b is missing


def test_a_let_of_another_item() -> None:
    item = {"id": "b", "label": "乙", "weight": 10, "floor": 0, "method": {"type": "formula", "points": "actual"}}
    made = RuleSet.from_dict(
        {
            "perfscore": 1, "id": "t", "total": 20, "let": {"line": {"of": ["points(b)", "b"], "rows": [[">= 8", "> 5", 10], ["any", "any", 4]]}},
            "indicators": [{"id": "a", "label": "甲", "weight": 10, "method": {"type": "formula", "points": "line"}}, item],
            "rating": [{"id": "one", "is": "any"}],
        }
    )  # fmt: skip
    assert score(made, {"b": 8}).total == 18
    assert score(made, {"b": 7}).total == 11


def test_dates_and_truths() -> None:
    let = {
        "line": {"of": ["done", "day"], "rows": [["yes", "<= 2024-06-30", 1], ["yes", "(2024-06-30, 2024-12-31]", "0.5"], ["no", "any", 0]]}
    }
    inputs = {"done": {"type": "yes_no"}, "day": {"type": "date"}}
    made = rules(let, inputs)
    for done, day, points in (("是", "2024-06-30", 8), ("是", "2024-07-01", 4), ("否", "2024-07-01", 0)):
        assert score(made, {"done": done, "day": day, "a": 8}).total == points


def test_a_table_may_give_points_that_gates_and_lets_use() -> None:
    gates = [{"id": "low", "when": "line < 50%", "rating": "one", "because": "西部"}]
    made = rules({"line": LINE, "twice": "line * 2"}, REGION, "actual * twice", gates=gates)
    result = score(made, {"region": "west", "a": 8})
    assert (result.total, [gate.id for gate in result.gates]) == (F("4.8"), ["low"])  # 8 × 0.6
    assert score(made, {"region": "middle", "a": 8}).gates == ()


AT = "let.line"


@pytest.mark.parametrize(
    "let, told",
    [
        ({"rows": [["east", 1]]}, f'{AT} missing-key: “of” is missing in let.line | of: [region]'),
        ({"of": ["region"], "rows": []}, f"{AT} missing-key: “rows” is missing in let.line"),
        ({"of": ["region"]}, f"{AT} missing-key: “rows” is missing in let.line"),
        ({"of": ["region"], "rows": [["east", "any", 1]]}, f"{AT}.rows[0] bad-parameter: “rows 1” does not fit: 2 tests | expected: 1 test, then the points"),
        ({"of": ["region"], "rows": [["north", 1]]}, f"{AT}.rows[0][0] unknown-code: “north” is not a code of this choice | there are: east, middle, west"),
        ({"of": ["region"], "rows": [[">= 3", 1]]}, f"{AT}.rows[0][0] wrong-kind: "),
        ({"of": ["regoin"], "rows": [["east", 1]]}, f"{AT}.of[0] unknown-name: there is no quantity “regoin”, did you mean “region”?"),
        ({"of": ["region"], "rows": [["east", "1 +"]]}, f"{AT}.rows[0][1] formula-syntax: formula cannot be read: it ends too early"),
        ({"of": ["region"], "rows": [["east", "line + 1"]]}, f"{AT} cycle: "),
        ({"of": ["line"], "rows": [["> 1", 1]]}, f"{AT} cycle: "),
        ({"of": ["region"], "rows": [["east", 1]], "othrwise": 0}, f"{AT}.othrwise unknown-key: there is no key “othrwise” here, did you mean “otherwise”?"),
        ({"of": ["region"], "rows": [["east", 1]], "otherwise": "0 +"}, f"{AT}.otherwise formula-syntax: formula cannot be read: it ends too early"),
    ],
)  # fmt: skip
def test_what_is_wrong(let, told) -> None:
    (found,) = wrong({"line": let})
    assert found.startswith(told), found


def test_rows_of_different_kinds_are_refused() -> None:
    """A number in one row and a truth in the next: the let is neither."""
    found = wrong({"line": {"of": ["region"], "rows": [["east", 1], ["any", "region = 'west'"]]}})
    assert len(found) == 1 and " wrong-kind: " in found[0], found


def test_a_table_of_truths() -> None:
    let = {"eased": {"of": ["region"], "rows": [["west", "budget < 100"]], "otherwise": "budget < 10"}}
    made = rules(let, {**REGION, "budget": {}}, "10 if eased else 5")
    for region, budget, points in (("west", 99, 10), ("west", 100, 5), ("east", 99, 5), ("east", 9, 10)):
        assert score(made, {"region": region, "budget": budget}).total == points


def test_names_of_lets() -> None:
    assert [one.split(":")[0] for one in wrong({"weight": LINE}, points="1")] == ["let.weight bad-id"]
    assert [one.split(":")[0] for one in wrong({"region": LINE}, points="1")] == ["let.region duplicate-id"]
    assert wrong({"a": LINE}, points="1")[0].split(":")[0].endswith("duplicate-id")


@given(st.integers(0, 3000), st.sampled_from(["east", "middle", "west"]))
def test_a_table_is_a_chain_of_ifs(budget: int, region: str) -> None:
    """The same let, written as one formula, and by hand."""
    by_hand = None
    if region == "east":
        by_hand = F(3) if budget >= 1000 else F(2)
    elif 100 <= budget < 1000:
        by_hand = F(1)
    elif budget < 100:
        by_hand = F(budget, 100)
    given = {"region": region, "budget": budget}
    if by_hand is None:
        assert refused(TABLE, given) == ["no-case"]
    else:
        assert score(TABLE, given).total == by_hand == score(CHAIN, given).total


TABLE = rules({"line": TWO}, {**REGION, "budget": {}}, "line")
CHAIN = rules(
    {"line": "(3 if budget >= 1000 else 2) if region = 'east' else 1 if 100 <= budget < 1000 else budget / 100"},
    {**REGION, "budget": {}},
    "line",
)


def test_rules_come_back() -> None:
    made = rules({"line": TWO}, {**REGION, "budget": {}})
    for again in (RuleSet.from_dict(made.to_dict()), pickle.loads(pickle.dumps(made))):
        assert (again.digest, again.to_dict()) == (made.digest, made.to_dict())
        result = score(again, {"region": "east", "budget": 5, "a": 4})
        assert result.total == 8
        assert pickle.loads(pickle.dumps(result)).to_dict() == result.to_dict()
