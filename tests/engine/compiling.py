"""A term by columns and by the interpreter, told alike: value, missing, provisional, no rate."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from tests.people import roster
from tests.vocabulary import VOCABULARY
from vetbenefits.dates import pack, unpack
from vetbenefits.engine import flags
from vetbenefits.engine.compiler import Compiler
from vetbenefits.engine.interpreter import evaluate
from vetbenefits.engine.missing import Missing
from vetbenefits.model.kinds import Kind
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.engine.cells import Cell
    from vetbenefits.engine.interpreter import Person
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.model.values import Value

DAY = "the day"

Told: TypeAlias = tuple["Value", str, bool, bool]


def interpreted(term: Term, persons: Sequence[Person], days: Sequence[date]) -> list[Told]:
    """Return what a term comes to for each person on the day beside, one by one."""
    results = [evaluate(term, who, day) for who, day in zip(persons, days, strict=True)]
    return [
        (one.value, ";".join(sorted(one.missing)), one.provisional, one.no_rate) for one in results
    ]


def compiled(
    term: Term,
    persons: Sequence[Person],
    as_of: date | Sequence[date],
    vocabulary: Vocabulary = VOCABULARY,
) -> list[Told]:
    """Return what a term comes to for each person by columns: on one day, or on a day of each."""
    frame = roster(persons, vocabulary)
    if isinstance(as_of, date):
        compiler = Compiler(vocabulary, as_of)
    else:
        compiler = Compiler(vocabulary, None, DAY)
        frame = frame.with_columns(pl.Series(DAY, [pack(one) for one in as_of], dtype=pl.Int32))
    cell = compiler.cell(term)
    graph = compiler.graph
    missing = Missing(compiler).text([term], [])
    provisional = graph.name_of(flags.as_expr(flags.provisional(term, compiler)))
    no_rate = graph.name_of(flags.as_expr(flags.no_rate(term, compiler)))
    frame = graph.evaluated(frame, [*cell.names(), missing, provisional, no_rate])
    is_none = cell.is_none()
    shown = frame.select(
        cell.value().alias("value"),
        (pl.lit(value=False) if is_none is None else is_none).alias("none"),
        pl.col(provisional).alias("provisional"),
        pl.col(no_rate).alias("no_rate"),
        pl.col(missing).alias("missing"),
    )
    return [
        (
            _value(cell, row["value"], is_none=row["none"]),
            row["missing"],
            row["provisional"],
            row["no_rate"],
        )
        for row in shown.iter_rows(named=True)
    ]


def _value(cell: Cell, value: object, *, is_none: bool) -> Value:
    if value is None:
        return Special.NONE if is_none else Special.UNKNOWN
    assert not is_none, "a value that is none has no other value"
    if cell.kind is Kind.NUMBER:
        assert isinstance(value, int)
        return Fraction(value, cell.denominator)
    if cell.kind is Kind.DATE:
        assert isinstance(value, int)
        return unpack(value)
    if cell.kind is Kind.CODE:
        assert isinstance(value, int)
        return cell.codes[value]
    assert isinstance(value, bool | str)
    return value
