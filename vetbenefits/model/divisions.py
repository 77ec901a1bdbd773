"""Codes of divisions: where a place lies, as far as its code can tell.

A code begins with the codes of all that it lies in: province (2 digits), city (4), county (6),
township (9), village (12). A place may be known less finely than a rule asks: of somebody in county
990101 it cannot be told whether they live in its township 990101003.

No part of a place is numbered 0, so zeros in its stead just fill up the code: 990101000000 is the
county 990101. Whoever reads a code cuts them off; what follows is done with codes without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LENGTHS = (2, 4, 6, 9, 12)


def without_zeros(division: str) -> str:
    """Return the code of a division without the zeros that fill it up."""
    for around in wider(division):
        if not division[len(around) :].strip("0"):
            return around
    return division


def wider(division: str) -> tuple[str, ...]:
    """Return the codes of what a division is a smaller part of, the widest first."""
    return tuple(division[:length] for length in LENGTHS if length < len(division))


def lies_within(place: str, division: str) -> bool | None:
    """Tell whether a place lies within a division; None where it is too wide a place to tell."""
    if place.startswith(division):
        return True
    return None if place in wider(division) else False


def parts_by_place(divisions: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the given divisions by each wider place that they are a smaller part of."""
    found: dict[str, list[str]] = {}
    for division in divisions:
        for place in wider(division):
            found.setdefault(place, []).append(division)
    return {place: tuple(parts) for place, parts in found.items()}
