"""The facts of a run: the columns they need, what their cells say, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.intake.agreement import (
    BIRTH,
    BIRTH_DIFFERS,
    BIRTH_DIFFERS_UNSURE,
    SEX,
    SEX_DIFFERS,
    birth_differs,
    birth_settled,
    is_sure,
    sex_differs,
    told_birth,
    told_sex,
)
from vetbenefits.intake.cells import NONE_WORDS, number_range
from vetbenefits.intake.columns import ColumnReader, read_columns, status_of, token
from vetbenefits.intake.filling import Filler, columns_of, token_column
from vetbenefits.intake.findings import TEXT, Finding
from vetbenefits.intake.persons import plain_texts
from vetbenefits.intake.status import FIRST_BAD, REASONS, Reason, Status
from vetbenefits.intake.text_table import cell_column
from vetbenefits.model.facts import PERSON, FactType, MonthOnly
from vetbenefits.model.tables import DIVISION, ID_NUMBER, NAME, PERSON_ID, ROW
from vetbenefits.money import format_exact
from vetbenefits.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vetbenefits.intake.findings import Place
    from vetbenefits.intake.headers import ColumnMap
    from vetbenefits.model.facts import FactSpec, Vocabulary

FIXED = frozenset({ROW, PERSON_ID, NAME, ID_NUMBER, DIVISION})

_MOST_NAMED = 12
_MONTHS = {
    MonthOnly.FIRST_DAY: Reason(
        "VB427", "names only a month and is read as its first day", zh="只有年月，按该月第一天计"
    ),
    MonthOnly.LAST_DAY: Reason(
        "VB427", "names only a month and is read as its last day", zh="只有年月，按该月最后一天计"
    ),
    MonthOnly.UNKNOWN: Reason(
        "VB427", "names only a month; the day counts as unknown", zh="只有年月，具体日期按未知处理"
    ),
}

_NO_DAY = Reason(
    "VB427",
    "names only a month, and its day must be known",
    "write the day: 2026-03-15",
    "只有年月，而必须知道具体日期",
    "请写明日期，例如 2026-03-15",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run asks of a table: `needed` by its rules, `only_checked` by checks of the rows.

    A cell that cannot be read sets its row aside where a rule needs it; where only a check does, it
    warns and counts as unknown. `language` is that of what is told of the rows.
    """

    vocabulary: Vocabulary
    needed: frozenset[str]
    only_checked: frozenset[str] = frozenset()
    table: str = PERSON
    language: str = "en"

    @property
    def by_rules(self) -> frozenset[str]:
        """Return the facts of the table that rules need, with those they are filled from."""
        return self._with_sources(self.needed)

    @property
    def facts(self) -> tuple[str, ...]:
        """Return all facts that must be read, in order."""
        read = self._with_sources(self.needed | self.only_checked)
        return tuple(name for name in self.vocabulary.facts if name in read)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Return the facts that are asked for themselves, in order, without the fixed columns."""
        asked = (self.needed | self.only_checked) - FIXED
        return tuple(name for name in self.facts if name in asked)

    @property
    def day(self) -> str:
        """Return the fact as of whose day each row is decided; empty where that is `as_of`."""
        table = self.vocabulary.tables.get(self.table)
        return table.date_fact if table else ""

    def _with_sources(self, names: frozenset[str]) -> frozenset[str]:
        wanted = {spec.name for spec in self.vocabulary.of_table(self.table)} & names
        waiting = list(wanted)
        while waiting:
            spec = self.vocabulary.facts[waiting.pop()]
            sources = {one.source for one in spec.derive if not one.part}
            if spec.blank.none_when_fact:
                sources.add(spec.blank.none_when_fact)
            waiting += sources - wanted
            wanted |= sources
        return frozenset(wanted)


@dataclass(frozen=True, slots=True)
class FactReader:
    """Reads the facts of a run out of the cells of a table and fills what is blank.

    `specs` are the facts asked for and those they are filled from, of which rules need `by_rules`;
    `readers` is keyed by fact and leaves out facts of text and facts without a column; `day` is the
    fact without whose day a row cannot be decided, if there is one.
    """

    specs: Mapping[str, FactSpec]
    outputs: tuple[str, ...]
    by_rules: frozenset[str]
    found: ColumnMap
    readers: Mapping[str, ColumnReader]
    day: str = ""

    @classmethod
    def of(cls, asked: Asked, found: ColumnMap) -> FactReader:
        """Prepare reading what a run asks for."""
        specs = {name: asked.vocabulary.facts[name] for name in asked.facts}
        days: dict[object, dict[str, int]] = {}
        readers = {
            name: ColumnReader(spec, days.setdefault(_alike(spec), {}))
            for name, spec in specs.items()
            if name in found.columns and spec.type is not FactType.TEXT
        }
        return cls(specs, asked.outputs, asked.by_rules, found, readers, asked.day)

    @property
    def wanted(self) -> frozenset[int]:
        """Return the indexes of the columns that must be read."""
        columns = self.found.columns
        return frozenset(columns[name] for name in self.specs if name in columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of the contract for the facts that were asked for, in order."""
        return tuple(column for name in self.outputs for column in columns_of(self.specs[name]))

    def read(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
        """Return the frame with what the cells say, and what was found in them.

        Shape: one token column per fact and one column per fact of text are added.
        """
        tokens, unusual = self._tokens(frame)
        tokens, differing = self._held_against_id(tokens)
        return tokens, (*self._of_cells(tokens, unusual), *differing)

    def fill(self, tokens: pl.LazyFrame) -> pl.LazyFrame:
        """Return what `read` returned with `columns`: derived, blanks given their meaning."""
        as_written = {
            name: self._cell(name)
            for name, one in self.readers.items()
            if one.spec.type is FactType.DIVISION and not one.rewrites
        }
        return Filler(self.specs, self.outputs, as_written).fill(tokens)

    def _tokens(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
        """Add one token column per fact; the cells stay, so that findings can show them."""
        cells = {name: self._cell(name) for name in self.readers}
        tokens, unusual = read_columns(frame, self.readers, cells)
        nothing = pl.lit(token(Status.NO_COLUMN), dtype=pl.Int64)
        missing = (name for name in self.specs if name not in self.found.columns)
        read = frame.with_columns(one.alias(token_column(one.name)) for one in tokens)
        read = read.with_columns(nothing.alias(token_column(name)) for name in missing)
        for spec in self.specs.values():
            if spec.type is FactType.TEXT:
                read = self._with_text(read, spec)
        return read, unusual

    def _with_text(self, frame: pl.DataFrame, spec: FactSpec) -> pl.DataFrame:
        """Add the text of a fact, null where there is none, and the token that says so."""
        if spec.name in FIXED:
            # Who the row is about is settled; only whether there is something can still be asked.
            filled = pl.col(spec.name).is_not_null()
            status = pl.when(filled).then(token(Status.FILLED, 1)).otherwise(token(Status.BLANK))
            return frame.with_columns(status.cast(pl.Int64).alias(token_column(spec.name)))
        if spec.name not in self.found.columns:
            return frame.with_columns(pl.lit(None, dtype=pl.String).alias(spec.name))
        read = plain_texts(frame.get_column(self._cell(spec.name))).alias(TEXT).to_frame()
        is_none = pl.col(TEXT).str.to_lowercase().is_in(list(NONE_WORDS)) & spec.may_be_none
        read = read.with_columns(
            pl.when(pl.col(TEXT) == "")
            .then(token(Status.BLANK))
            .when(is_none)
            .then(token(Status.NONE))
            .otherwise(token(Status.FILLED, 1))
            .cast(pl.Int64)
            .alias("token")
        )
        filled = pl.when(status_of(pl.col("token")) == Status.FILLED).then(TEXT)
        texts = read.select(pl.col("token").alias(token_column(spec.name)), filled.alias(spec.name))
        return frame.with_columns(texts.get_columns())

    def _cell(self, name: str) -> str:
        return cell_column(self.found.columns[name])

    def _of_cells(self, tokens: pl.DataFrame, unusual: Mapping[str, pl.Series]) -> list[Finding]:
        """Return a finding per fact and reason for cells that are unreadable or name a month."""
        findings = []
        status = pl.col("status")
        for name, places in unusual.items():
            columns = (ROW, PERSON_ID, self._cell(name), token_column(name))
            rows = pl.DataFrame([tokens.get_column(one).gather(places) for one in columns])
            rows = rows.select(
                ROW,
                PERSON_ID,
                pl.col(self._cell(name)).alias(TEXT),
                status_of(pl.col(token_column(name))).alias("status"),
            ).filter((status >= FIRST_BAD) | (status == Status.MONTH_ONLY))
            for number in sorted(rows.get_column("status").unique()):
                of_it = rows.filter(status == number).drop("status")
                findings.append(self._finding(name, Status(number), of_it))
        return findings

    def _finding(self, name: str, status: Status, rows: pl.DataFrame) -> Finding:
        spec = self.specs[name]
        sets_aside = name in self.by_rules
        if status is Status.MONTH_ONLY:
            if sets_aside and name == self.day and spec.month_only is MonthOnly.UNKNOWN:
                return Finding(self._place(name), _NO_DAY, rows, sets_aside)
            how = _MONTHS[spec.month_only]
            return Finding(self._place(name), how, rows, severity=Severity.NOTE)
        return Finding(self._place(name), _reason(spec, status), rows, sets_aside)

    def _place(self, name: str) -> Place:
        return self.found.place(name)

    def _held_against_id(self, tokens: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
        """Compare birth date and sex with the ID number; the birth date of a sure one is taken."""
        findings: list[Finding] = []
        birth, sex = self._told_by_id(BIRTH), self._told_by_id(SEX)
        if birth is not None:
            read, told = pl.col(token_column(birth.name)), told_birth(birth)
            differs = tokens.select(birth_differs(read, told)).to_series()
            if differs.any():
                sure = tokens.select(is_sure()).to_series()
                findings += self._differing(tokens, birth, differs & sure, BIRTH_DIFFERS)
                findings += self._differing(tokens, birth, differs & ~sure, BIRTH_DIFFERS_UNSURE)
            settled = birth_settled(read, told)
            tokens = tokens.with_columns(settled.alias(token_column(birth.name)))
        if sex is not None:
            differing = sex_differs(pl.col(token_column(sex.name)), told_sex(sex))
            differs = tokens.select(differing).to_series()
            findings += self._differing(tokens, sex, differs, SEX_DIFFERS)
        return tokens, findings

    def _told_by_id(self, part: str) -> FactSpec | None:
        """Return the fact with a column that the ID number tells as well."""
        for name, spec in self.specs.items():
            if name in self.readers and any(one.part == part for one in spec.derive):
                return spec
        return None

    def _differing(
        self, tokens: pl.DataFrame, spec: FactSpec, differs: pl.Series, reason: Reason
    ) -> list[Finding]:
        if not differs.any():
            return []
        rows = tokens.filter(differs).select(
            ROW, PERSON_ID, pl.col(self._cell(spec.name)).alias(TEXT)
        )
        return [Finding(self._place(spec.name), reason, rows)]


def _alike(spec: FactSpec) -> object:
    """Return what facts have in common whose cells are read alike: days, else only itself."""
    if spec.type is not FactType.DATE:
        return spec.name
    return spec.first_on, spec.last_on, spec.month_only, spec.may_be_none


def _reason(spec: FactSpec, status: Status) -> Reason:
    """Return the reason for a status, with the range or the values of the fact."""
    reason = REASONS[status]
    if status is Status.OUT_OF_RANGE:
        low, high = _range(spec)
        outside = f"lies outside {low} to {high}"
        return Reason(reason.code, outside, zh=f"超出允许的范围 {low} 至 {high}")
    if status is Status.NO_CODE:
        titles = [code.title.zh or code.id for code in spec.values]
        more = ", …" if len(titles) > _MOST_NAMED else ""
        allowed, zh_more = titles[:_MOST_NAMED], " 等" if more else ""
        return replace(
            reason,
            hint=f"allowed: {', '.join(allowed)}{more}",
            zh_hint=f"可填：{'、'.join(allowed)}{zh_more}",
        )
    return reason


def _range(spec: FactSpec) -> tuple[str, str]:
    if spec.type in (FactType.DATE, FactType.MONTH):
        return spec.first_on.isoformat(), spec.last_on.isoformat()
    low, high = number_range(spec)
    return format_exact(low), format_exact(high)
