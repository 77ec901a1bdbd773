from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetbenefits.model.divisions import LENGTHS, lies_within, parts_by_place, wider

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
