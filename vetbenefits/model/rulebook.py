"""The rule book: benefits, their clauses, amounts and regional variants, checked and resolved.

Built by `rulelang.loader`, read by the engine, the reports and the commands. Nothing here reads
files or evaluates; every term is already typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from vetbenefits.model.facts import NO_TEXT, PERSON
from vetbenefits.model.payable import Payable
from vetbenefits.problems import Span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.facts import Text, Vocabulary
    from vetbenefits.model.rates import RateSchedule
    from vetbenefits.money import Rounding

# Reasons in `unmet` that are no clause of a rule.
NOT_IN_FORCE = "not_in_force"
PAID_ELSEWHERE = "paid_elsewhere"
NO_RATE = "no_rate"
NOTHING_PAYABLE = "nothing_payable"
RESERVED_IDS = frozenset(
    {NOT_IN_FORCE, PAID_ELSEWHERE, NO_RATE, NOTHING_PAYABLE, "withheld", "conflict"}
)

MOST_ENTRIES = 60  # bits of an int64 mask, less the two reserved for paid_elsewhere and in force


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a clause or value stands in the law."""

    document: str
    article: str = ""
    note: str = ""
    confidence: str = ""

    def __str__(self) -> str:
        """Show document and article."""
        return f"{self.document} {self.article}".strip()


class Quantifier(StrEnum):
    """How the parts of a group of clauses are joined."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition, or a named group of conditions.

    `test` is the truth of the whole (for a group: of the joined parts). `text` is the condition as
    written. A group has `how` and `parts`; a plain clause has neither.
    """

    id: str
    test: Term
    say: Text = NO_TEXT
    law: tuple[Citation, ...] = ()
    text: str = ""
    how: Quantifier | None = None
    parts: tuple[Clause, ...] = ()
    span: Span = field(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """A top-level clause and the list it stands in; its position is its bit in the masks."""

    clause: Clause
    how: Quantifier


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that may be paid per calendar year, less what fact `used` says was paid before."""

    value: Term
    used: Term
    per: str = "year"


@dataclass(frozen=True, slots=True)
class Amount:
    """What is paid. `value` is exact, in yuan per `per`; one payment is value / parts, rounded.

    `rounding` is None only where every value is proved to be whole fen already.
    """

    value: Term
    per: str
    parts: int = 1
    rounding: Rounding | None = None
    residual: str = ""
    ceiling: Ceiling | None = None
    text: str = ""

    @property
    def payment_per(self) -> str:
        """Return what one payment is for: a twelfth of a year is a `month`."""
        if self.per == "year":
            return {1: "year", 2: "half_year", 4: "quarter", 12: "month"}[self.parts]
        return self.per


@dataclass(frozen=True, slots=True)
class Variant:
    """The rule as it reads in one division over one span of days.

    `division` is a prefix of division codes, empty for the whole country; None is the reading for
    a person whose place is unknown: parts that differ between regions are `Undecided` there. So
    are, under `is_wide`, those that differ between the parts of `division`: it is the reading for
    a person of whose place no more than `division` is known.
    `from_on` inclusive, `until_on` exclusive. `titles` are the wordings of definitions, those of
    common.yaml among them; `law` is what the overlays cite beside the benefit itself. `pays` says
    which months are paid, `payable` the same as it was written.
    """

    division: str | None
    from_on: date
    until_on: date
    entries: tuple[Entry, ...]
    amount: Amount
    definitions: Mapping[str, Term] = field(default_factory=dict)
    rates: Mapping[str, RateSchedule] = field(default_factory=dict)
    overlays: tuple[str, ...] = ()
    titles: Mapping[str, Text] = field(default_factory=dict)
    law: tuple[Citation, ...] = ()
    pays: Payable = Payable()  # noqa: RUF009  frozen
    payable: Mapping[str, object] = field(default_factory=dict)
    notice: Mapping[str, object] = field(default_factory=dict)
    apply: Mapping[str, object] = field(default_factory=dict)
    is_wide: bool = False

    @property
    def is_open(self) -> bool:
        """Tell whether this is a reading for want of the place, made of those of the divisions."""
        return self.division is None or self.is_wide


@dataclass(frozen=True, slots=True)
class Benefit:
    """One benefit: its law, the days it is in force, its variants and what a clerk tells people.

    `table` is `person` or the table whose rows are decided. `place` is the fact that names who
    pays. `payable`, `notice` and `apply` are kept as they were written.
    """

    id: str
    title: Text
    law: tuple[Citation, ...]
    from_on: date
    until_on: date
    variants: tuple[Variant, ...]
    table: str = PERSON
    place: Term | None = None
    payable: Mapping[str, object] = field(default_factory=dict)
    notice: Mapping[str, object] = field(default_factory=dict)
    apply: Mapping[str, object] = field(default_factory=dict)
    span: Span = field(default=Span(""), compare=False)

    @property
    def national(self) -> Variant:
        """Return the variant of the whole country on its last span of days."""
        return [one for one in self.variants if one.division == ""][-1]

    def variant_for(self, division: str | None, day: date) -> Variant:
        """Return the variant that holds in a division (None: unknown place) on a day.

        Where parts of the division read differently, it is the one that leaves these open. `day`
        must be a day on which the benefit is in force.
        """
        held = [one for one in self.variants if one.from_on <= day < one.until_on]
        if division is None:
            unknown = [one for one in held if one.division is None]
            if unknown:
                return unknown[0]
            division = ""
        wide = [one for one in held if one.is_wide and one.division == division]
        if wide:
            return wide[0]
        fitting = [
            one for one in held if not one.is_open and division.startswith(one.division or "")
        ]
        return max(fitting, key=lambda one: len(one.division or ""))


class CheckEffect(StrEnum):
    """What a failed check of the roster does to the row."""

    SET_ASIDE = "set_aside"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class RosterCheck:
    """A check over several columns of one row: a finding where `holds` is known to be false."""

    id: str
    holds: Term
    effect: CheckEffect
    say: Text
    text: str = ""
    table: str = PERSON


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules that were loaded, with their vocabulary. Benefits are in order of their ids.

    `fingerprint` is the SHA-256 over every file read, in order of their names.
    """

    vocabulary: Vocabulary
    benefits: tuple[Benefit, ...]
    checks: tuple[RosterCheck, ...] = ()
    title: Text = NO_TEXT
    fingerprint: str = ""
    folder: str = ""

    def benefit(self, benefit_id: str) -> Benefit | None:
        """Return one benefit by its id."""
        for one in self.benefits:
            if one.id == benefit_id:
                return one
        return None
