"""Spans against the interpreter on every single day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.daybyday import Span, spans
from tests.moving import long_windows, people_around, turning_benefits, windows
from tests.people import roster
from tests.rulebooks import rule_book
from vetbenefits.dates import unpack
from vetbenefits.engine.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.engine.interpreter import Person
    from vetbenefits.engine.turning_days import Window
    from vetbenefits.model.rulebook import Benefit

PEOPLE = 6
SEEDS = st.integers(0, 10**9)
PAIRS = st.tuples(turning_benefits("alpha"), turning_benefits("beta"))
REGIONS = st.sampled_from((None, None, "9901"))


def in_columns(
    benefits: Sequence[Benefit],
    persons: Sequence[Person],
    window: Window,
    region: str | None,
    *,
    show_all: bool,
) -> dict[tuple[int, str], list[Span]]:
    """Return the spans of each person and benefit as the columns tell them."""
    timeline = Timeline.of(
        rule_book(benefits), from_on=window.from_on, until_on=window.until_on, region=region
    )
    batch = roster(persons)
    # Columns of other facts are not asked for.
    needed = [name for name in batch.columns if name.split("!")[0] in {"row", *timeline.needed}]
    found: dict[tuple[int, str], list[Span]] = {}
    told = timeline.spans(batch.select(needed), show_all=show_all)
    for row, benefit, from_on, until_on, *said, cause in told.rows():
        span = Span(unpack(from_on), unpack(until_on), tuple(said), cause)
        found.setdefault((row - 2, benefit), []).append(span)
    return found


def check(
    benefits: Sequence[Benefit],
    persons: Sequence[Person],
    window: Window,
    region: str | None = None,
    *,
    show_all: bool = False,
) -> None:
    found = in_columns(benefits, persons, window, region, show_all=show_all)
    for at, person in enumerate(persons):
        for benefit in benefits:
            expected = spans(benefit, person, window, region, show_all=show_all)
            assert found.get((at, benefit.id), []) == expected, f"{benefit}\n{person}"


@given(PAIRS, windows(30), SEEDS, REGIONS, st.booleans())
def test_spans_are_what_every_single_day_says(
    benefits: tuple[Benefit, ...],
    window: Window,
    seed: int,
    region: str | None,
    show_all: bool,  # noqa: FBT001  drawn
) -> None:
    persons = people_around(seed, PEOPLE, window, benefits)
    check(benefits, persons, window, region, show_all=show_all)


@pytest.mark.nightly
@given(PAIRS, long_windows(), SEEDS)
def test_spans_of_long_windows(benefits: tuple[Benefit, ...], window: Window, seed: int) -> None:
    check(benefits, people_around(seed, 1, window, benefits), window)
