"""Rule book × batch × window → SPANS: the days of a window, cut only where a decision changes.

What can turn is told from the rules (`turning.py`), on which days from the people
(`turning_days.py`). The same compiled rules are evaluated on those days, and equal neighbours are
joined. Facts are held constant over the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import pack, unpack
from vetbenefits.engine import columns
from vetbenefits.engine.candidates import AT
from vetbenefits.engine.causes import Change, Side, causes_of
from vetbenefits.engine.compiled_days import CompiledDays
from vetbenefits.engine.dated import BENEFIT, DATED, DECIDED, SOURCE, Dated
from vetbenefits.engine.paid_months import PAID, Paying, due_spans, heads_of
from vetbenefits.engine.program import Program, program_of
from vetbenefits.engine.spanning import Spanning
from vetbenefits.engine.turning_days import DAY, PERSON, Window
from vetbenefits.model import tables
from vetbenefits.model.expressions import facts_of
from vetbenefits.model.facts import PERSON as PERSONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from vetbenefits.model.rulebook import Benefit, RuleBook

_MOST_DAYS = 1 << 20  # more than any packed day
_GROUP = "#group"  # a person and a benefit
_UNTIL = "#until"
_EVE_AT, _EVE_SOURCE = "#eve at", "#eve source"

SPANS = {
    tables.ROW: pl.Int64,
    "benefit": pl.String,
    "from_on": pl.Int32,
    "until_on": pl.Int32,
    "outcome": pl.String,
    "amount_fen": pl.Int64,
    "per": pl.String,
    "provisional": pl.Boolean,
    "missing": pl.String,
    "unmet": pl.String,
    "cause": pl.String,
}


@dataclass(frozen=True)
class Timeline:
    """What is asked of a rule book over a window. Compiled once, then it spans every batch.

    Benefits that are paid per bill have no spans.
    """

    book: RuleBook
    window: Window
    region: str | None
    benefits: tuple[Benefit, ...]

    @classmethod
    def of(
        cls,
        book: RuleBook,
        *,
        from_on: date,
        until_on: date,
        region: str | None = None,
        benefits: tuple[str, ...] | None = None,
    ) -> Timeline:
        """Return the timeline from a day (inclusive) until another (exclusive).

        Raises:
            ValueError: the window holds no day.
        """
        if not from_on < until_on:
            raise ValueError("a window has one day at least")
        chosen = (
            one
            for one in book.benefits
            if one.table == PERSONS and (benefits is None or one.id in benefits)
        )
        ordered = tuple(sorted(chosen, key=lambda one: one.id))
        return cls(book, Window(from_on, until_on), region, ordered)

    @cached_property
    def needed(self) -> frozenset[str]:
        """Return the names of the facts that the rules use, for spans and for months."""
        terms = [term for one in self._spanned(show_all=False) for term in one.terms]
        for benefit in self.benefits:
            terms += [term for variant in benefit.variants for term in variant.pays.terms()]
        return frozenset(name for term in terms for name in facts_of(term))

    def checked(self, batch: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """Return the rows to span, the findings of the roster's checks, and what they set aside.

        The checks are those of the first day; their facts must be in the batch beside the needed.
        """
        compiler = self._compiled.compiler(self.window.from_on)
        return program_of(self.book, (), compiler, self.region, PERSONS).checked(batch)

    def common_days(self, benefit: str) -> frozenset[int]:
        """Return the days, after the first, on which a benefit turns for everybody; packed."""
        (found,) = (one for one in self._spanned(show_all=False) if one.benefit.id == benefit)
        return found.common

    def spans(self, batch: pl.DataFrame, *, show_all: bool = False) -> pl.DataFrame:
        """Return the spans of a batch, of all its rows: `checked` comes before.

        Shape: ROSTER -> SPANS, in order of the batch, then benefit, then time. The spans of a
        person and benefit fill the window; whoever is not due on any of its days has none unless
        `show_all`. `from_on` inclusive and `until_on` exclusive, both packed. Within a span a
        decision says one thing; `cause` is what changes at its end, empty at that of the window.
        """
        _, spans = self._told(batch, show_all=show_all)
        outcomes = pl.Series(tables.OUTCOMES, dtype=pl.String)
        return spans.select(
            batch[tables.ROW][spans[PERSON]].alias(tables.ROW),
            self._benefit(),
            "from_on",
            "until_on",
            columns.taken(outcomes, pl.col("outcome")).alias("outcome"),
            *list(DECIDED)[1:],
            "cause",
        )

    def months(self, batch: pl.DataFrame) -> pl.DataFrame:
        """Return what the months pay for the days of the window on which something is due.

        Shape: ROSTER -> MONTHS, in order of the batch, then benefit, then month. `month` counts
        from the year 0: year * 12 + month - 1. `first_month` is the first that the paying run pays,
        `run_from` its first day, and `decided_on` the day whose amount is paid (packed days). Runs
        that begin before the window or go on after it pay from its first month on and to its last.
        """
        people, spans = self._told(batch, show_all=False)
        return self._months_of(due_spans(spans), people)

    def first_months(self, batch: pl.DataFrame, months: int, since: date) -> pl.DataFrame:
        """Return what is paid first by each run, and on days from one on: a few of all months.

        Shape: ROSTER -> MONTHS; whole are only the months that lie `months` after the first day of
        a run and those from `since` on, and their `first_month`.
        """
        people, spans = self._told(batch, show_all=False)
        return self._months_of(heads_of(due_spans(spans), months, pack(since)), people)

    def _months_of(self, due: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
        found = [pl.DataFrame(schema=PAID)]
        for (place,), some in due.partition_by([BENEFIT], as_dict=True).items():
            paid = Paying(self.benefits[int(place)], people, self._compiled).paid(some)
            number = pl.lit(place).cast(pl.UInt32).alias(BENEFIT)
            found.append(paid.with_columns(number).select(*PAID))
        months = pl.concat(found).sort(PERSON, BENEFIT, "month", "pays")
        row = people[tables.ROW][months[PERSON]].alias(tables.ROW)
        return months.select(row, self._benefit(), *list(PAID)[2:])

    def _benefit(self) -> pl.Expr:
        benefits = pl.Series([one.id for one in self.benefits], dtype=pl.String)
        return columns.taken(benefits, pl.col(BENEFIT)).alias("benefit")

    def _told(self, batch: pl.DataFrame, *, show_all: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the persons by their place, and their spans with all that is known of them."""
        people = batch.with_row_index(PERSON)
        run = _Run(self.window, self._compiled, self._spanned(show_all=show_all))
        spans = _joined(run.decisions(people), self.window, show_all=show_all)
        spans = spans.with_columns(run.causes(spans))
        return people, spans.rename({DAY: "from_on", _UNTIL: "until_on"})

    @cached_property
    def _compiled(self) -> CompiledDays:
        return CompiledDays(self.book.vocabulary, self.region)

    @cached_property
    def _spanned_by(self) -> Mapping[bool, tuple[Spanning, ...]]:
        return {
            show_all: tuple(
                Spanning(one, self.window, self._compiled, show_all) for one in self.benefits
            )
            for show_all in (False, True)
        }

    def _spanned(self, *, show_all: bool) -> tuple[Spanning, ...]:
        return self._spanned_by[show_all]


class _Run:
    """One batch over a window: the rows that were decided, kept until causes were told."""

    def __init__(
        self, window: Window, compiled: CompiledDays, spanned: tuple[Spanning, ...]
    ) -> None:
        self._window = window
        self._compiled = compiled
        self._spanned = spanned
        self._places = {one.benefit.id: at for at, one in enumerate(spanned)}
        self._sources: list[tuple[date | None, Dated]] = []

    # --- decisions --------------------------------------------------------------------------

    def decisions(self, people: pl.DataFrame) -> pl.DataFrame:
        """Return the decisions on every turning day about whoever can be due, in no order.

        Shape: `PERSON` and the columns of facts -> `DATED`.
        """
        first_on = self._window.from_on
        graph = self._compiled.graph(first_on)
        program = self._program(first_on, self._spanned)
        first = program.staged(people.with_columns(_packed(first_on)))
        first = graph.evaluated(
            first, [name for one in self._spanned for name in one.wanted(first)]
        )
        asked = {one.benefit.id: one.asked(first) for one in self._spanned}
        found = [pl.DataFrame(schema=DATED), self._decided(first_on, Dated(program, first), asked)]
        flags = first.with_columns(made.alias(_flag(name)) for name, made in asked.items())
        kept = people.hstack(flags.select(map(_flag, asked)))
        for day in sorted(frozenset().union(*(one.common for one in self._spanned))):
            some = [one for one in self._spanned if day in one.common]
            found.append(self._on_day(kept, unpack(day), some))
        found.append(self._on_own_days(people, first))
        return pl.concat(found)

    def _on_day(self, kept: pl.DataFrame, day: date, some: list[Spanning]) -> pl.DataFrame:
        """Return the decisions about everybody who is asked about, on a day that all share."""
        asked = {one.benefit.id: pl.col(_flag(one.benefit.id)) for one in some}
        rows = kept.filter(columns.any_of(list(asked.values()))).with_columns(_packed(day))
        program = self._program(day, some)
        return self._decided(day, Dated(program, program.staged(rows)), asked)

    def _on_own_days(self, people: pl.DataFrame, first: pl.DataFrame) -> pl.DataFrame:
        """Return the decisions about persons on the turning days that they have for themselves."""
        own = {one.benefit.id: one.own_days(first) for one in self._spanned}
        flagged = [
            days.with_columns(pl.lit(value=True).alias(_flag(name)))
            for name, days in own.items()
            if days.height
        ]
        if not flagged:
            return pl.DataFrame(schema=DATED)
        flags = pl.concat(flagged, how="diagonal")
        pairs = flags.group_by(PERSON, DAY).agg(pl.exclude(PERSON, DAY).any())
        rows = people.drop(PERSON)[pairs[PERSON]].hstack(pairs)
        some = [one for one in self._spanned if own[one.benefit.id].height]
        asked = {one.benefit.id: pl.col(_flag(one.benefit.id)) for one in some}
        program = self._program(None, some)
        return self._decided(None, Dated(program, program.staged(rows)), asked)

    def _program(self, day: date | None, some: Iterable[Spanning]) -> Program:
        readings = tuple(self._compiled.readings(one.benefit, day) for one in some)
        return Program(PERSONS, self._compiled.compiler(day), readings, ())

    def _decided(
        self, day: date | None, dated: Dated, asked: Mapping[str, pl.Expr]
    ) -> pl.DataFrame:
        self._sources.append((day, dated))
        return dated.decided(asked, self._places, len(self._sources) - 1)

    # --- causes -----------------------------------------------------------------------------

    def causes(self, spans: pl.DataFrame) -> pl.Series:
        """Return what changes at the end of each span; empty at the end of the window.

        A span that begins anew knows from which decision it was changed.
        """
        changed = spans.with_row_index("#span").filter(pl.col(_EVE_AT).is_not_null())
        keys = [BENEFIT, _EVE_SOURCE, SOURCE]
        groups = changed.partition_by(keys, as_dict=True)
        changes = [
            Change(self._side(place, eve, some[_EVE_AT]), self._side(place, day, some[AT]))
            for (place, eve, day), some in groups.items()
        ]
        causes = pl.repeat("", spans.height, dtype=pl.String, eager=True)
        if changes:
            # A change begins one span and ends the one before it.
            ended = pl.concat([some["#span"] - 1 for some in groups.values()])
            causes = causes.scatter(ended, pl.concat(causes_of(changes, self._compiled)))
        return causes.alias("cause")

    def _side(self, place: int, source: int, places: pl.Series) -> Side:
        day, dated = self._sources[source]
        readings = self._compiled.readings(self._spanned[place].benefit, day)
        return Side(readings, dated, places)


def _joined(decisions: pl.DataFrame, window: Window, *, show_all: bool) -> pl.DataFrame:
    """Return decisions on turning days as spans, in order, from `DAY` until `_UNTIL`.

    Where a decision changes, `_EVE_AT` and `_EVE_SOURCE` tell the row of the decision before.
    """
    group = pl.col(PERSON).cast(pl.UInt64) * (1 + pl.col(BENEFIT).max()) + pl.col(BENEFIT)
    # In one piece, or gathering takes three times as long.
    keyed = decisions.with_columns(group.alias(_GROUP)).rechunk()
    # One sort by one number is several times faster than by three columns.
    ordered = keyed[keyed.select(pl.col(_GROUP) * _MOST_DAYS + pl.col(DAY)).to_series().arg_sort()]
    is_first = pl.col(_GROUP).ne_missing(pl.col(_GROUP).shift())
    differs = columns.any_of([pl.col(name).ne_missing(pl.col(name).shift()) for name in DECIDED])
    eves = {_EVE_AT: AT, _EVE_SOURCE: SOURCE}
    kept = ordered.with_columns(
        pl.when(~is_first).then(pl.col(name).shift()).alias(eve) for eve, name in eves.items()
    ).filter(is_first | differs)
    is_last = pl.col(_GROUP).ne_missing(pl.col(_GROUP).shift(-1))
    until = pl.when(is_last).then(pl.lit(pack(window.until_on))).otherwise(pl.col(DAY).shift(-1))
    spans = kept.with_columns(until.cast(pl.Int32).alias(_UNTIL))
    return spans if show_all else _ever_due(spans)


def _ever_due(spans: pl.DataFrame) -> pl.DataFrame:
    """Return the spans of persons and benefits of which one span at least is not `not_due`."""
    is_first = pl.col(_EVE_AT).is_null()
    numbers = spans.select((is_first.cum_sum() - 1).cast(pl.UInt32)).to_series()
    due = numbers.filter(spans["outcome"] != tables.NOT_DUE)
    shown = pl.repeat(value=False, n=spans.height, eager=True).scatter(due, values=True)
    return spans.filter(shown.gather(numbers))


def _packed(day: date) -> pl.Expr:
    return columns.packed_day(day).alias(DAY)


def _flag(benefit: str) -> str:
    """Return the column that tells who is asked about a benefit."""
    return f"#asked {benefit}"
