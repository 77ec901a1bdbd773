"""Where the table begins in a file: the separator, the header row and the rows above it.

Files carry a title, a line with the unit or blank lines above their headers. The header row is the
row of the first fifty that names the most facts; the separator is the one under which it does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from vetbenefits.intake.quoting import records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.intake.headers import HeaderWords

SEPARATORS = (",", "\t", ";", "，", "|")
_MOST_ROWS_ABOVE = 50
_MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Layout:
    """The separator, the headers, the line they begin on and the first line of the rows."""

    separator: str
    headers: tuple[str, ...]
    header_line: int
    first_line: int


def find_layout(head: str, words: HeaderWords) -> Layout | None:
    """Find the header row in the beginning of a file; None where no row names a fact."""
    lines = head.split("\n")[:_MOST_LINES]
    best: Layout | None = None
    most = (0, 0)
    for separator in [mark for mark in SEPARATORS if mark in head] or SEPARATORS[:1]:
        for record in islice(records(lines, separator), _MOST_ROWS_ABOVE):
            if record.cells is None:
                continue
            score = (words.matches(record.cells), len(record.cells))
            # The first row wins among rows that name as many facts; the cells only choose between
            # separators, since one that is not used gives one cell.
            if score[0] > most[0] or (best and best.separator != separator and score > most):
                most = score
                first_line = record.line + record.lines
                best = Layout(separator, tuple(record.cells), record.line, first_line)
    return best and _padded(best, lines)


def _padded(layout: Layout, lines: Sequence[str]) -> Layout:
    """Add nameless headers where every row of the beginning ends in as many blank cells more.

    Some exports put a separator behind each row, but none behind the headers.
    """
    rows = records(lines[layout.first_line - 1 :], layout.separator)
    whole = [one.cells for one in islice(rows, _MOST_ROWS_ABOVE) if one.cells and any(one.cells)]
    width = len(layout.headers)
    more = min((len(cells) - width for cells in whole), default=0)
    if more <= 0 or any(cell.strip() for cells in whole for cell in cells[width:]):
        return layout
    return replace(layout, headers=layout.headers + ("",) * more)


def first_rows(head: str) -> str:
    """Return the beginning of a file in one line, for the error that finds no header in it."""
    shown = " / ".join(line.strip() for line in head.split("\n")[:3] if line.strip())
    return shown[:120]
