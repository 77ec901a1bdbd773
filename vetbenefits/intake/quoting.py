"""Records with quotes, one at a time: cells that hold separators, line breaks or stray quotes.

The slow and careful way, taken for the beginning of a file and for blocks in which quotes do more
than enclose cells. A quote that is opened and never closed costs the line it stands on, never the
lines after it.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

QUOTE = '"'
MOST_LINES_IN_A_CELL = 100
_LARGEST_CELL = 1 << 20
_UNFINISHED = "unexpected end of data"


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its first line (from 1), how many lines it takes, its cells.

    `cells` is None where the quotes cannot be told apart; the record is then one line. `is_open`
    where the record goes on behind the last line that was given.
    """

    line: int
    lines: int
    cells: list[str] | None
    is_open: bool = False


def well_quoted(separator: str) -> str:
    """Return the pattern of a line on which every quote encloses a whole cell.

    `="0123"`, by which web systems keep digits from becoming a number, counts as a plain cell.
    """
    mark = re.escape(separator)
    cell = f'(?:[^{mark}"]*|="[^{mark}"]*"|"(?:[^"]|"")*")'
    return f"^{cell}(?:{mark}{cell})*$"


def records(
    lines: Sequence[str], separator: str, *, width: int = 0, more_follow: bool = False
) -> Iterator[Record]:
    """Yield the records of whole lines, the first of which is line 1.

    With `width`, a record of several lines must have that many cells. With `more_follow`, a record
    whose end may lie behind the last line is yielded as open and ends the iteration.
    """
    at = 0
    while at < len(lines):
        if QUOTE in lines[at]:
            record = _quoted(lines, at, separator, width)
        else:
            record = Record(at + 1, 1, lines[at].split(separator))
        if record.is_open and not more_follow:
            record = Record(at + 1, 1, _lenient(lines[at], separator, width))
        yield record
        at += record.lines


def _quoted(lines: Sequence[str], at: int, separator: str, width: int) -> Record:
    """Read the record that begins on a line with quotes, over as many lines as it takes."""
    text, length = [], 0
    for count, line in enumerate(lines[at : at + MOST_LINES_IN_A_CELL], start=1):
        text.append(line)
        length += len(line)
        if length > _LARGEST_CELL:
            break
        if count > 1 and QUOTE not in line:
            continue  # what is open stays open
        cells, is_unfinished = _split("\n".join(text), separator)
        if cells is not None and (count == 1 or not width or len(cells) == width):
            return Record(at + 1, count, cells)
        if not is_unfinished:
            break
    else:
        if len(text) < MOST_LINES_IN_A_CELL:
            return Record(at + 1, len(text), None, is_open=True)
    return Record(at + 1, 1, _lenient(lines[at], separator, width))


def _split(text: str, separator: str) -> tuple[list[str] | None, bool]:
    """Split one record; without cells, tell whether it only lacks its end."""
    csv.field_size_limit(2 * _LARGEST_CELL)
    try:
        rows = list(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error as error:
        return None, _UNFINISHED in str(error)
    return (rows[0] if rows else [""]), False


def _lenient(line: str, separator: str, width: int) -> list[str] | None:
    """Read a line with stray quotes, if it still has one cell under each header."""
    if line.count(QUOTE) % 2:
        return None
    try:
        cells = next(csv.reader([line], delimiter=separator), [])
    except csv.Error:  # a carriage return amid the line
        return None
    return cells if len(cells) == width else None
