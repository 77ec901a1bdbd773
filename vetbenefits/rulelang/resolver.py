"""Expressions: syntax into typed terms. Names, codes, types, units and bounds are settled here.

Refuses what cannot be vectorised, proved or solved for the day on which it changes: a quotient
outside a rounding, a moving day compared with a moving day, numbers that could overflow int64.
"""

from __future__ import annotations

import math
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, TypedDict, TypeVar

from vetbenefits.dates import MonthEnd, PartYear
from vetbenefits.model.expressions import (
    And,
    AnyOf,
    Arithmetic,
    Between,
    Compare,
    Comparison,
    Extreme,
    Extremum,
    If,
    IsNone,
    Known,
    Literal,
    Named,
    Not,
    Operation,
    Or,
    Period,
    RateOf,
    Shift,
    ToWhole,
    Whole,
    Within,
    YearOf,
)
from vetbenefits.model.functions import FUNCTIONS, NOT_YET
from vetbenefits.model.kinds import PLAIN, RATIO, TRUTH, YUAN, Kind, Type, Unit, number
from vetbenefits.problems import Problem, Severity, did_you_mean
from vetbenefits.rulelang import arithmetic
from vetbenefits.rulelang.arithmetic import UnitError
from vetbenefits.rulelang.parser import parse
from vetbenefits.rulelang.scope import (
    codes_meant,
    fact_term,
    literal_day,
    literal_number,
    literal_truth,
)
from vetbenefits.rulelang.syntax import (
    Binary,
    Braces,
    Call,
    Choice,
    Day,
    Interval,
    Membership,
    Name,
    NoneWord,
    Number,
    Rate,
    Truth,
    Unary,
)

if TYPE_CHECKING:
    from datetime import date

    from vetbenefits.model.expressions import (
        Term,
    )
    from vetbenefits.model.facts import FactSpec
    from vetbenefits.problems import Span
    from vetbenefits.rulelang.scope import (
        Scope,
    )
    from vetbenefits.rulelang.syntax import (
        Syntax,
    )

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_UNITS = {"yuan": YUAN, "%": RATIO, "": PLAIN}
_CENTURIES = Fraction(400)
_LONGEST_SHIFT = 100_000
_LEAST_CHOICES = 2

E = TypeVar("E", bound=StrEnum)


def read_condition(text: str, span: Span, scope: Scope) -> tuple[Term | None, tuple[Problem, ...]]:
    """Read an expression that must be a yes or no."""
    term, problems = read_term(text, span, scope)
    if term is None or term.type.kind is Kind.TRUTH:
        return term, problems
    hint = "compare it with something, for example `= …` or `>= …`"
    message = f"a condition is needed, but `{text}` is a {_kind(term.type)}"
    return None, (*problems, Problem("VB305", message, span.shifted(0, len(text)), hint=hint))


def read_number(
    text: str, span: Span, scope: Scope, unit: Unit | None = None
) -> tuple[Term | None, tuple[Problem, ...]]:
    """Read an expression that must be a number, in `unit` where one is given.

    A number written without a unit is taken to be in `unit`.
    """
    term, problems = read_term(text, span, scope)
    if term is None:
        return None, problems
    where = span.shifted(0, len(text))
    if term.type.kind is not Kind.NUMBER:
        message = f"a number is needed, but `{text}` is a {_kind(term.type)}"
        return None, (*problems, Problem("VB305", message, where))
    if unit is None or term.type.unit == unit:
        return term, problems
    if term.type.is_literal_number:
        return replace(term, type=term.type.in_unit(unit)), problems
    message = f"{unit} is needed, but `{text}` is in {term.type.unit}"
    return None, (*problems, Problem("VB306", message, where))


def read_term(text: str, span: Span, scope: Scope) -> tuple[Term | None, tuple[Problem, ...]]:
    """Read an expression of any type."""
    syntax, problems = parse(text, span, scope.words())
    if syntax is None:
        return None, problems
    resolver = Resolver(text, span)
    try:
        term = resolver.value(syntax, scope)
    except Unresolved as stop:
        return None, (*problems, *resolver.problems, stop.problem)
    return term, (*problems, *resolver.problems)


class _Place(TypedDict):
    """Where a term was written, and the words it was written with."""

    span: Span
    text: str


class Unresolved(Exception):  # noqa: N818  carries a problem out of the descent, nothing more
    """Raised where an expression has no meaning; holds the one problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Resolver:
    """Turns the syntax of one expression into a term. Warnings gather in `problems`."""

    def __init__(self, text: str, span: Span) -> None:
        self._text = text
        self._span = span
        self.problems: list[Problem] = []

    # --- places and failures ----------------------------------------------------------------

    def _at(self, syntax: Syntax) -> Span:
        return self._span.shifted(syntax.offset, syntax.length)

    def _words(self, syntax: Syntax) -> str:
        return self._text[syntax.offset : syntax.offset + syntax.length]

    def _place(self, syntax: Syntax) -> _Place:
        return _Place(span=self._at(syntax), text=self._words(syntax))

    def _stop(self, syntax: Syntax, code: str, message: str, hint: str = "") -> Unresolved:
        return Unresolved(Problem(code, message, self._at(syntax), hint=hint))

    def _warn(self, syntax: Syntax, code: str, message: str, hint: str = "") -> None:
        self.problems.append(
            Problem(code, message, self._at(syntax), severity=Severity.WARNING, hint=hint)
        )

    # --- values -----------------------------------------------------------------------------

    def value(self, syntax: Syntax, scope: Scope) -> Term:
        """Return the term of any expression."""
        term = self._any_value(syntax, scope)
        if arithmetic.overflows(term.type):
            hint = "state a narrower range for a fact, or round in between with floor( ) or ceil( )"
            message = f"`{self._words(syntax)}` can be too large to be computed exactly"
            raise self._stop(syntax, "VB311", message, hint)
        return term

    def _any_value(  # noqa: C901, PLR0911, PLR0912  one case a node
        self, syntax: Syntax, scope: Scope
    ) -> Term:
        place = self._place(syntax)
        match syntax:
            case Number():
                return self._number(syntax)
            case Day():
                return literal_day(syntax.value, self._at(syntax), self._words(syntax))
            case Truth():
                return literal_truth(
                    value=syntax.value, span=self._at(syntax), text=self._words(syntax)
                )
            case Name():
                return self._name(syntax, scope)
            case Rate():
                return self._rate(syntax, scope)
            case Call():
                return self._call(syntax, scope)
            case Unary(op="not"):
                return Not(self._truth(syntax.term, scope), type=TRUTH, **place)
            case Unary():
                return self._negative(syntax, scope)
            case Choice():
                return self._choice(syntax, scope)
            case Membership():
                return self._membership(syntax, scope)
            case Binary():
                return self._binary(syntax, scope)
            case NoneWord():
                hint = "write `x = none`"
                raise self._stop(syntax, "VB319", "`none` stands only right of = or !=", hint)
            case Braces() | Interval():
                raise self._stop(syntax, "VB302", "a list stands only right of `in` or `any of`")

    def _number(self, syntax: Number) -> Literal:
        unit = _UNITS.get(syntax.unit, Unit(syntax.unit))
        bare = syntax.unit == ""
        return literal_number(syntax.value, unit, self._at(syntax), self._words(syntax), bare=bare)

    def _name(self, syntax: Name, scope: Scope) -> Term:
        word = syntax.word
        if word == "as_of":
            return replace(scope.day, span=self._at(syntax))
        definition = scope.definition(word)
        if definition is not None:
            return self._defined(syntax, scope, definition.name)
        spec = scope.fact(word)
        if spec is None:
            raise self._unknown_name(syntax, scope)
        if spec.is_private:
            message = f"`{word}` is private: no rule may depend on it"
            raise self._stop(syntax, "VB317", message)
        return fact_term(spec, self._at(syntax), self._words(syntax))

    def _unknown_name(self, syntax: Name, scope: Scope) -> Unresolved:
        word = syntax.word
        if word in scope.rates:
            hint = f"write `rate.{word}`"
            return self._stop(syntax, "VB303", f"`{word}` is the name of a rate", hint)
        other = scope.vocabulary.by_word().get(word)
        if other is not None:
            table = scope.vocabulary.facts[other].table
            message = f"`{word}` is a fact of the table `{table}`, which this rule does not decide"
            return self._stop(syntax, "VB303", message, f"write `for_each: {table}`")
        for spec in scope.vocabulary.facts.values():
            if codes_meant(spec, word) is not None:
                message = f"`{word}` is a code of `{spec.name}`, not a value of its own"
                hint = f"write `{spec.name} = {word}`"
                return self._stop(syntax, "VB303", message, hint)
        hint = did_you_mean(word, scope.names()) or "see docs/rules.md for the facts that exist"
        return self._stop(syntax, "VB303", f"there is no fact or definition `{word}`", hint)

    def _defined(self, syntax: Name, scope: Scope, name: str) -> Term:
        definition = scope.definitions[name]
        if name in scope.using:
            circle = " → ".join((*scope.using[scope.using.index(name) :], name))
            message = f"definitions go round in a circle: {circle}"
            raise self._stop(syntax, "VB316", message, "let one of them stand on facts alone")
        body, problems = read_term(definition.text, definition.span, scope.within(name))
        self.problems.extend(one for one in problems if not one.is_error)
        if body is None:
            raise Unresolved(next(one for one in problems if one.is_error))
        return Named(name, body, type=body.type, span=self._at(syntax), text=self._words(syntax))

    def _truth(self, syntax: Syntax, scope: Scope) -> Term:
        term = self.value(syntax, scope)
        if term.type.kind is not Kind.TRUTH:
            message = f"a yes or no is needed here, but this is a {_kind(term.type)}"
            raise self._stop(syntax, "VB305", message, "compare it with something")
        return term

    def _numeric(self, syntax: Syntax, scope: Scope) -> Term:
        term = self.value(syntax, scope)
        if term.type.kind is not Kind.NUMBER:
            message = f"a number is needed here, but this is a {_kind(term.type)}"
            raise self._stop(syntax, "VB305", message)
        return term

    def _date(self, syntax: Syntax, scope: Scope) -> Term:
        term = self.value(syntax, scope)
        if term.type.kind is not Kind.DATE:
            message = f"a day is needed here, but this is a {_kind(term.type)}"
            raise self._stop(syntax, "VB305", message)
        return term

    # --- arithmetic -------------------------------------------------------------------------

    def _negative(self, syntax: Unary, scope: Scope) -> Term:
        term = self._numeric(syntax.term, scope)
        place = self._place(syntax)
        kind = replace(term.type, low=-term.type.high, high=-term.type.low)
        if isinstance(term, Literal) and isinstance(term.value, Fraction):
            return Literal(-term.value, type=kind, **place)
        zero = Literal(Fraction(0), type=replace(kind, low=Fraction(0), high=Fraction(0)))
        return Arithmetic(Operation.SUBTRACT, zero, term, type=kind, **place)

    def _binary(self, syntax: Binary, scope: Scope) -> Term:
        match syntax.op:
            case "and" | "or":
                return self._joined(syntax, scope)
            case "on":
                return self.value(syntax.left, scope.on(self._date(syntax.right, scope)))
            case "+" | "-" | "*" | "/":
                return self._arithmetic(syntax, scope)
            case _:
                return self._compare(syntax, scope)

    def _joined(self, syntax: Binary, scope: Scope) -> Term:
        sides = [self._truth(side, scope) for side in (syntax.left, syntax.right)]
        node = And if syntax.op == "and" else Or
        parts: list[Term] = []
        for side in sides:
            parts.extend(side.parts if isinstance(side, node) else (side,))
        return node(tuple(parts), type=TRUTH, span=self._at(syntax), text=self._words(syntax))

    def _arithmetic(self, syntax: Binary, scope: Scope, *, may_divide: bool = False) -> Term:
        left = self.value(syntax.left, scope)
        if left.type.kind is Kind.DATE:
            return self._shift(syntax, left, scope)
        if left.type.kind is not Kind.NUMBER:
            message = f"cannot compute with a {_kind(left.type)}"
            raise self._stop(syntax.left, "VB305", message)
        right = self._numeric(syntax.right, scope)
        op = Operation(syntax.op)
        if op is Operation.DIVIDE:
            self._check_divisor(syntax, right, may_divide=may_divide)
        try:
            kind = arithmetic.result_type(op, left.type, right.type)
        except UnitError as wrong:
            raise self._stop(syntax, "VB306", str(wrong), wrong.hint) from None
        left, right = arithmetic.adapted(op, left, right)
        place = self._place(syntax)
        return Arithmetic(op, left, right, type=kind, **place)

    def _check_divisor(self, syntax: Binary, right: Term, *, may_divide: bool) -> None:
        if isinstance(right, Literal):
            if right.value == 0:
                raise self._stop(syntax.right, "VB309", "this divides by zero")
            return
        if not may_divide:
            hint = "write `floor(a / b)` or `ceil(a / b)`"
            message = "only a number may divide here: a quotient of two values never ends exactly"
            raise self._stop(syntax, "VB308", message, hint)
        if right.type.low <= 0 <= right.type.high:
            message = f"`{self._words(syntax.right)}` can be zero; the result is then unknown"
            self._warn(syntax.right, "VB309", message, "guard it with `max(…, 1)` or a condition")

    def _shift(self, syntax: Binary, left: Term, scope: Scope) -> Term:
        count = syntax.right
        sign = {"+": 1, "-": -1}.get(syntax.op)
        if sign is None:
            raise self._stop(syntax, "VB305", f"a day cannot be used with `{syntax.op}`")
        if not isinstance(count, Number) or count.unit not in ("years", "months", "days"):
            other = self.value(count, scope)
            hint = "add a fixed period: `+ 24 months`"
            if other.type.kind is Kind.DATE:
                hint = "use days_between, months_between or years_between"
            message = "only a fixed number of years, months or days can be added to a day"
            raise self._stop(count, "VB305", message, hint)
        if count.value.denominator != 1:
            raise self._stop(count, "VB305", "a day moves by whole years, months or days only")
        whole = sign * count.value.numerator
        if abs(whole) > _LONGEST_SHIFT:
            raise self._stop(count, "VB311", "this is further than any day of a calendar")
        kind = replace(left.type, may_be_none=False)
        place = self._place(syntax)
        return Shift(left, whole, Period(count.unit), type=kind, **place)

    # --- comparisons ------------------------------------------------------------------------

    def _compare(self, syntax: Binary, scope: Scope) -> Term:
        op = syntax.op
        if isinstance(syntax.left, NoneWord):
            syntax = replace(syntax, left=syntax.right, right=syntax.left, op=_FLIPPED[op])
        left = self._compared(syntax.left, scope)
        by_code = self._compare_code(syntax, left, scope)
        if by_code is not None:
            return by_code
        if isinstance(syntax.right, NoneWord):
            return self._compare_none(syntax, left)
        right = self._compared(syntax.right, scope)
        self._check_comparable(syntax, left, right)
        if left.type.kind is Kind.NUMBER:
            try:
                left, right = arithmetic.same_unit(left, right)
            except UnitError as wrong:
                raise self._stop(syntax, "VB306", str(wrong), wrong.hint) from None
        place = self._place(syntax)
        return Compare(Comparison(syntax.op), left, right, type=TRUTH, **place)

    def _compared(self, syntax: Syntax, scope: Scope) -> Term:
        """Return one side of a comparison: the only place where moving days may be counted."""
        if isinstance(syntax, Call) and syntax.function == "days_between":
            return self._between(syntax, scope, directly_compared=True)
        return self.value(syntax, scope)

    def _compare_code(self, syntax: Binary, left: Term, scope: Scope) -> Term | None:
        if left.type.kind is Kind.CODES:
            message = "a set of codes is not equal to one code"
            raise self._stop(syntax, "VB305", message, "write `x any of {…}`")
        if left.type.kind is Kind.DIVISION and isinstance(syntax.right, Number):
            right = self._division(syntax.right)
            place = self._place(syntax)
            self._only_equality(syntax)
            return Compare(Comparison(syntax.op), left, right, type=TRUTH, **place)
        if left.type.kind is not Kind.CODE:
            return None
        self._only_equality(syntax)
        spec = scope.vocabulary.facts[left.type.fact]
        word = _as_word(syntax.right)
        if isinstance(syntax.right, NoneWord) and codes_meant(spec, word or "") is None:
            return None
        codes = self._codes(syntax.right, spec)
        if len(codes) > 1:
            hint = f"write `{spec.name} in {word}`"
            raise self._stop(syntax.right, "VB305", f"`{word}` is a group of codes", hint)
        right = Literal(codes[0], type=left.type, span=self._at(syntax.right), text=word or "")
        place = self._place(syntax)
        return Compare(Comparison(syntax.op), left, right, type=TRUTH, **place)

    def _only_equality(self, syntax: Binary) -> None:
        if syntax.op not in ("=", "!="):
            message = f"codes have no order: `{syntax.op}` says nothing about them"
            raise self._stop(syntax, "VB305", message, "use = or != or `in {…}`")

    def _division(self, syntax: Number) -> Literal:
        digits = syntax.digits
        if syntax.unit or len(digits) not in (2, 4, 6, 9, 12) or not digits.isdigit():
            message = f"`{self._words(syntax)}` is no division code"
            raise self._stop(syntax, "VB304", message, "it has 2, 4, 6, 9 or 12 digits")
        return Literal(
            digits, type=Type(Kind.DIVISION), span=self._at(syntax), text=self._words(syntax)
        )

    def _compare_none(self, syntax: Binary, left: Term) -> Term:
        if syntax.op not in ("=", "!="):
            raise self._stop(syntax, "VB319", "`none` has no order", "use = none or != none")
        if not left.type.may_be_none:
            words = self._words(syntax.left)
            message = f"`{words}` is never none"
            hint = "facts.yaml says which facts can be none; use known( ) to test for a blank"
            raise self._stop(syntax, "VB319", message, hint)
        place = self._place(syntax)
        is_none = IsNone(left, type=TRUTH, **place)
        return is_none if syntax.op == "=" else Not(is_none, type=TRUTH, **place)

    def _check_comparable(self, syntax: Binary, left: Term, right: Term) -> None:
        kinds = (left.type.kind, right.type.kind)
        if kinds[0] is not kinds[1]:
            message = f"a {_kind(left.type)} cannot be compared with a {_kind(right.type)}"
            hint = "write days as YYYY-MM-DD" if Kind.DATE in kinds else ""
            raise self._stop(syntax, "VB305", message, hint)
        if kinds[0] in (Kind.TRUTH, Kind.TEXT, Kind.DIVISION):
            self._only_equality(syntax)
        if left.type.moving and right.type.moving and kinds[0] is Kind.DATE:
            message = "both sides move with as_of, so no day can be told on which this changes"
            raise self._stop(syntax, "VB310", message, "compare with a day fixed per person")

    def _membership(self, syntax: Membership, scope: Scope) -> Term:
        term = self.value(syntax.term, scope)
        place = self._place(syntax)
        if syntax.any_of:
            return self._any_of(syntax, term, scope)
        if isinstance(syntax.among, Interval):
            return self._interval(syntax, syntax.among, scope)
        if term.type.kind is Kind.CODES:
            message = "a set of codes is tested with `any of`"
            raise self._stop(syntax, "VB305", message, "write `x any of {…}`")
        if term.type.kind is Kind.CODE:
            spec = scope.vocabulary.facts[term.type.fact]
            codes = frozenset(self._code_list(syntax.among, spec))
            return Within(term, codes, type=TRUTH, **place)
        if not isinstance(syntax.among, Braces):
            hint = "write `in {a, b}` or `in [a .. b]`"
            raise self._stop(syntax.among, "VB302", "a list is needed here", hint)
        values = frozenset(self._literal(item, term, scope) for item in syntax.among.items)
        return Within(term, values, type=TRUTH, **place)

    def _literal(self, syntax: Syntax, term: Term, scope: Scope) -> Fraction | date | str:
        if term.type.kind is Kind.DIVISION and isinstance(syntax, Number):
            return str(self._division(syntax).value)
        value = self.value(syntax, scope)
        if not isinstance(value, Literal) or isinstance(value.value, bool):
            raise self._stop(syntax, "VB305", "only written values stand in a list")
        self._check_comparable(
            Binary("=", syntax, syntax, offset=syntax.offset, length=syntax.length), term, value
        )
        if value.type.kind is Kind.NUMBER:
            try:
                arithmetic.same_unit(term, value)
            except UnitError as wrong:
                raise self._stop(syntax, "VB306", str(wrong), wrong.hint) from None
        return value.value

    def _any_of(self, syntax: Membership, term: Term, scope: Scope) -> Term:
        if term.type.kind is not Kind.CODES:
            message = f"`any of` needs a set of codes, and this is a {_kind(term.type)}"
            raise self._stop(syntax.term, "VB305", message, "write `x in {…}` for a single code")
        spec = scope.vocabulary.facts[term.type.fact]
        codes = frozenset(self._code_list(syntax.among, spec))
        return AnyOf(term, codes, type=TRUTH, span=self._at(syntax), text=self._words(syntax))

    def _code_list(self, among: Syntax, spec: FactSpec) -> tuple[str, ...]:
        items = among.items if isinstance(among, Braces) else (among,)
        return tuple(code for item in items for code in self._codes(item, spec))

    def _codes(self, syntax: Syntax, spec: FactSpec) -> tuple[str, ...]:
        word = _as_word(syntax)
        codes = codes_meant(spec, word) if word is not None else None
        if codes is None:
            known = {*spec.code_ids, *spec.groups, *(one.title.zh for one in spec.values)}
            hint = did_you_mean(word or "", known) or "the codes are " + ", ".join(spec.code_ids)
            message = f"`{self._words(syntax)}` is no code of `{spec.name}`"
            raise self._stop(syntax, "VB304", message, hint)
        return codes

    def _interval(self, syntax: Membership, interval: Interval, scope: Scope) -> Term:
        ends = (
            (">=" if interval.low_closed else ">", interval.low),
            ("<=" if interval.high_closed else "<", interval.high),
        )
        parts = []
        for op, end in ends:
            side = Binary(op, syntax.term, end, offset=syntax.offset, length=syntax.length)
            parts.append(self._compare(side, scope))
        low, high = (part.right for part in parts if isinstance(part, Compare))
        if isinstance(low, Literal) and isinstance(high, Literal) and low.value > high.value:  # type: ignore[operator]  # both sides are of one kind
            raise self._stop(
                interval, "VB318", "this range is empty", "write the smaller end first"
            )
        return And(tuple(parts), type=TRUTH, span=self._at(syntax), text=self._words(syntax))

    # --- choices, rates, functions ----------------------------------------------------------

    def _choice(self, syntax: Choice, scope: Scope) -> Term:
        condition = self._truth(syntax.condition, scope)
        then, otherwise = self.value(syntax.then, scope), self.value(syntax.otherwise, scope)
        if then.type.kind is not otherwise.type.kind or then.type.fact != otherwise.type.fact:
            message = f"one branch is a {_kind(then.type)}, the other a {_kind(otherwise.type)}"
            raise self._stop(syntax, "VB305", message)
        try:
            then, otherwise = arithmetic.same_unit(then, otherwise)
        except UnitError as wrong:
            raise self._stop(syntax, "VB306", str(wrong), wrong.hint) from None
        kind = arithmetic.either(then.type, otherwise.type)
        place = self._place(syntax)
        return If(condition, then, otherwise, type=kind, **place)

    def _rate(self, syntax: Rate, scope: Scope) -> Term:
        schedule = scope.rates.get(syntax.name)
        if schedule is None:
            hint = did_you_mean(syntax.name, scope.rates) or "name it under `rates`"
            raise self._stop(syntax, "VB312", f"there is no rate `{syntax.name}`", hint)
        written = syntax.keys
        if written is None:
            written = tuple(
                Name(key, offset=syntax.offset, length=syntax.length) for key in schedule.keys
            )
        if len(written) != len(schedule.keys):
            wanted = ", ".join(schedule.keys) or "no keys"
            message = f"`rate.{syntax.name}` is keyed by {wanted}; {len(written)} given"
            raise self._stop(syntax, "VB312", message)
        keys = tuple(self.value(key, scope) for key in written)
        for key, name in zip(keys, schedule.keys, strict=True):
            self._check_key(syntax, key, name, scope)
        return RateOf(
            schedule,
            keys,
            scope.day,
            scope.place if schedule.regional else None,
            type=schedule.type,
            span=self._at(syntax),
            text=self._words(syntax),
        )

    def _check_key(self, syntax: Rate, key: Term, name: str, scope: Scope) -> None:
        expected = self.value(Name(name, offset=syntax.offset, length=syntax.length), scope).type
        alike = key.type.kind is expected.kind and key.type.fact == expected.fact
        if not alike or key.type.kind not in (Kind.CODE, Kind.NUMBER):
            message = f"the key `{name}` of `rate.{syntax.name}` must be a code or a number like it"
            raise self._stop(syntax, "VB312", message)

    def _call(self, syntax: Call, scope: Scope) -> Term:
        if syntax.function in NOT_YET:
            message = f"`{syntax.function}( )` is not supported yet"
            raise self._stop(syntax, "VB313", message)
        allowed = FUNCTIONS[syntax.function].options
        for option, value in syntax.options:
            if option not in allowed:
                hint = "its options are " + ", ".join(allowed) if allowed else "it has no options"
                message = f"`{syntax.function}` has no option `{option}`"
                raise self._stop(value, "VB307", message, hint)
        match syntax.function:
            case "years_between" | "months_between" | "days_between":
                return self._between(syntax, scope)
            case "min" | "max":
                return self._extreme(syntax, scope)
            case "ceil" | "floor":
                return self._to_whole(syntax, scope)
            case "year_of":
                return self._year_of(syntax, scope)
            case _:
                (argument,) = self._arguments(syntax, 1)
                place = self._place(syntax)
                return Known(self.value(argument, scope), type=TRUTH, **place)

    def _arguments(self, syntax: Call, count: int) -> tuple[Syntax, ...]:
        if len(syntax.arguments) != count:
            wanted = FUNCTIONS[syntax.function].arguments
            message = f"`{syntax.function}` takes ({wanted}), {len(syntax.arguments)} given"
            raise self._stop(syntax, "VB307", message)
        return syntax.arguments

    def _year_of(self, syntax: Call, scope: Scope) -> Term:
        (argument,) = self._arguments(syntax, 1)
        day = self._date(argument, scope)
        if day.type.moving:
            message = "the year of a moving day is not supported"
            raise self._stop(syntax, "VB310", message, "compare the day with fixed days instead")
        kind = number(PLAIN, Fraction(1), Fraction(9999))
        return YearOf(day, type=kind, span=self._at(syntax), text=self._words(syntax))

    def _between(self, syntax: Call, scope: Scope, *, directly_compared: bool = False) -> Term:
        first, second = self._arguments(syntax, 2)
        start, end = self._date(first, scope), self._date(second, scope)
        period = Period(syntax.function.removesuffix("_between"))
        moving = (start.type.moving, end.type.moving)
        if all(moving):
            message = "only one end may move with as_of"
            raise self._stop(syntax, "VB310", message, "count from or to a day fixed per person")
        if period is Period.DAYS and any(moving) and not directly_compared:
            message = "days up to a moving day stand only directly in a comparison"
            raise self._stop(syntax, "VB310", message, "write `days_between(a, as_of) >= 30`")
        part = self._option(syntax, "part_year", PartYear, PartYear.DROPPED)
        month_end = self._option(syntax, "month_end", MonthEnd, MonthEnd.FIRST_OF_NEXT)
        widest = _CENTURIES * {Period.YEARS: 1, Period.MONTHS: 12, Period.DAYS: 366}[period]
        denominator = 2 if part is PartYear.HALF_STEPS else 1
        kind = number(Unit(str(period)), -widest, widest, denominator)
        place = self._place(syntax)
        return Between(period, start, end, part, month_end, type=kind, **place)

    def _option(self, syntax: Call, name: str, choices: type[E], default: E) -> E:
        for option, value in syntax.options:
            if option == name:
                known = [str(one) for one in choices]
                if value.word not in known:
                    hint = did_you_mean(value.word, known) or "one of " + ", ".join(known)
                    message = f"`{name}` cannot be `{value.word}`"
                    raise self._stop(value, "VB307", message, hint)
                return choices(value.word)
        return default

    def _extreme(self, syntax: Call, scope: Scope) -> Term:
        parts = [self.value(argument, scope) for argument in syntax.arguments]
        if len(parts) < _LEAST_CHOICES:
            raise self._stop(syntax, "VB307", f"`{syntax.function}` takes two values or more")
        kinds = {part.type.kind for part in parts}
        if kinds not in ({Kind.NUMBER}, {Kind.DATE}):
            message = f"`{syntax.function}` takes numbers, or days"
            raise self._stop(syntax, "VB305", message)
        which = Extremum(syntax.function)
        try:
            parts = arithmetic.all_same_unit(parts)
        except UnitError as wrong:
            raise self._stop(syntax, "VB306", str(wrong), wrong.hint) from None
        kind = arithmetic.extreme_type(which, [part.type for part in parts])
        place = self._place(syntax)
        return Extreme(which, tuple(parts), type=kind, **place)

    def _to_whole(self, syntax: Call, scope: Scope) -> Term:
        (argument,) = self._arguments(syntax, 1)
        if isinstance(argument, Binary) and argument.op == "/":
            term = self._arithmetic(argument, scope, may_divide=True)
        else:
            term = self._numeric(argument, scope)
        low, high = math.floor(term.type.low), math.ceil(term.type.high)
        kind = number(term.type.unit, Fraction(low), Fraction(high))
        place = self._place(syntax)
        return ToWhole(Whole(syntax.function), term, type=kind, **place)


def _as_word(syntax: Syntax) -> str | None:
    match syntax:
        case Name() | NoneWord() | Truth():
            return syntax.word
        case Number(unit=""):
            return syntax.digits
        case _:
            return None


def _kind(found: Type) -> str:
    """Return how a type is called in a message: `number in yuan per year`."""
    if found.kind is Kind.NUMBER and found.unit.count:
        return f"number in {found.unit}"
    if found.kind is Kind.TRUTH:
        return "yes or no"
    return str(found.kind)
