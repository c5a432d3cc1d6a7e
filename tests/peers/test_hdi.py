"""The Human Development Index of 191 countries, from a rule file: logarithm, mean, cube root, one rounding.

Source: UNDP, Human Development Report 2021/22 (hdi_2021.csv). Not tested: the yearly ranks, nor how the indicators were estimated.
"""

import csv
from fractions import Fraction as F
from pathlib import Path

import pytest

import perfscore

HERE = Path(__file__).parent
INDICATORS = ("life_expectancy", "expected_schooling", "mean_schooling", "gni_per_capita")


def countries() -> list[dict[str, str]]:
    lines = (HERE / "hdi_2021.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@pytest.fixture(scope="module")
def rules() -> perfscore.RuleSet:
    return perfscore.load(HERE / "hdi.yaml")


def index(rules: perfscore.RuleSet, country: dict[str, str]) -> F | None:
    return perfscore.score(rules, {name: country[name] for name in INDICATORS}).total


def test_191_of_191(rules: perfscore.RuleSet) -> None:
    told = countries()
    assert len(told) == 191
    published = {country["iso3"]: F(country["published_hdi"]) for country in told}
    assert len(published) == 191
    assert {country["iso3"]: index(rules, country) for country in told} == published


@pytest.mark.parametrize(
    "country, beyond",
    [("HKG", "life_expectancy"), ("AUS", "expected_schooling"), ("LIE", "gni_per_capita"), ("QAT", "gni_per_capita")],
)
def test_goalposts_bind(rules: perfscore.RuleSet, country: str, beyond: str) -> None:
    """Each of these lies beyond an upper goalpost; what is further beyond changes nothing."""
    told = next(one for one in countries() if one["iso3"] == country)
    goalposts = {"life_expectancy": 85, "expected_schooling": 18, "mean_schooling": 15, "gni_per_capita": 75000}
    assert F(told[beyond]) > goalposts[beyond]
    assert index(rules, {**told, beyond: str(goalposts[beyond])}) == F(told["published_hdi"])
    assert index(rules, {**told, beyond: str(goalposts[beyond] * 2)}) == F(told["published_hdi"])


def test_an_index_is_between_0_and_1(rules: perfscore.RuleSet) -> None:
    """All four at their goalposts: 0 at the lower, 1 at the upper; below the lower one no index is made up."""
    upper = {"life_expectancy": "85", "expected_schooling": "18", "mean_schooling": "15", "gni_per_capita": "75000"}
    lower = {"life_expectancy": "20", "expected_schooling": "0", "mean_schooling": "0", "gni_per_capita": "100"}
    assert index(rules, upper) == 1
    assert index(rules, lower) == 0
    for name, below in [("life_expectancy", "19.9"), ("gni_per_capita", "99.9")]:
        with pytest.raises(perfscore.OutcomeError) as raised:
            index(rules, {**upper, name: below})
        assert "points-out-of-range" in {problem.code for problem in raised.value.problems}
