"""What the batch of one month pays, in columns against the reference, and its boundaries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.building import amount, benefit, entries, term
from tests.engine.test_months import PEOPLE, paying_benefits
from tests.engine.test_payments import BORN, PER_YEAR, RULE, veteran
from tests.moving import people_around, windows
from tests.people import roster
from tests.rulebooks import rule_book
from tests.rulelang.building import VOCABULARY, rate, row, scope
from vetbenefits.dates import unpack
from vetbenefits.engine.evaluate import Plan
from vetbenefits.engine.month_windows import look_back_window, window_of
from vetbenefits.engine.payments import decider, due_spans, month_of, payments
from vetbenefits.engine.timeline import Timeline
from vetbenefits.model.facts import Role
from vetbenefits.model.payable import (
    AfterDeath,
    Ends,
    InMonths,
    Payable,
    Start,
    Stop,
    Tranches,
)
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from vetbenefits.engine.interpreter import Person
    from vetbenefits.engine.turning_days import Window
    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.model.rulebook import Benefit

NOTHING = (0, "nothing", None)


def in_columns(
    rules: list[Benefit], persons: list[Person], as_of: date, vocabulary: Vocabulary | None = None
) -> list[dict[str, object]]:
    """Return what the month pays to each person by each benefit; all are shown."""
    book = rule_book(rules) if vocabulary is None else rule_book(rules, vocabulary)
    batch = roster(persons) if vocabulary is None else roster(persons, vocabulary)
    plan = Plan.of(book, as_of=as_of, with_month=True)
    whole = plan.decide(batch, show_all=True).records.to_dicts()
    shown = plan.decide(batch).records.to_dicts()
    wanted = [
        one
        for one in whole
        if one["outcome"] != "not_due" or one["standing"] == "stop" or one["month_fen"]
    ]
    assert shown == wanted
    return whole


def by_reference(rule: Benefit, persons: list[Person], as_of: date) -> list[tuple[object, ...]]:
    """Return what the month pays to each person, from all payments since the rule came into force.

    Days after the month are looked at too: for a start that reaches back.
    """
    until_on = as_of + timedelta(days=500)
    if rule.from_on >= until_on:
        return [NOTHING] * len(persons)
    window = look_back_window(rule, until_on)
    timeline = Timeline.of(rule_book([rule]), from_on=window.from_on, until_on=window.until_on)
    spanned: list[list[tuple[object, ...]]] = [[] for _ in persons]
    told = timeline.spans(roster(persons))
    for at, since, until, outcome, cause in told.select(
        "row", "from_on", "until_on", "outcome", "cause"
    ).rows():
        spanned[at - 2].append((unpack(since), unpack(until), outcome, cause))
    found: list[tuple[object, ...]] = []
    for person, spans in zip(persons, spanned, strict=True):
        paid = payments(due_spans(spans), rule.national.pays, person, decider(rule, person))  # type: ignore[arg-type]  # as listed
        of_month = [one for one in paid if one.month == month_of(as_of) and one.due_fen]
        found.append(
            (of_month[0].due_fen, str(of_month[0].pays), of_month[0].first_month)
            if of_month
            else NOTHING
        )
    return found


@settings(max_examples=settings().max_examples // 6)  # each makes and decides two rule books
@given(
    paying_benefits(),
    paying_benefits(),
    windows(30),
    st.integers(0, 10**9),
    st.integers(0, 900),
    st.booleans(),
)
def test_month_pays_what_the_reference_says(
    rule: Benefit,
    other: Benefit,
    window: Window,
    seed: int,
    age: int,
    in_december: bool,  # noqa: FBT001  drawn
) -> None:
    as_of = window.from_on.replace(month=12) if in_december else window.from_on
    rules = [
        replace(one, id=name, from_on=max(one.from_on, as_of - timedelta(days=age)))
        for one, name in ((rule, "alpha"), (other, "beta"))
    ]
    persons = people_around(seed, PEOPLE, window, rules)
    found = in_columns(rules, persons, as_of)
    for at, one in enumerate(rules):
        expected = by_reference(one, persons, as_of)
        got = [
            (record["month_fen"], record["pays"], record["first_month"])
            for record in found[at :: len(rules)]
        ]
        assert got == expected, f"{as_of} {one}\n{persons}"


# --- boundaries ------------------------------------------------------------------------------


def month_of_one(who: Person, payable: Payable, as_of: str, rule: Benefit = RULE) -> str:
    """Return what the month pays to one person, as `100.00 regular since 2024-04`."""
    variants = tuple(replace(one, pays=payable) for one in rule.variants)
    paying = replace(rule, variants=variants)
    (found,) = in_columns([paying], [who], date.fromisoformat(as_of), VOCABULARY)
    fen, first = found["month_fen"], found["first_month"]
    if not fen:
        assert (found["pays"], first) == ("nothing", None)
        return "nothing"
    assert isinstance(fen, int)
    assert isinstance(first, int)
    since = f"{first // 12}-{first % 12 + 1:02}"
    return f"{fen // 100}.{fen % 100:02} {found['pays']} since {since}"


EVERY = Payable()
NEXT = Payable(start=Ends(Start.NEXT_MONTH))


@pytest.mark.parametrize(
    ("as_of", "payable", "paid"),
    [
        ("2024-03-31", EVERY, "nothing"),
        ("2024-04-01", EVERY, "100.00 regular since 2024-04"),
        ("2024-04-30", EVERY, "100.00 regular since 2024-04"),
        ("2024-05-01", EVERY, "100.00 regular since 2024-04"),
        ("2024-04-30", NEXT, "nothing"),
        ("2024-05-01", NEXT, "100.00 regular since 2024-05"),
        ("2026-11-21", NEXT, "200.00 regular since 2024-05"),
    ],
)
def test_month_in_which_somebody_turns_sixty(as_of: str, payable: Payable, paid: str) -> None:
    assert month_of_one(veteran(), payable, as_of) == paid


@pytest.mark.parametrize(
    ("born", "paid"),
    [
        ("1964-04-30", "100.00 regular since 2024-04"),  # on the last day of the month
        ("1964-05-01", "nothing"),  # on the day after
    ],
)
def test_last_day_of_the_month_is_the_last_that_counts(born: str, paid: str) -> None:
    assert month_of_one(veteran(born=born), EVERY, "2024-04-10") == paid


@pytest.mark.parametrize(
    ("died_on", "stop", "paid"),
    [
        ("2024-06-30", Stop.NEXT_MONTH, "nothing"),
        ("2024-07-01", Stop.NEXT_MONTH, "100.00 regular since 2024-04"),
        ("2024-07-31", Stop.NEXT_MONTH, "100.00 regular since 2024-04"),
        ("2024-07-31", Stop.THIS_MONTH, "nothing"),
        ("2024-08-01", Stop.THIS_MONTH, "100.00 regular since 2024-04"),
        ("2024-04-10", Stop.NEXT_YEAR, "nothing"),  # never due
        ("2024-04-11", Stop.NEXT_YEAR, "100.00 regular since 2024-04"),
    ],
)
def test_month_of_a_death(died_on: str, stop: Stop, paid: str) -> None:
    payable = Payable(stop=Ends(stop))
    for day in ("2024-07-01", "2024-07-20", "2024-07-31"):
        assert month_of_one(veteran(died_on), payable, day) == paid


def test_run_that_begins_and_ends_in_the_month_pays_it() -> None:
    for day in ("2024-04-01", "2024-04-15", "2024-04-30"):
        who = veteran("2024-04-12")
        assert month_of_one(who, EVERY, day) == "100.00 regular since 2024-04"
    assert month_of_one(veteran("2024-04-12"), EVERY, "2024-05-01") == "nothing"
    assert month_of_one(veteran("2024-04-12"), NEXT, "2024-04-30") == "nothing"


def test_start_that_reaches_back_pays_the_months_before() -> None:
    payable = Payable(start=Ends(Start.THIS_YEAR))
    assert month_of_one(veteran(), payable, "2023-12-31") == "nothing"
    assert month_of_one(veteran(), payable, "2024-01-01") == "100.00 regular since 2024-01"
    assert month_of_one(veteran(), payable, "2025-03-01") == "200.00 regular since 2024-01"


@pytest.mark.parametrize(
    ("as_of", "paid"),
    [
        ("2024-07-15", "100.00 regular since 2024-04"),
        ("2024-08-15", "100.00 tail since 2024-04"),
        ("2025-01-31", "100.00 tail since 2024-04"),
        ("2025-02-01", "nothing"),
    ],
)
def test_tail_is_paid_for_its_months(as_of: str, paid: str) -> None:
    payable = Payable(after_death=(AfterDeath(term("deceased_on"), 6),))
    assert month_of_one(veteran("2024-07-01"), payable, as_of) == paid


def test_tail_that_is_paid_at_once_is_paid_in_its_first_month() -> None:
    payable = Payable(after_death=(AfterDeath(term("deceased_on"), 6, at_once=True),))
    who = veteran("2024-07-31")
    assert month_of_one(who, payable, "2024-08-31") == "600.00 tail since 2024-04"
    assert month_of_one(who, payable, "2024-09-01") == "nothing"


@pytest.mark.parametrize(
    ("at_end", "as_of", "paid"),
    [
        (False, "2024-03-31", "nothing"),
        (False, "2024-10-09", "200.00 tranche since 2024-10"),
        (False, "2024-11-10", "nothing"),
        (True, "2024-10-31", "nothing"),  # that which began before the first due day
        (True, "2025-04-01", "200.00 tranche since 2025-04"),
        (True, "2025-05-01", "nothing"),
        (True, "2025-10-31", "200.00 tranche since 2025-04"),
    ],
)
def test_tranche_is_paid_in_its_month(at_end: bool, as_of: str, paid: str) -> None:  # noqa: FBT001  drawn
    payable = Payable(when=Tranches(6, term("birth_date - 1 day"), at_end=at_end))
    assert month_of_one(veteran(), payable, as_of) == paid


def test_only_the_listed_months_pay() -> None:
    payable = Payable(when=InMonths((6, 12)))
    assert month_of_one(veteran(), payable, "2024-05-31") == "nothing"
    assert month_of_one(veteran(), payable, "2024-06-01") == "100.00 regular since 2024-06"
    assert month_of_one(veteran(), payable, "2024-12-01") == "200.00 regular since 2024-06"


def test_december_makes_the_year_add_up() -> None:
    sums = rate("sums", row("2020-01-01", 100))
    money = replace(amount("rate.sums", scope(rates=[sums]), parts=12), residual="december")
    rule = benefit(money, *RULE.national.entries)
    old, new = veteran(born="1950-01-01"), veteran()
    assert month_of_one(old, EVERY, "2024-11-30", rule) == "8.33 regular since 2020-01"
    assert month_of_one(old, EVERY, "2024-12-01", rule) == "8.37 regular since 2020-01"
    assert month_of_one(new, EVERY, "2024-12-31", rule) == "8.36 regular since 2024-04"


def test_what_is_paid_once_is_paid_in_one_month() -> None:
    money = amount("rate.sums", scope(rates=[PER_YEAR]))
    rule = benefit(replace(money, per="once"), *RULE.national.entries)
    paid = "1200.00 once since 2024-04"
    assert month_of_one(veteran(), EVERY, "2024-04-01", rule) == paid
    assert month_of_one(veteran(), EVERY, "2024-05-01", rule) == "nothing"
    assert month_of_one(veteran(), EVERY, "2026-05-01", rule) == "nothing"


def test_window_is_no_longer_than_is_needed() -> None:
    def days(payable: Payable, month: int = 2024 * 12 + 6) -> tuple[str, str]:
        rule = replace(RULE, variants=tuple(replace(one, pays=payable) for one in RULE.variants))
        found = window_of(rule, month)
        assert found is not None
        return str(found.from_on), str(found.until_on)

    assert days(EVERY) == ("2024-06-30", "2024-08-01")
    assert days(Payable(stop=Ends(Stop.NEXT_YEAR))) == ("2023-12-31", "2024-08-01")
    assert days(Payable(start=Ends(Start.THIS_YEAR))) == ("2024-06-30", "2025-01-01")
    tail = AfterDeath(term("deceased_on"), 6)
    assert days(Payable(after_death=(tail,))) == ("2023-12-31", "2024-08-01")
    halves = Tranches(6, term(f"{BORN}"), at_end=True)
    assert days(Payable(when=halves)) == ("2023-12-01", "2024-03-01")
    in_june = replace(RULE, variants=(replace(RULE.national, pays=Payable(when=InMonths((6,)))),))
    assert window_of(in_june, 2024 * 12 + 6) is None
    assert window_of(RULE, 2011 * 12) is None  # not in force


DRAWING = replace(
    VOCABULARY,
    facts={
        **VOCABULARY.facts,
        "draws": replace(VOCABULARY.facts["draws"], role=Role.DRAWS),
    },
)


@pytest.mark.parametrize(
    ("who", "is_drawn", "outcome", "standing"),
    [
        (veteran("2024-07-12"), True, "not_due", "ending"),
        (veteran("2024-07-12"), False, "not_due", "ending"),
        (veteran("2024-06-30"), True, "not_due", "stop"),
        (veteran("2024-06-30"), False, "not_due", None),  # and is not shown
        (veteran("2024-07-21"), True, "due", "continuing"),
        (veteran(born="1964-07-21"), False, "not_due", "new"),  # due from tomorrow on
        (veteran(born="1964-07-21"), True, "not_due", "continuing"),
        (veteran(born="1964-08-01"), True, "not_due", "stop"),
    ],
)
def test_standing_holds_the_month_against_what_is_drawn(
    who: Person,
    is_drawn: bool,  # noqa: FBT001  a case
    outcome: str,
    standing: str | None,
) -> None:
    drawn = frozenset({"rural_60"} if is_drawn else set())
    who = replace(who, facts={**who.facts, "draws": drawn})
    rule = replace(RULE, id="rural_60")
    (found,) = in_columns([rule], [who], date(2024, 7, 20), DRAWING)
    assert (found["outcome"], found["standing"]) == (outcome, standing)


def test_payment_that_may_change_marks_the_row() -> None:
    awaited = rate("sums", row("2020-01-01", 1200), expected=(7, 15))
    money = amount("rate.sums", scope(rates=[awaited]), parts=12)
    rule = benefit(money, *RULE.national.entries)
    (found,) = in_columns([rule], [veteran("2024-07-19")], date(2024, 7, 20), VOCABULARY)
    assert (found["outcome"], found["month_fen"], found["provisional"]) == ("not_due", 100_00, True)


def test_amount_of_the_month_is_that_of_its_last_day() -> None:
    old = veteran(born="1950-01-01")
    for day in ("2024-08-01", "2024-08-14", "2024-08-15", "2024-08-31"):
        assert month_of_one(old, EVERY, day) == "200.00 regular since 2020-01"
    assert month_of_one(old, EVERY, "2024-07-31") == "100.00 regular since 2020-01"


def test_once_is_paid_in_the_month_after_and_never_again() -> None:
    money = replace(amount("rate.sums", scope(rates=[PER_YEAR])), per="once")
    rule = benefit(money, *RULE.national.entries)
    assert month_of_one(veteran(), NEXT, "2024-04-30", rule) == "nothing"
    assert month_of_one(veteran(), NEXT, "2024-05-01", rule) == "1200.00 once since 2024-05"
    assert month_of_one(veteran(), NEXT, "2024-06-01", rule) == "nothing"
    gap = entries(in_time="as_of < 2024-06-01 or as_of >= 2024-09-10")
    again = benefit(money, *RULE.national.entries, *gap)
    assert month_of_one(veteran(), EVERY, "2024-04-20", again) == "1200.00 once since 2024-04"
    assert month_of_one(veteran(), EVERY, "2024-09-20", again) == "nothing"


def test_new_reading_does_not_change_how_a_run_ends() -> None:
    day = date(2025, 1, 1)
    (old,) = RULE.variants
    for words in ((Stop.THIS_MONTH, Stop.NEXT_MONTH), (Stop.NEXT_MONTH, Stop.THIS_MONTH)):
        first, second = (Payable(stop=Ends(one)) for one in words)
        variants = (
            replace(old, until_on=day, pays=first),
            replace(old, from_on=day, pays=second),
        )
        rule = replace(RULE, variants=variants)
        people = [veteran("2025-07-10"), veteran("2025-07-10", born="1965-04-10")]
        found = in_columns([rule], people, date(2025, 7, 5), VOCABULARY)
        sums = [0 if one is Stop.THIS_MONTH else 200_00 for one in words]
        assert [one["month_fen"] for one in found] == sums


@pytest.mark.parametrize(
    ("rows", "paid"),
    [
        ((("2020-01-01", 1200), ("2024-08-15", 2400)), "200.00 regular since 2020-01"),
        ((("2020-01-01", Fraction(1, 100)), ("2024-08-15", 2400)), "200.00 regular since 2024-08"),
        ((("2020-01-01", 0), ("2024-08-15", 2400)), "200.00 regular since 2024-08"),
        (
            (("2020-01-01", 1200), ("2023-01-01", Special.NONE), ("2024-08-15", 2400)),
            "200.00 regular since 2024-08",
        ),
        (
            (("2020-01-01", 1200), ("2023-01-01", Special.UNKNOWN), ("2024-08-15", 2400)),
            "200.00 regular since 2020-01",
        ),
    ],
)
def test_looking_back_sees_years_in_which_nothing_was_payable(
    rows: tuple[tuple[str, Any], ...], paid: str
) -> None:
    sums = rate("sums", *(row(day, value) for day, value in rows))
    rule = benefit(amount("rate.sums", scope(rates=[sums]), parts=12), *RULE.national.entries)
    assert month_of_one(veteran(born="1950-01-01"), EVERY, "2024-11-21", rule) == paid
