"""The mark of a running program on its folder, so that others leave the folder alone.

Windows has no such marks on folders: there a folder that a killed run left behind is never taken
for free, and stays.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from pathlib import Path


class Hold:
    """Holds a folder until it is let go or the program ends."""

    def __init__(self, folder: Path) -> None:
        self._handle: int | None = None
        if fcntl is not None:
            self._handle = os.open(folder, os.O_RDONLY)
            fcntl.flock(self._handle, fcntl.LOCK_EX)

    def write_through(self) -> None:
        """Have the names in the folder written to the disk, where the system can be told so."""
        if self._handle is not None:
            os.fsync(self._handle)

    def let_go(self) -> None:
        """Let others have the folder."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def is_left_behind(folder: Path) -> bool:
    """Tell whether no running program holds a folder."""
    if fcntl is None:
        return False
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True
