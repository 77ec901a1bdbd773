from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vetbenefits.rulelang import cache as cache_module
from vetbenefits.rulelang.cache import MOST_ENTRIES, RuleCache, usual_folder
from vetbenefits.rulelang.folder import read_folder

if TYPE_CHECKING:
    from tests.rulelang.conftest import Rules

ROOT = Path(__file__).resolve().parent.parent.parent
SHOW_IMPORTS = """
import sys
from pathlib import Path
from vetbenefits.rulelang.loader import load_rulebook
book, problems = load_rulebook(Path(sys.argv[1]), cache=Path(sys.argv[2]))
assert book is not None
print(sorted({name.partition(".")[0] for name in sys.modules} & {"yaml", "pydantic", "polars"}))
"""


def entry(rules: Rules) -> Path:
    (path,) = rules.cache.glob("*.json")
    return path


def test_second_start_gives_the_same_book(rules: Rules) -> None:
    rules.edit("define:\n", "define:\n  spare: 5\n")
    rules.write("regions/99/old_age.yaml", "benefit: old_age\nremove: [alive]\n")
    cold, cold_problems = rules.load()
    warm, warm_problems = rules.load()
    assert cold is not None
    assert warm is not None
    assert warm is not cold
    assert [problem.code for problem in warm_problems] == ["VB345"]
    assert warm_problems == cold_problems
    # A schedule is equal only to itself, so books are compared as they are shown.
    assert repr(warm) == repr(cold)
    national, local = warm.benefits[0].variants[:2]
    assert national.rates["per_year"] is local.rates["per_year"]


def test_warm_start_imports_neither_yaml_nor_pydantic(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SHOW_IMPORTS, str(ROOT / "rules"), str(tmp_path)]
    shown = [
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    ]
    assert shown == ["['pydantic', 'yaml']\n", "[]\n"]


def test_book_with_errors_is_not_kept(rules: Rules) -> None:
    rules.edit("age >= 60", "agee >= 60")
    assert rules.codes() == ["VB303"]
    assert not rules.cache.exists()


def test_any_change_of_a_file_is_seen(rules: Rules) -> None:
    first = rules.book()
    rules.edit("value: 688", "value: 689")
    second = rules.book()
    assert first.fingerprint != second.fingerprint
    assert len(list(rules.cache.glob("*.json"))) == 2


def test_another_version_of_the_program_reads_anew(
    rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, _ = read_folder(rules.folder)
    assert files is not None
    first = RuleCache.of(rules.cache, files)
    monkeypatch.setattr("vetbenefits.__version__", "99")
    assert RuleCache.of(rules.cache, files).key != first.key


def test_same_rules_under_another_name_are_another_entry(
    rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules.load()
    monkeypatch.chdir(rules.folder.parent)
    files, _ = read_folder(Path("rules"))
    assert files is not None
    assert RuleCache.of(rules.cache, files).read() is None


def sealed(content: object) -> bytes:
    text = json.dumps(content).encode()
    return hashlib.sha256(text).hexdigest().encode() + b"\n" + text


# What stands in the pool of an entry that is whole and ours by its marks.
POOLS: dict[str, list[object]] = {
    "no book": ["x"],
    "empty": [],
    "unknown class": [["Popen"]],
    "part after the whole": [["tuple", 1], 1],
    "own class, wrong parts": [1, ["Span", 0]],
    "no fraction": [1, 0, ["fraction", 0, 1]],
    "no date": ["x", ["date", 0]],
    "text for a place": ["x", ["tuple", "0"]],
    "no problems": ["x", ["tuple", 0, 0]],
}
BYTES = {
    "empty": b"",
    "no JSON": sealed("")[:65] + b"{",
    "foreign": sealed({"key": "x", "pool": ["x"]}),
    "a list": sealed([]),
}


def test_cut_or_changed_entry_is_as_if_it_were_not_there(rules: Rules) -> None:
    rules.book()
    whole = entry(rules).read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:-20] + b"0" + whole[-19:], *BYTES.values()):
        entry(rules).write_bytes(damaged)
        rules.book()
        assert entry(rules).read_bytes() == whole


@pytest.mark.parametrize("pool", POOLS.values(), ids=POOLS)
def test_entry_without_a_book_is_as_if_it_were_not_there(rules: Rules, pool: list[object]) -> None:
    rules.book()
    whole = entry(rules).read_bytes()
    files, _ = read_folder(rules.folder)
    assert files is not None
    key = RuleCache.of(rules.cache, files).key
    entry(rules).write_bytes(sealed({"key": key, "pool": pool}))
    rules.book()
    assert entry(rules).read_bytes() == whole


def test_cache_folder_that_cannot_be_written_is_no_problem(rules: Rules) -> None:
    rules.cache.write_text("a file, no folder", encoding="utf-8")
    assert rules.codes() == []


def test_nothing_unfinished_is_left_behind(rules: Rules) -> None:
    rules.book()
    assert [path.suffix for path in rules.cache.iterdir()] == [".json"]
    assert rules.cache.stat().st_mode & 0o077 == 0


def test_oldest_entries_are_forgotten(rules: Rules) -> None:
    rules.cache.mkdir()
    for number in range(MOST_ENTRIES + 5):
        old = rules.cache / f"rules-{number:040}.json"
        old.write_bytes(b"")
        os.utime(old, (number, number))
    (rules.cache / "other.json").write_bytes(b"")
    rules.book()
    kept = sorted(path.name for path in rules.cache.glob("rules-*.json"))
    assert len(kept) == MOST_ENTRIES
    assert f"rules-{5:040}.json" not in kept
    assert (rules.cache / "other.json").exists()


def test_usual_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert usual_folder() == Path("/somewhere/vetbenefits")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert usual_folder() == Path("/home/somebody/.cache/vetbenefits")


def test_without_a_home_nothing_is_kept(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "usual_folder", lambda: None)
    files, problems = read_folder(rules.folder)
    assert files is not None
    assert problems == ()
    store = RuleCache.of(None, files)
    assert store.read() is None
    store.write(rules.book(), ())
