"""The list that is posted in public before a benefit begins (公示): who, from when, how much.

Names stand whole and ID numbers masked; phones and accounts do not stand there at all. A benefit
may begin on a birthday, which with both ends of an ID number would give the whole number away: so
only the month stands there, and of the number only its region and its last two characters.
Nothing is decided: it is the part of the list of changes in which somebody begins to be due.

Policy: none: our convention. What a posted list shows is a local habit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from vetbenefits.masking import mask_numbers
from vetbenefits.money import format_fen
from vetbenefits.reports.notices import day_in_words, shown_number
from vetbenefits.reports.report import Column, Report, Section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetbenefits.reports.labels import Labels
    from vetbenefits.reports.notices import Sender

_WORDS = ("number_in_list", "name", "id_number", "place", "begins_on", "amount", "paid_per")
_REGION, _LAST = 6, 2  # characters of an ID number that are posted
_POSTED = ("begins", "becomes_known")


def build_posting(changes: pl.DataFrame, words: Labels, sender: Sender) -> Report:
    """Return the list to post, a section a benefit.

    Shape: CHANGES -> people who begin to be due, in order of their division, then of the list.
    """
    say = words.say
    posted = changes.filter(pl.col("change").is_in(_POSTED), pl.col("to_outcome") == "due").sort(
        "division", nulls_last=True, maintain_order=True
    )
    columns = tuple(Column(say(word), is_number=word == "amount") for word in _WORDS)
    sections = tuple(
        Section(
            words.titles[one.id],
            columns,
            tuple(
                _row(at, row, words)
                for at, row in enumerate(posted.filter(benefit=one.id).iter_rows(named=True), 1)
            ),
        )
        for one in words.book.benefits
    )
    ends = (sender.office, sender.contact, day_in_words(sender.day, say))
    lines = (say("posting_lead"), *(one for one in ends if one))
    return Report(say("posting_title"), lines, tuple(one for one in sections if one.rows))


def posting_rows(report: Report) -> pl.DataFrame:
    """Return a posted list for a spreadsheet, the benefit in the first column."""
    rows = [(part.title, *row) for part in report.sections for row in part.rows]
    titles = [column.title for part in report.sections[:1] for column in part.columns]
    return pl.DataFrame(rows, schema=dict.fromkeys(("title", *titles), pl.String), orient="row")


def _row(at: int, row: Mapping[str, Any], words: Labels) -> tuple[str, ...]:
    say, fen = words.say, row["to_amount_fen"]
    return (
        str(at),
        mask_numbers(row["name"] or row["person_id"]),
        _posted_number(row["id_number"] or ""),
        row["division"] or "",
        f"{row['on']:%Y-%m}",
        "" if fen is None else format_fen(fen),
        say.code(row["per"]) if row["per"] else "",
    )


def _posted_number(id_number: str) -> str:
    shown = shown_number(id_number)
    hidden = max(len(shown) - _REGION - _LAST, 0)
    return f"{shown[:_REGION]}{'*' * hidden}{shown[-_LAST:]}" if hidden else "*" * len(shown)
