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

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.engine import columns, flags
from vetbenefits.engine.candidates import AT
from vetbenefits.engine.compiler import NOBODY
from vetbenefits.engine.interpreter import evaluate
from vetbenefits.engine.lookups import NO_ROW
from vetbenefits.engine.missing import Missing
from vetbenefits.engine.readings import NOT_IN_FORCE as NO_READING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from vetbenefits.engine.dated import Dated
    from vetbenefits.engine.readings import Reading, Readings
    from vetbenefits.model.expressions import RateOf

IN_FORCE = "in_force"
OVERLAY = "overlay"
AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Side:
    """Persons on one side of a change: the places of their rows among those that were decided."""

    readings: Readings
    dated: Dated
    places: pl.Series

    def variants(self) -> pl.Series:
        """Return the place of the variant that holds in each row; -1 where none is in force."""
        variants = self.readings.benefit.variants
        held = [variants.index(one.variant) for one in self.readings.held]
        if not self.readings.column:
            only = held[0] if held else NO_READING
            return pl.repeat(only, len(self.places), dtype=pl.Int32, eager=True)
        table = pl.Series([*held, NO_READING], dtype=pl.Int32)
        indexes = self.dated.rows[self.readings.column].gather(self.places)
        return table.gather(indexes.replace(NO_READING, len(held)))

    def reading(self, variant: int) -> Reading:
        """Return the reading of a variant, by its place."""
        held = self.readings.benefit.variants[variant]
        return next(one for one in self.readings.held if one.variant is held)

    def only(self, places: pl.Series) -> Side:
        """Return the rows at some places of this side."""
        return replace(self, places=self.places.gather(places))

    def state(self, names: list[str], prefix: str) -> pl.DataFrame:
        """Return some columns, named by a prefix and their number."""
        graph = self.dated.program.compiler.graph
        wanted = list(dict.fromkeys(names))
        there = graph.route(frozenset(self.dated.rows.columns), wanted).there
        rows = graph.evaluated(self.dated.rows.select(AT, *there)[self.places], wanted)
        return rows.select(pl.col(name).alias(f"{prefix} {at}") for at, name in enumerate(names))


@dataclass(frozen=True, slots=True)
class _Watched:
    """Something that can be a cause: it is one where one of its columns changes.

    `passing`: only where no condition is known to fail on either day.
    """

    name: str
    columns: tuple[str, ...]
    passing: bool = False


def causes_of(eves: Side, days: Side) -> pl.Series:
    """Return the causes of changes, joined by `;`.

    Args:
        eves: the persons on the last day before their change, or on any day before it since which
            nothing has turned.
        days: the same persons in the same order, on the day of their change.
    """
    before, after = eves.variants(), days.variants()
    in_force = (before != NO_READING) & (after != NO_READING)
    told = pl.select(pl.when(in_force).then(pl.lit(OVERLAY)).otherwise(pl.lit(IN_FORCE)))
    causes = told.to_series()
    is_same = in_force & (before == after)
    for variant in before.filter(is_same).unique().sort():
        places = (is_same & (before == variant)).arg_true()
        found = _of_variant(variant, eves.only(places), days.only(places))
        causes = causes.scatter(places, found)
    return causes


def _of_variant(variant: int, eves: Side, days: Side) -> pl.Series:
    """Return the causes of changes within one variant."""
    causes = pl.repeat("", len(eves.places), dtype=pl.String, eager=True)
    tiers: list[Callable[[Reading], list[_Watched]]] = [_outright, _behind, _details]
    for watched in tiers:
        places = (causes == "").arg_true()
        if len(places):
            found = _changed(watched, variant, eves.only(places), days.only(places))
            causes = causes.scatter(places, found)
    return causes


def _changed(
    watched: Callable[[Reading], list[_Watched]], variant: int, eves: Side, days: Side
) -> pl.Series:
    """Return the names of what changes, joined by `;`; empty where nothing does."""
    found: list[list[_Watched]] = []
    states: list[pl.DataFrame] = []
    for side, prefix in ((eves, "eve"), (days, "day")):
        reading = side.reading(variant)
        passes = reading.compiler.graph.name_of(reading.root.value().fill_null(value=True))
        found.append(watched(reading))
        names = [passes, *(name for one in found[-1] for name in one.columns)]
        # The same things stand in the same order on both sides.
        states.append(side.state(names, prefix))
    passing = pl.col("eve 0") & pl.col("day 0")
    places = itertools.count(1)
    told: list[pl.Expr] = []
    for one in found[0]:
        own = itertools.islice(places, len(one.columns))
        is_other = columns.any_of(
            [pl.col(f"eve {at}").ne_missing(pl.col(f"day {at}")) for at in own]
        )
        where = is_other & passing if one.passing else is_other
        told.append(pl.when(where).then(pl.lit(one.name)))
    both = pl.concat(states, how="horizontal")
    return both.with_columns(columns.joined_text(told).alias("cause"))["cause"]


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
    is_constant = compiler.cell(term).is_constant
    answers = compiler.answers(term)
    if answers is not None:
        row = pl.col(answers.row).fill_null(NO_ROW)
    else:
        row = pl.lit(_row_of(term, compiler.some_day) if is_constant else NO_ROW)
    provisional = flags.as_expr(flags.provisional(term, compiler))
    return [
        compiler.graph.name_of(pl.when(columns.any_of(parts)).then(part))
        for part in (row, provisional)
    ]


def _row_of(term: RateOf, day: date) -> int:
    """Return the place of the row that answers everybody on a day."""
    found = evaluate(term, NOBODY, day).row
    rows = enumerate(term.schedule.rows)
    return next((at for at, row in rows if row is found), NO_ROW)
