"""A rule book in which one case's own rates stand in for those of the rule.

Worked examples carry their rates where the real ones are not certain, so that the example does not
change when a notice is entered.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.model.expressions import RateOf, rebuild
from vetbenefits.model.kinds import number
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.kinds import Type
    from vetbenefits.model.rates import RateRow, RateSchedule
    from vetbenefits.model.rulebook import Amount, Benefit, Clause, RuleBook, Variant


def with_rates(
    book: RuleBook, benefit_id: str, rates: Mapping[str, tuple[RateRow, ...]]
) -> RuleBook:
    """Return the book with all rows of the named rates of one benefit replaced."""
    if not rates:
        return book
    benefits = tuple(_benefit(one, rates) if one.id == benefit_id else one for one in book.benefits)
    return replace(book, benefits=benefits)


def _benefit(benefit: Benefit, rates: Mapping[str, tuple[RateRow, ...]]) -> Benefit:
    exchange = _Exchange(rates)
    return replace(benefit, variants=tuple(exchange.variant(one) for one in benefit.variants))


class _Exchange:
    """Puts the rows in; a schedule that several variants share is exchanged for one new one."""

    def __init__(self, rates: Mapping[str, tuple[RateRow, ...]]) -> None:
        self._rates = rates
        self._made: dict[int, RateSchedule] = {}

    def variant(self, variant: Variant) -> Variant:
        return replace(
            variant,
            entries=tuple(replace(one, clause=self._clause(one.clause)) for one in variant.entries),
            amount=self._amount(variant.amount),
            definitions={name: self._term(term) for name, term in variant.definitions.items()},
            rates={name: self._schedule(one) for name, one in variant.rates.items()},
        )

    def _clause(self, clause: Clause) -> Clause:
        parts = tuple(self._clause(part) for part in clause.parts)
        return replace(clause, test=self._term(clause.test), parts=parts)

    def _amount(self, amount: Amount) -> Amount:
        ceiling = amount.ceiling
        if ceiling is not None:
            value, used = self._term(ceiling.value), self._term(ceiling.used)
            ceiling = replace(ceiling, value=value, used=used)
        return replace(amount, value=self._term(amount.value), ceiling=ceiling)

    def _term(self, term: Term) -> Term:
        term = rebuild(term, self._term)
        if isinstance(term, RateOf):
            schedule = self._schedule(term.schedule)
            return replace(term, schedule=schedule, type=schedule.type)
        return term

    def _schedule(self, schedule: RateSchedule) -> RateSchedule:
        rows = self._rates.get(schedule.name)
        if rows is None:
            return schedule
        if id(schedule) not in self._made:
            kind = _type_over(rows, schedule.type)
            self._made[id(schedule)] = replace(schedule, rows=rows, type=kind)
        return self._made[id(schedule)]


def _type_over(rows: tuple[RateRow, ...], old: Type) -> Type:
    """Return the type of a rate with bounds that hold for the new rows as well as the old."""
    values = [row.value for row in rows if isinstance(row.value, Fraction)]
    return number(
        old.unit,
        min([old.low, *values]),
        max([old.high, *values]),
        math.lcm(old.denominator, *(value.denominator for value in values)),
        may_be_none=old.may_be_none or any(row.value is Special.NONE for row in rows),
    )
