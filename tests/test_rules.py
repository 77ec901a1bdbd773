"""The worked cases of the shipped rules, each decided by both evaluators; one test a case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vetbenefits.problems import Severity
from vetbenefits.rulecases.reading import read_cases
from vetbenefits.rulecases.running import run_case
from vetbenefits.rulelang.loader import load_rulebook

if TYPE_CHECKING:
    from vetbenefits.model.rulebook import Benefit, RuleBook
    from vetbenefits.problems import Problem
    from vetbenefits.rulecases.case import Case

RULES = Path(__file__).resolve().parent.parent / "rules"


def load() -> tuple[RuleBook, tuple[Problem, ...]]:
    """Return the shipped rule book and what is wrong with its case files."""
    book, problems = load_rulebook(RULES)
    assert book is not None, [one.first_line() for one in problems]
    return book, problems


BOOK, PROBLEMS = load()


def cases_of(benefit: Benefit) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    path = RULES / benefit.id / "cases.yaml"
    return read_cases(path, f"{benefit.id}/cases.yaml", benefit, BOOK)


CASES = [
    pytest.param(benefit, case, id=f"{benefit.id}-{case.id}")
    for benefit in BOOK.benefits
    for case in cases_of(benefit)[0]
]


def test_rules_load_without_a_warning() -> None:
    assert [one.first_line() for one in PROBLEMS if one.severity is not Severity.NOTE] == []


@pytest.mark.parametrize("benefit", BOOK.benefits, ids=lambda one: one.id)
def test_case_file_can_be_read(benefit: Benefit) -> None:
    cases, problems = cases_of(benefit)
    assert [one.first_line() for one in problems] == []
    assert cases


@pytest.mark.parametrize(("benefit", "case"), CASES)
def test_case_comes_out_as_expected(benefit: Benefit, case: Case) -> None:
    problems = run_case(case, benefit, BOOK)
    assert [one.message for one in problems] == []
