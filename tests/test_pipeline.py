"""One run: no row vanishes, however the roster is cut into batches; each bill finds its person."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from vetbenefits.intake.roster import open_roster
from vetbenefits.pipeline import opening
from vetbenefits.pipeline.checking import run_check
from vetbenefits.pipeline.explaining import explain_person
from vetbenefits.pipeline.opening import CheckRequest, open_rulebook
from vetbenefits.problems import InvalidInput
from vetbenefits.reports.wording import Wording

if TYPE_CHECKING:
    from vetbenefits.model.rulebook import RuleBook
    from vetbenefits.pipeline.checking import CheckRun
    from vetbenefits.reports.explanation import Explanation

ROOT = Path(__file__).resolve().parent.parent
ROSTER = ROOT / "examples" / "roster.csv"
BILLS = ROOT / "examples" / "bills.csv"
DAY = date(2026, 11, 22)


class Kept:
    """Keeps everything that a run hands on."""

    def __init__(self) -> None:
        self.batches: list[pl.DataFrame] = []
        self.set_aside: list[tuple[str, int]] = []
        self.columns: list[str] = []
        self.reasons: list[str] = []

    def take(self, records: pl.DataFrame, _rates_used: pl.DataFrame) -> None:
        self.batches.append(records)

    def take_set_aside(self, file: str, rows: pl.DataFrame) -> None:
        self.set_aside += [(Path(file).name, row) for row in rows["row"]]
        self.columns += rows["column"].to_list()
        self.reasons += rows["reason"].to_list()

    @property
    def records(self) -> pl.DataFrame:
        return pl.concat(self.batches)


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return open_rulebook(ROOT / "rules")


def run(book: RuleBook, **changes: object) -> tuple[Kept, CheckRun]:
    kept = Kept()
    request = CheckRequest(**{"roster": ROSTER, "as_of": DAY, **changes})  # type: ignore[arg-type]
    return kept, run_check(book, request, [kept], lambda _rows: None)


def test_rows_read_are_rows_decided_and_rows_set_aside(book: RuleBook) -> None:
    kept, done = run(book, bills=BILLS, show_all=True)
    rows, bills = done.facts.rows, done.facts.bill_rows
    assert bills is not None
    assert rows.read == rows.decided + rows.set_aside
    assert len(kept.set_aside) == rows.set_aside + bills.set_aside
    of_people = kept.records.filter(pl.col("bill_id").is_null())
    assert of_people["row"].n_unique() == rows.decided
    of_bills = kept.records.filter(pl.col("bill_id").is_not_null())
    assert of_bills["bill_id"].n_unique() == bills.decided
    assert bills.read - bills.decided - bills.set_aside == 1  # B018, of the year before


@pytest.mark.parametrize("batch_rows", [1, 7, 44])
def test_batches_change_nothing(
    book: RuleBook, monkeypatch: pytest.MonkeyPatch, batch_rows: int
) -> None:
    whole, done = run(book, bills=BILLS, show_all=True)
    monkeypatch.setattr(opening, "open_roster", partial(open_roster, batch_rows=batch_rows))
    parts, done_in_parts = run(book, bills=BILLS, show_all=True)
    assert len(parts.batches) >= 44 // batch_rows
    assert_frame_equal(parts.records, whole.records)
    assert sorted(parts.set_aside) == sorted(whole.set_aside)
    assert done_in_parts == done


def test_progress_counts_the_rows_decided(book: RuleBook) -> None:
    seen: list[int] = []
    request = CheckRequest(ROSTER, DAY)
    done = run_check(book, request, [], seen.append)
    assert seen[-1] == done.facts.rows.decided


def frame(**columns: list[str]) -> pl.DataFrame:
    return pl.DataFrame(columns)


def bill(**changes: str) -> dict[str, str]:
    payers = (
        "basic_fund",
        "serious_illness_fund",
        "large_sum_fund",
        "medical_assistance",
        "preferential_assistance",
        "poverty_relief",
        "supplementary_insurance",
    )
    plain = {"bill_id": "B1", "settled_on": "2026-03-01", "eligible_cost": "1000"}
    plain["used_this_year"] = "0"
    return plain | dict.fromkeys(payers, "0") | changes


def decided_bills(book: RuleBook, *bills: dict[str, str]) -> tuple[Kept, CheckRun]:
    people = frame(
        person_id=["P1", "P2", "P3"],
        id_number=["99010119630115001X", "990101196611050110", "990101196611050110"],
        category=["war_veteran"] * 3,
        division_code=["990101001001"] * 3,
    )
    names = dict.fromkeys(name for one in bills for name in one)
    table = frame(**{name: [one.get(name, "") for one in bills] for name in names})
    return run(book, roster=people, bills=table, benefits=("medical_aid",))


def test_bill_goes_to_the_person_id(book: RuleBook) -> None:
    kept, _ = decided_bills(book, bill(person_id="P2"))
    assert kept.records.select("person_id", "amount_fen").rows() == [("P2", 500_00)]


def test_bill_without_person_id_goes_by_the_id_number(book: RuleBook) -> None:
    kept, _ = decided_bills(book, bill(person_id="", id_number="99010119630115001x"))
    assert kept.records["person_id"].to_list() == ["P1"]


def test_number_of_two_people_is_paid_once_to_the_first(book: RuleBook) -> None:
    kept, done = decided_bills(book, bill(person_id="", id_number="990101196611050110"))
    assert kept.records["person_id"].to_list() == ["P2"]
    assert "VB424" in {one.code for one in done.problems}


def test_bill_that_names_two_people_is_set_aside(book: RuleBook) -> None:
    kept, done = decided_bills(book, bill(person_id="P1", id_number="990101196611050110"))
    assert kept.records.is_empty()
    assert done.facts.bill_rows is not None
    assert done.facts.bill_rows.set_aside == 1
    assert kept.set_aside == [("bills (data frame)", 1)]


def test_bill_of_nobody_is_set_aside(book: RuleBook) -> None:
    kept, done = decided_bills(book, bill(person_id="P9"), bill(person_id="P1", bill_id="B2"))
    assert kept.records["bill_id"].to_list() == ["B2"]
    assert done.facts.bill_rows is not None
    assert done.facts.bill_rows.set_aside == 1
    assert done.has_set_aside


def test_benefit_per_bill_without_bills_is_noted_once(book: RuleBook) -> None:
    _, done = run(book)
    notes = [one.message for one in done.problems if one.code == "VB454"]
    assert notes == ["no bills are given, so medical_aid gives no records"]
    assert done.facts.bill_rows is None


def test_bills_that_no_benefit_asks_for_are_noted(book: RuleBook) -> None:
    _, done = run(book, bills=BILLS, benefits=("rural_veteran_subsidy",))
    notes = [one.message for one in done.problems if one.code == "VB454"]
    assert notes == ["bills are given, but no chosen benefit is paid per bill"]


def test_failed_checks_are_one_problem_each(book: RuleBook) -> None:
    _, done = run(book)
    (found,) = [one for one in done.problems if one.message.startswith("V05:")]
    assert found.span.line == 27
    assert "the row is set aside" in found.message


# --- one person -------------------------------------------------------------------------------


def explained(book: RuleBook, key: str, **changes: object) -> tuple[Explanation, ...]:
    request = CheckRequest(**{"roster": ROSTER, "as_of": DAY, **changes})  # type: ignore[arg-type]
    told, _ = explain_person(book, request, key, Wording("en"), full_ids=False)
    return told


@pytest.mark.parametrize("key", ["P017", "990101640305081", "990101196403050810"])
def test_person_is_found_by_any_of_their_numbers(book: RuleBook, key: str) -> None:
    assert {one.identity.person_id for one in explained(book, key)} == {"P017"}


def test_explanation_agrees_with_check(book: RuleBook) -> None:
    kept, _ = run(book, bills=BILLS)
    for record in kept.records.rows(named=True):
        told = explained(book, record["person_id"], bills=BILLS, benefits=(record["benefit"],))
        (one,) = [told for told in told if told.identity.bill_id == (record["bill_id"] or "")]
        decision = one.decision
        assert decision.outcome == record["outcome"]
        assert decision.amount_fen == record["amount_fen"]
        assert ";".join(sorted(decision.unmet)) == ";".join(sorted(record["unmet"].split(";")))
        assert ";".join(decision.missing) == record["missing"]
        # Of whom only the month pays, the record tells whether that may still change.
        if record["outcome"] == "due" or not record["month_fen"]:
            assert decision.provisional == record["provisional"]


@pytest.mark.parametrize(
    ("key", "message"),
    [("P999", "VB740"), ("P018", "set aside"), ("P026", "set aside"), ("", "VB740")],
)
def test_person_who_cannot_be_explained_is_told(book: RuleBook, key: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        explained(book, key)


def test_number_of_several_people_is_told(book: RuleBook) -> None:
    people = frame(person_id=["P2", "P3"], id_number=["990101196611050110"] * 2)
    with pytest.raises(InvalidInput, match="VB741"):
        explained(book, "990101196611050110", roster=people)


def told(done: CheckRun, code: str) -> list[tuple[str, int, int]]:
    """Return message, count and first row of every problem of a code."""
    return [(one.message, one.count, one.span.line) for one in done.problems if one.code == code]


def test_every_bill_set_aside_has_its_reason_told(book: RuleBook) -> None:
    strangers = [bill(person_id="P9", bill_id=f"N{at}") for at in range(5)]
    undated = bill(person_id="P1", bill_id="D", settled_on="")
    kept, done = decided_bills(book, *strangers, undated, bill(person_id="P2", bill_id="B"))
    assert kept.records["bill_id"].to_list() == ["B"]
    aside = "the row is set aside"
    nobody = f"its person is not in the roster, or was set aside there; {aside}"
    assert told(done, "VB452") == [(nobody, 5, 1)]
    assert told(done, "VB455") == [(f"the date is not known; {aside}", 1, 6)]
    (strange,) = (one for one in done.problems if one.code == "VB452")
    assert strange.examples == ("row 1", "row 2", "row 3")


def headers(done: CheckRun, start: str) -> list[str]:
    """Return which columns every finding names whose message begins so."""
    return [one.header for one in done.problems if one.message.startswith(start)]


def test_failed_check_names_the_columns_that_it_compares(book: RuleBook) -> None:
    _, done = run(book)
    assert headers(done, "V04") == ["入伍时间, 退役时间"]
    people = frame(person_id=["P1"], 入伍日期=["1990-01-01"], birth_date=["1995-01-01"])
    _, done = run(book, roster=people)
    assert headers(done, "V21") == ["birth_date, 入伍日期"]


def test_finding_about_bills_names_their_columns(book: RuleBook) -> None:
    first, second = bill(person_id="P1", used_this_year="5"), bill(person_id="P1", bill_id="B2")
    reversal = bill(person_id="P2", bill_id="B3", eligible_cost="-1")
    _, done = decided_bills(book, first, second, reversal)
    assert headers(done, "used_differs") == ["used_this_year"]
    assert headers(done, "V30") == ["eligible_cost"]


def test_bill_without_a_day_names_the_column_of_the_day(book: RuleBook) -> None:
    kept, _ = decided_bills(book, bill(person_id="P1", settled_on=""))
    assert kept.columns == ["settled_on"]
    titled = bill(person_id="P1", 结算时间="")
    del titled["settled_on"]
    kept, _ = decided_bills(book, titled)
    assert kept.columns == ["结算时间"]


def test_bill_of_a_month_is_set_aside_with_one_message(book: RuleBook) -> None:
    of_a_month = bill(person_id="P1", bill_id="M", settled_on="2026-03")
    kept, done = decided_bills(book, of_a_month, bill(person_id="P2", bill_id="B"))
    assert kept.records["bill_id"].to_list() == ["B"]
    message = "settled_on names only a month, and its day must be known; the row is set aside"
    assert told(done, "VB427") == [(message, 1, 1)]
    assert told(done, "VB455") == []


@pytest.mark.parametrize(("cost", "is_warned"), [("0", False), ("-0.01", True)])
def test_reversal_is_never_passed_over_in_silence(
    book: RuleBook, cost: str, *, is_warned: bool
) -> None:
    kept, done = decided_bills(book, bill(person_id="P1", eligible_cost=cost))
    assert kept.records.is_empty()
    assert any("V30" in message for message, *_ in told(done, "VB460")) is is_warned


@pytest.mark.parametrize(("paid", "is_aside"), [("0", False), ("-0.01", True)])
def test_bill_with_a_negative_payer_is_not_paid_on(
    book: RuleBook, paid: str, *, is_aside: bool
) -> None:
    kept, done = decided_bills(book, bill(person_id="P1", poverty_relief=paid))
    assert kept.records.is_empty() is is_aside
    assert any("V31" in message for message, *_ in told(done, "VB460")) is is_aside


def test_columns_that_only_checks_use_are_not_missed(book: RuleBook) -> None:
    people = frame(person_id=["P1"], service_status=["retired"])
    _, done = run(book, roster=people, benefits=("rural_veteran_subsidy",))
    missed = " ".join(message for message, *_ in told(done, "VB435"))
    assert "`birth_date`" in missed or "`conscript_from`" in missed
    assert "`enlisted_on`" not in missed
    assert "`category`" not in missed


def test_run_in_chinese_tells_everything_in_chinese(book: RuleBook) -> None:
    made = [
        bill(person_id="P1", settled_on=""),
        bill(person_id="P1", bill_id="B2", used_this_year="5"),
        bill(person_id="P1", bill_id="B3"),
        bill(person_id="P9", bill_id="B4"),
    ]
    bills = frame(**{name: [one[name] for one in made] for name in made[0]})
    kept = Kept()
    people = frame(
        person_id=["P1"], category=["war_veteran"], division_code=["990101001001"], enlisted=["x"]
    )
    request = CheckRequest(people, DAY, bills=bills, benefits=("medical_aid",))
    done = run_check(book, request, [kept], lambda _rows: None, language="zh")
    assert {one.code for one in done.problems} >= {"VB433", "VB452", "VB455", "VB460"}
    for one in done.problems:
        words = re.sub("`[^`]*`|used_differs|enlisted|category", "", one.message + one.hint)
        assert re.search("[\u4e00-\u9fff]", words)
        assert not re.search("[a-z]{3,}", words), one.message
    assert kept.reasons == ["日期不详", "名册中没有此人，或此人已在名册中搁置"]
