"""Lists of problems: for people on stderr, as data for programs."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, TextIO

from vetbenefits.output.plain_json import write_json
from vetbenefits.output.problems import ENGLISH, render_problem
from vetbenefits.problems import Severity, Span, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetbenefits.problems import Problem
    from vetbenefits.reports.wording import Wording

MOST_PER_FILE = 20
_MONTH_ONLY = "VB427"
_PLURAL = {"names only": "name only", "is read as its": "are read as its"}


def show_problems(
    problems: Iterable[Problem],
    stream: TextIO,
    *,
    only_errors: bool = False,
    say: Wording = ENGLISH,
) -> None:
    """Write problems in order of place, at most twenty a file, and how many there are."""
    found = in_order(problems)
    shown = [one for one in joined_notes(found, say) if one.is_error or not only_errors]
    for _, of_file in groupby(shown, key=lambda one: one.span.file):
        listed = list(of_file)
        stream.writelines(render_problem(one, say) + "\n" for one in listed[:MOST_PER_FILE])
        if len(listed) > MOST_PER_FILE:
            more = len(listed) - MOST_PER_FILE
            stream.write(say("more_problems", count=more, file=listed[0].span.file) + "\n")
    counted = [one for one in shown if one.severity is not Severity.NOTE]
    if counted:
        stream.write(f"{_counted(counted, say)}\n")


def joined_notes(problems: Iterable[Problem], say: Wording = ENGLISH) -> list[Problem]:
    """Return problems with the notes that say the same of several columns joined to one.

    Only for people: programs want each column apart.
    """
    groups: dict[tuple[str, str, str], list[Problem]] = {}
    for at, one in enumerate(problems):
        said = one.message.removeprefix(one.header)
        is_joined = one.code == _MONTH_ONLY and one.severity is Severity.NOTE
        key = (one.span.file, one.code, said) if is_joined else ("", "", str(at))
        groups.setdefault(key, []).append(one)
    return [group[0] if len(group) == 1 else _joined(group, say) for group in groups.values()]


def _joined(notes: list[Problem], say: Wording) -> Problem:
    columns = say("list_mark").join(one.header for one in notes)
    first = notes[0]
    said = first.message.removeprefix(first.header)
    for one, several in _PLURAL.items():
        said = said.replace(one, several, 1)
    return replace(
        first,
        message=f"{columns}{said}",
        span=Span(first.span.file, first.span.line),
        excerpt="",
        count=sum(one.count for one in notes),
        examples=first.examples,
    )


def write_findings(
    problems: Iterable[Problem],
    stream: TextIO,
    *,
    as_json: bool,
    clean: str,
    say: Wording = ENGLISH,
) -> None:
    """Write problems as the report of a command that looks for nothing else.

    Args:
        problems: what was found.
        stream: where to.
        as_json: an array of objects instead of text.
        clean: what to say where nothing was found; empty for nothing.
        say: the words around the problems, which are in a language already.
    """
    found = in_order(problems)
    if as_json:
        write_json(problem_records(found), stream)
    elif found:
        show_problems(found, stream, say=say)
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


def _counted(problems: list[Problem], say: Wording) -> str:
    errors = sum(one.is_error for one in problems)
    counts = (("error", errors), ("warning", len(problems) - errors))
    parts = say("list_mark").join(_number(count, word, say) for word, count in counts if count)
    return say("counted", problems=_number(len(problems), "problem", say), parts=parts)


def _number(count: int, word: str, say: Wording) -> str:
    return say(f"count_{word}" if count == 1 else f"count_{word}s", count=count)
