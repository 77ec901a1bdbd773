"""What became of a cell: the closed list, and the reason for each way to be unreadable."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

CHINESE = "zh"


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
    """The problem code of an unreadable cell, what is told, and how to put it right.

    `zh` and `zh_hint` say the same in Chinese.
    """

    code: str
    text: str
    hint: str = ""
    zh: str = ""
    zh_hint: str = ""

    def told(self, language: str) -> str:
        """Return what is told, in `zh` or `en`."""
        return self.zh or self.text if language == CHINESE else self.text

    def way_out(self, language: str) -> str:
        """Return how to put it right, in `zh` or `en`; empty where nothing is to be said."""
        return self.zh_hint or self.hint if language == CHINESE else self.hint


REASONS = {
    Status.NO_DAY: Reason(
        "VB410",
        "is no date that can be read",
        "write 1962-03-15 or 1962年3月15日, or leave it blank",
        "不是能识别的日期",
        "请写成 1962-03-15 或 1962年3月15日，或留空",
    ),
    Status.NO_SUCH_DAY: Reason("VB411", "is a day that does not exist", zh="是不存在的日期"),
    Status.MONTH_UNSURE: Reason(
        "VB412",
        "may be January or October: a spreadsheet turns 1962.10 into 1962.1",
        "write 1962.01 or 1962.10, or the whole day",
        "可能是1月，也可能是10月：电子表格会把 1962.10 变成 1962.1",
        "请写成 1962.01 或 1962.10，或写全年月日",
    ),
    Status.OUT_OF_RANGE: Reason("VB413", "lies outside the allowed range", zh="超出允许的范围"),
    Status.PLACEHOLDER: Reason(
        "VB413",
        "stands in for a day that is not known",
        "leave the cell blank instead",
        "是代替未知日期的占位值",
        "请改为留空",
    ),
    Status.NO_NUMBER: Reason("VB414", "is no number that can be read", zh="不是能识别的数字"),
    Status.TOO_FINE: Reason("VB415", "has more decimals than are allowed", zh="小数位数过多"),
    Status.NO_CODE: Reason("VB416", "is none of the allowed values", zh="不是允许填写的值"),
    Status.NO_YES_NO: Reason(
        "VB417", "is neither yes nor no", "write 是 or 否", "既不是“是”也不是“否”", "请填 是 或 否"
    ),
    Status.NO_DIVISION: Reason(
        "VB418", "is no division code of 6, 9 or 12 digits", zh="不是6、9或12位的行政区划代码"
    ),
    Status.DAMAGED: Reason(
        "VB419",
        "was turned into a rounded number by a spreadsheet; its last digits are lost",
        "export the column as text",
        "被电子表格变成了四舍五入的数，末尾几位已丢失",
        "请把这一列按文本导出",
    ),
}
