from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetbenefits.dates import (
    FIRST_ON,
    LAST_ON,
    MonthEnd,
    PartYear,
    add_days,
    add_months,
    days_in_month,
    half_years_between,
    months_between,
    pack,
    parse_iso_day,
    settle,
    unpack,
    years_between,
)

NEXT, LAST = MonthEnd.FIRST_OF_NEXT, MonthEnd.LAST_DAY
days = st.dates(FIRST_ON, LAST_ON)
month_ends = st.sampled_from(MonthEnd)
# Days near the ends of months, where the rules for months part.
edgy_days = st.one_of(
    days,
    st.builds(
        lambda year, month, offset: date(year, month, 1) + timedelta(days=offset),
        st.integers(1899, 2101),
        st.integers(1, 12),
        st.integers(-3, 1),
    ),
)


def day(text: str) -> date:
    return date.fromisoformat(text)


@given(days, days)
def test_packed_days_keep_their_order_and_come_back(first: date, second: date) -> None:
    assert (pack(first) < pack(second)) == (first < second)
    assert unpack(pack(first)) == first


def test_years_and_months_are_whole_divisions_of_packed_days() -> None:
    assert pack(day("2024-02-29")) - pack(day("1964-02-29")) == 60 * 384
    assert pack(day("2024-03-05")) - pack(day("2024-02-05")) == 32


def test_day_that_does_not_exist_cannot_be_unpacked() -> None:
    with pytest.raises(ValueError, match="day"):
        unpack(pack(day("2023-02-28")) + 1)


@pytest.mark.parametrize(
    ("year", "month", "count"), [(2023, 2, 28), (2024, 2, 29), (2023, 4, 30), (2023, 12, 31)]
)
def test_months_have_their_days(year: int, month: int, count: int) -> None:
    assert days_in_month(year * 12 + month - 1) == count


@pytest.mark.parametrize(
    ("start", "months", "month_end", "expected"),
    [
        ("1964-02-29", 12 * 60, NEXT, "2024-02-29"),
        ("1963-02-28", 12 * 60, NEXT, "2023-02-28"),
        ("1964-02-29", 12 * 59, NEXT, "2023-03-01"),
        ("1964-02-29", 12 * 59, LAST, "2023-02-28"),
        ("2023-01-31", 1, NEXT, "2023-03-01"),
        ("2023-01-31", 1, LAST, "2023-02-28"),
        ("2023-01-30", 1, NEXT, "2023-03-01"),
        ("2023-01-28", 1, NEXT, "2023-02-28"),
        ("2023-03-31", -1, NEXT, "2023-03-01"),
        ("2023-03-31", -1, LAST, "2023-02-28"),
        ("2023-10-31", 1, NEXT, "2023-12-01"),
        ("2023-12-31", 2, LAST, "2024-02-29"),
        ("2023-12-15", 1, NEXT, "2024-01-15"),
        ("2024-01-15", -1, NEXT, "2023-12-15"),
        ("2023-05-05", 0, NEXT, "2023-05-05"),
    ],
)
def test_month_later_ends_as_the_rule_says(
    start: str, months: int, month_end: MonthEnd, expected: str
) -> None:
    assert add_months(day(start), months, month_end) == day(expected)


def test_settled_day_that_exists_stays() -> None:
    packed = pack(day("2023-02-28"))
    assert settle(packed) == settle(packed, LAST) == packed
    assert unpack(settle(packed + 1)) == day("2023-03-01")
    assert unpack(settle(packed + 3, LAST)) == day("2023-02-28")


def test_days_are_added_across_a_month() -> None:
    assert add_days(day("2024-02-28"), 2) == day("2024-03-01")
    assert add_days(day("2024-03-01"), -1) == day("2024-02-29")


@pytest.mark.parametrize(
    ("start", "end", "month_end", "expected"),
    [
        ("2023-01-05", "2023-02-04", NEXT, 0),
        ("2023-01-05", "2023-02-05", NEXT, 1),
        ("2023-01-05", "2023-01-05", NEXT, 0),
        ("2023-01-05", "2023-01-04", NEXT, -1),
        ("2023-02-05", "2023-01-05", NEXT, -1),
        ("2023-02-05", "2023-01-04", NEXT, -2),
        ("2023-01-31", "2023-02-28", NEXT, 0),
        ("2023-01-31", "2023-03-01", NEXT, 1),
        ("2023-01-31", "2023-02-28", LAST, 1),
        ("2023-01-31", "2023-02-27", LAST, 0),
        ("2023-02-28", "2023-03-30", LAST, 1),
        ("1956-10-01", "1961-12-01", NEXT, 62),
    ],
)
def test_months_between_count_whole_months(
    start: str, end: str, month_end: MonthEnd, expected: int
) -> None:
    assert months_between(day(start), day(end), month_end) == expected


@given(edgy_days, edgy_days, month_ends)
def test_months_between_is_the_largest_count_that_fits(
    start: date, end: date, month_end: MonthEnd
) -> None:
    count = months_between(start, end, month_end)
    assert add_months(start, count, month_end) <= end
    assert add_months(start, count + 1, month_end) > end


@given(edgy_days, edgy_days, month_ends)
def test_years_between_is_the_largest_count_that_fits(
    start: date, end: date, month_end: MonthEnd
) -> None:
    count = years_between(start, end, month_end)
    assert add_months(start, 12 * count, month_end) <= end
    assert add_months(start, 12 * count + 12, month_end) > end


@given(edgy_days, st.integers(0, 120), edgy_days)
def test_age_and_the_birthday_agree(born: date, years: int, as_of: date) -> None:
    assert (years_between(born, as_of) >= years) == (add_months(born, 12 * years) <= as_of)


@pytest.mark.parametrize(
    ("born", "as_of", "age"),
    [
        ("1963-08-15", "2023-08-14", 59),
        ("1963-08-15", "2023-08-15", 60),
        ("1964-02-29", "2024-02-28", 59),
        ("1964-02-29", "2024-02-29", 60),
        ("1964-02-29", "2025-02-28", 60),
        ("1964-02-29", "2025-03-01", 61),
    ],
)
def test_birthday_itself_counts(born: str, as_of: str, age: int) -> None:
    assert years_between(day(born), day(as_of)) == age


def test_born_on_29_february_is_a_day_older_on_28_february_under_last_day() -> None:
    assert years_between(day("1964-02-29"), day("2025-02-28"), LAST) == 61
    assert years_between(day("1964-02-29"), day("2025-02-27"), LAST) == 60


@pytest.mark.parametrize(
    ("end", "dropped", "half_steps", "counts_as_one"),
    [
        ("1982-11-30", 1, 2, 2),
        ("1982-12-01", 2, 2, 2),
        ("1982-12-02", 2, 2.5, 3),
        ("1983-05-31", 2, 2.5, 3),
        ("1983-06-01", 2, 3, 3),
        ("1983-11-30", 2, 3, 3),
        ("1980-12-01", 0, 0, 0),
        ("1980-12-02", 0, 0.5, 1),
        ("1980-11-30", -1, 0, 0),
        ("1979-12-01", -1, -1, -1),
    ],
)
def test_part_of_a_year_counts_as_the_rule_says(
    end: str, dropped: int, half_steps: float, counts_as_one: int
) -> None:
    start = day("1980-12-01")
    assert half_years_between(start, day(end), PartYear.DROPPED) == 2 * dropped
    assert half_years_between(start, day(end), PartYear.HALF_STEPS) == 2 * half_steps
    assert half_years_between(start, day(end), PartYear.COUNTS_AS_ONE) == 2 * counts_as_one


@pytest.mark.parametrize(
    ("end", "month_end", "halves"),
    [
        ("1981-02-28", NEXT, 2),  # a day before the anniversary on 1 March, past six months
        ("1981-03-01", NEXT, 2),
        ("1981-03-02", NEXT, 3),
        ("1981-02-28", LAST, 2),
        ("1981-03-01", LAST, 3),
    ],
)
def test_part_year_begins_after_the_anniversary_of_29_february(
    end: str, month_end: MonthEnd, halves: int
) -> None:
    start = day("1980-02-29")
    assert half_years_between(start, day(end), PartYear.HALF_STEPS, month_end) == halves


@given(edgy_days, edgy_days, st.sampled_from(PartYear), month_ends)
def test_counted_years_never_fall_as_the_end_moves_on(
    start: date, end: date, part: PartYear, month_end: MonthEnd
) -> None:
    before = half_years_between(start, end, part, month_end)
    assert half_years_between(start, end + timedelta(days=1), part, month_end) >= before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("2023-02-29", None),
        ("2023-13-01", None),
        ("2023-1-01", None),
        ("20230101", None),
        (" 2023-01-01", None),
        ("2023-01-01\n", None),
        ("+2023-01-01", None),
        ("２０２３-01-01", None),
        ("0000-01-01", None),
        ("", None),
    ],
)
def test_only_a_whole_day_that_exists_is_read(text: str, expected: date | None) -> None:
    assert parse_iso_day(text) == expected
