"""What changes in a window, the naive way: everybody is decided on each of its days.

It uses the program's own engine and reader, so that only the way differs. Writes how many changes
there are of each benefit, kind and day, to be compared with those of `upcoming`.
"""

from __future__ import annotations

import argparse
import csv
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from benchmarks.variants import AS_OF
from vetbenefits.dates import add_months
from vetbenefits.engine.evaluate import Plan
from vetbenefits.pipeline.opening import open_people, open_rulebook
from vetbenefits.reports.changes import kind_of_change

if TYPE_CHECKING:
    from datetime import date

    from vetbenefits.model.rulebook import RuleBook

_KEYS = ["row", "benefit"]
_FACTS = ["outcome", "amount_fen"]


def count_changes(book: RuleBook, roster: Path, until: date) -> pl.DataFrame:
    """Return the number of changes by benefit, kind and day, deciding day by day."""
    first = Plan.of(book, as_of=AS_OF)
    reader, _ = open_people(roster, book.vocabulary, first.needed, first.only_checked)
    found: list[pl.DataFrame] = []
    for batch in reader.batches():
        before = _answers(first, batch.frame)
        day = AS_OF
        while day < until:
            day += timedelta(days=1)
            after = _answers(Plan.of(book, as_of=day), batch.frame)
            found.append(_changes(before, after, day))
            before = after
    counted = pl.concat(found).group_by("benefit", "change", "on").agg(pl.len().alias("people"))
    return counted.sort("benefit", "change", "on")


def _answers(plan: Plan, people: pl.DataFrame) -> pl.DataFrame:
    records = plan.decide(people).records
    return records.filter(pl.col("outcome") != "not_due").select(*_KEYS, *_FACTS)


def _changes(before: pl.DataFrame, after: pl.DataFrame, day: date) -> pl.DataFrame:
    both = before.join(after, on=_KEYS, how="full", coalesce=True, suffix=" now")
    told = both.select(
        "benefit",
        pl.col("outcome").fill_null("not_due").alias("from_outcome"),
        pl.col("amount_fen").alias("from_amount_fen"),
        pl.col("outcome now").fill_null("not_due").alias("to_outcome"),
        pl.col("amount_fen now").alias("to_amount_fen"),
    )
    kinds = told.select("benefit", kind_of_change().alias("change"), pl.lit(day).alias("on"))
    return kinds.drop_nulls("change")


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roster", type=Path)
    parser.add_argument("--rules", type=Path, required=True)
    parser.add_argument("--months", type=int, default=3)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    book = open_rulebook(options.rules)
    found = count_changes(book, options.roster, add_months(AS_OF, options.months))
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "changes.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([found.columns, *found.iter_rows()])


if __name__ == "__main__":
    main()
