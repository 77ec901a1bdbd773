"""Bills of one calendar year: which are decided, in which order, and what the ceiling leaves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import pack
from vetbenefits.engine.candidates import AT, SHARE
from vetbenefits.engine.ceilings import GROUP, cut_at_ceiling, union_of
from vetbenefits.engine.records import SET_ASIDE
from vetbenefits.model import tables

if TYPE_CHECKING:
    from vetbenefits.model.facts import TableSpec

USED_DIFFERS = "used_differs"  # a finding: the bills of a person disagree on what was used before
NO_DATE = "no_date"  # set aside: a bill without a date cannot stand in any order


def bills_of_year(
    bills: pl.DataFrame, table: TableSpec, as_of: date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the bills of the year of `as_of` up to that day, inclusive; and those without a date.

    Shape: BILLS -> BILLS in order of date, then row; and the undated ones as rows set aside.
    """
    day = pl.col(table.date_fact)
    undated = bills.filter(day.is_null()).select(
        tables.ROW,
        tables.PERSON_ID,
        pl.lit(table.date_fact).alias("column"),
        pl.lit("").alias("text"),
        pl.lit(NO_DATE).alias("code"),
        pl.lit("the date is not known").alias("reason"),
    )
    first = pack(date(as_of.year, 1, 1))
    within = bills.filter(day.is_between(first, pack(as_of))).sort(table.date_fact, tables.ROW)
    return within, pl.concat([pl.DataFrame(schema=SET_ASIDE), undated])


def cut_bills(
    candidates: pl.DataFrame, frame: pl.DataFrame, about: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return candidates with `fen`, what is paid of each; and the findings.

    What was used before the first bill must be the same on all bills of a person: where it is not,
    it is unknown, and `missing` names it.

    Shape: candidates of a batch of bills in order of date and row; `about` tells what those of one
    share have in common.
    """
    bills = candidates.sort(AT)
    bills = bills.hstack(about.select("place", "least_fen", "used")[bills[SHARE]])
    # Each benefit has its own ceiling.
    person = frame[tables.PERSON_ROW][bills[AT]]
    bills = bills.with_columns((person * about.height + bills["place"]).alias(GROUP))
    differs = pl.col("used_fen").drop_nulls().n_unique().over(GROUP) > 1
    bills = bills.with_columns(differs.alias("differs"))
    is_lacking = pl.col("differs") & (pl.col("raw_fen") > 0)
    told = pl.when(is_lacking).then(union_of("missing", "used")).otherwise("missing")
    bills = bills.with_columns(
        pl.when(~pl.col("differs")).then("limit_fen").alias("limit_fen"), told.alias("missing")
    )
    return cut_at_ceiling(bills), _findings(bills, frame)


def _findings(bills: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    rows = frame.select(tables.ROW, tables.PERSON_ID)[bills.filter("differs")[AT].unique()]
    return rows.with_columns(pl.lit(USED_DIFFERS).alias("check")).sort(tables.ROW)
