"""One scalar of a rule file each: text into a day, number, id or choice, strictly.

Nothing is guessed: `86400` is no day, `1_000` and `1e5` are no numbers. A reader returns the value
with its place or raises `Unreadable`; it never sees more than one text.
"""

# ruff: noqa: TC001, TC003  pydantic reads the annotations of `Placed` while running
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Generic, TypeVar

from vetbenefits.dates import parse_iso_day
from vetbenefits.model.divisions import LENGTHS, without_zeros
from vetbenefits.model.values import Special
from vetbenefits.money import parse_number
from vetbenefits.problems import Span, did_you_mean
from vetbenefits.rulelang.source import SourceText

if TYPE_CHECKING:
    from collections.abc import Collection


T = TypeVar("T")

LONGEST_ID = 60
LONGEST_COUNT = 6
CONFIDENCES = ("A", "B", "C", "D", "P", "H")

_ID = re.compile(r"[a-z][a-z0-9_]*")
# Definitions, rates and checks may be called by a word of the policy's own language.
_NAME = re.compile(r"[A-Za-z\u3400-\u9fff][A-Za-z0-9_\u3400-\u9fff]*")
_DURATION = re.compile(r"(\d{1,4}) (month|months|year|years)")
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")
_ROUND_STEP = re.compile(r"(\d{1,6}) (fen|jiao|yuan)")
_FEN = {"fen": 1, "jiao": 10, "yuan": 100}


class Unreadable(ValueError):  # noqa: N818  it names what the text is
    """A text that is not what its key calls for: a code, a message, a way out."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """A value that was read, with the text it was read from and its place."""

    value: T
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class RateValue:
    """The value of a rate row: an exact number (a share where `is_percent`), or none or unknown."""

    value: Fraction | Special
    is_percent: bool = False


def read_text(text: SourceText) -> SourceText:
    """Accept any text; that it is not empty was seen before."""
    return text


def read_id(text: SourceText) -> SourceText:
    """Accept an id: small letters, digits and `_`, beginning with a letter."""
    if _ID.fullmatch(text) is None or len(text) > LONGEST_ID:
        hint = "use small letters, digits and `_`, beginning with a letter"
        raise Unreadable("VB207", f"`{text}` is no id", hint)
    return text


def read_name(text: SourceText) -> SourceText:
    """Accept the name of a definition, rate or check, in letters or Chinese characters."""
    if _NAME.fullmatch(text) is None or len(text) > LONGEST_ID:
        hint = "use letters, digits and `_`, beginning with a letter"
        raise Unreadable("VB207", f"`{text}` is no name", hint)
    return text


def read_day(text: SourceText) -> Placed[date]:
    """Read YYYY-MM-DD, a day that exists."""
    day = parse_iso_day(text)
    if day is None:
        raise Unreadable("VB205", f"`{text}` is no day", "write YYYY-MM-DD, a day that exists")
    return Placed(day, text, text.span)


def read_count(text: SourceText) -> Placed[int]:
    """Read a plain whole number above zero."""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_COUNT and int(text) > 0):
        raise Unreadable("VB206", f"`{text}` is no whole number above zero", "write digits only")
    return Placed(int(text), text, text.span)


def read_number(text: SourceText) -> Placed[Fraction]:
    """Read a plain decimal number."""
    value = parse_number(text)
    if value is None:
        hint = "write digits and a point, without separators, unit or exponent"
        raise Unreadable("VB206", f"`{text}` is no number", hint)
    return Placed(value, text, text.span)


def read_rate_value(text: SourceText) -> Placed[RateValue]:
    """Read a number, a percentage, `none` or `unknown`."""
    for special in Special:
        if text == special.value:
            return Placed(RateValue(special), text, text.span)
    is_percent = text.endswith("%")
    value = parse_number(text.removesuffix("%").rstrip() if is_percent else text)
    if value is None:
        hint = "write a plain number such as 688 or 0.5, a percentage such as 50%, none or unknown"
        raise Unreadable("VB206", f"`{text}` is no value of a rate", hint)
    return Placed(RateValue(value / 100 if is_percent else value, is_percent), text, text.span)


def read_duration(text: SourceText) -> Placed[int]:
    """Read `24 months` or `2 years`, in months."""
    match = _DURATION.fullmatch(text)
    if match is None:
        hint = "write for example `6 months` or `2 years`"
        raise Unreadable("VB213", f"`{text}` is no number of months", hint)
    months = int(match[1]) * (12 if match[2].startswith("year") else 1)
    return Placed(months, text, text.span)


def read_month_day(text: SourceText) -> Placed[tuple[int, int]]:
    """Read MM-DD, a day that every year has."""
    match = _MONTH_DAY.fullmatch(text)
    day = parse_iso_day(f"2001-{text}") if match is not None and text.isascii() else None
    if day is None:
        hint = "write MM-DD, a day that every year has"
        raise Unreadable("VB205", f"`{text}` is no day of a year", hint)
    return Placed((day.month, day.day), text, text.span)


def read_round_step(text: SourceText) -> Placed[int]:
    """Read the step of a rounding, `fen` or `10 yuan`, in fen."""
    if text in _FEN:
        return Placed(_FEN[text], text, text.span)
    match = _ROUND_STEP.fullmatch(text)
    if match is None or not int(match[1]):
        hint = "write fen, jiao, yuan or a multiple such as `10 yuan`"
        raise Unreadable("VB206", f"`{text}` is no step to round to", hint)
    return Placed(int(match[1]) * _FEN[match[2]], text, text.span)


def read_division(text: SourceText) -> SourceText:
    """Read a division code of 2, 4, 6, 9 or 12 digits; zeros that fill it up are cut off."""
    if not (text.isascii() and text.isdigit() and len(text) in LENGTHS):
        hint = "it has 2, 4, 6, 9 or 12 digits"
        raise Unreadable("VB207", f"`{text}` is no division code", hint)
    return SourceText(without_zeros(text), text.span)


def read_choice(text: SourceText, choices: Collection[str]) -> SourceText:
    """Accept one of a few words."""
    if text not in choices:
        hint = did_you_mean(text, choices) or "it is one of " + ", ".join(choices)
        raise Unreadable("VB204", f"`{text}` is not allowed here", hint)
    return text


def read_yes_no(text: SourceText) -> Placed[bool]:
    """Read `yes` or `no` (`true` and `false` are understood)."""
    read_choice(text, ("yes", "no", "true", "false"))
    return Placed(text in ("yes", "true"), text, text.span)
