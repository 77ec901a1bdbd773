"""Where the records of a run go while it is running: to a stream, or into a folder of files.

Both take one batch after the other, so that no run holds more than one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import polars as pl

from vetbenefits.output.folder import MANIFEST
from vetbenefits.output.plain_json import render_json
from vetbenefits.output.problems_file import ProblemsFile
from vetbenefits.output.streams import CsvWriter, table_writer
from vetbenefits.reports.records import contract_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from vetbenefits.output.folder import ReportFolder
    from vetbenefits.problems import Problem
    from vetbenefits.reports.records import RecordForm

_NOTHING = "0.00"
_FILES = {"due": "due.csv", "undetermined": "undetermined.csv", "not_due": "not_due.csv"}


class StreamDelivery:
    """Writes all records to a stream in a machine format."""

    def __init__(self, target: BinaryIO, form: str, records: RecordForm) -> None:
        self._writer = table_writer(target, form, records.columns)
        self._records = records

    def take(self, records: pl.DataFrame, _rates_used: pl.DataFrame) -> None:
        """Write the records of one batch."""
        self._writer.write(contract_records(records, self._records))

    def take_set_aside(self, file: str, rows: pl.DataFrame) -> None:
        """Leave rows that were not decided to the list of problems."""

    def finish(self) -> None:
        """Write what stands after the last record."""
        self._writer.finish()


class FolderDelivery:
    """Writes due.csv, undetermined.csv and so on into a folder that appears whole at the end.

    `month.csv` holds what the batch of the month pays, whatever is due on the day.

    `not_due.csv` is there where records that are not due are shown: who is to be taken off, or
    everybody under `--all`.
    """

    def __init__(self, folder: ReportFolder, records: RecordForm) -> None:
        self._folder = folder
        self._records = records
        self._problems = ProblemsFile(folder, full_ids=records.full_ids)
        self._writers = {
            outcome: self._csv(_FILES[outcome], records.columns)
            for outcome in ("due", "undetermined")
        }
        self._month = self._csv("month.csv", records.columns)

    def take(self, records: pl.DataFrame, _rates_used: pl.DataFrame) -> None:
        """Write the records of one batch, each into the file of its outcome."""
        records = contract_records(records, self._records)
        self._month.write(records.filter(pl.col("month_amount") != _NOTHING))
        for outcome, file in _FILES.items():
            chosen = records.filter(outcome=outcome)
            if outcome not in self._writers and chosen.height:
                self._writers[outcome] = self._csv(file, self._records.columns)
            if outcome in self._writers:
                self._writers[outcome].write(chosen)

    def take_set_aside(self, file: str, rows: pl.DataFrame) -> None:
        """Write rows of a file that were not decided, one problem each."""
        self._problems.take_set_aside(file, rows)

    def finish(
        self,
        summary: pl.DataFrame,
        problems: Iterable[Problem],
        manifest: Callable[[Mapping[str, str]], Mapping[str, object]],
    ) -> tuple[str, ...]:
        """Write what is known at the end, and put the folder in place.

        Args:
            summary: the rows of summary.csv.
            problems: what was found beside the rows set aside.
            manifest: makes the manifest out of the fingerprints of the files.

        Returns:
            The names of the files.
        """
        self._problems.finish(problems)
        self._csv("summary.csv", summary.columns).write(summary)
        fingerprints = self._folder.fingerprints()
        self._folder.write(MANIFEST, render_json(manifest(fingerprints)))
        self._folder.publish()
        return (*fingerprints, MANIFEST)

    def _csv(self, name: str, columns: Iterable[str]) -> CsvWriter:
        return CsvWriter(self._folder.open(name), tuple(columns), with_bom=True)
