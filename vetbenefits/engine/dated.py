"""Decisions about chosen persons on one day, or about each on a day of their own.

`Program` decides whole batches; here it is asked only about those rows of a batch that a window
asks about, and the rows are kept, so that the cause of a change can be looked up in them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.engine import columns
from vetbenefits.engine.candidates import AT, SHARE, candidates_of, failed_of, with_missing
from vetbenefits.engine.records import concluded, failed
from vetbenefits.engine.turning_days import DAY, PERSON
from vetbenefits.model import tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetbenefits.engine.candidates import Share
    from vetbenefits.engine.program import Program

BENEFIT = "#benefit"  # the place of a benefit in the timeline
VARIANT = "#variant"  # the place of a variant in its benefit, -1 where none is in force
SOURCE = "#source"  # which rows a decision was made from

# What a decision says, beside the person and the day.
DECIDED = {
    "outcome": pl.UInt8,
    "amount_fen": pl.Int64,
    "per": pl.String,
    "provisional": pl.Boolean,
    "missing": pl.String,
    "unmet": pl.String,
}
DATED = {
    PERSON: pl.UInt32,
    BENEFIT: pl.UInt32,
    DAY: pl.Int32,
    VARIANT: pl.Int32,
    SOURCE: pl.UInt32,
    AT: pl.UInt32,
    **DECIDED,
}


@dataclass(frozen=True, slots=True)
class Dated:
    """Rows that were staged by a program: persons (`PERSON`), each on a `DAY`."""

    program: Program
    rows: pl.DataFrame

    def decided(
        self, asked: Mapping[str, pl.Expr], places: Mapping[str, int], source: int
    ) -> pl.DataFrame:
        """Return the decisions about the rows that are asked about.

        Shape: -> `DATED`, where `AT` is the place in these rows.

        Args:
            asked: by the id of a benefit, which rows to decide.
            places: by the id of a benefit, its place in the timeline.
            source: the number of these rows.
        """
        shares = [
            _limited(share, asked[share.benefit.id])
            for share in self.program.shares(self.rows, show_all=True)
            if share.benefit.id in asked
        ]
        numbers = {share.number: at for at, share in enumerate(shares)}
        shares = [replace(share, number=numbers[share.number]) for share in shares]
        graph = self.program.compiler.graph
        candidates, _ = candidates_of(self.rows, shares, graph)
        candidates = with_missing(candidates, self.rows, shares, graph)
        found = pl.concat(
            [
                concluded(candidates.rename({"raw_fen": "fen"})),
                failed(failed_of(self.rows, shares, graph)),
            ]
        )
        of_share = [places[share.benefit.id] for share in shares]
        pers = [
            share.reading.variant.amount.payment_per if share.reading else "" for share in shares
        ]
        variants = [_place(share) for share in shares]
        is_due = pl.col("outcome") == tables.DUE
        own = self.rows.select(PERSON, DAY)[found[AT]]
        return found.with_columns(
            own[PERSON],
            own[DAY],
            columns.taken(pl.Series(of_share, dtype=pl.UInt32), pl.col(SHARE)).alias(BENEFIT),
            columns.taken(pl.Series(variants, dtype=pl.Int32), pl.col(SHARE)).alias(VARIANT),
            pl.lit(source).cast(pl.UInt32).alias(SOURCE),
            pl.when(is_due)
            .then(columns.taken(pl.Series(pers, dtype=pl.String), pl.col(SHARE)))
            .alias("per"),
        ).select(pl.col(name).cast(dtype) for name, dtype in DATED.items())


def _limited(share: Share, asked: pl.Expr) -> Share:
    """Return the share of the rows that are asked about, all of which are shown."""
    rest = None if share.failed is None else share.failed & asked
    return replace(
        share, candidates=share.candidates & asked, failed=rest, drawn=columns.UNKNOWN_TRUTH
    )


def _place(share: Share) -> int:
    return -1 if share.reading is None else share.benefit.variants.index(share.reading.variant)
