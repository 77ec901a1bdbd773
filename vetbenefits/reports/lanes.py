"""One person's spans over a window, benefit by benefit, with what the months pay for them.

A lane is one benefit's spans, cut at the window. Nothing is decided here, and no words are chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from vetbenefits.dates import FIRST_ON, PER_MONTH, add_days, pack, unpack
from vetbenefits.model import tables
from vetbenefits.reports.changes import kind_of_change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from vetbenefits.reports.explanation import Identity
    from vetbenefits.reports.report import Provenance

NOT_DUE, DUE, UNDETERMINED = tables.OUTCOMES
_TAIL = "tail"


@dataclass(frozen=True, slots=True)
class Edge:
    """What changes on a day: the kind of change and its causes.

    `change` is empty where only a remark changes, as when an amount becomes provisional.
    `unmet_before` and `unmet_after` are the conditions not met on either side, joined by `;`.
    """

    on: date
    change: str
    cause: str
    unmet_before: str
    unmet_after: str


@dataclass(frozen=True, slots=True)
class Paid:
    """What the months pay for a span; months are `YYYY-MM`, both inside."""

    first_month: str
    last_month: str
    payments: int
    sum_fen: int


@dataclass(frozen=True, slots=True)
class LaneSpan:
    """Days from one until another (exclusive) on which a benefit is decided alike.

    `begun` and `ended` are what changes at both ends; None where the window cuts the span. `unmet`
    and `missing` are joined by `;`.
    """

    from_on: date
    until_on: date
    outcome: str
    amount_fen: int | None
    per: str | None
    provisional: bool
    unmet: str
    missing: str
    begun: Edge | None = None
    ended: Edge | None = None
    paid: Paid | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """The spans of one benefit; they fill the window."""

    benefit: str
    spans: tuple[LaneSpan, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """The days that are shown, from one until another (exclusive).

    `is_asked`: the first day was asked for; else it is that of the first entitlement.
    """

    from_on: date
    until_on: date
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class PersonTimeline:
    """One person's lanes over the days shown, and what these rest on.

    `before` are undetermined days that lie before the days shown. `never` are benefits of which
    nothing can become due on any of the days shown, `per_bill` those that no span can be told of.
    """

    identity: Identity
    provenance: Provenance
    shown: Shown
    lanes: tuple[Lane, ...]
    before: tuple[Lane, ...] = ()
    never: tuple[str, ...] = ()
    per_bill: tuple[str, ...] = ()


def first_shown(spans: pl.DataFrame, until_on: date, born_on: date | None) -> date:
    """Return the day from which one person's spans are worth showing.

    It is the first on which anything is due, or cannot be told of a benefit that becomes due. Where
    nothing does, it is the first on which anything cannot be told, and else the day of birth.

    Args:
        spans: SPANS of one person.
        until_on: the day after the last.
        born_on: the day of birth; nothing is shown before it.
    """
    floor = born_on or FIRST_ON
    open_spans = spans.filter(pl.col("outcome") != NOT_DUE, pl.col("until_on") > pack(floor))
    due = open_spans.filter(pl.col("outcome") == DUE)["benefit"].unique()
    of_due = open_spans.filter(pl.col("benefit").is_in(due.implode()))
    chosen = open_spans if of_due.is_empty() else of_due
    if chosen.is_empty():
        return min(floor, add_days(until_on, -1))
    return max(floor, unpack(min(chosen["from_on"])))


def lanes_of(spans: pl.DataFrame, months: pl.DataFrame, shown: Shown) -> tuple[Lane, ...]:
    """Return the lanes of one person on which not all is `not_due` within the days shown.

    Args:
        spans: SPANS of one person, over the days shown and any before them.
        months: MONTHS of the same window.
        shown: the days shown.
    """
    return tuple(
        lane
        for benefit, edged in _by_benefit(spans)
        if (lane := _lane(benefit, edged, months.filter(benefit=benefit), shown)) is not None
    )


def undetermined_before(
    spans: pl.DataFrame, born_on: date | None, shown: Shown
) -> tuple[Lane, ...]:
    """Return the undetermined spans since birth and before the days shown."""
    before = Shown(born_on or FIRST_ON, shown.from_on)
    if not before.from_on < before.until_on:
        return ()
    lanes = []
    for benefit, edged in _by_benefit(spans):
        cut = [one for one in _cut(edged, before) if one.outcome == UNDETERMINED]
        if cut:
            lanes.append(Lane(benefit, tuple(cut)))
    return tuple(lanes)


def _by_benefit(spans: pl.DataFrame) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the spans of each benefit, each with the change and the cause at both of its ends."""
    told = spans.with_columns(
        pl.col("outcome").shift().over("benefit").alias("from_outcome"),
        pl.col("amount_fen").shift().over("benefit").alias("from_amount_fen"),
        pl.col("outcome").alias("to_outcome"),
        pl.col("amount_fen").alias("to_amount_fen"),
        pl.col("cause").shift().over("benefit").alias("began_by"),
        pl.col("unmet").shift().over("benefit").alias("unmet_before"),
        pl.col("unmet").shift(-1).over("benefit").alias("unmet_after"),
    ).with_columns(kind_of_change().fill_null("").alias("begins_as"))
    ends = told.with_columns(pl.col("begins_as").shift(-1).over("benefit").alias("ends_as"))
    for (benefit,), rows in ends.group_by("benefit", maintain_order=True):
        yield str(benefit), rows.to_dicts()


def _lane(
    benefit: str, edged: Iterable[Mapping[str, Any]], months: pl.DataFrame, shown: Shown
) -> Lane | None:
    spans = list(_cut(edged, shown))
    if all(one.outcome == NOT_DUE for one in spans):
        return None
    paid = _paid_by_span(spans, months, shown)
    told = (
        LaneSpan(
            one.from_on,
            one.until_on,
            one.outcome,
            one.amount_fen,
            one.per,
            one.provisional,
            one.unmet,
            one.missing,
            one.begun,
            one.ended,
            paid.get(place),
        )
        for place, one in enumerate(spans)
    )
    return Lane(benefit, tuple(told))


def _cut(edged: Iterable[Mapping[str, Any]], shown: Shown) -> Iterator[LaneSpan]:
    """Yield the spans that have days among those shown, cut at both ends."""
    for row in edged:
        from_on, until_on = unpack(row["from_on"]), unpack(row["until_on"])
        if from_on >= shown.until_on or until_on <= shown.from_on:
            continue
        begun = row["began_by"] and from_on >= shown.from_on
        ended = row["cause"] and until_on < shown.until_on
        yield LaneSpan(
            max(from_on, shown.from_on),
            min(until_on, shown.until_on),
            row["outcome"],
            row["amount_fen"],
            row["per"],
            row["provisional"],
            row["unmet"],
            row["missing"],
            _edge(from_on, row, "begins_as", "began_by", ("unmet_before", "unmet"))
            if begun
            else None,
            _edge(until_on, row, "ends_as", "cause", ("unmet", "unmet_after")) if ended else None,
        )


def _edge(
    on: date, row: Mapping[str, Any], change: str, cause: str, unmet: tuple[str, str]
) -> Edge:
    before, after = unmet
    return Edge(on, row[change], row[cause], row[before], row[after])


def _paid_by_span(spans: list[LaneSpan], months: pl.DataFrame, shown: Shown) -> dict[int, Paid]:
    """Return what is paid for each span, by its place.

    A month counts for the last due span that has begun by its end; a month to which a start reaches
    back, for the first. What is paid for days before those shown is left out.
    """
    firsts = {
        place: pack(one.from_on) // PER_MONTH
        for place, one in enumerate(spans)
        if one.outcome == DUE
    }
    floor = pack(shown.from_on) // PER_MONTH if shown.is_asked else 0
    of_span: dict[int, list[tuple[int, int]]] = {}
    for month, pays, fen in months.select("month", "pays", "due_fen").iter_rows():
        begun = [place for place, first in firsts.items() if first <= month]
        reaches_back = bool(firsts) and pays != _TAIL
        if month >= floor and (begun or reaches_back):
            place = begun[-1] if begun else min(firsts)
            of_span.setdefault(place, []).append((month, fen))
    return {
        place: Paid(
            _month_text(paid[0][0]),
            _month_text(paid[-1][0]),
            len(paid),
            sum(fen for _, fen in paid),
        )
        for place, paid in of_span.items()
    }


def _month_text(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}"
