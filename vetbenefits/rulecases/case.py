"""What a worked case is: facts of one person, a day, and what is expected of the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import date

    from vetbenefits.model.rates import RateRow
    from vetbenefits.problems import Span

Row: TypeAlias = Mapping[str, object]  # the cells of one row of a batch, by column


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a decision must say; None where the case does not care. `unmet` and so on are sorted."""

    span: Span
    bill_id: str = ""
    outcome: str | None = None
    amount: str | None = None
    per: str | None = None
    unmet: tuple[str, ...] | None = None
    missing: tuple[str, ...] | None = None
    provisional: bool | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case of a benefit.

    `rates` replaces all rows of the rates named. `bills` are the bills of the person, in order.
    """

    id: str
    benefit: str
    title: str
    as_of: date
    person: Row
    span: Span
    expected: tuple[Expectation, ...]
    region: str | None = None
    bills: tuple[Row, ...] = ()
    rates: Mapping[str, tuple[RateRow, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one evaluator says about a person or a bill."""

    outcome: str
    amount: str | None
    per: str | None
    unmet: tuple[str, ...]
    missing: tuple[str, ...]
    provisional: bool
    bill_id: str = ""
