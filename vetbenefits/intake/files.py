"""What a file is: found and opened, refused where it is no text, and its encoding told.

The encoding is what the byte-order mark says, else UTF-8 if the whole file is valid UTF-8, else
GB18030 (which contains GBK).

Whatever cannot be read at all raises `InvalidInput` with one problem; callers turn it into a value.
"""

from __future__ import annotations

import codecs
import re
import shutil
import sys
import tempfile
import weakref
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from vetbenefits.problems import InvalidInput, Problem, Span

STDIN = "-"
HEAD_BYTES = 1 << 20
UTF_8, UTF_16_LE, UTF_16_BE, GB18030 = "utf-8", "utf-16-le", "utf-16-be", "gb18030"

_SPOOLED_BYTES = 64 << 20
# So many characters beyond ASCII that are valid UTF-8 are no chance: the file is UTF-8 and damaged.
_TELLING_CHARACTERS = 8
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")

_OTHER_FORMATS = {
    b"PK\x03\x04": "an Excel workbook (.xlsx) or another archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"\x1f\x8b": "a compressed file",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF document",
}
_WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".et", ".ods")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a file become text; `is_certain` where no other encoding is possible."""

    name: str
    mark_bytes: int = 0
    is_certain: bool = True


def invalid(code: str, message: str, span: Span, hint: str = "") -> InvalidInput:
    """Return the exception for the one reason why a file cannot be read."""
    return InvalidInput([Problem(code=code, message=message, span=span, hint=hint)])


class ByteSource:
    """The bytes of one file or of standard input, to be read from the start as often as needed.

    The file is closed with the last reference to its source.
    """

    def __init__(self, file: BinaryIO, shown_as: str) -> None:
        self.file = file
        weakref.finalize(self, file.close)
        self.shown_as = shown_as
        self.size = file.seek(0, 2)
        file.seek(0)

    @classmethod
    def open(cls, path: Path | str) -> ByteSource:
        """Open a path, or standard input for `-`.

        Raises:
            InvalidInput: there is nothing there that can be read as text.
        """
        shown_as = str(path)
        source = cls(_seekable(path, shown_as), shown_as)
        head = source.head()
        _refuse_other_formats(shown_as, head)
        if not head.strip():
            message = "the file is empty" if not source.size else "the file holds only blank lines"
            raise invalid("VB403", message, Span(shown_as))
        return source

    def head(self) -> bytes:
        """Return the first bytes, at most `HEAD_BYTES`."""
        self.file.seek(0)
        return self.file.read(HEAD_BYTES)


def _seekable(path: Path | str, shown_as: str) -> BinaryIO:
    span = Span(shown_as)
    try:
        if shown_as == STDIN:
            return _spooled(sys.stdin.buffer)
        if Path(path).is_dir():
            raise invalid("VB401", "this is a folder, not a file", span, "name the file in it")
        opened = Path(path).open("rb")  # noqa: SIM115  closed with the source
        if opened.seekable():
            return opened
        with opened:
            return _spooled(opened)
    except FileNotFoundError:
        raise invalid("VB401", "there is no such file", span, "check path and spelling") from None
    except PermissionError:
        raise invalid("VB401", "permission to read the file is denied", span) from None
    except (OSError, ValueError) as error:
        raise invalid("VB401", f"the file cannot be read: {error}", span) from None


def _spooled(stream: BinaryIO) -> BinaryIO:
    """Copy a stream that can be read only once to where it can be read again."""
    copy = tempfile.SpooledTemporaryFile(max_size=_SPOOLED_BYTES)  # noqa: SIM115  same
    shutil.copyfileobj(stream, copy)
    return cast("BinaryIO", copy)


def _refuse_other_formats(shown_as: str, head: bytes) -> None:
    kind = next((kind for magic, kind in _OTHER_FORMATS.items() if head.startswith(magic)), "")
    if not kind and shown_as.lower().endswith(_WORKBOOKS):
        kind = "a workbook"
    if kind:
        raise invalid(
            "VB402",
            f"this is {kind}, which is not supported yet",
            Span(shown_as),
            "open it and save the sheet as CSV (UTF-8)",
        )


def detect_encoding(head: bytes, shown_as: str) -> Encoding:
    """Tell the encoding by the first bytes of a file.

    Raises:
        InvalidInput: it is UTF-32, or bytes that are no text.
    """
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise invalid("VB404", "the file is UTF-32", Span(shown_as), "save it as UTF-8")
    for mark, name in (
        (codecs.BOM_UTF8, UTF_8),
        (codecs.BOM_UTF16_LE, UTF_16_LE),
        (codecs.BOM_UTF16_BE, UTF_16_BE),
    ):
        if head.startswith(mark):
            return Encoding(name, len(mark))
    if b"\0" in head:
        return _unmarked_utf_16(head, shown_as)
    text, broken = _utf_8_start(head)
    telling = sum(1 for _ in islice(_BEYOND_ASCII.finditer(text), _TELLING_CHARACTERS))
    is_telling = telling == _TELLING_CHARACTERS
    if broken and not is_telling:
        return Encoding(GB18030)
    return Encoding(UTF_8, is_certain=is_telling)


def _unmarked_utf_16(head: bytes, shown_as: str) -> Encoding:
    """Tell little from big endian by which one makes separators and line ends of the bytes."""
    marks = "\n\r,\t;"
    half = sum(head.count(mark.encode()) for mark in marks) / 2
    whole = head[: len(head) - len(head) % 2]
    for name in (UTF_16_LE, UTF_16_BE):
        text = whole.decode(name, "replace")
        clues = sum(text.count(mark) for mark in marks)
        if clues and clues >= half and "\0" not in text and "\ufffd" not in text[:-1]:
            return Encoding(name)
    byte = head.index(b"\0")
    line = head.count(b"\n", 0, byte) + 1
    message = f"line {line} holds a zero byte (byte {byte + 1} of the file): this is no text"
    raise invalid("VB405", message, Span(shown_as, line), "export the table again as CSV (UTF-8)")


def _utf_8_start(head: bytes) -> tuple[str, bool]:
    """Return the valid beginning of a text and whether it ends before the head does."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        return decoder.decode(head, final=len(head) < HEAD_BYTES), False
    except UnicodeDecodeError as error:
        return head[: error.start].decode(), True
