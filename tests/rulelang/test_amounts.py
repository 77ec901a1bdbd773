from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from vetbenefits.dates import MonthEnd
from vetbenefits.model.expressions import Between, Extreme, If, Shift, walk
from vetbenefits.model.kinds import YUAN, Unit
from vetbenefits.money import Rounding, RoundingMode

if TYPE_CHECKING:
    from tests.rulelang.conftest import Rules
    from vetbenefits.model.rulebook import Amount

AMOUNT = """\
  value: years_served * rate.per_year
  per: year
  parts: 12
  round: {to: fen, mode: half_up}
  residual: december
"""
BILL = (("for_each: person", "for_each: bill"), ("unit: yuan per year", "unit: ratio"))


def amount(rules: Rules) -> Amount:
    return rules.benefit().national.amount


def test_amount_of_the_sound_rule(rules: Rules) -> None:
    found = amount(rules)
    assert (found.per, found.parts, found.residual) == ("year", 12, "december")
    assert found.rounding == Rounding(1, RoundingMode.HALF_UP)
    assert found.payment_per == "month"
    assert found.value.type.unit == Unit("yuan", "year")
    assert found.text == "years_served * rate.per_year"
    assert found.ceiling is None


@pytest.mark.parametrize(
    ("parts", "per"), [("1", "year"), ("2", "half_year"), ("4", "quarter"), ("12", "month")]
)
def test_parts_of_a_year(rules: Rules, parts: str, per: str) -> None:
    rules.edit("  residual: december\n", "")
    rules.edit("parts: 12", f"parts: {parts}")
    assert amount(rules).payment_per == per


def test_rounding_may_be_left_out_where_every_value_is_whole_fen(rules: Rules) -> None:
    rules.edit(AMOUNT, "  value: years_served * rate.per_year\n  per: year\n  parts: 2\n")
    assert amount(rules).rounding is None


def test_bare_number_takes_the_unit_of_the_amount(rules: Rules) -> None:
    rules.edit(AMOUNT, "  value: if age >= 80 then 100.50 else 50\n  per: month\n")
    rules.edit("    unit: yuan per year", "    unit: yuan per month")
    found = amount(rules)
    assert found.value.type.unit == Unit("yuan", "month")
    assert rules.codes() == ["VB345", "VB345"]


def test_only_the_highest_counts(rules: Rules) -> None:
    highest = (
        "  highest:\n"
        "    - {id: old, if: age >= 80, value: 100}\n"
        "    - {if: grade > 5, value: years_served * rate.per_year}\n"
        "  per: year\n"
    )
    rules.edit(AMOUNT, highest)
    found = amount(rules)
    assert isinstance(found.value, Extreme)
    assert all(isinstance(part, If) for part in found.value.parts)
    assert found.value.type.low <= 0
    assert (
        found.text == "highest of 100 (if age >= 80), years_served * rate.per_year (if grade > 5)"
    )


def test_highest_of_one_is_that_one_or_nothing(rules: Rules) -> None:
    rules.edit(AMOUNT, "  highest: [{if: age >= 80, value: 100}]\n  per: once\n")
    rules.edit("in_force", "note: a remark\nin_force")
    found = amount(rules)
    assert isinstance(found.value, If)
    assert found.value.type.unit == YUAN
    assert found.value.type.high == Fraction(100)


def bill(rules: Rules, ceiling: str) -> None:
    for old, new in BILL:
        rules.edit(old, new)
    rules.edit(
        AMOUNT,
        "  value: cost * rate.per_year\n  per: bill\n  round: {to: fen, mode: half_up}\n" + ceiling,
    )
    rules.edit("value: 120", "value: 50%")
    rules.edit("value: 688", "value: 0.7")


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("5000", Unit("yuan", "year")),
        ("5000 yuan", YUAN),
        ('"max(5000 yuan, income)"', YUAN),
    ],
)
def test_ceiling_of_a_year(rules: Rules, written: str, unit: Unit) -> None:
    bill(rules, f"  ceiling: {{per: year, value: {written}, used: income}}\n")
    found = amount(rules)
    assert found.payment_per == "bill"
    assert found.ceiling is not None
    assert found.ceiling.value.type.unit == unit
    assert found.ceiling.used.type.unit == YUAN


def test_ceiling_is_the_highest_of_several(rules: Rules) -> None:
    bill(
        rules,
        "  ceiling: {per: year, used: income, highest: "
        "[{if: grade < 5, value: 3000}, {if: grade > 3, value: 5000}]}\n",
    )
    ceiling = amount(rules).ceiling
    assert ceiling is not None
    assert isinstance(ceiling.value, Extreme)


@pytest.mark.parametrize(
    ("ceiling", "code"),
    [
        ("{per: year, value: 10 years, used: income}", "VB306"),
        ("{per: year, value: 5000, used: grade}", "VB306"),
        ("{per: year, used: income}", "VB214"),
        ("{per: year, used: income, highest: []}", "VB209"),
        ("{per: month, value: 5000, used: income}", "VB204"),
        ("{per: year, value: income - 5, used: income}", "VB343"),
    ],
)
def test_wrong_ceiling(rules: Rules, ceiling: str, code: str) -> None:
    bill(rules, f"  ceiling: {ceiling}\n")
    assert [one for one in rules.codes() if one != "VB345"] == [code]


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("  per: year\n", "  per: year\n  highest: [{if: age > 1, value: 1}]\n", ["VB214"]),
        ("  per: year\n", "  per: month\n", ["VB334", "VB306"]),
        (
            "  per: year\n",
            "  per: year\n  ceiling: {per: year, value: 1, used: income}\n",
            ["VB334"],
        ),
        ("  round: {to: fen, mode: half_up}\n", "", ["VB333", "VB334"]),
    ],
)
def test_parts_of_an_amount_go_together(rules: Rules, old: str, new: str, codes: list[str]) -> None:
    rules.edit(old, new)
    assert sorted(rules.codes()) == sorted(codes)


def test_highest_with_a_wrong_condition(rules: Rules) -> None:
    rules.edit("  value: years_served * rate.per_year", "  highest: [{if: agee > 1, value: 1}]")
    assert rules.codes() == ["VB303"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", MonthEnd.FIRST_OF_NEXT),
        ("month_end: first_of_next\n", MonthEnd.FIRST_OF_NEXT),
        ("month_end: last_day\n", MonthEnd.LAST_DAY),
    ],
)
def test_month_end_of_the_rule_holds_for_shifts_and_counts(
    rules: Rules, line: str, expected: MonthEnd
) -> None:
    rules.edit("for_each: person", f"{line}for_each: person")
    both = (
        '"birth_date + 60 years <= as_of and age >= 60 and years_between(birth_date, as_of) >= 60"'
    )
    rules.edit("age >= 60", both)
    found = {
        type(term): term.month_end
        for entry in rules.benefit().national.entries
        for term in walk(entry.clause.test)
        if isinstance(term, Shift | Between)
    }
    assert found == {Shift: expected, Between: expected}
