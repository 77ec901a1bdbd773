"""What became of a cell: the closed list, and the reason for each way to be unreadable."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Status(IntEnum):
    """What one cell says: up to `MONTH_ONLY` a value, from `FIRST_BAD` on nothing usable."""

    FILLED = 0
    MONTH_ONLY = 1
    BLANK = 2
    NONE = 3
    UNKNOWN = 4
    NO_COLUMN = 5

    NO_DAY = 16
    NO_SUCH_DAY = 17
    MONTH_UNSURE = 18
    OUT_OF_RANGE = 19
    NO_NUMBER = 20
    TOO_FINE = 21
    NO_CODE = 22
    NO_YES_NO = 23
    NO_DIVISION = 24
    DAMAGED = 25
    PLACEHOLDER = 26


FIRST_BAD = 16


@dataclass(frozen=True, slots=True)
class Cell:
    """The reading of one text: what became of it and, where there is one, its value."""

    status: Status
    value: int = 0


BLANK = Cell(Status.BLANK)
NONE = Cell(Status.NONE)
UNKNOWN = Cell(Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Reason:
    """The problem code of an unreadable cell, what is told, and how to put it right."""

    code: str
    text: str
    hint: str = ""


REASONS = {
    Status.NO_DAY: Reason(
        "VB410",
        "is no date that can be read",
        "write 1962-03-15 or 1962年3月15日, or leave it blank",
    ),
    Status.NO_SUCH_DAY: Reason("VB411", "is a day that does not exist"),
    Status.MONTH_UNSURE: Reason(
        "VB412",
        "may be January or October: a spreadsheet turns 1962.10 into 1962.1",
        "write 1962.01 or 1962.10, or the whole day",
    ),
    Status.OUT_OF_RANGE: Reason("VB413", "lies outside the allowed range"),
    Status.PLACEHOLDER: Reason(
        "VB413", "stands in for a day that is not known", "leave the cell blank instead"
    ),
    Status.NO_NUMBER: Reason("VB414", "is no number that can be read"),
    Status.TOO_FINE: Reason("VB415", "has more decimals than are allowed"),
    Status.NO_CODE: Reason("VB416", "is none of the allowed values"),
    Status.NO_YES_NO: Reason("VB417", "is neither yes nor no", "write 是 or 否"),
    Status.NO_DIVISION: Reason("VB418", "is no division code of 6, 9 or 12 digits"),
    Status.DAMAGED: Reason(
        "VB419",
        "was turned into a rounded number by a spreadsheet; its last digits are lost",
        "export the column as text",
    ),
}
