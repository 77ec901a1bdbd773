"""One text to one day or month, in every spelling that rosters hold.

Read are 1962-03-15, 1962/3/15, 1962.03.15, 19620315, 1962年3月15日, a spreadsheet's day number
22720, each with or without a time of day, and months alone: 1962-03, 1962/3, 1962.3, 196203,
1962年3月. Not read, because more than one day could be meant: two-digit years, day or month first,
a bare year, `200503`, and `1962.1`, which a spreadsheet makes of both January and October.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from vetbenefits.dates import PER_MONTH, days_in_month, pack
from vetbenefits.intake.status import Status

_TIME = re.compile(r"(?:[ tT]+|(?<=[日号]))\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_YEAR_MONTH_DAY = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?)"
)
_YEAR_MONTH = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})|年(\d{1,2})月份?)")
_DIGITS = re.compile(r"(\d{5}|\d{6}|\d{8})(?:\.0+)?")

_FIRST_SERIAL = date(1899, 12, 30)  # as spreadsheets count from March 1900 on
_LEAST_SERIAL = 10_000  # 1927; a smaller number may as well be a year
_PLACEHOLDER_YEARS = (0, 1, 9999)
_LAST_MONTH = 12


def read_day(text: str, *, is_month: bool = False) -> tuple[Status, int]:
    """Read a half-width text; the value is a packed day, the first one where only a month stands.

    The value of `MONTH_UNSURE` is the first day of the January that may be meant. With `is_month`,
    where only months are expected, six digits are year and month without a doubt.
    """
    bare = "".join((_TIME.sub("", text) if ":" in text else text).split())
    full = _YEAR_MONTH_DAY.fullmatch(bare)
    if full:
        return _day(int(full[1]), int(full[3] or full[5]), int(full[4] or full[6]))
    month = _YEAR_MONTH.fullmatch(bare)
    if month:
        if month[2] == "." and month[3] == "1":
            return Status.MONTH_UNSURE, pack(date(max(int(month[1]), 1), 1, 1))
        return _month(int(month[1]), int(month[3] or month[4]))
    digits = _DIGITS.fullmatch(bare)
    if digits and text.isascii():
        return _from_digits(digits[1], is_month=is_month)
    return Status.NO_DAY, 0


def last_of_month(packed: int) -> int:
    """Return the last day of the month of a packed day."""
    months = packed // PER_MONTH
    return months * PER_MONTH + days_in_month(months)


def _from_digits(digits: str, *, is_month: bool) -> tuple[Status, int]:
    if len(digits) == len("19620315"):
        return _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    if len(digits) == len("196203"):
        if not is_month and 1 <= int(digits[2:4]) <= _LAST_MONTH:
            return Status.NO_DAY, 0  # 200503 may as well be 3 May 2020
        return _month(int(digits[:4]), int(digits[4:]))
    serial = int(digits)
    if serial < _LEAST_SERIAL:
        return Status.NO_DAY, 0
    return Status.FILLED, pack(_FIRST_SERIAL + timedelta(days=serial))


def _day(year: int, month: int, day: int) -> tuple[Status, int]:
    if year in _PLACEHOLDER_YEARS:
        return Status.PLACEHOLDER, 0
    try:
        return Status.FILLED, pack(date(year, month, day))
    except ValueError:
        return Status.NO_SUCH_DAY, 0


def _month(year: int, month: int) -> tuple[Status, int]:
    if year in _PLACEHOLDER_YEARS:
        return Status.PLACEHOLDER, 0
    if not 1 <= month <= _LAST_MONTH:
        return Status.NO_SUCH_DAY, 0
    return Status.MONTH_ONLY, pack(date(year, month, 1))
