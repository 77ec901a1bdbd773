"""The rows of one reading for which money is a question, and those that a condition has settled.

A candidate is a row of which no condition is known to fail: only for these are amounts, missing
facts and provisional rates worked out. What failed is looked at again only where it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from vetbenefits.engine.compiler import NOBODY
from vetbenefits.engine.interpreter import evaluate
from vetbenefits.engine.lookups import by_distinct
from vetbenefits.engine.missing import spelled
from vetbenefits.engine.readings import Reading
from vetbenefits.model.expressions import RateOf
from vetbenefits.model.facts import PERSON
from vetbenefits.model.rates import RateRow

AT = "#at"  # the place of a row in its batch


def candidates_of(
    frame: pl.DataFrame, reading: Reading, rows: pl.Series
) -> tuple[pl.DataFrame, frozenset[tuple[str, RateRow]]]:
    """Return the candidates among `rows`, and the rows of rates that their amounts used.

    Shape: a batch with its roots, and a mask -> one row a candidate: its place `AT`, `is_open` (a
    condition is unknown), `per`, `raw_fen` and `least_fen` (what it is at least, if negative),
    `no_rate`, `provisional`, `missing`; of bills also `limit_fen`, `used_fen` and `used`, its name.
    """
    names = {
        "raw_fen": reading.raw_fen,
        "no_rate": reading.no_rate,
        "provisional": reading.provisional,
    }
    if reading.benefit.table != PERSON:
        names |= {"limit_fen": reading.limit_fen, "used_fen": reading.used_fen}
    uses = list(_uses(reading))
    wanted = {*names.values(), *(name for use in uses for name in use[2:] if name)}
    wanted.update(reading.root.names())
    within = _evaluated(frame, reading, wanted, rows)
    made = within.select(
        AT,
        reading.root.value().is_null().alias("is_open"),
        pl.lit(reading.variant.amount.payment_per).alias("per"),
        pl.lit(reading.least_fen, dtype=pl.Int64).alias("least_fen"),
        pl.lit(reading.used_name).alias("used"),
        *(pl.col(column).alias(name) for name, column in names.items()),
    )
    return _with_missing(made, frame, reading), _rates_used(within, reading, uses)


def _evaluated(
    frame: pl.DataFrame, reading: Reading, wanted: Iterable[str], rows: pl.Series
) -> pl.DataFrame:
    """Return the wanted columns for some rows of a batch, taking along as little as is needed."""
    graph = reading.compiler.graph
    wanted = list(wanted)
    needed = graph.rests_on(wanted, frame.columns)
    few = frame.select(AT, *needed)
    few = few.filter(rows) if rows.dtype == pl.Boolean else few[rows]
    return graph.evaluated(few, wanted)


def _with_missing(made: pl.DataFrame, frame: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    lacks = pl.col("is_open") | (pl.col("raw_fen").is_null() & ~pl.col("no_rate"))
    if "limit_fen" in made.columns:
        lacks = lacks | (pl.col("limit_fen").is_null() & (pl.col("raw_fen") > 0))
    places = made.filter(lacks)[AT]
    if places.is_empty():
        return made.with_columns(pl.lit("").alias("missing"))
    within = _evaluated(frame, reading, [*reading.words, *reading.missing.inputs()], places)
    texts = spelled(within, reading.words, reading.missing).alias("missing")
    told = within.select(AT).with_columns(texts)
    return made.join(told, on=AT, how="left", maintain_order="left").with_columns(
        pl.col("missing").fill_null("")
    )


def failed_of(frame: pl.DataFrame, reading: Reading, places: pl.Series) -> pl.DataFrame:
    """Return the ids of the conditions that failed, joined by `;`, for rows at some places.

    Shape: -> one row a place: `AT`, `unmet`.
    """
    ids = [entry.clause.id for entry in reading.entries]
    within = _evaluated(frame, reading, [reading.unmet], places)

    def told(bits: int) -> str:
        return ";".join(name for at, name in enumerate(ids) if bits >> at & 1)

    unmet = by_distinct(within[reading.unmet], told, pl.String)
    return within.select(AT).with_columns(unmet.alias("unmet"))


# --- which rates an amount used --------------------------------------------------------------


def _uses(reading: Reading) -> Iterator[tuple[RateOf, RateRow | None, str, str]]:
    """Yield each rate of the amount: its one row, or the column of rows; and the column of where."""
    for term, where in reading.rates:
        answers = reading.compiler.answers(term)
        mask = "" if where is None else reading.compiler.graph.name_of(where)
        if answers is not None:
            yield term, None, answers.row, mask
            continue
        row = evaluate(term, NOBODY, reading.compiler.some_day).row
        if row is not None:
            yield term, row, "", mask


def _rates_used(
    within: pl.DataFrame,
    reading: Reading,
    uses: Sequence[tuple[RateOf, RateRow | None, str, str]],
) -> frozenset[tuple[str, RateRow]]:
    columns = {name for use in uses for name in use[2:] if name}
    is_amount = (pl.col(reading.raw_fen) != 0) & ~pl.col(reading.no_rate)
    priced = within.filter(is_amount).select(reading.raw_fen, *columns)
    found: set[tuple[str, RateRow]] = set()
    for term, row, column, mask in uses:
        there = priced.filter(pl.col(mask)) if mask else priced
        if there.is_empty():
            continue
        rows = [row] if row is not None else _rows_at(term, there[column])
        found.update((term.schedule.name, one) for one in rows)
    return frozenset(found)


def _rows_at(term: RateOf, places: pl.Series) -> list[RateRow]:
    return [term.schedule.rows[place] for place in places.unique() if place >= 0]
