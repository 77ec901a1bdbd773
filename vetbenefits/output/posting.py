"""A report of tables as a Word file and as an HTML page, to be posted on a wall."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from rich.cells import cell_len

from vetbenefits.output.letters import NOT_IN_XML, without_times
from vetbenefits.output.templates import sandbox

if TYPE_CHECKING:
    from docx.document import Document as WordFile
    from docx.table import _Cell

    from vetbenefits.reports.report import Report, Section

_LATIN, _CHINESE = "Times New Roman", "宋体"
_TITLE, _BODY, _CELL = 20, 12, 10
_PAGE_WIDTH, _PADDING = 180, 4

_PAGE = """\
<!DOCTYPE html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<title>{{ report.title }}</title>
<style>
@page { size: A4; margin: 20mm; }
body { font-family: SimSun, "Noto Serif CJK SC", serif; margin: 0 auto; max-width: 170mm; }
h1 { text-align: center; }
table { border-collapse: collapse; width: 100%; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { border: 0.5pt solid #000; padding: 1mm 1.5mm; text-align: left; }
.number { text-align: right; }
.sign { text-align: right; }
</style>
</head>
<body>
<h1>{{ report.title }}</h1>
<p>{{ report.lines[0] }}</p>
{% for section in report.sections %}
<h2>{{ section.title }}</h2>
<table>
<thead><tr>{% for column in section.columns %}<th>{{ column.title }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in section.rows %}
<tr>{% for cell in row %}
<td{% if section.columns[loop.index0].is_number %} class="number"{% endif %}>{{ cell }}</td>
{%- endfor %}</tr>
{% endfor %}
</tbody>
</table>
{% endfor %}
<p class="sign">{% for line in report.lines[1:] %}{{ line }}<br>{% endfor %}</p>
</body>
</html>
"""


def posting_page(report: Report, language: str) -> bytes:
    """Return a report as one HTML page; its first line stands above the tables, the rest below."""
    template = sandbox().from_string(_PAGE)
    return template.render(report=report, language=language).encode("utf-8", "replace")


def posting_document(report: Report) -> bytes:
    """Return a report as a Word file; a table that goes on repeats its header on each page."""
    document = Document()
    _lay_out(document)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading = title.add_run(report.title)
    heading.bold, heading.font.size = True, Pt(_TITLE)
    document.add_paragraph(report.lines[0])
    for section in report.sections:
        _add_section(document, section)
    for line in report.lines[1:]:
        document.add_paragraph(_clean(line)).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    written = io.BytesIO()
    document.save(written)
    return without_times(written.getvalue())


def _lay_out(document: WordFile) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(15)
    font = document.styles["Normal"]
    font.font.name, font.font.size = _LATIN, Pt(_BODY)
    font.element.rPr.rFonts.set(qn("w:eastAsia"), _CHINESE)


def _add_section(document: WordFile, section: Section) -> None:
    named = document.add_paragraph()
    named.add_run(section.title).bold = True
    named.paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=len(section.columns))
    table.style, table.autofit = "Table Grid", False
    for column, width in zip(table.columns, _widths(section), strict=True):
        column.width = Mm(width)
    head = table.rows[0]
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001  no other way
    for cell, column in zip(head.cells, section.columns, strict=True):
        _fill(cell, column.title, is_number=False)
    for row in section.rows:
        cells = table.add_row().cells
        for cell, text, column in zip(cells, row, section.columns, strict=True):
            _fill(cell, text, is_number=column.is_number)
    for row in table.rows:
        for cell, column in zip(row.cells, table.columns, strict=True):
            cell.width = column.width
    document.add_paragraph()


def _widths(section: Section) -> list[int]:
    """Return the widths of the columns in millimetres, by the longest text of each."""
    cells = zip(*([column.title for column in section.columns], *section.rows), strict=True)
    wide = [_PADDING + max(cell_len(text) for text in of_column) for of_column in cells]
    return [_PAGE_WIDTH * one // sum(wide) for one in wide]


def _fill(cell: _Cell, text: str, *, is_number: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.add_run(_clean(text)).font.size = Pt(_CELL)
    if is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _clean(text: str) -> str:
    return re.sub(NOT_IN_XML, "\N{REPLACEMENT CHARACTER}", text)
