"""One file of one run: written under another name, then put in place whole."""

from __future__ import annotations

import contextlib
import os
import secrets
from typing import TYPE_CHECKING

from vetbenefits.problems import InvalidInput, Problem, Span

if TYPE_CHECKING:
    from pathlib import Path

_MARK = ".vetbenefits-"
# Windows would otherwise turn the ends of lines into its own.
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def write_file(target: Path, data: bytes, *, owner_only: bool) -> None:
    """Write a file in place of what stands there; on any failure that stays as it is.

    Args:
        target: the file; its folder exists.
        data: all that it holds.
        owner_only: it may be read by its owner alone, as it holds full ID numbers.

    Raises:
        InvalidInput: the file cannot be written.
    """
    final = target.resolve()
    beside = final.with_name(f".{final.name}{_MARK}{secrets.token_hex(4)}")
    try:
        descriptor = os.open(beside, _NEW_FILE, 0o600 if owner_only else 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(final)
    except OSError as error:
        message = f"the file cannot be written: {error.strerror or error}"
        hint = "what stood there before is unchanged; name a file in a folder that exists"
        raise InvalidInput([Problem("VB711", message, Span(str(target)), hint=hint)]) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
