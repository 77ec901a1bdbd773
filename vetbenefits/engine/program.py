"""The benefits of one table, compiled for one day or for each row's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from vetbenefits.engine import columns
from vetbenefits.engine.candidates import AT
from vetbenefits.engine.cells import Cell
from vetbenefits.engine.compiler import Compiler
from vetbenefits.engine.readings import NOT_IN_FORCE, Reading, Readings, readings_of
from vetbenefits.engine.records import FINDINGS, SET_ASIDE
from vetbenefits.model import tables
from vetbenefits.model.expressions import facts_of
from vetbenefits.model.facts import Role, Vocabulary
from vetbenefits.model.rulebook import Benefit, CheckEffect, RosterCheck, RuleBook


@dataclass(frozen=True, slots=True)
class Share:
    """The rows of a batch that one reading decides, as masks over the batch.

    `reading` is None for the rows on whose day the benefit is not in force. `candidates`: no
    condition is known to fail; `failed`: one is, and the row is shown.
    """

    reading: Reading | None
    candidates: pl.Series
    failed: pl.Series


@dataclass(frozen=True, slots=True)
class Program:
    """Compiled benefits of one table, and the checks of its rows."""

    compiler: Compiler
    benefits: tuple[Readings, ...]
    checks: tuple[tuple[RosterCheck, Cell], ...]

    def checked(self, batch: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """Return the rows to decide, the findings, and the rows that checks set aside."""
        names = [name for _, cell in self.checks for name in cell.names()]
        frame = self.compiler.graph.evaluated(batch, names)
        findings = [pl.DataFrame(schema=FINDINGS)]
        aside = [pl.DataFrame(schema=SET_ASIDE)]
        is_left = pl.repeat(value=True, n=batch.height, eager=True)
        for check, cell in self.checks:
            is_false = (~cell.value()).fill_null(value=False)
            fails = frame.select(tables.ROW, is_false.alias("fails"))["fails"]
            if not fails.any():
                continue
            rows = batch.filter(fails)
            findings.append(_found(rows, check))
            if check.effect is CheckEffect.SET_ASIDE:
                aside.append(_put_aside(rows.filter(is_left.filter(fails)), check))
                is_left = is_left & ~fails
        left = batch if is_left.all() else batch.filter(is_left)
        return left, pl.concat(findings), pl.concat(aside)

    def staged(self, batch: pl.DataFrame) -> pl.DataFrame:
        """Return the batch with the place of each row, and with all conditions that are needed."""
        graph = self.compiler.graph
        frame = batch.with_row_index(AT)
        frame = graph.evaluated(frame, [one.column for one in self.benefits if one.column])
        roots = [
            name
            for readings in self.benefits
            for reading in _present(frame, readings)
            for name in reading.root.names()
        ]
        return graph.evaluated(frame, roots)

    def shares(
        self, frame: pl.DataFrame, *, show_all: bool
    ) -> Iterator[tuple[Readings, list[Share]]]:
        """Yield for each benefit which reading decides which rows of a staged batch."""
        plan: list[tuple[Readings, Reading | None]] = []
        masks: list[pl.Expr] = []
        for readings in self.benefits:
            shown = columns.TRUE if show_all else self._is_drawn(readings.benefit)
            for reading in (*_present(frame, readings), None):
                here = _holds(readings, reading)
                passes = (
                    columns.FALSE if reading is None else reading.root.value().fill_null(value=True)
                )
                masks += [
                    (here & passes).alias(f"{len(plan)} candidates"),
                    (here & ~passes & shown).alias(f"{len(plan)} failed"),
                ]
                plan.append((readings, reading))
        made = frame.select(AT, *masks)
        shares: dict[str, list[Share]] = {one.benefit.id: [] for one in self.benefits}
        for index, (readings, reading) in enumerate(plan):
            share = Share(reading, made[f"{index} candidates"], made[f"{index} failed"])
            shares[readings.benefit.id].append(share)
        for readings in self.benefits:
            yield readings, shares[readings.benefit.id]

    def drawn(self, frame: pl.DataFrame, benefit: Benefit) -> pl.Series:
        """Return whether each row draws a benefit now, null where the roster does not say."""
        column = drawn_column(self.compiler.vocabulary, benefit)
        if not column:
            return pl.repeat(None, frame.height, dtype=pl.Boolean, eager=True)
        return frame[column]

    def _is_drawn(self, benefit: Benefit) -> pl.Expr:
        column = drawn_column(self.compiler.vocabulary, benefit)
        return pl.col(column).fill_null(value=False) if column else columns.FALSE


def program_of(
    book: RuleBook, benefits: Sequence[Benefit], compiler: Compiler, region: str | None, table: str
) -> Program:
    """Compile the benefits of one table, and the checks of its rows."""
    return Program(
        compiler,
        tuple(readings_of(one, region, compiler) for one in benefits),
        tuple((one, compiler.condition(one.holds)) for one in book.checks if one.table == table),
    )


def drawn_column(vocabulary: Vocabulary, benefit: Benefit) -> str:
    """Return the column that says who draws a benefit now; empty where no fact can say it."""
    draws = vocabulary.with_role(Role.DRAWS)
    if draws is None or benefit.id not in draws.code_ids:
        return ""
    return tables.code_column(draws.name, benefit.id)


def _present(frame: pl.DataFrame, readings: Readings) -> tuple[Reading, ...]:
    """Return the readings that hold for some row of a batch."""
    if not readings.column:
        return readings.held
    found = frame[readings.column].unique().to_list()
    return tuple(one for at, one in enumerate(readings.held) if at in found)


def _holds(readings: Readings, reading: Reading | None) -> pl.Expr:
    """Return where a reading holds; None stands for the days on which none is in force."""
    if readings.column:
        index = NOT_IN_FORCE if reading is None else readings.held.index(reading)
        return pl.col(readings.column) == index
    return pl.lit(reading is not None or not readings.held)


def _found(rows: pl.DataFrame, check: RosterCheck) -> pl.DataFrame:
    return rows.select(tables.ROW, tables.PERSON_ID, pl.lit(check.id).alias("check"))


def _put_aside(rows: pl.DataFrame, check: RosterCheck) -> pl.DataFrame:
    return rows.select(
        tables.ROW,
        tables.PERSON_ID,
        pl.lit(", ".join(sorted(facts_of(check.holds)))).alias("column"),
        pl.lit("").alias("text"),
        pl.lit(check.id).alias("code"),
        pl.lit(check.say.en or check.text).alias("reason"),
    )
