"""What the batch of one month pays, beside what is due on a day of it.

For most people nothing turns in the days that decide the month: they are paid what is due on the
day. Only the others are looked at over these days, benefits with equal windows together; and only
for whoever is paid it is looked back to where the paying run began.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import PER_MONTH
from vetbenefits.engine import columns
from vetbenefits.engine.candidates import AT, SHARE
from vetbenefits.engine.lasting import lasting
from vetbenefits.engine.month_windows import (
    head_months,
    look_back_window,
    pays_as_the_day,
    window_of,
)
from vetbenefits.engine.payments import Pays, month_of
from vetbenefits.engine.program import holds, present
from vetbenefits.engine.prospects import Prospects
from vetbenefits.engine.timeline import Timeline
from vetbenefits.engine.turning_days import Window
from vetbenefits.model import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from vetbenefits.engine.program import Program
    from vetbenefits.engine.readings import Reading, Readings
    from vetbenefits.model.rulebook import Benefit, RuleBook

NOTHING = "nothing"
_PLACE = "place"
_FOUND = {
    AT: pl.UInt32,
    _PLACE: pl.UInt32,
    "pays": pl.String,
    "due_fen": pl.Int64,
    "month provisional": pl.Boolean,
    "run_from": pl.Int32,
}
_FIRSTS = {AT: pl.UInt32, _PLACE: pl.UInt32, "first_month": pl.Int32}


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking at the days of a month has found about a batch.

    `everybody`: the benefits by which nobody is simply paid what is due on the day. `rows`: of the
    other benefits, the rows that were looked at; null where none was. `paid`: what the month pays
    to those who were looked at, a row of the batch (`AT`) and the place of a benefit each once.
    """

    everybody: frozenset[int]
    rows: Mapping[int, pl.Series]
    paid: pl.DataFrame

    def flags(self) -> dict[int, pl.Series]:
        """Return by place of a benefit the rows of the batch that are paid."""
        return {
            int(place): some[AT]
            for (place,), some in self.paid.partition_by([_PLACE], as_dict=True).items()
        }

    def was_looked_at(self, decisions: pl.DataFrame, height: int) -> pl.Series:
        """Tell of which decisions it is known without what is due on the day."""
        found = pl.lit(decisions[_PLACE].is_in(list(self.everybody)))
        for place, rows in self.rows.items():
            flag = pl.repeat(value=False, n=height, eager=True).scatter(rows, values=True)
            found = found | ((pl.col(_PLACE) == place) & columns.taken(flag, pl.col(AT)))
        return decisions.select(found.alias("looked"))["looked"]


@dataclass(frozen=True)
class MonthPlan:
    """What is asked of the month of a day. Compiled once, then it looks at every batch."""

    book: RuleBook
    as_of: date
    region: str | None
    benefits: tuple[Benefit, ...]
    _prospects: dict[tuple[Reading, Window], Prospects] = field(default_factory=dict)

    @property
    def month(self) -> int:
        """Return the number of the month: year * 12 + month - 1."""
        return month_of(self.as_of)

    @cached_property
    def needed(self) -> frozenset[str]:
        """Return the names of the facts that months and the beginnings of runs depend on."""
        lines = [*self._lines.values(), *self._backwards.values()]
        return frozenset[str]().union(*(one.needed for one in lines))

    @cached_property
    def _windows(self) -> Mapping[str, Window]:
        """Return the days that decide the month, of each benefit that can pay in it."""
        found = ((one.id, window_of(one, self.month)) for one in self.benefits)
        return {name: window for name, window in found if window is not None}

    @cached_property
    def _lines(self) -> Mapping[Window, Timeline]:
        """Return one timeline for all benefits of equal windows."""
        return {
            window: self._line(
                window, [one for one in self.benefits if self._windows.get(one.id) == window]
            )
            for window in self._windows.values()
        }

    @cached_property
    def _backwards(self) -> Mapping[str, Timeline]:
        """Return for each benefit its timeline since it came into force."""
        return {
            one.id: self._line(
                look_back_window(one, self._windows[one.id].until_on), [lasting(one)]
            )
            for one in self.benefits
            if one.id in self._windows
        }

    def _line(self, window: Window, benefits: Iterable[Benefit]) -> Timeline:
        return Timeline(self.book, window, self.region, tuple(benefits))

    # --- who is paid ------------------------------------------------------------------------

    def look(self, program: Program, frame: pl.DataFrame, people: pl.DataFrame) -> Looked:
        """Look at the days of the month for those to whom they matter.

        Args:
            program: the benefits of persons on the day.
            frame: the batch, staged by it.
            people: the batch as it was given.
        """
        places = {one.benefit.id: at for at, one in enumerate(program.benefits)}
        everybody = {at for name, at in places.items() if name not in self._windows}
        rows: dict[int, pl.Series] = {}
        found = [pl.DataFrame(schema=_FOUND)]
        for window, line in self._lines.items():
            some = [one for one in program.benefits if one.benefit in line.benefits]
            asked = self._asked(program, frame, some, window)
            for one in line.benefits:
                if pays_as_the_day(one, self.month):
                    rows[places[one.id]] = asked
                else:
                    everybody.add(places[one.id])
            if len(asked):
                found.append(self._months(line, people, asked, places))
        return Looked(frozenset(everybody), rows, pl.concat(found))

    def _months(
        self, line: Timeline, people: pl.DataFrame, rows: pl.Series, places: Mapping[str, int]
    ) -> pl.DataFrame:
        months = line.months(_at_places(people, line, rows)).filter(month=self.month)
        place = pl.col("benefit").replace_strict(places, return_dtype=pl.UInt32).alias(_PLACE)
        told = {AT: tables.ROW, "month provisional": "provisional"}
        return months.with_columns(place).select(
            pl.col(told.get(name, name)).cast(dtype).alias(name) for name, dtype in _FOUND.items()
        )

    def _asked(
        self, program: Program, frame: pl.DataFrame, some: Iterable[Readings], window: Window
    ) -> pl.Series:
        """Return the rows of a batch to look at, for any of some benefits."""
        one_day = timedelta(days=1)
        days = Window(min(window.from_on, self.as_of), max(window.until_on, self.as_of + one_day))
        tests: list[str] = []
        wheres: list[pl.Expr] = []
        for readings in some:
            if _changes_within(readings.benefit, days):
                return pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
            as_the_day = pays_as_the_day(readings.benefit, self.month)
            for reading in present(frame, readings):
                if reading is None:
                    continue
                prospects = self._prospects_of(reading, days)
                name = prospects.possible
                if as_the_day and not prospects.common:
                    name = prospects.turns
                tests.append(name)
                wheres.append(holds(readings, reading) & pl.col(name))
        rows = program.compiler.graph.evaluated(frame, tests)
        return rows.select(columns.any_of(wheres).arg_true()).to_series()

    def _prospects_of(self, reading: Reading, days: Window) -> Prospects:
        found = self._prospects.get((reading, days))
        if found is None:
            found = self._prospects[reading, days] = Prospects(reading, days)
        return found

    # --- of decisions -----------------------------------------------------------------------

    def with_month(
        self, decisions: pl.DataFrame, looked: Looked, about: pl.DataFrame, people: pl.DataFrame
    ) -> pl.DataFrame:
        """Return decisions with what the month pays.

        Shape: adds `month_fen` (0 for nothing), `pays`, `first_month` (null for nothing) and
        `is_later`: not due on the day, but on a later one of the run that pays. What is provisional
        in the month's payment makes the row provisional.
        """
        place = columns.taken(about[_PLACE], pl.col(SHARE)).alias(_PLACE)
        decisions = decisions.with_columns(place)
        was_looked_at = pl.lit(looked.was_looked_at(decisions, people.height))
        keys = [AT, _PLACE]
        joined = decisions.join(looked.paid, on=keys, how="left", maintain_order="left")
        is_due = pl.col("outcome") == tables.DUE
        by_day = is_due & ~was_looked_at
        told = joined.with_columns(
            pl.when(by_day).then("amount_fen").otherwise("due_fen").fill_null(0).alias("month_fen"),
            pl.when(by_day).then(pl.lit(Pays.REGULAR.value)).otherwise("pays").alias("pays"),
            (pl.col("run_from") > columns.packed_day(self.as_of)).alias("is_later"),
            pl.col("provisional") | pl.col("month provisional").fill_null(value=False),
        )
        firsts = self._first_months(told.filter(pl.col("month_fen") != 0), about, people)
        told = told.join(firsts, on=keys, how="left", maintain_order="left")
        # What is paid once may have been paid before the days that were looked at.
        is_paid = (pl.col("month_fen") != 0) & pl.col("first_month").is_not_null()
        return told.with_columns(
            pl.when(is_paid).then("month_fen").otherwise(0).alias("month_fen"),
            pl.when(is_paid).then("pays").otherwise(pl.lit(NOTHING)).alias("pays"),
            (is_paid & pl.col("is_later").fill_null(value=False)).alias("is_later"),
        ).drop(_PLACE, "due_fen", "month provisional", "run_from")

    def _first_months(
        self, paid: pl.DataFrame, about: pl.DataFrame, people: pl.DataFrame
    ) -> pl.DataFrame:
        ids = dict(zip(about[_PLACE], about["benefit"], strict=True))
        found = [pl.DataFrame(schema=_FIRSTS)]
        for (place,), some in paid.partition_by([_PLACE], as_dict=True).items():
            line = self._backwards[ids[place]]
            (benefit,) = line.benefits
            since = self._windows[benefit.id].from_on
            batch = _at_places(people, line, some[AT])
            months = line.first_months(batch, head_months(benefit), since)
            found.append(
                months.filter(month=self.month).select(
                    pl.col(tables.ROW).cast(pl.UInt32).alias(AT),
                    pl.lit(place).cast(pl.UInt32).alias(_PLACE),
                    "first_month",
                )
            )
        return pl.concat(found)


def of_bills(
    decisions: pl.DataFrame, frame: pl.DataFrame, date_fact: str, as_of: date
) -> pl.DataFrame:
    """Return decisions about bills with what the month pays: a bill in the month of its date.

    Shape: adds the columns of `MonthPlan.with_month`.
    """
    month = (pl.col(date_fact) // PER_MONTH).alias("first_month")
    is_due = pl.col("outcome") == tables.DUE
    is_paid = is_due & (pl.col("first_month") == month_of(as_of))
    return decisions.with_columns(frame.select(month)["first_month"][decisions[AT]]).with_columns(
        pl.when(is_paid).then("amount_fen").otherwise(0).alias("month_fen"),
        pl.when(is_due).then(pl.lit("bill")).otherwise(pl.lit(NOTHING)).alias("pays"),
        pl.when(is_due).then("first_month").alias("first_month"),
        pl.lit(value=False).alias("is_later"),
    )


def _at_places(people: pl.DataFrame, line: Timeline, rows: pl.Series) -> pl.DataFrame:
    """Return the facts of some persons, whose `row` is their place in the batch."""
    facts = [name for name in people.columns if name.split("!")[0] in line.needed]
    return people.select(facts)[rows].with_columns(rows.cast(pl.Int64).alias(tables.ROW))


def _changes_within(benefit: Benefit, days: Window) -> bool:
    """Tell whether the rule, or a reading of it, begins or ends after the first of some days."""
    edges = {benefit.from_on, benefit.until_on}
    for one in benefit.variants:
        edges |= {one.from_on, one.until_on}
    return any(days.from_on < day < days.until_on for day in edges)
