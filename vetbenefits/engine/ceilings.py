"""Yearly ceilings over bills: a fold in order of date and row, for all people side by side.

Round k takes the k-th bill of everybody. What a person has been paid before is kept as a lowest and
a highest sum: they part at an undetermined bill, and a later bill is settled all the same where it
comes to the same payment under both, because a payment never rises with what was paid before it.
"""

from __future__ import annotations

import polars as pl

from vetbenefits.engine import columns

GROUP = "person"

_LOWEST, _HIGHEST, _OPEN = "lowest", "highest", "open"
_SPENT = {_LOWEST: pl.Int64, _HIGHEST: pl.Int64, _OPEN: pl.String}
NO_LIMIT = 1 << 61  # the `limit_fen` of a rule without a ceiling: more than can be paid
_ANY_SUM = 10**13  # more fen than any bill can be; a hundred thousand stay below `NO_LIMIT`


def cut_at_ceiling(bills: pl.DataFrame) -> pl.DataFrame:
    """Return the bills with `fen`, what is paid of each, and with what that still lacks.

    Shape: one row a bill of one benefit and one year, in order of date and row; `person` says which
    bills share a ceiling; `raw_fen` is null where unknown, `least_fen` what it is at least
    then; `limit_fen` is the ceiling less what was used, null where unknown
    and `NO_LIMIT` without one; `is_open` where a
    condition is unknown; `no_rate`; `missing` -> the same with `fen` (null where it cannot be told)
    and a fuller `missing`, in another order.
    Units: fen. Only what is above nothing is cut: a reversal counts whole and frees its room.
    """
    names = bills.columns
    ranked = bills.with_columns(
        pl.int_range(pl.len()).over(GROUP).alias("rank"),
        pl.len().over(GROUP).alias("bills"),
    ).sort("rank", "bills", GROUP, descending=[False, True, False])
    sizes = ranked.group_by("rank").len().sort("rank")["len"].to_list()
    # Who has a k-th bill also had the one before, and stands at the same place among the first.
    spent = _nothing_spent(sizes[0] if sizes else 0)
    rounds = [ranked.clear().with_columns(pl.lit(None, dtype=pl.Int64).alias("fen"))]
    start = 0
    for size in sizes:
        settled = _settled(ranked.slice(start, size).hstack(spent.head(size)))
        spent = pl.concat([_spent_after(settled), spent.slice(size)])
        rounds.append(settled.drop(*_SPENT))
        start += size
    return pl.concat(rounds).select(*names, "fen")


def _nothing_spent(people: int) -> pl.DataFrame:
    return pl.select(
        pl.repeat(0, people, dtype=pl.Int64).alias(_LOWEST),
        pl.repeat(0, people, dtype=pl.Int64).alias(_HIGHEST),
        pl.repeat("", people, dtype=pl.String).alias(_OPEN),
    )


def _paid(spent: str) -> pl.Expr:
    """Return what is paid of a bill after `spent`; null where amount or ceiling is unknown."""
    raw, limit = pl.col("raw_fen"), pl.col("limit_fen")
    left = pl.when(limit < NO_LIMIT).then(limit - pl.col(spent)).otherwise(limit)
    left = pl.when(left > 0).then(left).when(left <= 0).then(0)
    return pl.when(raw <= left).then(raw).when(raw <= 0).then(raw).when(raw > left).then(left)


def _settled(bills: pl.DataFrame) -> pl.DataFrame:
    """Return one bill of each person with what is paid of it."""
    most, least = _paid(_LOWEST), _paid(_HIGHEST)
    bills = bills.with_columns(
        pl.when(~pl.col("no_rate") & (most == least)).then(most).alias("fen"),
        (pl.col("raw_fen") > 0).fill_null(value=False).alias("can be cut"),
    )
    is_stuck = pl.col("can be cut") & pl.col("fen").is_null() & ~pl.col("no_rate")
    if (bills[_OPEN] != "").any():
        told = pl.when(is_stuck).then(union_of("missing", _OPEN)).otherwise("missing")
        bills = bills.with_columns(told.alias("missing"))
    return bills.drop("can be cut")


def _spent_after(bills: pl.DataFrame) -> pl.DataFrame:
    """Return the lowest and the highest sum that each person may have been paid by now."""
    raw, limit, fen = pl.col("raw_fen"), pl.col("limit_fen"), pl.col("fen")
    low, high = pl.col(_LOWEST), pl.col(_HIGHEST)
    is_void = pl.col("no_rate") | (fen == 0).fill_null(value=False)
    is_settled = ~pl.col("is_open") & fen.is_not_null()
    left = pl.when(limit < NO_LIMIT).then(pl.max_horizontal(limit - high, 0))
    least = pl.coalesce(_paid(_LOWEST), pl.when(raw.is_not_null()).then(0), "least_fen")
    most = pl.coalesce(_paid(_HIGHEST), raw, left, pl.lit(_ANY_SUM))
    may_be_nothing = pl.col("is_open") | raw.is_null()
    lowest = low + pl.when(may_be_nothing).then(pl.min_horizontal(least, 0)).otherwise(least)
    highest = high + pl.when(may_be_nothing).then(pl.max_horizontal(most, 0)).otherwise(most)
    after = bills.with_columns(
        pl.when(is_void).then(low).when(is_settled).then(low + fen).otherwise(lowest),
        pl.when(is_void).then(high).when(is_settled).then(high + fen).otherwise(highest),
    )
    if (bills["missing"] != "").any():
        is_known = is_void | is_settled
        told = pl.when(is_known).then(_OPEN).otherwise(union_of("missing", _OPEN))
        after = after.with_columns(told.alias(_OPEN))
    return after.select(*_SPENT)


def union_of(first: str, second: str) -> pl.Expr:
    """Return two columns of names joined by `;` as one, each name once and in order."""
    both = pl.concat_str(first, second, separator=";")
    return columns.in_order(both).str.strip_prefix(";")
