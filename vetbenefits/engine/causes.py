"""Why a decision is another one from a day on: the conditions, rates or rules that change.

Told from the rows as they are on the eve and on the day. The first of these that finds something
speaks, for the rest follows from it:

1. the rule comes into force or ends (`in_force`), or reads differently (`overlay`);
2. conditions whose truth changes, by their ids, and rates of the amount whose answer changes
   (`rate.<name>`) where no condition is known to fail on either day;
3. rates in the conditions whose answer changes;
4. conditions that lack other facts or are provisional otherwise, and the `amount` if that is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.engine import columns, flags
from vetbenefits.engine.missing import Missing
from vetbenefits.engine.readings import NOT_IN_FORCE as NO_READING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vetbenefits.engine.graph import Graph
    from vetbenefits.engine.readings import Reading, Readings
    from vetbenefits.model.expressions import RateOf

IN_FORCE = "in_force"
OVERLAY = "overlay"
AMOUNT = "amount"

_READING = "#reading"


@dataclass(frozen=True, slots=True)
class _Watched:
    """Something that can be a cause: it is one where one of its columns changes.

    `passing`: only where no condition is known to fail on either day.
    """

    name: str
    columns: tuple[str, ...]
    passing: bool = False


def causes_of(
    readings: Readings, eves: pl.DataFrame, days: pl.DataFrame, graph: Graph
) -> pl.Series:
    """Return the causes of each change, joined by `;`.

    Args:
        readings: the benefit.
        eves: the persons as on the last day before their change, with the columns of facts.
        days: the same persons in the same order, on the day of their change.
        graph: what the readings are columns of.
    """
    eves, days = (_with_reading(readings, rows, graph) for rows in (eves, days))
    before, after = eves[_READING], days[_READING]
    in_force = (before != NO_READING) & (after != NO_READING)
    told = pl.select(pl.when(in_force).then(pl.lit(OVERLAY)).otherwise(pl.lit(IN_FORCE)))
    causes = told.to_series()
    is_same = in_force & (before == after)
    for index in before.filter(is_same).unique().sort():
        places = (is_same & (before == index)).arg_true()
        found = _of_reading(readings.held[index], eves[places], days[places])
        causes = causes.scatter(places, found)
    return causes


def _with_reading(readings: Readings, rows: pl.DataFrame, graph: Graph) -> pl.DataFrame:
    if not readings.column:
        only = 0 if readings.held else NO_READING
        return rows.with_columns(pl.lit(only).cast(pl.Int32).alias(_READING))
    rows = graph.evaluated(rows, [readings.column])
    return rows.with_columns(pl.col(readings.column).alias(_READING))


def _of_reading(reading: Reading, eves: pl.DataFrame, days: pl.DataFrame) -> pl.Series:
    """Return the causes of changes within one reading."""
    causes = pl.repeat("", eves.height, eager=True)
    tiers: list[Callable[[Reading], list[_Watched]]] = [_outright, _behind, _details]
    for watched_of in tiers:
        places = (causes == "").arg_true()
        if len(places):
            found = _changed(reading, watched_of(reading), eves[places], days[places])
            causes = causes.scatter(places, found)
    return causes


def _changed(
    reading: Reading, watched: list[_Watched], eves: pl.DataFrame, days: pl.DataFrame
) -> pl.Series:
    """Return the names of what changes, joined by `;`; empty where nothing does."""
    graph = reading.compiler.graph
    passes = graph.name_of(reading.root.value().fill_null(value=True))
    wanted = list(dict.fromkeys([passes, *(name for one in watched for name in one.columns)]))
    before, after = (
        graph.evaluated(rows, wanted).select(pl.col(wanted).name.prefix(side))
        for rows, side in ((eves, "eve "), (days, "day "))
    )
    passing = pl.col(f"eve {passes}") & pl.col(f"day {passes}")
    names: list[pl.Expr] = []
    for one in watched:
        is_other = columns.any_of(
            [pl.col(f"eve {name}").ne_missing(pl.col(f"day {name}")) for name in one.columns]
        )
        where = is_other & passing if one.passing else is_other
        names.append(pl.when(where).then(pl.lit(one.name)))
    both = pl.concat([before, after], how="horizontal")
    return both.select(columns.joined_text(names).alias("cause"))["cause"]


# --- what can change -------------------------------------------------------------------------


def _outright(reading: Reading) -> list[_Watched]:
    """Return the truth of each condition, and the answers of rates in the amount."""
    graph = reading.compiler.graph
    tests = [
        (one.clause.id, reading.compiler.condition(one.clause.test)) for one in reading.entries
    ]
    found = [_Watched(name, (graph.name_of(test.value()),)) for name, test in tests]
    return [*found, *_answers(reading, reading.rates, passing=True)]


def _behind(reading: Reading) -> list[_Watched]:
    """Return the answers of rates in the conditions."""
    return _answers(reading, reading.rates_of_conditions, passing=False)


def _details(reading: Reading) -> list[_Watched]:
    """Return what conditions and amount lack, and whether they are provisional."""
    compiler = reading.compiler
    graph, missing = compiler.graph, Missing(compiler)

    def flag(found: flags.Flag) -> str:
        return graph.name_of(flags.as_expr(found))

    found = [
        _Watched(
            entry.clause.id,
            (
                missing.text([entry.clause.test], []),
                flag(flags.provisional(entry.clause.test, compiler)),
            ),
        )
        for entry in reading.entries
    ]
    value = reading.variant.amount.value
    names = (
        reading.raw_fen,
        reading.no_rate,
        missing.text([], [value]),
        flag(flags.provisional(value, compiler)),
    )
    return [*found, _Watched(AMOUNT, names, passing=True)]


def _answers(
    reading: Reading, uses: Iterable[tuple[RateOf, pl.Expr | None]], *, passing: bool
) -> list[_Watched]:
    """Return the answers of rates where they take part: the row, and whether it is provisional."""
    wheres: dict[RateOf, list[pl.Expr]] = {}
    for term, where in uses:
        part = columns.TRUE if where is None else where.fill_null(value=False)
        wheres.setdefault(term, []).append(part)
    found: dict[str, list[str]] = {}
    for term, parts in wheres.items():
        found.setdefault(term.schedule.name, []).extend(_answer(reading, term, parts))
    return [_Watched(f"rate.{name}", tuple(found[name]), passing) for name in sorted(found)]


def _answer(reading: Reading, term: RateOf, parts: list[pl.Expr]) -> list[str]:
    compiler = reading.compiler
    compiler.cell(term)
    answers = compiler.answers(term)
    row = pl.lit(0) if answers is None else pl.col(answers.row).fill_null(-1)
    provisional = flags.as_expr(flags.provisional(term, compiler))
    return [
        compiler.graph.name_of(pl.when(columns.any_of(parts)).then(part))
        for part in (row, provisional)
    ]
