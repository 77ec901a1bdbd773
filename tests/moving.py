"""Random rules that turn: days that move, counts up to them, rates on them.

Only what the reader of rules lets through: a moving day is held against a fixed one, a count has
one moving end, and a count of days stands directly in a comparison.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.people import people
from tests.rulebooks import SPANS, amounts
from tests.strategies import (
    AS_OF_TERM,
    DAY_FACTS,
    PLACE,
    arithmetic,
    days,
    fact,
    kept,
    literal_day,
    literal_number,
    numbers,
    rates,
    truths,
)
from tests.vocabulary import (
    AS_OF,
    CEASED_RATE,
    DAYS,
    INDEX_RATE,
    KEYED_RATE,
    LOCAL_RATE,
    PLAIN_RATE,
    VOCABULARY,
    rate_row,
    schedule,
)
from vetbenefits.dates import FIRST_ON, LAST_ON, MonthEnd, PartYear, add_months
from vetbenefits.engine.interpreter import Person
from vetbenefits.engine.turning import turns_of
from vetbenefits.engine.turning_days import Window
from vetbenefits.model.expressions import (
    Between,
    Compare,
    Comparison,
    Extreme,
    Extremum,
    If,
    Literal,
    Named,
    Operation,
    Period,
    RateOf,
    Shift,
    Within,
    asks_for_day,
    walk,
)
from vetbenefits.model.facts import FactType, Text
from vetbenefits.model.kinds import PLAIN, TRUTH, Kind, Type, number
from vetbenefits.model.rulebook import Amount, Benefit, Clause, Entry, Quantifier, Variant
from vetbenefits.money import Rounding, RoundingMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rates import RateSchedule

FORTY_YEARS = 40 * 365 + 10

_DAY = Type(Kind.DATE)
_COUNT = number(PLAIN, Fraction(-400), Fraction(400), 2)
_ORDERED = (Comparison.LT, Comparison.LE, Comparison.GT, Comparison.GE)
_COUNTS = tuple(Fraction(one, 2) for one in (-2, 0, 1, 2, 3, 4, 24, 48, 119, 120, 121, 122))

AGE_RATE = schedule(
    "by_age",
    *(rate_row(date(2000, 1, 1), at + 1, keys=(key,)) for at, key in enumerate(_COUNTS)),
    rate_row(date(2024, 3, 1), 99, keys=(Fraction(60),)),
    keys=("age",),
    recheck_months=6,
)


def is_told(term: Term) -> bool:
    """Tell whether the reader of rules would let a term through: its turning days can be told."""
    try:
        turns_of([term])
    except ValueError:
        return False
    return True


def _fixed(term: Term) -> bool:
    return not asks_for_day(term)


@kept
def moving_days(depth: int) -> st.SearchStrategy[Term]:
    """Return days that move with `as_of`."""
    if depth == 0:
        return st.just(AS_OF_TERM)
    inner = moving_days(depth - 1)
    either = st.one_of(inner, fixed_days(depth - 1))
    return st.one_of(
        inner,
        _shifted(inner),
        _shifted(inner),
        st.builds(
            lambda which, one, other: Extreme(which, (one, other), type=_DAY, text="extreme"),
            st.sampled_from(Extremum),
            either,
            inner,
        ),
        st.builds(
            lambda test, one, other: If(test, one, other, type=_DAY, text="if"),
            turning_truths(depth - 1),
            inner,
            either,
        ),
        inner.map(lambda body: Named("moved", body, type=_DAY, text="moved")),
    )


@kept
def fixed_days(depth: int) -> st.SearchStrategy[Term]:
    """Return days that stand still, some of them another one from some day on."""
    plain = st.one_of(
        st.sampled_from(DAY_FACTS).map(fact),
        st.sampled_from(DAY_FACTS).map(fact),
        st.sampled_from(DAYS).map(literal_day),
        days(1).filter(_fixed),
    )
    if depth == 0:
        return plain
    chosen = st.builds(
        lambda test, one, other: If(test, one, other, type=_DAY, text="if"),
        turning_truths(depth - 1),
        plain,
        plain,
    )
    return st.one_of(plain, plain, _shifted(chosen), chosen)


def _shifted(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    return st.builds(
        lambda part, count, unit, end: Shift(part, count, unit, end, type=_DAY, text="shifted"),
        inner,
        st.sampled_from((-24, -1, 0, 1, 2, 6, 12, 31, 60)),
        st.sampled_from(Period),
        st.sampled_from(MonthEnd),
    )


def _count(unit: Period, start: Term, end: Term, part: PartYear, month_end: MonthEnd) -> Between:
    part = part if unit is Period.YEARS else PartYear.DROPPED
    return Between(unit, start, end, part, month_end, type=_COUNT, text="count")


@kept
def counts(depth: int, *units: Period) -> st.SearchStrategy[Term]:
    """Return counts between a moving day and a fixed one."""
    options = (st.sampled_from(units), st.sampled_from(PartYear), st.sampled_from(MonthEnd))
    moving, fixed = moving_days(depth), fixed_days(depth)
    up = st.builds(
        lambda one, other, unit, part, end: _count(unit, one, other, part, end),
        fixed,
        moving,
        *options,
    )
    down = st.builds(
        lambda one, other, unit, part, end: _count(unit, other, one, part, end),
        fixed,
        moving,
        *options,
    )
    return st.one_of(up, up, down)


_STEPPED = (Period.YEARS, Period.MONTHS)


@kept
def _asked(depth: int) -> st.SearchStrategy[Term]:
    """Return rates on a moving day."""

    def make(held: RateSchedule, day: Term) -> Term:
        keys = tuple(fact(key) for key in held.keys)
        place = PLACE if held.regional else None
        return RateOf(held, keys, day, place, type=held.type, text=held.name)

    held = (PLAIN_RATE, CEASED_RATE, INDEX_RATE, LOCAL_RATE, KEYED_RATE)
    return st.builds(make, st.sampled_from(held), moving_days(depth))


@kept
def turning_numbers(depth: int) -> st.SearchStrategy[Term]:
    """Return numbers that change with the day: counts, rates on it, and rates by counts."""
    count = counts(depth, *_STEPPED)
    by_age = st.builds(
        lambda key, day: RateOf(AGE_RATE, (key,), day, type=AGE_RATE.type, text="by_age"),
        count,
        st.one_of(moving_days(depth), moving_days(depth), fixed_days(0)),
    )
    plain = st.one_of(count, by_age, _asked(depth), _asked(depth), rates(0).filter(is_told))
    operations = st.sampled_from((Operation.ADD, Operation.SUBTRACT, Operation.MULTIPLY))
    return st.one_of(
        plain,
        plain,
        st.builds(arithmetic, operations, plain, numbers(0)),
        st.builds(
            lambda test, one, other: If(test, one, other, type=_COUNT, text="if"),
            turning_truths(depth),
            plain,
            numbers(0),
        ),
    )


def _bounds() -> st.SearchStrategy[Term]:
    return st.one_of(
        st.sampled_from(_COUNTS).map(literal_number),
        numbers(1).filter(_fixed),
    )


@kept
def turning_truths(depth: int) -> st.SearchStrategy[Term]:
    """Return tests that some day turns."""
    ops = st.sampled_from((*_ORDERED, *_ORDERED, *Comparison))
    held = st.tuples(moving_days(depth), fixed_days(depth))
    counted = st.tuples(counts(depth, *Period), _bounds())
    pairs = st.one_of(held, held, counted, counted)
    if depth > 0:
        pairs = st.one_of(pairs, st.tuples(turning_numbers(depth - 1), _bounds()))
        pairs = st.one_of(pairs, st.tuples(_asked(depth - 1), _bounds()))
    listed = st.builds(
        lambda day, values: Within(day, values, type=TRUTH, text="within"),
        moving_days(depth),
        st.frozensets(st.sampled_from(DAYS), min_size=1, max_size=3),
    )
    among = st.builds(
        lambda count, values: Within(count, values, type=TRUTH, text="within"),
        counts(depth, *_STEPPED),
        st.frozensets(st.sampled_from(_COUNTS), min_size=1, max_size=3),
    )
    compared = st.builds(
        lambda op, sides, exchanged: Compare(
            op, *(sides[::-1] if exchanged else sides), type=TRUTH, text="compared"
        ),
        ops,
        pairs,
        st.booleans(),
    )
    return st.one_of(compared, compared, compared, compared, listed, among)


@kept
def _entries() -> st.SearchStrategy[tuple[Entry, ...]]:
    plain = truths(1).filter(is_told)
    tests = st.one_of(turning_truths(0), turning_truths(1), turning_truths(2), plain)
    hows = st.sampled_from((Quantifier.ANY, *Quantifier))
    drawn = st.lists(st.tuples(tests, hows), min_size=1, max_size=3)
    return drawn.map(
        lambda found: tuple(
            Entry(Clause(f"c{at}", test), how) for at, (test, how) in enumerate(found)
        )
    )


@kept
def _amounts() -> st.SearchStrategy[Amount]:
    turning = turning_numbers(1).map(
        lambda value: Amount(value, "year", 12, Rounding(1, RoundingMode.HALF_UP))
    )
    plain = amounts().filter(lambda one: is_told(one.value))
    twelve = literal_number(Fraction(12))
    fixed = st.just(Amount(twelve, "month", 1, Rounding(1, RoundingMode.DOWN)))
    return st.one_of(turning, turning, plain, fixed)


@st.composite
def turning_benefits(draw: st.DrawFn, name: str = "alpha") -> Benefit:
    """Return a benefit whose decisions turn, some with regional readings and dated ones."""
    from_on, until_on = draw(st.sampled_from((*[SPANS[0]] * 6, *SPANS)))
    variants = [Variant("", *SPANS[0], draw(_entries()), draw(_amounts()))]
    if draw(st.integers(0, 3)) == 0:
        for division in draw(st.lists(st.sampled_from(("99", "9901")), unique=True)):
            span = draw(st.sampled_from(SPANS))
            variants.append(Variant(division, *span, draw(_entries()), draw(_amounts())))
        variants.append(Variant(None, *SPANS[0], draw(_entries()), draw(_amounts())))
    place = draw(st.sampled_from((PLACE, None)))
    title = Text(name, name)
    return Benefit(name, title, (), from_on, until_on, tuple(variants), place=place)


# --- windows and people ----------------------------------------------------------------------


@st.composite
def windows(draw: st.DrawFn, most_days: int) -> Window:
    """Return a window that holds, or is near to, one of the days on which much happens."""
    day = draw(st.sampled_from((AS_OF, AS_OF, *DAYS)))
    from_on = day - timedelta(days=draw(st.integers(0, 40)))
    return Window(from_on, from_on + timedelta(days=draw(st.integers(1, most_days))))


def long_windows() -> st.SearchStrategy[Window]:
    """Return windows of a year or so, and seldom of up to forty: each of their days is decided."""
    usual = windows(400)
    return st.integers(0, 99).flatmap(lambda one: usual if one else windows(FORTY_YEARS))


def people_around(
    seed: int, count: int, window: Window, benefits: Sequence[Benefit]
) -> list[Person]:
    """Return people many of whose days are as far from the window as rules shift and count."""
    chance = random.Random(seed)  # noqa: S311  not for secrets
    gaps = _gaps(benefits)
    found: list[Person] = []
    for person in people(seed, 2 * count)[::2]:
        facts = dict(person.facts)
        for name in DAY_FACTS:
            if chance.random() < 0.8:
                day = _day_around(window, gaps, chance)
                is_month = VOCABULARY.facts[name].type is FactType.MONTH
                facts[name] = day.replace(day=1) if is_month else day
        found.append(Person(facts, person.month_only))
    return found


def _gaps(benefits: Sequence[Benefit]) -> list[tuple[int, Period]]:
    """Return by how much rules shift days, and up to how much they count."""
    terms = [
        term
        for benefit in benefits
        for variant in benefit.variants
        for one in (variant.amount.value, *(entry.clause.test for entry in variant.entries))
        for term in walk(one)
    ]
    shifts = [
        (one.count * sign, one.unit) for one in terms if isinstance(one, Shift) for sign in (1, -1)
    ]
    units = [one.unit for one in terms if isinstance(one, Between)]
    bounds = [
        int(one.value)
        for one in terms
        if isinstance(one, Literal) and isinstance(one.value, Fraction) and abs(one.value) < 200
    ]
    counts = [(bound + more, unit) for bound in bounds for unit in units for more in (0, 1)]
    return [(0, Period.DAYS), *shifts, *counts]


def _day_around(window: Window, gaps: Sequence[tuple[int, Period]], chance: random.Random) -> date:
    """Return a day that lies one or two of some gaps before a day of the window."""
    span = (window.until_on - window.from_on).days
    day = window.from_on + timedelta(days=chance.randint(0, span))
    for _ in range(chance.choice((1, 1, 2))):
        apart, unit = chance.choice(gaps)
        if unit is Period.DAYS:
            day -= timedelta(days=apart)
        else:
            months = apart * (12 if unit is Period.YEARS else 1)
            day = add_months(day, -months, chance.choice(tuple(MonthEnd)))
    return max(FIRST_ON, min(LAST_ON, day))
