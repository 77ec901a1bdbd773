"""Which rows share a person id, and which share an ID number: settled before any row is decided.

The first pass keeps one number per row, so ten million rows fit. Where a number occurs twice, the
rows that have it are looked at again as they stand: equal numbers of different texts hurt nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.intake.identity import ID_KEY, ID_NUMBER
from vetbenefits.intake.persons import HAS_PERSON_ID
from vetbenefits.model.tables import PERSON_ID, ROW

if TYPE_CHECKING:
    from collections.abc import Iterable

WITH_ROWS = "with_rows"
_NAMED_ROWS = 4


@dataclass(frozen=True, slots=True)
class Shared:
    """Rows that are not alone.

    Shape: `persons` and `numbers` have `row` and `with_rows`, a text that names the rows which
    share the person id or the ID number. `numbers` holds only rows of different person ids.
    """

    persons: pl.DataFrame
    numbers: pl.DataFrame


NOTHING_SHARED = Shared(
    pl.DataFrame(schema={ROW: pl.Int64, WITH_ROWS: pl.String}),
    pl.DataFrame(schema={ROW: pl.Int64, WITH_ROWS: pl.String}),
)


class Census:
    """Collects one number per row and id, then tells which of them occur more than once."""

    def __init__(self) -> None:
        self._persons: list[pl.Series] = []
        self._numbers: list[pl.Series] = []

    def count(self, frame: pl.DataFrame) -> None:
        """Take in the rows of one batch."""
        own = frame.get_column(PERSON_ID)
        if not frame.get_column(HAS_PERSON_ID).any():
            own = own.clear()  # every row has its own stand-in
        self._persons.append(own.hash())
        self._numbers.append(frame.get_column(ID_KEY).drop_nulls())

    def repeated(self) -> tuple[pl.Series, pl.Series]:
        """Return the hashes of person ids and the ID numbers that occur more than once."""
        return _repeated(self._persons, pl.UInt64), _repeated(self._numbers, pl.Int64)


def _repeated(parts: list[pl.Series], kind: type[pl.DataType]) -> pl.Series:
    if not parts:
        return pl.Series([], dtype=kind)
    ordered = pl.concat(parts).sort()
    return ordered.filter(ordered == ordered.shift(1)).unique(maintain_order=True)


def find_shared(frames: Iterable[pl.DataFrame], persons: pl.Series, numbers: pl.Series) -> Shared:
    """Look again at the rows with a repeated hash or number, and tell who shares with whom."""
    kept = [
        frame.filter(
            pl.col(PERSON_ID).hash().is_in(persons.implode())
            | pl.col(ID_KEY).is_in(numbers.implode())
        ).select(ROW, PERSON_ID, ID_KEY, ID_NUMBER)
        for frame in frames
    ]
    if not kept:
        return NOTHING_SHARED
    rows = pl.concat(kept)
    by_person = pl.len().over(PERSON_ID) > 1
    people_of_number = pl.col(PERSON_ID).n_unique().over(ID_KEY) > 1
    return Shared(
        _named(rows.filter(by_person), PERSON_ID),
        _named(rows.filter(pl.col(ID_KEY).is_not_null() & people_of_number), ID_KEY),
    )


def _named(rows: pl.DataFrame, group: str) -> pl.DataFrame:
    """Name with each row the rows of its group: the first four, and how many more there are."""
    if rows.is_empty():
        return NOTHING_SHARED.persons
    names = pl.col(ROW).sort().head(_NAMED_ROWS).cast(pl.String).str.join(", ") + pl.when(
        pl.len() > _NAMED_ROWS
    ).then(pl.lit(" and ") + (pl.len() - _NAMED_ROWS).cast(pl.String) + " more").otherwise(
        pl.lit("")
    )
    groups = rows.group_by(group).agg(names.alias(WITH_ROWS))
    return rows.join(groups, on=group, maintain_order="left").select(ROW, WITH_ROWS)
