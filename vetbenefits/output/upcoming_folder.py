"""The files of a list of changes, in one folder that appears whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.output.folder import MANIFEST, ReportFolder
from vetbenefits.output.plain_json import render_json
from vetbenefits.output.problems_file import ProblemsFile
from vetbenefits.output.streams import CsvWriter
from vetbenefits.reports.records import yuan_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vetbenefits.problems import Problem
    from vetbenefits.reports.upcoming import UpcomingFacts


_KIND = "upcoming"


@dataclass(frozen=True, slots=True)
class UpcomingFiles:
    """What goes into the files.

    `records` has the columns of the contract, `of_rules` is what the rules change, told once;
    `set_aside` are the rows of the file `roster` that were not looked at.
    """

    records: pl.DataFrame
    of_rules: pl.DataFrame
    calendar: bytes
    set_aside: pl.DataFrame
    problems: tuple[Problem, ...]
    roster: str


def write_upcoming(
    target: Path,
    files: UpcomingFiles,
    facts: UpcomingFacts,
    options: Mapping[str, object],
    *,
    full_ids: bool,
) -> tuple[str, ...]:
    """Write all files, or none; returns their names.

    Raises:
        InvalidInput: the folder cannot be written, or holds what is not ours.
    """
    with ReportFolder(target, owner_only=full_ids, kind=_KIND) as folder:
        _write_csv(folder, "upcoming.csv", files.records)
        _write_csv(folder, "rule_changes.csv", _of_rules(files.of_rules))
        problems = ProblemsFile(folder, full_ids=full_ids)
        problems.take_set_aside(files.roster, files.set_aside)
        problems.finish(files.problems)
        folder.open("upcoming.ics").write(files.calendar)
        fingerprints = folder.fingerprints()
        folder.write(MANIFEST, render_json(_manifest(facts, options, files, fingerprints)))
        folder.publish()
    return (*fingerprints, MANIFEST)


def _write_csv(folder: ReportFolder, name: str, rows: pl.DataFrame) -> None:
    CsvWriter(folder.open(name), rows.columns, with_bom=True).write(rows)


def _of_rules(changes: pl.DataFrame) -> pl.DataFrame:
    return changes.select(
        pl.col("on").dt.to_string("iso"),
        "benefit",
        "change",
        "cause",
        "people",
        yuan_text("from_fen").alias("sum_before"),
        yuan_text("to_fen").alias("sum_after"),
        "per",
    )


def _manifest(
    facts: UpcomingFacts,
    options: Mapping[str, object],
    files: UpcomingFiles,
    fingerprints: Mapping[str, str],
) -> dict[str, object]:
    known, rows = facts.provenance, facts.rows
    return {
        "command": _KIND,
        "program": f"vetbenefits {known.program}",
        "after": known.as_of.isoformat(),
        "up_to": facts.last_on.isoformat(),
        "options": dict(options),
        "roster": {"name": known.roster.name, "sha256": known.roster.sha256},
        "rules": {"name": known.rules.name, "fingerprint": known.rules.sha256},
        "rows": {"read": rows.read, "decided": rows.decided, "set_aside": rows.set_aside},
        "changes": files.records.height,
        "outputs": dict(sorted(fingerprints.items())),
    }
