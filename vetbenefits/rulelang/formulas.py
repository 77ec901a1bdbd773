"""Arithmetic in expressions: sums, products, quotients, days moved by a period, choices.

Refuses a quotient outside a rounding, a zero divisor, units that do not go together.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.model.expressions import Arithmetic, If, Literal, Operation, Period, Shift
from vetbenefits.model.kinds import Kind
from vetbenefits.rulelang import arithmetic
from vetbenefits.rulelang.arithmetic import UnitError
from vetbenefits.rulelang.resolving import kind_name
from vetbenefits.rulelang.syntax import Number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.kinds import Type
    from vetbenefits.rulelang.resolving import Resolving, Unresolved
    from vetbenefits.rulelang.scope import Scope
    from vetbenefits.rulelang.syntax import Binary, Choice, Syntax, Unary

_DAYS_PER_YEAR = 365


def negative(resolving: Resolving, syntax: Unary, scope: Scope) -> Term:
    """Return a number with the other sign."""
    term = resolving.number(syntax.term, scope)
    place = resolving.place(syntax)
    kind = replace(term.type, low=-term.type.high, high=-term.type.low, may_be_none=False)
    if isinstance(term, Literal) and isinstance(term.value, Fraction):
        return Literal(-term.value, type=kind, **place)
    zero = Literal(Fraction(0), type=replace(kind, low=Fraction(0), high=Fraction(0)), text="0")
    return Arithmetic(Operation.SUBTRACT, zero, term, type=kind, **place)


def computation(
    resolving: Resolving, syntax: Binary, scope: Scope, *, may_divide: bool = False
) -> Term:
    """Return a sum, difference, product or quotient, or a day moved by a period.

    Args:
        resolving: the expression.
        syntax: two sides and `+`, `-`, `*` or `/`.
        scope: what names mean.
        may_divide: the result is rounded at once, so it may be a quotient of two values.
    """
    left = resolving.value(syntax.left, scope)
    if left.type.kind is Kind.DATE:
        return _shift(resolving, syntax, left, scope)
    if left.type.kind is not Kind.NUMBER:
        message = f"cannot compute with a {kind_name(left.type)}"
        raise resolving.stop(syntax.left, "VB305", message)
    right = resolving.number(syntax.right, scope)
    op = Operation(syntax.op)
    if op is Operation.DIVIDE:
        _check_divisor(resolving, syntax, right, may_divide=may_divide)
    try:
        kind = arithmetic.result_type(op, left.type, right.type)
    except UnitError as wrong:
        raise resolving.stop(syntax, "VB306", str(wrong), wrong.hint) from None
    left, right = arithmetic.adapted(op, left, right)
    # Sums, and quotients of two values, are computed with one denominator on both sides. The bounds
    # of a product, or of a quotient by a number, say it all.
    is_by_number = op is Operation.DIVIDE and isinstance(right, Literal)
    is_shared = op is not Operation.MULTIPLY and not is_by_number
    if is_shared and arithmetic.overflow_together((left.type, right.type)):
        raise too_wide(resolving, syntax)
    return Arithmetic(op, left, right, type=kind, **resolving.place(syntax))


def _check_divisor(resolving: Resolving, syntax: Binary, right: Term, *, may_divide: bool) -> None:
    if isinstance(right, Literal):
        if right.value == 0:
            raise resolving.stop(syntax.right, "VB309", "this divides by zero")
        return
    if not may_divide:
        hint = "write `floor(a / b)` or `ceil(a / b)`"
        message = "only a number may divide here: a quotient of two values never ends exactly"
        raise resolving.stop(syntax, "VB308", message, hint)
    if right.type.low == right.type.high == 0:
        raise resolving.stop(syntax.right, "VB309", "this divides by zero")
    if right.type.low <= 0 <= right.type.high:
        message = f"{resolving.quoted(syntax.right)} can be zero; the result is then unknown"
        resolving.warn(syntax.right, "VB309", message, "guard it with `max(…, 1)` or a condition")


def too_wide(resolving: Resolving, syntax: Syntax) -> Unresolved:
    """Return the exception for numbers that columns cannot hold exactly."""
    message = f"{resolving.quoted(syntax)} can be too large to be computed exactly"
    hint = "state a narrower range for a fact, or round in between with floor( ) or ceil( )"
    return resolving.stop(syntax, "VB311", message, hint)


def _shift(resolving: Resolving, syntax: Binary, left: Term, scope: Scope) -> Term:
    count = syntax.right
    sign = {"+": 1, "-": -1}.get(syntax.op)
    if sign is None:
        raise resolving.stop(syntax, "VB305", f"a day cannot be used with `{syntax.op}`")
    if not isinstance(count, Number) or count.unit not in ("years", "months", "days"):
        other = resolving.value(count, scope)
        hint = "add a fixed period: `+ 24 months`"
        if other.type.kind is Kind.DATE:
            hint = "use days_between, months_between or years_between"
        message = "only a fixed number of years, months or days can be added to a day"
        raise resolving.stop(count, "VB305", message, hint)
    if count.value.denominator != 1:
        raise resolving.stop(count, "VB305", "a day moves by whole years, months or days only")
    whole = sign * count.value.numerator
    unit = Period(count.unit)
    per_year = {Period.YEARS: 1, Period.MONTHS: 12, Period.DAYS: _DAYS_PER_YEAR}[unit]
    kind = replace(
        left.type,
        low=left.type.low + math.floor(Fraction(whole, per_year)),
        high=left.type.high + math.ceil(Fraction(whole, per_year)),
        may_be_none=False,
    )
    if arithmetic.leaves_calendar(kind):
        raise resolving.stop(count, "VB311", "this can lead further than any day of a calendar")
    return Shift(left, whole, unit, scope.month_end, type=kind, **resolving.place(syntax))


def choice(resolving: Resolving, syntax: Choice, scope: Scope) -> Term:
    """Return `if c then a else b`; both branches are of one kind and unit."""
    condition = resolving.truth(syntax.condition, scope)
    then, otherwise = (resolving.value(branch, scope) for branch in (syntax.then, syntax.otherwise))
    if then.type.kind is not otherwise.type.kind or then.type.fact != otherwise.type.fact:
        one, other = kind_name(then.type), kind_name(otherwise.type)
        raise resolving.stop(syntax, "VB305", f"one branch is a {one}, the other a {other}")
    then, otherwise = one_unit(resolving, syntax, [then, otherwise])
    kind = arithmetic.either(then.type, otherwise.type)
    return If(condition, then, otherwise, type=kind, **resolving.place(syntax))


def one_unit(resolving: Resolving, syntax: Syntax, parts: Sequence[Term]) -> list[Term]:
    """Return several terms in one unit, which columns can hold with one denominator.

    Terms that are no numbers are returned as they are.
    """
    if any(part.type.kind is not Kind.NUMBER for part in parts):
        return list(parts)
    try:
        found = arithmetic.all_same_unit(parts)
    except UnitError as wrong:
        raise resolving.stop(syntax, "VB306", str(wrong), wrong.hint) from None
    kinds: list[Type] = [part.type for part in found]
    if arithmetic.overflow_together(kinds):
        raise too_wide(resolving, syntax)
    return found
