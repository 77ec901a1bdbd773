"""How a benefit reads for each row: the variant that holds there, and its parts as columns.

Nothing is compiled before it is asked for: most variants of a large rule book are met by nobody in
a batch, and most rows fail a condition before their amount matters.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import pack, unpack
from vetbenefits.engine import columns, flags
from vetbenefits.engine.ceilings import NO_LIMIT
from vetbenefits.engine.lookups import by_distinct
from vetbenefits.engine.missing import Missing
from vetbenefits.engine.places import Places
from vetbenefits.model.divisions import without_zeros
from vetbenefits.model.expressions import (
    And,
    Arithmetic,
    If,
    Not,
    Operation,
    Or,
    RateOf,
    Within,
    children,
    facts_of,
)
from vetbenefits.model.kinds import TRUTH, YUAN, Kind, Type
from vetbenefits.model.rulebook import PAID_ELSEWHERE, Clause, Entry, Quantifier
from vetbenefits.money import FEN_PER_YUAN, Rounding, RoundingMode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetbenefits.engine.cells import Cell
    from vetbenefits.engine.compiler import Compiler
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rulebook import Benefit, Ceiling, Variant

NOT_IN_FORCE = -1

_ANY_MONEY = Type(Kind.NUMBER, unit=YUAN)
_EXACT = Rounding(1, RoundingMode.DOWN)
_BELOW = Rounding(1, RoundingMode.FLOOR)


@dataclass(frozen=True, eq=False)
class Reading:
    """One variant of a benefit as columns of a graph; each property is compiled when first asked.

    `region` is the division whose bureau asks, None where everybody is decided.
    """

    benefit: Benefit
    variant: Variant
    region: str | None
    compiler: Compiler

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Return the conditions, and that of being paid here where a region is given."""
        place = self.benefit.place
        if self.region is None or place is None:
            return self.variant.entries
        here = Within(place, frozenset({without_zeros(self.region)}), type=TRUTH)
        return (*self.variant.entries, Entry(Clause(PAID_ELSEWHERE, here), Quantifier.ALL))

    @cached_property
    def root_term(self) -> Term:
        """Return all conditions as one."""
        tests: dict[Quantifier, list[Term]] = {how: [] for how in Quantifier}
        for entry in self.entries:
            tests[entry.how].append(entry.clause.test)
        parts = [*tests[Quantifier.ALL]]
        if tests[Quantifier.ANY]:
            parts.append(Or(tuple(tests[Quantifier.ANY]), type=TRUTH))
        parts += [Not(test, type=TRUTH) for test in tests[Quantifier.NONE]]
        return And(tuple(parts), type=TRUTH)

    @cached_property
    def root(self) -> Cell:
        """Return the truth of all conditions together."""
        return self.compiler.condition(self.root_term)

    # --- the amount -------------------------------------------------------------------------

    @property
    def ceiling(self) -> Ceiling | None:
        """Return the yearly ceiling, if the rule has one."""
        return self.variant.amount.ceiling

    @cached_property
    def _amount_terms(self) -> tuple[Term, ...]:
        amount = self.variant.amount
        if amount.ceiling is None:
            return (amount.value,)
        return (amount.value, amount.ceiling.value, amount.ceiling.used)

    @cached_property
    def raw_fen(self) -> str:
        """Return the column of one payment, rounded, before any ceiling; null where unknown."""
        amount = self.variant.amount
        return self._in_fen(amount.value, amount.parts, amount.rounding or _EXACT)

    @cached_property
    def exact_fen(self) -> tuple[str, int]:
        """Return the column of one payment before rounding, and by what it is to be divided."""
        amount, graph = self.variant.amount, self.compiler.graph
        cell = self.compiler.cell(amount.value)
        if cell.is_constant:
            fen = None
            if isinstance(cell.constant, Fraction):
                fen = cell.constant * FEN_PER_YUAN / amount.parts
            exact = columns.unknown(Kind.NUMBER) if fen is None else columns.whole(fen.numerator)
            return graph.name_of(exact), 1 if fen is None else fen.denominator
        per = cell.denominator * amount.parts
        shared = math.gcd(FEN_PER_YUAN, per)
        exact = columns.times(cell.value(), FEN_PER_YUAN // shared, bound=cell.bound)
        return graph.name_of(exact), per // shared

    @property
    def least_fen(self) -> int:
        """Return what an amount that is unknown comes to at least, where that is below nothing."""
        amount = self.variant.amount
        exact = amount.value.type.low * FEN_PER_YUAN / amount.parts
        return min(0, (amount.rounding or _EXACT).apply(exact))

    @cached_property
    def limit_fen(self) -> str:
        """Return the column of what the ceiling leaves for the bills of the year."""
        ceiling = self.ceiling
        if ceiling is None:
            return self.compiler.graph.name_of(columns.whole(NO_LIMIT))
        left = Arithmetic(Operation.SUBTRACT, ceiling.value, ceiling.used, type=_ANY_MONEY)
        return self._in_fen(left, 1, _BELOW)

    @cached_property
    def used_fen(self) -> str:
        """Return the column of what was used before the first bill of the year."""
        if self.ceiling is None:
            return self.compiler.graph.name_of(columns.whole(0))
        return self._in_fen(self.ceiling.used, 1, _EXACT)

    @property
    def used_name(self) -> str:
        """Return the name of the fact that says what was used."""
        return "" if self.ceiling is None else ";".join(sorted(facts_of(self.ceiling.used)))

    def _in_fen(self, term: Term, parts: int, rounding: Rounding) -> str:
        cell = self.compiler.cell(term)
        graph = self.compiler.graph
        if cell.is_constant:
            fen = None
            if isinstance(cell.constant, Fraction):
                fen = rounding.apply(cell.constant * FEN_PER_YUAN / parts)
            return graph.name_of(
                columns.unknown(Kind.NUMBER) if fen is None else columns.whole(fen)
            )
        per = cell.denominator * parts * rounding.step_fen
        shared = math.gcd(FEN_PER_YUAN, per)
        exact = columns.times(cell.value(), FEN_PER_YUAN // shared, bound=cell.bound)
        steps = columns.to_steps(exact, per // shared, rounding.mode, graph.keep)
        return graph.name_of((steps * rounding.step_fen).cast(pl.Int64))

    @cached_property
    def rests_on(self) -> tuple[str, ...]:
        """Return the columns of the batch that the amount is computed from."""
        return tuple(sorted(self.compiler.graph.rests_on([self.raw_fen])))

    @cached_property
    def no_rate(self) -> str:
        """Return the column that is true where a rate of the amount says: no such entitlement."""
        terms = (self.variant.amount.value, *([self.ceiling.value] if self.ceiling else []))
        found = flags.either(flags.no_rate(term, self.compiler) for term in terms)
        return self.compiler.graph.name_of(flags.as_expr(found))

    @cached_property
    def provisional(self) -> str:
        """Return the column that is true where a due amount may still change."""
        terms = (self.root_term, *self._amount_terms)
        found = flags.either(flags.provisional(term, self.compiler) for term in terms)
        return self.compiler.graph.name_of(flags.as_expr(found))

    # --- reasons ----------------------------------------------------------------------------

    @cached_property
    def unmet(self) -> str:
        """Return the column of the ids of failed conditions, joined by `;`.

        Of the `any` list all have failed, or none is named.
        """
        tests = [self.compiler.condition(entry.clause.test) for entry in self.entries]
        choices = [
            test
            for test, entry in zip(tests, self.entries, strict=True)
            if entry.how is Quantifier.ANY
        ]
        no_choice = columns.all_of([~test.value() for test in choices])
        names: list[pl.Expr] = []
        for test, entry in zip(tests, self.entries, strict=True):
            failed = {
                Quantifier.ALL: ~test.value(),
                Quantifier.ANY: no_choice,
                Quantifier.NONE: test.value(),
            }
            names.append(pl.when(failed[entry.how]).then(pl.lit(entry.clause.id)))
        return self.compiler.graph.name_of(columns.joined_text(names))

    @cached_property
    def missing(self) -> str:
        """Return the column of what conditions and amount lack, joined by `;`."""
        value, *ceiling = self._amount_terms
        return Missing(self.compiler).text(
            [self.root_term],
            [value],
            # A reversal is never cut, so no ceiling can be missing for it.
            only_where=pl.col(self.raw_fen) > 0,
            further=ceiling,
        )

    @cached_property
    def rates(self) -> tuple[tuple[RateOf, pl.Expr | None], ...]:
        """Return every use of a rate in the amount, and where it takes part; None: everywhere."""
        ceiling = self.ceiling
        terms = [self.variant.amount.value] + ([ceiling.value] if ceiling is not None else [])
        return tuple(use for term in terms for use in self._uses(term, None))

    @cached_property
    def rates_of_conditions(self) -> tuple[tuple[RateOf, pl.Expr | None], ...]:
        """Return every use of a rate in the conditions, and where it takes part."""
        return tuple(self._uses(self.root_term, None))

    def _uses(self, term: Term, where: pl.Expr | None) -> Iterator[tuple[RateOf, pl.Expr | None]]:
        if isinstance(term, If):
            test = self.compiler.condition(term.condition).value()
            yield from self._uses(term.condition, where)
            for branch, taken in ((term.then, test), (term.otherwise, ~test)):
                yield from self._uses(branch, taken if where is None else where & taken)
            return
        if isinstance(term, RateOf):
            yield term, where
        for part in children(term):
            yield from self._uses(part, where)


@dataclass(frozen=True, eq=False)
class Readings:
    """All readings of one benefit on the days that are decided, and which of them holds where.

    `held` are the readings that can hold; `column` gives the index of the one that does, -1 where
    the benefit is not in force. Without a column the only reading, or none, holds for everybody.
    """

    benefit: Benefit
    held: tuple[Reading, ...]
    column: str = ""


def readings_of(benefit: Benefit, region: str | None, compiler: Compiler) -> Readings:
    """Return how a benefit reads on the day, or on the days, that a compiler is for."""
    day = compiler.as_of
    if day is not None and not benefit.from_on <= day < benefit.until_on:
        return Readings(benefit, ())
    variants = tuple(
        one for one in benefit.variants if day is None or one.from_on <= day < one.until_on
    )
    held = tuple(Reading(benefit, one, region, compiler) for one in variants)
    if day is not None and (benefit.place is None or len(variants) == 1):
        holds = benefit.variant_for("", day)
        return Readings(benefit, tuple(one for one in held if one.variant is holds))
    place = None if benefit.place is None else compiler.cell(benefit.place)
    choice = _Choice(benefit, variants, place, compiler.day)
    (column,) = compiler.graph.lookup(
        ("variant", benefit.id), choice.inputs(), 1, lambda: choice.made
    )
    return Readings(benefit, held, column)


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which variant of a benefit holds, for each place and day that occurs."""

    benefit: Benefit
    variants: tuple[Variant, ...]
    place: Cell | None
    day: Cell

    def inputs(self) -> tuple[str, ...]:
        """Return the columns that decide which variant holds."""
        return (*(self.place.names() if self.place is not None else ()), *self.day.names())

    def made(self, frame: pl.DataFrame) -> list[pl.Series]:
        """Return the index of the variant that holds in each row; -1 where none is in force."""
        place = pl.lit("") if self.place is None else self.place.value()
        asked = frame.select(
            place.alias("place"),
            self.day.value().alias("day"),
            pl.int_range(pl.len()).alias("at"),  # a constant is then as long as the frame
        ).drop("at")
        divisions = {one.division for one in self.benefit.variants if not one.is_open}
        places = Places(frozenset(one or "" for one in divisions))
        turns = self._turning_days()
        asked = asked.with_columns(
            by_distinct(asked["place"], places.stand_in, pl.String),
            by_distinct(asked["day"], lambda day: turns[bisect_right(turns, day) - 1], pl.Int32),
        )
        distinct = asked.unique()
        indexes = [self._index(*question) for question in distinct.rows()]
        answered = distinct.with_columns(pl.Series("index", indexes, dtype=pl.Int32))
        joined = asked.join(
            answered, on=["place", "day"], how="left", nulls_equal=True, maintain_order="left"
        )
        return [joined["index"]]

    def _turning_days(self) -> list[int]:
        days = {date.min, self.benefit.from_on, self.benefit.until_on}
        for one in self.benefit.variants:
            days.update((one.from_on, one.until_on))
        return sorted(pack(day) for day in days)

    def _index(self, division: str | None, day: int) -> int:
        as_of = unpack(day)
        if not self.benefit.from_on <= as_of < self.benefit.until_on:
            return NOT_IN_FORCE
        variant = self.benefit.variant_for(division, as_of)
        return next(at for at, one in enumerate(self.variants) if one is variant)
