"""What a report is: titled sections of lines and tables, and where its numbers come from.

A report is built in one language, holds only text that may be shown, and knows nothing of
terminals or files. Its numbers are already rounded, masked and sorted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

SHOWN_ROWS = 50  # most rows of a list of people in a report for reading; files hold all


@dataclass(frozen=True, slots=True)
class Source:
    """A file or folder that was read: the name as the user gave it and its SHA-256."""

    name: str
    sha256: str

    @property
    def short(self) -> str:
        """Return the name with as much of the fingerprint as people compare by eye."""
        return f"{self.name} ({self.sha256[:12]})" if self.sha256 else self.name


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a run rests on; enough to repeat it."""

    as_of: date
    program: str
    rules: Source
    roster: Source
    bills: Source | None = None
    region: str = ""
    benefits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowCounts:
    """What became of the rows of a file: read = decided + set aside.

    `total_rows` and `blank_rows` are no rows of people and are not in `read`.
    """

    read: int = 0
    decided: int = 0
    set_aside: int = 0
    total_rows: int = 0
    blank_rows: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table in a report; numbers stand to the right."""

    title: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report: lines to read, then a table.

    `total_rows` is the number of rows that exist where `rows` are only the first of them.
    """

    title: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()
    total_rows: int | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to show."""
        return not self.rows and not self.lines


@dataclass(frozen=True, slots=True)
class Report:
    """A title, the lines that say what it rests on, and its sections."""

    title: str
    lines: tuple[str, ...]
    sections: tuple[Section, ...]
