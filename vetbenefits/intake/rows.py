"""The rows of a table about people: identified, checked and read. Roster and bills share it.

A row that has not one cell under each header may be shifted, so nothing else in it is believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.intake.facts import FactReader
from vetbenefits.intake.findings import TEXT, Finding
from vetbenefits.intake.identity import ID_KEY, ID_REASONS, ID_STATUS, IdStatus
from vetbenefits.intake.persons import HAS_PERSON_ID, PersonReader, is_rounded
from vetbenefits.intake.status import CHINESE, REASONS, Reason, Status
from vetbenefits.intake.text_table import FIELDS, SHAPE, Shape
from vetbenefits.model.facts import PERSON, Role
from vetbenefits.model.tables import PERSON_ID, ROW
from vetbenefits.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.intake.facts import Asked
    from vetbenefits.intake.headers import ColumnMap

_SHAPES = {
    Shape.SHORT: Reason(
        "VB440",
        "has fewer cells than the header row",
        "add what is missing",
        "的单元格比表头少",
        "请补上缺少的单元格",
    ),
    Shape.LONG: Reason(
        "VB440",
        "has more cells than the header row",
        "a separator inside a cell needs quotes around the cell",
        "的单元格比表头多",
        "单元格里有分隔符的，整个单元格要加引号",
    ),
    Shape.BROKEN: Reason(
        "VB441",
        "has quotes that do not enclose whole cells",
        "remove or double them",
        "有没括住整个单元格的引号",
        "请去掉引号，或写成两个",
    ),
}
_UPGRADED = Reason(
    "VB429",
    "is an ID number of 15 digits and is read as its 18-character form",
    zh="是15位身份证号，按升位后的18位读取",
)
_NO_IDENTITY = Reason(
    "VB428",
    "names nobody: person id and ID number are blank",
    zh="没有说明是谁：人员编号和身份证号都是空的",
)
_NO_PERSON_ID = Reason(
    "VB428", "is blank; the number of the row stands in for it", zh="是空的，以行号代替"
)


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows: `rows_read` = `rows_kept` + `rows_set_aside`."""

    rows_read: int = 0
    rows_kept: int = 0
    rows_set_aside: int = 0
    total_rows_dropped: int = 0
    blank_rows: int = 0


@dataclass(frozen=True, slots=True)
class ReadRows:
    """Some rows as they were read.

    Shape: `frame` has the rows that can be used, `who` has all: `row`, `person_id`, `id_key`.
    """

    frame: pl.DataFrame
    findings: tuple[Finding, ...]
    who: pl.DataFrame


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the rows of one table.

    `persons` says who they are about, `facts` what is known of them. `is_roster` where each row is
    a person of its own, not something of a person.
    """

    found: ColumnMap
    persons: PersonReader
    facts: FactReader
    is_roster: bool

    @classmethod
    def of(cls, asked: Asked, found: ColumnMap) -> RowReader:
        """Prepare reading the facts that a run asks for."""
        return cls(
            found,
            PersonReader.of(found, asked.vocabulary.of_table(PERSON)),
            FactReader.of(asked, found),
            asked.table == PERSON,
        )

    @property
    def wanted(self) -> tuple[int, ...]:
        """Return the indexes of all columns that are read."""
        return tuple(sorted(self.persons.wanted | self.facts.wanted))

    def read(self, rows: pl.DataFrame, columns: Sequence[str | pl.Expr]) -> ReadRows:
        """Read the facts of identified rows and leave out the rows that must not be used.

        `columns` stand before those of the facts.
        """
        findings: list[Finding] = []
        whole = rows
        if not (rows.get_column(SHAPE) == Shape.WHOLE).all():
            findings += self._misshapen(rows)
            whole = rows.filter(pl.col(SHAPE) == Shape.WHOLE)
        findings += self._of_numbers(whole)
        findings += self._of_person_ids(whole)
        tokens, of_facts = self.facts.read(whole)
        findings += of_facts
        aside = [one.rows.get_column(ROW) for one in findings if one.sets_aside]
        kept = tokens.lazy()
        if aside:
            kept = kept.filter(~pl.col(ROW).is_in(pl.concat(aside).implode()))
        filled = self.facts.fill(kept).select(*columns, *self.facts.columns)
        frame = filled.collect(engine="in-memory")
        return ReadRows(frame, tuple(findings), rows.select(ROW, PERSON_ID, ID_KEY))

    def _misshapen(self, rows: pl.DataFrame) -> list[Finding]:
        count = len(self.found.headers)
        width = f" cells, the header row has {count}"
        if self.found.language == CHINESE:
            width = f" 格，表头 {count} 格"
        text = pl.col(FIELDS).cast(pl.String) + width
        return [
            Finding(self.persons.row, reason, of_it, sets_aside=True)
            for shape, reason in _SHAPES.items()
            if (of_it := _picked(rows, pl.col(SHAPE) == shape, text)).height
        ]

    def _of_numbers(self, rows: pl.DataFrame) -> list[Finding]:
        """Return what is wrong with ID numbers, and which ones were upgraded."""
        cell = self.persons.cell(Role.ID_NUMBER)
        if cell is None:
            return []
        status = pl.col(ID_STATUS)
        doubtful = rows.get_column(ID_STATUS) != IdStatus.SURE
        if not doubtful.any():
            return []
        some = rows.filter(doubtful)
        place = self.persons.place(Role.ID_NUMBER)
        findings = [
            Finding(place, reason, of_it, sets_aside=True)
            for number, reason in ID_REASONS.items()
            if (of_it := _picked(some, status == number, pl.col(cell))).height
        ]
        upgraded = _picked(some, status == IdStatus.UPGRADED, pl.col(cell))
        if upgraded.height:
            findings.append(Finding(place, _UPGRADED, upgraded, severity=Severity.NOTE))
        return findings

    def _of_person_ids(self, rows: pl.DataFrame) -> list[Finding]:
        """Return the rows that name nobody, and person ids that are blank or damaged."""
        findings = []
        unnamed = ~pl.col(HAS_PERSON_ID)
        nothing = pl.lit("")
        nobody = unnamed & (pl.col(ID_STATUS) == IdStatus.BLANK)
        cell = self.persons.cell(Role.PERSON_ID)
        if (of_it := _picked(rows, nobody, nothing)).height:
            findings.append(Finding(self.persons.row, _NO_IDENTITY, of_it, sets_aside=True))
        if cell is None:
            return findings
        place = self.persons.place(Role.PERSON_ID)
        blank = _picked(rows, unnamed & pl.col(ID_KEY).is_not_null(), nothing)
        if blank.height and self.is_roster:
            findings.append(Finding(place, _NO_PERSON_ID, blank))
        damaged = is_rounded(rows.get_column(PERSON_ID))
        if damaged.any():
            of_it = _picked(rows, pl.lit(damaged), pl.col(cell))
            findings.append(Finding(place, REASONS[Status.DAMAGED], of_it, sets_aside=True))
        return findings


def no_rows(found: ColumnMap, counts: Counts) -> Problem:
    """Return the error of a table that has headers and nobody under them."""
    totals = counts.total_rows_dropped
    message = "nothing stands under the headers" + (
        f" but {totals} rows of totals" if totals else ""
    )
    if found.language == CHINESE:
        message = "表头下面没有人员" + (f"，只有 {totals} 行合计" if totals else "")
    return Problem(code="VB403", message=message, span=found.span())


def _picked(rows: pl.DataFrame, which: pl.Expr, text: pl.Expr) -> pl.DataFrame:
    return rows.filter(which).select(ROW, PERSON_ID, text.alias(TEXT))
