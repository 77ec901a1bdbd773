"""The rows for which money is a question, and those that a condition has settled.

A candidate is a row of which no condition is known to fail: only for these are amounts, missing
facts and provisional rates worked out. What failed is looked at again only where it is shown. Each
reading is one plan (filter first, then compute), and all plans of a batch are carried out together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.engine import columns
from vetbenefits.engine.compiler import NOBODY
from vetbenefits.engine.interpreter import evaluate
from vetbenefits.model.facts import PERSON
from vetbenefits.model.kinds import Kind
from vetbenefits.model.rulebook import NOT_IN_FORCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vetbenefits.engine.readings import Reading
    from vetbenefits.model.expressions import RateOf
    from vetbenefits.model.rates import RateRow
    from vetbenefits.model.rulebook import Benefit

AT = "#at"  # the place of a row in its batch
SHARE = "#share"

_CANDIDATES = {
    AT: pl.UInt32,
    SHARE: pl.UInt32,
    "drawn": pl.Boolean,
    "is_open": pl.Boolean,
    "raw_fen": pl.Int64,
    "limit_fen": pl.Int64,
    "used_fen": pl.Int64,
    "no_rate": pl.Boolean,
    "provisional": pl.Boolean,
    "lacks": pl.Boolean,
}
_UNMET = {AT: pl.UInt32, SHARE: pl.UInt32, "drawn": pl.Boolean, "unmet": pl.String}


@dataclass(frozen=True, slots=True)
class Share:
    """The rows of a batch that one reading of a benefit decides.

    `reading` is None for the days on which the benefit is not in force. `candidates`: where no
    condition is known to fail; `failed`: where one is, and the row is shown (None: nowhere).
    `drawn`: whether the benefit is drawn now, null where the roster does not say. `number` tells
    shares apart.
    """

    number: int
    benefit: Benefit
    reading: Reading | None
    candidates: pl.Expr
    failed: pl.Expr | None
    drawn: pl.Expr

    def marks(self) -> list[pl.Expr]:
        """Return the columns that say which row of which share a decision is about."""
        number = pl.lit(self.number).cast(pl.UInt32)
        return [pl.col(AT), number.alias(SHARE), self.drawn.alias("drawn")]


def candidates_of(
    frame: pl.DataFrame, shares: Sequence[Share]
) -> tuple[pl.DataFrame, frozenset[tuple[str, str, RateRow]]]:
    """Return the candidates of all shares, and (benefit, rate, row) of the rates they used.

    Shape: a batch with its conditions -> one row a candidate of a share: its place `AT`, `SHARE`,
    `drawn`, `is_open` (a condition is unknown), `raw_fen`, `limit_fen` and `used_fen` (null without
    a ceiling), `no_rate`, `provisional`, `lacks` (something is missing).
    """
    asked = [(share, share.reading, _uses(share.reading)) for share in shares if share.reading]
    made = pl.collect_all([_plan(frame, share, reading, uses) for share, reading, uses in asked])
    used = {
        (share.benefit.id, use.term.schedule.name, row)
        for (share, _, uses), part in zip(asked, made, strict=True)
        for use in uses
        for row in use.rows(part[use.name])
    }
    parts = [part[list(_CANDIDATES)] for part in made]
    return pl.concat([pl.DataFrame(schema=_CANDIDATES), *parts]), frozenset(used)


def _plan(
    frame: pl.DataFrame, share: Share, reading: Reading, uses: Sequence[_Use]
) -> pl.LazyFrame:
    limited = share.benefit.table != PERSON
    nothing = columns.unknown(Kind.NUMBER)
    outputs = {
        "raw_fen": pl.col(reading.raw_fen),
        "limit_fen": pl.col(reading.limit_fen) if limited else nothing,
        "used_fen": pl.col(reading.used_fen) if limited else nothing,
        "no_rate": pl.col(reading.no_rate),
        "provisional": pl.col(reading.provisional),
    } | {use.name: use.row() for use in uses}
    raw, no_rate = pl.col("raw_fen"), pl.col("no_rate")
    lacks = pl.col("is_open") | (raw.is_null() & ~no_rate)
    if limited:
        lacks = lacks | (pl.col("limit_fen").is_null() & (raw > 0))
    is_amount = ((raw != 0) & ~no_rate).fill_null(value=False)
    return (
        _within(frame, share, reading, share.candidates, outputs.values())
        .select_seq(
            *share.marks(),
            reading.root.value().is_null().alias("is_open"),
            *(made.alias(name) for name, made in outputs.items()),
        )
        .with_columns_seq(
            lacks.fill_null(value=False).alias("lacks"),
            *(pl.when(is_amount).then(use.name).alias(use.name) for use in uses),
        )
    )


def _within(
    frame: pl.DataFrame,
    share: Share,
    reading: Reading,
    where: pl.Expr,
    wanted: Iterable[pl.Expr],
) -> pl.LazyFrame:
    """Return the plan for columns of some rows of a batch, taking along as little as is needed."""
    graph = reading.compiler.graph
    names = [name for made in wanted for name in made.meta.root_names()]
    names += reading.root.names()
    needed = graph.rests_on(names, frame.columns)
    asked = {AT, *needed, *where.meta.root_names(), *share.drawn.meta.root_names()}
    rows = frame.lazy().select_seq(sorted(asked)).filter(where)
    return graph.planned(rows, frame.columns, names)


def failed_of(frame: pl.DataFrame, shares: Iterable[Share]) -> pl.DataFrame:
    """Return the ids of the conditions that failed, joined by `;`, for the rows that are shown.

    Shape: -> one row a place and share: `AT`, `SHARE`, `drawn`, `unmet`.
    """
    plans: list[pl.LazyFrame] = []
    for share in shares:
        if share.failed is None:
            continue
        reading = share.reading
        if reading is None:
            rows = frame.lazy().filter(share.failed)
            plans.append(rows.select(*share.marks(), pl.lit(NOT_IN_FORCE).alias("unmet")))
            continue
        frame = reading.compiler.graph.looked_up(frame, [reading.unmet])
        unmet = pl.col(reading.unmet)
        rows = _within(frame, share, reading, share.failed, [unmet])
        plans.append(rows.select(*share.marks(), unmet.alias("unmet")))
    return pl.concat([pl.DataFrame(schema=_UNMET), *pl.collect_all(plans)])


def with_missing(
    candidates: pl.DataFrame, frame: pl.DataFrame, shares: Sequence[Share]
) -> pl.DataFrame:
    """Return the candidates with what each of them lacks (`missing`), joined by `;`."""
    lacks = candidates["lacks"].arg_true()
    plans: list[pl.LazyFrame] = []
    # Candidates stand share by share, so the texts come in the order of their rows.
    for rows in candidates.select(AT, SHARE)[lacks].partition_by(SHARE):
        share = shares[rows[SHARE][0]]
        if share.reading is None:
            raise TypeError("a benefit that is not in force has no candidates")
        graph, missing = share.reading.compiler.graph, share.reading.missing
        few = frame.select(AT, *graph.rests_on([missing], frame.columns))[rows[AT]]
        few = graph.looked_up(few, [missing])
        plans.append(graph.planned(few.lazy(), few.columns, [missing]).select(pl.col(missing)))
    texts = [pl.Series([""]), *(made.to_series() for made in pl.collect_all(plans))]
    place = pl.zeros(candidates.height, dtype=pl.UInt32, eager=True)
    place = place.scatter(lacks, pl.int_range(1, len(lacks) + 1, dtype=pl.UInt32, eager=True))
    return candidates.with_columns(pl.concat(texts).gather(place).alias("missing"))


# --- which rates an amount used --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Use:
    """One use of a rate in an amount: its only row, or the column of rows; and where it counts."""

    name: str
    term: RateOf
    only: RateRow | None
    column: str
    where: pl.Expr | None

    def row(self) -> pl.Expr:
        """Return the index of the row that is used, 0 for the only one, null for none."""
        row = pl.col(self.column) if self.column else pl.lit(0)
        row = row.cast(pl.Int32)
        return row if self.where is None else pl.when(self.where).then(row)

    def rows(self, used: pl.Series) -> list[RateRow]:
        """Return the rows with these indexes."""
        found = [index for index in used.unique() if index is not None and index >= 0]
        if self.only is not None:
            return [self.only] if found else []
        return [self.term.schedule.rows[index] for index in found]


def _uses(reading: Reading) -> list[_Use]:
    found: list[_Use] = []
    for at, (term, where) in enumerate(reading.rates):
        answers = reading.compiler.answers(term)
        only = None
        if answers is None:
            only = evaluate(term, NOBODY, reading.compiler.some_day).row
            if only is None:
                continue
        column = "" if answers is None else answers.row
        found.append(_Use(f"use {at}", term, only, column, where))
    return found
