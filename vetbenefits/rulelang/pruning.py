"""What is left of a file when its broken parts are taken away.

One slip in a rate row must not hide another in a condition. So the sound parts of a broken file are
still read, for the sake of their problems; the file as a whole stays unusable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Step: TypeAlias = str | int

# What others refer to by name. Without one of these every use of it would look like an error too.
_NAMED = frozenset({"define", "rates", "facts", "values", "tables"})


def prune(tree: object, locations: Iterable[tuple[Step, ...]]) -> bool:
    """Take the broken parts out of a tree of dicts and lists, in place.

    A list loses the item in which an error lies, a mapping the key.

    Args:
        tree: the plain tree of a file.
        locations: the paths of the errors; steps that the tree does not hold are passed over.

    Returns:
        Whether something sensible is left.
    """
    items: dict[int, tuple[list[object], set[int]]] = {}
    keys: list[tuple[dict[object, object], object]] = []
    for location in locations:
        target = _target(tree, location)
        if target is None:
            return False
        container, step = target
        if isinstance(container, list) and isinstance(step, int):
            items.setdefault(id(container), (container, set()))[1].add(step)
        elif isinstance(container, dict):
            keys.append((container, step))
    for listed, places in items.values():
        listed[:] = [item for place, item in enumerate(listed) if place not in places]
    for mapping, key in keys:
        mapping.pop(key, None)
    return True


def _target(tree: object, location: tuple[Step, ...]) -> tuple[object, Step] | None:
    """Return the container and the item or key to take out of it: the innermost that can go."""
    found: tuple[object, Step] | None = None
    node, name = tree, ""
    for step in location:
        if isinstance(node, list) and isinstance(step, int) and step < len(node):
            found, node, name = (node, step), node[step], ""
        elif isinstance(node, dict) and isinstance(step, str) and step in node:
            if name in _NAMED:
                found = None
            elif found is None or not isinstance(found[0], list):
                found = (node, step)
            node, name = node[step], step
    return found
