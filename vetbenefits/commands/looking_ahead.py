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
        kinds=wanted.changes,
        divisions=wanted.divisions,
        each=wanted.each,
    )
    form = RecordForm(
        {one.id: say.of(one.title) for one in book.benefits},
        window.known_on,
        full_ids=settings.full_ids,
    )
    progress = Progress(sys.stderr, say("progress"), is_quiet=settings.quiet, before=say("reading"))
    with progress:
        run = run_upcoming(book, request, progress, language=settings.language)
    changes = run.changes
    told_before = 0
    if earlier:
        is_news = not_yet_told(changes, pl.concat(earlier))
        told_before = int((~is_news).sum())
        changes = changes.filter(is_news)
    facts = UpcomingFacts(
        run.provenance,
        window.last_on,
        run.rows,
        run.set_aside,
        of_rules=run.of_rules,
        open=run.open,
        told_before=told_before,
    )
    outlet = _Outlet(settings, wanted, form, Labels(book, say))
    outlet.write(changes, facts, run)
    return any(one.severity is not Severity.NOTE for one in run.problems) or bool(
        run.rows.set_aside
    )


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
        if settings.out is not None:
            self._write_folder(settings.out, changes, facts, run)
        show_problems(run.problems, sys.stderr, only_errors=settings.quiet, say=say)
        if settings.out is None or not settings.quiet:
            self._show(changes, facts)
        hidden = int(facts.of_rules["people"].sum())
        if hidden and not self.wanted.each and not settings.quiet:
            sys.stderr.write(say("rules_told_once", count=hidden) + "\n")
        if run.per_bill and not settings.quiet:
            titles = say("list_mark").join(self.words.titles[name] for name in run.per_bill)
            sys.stderr.write(say("per_bill_no_window", titles=titles) + "\n")

    def _show(self, changes: pl.DataFrame, facts: UpcomingFacts) -> None:
        settings, form = self.settings, self.wanted.form
        if form in (UpcomingFormat.TABLE, UpcomingFormat.MARKDOWN):
            people = settings.out is None
            report = build_upcoming_report(changes, facts, self.words, people=people)
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
            writer.write(contract_changes(changes, self.form))
            writer.finish()

    def _calendar(self, changes: pl.DataFrame, facts: UpcomingFacts) -> bytes:
        from vetbenefits.output.calendar import render_calendar

        entries = calendar_entries(changes, facts.of_rules, self.words)
        made_on, language = facts.provenance.as_of, self.settings.language
        return render_calendar(entries, made_on=made_on, language=language)

    def _write_folder(
        self, folder: Path, changes: pl.DataFrame, facts: UpcomingFacts, run: UpcomingRun
    ) -> None:
        from vetbenefits.output.upcoming_folder import UpcomingFiles, write_upcoming

        settings = self.settings
        files = UpcomingFiles(
            records=contract_changes(changes, self.form),
            of_rules=facts.of_rules,
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
