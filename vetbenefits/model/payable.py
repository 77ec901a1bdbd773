"""When a benefit is paid, apart from the days on which it is due.

Entitlement is by day, payment by month: a run of due days pays from the month that `start` names to
the one before that which `stop` names. What the change that began or ended the run was may decide
otherwise than the default.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vetbenefits.model.expressions import Term


class Start(StrEnum):
    """The first month that a run of due days pays, the earliest first."""

    THIS_YEAR = "this_year"
    THIS_MONTH = "this_month"
    NEXT_MONTH = "next_month"


class Stop(StrEnum):
    """The first month that is no longer paid, the earliest first."""

    THIS_MONTH = "this_month"
    NEXT_MONTH = "next_month"
    NEXT_YEAR = "next_year"


End = TypeVar("End", Start, Stop)


@dataclass(frozen=True, slots=True)
class Choice(Generic[End]):
    """One of two answers, by a test of the person; the later start or earlier stop if unknown."""

    test: Term
    then: End
    otherwise: End


@dataclass(frozen=True, slots=True)
class Ends(Generic[End]):
    """Where runs start or stop: by the id of what began or ended them, else as the default says."""

    default: End | Choice[End]
    by_cause: Mapping[str, End | Choice[End]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EveryMonth:
    """Paid in each month of a run."""


@dataclass(frozen=True, slots=True)
class InMonths:
    """Paid in some months of the year only, where a run pays them."""

    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tranches:
    """Paid for each `months` months from a day of the person on.

    Tranche k covers [from_on + months(k - 1), from_on + months·k). It counts if the rule is due on
    its first day (`full_only`: on each of its days), with the amount of its first day. `at_end`: it
    is paid in the month of the day after it, else in that of its first day.
    """

    months: int
    from_on: Term
    at_end: bool = False
    full_only: bool = False


@dataclass(frozen=True, slots=True)
class AfterDeath:
    """Months that are paid on where `died_on` ended a run and its month was paid.

    `current`: each at its own amount, else at that of the last due day. `at_once`: all of them in
    the first. `test`: only where it holds.
    """

    died_on: Term
    months: int
    test: Term | None = None
    current: bool = False
    at_once: bool = False


When: TypeAlias = EveryMonth | InMonths | Tranches


@dataclass(frozen=True, slots=True)
class Payable:
    """Which months a rule pays."""

    start: Ends[Start] = Ends(Start.THIS_MONTH)
    stop: Ends[Stop] = Ends(Stop.NEXT_MONTH)
    when: When = EveryMonth()
    after_death: tuple[AfterDeath, ...] = ()

    def terms(self) -> Iterator[Term]:
        """Yield every term that months depend on."""
        starts = (self.start.default, *self.start.by_cause.values())
        stops = (self.stop.default, *self.stop.by_cause.values())
        yield from (one.test for one in (*starts, *stops) if isinstance(one, Choice))
        if isinstance(self.when, Tranches):
            yield self.when.from_on
        for after in self.after_death:
            yield after.died_on
            if after.test is not None:
                yield after.test
