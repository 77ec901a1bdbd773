"""Each construct of the language in columns, on both sides of its boundaries."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from tests.engine.building import AS_OF, person, term, value
from tests.engine.compiling import compiled, interpreted
from tests.rulelang.building import RATES, VOCABULARY, rate, row, scope
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.engine.building import Given

NONE, UNKNOWN = Special.NONE, Special.UNKNOWN
YES, NO = True, False

ODD_RATES = scope(
    rates=[
        *RATES.values(),
        rate("ceased", row("2020-01-01", 3), row("2023-01-01", NONE)),
        rate("awaited", row("2020-01-01", 7), expected=(8, 1)),
    ]
)


def check(text: str, *cases: tuple[Mapping[str, Given], Given]) -> None:
    """Assert what a term comes to for people of these facts, alike where each has a day."""
    asked = term(text, ODD_RATES)
    persons = [person(**facts) for facts, _ in cases]
    days = [AS_OF] * len(persons)
    found = compiled(asked, persons, AS_OF, VOCABULARY)
    assert [one for one, *_ in found] == [value(one) for _, one in cases]
    assert found == interpreted(asked, persons, days)
    assert compiled(asked, persons, days, VOCABULARY) == found


@pytest.mark.parametrize(
    ("text", "too_late", "in_time"),
    [
        ("years_between(birth_date, as_of) >= 60", "1963-08-16", "1963-08-15"),
        ("years_between(birth_date, as_of) > 59", "1963-08-16", "1963-08-15"),
        ("not years_between(birth_date, as_of) < 60", "1963-08-16", "1963-08-15"),
        ("not years_between(birth_date, as_of) <= 59", "1963-08-16", "1963-08-15"),
        ("years_between(birth_date, as_of) >= 59.5", "1963-08-16", "1963-08-15"),
        ("years_between(birth_date, as_of) = 60", "1963-08-16", "1963-08-15"),
        ("60 <= years_between(birth_date, as_of)", "1963-08-16", "1963-08-15"),
        ("months_between(birth_date, as_of) >= 720", "1963-08-16", "1963-08-15"),
        ("days_between(birth_date, as_of) >= 30", "2023-07-17", "2023-07-16"),
        ("birth_date + 60 years <= as_of", "1963-08-16", "1963-08-15"),
        ("as_of >= birth_date + 720 months", "1963-08-16", "1963-08-15"),
        ("as_of > birth_date - 30 days", "2023-09-14", "2023-09-13"),
        ("birth_date <= as_of", "2023-08-16", "2023-08-15"),
        ("birth_date < as_of", "2023-08-15", "2023-08-14"),
        ("year_of(birth_date) < 1964", "1964-01-01", "1963-12-31"),
    ],
)
def test_comparison_with_the_day_turns_on_one_day(text: str, too_late: str, in_time: str) -> None:
    check(text, ({"birth_date": too_late}, NO), ({"birth_date": in_time}, YES), ({}, UNKNOWN))


def test_equality_with_an_age_holds_for_a_year() -> None:
    text = "years_between(birth_date, as_of) = 60"
    check(
        text,
        ({"birth_date": "1962-08-15"}, NO),
        ({"birth_date": "1962-08-16"}, YES),
        ({"birth_date": "1963-08-15"}, YES),
        ({"birth_date": "1963-08-16"}, NO),
    )
    check(
        text.replace("=", "!="),
        ({"birth_date": "1962-08-15"}, YES),
        ({"birth_date": "1962-08-16"}, NO),
        ({}, UNKNOWN),
    )


def test_span_up_to_a_fact_turns_on_one_day_too() -> None:
    check(
        "months_between(2023-01-31, birth_date, month_end = last_day) >= 1",
        ({"birth_date": "2023-02-27"}, NO),
        ({"birth_date": "2023-02-28"}, YES),
    )
    check(
        "months_between(2023-01-31, birth_date) >= 1",
        ({"birth_date": "2023-02-28"}, NO),
        ({"birth_date": "2023-03-01"}, YES),
    )


@pytest.mark.parametrize(
    ("start", "end", "dropped", "one", "halves"),
    [
        ("2000-01-15", "2002-01-15", 2, 2, 2),
        ("2000-01-15", "2002-01-16", 2, 3, "2.5"),
        ("2000-01-15", "2002-07-14", 2, 3, "2.5"),
        ("2000-01-15", "2002-07-15", 2, 3, 3),
        ("2000-01-15", "2002-01-14", 1, 2, 2),
        ("2004-02-29", "2005-02-28", 0, 1, 1),
        ("2004-02-29", "2005-03-01", 1, 1, 1),
        ("2004-08-31", "2005-02-28", 0, 1, "0.5"),
        ("2004-08-31", "2005-03-01", 0, 1, 1),
        ("2002-01-15", "2000-01-16", -2, -1, "-1.5"),
        ("2000-01-15", "2000-01-15", 0, 0, 0),
    ],
)
def test_part_year_counts_as_the_rule_says(
    start: str, end: str, dropped: int, one: int, halves: int | str
) -> None:
    facts = {"enlisted_on": start, "left_on": end}
    span = "years_between(enlisted_on, left_on, part_year = {})"
    check(span.format("dropped"), (facts, dropped))
    check(span.format("counts_as_one"), (facts, one))
    check(span.format("half_steps"), (facts, Fraction(halves)))


def test_computing_with_none_or_the_unknown_is_unknown() -> None:
    check(
        "years_between(enlisted_on, left_on)",
        ({"enlisted_on": "2000-01-01", "left_on": NONE}, UNKNOWN),
        ({"enlisted_on": "2000-01-01"}, UNKNOWN),
        ({"left_on": "2001-01-01"}, UNKNOWN),
    )
    check("left_on + 1 days", ({"left_on": NONE}, UNKNOWN), ({}, UNKNOWN))
    check("debt + 1 yuan", ({"debt": NONE}, UNKNOWN), ({"debt": 1}, 2))
    check("max(debt, income)", ({"debt": NONE, "income": 1}, UNKNOWN), ({"income": 1}, UNKNOWN))
    check("floor(debt)", ({"debt": NONE}, UNKNOWN), ({"debt": Fraction("-0.01")}, -1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("income + debt", "11.75"),
        ("income - debt", "13.25"),
        ("income * share", "4.375"),
        ("income * 65%", "8.125"),
        ("income / 3", Fraction(25, 6)),
        ("-income", "-12.5"),
        ("floor(income)", 12),
        ("ceil(income)", 13),
        ("floor(debt)", -1),
        ("ceil(debt)", 0),
        ("floor(income / children)", 4),
        ("ceil(income / children)", 5),
        ("floor(debt / children)", -1),
        ("ceil(debt / children)", 0),
        ("floor(income / debt)", -17),
        ("ceil(debt / debt)", 1),
        ("min(income, debt, 0 yuan)", "-0.75"),
        ("max(income, debt, 0 yuan)", "12.5"),
        ("max(income, debt) * share / 7", "0.625"),
        ("rate.ratio * income", "8.125"),
        ("year_of(left_on)", 2000),
    ],
)
def test_numbers_are_exact(text: str, expected: int | str | Fraction) -> None:
    facts: dict[str, Given] = {
        "income": Fraction("12.5"),
        "debt": Fraction("-0.75"),
        "share": Fraction("0.35"),
        "children": 3,
        "left_on": "2000-02-29",
    }
    check(text, (facts, Fraction(expected)))


def test_division_by_zero_is_unknown_and_says_so() -> None:
    check("floor(income / children)", ({"income": 7, "children": 0}, UNKNOWN))
    asked = term("floor(income / children)")
    (found,) = compiled(asked, [person(income=7, children=0)], AS_OF, VOCABULARY)
    assert found[1] == "non-zero children"


@pytest.mark.parametrize(
    ("day", "shift", "expected"),
    [
        ("2004-02-29", "+ 1 years", "2005-03-01"),
        ("2004-02-29", "- 4 years", "2000-02-29"),
        ("2004-02-29", "+ 12 months", "2005-03-01"),
        ("2023-01-31", "+ 1 months", "2023-03-01"),
        ("2023-12-31", "+ 2 months", "2024-03-01"),
        ("2023-03-31", "- 1 months", "2023-03-01"),
        ("2023-12-31", "+ 1 days", "2024-01-01"),
        ("2024-02-28", "+ 1 days", "2024-02-29"),
        ("2023-02-28", "+ 1 days", "2023-03-01"),
        ("2024-03-01", "- 1 days", "2024-02-29"),
        ("2000-02-29", "+ 36524 days", "2100-02-28"),
        ("1900-02-28", "+ 1 days", "1900-03-01"),
        ("1900-01-01", "- 1 days", "1899-12-31"),
    ],
)
def test_day_moves_by_the_calendar(day: str, shift: str, expected: str) -> None:
    check(f"left_on {shift}", ({"left_on": day}, expected))


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2024-02-28", "2024-03-01", 2),
        ("2023-02-28", "2023-03-01", 1),
        ("1900-02-28", "1900-03-01", 1),
        ("2000-02-28", "2000-03-01", 2),
        ("1999-12-31", "2000-12-31", 366),
        ("2024-03-01", "2024-02-29", -1),
        ("2024-03-01", "2024-03-01", 0),
    ],
)
def test_days_are_counted_truly(start: str, end: str, days: int) -> None:
    check("days_between(enlisted_on, left_on)", ({"enlisted_on": start, "left_on": end}, days))


def test_comparing_none_is_false_and_unequal_true() -> None:
    cases: list[tuple[dict[str, Given], Given]] = [
        ({"grade": NONE}, NO),
        ({"grade": 3}, YES),
        ({"grade": 4}, NO),
        ({}, UNKNOWN),
    ]
    check("grade = 3", *cases)
    check("grade in {3, 5}", *cases)
    check("grade in [1 .. 3]", *cases)
    check("grade <= 3", *cases)
    check("grade != 3", ({"grade": NONE}, YES), ({"grade": 3}, NO), ({}, UNKNOWN))
    check("grade = none", ({"grade": NONE}, YES), ({"grade": 3}, NO), ({}, UNKNOWN))
    check("grade != none", ({"grade": NONE}, NO), ({"grade": 3}, YES), ({}, UNKNOWN))
    check("known(grade)", ({"grade": NONE}, YES), ({"grade": 3}, YES), ({}, NO))
    check("grade > children", ({"grade": NONE}, NO), ({"grade": 3, "children": 2}, YES))
    check("deceased_on <= as_of", ({"deceased_on": NONE}, NO), ({}, UNKNOWN))


def test_comparison_is_exact_between_the_steps_of_a_column() -> None:
    check("children > 2.5", ({"children": 2}, NO), ({"children": 3}, YES), ({}, UNKNOWN))
    check("children < 2.5", ({"children": 2}, YES), ({"children": 3}, NO))
    check("children >= 2.5", ({"children": 2}, NO), ({"children": 3}, YES))
    check("children <= 2.5", ({"children": 2}, YES), ({"children": 3}, NO))
    check("children = 2.5", ({"children": 2}, NO), ({"children": 3}, NO), ({}, UNKNOWN))
    check("children != 2.5", ({"children": 2}, YES), ({}, UNKNOWN))
    check("children in {2.5}", ({"children": 2}, NO), ({}, UNKNOWN))
    check("income < 0.005 yuan", ({"income": 0}, YES), ({"income": Fraction("0.01")}, NO))
    check("income > debt * 1.5", ({"income": 3, "debt": 2}, NO), ({"income": 3, "debt": 1}, YES))


def test_codes_texts_and_places() -> None:
    check(
        "status = retired", ({"status": "retired"}, YES), ({"status": "serving"}, NO), ({}, UNKNOWN)
    )
    check("status != retired", ({"status": "retired"}, NO), ({"status": "serving"}, YES))
    check("status in soldiers", ({"status": "civilian"}, NO), ({"status": "serving"}, YES))
    check("cause in {war}", ({"cause": NONE}, NO), ({"cause": "war"}, YES), ({}, UNKNOWN))
    check("nickname = alias", ({"nickname": "a", "alias": "a"}, YES), ({"nickname": "a"}, UNKNOWN))
    check(
        "place in {9901, 110101}",
        ({"place": "990101003"}, YES),
        ({"place": "9901"}, YES),
        ({"place": "99"}, UNKNOWN),
        ({"place": "98"}, NO),
        ({"place": "990201"}, NO),
        ({}, UNKNOWN),
    )
    check(
        "place in {990101003, 990101004001}",
        ({"place": "990101"}, UNKNOWN),
        ({"place": "990102"}, NO),
        ({"place": "990101003"}, YES),
        ({"place": "990101003001"}, YES),
        ({"place": "990101004"}, UNKNOWN),
        ({"place": "990101004001"}, YES),
        ({"place": "990101004002"}, NO),
        ({"place": "990101005"}, NO),
    )
    check("place = 990101", ({"place": "990101"}, YES), ({"place": "990101003"}, NO))
    check("approved_at in {9901}", ({"approved_at": NONE}, NO), ({}, UNKNOWN))
    check(
        "draws any of {war_veteran, red_army}",
        ({"draws": frozenset({"red_army", "rural_60"})}, YES),
        ({"draws": frozenset({"rural_60"})}, NO),
        ({"draws": frozenset[str]()}, NO),
        ({}, UNKNOWN),
    )


def test_logic_is_three_valued() -> None:
    yes: dict[str, Given] = {"draws_pension": YES}
    no: dict[str, Given] = {"draws_pension": NO}
    old: dict[str, Given] = {"children": 5}
    check(
        "draws_pension and children > 3",
        (yes | old, YES),
        (no, NO),
        (yes, UNKNOWN),
        (old, UNKNOWN),
        ({}, UNKNOWN),
    )
    check("draws_pension or children > 3", (yes, YES), (old, YES), (no, UNKNOWN), ({}, UNKNOWN))
    check("not draws_pension", (yes, NO), (no, YES), ({}, UNKNOWN))


def test_yes_or_no_that_is_none_counts_as_no() -> None:
    none: dict[str, Given] = {"has_appealed": NONE, "draws_pension": YES}
    check("has_appealed and draws_pension", (none, NO))
    check("has_appealed or draws_pension", (none, YES))
    check("not has_appealed", (none, YES), ({}, UNKNOWN))
    check("if has_appealed then 1 else 2", (none, 2), ({}, UNKNOWN))
    check("has_appealed = no", (none, NO))


def test_choice_is_the_branch_taken_and_nothing_else() -> None:
    text = "if draws_pension then debt else income"
    check(
        text,
        ({"draws_pension": YES, "debt": NONE}, NONE),
        ({"draws_pension": YES, "debt": -1}, -1),
        ({"draws_pension": NO, "income": Fraction("0.5")}, Fraction("0.5")),
        ({"draws_pension": NO, "debt": 1}, UNKNOWN),
        ({"debt": 1, "income": 1}, UNKNOWN),
    )
    check(f"({text}) = none", ({"draws_pension": YES, "debt": NONE}, YES), ({}, UNKNOWN))
    check("if as_of > 2023-01-01 then 1 else children", ({}, 1))


def test_rate_is_asked_by_key_place_and_day() -> None:
    check(
        "rate.standard",
        ({"grade": 1, "cause": "war"}, 900),
        ({"grade": 2, "cause": "war"}, UNKNOWN),
        ({"grade": 1, "cause": NONE}, UNKNOWN),
        ({"grade": 1}, UNKNOWN),
    )
    check(
        "rate.local",
        ({"place": "990102"}, 130),
        ({"place": "9901"}, 130),
        ({"place": "99"}, UNKNOWN),
        ({"place": "98"}, 100),
        ({}, UNKNOWN),
    )
    check(
        "rate.per_year on left_on",
        ({"left_on": "2019-12-31"}, UNKNOWN),
        ({"left_on": "2020-01-01"}, 600),
        ({"left_on": "2021-07-31"}, 600),
        ({"left_on": "2021-08-01"}, 648),
        ({"left_on": NONE}, UNKNOWN),
    )
    check("rate.standard[1, cause]", ({"cause": "war"}, 900), ({"cause": NONE}, UNKNOWN))
    check("rate.standard[children / 2, cause]", ({"children": 2, "cause": "war"}, 900))


def test_rate_without_a_row_is_named_with_what_it_was_asked_for() -> None:
    persons = [
        person(grade=2, cause="war"),
        person(grade=NONE, cause="duty"),
        person(cause="war"),
    ]
    missing = [one for _, one, *_ in compiled(term("rate.standard"), persons, AS_OF, VOCABULARY)]
    assert missing == ["rate.standard[2,war]", "rate.standard[none,duty]", "grade"]


def test_rate_that_ceased_and_rate_that_is_awaited_say_so() -> None:
    who = [person(left_on="2023-08-01"), person(left_on="2020-07-31"), person(left_on="2023-01-01")]
    awaited = compiled(term("rate.awaited on left_on", ODD_RATES), who, AS_OF, VOCABULARY)
    assert [provisional for _, _, provisional, _ in awaited] == [True, False, True]
    ceased = compiled(term("rate.ceased on left_on", ODD_RATES), who, AS_OF, VOCABULARY)
    assert [(one, no_rate) for one, _, _, no_rate in ceased] == [
        (NONE, True),
        (Fraction(3), False),
        (NONE, True),
    ]


def test_whatever_depends_on_no_fact_is_no_column() -> None:
    text = "if as_of >= 2023-01-01 then rate.per_year * 65% else rate.per_year"
    check(text, ({}, Fraction("421.2")))
