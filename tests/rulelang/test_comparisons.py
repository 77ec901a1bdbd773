from __future__ import annotations

import pytest

from tests.rulelang.building import HERE, SCOPE, read, reads, underlined, wrong
from vetbenefits.model.expressions import (
    AnyOf,
    Compare,
    Comparison,
    Literal,
    Within,
)
from vetbenefits.model.kinds import YUAN, Unit
from vetbenefits.problems import Severity
from vetbenefits.rulelang.resolver import read_term


@pytest.mark.parametrize("op", Comparison)
def test_numbers_and_days_can_be_compared_in_six_ways(op: Comparison) -> None:
    for text in (f"grade {op} 5", f"birth_date {op} 1960-01-01", f"age {op} grade * 1 years"):
        term = read(text)
        assert isinstance(term, Compare)
        assert term.op is op


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("income > 5000", YUAN),
        ("5000 < income", YUAN),
        ("age >= 60", Unit("years")),
        ("age >= 60 years", Unit("years")),
        ("months_served >= 24", Unit("months")),
    ],
)
def test_written_number_takes_the_unit_of_the_other_side(text: str, unit: Unit) -> None:
    term = read(text)
    assert isinstance(term, Compare)
    assert term.left.type.unit == term.right.type.unit == unit


@pytest.mark.parametrize(
    "text",
    [
        "draws_pension = yes",
        "draws_pension != no",
        "nickname = alias",
        "place = approved_at",
        "place = 990101003001",
        "place != 990101000001",
        "share >= 50%",
        "share > children",
        "1 = 1",
        "grade = children",
    ],
)
def test_values_of_one_kind_can_be_compared(text: str) -> None:
    assert isinstance(read(text), Compare)


@pytest.mark.parametrize(
    ("text", "division", "hint"),
    [
        ("place = 990101003", "990101003", "write `place in {990101003}`"),
        ("place = 990101003000", "990101003", "write `place in {990101003}`"),
        ("place != 990101", "990101", "write `place not in {990101}`"),
        ("place = 990100", "9901", "write `place in {9901}`"),
        ("place 等于 01", "01", "write `place in {01}`"),
    ],
)
def test_equality_with_a_place_that_has_parts_is_doubtful(
    text: str, division: str, hint: str
) -> None:
    term, (doubt,) = read_term(text, HERE, SCOPE)
    assert isinstance(term, Compare)
    assert isinstance(term.right, Literal)
    assert term.right.value == division
    assert (doubt.code, doubt.severity, doubt.hint) == ("VB346", Severity.WARNING, hint)
    assert underlined(doubt, text) == text
    assert reads(hint.removeprefix("write ").strip("`"))


@pytest.mark.parametrize(
    ("text", "at", "code", "message", "hint"),
    [
        (
            "grade = birth_date",
            "grade = birth_date",
            "VB305",
            "a number cannot be compared with a date",
            "write days as YYYY-MM-DD",
        ),
        (
            "birth_date > 2011/10/31",
            "birth_date > 2011/10/31",
            "VB305",
            "a date cannot be compared with a number",
            "write days as YYYY-MM-DD",
        ),
        (
            "income = deceased",
            "income = deceased",
            "VB305",
            "a number in yuan cannot be compared with a yes or no",
            "",
        ),
        (
            "990101 = place",
            "990101 = place",
            "VB305",
            "a number cannot be compared with a division code",
            "",
        ),
        ("5 = cause", "5 = cause", "VB305", "a number cannot be compared with a code", ""),
        ("5 = draws", "5 = draws", "VB305", "a number cannot be compared with a set of codes", ""),
        (
            "income > 5 years",
            "income > 5 years",
            "VB306",
            "yuan and years do not go together",
            "money is no count",
        ),
        (
            "rate.per_year > 5 yuan",
            "rate.per_year > 5 yuan",
            "VB306",
            "yuan per year and yuan do not go together",
            "money per month, per year and a plain sum are different things",
        ),
        (
            "rate.per_year > rate.monthly",
            "rate.per_year > rate.monthly",
            "VB306",
            "yuan per year and yuan per month do not go together",
            "money per month, per year and a plain sum are different things",
        ),
        ("age > 6 months", "age > 6 months", "VB306", "years and months do not go together", ""),
        (
            "draws_pension > yes",
            "draws_pension > yes",
            "VB305",
            "codes have no order: `>` says nothing about them",
            "use = or != or `in {…}`",
        ),
        (
            "nickname < alias",
            "nickname < alias",
            "VB305",
            "codes have no order: `<` says nothing about them",
            "use = or != or `in {…}`",
        ),
        (
            "place >= 990101",
            "place >= 990101",
            "VB305",
            "codes have no order: `>=` says nothing about them",
            "use = or != or `in {…}`",
        ),
        (
            "place < approved_at",
            "place < approved_at",
            "VB305",
            "codes have no order: `<` says nothing about them",
            "use = or != or `in {…}`",
        ),
        (
            "cause > war",
            "cause > war",
            "VB305",
            "codes have no order: `>` says nothing about them",
            "use = or != or `in {…}`",
        ),
        (
            "place = 99010",
            "99010",
            "VB304",
            "`99010` is no division code",
            "it has 2, 4, 6, 9 or 12 digits",
        ),
        (
            "place = 99.01",
            "99.01",
            "VB304",
            "`99.01` is no division code",
            "it has 2, 4, 6, 9 or 12 digits",
        ),
        (
            "place = 99 yuan",
            "99 yuan",
            "VB304",
            "`99 yuan` is no division code",
            "it has 2, 4, 6, 9 or 12 digits",
        ),
        (
            "draws = war_veteran",
            "draws = war_veteran",
            "VB305",
            "a set of codes is not equal to one code",
            "write `x any of {…}`",
        ),
        (
            "income > 0.0000000000000001",
            "income > 0.0000000000000001",
            "VB311",
            "`income > 0.0000000000000001` can be too large to be computed exactly",
            "state a narrower range for a fact, or round in between with floor( ) or ceil( )",
        ),
    ],
)
def test_values_that_do_not_compare_are_refused(
    text: str, at: str, code: str, message: str, hint: str
) -> None:
    problem = wrong(text)
    assert (problem.code, problem.message, problem.hint) == (code, message, hint)
    assert underlined(problem, text) == at


# --- codes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cause = war", "war"),
        ("cause = 因战", "war"),
        ("cause = 1", "war"),
        ("残疾性质 等于 因战", "war"),
        ("insurance = none", "none"),
        ("insurance = 无", "none"),
        ("status = 退伍", "retired"),
        ("(if deceased then status else status) = 退伍", "retired"),
    ],
)
def test_right_of_a_code_stands_one_of_its_codes(text: str, code: str) -> None:
    term = read(text)
    assert isinstance(term, Compare)
    assert isinstance(term.right, Literal)
    assert term.right.value == code


def test_code_of_another_sign() -> None:
    term = read("cause != war")
    assert isinstance(term, Compare)
    assert term.op is Comparison.NE


@pytest.mark.parametrize(
    ("text", "at", "code", "message", "hint"),
    [
        ("cause = wer", "wer", "VB304", "`wer` is no code of `cause`", "did you mean `war`?"),
        ("cause = 因站", "因站", "VB304", "`因站` is no code of `cause`", ""),
        (
            "cause = zzz",
            "zzz",
            "VB304",
            "`zzz` is no code of `cause`",
            "the codes are war, duty, illness",
        ),
        (
            "cause = 7",
            "7",
            "VB304",
            "`7` is no code of `cause`",
            "the codes are war, duty, illness",
        ),
        (
            "cause = 1 + 1",
            "1 + 1",
            "VB304",
            "`1 + 1` is no code of `cause`",
            "the codes are war, duty, illness",
        ),
        (
            "cause = yes",
            "yes",
            "VB304",
            "`yes` is no code of `cause`",
            "the codes are war, duty, illness",
        ),
        (
            "cause = status",
            "status",
            "VB304",
            "`status` is no code of `cause`",
            "the codes are war, duty, illness",
        ),
        (
            "status = soldiers",
            "soldiers",
            "VB305",
            "`soldiers` is a group of codes",
            "write `status in soldiers`",
        ),
        (
            "status = only_serving",
            "only_serving",
            "VB305",
            "`only_serving` is a group of codes",
            "write `status in only_serving`",
        ),
        (
            "cause in {war, 残疾}",
            "残疾",
            "VB304",
            "`残疾` is no code of `cause`",
            "the codes are war, duty, illness",
        ),
        (
            "cause in {war, none}",
            "none",
            "VB304",
            "`none` is no code of `cause`",
            "write `cause = none or …`",
        ),
        ("draws any of {war}", "war", "VB304", "`war` is no code of `draws`", ""),
        (
            "cause in [war .. duty]",
            "cause in [war .. duty]",
            "VB305",
            "codes have no order: `>=` says nothing about them",
            "use = or != or `in {…}`",
        ),
    ],
)
def test_wrong_code_is_refused(text: str, at: str, code: str, message: str, hint: str) -> None:
    problem = wrong(text)
    assert (problem.code, problem.message) == (code, message)
    assert not hint or problem.hint == hint
    assert underlined(problem, text) == at


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("status in {serving, 退役}", {"serving", "retired"}),
        ("status in soldiers", {"serving", "retired"}),
        ("status in {soldiers, civilian}", {"serving", "retired", "civilian"}),
        ("cause in {1, 2}", {"war", "duty"}),
        ("cause in war", {"war"}),
        ("insurance in {无}", {"none"}),
    ],
)
def test_code_is_held_against_codes_and_groups(text: str, codes: set[str]) -> None:
    term = read(text)
    assert isinstance(term, Within)
    assert term.values == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("draws any of {war_veteran}", {"war_veteran"}),
        ("draws any of national", {"war_veteran", "red_army"}),
        ("draws any of {national, 农村籍60岁}", {"war_veteran", "red_army", "rural_60"}),
        ("draws any of {81}", {"rural_60"}),
    ],
)
def test_set_of_codes_is_tested_for_any_of_them(text: str, codes: set[str]) -> None:
    term = read(text)
    assert isinstance(term, AnyOf)
    assert term.codes == codes


@pytest.mark.parametrize(
    ("text", "at", "message", "hint"),
    [
        (
            "draws in {war_veteran}",
            "draws in {war_veteran}",
            "a set of codes is tested with `any of`",
            "write `x any of {…}`",
        ),
        (
            "cause any of {war}",
            "cause",
            "`any of` needs a set of codes, and this is a code",
            "write `x in {…}` for a single code",
        ),
        (
            "grade any of {1}",
            "grade",
            "`any of` needs a set of codes, and this is a number",
            "write `x in {…}` for a single code",
        ),
    ],
)
def test_sets_and_single_codes_are_told_apart(text: str, at: str, message: str, hint: str) -> None:
    problem = wrong(text)
    assert (problem.code, problem.message, problem.hint) == ("VB305", message, hint)
    assert underlined(problem, text) == at
