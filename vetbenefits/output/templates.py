"""Templates of letters and pages: opened in a sandbox, and refused with the place where they err.

A template is a file that an office edits, so it is no program to be trusted: it reaches the fields
of a letter and nothing else. A field that does not exist is an error wherever it stands, also in a
branch that no letter takes.
"""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NoReturn, cast

from jinja2 import TemplateError, TemplateSyntaxError, Undefined, meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from vetbenefits.problems import InvalidInput, Problem, Span, did_you_mean
from vetbenefits.reports.notices import ChangeTold, Letter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from jinja2 import Template

UNREADABLE, UNKNOWN_FIELD, SYNTAX = "VB754", "VB755", "VB756"
MOST_BYTES = 20 << 20

LETTER_FIELDS = tuple(one.name for one in fields(Letter))
CHANGE_FIELDS = tuple(one.name for one in fields(ChangeTold))
# What a template loops over, and the fields of one thing in it.
_INSIDE = {"letters": LETTER_FIELDS, "changes": CHANGE_FIELDS}
_NEAR = 60


class UnknownFieldError(Exception):
    """A template asked for a field that is not there."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        self.name = name
        self.known = known
        super().__init__(name)


class _Unknown(Undefined):
    """What a name means that nothing has: an error as soon as it is met, not when it is printed."""

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = missing,  # noqa: ANN401  whatever the template took the field from
        name: str | None = None,
        exc: type[TemplateError] = TemplateError,
    ) -> None:
        if name is not None:
            raise UnknownFieldError(str(name), _known_in(obj))
        super().__init__(hint, obj, name, cast("Any", exc))


def _known_in(thing: object) -> tuple[str, ...]:
    if isinstance(thing, ChangeTold):
        return CHANGE_FIELDS
    return LETTER_FIELDS if thing is missing or isinstance(thing, Letter) else ()


def sandbox() -> ImmutableSandboxedEnvironment:
    """Return where templates are filled: no files, no Python, `<` and `&` in a name escaped."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=_Unknown, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.clear()
    return environment


class TemplateText:
    """A text with fields, which is checked before anything is filled in."""

    def __init__(self, source: str, path: Path, top: tuple[str, ...], *, is_xml: bool) -> None:
        """Read a template.

        Args:
            source: its text; of a Word file the XML that holds the fields.
            path: the file, for messages.
            top: the fields that stand alone, outside of any loop.
            is_xml: whether lines mean nothing to who wrote it, so that the words near are told.

        Raises:
            InvalidInput: it is no template, or has fields that do not exist.
        """
        self._source, self._path, self._is_xml = source, path, is_xml
        environment = sandbox()
        try:
            tree = environment.parse(source)
            wrong = dict.fromkeys(_unknown_fields(tree, top))
            if wrong:
                raise InvalidInput(self._unknown(name, known, line) for name, known, line in wrong)
            self._template: Template = environment.from_string(tree)
        except TemplateSyntaxError as error:
            self._refuse_syntax(error)

    def fill(self, context: Mapping[str, object]) -> str:
        """Return the text with its fields filled in.

        Raises:
            InvalidInput: it asks for a field that does not exist, or cannot be filled.
        """
        try:
            return self._template.render(context)
        except UnknownFieldError as error:
            raise InvalidInput([self._unknown(error.name, error.known, 0)]) from None
        except SecurityError as error:
            raise InvalidInput([self._problem(f"this is not allowed here: {error}", 0)]) from None
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise InvalidInput([self._problem(f"it cannot be filled: {error}", 0)]) from None

    def _refuse_syntax(self, error: TemplateSyntaxError) -> NoReturn:
        message = str(error.message or "").rstrip(".")
        message = message[:1].lower() + message[1:]
        raise InvalidInput([self._problem(message, error.lineno)]) from None

    def _unknown(self, name: str, known: tuple[str, ...], line: int) -> Problem:
        message = f"the template has no field `{name}` to fill in" + self._near(line)
        near = did_you_mean(name.rpartition(".")[2], known)
        there = f"there are: {', '.join(known)}" if known else ""
        hint = "; ".join(one for one in (near, there) if one)
        return Problem(UNKNOWN_FIELD, message, self._span(line), hint=hint)

    def _problem(self, message: str, line: int) -> Problem:
        hint = "a field is written {{ name }}, a loop {% for change in changes %} … {% endfor %}"
        return Problem(SYNTAX, message + self._near(line), self._span(line), hint=hint)

    def _span(self, line: int) -> Span:
        return Span(str(self._path), 0 if self._is_xml else line)

    def _near(self, line: int) -> str:
        """Return the words of a Word file near a line of its XML, which nobody can look up."""
        lines = self._source.split("\n")
        if not self._is_xml or not 0 < line <= len(lines):
            return ""
        words = " ".join(re.sub(r"<[^>]*>", " ", lines[line - 1]).split())
        return f", near “{words[:_NEAR]}”" if words else ""


def _unknown_fields(
    tree: nodes.Template, top: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Yield each field that does not exist: its name, those there are, and its line."""
    undeclared = meta.find_undeclared_variables(tree) - set(top)
    for node in tree.find_all(nodes.Name):
        if node.name in undeclared:
            undeclared.discard(node.name)
            yield node.name, top, node.lineno
    inside = dict(_loops(tree))
    for field in tree.find_all(nodes.Getattr):
        base = field.node
        known = inside.get(base.name, ()) if isinstance(base, nodes.Name) else ()
        if known and field.attr not in known:
            yield f"{cast('nodes.Name', base).name}.{field.attr}", known, field.lineno


def _loops(tree: nodes.Template) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the name that each loop over letters or changes gives to one of them."""
    for loop in tree.find_all(nodes.For):
        over = loop.iter
        name = over.attr if isinstance(over, nodes.Getattr) else getattr(over, "name", "")
        if isinstance(loop.target, nodes.Name) and name in _INSIDE:
            yield loop.target.name, _INSIDE[name]


def read_template(path: Path) -> bytes:
    """Return the bytes of a template.

    Raises:
        InvalidInput: there is no such file, or it is too large to be a letter.
    """
    try:
        content = path.read_bytes() if path.stat().st_size <= MOST_BYTES else None
    except OSError as error:
        message = f"the template cannot be read: {error.strerror}"
        hint = "check path and spelling; without --template the one that comes along is used"
        raise InvalidInput([Problem(UNREADABLE, message, Span(str(path)), hint=hint)]) from None
    if content is None:
        message = "the template is larger than 20 MiB"
        raise InvalidInput([Problem(UNREADABLE, message, Span(str(path)))])
    return content
