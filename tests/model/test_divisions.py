from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetbenefits.model.divisions import (
    LENGTHS,
    lies_within,
    parts_by_place,
    wider,
    without_zeros,
)

VILLAGES = st.from_regex(r"[1-9][0-9]{11}", fullmatch=True)


@pytest.mark.parametrize(
    ("place", "division", "expected"),
    [
        ("990101", "990101003", None),
        ("990102", "990101003", False),
        ("990101003", "990101003", True),
        ("990101004", "990101003", False),
        ("990101003001", "990101003", True),
        ("990101003", "990101003001", None),
        ("990101", "990101003001", None),
        ("990101003002", "990101003001", False),
        ("990101", "9901", True),
        ("9901", "990101", None),
        ("", "990101", False),
        ("990101", "", True),
    ],
)
def test_place_lies_within_a_division_or_not_or_is_too_wide_to_tell(
    place: str, division: str, *, expected: bool | None
) -> None:
    assert lies_within(place, division) is expected


def test_wider_places_of_a_division() -> None:
    assert wider("990101003001") == ("99", "9901", "990101", "990101003")
    assert wider("990101") == ("99", "9901")
    assert wider("99") == ()
    assert wider("") == ()


@given(VILLAGES, st.sampled_from(LENGTHS), st.sampled_from(LENGTHS))
def test_only_a_shorter_code_leaves_open_where_a_place_lies(
    village: str, known: int, asked: int
) -> None:
    expected = True if known >= asked else None
    assert lies_within(village[:known], village[:asked]) is expected


def test_parts_of_each_wider_place() -> None:
    found = parts_by_place(["", "9901", "990101003", "990101004"])
    towns = ("990101003", "990101004")
    assert found == {"99": ("9901", *towns), "9901": towns, "990101": towns}


@pytest.mark.parametrize(
    ("division", "meant"),
    [
        ("990101", "990101"),
        ("990101000", "990101"),
        ("990101000000", "990101"),
        ("990101001", "990101001"),
        ("990101001000", "990101001"),
        ("990101001001", "990101001001"),
        # Only a part that is nothing but zeros fills up.
        ("990101010", "990101010"),
        ("990101100", "990101100"),
        ("990101001100", "990101001100"),
        ("990110", "990110"),
        ("991000", "9910"),
        ("901000", "9010"),
        # Zeros in the middle fill nothing up: a village that lies in no township of its county.
        ("990101000001", "990101000001"),
        # A city without counties: its townships follow upon zeros in the place of the county.
        ("990100", "9901"),
        ("990100003", "990100003"),
        ("990100003000", "990100003"),
        ("990100000", "9901"),
        ("990000", "99"),
        ("990000000000", "99"),
        ("9900", "99"),
        ("100000", "10"),
        ("00", "00"),
        ("", ""),
    ],
)
def test_zeros_that_fill_up_a_code_are_cut_off(division: str, meant: str) -> None:
    assert without_zeros(division) == meant


@given(st.from_regex(r"[1-9][0-9](0[01]){2}(00[01]){2}", fullmatch=True), st.sampled_from(LENGTHS))
def test_code_lies_where_it_lies_without_its_zeros(village: str, known: int) -> None:
    place = village[:known]
    cut = without_zeros(place)
    assert without_zeros(cut) == cut
    assert cut.ljust(known, "0") == place
    assert cut == place or lies_within(place, cut) is True
    assert all(without_zeros(cut.ljust(longer, "0")) == cut for longer in LENGTHS if longer > known)
