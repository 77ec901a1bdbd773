from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from tests.rulelang.building import (
    DEFINITIONS,
    HERE,
    SCOPE,
    YUAN_PER_YEAR,
    read,
    reads,
    scope,
    underlined,
    wrong,
)
from vetbenefits.model.expressions import (
    And,
    AsOf,
    Between,
    Fact,
    Literal,
    Named,
    Not,
    Or,
)
from vetbenefits.model.kinds import PLAIN, RATIO, YUAN, Unit
from vetbenefits.problems import Severity, Span
from vetbenefits.rulelang.resolver import read_condition, read_number, read_term

if TYPE_CHECKING:
    from vetbenefits.problems import Problem


def only(problems: tuple[Problem, ...]) -> Problem:
    (problem,) = problems
    return problem


# --- the ways in -------------------------------------------------------------------------------


def test_condition_must_be_a_yes_or_no() -> None:
    term, problems = read_condition("age >= 60", HERE, SCOPE)
    assert term is not None
    assert problems == ()
    term, problems = read_condition(" grade + 1", HERE, SCOPE)
    assert term is None
    problem = only(problems)
    assert problem.first_line() == (
        "rule.yaml:7:11: error VB305: a condition is needed, but `grade + 1` is a number"
    )
    assert problem.span.length == len(" grade + 1")
    assert problem.hint == "compare it with something, for example `= …` or `>= …`"


def test_wrong_condition_has_just_its_own_problem() -> None:
    for reader in (read_condition, read_number):
        term, problems = reader("grad", HERE, SCOPE)
        assert term is None
        assert only(problems).code == "VB303"


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("income", YUAN, YUAN),
        ("income", None, YUAN),
        ("5", YUAN_PER_YEAR, YUAN_PER_YEAR),
        ("5 * 3 + 1", YUAN, YUAN),
        ("if draws_pension then 1 else max(2, 3)", YUAN, YUAN),
        ("5", None, PLAIN),
        ("5 yuan", YUAN, YUAN),
        ("children", PLAIN, PLAIN),
    ],
)
def test_number_is_read_in_the_unit_that_is_needed(
    text: str, unit: Unit | None, expected: Unit
) -> None:
    term, problems = read_number(text, HERE, SCOPE, unit)
    assert problems == ()
    assert term is not None
    assert term.type.unit == expected


@pytest.mark.parametrize(
    ("text", "unit", "code", "message"),
    [
        ("income", YUAN_PER_YEAR, "VB306", "yuan per year is needed, but `income` is in yuan"),
        ("5 yuan", YUAN_PER_YEAR, "VB306", "yuan per year is needed, but `5 yuan` is in yuan"),
        ("children", YUAN, "VB306", "yuan is needed, but `children` is in number"),
        ("deceased", YUAN, "VB305", "a number is needed, but `deceased` is a yes or no"),
        ("birth_date", None, "VB305", "a number is needed, but `birth_date` is a date"),
    ],
)
def test_number_in_another_unit_is_refused(
    text: str, unit: Unit | None, code: str, message: str
) -> None:
    term, problems = read_number(text, HERE, SCOPE, unit)
    assert term is None
    assert (only(problems).code, only(problems).message) == (code, message)
    assert underlined(only(problems), text) == text


def test_warning_is_kept_beside_a_term_and_beside_an_error() -> None:
    text = "floor(income / (children - 3))"
    for reader in (read_term, read_number):
        term, problems = reader(text, HERE, SCOPE)
        assert term is not None
        assert only(problems).severity is Severity.WARNING
    term, problems = read_condition(text, HERE, SCOPE)
    assert term is None
    assert [one.code for one in problems] == ["VB309", "VB305"]
    term, problems = read_term(text + " > grad", HERE, SCOPE)
    assert term is None
    assert [one.code for one in problems] == ["VB309", "VB303"]


# --- written values and names ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12.50", "25/2", PLAIN),
        ("5 yuan", "5", YUAN),
        ("5元", "5", YUAN),
        ("50%", "1/2", RATIO),
        ("60 years", "60", Unit("years")),
        ("24个月", "24", Unit("months")),
        ("1 day", "1", Unit("days")),
        ("-5", "-5", PLAIN),
        ("--5", "5", PLAIN),
        ("- 5 yuan", "-5", YUAN),
    ],
)
def test_written_number_has_its_unit(text: str, value: str, unit: Unit) -> None:
    term = read(text)
    assert isinstance(term, Literal)
    assert term.value == Fraction(value)
    assert term.type.unit == unit
    assert term.type.low == term.type.high == term.value
    assert term.type.is_literal_number is (unit == PLAIN)


def test_name_is_a_fact_a_definition_or_the_day() -> None:
    assert isinstance(read("grade"), Fact)
    assert isinstance(read("残疾等级"), Fact)
    assert isinstance(read("as_of"), AsOf)
    assert isinstance(read("截至日"), AsOf)
    age = read("年龄")
    assert isinstance(age, Named)
    assert age.name == "age"
    assert isinstance(age.body, Between)


def test_definition_comes_before_a_fact_of_the_same_name() -> None:
    assert isinstance(read("grade", scope({"grade": "5"})), Named)


def test_term_remembers_where_and_how_it_was_written() -> None:
    term = read("deceased or 年龄 >= 60 and 残疾等级 in [1 .. 6]")
    assert isinstance(term, Or)
    assert term.text == "deceased or 年龄 >= 60 and 残疾等级 in [1 .. 6]"
    second = term.parts[1]
    assert isinstance(second, And)
    assert second.text == "年龄 >= 60 and 残疾等级 in [1 .. 6]"
    assert second.span == HERE.shifted(len("deceased or "), len(second.text))
    assert term.parts[0].text == "deceased"


@pytest.mark.parametrize(
    ("text", "at", "message", "hint"),
    [
        (
            "brith_date < as_of",
            "brith_date",
            "there is no fact or definition `brith_date`",
            "did you mean `birth_date`?",
        ),
        (
            "出生日 < as_of",
            "出生日",
            "there is no fact or definition `出生日`",
            "did you mean `出生日期`?",
        ),
        (
            "zzz",
            "zzz",
            "there is no fact or definition `zzz`",
            "see docs/rules.md for the facts that exist",
        ),
        ("per_year * 2", "per_year", "`per_year` is the name of a rate", "write `rate.per_year`"),
        (
            "cost > 5",
            "cost",
            "`cost` is a fact of the table `bill`, which this rule does not decide",
            "write `for_each: bill`",
        ),
        ("war", "war", "`war` is a code of `cause`, not a value of its own", "write `cause = war`"),
        (
            "因战 = cause",
            "因战",
            "`因战` is a code of `cause`, not a value of its own",
            "write `cause = 因战`",
        ),
        (
            "national",
            "national",
            "`national` is a code of `draws`, not a value of its own",
            "write `draws = national`",
        ),
    ],
)
def test_unknown_name_is_shown_the_way(text: str, at: str, message: str, hint: str) -> None:
    problem = wrong(text)
    assert (problem.code, problem.message, problem.hint) == ("VB303", message, hint)
    assert underlined(problem, text) == at


def test_long_unknown_name_is_shortened_in_the_message() -> None:
    problem = wrong("x" * 500)
    assert problem.message == f"there is no fact or definition `{'x' * 60}…`"
    assert problem.span.length == 500


def test_private_fact_is_kept_out_of_rules() -> None:
    problem = wrong("known(phone)")
    assert (problem.code, problem.message) == (
        "VB317",
        "`phone` is private: no rule may depend on it",
    )


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("none", "VB319", "`none` stands only right of = or !="),
        ("none = none", "VB319", "`none` stands only right of = or !="),
        ("5 + none", "VB319", "`none` stands only right of = or !="),
        ("not grade", "VB305", "a yes or no is needed here, but this is a number"),
        ("deceased and 5", "VB305", "a yes or no is needed here, but this is a number"),
        ("birth_date or deceased", "VB305", "a yes or no is needed here, but this is a date"),
        ("not draws", "VB305", "a yes or no is needed here, but this is a set of codes"),
    ],
)
def test_value_in_the_wrong_place_is_refused(text: str, code: str, message: str) -> None:
    problem = wrong(text)
    assert (problem.code, problem.message) == (code, message)


def test_conditions_are_joined_into_one_list() -> None:
    term = read("deceased and draws_pension and (grade = 1 and not deceased)")
    assert isinstance(term, And)
    assert len(term.parts) == 4
    assert isinstance(term.parts[3], Not)
    mixed = read("deceased and (draws_pension or grade = 1)")
    assert isinstance(mixed, And)
    assert [type(one) for one in mixed.parts] == [Named, Or]


# --- definitions -------------------------------------------------------------------------------


def test_wrong_definition_is_reported_where_it_stands() -> None:
    broken = scope({"old": "agee >= 60"})
    problem = wrong("deceased or old", broken)
    assert problem.span == Span("common.yaml", len(DEFINITIONS) + 1, 5, 4)
    assert problem.code == "VB303"


def test_definition_that_cannot_be_parsed_is_reported_where_it_stands() -> None:
    problem = wrong("old", scope({"old": "age >="}))
    assert (problem.code, problem.span.file) == ("VB302", "common.yaml")


def test_warnings_of_definitions_are_handed_on() -> None:
    doubtful = scope({"share_each": "floor(income / children)"})
    _, problems = read_term("share_each > 5", HERE, doubtful)
    assert [(one.code, one.severity) for one in problems] == [("VB309", Severity.WARNING)]
    broken = scope({"share_each": "floor(income / children)", "old": "grad = 1"})
    _, problems = read_term("share_each > 5 and old", HERE, broken)
    assert [one.code for one in problems] == ["VB309", "VB303"]


@pytest.mark.parametrize(
    ("more", "circle"),
    [
        ({"a": "a + 1"}, "a → a"),
        ({"a": "b + 1", "b": "c", "c": "a"}, "a → b → c → a"),
        ({"z": "a", "a": "b", "b": "a"}, "a → b → a"),
    ],
)
def test_definitions_in_a_circle_are_named(more: dict[str, str], circle: str) -> None:
    problem = wrong(next(iter(more)), scope(more))
    assert (problem.code, problem.message) == (
        "VB316",
        f"definitions go round in a circle: {circle}",
    )
    assert problem.hint == "let one of them stand on facts alone"


def test_definition_may_be_used_twice_without_being_a_circle() -> None:
    assert reads("twice > 5", scope({"twice": "age + age"}))
