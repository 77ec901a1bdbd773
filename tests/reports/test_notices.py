from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from vetbenefits.intake.changes import SCHEMA
from vetbenefits.reports.labels import Labels
from vetbenefits.reports.mailing import MERGE_COLUMNS, merge_rows, message_rows
from vetbenefits.reports.notices import Sender, build_notices
from vetbenefits.reports.posting import build_posting, posting_rows
from vetbenefits.reports.wording import Wording
from vetbenefits.rulelang.loader import load_rulebook

if TYPE_CHECKING:
    from vetbenefits.model.rulebook import RuleBook
    from vetbenefits.reports.notices import ChangeTold, Notice

ROOT = Path(__file__).resolve().parents[2]
SENDER = Sender("例县退役军人事务局", "0000-0000000", date(2026, 11, 22))
WHOLE_ID = "990101196702080411"
ROW: dict[str, Any] = {
    "row": 1,
    "person_id": "P004",
    "name": "例华山",
    "id_number": WHOLE_ID,
    "division": "990101001002",
    "benefit": "rural_veteran_subsidy",
    "on": date(2027, 2, 8),
    "change": "begins",
    "from_outcome": "not_due",
    "from_amount_fen": None,
    "to_outcome": "due",
    "to_amount_fen": 24000,
    "per": "month",
    "cause": "of_age",
    "first_month": "2027-02",
    "apply_by": None,
    "missing": None,
}


@pytest.fixture(scope="module")
def book() -> RuleBook:
    book, problems = load_rulebook(ROOT / "rules")
    assert book is not None, problems
    return book


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    phone = pl.lit("13800001234").alias("phone")
    return pl.DataFrame(list(rows), schema=dict(SCHEMA)).with_columns(phone)


def notices(book: RuleBook, *rows: dict[str, Any], language: str = "zh") -> tuple[Notice, ...]:
    return build_notices(frame(*rows), Labels(book, Wording(language)), SENDER)


def told(book: RuleBook, language: str = "zh", **cells: object) -> ChangeTold:
    ((change,),) = (one.letter.changes for one in notices(book, ROW | cells, language=language))
    return change


def test_beginning_says_what_to_do(book: RuleBook) -> None:
    change = told(book)
    assert change.what == "自2027年2月8日起发放，每月 240.00 元，从2027年2月起计发"
    assert (change.to_amount, change.each, change.after) == ("240.00", "每月", "每月 240.00 元")
    assert change.reason == "年满60周岁"
    assert change.law == "民发〔2011〕110号；军人抚恤优待条例（2024） 第六十二条"
    assert change.where == "村（社区）或乡镇退役军人服务站"
    assert change.documents[0] == "居民身份证"
    assert len(change.documents) == 6
    assert len(change.steps) == 7
    assert change.deadline == "年满60周岁当月以前"


def test_english_letter_is_english(book: RuleBook) -> None:
    change = told(book, "en")
    assert change.what == (
        "is paid from 2027-02-08: 240.00 yuan per month, the first month being 2027-02"
    )
    assert change.documents[0] == "ID card"


def test_day_to_apply_by_stands_for_the_deadline_of_the_rule(book: RuleBook) -> None:
    assert told(book, apply_by=date(2027, 1, 31)).deadline == "2027年1月31日以前"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            {"change": "rises", "from_outcome": "due", "from_amount_fen": 22800},
            "自2027年2月8日起由每月 228.00 元提高到每月 240.00 元",
        ),
        (
            {"change": "falls", "from_outcome": "due", "from_amount_fen": 24001},
            "自2027年2月8日起由每月 240.01 元降低到每月 240.00 元",
        ),
        (
            {"change": "ends", "to_outcome": "not_due", "to_amount_fen": None},
            "自2027年2月8日起停止发放",
        ),
        (
            {"change": "becomes_known", "to_outcome": "not_due", "to_amount_fen": None},
            "自2027年2月8日起可以确定：不发放",
        ),
        (
            {
                "change": "becomes_undetermined",
                "to_outcome": "undetermined",
                "to_amount_fen": None,
                "missing": "rural_in_file",
            },
            "自2027年2月8日起暂不能确定是否发放，需要核实：档案载明农村籍",
        ),
        ({"to_amount_fen": None, "first_month": None}, "自2027年2月8日起发放"),
    ],
)
def test_each_kind_of_change_has_its_sentence(
    book: RuleBook, cells: dict[str, Any], said: str
) -> None:
    assert told(book, **cells).what == said


@pytest.mark.parametrize("change", ["ends", "rises", "falls"])
def test_who_need_not_apply_is_not_sent_anywhere(book: RuleBook, change: str) -> None:
    outcome = "not_due" if change == "ends" else "due"
    one = told(book, change=change, to_outcome=outcome, from_amount_fen=1)
    assert (one.where, one.documents, one.steps, one.deadline) == ("", (), (), "")


def test_condition_that_ends_a_benefit_is_told_as_no_longer_met(book: RuleBook) -> None:
    ends: dict[str, Any] = {"change": "ends", "to_outcome": "not_due", "to_amount_fen": None}
    assert told(book, **ends, cause="alive").reason == "不再符合：健在"
    assert told(book, **ends, cause="draws_a_pension").reason == "已领取城镇职工养老金或退休金"
    assert told(book, cause="draws_a_pension;rate.per_year_served").reason == (
        "不再符合：已领取城镇职工养老金或退休金"
    )


def test_changes_of_one_person_are_one_notice(book: RuleBook) -> None:
    later = ROW | {"on": date(2027, 8, 1), "change": "rises", "from_amount_fen": 24000}
    other = ROW | {"person_id": "P001", "division": "990101001001"}
    first, second = notices(book, ROW, other, later)
    assert [first.letter.person_id, second.letter.person_id] == ["P001", "P004"]
    assert [one.on for one in second.letter.changes] == ["2027年2月8日", "2027年8月1日"]


def test_nothing_in_a_notice_shows_a_whole_id_number(book: RuleBook) -> None:
    (notice,) = notices(book, ROW | {"person_id": WHOLE_ID})
    assert notice.letter.person_id == notice.letter.id_number == "990101********0411"
    assert WHOLE_ID not in str(notice)
    written = merge_rows([notice]).write_csv() + message_rows([notice], Wording("zh")).write_csv()
    assert WHOLE_ID not in written


def test_number_that_is_masked_already_stays_as_it_is(book: RuleBook) -> None:
    (notice,) = notices(book, ROW | {"id_number": "990101********0411"})
    assert notice.letter.id_number == "990101********0411"


def test_person_without_a_name_is_called_by_number(book: RuleBook) -> None:
    (notice,) = notices(book, ROW | {"name": None})
    assert notice.letter.name == "P004"


def test_mail_merge_has_a_row_for_each_change(book: RuleBook) -> None:
    rows = merge_rows(notices(book, ROW, ROW | {"on": date(2027, 8, 1)}))
    assert rows.columns == list(MERGE_COLUMNS)
    assert rows["change_number"].to_list() == ["1", "2"]
    assert rows["documents"][0].startswith("1. 居民身份证\n2. 户口簿\n")


def test_messages_name_phone_and_parts(book: RuleBook) -> None:
    rows = message_rows(notices(book, ROW), Wording("zh"))
    assert rows["text"][0].startswith(
        "(1/3)【例县退役军人事务局】例华山：农村籍退役士兵老年生活补助自2027年2月8日起发放"
    )
    assert set(rows["phone"]) == {"13800001234"}
    assert rows["part"].to_list() == ["1", "2", "3"]


def test_posted_list_names_who_begins_and_masks_numbers(book: RuleBook) -> None:
    ends = ROW | {"change": "ends", "to_outcome": "not_due", "person_id": "P001", "name": "例泰山"}
    unsure = ROW | {"change": "becomes_known", "to_outcome": "not_due", "name": "例黄河"}
    report = build_posting(frame(ROW, ends, unsure), Labels(book, Wording("zh")), SENDER)
    (section,) = report.sections
    assert section.rows == (
        ("1", "例华山", "990101**********11", "990101001002", "2027-02", "240.00", "月"),
    )
    assert posting_rows(report).height == 1
    assert "13800001234" not in str(report)


def test_benefit_that_ends_with_its_rule_still_has_its_law(book: RuleBook) -> None:
    assert told(book, on=date(2011, 7, 31)).law.startswith("民发〔2011〕110号")


def test_benefit_that_another_place_pays_is_read_for_everybody(book: RuleBook) -> None:
    change = told(book, benefit="conscript_family_allowance", per="half_year", cause="approved")
    assert change.where == "批准入伍地县级兵役机关"
    assert "兵役法（2021）" in change.law
