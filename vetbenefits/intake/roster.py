"""The roster: a file or a data frame in; clean batches of people, rows set aside and problems out.

The first pass sees only who the rows are about, because a person id that stands twice sets aside
both rows, wherever they stand. Then the rows are read in batches, so memory stays flat. A small
file is read once: what was read is held until the last row has been seen.

No row vanishes: rows read = rows kept + rows set aside. Rows of totals and blank rows are no people
and are counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.intake.ahead import in_parallel
from vetbenefits.intake.census import Census, SharedNumbers
from vetbenefits.intake.csv_table import read_csv
from vetbenefits.intake.facts import Asked
from vetbenefits.intake.findings import merged, rows_set_aside
from vetbenefits.intake.frame_table import FrameTable
from vetbenefits.intake.headers import HeaderWords, map_headers, missing_columns, no_identity
from vetbenefits.intake.rows import Counts, RowReader, no_rows
from vetbenefits.model.facts import PERSON
from vetbenefits.model.tables import DIVISION, ID_NUMBER, NAME, PERSON_ID, ROW
from vetbenefits.problems import InvalidInput, has_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vetbenefits.intake.persons import Persons
    from vetbenefits.intake.rows import ReadRows
    from vetbenefits.intake.text_table import TextBatch, TextTable
    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.problems import Problem

BATCH_ROWS = 250_000
# A file of up to so many rows is read once and held as what was read, a larger one is read twice.
READ_ONCE_ROWS = 1_500_000

_FIXED = (ROW, PERSON_ID, NAME, ID_NUMBER, DIVISION)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some consecutive rows of the roster, decided about by nobody yet.

    Shape: `frame` is ROSTER as the engine takes it; `set_aside` has each row that was set aside
    once: `row`, `person_id`, `column`, `text`, `code`, `reason`.
    """

    frame: pl.DataFrame
    set_aside: pl.DataFrame
    problems: tuple[Problem, ...]


class RosterReader:
    """Yields the people of a roster in batches; knows the counts once all are read."""

    def __init__(self, table: TextTable, rows: RowReader, batch_rows: int) -> None:
        self._table = table
        self._rows = rows
        self._batch_rows = batch_rows
        self._census = Census(rows.persons)
        self._read: list[ReadRows] | None = None
        self._left_out = Counts()
        self.counts = Counts()
        self.problems: tuple[Problem, ...] = ()
        self._take_census()

    @property
    def sha256(self) -> str:
        """Return the fingerprint of the file; empty for a data frame."""
        return self._table.sha256

    @property
    def headers(self) -> dict[str, str]:
        """Return the fact that each recognised header means, in the order of the file."""
        return self._rows.found.facts_by_header

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of every batch."""
        return (*_FIXED, *self._rows.facts.columns)

    def batches(self) -> Iterator[Batch]:
        """Yield all people in the order of the file; `counts` and `problems` are known at the end.

        Raises:
            InvalidInput: the file was changed or removed since it was opened.
        """
        kept = aside = 0
        problems: list[Problem] = []
        numbers = SharedNumbers(self._rows.persons)
        for read in self._second_look():
            batch = self._batch(read, numbers)
            kept += batch.frame.height
            aside += batch.set_aside.height
            problems += batch.problems
            yield batch
        self.counts = replace(
            self._left_out, rows_read=kept + aside, rows_kept=kept, rows_set_aside=aside
        )
        self.problems = merged((*problems, *numbers.problems()))

    def _take_census(self) -> None:
        """Look at every row once; read it for good at the same time if the file is small."""
        if self._table.likely_rows <= READ_ONCE_ROWS:
            self._read = []
            for people, read in self._read_all():
                self._census.count(people)
                self._read.append(read)
            rows = sum(read.who.height for read in self._read)
        else:
            rows = 0
            persons = self._rows.persons
            for text in self._table.batches(tuple(sorted(persons.glanced)), self._batch_rows):
                self._census.count(persons.glance(text.frame))
                rows += text.frame.height
        self._census.settle()
        self.counts = replace(self._left_out, rows_read=rows)

    def _second_look(self) -> Iterator[ReadRows]:
        """Yield what was read, letting go of it; or read it now."""
        read, self._read = self._read, None
        if read is None:
            yield from (one for _, one in self._read_all())
            return
        read.reverse()
        while read:
            yield read.pop()

    def _read_all(self) -> Iterator[tuple[pl.DataFrame, ReadRows]]:
        """Yield the rows that are people, and what is read of them; count those that are none."""
        totals = blank = 0
        texts = self._table.batches(self._rows.wanted, self._batch_rows)
        for text, (persons, read) in in_parallel(self._read_batch, texts):
            totals += persons.total_rows
            blank += text.blank_rows
            if persons.frame.height:
                yield persons.frame, read
        self._left_out = Counts(total_rows_dropped=totals, blank_rows=blank)

    def _read_batch(self, text: TextBatch) -> tuple[TextBatch, tuple[Persons, ReadRows]]:
        persons = self._rows.persons.read(text.frame)
        return text, (persons, self._rows.read(persons.frame, _FIXED))

    def _batch(self, read: ReadRows, numbers: SharedNumbers) -> Batch:
        findings = (*self._census.findings(read.who), *read.findings)
        numbers.count(read.who.join(self._census.shared, on=ROW, how="anti"))
        set_aside = rows_set_aside(findings)
        frame = read.frame
        if frame.height + set_aside.height > read.who.height:
            frame = frame.filter(~pl.col(ROW).is_in(set_aside.get_column(ROW).implode()))
        problems = merged(finding.problem() for finding in findings)
        return Batch(frame, set_aside, problems)


def open_roster(
    path: Path | str,
    vocabulary: Vocabulary,
    needed: frozenset[str],
    *,
    only_checked: frozenset[str] = frozenset(),
    batch_rows: int = BATCH_ROWS,
    language: str = "en",
) -> tuple[RosterReader | None, tuple[Problem, ...]]:
    """Open a roster file (`-` is standard input) for the facts that a run asks for.

    Args:
        path: The file.
        vocabulary: How facts are headed, read and filled.
        needed: The facts that rules of the run use; a cell of them that cannot be read sets its row
            aside.
        only_checked: Facts that only checks of the roster use; such a cell warns.
        batch_rows: The most rows of a batch.
        language: Of what is told of the rows, `zh` or `en`.

    Returns:
        The reader, None where an error makes the whole file unusable; and what was found so far.
    """
    words = HeaderWords.of(vocabulary.of_table(PERSON), language)
    asked = Asked(vocabulary, needed, only_checked)
    try:
        return read_csv(path, words, lambda table: _opened(table, words, asked, batch_rows))
    except InvalidInput as error:
        return None, error.problems


def roster_from_frame(  # noqa: PLR0913  one argument an option
    frame: pl.DataFrame,
    vocabulary: Vocabulary,
    needed: frozenset[str],
    *,
    only_checked: frozenset[str] = frozenset(),
    shown_as: str = "data frame",
    batch_rows: int = BATCH_ROWS,
    language: str = "en",
) -> tuple[RosterReader | None, tuple[Problem, ...]]:
    """Read a data frame as a roster, with the same checks. Rows count from 1."""
    words = HeaderWords.of(vocabulary.of_table(PERSON), language)
    asked = Asked(vocabulary, needed, only_checked)
    try:
        return _opened(FrameTable(frame, shown_as), words, asked, batch_rows)
    except InvalidInput as error:
        return None, error.problems


def _opened(
    table: TextTable, words: HeaderWords, asked: Asked, batch_rows: int
) -> tuple[RosterReader | None, tuple[Problem, ...]]:
    found, problems = map_headers(table.headers, table.header_row, table.shown_as, words)
    problems = (*problems, *no_identity(found, words))
    if has_errors(problems):
        return None, problems
    rows = RowReader.of(asked, found)
    reader = RosterReader(table, rows, batch_rows)
    if not reader.counts.rows_read:
        return None, (*problems, no_rows(found, reader.counts))
    used = [name for name in rows.facts.outputs if name in asked.needed]
    return reader, (*problems, *missing_columns(rows.facts.specs, used, found))
