"""The folder of one run: written under another name, then put in place whole.

A run that is killed, or meets a full disk, leaves the old report or the new one, never half of
one. What it does not do: delete or move a folder or a file that this program did not write.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from vetbenefits.output.exchange import put_in_place
from vetbenefits.output.holding import Hold, is_left_behind
from vetbenefits.problems import InvalidInput, Problem, Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

MANIFEST = "manifest.json"
CHECK = "check"
FILE_NAMES = frozenset(
    {"due.csv", "undetermined.csv", "not_due.csv", "month.csv"}
    | {"problems.csv", "summary.csv", MANIFEST}
    | {"upcoming.csv", "rule_changes.csv", "upcoming.ics"}
    | {"notices.docx", "notices.html", "sms.csv", "mail-merge.csv"}
    | {"posting.docx", "posting.html", "posting.csv"}
)
# One letter a file: its number in the run, and who it is for.
_LETTER = re.compile(r"letter-\d+-[0-9A-Za-z_-]{0,40}\.(?:docx|html)")
_MARK = ".vetbenefits-"
# Windows would otherwise turn the ends of lines into its own.
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})


class FingerprintedFile:
    """A file that knows the SHA-256 of all that was written to it, without reading it again."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Return the fingerprint of what was written so far."""
        return self._digest.hexdigest()

    def write(self, data: bytes | memoryview) -> int:
        """Append some bytes."""
        self._digest.update(data)
        return self._file.write(data)

    def settle(self) -> None:
        """Wait until all that was written is on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class ReportFolder:
    """Use as `with`: open files in it, then `publish`; without that nothing is left behind."""

    def __init__(self, target: Path, *, owner_only: bool, kind: str = CHECK) -> None:
        """Make the folder that becomes `target`.

        Args:
            target: the final folder, absent, empty, or written by an earlier run.
            owner_only: files may be read by their owner alone, as they hold full ID numbers.
            kind: which command writes; what another one wrote is not replaced.

        Raises:
            InvalidInput: `target` is a file or somebody else's folder, or cannot be written.
        """
        self._shown = str(target)
        self._target = target.resolve()
        self._mode = 0o600 if owner_only else 0o666 & ~_umask()
        self._files: dict[str, FingerprintedFile] = {}
        _refuse_foreign(self._target, self._shown, kind)
        with self._full_disk_is_a_problem():
            self._target.parent.mkdir(parents=True, exist_ok=True)
            _sweep(self._target)
            name = f".{self._target.name}{_MARK}{secrets.token_hex(4)}"
            self._work = self._target.parent / name
            try:
                self._work.mkdir(mode=0o700)
                self._hold = Hold(self._work)
            except BaseException:  # interrupted before `with` could take over
                _remove_ours(self._work)
                raise

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take away what was not published."""
        for file in self._files.values():
            with contextlib.suppress(OSError):
                file.close()
        self._hold.let_go()
        _remove_ours(self._work)
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise self._refusal(error) from error

    def open(self, name: str) -> FingerprintedFile:
        """Return a new file of this folder, to be closed by `publish`."""
        descriptor = os.open(self._work / name, _NEW_FILE, self._mode)
        self._files[name] = FingerprintedFile(os.fdopen(descriptor, "wb"))
        return self._files[name]

    def write(self, name: str, text: str) -> None:
        """Write a whole file."""
        self.open(name).write(text.encode())

    def fingerprints(self) -> dict[str, str]:
        """Return the SHA-256 of each file so far, by name; the files are complete."""
        return {name: self._files[name].sha256 for name in sorted(self._files)}

    def publish(self) -> None:
        """Put the folder in place of its target, in one step."""
        with self._full_disk_is_a_problem():
            for file in self._files.values():
                file.settle()
                file.close()
            self._work.chmod(_mode_of(self._target))
            self._hold.write_through()
            if put_in_place(self._work, self._target):
                _give_back(self._work, self._target)

    @contextlib.contextmanager
    def _full_disk_is_a_problem(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._refusal(error) from error

    def _refusal(self, error: OSError) -> InvalidInput:
        message = f"the report cannot be written: {error.strerror or error}"
        hint = (
            "what stood there before is unchanged; choose another folder with --out, or make room"
        )
        return InvalidInput([Problem("VB711", message, Span(self._shown), hint=hint)])


def _refuse_foreign(target: Path, shown: str, kind: str) -> None:
    """Raise where the target holds anything that no earlier run of the same command made."""
    if not target.exists():
        return
    message = ""
    if not target.is_dir():
        message = "--out names a file, but a folder is written"
    elif any(target.iterdir()) and not (target / MANIFEST).is_file():
        message = "this folder holds other files and no report of an earlier run"
    elif (target / MANIFEST).is_file() and _kind_of(target / MANIFEST) != kind:
        message = "this folder holds the files of another command"
    elif target == Path.cwd():
        message = "the current folder itself cannot be replaced"
    if message:
        hint = "name a folder that does not exist yet; it is made"
        raise InvalidInput([Problem("VB710", message, Span(shown), hint=hint)])


def changed_files(folder: Path) -> tuple[str, ...]:
    """Return the files of a folder that somebody has changed since a run wrote them."""
    outputs = _stated(folder / MANIFEST).get("outputs")
    written = outputs.items() if isinstance(outputs, dict) else ()
    here = ((name, sha256, folder / name) for name, sha256 in written if _is_ours(name))
    return tuple(
        name
        for name, sha256, path in here
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != sha256
    )


def _kind_of(manifest: Path) -> str:
    """Return which command wrote a folder, as its manifest says; `check` does not say it."""
    return str(_stated(manifest).get("command", CHECK))


def _stated(manifest: Path) -> dict[str, object]:
    """Return what a manifest says; nothing where it cannot be read."""
    try:
        stated = json.loads(manifest.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return stated if isinstance(stated, dict) else {}


def _give_back(old: Path, target: Path) -> None:
    """Carry what is not ours from the old folder into the new one; delete the rest."""
    for entry in sorted(old.iterdir()):
        if not _is_ours(entry.name) and not (target / entry.name).exists():
            entry.rename(target / entry.name)
    _remove_ours(old)


def _remove_ours(folder: Path) -> None:
    """Delete the files of ours in a folder, and the folder if nothing else is in it."""
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        if _is_ours(entry.name):
            entry.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # something foreign is left: better kept than lost
        folder.rmdir()


def _is_ours(name: str) -> bool:
    return name in FILE_NAMES or _LETTER.fullmatch(name) is not None


def _sweep(target: Path) -> None:
    """Finish or remove what killed runs left beside the target; leave running ones alone."""
    for left in sorted(target.parent.glob(f".{_escaped(target.name)}{_MARK}*")):
        if not is_left_behind(left):
            continue
        if target.exists():
            _give_back(left, target)
        elif left.name.endswith(".old"):
            left.rename(target)
        else:
            _remove_ours(left)


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _mode_of(target: Path) -> int:
    return target.stat().st_mode & 0o777 if target.exists() else 0o777 & ~_umask()


def _umask() -> int:
    """Return the process's mask of permissions, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
