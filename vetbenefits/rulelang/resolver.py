"""Expressions: syntax into typed terms. Names, codes, types, units and bounds are settled here.

Refuses what cannot be vectorised, proved or solved for the day on which it changes: a quotient
outside a rounding, a moving day compared with a moving day, numbers that could overflow int64.

    read_condition, read_number, read_term    the ways in
    Resolver                                  names, written values, rates, `and`, `or`, `on`
    comparisons, formulas, calls              everything that has parts
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vetbenefits.model.expressions import And, AsOf, Named, Not, Or, RateOf
from vetbenefits.model.kinds import PLAIN, RATIO, TRUTH, YUAN, Kind, Unit
from vetbenefits.problems import Problem, did_you_mean
from vetbenefits.rulelang import arithmetic
from vetbenefits.rulelang.calls import call
from vetbenefits.rulelang.comparisons import comparison, membership
from vetbenefits.rulelang.formulas import choice, computation, negative, too_wide
from vetbenefits.rulelang.resolving import (
    DEEPEST_TERM,
    LARGEST_TERM,
    Effort,
    Resolving,
    Unresolved,
    is_too_large,
    kind_name,
    quoted,
)
from vetbenefits.rulelang.scope import (
    codes_meant,
    fact_term,
    literal_day,
    literal_number,
    literal_truth,
)
from vetbenefits.rulelang.syntax import (
    Binary,
    Call,
    Choice,
    Day,
    Joined,
    Membership,
    Name,
    NoneWord,
    Number,
    Rate,
    Truth,
    Unary,
)

if TYPE_CHECKING:
    from vetbenefits.model.expressions import Literal, Term
    from vetbenefits.problems import Span
    from vetbenefits.rulelang.scope import Scope
    from vetbenefits.rulelang.syntax import Syntax

_UNITS = {"yuan": YUAN, "%": RATIO, "": PLAIN}


def read_condition(text: str, span: Span, scope: Scope) -> tuple[Term | None, tuple[Problem, ...]]:
    """Read an expression that must be a yes or no."""
    term, problems = read_term(text, span, scope)
    if term is None or term.type.kind is Kind.TRUTH:
        return term, problems
    hint = "compare it with something, for example `= …` or `>= …`"
    message = f"a condition is needed, but {quoted(text)} is a {kind_name(term.type)}"
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
        message = f"a number is needed, but {quoted(text)} is a {kind_name(term.type)}"
        return None, (*problems, Problem("VB305", message, where))
    if unit is None or term.type.unit == unit:
        return term, problems
    if term.type.is_literal_number:
        return replace(term, type=term.type.in_unit(unit)), problems
    message = f"{unit} is needed, but {quoted(text)} is in {term.type.unit}"
    return None, (*problems, Problem("VB306", message, where))


def read_term(text: str, span: Span, scope: Scope) -> tuple[Term | None, tuple[Problem, ...]]:
    """Read an expression of any type."""
    return _read(text, span, scope, Effort())


def _read(
    text: str, span: Span, scope: Scope, effort: Effort
) -> tuple[Term | None, tuple[Problem, ...]]:
    syntax, problems = scope.parse(text, span)
    if syntax is None:
        return None, problems
    resolver = Resolver(text, span, effort)
    try:
        term = resolver.value(syntax, scope)
        if effort.moves_days and is_too_large(term):
            raise resolver.too_large(syntax)
    except Unresolved as stop:
        told = () if stop.problem is None else (stop.problem,)
        return None, (*problems, *resolver.problems, *told)
    return term, (*problems, *resolver.problems)


class Resolver(Resolving):
    """Turns the syntax of one expression into a term."""

    def value(self, syntax: Syntax, scope: Scope) -> Term:
        """Return the term of any expression."""
        effort = self._effort
        effort.steps += 1
        effort.depth += 1
        if effort.steps > LARGEST_TERM or effort.depth > DEEPEST_TERM:
            raise self.too_large(syntax)
        term = self._any_value(syntax, scope)
        effort.depth -= 1
        if arithmetic.overflows(term.type):
            raise too_wide(self, syntax)
        return term

    def _any_value(  # noqa: C901, PLR0911, PLR0912  one case a node
        self, syntax: Syntax, scope: Scope
    ) -> Term:
        match syntax:
            case Number():
                return self._number(syntax)
            case Day():
                return literal_day(syntax.value, **self.place(syntax))
            case Truth():
                return literal_truth(value=syntax.value, **self.place(syntax))
            case Name():
                return self._name(syntax, scope)
            case Rate():
                return self._rate(syntax, scope)
            case Call():
                return call(self, syntax, scope)
            case Unary(op="not"):
                return Not(self.truth(syntax.term, scope), type=TRUTH, **self.place(syntax))
            case Unary():
                return negative(self, syntax, scope)
            case Choice():
                return choice(self, syntax, scope)
            case Membership():
                return membership(self, syntax, scope)
            case Joined():
                return self._joined(syntax, scope)
            case Binary(op="on"):
                return self._on(syntax, scope)
            case Binary(op="+" | "-" | "*" | "/"):
                return computation(self, syntax, scope)
            case Binary():
                return comparison(self, syntax, scope)
            case NoneWord():
                hint = "write `x = none`"
                raise self.stop(syntax, "VB319", "`none` stands only right of = or !=", hint)

    # --- written values and names -----------------------------------------------------------

    def _number(self, syntax: Number) -> Literal:
        unit = _UNITS.get(syntax.unit, Unit(syntax.unit))
        return literal_number(syntax.value, unit, bare=syntax.unit == "", **self.place(syntax))

    def _name(self, syntax: Name, scope: Scope) -> Term:
        word = syntax.word
        if word == "as_of":
            self._effort.moves_days |= not isinstance(scope.day, AsOf)
            return replace(scope.day, span=self.at(syntax))
        if word in scope.lost.names:
            raise Unresolved(None)
        definition = scope.definition(word)
        if definition is not None:
            return self._defined(syntax, scope, definition.name)
        spec = scope.fact(word)
        if spec is None:
            raise self._unknown_name(syntax, scope)
        if spec.is_private:
            message = f"`{word}` is private: no rule may depend on it"
            raise self.stop(syntax, "VB317", message)
        return fact_term(spec, **self.place(syntax))

    def _unknown_name(self, syntax: Name, scope: Scope) -> Unresolved:
        word = syntax.word
        if word in scope.rates:
            hint = f"write `rate.{word}`"
            return self.stop(syntax, "VB303", f"`{word}` is the name of a rate", hint)
        other = scope.vocabulary.by_word().get(word)
        if other is not None:
            table = scope.vocabulary.facts[other].table
            message = f"`{word}` is a fact of the table `{table}`, which this rule does not decide"
            return self.stop(syntax, "VB303", message, f"write `for_each: {table}`")
        for spec in scope.vocabulary.facts.values():
            if codes_meant(spec, word) is not None:
                message = f"`{word}` is a code of `{spec.name}`, not a value of its own"
                hint = f"write `{spec.name} = {word}`"
                return self.stop(syntax, "VB303", message, hint)
        if scope.lost.any_name:
            return Unresolved(None)
        hint = did_you_mean(word, scope.names()) or "see docs/rules.md for the facts that exist"
        message = f"there is no fact or definition {quoted(word)}"
        return self.stop(syntax, "VB303", message, hint)

    def _defined(self, syntax: Name, scope: Scope, name: str) -> Term:
        definition = scope.definitions[name]
        if name in scope.using:
            circle = " → ".join((*scope.using[scope.using.index(name) :], name))
            message = f"definitions go round in a circle: {circle}"
            raise self.stop(syntax, "VB316", message, "let one of them stand on facts alone")
        inner = scope.within(name)
        body, problems = _read(definition.text, definition.span, inner, self._effort)
        self.problems.extend(one for one in problems if not one.is_error)
        if body is None:
            raise Unresolved(next((one for one in problems if one.is_error), None))
        return Named(name, body, type=body.type, **self.place(syntax))

    # --- logic, other days, rates -----------------------------------------------------------

    def _joined(self, syntax: Joined, scope: Scope) -> Term:
        node = And if syntax.op == "and" else Or
        parts: list[Term] = []
        stopped = False
        depth = self._effort.depth
        for one in syntax.parts:
            try:
                side = self.truth(one, scope)
            except Unresolved as stop:
                if stop.problem is not None and stop.problem.code == "VB314":
                    raise
                # One side says nothing of the other: both are told.
                self.problems.extend((stop.problem,) if stop.problem is not None else ())
                self._effort.depth = depth
                stopped = True
            else:
                parts.extend(side.parts if isinstance(side, node) else (side,))
        if stopped:
            raise Unresolved(None)
        return node(tuple(parts), type=TRUTH, **self.place(syntax))

    def _on(self, syntax: Binary, scope: Scope) -> Term:
        day = self.day(syntax.right, scope)
        return self.value(syntax.left, scope.on(day))

    def _rate(self, syntax: Rate, scope: Scope) -> Term:
        if syntax.name in scope.lost.rates:
            raise Unresolved(None)
        schedule = scope.rates.get(syntax.name)
        if schedule is None and scope.lost.any_rate:
            raise Unresolved(None)
        if schedule is None:
            hint = did_you_mean(syntax.name, scope.rates) or "name it under `rates`"
            raise self.stop(syntax, "VB312", f"there is no rate {quoted(syntax.name)}", hint)
        written = syntax.keys
        if written is None:
            written = tuple(
                Name(key, offset=syntax.offset, length=syntax.length) for key in schedule.keys
            )
        if len(written) != len(schedule.keys):
            wanted = ", ".join(schedule.keys) or "nothing"
            message = f"`rate.{syntax.name}` is keyed by {wanted}; {len(written)} given"
            raise self.stop(syntax, "VB312", message)
        keys = tuple(
            self._key(syntax, one, name, scope)
            for one, name in zip(written, schedule.keys, strict=True)
        )
        self._effort.moves_days |= not isinstance(scope.day, AsOf)
        place = scope.place if schedule.regional else None
        return RateOf(schedule, keys, scope.day, place, type=schedule.type, **self.place(syntax))

    def _key(self, rate: Rate, syntax: Syntax, name: str, scope: Scope) -> Term:
        key = self.value(syntax, scope)
        as_declared = Name(name, offset=rate.offset, length=rate.length)
        expected = self.value(as_declared, scope).type
        alike = key.type.kind is expected.kind and key.type.fact == expected.fact
        if not alike or key.type.kind not in (Kind.CODE, Kind.NUMBER):
            message = f"the key `{name}` of `rate.{rate.name}` must be a code or a number like it"
            raise self.stop(syntax, "VB312", message)
        return key
