from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tests.engine.building import outcome, person, result
from tests.rulelang.building import SCOPE, scope
from vetbenefits.dates import MonthEnd
from vetbenefits.model.values import Special

NONE, UNKNOWN = Special.NONE, Special.UNKNOWN


# --- numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("grade + children", "12"),
        ("grade - children", "-2"),
        ("grade * children", "35"),
        ("grade / 3", "5/3"),
        ("grade / 0.3", "50/3"),
        ("grade / -2", "-5/2"),
        ("-grade", "-5"),
        ("--grade", "5"),
        ("grade * 50%", "5/2"),
        ("floor(grade / children)", "0"),
        ("ceil(grade / children)", "1"),
        ("floor(-grade / children)", "-1"),
        ("ceil(-grade / children)", "0"),
        ("ceil(children / -grade)", "-1"),
        ("floor(2.5)", "2"),
        ("ceil(2.5)", "3"),
        ("floor(-2.5)", "-3"),
        ("ceil(-2.5)", "-2"),
        ("ceil(3)", "3"),
        ("min(grade, children, 6)", "5"),
        ("max(grade, children, 6)", "7"),
    ],
)
def test_arithmetic_is_exact(text: str, expected: str) -> None:
    assert outcome(text, person(grade=5, children=7)) == Fraction(expected)


@pytest.mark.parametrize(
    "text",
    [
        "grade + children",
        "grade * 0",
        "children - grade",
        "grade / 2",
        "min(grade, 1)",
        "max(1, grade)",
        "floor(grade)",
        "-grade",
        "floor(children / grade)",
    ],
)
def test_computing_with_none_is_unknown_and_names_the_fact(text: str) -> None:
    assert outcome(text, person(grade=NONE, children=1)) == {"grade"}


def test_computing_names_all_that_is_unknown_or_none() -> None:
    assert outcome("grade + children", person(grade=NONE)) == {"grade", "children"}
    assert outcome("max(grade, children, 5)", person()) == {"grade", "children"}


def test_none_is_named_through_definitions_and_choices() -> None:
    within = scope({"level": "if draws_pension then grade else 1"})
    found = result("level * 2", person(draws_pension=True, grade=NONE), within=within)
    assert found.missing == {"grade"}


def test_quotient_by_zero_is_unknown_and_names_the_divisor() -> None:
    assert outcome("floor(grade / children)", person(grade=5, children=0)) == {"non-zero children"}
    assert outcome("ceil(0 / children)", person(children=0)) == {"non-zero children"}


# --- days --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("birth_date + 60 years", "2024-02-29"),
        ("birth_date + 59 years", "2023-03-01"),
        ("birth_date - 1 year", "1963-03-01"),
        ("birth_date + 12 months", "1965-03-01"),
        ("birth_date + 1 day", "1964-03-01"),
        ("birth_date - 60 days", "1963-12-31"),
        ("2023-01-31 + 1 month", "2023-03-01"),
        ("as_of - 6 months", "2023-02-15"),
        ("min(birth_date, as_of)", "1964-02-29"),
        ("max(birth_date, as_of)", "2023-08-15"),
        ("as_of on birth_date", "1964-02-29"),
        ("(as_of + 1 day) on birth_date", "1964-03-01"),
    ],
)
def test_days_are_moved_by_the_calendar(text: str, expected: str) -> None:
    assert outcome(text, person(birth_date="1964-02-29")) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-01-31 + 1 month", "2023-02-28"),
        ("2023-03-31 - 1 month", "2023-02-28"),
        ("2024-02-29 + 1 year", "2025-02-28"),
        ("2024-02-29 - 2 years", "2022-02-28"),
        ("2023-01-31 + 30 days", "2023-03-02"),
        ("2023-01-30 + 2 months", "2023-03-30"),
    ],
)
def test_rule_can_ask_for_the_last_day_of_the_month(text: str, expected: str) -> None:
    last_day = replace(SCOPE, month_end=MonthEnd.LAST_DAY)
    assert result(text, within=last_day).value == date.fromisoformat(expected)


def test_age_and_birthday_agree_under_the_last_day_too() -> None:
    last_day = replace(SCOPE, month_end=MonthEnd.LAST_DAY)
    who = person(birth_date="1964-02-29")
    for day, turned in (("2025-02-27", False), ("2025-02-28", True)):
        as_of = date.fromisoformat(day)
        assert result("age >= 61", who, as_of, last_day).value is turned
        assert result("as_of >= birth_date + 61 years", who, as_of, last_day).value is turned
    kept = "years_between(birth_date, as_of, month_end = first_of_next) >= 61"
    assert result(kept, who, date(2025, 2, 28), last_day).value is False


def test_moving_no_day_is_unknown() -> None:
    assert outcome("left_on + 1 day", person(left_on=NONE)) == {"left_on"}
    assert outcome("left_on + 1 day") == {"left_on"}
    assert outcome("min(left_on, as_of)", person(left_on=NONE)) == {"left_on"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("years_between(enlisted_on, left_on)", "4"),
        ("years_between(enlisted_on, left_on, part_year = counts_as_one)", "5"),
        ("years_between(enlisted_on, left_on, part_year = half_steps)", "9/2"),
        ("months_between(enlisted_on, left_on)", "50"),
        ("days_between(enlisted_on, left_on)", "1536"),
        ("days_between(left_on, enlisted_on)", "-1536"),
        ("years_between(left_on, enlisted_on)", "-5"),
        ("year_of(left_on)", "1982"),
        ("years_between(2020-02-29, 2021-02-28)", "0"),
        ("years_between(2020-02-29, 2021-02-28, month_end = last_day)", "1"),
        ("months_between(2023-01-31, 2023-02-28)", "0"),
        ("months_between(2023-01-31, 2023-02-28, month_end = last_day)", "1"),
        ("满月数(2023-01-31, 2023-02-28, 无此日时 = 当月末日)", "1"),
    ],
)
def test_counts_between_days(text: str, expected: str) -> None:
    who = person(enlisted_on="1978-01-15", left_on="1982-03-31")
    assert outcome(text, who) == Fraction(expected)


def test_count_to_no_day_is_unknown() -> None:
    assert outcome("years_between(enlisted_on, left_on)", person(left_on=NONE)) == {
        "enlisted_on",
        "left_on",
    }


@pytest.mark.parametrize(
    ("as_of", "expected"), [("2023-08-14", 59), ("2023-08-15", 60), ("2024-08-14", 60)]
)
def test_age_on_the_day_and_on_another(as_of: str, expected: int) -> None:
    who = person(birth_date="1963-08-15", left_on=as_of)
    assert outcome("age", who, date.fromisoformat(as_of)) == expected
    assert outcome("age on left_on", who, date(2000, 1, 1)) == expected
    assert outcome("age on (as_of - 1 year)", who, date.fromisoformat(as_of)) == expected - 1


def test_definition_on_another_day_moves_all_its_days() -> None:
    who = person(deceased_on="2020-06-01", left_on="2020-06-01", enlisted_on="2020-05-31")
    assert outcome("deceased on left_on", who) is True
    assert outcome("deceased on enlisted_on", who) is False
    assert outcome("deceased on left_on", person(deceased_on="2020-06-01")) == {"left_on"}
