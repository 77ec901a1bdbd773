from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from vetbenefits.engine.interpreter import Person, evaluate
from vetbenefits.model.facts import FactSpec, FactType, Role, Text, Vocabulary
from vetbenefits.model.values import Special
from vetbenefits.problems import Span
from vetbenefits.reports.trace import Tracer, exact_text
from vetbenefits.reports.wording import Wording
from vetbenefits.rulelang.resolver import read_term
from vetbenefits.rulelang.scope import Scope

if TYPE_CHECKING:
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.values import Value


def fact(name: str, kind: FactType, zh: str, **more: object) -> FactSpec:
    return FactSpec(name, kind, Text(zh, name), (), **more)  # type: ignore[arg-type]


VOCABULARY = Vocabulary(
    {
        spec.name: spec
        for spec in (
            fact("paid", FactType.MONEY, "已付", low=Fraction(-1000), high=Fraction(1000)),
            fact("more", FactType.MONEY, "另付", low=Fraction(-1000), high=Fraction(1000)),
            fact("birth_date", FactType.DATE, "出生日期"),
            fact("id_number", FactType.TEXT, "身份证", role=Role.ID_NUMBER),
        )
    }
)


def traced(text: str, language: str = "en", **facts: Value) -> list[tuple[str, str]]:
    """Return each step of an expression: with its values, and what it came to."""
    result = evaluate(term(text), Person(facts), date(2024, 1, 1))
    tracer = Tracer(VOCABULARY, Wording(language))
    return [(step.with_values, step.value) for step in tracer.steps(result)]


def term(text: str) -> Term:
    read, problems = read_term(text, Span(""), Scope(VOCABULARY))
    assert read is not None, problems
    return read


ONE, TWO = Fraction(1), Fraction(5, 2)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("paid + more", [("1 + 2.5", "3.5 yuan")]),
        ("paid - more + paid", [("1 − 2.5 + 1", "-0.5 yuan")]),
        ("paid * 2 * 3", [("1 × 2 × 3", "6 yuan")]),
        ("(paid + more) * 2", [("1 + 2.5", "3.5 yuan"), ("3.5 × 2", "7 yuan")]),
        ("paid / 3", [("1 ÷ 3", "0.333333… (1/3) yuan")]),
        ("max(paid, more, 2 yuan)", [("max(1, 2.5, 2)", "2.5 yuan")]),
        ("if paid > more then paid else more", [("`paid > more` is no", "2.5 yuan")]),
    ],
)
def test_steps_show_the_values_that_met(text: str, steps: list[tuple[str, str]]) -> None:
    assert traced(text, paid=ONE, more=TWO) == steps


def test_days_and_spans_are_written_out() -> None:
    born = date(1963, 1, 15)
    years = traced("years_between(birth_date, as_of)", birth_date=born)
    assert years == [("from 1963-01-15 to 2024-01-01 (exclusive)", "60 years")]
    shifted = traced("birth_date + 60 years", birth_date=born)
    assert shifted == [("1963-01-15 +60 years", "2023-01-15")]


def test_unknown_is_said_to_be_unknown() -> None:
    assert traced("paid + more", paid=ONE) == [("1 + unknown", "unknown yuan")]
    assert traced("paid + more", "zh", paid=ONE) == [("1 + 未知", "未知 元")]


def test_facts_are_named_in_the_words_of_the_roster() -> None:
    result = evaluate(term("paid > more"), Person({"paid": ONE}), date(2024, 1, 1))
    chinese = Tracer(VOCABULARY, Wording("zh")).values(result)
    assert [(one.name, one.label, one.value) for one in chinese] == [
        ("paid", "已付", "1 元"),
        ("more", "另付", "未知"),
    ]
    assert [one.label for one in Tracer(VOCABULARY, Wording("en")).values(result)] == [
        "paid",
        "more",
    ]


def test_number_of_a_person_is_not_told() -> None:
    person = Person({"id_number": "99010119630115001X"})
    result = evaluate(term("known(id_number)"), person, date(2024, 1, 1))
    (met,) = Tracer(VOCABULARY, Wording("en")).values(result)
    assert met.value == "********"


def test_special_values_have_words() -> None:
    tracer = Tracer(VOCABULARY, Wording("zh"))
    kind = term("paid").type
    assert tracer.value(Special.NONE, kind) == "无"
    assert tracer.value(True, kind) == "是"  # noqa: FBT003  the value of a fact
    assert tracer.value(frozenset(), kind) == "无"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(688, 3), "229.333333… (688/3)"),
        (Fraction(-1, 3), "-0.333333… (-1/3)"),
        (Fraction(57, 2), "28.5"),
        (Fraction(0), "0"),
    ],
)
def test_numbers_are_exact(value: Fraction, text: str) -> None:
    assert exact_text(value) == text
