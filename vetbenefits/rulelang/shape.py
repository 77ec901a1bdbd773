"""Problems with the shape of a file: unknown, missing and misplaced keys, each with its place.

The models of `document.py` find them; this file finds the words and the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from vetbenefits.problems import Problem, Span, closest, did_you_mean
from vetbenefits.rulelang.scalars import Unreadable
from vetbenefits.rulelang.source import SourceText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from vetbenefits.rulelang.source import YamlNode

Step: TypeAlias = str | int

_WRONG_KIND = {
    "list_type": ("a list", "put `- ` before each item"),
    "dict_type": ("keys with values", "write `key: value` lines below it"),
    "model_type": ("keys with values", "write `key: value` lines below it"),
    "model_attributes_type": ("keys with values", "write `key: value` lines below it"),
    "tuple_type": ("a list", "put `- ` before each item"),
}


def as_list(value: object) -> object:
    """Bring one item into the form of a list."""
    return value if isinstance(value, list) else [value]


def both_languages(value: object) -> object:
    """Bring a bare text into the form of a pair of languages."""
    return {"zh": value, "en": value} if isinstance(value, SourceText) else value


def only_key(key: str) -> Callable[[object], object]:
    """Return what brings a bare text into the form of a mapping with one key."""
    return lambda value: {key: value} if isinstance(value, SourceText) else value


def under_key_if_list(key: str) -> Callable[[object], object]:
    """Return what brings a bare list into the form of a mapping with one key."""
    return lambda value: {key: value} if isinstance(value, list) else value


def citations(value: object) -> object:
    """Bring one citation, or the bare name of a document, into the form of a list of them."""
    return [only_key("document")(one) for one in (value if isinstance(value, list) else [value])]


# What is said of a key, not of the text that it holds.
_SAID_OF_THE_KEY = frozenset({"VB202", "VB208", "VB209"})


def take_known_keys(
    entries: Mapping[object, object], known: Sequence[str], problems: list[Problem]
) -> dict[object, object]:
    """Return the entries with known keys; note the others.

    A key that is nearly a known one which is absent is read as that one, so that one slip of the
    finger gives one problem.
    """
    taken: dict[object, object] = {}
    for key, value in entries.items():
        if key in known or not isinstance(key, SourceText):
            taken[key] = value
            continue
        hint = did_you_mean(key, known) or "the keys here are " + ", ".join(known)
        problems.append(Problem("VB203", f"unknown key `{key}`", key.span, hint=hint))
        meant = closest(key, known, most=1)
        if meant and not any(name in entries for name in meant):
            taken[SourceText(meant[0], key.span)] = value
    return taken


def take_misspelt_keys(
    entries: Mapping[object, object],
    absent: Sequence[str],
    known: Sequence[str],
    problems: list[Problem],
) -> dict[object, object]:
    """Return the entries of a mapping with keys of its own, misspelt ones put right and noted.

    Args:
        entries: the mapping.
        absent: the keys that it must have and has not.
        known: all keys that the language knows here.
        problems: takes what was noted.
    """
    taken: dict[object, object] = {}
    for key, value in entries.items():
        meant = closest(key, absent, most=1) if isinstance(key, SourceText) else ()
        if key in known or not isinstance(key, SourceText) or not meant:
            taken[key] = value
            continue
        hint = did_you_mean(key, meant)
        problems.append(Problem("VB203", f"unknown key `{key}`", key.span, hint=hint))
        taken[SourceText(meant[0], key.span)] = value
    return taken


def problems_of(
    errors: Iterable[Mapping[str, object]], root: YamlNode, shown_as: str
) -> tuple[Problem, ...]:
    """Turn the errors of a validation into problems with places.

    Args:
        errors: as pydantic lists them: `type`, `loc`, `msg`, `ctx`.
        root: the tree that was validated.
        shown_as: the name of the file.
    """
    return tuple(_problem(error, root, shown_as) for error in errors)


def _problem(error: Mapping[str, object], root: YamlNode, shown_as: str) -> Problem:
    location = error["loc"]
    steps: tuple[Step, ...] = tuple(location) if isinstance(location, tuple) else ()
    kind = str(error["type"])
    key = str(steps[-1]) if steps else ""
    if kind == "missing":
        span, parent = _place(steps[:-1], root, shown_as)
        where = f" in `{parent}`" if parent else ""
        return Problem("VB201", f"`{key}` is missing{where}", span, hint=f"add `{key}: …`")
    span, named = _place(steps, root, shown_as)
    context = error.get("ctx")
    cause = context.get("error") if isinstance(context, Mapping) else None
    if isinstance(cause, Unreadable):
        message = cause.message
        if cause.code in _SAID_OF_THE_KEY:
            span, message = _key_place(steps, root, span), f"`{named}` {message}"
        return Problem(cause.code, message, span, hint=cause.hint)
    if kind in _WRONG_KIND:
        expected, hint = _WRONG_KIND[kind]
        found = _node(steps, root)
        if found is not None and found.text == "":
            hint = "fill it in or delete the key"
            return Problem("VB209", f"`{named}` is empty", span, hint=hint)
        message = f"`{named}` must hold {expected}" if named else f"the file must hold {expected}"
        return Problem("VB202", message, span, hint=hint)
    return Problem("VB202", f"`{named}` is not as it should be: {error['msg']}", span)


def _node(steps: Sequence[Step], root: YamlNode) -> YamlNode | None:
    node: YamlNode | None = root
    for step in steps:
        node = _child(node, step) if node is not None else None
    return node


def _child(node: YamlNode, step: Step) -> YamlNode | None:
    if isinstance(step, int):
        return node.items[step] if node.items is not None and step < len(node.items) else None
    return node.get(step)


def _key_place(steps: Sequence[Step], root: YamlNode, otherwise: Span) -> Span:
    parent = _node(steps[:-1], root)
    last = steps[-1] if steps else ""
    if parent is None or not isinstance(last, str) or parent.get(last) is None:
        return otherwise
    return parent.key_span(last)


def _place(steps: Sequence[Step], root: YamlNode, shown_as: str) -> tuple[Span, str]:
    """Return the place of the value at a path and the key it belongs to.

    A mapping or list stands for itself by its key. What the tree does not hold is passed over: a
    short form that was brought into the long one has a longer path than the text.
    """
    node, key, key_span = root, "", Span(shown_as)
    if root.text is None:
        key_span = root.span
    for step in steps:
        if step == "[key]":
            return key_span, key
        child = _child(node, step)
        if child is None:
            continue
        if isinstance(step, str):
            key, key_span = step, node.key_span(step)
        elif child.text is None:
            key_span = child.span
        node = child
    return (node.text.span if node.text else key_span), key
