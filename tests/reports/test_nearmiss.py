from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vetbenefits.dates import add_months
from vetbenefits.engine.decision import decide_person
from vetbenefits.engine.interpreter import Person
from vetbenefits.model.values import Special
from vetbenefits.reports.nearmiss import YEARS_AHEAD, near_miss
from vetbenefits.rulelang.loader import load_rulebook
from vetbenefits.shipped import shipped_folder

if TYPE_CHECKING:
    from vetbenefits.model.rulebook import Benefit, RuleBook
    from vetbenefits.model.values import Value
    from vetbenefits.reports.nearmiss import NearMiss

RULES = shipped_folder("rules")
SOLDIER: dict[str, Value] = {
    "service_status": "retired",
    "birth_date": date(1963, 1, 15),
    "household_at_discharge": "rural",
    "conscript_from": date(1981, 10, 20),
    "conscript_until": date(1985, 1, 10),
    "draws_pension": False,
    "draws": frozenset(),
    "deceased_on": Special.NONE,
    "division_code": "990101001001",
}


@pytest.fixture(scope="module")
def book() -> RuleBook:
    loaded, problems = load_rulebook(Path(RULES))
    assert loaded is not None, problems
    return loaded


@pytest.fixture(scope="module")
def subsidy(book: RuleBook) -> Benefit:
    benefit = book.benefit("rural_veteran_subsidy")
    assert benefit is not None
    return benefit


def search(benefit: Benefit, as_of: date, **changes: Value) -> NearMiss | None:
    person = Person(SOLDIER | changes)
    decision = decide_person(benefit, person, as_of=as_of)
    return near_miss(decision, person, region=None)


def test_sixtieth_birthday_is_the_day(subsidy: Benefit) -> None:
    near = search(subsidy, date(2022, 12, 1))
    assert near is not None
    assert near.entry.clause.id == "of_age"
    assert near.then is not None
    assert near.then.as_of == date(2023, 1, 15)
    assert near.then.amount_fen == 216_00


def test_condition_that_is_none_counts_as_no_on_later_days_too(subsidy: Benefit) -> None:
    near = search(subsidy, date(2022, 12, 1), draws_pension=Special.NONE)
    assert near is not None
    assert near.then is not None
    assert near.then.as_of == date(2023, 1, 15)


def test_day_after_the_answer_is_no_near_miss(subsidy: Benefit) -> None:
    assert search(subsidy, date(2023, 1, 15)) is None


def test_two_failures_are_none(subsidy: Benefit) -> None:
    assert search(subsidy, date(2022, 12, 1), household_at_discharge="urban") is None


def test_failure_beside_an_unknown_condition_is_none(subsidy: Benefit) -> None:
    assert search(subsidy, date(2022, 12, 1), household_at_discharge=Special.UNKNOWN) is None


def test_condition_that_no_day_changes_is_told_so(subsidy: Benefit) -> None:
    near = search(subsidy, date(2024, 1, 1), household_at_discharge="urban")
    assert near is not None
    assert near.entry.clause.id == "rural_at_discharge"
    assert near.then is None


def test_day_beyond_forty_years_is_not_told(subsidy: Benefit) -> None:
    last = add_months(date(2024, 1, 1), 12 * YEARS_AHEAD)
    inside = search(subsidy, date(2024, 1, 1), birth_date=add_months(last, -720))
    outside = search(subsidy, date(2024, 1, 1), birth_date=add_months(last, -720) + timedelta(1))
    assert inside is not None
    assert inside.then is not None
    assert inside.then.as_of == last
    assert outside is not None
    assert outside.then is None


def test_every_day_asked_one_by_one_gives_the_same_answer(subsidy: Benefit) -> None:
    person = Person(SOLDIER | {"birth_date": date(1964, 2, 29)})
    as_of = date(2023, 11, 1)
    decision = decide_person(subsidy, person, as_of=as_of)
    near = near_miss(decision, person, region=None)
    days = (as_of + timedelta(days) for days in range(1, 400))
    first = next(day for day in days if decide_person(subsidy, person, as_of=day).outcome == "due")
    assert near is not None
    assert near.then is not None
    assert near.then.as_of == first == date(2024, 2, 29)


def test_people_of_another_county_are_no_near_miss(subsidy: Benefit) -> None:
    person = Person(SOLDIER)
    decision = decide_person(subsidy, person, as_of=date(2024, 1, 1), region="110000")
    assert decision.unmet == ("paid_elsewhere",)
    assert near_miss(decision, person, region="110000") is None


def test_ended_condition_does_not_come_back(book: RuleBook) -> None:
    allowance = book.benefit("conscript_family_allowance")
    assert allowance is not None
    facts: dict[str, Value] = {
        "service_status": "serving",
        "enlistment_approved_on": date(2023, 9, 16),
        "discharged_on": Special.NONE,
        "approval_division": "990101",
        "posting_area": "ordinary",
        "leaving_reason": Special.NONE,
        "fire_trainee": False,
        "disability_grade": Fraction(0),
    }
    person = Person(facts)
    decision = decide_person(allowance, person, as_of=date(2025, 9, 16))
    assert decision.unmet == ("within_two_years",)
    near = near_miss(decision, person, region=None)
    assert near is not None
    assert near.then is None
