"""The turning days of a window: those that everybody shares, and each person's own, in columns.

Whatever crosses or counts keeps the order of days, so whether a person has a day within the window
is told by the answers on its first and its last day. Only where these differ is the day worked out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from vetbenefits.dates import pack
from vetbenefits.engine import columns
from vetbenefits.engine.backwards import count_flips, first_reaching, next_day, steps_of
from vetbenefits.engine.compiler import NOBODY
from vetbenefits.engine.graph import Graph
from vetbenefits.engine.interpreter import evaluate
from vetbenefits.engine.lookups import turning_days
from vetbenefits.engine.operations import day_of
from vetbenefits.model.expressions import Compare, Comparison, Literal
from vetbenefits.model.kinds import TRUTH, Kind, Type

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from vetbenefits.engine.cells import Cell
    from vetbenefits.engine.compiler import Compiler
    from vetbenefits.engine.turning import Counting, Crossing, Turns
    from vetbenefits.model.expressions import Between, Term
    from vetbenefits.model.rates import RateSchedule

PERSON = "#person"  # the place of a person in the batch
DAY = "#day"

_DAY = Type(Kind.DATE)
_MOST_STEPS = 400 * 366  # no count between two days of the calendar is larger
_FIXED, _STEPS = "fixed", "steps"

Solve: TypeAlias = Callable[[pl.DataFrame], pl.Series]


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `from_on` (inclusive) to `until_on` (exclusive); at least one."""

    from_on: date
    until_on: date

    @property
    def last_on(self) -> date:
        """Return the last day."""
        return self.until_on - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PersonalDays:
    """Days that differ by person, as columns of the graph of a compiler.

    `turn` is what turns. `first` and `last` are the answers on the first and the last day of the
    window. Where they differ, `solve` gives the days of each row; it needs the columns `inputs`.
    """

    turn: Crossing | Counting
    first: Cell
    last: Cell
    inputs: tuple[str, ...]
    solve: Callable[[pl.DataFrame], pl.DataFrame]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the columns that tell whether a row turns."""
        return (*self.first.names(), *self.last.names())

    def turns(self) -> pl.Expr:
        """Return whether a row has such a day within the window; null or false where not."""
        return self.first.value() != self.last.value()

    def days(self, frame: pl.DataFrame, graph: Graph) -> pl.DataFrame:
        """Return `PERSON` and `DAY` of the rows that turn; the columns `names` must be there."""
        rows = graph.evaluated(frame.filter(self.turns()), self.inputs)
        return self.solve(rows)


@dataclass(frozen=True, slots=True)
class DaysOf:
    """What turns within a window: the days of everybody, and what gives each person's own."""

    common: frozenset[int]
    personal: tuple[PersonalDays, ...]


def days_of(turns: Turns, window: Window, compiler: Compiler) -> DaysOf:
    """Return the days of a window on which something turns, the first day left out.

    `compiler` is for one day, whichever it is: what moves is put in here.
    """
    finder = _Finder(window, compiler)
    common: set[int] = set()
    for asking in turns.askings:
        common.update(finder.of_schedule(asking.moving, asking.schedule))
    found = [finder.of_crossing(one) for one in turns.crossings]
    found += [finder.of_counting(one) for one in turns.countings]
    personal: list[PersonalDays] = []
    for one in found:
        if not (one.first.is_constant and one.last.is_constant):
            personal.append(one)
        elif one.first.constant != one.last.constant:
            common.update(_of_nobody(one, compiler.graph))
    return DaysOf(frozenset(common), tuple(personal))


def _of_nobody(one: PersonalDays, graph: Graph) -> Iterable[int]:
    """Return the days that do not differ by person."""
    rows = graph.evaluated(pl.DataFrame({PERSON: [0]}, schema={PERSON: pl.UInt32}), one.inputs)
    return one.solve(rows)[DAY]


@dataclass(frozen=True, slots=True)
class _Finder:
    """Puts the first and the last day of a window in for what moves."""

    window: Window
    compiler: Compiler

    def of_schedule(self, moving: Term, schedule: RateSchedule) -> list[int]:
        """Return the days on which the answer of a rate can change."""
        low, high = (pack(self._moved(moving, day)) for day in self._ends())
        days = [day for day in turning_days(schedule) if low < day <= high]
        graph = Graph()
        name = graph.name_of(first_reaching(moving, pl.col(DAY), graph.keep))
        frame = pl.DataFrame({DAY: days}, schema={DAY: pl.Int32})
        return graph.evaluated(frame, [name])[name].to_list()

    def of_crossing(self, one: Crossing) -> PersonalDays:
        """Return the day on which a moving day reaches or passes a fixed one."""
        op = Comparison.GT if one.beyond else Comparison.GE
        first, last = (
            self.compiler.cell(Compare(op, self._put(one.moving, day), one.fixed, type=TRUTH))
            for day in self._ends()
        )
        graph = self.compiler.graph
        fixed = self.compiler.cell(one.fixed)

        def make() -> pl.Expr:
            day = next_day(fixed.value(), graph.keep) if one.beyond else fixed.value()
            return first_reaching(one.moving, day, graph.keep)

        return _of_column(one, first, last, graph.column(("crossing", one), make))

    def of_counting(self, one: Counting) -> PersonalDays:
        """Return the days on which a count changes, or that on which it gets to its bound."""
        ends = [self._count_on(one, day) for day in self._ends()]
        if one.bound is None:
            return self._every_step(one)
        op = Comparison.GT if one.beyond else Comparison.GE
        first, last = (self.compiler.cell(Compare(op, end, one.bound, type=TRUTH)) for end in ends)
        graph = self.compiler.graph
        fixed, bound = self.compiler.cell(one.fixed), self.compiler.cell(one.bound)

        def make() -> pl.Expr:
            steps = graph.keep(_steps_to(bound, steps_of(one.count), beyond=one.beyond))
            return count_flips(one.count, one.moving, graph.keep(fixed.value()), steps, graph.keep)

        return _of_column(one, first, last, graph.column(("counting", one), make))

    def _every_step(self, one: Counting) -> PersonalDays:
        first, last = (self.compiler.cell(self._count_on(one, day)) for day in self._ends())
        graph = Graph()
        flips = count_flips(one.count, one.moving, pl.col(_FIXED), pl.col(_STEPS), graph.keep)
        name = graph.name_of(flips)
        fixed = self.compiler.cell(one.fixed)
        # The count takes every step between: upwards to the last, downwards from the first.
        ends = [_in_steps(cell, steps_of(one.count)) for cell in (first, last)]
        low, high = pl.min_horizontal(ends), pl.max_horizontal(ends)

        def solve(rows: pl.DataFrame) -> pl.DataFrame:
            steps = rows.select(
                PERSON,
                fixed.value().alias(_FIXED),
                pl.int_ranges(low + 1, high + 1).alias(_STEPS),
            ).explode(_STEPS)
            return graph.evaluated(steps, [name]).select(PERSON, pl.col(name).alias(DAY))

        inputs = {*first.names(), *last.names(), *fixed.names()}
        return PersonalDays(one, first, last, tuple(sorted(inputs)), solve)

    def _ends(self) -> tuple[date, date]:
        return self.window.from_on, self.window.last_on

    def _moved(self, moving: Term, day: date) -> date:
        return day_of(evaluate(moving, NOBODY, day).value)

    def _put(self, moving: Term, day: date) -> Literal:
        """Return what a moving day is on one day, as if the rule had written it."""
        return Literal(self._moved(moving, day), type=_DAY)

    def _count_on(self, one: Counting, day: date) -> Between:
        moved = self._put(one.moving, day)
        return replace(one.count, end=moved) if one.counts_up else replace(one.count, start=moved)


def _of_column(turn: Crossing | Counting, first: Cell, last: Cell, name: str) -> PersonalDays:
    """Return the days of a column, one for each row that turns."""

    def solve(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.select(PERSON, pl.col(name).alias(DAY))

    return PersonalDays(turn, first, last, (name,), solve)


def _steps_to(bound: Cell, steps: int, *, beyond: bool) -> pl.Expr:
    """Return the least number of steps that reach the bound, or that go beyond it."""
    if isinstance(bound.constant, Fraction) and bound.is_constant:
        exact = bound.constant * steps
        least = math.floor(exact) + 1 if beyond else math.ceil(exact)
        return pl.lit(max(-_MOST_STEPS, min(_MOST_STEPS, least))).cast(pl.Int64)
    # Clipped first: no count gets there, and nothing must overflow.
    most = _MOST_STEPS * bound.denominator
    value = bound.value().clip(-most, most) * steps
    if beyond:
        return value // bound.denominator + 1
    return columns.negated(columns.negated(value) // bound.denominator)


def _in_steps(count: Cell, steps: int) -> pl.Expr:
    """Return a count in its own steps, as its column holds it."""
    if count.is_constant and isinstance(count.constant, Fraction):
        return pl.lit(int(count.constant * steps))
    return count.value()
