"""What the commands of `notices` do between their options and their exit code."""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
import typer

from vetbenefits import __version__
from vetbenefits.commands.options import Format, NoticeFormat, PostingFormat
from vetbenefits.commands.window import Window, window_of
from vetbenefits.dates import add_days
from vetbenefits.intake.changes import read_changes
from vetbenefits.ledger import Ledger, announced, ledger_name, ledger_rows
from vetbenefits.ledger import Window as Covered
from vetbenefits.masking import mask_numbers
from vetbenefits.model import tables
from vetbenefits.output.findings import show_problems
from vetbenefits.output.folder import MANIFEST, ReportFolder, changed_files
from vetbenefits.output.plain_json import render_json
from vetbenefits.output.progress import Progress
from vetbenefits.output.streams import CsvWriter, table_writer
from vetbenefits.pipeline.noticing import DIED, to_announce, with_people
from vetbenefits.pipeline.opening import open_rulebook
from vetbenefits.pipeline.upcoming import UpcomingRequest, run_upcoming
from vetbenefits.problems import InvalidInput, Problem, Span, did_you_mean
from vetbenefits.reports.labels import Labels
from vetbenefits.reports.ledgerlist import LEDGER_COLUMNS, build_ledger_report, ledger_records
from vetbenefits.reports.mailing import MERGE_COLUMNS, MESSAGE_COLUMNS, merge_rows, message_rows
from vetbenefits.reports.notices import Sender, build_notices
from vetbenefits.reports.posting import build_posting, posting_rows
from vetbenefits.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from vetbenefits.commands.settings import Settings
    from vetbenefits.model.rulebook import RuleBook
    from vetbenefits.reports.notices import Letter, Notice

_TEMPLATE_OF = {".docx": NoticeFormat.DOCX, ".html": NoticeFormat.HTML, ".htm": NoticeFormat.HTML}
_NOT_IN_NAMES = re.compile(r"[^0-9A-Za-z_-]+")
_LONGEST_NAME = 40

Files = dict[str, "bytes | pl.DataFrame"]


@dataclass(frozen=True, slots=True)
class Ahead:
    """Where the changes come from: a list that was written, else a look ahead at the roster."""

    window: Window
    file: Path | None = None

    def changes(self, settings: Settings, book: RuleBook) -> pl.DataFrame:
        """Return the changes that people are told, of the benefits that were chosen.

        Raises:
            InvalidInput: the list or the roster cannot be used.
        """
        if self.file is not None:
            found = read_changes(self.file, (one.id for one in book.benefits))
            return found.filter(pl.col("benefit").is_in(settings.chosen_ids(book)))
        request = UpcomingRequest(
            roster=settings.needed_roster,
            known_on=self.window.known_on,
            last_on=self.window.last_on,
            benefits=settings.chosen_ids(book),
            region=settings.region,
            rules_name=settings.rules_name,
        )
        say = settings.say
        words, reading = say("progress"), say("reading")
        with Progress(sys.stderr, words, is_quiet=settings.quiet, before=reading) as progress:
            run = run_upcoming(book, request, progress, language=settings.language)
        show_problems(run.problems, sys.stderr, only_errors=settings.quiet, say=say)
        # What the rules change for everybody is published, not written to each.
        return run.changes.select(pl.exclude("is_shared"))

    def covers(self, as_of: date) -> Covered | None:
        """Return the days that are looked at; None for a list, which does not say it."""
        if self.file is not None:
            return None
        first_on = add_days(self.window.known_on, 1)
        return Covered(first_on, self.window.last_on, as_of)

    def described(self, settings: Settings) -> dict[str, object]:
        """Return what the manifest says of it."""
        if self.file is not None:
            return {"name": str(self.file), "sha256": _fingerprint(self.file)}
        roster = settings.needed_roster
        return {
            "after": self.window.known_on.isoformat(),
            "up_to": self.window.last_on.isoformat(),
            "roster": {"name": str(roster), "sha256": _fingerprint(roster)},
        }


def ahead_of(as_of: date, file: Path | None, months: int | None, month: str | None) -> Ahead:
    """Return where the changes come from.

    Raises:
        typer.BadParameter: a list and a window are given, or the window is none.
    """
    if file is not None and (months is not None or month is not None):
        raise typer.BadParameter("--changes names a list that has its own time; leave out --months")
    return Ahead(window_of(as_of, months, month), file)


@dataclass(frozen=True, slots=True)
class WhichNotices:
    """Which notices to write, and how."""

    ahead: Ahead
    ledger: Path
    form: NoticeFormat
    template: Path | None
    each: bool = False
    again: bool = False

    def has(self, form: NoticeFormat) -> bool:
        """Tell whether a format was asked for."""
        return self.form in (form, NoticeFormat.ALL)

    def template_for(self, form: NoticeFormat, language: str) -> Path:
        """Return the template of a format: the one that was named, else the shipped one."""
        if self.template is not None and self._kind() is form:
            return self.template
        return shipped_folder("templates") / f"notice.{language}.{form}"

    def check_template(self) -> None:
        """Refuse a template that no format asked for would use.

        Raises:
            typer.BadParameter: the formats are others.
        """
        if self.template is not None and not self.has(self._kind()):
            raise typer.BadParameter(
                f"{self.template} is a template for --format {self._kind()}, not {self.form}"
            )

    def _kind(self) -> NoticeFormat:
        suffix = self.template.suffix.lower() if self.template is not None else ""
        return _TEMPLATE_OF.get(suffix, NoticeFormat.DOCX)


def write_notices(settings: Settings, which: WhichNotices) -> None:
    """Write the notices of changes that nobody was told yet, and record them as prepared."""
    which.check_template()
    say = settings.say
    book = open_rulebook(settings.rules)
    listed, has_numbers = with_people(which.ahead.changes(settings, book), settings.roster, book)
    dead = listed.filter(DIED)[tables.PERSON_ID].n_unique()
    if dead and not settings.quiet:
        sys.stderr.write(say("no_letter_to_the_dead", count=dead) + "\n")
    changes = listed.filter(~pl.col(DIED)).drop(DIED)
    told = to_announce(
        changes,
        announced(which.ledger),
        settings.as_of,
        window=which.ahead.covers(settings.as_of),
        has_numbers=has_numbers,
        again=which.again,
    )
    notices = build_notices(told.changes, Labels(book, say), _sender(settings))
    if notices:
        files = dict(_filled(notices, which, settings))
        options = {"format": which.form, "each": which.each, "again": which.again}
        # Opened first: letters that the ledger cannot take would be sent twice.
        with Ledger(which.ledger) as ledger:
            _publish("notices", files, settings, book, options, which.ahead)
            ledger.record_prepared(told.prepared, told.listed, told.window)
    elif which.ledger.exists():
        with Ledger(which.ledger) as ledger:
            ledger.record_prepared((), told.listed, told.window)
    _tell(notices, told.left_out, which, settings)


def _tell(
    notices: Sequence[Notice], left_out: int, which: WhichNotices, settings: Settings
) -> None:
    """Say what was made on stdout, and what it lacks on stderr."""
    say = settings.say
    changes = sum(len(one.letter.changes) for one in notices)
    made = say("notices_made", people=len(notices), changes=changes)
    sys.stdout.write((made if notices else say("no_notices")) + "\n")
    if left_out:
        sys.stdout.write(say("notices_left_out", count=left_out) + "\n")
    if settings.quiet or not notices:
        return
    without = sum(not one.phone for one in notices)
    if which.has(NoticeFormat.SMS) and without:
        sys.stderr.write(say("without_phone", count=without) + "\n")
    if not (settings.office and settings.contact):
        sys.stderr.write(say("without_office") + "\n")


def _filled(
    notices: Sequence[Notice], which: WhichNotices, settings: Settings
) -> Iterator[tuple[str, bytes | pl.DataFrame]]:
    """Yield the files by name; all of them are made before any is written."""
    letters = [one.letter for one in notices]
    if which.has(NoticeFormat.DOCX):
        from vetbenefits.output.letters import LetterTemplate  # Word files are costly to import

        word = LetterTemplate(which.template_for(NoticeFormat.DOCX, settings.language))
        yield from _of_each(letters, "docx", word.each_file, word.one_file, each=which.each)
    if which.has(NoticeFormat.HTML):
        from vetbenefits.output.pages import PageTemplate

        page = PageTemplate(which.template_for(NoticeFormat.HTML, settings.language))
        yield from _of_each(
            letters, "html", lambda one: page.file([one]), page.file, each=which.each
        )
    if which.has(NoticeFormat.SMS):
        yield "sms.csv", message_rows(notices, settings.say)
    if which.has(NoticeFormat.CSV):
        yield "mail-merge.csv", merge_rows(notices)


def _of_each(
    letters: Sequence[Letter],
    ending: str,
    one_letter: Callable[[Letter], bytes],
    all_letters: Callable[[Sequence[Letter]], bytes],
    *,
    each: bool,
) -> Iterator[tuple[str, bytes]]:
    if not each:
        yield f"notices.{ending}", all_letters(letters)
        return
    digits = len(str(len(letters)))
    for at, letter in enumerate(letters, start=1):
        person = _NOT_IN_NAMES.sub("-", letter.person_id)[:_LONGEST_NAME]
        yield f"letter-{at:0{digits}}-{person}.{ending}", one_letter(letter)


def show_ledger(settings: Settings, path: Path, *, only_unsent: bool) -> None:
    """Write what the ledger holds to stdout."""
    records = ledger_records(ledger_rows(path, only_unsent=only_unsent))
    if settings.form in (Format.TABLE, Format.MARKDOWN):
        report = build_ledger_report(records, settings.say)
        if settings.form is Format.MARKDOWN:
            from vetbenefits.output.markdown import render_markdown

            sys.stdout.write(render_markdown(report))
            return
        from vetbenefits.output.console import show_report

        show_report(report, sys.stdout, settings.say)
        return
    writer = table_writer(sys.stdout.buffer, settings.form, LEDGER_COLUMNS)
    writer.write(records)
    writer.finish()


def mark_notices(settings: Settings, path: Path, persons: Sequence[str] | None) -> None:
    """Mark notices as sent, and say on stdout how many.

    Raises:
        InvalidInput: the ledger cannot be used, or does not know one of the people.
    """
    if not path.exists() and persons is None:
        sys.stdout.write(settings.say("no_ledger", file=path) + "\n")
        return
    names = None if persons is None else [ledger_name(one.strip()) for one in persons]
    if not path.exists():
        raise InvalidInput(_nobody(one, frozenset(), path) for one in names or ())
    with Ledger(path) as ledger:
        known = ledger.people()
        strangers = [one for one in names or () if one not in known]
        if strangers:
            raise InvalidInput(_nobody(one, known, path) for one in strangers)
        count = ledger.mark_sent(settings.as_of, names)
    said = settings.say("marked_sent", count=count, on=settings.as_of.isoformat())
    sys.stdout.write(said + "\n")


def _nobody(name: str, known: frozenset[str], path: Path) -> Problem:
    message = f"no notice was prepared for `{mask_numbers(name)}`"
    hint = did_you_mean(name, known) or "`vetbenefits notices list` shows for whom"
    return Problem("VB757", message, Span(str(path)), hint=hint)


def write_posting(settings: Settings, ahead: Ahead, form: PostingFormat) -> None:
    """Write the list to post in public."""
    say = settings.say
    book = open_rulebook(settings.rules)
    listed = ahead.changes(settings, book)
    report = build_posting(listed, Labels(book, say), _sender(settings))
    count = sum(len(one.rows) for one in report.sections)
    if count:
        files: Files = {}
        if form in (PostingFormat.DOCX, PostingFormat.ALL):
            from vetbenefits.output.posting import posting_document

            files["posting.docx"] = posting_document(report)
        if form in (PostingFormat.HTML, PostingFormat.ALL):
            from vetbenefits.output.posting import posting_page

            files["posting.html"] = posting_page(report, settings.language)
        if form in (PostingFormat.CSV, PostingFormat.ALL):
            files["posting.csv"] = posting_rows(report)
        _publish("posting", files, settings, book, {"format": form}, ahead)
    sys.stdout.write(say("persons_posted", count=count) if count else say("nothing_posted"))
    sys.stdout.write("\n")


def _sender(settings: Settings) -> Sender:
    return Sender(settings.office, settings.contact, settings.as_of)


def _publish(
    kind: str,
    files: Mapping[str, bytes | pl.DataFrame],
    settings: Settings,
    book: RuleBook,
    options: Mapping[str, object],
    ahead: Ahead,
) -> None:
    """Write files and a manifest into the folder that was named, all at once."""
    if settings.out is None:
        raise TypeError("the command asks for a folder")
    _refuse_changed(settings.out)
    # They hold telephone numbers, and who will be paid what.
    with ReportFolder(settings.out, owner_only=True, kind=kind) as folder:
        for name, content in files.items():
            target = folder.open(name)
            if isinstance(content, bytes):
                target.write(content)
            else:
                CsvWriter(target, _COLUMNS.get(name, content.columns), with_bom=True).write(content)
        fingerprints = folder.fingerprints()
        manifest = {
            "command": kind,
            "program": f"vetbenefits {__version__}",
            "as_of": settings.as_of.isoformat(),
            "options": {**options, "lang": str(settings.language)},
            "changes": ahead.described(settings),
            "rules": {"name": settings.rules_name, "fingerprint": book.fingerprint},
            "outputs": fingerprints,
        }
        folder.write(MANIFEST, render_json(manifest))
        folder.publish()
    if not settings.quiet:
        listed = settings.say("list_mark").join((*_brief(fingerprints), MANIFEST))
        said = settings.say("written_to", folder=settings.out, files=listed)
        sys.stderr.write(said + "\n")


def _refuse_changed(folder: Path) -> None:
    """Raise where a clerk has worked on letters that would be replaced."""
    changed = changed_files(folder)
    if changed:
        message = f"`{changed[0]}` was changed after it was written"
        hint = "name another folder, or remove this one; nothing was changed"
        raise InvalidInput([Problem("VB710", message, Span(str(folder)), hint=hint)])


def _brief(names: Iterable[str]) -> Iterator[str]:
    """Yield names of files, those of many letters as one: `letter-*.docx (1000)`."""
    kinds: dict[str, list[str]] = {}
    for name in names:
        is_letter = name.startswith("letter-")
        kind = f"letter-*.{name.rpartition('.')[2]}" if is_letter else name
        kinds.setdefault(kind, []).append(name)
    for kind, of_kind in kinds.items():
        yield of_kind[0] if len(of_kind) == 1 else f"{kind} ({len(of_kind)})"


def _fingerprint(path: Path) -> str | None:
    """Return the SHA-256 of a file; nothing for what came through a pipe."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


_COLUMNS = {"sms.csv": MESSAGE_COLUMNS, "mail-merge.csv": MERGE_COLUMNS}
