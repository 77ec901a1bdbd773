from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rulelang.building import (
    DEFINITIONS,
    SCOPE,
    YUAN_PER_YEAR,
    bounds,
    rate,
    read,
    reads,
    row,
    scope,
    underlined,
    wrong,
)
from vetbenefits.model.expressions import (
    AsOf,
    Fact,
    Named,
    RateOf,
    Shift,
)
from vetbenefits.model.kinds import PLAIN

if TYPE_CHECKING:
    from vetbenefits.rulelang.scope import Scope


# --- another day -------------------------------------------------------------------------------


def day_of_rate(text: str, within: Scope = SCOPE) -> object:
    term = read(text, within)
    while isinstance(term, Named):
        term = term.body
    assert isinstance(term, RateOf)
    return term.day


def test_rate_is_looked_up_on_the_day_that_on_names() -> None:
    assert isinstance(day_of_rate("rate.per_year"), AsOf)
    day = day_of_rate("rate.per_year on left_on")
    assert isinstance(day, Fact)
    day = day_of_rate("rate.per_year on (as_of - 1 year)")
    assert isinstance(day, Shift)
    assert isinstance(day.term, AsOf)


def test_on_reaches_through_definitions() -> None:
    within = scope({"last": "rate.per_year on (as_of - 1 year)"})
    day = day_of_rate("last on left_on", within)
    assert isinstance(day, Shift)
    assert isinstance(day.term, Fact)
    assert read("age on left_on") == read("aged on left_on", scope({"aged": DEFINITIONS["age"]}))


def test_inner_on_wins_over_the_outer() -> None:
    day = day_of_rate("(rate.per_year on left_on) on enlisted_on")
    assert isinstance(day, Fact)
    assert day.name == "left_on"


def test_day_of_on_is_told_on_the_day_outside() -> None:
    day = day_of_rate("(rate.per_year on (as_of + 1 day)) on enlisted_on")
    assert isinstance(day, Shift)
    assert isinstance(day.term, Fact)
    assert day.term.name == "enlisted_on"


def test_keys_and_place_of_a_rate_follow_the_day_too() -> None:
    keyed = rate("by_age", row("2020-01-01", 5, 60), keys=("age",), unit=PLAIN)
    term = read("rate.by_age on left_on", scope(rates=[keyed]))
    assert isinstance(term, RateOf)
    assert term.keys == (read("age on left_on"),)


def test_fixed_day_no_longer_moves() -> None:
    assert read("as_of").type.moving
    assert not read("as_of on left_on").type.moving
    assert read("as_of on (as_of - 1 year)").type.moving


def test_on_needs_a_day() -> None:
    problem = wrong("rate.per_year on grade")
    assert (problem.code, problem.message) == (
        "VB305",
        "a day is needed here, but this is a number",
    )
    assert underlined(problem, "rate.per_year on grade") == "grade"


# --- rates -------------------------------------------------------------------------------------


def test_rate_has_the_type_of_its_schedule() -> None:
    term = read("rate.per_year")
    assert term.type.unit == YUAN_PER_YEAR
    assert bounds(term.type) == (600, 648)


def test_keys_are_those_declared_or_those_written() -> None:
    assert read("rate.standard") == read("rate.standard[grade, cause]")
    term = read("rate.standard[children, cause]")
    assert isinstance(term, RateOf)
    assert isinstance(term.keys[0], Fact)
    assert term.keys[0].name == "children"
    assert reads("rate.standard[2, 残疾性质] > 5")


def test_only_a_regional_rate_asks_for_the_place() -> None:
    local, national = read("rate.local"), read("rate.per_year")
    assert isinstance(local, RateOf)
    assert isinstance(local.place, Fact)
    assert isinstance(national, RateOf)
    assert national.place is None


@pytest.mark.parametrize(
    ("text", "at", "code", "message", "hint"),
    [
        (
            "rate.peryear",
            "rate.peryear",
            "VB312",
            "there is no rate `peryear`",
            "did you mean `per_year`?",
        ),
        ("rate.zzz", "rate.zzz", "VB312", "there is no rate `zzz`", "name it under `rates`"),
        (
            "rate.standard[grade]",
            "rate.standard[grade]",
            "VB312",
            "`rate.standard` is keyed by grade, cause; 1 given",
            "",
        ),
        (
            "rate.per_year[grade]",
            "rate.per_year[grade]",
            "VB312",
            "`rate.per_year` is keyed by nothing; 1 given",
            "",
        ),
        (
            "rate.standard[cause, grade]",
            "cause",
            "VB312",
            "the key `grade` of `rate.standard` must be a code or a number like it",
            "",
        ),
        (
            "rate.standard[grade, status]",
            "status",
            "VB312",
            "the key `cause` of `rate.standard` must be a code or a number like it",
            "",
        ),
        (
            "rate.standard[grad, cause]",
            "grad",
            "VB303",
            "there is no fact or definition `grad`",
            "did you mean `grade` or `share`?",
        ),
    ],
)
def test_wrong_use_of_a_rate_is_refused(
    text: str, at: str, code: str, message: str, hint: str
) -> None:
    problem = wrong(text)
    assert (problem.code, problem.message) == (code, message)
    assert problem.hint == hint or hint.startswith("did you mean")
    assert underlined(problem, text) == at


def test_key_that_is_neither_code_nor_number_is_refused() -> None:
    odd = rate("odd", row("2020-01-01", 5, "x"), keys=("birth_date",))
    assert wrong("rate.odd", scope(rates=[odd])).code == "VB312"
