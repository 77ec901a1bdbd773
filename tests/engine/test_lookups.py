"""Rates in columns: days, places and keys are cut down without changing an answer."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.engine.compiling import compiled, interpreted
from tests.people import people, roster
from tests.strategies import AS_OF_TERM, fact
from tests.vocabulary import (
    AS_OF,
    CAUSE_RATE,
    INDEX_RATE,
    KEYED_RATE,
    LOCAL_RATE,
    PLAIN_RATE,
    VOCABULARY,
    rate_row,
    schedule,
)
from vetbenefits.dates import unpack
from vetbenefits.engine import lookups
from vetbenefits.engine.compiler import Compiler
from vetbenefits.engine.interpreter import Person
from vetbenefits.engine.lookups import by_distinct, turning_days
from vetbenefits.model.expressions import RateOf
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.rates import RateSchedule

ALL = (PLAIN_RATE, INDEX_RATE, KEYED_RATE, LOCAL_RATE, CAUSE_RATE)
KEYS = {"cause": fact("cause"), "grade": fact("grade"), "area": fact("area")}


def rate(held: RateSchedule, day: Term = AS_OF_TERM, place: str = "origin") -> RateOf:
    keys = tuple(KEYS[name] for name in held.keys)
    return RateOf(held, keys, day, fact(place) if held.regional else None, type=held.type)


@pytest.mark.parametrize("held", ALL, ids=lambda held: held.name)
def test_answers_change_on_turning_days_only(held: RateSchedule) -> None:
    turns = {unpack(turn) for turn in turning_days(held)}
    day = date(1999, 1, 1)
    before = None
    while day < date(2032, 1, 1):
        answers = [held.look_up(*asked, day) for asked in questions(held)]
        told = [(one.value, one.row, one.provisional) for one in answers]
        assert before in (None, told) or day in turns, day
        before = told
        day += timedelta(1)


def questions(held: RateSchedule) -> list[tuple[tuple[str | Fraction, ...], str]]:
    return [(row.keys, row.division) for row in held.rows]


@pytest.mark.parametrize("held", ALL, ids=lambda held: held.name)
@pytest.mark.parametrize("largest_table", [0, 1 << 15])
def test_answers_are_those_of_the_schedule_however_they_are_kept(
    held: RateSchedule, largest_table: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "_LARGEST_TABLE", largest_table)
    persons = people(7, 200)
    term = rate(held, fact("left"))
    assert compiled(term, persons, AS_OF) == interpreted(term, persons, [AS_OF] * len(persons))


def test_flags_that_no_answer_raises_are_no_columns() -> None:
    sure = schedule("sure", rate_row(date(2000, 1, 1), 1), rate_row(date(2001, 1, 1), 2))
    compiler = Compiler(VOCABULARY, AS_OF)
    term = rate(sure, fact("born"))
    cell = compiler.cell(term)
    answers = compiler.answers(term)
    assert not cell.none
    assert answers is not None
    assert not answers.provisional


def test_rate_that_depends_on_no_row_is_a_constant() -> None:
    compiler = Compiler(VOCABULARY, date(2023, 2, 28))
    cell = compiler.cell(rate(PLAIN_RATE))
    assert cell.is_constant
    assert cell.constant == Fraction(120)
    assert compiler.answers(rate(PLAIN_RATE)) is None


def test_each_distinct_value_is_asked_once() -> None:
    asked: list[int] = []

    def change(value: int) -> str:
        asked.append(value)
        return str(value)

    found = by_distinct(pl.Series([3, None, 3, 4], dtype=pl.Int64), change, pl.String)
    assert found.to_list() == ["3", None, "3", "4"]
    assert sorted(asked) == [3, 4]


def test_key_that_is_none_has_no_row_and_place_that_is_none_is_nowhere() -> None:
    none = Special.NONE
    nowhere = Person({"origin": none, "area": "far"})
    keyless = Person({"origin": "99", "area": none})
    found = compiled(rate(CAUSE_RATE), [nowhere, keyless], AS_OF)
    assert [one[:2] for one in found] == [
        (Fraction(2), ""),
        (Special.UNKNOWN, "rate.by_cause[none,99]"),
    ]
    assert roster([nowhere])["origin!none"].to_list() == [True]
