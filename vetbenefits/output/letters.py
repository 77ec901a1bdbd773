"""Letters as Word files: one file that holds them all, page after page, or one file each.

The template is a Word file with fields, filled by docxtpl. For one file of many letters the body is
filled once a person and appended, which keeps styles, header and footer of the template. Bytes
depend on nothing but template and letters: a Word file is a zip archive and would hold the time.
"""

from __future__ import annotations

import io
import re
import zipfile
from copy import deepcopy
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docxtpl import DocxTemplate
from lxml import etree

from vetbenefits.output.templates import (
    LETTER_FIELDS,
    UNREADABLE,
    TemplateText,
    read_template,
)
from vetbenefits.problems import InvalidInput, Problem, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from vetbenefits.reports.notices import Letter

# What header and footer of a file of many letters can say: the same for everybody.
_SHARED_FIELDS = ("office", "contact", "date")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_MOST_UNPACKED = 200 << 20
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MARGINS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/header",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer",
)


class LetterTemplate:
    """A Word file with fields; checked when it is opened."""

    def __init__(self, path: Path) -> None:
        """Open a template.

        Raises:
            InvalidInput: it is no Word file, or asks for what is not there.
        """
        self._path = path
        self._content = read_template(path)
        self._refuse_other_files()
        document = self._document()
        self._body = self._text(document.get_xml(), document, LETTER_FIELDS)

    def one_file(self, letters: Sequence[Letter]) -> bytes:
        """Return one Word file in which each letter begins a page.

        Raises:
            InvalidInput: a letter cannot be filled in, or the header asks for what differs.
        """
        shared = {name: getattr(letters[0], name) for name in _SHARED_FIELDS}
        document = self._document()
        body = document.docx.element.body
        last = body.find(f"{_W}sectPr")
        kept = None if last is None else deepcopy(last)
        for child in list(body):
            body.remove(child)
        for number, letter in enumerate(letters):
            blocks = self._blocks(document, letter)
            if number:
                blocks = _on_a_new_page(blocks)
            for block in blocks:
                body.append(block)
        if kept is not None:
            body.append(kept)
        for number, picture in enumerate(body.iter(_PICTURE), start=1):
            picture.set("id", str(number))  # each letter brought the same ones
        self._fill_margins(document, shared, _SHARED_FIELDS)
        return _bytes_of(document.docx)

    def each_file(self, letter: Letter) -> bytes:
        """Return a Word file with one letter; header and footer may name the person.

        Raises:
            InvalidInput: the letter cannot be filled in.
        """
        document = self._document()
        body = document.docx.element.body
        kept = [deepcopy(one) for one in body.findall(f"{_W}sectPr")]
        for child in list(body):
            body.remove(child)
        for block in (*self._blocks(document, letter), *kept):
            body.append(block)
        self._fill_margins(document, _context(letter), LETTER_FIELDS)
        return _bytes_of(document.docx)

    def _blocks(self, document: Any, letter: Letter) -> list[Any]:  # noqa: ANN401  untyped library
        """Return the paragraphs and tables of one letter, without the layout of the page."""
        filled = self._filled(document, self._body, _context(letter))
        body = parse_xml(filled)
        return [child for child in body if child.tag != f"{_W}sectPr"]

    def _fill_margins(
        self,
        document: Any,  # noqa: ANN401  untyped library
        context: Mapping[str, object],
        known: tuple[str, ...],
    ) -> None:
        """Fill in headers and footers."""
        for kind in _MARGINS:
            for relation, part in document.get_headers_footers(kind):
                text = self._text(document.get_part_xml(part), document, known)
                filled = self._filled(document, text, context)
                document.map_headers_footers_xml(relation, filled.encode())

    def _filled(
        self,
        document: Any,  # noqa: ANN401  untyped library
        text: TemplateText,
        context: Mapping[str, object],
    ) -> str:
        filled = re.sub(r"\n<w:p([ >])", r"<w:p\1", text.fill(context))
        # A name in a roster may hold anything, XML may not.
        filled = NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", filled)
        return str(document.resolve_listing(filled))

    def _text(self, xml: str, document: Any, known: tuple[str, ...]) -> TemplateText:  # noqa: ANN401
        # A line for each paragraph, so that a mistake can be told by the words near it.
        patched = re.sub(r"<w:p([ >])", r"\n<w:p\1", document.patch_xml(xml))
        return TemplateText(patched, self._path, known, is_xml=True)

    def _document(self) -> Any:  # noqa: ANN401  untyped library
        try:
            document = DocxTemplate(io.BytesIO(self._content))
            document.render_init()
        except (OpcError, KeyError, ValueError, zipfile.BadZipFile, etree.XMLSyntaxError):
            raise self._no_word_file() from None
        return document

    def _refuse_other_files(self) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(self._content)) as archive:
                unpacked = sum(one.file_size for one in archive.infolist())
                names = archive.namelist()
        except (zipfile.BadZipFile, ValueError):
            raise self._no_word_file() from None
        if "word/document.xml" not in names or unpacked > _MOST_UNPACKED:
            raise self._no_word_file()

    def _no_word_file(self) -> InvalidInput:
        hint = "save it in Word or WPS as .docx; .doc and .wps files cannot be filled in"
        message = "the template is no Word file (.docx)"
        return InvalidInput([Problem(UNREADABLE, message, Span(str(self._path)), hint=hint)])


def _context(letter: Letter) -> dict[str, object]:
    return {one.name: getattr(letter, one.name) for one in fields(letter)}


def _on_a_new_page(blocks: list[Any]) -> list[Any]:
    """Return blocks of which the first begins a page, without an empty line before it."""
    if not blocks or blocks[0].tag != f"{_W}p":
        return [
            parse_xml(f"<w:p {_NAMESPACE}><w:r><w:br w:type='page'/></w:r></w:p>"),
            *blocks,
        ]
    first = blocks[0]
    properties = first.find(f"{_W}pPr")
    if properties is None:
        properties = first.makeelement(f"{_W}pPr", {})
        first.insert(0, properties)
    if properties.find(f"{_W}pageBreakBefore") is None:
        # The order of the parts is fixed: style, keeping with the next, keeping lines, page break.
        before = [f"{_W}{name}" for name in ("pStyle", "keepNext", "keepLines")]
        at = sum(child.tag in before for child in properties)
        properties.insert(at, properties.makeelement(f"{_W}pageBreakBefore", {}))
    return blocks


def _bytes_of(document: Any) -> bytes:  # noqa: ANN401  untyped library
    written = io.BytesIO()
    document.save(written)
    return without_times(written.getvalue())


def without_times(archive: bytes) -> bytes:
    """Return a zip archive whose entries are in order of their names and have no time."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(target, "w") as new:
        for name in _in_order(old.namelist()):
            entry = zipfile.ZipInfo(name)  # 1980-01-01
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, old.read(name))
    return target.getvalue()


def _in_order(names: Iterable[str]) -> Iterator[str]:
    """Yield the names of an archive, that of the list of contents first, as readers expect."""
    yield from sorted(names, key=lambda name: (name != "[Content_Types].xml", name))
