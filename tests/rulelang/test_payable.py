"""`payable` as the rule book holds it: words, choices, months of the year, tranches, tails."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from vetbenefits.model.expressions import Compare, Fact
from vetbenefits.model.payable import (
    AfterDeath,
    Choice,
    Ends,
    EveryMonth,
    InMonths,
    Payable,
    Start,
    Stop,
    Tranches,
)

if TYPE_CHECKING:
    from tests.rulelang.conftest import Rules

WRITTEN = "{start: {default: this_month}, stop: {default: next_month}, when: every_month}"


def pays(rules: Rules, new: str) -> Payable:
    rules.edit(WRITTEN, f"{{{new}}}")
    found = rules.benefit().national.pays
    again = rules.benefit().national.pays
    assert found == again, "the cache gives back what was read"
    return found


def test_defaults(rules: Rules) -> None:
    assert rules.benefit().national.pays == Payable()
    rules.edit(f"payable: {WRITTEN}\n", "")
    assert rules.benefit().national.pays == Payable(
        Ends(Start.THIS_MONTH), Ends(Stop.NEXT_MONTH), EveryMonth(), ()
    )


def test_months_by_what_began_or_ended(rules: Rules) -> None:
    found = pays(rules, "start: {of_age: this_year}, stop: {default: this_month, alive: next_year}")
    assert found.start == Ends(Start.THIS_MONTH, {"of_age": Start.THIS_YEAR})
    assert found.stop == Ends(Stop.THIS_MONTH, {"alive": Stop.NEXT_YEAR})


def test_choice_between_two_months(rules: Rules) -> None:
    found = pays(
        rules, "start: {of_age: if birth_date < 1964-10-01 then next_month else this_month}"
    )
    choice = found.start.by_cause["of_age"]
    assert isinstance(choice, Choice)
    assert isinstance(choice.test, Compare)
    assert (choice.then, choice.otherwise) == (Start.NEXT_MONTH, Start.THIS_MONTH)


def test_months_of_the_year_and_tranches(rules: Rules) -> None:
    assert pays(rules, "when: {months: [12, 6]}").when == InMonths((6, 12))
    rules.edit("{when: {months: [12, 6]}}", "{when: {every: 6 months, from: birth_date}}")
    found = rules.benefit().national.pays.when
    assert isinstance(found, Tranches)
    assert isinstance(found.from_on, Fact)
    assert (found.months, found.from_on.name) == (6, "birth_date")
    assert (found.at_end, found.full_only) == (False, False)
    rules.edit("from: birth_date}", "from: birth_date, pay: at_end, begun: full_only}")
    found = rules.benefit().national.pays.when
    assert isinstance(found, Tranches)
    assert (found.at_end, found.full_only) == (True, True)


def test_what_is_paid_after_a_death(rules: Rules) -> None:
    (first, second) = pays(
        rules,
        "after_death: [{months: 6}, {months: 12, if: age > 80, rate: current, pay: at_once}]",
    ).after_death
    assert isinstance(first.died_on, Fact)
    assert first == AfterDeath(first.died_on, 6)
    assert (second.months, second.current, second.at_once) == (12, True, True)
    assert second.test is not None


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("start: {default: if age > 70 then soon else this_month}", "VB204"),
        ("start: {default: if age > 70 then next_year else this_month}", "VB204"),
        ("stop: {default: if age > 70 then this_year else this_month}", "VB204"),
        ("start: {default: age > 70}", "VB204"),
        ("start: {default: if agee > 70 then next_month else this_month}", "VB303"),
        ("start: {default: if age then next_month else this_month}", "VB305"),
        ("start: {default: if age > then next_month else this_month}", "VB302"),
        ("when: {every: 6 months, from: age}", "VB305"),
        ("when: {every: 6 months, from: as_of}", "VB305"),
        ("when: {every: 6 months, from: birthday}", "VB303"),
        ("after_death: [{months: 6, if: age}]", "VB305"),
    ],
)
def test_what_names_no_month_or_day(rules: Rules, new: str, code: str) -> None:
    rules.edit(WRITTEN, f"{{{new}}}")
    assert rules.codes() == [code]


def test_place_pays_otherwise(rules: Rules) -> None:
    rules.write(
        "regions/99/old_age.yaml", "benefit: old_age\npayable: {start: {default: next_month}}\n"
    )
    book = rules.benefit()
    local = book.variant_for("99", date(2024, 1, 1)).pays
    assert local == Payable(start=Ends(Start.NEXT_MONTH))
    assert book.national.pays == Payable()
