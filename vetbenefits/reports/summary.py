"""The sums to sign for: how many people, how much, and who comes and goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from vetbenefits.reports.tally import Tally


def summary_table(tally: Tally, *keys: str) -> pl.DataFrame:
    """Return the sums of the due, and who comes and goes, by the given keys and period.

    Shape: one row per keys and `per` with `people` (due), `records` (due), `amount_fen` (of one
    payment each), `new`, `continuing`, `stop`, `undetermined`, `provisional`; sorted by the keys.
    People who are not due or undetermined have an empty `per` and are put with the first period of
    their keys.
    """
    sums = tally.sums.table()
    by_per = [*keys, "per"]
    is_due = pl.col("outcome") == "due"
    due = (
        sums.filter(is_due)
        .group_by(by_per)
        .agg(
            pl.col("people", "records", "amount_fen", "provisional").sum(),
            *(
                pl.col("records").filter(pl.col("standing") == word).sum().alias(word)
                for word in ("new", "continuing")
            ),
        )
    )
    others = (
        sums.filter(~is_due)
        .group_by(keys)
        .agg(
            pl.col("records").filter(pl.col("standing") == "stop").sum().alias("stop"),
            pl.col("records")
            .filter(pl.col("outcome") == "undetermined")
            .sum()
            .alias("undetermined"),
        )
    )
    first = due.sort(by_per).unique(keys, keep="first", maintain_order=True).select(by_per)
    others = others.join(first, on=keys, how="left").with_columns(pl.col("per").fill_null(""))
    return (
        due.join(others, on=by_per, how="full", coalesce=True)
        .sort(by_per)
        .with_columns(pl.col(pl.Int64, pl.UInt32).cast(pl.Int64).fill_null(0))
    )
