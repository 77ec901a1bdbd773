"""Rates in columns: each question that a row can ask is answered once and gathered by index.

A question is (keys, division, day). Keys are counted among those that the schedule has rows for,
places as far as its divisions tell them apart, days as the last one on which an answer can have
changed: all of this leaves the answer as it is, and few questions remain however many people ask
them.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import add_months, pack, unpack
from vetbenefits.engine import columns
from vetbenefits.engine.cells import Cell
from vetbenefits.engine.places import Places
from vetbenefits.model.kinds import Kind
from vetbenefits.model.rates import MISSING, Valid
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vetbenefits.engine.graph import Graph
    from vetbenefits.model.expressions import RateOf
    from vetbenefits.model.rates import Key, RateAnswer, RateSchedule

NO_ROW = -1
_LARGEST_TABLE = 1 << 15  # answers worked out beforehand; of more, only those that are asked for


@dataclass(frozen=True, slots=True)
class Answers:
    """The columns of a rate that differs by row.

    `row`: index into the rows of the schedule, -1 where no row answered. `provisional`: whether
    the answer is. `needs_place`: whether there is none for want of the place. The last two are
    never null, and empty where no answer can be so.
    """

    row: str
    provisional: str
    needs_place: str


def answers_of(
    term: RateOf, keys: Sequence[Cell], place: Cell | None, day: Cell, graph: Graph
) -> tuple[Cell, Answers]:
    """Return the cell of a rate of which one key, the place or the day is a column."""
    schedule = term.schedule
    asked = [_by_key(schedule, at, cell, graph) for at, cell in enumerate(keys)]
    if place is not None:
        asked.append(_by_place(schedule, place, graph))
    asked.append(_by_day(schedule, day, graph))
    questions = _Questions(schedule, tuple(asked), is_regional=place is not None)
    key = ("rate", schedule, tuple(keys), place, day)
    index = graph.column((*key, "index"), questions.index)
    denominator = rate_denominator(schedule)

    def scaled(answer: RateAnswer) -> int | None:
        value = answer.value
        return None if isinstance(value, Special) else (value * denominator).numerator

    tables = _Tables(questions, index, graph, key)
    cell = Cell(
        Kind.NUMBER,
        tables.column("value", scaled, pl.Int64),
        none=tables.flag("none", lambda answer: answer.value is Special.NONE),
        denominator=denominator,
        bound=_largest(schedule, denominator),
    )
    places = {id(row): at for at, row in enumerate(schedule.rows)}
    row = tables.column("row", lambda answer: places.get(id(answer.row), NO_ROW), pl.Int32)
    return cell, Answers(
        row,
        tables.flag("provisional", lambda answer: answer.provisional),
        tables.flag("needs place", lambda answer: answer.needs_place),
    )


def rate_denominator(schedule: RateSchedule) -> int:
    """Return the least denominator that makes every value of a schedule whole."""
    return math.lcm(*(value.denominator for value in _values(schedule)))


def _largest(schedule: RateSchedule, denominator: int) -> int:
    return max((abs((value * denominator).numerator) for value in _values(schedule)), default=0)


def _values(schedule: RateSchedule) -> list[Fraction]:
    return [row.value for row in schedule.rows if isinstance(row.value, Fraction)]


# --- the parts of a question -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a question: what can be asked, and the column (or the one) of its number."""

    choices: tuple[Key | date | None, ...]
    position: str | int

    def expr(self) -> pl.Expr:
        """Return the number of the choice, null where the part is unknown."""
        return pl.lit(self.position) if isinstance(self.position, int) else pl.col(self.position)


def _by_key(schedule: RateSchedule, at: int, cell: Cell, graph: Graph) -> _Part:
    """Return a key; a choice of None stands for every key that has no row, `none` included."""
    known = tuple(dict.fromkeys(row.keys[at] for row in schedule.rows))
    places = {key: place for place, key in enumerate(known)}
    other = len(known)
    if cell.is_constant:
        value = cell.constant
        place = places.get(value, other) if isinstance(value, str | Fraction) else other
        return _Part((*known, None), place)

    def place_of(value: int) -> int:
        key = cell.codes[value] if cell.codes else Fraction(value, cell.denominator)
        return places.get(key, other)

    return _Part((*known, None), _counted(("key", known, cell), cell, place_of, other, graph))


def _by_place(schedule: RateSchedule, cell: Cell, graph: Graph) -> _Part:
    """Return the place, as far as rows tell places apart; without a place, it is nowhere."""
    places = Places(frozenset(row.division for row in schedule.rows))
    numbers = {stand_in: number for number, stand_in in enumerate(places.stand_ins)}
    if cell.is_constant:
        return _Part(places.stand_ins, numbers[places.stand_in(str(cell.constant))])
    number = _counted(
        ("place", places, cell), cell, lambda code: numbers[places.stand_in(code)], 0, graph
    )
    return _Part(places.stand_ins, number)


def _by_day(schedule: RateSchedule, cell: Cell, graph: Graph) -> _Part:
    """Return the day, as the last one before it (inclusive) on which an answer can change."""
    turns = (pack(date.min), *turning_days(schedule))
    if isinstance(cell.constant, date):
        return _Part((cell.constant,), 0)
    choices = tuple(unpack(turn) for turn in turns)
    place = _counted(
        ("day", turns, cell), cell, lambda day: bisect_right(turns, day) - 1, None, graph
    )
    return _Part(choices, place)


def _counted(
    key: tuple[object, ...],
    cell: Cell,
    place_of: Callable[..., int],
    if_none: int | None,
    graph: Graph,
) -> str:
    """Return the column of the number that each value of a cell has."""

    def make(frame: pl.DataFrame) -> list[pl.Series]:
        return [by_distinct(frame[cell.column], place_of, pl.Int32)]

    def of_codes() -> pl.Expr:
        places = [place_of(code) for code in range(len(cell.codes))]
        return columns.taken(pl.Series(places, dtype=pl.Int32), pl.col(cell.column))

    if cell.codes:
        counted = graph.column(key, of_codes)
    else:
        (counted,) = graph.lookup(key, [cell.column], 1, lambda: make)
    if not cell.none or if_none is None:
        return counted
    return graph.column(
        (*key, "none"),
        lambda: pl.when(cell.none).then(pl.lit(if_none)).otherwise(pl.col(counted)),
    )


def turning_days(schedule: RateSchedule) -> list[int]:
    """Return the packed days on which an answer of a schedule can change, in order."""
    found: set[date] = set()
    for row in schedule.rows:
        found.add(row.from_on)
        if row.until_on is not None:
            found.add(row.until_on)
        if schedule.valid is Valid.OWN_YEAR:
            found.add(date(row.from_on.year + 1, 1, 1))
        if schedule.expected is not None:
            month, day = schedule.expected
            found.update(date(row.from_on.year + later, month, day) for later in (0, 1))
        if row.checked_on is not None and schedule.recheck_months is not None:
            found.add(add_months(row.checked_on, schedule.recheck_months))
    return [pack(day) for day in sorted(found)]


# --- answers ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Questions:
    """Every question that can be asked, by number: the parts are its digits."""

    schedule: RateSchedule
    parts: tuple[_Part, ...]
    is_regional: bool

    @property
    def count(self) -> int:
        """Return how many questions there are."""
        return math.prod(len(part.choices) for part in self.parts)

    def index(self) -> pl.Expr:
        """Return the number of the question that each row asks; null where it cannot ask."""
        index = pl.lit(0, dtype=pl.Int64)
        for part in self.parts:
            index = index * len(part.choices) + part.expr()
        return index

    def answer(self, number: int) -> RateAnswer:
        """Return the answer to one question."""
        asked: list[Key | date | None] = []
        for part in reversed(self.parts):
            number, place = divmod(number, len(part.choices))
            asked.append(part.choices[place])
        return self._look_up(asked[::-1])

    def answers(self) -> list[RateAnswer]:
        """Return the answers to all questions, in order."""
        return [
            self._look_up(asked)
            for asked in itertools.product(*(part.choices for part in self.parts))
        ]

    def _look_up(self, asked: Sequence[Key | date | None]) -> RateAnswer:
        *keys, day = asked
        division = keys.pop() if self.is_regional else ""
        given = tuple(key for key in keys if isinstance(key, str | Fraction))
        if len(given) != len(keys) or not isinstance(day, date) or not isinstance(division, str):
            return MISSING
        return self.schedule.look_up(given, division, day)


class _Tables:
    """Makes columns of answers: from a table, or one by one where that would be too long."""

    def __init__(
        self, questions: _Questions, index: str, graph: Graph, key: tuple[object, ...]
    ) -> None:
        self._questions = questions
        self._index = index
        self._graph = graph
        self._key = key
        is_short = questions.count <= _LARGEST_TABLE
        self._answers = questions.answers() if is_short else None

    def column(
        self, name: str, part: Callable[[RateAnswer], object], dtype: type[pl.DataType]
    ) -> str:
        """Return the column of a part of the answers; null where nothing is asked."""
        if self._answers is not None:
            table = pl.Series([part(answer) for answer in self._answers], dtype=dtype)
            return self._graph.column(
                (*self._key, name), lambda: columns.taken(table, pl.col(self._index))
            )

        def make(frame: pl.DataFrame) -> list[pl.Series]:
            asked = frame[self._index]
            return [by_distinct(asked, lambda one: part(self._questions.answer(one)), dtype)]

        return self._graph.lookup((*self._key, name), [self._index], 1, lambda: make)[0]

    def flag(self, name: str, part: Callable[[RateAnswer], bool]) -> str:
        """Return a column that is never null, or no name where it is false for every answer."""
        if self._answers is not None and not any(map(part, self._answers)):
            return ""
        found = self.column(f"{name}?", part, pl.Boolean)
        return self._graph.column((*self._key, name), lambda: pl.col(found).fill_null(value=False))


def by_distinct(
    values: pl.Series, change: Callable[..., object], dtype: type[pl.DataType]
) -> pl.Series:
    """Return `change` of each value, asked once for each distinct one; null stays null."""
    distinct = values.drop_nulls().unique()
    changed = pl.Series([change(one) for one in distinct], dtype=dtype)
    return values.replace_strict(distinct, changed, default=None, return_dtype=dtype)
