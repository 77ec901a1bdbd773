"""YAML into a plain tree of texts, each with its place.

Every scalar stays the text that was typed: `no` is not False, `0371` no octal, `1.10` keeps its
last digit. Of two equal keys none wins; anchors, aliases and tags are refused, so no file can
unfold into more than it shows. This is the only file that knows YAML; it gives no meaning to what
it reads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Self, TypeAlias

import yaml

from vetbenefits.problems import Problem, Span
from vetbenefits.rulelang.quoting import line_with_quotes
from vetbenefits.rulelang.text_file import LARGEST_FILE, decode, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEEPEST_NESTING = 50
MOST_VALUES = 100_000
MOST_PROBLEMS = 20
MOST_LINES_OF_A_TEXT = 200

Plain: TypeAlias = "SourceText | list[Plain] | dict[SourceText, Plain]"


class SourceText(str):
    """A text as it stands in a file, with the place of its first character.

    Compares and hashes like any text. `span.length` covers the text without its quotes.
    """

    __slots__ = ("span",)
    span: Span

    def __new__(cls, text: str, span: Span) -> Self:
        """Return `text` with its place."""
        made = super().__new__(cls, text)
        made.span = span
        return made


@dataclass(frozen=True, slots=True)
class YamlNode:
    """One value of a file: a text, a list or a mapping; exactly one of the three is set.

    `span` is the place of the text, or of the first thing inside a list or mapping.
    """

    span: Span
    text: SourceText | None = None
    items: tuple[YamlNode, ...] | None = None
    entries: dict[SourceText, YamlNode] | None = None

    def get(self, key: str) -> YamlNode | None:
        """Return the value of a key of a mapping, or None."""
        return None if self.entries is None else self.entries.get(SourceText(key, self.span))

    def key_span(self, key: str) -> Span:
        """Return the place of a key of a mapping; the mapping's own place where it has no such."""
        for word in self.entries or ():
            if word == key:
                return word.span
        return self.span

    def plain(self) -> Plain:
        """Return texts, lists and dicts, without nodes."""
        if self.text is not None:
            return self.text
        if self.items is not None:
            return [item.plain() for item in self.items]
        return {key: value.plain() for key, value in (self.entries or {}).items()}


@dataclass(frozen=True, slots=True)
class LongText:
    """Where the lines of a text that runs over several lines stand.

    `places` holds, in order, the offset in the text, the line and the column of each piece.
    """

    span: Span
    places: tuple[tuple[int, int, int], ...]

    def place_of(self, span: Span) -> Span:
        """Return where a part really stands whose place was counted along one long line."""
        offset = span.column - self.span.column
        start, line, column = max(one for one in self.places if one[0] <= max(offset, 0))
        return Span(span.file, line, column + max(offset, 0) - start, span.length)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A whole file: its tree, and where its texts of several lines stand, by line."""

    root: YamlNode
    long_texts: dict[int, LongText]


class _Place(NamedTuple):
    """Line and column, both from 0, as YAML counts them."""

    line: int
    column: int


class _Refused(Exception):  # noqa: N818  carries one problem out of the reading, nothing more
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_yaml(path: Path, shown_as: str) -> tuple[YamlNode | None, tuple[Problem, ...]]:
    """Read a YAML file into a tree of texts.

    Args:
        path: the file.
        shown_as: its name in problems.

    Returns:
        The tree (None if anything is wrong with it) and every problem found.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST_FILE else b""
    except OSError as error:
        message = f"the file cannot be read: {error.strerror or error}"
        return None, (Problem("VB110", message, Span(shown_as)),)
    if size > LARGEST_FILE:
        return None, (too_large(shown_as, size),)
    text, problems = decode(content, shown_as)
    if text is None:
        return None, problems
    file, problems = parse_yaml(text, shown_as)
    return (file.root if file is not None and not problems else None), problems


def parse_yaml(text: str, shown_as: str) -> tuple[YamlFile | None, tuple[Problem, ...]]:
    """Read YAML text into a tree of texts; see `read_yaml`."""
    reading = _Reading(text, shown_as)
    file: YamlFile | None = None
    problems = reading.problems
    try:
        file = YamlFile(reading.whole(), reading.long_texts)
    except _Refused as refused:
        problems.append(refused.problem)
    except yaml.YAMLError as error:
        problems.append(_syntax_problem(error, text, shown_as))
    return file, tuple(_with_line(problem, reading.lines) for problem in problems)


def _with_line(problem: Problem, lines: list[str]) -> Problem:
    number = problem.span.line
    return replace(problem, excerpt=lines[number - 1]) if 0 < number <= len(lines) else problem


class _Reading:
    """Builds the tree from parse events, without recursion, so that depth is ours to limit."""

    def __init__(self, text: str, shown_as: str) -> None:
        self._text = text
        self.lines = text.splitlines() or [""]
        self._file = shown_as
        self._depth = 0
        self._values = 0
        self.problems: list[Problem] = []
        self.long_texts: dict[int, LongText] = {}
        self._events: Iterator[yaml.Event] = events(text)

    def whole(self) -> YamlNode:
        """Read the one document of the file."""
        root: YamlNode | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                span = self._span(event)
                raise self._wrong("VB109", "a second document begins here", span, "delete `---`")
            if isinstance(event, yaml.NodeEvent):
                root = self._node(event)
        if root is None:
            raise self._wrong("VB109", "the file is empty", Span(self._file), "")
        return root

    def _node(self, event: yaml.Event) -> YamlNode:
        self._refuse_cleverness(event)
        self._values += 1
        if self._values > MOST_VALUES:
            message = f"the file holds more than {MOST_VALUES:,} values"
            hint = "split it, or move rates into a CSV file"
            raise self._wrong("VB102", message, self._span(event), hint)
        if isinstance(event, yaml.ScalarEvent):
            text = self._scalar(event)
            return YamlNode(text.span, text=text)
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            message = f"brackets or indents are nested more than {DEEPEST_NESTING} deep"
            raise self._wrong("VB103", message, self._span(event), "")
        if isinstance(event, yaml.SequenceStartEvent):
            node = self._sequence(event)
        else:
            node = self._mapping(event)
        self._depth -= 1
        return node

    def _sequence(self, start: yaml.Event) -> YamlNode:
        items: list[YamlNode] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event))
        span = items[0].span if items else self._span(start)
        return YamlNode(span, items=tuple(items))

    def _mapping(self, start: yaml.Event) -> YamlNode:
        entries: dict[SourceText, YamlNode] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse_cleverness(event)
                hint = self._quoting_hint(event) or "an expression in brackets needs quotes"
                raise self._wrong("VB112", "a key must be a text", self._span(event), hint)
            self._refuse_cleverness(event)
            key = self._scalar(event)
            value = self._node(next(self._events))
            if key in entries:
                self._note_twice(key, entries)
            else:
                self._refuse_torn(key, value, entries)
                entries[key] = value
        span = next(iter(entries)).span if entries else self._span(start)
        return YamlNode(span, entries=entries)

    def _note_twice(self, key: SourceText, entries: dict[SourceText, YamlNode]) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            return
        first = next(one for one in entries if one == key)
        message = f"`{key}` stands twice; the first is on line {first.span.line}"
        self.problems.append(
            Problem("VB106", message, key.span, hint="keep one of the two, or rename one")
        )

    def _refuse_torn(
        self, key: SourceText, value: YamlNode, entries: dict[SourceText, YamlNode]
    ) -> None:
        """Refuse `{value: min(a, b)}`: YAML tears it at the comma and sees a key `b)`."""
        if value.text is None or value.text or not entries:
            return
        before = next(reversed(entries.values())).text
        if before is None or before.count("(") + before.count("[") <= before.count(
            ")"
        ) + before.count("]"):
            return
        line = line_with_quotes(self.lines[before.span.line - 1], is_readable)
        if line:
            message = f"the comma before `{key}` ends the expression `{before}`"
            raise self._wrong("VB105", message, before.span, f"write: {line.strip()}")

    def _scalar(self, event: yaml.ScalarEvent) -> SourceText:
        span = self._span(event)
        if event.style in ("'", '"'):
            span = span.shifted(1, max(span.length - 2, 1))
        start, end = _place(event.start_mark), _place(event.end_mark)
        last = end.line - (0 if end.column else 1)
        if last <= start.line:
            return SourceText(event.value.rstrip("\n"), span)
        return self._long_scalar(event, start, last)

    def _long_scalar(self, event: yaml.ScalarEvent, start: _Place, last: int) -> SourceText:
        text = str(event.value).rstrip("\n")
        places: list[tuple[int, int, int]] = []
        position = 0
        # The places of a text that goes on for pages are told by its first lines alone.
        last = min(last, start.line + MOST_LINES_OF_A_TEXT, len(self.lines) - 1)
        for number in range(start.line, last + 1):
            line = self.lines[number]
            begin = start.column if number == start.line else 0
            if begin and event.style in ("|", ">"):
                continue
            piece = line[begin:].strip().strip(event.style or "").strip()
            at = text.find(piece, position)
            if piece and at >= 0:
                places.append((at, number + 1, line.index(piece, begin) + 1))
                position = at + len(piece)
        if not places or places[0][0]:
            places.insert(0, (0, start.line + 1, start.column + 1))
        _, line_number, column = places[0]
        span = Span(self._file, line_number, column, max(len(text), 1))
        self.long_texts[line_number] = LongText(span, tuple(places))
        return SourceText(text, span)

    def _refuse_cleverness(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            message = f"`*{event.anchor}` is a YAML alias, which is not used here"
            hint = "write the value out, or put the text in double quotes"
            raise self._wrong("VB107", message, self._span(event), hint)
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            message = f"`&{event.anchor}` is a YAML anchor, which is not used here"
            hint = "delete it, or put the text in double quotes"
            raise self._wrong("VB107", message, self._span(event), hint)
        tag = getattr(event, "tag", None)
        if tag is not None:
            span = self._span(event)
            message = f"`{tag}` is a YAML tag, which is not used here"
            hint = "delete it, or put the text in double quotes"
            raise self._wrong("VB107", message, span, hint)

    def _quoting_hint(self, event: yaml.Event) -> str:
        line = line_with_quotes(self.lines[_place(event.start_mark).line], is_readable)
        return f"write: {line.strip()}" if line else ""

    def _wrong(self, code: str, message: str, span: Span, hint: str) -> _Refused:
        return _Refused(Problem(code, message, span, hint=hint))

    def _span(self, event: yaml.Event) -> Span:
        start, end = _place(event.start_mark), _place(event.end_mark)
        length = end.column - start.column if end.line == start.line else 1
        return Span(self._file, start.line + 1, start.column + 1, max(length, 1))


def _place(mark: object) -> _Place:
    return _Place(int(getattr(mark, "line", 0)), int(getattr(mark, "column", 0)))


def events(text: str) -> Iterator[yaml.Event]:
    """Yield the parse events of a text; by libyaml where it is there, else in pure Python.

    The events give no value a type, so no loader can construct anything.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return iter(yaml.parse(text, Loader=loader))


def is_readable(line: str) -> bool:
    """Tell whether a single line is YAML by itself."""
    try:
        for _ in events(line.lstrip() + "\n"):
            pass
    except yaml.YAMLError:
        return False
    return True


def _syntax_problem(error: yaml.YAMLError, text: str, shown_as: str) -> Problem:
    lines = text.splitlines() or [""]
    marked = _place(getattr(error, "problem_mark", None))
    number = min(marked.line, len(lines) - 1)
    line = lines[number]
    column = marked.column if number == marked.line else len(line)
    span = Span(shown_as, number + 1, column + 1)
    if not line[:column].strip() and "\t" in line[: column + 1]:
        span = Span(shown_as, number + 1, line.index("\t") + 1)
        message = "a tab stands where YAML wants spaces"
        return Problem("VB108", message, span, hint="use spaces to indent")
    fixed = "" if is_readable(line) else line_with_quotes(line, is_readable)
    if fixed:
        message = "quotes are missing around a text"
        return Problem("VB105", message, span, hint=f"write: {fixed.strip()}")
    said = str(getattr(error, "problem", None) or error).splitlines()[0]
    if "flow" in str(getattr(error, "context", "")):
        opened = _place(getattr(error, "context_mark", None)).line + 1
        message = f"the bracket opened on line {opened} is not closed before this place"
        return Problem("VB104", message, span, hint="close it, or put a comma between two entries")
    return Problem("VB104", f"not readable as YAML: {said}", span, hint=_syntax_hint(said))


def _syntax_hint(said: str) -> str:
    if "mapping values are not allowed" in said:
        return "put a text that holds a colon in double quotes, and check the indent"
    if "unexpected end of stream" in said or "quoted scalar" in said:
        return "close the quote"
    if "could not find expected ':'" in said:
        return "look at the line above: a key is followed by a colon and a space"
    return "check the indent, the brackets and the quotes above this place"
