from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vetbenefits.masking import mask_account, mask_id_number, mask_numbers, mask_phone


def test_an_id_number_keeps_its_region_and_its_end() -> None:
    assert mask_id_number("99010119630115001X") == "990101********001X"
    assert mask_id_number("990101630115001") == "990101*****5001"


def test_an_account_keeps_its_last_four_digits() -> None:
    assert mask_account("9999000000000000001") == "***************0001"
    assert mask_account("1234") == "****"


def test_a_phone_number_loses_its_middle() -> None:
    assert mask_phone("13800001234") == "138****1234"
    assert mask_phone("12345") == "*****"


def test_numbers_inside_a_text_are_hidden() -> None:
    text = "王990101196301150191电话13800001234账号9999000000000000001"
    shown = mask_numbers(text)
    assert shown == "王990101********0191电话138****1234账号999900*********0001"


def test_other_numbers_stay() -> None:
    assert (
        mask_numbers("1962-03-15, 990101003001, 12345.67") == "1962-03-15, 990101003001, 12345.67"
    )


@given(st.text())
def test_masking_keeps_the_length(text: str) -> None:
    for mask in (mask_account, mask_id_number, mask_phone, mask_numbers):
        assert len(mask(text)) == len(text)


@given(st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True))
def test_no_masked_number_shows_a_birth_date(number: str) -> None:
    assert number[6:14] not in mask_numbers(f"no {number}!")[8:]
