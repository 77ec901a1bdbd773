"""`vetbenefits timeline`: one person's benefits over the years, as text, JSON or a picture."""

from __future__ import annotations

from typing import Annotated

import typer

from vetbenefits.commands.options import (
    AsOfOption,
    BenefitOption,
    DebugOption,
    FromOption,
    HorizonOption,
    LanguageOption,
    OutFileOption,
    PersonOption,
    QuietOption,
    RegionOption,
    RosterArgument,
    RulesOption,
    TimelineFormat,
    UntilOption,
    WholeIdsOption,
)
from vetbenefits.commands.settings import settle


def register(app: typer.Typer) -> None:
    """Add the command of this file to the program."""
    example = "Example: vetbenefits timeline examples/roster.csv --person P001"
    app.command("timeline", epilog=example)(timeline)


def timeline(
    *,
    roster: RosterArgument = None,
    person: PersonOption,
    from_on: FromOption = None,
    until_on: UntilOption = None,
    months: HorizonOption = None,
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    region: RegionOption = None,
    benefits: BenefitOption = None,
    form: Annotated[
        TimelineFormat,
        UntilOption,
        typer.Option("--format", help="Text to read, JSON for a program, or a picture."),
    ] = TimelineFormat.TEXT,
    out: OutFileOption = None,
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
