"""Rule book × batch × window → SPANS: the days of a window, cut only where a decision changes.

What can turn is told from the rules (`turning.py`), on which days from the people
(`turning_days.py`). The same compiled rules are evaluated on those days, and equal neighbours are
joined. Facts are held constant over the window.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import pack
from vetbenefits.engine import columns
from vetbenefits.engine.backwards import day_before
from vetbenefits.engine.causes import causes_of
from vetbenefits.engine.compiler import Compiler
from vetbenefits.engine.daily import DECIDED, decided
from vetbenefits.engine.graph import Graph
from vetbenefits.engine.readings import readings_of
from vetbenefits.engine.turning import turns_of
from vetbenefits.engine.turning_days import AT, DAY, Window, days_of
from vetbenefits.model import tables
from vetbenefits.model.expressions import facts_of
from vetbenefits.model.facts import PERSON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from vetbenefits.engine.readings import Readings
    from vetbenefits.engine.turning_days import DaysOf
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rulebook import Benefit, RuleBook, Variant

_BENEFIT = "#benefit"  # the place of a benefit in the timeline

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
            if one.table == PERSON and (benefits is None or one.id in benefits)
        )
        ordered = tuple(sorted(chosen, key=lambda one: one.id))
        return cls(book, Window(from_on, until_on), region, ordered)

    @cached_property
    def needed(self) -> frozenset[str]:
        """Return the names of the facts that the rules use."""
        terms = (term for one in self.benefits for term in _terms_of(one, self.window))
        return frozenset(name for term in terms for name in facts_of(term))

    def spans(self, batch: pl.DataFrame, *, show_all: bool = False) -> pl.DataFrame:
        """Return the spans of a batch.

        Shape: ROSTER -> SPANS, in order of the batch, then benefit, then time. The spans of a
        person and benefit fill the window; whoever is not due on any of its days has none unless
        `show_all`. `from_on` inclusive and `until_on` exclusive, both packed. Within a span a
        decision says one thing; `cause` is what changes at its end, empty at that of the window.
        """
        people = batch.with_row_index(AT)
        found = [pl.DataFrame(schema=SPANS | {AT: pl.UInt32, _BENEFIT: pl.UInt32})]
        for place, one in enumerate(self._spanned):
            spans = one.spans(people, show_all=show_all)
            found.append(
                spans.select(
                    people[tables.ROW][spans[AT]].alias(tables.ROW),
                    pl.lit(one.benefit.id).alias("benefit"),
                    *list(SPANS)[2:],
                    AT,
                    pl.lit(place).cast(pl.UInt32).alias(_BENEFIT),
                )
            )
        return pl.concat(found).sort(AT, _BENEFIT, "from_on").select(*SPANS)

    @cached_property
    def _spanned(self) -> tuple[_Spanned, ...]:
        first = Compiler(self.book.vocabulary, self.window.from_on)
        daily = Compiler(self.book.vocabulary, None, DAY)
        return tuple(
            _Spanned(
                one,
                self.window,
                readings_of(one, self.region, daily),
                days_of(turns_of(_terms_of(one, self.window)), self.window, first),
                first.graph,
                daily.graph,
            )
            for one in self.benefits
        )


@dataclass(frozen=True)
class _Spanned:
    """One benefit over a window: how it reads on the day of each row, and what turns."""

    benefit: Benefit
    window: Window
    readings: Readings
    turning: DaysOf
    first: Graph
    daily: Graph

    def spans(self, people: pl.DataFrame, *, show_all: bool) -> pl.DataFrame:
        """Return the spans of all people."""
        pairs = self._pairs(people)
        rows = _on_days(people, pairs)
        found = _joined(decided(self.readings, rows, self.daily), self.window, show_all=show_all)
        return found.with_columns(self._causes(people, found))

    def _pairs(self, people: pl.DataFrame) -> pl.DataFrame:
        """Return the persons and the days on which to decide about them: `AT`, `DAY`."""
        shared = sorted({pack(self.window.from_on), *self.turning.common, *self._edges()})
        days = pl.DataFrame({DAY: shared}, schema={DAY: pl.Int32})
        found = [people.select(AT).join(days, how="cross")]
        names = [name for one in self.turning.personal for name in one.names]
        frame = self.first.evaluated(people, names)
        found += [one.days(frame, self.first) for one in self.turning.personal]
        return pl.concat(found).unique()

    def _edges(self) -> Iterator[int]:
        """Yield the days of the window on which the rule or a reading of it begins or ends."""
        held = [(self.benefit.from_on, self.benefit.until_on)]
        held += [(one.from_on, one.until_on) for one in self.benefit.variants]
        for day in itertools.chain.from_iterable(held):
            if self.window.from_on < day < self.window.until_on:
                yield pack(day)

    def _causes(self, people: pl.DataFrame, spans: pl.DataFrame) -> pl.Series:
        """Return what changes at the end of each span; empty at the end of the window."""
        ends = spans.select(AT, pl.col("until_on").alias(DAY))
        places = ends.select((pl.col(DAY) < pack(self.window.until_on)).arg_true()).to_series()
        days = ends[places]
        graph = Graph()
        eve = graph.name_of(day_before(pl.col(DAY), graph.keep))
        eves = graph.evaluated(days, [eve]).select(AT, pl.col(eve).alias(DAY))
        before, after = _on_days(people, eves), _on_days(people, days)
        causes = causes_of(self.readings, before, after, self.daily)
        return pl.repeat("", spans.height, eager=True).scatter(places, causes).alias("cause")


def _on_days(people: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the people of (person, day) pairs, each on their day."""
    return people[pairs[AT]].with_columns(pairs[DAY])


def _joined(decisions: pl.DataFrame, window: Window, *, show_all: bool) -> pl.DataFrame:
    """Return decisions on turning days as spans.

    Shape: `DAILY` -> `AT`, `from_on`, `until_on` and the columns of a decision.
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
    if not show_all:
        spans = spans.filter((pl.col("outcome") != tables.NOT_DUE).any().over(AT))
    outcomes = pl.Series(tables.OUTCOMES, dtype=pl.String)
    return spans.with_columns(columns.taken(outcomes, pl.col("outcome")).alias("outcome"))


def _terms_of(benefit: Benefit, window: Window) -> Iterator[Term]:
    """Yield every term of the readings that can hold within a window."""
    if benefit.place is not None:
        yield benefit.place
    for variant in benefit.variants:
        if _can_hold(benefit, variant, window):
            for entry in variant.entries:
                yield entry.clause.test
            yield variant.amount.value


def _can_hold(benefit: Benefit, variant: Variant, window: Window) -> bool:
    from_on = max(benefit.from_on, variant.from_on)
    until_on = min(benefit.until_on, variant.until_on)
    return from_on < window.until_on and window.from_on < until_on
