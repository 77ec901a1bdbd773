"""Rates in columns: each distinct question is asked once in Python, the answers are joined back.

A question is (keys, division, day). Divisions are first cut to the longest prefix that the
schedule knows, and days to the last one on which an answer can have changed: both leave the answer
as it is, and the distinct questions are then few however many people ask them.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import polars as pl

from vetbenefits.dates import add_months, pack, unpack
from vetbenefits.engine.cells import Cell
from vetbenefits.engine.graph import Graph
from vetbenefits.model.expressions import RateOf
from vetbenefits.model.kinds import Kind
from vetbenefits.model.rates import MISSING, Key, RateAnswer, RateSchedule, Valid
from vetbenefits.model.values import Special

_BEFORE_ALL = pack(date.min)
_NO_ROW = -1


@dataclass(frozen=True, slots=True)
class Answers:
    """The columns of a rate that differs by row.

    `value`: Int64 with the schedule's denominator, null where unknown or `none`. `none` and
    `provisional`: never null. `row`: index into the rows of the schedule, -1 where no row answered.
    """

    value: str
    none: str
    provisional: str
    row: str


def answers_of(
    term: RateOf, keys: Sequence[Cell], place: Cell | None, day: Cell, graph: Graph
) -> tuple[Cell, Answers]:
    """Return the cell of a rate of which one key, the place or the day is a column."""
    schedule = term.schedule
    questions = _Questions(schedule, tuple(keys), place, day, rate_denominator(schedule))
    parts = (*keys, *([place] if place is not None else []), day)
    inputs = [name for part in parts for name in part.names()]
    names = graph.lookup(
        ("rate", schedule, tuple(keys), place, day), inputs, 4, lambda: questions.answered
    )
    answers = Answers(*names)
    may_be_none = any(row.value is Special.NONE for row in schedule.rows)
    cell = Cell(
        Kind.NUMBER,
        answers.value,
        none=answers.none if may_be_none else "",
        denominator=questions.denominator,
        bound=_largest(schedule, questions.denominator),
    )
    return cell, answers


def rate_denominator(schedule: RateSchedule) -> int:
    """Return the least denominator that makes every value of a schedule whole."""
    values = [row.value for row in schedule.rows if isinstance(row.value, Fraction)]
    return math.lcm(*(value.denominator for value in values)) if values else 1


def _largest(schedule: RateSchedule, denominator: int) -> int:
    values = [row.value for row in schedule.rows if isinstance(row.value, Fraction)]
    return max((abs((value * denominator).numerator) for value in values), default=0)


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


def longest_prefix(prefixes: Sequence[str]) -> Callable[[str], str]:
    """Return a function that cuts a division code to the longest of the prefixes; else to nothing."""
    known = frozenset(prefixes)
    lengths = sorted({len(prefix) for prefix in known}, reverse=True)

    def cut(division: str) -> str:
        for length in lengths:
            if division[:length] in known:
                return division[:length]
        return ""

    return cut


@dataclass(frozen=True, slots=True)
class _Questions:
    """What a rate is asked for, row by row, and how it answers."""

    schedule: RateSchedule
    keys: tuple[Cell, ...]
    place: Cell | None
    day: Cell
    denominator: int

    def answered(self, frame: pl.DataFrame) -> list[pl.Series]:
        """Return value, none, provisional and row of the rate for each row of the frame."""
        asked = self._asked(frame)
        distinct = asked.unique()
        answers = [self._answer(question) for question in distinct.rows(named=True)]
        positions = {id(row): index for index, row in enumerate(self.schedule.rows)}
        made = (
            pl.Series("value", [self._scaled(one) for one in answers], dtype=pl.Int64),
            pl.Series("none", [one.value is Special.NONE for one in answers], dtype=pl.Boolean),
            pl.Series("provisional", [one.provisional for one in answers], dtype=pl.Boolean),
            pl.Series("row", [positions.get(id(one.row), _NO_ROW) for one in answers], pl.Int32),
        )
        joined = asked.join(
            distinct.with_columns(made),
            on=asked.columns,
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        return [joined[series.name] for series in made]

    def _asked(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return one row a question: each key, the place, the day, and which of these are `none`."""
        parts = {f"key {index}": cell for index, cell in enumerate(self.keys)}
        parts["day"] = self.day
        if self.place is not None:
            parts["place"] = self.place
        asked = frame.select(
            *(cell.value().alias(name) for name, cell in parts.items()),
            *(
                is_none.alias(f"{name} is none")
                for name, cell in parts.items()
                if (is_none := cell.is_none()) is not None
            ),
        )
        turns = turning_days(self.schedule)
        asked = asked.with_columns(
            by_distinct(asked["day"], lambda day: _last_turn(turns, day), pl.Int32)
        )
        if self.place is None:
            return asked
        cut = longest_prefix([row.division for row in self.schedule.rows])
        return asked.with_columns(by_distinct(asked["place"], cut, pl.String))

    def _answer(self, question: dict[str, object]) -> RateAnswer:
        """Return what the schedule says; unknown where a part of the question is."""
        none = {name for name in question if question.get(f"{name} is none")}
        keys = [self._key(cell, question[f"key {index}"]) for index, cell in enumerate(self.keys)]
        division = "" if "place" in none else question.get("place", "")
        day = question["day"]
        if None in keys or not isinstance(division, str) or not isinstance(day, int):
            return MISSING
        return self.schedule.look_up(
            tuple(key for key in keys if key is not None), division, unpack(day)
        )

    def _key(self, cell: Cell, value: object) -> Key | None:
        if not isinstance(value, int):
            return None
        return cell.codes[value] if cell.codes else Fraction(value, cell.denominator)

    def _scaled(self, answer: RateAnswer) -> int | None:
        if isinstance(answer.value, Special):
            return None
        return (answer.value * self.denominator).numerator


def _last_turn(turns: Sequence[int], day: int) -> int:
    position = bisect_right(turns, day)
    return turns[position - 1] if position else _BEFORE_ALL


def by_distinct(
    values: pl.Series, change: Callable[..., object], dtype: type[pl.DataType]
) -> pl.Series:
    """Return `change` of each value, asked once for each distinct one; null stays null."""
    distinct = values.drop_nulls().unique()
    changed = pl.Series([change(one) for one in distinct], dtype=dtype)
    return values.replace_strict(distinct, changed, default=None, return_dtype=dtype)
