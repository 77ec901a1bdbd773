from __future__ import annotations

import io
import time
from itertools import count

import pytest

from vetbenefits.output.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def every_call_takes_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = count(100.0)
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))


def shown(stream: io.StringIO, *, is_quiet: bool = False) -> str:
    with Progress(stream, "{rows} rows, {seconds} s", is_quiet=is_quiet) as progress:
        for rows in (1_000, 2_000, 3_000):
            progress(rows)
    return stream.getvalue()


@pytest.mark.usefixtures("every_call_takes_a_second")
def test_line_is_shown_after_two_seconds_and_taken_away_at_the_end() -> None:
    said = shown(Terminal())
    assert said == "\r\x1b[K2,000 rows, 2 s\r\x1b[K3,000 rows, 3 s\r\x1b[K"


@pytest.mark.usefixtures("every_call_takes_a_second")
def test_nothing_is_shown_in_a_log_or_when_quiet() -> None:
    assert shown(io.StringIO()) == ""
    assert shown(Terminal(), is_quiet=True) == ""


def test_quick_run_shows_nothing() -> None:
    assert shown(Terminal()) == ""


def test_clock_runs_until_the_first_rows_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vetbenefits.output.progress._PATIENCE_SECONDS", 0.0)
    stream = Terminal()
    with Progress(stream, "{rows} rows", is_quiet=False, before="reading {seconds} s") as progress:
        while "reading" not in stream.getvalue():
            time.sleep(0.001)
        progress(1_000)
    assert stream.getvalue().startswith("\r\x1b[Kreading 0 s")
    assert stream.getvalue().endswith("\r\x1b[K")
