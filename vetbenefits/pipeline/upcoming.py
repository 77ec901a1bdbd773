"""One run of `upcoming`: what changes within a window, over every batch of a roster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits import __version__
from vetbenefits.dates import add_days, add_months
from vetbenefits.engine.timeline import Timeline
from vetbenefits.model import tables
from vetbenefits.model.expressions import facts_of
from vetbenefits.model.facts import PERSON
from vetbenefits.model.payable import InMonths, Tranches
from vetbenefits.pipeline.findings import CheckWords, Findings, with_problem_codes
from vetbenefits.pipeline.opening import name_of, open_people
from vetbenefits.reports.changes import (
    CHANGES,
    OPEN,
    added_up,
    always_open,
    changes_of,
    in_divisions,
    in_order_of_days,
    may_pay,
    told_once,
    with_first_months,
    with_last_day_to_apply,
)
from vetbenefits.reports.report import Provenance, RowCounts, Source
from vetbenefits.reports.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from vetbenefits.intake.roster import Batch, RosterReader
    from vetbenefits.model.rulebook import Benefit, RuleBook
    from vetbenefits.pipeline.opening import Table
    from vetbenefits.problems import Problem


_MONTHS_BEYOND, _YEAR_BEYOND = 2, 13
_AT_ONCE = 100_000  # people whose months are found together


@dataclass(frozen=True, slots=True)
class UpcomingRequest:
    """What to look for: changes on the days after `known_on` (as things stand then), to `last_on`.

    `benefits` are ids, `kinds` kinds of change and `divisions` codes; empty means all. `region`
    None decides everybody. `rules_name` is how a report calls the rules. `each`: list what the
    rules change for everybody person by person too.
    """

    roster: Table
    known_on: date
    last_on: date
    benefits: tuple[str, ...] = ()
    region: str | None = None
    rules_name: str = ""
    kinds: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    each: bool = False


@dataclass(frozen=True, slots=True)
class UpcomingRun:
    """What was found.

    `changes` is CHANGES in order of days: those of persons, and under `each` what the rules change
    for them too. `of_rules` is what the rules change, told once. `open` counts those of whom it is
    unknown over the whole window: `benefit`, `missing`, `people`. `set_aside` are the rows that
    were not looked at, `per_bill` the benefits that no window can say anything about.
    """

    changes: pl.DataFrame
    of_rules: pl.DataFrame
    open: pl.DataFrame
    set_aside: pl.DataFrame
    rows: RowCounts
    provenance: Provenance
    problems: tuple[Problem, ...]
    per_bill: tuple[str, ...] = ()


def run_upcoming(
    book: RuleBook,
    request: UpcomingRequest,
    on_progress: Callable[[int], None],
    *,
    language: str = "en",
) -> UpcomingRun:
    """Look ahead over a roster; `on_progress` gets the rows so far.

    Raises:
        InvalidInput: the roster cannot be used at all.
    """
    run = _Run(book, request, language)
    changes = [pl.DataFrame(schema=CHANGES)]
    for found in run.batches():
        changes.append(found)
        on_progress(run.looked_at)
    return run.result(pl.concat(changes))


class _Run:
    """One run while it is going on."""

    def __init__(self, book: RuleBook, request: UpcomingRequest, language: str) -> None:
        self._book = book
        self._request = request
        self._say = Wording(language)
        self._timeline = self._until(add_days(request.last_on, 1))
        # What begins on the last day may be paid months later.
        beyond = max(map(_months_beyond, self._timeline.benefits), default=_MONTHS_BEYOND)
        self._paying = self._until(add_months(request.last_on, beyond))
        needed = self._timeline.needed | self._paying.needed
        checks = (one.holds for one in book.checks if one.table == PERSON)
        checked = frozenset(name for term in checks for name in facts_of(term))
        self._name = name_of(request.roster, "roster")
        self._reader, self._found = self._open(needed, checked - needed)
        self._words = CheckWords(book, language, self._reader.headers)
        self._findings = Findings(self._name, self._words)
        self._aside: list[pl.DataFrame] = []
        self._of_rules: list[pl.DataFrame] = [told_once(pl.DataFrame(schema=CHANGES))]
        self._unknown: list[pl.DataFrame] = [pl.DataFrame(schema=OPEN)]
        self.looked_at = 0

    def _until(self, day: date) -> Timeline:
        return Timeline.of(
            self._book,
            from_on=self._request.known_on,
            until_on=day,
            region=self._request.region,
            benefits=self._request.benefits or None,
        )

    def _open(
        self, needed: frozenset[str], checked: frozenset[str]
    ) -> tuple[RosterReader, tuple[Problem, ...]]:
        return open_people(
            self._request.roster, self._book.vocabulary, needed, checked, self._say.language
        )

    def batches(self) -> Iterator[pl.DataFrame]:
        """Yield the changes of each batch."""
        shared = self._shared_days()
        waiting: list[tuple[pl.DataFrame, pl.DataFrame]] = []
        for batch in self._reader.batches():
            people = self._checked(batch)
            self.looked_at += people.height
            spans = self._timeline.spans(people)
            self._unknown.append(always_open(spans))
            own = self._own(changes_of(spans, people, shared))
            waiting.append((own, people.join(may_pay(own), on=tables.ROW, how="semi")))
            if sum(some.height for _, some in waiting) >= _AT_ONCE:
                yield self._with_months(waiting)
                waiting = []
        if waiting:
            yield self._with_months(waiting)

    def _own(self, changes: pl.DataFrame) -> pl.DataFrame:
        """Return the changes to list, of those that were asked for; add up those of the rules."""
        request = self._request
        if request.kinds:
            changes = changes.filter(pl.col("change").is_in(list(request.kinds)))
        if request.divisions:
            changes = in_divisions(changes, request.divisions)
        self._of_rules.append(told_once(changes))
        return changes if request.each else changes.filter(~pl.col("is_shared"))

    def _with_months(self, waiting: list[tuple[pl.DataFrame, pl.DataFrame]]) -> pl.DataFrame:
        """Return changes with the first month paid and the last day to apply.

        Few people change in a batch, so what they are paid is found for several batches at once.
        """
        changes = pl.concat([own for own, _ in waiting])
        people = pl.concat([some for _, some in waiting])
        if people.height:
            changes = with_first_months(changes, self._paying.months(people))
        applies_by = {one.id: str(one.apply.get("by", "")) for one in self._timeline.benefits}
        return with_last_day_to_apply(changes, applies_by)

    def _shared_days(self) -> Mapping[str, frozenset[int]]:
        ids = (one.id for one in self._timeline.benefits)
        return {name: self._timeline.common_days(name) for name in ids}

    def _checked(self, batch: Batch) -> pl.DataFrame:
        people, findings, aside = self._timeline.checked(batch.frame)
        failed = self._words.told(aside, batch.frame)
        self._findings.take(findings)
        self._aside.append(with_problem_codes(pl.concat([batch.set_aside, failed])))
        return people

    def result(self, changes: pl.DataFrame) -> UpcomingRun:
        """Return what was found; all batches have passed."""
        request, counts = self._request, self._reader.counts
        set_aside = pl.concat(self._aside)
        rows = RowCounts(
            read=counts.rows_read,
            decided=self.looked_at,
            set_aside=set_aside.height,
            total_rows=counts.total_rows_dropped,
            blank_rows=counts.blank_rows,
        )
        known = Provenance(
            as_of=request.known_on,
            program=__version__,
            rules=Source(request.rules_name or self._book.folder, self._book.fingerprint),
            roster=Source(self._name, self._reader.sha256),
            region=request.region or "",
            benefits=request.benefits,
        )
        chosen = request.benefits or tuple(one.id for one in self._book.benefits)
        spanned = {one.id for one in self._timeline.benefits}
        problems = (
            *self._found,
            *self._reader.problems,
            *self._findings.problems(),
        )
        per_bill = tuple(name for name in chosen if name not in spanned)
        of_rules = added_up(self._of_rules)
        parts = pl.concat(self._unknown)
        unknown = parts.group_by("benefit", "missing").agg(pl.col("people").sum())
        unknown = unknown.sort("people", "benefit", "missing", descending=[True, False, False])
        return UpcomingRun(
            in_order_of_days(changes), of_rules, unknown, set_aside, rows, known, problems, per_bill
        )


def _months_beyond(benefit: Benefit) -> int:
    """Return how many months after the window what begins in it may be paid first."""
    beyond = _MONTHS_BEYOND
    for one in benefit.variants:
        match one.pays.when:
            case InMonths():
                beyond = max(beyond, _YEAR_BEYOND)
            case Tranches(months=months):
                beyond = max(beyond, 2 * months + _MONTHS_BEYOND)
            case _:
                pass
    return beyond
