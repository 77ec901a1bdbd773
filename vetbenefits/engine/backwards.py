"""Calendar arithmetic backwards: which is the first day that, shifted or counted, gets so far?

Shifts and counts keep the order of days, so each such question has one answer. Days are packed
integers, as in `columns`; the answers are days that exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import PER_MONTH, MonthEnd, PartYear
from vetbenefits.engine import columns
from vetbenefits.model.expressions import AsOf, Period, Shift

if TYPE_CHECKING:
    from vetbenefits.engine.columns import Keep
    from vetbenefits.model.expressions import Between, Term


def next_day(day: pl.Expr, keep: Keep) -> pl.Expr:
    """Return the day after."""
    day = keep(day)
    return _after(day, day // PER_MONTH)


def day_before(day: pl.Expr, keep: Keep) -> pl.Expr:
    """Return the day before."""
    day = keep(day)
    months = day // PER_MONTH - 1
    last = months * PER_MONTH + columns.month_length(keep(months))
    return pl.when(day % PER_MONTH > 1).then(day - 1).otherwise(last)


def _after(packed: pl.Expr, months: pl.Expr) -> pl.Expr:
    """Return the first day that exists after an integer, which may lie beyond a month's end."""
    is_over = packed % PER_MONTH >= columns.month_length(months)
    return pl.when(is_over).then((months + 1) * PER_MONTH + 1).otherwise(packed + 1)


def first_reaching(moving: Term, day: pl.Expr, keep: Keep) -> pl.Expr:
    """Return the first `as_of` for which a moving day is not before `day`.

    `moving` is `as_of` in any number of shifts.
    """
    while isinstance(moving, Shift):
        months = moving.unit is not Period.DAYS
        count = moving.count * (12 if moving.unit is Period.YEARS else 1)
        day = first_shifted(pl.lit(count), day, moving.month_end if months else None, keep)
        moving = moving.term
    if not isinstance(moving, AsOf):
        raise TypeError(f"{moving.text!r} is not a moving day")
    return day


def first_shifted(count: pl.Expr, day: pl.Expr, month_end: MonthEnd | None, keep: Keep) -> pl.Expr:
    """Return the first day that, `count` months later, is not before `day`; None: days later."""
    count = count.cast(pl.Int32)
    if month_end is None:
        return columns.plus_days(day, columns.negated(count), keep)
    if month_end is MonthEnd.LAST_DAY:
        # What is beyond a month's end becomes earlier, so nothing before the same day gets there.
        return columns.plus_months(day, columns.negated(count), MonthEnd.FIRST_OF_NEXT, keep)
    # What is beyond a month's end becomes the 1st: whatever is later than the eve gets there.
    packed = keep(day_before(day, keep) - count * PER_MONTH)
    return _after(packed, keep(packed // PER_MONTH))


def steps_of(count: Between) -> int:
    """Return how many steps of a count make one: two where half years count."""
    is_halved = count.unit is Period.YEARS and count.part_year is PartYear.HALF_STEPS
    return 2 if is_halved else 1


def count_flips(
    count: Between, moving: Term, fixed: pl.Expr, steps: pl.Expr, keep: Keep
) -> pl.Expr:
    """Return the first `as_of` for which `count >= steps` is other than it was before.

    With the end that moves the count rises, so that it then holds; with the start it falls.
    """
    shift, is_open = _threshold(count, steps)
    month_end = None if count.unit is Period.DAYS else count.month_end
    if moving is count.end:
        day = _shifted(fixed, shift, month_end, keep)
        if is_open is not None:
            day = pl.when(is_open).then(next_day(day, keep)).otherwise(keep(day))
        return first_reaching(moving, day, keep)
    # It no longer holds once the shifted start is after the end; of an open threshold, at it.
    day = next_day(fixed, keep)
    if is_open is not None:
        day = pl.when(is_open).then(fixed).otherwise(day)
    return first_reaching(moving, first_shifted(shift, keep(day), month_end, keep), keep)


def _threshold(count: Between, steps: pl.Expr) -> tuple[pl.Expr, pl.Expr | None]:
    """Return by how much the end must lie behind the start for a count of so many steps.

    And where it must lie behind that day (None: nowhere), for reaching it is not enough: a part of
    a year counts from its first day on.
    """
    if count.unit is not Period.YEARS:
        return steps, None
    if count.part_year is PartYear.COUNTS_AS_ONE:
        return (steps - 1) * 12, columns.TRUE
    if count.part_year is PartYear.HALF_STEPS:
        return (steps - 1) * 6, steps % 2 == 1
    return steps * 12, None


def _shifted(day: pl.Expr, count: pl.Expr, month_end: MonthEnd | None, keep: Keep) -> pl.Expr:
    count = count.cast(pl.Int32)
    if month_end is None:
        return columns.plus_days(day, count, keep)
    return columns.plus_months(day, count, month_end, keep)
