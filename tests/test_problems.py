from __future__ import annotations

import pytest

from vetbenefits.problems import (
    InvalidInput,
    Problem,
    Severity,
    Span,
    closest,
    did_you_mean,
    has_errors,
    in_order,
)


def problem(line: int, code: str = "VB303", severity: Severity = Severity.ERROR) -> Problem:
    return Problem(code, f"no such name in line {line}", Span("rule.yaml", line, 5), severity)


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (Span("a.yaml"), "a.yaml"),
        (Span("a.csv", 3), "a.csv:3"),
        (Span("a.yaml", 3, 9, 4), "a.yaml:3:9"),
    ],
)
def test_span_shows_as_much_as_is_known(span: Span, shown: str) -> None:
    assert str(span) == shown


def test_shifted_span_points_at_a_part_and_is_never_empty() -> None:
    span = Span("a.yaml", 3, 9, 40)
    assert span.shifted(4, 6) == Span("a.yaml", 3, 13, 6)
    assert span.shifted(4, 0).length == 1


def test_first_line_of_a_problem_is_enough_alone() -> None:
    warning = problem(7, "VB309", Severity.WARNING)
    assert warning.first_line() == "rule.yaml:7:5: warning VB309: no such name in line 7"


def test_only_errors_stop_a_run() -> None:
    mild = [problem(1, severity=Severity.WARNING), problem(2, severity=Severity.NOTE)]
    assert not has_errors(mild)
    assert has_errors([*mild, problem(3)])
    assert not has_errors([])


def test_problems_are_sorted_by_place_then_code_and_repeats_dropped() -> None:
    found = in_order([problem(12), problem(3, "VB305"), problem(3, "VB303"), problem(12)])
    assert [(one.span.line, one.code) for one in found] == [
        (3, "VB303"),
        (3, "VB305"),
        (12, "VB303"),
    ]


def test_invalid_input_carries_its_problems() -> None:
    raised = InvalidInput(iter([problem(1), problem(2)]))
    assert len(raised.problems) == 2
    assert "line 1" in str(raised)
    assert "line 2" in str(raised)


def test_closest_names_come_best_first_and_at_most_three() -> None:
    known = ["birth_date", "birth_data", "birth_day", "birthdate", "phone"]
    found = closest("birth_dat", known)
    assert len(found) == 3
    assert set(found) <= set(known) - {"phone"}
    assert closest("birth_dat", known, most=1) == found[:1]


def test_nothing_is_better_than_a_bad_guess() -> None:
    assert closest("grade", ["phone", "household"]) == ()
    assert did_you_mean("grade", ["phone", "household"]) == ""


def test_suggestion_is_one_sentence() -> None:
    assert did_you_mean("statsu", ["status"]) == "did you mean `status`?"
    assert did_you_mean("年岭", ["年龄", "年份"]) == ""
    both = did_you_mean("grades", ["grade", "grades_"])
    assert both in (
        "did you mean `grades_` or `grade`?",
        "did you mean `grade` or `grades_`?",
    )
