"""What the checks of the roster found, gathered over all batches into one problem a check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.model.rulebook import CheckEffect
from vetbenefits.model.tables import ROW
from vetbenefits.problems import Problem, Severity, Span
from vetbenefits.reports.records import CHECK_FAILED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetbenefits.model.rulebook import RosterCheck, RuleBook


_UNDATED = "no_date"  # how the engine calls a bill that it can put in no order
_EXAMPLES = 3
_ENGINE_FINDINGS = {"used_differs": "the bills of a person differ on what was used this year"}


def with_problem_codes(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows set aside under problem codes: the id of a failed check goes into the reason.

    Shape: `code` and `reason` change, all else stays.
    """
    code, is_problem = pl.col("code"), pl.col("code").str.starts_with("VB")
    is_undated = code == _UNDATED
    return rows.with_columns(
        pl.when(is_problem)
        .then(code)
        .when(is_undated)
        .then(pl.lit("VB455"))
        .otherwise(pl.lit(CHECK_FAILED))
        .alias("code"),
        pl.when(is_problem | is_undated)
        .then(pl.col("reason"))
        .otherwise(pl.concat_str(code, pl.lit(": "), pl.col("reason")))
        .alias("reason"),
    )


@dataclass(slots=True)
class Findings:
    """Counts of failed checks by id, with the first rows of each."""

    file: str
    counts: dict[str, int] = field(default_factory=dict)
    rows: dict[str, list[int]] = field(default_factory=dict)

    def take(self, findings: pl.DataFrame) -> None:
        """Take in the findings of one batch."""
        for (check,), part in findings.group_by("check", maintain_order=True):
            name = str(check)
            self.counts[name] = self.counts.get(name, 0) + part.height
            first = self.rows.setdefault(name, [])
            first += part[ROW].head(_EXAMPLES - len(first)).to_list()

    def problems(self, book: RuleBook, language: str) -> Iterator[Problem]:
        """Yield one problem a check, in the order of the checks."""
        checks = {check.id: check for check in book.checks}
        for name in (*checks, *_ENGINE_FINDINGS):
            if name in self.counts:
                yield self._problem(name, checks.get(name), language)

    def _problem(self, name: str, check: RosterCheck | None, language: str) -> Problem:
        if check is None:
            message, fate, hint = _ENGINE_FINDINGS[name], "they are undetermined", ""
        else:
            is_aside = check.effect is CheckEffect.SET_ASIDE
            fate = "the row is set aside" if is_aside else "the row is kept"
            message = f"not so in this row: {check.say.in_language(language) or check.text}"
            hint = check.text
        rows = self.rows[name]
        return Problem(
            code=CHECK_FAILED,
            message=f"{name}: {message}; {fate}",
            span=Span(self.file, rows[0] if rows else 0),
            severity=Severity.WARNING,
            hint=hint,
            count=self.counts[name],
            examples=tuple(f"row {row}" for row in rows) if self.counts[name] > 1 else (),
        )
