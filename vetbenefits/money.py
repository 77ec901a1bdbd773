"""Money as a whole number of fen, exact parsing and the one kind of rounding there is.

No float comes near an amount. Rates and values in between are `Fraction` in yuan; an amount that
is paid is an `int` in fen, made by `Rounding.apply` and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

FEN_PER_YUAN = 100

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,8})?")


class RoundingMode(StrEnum):
    """Towards which side a value between two steps goes."""

    FLOOR = "floor"
    CEIL = "ceil"
    DOWN = "down"
    HALF_UP = "half_up"


@dataclass(frozen=True, slots=True)
class Rounding:
    """A rounding as a rule orders it: to multiples of `step_fen`, by `mode`.

    `DOWN` goes toward zero; `HALF_UP` goes away from zero on a tie, also for negative amounts.
    """

    step_fen: int
    mode: RoundingMode

    def apply(self, fen: Fraction) -> int:
        """Round an exact number of fen to a whole number of steps, in fen."""
        return round_fraction(fen / self.step_fen, self.mode) * self.step_fen


def round_fraction(value: Fraction, mode: RoundingMode) -> int:
    """Round an exact value to an integer.

    Units: the same before and after. A tie under `HALF_UP` goes away from zero.
    """
    if mode is RoundingMode.FLOOR:
        return value.numerator // value.denominator
    if mode is RoundingMode.CEIL:
        return -(-value.numerator // value.denominator)
    sign = -1 if value < 0 else 1
    size = abs(value)
    if mode is RoundingMode.DOWN:
        return sign * (size.numerator // size.denominator)
    return sign * ((2 * size.numerator + size.denominator) // (2 * size.denominator))


def parse_number(text: str) -> Fraction | None:
    """Return the exact value of a plain decimal number, or None where the text is none.

    Up to 15 digits before and 8 after the point; no exponent, no separators.
    """
    if _NUMBER.fullmatch(text) is None or not text.isascii():
        return None
    return Fraction(text)


def format_fen(fen: int) -> str:
    """Return yuan with two decimals, `-0.05` for minus five fen."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{sign}{yuan}.{rest:02d}"


def format_exact(value: Fraction) -> str:
    """Return an exact number as people write it: `57.5`, or `172/3` where it does not end."""
    denominator = value.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    if denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    scaled = abs(value.numerator) * 10**digits // value.denominator
    whole, rest = divmod(scaled, 10**digits)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{rest:0{digits}d}" if digits else f"{sign}{whole}"
