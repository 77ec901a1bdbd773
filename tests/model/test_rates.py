from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rulelang.building import rate, row
from vetbenefits.model.rates import MISSING, Valid
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from vetbenefits.model.rates import RateAnswer, RateSchedule

NONE, UNKNOWN = Special.NONE, Special.UNKNOWN


def asked(schedule: RateSchedule, day: str, *keys: str | int, division: str = "") -> RateAnswer:
    found = tuple(Fraction(key) if isinstance(key, int) else key for key in keys)
    return schedule.look_up(found, division, date.fromisoformat(day))


def value(schedule: RateSchedule, day: str, *keys: str | int, division: str = "") -> object:
    return asked(schedule, day, *keys, division=division).value


STEPS = rate("r", row("2021-08-01", 648), row("2020-08-01", 600), row("2023-08-01", 688))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2020-07-31", UNKNOWN),
        ("2020-08-01", 600),
        ("2021-07-31", 600),
        ("2021-08-01", 648),
        ("2023-07-31", 648),
        ("2023-08-01", 688),
        ("2099-01-01", 688),
    ],
)
def test_row_holds_from_its_day_until_the_next_begins(day: str, expected: object) -> None:
    assert value(STEPS, day) == expected


def test_day_before_the_first_row_has_no_row_at_all() -> None:
    assert asked(STEPS, "2020-07-31") is MISSING
    assert MISSING.row is None


def test_answer_names_the_row_it_stands_in() -> None:
    found = asked(STEPS, "2022-01-01")
    assert found.row is not None
    assert found.row.from_on == date(2021, 8, 1)
    assert not found.provisional


GAP = rate("r", row("2020-01-01", 5, until_on=date(2021, 1, 1)), row("2022-01-01", 7))


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2020-12-31", 5), ("2021-01-01", UNKNOWN), ("2021-12-31", UNKNOWN), ("2022-01-01", 7)],
)
def test_gap_after_an_ended_row_is_missing_never_the_neighbour(day: str, expected: object) -> None:
    assert value(GAP, day) == expected


def test_last_row_that_has_ended_is_missing_from_that_day_on() -> None:
    ended = rate("r", row("2020-01-01", 5, until_on=date(2021, 1, 1)), expected=(1, 1))
    assert value(ended, "2020-12-31") == 5
    assert asked(ended, "2021-01-01") is MISSING


def test_none_cell_says_that_there_is_no_such_entitlement() -> None:
    schedule = rate("r", row("2020-01-01", 5), row("2021-01-01", NONE), row("2022-01-01", 7))
    assert asked(schedule, "2021-06-01").value is NONE
    assert not asked(schedule, "2021-06-01").provisional
    assert value(schedule, "2022-01-01") == 7


def test_notice_not_yet_entered_gives_the_last_known_value_provisionally() -> None:
    schedule = rate(
        "r",
        row("2020-01-01", 5),
        row("2021-01-01", UNKNOWN),
        row("2022-01-01", UNKNOWN),
        row("2023-01-01", 8),
    )
    for day in ("2021-01-01", "2022-12-31"):
        found = asked(schedule, day)
        assert found.value == 5
        assert found.provisional
        assert found.row is not None
        assert found.row.from_on == date(2020, 1, 1)
    assert not asked(schedule, "2020-12-31").provisional
    assert not asked(schedule, "2023-01-01").provisional


def test_notice_not_yet_entered_falls_back_on_none_too() -> None:
    schedule = rate("r", row("2020-01-01", NONE), row("2021-01-01", UNKNOWN))
    found = asked(schedule, "2021-01-01")
    assert (found.value, found.provisional) == (
        NONE,
        True,
    )


def test_first_row_not_yet_entered_is_missing() -> None:
    schedule = rate("r", row("2020-01-01", UNKNOWN), row("2021-01-01", 5))
    assert asked(schedule, "2020-06-01") is MISSING
    assert value(schedule, "2021-01-01") == 5


INDEX = rate("index", row("2021-01-01", 100), row("2023-01-01", 110), valid=Valid.OWN_YEAR)


@pytest.mark.parametrize(
    ("day", "expected", "provisional"),
    [
        ("2020-12-31", UNKNOWN, False),
        ("2021-12-31", 100, False),
        ("2022-01-01", 100, True),
        ("2022-12-31", 100, True),
        ("2023-01-01", 110, False),
        ("2024-01-01", 110, True),
    ],
)
def test_index_holds_for_its_own_year_and_is_then_provisional(
    day: str, expected: object, *, provisional: bool
) -> None:
    found = asked(INDEX, day)
    assert (found.value, found.provisional) == (expected, provisional)


EXPECTED = rate("r", row("2022-08-01", 648), row("2023-08-01", 688), expected=(8, 1))


@pytest.mark.parametrize(
    ("day", "provisional"),
    [
        ("2022-08-01", False),
        ("2023-07-31", False),
        ("2023-08-01", False),
        ("2024-07-31", False),
        ("2024-08-01", True),
        ("2026-01-01", True),
    ],
)
def test_last_row_is_provisional_from_the_next_expected_notice(
    day: str, *, provisional: bool
) -> None:
    assert asked(EXPECTED, day).provisional is provisional


@pytest.mark.parametrize(
    ("from_on", "last_sure", "first_doubtful"),
    [
        ("2023-03-01", "2023-07-31", "2023-08-01"),
        ("2023-07-31", "2023-07-31", "2023-08-01"),
        ("2023-08-02", "2024-07-31", "2024-08-01"),
    ],
)
def test_next_notice_is_the_first_expected_day_after_the_row(
    from_on: str, last_sure: str, first_doubtful: str
) -> None:
    schedule = rate("r", row(from_on, 5), expected=(8, 1))
    assert not asked(schedule, last_sure).provisional
    assert asked(schedule, first_doubtful).provisional


def test_row_that_has_a_successor_is_never_doubted_for_its_age() -> None:
    schedule = rate(
        "r",
        row("2010-01-01", 5, checked_on=date(2010, 1, 1)),
        row("2022-01-01", 6, checked_on=date(2022, 1, 31)),
        expected=(1, 1),
        recheck_months=24,
    )
    assert not asked(schedule, "2021-12-31").provisional


@pytest.mark.parametrize(
    ("day", "provisional"), [("2024-02-28", False), ("2024-02-29", True), ("2030-01-01", True)]
)
def test_last_row_is_provisional_once_its_check_is_too_old(day: str, *, provisional: bool) -> None:
    schedule = rate("r", row("2022-01-01", 6, checked_on=date(2022, 8, 29)), recheck_months=18)
    assert asked(schedule, day).provisional is provisional


def test_row_without_a_check_or_a_limit_is_not_doubted() -> None:
    unchecked = rate("r", row("2022-01-01", 6), recheck_months=18)
    unlimited = rate("r", row("2022-01-01", 6, checked_on=date(2022, 8, 29)))
    assert not asked(unchecked, "2099-01-01").provisional
    assert not asked(unlimited, "2099-01-01").provisional


REGIONAL = rate(
    "r",
    row("2023-01-01", 100),
    row("2022-01-01", 120, division="99"),
    row("2020-01-01", 130, division="9901"),
    row("2024-01-01", 150, division="990101"),
    regional=True,
)


@pytest.mark.parametrize(
    ("day", "division", "expected"),
    [
        ("2023-06-01", "", 100),
        ("2023-06-01", "110101", 100),
        ("2023-06-01", "990201", 120),
        ("2023-06-01", "990102", 130),
        ("2023-06-01", "990101", 130),
        ("2024-06-01", "990101", 150),
        ("2024-06-01", "990101003", 150),
        ("2024-06-01", "990101003007", 150),
        ("2024-06-01", "", 100),
        ("2024-06-01", "9", 100),
        ("2021-06-01", "990201", UNKNOWN),
        ("2020-06-01", "990101", 130),
        ("2022-06-01", "110101", UNKNOWN),
    ],
)
def test_smallest_division_that_has_begun_answers_even_if_older(
    day: str, division: str, expected: object
) -> None:
    assert value(REGIONAL, day, division=division) == expected


TOWNS = rate(
    "r",
    row("2020-01-01", 100),
    row("2021-01-01", 130, division="990101003"),
    row("2022-01-01", 130, division="990101"),
    row("2023-01-01", 140, division="990101003001"),
    row("2023-01-01", NONE, division="990102004"),
    row("2023-01-01", 7, division="9902"),
    regional=True,
)


@pytest.mark.parametrize(
    ("day", "division", "expected"),
    [
        ("2020-12-31", "990101", 100),
        ("2021-01-01", "990101", "too wide"),
        ("2021-01-01", "990101003", 130),
        ("2021-01-01", "990101004", 100),
        ("2021-01-01", "9901", "too wide"),
        ("2021-01-01", "990102", 100),
        ("2022-01-01", "990101", 130),
        ("2022-01-01", "9901", "too wide"),
        ("2022-12-31", "990101003", 130),
        ("2023-01-01", "990101003", "too wide"),
        ("2023-01-01", "990101003001", 140),
        ("2023-01-01", "990101003002", 130),
        ("2023-01-01", "990101004", 130),
        ("2022-12-31", "990102", 100),
        ("2023-01-01", "990102", "too wide"),
        ("2023-01-01", "990102004", NONE),
        ("2023-01-01", "", 100),
        ("2019-12-31", "990101", UNKNOWN),
    ],
)
def test_place_too_wide_to_tell_the_row_leaves_the_rate_unknown(
    day: str, division: str, expected: object
) -> None:
    answer = asked(TOWNS, day, division=division)
    assert answer.needs_place is (expected == "too wide")
    assert answer.value == (UNKNOWN if answer.needs_place else expected)
    assert not (answer.needs_place and (answer.row or answer.provisional))


def test_parts_that_say_the_same_are_provisional_where_one_of_them_is() -> None:
    schedule = rate(
        "r",
        row("2020-01-01", 100, checked_on=date(2023, 1, 1)),
        row("2020-01-01", 100, division="990101003", checked_on=date(2022, 1, 1)),
        regional=True,
        recheck_months=12,
    )
    before = asked(schedule, "2022-12-31", division="990101")
    after = asked(schedule, "2023-01-01", division="990101")
    assert (before.value, after.value) == (Fraction(100), Fraction(100))
    assert (before.provisional, after.provisional) == (False, True)
    assert after.row is schedule.rows[0]
    assert not asked(schedule, "2023-01-01", division="990102").provisional


def test_parts_without_a_row_for_the_keys_leave_the_rate_known() -> None:
    schedule = rate(
        "standard",
        row("2020-01-01", 900, "war"),
        row("2020-01-01", 800, "duty"),
        row("2020-01-01", 850, "duty", division="990101003"),
        keys=("cause",),
        regional=True,
    )
    assert value(schedule, "2021-01-01", "war", division="990101") == 900
    assert asked(schedule, "2021-01-01", "duty", division="990101").needs_place


def test_gap_of_a_county_is_not_filled_from_its_city() -> None:
    schedule = rate(
        "r",
        row("2020-01-01", 100),
        row("2021-01-01", 130, division="9901", until_on=date(2022, 1, 1)),
        regional=True,
    )
    assert value(schedule, "2021-12-31", division="990101") == 130
    assert asked(schedule, "2022-01-01", division="990101") is MISSING
    assert value(schedule, "2022-01-01", division="990201") == 100


KEYED = rate(
    "standard",
    row("2020-01-01", 900, 1, "war"),
    row("2020-01-01", 800, 1, "duty"),
    row("2021-01-01", 850, 1, "duty"),
    row("2020-01-01", 700, 2, "war"),
    keys=("grade", "cause"),
)


def test_keys_choose_the_rows() -> None:
    assert value(KEYED, "2020-06-01", 1, "war") == 900
    assert value(KEYED, "2020-06-01", 1, "duty") == 800
    assert value(KEYED, "2021-06-01", 1, "duty") == 850
    assert value(KEYED, "2021-06-01", 1, "war") == 900
    assert asked(KEYED, "2021-06-01", 2, "duty") is MISSING
    assert asked(KEYED, "2021-06-01") is MISSING


def test_series_are_in_order_of_time() -> None:
    found = {(keys, place): rows for keys, place, rows in KEYED.series()}
    assert [one.value for one in found[(Fraction(1), "duty"), ""]] == [800, 850]
    assert len(found) == 3
    assert [one.value for _, _, rows in STEPS.series() for one in rows] == [600, 648, 688]


days = st.dates(date(2018, 1, 1), date(2024, 12, 31))


@given(st.sets(days, min_size=1, max_size=6), days)
def test_value_is_that_of_the_latest_row_not_after_the_day(starts: set[date], day: date) -> None:
    rows = [row(start.isoformat(), start.toordinal()) for start in sorted(starts)]
    begun = [start for start in starts if start <= day]
    expected = max(begun).toordinal() if begun else UNKNOWN
    assert rate("r", *reversed(rows)).look_up((), "", day).value == expected


@given(days)
def test_a_schedule_changes_only_on_the_days_it_names(day: date) -> None:
    before = REGIONAL.look_up((), "990101", day - timedelta(days=1))
    after = REGIONAL.look_up((), "990101", day)
    if before != after:
        assert day in {one.from_on for one in REGIONAL.rows}
