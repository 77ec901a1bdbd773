"""What `roster template` and `roster check` do between their options and their exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from vetbenefits.engine.evaluate import Plan
from vetbenefits.output.findings import write_findings
from vetbenefits.output.streams import CsvWriter
from vetbenefits.pipeline.findings import CheckWords, Findings
from vetbenefits.pipeline.opening import name_of, open_people, open_rulebook
from vetbenefits.problems import InvalidInput, Problem, Span
from vetbenefits.reports.template import template_columns

if TYPE_CHECKING:
    from pathlib import Path

    from vetbenefits.commands.settings import Settings


def write_template(settings: Settings, table: str, file: Path | None) -> None:
    """Write an empty roster (or list of bills) as CSV, to a new file or else to stdout."""
    book = open_rulebook(settings.rules)
    tables = ("person", *book.vocabulary.tables)
    if table not in tables:
        raise typer.BadParameter(f"there is no table `{table}`; there are: {', '.join(tables)}")
    chosen = settings.chosen_ids(book)
    # A rule that begins later is already prepared for.
    plans = [
        Plan.of(book, as_of=max(settings.as_of, one.from_on), benefits=(one.id,))
        for one in book.benefits
        if not chosen or one.id in chosen
    ]
    needed = frozenset[str]().union(*(plan.needed for plan in plans))
    if not settings.benefits:  # who asks for one benefit wants few columns
        needed = needed.union(*(plan.only_checked for plan in plans))
    columns = template_columns(book.vocabulary, needed, settings.language, table)
    if file is None:
        CsvWriter(sys.stdout.buffer, columns, with_bom=False)
        return
    try:
        with file.open("xb") as target:
            CsvWriter(target, columns, with_bom=True)
    except FileExistsError:
        hint = "name a file that does not exist yet"
        problem = Problem("VB721", "this file is there already", Span(str(file)), hint=hint)
        raise InvalidInput([problem]) from None


def check_file(settings: Settings, *, as_json: bool) -> tuple[Problem, ...]:
    """Read a roster, write what is wrong with it to stdout, and return it."""
    book = open_rulebook(settings.rules)
    plan = Plan.of(book, as_of=settings.as_of, benefits=settings.chosen_ids(book))
    reader, problems = open_people(
        settings.needed_roster,
        book.vocabulary,
        plan.needed,
        plan.only_checked,
        settings.language,
    )
    words = CheckWords(book, settings.language, reader.headers)
    findings = Findings(name_of(settings.needed_roster, "roster"), words)
    for batch in reader.batches():
        findings.take(plan.decide(batch.frame).findings)
    problems += (*reader.problems, *findings.problems())
    clean = settings.say("roster_clean")
    write_findings(problems, sys.stdout, as_json=as_json, clean=clean, say=settings.say)
    return problems
