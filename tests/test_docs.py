"""What the documents say is true: pages are current, commands run, links and languages match.

The blocks of a README run one after the other in one folder: ```yaml is written to the file that
its first line names, ```sh and ```python are run, and a ```text block after one of them is what it
prints (`make docs` rewrites it).
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer

from vetbenefits.commands.app import app
from vetbenefits.commands.settings import WORKSPACE_KEYS
from vetbenefits.model.facts import NO_TEXT, Text
from vetbenefits.problems import Span
from vetbenefits.reports.wording import Wording
from vetbenefits.rulelang.loader import load_rulebook
from vetbenefits.rulelang.resolver import read_term
from vetbenefits.rulelang.scope import Definition, Scope
from vetbenefits.rulelang.source import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from tests.conftest import Snapshot

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")
SET_UP = ("./scripts/quickstart", "./scripts/test")


def script(name: str) -> ModuleType:
    """Load a script of scripts/ as a module."""
    loader = SourceFileLoader(name.replace("-", "_"), str(ROOT / "scripts" / name))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# --- generated pages -------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["rules", "cli"])
def test_generated_page_is_current(page: str, snapshot: Snapshot) -> None:
    snapshot(script(f"build-{page}-doc").build(), at=ROOT / "docs" / f"{page}.md")


def commands(path: tuple[str, ...] = (), one: object = None) -> Iterator[tuple[str, object]]:
    """Yield every command as it is called, with what typer knows of it."""
    one = one or typer.main.get_command(app)
    below = getattr(one, "commands", {})
    if not below:
        yield " ".join(path), one
    for name, inner in below.items():
        yield from commands((*path, name), inner)


COMMANDS = dict(commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_explained(name: str) -> None:
    command = COMMANDS[name]
    assert getattr(command, "help", None)
    unexplained = [one.name for one in getattr(command, "params", ()) if not one.help]
    assert unexplained == []
    assert f"\n## vetbenefits {name}\n" in text_of("docs/cli.md")


@pytest.mark.parametrize("name", COMMANDS)
def test_example_of_a_command_works(name: str, folder: Path) -> None:
    epilog = str(getattr(COMMANDS[name], "epilog", ""))
    assert epilog.startswith(f"Example: vetbenefits {name}"), "help ends with an example"
    done = run(epilog.removeprefix("Example: "), folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout or "--out" in epilog


def test_environment_and_settings_are_documented() -> None:
    page = text_of("docs/cli.md")
    params = [one for command in COMMANDS.values() for one in getattr(command, "params", ())]
    variables = {one.envvar for one in params if one.envvar}
    assert variables
    assert [name for name in sorted(variables) if f"`{name}`" not in page] == []
    keys = [row[0] for row in rows_after("## vetbenefits.yaml", page)]
    assert keys == list(WORKSPACE_KEYS)


# --- the language ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scope() -> Scope:
    """Return a scope that knows every fact, definition and rate of the shipped rules."""
    book, problems = load_rulebook(ROOT / "rules")
    assert book is not None, problems
    definitions: dict[str, Definition] = {}
    for path in (ROOT / "rules/common.yaml", *sorted(ROOT.glob("rules/*/rule.yaml"))):
        definitions |= {one.name: one for one in definitions_of(path)}
    rates = {name: rate for one in book.benefits for name, rate in one.national.rates.items()}
    return Scope(book.vocabulary, "bill", definitions, rates)


def definitions_of(path: Path) -> Iterator[Definition]:
    root, _ = read_yaml(path, path.name)
    written = root.get("define") if root is not None else None
    for name, node in (written.entries or {}).items() if written is not None else ():
        value, title = node.get("value") or node, node.get("title")
        chinese = title.get("zh") if title is not None else None
        words = Text(str(chinese.text), "") if chinese is not None else NO_TEXT
        assert value.text is not None
        yield Definition(str(name), str(value.text), value.text.span, words)


def rows_after(mark: str, page: str) -> list[list[str]]:
    """Return the cells of the first table after a mark, without its header."""
    lines = page[page.index(mark) :].splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("| ---") or "|---" in line)
    table = itertools.takewhile(lambda line: line.startswith("|"), lines[start + 1 :])
    return [[cell.strip().strip("`") for cell in line.split("|")[1:-1]] for line in table]


def term(text: str, scope: Scope) -> object:
    found, problems = read_term(text, Span("docs/rules.md", 1, 1), scope)
    assert found is not None, (text, problems)
    return found


TWINS = rows_after("<!-- twins -->", text_of("docs/rules.in.md"))


@pytest.mark.parametrize(("english", "chinese"), TWINS, ids=[one[0] for one in TWINS])
def test_twins_are_the_same_expression(english: str, chinese: str, scope: Scope) -> None:
    assert term(chinese, scope) == term(english, scope)


def test_examples_of_words_can_be_read(scope: Scope) -> None:
    examples = [row[2] for row in rows_after("### Words and signs", text_of("docs/rules.md"))]
    for example in filter(None, examples):
        term(example, scope)


# --- README ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `printed` is the place of the ```text block after it, if there is one."""

    language: str
    text: str
    printed: tuple[int, int]


_BLOCK = re.compile(
    r"^```(sh|python|yaml)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL
)


def blocks(name: str) -> list[Block]:
    return [Block(one[1], one[2], one.span(3)) for one in _BLOCK.finditer(text_of(name))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the examples and rules in it, as a checkout has them."""
    for name in ("examples", "rules"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell text with this environment's `vetbenefits` and `python` first on the path."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("VETBENEFITS")
    }
    environment |= {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(folder / ".cache"),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "110",
    }
    return subprocess.run(
        ["/bin/sh", "-euc", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("name", READMES)
def test_readme_opens_with_the_two_commands(name: str) -> None:
    fences = re.findall(r"^```([^\n]*)\n(.*?)^```", text_of(name), re.MULTILINE | re.DOTALL)
    assert fences[:2] == [("sh", f"{command}\n") for command in SET_UP]


@pytest.mark.parametrize("name", READMES)
def test_readme_is_true(name: str, folder: Path, pytestconfig: pytest.Config) -> None:
    written = text_of(name)
    told, end = "", 0
    for block in blocks(name):
        if block.language == "yaml":
            file = re.match(r"# (my-rules/\S+)\n", block.text)
            assert file is not None, "a rule says in which file it stands"
            (folder / file[1]).write_text(block.text, encoding="utf-8")
        elif block.text.strip() not in SET_UP:
            done = run(as_shell(block), folder)
            assert done.returncode == 0, block.text + done.stderr
            if block.printed != (-1, -1):
                told += written[end : block.printed[0]] + done.stdout
                end = block.printed[1]
    told += written[end:]
    if pytestconfig.getoption("--snapshot-update"):
        (ROOT / name).write_bytes(told.encode())
    assert text_of(name) == told


def as_shell(block: Block) -> str:
    return f"python - <<'END'\n{block.text}END\n" if block.language == "python" else block.text


def test_readmes_are_twins() -> None:
    english, chinese = (text_of(name) for name in READMES)

    def levels(text: str) -> list[str]:
        return re.findall(r"^#+", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)

    def commands_of(name: str) -> list[str]:
        shell = (block.text for block in blocks(name) if block.language == "sh")
        return [re.sub(r"(--lang|echo) .*", r"\1", one) for one in shell]

    assert levels(english) == levels(chinese)
    assert commands_of(READMES[0]) == commands_of(READMES[1])
    assert set(links(english)) - {READMES[1]} == set(links(chinese)) - {READMES[0]}


# --- the whole repository --------------------------------------------------------------------


def links(text: str) -> list[str]:
    return [one for one in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in one]


def files() -> Iterator[Path]:
    """Yield every file of the repository, and none that a tool has put beside it."""
    made = re.compile(r"\.git|\.venv.*|.*_cache|__pycache__|\.hypothesis|\.coverage.*|build|dist")
    for folder, names, found in os.walk(ROOT):
        names[:] = sorted(name for name in names if made.fullmatch(name) is None)
        yield from (Path(folder) / name for name in sorted(found) if not made.fullmatch(name))


PAGES = [str(path.relative_to(ROOT)) for path in files() if path.suffix == ".md"]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for link in links(text_of(page)):
        file, _, anchor = link.partition("#")
        target = ROOT / page if not file else (ROOT / page).parent / file
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


def anchors(text: str) -> set[str]:
    """Return what the headings of a page are called in links."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one).strip().lower().replace(" ", "-") for one in headings}


def test_every_decision_is_in_the_index() -> None:
    index = text_of("docs/decisions/README.md")
    pages = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert sorted(links(index)) == [page.name for page in pages]
    for page in pages:
        title = page.read_text(encoding="utf-8").splitlines()[0].partition(" · ")[2]
        assert title in index


def test_no_file_names_a_place_on_some_machine() -> None:
    needles = [f"/{top}/".encode() for top in ("work", "root", "home/user")]
    found = [path for path in files() if any(one in path.read_bytes() for one in needles)]
    assert found == []


def test_glossary_has_the_chinese_of_the_reports() -> None:
    glossary = text_of("GLOSSARY.md")
    for word in ("due", "not_due", "undetermined", "new", "continuing", "stop", "provisional"):
        assert Wording("zh")(word) in glossary
