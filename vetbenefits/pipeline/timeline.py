"""One run of `timeline`: one person of a roster, from the first entitlement until a horizon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vetbenefits import __version__
from vetbenefits.dates import FIRST_ON, unpack
from vetbenefits.engine.timeline import Timeline
from vetbenefits.model import tables
from vetbenefits.model.expressions import facts_of
from vetbenefits.model.facts import PERSON
from vetbenefits.pipeline.finding import Asked, find_row, identity_of
from vetbenefits.pipeline.opening import name_of
from vetbenefits.problems import InvalidInput, Problem, Span
from vetbenefits.reports.lanes import (
    PersonTimeline,
    Shown,
    first_shown,
    lanes_of,
    undetermined_before,
)
from vetbenefits.reports.report import Provenance, Source

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.model.rulebook import RuleBook
    from vetbenefits.pipeline.finding import FoundRow
    from vetbenefits.pipeline.opening import Table
    from vetbenefits.reports.lanes import Lane
    from vetbenefits.reports.wording import Wording

_BIRTH = "birth_date"  # the part of an ID number


@dataclass(frozen=True, slots=True)
class TimelineRequest:
    """What to show: the days from one (None: the first entitlement) until another (exclusive).

    `benefits` are ids; empty means all. `region` None decides everybody. `rules_name` is how a
    report calls the rules.
    """

    roster: Table
    as_of: date
    from_on: date | None
    until_on: date
    benefits: tuple[str, ...] = ()
    region: str | None = None
    rules_name: str = ""


def run_timeline(
    book: RuleBook, request: TimelineRequest, key: str, say: Wording, *, full_ids: bool
) -> tuple[PersonTimeline, tuple[Problem, ...]]:
    """Return the timeline of the person of this number or ID number, and what was noticed.

    Raises:
        InvalidInput: the roster cannot be used, nobody in it is meant, the person was not yet born,
            or all benefits that were asked for are paid per bill.
    """
    timeline = Timeline.of(
        book,
        from_on=FIRST_ON,
        until_on=request.until_on,
        region=request.region,
        benefits=request.benefits or None,
    )
    spanned = tuple(one.id for one in timeline.benefits)
    chosen = request.benefits or tuple(one.id for one in book.benefits)
    per_bill = tuple(name for name in chosen if name not in spanned)
    if not spanned:
        raise InvalidInput([_all_per_bill(book, per_bill, request, say)], say.language)
    born = _birth_fact(book.vocabulary)
    needed = timeline.needed | ({born} if born else frozenset[str]())
    checks = (one.holds for one in book.checks if one.table == PERSON)
    checked = frozenset(name for term in checks for name in facts_of(term))
    asked = Asked(request.roster, needed, checked - needed, lambda row: timeline.checked(row)[2])
    found = find_row(book, asked, key, say)
    born_on = _day(found.row, born)
    if born_on is not None and request.until_on <= born_on:
        raise InvalidInput([_not_born(found, born_on, request, say)], say.language)
    spans = timeline.spans(found.row)
    shown, before = _shown(spans, request, born_on)
    lanes = lanes_of(spans, timeline.months(found.row), shown)
    told = {lane.benefit for lane in (*lanes, *before)}
    (row,) = found.row.rows(named=True)
    provenance = Provenance(
        as_of=request.as_of,
        program=__version__,
        rules=Source(request.rules_name or book.folder, book.fingerprint),
        roster=found.roster,
        region=request.region or "",
        benefits=request.benefits,
    )
    never = tuple(name for name in spanned if name not in told)
    identity = identity_of(row, full_ids=full_ids)
    timeline_told = PersonTimeline(identity, provenance, shown, lanes, before, never, per_bill)
    return timeline_told, found.problems


def _shown(
    spans: pl.DataFrame, request: TimelineRequest, born_on: date | None
) -> tuple[Shown, tuple[Lane, ...]]:
    """Return the days to show, none of them before birth, and what is left out before them."""
    if request.from_on is not None:
        from_on = max(request.from_on, born_on or request.from_on)
        return Shown(from_on, request.until_on, is_asked=True), ()
    shown = Shown(first_shown(spans, request.until_on, born_on), request.until_on)
    return shown, undetermined_before(spans, born_on, shown)


def _not_born(found: FoundRow, born_on: date, request: TimelineRequest, say: Wording) -> Problem:
    message = say("not_born", born_on=born_on, until_on=request.until_on)
    (row,) = found.row[tables.ROW]
    return Problem("VB744", message, Span(found.roster.name, row), hint=say("later_until"))


def _all_per_bill(
    book: RuleBook, names: tuple[str, ...], request: TimelineRequest, say: Wording
) -> Problem:
    titles = (say.of(one.title) for one in book.benefits if one.id in names)
    message = say("per_bill_no_window", titles=say("list_mark").join(titles))
    file = name_of(request.roster, "roster")
    return Problem("VB742", message, Span(file), hint=say("other_benefit"))


def _birth_fact(vocabulary: Vocabulary) -> str:
    """Return the fact that an ID number tells as the day of birth; empty where there is none."""
    for name, spec in vocabulary.facts.items():
        if any(one.part == _BIRTH for one in spec.derive):
            return name
    return ""


def _day(row: pl.DataFrame, fact: str) -> date | None:
    packed = row[fact][0] if fact else None
    return None if packed is None else unpack(packed)
