from __future__ import annotations

from datetime import date

import pytest

from tests.rulelang.building import VOCABULARY, bounds, fact, read, reads, underlined, wrong
from vetbenefits.dates import MonthEnd, PartYear
from vetbenefits.model.expressions import (
    Between,
    Period,
)
from vetbenefits.model.facts import FactType, Vocabulary
from vetbenefits.model.kinds import Unit
from vetbenefits.rulelang.scope import Scope

# --- between -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unit", "part", "month_end"),
    [
        (
            "years_between(birth_date, as_of)",
            Period.YEARS,
            PartYear.DROPPED,
            MonthEnd.FIRST_OF_NEXT,
        ),
        (
            "months_between(birth_date, as_of)",
            Period.MONTHS,
            PartYear.DROPPED,
            MonthEnd.FIRST_OF_NEXT,
        ),
        (
            "days_between(birth_date, left_on)",
            Period.DAYS,
            PartYear.DROPPED,
            MonthEnd.FIRST_OF_NEXT,
        ),
        (
            "years_between(birth_date, as_of, part_year = half_steps)",
            Period.YEARS,
            PartYear.HALF_STEPS,
            MonthEnd.FIRST_OF_NEXT,
        ),
        (
            "years_between(birth_date, as_of, part_year = counts_as_one, month_end = last_day)",
            Period.YEARS,
            PartYear.COUNTS_AS_ONE,
            MonthEnd.LAST_DAY,
        ),
        (
            "years_between(month_end = first_of_next, birth_date, as_of, part_year = dropped)",
            Period.YEARS,
            PartYear.DROPPED,
            MonthEnd.FIRST_OF_NEXT,
        ),
        (
            "months_between(as_of, left_on, month_end = last_day)",
            Period.MONTHS,
            PartYear.DROPPED,
            MonthEnd.LAST_DAY,
        ),
        (
            "满年数(出生日期, 截至日, 不足一年 = 按半年计, 无此日时 = 当月末日)",
            Period.YEARS,
            PartYear.HALF_STEPS,
            MonthEnd.LAST_DAY,
        ),
        (
            "满月数(出生日期, 截至日, 无此日时 = 次月首日)",
            Period.MONTHS,
            PartYear.DROPPED,
            MonthEnd.FIRST_OF_NEXT,
        ),
    ],
)
def test_count_between_two_days_has_its_options(
    text: str, unit: Period, part: PartYear, month_end: MonthEnd
) -> None:
    term = read(text)
    assert isinstance(term, Between)
    assert (term.unit, term.part_year, term.month_end) == (unit, part, month_end)
    assert term.type.unit == Unit(str(unit))
    assert term.type.denominator == (2 if part is PartYear.HALF_STEPS else 1)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("years_between(2000-01-01, 2020-12-31)", 19, 21),
        ("months_between(2000-01-01, 2020-12-31)", 19 * 12, 21 * 12),
        ("days_between(2000-01-01, 2020-12-31)", 19 * 366, 21 * 366),
        ("years_between(birth_date, as_of)", -350, 350),
    ],
)
def test_count_is_bounded_by_the_years_of_both_days(text: str, low: int, high: int) -> None:
    found = read(text).type
    assert bounds(found) == (low, high)


def test_days_too_far_apart_are_refused() -> None:
    ancient = fact("ancient", FactType.DATE, first_on=date(1500, 1, 1))
    wide = Scope(Vocabulary({"ancient": ancient, **VOCABULARY.facts}))
    for text in ("years_between(ancient, birth_date)", "days_between(birth_date, ancient)"):
        problem = wrong(text, wide)
        assert (problem.code, problem.hint) == ("VB311", "state narrower ranges for the facts")
        assert problem.message == "these days can be more than 400 years apart"
    assert reads("years_between(birth_date, 2200-01-01 + 49 years)")
    assert wrong("years_between(birth_date, 2200-01-01 + 50 years)").code == "VB311"


@pytest.mark.parametrize(
    ("text", "at", "code", "message", "hint"),
    [
        (
            "years_between(birth_date)",
            "years_between(birth_date)",
            "VB307",
            "`years_between` takes (start, end), 1 given",
            "",
        ),
        (
            "days_between()",
            "days_between()",
            "VB307",
            "`days_between` takes (start, end), 0 given",
            "",
        ),
        (
            "days_between() > 5",
            "days_between()",
            "VB307",
            "`days_between` takes (start, end), 0 given",
            "",
        ),
        (
            "years_between(grade, as_of)",
            "grade",
            "VB305",
            "a day is needed here, but this is a number",
            "",
        ),
        (
            "years_between(birth_date, 5)",
            "5",
            "VB305",
            "a day is needed here, but this is a number",
            "",
        ),
        (
            "years_between(as_of - 1 year, as_of)",
            "years_between(as_of - 1 year, as_of)",
            "VB310",
            "only one end may move with as_of",
            "count from or to a day fixed per person",
        ),
        (
            "months_between(as_of, min(as_of, left_on))",
            "months_between(as_of, min(as_of, left_on))",
            "VB310",
            "only one end may move with as_of",
            "count from or to a day fixed per person",
        ),
        (
            "days_between(birth_date, as_of)",
            "days_between(birth_date, as_of)",
            "VB310",
            "days up to a moving day stand only directly in a comparison",
            "write `days_between(a, as_of) >= 30`",
        ),
        (
            "days_between(as_of, birth_date) * 2 > 5",
            "days_between(as_of, birth_date)",
            "VB310",
            "days up to a moving day stand only directly in a comparison",
            "write `days_between(a, as_of) >= 30`",
        ),
        (
            "years_between(birth_date, as_of, part_yaer = dropped)",
            "dropped",
            "VB307",
            "`years_between` has no option `part_yaer`",
            "did you mean `part_year`?",
        ),
        (
            "years_between(birth_date, as_of, zzz = dropped)",
            "dropped",
            "VB307",
            "`years_between` has no option `zzz`",
            "its options are part_year, month_end",
        ),
        (
            "months_between(birth_date, as_of, part_year = dropped)",
            "dropped",
            "VB307",
            "`months_between` has no option `part_year`",
            "its options are month_end",
        ),
        (
            "days_between(birth_date, left_on, month_end = last_day)",
            "last_day",
            "VB307",
            "`days_between` has no option `month_end`",
            "it has none",
        ),
        (
            "days_between(birth_date, as_of, 无此日时 = 当月末日) > 5",
            "当月末日",
            "VB307",
            "`days_between` has no option `month_end`",
            "it has none",
        ),
        (
            "years_between(birth_date, as_of, part_year = halfsteps)",
            "halfsteps",
            "VB307",
            "`part_year` cannot be `halfsteps`",
            "did you mean `half_steps`?",
        ),
        (
            "years_between(birth_date, as_of, part_year = zzz)",
            "zzz",
            "VB307",
            "`part_year` cannot be `zzz`",
            "one of dropped, counts_as_one, half_steps",
        ),
        (
            "years_between(birth_date, as_of, month_end = zzz)",
            "zzz",
            "VB307",
            "`month_end` cannot be `zzz`",
            "one of first_of_next, last_day",
        ),
        (
            "years_between(birth_date, as_of, part_year = dropped, 不足一年 = 舍去)",
            "舍去",
            "VB307",
            "the option `part_year` stands twice",
            "",
        ),
    ],
)
def test_wrong_count_is_refused(text: str, at: str, code: str, message: str, hint: str) -> None:
    problem = wrong(text)
    assert (problem.code, problem.message, problem.hint) == (code, message, hint)
    assert underlined(problem, text) == at


@pytest.mark.parametrize(
    "text",
    [
        "years_between(min(as_of, left_on), enlisted_on)",
        "years_between(birth_date, as_of - 1 year)",
        "months_between(as_of, left_on)",
        "days_between(birth_date, as_of) > 5",
        "days_between(birth_date, left_on) + 5",
        "days_between(birth_date, as_of on left_on) + 5",
    ],
)
def test_one_end_may_move(text: str) -> None:
    assert reads(text)
