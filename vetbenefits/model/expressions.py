"""The terms of a checked condition or formula.

Each node is frozen and compares by structure: its type, place and wording take no part, so equal
sub-terms of a whole rule book are one column. Names are already resolved: a `Fact` is a column of
the roster, a definition is a `Named` body, `X on D` has been carried out by putting D where X says
`as_of`, and `a in [x .. y]` is a pair of comparisons.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from vetbenefits.dates import MonthEnd, PartYear
from vetbenefits.problems import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from fractions import Fraction

    from vetbenefits.model.kinds import Type
    from vetbenefits.model.rates import RateSchedule

NOWHERE = Span("")


class Comparison(StrEnum):
    """The six comparisons."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


class Operation(StrEnum):
    """The four operations of arithmetic."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"


class Extremum(StrEnum):
    """Which of several values is taken."""

    MIN = "min"
    MAX = "max"


class Whole(StrEnum):
    """To which whole number a value is taken."""

    CEIL = "ceil"
    FLOOR = "floor"


class Period(StrEnum):
    """A unit of the calendar."""

    YEARS = "years"
    MONTHS = "months"
    DAYS = "days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What every term has: its type, the place and the words it was written with."""

    type: Type = field(compare=False, repr=False)
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    text: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A value written in the rule. Money is in yuan; a code is its id; a set is of code ids."""

    value: Fraction | date | bool | str


@dataclass(frozen=True, slots=True)
class Fact(Node):
    """A fact of the person (or of the bill that is being decided)."""

    name: str


@dataclass(frozen=True, slots=True)
class AsOf(Node):
    """The day that is decided about."""


@dataclass(frozen=True, slots=True)
class Named(Node):
    """A definition used by name. Same meaning as its body; the name serves the explanation.

    Equal to another `Named` of the same body whatever the name is.
    """

    name: str = field(compare=False)
    body: Term


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """A comparison of two numbers, dates, texts, truths, divisions, or of a code with a code.

    If either side is `none` it is false, and true under `!=`; else unknown if a side is unknown.
    """

    op: Comparison
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class IsNone(Node):
    """`x = none`: true where x is `none`, unknown where x is unknown."""

    term: Term


@dataclass(frozen=True, slots=True)
class Known(Node):
    """`known(x)`: true unless x is unknown; itself never unknown. True for `none`."""

    term: Term


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Three-valued negation."""

    term: Term


@dataclass(frozen=True, slots=True)
class And(Node):
    """Three-valued conjunction: false if a part is false, else unknown if a part is unknown."""

    parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Three-valued disjunction: true if a part is true, else unknown if a part is unknown."""

    parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Within(Node):
    """`x in {a, b}`: x equals one of the values; for a division: x lies within one of them.

    Unknown where x lies within none, but one of them is a smaller part of it: x is then known too
    roughly. False where x is `none`. Numbers are in the unit of x (yuan for money).
    """

    term: Term
    values: frozenset[Fraction | date | str]


@dataclass(frozen=True, slots=True)
class AnyOf(Node):
    """`s any of {a, b}`: the set of codes s holds at least one of them."""

    term: Term
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """An exact sum, difference, product or quotient; unknown if a side is unknown or `none`.

    A quotient by anything but a literal stands only directly inside `ToWhole`; by zero it is
    unknown.
    """

    op: Operation
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if c then a else b`: unknown if c is unknown; else just the branch taken."""

    condition: Term
    then: Term
    otherwise: Term


@dataclass(frozen=True, slots=True)
class Extreme(Node):
    """The least or greatest of several values; unknown if one is unknown or `none`."""

    which: Extremum
    parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class ToWhole(Node):
    """The next whole number above or below an exact value."""

    how: Whole
    term: Term


@dataclass(frozen=True, slots=True)
class Between(Node):
    """Whole years, months or days from `start` to `end` (exclusive).

    Only years have a `part_year`; under `half_steps` the value is a multiple of one half.
    """

    unit: Period
    start: Term
    end: Term
    part_year: PartYear = PartYear.DROPPED
    month_end: MonthEnd = MonthEnd.FIRST_OF_NEXT


@dataclass(frozen=True, slots=True)
class YearOf(Node):
    """The calendar year of a day."""

    term: Term


@dataclass(frozen=True, slots=True)
class Shift(Node):
    """A day moved by a fixed number of years, months or days (earlier if negative)."""

    term: Term
    count: int
    unit: Period
    month_end: MonthEnd = MonthEnd.FIRST_OF_NEXT


@dataclass(frozen=True, slots=True)
class RateOf(Node):
    """The rate in force on `day` for the given keys (and place, if the schedule is regional).

    `place` is the term of the person's place where the schedule is regional, else None.
    Unknown where a key is unknown, where the schedule has no row, and where the place is known too
    roughly to tell which row counts. `NONE` where its row says that there is no such entitlement.
    """

    schedule: RateSchedule
    keys: tuple[Term, ...]
    day: Term
    place: Term | None = None


@dataclass(frozen=True, slots=True)
class Undecided(Node):
    """A part that differs between regions, where it is unknown in which of them a person lives.

    Always unknown; `place` is the fact that is missing.
    """

    place: Term


Term: TypeAlias = (
    Literal
    | Fact
    | AsOf
    | Named
    | Compare
    | IsNone
    | Known
    | Not
    | And
    | Or
    | Within
    | AnyOf
    | Arithmetic
    | If
    | Extreme
    | ToWhole
    | Between
    | YearOf
    | Shift
    | RateOf
    | Undecided
)


def children(term: Term) -> tuple[Term, ...]:
    """Return the direct parts of a term, in the order in which they are written."""
    found: list[Term] = []
    for one in fields(term):
        value = getattr(term, one.name)
        if isinstance(value, Node):
            found.append(value)  # type: ignore[arg-type]  # every Node that is built is a Term
        elif isinstance(value, tuple):
            found.extend(part for part in value if isinstance(part, Node))  # type: ignore[misc]  # as above
    return tuple(found)


def walk(term: Term) -> Iterator[Term]:
    """Yield a term and everything below it, each occurrence once, parents first."""
    yield term
    for part in children(term):
        yield from walk(part)


def rebuild(term: Term, change: Callable[[Term], Term]) -> Term:
    """Return the term with each direct part replaced by `change(part)`."""
    news: dict[str, object] = {}
    for one in fields(term):
        value = getattr(term, one.name)
        if isinstance(value, Node):
            news[one.name] = change(value)  # type: ignore[arg-type]  # a Node is a Term
        elif isinstance(value, tuple) and value and isinstance(value[0], Node):
            news[one.name] = tuple(change(part) for part in value)
    return replace(term, **news) if news else term  # type: ignore[arg-type]  # same fields


def facts_of(term: Term) -> frozenset[str]:
    """Return the names of all facts that a term can ask for."""
    return frozenset(one.name for one in walk(term) if isinstance(one, Fact))


def asks_for_day(term: Term) -> bool:
    """Tell whether the value of a term can change with `as_of`.

    Looks at each node once however often it stands in the term.
    """
    seen: set[int] = set()
    waiting = [term]
    while waiting:
        one = waiting.pop()
        if isinstance(one, AsOf):
            return True
        if id(one) not in seen:
            seen.add(id(one))
            waiting.extend(children(one))
    return False
