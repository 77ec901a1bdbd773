from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.intake.building import EVERYTHING, MAN, PEOPLE, VOCABULARY, read_text
from vetbenefits.intake.headers import HeaderWords, map_headers, no_identity
from vetbenefits.intake.layout import find_layout
from vetbenefits.intake.roster import open_roster
from vetbenefits.problems import Severity

if TYPE_CHECKING:
    from pathlib import Path

WORDS = HeaderWords.of(PEOPLE)


@pytest.mark.parametrize(
    "header",
    [
        "出生日期",
        " 出生日期 ",
        "出生日期*",
        "＊出生日期",
        "出生\n日期",
        "出 生 日 期",
        "出生日期：",
        "\ufeff出生日期",
        "birth_date",
        "BIRTH_DATE",
        "出生日期（必填）",
    ],
)
def test_a_header_is_found_in_every_writing(header: str) -> None:
    assert WORDS.fact(header) == "birth_date"


def test_a_title_in_english_is_a_header() -> None:
    assert WORDS.fact("Service Status") == "service_status"


def test_what_is_only_similar_is_no_header() -> None:
    assert WORDS.fact("出生日") is None
    assert WORDS.fact("户籍类别") is None
    assert WORDS.fact("") is None


def test_of_two_facts_with_one_header_the_first_has_it() -> None:
    assert HeaderWords.of((*PEOPLE, *PEOPLE)).fact("姓名") == "name"


def test_two_columns_for_one_fact_are_one_error_that_names_both() -> None:
    _, problems = map_headers(("人员编号", "身份证号*", "公民身份号码"), 3, "r.csv", WORDS)
    (error,) = problems
    assert error.code == "VB431"
    assert error.is_error
    assert "columns 2 `身份证号*` and 3 `公民身份号码` both hold `id_number`" in error.message
    assert str(error.span) == "r.csv:3:3"


def test_unknown_headers_are_one_note_and_near_ones_a_suggestion_each() -> None:
    found, problems = map_headers(("人员编号", "备注", "序号", "出生日其", ""), 1, "r.csv", WORDS)
    assert dict(found.columns) == {"person_id": 0}
    assert {one.severity for one in problems} == {Severity.NOTE}
    near, listed = problems
    assert near.code == "VB432"
    assert near.hint == "if `出生日其` is `birth_date`, call it 出生日期"
    assert near.span.column == 4
    assert (
        listed.message
        == "3 columns belong to no fact of the rules and are not read: 备注, 序号, 出生日其"
    )


def test_one_unknown_header_is_told_in_the_singular() -> None:
    _, (note,) = map_headers(("人员编号", "备注"), 1, "r.csv", WORDS)
    assert note.message.startswith("1 column belongs to no fact of the rules and is not read")


def test_many_unknown_headers_do_not_fill_the_screen() -> None:
    headers = ("人员编号", *(f"某列{number}" for number in range(50)))
    _, problems = map_headers(headers, 1, "r.csv", WORDS)
    assert problems[-1].message.endswith("某列11 and 38 more")


def test_a_suggestion_is_never_a_fact_that_has_its_column() -> None:
    _, problems = map_headers(("人员编号", "出生日期", "出生日其"), 1, "r.csv", WORDS)
    assert [one.code for one in problems] == ["VB433"]


def test_a_table_that_names_nobody_is_an_error_with_a_way_out() -> None:
    found, _ = map_headers(("姓名", "公民身份证号"), 2, "r.csv", WORDS)
    (error,) = no_identity(found, WORDS)
    assert error.code == "VB430"
    assert "人员编号 (`person_id`) or 公民身份号码 (`id_number`) is needed" in error.message
    assert error.hint.startswith("if `公民身份证号` is `id_number`")
    found, _ = map_headers(("姓名", "备注"), 2, "r.csv", WORDS)
    assert no_identity(found, WORDS)[0].hint == "the headers are: 姓名, 备注"


def test_the_header_row_is_the_one_that_names_most_facts() -> None:
    layout = find_layout("姓名\n人员编号,姓名\n人员编号,姓名,性别\n人员编号,姓名,性别\n", WORDS)
    assert layout is not None
    assert (layout.header_line, layout.first_line, layout.separator) == (3, 4, ",")


def test_a_separator_behind_every_row_is_a_column_without_a_name() -> None:
    layout = find_layout("人员编号,姓名\nP1,甲,,\n\nP2,乙,,,\n", WORDS)
    assert layout is not None
    assert layout.headers == ("人员编号", "姓名", "", "")
    for rows in ("P1,甲,,\nP2,乙\n", "P1,甲,x\n", "P1\n", ""):
        layout = find_layout("人员编号,姓名\n" + rows, WORDS)
        assert layout is not None
        assert layout.headers == ("人员编号", "姓名")


def test_one_column_is_a_table() -> None:
    layout = find_layout("公民身份号码\n1\n", WORDS)
    assert layout is not None
    assert layout.headers == ("公民身份号码",)


def test_a_header_row_is_not_looked_for_too_deep() -> None:
    assert find_layout("x\n" * 60 + "人员编号,姓名\n", WORDS) is None


def test_each_missing_column_is_named_once_with_what_it_was_taken_for(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("人员编号,公民身份号码\nP1,\n")
    needed = EVERYTHING - {"bill_id", "settled_on", "total_cost", "used_this_year"}
    reader, problems = open_roster(path, VOCABULARY, needed)
    assert reader is not None
    told = {one.message: one.severity for one in problems}
    assert len(told) == len(problems) == len(needed) - 3
    assert told["no column holds 死亡日期 (`deceased_on`): taken for none for everybody"] == "note"
    assert told["no column holds 消防员类别 (`trainee`): taken for no for everybody"] == "note"
    unknown = "no column holds 在领待遇 (`draws`): taken for unknown for everybody"
    assert told[unknown] == "warning"
    derived = (
        "no column holds 出生日期 (`birth_date`): taken for what `id_number` tells, else unknown"
    )
    assert told[derived] == "note"


def test_headers_tell_which_fact_they_were_read_as(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(f"备注,身份证号*,性 别\n,{MAN},男\n")
    reader, _ = open_roster(path, VOCABULARY, EVERYTHING)
    assert reader is not None
    assert reader.headers == {"身份证号*": "id_number", "性 别": "sex"}


def test_columns_that_no_rule_of_the_run_needs_are_not_looked_at(tmp_path: Path) -> None:
    text = f"公民身份号码,出生日期,性别\n{MAN},1962-02-30,x\n"
    reading = read_text(tmp_path, text, frozenset({"household"}))
    assert reading.counts.rows_kept == 1
    assert reading.frame.columns == [
        "row",
        "person_id",
        "name",
        "id_number",
        "division",
        "household",
    ]
