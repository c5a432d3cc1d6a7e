"""Formulas and values as people read them: brackets only where needed, and never one too few."""

import datetime
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfscore.formula import tree
from perfscore.formula.parse import parse
from perfscore.numbers.date import Day
from perfscore.numbers.unit import read_unit
from perfscore.readings.text import formula, value_text, word, words

LABELS = {"a": "实际值", "b": "目标值"}


@pytest.mark.parametrize(
    "text, told",
    [
        ("weight * a / b", "weight × a ÷ b"),
        ("weight*(a/b)", "weight × (a ÷ b)"),
        ("(a + b) * c", "(a + b) × c"),
        ("a + b * c", "a + b × c"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a - b) - c", "a - b - c"),  # brackets that change nothing are left out
        ("a / (b / c)", "a ÷ (b ÷ c)"),
        ("-a ** 2", "-a ** 2"),
        ("(-a) ** 2", "(-a) ** 2"),
        ("(a ** 2) ** 3", "(a ** 2) ** 3"),
        ("a - -b", "a - (-b)"),
        ("-(-a)", "-(-a)"),
        ("-(a + b)", "-(a + b)"),
        ("a >= 90%", "a ≥ 90%"),  # as it was written
        ("a ≤ 0.50", "a ≤ 0.50"),
        ("a != b", "a ≠ b"),
        ("0 < a <= 10%", "0 < a ≤ 10%"),
        ("(a > b) = (b > c)", "(a > b) = (b > c)"),
        ("a and (b or c)", "a and (b or c)"),
        ("a or b and c", "a or b and c"),
        ("not (a and b)", "not (a and b)"),
        ("not a > b", "not a > b"),
        ("a if b else c", "a if b else c"),
        ("(a if b else c) + 1", "(a if b else c) + 1"),
        ("a if b else (c if d else 1)", "a if b else c if d else 1"),
        ("(a if b else c) if d else 1", "(a if b else c) if d else 1"),
        ("region in ['east', 'west']", "region in ['east', 'west']"),
        ("region not in ['east']", "not region in ['east']"),
        ("min(a, b + 1) * 2", "min(a, b + 1) × 2"),
        ("finished <= 2024年9月", "finished ≤ 2024-09-30"),
        ("points(x) + missing(y)", "points(x) + missing(y)"),
    ],
)
def test_formulas(text: str, told: str) -> None:
    assert formula(parse(text), lambda name: name) == told


@pytest.mark.parametrize(
    "text, values, told",
    [
        ("a / b", {"a": "1199", "b": "1200"}, "1199 ÷ 1200"),
        ("a - b", {"a": "3", "b": "-2"}, "3 - (-2)"),
        ("a ** 2", {"a": "-2"}, "(-2) ** 2"),
        ("-a", {"a": "-2"}, "-(-2)"),
        ("a ** 2", {"a": "1/3"}, "(1/3) ** 2"),
        ("b / a", {"a": "1/3", "b": "2"}, "2 ÷ (1/3)"),
        ("a + b", {"a": "1/3", "b": "2"}, "1/3 + 2"),
        ("a * b", {"a": "-1/3", "b": "2"}, "-1/3 × 2"),
        ("a", {"a": "不适用/未填"}, "不适用/未填"),  # a text with a slash is no fraction
    ],
)
def test_numbers_put_in_for_names(text: str, values: dict[str, str], told: str) -> None:
    assert formula(parse(text), values.__getitem__) == told


def test_labels_for_names() -> None:
    assert formula(parse("a / b"), LABELS.__getitem__) == "实际值 ÷ 目标值"


def test_numbers_without_a_text_of_their_own() -> None:
    assert formula(tree.number(F(1, 3)), str) == "1/3"
    assert formula(tree.Arithmetic("/", tree.Name("a"), tree.number(F(1, 3))), str) == "a ÷ (1/3)"
    assert formula(tree.Truth(True), str) == "true" and formula(tree.Truth(False), str) == "false"


@pytest.mark.parametrize(
    "text, told",
    [
        ("sum(a, b, -c)", "a + b + (-c)"),
        ("sum(a, b) * 2", "(a + b) × 2"),
        ("sum(a) * 2", "a × 2"),
        ("sum(a * b)", "a × b"),
        ("2 / sum(a * b)", "2 ÷ (a × b)"),
        ("sum(a + b) * 2", "(a + b) × 2"),
        ("ceil(a) + min(b, c)", "向上取整(a) + min(b, c)"),
    ],
)
def test_words_for_functions(text: str, told: str) -> None:
    assert formula(parse(text), str, {"ceil": "向上取整"}) == told


_leaf = st.sampled_from(["a", "b", "1", "2.5", "90%"])


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "=", "<", "and", "or"]), inner).map(lambda p: f"({p[0]}) {p[1]} ({p[2]})"),
        inner.map(lambda x: f"-({x})"),
        inner.map(lambda x: f"not ({x})"),
        inner.map(lambda x: f"({x}) ** 2"),
        two.map(lambda p: f"({p[0]}) in [{p[1]}, 1]"),
        two.map(lambda p: f"max({p[0]}, {p[1]})"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]}) if ({p[1]}) else ({p[2]})"),
    )


@given(st.recursive(_leaf, _deeper, max_leaves=8))
def test_what_is_told_reads_back_as_the_same_formula(text: str) -> None:
    root = parse(text)
    assert parse(formula(root, lambda name: name)) == root


WAN, PERCENT, PERMILLE, TIMES = (read_unit(text) for text in ("万元", "%", "‰", "次"))


@pytest.mark.parametrize(
    "value, options, told",
    [
        (F("4.5"), {}, "4.5"),
        (F(1, 3), {}, "1/3"),
        (F(1, 3), {"exact": False}, "0.333333…"),
        (F(1, 3), {"exact": False, "places": 2}, "0.33…"),
        (F("0.125"), {"exact": False, "places": 2}, "0.125"),  # ends soon enough to be told whole
        (F("1234.5"), {"unit": WAN}, "1234.5万元"),
        (F(3), {"unit": TIMES}, "3次"),
        (F(19, 20), {"unit": PERCENT}, "95%"),
        (F(1, 200), {"unit": PERMILLE}, "5‰"),
        (F(2, 3), {"unit": PERCENT, "places": 2}, "66.66…%"),
        (F("0.995"), {"percent": True}, "99.5%"),
        (F(2, 3), {"percent": True, "places": 2}, "66.66…%"),
        (True, {}, "true"),
        (False, {}, "false"),
        ("east", {}, "east"),
        (Day.of(datetime.date(2024, 9, 30)), {}, "2024-09-30"),
    ],
)
def test_values(value: object, options: dict[str, object], told: str) -> None:
    assert value_text(value, **options) == told  # type: ignore[arg-type]


def test_words() -> None:
    assert word("methods", "pass_fail", "en") == "pass or fail"
    assert word("methods", "ratio", "zh") and not word("methods", "ratio", "zh").isascii()
    assert word("reasons", "my_own_reason", "zh") == "my_own_reason"  # an author's code is told as it is
    assert word("reasons", "my_own_reason", "zh", "没有说明") == "没有说明"
    assert word("no_such_kind", "x", "en") == "x"


def test_chinese_has_every_word_that_english_has_but_for_names_that_are_words_already() -> None:
    zh, en = words("zh"), words("en")
    assert set(en) <= set(zh)
    for kind in ("reasons", "stages", "modes", "columns", "texts"):
        assert set(en[kind]) == set(zh[kind]), kind
        for key, text in en[kind].items():
            import string

            names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
            assert names == {name for _, name, _, _ in string.Formatter().parse(zh[kind][key]) if name}, key


def test_every_reason_of_the_methods_has_its_words() -> None:
    """What a method writes itself is told in words; reasons of rule authors are their own."""
    import re
    from pathlib import Path

    import perfscore.methods

    sources = [path.read_text("utf-8") for path in Path(perfscore.methods.__file__).parent.glob("*.py")]
    found = {reason for source in sources for reason in re.findall(r'(?<!author\.)case\((?:[^()]|\([^()]*\))*, "([a-z_]+)"[,)]', source)}
    assert {"target_met", "on_line", "none_apply"} <= found
    assert found - set(words("zh")["reasons"]) == set()
    assert found - set(words("en")["reasons"]) == set()
