from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.rulelang.building import HERE, read, scope
from vetbenefits.model.expressions import (
    And,
    AsOf,
    Fact,
    Named,
    Not,
    RateOf,
    Within,
    children,
    facts_of,
    rebuild,
    walk,
)
from vetbenefits.model.kinds import TRUTH

if TYPE_CHECKING:
    from vetbenefits.model.expressions import Term


def negated(term: Term) -> Term:
    return Not(term, type=TRUTH)


def test_equal_terms_are_equal_wherever_and_however_they_are_written() -> None:
    assert read("age >= 60") == read("年龄  ≥ 60")
    assert hash(read("age >= 60")) == hash(read("年龄 >= 60"))
    assert read("age >= 60") != read("age >= 61")
    assert read("age >= 60") != read("age > 60")


def test_definitions_of_one_meaning_are_equal_whatever_their_names() -> None:
    twice = scope({"old": "age >= 60", "aged": "age >= 60"})
    assert read("old", twice) == read("aged", twice)
    assert read("old", twice) != read("age >= 60", twice)


def test_type_and_place_take_no_part_in_equality() -> None:
    term = read("children")
    assert term == replace(term, type=read("income").type, span=HERE.shifted(3, 1), text="x")


def test_children_are_the_direct_parts_as_written() -> None:
    term = read("if draws_pension then grade else children")
    assert [one.name for one in children(term) if isinstance(one, Fact)] == [
        "draws_pension",
        "grade",
        "children",
    ]
    both = read("draws_pension and not deceased and grade in {1, 2}")
    assert [type(one) for one in children(both)] == [Fact, Not, Within]
    assert children(read("grade")) == ()
    assert children(read("1")) == ()


def test_children_of_a_rate_are_keys_day_and_place() -> None:
    (first, second, day) = children(read("rate.standard"))
    assert [one.name for one in (first, second) if isinstance(one, Fact)] == ["grade", "cause"]
    assert isinstance(day, AsOf)
    assert [one.name for one in children(read("rate.local")) if isinstance(one, Fact)] == ["place"]


def test_walk_meets_every_occurrence_parents_first() -> None:
    found = list(walk(read("grade + grade * 2")))
    assert [type(one).__name__ for one in found] == [
        "Arithmetic",
        "Fact",
        "Arithmetic",
        "Fact",
        "Literal",
    ]


def test_rebuild_replaces_direct_parts_only() -> None:
    term = read("draws_pension and (grade = 1 or deceased)")
    changed = rebuild(term, negated)
    assert isinstance(changed, And)
    assert [type(one) for one in changed.parts] == [Not, Not]
    assert changed.text == term.text
    assert rebuild(read("not deceased"), negated) == negated(negated(read("deceased")))
    leaf = read("grade")
    assert rebuild(leaf, negated) is leaf


def test_facts_of_a_term_are_found_in_definitions_and_keys_too() -> None:
    assert facts_of(read("age >= 60 and rate.standard > 5")) == {"birth_date", "grade", "cause"}
    assert facts_of(read("rate.local > 5")) == {"place"}
    assert facts_of(read("as_of > 2020-01-01")) == frozenset()


@pytest.mark.parametrize("text", ["rate.per_year on left_on", "per_year_then on left_on"])
def test_rate_on_another_day_asks_for_that_day(text: str) -> None:
    term = read(text, scope({"per_year_then": "rate.per_year"}))
    body = term.body if isinstance(term, Named) else term
    assert isinstance(body, RateOf)
    assert isinstance(body.day, Fact)
    assert body.day.name == "left_on"
