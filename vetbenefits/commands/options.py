"""The options that several commands share: how they are called, read and explained.

Each can also be given as an environment variable `VETBENEFITS_…`, and most in the workspace file;
`settings.py` says which wins.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer
from typer.core import TyperCommand

from vetbenefits.dates import FIRST_ON, LAST_ON, parse_iso_day


class Format(StrEnum):
    """How a report is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"


class UpcomingFormat(StrEnum):
    """How a list of changes is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"
    ICS = "ics"


class TimelineFormat(StrEnum):
    """How a timeline is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    SVG = "svg"
    PNG = "png"


class TextFormat(StrEnum):
    """How an explanation or a list of problems is written."""

    TEXT = "text"
    JSON = "json"


class Language(StrEnum):
    """The language of titles and texts."""

    ZH = "zh"
    EN = "en"


class NoticeFormat(StrEnum):
    """What notices are written as."""

    DOCX = "docx"
    HTML = "html"
    SMS = "sms"
    CSV = "csv"
    ALL = "all"


class PostingFormat(StrEnum):
    """What a list to post is written as."""

    DOCX = "docx"
    HTML = "html"
    CSV = "csv"
    ALL = "all"


def _day(text: str) -> date:
    day = parse_iso_day(text)
    if day is None:
        raise typer.BadParameter("a day is written YYYY-MM-DD, for example 2026-11-01")
    if not FIRST_ON <= day <= LAST_ON:
        raise typer.BadParameter(f"the day must lie between {FIRST_ON} and {LAST_ON}")
    return day


MOST_MONTHS = 480
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def _month(text: str) -> str:
    found = _MONTH.fullmatch(text)
    if found is None or not text.isascii():
        raise typer.BadParameter("a month is written YYYY-MM, for example 2026-11")
    first, last = FIRST_ON.year + 1, LAST_ON.year - 2  # what begins then may be paid a year later
    if not first <= int(found[1]) <= last:
        raise typer.BadParameter(f"the year must lie between {first} and {last}")
    return text


def _months(text: str) -> int:
    if not re.fullmatch(r"\d{1,4}", text) or not 1 <= int(text) <= MOST_MONTHS:
        raise typer.BadParameter(f"a number of months from 1 to {MOST_MONTHS}")
    return int(text)


_DIVISION = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}")


def _region(text: str) -> str:
    if _DIVISION.fullmatch(text) is None:
        raise typer.BadParameter("a division code has 2, 4, 6, 9 or 12 digits")
    return text


class PlainUsage(TyperCommand):
    """A command whose usage names an argument that must be given without braces around it."""

    def collect_usage_pieces(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """Return the words after the name of the command."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]


RosterArgument: TypeAlias = Annotated[
    Path | None,
    typer.Argument(
        metavar="[ROSTER]",
        envvar="VETBENEFITS_ROSTER",
        show_envvar=False,
        help="The roster file; else VETBENEFITS_ROSTER, else `roster` of vetbenefits.yaml here.",
    ),
]
AsOfOption: TypeAlias = Annotated[
    date | None,
    typer.Option(
        "--as-of",
        parser=_day,
        metavar="DATE",
        envvar="VETBENEFITS_AS_OF",
        show_envvar=False,
        help="The day that is decided about; today if left out.",
    ),
]
SentOnOption: TypeAlias = Annotated[
    date | None,
    typer.Option("--on", parser=_day, metavar="DATE", help="The day of sending; else today."),
]
MonthsOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--months", parser=_months, metavar="N", help="How many months ahead; 3 if left out."
    ),
]
MonthOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--month", parser=_month, metavar="YYYY-MM", help="One calendar month instead."),
]
RulesOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--rules",
        metavar="DIR",
        envvar="VETBENEFITS_RULES",
        show_envvar=False,
        help="The folder of rules; those shipped with the program if left out.",
    ),
]
RegionOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--region",
        parser=_region,
        metavar="CODE",
        envvar="VETBENEFITS_REGION",
        show_envvar=False,
        help="Whose bureau asks; people whom another place pays are then not due here.",
    ),
]
BenefitOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--benefit",
        metavar="ID",
        help="Only this benefit, as `rules list` names it; may be repeated.",
    ),
]
BillsOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--bills",
        metavar="FILE",
        envvar="VETBENEFITS_BILLS",
        show_envvar=False,
        help="The bills, for benefits paid per bill.",
    ),
]
FormatOption: TypeAlias = Annotated[
    Format | None,
    typer.Option(
        "--format",
        envvar="VETBENEFITS_FORMAT",
        show_envvar=False,
        help="A table to read, or records for a program.",
    ),
]
TextFormatOption: TypeAlias = Annotated[
    TextFormat, typer.Option("--format", help="Text to read, or JSON for a program.")
]
OutOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        envvar="VETBENEFITS_OUT",
        show_envvar=False,
        help="Write files into this folder, all at once; the screen gets the summary.",
    ),
]
LanguageOption: TypeAlias = Annotated[
    Language | None,
    typer.Option(
        "--lang",
        envvar="VETBENEFITS_LANG",
        show_envvar=False,
        help="The language of what is written; that of the system if left out.",
    ),
]
QuietOption: TypeAlias = Annotated[
    bool,
    typer.Option("--quiet", help="Errors only: no progress, warnings, notes and summaries."),
]
StrictOption: TypeAlias = Annotated[
    bool, typer.Option("--strict", help="End with code 1 if a row was set aside or warned about.")
]
WarningsOption: TypeAlias = Annotated[
    bool, typer.Option("--strict", help="End with code 1 on a warning too.")
]
DebugOption: TypeAlias = Annotated[
    bool, typer.Option("--debug", help="Show where in the program an error came up.")
]
AllOption: TypeAlias = Annotated[
    bool, typer.Option("--all", help="Show those who are not due too, with the reason.")
]
FullIdsOption: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--full-ids",
        help="Whole ID numbers in files (for their owner alone) and in csv, json and jsonl.",
    ),
]
WholeIdsOption: TypeAlias = Annotated[
    bool, typer.Option("--full-ids", help="Show whole ID numbers.")
]
RulesArgument: TypeAlias = Annotated[
    Path | None,
    typer.Argument(metavar="[DIR]", help="The folder of rules; else --rules, else those shipped."),
]
PersonOption: TypeAlias = Annotated[
    str,
    typer.Option("--person", metavar="ID", help="The person's id in the roster, or ID number."),
]
FromOption: TypeAlias = Annotated[
    date | None,
    typer.Option(
        "--from",
        parser=_day,
        metavar="DATE",
        help="The first day shown, never before birth; the first entitlement if left out.",
    ),
]
UntilOption: TypeAlias = Annotated[
    date | None,
    typer.Option(
        "--until",
        parser=_day,
        metavar="DATE",
        help="The day after the last day shown; five years after --as-of if left out.",
    ),
]
HorizonOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--months",
        parser=_months,
        metavar="N",
        help="So many months after --as-of instead of --until.",
    ),
]
OutFileOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write into this file, in place of what it held."),
]
