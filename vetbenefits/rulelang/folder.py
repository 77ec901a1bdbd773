"""The files of a rule book: which there are, what they hold, and their fingerprint.

Only bytes are read here. What is no part of a rule book (a README, cases.yaml) is passed over; a
YAML file that stands where none is read is a problem, since somebody believes that it counts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vetbenefits.problems import Problem, Span, did_you_mean
from vetbenefits.rulelang.text_file import LARGEST_FILE, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

REGIONS = "regions"
FACTS, COMMON, HEAD, CONFLICTS = "facts.yaml", "common.yaml", "rulebook.yaml", "conflicts.yaml"
RULE, CASES = "rule.yaml", "cases.yaml"
_TOP = (FACTS, COMMON, HEAD, CONFLICTS)


@dataclass(frozen=True, slots=True)
class RuleFolder:
    """The files of a rule book by their path inside the folder, with `/`, in order of their names.

    `shown_as` is the folder as the user gave it; `fingerprint` the SHA-256 over all names and
    contents.
    """

    shown_as: str
    files: Mapping[str, bytes]
    fingerprint: str

    def shown(self, path: str) -> str:
        """Return how a file is called in problems."""
        return f"{self.shown_as}/{path}" if self.shown_as != "." else path


def read_folder(folder: Path) -> tuple[RuleFolder | None, tuple[Problem, ...]]:
    """Read all files of a rule book. None where there is no rule book at all."""
    shown_as = folder.as_posix()
    if not folder.is_dir():
        message = "there is no such folder of rules"
        return None, (Problem("VB221", message, Span(shown_as)),)
    problems: list[Problem] = []
    files: dict[str, bytes] = {}
    for path in sorted(_paths(folder, shown_as, problems)):
        shown = f"{shown_as}/{path}" if shown_as != "." else path
        content = _content(folder / path, shown, problems)
        if content is not None:
            files[path] = content
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{len(name.encode())} {name} {len(content)}\n".encode())
        digest.update(content)
    return RuleFolder(shown_as, files, digest.hexdigest()), tuple(problems)


def _content(path: Path, shown: str, problems: list[Problem]) -> bytes | None:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            problems.append(too_large(shown, size))
            return None
        return path.read_bytes()
    except OSError as error:
        message = f"the file cannot be read: {error.strerror or error}"
        problems.append(Problem("VB110", message, Span(shown)))
        return None


def _paths(folder: Path, shown_as: str, problems: list[Problem]) -> Iterator[str]:
    for entry in _visible(folder):
        if entry.is_dir():
            inside = _regions(entry) if entry.name == REGIONS else _benefit(entry)
            for path, is_read in inside:
                if is_read:
                    yield f"{entry.name}/{path}"
                else:
                    problems.append(_stray(f"{shown_as}/{entry.name}/{path}", path))
        elif entry.name in _TOP:
            yield entry.name
        elif entry.suffix in (".yaml", ".yml"):
            problems.append(_stray(f"{shown_as}/{entry.name}", entry.name))


def _benefit(folder: Path) -> Iterator[tuple[str, bool]]:
    """Yield the files of a benefit's folder, and whether each is one that is read."""
    for entry in _visible(folder):
        if entry.is_dir():
            yield from _rates(entry)
        elif entry.suffix in (".yaml", ".yml") and entry.name != CASES:
            yield entry.name, entry.name == RULE


def _regions(folder: Path) -> Iterator[tuple[str, bool]]:
    for place in _visible(folder):
        if not place.is_dir():
            if place.suffix in (".yaml", ".yml"):
                yield place.name, False
            continue
        for entry in _visible(place):
            if entry.is_dir():
                for path, is_read in _rates(entry):
                    yield f"{place.name}/{path}", is_read
            elif entry.suffix in (".yaml", ".yml"):
                yield f"{place.name}/{entry.name}", entry.suffix == ".yaml"


def _rates(folder: Path) -> Iterator[tuple[str, bool]]:
    for entry in _visible(folder):
        if entry.is_file() and entry.suffix in (".csv", ".yaml", ".yml"):
            yield f"{folder.name}/{entry.name}", entry.suffix == ".csv"


def _visible(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))


def _stray(shown: str, path: str) -> Problem:
    name = path.rpartition("/")[2]
    hint = did_you_mean(name, (*_TOP, RULE, CASES))
    if not hint:
        hint = "rules stand in <benefit>/rule.yaml and regions/<division>/<benefit>.yaml"
    return Problem("VB222", f"`{name}` is not read here", Span(shown), hint=hint)
