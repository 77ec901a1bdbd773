"""A table of rates in a CSV file, as the same tree that YAML rows would give.

UTF-8 with a header line. The column names are the keys of a row in rule.yaml; an empty cell is a
key that was left out. Spans name the line and the column of the first character of the cell.
"""

from __future__ import annotations

import csv
import io

from vetbenefits.problems import Problem, Span
from vetbenefits.rulelang.source import SourceText, YamlNode
from vetbenefits.rulelang.text_file import decode

MOST_ROWS = 50_000


def read_rate_file(content: bytes, shown_as: str) -> tuple[YamlNode | None, tuple[Problem, ...]]:
    """Read the rows of a CSV file of rates."""
    text, problems = decode(content, shown_as)
    if text is None:
        return None, problems
    count = text.count("\n")
    if count > MOST_ROWS:
        message = f"the file has {count:,} lines, more than {MOST_ROWS:,}"
        return None, (Problem("VB102", message, Span(shown_as)),)
    rows = _cells(text, shown_as)
    if not rows:
        message = "the file of rates is empty"
        hint = "write a header line such as `from,value,source,confidence`"
        return None, (Problem("VB602", message, Span(shown_as), hint=hint),)
    header, *body = rows
    found = [*_header_problems(header)]
    items: list[YamlNode] = []
    for row in body:
        if not any(row):
            continue
        if len(row) != len(header):
            message = f"the row has {len(row)} cells, the header {len(header)}"
            hint = "a cell that holds a comma stands in double quotes"
            found.append(Problem("VB602", message, row[0].span, hint=hint))
            continue
        pairs = zip(header, row, strict=True)
        entries = {
            SourceText(name, cell.span): YamlNode(cell.span, text=cell)
            for name, cell in pairs
            if cell
        }
        items.append(YamlNode(row[0].span, entries=entries))
    values = YamlNode(Span(shown_as, 1, 1), items=tuple(items))
    root = YamlNode(values.span, entries={SourceText("values", values.span): values})
    return (None if found else root), tuple(found)


def _header_problems(header: list[SourceText]) -> list[Problem]:
    problems: list[Problem] = []
    seen: set[str] = set()
    for name in header:
        if not name:
            problems.append(Problem("VB602", "a column has no name", name.span))
        elif name in seen:
            message = f"the column `{name}` stands twice"
            problems.append(Problem("VB106", message, name.span, hint="keep one of the two"))
        seen.add(name)
    return problems


def _cells(text: str, shown_as: str) -> list[list[SourceText]]:
    """Return the rows of cells with their places; a quoted cell may hold commas, no line ends."""
    rows: list[list[SourceText]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        cells: list[SourceText] = []
        position = 0
        for cell in next(csv.reader(io.StringIO(line)), []):
            quoted = line.startswith('"', position)
            # Inside quotes a doubled quote is one character of the cell and two of the line.
            width = len(cell) + (2 + cell.count('"') if quoted else 0)
            column = position + (1 if quoted else 0) + len(cell) - len(cell.lstrip())
            stripped = cell.strip()
            span = Span(shown_as, number, column + 1, max(len(stripped), 1))
            cells.append(SourceText(stripped, span))
            position += width + 1
        rows.append(cells)
    return rows
