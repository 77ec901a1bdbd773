"""Small benefits made of expressions, and people by their facts."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from tests.rulelang.building import HERE, SCOPE, YUAN_PER_YEAR, scope
from vetbenefits.dates import parse_iso_day
from vetbenefits.engine.interpreter import Person, evaluate
from vetbenefits.model.facts import NO_TEXT
from vetbenefits.model.kinds import YUAN
from vetbenefits.model.rulebook import (
    Amount,
    Benefit,
    Clause,
    Entry,
    Quantifier,
    Variant,
)
from vetbenefits.model.values import Value
from vetbenefits.money import Rounding, RoundingMode
from vetbenefits.rulelang.resolver import read_number, read_term

if TYPE_CHECKING:
    from vetbenefits.engine.interpreter import Result
    from vetbenefits.model.expressions import Term
    from vetbenefits.rulelang.scope import Scope

AS_OF = date(2023, 8, 15)
BILLS = scope(table="bill")
TO_FEN = Rounding(1, RoundingMode.HALF_UP)

Given: TypeAlias = Value | int | str


def value(given: Given) -> Value:
    """Return a fact's value: a whole number for an int, a day for `2020-01-31`, else itself."""
    if isinstance(given, bool) or not isinstance(given, int | str):
        return given
    if isinstance(given, int):
        return Fraction(given)
    return parse_iso_day(given) or given


def person(month_only: frozenset[str] = frozenset(), /, **facts: Given) -> Person:
    """Return a person of whom just these facts are known."""
    return Person({name: value(one) for name, one in facts.items()}, month_only)


def result(
    text: str, who: Person | None = None, as_of: date = AS_OF, within: Scope = SCOPE
) -> Result:
    """Return what an expression comes to."""
    term, problems = read_term(text, HERE, within)
    assert term is not None, [one.first_line() for one in problems]
    return evaluate(term, who or person(), as_of)


def outcome(text: str, who: Person | None = None, as_of: date = AS_OF) -> object:
    """Return the value, or the set of what is missing."""
    found = result(text, who, as_of)
    assert found.is_unknown == bool(found.missing)
    return set(found.missing) if found.is_unknown else found.value


def term(text: str, within: Scope = SCOPE) -> Term:
    found, problems = read_term(text, HERE, within)
    assert found is not None, [one.first_line() for one in problems]
    return found


def entries(within: Scope = SCOPE, /, **tests: str) -> tuple[Entry, ...]:
    """Return conditions by id; `any_x` and `none_x` stand in those lists, all else in `all`."""
    found = []
    for name, text in tests.items():
        how = Quantifier.ALL
        for one in (Quantifier.ANY, Quantifier.NONE):
            how = one if name.startswith(f"{one}_") else how
        found.append(Entry(Clause(name, term(text, within), text=text), how))
    return tuple(found)


def amount(
    text: str,
    within: Scope = SCOPE,
    *,
    per: str = "year",
    parts: int = 1,
    rounding: Rounding | None = TO_FEN,
) -> Amount:
    """Return an amount per year or per bill."""
    unit = YUAN_PER_YEAR if per == "year" else YUAN
    found, problems = read_number(text, HERE, within, unit)
    assert found is not None, [one.first_line() for one in problems]
    return Amount(found, per, parts, rounding, text=text)


def variant(money: Amount, *conditions: Entry) -> Variant:
    return Variant("", date.min, date.max, conditions, money)


def benefit(
    money: Amount | None = None,
    *conditions: Entry,
    place: Term | None = None,
    table: str = "person",
) -> Benefit:
    """Return a benefit in force from 2011-08-01 to the end of 2030."""
    return Benefit(
        "test",
        NO_TEXT,
        (),
        date(2011, 8, 1),
        date(2031, 1, 1),
        (variant(money or amount("100"), *conditions),),
        table=table,
        place=place,
    )
