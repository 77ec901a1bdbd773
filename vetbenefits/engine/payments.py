"""Which months a person is paid for a benefit, and how much: the reference, one person at a time.

Spans tell on which days a benefit is due and what changed at their ends; `payable` tells which
months that pays. Amounts are decided by the interpreter on the day that counts for each month.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from vetbenefits.dates import add_months, days_in_month
from vetbenefits.engine.decision import decide_person
from vetbenefits.engine.interpreter import as_condition, evaluate
from vetbenefits.model.payable import (
    Choice,
    EveryMonth,
    InMonths,
    Start,
    Stop,
    Tranches,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vetbenefits.engine.decision import PersonDecision
    from vetbenefits.engine.interpreter import Person
    from vetbenefits.model.payable import (
        AfterDeath,
        End,
        Ends,
        Payable,
    )
    from vetbenefits.model.rulebook import Benefit

_ONE_DAY = timedelta(days=1)
_DECEMBER = 11

Decide: TypeAlias = Callable[[date, frozenset[str]], "PersonDecision"]


class Pays(StrEnum):
    """What a payment is for."""

    REGULAR = "regular"
    TAIL = "tail"
    ONCE = "once"
    TRANCHE = "tranche"


@dataclass(frozen=True, slots=True)
class DueSpan:
    """Days, until another, on which a benefit is due, and the ids of what changed at both ends.

    No id: the window that was asked about begins or ends there, and the days may go on beyond.
    """

    from_on: date
    until_on: date
    began: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Payment:
    """What one month pays. `month` counts from the year 0: year * 12 + month - 1.

    `first_month` is the first that the paying run pays, `run_from` the first day of that run.
    """

    month: int
    pays: Pays
    due_fen: int
    provisional: bool = False
    first_month: int = 0
    run_from: date = date.min


def month_of(day: date) -> int:
    """Return the number of the month of a day."""
    return day.year * 12 + day.month - 1


def decider(benefit: Benefit, person: Person, region: str | None = None) -> Decide:
    """Return how one person is decided on a day, with some conditions left out."""

    def decide(day: date, without: frozenset[str]) -> PersonDecision:
        variants = tuple(
            replace(
                one,
                entries=tuple(entry for entry in one.entries if entry.clause.id not in without),
            )
            for one in benefit.variants
        )
        asked = replace(benefit, variants=variants) if without else benefit
        return decide_person(asked, person, as_of=day, region=region)

    return decide


def payments(
    spans: Sequence[DueSpan], payable: Payable, person: Person, decide: Decide
) -> tuple[Payment, ...]:
    """Return what is paid, in order of months.

    Args:
        spans: the days on which the benefit is due, in order; neighbours differ in amount.
        payable: which months that pays.
        person: the facts.
        decide: decides the person on a day.
    """
    found = list(_Payments(payable, person, decide).of(_runs(spans)))
    firsts: dict[date, int] = {}
    for one in found:
        firsts[one.run_from] = min(one.month, firsts.get(one.run_from, one.month))
    return tuple(replace(one, first_month=firsts[one.run_from]) for one in found)


def due_spans(spans: Iterable[tuple[date, date, str, str]]) -> list[DueSpan]:
    """Return the due spans of one person and benefit.

    Args:
        spans: `from_on`, `until_on`, `outcome` and `cause` of each, in order; they fill a window.
    """
    found: list[DueSpan] = []
    began = frozenset[str]()
    for from_on, until_on, outcome, cause in spans:
        ended = frozenset(filter(None, cause.split(";")))
        if outcome == "due":
            found.append(DueSpan(from_on, until_on, began, ended))
        began = ended
    return found


def _runs(spans: Sequence[DueSpan]) -> list[DueSpan]:
    """Return spans without a day between them as one run each."""
    found: list[DueSpan] = []
    for span in spans:
        if found and found[-1].until_on == span.from_on:
            found[-1] = replace(found[-1], until_on=span.until_on, ended=span.ended)
        else:
            found.append(span)
    return found


@dataclass(frozen=True, slots=True)
class _Month:
    """A month that is paid, and the decision that says how much."""

    month: int
    decision: PersonDecision
    run: DueSpan
    pays: Pays = Pays.REGULAR


@dataclass(frozen=True, slots=True)
class _Payments:
    """The payments of one person."""

    payable: Payable
    person: Person
    decide: Decide

    def of(self, runs: Sequence[DueSpan]) -> Iterator[Payment]:
        """Yield the payments of all runs, in order."""
        match self.payable.when:
            case Tranches():
                yield from self._tranches(self.payable.when, runs)
            case EveryMonth() | InMonths():
                yield from self._monthly(self.payable.when, runs)

    # --- tranches ---------------------------------------------------------------------------

    def _tranches(self, when: Tranches, runs: Sequence[DueSpan]) -> Iterator[Payment]:
        first = evaluate(when.from_on, self.person, date.min).value
        if not isinstance(first, date) or not runs:
            return
        count, begins = 0, first
        while begins < runs[-1].until_on:
            count += 1
            ends = add_months(first, when.months * count)
            paid_on = ends if when.at_end else begins
            for run in runs:
                if _covers(run, begins, ends, full=when.full_only):
                    decision = self.decide(begins, frozenset())
                    yield _payment(_Month(month_of(paid_on), decision, run, Pays.TRANCHE))
            begins = ends

    # --- months -----------------------------------------------------------------------------

    def _monthly(self, when: EveryMonth | InMonths, runs: Sequence[DueSpan]) -> Iterator[Payment]:
        own: dict[int, _Month] = {}
        beyond: dict[int, _Month] = {}
        tails: dict[int, _Month] = {}
        for run in runs:
            for one in self._of_run(run):
                # Of two runs in a month the later has the last due day.
                has_due_day = (
                    month_of(run.from_on) <= one.month <= month_of(run.until_on - _ONE_DAY)
                )
                (own if has_due_day else beyond)[one.month] = one
            tails |= {one.month: one for one in self._tail(run)}
        paid = beyond | own
        is_paid = {
            one for one in paid if isinstance(when, EveryMonth) or one % 12 + 1 in when.months
        }
        regular = [paid[month] for month in sorted(is_paid)]
        if regular and regular[0].decision.variant is not None:
            variant = regular[0].decision.variant
            if variant.amount.per == "once":
                regular = [replace(regular[0], pays=Pays.ONCE)]
        found = [*_with_residual(regular), *map(_payment, _without(tails, paid))]
        yield from sorted(_at_once(found, self.payable.after_death), key=lambda one: one.month)

    def _of_run(self, run: DueSpan) -> Iterator[_Month]:
        """Yield the months that a run pays, each with the decision of its last due day."""
        first, stop = self._first_month(run), self._stop_month(run)
        for month in range(first, stop):
            days = (_last_day(month), run.until_on - _ONE_DAY)
            if month < month_of(run.from_on):
                yield _Month(month, self.decide(days[0], run.began), run)
            else:
                day = max(min(days), run.from_on)
                yield _Month(month, self.decide(day, frozenset()), run)

    def _first_month(self, run: DueSpan) -> int:
        month = month_of(run.from_on)
        if not run.began:
            return month
        order = list(Start)
        words = [self._word(self.payable.start, one, run.from_on, order) for one in run.began]
        match max(words, key=order.index):
            case Start.THIS_MONTH:
                return month
            case Start.NEXT_MONTH:
                return month + 1
            case Start.THIS_YEAR:
                return self._reached_back(run)

    def _reached_back(self, run: DueSpan) -> int:
        """Return the first month of the year since which all but what began the run has held."""
        month = month_of(run.from_on)
        while month % 12 and self.decide(_last_day(month - 1), run.began).outcome == "due":
            month -= 1
        return month

    def _stop_month(self, run: DueSpan) -> int:
        if not run.ended:
            return month_of(run.until_on - _ONE_DAY) + 1
        month = month_of(run.until_on)
        order = list(Stop)[::-1]
        words = [self._word(self.payable.stop, one, run.until_on, order) for one in run.ended]
        match max(words, key=order.index):
            case Stop.THIS_MONTH:
                return month
            case Stop.NEXT_MONTH:
                return month + 1
            case Stop.NEXT_YEAR:
                return (run.until_on.year + 1) * 12

    def _word(self, ends: Ends[End], cause: str, day: date, order: list[End]) -> End:
        """Return what is said of a cause; of an open choice that which pays less."""
        said = ends.by_cause.get(cause, ends.default)
        if not isinstance(said, Choice):
            return said
        holds = as_condition(evaluate(said.test, self.person, day))
        if holds is None:
            return max(said.then, said.otherwise, key=order.index)
        return said.then if holds else said.otherwise

    # --- after a death ----------------------------------------------------------------------

    def _tail(self, run: DueSpan) -> Iterator[_Month]:
        """Yield the months that are paid on after the death that ended a run."""
        stop = self._stop_month(run)
        for after in self.payable.after_death:
            died_on = evaluate(after.died_on, self.person, run.until_on).value
            if died_on != run.until_on or not run.ended or stop <= month_of(run.until_on):
                continue
            if after.test is not None:
                holds = as_condition(evaluate(after.test, self.person, run.until_on))
                if not holds:
                    continue
            last = run.until_on - _ONE_DAY
            for month in range(stop, stop + after.months):
                day = _last_day(month) if after.current else last
                without = run.ended if after.current else frozenset[str]()
                decision = self.decide(day, without)
                if decision.outcome == "due":
                    yield _Month(month, decision, run, Pays.TAIL)


def _covers(run: DueSpan, begins: date, ends: date, *, full: bool) -> bool:
    """Tell whether a run holds the first day of a tranche, or with `full` each of its days."""
    return run.from_on <= begins < run.until_on and (not full or ends <= run.until_on)


def _without(tails: dict[int, _Month], paid: dict[int, _Month]) -> list[_Month]:
    """Return tails, where no run pays the month again."""
    return [one for month, one in sorted(tails.items()) if month not in paid]


def _last_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, days_in_month(month))


def _payment(one: _Month) -> Payment:
    fen = one.decision.amount_fen
    if fen is None:
        raise ValueError("a month is paid on which nothing is due")
    provisional = one.decision.provisional
    return Payment(one.month, one.pays, fen, provisional, run_from=one.run.from_on)


def _with_residual(months: Sequence[_Month]) -> Iterator[Payment]:
    """Yield regular payments; where the rule says so, December makes the year add up exactly."""
    exact: Fraction = Fraction(0)
    rounded = 0
    for at, one in enumerate(months):
        if at == 0 or one.month // 12 != months[at - 1].month // 12:
            exact, rounded = Fraction(0), 0
        payment = _payment(one)
        amount, variant = one.decision.amount, one.decision.variant
        if amount is not None and amount.exact_fen is not None and variant is not None:
            exact += amount.exact_fen
            rounding = variant.amount.rounding
            if one.month % 12 == _DECEMBER and variant.amount.residual and rounding is not None:
                payment = replace(payment, due_fen=rounding.apply(exact) - rounded)
        rounded += payment.due_fen
        yield payment


def _at_once(found: Iterable[Payment], after_death: tuple[AfterDeath, ...]) -> Iterator[Payment]:
    """Yield payments, with all tails in the first month of them where they are paid at once."""
    if not any(one.at_once for one in after_death):
        yield from found
        return
    tails: list[Payment] = []
    for one in found:
        if one.pays is Pays.TAIL:
            tails.append(one)
        else:
            yield one
    if tails:
        total = sum(one.due_fen for one in tails)
        provisional = any(one.provisional for one in tails)
        yield replace(tails[0], due_fen=total, provisional=provisional)
