"""Calls of functions in expressions: counts between days, extremes, whole numbers, `known`."""

from __future__ import annotations

import math
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from vetbenefits.dates import MonthEnd, PartYear
from vetbenefits.model.expressions import (
    Between,
    Extreme,
    Extremum,
    Known,
    Period,
    ToWhole,
    Whole,
    YearOf,
)
from vetbenefits.model.functions import FUNCTIONS, NOT_YET
from vetbenefits.model.kinds import PLAIN, TRUTH, Kind, Unit, number
from vetbenefits.problems import did_you_mean
from vetbenefits.rulelang import arithmetic
from vetbenefits.rulelang.formulas import computation, one_unit
from vetbenefits.rulelang.resolving import kind_name
from vetbenefits.rulelang.syntax import Binary

if TYPE_CHECKING:
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.kinds import Type
    from vetbenefits.rulelang.resolving import Resolving
    from vetbenefits.rulelang.scope import Scope
    from vetbenefits.rulelang.syntax import Call, Syntax

_LEAST_CHOICES = 2

E = TypeVar("E", bound=StrEnum)


def call(resolving: Resolving, syntax: Call, scope: Scope) -> Term:
    """Return the term of a function applied to its arguments."""
    if syntax.function in NOT_YET:
        message = f"`{syntax.function}( )` is not supported yet"
        raise resolving.stop(syntax, "VB313", message)
    _check_options(resolving, syntax)
    match syntax.function:
        case "years_between" | "months_between" | "days_between":
            return between(resolving, syntax, scope)
        case "min" | "max":
            return _extreme(resolving, syntax, scope)
        case "ceil" | "floor":
            return _to_whole(resolving, syntax, scope)
        case "year_of":
            return _year_of(resolving, syntax, scope)
        case _:
            (argument,) = _arguments(resolving, syntax, 1)
            asked = resolving.value(argument, scope)
            return Known(asked, type=TRUTH, **resolving.place(syntax))


def between(
    resolving: Resolving, syntax: Call, scope: Scope, *, directly_compared: bool = False
) -> Term:
    """Return the years, months or days between two days, of which at most one moves.

    Args:
        resolving: the expression.
        syntax: the call.
        scope: what names mean.
        directly_compared: it is one side of a comparison, so its days may be counted to `as_of`.
    """
    _check_options(resolving, syntax)
    first, second = _arguments(resolving, syntax, 2)
    start, end = resolving.day(first, scope), resolving.day(second, scope)
    period = Period(syntax.function.removesuffix("_between"))
    moving = (start.type.moving, end.type.moving)
    if all(moving):
        message = "only one end may move with as_of"
        raise resolving.stop(syntax, "VB310", message, "count from or to a day fixed per person")
    if period is Period.DAYS and any(moving) and not directly_compared:
        message = "days up to a moving day stand only directly in a comparison"
        raise resolving.stop(syntax, "VB310", message, "write `days_between(a, as_of) >= 30`")
    part = _option(resolving, syntax, "part_year", PartYear, PartYear.DROPPED)
    month_end = _option(resolving, syntax, "month_end", MonthEnd, scope.month_end)
    low, high = arithmetic.years_apart(start.type, end.type)
    if max(-low, high) > arithmetic.FURTHEST_APART:
        message = f"these days can be more than {arithmetic.FURTHEST_APART} years apart"
        hint = "state narrower ranges for the facts"
        raise resolving.stop(syntax, "VB311", message, hint)
    per_year = {Period.YEARS: 1, Period.MONTHS: 12, Period.DAYS: 366}[period]
    denominator = 2 if part is PartYear.HALF_STEPS else 1
    kind = number(Unit(str(period)), low * per_year, high * per_year, denominator)
    return Between(period, start, end, part, month_end, type=kind, **resolving.place(syntax))


def _check_options(resolving: Resolving, syntax: Call) -> None:
    allowed = FUNCTIONS[syntax.function].options
    seen: set[str] = set()
    for option, value in syntax.options:
        if option not in allowed:
            hint = did_you_mean(option, allowed)
            hint = hint or ("its options are " + ", ".join(allowed) if allowed else "it has none")
            message = f"`{syntax.function}` has no option `{option}`"
            raise resolving.stop(value, "VB307", message, hint)
        if option in seen:
            raise resolving.stop(value, "VB307", f"the option `{option}` stands twice")
        seen.add(option)


def _arguments(resolving: Resolving, syntax: Call, count: int) -> tuple[Syntax, ...]:
    if len(syntax.arguments) != count:
        wanted = FUNCTIONS[syntax.function].arguments
        message = f"`{syntax.function}` takes ({wanted}), {len(syntax.arguments)} given"
        raise resolving.stop(syntax, "VB307", message)
    return syntax.arguments


def _option(resolving: Resolving, syntax: Call, name: str, choices: type[E], default: E) -> E:
    for option, value in syntax.options:
        if option == name:
            known = [str(one) for one in choices]
            if value.word not in known:
                hint = did_you_mean(value.word, known) or "one of " + ", ".join(known)
                message = f"`{name}` cannot be `{value.word}`"
                raise resolving.stop(value, "VB307", message, hint)
            return choices(value.word)
    return default


def _year_of(resolving: Resolving, syntax: Call, scope: Scope) -> Term:
    (argument,) = _arguments(resolving, syntax, 1)
    day = resolving.day(argument, scope)
    if day.type.moving:
        message = "the year of a moving day is not supported"
        hint = "compare the day with fixed days instead"
        raise resolving.stop(syntax, "VB310", message, hint)
    kind = number(PLAIN, day.type.low, day.type.high)
    return YearOf(day, type=kind, **resolving.place(syntax))


def _extreme(resolving: Resolving, syntax: Call, scope: Scope) -> Term:
    parts = [resolving.value(argument, scope) for argument in syntax.arguments]
    if len(parts) < _LEAST_CHOICES:
        message = f"`{syntax.function}` takes two values or more"
        raise resolving.stop(syntax, "VB307", message)
    kinds = {part.type.kind for part in parts}
    if kinds not in ({Kind.NUMBER}, {Kind.DATE}):
        names = dict.fromkeys(kind_name(part.type) for part in parts)
        message = f"`{syntax.function}` takes numbers or days, not " + ", ".join(names)
        raise resolving.stop(syntax, "VB305", message)
    which = Extremum(syntax.function)
    parts = one_unit(resolving, syntax, parts)
    kind = arithmetic.extreme_type(which, [part.type for part in parts])
    return Extreme(which, tuple(parts), type=kind, **resolving.place(syntax))


def _to_whole(resolving: Resolving, syntax: Call, scope: Scope) -> Term:
    (argument,) = _arguments(resolving, syntax, 1)
    if isinstance(argument, Binary) and argument.op == "/":
        term = computation(resolving, argument, scope, may_divide=True)
    else:
        term = resolving.number(argument, scope)
    how = Whole(syntax.function)
    kind = _whole_type(how, term.type)
    return ToWhole(how, term, type=kind, **resolving.place(syntax))


def _whole_type(how: Whole, found: Type) -> Type:
    to_whole = math.ceil if how is Whole.CEIL else math.floor
    low, high = Fraction(to_whole(found.low)), Fraction(to_whole(found.high))
    return replace(found, low=low, high=high, denominator=1, may_be_none=False)
