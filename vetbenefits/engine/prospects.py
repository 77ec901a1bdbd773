"""Who can be due within a window, and on which days of their own something turns for them.

Most people fail a condition on the first day and on every day after it. A condition whose truth
turns neither for everybody nor for this person is through the whole window what it is on the first
day; where such a condition fails, nothing else needs to be asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.engine import columns
from vetbenefits.engine.turning import turns_of
from vetbenefits.engine.turning_days import PERSON, days_of
from vetbenefits.model.rulebook import Quantifier

if TYPE_CHECKING:
    from vetbenefits.engine.readings import Reading
    from vetbenefits.engine.turning_days import DaysOf, PersonalDays, Window
    from vetbenefits.model.rulebook import Entry


@dataclass(frozen=True, eq=False)
class Prospects:
    """One reading over a window, as columns for its first day, for which it must be compiled."""

    reading: Reading
    window: Window

    @cached_property
    def _of_entries(self) -> tuple[DaysOf, ...]:
        compiler = self.reading.compiler
        return tuple(
            days_of(turns_of([entry.clause.test]), self.window, compiler)
            for entry in self.reading.entries
        )

    @cached_property
    def _of_amount(self) -> DaysOf:
        terms = [self.reading.variant.amount.value]
        return days_of(turns_of(terms), self.window, self.reading.compiler)

    @property
    def common(self) -> frozenset[int]:
        """Return the days on which something turns for everybody."""
        parts = (*self._of_entries, self._of_amount)
        return frozenset().union(*(one.common for one in parts))

    @cached_property
    def _personal(self) -> tuple[PersonalDays, ...]:
        parts = (*self._of_entries, self._of_amount)
        # Conditions can share what turns them.
        found = {one.turn: one for part in parts for one in part.personal}
        return tuple(found.values())

    @cached_property
    def possible(self) -> str:
        """Return the column that is false where a condition fails on every day of the window."""
        tests: dict[Quantifier, list[pl.Expr]] = {how: [] for how in Quantifier}
        for entry, turning in zip(self.reading.entries, self._of_entries, strict=True):
            tests[entry.how].append(self._possible(entry, turning))
        every = [*tests[Quantifier.ALL], *tests[Quantifier.NONE]]
        if tests[Quantifier.ANY]:
            every.append(columns.any_of(tests[Quantifier.ANY]))
        graph = self.reading.compiler.graph
        return graph.name_of(columns.all_of(every).fill_null(value=True))

    def _possible(self, entry: Entry, turning: DaysOf) -> pl.Expr:
        """Return where a condition is not known to fail on every day."""
        if turning.common:
            return columns.TRUE
        truth = self.reading.compiler.condition(entry.clause.test).value()
        if entry.how is Quantifier.NONE:
            truth = ~truth
        return columns.any_of([truth, *map(_turns, turning.personal)])

    @cached_property
    def turns(self) -> str:
        """Return the column that is true where somebody has turning days of their own."""
        graph = self.reading.compiler.graph
        found = columns.any_of([_turns(one) for one in self._personal])
        return graph.name_of(pl.col(self.possible) & found)

    def days(self, rows: pl.DataFrame, turning: pl.Series) -> list[pl.DataFrame]:
        """Return the turning days of the persons at some places, who have some.

        Shape: rows with the columns that `turns` is made of -> `PERSON`, `DAY`.
        """
        graph = self.reading.compiler.graph
        wanted = [name for one in self._personal for name in (*one.names, *one.inputs)]
        # Gathering takes time for each column, so the rest is left behind.
        there = graph.route(frozenset(rows.columns), wanted).there
        few = rows[[PERSON, *there]][turning]
        return [one.days(few, graph) for one in self._personal]


def _turns(one: PersonalDays) -> pl.Expr:
    return one.turns().fill_null(value=False)
