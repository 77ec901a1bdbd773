"""The days of `timeline`, its agreement with `check`, and the values that scripts rely on."""

from __future__ import annotations

import json
import re
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer

from tests.commands.test_machine_contract import faults
from tests.output.test_png import Library
from vetbenefits.commands.app import run
from vetbenefits.commands.telling_spans import Days, days_of

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
SCHEMA: dict[str, Any] = json.loads((ROOT / "schema" / "timeline.schema.json").read_text("utf-8"))
ROSTER = str(ROOT / "examples" / "roster.csv")
PEOPLE = ("P001", "P006", "P010", "P015", "P017", "P025", "P035", "P040", "P043", "P044")


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run_and_read(command: str, *options: str, code: int = 0) -> str:
        words = [command, ROSTER, "--lang", "en", *options]
        assert run([*words, "--quiet"]) == code
        return capfd.readouterr().out

    return run_and_read


def data_of(said: Callable[..., str], person: str, *options: str) -> dict[str, Any]:
    given = ("--person", person, "--as-of", "2026-11-22", "--format", "json", *options)
    told: dict[str, Any] = json.loads(said("timeline", *given))
    return told


OPTIONS = [(), ("--from", "1990-01-01", "--months", "1"), ("--full-ids",)]


@pytest.mark.parametrize(
    ("person", "options"),
    [*((one, ()) for one in PEOPLE), *(("P006", options) for options in OPTIONS[1:])],
)
def test_values_fit_the_schema_and_spans_the_days_shown(
    said: Callable[..., str], person: str, options: tuple[str, ...]
) -> None:
    told = data_of(said, person, *options)
    assert faults(told, SCHEMA, person) == []
    assert faults(told["undetermined_before"], SCHEMA["properties"]["benefits"], "before") == []
    for lane in told["benefits"]:
        spans = lane["spans"]
        assert (spans[0]["from"], spans[-1]["until"]) == (told["from"], told["until"])
        for one, following in pairwise(spans):
            assert one["until"] == following["from"]
            assert one["ended_by"] == following["begun_by"] != []
            assert one["ends_with"] == following["begins_with"]
        assert spans[-1]["ended_by"] == []


@pytest.mark.parametrize("person", ["P017", "P044"])
def test_each_span_says_what_check_says_on_its_first_and_last_day(
    said: Callable[..., str], person: str
) -> None:
    for lane in data_of(said, person)["benefits"]:
        chosen = ("--benefit", lane["benefit"], "--all", "--format", "json")
        for span in lane["spans"]:
            last = date.fromisoformat(span["until"]) - timedelta(days=1)
            for day in (span["from"], last.isoformat()):
                records = json.loads(said("check", "--as-of", day, *chosen))
                (record,) = (one for one in records if one["person_id"] == person)
                same = ("outcome", "amount", "per", "missing", "unmet", "provisional")
                assert {word: record[word] for word in same} == {word: span[word] for word in same}


def test_first_day_shown_is_that_of_the_first_entitlement(said: Callable[..., str]) -> None:
    told = data_of(said, "P001")
    assert (told["from"], told["until"]) == ("2026-11-05", "2031-11-22")
    (lane,) = told["benefits"]
    assert lane["spans"][0]["begins_with"] == "begins"
    assert lane["spans"][0]["begun_by"] == ["of_age"]
    (before,) = told["undetermined_before"]
    days = [(one["from"], one["until"]) for one in before["spans"]]
    assert days == [("1966-11-05", "1988-01-10")]
    assert told["never_due"] == []
    assert told["per_bill"] == ["medical_aid"]


def test_nothing_is_shown_before_birth(said: Callable[..., str]) -> None:
    assert data_of(said, "P001", "--from", "1966-11-04")["from"] == "1966-11-05"
    assert data_of(said, "P001", "--from", "1966-11-06")["from"] == "1966-11-06"
    assert data_of(said, "P001", "--until", "1966-11-06")["from"] == "1966-11-05"


def test_paid_months_of_a_year_add_up(said: Callable[..., str]) -> None:
    told = data_of(said, "P005", "--from", "2025-01-01", "--until", "2026-01-01")
    (lane,) = told["benefits"]
    paid = [one["paid"] for one in lane["spans"]]
    assert [one["payments"] for one in paid] == [7, 5]
    assert paid[0]["first_month"] == "2025-01"
    assert paid[-1]["last_month"] == "2025-12"
    assert [one["sum"] for one in paid] == ["1680.00", "1200.00"]


@pytest.mark.parametrize("form", ["text", "json", "markdown", "svg"])
def test_id_numbers_are_masked_unless_asked_for(said: Callable[..., str], form: str) -> None:
    options = ("--person", "990101196611050110", "--as-of", "2026-11-22", "--format", form)
    masked, whole = said("timeline", *options), said("timeline", *options, "--full-ids")
    assert "990101********0110" in masked
    assert re.search(r"\d{17}[\dX]", masked) is None
    assert "990101196611050110" in whole


@pytest.mark.parametrize("form", ["text", "json", "markdown", "svg"])
def test_file_holds_what_stdout_would(said: Callable[..., str], tmp_path: Path, form: str) -> None:
    options = ("--person", "P017", "--as-of", "2026-11-22", "--format", form)
    target = tmp_path / "told"
    assert said("timeline", *options, "--out", str(target)) == ""
    assert target.read_text("utf-8") == said("timeline", *options)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (("--person", "P999"), 1),
        (("--person", "P026"), 1),
        (("--person", "P001", "--until", "1966-11-05"), 1),
        (("--person", "P001", "--benefit", "medical_aid"), 1),
        (("--person", "P001", "--from", "2031-11-22"), 2),
        (("--person", "P001", "--months", "0"), 2),
        (("--person", "P001", "--months", "3", "--until", "2027-01-01"), 2),
        (("--person", "P001", "--until", "soon"), 2),
        (("--person", "P001", "--benefit", "medical"), 2),
        ((), 2),
    ],
    ids=str,
)
def test_nothing_is_written_where_something_is_wrong(
    said: Callable[..., str], tmp_path: Path, wrong: tuple[str, ...], code: int
) -> None:
    target = tmp_path / "p.svg"
    given = ("--as-of", "2026-11-22", "--format", "svg", "--out", str(target), *wrong)
    assert said("timeline", *given, code=code) == ""
    assert list(tmp_path.iterdir()) == []


def test_png_needs_a_file(said: Callable[..., str]) -> None:
    said("timeline", "--person", "P001", "--format", "png", code=2)


@pytest.mark.parametrize("known", ["军人", ""])
def test_without_a_chinese_font_a_picture_speaks_english(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path, known: str
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", Library(known))
    target = tmp_path / "p.png"
    words = ["timeline", ROSTER, "--person", "P001", "--lang", "zh", "--as-of", "2026-11-22"]
    assert run([*words, "--format", "png", "--out", str(target)]) == 0
    err = capfd.readouterr().err
    is_english = "yuan per month" in target.read_text("utf-8")
    assert is_english == ("没有中文字体" in err) == (not known)


@pytest.mark.parametrize(
    ("as_of", "given", "expected"),
    [
        (date(2026, 11, 22), (None, None, None), (None, date(2031, 11, 22))),
        (date(2024, 2, 29), (None, None, None), (None, date(2029, 3, 1))),
        (date(2026, 11, 22), (None, None, 1), (None, date(2026, 12, 22))),
        (date(2026, 11, 22), (None, date(2027, 1, 1), None), (None, date(2027, 1, 1))),
        (
            date(2026, 11, 22),
            (date(2026, 12, 31), date(2027, 1, 1), None),
            (date(2026, 12, 31), date(2027, 1, 1)),
        ),
        (date(2026, 11, 22), (None, date(1850, 1, 2), None), (None, date(1850, 1, 2))),
        (date(2193, 12, 31), (None, None, None), (None, date(2198, 12, 31))),
    ],
)
def test_days(
    as_of: date,
    given: tuple[date | None, date | None, int | None],
    expected: tuple[date | None, date],
) -> None:
    assert days_of(as_of, *given) == Days(*expected)


@pytest.mark.parametrize(
    ("as_of", "given"),
    [
        (date(2026, 11, 22), (date(2027, 1, 1), date(2027, 1, 1), None)),
        (date(2026, 11, 22), (date(2027, 1, 2), date(2027, 1, 1), None)),
        (date(2026, 11, 22), (date(2031, 11, 22), None, None)),
        (date(2026, 11, 22), (None, date(1850, 1, 1), None)),
        (date(2194, 1, 1), (None, None, None)),
    ],
)
def test_days_that_are_none(
    as_of: date, given: tuple[date | None, date | None, int | None]
) -> None:
    with pytest.raises(typer.BadParameter):
        days_of(as_of, *given)
