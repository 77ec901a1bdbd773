"""What was found in the rows: every row that is set aside, and one line per kind of mistake.

A finding is a cell (or a whole row) with a code and a reason. The same mistake in 3,000 rows is one
`Problem` with a count and three examples, while the frame of rows set aside names each row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.intake.status import CHINESE
from vetbenefits.masking import mask_id_number, mask_numbers
from vetbenefits.model.tables import PERSON_ID, ROW
from vetbenefits.problems import Problem, Severity, Span, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vetbenefits.intake.status import Reason

COLUMN, TEXT, CODE, REASON = "column", "text", "code", "reason"
SET_ASIDE_SCHEMA: dict[str, type[pl.DataType]] = {
    ROW: pl.Int64,
    PERSON_ID: pl.String,
    COLUMN: pl.String,
    TEXT: pl.String,
    CODE: pl.String,
    REASON: pl.String,
}

_SHOWN = 40  # characters of a cell; the row number leads to the rest
_EXAMPLES = 3
_TO_BE_MASKED = r"[0-9]{11}|\s"
_ALSO = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A column of the file, or the row as a whole where `header` is empty.

    `language` is that of what is told of it.
    """

    file: str
    header: str = ""
    position: int = 0
    language: str = "en"
    is_id_number: bool = False

    def shown(self, text: str) -> str:
        """Return a cell as it may be shown: numbers masked, long texts cut, one line."""
        line = " ".join(text.split())
        masked = mask_id_number(line) if self.is_id_number else mask_numbers(line)
        return masked if len(masked) <= _SHOWN else masked[:_SHOWN] + "…"


@dataclass(frozen=True, slots=True)
class Finding:
    """The same mistake in some rows of one batch.

    Shape: `rows` has `row` Int64, `person_id` String and `text` String, in order of rows.
    """

    place: Place
    reason: Reason
    rows: pl.DataFrame
    sets_aside: bool = False
    severity: Severity = Severity.WARNING

    def of(self, rows: pl.DataFrame) -> Finding:
        """Return the same finding of other rows."""
        return replace(self, rows=rows)

    def problem(self) -> Problem:
        """Return one line for all rows, with the first three as examples."""
        first = self.rows.head(_EXAMPLES)
        shown = [self.place.shown(text) for text in first.get_column(TEXT).to_list()]
        rows = first.get_column(ROW).to_list()
        language = self.place.language
        in_row, mark = ("第 {} 行", "：") if language == CHINESE else ("row {}", ": ")
        named = [in_row.format(row) for row in rows]
        return Problem(
            code=self.reason.code,
            message=self._message(),
            span=Span(self.place.file, line=rows[0], column=self.place.position),
            severity=self.severity,
            hint=self.reason.way_out(language),
            excerpt=shown[0],
            count=self.rows.height,
            examples=tuple(
                f"{row}{mark}`{text}`" if text else row
                for row, text in zip(named, shown, strict=True)
            ),
            header=self.place.header,
        )

    def _message(self) -> str:
        header, told = self.place.header, self.reason.told(self.place.language)
        if self.place.language == CHINESE:
            fate = "该行已搁置" if self.sets_aside else "该行照常处理"
            return f"{header or '该行'} {told}；{fate}"
        fate = "the row is set aside" if self.sets_aside else "the row is kept"
        return f"{header or 'the row'} {told}; {fate}"

    def listed(self) -> pl.DataFrame:
        """Return one line per row in the shape of `SET_ASIDE_SCHEMA`, texts ready to be shown."""
        text = self.rows.get_column(TEXT)
        # Few cells are long or hold a number that must be masked; only those are looked at singly.
        careful = (text.str.len_chars() > _SHOWN) | text.str.contains(_TO_BE_MASKED)
        if self.place.is_id_number:
            careful = careful | True
        distinct = text.filter(careful).unique()
        shown = pl.Series([self.place.shown(one) for one in distinct], dtype=pl.String)
        return self.rows.select(
            pl.col(ROW),
            pl.col(PERSON_ID),
            pl.lit(self.place.header).alias(COLUMN),
            pl.col(TEXT).replace(distinct, shown),
            pl.lit(self.reason.code).alias(CODE),
            pl.lit(self.reason.told(self.place.language)).alias(REASON),
        )


def rows_set_aside(findings: Iterable[Finding]) -> pl.DataFrame:
    """Return one line per row set aside: its first finding, the reason naming the further ones.

    Shape: `SET_ASIDE_SCHEMA`, in order of rows, each row once.
    """
    aside = [finding for finding in findings if finding.sets_aside]
    listed = [finding.listed() for finding in aside]
    if not listed:
        return pl.DataFrame(schema=SET_ASIDE_SCHEMA)
    all_of_them = pl.concat(listed).sort(ROW, maintain_order=True)
    is_chinese = aside[0].place.language == CHINESE
    row, mark = ("整行", "；另有问题：") if is_chinese else ("the row", "; also wrong: ")
    column = pl.when(pl.col(COLUMN) == "").then(pl.lit(row)).otherwise(COLUMN)
    others = column.slice(1)
    also = pl.concat_str(
        pl.lit(mark),
        others.head(_ALSO).str.join("、" if is_chinese else ", "),
    )
    return (
        all_of_them.group_by(ROW, maintain_order=True)
        .agg(pl.exclude(ROW).first(), also.alias("also"), pl.len().alias("findings"))
        .with_columns(
            pl.when(pl.col("findings") > 1)
            .then(pl.col(REASON) + pl.col("also"))
            .otherwise(pl.col(REASON))
            .alias(REASON)
        )
        .select(list(SET_ASIDE_SCHEMA))
    )


def merged(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems in order of place, the same mistake in several batches as one."""
    kinds: dict[tuple[str, str, str, Severity], Problem] = {}
    for one in problems:
        kind = (one.code, one.message, one.span.file, one.severity)
        known = kinds.get(kind)
        if known is None or not one.examples:
            kinds[kind] = one
        else:
            kinds[kind] = replace(
                known,
                count=known.count + one.count,
                examples=(known.examples + one.examples)[:_EXAMPLES],
            )
    return in_order(kinds.values())
