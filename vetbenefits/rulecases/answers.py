"""One case decided twice: by the interpreter, and in columns on a table of one person."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from vetbenefits.dates import unpack
from vetbenefits.engine.decision import decide_bills, decide_person
from vetbenefits.engine.evaluate import Plan
from vetbenefits.model import tables
from vetbenefits.model.facts import PERSON
from vetbenefits.money import format_fen
from vetbenefits.reports.person import person_of
from vetbenefits.rulecases.case import Answer
from vetbenefits.rulecases.cells import frame_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetbenefits.engine.decision import PersonDecision
    from vetbenefits.engine.interpreter import Person
    from vetbenefits.model.rulebook import Benefit, RuleBook
    from vetbenefits.rulecases.case import Case, Row


@dataclass(frozen=True, slots=True)
class Decision:
    """What the interpreter decides about the person, or about one bill of theirs."""

    decided: PersonDecision
    person: Person
    bill_id: str = ""


def decisions(case: Case, benefit: Benefit, book: RuleBook) -> tuple[Decision, ...]:
    """Return what the interpreter decides: one decision, or one for each bill of the year.

    As `check` does: the bills settled in the calendar year of the day, up to that day, in order.
    """
    people = book.vocabulary.of_table(PERSON)
    if benefit.table == PERSON:
        person = person_of(case.person, people)
        decided = decide_person(benefit, person, as_of=case.as_of, region=case.region)
        return (Decision(decided, person),)
    table = book.vocabulary.tables[benefit.table]
    specs = (*people, *book.vocabulary.of_table(benefit.table))
    dated = [(unpack(_packed(row[table.date_fact])), row) for row in case.bills]
    first = case.as_of.replace(month=1, day=1)
    dated = sorted((pair for pair in dated if first <= pair[0] <= case.as_of), key=itemgetter(0))
    bills = [(day, person_of({**case.person, **row}, specs)) for day, row in dated]
    ids = [str(row[table.key_fact] or "") for _, row in dated]
    told = decide_bills(benefit, bills, region=case.region)
    return tuple(
        Decision(decided, person, bill_id)
        for decided, (_, person), bill_id in zip(told, bills, ids, strict=True)
    )


def interpreted(decision: Decision) -> Answer:
    """Return the interpreter's decision as an answer to compare."""
    decided = decision.decided
    variant, fen = decided.variant, decided.amount_fen
    is_due = decided.outcome == "due" and fen is not None and variant is not None
    return Answer(
        decided.outcome,
        format_fen(fen) if is_due and fen is not None else None,
        variant.amount.payment_per if is_due and variant is not None else None,
        tuple(sorted(decided.unmet)),
        tuple(sorted(decided.missing)),
        decided.provisional,
        decision.bill_id,
    )


def compiled(case: Case, benefit: Benefit, book: RuleBook) -> tuple[Answer, ...]:
    """Return what the columns say about the same case."""
    plan = Plan.of(book, as_of=case.as_of, region=case.region, benefits=(benefit.id,))
    people = book.vocabulary.of_table(PERSON)
    if benefit.table == PERSON:
        decided = plan.decide(frame_of([case.person], people), show_all=True)
        return tuple(_answers(decided.records.iter_rows(named=True)))
    specs = (*people, *book.vocabulary.of_table(benefit.table))
    bills = frame_of([{**case.person, **row} for row in case.bills], specs)
    decided = plan.decide_bills(bills, show_all=True)
    return tuple(_answers(decided.records.iter_rows(named=True)))


def _answers(records: Iterator[Row]) -> Iterator[Answer]:
    for record in records:
        fen = record["amount_fen"]
        yield Answer(
            str(record["outcome"]),
            format_fen(fen) if isinstance(fen, int) else None,
            str(record["per"]) if record["per"] else None,
            _names(record["unmet"]),
            _names(record["missing"]),
            bool(record["provisional"]),
            str(record[tables.BILL_ID] or ""),
        )


def _names(joined: object) -> tuple[str, ...]:
    return tuple(sorted(str(joined).split(";"))) if joined else ()


def _packed(cell: object) -> int:
    if not isinstance(cell, int):
        raise TypeError("a bill of a case has no day")
    return cell
