from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from tests.rulelang.building import (
    HERE,
    SCOPE,
    YUAN_PER_YEAR,
    bounds,
    read,
    underlined,
    wrong,
)
from vetbenefits.model.expressions import Arithmetic, If, Literal, Operation, Period, Shift
from vetbenefits.model.kinds import PLAIN, RATIO, YUAN, Kind
from vetbenefits.problems import Severity
from vetbenefits.rulelang.resolver import read_term

if TYPE_CHECKING:
    from vetbenefits.model.kinds import Unit

PERIOD_NEEDED = "only a fixed number of years, months or days can be added to a day"


@pytest.mark.parametrize(
    ("text", "unit", "low", "high", "denominator"),
    [
        ("grade + children", PLAIN, 1, 30, 1),
        ("grade - children", PLAIN, -19, 10, 1),
        ("-grade", PLAIN, -10, -1, 1),
        ("-(grade - children)", PLAIN, -10, 19, 1),
        ("income + 5", YUAN, 5, 10_000_005, 100),
        ("5 - income", YUAN, -9_999_995, 5, 100),
        ("income * share", YUAN, 0, 10_000_000, 1_000_000),
        ("income * 65%", YUAN, 0, 6_500_000, 2000),
        ("income / 12", YUAN, 0, Fraction(10_000_000, 12), 1200),
        ("income / 0.5", YUAN, 0, 20_000_000, 100),
        ("income / -2", YUAN, -5_000_000, 0, 200),
        ("grade / 1.5", PLAIN, Fraction(2, 3), Fraction(20, 3), 3),
        ("2 * (3 + 4)", PLAIN, 14, 14, 1),
        ("children * rate.per_year", YUAN_PER_YEAR, 0, 12_960, 1),
        ("rate.per_year * months_served", YUAN_PER_YEAR, 0, 388_800, 1),
        ("rate.per_year * rate.ratio", YUAN_PER_YEAR, 390, Fraction("421.2"), 20),
        ("rate.multiple * rate.ratio", RATIO, Fraction("1.3"), Fraction("1.3"), 20),
        ("if deceased then income else 5", YUAN, 0, 10_000_000, 100),
        ("if deceased then 5 else debt", YUAN, -1000, 1000, 100),
        ("if deceased then 50% else 0.25", RATIO, Fraction("0.25"), Fraction("0.5"), 4),
    ],
)
def test_formula_has_unit_bounds_and_denominator(
    text: str, unit: Unit, low: Fraction, high: Fraction, denominator: int
) -> None:
    found = read(text).type
    assert (found.kind, found.unit, found.low, found.high) == (Kind.NUMBER, unit, low, high)
    assert found.denominator == denominator


def test_minus_before_a_number_is_that_number_and_before_a_term_a_difference() -> None:
    number, term = read("-5 yuan"), read("-income")
    assert isinstance(number, Literal)
    assert number.value == -5
    assert isinstance(term, Arithmetic)
    assert term.op is Operation.SUBTRACT
    assert isinstance(term.left, Literal)
    assert term.left.value == 0


def test_written_number_in_a_sum_takes_the_unit() -> None:
    term = read("5 + income")
    assert isinstance(term, Arithmetic)
    assert term.left.type.unit == YUAN
    product = read("5 * income")
    assert isinstance(product, Arithmetic)
    assert product.left.type.unit == PLAIN


@pytest.mark.parametrize(
    ("text", "at", "code", "message", "hint"),
    [
        (
            "grade + deceased",
            "deceased",
            "VB305",
            "a number is needed here, but this is a yes or no",
            "",
        ),
        ("deceased + grade", "deceased", "VB305", "cannot compute with a yes or no", ""),
        ("cause * 2", "cause", "VB305", "cannot compute with a code", ""),
        ("-birth_date", "birth_date", "VB305", "a number is needed here, but this is a date", ""),
        (
            "5 * birth_date",
            "birth_date",
            "VB305",
            "a number is needed here, but this is a date",
            "",
        ),
        (
            "income + grade",
            "income + grade",
            "VB306",
            "yuan and number cannot be added or subtracted",
            "",
        ),
        (
            "rate.per_year + rate.monthly",
            "rate.per_year + rate.monthly",
            "VB306",
            "yuan per year and yuan per month cannot be added or subtracted",
            "",
        ),
        (
            "income * debt",
            "income * debt",
            "VB306",
            "money times money means nothing",
            "one side must be a count or a share",
        ),
        (
            "5 / income",
            "5 / income",
            "VB308",
            "only a number may divide here: a quotient of two values never ends exactly",
            "write `floor(a / b)` or `ceil(a / b)`",
        ),
        (
            "income / grade",
            "income / grade",
            "VB308",
            "only a number may divide here: a quotient of two values never ends exactly",
            "write `floor(a / b)` or `ceil(a / b)`",
        ),
        (
            "income / (2 * 3)",
            "income / (2 * 3)",
            "VB308",
            "only a number may divide here: a quotient of two values never ends exactly",
            "write `floor(a / b)` or `ceil(a / b)`",
        ),
        (
            "floor(income / grade + 1)",
            "income / grade",
            "VB308",
            "only a number may divide here: a quotient of two values never ends exactly",
            "write `floor(a / b)` or `ceil(a / b)`",
        ),
        ("income / 0", "0", "VB309", "this divides by zero", ""),
        ("income / -0.0", "-0.0", "VB309", "this divides by zero", ""),
        ("floor(income / 0)", "0", "VB309", "this divides by zero", ""),
        ("floor(income / (0 * grade))", "0 * grade", "VB309", "this divides by zero", ""),
    ],
)
def test_formula_that_means_nothing_is_refused(
    text: str, at: str, code: str, message: str, hint: str
) -> None:
    problem = wrong(text)
    assert (problem.code, problem.message, problem.hint) == (code, message, hint)
    assert underlined(problem, text) == at


@pytest.mark.parametrize(
    ("divisor", "doubtful"),
    [
        ("children", True),
        ("grade", False),
        ("(grade - 1)", True),
        ("(-grade)", False),
        ("(children - 30)", False),
    ],
)
def test_divisor_that_can_be_zero_is_pointed_out(divisor: str, *, doubtful: bool) -> None:
    text = f"ceil(income / {divisor})"
    term, problems = read_term(text, HERE, SCOPE)
    assert term is not None
    assert [one.code for one in problems] == ["VB309"] * doubtful
    for one in problems:
        assert one.severity is Severity.WARNING
        assert "can be zero" in one.message
        assert underlined(one, text) == divisor.strip("()")


# --- days --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [
        ("birth_date + 60 years", 60, Period.YEARS),
        ("birth_date - 1 year", -1, Period.YEARS),
        ("as_of + 24 months", 24, Period.MONTHS),
        ("as_of - 30 days", -30, Period.DAYS),
        ("出生日期 + 60周岁", 60, Period.YEARS),
        ("2024-01-31 + 0 months", 0, Period.MONTHS),
    ],
)
def test_day_is_moved_by_a_fixed_period(text: str, count: int, unit: Period) -> None:
    term = read(text)
    assert isinstance(term, Shift)
    assert (term.count, term.unit) == (count, unit)
    assert term.type.kind is Kind.DATE


def test_moved_day_moves_as_before_and_is_never_none() -> None:
    assert read("as_of - 1 year").type.moving
    assert not read("birth_date - 1 year").type.moving
    assert read("left_on").type.may_be_none
    assert not read("left_on + 1 day").type.may_be_none


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2020-06-01 + 10 years", (2030, 2030)),
        ("2020-06-01 - 1 month", (2019, 2020)),
        ("2020-06-01 + 25 months", (2022, 2023)),
        ("2020-06-01 - 400 days", (2018, 2019)),
        ("birth_date + 1 day", (1850, 2200)),
    ],
)
def test_years_of_a_moved_day_are_known(text: str, years: tuple[int, int]) -> None:
    found = read(text).type
    assert bounds(found) == years


@pytest.mark.parametrize(
    ("text", "at", "code", "message", "hint"),
    [
        ("birth_date + 5", "5", "VB305", PERIOD_NEEDED, "add a fixed period: `+ 24 months`"),
        (
            "birth_date + grade",
            "grade",
            "VB305",
            PERIOD_NEEDED,
            "add a fixed period: `+ 24 months`",
        ),
        (
            "birth_date + months_served",
            "months_served",
            "VB305",
            PERIOD_NEEDED,
            "add a fixed period: `+ 24 months`",
        ),
        (
            "birth_date + 5 yuan",
            "5 yuan",
            "VB305",
            PERIOD_NEEDED,
            "add a fixed period: `+ 24 months`",
        ),
        (
            "as_of - birth_date",
            "birth_date",
            "VB305",
            PERIOD_NEEDED,
            "use days_between, months_between or years_between",
        ),
        ("birth_date + grad", "grad", "VB303", "there is no fact or definition `grad`", ""),
        ("birth_date * 2", "birth_date * 2", "VB305", "a day cannot be used with `*`", ""),
        ("birth_date / 2", "birth_date / 2", "VB305", "a day cannot be used with `/`", ""),
        (
            "birth_date + 0.5 years",
            "0.5 years",
            "VB305",
            "a day moves by whole years, months or days only",
            "",
        ),
        (
            "birth_date + 8000 years",
            "8000 years",
            "VB311",
            "this can lead further than any day of a calendar",
            "",
        ),
        (
            "birth_date - 1850 years",
            "1850 years",
            "VB311",
            "this can lead further than any day of a calendar",
            "",
        ),
        (
            "birth_date + 99999999999999999999 days",
            "99999999999999999999 days",
            "VB311",
            "this can lead further than any day of a calendar",
            "",
        ),
        (
            "birth_date + 4000 years + 48000 months",
            "48000 months",
            "VB311",
            "this can lead further than any day of a calendar",
            "",
        ),
    ],
)
def test_day_moved_by_anything_else_is_refused(
    text: str, at: str, code: str, message: str, hint: str
) -> None:
    problem = wrong(text)
    assert (problem.code, problem.message) == (code, message)
    assert not hint or problem.hint == hint
    assert underlined(problem, text) == at


def test_day_may_move_to_the_ends_of_the_calendar() -> None:
    assert read("birth_date - 1849 years").type.low == 1
    assert read("birth_date + 7799 years").type.high == 9998


# --- choices -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("if deceased then 1 else 2", Kind.NUMBER),
        ("if deceased then left_on else as_of", Kind.DATE),
        ("if deceased then draws_pension else no", Kind.TRUTH),
        ("if deceased then cause else cause", Kind.CODE),
        ("if deceased then draws else draws", Kind.CODES),
        ("if deceased then place else approved_at", Kind.DIVISION),
        ("if deceased then nickname else alias", Kind.TEXT),
    ],
)
def test_branches_are_of_one_kind(text: str, kind: Kind) -> None:
    term = read(text)
    assert isinstance(term, If)
    assert term.type.kind is kind


def test_choice_moves_or_may_be_none_if_a_branch_does() -> None:
    assert read("if draws_pension then left_on else as_of").type.moving
    assert not read("if age >= 60 then left_on else enlisted_on").type.moving
    assert read("if deceased then 5 else grade").type.may_be_none
    assert not read("if left_on = none then 5 else children").type.may_be_none


def test_written_branch_takes_the_unit_of_the_other() -> None:
    term = read("if deceased then 500 else income")
    assert isinstance(term, If)
    assert term.then.type.unit == term.otherwise.type.unit == YUAN
    assert read("if deceased then 1 else 2").type.is_literal_number


@pytest.mark.parametrize(
    ("text", "at", "code", "message"),
    [
        (
            "if grade then 1 else 2",
            "grade",
            "VB305",
            "a yes or no is needed here, but this is a number",
        ),
        (
            "if deceased then 1 else birth_date",
            "if deceased then 1 else birth_date",
            "VB305",
            "one branch is a number, the other a date",
        ),
        (
            "if deceased then cause else status",
            "if deceased then cause else status",
            "VB305",
            "one branch is a code, the other a code",
        ),
        (
            "if deceased then income else grade",
            "if deceased then income else grade",
            "VB306",
            "yuan and number do not go together",
        ),
        (
            "if deceased then 5 yuan else 5 years",
            "if deceased then 5 yuan else 5 years",
            "VB306",
            "yuan and years do not go together",
        ),
        ("if deceased then none else 5", "none", "VB319", "`none` stands only right of = or !="),
    ],
)
def test_branches_that_do_not_match_are_refused(
    text: str, at: str, code: str, message: str
) -> None:
    problem = wrong(text)
    assert (problem.code, problem.message) == (code, message)
    assert underlined(problem, text) == at
