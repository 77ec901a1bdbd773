from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.rulelang.building import HERE, RATES, SCOPE, VOCABULARY, bounds, definitions, read, scope
from vetbenefits.dates import FIRST_ON, LAST_ON
from vetbenefits.model.expressions import Shift
from vetbenefits.model.facts import Text
from vetbenefits.model.kinds import PLAIN, Kind
from vetbenefits.problems import Span
from vetbenefits.rulelang.scope import (
    AS_OF,
    Definition,
    Scope,
    codes_meant,
    literal_day,
    literal_number,
    literal_truth,
)


def test_day_decided_about_moves_within_the_days_of_the_program() -> None:
    assert AS_OF.type.kind is Kind.DATE
    assert AS_OF.type.moving
    assert bounds(AS_OF.type) == (FIRST_ON.year, LAST_ON.year)


def test_facts_are_found_by_id_and_title() -> None:
    by_id, by_title = SCOPE.fact("birth_date"), SCOPE.fact("出生日期")
    assert by_id is by_title is VOCABULARY.facts["birth_date"]
    assert SCOPE.fact("nothing") is None


def test_facts_of_a_table_are_known_only_where_its_rows_are_decided() -> None:
    assert SCOPE.fact("cost") is None
    bills = scope(table="bill")
    assert bills.fact("cost") is VOCABULARY.facts["cost"]
    assert bills.fact("birth_date") is not None


def test_definitions_are_found_by_name_and_title() -> None:
    age = SCOPE.definition("age")
    assert age is not None
    assert age is SCOPE.definition("年龄")
    assert SCOPE.definition("nothing") is None


def test_words_hold_everything_that_can_be_written() -> None:
    words = SCOPE.words()
    assert {"as_of", "age", "年龄", "birth_date", "出生日期", "war", "因战", "per_year"} <= words
    assert {"soldiers", "national", "农村籍60岁"} <= words


def test_names_hold_values_only() -> None:
    names = SCOPE.names()
    assert {"as_of", "age", "年龄", "birth_date", "出生日期"} <= names
    assert not names & {"war", "因战", "soldiers", "per_year"}


def test_title_of_several_words_is_no_name() -> None:
    titled = Definition("aged", "age >= 60", HERE, Text("年老（六十岁）", "old enough"))
    own = Scope(VOCABULARY, definitions={"aged": titled})
    assert "aged" in own.names()
    assert not own.names() & {"old enough", "年老（六十岁）", ""}


def test_scope_on_another_day_and_within_a_definition_keeps_all_else() -> None:
    day = read("left_on")
    moved = SCOPE.on(day)
    assert moved.day is day
    assert SCOPE.day is AS_OF
    inner = moved.within("age").within("old")
    assert inner.using == ("age", "old")
    assert inner.day is day
    assert inner.words() is SCOPE.words()


def test_words_are_gathered_once() -> None:
    own = scope()
    assert own.words() is own.words()
    assert own.names() is own.names()
    assert own.on(read("left_on")).words() is own.words()


def test_words_follow_definitions_and_rates_that_are_replaced_or_added() -> None:
    own = scope()
    own.words()
    more = replace(own, definitions={**own.definitions, **definitions({"残疾": "grade = 1"})})
    assert more.definition("残疾") is not None
    assert "残疾" in more.words()
    assert "残疾" not in own.words()
    fewer = replace(more, rates={})
    assert "per_year" not in fewer.words()
    other = replace(more, rates={f"{name}_too": one for name, one in more.rates.items()})
    assert "per_year_too" in other.words()
    growing = definitions({"age": "5"})
    alive = Scope(VOCABULARY, definitions=growing, rates=RATES)
    assert "年纪" not in alive.words()
    growing["年纪"] = growing["age"]
    assert "年纪" in alive.words()


def test_text_is_read_once_for_all_scopes_of_the_same_names() -> None:
    own = scope()
    first = own.parse("age >= 60", HERE)
    assert own.parse("age >= 60", HERE) is first
    assert own.on(read("left_on")).parse("age >= 60", HERE) is first
    assert own.parse("age >= 60", Span("rule.yaml", 8, 11)) is not first


@pytest.mark.parametrize(
    ("fact", "word", "expected"),
    [
        ("cause", "war", ("war",)),
        ("cause", "因战", ("war",)),
        ("cause", "1", ("war",)),
        ("status", "soldiers", ("serving", "retired")),
        ("status", "退伍", ("retired",)),
        ("status", "因战", None),
        ("insurance", "无", ("none",)),
        ("grade", "war", None),
    ],
)
def test_word_means_a_code_or_those_of_a_group(
    fact: str, word: str, expected: tuple[str, ...] | None
) -> None:
    assert codes_meant(VOCABULARY.facts[fact], word) == expected


def test_written_values_are_literals_with_exact_bounds() -> None:
    half = literal_number(Fraction(1, 2), PLAIN, HERE, "0.5", bare=True)
    assert (half.type.low, half.type.high, half.type.denominator) == (half.value, half.value, 2)
    assert half.type.is_literal_number
    assert not literal_number(Fraction(1), PLAIN, HERE, "1", bare=False).type.is_literal_number
    day = literal_day(LAST_ON, HERE, "2199-12-31")
    assert day.type.kind is Kind.DATE
    assert bounds(day.type) == (2199, 2199)
    assert not day.type.moving
    assert literal_truth(value=True, span=HERE, text="yes").type.kind is Kind.TRUTH


def test_shifted_day_keeps_moving() -> None:
    moved = SCOPE.on(read("as_of - 1 year"))
    assert isinstance(moved.day, Shift)
    assert moved.day.type.moving
