"""One expression on its way from syntax to term: places of its pieces, failures, limits.

The base of `resolver.Resolver`, so that comparisons, formulas and calls can be written apart from
it: they ask it for the values of their parts.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from vetbenefits.model.expressions import children
from vetbenefits.model.kinds import Kind
from vetbenefits.problems import Problem, Severity

if TYPE_CHECKING:
    from vetbenefits.model.expressions import Term
    from vetbenefits.model.kinds import Type
    from vetbenefits.problems import Span
    from vetbenefits.rulelang.scope import Scope
    from vetbenefits.rulelang.syntax import Syntax, Written

# What a rule needs is a tenth of these. They keep every walk over a term within the stack and the
# time of a command, however definitions are put into each other.
DEEPEST_TERM = 100
LARGEST_TERM = 10_000

_LONGEST_QUOTE = 60


class Place(TypedDict):
    """Where a term was written, and the words it was written with."""

    span: Span
    text: str


class Unresolved(Exception):  # noqa: N818  carries a problem out of the descent, nothing more
    """Raised where an expression has no meaning; holds the one problem.

    None where it names what is lost with a broken part of a file, which is told there.
    """

    def __init__(self, problem: Problem | None) -> None:
        super().__init__(problem.message if problem is not None else "")
        self.problem = problem


@dataclass(slots=True)
class Effort:
    """How far the reading of one expression has gone, the definitions that it uses included.

    `moves_days`: `on` put another day than `as_of` itself into it, which may multiply its size.
    """

    steps: int = 0
    depth: int = 0
    moves_days: bool = False


class Resolving(ABC):
    """One expression that is being resolved. Warnings gather in `problems`."""

    def __init__(self, text: str, span: Span, effort: Effort) -> None:
        self._text = text
        self._span = span
        self._effort = effort
        self.problems: list[Problem] = []

    @abstractmethod
    def value(self, syntax: Syntax, scope: Scope) -> Term:
        """Return the term of any expression."""

    def truth(self, syntax: Syntax, scope: Scope) -> Term:
        """Return the term of an expression that must be a yes or no."""
        term = self.value(syntax, scope)
        if term.type.kind is not Kind.TRUTH:
            message = f"a yes or no is needed here, but this is a {kind_name(term.type)}"
            raise self.stop(syntax, "VB305", message, "compare it with something")
        return term

    def number(self, syntax: Syntax, scope: Scope) -> Term:
        """Return the term of an expression that must be a number."""
        term = self.value(syntax, scope)
        if term.type.kind is not Kind.NUMBER:
            message = f"a number is needed here, but this is a {kind_name(term.type)}"
            raise self.stop(syntax, "VB305", message)
        return term

    def day(self, syntax: Syntax, scope: Scope) -> Term:
        """Return the term of an expression that must be a day."""
        term = self.value(syntax, scope)
        if term.type.kind is not Kind.DATE:
            message = f"a day is needed here, but this is a {kind_name(term.type)}"
            raise self.stop(syntax, "VB305", message)
        return term

    def at(self, syntax: Written) -> Span:
        """Return the place of a piece of syntax in its file."""
        return self._span.shifted(syntax.offset, syntax.length)

    def words(self, syntax: Written) -> str:
        """Return a piece of syntax as it was written."""
        return self._text[syntax.offset : syntax.offset + syntax.length]

    def quoted(self, syntax: Written) -> str:
        """Return a piece of syntax for a message, shortened where it is long."""
        return quoted(self.words(syntax))

    def place(self, syntax: Written) -> Place:
        """Return place and words of a piece of syntax."""
        return Place(span=self.at(syntax), text=self.words(syntax))

    def stop(self, syntax: Written, code: str, message: str, hint: str = "") -> Unresolved:
        """Return the exception that ends the reading at a piece of syntax."""
        return Unresolved(Problem(code, message, self.at(syntax), hint=hint))

    def warn(self, syntax: Written, code: str, message: str, hint: str = "") -> None:
        """Note what is doubtful about a piece of syntax."""
        self.problems.append(
            Problem(code, message, self.at(syntax), severity=Severity.WARNING, hint=hint)
        )

    def too_large(self, syntax: Written) -> Unresolved:
        """Return the exception for an expression that has grown beyond all use."""
        message = "this expression is too large once its definitions are put in"
        if self._effort.depth > DEEPEST_TERM:
            message = f"this goes more than {DEEPEST_TERM} steps deep, its definitions included"
        return self.stop(syntax, "VB314", message, "give parts of it names under `define`")


def quoted(words: str) -> str:
    """Return words for a message, shortened where they are long."""
    line = " ".join(words.split())
    return f"`{line}`" if len(line) <= _LONGEST_QUOTE else f"`{line[:_LONGEST_QUOTE]}…`"


def kind_name(found: Type) -> str:
    """Return how a type is called in a message: `number in yuan per year`."""
    if found.kind is Kind.NUMBER and found.unit.count:
        return f"number in {found.unit}"
    return str(found.kind)


def is_too_large(term: Term) -> bool:
    """Tell whether a term is too large or too deep to be walked over."""
    count = 0
    waiting = [(term, 1)]
    while waiting:
        one, depth = waiting.pop()
        count += 1
        if count > LARGEST_TERM or depth > DEEPEST_TERM:
            return True
        waiting.extend((part, depth + 1) for part in children(one))
    return False
