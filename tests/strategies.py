"""Random rules and rosters: typed terms built from the model itself, and people to try them on.

The vocabulary is small and fixed, and days, numbers and codes come from short lists that meet each
other often: 29 February, month ends, the day itself, the day before and after. What hypothesis
draws is the term, so that it shrinks; the people follow from a seed. Strategies are kept, because
building one anew takes longer than drawing from it.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import polars as pl
from hypothesis import strategies as st

from vetbenefits.dates import MonthEnd, PartYear, add_months, pack
from vetbenefits.engine.interpreter import Person
from vetbenefits.model import tables
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
from vetbenefits.model.facts import (
    Blank,
    Code,
    FactSpec,
    FactType,
    MonthOnly,
    Role,
    Text,
    Vocabulary,
)
from vetbenefits.model.kinds import PLAIN, TRUTH, Kind, Type, number
from vetbenefits.model.rates import RateRow, RateSchedule, Valid
from vetbenefits.model.rulebook import (
    Amount,
    Benefit,
    Clause,
    Entry,
    Quantifier,
    RuleBook,
    Variant,
)
from vetbenefits.model.values import Special
from vetbenefits.money import Rounding, RoundingMode
from vetbenefits.rulelang.arithmetic import either, extreme_type, overflows, result_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.model.expressions import (
        Term,
    )
    from vetbenefits.model.values import Value

AS_OF = date(2024, 2, 29)
NONE_IF_BLANK = Blank("none")


def spec_of(name: str, kind: FactType, **more: object) -> FactSpec:
    """Return a fact with its name for a title."""
    return FactSpec(name, kind, Text(name, name), (), **more)  # type: ignore[arg-type]  # as given


def codes(*names: str) -> tuple[Code, ...]:
    """Return codes with their ids for titles."""
    return tuple(Code(name, Text(name, name), ()) for name in names)


VOCABULARY = Vocabulary(
    {
        spec.name: spec
        for spec in (
            spec_of("born", FactType.DATE, month_only=MonthOnly.LAST_DAY),
            spec_of("left", FactType.DATE, blank=NONE_IF_BLANK, month_only=MonthOnly.FIRST_DAY),
            spec_of("joined", FactType.MONTH),
            spec_of("grade", FactType.INTEGER, low=Fraction(1), high=Fraction(10)),
            spec_of(
                "debt",
                FactType.INTEGER,
                low=Fraction(-20),
                high=Fraction(20),
                blank=NONE_IF_BLANK,
            ),
            spec_of("income", FactType.MONEY, low=Fraction(-900), high=Fraction(900)),
            spec_of("share", FactType.RATIO, high=Fraction(1), decimals=2, blank=NONE_IF_BLANK),
            spec_of("retired", FactType.YES_NO),
            spec_of("insured", FactType.YES_NO, blank=NONE_IF_BLANK),
            spec_of("cause", FactType.CODE, values=codes("war", "duty", "illness")),
            spec_of("area", FactType.CODE, values=codes("duty", "far"), blank=NONE_IF_BLANK),
            spec_of(
                "draws", FactType.CODES, values=codes("alpha", "beta", "gamma"), role=Role.DRAWS
            ),
            spec_of("word", FactType.TEXT),
            spec_of("place", FactType.DIVISION),
            spec_of("origin", FactType.DIVISION, blank=NONE_IF_BLANK),
        )
    }
)

DAYS = (
    AS_OF,
    AS_OF - timedelta(1),
    AS_OF + timedelta(1),
    date(2023, 2, 28),
    date(2023, 3, 1),
    date(2023, 8, 31),
    date(2024, 1, 1),
    date(2023, 12, 31),
    date(1964, 2, 29),
    date(1964, 2, 28),
    date(1964, 3, 1),
    date(1960, 8, 31),
    date(2000, 2, 29),
    date(1999, 9, 30),
    date(2021, 6, 30),
    date(2022, 1, 30),
)
NUMBERS = tuple(
    Fraction(text)
    for text in [
        "0",
        "1",
        "2",
        "3",
        "7",
        "10",
        "12",
        "60",
        "-1",
        "-2",
        "1/2",
        "5/2",
        "0.01",
        "0.65",
    ]
)
DIVISIONS = ("99", "9901", "990101", "990102", "990101003", "990201", "110000")
WORDS = ("a", "b")

# --- rates -----------------------------------------------------------------------------------


def rate_row(day: date, value: Fraction | int | str, **more: object) -> RateRow:
    """Return a row; the texts `none` and `unknown` are the two special values."""
    given = Special(value) if isinstance(value, str) else Fraction(value)
    return RateRow(day, given, **more)  # type: ignore[arg-type]  # as given


def schedule(name: str, *rows: RateRow, **more: object) -> RateSchedule:
    """Return a schedule with the type that its rows need."""
    values = [row.value for row in rows if isinstance(row.value, Fraction)]
    kind = number(
        PLAIN,
        min(values),
        max(values),
        100,
        may_be_none=any(row.value is Special.NONE for row in rows),
    )
    return RateSchedule("alpha", name, kind, rows, **more)  # type: ignore[arg-type]  # as given


PLAIN_RATE = schedule(
    "plain",
    rate_row(date(2000, 1, 1), 120),
    rate_row(date(2023, 3, 1), Fraction("215.5"), until_on=date(2023, 12, 31)),
    rate_row(date(2024, 2, 29), "unknown", checked_on=date(2024, 2, 1)),
    expected=(8, 1),
    recheck_months=24,
)
CEASED_RATE = schedule(
    "ceased", rate_row(date(1999, 1, 1), 3), rate_row(date(2022, 1, 30), "none"), expected=(3, 1)
)
INDEX_RATE = schedule(
    "index",
    rate_row(date(2021, 1, 1), Fraction("1.04")),
    rate_row(date(2023, 1, 1), Fraction("1.05")),
    valid=Valid.OWN_YEAR,
)
KEYED_RATE = schedule(
    "keyed",
    rate_row(date(2000, 1, 1), 10, keys=("war", Fraction(1))),
    rate_row(date(2023, 3, 1), 11, keys=("war", Fraction(1))),
    rate_row(date(2000, 1, 1), "none", keys=("duty", Fraction(2))),
    rate_row(date(2000, 1, 1), Fraction("12.25"), keys=("duty", Fraction(5, 2))),
    rate_row(date(2000, 1, 1), -3, keys=("illness", Fraction(7))),
    keys=("cause", "grade"),
)
LOCAL_RATE = schedule(
    "local",
    rate_row(date(2010, 1, 1), 100),
    rate_row(date(2012, 1, 1), 200, division="9901"),
    rate_row(date(2024, 2, 29), 300, division="990101"),
    rate_row(date(2012, 1, 1), "none", division="990102"),
    rate_row(date(2012, 1, 1), 250, division="1100"),
    regional=True,
    recheck_months=12,
)
CAUSE_RATE = schedule(
    "by_cause",
    rate_row(date(2010, 1, 1), 1, keys=("duty",)),
    rate_row(date(2010, 1, 1), 2, keys=("far",)),
    rate_row(date(2023, 1, 1), 3, keys=("far",), division="9901"),
    keys=("area",),
    regional=True,
)

# --- terms -----------------------------------------------------------------------------------


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
NUMBER_FACTS = ("grade", "debt", "income", "share")
DAY_FACTS = ("born", "left", "joined")
_PLACE = fact("place")
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


@cache
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
    undecided = st.just(Undecided(_PLACE, type=Type(Kind.DATE), text="undecided"))
    chosen = _choice(inner, truths(depth - 1))
    return st.one_of(leaves, shifts, shifts, extremes, chosen, _named(inner), undecided)


@cache
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


@cache
def rates(depth: int) -> st.SearchStrategy[Term]:
    """Return terms that look up a rate."""
    on = st.one_of(
        st.just(AS_OF_TERM),
        st.sampled_from(DAYS).map(literal_day),
        st.sampled_from(DAY_FACTS).map(fact),
        st.just(Undecided(_PLACE, type=Type(Kind.DATE), text="undecided")),
        st.just(Shift(AS_OF_TERM, -1, Period.YEARS, type=Type(Kind.DATE))),
        st.just(Shift(fact("joined"), 1, Period.MONTHS, type=Type(Kind.DATE))),
    )
    grades = st.one_of(st.just(fact("grade")), st.just(fact("debt")), numbers(min(depth, 1)))

    def make(held: RateSchedule, keys: Sequence[Term], day: Term, by: Term = _PLACE) -> Term:
        place = by if held.regional else None
        return RateOf(held, tuple(keys), day, place, type=held.type, text=held.name)

    places = st.sampled_from((_PLACE, fact("origin")))
    unkeyed = st.sampled_from((PLAIN_RATE, CEASED_RATE, INDEX_RATE, LOCAL_RATE))
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


@cache
def numbers(depth: int) -> st.SearchStrategy[Term]:
    """Return terms that are numbers, within what the resolver would let through."""
    leaves = st.one_of(
        st.sampled_from(NUMBER_FACTS).map(fact), st.sampled_from(NUMBERS).map(literal_number)
    )
    if depth == 0:
        return leaves
    inner = numbers(depth - 1)
    undecided = Undecided(_PLACE, type=number(PLAIN, Fraction(0), Fraction(9)), text="undecided")
    return st.one_of(
        leaves,
        _between(depth - 1),
        rates(depth - 1),
        days(depth - 1).map(
            lambda day: YearOf(day, type=number(PLAIN, Fraction(1), Fraction(9999)), text="year")
        ),
        _computed(inner),
        _computed(inner),
        _to_whole(inner),
        _extreme(inner),
        _choice(inner, truths(depth - 1)),
        _named(inner),
        st.just(undecided),
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


@cache
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
    return st.one_of(
        leaves,
        _tests(depth - 1),
        _tests(depth - 1),
        st.builds(lambda part: Not(part, type=TRUTH, text="not"), inner),
        st.builds(lambda parts: And(parts, type=TRUTH, text="and"), _some(inner)),
        st.builds(lambda parts: Or(parts, type=TRUTH, text="or"), _some(inner)),
        _choice(inner, inner),
        _named(inner),
        st.just(Undecided(_PLACE, type=TRUTH, text="undecided")),
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


@cache
def _simple_tests() -> st.SearchStrategy[Term]:
    """Return tests of codes, texts, divisions and sets, which only facts are."""
    cause, area, word = fact("cause"), fact("area"), fact("word")
    codes_of = {name: VOCABULARY.facts[name].code_ids for name in ("cause", "area", "draws")}
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
        _equal(fact("place"), DIVISIONS),
        _equal(fact("insured"), (True, False)),
        _listed(cause, codes_of["cause"]),
        _listed(area, codes_of["area"]),
        _listed(fact("place"), DIVISIONS),
        _listed(fact("origin"), DIVISIONS),
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


@cache
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


# --- people ----------------------------------------------------------------------------------


def people(seed: int, count: int) -> list[Person]:
    """Return people whose facts follow from a seed; about a sixth of the facts are unknown."""
    chance = random.Random(seed)  # noqa: S311  not for secrets
    return [_person(chance) for _ in range(count)]


def _person(chance: random.Random) -> Person:
    facts: dict[str, Value] = {}
    month_only: set[str] = set()
    # Some people lack nothing and some nearly everything.
    lacking = chance.choice((0, 0, 0.1, 0.3, 0.7))
    for name, spec in VOCABULARY.facts.items():
        if chance.random() < lacking:
            continue
        if spec.may_be_none and chance.random() < 0.2:
            facts[name] = Special.NONE
            continue
        facts[name] = _value(spec, chance)
        if spec.type is FactType.DATE and chance.random() < 0.2:
            month_only.add(name)
    return Person(facts, frozenset(month_only))


def _value(spec: FactSpec, chance: random.Random) -> Value:  # noqa: C901, PLR0911  one return a kind
    match spec.type:
        case FactType.DATE:
            return _day(chance)
        case FactType.MONTH:
            return _day(chance).replace(day=1)
        case FactType.INTEGER:
            return Fraction(chance.randint(int(spec.low), int(spec.high)))
        case FactType.MONEY:
            cents = chance.choice((0, 1, -1, 50, 12345, -12345, chance.randint(-90_000, 90_000)))
            return Fraction(cents, 100)
        case FactType.RATIO:
            return Fraction(chance.randint(0, 100), 100)
        case FactType.YES_NO:
            return chance.random() < 0.5
        case FactType.CODE:
            return chance.choice(spec.code_ids)
        case FactType.CODES:
            return frozenset(one for one in spec.code_ids if chance.random() < 0.4)
        case FactType.TEXT:
            return chance.choice(WORDS)
        case FactType.DIVISION:
            return chance.choice(DIVISIONS)


def _day(chance: random.Random) -> date:
    day = chance.choice(DAYS)
    if chance.random() < 0.3:
        return add_months(day, -chance.choice((1, 12, 24, 60, 720)), MonthEnd.LAST_DAY)
    if chance.random() < 0.2:
        return day + timedelta(chance.randint(-400, 400))
    return day


# --- as a roster -----------------------------------------------------------------------------


def roster(persons: Sequence[Person], vocabulary: Vocabulary = VOCABULARY) -> pl.DataFrame:
    """Return people as a batch of the roster, by the contract of `model/tables.py`."""
    count = len(persons)
    columns = {
        tables.ROW: pl.Series(range(2, count + 2), dtype=pl.Int64),
        tables.PERSON_ID: pl.Series([f"p{at}" for at in range(count)], dtype=pl.String),
        tables.NAME: pl.Series([f"人{at}" for at in range(count)], dtype=pl.String),
        tables.ID_NUMBER: pl.Series([None] * count, dtype=pl.String),
        tables.DIVISION: pl.Series([None] * count, dtype=pl.String),
    }
    for spec in vocabulary.facts.values():
        columns |= _columns_of(spec, persons)
    return pl.DataFrame(columns)


def _columns_of(spec: FactSpec, persons: Sequence[Person]) -> dict[str, pl.Series]:
    values = [person.facts.get(spec.name, Special.UNKNOWN) for person in persons]
    made: dict[str, pl.Series] = {}
    if spec.type is FactType.CODES:
        for code in spec.code_ids:
            held = [code in one if isinstance(one, frozenset) else None for one in values]
            made[tables.code_column(spec.name, code)] = pl.Series(held, dtype=pl.Boolean)
        return made
    kind = spec.term_type.kind
    dtypes = {
        Kind.NUMBER: pl.Int64,
        Kind.DATE: pl.Int32,
        Kind.TRUTH: pl.Boolean,
        Kind.CODE: pl.Int16,
    }
    cells = [None if isinstance(one, Special) else _cell(spec, one) for one in values]
    made[spec.name] = pl.Series(cells, dtype=dtypes.get(kind, pl.String))
    if spec.may_be_none:
        made[tables.none_column(spec.name)] = pl.Series(
            [one is Special.NONE for one in values], dtype=pl.Boolean
        )
    if spec.type is FactType.DATE and spec.month_only is not MonthOnly.UNKNOWN:
        made[tables.month_only_column(spec.name)] = pl.Series(
            [spec.name in person.month_only for person in persons], dtype=pl.Boolean
        )
    return made


def _cell(spec: FactSpec, value: Value) -> int | bool | str:
    if isinstance(value, date):
        return pack(value)
    if isinstance(value, Fraction):
        return int(value * spec.scale)
    if spec.type is FactType.CODE:
        return spec.code_ids.index(str(value))
    return value if isinstance(value, bool) else str(value)


# --- benefits --------------------------------------------------------------------------------

_MOST_YUAN = 10**12  # an amount beyond this is refused by the checker


def _payable(term: Term) -> bool:
    return max(abs(term.type.low), abs(term.type.high)) < _MOST_YUAN


@cache
def amounts() -> st.SearchStrategy[Amount]:
    """Return amounts per month, per year in parts, or once, with every kind of rounding."""
    roundings = st.builds(
        Rounding, st.sampled_from((1, 10, 100, 1000)), st.sampled_from(RoundingMode)
    )
    return st.builds(
        lambda value, per, rounding: Amount(value, per[0], per[1], rounding),
        numbers(2).filter(_payable),
        st.sampled_from((("month", 1), ("year", 1), ("year", 2), ("year", 12), ("once", 1))),
        roundings,
    )


@cache
def entries() -> st.SearchStrategy[tuple[Entry, ...]]:
    """Return top-level conditions of all three lists."""
    drawn = st.lists(st.tuples(truths(2), st.sampled_from(Quantifier)), max_size=4)
    return drawn.map(
        lambda found: tuple(
            Entry(Clause(f"c{at}", test), how) for at, (test, how) in enumerate(found)
        )
    )


SPANS = ((date(1900, 1, 1), date(2100, 1, 1)), (date(1900, 1, 1), AS_OF), (AS_OF, date(2100, 1, 1)))


@st.composite
def benefits(draw: st.DrawFn, name: str) -> Benefit:
    """Return a benefit, some with regional variants and some that begin or end on the day."""
    from_on, until_on = draw(st.sampled_from((SPANS[0], *SPANS)))
    variants = [Variant("", *SPANS[0], draw(entries()), draw(amounts()))]
    if draw(st.booleans()):
        for division in draw(st.lists(st.sampled_from(("99", "9901", "110000")), unique=True)):
            span = draw(st.sampled_from(SPANS))
            variants.append(Variant(division, *span, draw(entries()), draw(amounts())))
        variants.append(Variant(None, *SPANS[0], draw(entries()), draw(amounts())))
    place = draw(st.sampled_from((_PLACE, fact("origin"), None)))
    title = Text(name, name)
    return Benefit(name, title, (), from_on, until_on, tuple(variants), place=place)


def rule_book(found: Sequence[Benefit], vocabulary: Vocabulary = VOCABULARY) -> RuleBook:
    """Return a rule book of some benefits."""
    return RuleBook(vocabulary, tuple(found))
