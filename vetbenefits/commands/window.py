"""The days that a look ahead covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import typer

from vetbenefits.dates import LAST_ON, add_days, add_months

_DEFAULT_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Window:
    """The days after `known_on`, up to and including `last_on`."""

    known_on: date
    last_on: date


def window_of(as_of: date, months: int | None, month: str | None) -> Window:
    """Return the window of `--months`, counted from a day, or of `--month`.

    Raises:
        typer.BadParameter: both are given, or it ends after the last day that can be decided
            about.
    """
    if months is not None and month is not None:
        raise typer.BadParameter("--months and --month exclude each other; give one of them")
    if month is not None:
        first = date.fromisoformat(f"{month}-01")
        return Window(add_days(first, -1), add_days(add_months(first, 1), -1))
    wanted = months or _DEFAULT_MONTHS
    if as_of.year + (wanted + 11) // 12 >= LAST_ON.year - 1:
        raise typer.BadParameter(f"the time must end before {LAST_ON.year - 1}")
    return Window(as_of, add_months(as_of, wanted))
