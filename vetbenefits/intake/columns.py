"""A column of text to a column of values: usual spellings by expression, the rest by distinct text.

What a column of a good roster holds goes through one expression per fact, all facts at once. What
that expression does not know is looked at once per distinct text by `intake.cells`, whose answer is
remembered for the batches to come.

Units: a reading is one Int64, the token `value * 32 + status`, so that value and status travel and
are looked up together. `value_of` and `status_of` take it apart; negative values included.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import PER_MONTH
from vetbenefits.intake.cells import number_range, reader_of
from vetbenefits.intake.status import FIRST_BAD, Status
from vetbenefits.model.divisions import LENGTHS
from vetbenefits.model.facts import FactType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetbenefits.intake.cells import ReadCell
    from vetbenefits.intake.status import Cell
    from vetbenefits.model.facts import FactSpec

_STATUSES = 32
_REMEMBERED = 50_000  # distinct texts of one column; beyond, remembering costs more than reading
_WORDS = 1_000  # distinct texts that are looked up in the expression itself
_ONE_IN = 4  # of a sparse column's cells are blank, or more
_FEW = 10_000  # rows; so few are not worth finding the distinct ones among them first

_FIRST_DAY, _LAST_DAY = date(1850, 1, 1), date(2199, 12, 31)
_EPOCH = date(1970, 1, 1)
_ISO_LENGTH = len("1962-03-15")

_DIVISION_LENGTHS = (6, 9, 12)
_MONEY = r"^-?[0-9]{1,12}(?:\.[0-9]{1,2})?$"
_WHOLE = r"^-?[0-9]{1,12}$"


def value_of(token: pl.Expr) -> pl.Expr:
    """Return the value of a token; it means something only where the status says so."""
    return token // _STATUSES


def status_of(token: pl.Expr) -> pl.Expr:
    """Return the status of a token."""
    return token & (_STATUSES - 1)


def token_of(value: pl.Expr) -> pl.Expr:
    """Return the tokens of cells that are filled with these values."""
    return value * _STATUSES + int(Status.FILLED)


def token(status: Status, value: int = 0) -> int:
    """Return value and status as one number."""
    return value * _STATUSES + status


@cache
def day_tokens() -> pl.Series:
    """Return the token of every day, in order, and behind them that of a blank cell.

    A constant, made when first needed: looking a day up is many times faster than taking it apart.
    """
    months = pl.date_range(_FIRST_DAY, _LAST_DAY, "1mo", eager=True).alias("first").to_frame()
    first = pl.col("first").dt
    packed = (first.year().cast(pl.Int64) * 12 + first.month() - 1) * PER_MONTH + 1
    days = months.select(pl.int_ranges(packed, packed + first.days_in_month()).alias("day"))
    days = days.explode("day").select(token_of(pl.col("day")).alias("token"))
    blank = pl.Series([token(Status.BLANK)], dtype=pl.Int64)
    return days.to_series().append(blank)


class ColumnReader:
    """Reads the cells of one fact, batch after batch. Remembers only what texts mean.

    Facts of days that are read alike may share what they remember: the same day stands in several
    columns. `rewrites` once any readable cell may not hold its value letter by letter.
    """

    def __init__(self, spec: FactSpec, known: dict[str, int] | None = None) -> None:
        self.spec = spec
        self.rewrites = False
        self._read: ReadCell = reader_of(spec)
        self._known: dict[str, int] = {} if known is None else known
        if spec.type in (FactType.CODE, FactType.CODES, FactType.YES_NO):
            self._known = {text: _as_token(self._read(text)) for text in ("", *_spellings(spec))}

    def usual_in(self, texts: pl.Series) -> pl.Expr:
        """Return `usual` for a column of a frame, by what is in it."""
        text = pl.col(texts.name)
        if self.spec.type is not FactType.DIVISION:
            return self.usual(text, is_sparse=_is_sparse(texts))
        has_zeros = _has_zeros(texts)
        self.rewrites |= has_zeros
        return self.usual(text, has_zeros=has_zeros)

    def usual(self, text: pl.Expr, *, is_sparse: bool = False, has_zeros: bool = True) -> pl.Expr:
        """Return the token of every cell in the usual spelling, null for the rest.

        Neither an unreadable cell nor a month alone ever has the usual spelling. Of a column that
        `is_sparse`, with many blanks, only the filled cells are read. Unless it `has_zeros`, none
        of its codes of divisions is filled up with them.
        """
        match self.spec.type:
            case FactType.DATE:
                return _iso_days(text, self.spec, is_sparse=is_sparse)
            case FactType.CODE | FactType.CODES | FactType.YES_NO:
                return self._of_known_words(text)
            case FactType.INTEGER:
                value = _whole_numbers(text, self.spec)
            case FactType.MONEY:
                value = _amounts(text, self.spec)
            case FactType.DIVISION:
                value = _divisions(text)
                value = _without_zeros(value) if has_zeros else value
            case _:
                value = pl.lit(None, dtype=pl.Int64)
        blank = pl.lit(token(Status.BLANK), dtype=pl.Int64)
        return pl.when(text == "").then(blank).otherwise(token_of(value))

    def unusual(self, texts: pl.Series) -> pl.Series:
        """Return the tokens of cells that `usual` does not know; each distinct text read once."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        if len(texts) <= _FEW:
            return pl.Series([self._recall(text) for text in texts.to_list()], dtype=pl.Int64)
        distinct = texts.unique()
        tokens = pl.Series([self._recall(text) for text in distinct.to_list()], dtype=pl.Int64)
        return texts.replace_strict(distinct, tokens, return_dtype=pl.Int64)

    def _recall(self, text: str) -> int:
        known = self._known.get(text)
        if known is None:
            cell = self._read(text)
            self.rewrites |= cell.status is Status.FILLED
            known = self._known[text] = _as_token(cell)
        return known

    def _of_known_words(self, text: pl.Expr) -> pl.Expr:
        # A copy, since another thread may be learning a word at this moment.
        known_words = list(self._known.items())
        good = (word for word, known in known_words if not _is_remarkable(known))
        words = list(islice(good, _WORDS))
        tokens = pl.Series([self._known[word] for word in words], dtype=pl.Int64)
        place = text.cast(pl.Enum(words), strict=False).to_physical()
        return pl.lit(tokens).gather(place)


def read_columns(
    frame: pl.DataFrame, readers: Mapping[str, ColumnReader], cells: Mapping[str, str]
) -> tuple[list[pl.Series], dict[str, pl.Series]]:
    """Return the tokens of some columns of text, and where cells are not in their usual spelling.

    Shape: one Int64 column per entry of `readers`, named by its key, for the column of `frame` that
    `cells` gives for the same key; and by the same keys the places of unusual cells, if any.
    """
    # Lazy, because only a lazy select computes once what several expressions share.
    usual = (
        frame.lazy()
        .select(
            one.usual_in(frame.get_column(cells[name])).alias(name) for name, one in readers.items()
        )
        .collect(engine="in-memory")
    )
    tokens = []
    unusual = {}
    for name, reader in readers.items():
        found = usual.get_column(name)
        if found.null_count():
            places = found.is_null().arg_true()
            texts = frame.get_column(cells[name]).gather(places)
            found = found.scatter(places, reader.unusual(texts))
            unusual[name] = places
        tokens.append(found)
    return tokens, unusual


def _is_sparse(texts: pl.Series) -> bool:
    return int((texts == "").sum()) * _ONE_IN > len(texts)


def _has_zeros(texts: pl.Series) -> bool:
    """Tell whether zeros may fill up any code of a column of divisions."""
    # Most codes are settled by the first look; a village 200 needs the second.
    ending = texts.filter(texts.str.ends_with("00"))
    is_short = ending.str.len_bytes() == _DIVISION_LENGTHS[0]
    return bool((ending.str.ends_with("000") | is_short).any())


def _is_remarkable(known: int) -> bool:
    status = known % _STATUSES
    return status >= FIRST_BAD or status == Status.MONTH_ONLY


def _as_token(cell: Cell) -> int:
    return token(cell.status, cell.value)


def _spellings(spec: FactSpec) -> list[str]:
    if spec.type is FactType.YES_NO:
        return ["是", "否"]
    words = [spelling for code in spec.values for spelling in (code.id, *code.spellings)]
    return list(dict.fromkeys(word for word in words if word))


def _iso_days(text: pl.Expr, spec: FactSpec, *, is_sparse: bool) -> pl.Expr:
    """Return the token of each `YYYY-MM-DD` in the range of a fact and of each blank."""
    first = max(spec.first_on, _FIRST_DAY)
    last = min(spec.last_on, _LAST_DAY)
    # `to_date` also takes signs, blanks and short years; ten bytes from a digit on and the range of
    # years leave nothing that has another meaning. (Comparing costs a fifth of looking for a sign.)
    is_iso = (text.str.len_bytes() == _ISO_LENGTH) & (text >= "0")
    # Picking the cells out costs a third of reading them, reading a blank as much as a day.
    read = pl.when(is_iso).then(text) if is_sparse else text
    day = read.str.to_date("%Y-%m-%d", strict=False, cache=False)
    place = (
        pl.when(is_iso & day.is_between(first, last))
        .then(day.to_physical() - (_FIRST_DAY - _EPOCH).days)
        .when(text == "")
        .then(len(day_tokens()) - 1)
    )
    return pl.lit(day_tokens()).gather(place)


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


def _divisions(text: pl.Expr) -> pl.Expr:
    """Return the digits of a division code; the least value leaves no room for a sign."""
    number = text.cast(pl.Int64, strict=False)
    fits = pl.any_horizontal(
        (text.str.len_bytes() == length) & (number >= 10 ** (length - 1))
        for length in _DIVISION_LENGTHS
    )
    return pl.when(fits).then(number)


def _without_zeros(code: pl.Expr) -> pl.Expr:
    """Cut off the zeros that fill up codes of 6, 9 or 12 digits (`model.divisions`), as numbers."""
    six, nine, twelve = _DIVISION_LENGTHS
    village = (
        pl.when(code < 10**six)
        .then(code * 10 ** (twelve - six))
        .when(code < 10**nine)
        .then(code * 10 ** (twelve - nine))
        .otherwise(code)
    )
    units = [10 ** (twelve - length) for length in LENGTHS]  # of villages, by what they lie in
    return pl.coalesce(pl.when(village % unit == 0).then(village // unit) for unit in units)
