"""Days, fen and roster cells in plain Python: what the oracle stands on."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NONE = "none"
"""A value that is known to be none; `None` is a value that nobody knows."""

# --- days ----------------------------------------------------------------------------------------


def month_later(day: date, months: int) -> date:
    """Add months; a day that does not exist gives the 1st of the month after it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        year, month = divmod(year * 12 + month + 1, 12)
        return date(year, month + 1, 1)


def whole_years(start: date, end: date) -> int:
    """Count the anniversaries of `start` up to and including `end`."""
    years = 0
    while month_later(start, 12 * (years + 1)) <= end:
        years += 1
    return years


def begun_years(start: date, end: date) -> int:
    """Count years of service; the end is exclusive, and a year that was begun counts whole."""
    years = whole_years(start, end)
    return years if month_later(start, 12 * years) == end else years + 1


# --- money ---------------------------------------------------------------------------------------


def to_fen(yuan: Fraction) -> int:
    """Round half up to the fen (amounts here are never negative)."""
    return (yuan * 100 + Fraction(1, 2)).__floor__()


# --- facts ---------------------------------------------------------------------------------------

BLANK_IS_NONE = ("deceased_on", "leaving_reason", "disability_grade", "disability_cause")
BLANK_IS_EMPTY = ("draws", "category")
PLACES = ("division_code", "approval_division")


def complete(cells: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the cells of a roster row (`None` is a blank) into facts: derive what can be, then say
    what blanks mean."""
    facts = dict(cells)
    born = birth_in(cells.get("id_number"))
    if born is not None:
        facts["birth_date"] = born
    if cells.get("service_status") is None and cells.get("discharged_on") is not None:
        facts["service_status"] = "retired"
    if cells.get("draws_pension") is None and cells.get("pension_insurance") in ("resident", NONE):
        facts["draws_pension"] = False
    if cells.get("discharged_on") is None and facts.get("service_status") == "serving":
        facts["discharged_on"] = NONE
    # A person who never was a soldier was never approved either.
    if cells.get("enlistment_approved_on") is None and facts.get("service_status") == "civilian":
        facts["enlistment_approved_on"] = NONE
    for fact in BLANK_IS_NONE:
        if cells.get(fact) is None:
            facts[fact] = NONE
    for fact in BLANK_IS_EMPTY:
        if cells.get(fact) is None:
            facts[fact] = frozenset()
    return facts | {fact: place_named(cells[fact]) for fact in PLACES if cells.get(fact)}


def place_named(code: str) -> str:
    """Take a division code apart and leave away the parts at its end that are only zeros."""
    parts = [code[:2], code[2:4], code[4:6], code[6:9], code[9:]]
    while parts[-1].count("0") == len(parts[-1]):
        parts.pop()
    return "".join(parts)


def check_digit(body: str) -> str:
    """Compute the last character of an ID number from the seventeen before it."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return "10X98765432"[total % 11]


def birth_in(number: str | None) -> date | None:
    """Read the birthday out of a right ID number."""
    if number is None:
        return None
    if len(number) == 15:
        number = number[:6] + "19" + number[6:]
        number += check_digit(number)
    if check_digit(number[:17]) != number[17]:
        return None
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
