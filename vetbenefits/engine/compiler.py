"""Terms into columns: equal terms of the whole rule book are one column, made once.

With a fixed `as_of` whatever depends on no fact is worked out here, by the interpreter, so that a
constant cannot mean two things; with `as_of` as a column (each bill has its own day) the same code
makes columns of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

import polars as pl

from vetbenefits.engine import arithmetic, columns, logic
from vetbenefits.engine.cells import Cell, constant
from vetbenefits.engine.cutoffs import chain_of, folded
from vetbenefits.engine.graph import Graph
from vetbenefits.engine.interpreter import Person, evaluate
from vetbenefits.engine.lookups import answers_of
from vetbenefits.model import tables
from vetbenefits.model.expressions import (
    And,
    AnyOf,
    Arithmetic,
    AsOf,
    Between,
    Compare,
    Comparison,
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
    ToWhole,
    Undecided,
    Within,
    YearOf,
    children,
)
from vetbenefits.model.facts import FactType
from vetbenefits.model.kinds import Kind
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from vetbenefits.engine.lookups import Answers
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.facts import FactSpec, Vocabulary
    from vetbenefits.model.kinds import Type

NOBODY = Person({})
_ANY_DAY = date(2000, 1, 1)

# An equal comparison seen from its other side.
_FLIPPED = {
    Comparison.LT: Comparison.GT,
    Comparison.LE: Comparison.GE,
    Comparison.GT: Comparison.LT,
    Comparison.GE: Comparison.LE,
}


@dataclass(slots=True)
class Compiler:
    """Compiles terms for one day (`as_of`), or for the day that the column `day_column` holds."""

    vocabulary: Vocabulary
    as_of: date | None
    day_column: str = ""
    graph: Graph = field(default_factory=Graph)
    _cells: dict[tuple[Term, Kind, str], Cell] = field(default_factory=dict)
    _answers: dict[str, Answers] = field(default_factory=dict)

    def cell(self, term: Term) -> Cell:
        """Return the compiled term."""
        # Python takes yes for 1, and a code can stand in two lists: equal terms may differ in type.
        key = (term, term.type.kind, term.type.fact)
        found = self._cells.get(key)
        if found is None:
            found = self._cells[key] = self._made(term)
        return found

    def answers(self, term: RateOf) -> Answers | None:
        """Return the columns of a rate, or None where it is the same for everybody."""
        return self._answers.get(self.cell(term).column)

    def condition(self, term: Term) -> Cell:
        """Return a truth as a condition takes it: `none` is no."""
        return logic.condition(self.cell(term), self.graph)

    @property
    def day(self) -> Cell:
        """Return the day that is decided about."""
        if self.as_of is None:
            return Cell(Kind.DATE, self.day_column)
        return constant(Kind.DATE, self.as_of)

    @property
    def some_day(self) -> date:
        """Return the day on which to work out what is the same on every day that is asked about."""
        return self.as_of or _ANY_DAY

    def fixed_day(self, term: Term) -> date | None:
        """Return the day of a term that is the same for everybody, else None."""
        cell = self.cell(term)
        return cell.constant if cell.is_constant and isinstance(cell.constant, date) else None

    # --- leaves -----------------------------------------------------------------------------

    def _made(self, term: Term) -> Cell:  # noqa: PLR0911  one return a node
        match term:
            case Literal():
                return constant(term.type.kind, term.value, self._codes(term.type))
            case AsOf():
                return self.day
            case Named():
                return self.cell(term.body)
            case Fact():
                return self._fact(self.vocabulary.facts[term.name])
            case Undecided():
                return constant(term.type.kind, Special.UNKNOWN, self._codes(term.type))
            case AnyOf():
                return self._any_of(term, term.term)
            case _:
                return self._composed(term)

    def _codes(self, found: Type) -> tuple[str, ...]:
        return self.vocabulary.facts[found.fact].code_ids if found.kind is Kind.CODE else ()

    def _fact(self, spec: FactSpec) -> Cell:
        kind = spec.term_type.kind
        column = spec.name
        if spec.type is FactType.CODES:
            column = tables.code_column(spec.name, spec.code_ids[0])
        size = max(abs(spec.low), abs(spec.high)) * spec.scale
        return Cell(
            kind,
            column,
            none=tables.none_column(spec.name) if spec.may_be_none else "",
            denominator=spec.scale if kind is Kind.NUMBER else 1,
            bound=int(size) + 1 if kind is Kind.NUMBER else 0,
            codes=spec.code_ids if kind is Kind.CODE else (),
        )

    # --- everything that has parts ----------------------------------------------------------

    def _composed(self, term: Term) -> Cell:  # noqa: C901, PLR0911, PLR0912  one case a node
        parts = tuple(self.cell(part) for part in self._parts(term))
        if all(part.is_constant for part in parts):
            result = evaluate(term, NOBODY, self.some_day)
            return constant(term.type.kind, result.value, self._codes(term.type))
        match term:
            case Known():
                return logic.asks_known(parts[0], self.graph)
            case IsNone():
                return logic.asks_none(parts[0], self.graph)
            case Not():
                return logic.negation(parts[0], self.graph)
            case And() | Or():
                return logic.joined(parts, self.graph, deciding=isinstance(term, Or))
            case Compare():
                return self._comparison(term, parts[0], parts[1])
            case Within():
                return logic.membership(parts[0], term, self.graph)
            case If():
                return logic.choice(parts[0], parts[1], parts[2], self.graph)
            case RateOf():
                return self._rate(term)
            case ToWhole():
                return self._to_whole(term, parts)
            case Arithmetic() | Extreme() | Between() | YearOf() | Shift():
                return arithmetic.computed(term, parts, self.graph)
            case Literal() | AsOf() | Named() | Fact() | Undecided() | AnyOf():
                raise TypeError(f"{type(term).__name__} has no parts")
            case _:
                assert_never(term)

    def _parts(self, term: Term) -> tuple[Term, ...]:
        """Return the terms whose cells a composed term is made of."""
        divided = _open_quotient(term)
        return (divided.left, divided.right) if divided is not None else children(term)

    def _comparison(self, term: Compare, left: Cell, right: Cell) -> Cell:
        if right.is_constant:
            cell = self._folded(term.op, term.left, right)
        elif left.is_constant:
            cell = self._folded(_FLIPPED.get(term.op, term.op), term.right, left)
        else:
            cell = None
        return cell or logic.comparison(term.op, left, right, self.graph)

    def _folded(self, op: Comparison, term: Term, bound: Cell) -> Cell | None:
        if term.type.kind not in (Kind.DATE, Kind.NUMBER):
            return None
        if not isinstance(bound.constant, Fraction | date):
            return None
        chain = chain_of(term, self.fixed_day)
        if chain is None or chain.is_plain:
            return None
        return folded(op, chain, bound.constant, self.vocabulary.facts[chain.fact], self.graph)

    def _any_of(self, term: AnyOf, among: Term) -> Cell:
        """Return whether a set holds a code; a choice of sets is a choice of answers."""
        match among:
            case Named():
                return self._any_of(term, among.body)
            case If():
                answers = [
                    AnyOf(branch, term.codes, type=term.type, text=term.text)
                    for branch in (among.then, among.otherwise)
                ]
                return self.cell(If(among.condition, *answers, type=term.type, text=term.text))
            case Fact():
                return self._holds_any(self.vocabulary.facts[among.name], term.codes)
            case _:
                return constant(Kind.TRUTH, Special.UNKNOWN)

    def _holds_any(self, spec: FactSpec, codes: frozenset[str]) -> Cell:
        held = [tables.code_column(spec.name, code) for code in spec.code_ids if code in codes]
        if held:
            return logic.joined(
                [Cell(Kind.TRUTH, name) for name in held], self.graph, deciding=True
            )
        known = self._fact(spec).column
        made = self.graph.column(("never", known), lambda: columns.never(pl.col(known)))
        return Cell(Kind.TRUTH, made)

    def _to_whole(self, term: ToWhole, parts: tuple[Cell, ...]) -> Cell:
        if _open_quotient(term) is not None:
            return arithmetic.open_quotient(term.how, parts[0], parts[1], self.graph)
        return arithmetic.computed(term, parts, self.graph)

    def _rate(self, term: RateOf) -> Cell:
        keys = [self.cell(key) for key in term.keys]
        place = self.cell(term.place) if term.place is not None else None
        day = self.cell(term.day)
        parts = (*keys, day) if place is None else (*keys, place, day)
        if not day.is_usable or any(part.is_always_unknown for part in parts):
            return logic.unknown_column(Kind.NUMBER, self.graph)
        cell, answers = answers_of(term, keys, place, day, self.graph)
        self._answers[cell.column] = answers
        return cell


def _open_quotient(term: Term) -> Arithmetic | None:
    """Return the quotient that a rounding to whole numbers stands directly around, if it does."""
    if not isinstance(term, ToWhole):
        return None
    inner = term.term
    while isinstance(inner, Named):
        inner = inner.body
    is_quotient = isinstance(inner, Arithmetic) and inner.op is Operation.DIVIDE
    return inner if isinstance(inner, Arithmetic) and is_quotient else None
