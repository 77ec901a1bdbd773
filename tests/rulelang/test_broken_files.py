"""One broken part of a file: told once, no part that hangs on it, and all slips elsewhere as well.

Every value of the sound rule book of the gallery is broken in turn.
"""

from __future__ import annotations

import copy
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.error_gallery import BASE
from vetbenefits.rulelang.findings import EXPRESSIONS
from vetbenefits.rulelang.loader import load_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vetbenefits.problems import Problem

FILES = ("common.yaml", "facts.yaml", "rulebook.yaml", "old_age/rule.yaml")
SLIPS = {"not deceased_on": "not deceasd_on", "years_served * rate": "years_servd * rate"}

Way = tuple[str | int, ...]


def ways(node: object, at: Way = ()) -> Iterator[Way]:
    """Yield the way to every value of a tree."""
    inner = node.items() if isinstance(node, dict) else ()
    for step, value in enumerate(node) if isinstance(node, list) else inner:
        yield (*at, step)
        yield from ways(value, (*at, step))


def tree_of(file: str) -> Any:  # noqa: ANN401  any YAML
    return yaml.load((BASE / file).read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506  texts only


def broken(tree: Any, way: Way) -> Any:  # noqa: ANN401  any YAML
    """Return a tree with a value of another kind in one place."""
    tree = copy.deepcopy(tree)
    node = tree
    for step in way[:-1]:
        node = node[step]
    last = way[-1]
    kinds: dict[type, object] = {dict: [[]], list: "x y", str: {"zzz": ["y"]}}
    node[last] = kinds[type(node[last])]
    return tree


def problems_of(folder: Path, file: str, way: Way, slips: dict[str, str]) -> tuple[Problem, ...]:
    shutil.copytree(BASE, folder)
    (folder / file).write_text(yaml.safe_dump(broken(tree_of(file), way), width=1000))
    rule = (folder / "old_age" / "rule.yaml").read_text(encoding="utf-8")
    for right, wrong in slips.items():
        rule = rule.replace(right, wrong)
    (folder / "old_age" / "rule.yaml").write_text(rule, encoding="utf-8")
    _, problems = load_rulebook(folder, cache=folder / "cache")
    shutil.rmtree(folder)
    return tuple(one for one in problems if one.is_error)


@pytest.mark.parametrize("file", FILES)
def test_broken_part_gives_no_further_problems(file: str, tmp_path: Path) -> None:
    # One citation may stand without its list, and a definition without its keys.
    allowed: dict[Way, int] = {("law",): 0, ("define", "age"): 2, ("define", "years_served"): 2}
    for way in ways(tree_of(file)):
        told = problems_of(tmp_path / "rules", file, way, {})
        assert len(told) == allowed.get(way, 1), (way, told)
        assert not [one for one in told if EXPRESSIONS.fullmatch(one.code)], (way, told)


@pytest.mark.parametrize("file", FILES)
def test_slips_elsewhere_are_told_in_the_same_run(file: str, tmp_path: Path) -> None:
    hidden: list[Way] = []
    for way in ways(tree_of(file)):
        told = problems_of(tmp_path / "rules", file, way, SLIPS)
        if sum(one.code == "VB303" for one in told) < len(SLIPS):
            hidden.append(way)
    # Nothing can be said of names while any may be missing, nor of a text that is not there.
    expected: dict[str, list[Way]] = {
        "common.yaml": [("define",)],
        "facts.yaml": [("facts",)],
        "old_age/rule.yaml": [
            ("define",),
            ("due_when",),
            ("due_when", "all"),
            ("due_when", "all", 2),
            ("due_when", "all", 2, "if"),
            ("amount",),
            ("amount", "value"),
        ],
    }
    assert hidden == expected.get(file, [])
