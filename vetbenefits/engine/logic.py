"""Truths in columns: comparisons, membership, three-valued logic and choices between two values."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import pack
from vetbenefits.engine import columns
from vetbenefits.engine.cells import Cell, constant
from vetbenefits.model.expressions import Comparison
from vetbenefits.model.kinds import Kind
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.engine.graph import Graph
    from vetbenefits.model.expressions import Within

_FLIPPED = {
    Comparison.LT: Comparison.GT,
    Comparison.LE: Comparison.GE,
    Comparison.GT: Comparison.LT,
    Comparison.GE: Comparison.LE,
}


def condition(cell: Cell, graph: Graph) -> Cell:
    """Return a truth as a condition takes it: a yes-or-no that is `none` counts as no."""
    if cell.is_constant:
        return constant(Kind.TRUTH, value=False) if cell.constant is Special.NONE else cell
    if not cell.none:
        return cell
    made = graph.column(
        ("condition", cell),
        lambda: columns.false_where(pl.col(cell.column), pl.col(cell.none)),
    )
    return Cell(Kind.TRUTH, made)


def negation(cell: Cell, graph: Graph) -> Cell:
    """Return the three-valued negation of a column."""
    truth = condition(cell, graph)
    return Cell(Kind.TRUTH, graph.column(("not", truth.column), lambda: ~pl.col(truth.column)))


def joined(cells: Sequence[Cell], graph: Graph, *, deciding: bool) -> Cell:
    """Return the conjunction of truths, or with `deciding` true their disjunction.

    One of them at least is a column.
    """
    truths = [condition(cell, graph) for cell in cells]
    constants = {truth.constant for truth in truths if truth.is_constant}
    if deciding in constants:
        return constant(Kind.TRUTH, deciding)
    is_open = Special.UNKNOWN in constants
    names = tuple(dict.fromkeys(truth.column for truth in truths if not truth.is_constant))
    if len(names) == 1 and not is_open:
        return Cell(Kind.TRUTH, names[0])
    parts = [pl.col(name) for name in names] + ([columns.UNKNOWN_TRUTH] if is_open else [])
    join = columns.any_of if deciding else columns.all_of
    # The order of the parts changes nothing, so it is no part of the key.
    return Cell(
        Kind.TRUTH,
        graph.column(("joined", deciding, is_open, frozenset(names)), lambda: join(parts)),
    )


def asks_none(cell: Cell, graph: Graph) -> Cell:
    """Return `x = none`."""
    made = graph.column(("is none", cell), lambda: columns.asks_none(cell.value(), cell.is_none()))
    return Cell(Kind.TRUTH, made)


def asks_known(cell: Cell, graph: Graph) -> Cell:
    """Return `known(x)`."""
    return Cell(Kind.TRUTH, graph.column(("known", cell), lambda: ~cell.is_unknown()))


def comparison(op: Comparison, left: Cell, right: Cell, graph: Graph) -> Cell:
    """Return a comparison of two values of one kind, of which one at least is a column."""
    if left.is_constant:
        op, left, right = _FLIPPED.get(op, op), right, left
    if right.is_constant and right.constant is Special.NONE:
        return constant(Kind.TRUTH, op is Comparison.NE)
    made = graph.column(("compare", op, left, right), lambda: _compared(op, left, right))
    return Cell(Kind.TRUTH, made)


def _compared(op: Comparison, left: Cell, right: Cell) -> pl.Expr:
    truth = _compared_values(op, left, right)
    for side in (left, right):
        is_none = side.is_none()
        if is_none is not None and op is Comparison.NE:
            truth = truth | is_none
        elif is_none is not None:
            truth = columns.false_where(truth, is_none)
    return truth


def _compared_values(op: Comparison, left: Cell, right: Cell) -> pl.Expr:
    if not right.is_usable:
        return columns.UNKNOWN_TRUTH
    if left.kind is not Kind.NUMBER:
        if left.codes != right.codes:
            raise TypeError("codes of two different lists cannot be compared")
        return columns.compared(op, left.value(), right.value())
    if right.is_constant and isinstance(right.constant, Fraction):
        return columns.compared_with(op, left.value(), right.constant * left.denominator)
    both = math.lcm(left.denominator, right.denominator)
    return columns.compared(op, left.scaled_to(both), right.scaled_to(both))


def membership(cell: Cell, term: Within, graph: Graph) -> Cell:
    """Return `x in {a, b}`; for a division, whether it lies within one of them."""
    made = graph.column(("within", cell, term.values), lambda: _is_member(cell, term))
    return Cell(Kind.TRUTH, made)


def _is_member(cell: Cell, term: Within) -> pl.Expr:
    if cell.kind is Kind.DIVISION:
        among = columns.lies_within(cell.value(), sorted(str(one) for one in term.values))
    else:
        among = columns.one_of(cell.value(), _listed(cell, term))
    is_none = cell.is_none()
    return among if is_none is None else columns.false_where(among, is_none)


def _listed(cell: Cell, term: Within) -> list[int] | list[str]:
    """Return the values of a list as the column holds them; what it cannot hold is left out."""
    if cell.kind is Kind.TEXT:
        return sorted(str(one) for one in term.values)
    found: list[int] = []
    for one in term.values:
        if isinstance(one, date):
            found.append(pack(one))
        elif isinstance(one, Fraction):
            scaled = one * cell.denominator
            if scaled.denominator == 1 and abs(scaled.numerator) < columns.OUT_OF_REACH:
                found.append(scaled.numerator)
        elif one in cell.codes:
            found.append(cell.codes.index(one))
    return sorted(found)


def choice(test: Cell, then: Cell, otherwise: Cell, graph: Graph) -> Cell:
    """Return `if c then a else b`; unknown where the condition is."""
    truth = condition(test, graph)
    if truth.is_constant:
        if truth.constant is Special.UNKNOWN:
            return unknown_column(then.kind, graph)
        return then if truth.constant else otherwise
    both = math.lcm(then.denominator, otherwise.denominator)
    codes = then.codes or otherwise.codes
    made = graph.column(
        ("if", truth.column, then, otherwise),
        lambda: columns.chosen(
            pl.col(truth.column), then.scaled_to(both), otherwise.scaled_to(both)
        ),
    )
    none = _chosen_none(truth, then, otherwise, graph)
    bound = max(then.bound_at(both), otherwise.bound_at(both))
    return Cell(then.kind, made, none=none, denominator=both, bound=bound, codes=codes)


def _chosen_none(truth: Cell, then: Cell, otherwise: Cell, graph: Graph) -> str:
    first, second = then.is_none(), otherwise.is_none()
    if first is None and second is None:
        return ""
    either = [columns.FALSE if one is None else one for one in (first, second)]
    return graph.column(
        ("if none", truth.column, then, otherwise),
        lambda: columns.chosen_flag(pl.col(truth.column), *either),
    )


def unknown_column(kind: Kind, graph: Graph) -> Cell:
    """Return a column that is unknown in every row, for reasons that may differ by row."""
    return Cell(kind, graph.column(("unknown", kind), lambda: columns.unknown(kind)))
