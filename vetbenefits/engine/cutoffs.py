"""Comparisons that one fixed day decides: `age >= 60` is `birth_date <= 1963-08-15`.

Where a comparison holds a fixed value against something that only rises, or only falls, with one
date of the person, the last day for which it holds is found once, by bisection. The column is then
compared with that day, and the years between are never computed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from vetbenefits import dates
from vetbenefits.engine import columns
from vetbenefits.engine.cells import Cell
from vetbenefits.engine.logic import joined
from vetbenefits.engine.operations import day_of, function_value
from vetbenefits.model.expressions import (
    Between,
    Comparison,
    Fact,
    Named,
    Shift,
    Term,
    YearOf,
)
from vetbenefits.model.kinds import Kind
from vetbenefits.model.values import Value

if TYPE_CHECKING:
    from fractions import Fraction

    from vetbenefits.engine.graph import Graph
    from vetbenefits.model.facts import FactSpec

Step: TypeAlias = Callable[[date], Value]
FixedDay: TypeAlias = Callable[[Term], date | None]

_AFTER_ALL = dates.pack(date.max) + 1


@dataclass(frozen=True, slots=True)
class Chain:
    """A value that rises (or only falls) with one date fact. `at` gives it for a day."""

    fact: str
    at: Step
    rises: bool
    is_plain: bool


def chain_of(term: Term, fixed_day: FixedDay) -> Chain | None:
    """Return how a term hangs on a single date fact, or None where it hangs on more or on less.

    `fixed_day` gives the day of a term that is the same for everybody, else None.
    """
    match term:
        case Named():
            return chain_of(term.body, fixed_day)
        case Fact():
            return Chain(term.name, lambda day: day, rises=True, is_plain=True)
        case Shift():
            inner = chain_of(term.term, fixed_day)
            return inner and _through(inner, lambda day: function_value(term, [day]))
        case YearOf():
            inner = chain_of(term.term, fixed_day)
            return inner and _through(inner, lambda day: function_value(term, [day]))
        case Between():
            return _between_chain(term, fixed_day)
        case _:
            return None


def _between_chain(term: Between, fixed_day: FixedDay) -> Chain | None:
    end = fixed_day(term.end)
    if end is not None:
        inner = chain_of(term.start, fixed_day)
        return inner and _through(inner, lambda day: function_value(term, [day, end]), falls=True)
    start = fixed_day(term.start)
    if start is None:
        return None
    inner = chain_of(term.end, fixed_day)
    return inner and _through(inner, lambda day: function_value(term, [start, day]))


def _through(inner: Chain, step: Step, *, falls: bool = False) -> Chain:
    """Return a chain with one more function on its outside."""

    def at(day: date) -> Value:
        return step(day_of(inner.at(day)))

    return Chain(inner.fact, at, rises=inner.rises is not falls, is_plain=False)


def folded(
    op: Comparison, chain: Chain, bound: Fraction | date, spec: FactSpec, graph: Graph
) -> Cell | None:
    """Return `chain op bound` as a comparison of the fact's column with fixed days.

    Unknown where the column is null. None where some day of the fact's range has no value.
    """
    try:
        reaches = _first_day(chain, spec, lambda value: value >= bound)
        passes = _first_day(chain, spec, lambda value: value > bound)
    except (OverflowError, ValueError):
        return None

    def side(turn: int, *, above: bool) -> Cell:
        late = above is chain.rises
        made = graph.column(
            ("side", chain.fact, turn, late),
            lambda: columns.on_side(pl.col(chain.fact), turn, late=late),
        )
        return Cell(Kind.TRUTH, made)

    is_other = op is Comparison.NE
    if is_other or op is Comparison.EQ:
        ends = (side(reaches, above=not is_other), side(passes, above=is_other))
        return joined(ends, graph, deciding=is_other)
    turn = reaches if op in (Comparison.GE, Comparison.LT) else passes
    return side(turn, above=op in (Comparison.GE, Comparison.GT))


def _first_day(chain: Chain, spec: FactSpec, holds: Callable[..., bool]) -> int:
    """Return the packed day from which on `holds` changes; past all days where it never does.

    Of a rising chain the first day on which it holds, of a falling one the first on which it no
    longer does.
    """
    low, high = spec.first_on.toordinal(), spec.last_on.toordinal() + 1
    while low < high:
        middle = (low + high) // 2
        if holds(chain.at(date.fromordinal(middle))) is chain.rises:
            high = middle
        else:
            low = middle + 1
    return dates.pack(date.fromordinal(low)) if low <= spec.last_on.toordinal() else _AFTER_ALL
