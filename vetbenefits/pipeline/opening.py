"""Opens what a run reads: the rule book, the roster, the bills."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from vetbenefits.intake.bills import bills_from_frame, open_bills
from vetbenefits.intake.roster import open_roster, roster_from_frame
from vetbenefits.problems import InvalidInput
from vetbenefits.rulelang.loader import load_rulebook

if TYPE_CHECKING:
    from datetime import date

    from vetbenefits.intake.bills import BillTable
    from vetbenefits.intake.roster import RosterReader
    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.model.rulebook import RuleBook
    from vetbenefits.problems import Problem

NO_FOLDER = "VB221"  # how the rule reader calls a folder of rules that is not there

Table: TypeAlias = Path | pl.DataFrame


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What to decide: the roster, the day, of whom, and which benefits.

    `benefits` are ids; empty means all. `region` None decides everybody. `rules_name` is how a
    report calls the rules.
    """

    roster: Table
    as_of: date
    benefits: tuple[str, ...] = ()
    region: str | None = None
    bills: Table | None = None
    show_all: bool = False
    rules_name: str = ""


def open_rulebook(folder: Path) -> RuleBook:
    """Load the rules of a folder.

    Raises:
        InvalidInput: something in them is an error.
    """
    book, problems = load_rulebook(folder)
    if book is None:
        hint = "name the folder that holds facts.yaml"
        raise InvalidInput(
            replace(one, hint=one.hint or hint) if one.code == NO_FOLDER else one
            for one in problems
        )
    return book


def open_people(
    roster: Table,
    vocabulary: Vocabulary,
    needed: frozenset[str],
    only_checked: frozenset[str] = frozenset(),
    language: str = "en",
) -> tuple[RosterReader, tuple[Problem, ...]]:
    """Open a roster file or frame for the facts that a run asks for.

    Raises:
        InvalidInput: it cannot be used at all.
    """
    if isinstance(roster, pl.DataFrame):
        reader, problems = roster_from_frame(
            roster,
            vocabulary,
            needed,
            only_checked=only_checked,
            shown_as=name_of(roster, "roster"),
            language=language,
        )
    else:
        reader, problems = open_roster(
            roster, vocabulary, needed, only_checked=only_checked, language=language
        )
    if reader is None:
        raise InvalidInput(problems, language)
    return reader, problems


def open_bill_table(
    bills: Table,
    vocabulary: Vocabulary,
    needed: frozenset[str],
    only_checked: frozenset[str] = frozenset(),
    language: str = "en",
) -> tuple[BillTable, tuple[Problem, ...]]:
    """Read a file or frame of bills for the facts that a run asks for.

    Raises:
        InvalidInput: it cannot be used at all.
    """
    if isinstance(bills, pl.DataFrame):
        table, problems = bills_from_frame(
            bills,
            vocabulary,
            needed,
            only_checked=only_checked,
            shown_as=name_of(bills, "bills"),
            language=language,
        )
    else:
        table, problems = open_bills(
            bills, vocabulary, needed, only_checked=only_checked, language=language
        )
    if table is None:
        raise InvalidInput(problems, language)
    return table, problems


def name_of(table: Table, word: str) -> str:
    """Return how a report calls a file or a frame; `word` says what is in it."""
    return f"{word} (data frame)" if isinstance(table, pl.DataFrame) else str(table)
