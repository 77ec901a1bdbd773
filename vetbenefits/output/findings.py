"""Lists of problems: for people on stderr, as data for programs."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, TextIO

from vetbenefits.output.plain_json import write_json
from vetbenefits.output.problems import render_problem
from vetbenefits.problems import Severity, Span, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetbenefits.problems import Problem

MOST_PER_FILE = 20
_MONTH_ONLY = " names only a month"


def show_problems(
    problems: Iterable[Problem], stream: TextIO, *, only_errors: bool = False
) -> None:
    """Write problems in order of place, at most twenty a file, and how many there are."""
    found = in_order(problems)
    shown = [one for one in joined_notes(found) if one.is_error or not only_errors]
    for _, of_file in groupby(shown, key=lambda one: one.span.file):
        listed = list(of_file)
        stream.writelines(render_problem(one) + "\n" for one in listed[:MOST_PER_FILE])
        if len(listed) > MOST_PER_FILE:
            stream.write(f"… and {len(listed) - MOST_PER_FILE} more in {listed[0].span.file}\n")
    counted = [one for one in shown if one.severity is not Severity.NOTE]
    if counted:
        stream.write(f"{_counted(counted)}\n")


def joined_notes(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems with the notes that say the same of several columns joined to one.

    Only for people: programs want each column apart.
    """
    groups: dict[tuple[str, str, str], list[Problem]] = {}
    for at, one in enumerate(problems):
        _, mark, said = one.message.partition(_MONTH_ONLY)
        is_joined = bool(mark) and one.severity is Severity.NOTE
        key = (one.span.file, one.code, said) if is_joined else ("", "", str(at))
        groups.setdefault(key, []).append(one)
    return [group[0] if len(group) == 1 else _joined(group) for group in groups.values()]


def _joined(notes: list[Problem]) -> Problem:
    columns = ", ".join(one.message.partition(_MONTH_ONLY)[0] for one in notes)
    first = notes[0]
    how = first.message.partition(_MONTH_ONLY)[2].replace("is read as its", "are read as its", 1)
    return replace(
        first,
        message=f"{columns} name only a month{how}",
        span=Span(first.span.file, first.span.line),
        excerpt="",
        count=sum(one.count for one in notes),
        examples=first.examples,
    )


def write_findings(
    problems: Iterable[Problem], stream: TextIO, *, as_json: bool, clean: str
) -> None:
    """Write problems as the report of a command that looks for nothing else.

    Args:
        problems: what was found.
        stream: where to.
        as_json: an array of objects instead of text.
        clean: what to say where nothing was found; empty for nothing.
    """
    found = in_order(problems)
    if as_json:
        write_json(problem_records(found), stream)
    elif found:
        show_problems(found, stream)
    elif clean:
        stream.write(f"{clean}\n")


def problem_records(problems: Iterable[Problem]) -> list[dict[str, object]]:
    """Return problems as plain values for JSON, in order of place."""
    return [
        {
            "file": one.span.file,
            "line": one.span.line or None,
            "column": one.span.column or None,
            "severity": one.severity.value,
            "code": one.code,
            "message": one.message,
            "hint": one.hint or None,
            "excerpt": one.excerpt or None,
            "count": one.count,
            "examples": list(one.examples),
        }
        for one in in_order(problems)
    ]


def _counted(problems: list[Problem]) -> str:
    errors = sum(one.is_error for one in problems)
    warnings = len(problems) - errors
    parts = [
        _number(count, word) for count, word in ((errors, "error"), (warnings, "warning")) if count
    ]
    return f"{_number(len(problems), 'problem')} ({', '.join(parts)})"


def _number(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
