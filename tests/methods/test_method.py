"""The list of methods, and the policies that edit a case list."""

from perfscore.finding import Place
from perfscore.formula.parse import parse
from perfscore.methods import over
from perfscore.methods.method import Method, case, formula, let, methods
from perfscore.steps import Case

BASE = [case("met", "weight", "target_met"), case(None, "0", "target_missed")]


def reasons(cases: list[Case]) -> list[str]:
    return [one.reason for one in cases]


def test_the_list_of_methods() -> None:
    assert list(methods()) == ["ratio", "pass_fail", "table", "interpolate", "adjust", "checklist", "grade", "panel", "each", "formula"]
    for type, method in methods().items():
        assert issubclass(method, Method) and method.type == type
        chinese, english = method.names
        assert chinese and english and not chinese.isascii() and english.isascii()


def test_a_method_writes_its_own_formulas_once_and_without_a_place() -> None:
    assert formula("weight * 2") is formula("weight * 2")
    assert formula("weight").place == Place()
    assert let("x", "a + 1").tree == let("x", parse("a + 1")).tree
    assert case(None, "0", "otherwise").when is None


def test_too_far_above_is_tried_first() -> None:
    assert reasons(over.zero_above(BASE)) == ["too_far_above", "target_met", "target_missed"]


def test_a_pass_line_stands_before_the_last_case() -> None:
    assert reasons(over.pass_line(BASE)) == ["target_met", "below_pass_line", "target_missed"]


def test_floor_and_cap_are_seen_as_cases_where_they_are_written() -> None:
    def clamped(floor: bool, cap: bool) -> list[str]:
        return reasons(over.clamped(BASE, "start + change", "gap > 0", floor=floor, cap=cap))

    assert clamped(False, False) == ["target_met", "target_missed"]
    assert clamped(True, False) == ["all_deducted", "target_met", "target_missed"]
    assert clamped(True, True) == ["all_deducted", "all_earned", "target_met", "target_missed"]
    deducted = over.clamped(BASE, "start + change", "gap > 0", floor=True, cap=False)[0]
    assert deducted.when == parse("gap > 0 and start + change <= floor") and deducted.points == parse("floor")
