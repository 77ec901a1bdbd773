"""The decision of one benefit for rows that each have their own day.

What `evaluate.Plan` decides for everybody on one day, here for (person, day) pairs: few rows, many
days. `decision.py` says what a decision is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.engine import columns
from vetbenefits.engine.readings import NOT_IN_FORCE as NO_READING
from vetbenefits.engine.turning_days import AT, DAY
from vetbenefits.model import tables
from vetbenefits.model.rulebook import NO_RATE, NOT_IN_FORCE, NOTHING_PAYABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetbenefits.engine.graph import Graph
    from vetbenefits.engine.readings import Reading, Readings

# What a decision says, beside the person and the day.
DECIDED = {
    "outcome": pl.UInt8,
    "amount_fen": pl.Int64,
    "per": pl.String,
    "provisional": pl.Boolean,
    "missing": pl.String,
    "unmet": pl.String,
}
DAILY = {AT: pl.UInt32, DAY: pl.Int32, **DECIDED}


def decided(readings: Readings, rows: pl.DataFrame, graph: Graph) -> pl.DataFrame:
    """Return the decision of each row, in no particular order.

    Shape: `AT`, `DAY` and the columns of the facts -> `DAILY`.
    """
    found = [pl.DataFrame(schema=DAILY)]
    for reading, some in by_reading(readings, rows, graph):
        found += [_not_in_force(some)] if reading is None else _decided(reading, some, graph)
    return pl.concat(found)


def by_reading(
    readings: Readings, rows: pl.DataFrame, graph: Graph
) -> Iterator[tuple[Reading | None, pl.DataFrame]]:
    """Yield the rows of each reading that holds somewhere; None where the rule is not in force."""
    if not readings.column:
        yield (readings.held[0] if readings.held else None), rows
        return
    rows = graph.evaluated(rows, [readings.column])
    for index in sorted(rows[readings.column].unique()):
        reading = None if index == NO_READING else readings.held[index]
        yield reading, rows.filter(pl.col(readings.column) == index)


def _not_in_force(rows: pl.DataFrame) -> pl.DataFrame:
    return _told(rows, outcome=pl.lit(tables.NOT_DUE), unmet=pl.lit(NOT_IN_FORCE))


def _decided(reading: Reading, rows: pl.DataFrame, graph: Graph) -> list[pl.DataFrame]:
    rows = graph.evaluated(rows, reading.root.names())
    passes = reading.root.value().fill_null(value=True)
    failed = graph.evaluated(rows.filter(~passes), [reading.unmet])
    amounts = (reading.raw_fen, reading.no_rate, reading.provisional)
    candidates = graph.evaluated(rows.filter(passes), amounts)
    fen, no_rate = pl.col(reading.raw_fen), pl.col(reading.no_rate)
    is_nothing = (fen == 0).fill_null(value=False)
    is_open = reading.root.value().is_null() | fen.is_null()
    ends = no_rate | is_nothing
    lacking = graph.evaluated(candidates.filter(~ends & is_open), [reading.missing])
    reason = pl.when(no_rate).then(pl.lit(NO_RATE)).otherwise(pl.lit(NOTHING_PAYABLE))
    per = reading.variant.amount.payment_per
    return [
        _told(failed, outcome=pl.lit(tables.NOT_DUE), unmet=pl.col(reading.unmet)),
        _told(candidates.filter(ends), outcome=pl.lit(tables.NOT_DUE), unmet=reason),
        _told(lacking, outcome=pl.lit(tables.UNDETERMINED), missing=pl.col(reading.missing)),
        _told(
            candidates.filter(~ends & ~is_open),
            outcome=pl.lit(tables.DUE),
            amount_fen=fen,
            per=pl.lit(per),
            provisional=pl.col(reading.provisional),
        ),
    ]


def _told(rows: pl.DataFrame, **told: pl.Expr) -> pl.DataFrame:
    """Return rows with what is told of them, and nothing for all else that a decision says."""
    unsaid = {
        "amount_fen": pl.lit(None),
        "per": pl.lit(None),
        "provisional": columns.FALSE,
        "missing": pl.lit(""),
        "unmet": pl.lit(""),
    }
    told = unsaid | told
    return rows.select(
        AT, DAY, *(told[name].cast(dtype).alias(name) for name, dtype in DECIDED.items())
    )
