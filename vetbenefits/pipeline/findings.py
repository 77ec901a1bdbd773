"""What the checks of the roster found, gathered over all batches into one problem a check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.model.expressions import facts_of
from vetbenefits.model.rulebook import CheckEffect
from vetbenefits.model.tables import ROW
from vetbenefits.problems import Problem, Severity, Span
from vetbenefits.reports.plain_roster import plain_roster
from vetbenefits.reports.records import CHECK_FAILED
from vetbenefits.reports.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vetbenefits.model.facts import FactSpec
    from vetbenefits.model.rulebook import RosterCheck, RuleBook


_UNDATED = "no_date"  # how the engine calls a bill that it can put in no order
_EXAMPLES = 3
_ENGINE_FINDINGS = {"used_differs": "the bills of a person differ on what was used this year"}


@dataclass(frozen=True, slots=True)
class CheckWords:
    """Puts rows that failed a check into the words of a reader; `headers` are fact by header."""

    book: RuleBook
    language: str
    headers: Mapping[str, str]

    def told(self, rows: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
        """Return rows set aside, those of a failed check with its words, headers and values.

        Args:
            rows: what was set aside.
            given: the rows that were decided about, with the facts of the check.

        Shape: `column`, `text` and `reason` change, all else stays; `rows` and `given` share `row`.
        """
        if rows.is_empty():
            return rows
        checks = {check.id: check for check in self.book.checks}
        parts = [
            part if str(code) not in checks else self._of_check(part, given, checks[str(code)])
            for (code,), part in rows.group_by("code", maintain_order=True)
        ]
        return pl.concat(parts).sort(ROW, maintain_order=True)

    def columns(self, check: RosterCheck) -> str:
        """Return the headers of the facts that a check compares, joined."""
        return self._mark.join(self._header(spec) for spec in self._facts(check))

    @property
    def _mark(self) -> str:
        return Wording(self.language)("list_mark")

    def _of_check(
        self, rows: pl.DataFrame, given: pl.DataFrame, check: RosterCheck
    ) -> pl.DataFrame:
        met = given.join(rows.select(ROW), on=ROW, how="semi")
        values = plain_roster(met, self._facts(check))
        cells = met.select(ROW).with_columns(
            values.select(pl.concat_str(pl.all(), separator=self._mark).alias("text"))
        )
        return (
            rows.drop("text")
            .join(cells, on=ROW, how="left", maintain_order="left")
            .with_columns(
                pl.lit(self.columns(check)).alias("column"),
                pl.col("text").fill_null(""),
                pl.lit(check.say.in_language(self.language) or check.text).alias("reason"),
            )
            .select(rows.columns)
        )

    def _facts(self, check: RosterCheck) -> tuple[FactSpec, ...]:
        asked = facts_of(check.holds)
        return tuple(spec for spec in self.book.vocabulary.facts.values() if spec.name in asked)

    def _header(self, spec: FactSpec) -> str:
        for header, fact in self.headers.items():
            if fact == spec.name:
                return header
        return spec.title.in_language("zh")


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
            message, fate = _ENGINE_FINDINGS[name], "they are undetermined"
        else:
            is_aside = check.effect is CheckEffect.SET_ASIDE
            fate = "the row is set aside" if is_aside else "the row is kept"
            words = check.say.in_language(language)
            message = words or f"not so in this row: {check.text}"
        rows = self.rows[name]
        return Problem(
            code=CHECK_FAILED,
            message=f"{name}: {message}; {fate}",
            span=Span(self.file, rows[0] if rows else 0),
            severity=Severity.WARNING,
            count=self.counts[name],
            examples=tuple(f"row {row}" for row in rows) if self.counts[name] > 1 else (),
        )


@dataclass(slots=True)
class Unplaced:
    """Gathers bills that were set aside because they have no date or no person; checks apart."""

    file: str
    _rows: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def take(self, rows: pl.DataFrame) -> None:
        """Take in rows set aside, as the desk or the engine return them."""
        told = with_problem_codes(rows).filter(pl.col("code") != CHECK_FAILED)
        for code, reason, row in told.select("code", "reason", ROW).iter_rows():
            self._rows.setdefault((code, reason), []).append(row)

    def problems(self) -> Iterator[Problem]:
        """Yield one problem for each reason, with the first rows."""
        for (code, reason), rows in self._rows.items():
            first = sorted(rows)[:_EXAMPLES]
            yield Problem(
                code=code,
                message=f"{reason}; the row is set aside",
                span=Span(self.file, first[0]),
                severity=Severity.WARNING,
                count=len(rows),
                examples=tuple(f"row {row}" for row in first) if len(rows) > 1 else (),
            )
