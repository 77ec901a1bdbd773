"""`vetbenefits notices …`: letters about what is to come, who was sent one, and the posted list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer
from typer.core import TyperGroup

from vetbenefits.commands.options import (
    AsOfOption,
    BenefitOption,
    DebugOption,
    FormatOption,
    Language,
    LanguageOption,
    MonthOption,
    MonthsOption,
    NoticeFormat,
    PostingFormat,
    QuietOption,
    RosterArgument,
    RulesOption,
    SentOnOption,
)
from vetbenefits.commands.settings import settle

LEDGER_FILE = "vetbenefits-notices.sqlite3"

_DEFAULT = "write"
_HELP = ("-h", "--help")


class _WithDefault(TyperGroup):
    """Takes `notices ROSTER …` for `notices write ROSTER …`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401
        """Put the name of the default command before what is none.

        `ctx` is of click, or of the copy of it that newer releases of typer bring.
        """
        if args and args[0] not in (*self.commands, *_HELP):
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)


ChangesOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--changes",
        metavar="FILE",
        help="A list that `upcoming` wrote (csv, json, jsonl); made anew if left out.",
    ),
]
NoticeOutOption: TypeAlias = Annotated[
    Path,
    typer.Option("--out", metavar="DIR", help="Write the files into this folder, all at once."),
]
NoticeLanguageOption: TypeAlias = Annotated[
    Language | None,
    typer.Option(
        "--lang",
        envvar="VETBENEFITS_LANG",
        show_envvar=False,
        help="The language of notices; Chinese if left out.",
    ),
]
LedgerOption: TypeAlias = Annotated[
    Path,
    typer.Option(
        "--ledger",
        metavar="FILE",
        help="Where it is kept who was told what; here in the folder if left out.",
    ),
]

app = typer.Typer(
    cls=_WithDefault,
    help="Tell people what is to come, once; `notices ROSTER …` is `notices write ROSTER …`.",
    epilog="Example: vetbenefits notices examples/roster.csv --months 3 --out letters",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command(
    _DEFAULT,
    epilog="Example: vetbenefits notices write examples/roster.csv --months 3 --out letters"
    " --format all",
)
def write(
    *,
    roster: RosterArgument = None,
    changes: ChangesOption = None,
    months: MonthsOption = None,
    month: MonthOption = None,
    out: NoticeOutOption,
    form: Annotated[
        NoticeFormat,
        typer.Option("--format", help="Word letters, pages to print, text messages, mail merge."),
    ] = NoticeFormat.DOCX,
    template: Annotated[
        Path | None,
        typer.Option(
            "--template",
            metavar="FILE",
            help="Your own letter, .docx or .html; one that comes along if left out.",
        ),
    ] = None,
    each: Annotated[
        bool, typer.Option("--each", help="A file for each person instead of one for all.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Changes too that were announced before.")
    ] = False,
    ledger: LedgerOption = Path(LEDGER_FILE),
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    benefits: BenefitOption = None,
    language: NoticeLanguageOption = None,
    quiet: QuietOption = False,
    _debug: DebugOption = False,
) -> None:
    """Write one notice for each person.

    Only of changes that nobody was told yet. The roster adds telephone numbers. In Chinese unless
    --lang says otherwise. Afterwards say what was sent: `vetbenefits notices mark-sent --all`.
    """
    settings = settle(
        roster=roster,
        as_of=as_of,
        rules=rules,
        benefits=benefits,
        out=out,
        language=language,
        quiet=quiet,
        default_language=Language.ZH,
    )
    from vetbenefits.commands.noticing import WhichNotices, ahead_of, write_notices

    ahead = ahead_of(settings.as_of, changes, months, month)
    which = WhichNotices(ahead, ledger, form, template, each=each, again=again)
    write_notices(settings, which)


@app.command("list", epilog="Example: vetbenefits notices list --unsent")
def list_notices(
    *,
    unsent: Annotated[bool, typer.Option("--unsent", help="Only what was not sent yet.")] = False,
    ledger: LedgerOption = Path(LEDGER_FILE),
    form: FormatOption = None,
    language: LanguageOption = None,
    _debug: DebugOption = False,
) -> None:
    """List what was prepared and sent."""
    settings = settle(form=form, language=language)
    from vetbenefits.commands.noticing import show_ledger

    show_ledger(settings, ledger, only_unsent=unsent)


@app.command("mark-sent", epilog="Example: vetbenefits notices mark-sent --all")
def mark_sent(
    *,
    everybody: Annotated[
        bool, typer.Option("--all", help="Everything that was prepared and not sent yet.")
    ] = False,
    persons: Annotated[
        list[str] | None,
        typer.Option("--person", metavar="ID", help="What this person gets; may be repeated."),
    ] = None,
    on: SentOnOption = None,
    ledger: LedgerOption = Path(LEDGER_FILE),
    language: LanguageOption = None,
    _debug: DebugOption = False,
) -> None:
    """Mark notices as sent."""
    if everybody is bool(persons):
        raise typer.BadParameter("say whose notices were sent: --all, or --person ID")
    settings = settle(as_of=on, language=language)
    from vetbenefits.commands.noticing import mark_notices

    mark_notices(settings, ledger, persons)


@app.command(
    "posting",
    epilog="Example: vetbenefits notices posting examples/roster.csv --months 3 --out posting",
)
def posting(
    *,
    roster: RosterArgument = None,
    changes: ChangesOption = None,
    months: MonthsOption = None,
    month: MonthOption = None,
    out: NoticeOutOption,
    form: Annotated[
        PostingFormat, typer.Option("--format", help="Word, a page to print, or a spreadsheet.")
    ] = PostingFormat.ALL,
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    benefits: BenefitOption = None,
    language: NoticeLanguageOption = None,
    quiet: QuietOption = False,
    _debug: DebugOption = False,
) -> None:
    """Write the list to post in public (公示).

    Who begins to be due, with masked ID numbers.
    """
    settings = settle(
        roster=roster,
        as_of=as_of,
        rules=rules,
        benefits=benefits,
        out=out,
        language=language,
        quiet=quiet,
        default_language=Language.ZH,
    )
    from vetbenefits.commands.noticing import ahead_of, write_posting

    write_posting(settings, ahead_of(settings.as_of, changes, months, month), form)
