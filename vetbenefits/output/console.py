"""Reports on a terminal: headings, lines, and tables that fit what people see.

Colours only where the stream is a terminal and NO_COLOR is not set; through a pipe the same text
comes out whole, however wide.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, TextIO

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from vetbenefits.reports.report import Report, Section
    from vetbenefits.reports.wording import Wording

_PADDING = 4  # what a column needs beside its widest cell


def show_report(report: Report, stream: TextIO, say: Wording) -> None:
    """Print a report."""
    console = Console(
        file=stream,
        width=None if stream.isatty() else _width_needed(report),
        highlight=False,
        soft_wrap=True,
        emoji=False,
        markup=False,
    )
    with console.capture() as captured:
        console.print(Text(report.title, style="bold"))
        for line in report.lines:
            console.print(_printable(line))
        for section in report.sections:
            _show_section(section, console, say)
    # Tables are padded to their full width; nobody needs blanks at the end of a line.
    for line in captured.get().splitlines():
        stream.write(line.rstrip() + "\n")


def report_text(report: Report, say: Wording) -> str:
    """Return a report as plain text, however wide."""
    stream = io.StringIO()
    show_report(report, stream, say)
    return stream.getvalue()


def _show_section(section: Section, console: Console, say: Wording) -> None:
    total = section.total_rows
    title = section.title
    if total is not None and total > len(section.rows):
        title = say(
            "with_count", what=title, count=say("first_of", shown=len(section.rows), total=total)
        )
    elif total is not None:
        title = say("with_count", what=title, count=total)
    console.print()
    console.print(Text(title, style="bold"))
    if section.rows:
        console.print(_table(section), soft_wrap=False)
    for line in section.lines:
        console.print(f"  {_printable(line)}")


def _table(section: Section) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in section.columns:
        table.add_column(
            Text(column.title),
            justify="right" if column.is_number else "left",
            no_wrap=column.is_number,
            overflow="fold",
        )
    for row in section.rows:
        table.add_row(*(Text(_printable(cell)) for cell in row))
    return table


def _width_needed(report: Report) -> int:
    widest = [_section_width(section) for section in report.sections if section.rows]
    return max([80, *widest])


def _section_width(section: Section) -> int:
    cells = zip(*(row for row in section.rows), strict=True)
    return sum(
        max(cell_len(column.title), *(cell_len(cell) for cell in cells_of)) + _PADDING
        for column, cells_of in zip(section.columns, cells, strict=True)
    )


def _printable(cell: str) -> str:
    """Return a cell that cannot steer the terminal: a name in a roster may hold anything."""
    return "".join(letter if letter.isprintable() else "�" for letter in cell)
