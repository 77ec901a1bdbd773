"""Random rules: typed terms built from the model itself.

Hypothesis draws the terms, so that they shrink; the people to try them on follow from a seed
(`tests/people.py`). Strategies are kept, because building one anew takes longer than drawing.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from hypothesis import strategies as st

from tests.vocabulary import (
    CAUSE_RATE,
    CEASED_RATE,
    DAYS,
    DIVISIONS,
    INDEX_RATE,
    KEYED_RATE,
    LOCAL_RATE,
    NUMBERS,
    PLAIN_RATE,
    TOWN_RATE,
    VOCABULARY,
    WORDS,
)
from vetbenefits.dates import MonthEnd, PartYear
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
from vetbenefits.model.kinds import PLAIN, TRUTH, Kind, Type, number
from vetbenefits.rulelang.arithmetic import either, extreme_type, overflows, result_type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rates import RateSchedule


P = ParamSpec("P")
T = TypeVar("T")


def kept(make: Callable[P, st.SearchStrategy[T]]) -> Callable[P, st.SearchStrategy[T]]:
    """Build each strategy once, and let it be shown as `drawn()`: spelled out it fills pages."""

    @cache
    def built(*args: P.args, **kwargs: P.kwargs) -> st.SearchStrategy[T]:
        strategy = make(*args, **kwargs)

        @st.composite
        def drawn(draw: st.DrawFn) -> T:
            return draw(strategy)

        return drawn()

    return built  # type: ignore[return-value]  # a cached function takes what the function takes


def fact(name: str) -> Fact:
    """Return the term that reads a fact."""
    return Fact(name, type=VOCABULARY.facts[name].term_type, text=name)


def literal_number(value: Fraction) -> Literal:
    """Return a number as a rule writes it."""
    return Literal(value, type=number(PLAIN, value, value, value.denominator), text=str(value))


def literal_day(value: date) -> Literal:
    """Return a day as a rule writes it."""
    return Literal(value, type=Type(Kind.DATE), text=value.isoformat())


def arithmetic(op: Operation, left: Term, right: Term) -> Arithmetic:
    """Return a computation with the type that the resolver gives it."""
    kinds = (plain(left.type), plain(right.type))
    return Arithmetic(
        op, left, right, type=result_type(op, *kinds), text=f"({left.text}{op}{right.text})"
    )


def plain(kind: Type) -> Type:
    """Return a number's type without its unit: units are the resolver's affair."""
    return kind.in_unit(PLAIN)


AS_OF_TERM = AsOf(type=Type(Kind.DATE, moving=True), text="as_of")
NUMBER_FACTS = ("grade", "debt", "income", "share", "fund")
DAY_FACTS = ("born", "left", "joined")
PLACE = fact("place")
_WIDEST = Fraction(400 * 366)


def _fits(term: Term) -> bool:
    return not overflows(term.type)


def _some(parts: st.SearchStrategy[Term]) -> st.SearchStrategy[tuple[Term, ...]]:
    return st.lists(parts, min_size=2, max_size=3).map(tuple)


def _choice(
    parts: st.SearchStrategy[Term], truths: st.SearchStrategy[Term]
) -> st.SearchStrategy[Term]:
    def make(test: Term, then: Term, otherwise: Term) -> Term:
        kind = either(then.type, otherwise.type)
        return If(test, then, otherwise, type=kind, text="if")

    return st.builds(make, truths, parts, parts)


def _named(parts: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    return parts.map(lambda body: Named("defined", body, type=body.type, text="defined"))


@kept
def days(depth: int) -> st.SearchStrategy[Term]:
    """Return terms that are days."""
    leaves = st.one_of(
        st.sampled_from(DAY_FACTS).map(fact),
        st.sampled_from(DAYS).map(literal_day),
        st.just(AS_OF_TERM),
    )
    if depth == 0:
        return leaves
    inner = days(depth - 1)
    shifts = st.builds(
        lambda part, count, unit, end: Shift(
            part, count, unit, end, type=Type(Kind.DATE), text="shifted"
        ),
        inner,
        st.sampled_from((-24, -1, 0, 1, 2, 6, 12, 31, 60)),
        st.sampled_from(Period),
        st.sampled_from(MonthEnd),
    )
    extremes = st.builds(
        lambda which, parts: Extreme(which, parts, type=Type(Kind.DATE), text="extreme"),
        st.sampled_from(Extremum),
        _some(inner),
    )
    undecided = st.just(Undecided(PLACE, type=Type(Kind.DATE), text="undecided"))
    chosen = _choice(st.one_of(inner, inner, undecided), truths(depth - 1))
    return st.one_of(shifts, shifts, extremes, chosen, _named(inner))


@kept
def _between(depth: int) -> st.SearchStrategy[Term]:
    def make(unit: Period, start: Term, end: Term, part: PartYear, month_end: MonthEnd) -> Term:
        if unit is not Period.YEARS:
            part = PartYear.DROPPED
        halves = 2 if part is PartYear.HALF_STEPS else 1
        kind = number(PLAIN, -_WIDEST, _WIDEST, halves)
        return Between(unit, start, end, part, month_end, type=kind, text="between")

    return st.builds(
        make,
        st.sampled_from(Period),
        days(depth),
        days(depth),
        st.sampled_from(PartYear),
        st.sampled_from(MonthEnd),
    )


@kept
def rates(depth: int) -> st.SearchStrategy[Term]:
    """Return terms that look up a rate."""
    on = st.one_of(
        st.just(AS_OF_TERM),
        st.sampled_from(DAYS).map(literal_day),
        st.sampled_from(DAY_FACTS).map(fact),
        st.just(Undecided(PLACE, type=Type(Kind.DATE), text="undecided")),
        st.just(Shift(AS_OF_TERM, -1, Period.YEARS, type=Type(Kind.DATE))),
        st.just(Shift(fact("joined"), 1, Period.MONTHS, type=Type(Kind.DATE))),
    )
    grades = st.one_of(st.just(fact("grade")), st.just(fact("debt")), numbers(min(depth, 1)))

    def make(held: RateSchedule, keys: Sequence[Term], day: Term, by: Term = PLACE) -> Term:
        place = by if held.regional else None
        return RateOf(held, tuple(keys), day, place, type=held.type, text=held.name)

    places = st.sampled_from((PLACE, fact("origin")))
    unkeyed = st.sampled_from((PLAIN_RATE, CEASED_RATE, INDEX_RATE, LOCAL_RATE, TOWN_RATE))
    causes = st.one_of(
        st.just(fact("cause")),
        st.just(Literal("war", type=fact("cause").type, text="war")),
    )
    return st.one_of(
        st.builds(lambda held, day, by: make(held, (), day, by), unkeyed, on, places),
        st.builds(
            lambda cause, grade, day: make(KEYED_RATE, (cause, grade), day), causes, grades, on
        ),
        st.builds(lambda day, by: make(CAUSE_RATE, (fact("area"),), day, by), on, places),
    )


@kept
def numbers(depth: int) -> st.SearchStrategy[Term]:
    """Return terms that are numbers, within what the resolver would let through."""
    leaves = st.one_of(
        st.sampled_from(NUMBER_FACTS).map(fact), st.sampled_from(NUMBERS).map(literal_number)
    )
    if depth == 0:
        return leaves
    inner = numbers(depth - 1)
    undecided = Undecided(PLACE, type=number(PLAIN, Fraction(0), Fraction(9)), text="undecided")
    return st.one_of(
        _between(depth - 1),
        rates(depth - 1),
        days(depth - 1).map(
            lambda day: YearOf(day, type=number(PLAIN, Fraction(1), Fraction(9999)), text="year")
        ),
        _computed(inner),
        _computed(inner),
        _to_whole(inner),
        _extreme(inner),
        _choice(st.one_of(inner, inner, st.just(undecided)), truths(depth - 1)),
        _named(inner),
    ).filter(_fits)


def _computed(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    sums = st.builds(
        arithmetic,
        st.sampled_from((Operation.ADD, Operation.SUBTRACT, Operation.MULTIPLY)),
        inner,
        inner,
    )
    divisors = st.sampled_from([one for one in NUMBERS if one]).map(literal_number)
    quotients = st.builds(lambda left, by: arithmetic(Operation.DIVIDE, left, by), inner, divisors)
    return st.one_of(sums, sums, quotients)


def _to_whole(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    def make(how: Whole, part: Term) -> Term:
        size = max(abs(part.type.low), abs(part.type.high)) + 1
        return ToWhole(how, part, type=number(PLAIN, -size, size), text="whole")

    quotients = st.builds(
        lambda left, right: arithmetic(Operation.DIVIDE, left, right), inner, inner
    )
    return st.builds(make, st.sampled_from(Whole), st.one_of(inner, quotients))


def _extreme(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    def make(which: Extremum, parts: tuple[Term, ...]) -> Term:
        kind = extreme_type(which, [plain(part.type) for part in parts])
        return Extreme(which, parts, type=kind, text="extreme")

    return st.builds(make, st.sampled_from(Extremum), _some(inner))


@kept
def truths(depth: int) -> st.SearchStrategy[Term]:
    """Return terms that are a yes or no."""
    leaves = st.one_of(
        st.just(fact("retired")),
        st.booleans().map(lambda value: Literal(value, type=TRUTH, text=str(value))),
        _simple_tests(),
    )
    if depth == 0:
        return leaves
    inner = truths(depth - 1)
    undecided = st.just(Undecided(PLACE, type=TRUTH, text="undecided"))
    return st.one_of(
        _tests(depth - 1),
        _tests(depth - 1),
        st.builds(lambda part: Not(part, type=TRUTH, text="not"), inner),
        st.builds(lambda parts: And(parts, type=TRUTH, text="and"), _some(inner)),
        st.builds(lambda parts: Or(parts, type=TRUTH, text="or"), _some(inner)),
        _choice(st.one_of(inner, inner, undecided), inner),
        _named(inner),
    )


def _compared(parts: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    return st.builds(
        lambda op, left, right: Compare(op, left, right, type=TRUTH, text="compared"),
        st.sampled_from(Comparison),
        parts,
        parts,
    )


def _equal(left: Term, values: Sequence[bool | str]) -> st.SearchStrategy[Term]:
    return st.builds(
        lambda op, value: Compare(
            op, left, Literal(value, type=left.type, text=str(value)), type=TRUTH, text="equal"
        ),
        st.sampled_from((Comparison.EQ, Comparison.NE)),
        st.sampled_from(values),
    )


def _listed(term: Term, values: Sequence[object]) -> st.SearchStrategy[Term]:
    return st.frozensets(st.sampled_from(values), max_size=3).map(
        lambda chosen: Within(term, chosen, type=TRUTH, text="within")  # type: ignore[arg-type]  # of the term's kind
    )


@kept
def _simple_tests() -> st.SearchStrategy[Term]:
    """Return tests of codes, texts, divisions and sets, which only facts are."""
    cause, area, word = fact("cause"), fact("area"), fact("word")
    codes_of = {name: VOCABULARY.facts[name].code_ids for name in ("cause", "area", "draws")}
    place, origin = fact("place"), fact("origin")
    either_place = If(fact("retired"), place, origin, type=origin.type, text="either place")
    either_cause = If(fact("retired"), cause, Literal("war", type=cause.type), type=cause.type)
    sets = st.sampled_from(
        (
            fact("draws"),
            If(fact("retired"), fact("draws"), fact("draws"), type=fact("draws").type),
            Named("drawn", fact("draws"), type=fact("draws").type),
        )
    )
    return st.one_of(
        _equal(cause, codes_of["cause"]),
        _equal(either_cause, codes_of["cause"]),
        _equal(area, codes_of["area"]),
        _equal(word, WORDS),
        _equal(place, DIVISIONS),
        _equal(fact("insured"), (True, False)),
        _listed(cause, codes_of["cause"]),
        _listed(area, codes_of["area"]),
        _listed(place, DIVISIONS),
        _listed(origin, DIVISIONS),
        _listed(Named("home", either_place, type=origin.type, text="home"), DIVISIONS),
        _listed(word, WORDS),
        st.builds(
            lambda held, chosen: AnyOf(held, chosen, type=TRUTH, text="any of"),
            sets,
            st.frozensets(st.sampled_from(codes_of["draws"]), max_size=2),
        ),
        st.sampled_from(tuple(VOCABULARY.facts)).map(
            lambda name: Known(fact(name), type=TRUTH, text="known")
        ),
        st.sampled_from([name for name, spec in VOCABULARY.facts.items() if spec.may_be_none]).map(
            lambda name: IsNone(fact(name), type=TRUTH, text="is none")
        ),
    )


@kept
def _tests(depth: int) -> st.SearchStrategy[Term]:
    """Return tests of numbers and days."""
    return st.one_of(
        _compared(numbers(depth)),
        _compared(days(depth)),
        st.builds(
            lambda op, left, right: Compare(op, left, right, type=TRUTH, text="bounded"),
            st.sampled_from(Comparison),
            _between(0),
            st.sampled_from(NUMBERS).map(literal_number),
        ),
        st.one_of(numbers(depth), days(depth)).map(
            lambda part: Known(part, type=TRUTH, text="known")
        ),
        st.one_of(numbers(depth), days(depth)).map(
            lambda part: IsNone(part, type=TRUTH, text="is none")
        ),
        st.builds(
            lambda part, values: Within(part, values, type=TRUTH, text="within"),
            numbers(depth),
            st.frozensets(st.sampled_from(NUMBERS), max_size=3),
        ),
        st.builds(
            lambda part, values: Within(part, values, type=TRUTH, text="within"),
            days(depth),
            st.frozensets(st.sampled_from(DAYS), max_size=3),
        ),
    )
