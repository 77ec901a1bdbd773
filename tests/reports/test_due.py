from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.reports.decided_batches import FIRM_RATE, RATES_USED, WEAK_RATE, batch, record
from vetbenefits.model.facts import Text, Vocabulary
from vetbenefits.model.rulebook import RuleBook
from vetbenefits.output.console import show_report
from vetbenefits.reports.due import DueFacts, build_due_report
from vetbenefits.reports.report import Provenance, RowCounts, Source
from vetbenefits.reports.summary import summary_table
from vetbenefits.reports.tally import Tally
from vetbenefits.reports.wording import Wording

if TYPE_CHECKING:
    from vetbenefits.engine.records import Decided
    from vetbenefits.engine.records import Decided as Batch
    from vetbenefits.reports.report import Report

EN, ZH = Wording("en"), Wording("zh")


def facts() -> DueFacts:
    known = Provenance(
        as_of=date(2026, 11, 22),
        program="1.2.3",
        rules=Source("rules", "ab" * 32),
        roster=Source("roster.csv", "cd" * 32),
    )
    return DueFacts(book(), known, RowCounts(read=10, decided=8, set_aside=2, total_rows=1))


def book() -> RuleBook:
    from types import SimpleNamespace

    titles = {"aid": Text("医疗补助", "Medical aid"), "subsidy": Text("老年补助", "Subsidy")}
    benefits = tuple(
        SimpleNamespace(id=one, title=title, variants=()) for one, title in titles.items()
    )
    return RuleBook(Vocabulary({}), benefits)  # type: ignore[arg-type]  # only id and title are read


def tally(*batches: Decided) -> Tally:
    taken = Tally()
    for one in batches:
        taken.take(one.records, one.rates_used)
    return taken


TWO_BATCHES = (
    batch(
        record(2, "subsidy", "due", amount_fen=200_00, standing="new"),
        record(3, "subsidy", "due", amount_fen=229_33, standing="continuing", provisional=True),
        record(
            4, "subsidy", "undetermined", missing="birth_date;draws_pension", at_stake_fen=90_00
        ),
        rates=(WEAK_RATE, FIRM_RATE),
    ),
    batch(
        record(5, "subsidy", "not_due", unmet="alive", standing="stop"),
        record(6, "subsidy", "due", amount_fen=100_00, division="990101002"),
        record(7, "subsidy", "undetermined", missing="draws_pension", at_stake_fen=300_00),
        record(8, "subsidy", "undetermined", missing="conscript_until"),
        record(9, "subsidy", "undetermined", missing="draws_pension", division=None),
        rates=(WEAK_RATE,),
    ),
)


def shown(report: Report, say: Wording) -> str:
    stream = io.StringIO()
    show_report(report, stream, say)
    return stream.getvalue()


@pytest.mark.parametrize("say", [EN, ZH], ids=["en", "zh"])
def test_report_reads_like_this(say: Wording, snapshot: object) -> None:
    report = build_due_report(tally(*TWO_BATCHES), facts(), say, people=True)
    snapshot(shown(report, say))  # type: ignore[operator]  # the fixture of conftest


def test_one_batch_and_many_give_the_same_report() -> None:

    def single() -> Batch:
        records = [row for one in TWO_BATCHES for row in one.records.to_dicts()]
        return batch(*records, rates=(WEAK_RATE, FIRM_RATE))

    whole = build_due_report(tally(single()), facts(), EN, people=True)
    assert whole == build_due_report(tally(*TWO_BATCHES), facts(), EN, people=True)


def test_sums_by_benefit() -> None:
    (row,) = summary_table(tally(*TWO_BATCHES), "benefit").to_dicts()
    assert row == {
        "benefit": "subsidy",
        "per": "month",
        "people": 3,
        "records": 3,
        "amount_fen": 529_33,
        "month_people": 3,
        "month_fen": 529_33,
        "provisional": 1,
        "new": 1,
        "continuing": 1,
        "ending": 0,
        "stop": 1,
        "undetermined": 4,
    }


def test_whom_the_month_pays_is_summed_whatever_is_due_on_the_day() -> None:
    paid = {"month_fen": 100_00, "pays": "regular", "first_month": 24288}
    records = [
        record(2, "subsidy", "due", amount_fen=100_00, standing="new"),
        record(3, "subsidy", "due", amount_fen=100_00, standing="new", month_fen=0, pays="nothing"),
        record(4, "subsidy", "not_due", unmet="alive", standing="ending", **paid),
        record(5, "subsidy", "not_due", unmet="of_age", standing="new", **paid),
    ]
    (row,) = summary_table(tally(batch(*records)), "benefit").to_dicts()
    assert (row["people"], row["amount_fen"]) == (2, 200_00)
    assert (row["month_people"], row["month_fen"]) == (3, 300_00)
    assert (row["new"], row["ending"]) == (3, 1)
    report = build_due_report(tally(batch(*records)), facts(), EN, people=True)
    told = shown(report, EN)
    assert "Not due on the day, but paid this month: 2" in told
    assert "Not due, and not drawn now" not in told


def test_benefit_without_anybody_due_is_summed_too() -> None:
    only = batch(record(2, "subsidy", "undetermined", missing="birth_date"))
    (row,) = summary_table(tally(only), "benefit").to_dicts()
    assert (row["people"], row["amount_fen"], row["undetermined"], row["per"]) == (0, 0, 1, "")


def test_bills_of_one_person_are_one_person() -> None:
    bills = [
        record(2, "aid", "due", amount_fen=50_00, per="bill", bill_id=f"B{number}")
        for number in range(3)
    ]
    (row,) = summary_table(tally(batch(*bills)), "benefit").to_dicts()
    assert (row["people"], row["records"], row["amount_fen"]) == (1, 3, 150_00)


def test_most_money_at_stake_comes_first() -> None:
    undetermined = tally(*TWO_BATCHES).undetermined
    assert undetermined is not None
    assert undetermined["row"].to_list() == [7, 4, 8, 9]


def test_lists_show_fifty_and_count_all() -> None:
    many = [record(row, "subsidy", "due", amount_fen=1) for row in range(2, 122)]
    report = build_due_report(tally(batch(*many[:70]), batch(*many[70:])), facts(), EN, people=True)
    due = report.sections[0]
    assert len(due.rows) == 50
    assert due.total_rows == 120
    assert "the first 50 of 120" in shown(report, EN)


def test_only_weak_rates_are_named() -> None:
    text = shown(build_due_report(tally(*TWO_BATCHES), facts(), EN, people=False), EN)
    assert "per_year (C, W9)" in text
    assert "W4" not in text


def test_nobody_is_shown_without_people() -> None:
    report = build_due_report(tally(*TWO_BATCHES), facts(), EN, people=False)
    assert "P002" not in shown(report, EN)


def test_id_numbers_are_masked() -> None:
    text = shown(build_due_report(tally(*TWO_BATCHES), facts(), EN, people=True), EN)
    assert "99010119630115001X" not in text
    assert "990101********001X" in text


def test_name_cannot_steer_the_terminal() -> None:
    evil = record(2, "subsidy", "due", amount_fen=1, name="\x1b[2J王[red]")
    text = shown(build_due_report(tally(batch(evil)), facts(), EN, people=True), EN)
    assert "\x1b" not in text
    assert "王[red]" in text


def test_rates_of_two_places_that_begin_on_one_day_have_one_order() -> None:
    day = date(2026, 1, 1)
    rows = [("gift", "rate", "H", source, day) for source in "edcba"]
    orders = []
    for given in (rows, rows[::-1]):
        taken = Tally()
        taken.rates = [pl.DataFrame(given, schema=RATES_USED, orient="row")]
        orders.append(taken.rates_used()["source"].to_list())
    assert orders == [list("abcde")] * 2
