"""Numbers and days in columns: exact arithmetic, rounding to whole numbers, counts of the calendar.

A column holds value x denominator, and the denominators follow from the literals, rates and facts
alone; nothing is divided before a rule rounds.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import PartYear
from vetbenefits.engine import columns
from vetbenefits.engine.cells import Cell
from vetbenefits.engine.logic import unknown_column
from vetbenefits.model.expressions import (
    Arithmetic,
    Between,
    Extreme,
    Operation,
    Period,
    Shift,
    ToWhole,
    YearOf,
)
from vetbenefits.model.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vetbenefits.engine.graph import Graph
    from vetbenefits.model.expressions import Whole
    from vetbenefits.model.kinds import Type

_LONGEST = 400 * 366  # no count between two days of the calendar that facts can hold is larger


def computed(  # noqa: PLR0911  one return a node
    term: Arithmetic | Extreme | ToWhole | Between | YearOf | Shift,
    parts: Sequence[Cell],
    graph: Graph,
) -> Cell:
    """Return the cell of a function of other cells, of which one at least is a column."""
    if not all(part.is_usable for part in parts):
        return unknown_column(term.type.kind, graph)
    match term:
        case Arithmetic():
            return _tightened(_arithmetic(term, parts[0], parts[1], graph), term.type)
        case Extreme():
            return _extreme(term, parts, graph)
        case ToWhole():
            return _to_whole(term.how, parts[0], graph)
        case Between():
            return _between(term, parts[0], parts[1], graph)
        case YearOf():
            made = graph.column(("year", parts[0]), lambda: columns.year_of(parts[0].value()))
            return Cell(Kind.NUMBER, made, bound=9999)
        case Shift():
            return _shift(term, parts[0], graph)


def _tightened(cell: Cell, proved: Type) -> Cell:
    """Return a cell with the bound that was proved of its type, where that is the lesser."""
    size = max(abs(proved.low), abs(proved.high))
    return (
        replace(cell, bound=min(cell.bound, math.ceil(size * cell.denominator))) if size else cell
    )


def _arithmetic(term: Arithmetic, left: Cell, right: Cell, graph: Graph) -> Cell:
    match term.op:
        case Operation.ADD | Operation.SUBTRACT:
            return _sum(term.op, left, right, graph)
        case Operation.MULTIPLY:
            return _product(left, right, graph)
        case Operation.DIVIDE:
            return _quotient_by_constant(left, right, graph)


def _sum(op: Operation, left: Cell, right: Cell, graph: Graph) -> Cell:
    both = math.lcm(left.denominator, right.denominator)
    bound = left.bound_at(both) + right.bound_at(both)

    def make() -> pl.Expr:
        second = right.scaled_to(both)
        if op is Operation.SUBTRACT:
            second = columns.negated(second)
        return columns.total(left.scaled_to(both), second, bound=bound)

    made = graph.column((op, left, right), make)
    return Cell(Kind.NUMBER, made, denominator=both, bound=bound)


def _product(left: Cell, right: Cell, graph: Graph) -> Cell:
    bound = left.bound * right.bound
    made = graph.column(
        (Operation.MULTIPLY, left, right),
        lambda: columns.product(left.value(), right.value(), bound=bound),
    )
    return Cell(Kind.NUMBER, made, denominator=left.denominator * right.denominator, bound=bound)


def _quotient_by_constant(left: Cell, right: Cell, graph: Graph) -> Cell:
    by = right.constant
    if not isinstance(by, Fraction):
        raise TypeError("a quotient of two columns stands only inside a rounding")
    if by == 0:
        return unknown_column(Kind.NUMBER, graph)
    inverse = 1 / by
    made = graph.column(
        (Operation.DIVIDE, left, right),
        lambda: columns.narrowed(
            columns.times(left.value(), inverse.numerator, bound=left.bound),
            left.bound * abs(inverse.numerator),
        ),
    )
    return Cell(
        Kind.NUMBER,
        made,
        denominator=left.denominator * inverse.denominator,
        bound=left.bound * abs(inverse.numerator),
    )


def open_quotient(how: Whole, left: Cell, right: Cell, graph: Graph) -> Cell:
    """Return the whole number next to a quotient; unknown where it divides by zero."""
    if not (left.is_usable and right.is_usable):
        return unknown_column(Kind.NUMBER, graph)
    shared = math.gcd(left.denominator, right.denominator)
    above, below = right.denominator // shared, left.denominator // shared
    made = graph.column(
        ("quotient", how, left, right),
        lambda: columns.quotient(
            how,
            columns.times(left.value(), above, bound=left.bound),
            columns.times(right.value(), below, bound=right.bound),
        ).cast(pl.Int64),
    )
    return Cell(Kind.NUMBER, made, bound=left.bound * above)


def _to_whole(how: Whole, part: Cell, graph: Graph) -> Cell:
    if part.denominator == 1:
        return replace(part, none="")
    per = columns.whole(part.denominator)
    made = graph.column(("to whole", how, part), lambda: columns.quotient(how, part.value(), per))
    return Cell(Kind.NUMBER, made, bound=part.bound // part.denominator + 1)


def _extreme(term: Extreme, parts: Sequence[Cell], graph: Graph) -> Cell:
    if len(set(parts)) == 1:
        return replace(parts[0], none="")
    both = math.lcm(*(part.denominator for part in parts))
    bound = max(part.bound_at(both) for part in parts)

    def make() -> pl.Expr:
        found = columns.extreme(term.which, [part.scaled_to(both) for part in parts])
        return columns.narrowed(found, bound)

    made = graph.column((term.which, frozenset(parts)), make)
    # One side may be wide, but the extreme itself was proved to fit.
    cell = Cell(term.type.kind, made, denominator=both, bound=bound)
    return _tightened(cell, term.type)


def _between(term: Between, start: Cell, end: Cell, graph: Graph) -> Cell:
    key = ("between", term.unit, term.part_year, term.month_end, start, end)
    made = graph.column(key, _counting(term, start, end, graph))
    halves = term.unit is Period.YEARS and term.part_year is PartYear.HALF_STEPS
    return Cell(Kind.NUMBER, made, denominator=2 if halves else 1, bound=_LONGEST)


def _counting(term: Between, start: Cell, end: Cell, graph: Graph) -> Callable[[], pl.Expr]:
    first, last = start.value(), end.value()
    match term.unit:
        case Period.DAYS:
            return lambda: columns.days_between(first, last)
        case Period.MONTHS:
            return lambda: columns.months_between(first, last, term.month_end).cast(pl.Int64)
        case Period.YEARS if term.part_year is PartYear.DROPPED:
            return lambda: columns.years_between(first, last, term.month_end).cast(pl.Int64)
        case Period.YEARS:
            return lambda: columns.part_years_between(
                first, last, term.part_year, term.month_end, graph.keep
            ).cast(pl.Int64)


def _shift(term: Shift, part: Cell, graph: Graph) -> Cell:
    def make() -> pl.Expr:
        if term.unit is Period.DAYS:
            return columns.plus_days(part.value(), term.count, graph.keep)
        months = term.count * (12 if term.unit is Period.YEARS else 1)
        return columns.plus_months(part.value(), months, term.month_end, graph.keep)

    key = ("shift", term.count, term.unit, term.month_end, part)
    return Cell(Kind.DATE, graph.column(key, make))
