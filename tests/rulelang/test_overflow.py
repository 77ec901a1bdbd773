from __future__ import annotations

import pytest

from tests.rulelang.building import (
    HERE,
    rate,
    reads,
    row,
    scope,
    underlined,
)
from vetbenefits.model.kinds import PLAIN
from vetbenefits.rulelang.resolver import read_term

# --- overflow ----------------------------------------------------------------------------------

WIDE = rate("wide", row("2020-01-01", 10**15), row("2021-01-01", -(10**15)), unit=PLAIN)
FINE = rate("fine", row("2020-01-01", "0.0001"), unit=PLAIN)
WIDE_SCOPE = scope(rates=[WIDE, FINE])


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("rate.wide * rate.wide", "rate.wide * rate.wide"),
        ("rate.wide + rate.fine", "rate.wide + rate.fine"),
        ("rate.wide - rate.fine", "rate.wide - rate.fine"),
        ("rate.fine + rate.wide > 5", "rate.fine + rate.wide"),
        ("rate.wide > rate.fine", "rate.wide > rate.fine"),
        ("rate.wide in [rate.fine .. 5]", "rate.wide in [rate.fine .. 5]"),
        ("max(rate.wide, rate.fine)", "max(rate.wide, rate.fine)"),
        ("min(rate.fine, rate.wide)", "min(rate.fine, rate.wide)"),
        ("if deceased then rate.wide else rate.fine", "if deceased then rate.wide else rate.fine"),
        ("rate.wide / 10000 * rate.fine * 10000", "rate.wide / 10000 * rate.fine * 10000"),
        ("floor(rate.wide / rate.fine)", "rate.wide / rate.fine"),
        ("income * 1000000 * 1000000", "income * 1000000 * 1000000"),
    ],
)
def test_number_that_columns_cannot_hold_is_refused(text: str, at: str) -> None:
    term, problems = read_term(text, HERE, WIDE_SCOPE)
    assert term is None
    problem = problems[-1]
    assert problem.code == "VB311"
    assert problem.message == f"`{at}` can be too large to be computed exactly"
    assert problem.hint.startswith("state a narrower range for a fact, or round in between")
    assert underlined(problem, text) == at


@pytest.mark.parametrize(
    "text",
    [
        "rate.wide * 4000",
        "rate.wide + rate.wide",
        "floor(rate.wide / 10)",
        "rate.wide / 1000",
        "income / 0.00001",
    ],
)
def test_number_that_columns_can_hold_is_read(text: str) -> None:
    assert reads(text, WIDE_SCOPE)
