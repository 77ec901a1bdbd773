"""One benefit for one person on one day, decided by the interpreter, with everything to explain it.

The reference for `evaluate.Plan`, which decides everybody in columns. A decision is the
three-valued conjunction of the conditions and of "something is payable": a known failure settles
it whatever else is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.engine.interpreter import evaluate
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
    `ceiling`, `used`: the yearly ceiling and what counts against it, where the rule has one.
    """

    value: Result
    exact_fen: Fraction | None = None
    rounded_fen: int | None = None
    fen: int | None = None
    ceiling: Result | None = None
    used: Result | None = None
    paid_before_fen: int = 0
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
    """What of a yearly ceiling earlier bills have used. `is_open`: one of them is undetermined."""

    fen: int = 0
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
    missing = _missing(decision.clauses)
    if decision.amount is not None:
        missing |= decision.amount.missing
    if missing:
        return replace(decision, outcome="undetermined", missing=tuple(sorted(missing)))
    provisional = any(clause.result.provisional for clause in decision.clauses)
    if decision.amount is not None:
        parts = (decision.amount.value, decision.amount.ceiling, decision.amount.used)
        provisional |= any(part.provisional for part in parts if part is not None)
    return replace(decision, provisional=provisional)


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
        if decision.outcome == "due":
            spent[day.year] = replace(before, fen=before.fen + (decision.amount_fen or 0))
        elif decision.outcome == "undetermined":
            spent[day.year] = replace(before, is_open=before.is_open | {*decision.missing})
    return tuple(decisions)


def _division(benefit: Benefit, person: Person, as_of: date) -> str | None:
    """Return the division that pays; empty where the rule names no place, None where unknown."""
    if benefit.place is None:
        return ""
    value = evaluate(benefit.place, person, as_of).value
    return None if isinstance(value, Special) else str(value)


def _paid_here(place: Term, region: str) -> Entry:
    """Return the condition that the asking bureau is the one that pays."""
    test = Within(place, frozenset({region}), type=TRUTH, text=f"{place.text} in {{{region}}}")
    return Entry(Clause(PAID_ELSEWHERE, test, text=test.text), Quantifier.ALL)


def _clause(entry: Entry, person: Person, as_of: date) -> ClauseResult:
    result = evaluate(entry.clause.test, person, as_of)
    if result.is_unknown:
        return ClauseResult(entry, result, None)
    return ClauseResult(entry, result, bool(result.value) is not (entry.how is Quantifier.NONE))


def _failed(clauses: Sequence[ClauseResult]) -> tuple[str, ...]:
    """Return the ids of what is known to fail: of `any`, all parts once none can hold."""
    choices = [one for one in clauses if one.entry.how is Quantifier.ANY]
    none_holds = bool(choices) and all(one.met is False for one in choices)
    return tuple(
        one.entry.clause.id
        for one in clauses
        if one.met is False and (one.entry.how is not Quantifier.ANY or none_holds)
    )


def _missing(clauses: Sequence[ClauseResult]) -> frozenset[str]:
    """Return the facts that the open conditions lack; an `any` that holds lacks nothing."""
    holds = any(one.met for one in clauses if one.entry.how is Quantifier.ANY)
    missing: frozenset[str] = frozenset()
    for one in clauses:
        if one.met is None and not (holds and one.entry.how is Quantifier.ANY):
            missing |= one.result.missing
    return missing


def _amount(amount: Amount, person: Person, as_of: date, spent: Spent) -> AmountResult:
    """Return what is payable: value / parts, rounded, then cut at the ceiling."""
    value = evaluate(amount.value, person, as_of)
    if not isinstance(value.value, Fraction):
        return AmountResult(value, missing=value.missing)
    exact = value.value * FEN_PER_YUAN / amount.parts
    rounded = amount.rounding.apply(exact) if amount.rounding is not None else int(exact)
    computed = AmountResult(value, exact, rounded, rounded)
    if amount.ceiling is None:
        return computed
    ceiling = evaluate(amount.ceiling.value, person, as_of)
    used = evaluate(amount.ceiling.used, person, as_of)
    return _cut(replace(computed, ceiling=ceiling, used=used), spent)


def _cut(amount: AmountResult, spent: Spent) -> AmountResult:
    """Return the amount with its ceiling applied; a negative bill is never cut."""
    rounded = amount.rounded_fen or 0
    amount = replace(amount, paid_before_fen=spent.fen)
    if rounded <= 0:
        return amount
    ceiling, used = amount.ceiling, amount.used
    assert ceiling is not None  # noqa: S101  the caller has one
    assert used is not None  # noqa: S101  the caller has one
    missing = ceiling.missing | used.missing | spent.is_open
    if missing or not isinstance(ceiling.value, Fraction) or not isinstance(used.value, Fraction):
        return replace(amount, fen=None, missing=missing)
    left = int((ceiling.value - used.value) * FEN_PER_YUAN) - spent.fen
    return replace(amount, fen=min(rounded, max(left, 0)))


def _nothing_to_pay(amount: AmountResult) -> tuple[str, ...]:
    """Return the reserved reason where the amount itself ends the matter."""
    if amount.value.no_rate or (amount.ceiling is not None and amount.ceiling.no_rate):
        return (NO_RATE,)
    return (NOTHING_PAYABLE,) if amount.fen == 0 else ()
