"""The seam between how a table arrives and what is read out of it.

A CSV file, a data frame (and one day a workbook) all become the same thing: a row of headers, and
batches of cells that are still text, each row with its number. Whatever reads cells sees only this.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

import polars as pl

from vetbenefits.model.tables import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

SHAPE = "shape"
FIELDS = "fields"


class Shape(IntEnum):
    """Whether a row has one cell under each header. A row that has not may be shifted."""

    WHOLE = 0
    SHORT = 1
    LONG = 2
    BROKEN = 3


def cell_column(index: int) -> str:
    """Return the column of a batch that holds the cells of one column of the table."""
    return f"cell_{index}"


def empty_cells(columns: tuple[int, ...]) -> pl.DataFrame:
    """Return a batch frame without rows."""
    schema: dict[str, type[pl.DataType]] = {ROW: pl.Int64, SHAPE: pl.UInt8, FIELDS: pl.UInt32}
    schema.update({cell_column(index): pl.String for index in columns})
    return pl.DataFrame(schema=schema)


@dataclass(frozen=True, slots=True)
class TextBatch:
    """Some consecutive rows of a table.

    Shape: `row` Int64, `shape` UInt8 (a `Shape`), `fields` UInt32 (how many cells the row has) and
    one String column per column that was asked for, without nulls; a blank cell is "".
    `blank_rows` counts rows without any content, which the frame leaves out.
    """

    frame: pl.DataFrame
    blank_rows: int = 0


class TextTable(Protocol):
    """A table of text that can be read from its beginning as often as needed."""

    @property
    def shown_as(self) -> str:
        """The name of the table in problems."""

    @property
    def likely_rows(self) -> int:
        """About how many rows there are."""

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers as they stand, in order; blank ones included."""

    @property
    def header_row(self) -> int:
        """The row the headers stand in, from 1; 0 where the table has no such row."""

    @property
    def sha256(self) -> str:
        """The fingerprint of the bytes; empty before they were read to the end, or without any."""

    def batches(self, columns: tuple[int, ...], most_rows: int) -> Iterator[TextBatch]:
        """Yield all rows in order, at most `most_rows` at a time, with the columns asked for."""
