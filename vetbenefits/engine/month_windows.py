"""Which days decide what one month pays, told from a rule alone: the shortest window.

A run of due days that covers the last day of the month before pays the month, however long ago it
began. Only what reaches further asks for more days: tails after a death, the parts of a year that
add up in December, months until the end of a year, tranches that are paid when they end.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from vetbenefits.dates import FIRST_ON
from vetbenefits.engine.turning_days import Window
from vetbenefits.model.payable import Choice, EveryMonth, InMonths, Start, Stop, Tranches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetbenefits.model.payable import End, Ends, Payable
    from vetbenefits.model.rulebook import Benefit, Variant

_ONE_DAY = timedelta(days=1)
_EVERY_HEAD = 2  # months after the first due day within which a run pays first, or never
_YEAR_HEAD = 14
_WHOLE = 400 * 12
_DECEMBER = 11


def window_of(benefit: Benefit, month: int) -> Window | None:
    """Return the days that decide what a month pays; None where the rule pays nothing in it.

    `month` counts from the year 0: year * 12 + month - 1.
    """
    found = [one for variant in benefit.variants for one in _of_variant(variant, month)]
    if not found:
        return None
    from_on = min(one.from_on for one in found)
    until_on = max(one.until_on for one in found)
    if len({_key(one.pays) for one in benefit.variants}) > 1:
        # A run is paid as its first day says, so it must be seen whether it began before a change.
        changes = (day for one in benefit.variants for day in (one.from_on, one.until_on))
        inside = (day for day in changes if benefit.from_on < day < min(until_on, benefit.until_on))
        from_on = min([from_on, *(day - _ONE_DAY for day in inside)])
    if until_on <= benefit.from_on or benefit.until_on <= from_on:
        return None
    return Window(max(from_on, FIRST_ON), until_on)


def look_back_window(benefit: Benefit, until_on: date) -> Window:
    """Return all days on which the benefit can be due until a day (exclusive).

    The first is the day before it came into force, so that it is told what began on that day.
    """
    return Window(max(benefit.from_on, FIRST_ON + _ONE_DAY) - _ONE_DAY, until_on)


def pays_as_the_day(benefit: Benefit, month: int) -> bool:
    """Tell whether somebody for whom nothing turns in the window is paid one day's amount."""
    return all(_is_listed(one.pays, month) for one in benefit.variants) and not any(
        _is_once(one) or _adds_up(one, month) for one in benefit.variants
    )


def head_months(benefit: Benefit) -> int:
    """Return within how many months from its first day on a run is first paid, or never."""
    return max(_head(one.pays) for one in benefit.variants)


def _head(pays: Payable) -> int:
    if Start.THIS_YEAR in _words(pays.start):
        return _WHOLE  # months before a run may be those of another run
    match pays.when:
        case Tranches():
            return 2 * pays.when.months + 2
        case InMonths():
            return _YEAR_HEAD
        case EveryMonth():
            return _EVERY_HEAD


def _of_variant(variant: Variant, month: int) -> Iterator[Window]:
    pays = variant.pays
    match pays.when:
        case Tranches():
            yield _of_tranches(pays.when, month)
        case EveryMonth() | InMonths():
            if _is_listed(pays, month) or pays.after_death:
                yield Window(_eve(min(_lows(variant, month))), _first(max(_highs(pays, month))))


def _of_tranches(when: Tranches, month: int) -> Window:
    """Return the days that decide about the tranches that are paid in a month.

    A tranche that begins on a day which its month does not have begins in the month after.
    """
    if when.at_end:
        begins = month - when.months
        until = month + 1 if when.full_only else begins + 2
        return Window(_first(begins - 1), _first(until))
    until = month + when.months + 2 if when.full_only else month + 1
    return Window(_first(month), _first(until))


def _lows(variant: Variant, month: int) -> Iterator[int]:
    """Yield first months of the window; the last day before it is in the window, too."""
    pays = variant.pays
    year = month - month % 12
    until_next_year = Stop.NEXT_YEAR in _words(pays.stop)
    yield month
    if until_next_year or _adds_up(variant, month):
        yield year
    if _is_once(variant):
        yield _listed_before(pays, month)
    for after in pays.after_death:
        died = month - after.months
        yield (died + 1) // 12 * 12 - 12 if until_next_year else died


def _highs(pays: Payable, month: int) -> Iterator[int]:
    """Yield the first months after the window."""
    yield month + 1
    if Start.THIS_YEAR in _words(pays.start):
        yield month - month % 12 + 12
    for after in pays.after_death:
        if after.at_once:
            yield month + after.months + 1


def _listed_before(pays: Payable, month: int) -> int:
    before = month - 1
    while not _is_listed(pays, before):
        before -= 1
    return before


def _is_listed(pays: Payable, month: int) -> bool:
    match pays.when:
        case Tranches():
            return False
        case InMonths():
            return month % 12 + 1 in pays.when.months
        case EveryMonth():
            return True


def _is_once(variant: Variant) -> bool:
    return variant.amount.per == "once"


def _adds_up(variant: Variant, month: int) -> bool:
    """Tell whether a month makes the parts of a year add up."""
    return bool(variant.amount.residual) and month % 12 == _DECEMBER


def _words(ends: Ends[End]) -> set[End]:
    said: list[End | Choice[End]] = [ends.default]
    said += ends.by_cause.values()
    found: set[End] = set()
    for one in said:
        found |= {one.then, one.otherwise} if isinstance(one, Choice) else {one}
    return found


def _key(pays: Payable) -> str:
    return repr(pays)  # what a rule says by cause cannot be hashed


def _first(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _eve(month: int) -> date:
    return _first(month) - _ONE_DAY
