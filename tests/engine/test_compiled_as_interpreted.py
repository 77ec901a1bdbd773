"""Columns against the interpreter: random terms, people who lack facts, days at boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.engine.compiling import compiled, interpreted
from tests.people import people
from tests.strategies import days, numbers, rates, truths
from tests.vocabulary import AS_OF, DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vetbenefits.engine.interpreter import Person
    from vetbenefits.model.expressions import Term

PEOPLE = 24

TERMS = st.one_of(
    truths(1), truths(2), truths(3), numbers(1), numbers(2), numbers(3), days(1), days(2), rates(1)
)
SEEDS = st.integers(0, 10**9)


def check(
    term: Term, persons: Sequence[Person], as_of: date | Sequence[date], own: Sequence[date]
) -> None:
    found = compiled(term, persons, as_of)
    expected = interpreted(term, persons, own)
    for person, day, got, right in zip(persons, own, found, expected, strict=True):
        assert got == right, f"{term}\n{day} {person}"


@given(TERMS, SEEDS)
def test_columns_mean_what_the_interpreter_says_on_a_fixed_day(term: Term, seed: int) -> None:
    check(term, people(seed, PEOPLE), AS_OF, [AS_OF] * PEOPLE)


@given(TERMS, SEEDS)
def test_columns_mean_what_the_interpreter_says_on_a_day_of_each(term: Term, seed: int) -> None:
    own = [DAYS[(seed + at) % len(DAYS)] for at in range(PEOPLE)]
    check(term, people(seed, PEOPLE), own, own)
