"""The same job by hand in polars: what the program is measured against.

Written as a strong engineer would write it for a fixed set of rules: no rule language and no
generality, but every duty that `check` has. Text first; dates, ID numbers and doubles checked; rows
set aside with their reason; undetermined people kept apart with the facts that are missing; the
input hashed; files in place only when whole. It is tuned: batches stay in memory, conditions that
rules share are tested once for all of them (at the loosest value any of them has), each rule sees
only people whom no shared condition excludes, and texts are attached to the few columns of numbers
at the very end.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from benchmarks.reading import find_doubles, read_batches, sha256
from benchmarks.variants import AS_OF, STEPS, Conscript, Rural, variants
from benchmarks.vocabulary import BIT_OF, code
from benchmarks.writing import BIT, Decisions, Report, key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from benchmarks.reading import People
    from benchmarks.variants import Variant

# --- days, found once for the whole run ----------------------------------------------------------


def years_before(day: date, years: int) -> date:
    """Return the last birthday whose owner has turned `years` on `day`."""
    return months_before(day, 12 * years)


def months_before(day: date, months: int) -> date:
    """Return the last day from which `months` whole months have passed on `day`."""
    index = day.year * 12 + day.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return date(first.year, first.month, min(day.day, (following - first).days))


# --- the subsidy for rural ex-soldiers -----------------------------------------------------------


def rural_candidates(rules: Sequence[tuple[int, Rural]], facts: pl.DataFrame) -> pl.DataFrame:
    """Keep those whom no shared condition excludes; an unknown fact excludes nobody."""
    excluded = _mask_of(set.intersection(*(set(rule.excluded_by) for _, rule in rules)))
    alive = pl.col("deceased_on").is_null() | (pl.col("deceased_on") > AS_OF)
    return (
        facts.lazy()
        .filter(
            pl.col("usable") & alive & (pl.col("draws") & excluded == 0),
            _maybe(pl.col("service_status") == code("service_status", "retired")),
            _maybe(pl.col("household") == code("household", "rural")),
            _maybe(pl.col("draws_pension") == code("draws_pension", "no")),
            _maybe(
                pl.col("birth_date") <= years_before(AS_OF, min(rule.min_age for _, rule in rules))
            ),
            _maybe(pl.col("conscript_from") >= min(rule.enlisted_from for _, rule in rules)),
            _maybe(pl.col("conscript_from") <= max(rule.enlisted_to for _, rule in rules)),
        )
        .select(
            "at",
            "birth_date",
            "conscript_from",
            "conscript_until",
            "draws",
            missing=_bits(
                {
                    "birth_date": pl.col("birth_date").is_null(),
                    "conscript_from": pl.col("conscript_from").is_null(),
                    "conscript_until": pl.col("conscript_until").is_null(),
                    "service_status": pl.col("service_status").is_null(),
                    "household_at_discharge": pl.col("household").is_null(),
                    "draws_pension": pl.col("draws_pension").is_null(),
                }
            ),
        )
        .collect()
    )


def half_years_served(known: pl.DataFrame) -> pl.DataFrame:
    """Count the years served in half years, in each of the three ways; the end is exclusive.

    The last anniversary of 29 February is 1 March in a common year, so nothing is left over on that
    day.
    """
    first, last = pl.col("conscript_from").dt, pl.col("conscript_until").dt
    begun = (first.month().cast(pl.Int32) * 32 + first.day()).alias("begun")
    ended = (last.month().cast(pl.Int32) * 32 + last.day()).alias("ended")
    months = (
        (last.year() - first.year()) * 12
        + last.month().cast(pl.Int32)
        - first.month().cast(pl.Int32)
        - (last.day() < first.day()).cast(pl.Int32)
    )
    leap_day = (begun == 2 * 32 + 29) & (ended == 3 * 32 + 1) & ~last.is_leap_year()
    return (
        known.lazy()
        .with_columns(months=months, rest=(begun != ended) & ~leap_day)
        .with_columns(
            years=(pl.col("months") // 12).cast(pl.Int64),
            half=pl.col("months") % 12 >= 6,  # noqa: PLR2004
        )
        .with_columns(
            counts_as_one=(pl.col("years") + pl.col("rest")) * 2,
            half_steps=pl.col("years") * 2 + pl.col("rest") + (pl.col("rest") & pl.col("half")),
            dropped=pl.col("years") * 2,
        )
        .collect()
    )


def rural_due(number: int, rule: Rural) -> pl.Expr:
    """Decide one rule where every fact is known: the key of who is due, null for the others."""
    twelfth = rounded(
        pl.col(rule.part_year) * rule.rate_fen, 24, STEPS[rule.round_to], rule.round_mode
    )
    return (
        pl.when(_own_rural_conditions(rule) & (twelfth > 0))
        .then(key(number, twelfth))
        .alias(rule.benefit)
    )


def rural_undetermined(number: int, rule: Rural) -> pl.Expr:
    """Find those whom one rule cannot decide."""
    may_be_due = _maybe(_own_rural_conditions(rule))
    return pl.when(may_be_due).then(key(number, pl.col("missing"))).alias(rule.benefit)


def _own_rural_conditions(rule: Rural) -> pl.Expr:
    return (
        (pl.col("birth_date") <= years_before(AS_OF, rule.min_age))
        & pl.col("conscript_from").is_between(rule.enlisted_from, rule.enlisted_to)
        & (pl.col("draws") & _mask_of(rule.excluded_by) == 0)
    )


# --- the allowance for conscripts' families ------------------------------------------------------


def conscript_candidates(
    rules: Sequence[tuple[int, Conscript]], facts: pl.DataFrame
) -> pl.DataFrame:
    """Keep those whom no shared condition excludes; an unknown fact excludes nobody."""
    reasons = set.intersection(*(set(rule.nothing_for) for _, rule in rules))
    approved, left = pl.col("enlistment_approved_on"), pl.col("discharged_on")
    counties = [county for county, _ in rules[0][1].standards]
    county = (
        pl.col("approval_place").str.slice(0, 6).cast(pl.Enum(counties), strict=False).to_physical()
    )
    return (
        facts.lazy()
        .filter(
            pl.col("usable") & ~pl.col("never_enlisted"),
            _maybe(
                approved.is_between(
                    months_before(AS_OF, max(rule.months for _, rule in rules)),
                    AS_OF,
                    closed="right",
                )
            ),
            _maybe(left > AS_OF),
            _maybe(
                ~pl.col("leaving_reason").is_in(
                    [code("leaving_reason", reason) for reason in reasons]
                )
            ),
        )
        .select(
            "at",
            "enlistment_approved_on",
            "posting_area",
            "leaving_reason",
            "approval_place",
            "discharged_on",
            "still_serving",
            county=county,
        )
        .with_columns(
            missing=_bits(
                {
                    "enlistment_approved_on": approved.is_null(),
                    "discharged_on": left.is_null() & ~pl.col("still_serving"),
                    "posting_area": pl.col("posting_area").is_null(),
                    "approval_division": pl.col("approval_place").is_null(),
                    "rate.standard": pl.col("approval_place").is_not_null()
                    & pl.col("county").is_null(),
                }
            )
        )
        .collect()
    )


def conscript_due(number: int, rule: Conscript) -> pl.Expr:
    """Decide one rule where every fact is known; halves of whole yuan are exact."""
    standard = pl.col("county").replace_strict(
        list(range(len(rule.standards))),
        [yuan * 100 for _, yuan in rule.standards],
        return_dtype=pl.Int64,
    )
    multiples = {code("posting_area", area): multiple for area, multiple in rule.multiples}
    multiple = pl.col("posting_area").replace_strict(multiples, return_dtype=pl.Int64)
    due = pl.when(_own_conscript_conditions(rule)).then(key(number, standard * multiple // 2))
    return due.alias(rule.benefit)


def conscript_undetermined(number: int, rule: Conscript) -> pl.Expr:
    """Find those whom one rule cannot decide."""
    may_be_due = _maybe(_own_conscript_conditions(rule))
    return pl.when(may_be_due).then(key(number, pl.col("missing"))).alias(rule.benefit)


def _own_conscript_conditions(rule: Conscript) -> pl.Expr:
    nothing = [code("leaving_reason", reason) for reason in rule.nothing_for]
    elsewhere = [code("posting_area", area) for area in rule.not_posted_to]
    conditions = (pl.col("enlistment_approved_on") > months_before(AS_OF, rule.months)) & _maybe(
        ~pl.col("leaving_reason").is_in(nothing)
    )
    return conditions & ~pl.col("posting_area").is_in(elsewhere) if elsewhere else conditions


# --- shared --------------------------------------------------------------------------------------


def rounded(numerator: pl.Expr, denominator: int, step: int, mode: str) -> pl.Expr:
    """Divide fen (not negative) and round once to a multiple of `step` fen."""
    whole = denominator * step
    match mode:
        case "floor":
            return numerator // whole * step
        case "ceil":
            return (numerator + whole - 1) // whole * step
        case _:
            return (2 * numerator + whole) // (2 * whole) * step


def _maybe(condition: pl.Expr) -> pl.Expr:
    return condition.fill_null(value=True)


def _mask_of(benefits: set[str] | tuple[str, ...]) -> pl.Expr:
    return pl.lit(sum(BIT_OF[benefit] for benefit in benefits), pl.UInt16)


def _bits(unknown: dict[str, pl.Expr]) -> pl.Expr:
    return pl.sum_horizontal(mark.cast(pl.Int64) * BIT[fact] for fact, mark in unknown.items())


def decide(people: People, rules: Sequence[Variant]) -> Decisions:
    """Decide every rule for everybody in the batch."""
    rural = [(number, rule) for number, rule in enumerate(rules) if isinstance(rule, Rural)]
    conscript = [(number, rule) for number, rule in enumerate(rules) if isinstance(rule, Conscript)]
    due: list[pl.Series] = []
    undetermined: list[pl.Series] = []
    if rural:
        candidates = pl.concat(rural_candidates(rural, facts) for facts in people.facts)
        known, unsure = (
            candidates.filter(pl.col("missing") == 0),
            candidates.filter(pl.col("missing") > 0),
        )
        due.extend(
            half_years_served(known).select(rural_due(number, rule) for number, rule in rural)
        )
        undetermined.extend(
            unsure.select(rural_undetermined(number, rule) for number, rule in rural)
        )
    if conscript:
        candidates = pl.concat(conscript_candidates(conscript, facts) for facts in people.facts)
        known, unsure = (
            candidates.filter(pl.col("missing") == 0),
            candidates.filter(pl.col("missing") > 0),
        )
        due.extend(known.select(conscript_due(number, rule) for number, rule in conscript))
        undetermined.extend(
            unsure.select(conscript_undetermined(number, rule) for number, rule in conscript)
        )
    return Decisions(_sorted(due), _sorted(undetermined))


def _sorted(columns: Sequence[pl.Series]) -> pl.Series:
    return pl.concat(column.drop_nulls().alias("key") for column in columns).sort()


def run(roster: Path, out: Path, rules: Sequence[Variant]) -> None:
    """Check a roster and put the reports into `out`, whole or not at all."""
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=out.parent, prefix=".peer-"))
    try:
        report = Report(work, rules)
        with ThreadPoolExecutor(1) as hashing, ThreadPoolExecutor(1) as writing:
            digest = hashing.submit(sha256, roster)
            doubles = find_doubles(roster)
            written: Future[None] | None = None
            for people in read_batches(roster, doubles):
                decisions = decide(people, rules)
                if written:
                    written.result()  # one batch at a time waits to be written: memory stays flat
                written = writing.submit(report.add, people, decisions)
            if written:
                written.result()
            report.close(digest.result())
        shutil.rmtree(out, ignore_errors=True)
        work.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roster", type=Path)
    parser.add_argument("--rules", type=int, default=30)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    run(options.roster, options.out, variants(options.rules))


if __name__ == "__main__":
    main()
