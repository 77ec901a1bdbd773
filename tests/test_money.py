from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetbenefits.money import (
    Rounding,
    RoundingMode,
    format_exact,
    format_fen,
    parse_number,
    round_fraction,
)

if TYPE_CHECKING:
    from decimal import Decimal

FLOOR, CEIL, DOWN, HALF_UP = (
    RoundingMode.FLOOR,
    RoundingMode.CEIL,
    RoundingMode.DOWN,
    RoundingMode.HALF_UP,
)


@pytest.mark.parametrize(
    ("value", "floor", "ceil", "down", "half_up"),
    [
        ("2.5", 2, 3, 2, 3),
        ("-2.5", -3, -2, -2, -3),
        ("3.5", 3, 4, 3, 4),
        ("0.5", 0, 1, 0, 1),
        ("-0.5", -1, 0, 0, -1),
        ("2.499999", 2, 3, 2, 2),
        ("-2.499999", -3, -2, -2, -2),
        ("2.500001", 2, 3, 2, 3),
        ("-2.500001", -3, -2, -2, -3),
        ("2", 2, 2, 2, 2),
        ("-2", -2, -2, -2, -2),
        ("0", 0, 0, 0, 0),
        ("1/3", 0, 1, 0, 0),
        ("-2/3", -1, 0, 0, -1),
    ],
)
def test_ties_and_negative_values_round_as_their_mode_says(
    value: str, floor: int, ceil: int, down: int, half_up: int
) -> None:
    exact = Fraction(value)
    rounded = [round_fraction(exact, mode) for mode in (FLOOR, CEIL, DOWN, HALF_UP)]
    assert rounded == [floor, ceil, down, half_up]


@given(st.decimals(-(10**9), 10**9, places=5))
def test_rounding_agrees_with_decimal(value: Decimal) -> None:
    decimal_modes = {
        FLOOR: ROUND_FLOOR,
        CEIL: ROUND_CEILING,
        DOWN: ROUND_DOWN,
        HALF_UP: ROUND_HALF_UP,
    }
    for mode, decimal_mode in decimal_modes.items():
        expected = int(value.to_integral_value(decimal_mode))
        assert round_fraction(Fraction(value), mode) == expected


@pytest.mark.parametrize(
    ("step_fen", "fen", "expected"),
    [
        (1, "5733.5", 5734),
        (10, "5735", 5740),
        (10, "5734.99", 5730),
        (100, "-150", -200),
        (1000, "499.99", 0),
        (1000, "500", 1000),
    ],
)
def test_amounts_are_rounded_to_whole_steps(step_fen: int, fen: str, expected: int) -> None:
    assert Rounding(step_fen, HALF_UP).apply(Fraction(fen)) == expected


def test_rounding_up_reaches_the_next_step() -> None:
    assert Rounding(1000, CEIL).apply(Fraction(1)) == 1000
    assert Rounding(1000, FLOOR).apply(Fraction(1999)) == 1000
    assert Rounding(1000, DOWN).apply(Fraction(-1999)) == -1000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", Fraction(12)),
        ("+12.5", Fraction(25, 2)),
        ("-0.05", Fraction(-1, 20)),
        ("007", Fraction(7)),
        ("999999999999999.99999999", Fraction("999999999999999.99999999")),
        ("1000000000000000", None),
        ("0.123456789", None),
        ("1e5", None),
        ("1,000", None),
        ("1_000", None),
        (".5", None),
        ("5.", None),
        ("１２", None),
        ("nan", None),
        ("", None),
        ("1 ", None),
    ],
)
def test_only_plain_decimal_numbers_are_read(text: str, expected: Fraction | None) -> None:
    assert parse_number(text) == expected


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-105, "-1.05"), (21600, "216.00"), (99, "0.99")],
)
def test_fen_are_shown_as_yuan_with_two_decimals(fen: int, shown: str) -> None:
    assert format_fen(fen) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("57.5", "57.5"),
        ("172/3", "172/3"),
        ("-172/3", "-172/3"),
        ("12", "12"),
        ("0", "0"),
        ("-0.05", "-0.05"),
        ("-7", "-7"),
        ("1/8", "0.125"),
        ("1/1024", "0.0009765625"),
    ],
)
def test_exact_numbers_are_shown_whole_or_as_a_fraction(value: str, shown: str) -> None:
    assert format_exact(Fraction(value)) == shown


@given(st.fractions())
def test_exact_numbers_can_be_read_back(value: Fraction) -> None:
    assert Fraction(format_exact(value)) == value
