# ruff: noqa: E501
"""The exact reading: rationals at every node, what simpleeval would do by itself and must not, limits, what is missing."""

import datetime
import math
import time
from fractions import Fraction as F

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from perfscore.finding import Place
from perfscore.formula import tree
from perfscore.formula.parse import parse
from perfscore.formula.tree import Tree
from perfscore.numbers.date import Day
from perfscore.numbers.rounding import Rounding
from perfscore.readings.exact import BROKEN, MISSING, Evaluation, Program, Value, evaluate, to_ast
from perfscore.ruleset.context import REFUSED
from perfscore.steps import Case, Cases, Input, Refusal, Round, Step, Steps

EMPTY = Program(Steps([]))


def day(*date: int) -> Day:
    return Day.of(datetime.date(*date))


def value(text: str, **names: Value) -> Value | None:
    return Evaluation(EMPTY, dict(names)).of(parse(text))


def steps(**texts: str) -> Steps:
    """Quantities by name; `?` is an input."""
    made = (
        Step(name, "input", Input(name, name))
        if text == "?"
        else Step(name, "quantity", parse(text, Place("r.yaml", 3, 5)), Place("r.yaml", 3, 5))
        for name, text in texts.items()
    )
    return Steps(made)


@pytest.mark.parametrize(
    "text, expected, why",
    [
        ("0.1 + 0.2", F(3, 10), "floats give 0.30000000000000004"),
        ("0.95", F(19, 20), "a float is 0.9499…"),
        ("0.95 * 20 = 19", True, "exact equality"),
        ("1 / 3 * 3 = 1", True, "exact division"),
        ("7 / 2", F(7, 2), "no integer division"),
        ("2 ** 10", F(1024), "2¹⁰"),
        ("(1/2) ** 3", F(1, 8), "(½)³"),
        ("0 ** 0", F(1), "as in Python"),
        ("-2 ** 2", F(-4), "−(2²)"),
        ("2 - -3", F(5), "2 + 3"),
        ("1e99 / 1e98", F(10), "exact powers of ten"),
        ("95% * 100", F(95), "95/100 × 100"),
        ("5‰", F(1, 200), "5/1000"),
        ("round(0.5)", F(1), "half goes away from zero, Python's round gives 0"),
        ("round(1.5)", F(2), "2"),
        ("round(2.5)", F(3), "Python's round gives 2"),
        ("round(-2.5)", F(-3), "away from zero"),
        ("round(2.675, 2)", F("2.68"), "a float would give 2.67"),
        ("round(1234, -2)", F(1200), "to hundreds"),
        ("floor(-1.5)", F(-2), "down"),
        ("floor(1.29, 1)", F("1.2"), "down to a tenth"),
        ("ceil(1.21, 1)", F("1.3"), "up to a tenth"),
        ("ceil(-1.5)", F(-1), "up"),
        ("abs(-3.5)", F("3.5"), ""),
        ("min(3, 1, 2)", F(1), ""),
        ("max(3, 1, 2)", F(3), ""),
        ("sum(1, 2, 3.5)", F("6.5"), ""),
        ("sum(5)", F(5), ""),
        ("mean(1, 2)", F("1.5"), "(1 + 2)/2"),
        ("mean(1, 2, 2)", F(5, 3), "5/3, exact"),
        ("median(3, 1, 2)", F(2), "the middle"),
        ("median(4, 1, 2, 3)", F("2.5"), "(2 + 3)/2"),
        ("median(1, 2)", F("1.5"), "of integers too"),
        ("count(1 > 0, 2 < 1, 3 = 3)", F(2), "two hold"),
        ("any(1 > 2, 2 > 1)", True, ""),
        ("any(1 > 2)", False, ""),
        ("all(2 > 1, 1 > 2)", False, ""),
        ("all(2 > 1)", True, ""),
        ("clamp(7, 0, 5)", F(5), "capped"),
        ("clamp(-7, 0, 5)", F(0), "raised"),
        ("clamp(3, 0, 5)", F(3), "inside"),
        ("clamp(3, 5, 0)", F(0), "floor first, then cap"),
        ("1 < 2 < 3", True, "every neighbouring pair"),
        ("3 > 2 < 3", True, ""),
        ("1 < 3 < 2", False, ""),
        ("1 != 1", False, ""),
        ("'east' = 'east'", True, ""),
        ("'east' != 'west'", True, ""),
        ("2 in [1, 2]", True, ""),
        ("3 in [1, 2]", False, ""),
        ("3 in [3]", True, ""),
        ("3 in []", False, "of nothing"),
        ("3 not in [1, 2]", True, ""),
        ("not 1 > 2", True, ""),
        ("1 > 2 or 3 > 2 and 1 > 0", True, ""),
        ("5 if 1 > 2 else 6", F(6), ""),
        ("2024-03-01 - 2024-02-01", F(29), "days of a leap February"),
        ("2024年2月 - 2024-02-01", F(28), "a month alone is its last day"),
        ("2024-02-29 < 2024-03-01", True, ""),
        ("max(2024-02-29, 2024-03-01) = 2024-03-01", True, ""),
        ("months(2024-01-31, 2024-03-31)", F(2), "whole months"),
        ("months(2024-03-31, 2024-01-31)", F(-2), "backwards"),
    ],
)  # fmt: skip
def test_values(text: str, expected: Value, why: str) -> None:
    found = value(text)
    assert found == expected and type(found) is type(expected), why


MARKS = (F(70), F(88), F(90), F(99))


@pytest.mark.parametrize(
    "text, expected, why",
    [
        ("sum(marks)", F(347), "70 + 88 + 90 + 99"),
        ("mean(marks)", F(347, 4), "347/4"),
        ("median(marks)", F(89), "(88 + 90)/2"),
        ("min(marks)", F(70), ""),
        ("max(marks)", F(99), ""),
        ("count(marks)", F(4), "how many there are"),
        ("count(marks >= 90)", F(2), "90 and 99"),
        ("count(90 <= marks)", F(2), "the same"),
        ("any(marks = 88)", True, ""),
        ("any(marks < 60)", False, ""),
        ("all(marks >= 70)", True, ""),
        ("all(marks > 70)", False, "70 is not above 70"),
        ("trimmed_mean(marks, 0)", F(347, 4), "nothing dropped"),
        ("trimmed_mean(marks, 1)", F(89), "(88 + 90)/2"),
        ("geometric_mean(pair)", F(6), "√(4·9)"),
        ("geometric_mean(pair, weights)", F(6), "4^(1/2)·9^(1/2): equal weights"),
        ("geometric_mean(with_zero)", F(0), "0 where one is 0"),
        ("sum(none)", F(0), "of nothing"),
        ("count(none)", F(0), ""),
        ("count(none > 5)", F(0), ""),
        ("any(none > 5)", False, "of nothing none holds"),
        ("all(none > 5)", True, "of nothing all hold"),
        ("sqrt(6.25)", F("2.5"), "2.5²"),
        ("sqrt(2) * sqrt(8)", F(4), "√16"),
        ("root(27, 3)", F(3), "3³"),
        ("root(-27, 3)", None, "negative"),
        ("ln(1)", F(0), ""),
        ("sqrt(2) > 1.41421356", True, "1.414213562…"),
        ("sqrt(2) < 1.41421357", True, ""),
        ("ln(2) + ln(3) = ln(6)", True, "proved, not approximated"),
        ("round(sqrt(2), 4)", F("1.4142"), ""),
        ("round(sqrt(2) * 100)", F(141), ""),
    ],
)
def test_lists_and_reals(text: str, expected: Value, why: str) -> None:
    lists: dict[str, Value] = {"marks": MARKS, "pair": (F(4), F(9)), "weights": (F(3), F(3)), "with_zero": (F(0), F(9)), "none": ()}
    found = Evaluation(EMPTY, lists).of(parse(text))
    assert found == expected and type(found) is type(expected), why


@pytest.mark.parametrize(
    "text, code",
    [
        ("mean(none)", "empty-list"),
        ("median(none)", "empty-list"),
        ("min(none)", "empty-list"),
        ("max(none)", "empty-list"),
        ("trimmed_mean(one, 1)", "empty-list"),  # nothing is left of it
        ("geometric_mean(none)", "empty-list"),
        ("geometric_mean(below)", "not-a-real"),
        ("sqrt(0 - 1)", "not-a-real"),
        ("ln(0)", "not-a-real"),
        ("ln(0 - 1)", "not-a-real"),
        ("1 if sqrt(5 + 2 * sqrt(6)) >= sqrt(2) + sqrt(3) else 0", "undecided-rounding"),  # they are equal, beyond what is proved
    ],
)
def test_what_has_no_value(text: str, code: str) -> None:
    lists: dict[str, Value] = {"none": (), "one": (F(5),), "below": (F(-4), F(9))}
    inputs = dict.fromkeys(lists, "?")
    found = evaluate(Program(steps(**inputs, result=text)), dict(lists), ["result"])
    assert [one.code for one in found.problems] == [code]
    assert found.value("result") is BROKEN


def test_a_list_that_was_written_out_holds_what_counts() -> None:
    listing = tree.Listing(((None, tree.Name("a")), (tree.Name("there"), tree.Name("b")), (parse("a > 5"), parse("a * b"))))
    assert Evaluation(EMPTY, {"a": F(3), "b": F(4), "there": True}).of(listing) == (3, 4)
    assert Evaluation(EMPTY, {"a": F(6), "b": F(4), "there": False}).of(listing) == (6, 24)
    assert Evaluation(EMPTY, {"a": F(3), "b": BROKEN, "there": False}).of(listing) == (3,)  # what does not count is not looked at


def test_what_is_not_reached_is_not_computed() -> None:
    assert value("1 = 2 and 1 / 0 = 1") is False
    assert value("1 = 1 or 1 / 0 = 1") is True
    assert value("5 if 1 = 1 else 1 / 0") == 5
    assert value("1 < 0 < 1 / 0") is False


@pytest.mark.parametrize("name", ["True", "rand", "int", "str", "_hidden", "func_code", "__class__", "a.b", "a:points", "预算"])
def test_a_name_is_what_the_steps_say(name: str) -> None:
    """simpleeval has names, functions and forbidden prefixes of its own."""
    assert Evaluation(EMPTY, {name: F(7)}).of(tree.Name(name)) == 7


def test_a_long_code_is_a_code() -> None:
    """simpleeval bounds the texts it makes; a code of a choice is only compared."""
    assert value("x = 'east'", x="east" * 10_000) is False


# --- the type at every node -----------------------------------------------------------------------------------------

_NUMBERS = st.sampled_from(["0", "1", "2", "0.5", "0.95", "95%", "1.005", "12345.678", "3‰"])


def _python(text: str) -> str:
    scale = {"%": 100, "‰": 1000}.get(text[-1], 1)
    return f"(F('{text.rstrip('%‰')}') / {scale})"


_literal = _NUMBERS.map(lambda text: (text, _python(text)))
_named = st.sampled_from([("x", "x"), ("y", "y")])


def _deeper(inner: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[tuple[str, str]]:
    """Our text beside the Python text that means the same over Fractions."""
    two = st.tuples(inner, inner)
    truth = st.tuples(two, st.sampled_from(["<", "<=", ">", ">=", "=", "!="])).map(
        lambda p: (f"({p[0][0][0]} {p[1]} {p[0][1][0]})", f"({p[0][0][1]} {'==' if p[1] == '=' else p[1]} {p[0][1][1]})")
    )
    return st.one_of(
        st.tuples(two, st.sampled_from("+-*/")).map(lambda p: (f"({p[0][0][0]} {p[1]} {p[0][1][0]})", f"({p[0][0][1]} {p[1]} {p[0][1][1]})")),
        inner.map(lambda one: (f"-({one[0]})", f"-({one[1]})")),
        st.tuples(inner, st.integers(0, 3)).map(lambda p: (f"({p[0][0]}) ** {p[1]}", f"F(({p[0][1]}) ** {p[1]})")),
        st.tuples(two, st.sampled_from(["min", "max"])).map(lambda p: (f"{p[1]}({p[0][0][0]}, {p[0][1][0]})", f"{p[1]}({p[0][0][1]}, {p[0][1][1]})")),
        two.map(lambda p: (f"sum({p[0][0]}, {p[1][0]})", f"({p[0][1]} + {p[1][1]})")),
        two.map(lambda p: (f"mean({p[0][0]}, {p[1][0]})", f"(({p[0][1]} + {p[1][1]}) / 2)")),
        inner.map(lambda one: (f"abs({one[0]})", f"abs({one[1]})")),
        st.tuples(inner, st.integers(0, 2)).map(lambda p: (f"round({p[0][0]}, {p[1]})", f"half_up({p[0][1]}, {p[1]})")),
        inner.map(lambda one: (f"floor({one[0]})", f"F(math.floor({one[1]}))")),
        inner.map(lambda one: (f"ceil({one[0]})", f"F(math.ceil({one[1]}))")),
        st.tuples(inner, truth, inner).map(lambda p: (f"({p[0][0]} if {p[1][0]} else {p[2][0]})", f"({p[0][1]} if {p[1][1]} else {p[2][1]})")),
        st.tuples(truth, truth, st.sampled_from(["and", "or"]), inner).map(lambda p: (f"(1 if {p[0][0]} {p[2]} not {p[1][0]} else {p[3][0]})", f"(F(1) if {p[0][1]} {p[2]} not {p[1][1]} else {p[3][1]})")),
    )  # fmt: skip


def half_up(number: F, digits: int) -> F:
    scaled = abs(number) * 10**digits + F(1, 2)
    return F(math.floor(scaled), 10**digits) * (1 if number >= 0 else -1)


@given(
    st.recursive(st.one_of(_literal, _named), _deeper, max_leaves=12),
    st.fractions(max_denominator=1000),
    st.fractions(max_denominator=1000),
)
@example(("1.005 * 100", "F('1.005') * 100"), F(0), F(0))
def test_random_formulas_agree_with_pythons_fractions(pair: tuple[str, str], x: F, y: F) -> None:
    ours, python = pair
    evaluation = Evaluation(EMPTY, {"x": x, "y": y})
    root = parse(ours)
    try:
        expected = eval(python, {"F": F, "x": x, "y": y, "half_up": half_up, "math": math})
    except ZeroDivisionError:
        assert evaluation.of(root) is None
        return
    assert evaluation.of(root) == expected
    for node in tree.walk(root):
        found = evaluation.of(node)
        assert found is None or type(found) in (F, bool), node


def test_every_kind_of_node_has_an_ast() -> None:
    texts = ["1", "'x'", "x", "-1", "not x", "1 + 1", "1 < 2", "x and x", "1 if x else 2", "1 in [1]", "min(1)", "2024-01-01"]
    roots: list[Tree] = [*(parse(text) for text in texts), tree.Truth(True), tree.Listing(((None, tree.number(1)),))]
    assert {type(root) for root in roots} == set(tree.Tree.__args__)  # type: ignore[attr-defined]
    assert all(to_ast(root) is not None for root in roots)


# --- limits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "((((9 ** 16) ** 16) ** 16) ** 16) ** 16",
        "((((1 / 9) ** 16) ** 16) ** 16) ** 16",
        "round(1.5, 31)",
        "round(1.5, -31)",
        "round(1.5, 0.5)",
        "x * x * x * x",
        "x + 1 / x",
    ],
)
def test_numbers_that_grow_too_large_are_stopped_at_once(text: str) -> None:
    begun = time.perf_counter()
    found = Evaluation(Program(steps(x="?", result=text)), {"x": F(2) ** 15_000})
    assert found.value("result") is BROKEN
    assert [one.code for one in found.problems] == ["number-too-large"]
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize(
    "text, expected", [("round(1.5, 30)", F("1.5")), ("round(15e29, -30)", F(10) ** 30 * 2), ("x * 2", F(2) ** 15_001)]
)
def test_just_within_the_limits(text: str, expected: F) -> None:
    assert value(text, x=F(2) ** 15_000) == expected


def test_a_deep_formula_is_computed() -> None:
    assert value("abs(" * 60 + "x" + ")" * 60, x=F(-3)) == 3
    assert value("+".join(["x"] * 64), x=F(1)) == 64


def test_a_long_chain_of_steps_does_not_exhaust_the_stack() -> None:
    chain = steps(s0="?", **{f"s{k}": f"s{k - 1} + 1" for k in range(1, 3000)})
    assert Evaluation(Program(chain), {"s0": F(0)}).value("s2999") == 2999


# --- steps ----------------------------------------------------------------------------------------------------------


def test_steps_are_computed_when_asked_for_and_once() -> None:
    found = Evaluation(Program(steps(a="?", b="a * 2", c="b + 1", unused="1 / 0")), {"a": F(3)})
    assert found.value("c") == 7
    assert found.values == {"a": 3, "b": 6, "c": 7}  # `unused` was never looked at
    assert found.problems == []
    found.all(["unused"])
    assert [one.code for one in found.problems] == ["division-by-zero"]


def test_a_division_by_zero_is_told_once_at_its_column() -> None:
    found = evaluate(Program(steps(a="?", rate="1 + 5 / a", twice="rate * 2", more="rate + twice")), {"a": F(0)}, ["twice", "more"])
    assert [(one.code, str(one.place)) for one in found.problems] == [("division-by-zero", "r.yaml:3:11")]  # 5 is the column of 1
    assert found.values["rate"] is BROKEN and found.values["more"] is BROKEN


def test_trouble_of_one_formula_does_not_move_the_place_of_the_next() -> None:
    found = evaluate(Program(steps(a="?", first="5 / a", second="1 + 2 + 3 / a")), {"a": F(0)}, ["first", "second"])
    assert [one.place.column for one in found.problems] == [7, 15]


def test_an_input_that_is_needed_and_not_reported() -> None:
    found = evaluate(
        Program(steps(a="?", b="?", total="a + b", guarded="0 if missing(b) else b", other="b * 2")),
        {"a": F(1)},
        ["guarded", "total", "other"],
    )
    assert found.values["guarded"] == 0
    assert found.lacking == {"b": "total"}  # the step that needed it first
    assert found.problems == []


def test_what_could_not_be_read_is_broken_and_silent() -> None:
    found = evaluate(Program(steps(a="?", b="a + 1")), {"a": BROKEN}, ["b"])
    assert found.values["b"] is BROKEN and not found.problems and not found.lacking
    assert Evaluation(EMPTY, {"a": BROKEN}).of(parse("missing(a)")) is False  # something was reported


def test_missing() -> None:
    assert value("missing(a)", a=MISSING) is True
    assert value("missing(a)", a=F(0)) is False  # zero is an outcome
    assert value("a + 1", a=MISSING) is None
    assert repr(MISSING) == "MISSING"


def test_missing_asks_for_steps_that_are_not_computed_yet() -> None:
    found = evaluate(Program(steps(a="?", b="missing(a)", c="5 if b else 6")), {}, ["c"])
    assert found.values["c"] == 5


def test_an_absent_input_may_mean_something() -> None:
    declared = Step("waived", "input", Input("waived", "免责", "yes_no", missing=tree.Truth(False)))
    computed = Step("extra", "input", Input("extra", "附加", missing=parse("base / 2")))
    base = Step("base", "input", Input("base", "基数"))
    program = Program(Steps([declared, computed, base]))
    assert evaluate(program, {"base": F(3)}, ["waived", "extra"]).values == {"base": 3, "waived": False, "extra": F(3, 2)}
    assert evaluate(program, {"base": F(3), "extra": F(9), "waived": True}, ["waived", "extra"]).values["extra"] == 9


CASES = Cases(
    (
        Case(parse("a > 10"), parse("1"), "high"),
        Case(parse("a < 0"), None, "negative", refuse=Refusal(REFUSED, "不得为负"), place=Place("r.yaml", 8, 9)),
        Case(parse("a > 5"), parse("a / 10"), "middle"),
    )
)
LADDER = Program(
    Steps([Step("a", "input", Input("a", "实际")), Step("points", "points", CASES, Place("r.yaml", 7, 3), "item", "points", "得分")])
)


@pytest.mark.parametrize("a, points, fired", [("11", "1", 0), ("10", "1", 2), ("6", "0.6", 2)])
def test_the_first_case_that_holds_decides(a: str, points: str, fired: int) -> None:
    found = evaluate(LADDER, {"a": F(a)}, ["points"])
    assert (found.values["points"], found.fired) == (F(points), {"points": fired})


def test_no_case_is_an_error_of_the_item() -> None:
    found = evaluate(LADDER, {"a": F(5)}, ["points"])
    assert [(one.code, str(one.place), one.indicator, one.message("zh")) for one in found.problems] == [
        ("no-case", "r.yaml:7:3", "item", "“得分”：规则中没有一档适用于 5")
    ]
    assert found.values["points"] is BROKEN and found.fired == {}


def test_a_case_may_refuse() -> None:
    found = evaluate(LADDER, {"a": F(-1)}, ["points"])
    assert [(one.code, str(one.place), one.message("zh")) for one in found.problems] == [
        ("refused", "r.yaml:8:9", "规则规定“得分”不予评分：不得为负")
    ]
    assert found.fired == {"points": 1}


@pytest.mark.parametrize(
    "mode, rounded", [("half-up", "2.68"), ("half-even", "2.68"), ("half-down", "2.67"), ("down", "2.67"), ("up", "2.68")]
)
def test_rounding_stages(mode: str, rounded: str) -> None:
    stage = Step("scored", "rounding", Round(parse("a * 1"), Rounding.of_digits(2, mode), "item"))  # type: ignore[arg-type]
    assert evaluate(Program(Steps([Step("a", "input", Input("a", "甲")), stage])), {"a": F("2.675")}, ["scored"]).values["scored"] == F(
        rounded
    )


def test_any_formula_over_the_steps() -> None:
    found = Evaluation(Program(steps(a="?", b="a * 2", bad="1 / 0")), {"a": F(3)})
    assert found.of(parse("b + 1")) == 7
    assert found.of(parse("bad + 1")) is None
    assert found.of(parse("1 / 0")) is None


def test_a_formula_is_made_ready_once() -> None:
    program = Program(steps(a="1 + 1"))
    root = program.steps["a"].node
    assert program.ready(root) is program.ready(root)  # type: ignore[arg-type]


def test_a_step_that_lacks_inputs_is_broken_and_all_it_lacks_is_told() -> None:
    steps = [Step("a", "input", Input("a", "甲")), Step("b", "input", Input("b", "乙")), Step("c", "quantity", parse("a / b"))]
    found = evaluate(Program(Steps(steps)), {}, [])
    assert found.value("c") is BROKEN  # not the value of one of the inputs
    assert sorted(found.lacking) == ["a", "b"]
