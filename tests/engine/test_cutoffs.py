"""Comparisons folded into one fixed day: they agree with counting, and count nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.building import term
from tests.engine.compiling import compiled, interpreted
from tests.rulelang.building import VOCABULARY
from vetbenefits.dates import MonthEnd, add_months
from vetbenefits.engine.compiler import Compiler
from vetbenefits.engine.interpreter import Person
from vetbenefits.model.expressions import Compare, Comparison, Fact, Literal, Period, Shift
from vetbenefits.model.kinds import TRUTH, Kind, Type

if TYPE_CHECKING:
    from vetbenefits.engine.cells import Cell

ON_EDGES = st.sampled_from(
    (date(2024, 2, 29), date(2023, 2, 28), date(2023, 3, 1), date(2024, 3, 31))
)
SPANS = (
    "years_between(birth_date, as_of) {} {}",
    "years_between(birth_date, as_of, part_year = counts_as_one) {} {}",
    "years_between(birth_date, as_of, part_year = half_steps) {} {}",
    "years_between(birth_date, as_of, month_end = last_day) {} {}",
    "months_between(birth_date, as_of) {} {}",
    "months_between(birth_date, as_of, month_end = last_day) {} {}",
    "days_between(birth_date, as_of) {} {}",
    "years_between(2000-02-29, birth_date) {} {}",
    "months_between(2000-01-31, birth_date, month_end = last_day) {} {}",
    "year_of(birth_date + 3 months) {} {}",
)


@given(
    st.sampled_from(SPANS),
    st.sampled_from(("=", "!=", "<", "<=", ">", ">=")),
    st.sampled_from(("0", "1", "18", "24", "59.5", "60", "720", "1963", "2003")),
    st.one_of(ON_EDGES, st.dates(date(1990, 1, 1), date(2030, 12, 31))),
)
def test_folded_comparison_agrees_with_counting(
    span: str, op: str, bound: str, as_of: date
) -> None:
    asked = term(span.format(op, bound))
    persons = [Person({"birth_date": day}) for day in days_around(float(bound), as_of)]
    persons.append(Person({}))
    expected = interpreted(asked, persons, [as_of] * len(persons))
    assert compiled(asked, persons, as_of, VOCABULARY) == expected


def days_around(bound: float, as_of: date) -> list[date]:
    """Return days on which such a span can turn, and their neighbours."""
    count = int(bound)
    turns = [as_of, as_of - timedelta(count), date(2000, 2, 29), date(max(count, 1963), 1, 1)]
    for months in (count, 12 * count, 12 * count + 6):
        if months < 12 * 130:
            turns += [add_months(as_of, -months, end) for end in MonthEnd]
            turns += [add_months(date(2000, 2, 29), months, end) for end in MonthEnd]
    return [turn + timedelta(move) for turn in turns for move in (-31, -2, -1, 0, 1, 2, 31)]


def fact(name: str) -> Fact:
    return Fact(name, type=VOCABULARY.facts[name].term_type)


def cell_of(text: str) -> tuple[Cell, Compiler]:
    compiler = Compiler(VOCABULARY, date(2023, 8, 15))
    return compiler.cell(term(text)), compiler


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("years_between(birth_date, as_of) >= 60", "birth_date + 60 years <= as_of"),
        ("years_between(birth_date, as_of) >= 60", "not years_between(birth_date, as_of) < 60"),
        ("age >= 60", "60 <= age"),
        ("age > 59", "age >= 60"),
        ("age >= 59.5", "months_between(birth_date, as_of) >= 720"),
    ],
)
def test_comparisons_that_turn_on_one_day_are_one_column(text: str, same: str) -> None:
    compiler = Compiler(VOCABULARY, date(2023, 8, 15))
    first, second = compiler.cell(term(text)), compiler.cell(term(same.removeprefix("not ")))
    steps = compiler.graph.route(frozenset({"birth_date"}), first.names()).levels
    assert [len(level) for level in steps] == [1]
    assert same.startswith("not ") or first == second


def test_comparison_with_two_facts_is_counted() -> None:
    cell, compiler = cell_of("years_between(enlisted_on, left_on) >= 2")
    assert compiler.graph.rests_on(cell.names()) == {"enlisted_on", "left_on"}


def test_comparison_beyond_the_calendar_is_not_folded() -> None:
    compiler = Compiler(VOCABULARY, date(2023, 8, 15))
    far = Shift(fact("birth_date"), 9000, Period.YEARS, type=Type(Kind.DATE))
    cell = compiler.cell(Compare(Comparison.GT, far, fact("enlisted_on"), type=TRUTH))
    bound = Literal(date(2000, 1, 1), type=Type(Kind.DATE))
    fixed = compiler.cell(Compare(Comparison.GT, far, bound, type=TRUTH))
    for one in (cell, fixed):
        route = compiler.graph.route(frozenset({"birth_date", "enlisted_on"}), one.names())
        assert len(route.levels) > 1


def test_what_never_turns_is_known_all_the_same() -> None:
    persons = [Person({"birth_date": date(1960, 1, 1)}), Person({})]
    for text, expected in (("age >= 399", False), ("age < 399", True), ("age = 399", False)):
        found = compiled(term(text), persons, date(2023, 8, 15), VOCABULARY)
        assert found[0][0] is expected
        assert found[1][1] == "birth_date"
