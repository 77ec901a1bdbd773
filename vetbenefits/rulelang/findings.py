"""Problems as they gather while a rule book is built: nothing stops at the first."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vetbenefits.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetbenefits.problems import Span

# The problems of parser and resolver, which need no more than names.
EXPRESSIONS = re.compile("VB3[01][0-9]|VB601")


@dataclass(slots=True)
class Findings:
    """A growing list of problems, handed from one builder to the next."""

    problems: list[Problem] = field(default_factory=list)

    def error(self, code: str, message: str, span: Span, hint: str = "") -> None:
        """Note what stops the run."""
        self.problems.append(Problem(code, message, span, hint=hint))

    def warn(self, code: str, message: str, span: Span, hint: str = "") -> None:
        """Note what does not stop the run but should be looked at."""
        self.problems.append(Problem(code, message, span, Severity.WARNING, hint))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Take over problems found elsewhere."""
        self.problems.extend(problems)

    @property
    def errors(self) -> int:
        """Return how many problems stop the run."""
        return sum(problem.is_error for problem in self.problems)
