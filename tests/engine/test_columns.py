"""Column operations against the calendar and the exact rounding of one value at a time."""

from __future__ import annotations

import math
from datetime import date, timedelta
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetbenefits import dates
from vetbenefits.dates import MonthEnd, PartYear, pack, unpack
from vetbenefits.engine import columns
from vetbenefits.engine.graph import Graph
from vetbenefits.engine.operations import compared
from vetbenefits.model.expressions import Comparison, Extremum, Whole
from vetbenefits.money import RoundingMode, round_fraction

FIRST, LAST = date(1850, 1, 1), date(2199, 12, 31)
# Days around which calendars go wrong, and any others.
EDGES = tuple(
    date(year, month, day) + timedelta(move)
    for year in (1899, 1900, 2000, 2023, 2024, 2100)
    for month, day in ((1, 1), (2, 28), (3, 1), (8, 31), (12, 31))
    for move in (-1, 0, 1)
)
DAYS = st.one_of(st.sampled_from(EDGES), st.dates(FIRST, LAST))
SOME_DAYS = st.lists(DAYS, min_size=1, max_size=30)
ENDS = st.sampled_from(MonthEnd)


def made(expression: pl.Expr, graph: Graph, **given_columns: pl.Series) -> list[object]:
    name = graph.name_of(expression)
    return graph.evaluated(pl.DataFrame(given_columns), [name])[name].to_list()


def packed(found: list[date]) -> pl.Series:
    return pl.Series([pack(day) for day in found], dtype=pl.Int32)


@given(SOME_DAYS, st.integers(-1300, 1300), ENDS)
def test_months_are_added_as_the_calendar_says(
    found: list[date], months: int, end: MonthEnd
) -> None:
    graph = Graph()
    moved = made(
        columns.plus_months(pl.col("day"), months, end, graph.keep), graph, day=packed(found)
    )
    assert moved == [pack(dates.add_months(day, months, end)) for day in found]


@given(SOME_DAYS, st.integers(-60_000, 60_000))
def test_days_are_added_and_counted_truly(found: list[date], count: int) -> None:
    graph = Graph()
    moved = made(columns.plus_days(pl.col("day"), count, graph.keep), graph, day=packed(found))
    expected = [day + timedelta(count) for day in found]
    assert moved == [pack(day) for day in expected]
    between = columns.days_between(pl.col("day"), pl.col("end"))
    counted = made(between, graph, day=packed(found), end=packed(expected))
    assert counted == [count] * len(found)


@given(st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=30), ENDS, st.sampled_from(PartYear))
def test_months_and_years_between_are_those_of_the_calendar(
    pairs: list[tuple[date, date]], end: MonthEnd, part: PartYear
) -> None:
    graph = Graph()
    start, stop = pl.col("start"), pl.col("stop")
    given_columns = {
        "start": packed([one for one, _ in pairs]),
        "stop": packed([one for _, one in pairs]),
    }
    months = made(columns.months_between(start, stop, end), graph, **given_columns)
    assert months == [dates.months_between(*pair, end) for pair in pairs]
    years = made(columns.years_between(start, stop, end), graph, **given_columns)
    assert years == [dates.years_between(*pair, end) for pair in pairs]
    if part is PartYear.DROPPED:
        return
    counted = made(
        columns.part_years_between(start, stop, part, end, graph.keep), graph, **given_columns
    )
    halves = [dates.half_years_between(*pair, part, end) for pair in pairs]
    assert counted == [one if part is PartYear.HALF_STEPS else one // 2 for one in halves]


@given(st.integers(1800 * 12, 2300 * 12))
def test_months_have_their_days(months: int) -> None:
    found = made(columns.month_length(pl.col("m")), Graph(), m=pl.Series([months], dtype=pl.Int32))
    assert found == [dates.days_in_month(months)]


@given(
    st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=30),
    st.integers(1, 10**6),
    st.sampled_from(RoundingMode),
)
def test_rounding_is_that_of_one_value(
    values: list[int], denominator: int, mode: RoundingMode
) -> None:
    graph = Graph()
    steps = columns.to_steps(pl.col("value"), denominator, mode, graph.keep)
    found = made(steps, graph, value=pl.Series(values, dtype=pl.Int64))
    assert found == [round_fraction(Fraction(value, denominator), mode) for value in values]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (RoundingMode.HALF_UP, [3, 2, 2, -3, -2, -2, 0]),
        (RoundingMode.DOWN, [2, 2, 1, -2, -2, -1, 0]),
        (RoundingMode.FLOOR, [2, 2, 1, -3, -3, -2, 0]),
        (RoundingMode.CEIL, [3, 3, 2, -2, -2, -1, 0]),
    ],
)
def test_ties_go_away_from_zero(mode: RoundingMode, expected: list[int]) -> None:
    graph = Graph()
    tenths = pl.Series([25, 24, 15, -25, -24, -15, 0], dtype=pl.Int64)
    assert made(columns.to_steps(pl.col("x"), 10, mode, graph.keep), graph, x=tenths) == expected


def test_half_of_a_very_large_amount_does_not_wrap() -> None:
    graph = Graph()
    largest = 2**62 - 1
    half = columns.to_steps(pl.col("x"), 2, RoundingMode.HALF_UP, graph.keep)
    assert made(half, graph, x=pl.Series([largest, -largest])) == [2**61, -(2**61)]


def test_wide_products_are_exact() -> None:
    value = pl.Series([3 * 10**17, -3 * 10**17], dtype=pl.Int64)
    wide = columns.times(pl.col("x"), 100, bound=3 * 10**17)
    assert made(wide, Graph(), x=value) == [3 * 10**19, -3 * 10**19]
    narrow = columns.quotient(Whole.CEIL, wide, columns.whole(7 * 10**19))
    assert made(narrow, Graph(), x=value) == [1, 0]
    floor = columns.quotient(Whole.FLOOR, wide, columns.whole(7 * 10**19))
    assert made(floor, Graph(), x=value) == [0, -1]
    square = columns.product(pl.col("x"), pl.col("y"), bound=3 * 10**20)
    assert made(square, Graph(), x=value, y=pl.Series([2, 1])) == [6 * 10**17, -3 * 10**17]
    total = columns.total(pl.col("x"), pl.col("x"), bound=2**63)
    assert made(total, Graph(), x=value) == [6 * 10**17, -6 * 10**17]
    frame = pl.DataFrame({"x": value, "y": [2, 1]}).select(
        total.alias("total"), square.alias("square")
    )
    assert frame.schema == {"total": pl.Int64, "square": pl.Int64}


@given(
    st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=20),
    st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=1000),
    st.sampled_from(Comparison),
)
def test_comparison_with_a_fixed_value_is_exact(
    values: list[int], bound: Fraction, op: Comparison
) -> None:
    found = made(
        columns.compared_with(op, pl.col("x"), bound), Graph(), x=pl.Series(values, dtype=pl.Int64)
    )
    assert found == [compared(op, Fraction(value), bound) for value in values]


def test_comparison_with_what_no_column_reaches() -> None:
    x = pl.Series([2**61, None], dtype=pl.Int64)
    beyond = Fraction(2**80)
    assert made(columns.compared_with(Comparison.LT, pl.col("x"), beyond), Graph(), x=x) == [
        True,
        None,
    ]
    assert made(columns.compared_with(Comparison.GE, pl.col("x"), -beyond), Graph(), x=x) == [
        True,
        None,
    ]


def test_quotient_rounds_both_signs_and_knows_no_zero() -> None:
    x = pl.Series([7, -7, 7, -7, 1, 0], dtype=pl.Int64)
    y = pl.Series([2, 2, -2, -2, 0, 5], dtype=pl.Int64)
    floor = columns.quotient(Whole.FLOOR, pl.col("x"), pl.col("y"))
    ceil = columns.quotient(Whole.CEIL, pl.col("x"), pl.col("y"))
    pairs = [(7, 2), (-7, 2), (7, -2), (-7, -2)]
    assert made(floor, Graph(), x=x, y=y) == [
        *(math.floor(Fraction(*pair)) for pair in pairs),
        None,
        0,
    ]
    assert made(ceil, Graph(), x=x, y=y) == [
        *(math.ceil(Fraction(*pair)) for pair in pairs),
        None,
        0,
    ]


def test_extreme_of_the_unknown_is_unknown() -> None:
    x = pl.Series([1, None, None], dtype=pl.Int64)
    y = pl.Series([2, 2, None], dtype=pl.Int64)
    for which, expected in ((Extremum.MIN, 1), (Extremum.MAX, 2)):
        found = made(columns.extreme(which, [pl.col("x"), pl.col("y")]), Graph(), x=x, y=y)
        assert found == [expected, None, None]


def test_empty_joins_and_lists() -> None:
    x = pl.Series(["a", None])
    assert made(columns.one_of(pl.col("x"), []), Graph(), x=x) == [False, None]
    assert made(columns.lies_within(pl.col("x"), []), Graph(), x=x) == [False, None]
    assert pl.select(columns.all_of([]), no=columns.any_of([])).row(0) == (True, False)
    assert pl.select(columns.joined_text([])).item() == ""


def test_packed_days_stay_days() -> None:
    assert unpack(pl.select(columns.packed_day(date(2024, 2, 29))).item()) == date(2024, 2, 29)
