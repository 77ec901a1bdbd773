"""One benefit over a window: whom it asks about, and on which days."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import pack
from vetbenefits.engine import columns
from vetbenefits.engine.prospects import Prospects
from vetbenefits.engine.turning import turns_of
from vetbenefits.engine.turning_days import DAY, PERSON, days_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetbenefits.engine.compiled_days import CompiledDays
    from vetbenefits.engine.readings import Readings
    from vetbenefits.engine.turning_days import DaysOf, Window
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rulebook import Benefit

_PAIRS = {PERSON: pl.UInt32, DAY: pl.Int32}


@dataclass(frozen=True)
class Spanning:
    """What a window asks about one benefit; with `show_all`, about everybody."""

    benefit: Benefit
    window: Window
    compiled: CompiledDays
    show_all: bool

    @cached_property
    def _first(self) -> Readings:
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

    @cached_property
    def _edges(self) -> frozenset[int]:
        """Return the days of the window on which the rule or a reading of it begins or ends."""
        held = [(self.benefit.from_on, self.benefit.until_on)]
        held += [(one.from_on, one.until_on) for one in self.benefit.variants]
        days = itertools.chain.from_iterable(held)
        inside = (day for day in days if self.window.from_on < day < self.window.until_on)
        return frozenset(pack(day) for day in inside)

    @property
    def _asks_everybody(self) -> bool:
        """Tell whether the first day does not tell who can be due, or nobody is left out."""
        return self.show_all or bool(self._edges)

    @cached_property
    def _prospects(self) -> tuple[Prospects, ...]:
        """Return the prospects of each reading of the first day, which hold to the last."""
        return tuple(Prospects(one, self.window) for one in self._first.held)

    @cached_property
    def _turning(self) -> DaysOf:
        """Return what turns in any reading of the window."""
        compiler = self.compiled.compiler(self.window.from_on)
        return days_of(turns_of(self.terms), self.window, compiler)

    @cached_property
    def common(self) -> frozenset[int]:
        """Return the days, after the first, on which something turns for everybody."""
        if self._asks_everybody:
            return self._edges | self._turning.common
        return frozenset().union(*(one.common for one in self._prospects))

    # --- of a batch -------------------------------------------------------------------------

    def wanted(self, rows: pl.DataFrame) -> list[str]:
        """Return the columns of the first day that tell who is asked about, and when.

        The rows must hold the column of the reading, if there is one.
        """
        if self._asks_everybody:
            return [name for one in self._turning.personal for name in one.names]
        return [name for _, one in self._present(rows) for name in (one.possible, one.turns)]

    def _present(self, rows: pl.DataFrame) -> Iterator[tuple[pl.Expr, Prospects]]:
        """Yield the prospects that somebody has, and who has them."""
        if not self._first.column:
            yield from ((columns.TRUE, one) for one in self._prospects)
            return
        held = rows[self._first.column].unique().to_list()
        for index, one in enumerate(self._prospects):
            if index in held:
                yield pl.col(self._first.column) == index, one

    def asked(self, rows: pl.DataFrame) -> pl.Expr:
        """Return who can be due on some day of the window."""
        if self._asks_everybody:
            return columns.TRUE
        return columns.any_of([has & pl.col(one.possible) for has, one in self._present(rows)])

    def own_days(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the turning days that persons have for themselves, each once.

        Shape: -> `PERSON`, `DAY`.
        """
        graph = self.compiled.graph(self.window.from_on)
        found = [pl.DataFrame(schema=_PAIRS)]
        if self._asks_everybody:
            found += [one.days(rows, graph) for one in self._turning.personal]
        else:
            for has, one in self._present(rows):
                turning = rows.select((has & pl.col(one.turns)).arg_true()).to_series()
                if len(turning):
                    found += one.days(rows, turning)
        own = pl.concat(found).unique()
        return own.filter(~pl.col(DAY).is_in(sorted(self.common)))
