"""Bills in columns: which are decided, in which order, and a ceiling folded for all at once."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import people, roster
from tests.rulebooks import amounts, entries, payable, rule_book
from tests.strategies import numbers
from tests.vocabulary import VOCABULARY, rate_row, schedule, spec_of
from vetbenefits.dates import pack
from vetbenefits.engine.bills import USED_DIFFERS
from vetbenefits.engine.decision import decide_bills
from vetbenefits.engine.evaluate import Plan
from vetbenefits.engine.interpreter import Person
from vetbenefits.model import tables
from vetbenefits.model.expressions import Compare, Comparison, Fact, Literal, RateOf
from vetbenefits.model.facts import FactType, TableSpec, Text, Vocabulary
from vetbenefits.model.kinds import PLAIN, TRUTH, Kind, Type, number
from vetbenefits.model.rulebook import (
    Amount,
    Benefit,
    Ceiling,
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

    from vetbenefits.engine.decision import PersonDecision
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.values import Value

AS_OF = date(2024, 9, 30)
BILL_FACTS = (
    spec_of("settled_on", FactType.DATE, table="bill"),
    spec_of("cost", FactType.MONEY, table="bill", low=Fraction(-500), high=Fraction(500)),
    spec_of("used", FactType.MONEY, table="bill", low=Fraction(0), high=Fraction(500)),
    spec_of("urgent", FactType.YES_NO, table="bill"),
)
BILLED = Vocabulary(
    {**VOCABULARY.facts, **{one.name: one for one in BILL_FACTS}},
    {
        "bill": TableSpec(
            "bill",
            Text("账单", "bill"),
            "settled_on",
            "bill_id",
            tuple(one.name for one in BILL_FACTS),
        )
    },
)
Bill = tuple[int, date | None, Person]


def fact(name: str) -> Fact:
    return Fact(name, type=BILLED.facts[name].term_type, text=name)


def yuan(value: int | str | Fraction) -> Literal:
    exact = Fraction(value)
    return Literal(exact, type=number(PLAIN, exact, exact, exact.denominator))


def bill_benefit(money: Amount, *conditions: Entry) -> Benefit:
    always = (date(1900, 1, 1), date(2100, 1, 1))
    variant = Variant("", *always, conditions, money)
    return Benefit("aid", Text("", "aid"), (), *always, (variant,), table="bill")


def bills_frame(bills: Sequence[Bill]) -> pl.DataFrame:
    """Return bills as a batch, each with the row of its person and the facts of both."""
    frame = roster([who for _, _, who in bills], BILLED)
    days = [None if day is None else pack(day) for _, day, _ in bills]
    return frame.with_columns(
        pl.Series(tables.PERSON_ROW, [row for row, _, _ in bills], dtype=pl.Int64),
        pl.Series(tables.BILL_ID, [f"b{at}" for at in range(len(bills))], dtype=pl.String),
        pl.Series("settled_on", days, dtype=pl.Int32),
    )


def plan_of(*benefits: Benefit, checks: tuple[RosterCheck, ...] = ()) -> Plan:
    return Plan.of(replace(rule_book(benefits, BILLED), checks=checks), as_of=AS_OF)


# --- against the reference -------------------------------------------------------------------


USED: tuple[Term, ...] = (fact("used"), yuan(0))
CEILINGS: tuple[Term | None, ...] = (None, yuan(300), fact("income"))


@st.composite
def aid(draw: st.DrawFn) -> Benefit:
    """Return a benefit paid per bill, mostly with a ceiling that now and then is not known."""
    cost = st.just(fact("cost"))
    value = draw(st.one_of(cost, cost, numbers(1).filter(payable)))
    money = replace(draw(amounts()), value=value, per="bill", parts=1)
    ceiling = draw(st.one_of(st.sampled_from(CEILINGS), numbers(1)))
    if ceiling is not None:
        money = replace(money, ceiling=Ceiling(ceiling, draw(st.sampled_from(USED))))
    urgent = Entry(Clause("urgent", fact("urgent")), Quantifier.ALL)
    conditions = draw(st.one_of(st.just(()), st.just((urgent,)), entries()))
    return bill_benefit(money, *conditions)


def billed(seed: int, count: int) -> list[Bill]:
    """Return bills of a few people, in the order of the file."""
    chance = random.Random(seed)  # noqa: S311  not for secrets
    persons = people(seed, 4)
    used = [chance.choice((Fraction(0), Fraction(100), Special.UNKNOWN)) for _ in persons]
    found: list[Bill] = []
    for _ in range(count):
        whose = chance.randrange(len(persons))
        day = AS_OF - timedelta(chance.randrange(9))
        facts: dict[str, Value] = {
            "settled_on": day,
            "cost": Fraction(chance.choice((0, 50, 120, 200, -80, 12345)), chance.choice((1, 100))),
            "used": used[whose],
            "urgent": chance.random() < 0.8,
        }
        for name in ("cost", "urgent"):
            if chance.random() < 0.15:
                del facts[name]
        who = Person({**persons[whose].facts, **facts}, persons[whose].month_only)
        found.append((whose + 2, day, who))
    return found


def expected(benefit: Benefit, bills: Sequence[Bill]) -> dict[int, PersonDecision]:
    """Return the reference's decisions by the place of the bill in the file."""
    by_person: defaultdict[int, list[int]] = defaultdict(list)
    for at, (row, _, _) in enumerate(bills):
        by_person[row].append(at)
    decided: dict[int, PersonDecision] = {}
    for places in by_person.values():
        dated = [(day, at, bills[at][2]) for at in places if (day := bills[at][1]) is not None]
        ordered = sorted(dated, key=lambda one: one[:2])
        decisions = decide_bills(benefit, [(day, who) for day, _, who in ordered])
        decided |= {at: one for (_, at, _), one in zip(ordered, decisions, strict=True)}
    return decided


@given(aid(), st.integers(0, 10**9))
def test_bills_are_decided_as_one_by_one(benefit: Benefit, seed: int) -> None:
    bills = billed(seed, 24)
    decided = plan_of(benefit).decide_bills(bills_frame(bills), show_all=True)
    reference = expected(benefit, bills)
    assert decided.records.height == len(bills)
    for record in decided.records.iter_rows(named=True):
        right = reference[record["row"] - 2]
        stake = None if right.outcome != "undetermined" else right.at_stake_fen
        got = [record[name] for name in ("outcome", "amount_fen", "at_stake_fen", "provisional")]
        assert got == [right.outcome, right.amount_fen, stake, right.provisional]
        assert record["unmet"] == ";".join(right.unmet)
        assert record["missing"] == ";".join(right.missing)
        assert record["per"] == ("bill" if right.outcome == "due" else None)


# --- examples --------------------------------------------------------------------------------

TO_FEN = Rounding(1, RoundingMode.HALF_UP)
CAPPED = Amount(fact("cost"), "bill", 1, TO_FEN, ceiling=Ceiling(yuan(1000), fact("used")))


def bill(day: str, cost: int, /, used: int = 0, row: int = 2, **facts: Value) -> Bill:
    known: dict[str, Value] = {"cost": Fraction(cost), "used": Fraction(used), **facts}
    return row, date.fromisoformat(day), Person(known)


def paid(*bills: Bill, benefit: Benefit | None = None) -> list[tuple[str, object]]:
    """Return each bill's id with what is paid of it, or why nothing is, in order of the records."""
    found = plan_of(benefit or bill_benefit(CAPPED)).decide_bills(bills_frame(bills), show_all=True)
    shown = found.records.select("bill_id", "amount_fen", "unmet", "missing").rows()
    return [
        (one, fen if fen is not None else unmet or missing) for one, fen, unmet, missing in shown
    ]


def test_ceiling_is_used_up_in_order_of_date_then_row() -> None:
    assert paid(bill("2024-05-02", 400), bill("2024-05-01", 700), bill("2024-05-02", 5)) == [
        ("b1", 70_000),
        ("b0", 30_000),
        ("b2", "nothing_payable"),
    ]


def test_people_have_ceilings_of_their_own_and_their_bills_stand_together() -> None:
    assert paid(
        bill("2024-05-01", 800, row=3), bill("2024-05-02", 900), bill("2024-05-03", 800, row=3)
    ) == [("b1", 90_000), ("b0", 80_000), ("b2", 20_000)]


def test_what_was_used_before_and_reversals_count() -> None:
    assert paid(bill("2024-05-01", 700, 400), bill("2024-05-02", 9, 400)) == [
        ("b0", 60_000),
        ("b1", "nothing_payable"),
    ]
    assert paid(bill("2024-05-01", 1000), bill("2024-05-02", -300), bill("2024-05-03", 500)) == [
        ("b0", 100_000),
        ("b1", -30_000),
        ("b2", 30_000),
    ]


def test_bills_that_disagree_on_what_was_used_are_open_and_found() -> None:
    bills = (bill("2024-05-01", 7, 100), bill("2024-05-02", 8, 200), bill("2024-05-03", -1, 100))
    assert paid(*bills) == [("b0", "used"), ("b1", "used"), ("b2", -100)]
    found = plan_of(bill_benefit(CAPPED)).decide_bills(bills_frame(bills))
    assert found.findings.rows() == [(at + 2, f"p{at}", USED_DIFFERS) for at in range(3)]


def test_bill_that_does_not_say_what_was_used_contradicts_no_other() -> None:
    silent = bill("2024-05-02", 8)
    del (facts := dict(silent[2].facts))["used"]
    bills = (bill("2024-05-01", 7, 100), (2, silent[1], Person(facts)))
    assert paid(*bills) == [("b0", 700), ("b1", "used")]
    found = plan_of(bill_benefit(CAPPED)).decide_bills(bills_frame(bills))
    assert found.findings.is_empty()


def test_only_bills_of_the_year_up_to_the_day_are_decided() -> None:
    bills = [
        bill("2023-12-31", 1),
        bill("2024-01-01", 2),
        bill("2024-09-30", 3),
        bill("2024-10-01", 4),
    ]
    assert paid(*bills) == [("b1", 200), ("b2", 300)]
    undated = (2, None, Person({"cost": Fraction(5), "used": Fraction(0)}))
    found = plan_of(bill_benefit(CAPPED)).decide_bills(bills_frame([*bills, undated]))
    assert (found.rows_given, found.rows_decided) == (5, 2)
    assert found.set_aside.select("row", "column", "code").rows() == [(6, "settled_on", "no_date")]


def test_rate_of_a_bill_is_that_of_its_day() -> None:
    raised = schedule(
        "share", rate_row(date(2024, 1, 1), Fraction("0.5")), rate_row(date(2024, 6, 1), 1)
    )
    day = Fact("settled_on", type=Type(Kind.DATE))
    money = Amount(RateOf(raised, (), day, type=raised.type), "bill", 1, TO_FEN)
    before, after = bill("2024-05-31", 0), bill("2024-06-01", 0)
    assert paid(before, after, benefit=bill_benefit(money)) == [("b0", 50), ("b1", 100)]


def test_reversal_needs_no_ceiling() -> None:
    unknown = replace(CAPPED, ceiling=Ceiling(fact("income"), fact("used")))
    assert paid(bill("2024-05-01", -7), bill("2024-05-02", 7), benefit=bill_benefit(unknown)) == [
        ("b0", -700),
        ("b1", "income"),
    ]


def test_two_benefits_have_ceilings_of_their_own() -> None:
    first, second = bill_benefit(CAPPED), replace(bill_benefit(CAPPED), id="more")
    bills = bills_frame([bill("2024-05-01", 800), bill("2024-05-02", 800)])
    found = plan_of(second, first).decide_bills(bills)
    assert found.records.select("benefit", "bill_id", "amount_fen").rows() == [
        ("aid", "b0", 80_000),
        ("aid", "b1", 20_000),
        ("more", "b0", 80_000),
        ("more", "b1", 20_000),
    ]


def test_benefit_without_a_ceiling_is_never_cut() -> None:
    plain = bill_benefit(replace(CAPPED, ceiling=None))
    many = [bill("2024-05-01", 500) for _ in range(4)]
    assert [fen for _, fen in paid(*many, benefit=plain)] == [50_000] * 4


def test_bills_outside_the_days_in_force_are_not_due() -> None:
    ended = replace(bill_benefit(CAPPED), until_on=date(2024, 6, 1))
    assert paid(bill("2024-05-31", 5), bill("2024-06-01", 6), benefit=ended) == [
        ("b0", 500),
        ("b1", "not_in_force"),
    ]


def test_bill_reads_as_the_rule_did_in_its_place_on_its_day() -> None:
    def variant(division: str, from_on: date, cents: int) -> Variant:
        value = yuan(Fraction(cents, 100))
        return Variant(division, from_on, date(2100, 1, 1), (), Amount(value, "bill", 1, TO_FEN))

    rule = replace(
        bill_benefit(CAPPED),
        variants=(variant("", date(1900, 1, 1), 1), variant("9901", date(2024, 6, 1), 2)),
        place=fact("place"),
    )
    assert paid(
        bill("2024-05-31", 5, place="990101"),
        bill("2024-06-01", 5, place="990101"),
        bill("2024-06-01", 5, place="110000"),
        bill("2024-06-01", 5),
        benefit=rule,
    ) == [("b0", 1), ("b1", 2), ("b2", 1), ("b3", 1)]


def test_facts_of_bills_and_of_their_ceiling_are_needed() -> None:
    rule = bill_benefit(replace(CAPPED, ceiling=Ceiling(fact("income"), fact("used"))))
    assert plan_of(rule).needed == {"settled_on", "cost", "used", "income"}


def test_checks_of_bills_set_bills_aside() -> None:
    holds = Compare(Comparison.GE, fact("cost"), yuan(0), type=TRUTH, text="cost >= 0")
    check = RosterCheck(
        "B1", holds, CheckEffect.SET_ASIDE, Text("负数", "is negative"), table="bill"
    )
    plan = plan_of(bill_benefit(CAPPED), checks=(check,))
    found = plan.decide_bills(bills_frame([bill("2024-05-01", -5), bill("2024-05-01", 6)]))
    assert found.set_aside.select("row", "code", "reason").rows() == [(2, "B1", "is negative")]
    assert found.records["bill_id"].to_list() == ["b1"]


def test_plan_without_bills_decides_none() -> None:
    with pytest.raises(ValueError, match="no benefit of this plan is paid per bill"):
        plan_of().decide_bills(bills_frame([]))


def test_no_bills_give_no_records() -> None:
    found = plan_of(bill_benefit(CAPPED)).decide_bills(bills_frame([]))
    assert found.records.is_empty()
    assert found.counts["rows"].sum() == 0


def test_many_bills_of_one_person_are_folded_quickly() -> None:
    bills = [bill("2024-05-01", 3) for _ in range(400)]
    assert sum(fen for _, fen in paid(*bills) if isinstance(fen, int)) == 100_000
