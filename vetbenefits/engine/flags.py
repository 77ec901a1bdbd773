"""What clings to a value: that it is provisional, or that a rate says there is no entitlement.

A flag is true, false, or a column expression that is never null. Of an `if` only the condition and
the branch taken count, for each row its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from vetbenefits.engine import columns
from vetbenefits.engine.compiler import NOBODY
from vetbenefits.engine.interpreter import evaluate
from vetbenefits.model import tables
from vetbenefits.model.expressions import (
    Arithmetic,
    Between,
    Extreme,
    Fact,
    If,
    Named,
    RateOf,
    Shift,
    ToWhole,
    Undecided,
    YearOf,
    children,
)
from vetbenefits.model.facts import FactType, MonthOnly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vetbenefits.engine.compiler import Compiler
    from vetbenefits.model.expressions import Term

Flag: TypeAlias = bool | pl.Expr


def provisional(term: Term, compiler: Compiler) -> Flag:
    """Return where a term rests on a month-only date or on a rate whose successor is awaited."""

    def ask(part: Term) -> Flag:
        return provisional(part, compiler)

    match term:
        case Fact():
            spec = compiler.vocabulary.facts[term.name]
            has_column = spec.type is FactType.DATE and spec.month_only is not MonthOnly.UNKNOWN
            return pl.col(tables.month_only_column(term.name)) if has_column else False
        case RateOf():
            if compiler.cell(term).is_constant:
                return evaluate(term, NOBODY, compiler.some_day).provisional
            answers = compiler.answers(term)
            is_awaited = answers is not None and answers.provisional
            own = pl.col(is_awaited) if is_awaited else False
            return either([own, *map(ask, children(term))])
        case If():
            return either([ask(term.condition), _of_branch(term, compiler, ask)])
        case Undecided():
            return False
        case _:
            return either(map(ask, children(term)))


def no_rate(term: Term, compiler: Compiler) -> Flag:
    """Return where a rate that is part of a value answers that there is no such entitlement.

    It travels along the value only: what a comparison or a test found out is a known answer.
    """

    def ask(part: Term) -> Flag:
        return no_rate(part, compiler)

    match term:
        case RateOf():
            is_none = compiler.cell(term).is_none()
            if compiler.cell(term).is_constant:
                return is_none is not None
            return False if is_none is None else is_none
        case If():
            return _of_branch(term, compiler, ask)
        case Named() | Arithmetic() | Extreme() | ToWhole() | Between() | YearOf() | Shift():
            return either(map(ask, children(term)))
        case _:
            return False


def either(flags: Iterable[Flag]) -> Flag:
    """Return whether any of the flags is true."""
    open_flags: list[pl.Expr] = []
    for flag in flags:
        if flag is True:
            return True
        if flag is not False:
            open_flags.append(flag)
    return columns.any_of(open_flags) if open_flags else False


def _of_branch(
    term: If,
    compiler: Compiler,
    ask: Callable[[Term], Flag],
) -> Flag:
    """Return the flag of the branch taken; false where the condition is unknown."""
    test = compiler.condition(term.condition)
    if test.is_constant:
        if isinstance(test.constant, bool):
            return ask(term.then if test.constant else term.otherwise)
        return False
    flags = (ask(term.then), ask(term.otherwise))
    if all(flag is False for flag in flags):
        return False
    then, otherwise = (as_expr(flag) for flag in flags)
    return columns.chosen_flag(test.value(), then, otherwise)


def as_expr(flag: Flag) -> pl.Expr:
    """Return a flag as an expression."""
    return pl.lit(flag) if isinstance(flag, bool) else flag
