from __future__ import annotations

import pytest

from tests.rulelang.building import rate, reads, row, scope, wrong
from vetbenefits.model.kinds import Unit

# --- days that move ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "as_of >= birth_date",
        "birth_date <= as_of",
        "as_of < left_on + 24 months",
        "as_of - 60 years >= birth_date",
        "as_of >= 2024-10-01",
        "min(as_of, left_on) > enlisted_on",
        "max(as_of - 1 year, 2020-01-01) > enlisted_on",
        "(if draws_pension then as_of else left_on) > enlisted_on",
        "(if age >= 60 then enlisted_on else left_on) <= as_of",
        "as_of in [enlisted_on .. left_on)",
        "(as_of on left_on) < as_of",
        "days_between(birth_date, as_of) >= 30",
        "30 <= days_between(birth_date, as_of)",
        "days_between(as_of, left_on) < days_between(enlisted_on, left_on)",
        "days_between(birth_date, as_of) >= grade * 2 days + 5",
        "days_between(birth_date, left_on) + 5 > 3",
        "age >= years_between(enlisted_on, as_of)",
        "age > rate.ages",
    ],
)
def test_moving_day_may_be_compared_with_what_is_fixed(text: str) -> None:
    ages = rate("ages", row("2020-01-01", 60), unit=Unit("years"))
    assert reads(text, scope(rates=[ages]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "as_of > as_of - 1 year",
            "both sides move with as_of, so no day can be told on which this changes",
        ),
        (
            "as_of >= min(as_of, left_on)",
            "both sides move with as_of, so no day can be told on which this changes",
        ),
        (
            "as_of = (if draws_pension then as_of else left_on)",
            "both sides move with as_of, so no day can be told on which this changes",
        ),
        (
            "days_between(birth_date, as_of) > rate.days",
            "both sides move with as_of, so no day can be told on which this changes",
        ),
        ("age * 1 days < days_between(birth_date, as_of)", "years times days means nothing here"),
        (
            "days_between(birth_date, as_of) > days_between(left_on, as_of)",
            "both sides move with as_of, so no day can be told on which this changes",
        ),
        ("months_served * 30 days > 5", "months times days means nothing here"),
        (
            "days_between(birth_date, as_of) in [1 .. rate.days]",
            "both sides move with as_of, so no day can be told on which this changes",
        ),
        (
            "rate.days <= days_between(birth_date, as_of)",
            "both sides move with as_of, so no day can be told on which this changes",
        ),
        (
            "days_between(birth_date, as_of) + 5 > 30",
            "days up to a moving day stand only directly in a comparison",
        ),
        (
            "(if days_between(birth_date, as_of) then 1 else 2) > 1",
            "days up to a moving day stand only directly in a comparison",
        ),
    ],
)
def test_two_moving_sides_are_refused(text: str, message: str) -> None:
    days = rate("days", row("2020-01-01", 60), unit=Unit("days"))
    problem = wrong(text, scope(rates=[days]))
    assert problem.message == message


def test_rate_on_a_fixed_day_stands_still() -> None:
    days = rate("days", row("2020-01-01", 60), unit=Unit("days"))
    assert reads("days_between(birth_date, as_of) > rate.days on left_on", scope(rates=[days]))


def test_part_that_stands_in_a_term_twice_is_looked_at_once() -> None:
    twice = "(days_between(as_of, left_on) + days_between(as_of, left_on)) on (enlisted_on + 1 day)"
    assert reads(f"days_between(birth_date, as_of) > {twice}")
