"""Whole-program runs: each folder of tests/cases holds a command and all that it must say.

    cmd             one command line; `NAME=value` before it sets the environment
    expected.out    what goes to stdout         expected.err    what goes to stderr
    exit            the exit code               anything else   files of the folder it runs in

The command runs in a fresh folder beside a copy of `examples/`. `make golden` rewrites what is
expected, and `git diff` is the review.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vetbenefits.commands.app import run

if TYPE_CHECKING:
    from tests.conftest import Snapshot

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
FOLDERS = sorted(path.parent for path in CASES.glob("*/*/cmd"))
# A rule or an example that changes must not change every case that was run on it.
_FINGERPRINT = re.compile(r"\([0-9a-f]{12}\)")
EXPECTED = ("cmd", "expected.out", "expected.err", "exit")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one cache of checked rules for all cases: each would check the shipped ones anew."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def workplace(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("VETBENEFITS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    folder = tmp_path / "here"
    shutil.copytree(ROOT / "examples", folder / "examples")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("case", FOLDERS, ids=lambda path: "/".join(path.parts[-2:]))
def test_program_says_what_was_reviewed(
    case: Path,
    workplace: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    snapshot: Snapshot,
) -> None:
    for path in case.iterdir():
        if path.name not in EXPECTED:
            copy = shutil.copytree if path.is_dir() else shutil.copy
            copy(path, workplace / path.name)
    words = shlex.split((case / "cmd").read_text(encoding="utf-8"))
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        monkeypatch.setenv(name, value)
    assert words.pop(0) == "vetbenefits"
    code = run(words)
    said = capfd.readouterr()
    snapshot(_FINGERPRINT.sub("(<fingerprint>)", said.out), at=case / "expected.out")
    snapshot(_FINGERPRINT.sub("(<fingerprint>)", said.err), at=case / "expected.err")
    snapshot(f"{code}\n", at=case / "exit")


def test_a_quarter_of_the_cases_are_failures() -> None:
    codes = [(folder / "exit").read_text(encoding="utf-8").strip() for folder in FOLDERS]
    assert 4 * sum(code != "0" for code in codes) >= len(codes)


def test_no_case_fills_more_than_a_few_screens() -> None:
    long = [
        folder.name
        for folder in FOLDERS
        if len((folder / "expected.out").read_text(encoding="utf-8").splitlines()) > 250
    ]
    assert long == []
