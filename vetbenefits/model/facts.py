"""The vocabulary of the roster: facts, their codes, tables and checks over several columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.dates import FIRST_ON, LAST_ON
from vetbenefits.model.kinds import Kind, Type, Unit
from vetbenefits.problems import Span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

PERSON = "person"
DECEASED_ON = "deceased_on"  # the fact that `after_death` of a rule and letters go by


class FactType(StrEnum):
    """How the cells of a fact are read."""

    DATE = "date"
    MONTH = "month"
    INTEGER = "integer"
    MONEY = "money"
    RATIO = "ratio"
    YES_NO = "yes_no"
    CODE = "code"
    CODES = "codes"
    TEXT = "text"
    DIVISION = "division"


class Role(StrEnum):
    """What part a column plays beside the rules."""

    PERSON_ID = "person_id"
    NAME = "name"
    ID_NUMBER = "id_number"
    DIVISION = "division"
    DRAWS = "draws"
    BANK = "bank"
    ACCOUNT = "account"
    PHONE = "phone"


class MonthOnly(StrEnum):
    """How a date that names only the month is read."""

    FIRST_DAY = "first_day"
    LAST_DAY = "last_day"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Text:
    """Wording in Chinese and English."""

    zh: str
    en: str

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    def in_language(self, language: str) -> str:
        """Return the wording in `zh` or `en`; the other one where it is empty."""
        first, second = (self.zh, self.en) if language == "zh" else (self.en, self.zh)
        return first or second


NO_TEXT = Text("", "")


@dataclass(frozen=True, slots=True)
class Code:
    """One allowed value of a code, with every spelling under which it may stand in a cell."""

    id: str
    title: Text
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a blank cell of a fact follows from others. Exactly one of the three forms is set.

    `part`: birth_date or sex, read out of the ID number in fact `source`.
    `when`: where fact `source` has one of `codes`, the value is `value`.
    `when_known`: where the cell of `source` itself can be read, the value is `value`.
    """

    source: str
    part: str = ""
    codes: tuple[str, ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """What a blank cell means: unknown, `none`, a value, or `none` for some and unknown for others.

    `meaning` is `unknown`, `none`, or a value as a cell would hold it. With `none_when_fact` a
    blank is `none` where that fact has one of `none_when_codes`, else unknown.
    """

    meaning: str = "unknown"
    none_when_fact: str = ""
    none_when_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One fact: how it is headed, read, filled and checked.

    Units: `low` and `high` are inclusive, in yuan for money, else in `unit`; `decimals` is how many
    a ratio may have; dates have `first_on` and `last_on`, both inclusive. `no_column_means` is what
    everybody has where the column is missing: `unknown`, `none`, or a value as cells hold it.
    """

    name: str
    type: FactType
    title: Text
    headers: tuple[str, ...]
    table: str = PERSON
    unit: str = ""
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    decimals: int = 0
    first_on: date = FIRST_ON
    last_on: date = LAST_ON
    values: tuple[Code, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    blank: Blank = Blank()
    no_column_means_none: bool = False
    no_column_means: str = "unknown"
    month_only: MonthOnly = MonthOnly.UNKNOWN
    derive: tuple[Derivation, ...] = ()
    role: Role | None = None
    changes_never: bool = False
    is_private: bool = False
    span: Span = field(default=Span(""), compare=False)

    @property
    def may_be_none(self) -> bool:
        """Tell whether the value can be `none`; a set of codes is empty instead."""
        if self.type is FactType.CODES:
            return False
        return (
            self.blank.meaning == "none"
            or bool(self.blank.none_when_fact)
            or self.no_column_means_none
        )

    @property
    def code_ids(self) -> tuple[str, ...]:
        """Return the ids of the allowed codes, in order: the index is the column's number."""
        return tuple(code.id for code in self.values)

    @property
    def scale(self) -> int:
        """Return how many units of the column make one unit of the value (100 for money)."""
        return 100 if self.type is FactType.MONEY else 10**self.decimals

    @property
    def term_type(self) -> Type:
        """Return the type that an expression gives to this fact."""
        kinds = {
            FactType.DATE: Kind.DATE,
            FactType.MONTH: Kind.DATE,
            FactType.YES_NO: Kind.TRUTH,
            FactType.CODE: Kind.CODE,
            FactType.CODES: Kind.CODES,
            FactType.TEXT: Kind.TEXT,
            FactType.DIVISION: Kind.DIVISION,
        }
        units = {FactType.MONEY: Unit("yuan"), FactType.RATIO: Unit("ratio")}
        kind = kinds.get(self.type, Kind.NUMBER)
        low, high = self.low, self.high
        if kind is Kind.DATE:
            low, high = Fraction(self.first_on.year), Fraction(self.last_on.year)
        return Type(
            kind,
            unit=units.get(self.type, Unit(self.unit)),
            low=low,
            high=high,
            denominator=self.scale,
            fact=self.name if self.values else "",
            may_be_none=self.may_be_none,
        )


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A further table whose rows are decided one by one, as of their own date."""

    name: str
    title: Text
    date_fact: str
    key_fact: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every fact of every table, found by id or title. Its mappings do not change afterwards."""

    facts: Mapping[str, FactSpec]
    tables: Mapping[str, TableSpec] = field(default_factory=dict)
    _by_word: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)
    _code_words: frozenset[str] = field(init=False, repr=False, compare=False, default=frozenset())

    def __post_init__(self) -> None:
        code_words: set[str] = set()
        for spec in self.facts.values():
            for word in (spec.title.zh, spec.name):
                if word:
                    self._by_word.setdefault(word, spec.name)
            code_words.update(spec.groups)
            for code in spec.values:
                code_words.update((code.id, *code.spellings))
        # Expressions ask for these a thousand times over; a frozen class is filled in this way.
        object.__setattr__(self, "_code_words", frozenset(code_words))

    def with_role(self, role: Role) -> FactSpec | None:
        """Return the fact that plays a part beside the rules, if one does."""
        for spec in self.facts.values():
            if spec.role is role:
                return spec
        return None

    def of_table(self, table: str) -> tuple[FactSpec, ...]:
        """Return the facts of one table (`person` for the roster), in order."""
        return tuple(spec for spec in self.facts.values() if spec.table == table)

    def by_word(self) -> Mapping[str, str]:
        """Return fact names by every word an expression may use: id and Chinese title."""
        return self._by_word

    def code_words(self) -> frozenset[str]:
        """Return every word that names a code or a group of codes in an expression."""
        return self._code_words
