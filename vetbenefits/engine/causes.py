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

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from vetbenefits.engine.candidates import AT
from vetbenefits.engine.graph import along, carried_out
from vetbenefits.engine.readings import NOT_IN_FORCE as NO_READING
from vetbenefits.engine.watching import DAY, EVE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from vetbenefits.engine.compiled_days import CompiledDays
    from vetbenefits.engine.dated import Dated
    from vetbenefits.engine.readings import Reading, Readings
    from vetbenefits.engine.watching import Tier, Watching

    TierOf: TypeAlias = Callable[[Watching], Tier]

IN_FORCE = "in_force"
OVERLAY = "overlay"

_TIERS: tuple[TierOf, ...] = (
    lambda watching: watching.outright,
    lambda watching: watching.behind,
    lambda watching: watching.details,
)


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

    def plan(self, tier: Tier, name: str) -> pl.LazyFrame:
        """Return the columns of a tier."""
        graph = self.dated.program.compiler.graph
        rows = self.dated.rows
        route = graph.route(frozenset(rows.columns), tier.columns)
        few = rows[[AT, *route.there]][self.places]
        if route.looked_up:
            few = graph.looked_up(few, tier.columns)
            route = graph.route(frozenset(few.columns), tier.columns)
        return along(route, few.lazy()).select_seq(tier.side(name))


@dataclass(frozen=True, slots=True)
class Change:
    """Changes of one benefit, from decisions made from the same rows to such of the same rows.

    `eves`: the persons on the last day before their change, or on any day before it since which
    nothing has turned; `days`: the same persons in the same order, on the day of the change.
    """

    eves: Side
    days: Side


@dataclass(frozen=True, slots=True)
class _Within:
    """Changes within one variant: `group` and `places` tell for which changes they speak."""

    group: int
    places: pl.Series
    variant: int
    change: Change

    def plan(self, tier: TierOf, compiled: CompiledDays) -> pl.LazyFrame:
        """Return the causes that a tier tells."""
        found: list[pl.LazyFrame] = []
        told = pl.lit("")
        for side, name in ((self.change.eves, EVE), (self.change.days, DAY)):
            own = tier(compiled.watching(side.reading(self.variant)))
            found.append(side.plan(own, name))
            told = own.told
        both = pl.concat(found, how="horizontal")
        return both.with_columns_seq(told.alias("cause")).select_seq("cause")


def causes_of(changes: Sequence[Change], compiled: CompiledDays) -> list[pl.Series]:
    """Return the causes of changes, joined by `;`, for each of some groups of them."""
    causes: list[pl.Series] = []
    within: list[_Within] = []
    for group, change in enumerate(changes):
        before, after = change.eves.variants(), change.days.variants()
        in_force = (before != NO_READING) & (after != NO_READING)
        told = pl.select(pl.when(in_force).then(pl.lit(OVERLAY)).otherwise(pl.lit(IN_FORCE)))
        causes.append(told.to_series())
        is_same = in_force & (before == after)
        for variant in before.filter(is_same).unique().sort():
            places = (is_same & (before == variant)).arg_true()
            within.append(_Within(group, places, variant, _only(change, places)))
    for tier in _TIERS:
        told_of = carried_out([one.plan(tier, compiled) for one in within])
        for one, found in zip(within, told_of, strict=True):
            causes[one.group] = causes[one.group].scatter(one.places, found["cause"])
        within = list(_untold(within, told_of))
    return causes


def _untold(within: Sequence[_Within], told: Sequence[pl.DataFrame]) -> Iterator[_Within]:
    """Yield the changes of which a tier told nothing."""
    for one, found in zip(within, told, strict=True):
        rest = (found["cause"] == "").arg_true()
        if len(rest):
            yield replace(one, places=one.places.gather(rest), change=_only(one.change, rest))


def _only(change: Change, places: pl.Series) -> Change:
    return Change(change.eves.only(places), change.days.only(places))
