"""Which facts and rates an unknown value lacks, as bits, for the rows that are shown.

Each label has a bit; the bits of a term are 0 where it is known. The names are spelled at the end,
once for each combination of bits that occurs.
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

    def words(
        self,
        conditions: Sequence[Term],
        values: Sequence[Term],
        *,
        only_where: pl.Expr = columns.TRUE,
        further: Sequence[Term] = (),
    ) -> list[pl.Expr]:
        """Return the bits that the terms lack together, as many Int64 columns as it takes.

        A value that is `none` is lacking too; a condition that is `none` is known to be no. The
        `further` values count only where `only_where` is true.
        """
        found: list[pl.Expr] = []
        self._word = 0
        while self._word * WORD <= max(len(self.labels) - 1, 0):
            bits = [self._bits(term) for term in conditions]
            bits += [self._value_bits(term) for term in values]
            more = _union([self._value_bits(term) for term in further])
            found.append(_expr(_union([*bits, self._where(only_where, more)])))
            self._word += 1
        return found

    def inputs(self) -> frozenset[str]:
        """Return the columns by which `spelled` tells which rate was asked for in vain."""
        return frozenset(
            name
            for label in self.labels
            if isinstance(label, RateOf)
            for part in (*label.keys, *([label.place] if label.place is not None else []))
            for name in self.compiler.cell(part).names()
        )

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


def spelled(frame: pl.DataFrame, words: Sequence[str], missing: Missing) -> pl.Series:
    """Return the names of what each row lacks, in order, joined by `;`.

    Shape: `words` are columns of the frame; the columns that rates are asked by must be there too.
    """
    asked = frame.select(words)
    distinct = asked.unique()
    held = [_labels_of(bits, missing.labels) for bits in distinct.rows()]
    texts = [
        None
        if any(isinstance(one, RateOf) for one in labels)
        else ";".join(sorted(map(str, labels)))
        for labels in held
    ]
    plain = asked.join(
        distinct.with_columns(pl.Series("text", texts, dtype=pl.String)),
        on=list(words),
        how="left",
        maintain_order="left",
    )["text"]
    if not plain.has_nulls():
        return plain
    return plain.zip_with(plain.is_not_null(), _spelled_by_row(frame, words, missing))


def _labels_of(bits: tuple[int, ...], labels: Sequence[Label]) -> list[Label]:
    return [
        label for place, label in enumerate(labels) if bits[place // WORD] >> (place % WORD) & 1
    ]


def _spelled_by_row(frame: pl.DataFrame, words: Sequence[str], missing: Missing) -> pl.Series:
    """Return the names row by row, for rates whose label says what they were asked for."""
    parts = []
    for place, label in enumerate(missing.labels):
        bit = pl.lit(1 << place % WORD, dtype=pl.Int64)
        is_held = pl.col(words[place // WORD]) & bit != 0
        text = rate_labels(frame, label, missing.compiler) if isinstance(label, RateOf) else label
        parts.append(pl.when(is_held).then(pl.lit(text)).alias(str(place)))
    listed = frame.select(parts).select(pl.concat_list(pl.all()).alias("all"))["all"]
    return listed.list.drop_nulls().list.unique().list.sort().list.join(";")


def rate_labels(frame: pl.DataFrame, term: RateOf, compiler: Compiler) -> pl.Series:
    """Return how each row names the rate it has no row for: `rate.standard[7,500110]`."""
    asked = [compiler.cell(key) for key in term.keys]
    if term.place is not None:
        asked.append(compiler.cell(term.place))
    if not asked:
        return pl.Series([rate_label(term.schedule.name, [])]).new_from_index(0, frame.height)
    texts = pl.DataFrame([_texts(frame, cell).alias(str(at)) for at, cell in enumerate(asked)])
    # Spelled by the interpreter's own function, with a mark where the keys will stand.
    before, after = rate_label(term.schedule.name, ["\0"]).split("\0")
    keys = pl.concat_str(pl.all(), separator=",")
    return texts.select(pl.concat_str(pl.lit(before), keys, pl.lit(after)).alias("label"))["label"]


def _texts(frame: pl.DataFrame, cell: Cell) -> pl.Series:
    """Return the values of a key or place as a label spells them."""
    is_none = cell.is_none()
    shown = frame.select(
        cell.value().alias("value"),
        (columns.FALSE if is_none is None else is_none).alias("none"),
        pl.int_range(pl.len()).alias("at"),  # a constant is then as long as the frame
    )
    if cell.kind is not Kind.DIVISION:
        spelled_out = by_distinct(shown["value"], lambda one: _text(cell, one), pl.String)
        shown = shown.with_columns(spelled_out)
    return shown.select(pl.when("none").then(pl.lit("none")).otherwise("value"))["literal"]


def _text(cell: Cell, value: int) -> str:
    return cell.codes[value] if cell.codes else str(Fraction(value, cell.denominator))
