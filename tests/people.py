"""Random people for random rules, and people as a batch of the roster."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from tests.vocabulary import DAYS, DIVISIONS, VOCABULARY, WORDS
from vetbenefits.dates import MonthEnd, add_months, pack
from vetbenefits.engine.interpreter import Person
from vetbenefits.model import tables
from vetbenefits.model.facts import FactType, MonthOnly
from vetbenefits.model.kinds import Kind
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.model.facts import FactSpec, Vocabulary
    from vetbenefits.model.values import Value


def people(seed: int, count: int) -> list[Person]:
    """Return people whose facts follow from a seed; about a sixth of the facts are unknown."""
    chance = random.Random(seed)  # noqa: S311  not for secrets
    return [_person(chance) for _ in range(count)]


def _person(chance: random.Random) -> Person:
    facts: dict[str, Value] = {}
    month_only: set[str] = set()
    # Some people lack nothing and some nearly everything.
    lacking = chance.choice((0, 0, 0.1, 0.3, 0.7))
    for name, spec in VOCABULARY.facts.items():
        if chance.random() < lacking:
            continue
        if spec.may_be_none and chance.random() < 0.2:
            facts[name] = Special.NONE
            continue
        facts[name] = _value(spec, chance)
        if spec.type is FactType.DATE and chance.random() < 0.2:
            month_only.add(name)
    return Person(facts, frozenset(month_only))


def _value(spec: FactSpec, chance: random.Random) -> Value:  # noqa: C901, PLR0911  one case a type  # noqa: C901, PLR0911  one return a kind
    match spec.type:
        case FactType.DATE:
            return _day(chance)
        case FactType.MONTH:
            return _day(chance).replace(day=1)
        case FactType.INTEGER:
            return Fraction(chance.randint(int(spec.low), int(spec.high)))
        case FactType.MONEY:
            most = int(spec.high * 100)
            cents = chance.choice((0, 1, -1, 50, 12345, -12345, chance.randint(-most, most), most))
            return Fraction(cents, 100)
        case FactType.RATIO:
            return Fraction(chance.randint(0, 100), 100)
        case FactType.YES_NO:
            return chance.random() < 0.5
        case FactType.CODE:
            return chance.choice(spec.code_ids)
        case FactType.CODES:
            return frozenset(one for one in spec.code_ids if chance.random() < 0.4)
        case FactType.TEXT:
            return chance.choice(WORDS)
        case FactType.DIVISION:
            return chance.choice(DIVISIONS)


def _day(chance: random.Random) -> date:
    day = chance.choice(DAYS)
    if chance.random() < 0.3:
        return add_months(day, -chance.choice((1, 12, 24, 60, 720)), MonthEnd.LAST_DAY)
    if chance.random() < 0.2:
        return day + timedelta(chance.randint(-400, 400))
    return day


# --- as a roster -----------------------------------------------------------------------------


def roster(persons: Sequence[Person], vocabulary: Vocabulary = VOCABULARY) -> pl.DataFrame:
    """Return people as a batch of the roster, by the contract of `model/tables.py`."""
    count = len(persons)
    columns = {
        tables.ROW: pl.Series(range(2, count + 2), dtype=pl.Int64),
        tables.PERSON_ID: pl.Series([f"p{at}" for at in range(count)], dtype=pl.String),
        tables.NAME: pl.Series([f"人{at}" for at in range(count)], dtype=pl.String),
        tables.ID_NUMBER: pl.Series([None] * count, dtype=pl.String),
        tables.DIVISION: pl.Series([None] * count, dtype=pl.String),
    }
    for spec in vocabulary.facts.values():
        columns |= _columns_of(spec, persons)
    return pl.DataFrame(columns)


def _columns_of(spec: FactSpec, persons: Sequence[Person]) -> dict[str, pl.Series]:
    values = [person.facts.get(spec.name, Special.UNKNOWN) for person in persons]
    made: dict[str, pl.Series] = {}
    if spec.type is FactType.CODES:
        for code in spec.code_ids:
            held = [code in one if isinstance(one, frozenset) else None for one in values]
            made[tables.code_column(spec.name, code)] = pl.Series(held, dtype=pl.Boolean)
        return made
    kind = spec.term_type.kind
    dtypes = {
        Kind.NUMBER: pl.Int64,
        Kind.DATE: pl.Int32,
        Kind.TRUTH: pl.Boolean,
        Kind.CODE: pl.Int16,
    }
    cells = [None if isinstance(one, Special) else _cell(spec, one) for one in values]
    made[spec.name] = pl.Series(cells, dtype=dtypes.get(kind, pl.String))
    if spec.may_be_none:
        made[tables.none_column(spec.name)] = pl.Series(
            [one is Special.NONE for one in values], dtype=pl.Boolean
        )
    if spec.type is FactType.DATE and spec.month_only is not MonthOnly.UNKNOWN:
        made[tables.month_only_column(spec.name)] = pl.Series(
            [spec.name in person.month_only for person in persons], dtype=pl.Boolean
        )
    return made


def _cell(spec: FactSpec, value: Value) -> int | bool | str:
    if isinstance(value, date):
        return pack(value)
    if isinstance(value, Fraction):
        return int(value * spec.scale)
    if spec.type is FactType.CODE:
        return spec.code_ids.index(str(value))
    return value if isinstance(value, bool) else str(value)
