"""The hallway: opens rules and rosters, decides batch by batch, and hands each batch on.

Prints nothing, writes nothing and asks for no clock. What cannot be used ends in `InvalidInput`
with every problem found; everything else is returned.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

import polars as pl

from vetbenefits.engine.evaluate import Plan
from vetbenefits.intake.roster import open_roster, roster_from_frame
from vetbenefits.problems import InvalidInput
from vetbenefits.rulelang.loader import load_rulebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from vetbenefits.engine.evaluate import Decided
    from vetbenefits.intake.roster import RosterReader
    from vetbenefits.model.rulebook import RuleBook
    from vetbenefits.problems import Problem
    from vetbenefits.reports.due import DueFacts

Roster: TypeAlias = Path | pl.DataFrame


class BatchTaker(Protocol):
    """What wants every decided batch: a tally, a file, a stream."""

    def take(self, decided: Decided, set_aside: pl.DataFrame, /) -> None:
        """Take in one decided batch, and the rows of it that were set aside."""


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What to decide: the roster, the day, and of whom and which benefits.

    `benefits` are ids; empty means all. `region` None decides everybody. `rules_name` and the
    names of the files are how a report calls them.
    """

    roster: Roster
    as_of: date
    benefits: tuple[str, ...] = ()
    region: str | None = None
    bills: Roster | None = None
    show_all: bool = False
    rules_name: str = ""


@dataclass(frozen=True, slots=True)
class CheckRun:
    """What is known after the last batch."""

    facts: DueFacts
    problems: tuple[Problem, ...]

    @property
    def has_set_aside(self) -> bool:
        """Tell whether any row was set aside."""
        bills = self.facts.bill_rows
        return bool(self.facts.rows.set_aside or (bills is not None and bills.set_aside))


def open_rulebook(folder: Path) -> RuleBook:
    """Load the rules of a folder.

    Raises:
        InvalidInput: something in them is an error.
    """
    book, problems = load_rulebook(folder)
    if book is None:
        raise InvalidInput(problems)
    return book


def open_people(
    roster: Roster, book: RuleBook, needed: frozenset[str]
) -> tuple[RosterReader, tuple[Problem, ...]]:
    """Open a roster file or frame for the facts that a run asks for.

    Raises:
        InvalidInput: it cannot be used at all.
    """
    if isinstance(roster, pl.DataFrame):
        reader, problems = roster_from_frame(roster, book.vocabulary, needed)
    else:
        reader, problems = open_roster(roster, book.vocabulary, needed)
    if reader is None:
        raise InvalidInput(problems)
    return reader, problems


def run_check(
    book: RuleBook,
    request: CheckRequest,
    takers: Iterable[BatchTaker],
    on_progress: Callable[[int], None],
) -> CheckRun:
    """Decide a roster, handing each batch to every taker.

    Raises:
        InvalidInput: the roster or the bills cannot be used at all.
    """
    takers = tuple(takers)
    plan = Plan.of(
        book,
        as_of=request.as_of,
        region=request.region,
        benefits=request.benefits or None,
    )
    reader, problems = open_people(request.roster, book, plan.needed)
    rows = 0
    for batch in reader.batches():
        decided = plan.decide(batch.frame, show_all=request.show_all)
        for taker in takers:
            taker.take(decided, batch.set_aside)
        rows += batch.frame.height
        on_progress(rows)
    raise NotImplementedError
