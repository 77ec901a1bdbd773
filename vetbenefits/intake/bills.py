"""Bills, or any table whose rows belong to people: one file in, one table out.

A bill names its person by person id, by ID number or by both. Whether that person is in the roster
is settled by whoever joins the two. A bill id that stands twice sets aside all bills that have it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.intake.csv_table import read_csv
from vetbenefits.intake.facts import Asked
from vetbenefits.intake.findings import TEXT, Finding, merged, rows_set_aside
from vetbenefits.intake.frame_table import FrameTable
from vetbenefits.intake.headers import HeaderWords, map_headers, missing_columns, no_identity
from vetbenefits.intake.persons import HAS_PERSON_ID, plain_texts
from vetbenefits.intake.rows import Counts, RowReader, no_rows
from vetbenefits.intake.status import Reason
from vetbenefits.intake.text_table import cell_column
from vetbenefits.model.facts import PERSON, Role
from vetbenefits.model.tables import BILL_ID, ID_NUMBER, PERSON_ID, ROW
from vetbenefits.problems import InvalidInput, has_errors

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vetbenefits.intake.headers import ColumnMap
    from vetbenefits.intake.text_table import TextTable
    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.problems import Problem

BILL = "bill"

_BATCH_ROWS = 250_000
_STAND_IN = "b"
_REPEATED = Reason(
    "VB450",
    "is also the bill id of other rows",
    "keep one row per bill",
    "与其他行的账单编号相同",
    "每笔账单只留一行",
)


@dataclass(frozen=True, slots=True)
class BillTable:
    """All bills of a file.

    Shape: `frame` has `row`, `bill_id` (`b<row>` stands in where there is none), `person_id` and
    `id_number` (either may be null, not both) and the columns of the facts asked for, one row a
    bill, in the order of the file; `set_aside` as in `roster.Batch`; `headers` are fact by header.
    """

    frame: pl.DataFrame
    set_aside: pl.DataFrame
    counts: Counts
    sha256: str
    headers: Mapping[str, str]


def open_bills(
    path: Path | str,
    vocabulary: Vocabulary,
    needed: frozenset[str],
    *,
    only_checked: frozenset[str] = frozenset(),
    table: str = BILL,
    language: str = "en",
) -> tuple[BillTable | None, tuple[Problem, ...]]:
    """Read a file of bills; None where an error makes the whole file unusable."""
    asked = Asked(vocabulary, needed, only_checked, table, language)
    try:
        return read_csv(path, _words(asked), lambda opened: _read(opened, asked))
    except InvalidInput as error:
        return None, error.problems


def bills_from_frame(  # noqa: PLR0913  one argument an option
    frame: pl.DataFrame,
    vocabulary: Vocabulary,
    needed: frozenset[str],
    *,
    only_checked: frozenset[str] = frozenset(),
    table: str = BILL,
    shown_as: str = "data frame",
    language: str = "en",
) -> tuple[BillTable | None, tuple[Problem, ...]]:
    """Read a data frame of bills, with the same checks. Rows count from 1."""
    asked = Asked(vocabulary, needed, only_checked, table, language)
    try:
        return _read(FrameTable(frame, shown_as), asked)
    except InvalidInput as error:
        return None, error.problems


def _words(asked: Asked) -> HeaderWords:
    """Return the headers of the bills, and those that say whose they are."""
    roles = (Role.PERSON_ID, Role.ID_NUMBER, Role.NAME)
    persons = (spec for spec in asked.vocabulary.of_table(PERSON) if spec.role in roles)
    return HeaderWords.of((*asked.vocabulary.of_table(asked.table), *persons), asked.language)


def _read(table: TextTable, asked: Asked) -> tuple[BillTable | None, tuple[Problem, ...]]:
    words = _words(asked)
    found, problems = map_headers(table.headers, table.header_row, table.shown_as, words)
    problems = (*problems, *no_identity(found, words))
    if has_errors(problems):
        return None, problems
    key = asked.vocabulary.tables[asked.table].key_fact
    rows = RowReader.of(replace(asked, needed=asked.needed - {key}), found)
    index = found.columns.get(key)
    columns = rows.wanted if index is None else tuple(sorted({*rows.wanted, index}))
    frames, totals, blank = [], 0, 0
    for text in table.batches(columns, _BATCH_ROWS):
        persons = rows.persons.read(text.frame)
        frames.append(persons.frame)
        totals += persons.total_rows
        blank += text.blank_rows
    cells = _with_bill_ids(pl.concat(frames), index) if frames else pl.DataFrame()
    if cells.is_empty():
        return None, (*problems, no_rows(found, Counts(total_rows_dropped=totals)))
    person_id = pl.when(HAS_PERSON_ID).then(PERSON_ID).alias(PERSON_ID)
    read = rows.read(cells, (ROW, BILL_ID, person_id, ID_NUMBER))
    findings = (*_repeated(cells, found, key), *read.findings)
    aside = rows_set_aside(findings)
    kept = read.frame.filter(~pl.col(ROW).is_in(aside.get_column(ROW).implode()))
    counts = Counts(cells.height, kept.height, aside.height, totals, blank)
    missing = missing_columns(rows.facts.specs, rows.facts.outputs, found)
    told = merged(finding.problem() for finding in findings)
    read_bills = BillTable(kept, aside, counts, table.sha256, found.facts_by_header)
    return read_bills, (*problems, *missing, *told)


def _with_bill_ids(cells: pl.DataFrame, index: int | None) -> pl.DataFrame:
    stand_in = pl.lit(_STAND_IN) + pl.col(ROW).cast(pl.String)
    if index is None:
        return cells.with_columns(stand_in.alias(BILL_ID))
    texts = plain_texts(cells.get_column(cell_column(index)), is_id=True)
    return cells.with_columns(texts.alias(BILL_ID)).with_columns(
        pl.when(pl.col(BILL_ID) == "").then(stand_in).otherwise(BILL_ID).alias(BILL_ID)
    )


def _repeated(cells: pl.DataFrame, found: ColumnMap, key: str) -> list[Finding]:
    rows = cells.filter(pl.col(BILL_ID).is_duplicated())
    if rows.is_empty() or key not in found.columns:
        return []
    place = found.place(key)
    of_it = rows.select(ROW, PERSON_ID, pl.col(BILL_ID).alias(TEXT))
    return [Finding(place, _REPEATED, of_it, sets_aside=True)]
