"""The words of the expression language: keywords, functions and units, in English and Chinese."""

from __future__ import annotations

from dataclasses import dataclass

KEYWORDS: dict[str, tuple[str, ...]] = {
    "and": ("且", "并且"),
    "or": ("或", "或者"),
    "not": ("非", "不是", "不"),
    "in": ("属于",),
    "any of": ("含任一", "包含任一"),
    "if": ("如果", "若"),
    "then": ("则", "那么"),
    "else": ("否则",),
    "on": ("于",),
    "none": ("无",),
    "yes": ("是",),
    "no": ("否",),
    "rate": ("标准",),
    "as_of": ("截至日",),
    "=": ("等于",),
    "!=": ("不等于",),
    ">": ("大于", "高于"),
    "<": ("小于", "低于"),
    ">=": ("大于等于", "不小于", "不低于"),
    "<=": ("小于等于", "不大于", "不高于"),
}

UNITS: dict[str, tuple[str, ...]] = {
    "yuan": ("yuan", "元"),
    "years": ("year", "years", "年", "岁", "周岁"),
    "months": ("month", "months", "个月", "月"),
    "days": ("day", "days", "天", "日"),
}


# The options of functions and what they may be set to: `满年数(a, b, 不足一年 = 按一年计)`.
OPTION_WORDS: dict[str, tuple[str, ...]] = {
    "part_year": ("不足一年",),
    "dropped": ("舍去",),
    "counts_as_one": ("按一年计",),
    "half_steps": ("按半年计",),
    "month_end": ("无此日时",),
    "first_of_next": ("次月首日",),
    "last_day": ("当月末日",),
}


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the language: how it is called, and one line of help."""

    name: str
    chinese: tuple[str, ...]
    arguments: str
    help: str
    options: tuple[str, ...] = ()


FUNCTIONS: dict[str, Function] = {
    one.name: one
    for one in (
        Function(
            "years_between",
            ("满年数",),
            "start, end",
            "whole years from start to end (exclusive); `part_year` says what the rest counts: "
            "`dropped` (default), `counts_as_one` or `half_steps`",
            ("part_year", "month_end"),
        ),
        Function(
            "months_between",
            ("满月数",),
            "start, end",
            "whole months from start to end (exclusive)",
            ("month_end",),
        ),
        Function("days_between", ("天数",), "start, end", "days from start to end (exclusive)"),
        Function("year_of", ("年份",), "day", "the calendar year of a day"),
        Function("min", ("较小者",), "a, b, …", "the least; unknown if one is unknown"),
        Function("max", ("较大者",), "a, b, …", "the greatest; unknown if one is unknown"),
        Function("ceil", ("进位取整",), "x", "the next whole number at or above x"),
        Function("floor", ("舍尾取整",), "x", "the next whole number at or below x"),
        Function("known", ("已知",), "x", "whether x is known; true for `none`"),
    )
}

# Named in the design of the language, refused until there is something behind them.
NOT_YET = ("due", "count", "sum", "any")
