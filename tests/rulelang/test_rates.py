from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from vetbenefits.model.kinds import Unit
from vetbenefits.model.rates import Valid
from vetbenefits.model.values import Special
from vetbenefits.problems import Span
from vetbenefits.rulelang.rate_builder import read_unit
from vetbenefits.rulelang.rate_file import MOST_ROWS, read_rate_file

if TYPE_CHECKING:
    from tests.rulelang.conftest import Rules
    from vetbenefits.model.rates import RateSchedule

ROW = "      - {{from: {}, value: {}, source: X1, confidence: B{}}}\n"


def rows(*cells: tuple[str, str] | tuple[str, str, str]) -> str:
    return "".join(
        ROW.format(cell[0], cell[1], f", {cell[2]}" if len(cell) == 3 else "") for cell in cells
    )


def schedule(rules: Rules) -> RateSchedule:
    return rules.benefit().national.rates["per_year"]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("yuan per year", Unit("yuan", "year")),
        ("yuan per month", Unit("yuan", "month")),
        ("yuan", Unit("yuan")),
        ("ratio", Unit("ratio")),
        ("number", Unit()),
        ("years", Unit("years")),
        ("yuan per week", None),
        ("years per year", None),
        ("yuan per ", Unit("yuan")),
        ("euro", None),
    ],
)
def test_unit_of_a_rate(text: str, unit: Unit | None) -> None:
    assert read_unit(text) == unit


def test_bounds_and_denominator_are_those_of_all_rows(rules: Rules) -> None:
    rules.rates(rows(("2011-08-01", "57.25"), ("2012-01-01", "60"), ("2013-01-01", "0.5")))
    kind = schedule(rules).type
    assert (kind.low, kind.high, kind.denominator) == (Fraction(1, 2), Fraction(60), 4)
    assert kind.unit == Unit("yuan", "year")
    assert not kind.may_be_none


def test_rows_keep_days_source_and_place(rules: Rules) -> None:
    more = "until: 2012-01-01, published: 2011-07-01, checked_on: 2024-01-01, note: a remark"
    rules.rates(rows(("2011-08-01", "120", more)))
    (row,) = schedule(rules).rows
    assert row.from_on == date(2011, 8, 1)
    assert row.until_on == date(2012, 1, 1)
    assert row.published_on == date(2011, 7, 1)
    assert row.checked_on == date(2024, 1, 1)
    assert (row.source, row.confidence, row.note) == ("X1", "B", "a remark")
    assert row.span.line == 26


def test_none_and_unknown_are_values(rules: Rules) -> None:
    text = rows(("2011-08-01", "120"), ("2012-08-01", "unknown"), ("2013-08-01", "none"))
    rules.rates(text)
    found = schedule(rules)
    assert [row.value for row in found.rows] == [Fraction(120), Special.UNKNOWN, Special.NONE]
    assert found.type.may_be_none
    answer = found.look_up((), "", date(2012, 9, 1))
    assert (answer.value, answer.provisional) == (Fraction(120), True)


def test_unknown_row_needs_no_source(rules: Rules) -> None:
    text = rows(("2011-08-01", "120")) + "      - {from: 2012-08-01, value: unknown}\n"
    rules.rates(text)
    assert len(schedule(rules).rows) == 2


def test_notice_and_recheck_make_a_rate_provisional(rules: Rules) -> None:
    rules.rates(
        rows(("2011-08-01", "120", "checked_on: 2011-08-01")), more="expect: {every: 08-01}"
    )
    rules.edit("    unit: ", "    title: {zh: 标准, en: rate}\n    unit: ")
    found = schedule(rules)
    assert found.title.zh == "标准"
    assert found.expected == (8, 1)
    assert found.recheck_months == 24
    assert not found.look_up((), "", date(2012, 7, 31)).provisional
    assert found.look_up((), "", date(2012, 8, 1)).provisional


def test_index_holds_for_its_own_year(rules: Rules) -> None:
    rules.rates(rows(("2011-01-01", "120"), ("2013-01-01", "130")), more="valid: own_year")
    found = schedule(rules)
    assert found.valid is Valid.OWN_YEAR
    assert found.look_up((), "", date(2012, 5, 1)).provisional


def test_rate_keyed_by_a_code_and_a_number(rules: Rules) -> None:
    text = rows(
        ("2011-08-01", "120", "service_status: retired, grade: 3"),
        ("2011-08-01", "240", "service_status: 现役, grade: 4"),
    )
    rules.rates(text, more="key: [service_status, grade]")
    found = schedule(rules)
    assert found.keys == ("service_status", "grade")
    assert [row.keys for row in found.rows] == [
        ("retired", Fraction(3)),
        ("serving", Fraction(4)),
    ]


def test_rate_keyed_by_a_definition(rules: Rules) -> None:
    rules.edit("define:\n", "define:\n  band: if age >= 80 then 2 else 1\n")
    text = rows(("2011-08-01", "120", "band: 1"), ("2011-08-01", "240", "band: 2"))
    rules.rates(text, more="key: band")
    found = schedule(rules)
    assert found.look_up((Fraction(2),), "", date(2020, 1, 1)).value == 240


def test_key_out_of_the_range_of_its_fact_is_an_error(rules: Rules) -> None:
    rules.rates(rows(("2011-08-01", "120", "grade: 11")), more="key: grade")
    assert rules.codes() == ["VB608"]


@pytest.mark.parametrize(
    ("cells", "more", "codes"),
    [
        ("grade: x", "key: grade", ["VB206"]),
        ("grade: [1]", "key: grade", ["VB202"]),
        ("grade: 1", "key: [grade, grade]", ["VB211"]),
        ("grad: 1, grade: 1", "key: grade", ["VB203"]),
        ("birth_date: 2000-01-01", "key: birth_date", ["VB608"]),
    ],
)
def test_wrong_keys(rules: Rules, cells: str, more: str, codes: list[str]) -> None:
    rules.rates(rows(("2011-08-01", "120", cells)), more=more)
    assert rules.codes() == codes


def test_regional_rows_answer_by_the_smallest_division(rules: Rules) -> None:
    text = rows(
        ("2011-08-01", "120"),
        ("2012-08-01", "240", 'division: "990101"'),
        ("2013-08-01", "300"),
    )
    rules.rates(text, more="by: division")
    found = schedule(rules)
    assert found.regional
    assert found.look_up((), "990101003", date(2020, 1, 1)).value == 240
    assert found.look_up((), "990102", date(2020, 1, 1)).value == 300
    assert found.look_up((), "990101", date(2012, 1, 1)).value == 120


def test_row_of_a_division_may_be_filled_up_with_zeros(rules: Rules) -> None:
    text = rows(("2011-08-01", "120"), ("2011-08-01", "240", 'division: "990101000000"'))
    rules.rates(text, more="by: division")
    found = schedule(rules)
    assert found.look_up((), "990101", date(2020, 1, 1)).value == 240
    assert found.look_up((), "990101003", date(2020, 1, 1)).value == 240
    assert found.look_up((), "990102", date(2020, 1, 1)).value == 120


def test_rows_of_one_division_in_two_spellings_are_one_series(rules: Rules) -> None:
    text = rows(
        ("2011-08-01", "120", 'division: "990101"'),
        ("2011-08-01", "240", 'division: "990101000000"'),
    )
    rules.rates(text, more="by: division")
    assert rules.codes() == ["VB609"]


def test_csv_file_gives_what_yaml_gives(rules: Rules) -> None:
    text = rows(("2011-08-01", "120"), ("2023-08-01", "57.5", "note: a remark"))
    rules.rates(text)
    in_yaml = schedule(rules)
    rules.rates("", more="file: rates/per_year.csv")
    csv = (
        "\ufefffrom,value,until,source,confidence,note\r\n"
        '2011-08-01,120,,X1,B,""\r\n\r\n2023-08-01, 57.5,,X1,B,a remark\r\n,,,,,\r\n'
    )
    rules.write("old_age/rates/per_year.csv", csv)
    in_csv = schedule(rules)
    assert in_csv.rows == in_yaml.rows
    assert in_csv.type == in_yaml.type
    assert in_csv.rows[1].span.file.endswith("old_age/rates/per_year.csv")
    assert in_csv.rows[1].span.line == 4


def test_cells_of_a_csv_file_know_their_columns() -> None:
    content = b'from,value,note\n2011-08-01,"1,5","say ""a"", b"\n'
    root, problems = read_rate_file(content, "r.csv")
    assert problems == ()
    assert root is not None
    values = root.get("values")
    assert values is not None
    assert values.items is not None
    (row,) = values.items
    value, note = row.get("value"), row.get("note")
    assert value is not None
    assert value.text == "1,5"
    assert value.span == Span("r.csv", 2, 13, 3)
    assert note is not None
    assert note.text == 'say "a", b'
    assert note.span.column == 19


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"", ["VB602"]),
        (b"from,,value\n", ["VB602"]),
        (b"from,value,from\n", ["VB106"]),
        (b"from,value\n2011-08-01\n", ["VB602"]),
        ("from,标准\n".encode("gb18030"), ["VB101"]),
        (b"a\n" * (MOST_ROWS + 2), ["VB102"]),
    ],
)
def test_broken_csv_file(content: bytes, codes: list[str]) -> None:
    root, problems = read_rate_file(content, "r.csv")
    assert root is None
    assert [problem.code for problem in problems] == codes


def test_file_of_rates_that_nothing_uses_is_a_warning(rules: Rules) -> None:
    rules.write("old_age/rates/spare.csv", "from,value\n")
    assert rules.codes() == ["VB604"]
    assert rules.book().benefits


def test_wrong_cell_of_a_csv_file_is_shown_in_its_line(rules: Rules) -> None:
    rules.rates("", more="file: rates/per_year.csv")
    rules.write("old_age/rates/per_year.csv", "from,value,source,confidence\n2011-8-1,120,X1,B\n")
    _, (problem,) = rules.load()
    assert problem.code == "VB205"
    assert (problem.span.line, problem.span.column) == (2, 1)
    assert problem.excerpt == "2011-8-1,120,X1,B"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ((("2011-08-01", "1"), ("2011-08-01", "2")), "VB609"),
        ((("2011-08-01", "1", "until: 2014-01-01"), ("2013-01-01", "2")), "VB609"),
        ((("2011-08-01", "1", "until: 2012-01-01"), ("2013-01-01", "2")), "VB610"),
        ((("2011-08-01", "1", "until: 2011-08-01"),), "VB606"),
    ],
)
def test_rows_that_do_not_follow_each_other(
    rules: Rules, cells: tuple[tuple[str, str], ...], code: str
) -> None:
    rules.rates(rows(*cells))
    assert rules.codes() == [code]


def test_gap_with_a_note_is_meant(rules: Rules) -> None:
    more = "until: 2012-01-01, note: nothing was found for 2012"
    rules.rates(rows(("2011-08-01", "1", more), ("2013-01-01", "2")))
    assert rules.codes() == []


def test_rows_of_different_places_and_keys_do_not_overlap(rules: Rules) -> None:
    text = rows(
        ("2011-08-01", "1", "grade: 1"),
        ("2011-08-01", "2", "grade: 2"),
        ("2011-08-01", "3", 'grade: 2, division: "99"'),
    )
    rules.rates(text, more="key: grade\nby: division")
    assert rules.codes() == []


def test_overlap_names_key_and_place(rules: Rules) -> None:
    text = rows(
        ("2011-08-01", "1", 'grade: 1, division: "99"'),
        ("2011-08-01", "2", 'grade: 1, division: "99"'),
    )
    rules.rates(text, more="key: grade\nby: division")
    _, (problem,) = rules.load()
    assert problem.message.startswith("two rows for grade 1, 99 begin on 2011-08-01")
