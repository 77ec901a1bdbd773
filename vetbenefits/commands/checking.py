"""What `check` does between its options and its exit code."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from vetbenefits.commands.options import Format
from vetbenefits.output.delivery import FolderDelivery, StreamDelivery
from vetbenefits.output.findings import show_problems
from vetbenefits.output.folder import ReportFolder
from vetbenefits.output.progress import Progress
from vetbenefits.output.streams import table_writer
from vetbenefits.pipeline.checking import run_check
from vetbenefits.pipeline.opening import CheckRequest, open_rulebook
from vetbenefits.problems import Severity
from vetbenefits.reports.due import build_due_report
from vetbenefits.reports.labels import Labels
from vetbenefits.reports.manifest import build_manifest, build_summary
from vetbenefits.reports.records import RecordForm
from vetbenefits.reports.tally import Tally

if TYPE_CHECKING:
    from vetbenefits.commands.settings import Settings
    from vetbenefits.pipeline.checking import BatchTaker, CheckRun

_FOR_READING = (Format.TABLE, Format.MARKDOWN)


def check_roster(settings: Settings) -> bool:
    """Decide a roster, write what was asked for, and return whether there were findings."""
    roster = settings.needed_roster
    book = open_rulebook(settings.rules)
    request = CheckRequest(
        roster=roster,
        as_of=settings.as_of,
        benefits=settings.chosen_ids(book),
        region=settings.region,
        bills=settings.bills,
        show_all=settings.show_all,
        rules_name=settings.rules_name,
    )
    records = RecordForm(
        {one.id: settings.say.of(one.title) for one in book.benefits},
        settings.as_of,
        with_bills=settings.bills is not None,
        full_ids=settings.full_ids,
    )
    tally = Tally()
    written: tuple[str, ...] = ()
    with ExitStack() as opened:
        say = settings.say
        progress = Progress(
            sys.stderr, say("progress"), is_quiet=settings.quiet, before=say("reading")
        )
        opened.enter_context(progress)
        folder = _folder(settings, records, opened)
        stream = _stream(settings, records)
        takers: list[BatchTaker] = [one for one in (tally, folder, stream) if one is not None]
        run = run_check(book, request, takers, progress, language=settings.language)
        if stream is not None:
            stream.finish()
        words = Labels(book, settings.say)
        if folder is not None:
            manifest = partial(build_manifest, tally, run.facts, _options(settings))
            summary = build_summary(tally, run.facts, words)
            written = folder.finish(summary, run.problems, manifest)
    _show(settings, tally, run, words)
    if written and not settings.quiet:
        files = settings.say("list_mark").join(written)
        sys.stderr.write(settings.say("written_to", folder=settings.out, files=files) + "\n")
    return any(one.severity is not Severity.NOTE for one in run.problems) or run.has_set_aside


def _folder(settings: Settings, records: RecordForm, opened: ExitStack) -> FolderDelivery | None:
    if settings.out is None:
        return None
    folder = opened.enter_context(ReportFolder(settings.out, owner_only=settings.full_ids))
    return FolderDelivery(folder, records)


def _stream(settings: Settings, records: RecordForm) -> StreamDelivery | None:
    if settings.out is not None or settings.form in _FOR_READING:
        return None
    return StreamDelivery(sys.stdout.buffer, settings.form, records)


def _show(settings: Settings, tally: Tally, run: CheckRun, words: Labels) -> None:
    """Write the report for reading to stdout, and everything else to stderr."""
    say = settings.say
    show_problems(run.problems, sys.stderr, only_errors=settings.quiet, say=say)
    if settings.quiet and settings.out is not None:  # everything is in the folder
        return
    report = build_due_report(tally, run.facts, say, people=settings.out is None)
    if settings.form is Format.TABLE:
        from vetbenefits.output.console import show_report  # rich, which only a table needs

        show_report(report, sys.stdout, say)
    elif settings.form is Format.MARKDOWN:
        from vetbenefits.output.markdown import render_markdown

        sys.stdout.write(render_markdown(report))
    elif settings.out is not None:
        summary = build_summary(tally, run.facts, words)
        writer = table_writer(sys.stdout.buffer, settings.form, summary.columns)
        writer.write(summary)
        writer.finish()
    if settings.form not in _FOR_READING and not settings.quiet:
        for line in (*report.lines, *report.sections[-1].lines):
            sys.stderr.write(line + "\n")


def _options(settings: Settings) -> dict[str, object]:
    """Return what was asked for, as the manifest states it."""
    return {
        "region": settings.region,
        "benefits": list(settings.benefits),
        "all": settings.show_all,
        "full_ids": settings.full_ids,
        "lang": str(settings.language),
    }
