"""Puts a finished folder in the place of another in one step, where the system can do that.

A program that is killed at any moment leaves the old folder or the new one. File systems that
cannot exchange two names (some network shares) get two renames, with a moment in between.
"""

from __future__ import annotations

import ctypes
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_AT_FDCWD = -100  # relative names are taken from the current folder (linux/fcntl.h)
_RENAME_EXCHANGE = 2  # linux/fs.h
_RENAME_SWAP = 2  # sys/stdio.h of macOS


def put_in_place(finished: Path, target: Path) -> bool:
    """Rename a folder to its final name; what had that name gets the other one.

    Returns:
        Whether an old folder now stands under the name `finished`.
    """
    if not target.exists():
        finished.rename(target)
        return False
    if not _exchanged(finished, target):
        aside = finished.with_name(finished.name + ".old")
        target.rename(aside)
        finished.rename(target)
        aside.rename(finished)
    return True


def _exchanged(first: Path, second: Path) -> bool:
    """Exchange two names at once; False where the system or the file system cannot."""
    if os.name == "nt":  # Windows has no such call
        return False
    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(first), os.fsencode(second)
    if sys.platform == "darwin":
        call = getattr(library, "renamex_np", None)
        return call is not None and call(*names, _RENAME_SWAP) == 0
    call = getattr(library, "renameat2", None)
    if call is None:
        return False
    return bool(call(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)
