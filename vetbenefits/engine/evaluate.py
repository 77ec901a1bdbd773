"""A rule book × a batch of rows × a day → decisions, for everybody in columns.

`decision.py` says what a decision is, one person at a time. Here the conditions of all benefits are
computed over the whole batch, each shared part once, and everything that costs more (amounts,
reasons, missing facts) only for the rows that are left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.engine import columns
from vetbenefits.engine.bills import bills_of_year, cut_bills
from vetbenefits.engine.candidates import candidates_of, failed_of, with_missing
from vetbenefits.engine.compiler import Compiler
from vetbenefits.engine.month_plan import MonthPlan, of_bills
from vetbenefits.engine.program import drawn_column, program_of
from vetbenefits.engine.records import (
    Decided,
    concluded,
    counts_of,
    failed,
    is_paid,
    is_shown,
    joined_records,
    rates_used_of,
)
from vetbenefits.model.expressions import facts_of
from vetbenefits.model.facts import PERSON, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetbenefits.engine.month_plan import Looked
    from vetbenefits.engine.program import Program
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rulebook import Benefit, RuleBook, Variant


@dataclass(frozen=True)
class Plan:
    """What is asked of a rule book: a day, the bureau that asks, which benefits.

    Compiled once, when the first batch comes; then it decides every batch.
    """

    book: RuleBook
    as_of: date
    region: str | None
    benefits: tuple[Benefit, ...]
    with_month: bool = False

    @classmethod
    def of(
        cls,
        book: RuleBook,
        *,
        as_of: date,
        region: str | None = None,
        benefits: tuple[str, ...] | None = None,
        with_month: bool = False,
    ) -> Plan:
        """Return the plan for the benefits of these ids, or for all of the book.

        `with_month` asks also what the month of the day pays.
        """
        chosen = (one for one in book.benefits if benefits is None or one.id in benefits)
        ordered = tuple(sorted(chosen, key=lambda one: one.id))
        return cls(book, as_of, region, ordered, with_month)

    @cached_property
    def needed(self) -> frozenset[str]:
        """Return the names of the facts that the rules use, of persons and of bills."""
        draws = self.book.vocabulary.with_role(Role.DRAWS)
        found = {name for term in self._terms() for name in facts_of(term)}
        if self._months is not None:
            found |= self._months.needed
        for benefit in self.benefits:
            if draws is not None and drawn_column(self.book.vocabulary, benefit):
                found.add(draws.name)
            if benefit.table != PERSON:
                found.add(self.book.vocabulary.tables[benefit.table].date_fact)
        return frozenset(found)

    @cached_property
    def only_checked(self) -> frozenset[str]:
        """Return the names of the facts that just the checks of the roster use."""
        decided = {benefit.table for benefit in self.benefits} | {PERSON}
        checks = (check.holds for check in self.book.checks if check.table in decided)
        return frozenset(name for term in checks for name in facts_of(term)) - self.needed

    def _terms(self) -> Iterator[Term]:
        """Yield every term that the rules of this plan can ask for."""
        for benefit in self.benefits:
            if benefit.place is not None:
                yield benefit.place
            for variant in benefit.variants:
                if self._can_hold(benefit, variant):
                    yield from _terms_of(variant)

    def _can_hold(self, benefit: Benefit, variant: Variant) -> bool:
        first = self.as_of if benefit.table == PERSON else date(self.as_of.year, 1, 1)
        from_on = max(benefit.from_on, variant.from_on)
        return from_on <= self.as_of and first < min(benefit.until_on, variant.until_on)

    def decide(self, batch: pl.DataFrame, *, show_all: bool = False) -> Decided:
        """Decide the benefits of persons.

        Shape: ROSTER -> DECISIONS, in order of the roster's rows, then benefits.

        Args:
            batch: rows with the columns of the facts that are `needed` and `only_checked`.
            show_all: show also those who are not due and draw nothing.
        """
        return _decided(batch, self._persons, self._months, show_all=show_all)

    def decide_bills(self, bills: pl.DataFrame, *, show_all: bool = False) -> Decided:
        """Decide the benefits that are paid per bill, each as of its own date.

        Shape: BILLS, joined to their persons -> DECISIONS, in order of the persons' rows, then
        benefits, then date and row. All bills of a person and year must come in one call, since
        they share a ceiling.

        Raises:
            ValueError: no benefit of this plan is paid per bill.
        """
        table = next((one.table for one in self.benefits if one.table != PERSON), None)
        if table is None:
            raise ValueError("no benefit of this plan is paid per bill")
        spec = self.book.vocabulary.tables[table]
        of_year, undated = bills_of_year(bills, spec, self.as_of)
        month = self.as_of if self.with_month else None
        decided = _decided(of_year, self._bills, month, show_all=show_all)
        return replace(
            decided,
            set_aside=pl.concat([undated, decided.set_aside]),
            rows_given=bills.height,
        )

    @cached_property
    def _months(self) -> MonthPlan | None:
        if not self.with_month:
            return None
        persons = tuple(one for one in self.benefits if one.table == PERSON)
        return MonthPlan(self.book, self.as_of, self.region, persons)

    @cached_property
    def _persons(self) -> Program:
        chosen = [one for one in self.benefits if one.table == PERSON]
        compiler = Compiler(self.book.vocabulary, self.as_of)
        return program_of(self.book, chosen, compiler, self.region, PERSON)

    @cached_property
    def _bills(self) -> Program:
        chosen = [one for one in self.benefits if one.table != PERSON]
        table = self.book.vocabulary.tables[chosen[0].table]
        compiler = Compiler(self.book.vocabulary, None, table.date_fact)
        return program_of(self.book, chosen, compiler, self.region, table.name)


def _terms_of(variant: Variant) -> Iterator[Term]:
    for entry in variant.entries:
        yield entry.clause.test
    yield variant.amount.value
    if variant.amount.ceiling is not None:
        yield variant.amount.ceiling.value
        yield variant.amount.ceiling.used


def _decided(
    batch: pl.DataFrame, program: Program, month: MonthPlan | date | None, *, show_all: bool
) -> Decided:
    """Decide every benefit of a program for every row of a batch.

    `month`: what also to ask of the month; of bills just the day.
    """
    left, findings, set_aside = program.checked(batch)
    frame = program.staged(left)
    graph = program.compiler.graph
    looked, also_shown = None, dict[int, str]()
    if isinstance(month, MonthPlan):
        looked = month.look(program, frame, left)
        frame, also_shown = _with_paid(frame, looked)
    shares = program.shares(frame, show_all=show_all, also_shown=also_shown)
    about = program.about(shares)
    candidates, used = candidates_of(frame, shares, graph)
    candidates = with_missing(candidates, frame, shares, graph)
    if program.is_of_bills:
        candidates, disagreeing = cut_bills(candidates, frame, about)
        findings = pl.concat([findings, disagreeing])
    else:
        candidates = candidates.rename({"raw_fen": "fen"})
    decisions = concluded(candidates)
    counts = counts_of(decisions, about, left.height)
    decisions = pl.concat([decisions, failed(failed_of(frame, shares, graph))])
    shown = columns.TRUE if show_all else is_shown()
    if isinstance(month, MonthPlan) and looked is not None:
        decisions = month.with_month(decisions, looked, about, left)
        shown = shown | is_paid()
    elif isinstance(month, date):
        decisions = of_bills(decisions, frame, program.compiler.day_column, month)
    return Decided(
        joined_records(frame, decisions.filter(shown), about),
        counts,
        findings,
        set_aside,
        rates_used_of(used),
        rows_given=batch.height,
        rows_decided=left.height,
    )


def _with_paid(frame: pl.DataFrame, looked: Looked) -> tuple[pl.DataFrame, dict[int, str]]:
    """Return a batch with columns that tell whom the month pays; these by place of a benefit."""
    nobody = pl.repeat(value=False, n=frame.height, eager=True)
    names: dict[int, str] = {}
    for place, rows in looked.flags().items():
        names[place] = f"#paid {place}"
        paid = nobody.scatter(rows, values=True)
        frame = frame.with_columns(paid.alias(names[place]))
    return frame, names
