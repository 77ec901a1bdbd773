"""The rows for which money is a question, and those that a condition has settled.

A candidate is a row of which no condition is known to fail: only for these are amounts, missing
facts and provisional rates worked out. What failed is looked at again only where it is shown.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.engine import columns
from vetbenefits.engine.compiler import NOBODY
from vetbenefits.engine.graph import along, carried_out
from vetbenefits.engine.interpreter import evaluate
from vetbenefits.model.facts import PERSON
from vetbenefits.model.kinds import Kind
from vetbenefits.model.rulebook import NOT_IN_FORCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vetbenefits.engine.graph import Graph, Route
    from vetbenefits.engine.readings import Reading
    from vetbenefits.model.expressions import RateOf
    from vetbenefits.model.rates import RateRow
    from vetbenefits.model.rulebook import Benefit

AT = "#at"  # the place of a row in its batch
SHARE = "#share"

_MOST_AT_ONCE = 16  # requests whose columns are in memory together

_CANDIDATES = {
    AT: pl.UInt32,
    SHARE: pl.UInt32,
    "drawn": pl.Boolean,
    "is_open": pl.Boolean,
    "raw_fen": pl.Int64,
    "limit_fen": pl.Int64,
    "used_fen": pl.Int64,
    "no_rate": pl.Boolean,
    "provisional": pl.Boolean,
}
_UNMET = {AT: pl.UInt32, SHARE: pl.UInt32, "drawn": pl.Boolean, "unmet": pl.String}


@dataclass(frozen=True, slots=True)
class Share:
    """The rows of a batch that one reading of a benefit decides.

    `reading` is None for the days on which the benefit is not in force. `candidates`: where no
    condition is known to fail; `failed`: where one is, and the row is shown (None: nowhere).
    `drawn`: whether the benefit is drawn now, null where the roster does not say. `number` tells
    shares apart.
    """

    number: int
    benefit: Benefit
    reading: Reading | None
    candidates: pl.Expr
    failed: pl.Expr | None
    drawn: pl.Expr

    @property
    def number_of(self) -> pl.Expr:
        """Return the column that tells this share apart."""
        return pl.lit(self.number).cast(pl.UInt32).alias(SHARE)


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked of some rows: the columns of `outputs`, where `where` is true.

    Requests of one `kind` have much in common, and are for much the same rows.
    """

    where: pl.Expr
    outputs: tuple[pl.Expr, ...]
    kind: tuple[str, ...] = ()

    @property
    def inputs(self) -> list[str]:
        """Return the columns that the outputs are made of."""
        return sorted({name for made in self.outputs for name in made.meta.root_names()})


def candidates_of(
    frame: pl.DataFrame, shares: Sequence[Share], graph: Graph
) -> tuple[pl.DataFrame, frozenset[tuple[str, str, RateRow]]]:
    """Return the candidates of all shares, and (benefit, rate, row) of the rates they used.

    Shape: a batch with its conditions -> one row a candidate of a share: its place `AT`, `SHARE`,
    `drawn`, `is_open` (a condition is unknown), `raw_fen`, `limit_fen` and `used_fen` (null without
    a ceiling), `no_rate`, `provisional`.
    """
    asked = [(share, share.reading, _uses(share.reading)) for share in shares if share.reading]
    requests = [
        _Request(share.candidates, _outputs(share, reading, uses), reading.rests_on)
        for share, reading, uses in asked
    ]
    made = _computed(frame, requests, graph)
    used = {
        (share.benefit.id, use.term.schedule.name, row)
        for (share, _, uses), part in zip(asked, made, strict=True)
        for use in uses
        for row in use.rows(part[use.name])
    }
    parts = [part[list(_CANDIDATES)] for part in made]
    return pl.concat([pl.DataFrame(schema=_CANDIDATES), *parts]), frozenset(used)


def _outputs(share: Share, reading: Reading, uses: Iterable[_Use]) -> tuple[pl.Expr, ...]:
    is_limited = share.benefit.table != PERSON
    nothing = columns.unknown(Kind.NUMBER)
    raw, no_rate = pl.col(reading.raw_fen), pl.col(reading.no_rate)
    is_amount = (raw != 0) & ~no_rate
    return (
        pl.col(AT),
        share.number_of,
        share.drawn.alias("drawn"),
        reading.root.value().is_null().alias("is_open"),
        raw.alias("raw_fen"),
        (pl.col(reading.limit_fen) if is_limited else nothing).alias("limit_fen"),
        (pl.col(reading.used_fen) if is_limited else nothing).alias("used_fen"),
        no_rate.alias("no_rate"),
        pl.col(reading.provisional).alias("provisional"),
        *(use.row(is_amount) for use in uses),
    )


def _computed(
    frame: pl.DataFrame, requests: Sequence[_Request], graph: Graph
) -> list[pl.DataFrame]:
    """Return what is asked, a few requests at a time.

    The columns of some requests are computed together, over the rows that any of them asks for:
    what they share is computed once, and memory does not grow with the rule book.
    """
    have = frozenset(frame.columns)
    made: dict[int, pl.DataFrame] = {}
    for some in _at_once(requests):
        wanted = {name for _, one in some for name in one.inputs}
        wheres = [one.where.alias(_where(at)) for at, one in some]
        route = graph.route(have, wanted)
        rows = frame.lazy().select(*sorted({AT, *route.there}), *wheres)
        base = _along(route, rows.filter(pl.any_horizontal("^#where .*$")), graph, wanted)
        found = carried_out(
            [
                # A filter takes time for each column, so the rest is left behind first.
                base.lazy()
                .select_seq(_where(at), *one.inputs)
                .filter(_where(at))
                .select_seq(one.outputs)
                for at, one in some
            ]
        )
        made |= {at: part for (at, _), part in zip(some, found, strict=True)}
    return [made[at] for at in range(len(requests))]


def _along(route: Route, rows: pl.LazyFrame, graph: Graph, wanted: Iterable[str]) -> pl.DataFrame:
    """Return rows with the columns of a route; look-ups come first, since no plan can make them."""
    if not route.looked_up:
        return carried_out([along(route, rows)])[0]
    found = graph.looked_up(carried_out([rows])[0], wanted)
    return graph.evaluated(found, wanted)


def _at_once(requests: Sequence[_Request]) -> Iterator[list[tuple[int, _Request]]]:
    """Yield requests with their places, a few at once, those of one kind together."""
    order = sorted(range(len(requests)), key=lambda at: (requests[at].kind, at))
    for _, places in itertools.groupby(order, key=lambda at: requests[at].kind):
        some = [(at, requests[at]) for at in places]
        for first in range(0, len(some), _MOST_AT_ONCE):
            yield some[first : first + _MOST_AT_ONCE]


def _where(at: int) -> str:
    return f"#where {at}"


def failed_of(frame: pl.DataFrame, shares: Iterable[Share], graph: Graph) -> pl.DataFrame:
    """Return the ids of the conditions that failed, joined by `;`, for the rows that are shown.

    Shape: -> one row a place and share: `AT`, `SHARE`, `drawn`, `unmet`.
    """
    requests: list[_Request] = []
    for share in shares:
        if share.failed is None:
            continue
        unmet = pl.lit(NOT_IN_FORCE)
        if share.reading is not None:
            unmet = pl.col(share.reading.unmet)
        outputs = (pl.col(AT), share.number_of, share.drawn.alias("drawn"), unmet.alias("unmet"))
        requests.append(_Request(share.failed, outputs))
    return pl.concat([pl.DataFrame(schema=_UNMET), *_computed(frame, requests, graph)])


def with_missing(
    candidates: pl.DataFrame, frame: pl.DataFrame, shares: Sequence[Share], graph: Graph
) -> pl.DataFrame:
    """Return the candidates with what each of them lacks (`missing`), joined by `;`."""
    raw = pl.col("raw_fen")
    lacks = pl.col("is_open") | (raw.is_null() & ~pl.col("no_rate"))
    if any(share.benefit.table != PERSON for share in shares):
        lacks = lacks | (pl.col("limit_fen").is_null() & (raw > 0))
    places = candidates.select(lacks.fill_null(value=False).arg_true()).to_series()
    # Candidates stand share by share, so the texts come in the order of their rows.
    by_share = candidates.select(AT, SHARE)[places].partition_by(SHARE, as_dict=True)
    lacking = [(shares[number].reading, rows[AT]) for (number,), rows in by_share.items()]
    known = [(reading, rows) for reading, rows in lacking if reading is not None]
    texts = [pl.Series([""]), *_missing_texts(frame, known, graph)]
    which = pl.zeros(candidates.height, dtype=pl.UInt32, eager=True)
    which = which.scatter(places, pl.int_range(1, len(places) + 1, dtype=pl.UInt32, eager=True))
    return candidates.with_columns(pl.concat(texts).gather(which).alias("missing"))


def _missing_texts(
    frame: pl.DataFrame, lacking: Sequence[tuple[Reading, pl.Series]], graph: Graph
) -> list[pl.Series]:
    """Return what is missing for each reading and its rows, which are places in the batch.

    Readings that rest on the same facts look them up together.
    """
    order = sorted(range(len(lacking)), key=lambda at: (lacking[at][0].rests_on, at))
    plans: dict[int, pl.LazyFrame] = {}
    for _, alike in itertools.groupby(order, key=lambda at: lacking[at][0].rests_on):
        some = list(alike)
        wanted = [lacking[at][0].missing for at in some]
        route = graph.route(frozenset(frame.columns), wanted)
        places = pl.concat([lacking[at][1] for at in some])
        few = graph.looked_up(frame.select(AT, *route.there)[places], wanted)
        have = frozenset(few.columns)
        start = 0
        for at, missing in zip(some, wanted, strict=True):
            size = len(lacking[at][1])
            rows = few.slice(start, size).lazy()
            plans[at] = along(graph.route(have, [missing]), rows).select_seq(missing)
            start += size
    made = carried_out([plans[at] for at in range(len(lacking))])
    return [one.to_series() for one in made]


# --- which rates an amount used --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Use:
    """One use of a rate in an amount: its only row, or the column of rows; and where it counts."""

    name: str
    term: RateOf
    only: RateRow | None
    column: str
    where: pl.Expr | None

    def row(self, is_amount: pl.Expr) -> pl.Expr:
        """Return the index of the row that is used, 0 for the only one, null for none."""
        row = pl.col(self.column) if self.column else pl.lit(0).cast(pl.Int32)
        where = is_amount if self.where is None else is_amount & self.where
        return pl.when(where).then(row).alias(self.name)

    def rows(self, used: pl.Series) -> list[RateRow]:
        """Return the rows with these indexes."""
        if self.only is not None:
            return [self.only] if used.null_count() < used.len() else []
        found = used.drop_nulls().unique()
        return [self.term.schedule.rows[index] for index in found if index >= 0]


def _uses(reading: Reading) -> list[_Use]:
    found: list[_Use] = []
    for at, (term, where) in enumerate(reading.rates):
        answers = reading.compiler.answers(term)
        only = None
        if answers is None:
            only = evaluate(term, NOBODY, reading.compiler.some_day).row
            if only is None:
                continue
        column = "" if answers is None else answers.row
        found.append(_Use(f"use {at}", term, only, column, where))
    return found
