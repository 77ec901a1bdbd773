"""Frozen nouns of the model as JSON and back, for the cache of checked rule books.

One flat pool: an entry is a plain value, or a list whose head names a class and whose rest are
positions of earlier entries. So equal parts are stored and built once, and one schedule stays one
object in all terms that use it. Only the classes listed here can be built, whatever a file says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from vetbenefits import dates, money, problems
from vetbenefits.model import expressions, facts, kinds, payable, rates, rulebook, values

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

Entry: TypeAlias = "str | int | bool | list[str | int] | None"

_MODULES: tuple[ModuleType, ...] = (
    dates, money, problems, expressions, facts, kinds, payable, rates, rulebook, values,
)  # fmt: skip


def _classes() -> dict[str, type]:
    found: dict[str, type] = {}
    for module in _MODULES:
        for name, one in vars(module).items():
            is_noun = isinstance(one, type) and one.__module__ == module.__name__
            if is_noun and (is_dataclass(one) or issubclass(one, Enum)):
                found[name] = one
    return found


_CLASSES = _classes()
_FIELDS: dict[str, tuple[str, ...]] = {
    name: tuple(field.name for field in fields(one) if field.init)
    for name, one in _CLASSES.items()
    if is_dataclass(one)
}


def encode(root: object) -> list[Entry]:
    """Return the pool of an object; its last entry is the object itself.

    Raises:
        TypeError: something in it is neither plain nor one of the nouns.
    """
    pool = _Pool()
    pool.add(root)
    return pool.entries


def decode(entries: list[Entry]) -> object:
    """Return the object of a pool.

    Raises:
        ValueError, TypeError, KeyError, IndexError: this is no pool of ours.
    """
    made: list[object] = []
    for entry in entries:
        if not isinstance(entry, list):
            made.append(entry)
            continue
        head, *places = entry
        parts: list[object] = []
        for place in places:
            if not isinstance(place, int) or not 0 <= place < len(made):
                raise ValueError("a part comes before the whole")
            parts.append(made[place])
        names = _FIELDS.get(str(head))
        if names is not None:
            made.append(_CLASSES[str(head)](**dict(zip(names, parts, strict=True))))
        else:
            made.append(_BUILDERS[str(head)](parts))
    return made[-1]


@dataclass(slots=True)
class _Pool:
    """Entries so far, and where each value stands."""

    entries: list[Entry]
    _places: dict[object, int]
    _by_identity: dict[int, tuple[object, int]]

    def __init__(self) -> None:
        self.entries = []
        self._places = {}
        self._by_identity = {}

    def add(self, value: object) -> int:
        """Return the place of a value; it is added where it is new."""
        if value is None or (isinstance(value, str | int) and not isinstance(value, Enum)):
            plain = str(value) if isinstance(value, str) else value
            return self._put((type(plain).__name__, plain), plain)
        seen = self._by_identity.get(id(value))
        if seen is not None:
            return seen[1]
        head, parts = _taken_apart(value)
        places = [self.add(part) for part in parts]
        place = self._put((head, *places), [head, *places])
        # The value is kept beside its place: an id is only good while its object lives.
        self._by_identity[id(value)] = (value, place)
        return place

    def _put(self, key: object, entry: Entry) -> int:
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self.entries)
            self.entries.append(entry)
        return place


def _taken_apart(value: object) -> tuple[str, list[object]]:  # noqa: PLR0911  one line for each kind
    name = type(value).__name__
    if _CLASSES.get(name) is type(value):
        if isinstance(value, Enum):
            return f"enum {name}", [value.value]
        return name, [getattr(value, field) for field in _FIELDS[name]]
    if isinstance(value, Fraction):
        return "fraction", [value.numerator, value.denominator]
    if isinstance(value, date):
        return "date", [value.isoformat()]
    if isinstance(value, Mapping):
        return "map", [part for pair in value.items() for part in pair]
    if isinstance(value, frozenset):
        return "set", sorted(value, key=repr)
    if isinstance(value, tuple | list):
        return ("tuple" if isinstance(value, tuple) else "list"), list(value)
    raise TypeError(f"{name} has no place in the cache")


def _map(parts: list[object]) -> dict[object, object]:
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _fraction(parts: list[object]) -> Fraction:
    numerator, denominator = parts
    if not isinstance(numerator, int) or not isinstance(denominator, int) or not denominator:
        raise ValueError("no fraction")
    return Fraction(numerator, denominator)


_BUILDERS: dict[str, Callable[[list[object]], object]] = {
    "fraction": _fraction,
    "date": lambda parts: date.fromisoformat(str(parts[0])),
    "tuple": tuple,
    "list": list,
    "set": frozenset,
    "map": _map,
}
for _name, _class in _CLASSES.items():
    if issubclass(_class, Enum):
        _BUILDERS[f"enum {_name}"] = lambda parts, made=_class: made(parts[0])  # type: ignore[misc]  # bound now
