"""A plan: which facts it needs, whom it shows, what it counts, finds and sets aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.people import roster
from tests.rulebooks import rule_book
from tests.strategies import AS_OF_TERM, arithmetic, fact, literal_number
from tests.vocabulary import (
    AS_OF,
    CEASED_RATE,
    KEYED_RATE,
    LOCAL_RATE,
    PLAIN_RATE,
    rate_row,
    schedule,
)
from vetbenefits.engine.evaluate import Plan
from vetbenefits.engine.interpreter import Person
from vetbenefits.model import tables
from vetbenefits.model.expressions import (
    Compare,
    Comparison,
    If,
    Named,
    Operation,
    RateOf,
    Undecided,
)
from vetbenefits.model.facts import Text
from vetbenefits.model.kinds import TRUTH
from vetbenefits.model.rulebook import (
    Amount,
    Benefit,
    CheckEffect,
    Clause,
    Entry,
    Quantifier,
    RosterCheck,
    Variant,
)
from vetbenefits.model.values import Special
from vetbenefits.money import Rounding, RoundingMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.engine.records import Decided
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rates import RateSchedule
    from vetbenefits.model.values import Value

ALWAYS = (date(1900, 1, 1), date(2100, 1, 1))
TO_FEN = Rounding(1, RoundingMode.HALF_UP)
RETIRED = Entry(Clause("retired", fact("retired")), Quantifier.ALL)
TWELVE = literal_number(Fraction(12))


def rate(held: RateSchedule, *keys: Term) -> RateOf:
    place = fact("place") if held.regional else None
    return RateOf(held, keys, AS_OF_TERM, place, type=held.type, text=held.name)


def benefit(name: str, value: Term = TWELVE, *conditions: Entry, place: str = "") -> Benefit:
    variant = Variant("", *ALWAYS, conditions, Amount(value, "month", 1, TO_FEN))
    paid_by = fact(place) if place else None
    return Benefit(name, Text(name, name), (), *ALWAYS, (variant,), place=paid_by)


def decided(
    benefits: Sequence[Benefit],
    *persons: Person,
    region: str | None = None,
    show_all: bool = True,
    checks: tuple[RosterCheck, ...] = (),
) -> Decided:
    book = replace(rule_book(benefits), checks=checks)
    plan = Plan.of(book, as_of=AS_OF, region=region)
    return plan.decide(roster(persons), show_all=show_all)


def person(**facts: Value) -> Person:
    return Person(facts)


# --- what is asked for -----------------------------------------------------------------------


def test_plan_holds_the_chosen_benefits_in_order() -> None:
    book = rule_book([benefit("beta"), benefit("alpha"), benefit("gamma")])
    assert [one.id for one in Plan.of(book, as_of=AS_OF).benefits] == ["alpha", "beta", "gamma"]
    chosen = Plan.of(book, as_of=AS_OF, benefits=("gamma", "alpha"))
    assert [one.id for one in chosen.benefits] == ["alpha", "gamma"]


def test_needed_are_the_facts_of_rules_that_can_hold() -> None:
    old = replace(benefit("old", fact("income")), until_on=AS_OF)
    by_key = benefit(
        "alpha", rate(KEYED_RATE, fact("cause"), fact("grade")), RETIRED, place="place"
    )
    later = Variant("99", AS_OF.replace(day=1), date(2100, 1, 1), (), Amount(fact("debt"), "month"))
    gone = Variant("9901", date(1900, 1, 1), AS_OF, (), Amount(fact("fund"), "month"))
    by_key = replace(by_key, variants=(*by_key.variants, later, gone))
    plan = Plan.of(rule_book([old, by_key]), as_of=AS_OF)
    assert plan.needed == {"cause", "grade", "retired", "place", "debt", "draws"}


def test_columns_beyond_the_needed_are_not_missed() -> None:
    plan = Plan.of(rule_book([benefit("other", TWELVE, RETIRED)]), as_of=AS_OF)
    assert plan.needed == {"retired"}
    batch = roster([person(retired=True)])
    few = batch.select(*batch.columns[:5], "retired")
    assert plan.decide(few).records["outcome"].to_list() == ["due"]


def test_fact_that_the_batch_lacks_is_named() -> None:
    plan = Plan.of(rule_book([benefit("other", TWELVE, RETIRED)]), as_of=AS_OF)
    with pytest.raises(KeyError, match="retired"):
        plan.decide(roster([person()]).drop("retired"))


# --- what is shown ---------------------------------------------------------------------------


def test_records_are_in_order_of_row_then_benefit_and_know_the_person() -> None:
    found = decided([benefit("beta"), benefit("alpha")], person(), person()).records
    assert found.select("row", "person_id", "name", "benefit", "bill_id").rows() == [
        (2, "p0", "人0", "alpha", None),
        (2, "p0", "人0", "beta", None),
        (3, "p1", "人1", "alpha", None),
        (3, "p1", "人1", "beta", None),
    ]
    assert found.schema == {
        tables.ROW: pl.Int64,
        tables.PERSON_ID: pl.String,
        tables.NAME: pl.String,
        tables.ID_NUMBER: pl.String,
        tables.DIVISION: pl.String,
        tables.BILL_ID: pl.String,
        "benefit": pl.String,
        "outcome": pl.String,
        "amount_fen": pl.Int64,
        "at_stake_fen": pl.Int64,
        "per": pl.String,
        "unmet": pl.String,
        "missing": pl.String,
        "provisional": pl.Boolean,
        "standing": pl.String,
    }


def test_standing_compares_with_what_is_drawn() -> None:
    drawing, not_drawing = frozenset({"alpha"}), frozenset({"beta"})
    persons = [
        person(retired=True, draws=drawing),
        person(retired=True, draws=not_drawing),
        person(retired=False, draws=drawing),
        person(retired=False, draws=not_drawing),
        person(draws=drawing),
        person(retired=True),
        person(retired=False),
    ]
    rules = [benefit("alpha", TWELVE, RETIRED), benefit("other", TWELVE, RETIRED)]
    found = decided(rules, *persons).records
    assert found.filter(benefit="alpha")["standing"].to_list() == [
        "continuing",
        "new",
        "stop",
        None,
        None,
        None,
        None,
    ]
    assert found.filter(benefit="other")["standing"].null_count() == len(persons)
    shown = decided(rules, *persons, show_all=False).records
    assert shown.filter(benefit="alpha")["row"].to_list() == [2, 3, 4, 6, 7]
    assert shown.filter(benefit="other")["row"].to_list() == [2, 3, 6, 7]


def test_all_rows_are_counted_shown_or_not() -> None:
    persons = [person(retired=True), person(retired=False), person(retired=False), person()]
    found = decided([benefit("other", TWELVE, RETIRED)], *persons, show_all=False)
    assert found.counts.rows() == [
        ("other", "due", 1),
        ("other", "undetermined", 1),
        ("other", "not_due", 2),
    ]
    assert (found.rows_given, found.rows_decided) == (4, 4)


def test_empty_batch_is_decided_too() -> None:
    regional = replace(
        benefit("beta", rate(LOCAL_RATE), place="place"),
        variants=(
            Variant("", *ALWAYS, (RETIRED,), Amount(rate(LOCAL_RATE), "month", 1, TO_FEN)),
            Variant("99", *ALWAYS, (), Amount(TWELVE, "month", 1, TO_FEN)),
        ),
    )
    found = decided([benefit("alpha", TWELVE, RETIRED), regional])
    assert found.records.is_empty()
    assert found.counts["rows"].to_list() == [0] * 6


def test_plan_without_benefits_decides_nothing() -> None:
    found = decided([], person())
    assert found.records.is_empty()
    assert found.counts.is_empty()
    assert found.rows_decided == 1


def test_batches_together_are_as_one() -> None:
    rules = [benefit("alpha", rate(LOCAL_RATE), RETIRED), benefit("beta", fact("income"))]
    persons = [person(retired=True, place=place) for place in ("990101", "99", "110000", "9901")]
    plan = Plan.of(rule_book(rules), as_of=AS_OF)
    whole = roster(persons)
    parts = [plan.decide(whole.slice(at, 1), show_all=True).records for at in range(len(persons))]
    assert pl.concat(parts).equals(plan.decide(whole, show_all=True).records)


# --- places, days and regions ----------------------------------------------------------------


def test_benefit_that_is_not_in_force_is_due_to_nobody() -> None:
    ended = replace(benefit("alpha"), until_on=AS_OF)
    begun = replace(benefit("beta"), from_on=AS_OF)
    drawing = person(draws=frozenset({"alpha"}))
    found = decided([ended, begun], drawing, person(), show_all=False).records
    assert found.select("row", "benefit", "outcome", "unmet", "standing").rows() == [
        (2, "alpha", "not_due", "not_in_force", "stop"),
        (2, "beta", "due", "", "new"),
        (3, "beta", "due", "", None),
    ]


def test_bureau_that_asks_sees_who_is_paid_elsewhere() -> None:
    rule = benefit("alpha", TWELVE, RETIRED, place="place")
    persons = [
        person(place="990101003", retired=True),
        person(place="990102", retired=True),
        person(place="990102", retired=False),
        person(place="9901", retired=True),
        person(retired=True),
    ]
    found = decided([rule], *persons, region="990101").records
    assert found.select("outcome", "unmet", "missing").rows() == [
        ("due", "", ""),
        ("not_due", "paid_elsewhere", ""),
        ("not_due", "retired;paid_elsewhere", ""),
        ("undetermined", "", "place"),
        ("undetermined", "", "place"),
    ]


@pytest.mark.parametrize(
    ("region", "outcomes"),
    [
        ("990101000000", ["due", "due", "not_due", "undetermined"]),
        ("990101003000", ["undetermined", "due", "not_due", "undetermined"]),
        ("990101003001", ["undetermined", "undetermined", "not_due", "undetermined"]),
        ("990100", ["due", "due", "due", "due"]),
    ],
)
def test_code_of_the_bureau_may_be_filled_up_with_zeros(region: str, outcomes: list[str]) -> None:
    rule = benefit("alpha", TWELVE, place="place")
    persons = [person(place=place) for place in ("990101", "990101003", "990102", "9901")]
    records = decided([rule], *persons, region=region).records
    assert records["outcome"].to_list() == outcomes


def test_rule_reads_as_it_does_in_the_smallest_place() -> None:
    def variant(division: str | None, yuan: Term) -> Variant:
        return Variant(division, *ALWAYS, (), Amount(yuan, "month", 1, TO_FEN))

    unknown = Undecided(fact("origin"), type=TWELVE.type, text="undecided")
    rule = replace(
        benefit("alpha", place="origin"),
        variants=(
            variant("", literal_number(Fraction(1))),
            variant("99", literal_number(Fraction(2))),
            variant("9901", literal_number(Fraction(3))),
            variant(None, unknown),
        ),
    )
    places: list[Value] = ["110000", "990201", "990101", "9901", Special.NONE]
    found = decided([rule], *(person(origin=place) for place in places), person()).records
    assert found["amount_fen"].to_list() == [100, 200, 300, 300, None, None]
    assert found["missing"].to_list() == ["", "", "", "", "origin", "origin"]


def test_rule_leaves_open_what_parts_of_the_place_read_differently() -> None:
    def variant(division: str | None, yuan: int, *, is_wide: bool = False) -> Variant:
        value = literal_number(Fraction(yuan))
        return Variant(division, *ALWAYS, (), Amount(value, "month", 1, TO_FEN), is_wide=is_wide)

    expired = replace(variant("9901", 9), until_on=AS_OF)
    rule = replace(
        benefit("alpha", place="place"),
        variants=(
            variant("", 1),
            expired,
            variant("990101003", 3),
            *(variant(place, 4, is_wide=True) for place in ("99", "9901", "990101")),
            variant(None, 5),
        ),
    )
    yuan = {
        "99": 4,
        "9901": 4,
        "990101": 4,
        "990101003": 3,
        "990101003001": 3,
        "990101004": 1,
        "990102": 1,
        "98": 1,
    }
    persons = [*(person(place=place) for place in yuan), person()]
    found = decided([rule], *persons).records
    assert found["amount_fen"].to_list() == [100 * one for one in (*yuan.values(), 5)]


# --- amounts ---------------------------------------------------------------------------------


def test_reasons_that_lie_in_the_amount() -> None:
    rules = [
        benefit("alpha", rate(CEASED_RATE), RETIRED),
        benefit("beta", literal_number(Fraction(0)), RETIRED),
        benefit("gamma", literal_number(Fraction(-3)), RETIRED),
        benefit("other", fact("income"), RETIRED),
    ]
    found = decided(rules, person(), person(retired=True)).records
    told = found.select("outcome", "amount_fen", "at_stake_fen", "unmet", "missing").rows()
    assert told == [
        ("not_due", None, None, "no_rate", ""),
        ("not_due", None, None, "nothing_payable", ""),
        ("undetermined", None, -300, "", "retired"),
        ("undetermined", None, None, "", "income;retired"),
        ("not_due", None, None, "no_rate", ""),
        ("not_due", None, None, "nothing_payable", ""),
        ("due", -300, None, "", ""),
        ("undetermined", None, None, "", "income"),
    ]


def test_rates_that_amounts_used_are_told() -> None:
    weak = schedule(
        "weak", rate_row(date(2020, 1, 1), 5, source="W4", confidence="D"), rate_row(AS_OF, 6)
    )
    by_income = If(
        Compare(Comparison.GT, fact("income"), literal_number(Fraction(0)), type=TRUTH),
        Named("defined", rate(weak), type=weak.type),
        rate(LOCAL_RATE),
        type=weak.type,
    )
    keyed = rate(KEYED_RATE, fact("cause"), fact("grade"))
    rules = [benefit("alpha", by_income, RETIRED), benefit("beta", keyed)]
    known: dict[str, Value] = {"retired": True, "cause": "war", "grade": Fraction(1)}
    rich = person(**known, income=Fraction(1), place="110000")
    poor = person(retired=True, income=Fraction(-1), place="990101")
    failed = person(retired=False, income=Fraction(-1), place="110000")
    used = decided(rules, rich, poor, failed).rates_used
    assert used.select("benefit", "rate", "confidence", "source", "from_on").rows() == [
        ("alpha", "local", "", "", date(2024, 2, 29)),
        ("alpha", "weak", "", "", AS_OF),
        ("beta", "keyed", "", "", date(2023, 3, 1)),
    ]
    earlier = Plan.of(rule_book(rules), as_of=date(2024, 2, 28)).decide(roster([rich]))
    assert earlier.rates_used.row(0) == ("alpha", "weak", "D", "W4", date(2020, 1, 1))


def test_rate_of_which_nothing_comes_was_not_used() -> None:
    share = schedule("share", rate_row(date(2020, 1, 1), Fraction("0.5")))
    times_income = arithmetic(Operation.MULTIPLY, rate(share), fact("income"))
    rules = [benefit("alpha", times_income, RETIRED), benefit("beta", rate(CEASED_RATE))]
    idle = person(retired=True, income=Fraction(0))
    assert decided(rules, idle, person(retired=True)).rates_used.is_empty()
    assert decided(rules, person(income=Fraction(1))).rates_used["rate"].to_list() == ["share"]


def test_awaited_rate_makes_the_payment_provisional() -> None:
    found = decided([benefit("alpha", rate(PLAIN_RATE), RETIRED)], person(retired=True), person())
    assert found.records["provisional"].to_list() == [True, False]


# --- checks ----------------------------------------------------------------------------------


def check(name: str, effect: CheckEffect, op: Comparison, limit: int) -> RosterCheck:
    holds = Compare(op, fact("income"), literal_number(Fraction(limit)), type=TRUTH)
    return RosterCheck(name, holds, effect, Text("收入不对", "income is odd"), text="income")


def test_failed_check_is_a_finding_or_sets_the_row_aside() -> None:
    checks = (
        check("V1", CheckEffect.WARNING, Comparison.LT, 100),
        check("V2", CheckEffect.SET_ASIDE, Comparison.LT, 200),
        check("V3", CheckEffect.SET_ASIDE, Comparison.LT, 300),
        replace(check("B1", CheckEffect.SET_ASIDE, Comparison.GT, 999), table="bill"),
    )
    persons = [person(income=Fraction(one)) for one in (99, 100, 200, 300)]
    found = decided([benefit("alpha")], *persons, person(), checks=checks)
    assert found.findings.rows() == [
        (3, "p1", "V1"),
        (4, "p2", "V1"),
        (5, "p3", "V1"),
        (4, "p2", "V2"),
        (5, "p3", "V2"),
        (5, "p3", "V3"),
    ]
    assert found.set_aside.rows() == [
        (4, "p2", "income", "", "V2", "income is odd"),
        (5, "p3", "income", "", "V2", "income is odd"),
    ]
    assert found.records["row"].to_list() == [2, 3, 6]
    assert (found.rows_given, found.rows_decided) == (5, 3)


def test_facts_that_only_checks_use_are_told_apart() -> None:
    book = replace(
        rule_book([benefit("other", fact("grade"))]),
        checks=(check("V1", CheckEffect.WARNING, Comparison.LT, 1),),
    )
    plan = Plan.of(book, as_of=AS_OF)
    assert plan.needed == {"grade"}
    assert plan.only_checked == {"income"}
