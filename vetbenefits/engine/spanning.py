"""One benefit over a window: on which days to decide about whom, and what changes at each edge."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import pack, unpack
from vetbenefits.engine import columns
from vetbenefits.engine.backwards import day_before
from vetbenefits.engine.causes import Side, causes_of
from vetbenefits.engine.daily import DAILY, DECIDED, People, decided
from vetbenefits.engine.graph import Graph
from vetbenefits.engine.prospects import Prospects
from vetbenefits.engine.turning import turns_of
from vetbenefits.engine.turning_days import AT, DAY, days_of
from vetbenefits.model import tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from vetbenefits.engine.compiled_days import CompiledDays
    from vetbenefits.engine.readings import Readings
    from vetbenefits.engine.turning_days import DaysOf, Window
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rulebook import Benefit

_PAIRS = {AT: pl.UInt32, DAY: pl.Int32}


@dataclass(frozen=True)
class Asked:
    """A batch of persons, as it is and as far as it was computed for the first day of a window."""

    batch: pl.DataFrame
    staged: pl.DataFrame
    show_all: bool


@dataclass(frozen=True)
class Spanning:
    """Decides one benefit over a window."""

    benefit: Benefit
    window: Window
    compiled: CompiledDays

    @cached_property
    def first(self) -> Readings:
        """Return how the benefit reads on the first day."""
        return self.compiled.readings(self.benefit, self.window.from_on)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Return every term of the variants that can hold within the window."""
        found: list[Term] = [] if self.benefit.place is None else [self.benefit.place]
        for variant in self.benefit.variants:
            from_on = max(self.benefit.from_on, variant.from_on)
            until_on = min(self.benefit.until_on, variant.until_on)
            if from_on < self.window.until_on and self.window.from_on < until_on:
                found += [entry.clause.test for entry in variant.entries]
                found.append(variant.amount.value)
        return tuple(found)

    # --- what turns -------------------------------------------------------------------------

    @cached_property
    def _edges(self) -> frozenset[int]:
        """Return the days of the window on which the rule or a reading of it begins or ends."""
        held = [(self.benefit.from_on, self.benefit.until_on)]
        held += [(one.from_on, one.until_on) for one in self.benefit.variants]
        days = itertools.chain.from_iterable(held)
        inside = (day for day in days if self.window.from_on < day < self.window.until_on)
        return frozenset(pack(day) for day in inside)

    @cached_property
    def _prospects(self) -> tuple[Prospects, ...]:
        """Return the prospects of each reading; none where readings change within the window."""
        if self._edges:
            return ()
        return tuple(Prospects(one, self.window) for one in self.first.held)

    @cached_property
    def _turning(self) -> DaysOf:
        """Return what turns in any reading of the window."""
        compiler = self.compiled.compiler(self.window.from_on)
        return days_of(turns_of(self.terms), self.window, compiler)

    @cached_property
    def common(self) -> tuple[int, ...]:
        """Return the days, after the first, on which something turns for everybody, in order."""
        if self._edges:
            return tuple(sorted(self._edges | self._turning.common))
        return tuple(sorted(frozenset().union(*(one.common for one in self._prospects))))

    # --- which days are asked about ---------------------------------------------------------

    def wanted(self, frame: pl.DataFrame) -> list[str]:
        """Return the columns of the first day that tell who can be due and who turns.

        `frame` must hold the column of the reading, if there is one.
        """
        return [name for _, one in self._present(frame) for name in (one.possible, one.turns)]

    def _present(self, frame: pl.DataFrame) -> Iterator[tuple[pl.Expr, Prospects]]:
        """Yield the prospects that somebody has, and who has them."""
        if not self.first.column:
            yield from ((columns.TRUE, one) for one in self._prospects)
            return
        held = frame[self.first.column].unique().to_list() if self._prospects else []
        for index, one in enumerate(self._prospects):
            if index in held:
                yield pl.col(self.first.column) == index, one

    def _live(self, asked: Asked) -> pl.DataFrame:
        """Return whoever can be due within the window: `AT`."""
        if asked.show_all or self._edges:
            return asked.staged.select(AT)
        here = [has & pl.col(one.possible) for has, one in self._present(asked.staged)]
        return asked.staged.select(pl.col(AT).filter(columns.any_of(here)))

    def _own_days(self, asked: Asked) -> pl.DataFrame:
        """Return the turning days that persons have for themselves: `AT`, `DAY`."""
        found = [pl.DataFrame(schema=_PAIRS)]
        if asked.show_all or self._edges:
            graph = self.compiled.graph(self.window.from_on)
            names = [name for one in self._turning.personal for name in one.names]
            rows = graph.evaluated(asked.staged, names)
            found += [one.days(rows, graph) for one in self._turning.personal]
        else:
            for has, one in self._present(asked.staged):
                found += one.days(asked.staged.filter(has & pl.col(one.turns)))
        return pl.concat(found)

    # --- decisions and causes ---------------------------------------------------------------

    def decisions(self, asked: Asked) -> pl.DataFrame:
        """Return the decisions on every turning day of whoever can be due, in no order.

        Shape: -> `DAILY`.
        """
        live = self._live(asked)
        found = [pl.DataFrame(schema=DAILY)]
        for day in (pack(self.window.from_on), *self.common):
            pairs = live.with_columns(pl.lit(day).cast(pl.Int32).alias(DAY))
            side = self._side(asked, unpack(day), pairs)
            found.append(decided(side.readings, side.people, side.pairs))
        own = self._own_days(asked).unique()
        own = own.filter(~pl.col(DAY).is_in(self.common))
        side = self._side(asked, None, own)
        return pl.concat([*found, decided(side.readings, side.people, side.pairs)])

    def causes(self, asked: Asked, changes: pl.DataFrame) -> pl.Series:
        """Return what changes at each change, joined by `;`.

        `changes` holds `AT` and `DAY`, the first day on which something is different.
        """
        causes = pl.repeat("", changes.height, dtype=pl.String, eager=True)
        of_all = changes[DAY].is_in(self.common)
        for day in changes[DAY].filter(of_all).unique().sort():
            places = (changes[DAY] == day).arg_true()
            causes = causes.scatter(places, self._causes(asked, changes[places], unpack(day)))
        places = (~of_all).arg_true()
        return causes.scatter(places, self._causes(asked, changes[places], None))

    def _causes(self, asked: Asked, changes: pl.DataFrame, day: date | None) -> pl.Series:
        graph = Graph()
        eve = graph.name_of(day_before(pl.col(DAY), graph.keep))
        eves = graph.evaluated(changes, [eve]).select(AT, pl.col(eve).alias(DAY))
        before = None if day is None else unpack(eves[DAY][0])
        return causes_of(
            self._side(asked, before, eves), self._side(asked, day, changes.select(AT, DAY))
        )

    def _side(self, asked: Asked, day: date | None, pairs: pl.DataFrame) -> Side:
        """Return (person, day) pairs with what decides them on one day, or each on their own."""
        frame = asked.staged if day == self.window.from_on else asked.batch
        people = People(frame, self.compiled.graph(day))
        return Side(self.compiled.readings(self.benefit, day), people, pairs)


def joined(decisions: pl.DataFrame, window: Window, *, show_all: bool) -> pl.DataFrame:
    """Return decisions on turning days as spans.

    Shape: `DAILY` -> `AT`, `from_on`, `until_on` and what a decision says.
    """
    ordered = decisions.sort(AT, DAY)
    is_first = pl.col(AT).ne_missing(pl.col(AT).shift())
    differs = columns.any_of([pl.col(name).ne_missing(pl.col(name).shift()) for name in DECIDED])
    kept = ordered.filter(is_first | differs)
    is_last = pl.col(AT).ne_missing(pl.col(AT).shift(-1))
    until = pl.when(is_last).then(pl.lit(pack(window.until_on))).otherwise(pl.col(DAY).shift(-1))
    spans = kept.select(
        AT,
        pl.col(DAY).alias("from_on"),
        until.cast(pl.Int32).alias("until_on"),
        *DECIDED,
    )
    if show_all:
        return spans
    return spans.filter((pl.col("outcome") != tables.NOT_DUE).any().over(AT))
