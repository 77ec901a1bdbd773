"""The day on which the one condition that fails will be met, all else staying as it is.

Searches by asking the interpreter, day by day: exact by construction, and quick enough for one
person because conditions that do not move with the day are asked once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from vetbenefits.dates import add_months
from vetbenefits.engine.decision import decide_person
from vetbenefits.engine.interpreter import as_condition, evaluate
from vetbenefits.model.expressions import AsOf, walk
from vetbenefits.model.rulebook import RESERVED_IDS, Quantifier
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from vetbenefits.engine.decision import PersonDecision
    from vetbenefits.engine.interpreter import Person
    from vetbenefits.model.rulebook import Entry

YEARS_AHEAD = 40


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The only condition that fails, and the decision of the first day on which it is due.

    `then` is None where no day within the next 40 years makes the benefit due.
    """

    entry: Entry
    then: PersonDecision | None


def near_miss(decision: PersonDecision, person: Person, *, region: str | None) -> NearMiss | None:
    """Return the near miss of a benefit that is not due; None where it is none.

    It is one where exactly one condition is known to fail and all others are known to be met.
    """
    entry = _only_failure(decision)
    if entry is None:
        return None
    for day in _days_to_try(decision, entry, person):
        then = decide_person(decision.benefit, person, as_of=day, region=region)
        if then.outcome == "due":
            return NearMiss(entry, then)
    return NearMiss(entry, None)


def _only_failure(decision: PersonDecision) -> Entry | None:
    """Return the one condition of the rule that fails while all others are met."""
    if decision.outcome != "not_due" or len(decision.unmet) != 1:
        return None
    failed = [one for one in decision.clauses if one.entry.clause.id == decision.unmet[0]]
    if not failed or failed[0].entry.clause.id in RESERVED_IDS:
        return None
    others = [one for one in decision.clauses if one is not failed[0]]
    choices = [one for one in others if one.entry.how is Quantifier.ANY]
    rest = [one for one in others if one.entry.how is not Quantifier.ANY]
    is_near = all(one.met for one in rest) and (not choices or any(one.met for one in choices))
    return failed[0].entry if is_near else None


def _days_to_try(decision: PersonDecision, failed: Entry, person: Person) -> Iterator[date]:
    """Yield the later days, in order, on which every condition is met."""
    benefit, place = decision.benefit, decision.benefit.place
    last = add_months(decision.as_of, 12 * YEARS_AHEAD)
    division: str | None = ""
    if place is not None:
        where = evaluate(place, person, decision.as_of).value
        division = None if isinstance(where, Special) else str(where)
    conditions = _Conditions(person)
    day = decision.as_of
    while day < last:
        day += timedelta(days=1)
        if not benefit.from_on <= day < benefit.until_on:
            continue
        entries = benefit.variant_for(division, day).entries
        # `any` is left to the decision; what fails today is asked first.
        needed = [one for one in entries if one.how is not Quantifier.ANY]
        needed.sort(key=lambda one: one.clause.id != failed.clause.id)
        if all(conditions.is_met(entry, day) for entry in needed):
            yield day


class _Conditions:
    """Answers for one person; a condition that never moves with the day is asked once."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._moves: dict[int, bool] = {}
        self._settled: dict[int, bool] = {}

    def is_met(self, entry: Entry, day: date) -> bool:
        """Tell whether a condition is known to be met on a day."""
        key = id(entry)
        if key in self._settled:
            return self._settled[key]
        if key not in self._moves:
            self._moves[key] = any(isinstance(one, AsOf) for one in walk(entry.clause.test))
        wanted = entry.how is not Quantifier.NONE
        met = as_condition(evaluate(entry.clause.test, self._person, day)) is wanted
        if not self._moves[key]:
            self._settled[key] = met
        return met
