"""What a batch was decided to be: records for the reports, and the counts that leave no row out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.engine import columns
from vetbenefits.engine.candidates import AT, SHARE
from vetbenefits.model import tables
from vetbenefits.model.rulebook import NO_RATE, NOTHING_PAYABLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetbenefits.model.rates import RateRow

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
MONTH_COLUMNS = ("month_fen", "pays", "first_month")
_IDENTITY = (tables.PERSON_ID, tables.NAME, tables.ID_NUMBER, tables.DIVISION)


@dataclass(frozen=True, slots=True)
class Decided:
    """A batch, decided.

    `records`: one row a person (or bill) and benefit that is shown, in order of roster row, then
    benefit, then date and row of the bill: `row`, `person_id`, `name`, `id_number`, `division`,
    `bill_id` (null for persons), `benefit`, `outcome`, `amount_fen` and `per` (null unless due),
    `at_stake_fen` (of an undetermined one what would be paid, null where that is unknown), `unmet`
    and `missing` (joined by `;`), `provisional`, `standing` (new, continuing, ending, stop or null)
    and, where it was asked for, what the month pays: `month_fen`, `pays`, `first_month` (counted
    from the year 0, null where nothing is paid).
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
        SHARE,
        "drawn",
        "outcome",
        pl.when(is_due).then(fen).alias("amount_fen"),
        pl.when(is_undetermined).then(fen).alias("at_stake_fen"),
        unmet.otherwise(pl.lit("")).alias("unmet"),
        pl.when(is_undetermined).then("missing").otherwise(pl.lit("")).alias("missing"),
        (is_due & pl.col("provisional")).alias("provisional"),
    )


def failed(places: pl.DataFrame) -> pl.DataFrame:
    """Return rows with what is `unmet` as decisions: not due, with nothing else to say."""
    return places.select(
        AT,
        SHARE,
        "drawn",
        pl.lit(tables.NOT_DUE).cast(pl.UInt8).alias("outcome"),
        pl.lit(None).cast(pl.Int64).alias("amount_fen"),
        pl.lit(None).cast(pl.Int64).alias("at_stake_fen"),
        "unmet",
        pl.lit("").alias("missing"),
        pl.lit(value=False).alias("provisional"),
    )


def is_shown() -> pl.Expr:
    """Return which decisions are shown by default: all but those who get and draw nothing."""
    return (pl.col("outcome") != tables.NOT_DUE) | pl.col("drawn").fill_null(value=False)


def is_paid() -> pl.Expr:
    """Return which decisions the month pays something for; they are always shown."""
    return pl.col("month_fen") != 0


def joined_records(
    frame: pl.DataFrame, decisions: pl.DataFrame, about: pl.DataFrame
) -> pl.DataFrame:
    """Return decisions as records, in order and joined to the people.

    `about` has one row a share: its `benefit`, the `place` of that among all benefits, and `per`.
    """
    decisions = decisions.rechunk()  # or gathering takes twice as long
    place = columns.taken(about["place"], pl.col(SHARE)).alias("place")
    if tables.BILL_ID in frame.columns:
        # Bills stand in order of date and row already, but a person's belong together.
        person = frame[tables.PERSON_ROW][decisions[AT]].alias("person")
        keys = decisions.select(person, place, AT)
        order = keys.select(pl.arg_sort_by("person", "place", AT)).to_series()
    else:
        # One sort by one number is several times faster than by two columns.
        key = pl.col(AT).cast(pl.UInt64) * about.height + place
        order = decisions.select(key).to_series().arg_sort()
    whole = decisions[order]
    is_due = pl.col("outcome") == tables.DUE
    outcomes = pl.Series(tables.OUTCOMES, dtype=pl.String)
    told = whole.select(
        columns.taken(about["benefit"], pl.col(SHARE)).alias("benefit"),
        columns.taken(outcomes, pl.col("outcome")).alias("outcome"),
        "amount_fen",
        "at_stake_fen",
        pl.when(is_due).then(columns.taken(about["per"], pl.col(SHARE))).alias("per"),
        "unmet",
        "missing",
        "provisional",
        _standing(is_paid="month_fen" in whole.columns).alias("standing"),
        *(name for name in MONTH_COLUMNS if name in whole.columns),
    )
    return _people(frame)[whole[AT]].hstack(told)


def _standing(*, is_paid: bool) -> pl.Expr:
    """Return the answer held against what is drawn now; null where the roster does not say.

    Args:
        is_paid: whether it is known what the month pays.
    """
    is_drawn, is_not_due = pl.col("drawn"), pl.col("outcome") == tables.NOT_DUE
    pays = pl.col("month_fen") != 0 if is_paid else columns.FALSE
    # Somebody who is due only later in the month is taken on, not off.
    comes = (pays & pl.col("is_later")) if is_paid else columns.FALSE
    is_on = (pl.col("outcome") == tables.DUE) | (is_not_due & comes)
    return (
        pl.when(is_on & is_drawn)
        .then(pl.lit("continuing"))
        .when(is_on & ~is_drawn)
        .then(pl.lit("new"))
        .when(is_not_due & pays & is_drawn.is_not_null())
        .then(pl.lit("ending"))
        .when(is_not_due & is_drawn)
        .then(pl.lit("stop"))
    )


def _people(frame: pl.DataFrame) -> pl.DataFrame:
    bill_id = (
        pl.col(tables.BILL_ID)
        if tables.BILL_ID in frame.columns
        else pl.lit(None, dtype=pl.String).alias(tables.BILL_ID)
    )
    return frame.select(tables.ROW, *_IDENTITY, bill_id)


def counts_of(candidates: pl.DataFrame, about: pl.DataFrame, rows: int) -> pl.DataFrame:
    """Return how many of the rows each benefit has of each outcome, also where there are none.

    Whoever is no candidate is not due.
    """
    found: dict[tuple[str, int], int] = {}
    kinds = len(tables.OUTCOMES)
    numbered = candidates.select((pl.col(SHARE) * kinds + pl.col("outcome")).alias("kind"))
    for kind, count in numbered["kind"].value_counts().rows():
        share, outcome = divmod(kind, kinds)
        key = (about["benefit"][share], outcome)
        found[key] = found.get(key, 0) + count
    counted: list[tuple[str, str, int]] = []
    for benefit in about["benefit"].unique(maintain_order=True):
        due = found.get((benefit, tables.DUE), 0)
        undetermined = found.get((benefit, tables.UNDETERMINED), 0)
        sizes = {tables.DUE: due, tables.UNDETERMINED: undetermined}
        sizes[tables.NOT_DUE] = rows - due - undetermined
        counted += [(benefit, tables.OUTCOMES[outcome], size) for outcome, size in sizes.items()]
    schema = {"benefit": pl.String, "outcome": pl.String, "rows": pl.Int64}
    return pl.DataFrame(counted, schema=schema, orient="row")


def rates_used_of(used: Iterable[tuple[str, str, RateRow]]) -> pl.DataFrame:
    """Return (benefit, rate, row) as a table, each row of a rate once and in order."""
    rows = {(benefit, rate, row.confidence, row.source, row.from_on) for benefit, rate, row in used}
    return pl.DataFrame(sorted(rows), schema=_RATES_USED, orient="row")
