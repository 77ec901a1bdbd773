"""The shipped rules over a window: days at which something begins, changes or ends, to the day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engine.daybyday import spans
from vetbenefits.dates import unpack
from vetbenefits.engine.payments import decider, due_spans, payments
from vetbenefits.engine.timeline import Timeline
from vetbenefits.engine.turning_days import Window
from vetbenefits.model.facts import PERSON
from vetbenefits.money import format_fen
from vetbenefits.reports.person import person_of
from vetbenefits.rulecases.cells import cells_of, frame_of
from vetbenefits.rulelang.loader import load_rulebook

if TYPE_CHECKING:
    from vetbenefits.model.rulebook import RuleBook
    from vetbenefits.rulecases.case import Row

RULES = Path(__file__).resolve().parent.parent / "rules"

VETERAN = {
    "service_status": "retired",
    "birth_date": "1950-03-10",
    "household_at_discharge": "rural",
    "conscript_from": "1982-10-01",
    "conscript_until": "1985-10-01",
    "draws_pension": "no",
    "division_code": "990101001001",
}
CONSCRIPT = {
    "service_status": "serving",
    "discharged_on": "none",
    "posting_area": "ordinary",
    "enlistment_approved_on": "2023-09-16",
    "approval_division": "990101",
}
SUBSIDY, ALLOWANCE = "rural_veteran_subsidy", "conscript_family_allowance"


def load() -> RuleBook:
    book, problems = load_rulebook(RULES)
    assert book is not None, [one.first_line() for one in problems]
    return book


BOOK = load()
SPECS = BOOK.vocabulary.of_table(PERSON)


def row_of(facts: dict[str, str]) -> Row:
    row, unreadable = cells_of(facts, SPECS)
    assert unreadable == {}
    return row


def told(
    benefit: str, facts: dict[str, str], from_on: str, until_on: str, region: str | None = None
) -> list[str]:
    """Return the spans of one person, a line each; every single day says the same."""
    window = Window(date.fromisoformat(from_on), date.fromisoformat(until_on))
    timeline = Timeline.of(
        BOOK,
        from_on=window.from_on,
        until_on=window.until_on,
        region=region,
        benefits=(benefit,),
    )
    row = row_of(facts)
    found = [
        (unpack(since), unpack(until), tuple(said), cause)
        for _, _, since, until, *said, cause in timeline.spans(frame_of([row], SPECS)).rows()
    ]
    rule = BOOK.benefit(benefit)
    assert rule is not None
    by_day = spans(rule, person_of(row, SPECS), window, region)
    assert found == [(one.from_on, one.until_on, one.told, one.cause) for one in by_day]
    return [_line(since, until, said, cause) for since, until, said, cause in found]


def _line(since: date, until: date, said: tuple[object, ...], cause: str) -> str:
    outcome, fen, _, provisional, missing, unmet = said
    words = [
        str(outcome),
        f"{fen}" if fen is not None else "",
        "provisional" if provisional else "",
    ]
    shown = " ".join(word for word in (*words, str(missing), str(unmet)) if word)
    return f"{since} {until} {shown}" + (f" -> {cause}" if cause else "")


# --- the 60th birthday -----------------------------------------------------------------------


def test_subsidy_begins_on_the_birthday() -> None:
    young = {**VETERAN, "birth_date": "1964-04-10"}
    assert told(SUBSIDY, young, "2024-01-01", "2024-05-01") == [
        "2024-01-01 2024-04-10 not_due of_age -> of_age",
        "2024-04-10 2024-05-01 due 17200",
    ]


def test_window_around_the_birthday() -> None:
    young = {**VETERAN, "birth_date": "1964-04-10"}
    assert told(SUBSIDY, young, "2024-01-10", "2024-04-10") == []
    assert told(SUBSIDY, young, "2024-04-09", "2024-04-11") == [
        "2024-04-09 2024-04-10 not_due of_age -> of_age",
        "2024-04-10 2024-04-11 due 17200",
    ]
    assert told(SUBSIDY, young, "2024-04-10", "2024-04-11") == ["2024-04-10 2024-04-11 due 17200"]


def test_born_on_the_leap_day() -> None:
    leap = {**VETERAN, "birth_date": "1964-02-29"}
    assert told(SUBSIDY, leap, "2024-01-01", "2025-03-01") == [
        "2024-01-01 2024-02-29 not_due of_age -> of_age",
        "2024-02-29 2024-08-01 due 17200 -> rate.per_year_served",
        "2024-08-01 2025-03-01 due 18000",
    ]


def test_birthday_of_which_only_the_month_is_known_is_its_last_day() -> None:
    of_month = {**VETERAN, "birth_date": "1964-04"}
    assert told(SUBSIDY, of_month, "2024-04-01", "2024-07-01") == [
        "2024-04-01 2024-04-30 not_due of_age -> of_age",
        "2024-04-30 2024-07-01 due 17200 provisional",
    ]


def test_birthday_on_the_day_of_a_new_rate() -> None:
    both = {**VETERAN, "birth_date": "1964-08-01"}
    assert told(SUBSIDY, both, "2024-07-01", "2024-09-01") == [
        "2024-07-01 2024-08-01 not_due of_age -> of_age",
        "2024-08-01 2024-09-01 due 18000",
    ]


# --- rates, death, what is missing -----------------------------------------------------------


def test_rate_rises_on_the_first_of_august_and_awaits_its_successor_a_year_later() -> None:
    assert told(SUBSIDY, VETERAN, "2024-07-31", "2025-08-02") == [
        "2024-07-31 2024-08-01 due 17200 -> rate.per_year_served",
        "2024-08-01 2025-08-01 due 18000 -> rate.per_year_served",
        "2025-08-01 2025-08-02 due 18000 provisional",
    ]


def test_rule_comes_into_force() -> None:
    old = {**VETERAN, "birth_date": "1945-03-10"}
    assert told(SUBSIDY, old, "2011-07-01", "2011-09-01") == [
        "2011-07-01 2011-08-01 not_due not_in_force -> in_force",
        "2011-08-01 2011-09-01 due 3000",
    ]


def test_birthday_before_the_rule_comes_into_force() -> None:
    old = {**VETERAN, "birth_date": "1951-07-15"}
    assert told(SUBSIDY, old, "2011-07-01", "2011-09-01") == [
        "2011-07-01 2011-08-01 not_due not_in_force -> in_force",
        "2011-08-01 2011-09-01 due 3000",
    ]


@pytest.mark.parametrize(
    ("died_on", "lines"),
    [
        ("2024-01-01", []),
        (
            "2024-02-12",
            [
                "2024-01-01 2024-02-12 due 17200 -> alive",
                "2024-02-12 2024-04-01 not_due alive",
            ],
        ),
        (
            "2024-03-31",
            [
                "2024-01-01 2024-03-31 due 17200 -> alive",
                "2024-03-31 2024-04-01 not_due alive",
            ],
        ),
        ("2024-04-01", ["2024-01-01 2024-04-01 due 17200"]),
    ],
)
def test_death_ends_the_subsidy_on_its_day(died_on: str, lines: list[str]) -> None:
    dead = {**VETERAN, "deceased_on": died_on}
    assert told(SUBSIDY, dead, "2024-01-01", "2024-04-01") == lines


def test_death_before_the_birthday() -> None:
    dead = {**VETERAN, "birth_date": "1964-04-10", "deceased_on": "2024-02-12"}
    assert told(SUBSIDY, dead, "2024-01-01", "2025-01-01") == []


def test_undetermined_until_a_known_condition_fails() -> None:
    unsure = {**VETERAN, "draws_pension": "unknown", "deceased_on": "2024-02-12"}
    assert told(SUBSIDY, unsure, "2024-01-01", "2024-04-01") == [
        "2024-01-01 2024-02-12 undetermined draws_pension -> alive",
        "2024-02-12 2024-04-01 not_due alive",
    ]


# --- two years of the allowance --------------------------------------------------------------


def test_allowance_lasts_for_24_months() -> None:
    assert told(ALLOWANCE, CONSCRIPT, "2023-09-01", "2026-01-01") == [
        "2023-09-01 2023-09-16 not_due approved -> approved",
        "2023-09-16 2025-09-16 due 700000 -> within_two_years",
        "2025-09-16 2026-01-01 not_due within_two_years",
    ]


@pytest.mark.parametrize(
    ("approved_on", "ends_on"),
    [("2023-08-31", "2025-08-31"), ("2024-02-29", "2026-03-01"), ("2024-02-28", "2026-02-28")],
)
def test_24_months_at_the_end_of_a_month(approved_on: str, ends_on: str) -> None:
    soldier = {**CONSCRIPT, "enlistment_approved_on": approved_on}
    lines = told(ALLOWANCE, soldier, "2025-01-01", "2026-06-01")
    assert lines == [
        f"2025-01-01 {ends_on} due 700000 -> within_two_years",
        f"{ends_on} 2026-06-01 not_due within_two_years",
    ]


def test_early_discharge_and_the_limit_after_it() -> None:
    soldier = {**CONSCRIPT, "service_status": "retired", "discharged_on": "2025-06-30"}
    assert told(ALLOWANCE, soldier, "2025-06-01", "2026-01-01") == [
        "2025-06-01 2025-06-30 due 700000 -> in_service",
        "2025-06-30 2025-09-16 not_due in_service -> within_two_years",
        "2025-09-16 2026-01-01 not_due in_service;within_two_years",
    ]


def test_removed_soldier_has_no_spans() -> None:
    assert (
        told(ALLOWANCE, {**CONSCRIPT, "leaving_reason": "removed"}, "2023-01-01", "2026-01-01")
        == []
    )


def test_other_bureau_sees_nobody() -> None:
    assert told(ALLOWANCE, CONSCRIPT, "2023-09-01", "2024-01-01", "990102") == []
    assert len(told(ALLOWANCE, CONSCRIPT, "2023-09-01", "2024-01-01", "990101")) == 2


def test_forty_years_of_the_subsidy() -> None:
    soldier = {**VETERAN, "birth_date": "1956-02-29", "deceased_on": "2046-02-28"}
    lines = told(SUBSIDY, soldier, "2010-03-01", "2050-03-01")
    assert lines[0] == "2010-03-01 2011-08-01 not_due not_in_force -> in_force"
    assert lines[1] == "2011-08-01 2016-02-29 not_due of_age -> of_age"
    assert lines[-2:] == [
        "2025-08-01 2046-02-28 due 18000 provisional -> alive",
        "2046-02-28 2050-03-01 not_due alive",
    ]


# --- months ----------------------------------------------------------------------------------


def paid(benefit: str, facts: dict[str, str], from_on: str, until_on: str) -> list[str]:
    """Return what the months of a window pay, in yuan."""
    window = Window(date.fromisoformat(from_on), date.fromisoformat(until_on))
    timeline = Timeline.of(
        BOOK, from_on=window.from_on, until_on=window.until_on, benefits=(benefit,)
    )
    row, rule = row_of(facts), BOOK.benefit(benefit)
    assert rule is not None
    spanned = timeline.spans(frame_of([row], SPECS))
    columns = spanned.select("from_on", "until_on", "outcome", "cause").rows()
    found = due_spans(
        (unpack(since), unpack(until), outcome, cause) for since, until, outcome, cause in columns
    )
    person = person_of(row, SPECS)
    months = payments(found, rule.national.pays, person, decider(rule, person))
    return [
        f"{one.month // 12}-{one.month % 12 + 1:02} {format_fen(one.due_fen)}" for one in months
    ]


def total(lines: list[str]) -> Decimal:
    return sum((Decimal(line.split()[1]) for line in lines), Decimal(0))


def test_year_of_two_rates_adds_up() -> None:
    """EX-02: 7 × 216.00, then 5 × 688 × 4 / 12; the year is rounded once."""
    man = {
        **VETERAN,
        "birth_date": "1963-01-15",
        "conscript_from": "1981-10-20",
        "conscript_until": "1985-01-10",
    }
    lines = paid(SUBSIDY, man, "2023-01-01", "2024-01-01")
    assert lines[0] == "2023-01 216.00"
    assert lines[6:8] == ["2023-07 216.00", "2023-08 229.33"]
    assert lines[-1] == "2023-12 229.35"
    assert total(lines) == Decimal("2658.67")


def test_first_year_of_one_born_on_the_leap_day() -> None:
    """EX-08: from February 6 × 172.00 and 5 × 180.00."""
    lines = paid(SUBSIDY, {**VETERAN, "birth_date": "1964-02-29"}, "2024-01-01", "2025-01-01")
    assert (lines[0], len(lines), total(lines)) == ("2024-02 172.00", 11, Decimal(1932))


def test_back_pay_from_the_birthday() -> None:
    """EX-16: May to July 2021 at 135.00, until June 2022 at 150.00."""
    lines = paid(SUBSIDY, {**VETERAN, "birth_date": "1961-05-10"}, "2021-01-01", "2022-07-01")
    assert (lines[0], lines[-1]) == ("2021-05 135.00", "2022-06 150.00")
    assert total(lines) == Decimal(2055)


def test_month_of_death_counts_whole() -> None:
    dead = {**VETERAN, "deceased_on": "2024-02-01"}
    assert paid(SUBSIDY, dead, "2024-01-01", "2025-01-01") == ["2024-01 172.00", "2024-02 172.00"]


@pytest.mark.parametrize(
    "facts",
    [
        {"birth_date": "1962-06-10", "draws_pension": "yes"},
        {"conscript_from": "2011-12-01", "conscript_until": "2013-12-01"},
    ],
    ids=["EX-12", "EX-14"],
)
def test_no_month_is_paid_to_those_who_are_left_out(facts: dict[str, str]) -> None:
    assert paid(SUBSIDY, {**VETERAN, **facts}, "2022-01-01", "2023-01-01") == []


def test_two_years_are_four_tranches() -> None:
    """EX-51."""
    soldier = {**CONSCRIPT, "service_status": "retired", "discharged_on": "2025-09-16"}
    assert paid(ALLOWANCE, soldier, "2023-01-01", "2027-01-01") == [
        "2024-03 7000.00",
        "2024-09 7000.00",
        "2025-03 7000.00",
        "2025-09 7000.00",
    ]


def test_tranche_that_was_begun_counts_whole() -> None:
    soldier = {**CONSCRIPT, "service_status": "retired", "discharged_on": "2024-05-20"}
    lines = paid(ALLOWANCE, soldier, "2023-01-01", "2027-01-01")
    assert lines == ["2024-03 7000.00", "2024-09 7000.00"]


def test_removed_soldier_is_paid_nothing() -> None:
    """EX-54."""
    removed = {**CONSCRIPT, "leaving_reason": "removed", "discharged_on": "2024-05-16"}
    assert paid(ALLOWANCE, removed, "2023-01-01", "2027-01-01") == []


@pytest.mark.parametrize(
    ("approved_on", "place", "posting", "each"),
    [
        ("2017-09-01", "370830", "tibet", "17840.00"),
        ("2012-12-10", "510402", "ordinary", "3813.50"),
        ("2013-08-20", "510402", "ordinary", "4364.00"),
    ],
    ids=["EX-55", "EX-58 of December", "EX-58 of August"],
)
def test_cohort_keeps_its_standard(approved_on: str, place: str, posting: str, each: str) -> None:
    soldier = {
        **CONSCRIPT,
        "enlistment_approved_on": approved_on,
        "approval_division": place,
        "posting_area": posting,
    }
    lines = paid(ALLOWANCE, soldier, "2012-01-01", "2021-01-01")
    assert [line.split()[1] for line in lines] == [each] * 4


# --- whole tables ----------------------------------------------------------------------------


def test_notices_of_april_list_who_turns_sixty_then() -> None:
    """EX-19: a run in January 2024 for April 2024."""
    born = ["1964-03-31", "1964-04-01", "1964-04-30", "1964-05-01"]
    people = frame_of([row_of({**VETERAN, "birth_date": one}) for one in born], SPECS)
    april = Timeline.of(
        BOOK, from_on=date(2024, 3, 31), until_on=date(2024, 5, 1), benefits=(SUBSIDY,)
    )
    found = april.spans(people)
    begins = found.filter(found["cause"] == "of_age").select("row", "until_on").rows()
    assert [(row, str(unpack(day))) for row, day in begins] == [
        (2, "2024-04-01"),
        (3, "2024-04-30"),
    ]


def test_spans_stand_in_order_and_bills_have_none() -> None:
    people = frame_of([row_of(VETERAN), row_of({**VETERAN, **CONSCRIPT})], SPECS)
    timeline = Timeline.of(BOOK, from_on=date(2024, 7, 1), until_on=date(2024, 9, 1))
    found = timeline.spans(people, show_all=True)
    assert found.select("row", "benefit").unique(maintain_order=True).rows() == [
        (1, ALLOWANCE),
        (1, SUBSIDY),
        (2, ALLOWANCE),
        (2, SUBSIDY),
    ]
    assert "settled_on" not in timeline.needed
    assert {"birth_date", "deceased_on", "enlistment_approved_on"} <= timeline.needed


def test_rows_that_a_check_sets_aside_are_told() -> None:
    backwards = {**VETERAN, "conscript_until": "1981-10-01"}
    people = frame_of([row_of(VETERAN), row_of(backwards)], SPECS)
    timeline = Timeline.of(BOOK, from_on=date(2024, 7, 1), until_on=date(2024, 9, 1))
    left, findings, set_aside = timeline.checked(people)
    assert left["row"].to_list() == [1]
    assert findings["row"].to_list() == [2]
    assert set_aside["row"].to_list() == [2]


def test_days_of_everybody_are_told() -> None:
    timeline = Timeline.of(BOOK, from_on=date(2024, 7, 1), until_on=date(2025, 9, 1))
    assert [str(unpack(day)) for day in sorted(timeline.common_days(SUBSIDY))] == [
        "2024-08-01",
        "2025-08-01",
    ]
    assert timeline.common_days(ALLOWANCE) == frozenset()


def test_window_holds_a_day() -> None:
    with pytest.raises(ValueError, match="one day at least"):
        Timeline.of(BOOK, from_on=date(2024, 1, 1), until_on=date(2024, 1, 1))
