"""The roster: a file or a data frame in; clean batches of people, rows set aside and problems out.

The first pass reads only who the rows are about, because a person id that stands twice sets aside
both rows, wherever they stand. Then the rows are read in batches, so memory stays flat. The text of
a small file is kept between the two, so it is read once.

No row vanishes: rows read = rows kept + rows set aside. Rows of totals and blank rows are no people
and are counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vetbenefits.intake.csv_table import read_csv
from vetbenefits.intake.findings import merged
from vetbenefits.intake.frame_table import FrameTable
from vetbenefits.intake.headers import HeaderWords, map_headers, missing_columns, no_identity
from vetbenefits.intake.rows import Counts, RowReader, is_rounded_file, no_rows, rounded_numbers
from vetbenefits.intake.uniqueness import NOTHING_SHARED, Census, find_shared
from vetbenefits.model.facts import PERSON
from vetbenefits.model.tables import DIVISION, ID_NUMBER, NAME, PERSON_ID, ROW
from vetbenefits.problems import InvalidInput, has_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import polars as pl

    from vetbenefits.intake.text_table import TextTable
    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.problems import Problem

BATCH_ROWS = 250_000
# A file up to this size is read once and kept as text, a larger one is read twice.
KEPT_BYTES = 192 << 20

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
        self._shared = NOTHING_SHARED
        self._is_rounded_file = False
        self._kept_frames: list[pl.DataFrame] | None = None
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
        found = self._rows.found
        in_order = sorted(found.columns.items(), key=lambda item: item[1])
        return {found.header(fact): fact for fact, _ in in_order}

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
        for frame in self._second_look():
            batch = self._batch(frame)
            kept += batch.frame.height
            aside += batch.set_aside.height
            problems += batch.problems
            yield batch
        self.counts = Counts(
            kept + aside, kept, aside, self.counts.total_rows_dropped, self.counts.blank_rows
        )
        self.problems = merged(problems)

    def _batch(self, frame: pl.DataFrame) -> Batch:
        repeated = self._rows.shared(frame, self._shared)
        read, set_aside, findings = self._rows.read(
            frame, repeated, is_rounded_file=self._is_rounded_file
        )
        problems = merged(finding.problem() for finding in findings)
        kept = read.select(self.columns).collect(engine="in-memory")
        return Batch(kept, set_aside, problems)

    def _take_census(self) -> None:
        """Look at every row once: who shares a person id or a number, and what is no person."""
        census = Census()
        rows = totals = blank = rounded = 0
        is_small = self._table.byte_size <= KEPT_BYTES
        kept: list[pl.DataFrame] = []
        columns = self._rows.wanted if is_small else self._rows.identifying
        for text in self._table.batches(columns, self._batch_rows):
            persons = self._rows.identify(text.frame)
            rows += persons.frame.height
            totals += persons.total_rows
            blank += text.blank_rows
            census.count(persons.frame)
            rounded += rounded_numbers(persons.frame)
            if is_small:
                kept.append(persons.frame)
        self.counts = Counts(rows, 0, 0, totals, blank)
        self._is_rounded_file = rounded > 0 and is_rounded_file(rounded, rows)
        self._kept_frames = kept if is_small else None
        persons_twice, numbers_twice = census.repeated()
        if len(persons_twice) or len(numbers_twice):
            frames = self._frames(self._rows.identifying)
            self._shared = find_shared(frames, persons_twice, numbers_twice)

    def _second_look(self) -> Iterator[pl.DataFrame]:
        """Yield the rows again, letting go of kept text as it is used up."""
        kept, self._kept_frames = self._kept_frames, None
        if kept is None:
            yield from self._frames(self._rows.wanted)
            return
        kept.reverse()
        while kept:
            yield kept.pop()

    def _frames(self, columns: tuple[int, ...]) -> Iterable[pl.DataFrame]:
        if self._kept_frames is not None:
            return self._kept_frames
        texts = self._table.batches(columns, self._batch_rows)
        return (self._rows.identify(text.frame).frame for text in texts)


def open_roster(
    path: Path | str,
    vocabulary: Vocabulary,
    needed: frozenset[str],
    *,
    batch_rows: int = BATCH_ROWS,
) -> tuple[RosterReader | None, tuple[Problem, ...]]:
    """Open a roster file (`-` is standard input) for the facts that a run asks for.

    The reader is None where an error makes the whole file unusable.
    """
    words = HeaderWords.of(vocabulary.of_table(PERSON))
    try:
        return read_csv(
            path, words, lambda table: _opened(table, words, vocabulary, needed, batch_rows)
        )
    except InvalidInput as error:
        return None, error.problems


def roster_from_frame(
    frame: pl.DataFrame,
    vocabulary: Vocabulary,
    needed: frozenset[str],
    *,
    shown_as: str = "data frame",
    batch_rows: int = BATCH_ROWS,
) -> tuple[RosterReader | None, tuple[Problem, ...]]:
    """Read a data frame as a roster, with the same checks. Rows count from 1."""
    words = HeaderWords.of(vocabulary.of_table(PERSON))
    try:
        return _opened(FrameTable(frame, shown_as), words, vocabulary, needed, batch_rows)
    except InvalidInput as error:
        return None, error.problems


def _opened(
    table: TextTable,
    words: HeaderWords,
    vocabulary: Vocabulary,
    needed: frozenset[str],
    batch_rows: int,
) -> tuple[RosterReader | None, tuple[Problem, ...]]:
    found, problems = map_headers(table.headers, table.header_row, table.shown_as, words)
    problems = (*problems, *no_identity(found, words))
    if has_errors(problems):
        return None, problems
    rows = RowReader.of(vocabulary, needed, found)
    reader = RosterReader(table, rows, batch_rows)
    if not reader.counts.rows_read:
        return None, (*problems, no_rows(table, reader.counts))
    return reader, (*problems, *missing_columns(rows.facts.specs, rows.facts.outputs, found))
