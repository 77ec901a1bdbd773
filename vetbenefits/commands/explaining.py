"""What `explain` does between its options and its exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from vetbenefits.commands.options import TextFormat
from vetbenefits.output.console import show_report
from vetbenefits.output.findings import show_problems
from vetbenefits.output.plain_json import write_json
from vetbenefits.pipeline.explaining import explain_person
from vetbenefits.pipeline.opening import CheckRequest, open_rulebook
from vetbenefits.reports.explanation import as_data
from vetbenefits.reports.telling import build_explanation_report

if TYPE_CHECKING:
    from vetbenefits.commands.settings import Settings


def tell_person(settings: Settings, key: str, form: TextFormat) -> None:
    """Write the explanation of every chosen benefit for one person to stdout."""
    roster = settings.needed_roster
    book = open_rulebook(settings.rules)
    request = CheckRequest(
        roster=roster,
        as_of=settings.as_of,
        benefits=settings.chosen_ids(book),
        region=settings.region,
        bills=settings.bills,
    )
    say = settings.say
    told, problems = explain_person(book, request, key, say, full_ids=settings.full_ids)
    show_problems(problems, sys.stderr, say=settings.say)
    if form is TextFormat.JSON:
        write_json([as_data(one, say) for one in told], sys.stdout)
        return
    for number, one in enumerate(told):
        sys.stdout.write("\n" if number else "")
        show_report(build_explanation_report(one, say), sys.stdout, say)
