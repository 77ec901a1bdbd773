"""Every wrong rule book of the gallery gives exactly the text that was reviewed."""

from __future__ import annotations

import re
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.error_gallery import BASE, EXPECTED, cases, code_of, message_of
from vetbenefits.rulelang.loader import load_rulebook

if TYPE_CHECKING:
    from types import ModuleType

    from tests.conftest import Snapshot

ROOT = Path(__file__).resolve().parent.parent
CASES = cases()
CODE = re.compile(r'"(VB\d\d\d)"')


def errors_doc() -> ModuleType:
    loader = SourceFileLoader("build_errors_doc", str(ROOT / "scripts" / "build-errors-doc"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_wrong_rule_book_gives_the_reviewed_message(
    case: Path, tmp_path: Path, snapshot: Snapshot
) -> None:
    message = message_of(case, tmp_path)
    assert f" {code_of(case)}: " in message
    snapshot(message, at=case / EXPECTED)


def test_base_of_the_gallery_is_sound(tmp_path: Path) -> None:
    book, problems = load_rulebook(BASE, cache=tmp_path)
    assert book is not None
    assert problems == ()


def test_gallery_is_large_enough() -> None:
    assert len(CASES) >= 60


def test_page_of_errors_is_current(snapshot: Snapshot) -> None:
    snapshot(errors_doc().build(), at=ROOT / "docs" / "errors.md")


def test_every_code_is_explained() -> None:
    used = {
        code
        for path in (ROOT / "vetbenefits").rglob("*.py")
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    }
    assert used - set(errors_doc().MEANINGS) == set()


def test_every_case_has_a_code_that_is_explained() -> None:
    assert {code_of(case) for case in CASES} - set(errors_doc().MEANINGS) == set()
