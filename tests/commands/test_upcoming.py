"""The window of `upcoming`, what is left out, and the records that scripts rely on."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer
from icalendar import Calendar

from tests.commands.test_machine_contract import faults
from vetbenefits.commands.app import run
from vetbenefits.commands.options import MOST_MONTHS
from vetbenefits.commands.window import window_of
from vetbenefits.reports.changes import CHANGE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
SCHEMA: dict[str, Any] = json.loads((ROOT / "schema" / "upcoming.schema.json").read_text("utf-8"))
ROSTER = str(ROOT / "examples" / "roster.csv")


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run_and_read(*options: str, code: int = 0) -> str:
        words = ["upcoming", ROSTER, "--lang", "en", "--quiet", *options]
        assert run(words) == code
        return capfd.readouterr().out

    return run_and_read


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


@pytest.mark.parametrize(
    ("as_of", "months", "month", "known_on", "last_on"),
    [
        (date(2026, 11, 22), None, None, date(2026, 11, 22), date(2027, 2, 22)),
        (date(2026, 11, 22), 1, None, date(2026, 11, 22), date(2026, 12, 22)),
        # A day that the month does not have is the first of the next, as everywhere.
        (date(2026, 11, 30), 3, None, date(2026, 11, 30), date(2027, 3, 1)),
        (date(2027, 11, 29), 3, None, date(2027, 11, 29), date(2028, 2, 29)),
        (date(2026, 11, 22), None, "2024-02", date(2024, 1, 31), date(2024, 2, 29)),
        (date(2026, 11, 22), None, "2023-12", date(2023, 11, 30), date(2023, 12, 31)),
    ],
)
def test_window(
    as_of: date, months: int | None, month: str | None, known_on: date, last_on: date
) -> None:
    found = window_of(as_of, months, month)
    assert (found.known_on, found.last_on) == (known_on, last_on)


def test_window_ends_before_the_last_day_that_can_be_decided_about() -> None:
    assert window_of(date(2150, 1, 1), MOST_MONTHS, None).last_on == date(2190, 1, 1)
    with pytest.raises(typer.BadParameter, match="must end before"):
        window_of(date(2190, 1, 1), MOST_MONTHS, None)


@pytest.mark.parametrize(
    "options",
    [
        ("--months", "0"),
        ("--months", "-1"),
        ("--months", "10000"),
        ("--months", "481"),
        ("--months", "x"),
        ("--as-of", "2026-02-30"),
        ("--month", "2026-13"),
        ("--month", "2026-1"),
        ("--division", "9901010"),
        ("--change", "grows"),
        ("--months", "3", "--month", "2026-10"),
    ],
)
def test_wrong_windows_and_filters_are_wrong_usage(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    out = tmp_path / "plan"
    assert run(["upcoming", ROSTER, *options, "--out", str(out)]) == 2
    assert not out.exists()


def test_records_fit_the_schema_in_every_format(said: Callable[..., str]) -> None:
    options = ("--as-of", "2024-07-01", "--months", "36", "--each")
    lines = [json.loads(line) for line in said(*options, "--format", "jsonl").splitlines()]
    assert len(lines) > 20
    assert {one["change"] for one in lines} >= {"begins", "ends", "rises", "becomes_undetermined"}
    assert [fault for one in lines for fault in faults(one, SCHEMA)] == []
    assert json.loads(said(*options, "--format", "json")) == lines
    rows = list(csv.DictReader(io.StringIO(said(*options, "--format", "csv"))))
    assert tuple(rows[0]) == CHANGE_COLUMNS
    joined = [{key: _flat(value) for key, value in one.items()} for one in lines]
    assert rows == joined
    days = [one["on"] for one in lines]
    assert days == sorted(days)


def _flat(value: object) -> str:
    return ";".join(value) if isinstance(value, list) else str(value if value is not None else "")


def test_only_each_lists_what_the_rules_change(said: Callable[..., str]) -> None:
    options = ("--as-of", "2024-07-01", "--months", "2", "--format", "jsonl")
    own = said(*options).splitlines()
    every = said(*options, "--each").splitlines()
    added = [json.loads(line) for line in every if line not in own]
    assert set(own) < set(every)
    assert {one["cause"][0] for one in added} == {"rate.per_year_served"}
    assert {one["on"] for one in added} == {"2024-08-01"}


def test_what_was_announced_is_left_out(said: Callable[..., str], tmp_path: Path) -> None:
    earlier = tmp_path / "june.jsonl"
    earlier.write_text(said("--as-of", "2026-06-22", "--format", "jsonl"), encoding="utf-8")
    july = ("--as-of", "2026-07-22", "--format", "jsonl")
    whole = said(*july).splitlines()
    news = said(*july, "--since", str(earlier)).splitlines()
    known = set(earlier.read_text(encoding="utf-8").splitlines())
    assert news == [line for line in whole if line not in known]
    assert 0 < len(news) < len(whole)


def test_calendar_names_nobody(said: Callable[..., str]) -> None:
    text = said("--as-of", "2024-07-01", "--months", "24", "--format", "ics")
    calendar = Calendar.from_ical(text)
    events = calendar.walk("VEVENT")
    assert len(events) == len({str(one["uid"]) for one in events}) > 10
    names = {row["姓名"] for row in rows_of(Path(ROSTER))}
    plain = text.replace("\r\n ", "")
    assert not [name for name in names if name and name in plain]
    assert re.search(r"\d{15}", plain) is None


def test_id_numbers_are_whole_only_where_asked_for(said: Callable[..., str]) -> None:
    options = ("--as-of", "2026-07-22", "--format", "csv")
    assert re.search(r"\d{17}[\dX]", said(*options)) is None
    assert re.search(r"\d{17}[\dX]", said(*options, "--full-ids"))


def test_folder_holds_all_files_or_none(said: Callable[..., str], tmp_path: Path) -> None:
    out = tmp_path / "plan"
    assert said("--as-of", "2024-07-01", "--out", str(out)) == ""
    names = sorted(path.name for path in out.iterdir())
    assert names == [
        "manifest.json",
        "problems.csv",
        "rule_changes.csv",
        "upcoming.csv",
        "upcoming.ics",
    ]
    told = rows_of(out / "rule_changes.csv")
    assert [(one["on"], one["change"], one["people"]) for one in told] == [
        ("2024-08-01", "rises", "10")
    ]
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    said("--as-of", "2024-07-01", "--out", str(out))
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first
