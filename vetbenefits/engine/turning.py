"""What makes a term turn: on which days its value can change, told from the term alone.

Between two turning days a term keeps its value, what it lacks and whether it is provisional. Days
are built of `as_of`, shifts, `min`, `max` and `if`, and all but `if` keep the order of days. So a
comparison with `min(a, b)` flips only where one with `a` or with `b` does, a shift of `min(a, b)`
is the `min` of two shifts, and a count up to `min(a, b)` changes only where one of two counts does:
everything comes down to single days that move (`as_of`, shifted) held against single days that
stand still. A day too many costs an evaluation; no day may be missed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from vetbenefits.model.expressions import (
    AsOf,
    Between,
    Compare,
    Comparison,
    Extreme,
    If,
    Literal,
    Named,
    Period,
    RateOf,
    Shift,
    Within,
    YearOf,
    children,
)
from vetbenefits.model.kinds import Kind, Type

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rates import RateSchedule

_DAY = Type(Kind.DATE)

# The same comparison with its sides exchanged.
_EXCHANGED = {
    Comparison.LT: Comparison.GT,
    Comparison.LE: Comparison.GE,
    Comparison.GT: Comparison.LT,
    Comparison.GE: Comparison.LE,
}

# Which of "reached" (>=) and "passed" (>) decides a comparison.
_BEYOND = {
    Comparison.LT: (False,),
    Comparison.GE: (False,),
    Comparison.LE: (True,),
    Comparison.GT: (True,),
    Comparison.EQ: (False, True),
    Comparison.NE: (False, True),
}


@dataclass(frozen=True, slots=True)
class Crossing:
    """The first day on which a moving day is not before a fixed one; with `beyond`, is after it.

    `moving` is `as_of` in any number of shifts, `fixed` does not ask for `as_of`.
    """

    moving: Term
    fixed: Term
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class Counting:
    """The days on which a count between a moving day and a fixed one changes.

    Of `count` one end is `as_of` in any number of shifts and the other does not ask for `as_of`.
    With a `bound`, which does not either, only the day on which `count >= bound` flips; with
    `beyond`, `count > bound`.
    """

    count: Between
    bound: Term | None = None
    beyond: bool = False

    @property
    def counts_up(self) -> bool:
        """Tell whether it is the end that moves, so that the count rises."""
        return _is_moving_leaf(self.count.end)

    @property
    def moving(self) -> Term:
        """Return the end that moves."""
        return self.count.end if self.counts_up else self.count.start

    @property
    def fixed(self) -> Term:
        """Return the end that stands still."""
        return self.count.start if self.counts_up else self.count.end


@dataclass(frozen=True, slots=True)
class Asking:
    """A rate that is asked for on a moving day, so that its own days turn the answer."""

    moving: Term
    schedule: RateSchedule


@dataclass(frozen=True, slots=True)
class Turns:
    """Everything that makes some terms turn, each once."""

    crossings: tuple[Crossing, ...] = ()
    countings: tuple[Counting, ...] = ()
    askings: tuple[Asking, ...] = ()


def turns_of(terms: Iterable[Term]) -> Turns:
    """Return what makes any of the terms turn.

    Raises:
        ValueError: no day can be told, which the reader of rules refuses.
    """
    search = _Search()
    for term in terms:
        search.look_into(term)
    return Turns(tuple(search.crossings), tuple(search.countings), tuple(search.askings))


@dataclass(slots=True)
class _Search:
    """Walks over terms, into each node once."""

    # Dictionaries without values, which keep the order.
    crossings: dict[Crossing, None] = field(default_factory=dict)
    countings: dict[Counting, None] = field(default_factory=dict)
    askings: dict[Asking, None] = field(default_factory=dict)
    # By identity, with the term so that it stays alive: a part can stand in a term many times.
    _asks: dict[int, tuple[Term, bool]] = field(default_factory=dict)
    _seen: set[int] = field(default_factory=set)

    def asks(self, term: Term) -> bool:
        """Tell whether the value of a term can change with `as_of`."""
        known = self._asks.get(id(term))
        if known is None:
            asks = isinstance(term, AsOf) or any(self.asks(part) for part in children(term))
            known = self._asks[id(term)] = (term, asks)
        return known[1]

    def look_into(self, term: Term) -> None:
        """Find what makes a term turn."""
        if id(term) in self._seen or not self.asks(term):
            return
        self._seen.add(id(term))
        for part in self._noted(term):
            self.look_into(part)

    def _noted(self, term: Term) -> tuple[Term, ...]:
        """Note how a term turns of itself, and return the parts that it may turn with."""
        match term:
            case Compare():
                return self._compared(term)
            case Within() if term.term.type.kind is Kind.DATE:
                for value in sorted(term.values, key=str):
                    written = Literal(value, type=_DAY)
                    self._held_against(term.term, written, Comparison.EQ)
            case Between():
                self._counted(term)
            case RateOf():
                moving = [day for day in self._days(term.day) if self.asks(day)]
                self.askings |= dict.fromkeys(Asking(day, term.schedule) for day in moving)
            case YearOf() if any(self.asks(day) for day in self._days(term.term)):
                raise ValueError("the year of a moving day turns on no day that is told")
            case _:
                pass
        return children(term)

    # --- comparisons ------------------------------------------------------------------------

    def _compared(self, term: Compare) -> tuple[Term, ...]:
        if term.left.type.kind is Kind.DATE:
            self._held_against(term.left, term.right, term.op)
            return children(term)
        sides = (term.left, term.right, term.op)
        exchanged = (term.right, term.left, _EXCHANGED.get(term.op, term.op))
        for one, other, op in (sides, exchanged):
            count = _unnamed(one)
            if isinstance(count, Between) and self.asks(count) and not self.asks(other):
                for beyond in _BEYOND[op]:
                    self._counted(count, other, beyond=beyond)
                return children(count)
        return children(term)

    def _held_against(self, left: Term, right: Term, op: Comparison) -> None:
        """Note where a comparison of two days flips, of which at most one moves."""
        first, second = self._days(left), self._days(right)
        for one, other, how in (
            (first, second, op),
            (second, first, _EXCHANGED.get(op, op)),
        ):
            for moving in (day for day in one if self.asks(day)):
                for fixed in other:
                    if self.asks(fixed):
                        raise ValueError("two moving days are compared")
                    found = (Crossing(moving, fixed, beyond) for beyond in _BEYOND[how])
                    self.crossings |= dict.fromkeys(found)

    # --- counts -----------------------------------------------------------------------------

    def _counted(self, term: Between, bound: Term | None = None, *, beyond: bool = False) -> None:
        for start in self._days(term.start):
            for end in self._days(term.end):
                moving = self.asks(start), self.asks(end)
                if all(moving):
                    raise ValueError("both ends of a count move")
                if not any(moving):
                    continue
                if term.unit is Period.DAYS and bound is None:
                    raise ValueError("a count of days turns every day")
                count = replace(term, start=start, end=end)
                self.countings[Counting(count, bound, beyond)] = None

    # --- days -------------------------------------------------------------------------------

    def _days(self, term: Term) -> tuple[Term, ...]:
        """Return the days that a day can come down to: each moves by itself or stands still."""
        if not self.asks(term):
            return (term,)
        match term:
            case Named():
                return self._days(term.body)
            case If():
                return (*self._days(term.then), *self._days(term.otherwise))
            case Extreme():
                return tuple(day for part in term.parts for day in self._days(part))
            case Shift():
                return tuple(replace(term, term=day) for day in self._days(term.term))
            case _:
                return (term,)


def _unnamed(term: Term) -> Term:
    while isinstance(term, Named):
        term = term.body
    return term


def _is_moving_leaf(term: Term) -> bool:
    while isinstance(term, Shift):
        term = term.term
    return isinstance(term, AsOf)
