from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vetbenefits.model.facts import Text
from vetbenefits.model.rulebook import CheckEffect
from vetbenefits.rulelang.loader import load_rulebook

if TYPE_CHECKING:
    from tests.rulelang.conftest import Rules

ROOT = Path(__file__).resolve().parent.parent.parent


def test_shipped_rules_have_no_problems(tmp_path: Path) -> None:
    book, problems = load_rulebook(ROOT / "rules", cache=tmp_path)
    assert problems == ()
    assert book is not None
    ids = [benefit.id for benefit in book.benefits]
    assert ids == sorted(ids)
    assert {"conscript_family_allowance", "medical_aid", "rural_veteran_subsidy"} <= set(ids)


def test_rule_book_holds_what_the_files_say(rules: Rules) -> None:
    book = rules.book()
    assert book.title == Text("Rules of an invented place", "Rules of an invented place")
    assert book.folder == rules.folder.as_posix()
    (benefit,) = book.benefits
    assert (benefit.id, benefit.table) == ("old_age", "person")
    assert benefit.title == Text("老年补助", "Old-age subsidy")
    assert str(benefit.law[0]) == "X1 Art. 1"
    assert benefit.payable == {
        "start": {"default": "this_month"},
        "stop": {"default": "next_month"},
        "when": "every_month",
    }
    assert benefit.notice == {"lead": "3 months"}
    assert benefit.span.line == 1
    (check,) = book.checks
    assert (check.id, check.effect, check.table) == ("served", CheckEffect.SET_ASIDE, "person")
    clause = benefit.national.entries[0].clause
    assert (clause.id, clause.text) == ("of_age", "age >= 60")
    assert clause.say == Text("年满60周岁", "has turned 60")


def test_benefits_stand_in_order_of_their_ids(rules: Rules) -> None:
    for name in ("young_age", "middle_age"):
        shutil.copytree(rules.folder / "old_age", rules.folder / name)
        rules.edit("benefit: old_age", f"benefit: {name}", f"{name}/rule.yaml")
    assert [one.id for one in rules.book().benefits] == ["middle_age", "old_age", "young_age"]


def test_problems_of_all_files_are_found_in_one_run(rules: Rules) -> None:
    rules.edit("range: [1, 10]", "range: [10, 1]", "facts.yaml")
    rules.edit("recheck_after: 24 months", "recheck_after: soon", "rulebook.yaml")
    rules.edit("birth_date", "birthdate", "common.yaml")
    rules.edit("value: 688", "value: x")
    rules.edit("service_status = retired", "service_status = retird")
    rules.write("regions/99/old_age.yaml", "benefit: old_age\nremvoe: [alive]\n")
    book, problems = rules.load()
    assert book is None
    files = [problem.span.file.removeprefix(f"{rules.folder}/") for problem in problems]
    assert sorted(set(files)) == [
        "common.yaml",
        "facts.yaml",
        "old_age/rule.yaml",
        "regions/99/old_age.yaml",
        "rulebook.yaml",
    ]
    assert {"VB206", "VB304"} <= {
        one.code for one in problems if one.span.file.endswith("old_age/rule.yaml")
    }
    assert list(problems) == sorted(problems, key=lambda one: (one.span, one.code))


def test_every_problem_shows_its_line(rules: Rules) -> None:
    rules.edit("service_status = retired", "service_status = retird")
    _, (problem,) = rules.load()
    assert problem.excerpt == "    - {id: has_left, if: service_status = retird}"
    assert problem.excerpt[problem.span.column - 1 :].startswith("retird")


def test_place_in_an_expression_of_several_lines(rules: Rules) -> None:
    rules.edit(
        "    - {id: has_left, if: service_status = retired}\n",
        "    - id: has_left\n      if: >\n        service_status = retired\n        and agee > 3\n",
    )
    _, (problem,) = rules.load()
    assert problem.excerpt == "        and agee > 3"
    assert (problem.span.line, problem.span.column, problem.span.length) == (15, 13, 4)


def test_fingerprint_changes_with_content_and_names_only(rules: Rules, tmp_path: Path) -> None:
    first = rules.book().fingerprint
    assert len(first) == 64
    copy = tmp_path / "elsewhere"
    shutil.copytree(rules.folder, copy)
    (copy / "README.md").write_text("not read", encoding="utf-8")
    (copy / "old_age" / "cases.yaml").write_text("cases: []\n", encoding="utf-8")
    (copy / ".hidden.yaml").write_text("x\n", encoding="utf-8")
    book, _ = load_rulebook(copy, cache=rules.cache)
    assert book is not None
    assert book.fingerprint == first
    rules.edit("value: 688", "value: 689")
    assert rules.book().fingerprint != first


@pytest.mark.parametrize(
    "name",
    [
        "fact.yaml",
        "facts.yml",
        "old_age/rules.yaml",
        "old_age/rates/x.yaml",
        "regions/old_age.yaml",
        "regions/99/old_age.yml",
    ],
)
def test_yaml_file_that_is_not_read_is_an_error(rules: Rules, name: str) -> None:
    rules.write(name, "a: 1\n")
    assert rules.codes() == ["VB222"]


def test_other_files_are_passed_over(rules: Rules) -> None:
    for name in ("notes.txt", "old_age/notice.pdf", "regions/README.md", "old_age/scans/a.png"):
        rules.write(name, "x")
    assert rules.codes() == []


def test_folder_that_is_none(tmp_path: Path) -> None:
    book, problems = load_rulebook(tmp_path / "none", cache=tmp_path)
    assert book is None
    assert [problem.code for problem in problems] == ["VB221"]


def test_huge_rule_file_is_refused_unread(rules: Rules) -> None:
    with (rules.folder / "old_age" / "rule.yaml").open("wb") as file:
        file.truncate(50_000_000)
    started = time.perf_counter()
    assert "VB102" in rules.codes()
    assert time.perf_counter() - started < 2


def test_file_that_cannot_be_read_is_a_problem(rules: Rules) -> None:
    path = rules.folder / "common.yaml"
    path.unlink()
    path.symlink_to("nowhere.yaml")
    assert "VB110" in rules.codes()


def test_rule_book_without_head_and_common_definitions(rules: Rules) -> None:
    (rules.folder / "rulebook.yaml").unlink()
    (rules.folder / "common.yaml").unlink()
    rules.edit("if: age >= 60", 'if: "years_between(birth_date, as_of) >= 60"')
    book = rules.book()
    assert not book.title
    assert book.benefits[0].national.rates["per_year"].recheck_months is None


def test_folder_may_be_the_current_one(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(rules.folder)
    rules.edit("service_status = retired", "service_status = retird")
    _, (problem,) = load_rulebook(Path(), cache=rules.cache)
    assert problem.span.file == "old_age/rule.yaml"


def test_benefit_per_bill(rules: Rules) -> None:
    rules.edit("for_each: person", "for_each: bill")
    rules.edit("  per: year\n  parts: 12\n", "  per: bill\n")
    rules.edit("  residual: december\n", "")
    rules.edit("value: years_served * rate.per_year", "value: cost * rate.per_year")
    rules.rates("      - {from: 2011-08-01, value: 50%, source: X1, confidence: B}\n", "ratio")
    benefit = rules.benefit()
    assert benefit.table == "bill"
    assert benefit.national.amount.payment_per == "bill"


def test_bill_needs_its_table(rules: Rules) -> None:
    text = (rules.folder / "facts.yaml").read_text(encoding="utf-8")
    start, end = text.index("tables:"), text.index("checks:")
    rules.write("facts.yaml", text[:start] + text[end:])
    rules.edit("for_each: person", "for_each: bill")
    assert "VB217" in rules.codes()


def test_rule_without_a_place(rules: Rules) -> None:
    rules.edit("paid_by: {place: division_code}\n", "")
    assert rules.benefit().place is None
    rules.write("regions/99/old_age.yaml", "benefit: old_age\nremove: [alive]\n")
    assert rules.codes() == ["VB336"]


def test_rule_that_is_not_dated_holds_always(rules: Rules) -> None:
    rules.edit("in_force: {from: 2011-08-01}\n", "")
    benefit = rules.benefit()
    assert (benefit.from_on.year, benefit.until_on.year) == (1, 9999)


def test_names_may_be_chinese(rules: Rules) -> None:
    rules.edit("define:\n  years_served: ", "define:\n  服役年数: ")
    rules.edit("value: years_served * rate.per_year", "value: 服役年数 * 标准.每年")
    rules.edit("  per_year:\n", "  每年:\n")
    rules.edit("if: age >= 60", "if: age >= 60 且 人员状态 = 退役")
    assert rules.benefit().national.amount.text == "服役年数 * 标准.每年"


def test_groups_of_conditions(rules: Rules) -> None:
    rules.edit(
        "    - {id: has_left, if: service_status = retired}\n",
        "    - id: either\n"
        "      say: one of two\n"
        "      law: X2\n"
        "      any: [{id: a, if: grade > 5}, {id: b, if: income < 1000 yuan}]\n"
        "    - {id: neither, none: [{id: c, if: service_status = serving}]}\n"
        "    - {id: both, all: [{id: d, if: grade < 9}, {id: e, if: grade > 2}]}\n",
    )
    entries = rules.benefit().national.entries
    assert [entry.clause.how for entry in entries[1:4]] == ["any", "none", "all"]
    assert entries[1].clause.law[0].document == "X2"
    assert [part.id for part in entries[1].clause.parts] == ["a", "b"]


def test_sixty_conditions_are_enough(rules: Rules) -> None:
    more = "".join(f"    - {{id: c{n}, if: income > {n} yuan}}\n" for n in range(57))
    rules.edit("  none:\n", f"{more}  none:\n")
    assert rules.codes() == ["VB216"]


@pytest.mark.parametrize(
    ("new", "codes"),
    [
        ("table: bill, holds: cost > 5 yuan", []),
        ("holds: cost > 5 yuan", ["VB303"]),
        ("table: bills, holds: age > 5", ["VB217"]),
        ("holds: age", ["VB305"]),
    ],
)
def test_checks_of_the_roster(rules: Rules, new: str, codes: list[str]) -> None:
    line = f"  - {{id: more, {new}, effect: warning, say: x}}\n"
    text = (rules.folder / "facts.yaml").read_text(encoding="utf-8")
    rules.write("facts.yaml", text + line)
    assert rules.codes() == codes


def test_check_of_the_roster_with_an_id_that_stands_twice(rules: Rules) -> None:
    text = (rules.folder / "facts.yaml").read_text(encoding="utf-8")
    rules.write("facts.yaml", text + "  - {id: served, holds: age > 5, effect: warning, say: x}\n")
    assert rules.codes() == ["VB211"]


def test_common_definitions(rules: Rules) -> None:
    rules.write(
        "common.yaml",
        'define:\n  age: {title: {zh: 年龄, en: age}, value: "years_between(birth_date, as_of)"}\n'
        "  spare: age + 1\n  income: 5\n",
    )
    assert rules.codes() == ["VB337"]
    rules.edit("  income: 5\n", "", "common.yaml")
    assert rules.codes() == ["VB345"]
    rules.edit("if: age >= 60", "if: 年龄 >= 60")
    assert rules.codes() == ["VB345"]
    assert rules.benefit().national.titles == {"age": Text("年龄", "age")}


@pytest.mark.parametrize(
    ("new", "codes"),
    [
        ("start: {default: if age > 70 then next_month else this_month}", []),
        ("start: {of_age: next_month}", []),
        ("start: {default: soon}", ["VB204"]),
        ("when: {every: 6 months, from: birth_date}", []),
        ("when: {every: 6 months}", ["VB201"]),
        ("when: {every: half a year, from: birth_date}", ["VB213"]),
        ("when: {months: [6, 13]}", ["VB210"]),
        ("when: now", ["VB213"]),
    ],
)
def test_shape_of_payable(rules: Rules, new: str, codes: list[str]) -> None:
    old = "{start: {default: this_month}, stop: {default: next_month}, when: every_month}"
    rules.edit(old, f"{{{new}}}")
    assert rules.codes() == codes


def test_definition_that_only_payable_uses_is_used(rules: Rules) -> None:
    rules.edit("define:\n", "define:\n  late: age > 70\n")
    rules.edit("{default: this_month}", "{default: if late then next_month else this_month}")
    assert rules.codes() == []
