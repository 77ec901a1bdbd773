"""Spans the slow way: one person, every single day, decided by the interpreter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from vetbenefits.engine.decision import decide_person
from vetbenefits.model.expressions import RateOf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from vetbenefits.engine.decision import PersonDecision
    from vetbenefits.engine.interpreter import Person, Result
    from vetbenefits.engine.turning_days import Window
    from vetbenefits.model.rulebook import Benefit

ONE_DAY = timedelta(days=1)

Told: TypeAlias = tuple[str, int | None, str | None, bool, str, str]
Answer: TypeAlias = tuple[int, bool]


@dataclass(frozen=True, slots=True)
class Span:
    """Days on which the decision says one thing, and what changes at their end."""

    from_on: date
    until_on: date
    told: Told
    cause: str


def days_of(window: Window) -> Iterator[date]:
    day = window.from_on
    while day < window.until_on:
        yield day
        day += ONE_DAY


def spans(
    benefit: Benefit,
    person: Person,
    window: Window,
    region: str | None = None,
    *,
    show_all: bool = False,
) -> list[Span]:
    """Return the spans of one person; none where they are not due on any day."""
    found: list[Span] = []
    before: PersonDecision | None = None
    since = window.from_on
    for day in days_of(window):
        decision = decide_person(benefit, person, as_of=day, region=region)
        if before is not None and told(decision) != told(before):
            found.append(Span(since, day, told(before), cause(before, decision)))
            since = day
        before = decision
    assert before is not None
    found.append(Span(since, window.until_on, told(before), ""))
    return found if show_all or any(one.told[0] != "not_due" for one in found) else []


def told(decision: PersonDecision) -> Told:
    is_due = decision.outcome == "due" and decision.variant is not None
    return (
        decision.outcome,
        decision.amount_fen,
        decision.variant.amount.payment_per if is_due and decision.variant else None,
        decision.provisional,
        ";".join(decision.missing),
        ";".join(decision.unmet),
    )


# --- causes ------------------------------------------------------------------------------------


def cause(eve: PersonDecision, day: PersonDecision) -> str:
    """Return what changes from one day to the next."""
    if eve.variant is None or day.variant is None:
        return "in_force"
    if eve.variant is not day.variant:
        return "overlay"
    found = outright(eve, day) or behind(eve, day) or details(eve, day)
    return ";".join(found)


def outright(eve: PersonDecision, day: PersonDecision) -> list[str]:
    found = [
        one.entry.clause.id
        for one, other in zip(eve.clauses, day.clauses, strict=True)
        if one.met is not other.met
    ]
    if eve.amount is None or day.amount is None:
        return found
    return found + changed_rates([eve.amount.value], [day.amount.value])


def behind(eve: PersonDecision, day: PersonDecision) -> list[str]:
    return changed_rates([one.result for one in eve.clauses], [one.result for one in day.clauses])


def details(eve: PersonDecision, day: PersonDecision) -> list[str]:
    found = [
        one.entry.clause.id
        for one, other in zip(eve.clauses, day.clauses, strict=True)
        if state(one.result) != state(other.result)
    ]
    if eve.amount is None or day.amount is None:
        return found
    before, after = (
        (one.fen, one.value.no_rate, one.missing, one.value.provisional)
        for one in (eve.amount, day.amount)
    )
    return [*found, "amount"] if before != after else found


def state(result: Result) -> tuple[frozenset[str], bool]:
    return result.missing, result.provisional


def changed_rates(eve: list[Result], day: list[Result]) -> list[str]:
    before, after = answers(eve), answers(day)
    changed = {term for term in {*before, *after} if before.get(term) != after.get(term)}
    return sorted({f"rate.{term.schedule.name}" for term in changed})


def answers(results: list[Result]) -> dict[RateOf, Answer]:
    """Return what each rate that took part answered: its row, and whether it is provisional."""
    found: dict[RateOf, Answer] = {}
    waiting = list(results)
    while waiting:
        one = waiting.pop()
        if isinstance(one.term, RateOf):
            rows = [id(row) for row in one.term.schedule.rows]
            row = -1 if one.row is None else rows.index(id(one.row))
            found[one.term] = (row, one.provisional)
        waiting.extend(one.parts)
    return found
