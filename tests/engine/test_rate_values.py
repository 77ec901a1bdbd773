from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.engine.building import outcome, person, result, value
from tests.rulelang.building import RATES, YUAN_PER_YEAR, rate, row, scope
from vetbenefits.engine.interpreter import Person
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from tests.engine.building import Given
    from vetbenefits.engine.interpreter import Result

NONE, UNKNOWN = Special.NONE, Special.UNKNOWN


# --- rates -------------------------------------------------------------------------------------


def test_rate_is_that_in_force_on_the_day() -> None:
    assert outcome("rate.per_year", as_of=date(2021, 7, 31)) == 600
    found = result("rate.per_year", as_of=date(2021, 8, 1))
    assert found.value == 648
    assert found.row is RATES["per_year"].rows[1]


def test_rate_on_another_day() -> None:
    assert outcome("rate.per_year on (as_of - 1 year)", as_of=date(2022, 7, 31)) == 600
    assert outcome("rate.per_year on left_on", person(left_on="2020-05-05")) == 600
    assert outcome("rate.per_year on left_on") == {"left_on"}


def test_rate_on_no_day_is_unknown_and_names_the_fact() -> None:
    assert outcome("rate.per_year on left_on", person(left_on=NONE)) == {"left_on"}
    assert outcome("rate.standard on left_on", person(left_on=NONE)) == {
        "left_on",
        "grade",
        "cause",
    }


def test_day_before_the_first_row_is_missing_by_name() -> None:
    assert outcome("rate.per_year", as_of=date(2019, 12, 31)) == {"rate.per_year"}


def test_keys_without_a_row_are_named() -> None:
    assert outcome("rate.standard", person(grade=1, cause="war")) == 900
    assert outcome("rate.standard", person(grade=2, cause="war")) == {"rate.standard[2,war]"}
    assert outcome("rate.standard", person(grade=NONE, cause="war")) == {"rate.standard[none,war]"}
    assert outcome("rate.standard", person(cause="war")) == {"grade"}
    assert outcome("rate.standard") == {"grade", "cause"}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("990101003", 130),
        ("9902", 100),
        ("", 100),
        (NONE, 100),
        (UNKNOWN, {"place"}),
    ],
)
def test_regional_rate_is_that_of_the_place(place: Given, expected: object) -> None:
    assert outcome("rate.local", person(place=place)) == expected


def test_regional_rate_without_a_row_names_the_place() -> None:
    early = date(2019, 1, 1)
    assert outcome("rate.local", person(place="990101"), early) == {"rate.local[990101]"}
    assert outcome("rate.local", person(place=NONE), early) == {"rate.local[none]"}


GONE = scope(
    rates=[
        rate("gone", row("2020-01-01", NONE), unit=YUAN_PER_YEAR),
        rate("stale", row("2020-01-01", 5), unit=YUAN_PER_YEAR, expected=(1, 1)),
    ]
)


def of_gone(text: str, who: Person | None = None) -> Result:
    return result(text, who, within=GONE)


def test_rate_that_says_none_is_none_and_marks_the_value() -> None:
    found = of_gone("rate.gone")
    assert found.value is NONE
    assert found.no_rate
    assert not found.missing


@pytest.mark.parametrize(
    "text",
    [
        "rate.gone * 2",
        "5 + rate.gone",
        "max(rate.gone, 5)",
        "rate.gone / 12",
        "floor(rate.gone)",
        "-rate.gone",
        "if yes then rate.gone * 2 else 5",
    ],
)
def test_none_of_a_rate_travels_along_the_value(text: str) -> None:
    found = of_gone(text)
    assert found.value is UNKNOWN
    assert found.no_rate
    assert found.missing == {"rate.gone"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rate.gone > 5", False),
        ("rate.gone = none", True),
        ("rate.gone != 5", True),
        ("rate.gone in {5}", False),
        ("known(rate.gone)", True),
        ("not (rate.gone > 5)", True),
        ("if rate.gone > 5 then 1 else 2", 2),
        ("if rate.gone = none then 7 else 8", 7),
    ],
)
def test_none_of_a_rate_stops_at_a_test(text: str, expected: object) -> None:
    found = of_gone(text)
    assert found.value == expected
    assert not found.no_rate


def test_none_of_a_rate_in_a_test_that_computes_with_it_is_named() -> None:
    found = of_gone("rate.gone * 2 > 5")
    assert found.value is UNKNOWN
    assert found.missing == {"rate.gone"}
    assert not found.no_rate


def test_branch_not_taken_marks_nothing() -> None:
    assert not of_gone("if no then rate.gone else rate.per_year").no_rate
    assert of_gone("if yes then rate.gone else rate.per_year").no_rate


def test_definition_hands_on_the_mark() -> None:
    within = scope({"sum_due": "rate.gone"}, rates=[GONE.rates["gone"]])
    assert result("sum_due", within=within).no_rate


# --- provisional -------------------------------------------------------------------------------


def month_only(**facts: Given) -> Person:
    return Person({name: value(one) for name, one in facts.items()}, frozenset({"birth_date"}))


@pytest.mark.parametrize(
    "text",
    [
        "rate.stale",
        "rate.stale * 2",
        "rate.stale > 3",
        "not (rate.stale > 3)",
        "rate.stale > 3 and yes",
        "rate.stale in {5}",
        "rate.stale = 5",
        "known(rate.stale)",
        "if rate.stale > 3 then 1 else 2",
        "if yes then rate.stale else 5",
        "max(rate.stale, 5)",
    ],
)
def test_what_rests_on_a_stale_rate_is_provisional(text: str) -> None:
    assert of_gone(text).provisional
    assert not of_gone(text.replace("stale", "per_year")).provisional


@pytest.mark.parametrize(
    "text",
    [
        "birth_date",
        "age",
        "age >= 60",
        "birth_date + 1 day",
        "birth_date in {1960-01-01}",
        "rate.per_year on (birth_date + 60 years)",
    ],
)
def test_what_rests_on_a_month_alone_is_provisional(text: str) -> None:
    assert result(text, month_only(birth_date="1963-08-31")).provisional
    assert not result(text, person(birth_date="1963-08-31")).provisional


def test_branch_not_taken_makes_nothing_provisional() -> None:
    assert not of_gone("if yes then rate.per_year else rate.stale").provisional


def test_unknown_value_can_rest_on_something_provisional() -> None:
    for text in (
        "rate.stale * children * 0",
        "rate.stale > children * rate.per_year",
        "if children > 1 and rate.stale > 1 then 1 else 2",
    ):
        found = of_gone(text)
        assert found.is_unknown
        assert found.provisional
