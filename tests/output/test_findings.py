from __future__ import annotations

import io
import json
from dataclasses import replace

from vetbenefits.output.findings import problem_records, show_problems, write_findings
from vetbenefits.problems import Problem, Severity, Span
from vetbenefits.reports.wording import Wording


def problem(line: int, severity: Severity = Severity.ERROR, file: str = "a.csv") -> Problem:
    return Problem("VB400", f"fact {line}", Span(file, line), severity, hint="mend it")


def shown(*problems: Problem, only_errors: bool = False) -> list[str]:
    stream = io.StringIO()
    show_problems(problems, stream, only_errors=only_errors)
    return stream.getvalue().splitlines()


def test_problems_are_shown_in_order_of_place_and_counted() -> None:
    lines = shown(problem(9), problem(2, Severity.WARNING), problem(1, Severity.NOTE))
    assert [line for line in lines if line.startswith("a.csv")] == [
        "a.csv:1: note VB400: fact 1",
        "a.csv:2: warning VB400: fact 2",
        "a.csv:9: error VB400: fact 9",
    ]
    assert lines[-1] == "2 problems (1 error, 1 warning)"


def test_at_most_twenty_are_shown_of_each_file() -> None:
    many = [problem(line) for line in range(1, 55)]
    lines = shown(*many, problem(1, file="b.csv"))
    assert "… and 34 more in a.csv" in lines
    assert "b.csv:1: error VB400: fact 1" in lines
    assert lines[-1] == "55 problems (55 errors)"


def test_only_errors_where_asked_for() -> None:
    assert shown(problem(1, Severity.WARNING), only_errors=True) == []


def test_nothing_is_said_about_nothing() -> None:
    assert shown() == []


def test_findings_are_data_where_asked_for() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="gbk")
    write_findings([problem(3)], stream, as_json=True, clean="all well")
    stream.seek(0)
    (record,) = json.loads(stream.buffer.read().decode("utf-8"))
    assert record == problem_records([problem(3)])[0]
    assert (record["line"], record["column"], record["code"]) == (3, None, "VB400")


def test_clean_bill_of_health_is_said_aloud() -> None:
    stream = io.StringIO()
    write_findings([], stream, as_json=False, clean="all well")
    assert stream.getvalue() == "all well\n"


def month_only(header: str, column: int, how: str) -> Problem:
    message = f"{header} names only a month and is read as its {how} day; the row is kept"
    return Problem(
        "VB427",
        message,
        Span("a.csv", 16, column),
        Severity.NOTE,
        excerpt="1986.11",
        count=2,
        header=header,
    )


def test_notes_that_say_the_same_of_several_columns_are_one_for_people() -> None:
    notes = [month_only(*one) for one in (("b", 5, "last"), ("c", 10, "first"), ("d", 11, "first"))]
    lines = [line for line in shown(*notes) if line.startswith("a.csv")]
    joined = "c, d name only a month and are read as its first day; the row is kept"
    assert lines == [
        "a.csv:16:5: note VB427: b names only a month and is read as its last day; the row is kept",
        f"a.csv:16: note VB427: {joined}",
    ]
    assert len(problem_records(notes)) == 3


def test_words_around_problems_are_in_the_language_asked_for() -> None:
    notes = [
        Problem(
            "VB427",
            f"{header} 只有年月；该行照常处理",
            Span("a.csv", 16, column),
            Severity.NOTE,
            header=header,
        )
        for header, column in (("甲", 5), ("乙", 6))
    ]
    warning = Problem("VB416", "丙 不对", Span("a.csv", 7, 2), Severity.WARNING, count=3)
    error = Problem("VB430", "没有", Span("b.csv"))
    stream = io.StringIO()
    show_problems(
        [*notes, replace(warning, examples=("第 7 行",)), error], stream, say=Wording("zh")
    )
    assert stream.getvalue().splitlines() == [
        "a.csv:7:2: 警告 VB416: 丙 不对",
        "         共 3 处，例如 第 7 行",
        "a.csv:16: 提示 VB427: 甲、乙 只有年月；该行照常处理",
        "         共 2 处",
        "b.csv: 错误 VB430: 没有",
        "2 个问题（1 个错误、1 个警告）",
    ]
