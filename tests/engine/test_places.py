"""Places and what stands for them: no question tells the two apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.vocabulary import DIVISIONS
from vetbenefits.engine.places import Places
from vetbenefits.model.divisions import lies_within

KNOWN = st.frozensets(st.sampled_from(("", *DIVISIONS)))
ASKED = st.one_of(st.sampled_from(DIVISIONS), st.from_regex(r"99010[1-3]00[34]", fullmatch=True))


def test_place_is_cut_to_the_smallest_division_that_it_lies_in() -> None:
    places = Places(frozenset({"", "99", "990101"}))
    cut = [places.stand_in(place) for place in ("990101", "990101003", "990102", "990201", "11")]
    assert cut == ["990101*", "990101*", "99*", "99*", ""]


def test_place_with_smaller_parts_stands_for_itself() -> None:
    places = Places(frozenset({"99", "990101", "990101003"}))
    asked = ["99", "9901", "990101", "990101003", "990101004", "990101003001"]
    stand_ins = ["99", "9901", "990101", "990101003*", "990101*", "990101003*"]
    assert [places.stand_in(place) for place in asked] == stand_ins
    assert places.stand_ins == ("", "99", "99*", "9901", "990101", "990101*", "990101003*")


@given(KNOWN, ASKED)
def test_stand_in_lies_in_the_same_divisions(known: frozenset[str], place: str) -> None:
    places = Places(known)
    stand_in = places.stand_in(place)
    assert stand_in in places.stand_ins
    assert all(lies_within(stand_in, one) is lies_within(place, one) for one in known)


@given(KNOWN, ASKED)
def test_stand_in_stands_for_itself(known: frozenset[str], place: str) -> None:
    places = Places(known)
    assert places.stand_in(places.stand_in(place)) == places.stand_in(place)
