from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import (
    AS_OF,
    DAYS,
    VOCABULARY,
    days,
    numbers,
    people,
    rates,
    roster,
    truths,
)
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
    from vetbenefits.engine.interpreter import Person, Result
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.values import Value

PEOPLE = 24
DAY = "the day"

TERMS = st.one_of(truths(2), truths(3), numbers(2), numbers(3), days(2), rates(1))


def compiled(
    term: Term, persons: Sequence[Person], as_of: date | Sequence[date]
) -> list[tuple[Value, str, bool, bool]]:
    """Return value, missing, provisional and no-rate of a term for each person, by columns."""
    frame = roster(persons)
    if isinstance(as_of, date):
        compiler = Compiler(VOCABULARY, as_of)
    else:
        compiler = Compiler(VOCABULARY, None, DAY)
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
            value_of(cell, row["value"], row["none"]),
            row["missing"],
            row["provisional"],
            row["no_rate"],
        )
        for row in shown.iter_rows(named=True)
    ]


def value_of(cell: Cell, value: object, none: bool) -> Value:  # noqa: FBT001  a cell of a table
    if none:
        assert value is None
        return Special.NONE
    if value is None:
        return Special.UNKNOWN
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


def told(result: Result) -> tuple[Value, str, bool, bool]:
    return (
        result.value,
        ";".join(sorted(result.missing)),
        result.provisional,
        result.no_rate,
    )


def check(term: Term, persons: Sequence[Person], as_of: date | Sequence[date]) -> None:
    days_of = [as_of] * len(persons) if isinstance(as_of, date) else as_of
    expected = [
        told(evaluate(term, person, day)) for person, day in zip(persons, days_of, strict=True)
    ]
    found = compiled(term, persons, as_of)
    for person, day, right, got in zip(persons, days_of, expected, found, strict=True):
        assert got == right, f"{term}\n{day} {person}"


@given(TERMS, st.integers(0, 10**9))
def test_columns_mean_what_the_interpreter_says_on_a_fixed_day(term: Term, seed: int) -> None:
    check(term, people(seed, PEOPLE), AS_OF)


@given(TERMS, st.integers(0, 10**9))
def test_columns_mean_what_the_interpreter_says_on_each_rows_own_day(term: Term, seed: int) -> None:
    own = [DAYS[(seed + at) % len(DAYS)] for at in range(PEOPLE)]
    check(term, people(seed, PEOPLE), own)
