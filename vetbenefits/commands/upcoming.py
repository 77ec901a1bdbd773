"""`vetbenefits upcoming`: what begins, ends, rises or falls, on which day, for whom."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vetbenefits.commands.options import (
    AsOfOption,
    BenefitOption,
    DebugOption,
    FullIdsOption,
    LanguageOption,
    MonthOption,
    MonthsOption,
    OutOption,
    QuietOption,
    RegionOption,
    RosterArgument,
    RulesOption,
    StrictOption,
    UpcomingFormat,
)
from vetbenefits.commands.settings import settle

_DIVISION = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}")


class Change(StrEnum):
    """The kinds of change."""

    BEGINS = "begins"
    ENDS = "ends"
    RISES = "rises"
    FALLS = "falls"
    BECOMES_UNDETERMINED = "becomes_undetermined"
    BECOMES_KNOWN = "becomes_known"


def _division(text: str) -> str:
    if _DIVISION.fullmatch(text) is None:
        raise typer.BadParameter("a division code has 2, 4, 6, 9 or 12 digits")
    return text


def register(app: typer.Typer) -> None:
    """Add the command of this file to the program."""
    example = "Example: vetbenefits upcoming examples/roster.csv --months 3"
    app.command("upcoming", epilog=example)(upcoming)


def upcoming(
    *,
    roster: RosterArgument = None,
    months: MonthsOption = None,
    month: MonthOption = None,
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    region: RegionOption = None,
    benefits: BenefitOption = None,
    changes: Annotated[
        list[Change] | None,
        typer.Option("--change", help="Only this kind of change; may be repeated."),
    ] = None,
    divisions: Annotated[
        list[str] | None,
        typer.Option(
            "--division",
            parser=_division,
            metavar="CODE",
            help="Only people in this township, county, …; may be repeated.",
        ),
    ] = None,
    each: Annotated[
        bool,
        typer.Option("--each", help="List what the rules change for all person by person too."),
    ] = False,
    since: Annotated[
        list[Path] | None,
        typer.Option(
            "--since",
            metavar="FILE",
            help="Leave out what this earlier list announced already; may be repeated.",
        ),
    ] = None,
    form: Annotated[
        UpcomingFormat, typer.Option("--format", help="A table to read, or records for a program.")
    ] = UpcomingFormat.TABLE,
    out: OutOption = None,
    language: LanguageOption = None,
    full_ids: FullIdsOption = False,
    quiet: QuietOption = False,
    strict: StrictOption = False,
    _debug: DebugOption = False,
) -> None:
    """Tell what changes in the next months, and on which day.

    Lists who begins, ends, rises, falls or can no longer be told, by township and day; what the
    rules change for everybody is told once. Then where to apply and which papers to bring.
    """
    settings = settle(
        roster=roster,
        as_of=as_of,
        rules=rules,
        region=region,
        benefits=benefits,
        out=out,
        language=language,
        full_ids=full_ids,
        quiet=quiet,
        strict=strict,
    )
    from vetbenefits.commands.looking_ahead import Wanted, look_ahead
    from vetbenefits.commands.window import window_of

    wanted = Wanted(
        window=window_of(settings.as_of, months, month),
        form=form,
        changes=tuple(str(one) for one in changes or ()),
        divisions=tuple(divisions or ()),
        each=each,
        since=tuple(since or ()),
    )
    has_findings = look_ahead(settings, wanted)
    if strict and has_findings:
        raise typer.Exit(1)
