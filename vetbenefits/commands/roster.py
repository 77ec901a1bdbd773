"""`vetbenefits roster …`: an empty roster to fill in, and what is wrong with a filled one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vetbenefits.commands.options import (
    BenefitOption,
    DebugOption,
    Language,
    LanguageOption,
    RosterArgument,
    RulesOption,
    StrictOption,
    TextFormat,
    TextFormatOption,
)
from vetbenefits.commands.settings import settle

app = typer.Typer(
    help="Make an empty roster, or check a filled one.",
    epilog="Example: vetbenefits roster check examples/roster.csv",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("template", epilog="Example: vetbenefits roster template --out my-roster.csv")
def template(
    *,
    rules: RulesOption = None,
    benefits: BenefitOption = None,
    language: Annotated[
        Language,
        typer.Option(
            "--lang",
            envvar="VETBENEFITS_LANG",
            show_envvar=False,
            help="The language of the headers.",
        ),
    ] = Language.ZH,
    table: Annotated[
        str,
        typer.Option("--table", metavar="NAME", help="`person` for a roster, `bill` for bills."),
    ] = "person",
    file: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="A new file; without it, to the screen."),
    ] = None,
    _debug: DebugOption = False,
) -> None:
    """Write an empty roster to fill in, as CSV: a row of headers."""
    settings = settle(rules=rules, benefits=benefits, language=language)
    from vetbenefits.commands.filling import write_template

    write_template(settings, table, file)


@app.command("check", epilog="Example: vetbenefits roster check examples/roster.csv")
def check(
    *,
    roster: RosterArgument = None,
    rules: RulesOption = None,
    benefits: BenefitOption = None,
    form: TextFormatOption = TextFormat.TEXT,
    language: LanguageOption = None,
    strict: StrictOption = False,
    _debug: DebugOption = False,
) -> None:
    """Find what is wrong with a roster, and decide nothing."""
    settings = settle(
        roster=roster, rules=rules, benefits=benefits, language=language, strict=strict
    )
    from vetbenefits.commands.filling import check_file

    problems = check_file(settings, as_json=form is TextFormat.JSON)
    if strict and problems:
        raise typer.Exit(1)
