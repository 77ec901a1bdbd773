"""Blocks of lines to batches of cells: quick where a line is a row, careful where quotes say more.

Polars pads a row that is too short and cuts one that is too long, without a word. So a mark is put
behind each row before it is split: where the mark does not come out in its own column, the row has
not one cell under each header, and is looked at singly. Rows are counted against lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.intake.quoting import QUOTE, Record, records, well_quoted
from vetbenefits.intake.text_table import (
    FIELDS,
    SHAPE,
    Shape,
    TextBatch,
    cell_column,
    empty_cells,
)
from vetbenefits.model.tables import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MARK = "\x1e"
_STAND_IN = "\x1f"  # for a separator of several bytes, which polars does not take
_WHOLE_LINE = "\x1d"


class RecordReader:
    """Turns blocks of whole lines into batches. Carries an unfinished record to the next block.

    Args:
        separator: One character between cells.
        headers: The headers; a row may lack cells only behind the last one with a name.
        columns: Which columns are wanted, by index.
    """

    def __init__(self, separator: str, headers: tuple[str, ...], columns: tuple[int, ...]) -> None:
        self.separator = separator
        self.width = len(headers)
        named = [index for index, header in enumerate(headers) if header.strip()]
        self.least = named[-1] + 1 if named else self.width
        self.columns = columns
        self._well_quoted = well_quoted(separator)

    def batches(self, blocks: Iterator[bytes], first_line: int) -> Iterator[TextBatch]:
        """Yield one batch per block; lines before `first_line` are left out."""
        line, skip, carried = 1, first_line - 1, b""
        block = next(blocks, None)
        while block is not None:
            upcoming = next(blocks, None)
            text = carried + block if carried else block
            if skip:
                text, skipped = _without_lines(text, skip)
                line, skip = line + skipped, skip - skipped
            batch, lines, carried = self._read(text, line, more_follow=upcoming is not None)
            line += lines
            yield batch
            block = upcoming

    def _read(self, text: bytes, line: int, *, more_follow: bool) -> tuple[TextBatch, int, bytes]:
        """Read a block; return also how many lines it took and what is left of its end."""
        if not text:
            return TextBatch(empty_cells(self.columns)), 0, b""
        quick = self._quick(text, line)
        if quick:
            return *quick, b""
        return self._careful(text, line, more_follow=more_follow)

    def _quick(self, text: bytes, line: int) -> tuple[TextBatch, int] | None:
        """Split a block on which every line is one row; None where that is not certain."""
        separator = self.separator
        if any(mark.encode() in text for mark in (_MARK, _STAND_IN, _WHOLE_LINE)):
            return None
        quoted = QUOTE.encode() in text
        if quoted and not self._is_well_quoted(text):
            return None
        if not separator.isascii():
            if quoted:
                return None
            text, separator = text.replace(separator.encode(), _STAND_IN.encode()), _STAND_IN
        marked = text.replace(b"\n", f"{separator}{_MARK}\n".encode())
        lines = (len(marked) - len(text)) // 2
        read = pl.read_csv(
            marked,
            has_header=False,
            schema={f"column_{index + 1}": pl.String for index in range(self.width + 1)},
            columns=[f"column_{index + 1}" for index in (*self.columns, self.width)],
            separator=separator,
            empty_string_is_null=False,
            extra_columns="ignore",
            missing_columns="insert",
        )
        if read.height != lines:
            return None
        names = [cell_column(index) for index in self.columns]
        mark = read.get_column(f"column_{self.width + 1}")
        cells = read.select(
            pl.int_range(line, line + lines, dtype=pl.Int64).alias(ROW),
            pl.lit(int(Shape.WHOLE), dtype=pl.UInt8).alias(SHAPE),
            pl.lit(self.width, dtype=pl.UInt32).alias(FIELDS),
            *(
                pl.col(f"column_{index + 1}").alias(name)
                for index, name in zip(self.columns, names, strict=True)
            ),
        )
        odd = (mark != _MARK).fill_null(value=True) | _all_blank(cells, names)
        return self._with_odd_lines(cells, odd, text, line, separator), lines

    def _is_well_quoted(self, text: bytes) -> bool:
        lines = _lines(text).filter(pl.col("line").str.contains(QUOTE, literal=True))
        return bool(lines.get_column("line").str.contains(self._well_quoted).all())

    def _with_odd_lines(
        self, cells: pl.DataFrame, odd: pl.Series, text: bytes, line: int, separator: str
    ) -> TextBatch:
        """Read the rows singly that have not one cell per header, or perhaps no filled one."""
        if not odd.any():
            return TextBatch(cells)
        lines = _lines(text).get_column("line").filter(odd).to_list()
        at = [line + index for index in odd.arg_true().to_list()]
        singly = [
            Record(number, 1, next(records([one], separator, width=self.width)).cells)
            for number, one in zip(at, lines, strict=True)
        ]
        frame, blank = self._frame(singly)
        return TextBatch(pl.concat([cells.filter(~odd), frame]).sort(ROW), blank)

    def _careful(
        self, text: bytes, line: int, *, more_follow: bool
    ) -> tuple[TextBatch, int, bytes]:
        lines = text.decode().split("\n")[:-1]
        found = list(records(lines, self.separator, width=self.width, more_follow=more_follow))
        carried = b""
        taken = len(lines)
        if found and found[-1].is_open:
            taken = found.pop().line - 1
            carried = "".join(f"{one}\n" for one in lines[taken:]).encode()
        placed = [Record(line + one.line - 1, one.lines, one.cells) for one in found]
        return TextBatch(*self._frame(placed)), taken, carried

    def _frame(self, found: Sequence[Record]) -> tuple[pl.DataFrame, int]:
        """Return the frame of records, and how many were blank and are left out."""
        rows: list[int] = []
        shapes: list[int] = []
        fields: list[int] = []
        kept: list[list[str]] = []
        for record in found:
            cells = record.cells or []
            if record.cells is not None and not any(cell.strip() for cell in cells):
                continue
            rows.append(record.line)
            shapes.append(self._shape(record.cells))
            fields.append(len(cells))
            kept.append(cells)
        cells_of = {
            cell_column(index): [row[index] if index < len(row) else "" for row in kept]
            for index in self.columns
        }
        frame = pl.DataFrame(
            {ROW: rows, SHAPE: shapes, FIELDS: fields, **cells_of},
            schema=empty_cells(self.columns).schema,
        )
        return frame, len(found) - len(rows)

    def _shape(self, cells: Sequence[str] | None) -> Shape:
        if cells is None:
            return Shape.BROKEN
        if len(cells) < self.least:
            return Shape.SHORT
        beyond = cells[self.width :]
        return Shape.LONG if any(cell.strip() for cell in beyond) else Shape.WHOLE


def _lines(text: bytes) -> pl.DataFrame:
    """Return the lines of a block as they stand, in one column `line`."""
    return pl.read_csv(
        text,
        has_header=False,
        schema={"line": pl.String},
        separator=_WHOLE_LINE,
        quote_char=None,
        empty_string_is_null=False,
    )


def _all_blank(cells: pl.DataFrame, names: Sequence[str]) -> pl.Series:
    """Tell which rows may be blank. The first column settles it for nearly every row."""
    blank = pl.repeat(value=True, n=cells.height, dtype=pl.Boolean, eager=True)
    for name in names:
        blank &= cells.get_column(name).str.strip_chars() == ""
        if not blank.any():
            break
    return blank


def _without_lines(text: bytes, count: int) -> tuple[bytes, int]:
    """Return a block without its first lines, and how many of them it had."""
    start = 0
    for skipped in range(count):
        end = text.find(b"\n", start)
        if end < 0:
            return b"", skipped
        start = end + 1
    return text[start:], count
