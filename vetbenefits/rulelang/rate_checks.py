"""Checks of the rows of one rate: no two at once, no hole by oversight."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from vetbenefits.model.rates import Valid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vetbenefits.model.rates import Key, RateRow, RateSchedule
    from vetbenefits.rulelang.findings import Findings


def check_rate(schedule: RateSchedule, findings: Findings) -> None:
    """Note rows that hold at once, and days without a row between two rows."""
    for keys, division, rows in schedule.series():
        of = _named(schedule, keys, division)
        for earlier, later in pairwise(rows):
            _check_pair(earlier, later, of, findings)
        if schedule.valid is Valid.OWN_YEAR:
            _check_years(rows, of, findings)


def _check_pair(earlier: RateRow, later: RateRow, of: str, findings: Findings) -> None:
    if earlier.from_on == later.from_on:
        message = f"two rows{of} begin on {later.from_on}; the other is on line {earlier.span.line}"
        findings.error("VB609", message, later.span, "keep one of them")
    elif earlier.until_on is not None and earlier.until_on > later.from_on:
        message = f"this row{of} begins on {later.from_on}, while the one before it "
        message += f"(line {earlier.span.line}) holds until {earlier.until_on}"
        findings.error("VB609", message, later.span, "end the earlier row no later than this")
    elif earlier.until_on is not None and earlier.until_on < later.from_on and not earlier.note:
        # With a note somebody has said why nothing is known between the two.
        message = f"no row{of} holds from {earlier.until_on} up to {later.from_on}"
        hint = (
            "write `value: none` if nobody was entitled, or say in a `note` of the earlier row why"
        )
        findings.warn("VB610", message, later.span, hint)


def _check_years(rows: Sequence[RateRow], of: str, findings: Findings) -> None:
    for row in rows:
        if row.from_on != date(row.from_on.year, 1, 1):
            message = f"a row{of} that holds for its calendar year begins on 1 January"
            findings.error("VB612", message, row.span, f"write from: {row.from_on.year}-01-01")


def _named(schedule: RateSchedule, keys: tuple[Key, ...], division: str) -> str:
    """Return ` for grade 3, 990101`, or nothing where there is only one series."""
    words = [f"{name} {key}" for name, key in zip(schedule.keys, keys, strict=True)]
    if division:
        words.append(division)
    return f" for {', '.join(words)}" if words else ""
