"""What a batch was decided to be: records for the reports, and the counts that leave no row out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from vetbenefits.engine.candidates import AT
from vetbenefits.model import tables
from vetbenefits.model.rates import RateRow
from vetbenefits.model.rulebook import NO_RATE, NOT_IN_FORCE, NOTHING_PAYABLE, Benefit

# A part is what one reading of a benefit decided, before it is joined to the people.
_PART = {
    AT: pl.UInt32,
    "#benefit": pl.UInt32,
    "outcome": pl.UInt8,
    "amount_fen": pl.Int64,
    "at_stake_fen": pl.Int64,
    "per": pl.String,
    "unmet": pl.String,
    "missing": pl.String,
    "provisional": pl.Boolean,
    "drawn": pl.Boolean,
}
_RATES_USED = {
    "benefit": pl.String,
    "rate": pl.String,
    "confidence": pl.String,
    "source": pl.String,
    "from_on": pl.Date,
}
FINDINGS = {tables.ROW: pl.Int64, tables.PERSON_ID: pl.String, "check": pl.String}
SET_ASIDE = {
    tables.ROW: pl.Int64,
    tables.PERSON_ID: pl.String,
    "column": pl.String,
    "text": pl.String,
    "code": pl.String,
    "reason": pl.String,
}
_IDENTITY = (tables.PERSON_ID, tables.NAME, tables.ID_NUMBER, tables.DIVISION)


@dataclass(frozen=True, slots=True)
class Decided:
    """A batch, decided.

    `records`: one row a person (or bill) and benefit that is shown, in order of roster row, then
    benefit, then date and row of the bill: `row`, `person_id`, `name`, `id_number`, `division`,
    `bill_id` (null for persons), `benefit`, `outcome`, `amount_fen` and `per` (null unless due),
    `at_stake_fen` (of an undetermined one what would be paid, null where that is unknown), `unmet`
    and `missing` (joined by `;`), `provisional`, `standing` (new, continuing, stop or null).
    `counts`: `benefit`, `outcome`, `rows`, over all rows that were decided, shown or not.
    `findings`: `row`, `person_id`, `check` for each check of the roster that a row fails.
    `set_aside`: the rows that were not decided, with the reason.
    `rates_used`: `benefit`, `rate`, `confidence`, `source`, `from_on` of every row of a rate that
    an amount used. `rows_decided` of `rows_given` rows; the rest was set aside or is no bill of the
    year up to the day.
    """

    records: pl.DataFrame
    counts: pl.DataFrame
    findings: pl.DataFrame
    set_aside: pl.DataFrame
    rates_used: pl.DataFrame
    rows_given: int
    rows_decided: int


def concluded(candidates: pl.DataFrame) -> pl.DataFrame:
    """Return what becomes of candidates once it is known what is paid (`fen`, null: unknown).

    Nothing to pay ends the matter even where a condition is open; an amount that is unknown leaves
    it open even where all conditions are met.
    """
    fen, no_rate = pl.col("fen"), pl.col("no_rate")
    is_nothing = (fen == 0).fill_null(value=False)
    outcome = (
        pl.when(no_rate | is_nothing)
        .then(tables.NOT_DUE)
        .when(pl.col("is_open") | fen.is_null())
        .then(tables.UNDETERMINED)
        .otherwise(tables.DUE)
        .cast(pl.UInt8)
    )
    unmet = pl.when(no_rate).then(pl.lit(NO_RATE)).when(is_nothing).then(pl.lit(NOTHING_PAYABLE))
    is_due = pl.col("outcome") == tables.DUE
    is_undetermined = pl.col("outcome") == tables.UNDETERMINED
    return candidates.with_columns(outcome.alias("outcome")).select(
        AT,
        "outcome",
        pl.when(is_due).then(fen).alias("amount_fen"),
        pl.when(is_undetermined).then(fen).alias("at_stake_fen"),
        pl.when(is_due).then("per").alias("per"),
        unmet.otherwise(pl.lit("")).alias("unmet"),
        pl.when(is_undetermined).then("missing").otherwise(pl.lit("")).alias("missing"),
        (is_due & pl.col("provisional")).alias("provisional"),
    )


def failed(places: pl.DataFrame) -> pl.DataFrame:
    """Return places with what is `unmet` as decisions: not due, with nothing else to say."""
    return places.select(
        AT,
        pl.lit(tables.NOT_DUE, dtype=pl.UInt8).alias("outcome"),
        pl.lit(None, dtype=pl.Int64).alias("amount_fen"),
        pl.lit(None, dtype=pl.Int64).alias("at_stake_fen"),
        pl.lit(None, dtype=pl.String).alias("per"),
        "unmet",
        pl.lit("").alias("missing"),
        pl.lit(value=False).alias("provisional"),
    )


def not_in_force(places: pl.Series) -> pl.DataFrame:
    """Return decisions for rows on whose day a benefit does not exist."""
    return failed(pl.select(places.alias(AT)).with_columns(pl.lit(NOT_IN_FORCE).alias("unmet")))


def part_of(
    decided: pl.DataFrame, benefit: int, drawn: pl.Series, *, show_all: bool
) -> pl.DataFrame:
    """Return the decisions on one benefit that are shown, with what is drawn now.

    `drawn` has one value for each row of the batch, null where the roster does not say.
    """
    part = decided.with_columns(
        pl.lit(benefit, dtype=pl.UInt32).alias("#benefit"),
        drawn[decided[AT]].alias("drawn"),
    ).select(*_PART)
    if show_all:
        return part
    return part.filter((pl.col("outcome") != tables.NOT_DUE) | pl.col("drawn"))


def joined_records(
    frame: pl.DataFrame, parts: Sequence[pl.DataFrame], benefits: Sequence[Benefit]
) -> pl.DataFrame:
    """Return the records of a batch: its parts in order, joined to the people."""
    whole = pl.concat([pl.DataFrame(schema=_PART), *parts])
    if tables.BILL_ID in frame.columns:
        person_row = frame[tables.PERSON_ROW][whole[AT]].alias("#person")
        whole = whole.with_columns(person_row).sort("#person", "#benefit", AT).drop("#person")
    else:
        # One sort by one number is several times faster than by two columns.
        place = pl.col(AT).cast(pl.UInt64) * len(benefits) + pl.col("#benefit")
        whole = whole.sort(place)
    ids = pl.Series([one.id for one in benefits], dtype=pl.String)
    outcomes = pl.Series(tables.OUTCOMES, dtype=pl.String)
    is_due, is_drawn = pl.col("outcome") == tables.DUE, pl.col("drawn")
    standing = (
        pl.when(is_due & is_drawn)
        .then(pl.lit("continuing"))
        .when(is_due & ~is_drawn)
        .then(pl.lit("new"))
        .when((pl.col("outcome") == tables.NOT_DUE) & is_drawn)
        .then(pl.lit("stop"))
    )
    people = _people(frame)[whole[AT]]
    told = whole.select(
        pl.lit(ids).gather("#benefit").alias("benefit"),
        pl.lit(outcomes).gather("outcome").alias("outcome"),
        "amount_fen",
        "at_stake_fen",
        "per",
        "unmet",
        "missing",
        "provisional",
        standing.alias("standing"),
    )
    return people.hstack(told)


def _people(frame: pl.DataFrame) -> pl.DataFrame:
    bill_id = (
        pl.col(tables.BILL_ID)
        if tables.BILL_ID in frame.columns
        else pl.lit(None, dtype=pl.String).alias(tables.BILL_ID)
    )
    return frame.select(tables.ROW, *_IDENTITY, bill_id)


def counts_of(outcomes: Mapping[str, Mapping[int, int]]) -> pl.DataFrame:
    """Return how many rows each benefit has of each outcome, also where there are none."""
    rows = [
        (benefit, tables.OUTCOMES[outcome], counted.get(outcome, 0))
        for benefit, counted in outcomes.items()
        for outcome in (tables.DUE, tables.UNDETERMINED, tables.NOT_DUE)
    ]
    schema = {"benefit": pl.String, "outcome": pl.String, "rows": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def rates_used_of(used: Iterable[tuple[str, str, RateRow]]) -> pl.DataFrame:
    """Return (benefit, rate, row) as a table, each row of a rate once and in order."""
    rows = {(benefit, rate, row.confidence, row.source, row.from_on) for benefit, rate, row in used}
    return pl.DataFrame(sorted(rows), schema=_RATES_USED, orient="row")
