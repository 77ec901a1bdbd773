"""What a broken file would have defined, so that its absence gives no further problems."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lost:
    """What a broken file would have defined: these names mean something, but nobody knows what.

    `names` are those of facts and definitions with their titles. `any_name` and `any_rate`: what
    defines such names cannot be read at all, so that any unknown name may be one of them.
    """

    names: frozenset[str] = frozenset()
    rates: frozenset[str] = frozenset()
    any_name: bool = False
    any_rate: bool = False

    def __or__(self, other: Lost) -> Lost:
        """Return what is lost in either."""
        return Lost(
            self.names | other.names,
            self.rates | other.rates,
            self.any_name or other.any_name,
            self.any_rate or other.any_rate,
        )


NOTHING_LOST = Lost()
