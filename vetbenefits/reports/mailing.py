"""Notices as rows: for text messages, and for the mail merge of a word processor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.reports.sms import message_parts, message_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vetbenefits.reports.notices import Notice
    from vetbenefits.reports.wording import Wording

MESSAGE_COLUMNS = ("person_id", "name", "phone", "part", "parts", "text")
MERGE_COLUMNS = (
    "person_id",
    "name",
    "id_number",
    "phone",
    "division",
    "change_number",
    "changes",
    "title",
    "change",
    "on",
    "what",
    "from_amount",
    "to_amount",
    "each",
    "first_month",
    "reason",
    "missing",
    "law",
    "where",
    "deadline",
    "documents",
    "steps",
    "office",
    "contact",
    "date",
)
_IN_WORDS = MERGE_COLUMNS[MERGE_COLUMNS.index("title") : MERGE_COLUMNS.index("documents")]


def message_rows(notices: Iterable[Notice], say: Wording) -> pl.DataFrame:
    """Return notices as text messages.

    Shape: one row a part of at most 70 characters, in order; a person without a phone number has
    rows too, so that nobody is forgotten.
    """
    return _frame(_messages(notices, say), MESSAGE_COLUMNS)


def merge_rows(notices: Iterable[Notice]) -> pl.DataFrame:
    """Return notices for a mail merge.

    Shape: one row a person and change; `change_number` of `changes` counts those of the person.
    Lists are lines of one cell.
    """
    return _frame(_merged(notices), MERGE_COLUMNS)


def _messages(notices: Iterable[Notice], say: Wording) -> Iterator[tuple[str, ...]]:
    for notice in notices:
        letter = notice.letter
        keep = (letter.name, letter.contact, letter.office)
        parts = message_parts(message_text(letter, say), keep)
        for at, part in enumerate(parts, start=1):
            yield (letter.person_id, letter.name, notice.phone, str(at), str(len(parts)), part)


def _merged(notices: Iterable[Notice]) -> Iterator[tuple[str, ...]]:
    for notice in notices:
        letter = notice.letter
        for at, change in enumerate(letter.changes, start=1):
            yield (
                letter.person_id,
                letter.name,
                letter.id_number,
                notice.phone,
                letter.division,
                str(at),
                str(len(letter.changes)),
                *(getattr(change, name) for name in _IN_WORDS),
                _lines(change.documents),
                _lines(change.steps),
                letter.office,
                letter.contact,
                letter.date,
            )


def _lines(texts: tuple[str, ...]) -> str:
    return "\n".join(f"{at}. {text}" for at, text in enumerate(texts, start=1))


def _frame(rows: Iterable[tuple[str, ...]], columns: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict.fromkeys(columns, pl.String), orient="row")
