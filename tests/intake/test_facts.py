"""From cells to facts: derivations, blanks, missing columns, and the ID number as a witness."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.intake.building import (
    EVERYTHING,
    MAN,
    OLD_FORM,
    OTHER_MAN,
    VOCABULARY,
    iso,
    read_row,
    read_text,
)
from vetbenefits.intake.facts import Asked
from vetbenefits.intake.roster import open_roster
from vetbenefits.model.facts import Blank, Derivation, FactType, MonthOnly, Vocabulary
from vetbenefits.model.tables import code_column, month_only_column, none_column

if TYPE_CHECKING:
    from pathlib import Path

    from vetbenefits.model.facts import FactSpec


def test_the_columns_are_those_of_the_contract(tmp_path: Path) -> None:
    frame = read_row(tmp_path).frame
    assert dict(frame.schema) == {
        "row": pl.Int64,
        "person_id": pl.String,
        "name": pl.String,
        "id_number": pl.String,
        "division": pl.String,
        "sex": pl.Int16,
        "birth_date": pl.Int32,
        "birth_date!month_only": pl.Boolean,
        "division_code": pl.String,
        "service_status": pl.Int16,
        "household": pl.Int16,
        "discharged_on": pl.Int32,
        "discharged_on!none": pl.Boolean,
        "discharged_on!month_only": pl.Boolean,
        "insurance": pl.Int16,
        "draws_pension": pl.Boolean,
        "draws!code!war": pl.Boolean,
        "draws!code!ill": pl.Boolean,
        "deceased_on": pl.Int32,
        "deceased_on!none": pl.Boolean,
        "approved_on": pl.Int32,
        "grade": pl.Int64,
        "grade!none": pl.Boolean,
        "trainee": pl.Boolean,
        "joined": pl.Int32,
        "income": pl.Int64,
        "share": pl.Int64,
        "unit_name": pl.String,
        "unit_name!none": pl.Boolean,
    }


def test_flags_are_never_null(tmp_path: Path) -> None:
    text = f"公民身份号码,退役时间,残疾等级,部队\n{MAN},,,\n{OTHER_MAN},1985.3,7,一连\n"
    frame = read_text(tmp_path, text).frame
    for name in frame.columns:
        if name.endswith(("!none", "!month_only")):
            assert frame.get_column(name).null_count() == 0, name


def test_every_kind_of_cell_comes_out_in_its_column(tmp_path: Path) -> None:
    reading = read_row(
        tmp_path,
        name=" 王 国庆 ",
        sex="男",
        birth_date="19630115",
        division_code="990101003001",
        service_status="退役",
        household="农业",
        discharged_on="1985/1/10",
        insurance="城镇职工",
        draws_pension="√",
        draws="参战",
        deceased_on="2024年3月5日",
        approved_on="22720",
        grade="七级",
        trainee="否",
        joined="202303",
        income="1,234.5元",
        share="12.5%",
        unit_name=" 一连 ",
    )
    row = reading.frame.row(0, named=True)
    assert (row["row"], row["person_id"], row["id_number"]) == (2, "P1", MAN)
    assert (row["name"], row["division"]) == ("王 国庆", "990101003001")
    days = ("birth_date", "discharged_on", "deceased_on", "approved_on", "joined")
    assert [iso(row[name]) for name in days] == [
        "1963-01-15",
        "1985-01-10",
        "2024-03-05",
        "1962-03-15",
        "2023-03-01",
    ]
    assert (row["sex"], row["service_status"], row["household"], row["insurance"]) == (0, 1, 0, 0)
    assert (row["draws_pension"], row["trainee"]) == (True, False)
    assert (row["draws!code!war"], row["draws!code!ill"]) == (True, False)
    assert (row["grade"], row["income"], row["share"]) == (7, 123_450, 1_250)
    assert (row["division_code"], row["unit_name"]) == ("990101003001", "一连")
    assert not any(value for name, value in row.items() if name.endswith(("!none", "!month_only")))
    assert reading.problems == ()


def test_birth_date_and_sex_come_from_the_id_number_where_there_is_no_cell(tmp_path: Path) -> None:
    for reading in (read_row(tmp_path), read_row(tmp_path, birth_date="", sex="")):
        assert iso(reading.one("birth_date")) == "1963-01-15"
        assert reading.one("sex") == 0
        assert reading.codes() == []


def test_an_admitted_unknown_is_derived_but_never_given_a_blanks_meaning(tmp_path: Path) -> None:
    assert iso(read_row(tmp_path, birth_date="unknown").one("birth_date")) == "1963-01-15"
    reading = read_row(tmp_path, deceased_on="unknown", trainee="unknown", grade="unknown")
    assert reading.one("deceased_on!none") is False
    assert reading.one("trainee") is None
    assert (reading.one("grade"), reading.one("grade!none")) == (None, False)


def test_a_code_follows_from_another_code(tmp_path: Path) -> None:
    for insurance, draws in (("城乡居民", False), ("无", False), ("城镇职工", None), ("", None)):
        assert read_row(tmp_path, insurance=insurance).one("draws_pension") is draws
    assert read_row(tmp_path, insurance="城乡居民", draws_pension="是").one("draws_pension") is True


def test_a_code_follows_from_a_cell_that_can_be_read(tmp_path: Path) -> None:
    for cell, status in (
        ("1985-01-10", 1),
        ("1985.3", 1),
        ("", None),
        ("unknown", None),
        ("无", None),
    ):
        assert read_row(tmp_path, discharged_on=cell).one("service_status") == status
    serving = read_row(tmp_path, discharged_on="1985-01-10", service_status="现役")
    assert serving.one("service_status") == 0


def test_a_blank_may_be_none_for_some_and_unknown_for_others(tmp_path: Path) -> None:
    for status, is_none in (("现役", True), ("退役", False), ("", False)):
        reading = read_row(tmp_path, service_status=status, discharged_on="")
        assert reading.one("discharged_on") is None
        assert reading.one("discharged_on!none") is is_none


def test_a_missing_column_is_not_a_blank_cell(tmp_path: Path) -> None:
    """A column nobody kept tells nothing, unless the vocabulary says what it means."""
    reading = read_row(tmp_path, service_status="现役")
    assert reading.one("discharged_on!none") is False
    assert reading.one("draws!code!war") is None
    assert reading.one("unit_name!none") is False
    assert reading.one("deceased_on!none") is True
    assert reading.one("grade!none") is True
    assert reading.one("trainee") is False


def test_a_blank_cell_has_the_meaning_of_a_blank(tmp_path: Path) -> None:
    reading = read_row(
        tmp_path, deceased_on=" ", draws="\u3000", trainee="", unit_name="", grade=""
    )
    assert reading.one("deceased_on!none") is True
    assert (reading.one("draws!code!war"), reading.one("draws!code!ill")) == (False, False)
    assert reading.one("trainee") is False
    assert reading.one("unit_name!none") is True
    assert reading.one("grade!none") is True


def test_none_written_out_is_none(tmp_path: Path) -> None:
    reading = read_row(tmp_path, deceased_on="无", unit_name="无", draws="无", grade="none")
    assert reading.one("deceased_on!none") is True
    assert (reading.one("unit_name"), reading.one("unit_name!none")) == (None, True)
    assert reading.one("draws!code!war") is False
    assert reading.one("grade!none") is True


def test_a_month_alone_is_read_as_the_vocabulary_says_and_marked(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path,
        "人员编号,出生日期,退役时间,批准入伍时间\nP1,1962.3,1985年1月,1980-12\n",
    )
    assert (iso(reading.one("birth_date")), iso(reading.one("discharged_on"))) == (
        "1962-03-31",
        "1985-01-01",
    )
    assert reading.one("birth_date!month_only") is True
    assert reading.one("discharged_on!month_only") is True
    assert reading.one("approved_on") is None
    assert month_only_column("approved_on") not in reading.frame.columns
    assert reading.codes() == ["VB427", "VB427", "VB427"]
    assert {one.severity for one in reading.problems} == {"note"}


def test_the_birth_date_of_a_right_id_number_wins_with_a_warning(tmp_path: Path) -> None:
    reading = read_row(tmp_path, birth_date="1962-05-31")
    assert iso(reading.one("birth_date")) == "1963-01-15"
    (warning,) = reading.problems
    assert (warning.code, warning.severity, warning.excerpt) == ("VB425", "warning", "1962-05-31")
    assert warning.span.line == 2


def test_a_month_that_holds_the_day_of_the_id_number_agrees(tmp_path: Path) -> None:
    for cell in ("1963-01", "1963年1月", "1963.01", "1963.1"):
        reading = read_row(tmp_path, birth_date=cell)
        assert iso(reading.one("birth_date")) == "1963-01-15"
        assert reading.one("birth_date!month_only") is False
        assert reading.problems == ()
    reading = read_row(tmp_path, birth_date="1963.2")
    assert iso(reading.one("birth_date")) == "1963-01-15"
    assert reading.codes() == ["VB425"]


def test_october_written_as_a_number_is_settled_by_the_id_number(tmp_path: Path) -> None:
    text = "公民身份号码,出生日期\n990101196210310057,1962.1\n990101196504300073,1965.1\n"
    reading = read_text(tmp_path, text)
    assert [iso(one) for one in reading.frame["birth_date"]] == ["1962-10-31", "1965-04-30"]
    assert reading.codes() == ["VB425"]


def test_fifteen_digits_do_not_overrule_the_column(tmp_path: Path) -> None:
    reading = read_row(tmp_path, id_number=OLD_FORM, birth_date="1962-05-31")
    assert iso(reading.one("birth_date")) == "1962-05-31"
    assert reading.one("id_number") == MAN
    assert sorted(reading.codes()) == ["VB425", "VB429"]
    assert read_row(tmp_path, id_number=OLD_FORM, birth_date="1963.1").aside() == {2: "VB412"}


def test_another_sex_than_that_of_the_id_number_warns_and_stays(tmp_path: Path) -> None:
    reading = read_row(tmp_path, sex="女")
    assert reading.one("sex") == 1
    assert reading.codes() == ["VB426"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"birth_date": "abc"}, "VB410"),
        ({"birth_date": "1958-02-30"}, "VB411"),
        ({"discharged_on": "1962.1"}, "VB412"),
        ({"discharged_on": "1885-01-01"}, "VB413"),
        ({"deceased_on": "9999-12-31"}, "VB413"),
        ({"deceased_on": "0000-00-00"}, "VB413"),
        ({"grade": "seven"}, "VB414"),
        ({"grade": "11"}, "VB413"),
        ({"income": "1.234"}, "VB415"),
        ({"household": "居民户口"}, "VB416"),
        ({"draws": "参战、别的"}, "VB416"),
        ({"trainee": "maybe"}, "VB417"),
        ({"division_code": "99010"}, "VB418"),
        ({"division_code": "9.90101E+11"}, "VB419"),
        ({"id_number": "990103196203151000"}, "VB420"),
        ({"id_number": "990103196203151514"}, "VB421"),
        ({"id_number": "990103196202301513"}, "VB422"),
        ({"id_number": "13800001234"}, "VB423"),
        ({"person_id": "1.23457E+11"}, "VB419"),
        ({"person_id": "", "id_number": "", "name": "某人"}, "VB428"),
    ],
)
def test_a_cell_that_cannot_be_read_sets_its_row_aside(
    tmp_path: Path, cells: dict[str, str], code: str
) -> None:
    reading = read_row(tmp_path, **cells)
    assert reading.aside() == {2: code}
    assert reading.frame.is_empty()
    (problem,) = [one for one in reading.problems if one.code == code]
    assert problem.severity == "warning"
    assert problem.message.endswith("; the row is set aside")
    assert problem.count == 1


def test_every_wrong_cell_of_a_row_is_told_and_the_row_is_listed_once(tmp_path: Path) -> None:
    reading = read_row(
        tmp_path, birth_date="x", discharged_on="y", household="z", income="q", share="w"
    )
    (row,) = reading.set_aside.rows(named=True)
    assert (row["column"], row["text"], row["code"]) == ("出生日期", "x", "VB410")
    assert row["reason"] == (
        "is no date that can be read; also wrong: 退役时户籍类别, 退役时间, 年收入"
    )
    assert len(reading.problems) == 5


def test_what_a_fact_is_filled_from_is_read_with_it() -> None:
    needed = frozenset({"draws_pension", "discharged_on", "settled_on", "unheard_of"})
    asked = Asked(VOCABULARY, needed, frozenset({"household", "draws_pension"}))
    assert asked.outputs == ("household", "discharged_on", "draws_pension")
    assert asked.by_rules == {"service_status", "discharged_on", "insurance", "draws_pension"}
    assert asked.facts == (
        "service_status",
        "household",
        "discharged_on",
        "insurance",
        "draws_pension",
    )


def test_a_cell_that_only_a_check_looks_at_warns_and_counts_as_unknown(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(f"公民身份号码,退役时间,死亡日期\n{MAN},当年冬季,无日期\n")
    reader, _ = open_roster(
        path, VOCABULARY, frozenset({"deceased_on"}), only_checked=frozenset({"discharged_on"})
    )
    assert reader is not None
    (batch,) = reader.batches()
    assert batch.set_aside["column"].to_list() == ["死亡日期"]
    path.write_text(f"公民身份号码,退役时间,死亡日期\n{MAN},当年冬季,\n")
    reader, _ = open_roster(
        path, VOCABULARY, frozenset({"deceased_on"}), only_checked=frozenset({"discharged_on"})
    )
    assert reader is not None
    (batch,) = reader.batches()
    assert batch.frame["discharged_on"].to_list() == [None]
    assert batch.frame["discharged_on!none"].to_list() == [False]
    (warning,) = reader.problems
    assert (warning.code, warning.severity) == ("VB410", "warning")
    assert warning.message.endswith("; the row is kept")


def test_a_source_that_cannot_be_read_sets_the_row_aside(tmp_path: Path) -> None:
    text = f"公民身份号码,养老保障方式\n{MAN},什么\n"
    reading = read_text(tmp_path, text, frozenset({"draws_pension"}))
    assert reading.aside() == {2: "VB416"}
    assert "insurance" not in reading.frame.columns


def other(**changes: FactSpec) -> Vocabulary:
    return Vocabulary({**VOCABULARY.facts, **changes}, VOCABULARY.tables)


def only(folder: Path, vocabulary: Vocabulary, text: str, needed: set[str]) -> pl.DataFrame:
    path = folder / "roster.csv"
    path.write_text(text)
    reader, problems = open_roster(path, vocabulary, frozenset(needed))
    assert reader is not None, problems
    (batch,) = reader.batches()
    return batch.frame


def test_other_derivations_and_blanks_that_a_vocabulary_may_hold(tmp_path: Path) -> None:
    facts = VOCABULARY.facts
    vocabulary = other(
        division_code=replace(facts["division_code"], blank=Blank("990101")),
        draws=replace(facts["draws"], derive=(Derivation("trainee", codes=("yes",), value="ill"),)),
        household=replace(
            facts["household"], derive=(Derivation("draws", codes=("war",), value="农村"),)
        ),
        grade=replace(
            facts["grade"], derive=(Derivation("deceased_on", codes=("none",), value="3"),)
        ),
        trainee=replace(facts["trainee"], blank=Blank("none"), no_column_means="unknown"),
        joined=replace(facts["joined"], derive=(Derivation("name", value="2020-01"),)),
        approved_on=replace(
            facts["approved_on"], month_only=MonthOnly.FIRST_DAY, blank=Blank("2000-01-01")
        ),
    )
    frame = only(
        tmp_path,
        vocabulary,
        "人员编号,姓名,行政区划代码,在领待遇,消防员类别,死亡日期,批准入伍时间,残疾等级\n"
        "P1,甲,,,是,,,\nP2,,990102,参战,,2024-01-01,,\nP3,丙,990101001,unknown,无,无,1999-01,5\n",
        {"division_code", "draws", "household", "grade", "trainee", "joined", "approved_on"},
    )
    assert frame["division_code"].to_list() == ["990101", "990102", "990101001"]
    assert frame[code_column("draws", "ill")].to_list() == [True, False, None]
    assert frame["household"].to_list() == [None, 0, None]
    assert frame["grade"].to_list() == [None, None, 5]
    assert frame["trainee"].to_list() == [True, None, None]
    assert frame[none_column("trainee")].to_list() == [False, True, True]
    assert [iso(one) for one in frame["joined"]] == ["2020-01-01", "", "2020-01-01"]
    assert [iso(one) for one in frame["approved_on"]] == ["2000-01-01", "2000-01-01", "1999-01-01"]


def test_a_sex_without_our_codes_is_not_guessed(tmp_path: Path) -> None:
    facts = VOCABULARY.facts
    vocabulary = other(sex=replace(facts["sex"], values=facts["sex"].values[:1]))
    frame = only(tmp_path, vocabulary, "公民身份号码\n99010119700815004X\n", {"sex"})
    assert frame["sex"].to_list() == [None]


def test_a_birth_date_out_of_range_in_the_id_number_is_not_used(tmp_path: Path) -> None:
    facts = VOCABULARY.facts
    birth = replace(facts["birth_date"], first_on=facts["birth_date"].first_on.replace(year=1970))
    frame = only(tmp_path, other(birth_date=birth), f"公民身份号码\n{MAN}\n", {"birth_date"})
    assert frame["birth_date"].to_list() == [None]


def test_a_division_code_in_another_writing_is_brought_into_form(tmp_path: Path) -> None:
    text = f"公民身份号码,行政区划代码\n{MAN},９９０１０１\n{OTHER_MAN},990101003\n"
    frame = read_text(tmp_path, text, EVERYTHING).frame
    assert frame["division_code"].to_list() == ["990101", "990101003"]
    assert VOCABULARY.facts["division_code"].type is FactType.DIVISION


@pytest.mark.parametrize(
    ("cells", "known"),
    [
        (("990101000", "990101003"), ["990101", "990101003"]),
        (("990101000000", "990101003000"), ["990101", "990101003"]),
        (("990101", "990101003200"), ["990101", "990101003200"]),
        (("990101", "990100"), ["990101", "9901"]),
    ],
)
def test_a_division_is_known_without_its_zeros_and_shown_as_given(
    tmp_path: Path, cells: tuple[str, str], known: list[str]
) -> None:
    text = f"公民身份号码,行政区划代码\n{MAN},{cells[0]}\n{OTHER_MAN},{cells[1]}\n"
    frame = read_text(tmp_path, text, EVERYTHING).frame
    assert frame["division_code"].to_list() == known
    assert frame["division"].to_list() == [*cells]
