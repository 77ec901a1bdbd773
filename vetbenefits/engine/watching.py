"""What of a reading can be the cause of a change, as columns of its graph."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.engine import columns, flags
from vetbenefits.engine.compiler import NOBODY
from vetbenefits.engine.interpreter import evaluate
from vetbenefits.engine.lookups import NO_ROW
from vetbenefits.engine.missing import Missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from vetbenefits.engine.readings import Reading
    from vetbenefits.model.expressions import RateOf

AMOUNT = "amount"
EVE, DAY = "eve", "day"  # the two sides of a change


@dataclass(frozen=True, slots=True)
class _Watched:
    """Something that can be a cause: it is one where one of its columns changes.

    `passing`: only where no condition is known to fail on either day.
    """

    name: str
    columns: tuple[str, ...]
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Tier:
    """Causes that speak together: `columns` of a row, and what is `told` of two of them.

    `told` reads the columns of both sides by their numbers, as `side` names them: readings of one
    variant have the same columns in the same order, whatever day they are compiled for.
    """

    columns: tuple[str, ...]
    told: pl.Expr

    def side(self, name: str) -> list[pl.Expr]:
        """Return the columns of one side of a change."""
        return [pl.col(column).alias(f"{name} {at}") for at, column in enumerate(self.columns)]


@dataclass(frozen=True, eq=False)
class Watching:
    """The causes that a reading knows, in tiers; each is compiled when first asked for."""

    reading: Reading

    @cached_property
    def outright(self) -> Tier:
        """Return the truth of each condition, and the answers of rates in the amount."""
        compiler = self.reading.compiler
        entries = self.reading.entries
        tests = [(one.clause.id, compiler.condition(one.clause.test)) for one in entries]
        found = [_Watched(name, (compiler.graph.name_of(test.value()),)) for name, test in tests]
        return self._tier([*found, *self._answers(self.reading.rates, passing=True)])

    @cached_property
    def behind(self) -> Tier:
        """Return the answers of rates in the conditions."""
        return self._tier(self._answers(self.reading.rates_of_conditions, passing=False))

    @cached_property
    def details(self) -> Tier:
        """Return what conditions and amount lack, and whether they are provisional."""
        reading, compiler = self.reading, self.reading.compiler
        missing = Missing(compiler)
        tests = [(one.clause.id, one.clause.test) for one in reading.entries]
        found = [
            _Watched(
                name, (missing.text([test], []), self._flag(flags.provisional(test, compiler)))
            )
            for name, test in tests
        ]
        value = reading.variant.amount.value
        of_amount = (
            reading.raw_fen,
            reading.no_rate,
            missing.text([], [value]),
            self._flag(flags.provisional(value, compiler)),
        )
        return self._tier([*found, _Watched(AMOUNT, of_amount, passing=True)])

    def _flag(self, found: flags.Flag) -> str:
        return self.reading.compiler.graph.name_of(flags.as_expr(found))

    def _tier(self, watched: list[_Watched]) -> Tier:
        root = self.reading.root.value().fill_null(value=True)
        names = [self.reading.compiler.graph.name_of(root)]
        passing = pl.col(f"{EVE} 0") & pl.col(f"{DAY} 0")
        told: list[pl.Expr] = []
        for one in watched:
            places = range(len(names), len(names) + len(one.columns))
            names += one.columns
            is_other = columns.any_of(
                [pl.col(f"{EVE} {at}").ne_missing(pl.col(f"{DAY} {at}")) for at in places]
            )
            where = is_other & passing if one.passing else is_other
            told.append(pl.when(where).then(pl.lit(one.name)))
        return Tier(tuple(names), columns.joined_text(told))

    # --- rates ------------------------------------------------------------------------------

    def _answers(
        self, uses: Iterable[tuple[RateOf, pl.Expr | None]], *, passing: bool
    ) -> list[_Watched]:
        """Return the answers of rates where they take part: the row, and if it is provisional."""
        wheres: dict[RateOf, list[pl.Expr]] = {}
        for term, where in uses:
            part = columns.TRUE if where is None else where.fill_null(value=False)
            wheres.setdefault(term, []).append(part)
        found: dict[str, list[str]] = {}
        for term, parts in wheres.items():
            found.setdefault(term.schedule.name, []).extend(self._answer(term, parts))
        return [_Watched(f"rate.{name}", tuple(found[name]), passing) for name in sorted(found)]

    def _answer(self, term: RateOf, parts: list[pl.Expr]) -> Iterator[str]:
        compiler = self.reading.compiler
        is_constant = compiler.cell(term).is_constant
        answers = compiler.answers(term)
        if answers is not None:
            row = pl.col(answers.row).fill_null(NO_ROW)
        else:
            row = pl.lit(_row_of(term, compiler.some_day) if is_constant else NO_ROW)
        provisional = flags.as_expr(flags.provisional(term, compiler))
        for part in (row, provisional):
            yield compiler.graph.name_of(pl.when(columns.any_of(parts)).then(part))


def _row_of(term: RateOf, day: date) -> int:
    """Return the place of the row that answers everybody on a day."""
    found = evaluate(term, NOBODY, day).row
    rows = enumerate(term.schedule.rows)
    return next((at for at, row in rows if row is found), NO_ROW)
