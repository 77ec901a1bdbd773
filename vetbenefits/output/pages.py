"""Notices as one HTML file to print: each person begins a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetbenefits.output.templates import SYNTAX, TemplateText, read_template
from vetbenefits.problems import InvalidInput, Problem, Span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vetbenefits.reports.notices import Letter

_TOP_FIELDS = ("letters", "office", "contact", "date")


class PageTemplate:
    """An HTML file with fields, in which `letters` are looped over; checked when it is opened."""

    def __init__(self, path: Path) -> None:
        """Open a template.

        Raises:
            InvalidInput: it is no text, or asks for what is not there.
        """
        try:
            source = read_template(path).decode("utf-8-sig")
        except UnicodeDecodeError:
            hint = "save it as UTF-8"
            problem = Problem(SYNTAX, "the template is not in UTF-8", Span(str(path)), hint=hint)
            raise InvalidInput([problem]) from None
        self._text = TemplateText(source, path, _TOP_FIELDS, is_xml=False)

    def file(self, letters: Sequence[Letter]) -> bytes:
        """Return one page a letter.

        Raises:
            InvalidInput: a letter cannot be filled in.
        """
        first = letters[0]
        shared = {"office": first.office, "contact": first.contact, "date": first.date}
        return self._text.fill({"letters": letters, **shared}).encode("utf-8", "replace")
