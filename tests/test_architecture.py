"""The house holds: doors open one way, public names are what they say, start-up stays light."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import vetbenefits
from vetbenefits.shipped import shipped_folder

ROOT = Path(__file__).resolve().parent.parent
LETTERS = ("docx", "docxtpl", "jinja2", "lxml", "sqlite3")  # of `notices` alone
HEAVY = ("numpy", "openpyxl", "pandas", "polars", "pyarrow", "pydantic", *LETTERS)

RUN_AND_NAME_HEAVY_MODULES = f"""
import sys
sys.argv = ["vetbenefits", *sys.argv[1:]]
try:
    {{statement}}
except SystemExit as end:
    assert not end.code, end.code
print("heavy:", *sorted(set({HEAVY!r}) & set(sys.modules)))
"""


def python(code: str, *arguments: str) -> str:
    """Run `code` in a fresh interpreter at the top of the checkout and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def heavy_modules_after(statement: str, *arguments: str) -> str:
    printed = python(RUN_AND_NAME_HEAVY_MODULES.format(statement=statement), *arguments)
    return printed.splitlines()[-1].removeprefix("heavy:").strip()


def test_imports_respect_the_contracts() -> None:
    python("from importlinter.cli import lint_imports_command as run; run(['--no-cache'])")


def test_public_names_are_sorted_and_exist() -> None:
    assert vetbenefits.__all__ == sorted(vetbenefits.__all__)
    assert set(vetbenefits.__all__) <= set(dir(vetbenefits))
    for name in vetbenefits.__all__:
        assert getattr(vetbenefits, name) is not None


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'chekc'"):
        getattr(vetbenefits, "chekc")  # noqa: B009  a plain attribute would be a type error


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert heavy_modules_after("import vetbenefits") == ""


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["check", "--help"], ["rules", "--help"], ["notices", "write", "--help"]],
)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    statement = "from vetbenefits.commands.app import main; main()"
    assert heavy_modules_after(statement, *arguments) == ""


def test_check_loads_nothing_of_the_letters() -> None:
    statement = "from vetbenefits.commands.app import main; main()"
    loaded = heavy_modules_after(statement, "check", "examples/roster.csv", "--quiet").split()
    assert "polars" in loaded
    assert set(loaded) & set(LETTERS) == set()


@pytest.mark.parametrize("name", ["rules", "schema", "examples", "templates"])
def test_shipped_folders_are_found(name: str) -> None:
    assert any(shipped_folder(name).iterdir())


def test_folder_that_does_not_ship_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="`secrets`"):
        shipped_folder("secrets")


def test_changelog_opens_with_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", changelog, flags=re.MULTILINE)
    assert newest is not None
    assert newest.group(1) == vetbenefits.__version__


def test_scripts_can_be_started() -> None:
    files = [path for path in (ROOT / "scripts").iterdir() if path.is_file()]
    programs = [path for path in files if path.read_bytes().startswith(b"#!")]
    not_executable = [path.name for path in programs if not path.stat().st_mode & 0o111]
    assert programs
    assert not_executable == []
