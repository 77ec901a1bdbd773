"""A CSV file as a table of text: encoding, separator and header row found, rows read in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.intake.files import (
    GB18030,
    BlockReader,
    BrokenEncodingError,
    ByteSource,
    Encoding,
    detect_encoding,
    invalid,
)
from vetbenefits.intake.layout import Layout, find_layout, first_rows
from vetbenefits.intake.records import RecordReader
from vetbenefits.intake.text_table import SHAPE, Shape, TextBatch
from vetbenefits.problems import Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vetbenefits.intake.headers import HeaderWords

_LEAST_BLOCK, _MOST_BLOCK = 1 << 16, 1 << 26
_JUDGED_ROWS = 1_000
_MOST_MISSHAPEN = 0.9


class CsvTable:
    """A file that stands open, with its layout. Reads from the beginning on each `batches`."""

    def __init__(self, source: ByteSource, encoding: Encoding, layout: Layout) -> None:
        self.source = source
        self.encoding = encoding
        self.layout = layout
        self.sha256 = ""

    @property
    def shown_as(self) -> str:
        """Return the path as it was given."""
        return self.source.shown_as

    @property
    def headers(self) -> tuple[str, ...]:
        """Return the headers as they stand."""
        return self.layout.headers

    @property
    def header_row(self) -> int:
        """Return the line on which the headers begin."""
        return self.layout.header_line

    def batches(self, columns: tuple[int, ...], most_rows: int) -> Iterator[TextBatch]:
        """Yield all rows in order, at most `most_rows` at a time.

        Raises:
            InvalidInput: the file cannot be read to its end, or hardly any row fits the headers.
        """
        reader = BlockReader(self.source, self.encoding, self._block_bytes(most_rows))
        layout = self.layout
        rows = RecordReader(layout.separator, len(layout.headers), columns)
        is_first = True
        for batch in rows.batches(reader.blocks(), layout.first_line):
            if is_first:
                self._require_shape(batch.frame)
                is_first = False
            yield from _at_most(batch, most_rows)
        self.sha256 = reader.sha256

    def _block_bytes(self, most_rows: int) -> int:
        """Return a size that holds about as many rows as a batch may have."""
        head = self.source.head()
        a_row = max(len(head) // max(head.count(b"\n"), 1), 1)
        return min(max(most_rows * a_row, _LEAST_BLOCK), _MOST_BLOCK)

    def _require_shape(self, frame: pl.DataFrame) -> None:
        """Refuse a table whose rows are not laid out like its headers."""
        wrong = frame.select((pl.col(SHAPE) != int(Shape.WHOLE)).sum()).item()
        if frame.height >= _JUDGED_ROWS and wrong > _MOST_MISSHAPEN * frame.height:
            raise invalid(
                "VB442",
                f"{wrong} of the first {frame.height} rows do not have the "
                f"{len(self.layout.headers)} cells of the header row",
                Span(self.shown_as, self.layout.header_line),
                "check separator, quotes and header row",
            )


def open_csv(path: Path | str, words: HeaderWords) -> CsvTable:
    """Open a file and find its encoding and layout.

    Raises:
        InvalidInput: it is no file, no text, or no row of its beginning names a fact.
    """
    source = ByteSource.open(path)
    encoding = detect_encoding(source.head(), source.shown_as)
    return _laid_out(source, encoding, words)


def in_other_encoding(table: CsvTable, broken: BrokenEncodingError, words: HeaderWords) -> CsvTable:
    """Return the table read as GB18030, after a byte was met that is not UTF-8.

    Raises:
        InvalidInput: no other encoding is possible.
    """
    if table.encoding.is_certain:
        raise broken_text(table.shown_as, table.encoding.name, broken)
    return _laid_out(table.source, Encoding(GB18030), words)


def broken_text(shown_as: str, encoding: str, broken: BrokenEncodingError) -> Exception:
    """Return the error for a file that is not in its encoding throughout."""
    name = {"utf-8": "UTF-8", "gb18030": "UTF-8 or GB18030"}.get(encoding, "UTF-16")
    return invalid(
        "VB404",
        f"the text is not {name}: byte {broken.byte} of the file, on line {broken.line}, "
        "does not fit",
        Span(shown_as, broken.line),
        "save the file as UTF-8",
    )


def _laid_out(source: ByteSource, encoding: Encoding, words: HeaderWords) -> CsvTable:
    head = source.head()[encoding.mark_bytes :]
    text = head.decode(encoding.name, "replace").replace("\r\n", "\n").replace("\r", "\n")
    layout = find_layout(text, words)
    if layout is None:
        raise invalid(
            "VB407",
            "none of the first 50 rows names a fact: there is no header row",
            Span(source.shown_as, 1),
            f"the file begins: {first_rows(text)}",
        )
    return CsvTable(source, encoding, layout)


def _at_most(batch: TextBatch, rows: int) -> Iterator[TextBatch]:
    """Yield a batch in parts of at most so many rows; the first one counts the blank rows."""
    if batch.frame.height <= rows:
        yield batch
        return
    blank = batch.blank_rows
    for part in batch.frame.iter_slices(rows):
        yield TextBatch(part, blank)
        blank = 0
