"""One person's lanes: where they begin, how the window cuts them, which span a month counts for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from vetbenefits.dates import pack
from vetbenefits.engine.timeline import SPANS
from vetbenefits.reports.lanes import (
    Edge,
    Paid,
    Shown,
    first_shown,
    lanes_of,
    undetermined_before,
)

if TYPE_CHECKING:
    from vetbenefits.reports.lanes import Lane

FIRST, LAST = date(1850, 1, 1), date(2030, 1, 1)
BORN = date(1960, 5, 17)
MONTHS = {"benefit": pl.String, "month": pl.Int32, "pays": pl.String, "due_fen": pl.Int64}

Days = list[tuple[date, str, int | None, str]]


def spans(**benefits: Days) -> pl.DataFrame:
    """Return spans from days on which a benefit becomes an outcome, with an amount and a cause."""
    rows: list[dict[str, Any]] = []
    for benefit, days in benefits.items():
        ends = [day for day, *_ in days[1:]] + [LAST]
        causes = [cause for *_, cause in days[1:]] + [""]
        for (day, outcome, fen, _), until, cause in zip(days, ends, causes, strict=True):
            rows.append(
                {
                    "row": 2,
                    "benefit": benefit,
                    "from_on": pack(day),
                    "until_on": pack(until),
                    "outcome": outcome,
                    "amount_fen": fen,
                    "per": "month" if outcome == "due" else None,
                    "provisional": False,
                    "missing": "grade" if outcome == "undetermined" else "",
                    "unmet": "of_age" if outcome == "not_due" else "",
                    "cause": cause,
                }
            )
    return pl.DataFrame(rows, schema=SPANS)


def months(*paid: tuple[int, int, str, int]) -> pl.DataFrame:
    """Return months of the benefit `aid`: year, month, what for, fen."""
    rows = [("aid", year * 12 + month - 1, pays, fen) for year, month, pays, fen in paid]
    return pl.DataFrame(rows, schema=MONTHS, orient="row")


AID: Days = [
    (FIRST, "not_due", None, ""),
    (date(2020, 5, 17), "due", 10000, "of_age"),
    (date(2021, 8, 1), "due", 12000, "rate.standard"),
    (date(2025, 3, 9), "not_due", None, "alive"),
]
OTHER: Days = [(FIRST, "undetermined", None, ""), (date(1988, 2, 1), "not_due", None, "serving")]


def test_first_entitlement_comes_before_what_was_never_due() -> None:
    assert first_shown(spans(aid=AID, other=OTHER), LAST, BORN) == date(2020, 5, 17)


def test_days_that_lead_to_an_entitlement_and_cannot_be_told_are_shown() -> None:
    unclear: Days = [AID[0], (date(2019, 1, 1), "undetermined", None, "of_age"), *AID[1:]]
    assert first_shown(spans(aid=unclear), LAST, BORN) == date(2019, 1, 1)


def test_nothing_is_shown_before_birth() -> None:
    assert first_shown(spans(other=OTHER), LAST, BORN) == BORN
    assert first_shown(spans(other=OTHER), LAST, None) == FIRST
    # What was open until the day of birth was open on no day of this life.
    born_later = date(1988, 2, 1)
    again: Days = [*OTHER, (date(1999, 1, 1), "undetermined", None, "serving")]
    assert first_shown(spans(other=again), LAST, born_later) == date(1999, 1, 1)
    assert first_shown(spans(other=again), LAST, date(1988, 1, 31)) == date(1988, 1, 31)


def test_where_nothing_ever_is_due_the_whole_life_is_shown() -> None:
    never: Days = [(FIRST, "not_due", None, "")]
    assert first_shown(spans(aid=never), LAST, BORN) == BORN
    assert first_shown(pl.DataFrame(schema=SPANS), LAST, None) == FIRST


def lane_of(shown: Shown, paid: pl.DataFrame | None = None) -> Lane:
    (lane,) = lanes_of(spans(aid=AID), months() if paid is None else paid, shown)
    return lane


def test_a_lane_fills_the_days_shown_and_knows_what_changes_at_its_edges() -> None:
    lane = lane_of(Shown(date(2020, 5, 17), LAST))
    days = [(one.from_on, one.until_on) for one in lane.spans]
    assert days == [
        (date(2020, 5, 17), date(2021, 8, 1)),
        (date(2021, 8, 1), date(2025, 3, 9)),
        (date(2025, 3, 9), LAST),
    ]
    first, second, third = lane.spans
    assert first.begun == Edge(date(2020, 5, 17), "begins", "of_age", "of_age", "")
    assert first.ended == second.begun == Edge(date(2021, 8, 1), "rises", "rate.standard", "", "")
    assert second.ended == third.begun == Edge(date(2025, 3, 9), "ends", "alive", "", "of_age")
    assert third.ended is None


@pytest.mark.parametrize(
    ("from_on", "is_begun"), [(date(2020, 5, 17), True), (date(2020, 5, 18), False)]
)
def test_a_span_cut_by_the_first_day_has_no_edge_there(from_on: date, *, is_begun: bool) -> None:
    lane = lane_of(Shown(from_on, LAST, is_asked=True))
    assert lane.spans[0].from_on == from_on
    assert (lane.spans[0].begun is not None) is is_begun


@pytest.mark.parametrize(
    ("until_on", "count"), [(date(2021, 8, 1), 1), (date(2021, 8, 2), 2), (date(2020, 5, 18), 1)]
)
def test_the_last_day_is_outside(until_on: date, count: int) -> None:
    lane = lane_of(Shown(date(2020, 5, 17), until_on))
    assert len(lane.spans) == count
    assert lane.spans[-1].until_on == until_on
    assert lane.spans[-1].ended is None


def test_a_benefit_that_is_not_due_on_any_day_shown_has_no_lane() -> None:
    assert lanes_of(spans(aid=AID), months(), Shown(date(2025, 3, 9), LAST)) == ()
    assert lanes_of(spans(aid=AID), months(), Shown(date(2025, 3, 8), LAST)) != ()


PAID = months(
    (2020, 1, "regular", 1),  # a start that reaches back over the year
    (2020, 5, "regular", 10),
    (2021, 7, "regular", 100),
    (2021, 8, "regular", 1000),
    (2025, 3, "regular", 10000),
    (2025, 9, "tail", 100000),
)


def test_months_count_for_the_span_that_has_begun_by_their_end() -> None:
    first, second, third = lane_of(Shown(date(2020, 5, 17), LAST), PAID).spans
    assert first.paid == Paid("2020-01", "2021-07", 3, 111)
    assert second.paid == Paid("2021-08", "2025-09", 3, 111000)
    assert third.paid is None


def test_months_before_a_day_that_was_asked_for_are_left_out() -> None:
    shown = Shown(date(2021, 7, 31), LAST, is_asked=True)
    first, second, _ = lane_of(shown, PAID).spans
    assert first.paid == Paid("2021-07", "2021-07", 1, 100)
    assert second.paid is not None
    later, _ = lane_of(Shown(date(2021, 8, 1), LAST, is_asked=True), PAID).spans
    assert later.paid == Paid("2021-08", "2025-09", 3, 111000)


def test_a_tail_of_earlier_days_does_not_count_for_later_ones() -> None:
    again: Days = [*AID, (date(2026, 1, 1), "due", 500, "of_age")]
    paid = months((2025, 9, "tail", 100000), (2026, 1, "regular", 500))
    shown = Shown(date(2025, 6, 1), LAST, is_asked=True)
    (lane,) = lanes_of(spans(aid=again), paid, shown)
    assert [one.paid for one in lane.spans] == [None, Paid("2026-01", "2026-01", 1, 500)]


def test_undetermined_days_before_those_shown_are_told() -> None:
    found = undetermined_before(spans(aid=AID, other=OTHER), BORN, Shown(date(2020, 5, 17), LAST))
    told = [
        (lane.benefit, one.from_on, one.until_on, one.missing)
        for lane in found
        for one in lane.spans
    ]
    assert told == [("other", BORN, date(1988, 2, 1), "grade")]
    assert undetermined_before(spans(other=OTHER), BORN, Shown(BORN, LAST)) == ()
