"""A graph of named columns: each is made once, from columns that were made before it.

Equal columns have one name. They are evaluated level by level, because one deeply nested polars
expression is evaluated (and planned) again for each place that repeats a part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

import polars as pl

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


@dataclass(slots=True)
class Graph:
    """Columns by name. A name that no step makes is a column of the batch."""

    _steps: dict[str, Step] = field(default_factory=dict)
    _names: dict[Hashable, tuple[str, ...]] = field(default_factory=dict)

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
        for steps in self._levels(self._needed(frame.columns, wanted)):
            frame = _with_level(frame, steps)
        return frame

    def looked_up(self, frame: pl.DataFrame, wanted: Iterable[str]) -> pl.DataFrame:
        """Return the frame with every look-up that the wanted columns rest on."""
        needed = self._needed(frame.columns, wanted)
        found = [step.names[0] for step in needed if not isinstance(step.make, pl.Expr)]
        return self.evaluated(frame, found)

    def planned(
        self, frame: pl.LazyFrame, have: Iterable[str], wanted: Iterable[str]
    ) -> pl.LazyFrame:
        """Return the plan that adds the wanted columns; look-ups must be there already."""
        for steps in self._levels(self._needed(have, wanted)):
            frame = frame.with_columns_seq(_expression(step) for step in steps)
        return frame

    def _levels(self, steps: Iterable[Step]) -> list[list[Step]]:
        levels: dict[int, list[Step]] = {}
        for step in steps:
            levels.setdefault(step.level, []).append(step)
        return [levels[level] for level in sorted(levels)]

    def rests_on(self, wanted: Iterable[str], have: Iterable[str] = ()) -> frozenset[str]:
        """Return the columns, of those there are or else of the batch, that the wanted rest on."""
        given = frozenset(have)
        found: set[str] = set()
        seen: set[str] = set()
        queue = list(wanted)
        while queue:
            name = queue.pop()
            if name in seen:
                continue
            seen.add(name)
            step = None if name in given else self._steps.get(name)
            if step is None:
                found.add(name)
            else:
                queue.extend(step.inputs)
        return frozenset(found)

    def _needed(self, have: Iterable[str], wanted: Iterable[str]) -> list[Step]:
        have = set(have)
        needed: list[Step] = []
        queue = list(wanted)
        while queue:
            name = queue.pop()
            if name in have:
                continue
            step = self._steps.get(name)
            if step is None:
                raise KeyError(f"the batch has no column {name!r}")
            have.update(step.names)
            needed.append(step)
            queue.extend(step.inputs)
        return needed


def _expression(step: Step) -> pl.Expr:
    if not isinstance(step.make, pl.Expr):
        raise TypeError(f"{step.names[0]} is looked up, which no plan can do")
    return step.make


def _with_level(frame: pl.DataFrame, steps: list[Step]) -> pl.DataFrame:
    plain = [step.make for step in steps if isinstance(step.make, pl.Expr)]
    looked_up = [
        series.alias(name)
        for step in steps
        if not isinstance(step.make, pl.Expr)
        for name, series in zip(step.names, step.make(frame), strict=True)
    ]
    return frame.with_columns(*plain, *looked_up)
