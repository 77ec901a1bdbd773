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
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from vetbenefits.model.facts import FactSpec
    from vetbenefits.model.rulebook import RosterCheck, RuleBook


_UNDATED = "no_date"  # how the engine calls a bill that it can put in no order
_EXAMPLES = 3
_ENGINE_FINDINGS = ("used_differs",)


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
        parts = []
        for (code,), part in rows.group_by("code", maintain_order=True):
            check = checks.get(str(code))
            if check is not None:
                parts.append(self._of_check(part, given, check))
            else:
                parts.append(part if code != _UNDATED else self._with_header(part))
        return pl.concat(parts).sort(ROW, maintain_order=True)

    def columns(self, finding: str) -> str:
        """Return the headers of the facts that a check compares, by its id, joined."""
        checks = {check.id: check for check in self.book.checks}
        specs = self._facts(checks[finding]) if finding in checks else self._used()
        return self._mark.join(self._header(spec) for spec in specs)

    @property
    def _mark(self) -> str:
        return self.say("list_mark")

    @property
    def say(self) -> Wording:
        """Return the words of the language."""
        return Wording(self.language)

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
                pl.lit(self.columns(check.id)).alias("column"),
                pl.col("text").fill_null(""),
                pl.lit(check.say.in_language(self.language) or check.text).alias("reason"),
            )
            .select(rows.columns)
        )

    def _with_header(self, rows: pl.DataFrame) -> pl.DataFrame:
        facts = self.book.vocabulary.facts
        headers = {name: self._header(facts[name]) for name in rows["column"].unique()}
        reason = pl.lit(self.say(_UNDATED)).alias("reason")
        return rows.with_columns(pl.col("column").replace(headers), reason)

    def _facts(self, check: RosterCheck) -> tuple[FactSpec, ...]:
        return self._specs(facts_of(check.holds))

    def _used(self) -> tuple[FactSpec, ...]:
        """Return the facts that say what was used of a ceiling."""
        amounts = (variant.amount for one in self.book.benefits for variant in one.variants)
        ceilings = (amount.ceiling for amount in amounts)
        return self._specs(frozenset().union(*(facts_of(one.used) for one in ceilings if one)))

    def _specs(self, names: Collection[str]) -> tuple[FactSpec, ...]:
        return tuple(spec for spec in self.book.vocabulary.facts.values() if spec.name in names)

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
class _Sightings:
    """Counts what was met again and again, with the first rows of each."""

    file: str
    say: Wording
    counts: dict[tuple[str, ...], int] = field(default_factory=dict)
    rows: dict[tuple[str, ...], list[int]] = field(default_factory=dict)

    def take(self, frame: pl.DataFrame, by: Sequence[str]) -> None:
        """Take in rows, told apart by some of their columns."""
        for names, part in frame.group_by(by, maintain_order=True):
            key = tuple(map(str, names))
            self.counts[key] = self.counts.get(key, 0) + part.height
            first = (*self.rows.get(key, ()), *part[ROW].sort().head(_EXAMPLES))
            self.rows[key] = sorted(first)[:_EXAMPLES]

    def problem(self, key: tuple[str, ...], code: str, message: str, header: str = "") -> Problem:
        """Return the one problem that tells of all rows of a key."""
        count, rows = self.counts[key], self.rows[key]
        return Problem(
            code=code,
            message=message,
            span=Span(self.file, rows[0]),
            severity=Severity.WARNING,
            count=count,
            examples=tuple(self.say("in_row", row=row) for row in rows) if count > 1 else (),
            header=header,
        )


class Findings:
    """What checks of the rows found, over all batches, in the words of a reader."""

    def __init__(self, file: str, words: CheckWords) -> None:
        self._met = _Sightings(file, words.say)
        self._words = words

    def take(self, findings: pl.DataFrame) -> None:
        """Take in the findings of one batch."""
        self._met.take(findings, ["check"])

    def problems(self) -> Iterator[Problem]:
        """Yield one problem a check, in the order of the checks."""
        checks = {check.id: check for check in self._words.book.checks}
        for name in (*checks, *_ENGINE_FINDINGS):
            if (name,) in self._met.counts:
                message = f"{name}: {_told_of_check(name, checks.get(name), self._words.say)}"
                columns = self._words.columns(name)
                yield self._met.problem((name,), CHECK_FAILED, message, columns)


def _told_of_check(name: str, check: RosterCheck | None, say: Wording) -> str:
    """Return what a failed check means, and what became of its rows."""
    if check is None:
        return say(name)
    fate = "is_set_aside" if check.effect is CheckEffect.SET_ASIDE else "is_kept"
    return say(fate, what=say.of(check.say) or say("not_so", text=check.text))


class Unplaced:
    """Bills that were set aside because they have no date or no person; failed checks apart."""

    def __init__(self, file: str, say: Wording) -> None:
        self._met = _Sightings(file, say)
        self._say = say

    def take(self, rows: pl.DataFrame) -> None:
        """Take in rows set aside, as the desk or the engine return them."""
        told = with_problem_codes(rows).filter(pl.col("code") != CHECK_FAILED)
        self._met.take(told, ["code", "reason"])

    def problems(self) -> Iterator[Problem]:
        """Yield one problem for each reason."""
        for code, reason in self._met.counts:
            message = self._say("is_set_aside", what=reason)
            yield self._met.problem((code, reason), code, message)
