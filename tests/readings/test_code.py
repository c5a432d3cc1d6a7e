"""The code reading equals the exact reading wherever it gives an answer, and gives one wherever nothing is wrong.

Expected values of rounding come from `decimal`, others from the arithmetic beside them; everything at once is compared with
the exact reading, on the shipped rule files and on random rule sets of the oracle's generator.
"""

from __future__ import annotations

import ast
import decimal
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfscore import RuleError, RuleSet, load
from perfscore.formula import tree
from perfscore.formula.parse import parse
from perfscore.formula.test import parse_test
from perfscore.numbers.date import Day
from perfscore.numbers.rounding import MODES, Rounding
from perfscore.readings import code
from perfscore.readings.code import Compiled, Elsewhere, compile_steps
from perfscore.readings.exact import BROKEN, MAX_BITS, MISSING, NO_CASE, Program, evaluate
from perfscore.readings.function.runtime import CALLED
from perfscore.scoring.outcomes import read_outcomes
from perfscore.steps import Case, Cases, Input, Refusal, Round, Rows, Step, StepNode, Steps, below

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "oracle"))
import generate  # noqa: E402

REALS = {"sqrt", "root", "ln", "geometric_mean"}

# --- the two readings beside each other -----------------------------------------------------------------------------------


def hot(rules: RuleSet) -> tuple[list[str], list[str]]:
    """What scoring asks for, and the case lists of the items."""
    wanted = [name for item in rules.items.values() for name in (f"{item.id}:scored", item.points)]
    wanted += [name for group in rules.groups.values() for name in (f"{group.id}:scored", group.points)]
    wanted += [step.name for step in rules.steps.values() if step.kind == "gate"]
    return [*wanted, "rating:row", "rating"], [item.cases for item in rules.items.values()]


def everything(rules: RuleSet) -> tuple[list[str], list[str]]:
    """Every step that is a number, a truth, a choice or a date without a root in it; every case list."""
    plain = [step for step in rules.steps.values() if not has_reals(rules.steps, [step.name])]
    wanted = [step.name for step in plain if not isinstance(step.node, (Input, Rows, tree.Listing))]
    return wanted, [step.name for step in plain if isinstance(step.node, Cases)]


def has_reals(steps: Mapping[str, Step], names: Iterable[str]) -> bool:
    roots = [root for name in names for step in below(steps, name) for root in step.trees()]
    return any(isinstance(node, tree.Call) and node.function in REALS for root in roots for node in tree.walk(root))


def compared(steps: Steps, compiled: Compiled, values: Mapping[str, Any]) -> str:
    """`ran`, or why the code raised: `problem`, `real`. Fails where the two readings differ."""
    exact = evaluate(Program(steps), values, [*compiled.wanted, *compiled.fired])
    wrong = bool(exact.problems or exact.lacking)
    lists = {name: exact.value(name) for name in compiled.lists}
    try:
        found = compiled.run(values, {name: None if value is BROKEN else value for name, value in lists.items()})
    except Elsewhere:
        if wrong or BROKEN in values.values():
            return "problem"
        assert has_reals(steps, [*compiled.wanted, *compiled.fired]), f"Elsewhere, but nothing is wrong: {values}\n{compiled.source}"
        return "real"
    assert not wrong, f"the code has an answer, the exact reading {exact.problems} {exact.lacking}\n{compiled.source}"
    for k, name in enumerate(compiled.wanted):
        assert (type(found.value(k)), found.value(k)) == (type(exact.values[name]), exact.values[name]), name
    assert dict(zip(compiled.fired, found.cases, strict=True)) == {name: exact.fired[name] for name in compiled.fired}
    return "ran"


# --- (a) the rule files of the project ------------------------------------------------------------------------------------


def rule_files() -> list[Path]:
    found = [*ROOT.glob("rules/**/*.yaml"), *ROOT.glob("tests/**/*.yaml"), *ROOT.glob("perfscore/cli/new.yaml")]
    apart = {"findings", "checks"}  # wrong on purpose, or with outcomes that no random value meets
    written = [path for path in sorted(found) if not apart & set(path.parts) and "\nindicators:" in path.read_text("utf-8")]
    return [path for path in written if loads_whole(path)]


def loads_whole(path: Path) -> bool:
    """A part of a rule set, or one that is wrong on purpose, does not."""
    try:
        load(path)
    except RuleError:
        return False
    return True


def constants(rules: RuleSet) -> list[Fraction]:
    return sorted({node.value for node in nodes(rules) if isinstance(node, tree.Number)})


def nodes(rules: RuleSet) -> Iterator[tree.Tree]:
    return (node for step in rules.steps.values() for root in step.trees() for node in tree.walk(root))


def any_value(declared: Input, lines: list[Fraction], days: list[Day], rng: random.Random) -> Any:
    """A value at or beside the lines that the rules draw."""
    if rng.random() < 0.04:
        return MISSING
    match declared.type:
        case "number":
            line = rng.choice(lines)
            near = [line, line * Fraction(99, 100), line * Fraction(101, 100), line + 1, line - 1, line * rng.randint(1, 40), line / 3]
            found = rng.choice(near)
            return found if declared.grid is None else round(found / declared.grid) * declared.grid
        case "choice":
            return rng.choice(declared.values)[0]
        case "yes_no":
            return rng.random() < 0.2 if declared.id.endswith(":not_applicable") else rng.random() < 0.5
        case "date":
            return Day(rng.choice(days).ordinal + rng.randint(-1, 1))
    return MISSING


@pytest.mark.parametrize("path", rule_files(), ids=lambda path: path.stem)
def test_a_rule_file(path: Path) -> None:
    rules = load(path)
    lines = constants(rules)
    days = [node.last for node in nodes(rules) if isinstance(node, tree.Date)] or [Day(738000)]
    rng = random.Random(7)

    def answered(names: tuple[list[str], list[str]], times: int) -> int:
        compiled = compile_steps(rules.steps, *names)
        if compiled is None:
            assert has_reals(rules.steps, names[0])
            return 1
        asked = [step.node for name in compiled.inputs if isinstance((step := rules.steps[name]).node, Input)]
        found = 0
        for _ in range(times):
            values = {one.id: any_value(one, lines, days, rng) for one in asked if one.required or rng.random() < 0.5}
            found += compared(rules.steps, compiled, {id: value for id, value in values.items() if value is not MISSING}) == "ran"
        return found

    answered(hot(rules), 40)
    answered(everything(rules), 40)
    for item in rules.items.values():  # one by one, so that nothing wrong in one hides the others
        assert answered(([f"{item.id}:scored"], [item.cases]), 60), item.id


@pytest.mark.parametrize("name", [path.parent.name for path in sorted(ROOT.glob("examples/*/outcomes.yaml"))])
def test_an_example(name: str) -> None:
    rules = load(ROOT / "rules" / "examples" / f"{name}.yaml")
    read, problems = read_outcomes(rules, ROOT / "examples" / name / "outcomes.yaml")
    assert problems == []
    for names in (hot(rules), everything(rules)):
        for scale in (None, 10**8):
            compiled = compile_steps(rules.steps, *names, scale=scale)
            assert compiled is not None
            if names == hot(rules):
                assert compared(rules.steps, compiled, read.values) == "ran"
            else:
                compared(rules.steps, compiled, read.values)


# --- (b) random rule sets ---------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_random_rule_sets(seed: int) -> None:
    rng = random.Random(seed)
    rules = generate.rule_set(rng)
    try:
        compiled_rules = RuleSet.from_dict(rules)
    except RuleError:  # the oracle's own test tells of it
        return
    outcomes = [generate.outcomes_for(rules, rng) for _ in range(3)]
    for names in (hot(compiled_rules), everything(compiled_rules)):
        compiled = compile_steps(compiled_rules.steps, *names)
        if compiled is None:
            assert has_reals(compiled_rules.steps, [*names[0], *names[1]])
            continue
        for one in outcomes:
            compared(compiled_rules.steps, compiled, read_outcomes(compiled_rules, one)[0].values)


def test_random_rule_sets_mostly_run() -> None:
    """The comparison above is not empty: where nothing is wrong, the code answers (roots apart)."""
    seen = Counter[str]()
    for seed in range(40):
        rng = random.Random(seed)
        rules = generate.rule_set(rng)
        try:
            one = RuleSet.from_dict(rules)
        except RuleError:
            continue
        compiled = compile_steps(one.steps, *hot(one))
        for _ in range(5):
            values = read_outcomes(one, generate.outcomes_for(rules, rng))[0].values
            seen["none" if compiled is None else compared(one.steps, compiled, values)] += 1
    assert seen["ran"] > seen.total() / 2, seen


# --- steps by hand ----------------------------------------------------------------------------------------------------------


def inputs(**declared: Any) -> dict[str, StepNode]:
    """`a="number"`, or an Input."""
    return {name: one if isinstance(one, Input) else Input(name, name, one) for name, one in declared.items()}


def steps_of(**nodes: Any) -> Steps:
    """Steps by name: an Input, a node, or a formula as text."""
    made = {name: parse(node) if isinstance(node, str) else node for name, node in nodes.items()}
    return Steps(Step(name, "input" if isinstance(node, Input) else "quantity", node) for name, node in made.items())


def numbers(*names: str) -> dict[str, StepNode]:
    return inputs(**dict.fromkeys(names, "number"))


def cases(*rows: tuple[str | None, str | None]) -> Cases:
    """Cases of (when, points); points None: refused."""

    def case(k: int, when: str | None, points: str | None) -> Case:
        refuse = Refusal(NO_CASE) if points is None else None
        return Case(None if when is None else parse(when), None if points is None else parse(points), f"case_{k}", refuse)

    return Cases(tuple(case(k, *row) for k, row in enumerate(rows)))


def ran(steps: Steps, name: str = "r", *, scale: int | None = None, fired: Iterable[str] = (), **values: int | str | Fraction) -> Any:
    """The value that the code gives for numbers, after a comparison with the exact reading. Raises Elsewhere."""
    compiled = compile_steps(steps, [name], list(fired), scale=scale)
    numbers = {key: Fraction(value) for key, value in values.items()}
    if compiled is None or compared(steps, compiled, numbers) != "ran":
        raise Elsewhere
    found = compiled.run(numbers)
    return (found.value(0), found.cases) if fired else found.value(0)


FORMULAS = [
    ("a + b * 2", {"a": "1/3", "b": "1/6"}, "2/3"),
    ("a - b - c", {"a": 1, "b": "1/3", "c": "1/7"}, "11/21"),
    ("(a - b) * (a + b)", {"a": "5/2", "b": "1/2"}, 6),
    ("a / b", {"a": "-3/4", "b": "-1/2"}, "3/2"),
    ("a / b / c", {"a": 1, "b": -2, "c": -3}, "1/6"),
    ("a / (b - c)", {"a": 1, "b": 2, "c": 5}, "-1/3"),
    ("-a + a", {"a": "7/3"}, 0),
    ("a ** 3", {"a": "-2/3"}, "-8/27"),
    ("a ** 0", {"a": 0}, 1),
    ("(a + b) ** 2 / a", {"a": 2, "b": "1/2"}, "25/8"),
    ("abs(a - b)", {"a": 1, "b": 3}, 2),
    ("clamp(a, 0, b)", {"a": 7, "b": 5}, 5),
    ("clamp(a, 0, b)", {"a": -7, "b": 5}, 0),
    ("min(a, b, c) + max(a, b, c)", {"a": 3, "b": "-1/2", "c": 2}, "5/2"),
    ("mean(a, b, c)", {"a": 1, "b": 2, "c": "9/2"}, "5/2"),
    ("median(a, b, c)", {"a": 9, "b": "1/2", "c": 2}, 2),
    ("median(a, b)", {"a": 9, "b": "1/2"}, "19/4"),
    ("sum(a, b, c)", {"a": "1/2", "b": "1/3", "c": "1/6"}, 1),
    ("count(a > 0, b > 0, c > 0)", {"a": 1, "b": 0, "c": 2}, 2),
    ("count(a > 0, 1 > 0)", {"a": 1}, 2),
    ("1 if any(a > 0, b > 0) else 0", {"a": 0, "b": 1}, 1),
    ("1 if all(a > 0, b > 0) else 0", {"a": 0, "b": 1}, 0),
    ("1 if 0 < a <= b < c else 0", {"a": 1, "b": 1, "c": 2}, 1),
    ("1 if 0 < a <= b < c else 0", {"a": 1, "b": 1, "c": 1}, 0),
    ("1 if a in [1, 2, b] else 0", {"a": "1/2", "b": "1/2"}, 1),
    ("1 if not (a > b or a = b) else 0", {"a": 1, "b": 2}, 1),
    ("1 if a != b else 0", {"a": "2/4", "b": "1/2"}, 0),
    ("a if a > b else b if b > c else c", {"a": 1, "b": 2, "c": 3}, 3),
    ("round(a, 2) + floor(a) + ceil(a, 1)", {"a": "12345/10000"}, "353/100"),
    ("round(a / 7, 1) * 3 - round(b, 1)", {"a": 10, "b": "5/100"}, "41/10"),
    ("round(a, -2)", {"a": 150}, 200),
    ("floor(a / b)", {"a": -7, "b": 2}, -4),
    ("ceil(-a)", {"a": "7/2"}, -3),
]


def whole_over(scale: int | None, given_values: dict[str, Any]) -> bool:
    return scale is None or all(scale % Fraction(value).denominator == 0 for value in given_values.values())


@pytest.mark.parametrize(
    "formula, given_values, expected, scale", [(*row, scale) for row in FORMULAS for scale in (None, 5040) if whole_over(scale, row[1])]
)
def test_a_formula(formula: str, given_values: dict[str, Any], expected: Any, scale: int | None) -> None:
    steps = steps_of(**numbers(*given_values), r=formula)
    assert ran(steps, scale=scale, **given_values) == Fraction(expected)


@pytest.mark.parametrize("formula", sorted({formula for formula, _, _ in FORMULAS}))
@settings(max_examples=40, deadline=None)
@given(st.lists(st.fractions(-50, 50, max_denominator=12), min_size=3, max_size=3))
def test_a_formula_of_any_numbers(formula: str, three: list[Fraction]) -> None:
    steps = steps_of(**numbers("a", "b", "c"), r=formula)
    compiled = compile_steps(steps, ["r"])
    assert compiled is not None
    assert compared(steps, compiled, dict(zip("abc", three, strict=True))) in ("ran", "problem")


# --- (c) rounding -------------------------------------------------------------------------------------------------------------

BY_DECIMAL = {
    "half-up": decimal.ROUND_HALF_UP,
    "half-even": decimal.ROUND_HALF_EVEN,
    "half-down": decimal.ROUND_HALF_DOWN,
    "up": decimal.ROUND_UP,
    "down": decimal.ROUND_DOWN,
    "floor": decimal.ROUND_FLOOR,
    "ceil": decimal.ROUND_CEILING,
}
TINY = decimal.Decimal("1e-30")
TIES = [decimal.Decimal(text) for text in ("0", "0.005", "0.015", "0.025", "1.005", "2.5", "12345678901234567890.125", "0.01")]


def written(value: decimal.Decimal) -> Fraction:
    return Fraction(*value.as_integer_ratio())


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "none"])
@pytest.mark.parametrize("sign", [1, -1])
def test_rounding_at_ties(mode: Any, sign: int) -> None:
    """A tie, and 10^-30 beside it, against `decimal`; in hundredths, and in quarters by way of hundredths of 1/25."""
    steps = steps_of(**numbers("a", "b"), r=Round(parse("a"), Rounding(Fraction(1, 100), mode), "item"))
    quotient = steps_of(**numbers("a", "b"), r=Round(parse("a / b"), Rounding(Fraction(1, 100), mode), "item"))
    quarters = steps_of(**numbers("a", "b"), r=Round(parse("a * 25"), Rounding(Fraction(1, 4), mode), "item"))
    with decimal.localcontext() as context:
        context.prec = 90
        for tie in TIES:
            for beside in (-TINY, decimal.Decimal(0), TINY):
                value = sign * (tie + beside)
                expected = written(value.quantize(decimal.Decimal("0.01"), BY_DECIMAL[mode]))
                assert ran(steps, a=written(value), b=Fraction(1)) == expected
                assert ran(quotient, a=written(value) * 7, b=Fraction(7)) == expected
                assert ran(quotient, a=written(value) * -7, b=Fraction(-7)) == expected
                assert ran(quarters, a=written(value), b=Fraction(1)) == expected * 25


def test_rounding_none_and_what_is_on_the_step_already() -> None:
    none = steps_of(**numbers("a"), r=Round(parse("a / 3"), Rounding(Fraction(1), "none"), "item"))
    assert ran(none, a=1) == Fraction(1, 3)
    twice = steps_of(
        **numbers("a"),
        one=Round(parse("a / 3"), Rounding(Fraction(1, 100), "half-up"), "item"),
        r=Round(parse("one + 5"), Rounding(Fraction(1, 100), "half-up"), "group"),
    )
    compiled = compile_steps(twice, ["r"])
    assert compiled is not None
    assert sum("//" in line for line in compiled.source.splitlines()) == 1  # the second stage has nothing to do
    assert ran(twice, a=1) == Fraction(533, 100)


@pytest.mark.parametrize("digits", ["a", "31", "1/2"])
def test_digits_that_are_no_number_of_digits(digits: str) -> None:
    steps = steps_of(**numbers("a"), r=f"1 if a < 0 else round(a, {digits})")
    assert ran(steps, a=-1) == 1
    compiled = compile_steps(steps, ["r"])
    assert compiled is not None
    with pytest.raises(Elsewhere):
        compiled.run({"a": Fraction(5)})


# --- what is not needed is not asked for ----------------------------------------------------------------------------------------


def item(*rows: tuple[str | None, str | None], **more: Any) -> Steps:
    """An item: its cases, a claim, a rounding, as the compiler of rule sets makes them."""
    return steps_of(
        **numbers("actual", "target"),
        attainment="actual / target",
        earned=cases(*rows),
        claimed=cases(("earned < 0", None), ("earned > 10", None), (None, "earned")),
        r=Round(parse("claimed"), Rounding(Fraction(1, 100), "half-up"), "item"),
        **more,
    )


RATIO = [
    ("target = 0", "10"),
    ("actual >= target", "10"),
    ("attainment <= 0", "0"),
    (None, "10 * min(attainment, 1)"),
]


@pytest.mark.parametrize(
    "actual, target, points, case",
    [(5, 0, 10, 0), (0, 0, 10, 0), (12, 12, 10, 1), (13, 12, 10, 1), (0, 12, 0, 2), (-1, 12, 0, 2), (1, 3, "333/100", 3), (-3, -2, 10, 3)],
)
def test_a_zero_divisor_that_a_special_case_names(actual: int, target: int, points: Any, case: int) -> None:
    assert ran(item(*RATIO), fired=["earned"], actual=actual, target=target) == (Fraction(points), [case])


def test_a_zero_divisor_that_nothing_names() -> None:
    with pytest.raises(Elsewhere):
        ran(item(*RATIO[1:]), actual=-5, target=0)


def test_a_refusal_a_claim_and_no_case() -> None:
    rows = [("actual = 1", None), ("actual = 2", "11"), ("actual = 3", "-1"), ("actual = 4", "4")]
    assert ran(item(*rows), fired=["earned"], actual=4, target=1) == (4, [3])
    for actual in (1, 2, 3, 5):
        with pytest.raises(Elsewhere):
            ran(item(*rows), actual=actual, target=1)


LAZY = [
    ("actual / target if target != 0 else 0", {"actual": 1, "target": 0}, 0),
    ("1 if target != 0 and actual / target > 2 else 0", {"actual": 1, "target": 0}, 0),
    ("1 if target != 0 and actual / target > 2 else 0", {"actual": 5, "target": 2}, 1),
    ("1 if target = 0 or actual / target > 2 else 0", {"actual": 1, "target": 0}, 1),
    ("1 if target = 0 or actual / target > 2 else 0", {"actual": 1, "target": 1}, 0),
    ("1 if 0 < target < actual / target else 0", {"actual": 1, "target": 0}, 0),
    ("1 if 0 < target < actual / target else 0", {"actual": 9, "target": 2}, 1),
    ("1 if target in [0, actual / target] else 0", {"actual": 9, "target": 0}, 1),
    ("1 if missing(target) or target > 1 else 0", {"actual": 9}, 1),
    ("1 if not missing(target) and target > 1 and actual > target else 0", {"actual": 9}, 0),
]


@pytest.mark.parametrize("formula, given_values, expected", LAZY)
@pytest.mark.parametrize("by_let", [False, True])
def test_and_or_if_are_lazy(formula: str, given_values: dict[str, Any], expected: int, by_let: bool) -> None:
    lets = {"q": "actual / target"} if by_let else {}
    written_formula = formula.replace("actual / target", "q") if by_let else formula
    assert ran(steps_of(**numbers("actual", "target"), **lets, r=written_formula), **given_values) == expected


@pytest.mark.parametrize("formula", ["1 if 2 > 1 or a > 0 else 0", "0 * (1 if 2 > 1 else a)"])
def test_what_a_known_condition_leaves_out_is_not_asked_for(formula: str) -> None:
    assert ran(steps_of(**numbers("a"), r=formula)) == int(formula[0])


@pytest.mark.parametrize(
    "formula", ["0 * a", "a - a", "min(a, 1 - 1)", "(a + 1) ** 0", "1 if a > 0 or 2 > 1 else 0", "count(a > 0, a <= 0)"]
)
def test_what_is_multiplied_away_is_still_needed(formula: str) -> None:
    """The exact reading asks for it, and tells that it is missing."""
    steps = steps_of(**numbers("a"), r=formula)
    assert isinstance(ran(steps, a=1), Fraction)
    with pytest.raises(Elsewhere):
        ran(steps)


def test_a_divisor_that_is_multiplied_away_is_still_needed() -> None:
    steps = steps_of(**numbers("a", "b"), r="a / b * b")
    assert ran(steps, a=3, b=-2) == 3
    with pytest.raises(Elsewhere):
        ran(steps, a=3, b=0)


def test_a_case_that_always_refuses_between_others() -> None:
    """11 > 10 is refused after the case: what stands before it must not fall into what stands behind."""
    rows = [("actual = 1", "7"), ("actual = 2", "11"), ("actual = 3", "2"), (None, "3")]
    assert [ran(item(*rows), fired=["earned"], actual=actual, target=1) for actual in (1, 3, 4)] == [(7, [0]), (2, [2]), (3, [3])]
    with pytest.raises(Elsewhere):
        ran(item(*rows), actual=2, target=1)


def test_what_one_branch_knows_is_not_known_in_another() -> None:
    """b is above zero only where the first case asked; were it taken to be so elsewhere, 4 > -1 × -2 would hold."""
    steps = steps_of(**numbers("a", "b"), q="a / b", r=cases(("b > 0 and q > 1", "q"), ("a = 7", "1"), ("q > -1", "5"), (None, "q")))
    assert ran(steps, fired=["r"], a=4, b=2) == (2, [0])
    assert ran(steps, fired=["r"], a=4, b=-2) == (-2, [3])
    assert ran(steps, fired=["r"], a=7, b=0) == (1, [1])


def test_missing_values() -> None:
    replaced = Input("a", "a", missing=parse("b * 2"), required=False)
    steps = steps_of(a=replaced, **numbers("b"), r="1 if missing(a) else a + 1")
    assert ran(steps, b=3) == 7
    assert ran(steps, a=1) == 2
    with pytest.raises(Elsewhere):
        ran(steps)
    compiled = compile_steps(steps, ["r"])
    assert compiled is not None
    with pytest.raises(Elsewhere):
        compiled.run({"a": MISSING, "b": Fraction(3)})
    with pytest.raises(Elsewhere):
        compiled.run({"a": BROKEN, "b": Fraction(3)})


def test_truths_choices_and_dates() -> None:
    declared = inputs(
        region=Input("region", "", "choice", values=(("east", ""), ('it\'s "west"\n', ""))),
        other=Input("other", "", "choice", missing=tree.Text("east")),
        done="date",
        due="date",
        yes="yes_no",
        no=Input("no", "", "yes_no", missing=tree.Truth(False)),
    )
    odd = tree.compare(tree.Name("region"), "=", tree.Text('it\'s "west"\n'))
    first, last = Day(738000), Day(738040)
    values = {"region": 'it\'s "west"\n', "done": first, "due": last, "yes": True}
    formulas: dict[str, Any] = {
        "odd": odd,
        "east": "region = 'east' or region = other",
        "some": "region in ['east', 'south']",
        "late": "done > due",
        "days": "due - done - 5",
        "later": "max(done, due)",
        "whole": "months(done, due)",
        "both": "yes and not no",
        "same": "yes = no",
        "asked": "region if yes else other",
        "by": tree.compare(tree.Name("done"), "<=", tree.Date(first, last)),
    }
    expected = {
        "odd": True, "east": False, "some": False, "late": False, "days": Fraction(35), "later": last, "whole": Fraction(1), "both": True,
        "same": False, "asked": "it's \"west\"\n", "by": True,
    }  # fmt: skip
    steps = steps_of(**declared, **formulas)
    compiled = compile_steps(steps, list(formulas))
    assert compiled is not None
    assert compared(steps, compiled, values) == "ran"
    found = compiled.run(values)
    assert {name: found.value(k) for k, name in enumerate(formulas)} == expected


# --- lists ----------------------------------------------------------------------------------------------------------------------


def listing(*elements: tuple[str | None, str]) -> tree.Listing:
    return tree.Listing(tuple((None if condition is None else parse(condition), parse(value)) for condition, value in elements))


LISTS = [
    ("sum(parts)", [1, "1/2", "1/3"], "11/6"),
    ("mean(parts)", [1, 2, "9/2"], "5/2"),
    ("median(parts)", [9, "1/2", 2], 2),
    ("median(parts)", [9, 1], 5),
    ("min(parts)", [3, "-1/2"], "-1/2"),
    ("max(parts)", [3, "-1/2"], 3),
    ("count(parts)", [3, 4, 5], 3),
    ("count(parts > 3)", [3, 4, 5], 2),
    ("count(4 >= parts)", [3, 4, 5], 2),
    ("1 if any(parts = 4) else 0", [3, 4], 1),
    ("1 if all(parts != 4) else 0", [3, 4], 0),
    ("trimmed_mean(parts, 1)", [1, 2, 3, 100], "5/2"),
    ("trimmed_mean(parts, 0)", [1, 2], "3/2"),
    ("sum(parts) / count(parts)", [1, 2, "1/2"], "7/6"),
    ("sum(parts)", [], 0),
    ("count(parts)", [], 0),
    ("count(parts > 0)", [], 0),
    ("1 if any(parts > 0) else 0", [], 0),
    ("1 if all(parts > 0) else 0", [], 1),
]


@pytest.mark.parametrize("formula, elements, expected", LISTS)
@pytest.mark.parametrize("how", ["plain", "conditions", "quotients", "here"])
def test_a_list(formula: str, elements: list[Any], expected: Any, how: str) -> None:
    """Elements always there, under conditions (three that do not hold among them), with divisors, and written in the formula."""
    names = [f"x{k}" for k in range(len(elements))]
    condition = None if how in ("plain", "here") else "on > 0"
    value = "{} / on" if how == "quotients" else "{}"
    rows: list[tuple[str | None, str]] = [(condition, value.format(name)) for name in names]
    if condition:
        rows = [("on < 0", "1 / 0"), *rows[:1], ("on = 0", "9"), *rows[1:], ("missing(off)", "7")][: len(rows) + 2]
    parts = listing(*rows)
    if how == "here":
        root = tree.rewrite(parse(formula), lambda node: parts if node == tree.Name("parts") else None)
        steps = steps_of(**numbers(*names, "on", "off"), r=root)
    else:
        steps = steps_of(**numbers(*names, "on", "off"), parts=parts, r=formula)
    assert ran(steps, **dict(zip(names, elements, strict=True)), on=1, off=1) == Fraction(expected)


@pytest.mark.parametrize("function", ["mean(parts)", "median(parts)", "min(parts)", "max(parts)", "trimmed_mean(parts, 0)"])
def test_an_empty_list(function: str) -> None:
    steps = steps_of(**numbers("a"), parts=listing(("a > 0", "a")), r=function)
    assert ran(steps, a=2) == 2
    with pytest.raises(Elsewhere):
        ran(steps, a=0)


@pytest.mark.parametrize("trim", ["1/2", "-1", "2"])
def test_trimming_that_cannot_be(trim: str) -> None:
    steps = steps_of(**numbers("a", "trim"), parts=listing((None, "a"), (None, "2"), ("a > 0", "3")), r="trimmed_mean(parts, trim)")
    assert ran(steps, a=1, trim=1) == 2
    with pytest.raises(Elsewhere):
        ran(steps, a=1, trim=trim)


def test_a_list_over_rows_is_given() -> None:
    """The exact reading computes it; the code reads it as numbers or truths."""
    rows = Rows(tree.Name("ballots"), (("mark", "mark"),), (Step("double", "quantity", parse("mark * 2")),), "double")
    steps = steps_of(ballots=Input("ballots", "", "table", columns=(Input("mark", ""),)), marks=rows, r="mean(marks) + count(marks > 3)")
    compiled = compile_steps(steps, ["r"])
    assert compiled is not None and compiled.lists == ("marks",)
    table = ((Fraction(1),), (Fraction(2),), (Fraction(1, 2),))
    assert compared(steps, compiled, {"ballots": table}) == "ran"
    assert compiled.run({}, {"marks": (Fraction(2), Fraction(4), Fraction(1))}).value(0) == Fraction(7, 3) + 1
    for marks in (None, (), ("x",)):
        with pytest.raises(Elsewhere):
            compiled.run({}, {"marks": marks})  # type: ignore[dict-item]


# --- size -------------------------------------------------------------------------------------------------------------------------


def test_numbers_that_are_too_wide_go_elsewhere() -> None:
    steps = steps_of(**numbers("a"), square="a ** 16", r="1 if square > 0 else 0")
    wide = Fraction(2 ** (MAX_BITS // 16 - 5))
    assert ran(steps, a=wide) == 1
    with pytest.raises(Elsewhere):
        ran(steps, a=Fraction(2 ** (MAX_BITS // 16 + 1)))
    compiled = compile_steps(steps, ["r"])
    assert compiled is not None and MAX_BITS // 16 - 4 <= compiled.bits <= MAX_BITS // 16


def test_what_cancels_was_wide_before() -> None:
    """(1/a + 1/b) - 1/a is 1/b, but on its way there the exact reading meets a denominator of a·b."""
    steps = steps_of(**numbers("a", "b"), r="1 / a + 1 / b - 1 / a")
    wide = Fraction(2 ** (MAX_BITS // 2 + 10))
    assert ran(steps, a=2, b=3) == Fraction(1, 3)
    with pytest.raises(Elsewhere):
        ran(steps, a=wide, b=wide + 1)


@pytest.mark.parametrize("formula", ["a * 7", "a - 1/3", "a / 3 + a / 7", "round(a, 3)"])
def test_long_numbers_are_exact(formula: str) -> None:
    steps = steps_of(**numbers("a"), r=formula)
    for value in (Fraction(10**300 + 1, 3**200), Fraction(-(10**300), 7)):
        assert isinstance(ran(steps, a=value), Fraction)


def test_a_long_literal() -> None:
    big = 10**350 + 7
    steps = steps_of(**numbers("a"), r=tree.Arithmetic("*", tree.Name("a"), tree.number(big)))
    assert ran(steps, a="1/2") == Fraction(big, 2)
    compiled = compile_steps(steps, ["r"])
    assert compiled is not None and max(map(len, compiled.source.splitlines())) < 200


def test_a_long_table() -> None:
    """3000 rows: no nesting, and the value that each gives can be worked on."""
    rows = [(f"a < {k}", str(k)) for k in range(1, 3000)]
    steps = steps_of(**numbers("a", "b"), table=cases(*rows, (None, "b")), r="table * 2 + table")
    assert ran(steps, fired=["table"], a="3/2", b=0) == (6, [1])
    assert ran(steps, fired=["table"], a="5997/2", b=0) == (8997, [2998])
    assert ran(steps, fired=["table"], a=3000, b=5) == (15, [2999])


def test_a_long_table_whose_rows_need_more() -> None:
    rows = [(f"a / b < {k}", f"a / b + {k}") for k in range(1, 120)]
    steps = steps_of(**numbers("a", "b"), table=cases(*rows, (None, "0")), r=Round(parse("table"), Rounding(Fraction(1), "up"), "item"))
    assert ran(steps, fired=["table"], a=5, b=2) == (6, [2])  # 2.5 + 3 = 5.5, up


def test_many_steps_in_a_row() -> None:
    chain = {"x0": "a / 3"} | {f"x{k}": f"x{k - 1} + a if x{k - 1} > b else x{k - 1} * 2" for k in range(1, 25)}
    steps = steps_of(**numbers("a", "b"), **chain, r="x24")
    assert isinstance(ran(steps, a=1, b=50), Fraction)


def test_branches_that_would_double_at_every_step() -> None:
    """Each step needs the one before in two branches, and it may fail: written out, that would be 2^40 lines."""
    chain = {"x0": "a / b"} | {
        f"x{k}": f"x{k - 1} / b if a > {k} else x{k - 1} / (b + 1) if a > {k - 1} else x{k - 1} + 1 if a < 0 else 5" for k in range(1, 40)
    }
    steps = steps_of(**numbers("a", "b"), **chain, r="x39")
    compiled = compile_steps(steps, ["r"])
    if compiled is not None:
        assert len(compiled.source) < 1_000_000
        assert compared(steps, compiled, {"a": Fraction(-1), "b": Fraction(1)}) == "ran"


def test_a_long_sum_of_unrounded_quotients() -> None:
    names = [f"x{k}" for k in range(60)]
    steps = steps_of(**numbers(*names), r="sum(" + ", ".join(f"1 / {name}" for name in names) + ")")
    values = {name: Fraction(k * k + 1, k + 2) for k, name in enumerate(names)}
    assert ran(steps, **values) == sum(1 / value for value in values.values())


# --- the text of the function --------------------------------------------------------------------------------------------------------


def test_one_ratio_item_is_one_branch_with_one_rounding() -> None:
    steps = steps_of(
        **numbers("actual"),
        target="1200",
        attainment="actual / target",
        earned=cases(("actual >= target", "5"), ("attainment <= 0", "0"), (None, "5 * min(attainment, 1)")),
        claimed=cases(("earned < 0", None), ("earned > 5", None), (None, "earned")),
        points=Round(parse("claimed"), Rounding(Fraction(1, 100), "half-up"), "item"),
    )
    text = code.source(steps, ["points"], ["earned"])
    assert text == (
        "# n0_ = actual\n"
        "def scored(n0_, d0_):\n"
        "    # points\n"
        "    if n0_ is None: raise E\n"
        "    if n0_ >= 1200*d0_:\n"
        "        case0 = 0\n"
        "        t2 = 500\n"
        "    elif n0_ <= 0:\n"
        "        case0 = 1\n"
        "        t2 = 0\n"
        "    else:\n"
        "        case0 = 2\n"
        "        t2 = (5*n0_ + 6*d0_)//(12*d0_)\n"
        "    return (t2, case0, )\n"
    )


def whole_sources() -> Iterator[str]:
    for path in rule_files():
        try:
            rules = load(path)
        except RuleError:
            continue
        for names in (hot(rules), everything(rules)):
            text = code.source(rules.steps, *names)
            if text is None:
                assert has_reals(rules.steps, names[0])
            else:
                yield text


def test_the_function_computes_with_whole_numbers_only() -> None:
    """No float and no other kind of number is written, nothing is called but what the reading gives, no attribute is read but
    `append` of a list.
    """
    seen = 0
    for text in whole_sources():
        for node in ast.walk(ast.parse(text)):
            seen += 1
            assert not isinstance(node, (ast.Div, ast.Import, ast.ImportFrom, ast.Lambda, ast.Global, ast.Nonlocal))
            if isinstance(node, ast.Constant):
                assert type(node.value) in (int, str, bool, type(None))
            if isinstance(node, ast.Attribute):
                assert node.attr == "append"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id in CALLED
    assert seen > 5000


HOSTILE = [
    "__import__('os').system('x')",
    "a\n    import os",
    "a'''\nraise SystemExit\n'''",
    "x\u2028y",
    "\ud800",
    "#\r\nboom = 1",
    "d0_ = 1",
    "E",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_and_codes_cannot_become_code(name: str) -> None:
    """Ids, labels and codes from a rule file stand in the text only as comments without signs, or as quoted constants."""
    steps = Steps(
        [
            Step(name, "input", Input(name, name, "choice", values=((name, name), ("other", "")))),
            Step(f"{name}:n", "input", Input(f"{name}:n", name)),
            Step(f"{name}:same", "quantity", tree.compare(tree.Name(name), "=", tree.Text(name)), label=name),
            Step(
                f"{name}:points",
                "points",
                Cases(
                    (
                        Case(tree.Name(f"{name}:same"), tree.Arithmetic("/", tree.number(1), tree.Name(f"{name}:n")), name),
                        Case(None, tree.number(2), name),
                    )
                ),
            ),
        ]
    )
    compiled = compile_steps(steps, [f"{name}:points"], [f"{name}:points"])
    assert compiled is not None
    assert [compiled.run({name: value, f"{name}:n": Fraction(4)}).value(0) for value in (name, "other")] == [Fraction(1, 4), 2]
    lines = compiled.source.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass").splitlines()
    parsed = ast.parse("\n".join(line for line in lines if not line.strip().startswith("#")))
    (function,) = parsed.body
    assert isinstance(function, ast.FunctionDef) and function.name == "scored"
    for node in ast.walk(parsed):
        assert not isinstance(node, (ast.Call, ast.Import, ast.Attribute))
    assert {node.value for node in ast.walk(parsed) if isinstance(node, ast.Constant) and isinstance(node.value, str)} == {name}
    assert set(compiled.function.__globals__["__builtins__"]) == set()


def test_a_hostile_rule_set() -> None:
    rules = RuleSet.from_dict(
        {
            "perfscore": 1,
            "id": "t",
            "title": "\nimport os\n",
            "total": 10,
            "inputs": {"region": {"type": "choice", "values": {"east": "'); import os  #", "西部": "\n"}}},
            "indicators": [
                {"id": "import_os", "label": "'''\nimport os", "weight": 5, "target": ">= 4", "method": {"type": "ratio", "above": "cap"}},
                {"id": "指标", "weight": 5, "method": {"type": "table", "of": ["region"], "rows": [["西部", 5], ["any", 0]]}},
            ],
            "rating": [{"id": "any", "label": "'; raise SystemExit", "is": "any"}],
        }
    )
    compiled = compile_steps(rules.steps, *hot(rules))
    assert compiled is not None
    assert not any(word in compiled.source for word in ("import os", "SystemExit", "'''"))
    assert compared(rules.steps, compiled, {"import_os": Fraction(2), "region": "西部"}) == "ran"
    assert compiled.run({"import_os": Fraction(2), "region": "西部"}).value(compiled.wanted.index("total")) == Fraction(15, 2)


# --- the way in and the way out ----------------------------------------------------------------------------------------------------------


def test_the_function_itself() -> None:
    """Numerator and denominator of each number in any terms; one tuple out."""
    steps = steps_of(**numbers("a"), r=Round(parse("a / 8"), Rounding(Fraction(1, 100), "half-up"), "item"), up="a > 1", q="1 / a")
    compiled = compile_steps(steps, ["r", "up", "q"])
    assert compiled is not None
    assert compiled.parameters == (("a", "n"), ("a", "d"))
    for n, d in ((3, 1), (6, 2), (300, 100)):
        found = compiled.result(compiled.function(n, d))
        assert (found.value(0), found.value(1), found.value(2)) == (Fraction(38, 100), True, Fraction(1, 3))
        assert found.pair(0) == (38, 100) and Fraction(*found.pair(2)) == Fraction(1, 3)
        assert found.numbers[:2] == [(38, 100), True]
    with pytest.raises(Elsewhere):
        compiled.function(None, None)
    with pytest.raises(Elsewhere):
        compiled.function(0, 1)


def test_whole_numbers_over_a_scale() -> None:
    steps = steps_of(**numbers("a", "b"), r="a / b + a")
    compiled = compile_steps(steps, ["r"], scale=100)
    assert compiled is not None and compiled.parameters == (("a", "n"), ("b", "n"))
    assert compiled.result(compiled.function(150, 75)).value(0) == Fraction(7, 2)
    assert compiled.run({"a": Fraction(3, 2), "b": Fraction(3, 4)}).value(0) == Fraction(7, 2)
    with pytest.raises(Elsewhere):
        compiled.run({"a": Fraction(1, 3), "b": Fraction(1)})


def test_a_function_that_would_never_answer_is_not_made() -> None:
    assert compile_steps(steps_of(**numbers("a"), r="sqrt(a)"), ["r"]) is None
    assert compile_steps(steps_of(**numbers("a"), r="a / 0"), ["r"]) is None
    reached = steps_of(**numbers("a"), r="sqrt(a) if a > 5 else a")
    assert ran(reached, a=4) == 4
    with pytest.raises(Elsewhere):
        compile_steps(reached, ["r"]).run({"a": Fraction(9)})  # type: ignore[union-attr]


@pytest.mark.parametrize("value", [True, "x", Day(1), 1])
def test_a_value_of_another_type_goes_elsewhere(value: Any) -> None:
    compiled = compile_steps(steps_of(**numbers("a"), r="a + 1"), ["r"])
    assert compiled is not None
    with pytest.raises(Elsewhere):
        compiled.run({"a": value})


def test_intervals_are_read_as_written() -> None:
    """Bands, open and closed, at and beside their ends: what earlier rows decided is not asked again."""
    tests = ["= 0", "(0, 8]", "(8, 16)", "[16, 40]"]
    rows = Cases(
        (
            *(Case(parse_test(text).on(tree.Name("a")), tree.number(k), f"row_{k}") for k, text in enumerate(tests)),
            Case(None, tree.number(9), "no_row"),
        )
    )
    steps = steps_of(**numbers("a"), r=rows)
    expected = {"-1": 9, "0": 0, "1/100": 1, "8": 1, "801/100": 2, "1599/100": 2, "16": 3, "40": 3, "4001/100": 9}
    assert {text: ran(steps, a=text) for text in expected} == expected
