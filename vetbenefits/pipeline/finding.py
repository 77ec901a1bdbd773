"""Finds one person in a roster, by their number there or by their ID number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from vetbenefits.intake.identity import normalise, upgrade_15
from vetbenefits.masking import mask_id_number, mask_numbers
from vetbenefits.model import tables
from vetbenefits.pipeline.findings import CheckWords, with_problem_codes
from vetbenefits.pipeline.opening import name_of, open_people
from vetbenefits.problems import InvalidInput, Problem, Span
from vetbenefits.reports.explanation import Identity
from vetbenefits.reports.report import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from vetbenefits.model.rulebook import RuleBook
    from vetbenefits.pipeline.opening import Table
    from vetbenefits.reports.wording import Wording

_OLD_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a roster: facts, those for its checks alone, and whom these set aside."""

    roster: Table
    needed: frozenset[str]
    only_checked: frozenset[str]
    set_aside: Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class FoundRow:
    """The row of one person, the roster that holds it, and what was noticed."""

    row: pl.DataFrame
    roster: Source
    problems: tuple[Problem, ...]


def find_row(book: RuleBook, asked: Asked, key: str, say: Wording) -> FoundRow:
    """Return the one person of this number or ID number.

    Raises:
        InvalidInput: the roster cannot be used; nobody is meant; the row was set aside.
    """
    file = name_of(asked.roster, "roster")
    reader, problems = open_people(
        asked.roster, book.vocabulary, asked.needed, asked.only_checked, say.language
    )
    number = normalise(key)
    number = upgrade_15(number) if len(number) == _OLD_DIGITS and number.isdigit() else number
    is_meant = (pl.col(tables.PERSON_ID) == key) | (pl.col(tables.ID_NUMBER) == number)
    rows: list[pl.DataFrame] = []
    aside: list[Problem] = []
    words = CheckWords(book, say.language, reader.headers)
    for batch in reader.batches():
        row = batch.frame.filter(is_meant)
        if row.height:
            rows.append(row)
            failed = with_problem_codes(words.told(asked.set_aside(row), row))
            aside += (_set_aside(one, file, (), say) for one in failed.rows(named=True))
        unread = batch.set_aside.filter(pl.col(tables.PERSON_ID) == key)
        aside += (_set_aside(one, file, batch.problems, say) for one in unread.rows(named=True))
    if aside:
        raise InvalidInput(aside[:1], say.language)
    if not rows:
        message = say("unknown_person", key=mask_numbers(key))
        unknown = Problem("VB740", message, Span(file), hint=say("give_number"))
        raise InvalidInput([unknown], say.language)
    meant = pl.concat(rows)
    if meant.height > 1:
        names = say("list_mark").join(mask_numbers(name) for name in meant[tables.PERSON_ID])
        message = say("several", names=names)
        several = Problem("VB741", message, Span(file), hint=say("name_one"))
        raise InvalidInput([several], say.language)
    return FoundRow(meant, Source(file, reader.sha256), problems)


def _set_aside(
    row: Mapping[str, Any], file: str, problems: Iterable[Problem], say: Wording
) -> Problem:
    """Return why a row was set aside, with the way out that the problem of its batch tells."""
    reason = " ".join(part for part in (str(row["column"]), str(row["reason"])) if part)
    code = str(row["code"])
    hints = (one.hint for one in problems if one.code == code and one.message.startswith(reason))
    return Problem(
        code,
        say("person_set_aside", reason=reason),
        Span(file, int(row[tables.ROW])),
        hint=next(hints, ""),
    )


def identity_of(row: Mapping[str, Any], *, full_ids: bool, bill_id: str = "") -> Identity:
    """Return who a row speaks of, as it may be shown."""
    number = str(row[tables.ID_NUMBER] or "")
    person_id = str(row[tables.PERSON_ID])
    return Identity(
        person_id if full_ids else mask_numbers(person_id),
        str(row[tables.NAME] or ""),
        number if full_ids or not number else mask_id_number(number),
        str(row[tables.DIVISION] or ""),
        bill_id,
    )
