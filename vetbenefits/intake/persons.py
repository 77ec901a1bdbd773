"""Who a row is about: person id, name, place and ID number; and the rows that are about nobody.

Rows of totals and headers repeated on each page are no people: they are left out and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.intake.findings import Place
from vetbenefits.intake.identity import (
    ID_BIRTH,
    ID_KEY,
    ID_NUMBER,
    ID_STATUS,
    IdStatus,
    read_id_numbers,
)
from vetbenefits.intake.status import CHINESE
from vetbenefits.intake.text_table import cell_column
from vetbenefits.intake.wording import INVISIBLE, half_width, plain
from vetbenefits.model.facts import Role
from vetbenefits.model.tables import DIVISION, NAME, PERSON_ID, ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vetbenefits.intake.headers import ColumnMap
    from vetbenefits.model.facts import FactSpec

HAS_PERSON_ID = "has_person_id"

# A title that is known to stand for a sum; what follows it, a colon or a number, does not matter.
_TOTAL = (
    r"(?i)^[\s\u3000]*(?:本页|本表|本组|本村|本社区|本镇|本乡|本街道|本区|本县|本市|全部|全镇|全乡|全县|以上|分页)?"
    r"[\s\u3000]*(?:合|总|小|共|累)[\s\u3000]*计|^[\s\u3000]*(?:(?:grand|sub)[ -]?)?total\b"
)
_IN_TOTALS = ["计", "otal", "OTAL"]  # one of them is in all that `_TOTAL` finds
_SHORTEST_NUMBER = 6  # characters; less in the column of ID numbers is a count, not a person
_MARKS = [*INVISIBLE, *"""'"=‘’`"""]
_ROUNDED = r"^[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{2}$"


@dataclass(frozen=True, slots=True)
class Persons:
    """The rows of one batch with what identifies them.

    Shape: the columns of the batch, and `person_id` (`r<row>` stands in where there is none),
    `has_person_id`, `name`, `division`, `id_number`, `id_key`, `id_birth`, `id_status`.
    """

    frame: pl.DataFrame
    total_rows: int


@dataclass(frozen=True, slots=True)
class PersonReader:
    """Reads the identifying columns of a table.

    `columns` gives the index of the column of each role that the table has.
    """

    file: str
    columns: Mapping[Role, int]
    headers: tuple[str, ...]
    language: str = "en"
    stand_in: str = "r"

    @classmethod
    def of(cls, found: ColumnMap, specs: Iterable[FactSpec]) -> PersonReader:
        """Prepare reading the identifying columns among those that were found."""
        roles = (Role.PERSON_ID, Role.NAME, Role.ID_NUMBER, Role.DIVISION)
        columns = {
            spec.role: found.columns[spec.name]
            for spec in specs
            if spec.role in roles and spec.name in found.columns
        }
        return cls(found.file, columns, found.headers, found.language)

    @property
    def wanted(self) -> frozenset[int]:
        """Return the columns that must be read; the first one may say that a row is a total."""
        return frozenset({0, *self.columns.values()})

    def cell(self, role: Role) -> str | None:
        """Return the column of the batch that holds the cells of a role."""
        return cell_column(self.columns[role]) if role in self.columns else None

    def place(self, role: Role, *, is_masked: bool = False) -> Place:
        """Return the place of the column of a role; its ID numbers are masked unless they are."""
        index = self.columns[role]
        header = " ".join(self.headers[index].split())
        is_id_number = role is Role.ID_NUMBER and not is_masked
        return Place(self.file, header, index + 1, self.language, is_id_number=is_id_number)

    @property
    def row(self) -> Place:
        """Return the place of a row as a whole."""
        return Place(self.file, language=self.language)

    def in_rows(self, text: pl.Expr, rows: pl.Expr) -> pl.Expr:
        """Return a text with the rows in which it stands."""
        if self.language == CHINESE:
            return text + " 见第 " + rows + " 行"
        return text + " in rows " + rows

    @property
    def glanced(self) -> frozenset[int]:
        """Return the columns that `glance` needs."""
        roles = (Role.PERSON_ID, Role.ID_NUMBER)
        return frozenset(self.columns[role] for role in roles if role in self.columns)

    def glance(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Add only the person id, and leave out the rows of nobody that seem to have one."""
        own = self._plain(frame, Role.PERSON_ID, is_id=True).alias(PERSON_ID)
        return self._with_stand_ins(self._without_named_totals(frame.with_columns(own)))

    def _without_named_totals(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Leave out what `read` leaves out, as far as a person id stands there."""
        own = frame.get_column(PERSON_ID)
        cell = self.cell(Role.PERSON_ID)
        if cell is None:
            return frame
        header = self.headers[self.columns[Role.PERSON_ID]].strip()
        maybe = own.str.contains_any(_IN_TOTALS) | (own == header)
        maybe = maybe.fill_null(value=False)
        if not maybe.any():
            return frame
        rows = frame.filter(maybe)
        says_total = rows.get_column(cell).str.contains(_TOTAL)
        nobody = (says_total & self._names_nobody(rows)) | self._repeats_header(rows)
        return frame.join(rows.filter(nobody), on=ROW, how="anti", maintain_order="left")

    def read(self, frame: pl.DataFrame) -> Persons:
        """Add what identifies each row and leave out the rows that are no people."""
        read = frame.with_columns(
            self._plain(frame, Role.PERSON_ID, is_id=True).alias(PERSON_ID),
            self._plain(frame, Role.NAME).alias(NAME),
            self._plain(frame, Role.DIVISION).alias(DIVISION),
            *self._id_columns(frame),
        )
        is_nobody = self._is_nobody(read)
        total_rows = int(is_nobody.sum())
        if total_rows:
            read = read.filter(~is_nobody)
        has_person_id = read.get_column(PERSON_ID).is_not_null().alias(HAS_PERSON_ID)
        return Persons(self._with_stand_ins(read.with_columns(has_person_id)), total_rows)

    def _with_stand_ins(self, frame: pl.DataFrame) -> pl.DataFrame:
        if not frame.get_column(PERSON_ID).null_count():
            return frame
        own = pl.lit(self.stand_in) + pl.col(ROW).cast(pl.String)
        return frame.with_columns(pl.coalesce(PERSON_ID, own))

    def _id_columns(self, frame: pl.DataFrame) -> list[pl.Series]:
        cell = self.cell(Role.ID_NUMBER)
        if cell is not None:
            return read_id_numbers(frame.get_column(cell)).get_columns()
        return [
            pl.Series(ID_NUMBER, [None], dtype=pl.String).new_from_index(0, frame.height),
            pl.Series(ID_KEY, [None], dtype=pl.Int64).new_from_index(0, frame.height),
            pl.Series(ID_BIRTH, [None], dtype=pl.Int32).new_from_index(0, frame.height),
            pl.Series(ID_STATUS, [IdStatus.BLANK], dtype=pl.UInt8).new_from_index(0, frame.height),
        ]

    def _plain(self, frame: pl.DataFrame, role: Role, *, is_id: bool = False) -> pl.Series:
        """Return the cells of a role without spaces and marks around them; null where blank."""
        cell = self.cell(role)
        if cell is None:
            return pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
        texts = frame.get_column(cell)
        texts = (
            texts.str.strip_chars() if role is Role.DIVISION else plain_texts(texts, is_id=is_id)
        )
        return texts.to_frame("text").select(pl.when(pl.col("text") != "").then("text")).to_series()

    def _is_nobody(self, frame: pl.DataFrame) -> pl.Series:
        """Tell which rows are totals or repeated headers. Only rows without an ID number can be."""
        doubtful = frame.get_column(ID_KEY).is_null()
        if not doubtful.any():
            return doubtful
        rows = frame.filter(doubtful)
        is_total = self._says_total(rows) & self._names_nobody(rows)
        found = doubtful.clone()
        return found.scatter(doubtful.arg_true(), is_total | self._repeats_header(rows))

    def _says_total(self, rows: pl.DataFrame) -> pl.Series:
        says = pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
        for index in sorted(self.wanted - {self.columns.get(Role.DIVISION)}):
            says |= rows.get_column(cell_column(index)).str.contains(_TOTAL)
        return says

    def _names_nobody(self, rows: pl.DataFrame) -> pl.Series:
        nobody = pl.repeat(value=True, n=rows.height, dtype=pl.Boolean, eager=True)
        for role, longest in ((Role.ID_NUMBER, _SHORTEST_NUMBER), (Role.PERSON_ID, 1)):
            cell = self.cell(role)
            if cell is not None:
                text = rows.get_column(cell)
                nobody &= (text.str.strip_chars().str.len_chars() < longest) | text.str.contains(
                    _TOTAL
                )
        return nobody

    def _repeats_header(self, rows: pl.DataFrame) -> pl.Series:
        repeats = pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
        for role in (Role.ID_NUMBER, Role.PERSON_ID):
            if role in self.columns:
                index = self.columns[role]
                text = rows.get_column(cell_column(index)).str.strip_chars()
                repeats |= text == self.headers[index].strip()
        return repeats


def plain_texts(texts: pl.Series, *, is_id: bool = False) -> pl.Series:
    """Return what `wording.plain` makes of each text; for ids half-width as well.

    Nearly all cells need no more than their outer spaces taken off; the others are few.
    """
    stripped = texts.str.strip_chars()
    unusual = stripped.str.contains_any(_MARKS)
    if is_id:
        unusual |= stripped.str.len_bytes() != stripped.str.len_chars()
    if not unusual.any():
        return stripped
    clean = half_width if is_id else plain
    distinct = stripped.filter(unusual).unique()
    cleaned = pl.Series([clean(text) for text in distinct], dtype=pl.String)
    return stripped.replace(distinct, cleaned)


def is_rounded(texts: pl.Series) -> pl.Series:
    """Tell which person ids a spreadsheet has turned into a rounded number."""
    # The plain search is many times faster and settles nearly every batch.
    maybe = texts.str.contains("E+", literal=True)
    return texts.str.contains(_ROUNDED) if maybe.any() else maybe
