"""The folder of `check --out`: whole or not at all, whatever happens to the program."""

from __future__ import annotations

import csv
import hashlib
import json
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = ["due.csv", "manifest.json", "not_due.csv", "problems.csv", "summary.csv"]
FILES = sorted([*FILES, "month.csv", "undetermined.csv"])
KILLS = 6


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the example roster with each person many times, so that a run takes a moment."""
    lines = (ROOT / "examples" / "roster.csv").read_text(encoding="utf-8-sig").splitlines()
    header, people = lines[0], [line for line in lines[1:] if line.startswith("P")]
    path = tmp_path_factory.mktemp("roster") / "roster.csv"
    copies = (
        f"{number}-{line}" for number in range(100) for line in people if "990103196203" not in line
    )
    path.write_text("\n".join([header, *copies]) + "\n", encoding="utf-8")
    return path


def start(roster: Path, out: Path, as_of: str, *options: str) -> subprocess.Popen[str]:
    words = ["check", str(roster), "--as-of", as_of, "--out", str(out), "--quiet", *options]
    return subprocess.Popen(
        [sys.executable, "-m", "vetbenefits", *words],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(roster: Path, out: Path, as_of: str, *options: str) -> None:
    process = start(roster, out, as_of, *options)
    _, said = process.communicate()
    assert process.returncode == 0, said


def day_of_whole_report(out: Path) -> str:
    """Return the day of a report of which every file is what its manifest says."""
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert sorted(path.name for path in out.iterdir()) == FILES
    for name, fingerprint in manifest["outputs"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == fingerprint, name
    assert sorted([*manifest["outputs"], "manifest.json"]) == FILES
    return str(manifest["as_of"])


def test_killed_run_leaves_the_old_report_or_the_new_one(roster: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    started = time.monotonic()
    run(roster, out, "2026-10-01")
    usual = time.monotonic() - started
    for number in range(1, KILLS + 1):
        process = start(roster, out, "2026-11-01")
        time.sleep(usual * (0.4 + 0.7 * number / KILLS))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert day_of_whole_report(out) in ("2026-10-01", "2026-11-01")
    run(roster, out, "2026-12-01")
    assert day_of_whole_report(out) == "2026-12-01"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_interrupted_run_ends_with_130_and_leaves_nothing(roster: Path, tmp_path: Path) -> None:
    process = start(roster, tmp_path / "out", "2026-11-01")
    while process.poll() is None and not list(tmp_path.iterdir()):
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 130
    assert list(tmp_path.iterdir()) == []


def test_full_disk_leaves_the_old_report(roster: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(roster, out, "2026-10-01")
    limit = 64 * 1024  # bytes that any file may have: far less than due.csv needs
    words = ["check", str(roster), "--as-of", "2026-11-01", "--out", str(out), "--quiet"]
    done = subprocess.run(
        [sys.executable, "-m", "vetbenefits", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 1, done.stderr
    assert "VB711" in done.stderr
    assert day_of_whole_report(out) == "2026-10-01"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_second_run_is_byte_identical(roster: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run(roster, tmp_path / name, "2026-11-01")
    for name in FILES:
        first, second = ((tmp_path / folder / name).read_bytes() for folder in ("one", "two"))
        assert first == second, name


def test_full_ids_stand_only_where_asked_for_and_for_their_owner_alone(tmp_path: Path) -> None:
    roster = ROOT / "examples" / "roster.csv"
    run(roster, tmp_path / "masked", "2026-11-22")
    run(roster, tmp_path / "whole", "2026-11-22", "--full-ids")
    number = "990101196611050110"
    assert number in (tmp_path / "whole" / "due.csv").read_text(encoding="utf-8")
    for path in (tmp_path / "masked").iterdir():
        assert number not in path.read_text(encoding="utf-8"), path.name
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "whole").iterdir()}
    assert modes == {0o600}


def test_failed_check_of_the_roster_names_its_columns_in_the_list_of_problems(
    tmp_path: Path,
) -> None:
    run(ROOT / "examples" / "roster.csv", tmp_path / "out", "2026-11-22")
    with (tmp_path / "out" / "problems.csv").open(encoding="utf-8-sig", newline="") as file:
        columns = {row["message"][:3]: row["column"] for row in csv.DictReader(file)}
    assert columns["V04"] == "入伍时间, 退役时间"
    assert columns["V05"] == "服义务兵开始时间, 服义务兵结束时间"
