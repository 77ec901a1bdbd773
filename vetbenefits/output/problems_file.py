"""problems.csv: each row that was not decided, and whatever else was found, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.output.streams import CsvWriter
from vetbenefits.problems import in_order
from vetbenefits.reports.records import CHECK_FAILED, masked_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetbenefits.output.folder import ReportFolder
    from vetbenefits.problems import Problem

_PROBLEM_SCHEMA = {
    "file": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "code": pl.String,
    "severity": pl.String,
    "person_id": pl.String,
    "text": pl.String,
    "message": pl.String,
    "hint": pl.String,
    "count": pl.Int64,
    "examples": pl.String,
}


class ProblemsFile:
    """Writes the file into a folder: rows set aside as they come, all else at the end."""

    def __init__(self, folder: ReportFolder, *, full_ids: bool) -> None:
        target = folder.open("problems.csv")
        self._writer = CsvWriter(target, tuple(_PROBLEM_SCHEMA), with_bom=True)
        self._full_ids = full_ids
        self._told: set[tuple[str, str, str, int, str]] = set()

    def take_set_aside(self, file: str, rows: pl.DataFrame) -> None:
        """Write rows of a file that were not decided, one problem each."""
        first = rows.sort("row").unique(["code", "column"], keep="first")
        told = first.select("column", "code", "row", "reason").iter_rows()
        self._told.update(_key(file, *row) for row in told)
        self._writer.write(self._as_problems(file, rows))

    def finish(self, problems: Iterable[Problem]) -> None:
        """Write what was found beside the rows set aside."""
        # Each row set aside has a line of its own; what only sums them up would repeat them.
        others = [
            one
            for one in problems
            if _key(one.span.file, one.header, one.code, one.span.line, one.message)
            not in self._told
        ]
        self._writer.write(_problem_rows(others))

    def _as_problems(self, file: str, set_aside: pl.DataFrame) -> pl.DataFrame:
        shown = (
            set_aside
            if self._full_ids
            else set_aside.with_columns(
                masked_text("person_id"), masked_text("text"), masked_text("reason")
            )
        )
        return shown.select(
            pl.lit(file).alias("file"),
            "row",
            "column",
            "code",
            pl.lit("set_aside").alias("severity"),
            "person_id",
            "text",
            pl.col("reason").alias("message"),
            pl.lit("").alias("hint"),
            pl.lit(1, dtype=pl.Int64).alias("count"),
            pl.lit("").alias("examples"),
        )


def _key(file: str, column: str, code: str, row: int, text: str) -> tuple[str, str, str, int, str]:
    """Return what a row set aside and the problem that sums it up have in common."""
    check = text.partition(":")[0] if code == CHECK_FAILED else ""
    return file, column, code, row, check


def _problem_rows(problems: Iterable[Problem]) -> pl.DataFrame:
    rows = [
        {
            "file": one.span.file,
            "row": one.span.line or None,
            "column": one.header,
            "code": one.code,
            "severity": one.severity.value,
            "person_id": "",
            "text": one.excerpt,
            "message": one.message,
            "hint": one.hint,
            "count": one.count,
            "examples": "; ".join(one.examples),
        }
        for one in in_order(problems)
    ]
    return pl.DataFrame(rows, schema=_PROBLEM_SCHEMA)
