"""One person's timeline as a chart: what a picture of it says, before anything is placed.

Each benefit is a track of bars. A number stands where something changes, and a line beside the
track tells what and why, since causes are longer than bars.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vetbenefits.money import format_fen
from vetbenefits.reports.changes import KNOWN
from vetbenefits.reports.lanes import DUE, NOT_DUE, UNDETERMINED
from vetbenefits.reports.timeline import (
    edge_in_words,
    head_lines,
    outcome_in_words,
    reason_in_words,
    timeline_title,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from vetbenefits.reports.labels import Labels
    from vetbenefits.reports.lanes import Lane, LaneSpan, PersonTimeline

PROVISIONAL = "provisional"  # how a bar of a provisional amount is drawn; else by its outcome


@dataclass(frozen=True, slots=True)
class Bar:
    """Days from one until another (exclusive), and what is written on them.

    `labels` say the same at less and less length; the first that fits is written.
    """

    from_on: date
    until_on: date
    look: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered day, and what changes on it."""

    number: int
    on: date
    text: str


@dataclass(frozen=True, slots=True)
class Track:
    """One benefit."""

    title: str
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """All that a picture says.

    `key` tells what each look means; `as_of` is None where that day is not shown.
    """

    language: str
    title: str
    lines: tuple[str, ...]
    from_on: date
    until_on: date
    as_of: date | None
    as_of_label: str
    tracks: tuple[Track, ...]
    key: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def build_chart(told: PersonTimeline, words: Labels) -> Chart:
    """Return the chart of a timeline."""
    say, shown, as_of = words.say, told.shown, told.provenance.as_of
    tracks = tuple(_tracks(told, words))
    looks = {bar.look for track in tracks for bar in track.bars}
    titles = {
        DUE: say(DUE),
        PROVISIONAL: say("due_provisional"),
        UNDETERMINED: say(UNDETERMINED),
        NOT_DUE: say(NOT_DUE),
    }
    notes = [say("picture_note"), say("facts_held_always")]
    return Chart(
        language=say.language,
        title=timeline_title(told, words),
        lines=tuple(head_lines(told.provenance, words)),
        from_on=shown.from_on,
        until_on=shown.until_on,
        as_of=as_of if shown.from_on <= as_of < shown.until_on else None,
        as_of_label=say("as_of_line", as_of=as_of),
        tracks=tracks,
        key=tuple((look, title) for look, title in titles.items() if look in looks),
        notes=tuple(notes) if tracks else (say("no_entitlement"), notes[-1]),
    )


def _tracks(told: PersonTimeline, words: Labels) -> Iterator[Track]:
    count = 0
    for lane in told.lanes:
        bars = tuple(_bar(span, words) for span in lane.spans)
        days = list(_marked(lane, words))
        marks = tuple(Mark(count + at, on, text) for at, (on, text) in enumerate(days, 1))
        count += len(marks)
        yield Track(words.titles[lane.benefit], bars, marks)


def _bar(span: LaneSpan, words: Labels) -> Bar:
    look = PROVISIONAL if span.provisional and span.outcome == DUE else span.outcome
    labels: tuple[str, ...] = ()
    if span.outcome == DUE:
        whole = _amount(span, words)
        labels = (whole, format_fen(span.amount_fen or 0))
        if span.provisional:
            labels = (whole + words.say("in_brackets", what=words.say("provisional")), *labels)
    elif span.outcome == UNDETERMINED:
        labels = (words.say(UNDETERMINED), "?")
    return Bar(span.from_on, span.until_on, look, labels)


def _amount(span: LaneSpan, words: Labels) -> str:
    each = words.say.each(span.per or "")
    return words.say("amount_per", amount=format_fen(span.amount_fen or 0), each=each)


def _marked(lane: Lane, words: Labels) -> Iterator[tuple[date, str]]:
    """Yield the days that get a number: where a bar begins, and where one ends with nothing due."""
    before = None
    for span in lane.spans:
        was_shown = before is not None and before.outcome != NOT_DUE
        if span.outcome != NOT_DUE or was_shown:
            yield span.from_on, _mark_text(lane.benefit, before, span, words)
        before = span


def _mark_text(benefit: str, before: LaneSpan | None, span: LaneSpan, words: Labels) -> str:
    say, begun = words.say, span.begun
    parts = [outcome_in_words(span, words)]
    if begun is not None:
        # What the change itself says is not said again.
        says_all = begun.change not in ("", KNOWN) or span.outcome == DUE
        parts = [
            say(f"change_{begun.change}" if begun.change else _kind(before, span)),
            *([] if says_all else parts),
        ]
    if span.outcome == DUE:
        parts.append(_amount(span, words))
    elif span.outcome == UNDETERMINED:
        parts.append(say("because_missing", what=reason_in_words(benefit, span, words)))
    what = parts[0]
    for part in parts[1:]:
        what = say("with_detail", what=what, detail=part)
    if begun is None:
        return say("mark", day=span.from_on, what=what)
    if begun.change and span.provisional:
        what += say("in_brackets", what=say("provisional"))
    cause = edge_in_words(benefit, begun, words)
    return say("mark_cause", day=span.from_on, what=what, cause=cause)


def _kind(before: LaneSpan | None, span: LaneSpan) -> str:
    """Return what changes where the outcome and the amount stay."""
    if before is None or before.provisional == span.provisional:
        return "changes_otherwise"
    return "becomes_provisional" if span.provisional else "becomes_final"
