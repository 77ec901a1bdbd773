from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.engine.building import amount, benefit, variant
from vetbenefits.model.facts import Vocabulary
from vetbenefits.model.rulebook import Amount, Citation, RuleBook

if TYPE_CHECKING:
    from vetbenefits.model.rulebook import Benefit


def test_citation_shows_document_and_article() -> None:
    assert str(Citation("L1", "第六十二条")) == "L1 第六十二条"
    assert str(Citation("L1")) == "L1"


@pytest.mark.parametrize(
    ("per", "parts", "expected"),
    [
        ("year", 1, "year"),
        ("year", 2, "half_year"),
        ("year", 4, "quarter"),
        ("year", 12, "month"),
        ("month", 1, "month"),
        ("bill", 1, "bill"),
        ("once", 1, "once"),
    ],
)
def test_payment_is_for_a_part_of_the_year(per: str, parts: int, expected: str) -> None:
    assert replace(amount("1"), per=per, parts=parts).payment_per == expected


DATES = (date(2020, 1, 1), date(2022, 1, 1), date(2024, 1, 1))
EARLY, LATE = DATES[:2], DATES[1:]


def with_variants(*found: tuple[str | None, tuple[date, date]]) -> Benefit:
    variants = tuple(
        replace(variant(amount("1")), division=division, from_on=days[0], until_on=days[1])
        for division, days in found
    )
    return replace(benefit(), variants=variants)


EVERYWHERE = (("", EARLY), ("", LATE), ("9901", LATE), ("990101", LATE), (None, LATE))


@pytest.mark.parametrize(
    ("division", "day", "expected"),
    [
        ("110101", "2020-01-01", ("", EARLY)),
        ("990101", "2021-12-31", ("", EARLY)),
        ("990101", "2022-01-01", ("990101", LATE)),
        ("990101003", "2023-12-31", ("990101", LATE)),
        ("990102", "2022-01-01", ("9901", LATE)),
        ("99", "2022-01-01", ("", LATE)),
        ("", "2022-01-01", ("", LATE)),
        (None, "2022-01-01", (None, LATE)),
        (None, "2021-12-31", ("", EARLY)),
    ],
)
def test_variant_is_that_of_the_smallest_division_on_the_day(
    division: str | None, day: str, expected: tuple[str | None, tuple[date, date]]
) -> None:
    found = with_variants(*EVERYWHERE).variant_for(division, date.fromisoformat(day))
    assert (found.division, (found.from_on, found.until_on)) == expected


@pytest.mark.parametrize(
    ("division", "day", "expected"),
    [
        ("990101", "2021-12-31", ("", False)),
        ("990101", "2022-01-01", ("990101", True)),
        ("990101003", "2022-01-01", ("990101003", False)),
        ("990101004", "2022-01-01", ("9901", False)),
        ("9901", "2022-01-01", ("9901", True)),
        ("990102", "2022-01-01", ("9901", False)),
        ("99", "2022-01-01", ("", False)),
    ],
)
def test_wide_variant_is_only_for_those_of_whom_no_more_is_known(
    division: str, day: str, expected: tuple[str, bool]
) -> None:
    rule = with_variants(("", EARLY), ("", LATE), ("9901", LATE), ("990101003", LATE))
    wide = [replace(rule.variants[2], division=one, is_wide=True) for one in ("9901", "990101")]
    found = replace(rule, variants=(*rule.variants, *wide))
    variant = found.variant_for(division, date.fromisoformat(day))
    assert (variant.division, variant.is_wide) == expected
    assert variant.is_open is variant.is_wide


def test_national_variant_is_the_last_of_the_whole_country() -> None:
    assert with_variants(*EVERYWHERE).national.from_on == LATE[0]


def test_benefit_is_found_by_its_id() -> None:
    book = RuleBook(Vocabulary({}), (benefit(),))
    assert book.benefit("test") is book.benefits[0]
    assert book.benefit("other") is None


def test_amount_without_parts_is_paid_whole() -> None:
    assert Amount(amount("1").value, "month").parts == 1
