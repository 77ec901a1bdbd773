"""One problem as plain text: place and fact, the line it stands in, what to do.

rules/old_age/rule.yaml:5:5: error VB203: unknown key `min_agee`
    5 |     min_agee: 60
      |     ^^^^^^^^ did you mean `min_age`?
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from vetbenefits.reports.wording import Wording

if TYPE_CHECKING:
    from vetbenefits.problems import Problem

ENGLISH = Wording("en")
WIDEST_EXCERPT = 120
_GUTTER = 9
_CUT = "…"


def render_problem(problem: Problem, say: Wording = ENGLISH) -> str:
    """Return the text of a problem: one to three lines, without a line end."""
    lines = [
        f"{problem.span}: {say(f'severity_{problem.severity}')} {problem.code}: {problem.message}"
    ]
    if problem.excerpt and problem.span.line:
        lines.extend(_excerpt(problem))
    elif problem.hint:
        lines.append(f"{'':{_GUTTER}}{problem.hint}")
    if problem.count > 1:
        lines.append(f"{'':{_GUTTER}}{_repeated(problem, say)}")
    return "\n".join(lines)


def _excerpt(problem: Problem) -> list[str]:
    number = f"{problem.span.line:>5} | "
    # Nothing in a file may steer the terminal, and a tab would move the marks below.
    text = "".join(_plain(char) for char in problem.excerpt)
    if not _points_into_excerpt(problem):
        below = [f"{'':>5} | {problem.hint}"] if problem.hint else []
        return [f"{number}{_shortened(text, 0, len(text))[0]}", *below]
    start = min(problem.span.column - 1, len(text))
    text, start = _shortened(text.rstrip(), start, problem.span.length)
    marked = text[start : start + problem.span.length]
    carets = "^" * max(_width(marked), 1)
    below_text = f"{' ' * _width(text[:start])}{carets} {problem.hint}".rstrip()
    return [f"{number}{text}", f"{'':>5} | {below_text}"]


def _points_into_excerpt(problem: Problem) -> bool:
    """Tell whether the column counts characters of the line; in a roster it counts cells."""
    return bool(problem.span.column) and not problem.code.startswith(("VB4", "VB5"))


def _shortened(text: str, start: int, length: int) -> tuple[str, int]:
    """Return the part of a long line around the marked piece, and where the piece begins in it."""
    if len(text) <= WIDEST_EXCERPT:
        return text, start
    shown = min(length, WIDEST_EXCERPT // 2)
    first = max(0, min(start - (WIDEST_EXCERPT - shown) // 2, len(text) - WIDEST_EXCERPT))
    piece = text[first : first + WIDEST_EXCERPT]
    before, after = _CUT if first else "", _CUT if first + WIDEST_EXCERPT < len(text) else ""
    return f"{before}{piece}{after}", start - first + len(before)


def _repeated(problem: Problem, say: Wording) -> str:
    examples = say("list_mark").join(problem.examples)
    places = say("for_example", places=examples) if examples else ""
    return say("met", count=f"{problem.count:,}", places=places)


def _plain(char: str) -> str:
    if char == "\t":
        return " "
    return char if char.isprintable() else "\N{REPLACEMENT CHARACTER}"


def _width(text: str) -> int:
    """Return the columns that a text takes on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
