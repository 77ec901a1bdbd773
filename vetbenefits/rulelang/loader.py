"""A folder of rules into a rule book, with every problem of every file.

The folder holds facts.yaml, common.yaml and rulebook.yaml; a folder for each benefit with its
rule.yaml, cases.yaml and rates/*.csv; and regions/<division>/<benefit>.yaml. Cases are read by
those who run them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetbenefits.problems import has_errors, in_order
from vetbenefits.rulelang.cache import RuleCache
from vetbenefits.rulelang.folder import read_folder

if TYPE_CHECKING:
    from pathlib import Path

    from vetbenefits.model.rulebook import RuleBook
    from vetbenefits.problems import Problem


def load_rulebook(
    folder: Path, *, cache: Path | None = None
) -> tuple[RuleBook | None, tuple[Problem, ...]]:
    """Load all rules of a folder.

    Args:
        folder: the folder of the rule book.
        cache: where checked rule books are kept; None for the user's cache folder.

    Returns:
        The rule book, None if anything in it is an error; and all problems in order of place.
    """
    files, problems = read_folder(folder)
    if files is None:
        return None, in_order(problems)
    entry = RuleCache.of(cache, files)
    found = entry.read() if not problems else None
    if found is not None:
        return found
    # Reading and checking needs yaml and pydantic; a warm start imports neither.
    from vetbenefits.rulelang.assembly import assemble  # noqa: PLC0415

    book, more = assemble(files)
    ordered = in_order((*problems, *more))
    if has_errors(ordered):
        return None, ordered
    if not problems:
        entry.write(book, ordered)
    return book, ordered
