"""What only the whole file tells: who shares an id with whom, and whether ID numbers were cut.

Settled before any row is decided. The census keeps one number per row and id, so ten million rows
fit. Where a number occurs twice, the rows that have it are looked at again as they stand: different
ids that merely have the same hash hurt nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.intake.findings import TEXT, Finding
from vetbenefits.intake.identity import ID_KEY, ID_NUMBER, ID_STATUS, IdStatus
from vetbenefits.intake.persons import HAS_PERSON_ID
from vetbenefits.intake.status import Reason
from vetbenefits.model.facts import Role
from vetbenefits.model.tables import PERSON_ID, ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vetbenefits.intake.persons import PersonReader

WHO = (ROW, PERSON_ID, ID_KEY, ID_NUMBER)

_NAMED_ROWS = 4
_ONE_IN = 100

_SHARED_PERSON = Reason("VB424", "is also the person id of other rows", "keep one row per person")
_SHARED_NUMBER = Reason(
    "VB424", "is also the ID number of other person ids", "if they are one person, keep one row"
)
_ROUND = Reason(
    "VB420",
    "is an ID number ending in 000, as a spreadsheet has left others in this file",
    "compare it with the document; that its check character fits may be chance",
)


class Census:
    """Takes in every row once; then knows what is wrong with rows beside others."""

    def __init__(self, persons: PersonReader) -> None:
        self._reader = persons
        self._persons: list[pl.Series] = []
        self._numbers: list[pl.Series] = []
        self._round: list[pl.DataFrame] = []
        self._rounded = 0
        self.rows = 0

    def count(self, frame: pl.DataFrame) -> None:
        """Take in the rows of one batch, as `PersonReader` returns them."""
        self.rows += frame.height
        if frame.get_column(HAS_PERSON_ID).any():  # else every row has a stand-in of its own
            self._persons.append(frame.get_column(PERSON_ID).hash())
        self._numbers.append(frame.get_column(ID_KEY).drop_nulls())
        status = frame.get_column(ID_STATUS)
        self._rounded += int((status == IdStatus.DAMAGED).sum())
        self._round.append(frame.filter(status == IdStatus.ROUND).select(WHO))

    def findings(self, again: Callable[[], Iterable[pl.DataFrame]]) -> tuple[Finding, ...]:
        """Return what is wrong with rows beside others; `again` gives the columns `WHO` of all."""
        found: list[Finding] = []
        persons = _repeated(self._persons, pl.UInt64)
        numbers = _repeated(self._numbers, pl.Int64)
        if len(persons) or len(numbers):
            found += self._shared(_suspects(again(), persons, numbers))
        if self._rounded:
            found += self._cut()
        return tuple(found)

    def _shared(self, rows: pl.DataFrame) -> list[Finding]:
        """Return the rows of one person id, and those of one ID number under several person ids."""
        found = []
        same_person = rows.filter(pl.len().over(PERSON_ID) > 1)
        if same_person.height:
            place = self._reader.place(Role.PERSON_ID)
            named = _with_rows(same_person, PERSON_ID, pl.col(PERSON_ID))
            found.append(Finding(place, _SHARED_PERSON, named, sets_aside=True))
        several = pl.col(ID_KEY).is_not_null() & (pl.col(PERSON_ID).n_unique().over(ID_KEY) > 1)
        same_number = _with_rows(rows.filter(several), ID_KEY, _masked())
        alone = same_number.join(same_person, on=ROW, how="anti", maintain_order="left")
        if alone.height:
            place = self._reader.place(Role.ID_NUMBER, is_masked=True)
            found.append(Finding(place, _SHARED_NUMBER, alone))
        return found

    def _cut(self) -> list[Finding]:
        """Return numbers that end as the rounded ones do although their check character fits.

        One rounded number in eleven still fits. Of sound numbers, one in some ten thousand ends in
        000. So where one number in a hundred is rounded, such an end is taken for damage and the
        row is set aside; where fewer are, the row is kept and told of.
        """
        rows = pl.concat(self._round).select(ROW, PERSON_ID, _masked().alias(TEXT))
        if rows.is_empty():
            return []
        place = self._reader.place(Role.ID_NUMBER, is_masked=True)
        is_common = self._rounded * _ONE_IN >= self.rows
        return [Finding(place, _ROUND, rows, sets_aside=is_common)]


def _repeated(parts: list[pl.Series], kind: type[pl.DataType]) -> pl.Series:
    """Return the values that occur more than once. Sorting is faster than a set, and smaller."""
    if not parts:
        return pl.Series([], dtype=kind)
    ordered = pl.concat(parts).sort()
    return ordered.filter(ordered == ordered.shift(1)).unique(maintain_order=True)


def _suspects(
    frames: Iterable[pl.DataFrame], persons: pl.Series, numbers: pl.Series
) -> pl.DataFrame:
    by_person = pl.col(PERSON_ID).hash().is_in(persons.implode())
    by_number = pl.col(ID_KEY).is_in(numbers.implode())
    return pl.concat(frame.filter(by_person | by_number).select(WHO) for frame in frames)


def _with_rows(rows: pl.DataFrame, group: str, text: pl.Expr) -> pl.DataFrame:
    """Return `text` followed by the rows of its group: the first four and how many more."""
    more = pl.len().cast(pl.Int64) - _NAMED_ROWS
    numbers = pl.col(ROW).sort().head(_NAMED_ROWS).cast(pl.String).str.join(", ")
    others = pl.when(more > 0).then(pl.lit(" and ") + more.cast(pl.String) + " more")
    groups = rows.group_by(group).agg(numbers.alias("numbers"), others.alias("others"))
    named = rows.join(groups, on=group, maintain_order="left")
    shown = text + " in rows " + pl.col("numbers") + pl.col("others").fill_null("")
    return named.select(ROW, PERSON_ID, shown.alias(TEXT))


def _masked() -> pl.Expr:
    """Return the ID number as `mask_id_number` shows it."""
    number = pl.col(ID_NUMBER)
    return number.str.slice(0, 6) + "********" + number.str.slice(14)
