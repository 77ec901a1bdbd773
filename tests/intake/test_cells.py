"""Every spelling of one cell, read singly and as a column: both must say the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.building import VOCABULARY, day, fact, iso
from vetbenefits.dates import pack, parse_iso_day
from vetbenefits.intake.cells import reader_of
from vetbenefits.intake.columns import ColumnReader, read_columns, token
from vetbenefits.intake.status import REASONS, Status
from vetbenefits.model.facts import Blank, FactType, MonthOnly

if TYPE_CHECKING:
    from vetbenefits.model.facts import FactSpec

BIRTH = replace(day("d", "日期"), month_only=MonthOnly.LAST_DAY)
MAYBE_NONE = replace(BIRTH, blank=Blank("none"))

A_DAY = [
    "1962-03-15",
    "19620315",
    "1962/3/15",
    "1962/03/15",
    "1962.03.15",
    "1962.3.15",
    "1962年3月15日",
    "1962年03月15日",
    "1962年3月15号",
    "1962年3月15",
    "1962 年 3 月 15 日",
    "1962-3-15 0:00:00",
    "1962-03-15 00:00:00",
    "1962-03-15T00:00:00",
    "1962-03-15 00:00:00.000",
    "1962/3/15 0:00",
    "1962年3月15日 0:00:00",
    "1962年3月15日0:00",
    "22720",
    "22720.0",
    "19620315.0",
    "１９６２０３１５",
    "１９６２－０３－１５",
    "1962．03．15",
    "1962—03—15",
    "1962−03−15",
    "1962-03-15\t",
    "\u00a01962-03-15\u3000",
    "\ufeff1962-03-15",
    "1962-03-15\u200b",
    "'1962-03-15",
    "‘1962-03-15",
    '="1962-03-15"',
]
A_MONTH = [
    "1962.3",
    "1962.03",
    "1962-3",
    "1962-03",
    "1962/3",
    "196203",
    "1962年3月",
    "1962年03月份",
]
NO_DAY = [
    "abc",
    "1962",
    "62-3-15",
    "200503",
    "620315",
    "15/03/1962",
    "3/15/1962",
    "1962-3/15",
    "1962-03-15Z",
    "1962-03-14T16:00:00Z",
    "1962-03-15 und so",
    "+1962-3-15",
    "-1962-03-15",
    "1962-03-15-01",
    "一九六二年三月十五日",
    "不详",
    "9999",
    "1962315",
    "√",
]
NO_SUCH_DAY = [
    "1958-02-30",
    "1900-02-29",
    "1962-13-01",
    "1962-00-10",
    "1962-01-00",
    "19621301",
    "1962.13",
]
STAND_INS = ["9999-12-31", "0000-00-00", "99991231", "0001-01-01"]


def both_ways(spec: FactSpec, text: str) -> tuple[Status, int]:
    """Read one text singly and as a column of three, and hold the two against each other."""
    cell = reader_of(spec)(text)
    frame = pl.DataFrame({"cell": [text, "", text]}, schema={"cell": pl.String})
    (tokens,), _ = read_columns(frame, {"f": ColumnReader(spec)}, {"f": "cell"})
    assert tokens[0] == tokens[2] == token(cell.status, cell.value)
    return cell.status, cell.value


@pytest.mark.parametrize("text", A_DAY)
def test_every_spelling_of_a_day_is_that_day(text: str) -> None:
    assert both_ways(BIRTH, text) == (Status.FILLED, pack(date(1962, 3, 15)))


@pytest.mark.parametrize("text", A_MONTH)
def test_a_month_alone_is_its_last_or_its_first_day(text: str) -> None:
    assert both_ways(BIRTH, text) == (Status.MONTH_ONLY, pack(date(1962, 3, 31)))
    first = replace(BIRTH, month_only=MonthOnly.FIRST_DAY)
    assert both_ways(first, text) == (Status.MONTH_ONLY, pack(date(1962, 3, 1)))


@pytest.mark.parametrize(
    ("texts", "status"),
    [
        (NO_DAY, Status.NO_DAY),
        (NO_SUCH_DAY, Status.NO_SUCH_DAY),
        (STAND_INS, Status.PLACEHOLDER),
        (["1899-12-31", "2101-01-01", "2101.3", "1850-01-01", "99999"], Status.OUT_OF_RANGE),
        (["1962.1", "１９６２．１", " 1962.1 "], Status.MONTH_UNSURE),
        (["", " ", "\t", "\u00a0", "\u3000", "\ufeff", "'", '=""'], Status.BLANK),
        (["unknown", " UNKNOWN "], Status.UNKNOWN),
    ],
)
def test_what_is_no_day_says_why(texts: list[str], status: Status) -> None:
    for text in texts:
        assert both_ways(BIRTH, text)[0] is status, text


def test_october_written_out_is_no_january() -> None:
    assert both_ways(BIRTH, "1962.10") == (Status.MONTH_ONLY, pack(date(1962, 10, 31)))
    assert both_ways(BIRTH, "1962.01") == (Status.MONTH_ONLY, pack(date(1962, 1, 31)))
    assert both_ways(BIRTH, "1962.1.5") == (Status.FILLED, pack(date(1962, 1, 5)))
    assert both_ways(BIRTH, "1962-1") == (Status.MONTH_ONLY, pack(date(1962, 1, 31)))


def test_none_is_said_only_where_it_can_be() -> None:
    for text in ("无", "none", "None"):
        assert both_ways(MAYBE_NONE, text)[0] is Status.NONE
        assert both_ways(BIRTH, text)[0] is Status.NO_DAY


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_of_the_range_survives_being_written(one: date) -> None:
    for text in (
        one.isoformat(),
        f"{one:%Y%m%d}",
        f"{one.year}/{one.month}/{one.day}",
        f"{one.year}年{one.month}月{one.day}日",
        str((one - date(1899, 12, 30)).days) if one.year > 1927 else one.isoformat(),
    ):
        assert both_ways(BIRTH, text) == (Status.FILLED, pack(one)), text


@given(st.text(alphabet="0123456789-/.+ :T年月日", max_size=12))
def test_the_quick_way_never_reads_what_the_careful_one_would_not(text: str) -> None:
    both_ways(BIRTH, text)


@given(st.from_regex(r"[0-9+ -]{4}-[0-9 ]{2}-[0-9 ]{2}", fullmatch=True))
def test_ten_characters_like_a_day_are_read_alike_both_ways(text: str) -> None:
    status, packed = both_ways(BIRTH, text)
    expected = parse_iso_day(text)
    if expected and expected.year >= 1900 and expected.year <= 2100:
        assert (status, iso(packed)) == (Status.FILLED, text)


def test_a_month_fact_takes_days_and_months() -> None:
    spec = VOCABULARY.facts["joined"]
    march = pack(date(2023, 3, 1))
    for text in ("2023-03", "202303", "2023年3月", "2023-03-15", "2023.3"):
        assert both_ways(spec, text) == (Status.FILLED, march), text
    assert both_ways(spec, "2023.1")[0] is Status.MONTH_UNSURE
    assert both_ways(spec, "1899-12")[0] is Status.OUT_OF_RANGE
    assert both_ways(spec, "soon")[0] is Status.NO_DAY
    assert both_ways(spec, "")[0] is Status.BLANK


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        *((text, 1) for text in ("是", "1", "Y", "y", "yes", "TRUE", "√", "✓", "●", " 是 ", "１")),
        *((text, 0) for text in ("否", "0", "N", "no", "false", "×", "'0")),
    ],
)
def test_yes_and_no_in_every_spelling(text: str, yes: int) -> None:
    assert both_ways(VOCABULARY.facts["draws_pension"], text) == (Status.FILLED, yes)


def test_maybe_is_neither_yes_nor_no() -> None:
    for text in ("maybe", "2", "是否", "-"):
        assert both_ways(VOCABULARY.facts["draws_pension"], text)[0] is Status.NO_YES_NO


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1234", 123_400),
        ("1,234.00", 123_400),
        ("1,234,567.8", None),
        ("1234元", 123_400),
        ("1,234.50元", 123_450),
        ("¥12", 1_200),
        ("￥12.3", 1_230),
        ("0.05", 5),
        ("０．０５", 5),
        ("'7", 700),
        (" 7\t", 700),
        ("0", 0),
        ("1000000", 100_000_000),
    ],
)
def test_money_in_every_spelling(text: str, fen: int | None) -> None:
    status, value = both_ways(VOCABULARY.facts["income"], text)
    if fen is None:
        assert status is Status.OUT_OF_RANGE
    else:
        assert (status, value) == (Status.FILLED, fen)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("12.345", Status.TOO_FINE),
        ("1e5", Status.DAMAGED),
        ("1.2E+05", Status.DAMAGED),
        ("12万元", Status.NO_NUMBER),
        ("1,23", Status.NO_NUMBER),
        ("--5", Status.NO_NUMBER),
        ("5-", Status.NO_NUMBER),
        ("-5", Status.OUT_OF_RANGE),
        ("9" * 40, Status.NO_NUMBER),
        ("nan", Status.NO_NUMBER),
        ("inf", Status.NO_NUMBER),
    ],
)
def test_what_is_no_money_says_why(text: str, status: Status) -> None:
    assert both_ways(VOCABULARY.facts["income"], text)[0] is status


@given(st.integers(-(10**8), 10**8))
def test_every_amount_survives_being_written(fen: int) -> None:
    spec = VOCABULARY.facts["total_cost"]
    sign, (yuan, rest) = ("-" if fen < 0 else ""), divmod(abs(fen), 100)
    for text in (f"{sign}{yuan}.{rest:02d}", f"{sign}{yuan:,}.{rest:02d}"):
        assert both_ways(spec, text) == (Status.FILLED, fen)


def test_grades_are_numbers_in_every_writing() -> None:
    spec = VOCABULARY.facts["grade"]
    for text in ("7", "07", "7级", "七级", "7.0", "７", "7 级"):
        assert both_ways(spec, text) == (Status.FILLED, 7), text
    assert both_ways(spec, "十级") == (Status.FILLED, 10)
    assert both_ways(spec, "11")[0] is Status.OUT_OF_RANGE
    assert both_ways(spec, "0")[0] is Status.OUT_OF_RANGE
    assert both_ways(spec, "2.5")[0] is Status.TOO_FINE
    assert both_ways(spec, "无")[0] is Status.NONE


def test_shares_are_written_as_percent_or_fraction() -> None:
    spec = VOCABULARY.facts["share"]
    assert both_ways(spec, "50%") == (Status.FILLED, 5_000)
    assert both_ways(spec, "0.5") == (Status.FILLED, 5_000)
    assert both_ways(spec, "12.34％") == (Status.FILLED, 1_234)
    assert both_ways(spec, "0.00001")[0] is Status.TOO_FINE
    assert both_ways(spec, "150%")[0] is Status.OUT_OF_RANGE


def test_a_number_without_a_stated_range_has_the_widest_one() -> None:
    spec = fact("many", FactType.INTEGER, "人数")
    assert both_ways(spec, "1000000") == (Status.FILLED, 1_000_000)
    assert both_ways(spec, "1000001")[0] is Status.OUT_OF_RANGE


def test_a_scaled_number_never_leaves_what_a_column_can_hold() -> None:
    spec = fact("huge", FactType.RATIO, "大", low=Fraction(0), high=Fraction(10**15), decimals=8)
    assert both_ways(spec, "9" * 15)[0] is Status.OUT_OF_RANGE


def test_codes_are_found_by_id_title_and_synonym() -> None:
    spec = VOCABULARY.facts["household"]
    for text in ("rural", "RURAL", "农村", "农业", " 农业户口 ", "农 村", "'农村"):
        assert both_ways(spec, text) == (Status.FILLED, 0), text
    assert both_ways(spec, "居民户口")[0] is Status.NO_CODE
    assert both_ways(spec, "无")[0] is Status.NO_CODE


def test_a_code_called_none_is_a_code() -> None:
    assert both_ways(VOCABULARY.facts["insurance"], "无") == (Status.FILLED, 2)


def test_sets_of_codes_take_every_separator() -> None:
    spec = VOCABULARY.facts["draws"]
    for text in (
        "参战、带病回乡",
        "参战;带病回乡",
        "参战，带病回乡",
        "51,42",
        "war；ill",
        "参战 42",
        "51、参战、42、",
    ):
        assert both_ways(spec, text) == (Status.FILLED, 3), text
    assert both_ways(spec, "参战") == (Status.FILLED, 1)
    assert both_ways(spec, "无") == (Status.FILLED, 0)
    assert both_ways(spec, "参战、不知道")[0] is Status.NO_CODE
    assert both_ways(spec, "、")[0] is Status.NO_CODE
    assert both_ways(spec, "")[0] is Status.BLANK


def test_division_codes_have_six_nine_or_twelve_digits() -> None:
    spec = VOCABULARY.facts["division_code"]
    for text in ("990101", "990101003", "990101003001", " 990101", "９９０１０１", "990101.0"):
        assert both_ways(spec, text)[0] is Status.FILLED, text
    for text in ("99010", "9901010", "0990101", "99010a", "990101003001001", "+99010", "-990101"):
        assert both_ways(spec, text)[0] is Status.NO_DIVISION, text
    assert both_ways(spec, "9.90101E+11")[0] is Status.DAMAGED


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("990101", 990101),
        ("990101000", 990101),
        ("990101001", 990101001),
        ("990101100", 990101100),
        ("990101000000", 990101),
        ("990101001000", 990101001),
        ("990101000001", 990101000001),
        ("990101001200", 990101001200),
        ("990101001001", 990101001001),
        ("990100", 9901),
        ("990100003", 990100003),
        ("990100003000", 990100003),
        ("990100000", 9901),
        ("990110", 990110),
        ("990000", 99),
        ("990000000", 99),
        ("990000000000", 99),
        ("100000000000", 10),
        ("999999999999", 999999999999),
        (" 990101000", 990101),
        ("９９０１０１０００", 990101),
        ("990101000000.0", 990101),
    ],
)
def test_zeros_do_not_count_that_fill_up_a_division_code(text: str, code: int) -> None:
    assert both_ways(VOCABULARY.facts["division_code"], text) == (Status.FILLED, code)


@given(name=st.sampled_from([*VOCABULARY.facts]), text=st.text(max_size=20))
def test_no_text_makes_any_reader_fail(name: str, text: str) -> None:
    spec = VOCABULARY.facts[name]
    if spec.type is not FactType.TEXT:
        both_ways(spec, text)


def test_text_is_not_read() -> None:
    with pytest.raises(ValueError, match="needs no reading"):
        reader_of(VOCABULARY.facts["name"])


def test_every_unreadable_status_has_a_reason() -> None:
    assert set(REASONS) == {status for status in Status if status >= 16}


def test_a_set_of_too_many_codes_is_our_bug() -> None:
    values = VOCABULARY.facts["draws"].values * 40
    with pytest.raises(ValueError, match="more than"):
        reader_of(replace(VOCABULARY.facts["draws"], values=values))


def test_remembered_texts_are_forgotten_before_they_fill_the_memory() -> None:
    reader = ColumnReader(BIRTH)
    many = pl.Series([f"x{number}" for number in range(60_000)])
    assert reader.unusual(many).n_unique() == 1
    assert reader.unusual(pl.Series(["1962/3/15"] * 20_000)).unique().to_list() == [
        token(Status.FILLED, pack(date(1962, 3, 15)))
    ]
    assert len(reader._known) == 1
