from __future__ import annotations

import re
from pathlib import Path

import pytest

from vetbenefits.reports import wording
from vetbenefits.reports.labels import fact_title, missing_label
from vetbenefits.reports.notice_words import NOTICE_WORDS
from vetbenefits.reports.template import template_columns
from vetbenefits.reports.timeline_words import TIMELINE_WORDS
from vetbenefits.reports.wording import Wording
from vetbenefits.rulelang.loader import load_rulebook
from vetbenefits.shipped import shipped_folder

BOOK, _ = load_rulebook(shipped_folder("rules"))
assert BOOK is not None
VOCABULARY = BOOK.vocabulary
RATES = {
    name: schedule
    for benefit in BOOK.benefits
    if benefit.id == "conscript_family_allowance"
    for name, schedule in benefit.national.rates.items()
}


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("en", "birth_date", "date of birth"),
        ("zh", "birth_date", "出生日期"),
        ("en", "rate.standard[990105]", "no yearly standard is known for 990105"),
        ("en", "rate.nosuch", "no nosuch is known"),
        ("en", "rate.nosuch[a,b]", "no nosuch is known for b / a"),
        ("zh", "rate.standard[990105]", "990105 无已知的“年标准”"),
        (
            "en",
            "rate.posting_multiple[ordinary,990105]",
            "no multiple by posting area is known for 990105 / ordinary",
        ),
        (
            "zh",
            "rate.posting_multiple[ordinary,990105]",
            "990105 / 普通 无已知的“服役地区倍数”",
        ),
    ],
)
def test_what_is_missing_is_told_in_words(language: str, name: str, words: str) -> None:
    assert missing_label(name, RATES, VOCABULARY, Wording(language)) == words


def test_what_has_no_words_keeps_its_id() -> None:
    assert fact_title("nosuch", VOCABULARY, Wording("en")) == "nosuch"


@pytest.mark.parametrize(
    ("per", "language", "words"),
    [
        ("month", "zh", "每月"),
        ("once", "zh", "一次性"),
        ("bill", "zh", "每笔账单"),
        ("once", "en", "once"),
        ("half_year", "en", "per half year"),
    ],
)
def test_how_often_a_sum_is_paid(per: str, language: str, words: str) -> None:
    assert Wording(language).each(per) == words


def test_template_holds_what_needed_facts_follow_from() -> None:
    columns = template_columns(VOCABULARY, ["service_status", "draws_pension"], "zh")
    assert {"退役时间", "人员状态", "在领养老金"} <= set(columns)
    assert "出生日期" not in columns


def test_no_word_is_given_two_meanings() -> None:
    source = Path(wording.__file__).read_text(encoding="utf-8")
    own = re.findall(r'^    "([^"]+)": Text\(', source, flags=re.MULTILINE)
    assert len(own) == len(set(own)) > 100
    assert not set(own) & {*NOTICE_WORDS, *TIMELINE_WORDS}
