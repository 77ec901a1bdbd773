from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from tests.rulelang.building import VOCABULARY, bounds, code, fact
from vetbenefits.model.facts import NO_TEXT, Blank, FactType, Role, Text, Vocabulary
from vetbenefits.model.kinds import Kind, Unit

if TYPE_CHECKING:
    from vetbenefits.model.facts import FactSpec


def test_text_falls_back_to_the_other_language() -> None:
    both = Text("年龄", "age")
    assert (both.in_language("zh"), both.in_language("en")) == ("年龄", "age")
    assert Text("年龄", "").in_language("en") == "年龄"
    assert Text("", "age").in_language("zh") == "age"
    assert both
    assert not NO_TEXT


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (fact("a", FactType.DATE), False),
        (fact("a", FactType.DATE, blank=Blank("none")), True),
        (fact("a", FactType.DATE, blank=Blank("2020-01-01")), False),
        (fact("a", FactType.DATE, blank=Blank(none_when_fact="b")), True),
        (fact("a", FactType.DATE, no_column_means_none=True), True),
        (fact("a", FactType.CODES, blank=Blank("none")), False),
    ],
)
def test_fact_can_be_none_where_a_blank_may_say_so(spec: FactSpec, *, expected: bool) -> None:
    assert spec.may_be_none is expected
    assert spec.term_type.may_be_none is expected


@pytest.mark.parametrize(
    ("spec", "kind", "unit", "scale"),
    [
        (fact("a", FactType.DATE), Kind.DATE, Unit(), 1),
        (fact("a", FactType.MONTH), Kind.DATE, Unit(), 1),
        (fact("a", FactType.INTEGER, unit="months"), Kind.NUMBER, Unit("months"), 1),
        (fact("a", FactType.MONEY), Kind.NUMBER, Unit("yuan"), 100),
        (fact("a", FactType.RATIO, decimals=4), Kind.NUMBER, Unit("ratio"), 10_000),
        (fact("a", FactType.YES_NO), Kind.TRUTH, Unit(), 1),
        (fact("a", FactType.CODE), Kind.CODE, Unit(), 1),
        (fact("a", FactType.CODES), Kind.CODES, Unit(), 1),
        (fact("a", FactType.TEXT), Kind.TEXT, Unit(), 1),
        (fact("a", FactType.DIVISION), Kind.DIVISION, Unit(), 1),
    ],
)
def test_type_of_a_fact_in_expressions(spec: FactSpec, kind: Kind, unit: Unit, scale: int) -> None:
    found = spec.term_type
    assert (found.kind, found.unit, found.denominator) == (kind, unit, scale)
    assert not found.moving
    assert spec.scale == scale


def test_bounds_of_numbers_are_values_and_of_days_years() -> None:
    grade = VOCABULARY.facts["grade"].term_type
    assert bounds(grade) == (1, 10)
    born = fact(
        "born", FactType.DATE, first_on=date(1900, 6, 1), last_on=date(2100, 1, 1), low=Fraction(7)
    )
    assert bounds(born.term_type) == (1900, 2100)


def test_codes_of_a_type_belong_to_their_fact() -> None:
    spec = fact("cause", FactType.CODE, values=(code("war", "因战"), code("duty", "因公")))
    assert spec.code_ids == ("war", "duty")
    assert spec.term_type.fact == "cause"
    assert fact("grade", FactType.INTEGER).term_type.fact == ""


def test_vocabulary_is_searched_by_id_and_chinese_title_never_by_header() -> None:
    words = VOCABULARY.by_word()
    assert words["birth_date"] == words["出生日期"] == "birth_date"
    assert "" not in words
    clash = Vocabulary(
        {
            "a": fact("a", FactType.DATE, "日期"),
            "b": replace(fact("b", FactType.DATE, "日期"), headers=("另一个",)),
        }
    )
    assert dict(clash.by_word()) == {"日期": "a", "a": "a", "b": "b"}


def test_words_of_codes_are_ids_spellings_and_groups() -> None:
    assert {"war", "因战", "1", "soldiers", "农村籍60岁"} <= VOCABULARY.code_words()
    assert "birth_date" not in VOCABULARY.code_words()


def test_facts_are_found_by_role_and_table() -> None:
    named = Vocabulary(
        {
            "name": fact("name", FactType.TEXT, role=Role.NAME),
            "cost": fact("cost", FactType.MONEY, table="bill"),
        }
    )
    spec = named.with_role(Role.NAME)
    assert spec is not None
    assert spec.name == "name"
    assert named.with_role(Role.PHONE) is None
    assert [one.name for one in named.of_table("bill")] == ["cost"]
    assert [one.name for one in named.of_table("person")] == ["name"]
