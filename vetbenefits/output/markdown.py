"""Reports as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.reports.report import Report


def render_markdown(report: Report) -> str:
    """Return a report as Markdown."""
    blocks = [f"# {report.title}", *_paragraph(report.lines)]
    for section in report.sections:
        blocks += [f"## {section.title}", *_paragraph(section.lines)]
        if section.rows:
            titles = [column.title for column in section.columns]
            rules = ["---:" if column.is_number else "---" for column in section.columns]
            blocks.append("\n".join(_markdown_row(row) for row in (titles, rules, *section.rows)))
    return "\n\n".join(blocks) + "\n"


def _paragraph(lines: tuple[str, ...]) -> list[str]:
    return ["\n".join(f"- {line}" for line in lines)] if lines else []


def _markdown_row(cells: Sequence[str]) -> str:
    escaped = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(escaped)} |"
