"""What a run states about itself, so that it can be made again and compared byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.money import format_fen
from vetbenefits.reports.due import weak_rates
from vetbenefits.reports.records import yuan_text
from vetbenefits.reports.summary import summary_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetbenefits.reports.due import DueFacts
    from vetbenefits.reports.labels import Labels
    from vetbenefits.reports.report import RowCounts, Source
    from vetbenefits.reports.tally import Tally

_COLUMNS = ("section", "as_of", "place", "benefit", "title", "per", "people", "records")
_MONTH = ("month_people", "month_amount")
_COUNTS = ("new", "continuing", "ending", "stop", "undetermined", "provisional")


def build_manifest(
    tally: Tally, facts: DueFacts, options: Mapping[str, object], outputs: Mapping[str, str]
) -> dict[str, object]:
    """Return the manifest of a run: sources, options, outputs (SHA-256 by name), counts, totals."""
    known = facts.provenance
    return {
        "program": f"vetbenefits {known.program}",
        "as_of": known.as_of.isoformat(),
        "options": dict(options),
        "roster": _source(known.roster),
        "bills": None if known.bills is None else _source(known.bills),
        "rules": {"name": known.rules.name, "fingerprint": known.rules.sha256},
        "rows": _counts(facts.rows),
        "bill_rows": None if facts.bill_rows is None else _counts(facts.bill_rows),
        "totals": [
            {
                "benefit": row["benefit"],
                "per": row["per"] or None,
                "people": row["people"],
                "records": row["records"],
                "amount": format_fen(row["amount_fen"]),
                "month_people": row["month_people"],
                "month_amount": format_fen(row["month_fen"]),
                **{word: row[word] for word in _COUNTS},
            }
            for row in summary_table(tally, "benefit").iter_rows(named=True)
        ],
        "outputs": dict(sorted(outputs.items())),
    }


def build_summary(tally: Tally, facts: DueFacts, words: Labels) -> pl.DataFrame:
    """Return the summary as rows for a spreadsheet.

    Shape: `section` is `rows_read`, `rows_decided` or `rows_set_aside` (the number stands under
    `records`), `benefit`, `place` (township), `weak_rate` (a line to read stands under `title`) or
    `rules` (their fingerprint stands there). Units: `amount` is yuan as text, the sum of one
    payment of each; `month_amount` is what the batch of the month pays to `month_people`.
    """
    titles = words.titles
    as_of = facts.provenance.as_of.isoformat()
    benefits = _sums(summary_table(tally, "benefit"), "benefit", titles, as_of)
    places = _sums(
        summary_table(tally, "township", "benefit").rename({"township": "place"}),
        "place",
        titles,
        as_of,
    )
    counts = _row_counts(facts, as_of)
    notes = _notes(tally, facts, words, as_of)
    whole = pl.concat([counts, benefits, places, notes], how="diagonal")
    return whole.select(*_COLUMNS, "amount", *_MONTH, *_COUNTS)


def _sums(table: pl.DataFrame, section: str, titles: Mapping[str, str], as_of: str) -> pl.DataFrame:
    return table.with_columns(
        pl.lit(section).alias("section"),
        pl.lit(as_of).alias("as_of"),
        pl.col("benefit").replace_strict(titles, default=None).alias("title"),
        yuan_text("amount_fen").alias("amount"),
        yuan_text("month_fen").alias("month_amount"),
    ).drop("amount_fen", "month_fen")


def _row_counts(facts: DueFacts, as_of: str) -> pl.DataFrame:
    rows = facts.rows
    sections = {
        "rows_read": rows.read,
        "rows_decided": rows.decided,
        "rows_set_aside": rows.set_aside,
    }
    if facts.bill_rows is not None:
        bills = facts.bill_rows
        sections |= {
            "bills_read": bills.read,
            "bills_decided": bills.decided,
            "bills_set_aside": bills.set_aside,
        }
    return pl.DataFrame(
        {
            "section": list(sections),
            "as_of": [as_of] * len(sections),
            "place": [""] * len(sections),
            "records": list(sections.values()),
        },
        schema_overrides={"records": pl.Int64},
    )


def _notes(tally: Tally, facts: DueFacts, words: Labels, as_of: str) -> pl.DataFrame:
    rules = facts.provenance.rules
    lines = [("weak_rate", *line) for line in weak_rates(tally, words)]
    lines.append(("rules", "", f"{rules.name} {rules.sha256}"))
    return pl.DataFrame(lines, schema=["section", "benefit", "title"], orient="row").with_columns(
        pl.lit(as_of).alias("as_of")
    )


def _source(source: Source) -> dict[str, str]:
    return {"name": source.name, "sha256": source.sha256}


def _counts(rows: RowCounts) -> dict[str, int]:
    return {
        "read": rows.read,
        "decided": rows.decided,
        "set_aside": rows.set_aside,
        "total_rows": rows.total_rows,
        "blank_rows": rows.blank_rows,
    }
