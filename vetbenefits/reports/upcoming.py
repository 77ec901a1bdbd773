"""The report of `upcoming`: who begins, ends, rises, falls or can no longer be told, and when.

What the rules change for everybody alike is told once; what would begin if a missing fact were
known has a section of its own; how to apply stands once for each benefit that begins for somebody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from vetbenefits.masking import mask_numbers
from vetbenefits.model import tables
from vetbenefits.money import format_fen
from vetbenefits.reports.causes_in_words import cause_in_words
from vetbenefits.reports.changes import UNKNOWN, plain_division
from vetbenefits.reports.records import masked_identity, masked_text
from vetbenefits.reports.report import SHOWN_ROWS, Column, Report, Section, Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from vetbenefits.model.rulebook import Benefit
    from vetbenefits.reports.labels import Labels
    from vetbenefits.reports.report import Provenance, RowCounts
    from vetbenefits.reports.wording import Wording

_TOWNSHIP_DIGITS = 9
_OF_A_CHANGE = ("kind_of_change", "from_to", "per", "cause", "first_month", "apply_by")


@dataclass(frozen=True, slots=True)
class UpcomingFacts:
    """What the report rests on: the window, the files, the row counts, who was set aside.

    `of_rules` is what the rules change, told once; `open` those of whom nothing can be told.
    """

    provenance: Provenance
    last_on: date
    rows: RowCounts
    set_aside: pl.DataFrame
    of_rules: pl.DataFrame
    open: pl.DataFrame
    told_before: int = 0


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One day in a calendar: `key` tells entries apart and stays the same from run to run."""

    key: str
    on: date
    title: str
    text: str


def build_upcoming_report(
    changes: pl.DataFrame, facts: UpcomingFacts, words: Labels, *, people: bool = True
) -> Report:
    """Return the report for reading.

    Args:
        changes: CHANGES to list, in order.
        facts: what it rests on.
        words: the words.
        people: list persons; without, only sums and what the rules change.
    """
    if_known = changes.filter(change=UNKNOWN, from_outcome="not_due")
    certain = changes.join(
        if_known, on=[tables.ROW, "benefit", "on"], how="anti", maintain_order="left"
    )
    lists = (*_townships(certain, words), _if_known(if_known, words)) if people else ()
    aside = (_set_aside(facts, words.say),) if people else ()
    sections = (
        _sums(changes, facts.of_rules, words),
        _of_rules(facts.of_rules, words),
        *lists,
        _always_open(facts.open, words),
        *_how_to_apply(changes, words),
        *aside,
        Section(words.say("notes"), lines=tuple(_notes(facts, words.say))),
    )
    first_on, last_on = facts.provenance.as_of, facts.last_on
    title = words.say("upcoming_title", known_on=first_on, last_on=last_on)
    return Report(
        title,
        tuple(_head(facts, words.say)),
        tuple(section for section in sections if not section.is_empty),
    )


def calendar_entries(
    changes: pl.DataFrame, of_rules: pl.DataFrame, words: Labels
) -> Iterator[CalendarEntry]:
    """Yield the days of change for a calendar, one entry a day, benefit and kind of change.

    Nobody is named: persons stand there by the number that the bureau's own roster gives them, and
    what the rules change for everybody by its cause.
    """
    list_mark = words.say("list_mark")
    keys = ["on", "benefit", "change"]
    own = changes.filter(~pl.col("is_shared")).sort(keys, maintain_order=True)
    entries = [
        _entry(key, words, "people", rows.height, list_mark.join(persons))
        for key, rows in own.group_by(keys, maintain_order=True)
        for persons in [rows.with_columns(masked_identity(rows))[tables.PERSON_ID]]
    ]
    entries += [
        _entry((row["on"], row["benefit"], row["change"]), words, cause, row["people"], told)
        for row in of_rules.iter_rows(named=True)
        for cause in [f"rules-{row['cause']}-{row['per'] or ''}"]
        for told in [cause_in_words(row["benefit"], row["change"], row["cause"], words)]
    ]
    yield from sorted(entries, key=lambda one: (one.on, one.key))


def _entry(key: tuple[Any, ...], words: Labels, kind: str, count: int, text: str) -> CalendarEntry:
    on, benefit, change = key
    what = words.say(
        "calendar_title", benefit=words.titles[benefit], change=words.say(f"change_{change}")
    )
    title = words.say("calendar_people", what=what, count=count)
    return CalendarEntry(f"{on.isoformat()}-{benefit}-{change}-{kind}", on, title, text)


def _head(facts: UpcomingFacts, say: Wording) -> Iterator[str]:
    known, rows = facts.provenance, facts.rows
    yield say("roster_source", source=known.roster.short)
    yield say("rules_source", source=Source(say.code(known.rules.name), known.rules.sha256).short)
    if known.region:
        yield say("region", region=known.region)
    yield say("rows", read=rows.read, decided=rows.decided, set_aside=rows.set_aside)
    if rows.total_rows or rows.blank_rows:
        yield say("left_out_rows", totals=rows.total_rows, blanks=rows.blank_rows)
    if facts.told_before:
        yield say("told_before", count=facts.told_before)


def _sums(changes: pl.DataFrame, of_rules: pl.DataFrame, words: Labels) -> Section:
    """Return how many changes there are of each kind, and the money of one payment each."""
    keys = ["benefit", "change", "per"]
    own = changes.filter(~pl.col("is_shared")).select(
        *keys,
        pl.lit(1, dtype=pl.Int64).alias("people"),
        pl.col("from_amount_fen").fill_null(0).alias("from_fen"),
        pl.col("to_amount_fen").fill_null(0).alias("to_fen"),
    )
    both = pl.concat([own, of_rules.select(own.columns)])
    sums = both.group_by(keys).agg(pl.exclude(keys).sum()).sort(keys)
    rows = tuple(
        (
            words.titles[row["benefit"]],
            words.say(f"change_{row['change']}"),
            str(row["people"]),
            format_fen(row["from_fen"]),
            format_fen(row["to_fen"]),
            words.say.code(row["per"] or ""),
        )
        for row in sums.iter_rows(named=True)
    )
    columns = (
        *_columns(words, "benefit", "kind_of_change"),
        *(
            Column(words.say(word), is_number=True)
            for word in ("changes_count", "sum_before", "sum_after")
        ),
        Column(words.say("per")),
    )
    nothing = () if rows else (words.say("no_changes"),)
    return Section(words.say("changes_by_kind"), columns, rows, nothing)


def _of_rules(changes: pl.DataFrame, words: Labels) -> Section:
    rows = tuple(
        (
            row["on"].isoformat(),
            words.titles[row["benefit"]],
            words.say(f"change_{row['change']}"),
            cause_in_words(row["benefit"], row["change"], row["cause"], words),
            str(row["people"]),
            format_fen(row["from_fen"]),
            format_fen(row["to_fen"]),
            words.say.code(row["per"] or ""),
        )
        for row in changes.head(SHOWN_ROWS).iter_rows(named=True)
    )
    columns = (
        *_columns(words, "on", "benefit", "kind_of_change", "cause"),
        *(
            Column(words.say(word), is_number=True)
            for word in ("people", "sum_before", "sum_after")
        ),
        Column(words.say("per")),
    )
    return Section(words.say("changes_of_rules"), columns, rows, (), changes.height or None)


def _always_open(unknown: pl.DataFrame, words: Labels) -> Section:
    """Return of how many people nothing can be told over the whole time, and what they lack."""
    rows = tuple(
        (words.titles[row["benefit"]], words.missing(row["benefit"], row["missing"]), str(people))
        for row in unknown.head(SHOWN_ROWS).iter_rows(named=True)
        for people in [row["people"]]
    )
    columns = (*_columns(words, "benefit", "missing"), Column(words.say("people"), is_number=True))
    lines = (words.say("always_open_note"),) if rows else ()
    return Section(words.say("always_open"), columns, rows, lines, unknown.height or None)


def _townships(changes: pl.DataFrame, words: Labels) -> Iterator[Section]:
    """Yield one section a township, in order of codes, up to the rows that a report shows."""
    place = plain_division(pl.col(tables.DIVISION)).str.slice(0, _TOWNSHIP_DIGITS).fill_null("")
    placed = changes.with_columns(place.alias("township"))
    shown = placed.sort("township", maintain_order=True).head(SHOWN_ROWS)
    totals = dict(placed["township"].value_counts().rows())
    for (township,), rows in shown.group_by("township", maintain_order=True):
        title = words.say("in_township", place=township or words.say("unknown_place"))
        yield Section(
            title,
            _person_columns(
                words, "kind_of_change", "from_to", "per", "cause", "first_month", "apply_by"
            ),
            tuple(_change_cells(row, words) for row in _rows(rows)),
            (),
            totals[township],
        )
    hidden = placed.height - shown.height
    if hidden:
        yield Section(words.say("more_changes"), lines=(words.say("more_of", count=hidden),))


def _if_known(changes: pl.DataFrame, words: Labels) -> Section:
    rows = tuple(
        (
            *_person_cells(row, words),
            words.missing(row["benefit"], row["missing"]),
            _day_or_nothing(row["apply_by"]),
        )
        for row in _rows(changes.head(SHOWN_ROWS))
    )
    lines = (words.say("if_known_note"),) if rows else ()
    columns = _person_columns(words, "missing", "apply_by")
    return Section(words.say("if_known"), columns, rows, lines, changes.height or None)


def _rows(changes: pl.DataFrame) -> Iterator[dict[str, Any]]:
    return changes.with_columns(masked_identity(changes)).iter_rows(named=True)


def _person_columns(words: Labels, *more: str) -> tuple[Column, ...]:
    return _columns(words, "on", "person_id", "name", "id_number", "benefit", *more)


def _columns(words: Labels, *titles: str) -> tuple[Column, ...]:
    return tuple(Column(words.say(word)) for word in titles)


def _person_cells(row: Mapping[str, Any], words: Labels) -> tuple[str, ...]:
    return (
        row["on"].isoformat(),
        row[tables.PERSON_ID],
        mask_numbers(row[tables.NAME] or ""),
        row[tables.ID_NUMBER] or "",
        words.titles[row["benefit"]],
    )


def _change_cells(row: Mapping[str, Any], words: Labels) -> tuple[str, ...]:
    return (
        *_person_cells(row, words),
        words.say(f"change_{row['change']}"),
        _from_to(row, words.say),
        words.say.code(row["per"] or ""),
        cause_in_words(row["benefit"], row["change"], row["cause"], words),
        row["first_month"] or "",
        _day_or_nothing(row["apply_by"]),
    )


def _day_or_nothing(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _from_to(row: Mapping[str, Any], say: Wording) -> str:
    """Return from what to what: amounts where it is due, else the outcome in words."""
    sides = (
        say(outcome) if fen is None else format_fen(fen)
        for outcome, fen in (
            (row["from_outcome"], row["from_amount_fen"]),
            (row["to_outcome"], row["to_amount_fen"]),
        )
    )
    return " → ".join(sides)


def _how_to_apply(changes: pl.DataFrame, words: Labels) -> Iterator[Section]:
    """Yield what a person must do, for each benefit that begins or may begin for somebody."""
    may_begin = (pl.col("from_outcome") != "due") & (pl.col("to_outcome") != "not_due")
    begun = set(changes.filter(may_begin)["benefit"])
    for benefit in words.book.benefits:
        lines = tuple(apply_lines(benefit, words)) if benefit.id in begun else ()
        if lines:
            yield Section(words.say("apply_for", title=words.titles[benefit.id]), lines=lines)


def apply_lines(benefit: Benefit, words: Labels) -> Iterator[str]:
    """Yield where to apply, until when, in which steps and with which papers."""
    say, told = words.say, benefit.apply
    for word in ("where", "deadline"):
        if text := _told(told.get(word), say):
            yield say(f"apply_{word}", text=text)
    steps = [_told(one, say) for one in _listed(told.get("steps"))]
    if steps:
        numbered = (f"{at}. {step}" for at, step in enumerate(steps, 1))
        yield say("apply_steps", text=" ".join(numbered))
    papers = [_told(one.get("title"), say) for one in _listed(told.get("documents"))]
    if papers:
        yield say("apply_documents", text=say("list_mark").join(papers))


def _set_aside(facts: UpcomingFacts, say: Wording) -> Section:
    columns = (
        Column(say("row"), is_number=True),
        *(Column(say(word)) for word in ("person_id", "column", "cell", "reason")),
    )
    texts = (tables.PERSON_ID, "column", "text", "reason")
    shown = facts.set_aside.sort(tables.ROW).head(SHOWN_ROWS)
    told = shown.select(tables.ROW, *(masked_text(word) for word in texts)).iter_rows()
    rows = tuple(tuple(str(cell or "") for cell in row) for row in told)
    total = facts.set_aside.height
    return Section(say("list_set_aside"), columns, rows, total_rows=total or None)


def _notes(facts: UpcomingFacts, say: Wording) -> Iterator[str]:
    yield say("facts_held_over", last_on=facts.last_on.isoformat())
    yield say("masked_note")
    yield say("program", program=facts.provenance.program)


def _told(text: object, say: Wording) -> str:
    """Return a text of a rule as it was written, in one language where both are given."""
    if isinstance(text, Mapping):
        return str(text.get(say.language) or next(iter(text.values()), ""))
    return str(text or "")


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
