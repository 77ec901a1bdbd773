"""Types of computed numbers: units, exact bounds and denominators, and proof against overflow."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.model.expressions import Extremum, Operation
from vetbenefits.model.kinds import PLAIN, RATIO, Kind, Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.kinds import Unit

# int64 holds 9.2e18; half of it leaves room for one addition before a check can be made.
LARGEST_SCALED = 2**62

# Python and the columns know the years 1 to 9999; one is left over for the first of the next month.
FIRST_YEAR, LAST_YEAR = 1, 9998
FURTHEST_APART = 400


class UnitError(Exception):
    """Raised where two units do not go together; the text names both."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def overflows(found: Type) -> bool:
    """Tell whether the bounds allow a value that does not fit an int64 column exactly."""
    return found.kind is Kind.NUMBER and overflow_together((found,))


def overflow_together(found: Sequence[Type]) -> bool:
    """Tell whether numbers can be too large once they are brought to one denominator."""
    denominator = math.lcm(*(one.denominator for one in found))
    return any(_size(one) * denominator >= LARGEST_SCALED for one in found)


def _size(found: Type) -> Fraction:
    return max(abs(found.low), abs(found.high))


def leaves_calendar(found: Type) -> bool:
    """Tell whether a date can lie outside the years that a calendar has."""
    return found.low < FIRST_YEAR or found.high > LAST_YEAR


def years_apart(start: Type, end: Type) -> tuple[Fraction, Fraction]:
    """Return the bounds of the years from one date to another, a part year counted as whole."""
    return end.low - start.high - 1, end.high - start.low + 1


def same_unit(left: Term, right: Term) -> tuple[Term, Term]:
    """Return two terms in one unit; a number written without a unit takes the other's.

    Raises:
        UnitError: both have units, and these differ.
    """
    if left.type.kind is not Kind.NUMBER or right.type.kind is not Kind.NUMBER:
        return left, right
    if left.type.unit == right.type.unit:
        return left, right
    if right.type.is_literal_number:
        return left, _in_unit(right, left.type.unit)
    if left.type.is_literal_number:
        return _in_unit(left, right.type.unit), right
    if left.type.unit.is_plain and right.type.unit.is_plain:
        return left, right
    raise UnitError(
        f"{left.type.unit} and {right.type.unit} do not go together", _unit_hint(left, right)
    )


def _in_unit(term: Term, unit: Unit) -> Term:
    return replace(term, type=term.type.in_unit(unit))


def _unit_hint(left: Term, right: Term) -> str:
    first, second = left.type.unit, right.type.unit
    if first.is_money and second.is_money:
        return "money per month, per year and a plain sum are different things"
    if first.is_money != second.is_money:
        return "money is no count"
    return ""


def all_same_unit(parts: Sequence[Term]) -> list[Term]:
    """Return several terms in one unit: that of the first which has one.

    Raises:
        UnitError: two have units that differ.
    """
    with_unit = [part for part in parts if not part.type.is_literal_number]
    if not with_unit:
        return list(parts)
    return [same_unit(with_unit[0], part)[1] for part in parts]


def adapted(op: Operation, left: Term, right: Term) -> tuple[Term, Term]:
    """Return both sides of a sum in one unit; products and quotients stay as they are."""
    if op in (Operation.ADD, Operation.SUBTRACT):
        return same_unit(left, right)
    return left, right


def result_type(op: Operation, left: Type, right: Type) -> Type:
    """Return the type of an operation on two numbers.

    Raises:
        UnitError: the units do not go together under `op`.
    """
    match op:
        case Operation.ADD | Operation.SUBTRACT:
            return _sum_type(op, left, right)
        case Operation.MULTIPLY:
            return _product_type(left, right)
        case Operation.DIVIDE:
            return _quotient_type(left, right)


def _sum_type(op: Operation, left: Type, right: Type) -> Type:
    unit = left.unit if right.is_literal_number else right.unit
    if left.unit != right.unit and not (left.is_literal_number or right.is_literal_number):
        if not (left.unit.is_plain and right.unit.is_plain):
            raise UnitError(f"{left.unit} and {right.unit} cannot be added or subtracted")
        unit = PLAIN
    low, high = right.low, right.high
    if op is Operation.SUBTRACT:
        low, high = -high, -low
    return Type(
        Kind.NUMBER,
        unit=unit,
        low=left.low + low,
        high=left.high + high,
        denominator=math.lcm(left.denominator, right.denominator),
        is_literal_number=left.is_literal_number and right.is_literal_number,
    )


def _product_type(left: Type, right: Type) -> Type:
    corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return Type(
        Kind.NUMBER,
        unit=_product_unit(left.unit, right.unit),
        low=min(corners),
        high=max(corners),
        denominator=left.denominator * right.denominator,
        is_literal_number=left.is_literal_number and right.is_literal_number,
    )


def _product_unit(left: Unit, right: Unit) -> Unit:
    if left.is_plain:
        return right if right.count or not left.count else left
    if right.is_plain:
        return left
    if left.is_money and right.is_money:
        raise UnitError("money times money means nothing", "one side must be a count or a share")
    if left.is_money or right.is_money:
        return left if left.is_money else right
    raise UnitError(f"{left} times {right} means nothing here")


def _quotient_type(left: Type, right: Type) -> Type:
    unit = left.unit
    if left.unit == right.unit and not right.unit.is_plain:
        unit = RATIO
    elif not right.unit.is_plain and (right.unit.is_money or right.unit.per):
        raise UnitError(f"{left.unit} divided by {right.unit} means nothing here")
    if right.low == right.high and right.low != 0:
        by = Fraction(1) / right.low
        ends = (left.low * by, left.high * by)
        denominator = left.denominator * by.denominator
        return Type(
            Kind.NUMBER,
            unit=unit,
            low=min(ends),
            high=max(ends),
            denominator=denominator,
            is_literal_number=left.is_literal_number and right.is_literal_number,
        )
    return _open_quotient(unit, left, right)


def _open_quotient(unit: Unit, left: Type, right: Type) -> Type:
    """Return the type of a quotient that is rounded at once; the least divisor bounds it."""
    least = Fraction(1, right.denominator)
    size = max(abs(left.low), abs(left.high)) / least
    return Type(Kind.NUMBER, unit=unit, low=-size, high=size, denominator=1)


def either(first: Type, second: Type) -> Type:
    """Return the type of a value that is one of two."""
    return replace(
        first,
        low=min(first.low, second.low),
        high=max(first.high, second.high),
        denominator=math.lcm(first.denominator, second.denominator),
        is_literal_number=first.is_literal_number and second.is_literal_number,
        moving=first.moving or second.moving,
        may_be_none=first.may_be_none or second.may_be_none,
    )


def extreme_type(which: Extremum, types: Sequence[Type]) -> Type:
    """Return the type of the least or greatest of several values."""
    pick = min if which is Extremum.MIN else max
    return replace(
        types[0],
        low=pick(one.low for one in types),
        high=pick(one.high for one in types),
        denominator=math.lcm(*(one.denominator for one in types)),
        is_literal_number=all(one.is_literal_number for one in types),
        moving=any(one.moving for one in types),
        may_be_none=False,
    )
