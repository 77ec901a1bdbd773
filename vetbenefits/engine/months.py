"""SPANS × payable → MONTHS, for everybody in columns: which months are paid, and how much.

`payments.py` says what is paid, one person at a time; here the same for a batch. The amount of a
month is that of the span of its last due day. Only what lies outside of a run (months to which a
start reaches back, tails at the current rate) is decided anew, with the conditions left out whose
change began or ended the run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import PER_MONTH, MonthEnd
from vetbenefits.engine import columns
from vetbenefits.engine.backwards import day_before
from vetbenefits.engine.candidates import AT
from vetbenefits.engine.dated import BENEFIT, VARIANT, Dated
from vetbenefits.engine.program import Program
from vetbenefits.engine.turning_days import DAY, PERSON
from vetbenefits.model import tables
from vetbenefits.model.facts import PERSON as PERSONS
from vetbenefits.model.payable import Choice, InMonths, Start, Stop, Tranches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.engine.compiled_days import CompiledDays
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.payable import AfterDeath, End, Ends, Payable
    from vetbenefits.model.rulebook import Benefit

MONTH = "month"
OWN = "own"  # whether the month holds a due day of the run
LISTED = "listed"  # whether payments are made in such a month of the year
AT_ONCE = "at_once"  # whether a tail is paid in one sum

_FROM, _UNTIL = "from_on", "until_on"
RUN, BEGAN, ENDED = "run", "began", "ended"
_FIRST, _STOP = "first", "stop"
COLUMNS = [PERSON, MONTH, OWN, RUN, "from_on", DAY, VARIANT, "amount_fen", "provisional"]

# In the order in which they pay less.
_STARTS = (Start.THIS_YEAR, Start.THIS_MONTH, Start.NEXT_MONTH)
_STOPS = (Stop.NEXT_YEAR, Stop.NEXT_MONTH, Stop.THIS_MONTH)


def _runs(due: pl.DataFrame) -> pl.DataFrame:
    """Return one row a run, from its first day until the day after its last."""
    return due.group_by(RUN, maintain_order=True).agg(
        pl.col(PERSON, BENEFIT, VARIANT, _FROM, BEGAN).first(), pl.col(_UNTIL, ENDED).last()
    )


@dataclass(frozen=True, slots=True)
class Months:
    """What some runs pay, each table once or empty.

    `of_runs`: months, of which a person can have one several times; `tails`: months after a death;
    `tranches`.
    """

    of_runs: pl.DataFrame
    tails: pl.DataFrame
    tranches: pl.DataFrame


@dataclass(frozen=True, slots=True)
class RunMonths:
    """The months that runs of one benefit pay by one reading of `payable`."""

    benefit: Benefit
    payable: Payable
    people: pl.DataFrame
    compiled: CompiledDays

    def found(self, due: pl.DataFrame) -> Months:
        """Return the months of due spans.

        Shape: due spans with their runs -> months, see `COLUMNS`.
        """
        runs = _runs(due)
        if isinstance(self.payable.when, Tranches):
            none = _as_months(_after(due.clear().with_columns(_no_ends())))
            return Months(none, none, self._tranches(self.payable.when, due, runs))
        start = self._word(runs, self.payable.start, _STARTS, BEGAN, _FROM)
        stop = self._word(runs, self.payable.stop, _STOPS, ENDED, _UNTIL)
        runs = runs.with_columns(
            _first_month(start).alias(_FIRST), _stop_month(stop).alias(_STOP), start.alias("start")
        )
        spans = due.join(runs.select(RUN, _FIRST, _STOP), on=RUN, maintain_order="left")
        last = spans.group_by(RUN, maintain_order=True).last().select(spans.columns)
        months = pl.concat([self._reached_back(runs), _within(spans), _after(last)])
        if isinstance(self.payable.when, InMonths):
            is_listed = (pl.col(MONTH) % 12 + 1).is_in(self.payable.when.months)
            months = months.with_columns(is_listed.alias(LISTED))
        return Months(months, self._tails(last), months.clear())

    # --- first and last month ---------------------------------------------------------------

    def _word(
        self, runs: pl.DataFrame, ends: Ends[End], order: Sequence[End], cause: str, at: str
    ) -> pl.Series:
        """Return the place of the month that is said of each cause in the order; null for none."""
        found = pl.repeat(None, runs.height, dtype=pl.Int8, eager=True)
        places = runs.select(cause, PERSON, pl.col(at).alias(DAY)).with_row_index("place")
        for (ids,), some in places.partition_by([cause], as_dict=True).items():
            if not ids:
                continue
            said = {ends.by_cause.get(one, ends.default) for one in ids.split(";")}
            words = [self._chosen(one, order, some) for one in said]
            found = found.scatter(some["place"], some.select(pl.max_horizontal(words)).to_series())
        return found

    def _chosen(
        self, said: End | Choice[End], order: Sequence[End], pairs: pl.DataFrame
    ) -> pl.Series:
        if not isinstance(said, Choice):
            return pl.repeat(order.index(said), pairs.height, dtype=pl.Int8, eager=True)
        then, otherwise = order.index(said.then), order.index(said.otherwise)
        holds = self._truth(said.test, pairs)
        return pl.select(
            pl.when(holds)
            .then(then)
            .when(~holds)
            .then(otherwise)
            .otherwise(max(then, otherwise))
            .cast(pl.Int8)
        ).to_series()

    def _truth(self, test: Term, pairs: pl.DataFrame) -> pl.Series:
        """Return a test of persons, each on a day; null where it cannot be told."""
        compiler = self.compiled.compiler(None)
        cell = compiler.condition(test)
        rows = compiler.graph.evaluated(self._on_days(pairs), cell.names())
        return rows.with_columns(cell.value().alias("holds"))["holds"]

    def _on_days(self, pairs: pl.DataFrame) -> pl.DataFrame:
        return self.people[pairs[PERSON]].with_columns(pairs[DAY])

    # --- beyond a run -----------------------------------------------------------------------

    def _reached_back(self, runs: pl.DataFrame) -> pl.DataFrame:
        """Return the months before a run that its start reaches back over."""
        month = pl.col(_FROM) // PER_MONTH
        reaching = runs.filter(
            (pl.col("start") == _STARTS.index(Start.THIS_YEAR)) & (month % 12 > 0)
        )
        pairs = reaching.with_columns(pl.int_ranges(month - month % 12, month).alias(MONTH))
        pairs = pairs.explode(MONTH).with_columns(_last_day(pl.col(MONTH)).alias(DAY))
        decided = self._decided_without(pairs, BEGAN)
        holds = pl.col("outcome") == tables.DUE
        # Backwards until the first month in which something else did not hold.
        reached = decided.filter(holds.cast(pl.Int8).cum_min(reverse=True).over(RUN) == 1)
        return _as_months(reached.with_columns(pl.lit(value=False).alias(OWN)))

    def _decided_without(self, pairs: pl.DataFrame, cause: str) -> pl.DataFrame:
        """Return (person, day) pairs as decided without the conditions of a cause."""
        pairs = pairs.drop("outcome", "amount_fen", "provisional", VARIANT, strict=False)
        told = {"outcome": pl.UInt8, "amount_fen": pl.Int64, "provisional": pl.Boolean}
        told |= {VARIANT: pl.Int32}
        found = [pairs.clear().hstack(pl.DataFrame(schema=told))]
        for (ids,), some in pairs.partition_by([cause], as_dict=True, maintain_order=True).items():
            left = frozenset(str(ids).split(";"))
            variants = tuple(
                replace(
                    one, entries=tuple(part for part in one.entries if part.clause.id not in left)
                )
                for one in self.benefit.variants
            )
            name = f"{self.benefit.id} without {ids}"
            asked = replace(self.benefit, id=name, variants=variants)
            readings = self.compiled.readings(asked, None)
            program = Program(PERSONS, self.compiled.compiler(None), (readings,), ())
            dated = Dated(program, program.staged(self._on_days(some)))
            decisions = dated.decided({name: columns.TRUE}, {name: 0}, 0).sort(AT)
            found.append(some.hstack(decisions.select(*told)))
        return pl.concat(found)

    def _tails(self, last: pl.DataFrame) -> pl.DataFrame:
        """Return the months that are paid on after the death that ended a run."""
        ended = last.filter((pl.col(ENDED) != "") & (pl.col(_STOP) > pl.col(_UNTIL) // PER_MONTH))
        ended = ended.with_columns(pl.col(_UNTIL).alias(DAY))
        parts = [self._tail(after, ended) for after in self.payable.after_death]
        tails = pl.concat([_as_months(_after(ended.clear())), *parts])
        return tails.unique([PERSON, MONTH], keep="last", maintain_order=True).sort(PERSON, MONTH)

    def _tail(self, after: AfterDeath, ended: pl.DataFrame) -> pl.DataFrame:
        compiler = self.compiled.compiler(None)
        cell = compiler.cell(after.died_on)
        rows = compiler.graph.evaluated(self._on_days(ended), cell.names())
        died = rows.select((cell.value() == pl.col(DAY)).fill_null(value=False)).to_series()
        if after.test is not None:
            died = died & self._truth(after.test, ended).fill_null(value=False)
        stop = pl.col(_STOP)
        pairs = ended.filter(died).with_columns(
            pl.int_ranges(stop, stop + after.months).alias(MONTH),
            pl.lit(value=False).alias(OWN),
        )
        pairs = pairs.explode(MONTH)
        if after.current:
            pairs = pairs.with_columns(_last_day(pl.col(MONTH)).alias(DAY))
            pairs = self._decided_without(pairs, ENDED).filter(pl.col("outcome") == tables.DUE)
        return _as_months(pairs).with_columns(pl.lit(after.at_once).alias(AT_ONCE))

    # --- tranches ---------------------------------------------------------------------------

    def _tranches(self, when: Tranches, due: pl.DataFrame, runs: pl.DataFrame) -> pl.DataFrame:
        """Return a payment for each tranche on whose first day something is due."""
        compiler = self.compiled.compiler(None)
        cell = compiler.cell(when.from_on)
        days = self._on_days(runs.with_columns(pl.col(_FROM).alias(DAY)))
        days = compiler.graph.evaluated(days, cell.names())
        spans = due.join(
            runs.select(
                RUN,
                pl.col(_UNTIL).alias("run until"),
                days.with_columns(cell.value().alias("D"))["D"],
            ),
            on=RUN,
            maintain_order="left",
        ).filter(pl.col("D").is_not_null())
        begins, day = _FROM, pl.col("D") // PER_MONTH
        # Of the tranches that may begin within the span; those that do not are left out below.
        # One that begins on a day which its month does not have begins in the month after.
        low = (pl.col(begins) // PER_MONTH - day) // when.months - 1
        high = (pl.col(_UNTIL) // PER_MONTH - day) // when.months
        counted = spans.with_columns(
            pl.int_ranges(pl.max_horizontal(low, 0), high + 1).alias("k")
        ).explode("k")
        counted = counted.filter(pl.col("k").is_not_null()).with_columns(
            _plus(pl.col("D"), pl.col("k") * when.months).alias("begins"),
            _plus(pl.col("D"), (pl.col("k") + 1) * when.months).alias("ends"),
        )
        counts = (pl.col("begins") >= pl.col(_FROM)) & (pl.col("begins") < pl.col(_UNTIL))
        if when.full_only:
            counts = counts & (pl.col("ends") <= pl.col("run until"))
        paid_on = pl.col("ends" if when.at_end else "begins")
        paid = counted.filter(counts).with_columns((paid_on // PER_MONTH).alias(MONTH))
        return _as_months(
            paid.with_columns(pl.lit(value=True).alias(OWN), pl.col("begins").alias(DAY))
        )


# --- months of spans -------------------------------------------------------------------------


def _first_month(start: pl.Series) -> pl.Expr:
    month = pl.col(_FROM) // PER_MONTH
    is_next = (start == _STARTS.index(Start.NEXT_MONTH)).fill_null(value=False)
    return month + pl.lit(is_next).cast(pl.Int32)


def _stop_month(stop: pl.Series) -> pl.Expr:
    """Return the first month that a run no longer pays; at the end of the window, the next."""
    month = pl.col(_UNTIL) // PER_MONTH
    last = _eve(pl.col(_UNTIL)) // PER_MONTH
    by = pl.lit(stop)
    return (
        pl.when(by == _STOPS.index(Stop.THIS_MONTH))
        .then(month)
        .when(by == _STOPS.index(Stop.NEXT_MONTH))
        .then(month + 1)
        .when(by == _STOPS.index(Stop.NEXT_YEAR))
        .then((month // 12 + 1) * 12)
        .otherwise(last + 1)
    )


def _within(spans: pl.DataFrame) -> pl.DataFrame:
    """Return the months that hold a due day of their run, for each span."""
    eve = _eve(pl.col(_UNTIL))
    first = pl.max_horizontal(pl.col(_FROM) // PER_MONTH, _FIRST)
    stop = pl.min_horizontal(eve // PER_MONTH + 1, _STOP)
    months = spans.with_columns(
        pl.int_ranges(first, pl.max_horizontal(first, stop)).alias(MONTH), eve.alias(DAY)
    ).explode(MONTH)
    day = pl.min_horizontal(DAY, _last_day(pl.col(MONTH)))
    return _as_months(months.with_columns(day.alias(DAY), pl.lit(value=True).alias(OWN)))


def _after(last: pl.DataFrame) -> pl.DataFrame:
    """Return the months that are paid after the last due day of a run, of its last spans."""
    eve = _eve(pl.col(_UNTIL))
    first = eve // PER_MONTH + 1
    months = last.with_columns(
        pl.int_ranges(first, pl.max_horizontal(first, _STOP)).alias(MONTH),
        eve.alias(DAY),
        pl.lit(value=False).alias(OWN),
    )
    return _as_months(months.explode(MONTH))


def _as_months(months: pl.DataFrame) -> pl.DataFrame:
    found = months.filter(pl.col(MONTH).is_not_null())
    return found.select(
        *COLUMNS[:1],
        pl.col(MONTH).cast(pl.Int32),
        *COLUMNS[2:],
        pl.lit(value=True).alias(LISTED),
        pl.lit(value=False).alias(AT_ONCE),
    )


def _no_ends() -> list[pl.Expr]:
    return [pl.lit(0).cast(pl.Int32).alias(name) for name in (_FIRST, _STOP)]


def _last_day(month: pl.Expr) -> pl.Expr:
    month = month.cast(pl.Int32)
    return month * PER_MONTH + columns.month_length(month)


def _eve(day: pl.Expr) -> pl.Expr:
    return day_before(day, lambda made: made)


def _plus(day: pl.Expr, months: pl.Expr) -> pl.Expr:
    later = months.cast(pl.Int32)
    return columns.plus_months(day, later, MonthEnd.FIRST_OF_NEXT, lambda made: made)
