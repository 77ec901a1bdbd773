from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vetbenefits.model.facts import Blank, Derivation, FactType, MonthOnly, Role, Text
from vetbenefits.rulelang.loader import load_rulebook

if TYPE_CHECKING:
    from tests.rulelang.conftest import Rules
    from vetbenefits.model.facts import FactSpec

ROOT = Path(__file__).resolve().parent.parent.parent
SOMETIMES = "{none_when: {service_status: [serving]}}"
PHONE = "  phone: {title: {zh: 手机, en: phone}, type: text, private: true}\n"


def with_fact(rules: Rules, text: str) -> None:
    rules.edit(PHONE, f"{PHONE}  extra: {{title: {{zh: 额外, en: extra}}, {text}}}\n", "facts.yaml")


def extra(rules: Rules, text: str) -> FactSpec:
    with_fact(rules, text)
    return rules.book().vocabulary.facts["extra"]


def test_shipped_vocabulary(tmp_path: Path) -> None:
    book, _ = load_rulebook(ROOT / "rules", cache=tmp_path)
    assert book is not None
    facts = book.vocabulary.facts
    assert facts["sex"].derive == (Derivation("id_number", part="sex"),)
    assert facts["service_status"].derive == (Derivation("discharged_on", value="retired"),)
    assert facts["draws_pension"].derive == (
        Derivation("pension_insurance", codes=("resident", "none"), value="no"),
    )
    assert facts["deceased_on"].blank == Blank("none")
    assert facts["deceased_on"].no_column_means_none
    assert facts["discharged_on"].blank == Blank("unknown", "service_status", ("serving",))
    assert facts["fire_trainee"].blank == Blank("no")
    assert facts["fire_trainee"].no_column_means == "no"
    assert not facts["fire_trainee"].may_be_none
    assert "rural_veteran_subsidy" not in facts["draws"].groups["national_regular"]
    assert facts["birth_date"].month_only is MonthOnly.LAST_DAY
    assert facts["phone"].is_private
    assert facts["used_this_year"].table == "bill"
    draws = book.vocabulary.with_role(Role.DRAWS)
    assert draws is not None
    assert draws.name == "draws"
    bill = book.vocabulary.tables["bill"]
    assert (bill.date_fact, bill.key_fact) == ("settled_on", "bill_id")


def test_number_without_a_range_has_the_widest(rules: Rules) -> None:
    spec = extra(rules, "type: money")
    assert (spec.low, spec.high) == (Fraction(-1_000_000_000), Fraction(1_000_000_000))
    assert spec.scale == 100


def test_ratio_has_decimals_and_bounds(rules: Rules) -> None:
    spec = extra(rules, "type: ratio, decimals: 2, range: [0, 1.5]")
    assert (spec.low, spec.high, spec.scale) == (Fraction(0), Fraction(3, 2), 100)
    assert spec.term_type.unit.count == "ratio"


def test_date_has_its_range(rules: Rules) -> None:
    spec = extra(rules, "type: month, range: [1990-01-01, 2030-12-31]")
    assert (spec.first_on, spec.last_on) == (date(1990, 1, 1), date(2030, 12, 31))


def test_code_may_be_written_short_and_groups_as_lists(rules: Rules) -> None:
    spec = extra(rules, "type: code, values: {a: 甲, b: {zh: 乙}}, groups: {both: [b, a]}")
    assert spec.values[0].title == Text("甲", "甲")
    assert spec.values[0].spellings == ("a", "甲")
    assert spec.values[1].spellings == ("b", "乙")
    assert spec.groups == {"both": ("a", "b")}


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("type: integer, blank: unknown", Blank("unknown")),
        ('type: integer, blank: "0"', Blank("0")),
        ("type: yes_no, blank: no", Blank("no")),
        ("type: date, blank: none", Blank("none")),
        ("type: date, blank: 2000-01-01", Blank("2000-01-01")),
        ("type: ratio, blank: 0.5", Blank("0.5")),
        ("type: code, values: {a: 甲}, blank: 甲", Blank("甲")),
    ],
)
def test_what_a_blank_means(rules: Rules, text: str, blank: Blank) -> None:
    assert extra(rules, text).blank == blank


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("type: number", "VB204"),
        ("type: code", "VB201"),
        ("type: code, values: {}", "VB201"),
        ("type: text, values: {a: 甲}", "VB214"),
        ("type: text, range: [1, 2]", "VB214"),
        ("type: text, groups: {g: [a]}", "VB214"),
        ("type: text, decimals: 2", "VB214"),
        ("type: month, month_only: last_day", "VB214"),
        ("type: integer, range: [1]", "VB210"),
        ("type: integer, range: []", "VB210"),
        ("type: integer, range: [a, 2]", "VB206"),
        ("type: date, range: [1990, 1991-01-01]", "VB205"),
        ("type: date, range: [1992-01-01, 1991-01-01]", "VB210"),
        ("type: code, values: {a: 甲}, groups: {a: [a]}", "VB211"),
        ("type: code, values: {a: 甲}, groups: {g: {codes: [a], all_but: [a]}}", "VB214"),
        ("type: code, values: {a: 甲}, groups: {g: {all_but: [b]}}", "VB218"),
        ("type: code, values: {none: 无}, blank: none", "VB220"),
        (f"type: code, values: {{none: 无}}, blank: {SOMETIMES}", "VB220"),
        ("type: date, blank: {none_when: {service_status: [srving]}}", "VB218"),
        ("type: date, blank: {none_when: {grade: [1]}}", "VB217"),
        ("type: date, blank: {none_when: {service_status: [serving], grade: [1]}}", "VB214"),
        ("type: date, blank: {none_when: {service_status: [serving]}, meaning: none}", "VB214"),
        ("type: yes_no, blank: maybe", "VB218"),
        ("type: text, blank: x", "VB218"),
        ("type: integer, blank: 0.5", "VB218"),
        ("type: yes_no, no_column_means: perhaps", "VB218"),
        ("type: date, derive: [{part: birth_date}]", "VB214"),
        ("type: date, derive: [{from: person_id, part: sex}]", "VB214"),
        ("type: date, derive: [{from: nobody, part: birth_date}]", "VB217"),
        ("type: yes_no, derive: [{when: {service_status: [serving]}, value: maybe}]", "VB218"),
        ("type: yes_no, derive: [{when_known: deceased, value: no}]", "VB217"),
        ("type: code, values: {a: 甲}, derive: [{when_known: grade, value: b}]", "VB218"),
        ("type: text, since: x", "VB208"),
        ("type: text, headers: [grade]", "VB220"),
    ],
)
def test_wrong_fact(rules: Rules, text: str, code: str) -> None:
    with_fact(rules, text)
    assert code in rules.codes()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("    date: settled_on", "    date: settled", "VB217"),
        ("    date: settled_on", "    date: cost", "VB217"),
        ("    key: bill_id", "    key: bill", "VB217"),
        ("  bill:\n", "  award:\n", "VB208"),
        ("    key: bill_id", "    key: bill_id\n    household: x", "VB208"),
        ("en: cost}", "en: grade}", None),
        ("zh: 费用", "zh: 等级", "VB220"),
    ],
)
def test_wrong_table(rules: Rules, old: str, new: str, code: str | None) -> None:
    rules.edit(old, new, "facts.yaml")
    assert rules.codes() == ([code] if code else [])


def test_derivations_of_all_forms(rules: Rules) -> None:
    spec = extra(
        rules,
        "type: date, derive: [{from: person_id, part: birth_date}, "
        "{when: {service_status: [serving]}, value: 2000-01-01}, "
        "{when_known: deceased_on, value: 2001-01-01}]",
    )
    assert spec.derive == (
        Derivation("person_id", part="birth_date"),
        Derivation("service_status", codes=("serving",), value="2000-01-01"),
        Derivation("deceased_on", value="2001-01-01"),
    )
    assert spec.type is FactType.DATE
