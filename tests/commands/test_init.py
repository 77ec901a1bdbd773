from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vetbenefits.commands.app import run

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("month", ["2026", "2026-13", "2026-1", "11-2026", "2026-00", "-h", "x y"])
def test_batch_refuses_what_is_no_month(month: str) -> None:
    assert run(["init"]) == 0
    done = subprocess.run(["./monthly.sh", month], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"not {month}" in done.stderr
    assert not Path("reports").exists()


def batch(**environment: str) -> subprocess.CompletedProcess[str]:
    """Run the batch as cron does, with hardly any search path."""
    known = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"} | environment
    words = ["./monthly.sh", "2026-11"]
    return subprocess.run(words, env=known, capture_output=True, text=True, check=False)


def program(at: Path) -> Path:
    """Write a program that tells how it was called."""
    at.parent.mkdir(parents=True, exist_ok=True)
    at.write_text('#!/bin/sh\necho "$0" "$@"\n', encoding="utf-8")
    at.chmod(0o755)
    return at


def test_batch_finds_the_program_without_a_search_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = program(tmp_path / "it's here" / "vetbenefits")
    monkeypatch.setattr(sys, "executable", str(beside.with_name("python")))
    assert run(["init"]) == 0
    done = batch()
    asked = "check --as-of 2026-11-01 --out reports/2026-11 --full-ids --quiet"
    assert (done.stdout, done.stderr) == (f"{beside} {asked}\n", "")
    other = program(tmp_path / "other")
    assert batch(VETBENEFITS=str(other)).stdout == f"{other} {asked}\n"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_readme_shows_what_the_batch_comes_to(name: str, tmp_path: Path) -> None:
    at = program(tmp_path / "vetbenefits")
    assert run(["init"]) == 0
    asked = batch(VETBENEFITS=str(at)).stdout.partition(" ")[2]
    assert f"\nvetbenefits {asked}" in (ROOT / name).read_text(encoding="utf-8")


def test_batch_without_its_program_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = program(tmp_path / "bin" / "vetbenefits")
    monkeypatch.setattr(sys, "executable", str(gone.with_name("python")))
    assert run(["init"]) == 0
    gone.unlink()
    done = batch()
    assert done.returncode == 1
    assert f"there is no program {gone}; set VETBENEFITS" in done.stderr


def test_program_off_its_interpreter_is_found_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    elsewhere = program(tmp_path / "local" / "vetbenefits")
    monkeypatch.setenv("PATH", str(elsewhere.parent))
    assert run(["init"]) == 0
    assert batch().stdout.startswith(f"{elsewhere} check ")


def test_own_rules_are_used_once_they_are_copied(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["init", "--rules"]) == 0
    assert (Path("rules") / "facts.yaml").is_file()
    capfd.readouterr()
    assert run(["rules", "list", "--lang", "en"]) == 0
    assert "Rules: rules (" in capfd.readouterr().out


def test_rules_that_are_there_are_not_overwritten() -> None:
    Path("rules").mkdir()
    assert run(["init", "--rules"]) == 1
    assert not Path("vetbenefits.yaml").exists()
    assert run(["init", "--rules", "--force"]) == 0
