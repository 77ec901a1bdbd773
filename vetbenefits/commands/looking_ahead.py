"""What `upcoming` does between its options and its exit code."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.commands.options import UpcomingFormat
from vetbenefits.intake.changes import read_changes
from vetbenefits.output.findings import show_problems
from vetbenefits.output.progress import Progress
from vetbenefits.output.streams import table_writer
from vetbenefits.pipeline.opening import open_rulebook
from vetbenefits.pipeline.upcoming import UpcomingRequest, run_upcoming
from vetbenefits.problems import Severity
from vetbenefits.reports.changes import (
    CHANGE_COLUMNS,
    contract_changes,
    in_divisions,
    not_yet_told,
)
from vetbenefits.reports.labels import Labels
from vetbenefits.reports.records import RecordForm
from vetbenefits.reports.upcoming import UpcomingFacts, build_upcoming_report, calendar_entries

if TYPE_CHECKING:
    from pathlib import Path

    from vetbenefits.commands.settings import Settings
    from vetbenefits.commands.window import Window
    from vetbenefits.pipeline.upcoming import UpcomingRun


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the changes of a window."""

    window: Window
    form: UpcomingFormat
    changes: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    each: bool = False
    since: tuple[Path, ...] = ()


def look_ahead(settings: Settings, wanted: Wanted) -> bool:
    """Look ahead over a roster, write what was asked for, and tell whether there were findings."""
    roster, say, window = settings.needed_roster, settings.say, wanted.window
    earlier = [read_changes(one, may_be_masked=True) for one in wanted.since]
    book = open_rulebook(settings.rules)
    request = UpcomingRequest(
        roster=roster,
        known_on=window.known_on,
        last_on=window.last_on,
        benefits=settings.chosen_ids(book),
        region=settings.region,
        rules_name=settings.rules_name,
    )
    form = RecordForm(
        {one.id: say.of(one.title) for one in book.benefits},
        window.known_on,
        full_ids=settings.full_ids,
    )
    progress = Progress(sys.stderr, say("progress"), is_quiet=settings.quiet, before=say("reading"))
    with progress:
        run = run_upcoming(book, request, progress, language=settings.language)
    changes = _chosen(run.changes, wanted)
    told_before = 0
    if earlier:
        is_news = not_yet_told(changes, pl.concat(earlier))
        told_before = int((~is_news).sum())
        changes = changes.filter(is_news)
    facts = UpcomingFacts(run.provenance, window.last_on, run.rows, run.set_aside, told_before)
    outlet = _Outlet(settings, wanted, form, Labels(book, say))
    outlet.write(changes, facts, run)
    return any(one.severity is not Severity.NOTE for one in run.problems) or bool(
        run.rows.set_aside
    )


def _chosen(changes: pl.DataFrame, wanted: Wanted) -> pl.DataFrame:
    if wanted.changes:
        changes = changes.filter(pl.col("change").is_in(list(wanted.changes)))
    return in_divisions(changes, wanted.divisions) if wanted.divisions else changes


@dataclass(frozen=True, slots=True)
class _Outlet:
    """Writes what was found, as it was asked for."""

    settings: Settings
    wanted: Wanted
    form: RecordForm
    words: Labels

    def write(self, changes: pl.DataFrame, facts: UpcomingFacts, run: UpcomingRun) -> None:
        """Write the list into a folder or to stdout, and everything else to stderr."""
        settings, say = self.settings, self.settings.say
        told = self._told(changes)
        if settings.out is not None:
            self._write_folder(settings.out, changes, facts, run)
        show_problems(run.problems, sys.stderr, only_errors=settings.quiet, say=say)
        if settings.out is None or not settings.quiet:
            self._show(changes, told, facts)
        hidden = changes.height - told.height
        if hidden and not settings.quiet:
            sys.stderr.write(say("rules_told_once", count=hidden) + "\n")
        if run.per_bill and not settings.quiet:
            titles = say("list_mark").join(self.words.titles[name] for name in run.per_bill)
            sys.stderr.write(say("per_bill_no_window", titles=titles) + "\n")

    def _told(self, changes: pl.DataFrame) -> pl.DataFrame:
        """Return what is listed person by person."""
        return changes if self.wanted.each else changes.filter(~pl.col("is_shared"))

    def _show(self, changes: pl.DataFrame, told: pl.DataFrame, facts: UpcomingFacts) -> None:
        settings, form = self.settings, self.wanted.form
        if form in (UpcomingFormat.TABLE, UpcomingFormat.MARKDOWN):
            report = build_upcoming_report(
                changes, facts, self.words, each=self.wanted.each, people=settings.out is None
            )
            if form is UpcomingFormat.TABLE:
                from vetbenefits.output.console import show_report  # rich, which only a table needs

                show_report(report, sys.stdout, settings.say)
            else:
                from vetbenefits.output.markdown import render_markdown

                sys.stdout.write(render_markdown(report))
        elif form is UpcomingFormat.ICS:
            sys.stdout.flush()
            sys.stdout.buffer.write(self._calendar(changes, facts))
        else:
            writer = table_writer(sys.stdout.buffer, form, CHANGE_COLUMNS)
            writer.write(contract_changes(told, self.form))
            writer.finish()

    def _calendar(self, changes: pl.DataFrame, facts: UpcomingFacts) -> bytes:
        from vetbenefits.output.calendar import render_calendar

        entries = calendar_entries(changes, self.words)
        made_on, language = facts.provenance.as_of, self.settings.language
        return render_calendar(entries, made_on=made_on, language=language)

    def _write_folder(
        self, folder: Path, changes: pl.DataFrame, facts: UpcomingFacts, run: UpcomingRun
    ) -> None:
        from vetbenefits.output.upcoming_folder import UpcomingFiles, write_upcoming

        settings = self.settings
        files = UpcomingFiles(
            records=contract_changes(self._told(changes), self.form),
            of_rules=changes.filter("is_shared"),
            calendar=self._calendar(changes, facts),
            set_aside=run.set_aside,
            problems=run.problems,
            roster=facts.provenance.roster.name,
        )
        options = self._options()
        written = write_upcoming(folder, files, facts, options, full_ids=settings.full_ids)
        if not settings.quiet:
            listed = settings.say("list_mark").join(written)
            line = settings.say("written_to", folder=folder, files=listed)
            sys.stderr.write(line + "\n")

    def _options(self) -> dict[str, object]:
        """Return what was asked for, as the manifest states it."""
        settings, wanted = self.settings, self.wanted
        return {
            "region": settings.region,
            "benefits": list(settings.benefits),
            "changes": list(wanted.changes),
            "divisions": list(wanted.divisions),
            "each": wanted.each,
            "since": [one.name for one in wanted.since],
            "full_ids": settings.full_ids,
            "lang": str(settings.language),
        }
