"""The report of `check`: who is due what on a day, what cannot be told, and sums to sign for.

Built from a tally of decided batches. Amounts are as decided; here they are only added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.masking import mask_numbers
from vetbenefits.model import tables
from vetbenefits.money import format_fen
from vetbenefits.reports.labels import Labels
from vetbenefits.reports.records import masked_identity, masked_text
from vetbenefits.reports.report import SHOWN_ROWS, Column, Report, Section, Source
from vetbenefits.reports.summary import summary_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from vetbenefits.model.rulebook import RuleBook
    from vetbenefits.reports.report import Provenance, RowCounts
    from vetbenefits.reports.tally import Tally
    from vetbenefits.reports.wording import Wording

_LEFT_OUT = ("list_month", "list_not_due")  # where nobody stands in them
FIRM_CONFIDENCES = frozenset("AB")


@dataclass(frozen=True, slots=True)
class DueFacts:
    """What a report of one day rests on beside the tally: the rules, the files, the row counts."""

    book: RuleBook
    provenance: Provenance
    rows: RowCounts
    bill_rows: RowCounts | None = None


def build_due_report(tally: Tally, facts: DueFacts, say: Wording, *, people: bool) -> Report:
    """Return the report for reading; the lists of people only where `people` asks for them."""
    words = Labels(facts.book, say)
    lists = (*_lists(tally, words), _set_aside_section(tally, facts, say)) if people else ()
    head = [*_head(facts, say)]
    if not people:
        due, stopped, undetermined = _totals(tally)
        head.append(say("totals", due=due, stopped=stopped, undetermined=undetermined))
    sections = (
        *lists,
        _missing_section(tally, words),
        _by_benefit(tally, words),
        _by_place(tally, words),
        Section(say("notes"), lines=tuple(_notes(tally, facts, words))),
    )
    as_of = facts.provenance.as_of.isoformat()
    return Report(
        say("check_title", as_of=as_of),
        tuple(head),
        tuple(section for section in sections if not section.is_empty),
    )


def _head(facts: DueFacts, say: Wording) -> Iterator[str]:
    known, rows = facts.provenance, facts.rows
    yield say("roster_source", source=known.roster.short)
    if known.bills is not None:
        yield say("bills_source", source=known.bills.short)
    yield say("rules_source", source=Source(say.code(known.rules.name), known.rules.sha256).short)
    if known.region:
        yield say("region", region=known.region)
    yield say("rows", read=rows.read, decided=rows.decided, set_aside=rows.set_aside)
    if rows.total_rows or rows.blank_rows:
        yield say("left_out_rows", totals=rows.total_rows, blanks=rows.blank_rows)
    if facts.bill_rows is not None:
        bills = facts.bill_rows
        yield say(
            "bill_rows",
            read=bills.read,
            decided=bills.decided,
            set_aside=bills.set_aside,
            outside=bills.read - bills.decided - bills.set_aside,
        )


def _lists(tally: Tally, words: Labels) -> tuple[Section, ...]:
    """Return who is due, who is to be taken off, and who cannot be told."""
    person = tuple(
        Column(words.say(word)) for word in ("person_id", "name", "id_number", "benefit")
    )
    amount, at_stake = (Column(words.say(word), is_number=True) for word in ("amount", "at_stake"))
    held = (
        (
            "list_due",
            tally.due,
            (amount, Column(words.say("per")), Column(words.say("standing"))),
            _due_cells,
        ),
        (
            "list_month",
            tally.month_only,
            (
                Column(words.say("month_total"), is_number=True),
                *(Column(words.say(word)) for word in ("standing", "unmet")),
            ),
            _month_cells,
        ),
        ("list_stop", tally.stopped, (Column(words.say("unmet")),), _stop_cells),
        (
            "list_undetermined",
            tally.undetermined,
            (at_stake, Column(words.say("missing"))),
            _undetermined_cells,
        ),
        ("list_not_due", tally.not_due, (Column(words.say("unmet")),), _stop_cells),
    )
    due, stopped, undetermined = _totals(tally)
    totals = (due, _paid_not_due(tally), stopped, undetermined, _others_not_due(tally))
    return tuple(
        Section(
            words.say(heading),
            (*person, *columns),
            tuple(
                (*_person_cells(row, words), *cells(row, words))
                for row in first.with_columns(masked_identity(first)).iter_rows(named=True)
            ),
            (words.say("nobody"),) if heading == "list_due" and not total else (),
            total,
        )
        for (heading, first, columns, cells), total in zip(held, totals, strict=True)
        if first is not None and (total or heading not in _LEFT_OUT)
    )


def _set_aside_section(tally: Tally, facts: DueFacts, say: Wording) -> Section:
    """Return which rows were not decided, and why."""
    total = facts.rows.set_aside + (facts.bill_rows.set_aside if facts.bill_rows else 0)
    # With one file alone its name in every row would only take room.
    file = ("file",) if facts.provenance.bills is not None else ()
    columns = (
        *(Column(say(word)) for word in file),
        Column(say("row"), is_number=True),
        *(Column(say(word)) for word in ("person_id", "column", "cell", "reason")),
    )
    texts = (tables.PERSON_ID, "column", "text", "reason")
    shown = (
        ()
        if tally.set_aside is None
        else tally.set_aside.select(
            *file, tables.ROW, *(masked_text(word) for word in texts)
        ).iter_rows()
    )
    rows = tuple(tuple(str(cell or "") for cell in row) for row in shown)
    return Section(say("list_set_aside"), columns, rows, total_rows=total)


def _totals(tally: Tally) -> tuple[int, int, int]:
    """Return how many records are due, stopped and undetermined."""
    sums = tally.sums.table()
    return (
        int(sums.filter(outcome="due")["records"].sum()),
        int(sums.filter(outcome="not_due", standing="stop")["records"].sum()),
        int(sums.filter(outcome="undetermined")["records"].sum()),
    )


def _others_not_due(tally: Tally) -> int:
    """Return how many records are neither due nor to be taken off; shown only under `--all`."""
    sums = tally.sums.table().filter(outcome="not_due")
    others = sums.filter(pl.col("standing") != "stop")
    return int((others["records"] - others["month_records"]).sum())


def _paid_not_due(tally: Tally) -> int:
    """Return how many records are not due on the day, though the month pays."""
    return int(tally.sums.table().filter(outcome="not_due")["month_records"].sum())


def _person_cells(row: Mapping[str, Any], words: Labels) -> tuple[str, ...]:
    benefit = words.titles[row["benefit"]]
    if row[tables.BILL_ID]:
        benefit = f"{benefit} [{row[tables.BILL_ID]}]"
    name = mask_numbers(row[tables.NAME] or "")
    return (row[tables.PERSON_ID], name, row[tables.ID_NUMBER] or "", benefit)


def _due_cells(row: Mapping[str, Any], words: Labels) -> tuple[str, ...]:
    amount = format_fen(row["amount_fen"]) + ("*" if row["provisional"] else "")
    return amount, words.say.code(row["per"]), words.say.code(row["standing"] or "")


def _stop_cells(row: Mapping[str, Any], words: Labels) -> tuple[str, ...]:
    return (words.unmet(row["benefit"], row["unmet"]),)


def _month_cells(row: Mapping[str, Any], words: Labels) -> tuple[str, ...]:
    amount = format_fen(row["month_fen"]) + ("*" if row["provisional"] else "")
    standing = words.say.code(row["standing"] or "")
    return amount, standing, words.unmet(row["benefit"], row["unmet"])


def _undetermined_cells(row: Mapping[str, Any], words: Labels) -> tuple[str, ...]:
    return _money(row["at_stake_fen"]), words.missing(row["benefit"], row["missing"])


def _missing_section(tally: Tally, words: Labels) -> Section:
    """Return which fact is missing for how many people, the most money at stake first."""
    missing = tally.missing.table().sort(
        "at_stake_fen", "people", "benefit", "missing", descending=[True, True, False, False]
    )
    rows = tuple(
        (
            words.missing(row["benefit"], row["missing"]),
            words.titles[row["benefit"]],
            str(row["people"]),
            _money(row["at_stake_fen"]) if row["unpriced"] < row["people"] else "",
            str(row["unpriced"] or ""),
        )
        for row in missing.iter_rows(named=True)
    )
    columns = (
        Column(words.say("missing")),
        Column(words.say("benefit")),
        Column(words.say("people"), is_number=True),
        Column(words.say("at_stake"), is_number=True),
        Column(words.say("unpriced"), is_number=True),
    )
    lines = (words.say("missing_note"),) if rows else ()
    return Section(words.say("list_missing"), columns, rows[:SHOWN_ROWS], lines, len(rows))


def _by_benefit(tally: Tally, words: Labels) -> Section:
    table = summary_table(tally, "benefit")
    rows = tuple(
        (words.titles[row["benefit"]], *_sum_cells(row, words))
        for row in table.iter_rows(named=True)
    )
    return Section(
        words.say("by_benefit"), (Column(words.say("benefit")), *_sum_columns(words)), rows
    )


def _by_place(tally: Tally, words: Labels) -> Section:
    table = summary_table(tally, "township", "benefit")
    rows = tuple(
        (
            row["township"] or words.say("unknown_place"),
            words.titles[row["benefit"]],
            *_sum_cells(row, words),
        )
        for row in table.head(SHOWN_ROWS).iter_rows(named=True)
    )
    columns = (Column(words.say("place")), Column(words.say("benefit")), *_sum_columns(words))
    return Section(words.say("by_place"), columns, rows, total_rows=table.height)


_SUM_WORDS = (
    *("people", "total", "per", "month_people", "month_total"),
    *("new", "continuing", "ending", "stop", "undetermined", "provisional"),
)


def _sum_columns(words: Labels) -> tuple[Column, ...]:
    return tuple(Column(words.say(word), is_number=word != "per") for word in _SUM_WORDS)


def _sum_cells(row: Mapping[str, Any], words: Labels) -> tuple[str, ...]:
    return (
        str(row["people"]),
        format_fen(row["amount_fen"]),
        words.say.code(row["per"]) if row["per"] else "",
        str(row["month_people"]),
        format_fen(row["month_fen"]),
        *(str(row[word]) for word in _SUM_WORDS[5:]),
    )


def weak_rates(tally: Tally, words: Labels) -> Iterator[tuple[str, str]]:
    """Yield one line for each benefit that used rates which rest on no official source."""
    weak: dict[str, dict[str, None]] = {}
    for row in tally.rates_used().iter_rows(named=True):
        if row["confidence"] not in FIRM_CONFIDENCES:
            rate = words.say(
                "weak_rate",
                rate=words.rate(row["benefit"], row["rate"]),
                confidence=row["confidence"],
                source=row["source"],
            )
            weak.setdefault(row["benefit"], {})[rate] = None
    for benefit, rates in weak.items():
        listed = words.say("list_mark").join(rates)
        yield benefit, words.say("weak_rates", title=words.titles[benefit], rates=listed)


def _notes(tally: Tally, facts: DueFacts, words: Labels) -> Iterator[str]:
    yield from (line for _, line in weak_rates(tally, words))
    if int(tally.sums.table()["provisional"].sum()):
        yield "* " + words.say("provisional_note")
    yield words.say("facts_held", as_of=facts.provenance.as_of.isoformat())
    yield words.say("masked_note")
    yield words.say("program", program=facts.provenance.program)


def _money(fen: int | None) -> str:
    return "" if fen is None else format_fen(fen)
