"""One person's timeline as a report for reading, and as plain values for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetbenefits.money import format_fen
from vetbenefits.reports.causes_in_words import cause_in_words
from vetbenefits.reports.changes import BEGINS, ENDS
from vetbenefits.reports.lanes import DUE, NOT_DUE
from vetbenefits.reports.report import Column, Report, Section, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetbenefits.reports.labels import Labels
    from vetbenefits.reports.lanes import Edge, Lane, LaneSpan, Paid, PersonTimeline
    from vetbenefits.reports.report import Provenance

_COLUMNS = (
    "from",
    "until_exclusive",
    "outcome_title",
    "amount",
    "per",
    "open_reason",
    "cause_of_end",
    "first_month",
    "last_month",
    "payments",
    "paid_sum",
)
_NUMBERS = ("amount", "payments", "paid_sum")


def build_timeline_report(told: PersonTimeline, words: Labels) -> Report:
    """Return the timeline for reading: a table for each benefit."""
    say = words.say
    nothing = Section(say("benefits"), lines=(say("no_entitlement"),))
    lanes = tuple(_lane(lane, words) for lane in told.lanes) or (nothing,)
    sections = (
        *lanes,
        Section(say("undetermined_earlier"), lines=tuple(_earlier(told, words))),
        Section(say("notes"), lines=tuple(_notes(told, words))),
    )
    return Report(
        timeline_title(told, words),
        tuple(head_lines(told.provenance, words)),
        tuple(section for section in sections if not section.is_empty),
    )


def timeline_title(told: PersonTimeline, words: Labels) -> str:
    """Return who is spoken of, and the days shown."""
    who = told.identity
    return words.say(
        "timeline_title",
        who=" ".join(part for part in (who.person_id, who.name, who.id_number) if part),
        from_on=told.shown.from_on,
        until_on=told.shown.until_on,
    )


def head_lines(known: Provenance, words: Labels) -> Iterator[str]:
    """Yield what a timeline rests on."""
    say = words.say
    yield say("known_on", as_of=known.as_of)
    yield say("roster_source", source=known.roster.short)
    yield say("rules_source", source=Source(say.code(known.rules.name), known.rules.sha256).short)
    if known.region:
        yield say("region", region=known.region)


def edge_in_words(benefit: str, edge: Edge, words: Labels) -> str:
    """Return why something changes, in words; a condition that fails from then on is told so."""
    before, after = listed(edge.unmet_before), listed(edge.unmet_after)
    told = []
    for name in listed(edge.cause):
        change = edge.change
        if (name in before) != (name in after):
            change = ENDS if name in after else BEGINS
        told.append(cause_in_words(benefit, change, name, words))
    return words.say("list_mark").join(told)


def outcome_in_words(span: LaneSpan, words: Labels) -> str:
    """Return the outcome, and whether it is provisional."""
    outcome = words.say(span.outcome)
    if span.provisional:
        outcome += words.say("in_brackets", what=words.say("provisional"))
    return outcome


def reason_in_words(benefit: str, span: LaneSpan, words: Labels) -> str:
    """Return what is missing, or which conditions are not met; empty where something is due."""
    if span.missing:
        return words.missing(benefit, span.missing)
    return words.unmet(benefit, span.unmet) if span.unmet else ""


def _lane(lane: Lane, words: Labels) -> Section:
    say = words.say
    columns = tuple(Column(say(word), is_number=word in _NUMBERS) for word in _COLUMNS)
    rows = tuple(tuple(_cells(lane.benefit, span, words)) for span in lane.spans)
    begun = lane.spans[0].begun
    lines: tuple[str, ...] = ()
    if begun is not None:
        cause = edge_in_words(lane.benefit, begun, words)
        lines = (say("begun_by", day=begun.on, cause=cause),)
    return Section(words.titles[lane.benefit], columns, rows, lines)


def _cells(benefit: str, span: LaneSpan, words: Labels) -> Iterator[str]:
    yield span.from_on.isoformat()
    yield span.until_on.isoformat()
    yield outcome_in_words(span, words)
    yield "" if span.amount_fen is None or span.outcome != DUE else format_fen(span.amount_fen)
    yield words.say.code(span.per or "")
    yield reason_in_words(benefit, span, words)
    yield "" if span.ended is None else edge_in_words(benefit, span.ended, words)
    paid = span.paid
    if paid is None:
        yield from ("", "", "", "")
    else:
        yield from (paid.first_month, paid.last_month, str(paid.payments))
        yield format_fen(paid.sum_fen)


def _earlier(told: PersonTimeline, words: Labels) -> Iterator[str]:
    for lane in told.before:
        for span in lane.spans:
            yield words.say(
                "undetermined_earlier_line",
                title=words.titles[lane.benefit],
                from_on=span.from_on,
                until_on=span.until_on,
                missing=words.missing(lane.benefit, span.missing),
            )


def _notes(told: PersonTimeline, words: Labels) -> Iterator[str]:
    say = words.say
    if told.never:
        titles = say("list_mark").join(words.titles[name] for name in told.never)
        yield say("never_due", titles=titles)
    if told.per_bill:
        titles = say("list_mark").join(words.titles[name] for name in told.per_bill)
        yield say("per_bill_no_window", titles=titles)
    spans = [span for lane in told.lanes for span in lane.spans]
    if any(span.provisional for span in spans):
        yield say("provisional_note")
    if any(span.paid for span in spans):
        yield say("paid_note")
    yield say("facts_held_always")
    yield say("program", program=told.provenance.program)


def as_data(told: PersonTimeline, words: Labels) -> dict[str, object]:
    """Return the timeline as plain values, as schema/timeline.schema.json describes them."""
    who, known = told.identity, told.provenance
    return {
        "person_id": who.person_id,
        "name": who.name or None,
        "id_number": who.id_number or None,
        "division": who.division or None,
        "as_of": known.as_of.isoformat(),
        "from": told.shown.from_on.isoformat(),
        "until": told.shown.until_on.isoformat(),
        "region": known.region or None,
        "program": f"vetbenefits {known.program}",
        "roster": {"name": known.roster.name, "sha256": known.roster.sha256},
        "rules": {"name": known.rules.name, "fingerprint": known.rules.sha256},
        "benefits": [_lane_data(lane, words) for lane in told.lanes],
        "undetermined_before": [_lane_data(lane, words) for lane in told.before],
        "never_due": list(told.never),
        "per_bill": list(told.per_bill),
    }


def _lane_data(lane: Lane, words: Labels) -> dict[str, object]:
    return {
        "benefit": lane.benefit,
        "title": words.titles[lane.benefit],
        "spans": [_span_data(span) for span in lane.spans],
    }


def _span_data(span: LaneSpan) -> dict[str, object]:
    is_due = span.outcome == DUE and span.amount_fen is not None
    return {
        "from": span.from_on.isoformat(),
        "until": span.until_on.isoformat(),
        "outcome": span.outcome,
        "amount": format_fen(span.amount_fen) if is_due and span.amount_fen is not None else None,
        "per": span.per if is_due else None,
        "provisional": span.provisional,
        "unmet": listed(span.unmet) if span.outcome == NOT_DUE else [],
        "missing": listed(span.missing),
        "begins_with": (span.begun.change or None) if span.begun else None,
        "begun_by": listed(span.begun.cause) if span.begun else [],
        "ends_with": (span.ended.change or None) if span.ended else None,
        "ended_by": listed(span.ended.cause) if span.ended else [],
        "paid": None if span.paid is None else _paid_data(span.paid),
    }


def _paid_data(paid: Paid) -> dict[str, object]:
    return {
        "first_month": paid.first_month,
        "last_month": paid.last_month,
        "payments": paid.payments,
        "sum": format_fen(paid.sum_fen),
    }


def listed(joined: str) -> list[str]:
    """Return what is joined by `;`."""
    return [name for name in joined.split(";") if name]
