"""Places, kinds and findings: how a problem is told, and that all of them come in order, each once."""

import pytest

from perfscore import finding
from perfscore.finding import Finding, Kind, OutcomeError, Place, Problems, RuleError, Unreadable, catalogue, in_order

WEIGHTS = Kind(
    "test-weights",
    "error",
    zh="“{group}”合计 {found}，应为 {expected}",
    en="children of “{group}” add up to {found}, expected {expected}",
    hint_zh="改 {parts}",
    hint_en="change {parts}",
)
BARE = Kind("test-bare", "warning", zh="没有提示", en="no hint")
OWN = Kind("test-own", "info", zh="共用的话", en="shared words", hint_zh="共用提示", hint_en="shared hint")
OURS = {kind.code: finding._KINDS.pop(kind.code) for kind in (WEIGHTS, BARE, OWN)}  # the real catalogue stays as it is


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of these three kinds alone."""
    monkeypatch.setattr(finding, "_KINDS", dict(OURS))


@pytest.mark.parametrize(
    "place, told",
    [
        (Place("a.yaml", 14, 13), "a.yaml:14:13"),
        (Place("a.yaml", 14), "a.yaml:14"),
        (Place(None, 2, 5), "<text>:2:5"),  # a text without a file
        (Place("a.yaml"), "a.yaml"),
        (Place(path="indicators[0].weight"), "indicators[0].weight"),  # a Python mapping has no lines
        (Place("a.yaml", path="total"), "a.yaml:total"),
        (Place("book.xlsx", sheet="自评表", cell="C5"), "book.xlsx:自评表!C5"),
        (Place(sheet="自评表", cell="C5"), "自评表!C5"),
        (Place(cell="C5"), "C5"),
        (Place(), "<input>"),  # outcomes from Python, as a whole
    ],
)
def test_a_place_is_told_as_an_editor_reads_it(place: Place, told: str) -> None:
    assert str(place) == told


def test_a_place_is_shifted_along_its_line_only() -> None:
    assert Place("a", 3, 10).shifted(4) == Place("a", 3, 14)
    assert Place("a", 3, 10).shifted(0) == Place("a", 3, 10)
    assert Place(path="total").shifted(4) == Place(path="total")  # a path has no columns


def test_a_finding_tells_its_facts_in_both_languages() -> None:
    found = WEIGHTS.at(Place("a.yaml", 14, 13), indicator="output", group="产出指标", found=48, expected=50, parts="甲 (5)")
    assert found.message("en") == "children of “产出指标” add up to 48, expected 50"
    assert found.message("zh") == "“产出指标”合计 48，应为 50"
    assert found.tell("en") == "a.yaml:14:13  test-weights: children of “产出指标” add up to 48, expected 50\n    hint: change 甲 (5)"
    assert found.tell("zh") == "a.yaml:14:13  test-weights: “产出指标”合计 48，应为 50\n    提示: 改 甲 (5)"
    assert (found.code, found.severity) == ("test-weights", "error")


def test_a_finding_without_a_hint_is_one_line() -> None:
    assert BARE.at(Place("a", 1, 1)).tell("en") == "a:1:1  test-bare: no hint"
    assert BARE.at(Place("a", 1, 1)).hint("zh") == ""


def test_a_hint_of_its_own_stands_before_the_shared_one() -> None:
    found = OWN.at(Place(), hint_zh="单独提示", hint_en="its own hint")
    assert (found.hint("zh"), found.hint("en")) == ("单独提示", "its own hint")
    assert (OWN.at(Place()).hint("zh"), OWN.at(Place()).hint("en")) == ("共用提示", "shared hint")


def test_a_fact_that_is_absent_leaves_no_braces() -> None:
    assert WEIGHTS.at(Place(), found=1).message("en") == "children of “” add up to 1, expected"


def test_json_leaves_out_what_does_not_apply() -> None:
    assert BARE.at(Place("a", 1, 2)).to_dict("en") == {"code": "test-bare", "severity": "warning", "place": "a:1:2", "message": "no hint"}
    told = WEIGHTS.at(Place("a", 1, 2), indicator="output", group="产出", found=48, expected=50, parts="甲").to_dict("zh")
    assert told == {
        "code": "test-weights",
        "severity": "error",
        "place": "a:1:2",
        "indicator": "output",
        "message": "“产出”合计 48，应为 50",
        "found": "48",  # a text, so that exact numbers stay exact
        "expected": "50",
        "hint": "改 甲",
    }


@pytest.mark.usefixtures("declared")
def test_a_code_is_declared_once() -> None:
    again = Kind("test-bare", "warning", zh="没有提示", en="no hint")  # the same words: a module read twice
    assert again == BARE
    with pytest.raises(ValueError, match="test-bare is declared twice"):
        Kind("test-bare", "error", zh="别的", en="other")


@pytest.mark.usefixtures("declared")
def test_the_catalogue_is_in_order_of_code_and_complete() -> None:
    assert [kind.code for kind in catalogue()] == ["test-bare", "test-own", "test-weights"]


def test_every_kind_of_the_layers_below_says_what_it_is_in_both_languages() -> None:
    import perfscore.ruleset.load
    import perfscore.scoring.outcomes  # noqa: F401

    assert len(catalogue()) > 50
    for kind in catalogue():
        assert kind.code == kind.code.lower() and "_" not in kind.code, kind.code  # kebab-case
        assert kind.zh and kind.en and kind.why and kind.fix, kind.code
        assert bool(kind.hint_zh) == bool(kind.hint_en), kind.code
        assert not any("一" <= sign <= "鿿" for sign in kind.en), kind.code


def test_problems_come_in_order_of_place_each_once() -> None:
    late, early, column = BARE.at(Place("a", 9, 1)), BARE.at(Place("a", 10, 1)), BARE.at(Place("a", 9, 20))
    other_file, no_line = BARE.at(Place("b", 1, 1)), BARE.at(Place("a"))
    found = in_order([other_file, early, column, late, late, no_line])
    assert found == (no_line, late, column, early, other_file)  # 9 before 10: numbers, not texts


def test_two_messages_at_one_place_are_two_problems() -> None:
    place = Place("a", 1, 1)
    found = in_order([WEIGHTS.at(place, found=2), WEIGHTS.at(place, found=1), BARE.at(place)])
    assert [(one.code, one.facts.get("found")) for one in found] == [("test-bare", None), ("test-weights", 2), ("test-weights", 1)]


def test_unreadable_gets_its_place_later() -> None:
    trouble = Unreadable(WEIGHTS, 4, group="产出", found=48, expected=50)
    assert str(trouble) == "children of “产出” add up to 48, expected 50"
    found = trouble.at(Place("a", 2, 10), indicator="output")
    assert isinstance(found, Finding)
    assert (str(found.place), found.indicator, found.facts["found"]) == ("a:2:14", "output", 48)


@pytest.mark.parametrize("error", [RuleError, OutcomeError])
def test_one_exception_carries_them_all(error: type[Problems]) -> None:
    raised = error([BARE.at(Place("a", 2, 1)), OWN.at(Place("a", 1, 1))])
    assert [one.code for one in raised.problems] == ["test-own", "test-bare"]
    assert raised.tell("zh") == "a:1:1  test-own: 共用的话\n    提示: 共用提示\na:2:1  test-bare: 没有提示"
    assert str(raised) == "\na:1:1  test-own: shared words\n    hint: shared hint\na:2:1  test-bare: no hint"
    assert isinstance(raised, Problems)
