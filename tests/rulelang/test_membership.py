from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from tests.rulelang.building import rate, read, reads, row, scope, underlined, wrong
from vetbenefits.model.expressions import (
    And,
    Compare,
    Within,
)
from vetbenefits.model.kinds import YUAN

# --- lists and ranges --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("grade in {1, 2, 10}", {Fraction(1), Fraction(2), Fraction(10)}),
        ("debt in {-5, 5 yuan}", {Fraction(-5), Fraction(5)}),
        ("birth_date in {1960-01-01}", {date(1960, 1, 1)}),
        ("as_of in {2024-01-01}", {date(2024, 1, 1)}),
        ("place in {990101, 9902}", {"990101", "9902"}),
        ("place in {990101000000, 990102}", {"990101", "990102"}),
        ("place in {990101003000, 990101003001}", {"990101003", "990101003001"}),
        ("place in {990100, 990100003}", {"9901", "990100003"}),
        ("share in {50%}", {Fraction(1, 2)}),
    ],
)
def test_list_holds_written_values(text: str, values: set[object]) -> None:
    term = read(text)
    assert isinstance(term, Within)
    assert term.values == values


@pytest.mark.parametrize(
    ("text", "at", "code", "message"),
    [
        ("grade in {children}", "children", "VB305", "only written values stand in a list"),
        ("grade in {1 yuan}", "1 yuan", "VB306", "number and yuan do not go together"),
        ("grade in {2020-01-01}", "2020-01-01", "VB305", "a number cannot be compared with a date"),
        ("birth_date in {5}", "5", "VB305", "a date cannot be compared with a number"),
        ("draws_pension in {yes}", "yes", "VB305", "only written values stand in a list"),
        ("place in {99010}", "99010", "VB304", "`99010` is no division code"),
        ("place in {place}", "place", "VB305", "only written values stand in a list"),
        ("grade in soldiers", "soldiers", "VB302", "a list is needed here"),
        (
            "grade in {0.0000000000000000001}",
            "0.0000000000000000001",
            "VB311",
            "`0.0000000000000000001` can be too large to be computed exactly",
        ),
        (
            "days_between(birth_date, as_of) in {30}",
            "days_between(birth_date, as_of)",
            "VB310",
            "days up to a moving day stand only directly in a comparison",
        ),
    ],
)
def test_list_refuses_what_is_no_value_of_its_kind(
    text: str, at: str, code: str, message: str
) -> None:
    problem = wrong(text)
    assert (problem.code, problem.message) == (code, message)
    assert underlined(problem, text) == at


@pytest.mark.parametrize(
    ("text", "ops"),
    [
        ("grade in [1 .. 5]", (">=", "<=")),
        ("grade in (1 .. 5]", (">", "<=")),
        ("grade in [1 .. 5)", (">=", "<")),
        ("grade in (1 .. 5)", (">", "<")),
        ("birth_date in [1954-11-01 .. 2011-10-31]", (">=", "<=")),
        ("income in [rate.low .. 5000]", (">=", "<=")),
        ("days_between(birth_date, as_of) in [1 .. 30]", (">=", "<=")),
    ],
)
def test_range_is_a_pair_of_comparisons(text: str, ops: tuple[str, str]) -> None:
    term = read(text, scope(rates=[rate("low", row("2020-01-01", 5), unit=YUAN)]))
    assert isinstance(term, And)
    low, high = term.parts
    assert isinstance(low, Compare)
    assert isinstance(high, Compare)
    assert (low.op, high.op) == ops
    assert low.left == high.left
    assert term.text == text


def test_range_counts_its_unit_at_both_ends() -> None:
    term = read("income in [1000 .. 2000]")
    assert isinstance(term, And)
    assert all(isinstance(one, Compare) and one.right.type.unit == YUAN for one in term.parts)


@pytest.mark.parametrize(
    "text",
    [
        "grade in [5 .. 1]",
        "grade in (1 .. 1]",
        "grade in [1 .. 1)",
        "grade in (1 .. 1)",
        "birth_date in [2011-10-31 .. 1954-11-01]",
    ],
)
def test_empty_range_is_refused(text: str) -> None:
    problem = wrong(text)
    assert (problem.code, problem.message) == ("VB318", "this range is empty")
    assert underlined(problem, text) == text[text.index(" in ") + 4 :]


def test_range_of_one_value_is_none_too_small() -> None:
    assert reads("grade in [1 .. 1]")
    assert reads("grade in [children .. 1]")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("grade in [1 .. 2020-01-01]", "VB305"),
        ("income in [1 month .. 5]", "VB306"),
        ("draws_pension in [no .. yes]", "VB305"),
        ("as_of in [as_of .. 2020-01-01]", "VB310"),
        ("grade in [grad .. 5]", "VB303"),
    ],
)
def test_ends_of_a_range_obey_the_rules_of_comparisons(text: str, code: str) -> None:
    assert wrong(text).code == code


def test_nested_ranges_are_read_in_no_time() -> None:
    text = "1"
    for _ in range(15):
        text = f"(if {text} in [0 .. 9] then 1 else 2)"
    assert reads(f"{text} in [1 .. 2]")
