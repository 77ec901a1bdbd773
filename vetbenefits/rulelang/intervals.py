"""Intervals of numbers and days: what lies between two bounds, either of which may be absent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.dates import add_days, add_months, months_between
from vetbenefits.model.expressions import Extremum, Period, Whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vetbenefits.model.expressions import Between, Shift

_MONTHS_OF = {Period.YEARS: 12, Period.MONTHS: 1}


@dataclass(frozen=True, slots=True)
class Interval:
    """All values from `low` to `high`, both inclusive; None: no bound. Days count as ordinals."""

    low: Fraction | None = None
    high: Fraction | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether no value lies in it."""
        return self.low is not None and self.high is not None and self.low > self.high

    def meet(self, other: Interval) -> Interval:
        """Return what lies in both."""
        lows = [one for one in (self.low, other.low) if one is not None]
        highs = [one for one in (self.high, other.high) if one is not None]
        return Interval(max(lows) if lows else None, min(highs) if highs else None)

    def join(self, other: Interval) -> Interval:
        """Return the least interval that holds both; an empty one adds nothing."""
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Interval(low, high)

    def plus(self, other: Interval) -> Interval:
        """Return all sums."""
        return Interval(_sum(self.low, other.low), _sum(self.high, other.high))

    def negative(self) -> Interval:
        """Return all values with the other sign."""
        return Interval(
            None if self.high is None else -self.high, None if self.low is None else -self.low
        )

    def times(self, other: Interval) -> Interval:
        """Return all products; without bounds where a side has none."""
        ends = (self.low, self.high, other.low, other.high)
        if any(end is None for end in ends):
            positive = self.low is not None and self.low >= 0
            positive = positive and other.low is not None and other.low >= 0
            return Interval(Fraction(0) if positive else None, None)
        corners = [
            a * b
            for a in (self.low, self.high)
            for b in (other.low, other.high)
            if a is not None and b is not None
        ]
        return Interval(min(corners), max(corners))


EVERYTHING = Interval()


def ordinal(value: object) -> Fraction:
    """Return a number as it is and a day as its ordinal."""
    if isinstance(value, date):
        return Fraction(value.toordinal())
    return value if isinstance(value, Fraction) else Fraction(0)


def quotient(left: Interval, right: Interval, given: Interval) -> Interval:
    """Return the bounds of a quotient that is rounded at once; `given` are those of its type."""
    if right.low is not None and right.low == right.high and right.low != 0:
        by = Fraction(1) / right.low
        return left.times(Interval(by, by))
    is_positive = all(one.low is not None and one.low >= 0 for one in (left, right))
    return given.meet(Interval(Fraction(0), None)) if is_positive else given


def extreme(which: Extremum, parts: Sequence[Interval]) -> Interval:
    """Return the bounds of the least or greatest of several values."""
    result = parts[0]
    for part in parts[1:]:
        if which is Extremum.MAX:
            result = _greater(result, part)
        else:
            result = _greater(result.negative(), part.negative()).negative()
    return result


def whole(how: Whole, inner: Interval) -> Interval:
    """Return the bounds of the next whole number."""
    to: Callable[[Fraction], int] = math.floor if how is Whole.FLOOR else math.ceil
    low = None if inner.low is None else Fraction(to(inner.low))
    return Interval(low, None if inner.high is None else Fraction(to(inner.high)))


def _greater(first: Interval, second: Interval) -> Interval:
    lows = [one.low for one in (first, second) if one.low is not None]
    high = None
    if first.high is not None and second.high is not None:
        high = max(first.high, second.high)
    return Interval(max(lows) if lows else None, high)


def can_be_less(left: Interval, right: Interval) -> bool:
    """Tell whether some value of `left` lies below some value of `right`."""
    if left.is_empty or right.is_empty:
        return False
    return left.low is None or right.high is None or left.low < right.high


def years_of(days: Interval) -> Interval:
    """Return the calendar years of an interval of days."""
    return Interval(_year(days.low), _year(days.high))


def between(start: Interval, end: Interval, term: Between) -> Interval:
    """Return the bounds of what is counted from `start` to `end`."""
    low = _count(start.high, end.low, term)
    high = _count(start.low, end.high, term)
    # A part of a year may count as one more.
    return Interval(low, None if high is None else high + 1)


def shifted(days: Interval, term: Shift) -> Interval:
    """Return an interval of days moved by a fixed period."""
    return Interval(_shifted(days.low, term), _shifted(days.high, term))


def _sum(first: Fraction | None, second: Fraction | None) -> Fraction | None:
    return None if first is None or second is None else first + second


def _day(value: Fraction) -> date:
    return date.fromordinal(min(max(int(value), 1), date.max.toordinal()))


def _year(value: Fraction | None) -> Fraction | None:
    return None if value is None else Fraction(_day(value).year)


def _count(start: Fraction | None, end: Fraction | None, term: Between) -> Fraction | None:
    """Return the whole units between two days; part years are dropped."""
    if start is None or end is None:
        return None
    if term.unit is Period.DAYS:
        return end - start
    months = months_between(_day(start), _day(end), term.month_end)
    return Fraction(months // _MONTHS_OF[term.unit])


def _shifted(value: Fraction | None, term: Shift) -> Fraction | None:
    if value is None:
        return None
    try:
        if term.unit is Period.DAYS:
            return ordinal(add_days(_day(value), term.count))
        months = term.count * _MONTHS_OF[term.unit]
        return ordinal(add_months(_day(value), months, term.month_end))
    except (ValueError, OverflowError):
        return None
