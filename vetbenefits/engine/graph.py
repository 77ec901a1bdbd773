"""A graph of named columns: each is made once, from columns that were made before it.

Equal columns have one name. They are evaluated level by level, because one deeply nested polars
expression is evaluated (and planned) again for each place that repeats a part of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

Lookup: TypeAlias = Callable[[pl.DataFrame], list[pl.Series]]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """How some columns are made of others, all of which stand on lower levels.

    `make` is an expression for one column, or a function of the frame of inputs that gives one
    series for each name.
    """

    names: tuple[str, ...]
    inputs: tuple[str, ...]
    level: int
    make: pl.Expr | Lookup

    @property
    def is_expression(self) -> bool:
        """Tell whether a plan can make this, or only a look-up."""
        return isinstance(self.make, pl.Expr)


@dataclass(frozen=True, slots=True)
class Route:
    """How to come from the columns that are there to those that are wanted.

    `there`: the columns that it starts from. `looked_up`: those that only a look-up gives.
    """

    there: tuple[str, ...]
    looked_up: tuple[str, ...]
    levels: tuple[tuple[Step, ...], ...]


@dataclass(slots=True)
class Graph:
    """Columns by name. A name that no step makes is a column of the batch."""

    _steps: dict[str, Step] = field(default_factory=dict)
    _names: dict[Hashable, tuple[str, ...]] = field(default_factory=dict)
    _routes: dict[tuple[frozenset[str], frozenset[str]], Route] = field(default_factory=dict)

    def column(self, key: Hashable, make: Callable[[], pl.Expr]) -> str:
        """Return the column that `key` stands for; `make` is asked where there is none yet."""
        known = self._names.get(key)
        if known is None:
            known = (self._add(make()),)
            self._names[key] = known
        return known[0]

    def keep(self, made: pl.Expr) -> pl.Expr:
        """Make an expression a column of its own, so that it can be used several times."""
        if made.meta.is_column():
            return made
        return pl.col(self._add(made))

    def name_of(self, made: pl.Expr) -> str:
        """Return the name of the column that an expression is kept as."""
        return self.keep(made).meta.output_name()

    def lookup(
        self, key: Hashable, inputs: Iterable[str], count: int, make: Callable[[], Lookup]
    ) -> tuple[str, ...]:
        """Return the `count` columns that a function of other columns gives."""
        known = self._names.get(key)
        if known is None:
            names = tuple(f"#{len(self._steps) + index}" for index in range(count))
            self._put(Step(names, tuple(dict.fromkeys(inputs)), 0, make()))
            known = self._names[key] = names
        return known

    def _add(self, made: pl.Expr) -> str:
        name = f"#{len(self._steps)}"
        self._put(Step((name,), tuple(dict.fromkeys(made.meta.root_names())), 0, made.alias(name)))
        return name

    def _put(self, step: Step) -> None:
        level = 1 + max((self._level(name) for name in step.inputs), default=0)
        levelled = Step(step.names, step.inputs, level, step.make)
        for name in step.names:
            self._steps[name] = levelled

    def _level(self, name: str) -> int:
        step = self._steps.get(name)
        return step.level if step is not None else 0

    def evaluated(self, frame: pl.DataFrame, wanted: Iterable[str]) -> pl.DataFrame:
        """Return the frame with the wanted columns, and those they are made of, added."""
        for steps in self.route(frozenset(frame.columns), wanted).levels:
            frame = _with_level(frame, steps)
        return frame

    def looked_up(self, frame: pl.DataFrame, wanted: Iterable[str]) -> pl.DataFrame:
        """Return the frame with every look-up that the wanted columns rest on."""
        found = self.route(frozenset(frame.columns), wanted).looked_up
        return self.evaluated(frame, found) if found else frame

    def route(self, have: frozenset[str], wanted: Iterable[str]) -> Route:
        """Return how to make the wanted columns; the same for every batch of the same shape."""
        key = (have, frozenset(wanted))
        route = self._routes.get(key)
        if route is None:
            route = self._routes[key] = self._routed(*key)
        return route

    def _routed(self, have: frozenset[str], wanted: frozenset[str]) -> Route:
        there: set[str] = set()
        levels: dict[int, list[Step]] = {}
        queue, seen = sorted(wanted), set(wanted)
        while queue:
            name = queue.pop()
            step = self._steps.get(name)
            if name in have:
                there.add(name)
                continue
            if step is None:
                raise KeyError(f"the batch has no column {name!r}")
            if step not in levels.setdefault(step.level, []):
                levels[step.level].append(step)
            queue.extend(one for one in step.inputs if one not in seen)
            seen.update(step.inputs)
        ordered = tuple(tuple(levels[level]) for level in sorted(levels))
        looked_up = [step.names[0] for steps in ordered for step in steps if not step.is_expression]
        return Route(tuple(sorted(there)), tuple(looked_up), ordered)

    def rests_on(self, wanted: Iterable[str]) -> frozenset[str]:
        """Return the columns of the batch that the wanted columns rest on."""
        found: set[str] = set()
        queue, seen = list(wanted), set(wanted)
        while queue:
            name = queue.pop()
            step = self._steps.get(name)
            if step is None:
                found.add(name)
                continue
            queue.extend(one for one in step.inputs if one not in seen)
            seen.update(step.inputs)
        return frozenset(found)


def along(route: Route, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return the plan that adds the columns of a route; its look-ups must be there already."""
    for steps in route.levels:
        rows = rows.with_columns(_expression(step) for step in steps)
    return rows


def carried_out(plans: Sequence[pl.LazyFrame]) -> list[pl.DataFrame]:
    """Carry out plans side by side.

    They are written as they are to run, so a search for better ones would only cost time.
    """
    return pl.collect_all(plans, optimizations=pl.QueryOptFlags.none())


def _expression(step: Step) -> pl.Expr:
    if not isinstance(step.make, pl.Expr):
        raise TypeError(f"{step.names[0]} is looked up, which no plan can do")
    return step.make


def _with_level(frame: pl.DataFrame, steps: Sequence[Step]) -> pl.DataFrame:
    plain = [step.make for step in steps if isinstance(step.make, pl.Expr)]
    looked_up = [
        series.alias(name)
        for step in steps
        if not isinstance(step.make, pl.Expr)
        for name, series in zip(step.names, step.make(frame), strict=True)
    ]
    return frame.with_columns(*plain, *looked_up)
