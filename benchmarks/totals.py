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


def changes(folder: Path) -> dict[str, int]:
    """Return how many changes there are of each benefit, kind and day."""
    keys = ["benefit", "change", "on"]
    listed, counted = folder / "upcoming.csv", folder / "changes.csv"
    if listed.exists():
        rows = pl.read_csv(listed, infer_schema=False).group_by(keys).agg(pl.len().alias("people"))
    else:
        rows = pl.read_csv(counted, schema_overrides=dict.fromkeys(keys, pl.String))
    return {" ".join(map(str, key)): people for *key, people in rows.sort(keys).iter_rows()}


if __name__ == "__main__":
    asked = changes if "--changes" in sys.argv else totals
    sys.stdout.write(json.dumps(asked(Path(sys.argv[1]))))
