"""What the compiler does with terms that no rule file can hold, and with what never varies."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from tests.engine.compiling import compiled, interpreted
from tests.people import people
from tests.strategies import AS_OF_TERM, arithmetic, fact, literal_day, literal_number
from tests.vocabulary import AS_OF, CEASED_RATE, KEYED_RATE, PLAIN_RATE, VOCABULARY
from vetbenefits.engine.compiler import Compiler
from vetbenefits.engine.interpreter import Person
from vetbenefits.model.expressions import (
    And,
    AnyOf,
    Compare,
    Comparison,
    Extreme,
    Extremum,
    If,
    IsNone,
    Known,
    Literal,
    Named,
    Operation,
    Or,
    RateOf,
    ToWhole,
    Undecided,
    Whole,
)
from vetbenefits.model.kinds import PLAIN, TRUTH, number
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from vetbenefits.model.expressions import Term

ZERO = literal_number(Fraction(0))
NUMBER = number(PLAIN, Fraction(-9), Fraction(9))
SOMEWHERE = Undecided(fact("place"), type=NUMBER, text="undecided")
CEASED = RateOf(CEASED_RATE, (), AS_OF_TERM, type=CEASED_RATE.type)
PEOPLE = people(3, 60)


def agree(*terms: Term) -> None:
    for term in terms:
        expected = interpreted(term, PEOPLE, [AS_OF] * len(PEOPLE))
        assert compiled(term, PEOPLE, AS_OF) == expected, term


def test_sets_of_codes_are_known_or_chosen() -> None:
    draws = fact("draws")
    either = If(fact("retired"), draws, draws, type=draws.type)
    unknown = Undecided(fact("place"), type=draws.type)
    alpha = frozenset({"alpha"})
    agree(
        AnyOf(either, alpha, type=TRUTH),
        AnyOf(Named("held", either, type=draws.type), frozenset(), type=TRUTH),
        AnyOf(unknown, alpha, type=TRUTH),
        AnyOf(If(fact("retired"), draws, unknown, type=draws.type), alpha, type=TRUTH),
        Known(either, type=TRUTH),
    )


def test_constants_that_are_unknown_or_none_are_computed_with() -> None:
    income = fact("income")
    agree(
        arithmetic(Operation.ADD, income, SOMEWHERE),
        arithmetic(Operation.MULTIPLY, CEASED, income),
        arithmetic(Operation.DIVIDE, income, ZERO),
        ToWhole(Whole.FLOOR, arithmetic(Operation.DIVIDE, income, SOMEWHERE), type=NUMBER),
        ToWhole(Whole.CEIL, arithmetic(Operation.DIVIDE, ZERO, income), type=NUMBER),
        Extreme(Extremum.MAX, (income, CEASED), type=NUMBER),
        Extreme(Extremum.MAX, (fact("share"), fact("share")), type=NUMBER),
        Compare(Comparison.LT, income, CEASED, type=TRUTH),
        Compare(Comparison.NE, CEASED, income, type=TRUTH),
        Compare(Comparison.LT, fact("share"), SOMEWHERE, type=TRUTH),
        IsNone(If(fact("retired"), CEASED, income, type=NUMBER), type=TRUTH),
        If(Undecided(fact("place"), type=TRUTH), income, ZERO, type=NUMBER),
    )


def test_what_decides_a_condition_alone_leaves_no_column() -> None:
    compiler = Compiler(VOCABULARY, AS_OF)
    past = Compare(Comparison.LT, literal_day(date(2000, 1, 1)), AS_OF_TERM, type=TRUTH)
    retired = fact("retired")
    assert compiler.cell(Or((past, retired), type=TRUTH)).constant is True
    assert compiler.cell(And((past, retired, retired), type=TRUTH)).column == "retired"
    agree(Or((past, retired), type=TRUTH), And((past, retired, retired), type=TRUTH))


def test_equal_terms_are_one_column_whatever_they_are_called() -> None:
    compiler = Compiler(VOCABULARY, AS_OF)
    double = arithmetic(Operation.ADD, fact("income"), fact("income"))
    named = Named("twice", double, type=double.type)
    assert compiler.cell(named) == compiler.cell(double)
    flipped = Compare(Comparison.GT, ZERO, fact("income"), type=TRUTH)
    straight = Compare(Comparison.LT, fact("income"), ZERO, type=TRUTH)
    assert compiler.cell(flipped) == compiler.cell(straight)
    apart = Or((fact("retired"), straight), type=TRUTH), Or((flipped, fact("retired")), type=TRUTH)
    assert compiler.cell(apart[0]) == compiler.cell(apart[1])


def test_yes_and_one_are_not_one_value() -> None:
    compiler = Compiler(VOCABULARY, AS_OF)
    truth = Literal(value=True, type=TRUTH)
    one = literal_number(Fraction(1))
    yes = If(fact("retired"), truth, Literal(value=False, type=TRUTH), type=TRUTH)
    number_ = If(fact("retired"), one, ZERO, type=NUMBER)
    assert yes == number_  # as Python sees it
    agree(yes, number_)
    assert compiler.cell(yes) != compiler.cell(number_)


def test_month_only_day_makes_provisional_what_rests_on_it() -> None:
    month = frozenset({"born"})
    day = date(1960, 1, 31)
    persons = [
        Person({"born": day, "retired": True}, month),
        Person({"born": day, "retired": False}, month),
        Person({"born": day, "retired": True}),
        Person({"retired": True}),
        Person({"born": day}, month),
    ]
    old = Compare(Comparison.LT, fact("born"), AS_OF_TERM, type=TRUTH)
    income = literal_number(Fraction(1))
    of_condition = If(old, income, ZERO, type=NUMBER)
    of_branch = If(fact("retired"), old, fact("retired"), type=TRUTH)
    for term, expected in (
        (old, [True, True, False, False, True]),
        (of_condition, [True, True, False, False, True]),
        (of_branch, [True, False, False, False, False]),
        (Or((fact("retired"), old), type=TRUTH), [True, True, False, False, True]),
        (Known(of_condition, type=TRUTH), [True, True, False, False, True]),
    ):
        found = compiled(term, persons, AS_OF)
        assert [provisional for _, _, provisional, _ in found] == expected
        assert found == interpreted(term, persons, [AS_OF] * len(persons))


def test_rate_that_says_none_travels_along_the_value_only() -> None:
    twice = arithmetic(Operation.ADD, CEASED, CEASED)
    by_branch = If(fact("retired"), twice, fact("income"), type=NUMBER)
    tested = If(IsNone(CEASED, type=TRUTH), fact("income"), CEASED, type=NUMBER)
    persons = [Person({"retired": True}), Person({"retired": False}), Person({})]
    for term, expected in ((by_branch, [True, False, False]), (tested, [False] * 3)):
        found = compiled(term, persons, AS_OF)
        assert [no_rate for *_, no_rate in found] == expected
        assert found == interpreted(term, persons, [AS_OF] * len(persons))


def test_one_rate_asked_for_twice_is_named_in_order_and_once() -> None:
    def keyed(grade: Term) -> RateOf:
        return RateOf(KEYED_RATE, (fact("cause"), grade), AS_OF_TERM, type=KEYED_RATE.type)

    both = arithmetic(Operation.ADD, keyed(fact("grade")), keyed(fact("debt")))
    ten, nine = Fraction(10), Fraction(9)
    persons = [
        Person({"cause": "war", "grade": nine, "debt": ten}),
        Person({"cause": "war", "grade": ten, "debt": nine}),
        Person({"cause": "war", "grade": ten, "debt": ten}),
    ]
    missing = [one for _, one, *_ in compiled(both, persons, AS_OF)]
    assert missing == [
        "rate.keyed[war,10];rate.keyed[war,9]",
        "rate.keyed[war,10];rate.keyed[war,9]",
        "rate.keyed[war,10]",
    ]


def test_one_rate_without_a_row_on_two_days_is_named_once() -> None:
    early = literal_day(date(1990, 1, 1))
    on_days = [
        RateOf(PLAIN_RATE, (), day, type=PLAIN_RATE.type)
        for day in (early, fact("born"), fact("left"))
    ]
    total = arithmetic(Operation.ADD, arithmetic(Operation.ADD, *on_days[:2]), on_days[2])
    nobody = Person({"born": date(1990, 1, 1), "left": date(1990, 1, 1)})
    assert compiled(total, [nobody], AS_OF)[0][1] == "rate.plain"


def test_quotient_that_is_not_rounded_is_refused() -> None:
    open_quotient = arithmetic(Operation.DIVIDE, fact("income"), fact("grade"))
    with pytest.raises(TypeError, match="only inside a rounding"):
        Compiler(VOCABULARY, AS_OF).cell(open_quotient)


def test_codes_of_two_lists_are_never_compared() -> None:
    term = Compare(Comparison.EQ, fact("cause"), fact("area"), type=TRUTH)
    with pytest.raises(TypeError, match="two different lists"):
        Compiler(VOCABULARY, AS_OF).cell(term)


def test_day_of_a_row_is_a_column_and_a_fixed_day_none() -> None:
    rate = RateOf(PLAIN_RATE, (), AS_OF_TERM, type=PLAIN_RATE.type)
    assert Compiler(VOCABULARY, AS_OF).cell(rate).is_constant
    assert not Compiler(VOCABULARY, None, "day").cell(rate).is_constant
    unknown = RateOf(PLAIN_RATE, (), Undecided(fact("place"), type=AS_OF_TERM.type), type=NUMBER)
    found = compiled(unknown, [Person({})], [AS_OF])
    assert found == [(Special.UNKNOWN, "place", False, False)]
