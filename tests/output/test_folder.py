from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path

import pytest

from vetbenefits.output import exchange, folder, holding
from vetbenefits.output.folder import ReportFolder
from vetbenefits.problems import InvalidInput


def publish(target: Path, text: str, *, owner_only: bool = False) -> None:
    with ReportFolder(target, owner_only=owner_only) as report:
        report.write("due.csv", text)
        report.write("manifest.json", "{}\n")
        report.publish()


def names(parent: Path) -> list[str]:
    return sorted(path.name for path in parent.iterdir())


def test_folder_appears_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    publish(tmp_path / "a" / "out", "one")
    assert names(tmp_path / "a") == ["out"]
    assert names(tmp_path / "a" / "out") == ["due.csv", "manifest.json"]


def test_later_run_replaces_all_files_of_the_earlier_one(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with ReportFolder(target, owner_only=False) as report:
        for name in ("due.csv", "not_due.csv", "manifest.json"):
            report.write(name, "old")
        report.publish()
    publish(target, "new")
    assert names(tmp_path) == ["out"]
    assert names(target) == ["due.csv", "manifest.json"]
    assert (target / "due.csv").read_text() == "new"


def test_files_that_we_did_not_write_stay_in_a_folder_of_ours(tmp_path: Path) -> None:
    target = tmp_path / "out"
    publish(target, "old")
    (target / "notes.txt").write_text("mine")
    (target / "scans").mkdir()
    publish(target, "new")
    assert (target / "notes.txt").read_text() == "mine"
    assert names(target) == ["due.csv", "manifest.json", "notes.txt", "scans"]
    assert names(tmp_path) == ["out"]


def test_foreign_folder_is_refused_and_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "home"
    target.mkdir()
    (target / "letter.txt").write_text("mine")
    with pytest.raises(InvalidInput, match="VB710"):
        ReportFolder(target, owner_only=False)
    assert names(tmp_path) == ["home"]
    assert names(target) == ["letter.txt"]


def test_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(InvalidInput, match="names a file"):
        ReportFolder(tmp_path / "out", owner_only=False)


def test_current_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInput, match="current folder"):
        ReportFolder(Path(), owner_only=False)


def test_failed_run_leaves_the_old_report(tmp_path: Path) -> None:
    target = tmp_path / "out"
    publish(target, "old")
    with contextlib.suppress(ZeroDivisionError), ReportFolder(target, owner_only=False) as report:
        report.write("due.csv", "half")
        raise ZeroDivisionError
    assert (target / "due.csv").read_text() == "old"
    assert names(tmp_path) == ["out"]


def test_full_disk_is_a_problem_and_leaves_the_old_report(tmp_path: Path) -> None:
    target = tmp_path / "out"
    publish(target, "old")
    with pytest.raises(InvalidInput, match="VB711"), ReportFolder(target, owner_only=False):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert (target / "due.csv").read_text() == "old"
    assert names(tmp_path) == ["out"]


def test_other_errors_of_the_system_are_not_blamed_on_the_report(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), ReportFolder(tmp_path / "out", owner_only=False):
        raise FileNotFoundError


def test_leftover_of_a_killed_run_is_taken_away(tmp_path: Path) -> None:
    left = tmp_path / ".out.vetbenefits-dead"
    left.mkdir()
    (left / "due.csv").write_text("half")
    publish(tmp_path / "out", "new")
    assert names(tmp_path) == ["out"]


def test_folder_of_a_run_that_is_still_going_is_left_alone(tmp_path: Path) -> None:
    with ReportFolder(tmp_path / "out", owner_only=False) as running:
        running.write("due.csv", "first")
        publish(tmp_path / "out", "second")
        assert (tmp_path / "out" / "due.csv").read_text() == "second"
        running.write("manifest.json", "{}")
        running.publish()
    assert (tmp_path / "out" / "due.csv").read_text() == "first"
    assert names(tmp_path) == ["out"]


def test_what_is_foreign_in_a_leftover_is_given_back(tmp_path: Path) -> None:
    publish(tmp_path / "out", "new")
    left = tmp_path / ".out.vetbenefits-dead"
    left.mkdir()
    (left / "due.csv").write_text("old")
    (left / "notes.txt").write_text("mine")
    publish(tmp_path / "out", "newer")
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"
    assert names(tmp_path) == ["out"]


def test_files_with_whole_ids_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    publish(tmp_path / "out", "ids", owner_only=True)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "out").iterdir()}
    assert modes == {0o600}


def test_without_exchange_two_renames_do_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "_exchanged", lambda _first, _second: False)
    publish(tmp_path / "out", "old")
    publish(tmp_path / "out", "new")
    assert (tmp_path / "out" / "due.csv").read_text() == "new"
    assert names(tmp_path) == ["out"]


def test_old_report_comes_back_after_a_kill_between_two_renames(tmp_path: Path) -> None:
    aside = tmp_path / ".out.vetbenefits-dead.old"
    aside.mkdir()
    (aside / "manifest.json").write_text("{}")
    (aside / "due.csv").write_text("old")
    folder._sweep(tmp_path / "out")
    assert (tmp_path / "out" / "due.csv").read_text() == "old"


def test_place_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match="VB711"):
        ReportFolder(tmp_path / "file" / "out", owner_only=False)


def test_fingerprints_are_those_of_the_files(tmp_path: Path) -> None:
    with ReportFolder(tmp_path / "out", owner_only=False) as report:
        report.write("due.csv", "")
        empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        assert report.fingerprints() == {"due.csv": empty}
    assert os.listdir(tmp_path) == []  # noqa: PTH208  the plain list is what is asserted


def test_system_without_marks_on_folders_gets_whole_folders_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "fcntl", None)
    monkeypatch.setattr(exchange, "_exchanged", lambda *_: False)
    left = tmp_path / ".out.vetbenefits-1234"
    left.mkdir()
    publish(tmp_path / "out", "old")
    publish(tmp_path / "out", "new\n")
    assert (tmp_path / "out" / "due.csv").read_bytes() == b"new\n"
    # Nobody can tell whether a running program holds the other one.
    assert names(tmp_path) == [left.name, "out"]
    monkeypatch.undo()
    publish(tmp_path / "out", "newer")
    assert names(tmp_path) == ["out"]
