"""What `timeline` does between its options and its exit code."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from vetbenefits.commands.options import TimelineFormat
from vetbenefits.dates import FIRST_ON, LAST_ON, add_months
from vetbenefits.output.console import report_text, show_report
from vetbenefits.output.findings import show_problems
from vetbenefits.output.markdown import render_markdown
from vetbenefits.output.plain_json import render_json
from vetbenefits.output.png import open_painter
from vetbenefits.output.single_file import write_file
from vetbenefits.output.svg import render_svg
from vetbenefits.pipeline.opening import open_rulebook
from vetbenefits.pipeline.timeline import TimelineRequest, run_timeline
from vetbenefits.reports.chart import build_chart
from vetbenefits.reports.labels import Labels
from vetbenefits.reports.timeline import as_data, build_timeline_report
from vetbenefits.reports.wording import Wording

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from vetbenefits.commands.settings import Settings
    from vetbenefits.reports.lanes import PersonTimeline

_DEFAULT_MONTHS = 60


@dataclass(frozen=True, slots=True)
class Days:
    """The days asked for, from one (None: the first entitlement) until another (exclusive)."""

    from_on: date | None
    until_on: date


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose timeline is asked for, of which days, and how it is written."""

    person: str
    days: Days
    form: TimelineFormat
    out: Path | None = None


def days_of(as_of: date, from_on: date | None, until_on: date | None, months: int | None) -> Days:
    """Return the days of `--from`, and of `--until` or `--months`.

    Raises:
        typer.BadParameter: there is no such day, or they end after the last that can be decided.
    """
    if until_on is None:
        ahead = months or _DEFAULT_MONTHS
        if as_of.year + (ahead + 11) // 12 >= LAST_ON.year:
            raise typer.BadParameter(f"the time must end before {LAST_ON.year}")
        until_on = add_months(as_of, ahead)
    if until_on <= (from_on or FIRST_ON):
        raise typer.BadParameter(
            f"the time must end after it begins: it would go from {from_on or FIRST_ON} until "
            f"{until_on}, which is no longer inside; --until moves the end"
        )
    return Days(from_on, until_on)


def tell_spans(settings: Settings, wanted: Wanted) -> None:
    """Write the timeline of one person to stdout or into a file."""
    book = open_rulebook(settings.rules)
    request = TimelineRequest(
        roster=settings.needed_roster,
        as_of=settings.as_of,
        from_on=wanted.days.from_on,
        until_on=wanted.days.until_on,
        benefits=settings.chosen_ids(book),
        region=settings.region,
        rules_name=settings.rules_name,
    )
    say = settings.say
    told, problems = run_timeline(book, request, wanted.person, say, full_ids=settings.full_ids)
    words = Labels(book, say)
    if wanted.form is TimelineFormat.TEXT and wanted.out is None:
        show_problems(problems, sys.stderr, only_errors=settings.quiet, say=say)
        show_report(build_timeline_report(told, words), sys.stdout, say)
        return
    written = _rendered(told, wanted, words, is_quiet=settings.quiet)
    show_problems(problems, sys.stderr, only_errors=settings.quiet, say=say)
    if wanted.out is not None:
        write_file(wanted.out, written, owner_only=settings.full_ids)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(written)
    sys.stdout.buffer.flush()


def _rendered(told: PersonTimeline, wanted: Wanted, words: Labels, *, is_quiet: bool) -> bytes:
    form = wanted.form
    if form is TimelineFormat.JSON:
        return render_json(as_data(told, words)).encode()
    if form is TimelineFormat.SVG:
        return render_svg(build_chart(told, words)).encode()
    if form is TimelineFormat.PNG:
        return _painted(told, str(wanted.out), words, is_quiet=is_quiet)
    report = build_timeline_report(told, words)
    if form is TimelineFormat.MARKDOWN:
        return render_markdown(report).encode()
    return report_text(report, words.say).encode()


def _painted(told: PersonTimeline, target: str, words: Labels, *, is_quiet: bool) -> bytes:
    painter = open_painter(target, words.say)
    if not painter.knows_chinese():
        if not is_quiet:
            sys.stderr.write(words.say("no_chinese_font") + "\n")
        words = Labels(words.book, Wording("en"))
    return painter.paint(render_svg(build_chart(told, words)))
