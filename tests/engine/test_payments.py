"""Months that are paid: worked examples, and the ends of runs on both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.engine.building import amount, benefit, entries, person, term
from tests.people import roster
from tests.rulebooks import rule_book
from tests.rulelang.building import VOCABULARY, rate, row, scope
from vetbenefits.dates import MonthEnd, unpack
from vetbenefits.engine.payments import DueSpan, Pays, decider, due_spans, month_of, payments
from vetbenefits.engine.timeline import Timeline
from vetbenefits.model.expressions import Between, Compare, Named
from vetbenefits.model.payable import (
    AfterDeath,
    Choice,
    Ends,
    InMonths,
    Payable,
    Start,
    Stop,
    Tranches,
)
from vetbenefits.model.rulebook import Clause, Entry, Quantifier
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.engine.interpreter import Person
    from vetbenefits.engine.payments import Payment
    from vetbenefits.model.rulebook import Benefit

EVERY = Payable()


def paid(
    rule: Benefit, who: Person, payable: Payable, from_on: str, until_on: str
) -> tuple[Payment, ...]:
    """Return the payments over a window; columns say the same."""
    variants = tuple(replace(one, pays=payable) for one in rule.variants)
    timeline = Timeline.of(
        rule_book([replace(rule, variants=variants)], VOCABULARY),
        from_on=date.fromisoformat(from_on),
        until_on=date.fromisoformat(until_on),
    )
    batch = roster([who], VOCABULARY)
    spans = timeline.spans(batch).select("from_on", "until_on", "outcome", "cause").rows()
    found = [(unpack(since), unpack(until), *said) for since, until, *said in spans]
    expected = payments(due_spans(found), payable, who, decider(rule, who))
    told = [
        (one.month, str(one.pays), one.due_fen, one.provisional, one.first_month)
        for one in expected
    ]
    assert [row[2:7] for row in timeline.months(batch).rows()] == told
    return expected


def shown(found: Sequence[Payment]) -> list[str]:
    """Return payments as `2024-02 172.00`, with what they are for where it is not the regular."""
    return [
        f"{one.month // 12}-{one.month % 12 + 1:02} {one.due_fen // 100}.{one.due_fen % 100:02}"
        + ("" if one.pays is Pays.REGULAR else f" {one.pays}")
        for one in found
    ]


def months(found: Sequence[Payment]) -> list[str]:
    return [line[:7] for line in shown(found)]


def total(found: Sequence[Payment]) -> int:
    return sum(one.due_fen for one in found)


# --- a run of due days -----------------------------------------------------------------------

ALIVE = entries(
    of_age="birth_date <= 2000-01-01 and age >= 60 years",
    alive="deceased_on = none or as_of < deceased_on",
)
PER_YEAR = rate("sums", row("2020-01-01", 1200), row("2024-08-15", 2400))
RULE = benefit(amount("rate.sums", scope(rates=[PER_YEAR]), parts=12), *ALIVE)
BORN = "1964-04-10"


def veteran(died_on: object = Special.NONE, born: str = BORN) -> Person:
    return person(birth_date=born, deceased_on=died_on)  # type: ignore[arg-type]  # a day or none


def test_month_of_the_change_counts_whole() -> None:
    found = paid(RULE, veteran("2024-07-10"), EVERY, "2024-01-01", "2025-01-01")
    assert months(found) == ["2024-04", "2024-05", "2024-06", "2024-07"]


@pytest.mark.parametrize(
    ("died_on", "last"),
    [("2024-06-30", "2024-06"), ("2024-07-01", "2024-07"), ("2024-07-31", "2024-07")],
)
def test_death_on_the_first_still_pays_its_month(died_on: str, last: str) -> None:
    found = paid(RULE, veteran(died_on), EVERY, "2024-01-01", "2025-01-01")
    assert months(found)[-1] == last


@pytest.mark.parametrize(
    ("start", "first"),
    [
        (Start.THIS_MONTH, "2024-04"),
        (Start.NEXT_MONTH, "2024-05"),
        (Start.THIS_YEAR, "2024-01"),
    ],
)
def test_start_by_the_condition_that_began_the_run(start: Start, first: str) -> None:
    payable = Payable(start=Ends(Start.THIS_MONTH, {"of_age": start, "alive": Start.NEXT_MONTH}))
    found = paid(RULE, veteran(), payable, "2024-01-01", "2025-01-01")
    assert (months(found)[0], months(found)[-1]) == (first, "2024-12")


@pytest.mark.parametrize(
    ("stop", "last"),
    [(Stop.THIS_MONTH, "2024-06"), (Stop.NEXT_MONTH, "2024-07"), (Stop.NEXT_YEAR, "2024-12")],
)
def test_stop_by_the_condition_that_ended_the_run(stop: Stop, last: str) -> None:
    payable = Payable(stop=Ends(Stop.NEXT_MONTH, {"alive": stop, "of_age": Stop.THIS_MONTH}))
    found = paid(RULE, veteran("2024-07-10"), payable, "2024-01-01", "2025-01-01")
    assert (months(found)[0], months(found)[-1]) == ("2024-04", last)
    assert {one.due_fen for one in found} == {10000}


def test_year_reaches_back_only_while_all_else_held() -> None:
    since = entries(served="enlisted_on <= as_of")
    rule = benefit(amount("1200", parts=12), *ALIVE, *since)
    payable = Payable(start=Ends(Start.THIS_MONTH, {"of_age": Start.THIS_YEAR}))
    who = person(birth_date="1964-09-10", deceased_on=Special.NONE, enlisted_on="2024-03-15")
    found = paid(rule, who, payable, "2024-01-01", "2025-01-01")
    assert months(found)[0] == "2024-03"


def test_year_does_not_reach_back_over_a_gap() -> None:
    open_again = entries(open="as_of < 2024-02-10 or as_of >= 2024-03-15")
    rule = benefit(amount("1200", parts=12), *ALIVE, *open_again)
    payable = Payable(start=Ends(Start.THIS_MONTH, {"of_age": Start.THIS_YEAR}))
    found = paid(rule, veteran(born="1964-09-10"), payable, "2024-01-01", "2025-01-01")
    assert months(found)[0] == "2024-03"


def test_month_with_a_due_day_keeps_its_amount() -> None:
    rates = rate("sums", row("2020-01-01", 1200), row("2024-05-10", 2400))
    money = amount("rate.sums", scope(rates=[rates]), parts=12)
    rule = benefit(money, *entries(open="as_of < 2024-05-05 or as_of >= 2024-07-20"))
    payable = Payable(start=Ends(Start.THIS_YEAR), stop=Ends(Stop.THIS_MONTH))
    found = paid(rule, person(), payable, "2024-04-01", "2024-08-01")
    assert shown(found)[-4:] == [
        "2024-04 100.00",
        "2024-05 200.00",
        "2024-06 200.00",
        "2024-07 200.00",
    ]
    whole = Payable(start=Ends(Start.THIS_YEAR))
    found = paid(rule, person(), whole, "2024-04-01", "2024-08-01")
    assert "2024-05 100.00" in shown(found)


def test_latest_start_and_earliest_stop_win() -> None:
    both = DueSpan(date(2024, 4, 10), date(2024, 7, 10), frozenset("ab"), frozenset("ab"))
    payable = Payable(
        start=Ends(Start.THIS_MONTH, {"a": Start.NEXT_MONTH, "b": Start.THIS_YEAR}),
        stop=Ends(Stop.NEXT_MONTH, {"a": Stop.NEXT_YEAR, "b": Stop.THIS_MONTH}),
    )
    who = veteran()
    found = payments([both], payable, who, decider(RULE, who))
    assert months(found) == ["2024-05", "2024-06"]


def test_open_choice_pays_less() -> None:
    test = term("left_on < 2024-10-01")
    payable = Payable(start=Ends(Choice(test, Start.THIS_MONTH, Start.NEXT_MONTH)))
    found = paid(RULE, veteran(), payable, "2024-01-01", "2025-01-01")
    assert months(found)[0] == "2024-05"


def test_month_has_the_amount_of_its_last_due_day() -> None:
    found = paid(RULE, veteran("2024-08-15"), EVERY, "2024-07-01", "2025-01-01")
    assert shown(found) == ["2024-07 100.00", "2024-08 100.00"]
    found = paid(RULE, veteran("2024-08-16"), EVERY, "2024-07-01", "2025-01-01")
    assert shown(found) == ["2024-07 100.00", "2024-08 200.00"]


def test_two_runs_pay_a_month_once() -> None:
    began = frozenset({"of_age"})
    first = DueSpan(date(2024, 4, 10), date(2024, 6, 5), began, frozenset("a"))
    second = DueSpan(date(2024, 6, 20), date(2024, 8, 20), frozenset("b"), frozenset("b"))
    who = veteran()
    found = payments([first, second], EVERY, who, decider(RULE, who))
    assert shown(found) == [
        "2024-04 100.00",
        "2024-05 100.00",
        "2024-06 100.00",
        "2024-07 100.00",
        "2024-08 200.00",
    ]
    reaching = Payable(start=Ends(Start.THIS_YEAR), stop=Ends(Stop.NEXT_YEAR))
    whole = payments([first, second], reaching, who, decider(RULE, who))
    assert months(whole) == [f"2024-{month:02}" for month in range(1, 13)]
    assert shown(whole)[5:8] == ["2024-06 100.00", "2024-07 100.00", "2024-08 200.00"]


def test_window_cuts_a_run_without_ending_it() -> None:
    payable = Payable(start=Ends(Start.NEXT_MONTH), stop=Ends(Stop.NEXT_YEAR))
    old = veteran(born="1950-01-01")
    found = paid(RULE, old, payable, "2024-02-01", "2024-04-01")
    assert months(found) == ["2024-02", "2024-03"]


def test_some_months_of_the_year() -> None:
    payable = Payable(when=InMonths((6, 12)))
    found = paid(RULE, veteran(), payable, "2024-01-01", "2026-01-01")
    assert months(found) == ["2024-06", "2024-12", "2025-06", "2025-12"]


def test_sum_that_is_paid_once() -> None:
    once = benefit(replace(amount("500"), per="once"), *ALIVE)
    found = paid(once, veteran(), EVERY, "2024-01-01", "2026-01-01")
    assert shown(found) == ["2024-04 500.00 once"]


def test_nobody_due_is_paid_nothing() -> None:
    assert paid(RULE, veteran("2024-04-10"), EVERY, "2024-01-01", "2025-01-01") == ()


# --- worked examples -------------------------------------------------------------------------


def test_years_in_parts_add_up_in_december() -> None:
    """EX-02: 7 × 216.00 and 5 × 229.33 are 0.02 short of the year."""
    rates = rate("sums", row("2022-08-01", 2592), row("2023-08-01", 2752))
    money = amount("rate.sums", scope(rates=[rates]), parts=12)
    who = veteran(born="1960-01-15")
    plain = paid(benefit(money, *ALIVE), who, EVERY, "2023-01-01", "2024-01-01")
    assert total(plain) == 265865
    in_december = benefit(replace(money, residual="december"), *ALIVE)
    found = paid(in_december, who, EVERY, "2023-01-01", "2024-01-01")
    assert total(found) == 265867
    assert shown(found)[6:] == [
        "2023-07 216.00",
        "2023-08 229.33",
        "2023-09 229.33",
        "2023-10 229.33",
        "2023-11 229.33",
        "2023-12 229.35",
    ]
    dead = paid(in_december, veteran("2023-11-30", "1960-01-15"), EVERY, "2023-01-01", "2024-01-01")
    assert shown(dead)[-1] == "2023-11 229.33"


@pytest.mark.parametrize(
    ("start", "count", "yuan"),
    [(Start.THIS_YEAR, 12, 2104), (Start.THIS_MONTH, 11, 1932), (Start.NEXT_MONTH, 10, 1760)],
)
def test_sixty_on_the_leap_day(start: Start, count: int, yuan: int) -> None:
    """EX-08."""
    rates = rate("sums", row("2023-08-01", 2064), row("2024-08-01", 2160))
    rule = benefit(amount("rate.sums", scope(rates=[rates]), parts=12), *ALIVE)
    payable = Payable(start=Ends(Start.THIS_MONTH, {"of_age": start}))
    found = paid(rule, veteran(born="1964-02-29"), payable, "2024-01-01", "2025-01-01")
    assert (len(found), total(found)) == (count, yuan * 100)


def test_back_pay_from_the_month_of_the_birthday() -> None:
    """EX-16: May to July 2021 at 135, August 2021 to June 2022 at 150."""
    rates = rate("sums", row("2020-08-01", 1620), row("2021-08-01", 1800))
    rule = benefit(amount("rate.sums", scope(rates=[rates]), parts=12), *ALIVE)
    found = paid(rule, veteran(born="1961-05-10"), EVERY, "2021-01-01", "2022-07-01")
    assert (len(found), total(found)) == (14, 205500)


@pytest.mark.parametrize("approved_on", ["2024-09-20", "2024-10-10"])
def test_approval_before_and_after_a_new_law(approved_on: str) -> None:
    """EX-27: by the old law from the month after, by the new from the month itself."""
    rule = benefit(amount("131880", parts=12), *entries(approved="left_on <= as_of"))
    old_law = Choice(term("left_on < 2024-10-01"), Start.NEXT_MONTH, Start.THIS_MONTH)
    payable = Payable(start=Ends(Start.THIS_MONTH, {"approved": old_law}))
    found = paid(rule, person(left_on=approved_on), payable, "2024-08-01", "2025-01-01")
    assert shown(found)[0] == "2024-10 10990.00"


@pytest.mark.parametrize(
    ("month_end", "last"), [(MonthEnd.LAST_DAY, "2022-02"), (MonthEnd.FIRST_OF_NEXT, "2022-03")]
)
def test_child_born_on_the_leap_day(month_end: MonthEnd, last: str) -> None:
    """EX-40: eighteen on 28 February or on 1 March is one month of difference."""
    young = term("age < 18")
    assert isinstance(young, Compare)
    assert isinstance(young.left, Named)
    assert isinstance(young.left.body, Between)
    young = replace(young, left=replace(young.left.body, month_end=month_end))
    rule = benefit(amount("33860", parts=12), Entry(Clause("is_young", young), Quantifier.ALL))
    found = paid(rule, person(birth_date="2004-02-29"), EVERY, "2022-01-01", "2023-01-01")
    assert shown(found)[-1] == f"{last} 2821.67"


WAR_VETERAN = benefit(amount("10584", parts=12), *ALIVE)


@pytest.mark.parametrize("died_on", ["2024-11-12", "2024-11-01"])
def test_six_months_are_paid_on_after_death(died_on: str) -> None:
    """EX-43: November whole, then 6 × 882 = 5 292."""
    who = veteran(died_on, "1950-01-01")
    tail = AfterDeath(term("deceased_on"), 6)
    found = paid(WAR_VETERAN, who, Payable(after_death=(tail,)), "2024-10-01", "2025-12-01")[1:]
    assert shown(found)[0] == "2024-11 882.00"
    assert [one.pays for one in found] == [Pays.REGULAR, *[Pays.TAIL] * 6]
    assert total(found[1:]) == 529200
    assert months(found)[-1] == "2025-05"
    at_once = replace(tail, at_once=True)
    summed = paid(WAR_VETERAN, who, Payable(after_death=(at_once,)), "2024-10-01", "2025-12-01")
    assert shown(summed)[1:] == ["2024-11 882.00", "2024-12 5292.00 tail"]


def test_tail_at_the_current_rate_or_that_of_the_death() -> None:
    who = veteran("2024-07-20", "1950-01-01")
    tail = AfterDeath(term("deceased_on"), 2)
    found = paid(RULE, who, Payable(after_death=(tail,)), "2024-07-01", "2025-01-01")
    assert shown(found)[1:] == ["2024-08 100.00 tail", "2024-09 100.00 tail"]
    current = Payable(after_death=(replace(tail, current=True),))
    found = paid(RULE, who, current, "2024-07-01", "2025-01-01")
    assert shown(found)[1:] == ["2024-08 200.00 tail", "2024-09 200.00 tail"]


def test_no_tail_where_the_death_did_not_end_the_run_or_its_month_is_not_paid() -> None:
    tail = AfterDeath(term("deceased_on"), 6, test=term("draws_pension"))
    who = person(birth_date="1950-01-01", deceased_on="2024-07-20", draws_pension=False)
    assert len(paid(RULE, who, Payable(after_death=(tail,)), "2024-07-01", "2025-01-01")) == 1
    unpaid = Payable(stop=Ends(Stop.THIS_MONTH), after_death=(replace(tail, test=None),))
    assert paid(RULE, who, unpaid, "2024-07-01", "2025-01-01") == ()
    rule = benefit(amount("1200", parts=12), *ALIVE, *entries(serves="as_of < left_on"))
    left = person(birth_date="1950-01-01", deceased_on="2024-07-20", left_on="2024-07-19")
    payable = Payable(after_death=(replace(tail, test=None),))
    assert len(paid(rule, left, payable, "2024-07-01", "2025-01-01")) == 1


# --- tranches --------------------------------------------------------------------------------

SOLDIER = benefit(
    amount("14000", parts=2),
    *entries(
        approved="enlisted_on <= as_of",
        serves="left_on = none or as_of < left_on",
        two_years="as_of < enlisted_on + 24 months",
    ),
)
HALF_YEARS = Tranches(6, term("enlisted_on"), at_end=True)


def soldier(left_on: object) -> Person:
    return person(enlisted_on="2023-09-16", left_on=left_on)  # type: ignore[arg-type]  # a day or none


def test_four_tranches_of_two_years() -> None:
    """EX-51."""
    found = paid(
        SOLDIER, soldier("2025-09-16"), Payable(when=HALF_YEARS), "2023-09-01", "2026-09-01"
    )
    assert shown(found) == [
        "2024-03 7000.00 tranche",
        "2024-09 7000.00 tranche",
        "2025-03 7000.00 tranche",
        "2025-09 7000.00 tranche",
    ]
    at_start = Payable(when=replace(HALF_YEARS, at_end=False))
    found = paid(SOLDIER, soldier(Special.NONE), at_start, "2023-09-01", "2026-09-01")
    assert months(found) == ["2023-09", "2024-03", "2024-09", "2025-03"]


@pytest.mark.parametrize(
    ("left_on", "whole", "full_only"),
    [("2024-03-15", 1, 0), ("2024-03-16", 1, 1), ("2024-03-17", 2, 1), ("2023-09-17", 1, 0)],
)
def test_tranche_that_was_begun(left_on: str, whole: int, full_only: int) -> None:
    for is_full, count in ((False, whole), (True, full_only)):
        payable = Payable(when=replace(HALF_YEARS, full_only=is_full))
        found = paid(SOLDIER, soldier(left_on), payable, "2023-09-01", "2026-09-01")
        assert len(found) == count


def test_tranche_that_begins_on_a_day_which_its_month_lacks() -> None:
    rule = benefit(amount("1200", parts=12), *entries(open="as_of >= 2024-07-01"))
    monthly = Payable(when=Tranches(1, term("enlisted_on")))
    found = paid(rule, person(enlisted_on="2024-05-31"), monthly, "2024-06-01", "2024-08-15")
    assert shown(found) == ["2024-07 100.00 tranche", "2024-07 100.00 tranche"]


def test_tranches_of_a_day_that_is_unknown() -> None:
    unknown = Payable(when=replace(HALF_YEARS, from_on=term("left_on")))
    assert paid(SOLDIER, soldier(Special.NONE), unknown, "2023-09-01", "2026-09-01") == ()


def test_months_are_counted_from_the_year_0() -> None:
    assert month_of(date(2024, 1, 31)) == 2024 * 12
    assert month_of(date(2023, 12, 1)) == 2024 * 12 - 1
