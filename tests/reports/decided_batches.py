"""Decided batches for the tests of reports, written row by row."""

from __future__ import annotations

from datetime import date

import polars as pl

from vetbenefits.engine.records import Decided

RECORDS = {
    "row": pl.Int64,
    "person_id": pl.String,
    "name": pl.String,
    "id_number": pl.String,
    "division": pl.String,
    "bill_id": pl.String,
    "benefit": pl.String,
    "outcome": pl.String,
    "amount_fen": pl.Int64,
    "at_stake_fen": pl.Int64,
    "per": pl.String,
    "unmet": pl.String,
    "missing": pl.String,
    "provisional": pl.Boolean,
    "standing": pl.String,
    "month_fen": pl.Int64,
    "pays": pl.String,
    "first_month": pl.Int32,
}
SET_ASIDE = {
    "row": pl.Int64,
    "person_id": pl.String,
    "column": pl.String,
    "text": pl.String,
    "code": pl.String,
    "reason": pl.String,
}
RATES_USED = {
    "benefit": pl.String,
    "rate": pl.String,
    "confidence": pl.String,
    "source": pl.String,
    "from_on": pl.Date,
}


def record(row: int, benefit: str, outcome: str, **more: object) -> dict[str, object]:
    """Return one record of an invented person; `more` overrides any column."""
    plain: dict[str, object] = {
        "row": row,
        "person_id": f"P{row:03}",
        "name": f"例{row}",
        "id_number": "99010119630115001X",
        "division": "990101001001",
        "benefit": benefit,
        "outcome": outcome,
        "unmet": "",
        "missing": "",
        "provisional": False,
        "per": "month" if outcome == "due" else None,
        "month_fen": more.get("amount_fen") or 0,
        "pays": "regular" if more.get("amount_fen") else "nothing",
        "first_month": 2024 * 12 if more.get("amount_fen") else None,
    }
    return {**dict.fromkeys(RECORDS), **plain, **more}


def batch(*records: dict[str, object], rates: tuple[tuple[object, ...], ...] = ()) -> Decided:
    """Return a decided batch of these records."""
    rows = len({one["row"] for one in records})
    return Decided(
        records=pl.DataFrame(list(records), schema=RECORDS),
        counts=pl.DataFrame(schema={"benefit": pl.String, "outcome": pl.String, "rows": pl.Int64}),
        findings=pl.DataFrame(schema={"row": pl.Int64, "person_id": pl.String, "check": pl.String}),
        set_aside=no_rows(),
        rates_used=pl.DataFrame(list(rates), schema=RATES_USED, orient="row"),
        rows_given=rows,
        rows_decided=rows,
    )


def no_rows() -> pl.DataFrame:
    """Return that no row was set aside."""
    return pl.DataFrame(schema=SET_ASIDE)


WEAK_RATE = ("subsidy", "per_year", "C", "W9", date(2024, 8, 1))
FIRM_RATE = ("subsidy", "per_year", "B", "W4", date(2023, 8, 1))
