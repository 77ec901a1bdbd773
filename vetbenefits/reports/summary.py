"""The sums to sign for: how many people, how much, and who comes and goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from vetbenefits.reports.tally import Tally


_COMERS = ("new", "continuing", "ending", "stop")
_MONTH = ("month_people", "month_fen")


def summary_table(tally: Tally, *keys: str) -> pl.DataFrame:
    """Return the sums of the due, what the month pays, and who comes and goes, by keys and period.

    Shape: one row per keys and `per` with `people` (due), `records` (due), `amount_fen` (of one
    payment each), `month_people` and `month_fen` (what the batch of the month pays), `new`,
    `continuing`, `ending`, `stop`, `undetermined`, `provisional`; sorted by the keys. Who is not
    due or undetermined has an empty `per` and is put with the first period of the keys.
    """
    sums = tally.sums.table()
    by_per = [*keys, "per"]
    counts = [
        *(
            pl.col("records").filter(pl.col("standing") == word).sum().alias(word)
            for word in _COMERS
        ),
        pl.col("records").filter(pl.col("outcome") == "undetermined").sum().alias("undetermined"),
        pl.col(*_MONTH, "provisional").sum(),
    ]
    is_due = pl.col("outcome") == "due"
    due = (
        sums.filter(is_due)
        .group_by(by_per)
        .agg(pl.col("people", "records", "amount_fen").sum(), *counts)
    )
    others = sums.filter(~is_due).group_by(keys).agg(counts)
    first = due.sort(by_per).unique(keys, keep="first", maintain_order=True).select(by_per)
    others = others.join(first, on=keys, how="left").with_columns(pl.col("per").fill_null(""))
    return (
        pl.concat([due, others], how="diagonal")
        .group_by(by_per)
        .agg(pl.exclude(by_per).sum())
        .sort(by_per)
        .with_columns(pl.col(pl.Int64, pl.UInt32).cast(pl.Int64).fill_null(0))
    )
