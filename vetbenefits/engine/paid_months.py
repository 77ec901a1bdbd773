"""MONTHS: what a benefit pays to everybody, each month once, in whole parts of the year."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.dates import PER_MONTH
from vetbenefits.engine import columns
from vetbenefits.engine.dated import BENEFIT, VARIANT
from vetbenefits.engine.months import AT_ONCE, BEGAN, ENDED, LISTED, MONTH, OWN, RUN, RunMonths
from vetbenefits.engine.payments import Pays
from vetbenefits.engine.turning_days import DAY, PERSON
from vetbenefits.model import tables

if TYPE_CHECKING:
    from vetbenefits.engine.compiled_days import CompiledDays
    from vetbenefits.engine.months import Months
    from vetbenefits.model.payable import Payable
    from vetbenefits.model.rulebook import Benefit

PAID = {
    PERSON: pl.UInt32,
    BENEFIT: pl.UInt32,
    MONTH: pl.Int32,
    "pays": pl.String,
    "due_fen": pl.Int64,
    "provisional": pl.Boolean,
    "first_month": pl.Int32,
    "run_from": pl.Int32,
    "decided_on": pl.Int32,
}
"""`first_month` is the first that the paying run pays, `run_from` the first day of that run, and
`decided_on` the day whose amount is paid."""

_FROM, _UNTIL = "from_on", "until_on"
_BY = "by"  # which of the readings of `payable` a run is paid by
_DECEMBER = 11


def due_spans(spans: pl.DataFrame) -> pl.DataFrame:
    """Return the spans on which something is due, numbered by the run that they belong to.

    Shape: `PERSON`, `BENEFIT`, `VARIANT`, `from_on`, `until_on`, `outcome`, `amount_fen`,
    `provisional`, `cause`, in order and filling the window -> the same of due spans, with `run`,
    `began` and `ended`: what changed at both ends, empty at those of the window.
    """
    is_first = pl.any_horizontal(
        pl.col(PERSON, BENEFIT).ne_missing(pl.col(PERSON, BENEFIT).shift())
    )
    began = pl.when(is_first).then(pl.lit("")).otherwise(pl.col("cause").shift())
    due = spans.with_columns(began.alias(BEGAN), pl.col("cause").alias(ENDED)).filter(
        pl.col("outcome") == tables.DUE
    )
    follows = pl.all_horizontal(pl.col(PERSON, BENEFIT) == pl.col(PERSON, BENEFIT).shift()) & (
        pl.col(_FROM) == pl.col(_UNTIL).shift()
    )
    return due.with_columns((~follows.fill_null(value=False)).cum_sum().alias(RUN))


def heads_of(due: pl.DataFrame, months: int, since: int) -> pl.DataFrame:
    """Return due spans with only the first months of each run, and its days from `since` on.

    Shape: due spans with their runs -> the same, in order. What lies between is cut out; a run of
    which the end is cut off ends without a cause, as at the end of a window.

    Args:
        due: see `due_spans`.
        months: how many, counted from the month of the first day of the run.
        since: a packed day.
    """
    began = pl.col(_FROM).min().over(RUN)
    due = due.with_columns(((began // PER_MONTH + months) * PER_MONTH + 1).alias("head"))
    is_cut = pl.col(_UNTIL) > pl.col("head")
    heads = due.filter(pl.col(_FROM) < pl.col("head")).with_columns(
        pl.min_horizontal(_UNTIL, "head").alias(_UNTIL),
        pl.when(is_cut).then(pl.lit("")).otherwise(ENDED).alias(ENDED),
    )
    rest = due.with_columns(
        pl.max_horizontal(pl.col(_FROM), pl.col("head"), pl.lit(since, pl.Int32)).alias(_FROM)
    ).filter(pl.col(_FROM) < pl.col(_UNTIL))
    return pl.concat([heads, rest]).sort(RUN, _FROM).drop("head")


@dataclass(frozen=True, slots=True)
class Paying:
    """The payments of one benefit to the persons of a batch."""

    benefit: Benefit
    people: pl.DataFrame
    compiled: CompiledDays

    def paid(self, due: pl.DataFrame) -> pl.DataFrame:
        """Return the payments for due spans, in no order.

        Shape: due spans with their runs -> `PAID` without the benefit.
        """
        found = self._found(due)
        # Of two runs in a month the later has the last due day.
        months = pl.concat([one.of_runs for one in found]).sort(PERSON, MONTH, OWN, _FROM)
        months = months.unique([PERSON, MONTH], keep="last", maintain_order=True)
        tails = pl.concat([one.tails for one in found]).sort(PERSON, MONTH)
        tails = tails.join(months, on=[PERSON, MONTH], how="anti", maintain_order="left")
        tranches = [_told(one.tranches, Pays.TRANCHE) for one in found]
        regular = self._regular(months.filter(LISTED))
        told = pl.concat([regular, _told(_summed(tails), Pays.TAIL), *tranches])
        runs = due.group_by(RUN).agg(pl.col(_FROM).min().alias("run_from"))
        return told.join(runs, on=RUN, how="left", maintain_order="left").select(
            pl.col(MONTH).min().over(RUN).alias(name) if name == "first_month" else name
            for name in PAID
            if name != BENEFIT
        )

    def _found(self, due: pl.DataFrame) -> list[Months]:
        """Return the months of all runs, each by the variant of its first day."""
        payables: list[Payable] = []
        for one in self.benefit.variants:
            if one.pays not in payables:
                payables.append(one.pays)
        places = pl.Series([payables.index(one.pays) for one in self.benefit.variants])
        by = columns.taken(places, pl.col(VARIANT).first().over(RUN))
        return [
            RunMonths(self.benefit, payables[int(place)], self.people, self.compiled).found(some)
            for (place,), some in due.with_columns(by.alias(_BY))
            .partition_by([_BY], as_dict=True, include_key=False)
            .items()
        ]

    def _regular(self, paid: pl.DataFrame) -> pl.DataFrame:
        """Return the payments of the months that runs pay."""
        first = paid.group_by(PERSON, maintain_order=True).first().select(paid.columns)
        is_once = [one.amount.per == "once" for one in self.benefit.variants]
        once = columns.taken(pl.Series(is_once), pl.col(VARIANT))
        singles = first.filter(once)
        others = paid.join(singles, on=PERSON, how="anti", maintain_order="left")
        return pl.concat(
            [_told(self._with_residual(others), Pays.REGULAR), _told(singles, Pays.ONCE)]
        )

    # --- the parts of a year ----------------------------------------------------------------

    def _with_residual(self, paid: pl.DataFrame) -> pl.DataFrame:
        """Return payments of which December makes the year add up, where the rule says so."""
        variants = self.benefit.variants
        says = [bool(one.amount.residual) and one.amount.rounding is not None for one in variants]
        is_last = (pl.col(MONTH) % 12 == _DECEMBER) & columns.taken(
            pl.Series(says), pl.col(VARIANT)
        )
        paid = paid.with_columns((pl.col(MONTH) // 12).alias("year"), is_last.alias("is last"))
        ends = paid.filter("is last").select(PERSON, "year")
        if not ends.height:
            return paid
        parts = paid.join(ends, on=[PERSON, "year"], how="semi", maintain_order="left")
        exact = self._exact(parts)
        denominator = math.lcm(*exact["per"].unique().to_list())
        scaled = (pl.col("exact") * (denominator // pl.col("per"))).sum().alias("exact")
        years = exact.group_by(PERSON, "year").agg(scaled, pl.col("amount_fen").sum().alias("sum"))
        joined = paid.join(years, on=[PERSON, "year"], how="left", maintain_order="left")
        rounded = pl.lit(None).cast(pl.Int64)
        for place, one in enumerate(variants):
            rounding = one.amount.rounding
            if says[place] and rounding is not None:
                per = denominator * rounding.step_fen
                steps = columns.to_steps(pl.col("exact"), per, rounding.mode, lambda made: made)
                fen = (steps * rounding.step_fen).cast(pl.Int64)
                rounded = pl.when(pl.col(VARIANT) == place).then(fen).otherwise(rounded)
        rest = pl.col("sum") - pl.col("amount_fen")
        fen = pl.when("is last").then(rounded - rest).otherwise("amount_fen")
        return joined.with_columns(fen.alias("amount_fen"))

    def _exact(self, parts: pl.DataFrame) -> pl.DataFrame:
        """Return payments with `exact` / `per`, what they were before rounding, in fen."""
        found: list[pl.DataFrame] = []
        readings = self.compiled.readings(self.benefit, None)
        for (place,), some in parts.partition_by([VARIANT], as_dict=True).items():
            variant = self.benefit.variants[int(place)]
            reading = next(one for one in readings.held if one.variant is variant)
            name, per = reading.exact_fen
            rows = reading.compiler.graph.evaluated(
                self.people[some[PERSON]].with_columns(some[DAY]), [name]
            )
            # A sum of twelve may be wider than what was proved of one.
            exact = rows[name].cast(pl.Int128).alias("exact")
            found.append(some.with_columns(exact, pl.lit(per).cast(pl.Int64).alias("per")))
        return pl.concat(found)


def _summed(tails: pl.DataFrame) -> pl.DataFrame:
    """Return tails, with those that are paid at once summed in their first month."""
    names = [PERSON, MONTH, RUN, DAY]
    each = tails.filter(~pl.col(AT_ONCE)).select(*names, "amount_fen", "provisional")
    summed = tails.filter(AT_ONCE).group_by(PERSON, maintain_order=True)
    sums = [pl.col("amount_fen").sum(), pl.col("provisional").any()]
    return pl.concat([each, summed.agg(pl.col(MONTH, RUN, DAY).first(), *sums)])


def _told(months: pl.DataFrame, pays: Pays) -> pl.DataFrame:
    said = {
        "pays": pl.lit(pays.value),
        "due_fen": pl.col("amount_fen"),
        "decided_on": pl.col(DAY),
    }
    names = [PERSON, MONTH, "pays", "due_fen", "provisional", "decided_on"]
    return months.select(
        RUN, *(said.get(name, pl.col(name)).cast(PAID[name]).alias(name) for name in names)
    )
