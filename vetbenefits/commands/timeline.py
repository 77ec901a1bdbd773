"""`vetbenefits timeline`: one person's benefits over the years, as text, JSON or a picture."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from vetbenefits.commands.options import (
    AsOfOption,
    BenefitOption,
    DebugOption,
    LanguageOption,
    QuietOption,
    RegionOption,
    RosterArgument,
    RulesOption,
    TimelineFormat,
    WholeIdsOption,
    read_day,
)
from vetbenefits.commands.settings import settle
from vetbenefits.commands.upcoming import read_months


def register(app: typer.Typer) -> None:
    """Add the command of this file to the program."""
    example = "Example: vetbenefits timeline examples/roster.csv --person P001"
    app.command("timeline", epilog=example)(timeline)


def timeline(
    *,
    roster: RosterArgument = None,
    person: Annotated[
        str,
        typer.Option("--person", metavar="ID", help="The person's id in the roster, or ID number."),
    ],
    from_on: Annotated[
        date | None,
        typer.Option(
            "--from",
            parser=read_day,
            metavar="DATE",
            help="The first day shown, never before birth; the first entitlement if left out.",
        ),
    ] = None,
    until_on: Annotated[
        date | None,
        typer.Option(
            "--until",
            parser=read_day,
            metavar="DATE",
            help="The day after the last day shown; five years after --as-of if left out.",
        ),
    ] = None,
    months: Annotated[
        int | None,
        typer.Option(
            "--months",
            parser=read_months,
            metavar="N",
            help="So many months after --as-of instead of --until.",
        ),
    ] = None,
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    region: RegionOption = None,
    benefits: BenefitOption = None,
    form: Annotated[
        TimelineFormat,
        typer.Option("--format", help="Text to read, JSON for a program, or a picture."),
    ] = TimelineFormat.TEXT,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write into this file, in place of what it held."
        ),
    ] = None,
    language: LanguageOption = None,
    full_ids: WholeIdsOption = False,
    quiet: QuietOption = False,
    _debug: DebugOption = False,
) -> None:
    """Show one person's benefits over the years.

    Tells from the first entitlement on, for each benefit, when it is due, how much, what changes on
    which day and why, and what the months pay; as a picture, each benefit is a bar.
    """
    if until_on is not None and months is not None:
        raise typer.BadParameter("--until and --months exclude each other; give one of them")
    if form is TimelineFormat.PNG and out is None:
        raise typer.BadParameter("--format png needs --out FILE: it is no text")
    settings = settle(
        roster=roster,
        as_of=as_of,
        rules=rules,
        region=region,
        benefits=benefits,
        language=language,
        full_ids=full_ids,
        quiet=quiet,
    )
    from vetbenefits.commands.telling_spans import Wanted, days_of, tell_spans

    wanted = Wanted(person, days_of(settings.as_of, from_on, until_on, months), form, out)
    tell_spans(settings, wanted)
