from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rulelang.building import YUAN_PER_MONTH, YUAN_PER_YEAR, bounds, number_type
from vetbenefits.model.expressions import Extremum, Literal, Operation
from vetbenefits.model.kinds import PLAIN, RATIO, TRUTH, YUAN, Kind, Type, Unit
from vetbenefits.rulelang.arithmetic import (
    LARGEST_SCALED,
    UnitError,
    adapted,
    all_same_unit,
    either,
    extreme_type,
    leaves_calendar,
    overflow_together,
    overflows,
    result_type,
    same_unit,
    years_apart,
)

ADD, SUBTRACT, MULTIPLY, DIVIDE = Operation
YEARS, MONTHS = Unit("years"), Unit("months")


def of(unit: Unit, low: int = 0, high: int = 10, denominator: int = 1) -> Type:
    return number_type(low, high, denominator, unit)


def bare(value: int | str) -> Type:
    number = Fraction(value)
    return replace(number_type(number, number, number.denominator), is_literal_number=True)


def term(kind: Type) -> Literal:
    return Literal(kind.low, type=kind)


# --- units ---------------------------------------------------------------------------------


@pytest.mark.parametrize("op", [ADD, SUBTRACT])
@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (of(YUAN), of(YUAN), YUAN),
        (of(YUAN), bare(5), YUAN),
        (bare(5), of(YUAN), YUAN),
        (of(RATIO), bare(5), RATIO),
        (of(RATIO), of(PLAIN), PLAIN),
        (of(RATIO), of(RATIO), RATIO),
        (bare(1), bare(2), PLAIN),
        (of(YEARS), bare(1), YEARS),
    ],
)
def test_sums_are_in_the_unit_of_both(
    op: Operation, left: Type, right: Type, expected: Unit
) -> None:
    assert result_type(op, left, right).unit == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (of(YUAN), of(PLAIN), YUAN),
        (of(PLAIN), of(YUAN), YUAN),
        (of(YUAN_PER_YEAR), of(YEARS), YUAN_PER_YEAR),
        (of(YEARS), of(YUAN_PER_YEAR), YUAN_PER_YEAR),
        (of(YUAN_PER_MONTH), of(RATIO), YUAN_PER_MONTH),
        (of(YEARS), of(RATIO), YEARS),
        (bare(2), of(MONTHS), MONTHS),
        (of(RATIO), of(PLAIN), RATIO),
        (of(PLAIN), of(RATIO), RATIO),
        (bare(2), bare(3), PLAIN),
    ],
)
def test_products_are_in_the_unit_of_what_is_multiplied(
    left: Type, right: Type, expected: Unit
) -> None:
    assert result_type(MULTIPLY, left, right).unit == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (of(YUAN), bare(12), YUAN),
        (of(YUAN_PER_YEAR), of(PLAIN, 1, 5), YUAN_PER_YEAR),
        (of(YUAN), of(YUAN, 1, 5), RATIO),
        (of(YEARS), of(YEARS, 1, 5), RATIO),
        (of(YUAN), of(MONTHS, 1, 5), YUAN),
        (of(RATIO), bare(2), RATIO),
        (bare(1), bare(2), PLAIN),
    ],
)
def test_quotients_of_one_unit_are_a_share(left: Type, right: Type, expected: Unit) -> None:
    assert result_type(DIVIDE, left, right).unit == expected


@pytest.mark.parametrize(
    ("op", "left", "right"),
    [
        (ADD, YUAN, YEARS),
        (ADD, YUAN, PLAIN),
        (ADD, YUAN_PER_YEAR, YUAN_PER_MONTH),
        (SUBTRACT, YUAN_PER_YEAR, YUAN),
        (ADD, YEARS, MONTHS),
        (MULTIPLY, YUAN, YUAN),
        (MULTIPLY, YUAN, YUAN_PER_YEAR),
        (MULTIPLY, YEARS, MONTHS),
        (DIVIDE, PLAIN, YUAN),
        (DIVIDE, YUAN, YUAN_PER_YEAR),
        (DIVIDE, YEARS, YUAN),
    ],
)
def test_units_that_do_not_go_together_are_refused(op: Operation, left: Unit, right: Unit) -> None:
    with pytest.raises(UnitError, match=f"{left}|money times money"):
        result_type(op, of(left, 1, 2), of(right, 1, 2))


def test_number_without_a_unit_takes_that_of_the_other_side() -> None:
    left, right = same_unit(term(of(YUAN)), term(bare(5)))
    assert (left.type.unit, right.type.unit, right.type.is_literal_number) == (YUAN, YUAN, False)
    left, right = same_unit(term(bare(5)), term(of(YUAN)))
    assert (left.type.unit, right.type.unit, left.type.is_literal_number) == (YUAN, YUAN, False)


def test_shares_and_plain_numbers_go_together() -> None:
    left, right = same_unit(term(of(RATIO)), term(of(PLAIN)))
    assert (left.type.unit, right.type.unit) == (RATIO, PLAIN)


def test_what_is_no_number_has_no_unit_to_mind() -> None:
    day = Literal(Fraction(0), type=Type(Kind.DATE))
    truth = Literal(value=True, type=TRUTH)
    assert same_unit(day, term(of(YUAN))) == (day, term(of(YUAN)))
    assert same_unit(term(of(YUAN)), truth)[1] is truth


@pytest.mark.parametrize(
    ("left", "right", "hint"),
    [
        (
            YUAN_PER_YEAR,
            YUAN_PER_MONTH,
            "money per month, per year and a plain sum are different things",
        ),
        (YUAN, YEARS, "money is no count"),
        (YEARS, YUAN, "money is no count"),
        (YEARS, MONTHS, ""),
    ],
)
def test_refusal_says_what_is_confused(left: Unit, right: Unit, hint: str) -> None:
    with pytest.raises(UnitError) as caught:
        same_unit(term(of(left)), term(of(right)))
    assert str(caught.value) == f"{left} and {right} do not go together"
    assert caught.value.hint == hint


def test_several_numbers_take_the_unit_of_the_first_that_has_one() -> None:
    found = all_same_unit([term(bare(0)), term(of(YUAN)), term(bare(9))])
    assert [one.type.unit for one in found] == [YUAN, YUAN, YUAN]
    numbers = [term(bare(1)), term(bare(2))]
    assert all_same_unit(numbers) == numbers
    with pytest.raises(UnitError):
        all_same_unit([term(bare(0)), term(of(YUAN)), term(of(YEARS))])


def test_only_sums_bring_both_sides_to_one_unit() -> None:
    money, count = term(of(YUAN)), term(bare(2))
    assert adapted(ADD, money, count)[1].type.unit == YUAN
    assert adapted(SUBTRACT, money, count)[1].type.unit == YUAN
    assert adapted(MULTIPLY, money, count)[1].type.unit == PLAIN
    assert adapted(DIVIDE, money, count)[1].type.unit == PLAIN


# --- bounds ----------------------------------------------------------------------------------


bounded = st.builds(
    lambda ends, denominator: number_type(
        Fraction(min(ends), denominator), Fraction(max(ends), denominator), denominator
    ),
    st.tuples(st.integers(-50, 50), st.integers(-50, 50)),
    st.integers(1, 12),
)


@st.composite
def typed_values(draw: st.DrawFn) -> tuple[Type, Fraction]:
    """Return a type and one of its values."""
    kind = draw(bounded)
    low, high = (int(end * kind.denominator) for end in (kind.low, kind.high))
    return kind, Fraction(draw(st.integers(low, high)), kind.denominator)


def holds(kind: Type, value: Fraction) -> bool:
    return kind.low <= value <= kind.high and (value * kind.denominator).denominator == 1


@given(typed_values(), typed_values())
def test_sums_and_products_lie_within_their_bounds(
    first: tuple[Type, Fraction], second: tuple[Type, Fraction]
) -> None:
    (left, a), (right, b) = first, second
    assert holds(result_type(ADD, left, right), a + b)
    assert holds(result_type(SUBTRACT, left, right), a - b)
    assert holds(result_type(MULTIPLY, left, right), a * b)


@given(typed_values(), st.fractions(-20, 20, max_denominator=12).filter(bool))
def test_quotient_by_a_number_lies_within_its_bounds(
    first: tuple[Type, Fraction], by: Fraction
) -> None:
    kind, value = first
    divisor = number_type(by, by, by.denominator)
    assert holds(result_type(DIVIDE, kind, divisor), value / by)


@given(typed_values(), typed_values())
def test_quotient_of_two_values_lies_within_its_bounds(
    first: tuple[Type, Fraction], second: tuple[Type, Fraction]
) -> None:
    (left, a), (right, b) = first, second
    if b and right.low != right.high:
        found = result_type(DIVIDE, left, right)
        assert found.low <= a / b <= found.high


@given(typed_values(), typed_values())
def test_either_and_extremes_lie_within_their_bounds(
    first: tuple[Type, Fraction], second: tuple[Type, Fraction]
) -> None:
    (left, a), (right, b) = first, second
    assert holds(either(left, right), a)
    assert holds(either(left, right), b)
    assert holds(extreme_type(Extremum.MIN, [left, right]), min(a, b))
    assert holds(extreme_type(Extremum.MAX, [left, right]), max(a, b))


@pytest.mark.parametrize(
    ("by", "low", "high", "denominator"),
    [
        ("12", "-1/4", "3/4", 1200),
        ("0.5", -6, 18, 100),
        ("-3", -3, 1, 300),
        ("1.5", -2, 6, 300),
        ("2/7", "-21/2", "63/2", 200),
    ],
)
def test_quotient_by_a_number_has_the_least_denominator(
    by: str, low: str, high: str, denominator: int
) -> None:
    number = Fraction(by)
    divisor = number_type(number, number, number.denominator)
    found = result_type(DIVIDE, number_type(-3, 9, 100), divisor)
    assert bounds(found) == (Fraction(low), Fraction(high))
    assert found.denominator == denominator


def test_bounds_of_a_difference_and_of_a_product_of_negative_numbers() -> None:
    left, right = number_type(-2, 3), number_type(-5, 7)
    assert result_type(SUBTRACT, left, right) == number_type(-9, 8)
    assert result_type(MULTIPLY, left, right) == number_type(-15, 21)


def test_denominators_meet_in_their_least_common_multiple() -> None:
    left, right = number_type(0, 1, 4), number_type(0, 1, 6)
    assert result_type(ADD, left, right).denominator == 12
    assert result_type(MULTIPLY, left, right).denominator == 24
    assert either(left, right).denominator == 12
    assert extreme_type(Extremum.MIN, [left, right, number_type(0, 1, 5)]).denominator == 60


def test_result_of_written_numbers_still_takes_any_unit() -> None:
    for op in Operation:
        assert result_type(op, bare(6), bare(2)).is_literal_number
        assert not result_type(op, bare(6), of(PLAIN, 1, 2)).is_literal_number
        assert not result_type(op, of(PLAIN, 1, 2), bare(2)).is_literal_number
    assert either(bare(1), bare(2)).is_literal_number
    assert not either(bare(1), of(PLAIN)).is_literal_number
    assert extreme_type(Extremum.MAX, [bare(1), bare(2)]).is_literal_number
    assert not extreme_type(Extremum.MAX, [bare(1), of(PLAIN)]).is_literal_number


def test_a_value_that_may_move_or_be_none_makes_the_whole_so() -> None:
    still, moving = Type(Kind.DATE), Type(Kind.DATE, moving=True)
    perhaps = Type(Kind.DATE, may_be_none=True)
    assert either(still, moving).moving
    assert either(moving, still).moving
    assert not either(still, still).moving
    assert either(still, perhaps).may_be_none
    assert either(perhaps, still).may_be_none
    assert extreme_type(Extremum.MIN, [still, moving]).moving
    assert not extreme_type(Extremum.MIN, [perhaps, still]).may_be_none


# --- limits ----------------------------------------------------------------------------------


def test_value_overflows_where_its_column_would() -> None:
    assert not overflows(number_type(0, LARGEST_SCALED - 1))
    assert overflows(number_type(0, LARGEST_SCALED))
    assert overflows(number_type(-LARGEST_SCALED, 0))
    assert not overflows(number_type(0, LARGEST_SCALED // 100 - 1, 100))
    assert overflows(number_type(0, LARGEST_SCALED // 100 + 1, 100))
    assert not overflows(Type(Kind.DATE, high=Fraction(LARGEST_SCALED)))


def test_values_overflow_together_where_the_common_denominator_is_too_fine() -> None:
    large, fine = number_type(0, LARGEST_SCALED // 10), number_type(0, 1, 100)
    assert not overflows(large)
    assert not overflows(fine)
    assert overflow_together([large, fine])
    assert overflow_together([fine, large])
    assert not overflow_together([number_type(0, LARGEST_SCALED // 101), fine])


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(1, 9998, False), (0, 2000, True), (2000, 9999, True)]
)
def test_days_outside_the_calendar_are_found(low: int, high: int, *, expected: bool) -> None:
    assert leaves_calendar(Type(Kind.DATE, low=Fraction(low), high=Fraction(high))) is expected


def test_years_apart_are_counted_from_the_outermost_days() -> None:
    start = Type(Kind.DATE, low=Fraction(1900), high=Fraction(2000))
    end = Type(Kind.DATE, low=Fraction(1950), high=Fraction(2100))
    assert years_apart(start, end) == (Fraction(-51), Fraction(201))
