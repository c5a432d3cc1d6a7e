"""Formulas and values as people read them: brackets only where needed, and never one too few."""

import datetime
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

import perfscore
from perfscore.finding import Language
from perfscore.formula import tree
from perfscore.formula.parse import parse
from perfscore.numbers.date import Day
from perfscore.numbers.real import root
from perfscore.numbers.unit import read_unit
from perfscore.readings.text import formula, value_text, word, words

HALF = root(F(1, 2), 2)  # 0.70710678118…
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


def test_lists() -> None:
    """A list that the compiler wrote: what counts only under a condition says so."""
    listing = tree.Listing(((None, tree.Name("a")), (parse("c > 0"), parse("b / 2"))))
    assert formula(listing, str) == "[a, b ÷ 2 if c > 0]"
    assert formula(tree.Call("min", (listing,)), str, {"min": "最小值"}) == "最小值([a, b ÷ 2 if c > 0])"


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
        ((F(90), F(1, 3)), {"exact": False}, "[90, 0.333333…]"),
        ((), {}, "[]"),
        (HALF, {}, "0.707106…"),  # cut like a rational, not rounded: the ellipsis says that more digits follow
        (HALF, {"percent": True, "places": 2}, "70.71…%"),
        (-HALF, {"places": 2}, "-0.70…"),
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


RULES = """\
perfscore: 1
id: words
total: {weight: 70, combine: mean, floor: 0}
rounding: {group: 2}
inputs:
  ballots: {type: table, columns: {rater: {type: choice, values: [leader, staff]}, mark: {range: "[0, 100]"}}}
  fair: {type: yes_no, missing: no}
defaults: {items: {weight: 10, target: ">= 10", method: {type: ratio, above: cap}}}
indicators:
  - id: moved
    weight: 20
    applies: not fair
    not_applicable: {policy: redistribute, by: proportional, scope: siblings}
    out_of: 30
    children:
      - {id: a, not_applicable: {policy: redistribute, by: proportional, scope: siblings}, override: {range: "[0, weight]"}}
      - {id: b, not_applicable: {policy: redistribute, by: equal, scope: siblings}}
      - id: c
        method: {type: panel, ballots: ballots, column: mark, raters: {leader: 40%, staff: 60%}, void: [{when: mark = 0}], empty: 0}
  - {id: best, weight: 20, combine: geometric_mean, children: [{id: d, weight: 10}, {id: e, weight: 10}]}
  - {id: worst, weight: 20, combine: harmonic_mean, children: [{id: f, weight: 10}, {id: g, weight: 10}]}
  - {id: own, weight: 10, combine: sum(parts) - min(parts), children: [{id: h, weight: 5}, {id: i, weight: 5}]}
gates: [{id: low, when: points(a) < 5, on: [moved], at_most: 10}]
rating: [{id: passed, is: ">= 60"}, {id: failed, is: "< 60"}]
"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_stage_and_quantity_has_its_words(language: Language) -> None:
    """The ledger names the stages of groups; a derivation names the quantities of a group, and of an item what its method made."""
    rules = perfscore.loads(RULES)
    told = words(language)
    stages = {stage.name for group in rules.groups.values() for stage in group.stages if not stage.name.startswith("gate ")}
    assert {"sum", "combine", "redistribution", "scaling", "floor_cap", "not_applicable", "rounding"} == stages
    assert stages - set(told["stages"]) == set()
    quantities = {step.word for step in rules.steps.values() if step.kind in ("quantity", "group") and step.owner}
    assert {"shares", "weights", "parts", "receivers", "scaled", "marks_1", "size", "combined"} <= quantities | {"combined"}
    known = set(words("zh")["quantities"]) | {f"{head}_{k}" for head in words("zh")["numbered"] for k in (1, 2)}
    assert {word for word in quantities if not word.startswith("gate ")} - known == set()
    plain = {word for word in known if word in quantities and "_" in word and not word[-1].isdigit()}
    assert plain - set(told["quantities"]) == set()  # an id with a low line is no English word
