"""What is left of a file when its broken parts are taken away or filled in.

One slip in a rate row must not hide another in a condition. So the sound parts of a broken file are
still read, for the sake of their problems; the file as a whole stays unusable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from vetbenefits.problems import Span
from vetbenefits.rulelang.lost import NOTHING_LOST, Lost
from vetbenefits.rulelang.source import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Step: TypeAlias = str | int
Container: TypeAlias = dict[object, object] | list[object]

_NOWHERE = Span("")
# What stands for a key that must be there and is not. It is never shown: only expressions are read
# in such a file, and those that stand here are sound. `bill` knows the facts of all tables.
_STAND_INS: Mapping[str, str | None] = {
    "benefit": "unnamed",
    "title": "unnamed",
    "for_each": "bill",
    "due_when": None,
    "amount": None,
    "per": "year",
    "used": "0",
    "if": "yes",
    "value": "0",
    "id": "unnamed",
    "say": "unnamed",
    "effect": "warning",
    "date": "unnamed",
    "key": "unnamed",
}
_HARMLESS = frozenset({"headers", "role", "month_only", "derive", "changes", "private", "note"})
# What goes as a whole, with the keys of it that can go alone: without them a rate or a fact is of
# the same type still. None is any name or number.
_WHOLE: Mapping[tuple[str | None, ...], frozenset[str]] = {
    ("define", None): frozenset(),
    ("rates", None, "values", None): frozenset(),
    ("rates", None): frozenset({"title", "law", "note", "valid", "expect", "values", "file"}),
    ("values", None): frozenset(),
    ("facts", None): _HARMLESS,
    ("tables", None, "facts", None): _HARMLESS,
    ("tables", None): frozenset({"title", "date", "key"}),
}


def is_stand_in(text: object) -> bool:
    """Tell whether a text is not in the file, but stands for one that should be."""
    return isinstance(text, SourceText) and not text.span.file


def prune(tree: object, errors: Iterable[tuple[str, tuple[Step, ...]]]) -> Lost | None:
    """Take the broken parts out of a tree of dicts and lists, and fill in what is missing.

    A list loses the item in which an error lies, a mapping the key; of a definition, rate or fact
    nothing is kept, unless its type does not hang on the error.

    Args:
        tree: the plain tree of a file; changed in place.
        errors: the kind and the path of each error; steps that the tree does not hold are passed
            over.

    Returns:
        The names that went with the parts; None where nothing sensible is left.
    """
    taken: dict[tuple[int, Step], tuple[Container, Step]] = {}
    lost = NOTHING_LOST
    for kind, location in errors:
        whole = _whole(location)
        parent = _node(tree, location[:-1])
        if kind == "missing" and not whole and isinstance(parent, dict):
            key = str(location[-1])
            if key in _STAND_INS:
                parent[key] = _stand_in(key)
                continue
        found = _innermost(tree, whole or location)
        if found is None:
            return None
        taken[id(found[0]), found[1]] = found
        lost |= _lost_with(tree, whole or location)
    _take(taken.values())
    return lost


def _take(parts: Iterable[tuple[Container, Step]]) -> None:
    places: dict[int, tuple[list[object], set[Step]]] = {}
    for container, step in parts:
        if isinstance(container, dict):
            container.pop(step, None)
        else:
            places.setdefault(id(container), (container, set()))[1].add(step)
    for items, gone in places.values():
        items[:] = [item for place, item in enumerate(items) if place not in gone]


def _stand_in(key: str) -> object:
    text = _STAND_INS[key]
    return {} if text is None else SourceText(text, _NOWHERE)


def _node(tree: object, location: Iterable[Step]) -> object:
    """Return what stands at a path, steps that are not there passed over."""
    found = _innermost(tree, tuple(location))
    return tree if found is None else found[0][found[1]]  # type: ignore[index]  # a step of its own container


def _innermost(tree: object, location: tuple[Step, ...]) -> tuple[Container, Step] | None:
    """Return container and place of the innermost thing at a path that can go."""
    found: tuple[Container, Step] | None = None
    node = tree
    for step in location:
        if isinstance(node, dict | list):
            inside = dict(enumerate(node)) if isinstance(node, list) else node
            if step in inside:
                found, node = (node, step), inside[step]
    return found


def _whole(location: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the path of what must go as a whole with an error in it; empty where nothing must."""
    for pattern, harmless in _WHOLE.items():
        start, rest = location[: len(pattern)], location[len(pattern) :]
        is_within = len(start) == len(pattern) and all(
            wanted in (None, step) for wanted, step in zip(pattern, start, strict=True)
        )
        if is_within:
            return () if rest and rest[0] in harmless else start
    return ()


def _lost_with(tree: object, location: tuple[Step, ...]) -> Lost:
    """Return the names that go with what stands at a path."""
    match location:
        case ("define",):
            return Lost(any_name=True)
        case ("rates",):
            return Lost(any_rate=True)
        case ("rates", str(name)):
            return Lost(rates=frozenset({name}))
        case ("define" | "facts", str(name)) | ("tables", _, "facts", str(name)):
            return Lost(_words(tree, location, name))
        case ("tables", str()):
            facts = _node(tree, (*location, "facts"))
            inner = [str(name) for name in facts] if isinstance(facts, dict) else []
            words = (_words(tree, (*location, "facts", name), name) for name in inner)
            return Lost(frozenset().union(*words))
        case _:
            return NOTHING_LOST


def _words(tree: object, location: tuple[Step, ...], name: str) -> frozenset[str]:
    """Return the words by which an expression may name a fact or definition."""
    title = _node(tree, (*location, "title"))
    titles = title.values() if isinstance(title, dict) else (title,)
    return frozenset({name, *(str(one) for one in titles if isinstance(one, SourceText))})
