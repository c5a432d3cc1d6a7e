"""Outcomes and rule sets at random: valid, at the edges, and of everything that a rule file can say."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, seed, settings
from hypothesis import strategies as st

import perfscore
from perfscore.finding import Problems
from perfscore.methods.method import methods
from perfscore.ruleset.ruleset import RuleSet
from perfscore.scoring.assessment import Assessment, exactly, score_values
from perfscore.scoring.outcomes import read_outcomes
from perfscore.testing import broken_rule_files, outcomes, rule_sets
from perfscore.testing.broken import BREAKS
from perfscore.testing.domain import Domain, domain_of, text_of
from perfscore.testing.rule_files import rule_files
from perfscore.testing.strategies import values_of

ROOT = Path(__file__).parents[2]
BUILT_IN = ["examples/liwan-justice-2024", "examples/minimal", "examples/street-office-2024"]
QUIET = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


def few(count: int) -> settings:
    return settings(QUIET, max_examples=count)


def until(look: Callable[[], None], lacking: Callable[[], set[str]]) -> set[str]:
    """What is still lacking after looking again and again, at something else each time: also where hypothesis draws by a fixed seed."""
    for number in range(12):
        seed(number)(look)()
        if not lacking():
            break
    return lacking()


RULES = """\
perfscore: 1
id: demo
title: 示例
rounding: {item: 2, total: 2}
inputs:
  budget: {label: 全年预算数, unit: 万元, grid: 0.01, range: "> 0"}
  spent: {label: 全年执行数, unit: 万元, grid: 0.01}
  region: {type: choice, values: {east: 东部, west: 西部}, missing: east}
  change: {label: 增减, unit: 元}
  ballots: {type: table, columns: {rater: {type: choice, values: [leader, staff]}, mark: {range: "[0, 100]", grid: 1}}}
let: {execution: spent / budget}
total: 100
indicators:
  - id: opinions
    label: 出具法律意见
    unit: 份
    grid: 1
    weight: 20
    target: ">= 1200"
    method: {type: ratio, above: cap}
    override: {range: "[0, weight]"}
  - id: satisfied
    label: 满意度
    unit: "%"
    grid: 0.1%
    range: "[0%, 100%]"
    weight: 20
    missing: 0
    method: {type: table, rows: [[">= 84.5%", 20]], otherwise: 0}
  - {id: finished, label: 完成时间, type: date, weight: 10, target: "<= 2024年9月", method: pass_fail, not_applicable: full}
  - {id: quality, label: 文书质量, weight: 20, method: {type: grade, levels: [{id: good, share: "[80%, 100%]"}, {id: fair, share: 60%}]}}
  - id: marks
    label: 测评
    weight: 20
    method: {type: panel, ballots: ballots, column: mark, raters: {leader: 40%, staff: 60%}, empty: 0}
  - id: growth
    label: 增长
    weight: 10
    unit: 元
    floor: 0
    cap: weight
    not_applicable: peer_mean
    method: {type: formula, points: 10 if change < 0 else actual / 8}
gates: [{id: low, when: execution < 60%, rating_at_most: fair}]
rating: [{id: good, label: 优, is: ">= 90"}, {id: fair, label: 中, is: "< 90"}]
"""


@pytest.fixture(scope="module")
def demo() -> RuleSet:
    return perfscore.loads(RULES)


# --- outcomes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", BUILT_IN)
def test_every_outcome_of_the_built_in_rules_is_accepted(id: str) -> None:
    rules = perfscore.load(id)

    @few(40)
    @given(outcomes(rules))
    def accepted(drawn: dict[str, Any]) -> None:
        result = perfscore.score(rules, drawn)
        assert 0 <= result.points["total"] <= 100
        assert {one.code for one in result.warnings} <= {one.code for one in rules.warnings}  # no off-grid, no bare-ratio

    accepted()


def test_what_is_written_reads_as_the_values_that_were_drawn(demo: RuleSet) -> None:
    """So that a search may score the values without reading the texts."""

    @few(80)
    @given(values_of(domain_of(demo)))
    def same(values: dict[str, Any]) -> None:
        written = domain_of(demo).written(values)
        reported, problems = read_outcomes(demo, written)
        assert problems == [] and [one for one in reported.warnings if one.code == "off-grid"] == []
        if not any(name.endswith(":not_applicable") for name in values):
            assert dict(reported.values) == values
        try:
            expected = perfscore.score(demo, written)
        except perfscore.OutcomeError:
            with pytest.raises(perfscore.OutcomeError):
                score_values(demo, values, written)
        else:
            assert score_values(demo, values, written).points == expected.points

    same()


EDGES = [
    # input, what is known, texts that must be among the candidates (an edge, one step below, one above), texts that must not
    ("opinions", {}, ["1199份", "1200份", "1201份", "0份"], ["-1份", "1199.5份"]),
    ("satisfied", {}, ["84.4%", "84.5%", "84.6%", "0%", "100%"], ["100.1%", "-0.1%"]),
    ("finished", {}, ["2024-09-29", "2024-09-30", "2024-10-01"], []),
    ("spent", {"budget": Fraction(100)}, ["59.99万元", "60万元", "60.01万元"], ["-0.01万元"]),
    ("spent", {"budget": Fraction(7)}, ["4.19万元", "4.2万元", "4.21万元"], []),  # 7 × 60%
    ("spent", {"budget": Fraction("0.07")}, ["0.04万元", "0.05万元"], []),  # 0.042 lies between two recordable values
    ("budget", {"spent": Fraction(60)}, ["99.99万元", "100万元", "100.01万元", "0.01万元"], ["0万元"]),
    ("quality.share", {"quality.grade": "good"}, ["80%", "80.01%", "99.99%", "100%"], ["79.99%", "60%", "100.01%"]),
    ("change", {}, ["-0.01元", "0元", "0.01元"], []),  # a rule asks for less than 0
    ("growth", {}, ["0元", "80元", "79.99元", "80.01元"], ["-0.01元"]),  # 10 points at 80; only the floor would want less than 0
    ("ballots.mark", {}, ["0", "100"], ["101"]),
]


@pytest.mark.parametrize("name, known, at, not_at", EDGES)
def test_candidates_lie_at_and_beside_every_edge(demo: RuleSet, name: str, known: dict[str, Any], at: list[str], not_at: list[str]) -> None:
    domain = domain_of(demo)
    found = [text_of(domain.variables[name].declared, value) for value in domain.candidates(name, known)]
    assert set(at) <= set(found), found
    assert not set(not_at) & set(found)


def rate(drawn: dict[str, Any]) -> Fraction:
    """What was spent of the budget: 60万元 of 100万元."""
    return Fraction(drawn["spent"].removesuffix("万元")) / Fraction(drawn["budget"].removesuffix("万元"))


def step_below(drawn: dict[str, Any]) -> bool:
    """One cent less than 60 % of the budget."""
    budget, spent = (Fraction(drawn[key].removesuffix("万元")) for key in ("budget", "spent"))
    return spent == budget * 3 / 5 - Fraction(1, 100)


SIGNS = {"by": "评审组", "because": "查阅资料"}
SEEN = [
    ("absent, where the item says what that earns", lambda o: "satisfied" not in o),
    ("absent, where the input says what that means", lambda o: "region" not in o),
    ("not applicable", lambda o: o["finished"] == {"not_applicable": True, "because": "本年无此项"}),
    ("with the mean of the peers", lambda o: "peer_mean" in o["growth"]),
    ("points that a person sets", lambda o: isinstance(o["opinions"], dict) and set(o["opinions"]) == {"value", "override", *SIGNS}),
    ("a band", lambda o: o["quality"] == {"grade": "good", "share": "80%", **SIGNS}),
    ("a fixed level", lambda o: o["quality"] == {"grade": "fair", **SIGNS}),
    ("the edge of a gate", lambda o: rate(o) == Fraction(3, 5)),
    ("one step below it", step_below),
]


def test_is_drawn_sooner_or_later(demo: RuleSet) -> None:
    seen: set[str] = set()

    @few(100)
    @given(outcomes(demo))
    def look(drawn: dict[str, Any]) -> None:
        seen.update(what for what, holds in SEEN if holds(drawn))

    assert until(look, lambda: {what for what, _ in SEEN} - seen) == set()


def test_every_group_of_raters_has_a_row(demo: RuleSet) -> None:
    @few(40)
    @given(outcomes(demo))
    def covered(drawn: dict[str, Any]) -> None:
        assert {row["rater"] for row in drawn["ballots"]} == {"leader", "staff"}

    covered()


def test_without_edges_only_the_range_counts(demo: RuleSet) -> None:
    """1200 is one of some 2400 values then, and one of a dozen else."""

    def met(edges: bool) -> int:
        found = []

        @settings(few(80), derandomize=True)
        @given(outcomes(demo, edges=edges))
        def count(drawn: dict[str, Any]) -> None:
            text = drawn["opinions"]["value"] if isinstance(drawn["opinions"], dict) else drawn["opinions"]
            found.append(text in ("1199份", "1200份", "1201份"))

        count()
        return sum(found)

    assert met(edges=False) < 5 < 10 < met(edges=True)


def test_outcomes_shrink_to_plain_ones() -> None:
    minimal = perfscore.load("examples/minimal")
    drawn = find(outcomes(minimal), lambda one: perfscore.score(minimal, one).total < 100, settings=settings(database=None))
    assert drawn == {"visits": "0家", "satisfaction": "40%"}


def test_open_rules_have_no_outcomes() -> None:
    text = RULES.partition("indicators:")[0].replace("total: 100", "total: 10") + (
        'indicators: [{id: open_group, weight: 10, open: {methods: {">=": {type: ratio, above: cap}}}}]\nrating: [{id: any, is: any}]\n'
    )
    with pytest.raises(perfscore.RuleError) as error:
        outcomes(perfscore.loads(text))
    assert [one.code for one in error.value.problems] == ["open-rules"]


# --- rule sets ----------------------------------------------------------------------------------------------------------


def scored(rules: RuleSet, given_outcomes: dict[str, Any]) -> tuple[Any, Any]:
    """What `score` gives, and what the exact reading gives: points and rating, or the codes of the problems."""

    def told(made: Any) -> Any:
        try:
            result = made()
        except Problems as problems:
            return sorted(one.code for one in problems.problems)
        return dict(result.points), result.total, result.rating.id

    def exact() -> Assessment:
        return Assessment(rules, exact=exactly(rules, *read_outcomes(rules, given_outcomes)))

    return told(lambda: perfscore.score(rules, given_outcomes)), told(exact)


@few(15)
@given(rule_files(), st.data())
def test_rule_sets_agree_with_themselves(file: dict[str, Any], data: st.DataObject) -> None:
    """Loaded, told as plain data and loaded again; scored by the generated function and by the exact reading."""
    rules = RuleSet.from_dict(file)
    again = RuleSet.from_dict(rules.to_dict())
    assert again.digest == rules.digest
    for k in range(4):  # the generated function is made at the second assessment
        drawn = data.draw(outcomes(rules))
        by_code, by_exact = scored(rules, drawn)
        assert by_code == by_exact == scored(again, drawn)[0], (k, drawn)
        if isinstance(by_code, list):
            assert set(by_code) <= {"refused", "nothing-left", "points-out-of-range", "outside-anchors", "empty-list", "division-by-zero"}


def leaves(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        yield from leaves(node["children"]) if "children" in node else [node]


def groups(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        if "children" in node:
            yield node
            yield from groups(node["children"])


def test_rule_sets_hold_everything_that_a_file_can_say() -> None:
    seen: set[str] = set()

    @few(100)
    @given(rule_files())
    def look(file: dict[str, Any]) -> None:
        seen.update(file)
        for leaf in leaves(file["indicators"]):
            seen.update(leaf)
            method = leaf["method"]
            seen.add(method if isinstance(method, str) else method["type"])
            policy = leaf.get("not_applicable")
            seen.add(f"policy {policy['by']} {policy['scope']}" if isinstance(policy, dict) else f"policy {policy}")
        for node in groups(file["indicators"]):
            seen.update(f"group {key}" for key in node)
            seen.add(f"combine {node.get('combine')}")
        seen.update(f"gate {key}" for gate in file.get("gates", []) for key in gate)
        seen.update(f"type {one.get('type', 'number')}" for one in file.get("inputs", {}).values())

    wanted = {*methods(), "ladder", "gates", "flags", "let", "methods", "rounding", "defaults", "special", "missing", "applies", "override"}
    wanted |= {f"policy {policy}" for policy in ("full", "zero", "refuse", "peer_mean")} | {"group out_of", "group floor"}
    wanted |= {f"policy {by} {scope}" for by in ("proportional", "equal") for scope in ("siblings", "group", "all")}
    effects = ("rating", "rating_at_most", "rating_at_least", "points", "at_most", "at_least", "refuse", "total")
    wanted |= {f"gate {effect}" for effect in effects} | {f"type {type}" for type in ("number", "choice", "yes_no", "date", "table")}
    wanted |= {f"combine {one}" for one in ("mean", "harmonic_mean", "geometric_mean", "min", "max")}
    assert until(look, lambda: wanted - seen) == set()


@pytest.mark.parametrize("method", [*methods(), "own"])
def test_of_one_method_alone(method: str) -> None:
    @few(8)
    @given(rule_sets([method]))
    def alone(rules: RuleSet) -> None:
        assert {"ladder" if method == "own" else method} == {item.about["method"] for item in rules.items.values()}

    alone()


@pytest.mark.parametrize("unknown", [["ration"], [], ["ratio", "lookup"]])
def test_there_is_no_such_method(unknown: list[str]) -> None:
    with pytest.raises(ValueError, match="there is no method"):
        rule_sets(unknown)


def test_rule_sets_shrink_to_one_item() -> None:
    found = find(rule_files(), lambda file: "rounding" in file, settings=settings(database=None, deadline=None, max_examples=30))
    assert len(list(leaves(found["indicators"]))) == 1
    assert set(found) == {"perfscore", "id", "title", "source", "rounding", "total", "indicators", "rating"}


# --- broken rule files --------------------------------------------------------------------------------------------------


def codes_of(text: str) -> set[str]:
    try:
        perfscore.loads(text)
    except perfscore.RuleError as error:
        return {one.code for one in error.problems}
    return set()


@pytest.mark.parametrize("k", range(len(BREAKS)), ids=lambda k: f"{k}-{BREAKS[k].code}")
def test_every_break_is_told(k: int) -> None:
    @few(4)
    @given(rule_files(BREAKS[k].methods))
    def told(file: dict[str, Any]) -> None:
        assert BREAKS[k].code in codes_of(BREAKS[k].text(file))

    told()


@few(20)
@given(broken_rule_files())
def test_broken_rule_files(broken: tuple[str, str]) -> None:
    text, code = broken
    assert code in codes_of(text)


def test_breaks_are_of_many_kinds() -> None:
    assert len({one.code for one in BREAKS}) >= 30


# --- without hypothesis -------------------------------------------------------------------------------------------------


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60, check=False)


def test_without_hypothesis_the_message_names_the_extra() -> None:
    done = run("import sys; sys.modules['hypothesis'] = None; from perfscore.testing import outcomes")
    assert "ModuleNotFoundError: perfscore.testing needs hypothesis: pip install 'perfscore[test]'" in done.stderr


def test_claims_and_the_directed_search_need_no_hypothesis() -> None:
    program = (
        "import sys; sys.modules['hypothesis'] = None; import perfscore; from perfscore.testing import claims, falsify;"
        "print(falsify(perfscore.load('examples/minimal'), claims.monotone('visits', 'down'), examples=0).changed)"
    )
    done = run(program)
    assert (done.stdout, done.stderr) == ("visits\n", "")


def test_importing_the_package_imports_nothing_heavy() -> None:
    done = run("import sys, perfscore.testing; print([one for one in ('hypothesis', 'pydantic', 'yaml') if one in sys.modules])")
    assert done.stdout == "[]\n"


def test_names_are_listed_and_others_refused() -> None:
    import perfscore.testing as testing

    assert {"outcomes", "rule_sets", "broken_rule_files", "falsify", "claims", "Counterexample"} <= set(dir(testing))
    with pytest.raises(AttributeError, match="no attribute 'falsity'"):
        testing.falsity  # noqa: B018


def test_domains_are_made_once(demo: RuleSet) -> None:
    assert isinstance(domain_of(demo), Domain) and domain_of(demo) is domain_of(demo)
