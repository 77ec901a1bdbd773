"""One term for one person, exactly and with a trace: the reference meaning of every expression.

Slow on purpose: `Fraction`, `date` and a node of trace for each part. The compiled columns must
agree with it on value, missing facts and `provisional`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from vetbenefits.engine.operations import (
    compared,
    computed,
    day_of,
    function_value,
    is_member,
    joined,
    number_of,
)
from vetbenefits.model.expressions import (
    And,
    AnyOf,
    Arithmetic,
    AsOf,
    Between,
    Compare,
    Comparison,
    Extreme,
    Fact,
    If,
    IsNone,
    Known,
    Literal,
    Named,
    Not,
    Or,
    RateOf,
    Shift,
    ToWhole,
    Undecided,
    Within,
    YearOf,
)
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rates import RateAnswer, RateRow
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
                return replace(_resting_on(body, term, body.value), no_rate=body.no_rate)
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
        keys = tuple(self.result(key) for key in term.keys)
        place = (self.result(term.place),) if term.place is not None else ()
        day = self.result(term.day)
        parts = (*keys, *place, day)
        missing = _union(_unknown_parts((*keys, *place)), lacking(day))
        if missing is not None:
            return Result(term, UNKNOWN, missing, _any_provisional(parts), parts=parts)
        answer = self._look_up(term, keys, place, day_of(day.value))
        provisional = answer.provisional or _any_provisional(parts)
        lacks: frozenset[str] = frozenset()
        if answer.needs_place:
            lacks = _place_names(*place)
        elif answer.value is UNKNOWN:
            lacks = frozenset({_rate_name(term, parts)})
        no_rate = answer.value is NONE
        return Result(term, answer.value, lacks, provisional, no_rate, parts, answer.row)

    def _look_up(
        self, term: RateOf, keys: tuple[Result, ...], place: tuple[Result, ...], day: date
    ) -> RateAnswer:
        # A key that is `none` has no row: without it there are too few to find one.
        plain = tuple(key.value for key in keys if isinstance(key.value, str | Fraction))
        division = place[0].value if place else NONE
        return term.schedule.look_up(plain, "" if division is NONE else str(division), day)

    # --- logic ------------------------------------------------------------------------------

    def _is_none(self, term: IsNone) -> Result:
        part = self.result(term.term)
        return _resting_on(part, term, UNKNOWN if part.is_unknown else part.value is NONE)

    def _logic(self, term: Not | And | Or) -> Result:
        terms = (term.term,) if isinstance(term, Not) else term.parts
        parts = tuple(self.result(one) for one in terms)
        truths = [as_condition(part) for part in parts]
        if isinstance(term, Not):
            known = None if truths[0] is None else not truths[0]
        else:
            known = joined(truths, deciding=isinstance(term, Or))
        provisional = _any_provisional(parts)
        if known is None:
            return Result(
                term, UNKNOWN, _unknown_parts(parts) or frozenset(), provisional, parts=parts
            )
        return Result(term, known, provisional=provisional, parts=parts)

    def _compare(self, term: Compare) -> Result:
        parts = (self.result(term.left), self.result(term.right))
        provisional = _any_provisional(parts)
        if any(part.value is NONE for part in parts):
            return Result(term, term.op is Comparison.NE, provisional=provisional, parts=parts)
        missing = _unknown_parts(parts)
        if missing is not None:
            return Result(term, UNKNOWN, missing, provisional, parts=parts)
        value = compared(term.op, parts[0].value, parts[1].value)
        return Result(term, value, provisional=provisional, parts=parts)

    def _membership(self, term: Within | AnyOf) -> Result:
        part = self.result(term.term)
        if part.is_unknown:
            return _resting_on(part, term, UNKNOWN)
        value = is_member(term, part.value)
        if value is None:
            return replace(_resting_on(part, term, UNKNOWN), missing=_place_names(part))
        return _resting_on(part, term, value)

    def _choice(self, term: If) -> Result:
        condition = self.result(term.condition)
        holds = as_condition(condition)
        if holds is None:
            return _resting_on(condition, term, UNKNOWN)
        branch = self.result(term.then if holds else term.otherwise)
        parts = (condition, branch)
        provisional = _any_provisional(parts)
        return Result(term, branch.value, branch.missing, provisional, branch.no_rate, parts)

    # --- numbers and days -------------------------------------------------------------------

    def _known_parts(self, term: Term, terms: tuple[Term, ...]) -> tuple[Result, ...] | Result:
        """Return the results of all parts, or the unknown result where one is not a plain value."""
        parts = tuple(self.result(one) for one in terms)
        missing = lacking(*parts)
        if missing is None:
            return parts
        return Result(term, UNKNOWN, missing, _any_provisional(parts), _any_no_rate(parts), parts)

    def _arithmetic(self, term: Arithmetic) -> Result:
        parts = self._known_parts(term, (term.left, term.right))
        if isinstance(parts, Result):
            return parts
        left, right = (number_of(part.value) for part in parts)
        value = computed(term.op, left, right)
        traits = (_any_provisional(parts), _any_no_rate(parts), parts)
        if value is None:
            return Result(term, UNKNOWN, frozenset({f"non-zero {term.right.text}"}), *traits)
        return Result(term, value, frozenset(), *traits)

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
        value = function_value(term, [part.value for part in parts])
        return Result(
            term,
            value,
            provisional=_any_provisional(parts),
            no_rate=_any_no_rate(parts),
            parts=parts,
        )


def as_condition(result: Result) -> bool | None:
    """Return a truth as a condition takes it: None where unknown; `none` counts as no."""
    return None if result.is_unknown else result.value is True


def rate_label(name: str, labels: list[str]) -> str:
    """Return how a rate without a row is named among the missing: `rate.standard[500110]`."""
    return f"rate.{name}[{','.join(labels)}]" if labels else f"rate.{name}"


def _rate_name(term: RateOf, parts: tuple[Result, ...]) -> str:
    """Return the label of a rate from the results of its keys, place and day."""
    asked = [part.value for part in parts[:-1]]
    return rate_label(term.schedule.name, [_label(value) for value in asked])


def _label(value: Value) -> str:
    return value.value if isinstance(value, Special) else str(value)


def _fact_name(term: Term) -> str:
    return term.name if isinstance(term, Fact) else term.text


def _resting_on(part: Result, term: Term, value: Value) -> Result:
    """Return a result that rests on one part alone."""
    missing = part.missing if value is UNKNOWN else frozenset[str]()
    return Result(term, value, missing, part.provisional, parts=(part,))


def _unknown_parts(parts: tuple[Result, ...]) -> frozenset[str] | None:
    """Return what the unknown parts lack, or None where every part is known."""
    unknown = [part for part in parts if part.is_unknown]
    return frozenset().union(*(part.missing for part in unknown)) if unknown else None


def lacking(*parts: Result) -> frozenset[str] | None:
    """Return what is missing to compute with the parts, or None where nothing is.

    Nothing can be computed with `none`: then the fact or rate that is `none` is named.
    """
    unusable = [part for part in parts if isinstance(part.value, Special)]
    if not unusable:
        return None
    return frozenset().union(*(part.missing | _none_names(part) for part in unusable))


def _none_names(result: Result) -> frozenset[str]:
    """Return the fact or rate whose `none` a result is; nothing where it is another value."""
    if result.value is not NONE:
        return frozenset()
    match result.term:
        case Fact():
            return frozenset({result.term.name})
        case RateOf():
            return frozenset({_rate_name(result.term, result.parts)})
        case _:
            # A definition hands on its body, a choice the branch that was taken last.
            return _none_names(result.parts[-1])


def _place_names(result: Result) -> frozenset[str]:
    """Return the fact that a place is known by, where it is known too roughly."""
    if isinstance(result.term, Fact):
        return frozenset({result.term.name})
    # A definition hands on its body, a choice the branch that was taken last.
    return _place_names(result.parts[-1]) if result.parts else frozenset({result.term.text})


def _union(first: frozenset[str] | None, second: frozenset[str] | None) -> frozenset[str] | None:
    if first is None or second is None:
        return second if first is None else first
    return first | second


def _any_provisional(parts: tuple[Result, ...]) -> bool:
    return any(part.provisional for part in parts)


def _any_no_rate(parts: tuple[Result, ...]) -> bool:
    return any(part.no_rate for part in parts)
