from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest

from vetbenefits.model.values import Special
from vetbenefits.problems import Span
from vetbenefits.rulelang import scalars
from vetbenefits.rulelang.scalars import RateValue, Unreadable
from vetbenefits.rulelang.source import SourceText

Reader = Callable[[SourceText], object]


def text(value: str) -> SourceText:
    return SourceText(value, Span("f.yaml", 3, 5, len(value)))


@pytest.mark.parametrize(
    "written",
    ["86400", "2011-8-1", "2011-02-29", "20110801", "2011-08-01 ", "２０１１-08-01", "no"],
)
def test_only_an_existing_iso_day_is_a_day(written: str) -> None:
    with pytest.raises(Unreadable) as caught:
        scalars.read_day(text(written))
    assert caught.value.code == "VB205"


def test_day_keeps_its_text_and_place() -> None:
    placed = scalars.read_day(text("2024-02-29"))
    assert placed.value == date(2024, 2, 29)
    assert placed.text == "2024-02-29"
    assert placed.span == Span("f.yaml", 3, 5, 10)


@pytest.mark.parametrize(
    "written", ["1_000", "1e5", "1,000", "0x10", "1.", ".5", "½", "１２", "--1"]
)
def test_only_a_plain_decimal_is_a_number(written: str) -> None:
    with pytest.raises(Unreadable) as caught:
        scalars.read_number(text(written))
    assert caught.value.code == "VB206"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("688", RateValue(Fraction(688))),
        ("-0.05", RateValue(Fraction(-1, 20))),
        ("0.10", RateValue(Fraction(1, 10))),
        ("50%", RateValue(Fraction(1, 2), is_percent=True)),
        ("12.5 %", RateValue(Fraction(1, 8), is_percent=True)),
        ("none", RateValue(Special.NONE)),
        ("unknown", RateValue(Special.UNKNOWN)),
    ],
)
def test_value_of_a_rate_is_exact(written: str, value: RateValue) -> None:
    assert scalars.read_rate_value(text(written)).value == value


@pytest.mark.parametrize(
    ("reader", "written", "value"),
    [
        (scalars.read_duration, "24 months", 24),
        (scalars.read_duration, "2 years", 24),
        (scalars.read_duration, "1 month", 1),
        (scalars.read_month_day, "08-01", (8, 1)),
        (scalars.read_round_step, "fen", 1),
        (scalars.read_round_step, "jiao", 10),
        (scalars.read_round_step, "10 yuan", 1000),
        (scalars.read_count, "12", 12),
        (scalars.read_number, "2.50", Fraction(5, 2)),
        (scalars.read_yes_no, "yes", True),
        (scalars.read_yes_no, "false", False),
    ],
)
def test_reader_gives_the_value(reader: Reader, written: str, value: object) -> None:
    assert getattr(reader(text(written)), "value", None) == value


@pytest.mark.parametrize(
    ("reader", "written", "code"),
    [
        (scalars.read_duration, "3", "VB213"),
        (scalars.read_duration, "3 days", "VB213"),
        (scalars.read_month_day, "8-1", "VB205"),
        (scalars.read_month_day, "02-29", "VB205"),
        (scalars.read_month_day, "13-01", "VB205"),
        (scalars.read_round_step, "0 yuan", "VB206"),
        (scalars.read_round_step, "cent", "VB206"),
        (scalars.read_count, "0", "VB206"),
        (scalars.read_count, "1.5", "VB206"),
        (scalars.read_count, "9999999", "VB206"),
        (scalars.read_rate_value, "六百", "VB206"),
        (scalars.read_id, "Has_left", "VB207"),
        (scalars.read_id, "x" * 61, "VB207"),
        (scalars.read_name, "1x", "VB207"),
        (scalars.read_name, "a b", "VB207"),
        (scalars.read_division, "12345", "VB207"),
        (scalars.read_yes_no, "maybe", "VB204"),
    ],
)
def test_reader_refuses_the_rest(reader: Reader, written: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        reader(text(written))
    assert caught.value.code == code


@pytest.mark.parametrize("written", ["年龄", "years_served", "V05"])
def test_name_may_be_chinese(written: str) -> None:
    assert scalars.read_name(text(written)) == written


@pytest.mark.parametrize("written", ["99", "9901", "990101", "990101003", "990101003001"])
def test_division_code_has_one_of_five_lengths(written: str) -> None:
    assert scalars.read_division(text(written)) == written


@pytest.mark.parametrize(
    ("written", "meant"),
    [("990101003000", "990101003"), ("990101000000", "990101"), ("990100", "9901")],
)
def test_division_code_is_read_without_zeros_that_fill_it_up(written: str, meant: str) -> None:
    found = scalars.read_division(text(written))
    assert (found, found.span) == (meant, text(written).span)
