"""A rule as it matters to when something is due, not how much: fewer days on which it turns.

Whoever looks back over all years of a rule only asks on which days it was due. A new rate changes
the amount, but not whether there is one: where that can be proved, one row stands for all.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.model.expressions import (
    Arithmetic,
    Extreme,
    If,
    Literal,
    Named,
    Operation,
    RateOf,
    rebuild,
    walk,
)
from vetbenefits.model.kinds import Kind
from vetbenefits.model.rates import Valid
from vetbenefits.model.values import Special
from vetbenefits.money import FEN_PER_YUAN

if TYPE_CHECKING:
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rates import RateRow, RateSchedule
    from vetbenefits.model.rulebook import Amount, Benefit


def lasting(benefit: Benefit) -> Benefit:
    """Return a benefit that is due on the same days; its amounts may be other ones."""
    schedules = _Schedules()
    variants = tuple(
        replace(one, amount=_lasting(one.amount, schedules)) for one in benefit.variants
    )
    return replace(benefit, variants=variants)


def _lasting(amount: Amount, schedules: _Schedules) -> Amount:
    amount = replace(amount, residual="")
    least = _least(amount.value, schedules)
    step = Fraction(1 if amount.rounding is None else amount.rounding.step_fen)
    # What is no less than a step is not rounded to nothing.
    if least is None or least * FEN_PER_YUAN / amount.parts < step:
        return amount
    return replace(amount, value=_of_one_row(amount.value, schedules))


def _of_one_row(term: Term, schedules: _Schedules) -> Term:
    term = rebuild(term, lambda part: _of_one_row(part, schedules))
    if isinstance(term, RateOf):
        made = schedules.joined(term.schedule)
        return term if made is None else replace(term, schedule=made)
    return term


def _least(term: Term, schedules: _Schedules) -> Fraction | None:
    """Return the smallest that a number can be without being nothing; None: cannot be told.

    It can be told only where the sign stays what it is, whichever rows its rates take.
    """
    if not _asks_rates(term):
        return _least_of_fixed(term)
    parts: tuple[Term, ...] = ()
    match term:
        case RateOf() if not any(map(_asks_rates, term.keys)):
            return schedules.least(term.schedule)
        case Arithmetic():
            return _least_of_two(term, schedules)
        case Named():
            parts = (term.body,)
        case If() if not _asks_rates(term.condition):
            parts = (term.then, term.otherwise)
        case Extreme():
            parts = term.parts
    return _smallest([_least(one, schedules) for one in parts])


def _asks_rates(term: Term) -> bool:
    return any(isinstance(part, RateOf) for part in walk(term))


def _least_of_two(term: Arithmetic, schedules: _Schedules) -> Fraction | None:
    left, right = _least(term.left, schedules), _least(term.right, schedules)
    if left is None or right is None:
        return None
    if term.op is Operation.MULTIPLY:
        return left * right
    if term.op is Operation.DIVIDE and isinstance(term.right, Literal):
        value = term.right.value
        return left / abs(value) if isinstance(value, Fraction) and value else None
    is_sum = term.op is Operation.ADD and min(term.left.type.low, term.right.type.low) >= 0
    return min(left, right) if is_sum else None


def _least_of_fixed(term: Term) -> Fraction | None:
    if term.type.kind is not Kind.NUMBER:
        return None
    if isinstance(term, Literal) and isinstance(term.value, Fraction) and term.value:
        return abs(term.value)
    return Fraction(1, term.type.denominator)


def _smallest(found: list[Fraction | None]) -> Fraction | None:
    known = [one for one in found if one is not None]
    return min(known) if known and len(known) == len(found) else None


@dataclass(slots=True)
class _Schedules:
    """Rates of which the first of the known values stands for all; each made once."""

    _made: dict[int, tuple[RateSchedule, RateSchedule | None]] = field(default_factory=dict)

    def joined(self, schedule: RateSchedule) -> RateSchedule | None:
        """Return the rate with fewer rows; None where the values themselves matter."""
        if id(schedule) not in self._made:
            self._made[id(schedule)] = (schedule, _joined(schedule))
        return self._made[id(schedule)][1]

    def least(self, schedule: RateSchedule) -> Fraction | None:
        """Return the least value of a rate of which one row can stand for all."""
        values = [one.value for one in schedule.rows if isinstance(one.value, Fraction)]
        return min(values) if values and self.joined(schedule) is not None else None


def _joined(schedule: RateSchedule) -> RateSchedule | None:
    # Of a place that is known too roughly, a rate is known only where all its parts say the same.
    if schedule.regional or any(one.division for one in schedule.rows):
        return None
    values = (one.value for one in schedule.rows)
    if any(isinstance(one, Fraction) and one <= 0 for one in values):
        return None
    kept: list[RateRow] = []
    for _, _, rows in schedule.series():
        kept += [one for at, one in enumerate(rows) if at == 0 or not _goes_on(rows[at - 1], one)]
    # That a notice is awaited makes an amount provisional, but not unknown.
    return replace(
        schedule, rows=tuple(kept), valid=Valid.UNTIL_NEXT, expected=None, recheck_months=None
    )


def _goes_on(before: RateRow, row: RateRow) -> bool:
    """Tell whether a value was known before a row and is known from then on."""
    known = isinstance(before.value, Fraction) and before.until_on is None
    # A notice that has not been entered leaves the last known value.
    goes_on = isinstance(row.value, Fraction) or row.value is Special.UNKNOWN
    return known and goes_on and row.until_on is None
