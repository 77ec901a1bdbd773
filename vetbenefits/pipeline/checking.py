"""One run of `check`: every batch decided, handed on, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import polars as pl

from vetbenefits import __version__
from vetbenefits.engine.evaluate import Plan
from vetbenefits.model import tables
from vetbenefits.model.facts import PERSON
from vetbenefits.pipeline.behind import Behind
from vetbenefits.pipeline.bills import BillDesk
from vetbenefits.pipeline.findings import CheckWords, Findings, Unplaced, with_problem_codes
from vetbenefits.pipeline.opening import name_of, open_bill_table, open_people
from vetbenefits.problems import Problem, Severity, Span
from vetbenefits.reports.due import DueFacts
from vetbenefits.reports.report import Provenance, RowCounts, Source
from vetbenefits.reports.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from vetbenefits.engine.records import Decided
    from vetbenefits.intake.bills import BillTable
    from vetbenefits.intake.roster import RosterReader
    from vetbenefits.model.rulebook import RuleBook
    from vetbenefits.pipeline.opening import CheckRequest


class BatchTaker(Protocol):
    """What wants every decided batch: a tally, a file, a stream."""

    def take(self, records: pl.DataFrame, rates_used: pl.DataFrame, /) -> None:
        """Take in the records of one batch (see `Decided`), and the rates that they used."""

    def take_set_aside(self, file: str, rows: pl.DataFrame, /) -> None:
        """Take in rows of a file that were not decided.

        Shape: `row`, `person_id`, `column`, `text`, `code`, `reason`; one row a row of the file.
        """


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


def run_check(
    book: RuleBook,
    request: CheckRequest,
    takers: Iterable[BatchTaker],
    on_progress: Callable[[int], None],
    *,
    language: str = "en",
) -> CheckRun:
    """Decide a roster, handing each batch to every taker; `on_progress` gets the rows so far.

    Raises:
        InvalidInput: the roster or the bills cannot be used at all.
    """
    with Behind() as behind:
        run = _Run(book, request, Handing(tuple(takers), behind), language)
        for rows in run.batches():
            on_progress(rows)
    return CheckRun(run.facts(), tuple(run.problems()))


@dataclass(frozen=True, slots=True)
class Handing:
    """Hands everything to every taker, in order, behind the deciding."""

    takers: tuple[BatchTaker, ...]
    behind: Behind

    def hand_on(self, records: pl.DataFrame, rates_used: pl.DataFrame) -> None:
        """Hand on the records of one batch."""

        def work() -> None:
            for taker in self.takers:
                taker.take(records, rates_used)

        self.behind.hand_over(work)

    def hand_on_aside(self, file: str, rows: pl.DataFrame) -> None:
        """Hand on rows that were not decided."""

        def work() -> None:
            for taker in self.takers:
                taker.take_set_aside(file, rows)

        self.behind.hand_over(work)


class _Run:
    """One run while it is going on."""

    def __init__(
        self,
        book: RuleBook,
        request: CheckRequest,
        handing: Handing,
        language: str,
    ) -> None:
        self._book = book
        self._request = request
        self._handing = handing
        self._plan = Plan.of(
            book,
            as_of=request.as_of,
            region=request.region,
            benefits=request.benefits or None,
            with_month=True,
        )
        self._per_bill = tuple(one.id for one in self._plan.benefits if one.table != PERSON)
        self._found: list[Problem] = []
        self._bills: BillTable | None = None
        self._desk: BillDesk | None = None
        self._roster_name = name_of(request.roster, "roster")
        self._bills_name = "" if request.bills is None else name_of(request.bills, "bills")
        self._say = Wording(language)
        self._open_bills()
        self._reader = self._open_roster()
        self._words = CheckWords(book, language, self._reader.headers)
        headers = {**self._reader.headers, **self._bill_headers()}
        self._bill_words = CheckWords(book, language, headers)
        self._findings = Findings(self._roster_name, self._words)
        self._bill_findings = Findings(self._bills_name, self._bill_words)
        self._unplaced = Unplaced(self._bills_name, self._say)
        self._decided = self._aside = self._bills_decided = self._bills_aside = 0

    # --- opening ----------------------------------------------------------------------------

    def _open_roster(self) -> RosterReader:
        vocabulary = self._book.vocabulary
        reader, problems = open_people(
            self._request.roster,
            vocabulary,
            self._plan.needed,
            self._plan.only_checked,
            self._say.language,
        )
        self._found += problems
        return reader

    def _open_bills(self) -> None:
        bills = self._request.bills
        if bills is None:
            if self._per_bill:
                message = self._say("bills_missing", names=", ".join(self._per_bill))
                note = Problem("VB454", message, Span(self._roster_name), Severity.NOTE)
                self._found.append(note)
            return
        self._bills, problems = open_bill_table(
            bills,
            self._book.vocabulary,
            self._plan.needed,
            self._plan.only_checked,
            self._say.language,
        )
        self._found += problems
        if self._per_bill:
            self._desk = BillDesk(self._bills, self._say)
        else:
            message = self._say("bills_unneeded")
            self._found.append(Problem("VB454", message, Span(self._bills_name), Severity.NOTE))

    def _bill_headers(self) -> Mapping[str, str]:
        return {} if self._bills is None else self._bills.headers

    # --- deciding ---------------------------------------------------------------------------

    def batches(self) -> Iterator[int]:
        """Decide batch by batch; yields the rows of the roster that are done."""
        if self._bills is not None:
            self._put_bills_aside(self._bills.set_aside)
        for batch in self._reader.batches():
            decided = self._plan.decide(batch.frame, show_all=self._request.show_all)
            failed = self._words.told(decided.set_aside, batch.frame)
            self._put_people_aside(pl.concat([batch.set_aside, failed]))
            self._findings.take(decided.findings)
            self._decided += decided.rows_decided
            records, rates = decided.records, decided.rates_used
            if self._desk is not None:
                people = batch.frame.join(decided.set_aside, on=tables.ROW, how="anti")
                records, rates = self._with_bills(decided, people, self._desk)
            self._handing.hand_on(records, rates)
            yield self._decided
        if self._desk is not None:
            left_over = self._desk.left_over()
            self._unplaced.take(left_over)
            self._put_bills_aside(left_over)

    def _with_bills(
        self, decided: Decided, people: pl.DataFrame, desk: BillDesk
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the records of a batch together with those of its people's bills."""
        bills, torn = desk.bills_of(people)
        self._unplaced.take(torn)
        of_bills = self._plan.decide_bills(bills, show_all=self._request.show_all)
        failed = self._bill_words.told(of_bills.set_aside, bills)
        self._unplaced.take(failed)
        self._put_bills_aside(pl.concat([torn, failed]))
        self._bill_findings.take(of_bills.findings)
        self._bills_decided += of_bills.rows_decided
        place = "#place"
        persons = decided.records.with_columns(pl.col(tables.ROW).alias(place))
        billed = of_bills.records.join(
            bills.select(tables.ROW, pl.col(tables.PERSON_ROW).alias(place)),
            on=tables.ROW,
            maintain_order="left",
        )
        both = pl.concat([persons, billed]).sort(place, "benefit", maintain_order=True)
        return both.drop(place), pl.concat([decided.rates_used, of_bills.rates_used])

    def _put_people_aside(self, rows: pl.DataFrame) -> None:
        self._aside += rows.height
        self._hand_on_aside(self._roster_name, rows)

    def _put_bills_aside(self, rows: pl.DataFrame) -> None:
        self._bills_aside += rows.height
        self._hand_on_aside(self._bills_name, rows)

    def _hand_on_aside(self, file: str, rows: pl.DataFrame) -> None:
        if rows.height:
            self._handing.hand_on_aside(file, with_problem_codes(rows))

    # --- afterwards -------------------------------------------------------------------------

    def facts(self) -> DueFacts:
        """Return what the report rests on; all batches have passed."""
        request, counts = self._request, self._reader.counts
        bills = None
        if self._bills is not None and self._desk is not None:
            bills = RowCounts(
                read=self._bills.counts.rows_read,
                decided=self._bills_decided,
                set_aside=self._bills_aside,
                total_rows=self._bills.counts.total_rows_dropped,
                blank_rows=self._bills.counts.blank_rows,
            )
        known = Provenance(
            as_of=request.as_of,
            program=__version__,
            rules=Source(request.rules_name or self._book.folder, self._book.fingerprint),
            roster=Source(self._roster_name, self._reader.sha256),
            bills=None if self._bills is None else Source(self._bills_name, self._bills.sha256),
            region=request.region or "",
            benefits=request.benefits,
        )
        rows = RowCounts(
            read=counts.rows_read,
            decided=self._decided,
            set_aside=self._aside,
            total_rows=counts.total_rows_dropped,
            blank_rows=counts.blank_rows,
        )
        return DueFacts(self._book, known, rows, bills)

    def problems(self) -> Iterator[Problem]:
        """Yield everything that was found; all batches have passed."""
        yield from self._found
        yield from self._reader.problems
        yield from self._findings.problems()
        yield from self._bill_findings.problems()
        yield from self._unplaced.problems()
