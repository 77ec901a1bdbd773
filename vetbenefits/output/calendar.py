"""Days of change as a calendar (iCalendar), for the bureau's own calendar program.

It names no person: a day, a benefit, how many people, and the references by which the bureau finds
them in its own roster.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from icalendar import Calendar, Event

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from vetbenefits.reports.upcoming import CalendarEntry


def render_calendar(entries: Iterable[CalendarEntry], *, made_on: date, language: str) -> bytes:
    """Return entries as an iCalendar file; the same bytes for the same entries."""
    calendar = Calendar()
    calendar.add("prodid", f"-//vetbenefits//upcoming//{language.upper()}")
    calendar.add("version", "2.0")
    for entry in entries:
        event = Event()
        event.add("uid", f"{entry.key}@vetbenefits")
        event.add("dtstamp", datetime.combine(made_on, time(), UTC))
        event.add("dtstart", entry.on)
        event.add("summary", entry.title)
        event.add("description", entry.text)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
