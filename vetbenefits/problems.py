"""Problems: everything that is wrong with what a user gave us, as data.

    Problem                    one finding, with its place and a way out
      VB1xx  YAML syntax       VB2xx  shape of a rule file    VB3xx  expressions, types, units
      VB4xx  roster and bills  VB5xx  payments                 VB6xx  dates and rates
      VB7xx  commands, files, workspace                        VB9xx  our own bug
    InvalidInput               the one exception: carries problems up to the command line

Nothing here reads a file or prints. A code is never used again for something else.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Severity(StrEnum):
    """How much a problem stops: an error stops the run, a warning does not, a note only informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file. Lines and columns count from 1; `length` is in characters.

    `column` is the character column in a rule file and the field number in a roster file.
    Line 0 means the file as a whole.
    """

    file: str
    line: int = 0
    column: int = 0
    length: int = 1

    def __str__(self) -> str:
        """Show the place so that editors can jump to it: `file:line:column`."""
        if not self.line:
            return self.file
        if not self.column:
            return f"{self.file}:{self.line}"
        return f"{self.file}:{self.line}:{self.column}"

    def shifted(self, offset: int, length: int) -> Span:
        """Return the part of this span that begins `offset` characters later."""
        return replace(self, column=self.column + offset, length=max(length, 1))


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: a code, what is the matter, where, and what to do about it.

    `excerpt` is the offending line of a rule file or the offending cell of a roster (masked where
    it is an ID number); `caret` says whether `span` points into that excerpt. `count` is how often
    the same finding was met; `examples` are at most three places of it. `header` names the columns
    of a roster that it is about, where `span` cannot.
    """

    code: str
    message: str
    span: Span
    severity: Severity = Severity.ERROR
    hint: str = ""
    excerpt: str = ""
    count: int = 1
    examples: tuple[str, ...] = ()
    header: str = ""

    @property
    def is_error(self) -> bool:
        """Tell whether this problem stops the run."""
        return self.severity is Severity.ERROR

    def first_line(self) -> str:
        """Return place, severity, code and fact in one line: enough alone."""
        return f"{self.span}: {self.severity} {self.code}: {self.message}"


class InvalidInput(Exception):  # noqa: N818  the input is invalid; it is not our error
    """Raised where a run cannot go on; carries every problem found so far.

    `language` is that of what is said around the problems.
    """

    def __init__(self, problems: Iterable[Problem], language: str = "en") -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        self.language = language
        super().__init__("; ".join(problem.first_line() for problem in self.problems))


def closest(word: str, known: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """Return the known names most like `word`, best first; empty rather than a bad guess."""
    names = sorted(set(known))
    return tuple(difflib.get_close_matches(word, names, n=most, cutoff=0.6))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a one-sentence suggestion, or nothing where no known name is near."""
    names = closest(word, known)
    if not names:
        return ""
    return "did you mean " + " or ".join(f"`{name}`" for name in names) + "?"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems by place, then code, and drop exact repeats."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: (one.span, one.code, one.message)))


def has_errors(problems: Sequence[Problem]) -> bool:
    """Tell whether any of the problems stops the run."""
    return any(problem.is_error for problem in problems)
