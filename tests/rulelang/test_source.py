from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from vetbenefits.problems import Span
from vetbenefits.rulelang.source import SourceText, parse_yaml, read_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from vetbenefits.rulelang.source import YamlNode


@pytest.fixture(params=["libyaml", "pure Python"], autouse=True)
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test with both readers."""
    if request.param == "pure Python":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)


def tree(text: str) -> YamlNode:
    file, problems = parse_yaml(text, "f.yaml")
    assert file is not None, problems
    assert problems == ()
    return file.root


def codes(text: str) -> list[str]:
    return [problem.code for problem in parse_yaml(text, "f.yaml")[1]]


def test_every_scalar_stays_the_text_that_was_typed() -> None:
    root = tree("{a: no, b: 0371, c: 1.10, d: 1e5, e: ~, f: 2011-08-01, g: 'x', h: 12:30}")
    assert root.plain() == {
        "a": "no",
        "b": "0371",
        "c": "1.10",
        "d": "1e5",
        "e": "~",
        "f": "2011-08-01",
        "g": "x",
        "h": "12:30",
    }


def test_every_key_and_value_knows_its_place() -> None:
    root = tree('benefit: x\ndue:\n  - {id: a, if: "age >= 60"}\n')
    assert root.span == Span("f.yaml", 1, 1, 7)
    assert root.key_span("due") == Span("f.yaml", 2, 1, 3)
    due = root.get("due")
    assert due is not None
    assert due.items is not None
    clause = due.items[0]
    assert clause.key_span("if") == Span("f.yaml", 3, 13, 2)
    condition = clause.get("if")
    assert condition is not None
    # Inside the quotes, so that offsets of the expression can be added.
    assert condition.span == Span("f.yaml", 3, 18, 9)


def test_columns_count_characters_not_bytes() -> None:
    value = tree("{年龄: 六十, b: c}").get("b")
    assert value is not None
    assert value.span.column == 13


def test_byte_order_mark_and_windows_line_ends_are_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeffa: 1\r\nb: 2\r\n".encode())
    root, problems = read_yaml(path, "a.yaml")
    assert problems == ()
    assert root is not None
    assert root.plain() == {"a": "1", "b": "2"}
    assert root.key_span("b") == Span("a.yaml", 2, 1, 1)


@pytest.mark.parametrize(
    ("text", "offset", "line", "column"),
    [
        ("a: >\n  one two\n  three\nb: 1\n", 8, 3, 3),
        ("a: |\n  one two\n  three\n", 8, 3, 3),
        ("a: one two\n  three\nb: 1\n", 8, 2, 3),
        ('a: "one two\n  three"\n', 8, 2, 3),
        ("a: >\n  one two\n  three\nb: 1\n", 4, 2, 7),
    ],
)
def test_place_in_a_text_of_several_lines_is_found(
    text: str, offset: int, line: int, column: int
) -> None:
    file, problems = parse_yaml(text, "f.yaml")
    assert problems == ()
    assert file is not None
    value = file.root.get("a")
    assert value is not None
    assert value.text is not None
    assert value.text[offset - 1] in " \n" or offset == 4
    long_text = file.long_texts[value.span.line]
    found = long_text.place_of(value.span.shifted(offset, 3))
    assert (found.line, found.column) == (line, column)


def test_source_text_is_a_text_like_any_other() -> None:
    text = SourceText("abc", Span("f", 1, 1))
    assert text == "abc"
    assert {text: 1}["abc"] == 1  # type: ignore[index]  # a plain text finds it


def test_unknown_key_of_a_node_is_none_and_its_place_the_node_itself() -> None:
    root = tree("a: 1\n")
    assert root.get("b") is None
    assert root.key_span("b") == root.span
    assert tree("[]\n").get("b") is None
    assert tree("[]\n").plain() == []
    assert tree("{}\n").plain() == {}


def test_all_double_keys_of_a_file_are_named() -> None:
    assert codes("a: 1\nb: {x: 1, x: 2}\na: 3\n") == ["VB106", "VB106"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "VB109"),
        ("# only a remark\n", "VB109"),
        ("a: 1\n---\nb: 1\n", "VB109"),
        ("a: &x 1\n", "VB107"),
        ("a: [*x]\n", "VB107"),
        ("a: !!set {}\n", "VB107"),
        ("&x a: 1\n", "VB107"),
        ("? [a]\n: b\n", "VB112"),
        ("{[a]: b}\n", "VB112"),
        ("a: [1\n", "VB104"),
        ("a: 'x\n", "VB104"),
        ("a: b: c\n", "VB105"),
        ("a:\n\t- b\n", "VB108"),
        ("a: `x`\n", "VB105"),
        ("a: 1\n b: 2\n", "VB104"),
    ],
)
def test_what_is_no_plain_yaml_is_refused(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_expression_torn_at_a_comma_is_put_in_quotes() -> None:
    (problem,) = parse_yaml("a: {value: min(x, y), per: year}\n", "f.yaml")[1]
    assert problem.code == "VB105"
    assert problem.hint == 'write: a: {value: "min(x, y)", per: year}'
    assert problem.excerpt == "a: {value: min(x, y), per: year}"


def test_missing_file_is_a_problem(tmp_path: Path) -> None:
    root, problems = read_yaml(tmp_path / "none.yaml", "none.yaml")
    assert root is None
    assert [problem.code for problem in problems] == ["VB110"]


@pytest.mark.parametrize("content", ["老年".encode("gb18030"), "老年".encode("utf-16")])
def test_file_in_another_encoding_is_a_problem(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\nb: " + content)
    root, problems = read_yaml(path, "a.yaml")
    assert root is None
    assert [problem.code for problem in problems] == ["VB101"]
    assert problems[0].span.line == 2


def test_control_character_is_named_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\nb: x\x00y\n")
    (problem,) = read_yaml(path, "a.yaml")[1]
    assert (problem.code, problem.span) == ("VB111", Span("a.yaml", 2, 5))


HOSTILE = {
    "ten thousand brackets": "a: " + "[" * 10_000,
    "ten thousand braces": "{a: " * 10_000,
    "deep indents": "".join(f"{' ' * depth}a:\n" for depth in range(2_000)),
    "alias bomb": "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
    "long line": "a: " + "x" * 4_000_000,
    "double keys": "".join(f"k{n}: 1\n" for n in range(40_000)) + "k39999: 1\n" * 40_000,
    "many values": "a: [" + "x, " * 1_000_000 + "x]",
    "long broken line": "{" + "a: {b}: c, " * 100_000,
    "lines with escapes": 'a: "' + "\\x41\n" * 300_000 + '"',
    "unclosed quote": "a: '" + "x\n" * 500_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_ends_in_seconds(name: str) -> None:
    # Pure Python is a hundred times slower, and there only so that nobody is left without.
    text = HOSTILE[name] if hasattr(yaml, "CSafeLoader") else HOSTILE[name][:30_000]
    started = time.perf_counter()
    file, problems = parse_yaml(text, "f.yaml")
    assert time.perf_counter() - started < 10
    assert file is not None or problems


def test_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    started = time.perf_counter()
    root, problems = read_yaml(path, "a.yaml")
    assert root is None
    assert [problem.code for problem in problems] == ["VB102"]
    assert time.perf_counter() - started < 1


@given(st.text(alphabet="ab:- \n[]{}\"'#&*!|>,?%@`\t1", max_size=60))
def test_any_text_gives_a_tree_or_a_problem_inside_the_file(text: str) -> None:
    file, problems = parse_yaml(text, "f.yaml")
    assert file is not None or problems
    lines = text.splitlines() or [""]
    for problem in problems:
        assert problem.span.line <= len(lines)
        if problem.span.line:
            assert problem.span.column <= len(lines[problem.span.line - 1]) + 1
