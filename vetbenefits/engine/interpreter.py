"""One term for one person, exactly and with a trace: the reference meaning of every expression.

Slow on purpose: `Fraction`, `date` and a node of trace for each part. The compiled columns must
agree with it on value, missing facts and `provisional`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from vetbenefits import dates
from vetbenefits.model.expressions import (
    And,
    AnyOf,
    Arithmetic,
    AsOf,
    Between,
    Compare,
    Comparison,
    Extreme,
    Extremum,
    Fact,
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
    Undecided,
    Whole,
    Within,
    YearOf,
)
from vetbenefits.model.kinds import Kind
from vetbenefits.model.rates import RateAnswer
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetbenefits.model.expressions import (
        Term,
    )
    from vetbenefits.model.rates import RateRow
    from vetbenefits.model.values import Value

NONE, UNKNOWN = Special.NONE, Special.UNKNOWN


@dataclass(frozen=True, slots=True)
class Person:
    """The facts of one person (and of the bill being decided). A fact not named is unknown.

    `month_only` names the dates of which only the month was known.
    """

    facts: Mapping[str, Value]
    month_only: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Result:
    """What a term came to, and how.

    `missing`: the facts and rates whose lack makes the value unknown, empty where it is known.
    `provisional`: it rests on a rate whose successor is not entered yet, or on a month-only date.
    `no_rate`: a rate that says there is no such entitlement took part in the value itself
    (not merely in a test within it).
    `parts`: the results below it that took part (of an `if`, the condition and the branch taken).
    """

    term: Term
    value: Value
    missing: frozenset[str] = frozenset()
    provisional: bool = False
    no_rate: bool = False
    parts: tuple[Result, ...] = ()
    row: RateRow | None = field(default=None, compare=False)

    @property
    def is_unknown(self) -> bool:
        """Tell whether the value is unknown."""
        return self.value is UNKNOWN


def evaluate(term: Term, person: Person, as_of: date) -> Result:
    """Return what a term comes to for one person on one day, with its whole trace."""
    return _Evaluation(person, as_of).result(term)


class _Evaluation:
    """One person on one day."""

    def __init__(self, person: Person, as_of: date) -> None:
        self._person = person
        self._as_of = as_of

    def result(self, term: Term) -> Result:  # noqa: C901, PLR0911, PLR0912  one case a node
        match term:
            case Literal():
                return Result(term, term.value)
            case AsOf():
                return Result(term, self._as_of)
            case Fact():
                return self._fact(term)
            case Named():
                body = self.result(term.body)
                return replace(_like(term, body.value, body), no_rate=body.no_rate)
            case Undecided():
                return Result(term, UNKNOWN, frozenset({_fact_name(term.place)}))
            case Known():
                part = self.result(term.term)
                return Result(
                    term, not part.is_unknown, provisional=part.provisional, parts=(part,)
                )
            case IsNone():
                return self._is_none(term)
            case Not() | And() | Or():
                return self._logic(term)
            case Compare():
                return self._compare(term)
            case Within() | AnyOf():
                return self._membership(term)
            case If():
                return self._choice(term)
            case RateOf():
                return self._rate(term)
            case Arithmetic():
                return self._arithmetic(term)
            case Extreme() | ToWhole() | Between() | YearOf() | Shift():
                return self._function(term)
            case _:
                assert_never(term)

    # --- facts and rates --------------------------------------------------------------------

    def _fact(self, term: Fact) -> Result:
        value = self._person.facts.get(term.name, UNKNOWN)
        missing = frozenset({term.name}) if value is UNKNOWN else frozenset()
        return Result(term, value, missing, provisional=term.name in self._person.month_only)

    def _rate(self, term: RateOf) -> Result:
        keys = [self.result(key) for key in term.keys]
        day = self.result(term.day)
        place = [self.result(term.place)] if term.place is not None else []
        parts = (*keys, *place, day)
        unknown = _unknown_parts(parts)
        if unknown is not None:
            return Result(term, UNKNOWN, unknown, _any_provisional(parts), parts=parts)
        division = str(place[0].value) if place else ""
        answer = self._look_up(term, [key.value for key in keys], division, day.value)
        provisional = answer.provisional or _any_provisional(parts)
        missing: frozenset[str] = frozenset()
        if answer.value is UNKNOWN:
            labels = [_label(key.value) for key in keys] + ([division] if place else [])
            missing = frozenset({rate_label(term.schedule.name, labels)})
        no_rate = answer.value is NONE
        return Result(term, answer.value, missing, provisional, no_rate, parts, answer.row)

    def _look_up(self, term: RateOf, keys: list[Value], division: str, day: Value) -> RateAnswer:
        assert isinstance(day, date)  # noqa: S101  the checker allows nothing else here
        plain = tuple(key for key in keys if isinstance(key, str | Fraction))
        if len(plain) != len(keys):
            return RateAnswer(UNKNOWN)
        return term.schedule.look_up(plain, division, day)

    # --- logic ------------------------------------------------------------------------------

    def _is_none(self, term: IsNone) -> Result:
        part = self.result(term.term)
        value: Value = UNKNOWN if part.is_unknown else part.value is NONE
        return _like(term, value, part)

    def _logic(self, term: Not | And | Or) -> Result:
        terms = (term.term,) if isinstance(term, Not) else term.parts
        parts = tuple(self.result(one) for one in terms)
        deciding = isinstance(term, Or)
        value: Value
        if isinstance(term, Not):
            value = UNKNOWN if parts[0].is_unknown else not parts[0].value
        elif any(part.value is deciding for part in parts):
            value = deciding
        elif any(part.is_unknown for part in parts):
            value = UNKNOWN
        else:
            value = not deciding
        missing = frozenset[str]()
        if value is UNKNOWN:
            missing = frozenset().union(*(part.missing for part in parts if part.is_unknown))
        return Result(term, value, missing, _any_provisional(parts), parts=parts)

    def _compare(self, term: Compare) -> Result:
        parts = (self.result(term.left), self.result(term.right))
        provisional = _any_provisional(parts)
        if any(part.value is NONE for part in parts):
            return Result(term, term.op is Comparison.NE, provisional=provisional, parts=parts)
        missing = _unknown_parts(parts)
        if missing is not None:
            return Result(term, UNKNOWN, missing, provisional, parts=parts)
        value = _holds(term.op, parts[0].value, parts[1].value)
        return Result(term, value, provisional=provisional, parts=parts)

    def _membership(self, term: Within | AnyOf) -> Result:
        part = self.result(term.term)
        if part.is_unknown:
            return _like(term, UNKNOWN, part)
        if part.value is NONE:
            return _like(term, value=False, part=part)
        if isinstance(term, AnyOf):
            held = part.value if isinstance(part.value, frozenset) else frozenset[str]()
            return _like(term, bool(held & term.codes), part)
        if term.term.type.kind is Kind.DIVISION:
            inside = any(str(part.value).startswith(str(one)) for one in term.values)
            return _like(term, inside, part)
        return _like(term, part.value in term.values, part)

    def _choice(self, term: If) -> Result:
        condition = self.result(term.condition)
        if condition.is_unknown:
            return _like(term, UNKNOWN, condition)
        branch = self.result(term.then if condition.value else term.otherwise)
        parts = (condition, branch)
        provisional = _any_provisional(parts)
        return Result(term, branch.value, branch.missing, provisional, branch.no_rate, parts)

    # --- numbers and days -------------------------------------------------------------------

    def _known_parts(self, term: Term, terms: tuple[Term, ...]) -> tuple[Result, ...] | Result:
        """Return the results of all parts, or the unknown result where one is not a plain value."""
        parts = tuple(self.result(one) for one in terms)
        missing = _unusable_parts(parts)
        if missing is None:
            return parts
        return Result(term, UNKNOWN, missing, _any_provisional(parts), _any_no_rate(parts), parts)

    def _arithmetic(self, term: Arithmetic) -> Result:
        parts = self._known_parts(term, (term.left, term.right))
        if isinstance(parts, Result):
            return parts
        left, right = (_number(part) for part in parts)
        value: Value
        match term.op:
            case Operation.ADD:
                value = left + right
            case Operation.SUBTRACT:
                value = left - right
            case Operation.MULTIPLY:
                value = left * right
            case Operation.DIVIDE:
                value = left / right if right else UNKNOWN
        missing = frozenset({f"non-zero {term.right.text}"}) if value is UNKNOWN else frozenset()
        return Result(term, value, missing, _any_provisional(parts), _any_no_rate(parts), parts)

    def _function(self, term: Extreme | ToWhole | Between | YearOf | Shift) -> Result:
        match term:
            case Extreme():
                terms = term.parts
            case Between():
                terms = (term.start, term.end)
            case _:
                terms = (term.term,)
        parts = self._known_parts(term, terms)
        if isinstance(parts, Result):
            return parts
        value = _apply(term, parts)
        return Result(
            term,
            value,
            provisional=_any_provisional(parts),
            no_rate=_any_no_rate(parts),
            parts=parts,
        )


def _apply(term: Extreme | ToWhole | Between | YearOf | Shift, parts: tuple[Result, ...]) -> Value:
    """Return the value of a function of known parts."""
    match term:
        case Extreme():
            pick = min if term.which is Extremum.MIN else max
            if term.type.kind is Kind.DATE:
                return pick(_day(part) for part in parts)
            return pick(_number(part) for part in parts)
        case ToWhole():
            number = _number(parts[0])
            whole = math.ceil(number) if term.how is Whole.CEIL else math.floor(number)
            return Fraction(whole)
        case Between():
            return _between(term, _day(parts[0]), _day(parts[1]))
        case YearOf():
            return Fraction(_day(parts[0]).year)
        case Shift():
            return _shifted(term, _day(parts[0]))


def _between(term: Between, start: date, end: date) -> Fraction:
    match term.unit:
        case Period.DAYS:
            return Fraction((end - start).days)
        case Period.MONTHS:
            return Fraction(dates.months_between(start, end, term.month_end))
        case Period.YEARS:
            halves = dates.half_years_between(start, end, term.part_year, term.month_end)
            return Fraction(halves, 2)


def _shifted(term: Shift, day: date) -> date:
    match term.unit:
        case Period.DAYS:
            return dates.add_days(day, term.count)
        case Period.MONTHS:
            return dates.add_months(day, term.count, term.month_end)
        case Period.YEARS:
            return dates.add_months(day, 12 * term.count, term.month_end)


def _holds(op: Comparison, left: Value, right: Value) -> bool:
    if op is Comparison.EQ:
        return left == right
    if op is Comparison.NE:
        return left != right
    if isinstance(left, date) and isinstance(right, date):
        first, second = Fraction(left.toordinal()), Fraction(right.toordinal())
    elif isinstance(left, Fraction) and isinstance(right, Fraction):
        first, second = left, right
    else:
        raise TypeError(f"{left!r} {op} {right!r}")
    match op:
        case Comparison.LT:
            return first < second
        case Comparison.LE:
            return first <= second
        case Comparison.GT:
            return first > second
        case Comparison.GE:
            return first >= second


def rate_label(name: str, labels: list[str]) -> str:
    """Return how a rate without a row is named among the missing: `rate.standard[500110]`."""
    return f"rate.{name}[{','.join(labels)}]" if labels else f"rate.{name}"


def _label(value: Value) -> str:
    if isinstance(value, Fraction):
        return str(value)
    return value.value if isinstance(value, Special) else str(value)


def _fact_name(term: Term) -> str:
    return term.name if isinstance(term, Fact) else term.text


def _number(result: Result) -> Fraction:
    assert isinstance(result.value, Fraction)  # noqa: S101  types were checked with the rule
    return result.value


def _day(result: Result) -> date:
    assert isinstance(result.value, date)  # noqa: S101  types were checked with the rule
    return result.value


def _like(term: Term, value: Value, part: Result) -> Result:
    """Return a result that rests on one part alone."""
    missing = part.missing if value is UNKNOWN else frozenset[str]()
    return Result(term, value, missing, part.provisional, part.no_rate, (part,))


def _unknown_parts(parts: tuple[Result, ...]) -> frozenset[str] | None:
    """Return what the unknown parts lack, or None where every part is known."""
    unknown = [part for part in parts if part.is_unknown]
    return frozenset().union(*(part.missing for part in unknown)) if unknown else None


def _unusable_parts(parts: tuple[Result, ...]) -> frozenset[str] | None:
    """Return what is missing for arithmetic, which `none` cannot take part in; else None."""
    unusable = [part for part in parts if part.value is UNKNOWN or part.value is NONE]
    if not unusable:
        return None
    return frozenset().union(*(part.missing | _none_names(part) for part in unusable))


def _none_names(result: Result) -> frozenset[str]:
    """Return the facts whose `none` makes arithmetic unknown."""
    if result.value is not NONE:
        return frozenset()
    match result.term:
        case Fact():
            return frozenset({result.term.name})
        case RateOf():
            return frozenset()
        case _:
            return _none_names(result.parts[-1]) if result.parts else frozenset()


def _any_provisional(parts: tuple[Result, ...]) -> bool:
    return any(part.provisional for part in parts)


def _any_no_rate(parts: tuple[Result, ...]) -> bool:
    return any(part.no_rate for part in parts)
