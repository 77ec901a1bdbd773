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

from vetbenefits.dates import pack
from vetbenefits.engine import columns
from vetbenefits.engine.compiled_days import CompiledDays
from vetbenefits.engine.spanning import Asked, Spanning, joined
from vetbenefits.engine.turning_days import AT, DAY, Window
from vetbenefits.model import tables
from vetbenefits.model.expressions import facts_of
from vetbenefits.model.facts import PERSON

if TYPE_CHECKING:
    from datetime import date

    from vetbenefits.model.rulebook import Benefit, RuleBook

_PLACE = "#benefit"  # the place of a benefit in the timeline

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

_SPAN = {name: SPANS[name] for name in list(SPANS)[2:]} | {"outcome": pl.UInt8}


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
        terms = (term for one in self._spanned for term in one.terms)
        return frozenset(name for term in terms for name in facts_of(term))

    def common_days(self, benefit: str) -> tuple[int, ...]:
        """Return the days, after the first, on which a benefit turns for everybody; packed."""
        (found,) = (one for one in self._spanned if one.benefit.id == benefit)
        return found.common

    def spans(self, batch: pl.DataFrame, *, show_all: bool = False) -> pl.DataFrame:
        """Return the spans of a batch.

        Shape: ROSTER -> SPANS, in order of the batch, then benefit, then time. The spans of a
        person and benefit fill the window; whoever is not due on any of its days has none unless
        `show_all`. `from_on` inclusive and `until_on` exclusive, both packed. Within a span a
        decision says one thing; `cause` is what changes at its end, empty at that of the window.
        """
        asked = self._asked(batch, show_all=show_all)
        found = [pl.DataFrame(schema={AT: pl.UInt32, _PLACE: pl.UInt32, **_SPAN})]
        for place, one in enumerate(self._spanned):
            spans = joined(one.decisions(asked), self.window, show_all=show_all)
            spans = spans.with_columns(
                self._causes(one, asked, spans).alias("cause"),
                pl.lit(place).cast(pl.UInt32).alias(_PLACE),
            )
            found.append(spans.select(found[0].columns))
        ordered = pl.concat(found).sort(AT, _PLACE, "from_on")
        benefits = pl.Series([one.benefit.id for one in self._spanned], dtype=pl.String)
        outcomes = pl.Series(tables.OUTCOMES, dtype=pl.String)
        return ordered.with_columns(
            batch[tables.ROW][ordered[AT]].alias(tables.ROW),
            columns.taken(benefits, pl.col(_PLACE)).alias("benefit"),
            columns.taken(outcomes, pl.col("outcome")).alias("outcome"),
        ).select(*SPANS)

    def _asked(self, batch: pl.DataFrame, *, show_all: bool) -> Asked:
        """Return the batch with everything that tells who can be due, and who turns."""
        graph = self._compiled.graph(self.window.from_on)
        readings = [one.first.column for one in self._spanned if one.first.column]
        staged = graph.evaluated(batch.with_row_index(AT), readings)
        if not show_all:
            wanted = [name for one in self._spanned for name in one.wanted(staged)]
            staged = graph.evaluated(staged, wanted)
        return Asked(batch, staged, show_all)

    def _causes(self, one: Spanning, asked: Asked, spans: pl.DataFrame) -> pl.Series:
        """Return what changes at the end of each span; empty at the end of the window."""
        ends = spans.select(AT, pl.col("until_on").alias(DAY))
        places = (ends[DAY] < pack(self.window.until_on)).arg_true()
        causes = pl.repeat("", spans.height, dtype=pl.String, eager=True)
        return causes.scatter(places, one.causes(asked, ends[places]))

    @cached_property
    def _compiled(self) -> CompiledDays:
        return CompiledDays(self.book.vocabulary, self.region)

    @cached_property
    def _spanned(self) -> tuple[Spanning, ...]:
        return tuple(Spanning(one, self.window, self._compiled) for one in self.benefits)
