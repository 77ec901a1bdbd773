"""`vetbenefits rules …`: is the rule book sound, what is in it, do its worked cases hold."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from vetbenefits.commands.options import (
    BenefitOption,
    DebugOption,
    LanguageOption,
    PlainUsage,
    QuietOption,
    RulesArgument,
    RulesOption,
    TextFormat,
    TextFormatOption,
    WarningsOption,
)
from vetbenefits.commands.settings import settle

app = typer.Typer(
    help="Check, list, show and test the rules.",
    epilog="Example: vetbenefits rules list",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("check", epilog="Example: vetbenefits rules check rules")
def check(
    *,
    folder: RulesArgument = None,
    rules: RulesOption = None,
    form: TextFormatOption = TextFormat.TEXT,
    strict: WarningsOption = False,
    quiet: QuietOption = False,
    _debug: DebugOption = False,
) -> None:
    """Find what is wrong with rules, before any roster is read."""
    settings = settle(rules=folder or rules, strict=strict, quiet=quiet)
    from vetbenefits.output.findings import write_findings
    from vetbenefits.rulelang.loader import load_rulebook

    book, problems = load_rulebook(settings.rules)
    shown = tuple(one for one in problems if one.is_error or not quiet)
    clean = "" if quiet else settings.say("rules_clean")
    write_findings(shown, sys.stdout, as_json=form is TextFormat.JSON, clean=clean)
    if book is None or (strict and problems):
        raise typer.Exit(1)


@app.command("list", epilog="Example: vetbenefits rules list")
def list_rules(
    *,
    folder: RulesArgument = None,
    rules: RulesOption = None,
    language: LanguageOption = None,
    _debug: DebugOption = False,
) -> None:
    """List benefits and rates, and how sure they are."""
    settings = settle(rules=folder or rules, language=language)
    from vetbenefits.output.console import show_report
    from vetbenefits.pipeline.opening import open_rulebook
    from vetbenefits.reports.rulecard import build_rules_list

    say = settings.say
    report = build_rules_list(open_rulebook(settings.rules), settings.rules_name, say)
    show_report(report, sys.stdout, say)


@app.command("show", cls=PlainUsage, epilog="Example: vetbenefits rules show rural_veteran_subsidy")
def show(
    *,
    benefit: str = typer.Argument(
        metavar="BENEFIT", help="The id of a benefit, as `rules list` names it."
    ),
    folder: RulesArgument = None,
    rules: RulesOption = None,
    language: LanguageOption = None,
    _debug: DebugOption = False,
) -> None:
    """Show one rule in words."""
    settings = settle(rules=folder or rules, language=language, benefits=[benefit])
    from vetbenefits.output.console import show_report
    from vetbenefits.pipeline.opening import open_rulebook
    from vetbenefits.reports.rulecard import build_rule_card

    book = open_rulebook(settings.rules)
    (wanted,) = settings.chosen_benefits(book)
    say = settings.say
    show_report(build_rule_card(wanted, book, say), sys.stdout, say)


@app.command("test", epilog="Example: vetbenefits rules test rules")
def run_cases_of(
    *,
    folder: RulesArgument = None,
    rules: RulesOption = None,
    benefits: BenefitOption = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Leave out what no case has exercised.")
    ] = False,
    _debug: DebugOption = False,
) -> None:
    """Run the worked cases of rules.

    Also tells which conditions, brackets and rates no case has exercised.
    """
    settings = settle(rules=folder or rules, benefits=benefits, quiet=quiet)
    from vetbenefits.output.findings import show_problems
    from vetbenefits.pipeline.opening import open_rulebook
    from vetbenefits.rulecases.running import cases_text, run_cases

    book = open_rulebook(settings.rules)
    tested = run_cases(settings.rules, settings.chosen_benefits(book), book)
    show_problems((*tested.problems, *tested.failures), sys.stderr)
    sys.stdout.write(cases_text(tested, brief=quiet))
    if tested.failures:
        raise typer.Exit(1)
