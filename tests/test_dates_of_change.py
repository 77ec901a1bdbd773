"""The shipped rules on every day on which anything in them changes, a day before and a day after.

A handful of invented people is decided on each of these days by both evaluators, which must agree
in everything. So no rate, overlay or notice takes effect in one of them only, or a day late.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vetbenefits.dates import add_months
from vetbenefits.engine.decision import decide_person
from vetbenefits.engine.evaluate import Plan
from vetbenefits.model.facts import PERSON
from vetbenefits.money import FEN_PER_YUAN, RoundingMode, format_fen, round_fraction
from vetbenefits.reports.person import person_of
from vetbenefits.rulecases.answers import compiled, decisions, interpreted
from vetbenefits.rulecases.case import Case
from vetbenefits.rulecases.cells import cells_of, frame_of
from vetbenefits.rulelang.loader import load_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vetbenefits.model.rates import RateSchedule
    from vetbenefits.model.rulebook import Benefit, RuleBook
    from vetbenefits.rulecases.case import Row

RULES = Path(__file__).resolve().parent.parent / "rules"
ONE_DAY = timedelta(days=1)

VETERAN = {
    "service_status": "retired",
    "birth_date": "1945-03-10",
    "household_at_discharge": "rural",
    "conscript_from": "1963-08-01",
    "conscript_until": "1966-08-01",
    "draws_pension": "no",
    "division_code": "990101001001",
}
CONSCRIPT = {"service_status": "serving", "discharged_on": "none", "posting_area": "ordinary"}
PEOPLE = (
    VETERAN,
    {**VETERAN, "conscript_until": "1966-09-15"},
    {**VETERAN, "birth_date": "1954-10", "conscript_from": "1974-12", "conscript_until": "1978-01"},
    {**VETERAN, "division_code": "150902100001"},
    {**VETERAN, "division_code": "990103001001", "conscript_until": "1966-11-02"},
    {**VETERAN, "division_code": "990104001001"},
    {**VETERAN, "division_code": "unknown", "draws": "rural_veteran_subsidy"},
    {**VETERAN, "draws_pension": "unknown"},
    {**VETERAN, "deceased_on": "2018-08-01", "draws": "rural_veteran_subsidy"},
    {**CONSCRIPT, "enlistment_approved_on": "2013-08-31", "approval_division": "510402"},
    {**CONSCRIPT, "enlistment_approved_on": "2014-09-01", "approval_division": "350583"},
    {
        **CONSCRIPT,
        "enlistment_approved_on": "2017-09-01",
        "approval_division": "370830",
        "posting_area": "tibet",
    },
    {**CONSCRIPT, "enlistment_approved_on": "2024-01-01", "approval_division": "445224"},
    {**CONSCRIPT, "enlistment_approved_on": "2024-09-01", "approval_division": "990101"},
    {**CONSCRIPT, "enlistment_approved_on": "2024-09-01"},
)
PATIENTS = (
    {"division_code": "990101001001", "category": "war_veteran"},
    {"division_code": "990102001001", "category": "illness_death_family"},
    {"division_code": "unknown", "category": "war_veteran"},
)
OTHER_PAYERS = (
    "basic_fund",
    "serious_illness_fund",
    "large_sum_fund",
    "medical_assistance",
    "preferential_assistance",
    "poverty_relief",
    "supplementary_insurance",
)


def load() -> RuleBook:
    book, problems = load_rulebook(RULES)
    assert book is not None, [one.first_line() for one in problems]
    return book


BOOK = load()


def changes(benefit: Benefit) -> Iterator[date]:
    """Yield every day on which something of a rule begins, ends or grows stale."""
    yield from (benefit.from_on, benefit.until_on)
    for variant in benefit.variants:
        yield from (variant.from_on, variant.until_on)
        for schedule in variant.rates.values():
            yield from changes_of_rate(schedule)


def changes_of_rate(schedule: RateSchedule) -> Iterator[date]:
    for row in schedule.rows:
        yield row.from_on
        if row.until_on is not None:
            yield row.until_on
        if schedule.expected is not None:
            yield date(row.from_on.year, *schedule.expected)
            yield date(row.from_on.year + 1, *schedule.expected)
        if row.checked_on is not None and schedule.recheck_months is not None:
            yield add_months(row.checked_on, schedule.recheck_months)


DAYS = sorted(
    {
        day + step
        for benefit in BOOK.benefits
        for day in changes(benefit)
        if date.min < day < date.max
        for step in (-ONE_DAY, timedelta(), ONE_DAY)
    }
)


def row_of(texts: Mapping[str, str], table: str = PERSON) -> Row:
    row, unreadable = cells_of(texts, BOOK.vocabulary.of_table(table))
    assert unreadable == {}
    return row


def person_benefits() -> list[Benefit]:
    return [one for one in BOOK.benefits if one.table == PERSON]


def test_there_are_changes_to_test() -> None:
    assert len(DAYS) > 60


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_evaluators_agree_about_people(day: date) -> None:
    specs = BOOK.vocabulary.of_table(PERSON)
    rows = [row_of(texts) for texts in PEOPLE]
    benefits = person_benefits()
    plan = Plan.of(BOOK, as_of=day, benefits=tuple(one.id for one in benefits))
    records = plan.decide(frame_of(rows, specs), show_all=True).records
    in_columns = {
        (record["row"], record["benefit"]): Told.of_record(record)
        for record in records.iter_rows(named=True)
    }
    one_by_one = {
        (number, benefit.id): Told.of_person(benefit, row, day)
        for number, row in enumerate(rows, start=1)
        for benefit in benefits
    }
    assert in_columns == one_by_one


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that both evaluators say about a person and a benefit."""

    outcome: str
    amount_fen: int | None
    unmet: frozenset[str]
    missing: frozenset[str]
    provisional: bool

    @classmethod
    def of_record(cls, record: Mapping[str, object]) -> Told:
        fen = record["amount_fen"]
        unmet, missing = (
            frozenset(filter(None, str(record[name]).split(";"))) for name in ("unmet", "missing")
        )
        return cls(
            str(record["outcome"]),
            fen if isinstance(fen, int) else None,
            unmet,
            missing,
            bool(record["provisional"]),
        )

    @classmethod
    def of_person(cls, benefit: Benefit, row: Row, day: date) -> Told:
        person = person_of(row, BOOK.vocabulary.of_table(PERSON))
        decided = decide_person(benefit, person, as_of=day)
        return cls(
            decided.outcome,
            decided.amount_fen,
            frozenset(decided.unmet),
            frozenset(decided.missing),
            decided.provisional,
        )


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_evaluators_agree_about_bills(day: date) -> None:
    benefit = BOOK.benefit("medical_aid")
    assert benefit is not None
    costs = {"bill_id": "b", "settled_on": day.isoformat(), "eligible_cost": "4321.99"}
    bill = row_of(costs | dict.fromkeys(OTHER_PAYERS, "100"), benefit.table)
    for texts in PATIENTS:
        case = Case("", benefit.id, "", day, row_of(texts), benefit.span, (), bills=(bill,))
        told = tuple(interpreted(one) for one in decisions(case, benefit, BOOK))
        assert told == compiled(case, benefit, BOOK)
        assert len(told) == 1


def test_a_new_rate_is_paid_from_its_first_day_on() -> None:
    benefit = BOOK.benefit("rural_veteran_subsidy")
    assert benefit is not None
    rows = sorted(benefit.national.rates["per_year_served"].rows, key=lambda one: one.from_on)
    for before, row in itertools.pairwise(rows):
        for day, rate in ((row.from_on - ONE_DAY, before), (row.from_on, row)):
            assert isinstance(rate.value, Fraction)
            monthly = round_fraction(3 * rate.value * FEN_PER_YUAN / 12, RoundingMode.HALF_UP)
            told = Told.of_person(benefit, row_of(VETERAN), day)
            assert (told.outcome, format_fen(told.amount_fen or 0)) == ("due", format_fen(monthly))
