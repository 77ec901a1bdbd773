"""A data frame as a table of text: each column written out as a careful clerk would have typed it.

A column of numbers has no leading zeros to lose here, but may have lost digits already: whole
numbers too large for a float are written in the rounded way, so that they are known for damaged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.intake.files import invalid
from vetbenefits.intake.text_table import FIELDS, SHAPE, Shape, TextBatch, cell_column
from vetbenefits.model.tables import ROW
from vetbenefits.problems import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXACT = 2.0**53  # beyond, a float no longer holds every whole number
_NESTED = (pl.List, pl.Array, pl.Struct, pl.Object, pl.Binary, pl.Time, pl.Duration)


class FrameTable:
    """A data frame; its rows count from 1, and it has no row of headers."""

    def __init__(self, frame: pl.DataFrame, shown_as: str) -> None:
        self._frame = frame
        self.shown_as = shown_as
        self.headers = tuple(frame.columns)
        self.header_row = 0
        self.sha256 = ""
        self.likely_rows = frame.height

    def batches(self, columns: tuple[int, ...], most_rows: int) -> Iterator[TextBatch]:
        """Yield all rows in order, at most `most_rows` at a time.

        Raises:
            InvalidInput: a column that is wanted holds something else than single values.
        """
        for index in columns:
            self._require_single_values(index)
        first = 1
        for part in self._frame.iter_slices(most_rows):
            texts = [as_text(part.to_series(index)).alias(cell_column(index)) for index in columns]
            frame = pl.DataFrame(texts).select(
                pl.int_range(first, first + part.height, dtype=pl.Int64).alias(ROW),
                pl.lit(int(Shape.WHOLE), dtype=pl.UInt8).alias(SHAPE),
                pl.lit(len(self.headers), dtype=pl.UInt32).alias(FIELDS),
                pl.all(),
            )
            first += part.height
            blank = _blank(frame.drop(ROW, SHAPE, FIELDS))
            if blank.any():
                # Only a row without anything in any column is blank; few rows are asked.
                others = [as_text(one) for one in part.filter(blank) if not _is_nested(one.dtype)]
                blank = blank.scatter(blank.arg_true(), _blank(pl.DataFrame(others)))
            yield TextBatch(frame.filter(~blank), int(blank.sum()))

    def _require_single_values(self, index: int) -> None:
        dtype = self._frame.dtypes[index]
        if _is_nested(dtype):
            message = f"column `{self.headers[index]}` holds {dtype}, not single values"
            raise invalid("VB402", message, Span(self.shown_as, 0, index + 1))


def _is_nested(dtype: pl.DataType) -> bool:
    return isinstance(dtype, _NESTED)


def _blank(texts: pl.DataFrame) -> pl.Series:
    return texts.select(pl.all_horizontal(pl.all().str.strip_chars() == "")).to_series()


def as_text(values: pl.Series) -> pl.Series:
    """Return values of any simple type as text, "" where there is none."""
    dtype = values.dtype
    if dtype.is_float():
        texts = _of_floats(values)
    elif isinstance(dtype, pl.Datetime):
        texts = values.dt.replace_time_zone(None).dt.strftime("%Y-%m-%d %H:%M:%S")
    else:
        texts = values.cast(pl.String)
    return texts.fill_null("")


def _of_floats(values: pl.Series) -> pl.Series:
    """Write whole floats without a point, and those that have lost digits as rounded numbers."""
    value = pl.col("value")
    is_whole = (value == value.floor()) & (value.abs() < _EXACT)
    return (
        values.fill_nan(None)
        .alias("value")
        .to_frame()
        .select(
            pl.when(is_whole)
            .then(value.cast(pl.Int64, strict=False).cast(pl.String))
            .when(value.abs() >= _EXACT)
            .then(value.cast(pl.Float64).cast(pl.String).str.to_uppercase())
            .otherwise(value.cast(pl.String))
        )
        .to_series()
    )
