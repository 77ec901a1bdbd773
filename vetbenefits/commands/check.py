"""`vetbenefits check` and `vetbenefits explain`: who is due what, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from vetbenefits.commands.options import (
    AllOption,
    AsOfOption,
    BenefitOption,
    BillsOption,
    DebugOption,
    FormatOption,
    FullIdsOption,
    LanguageOption,
    OutOption,
    QuietOption,
    RegionOption,
    RosterArgument,
    RulesOption,
    StrictOption,
    TextFormat,
    TextFormatOption,
    WholeIdsOption,
)
from vetbenefits.commands.settings import settle


def register(app: typer.Typer) -> None:
    """Add the commands of this file to the program."""
    app.command("check", epilog="Example: vetbenefits check examples/roster.csv")(check)
    example = "Example: vetbenefits explain examples/roster.csv --person P001"
    app.command("explain", epilog=example)(explain)


def check(
    *,
    roster: RosterArgument = None,
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    region: RegionOption = None,
    benefits: BenefitOption = None,
    bills: BillsOption = None,
    form: FormatOption = None,
    out: OutOption = None,
    language: LanguageOption = None,
    show_all: AllOption = False,
    full_ids: FullIdsOption = False,
    quiet: QuietOption = False,
    strict: StrictOption = False,
    _debug: DebugOption = False,
) -> None:
    """Decide who is due what on a day.

    Lists who is due, who is to be taken off, who cannot be told and what they lack; then sums by
    benefit and by township. What is wrong with the roster goes to stderr.
    """
    settings = settle(
        roster=roster,
        as_of=as_of,
        rules=rules,
        region=region,
        benefits=benefits,
        bills=bills,
        form=form,
        out=out,
        language=language,
        show_all=show_all,
        full_ids=full_ids,
        quiet=quiet,
        strict=strict,
    )
    from vetbenefits.commands.checking import check_roster

    has_findings = check_roster(settings)
    if strict and has_findings:
        raise typer.Exit(1)


def explain(
    *,
    roster: RosterArgument = None,
    person: Annotated[
        str,
        typer.Option("--person", metavar="ID", help="The person's id in the roster, or ID number."),
    ],
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    region: RegionOption = None,
    benefits: BenefitOption = None,
    bills: BillsOption = None,
    form: TextFormatOption = TextFormat.TEXT,
    language: LanguageOption = None,
    full_ids: WholeIdsOption = False,
    _debug: DebugOption = False,
) -> None:
    """Explain one person's benefits.

    Tells each condition with the value that met or failed it, the rates with their sources, the
    arithmetic to the fen, and what is the only thing lacking.
    """
    settings = settle(
        roster=roster,
        as_of=as_of,
        rules=rules,
        region=region,
        benefits=benefits,
        bills=bills,
        language=language,
        full_ids=full_ids,
    )
    from vetbenefits.commands.explaining import tell_person

    tell_person(settings, person, form)
