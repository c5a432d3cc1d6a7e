"""Steps: each stands behind what it reads; what needs itself is told with its path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore.formula.parse import parse
from perfscore.numbers.rounding import Rounding
from perfscore.ruleset.context import REFUSED
from perfscore.steps import Case, Cases, Cycle, Input, Refusal, Round, Scored, Stage, Step, Steps, in_order


def quantity(name: str, text: str) -> Step:
    return Step(name, "quantity", parse(text))


def test_steps_are_sorted_behind_what_they_read() -> None:
    steps = Steps(
        [quantity("execution", "spent / budget"), Step("budget", "input", Input("budget", "预算")), quantity("spent", "budget - 1")]
    )
    assert list(steps) == ["budget", "spent", "execution"]
    assert len(steps) == 3 and steps["spent"].name == "spent" and "income" not in steps


def test_names_that_are_no_step_are_passed_over() -> None:
    assert list(in_order({"a": quantity("a", "unheard_of + 1")})) == ["a"]


@pytest.mark.parametrize(
    "texts, path",
    [
        ({"a": "a + 1"}, ("a", "a")),
        ({"a": "b", "b": "a"}, ("a", "b", "a")),
        ({"a": "b", "b": "c", "c": "b"}, ("b", "c", "b")),  # the way into the circle is no part of it
        ({"x": "1", "a": "x + b", "b": "x + c", "c": "x + a"}, ("a", "b", "c", "a")),
    ],
)
def test_a_circle_is_told_with_its_path(texts: dict[str, str], path: tuple[str, ...]) -> None:
    with pytest.raises(Cycle) as raised:
        Steps(quantity(name, text) for name, text in texts.items())
    assert raised.value.path == path
    assert str(raised.value) == " → ".join(path)


def test_a_long_chain_does_not_exhaust_the_stack() -> None:
    chain = {f"s{k}": quantity(f"s{k}", f"s{k + 1}") for k in range(5000)}
    assert list(in_order(chain))[:2] == ["s4999", "s4998"]


@given(st.lists(st.sets(st.integers(0, 11)), min_size=12, max_size=12))
def test_order_holds_for_any_graph_without_circles(reads: list[set[int]]) -> None:
    steps = {f"s{k}": quantity(f"s{k}", " + ".join(["1", *(f"s{n}" for n in sorted(used) if n > k)])) for k, used in enumerate(reads)}
    found = list(in_order(steps))
    assert sorted(found) == sorted(steps)
    for name in found:
        assert all(found.index(used) < found.index(name) for used in steps[name].uses())


def test_what_each_kind_of_step_reads() -> None:
    cases = Cases(
        (
            Case(parse("a > 0"), parse("b"), "first"),
            Case(parse("c > 0"), None, "refused", refuse=Refusal(REFUSED, "不评分")),
            Case(None, parse("b + d"), "otherwise"),
        )
    )
    assert Step("x", "points", cases).uses() == ("a", "b", "c", "d")  # each once, in order of writing
    assert Step("x", "rounding", Round(parse("a * b"), Rounding.of_digits(2, "half-up"), "item")).uses() == ("a", "b")
    declared = Input("x", "实际值", missing=parse("a"), range=parse("x > b"))
    assert Step("x", "input", declared).uses() == ("a", "b")  # its own range reads the input itself
    assert Step("x", "input", Input("x", "实际值")).uses() == ()


def test_the_first_stage_holds_the_cases_and_the_last_the_points() -> None:
    item = Scored("a", "甲", 5, (Stage("cases", "a:earned"), Stage("rounding", "a:scored"), Stage("points", "a:points")))  # type: ignore[arg-type]
    assert (item.cases, item.points) == ("a:earned", "a:points")
