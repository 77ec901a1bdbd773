"""The line as it should read where quotes around an expression were forgotten.

In YAML `{ } [ ] , : #` have a meaning of their own. A policy clerk cannot be expected to know it,
so the message shows the repaired line, and only one that was tried out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_LINE = 2_000  # nobody reads a longer one, and trying takes the square of it

# A key and the begin of its value. Keys of expressions are words; so are names under `define`.
_KEY = re.compile(r"(?:(?<=^)|(?<=[\s{,-]))([\w\u3400-\u9fff]+)\s*:\s+(?=\S)")
_NEXT_KEY = re.compile(r",\s*[\w\u3400-\u9fff]+\s*:(?:\s|$)")
_SPECIAL = re.compile(r"[{}\[\],:#]|^[%@`!&*|>]")
_OPENING = {"(": ")", "[": "]", "{": "}"}
# Values that are YAML lists or mappings by right, and never an expression.
_BLOCK_KEYS = frozenset(
    {
        "title", "law", "in_force", "paid_by", "define", "due_when", "all", "any", "none", "say",
        "amount", "rates", "values", "round", "ceiling", "payable", "start", "stop", "when",
        "notice", "apply", "steps", "documents", "remove", "expect", "key", "keys", "range",
        "headers", "derive", "blank", "none_when", "groups", "also", "facts", "tables", "checks",
        "highest", "all_but", "after_death",
    }
)  # fmt: skip


def line_with_quotes(line: str, is_readable: Callable[[str], bool]) -> str:
    """Return the line with quotes around its expressions, or nothing if that is not the cure.

    Args:
        line: the line that YAML could not read.
        is_readable: tells whether a line is YAML by itself.
    """
    if len(line) > LONGEST_LINE:
        return ""
    pieces: list[str] = []
    position = 0
    changed = False
    while True:
        match = _KEY.search(line, position)
        if match is None:
            break
        end = _value_end(line, match.end())
        value = line[match.end() : end].rstrip()
        if match[1] in _BLOCK_KEYS or not _needs_quotes(value):
            skipped = match.end() if value[:1] in _OPENING else max(end, match.end())
            pieces.append(line[position:skipped])
            position = skipped
            continue
        pieces.append(line[position : match.end()] + _quoted(value))
        position = match.end() + len(value)
        changed = True
    fixed = "".join(pieces) + line[position:]
    return fixed if changed and is_readable(fixed) else ""


def _needs_quotes(value: str) -> bool:
    if value[:1] in ("'", '"', "") or _SPECIAL.search(value) is None:
        return False
    if value[0] == "{" and re.match(r"\{\s*[\w\u3400-\u9fff]+\s*:(?:\s|$)", value):
        return False  # a mapping
    if value[0] == "[" and value[-1] == "]" and ".." not in value:
        return False  # a list
    opened = sum(value.count(char) for char in _OPENING)
    return opened == sum(value.count(char) for char in _OPENING.values())


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _value_end(line: str, start: int) -> int:
    """Return where the value ends: before `, key:` or the bracket that closes around it."""
    if line[start : start + 1] in ("'", '"'):
        closing = line.find(line[start], start + 1)
        return closing + 1 if closing > 0 else len(line)
    open_brackets = 0
    for position in range(start, len(line)):
        char = line[position]
        if char in _OPENING:
            open_brackets += 1
        elif char in _OPENING.values():
            # A half-open interval `[a .. b)` closes with the other bracket: only count them.
            if not open_brackets:
                return position
            open_brackets -= 1
        elif (char == "," and not open_brackets and _NEXT_KEY.match(line, position)) or (
            char == "#" and line[position - 1].isspace() and not open_brackets
        ):
            return position
    return len(line)
