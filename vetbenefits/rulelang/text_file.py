"""Bytes of a file into text: in UTF-8, not too long, without control characters."""

from __future__ import annotations

import re

from vetbenefits.problems import Problem, Span

LARGEST_FILE = 5_000_000

# What no text file holds, not even in quotes: control characters except tab and line ends.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def decode(content: bytes, shown_as: str) -> tuple[str | None, tuple[Problem, ...]]:
    """Return the text of a file in UTF-8, with or without a byte-order mark."""
    if len(content) > LARGEST_FILE:
        return None, (too_large(shown_as, len(content)),)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "the file is not in UTF-8" + _encoding_guess(content)
        hint = "save it as UTF-8 (in Windows Notepad: Save as, Encoding: UTF-8)"
        return None, (Problem("VB101", message, Span(shown_as, line, 0), hint=hint),)
    match = _CONTROL.search(text)
    if match is None:
        return text, ()
    span = _span_at(text, match.start(), shown_as)
    message = f"a control character (U+{ord(match.group()):04X}) stands in the text"
    return None, (Problem("VB111", message, span, hint="delete it"),)


def too_large(shown_as: str, size: int) -> Problem:
    """Return the problem of a file that is larger than any of ours."""
    message = f"the file has {size:,} bytes, more than {LARGEST_FILE:,}"
    return Problem("VB102", message, Span(shown_as), hint="split it, or move rates into a CSV file")


def _encoding_guess(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "; it looks like UTF-16"
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "; it looks like GB18030"


def _span_at(text: str, offset: int, shown_as: str) -> Span:
    before = text[:offset].splitlines(keepends=True)
    ended = bool(before) and before[-1] != before[-1].rstrip("\r\n")
    line = len(before) + (1 if ended or not before else 0)
    column = 1 if ended or not before else len(before[-1]) + 1
    return Span(shown_as, line, column)
