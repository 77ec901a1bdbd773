"""The benefits of one table, compiled for one day or for each row's own."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.engine import columns
from vetbenefits.engine.candidates import AT, Share
from vetbenefits.engine.readings import NOT_IN_FORCE, readings_of
from vetbenefits.engine.records import FINDINGS, SET_ASIDE
from vetbenefits.model import tables
from vetbenefits.model.expressions import facts_of
from vetbenefits.model.facts import PERSON, Role
from vetbenefits.model.rulebook import CheckEffect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetbenefits.engine.cells import Cell
    from vetbenefits.engine.compiler import Compiler
    from vetbenefits.engine.readings import Reading, Readings
    from vetbenefits.model.facts import Vocabulary
    from vetbenefits.model.rulebook import Benefit, RosterCheck, RuleBook


_ABOUT = {
    "benefit": pl.String,
    "place": pl.UInt32,
    "per": pl.String,
    "least_fen": pl.Int64,
    "used": pl.String,
}


NOBODY_ELSE: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Program:
    """Compiled benefits of one table, and the checks of its rows."""

    table: str
    compiler: Compiler
    benefits: tuple[Readings, ...]
    checks: tuple[tuple[RosterCheck, Cell], ...]

    @property
    def is_of_bills(self) -> bool:
        """Tell whether rows are not persons but bills, which share ceilings."""
        return self.table != PERSON

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
        met = [
            one for readings in self.benefits for one in present(frame, readings) if one is not None
        ]
        return graph.evaluated(frame, [name for one in met for name in one.root.names()])

    def shares(
        self, frame: pl.DataFrame, *, show_all: bool, also_shown: Mapping[int, str] = NOBODY_ELSE
    ) -> list[Share]:
        """Return which reading decides which rows of a staged batch.

        Args:
            frame: the batch.
            show_all: show everybody.
            also_shown: by place of a benefit, the column that tells who is shown in any case.
        """
        found: list[Share] = []
        for place, readings in enumerate(self.benefits):
            drawn = drawn_column(self.compiler.vocabulary, readings.benefit)
            is_drawn = pl.col(drawn) if drawn else columns.UNKNOWN_TRUTH
            also = also_shown.get(place)
            shown = columns.TRUE if show_all else is_drawn.fill_null(value=False)
            if also is not None:
                shown = shown | pl.col(also)
            for reading in present(frame, readings):
                here = holds(readings, reading)
                passes = columns.FALSE
                if reading is not None:
                    passes = reading.root.value().fill_null(value=True)
                failed = here & ~passes & shown if show_all or drawn or also else None
                share = Share(
                    len(found), readings.benefit, reading, here & passes, failed, is_drawn
                )
                found.append(share)
        return found

    def about(self, shares: Sequence[Share]) -> pl.DataFrame:
        """Return what the records of each share have in common.

        Shape: one row a share, in order: `benefit` and its place among all, `per`, `least_fen`
        (what an unknown amount comes to at least) and `used`, the fact that says what was used.
        """
        places = {readings.benefit.id: at for at, readings in enumerate(self.benefits)}
        rows = [
            (
                share.benefit.id,
                places[share.benefit.id],
                share.reading.variant.amount.payment_per if share.reading else None,
                share.reading.least_fen if share.reading else 0,
                share.reading.used_name if share.reading else "",
            )
            for share in shares
        ]
        return pl.DataFrame(rows, schema=_ABOUT, orient="row")


def program_of(
    book: RuleBook, benefits: Sequence[Benefit], compiler: Compiler, region: str | None, table: str
) -> Program:
    """Compile the benefits of one table, and the checks of its rows."""
    return Program(
        table,
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


def present(frame: pl.DataFrame, readings: Readings) -> tuple[Reading | None, ...]:
    """Return the readings that hold for some row of a batch; None where none is in force."""
    if not readings.column:
        return readings.held or (None,)
    found = frame[readings.column].unique().to_list()
    held = tuple(one for at, one in enumerate(readings.held) if at in found)
    # Also of an empty batch a benefit has a share, so that it is counted.
    return held if held and NOT_IN_FORCE not in found else (*held, None)


def holds(readings: Readings, reading: Reading | None) -> pl.Expr:
    """Return where a reading holds; None stands for the days on which none is in force."""
    if not readings.column:
        return columns.TRUE
    index = NOT_IN_FORCE if reading is None else readings.held.index(reading)
    return pl.col(readings.column) == index


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
