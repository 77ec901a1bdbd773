"""The facts of a case as the row that the roster reader would make of them.

No derivation takes place and nothing is filled in, but for facts whose blank means `none`: they
are `none` where the case does not name them, so that cases stay short.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.intake.cells import reader_of
from vetbenefits.intake.status import FIRST_BAD, REASONS, Status
from vetbenefits.model import tables
from vetbenefits.model.facts import FactType, MonthOnly

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vetbenefits.model.facts import FactSpec
    from vetbenefits.rulecases.case import Row

_POLARS_TYPES: dict[FactType, type[pl.DataType]] = {
    FactType.DATE: pl.Int32,
    FactType.MONTH: pl.Int32,
    FactType.INTEGER: pl.Int64,
    FactType.MONEY: pl.Int64,
    FactType.RATIO: pl.Int64,
    FactType.YES_NO: pl.Boolean,
    FactType.CODE: pl.Int16,
    FactType.TEXT: pl.String,
    FactType.DIVISION: pl.String,
}


def cells_of(texts: Mapping[str, str], specs: Iterable[FactSpec]) -> tuple[Row, dict[str, str]]:
    """Return the cells of one row, and for each fact that cannot be read the reason."""
    row: dict[str, object] = {}
    unreadable: dict[str, str] = {}
    for spec in specs:
        text = texts.get(spec.name, "")
        if spec.type is FactType.TEXT:
            row[spec.name] = None if text in ("", "unknown") else text
            continue
        cell = reader_of(spec)(text or _unsaid(spec))
        if cell.status >= FIRST_BAD:
            unreadable[spec.name] = REASONS[cell.status].text
            continue
        is_known = cell.status in (Status.FILLED, Status.MONTH_ONLY)
        is_unsure = cell.status is Status.MONTH_ONLY and spec.month_only is MonthOnly.UNKNOWN
        value = cell.value if is_known and not is_unsure else None
        row |= _columns(spec, value, cell.status)
    return row, unreadable


def frame_of(rows: Iterable[Row], specs: Iterable[FactSpec]) -> pl.DataFrame:
    """Return rows as a batch, of the roster or of the bills of one person."""
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        tables.ROW: pl.Int64,
        tables.PERSON_ID: pl.String,
        tables.NAME: pl.String,
        tables.ID_NUMBER: pl.String,
        tables.DIVISION: pl.String,
        tables.PERSON_ROW: pl.Int64,
    }
    for spec in specs:
        schema |= _schema(spec)
    own = {tables.PERSON_ID: "case", tables.PERSON_ROW: 1}
    return pl.DataFrame(
        [
            {**dict.fromkeys(schema), **own, tables.ROW: number, **row}
            for number, row in enumerate(rows, start=1)
        ],
        schema=schema,
    )


def _unsaid(spec: FactSpec) -> str:
    """Return what a case means that does not name a fact."""
    if spec.type is FactType.CODES:
        return "none" if spec.blank.meaning == "none" or spec.no_column_means_none else "unknown"
    if spec.blank.meaning not in ("unknown", ""):
        return spec.blank.meaning
    return "none" if spec.no_column_means_none else "unknown"


def _columns(spec: FactSpec, value: int | None, status: Status) -> dict[str, object]:
    """Return the cells of all columns of one fact."""
    if spec.type is FactType.CODES:
        return {
            tables.code_column(spec.name, code): None if value is None else bool(value >> at & 1)
            for at, code in enumerate(spec.code_ids)
        }
    cells: dict[str, object] = {spec.name: value}
    if value is not None and spec.type is FactType.YES_NO:
        cells[spec.name] = bool(value)
    if value is not None and spec.type is FactType.DIVISION:
        cells[spec.name] = str(value)
    if spec.may_be_none:
        cells[tables.none_column(spec.name)] = status is Status.NONE
    if _has_month_column(spec):
        cells[tables.month_only_column(spec.name)] = status is Status.MONTH_ONLY
    return cells


def _schema(spec: FactSpec) -> dict[str, type[pl.DataType]]:
    if spec.type is FactType.CODES:
        return {tables.code_column(spec.name, code): pl.Boolean for code in spec.code_ids}
    schema: dict[str, type[pl.DataType]] = {spec.name: _POLARS_TYPES[spec.type]}
    if spec.may_be_none:
        schema[tables.none_column(spec.name)] = pl.Boolean
    if _has_month_column(spec):
        schema[tables.month_only_column(spec.name)] = pl.Boolean
    return schema


def _has_month_column(spec: FactSpec) -> bool:
    return spec.type is FactType.DATE and spec.month_only is not MonthOnly.UNKNOWN
