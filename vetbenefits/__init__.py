"""Who is due which benefit, on which day, and why, from dated rules and a roster.

The names below are the whole Python API. They are looked up when first used, so that
`import vetbenefits` (and with it `vetbenefits --help`) loads no data frame library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vetbenefits.api import check, explain, load_rules, read_roster

__all__ = ["__version__", "check", "explain", "load_rules", "read_roster"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Fetch a name of the Python API from `vetbenefits.api` when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module("vetbenefits.api"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, whether they were used yet or not."""
    return sorted({*globals(), *__all__})
