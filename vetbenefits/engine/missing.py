"""Which facts and rates an unknown value lacks, told for the rows that are shown.

What a term lacks is a mask for each name: false everywhere where the term is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from vetbenefits.engine import columns
from vetbenefits.engine.compiler import NOBODY
from vetbenefits.engine.interpreter import evaluate, lacking, rate_label
from vetbenefits.engine.lookups import by_distinct
from vetbenefits.model.expressions import (
    And,
    AnyOf,
    Arithmetic,
    Between,
    Compare,
    Extreme,
    Fact,
    If,
    IsNone,
    Named,
    Not,
    Operation,
    Or,
    RateOf,
    Shift,
    ToWhole,
    Within,
    YearOf,
    children,
)
from vetbenefits.model.kinds import Kind
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.engine.cells import Cell
    from vetbenefits.engine.compiler import Compiler
    from vetbenefits.model.expressions import Term

Label: TypeAlias = str | RateOf
Masks: TypeAlias = dict[Label, pl.Expr]  # never null


@dataclass(frozen=True, slots=True)
class Missing:
    """Tells what terms lack, in the columns of one compiler."""

    compiler: Compiler

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
        lacking = [self._lacking(term) for term in conditions]
        lacking += [self._unusable(term) for term in values]
        more = _union([self._unusable(term) for term in further])
        masks = _union([*lacking, _within(only_where.fill_null(value=False), more)])
        labels = sorted(masks, key=_sort_key)
        parts = [pl.when(masks[label]).then(self._spelled(label)) for label in labels]
        text = columns.joined_text(parts)
        # Of a rate that is asked for twice, only the spelled names tell whether they are one.
        keys = [_sort_key(label).partition("[")[0] for label in labels]
        is_mixed = len({*keys}) < len(keys)
        return self.compiler.graph.name_of(columns.in_order(text) if is_mixed else text)

    # --- masks ------------------------------------------------------------------------------

    def _lacking(self, term: Term) -> Masks:  # noqa: PLR0911  one return a node
        """Return what is missing of a term: nothing where it is known."""
        cell = self._cell_of(term)
        if cell is not None and cell.is_constant:
            return self._of_constant(term, cell)
        match term:
            case Fact():
                return {term.name: self.compiler.cell(term).is_unknown()}
            case Named():
                return self._lacking(term.body)
            case Not() | IsNone() | AnyOf():
                return self._lacking(term.term)
            case Within():
                return self._of_membership(term)
            case And() | Or() | Compare():
                return self._of_truth(term)
            case If():
                test = self.compiler.condition(term.condition)
                branches = (self._lacking(term.then), self._lacking(term.otherwise))
                return _union([self._lacking(term.condition), _of_branch(test, *branches)])
            case RateOf():
                return self._of_rate(term)
            case Arithmetic() | Extreme() | ToWhole() | Between() | YearOf() | Shift():
                return self._of_function(term)
            case _:
                return {}

    def _unusable(self, term: Term) -> Masks:
        """Return what is missing of a value to compute with, which `none` is not either."""
        return _union([self._lacking(term), self._being_none(term)])

    def _cell_of(self, term: Term) -> Cell | None:
        """Return the cell of a term; None for a quotient, which only its rounding has."""
        if isinstance(term, Arithmetic) and term.op is Operation.DIVIDE:
            return None
        return self._cell_of(term.body) if isinstance(term, Named) else self.compiler.cell(term)

    def _of_constant(self, term: Term, cell: Cell) -> Masks:
        if cell.constant is not Special.UNKNOWN:
            return {}
        result = evaluate(term, NOBODY, self.compiler.some_day)
        return dict.fromkeys(sorted(result.missing), columns.TRUE)

    def _of_truth(self, term: And | Or | Compare) -> Masks:
        """Return what all parts lack, where the whole is unknown: a known whole lacks nothing."""
        masks = _union([self._lacking(part) for part in children(term)])
        if isinstance(term, Compare):
            sides = [self.compiler.cell(side) for side in (term.left, term.right)]
            # What is unknown on one side leaves a comparison open, unless the other is `none`.
            if not any(side.is_always_unknown for side in sides) and (
                any(side.is_constant for side in sides) or not any(side.none for side in sides)
            ):
                return masks
        return _within(self.compiler.cell(term).value().is_null(), masks)

    def _of_membership(self, term: Within) -> Masks:
        """Return what the value asked about lacks, and the fact of a place that is too wide."""
        masks = self._lacking(term.term)
        if term.term.type.kind is not Kind.DIVISION:
            return masks
        is_known = ~self.compiler.cell(term.term).is_unknown()
        too_wide = self.compiler.cell(term).is_unknown() & is_known
        return _union([masks, _within(too_wide, self._place(term.term))])

    def _place(self, term: Term) -> Masks:
        """Return the fact that a place is known by."""
        match term:
            case Fact():
                return {term.name: columns.TRUE}
            case Named():
                return self._place(term.body)
            case If():
                test = self.compiler.condition(term.condition)
                return _of_branch(test, self._place(term.then), self._place(term.otherwise))
            case _:
                return {term.text: columns.TRUE}

    def _of_rate(self, term: RateOf) -> Masks:
        parts = children(term)
        # A key may be `none`, which no row is for; a day that is `none` is no day to ask about.
        masks = _union([*map(self._lacking, parts), self._being_none(term.day)])
        asked = [self.compiler.cell(part) for part in parts if part is not term.day]
        day = self.compiler.cell(term.day)
        if not day.is_usable or any(part.is_always_unknown for part in asked):
            return masks
        known = [~part.is_unknown() for part in asked if not part.is_constant]
        known += [] if day.is_constant else [day.value().is_not_null()]
        own = self.compiler.cell(term).is_unknown() & columns.all_of(known)
        answers = self.compiler.answers(term)
        if term.place is None or answers is None or not answers.needs_place:
            return _union([masks, {term: own}])
        too_wide = pl.col(answers.needs_place)
        place = _within(too_wide, self._place(term.place))
        return _union([masks, place, {term: own & ~too_wide}])

    def _of_function(
        self, term: Arithmetic | Extreme | ToWhole | Between | YearOf | Shift
    ) -> Masks:
        masks = _union([self._unusable(part) for part in children(term)])
        if not isinstance(term, Arithmetic) or term.op is not Operation.DIVIDE:
            return masks
        left, right = self.compiler.cell(term.left), self.compiler.cell(term.right)
        if right.is_constant and right.constant != 0:
            return masks
        is_zero = left.value().is_not_null() & (right.value() == 0).fill_null(value=False)
        return _union([masks, {f"non-zero {term.right.text}": is_zero}])

    def _being_none(self, term: Term) -> Masks:  # noqa: PLR0911  one return a node
        """Return the facts and rates whose `none` makes a function of them unknown."""
        cell = self._cell_of(term)
        if cell is None or not (cell.none or cell.is_constant):
            return {}
        if cell.is_constant:
            return self._of_constant_none(term, cell)
        match term:
            case Fact():
                return {term.name: pl.col(cell.none)}
            case RateOf():
                return {term: pl.col(cell.none)}
            case Named():
                return self._being_none(term.body)
            case If():
                test = self.compiler.condition(term.condition)
                branches = (self._being_none(term.then), self._being_none(term.otherwise))
                return _of_branch(test, *branches)
            case _:
                return {}

    def _of_constant_none(self, term: Term, cell: Cell) -> Masks:
        if cell.constant is not Special.NONE:
            return {}
        names = lacking(evaluate(term, NOBODY, self.compiler.some_day)) or frozenset()
        return dict.fromkeys(sorted(names), columns.TRUE)

    # --- names ------------------------------------------------------------------------------

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
        if cell.codes:
            text = columns.taken(pl.Series(cell.codes, dtype=pl.String), text)
        elif cell.kind is not Kind.DIVISION:
            text = pl.col(self._number_text(cell))
        if not cell.none:
            return text
        return pl.when(cell.none).then(pl.lit(Special.NONE.value)).otherwise(text)

    def _number_text(self, cell: Cell) -> str:
        """Return the column of numbers as text, as Python writes a fraction: `7`, `5/2`."""

        def text(value: int) -> str:
            return str(Fraction(value, cell.denominator))

        def make(frame: pl.DataFrame) -> list[pl.Series]:
            return [by_distinct(frame[cell.column], text, pl.String)]

        graph = self.compiler.graph
        if cell.denominator == 1:
            return graph.name_of(pl.col(cell.column).cast(pl.String))
        key = ("text", cell.column, cell.denominator)
        return graph.lookup(key, [cell.column], 1, lambda: make)[0]


def _within(mask: pl.Expr, masks: Masks) -> Masks:
    """Return the masks where another is true."""
    return {label: one & mask for label, one in masks.items()}


def _of_branch(test: Cell, then: Masks, otherwise: Masks) -> Masks:
    """Return the masks of the branch that a condition takes; none where it is unknown."""
    if test.is_constant:
        if test.constant is Special.UNKNOWN:
            return {}
        return then if test.constant else otherwise
    if not then and not otherwise:
        return {}
    holds = test.value().fill_null(value=False)
    fails = (~test.value()).fill_null(value=False)
    return _union([_within(holds, then), _within(fails, otherwise)])


def _union(parts: Sequence[Masks]) -> Masks:
    found: dict[Label, list[pl.Expr]] = {}
    for masks in parts:
        for label, mask in masks.items():
            found.setdefault(label, []).append(mask)
    return {label: columns.any_of(masks) for label, masks in found.items()}


def _sort_key(label: Label) -> str:
    """Return what decides the order of a label; no two rates are alike up to the bracket."""
    return label if isinstance(label, str) else rate_label(label.schedule.name, [""]).rstrip("]")
