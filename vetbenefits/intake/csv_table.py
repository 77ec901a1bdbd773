"""A CSV file as a table of text: encoding, separator and header row found, rows read in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import polars as pl

from vetbenefits.intake.ahead import one_ahead
from vetbenefits.intake.blocks import BlockReader, BrokenEncodingError
from vetbenefits.intake.files import (
    GB18030,
    UTF_8,
    ByteSource,
    Encoding,
    detect_encoding,
    invalid,
)
from vetbenefits.intake.layout import find_layout, first_rows
from vetbenefits.intake.records import RecordReader
from vetbenefits.intake.text_table import SHAPE, Shape, TextBatch
from vetbenefits.masking import mask_numbers
from vetbenefits.problems import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vetbenefits.intake.headers import HeaderWords
    from vetbenefits.intake.layout import Layout
    from vetbenefits.problems import InvalidInput

Result = TypeVar("Result")

# Larger blocks are slower: from 32 MiB on, each one is new memory that the system clears first.
_LEAST_BLOCK, _MOST_BLOCK = 1 << 16, 1 << 24
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
    def likely_rows(self) -> int:
        """Return the number of rows, if they go on as they begin."""
        return self.source.size // self._row_bytes()

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
        # What was read to its end once has no broken byte, and its fingerprint is known.
        is_known = bool(self.sha256)
        reader = BlockReader(
            self.source, self.encoding, self._block_bytes(most_rows), is_known=is_known
        )
        layout = self.layout
        rows = RecordReader(layout.separator, layout.headers, columns)
        is_first = True
        for batch in one_ahead(rows.batches(reader.blocks(), layout.first_line)):
            if is_first:
                self._require_shape(batch.frame)
                is_first = False
            yield from _at_most(batch, most_rows)
        self.sha256 = self.sha256 or reader.sha256

    def _block_bytes(self, most_rows: int) -> int:
        """Return a size that holds about as many rows as a batch may have."""
        return min(max(most_rows * self._row_bytes(), _LEAST_BLOCK), _MOST_BLOCK)

    def _row_bytes(self) -> int:
        head = self.source.head()
        return max(len(head) // max(head.count(b"\n"), 1), 1)

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


def read_csv(path: Path | str, words: HeaderWords, read: Callable[[CsvTable], Result]) -> Result:
    """Open a file and read it to its end at least once, in the encoding in which it all fits.

    `read` begins anew where a byte deep in the file tells that it is GB18030 after all.

    Raises:
        InvalidInput: it is no file or no text, or no row of its beginning names a fact.
    """
    source = ByteSource.open(path)
    table = _laid_out(source, detect_encoding(source.head(), source.shown_as), words)
    try:
        return read(table)
    except BrokenEncodingError as broken:
        if table.encoding.is_certain:
            raise _broken_text(table, broken) from None
    table = _laid_out(source, Encoding(GB18030), words)
    try:
        return read(table)
    except BrokenEncodingError as broken:
        raise _broken_text(table, broken) from None


def _broken_text(table: CsvTable, broken: BrokenEncodingError) -> InvalidInput:
    name = {UTF_8: "UTF-8", GB18030: "UTF-8 or GB18030"}.get(table.encoding.name, "UTF-16")
    return invalid(
        "VB404",
        f"the text is not {name}: byte {broken.byte} of the file, on line {broken.line}, "
        "does not fit",
        Span(table.shown_as, broken.line),
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
            f"the file begins: {mask_numbers(first_rows(text))}",
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
