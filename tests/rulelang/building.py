"""A small vocabulary, rates and definitions, and short ways to read expressions over them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from vetbenefits.model.facts import (
    NO_TEXT,
    Blank,
    Code,
    FactSpec,
    FactType,
    TableSpec,
    Text,
    Vocabulary,
)
from vetbenefits.model.kinds import PLAIN, RATIO, Kind, Type, Unit, number
from vetbenefits.model.rates import RateRow, RateSchedule
from vetbenefits.problems import Span
from vetbenefits.rulelang.resolver import read_term
from vetbenefits.rulelang.scope import Definition, Scope, fact_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vetbenefits.model.expressions import Term
    from vetbenefits.model.values import Special
    from vetbenefits.problems import Problem

HERE = Span("rule.yaml", 7, 11)
YUAN_PER_YEAR = Unit("yuan", "year")
YUAN_PER_MONTH = Unit("yuan", "month")

Yuan = int | str | Fraction


def fact(name: str, kind: FactType, zh: str = "", **more: object) -> FactSpec:
    """Return a fact; `more` are further fields of `FactSpec`."""
    return FactSpec(name, kind, Text(zh, name), (name, zh), **more)  # type: ignore[arg-type]  # the keywords are those of FactSpec


def code(name: str, zh: str, *also: str) -> Code:
    return Code(name, Text(zh, name), (name, zh, *also))


NONE_WHEN_BLANK = Blank("none")

FACTS = (
    fact("birth_date", FactType.DATE, "出生日期"),
    fact("enlisted_on", FactType.DATE, "入伍时间"),
    fact("left_on", FactType.DATE, "退役时间", blank=NONE_WHEN_BLANK),
    fact("deceased_on", FactType.DATE, "死亡日期", blank=NONE_WHEN_BLANK),
    fact(
        "grade",
        FactType.INTEGER,
        "残疾等级",
        low=Fraction(1),
        high=Fraction(10),
        blank=NONE_WHEN_BLANK,
    ),
    fact("children", FactType.INTEGER, "子女数", low=Fraction(0), high=Fraction(20)),
    fact(
        "months_served",
        FactType.INTEGER,
        "服役月数",
        unit="months",
        low=Fraction(0),
        high=Fraction(600),
    ),
    fact("income", FactType.MONEY, "收入", low=Fraction(0), high=Fraction(10_000_000)),
    fact(
        "debt",
        FactType.MONEY,
        "债务",
        low=Fraction(-1000),
        high=Fraction(1000),
        blank=NONE_WHEN_BLANK,
    ),
    fact("share", FactType.RATIO, "比例", low=Fraction(0), high=Fraction(1), decimals=4),
    fact("draws_pension", FactType.YES_NO, "在领养老金"),
    fact("has_appealed", FactType.YES_NO, "已申诉", blank=NONE_WHEN_BLANK),
    fact(
        "status",
        FactType.CODE,
        "人员状态",
        values=(
            code("serving", "现役"),
            code("retired", "退役", "退伍"),
            code("civilian", "非军人"),
        ),
        groups={"soldiers": ("serving", "retired"), "only_serving": ("serving",)},
    ),
    fact(
        "cause",
        FactType.CODE,
        "残疾性质",
        values=(code("war", "因战", "1"), code("duty", "因公", "2"), code("illness", "因病", "3")),
        blank=NONE_WHEN_BLANK,
    ),
    fact(
        "insurance",
        FactType.CODE,
        "养老保障方式",
        values=(code("employee", "职工"), code("none", "无")),
    ),
    fact(
        "draws",
        FactType.CODES,
        "在领待遇",
        values=(
            code("war_veteran", "参战"),
            code("red_army", "三红"),
            code("rural_60", "农村籍60岁", "81"),
        ),
        groups={"national": ("war_veteran", "red_army")},
    ),
    fact("place", FactType.DIVISION, "行政区划代码"),
    fact("approved_at", FactType.DIVISION, "批准入伍地", blank=NONE_WHEN_BLANK),
    fact("nickname", FactType.TEXT, "小名"),
    fact("alias", FactType.TEXT, "别名"),
    fact("phone", FactType.TEXT, "手机", is_private=True),
    fact("settled_on", FactType.DATE, "结算日期", table="bill"),
    fact("cost", FactType.MONEY, "费用", table="bill", low=Fraction(0), high=Fraction(1_000_000)),
)
VOCABULARY = Vocabulary(
    {one.name: one for one in FACTS},
    {
        "bill": TableSpec(
            "bill", Text("账单", "bill"), "settled_on", "bill_id", ("settled_on", "cost")
        )
    },
)


def row(from_on: str, value: Yuan | Special, *keys: str | int, **more: object) -> RateRow:
    """Return a row of a rate; a number of `keys` is a whole number."""
    made = Fraction(value) if isinstance(value, int | str) else value
    found = tuple(Fraction(key) if isinstance(key, int) else key for key in keys)
    return RateRow(date.fromisoformat(from_on), made, found, **more)  # type: ignore[arg-type]  # the keywords are those of RateRow


def rate(name: str, *rows: RateRow, unit: Unit = YUAN_PER_YEAR, **more: object) -> RateSchedule:
    """Return a schedule whose type is proved from its rows."""
    values = [one.value for one in rows if isinstance(one.value, Fraction)] or [Fraction(0)]
    denominators = [value.denominator for value in values]
    kind = number(
        unit,
        min(values),
        max(values),
        max(denominators),
        may_be_none=any(not isinstance(one.value, Fraction) for one in rows),
    )
    return RateSchedule("test", name, kind, rows, **more)  # type: ignore[arg-type]  # the keywords are those of RateSchedule


RATES = {
    one.name: one
    for one in (
        rate("per_year", row("2020-01-01", 600), row("2021-08-01", 648)),
        rate("monthly", row("2020-01-01", 55), unit=YUAN_PER_MONTH),
        rate("multiple", row("2020-01-01", 2), unit=PLAIN),
        rate("ratio", row("2020-01-01", "0.65"), unit=RATIO),
        rate("standard", row("2020-01-01", 900, 1, "war"), keys=("grade", "cause")),
        rate(
            "local", row("2020-01-01", 100), row("2020-01-01", 130, division="9901"), regional=True
        ),
    )
}
DEFINITIONS = {
    "age": "years_between(birth_date, as_of)",
    "deceased": "deceased_on <= as_of",
    "years_served": "years_between(enlisted_on, left_on, part_year = counts_as_one)",
}
TITLES = {"age": "年龄", "deceased": "已去世", "years_served": "服役年数"}


def definitions(texts: Mapping[str, str]) -> dict[str, Definition]:
    """Return definitions by name, each on a line of its own of `common.yaml`."""
    return {
        name: Definition(
            name,
            text,
            Span("common.yaml", line, 5),
            Text(TITLES[name], name) if name in TITLES else NO_TEXT,
        )
        for line, (name, text) in enumerate(texts.items(), start=1)
    }


def scope(
    more: Mapping[str, str] | None = None,
    *,
    table: str = "person",
    rates: Iterable[RateSchedule] = (),
) -> Scope:
    """Return the scope of the tests, with further definitions and rates."""
    return Scope(
        VOCABULARY,
        table,
        definitions({**DEFINITIONS, **(more or {})}),
        {**RATES, **{one.name: one for one in rates}},
        fact_term(VOCABULARY.facts["place"], HERE, "place"),
    )


SCOPE = scope()


def read(text: str, within: Scope = SCOPE) -> Term:
    """Return the term of an expression that is right."""
    term, problems = read_term(text, HERE, within)
    assert term is not None, [one.first_line() for one in problems]
    assert problems == ()
    return term


def reads(text: str, within: Scope = SCOPE) -> bool:
    """Tell whether an expression is read without any problem."""
    term, problems = read_term(text, HERE, within)
    return term is not None and problems == ()


def wrong(text: str, within: Scope = SCOPE) -> Problem:
    """Return the one problem of an expression that is wrong."""
    term, problems = read_term(text, HERE, within)
    assert problems, f"`{text}` was read"  # a term too large for any use is too large to be shown
    assert term is None
    (problem,) = problems
    return problem


def underlined(problem: Problem, text: str) -> str:
    """Return the part of an expression that a problem points at."""
    start = problem.span.column - HERE.column
    return text[start : start + problem.span.length]


def bounds(kind: Type) -> tuple[object, object]:
    """Return the bounds of a type, comparable with whole numbers."""
    return kind.low, kind.high


def number_type(low: Yuan, high: Yuan, denominator: int = 1, unit: Unit = PLAIN) -> Type:
    """Return the type of a number with its bounds."""
    return Type(Kind.NUMBER, unit, Fraction(low), Fraction(high), denominator)
