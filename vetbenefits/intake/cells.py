"""One text to one value: every spelling of a date, number, code or yes/no that real rosters hold.

Nothing raises and nothing is guessed: a cell is a value, `none`, unknown, blank, or unreadable for
a reason that can be told. `intake.columns` applies these readers to the distinct texts of a column.

Units: values are whole numbers: a packed day (`dates.pack`), fen, a scaled ratio, the index of a
code, a set of codes as bits, 0 or 1, the digits of a division code without zeros that fill it up.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from vetbenefits.dates import PER_MONTH, pack
from vetbenefits.intake.days import last_of_month, read_day
from vetbenefits.intake.status import BLANK, NONE, UNKNOWN, Cell, Status
from vetbenefits.intake.wording import as_word, half_width
from vetbenefits.model.divisions import without_zeros
from vetbenefits.model.facts import FactType, MonthOnly
from vetbenefits.model.kinds import WIDEST_COUNT, WIDEST_YUAN
from vetbenefits.money import parse_number

if TYPE_CHECKING:
    from vetbenefits.model.facts import FactSpec

ReadCell: TypeAlias = Callable[[str], Cell]

NONE_WORDS = frozenset({"none", "无"})
UNKNOWN_WORDS = frozenset({"unknown"})

_YES = ("是", "1", "y", "yes", "true", "√", "✓", "✔", "☑", "●")
_NO = ("否", "0", "n", "no", "false", "×", "✗", "✘")
_YES_NO = dict.fromkeys(_YES, 1) | dict.fromkeys(_NO, 0)

_ROUNDED = re.compile(r"\d(?:\.\d+)?e\+?\d+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DIVISION = re.compile(r"[1-9](?:\d{5}|\d{8}|\d{11})")
_DIVIDERS = re.compile(r"[、;,，；|/\s]+")
_GRADES = dict(zip("一二三四五六七八九十", range(1, 11), strict=True))
_MOST_CODES = 57  # what `intake.columns` can carry beside the status in one Int64
_LARGEST = 2**57  # same


def reader_of(spec: FactSpec) -> ReadCell:
    """Return the function that reads one text as this fact."""
    if spec.type is FactType.TEXT:
        msg = f"text needs no reading: {spec.name}"
        raise ValueError(msg)
    return _READERS[spec.type](spec)


def code_words(spec: FactSpec) -> dict[str, int]:
    """Return the index of each code by every comparable spelling; the first to claim one wins."""
    words: dict[str, int] = {}
    for index, code in enumerate(spec.values):
        for spelling in (code.id, code.title.zh, code.title.en, *code.spellings):
            if spelling:
                words.setdefault(as_word(spelling), index)
    return words


def number_range(spec: FactSpec) -> tuple[Fraction, Fraction]:
    """Return the inclusive range of a number in its unit; the widest one where none is stated."""
    if spec.low or spec.high:
        return spec.low, spec.high
    widest = WIDEST_YUAN if spec.type is FactType.MONEY else WIDEST_COUNT
    return -widest, widest


def _special(spec: FactSpec, word: str) -> Cell | None:
    """Read what every kind of fact may hold: nothing, `none` or an admitted `unknown`."""
    if not word:
        return BLANK
    if word in UNKNOWN_WORDS:
        return UNKNOWN
    if word in NONE_WORDS and spec.may_be_none:
        return NONE
    return None


def _day_reader(spec: FactSpec) -> ReadCell:
    first, last = pack(spec.first_on), pack(spec.last_on)

    def read(text: str) -> Cell:
        bare = half_width(text)
        special = _special(spec, bare.casefold())
        if special:
            return special
        status, packed = read_day(bare)
        if status is Status.MONTH_ONLY and spec.month_only is MonthOnly.LAST_DAY:
            packed = last_of_month(packed)
        readable = status in (Status.FILLED, Status.MONTH_ONLY)
        if readable and not first <= packed <= last:
            return Cell(Status.OUT_OF_RANGE)
        return Cell(status, packed)

    return read


def _month_reader(spec: FactSpec) -> ReadCell:
    first = pack(spec.first_on.replace(day=1))
    last = pack(spec.last_on)

    def read(text: str) -> Cell:
        bare = half_width(text)
        special = _special(spec, bare.casefold())
        if special:
            return special
        status, packed = read_day(bare, is_month=True)
        if status not in (Status.FILLED, Status.MONTH_ONLY):
            return Cell(status)
        start = (packed - 1) // PER_MONTH * PER_MONTH + 1
        return Cell(Status.FILLED, start) if first <= start <= last else Cell(Status.OUT_OF_RANGE)

    return read


def _number_reader(spec: FactSpec) -> ReadCell:
    low, high = number_range(spec)

    def read(text: str) -> Cell:
        word = as_word(text)
        special = _special(spec, word)
        if special:
            return special
        number = _number(word, spec.type)
        if number is None:
            return Cell(Status.DAMAGED if _ROUNDED.fullmatch(word) else Status.NO_NUMBER)
        if not low <= number <= high:
            return Cell(Status.OUT_OF_RANGE)
        scaled = number * spec.scale
        if scaled.denominator != 1:
            return Cell(Status.TOO_FINE)
        if abs(scaled) >= _LARGEST:
            return Cell(Status.OUT_OF_RANGE)
        return Cell(Status.FILLED, scaled.numerator)

    return read


def _number(word: str, kind: FactType) -> Fraction | None:
    if kind is FactType.MONEY:
        word = word.removesuffix("元").removeprefix("¥")
    elif kind is FactType.INTEGER and word.endswith("级"):
        word = word.removesuffix("级")
        if word in _GRADES:
            return Fraction(_GRADES[word])
    share = kind is FactType.RATIO and word.endswith("%")
    digits = word.removesuffix("%") if share else word
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(",", "")
    number = parse_number(digits)
    return number / 100 if number is not None and share else number


def _word_reader(spec: FactSpec, words: dict[str, int], otherwise: Status) -> ReadCell:
    def read(text: str) -> Cell:
        word = as_word(text)
        if word in words:
            return Cell(Status.FILLED, words[word])
        return _special(spec, word) or Cell(otherwise)

    return read


def _set_reader(spec: FactSpec) -> ReadCell:
    if len(spec.values) > _MOST_CODES:
        msg = f"{spec.name} has more than {_MOST_CODES} codes"
        raise ValueError(msg)
    words = code_words(spec)

    def read(text: str) -> Cell:
        whole = as_word(text)
        if whole in words:
            return Cell(Status.FILLED, 1 << words[whole])
        if whole in NONE_WORDS:
            return Cell(Status.FILLED, 0)
        special = _special(spec, whole)
        if special:
            return special
        held = 0
        for part in _DIVIDERS.split(half_width(text)):
            word = as_word(part)
            if word and word not in words:
                return Cell(Status.NO_CODE)
            if word:
                held |= 1 << words[word]
        return Cell(Status.FILLED, held) if held else Cell(Status.NO_CODE)

    return read


def _division_reader(spec: FactSpec) -> ReadCell:
    def read(text: str) -> Cell:
        word = as_word(text)
        special = _special(spec, word)
        if special:
            return special
        if _ROUNDED.fullmatch(word):
            return Cell(Status.DAMAGED)
        digits = word.removesuffix(".0")
        if _DIVISION.fullmatch(digits) and digits.isascii():
            return Cell(Status.FILLED, int(without_zeros(digits)))
        return Cell(Status.NO_DIVISION)

    return read


def _yes_no_reader(spec: FactSpec) -> ReadCell:
    return _word_reader(spec, _YES_NO, Status.NO_YES_NO)


def _code_reader(spec: FactSpec) -> ReadCell:
    return _word_reader(spec, code_words(spec), Status.NO_CODE)


_READERS: dict[FactType, Callable[[FactSpec], ReadCell]] = {
    FactType.DATE: _day_reader,
    FactType.MONTH: _month_reader,
    FactType.INTEGER: _number_reader,
    FactType.MONEY: _number_reader,
    FactType.RATIO: _number_reader,
    FactType.YES_NO: _yes_no_reader,
    FactType.CODE: _code_reader,
    FactType.CODES: _set_reader,
    FactType.DIVISION: _division_reader,
}
