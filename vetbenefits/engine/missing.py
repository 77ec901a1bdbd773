"""Which facts and rates an unknown value lacks, as bits, for the rows that are shown.

Each label has a bit; the bits of a term are 0 where it is known. At the end the names of the bits
are spelled.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

import polars as pl

from vetbenefits.engine import columns
from vetbenefits.engine.cells import Cell
from vetbenefits.engine.compiler import NOBODY, Compiler
from vetbenefits.engine.interpreter import evaluate, lacking, rate_label
from vetbenefits.engine.lookups import by_distinct
from vetbenefits.model.expressions import (
    And,
    AnyOf,
    Arithmetic,
    AsOf,
    Between,
    Compare,
    Extreme,
    Fact,
    If,
    IsNone,
    Known,
    Literal,
    Named,
    Not,
    Operation,
    Or,
    RateOf,
    Shift,
    Term,
    ToWhole,
    Undecided,
    Within,
    YearOf,
    children,
)
from vetbenefits.model.kinds import Kind
from vetbenefits.model.values import Special

Label: TypeAlias = str | RateOf
Bits: TypeAlias = int | pl.Expr

WORD = 62  # bits of one Int64 column that are used


@dataclass(slots=True)
class Missing:
    """The labels of one benefit and the bits of its terms."""

    compiler: Compiler
    labels: list[Label] = field(default_factory=list)
    _places: dict[object, int] = field(default_factory=dict)
    _word: int = 0

    def text(
        self,
        conditions: Sequence[Term],
        values: Sequence[Term],
        *,
        only_where: pl.Expr = columns.TRUE,
        further: Sequence[Term] = (),
    ) -> str:
        """Return the column of the names that the terms lack together, in order, joined by `;`.

        A value that is `none` is lacking too; a condition that is `none` is known to be no. The
        `further` values count only where `only_where` is true.
        """
        graph = self.compiler.graph
        words: list[pl.Expr] = []
        self._word = 0
        while self._word * WORD <= max(len(self.labels) - 1, 0):
            bits = [self._bits(term) for term in conditions]
            bits += [self._value_bits(term) for term in values]
            more = _union([self._value_bits(term) for term in further])
            words.append(graph.keep(_expr(_union([*bits, self._where(only_where, more)]))))
            self._word += 1
        parts = [
            pl.when(columns.has_bit(words[at // WORD], at % WORD)).then(self._spelled(label))
            for at, label in sorted(enumerate(self.labels), key=lambda one: _sort_key(one[1]))
        ]
        text = columns.joined_text(parts)
        rates = [label.schedule.name for label in self.labels if isinstance(label, RateOf)]
        # What one rate is asked for twice stands in order only once it is spelled.
        return graph.name_of(columns.in_order(text) if len({*rates}) < len(rates) else text)

    def _spelled(self, label: Label) -> pl.Expr:
        """Return how each row names what it lacks: `birth_date`, `rate.standard[7,500110]`."""
        if isinstance(label, str):
            return pl.lit(label)
        asked = [self.compiler.cell(key) for key in label.keys]
        if label.place is not None:
            asked.append(self.compiler.cell(label.place))
        if not asked:
            return pl.lit(rate_label(label.schedule.name, []))
        # Spelled by the interpreter's own function, with a mark where the keys will stand.
        before, after = rate_label(label.schedule.name, ["\0"]).split("\0")
        keys = pl.concat_str([self._key_text(cell) for cell in asked], separator=",")
        return pl.concat_str(pl.lit(before), keys, pl.lit(after))

    def _key_text(self, cell: Cell) -> pl.Expr:
        """Return the values of a key or place as a label spells them."""
        if cell.is_constant:
            value = cell.constant
            return pl.lit(value.value if isinstance(value, Special) else str(value))
        text = pl.col(cell.column)
        if cell.kind is not Kind.DIVISION:

            def make(frame: pl.DataFrame) -> list[pl.Series]:
                return [by_distinct(frame[cell.column], lambda one: _text(cell, one), pl.String)]

            key = ("text", cell.column, cell.denominator, cell.codes)
            text = pl.col(self.compiler.graph.lookup(key, [cell.column], 1, lambda: make)[0])
        if not cell.none:
            return text
        return pl.when(cell.none).then(pl.lit(Special.NONE.value)).otherwise(text)

    def _value_bits(self, term: Term) -> Bits:
        return _union([self._bits(term), self._none_bits(term)])

    def _bit(self, label: Label) -> int:
        """Return the bit of a label in the present word; 0 where it stands in another."""
        # A rate is labelled by what it is asked, so two uses of one rate are two labels.
        place = self._places.get(label)
        if place is None:
            place = self._places[label] = len(self.labels)
            self.labels.append(label)
        word, bit = divmod(place, WORD)
        return 1 << bit if word == self._word else 0

    def _bits(self, term: Term) -> Bits:
        """Return what is missing of a term; 0 where it is known."""
        cell = self._cell_of(term)
        if cell is not None and cell.is_constant:
            return self._constant_bits(term, cell)
        match term:
            case Fact():
                return self._where(self.compiler.cell(term).is_unknown(), self._bit(term.name))
            case Named():
                return self._bits(term.body)
            case Not() | IsNone() | Within() | AnyOf():
                return self._bits(term.term)
            case Known() | Literal() | AsOf() | Undecided():
                return 0
            case And() | Or() | Compare():
                return self._where_unknown(term)
            case If():
                return self._of_choice(term)
            case RateOf():
                return self._of_rate(term)
            case Arithmetic() | Extreme() | ToWhole() | Between() | YearOf() | Shift():
                return self._of_function(term)

    def _cell_of(self, term: Term) -> Cell | None:
        """Return the cell of a term; None for a quotient, which only its rounding has."""
        if isinstance(term, Arithmetic) and term.op is Operation.DIVIDE:
            return None
        if isinstance(term, Named):
            return self._cell_of(term.body)
        return self.compiler.cell(term)

    def _constant_bits(self, term: Term, cell: Cell) -> int:
        if cell.constant is not Special.UNKNOWN:
            return 0
        result = evaluate(term, NOBODY, self.compiler.some_day)
        return functools.reduce(operator.or_, map(self._bit, sorted(result.missing)), 0)

    def _where_unknown(self, term: And | Or | Compare) -> Bits:
        """Return the bits of all parts, where the whole is unknown: a known whole lacks nothing."""
        bits = _union([self._bits(part) for part in children(term)])
        return self._where(self.compiler.cell(term).value().is_null(), bits)

    def _of_choice(self, term: If) -> Bits:
        test = self.compiler.condition(term.condition)
        branches = (self._bits(term.then), self._bits(term.otherwise))
        if test.is_constant:
            if isinstance(test.constant, bool):
                return branches[0 if test.constant else 1]
            return self._bits(term.condition)
        return _chosen(test, branches, self._bits(term.condition))

    def _of_rate(self, term: RateOf) -> Bits:
        parts = [self.compiler.cell(part) for part in children(term)]
        # A key may be `none`, which no row is for; a day that is `none` is no day to ask about.
        unasked = _union([*map(self._bits, children(term)), self._none_bits(term.day)])
        is_asked = columns.all_of([~part.is_unknown() for part in parts])
        no_day = self.compiler.cell(term.day).is_none()
        is_asked = is_asked if no_day is None else is_asked & ~no_day
        own = self._where(is_asked & self.compiler.cell(term).is_unknown(), self._bit(term))
        return _union([unasked, own])

    def _of_function(self, term: Arithmetic | Extreme | ToWhole | Between | YearOf | Shift) -> Bits:
        parts = children(term)
        bits = [self._value_bits(part) for part in parts]
        if isinstance(term, Arithmetic) and term.op is Operation.DIVIDE:
            bits.append(self._zero_bits(term))
        return _union(bits)

    def _zero_bits(self, term: Arithmetic) -> Bits:
        """Return the bit that says a divisor is zero."""
        left, right = self.compiler.cell(term.left), self.compiler.cell(term.right)
        if right.is_constant and right.constant != 0:
            return 0
        is_zero = left.value().is_not_null() & (right.value() == 0).fill_null(value=False)
        return self._where(is_zero, self._bit(f"non-zero {term.right.text}"))

    def _none_bits(self, term: Term) -> Bits:
        """Return the bits of the facts and rates whose `none` makes a function of them unknown."""
        cell = self._cell_of(term)
        if cell is None or not (cell.none or cell.is_constant):
            return 0
        if cell.is_constant:
            return self._constant_none_bits(term, cell)
        match term:
            case Fact():
                return self._where(pl.col(cell.none), self._bit(term.name))
            case RateOf():
                return self._where(pl.col(cell.none), self._bit(term))
            case Named():
                return self._none_bits(term.body)
            case If():
                branches = (self._none_bits(term.then), self._none_bits(term.otherwise))
                test = self.compiler.condition(term.condition)
                if test.is_constant:
                    return branches[0 if test.constant is True else 1]
                return _chosen(test, branches, 0)
            case _:
                return 0

    def _constant_none_bits(self, term: Term, cell: Cell) -> int:
        if cell.constant is not Special.NONE:
            return 0
        names = lacking(evaluate(term, NOBODY, self.compiler.some_day)) or frozenset()
        return functools.reduce(operator.or_, map(self._bit, sorted(names)), 0)

    def _where(self, mask: pl.Expr, bits: Bits) -> Bits:
        if isinstance(bits, int) and not bits:
            return 0
        return pl.when(mask).then(_expr(bits)).otherwise(_expr(0))


def _chosen(test: Cell, branches: tuple[Bits, Bits], unknown: Bits) -> Bits:
    if not any(isinstance(one, pl.Expr) or one for one in (*branches, unknown)):
        return 0
    then, otherwise = branches
    truth = test.value()
    return (
        pl.when(truth)
        .then(_expr(then))
        .when(~truth)
        .then(_expr(otherwise))
        .otherwise(_expr(unknown))
    )


def _union(parts: Sequence[Bits]) -> Bits:
    fixed = functools.reduce(operator.or_, (one for one in parts if isinstance(one, int)), 0)
    open_parts = [one for one in parts if isinstance(one, pl.Expr)]
    if not open_parts:
        return fixed
    return functools.reduce(operator.or_, open_parts if not fixed else [*open_parts, _expr(fixed)])


def _expr(bits: Bits) -> pl.Expr:
    return columns.whole(bits) if isinstance(bits, int) else bits


def _sort_key(label: Label) -> str:
    """Return what decides the order of a label; no two rates are alike up to the bracket."""
    return label if isinstance(label, str) else rate_label(label.schedule.name, [""]).rstrip("]")


def _text(cell: Cell, value: int) -> str:
    return cell.codes[value] if cell.codes else str(Fraction(value, cell.denominator))
