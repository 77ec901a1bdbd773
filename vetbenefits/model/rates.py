"""Dated rates: which value is in force on a day, for which keys, in which place.

A schedule never answers with the neighbouring rate: before its first row, in a gap and for keys
without a row, the answer is "missing". It says `provisional` where a notice that should exist has
not been entered.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from vetbenefits.dates import add_months
from vetbenefits.model.divisions import parts_by_place
from vetbenefits.model.facts import NO_TEXT
from vetbenefits.model.values import Special
from vetbenefits.problems import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetbenefits.model.facts import Text
    from vetbenefits.model.kinds import Type

Key: TypeAlias = str | Fraction


class Valid(StrEnum):
    """How long a row holds: until the next one, or for its own calendar year (an index)."""

    UNTIL_NEXT = "until_next"
    OWN_YEAR = "own_year"


@dataclass(frozen=True, slots=True)
class RateRow:
    """One dated value. `from_on` inclusive, `until_on` exclusive (None: until the next row).

    `value` is in the unit of the schedule; `NONE`: no such entitlement; `UNKNOWN`: a notice is
    known to exist but has not been entered. `division` is empty for the whole country.
    """

    from_on: date
    value: Fraction | Special
    keys: tuple[Key, ...] = ()
    division: str = ""
    until_on: date | None = None
    published_on: date | None = None
    checked_on: date | None = None
    source: str = ""
    confidence: str = ""
    note: str = ""
    span: Span = field(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class RateAnswer:
    """What a schedule says: a value, `NONE`, or `UNKNOWN` where it has no row.

    `row` is the row the value stands in; `provisional` whether a later notice must be expected.
    `needs_place`: there are rows, but the place is known too roughly to tell which of them counts.
    """

    value: Fraction | Special
    row: RateRow | None = None
    provisional: bool = False
    needs_place: bool = False


MISSING = RateAnswer(Special.UNKNOWN)
NEEDS_PLACE = RateAnswer(Special.UNKNOWN, needs_place=True)


@dataclass(frozen=True, slots=True, eq=False)
class RateSchedule:
    """All rows of one rate of one benefit.

    `type` holds unit, bounds and denominator of all values; `keys` the names of the terms that
    choose a row; `regional` whether rows differ by division; `expected` the (month, day) on which
    a notice comes each year; `recheck_months` after how many months an unchecked last row is stale.
    """

    benefit: str
    name: str
    type: Type
    rows: tuple[RateRow, ...]
    keys: tuple[str, ...] = ()
    regional: bool = False
    valid: Valid = Valid.UNTIL_NEXT
    expected: tuple[int, int] | None = None
    recheck_months: int | None = None
    title: Text = NO_TEXT
    span: Span = field(default=Span(""), compare=False)
    _index: dict[tuple[Key, ...], dict[str, tuple[RateRow, ...]]] = field(
        init=False, repr=False, default_factory=dict
    )
    _parts: dict[tuple[Key, ...], dict[str, tuple[str, ...]]] = field(
        init=False, repr=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        groups: dict[tuple[Key, ...], dict[str, list[RateRow]]] = {}
        for row in self.rows:
            groups.setdefault(row.keys, {}).setdefault(row.division, []).append(row)
        for keys, places in groups.items():
            self._index[keys] = {
                division: tuple(sorted(rows, key=lambda row: row.from_on))
                for division, rows in places.items()
            }
            self._parts[keys] = parts_by_place(places)

    def series(self) -> tuple[tuple[tuple[Key, ...], str, tuple[RateRow, ...]], ...]:
        """Return the rows by keys and division, each in order of time."""
        return tuple(
            (keys, division, rows)
            for keys, places in self._index.items()
            for division, rows in places.items()
        )

    def look_up(self, keys: tuple[Key, ...], division: str, day: date) -> RateAnswer:
        """Return the rate in force on `day`.

        Of the divisions that `division` lies in, the smallest whose rows have begun by `day`
        answers, even where a wider one has a newer row. Where smaller parts of `division` itself
        have rows, the place may lie in any of them or in none: unless all say the same, the answer
        is unknown for want of the place. An empty `division` is nowhere, and has no parts.
        """
        places = self._index.get(keys)
        if places is None:
            return MISSING
        found = self._of_division(places, division, day)
        parts = [
            self._of_division(places, part, day) for part in self._parts[keys].get(division, ())
        ]
        if any(one.value != found.value for one in parts):
            return NEEDS_PLACE
        if any(one.provisional for one in parts):
            return replace(found, provisional=True)
        return found

    def _of_division(
        self, places: Mapping[str, tuple[RateRow, ...]], division: str, day: date
    ) -> RateAnswer:
        for length in range(len(division), -1, -1):
            rows = places.get(division[:length])
            if rows is not None and rows[0].from_on <= day:
                return self._in_force(rows, day)
        return MISSING

    def _in_force(self, rows: tuple[RateRow, ...], day: date) -> RateAnswer:
        position = bisect_right(rows, day, key=lambda row: row.from_on) - 1
        row = rows[position]
        if row.until_on is not None and day >= row.until_on:
            return MISSING
        provisional = self._is_provisional(row, day, is_last=position == len(rows) - 1)
        while row.value is Special.UNKNOWN:
            if position == 0:
                return MISSING
            position -= 1
            row = rows[position]
            provisional = True
        return RateAnswer(row.value, row, provisional)

    def _is_provisional(self, row: RateRow, day: date, *, is_last: bool) -> bool:
        if self.valid is Valid.OWN_YEAR and day.year != row.from_on.year:
            return True
        if not is_last:
            return False
        if self.expected is not None and day >= _next_notice(row.from_on, self.expected):
            return True
        if row.checked_on is None or self.recheck_months is None:
            return False
        return day >= add_months(row.checked_on, self.recheck_months)


def _next_notice(after: date, expected: tuple[int, int]) -> date:
    """Return the first day strictly after `after` on which a notice is expected."""
    this_year = date(after.year, *expected)
    return this_year if this_year > after else date(after.year + 1, *expected)
