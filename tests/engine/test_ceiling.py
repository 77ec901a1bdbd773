"""The yearly ceiling of bills: a fold in order of date, then row, in the reference evaluator."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.building import BILLS, amount, benefit, entries, person, term
from tests.rulelang.building import RATES, rate, row, scope
from vetbenefits.engine.decision import Spent, decide_bills, decide_person
from vetbenefits.engine.interpreter import Person
from vetbenefits.model.kinds import YUAN
from vetbenefits.model.rulebook import Ceiling
from vetbenefits.model.values import Special
from vetbenefits.money import format_fen

if TYPE_CHECKING:
    from tests.engine.building import Given
    from vetbenefits.engine.decision import PersonDecision
    from vetbenefits.model.rulebook import Amount

NONE, UNKNOWN = Special.NONE, Special.UNKNOWN

CAPS = scope(
    table="bill",
    rates=[
        *RATES.values(),
        rate("cap", row("2020-01-01", 500), row("2023-07-01", 1000), unit=YUAN),
        rate("no_cap", row("2020-01-01", NONE), unit=YUAN),
        rate("odd_cap", row("2020-01-01", "100.005"), unit=YUAN),
        rate("stale_cap", row("2020-01-01", 500), unit=YUAN, expected=(1, 1)),
    ],
)
Bill: TypeAlias = tuple[str, Person]


def bill_amount(text: str, *, ceiling: str = "", used: str = "0") -> Amount:
    money = amount(text, CAPS, per="bill")
    cap = Ceiling(term(ceiling, CAPS), term(used, CAPS)) if ceiling else None
    return replace(money, ceiling=cap)


def bill(yuan: int | Special, day: str = "2023-05-01", /, **facts: Given) -> Bill:
    """Return a bill of so many yuan."""
    return day, person(income=yuan, **facts)


def decided(
    *bills: Bill, ceiling: str = "1000", used: str = "0", **tests: str
) -> list[PersonDecision]:
    money = bill_amount("income", ceiling=ceiling, used=used)
    rule = benefit(money, *entries(BILLS, **tests), table="bill")
    return [*decide_bills(rule, [(date.fromisoformat(day), who) for day, who in bills])]


def told(found: list[PersonDecision]) -> list[str]:
    """Return each payment in yuan, the reasons, or what is missing."""
    return [
        format_fen(one.amount_fen)
        if one.amount_fen is not None
        else ",".join(one.unmet) or "? " + ",".join(one.missing)
        for one in found
    ]


@pytest.mark.parametrize(
    ("yuan", "expected"),
    [
        ((400, 600), ["400.00", "600.00"]),
        ((400, 601), ["400.00", "600.00"]),
        ((400, 599, 5), ["400.00", "599.00", "1.00"]),
        ((400, 600, 1), ["400.00", "600.00", "nothing_payable"]),
        ((1000, 1), ["1000.00", "nothing_payable"]),
        ((1001,), ["1000.00"]),
        ((0, 5), ["nothing_payable", "5.00"]),
    ],
)
def test_ceiling_is_used_up_in_order(yuan: tuple[int, ...], expected: list[str]) -> None:
    assert told(decided(*map(bill, yuan))) == expected


@pytest.mark.parametrize(
    ("cents", "expected"), [(59999, "599.99"), (60000, "600.00"), (60001, "600.00")]
)
def test_ceiling_is_exact_to_the_fen(cents: int, expected: str) -> None:
    money = bill_amount("income / 100 * if draws_pension then 100 else 1", ceiling="1000", used="0")
    rule = benefit(money, table="bill")
    people = [person(income=400, draws_pension=True), person(income=cents, draws_pension=False)]
    found = decide_bills(rule, [(date(2023, 5, 1), one) for one in people])
    assert format_fen(found[1].amount_fen or 0) == expected


def test_each_calendar_year_has_a_ceiling_of_its_own() -> None:
    found = decided(bill(1000, "2022-12-31"), bill(1000, "2023-01-01"), bill(5, "2023-12-31"))
    assert told(found) == ["1000.00", "1000.00", "nothing_payable"]


def test_what_was_used_before_counts() -> None:
    assert told(decided(bill(800, debt=300), bill(800, debt=300), used="debt")) == [
        "700.00",
        "nothing_payable",
    ]
    assert told(decided(bill(5, debt=1000), used="debt")) == ["nothing_payable"]


def test_more_than_the_ceiling_was_used_before_and_nothing_is_taken_back() -> None:
    found = decided(bill(5, debt=600), used="debt * 2")
    assert told(found) == ["nothing_payable"]
    found = decided(bill(800, "2023-07-01"), bill(5, "2023-06-30"), ceiling="rate.cap")
    assert told(found) == ["800.00", "nothing_payable"]


def test_amount_of_nothing_needs_no_ceiling() -> None:
    found = decided(bill(0), ceiling="months_served * 1 yuan")
    assert told(found) == ["nothing_payable"]


def test_ceiling_that_changes_within_the_year_is_that_of_the_bill() -> None:
    found = decided(bill(800, "2023-06-30"), bill(800, "2023-07-01"), ceiling="rate.cap")
    assert told(found) == ["500.00", "500.00"]


def test_ceiling_finer_than_a_fen_is_cut_down() -> None:
    assert told(decided(bill(800), ceiling="rate.odd_cap")) == ["100.00"]


def test_bill_tells_what_was_paid_before_it() -> None:
    found = decided(bill(400), bill(700))
    money = found[1].amount
    assert money is not None
    assert (money.rounded_fen, money.fen, money.paid_before_fen) == (70_000, 60_000, 40_000)
    assert money.limit_fen == 100_000


# --- money taken back --------------------------------------------------------------------------


def returned(yuan: int) -> Bill:
    return "2023-05-01", person(income=0, debt=yuan)


def with_returns(*bills: Bill) -> list[str]:
    money = bill_amount("income + debt", ceiling="1000", used="0")
    found = decide_bills(
        benefit(money, table="bill"), [(date.fromisoformat(day), who) for day, who in bills]
    )
    return told([*found])


def test_reversal_counts_whole_and_frees_its_room() -> None:
    bills = (bill(1000, debt=0), returned(-300), bill(500, debt=0))
    assert with_returns(*bills) == ["1000.00", "-300.00", "300.00"]


def test_reversal_is_not_cut_even_where_the_ceiling_is_unknown() -> None:
    money = bill_amount("debt", ceiling="months_served * 1 yuan", used="0")
    rule = benefit(money, table="bill")
    found = decide_person(rule, person(debt=-5), as_of=date(2023, 5, 1))
    assert found.amount_fen == -500
    found = decide_person(rule, person(debt=5), as_of=date(2023, 5, 1))
    assert (found.outcome, found.missing) == ("undetermined", ("months_served",))


# --- what is not known -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bills", "expected"),
    [
        # The ceiling cannot bite: 300 + 600 are less than 1000.
        ((bill(300), bill(600, draws_pension=True)), ["? draws_pension", "600.00"]),
        # It could: 500 + 600 are more.
        ((bill(500), bill(600, draws_pension=True)), ["? draws_pension", "? draws_pension"]),
        # Exactly up to it.
        ((bill(400), bill(600, draws_pension=True)), ["? draws_pension", "600.00"]),
        # An amount that is unknown can use up everything.
        (
            (bill(UNKNOWN, draws_pension=True), bill(1, draws_pension=True)),
            ["? income", "? income"],
        ),
        # Nothing is left whatever the open bill comes to.
        (
            (
                bill(1000, draws_pension=True),
                bill(UNKNOWN, draws_pension=True),
                bill(9, draws_pension=True),
            ),
            ["1000.00", "? income", "nothing_payable"],
        ),
        # Two open bills together.
        (
            (bill(300), bill(300), bill(500, draws_pension=True)),
            ["? draws_pension", "? draws_pension", "? draws_pension"],
        ),
        (
            (bill(300), bill(300), bill(400, draws_pension=True)),
            ["? draws_pension", "? draws_pension", "400.00"],
        ),
        # A bill that is known not to be due uses nothing.
        ((bill(900, draws_pension=False), bill(900, draws_pension=True)), ["draws", "900.00"]),
        # What an open bill lacks is told of the later one beside its own.
        (
            (bill(UNKNOWN, draws_pension=True), bill(5)),
            ["? income", "? draws_pension,income"],
        ),
    ],
)
def test_open_bill_leaves_later_ones_open_only_if_the_ceiling_could_bite(
    bills: tuple[Bill, ...], expected: list[str]
) -> None:
    assert told(decided(*bills, draws="draws_pension")) == expected


def test_another_year_is_not_left_open() -> None:
    found = decided(bill(UNKNOWN, "2022-12-31"), bill(5, "2023-01-01"))
    assert told(found) == ["? income", "5.00"]


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({}, "? debt,months_served"),
        ({"debt": 0}, "? months_served"),
        ({"months_served": 500}, "? debt"),
        ({"months_served": 500, "debt": NONE}, "? debt"),
        ({"months_served": 500, "debt": 0}, "5.00"),
    ],
)
def test_ceiling_that_lacks_a_fact_leaves_the_bill_open(
    facts: dict[str, Given], missing: str
) -> None:
    found = decided(bill(5, **facts), ceiling="months_served * 1 yuan", used="debt")
    assert told(found) == [missing]


def test_unknown_ceiling_leaves_the_bill_open_up_to_its_amount() -> None:
    bills = (bill(300), bill(600, months_served=600))
    assert told(decided(*bills, ceiling="months_served * 1 yuan + 0 yuan")) == [
        "? months_served",
        "? months_served",
    ]
    bills = (bill(300), bill(200, months_served=600))
    assert told(decided(*bills, ceiling="months_served * 1 yuan")) == ["? months_served", "200.00"]


def test_open_reversal_can_free_room() -> None:
    money = bill_amount("income + debt", ceiling="1000", used="0")
    rule = benefit(money, *entries(BILLS, draws="draws_pension"), table="bill")
    bills = [
        person(income=1000, debt=0, draws_pension=True),
        person(income=0, debt=-300),
        person(income=200, debt=0, draws_pension=True),
    ]
    found = decide_bills(rule, [(date(2023, 5, 1), one) for one in bills])
    assert told([*found]) == ["1000.00", "? draws_pension", "? draws_pension"]


def test_unknown_amount_that_can_be_negative_can_free_room() -> None:
    money = bill_amount("income + debt", ceiling="1000", used="0")
    rule = benefit(money, table="bill")
    bills = [
        person(income=1000, debt=0),
        person(income=0),
        person(income=200, debt=0),
    ]
    found = decide_bills(rule, [(date(2023, 5, 1), one) for one in bills])
    assert told([*found]) == ["1000.00", "? debt", "? debt"]


# --- no ceiling at all ---------------------------------------------------------------------------


def test_ceiling_that_says_none_is_no_entitlement() -> None:
    found = decided(bill(5), bill(UNKNOWN), ceiling="rate.no_cap")
    assert told(found) == ["no_rate", "no_rate"]


def test_amount_without_a_ceiling_is_paid_whole_after_an_open_bill() -> None:
    free = benefit(bill_amount("income * 1"), table="bill")
    bills = [(date(2023, 5, 1), person()), (date(2023, 5, 2), person(income=2000))]
    assert told([*decide_bills(free, bills)]) == ["? income", "2000.00"]


def test_stale_ceiling_makes_the_payment_provisional() -> None:
    (found,) = decided(bill(5), ceiling="rate.stale_cap")
    assert found.provisional
    (found,) = decided(bill(5), ceiling="rate.cap")
    assert not found.provisional


def test_region_is_asked_of_bills_too() -> None:
    rule = benefit(bill_amount("income"), place=term("place"), table="bill")
    bills = [(date(2023, 5, 1), person(income=5, place=place)) for place in ("990101", "9902")]
    found = decide_bills(rule, bills, region="9901")
    assert told([*found]) == ["5.00", "paid_elsewhere"]


# --- against every possibility -----------------------------------------------------------------

sums = st.integers(-3, 6)


@given(st.lists(st.tuples(sums, st.booleans()), min_size=1, max_size=5), st.integers(0, 8))
def test_a_bill_is_settled_exactly_if_every_filling_in_agrees(
    bills: list[tuple[int, bool]], ceiling: int
) -> None:
    """Bills whose condition is open are tried both ways; what never differs is what is decided."""
    money = bill_amount("debt", ceiling=str(ceiling), used="0")
    rule = benefit(money, *entries(BILLS, draws="draws_pension"), table="bill")
    day = date(2023, 5, 1)
    given_ = [
        (day, person(debt=yuan, draws_pension=UNKNOWN if is_open else True))
        for yuan, is_open in bills
    ]
    found = decide_bills(rule, given_)
    fillings: list[list[int]] = [[]]
    for _, is_open in bills:
        fillings = [[*one, due] for one in fillings for due in ((0, 1) if is_open else (1,))]
    paid_in_each = [_paid(bills, filling, ceiling) for filling in fillings]
    for index, decision in enumerate(found):
        possible = {paid[index] for paid in paid_in_each}
        if bills[index][1]:
            # Open by itself; it is settled only where there is nothing to pay either way.
            assert decision.outcome in ("undetermined", "not_due")
        elif len(possible) == 1:
            assert (decision.amount_fen or 0) == 100 * possible.pop()
            assert decision.outcome != "undetermined"
        else:
            assert decision.outcome == "undetermined"


def _paid(bills: list[tuple[int, bool]], filling: list[int], ceiling: int) -> list[int]:
    """Return what each bill is paid if those that are due are as the filling says."""
    spent, paid = 0, []
    for (yuan, _), is_due in zip(bills, filling, strict=True):
        cut = yuan if yuan <= 0 else min(yuan, max(ceiling - spent, 0))
        paid.append(cut if is_due else 0)
        spent += paid[-1]
    return paid


def test_nothing_is_spent_at_first() -> None:
    assert Spent() == Spent(0, 0, frozenset())
