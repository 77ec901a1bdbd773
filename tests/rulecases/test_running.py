"""Worked cases: what they may say, how they are compared, and what they leave untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vetbenefits.rulecases.running import cases_text, run_cases
from vetbenefits.rulelang.loader import load_rulebook

if TYPE_CHECKING:
    from pathlib import Path

    from vetbenefits.model.rulebook import RuleBook
    from vetbenefits.rulecases.running import BenefitTried, RulesTried

FACTS = """\
facts:
  person_id: {title: {zh: 人员编号, en: person id}, type: text, role: person_id}
  birth_date: {title: {zh: 出生日期, en: date of birth}, type: date, month_only: last_day}
  sex: {title: {zh: 性别, en: sex}, type: code, values: {male: {zh: 男}, female: {zh: 女}}}
  grade: {title: {zh: 等级, en: grade}, type: integer, range: [1, 10], blank: none}
  draws: {title: {zh: 在领, en: draws}, type: codes, values: {pension: {zh: 抚恤}}, blank: none}
  share: {title: {zh: 比例, en: share}, type: ratio, range: [0, 1], decimals: 2}
  settled: {title: {zh: 已结, en: settled}, type: yes_no, blank: no}
"""
RULE = """\
benefit: toy
title: {zh: 示例, en: Toy}
law: [{document: X1}]
for_each: person
due_when:
  all:
    - {id: of_age, if: age >= 60, law: {document: X1}}
    - {id: graded, if: grade = none or grade <= 6, law: {document: X1}}
  none:
    - {id: draws_pension, if: "draws any of {pension}", law: {document: X1}}
amount:
  value: "if sex = female then rate.base[sex] else rate.base[sex] * 2"
  per: month
  round: {to: fen, mode: half_up}
rates:
  base:
    unit: yuan per month
    key: [sex]
    values:
      - {from: 2020-01-01, sex: male, value: 100, source: X1, confidence: B}
      - {from: 2020-01-01, sex: female, value: 150, source: X1, confidence: B}
"""
PEOPLE = """\
people:
  man: {birth_date: 1950-05-01, sex: male}
cases:
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    (folder / "toy").mkdir(parents=True)
    define = 'define: {age: {title: 年龄, value: "years_between(birth_date, as_of)"}}\n'
    for name, text in {
        "facts.yaml": FACTS,
        "common.yaml": define,
        "rulebook.yaml": "title: {zh: 示例, en: Toys}\n",
        "toy/rule.yaml": RULE,
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def load(folder: Path) -> RuleBook:
    book, problems = load_rulebook(folder)
    assert book is not None, [one.first_line() for one in problems]
    return book


def tried(folder: Path, *cases: str) -> RulesTried:
    text = PEOPLE + "".join(f"  - {case}\n" for case in cases)
    (folder / "toy" / "cases.yaml").write_text(text, encoding="utf-8")
    book = load(folder)
    return run_cases(folder, book.benefits, book)


def the_one(found: RulesTried) -> BenefitTried:
    assert [one.message for one in found.problems] == []
    (benefit,) = found.benefits
    return benefit


def messages(found: RulesTried) -> list[str]:
    return [one.message for one in found.failures]


DUE = "{id: due, as_of: 2020-06-01, person: {base: man}, expect: {outcome: due, amount: '200.00'}}"


WITH_RATE = "{id: c, as_of: 2020-06-01, person: {}, rates: {base"


def test_case_that_holds_says_nothing(rules: Path) -> None:
    assert messages(tried(rules, DUE)) == []


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ("{outcome: not_due}", "outcome should be not_due, is due"),
        ("{amount: '200.01'}", "amount should be 200.01, is 200.00"),
        ("{per: year}", "per should be year, is month"),
        ("{unmet: [of_age]}", "unmet should be [of_age], is []"),
        ("{missing: sex}", "missing should be [sex], is []"),
        ("{provisional: yes}", "provisional should be yes, is no"),
    ],
)
def test_each_key_of_expect_is_compared(rules: Path, expected: str, message: str) -> None:
    case = f"{{id: c, as_of: 2020-06-01, person: {{base: man}}, expect: {expected}}}"
    assert messages(tried(rules, case)) == [f"case `c`: {message}"]


def test_failure_points_at_what_was_expected(rules: Path) -> None:
    case = "{id: c, as_of: 2020-06-01, person: {base: man}, expect: {per: year}}"
    (failure,) = tried(rules, case).failures
    assert str(failure.span).endswith("toy/cases.yaml:4:62")


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("{id: c, as_of: 2020-06-01, person: {base: man}}", "a case needs `expect`"),
        ("{id: c, as_of: 1.6.2020, person: {}, expect: {}}", "`1.6.2020` is no day"),
        ("{id: c, as_of: 2020-06-01, person: {base: men}, expect: {}}", "there is no person `men`"),
        ("{id: c, as_of: 2020-06-01, person: {brith_date: x}, expect: {}}", "no fact `brith_date`"),
        ("{id: c, as_of: 2020-06-01, person: {sex: boy}, expect: {}}", "`boy` "),
        ("{id: c, as_of: 2020-06-01, person: {grade: 11}, expect: {}}", "`11` "),
        ("{id: c, as_of: 2020-06-01, person: {}, expect: {outcome: du}}", "`du` is no outcome"),
        ("{id: c, as_of: 2020-06-01, person: {}, expect: {amount: 5}}", "`5` is no amount"),
        ("{id: c, as_of: 2020-06-01, person: {}, expect: {provisional: x}}", "neither yes nor no"),
        ("{id: c, as_of: 2020-06-01, person: {}, exepct: {}, expect: {}}", "unknown key `exepct`"),
        (
            "{id: c, as_of: 2020-06-01, person: {}, rates: {bas: []}, expect: {}}",
            "the rule has no rate `bas`",
        ),
        (
            "{id: c, as_of: 2020-06-01, person: {}, rates: {base: [{from: 2020-01-01}]}}",
            "a case needs `expect`",
        ),
        (f"{WITH_RATE}: [{{from: 2020-01-01}}]}}, expect: {{}}}}", "a rate row needs `value`"),
        (f"{WITH_RATE}: [{{from: x, sex: male, value: 1}}]}}, expect: {{}}}}", "`x` is no day"),
    ],
)
def test_mistake_in_a_case_is_told(rules: Path, case: str, message: str) -> None:
    found = tried(rules, case)
    assert any(message in one for one in messages(found)), messages(found)


def test_case_id_that_stands_twice_is_told(rules: Path) -> None:
    assert "the case `due` stands twice" in messages(tried(rules, DUE, DUE))


def test_facts_whose_blank_means_something_need_not_be_named(rules: Path) -> None:
    case = "{id: c, as_of: 2020-06-01, person: {base: man}, expect: {missing: [], outcome: due}}"
    assert messages(tried(rules, case)) == []


def test_fact_written_unknown_is_missing(rules: Path) -> None:
    case = (
        "{id: c, as_of: 2020-06-01, person: {base: man, grade: unknown, draws: unknown}, "
        "expect: {outcome: undetermined, missing: [draws, grade]}}"
    )
    assert messages(tried(rules, case)) == []


def test_month_is_read_as_the_vocabulary_says(rules: Path) -> None:
    case = (
        "{id: c, as_of: 2010-05-30, person: {base: man, birth_date: 1950-05}, "
        "expect: {outcome: not_due}}"
    )
    later = (
        case.replace("05-30", "05-31")
        .replace("not_due", "undetermined")
        .replace("undetermined", "undetermined, missing: ['rate.base[male]']")
    )
    assert messages(tried(rules, case, later.replace("id: c", "id: d"))) == []


def test_rates_of_a_case_replace_those_of_the_rule(rules: Path) -> None:
    case = (
        "{id: c, as_of: 2015-06-01, person: {base: man}, rates: {base: ["
        "{from: 2015-01-01, sex: male, value: 33.335}]}, "
        "expect: {outcome: due, amount: '66.67'}}"
    )
    assert messages(tried(rules, case)) == []
    unused = the_one(tried(rules, case)).unexercised
    assert "rate base[male] from 2020-01-01: never used" in unused


def test_what_no_case_has_touched_is_listed(rules: Path) -> None:
    assert the_one(tried(rules, DUE)).unexercised == (
        "condition of_age: never not met",
        "condition graded: never not met",
        "condition draws_pension: never not met",
        "bracket `sex = female`: never holds",
        "rate base[female] from 2020-01-01: never used",
    )


def test_nothing_is_listed_once_all_is_touched(rules: Path) -> None:
    day = "as_of: 2020-06-01, person: {base: man"
    others = [
        f"{{id: a, {day}, sex: female}}, expect: {{outcome: due, amount: '150.00'}}}}",
        f"{{id: b, {day}, birth_date: 1980-01-01}}, expect: {{unmet: [of_age]}}}}",
        f"{{id: c, {day}, grade: 7}}, expect: {{unmet: [graded]}}}}",
        f"{{id: d, {day}, draws: pension}}, expect: {{unmet: [draws_pension]}}}}",
    ]
    assert the_one(tried(rules, DUE, *others)).unexercised == ()


def test_rate_of_a_place_is_listed_under_the_widest_place_that_has_it(rules: Path) -> None:
    home = "  home: {title: {zh: 住地, en: home}, type: division}\n"
    (rules / "facts.yaml").write_text(FACTS + home, encoding="utf-8")
    paid_by = "paid_by: {place: home}\n"
    (rules / "toy" / "rule.yaml").write_text(RULE + paid_by, encoding="utf-8")
    for division, text in {
        "9901": RULE[RULE.index("rates:") :],
        "990101003": "remove: [graded]\n",
    }.items():
        (rules / "regions" / division).mkdir(parents=True)
        overlay = rules / "regions" / division / "toy.yaml"
        overlay.write_text(f"benefit: toy\n{text}", encoding="utf-8")
    unused = [line for line in the_one(tried(rules, DUE)).unexercised if line.startswith("rate")]
    assert unused == [
        "rate base[male] from 2020-01-01: never used",
        "rate base[female] from 2020-01-01: never used",
        "rate base[male] from 2020-01-01 (9901): never used",
        "rate base[female] from 2020-01-01 (9901): never used",
    ]


def test_text_counts_cases_and_lists_only_on_demand(rules: Path) -> None:
    found = tried(rules, DUE)
    assert cases_text(found, brief=True) == "toy: 1 cases, 0 failed\n"
    assert "never holds" in cases_text(found, brief=False)


def test_rule_without_cases_is_warned_about(rules: Path) -> None:
    book = load(rules)
    found = run_cases(rules, book.benefits, book)
    assert found.failures == ()
    assert [one.code for one in found.problems] == ["VB732"]
