"""What kind of change lies between two spans, and which changes are told once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from vetbenefits.dates import pack
from vetbenefits.engine.timeline import SPANS
from vetbenefits.reports.changes import (
    CHANGE_COLUMNS,
    CHANGES,
    always_open,
    changes_of,
    contract_changes,
    in_divisions,
    in_order_of_days,
    not_yet_told,
    told_once,
    with_first_months,
    with_last_day_to_apply,
)
from vetbenefits.reports.records import RecordForm

if TYPE_CHECKING:
    from collections.abc import Sequence

JAN, FEB, MARCH, LATER = (date(2026, month, 1) for month in (1, 2, 3, 4))
NOT_DUE = ("not_due", None)
OPEN = ("undetermined", None)


def spans(*rows: tuple[int, str, date, date, tuple[str, int | None], str]) -> pl.DataFrame:
    """Return spans; a row is a roster row, a benefit, two days, outcome with fen, and a cause."""
    made: list[dict[str, Any]] = [
        {
            "row": row,
            "benefit": benefit,
            "from_on": pack(from_on),
            "until_on": pack(until_on),
            "outcome": outcome,
            "amount_fen": fen,
            "per": "month" if fen is not None else None,
            "provisional": False,
            "missing": "birth_date" if outcome == "undetermined" else "",
            "unmet": "",
            "cause": cause,
        }
        for row, benefit, from_on, until_on, (outcome, fen), cause in rows
    ]
    return pl.DataFrame(made, schema=SPANS)


def people(*rows: int, division: str | None = "990101001001") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "row": list(rows),
            "person_id": [f"p{row}" for row in rows],
            "name": ["例"] * len(rows),
            "id_number": [None] * len(rows),
            "division": [division] * len(rows),
        },
        schema_overrides={"row": pl.Int64, "id_number": pl.String, "division": pl.String},
    )


def between(
    before: tuple[str, int | None], after: tuple[str, int | None], cause: str = "of_age"
) -> pl.DataFrame:
    """Return the changes of one person from one answer to another on 1 February."""
    two = spans((2, "subsidy", JAN, FEB, before, cause), (2, "subsidy", FEB, MARCH, after, ""))
    return changes_of(two, people(2), {"subsidy": ()})


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (NOT_DUE, ("due", 100), "begins"),
        (("due", 100), NOT_DUE, "ends"),
        (("due", 100), ("due", 101), "rises"),
        (("due", 101), ("due", 100), "falls"),
        (NOT_DUE, OPEN, "becomes_undetermined"),
        (("due", 100), OPEN, "becomes_undetermined"),
        (OPEN, NOT_DUE, "becomes_known"),
        (OPEN, ("due", 100), "becomes_known"),
    ],
)
def test_kind_of_change(
    before: tuple[str, int | None], after: tuple[str, int | None], kind: str
) -> None:
    (found,) = between(before, after).iter_rows(named=True)
    assert found["change"] == kind
    assert (found["from_outcome"], found["from_amount_fen"]) == before
    assert (found["to_outcome"], found["to_amount_fen"]) == after
    assert (found["on"], found["cause"], found["person_id"]) == (FEB, "of_age", "p2")


@pytest.mark.parametrize("both", [NOT_DUE, OPEN, ("due", 100)])
def test_what_stays_the_same_is_no_change(both: tuple[str, int | None]) -> None:
    assert between(both, both).is_empty()


def test_spans_of_others_are_no_neighbours() -> None:
    rows: Sequence[Any] = (
        (2, "a", JAN, MARCH, NOT_DUE, ""),
        (2, "b", JAN, MARCH, ("due", 100), ""),
        (3, "b", JAN, MARCH, NOT_DUE, ""),
    )
    found = changes_of(spans(*rows), people(2, 3), {"a": (), "b": ()})
    assert found.is_empty()
    assert found.schema == pl.Schema(CHANGES)


def test_changes_stand_in_order_of_day_then_row_then_benefit() -> None:
    rows: Sequence[Any] = (
        (2, "a", JAN, MARCH, NOT_DUE, "x"),
        (2, "a", MARCH, LATER, ("due", 1), ""),
        (2, "b", JAN, FEB, NOT_DUE, "x"),
        (2, "b", FEB, LATER, ("due", 1), ""),
        (3, "a", JAN, FEB, NOT_DUE, "x"),
        (3, "a", FEB, LATER, ("due", 1), ""),
    )
    found = in_order_of_days(changes_of(spans(*rows), people(2, 3), {"a": (), "b": ()}))
    told = found.select("on", "row", "benefit").rows()
    assert told == [(FEB, 2, "b"), (FEB, 3, "a"), (MARCH, 2, "a")]


@pytest.mark.parametrize(
    ("cause", "is_shared"),
    [
        ("rate.per_year", True),
        ("in_force", True),
        ("overlay;rate.per_year", True),
        ("of_age", False),
        ("of_age;rate.per_year", False),
        ("rate.per_year;birth_date", False),
    ],
)
def test_only_what_the_rules_do_alone_on_a_day_of_theirs_is_shared(
    cause: str,
    is_shared: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    two = spans(
        (2, "subsidy", JAN, FEB, ("due", 100), cause), (2, "subsidy", FEB, MARCH, ("due", 120), "")
    )
    on_their_day = changes_of(two, people(2), {"subsidy": (pack(FEB),)})
    assert on_their_day["is_shared"].to_list() == [is_shared]
    # A rate that answers otherwise on a day of the person's own is no change of the rules.
    on_another = changes_of(two, people(2), {"subsidy": (pack(MARCH),), "other": (pack(FEB),)})
    assert on_another["is_shared"].to_list() == [False]


def test_what_rules_change_is_told_once_with_people_and_money() -> None:
    rows = [
        part
        for row, fen in ((2, 100), (3, 250))
        for part in (
            (row, "subsidy", JAN, FEB, ("due", fen), "rate.per_year"),
            (row, "subsidy", FEB, MARCH, ("due", fen + 20), ""),
        )
    ]
    found = told_once(changes_of(spans(*rows), people(2, 3), {"subsidy": (pack(FEB),)}))
    (once,) = found.iter_rows(named=True)
    assert (once["on"], once["change"], once["people"]) == (FEB, "rises", 2)
    assert (once["from_fen"], once["to_fen"]) == (350, 390)


@pytest.mark.parametrize(
    ("by", "on", "apply_by"),
    [
        ("before_month", date(2026, 3, 1), date(2026, 2, 28)),
        ("before_month", date(2026, 3, 31), date(2026, 2, 28)),
        ("before_month", date(2024, 3, 15), date(2024, 2, 29)),
        ("before_day", date(2026, 3, 1), date(2026, 2, 28)),
        ("before_day", date(2026, 3, 31), date(2026, 3, 30)),
        ("", date(2026, 3, 31), None),
    ],
)
def test_last_day_to_apply(by: str, on: date, apply_by: date | None) -> None:
    begun = between(NOT_DUE, ("due", 100)).with_columns(pl.lit(on).alias("on"))
    found = with_last_day_to_apply(begun, {"subsidy": by})
    assert found["apply_by"].to_list() == [apply_by]


def test_nobody_applies_for_what_ends_or_rises() -> None:
    for before, after in ((("due", 100), NOT_DUE), (("due", 100), ("due", 120)), (OPEN, NOT_DUE)):
        found = with_last_day_to_apply(between(before, after), {"subsidy": "before_month"})
        assert found["apply_by"].to_list() == [None]


def test_records_are_texts_of_the_contract() -> None:
    form = RecordForm({"subsidy": "Subsidy"}, JAN)
    found = contract_changes(between(NOT_DUE, ("due", 12345)), form)
    assert tuple(found.columns) == CHANGE_COLUMNS
    (record,) = found.iter_rows(named=True)
    assert (record["on"], record["to_amount"], record["from_amount"]) == (
        "2026-02-01",
        "123.45",
        None,
    )


def test_another_day_or_amount_is_news() -> None:
    told = between(NOT_DUE, ("due", 100))
    assert not_yet_told(told, told).to_list() == [False]
    dearer = between(NOT_DUE, ("due", 101))
    later = told.with_columns(pl.lit(date(2026, 2, 2)).alias("on"))
    assert not_yet_told(pl.concat([dearer, later]), told).to_list() == [True, True]


def test_people_are_told_apart_as_far_as_the_earlier_list_does() -> None:
    numbers = ["990101196603100016", "990101194403100016"]
    change = between(NOT_DUE, ("due", 100))
    first, second = (change.with_columns(pl.lit(one).alias("person_id")) for one in numbers)
    assert not_yet_told(second, first).to_list() == [True]
    masked = change.with_columns(pl.lit("990101********0016").alias("person_id"))
    assert not_yet_told(first, masked).to_list() == [False]


def test_people_of_a_division_are_those_known_to_lie_in_it() -> None:
    found = between(NOT_DUE, ("due", 100))
    places = ["990101001001", "990101002001", None]
    three = pl.concat(
        [found.with_columns(pl.lit(one, pl.String).alias("division")) for one in places]
    )
    assert in_divisions(three, ["990101001"])["division"].to_list() == places[:1]
    assert in_divisions(three, ["990101002", "990101001"]).height == 2
    assert in_divisions(three, ["990101000000"]).height == 2
    wide = three.with_columns(pl.lit("９９０１０１ 001001").alias("division"))
    assert in_divisions(wide, ["990101001"]).height == 3


def test_amounts_of_different_periods_are_compared_by_the_year() -> None:
    def kind(before: tuple[int, str], after: tuple[int, str]) -> list[str]:
        two = spans(
            (2, "subsidy", JAN, FEB, ("due", before[0]), "overlay"),
            (2, "subsidy", FEB, MARCH, ("due", after[0]), ""),
        ).with_columns(pl.Series("per", [before[1], after[1]]))
        return changes_of(two, people(2), {"subsidy": ()})["change"].to_list()

    assert kind((100, "month"), (100, "half_year")) == ["falls"]
    assert kind((100, "month"), (600, "half_year")) == []
    assert kind((100, "month"), (601, "half_year")) == ["rises"]
    assert kind((100, "month"), (1200, "year")) == []


def months(*paid: tuple[int, int, date, date], pays: str = "regular", row: int = 2) -> pl.DataFrame:
    """Return MONTHS of one person: year, month, first day of the run, day whose amount is paid."""
    rows = [
        (row, "subsidy", year * 12 + number - 1, pays, pack(run_from), pack(decided_on))
        for year, number, run_from, decided_on in paid
    ]
    schema = {
        "row": pl.Int64,
        "benefit": pl.String,
        "month": pl.Int32,
        "pays": pl.String,
        "run_from": pl.Int32,
        "decided_on": pl.Int32,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.mark.parametrize(
    ("before", "after", "paid", "first"),
    [
        (NOT_DUE, ("due", 100), [(2026, 2, FEB, FEB), (2026, 3, FEB, MARCH)], "2026-02"),
        (OPEN, ("due", 100), [(2026, 8, FEB, FEB)], "2026-08"),
        # A start of `this_year` reaches back: what is paid is the run of the day.
        (NOT_DUE, ("due", 100), [(2026, 1, FEB, JAN), (2026, 2, FEB, FEB)], "2026-01"),
        # Months of a run before or after are not those of this one.
        (NOT_DUE, ("due", 100), [(2026, 2, JAN, JAN), (2026, 5, LATER, LATER)], None),
        # Of a running run it is the first month whose amount is of the day or later.
        (("due", 90), ("due", 100), [(2026, 1, JAN, JAN), (2026, 2, JAN, FEB)], "2026-02"),
        (("due", 90), ("due", 100), [(2026, 7, JAN, JAN), (2027, 1, JAN, LATER)], "2027-01"),
        (("due", 90), ("due", 100), [(2026, 2, LATER, LATER)], None),
        (NOT_DUE, ("due", 100), [], None),
        (("due", 100), NOT_DUE, [(2026, 2, JAN, FEB)], None),
        (NOT_DUE, OPEN, [(2026, 2, FEB, FEB)], None),
    ],
)
def test_first_month_is_the_first_that_pays_what_is_new(
    before: tuple[str, int | None],
    after: tuple[str, int | None],
    paid: list[tuple[int, int, date, date]],
    first: str | None,
) -> None:
    found = with_first_months(between(before, after), months(*paid))
    assert found["first_month"].to_list() == [first]
    assert found.schema == pl.Schema(CHANGES)


def test_a_sum_paid_once_is_not_paid_again_when_it_rises() -> None:
    once = months((2026, 2, JAN, FEB), pays="once")
    assert with_first_months(between(("due", 1), ("due", 2)), once)["first_month"][0] is None
    begun = months((2026, 2, FEB, FEB), pays="once")
    assert with_first_months(between(NOT_DUE, ("due", 2)), begun)["first_month"][0] == "2026-02"


def test_each_run_of_a_window_has_a_first_month_of_its_own() -> None:
    first, second = date(2026, 2, 1), date(2026, 6, 1)
    rows: Sequence[Any] = (
        (2, "subsidy", date(2026, 1, 1), first, NOT_DUE, "x"),
        (2, "subsidy", first, date(2026, 4, 1), ("due", 1), "x"),
        (2, "subsidy", date(2026, 4, 1), second, NOT_DUE, "x"),
        (2, "subsidy", second, date(2026, 9, 1), ("due", 1), ""),
    )
    found = changes_of(spans(*rows), people(2), {"subsidy": ()})
    paid = months((2026, 2, first, first), (2026, 3, first, first), (2026, 7, second, second))
    assert with_first_months(found, paid)["first_month"].to_list() == ["2026-02", None, "2026-07"]


def test_only_who_is_open_from_the_first_day_to_the_last_is_always_open() -> None:
    rows: Sequence[Any] = (
        (2, "a", JAN, MARCH, OPEN, ""),
        (3, "a", JAN, FEB, OPEN, "x"),
        (3, "a", FEB, MARCH, ("due", 1), ""),
        (4, "a", JAN, MARCH, NOT_DUE, ""),
        (5, "a", JAN, MARCH, OPEN, ""),
    )
    assert always_open(spans(*rows)).rows() == [("a", "birth_date", 2)]
