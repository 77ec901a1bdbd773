"""The machine contract of `check`: one record per person (or bill) and benefit, as text.

Everything that shows or writes a decision goes through here, so that amounts are spelled and ID
numbers are masked in one place. Nothing is decided or written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.model import tables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

RECORD_COLUMNS = (
    tables.PERSON_ID,
    tables.NAME,
    tables.ID_NUMBER,
    tables.DIVISION,
    "benefit",
    "title",
    "outcome",
    "amount",
    "per",
    "month_amount",
    "unmet",
    "missing",
    "provisional",
    "standing",
    "first_month",
    "pays",
    tables.AS_OF,
)
CHECK_FAILED = "VB460"  # the problem of a row that fails a check of the roster
LIST_COLUMNS = ("unmet", "missing")
JOINED_COLUMNS = (*LIST_COLUMNS, "cause")  # of all contracts; lists in JSON

# Columns whose every value is a word or number of ours, never the text of a file.
OWN_WORDS = (
    *("benefit", "outcome", "amount", "per", "month_amount", *JOINED_COLUMNS, "standing"),
    *("first_month", "pays", tables.AS_OF),
)

_ID_DIGITS = 18
_ONE_FEN = pl.lit("0.01").cast(pl.Decimal(38, 2))
# Digits of an ID number with blanks or dashes between its parts, alone or inside a text.
_ID_SEPARATED = (
    r"(\d{6})[ -]?(?:(?:18|19|20)\d{2}[ -]?[01]\d[ -]?[0-3]\d|\d{2}[01]\d[0-3]\d)[ -]?"
    r"(\d{3}[\dXx]|\d{3})"
)
_ID_INSIDE_TEXT = r"(\d{6})(?:\d{8}|\d{5})(\d{3}[\dXx])"


@dataclass(frozen=True, slots=True)
class RecordForm:
    """How the records of one run are spelled: titles by benefit, the day, what may be shown."""

    titles: Mapping[str, str]
    as_of: date
    with_bills: bool = False
    full_ids: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of the records, in order."""
        return (*RECORD_COLUMNS, *([tables.BILL_ID] if self.with_bills else []))


def contract_records(decisions: pl.DataFrame, form: RecordForm) -> pl.DataFrame:
    """Return decisions as the records that scripts rely on.

    Shape: the `records` of a decided batch -> the columns of `RECORD_COLUMNS`, and `bill_id` where
    the run decided bills; one row is one person or bill and one benefit, in the same order.
    Units: `amount` and `month_amount` are yuan with two decimals as text, `amount` null unless due;
    `first_month` is `YYYY-MM`, null where the month pays nothing. `unmet` and `missing` are
    joined by `;`; a script that wants lists calls `with_lists`.
    """
    is_due = pl.col("outcome") == "due"
    return decisions.with_columns(
        pl.col("outcome", "standing").cast(pl.String),
        pl.col("benefit").cast(pl.String),
        pl.col("benefit")
        .cast(pl.String)
        .replace_strict(dict(form.titles), default=None)
        .alias("title"),
        pl.when(is_due).then(yuan_text("amount_fen")).alias("amount"),
        pl.when(is_due).then(pl.col("per")).alias("per"),
        yuan_text("month_fen").alias("month_amount"),
        month_text("first_month"),
        pl.lit(form.as_of.isoformat()).alias(tables.AS_OF),
        *([] if form.full_ids else masked_identity(decisions)),
    ).select(form.columns)


def with_lists(records: pl.DataFrame) -> pl.DataFrame:
    """Return records whose joined columns are lists, empty where nothing was joined."""
    return records.with_columns(
        pl.when(pl.col(name) == "")
        .then(pl.lit([], dtype=pl.List(pl.String)))
        .otherwise(pl.col(name).str.split(";"))
        .alias(name)
        for name in JOINED_COLUMNS
        if name in records.columns
    )


def yuan_text(column: str) -> pl.Expr:
    """Return an amount in fen as yuan with two decimals, `-0.05` for minus five fen."""
    # The product of two decimals has the larger scale of both, so nothing is rounded here.
    return (pl.col(column).cast(pl.Decimal(38, 0)) * _ONE_FEN).cast(pl.String).alias(column)


def month_text(column: str) -> pl.Expr:
    """Return a month that is counted from the year 0 as `2026-11`."""
    month = pl.col(column)
    return pl.concat_str(
        (month // 12).cast(pl.String).str.zfill(4),
        pl.lit("-"),
        (month % 12 + 1).cast(pl.String).str.zfill(2),
    ).alias(column)


def masked_identity(records: pl.DataFrame) -> list[pl.Expr]:
    """Return the identifying columns as they may be shown: `110101********002X`.

    Some bureaus use the ID number itself as the person's number, and some put it into the name.
    """
    masked = [_masked(tables.ID_NUMBER).alias(tables.ID_NUMBER)]
    for name, shortest in ((tables.PERSON_ID, 15), (tables.NAME, 18)):
        # Few do, and asking for the length alone costs next to nothing.
        if (records.get_column(name).str.len_bytes() >= shortest).any():
            looked_at = pl.col(name).str.replace_all(_ID_SEPARATED, "${1}********${2}")
            masked.append(looked_at.alias(name))
    return masked


def masked_text(column: str) -> pl.Expr:
    """Return free text with every ID number in it masked."""
    return pl.col(column).str.replace_all(_ID_INSIDE_TEXT, "${1}********${2}")


def _masked(column: str) -> pl.Expr:
    whole = pl.col(column)
    shown = pl.concat_str(whole.str.slice(0, 6), pl.lit("********"), whole.str.slice(14))
    # Anything but 18 digits is hidden whole: it may be a telephone number or a bank account.
    return (
        pl.when(whole.str.len_bytes() == _ID_DIGITS)
        .then(shown)
        .when(whole != "")
        .then(pl.lit("********"))
    )
