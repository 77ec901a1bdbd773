"""The gallery of wrong rule books: one folder a mistake, with the exact text that it gives.

A case folder `tests/errors/<code>-<slug>/` holds only the files in which it differs from the
sound rule book `tests/errors/_base/`: `rule.yaml` stands for `old_age/rule.yaml`, every other file
lies as it would in a folder of rules, and `<file>.absent` says that the sound one is missing.
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from vetbenefits.output.problems import render_problem
from vetbenefits.rulelang.loader import load_rulebook

ERRORS = Path(__file__).resolve().parent / "errors"
BASE = ERRORS / "_base"
EXPECTED = "expected.txt"
ABSENT = ".absent"


def cases() -> list[Path]:
    """Return the folders of all cases, in order."""
    return sorted(path for path in ERRORS.iterdir() if path.is_dir() and path != BASE)


def code_of(case: Path) -> str:
    """Return the code that a case shows, the first part of its folder's name."""
    return case.name.partition("-")[0]


def message_of(case: Path, folder: Path) -> str:
    """Return what a user sees who loads the rules of a case.

    Args:
        case: the folder of the case.
        folder: an empty folder to put the rule book in.
    """
    _lay_out(case, folder / "rules")
    with contextlib.chdir(folder):
        _, problems = load_rulebook(Path("rules"), cache=folder / "cache")
    return "".join(f"{render_problem(problem)}\n" for problem in problems)


def _lay_out(case: Path, rules: Path) -> None:
    shutil.copytree(BASE, rules)
    for source in sorted(path for path in case.rglob("*") if path.is_file()):
        name = source.relative_to(case).as_posix()
        if name == EXPECTED:
            continue
        target = rules / ("old_age/rule.yaml" if name == "rule.yaml" else name)
        if target.suffix == ABSENT:
            target.with_suffix("").unlink()
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
