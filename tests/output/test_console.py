from __future__ import annotations

import io

import pytest

from vetbenefits.output.console import report_text, show_report
from vetbenefits.output.markdown import render_markdown
from vetbenefits.reports.report import Column, Report, Section
from vetbenefits.reports.wording import Wording

SAY = Wording("en")
PEOPLE = Section(
    "Due",
    (Column("name"), Column("amount", is_number=True)),
    (("例泰山", "1.00"), ("a|b", "10000.00")),
    total_rows=7,
)
REPORT = Report("A title", ("a line",), (PEOPLE, Section("Notes", lines=("[bold]x[/bold]",))))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_numbers_stand_to_the_right_and_lines_end_without_blanks() -> None:
    assert report_text(REPORT, SAY).splitlines() == [
        "A title",
        "a line",
        "",
        "Due: the first 2 of 7",
        "name       amount",
        "─────────────────",
        "例泰山       1.00",
        "a|b      10000.00",
        "",
        "Notes",
        "  [bold]x[/bold]",
    ]


def test_wide_table_is_not_folded_in_a_pipe() -> None:
    wide = Section("Wide", (Column("text"),) * 3, (("x" * 90,) * 3,))
    assert "x" * 90 in report_text(Report("", (), (wide,)), SAY)


@pytest.mark.parametrize(("no_colour", "has_colour"), [("", True), ("1", False)])
def test_colours_only_on_a_terminal_and_never_against_no_color(
    monkeypatch: pytest.MonkeyPatch, no_colour: str, *, has_colour: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_colour:
        monkeypatch.setenv("NO_COLOR", no_colour)
    stream = Terminal()
    show_report(REPORT, stream, SAY)
    # NO_COLOR forbids colours, not bold type.
    assert ("\x1b[" in stream.getvalue()) or not has_colour
    assert "\x1b[3" not in stream.getvalue()
    assert "\x1b[" not in report_text(REPORT, SAY)


def test_cell_cannot_steer_the_terminal() -> None:
    evil = Section("Due", (Column("name"),), (("\x1b]0;owned\x07",),), ("\x1b[2J",))
    assert "\x1b" not in report_text(Report("", (), (evil,)), SAY)


def test_markdown_escapes_what_would_end_a_cell() -> None:
    assert render_markdown(REPORT).splitlines() == [
        "# A title",
        "",
        "- a line",
        "",
        "## Due",
        "",
        "| name | amount |",
        "| --- | ---: |",
        "| 例泰山 | 1.00 |",
        "| a\\|b | 10000.00 |",
        "",
        "## Notes",
        "",
        "- [bold]x[/bold]",
    ]
