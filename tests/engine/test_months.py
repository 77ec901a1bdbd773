"""Months in columns against the reference, one person at a time."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.moving import people_around, turning_truths, windows
from tests.people import roster
from tests.rulebooks import rule_book
from tests.strategies import AS_OF_TERM, DAY_FACTS, arithmetic, fact, literal_number, truths
from tests.vocabulary import AS_OF, PLAIN_RATE
from vetbenefits.dates import unpack
from vetbenefits.engine.interpreter import Person
from vetbenefits.engine.payments import Pays, decider, due_spans, payments
from vetbenefits.engine.timeline import Timeline
from vetbenefits.model.expressions import (
    Between,
    Compare,
    Comparison,
    Not,
    Operation,
    Period,
    RateOf,
    Shift,
)
from vetbenefits.model.facts import Text
from vetbenefits.model.kinds import PLAIN, TRUTH, Kind, Type, number
from vetbenefits.model.payable import (
    AfterDeath,
    Choice,
    Ends,
    EveryMonth,
    InMonths,
    Payable,
    Start,
    Stop,
    Tranches,
)
from vetbenefits.model.rulebook import Amount, Benefit, Clause, Entry, Quantifier, Variant
from vetbenefits.money import Rounding, RoundingMode

if TYPE_CHECKING:
    from vetbenefits.engine.payments import Payment
    from vetbenefits.engine.turning_days import Window
    from vetbenefits.model.expressions import Term

PEOPLE = 4
CAUSES = ("c0", "c1", "c2", "in_force", "overlay", "amount")


def ends(words: type[Start | Stop]) -> st.SearchStrategy[Ends[Start]]:
    word = st.sampled_from(list(words))
    tests = st.one_of(truths(1), turning_truths(0))
    said = st.one_of(word, word, st.builds(Choice, tests, word, word))
    by_cause = st.dictionaries(st.sampled_from(CAUSES), said, max_size=3)
    return st.builds(Ends, said, by_cause)


DAYS = st.sampled_from(DAY_FACTS).map(fact)
WHENS = st.one_of(
    st.just(EveryMonth()),
    st.just(EveryMonth()),
    st.sampled_from((InMonths((6, 12)), InMonths((1, 2, 3, 12)))),
    st.builds(Tranches, st.sampled_from((1, 3, 6, 12)), DAYS, st.booleans(), st.booleans()),
)
TAILS = st.builds(
    AfterDeath,
    st.just(fact("left")),
    st.sampled_from((1, 6, 14)),
    st.one_of(st.none(), truths(1)),
    st.booleans(),
    st.booleans(),
)
PAYABLES = st.builds(
    Payable, ends(Start), ends(Stop), WHENS, st.lists(TAILS, max_size=1).map(tuple)
)


def compared(op: Comparison, left: Term, right: Term) -> Term:
    return Compare(op, left, right, type=TRUTH, text="compared")


def shifted(name: str, months: int) -> Term:
    return Shift(fact(name), months, Period.MONTHS, type=Type(Kind.DATE), text="shifted")


BEGINS = st.builds(
    lambda name, months: compared(Comparison.GE, AS_OF_TERM, shifted(name, months)),
    st.sampled_from(("born", "joined")),
    st.sampled_from((0, 6, 60)),
)
AGE = Between(
    Period.YEARS, fact("born"), AS_OF_TERM, type=number(PLAIN, Fraction(0), Fraction(400))
)
VALUES = st.sampled_from(
    (
        literal_number(Fraction("100.40")),
        arithmetic(Operation.ADD, AGE, literal_number(Fraction(500))),
        arithmetic(
            Operation.MULTIPLY,
            literal_number(Fraction("3.7")),
            RateOf(PLAIN_RATE, (), AS_OF_TERM, type=PLAIN_RATE.type, text="plain"),
        ),
    )
)
AMOUNTS = st.builds(
    lambda value, per, rounding, residual: Amount(value, per[0], per[1], rounding, residual),
    VALUES,
    st.sampled_from((("year", 12), ("year", 12), ("month", 1), ("once", 1))),
    st.builds(Rounding, st.sampled_from((1, 10)), st.sampled_from(RoundingMode)),
    st.sampled_from(("december", "")),
)


@st.composite
def paying_benefits(draw: st.DrawFn) -> Benefit:
    """Return a benefit that begins, may end with `left`, and all readings of which pay alike."""
    tests = [draw(BEGINS)]
    if draw(st.booleans()):
        tests.append(Not(compared(Comparison.GE, AS_OF_TERM, fact("left")), type=TRUTH))
    if draw(st.integers(0, 2)) == 0:
        tests.append(draw(turning_truths(0)))
    entries = tuple(Entry(Clause(f"c{at}", test), Quantifier.ALL) for at, test in enumerate(tests))
    spans = ((date(1900, 1, 1), date(2100, 1, 1)), (AS_OF, date(2100, 1, 1)))
    pays = draw(PAYABLES)
    variants = [Variant("", *spans[0], entries, draw(AMOUNTS), pays=pays)]
    if draw(st.integers(0, 2)) == 0:
        local = draw(st.sampled_from(spans))
        variants.append(Variant("9901", *local, entries[:1], draw(AMOUNTS), pays=pays))
    in_force = draw(st.sampled_from((spans[0], spans[0], *spans)))
    place = fact("place") if len(variants) > 1 else None
    return Benefit("alpha", Text("alpha", "alpha"), (), *in_force, tuple(variants), place=place)


def by_reference(rule: Benefit, persons: list[Person], timeline: Timeline) -> list[list[Payment]]:
    """Return the payments of each person, from the spans of the timeline."""
    spanned: list[list[tuple[object, ...]]] = [[] for _ in persons]
    told = timeline.spans(roster(persons))
    for row, since, until, outcome, cause in told.select(
        "row", "from_on", "until_on", "outcome", "cause"
    ).rows():
        spanned[row - 2].append((unpack(since), unpack(until), outcome, cause))
    return [
        list(payments(due_spans(spans), rule.national.pays, person, decider(rule, person)))  # type: ignore[arg-type]  # as listed
        for person, spans in zip(persons, spanned, strict=True)
    ]


@given(paying_benefits(), windows(500), st.integers(0, 10**9))
def test_months_are_what_the_reference_says(rule: Benefit, window: Window, seed: int) -> None:
    persons = people_around(seed, PEOPLE, window, [rule])
    timeline = Timeline.of(rule_book([rule]), from_on=window.from_on, until_on=window.until_on)
    found: list[list[tuple[object, ...]]] = [[] for _ in persons]
    batch = roster(persons)
    # Columns of other facts are not asked for.
    needed = [name for name in batch.columns if name.split("!")[0] in {"row", *timeline.needed}]
    for row, _, *paid in timeline.months(batch.select(needed)).rows():
        *told, run_from, _ = paid
        found[row - 2].append((*told, unpack(run_from)))
    for person, got, expected in zip(
        persons, found, by_reference(rule, persons, timeline), strict=True
    ):
        right = [
            (
                one.month,
                str(one.pays),
                one.due_fen,
                one.provisional,
                one.first_month,
                one.run_from,
            )
            for one in expected
        ]
        assert got == right, f"{rule}\n{person}"


def test_two_readings_of_payable_pay_a_month_once() -> None:
    always, later = (date(1900, 1, 1), date(2100, 1, 1)), (date(2024, 6, 20), date(2100, 1, 1))
    lives = Not(compared(Comparison.GE, AS_OF_TERM, fact("left")), type=TRUTH)
    ten, twenty = (
        Amount(literal_number(Fraction(yuan)), "month", 1, Rounding(1, RoundingMode.DOWN))
        for yuan in (10, 20)
    )
    national = Variant("", *always, (Entry(Clause("c0", lives), Quantifier.ALL),), ten)
    local_pays = Payable(stop=Ends(Stop.THIS_MONTH))
    local = Variant("9901", *later, (), twenty, pays=local_pays)
    rule = Benefit(
        "alpha", Text("alpha", "alpha"), (), *always, (national, local), place=fact("place")
    )
    person = Person({"left": date(2024, 6, 5), "place": "990101"})
    timeline = Timeline.of(rule_book([rule]), from_on=date(2024, 5, 1), until_on=date(2024, 8, 1))
    found = timeline.months(roster([person])).select("month", "due_fen").rows()
    assert [(month % 12 + 1, fen) for month, fen in found] == [(5, 1000), (6, 2000), (7, 2000)]


def test_kinds_of_payment_have_names() -> None:
    assert [str(one) for one in Pays] == ["regular", "tail", "once", "tranche"]
