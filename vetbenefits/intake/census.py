"""What only the whole file tells: who shares an id with whom, and whether ID numbers were cut.

Which rows share a person id, and whether many ID numbers were rounded, is settled before any row is
decided. That takes a look at two columns and twenty bytes a row, so ten million rows fit. Which
rows share an ID number only warns, and is told at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.intake.findings import TEXT, Finding
from vetbenefits.intake.identity import (
    CHECK_CHARACTERS,
    ID_KEY,
    ID_NUMBER,
    ID_STATUS,
    IdStatus,
    read_id_numbers,
    weighted_sum,
)
from vetbenefits.intake.status import Reason
from vetbenefits.model.facts import Role
from vetbenefits.model.tables import PERSON_ID, ROW

if TYPE_CHECKING:
    from vetbenefits.intake.persons import PersonReader
    from vetbenefits.problems import Problem

_NAMED_ROWS = 4
_ONE_IN = 100
_SEEDS = (1, 2)
_HASHES = ("first_hash", "second_hash")
_WITH_ROWS = "with_rows"
_ZEROS = "000"

_SHARED_PERSON = Reason(
    "VB424",
    "is also the person id of other rows",
    "keep one row per person",
    "与其他行的人员编号相同",
    "每人只留一行",
)
_SHARED_NUMBER = Reason(
    "VB424",
    "is also the ID number of other person ids",
    "if they are one person, keep one row",
    "也是其他人员编号的身份证号",
    "如为同一人，只留一行",
)
_ROUND = Reason(
    "VB420",
    "is an ID number ending in 000, as a spreadsheet has left others in this file",
    "compare it with the document; that its check character fits may be chance",
    "是以000结尾的身份证号，本文件中被电子表格四舍五入的号码也是这样",
    "请与证件核对；校验码相符也可能是巧合",
)


class Census:
    """Takes in who every row is about; then knows which rows are wrong beside others."""

    def __init__(self, persons: PersonReader) -> None:
        self._reader = persons
        self._persons: list[pl.DataFrame] = []
        self._round: list[pl.DataFrame] = []
        self._rounded = 0
        self._rows = 0
        self.shared = pl.DataFrame(schema={ROW: pl.Int64, _WITH_ROWS: pl.String})
        self._cut: Finding | None = None

    def count(self, rows: pl.DataFrame) -> None:
        """Take in the rows of one batch, as `PersonReader.glance` or `read` return them."""
        self._rows += rows.height
        if self._reader.cell(Role.PERSON_ID) is not None:  # else every row is a person of its own
            person = pl.col(PERSON_ID)
            # Two hashes, so that different ids are not taken for one where a single hash collides.
            hashes = (
                person.hash(seed).alias(name) for seed, name in zip(_SEEDS, _HASHES, strict=True)
            )
            self._persons.append(rows.select(pl.col(ROW).cast(pl.UInt32), *hashes))
        cell = self._reader.cell(Role.ID_NUMBER)
        if cell is not None:
            self._count_rounded(rows if ID_STATUS in rows.columns else _read_rounded(rows, cell))

    def settle(self) -> None:
        """Draw the conclusions; nothing is counted any more."""
        if self._persons:
            self.shared = _sharing(pl.concat(self._persons))
        if self._rounded and self._round:
            rows = pl.concat(self._round)
            place = self._reader.place(Role.ID_NUMBER, is_masked=True)
            is_common = self._rounded * _ONE_IN >= self._rows
            self._cut = Finding(place, _ROUND, rows, sets_aside=is_common)
        self._persons, self._round = [], []

    def findings(self, who: pl.DataFrame) -> tuple[Finding, ...]:
        """Return what is wrong with some consecutive rows beside others.

        Shape: `row` and `person_id`, in order of rows.
        """
        found = []
        if self.shared.height:
            sharing = who.join(self.shared, on=ROW, maintain_order="left")
            if sharing.height:
                text = self._reader.in_rows(pl.col(PERSON_ID), pl.col(_WITH_ROWS))
                rows = sharing.select(ROW, PERSON_ID, text.alias(TEXT))
                place = self._reader.place(Role.PERSON_ID)
                found.append(Finding(place, _SHARED_PERSON, rows, sets_aside=True))
        if self._cut is not None:
            rows = who.join(self._cut.rows, on=ROW, maintain_order="left")
            if rows.height:
                found.append(self._cut.of(rows.select(ROW, PERSON_ID, TEXT)))
        return tuple(found)

    def _count_rounded(self, rows: pl.DataFrame) -> None:
        """Count rounded numbers, and keep those that end as they do although the check fits.

        One rounded number in eleven still fits. Of sound numbers, one in some thousand ends in 000.
        So where one number in a hundred is rounded, such an end is taken for damage and the row is
        set aside; where fewer are, the row is kept and told of.
        """
        status = rows.get_column(ID_STATUS)
        self._rounded += int((status == IdStatus.DAMAGED).sum())
        number = pl.col(ID_NUMBER)
        masked = number.str.slice(0, 6) + "********" + number.str.slice(14)
        fits = rows.filter(status == IdStatus.ROUND)
        self._round.append(fits.select(ROW, masked.alias(TEXT)))


def _read_rounded(rows: pl.DataFrame, cell: str) -> pl.DataFrame:
    """Read those ID numbers that look rounded, and no others."""
    bare = rows.get_column(cell).str.strip_chars()
    some = rows.filter(bare.str.ends_with(_ZEROS) | bare.str.contains("E+", literal=True))
    return read_id_numbers(some.get_column(cell)).with_columns(some.get_column(ROW))


class SharedNumbers:
    """Collects the ID numbers of all rows; in the end, tells which rows have one in common."""

    def __init__(self, persons: PersonReader) -> None:
        self._reader = persons
        self._keys: list[pl.DataFrame] = []

    def count(self, who: pl.DataFrame) -> None:
        """Take in rows that do not share their person id; `row` and `id_key`."""
        row = pl.col(ROW).cast(pl.UInt32)
        self._keys.append(who.filter(pl.col(ID_KEY).is_not_null()).select(row, ID_KEY))

    def problems(self) -> tuple[Problem, ...]:
        """Return the one warning about all rows with a number in common, if there are any."""
        if not self._keys:
            return ()
        keys = pl.concat(self._keys)
        repeated = _repeated(keys.get_column(ID_KEY))
        if not len(repeated):
            return ()
        rows = keys.filter(pl.col(ID_KEY).is_in(repeated.implode()))
        named = rows.join(_groups(rows, [ID_KEY]), on=ID_KEY, maintain_order="left").sort(ROW)
        digits = pl.col(ID_KEY).cast(pl.String)
        characters = pl.lit(pl.Series(list(CHECK_CHARACTERS), dtype=pl.String))
        check = characters.gather(weighted_sum(pl.col(ID_KEY)) % 11)
        masked = digits.str.slice(0, 6) + "********" + digits.str.slice(14) + check
        text = self._reader.in_rows(masked, pl.col(_WITH_ROWS))
        place = self._reader.place(Role.ID_NUMBER, is_masked=True)
        return (Finding(place, _SHARED_NUMBER, named.select(ROW, text.alias(TEXT))).problem(),)


def _sharing(persons: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose person id is not theirs alone, with the rows that have it."""
    first = _HASHES[0]
    repeated = _repeated(persons.get_column(first))
    some = persons.filter(pl.col(first).is_in(repeated.implode()))
    some = some.filter(pl.len().over(_HASHES) > 1)
    named = some.join(_groups(some, list(_HASHES)), on=list(_HASHES), maintain_order="left")
    return named.select(pl.col(ROW).cast(pl.Int64), _WITH_ROWS)


def _repeated(values: pl.Series) -> pl.Series:
    """Return the values that occur more than once. Sorting is faster than a set, and smaller."""
    ordered = values.sort()
    return ordered.filter(ordered == ordered.shift(1)).unique(maintain_order=True)


def _groups(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Name with each group its rows: the first four, and how many more."""
    more = pl.len().cast(pl.Int64) - _NAMED_ROWS
    numbers = pl.col(ROW).sort().head(_NAMED_ROWS).cast(pl.String).str.join(", ")
    others = pl.when(more > 0).then(pl.lit(" and ") + more.cast(pl.String) + " more")
    groups = rows.group_by(by).agg(numbers.alias("numbers"), others.alias("others"))
    text = pl.col("numbers") + pl.col("others").fill_null("")
    return groups.select(*by, text.alias(_WITH_ROWS))
