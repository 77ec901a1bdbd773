"""A single file is there whole, or as it was before."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from vetbenefits.output.single_file import write_file
from vetbenefits.problems import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path


def test_file_is_written_and_replaced(tmp_path: Path) -> None:
    target = tmp_path / "plan.svg"
    write_file(target, b"first\n", owner_only=False)
    write_file(target, b"second\n", owner_only=False)
    assert target.read_bytes() == b"second\n"
    assert [path.name for path in tmp_path.iterdir()] == ["plan.svg"]


@pytest.mark.parametrize(("owner_only", "mode"), [(True, 0o600), (False, 0o644)])
def test_full_ids_are_for_their_owner(tmp_path: Path, *, owner_only: bool, mode: int) -> None:
    before = os.umask(0o022)
    try:
        write_file(tmp_path / "plan.json", b"{}", owner_only=owner_only)
    finally:
        os.umask(before)
    assert (tmp_path / "plan.json").stat().st_mode & 0o777 == mode


def test_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "plan.svg"
    target.write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InvalidInput) as caught:
        write_file(target, b"new", owner_only=False)
    assert caught.value.problems[0].code == "VB711"
    assert "No space left" in caught.value.problems[0].message
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["plan.svg"]


@pytest.mark.parametrize("name", ["missing/plan.svg", "folder"])
def test_no_file_can_be_written_there(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(InvalidInput):
        write_file(tmp_path / name, b"new", owner_only=False)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
