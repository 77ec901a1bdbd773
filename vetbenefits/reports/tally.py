"""Adds up decided batches as they pass: a report of the nation needs the memory of a village.

Keeps sums by benefit and township, the first people of each list, and which rates were used. It
decides nothing and knows no words.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from vetbenefits.model import tables
from vetbenefits.reports.report import SHOWN_ROWS

_TOWNSHIP_DIGITS = 9
_PARTS_KEPT = 32  # small tables held before they are added up

_SUM_KEYS = ("benefit", "township", "outcome", "per", "standing")
_MISSING_KEYS = ("benefit", "missing")


@dataclass(slots=True)
class Sums:
    """A table that is only ever grouped and added to: parts come in, one table comes out."""

    keys: tuple[str, ...]
    parts: list[pl.DataFrame] = field(default_factory=list)

    def add(self, part: pl.DataFrame) -> None:
        """Take in the grouped part of one batch."""
        self.parts.append(part)
        if len(self.parts) > _PARTS_KEPT:
            self.parts = [self.table()]

    def table(self) -> pl.DataFrame:
        """Return all parts added up, in order of the keys."""
        whole = pl.concat(self.parts)
        return whole.group_by(self.keys).agg(pl.all().sum()).sort(self.keys)


@dataclass(slots=True)
class Tally:
    """Sums and first rows over all batches of one run.

    `sums` has one row per benefit, township, outcome, period and standing with `people`,
    `records`, `amount_fen`, `at_stake_fen`, `provisional`, `month_people`, `month_records` and
    `month_fen` (what the batch of the month pays); `missing` one row per benefit and
    missing fact with `people`, `at_stake_fen`, `unpriced` (people whose amount cannot be told).
    """

    sums: Sums = field(default_factory=lambda: Sums(_SUM_KEYS))
    missing: Sums = field(default_factory=lambda: Sums(_MISSING_KEYS))
    rates: list[pl.DataFrame] = field(default_factory=list)
    due: pl.DataFrame | None = None
    stopped: pl.DataFrame | None = None
    month_only: pl.DataFrame | None = None
    not_due: pl.DataFrame | None = None
    undetermined: pl.DataFrame | None = None
    set_aside: pl.DataFrame | None = None

    def take(self, records: pl.DataFrame, rates_used: pl.DataFrame) -> None:
        """Take in the records of one batch, and the rates that they used."""
        self.sums.add(_grouped(records))
        undetermined = records.filter(pl.col("outcome") == "undetermined")
        self.missing.add(_by_missing(undetermined))
        self.rates.append(rates_used)
        if len(self.rates) > _PARTS_KEPT:
            self.rates = [self.rates_used()]
        is_due, is_not_due = pl.col("outcome") == "due", pl.col("outcome") == "not_due"
        is_stop = (pl.col("standing") == "stop").fill_null(value=False)
        self.due = _first(self.due, records, is_due)
        self.stopped = _first(self.stopped, records, is_not_due & is_stop)
        is_paid = pl.col("month_fen") != 0
        self.month_only = _first(self.month_only, records, is_not_due & is_paid)
        self.not_due = _first(self.not_due, records, is_not_due & ~is_stop & ~is_paid)
        self.undetermined = _dearest(self.undetermined, undetermined)

    def take_set_aside(self, file: str, rows: pl.DataFrame) -> None:
        """Take in rows of a file that were not decided."""
        named = rows.with_columns(pl.lit(file).alias("file"))
        self.set_aside = _first(self.set_aside, named, pl.lit(value=True))

    def rates_used(self) -> pl.DataFrame:
        """Return every rate row that a shown amount used, once."""
        # Rows of several places may begin on one day, so only all columns together give an order.
        order = ["benefit", "rate", "from_on", "source", "confidence"]
        return pl.concat(self.rates).unique().sort(order)


def _grouped(records: pl.DataFrame) -> pl.DataFrame:
    # Only a bill gives a person two records of one benefit; counting is cheaper than comparing.
    has_bills = records[tables.BILL_ID].null_count() < records.height
    people = pl.col(tables.PERSON_ID).n_unique() if has_bills else pl.len()
    is_paid = pl.col("month_fen") != 0
    paid = pl.col(tables.PERSON_ID).filter(is_paid).n_unique() if has_bills else is_paid.sum()
    return (
        records.with_columns(
            pl.col(tables.DIVISION).str.slice(0, _TOWNSHIP_DIGITS).fill_null("").alias("township"),
            pl.col("per", "standing").cast(pl.String).fill_null(""),
        )
        .group_by(_SUM_KEYS)
        .agg(
            people.cast(pl.Int64).alias("people"),
            pl.len().cast(pl.Int64).alias("records"),
            pl.col("amount_fen").sum(),
            pl.col("at_stake_fen").sum(),
            pl.col("provisional").sum().cast(pl.Int64),
            paid.cast(pl.Int64).alias("month_people"),
            is_paid.sum().cast(pl.Int64).alias("month_records"),
            pl.col("month_fen").sum(),
        )
    )


def _by_missing(undetermined: pl.DataFrame) -> pl.DataFrame:
    return (
        undetermined.select(
            "benefit",
            tables.PERSON_ID,
            "at_stake_fen",
            pl.col("missing").str.split(";"),
        )
        .explode("missing")
        .group_by(_MISSING_KEYS)
        .agg(
            pl.col(tables.PERSON_ID).n_unique().cast(pl.Int64).alias("people"),
            pl.col("at_stake_fen").sum(),
            pl.col("at_stake_fen").is_null().sum().cast(pl.Int64).alias("unpriced"),
        )
    )


def _first(held: pl.DataFrame | None, more: pl.DataFrame, which: pl.Expr) -> pl.DataFrame:
    """Return the first rows of a list; nothing is looked for once there are enough."""
    if held is None:
        return more.filter(which).head(SHOWN_ROWS)
    if held.height >= SHOWN_ROWS:
        return held
    return pl.concat([held, more.filter(which)]).head(SHOWN_ROWS)


def _dearest(held: pl.DataFrame | None, more: pl.DataFrame) -> pl.DataFrame:
    order = ["at_stake_fen", tables.ROW, "benefit"]
    if held is not None and held.height >= SHOWN_ROWS and not held["at_stake_fen"].null_count():
        # Few are dearer than what is held, so there is little to sort.
        more = more.filter(pl.col("at_stake_fen") >= held["at_stake_fen"].min())
    whole = more if held is None else pl.concat([held, more])
    # Nulls last: a sum that cannot be told is no reason to push a known one off the page.
    return whole.sort(order, descending=[True, False, False], nulls_last=True).head(SHOWN_ROWS)
