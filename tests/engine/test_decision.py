from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from tests.engine.building import AS_OF, amount, benefit, entries, person, term, variant
from tests.rulelang.building import YUAN_PER_YEAR, rate, row, scope
from vetbenefits.engine.decision import decide_person
from vetbenefits.model.expressions import Undecided
from vetbenefits.model.kinds import TRUTH
from vetbenefits.model.rulebook import Clause, Entry, Quantifier
from vetbenefits.model.values import Special
from vetbenefits.money import Rounding, RoundingMode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetbenefits.engine.decision import PersonDecision
    from vetbenefits.engine.interpreter import Person
    from vetbenefits.model.rulebook import Amount

NONE, UNKNOWN = Special.NONE, Special.UNKNOWN
PLACE = term("place")

RATED = scope(
    rates=[
        rate("gone", row("2011-08-01", NONE), unit=YUAN_PER_YEAR),
        rate("stale", row("2011-08-01", 5), unit=YUAN_PER_YEAR, expected=(1, 1)),
    ]
)


def decided(
    who: Person | None = None,
    *,
    money: Amount | None = None,
    as_of: date = AS_OF,
    region: str | None = None,
    when: Mapping[str, str] | None = None,
) -> PersonDecision:
    """Return the decision on a benefit with these conditions, paid by the place."""
    rule = benefit(money, *entries(RATED, **(when or {})), place=PLACE)
    return decide_person(rule, who or person(), as_of=as_of, region=region)


# --- in force ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "unmet"),
    [
        ("2011-07-31", ("not_in_force",)),
        ("2011-08-01", ()),
        ("2030-12-31", ()),
        ("2031-01-01", ("not_in_force",)),
    ],
)
def test_benefit_is_decided_from_its_first_day_to_its_last(
    as_of: str, unmet: tuple[str, ...]
) -> None:
    found = decided(as_of=date.fromisoformat(as_of))
    assert found.unmet == unmet
    assert found.outcome == ("not_due" if unmet else "due")
    assert (found.variant is None) is bool(unmet)


# --- conditions --------------------------------------------------------------------------------

CHOICE = {"of_age": "grade >= 3", "any_ill": "cause = illness", "any_poor": "children > 2"}
CHOICE["none_pension"] = "draws_pension"


@pytest.mark.parametrize(
    ("facts", "outcome", "unmet", "missing"),
    [
        ({"grade": 3, "cause": "illness", "draws_pension": False}, "due", (), ()),
        ({"grade": 3, "children": 3, "draws_pension": False}, "due", (), ()),
        ({"grade": 2, "children": 3, "draws_pension": False}, "not_due", ("of_age",), ()),
        ({"grade": 3, "children": 3, "draws_pension": True}, "not_due", ("none_pension",), ()),
        (
            {"grade": 2, "children": 3, "draws_pension": True},
            "not_due",
            ("of_age", "none_pension"),
            (),
        ),
        (
            {"grade": 3, "cause": "war", "children": 2, "draws_pension": False},
            "not_due",
            ("any_ill", "any_poor"),
            (),
        ),
        (
            {"grade": 3, "cause": "war", "draws_pension": False},
            "undetermined",
            (),
            ("children",),
        ),
        ({"grade": 3, "draws_pension": False}, "undetermined", (), ("cause", "children")),
        ({"children": 3}, "undetermined", (), ("draws_pension", "grade")),
        ({}, "undetermined", (), ("cause", "children", "draws_pension", "grade")),
        ({"grade": 2}, "not_due", ("of_age",), ()),
        ({"draws_pension": True}, "not_due", ("none_pension",), ()),
        ({"cause": "war", "children": 0}, "not_due", ("any_ill", "any_poor"), ()),
    ],
)
def test_conditions_decide_as_their_lists_say(
    facts: dict[str, int | str], outcome: str, unmet: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    found = decided(person(**facts), when=CHOICE)
    assert (found.outcome, found.unmet, found.missing) == (outcome, unmet, missing)
    assert found.amount_fen == (10_000 if outcome == "due" else None)


def test_each_condition_tells_whether_it_was_met() -> None:
    found = decided(person(grade=2, cause="illness"), when=CHOICE)
    assert [(one.entry.clause.id, one.met) for one in found.clauses] == [
        ("of_age", False),
        ("any_ill", True),
        ("any_poor", None),
        ("none_pension", None),
    ]


def test_truth_that_is_none_counts_as_no() -> None:
    who = person(has_appealed=NONE)
    assert decided(who, when={"appealed": "has_appealed"}).unmet == ("appealed",)
    assert decided(who, when={"none_appealed": "has_appealed"}).outcome == "due"


def test_open_condition_keeps_what_would_be_paid() -> None:
    found = decided(when={"old": "age >= 60"})
    assert found.outcome == "undetermined"
    assert (found.at_stake_fen, found.amount_fen) == (10_000, None)


def test_failed_condition_leaves_the_amount_alone() -> None:
    found = decided(person(grade=1), when={"few": "grade > 1"}, money=amount("rate.per_year"))
    assert found.amount is None
    assert found.at_stake_fen is None


# --- places ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "outcome", "unmet", "missing"),
    [
        ("990101", "due", (), ()),
        ("990101003", "due", (), ()),
        ("990102", "not_due", ("paid_elsewhere",), ()),
        ("9901", "undetermined", (), ("place",)),
        ("9902", "not_due", ("paid_elsewhere",), ()),
        (NONE, "not_due", ("paid_elsewhere",), ()),
        (UNKNOWN, "undetermined", (), ("place",)),
    ],
)
def test_bureau_that_asks_pays_its_own(
    place: str | Special, outcome: str, unmet: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    found = decided(person(place=place), region="990101")
    assert (found.outcome, found.unmet, found.missing) == (outcome, unmet, missing)


@pytest.mark.parametrize(
    ("place", "outcome"),
    [
        ("990101", "undetermined"),
        ("990102", "not_due"),
        ("990101003", "due"),
        ("990101004", "not_due"),
        ("990101003001", "due"),
    ],
)
def test_township_that_asks_may_pay_those_of_its_county(place: str, outcome: str) -> None:
    found = decided(person(place=place), region="990101003")
    assert (found.outcome, found.missing) == (
        outcome,
        ("place",) if outcome == "undetermined" else (),
    )


@pytest.mark.parametrize("region", ["990101", "990101000", "990101000000"])
@pytest.mark.parametrize(("place", "outcome"), [("990101003", "due"), ("990102", "not_due")])
def test_zeros_that_fill_up_the_code_of_the_bureau_do_not_count(
    region: str, place: str, outcome: str
) -> None:
    assert decided(person(place=place), region=region).outcome == outcome


def test_paid_elsewhere_stands_after_the_conditions_that_failed() -> None:
    found = decided(person(grade=1, place="9902"), region="9901", when={"few": "grade > 1"})
    assert found.unmet == ("few", "paid_elsewhere")


def test_without_a_region_or_a_place_everybody_is_decided() -> None:
    assert decided(person(place="990102")).outcome == "due"
    assert decided().outcome == "due"
    placeless = benefit()
    assert decide_person(placeless, person(), as_of=AS_OF, region="990101").outcome == "due"


def with_regions() -> dict[str | None, int]:
    """Return the yuan per year by division; None for those whose place is unknown."""
    return {"": 100, "9901": 200, "990101": 300, None: 400}


@pytest.mark.parametrize(
    ("place", "yuan"),
    [
        ("110101", 100),
        ("990102", 200),
        ("990101", 300),
        ("990101003", 300),
        (UNKNOWN, 400),
        (NONE, 400),
    ],
)
def test_rule_reads_as_it_does_in_the_place(place: str | Special, yuan: int) -> None:
    variants = tuple(
        replace(variant(amount(str(sum_))), division=division)
        for division, sum_ in with_regions().items()
    )
    rule = replace(benefit(place=PLACE), variants=variants)
    found = decide_person(rule, person(place=place), as_of=AS_OF)
    assert found.amount_fen == 100 * yuan


def test_part_that_differs_by_region_is_open_where_the_place_is_unknown() -> None:
    differs = Clause("differs", Undecided(PLACE, type=TRUTH))
    rule = benefit(None, Entry(differs, Quantifier.NONE), place=PLACE)
    found = decide_person(rule, person(), as_of=AS_OF)
    assert (found.outcome, found.missing) == ("undetermined", ("place",))


# --- amounts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts", "mode", "fen"),
    [
        ("100", 1, RoundingMode.HALF_UP, 10_000),
        ("100", 12, RoundingMode.HALF_UP, 833),
        ("100", 12, RoundingMode.CEIL, 834),
        ("100", 12, RoundingMode.FLOOR, 833),
        ("0.06", 4, RoundingMode.HALF_UP, 2),
        ("0.06", 4, RoundingMode.DOWN, 1),
        ("-0.06", 4, RoundingMode.HALF_UP, -2),
        ("-0.06", 4, RoundingMode.DOWN, -1),
        ("14000", 2, RoundingMode.HALF_UP, 700_000),
    ],
)
def test_payment_is_a_part_of_the_value_rounded_once(
    text: str, parts: int, mode: RoundingMode, fen: int
) -> None:
    money = amount(text, parts=parts, rounding=Rounding(1, mode))
    found = decided(money=money)
    assert found.amount_fen == fen
    assert found.amount is not None
    assert found.amount.exact_fen == Fraction(text) * 100 / parts
    assert found.amount.rounded_fen == fen


def test_whole_fen_need_no_rounding() -> None:
    assert decided(money=amount("12.34", rounding=None)).amount_fen == 1234


@pytest.mark.parametrize("text", ["0", "children * rate.per_year", "0.004", "-0.004"])
def test_amount_of_nothing_is_not_due(text: str) -> None:
    found = decided(person(children=0), money=amount(text))
    assert (found.outcome, found.unmet) == ("not_due", ("nothing_payable",))
    assert found.amount_fen is None


def test_nothing_payable_settles_what_a_condition_leaves_open() -> None:
    found = decided(money=amount("0"), when={"old": "age >= 60"})
    assert (found.outcome, found.unmet, found.missing) == ("not_due", ("nothing_payable",), ())


def test_failed_condition_is_named_before_nothing_payable() -> None:
    found = decided(person(grade=1), money=amount("0"), when={"few": "grade > 1"})
    assert found.unmet == ("few",)


def test_rate_that_says_none_settles_it_whatever_is_missing() -> None:
    money = amount("rate.gone * children", RATED)
    found = decided(money=money, when={"old": "age >= 60"})
    assert (found.outcome, found.unmet, found.missing) == ("not_due", ("no_rate",), ())


def test_rate_that_says_none_in_a_branch_not_taken_settles_nothing() -> None:
    money = amount("if draws_pension then rate.gone else 5", RATED)
    assert decided(person(draws_pension=False), money=money).outcome == "due"
    assert decided(person(draws_pension=True), money=money).unmet == ("no_rate",)
    assert decided(money=money).missing == ("draws_pension",)


def test_rate_without_a_row_is_missing_by_name() -> None:
    found = decided(
        person(children=2), money=amount("rate.per_year * children"), as_of=date(2019, 1, 1)
    )
    assert (found.outcome, found.missing) == ("undetermined", ("rate.per_year",))
    assert found.at_stake_fen is None


def test_amount_that_lacks_a_fact_is_undetermined_with_all_that_is_open() -> None:
    found = decided(money=amount("rate.per_year * children"), when={"old": "grade > 3"})
    assert (found.outcome, found.missing) == ("undetermined", ("children", "grade"))


def test_amount_that_is_none_is_undetermined() -> None:
    found = decided(person(debt=NONE), money=replace(amount("1"), value=term("debt")))
    assert (found.outcome, found.missing) == ("undetermined", ("debt",))
    chosen = term("if yes then debt else 5")
    found = decided(person(debt=NONE), money=replace(amount("1"), value=chosen))
    assert (found.outcome, found.missing) == ("undetermined", ("debt",))


def test_none_of_a_rate_in_a_condition_leaves_it_open() -> None:
    found = decided(when={"enough": "rate.gone * 2 > 5"})
    assert (found.outcome, found.missing) == ("undetermined", ("rate.gone",))


# --- provisional -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("money", "tests", "provisional"),
    [
        ("rate.per_year", {}, False),
        ("rate.stale", {}, True),
        ("5", {"enough": "rate.stale > 3"}, True),
        ("5", {"none_enough": "rate.stale > 9"}, True),
    ],
)
def test_due_amount_is_provisional_if_something_in_it_is(
    money: str, tests: dict[str, str], *, provisional: bool
) -> None:
    found = decided(money=amount(money, RATED), when=tests)
    assert found.outcome == "due"
    assert found.provisional is provisional


def test_only_a_due_amount_is_provisional() -> None:
    assert not decided(
        person(grade=1), money=amount("rate.stale", RATED), when={"few": "grade > 1"}
    ).provisional
    assert not decided(money=amount("rate.stale", RATED), when={"few": "grade > 1"}).provisional
