from __future__ import annotations

import polars as pl

from vetbenefits.pipeline.findings import Unplaced
from vetbenefits.reports.wording import Wording


def aside(*rows: int, code: str = "VB452", reason: str = "unknown person") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "row": list(rows),
            "person_id": [""] * len(rows),
            "column": [""] * len(rows),
            "text": [""] * len(rows),
            "code": [code] * len(rows),
            "reason": [reason] * len(rows),
        }
    )


def test_rows_of_all_batches_are_counted_and_the_first_in_the_file_are_named() -> None:
    found = Unplaced("bills.csv", Wording("en"))
    for rows in (aside(9, 4), aside(7), aside(2, 30)):
        found.take(rows)
    (problem,) = found.problems()
    assert problem.count == 5
    assert problem.examples == ("row 2", "row 4", "row 7")
    assert (problem.span.file, problem.span.line) == ("bills.csv", 2)
    assert problem.message == "unknown person; the row is set aside"


def test_failed_checks_are_told_elsewhere() -> None:
    found = Unplaced("bills.csv", Wording("en"))
    found.take(aside(3, code="V31", reason="negative"))
    assert not list(found.problems())


def test_one_row_needs_no_examples() -> None:
    found = Unplaced("bills.csv", Wording("en"))
    found.take(aside(3))
    (problem,) = found.problems()
    assert (problem.count, problem.examples) == (1, ())
