"""The report of `check`: who is due what on a day, what cannot be told, and sums to sign for.

Built from a tally of decided batches. Amounts are as decided; here they are only added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.model import tables
from vetbenefits.money import format_fen
from vetbenefits.reports.records import masked_identity
from vetbenefits.reports.report import SHOWN_ROWS, Column, Report, Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from vetbenefits.model.rulebook import RuleBook
    from vetbenefits.reports.report import Provenance, RowCounts
    from vetbenefits.reports.tally import Tally
    from vetbenefits.reports.wording import Wording

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
    titles = {one.id: say.of(one.title) for one in facts.book.benefits}
    lists = _lists(tally, titles, say) if people else ()
    sections = (
        *lists,
        _missing_section(tally, titles, say),
        _by_benefit(tally, titles, say),
        _by_place(tally, titles, say),
        Section(say("notes"), lines=tuple(_notes(tally, facts, titles, say))),
    )
    as_of = facts.provenance.as_of.isoformat()
    return Report(
        say("check_title", as_of=as_of),
        tuple(_head(facts, say)),
        tuple(section for section in sections if not section.is_empty),
    )


def _head(facts: DueFacts, say: Wording) -> Iterator[str]:
    known, rows = facts.provenance, facts.rows
    yield say("roster_source", source=known.roster.short)
    if known.bills is not None:
        yield say("bills_source", source=known.bills.short)
    yield say("rules_source", source=known.rules.short)
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


def _lists(tally: Tally, titles: dict[str, str], say: Wording) -> tuple[Section, ...]:
    """Return who is due, who is to be taken off, and who cannot be told."""
    person = tuple(Column(say(word)) for word in ("person_id", "name", "id_number", "benefit"))
    amount, at_stake = (Column(say(word), is_number=True) for word in ("amount", "at_stake"))
    held = (
        ("list_due", tally.due, (amount, Column(say("per")), Column(say("standing"))), _due_cells),
        ("list_stop", tally.stopped, (Column(say("unmet")),), _stop_cells),
        (
            "list_undetermined",
            tally.undetermined,
            (at_stake, Column(say("missing"))),
            _undetermined_cells,
        ),
    )
    return tuple(
        Section(
            say(heading),
            (*person, *columns),
            tuple(
                (*_person_cells(row, titles), *cells(row, say))
                for row in first.with_columns(masked_identity()).iter_rows(named=True)
            ),
            total_rows=total,
        )
        for (heading, first, columns, cells), total in zip(held, _totals(tally), strict=True)
        if first is not None
    )


def _totals(tally: Tally) -> tuple[int, int, int]:
    """Return how many records are due, stopped and undetermined."""
    sums = tally.sums.table()
    return (
        int(sums.filter(outcome="due")["records"].sum()),
        int(sums.filter(outcome="not_due", standing="stop")["records"].sum()),
        int(sums.filter(outcome="undetermined")["records"].sum()),
    )


def _person_cells(row: Mapping[str, Any], titles: dict[str, str]) -> tuple[str, ...]:
    benefit = titles[row["benefit"]]
    if row[tables.BILL_ID]:
        benefit = f"{benefit} [{row[tables.BILL_ID]}]"
    return (row[tables.PERSON_ID], row[tables.NAME] or "", row[tables.ID_NUMBER] or "", benefit)


def _due_cells(row: Mapping[str, Any], say: Wording) -> tuple[str, ...]:
    amount = format_fen(row["amount_fen"]) + ("*" if row["provisional"] else "")
    return amount, say.code(row["per"]), say.code(row["standing"] or "")


def _stop_cells(row: Mapping[str, Any], say: Wording) -> tuple[str, ...]:
    return (", ".join(say.code(one) for one in row["unmet"].split(";")),)


def _undetermined_cells(row: Mapping[str, Any], say: Wording) -> tuple[str, ...]:
    return _money(row["at_stake_fen"]), ", ".join(
        say.code(one) for one in row["missing"].split(";")
    )


def _missing_section(tally: Tally, titles: dict[str, str], say: Wording) -> Section:
    """Return which fact is missing for how many people, the most money at stake first."""
    missing = tally.missing.table().sort(
        "at_stake_fen", "people", "benefit", "missing", descending=[True, True, False, False]
    )
    rows = tuple(
        (
            row["missing"],
            titles[row["benefit"]],
            str(row["people"]),
            _money(row["at_stake_fen"])
            + (f" ({say('unpriced', people=row['unpriced'])})" if row["unpriced"] else ""),
        )
        for row in missing.iter_rows(named=True)
    )
    columns = (
        Column(say("missing")),
        Column(say("benefit")),
        Column(say("people"), is_number=True),
        Column(say("at_stake"), is_number=True),
    )
    lines = (say("missing_note"),) if rows else ()
    return Section(say("list_missing"), columns, rows[:SHOWN_ROWS], lines, len(rows))


def summary_table(tally: Tally, *keys: str) -> pl.DataFrame:
    """Return the sums of the due, and who comes and goes, by the given keys and period.

    Shape: one row per keys and `per` with `people` (due), `records` (due), `amount_fen` (of one
    payment each), `new`, `continuing`, `stop`, `undetermined`, `provisional`; sorted by the keys.
    People who are not due or undetermined have an empty `per` and are put with the first period of
    their keys.
    """
    sums = tally.sums.table()
    by_per = [*keys, "per"]
    is_due = pl.col("outcome") == "due"
    due = (
        sums.filter(is_due)
        .group_by(by_per)
        .agg(
            pl.col("people", "records", "amount_fen", "provisional").sum(),
            *(
                pl.col("records").filter(pl.col("standing") == word).sum().alias(word)
                for word in ("new", "continuing")
            ),
        )
    )
    others = (
        sums.filter(~is_due)
        .group_by(keys)
        .agg(
            pl.col("records").filter(pl.col("standing") == "stop").sum().alias("stop"),
            pl.col("records")
            .filter(pl.col("outcome") == "undetermined")
            .sum()
            .alias("undetermined"),
        )
    )
    first = due.sort(by_per).unique(keys, keep="first", maintain_order=True).select(by_per)
    others = others.join(first, on=keys, how="left").with_columns(pl.col("per").fill_null(""))
    return (
        due.join(others, on=by_per, how="full", coalesce=True)
        .sort(by_per)
        .with_columns(pl.col(pl.Int64, pl.UInt32).cast(pl.Int64).fill_null(0))
    )


def _by_benefit(tally: Tally, titles: dict[str, str], say: Wording) -> Section:
    table = summary_table(tally, "benefit")
    rows = tuple(
        (titles[row["benefit"]], *_sum_cells(row, say)) for row in table.iter_rows(named=True)
    )
    return Section(say("by_benefit"), (Column(say("benefit")), *_sum_columns(say)), rows)


def _by_place(tally: Tally, titles: dict[str, str], say: Wording) -> Section:
    table = summary_table(tally, "township", "benefit")
    rows = tuple(
        (row["township"] or say("unknown_place"), titles[row["benefit"]], *_sum_cells(row, say))
        for row in table.head(SHOWN_ROWS).iter_rows(named=True)
    )
    columns = (Column(say("place")), Column(say("benefit")), *_sum_columns(say))
    return Section(say("by_place"), columns, rows, total_rows=table.height)


_SUM_WORDS = ("people", "total", "per", "new", "continuing", "stop", "undetermined", "provisional")


def _sum_columns(say: Wording) -> tuple[Column, ...]:
    return tuple(Column(say(word), is_number=word != "per") for word in _SUM_WORDS)


def _sum_cells(row: Mapping[str, Any], say: Wording) -> tuple[str, ...]:
    return (
        str(row["people"]),
        format_fen(row["amount_fen"]),
        say.code(row["per"]) if row["per"] else "",
        *(str(row[word]) for word in _SUM_WORDS[3:]),
    )


def _notes(tally: Tally, facts: DueFacts, titles: dict[str, str], say: Wording) -> Iterator[str]:
    for row in tally.rates_used().iter_rows(named=True):
        if row["confidence"] not in FIRM_CONFIDENCES:
            yield say(
                "weak_rate",
                title=titles[row["benefit"]],
                rate=row["rate"],
                from_on=row["from_on"],
                confidence=row["confidence"],
                source=row["source"],
            )
    if int(tally.sums.table()["provisional"].sum()):
        yield "* " + say("provisional_note")
    yield say("facts_held", as_of=facts.provenance.as_of.isoformat())
    yield say("masked_note")
    yield say("program", program=facts.provenance.program)


def _money(fen: int | None) -> str:
    return "" if fen is None else format_fen(fen)
