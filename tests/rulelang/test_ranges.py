"""What is proved of terms agrees with what the interpreter finds for any person."""

from __future__ import annotations

import time
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import people
from tests.strategies import days, numbers, rates, truths
from tests.vocabulary import AS_OF, VOCABULARY
from vetbenefits.engine.interpreter import evaluate
from vetbenefits.model.kinds import Kind
from vetbenefits.model.values import Special
from vetbenefits.problems import Span
from vetbenefits.rulelang.intervals import EVERYTHING, Interval, ordinal
from vetbenefits.rulelang.ranges import Ranges, bare
from vetbenefits.rulelang.resolver import read_term
from vetbenefits.rulelang.scope import Definition, Scope

if TYPE_CHECKING:
    from vetbenefits.engine.interpreter import Person
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.values import Value

PEOPLE = 8
SEEDS = st.integers(0, 1_000)


def value_of(term: Term, person: Person) -> Value:
    return evaluate(term, person, AS_OF).value


def lies_within(value: Value, interval: Interval) -> bool:
    if isinstance(value, Special):
        return True
    found = ordinal(value)
    above = interval.low is None or interval.low <= found
    return above and (interval.high is None or found <= interval.high)


def agrees(term: Term, value: Value, ranges: Ranges) -> bool:
    if term.type.kind is Kind.TRUTH:
        can_be_true, can_be_false = ranges.truth(bare(term))
        return {True: can_be_true, False: can_be_false}.get(value is True, True) or isinstance(
            value, Special
        )
    return lies_within(value, ranges.interval(bare(term)))


@given(st.one_of(truths(2), truths(3), numbers(2), numbers(3), days(2), rates(1)), SEEDS)
def test_no_value_lies_outside_of_what_was_proved(term: Term, seed: int) -> None:
    ranges = Ranges(VOCABULARY)
    for person in people(seed, PEOPLE):
        assert agrees(term, value_of(term, person), ranges)


@given(truths(2), st.one_of(truths(2), numbers(2), days(2)), st.booleans(), SEEDS)
def test_assumptions_prove_nothing_that_is_false(
    assumed: Term,
    term: Term,
    holds: bool,  # noqa: FBT001  drawn
    seed: int,
) -> None:
    ranges = Ranges(VOCABULARY).assuming(bare(assumed), holds=holds)
    for person in people(seed, PEOPLE):
        if value_of(assumed, person) is holds:
            assert agrees(term, value_of(term, person), ranges)


SCOPE = Scope(
    VOCABULARY,
    definitions={"double": Definition("double", "grade + grade", Span("f"))},
)


def term(text: str) -> Term:
    found, problems = read_term(text, Span("f", 1, 1), SCOPE)
    assert found is not None, problems
    return bare(found)


def test_definition_means_its_body() -> None:
    assert term("double > 3") == term("grade + grade > 3")


@pytest.mark.parametrize(
    ("assumed", "text", "low", "high"),
    [
        ("grade >= 3", "grade + 1", 4, None),
        ("grade > 3", "grade", 4, None),
        ("grade < 3", "grade * 2", None, 4),
        ("grade = 3", "grade * 2", 6, 6),
        ("not grade > 3", "grade", None, None),
        ("born < left", "years_between(born, left)", 0, None),
        ("born <= left", "years_between(born, left + 1 day)", 0, None),
        ("born <= left", "years_between(born - 1 month, left)", 0, None),
        ("born <= left", "years_between(left, born)", None, None),
        ("left > born", "days_between(born, left)", 0, None),
        ("grade >= 3 and grade <= 5", "max(grade, 4)", 4, 5),
        ("grade >= 3 and grade <= 5", "min(grade, 4)", 3, 4),
        ("grade in {3, 7}", "grade", 3, 7),
        ("grade >= 3", "if grade > 5 then grade else 6", 6, None),
    ],
)
def test_assumption_sharpens_the_bounds(
    assumed: str, text: str, low: int | None, high: int | None
) -> None:
    found = Ranges(VOCABULARY).assuming(term(assumed), holds=True).interval(term(text))
    if low is not None:
        assert found.low == low
    if high is not None:
        assert found.high == high


@pytest.mark.parametrize(
    ("assumed", "text", "truth"),
    [
        ("grade >= 3", "grade >= 2", (True, False)),
        ("grade >= 3", "grade < 3", (False, True)),
        ("grade >= 3 and grade <= 5", "grade > 5", (False, True)),
        ("born < left", "left < born", (False, True)),
        ("yes", "grade > 3 and grade < 3", (False, True)),
        ("yes", "not (grade > 3 and grade < 3)", (True, False)),
    ],
)
def test_assumption_decides_conditions(assumed: str, text: str, truth: tuple[bool, bool]) -> None:
    assert Ranges(VOCABULARY).assuming(term(assumed), holds=True).truth(term(text)) == truth


def test_interval_arithmetic_without_bounds() -> None:
    least = Interval(Fraction(2), None)
    assert least.plus(Interval(Fraction(1), Fraction(3))) == Interval(Fraction(3), None)
    assert least.negative() == Interval(None, Fraction(-2))
    assert least.times(least) == Interval(Fraction(0), None)
    assert least.times(least.negative()) == EVERYTHING
    empty = Interval(Fraction(3), Fraction(1))
    assert empty.is_empty
    assert empty.join(least) == least
    assert least.join(empty) == least
    assert ordinal(date(1, 1, 1)) == 1
    assert ordinal("text") == 0


def nested(depth: int) -> str:
    """Return a condition in which each level stands twice in the work that it makes."""
    text = "grade > 3"
    for _ in range(depth):
        text = f"(if {text} then grade else 2) > 1 and not ({text} or grade = 7)"
        if len(text) > 3_500:
            break
    return text


def test_deep_conditions_end_in_seconds() -> None:
    found = term(nested(5))
    ranges = Ranges(VOCABULARY)
    started = time.perf_counter()
    assert ranges.truth(found)
    assert ranges.rested().assuming(found, holds=True).truth(found)[0]
    assert time.perf_counter() - started < 10
