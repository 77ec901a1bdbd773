from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import days, numbers, rates, truths
from tests.vocabulary import PLAIN_RATE
from vetbenefits.model.values import Special
from vetbenefits.problems import Problem, Severity, Span
from vetbenefits.rulelang.codec import decode, encode

if TYPE_CHECKING:
    from vetbenefits.model.expressions import Term

TERMS = st.one_of(truths(2), numbers(2), days(2), rates(1))


def again(value: object) -> object:
    return decode(json.loads(json.dumps(encode(value))))


@given(TERMS)
def test_every_term_comes_back_with_its_types_and_places(term: Term) -> None:
    # Compared as they are stored: types and places take no part when terms are compared.
    assert encode(again(term)) == encode(term)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        1,
        (True, 1, "1", 0, False),
        Fraction(-688, 12),
        date(2024, 2, 29),
        (1, (2, ())),
        frozenset({"b", "a"}),
        frozenset({Fraction(1), Fraction(2)}),
        {"a": {"b": ["c"]}},
        Special.NONE,
        Problem("VB345", "x", Span("f", 1, 2, 3), Severity.WARNING),
    ],
)
def test_every_value_comes_back(value: object) -> None:
    found = again(value)
    assert found == value
    assert type(found) is type(value)


def test_truths_and_numbers_are_kept_apart() -> None:
    assert [type(one) for one in again((True, 1, False, 0))] == [bool, int, bool, int]  # type: ignore[attr-defined]  # a tuple


def test_one_schedule_stays_one_object() -> None:
    found = again((PLAIN_RATE, (PLAIN_RATE,)))
    assert isinstance(found, tuple)
    assert found[0] is found[1][0]


def test_same_content_gives_the_same_bytes() -> None:
    value = frozenset({"c", "a", "b"})
    assert encode(value) == encode(frozenset(sorted(value, reverse=True)))


def test_other_objects_are_refused() -> None:
    with pytest.raises(TypeError):
        encode(object())
