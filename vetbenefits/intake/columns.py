"""A column of text to a column of values: usual spellings by expression, the rest by distinct text.

What a column of a good roster holds goes through one expression per fact, all facts at once. What
that expression does not know is looked at once per distinct text by `intake.cells`, whose answer is
remembered for the batches to come.

Units: a reading is one Int64, the token `value * 32 + status`, so that value and status travel and
are looked up together. `value_of` and `status_of` take it apart; negative values included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import PER_MONTH, pack
from vetbenefits.intake.cells import number_range, reader_of
from vetbenefits.intake.status import FIRST_BAD, Status
from vetbenefits.model.facts import FactType

if TYPE_CHECKING:
    from vetbenefits.intake.cells import ReadCell
    from vetbenefits.intake.status import Cell
    from vetbenefits.model.facts import FactSpec

_STATUSES = 32
_REMEMBERED = 50_000  # distinct texts of one column; beyond, remembering costs more than reading
_BLANK_TOKEN = int(Status.BLANK)

_ISO_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_DIVISION = r"^[1-9](?:[0-9]{5}|[0-9]{8}|[0-9]{11})$"
_MONEY = r"^-?[0-9]{1,12}(?:\.[0-9]{1,2})?$"
_WHOLE = r"^-?[0-9]{1,12}$"

_LONG_MONTHS = [1, 3, 5, 7, 8, 10, 12]
_FEBRUARY = 2


def value_of(token: pl.Expr) -> pl.Expr:
    """Return the value of a token; it means something only where the status says so."""
    return token // _STATUSES


def status_of(token: pl.Expr) -> pl.Expr:
    """Return the status of a token."""
    return token & (_STATUSES - 1)


def is_bad(token: pl.Expr) -> pl.Expr:
    """Tell whether a cell could not be read."""
    return status_of(token) >= FIRST_BAD


def token_of(value: pl.Expr) -> pl.Expr:
    """Return the tokens of cells that are filled with these values."""
    return value * _STATUSES + int(Status.FILLED)


def token(status: Status, value: int = 0) -> int:
    """Return value and status as one number."""
    return value * _STATUSES + status


def _as_token(cell: Cell) -> int:
    return token(cell.status, cell.value)


class ColumnReader:
    """Reads the cells of one fact, batch after batch. Remembers only what texts mean."""

    def __init__(self, spec: FactSpec) -> None:
        self.spec = spec
        self._read: ReadCell = reader_of(spec)
        self._known: dict[str, int] = {}
        if spec.type in (FactType.CODE, FactType.CODES, FactType.YES_NO):
            self._known = {text: _as_token(self._read(text)) for text in ("", *_spellings(spec))}

    def usual(self, text: pl.Expr) -> pl.Expr:
        """Return the token of every cell in the usual spelling, null for the rest."""
        match self.spec.type:
            case FactType.DATE:
                quick = _iso_days(text, self.spec)
            case FactType.INTEGER:
                quick = _whole_numbers(text, self.spec)
            case FactType.MONEY:
                quick = _amounts(text, self.spec)
            case FactType.DIVISION:
                quick = pl.when(text.str.contains(_DIVISION)).then(
                    text.cast(pl.Int64, strict=False)
                )
            case FactType.CODE | FactType.CODES | FactType.YES_NO:
                return self._known_words(text)
            case _:
                return pl.when(text == "").then(pl.lit(_BLANK_TOKEN, dtype=pl.Int64))
        return (
            pl.when(text == "")
            .then(pl.lit(_BLANK_TOKEN, dtype=pl.Int64))
            .otherwise(quick * _STATUSES)
        )

    def unusual(self, texts: pl.Series) -> pl.Series:
        """Return the tokens of cells that `usual` does not know; each distinct text is read once."""
        distinct = texts.unique()
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        tokens = [self._recall(text) for text in distinct.to_list()]
        return texts.replace_strict(
            distinct, pl.Series(tokens, dtype=pl.Int64), return_dtype=pl.Int64
        )

    def _recall(self, text: str) -> int:
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = _as_token(self._read(text))
        return known

    def _known_words(self, text: pl.Expr) -> pl.Expr:
        words = pl.Series(list(self._known), dtype=pl.String)
        tokens = pl.Series(list(self._known.values()), dtype=pl.Int64)
        return text.replace_strict(words, tokens, default=None, return_dtype=pl.Int64)


def read_columns(frame: pl.DataFrame, readers: dict[str, ColumnReader]) -> pl.DataFrame:
    """Return the frame with each column of text in `readers` replaced by its tokens.

    Shape: `readers` is keyed by column; rows, their order and all other columns stay as they are.
    """
    if not readers:
        return frame
    # Lazy, because only a lazy select computes once what several expressions share.
    usual = (
        frame.lazy()
        .select(reader.usual(pl.col(column)).alias(column) for column, reader in readers.items())
        .collect(engine="in-memory")
    )
    tokens = []
    for column, reader in readers.items():
        found = usual.get_column(column)
        if found.null_count():
            rest = found.is_null()
            at = rest.arg_true()
            found = found.scatter(at, reader.unusual(frame.get_column(column).filter(rest)))
        tokens.append(found.alias(column))
    return frame.with_columns(tokens)


def _spellings(spec: FactSpec) -> list[str]:
    if spec.type is FactType.YES_NO:
        return ["是", "否"]
    words = [spelling for code in spec.values for spelling in (code.id, *code.spellings)]
    return list(dict.fromkeys(word for word in words if word))


def _iso_days(text: pl.Expr, spec: FactSpec) -> pl.Expr:
    """Return packed days of `YYYY-MM-DD`, null where the shape, the day or the range is wrong."""
    year = text.str.slice(0, 4).cast(pl.Int32, strict=False)
    month = text.str.slice(5, 2).cast(pl.Int32, strict=False)
    day = text.str.slice(8, 2).cast(pl.Int32, strict=False)
    packed = (year * 12 + month - 1) * PER_MONTH + day
    fits = (
        text.str.contains(_ISO_DAY)
        & month.is_between(1, 12)
        & exists(year, month, day)
        & packed.is_between(pack(spec.first_on), pack(spec.last_on))
    )
    return pl.when(fits).then(packed.cast(pl.Int64))


def exists(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Tell whether a day exists in the Gregorian calendar; `month` must be 1 to 12."""
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = (
        pl.when(month == _FEBRUARY)
        .then(pl.when(leap).then(29).otherwise(28))
        .when(month.is_in(_LONG_MONTHS))
        .then(31)
        .otherwise(30)
    )
    return (day >= 1) & ((day <= 28) | (day <= last))  # noqa: PLR2004  every month has 28 days


def _whole_numbers(text: pl.Expr, spec: FactSpec) -> pl.Expr:
    low, high = number_range(spec)
    number = text.cast(pl.Int64, strict=False)
    fits = text.str.contains(_WHOLE) & number.is_between(-(-low // 1), high // 1)
    return pl.when(fits).then(number)


def _amounts(text: pl.Expr, spec: FactSpec) -> pl.Expr:
    """Return fen. The cast to a decimal is exact, since the shape allows no third decimal."""
    low, high = number_range(spec)
    fen = text.cast(pl.Decimal(18, 2), strict=False).to_physical().cast(pl.Int64)
    fits = text.str.contains(_MONEY) & fen.is_between(int(-(-low * 100 // 1)), int(high * 100 // 1))
    return pl.when(fits).then(fen)
