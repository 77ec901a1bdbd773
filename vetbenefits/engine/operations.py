"""What the operations of the language mean for known values, without trace or missing facts."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits import dates
from vetbenefits.model.divisions import lies_within
from vetbenefits.model.expressions import (
    AnyOf,
    Between,
    Comparison,
    Extreme,
    Extremum,
    Operation,
    Period,
    Shift,
    ToWhole,
    Whole,
    YearOf,
)
from vetbenefits.model.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.model.expressions import (
        Within,
    )
    from vetbenefits.model.values import Value


def joined(truths: Sequence[bool | None], *, deciding: bool) -> bool | None:
    """Return the three-valued disjunction (`deciding` true) or conjunction of truths."""
    if deciding in truths:
        return deciding
    return None if None in truths else not deciding


def compared(op: Comparison, left: Value, right: Value) -> bool:
    """Tell whether a comparison of two known values holds; only numbers and days have an order."""
    if op is Comparison.EQ:
        return left == right
    if op is Comparison.NE:
        return left != right
    first, second = _size(left), _size(right)
    match op:
        case Comparison.LT:
            return first < second
        case Comparison.LE:
            return first <= second
        case Comparison.GT:
            return first > second
        case Comparison.GE:
            return first >= second


def _size(value: Value) -> Fraction:
    return Fraction(value.toordinal()) if isinstance(value, date) else number_of(value)


def is_member(term: Within | AnyOf, value: Value) -> bool | None:
    """Tell whether a known value is among those of the term; `none` never is.

    None where it is a place known too roughly to tell.
    """
    if isinstance(term, AnyOf):
        return isinstance(value, frozenset) and bool(value & term.codes)
    if term.term.type.kind is Kind.DIVISION:
        truths = [lies_within(value, str(one)) for one in term.values if isinstance(value, str)]
        return joined(truths, deciding=True)
    return value in term.values


def function_value(
    term: Extreme | ToWhole | Between | YearOf | Shift, values: Sequence[Value]
) -> Value:
    """Return the value of a function of numbers or days."""
    match term:
        case Extreme():
            pick = min if term.which is Extremum.MIN else max
            if term.type.kind is Kind.DATE:
                return pick(day_of(value) for value in values)
            return pick(number_of(value) for value in values)
        case ToWhole():
            number = number_of(values[0])
            whole = math.ceil(number) if term.how is Whole.CEIL else math.floor(number)
            return Fraction(whole)
        case Between():
            return _between(term, day_of(values[0]), day_of(values[1]))
        case YearOf():
            return Fraction(day_of(values[0]).year)
        case Shift():
            return _shifted(term, day_of(values[0]))


def computed(op: Operation, left: Fraction, right: Fraction) -> Fraction | None:
    """Return a sum, difference, product or quotient; None for a quotient by zero."""
    match op:
        case Operation.ADD:
            return left + right
        case Operation.SUBTRACT:
            return left - right
        case Operation.MULTIPLY:
            return left * right
        case Operation.DIVIDE:
            return left / right if right else None


def number_of(value: Value) -> Fraction:
    """Return a value that is a number; the types were checked with the rule."""
    assert isinstance(value, Fraction)  # noqa: S101  types were checked with the rule
    return value


def day_of(value: Value) -> date:
    """Return a value that is a day; the types were checked with the rule."""
    assert isinstance(value, date)  # noqa: S101  types were checked with the rule
    return value


def _between(term: Between, start: date, end: date) -> Fraction:
    match term.unit:
        case Period.DAYS:
            return Fraction((end - start).days)
        case Period.MONTHS:
            return Fraction(dates.months_between(start, end, term.month_end))
        case Period.YEARS:
            halves = dates.half_years_between(start, end, term.part_year, term.month_end)
            return Fraction(halves, 2)


def _shifted(term: Shift, day: date) -> date:
    match term.unit:
        case Period.DAYS:
            return dates.add_days(day, term.count)
        case Period.MONTHS:
            return dates.add_months(day, term.count, term.month_end)
        case Period.YEARS:
            return dates.add_months(day, 12 * term.count, term.month_end)
