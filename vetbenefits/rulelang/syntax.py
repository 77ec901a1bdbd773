"""The shape of an expression as it was written, before any name is known.

Every node has the offset of its first character and its length within the expression.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where a piece of an expression stands: offset and length in characters."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Number(Written):
    """A number with the unit it was written with: empty, `%`, `yuan`, `years`, `months`, `days`."""

    digits: str
    value: Fraction
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Day(Written):
    """A day written as YYYY-MM-DD."""

    value: date


@dataclass(frozen=True, slots=True)
class Name(Written):
    """A fact, definition, code or group."""

    word: str


@dataclass(frozen=True, slots=True)
class NoneWord(Written):
    """The value `none` (or a code of that name); `word` is the spelling."""

    word: str


@dataclass(frozen=True, slots=True)
class Truth(Written):
    """`yes` or `no` (or a code of that name)."""

    value: bool
    word: str


@dataclass(frozen=True, slots=True)
class Rate(Written):
    """`rate.name` or `rate.name[a, b]`; `keys` is None where no brackets were written."""

    name: str
    keys: tuple[Syntax, ...] | None


@dataclass(frozen=True, slots=True)
class Call(Written):
    """A function applied to arguments, some of which are options such as `part_year = dropped`."""

    function: str
    arguments: tuple[Syntax, ...]
    options: tuple[tuple[str, Name], ...] = ()


@dataclass(frozen=True, slots=True)
class Binary(Written):
    """Two sides and what stands between them: arithmetic, a comparison or `on`."""

    op: str
    left: Syntax
    right: Syntax


@dataclass(frozen=True, slots=True)
class Joined(Written):
    """Two conditions or more between which there is always `and`, or always `or`."""

    op: str
    parts: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Unary(Written):
    """`not` or a minus sign."""

    op: str
    term: Syntax


@dataclass(frozen=True, slots=True)
class Choice(Written):
    """`if … then … else …`."""

    condition: Syntax
    then: Syntax
    otherwise: Syntax


@dataclass(frozen=True, slots=True)
class Braces(Written):
    """`{a, b}`: the values that may be met."""

    items: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Interval(Written):
    """`[a .. b]` and its half-open forms."""

    low: Syntax
    high: Syntax
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Membership(Written):
    """`x in …` or, where `any_of`, `x any of …`. A name among which x is sought is a group."""

    term: Syntax
    among: Braces | Interval | Name
    any_of: bool


Syntax: TypeAlias = (
    Number
    | Day
    | Name
    | NoneWord
    | Truth
    | Rate
    | Call
    | Binary
    | Joined
    | Unary
    | Choice
    | Membership
)
