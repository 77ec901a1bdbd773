"""Add up what a program wrote, so that no program is measured for an answer that differs.

Runs as a process of its own: the process that measures must stay small (see `measure.py`).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl


def totals(folder: Path) -> dict[str, dict[str, list[int]]]:
    """Return people and fen by benefit, of due.csv and of undetermined.csv."""
    return {name: _by_benefit(folder / f"{name}.csv") for name in ("due", "undetermined")}


def _by_benefit(path: Path) -> dict[str, list[int]]:
    if not path.exists():
        return {}
    # The dot is taken out of the text, so that no amount passes through a float.
    fen = pl.col("amount").str.replace(".", "", literal=True).cast(pl.Int64).fill_null(0)
    sums = (
        pl.scan_csv(path, infer_schema=False)
        .select("benefit", fen=fen)
        .group_by("benefit")
        .agg(pl.len(), pl.col("fen").sum())
        .sort("benefit")
        .collect()
    )
    return {benefit: [people, fen] for benefit, people, fen in sums.iter_rows()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(totals(Path(sys.argv[1]))))
