"""Kinds and units of the values in a rule: what may be compared with, added to or paid as what.

A number carries its unit (money or a count, per month, per year or neither), its exact range and
the least denominator its columns need. So a rule is proved free of unit errors and of integer
overflow before any row is read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction


class Kind(StrEnum):
    """What sort of value a term has."""

    NUMBER = "number"
    DATE = "date"
    TRUTH = "yes or no"
    CODE = "code"
    CODES = "set of codes"
    TEXT = "text"
    DIVISION = "division code"


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a number.

    `count` is what is counted: `yuan`, `years`, `months`, `days`, any noun that `facts.yaml` names,
    `ratio` for a share, or empty for a bare number. `per` is `month` or `year` for a flow of money.
    """

    count: str = ""
    per: str = ""

    @property
    def is_money(self) -> bool:
        """Tell whether this is an amount of money."""
        return self.count == "yuan"

    @property
    def is_plain(self) -> bool:
        """Tell whether this is a bare number or a share, which may scale anything."""
        return self.count in ("", "ratio") and not self.per

    def __str__(self) -> str:
        """Show the unit as a rule writes it: `yuan per year`."""
        if not self.count:
            return "number"
        return f"{self.count} per {self.per}" if self.per else self.count


PLAIN = Unit()
RATIO = Unit("ratio")
YUAN = Unit("yuan")

# Without a stated range a number is taken to lie within these bounds; a cell outside is unreadable.
WIDEST_COUNT = Fraction(1_000_000)
WIDEST_YUAN = Fraction(1_000_000_000)


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a term: its kind and what can be proved of its values.

    Args of a number: `unit`; `low` and `high` inclusive bounds in that unit (yuan for money);
    `denominator` such that value × denominator is always whole; `is_literal_number` for a number
    written without a unit, which takes the unit of what it meets.
    Of a code or set of codes: `fact` names the fact whose codes they are.
    Of a date: `low` and `high` are years, both inclusive; `moving` is true where it shifts with
    `as_of`.
    `may_be_none`: the value can be the known value `none`.
    """

    kind: Kind
    unit: Unit = PLAIN
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    denominator: int = 1
    is_literal_number: bool = False
    fact: str = ""
    moving: bool = False
    may_be_none: bool = False

    def in_unit(self, unit: Unit) -> Type:
        """Return this number type read in another unit."""
        return replace(self, unit=unit, is_literal_number=False)


TRUTH = Type(Kind.TRUTH)


def number(
    unit: Unit, low: Fraction, high: Fraction, denominator: int = 1, *, may_be_none: bool = False
) -> Type:
    """Return the type of a number with its proved bounds."""
    return Type(
        Kind.NUMBER, unit=unit, low=low, high=high, denominator=denominator, may_be_none=may_be_none
    )
