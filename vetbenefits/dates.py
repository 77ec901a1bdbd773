"""Calendar arithmetic with one stated month-end rule; never asks for today.

Days are measured as integers that keep their order, `(year * 12 + month - 1) * 32 + day`: whole
years between two of them are `// 384`, whole months `// 32`. Not every such integer is a day that
exists; `settle` says which day is meant by one that does not.

Policy: none: our convention. A person born on 29 February turns a year older on 1 March of a
common year (`FIRST_OF_NEXT`), unless the rule says `month_end: last_day`.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from enum import StrEnum

# The days that facts may have where no range is stated, and that can be decided about; inclusive.
FIRST_ON = date(1850, 1, 1)
LAST_ON = date(2199, 12, 31)

PER_MONTH = 32
PER_YEAR = 12 * PER_MONTH


class MonthEnd(StrEnum):
    """Which day is meant by a day that the month does not have."""

    FIRST_OF_NEXT = "first_of_next"
    LAST_DAY = "last_day"


class PartYear(StrEnum):
    """What a part of a year after the last full anniversary counts."""

    DROPPED = "dropped"
    COUNTS_AS_ONE = "counts_as_one"
    HALF_STEPS = "half_steps"


def pack(day: date) -> int:
    """Return the order-keeping integer of a day."""
    return (day.year * 12 + day.month - 1) * PER_MONTH + day.day


def unpack(packed: int) -> date:
    """Return the day of an order-keeping integer.

    Raises:
        ValueError: the integer is not a day that exists.
    """
    months, day = divmod(packed, PER_MONTH)
    return date(months // 12, months % 12 + 1, day)


def days_in_month(months: int) -> int:
    """Return the number of days of the month `year * 12 + month - 1`."""
    return calendar.monthrange(months // 12, months % 12 + 1)[1]


def settle(packed: int, month_end: MonthEnd = MonthEnd.FIRST_OF_NEXT) -> int:
    """Return the existing day that an integer stands for.

    29 February of a common year becomes 1 March, or 28 February under `LAST_DAY`.
    """
    months, day = divmod(packed, PER_MONTH)
    last = days_in_month(months)
    if day <= last:
        return packed
    if month_end is MonthEnd.LAST_DAY:
        return months * PER_MONTH + last
    return (months + 1) * PER_MONTH + 1


def add_months(day: date, months: int, month_end: MonthEnd = MonthEnd.FIRST_OF_NEXT) -> date:
    """Return the day `months` calendar months later (earlier if negative)."""
    return unpack(settle(pack(day) + months * PER_MONTH, month_end))


def add_days(day: date, days: int) -> date:
    """Return the day `days` later."""
    return day + timedelta(days=days)


def months_between(start: date, end: date, month_end: MonthEnd = MonthEnd.FIRST_OF_NEXT) -> int:
    """Return the whole months from `start` to `end`: the largest n with start + n months <= end.

    Negative where `end` lies before `start` (the same largest n). The end day is exclusive: from
    the 5th to the 5th of the next month is one whole month.
    """
    count = (pack(end) - pack(start)) // PER_MONTH
    # Under `last_day` the anniversary of the 31st falls on the 30th, a day before the integers say.
    if add_months(start, count + 1, month_end) <= end:
        count += 1
    return count


def years_between(start: date, end: date, month_end: MonthEnd = MonthEnd.FIRST_OF_NEXT) -> int:
    """Return the whole years from `start` to `end` (exclusive), as `months_between` counts."""
    return months_between(start, end, month_end) // 12


def half_years_between(
    start: date,
    end: date,
    part_year: PartYear,
    month_end: MonthEnd = MonthEnd.FIRST_OF_NEXT,
) -> int:
    """Return twice the years between, with the part year counted as `part_year` says.

    The part year is what lies after the last anniversary. Under `HALF_STEPS` a part of less than
    six months counts half a year, and six months or more count a whole one.
    """
    years = years_between(start, end, month_end)
    if part_year is PartYear.DROPPED or add_months(start, 12 * years, month_end) == end:
        return 2 * years
    if part_year is PartYear.COUNTS_AS_ONE:
        return 2 * years + 2
    past_half = end >= add_months(start, 12 * years + 6, month_end)
    return 2 * years + (2 if past_half else 1)


_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def parse_iso_day(text: str) -> date | None:
    """Return the day of `YYYY-MM-DD`, or None where the text is not exactly that."""
    match = _ISO_DAY.fullmatch(text)
    if match is None or not text.isascii():
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
