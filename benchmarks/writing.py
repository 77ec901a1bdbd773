"""The reports of the hand-written peers, with the columns that the program writes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

import polars as pl

from benchmarks.variants import AS_OF, Rural

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.reading import People
    from benchmarks.variants import Variant

MISSING = (
    "approval_division",
    "birth_date",
    "conscript_from",
    "conscript_until",
    "discharged_on",
    "draws_pension",
    "enlistment_approved_on",
    "household_at_discharge",
    "posting_area",
    "rate.standard",
    "service_status",
)
BIT = {fact: 1 << place for place, fact in enumerate(MISSING)}
FEN_SPACE, RULE_SPACE = 1 << 32, 1 << 8
BOM = b"\xef\xbb\xbf"


def key(rule: int, value: pl.Expr) -> pl.Expr:
    """Put a row, a rule and a value into one number: sorting the numbers sorts the report."""
    return (pl.col("at") * RULE_SPACE + rule) * FEN_SPACE + value


@dataclass(frozen=True, slots=True)
class Decisions:
    """Sorted keys of one batch: who is due what, and who cannot be decided for want of what."""

    due: pl.Series
    undetermined: pl.Series


@dataclass(slots=True)
class Report:
    """The files of a run while they are written, and what is summed up."""

    folder: Path
    rules: Sequence[Variant]
    files: dict[str, BinaryIO] = field(default_factory=dict)
    sums: list[pl.DataFrame] = field(default_factory=list)
    read: int = 0
    set_aside: int = 0

    def add(self, people: People, decisions: Decisions) -> None:
        """Write one batch."""
        persons = _persons(people)
        self._write("due.csv", self._told(persons, decisions.due, "due"))
        self._write("undetermined.csv", self._told(persons, decisions.undetermined, "undetermined"))
        self._write("problems.csv", people.problems.sort("row", maintain_order=True))
        self.read += persons.height
        self.set_aside += people.set_aside

    def add_due(self, people: People, due: pl.Series) -> None:
        """Write one batch of a program that knows only who is due."""
        persons = _persons(people)
        self._write("due.csv", self._told(persons, due, "due"))
        self.read += persons.height
        self.set_aside += people.set_aside

    def _told(self, persons: pl.DataFrame, keys: pl.Series, outcome: str) -> pl.DataFrame:
        rows = (
            keys.to_frame("key")
            .lazy()
            .select(
                at=pl.col("key") // (FEN_SPACE * RULE_SPACE),
                rule=pl.col("key") // FEN_SPACE % RULE_SPACE,
                value=pl.col("key") & FEN_SPACE - 1,
            )
            .collect(engine="in-memory")
        )
        self._sum_up(rows, persons["place"], outcome)
        texts = {
            value: _yuan(value) if outcome == "due" else _names(value)
            for value in rows["value"].unique()
        }
        text = pl.col("value").replace_strict(texts, return_dtype=pl.String)
        empty = pl.lit(None, dtype=pl.String)
        parts = ["month" if isinstance(rule, Rural) else "half_year" for rule in self.rules]
        due = (text, self._of_rule("per", parts), empty)
        amount, per, missing = due if outcome == "due" else (empty, empty, text)
        return (
            rows.lazy()
            .select(
                *(
                    pl.lit(persons[name]).gather("at").alias(name)
                    for name in ("person_id", "name", "id_number", "division")
                ),
                self._of_rule("benefit", [rule.benefit for rule in self.rules]),
                self._of_rule("title", [rule.title for rule in self.rules]),
                pl.lit(outcome).alias("outcome"),
                amount.alias("amount"),
                per.alias("per"),
                empty.alias("unmet"),
                missing.alias("missing"),
                pl.lit(value=False).alias("provisional"),
                empty.alias("standing"),
                pl.lit(AS_OF.isoformat()).alias("as_of"),
            )
            .collect(engine="in-memory")
        )

    @staticmethod
    def _of_rule(name: str, texts: list[str]) -> pl.Expr:
        return pl.lit(pl.Series(texts)).gather("rule").alias(name)

    def _write(self, name: str, frame: pl.DataFrame) -> None:
        first = name not in self.files
        if first:
            self.files[name] = (self.folder / name).open("wb")
            self.files[name].write(BOM)
        frame.write_csv(self.files[name], include_header=first)

    def _sum_up(self, rows: pl.DataFrame, places: pl.Series, outcome: str) -> None:
        fen = pl.col("value").sum() if outcome == "due" else pl.lit(0, pl.Int64)
        self.sums.append(
            rows.lazy()
            .select("rule", "value", place=pl.lit(places).gather("at"))
            .group_by("rule", "place")
            .agg(people=pl.len(), fen=fen)
            .with_columns(outcome=pl.lit(outcome))
            .collect(engine="in-memory")
        )
        if len(self.sums) > 8:  # noqa: PLR2004
            self.sums = [self._summed()]

    def _summed(self) -> pl.DataFrame:
        sums = (
            pl.concat(self.sums)
            .group_by("rule", "place", "outcome")
            .agg(pl.col("people", "fen").sum())
        )
        return sums.select("rule", "place", "people", "fen", "outcome")

    def close(self, digest: str) -> None:
        """Write the summary and what the run rests on."""
        for file in self.files.values():
            file.close()
        benefits = pl.Series([rule.benefit for rule in self.rules])
        summary = (
            self._summed()
            .with_columns(division=pl.col("place").cast(pl.String))
            .sort("rule", "division", "outcome")
        )
        summary.select(
            benefits[summary["rule"]].alias("benefit"),
            "division",
            "outcome",
            "people",
            amount=(pl.col("fen") // 100).cast(pl.String)
            + "."
            + (pl.col("fen") % 100).cast(pl.String).str.zfill(2),
        ).write_csv(self.folder / "summary.csv", include_bom=True)
        manifest = {
            "roster_sha256": digest,
            "as_of": AS_OF.isoformat(),
            "read": self.read,
            "set_aside": self.set_aside,
        }
        (self.folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def _persons(people: People) -> pl.DataFrame:
    number = pl.col("number").str
    masked = number.slice(0, 6) + "********" + number.slice(14)
    place = pl.col("place").cast(pl.Categorical)
    columns = people.batch.lazy().select(
        "person_id", "name", id_number=masked, division="place", place=place
    )
    return columns.collect(engine="in-memory")


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _names(bits: int) -> str:
    return ";".join(fact for fact, bit in BIT.items() if bits & bit)
