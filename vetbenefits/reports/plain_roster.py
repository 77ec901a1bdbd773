"""A batch of the roster as plain text again: one column a fact, each value spelled in one way.

Reading it again gives the same facts: `none` and `unknown` are written out, a date of which only
the month is known stays a month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import PER_MONTH
from vetbenefits.model.facts import FactType, Role
from vetbenefits.model.tables import code_column, month_only_column, none_column
from vetbenefits.reports.records import yuan_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetbenefits.model.facts import FactSpec

_OWN = (Role.PERSON_ID, Role.NAME, Role.ID_NUMBER)
_LEAST_DIGITS = 6


def plain_roster(batch: pl.DataFrame, specs: Iterable[FactSpec]) -> pl.DataFrame:
    """Return a batch as texts.

    Shape: ROSTER -> one String column a fact, named as the fact; rows in the same order.
    """
    return batch.select(
        _text(spec, batch.columns).alias(spec.name)
        for spec in specs
        if spec.role in _OWN or _is_held(spec, batch.columns)
    )


def _is_held(spec: FactSpec, columns: list[str]) -> bool:
    if spec.type is FactType.CODES:
        return bool(spec.code_ids) and code_column(spec.name, spec.code_ids[0]) in columns
    return spec.name in columns


def _text(spec: FactSpec, columns: list[str]) -> pl.Expr:
    if spec.role in _OWN:
        return pl.col(str(spec.role)).fill_null("")
    if spec.type is FactType.CODES:
        return _codes(spec)
    text = _known(spec)
    if month_only_column(spec.name) in columns:
        is_month = pl.col(month_only_column(spec.name))
        text = pl.when(is_month).then(text.str.slice(0, len("2026-11"))).otherwise(text)
    if none_column(spec.name) in columns:
        text = pl.when(pl.col(none_column(spec.name))).then(pl.lit("none")).otherwise(text)
    return text.fill_null("" if spec.type is FactType.TEXT else "unknown")


def _known(spec: FactSpec) -> pl.Expr:
    value = pl.col(spec.name)
    match spec.type:
        case FactType.DATE | FactType.MONTH:
            return _day(value)
        case FactType.MONEY:
            return yuan_text(spec.name)
        case FactType.RATIO if spec.decimals:
            return _decimal(value, spec.scale, spec.decimals)
        case FactType.YES_NO:
            return pl.when(value).then(pl.lit("yes")).when(~value).then(pl.lit("no"))
        case FactType.CODE:
            ids = dict(enumerate(spec.code_ids))
            return value.replace_strict(ids, default=None, return_dtype=pl.String)
        case _:
            # A roster names a province or a city by six digits, too.
            is_division = spec.type is FactType.DIVISION
            return value.str.pad_end(_LEAST_DIGITS, "0") if is_division else value.cast(pl.String)


def _codes(spec: FactSpec) -> pl.Expr:
    held = [
        pl.when(pl.col(code_column(spec.name, code))).then(pl.lit(code)) for code in spec.code_ids
    ]
    joined = pl.concat_str(held, separator=";", ignore_nulls=True)
    is_known = pl.col(code_column(spec.name, spec.code_ids[0])).is_not_null()
    text = pl.when(joined == "").then(pl.lit("none")).otherwise(joined)
    return pl.when(is_known).then(text).otherwise(pl.lit("unknown"))


def _day(packed: pl.Expr) -> pl.Expr:
    months = packed // PER_MONTH
    parts = ((months // 12, 4), (months % 12 + 1, 2), (packed % PER_MONTH, 2))
    texts = [part.cast(pl.String).str.zfill(width) for part, width in parts]
    return pl.concat_str(texts, separator="-")


def _decimal(value: pl.Expr, scale: int, decimals: int) -> pl.Expr:
    sign = pl.when(value < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    whole = (value.abs() // scale).cast(pl.String)
    rest = (value.abs() % scale).cast(pl.String).str.zfill(decimals)
    return pl.concat_str([sign, whole, pl.lit("."), rest])
