"""Places as far as rules tell them apart: few questions stand for all places of a roster."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from vetbenefits.model.divisions import parts_by_place

if TYPE_CHECKING:
    from collections.abc import Sequence

# Stands for the rest of a code that lies in a division, and in no smaller one that is told apart.
_REST = "*"


@dataclass(frozen=True)
class Places:
    """Stand-ins for places: whatever is asked of the `divisions` has for both the same answer.

    A place that one of them is a smaller part of stands for itself, for it may lie in that one; any
    other is cut to the smallest of them that it lies in, and to nothing where it lies in none.
    """

    divisions: frozenset[str]

    @cached_property
    def _wide(self) -> frozenset[str]:
        return frozenset(parts_by_place(self.divisions))

    @cached_property
    def _lengths(self) -> Sequence[int]:
        return sorted({len(one) for one in self.divisions if one}, reverse=True)

    @cached_property
    def stand_ins(self) -> tuple[str, ...]:
        """Return every stand-in; the first is that of places in none of the divisions."""
        cut = {division + _REST for division in self.divisions if division}
        return ("", *sorted(cut | self._wide))

    def stand_in(self, place: str) -> str:
        """Return what stands for a place; nowhere, which has no code, stands for itself."""
        if not place or place in self._wide:
            return place
        for length in self._lengths:
            if place[:length] in self.divisions:
                return place[:length] + _REST
        return ""
