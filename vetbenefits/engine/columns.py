"""Polars operations on the values of terms: the only file in which values are computed in columns.

Truths are three-valued booleans (null is unknown), numbers Int64 with a denominator that the
compiler keeps beside the column, days packed Int32 as `dates.pack` makes them, codes Int16. A null
value is unknown, or `none` where a second column says so.

Nothing here is a float, and no rounding of polars is used: the modes are built from floor division
of absolute values. Wide products are Int128, because Int64 wraps without a word. Whatever uses one
value several times asks `keep` to make it a column first: polars would compute the repeated
expression again at each place, and nested day shifts would grow without end.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from vetbenefits.dates import PER_MONTH, PER_YEAR, MonthEnd, PartYear, pack
from vetbenefits.model.divisions import wider
from vetbenefits.model.expressions import Comparison, Extremum, Whole
from vetbenefits.model.kinds import Kind
from vetbenefits.money import RoundingMode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

Keep: TypeAlias = Callable[[pl.Expr], pl.Expr]

DTYPES: dict[Kind, type[pl.DataType]] = {
    Kind.NUMBER: pl.Int64,
    Kind.DATE: pl.Int32,
    Kind.TRUTH: pl.Boolean,
    Kind.CODE: pl.Int16,
    Kind.CODES: pl.Boolean,  # of a set as a whole only whether it is known
    Kind.TEXT: pl.String,
    Kind.DIVISION: pl.String,
}

# No column of a checked rule reaches this, so a bound beyond it can stand for "never reached".
OUT_OF_REACH = 2**62

FALSE = pl.lit(value=False)
TRUE = pl.lit(value=True)
UNKNOWN_TRUTH = pl.lit(None).cast(pl.Boolean)

_COMPARE: dict[Comparison, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    Comparison.EQ: operator.eq,
    Comparison.NE: operator.ne,
    Comparison.LT: operator.lt,
    Comparison.LE: operator.le,
    Comparison.GT: operator.gt,
    Comparison.GE: operator.ge,
}


def unknown(kind: Kind) -> pl.Expr:
    """Return the unknown value of a kind."""
    return pl.lit(None).cast(DTYPES[kind])


def whole(value: int) -> pl.Expr:
    """Return a whole number, wide where Int64 does not hold it."""
    # `pl.lit(…, dtype=…)` makes a series first and takes ten times as long.
    return pl.lit(value).cast(pl.Int64 if abs(value) < OUT_OF_REACH else pl.Int128)


def packed_day(day: date | int) -> pl.Expr:
    """Return a fixed day, given as a date or packed already."""
    return pl.lit(pack(day) if isinstance(day, date) else day).cast(pl.Int32)


# --- three-valued logic ----------------------------------------------------------------------


def all_of(parts: Sequence[pl.Expr]) -> pl.Expr:
    """Return the conjunction: false if a part is false, else unknown if a part is unknown."""
    return functools.reduce(operator.and_, parts) if parts else TRUE


def any_of(parts: Sequence[pl.Expr]) -> pl.Expr:
    """Return the disjunction: true if a part is true, else unknown if a part is unknown."""
    return functools.reduce(operator.or_, parts) if parts else FALSE


def never(value: pl.Expr) -> pl.Expr:
    """Return false where a value is known, else unknown."""
    return pl.when(value.is_not_null()).then(FALSE)


def false_where(truth: pl.Expr, is_none: pl.Expr) -> pl.Expr:
    """Return the truth, but false where the value asked about is `none`."""
    return truth & ~is_none


def is_unknown(value: pl.Expr, is_none: pl.Expr | None) -> pl.Expr:
    """Return whether a value is unknown, which `none` is not. Itself never null."""
    return value.is_null() if is_none is None else value.is_null() & ~is_none


def asks_none(value: pl.Expr, is_none: pl.Expr | None) -> pl.Expr:
    """Return whether a value is `none`; unknown where the value is."""
    if is_none is None:
        return never(value)
    return pl.when(value.is_not_null() | is_none).then(is_none)


def chosen(condition: pl.Expr, then: pl.Expr, otherwise: pl.Expr) -> pl.Expr:
    """Return the branch that a condition takes; null where the condition is unknown."""
    return pl.when(condition).then(then).when(~condition).then(otherwise)


def chosen_flag(condition: pl.Expr, then: pl.Expr, otherwise: pl.Expr) -> pl.Expr:
    """Return the flag of the branch that a condition takes; false where it takes none."""
    return chosen(condition, then, otherwise).fill_null(value=False)


# --- comparisons -----------------------------------------------------------------------------


def compared(op: Comparison, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Compare two columns of one kind and denominator; unknown if a side is null."""
    return _COMPARE[op](left, right)


def compared_with(op: Comparison, column: pl.Expr, bound: Fraction) -> pl.Expr:
    """Compare a number column with a fixed value in units of the column, exactly.

    A value between two steps of the column is never equal to it, and for the order only the next
    step below it counts. So nothing is multiplied.
    """
    if bound.denominator == 1:
        step = bound.numerator
    elif op in (Comparison.EQ, Comparison.NE):
        step = OUT_OF_REACH
    else:
        step = bound.numerator // bound.denominator
        op = {Comparison.LT: Comparison.LE, Comparison.GE: Comparison.GT}.get(op, op)
    clipped = max(-OUT_OF_REACH, min(OUT_OF_REACH, step))
    return _COMPARE[op](column, pl.lit(clipped))


def one_of(column: pl.Expr, values: Sequence[int] | Sequence[str]) -> pl.Expr:
    """Return whether a column equals one of the values; unknown where it is null."""
    if not values:
        return never(column)
    if len(values) == 1:
        return column == values[0]
    return column.is_in(list(values))


def lies_within(division: pl.Expr, prefixes: Sequence[str]) -> pl.Expr:
    """Return whether a place lies within one of the divisions; unknown where it is too wide."""
    if not prefixes:
        return never(division)
    truth = any_of([division.str.starts_with(prefix) for prefix in prefixes])
    places = sorted({place for prefix in prefixes for place in wider(prefix)})
    return truth | pl.when(~one_of(division, places)).then(FALSE) if places else truth


# --- exact numbers ---------------------------------------------------------------------------


def times(column: pl.Expr, factor: int, *, bound: int) -> pl.Expr:
    """Return a number column times a whole factor; `bound` is the largest size it may have.

    The result is Int128 where Int64 might wrap.
    """
    if factor == 1:
        return column
    return _room_for(column, bound * abs(factor)) * whole(factor)


def total(left: pl.Expr, right: pl.Expr, *, bound: int) -> pl.Expr:
    """Return the sum of two number columns whose size stays within `bound`."""
    return narrowed(_room_for(left, bound) + right, bound)


def product(left: pl.Expr, right: pl.Expr, *, bound: int) -> pl.Expr:
    """Return the product of two number columns whose size stays within `bound`."""
    return narrowed(_room_for(left, bound) * right, bound)


def narrowed(column: pl.Expr, bound: int) -> pl.Expr:
    """Return an Int128 column as Int64 again; the rule was proved to fit."""
    return column.cast(pl.Int64) if bound >= OUT_OF_REACH else column


def _room_for(column: pl.Expr, bound: int) -> pl.Expr:
    return column.cast(pl.Int128) if bound >= OUT_OF_REACH else column


def negated(column: pl.Expr) -> pl.Expr:
    """Return a number with its other sign; polars has no negation of Int128."""
    return 0 - column


def quotient(how: Whole, dividend: pl.Expr, divisor: pl.Expr) -> pl.Expr:
    """Return the next whole number below or above a quotient; null where the divisor is zero."""
    if how is Whole.FLOOR:
        return pl.when(divisor != 0).then(dividend // divisor)
    return pl.when(divisor != 0).then(negated(negated(dividend) // divisor))


def to_steps(value: pl.Expr, denominator: int, mode: RoundingMode, keep: Keep) -> pl.Expr:
    """Round the exact value / denominator to a whole number, as `money.round_fraction` does."""
    if denominator == 1:
        return value
    per = whole(denominator)
    if mode is RoundingMode.FLOOR:
        return value // per
    if mode is RoundingMode.CEIL:
        return negated(negated(value) // per)
    value = keep(value)
    size = value.abs()
    steps = size // per
    if mode is RoundingMode.HALF_UP:
        steps = keep(steps)
        rest = size - steps * per
        # Not `2 * rest >= per`, which may wrap.
        steps = steps + (rest >= per - rest).cast(pl.Int64)
    return steps * value.sign()


def extreme(which: Extremum, parts: Sequence[pl.Expr]) -> pl.Expr:
    """Return the least or greatest of columns; null if one is null, which polars would skip."""
    pick = pl.min_horizontal if which is Extremum.MIN else pl.max_horizontal
    known = pl.all_horizontal([part.is_not_null() for part in parts])
    return pl.when(known).then(pick(parts))


def taken(table: pl.Series, index: pl.Expr) -> pl.Expr:
    """Return the entries of a table at an index; null where the index is."""
    return pl.lit(table).gather(index)


# --- names --------------------------------------


def joined_text(names: Sequence[pl.Expr]) -> pl.Expr:
    """Return names joined by `;`, leaving out those that are null; empty for none."""
    return pl.concat_str(names, separator=";", ignore_nulls=True) if names else pl.lit("")


def in_order(text: pl.Expr) -> pl.Expr:
    """Return names joined by `;` in order, each of them once."""
    return text.str.split(";").list.unique().list.sort().list.join(";")


# --- packed days -----------------------------------------------------------------------------


def year_of(day: pl.Expr) -> pl.Expr:
    """Return the calendar year of a packed day."""
    return (day // PER_YEAR).cast(pl.Int64)


def on_side(day: pl.Expr, turn: int, *, late: bool) -> pl.Expr:
    """Return whether a day is `turn` or later (`late`), or else whether it is earlier."""
    return day >= packed_day(turn) if late else day < packed_day(turn)


def month_length(months: pl.Expr) -> pl.Expr:
    """Return the days of the month `year * 12 + month - 1`."""
    year, month = months // 12, months % 12
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    # Counted from January as 0, long and short months alternate within each seven.
    usual = 31 - month % 7 % 2
    return pl.when(month == 1).then(28 + is_leap.cast(pl.Int32)).otherwise(usual)


def settled(packed: pl.Expr, month_end: MonthEnd, keep: Keep) -> pl.Expr:
    """Return the existing day that a packed integer stands for, as `dates.settle` does."""
    packed = keep(packed)
    months = packed // PER_MONTH
    length = keep(month_length(keep(months)))
    if month_end is MonthEnd.LAST_DAY:
        instead = months * PER_MONTH + length
    else:
        instead = (months + 1) * PER_MONTH + 1
    return pl.when(packed % PER_MONTH > length).then(instead).otherwise(packed)


def plus_months(day: pl.Expr, months: pl.Expr | int, month_end: MonthEnd, keep: Keep) -> pl.Expr:
    """Return the packed day some calendar months later."""
    return settled(day + months * PER_MONTH, month_end, keep)


def day_number(day: pl.Expr) -> pl.Expr:
    """Return a count of days that rises by one each day, from a packed day.

    Years are counted from March, so that the leap day is the last of its year.
    """
    months = day // PER_MONTH - 2
    year, month = months // 12, months % 12
    return (
        365 * year
        + year // 4
        - year // 100
        + year // 400
        + (153 * month + 2) // 5
        + day % PER_MONTH
        - 1
    )


def plus_days(day: pl.Expr, days: pl.Expr | int, keep: Keep) -> pl.Expr:
    """Return the packed day some days later: `day_number` backwards, by cycles of 400 years."""
    number = keep(day_number(day) + days)
    cycle = number // 146_097
    within = keep(number - cycle * 146_097)
    year = keep((within - within // 1_460 + within // 36_524 - within // 146_096) // 365)
    of_year = keep(within - (365 * year + year // 4 - year // 100))
    month = keep((5 * of_year + 2) // 153)
    of_month = of_year - (153 * month + 2) // 5 + 1
    return ((cycle * 400 + year) * 12 + month + 2) * PER_MONTH + of_month


def days_between(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Return the days from `start` to `end` (exclusive); negative where `end` is earlier."""
    return (day_number(end) - day_number(start)).cast(pl.Int64)


def months_between(start: pl.Expr, end: pl.Expr, month_end: MonthEnd) -> pl.Expr:
    """Return the whole months from `start` to `end` (exclusive), as `dates.months_between`."""
    count = (end - start) // PER_MONTH
    if month_end is MonthEnd.FIRST_OF_NEXT:
        return count
    end_day = end % PER_MONTH
    # The anniversary of the 31st falls on the last day of a shorter month.
    is_last = (end_day < start % PER_MONTH) & (end_day == month_length(end // PER_MONTH))
    return count + is_last.cast(pl.Int32)


def years_between(start: pl.Expr, end: pl.Expr, month_end: MonthEnd) -> pl.Expr:
    """Return the whole years from `start` to `end` (exclusive)."""
    if month_end is MonthEnd.FIRST_OF_NEXT:
        return (end - start) // PER_YEAR
    return months_between(start, end, month_end) // 12


def part_years_between(
    start: pl.Expr, end: pl.Expr, part_year: PartYear, month_end: MonthEnd, keep: Keep
) -> pl.Expr:
    """Return the years between with the part year counted; under `HALF_STEPS` in half years."""
    years = keep(years_between(start, end, month_end))
    has_part = plus_months(start, 12 * years, month_end, keep) < end
    if part_year is PartYear.COUNTS_AS_ONE:
        return years + has_part.cast(pl.Int32)
    past_half = plus_months(start, 12 * years + 6, month_end, keep) <= end
    return 2 * years + has_part.cast(pl.Int32) + past_half.cast(pl.Int32)
