"""Checked rule books on disk, so that the next start reads no YAML and checks nothing again.

An entry is found by the content of all files of the folder, the name under which it was given and
the version of the program. Whatever is wrong with an entry, it is as if it were not there; whatever
goes wrong while writing one, the run goes on without.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import vetbenefits
from vetbenefits.model.rulebook import RuleBook
from vetbenefits.rulelang.codec import decode, encode

if TYPE_CHECKING:
    from vetbenefits.problems import Problem
    from vetbenefits.rulelang.folder import RuleFolder

MOST_ENTRIES = 30
_PREFIX, _SUFFIX = "rules-", ".json"
_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class RuleCache:
    """The entry of one rule book; `path` is None where there is no folder to keep it in."""

    path: Path | None
    key: str

    @classmethod
    def of(cls, folder: Path | None, files: RuleFolder) -> RuleCache:
        """Return the entry of a folder of rules; `folder` None means the usual cache folder."""
        parts = (vetbenefits.__version__, _program_stamp(), files.shown_as, files.fingerprint)
        key = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        home = folder if folder is not None else usual_folder()
        return cls(home / f"{_PREFIX}{key[:40]}{_SUFFIX}" if home is not None else None, key)

    def read(self) -> tuple[RuleBook, tuple[Problem, ...]] | None:
        """Return the rule book and its warnings, or None where there is no sound entry."""
        if self.path is None:
            return None
        try:
            digest, _, text = self.path.read_bytes().partition(b"\n")
            if hashlib.sha256(text).hexdigest().encode() != digest:
                return None
            content = json.loads(text)
            if content["key"] != self.key:
                return None
            found = decode(content["pool"])
        except (OSError, ValueError, TypeError, KeyError, IndexError, RecursionError):
            return None
        match found:
            case (RuleBook() as book, tuple() as problems):
                return book, problems
            case _:
                return None

    def write(self, book: RuleBook, problems: tuple[Problem, ...]) -> None:
        """Keep a rule book without errors, whole or not at all."""
        if self.path is None:
            return
        content = {"key": self.key, "pool": encode((book, problems))}
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Written beside and moved into place, so that no reader ever meets half an entry.
            unfinished = self.path.with_suffix(f".{os.getpid()}.unfinished")
            unfinished.write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
            unfinished.replace(self.path)
            _forget_oldest(self.path.parent)
        except OSError:
            return


def usual_folder() -> Path | None:
    """Return the user's cache folder for this program, or None where there is none."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    if given and Path(given).is_absolute():
        return Path(given) / "vetbenefits"
    try:
        return Path.home() / ".cache" / "vetbenefits"
    except RuntimeError:
        return None


def _program_stamp() -> str:
    """Return a mark of the code that reads and holds rules, which may change within one version."""
    paths = [
        path
        for folder in (_PACKAGE, _PACKAGE / "model", _PACKAGE / "rulelang")
        for path in folder.glob("*.py")
    ]
    marks = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    return hashlib.sha256(repr(sorted(marks)).encode()).hexdigest()


def _forget_oldest(folder: Path) -> None:
    entries = folder.glob(f"{_PREFIX}*{_SUFFIX}")
    by_age = sorted(entries, key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_age[MOST_ENTRIES:]:
        path.unlink(missing_ok=True)
