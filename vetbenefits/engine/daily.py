"""The decision of one benefit for chosen persons, on one day or each on their own.

What `evaluate.Plan` decides for everybody, here only for those whom a window asks about.
`decision.py` says what a decision is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.engine import columns
from vetbenefits.engine.readings import NOT_IN_FORCE as NO_READING
from vetbenefits.engine.turning_days import AT, DAY
from vetbenefits.model import tables
from vetbenefits.model.rulebook import NO_RATE, NOT_IN_FORCE, NOTHING_PAYABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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

_ROOT = "#root"
_UNSAID = {
    "amount_fen": pl.lit(None),
    "per": pl.lit(None),
    "provisional": columns.FALSE,
    "missing": pl.lit(""),
    "unmet": pl.lit(""),
}


@dataclass(frozen=True, slots=True)
class People:
    """The rows of a batch in order, with the columns of facts, and a graph that reads them."""

    frame: pl.DataFrame
    graph: Graph

    def on_days(self, pairs: pl.DataFrame, wanted: Iterable[str]) -> pl.DataFrame:
        """Return (person, day) pairs with the wanted columns, and what these are made of.

        Shape: `AT`, `DAY` (and more) -> the same rows, with columns added.
        """
        wanted = list(wanted)
        have = frozenset(self.frame.columns) | {DAY}
        names = [name for name in self.graph.route(have, wanted).there if name not in pairs.columns]
        if names:
            pairs = pairs.hstack(self.frame.select(names)[pairs[AT]])
        return self.graph.evaluated(pairs, wanted)


def decided(readings: Readings, people: People, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the decision of each (person, day) pair, in no particular order.

    Shape: `AT`, `DAY` -> `DAILY`.
    """
    found = [pl.DataFrame(schema=DAILY)]
    for reading, some in by_reading(readings, people, pairs):
        found += [_not_in_force(some)] if reading is None else _decided(reading, people, some)
    return pl.concat(found)


def by_reading(
    readings: Readings, people: People, pairs: pl.DataFrame
) -> Iterator[tuple[Reading | None, pl.DataFrame]]:
    """Yield the pairs of each reading that holds for some; None where the rule is not in force."""
    if not readings.column:
        yield (readings.held[0] if readings.held else None), pairs
        return
    indexes = people.on_days(pairs, [readings.column])[readings.column]
    for index in indexes.unique().sort():
        reading = None if index == NO_READING else readings.held[index]
        yield reading, pairs.filter(indexes == index)


def _not_in_force(pairs: pl.DataFrame) -> pl.DataFrame:
    return _told(pairs, outcome=pl.lit(tables.NOT_DUE), unmet=pl.lit(NOT_IN_FORCE))


def _decided(reading: Reading, people: People, pairs: pl.DataFrame) -> list[pl.DataFrame]:
    rows = people.on_days(pairs, reading.root.names())
    root = rows.with_columns(reading.root.value().alias(_ROOT))[_ROOT]
    passes = root.fill_null(value=True)
    failed = people.on_days(pairs.filter(~passes), [reading.unmet])
    amounts = (reading.raw_fen, reading.no_rate, reading.provisional)
    candidates = people.on_days(pairs.filter(passes), amounts).with_columns(root.filter(passes))
    fen, no_rate = pl.col(reading.raw_fen), pl.col(reading.no_rate)
    ends = no_rate | (fen == 0).fill_null(value=False)
    is_open = pl.col(_ROOT).is_null() | fen.is_null()
    open_pairs = candidates.filter(~ends & is_open).select(AT, DAY)
    lacking = people.on_days(open_pairs, [reading.missing])
    reason = pl.when(no_rate).then(pl.lit(NO_RATE)).otherwise(pl.lit(NOTHING_PAYABLE))
    return [
        _told(failed, outcome=pl.lit(tables.NOT_DUE), unmet=pl.col(reading.unmet)),
        _told(candidates.filter(ends), outcome=pl.lit(tables.NOT_DUE), unmet=reason),
        _told(lacking, outcome=pl.lit(tables.UNDETERMINED), missing=pl.col(reading.missing)),
        _told(
            candidates.filter(~ends & ~is_open),
            outcome=pl.lit(tables.DUE),
            amount_fen=fen,
            per=pl.lit(reading.variant.amount.payment_per),
            provisional=pl.col(reading.provisional),
        ),
    ]


def _told(rows: pl.DataFrame, **told: pl.Expr) -> pl.DataFrame:
    """Return rows with what is told of them, and nothing for all else that a decision says."""
    said = _UNSAID | told
    return rows.select(
        AT, DAY, *(said[name].cast(dtype).alias(name) for name, dtype in DECIDED.items())
    )
