"""Runs the cases of rules and tells which fail, in which evaluator, and what none has touched."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vetbenefits.problems import Problem, Severity, Span
from vetbenefits.rulecases.answers import compiled, decisions, interpreted
from vetbenefits.rulecases.coverage import Coverage
from vetbenefits.rulecases.rates import with_rates
from vetbenefits.rulecases.reading import read_cases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from vetbenefits.model.rulebook import Benefit, RuleBook
    from vetbenefits.rulecases.case import Answer, Case, Expectation

_COMPARED = ("outcome", "amount", "per", "unmet", "missing", "provisional")


@dataclass(frozen=True, slots=True)
class BenefitTried:
    """The cases of one benefit: how many were run, which failed, what none of them exercised."""

    benefit: str
    cases: int
    failures: tuple[Problem, ...]
    unexercised: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RulesTried:
    """The cases of a rule book; `problems` are what is wrong with the case files themselves."""

    benefits: tuple[BenefitTried, ...]
    problems: tuple[Problem, ...] = field(default=())

    @property
    def failures(self) -> tuple[Problem, ...]:
        """Return everything that makes the test fail."""
        failed = (one for benefit in self.benefits for one in benefit.failures)
        return (*(one for one in self.problems if one.is_error), *failed)


def run_cases(folder: Path, benefits: Iterable[Benefit], book: RuleBook) -> RulesTried:
    """Run the cases of some benefits of a rule book.

    Args:
        folder: the folder that the book was loaded from.
        benefits: whose cases are run.
        book: the rule book.
    """
    tested: list[BenefitTried] = []
    problems: list[Problem] = []
    for benefit in benefits:
        path = folder / benefit.id / "cases.yaml"
        shown_as = f"{book.folder}/{benefit.id}/cases.yaml"
        if not path.is_file():
            message = "a rule without worked cases; write some beside it"
            problems.append(Problem("VB732", message, Span(shown_as), Severity.WARNING))
            continue
        cases, more = read_cases(path, shown_as, benefit, book)
        problems += more
        tested.append(_tested(cases, benefit, book))
    return RulesTried(tuple(tested), tuple(problems))


def run_case(case: Case, benefit: Benefit, book: RuleBook) -> tuple[Problem, ...]:
    """Return how the decisions of one case differ from what it expects, in either evaluator."""
    return _run(case, benefit, book, Coverage())


def _tested(cases: tuple[Case, ...], benefit: Benefit, book: RuleBook) -> BenefitTried:
    coverage = Coverage()
    failures = tuple(problem for case in cases for problem in _run(case, benefit, book, coverage))
    return BenefitTried(benefit.id, len(cases), failures, coverage.unexercised(benefit))


def _run(case: Case, benefit: Benefit, book: RuleBook, coverage: Coverage) -> tuple[Problem, ...]:
    book = with_rates(book, benefit.id, case.rates)
    benefit = book.benefit(benefit.id) or benefit
    decided = decisions(case, benefit, book)
    for one in decided:
        coverage.take(one.decided, one.person)
    interpreter = {one.bill_id: interpreted(one) for one in decided}
    columns = {one.bill_id: one for one in compiled(case, benefit, book)}
    return tuple(
        problem
        for expected in case.expected
        for problem in _differences(case, expected, interpreter, columns)
    )


def _differences(
    case: Case,
    expected: Expectation,
    interpreter: dict[str, Answer],
    columns: dict[str, Answer],
) -> Iterator[Problem]:
    first, second = interpreter.get(expected.bill_id), columns.get(expected.bill_id)
    if first is None:
        message = f"case `{case.id}` has no bill `{expected.bill_id}`"
        yield Problem("VB730", message, expected.span)
        return
    for name in _COMPARED:
        wanted, actual = getattr(expected, name), getattr(first, name)
        if wanted is not None and wanted != actual:
            message = f"case `{case.id}`: {name} should be {_shown(wanted)}, is {_shown(actual)}"
            yield Problem("VB739", message, expected.span, hint=case.title)
        other = getattr(second, name) if second is not None else None
        if second is None or other != actual:
            message = (
                f"case `{case.id}`: the evaluators differ on {name}:"
                f" {_shown(actual)} for one person, {_shown(other)} in columns"
            )
            yield Problem("VB902", message, expected.span, hint="this is a bug of vetbenefits")


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else str(value)


def cases_text(tested: RulesTried, *, brief: bool) -> str:
    """Return what was run, and (unless `brief`) what no case has exercised."""
    lines: list[str] = []
    for one in tested.benefits:
        failed = len({problem.span for problem in one.failures})
        lines.append(f"{one.benefit}: {one.cases} cases, {failed} failed")
        if not brief and one.unexercised:
            lines.append(f"  not exercised by any case: {len(one.unexercised)}")
            lines += [f"    {line}" for line in one.unexercised]
    return "".join(f"{line}\n" for line in lines)
