"""From what the cells say to what is known: derivations, what a blank means, missing columns.

In this order, as the vocabulary promises: the cells as read; then derivations, which look only at
cells as read; then what a blank means, which looks at everything known so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.intake.agreement import BIRTH, SEX, told_birth, told_sex
from vetbenefits.intake.cells import NONE_WORDS, UNKNOWN_WORDS, reader_of
from vetbenefits.intake.columns import status_of, value_of
from vetbenefits.intake.status import Status
from vetbenefits.model.facts import FactType, MonthOnly
from vetbenefits.model.tables import code_column, month_only_column, none_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetbenefits.model.facts import Derivation, FactSpec

_NONE = "none"
_COLUMN_TYPES: dict[FactType, type[pl.DataType]] = {
    FactType.DATE: pl.Int32,
    FactType.MONTH: pl.Int32,
    FactType.CODE: pl.Int16,
    FactType.DIVISION: pl.String,
}


def token_column(fact: str) -> str:
    """Return the working column with what a fact's cells say."""
    return f"{fact}!token"


def known_column(fact: str) -> str:
    """Return the working column with what is known after derivations."""
    return f"{fact}!known"


@dataclass(frozen=True, slots=True)
class Filler:
    """Fills the facts of a run.

    Shape: tokens of all facts in `specs` and `id_key` in; the columns of `outputs` out.
    `as_written` names the column of cells for facts whose readable cells all stand as they should.
    """

    specs: Mapping[str, FactSpec]
    outputs: tuple[str, ...]
    as_written: Mapping[str, str]

    def fill(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Return the frame with the columns of the contract for every fact that was asked for."""
        sources = {spec.blank.none_when_fact for spec in self.specs.values()}
        known = frame.with_columns(
            self._told(spec).alias(known_column(spec.name))
            for spec in self.specs.values()
            if spec.derive or spec.name in sources
        )
        # Many columns are made of a set of codes, so the set itself is made one first.
        sets = (self.specs[name] for name in self.outputs)
        held = known.with_columns(
            self._filled_value(spec).alias(_held_column(spec.name))
            for spec in sets
            if spec.type is FactType.CODES
        )
        columns: list[pl.Expr] = []
        for name in self.outputs:
            columns += self._columns(self.specs[name])
        return held.with_columns(columns)

    def _known(self, spec: FactSpec) -> pl.Expr:
        """Return what is known before blanks get their meaning."""
        return pl.col(known_column(spec.name)) if spec.derive else _read_value(spec)

    def _told(self, spec: FactSpec) -> pl.Expr:
        """Return the value by cell or derivation. Of text, a 1 says that there is some."""
        asked = _status(spec).is_in([Status.BLANK, Status.UNKNOWN, Status.NO_COLUMN])
        derived = [self._derived(spec, one) for one in spec.derive]
        if not derived:
            return _read_value(spec)
        return pl.coalesce(_read_value(spec), pl.when(asked).then(pl.coalesce(derived)))

    def _derived(self, spec: FactSpec, how: Derivation) -> pl.Expr:
        if how.part == BIRTH:
            return told_birth(spec)
        if how.part == SEX:
            return told_sex(spec)
        value = pl.lit(reader_of(spec)(how.value).value, dtype=pl.Int64)
        source = self.specs[how.source]
        if how.codes:
            return pl.when(_has_code(source, _read_value(source), how.codes)).then(value)
        return pl.when(_status(source) <= Status.MONTH_ONLY).then(value)

    def _is_none(self, spec: FactSpec) -> pl.Expr:
        """Tell where the fact is known to be `none`; never null."""
        status, blank = _status(spec), spec.blank
        said = status == Status.NONE
        if blank.none_when_fact:
            source = self.specs[blank.none_when_fact]
            known = pl.col(known_column(source.name))
            told = _has_code(source, known, blank.none_when_codes)
            said |= (status == Status.BLANK) & told
        elif blank.meaning == _NONE:
            said |= status == Status.BLANK
        if _no_column_means(spec) == _NONE:
            said |= status == Status.NO_COLUMN
        if spec.derive:
            said &= pl.col(known_column(spec.name)).is_null()
        return said.fill_null(value=False)

    def _columns(self, spec: FactSpec) -> list[pl.Expr]:
        if spec.name in self.as_written and not spec.derive and _blank_is_no_value(spec):
            cell = pl.col(self.as_written[spec.name])
            columns = [pl.when(_status(spec) == Status.FILLED).then(cell).alias(spec.name)]
        elif spec.type is FactType.CODES:
            columns = _held(spec)
        else:
            columns = _typed(spec, self._filled_value(spec))
        if spec.may_be_none:
            columns.append(self._is_none(spec).alias(none_column(spec.name)))
        if spec.type is FactType.DATE and spec.month_only is not MonthOnly.UNKNOWN:
            month_only = _status(spec) == Status.MONTH_ONLY
            columns.append(month_only.alias(month_only_column(spec.name)))
        return columns

    def _filled_value(self, spec: FactSpec) -> pl.Expr:
        known = self._known(spec)
        meanings = {
            Status.BLANK: "" if spec.blank.none_when_fact else spec.blank.meaning,
            Status.NO_COLUMN: _no_column_means(spec),
        }
        values = [
            pl.when(_status(spec) == status).then(pl.lit(value, dtype=pl.Int64))
            for status, meaning in meanings.items()
            if (value := meant_value(spec, meaning)) is not None
        ]
        if spec.type is FactType.CODES:
            nothing = pl.when(_status(spec) == Status.NONE).then(pl.lit(0, dtype=pl.Int64))
            values.append(nothing)
        return pl.coalesce(known, *values) if values else known


def columns_of(spec: FactSpec) -> tuple[str, ...]:
    """Return the columns that the contract of a roster has for one fact, in order."""
    values: tuple[str, ...] = (spec.name,)
    if spec.type is FactType.CODES:
        values = tuple(code_column(spec.name, code) for code in spec.code_ids)
    none = (none_column(spec.name),) if spec.may_be_none else ()
    has_months = spec.type is FactType.DATE and spec.month_only is not MonthOnly.UNKNOWN
    return (*values, *none, *((month_only_column(spec.name),) if has_months else ()))


def meant_value(spec: FactSpec, meaning: str) -> int | None:
    """Return the value that a blank or a missing column stands for; None where it is no value."""
    if not meaning or meaning in UNKNOWN_WORDS or spec.type is FactType.TEXT:
        return None
    if meaning in NONE_WORDS:
        return 0 if spec.type is FactType.CODES else None
    return reader_of(spec)(meaning).value


def _blank_is_no_value(spec: FactSpec) -> bool:
    return meant_value(spec, spec.blank.meaning) is None


def _status(spec: FactSpec) -> pl.Expr:
    return status_of(pl.col(token_column(spec.name)))


def _read_value(spec: FactSpec) -> pl.Expr:
    token = pl.col(token_column(spec.name))
    counts = spec.type is FactType.DATE and spec.month_only is not MonthOnly.UNKNOWN
    usable = Status.MONTH_ONLY if counts else Status.FILLED
    return pl.when(status_of(token) <= usable).then(value_of(token))


def _has_code(source: FactSpec, value: pl.Expr, codes: tuple[str, ...]) -> pl.Expr:
    """Tell where a fact has one of some codes; null or false where it is not known."""
    if source.type is FactType.YES_NO:
        indexes = [reader_of(source)(code).value for code in codes]
    else:
        indexes = [source.code_ids.index(code) for code in codes if code in source.code_ids]
    if source.type is FactType.CODES:
        return (value & sum(1 << index for index in indexes)) != 0
    told = value.is_in(indexes)
    if _NONE in codes and _NONE not in source.code_ids:
        told |= (_status(source) == Status.NONE).fill_null(value=False)
    return told


def _no_column_means(spec: FactSpec) -> str:
    return _NONE if spec.no_column_means_none else spec.no_column_means


def _held_column(fact: str) -> str:
    return f"{fact}!held"


def _held(spec: FactSpec) -> list[pl.Expr]:
    """Return a column for each code of a set: whether the set holds it."""
    held = pl.col(_held_column(spec.name))
    return [
        ((held & (1 << index)) != 0).alias(code_column(spec.name, code))
        for index, code in enumerate(spec.code_ids)
    ]


def _typed(spec: FactSpec, value: pl.Expr) -> list[pl.Expr]:
    """Return the columns of the contract that hold a value; of text, they are there already."""
    if spec.type is FactType.TEXT:
        return []
    if spec.type is FactType.YES_NO:
        return [(value == 1).alias(spec.name)]
    return [value.cast(_COLUMN_TYPES.get(spec.type, pl.Int64)).alias(spec.name)]
