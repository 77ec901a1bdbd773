from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from vetbenefits.model.expressions import Undecided
from vetbenefits.model.rulebook import Quantifier

if TYPE_CHECKING:
    from tests.rulelang.conftest import Rules
    from vetbenefits.model.rulebook import Variant

HALF_STEPS = (
    '  years_served: "years_between(conscript_from, conscript_until, part_year = half_steps)"\n'
)
SPARE_RATE = (
    "{unit: yuan per year, values: [{from: 2011-08-01, value: 7, source: X, confidence: A}]}"
)
DAY = date(2024, 1, 1)


def overlay(rules: Rules, division: str, text: str) -> None:
    rules.write(f"regions/{division}/old_age.yaml", f"benefit: old_age\n{text}")


def ids(variant: Variant) -> list[str]:
    return [entry.clause.id for entry in variant.entries]


def test_without_overlays_there_is_one_variant(rules: Rules) -> None:
    (variant,) = rules.benefit().variants
    assert (variant.division, variant.from_on) == ("", date(2011, 8, 1))
    assert variant.until_on == date.max


def test_definition_is_replaced_wherever_it_is_used(rules: Rules) -> None:
    overlay(rules, "990103", f"law: X2\ndefine:\n{HALF_STEPS}")
    benefit = rules.benefit()
    local = benefit.variant_for("990103", DAY)
    assert [one.document for one in local.law] == ["X2"]
    assert benefit.national.law == ()
    assert local.amount.value != benefit.national.amount.value
    assert local.amount.value.type.denominator == 2
    assert local.entries == benefit.national.entries
    assert local.rates["per_year"] is benefit.national.rates["per_year"]
    assert local.overlays == (f"{rules.folder}/regions/990103/old_age.yaml",)
    assert benefit.variant_for("990104", DAY) is benefit.national
    assert benefit.variant_for("990103001", DAY) is local


def test_folder_of_a_division_may_be_filled_up_with_zeros(rules: Rules) -> None:
    overlay(rules, "990103000000", f"law: X2\ndefine:\n{HALF_STEPS}")
    benefit = rules.benefit()
    local = benefit.variant_for("990103", DAY)
    assert local.overlays == (f"{rules.folder}/regions/990103000000/old_age.yaml",)
    assert benefit.variant_for("990103001", DAY) is local
    assert benefit.variant_for("990104", DAY) is benefit.national


def test_one_division_has_one_file_a_benefit(rules: Rules) -> None:
    overlay(rules, "990103", "remove: [alive]\n")
    overlay(rules, "990103000", "remove: [of_age]\n")
    (problem,) = rules.load()[1]
    assert problem.code == "VB222"
    assert problem.span.file == f"{rules.folder}/regions/990103000/old_age.yaml"
    assert f"`{rules.folder}/regions/990103/old_age.yaml`" in problem.message


def test_clause_of_the_same_id_takes_its_place(rules: Rules) -> None:
    overlay(rules, "9901", "due_when:\n  all:\n    - {id: of_age, if: age >= 55}\n")
    local = rules.benefit().variant_for("990101", DAY)
    assert ids(local) == ["of_age", "has_left", "alive", "draws_regular"]
    assert local.entries[0].clause.text == "age >= 55"


def test_clause_may_move_to_another_list(rules: Rules) -> None:
    overlay(
        rules, "9901", "due_when:\n  none:\n    - {id: has_left, if: service_status = serving}\n"
    )
    local = rules.benefit().variant_for("9901", DAY)
    assert local.entries[1].how is Quantifier.NONE
    assert ids(local) == ["of_age", "has_left", "alive", "draws_regular"]


def test_new_clause_is_added(rules: Rules) -> None:
    overlay(rules, "99", "due_when:\n  any:\n    - {id: poor, if: income < 1000 yuan}\n")
    local = rules.benefit().variant_for("990101", DAY)
    assert ids(local)[-1] == "poor"
    assert local.entries[-1].how is Quantifier.ANY


def test_clause_is_removed(rules: Rules) -> None:
    overlay(rules, "99", "remove: [alive, draws_regular]\n")
    assert ids(rules.benefit().variant_for("99", DAY)) == ["of_age", "has_left"]


def with_group(rules: Rules) -> None:
    group = (
        "    - id: needy\n"
        "      any: [{id: poor, if: income < 1000 yuan}, {id: graded, if: grade > 5}]\n"
    )
    rules.edit("  none:\n", f"{group}  none:\n")


def test_clause_inside_a_group_is_replaced_in_it(rules: Rules) -> None:
    with_group(rules)
    overlay(rules, "99", "due_when:\n  all:\n    - {id: poor, if: income < 2000 yuan}\n")
    local = rules.benefit().variant_for("99", DAY)
    group = local.entries[3].clause
    assert [part.id for part in group.parts] == ["poor", "graded"]
    assert group.parts[0].text == "income < 2000 yuan"


def test_clause_inside_a_group_is_removed_from_it(rules: Rules) -> None:
    with_group(rules)
    overlay(rules, "99", "remove: [poor]\n")
    group = rules.benefit().variant_for("99", DAY).entries[3].clause
    assert [part.id for part in group.parts] == ["graded"]


def test_group_cannot_be_emptied(rules: Rules) -> None:
    with_group(rules)
    overlay(rules, "99", "remove: [poor, graded]\n")
    assert rules.codes() == ["VB209"]


def test_group_may_hold_a_group_s_place(rules: Rules) -> None:
    overlay(
        rules,
        "99",
        "due_when:\n  all:\n"
        "    - {id: has_left, none: [{id: serves, if: service_status = serving}]}\n",
    )
    clause = rules.benefit().variant_for("99", DAY).entries[1].clause
    assert clause.how is Quantifier.NONE


def test_key_of_the_amount_is_replaced_alone(rules: Rules) -> None:
    overlay(rules, "99", "amount: {round: {to: yuan, mode: floor}}\n")
    local = rules.benefit().variant_for("99", DAY).amount
    assert local.rounding is not None
    assert local.rounding.step_fen == 100
    assert (local.per, local.parts) == ("year", 12)


def test_highest_replaces_value(rules: Rules) -> None:
    overlay(
        rules, "99", "amount: {highest: [{if: age > 80, value: years_served * rate.per_year}]}\n"
    )
    local = rules.benefit().variant_for("99", DAY).amount
    assert local.text.startswith("highest of")


def test_rate_is_replaced_as_a_whole(rules: Rules) -> None:
    rates = "unit: yuan per year, file: rates/local.csv"
    overlay(rules, "99", f"rates: {{per_year: {{{rates}}}}}\n")
    rules.write("regions/99/rates/local.csv", "from,value,source,confidence\n2012-01-01,900,X1,B\n")
    local = rules.benefit().variant_for("99", DAY)
    assert [row.value for row in local.rates["per_year"].rows] == [900]


def test_payable_is_replaced_by_key(rules: Rules) -> None:
    overlay(rules, "99", "payable: {when: {months: [6, 12]}}\n")
    benefit = rules.benefit()
    local = benefit.variant_for("99", DAY)
    assert local.payable == {
        "start": {"default": "this_month"},
        "stop": {"default": "next_month"},
        "when": {"months": ["6", "12"]},
    }
    assert benefit.payable["when"] == "every_month"
    assert local.notice == {"lead": "3 months"}


def test_county_changes_what_its_province_changed(rules: Rules) -> None:
    overlay(rules, "99", "due_when:\n  all:\n    - {id: of_age, if: age >= 55}\nremove: [alive]\n")
    overlay(rules, "9901", f"define:\n{HALF_STEPS}")
    overlay(rules, "990101", "due_when:\n  all:\n    - {id: of_age, if: age >= 50}\n")
    benefit = rules.benefit()
    county = benefit.variant_for("990101", DAY)
    assert county.entries[0].clause.text == "age >= 50"
    assert county.amount.value.type.denominator == 2
    assert ids(county) == ["of_age", "has_left", "draws_regular"]
    assert [name.split("/")[-2] for name in county.overlays] == ["99", "9901", "990101"]
    city = benefit.variant_for("990199", DAY)
    assert city.entries[0].clause.text == "age >= 55"


def test_overlay_holds_only_on_its_days(rules: Rules) -> None:
    overlay(
        rules, "99", f"in_force: {{from: 2020-01-01, until: 2022-01-01}}\ndefine:\n{HALF_STEPS}"
    )
    overlay(rules, "9901", "in_force: {from: 2021-01-01}\nremove: [alive]\n")
    benefit = rules.benefit()
    spans = [
        (one.division, one.from_on.year, one.until_on.year)
        for one in benefit.variants
        if not one.is_open
    ]
    assert spans == [
        ("", 2011, 9999),
        ("99", 2020, 2022),
        ("9901", 2021, 2022),
        ("9901", 2022, 9999),
    ]
    assert benefit.variant_for("9901", date(2019, 1, 1)) is benefit.national
    both = benefit.variant_for("9901", date(2021, 6, 1))
    assert both.amount.value.type.denominator == 2
    assert "alive" not in ids(both)
    assert benefit.variant_for("9901", date(2023, 1, 1)).amount == benefit.national.amount


def test_unknown_place_leaves_open_only_what_differs(rules: Rules) -> None:
    overlay(rules, "99", "due_when:\n  all:\n    - {id: of_age, if: age >= 55}\n")
    benefit = rules.benefit()
    unknown = benefit.variant_for(None, DAY)
    assert unknown.division is None
    test = unknown.entries[0].clause.test
    assert isinstance(test, Undecided)
    assert test.place == benefit.place
    assert unknown.entries[1:] == benefit.national.entries[1:]
    assert unknown.amount == benefit.national.amount


def test_unknown_place_leaves_open_a_clause_that_only_some_have(rules: Rules) -> None:
    overlay(rules, "99", "remove: [alive]\n")
    overlay(rules, "98", "due_when:\n  all:\n    - {id: poor, if: income < 1000 yuan}\n")
    unknown = rules.benefit().variant_for(None, DAY)
    open_ids = [one.clause.id for one in unknown.entries if isinstance(one.clause.test, Undecided)]
    assert open_ids == ["alive", "poor"]


def test_unknown_place_leaves_the_amount_open_if_it_differs(rules: Rules) -> None:
    overlay(rules, "99", f"define:\n{HALF_STEPS}")
    unknown = rules.benefit().variant_for(None, DAY)
    assert isinstance(unknown.amount.value, Undecided)
    assert unknown.amount.value.type.denominator == 2
    assert isinstance(unknown.definitions["years_served"], Undecided)
    assert unknown.amount.parts == 12


def test_place_too_wide_leaves_open_only_what_its_parts_change(rules: Rules) -> None:
    overlay(rules, "9901", "remove: [alive]\n")
    overlay(rules, "990101003", "due_when:\n  all:\n    - {id: of_age, if: age >= 55}\n")
    overlay(rules, "9902", f"define:\n{HALF_STEPS}")
    benefit = rules.benefit()
    county = benefit.variant_for("990101", DAY)
    assert (county.division, county.is_wide) == ("990101", True)
    assert ids(county) == ["of_age", "has_left", "draws_regular"]
    test = county.entries[0].clause.test
    assert isinstance(test, Undecided)
    assert test.place == benefit.place
    city = benefit.variant_for("9901", DAY)
    assert county.entries[1:] == city.entries[1:] == benefit.variant_for("990102", DAY).entries[1:]
    assert county.amount == benefit.national.amount
    province = benefit.variant_for("99", DAY)
    open_ids = [one.clause.id for one in province.entries if isinstance(one.clause.test, Undecided)]
    assert open_ids == ["of_age", "alive"]
    assert isinstance(province.amount.value, Undecided)


@pytest.mark.parametrize("division", ["990101003", "990101003001", "990101004", "990102", "98"])
def test_place_without_smaller_parts_leaves_nothing_open(rules: Rules, division: str) -> None:
    overlay(rules, "990101003", "remove: [alive]\n")
    assert not rules.benefit().variant_for(division, DAY).is_open


def test_place_too_wide_is_read_by_the_day(rules: Rules) -> None:
    overlay(rules, "9901", "in_force: {from: 2018-01-01}\nremove: [draws_regular]\n")
    overlay(
        rules, "990101003", "in_force: {from: 2020-01-01, until: 2022-01-01}\nremove: [alive]\n"
    )
    found = {
        day: rules.benefit().variant_for("990101", date.fromisoformat(day))
        for day in ("2017-12-31", "2018-01-01", "2019-12-31", "2020-01-01", "2021-12-31")
    }
    after = rules.benefit().variant_for("990101", date(2022, 1, 1))
    assert [one.is_wide for one in found.values()] == [False, False, False, True, True]
    assert not after.is_wide
    assert ids(found["2017-12-31"]) == ["of_age", "has_left", "alive", "draws_regular"]
    assert ids(found["2021-12-31"]) == ["of_age", "has_left", "alive"]


def test_unknown_place_is_read_by_the_day(rules: Rules) -> None:
    overlay(rules, "99", "in_force: {from: 2020-01-01}\nremove: [alive]\n")
    benefit = rules.benefit()
    before, after = (benefit.variant_for(None, date(year, 1, 1)) for year in (2015, 2021))
    assert before.entries == benefit.national.entries
    assert after.entries != benefit.national.entries


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("law: [{document: X2}]\n", "VB331"),
        ("define: {}\n", "VB331"),
        ("define: {years_sreved: 5}\n", "VB331"),
        (f"rates: {{per_yaer: {SPARE_RATE}}}\n", "VB331"),
        ("remove: [alife]\n", "VB332"),
        ("in_force: {from: 2001-01-01, until: 2002-01-01}\nremove: [alive]\n", "VB331"),
        ("in_force: {from: 2022-01-01, until: 2021-01-01}\nremove: [alive]\n", "VB606"),
        ("for_each: person\nremove: [alive]\n", "VB203"),
        ("due_when:\n  all:\n    - {id: no_rate, if: age > 3}\n", "VB212"),
        ("due_when:\n  all:\n    - {id: age_range, if: agee > 3}\n", "VB303"),
        ("amount: {parts: 5}\n", "VB334"),
        ("define:\n  income: 5\n", "VB337"),
    ],
)
def test_wrong_overlay(rules: Rules, text: str, code: str) -> None:
    overlay(rules, "990101", text)
    assert code in rules.codes()


def test_new_definition_and_rate_are_right_where_the_overlay_uses_them(rules: Rules) -> None:
    overlay(
        rules,
        "99",
        "define: {bonus: rate.bonus}\n"
        "amount: {value: years_served * rate.per_year + bonus}\n"
        f"rates: {{bonus: {SPARE_RATE}}}\n",
    )
    assert rules.codes() == []


def test_overlay_may_replace_a_common_definition(rules: Rules) -> None:
    overlay(rules, "99", 'define: {age: "years_between(birth_date, as_of) + 1"}\n')
    benefit = rules.benefit()
    assert benefit.variant_for("99", DAY).entries[0] != benefit.national.entries[0]
