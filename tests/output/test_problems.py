from __future__ import annotations

import pytest

from vetbenefits.output.problems import WIDEST_EXCERPT, render_problem
from vetbenefits.problems import Problem, Severity, Span

PLACE = Span("rules/old_age/rule.yaml", 5, 5, 8)


def test_problem_is_place_line_and_way_out() -> None:
    problem = Problem(
        "VB203",
        "unknown key `min_agee`",
        PLACE,
        hint="did you mean `min_age`?",
        excerpt="    min_agee: 60",
    )
    assert render_problem(problem) == (
        "rules/old_age/rule.yaml:5:5: error VB203: unknown key `min_agee`\n"
        "    5 |     min_agee: 60\n"
        "      |     ^^^^^^^^ did you mean `min_age`?"
    )


def test_problem_without_a_line_is_short() -> None:
    problem = Problem("VB221", "the folder holds no rules", Span("rules"))
    assert render_problem(problem) == "rules: error VB221: the folder holds no rules"


def test_way_out_stands_alone_without_a_line() -> None:
    problem = Problem("VB221", "no facts", Span("rules"), Severity.WARNING, "add them")
    assert render_problem(problem) == "rules: warning VB221: no facts\n         add them"


def test_marks_stand_below_chinese_text() -> None:
    problem = Problem("VB303", "x", Span("f", 1, 6, 2), excerpt="年龄 = 人员 + 1")
    assert render_problem(problem).splitlines()[2] == "      |        ^^^^"


def test_cell_of_a_roster_is_shown_without_marks() -> None:
    place = Span("roster.csv", 118, 2)
    problem = Problem("VB412", "does not exist", place, hint="correct it", excerpt="1958-02-30")
    assert render_problem(problem).splitlines()[1:] == ["  118 | 1958-02-30", "      | correct it"]


def test_cell_without_a_way_out_is_one_line_more() -> None:
    problem = Problem("VB412", "does not exist", Span("roster.csv", 118, 2), excerpt="1958-02-30")
    assert render_problem(problem).splitlines()[1:] == ["  118 | 1958-02-30"]


@pytest.mark.parametrize("column", [1, 150, 290])
def test_long_line_is_cut_around_the_place(column: int) -> None:
    excerpt = "".join(chr(97 + number % 26) for number in range(300))
    problem = Problem("VB303", "x", Span("f", 1, column, 4), excerpt=excerpt)
    _, line, marks = render_problem(problem).splitlines()
    assert len(line) <= WIDEST_EXCERPT + len("    1 | ……")
    start = marks.index("^")
    assert line[start : start + 4] == excerpt[column - 1 : column + 3]


def test_whole_long_line_may_be_marked() -> None:
    problem = Problem("VB303", "x", Span("f", 1, 1, 300), excerpt="x" * 300)
    assert render_problem(problem).splitlines()[2].count("^") == WIDEST_EXCERPT + 1


def test_place_behind_the_end_of_a_line_is_marked() -> None:
    problem = Problem("VB104", "x", Span("f", 1, 9, 1), excerpt="a: [1")
    assert render_problem(problem).splitlines()[2] == "      |      ^"


def test_nothing_in_a_file_steers_the_terminal() -> None:
    problem = Problem("VB303", "x", Span("f", 1, 3, 1), excerpt="\t\x1b[31mred")
    assert render_problem(problem).splitlines()[1] == "    1 |  �[31mred"


def test_repeated_problem_says_how_often() -> None:
    place = Span("roster.csv", 3, 2)
    problem = Problem("VB412", "x", place, count=3000, examples=("roster.csv:3", "roster.csv:9"))
    assert render_problem(problem).splitlines()[1] == (
        "         met 3,000 times, for example roster.csv:3, roster.csv:9"
    )
    again = Problem("VB412", "x", place, count=2)
    assert render_problem(again).splitlines()[1] == "         met 2 times"
