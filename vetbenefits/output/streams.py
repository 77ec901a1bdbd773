"""Rows of text into CSV, JSON and JSON lines, a batch at a time, so that memory stays flat.

The same bytes come out for the same rows: no time stamps, no dictionary order, line feeds only.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, Protocol

import polars as pl
import polars.selectors as cs

from vetbenefits.reports.records import JOINED_COLUMNS, OWN_WORDS, with_lists

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polars._typing import CsvQuoteStyle

BOM = "\ufeff".encode()

# A spreadsheet runs a cell that begins so; full-width twins too, where an input method is used.
_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
_PLAIN_NUMBER = r"^-?\d+(\.\d+)?$"
_FIRST_FULL_WIDTH = "\uff00"
_NEEDS_QUOTES = [",", '"', "\n", "\r"]


class ByteTarget(Protocol):
    """What bytes are written to."""

    def write(self, data: bytes | memoryview, /) -> int:
        """Append some bytes."""


class CsvWriter:
    """Writes frames under one header; `with_bom` for files that a spreadsheet opens by itself."""

    def __init__(self, target: ByteTarget, columns: Sequence[str], *, with_bom: bool) -> None:
        self._target = target
        target.write((BOM if with_bom else b"") + ",".join(columns).encode() + b"\n")

    def write(self, rows: pl.DataFrame) -> None:
        """Append rows, which have the columns of the header."""
        if rows.height:
            # By way of memory: a full disk is then an `OSError`, which polars' own writing is not.
            text = io.BytesIO()
            safe = neutralised(rows)
            safe.write_csv(text, include_header=False, quote_style=_quote_style(safe))
            self._target.write(text.getbuffer())

    def finish(self) -> None:
        """Nothing is left to write."""


class JsonLinesWriter:
    """Writes one JSON object a line."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target

    def write(self, rows: pl.DataFrame) -> None:
        """Append rows."""
        self._target.write(_json_lines(rows))

    def finish(self) -> None:
        """Nothing is left to write."""


class JsonWriter:
    """Writes one JSON array with one object a line."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._begins = b"[\n"

    def write(self, rows: pl.DataFrame) -> None:
        """Append rows."""
        lines = _json_lines(rows).rstrip(b"\n")
        if lines:
            self._target.write(self._begins + lines.replace(b"\n", b",\n"))
            self._begins = b",\n"

    def finish(self) -> None:
        """Close the array."""
        self._target.write(b"[]\n" if self._begins == b"[\n" else b"\n]\n")


TableWriter = CsvWriter | JsonLinesWriter | JsonWriter


def table_writer(target: BinaryIO, form: str, columns: Sequence[str]) -> TableWriter:
    """Return the writer of a machine format for a stream."""
    if form == "csv":
        return CsvWriter(target, columns, with_bom=False)
    return JsonWriter(target) if form == "json" else JsonLinesWriter(target)


def neutralised(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows whose texts no spreadsheet will run: `=1+1` becomes `'=1+1`; -0.05 stays.

    An empty text becomes null, so that both are written alike, as nothing between two commas.
    """
    changed = [_neutral(one) for one in rows.select(_foreign()) if not _begins_harmlessly(one)]
    return rows.with_columns(
        *changed,
        *(pl.col(name).replace("", None) for name in JOINED_COLUMNS if name in rows.columns),
    )


def _foreign() -> cs.Selector:
    """Select the texts that are not words of ours."""
    return cs.string() - cs.by_name(*OWN_WORDS, require_all=False)


def _begins_harmlessly(texts: pl.Series) -> bool:
    """Tell whether all texts begin with a digit, a letter or a Chinese character.

    Comparing is ten times cheaper than looking for what is not harmless, and nearly always enough.
    """
    is_digit = (texts >= "0") & (texts < ":")
    is_letter = (texts >= "A") & (texts < _FIRST_FULL_WIDTH)
    return bool((is_digit | is_letter).all())


def _neutral(texts: pl.Series) -> pl.Series:
    text = pl.col("text")
    is_formula = text.str.contains(_FORMULA) & ~text.str.contains(_PLAIN_NUMBER)
    safe = pl.when(is_formula).then("'" + text).when(text != "").then(text)
    return texts.to_frame("text").select(safe).to_series().alias(texts.name)


def _quote_style(rows: pl.DataFrame) -> CsvQuoteStyle:
    """Return whether any cell needs quotes to stay one cell.

    Asking first costs a third of letting the writer look at every cell. Titles come from the rule
    book, so they are few; the keys of a missing rate stand in a list of ours.
    """
    few = {"title", *JOINED_COLUMNS}
    texts = rows.select(_foreign() | cs.by_name(*JOINED_COLUMNS, require_all=False))
    looked_at = (one.unique() if one.name in few else one for one in texts)
    needs = any(bool(one.str.contains_any(_NEEDS_QUOTES).any()) for one in looked_at)
    return "necessary" if needs else "never"


def _json_lines(rows: pl.DataFrame) -> bytes:
    return with_lists(rows).write_ndjson().encode()
