"""On which days written conditions and formulas turn: of everybody, and of one person."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.engine.building import person, term
from tests.people import roster
from tests.rulelang.building import VOCABULARY, rate, row, scope
from tests.strategies import AS_OF_TERM, literal_day
from vetbenefits.dates import (
    MonthEnd,
    PartYear,
    add_days,
    add_months,
    half_years_between,
    months_between,
    pack,
    unpack,
)
from vetbenefits.engine.backwards import count_flips, day_before, first_reaching, next_day
from vetbenefits.engine.compiler import Compiler
from vetbenefits.engine.graph import Graph
from vetbenefits.engine.turning import turns_of
from vetbenefits.engine.turning_days import DAY, PERSON, Window, days_of
from vetbenefits.model.expressions import Between, Compare, Comparison, Period, Shift, YearOf
from vetbenefits.model.kinds import PLAIN, TRUTH, Kind, Type, Unit, number
from vetbenefits.model.rates import Valid
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.engine.building import Given
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rates import RateSchedule

YEAR_2024 = Window(date(2024, 1, 1), date(2025, 1, 1))
LEAP_DAY = "1964-02-29"


def turned(
    text: str,
    window: Window = YEAR_2024,
    rates: Sequence[RateSchedule] = (),
    /,
    **facts: Given,
) -> tuple[list[str], list[str]]:
    """Return the days of everybody, and those of a person of whom these facts are known."""
    found = term(text, scope(rates=rates))
    compiler = Compiler(VOCABULARY, window.from_on)
    turning = days_of(turns_of([found]), window, compiler)
    frame = roster([person(**facts)], VOCABULARY).with_row_index(PERSON)
    personal: set[int] = set()
    for one in turning.personal:
        found_days = one.days(compiler.graph.evaluated(frame, one.names), compiler.graph)
        personal.update(found_days[DAY])
    return _shown(turning.common), _shown(personal)


def _shown(days: set[int] | frozenset[int]) -> list[str]:
    return [str(unpack(day)) for day in sorted(days)]


def own_days(text: str, window: Window = YEAR_2024, /, **facts: Given) -> list[str]:
    common, personal = turned(text, window, **facts)
    assert common == []
    return personal


# --- days held against days ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("deceased_on <= as_of", "2024-05-31"),
        ("as_of >= deceased_on", "2024-05-31"),
        ("as_of < deceased_on", "2024-05-31"),
        ("deceased_on > as_of", "2024-05-31"),
        ("as_of > deceased_on", "2024-06-01"),
        ("deceased_on < as_of", "2024-06-01"),
        ("as_of <= deceased_on", "2024-06-01"),
        ("as_of + 3 months >= deceased_on", "2024-03-01"),
        ("as_of + 3 months > deceased_on", "2024-03-01"),
        ("as_of - 10 days > deceased_on", "2024-06-11"),
        ("as_of >= deceased_on + 1 month", "2024-07-01"),
        ("as_of - 1 month >= deceased_on", "2024-07-01"),
    ],
)
def test_comparison_flips_on_the_day_or_the_day_after(text: str, day: str) -> None:
    assert own_days(text, deceased_on="2024-05-31") == [day]


def test_equality_begins_and_ends() -> None:
    assert own_days("as_of = deceased_on", deceased_on="2024-02-29") == ["2024-02-29", "2024-03-01"]
    ends = own_days("as_of != deceased_on", deceased_on="2024-12-31")
    assert ends == ["2024-12-31"]


def test_day_outside_of_the_window_is_no_turning_day() -> None:
    text = "deceased_on <= as_of"
    assert own_days(text, deceased_on="2024-01-01") == []
    assert own_days(text, deceased_on="2024-01-02") == ["2024-01-02"]
    assert own_days(text, deceased_on="2024-12-31") == ["2024-12-31"]
    assert own_days(text, deceased_on="2025-01-01") == []


def test_what_is_unknown_or_none_does_not_turn() -> None:
    assert own_days("deceased_on <= as_of") == []
    assert own_days("deceased_on <= as_of", deceased_on=Special.NONE) == []
    assert own_days("years_between(left_on, as_of) > 3", left_on=Special.NONE) == []
    assert own_days("age >= grade * 2 years", birth_date=LEAP_DAY, grade=Special.NONE) == []


def test_parts_of_a_day_turn_each_for_itself() -> None:
    facts = {"left_on": "2024-03-01", "deceased_on": "2024-06-01"}
    assert own_days("as_of >= min(left_on, deceased_on)", **facts) == ["2024-03-01"]
    for text in ("max(as_of, left_on) >= deceased_on", "max(left_on, as_of) >= deceased_on"):
        assert own_days(text, **facts) == ["2024-06-01"]
    assert own_days("(if draws_pension then as_of else left_on) >= deceased_on", **facts)
    chosen = own_days("as_of >= (if as_of >= left_on then deceased_on else birth_date)", **facts)
    assert chosen == ["2024-03-01", "2024-06-01"]


def test_choices_within_a_count_turn_too() -> None:
    chosen = "years_between((if as_of >= left_on then birth_date else enlisted_on), as_of) >= 60"
    facts = {"left_on": "2024-03-01", "birth_date": "1964-05-01", "enlisted_on": "1964-06-01"}
    assert own_days(chosen, **facts) == ["2024-03-01", "2024-05-01", "2024-06-01"]


def test_day_that_does_not_move_does_not_turn() -> None:
    facts = {"birth_date": LEAP_DAY, "left_on": "2024-06-01", "deceased_on": "2024-07-01"}
    assert turned("(age on left_on) >= 60", **facts) == ([], [])
    assert turned("deceased_on >= left_on", **facts) == ([], [])
    assert turned("rate.multiple * 2 > 600 on left_on", **facts) == ([], [])


# --- counts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "born", "days"),
    [
        ("age >= 60", "1964-03-15", ["2024-03-15"]),
        ("age > 59", "1964-03-15", ["2024-03-15"]),
        ("age < 60", LEAP_DAY, ["2024-02-29"]),
        ("age <= 59", "1964-03-15", ["2024-03-15"]),
        ("age = 60", "1964-03-15", ["2024-03-15"]),
        ("age = 59", "1964-03-15", ["2024-03-15"]),
        ("60 <= age", "1964-12-31", ["2024-12-31"]),
        ("age >= 60", "1964-01-01", []),
        ("age >= 60", "1965-01-01", []),
        ("age >= 61", "1964-03-15", []),
        ("age in {60}", "1964-03-15", ["2024-03-15"]),
        ("age >= grade * 6 years", "1964-03-15", ["2024-03-15"]),
        ("months_between(birth_date, as_of) >= 720", "1964-03-31", ["2024-03-31"]),
        ("days_between(birth_date, as_of) >= 1", "2024-02-28", ["2024-02-29"]),
        ("days_between(birth_date, as_of) > 1", "2024-02-28", ["2024-03-01"]),
        ("days_between(as_of, birth_date) > 30", "2024-03-31", ["2024-03-01"]),
        ("years_between(as_of, birth_date) >= 1", "2025-03-31", ["2024-04-01"]),
        (
            "years_between(birth_date, as_of, part_year = counts_as_one) >= 60",
            "1965-03-15",
            ["2024-03-16"],
        ),
        (
            "years_between(birth_date, as_of, part_year = half_steps) >= 60.5",
            "1964-03-15",
            ["2024-03-16"],
        ),
        (
            "years_between(birth_date, as_of, part_year = half_steps) >= 60",
            "1964-09-30",
            ["2024-03-30"],
        ),
    ],
)
def test_count_turns_where_it_gets_to_its_bound(text: str, born: str, days: list[str]) -> None:
    assert own_days(text, birth_date=born, grade=10) == days


def test_age_of_one_born_on_the_leap_day() -> None:
    window = Window(date(2025, 1, 1), date(2026, 1, 1))
    assert own_days("age >= 61", window, birth_date=LEAP_DAY) == ["2025-03-01"]
    by_eve = "years_between(birth_date, as_of, month_end = last_day) >= 61"
    assert own_days(by_eve, window, birth_date=LEAP_DAY) == ["2025-02-28"]


def test_every_step_of_a_count_turns_where_its_value_is_used() -> None:
    assert own_days("age * 2 > 30 years", birth_date="1964-03-15") == ["2024-03-15"]
    months = own_days("months_between(left_on, as_of) * 2 > 30 months", left_on="2024-08-31")
    assert months[-5:] == ["2024-08-31", "2024-10-01", "2024-10-31", "2024-12-01", "2024-12-31"]
    assert len(months) == 12
    downwards = own_days("years_between(as_of, left_on) * 2 > 3 years", left_on="2030-06-30")
    assert downwards == ["2024-07-01"]


# --- what turns for everybody ----------------------------------------------------------------


def test_comparison_with_a_written_day_turns_for_everybody() -> None:
    assert turned("as_of >= 2024-10-01") == (["2024-10-01"], [])
    assert turned("as_of - 1 month > 2024-01-31") == (["2024-03-01"], [])
    assert turned("as_of in {2024-12-30}") == (["2024-12-30", "2024-12-31"], [])
    assert turned("as_of >= 2024-01-01") == ([], [])
    assert turned("years_between(2000-02-29, as_of) >= 24") == (["2024-02-29"], [])
    assert turned("months_between(2024-10-31, as_of) * 2 > 30 months")[0][-2:] == [
        "2024-12-01",
        "2024-12-31",
    ]


def test_half_years_since_a_written_day_turn_for_everybody() -> None:
    halves = "years_between(2000-02-29, as_of, part_year = half_steps) * 2 > 3 years"
    assert turned(halves) == (["2024-03-01", "2024-08-29"], [])


YEARLY = rate(
    "yearly",
    row("2023-08-01", 10, checked_on=date(2024, 2, 29)),
    row("2024-08-01", 11, until_on=date(2024, 11, 30)),
    row("2024-10-01", 12, checked_on=date(2024, 5, 31)),
    expected=(8, 1),
    recheck_months=6,
)


def test_rate_turns_where_its_answer_can_change() -> None:
    common, own = turned("rate.yearly > 10", YEAR_2024, [YEARLY])
    assert own == []
    assert common == ["2024-08-01", "2024-08-29", "2024-10-01", "2024-11-30", "2024-12-01"]


def test_rate_on_another_day_turns_later() -> None:
    common, _ = turned("rate.yearly on (as_of - 1 month) > 10", YEAR_2024, [YEARLY])
    assert common == ["2024-09-01", "2024-09-29", "2024-10-31", "2024-12-30", "2024-12-31"]


def test_index_of_a_year_turns_at_new_year() -> None:
    index = rate("index", row("2023-01-01", 10), row("2023-07-01", 11), valid=Valid.OWN_YEAR)
    assert turned("rate.index > 10", YEAR_2024, [index]) == ([], [])
    since = Window(date(2023, 12, 31), date(2024, 2, 1))
    common, _ = turned("rate.index > 10", since, [index])
    assert common == ["2024-01-01"]


def test_rate_by_age_turns_on_birthdays() -> None:
    by_age = rate(
        "by_age", row("2020-01-01", 1, 59), row("2024-08-01", 2, 60), keys=("age",), unit=PLAIN
    )
    common, own = turned("rate.by_age > 1", YEAR_2024, [by_age], birth_date="1964-03-15")
    assert (common, own) == (["2024-08-01"], ["2024-03-15"])


# --- what no day can be told of --------------------------------------------------------------


def compared(left: Term, right: Term) -> Term:
    return Compare(Comparison.LT, left, right, type=TRUTH)


def shifted(count: int, unit: Period, month_end: MonthEnd) -> Shift:
    return Shift(AS_OF_TERM, count, unit, month_end, type=Type(Kind.DATE, moving=True))


ANY_COUNT = number(Unit("days"), Fraction(0), Fraction(0))
DAYS_SINCE = Between(Period.DAYS, literal_day(date(2020, 1, 1)), AS_OF_TERM, type=ANY_COUNT)


@pytest.mark.parametrize(
    "untold",
    [
        compared(AS_OF_TERM, shifted(-1, Period.YEARS, MonthEnd.LAST_DAY)),
        compared(DAYS_SINCE, DAYS_SINCE),
        Between(Period.YEARS, AS_OF_TERM, AS_OF_TERM, type=ANY_COUNT),
        YearOf(AS_OF_TERM, type=ANY_COUNT),
    ],
)
def test_what_the_reader_refuses_has_no_turning_day(untold: Term) -> None:
    with pytest.raises(ValueError, match=r"move|day"):
        turns_of([untold])


# --- backwards is the inverse of forwards ----------------------------------------------------

EVERY_DAY = [date(2023, 1, 1) + timedelta(days=at) for at in range(800)]


def column(expression: pl.Expr, graph: Graph, days: Sequence[date]) -> list[date]:
    frame = pl.DataFrame({DAY: [pack(day) for day in days]}, schema={DAY: pl.Int32})
    name = graph.name_of(expression)
    return [unpack(day) for day in graph.evaluated(frame, [name])[name]]


def test_next_day_and_day_before() -> None:
    graph = Graph()
    inner = EVERY_DAY[1:-1]
    assert column(next_day(pl.col(DAY), graph.keep), graph, inner) == EVERY_DAY[2:]
    assert column(day_before(pl.col(DAY), graph.keep), graph, inner) == EVERY_DAY[:-2]


@pytest.mark.parametrize("month_end", MonthEnd)
@pytest.mark.parametrize("months", [-13, -12, -1, 0, 1, 2, 12, 24])
def test_first_day_that_shifts_so_far(months: int, month_end: MonthEnd) -> None:
    graph = Graph()
    moving = shifted(months, Period.MONTHS, month_end)
    targets = EVERY_DAY[100:200]
    found = column(first_reaching(moving, pl.col(DAY), graph.keep), graph, targets)
    for target, day in zip(targets, found, strict=True):
        assert add_months(day, months, month_end) >= target
        assert add_months(day - timedelta(days=1), months, month_end) < target


def test_only_a_moving_day_can_be_asked_back() -> None:
    with pytest.raises(TypeError, match="is not a moving day"):
        first_reaching(literal_day(date(2024, 1, 1)), pl.col(DAY), Graph().keep)


@pytest.mark.parametrize("days", [-31, -1, 0, 1, 365])
def test_first_day_that_is_so_many_days_earlier(days: int) -> None:
    graph = Graph()
    moving = shifted(days, Period.DAYS, MonthEnd.FIRST_OF_NEXT)
    found = column(first_reaching(moving, pl.col(DAY), graph.keep), graph, EVERY_DAY)
    assert found == [add_days(day, -days) for day in EVERY_DAY]


@pytest.mark.parametrize("month_end", MonthEnd)
@pytest.mark.parametrize("part_year", [None, *PartYear])
@pytest.mark.parametrize("upwards", [True, False])
def test_day_on_which_a_count_flips(
    part_year: PartYear | None, month_end: MonthEnd, *, upwards: bool
) -> None:
    unit = Period.MONTHS if part_year is None else Period.YEARS
    ends = (literal_day(EVERY_DAY[0]), AS_OF_TERM)
    start, end = ends if upwards else ends[::-1]
    count = Between(unit, start, end, part_year or PartYear.DROPPED, month_end, type=ANY_COUNT)

    def steps_on(fixed: date, day: date) -> int:
        first, last = (fixed, day) if upwards else (day, fixed)
        if part_year is None:
            return months_between(first, last, month_end)
        halves = half_years_between(first, last, part_year, month_end)
        return halves if part_year is PartYear.HALF_STEPS else halves // 2

    graph = Graph()
    for steps in (-1, 0, 1, 2, 3):
        flips = count_flips(count, AS_OF_TERM, pl.col(DAY), pl.lit(steps), graph.keep)
        for fixed, day in zip(EVERY_DAY, column(flips, graph, EVERY_DAY), strict=True):
            eve = steps_on(fixed, day - timedelta(days=1)) >= steps
            assert (steps_on(fixed, day) >= steps, eve) == (upwards, not upwards), (fixed, steps)
