"""A small sound rule book on disk, which each test changes as it likes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.error_gallery import BASE
from vetbenefits.rulelang.loader import load_rulebook

if TYPE_CHECKING:
    from pathlib import Path

    from vetbenefits.model.rulebook import Benefit, RuleBook
    from vetbenefits.problems import Problem

RULE = "old_age/rule.yaml"


@dataclass(frozen=True, slots=True)
class Rules:
    """A folder of rules and the cache that its loads use."""

    folder: Path
    cache: Path

    def write(self, name: str, text: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def edit(self, old: str, new: str, name: str = RULE) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def rates(self, rows: str, unit: str = "yuan per year", more: str = "") -> None:
        """Replace the one rate of the rule: rows in YAML, and further keys, one a line."""
        text = (self.folder / RULE).read_text(encoding="utf-8")
        start = text.index("    unit: ")
        end = text.index("payable:")
        lines = "".join(f"    {line}\n" for line in more.splitlines())
        values = f"    values:\n{rows}" if rows else ""
        self.write(RULE, f"{text[:start]}    unit: {unit}\n{lines}{values}{text[end:]}")

    def load(self) -> tuple[RuleBook | None, tuple[Problem, ...]]:
        return load_rulebook(self.folder, cache=self.cache)

    def book(self) -> RuleBook:
        book, problems = self.load()
        assert book is not None, [problem.first_line() for problem in problems]
        return book

    def benefit(self) -> Benefit:
        benefit = self.book().benefit("old_age")
        assert benefit is not None
        return benefit

    def codes(self) -> list[str]:
        """Return the codes of all problems, in order of place."""
        return [problem.code for problem in self.load()[1]]


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    """Return a copy of the sound rule book."""
    shutil.copytree(BASE, tmp_path / "rules")
    return Rules(tmp_path / "rules", tmp_path / "cache")
