"""Spans against the interpreter on every single day."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.daybyday import Span, spans
from tests.moving import long_windows, people_around, turning_benefits, windows
from tests.people import roster
from tests.rulebooks import rule_book
from tests.strategies import AS_OF_TERM, fact, literal_number
from tests.vocabulary import PLAIN_RATE
from vetbenefits.dates import unpack
from vetbenefits.engine.dated import BENEFIT
from vetbenefits.engine.interpreter import Person
from vetbenefits.engine.timeline import Timeline, _Run
from vetbenefits.engine.turning_days import DAY as DAY_COLUMN
from vetbenefits.engine.turning_days import PERSON
from vetbenefits.model.expressions import Compare, Comparison, Period, RateOf, Shift
from vetbenefits.model.facts import Text
from vetbenefits.model.kinds import TRUTH, Kind, Type
from vetbenefits.model.rulebook import Amount, Benefit, Clause, Entry, Quantifier, Variant
from vetbenefits.money import Rounding, RoundingMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.engine.turning_days import Window

PEOPLE = 4
SEEDS = st.integers(0, 10**9)
PAIRS = st.tuples(turning_benefits("alpha"), turning_benefits("beta"))
REGIONS = st.sampled_from((None, None, "9901"))


def in_columns(
    benefits: Sequence[Benefit],
    persons: Sequence[Person],
    window: Window,
    region: str | None,
    *,
    show_all: bool,
) -> dict[tuple[int, str], list[Span]]:
    """Return the spans of each person and benefit as the columns tell them."""
    timeline = Timeline.of(
        rule_book(benefits), from_on=window.from_on, until_on=window.until_on, region=region
    )
    batch = roster(persons)
    # Columns of other facts are not asked for.
    needed = [name for name in batch.columns if name.split("!")[0] in {"row", *timeline.needed}]
    found: dict[tuple[int, str], list[Span]] = {}
    told = timeline.spans(batch.select(needed), show_all=show_all)
    for row, benefit, from_on, until_on, *said, cause in told.rows():
        span = Span(unpack(from_on), unpack(until_on), tuple(said), cause)
        found.setdefault((row - 2, benefit), []).append(span)
    return found


def check(
    benefits: Sequence[Benefit],
    persons: Sequence[Person],
    window: Window,
    region: str | None = None,
    *,
    show_all: bool = False,
) -> None:
    found = in_columns(benefits, persons, window, region, show_all=show_all)
    for at, person in enumerate(persons):
        for benefit in benefits:
            expected = spans(benefit, person, window, region, show_all=show_all)
            assert found.get((at, benefit.id), []) == expected, f"{benefit}\n{person}"


@given(PAIRS, windows(30), SEEDS, REGIONS, st.booleans())
def test_spans_are_what_every_single_day_says(
    benefits: tuple[Benefit, ...],
    window: Window,
    seed: int,
    region: str | None,
    show_all: bool,  # noqa: FBT001  drawn
) -> None:
    persons = people_around(seed, PEOPLE, window, benefits)
    check(benefits, persons, window, region, show_all=show_all)


@pytest.mark.nightly
@given(PAIRS, long_windows(), SEEDS)
def test_spans_of_long_windows(benefits: tuple[Benefit, ...], window: Window, seed: int) -> None:
    check(benefits, people_around(seed, 1, window, benefits), window)


def test_only_those_who_can_be_due_are_decided_and_only_on_their_days() -> None:
    of_age = Compare(
        Comparison.GE,
        AS_OF_TERM,
        Shift(fact("left"), 60, Period.YEARS, type=Type(Kind.DATE)),
        type=TRUTH,
    )
    entries = (
        Entry(Clause("retired", fact("retired")), Quantifier.ALL),
        Entry(Clause("of_age", of_age), Quantifier.ALL),
    )
    rate = RateOf(PLAIN_RATE, (), AS_OF_TERM, type=PLAIN_RATE.type)
    money = Amount(rate, "month", 1, Rounding(1, RoundingMode.DOWN))
    always = (date(1900, 1, 1), date(2100, 1, 1))
    found = [
        Benefit(name, Text(name, name), (), *always, (Variant("", *always, tests, value),))
        for name, tests, value in (
            ("alpha", entries, money),
            ("beta", entries, Amount(literal_number(Fraction(5)), "month")),
        )
    ]
    # Retired and old; to be sixty in March; never retired; young.
    left = [date(1950, 1, 1), date(1964, 3, 10), date(1964, 3, 10), date(1990, 1, 1)]
    persons = [
        Person({"left": day, "retired": at != 2, "insured": True}) for at, day in enumerate(left)
    ]
    timeline = Timeline.of(rule_book(found), from_on=date(2024, 2, 1), until_on=date(2024, 4, 1))
    run = _Run(timeline.window, timeline._compiled, timeline._spanned(show_all=False))
    decisions = run.decisions(roster(persons).with_row_index(PERSON))
    asked = decisions.select(PERSON, BENEFIT, DAY_COLUMN).sort(pl.all())
    assert [(who, what, str(unpack(day))) for who, what, day in asked.rows()] == [
        (0, 0, "2024-02-01"),
        (0, 0, "2024-02-29"),
        (0, 1, "2024-02-01"),
        (1, 0, "2024-02-01"),
        (1, 0, "2024-02-29"),
        (1, 0, "2024-03-10"),
        (1, 1, "2024-02-01"),
        (1, 1, "2024-03-10"),
    ]
