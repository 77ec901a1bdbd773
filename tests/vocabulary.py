"""A small vocabulary, days and rates that meet each other often, for random rules and people.

29 February, month ends, the day itself, the day before and after; a fact of every type, with and
without `none`; rates of every kind.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from vetbenefits.model.facts import (
    Blank,
    Code,
    FactSpec,
    FactType,
    MonthOnly,
    Role,
    Text,
    Vocabulary,
)
from vetbenefits.model.kinds import PLAIN, number
from vetbenefits.model.rates import RateRow, RateSchedule, Valid
from vetbenefits.model.values import Special

AS_OF = date(2024, 2, 29)
NONE_IF_BLANK = Blank("none")
LARGE = Fraction(10**14)


def spec_of(name: str, kind: FactType, **more: object) -> FactSpec:
    """Return a fact with its name for a title."""
    return FactSpec(name, kind, Text(name, name), (), **more)  # type: ignore[arg-type]  # as given


def codes(*names: str) -> tuple[Code, ...]:
    """Return codes with their ids for titles."""
    return tuple(Code(name, Text(name, name), ()) for name in names)


VOCABULARY = Vocabulary(
    {
        spec.name: spec
        for spec in (
            spec_of("born", FactType.DATE, month_only=MonthOnly.LAST_DAY),
            spec_of("left", FactType.DATE, blank=NONE_IF_BLANK, month_only=MonthOnly.FIRST_DAY),
            spec_of("joined", FactType.MONTH),
            spec_of("grade", FactType.INTEGER, low=Fraction(1), high=Fraction(10)),
            spec_of(
                "debt",
                FactType.INTEGER,
                low=Fraction(-20),
                high=Fraction(20),
                blank=NONE_IF_BLANK,
            ),
            spec_of("income", FactType.MONEY, low=Fraction(-900), high=Fraction(900)),
            # So large that a comparison of fractions of it does not fit Int64.
            spec_of("fund", FactType.MONEY, low=-LARGE, high=LARGE),
            spec_of("share", FactType.RATIO, high=Fraction(1), decimals=2, blank=NONE_IF_BLANK),
            spec_of("retired", FactType.YES_NO),
            spec_of("insured", FactType.YES_NO, blank=NONE_IF_BLANK),
            spec_of("cause", FactType.CODE, values=codes("war", "duty", "illness")),
            spec_of("area", FactType.CODE, values=codes("duty", "far"), blank=NONE_IF_BLANK),
            spec_of(
                "draws", FactType.CODES, values=codes("alpha", "beta", "gamma"), role=Role.DRAWS
            ),
            spec_of("word", FactType.TEXT),
            spec_of("place", FactType.DIVISION),
            spec_of("origin", FactType.DIVISION, blank=NONE_IF_BLANK),
        )
    }
)

DAYS = (
    AS_OF,
    AS_OF - timedelta(1),
    AS_OF + timedelta(1),
    date(2023, 2, 28),
    date(2023, 3, 1),
    date(2023, 8, 31),
    date(2024, 1, 1),
    date(2023, 12, 31),
    date(1964, 2, 29),
    date(1964, 2, 28),
    date(1964, 3, 1),
    date(1960, 8, 31),
    date(2000, 2, 29),
    date(1999, 9, 30),
    date(2021, 6, 30),
    date(2022, 1, 30),
)
NUMBERS = tuple(
    Fraction(text)
    for text in [
        "0",
        "1",
        "2",
        "3",
        "7",
        "10",
        "12",
        "60",
        "-1",
        "-2",
        "1/2",
        "5/2",
        "0.01",
        "0.65",
    ]
)
DIVISIONS = (
    "99",
    "9901",
    "990101",
    "990102",
    "990101003",
    "990101003001",
    "990101004",
    "990201",
    "110000",
)
WORDS = ("a", "b")

# --- rates -----------------------------------------------------------------------------------


def rate_row(day: date, value: Fraction | int | str, **more: object) -> RateRow:
    """Return a row; the texts `none` and `unknown` are the two special values."""
    given = Special(value) if isinstance(value, str) else Fraction(value)
    return RateRow(day, given, **more)  # type: ignore[arg-type]  # as given


def schedule(name: str, *rows: RateRow, **more: object) -> RateSchedule:
    """Return a schedule with the type that its rows need."""
    values = [row.value for row in rows if isinstance(row.value, Fraction)]
    kind = number(
        PLAIN,
        min(values),
        max(values),
        100,
        may_be_none=any(row.value is Special.NONE for row in rows),
    )
    return RateSchedule("alpha", name, kind, rows, **more)  # type: ignore[arg-type]  # as given


PLAIN_RATE = schedule(
    "plain",
    rate_row(date(2000, 1, 1), 120),
    rate_row(date(2023, 3, 1), Fraction("215.5"), until_on=date(2023, 12, 31)),
    rate_row(date(2024, 2, 29), "unknown", checked_on=date(2024, 2, 1)),
    expected=(8, 1),
    recheck_months=24,
)
CEASED_RATE = schedule(
    "ceased", rate_row(date(1999, 1, 1), 3), rate_row(date(2022, 1, 30), "none"), expected=(3, 1)
)
INDEX_RATE = schedule(
    "index",
    rate_row(date(2021, 1, 1), Fraction("1.04")),
    rate_row(date(2023, 1, 1), Fraction("1.05")),
    valid=Valid.OWN_YEAR,
)
KEYED_RATE = schedule(
    "keyed",
    rate_row(date(2000, 1, 1), 10, keys=("war", Fraction(1))),
    rate_row(date(2023, 3, 1), 11, keys=("war", Fraction(1))),
    rate_row(date(2000, 1, 1), "none", keys=("duty", Fraction(2))),
    rate_row(date(2000, 1, 1), Fraction("12.25"), keys=("duty", Fraction(5, 2))),
    rate_row(date(2000, 1, 1), -3, keys=("illness", Fraction(7))),
    keys=("cause", "grade"),
)
LOCAL_RATE = schedule(
    "local",
    rate_row(date(2010, 1, 1), 100),
    rate_row(date(2012, 1, 1), 200, division="9901"),
    rate_row(date(2024, 2, 29), 300, division="990101"),
    rate_row(date(2012, 1, 1), "none", division="990102"),
    rate_row(date(2012, 1, 1), 250, division="1100"),
    regional=True,
    recheck_months=12,
)
TOWN_RATE = schedule(
    "town",
    rate_row(date(2010, 1, 1), 100),
    rate_row(date(2012, 1, 1), 100, division="990101003", checked_on=date(2022, 1, 1)),
    rate_row(date(2023, 3, 1), 300, division="990101003001"),
    rate_row(date(2012, 1, 1), 100, division="990101004"),
    rate_row(date(2024, 2, 29), "none", division="990101004"),
    rate_row(date(2012, 1, 1), "unknown", division="990102004"),
    rate_row(date(2012, 1, 1), 100, division="11"),
    regional=True,
    recheck_months=12,
)
CAUSE_RATE = schedule(
    "by_cause",
    rate_row(date(2010, 1, 1), 1, keys=("duty",)),
    rate_row(date(2010, 1, 1), 2, keys=("far",)),
    rate_row(date(2023, 1, 1), 3, keys=("far",), division="9901"),
    keys=("area",),
    regional=True,
)
