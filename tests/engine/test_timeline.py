"""Spans against the interpreter on every single day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.daybyday import Span, spans
from tests.moving import people_around, turning_benefits, windows
from tests.people import roster
from tests.rulebooks import rule_book
from vetbenefits.dates import unpack
from vetbenefits.engine.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.engine.interpreter import Person
    from vetbenefits.engine.turning_days import Window
    from vetbenefits.model.rulebook import Benefit

PEOPLE = 10
FORTY_YEARS = 40 * 365 + 10
SEEDS = st.integers(0, 10**9)
REGIONS = st.sampled_from((None, None, "9901"))


def in_columns(
    benefit: Benefit, persons: Sequence[Person], window: Window, region: str | None
) -> list[list[Span]]:
    """Return the spans of each person as the columns tell them."""
    timeline = Timeline.of(
        rule_book([benefit]), from_on=window.from_on, until_on=window.until_on, region=region
    )
    found: list[list[Span]] = [[] for _ in persons]
    for row, _, from_on, until_on, *told, cause in timeline.spans(roster(persons)).rows():
        span = Span(unpack(from_on), unpack(until_on), tuple(told), cause)
        found[row - 2].append(span)
    return found


def check(benefit: Benefit, persons: Sequence[Person], window: Window, region: str | None) -> None:
    found = in_columns(benefit, persons, window, region)
    for person, spanned in zip(persons, found, strict=True):
        assert spanned == spans(benefit, person, window, region), f"{benefit}\n{person}"


@given(turning_benefits(), windows(30), SEEDS, REGIONS)
def test_spans_are_what_every_single_day_says(
    benefit: Benefit, window: Window, seed: int, region: str | None
) -> None:
    check(benefit, people_around(seed, PEOPLE, window, benefit), window, region)


@pytest.mark.nightly
@given(turning_benefits(), windows(FORTY_YEARS), SEEDS)
def test_spans_of_long_windows(benefit: Benefit, window: Window, seed: int) -> None:
    check(benefit, people_around(seed, 1, window, benefit), window, None)
