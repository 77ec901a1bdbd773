from __future__ import annotations

import pytest

from tests.rulelang.building import rate, read, reads, row, scope, underlined, wrong
from vetbenefits.model.expressions import (
    IsNone,
    Not,
)
from vetbenefits.model.values import Special

# --- none --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["left_on = none", "none = left_on", "退役时间等于无"])
def test_equal_to_none_asks_whether_there_is_such_a_thing(text: str) -> None:
    assert isinstance(read(text), IsNone)


@pytest.mark.parametrize("text", ["left_on != none", "none != left_on", "退役时间不等于无"])
def test_unequal_to_none_is_its_negation(text: str) -> None:
    term = read(text)
    assert isinstance(term, Not)
    assert isinstance(term.term, IsNone)


@pytest.mark.parametrize(
    "text",
    [
        "cause = none",
        "has_appealed = none",
        "approved_at = none",
        "(if deceased then grade else 5) = none",
        "rate.gone = none",
        "known(left_on = none)",
    ],
)
def test_whatever_may_be_none_can_be_asked(text: str) -> None:
    gone = rate("gone", row("2020-01-01", Special.NONE))
    assert reads(text, scope(rates=[gone]))


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("birth_date = none", "birth_date = none", "`birth_date` is never none"),
        ("grade + 1 != none", "grade + 1 != none", "`grade + 1` is never none"),
        ("-grade = none", "-grade = none", "`-grade` is never none"),
        ("left_on + 1 day = none", "left_on + 1 day = none", "`left_on + 1 day` is never none"),
        ("max(grade, 1) = none", "max(grade, 1) = none", "`max(grade, 1)` is never none"),
        ("floor(debt) = none", "floor(debt) = none", "`floor(debt)` is never none"),
        ("year_of(left_on) = none", "year_of(left_on) = none", "`year_of(left_on)` is never none"),
        ("left_on < none", "left_on < none", "`none` has no order"),
        ("none >= left_on", "none >= left_on", "`none` has no order"),
        (
            "left_on in [none .. 2020-01-01]",
            "left_on in [none .. 2020-01-01]",
            "`none` has no order",
        ),
    ],
)
def test_none_is_refused_where_it_says_nothing(text: str, at: str, message: str) -> None:
    problem = wrong(text)
    assert (problem.code, problem.message) == ("VB319", message)
    assert underlined(problem, text) == at
