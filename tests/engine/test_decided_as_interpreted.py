from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.people import people, roster
from tests.rulebooks import benefits, rule_book
from tests.vocabulary import AS_OF
from vetbenefits.engine.decision import decide_person
from vetbenefits.engine.evaluate import Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.engine.decision import PersonDecision
    from vetbenefits.engine.interpreter import Person
    from vetbenefits.model.rulebook import Benefit

PEOPLE = 24

BOOKS = st.tuples(benefits("alpha"), benefits("beta"), benefits("other"))


def expected_record(decision: PersonDecision, person: Person) -> dict[str, object]:
    amount = decision.amount
    is_due = decision.outcome == "due"
    variant = decision.variant
    return {
        "benefit": decision.benefit.id,
        "outcome": decision.outcome,
        "amount_fen": decision.amount_fen,
        "at_stake_fen": (
            amount.fen if amount is not None and decision.outcome == "undetermined" else None
        ),
        "per": variant.amount.payment_per if is_due and variant is not None else None,
        "unmet": ";".join(decision.unmet),
        "missing": ";".join(decision.missing),
        "provisional": decision.provisional,
        "standing": standing(decision, person),
    }


def standing(decision: PersonDecision, person: Person) -> str | None:
    drawn = person.facts.get("draws")
    if not isinstance(drawn, frozenset) or decision.benefit.id == "other":
        return None
    if decision.outcome == "due":
        return "continuing" if decision.benefit.id in drawn else "new"
    is_stop = decision.outcome == "not_due" and decision.benefit.id in drawn
    return "stop" if is_stop else None


def expected_records(
    found: Sequence[Benefit], persons: Sequence[Person], region: str | None
) -> list[dict[str, object]]:
    return [
        {"row": at + 2, "person_id": f"p{at}", "name": f"人{at}"}
        | expected_record(decide_person(one, person, as_of=AS_OF, region=region), person)
        for at, person in enumerate(persons)
        for one in found
    ]


@given(BOOKS, st.integers(0, 10**9), st.sampled_from((None, "9901", "990101", "990101003")))
def test_everybody_is_decided_as_one_by_one(
    found: tuple[Benefit, ...], seed: int, region: str | None
) -> None:
    persons = people(seed, PEOPLE)
    plan = Plan.of(rule_book(found), as_of=AS_OF, region=region)
    batch = roster(persons)
    decided = plan.decide(batch, show_all=True)
    expected = expected_records(found, persons, region)
    names = list(expected[0])
    for got, right in zip(decided.records.select(names).to_dicts(), expected, strict=True):
        assert got == right
    shown = plan.decide(batch)
    by_default = [
        one for one in expected if one["outcome"] != "not_due" or one["standing"] == "stop"
    ]
    assert shown.records.select(names).to_dicts() == by_default
    assert shown.counts.equals(decided.counts)
    for benefit, outcome, rows in decided.counts.rows():
        same = [one for one in expected if (one["benefit"], one["outcome"]) == (benefit, outcome)]
        assert rows == len(same)
