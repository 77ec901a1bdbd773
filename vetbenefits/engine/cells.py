"""What a term becomes: a column of values, or one value where no row changes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.engine import columns
from vetbenefits.model.kinds import Kind
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.model.values import Value


@dataclass(frozen=True, slots=True)
class Cell:
    """A compiled term.

    `column` names its values; without one, `constant` is the value for every row. Where a value is
    null, it is `none` if the column `none` is true (which is never null), else unknown.
    Of a number: value = column / `denominator`, and no size in the column is above `bound`.
    Of a code: the column holds indexes into `codes`. Of a set of codes: the column is null exactly
    where the set is unknown, and holds nothing else of use.
    """

    kind: Kind
    column: str = ""
    constant: Value = Special.UNKNOWN
    none: str = ""
    denominator: int = 1
    bound: int = 0
    codes: tuple[str, ...] = ()

    @property
    def is_constant(self) -> bool:
        """Tell whether every row has the same value."""
        return not self.column

    @property
    def is_always_unknown(self) -> bool:
        """Tell whether the value is unknown in every row."""
        return self.is_constant and self.constant is Special.UNKNOWN

    @property
    def is_usable(self) -> bool:
        """Tell whether some row can have a plain value, neither unknown nor `none`."""
        return not self.is_constant or not isinstance(self.constant, Special)

    def value(self) -> pl.Expr:
        """Return the values, null where unknown or `none`."""
        if self.column:
            return pl.col(self.column)
        match self.constant:
            case Special():
                return columns.unknown(self.kind)
            case Fraction():
                return columns.whole((self.constant * self.denominator).numerator)
            case date():
                return columns.packed_day(self.constant)
            case str() if self.kind is Kind.CODE:
                return pl.lit(self.codes.index(self.constant)).cast(pl.Int16)
            case _:
                return pl.lit(self.constant)

    def is_none(self) -> pl.Expr | None:
        """Return where the value is `none`, or None where it never is."""
        if self.none:
            return pl.col(self.none)
        return columns.TRUE if self.is_constant and self.constant is Special.NONE else None

    def is_unknown(self) -> pl.Expr:
        """Return where the value is unknown."""
        return columns.is_unknown(self.value(), self.is_none())

    def scaled_to(self, denominator: int) -> pl.Expr:
        """Return a number with another denominator, which must be a multiple of its own."""
        return columns.times(self.value(), denominator // self.denominator, bound=self.bound)

    def bound_at(self, denominator: int) -> int:
        """Return the bound of `scaled_to`."""
        return self.bound * (denominator // self.denominator)

    def names(self) -> tuple[str, ...]:
        """Return the columns that this cell reads."""
        return tuple(name for name in (self.column, self.none) if name)


def constant(kind: Kind, value: Value, codes: Sequence[str] = ()) -> Cell:
    """Return a value that is the same for every row."""
    if isinstance(value, Fraction):
        return Cell(kind, constant=value, denominator=value.denominator, bound=abs(value.numerator))
    return Cell(kind, constant=value, codes=tuple(codes))
