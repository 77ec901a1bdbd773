from __future__ import annotations

import polars as pl

from vetbenefits.intake.findings import Finding, Place, merged, rows_set_aside
from vetbenefits.intake.status import Reason
from vetbenefits.problems import Problem, Severity, Span

WRONG = Reason("VB410", "is wrong", "put it right")


def finding(header: str, rows: list[int], *, sets_aside: bool = True) -> Finding:
    frame = pl.DataFrame(
        {"row": rows, "person_id": [f"P{row}" for row in rows], "text": ["x"] * len(rows)}
    )
    return Finding(Place("r.csv", header, 4), WRONG, frame, sets_aside=sets_aside)


def test_a_row_with_several_mistakes_is_listed_once_and_names_three_more() -> None:
    findings = [finding(header, [7, 9] if header == "甲" else [7]) for header in "甲乙丙丁戊"]
    listed = rows_set_aside(findings).rows(named=True)
    assert [row["row"] for row in listed] == [7, 9]
    assert listed[0]["reason"] == "is wrong; also wrong: 乙, 丙, 丁"
    assert listed[1]["reason"] == "is wrong"


def test_a_mistake_of_the_whole_row_is_named_as_such_beside_others() -> None:
    listed = rows_set_aside([finding("甲", [7]), finding("", [7])]).rows(named=True)
    assert listed[0]["reason"] == "is wrong; also wrong: the row"


def test_warnings_set_nothing_aside() -> None:
    assert rows_set_aside([finding("甲", [7], sets_aside=False)]).is_empty()
    assert rows_set_aside([]).columns == ["row", "person_id", "column", "text", "code", "reason"]


def test_the_same_mistake_in_several_batches_is_one_problem() -> None:
    problems = merged(
        [
            finding("甲", [7, 8]).problem(),
            finding("乙", [8]).problem(),
            finding("甲", [11, 12, 13]).problem(),
        ]
    )
    assert [(one.span.line, one.count, one.examples) for one in problems] == [
        (7, 5, ("row 7: `x`", "row 8: `x`", "row 11: `x`")),
        (8, 1, ("row 8: `x`",)),
    ]


def test_problems_of_the_file_are_not_counted_together() -> None:
    note = Problem("VB433", "two columns", Span("r.csv", 1), Severity.NOTE)
    assert merged([note, note]) == (note,)
