from __future__ import annotations

from fractions import Fraction

import pytest

from tests.rulelang.building import bounds, read, reads, underlined, wrong
from vetbenefits.model.expressions import (
    Arithmetic,
    Extreme,
    Extremum,
    Known,
    ToWhole,
    Whole,
    YearOf,
)
from vetbenefits.model.kinds import PLAIN, TRUTH, YUAN, Kind, Unit

# --- the others --------------------------------------------------------------------------------


def test_year_of_a_fixed_day() -> None:
    term = read("year_of(2020-05-05 + 1 year)")
    assert isinstance(term, YearOf)
    assert term.type.unit == PLAIN
    assert bounds(term.type) == (2021, 2021)
    assert reads("year_of(as_of on left_on)")


@pytest.mark.parametrize("text", ["year_of(as_of)", "year_of(min(as_of, left_on))"])
def test_year_of_a_moving_day_is_refused(text: str) -> None:
    problem = wrong(text)
    assert (problem.code, problem.message) == ("VB310", "the year of a moving day is not supported")
    assert problem.hint == "compare the day with fixed days instead"


@pytest.mark.parametrize(
    ("text", "which", "low", "high", "unit"),
    [
        ("min(grade, children)", Extremum.MIN, 0, 10, PLAIN),
        ("max(grade, children)", Extremum.MAX, 1, 20, PLAIN),
        ("max(income - 500, 0)", Extremum.MAX, 0, 9_999_500, YUAN),
        ("max(0, income - 500, 10)", Extremum.MAX, 10, 9_999_500, YUAN),
        ("较小者(income, 100元)", Extremum.MIN, 0, 100, YUAN),
    ],
)
def test_extreme_of_numbers_has_bounds_and_unit(
    text: str, which: Extremum, low: int, high: int, unit: Unit
) -> None:
    term = read(text)
    assert isinstance(term, Extreme)
    assert term.which is which
    assert bounds(term.type) == (low, high)
    assert term.type.unit == unit
    assert all(one.type.unit == unit for one in term.parts)


def test_extreme_of_days_moves_if_one_does() -> None:
    assert read("min(left_on, as_of)").type.moving
    still = read("max(left_on, enlisted_on)").type
    assert (still.kind, still.moving, still.may_be_none) == (Kind.DATE, False, False)


@pytest.mark.parametrize(
    ("text", "at", "code", "message"),
    [
        ("min(5)", "min(5)", "VB307", "`min` takes two values or more"),
        ("max()", "max()", "VB307", "`max` takes two values or more"),
        (
            "min(1, birth_date)",
            "min(1, birth_date)",
            "VB305",
            "`min` takes numbers or days, not number, date",
        ),
        (
            "max(deceased, deceased)",
            "max(deceased, deceased)",
            "VB305",
            "`max` takes numbers or days, not yes or no",
        ),
        ("max(income, grade)", "max(income, grade)", "VB306", "yuan and number do not go together"),
        ("ceil(birth_date)", "birth_date", "VB305", "a number is needed here, but this is a date"),
        ("ceil(1, 2)", "ceil(1, 2)", "VB307", "`ceil` takes (x), 2 given"),
        ("floor()", "floor()", "VB307", "`floor` takes (x), 0 given"),
        ("year_of(5)", "5", "VB305", "a day is needed here, but this is a number"),
        ("year_of()", "year_of()", "VB307", "`year_of` takes (day), 0 given"),
        ("known()", "known()", "VB307", "`known` takes (x), 0 given"),
        ("known(grade, cause)", "known(grade, cause)", "VB307", "`known` takes (x), 2 given"),
        ("min(grad, 1)", "grad", "VB303", "there is no fact or definition `grad`"),
        (
            "due(rural_veteran_subsidy)",
            "due(rural_veteran_subsidy)",
            "VB313",
            "`due( )` is not supported yet",
        ),
        ("count(grade) > 1", "count(grade)", "VB313", "`count( )` is not supported yet"),
        ("sum(grade) > 1", "sum(grade)", "VB313", "`sum( )` is not supported yet"),
        ("any(deceased)", "any(deceased)", "VB313", "`any( )` is not supported yet"),
    ],
)
def test_wrong_call_is_refused(text: str, at: str, code: str, message: str) -> None:
    problem = wrong(text)
    assert (problem.code, problem.message) == (code, message)
    assert underlined(problem, text) == at


@pytest.mark.parametrize(
    ("text", "how", "low", "high", "unit"),
    [
        ("ceil(income / 12)", Whole.CEIL, 0, 833_334, YUAN),
        ("floor(income / 12)", Whole.FLOOR, 0, 833_333, YUAN),
        ("ceil(-grade / 4)", Whole.CEIL, -2, 0, PLAIN),
        ("floor(-grade / 4)", Whole.FLOOR, -3, -1, PLAIN),
        ("floor(share)", Whole.FLOOR, 0, 1, Unit("ratio")),
        ("floor(grade / 1)", Whole.FLOOR, 1, 10, PLAIN),
    ],
)
def test_whole_number_has_whole_bounds(
    text: str, how: Whole, low: int, high: int, unit: Unit
) -> None:
    term = read(text)
    assert isinstance(term, ToWhole)
    assert term.how is how
    assert bounds(term.type) == (low, high)
    assert term.type.denominator == 1
    assert term.type.unit == unit


def test_whole_number_of_a_written_one_still_takes_any_unit() -> None:
    assert read("income + ceil(5.5)").type.unit == YUAN


def test_quotient_of_two_values_stands_directly_in_a_rounding() -> None:
    term = read("floor(income / grade)")
    assert isinstance(term, ToWhole)
    assert isinstance(term.term, Arithmetic)
    assert term.type.high == 10_000_000
    assert reads("ceil((income) / (grade))")
    assert reads("floor(income * 2 / grade)")
    assert reads("floor(income / 2 / grade)")


def test_known_takes_anything_and_is_a_truth() -> None:
    for text in (
        "grade",
        "left_on",
        "draws",
        "nickname",
        "rate.per_year",
        "deceased",
        "1",
        "as_of",
    ):
        term = read(f"known({text})")
        assert isinstance(term, Known)
        assert term.type == TRUTH
    asked = read("known(children * 0.5)")
    assert isinstance(asked, Known)
    assert asked.term.type.high == Fraction(10)
