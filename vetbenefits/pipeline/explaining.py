"""Finds one person in a roster and has every benefit explained for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import pack, unpack
from vetbenefits.engine.decision import decide_bills, decide_person
from vetbenefits.engine.evaluate import Plan
from vetbenefits.model import tables
from vetbenefits.model.facts import PERSON
from vetbenefits.pipeline.bills import BillDesk
from vetbenefits.pipeline.finding import Asked, find_row, identity_of
from vetbenefits.pipeline.opening import name_of, open_bill_table
from vetbenefits.problems import InvalidInput, Problem, Severity, Span
from vetbenefits.reports.explanation import Explainer
from vetbenefits.reports.person import person_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from vetbenefits.engine.interpreter import Person
    from vetbenefits.model.rulebook import Benefit, RuleBook
    from vetbenefits.pipeline.opening import CheckRequest
    from vetbenefits.reports.explanation import Explanation
    from vetbenefits.reports.wording import Wording


@dataclass(frozen=True, slots=True)
class Found:
    """One person of the roster: the row, their bills if any were given, and what was noticed."""

    row: pl.DataFrame
    bills: pl.DataFrame | None
    problems: tuple[Problem, ...]


def explain_person(
    book: RuleBook, request: CheckRequest, key: str, say: Wording, *, full_ids: bool
) -> tuple[tuple[Explanation, ...], tuple[Problem, ...]]:
    """Explain every chosen benefit for the person of this number or ID number.

    Raises:
        InvalidInput: the roster cannot be used, or nobody in it is meant.
    """
    plan = Plan.of(
        book, as_of=request.as_of, region=request.region, benefits=request.benefits or None
    )
    if request.bills is None and all(one.table != PERSON for one in plan.benefits):
        raise InvalidInput([_no_bills(plan, request, say)], say.language)
    found = find_person(book, request, plan, key, say)
    explainer = Explainer(book.vocabulary, say, request.region)
    told = (
        explanation
        for benefit in plan.benefits
        for explanation in _told(benefit, book, request, found, explainer, full_ids=full_ids)
    )
    explanations = tuple(told)
    if not explanations:
        message = say("no_bill_settled", year=request.as_of.year, as_of=request.as_of)
        note = Problem("VB454", message, Span(_bills_name(request)), Severity.NOTE)
        return (), (*found.problems, note)
    return explanations, found.problems


def _bills_name(request: CheckRequest) -> str:
    return "" if request.bills is None else name_of(request.bills, "bills")


def _no_bills(plan: Plan, request: CheckRequest, say: Wording) -> Problem:
    message = say("bills_needed", names=", ".join(one.id for one in plan.benefits))
    span = Span(name_of(request.roster, "roster"))
    return Problem("VB454", message, span, hint=say("give_bills"))


def find_person(book: RuleBook, request: CheckRequest, plan: Plan, key: str, say: Wording) -> Found:
    """Return the one person of this number or ID number.

    Raises:
        InvalidInput: the roster cannot be used; nobody is meant; the row was set aside.
    """
    asked = Asked(
        request.roster, plan.needed, plan.only_checked, lambda row: plan.decide(row).set_aside
    )
    found = find_row(book, asked, key, say)
    bills, more = _bills_of(found.row, book, request, plan, say)
    return Found(found.row, bills, (*found.problems, *more))


def _bills_of(
    row: pl.DataFrame, book: RuleBook, request: CheckRequest, plan: Plan, say: Wording
) -> tuple[pl.DataFrame | None, tuple[Problem, ...]]:
    per_bill = [one.id for one in plan.benefits if one.table != PERSON]
    if request.bills is None and per_bill:
        message = say("bills_missing_for_one", names=", ".join(per_bill))
        span = Span(name_of(request.roster, "roster"))
        return None, (Problem("VB454", message, span, Severity.NOTE),)
    if request.bills is None or not per_bill:
        return None, ()
    table, _ = open_bill_table(request.bills, book.vocabulary, plan.needed, plan.only_checked)
    bills, _ = BillDesk(table, say).bills_of(row)
    return bills, ()


def _told(
    benefit: Benefit,
    book: RuleBook,
    request: CheckRequest,
    found: Found,
    explainer: Explainer,
    *,
    full_ids: bool,
) -> Iterator[Explanation]:
    (row,) = found.row.rows(named=True)
    identity = identity_of(row, full_ids=full_ids)
    if benefit.table == PERSON:
        person = person_of(row, book.vocabulary.of_table(PERSON))
        decision = decide_person(benefit, person, as_of=request.as_of, region=request.region)
        yield explainer.explain(identity, decision, person)
    elif found.bills is not None:
        bills = list(_dated_bills(found.bills, benefit, book, request.as_of))
        given = [(day, person) for day, person, _ in bills]
        decisions = decide_bills(benefit, given, region=request.region)
        for decision, (_, person, bill_id) in zip(decisions, bills, strict=True):
            of_bill = identity_of(row, full_ids=full_ids, bill_id=bill_id)
            yield explainer.explain(of_bill, decision, person)


def _dated_bills(
    bills: pl.DataFrame, benefit: Benefit, book: RuleBook, as_of: date
) -> Iterator[tuple[date, Person, str]]:
    """Yield the bills of the year of `as_of`, up to that day, in order of date, then row."""
    date_fact = book.vocabulary.tables[benefit.table].date_fact
    specs = (*book.vocabulary.of_table(PERSON), *book.vocabulary.of_table(benefit.table))
    first, last = pack(as_of.replace(month=1, day=1)), pack(as_of)
    within = bills.filter(pl.col(date_fact).is_between(first, last))
    for row in within.sort(date_fact, tables.ROW).iter_rows(named=True):
        yield unpack(row[date_fact]), person_of(row, specs), str(row[tables.BILL_ID])
