"""Values of facts and terms for one person, and the two that are no ordinary value.

`Special.NONE` is known: there is no such thing (no death date: alive). `Special.UNKNOWN` is the
lack of a fact. Money and other numbers are exact `Fraction`s (money in yuan).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import TypeAlias


class Special(Enum):
    """The two values that are neither a number, a date, a code nor a truth."""

    NONE = "none"
    UNKNOWN = "unknown"


Known: TypeAlias = Fraction | date | bool | str | frozenset[str]
Value: TypeAlias = Known | Special
Facts: TypeAlias = Mapping[str, Value]
