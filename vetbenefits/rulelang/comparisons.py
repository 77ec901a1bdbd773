"""Comparisons and membership in expressions: what may be held against what.

Right of a code stands one of its codes. `none` has only `=` and `!=`. Two moving days are not
compared, for no day could be told on which the answer changes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vetbenefits.model.divisions import LENGTHS, without_zeros
from vetbenefits.model.expressions import (
    And,
    AnyOf,
    Between,
    Compare,
    Comparison,
    IsNone,
    Literal,
    Not,
    Period,
    Within,
    asks_for_day,
)
from vetbenefits.model.kinds import TRUTH, Kind, Type
from vetbenefits.problems import did_you_mean
from vetbenefits.rulelang.calls import between
from vetbenefits.rulelang.formulas import one_unit
from vetbenefits.rulelang.resolving import kind_name
from vetbenefits.rulelang.scope import codes_meant
from vetbenefits.rulelang.syntax import (
    Binary,
    Braces,
    Call,
    Interval,
    Name,
    NoneWord,
    Number,
    Truth,
)

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.facts import FactSpec
    from vetbenefits.rulelang.resolving import Resolving
    from vetbenefits.rulelang.scope import Scope
    from vetbenefits.rulelang.syntax import Membership, Syntax

_EQUALITIES = ("=", "!=")


def comparison(resolving: Resolving, syntax: Binary, scope: Scope) -> Term:
    """Return a comparison of two values."""
    if isinstance(syntax.left, NoneWord):
        # Only = and != go on from here, and both read the same from either side.
        syntax = replace(syntax, left=syntax.right, right=syntax.left)
    left = _side(resolving, syntax.left, scope)
    return _compared(resolving, syntax, left, scope)


def membership(resolving: Resolving, syntax: Membership, scope: Scope) -> Term:
    """Return `x in {…}`, `x in [a .. b]` or `x any of {…}`."""
    among = syntax.among
    if isinstance(among, Interval):
        return _interval(resolving, syntax, among, scope)
    term = resolving.value(syntax.term, scope)
    place = resolving.place(syntax)
    if syntax.any_of:
        _check_is_set(resolving, syntax, term)
        codes = _code_list(resolving, among, scope.vocabulary.facts[term.type.fact])
        return AnyOf(term, frozenset(codes), type=TRUTH, **place)
    if term.type.kind is Kind.CODES:
        message = "a set of codes is tested with `any of`"
        raise resolving.stop(syntax, "VB305", message, "write `x any of {…}`")
    if term.type.kind is Kind.CODE:
        codes = _code_list(resolving, among, scope.vocabulary.facts[term.type.fact])
        return Within(term, frozenset(codes), type=TRUTH, **place)
    if not isinstance(among, Braces):
        hint = "write `in {a, b}` or `in [a .. b]`"
        raise resolving.stop(among, "VB302", "a list is needed here", hint)
    values = frozenset(_written(resolving, item, term, scope) for item in among.items)
    return Within(term, values, type=TRUTH, **place)


# --- comparisons --------------------------------------------------------------------------------


def _side(resolving: Resolving, syntax: Syntax, scope: Scope) -> Term:
    """Return one side of a comparison: the only place where days up to a moving day may stand."""
    if isinstance(syntax, Call) and syntax.function == "days_between":
        return between(resolving, syntax, scope, directly_compared=True)
    return resolving.value(syntax, scope)


def _compared(resolving: Resolving, syntax: Binary, left: Term, scope: Scope) -> Term:
    """Return the comparison of a term with the right side as it is written."""
    by_code = _compared_code(resolving, syntax, left, scope)
    if by_code is not None:
        return by_code
    if isinstance(syntax.right, NoneWord):
        return _compared_none(resolving, syntax, left)
    right = _side(resolving, syntax.right, scope)
    _check_comparable(resolving, syntax, left, right)
    left, right = one_unit(resolving, syntax, [left, right])
    return _compare(resolving, syntax, left, right)


def _compare(resolving: Resolving, syntax: Binary, left: Term, right: Term) -> Term:
    op = Comparison(syntax.op)
    return Compare(op, left, right, type=TRUTH, **resolving.place(syntax))


def _compared_code(resolving: Resolving, syntax: Binary, left: Term, scope: Scope) -> Term | None:
    """Return the comparison of a code or division with a written one, None where it is neither."""
    if left.type.kind is Kind.CODES:
        message = "a set of codes is not equal to one code"
        raise resolving.stop(syntax, "VB305", message, "write `x any of {…}`")
    if left.type.kind is Kind.DIVISION and isinstance(syntax.right, Number):
        _only_equality(resolving, syntax)
        right = _division(resolving, syntax.right)
        _check_leaves_out_nothing(resolving, syntax, str(right.value))
        return _compare(resolving, syntax, left, right)
    if left.type.kind is not Kind.CODE:
        return None
    _only_equality(resolving, syntax)
    spec = scope.vocabulary.facts[left.type.fact]
    word = _as_word(syntax.right) or ""
    if isinstance(syntax.right, NoneWord) and codes_meant(spec, word) is None:
        return None
    codes = _codes(resolving, syntax.right, spec)
    if len(codes) != 1 or word in spec.groups:
        hint = f"write `{spec.name} in {word}`"
        raise resolving.stop(syntax.right, "VB305", f"`{word}` is a group of codes", hint)
    right = Literal(codes[0], type=left.type, span=resolving.at(syntax.right), text=word)
    return _compare(resolving, syntax, left, right)


def _only_equality(resolving: Resolving, syntax: Binary) -> None:
    if syntax.op not in _EQUALITIES:
        message = f"codes have no order: `{syntax.op}` says nothing about them"
        raise resolving.stop(syntax, "VB305", message, "use = or != or `in {…}`")


def _division(resolving: Resolving, syntax: Number) -> Literal:
    digits = syntax.digits
    if syntax.unit or len(digits) not in LENGTHS or not digits.isdigit():
        message = f"{resolving.quoted(syntax)} is no division code"
        raise resolving.stop(syntax, "VB304", message, "it has 2, 4, 6, 9 or 12 digits")
    return Literal(without_zeros(digits), type=Type(Kind.DIVISION), **resolving.place(syntax))


def _check_leaves_out_nothing(resolving: Resolving, syntax: Binary, division: str) -> None:
    """Warn of `=` with a division that has smaller parts: a place within it is not equal to it."""
    if len(division) < LENGTHS[-1]:
        message = f"`{syntax.op}` asks for {division} itself, not for the places within it"
        word = "in" if syntax.op == "=" else "not in"
        hint = f"write `{resolving.words(syntax.left)} {word} {{{division}}}`"
        resolving.warn(syntax, "VB346", message, hint)


def _compared_none(resolving: Resolving, syntax: Binary, left: Term) -> Term:
    if syntax.op not in _EQUALITIES:
        hint = "use = none or != none"
        raise resolving.stop(syntax, "VB319", "`none` has no order", hint)
    if not left.type.may_be_none:
        message = f"{resolving.quoted(syntax.left)} is never none"
        hint = "facts.yaml says which facts can be none; use known( ) to test for a blank"
        raise resolving.stop(syntax, "VB319", message, hint)
    place = resolving.place(syntax)
    is_none = IsNone(left, type=TRUTH, **place)
    return is_none if syntax.op == "=" else Not(is_none, type=TRUTH, **place)


def _check_comparable(resolving: Resolving, syntax: Binary, left: Term, right: Term) -> None:
    kinds = (left.type.kind, right.type.kind)
    if kinds[0] is not kinds[1]:
        one, other = kind_name(left.type), kind_name(right.type)
        hint = "write days as YYYY-MM-DD" if Kind.DATE in kinds else ""
        message = f"a {one} cannot be compared with a {other}"
        raise resolving.stop(syntax, "VB305", message, hint)
    if kinds[0] in (Kind.TRUTH, Kind.TEXT, Kind.DIVISION):
        _only_equality(resolving, syntax)
    if _both_move(left, right):
        message = "both sides move with as_of, so no day can be told on which this changes"
        raise resolving.stop(syntax, "VB310", message, "compare with a value fixed per person")


def _both_move(left: Term, right: Term) -> bool:
    """Tell whether no day can be computed on which the comparison flips."""
    if left.type.kind is Kind.DATE:
        return left.type.moving and right.type.moving
    return (_counts_moving_days(left) and asks_for_day(right)) or (
        _counts_moving_days(right) and asks_for_day(left)
    )


def _counts_moving_days(term: Term) -> bool:
    return (
        isinstance(term, Between)
        and term.unit is Period.DAYS
        and (term.start.type.moving or term.end.type.moving)
    )


def _interval(resolving: Resolving, syntax: Membership, interval: Interval, scope: Scope) -> Term:
    term = _side(resolving, syntax.term, scope)
    ends = (
        (">=" if interval.low_closed else ">", interval.low),
        ("<=" if interval.high_closed else "<", interval.high),
    )
    parts = [_compared(resolving, _half(syntax, op, end), term, scope) for op, end in ends]
    low, high = (part.right for part in parts if isinstance(part, Compare))
    if isinstance(low, Literal) and isinstance(high, Literal):
        is_closed = interval.low_closed and interval.high_closed
        # Both ends are of the kind of the term, a number or a day.
        if low.value > high.value or (low.value == high.value and not is_closed):  # type: ignore[operator]
            hint = "write the smaller end first"
            raise resolving.stop(interval, "VB318", "this range is empty", hint)
    return And(tuple(parts), type=TRUTH, **resolving.place(syntax))


def _half(syntax: Membership, op: str, end: Syntax) -> Binary:
    """Return the comparison with one end of an interval, as if it were written out."""
    return Binary(op, syntax.term, end, offset=syntax.offset, length=syntax.length)


# --- lists --------------------------------------------------------------------------------------


def _written(
    resolving: Resolving, syntax: Syntax, term: Term, scope: Scope
) -> Fraction | date | str:
    """Return a value of a list, which is a number, a day or a division code."""
    if term.type.kind is Kind.DIVISION and isinstance(syntax, Number):
        return str(_division(resolving, syntax).value)
    value = resolving.value(syntax, scope)
    if not isinstance(value, Literal) or isinstance(value.value, bool):
        raise resolving.stop(syntax, "VB305", "only written values stand in a list")
    equality = Binary("=", syntax, syntax, offset=syntax.offset, length=syntax.length)
    _check_comparable(resolving, equality, term, value)
    one_unit(resolving, syntax, [term, value])
    return value.value


def _check_is_set(resolving: Resolving, syntax: Membership, term: Term) -> None:
    if term.type.kind is not Kind.CODES:
        message = f"`any of` needs a set of codes, and this is a {kind_name(term.type)}"
        hint = "write `x in {…}` for a single code"
        raise resolving.stop(syntax.term, "VB305", message, hint)


def _code_list(resolving: Resolving, among: Braces | Name, spec: FactSpec) -> tuple[str, ...]:
    items = among.items if isinstance(among, Braces) else (among,)
    return tuple(code for item in items for code in _codes(resolving, item, spec))


def _codes(resolving: Resolving, syntax: Syntax, spec: FactSpec) -> tuple[str, ...]:
    word = _as_word(syntax)
    codes = codes_meant(spec, word) if word is not None else None
    if codes is None:
        known = {*spec.code_ids, *spec.groups, *(one.title.zh for one in spec.values)}
        hint = did_you_mean(word or "", known) or "the codes are " + ", ".join(spec.code_ids)
        if isinstance(syntax, NoneWord):
            hint = f"write `{spec.name} = none or …`"
        message = f"{resolving.quoted(syntax)} is no code of `{spec.name}`"
        raise resolving.stop(syntax, "VB304", message, hint)
    return codes


def _as_word(syntax: Syntax) -> str | None:
    match syntax:
        case Name() | NoneWord() | Truth():
            return syntax.word
        case Number(unit=""):
            return syntax.digits
        case _:
            return None
