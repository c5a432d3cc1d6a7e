# ruff: noqa: E501
"""Open groups: rules that leave the items of a group to the form, and the rows that close them."""

from __future__ import annotations

import pickle
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfscore import Assessment, RuleError, RuleSet, load, score

METHODS = {
    ">=": {"type": "ratio", "above": "cap"},
    "<=": {"type": "ratio", "reverse": "complement", "above": "cap"},
    "=": {"type": "ratio", "equal": "two_sided", "above": "cap"},
    "interval": "pass_fail",
    "text": {
        "type": "grade",
        "levels": [{"id": "met", "label": "达成", "share": 1}, {"id": "partly", "label": "部分达成", "share": "[60%, 80%]"}],
    },
}
OPEN: dict[str, Any] = {
    "perfscore": 1, "id": "t/open", "title": "开放", "total": 100,
    "indicators": [
        {"id": "output", "label": "产出指标", "weight": 60, "open": {"methods": METHODS, "min_items": 2}},
        {"id": "execution", "label": "预算执行率", "weight": 40, "unit": "%", "target": ">= 100%", "method": {"type": "ratio", "above": "cap"}},
    ],
    "rating": [{"id": "one", "is": "any"}],
}  # fmt: skip
ROWS: list[dict[str, Any]] = [
    {"label": "法律意见", "weight": 20, "unit": "份", "target": ">= 1200"},
    {"label": "投诉", "weight": 10, "unit": "件", "target": "<= 10"},
    {"label": "培训", "weight": 10, "unit": "次", "target": "4"},
    {"label": "时长", "weight": 10, "unit": "天", "target": "[5, 8]"},
    {"label": "制度建设", "weight": 10, "target": "建立健全内控制度"},
]
GIVEN = {
    "法律意见": "900份", "投诉": "12件", "培训": "3次", "时长": "8天",
    "制度建设": {"grade": "partly", "share": "70%", "by": "评审组", "because": "缺一项"}, "execution": "95%",
}  # fmt: skip
POINTS = {
    "法律意见": 15,  # 20 × 900/1200
    "投诉": 8,  # 10 × (2 − 12/10)
    "培训": F("7.5"),  # 10 × (1 − 1/4)
    "时长": 10,  # within
    "制度建设": 7,  # 70 % of 10
    "execution": 38,  # 40 × 95 %
}


def opened(**more: Any) -> RuleSet:
    return RuleSet.from_dict({**OPEN, **more})


def told(rules: RuleSet, rows: Any) -> list[str]:
    with pytest.raises(RuleError) as raised:
        rules.bind(rows)
    return [f"{one.place} {one.code}: {one.message('en')} | {one.hint('en')}".removesuffix(" | ") for one in raised.value.problems]


def test_rows_become_items() -> None:
    rules = opened()
    assert rules.open_groups == ("output",)
    bound = rules.bind(ROWS)
    assert bound.open_groups == ()
    assert list(bound.items) == [*(row["label"] for row in ROWS), "execution"]
    assert bound.groups["output"].children == tuple(row["label"] for row in ROWS)
    result = score(bound, GIVEN)
    assert {id: result.points[id] for id in POINTS} == POINTS
    assert result.total == F("85.5") == sum(POINTS.values())
    methods = {id: result.item(id).method for id in POINTS}
    assert methods == {
        "法律意见": "ratio",
        "投诉": "ratio",
        "培训": "ratio",
        "时长": "pass_fail",
        "制度建设": "grade",
        "execution": "ratio",
    }
    assert result.item("制度建设").target is None
    assert result.item("制度建设").about["criteria"] == "建立健全内控制度"


def test_what_was_open_stays_open() -> None:
    """Binding makes a new rule set; the old one can be bound again with other rows."""
    rules = opened()
    first = rules.bind(ROWS)
    other = rules.bind(
        [
            {"label": "甲", "weight": 30, "target": ">= 3"},
            {"label": "乙", "weight": 30, "target": "yes", "type": "yes_no", "method": "pass_fail"},
        ]
    )
    assert (len(first.items), list(other.items)) == (6, ["甲", "乙", "execution"])
    assert rules.open_groups == ("output",)
    assert score(other, {"甲": 1, "乙": "是", "execution": "100%"}).total == 80  # 10 + 30 + 40
    assert len({rules.digest, first.digest, other.digest}) == 3


def test_the_same_rows_give_the_same_rules() -> None:
    assert opened().bind(ROWS).digest == opened().bind([dict(row) for row in ROWS]).digest
    ours = [dict(row) for row in ROWS]
    opened().bind(ours)
    assert ours == ROWS, "the rows of the caller are left as they are"


@pytest.mark.parametrize(
    "target, method",
    [
        (">= 3", ">="), ("> 3", ">="), ("≥ 3", ">="), ("<= 3", "<="), ("< 3", "<="), ("≤ 3", "<="), ("3", "="), ("= 3", "="), ("95%", "="),
        ("[1, 3]", "interval"), ("(1, 3]", "interval"), ("完成", "text"), ("建立健全制度，不少于3项", "text"), (None, "text"),
    ],
)  # fmt: skip
def test_the_sign_of_a_target(target: str | None, method: str) -> None:
    """Every sign has a method of its own here, so the method shows how the target was read."""
    marks = {">=": 1, "<=": 2, "=": 3, "interval": 4, "text": 5}
    methods = {key: {"type": "formula", "points": mark} for key, mark in marks.items()}
    rules = opened(indicators=[{"id": "output", "label": "产出", "weight": 100, "open": {"methods": methods}}])
    row: dict[str, Any] = {"id": "a", "label": "甲", "weight": 100, "unit": "%" if target == "95%" else "份"}
    if target is not None:
        row["target"] = target
    assert score(rules.bind([row]), {}).total == marks[method]


def test_ids_of_rows() -> None:
    """From the label where that can be an id and is free; else row_k."""
    rows = [
        {"label": "培训 人次", "weight": 10, "target": ">= 1"},
        {"label": "execution", "weight": 10, "target": ">= 1"},
        {"label": "甲", "weight": 10, "target": ">= 1"},
        {"label": "甲", "weight": 10, "target": ">= 1"},
        {"id": "own", "label": "乙", "weight": 10, "target": ">= 1"},
        {"weight": 10, "target": ">= 1"},
    ]
    bound = opened().bind(rows)
    assert list(bound.items) == ["row_1", "row_2", "甲", "row_4", "own", "row_6", "execution"]
    assert bound.items["row_1"].label == "培训 人次"


def test_a_row_may_bring_its_method() -> None:
    rows = [
        {"id": "a", "weight": 30, "target": ">= 4", "method": {"type": "ratio", "above": {"extend": "120%"}}, "cap": 36},
        {"id": "b", "weight": 30, "target": ">= 1"},
    ]
    bound = opened().bind(rows)
    assert score(bound, {"a": 5, "b": 1, "execution": "100%"}).total == 106  # 30 × 1.2 + 30 + 40


def test_numbers_of_a_form_may_be_numbers() -> None:
    rows = [{"id": "a", "weight": 30, "target": 4}, {"id": "b", "weight": F(30), "target": ">= 1"}]
    assert score(opened().bind(rows), {"a": 3, "b": 1, "execution": "100%"}).total == F("92.5")  # 30 × (1 − 1/4) + 30 + 40


def test_several_open_groups_want_the_group_of_a_row() -> None:
    parts = [{"id": id, "label": id, "weight": 50, "open": {"methods": METHODS}} for id in ("quantity", "quality")]
    rules = opened(indicators=[{"id": "output", "label": "产出", "weight": 100, "children": parts}])
    assert rules.open_groups == ("quantity", "quality")
    rows = [
        {"group": "quality", "id": "a", "weight": 50, "target": ">= 1"},
        {"group": "quantity", "id": "b", "weight": 50, "target": ">= 1"},
    ]
    bound = rules.bind(rows)
    assert (bound.groups["quantity"].children, bound.groups["quality"].children) == (("b",), ("a",))
    assert score(bound, {"a": "0.5", "b": 1}).total == 75
    (found,) = told(rules, [*rows, {"id": "c", "weight": 1, "target": ">= 1"}])
    assert found == "rows[2] missing-key: “group” is missing in this row | open groups: quantity, quality"
    assert told(rules, rows[:1]) == [
        "indicators[0].children[0] open-rules: the group “quantity” of the rules has no items yet; a form has to give them | give at least 1 row of this group"
    ]


def test_open_rules_score_nothing() -> None:
    for outcomes in ({}, {"execution": "95%"}):
        for _ in range(3):  # the second and later assessments of a rule set go another way
            with pytest.raises(RuleError) as raised:
                score(RULES, outcomes)
            (problem,) = raised.value.problems
            assert (problem.code, problem.facts["found"]) == ("open-rules", "产出指标")


RULES = opened()

BOTH = [dict(row, weight=30) for row in ROWS[:2]]


@pytest.mark.parametrize(
    "rows, found",
    [
        ([], ["indicators[0] open-rules: the group “产出指标” of the rules has no items yet; a form has to give them | give at least 2 rows of this group"]),
        ([dict(ROWS[0], weight=60)], ["indicators[0].open.min_items bad-parameter: “rows of 产出指标” does not fit: 1 | expected: at least 2 (min_items)"]),
        ([dict(BOTH[0], group="outputs"), *BOTH], ["rows[0].group unknown-id: there is no open group with the id “outputs”, did you mean “output”? | open groups: output"]),
        ([dict(BOTH[0], group="execution"), *BOTH], ["rows[0].group unknown-id: there is no open group with the id “execution” | open groups: output"]),
    ],
)  # fmt: skip
def test_rows_that_do_not_fit_the_groups(rows, found) -> None:
    assert told(RULES, rows) == found


@pytest.mark.parametrize(
    "row, start",
    [
        ({"weight": 30, "target": ">= x"}, "rows[1].target unknown-name: "),
        ({"weight": 30, "target": ">= 3", "wieght": 3}, "rows[1].wieght unknown-key: "),
        ({"weight": "三十", "target": ">= 3"}, "rows[1].weight bad-number: "),
        ({"weight": 31, "target": ">= 3"}, "indicators[0].weight weights-group: children of “产出指标” add up to 61, expected 60"),
        ({"target": ">= 3"}, "rows[1] missing-key: “weight” is missing"),
        ({"id": "execution", "weight": 30, "target": ">= 3"}, "indicators[1].id duplicate-id: "),
        ({"id": "1a", "weight": 30, "target": ">= 3"}, "rows[1].id bad-id: "),
        ({"weight": 30, "target": ">= 3", "method": "ratios"}, "rows[1].method unknown-method: "),
        ({"weight": 30, "target": ["a", "b"]}, "rows[1].target "),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_stands_at_the_row(row, start) -> None:
    (found,) = told(RULES, [BOTH[0], row])
    assert found.startswith(start), found


def test_a_sign_without_a_method_is_told_at_the_target() -> None:
    methods = {">=": {"type": "ratio", "above": "cap"}}
    rules = opened(indicators=[{"id": "output", "label": "产出", "weight": 100, "open": {"methods": methods}}])
    assert told(rules, [{"id": "a", "weight": 50, "target": "<= 3"}, {"id": "b", "weight": 50}]) == [
        "rows[0].target bad-parameter: “target” does not fit: <= 3 | expected: a method for “<=” under open.methods",
        "rows[1] bad-parameter: “target” does not fit: empty | expected: a method for “text” under open.methods",
    ]


@pytest.mark.parametrize("target", [">= 3 +", ">= 1200份报告", "<= (", "[1, 2 +]", "= = 3"])
def test_a_target_with_a_sign_that_cannot_be_read(target) -> None:
    """It is a mistake in a number, and no objective in words."""
    (found,) = told(RULES, [BOTH[0], {"weight": 30, "target": target}])
    assert found.startswith("rows[1].target formula-syntax: "), found


@pytest.mark.parametrize(
    "target, unit, read, of",
    [
        ("10场", None, "= 10", "场"),
        ("≥10场", None, ">= 10", "场"),
        ("＞ 10 场", None, "> 10", "场"),
        ("不少于3万人次", None, ">= 30000", "人次"),  # 3 × 10000
        ("不超过500元", "万元", "<= 0.05", "万元"),  # 500 ÷ 10000
        ("<= 500万元", None, "<= 500", "万元"),
        ("至少1080万", "万元", ">= 1080", "万元"),
        ("不低于95%", None, ">= 95%", None),
        ("≥95.5%", "%", "≥95.5%", "%"),  # a test of rule files as it stands
        ("3项制度建设", "项制度建设", "= 3", "项制度建设"),
        ("≤2个月", None, "<= 2", "个月"),
    ],
)
def test_targets_as_forms_write_them(target: str, unit: str | None, read: str, of: str | None) -> None:
    """The unit that stands behind the number becomes the unit of the row, or is converted to it; nothing turns into words."""
    methods = {">=": "pass_fail", "<=": "pass_fail", "=": "pass_fail", "text": METHODS["text"]}
    rules = opened(indicators=[{"id": "output", "label": "产出", "weight": 100, "open": {"methods": methods}}])
    item = rules.bind([{"id": "a", "label": "甲", "weight": 100, "target": target, **({"unit": unit} if unit else {})}])
    assert item.items["a"].about["target"] == read
    (declared,) = item.inputs
    assert (declared.unit.text if declared.unit else None) == of


@pytest.mark.parametrize("target", ["3项制度建设", "建立健全制度，不少于3项", "2024年", "12月", "10-12场", "完成"])
def test_objectives_in_words_stay_words(target: str) -> None:
    bound = opened().bind([{"id": "a", "weight": 30, "target": target}, {"id": "b", "weight": 30, "target": ">= 1"}])
    assert (bound.items["a"].about["method"], bound.items["a"].about["criteria"]) == ("grade", target)


@pytest.mark.parametrize(
    "row, start",
    [
        ({"target": "约10场"}, "rows[0].target unreadable-quantity: “约10场” cannot be read as one quantity | a target says where it ends"),
        ({"target": "10场以上"}, "rows[0].target unreadable-quantity: "),
        ({"target": "10人", "unit": "场"}, "rows[0].target wrong-dimension: units do not fit: 人 and 场"),
    ],
)
def test_targets_that_are_not_firm(row: dict[str, Any], start: str) -> None:
    (found,) = told(RULES, [{"label": "甲", "weight": 30, **row}, dict(ROWS[0], weight=30)])
    assert found.startswith(start), found


@pytest.mark.parametrize("rows, type", [(None, "NoneType"), ({"label": "甲"}, "dict"), ("甲", "str"), (3, "int")])
def test_rows_are_a_list(rows: Any, type: str) -> None:
    assert told(RULES, rows) == [f"rows bad-parameter: “rows” does not fit: {type} | expected: a list of rows, each a mapping of keys"]


def test_open_rules_say_where_the_group_stands(tmp_path: Any) -> None:
    path = tmp_path / "open.yaml"
    path.write_text(
        "perfscore: 1\nid: t\ntotal: 10\nindicators:\n  - {id: g, weight: 10, open: {methods: {'>=': {type: ratio, above: cap}}}}\n"
        "rating: [{id: one, is: any}]\n"
    )  # fmt: skip
    with pytest.raises(RuleError) as raised:
        score(load(path), {})
    assert [str(one.place) for one in raised.value.problems] == [f"{path}:5:5"]


def test_all_problems_of_all_rows_at_once() -> None:
    rows = [{"weight": "三十", "target": ">= 3"}, {"weight": 30, "target": ">= (", "label": "乙"}]
    assert [one.split(":")[0] for one in told(RULES, rows)] == ["rows[0].weight bad-number", "rows[1].target formula-syntax"]


@pytest.mark.parametrize(
    "node, start",
    [
        ({"open": {"methods": METHODS}, "children": [{"id": "a", "weight": 60, "method": "pass_fail", "target": ">= 1"}]}, "indicators[0].open bad-parameter: “open” does not fit: children | expected: open, or children, not both"),
        ({"open": {"methods": {">": "ratio"}}}, "indicators[0].open.methods"),
        ({"open": {"method": METHODS}}, "indicators[0].open.method unknown-key: "),
        ({"open": {"methods": METHODS}, "method": "pass_fail"}, "indicators[0].method bad-parameter: "),
    ],
)  # fmt: skip
def test_open_groups_that_are_wrong(node, start) -> None:
    with pytest.raises(RuleError) as raised:
        opened(indicators=[{"id": "output", "label": "产出指标", "weight": 60, **node}, OPEN["indicators"][1]])
    (found,) = [f"{one.place} {one.code}: {one.message('en')} | {one.hint('en')}" for one in raised.value.problems]
    assert found.startswith(start), found


@pytest.mark.parametrize("least", ["none", "-1", "1.5"])
def test_the_least_number_of_rows_is_a_count(least) -> None:
    with pytest.raises(RuleError) as raised:
        opened(
            indicators=[
                {"id": "output", "label": "产出指标", "weight": 60, "open": {"methods": METHODS, "min_items": least}},
                OPEN["indicators"][1],
            ]
        )
    code = "bad-number" if least == "none" else "bad-parameter"
    assert [(one.code, str(one.place)) for one in raised.value.problems] == [(code, "indicators[0].open.min_items")]


def test_combine_and_gates_of_an_open_group(tmp_path) -> None:
    """The group keeps all its other keys."""
    node = {"id": "output", "label": "产出指标", "weight": 60, "out_of": 100, "open": {"methods": METHODS}}
    rules = opened(
        indicators=[node, OPEN["indicators"][1]],
        gates=[{"id": "veto", "when": "any(points_in(output) = 0)", "on": ["output"], "at_most": 30}],
    )
    bound = rules.bind([{"id": "a", "weight": 60, "target": ">= 2"}, {"id": "b", "weight": 40, "target": ">= 2"}])
    assert score(bound, {"a": 2, "b": 1, "execution": "100%"}).total == 88  # 80/100 × 60 + 40
    assert score(bound, {"a": 2, "b": 0, "execution": "100%"}).total == 70  # 36, at most 30


def test_rules_from_a_file_keep_its_places_for_the_rest(tmp_path) -> None:
    path = tmp_path / "open.yaml"
    path.write_text(
        "perfscore: 1\nid: t\ntotal: 10\nindicators:\n  - {id: g, weight: 10, open: {methods: {'>=': {type: ratio, above: cap}}}}\n"
        "rating: [{id: one, is: any}]\n"
    )  # fmt: skip
    rules = load(path)
    (found,) = told(rules, [{"id": "a", "weight": 9, "target": ">= 1"}])
    assert found.startswith(f"{path}:5:"), found
    assert "weights-group" in found
    (found,) = told(rules, [{"id": "a", "weight": 10, "target": ">= 1 +"}])
    assert found.startswith("rows[0].target formula-syntax"), found


def test_rules_and_results_come_back() -> None:
    bound = RULES.bind(ROWS)
    for again in (RuleSet.from_dict(bound.to_dict()), pickle.loads(pickle.dumps(bound))):
        assert (again.digest, again.to_dict(), again.open_groups) == (bound.digest, bound.to_dict(), ())
        result = score(again, GIVEN)
        assert result.total == F("85.5")
        assert Assessment.from_dict(result.to_dict(), bound).to_dict() == result.to_dict()
        assert pickle.loads(pickle.dumps(result)).to_dict() == result.to_dict()
    assert pickle.loads(pickle.dumps(RULES)).open_groups == ("output",)
    assert RuleSet.from_dict(RULES.to_dict()).digest == RULES.digest


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 50), st.integers(0, 60)), min_size=2, max_size=6))
def test_a_bound_group_is_a_written_group(rows: list[tuple[int, int, int]]) -> None:
    """The same items written in the file give the same points."""
    whole = sum(weight for weight, _, _ in rows)
    items = [{"id": f"i{k}", "label": f"指标{k}", "weight": weight, "target": f">= {target}"} for k, (weight, target, _) in enumerate(rows)]
    top = {**OPEN, "total": whole}
    open_group = {"id": "g", "label": "组", "weight": whole, "open": {"methods": METHODS}}
    written_group = {"id": "g", "label": "组", "weight": whole, "children": [{**item, "method": METHODS[">="]} for item in items]}
    bound = RuleSet.from_dict({**top, "indicators": [open_group]}).bind(items)
    written = RuleSet.from_dict({**top, "indicators": [written_group]})
    outcomes = {f"i{k}": actual for k, (_, _, actual) in enumerate(rows)}
    assert score(bound, outcomes).to_dict()["items"] == score(written, outcomes).to_dict()["items"]
    assert score(bound, outcomes).total == sum((weight * min(F(actual, target), F(1)) for weight, target, actual in rows), F(0))
