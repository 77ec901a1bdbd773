from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.building import DAMAGED, MAN, OLD_FORM, WOMAN, iso
from vetbenefits.intake.identity import (
    ID_REASONS,
    WEIGHTS,
    IdStatus,
    birth_date,
    check_character,
    is_right,
    normalise,
    read_id_numbers,
    sex,
    upgrade_15,
)

# Synthetic numbers of regions that are not assigned, so nobody has them.
SYNTHETIC = {
    "99010119630115001X": ("male", "1963-01-15"),
    "990101196301150191": ("male", "1963-01-15"),
    "990101196402290038": ("male", "1964-02-29"),
    "990101196210310057": ("male", "1962-10-31"),
    "990101196504300073": ("male", "1965-04-30"),
    "990101195411010099": ("male", "1954-11-01"),
    "990101196001200257": ("male", "1960-01-20"),
    "990101200611200210": ("male", "2006-11-20"),
    "99010119700815004X": ("female", "1970-08-15"),
    "99010219500606011X": ("male", "1950-06-06"),
    "990102194707180136": ("male", "1947-07-18"),
    "990102195607040069": ("female", "1956-07-04"),
    "990102195809090152": ("male", "1958-09-09"),
    "990102196101010318": ("male", "1961-01-01"),
    "990102199904010235": ("male", "1999-04-01"),
    "990103196203151513": ("male", "1962-03-15"),
    "990103196305310271": ("male", "1963-05-31"),
    "990103200402290291": ("male", "2004-02-29"),
    "99010320041231017X": ("male", "2004-12-31"),
    "990103200503010025": ("female", "2005-03-01"),
}


def read(*texts: str) -> list[tuple[str | None, str, IdStatus]]:
    """Return number, birth date and status of each text."""
    rows = read_id_numbers(pl.Series(texts, dtype=pl.String)).rows()
    return [(number, iso(born), IdStatus(status)) for number, _, born, status in rows]


def test_every_synthetic_number_is_right_and_says_who() -> None:
    found = read(*SYNTHETIC)
    for (number, (gender, born)), row in zip(SYNTHETIC.items(), found, strict=True):
        assert row == (number, born, IdStatus.SURE)
        assert is_right(number)
        assert sex(number) == gender
        assert birth_date(number) == date.fromisoformat(born)


@pytest.mark.parametrize(
    "text",
    [
        "99010119630115001x",
        " 99010119630115001X ",
        "99010119630115001X\t",
        "\u00a099010119630115001X",
        "\ufeff99010119630115001X",
        "９９０１０１１９６３０１１５００１Ｘ",
        "990101 19630115 001X",
        "990101-19630115-001X",
        "99010119630115001×",
        "99010119630115001Χ",
        "99010119630115001Х",
        "99010119630115001ｘ",
        "'99010119630115001X",
        '="99010119630115001X"',
        "99010119630115001X\u200b",
    ],
)
def test_a_number_in_another_spelling_is_the_same_number(text: str) -> None:
    assert read(text) == [(MAN, "1963-01-15", IdStatus.SURE)]
    assert normalise(text) == MAN


def test_fifteen_digits_become_the_eighteen_of_the_same_man() -> None:
    assert upgrade_15(OLD_FORM) == MAN
    assert read(OLD_FORM, f" {OLD_FORM}\t", "９９０１０１６３０１１５００１") == 3 * [
        (MAN, "1963-01-15", IdStatus.UPGRADED)
    ]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (DAMAGED, IdStatus.DAMAGED),
        ("9.90103E+17", IdStatus.DAMAGED),
        ("9.90103196203151E+17", IdStatus.DAMAGED),
        ("9.90103e17", IdStatus.DAMAGED),
        ("9.9010163011500E+14", IdStatus.DAMAGED),
        ("9.901E17", IdStatus.DAMAGED),
        ("990103196203151513.0", IdStatus.DAMAGED),
        ("990103196203151514", IdStatus.WRONG_CHECK),
        ("99010319620315151X", IdStatus.WRONG_CHECK),
        ("990103196202301513", IdStatus.NO_SUCH_BIRTH),
        ("990103196213151513", IdStatus.NO_SUCH_BIRTH),
        ("990103176203151513", IdStatus.NO_SUCH_BIRTH),
        ("990101630230001", IdStatus.NO_SUCH_BIRTH),
        ("13800001234", IdStatus.PHONE),
        ("+8613800001234", IdStatus.PHONE),
        ("99010119630115001", IdStatus.CHECK_LOST),
        ("", IdStatus.BLANK),
        (" \t", IdStatus.BLANK),
        ("'", IdStatus.BLANK),
        ("abc", IdStatus.NO_NUMBER),
        ("王建国", IdStatus.NO_NUMBER),
        ("0" * 18, IdStatus.NO_NUMBER),
        ("9" * 19, IdStatus.NO_NUMBER),
        ("+9010119630115001X", IdStatus.NO_NUMBER),
        ("X" * 18, IdStatus.NO_NUMBER),
        ("12345678901234567٣", IdStatus.NO_NUMBER),
    ],
)
def test_what_names_nobody_says_why(text: str, status: IdStatus) -> None:
    assert read(text) == [(None, "", status)]


def test_a_number_that_ends_as_a_rounded_one_and_fits_is_told_apart() -> None:
    fitting = [f"99010119630115{hundreds}00" for hundreds in range(10)]
    numbers_ = [digits + "0" for digits in fitting if check_character(digits) == "0"]
    assert [status for _, _, status in read(*numbers_)] == [IdStatus.ROUND] * len(numbers_)
    more = [f"9901{region}19630115000" for region in range(10, 99)]
    some = [digits + "0" for digits in more if check_character(digits) == "0"]
    assert some
    assert {status for _, _, status in read(*some)} == {IdStatus.ROUND}


def test_every_reading_that_names_nobody_has_a_reason() -> None:
    assert set(ID_REASONS) == {status for status in IdStatus if status >= 16}


numbers = st.builds(
    lambda region, born, sequence: f"{region}{born:%Y%m%d}{sequence:03d}",
    st.integers(990101, 990199),
    st.dates(date(1900, 1, 1), date(2030, 12, 31)),
    st.integers(0, 999),
)


@given(numbers)
def test_every_number_with_its_check_is_read(digits: str) -> None:
    number = digits + check_character(digits)
    expected = IdStatus.ROUND if number.endswith("000") else IdStatus.SURE
    assert read(number) == [(number, f"{digits[6:10]}-{digits[10:12]}-{digits[12:14]}", expected)]
    assert is_right(number)
    # The rule as the standard words it: the weighted sum with the check is 1 modulo 11.
    check = 10 if number[17] == "X" else int(number[17])
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    assert (total + check) % 11 == 1


@given(numbers, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(digits: str, place: int, by: int) -> None:
    check = check_character(digits)
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :] + check
    ((number, _, status),) = read(wrong)
    assert number is None
    assert status not in (IdStatus.SURE, IdStatus.ROUND, IdStatus.UPGRADED)
    assert not is_right(wrong)


@given(numbers.filter(lambda digits: digits[6:8] == "19"))
def test_both_lengths_of_a_number_are_one_person(digits: str) -> None:
    number = digits + check_character(digits)
    old = digits[:6] + digits[8:]
    rows = read_id_numbers(pl.Series([old, number]))
    assert rows["id_key"].n_unique() == 1
    assert rows["id_number"].to_list() == [number, number]


@given(st.lists(st.text(max_size=25), max_size=8))
def test_no_text_makes_it_fail(texts: list[str]) -> None:
    statuses = [status for _, _, status in read(*texts)]
    assert len(statuses) == len(texts)


def test_many_rows_with_a_tab_behind_them_are_read() -> None:
    texts = pl.Series([f"{number}\t" for number in SYNTHETIC] * 50)
    assert read_id_numbers(texts)["id_status"].unique().to_list() == [int(IdStatus.SURE)]


def test_both_sexes_are_told() -> None:
    assert sex(MAN) == "male"
    assert sex(WOMAN) == "female"


def test_no_birth_date_is_none() -> None:
    assert birth_date("990103196202301513") is None
    assert not is_right("990103196202301513")
    assert not is_right("short")


@pytest.mark.parametrize(
    "odd",
    ["99010119630115001x", " 99010119630115001X ", "'99010119630115001X", "９９010119630115001X"],
)
def test_a_spelling_met_once_among_many_usual_ones_is_read_all_the_same(odd: str) -> None:
    usual = [number for number in SYNTHETIC if number != "99010119630115001X"] * 5
    found = read(*usual, odd)
    assert found[-1] == ("99010119630115001X", "1963-01-15", IdStatus.SURE)
