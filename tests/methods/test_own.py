# ruff: noqa: E501
"""自定义方法: a method that the rule file defines once and uses like a built-in one."""

from __future__ import annotations

import pickle
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore import RuleError, RuleSet, score

LADDER = {
    "my_ladder": {
        "parameters": {"step": "5%", "most": None},
        "let": {"rungs": "floor((actual - target) / step)", "gained": "min(rungs * weight / 10, most)"},
        "cases": [
            {"when": "actual < target", "points": 0, "reason": "below"},
            {"when": "gained = most", "points": "most", "reason": "at_most"},
        ],
        "otherwise": "gained",
    }
}
LEAF = {"unit": "%", "target": ">= 80%", "method": {"type": "my_ladder", "most": "weight"}}


@pytest.mark.parametrize(
    "method, actual, points, reason, case, why",
    [
        ({"most": "weight"}, "79.99%", 0, "below", 1, "below the target"),
        ({"most": "weight"}, "80%", 0, "otherwise", 3, "no rung yet"),
        ({"most": "weight"}, "84.99%", 0, "otherwise", 3, "not a whole rung of 5 %"),
        ({"most": "weight"}, "85%", 1, "otherwise", 3, "one rung of 10/10"),
        ({"most": "weight"}, "97%", 3, "otherwise", 3, "17/5 = 3.4: three rungs"),
        ({"most": "weight"}, "130%", 10, "at_most", 2, "50/5 = 10 rungs"),
        ({"most": 3}, "130%", 3, "at_most", 2, "at most 3"),
        ({"most": 3, "step": "10%"}, "95%", 1, "otherwise", 3, "15/10: one rung"),
        ({"most": "weight / 4", "step": "1%"}, "82%", 2, "otherwise", 3, "two rungs, below 2.5"),
        ({"most": "line * 2", "step": "1%"}, "99%", 4, "at_most", 2, "a parameter may use inputs of the file: 2 × 2"),
    ],
)
def test_parameters(one, method, actual, points, reason, case, why) -> None:
    leaf = {**LEAF, "method": {"type": "my_ladder", **method}}
    assert one(leaf, actual, {"line": 2}, methods=LADDER, inputs={"line": {}}) == (points, reason, case), why


def test_a_list_of_parameters_has_no_defaults(one, wrong) -> None:
    methods = {"m": {"parameters": ["low", "high"], "otherwise": "clamp(actual, low, high)"}}
    assert one({"method": {"type": "m", "low": 2, "high": 7}}, 9, methods=methods) == (7, "otherwise", 1)
    assert one({"method": {"type": "m", "low": 2, "high": 7}}, 1, methods=methods) == (2, "otherwise", 1)
    assert wrong({"method": {"type": "m", "low": 2}}, methods=methods) == [
        "indicators[0].method missing-key: “high” is missing in “甲” | high: …"
    ]
    assert wrong({"method": "m"}, methods=methods) == [
        "indicators[0].method missing-key: “low” is missing in “甲” | low: …",
        "indicators[0].method missing-key: “high” is missing in “甲” | high: …",
    ]  # fmt: skip


def test_no_parameters_at_all(one) -> None:
    methods = {"half": {"cases": [{"when": "actual > 0", "points": "weight / 2", "label": "一半"}, {"when": "actual = 0", "points": 0}]}}
    assert one({"method": "half"}, 3, methods=methods) == (5, "case_1", 1)
    assert one({"method": "half"}, 0, methods=methods) == (0, "case_2", 2)
    assert one({"method": "half"}, -1, methods=methods) == ("no-case",)


def test_a_definition_can_refuse(one) -> None:
    methods = {"m": {"cases": [{"when": "actual < 0", "refuse": "不应为负"}], "otherwise": "actual"}}
    assert one({"method": "m"}, 3, methods=methods) == (3, "otherwise", 2)
    assert one({"method": "m"}, -3, methods=methods) == ("refused",)


def test_two_items_with_parameters_of_their_own() -> None:
    rules = RuleSet.from_dict(
        {
            "perfscore": 1, "id": "t", "total": 30, "methods": {"scaled": {"parameters": {"by": 1}, "let": {"made": "actual * by"}, "otherwise": "made"}},
            "indicators": [
                {"id": "a", "weight": 10, "method": {"type": "scaled", "by": 2}},
                {"id": "b", "weight": 20, "method": "scaled"},
            ],
            "rating": [{"id": "one", "is": "any"}],
        }
    )  # fmt: skip
    result = score(rules, {"a": 4, "b": 7})
    assert (result.points["a"], result.points["b"], result.total) == (8, 7, 15)  # 4 × 2, 7 × 1
    assert (result.item("a").method, result.item("b").method) == ("scaled", "scaled")
    assert (result.item("a").quantities["by"], result.item("b").quantities["by"]) == (2, 1)


def test_words_of_the_definition_stand_before_ids_of_the_file(one) -> None:
    """`step` is a parameter and an input of the file: inside of the method it is the parameter."""
    methods = {"m": {"parameters": ["step"], "otherwise": "actual * step"}}
    assert one({"method": {"type": "m", "step": 3}}, 2, {"step": 100}, methods=methods, inputs={"step": {}})[0] == 6


def test_a_parameter_that_names_itself_is_the_input_of_the_file_or_a_cycle(one, wrong) -> None:
    """`step: step` cannot mean two things silently."""
    methods = {"m": {"parameters": ["step"], "otherwise": "actual * step"}}
    told = wrong({"method": {"type": "m", "step": "step"}}, methods=methods)
    assert [one.split(":")[0].split()[-1] for one in told] == ["cycle"]


def test_flags_know_the_type(build) -> None:
    flags = [{"id": "f", "for": {"method": "m"}, "when": "actual > 5"}]
    rules = build({"method": "m"}, methods={"m": {"otherwise": "actual"}}, flags=flags)
    assert [flag.id for flag in score(rules, {"a": 6}).flags] == ["f"]
    assert score(rules, {"a": 5}).flags == ()


@pytest.mark.parametrize(
    "methods, method, told",
    [
        ({"ratio": {"otherwise": 1}}, {"type": "formula", "points": 1}, "methods.ratio bad-id: "),
        ({"each": {"otherwise": 1}}, {"type": "formula", "points": 1}, "methods.each bad-id: "),
        ({"2nd": {"otherwise": 1}}, {"type": "formula", "points": 1}, 'methods["2nd"] bad-id: '),
        ({"m": {"parameters": ["weight"], "otherwise": 1}}, {"type": "formula", "points": 1}, "methods.m.parameters[0] bad-id: "),
        ({"m": {"parameters": {"actual": 1}, "otherwise": 1}}, {"type": "formula", "points": 1}, "methods.m.parameters.actual bad-id: "),
        ({"m": {"parameters": ["x"], "let": {"x": 1}, "otherwise": 1}}, {"type": "formula", "points": 1}, "methods.m.let.x duplicate-id: "),
        ({"m": {"parameters": ["x", "x"], "otherwise": 1}}, {"type": "formula", "points": 1}, "methods.m.parameters[1] duplicate-id: "),
        ({"m": {"let": {"min": 1}, "otherwise": 1}}, {"type": "formula", "points": 1}, "methods.m.let.min bad-id: "),
        ({"m": {"parameters": ["x"]}}, {"type": "formula", "points": 1}, "methods.m missing-key: “cases” is missing in methods.m"),
        ({"m": {"cases": []}}, {"type": "formula", "points": 1}, "methods.m missing-key: “cases” is missing in methods.m"),
        ({"m": {"otherwise": 1}}, {"type": "m", "step": 3}, "indicators[0].method.step unknown-parameter: method m has no parameter “step”"),
        ({"m": {"otherwise": 1}}, "n", "indicators[0].method unknown-method: there is no method “n”"),
        ({"m": {"cases": [{"when": "actual > 0"}], "otherwise": 1}}, "m", "methods.m.cases[0] missing-key: “points” is missing"),
        ({"m": {"cases": [{"when": "actual > 0", "points": 1, "refuse": "x"}], "otherwise": 1}}, "m", "methods.m.cases[0] bad-parameter: "),
        ({"m": {"cases": [{"when": "actual >", "points": 1}], "otherwise": 1}}, "m", "methods.m.cases[0].when formula-syntax: formula cannot be read: it ends too early"),
        ({"m": {"let": {"x": "actual +"}, "otherwise": "x"}}, "m", "methods.m.let.x formula-syntax: formula cannot be read: it ends too early"),
        ({"m": {"otherwise": "actuel"}}, "m", "methods.m.otherwise unknown-name: there is no quantity “actuel”"),
        ({"m": {"otherwise": "actual > 3"}}, "m", "methods.m.otherwise wrong-kind: "),
        ({"m": {"let": {"x": "y", "y": "x"}, "otherwise": "x"}}, "m", "methods.m.let.x cycle: "),
        ({"m": {"parameters": ["x"], "otherwise": "x"}}, {"type": "m", "x": "3 +"}, "indicators[0].method.x formula-syntax: formula cannot be read: it ends too early"),
        ({"m": {"parameter": ["x"], "otherwise": 1}}, "m", "methods.m.parameter unknown-key: there is no key “parameter” here, did you mean “parameters”?"),
    ],
)  # fmt: skip
def test_what_is_wrong(wrong, methods, method, told) -> None:
    (found,) = wrong({"method": method}, methods=methods)
    assert found.startswith(told), found


def test_a_mistake_in_a_definition_that_two_items_use_is_told_once() -> None:
    rules = {
        "perfscore": 1, "id": "t", "total": 20, "methods": {"m": {"let": {"x": "actuel"}, "otherwise": "x"}},
        "indicators": [{"id": "a", "weight": 10, "method": "m"}, {"id": "b", "weight": 10, "method": "m"}],
        "rating": [{"id": "one", "is": "any"}],
    }  # fmt: skip
    with pytest.raises(RuleError) as raised:
        RuleSet.from_dict(rules)
    assert [(one.code, str(one.place)) for one in raised.value.problems] == [("unknown-name", "methods.m.let.x")]


# --- always ---------------------------------------------------------------------------------------------------------


def whole(leaf: dict[str, Any], **top: Any) -> dict[str, Any]:
    return {
        "perfscore": 1, "id": "t", "total": 10, "indicators": [{"id": "a", "label": "甲", "weight": 10, **leaf}],
        "rating": [{"id": "one", "is": "any"}], **top,
    }  # fmt: skip


OWN = RuleSet.from_dict(whole({**LEAF, "method": {"type": "my_ladder", "most": "weight", "step": "2%"}}, methods=LADDER))
# the same, written as cases of the item
WRITTEN = RuleSet.from_dict(
    whole(
        {
            **LEAF,
            "method": {
                "type": "formula",
                "let": {"rungs": "floor((actual - target) / 2%)", "gained": "min(rungs * weight / 10, weight)"},
                "cases": [*LADDER["my_ladder"]["cases"][:1], {"when": "gained = weight", "points": "weight", "reason": "at_most"}],
                "otherwise": "gained",
            },
        }
    )
)


@given(st.integers(0, 15000))
def test_a_method_is_its_cases_with_the_parameters_put_in(n: int) -> None:
    actual = f"{n // 100}.{n % 100:02}%"
    own, written = (score(rules, {"a": actual}).item("a") for rules in (OWN, WRITTEN))
    assert (own.points, own.reason, own.case) == (written.points, written.reason, written.case)
    by_hand = F(0) if n < 8000 else min(F((n - 8000) // 200), F(10))
    assert own.points == by_hand


def test_rules_come_back_from_plain_data_and_pickles() -> None:
    for again in (RuleSet.from_dict(OWN.to_dict()), pickle.loads(pickle.dumps(OWN))):
        assert (again.digest, again.to_dict()) == (OWN.digest, OWN.to_dict())
        result = score(again, {"a": "91%"})
        assert result.total == 5  # 11/2: five rungs
        assert pickle.loads(pickle.dumps(result)).to_dict() == result.to_dict()
    assert OWN.to_dict()["methods"]["my_ladder"]["parameters"] == {"step": "5%", "most": None}
