"""The usual faults of real rosters, by their numbers, and what the reader does about each.

F05, F11 to F13, F16, F19 and F20 are not seen in one cell or one file: checks, rates and matching
deal with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.intake.building import DAMAGED, MAN, OLD_FORM, OTHER_MAN, WOMAN, iso, read_row, read_text

if TYPE_CHECKING:
    from pathlib import Path


def test_f01_an_id_number_rounded_by_a_spreadsheet_is_never_guessed(tmp_path: Path) -> None:
    for damaged in (DAMAGED, "9.90103E+17"):
        reading = read_row(tmp_path, id_number=damaged, birth_date="1962-03-15")
        assert reading.aside() == {2: "VB420"}
        assert "its last three characters are lost" in reading.set_aside["reason"][0]


def test_f02_a_small_x_is_an_x_and_a_lost_one_is_not_made_up(tmp_path: Path) -> None:
    assert read_row(tmp_path, id_number=MAN.lower()).one("id_number") == MAN
    reading = read_row(tmp_path, id_number=MAN[:-1])
    assert reading.aside() == {2: "VB423"}
    assert "an X at the end may be lost" in reading.problems[0].hint


def test_f03_old_and_new_number_of_one_man_are_found_to_be_one(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"人员编号,身份证号\nP1,{OLD_FORM}\nP2,{MAN}\n")
    assert reading.frame["id_number"].to_list() == [MAN, MAN]
    assert "VB424" in reading.codes()


def test_f04_names_keep_their_dots_and_inner_spaces(tmp_path: Path) -> None:
    for name in ("王 建国", "阿布都·热西提", "阿布都•热西提"):
        assert read_row(tmp_path, name=f" {name}\t").one("name") == name


def test_f06_the_birth_date_of_the_id_number_wins_with_a_warning(tmp_path: Path) -> None:
    reading = read_row(tmp_path, birth_date="1962-05-31")
    assert iso(reading.one("birth_date")) == "1963-01-15"
    assert reading.codes() == ["VB425"]


def test_f07_a_birth_date_without_day_is_marked(tmp_path: Path) -> None:
    reading = read_row(tmp_path, id_number="", birth_date="1962.3")
    assert iso(reading.one("birth_date")) == "1962-03-31"
    assert reading.one("birth_date!month_only") is True


def test_f08_a_month_that_may_be_january_or_october_is_asked_about(tmp_path: Path) -> None:
    reading = read_row(tmp_path, id_number="", birth_date="1962.1")
    assert reading.aside() == {2: "VB412"}
    assert "write 1962.01 or 1962.10" in reading.problems[0].hint


def test_f09_a_missing_discharge_is_never_counted_from_elsewhere(tmp_path: Path) -> None:
    reading = read_row(tmp_path, service_status="退役", discharged_on="")
    assert (reading.one("discharged_on"), reading.one("discharged_on!none")) == (None, False)


def test_f10_a_number_of_years_typed_by_hand_is_not_read(tmp_path: Path) -> None:
    text = f"公民身份号码,所服义务兵折算年限\n{MAN},4\n"
    reading = read_text(tmp_path, text)
    assert "所服义务兵折算年限" in reading.opening[0].message


def test_f14_household_types_are_told_apart_or_asked_about(tmp_path: Path) -> None:
    for text, code in (("农村", 0), ("农业", 0), ("农业户口", 0), ("非农", 1), ("城镇", 1)):
        assert read_row(tmp_path, household=text).one("household") == code
    assert read_row(tmp_path, household="居民户口").aside() == {2: "VB416"}
    assert read_text(tmp_path, f"公民身份号码,户籍类别\n{MAN},农村\n").one("household") is None


def test_f15_a_total_is_no_person(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"姓名,公民身份号码\n甲,{MAN}\n合计,\n")
    assert (reading.counts.rows_read, reading.counts.total_rows_dropped) == (1, 1)


def test_f17_a_phone_number_is_no_id_number(tmp_path: Path) -> None:
    reading = read_row(tmp_path, id_number="13800001234")
    assert "is a mobile phone number" in reading.set_aside["reason"][0]
    assert "13800001234" not in str(reading.set_aside.rows()) + str(reading.problems)


def test_f18_hidden_characters_do_not_matter(tmp_path: Path) -> None:
    text = (
        f"\ufeff人员编号,\u00a0公民身份号码\t,出生日期,人员状态\n"
        f"P1\t,{OTHER_MAN}\t,\u00a01963-01-15\u200b,退役\u3000\n\u00a0P2,\ufeff{WOMAN},,\u200b现役\n"
    )
    reading = read_text(tmp_path, text)
    assert reading.frame["person_id"].to_list() == ["P1", "P2"]
    assert reading.frame["id_number"].to_list() == [OTHER_MAN, WOMAN]
    assert reading.frame["service_status"].to_list() == [1, 0]
    assert reading.problems == ()
