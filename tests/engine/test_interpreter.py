from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.building import AS_OF, outcome, person, result, value
from vetbenefits.engine.interpreter import Person, as_condition, evaluate, lacking
from vetbenefits.engine.operations import compared
from vetbenefits.model.expressions import And, Comparison, Fact, Not, Or, Undecided
from vetbenefits.model.kinds import TRUTH
from vetbenefits.model.values import Special

if TYPE_CHECKING:
    from tests.engine.building import Given

NONE, UNKNOWN = Special.NONE, Special.UNKNOWN


# --- facts, days, definitions ------------------------------------------------------------------


def test_fact_that_is_not_named_is_unknown() -> None:
    assert outcome("grade") == {"grade"}
    assert outcome("grade", person(grade=UNKNOWN)) == {"grade"}
    assert outcome("grade", person(grade=5)) == 5
    assert outcome("grade", person(grade=NONE)) is NONE


def test_written_values_and_the_day_are_themselves() -> None:
    assert outcome("2.5") == Fraction(5, 2)
    assert outcome("2024-02-29") == date(2024, 2, 29)
    assert outcome("yes") is True
    assert outcome("as_of") == AS_OF


def test_definition_has_the_value_of_its_body_and_keeps_the_trace() -> None:
    found = result("age", person(birth_date="1963-08-15"))
    assert found.value == 60
    (body,) = found.parts
    assert [part.value for part in body.parts] == [date(1963, 8, 15), AS_OF]


# --- three-valued logic ------------------------------------------------------------------------

T, F, U = True, False, UNKNOWN
TRUTHS = {T: "draws_pension = yes", F: "draws_pension = no"}


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (T, T, T, T),
        (T, F, F, T),
        (F, T, F, T),
        (F, F, F, F),
        (T, U, U, T),
        (U, T, U, T),
        (F, U, F, U),
        (U, F, F, U),
        (U, U, U, U),
    ],
)
def test_and_or_are_those_of_kleene(left: Given, right: Given, both: Given, either: Given) -> None:
    who = person(draws_pension=left, has_appealed=right)
    assert result("draws_pension and has_appealed", who).value is both
    assert result("draws_pension or has_appealed", who).value is either


@pytest.mark.parametrize(("truth", "negated"), [(T, F), (F, T), (U, U)])
def test_negation_of_the_unknown_is_unknown(truth: Given, negated: Given) -> None:
    assert result("not draws_pension", person(draws_pension=truth)).value is negated


def test_what_is_missing_is_the_union_over_the_unknown_parts_only() -> None:
    who = person(grade=3)
    assert outcome("grade = 3 and draws_pension and children > 2", who) == {
        "draws_pension",
        "children",
    }
    assert outcome("grade = 4 or draws_pension or children > 2", who) == {
        "draws_pension",
        "children",
    }
    assert outcome("not (draws_pension and children > 2)") == {"draws_pension", "children"}


def test_what_is_decided_lacks_nothing() -> None:
    assert outcome("grade = 4 and draws_pension", person(grade=3)) is False
    assert outcome("grade = 3 or draws_pension", person(grade=3)) is True


def test_many_parts_are_decided_by_one() -> None:
    who = person(grade=3)
    assert outcome("draws_pension and has_appealed and grade = 4", who) is False
    assert outcome("draws_pension or has_appealed or grade = 3", who) is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("has_appealed and yes", False),
        ("has_appealed or no", False),
        ("not has_appealed", True),
        ("if has_appealed then 1 else 2", 2),
        ("has_appealed = yes", False),
        ("has_appealed = no", False),
        ("has_appealed != yes", True),
    ],
)
def test_yes_or_no_that_is_none_counts_as_no(text: str, expected: object) -> None:
    assert outcome(text, person(has_appealed=NONE)) == expected


def test_condition_is_yes_no_or_open() -> None:
    for given_, expected in ((True, True), (False, False), (NONE, False), (UNKNOWN, None)):
        found = result("has_appealed", person(has_appealed=given_))
        assert as_condition(found) is expected


# --- comparisons -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("op", "below", "same", "above"),
    [
        ("=", False, True, False),
        ("!=", True, False, True),
        ("<", True, False, False),
        ("<=", True, True, False),
        (">", False, False, True),
        (">=", False, True, True),
    ],
)
def test_comparison_on_both_sides_of_its_boundary(
    op: str, *, below: bool, same: bool, above: bool
) -> None:
    numbers = [result(f"grade {op} 5", person(grade=one)).value for one in (4, 5, 6)]
    days = [
        result(f"birth_date {op} 1960-02-29", person(birth_date=one)).value
        for one in ("1960-02-28", "1960-02-29", "1960-03-01")
    ]
    assert numbers == days == [below, same, above]


@pytest.mark.parametrize(
    ("text", "who", "expected"),
    [
        ("cause = war", person(cause="war"), True),
        ("cause = war", person(cause="duty"), False),
        ("cause != war", person(cause="duty"), True),
        ("draws_pension = no", person(draws_pension=False), True),
        ("nickname = alias", person(nickname="a", alias="a"), True),
        ("nickname != alias", person(nickname="a", alias="b"), True),
        ("place = 9901", person(place="990101"), False),
        ("place = 9901", person(place="9901"), True),
        ("insurance = none", person(insurance="none"), True),
        ("insurance = none", person(insurance="employee"), False),
    ],
)
def test_codes_and_texts_are_equal_or_not(text: str, who: Person, *, expected: bool) -> None:
    assert outcome(text, who) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deceased_on = 2020-01-01", False),
        ("deceased_on != 2020-01-01", True),
        ("deceased_on < 2020-01-01", False),
        ("deceased_on <= as_of", False),
        ("deceased_on > 2020-01-01", False),
        ("2020-01-01 >= deceased_on", False),
        ("deceased_on = birth_date", False),
        ("deceased_on != birth_date", True),
        ("deceased_on = left_on", False),
        ("deceased_on != left_on", True),
        ("deceased_on in [1900-01-01 .. 2100-01-01]", False),
        ("deceased_on in {2020-01-01}", False),
        ("deceased_on not in {2020-01-01}", True),
        ("cause = war", False),
        ("cause != war", True),
        ("cause in {war, duty}", False),
        ("approved_at in {99}", False),
        ("deceased_on = none", True),
        ("deceased_on != none", False),
        ("deceased", False),
    ],
)
def test_comparing_none_is_false_and_unequal_true(text: str, *, expected: bool) -> None:
    who = person(deceased_on=NONE, left_on=NONE, cause=NONE, approved_at=NONE)
    assert outcome(text, who) is expected


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("grade = 5", {"grade"}),
        ("grade != children", {"grade", "children"}),
        ("grade >= children + 2", {"grade", "children"}),
        ("cause in {war}", {"cause"}),
        ("draws any of national", {"draws"}),
        ("deceased_on = none", {"deceased_on"}),
        ("deceased_on != none", {"deceased_on"}),
        ("birth_date in [1950-01-01 .. left_on]", {"birth_date", "left_on"}),
    ],
)
def test_comparison_with_the_unknown_names_all_it_lacks(text: str, missing: set[str]) -> None:
    assert outcome(text) == missing


def test_range_that_fails_at_one_end_lacks_nothing() -> None:
    assert (
        outcome("birth_date in [1950-01-01 .. left_on]", person(birth_date="1949-12-31")) is False
    )


@pytest.mark.parametrize(
    ("grade", "closed", "open_"),
    [(1, False, False), (2, True, False), (3, True, True), (5, True, False), (6, False, False)],
)
def test_range_holds_up_to_its_ends(grade: int, *, closed: bool, open_: bool) -> None:
    who = person(grade=grade)
    assert outcome("grade in [2 .. 5]", who) is closed
    assert outcome("grade in (2 .. 5)", who) is open_
    assert outcome("grade in (2 .. 5]", who) is (open_ or grade == 5)
    assert outcome("grade in [2 .. 5)", who) is (open_ or grade == 2)


@pytest.mark.parametrize(
    ("text", "who", "expected"),
    [
        ("grade in {1, 3}", person(grade=3), True),
        ("grade in {1, 3}", person(grade=2), False),
        ("grade not in {1, 3}", person(grade=2), True),
        ("cause in {war, duty}", person(cause="duty"), True),
        ("cause in {war, duty}", person(cause="illness"), False),
        ("birth_date in {1960-02-29}", person(birth_date="1960-02-29"), True),
        ("place in {9901, 9902}", person(place="990203007"), True),
        ("place in {9901}", person(place="9901"), True),
        ("place in {990101003}", person(place="990101003001"), True),
        ("place in {990101003}", person(place="990101004"), False),
        ("place in {990101003}", person(place="990102"), False),
        ("place in {990101003, 990101}", person(place="990101"), True),
        ("approved_at in {990101003}", person(approved_at=NONE), False),
        ("place in {9901}", person(place="9902"), False),
        ("place in {01}", person(place="9901"), False),
        ("draws any of national", person(draws=frozenset({"red_army"})), True),
        ("draws any of national", person(draws=frozenset({"rural_60"})), False),
        ("draws any of national", person(draws=frozenset({"rural_60", "red_army"})), True),
        ("draws any of national", person(draws=frozenset[str]()), False),
    ],
)
def test_membership(text: str, who: Person, *, expected: bool) -> None:
    assert outcome(text, who) is expected


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("place in {990101}", "9901"),
        ("place in {990101003}", "990101"),
        ("place in {990101003001}", "990101"),
        ("place in {990101003001}", "990101003"),
        ("place not in {990101003}", "990101"),
        ("place in {990101003, 990102}", "990101"),
        ("place in {990101003, 990101004}", "990101"),
    ],
)
def test_place_known_too_roughly_lacks_the_place(text: str, place: str) -> None:
    assert outcome(text, person(place=place)) == {"place"}


def test_place_known_too_roughly_is_named_by_the_fact_that_was_asked() -> None:
    text = "(if draws_pension then place else approved_at) in {990101003}"
    facts = {"place": "990101", "approved_at": "990101"}
    assert outcome(text, person(draws_pension=True, **facts)) == {"place"}
    assert outcome(text, person(draws_pension=False, **facts)) == {"approved_at"}


def test_known_is_never_unknown_and_true_for_none() -> None:
    assert outcome("known(grade)") is False
    assert outcome("known(grade)", person(grade=NONE)) is True
    assert outcome("known(grade)", person(grade=1)) is True
    assert outcome("known(grade + children)", person(grade=1)) is False
    assert outcome("known(left_on) and left_on = none", person(left_on=NONE)) is True


def test_only_numbers_and_days_have_an_order() -> None:
    with pytest.raises(AssertionError):
        compared(Comparison.LT, "war", "duty")


# --- choices -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draws", "expected"), [(True, 1), (False, {"children"}), (UNKNOWN, {"draws_pension"})]
)
def test_choice_lacks_its_condition_or_what_its_branch_lacks(
    draws: Given, expected: object
) -> None:
    assert outcome("if draws_pension then 1 else children", person(draws_pension=draws)) == expected


def test_branch_that_is_none_stays_none() -> None:
    who = person(draws_pension=True, grade=NONE)
    assert outcome("if draws_pension then grade else 1", who) is NONE
    assert outcome("(if draws_pension then grade else 1) + 1", who) == {"grade"}


def test_trace_of_a_choice_holds_the_branch_taken_alone() -> None:
    found = result("if draws_pension then grade else 2", person(draws_pension=False))
    assert [part.term.text for part in found.parts] == ["draws_pension", "2"]
    open_ = result("if draws_pension then grade else 2")
    assert [part.term.text for part in open_.parts] == ["draws_pension"]


# --- places that are not known -----------------------------------------------------------------


def test_part_that_differs_by_region_lacks_the_place() -> None:
    place = result("place").term
    assert isinstance(place, Fact)
    open_part = Undecided(place, type=TRUTH)
    found = evaluate(open_part, person(place="990101"), AS_OF)
    assert found.value is UNKNOWN
    assert found.missing == {"place"}


# --- lacking -----------------------------------------------------------------------------------


def test_nothing_is_lacking_of_plain_values() -> None:
    plain, none, unknown = result("5"), result("grade", person(grade=NONE)), result("children")
    assert lacking(plain) is None
    assert lacking(plain, none) == frozenset({"grade"})
    assert lacking(plain, none, unknown) == frozenset({"grade", "children"})


# --- laws --------------------------------------------------------------------------------------

truth = st.sampled_from([True, False, UNKNOWN, NONE])


@given(st.lists(truth, min_size=2, max_size=5))
def test_laws_of_de_morgan_hold(values: list[Given]) -> None:
    facts = [Fact(f"f{index}", type=TRUTH) for index in range(len(values))]
    who = Person({f"f{index}": value(one) for index, one in enumerate(values)})
    both = Not(And(tuple(facts), type=TRUTH), type=TRUTH)
    either = Or(tuple(Not(one, type=TRUTH) for one in facts), type=TRUTH)
    left, right = evaluate(both, who, AS_OF), evaluate(either, who, AS_OF)
    assert left.value is right.value
    assert left.missing == right.missing


@given(st.lists(truth, min_size=2, max_size=5), st.integers(0, 4), st.booleans())
def test_filling_in_an_unknown_never_changes_what_was_decided(
    values: list[Given],
    place: int,
    filled: bool,  # noqa: FBT001  drawn by hypothesis
) -> None:
    names = [f"f{index}" for index in range(len(values))]
    facts = tuple(Fact(name, type=TRUTH) for name in names)
    before = dict(zip(names, map(value, values), strict=True))
    after = dict(before)
    name = names[place % len(names)]
    if after[name] is UNKNOWN:
        after[name] = filled
    for node in (And, Or):
        term = node(facts, type=TRUTH)
        first = evaluate(term, Person(before), AS_OF)
        second = evaluate(term, Person(after), AS_OF)
        if not first.is_unknown:
            assert second.value is first.value
        assert second.missing <= first.missing
