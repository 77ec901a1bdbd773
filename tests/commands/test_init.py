from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from vetbenefits.commands.app import run


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
