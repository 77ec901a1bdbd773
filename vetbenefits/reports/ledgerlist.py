"""What the ledger of notices holds, as a report and as records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.money import format_fen
from vetbenefits.reports.report import SHOWN_ROWS, Column, Report, Section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetbenefits.ledger import LedgerRow
    from vetbenefits.reports.wording import Wording

LEDGER_COLUMNS = (
    "person_id",
    "id_number",
    "benefit",
    "change",
    "on",
    "to_amount",
    "prepared_on",
    "sent_on",
)


def ledger_records(rows: Iterable[LedgerRow]) -> pl.DataFrame:
    """Return the notices of a ledger as records.

    Shape: one row a notice. Units: `to_amount` is yuan with two decimals, null where there is none;
    `sent_on` is null until it was marked as sent.
    """
    return pl.DataFrame(
        [
            (
                one.key.person.partition("#")[0],  # a fingerprint would give the number away
                one.id_number or None,
                one.key.benefit,
                one.key.change,
                one.key.on.isoformat(),
                None if one.key.to_amount_fen is None else format_fen(one.key.to_amount_fen),
                one.prepared_on.isoformat(),
                None if one.sent_on is None else one.sent_on.isoformat(),
            )
            for one in rows
        ],
        schema=dict.fromkeys(LEDGER_COLUMNS, pl.String),
        orient="row",
    )


def build_ledger_report(records: pl.DataFrame, say: Wording) -> Report:
    """Return the notices of a ledger as a report for reading."""
    unsent = records.get_column("sent_on").null_count()
    count = say("ledger_count", total=records.height, unsent=unsent)
    columns = tuple(Column(say(name), is_number=name == "to_amount") for name in LEDGER_COLUMNS)
    shown = tuple(
        tuple(say.code(cell) if name == "change" else cell or "" for name, cell in row.items())
        for row in records.head(SHOWN_ROWS).iter_rows(named=True)
    )
    listed = Section(say("list_notices"), columns, shown, total_rows=records.height)
    return Report(say("ledger_title"), (count,), (listed,) if shown else ())
