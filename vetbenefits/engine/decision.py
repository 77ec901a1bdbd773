"""One benefit for one person on one day, decided by the interpreter, with everything to explain it.

The reference for `evaluate.Plan`, which decides everybody in columns. A decision is the
three-valued conjunction of the conditions and of "something is payable": a known failure settles
it whatever else is missing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.engine.interpreter import as_condition, evaluate, lacking
from vetbenefits.model.divisions import without_zeros
from vetbenefits.model.expressions import Within
from vetbenefits.model.kinds import TRUTH
from vetbenefits.model.rulebook import (
    NO_RATE,
    NOT_IN_FORCE,
    NOTHING_PAYABLE,
    PAID_ELSEWHERE,
    Clause,
    Entry,
    Quantifier,
)
from vetbenefits.model.values import Special
from vetbenefits.money import FEN_PER_YUAN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetbenefits.engine.interpreter import Person, Result
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rulebook import (
        Amount,
        Benefit,
        Variant,
    )


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """One top-level condition and how it came out: `met` is None where it cannot be told."""

    entry: Entry
    result: Result
    met: bool | None


@dataclass(frozen=True, slots=True)
class AmountResult:
    """How an amount came about, in fen.

    `exact_fen`: one payment before rounding; `rounded_fen` after; `fen` after the ceiling too.
    `ceiling`, `used`: the yearly ceiling and what counts against it, where the rule has one;
    `limit_fen` what the one leaves beside the other. `least_fen`: what an unknown amount comes to
    at least, if that is below nothing.
    """

    value: Result
    exact_fen: Fraction | None = None
    rounded_fen: int | None = None
    fen: int | None = None
    ceiling: Result | None = None
    used: Result | None = None
    limit_fen: int | None = None
    paid_before_fen: int = 0
    least_fen: int = 0
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonDecision:
    """The decision on one benefit for one person (or bill) on one day.

    `outcome` is `due`, `not_due` or `undetermined`; `amount_fen` is one payment, None unless due;
    `at_stake_fen` what would be paid if the open conditions were met, None where it is unknown.
    """

    benefit: Benefit
    as_of: date
    variant: Variant | None
    outcome: str
    clauses: tuple[ClauseResult, ...] = ()
    amount: AmountResult | None = None
    unmet: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    provisional: bool = False

    @property
    def amount_fen(self) -> int | None:
        """Return what is paid at once, in fen; None unless due."""
        return self.at_stake_fen if self.outcome == "due" else None

    @property
    def at_stake_fen(self) -> int | None:
        """Return the payment that was computed, whatever the conditions say; None if unknown."""
        return self.amount.fen if self.amount is not None else None


@dataclass(frozen=True, slots=True)
class Spent:
    """What earlier bills of the year have used of the ceiling, in fen, at least and at most.

    The two part at an undetermined bill, which lacks what `is_open` names; `highest` is None where
    nothing bounds it.
    """

    lowest: int = 0
    highest: int | None = 0
    is_open: frozenset[str] = frozenset()


def decide_person(
    benefit: Benefit,
    person: Person,
    *,
    as_of: date,
    region: str | None = None,
    spent: Spent | None = None,
) -> PersonDecision:
    """Decide one benefit for one person, or for one bill of theirs as of its date.

    Args:
        benefit: the rule.
        person: the facts (for a bill: those of the bill too).
        as_of: the day decided about.
        region: the division whose bureau asks; None: everybody is decided.
        spent: for a bill, what earlier bills of the year have used of the ceiling.
    """
    if not benefit.from_on <= as_of < benefit.until_on:
        return PersonDecision(benefit, as_of, None, "not_due", unmet=(NOT_IN_FORCE,))
    variant = benefit.variant_for(_division(benefit, person, as_of), as_of)
    entries = variant.entries
    if region is not None and benefit.place is not None:
        entries = (*entries, _paid_here(benefit.place, region))
    clauses = tuple(_clause(entry, person, as_of) for entry in entries)
    failed = _failed(clauses)
    amount = None
    if not failed:
        amount = _amount(variant.amount, person, as_of, spent or Spent())
        failed = _nothing_to_pay(amount)
    return _concluded(PersonDecision(benefit, as_of, variant, "due", clauses, amount), failed)


def _concluded(decision: PersonDecision, failed: tuple[str, ...]) -> PersonDecision:
    """Return the decision with its outcome and the reasons for it."""
    if failed:
        return replace(decision, outcome="not_due", unmet=failed)
    amount = decision.amount
    assert amount is not None  # noqa: S101  it was computed, since nothing failed
    undecided = _undecided(decision.clauses)
    if undecided or amount.fen is None:
        missing = amount.missing.union(*(one.result.missing for one in undecided))
        return replace(decision, outcome="undetermined", missing=tuple(sorted(missing)))
    parts = [clause.result for clause in decision.clauses]
    parts += [one for one in (amount.value, amount.ceiling, amount.used) if one is not None]
    return replace(decision, provisional=any(part.provisional for part in parts))


def decide_bills(
    benefit: Benefit,
    bills: Sequence[tuple[date, Person]],
    *,
    region: str | None = None,
) -> tuple[PersonDecision, ...]:
    """Decide one benefit for all bills of one person, given in order of date, then row.

    The ceiling of each calendar year is used up in that order.
    """
    decisions: list[PersonDecision] = []
    spent: dict[int, Spent] = {}
    for day, person in bills:
        before = spent.get(day.year, Spent())
        decision = decide_person(benefit, person, as_of=day, region=region, spent=before)
        decisions.append(decision)
        spent[day.year] = _with(before, decision)
    return tuple(decisions)


def _with(before: Spent, decision: PersonDecision) -> Spent:
    """Return what is used of the ceiling once a bill has been decided."""
    amount = decision.amount
    if amount is None or decision.outcome == "not_due":
        return before
    least, most = _least_paid(amount, before), _most_paid(amount, before)
    if amount.rounded_fen is None or _undecided(decision.clauses):
        least, most = min(least, 0), most if most is None else max(most, 0)
    return Spent(
        before.lowest + least,
        None if before.highest is None or most is None else before.highest + most,
        before.is_open | {*decision.missing},
    )


def _least_paid(amount: AmountResult, spent: Spent) -> int:
    """Return what a bill comes to at least if it is due and little was used before it."""
    if amount.rounded_fen is None:
        return amount.least_fen
    return _paid(amount.rounded_fen, amount.limit_fen, spent.lowest) or 0


def _most_paid(amount: AmountResult, spent: Spent) -> int | None:
    """Return what a bill comes to at most if it is due and much was used before it; None: any sum.

    What a bill gets never falls by more than what was used before it rises, so the sum of both is
    greatest there.
    """
    if amount.rounded_fen is None:
        return None if amount.limit_fen is None else _left(amount.limit_fen, spent.highest)
    paid = _paid(amount.rounded_fen, amount.limit_fen, spent.highest)
    return amount.rounded_fen if paid is None else paid


def _paid(rounded: int, limit: int | None, spent: int | None) -> int | None:
    """Return what is paid of a known amount; None where the ceiling is unknown and may bite."""
    if rounded <= 0:
        return rounded  # what takes money back is never cut
    return None if limit is None else min(rounded, _left(limit, spent))


def _left(limit: int, spent: int | None) -> int:
    return 0 if spent is None else max(limit - spent, 0)


def _division(benefit: Benefit, person: Person, as_of: date) -> str | None:
    """Return the division that pays; empty where the rule names no place, None where unknown."""
    if benefit.place is None:
        return ""
    value = evaluate(benefit.place, person, as_of).value
    return None if isinstance(value, Special) else str(value)


def _paid_here(place: Term, region: str) -> Entry:
    """Return the condition that the asking bureau is the one that pays."""
    here = frozenset({without_zeros(region)})
    test = Within(place, here, type=TRUTH, text=f"{place.text} in {{{region}}}")
    return Entry(Clause(PAID_ELSEWHERE, test, text=test.text), Quantifier.ALL)


def _clause(entry: Entry, person: Person, as_of: date) -> ClauseResult:
    result = evaluate(entry.clause.test, person, as_of)
    holds = as_condition(result)
    met = None if holds is None else holds is not (entry.how is Quantifier.NONE)
    return ClauseResult(entry, result, met)


def _failed(clauses: Sequence[ClauseResult]) -> tuple[str, ...]:
    """Return the ids of what is known to fail: of `any`, all parts once none can hold."""
    choices = [one for one in clauses if one.entry.how is Quantifier.ANY]
    none_holds = bool(choices) and all(one.met is False for one in choices)
    return tuple(
        one.entry.clause.id
        for one in clauses
        if one.met is False and (one.entry.how is not Quantifier.ANY or none_holds)
    )


def _undecided(clauses: Sequence[ClauseResult]) -> list[ClauseResult]:
    """Return the conditions that leave the decision open; an `any` that holds leaves nothing."""
    holds = any(one.met for one in clauses if one.entry.how is Quantifier.ANY)
    return [
        one
        for one in clauses
        if one.met is None and not (holds and one.entry.how is Quantifier.ANY)
    ]


def _amount(amount: Amount, person: Person, as_of: date, spent: Spent) -> AmountResult:
    """Return what is payable: value / parts, rounded, then cut at the ceiling."""
    value = evaluate(amount.value, person, as_of)
    exact = rounded = None
    if isinstance(value.value, Fraction):
        exact = value.value * FEN_PER_YUAN / amount.parts
        rounded = _rounded(amount, exact)
    missing = lacking(value) or frozenset()
    computed = AmountResult(value, exact, rounded, rounded, missing=missing)
    if amount.ceiling is None:
        return computed
    ceiling = evaluate(amount.ceiling.value, person, as_of)
    used = evaluate(amount.ceiling.used, person, as_of)
    limit = None
    if isinstance(ceiling.value, Fraction) and isinstance(used.value, Fraction):
        limit = math.floor((ceiling.value - used.value) * FEN_PER_YUAN)
    least = min(_rounded(amount, amount.value.type.low * FEN_PER_YUAN / amount.parts), 0)
    computed = replace(
        computed,
        ceiling=ceiling,
        used=used,
        limit_fen=limit,
        paid_before_fen=spent.lowest,
        least_fen=least,
    )
    return computed if rounded is None else _cut(computed, rounded, spent)


def _rounded(amount: Amount, fen: Fraction) -> int:
    # Without a rounding the reader has proved that every value is whole fen.
    return int(fen) if amount.rounding is None else amount.rounding.apply(fen)


def _cut(amount: AmountResult, rounded: int, spent: Spent) -> AmountResult:
    """Return a known amount with its ceiling applied, open only where the ceiling could bite."""
    most = _paid(rounded, amount.limit_fen, spent.lowest)
    least = _paid(rounded, amount.limit_fen, spent.highest)
    if most is not None and most == least:
        return replace(amount, fen=most)
    parts = [one for one in (amount.ceiling, amount.used) if one is not None]
    missing = (lacking(*parts) or frozenset()) | spent.is_open
    return replace(amount, fen=None, missing=missing)


def _nothing_to_pay(amount: AmountResult) -> tuple[str, ...]:
    """Return the reserved reason where the amount itself ends the matter."""
    if amount.value.no_rate or (amount.ceiling is not None and amount.ceiling.no_rate):
        return (NO_RATE,)
    return (NOTHING_PAYABLE,) if amount.fen == 0 else ()
