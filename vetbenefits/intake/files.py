"""From a path to blocks of whole lines in UTF-8: what a file is, its encoding and its fingerprint.

A file is read in blocks, one ahead in a thread that also hashes it, so memory stays flat and
reading overlaps with parsing. The encoding is what the byte-order mark says, else UTF-8 if the
whole file is valid UTF-8, else GB18030 (which contains GBK). A file that is neither ends in an
error that names line and byte.

Whatever cannot be read at all raises `InvalidInput` with one problem; callers turn it into a value.
"""

from __future__ import annotations

import codecs
import hashlib
import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import polars as pl

from vetbenefits.problems import InvalidInput, Problem, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

STDIN = "-"
HEAD_BYTES = 1 << 20
MOST_LINE_BYTES = 1 << 23  # no real line comes near 8 MiB; a longer one would have to be held whole
UTF_8, UTF_16_LE, UTF_16_BE, GB18030 = "utf-8", "utf-16-le", "utf-16-be", "gb18030"

_SPOOLED_BYTES = 64 << 20
_TAIL_BYTES = 1 << 16
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


class BrokenEncodingError(Exception):
    """A byte that the encoding does not allow; kept apart, since another encoding may fit."""

    def __init__(self, line: int, byte: int) -> None:
        super().__init__(f"line {line}, byte {byte}")
        self.line = line
        self.byte = byte


class ByteSource:
    """The bytes of one file or of standard input, to be read from the start as often as needed."""

    def __init__(self, file: BinaryIO, shown_as: str) -> None:
        self.file = file
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
        return opened if opened.seekable() else _spooled(opened)
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
    """Tell little from big endian by the zero bytes beside separators and line ends."""
    marks = (b"\n", b"\r", b",", b"\t", b";")
    half = sum(head.count(mark) for mark in marks) / 2
    whole = head[: len(head) - len(head) % 2]
    for name, before, after in ((UTF_16_LE, b"", b"\0"), (UTF_16_BE, b"\0", b"")):
        clues = sum(head.count(before + mark + after) for mark in marks)
        if clues and clues >= half and _decodes(whole, name):
            return Encoding(name)
    byte = head.index(b"\0")
    line = head.count(b"\n", 0, byte) + 1
    message = f"line {line} holds a zero byte (byte {byte + 1} of the file): this is no text"
    raise invalid("VB405", message, Span(shown_as, line), "export the table again as CSV (UTF-8)")


def _decodes(whole: bytes, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        return "\0" not in decoder.decode(whole)
    except UnicodeDecodeError:
        return False


def _utf_8_start(head: bytes) -> tuple[str, bool]:
    """Return the valid beginning of a text and whether it ends before the head does."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        return decoder.decode(head, final=len(head) < HEAD_BYTES), False
    except UnicodeDecodeError as error:
        return head[: error.start].decode(), True


class BlockReader:
    """Reads a source as blocks of whole lines of UTF-8, one block ahead of its consumer.

    Each block ends with a line feed, and no line ends otherwise. `sha256` is known at the end; a
    source that is known to be text is neither checked nor hashed again.
    """

    def __init__(
        self, source: ByteSource, encoding: Encoding, block_bytes: int, *, is_known: bool = False
    ) -> None:
        self.source = source
        self.encoding = encoding
        self.block_bytes = block_bytes
        self.is_known = is_known
        self.sha256 = ""
        head = source.head()
        self._line_end = b"\r" if b"\r" in head and b"\n" not in head else b"\n"

    def blocks(self) -> Iterator[bytes]:
        """Yield all lines in order.

        Raises:
            BrokenEncodingError: a byte does not belong to the encoding.
            InvalidInput: a line is too long, holds a zero byte, or the file changed meanwhile.
        """
        size = self.source.size
        texts = self._utf_8_texts() if self.encoding.name == UTF_8 else self._transcoded()
        with ThreadPoolExecutor(1) as ahead:
            upcoming = ahead.submit(next, texts, None)
            while (text := upcoming.result()) is not None:
                upcoming = ahead.submit(next, texts, None)
                yield text
        if self.source.file.seek(0, 2) != size:
            raise invalid("VB408", "the file was changed while it was read", self._span())

    def _utf_8_texts(self) -> Iterator[bytes]:
        """Yield the bytes as they stand, cut after a line end, without copying a block."""
        digest = hashlib.sha256()
        start = 0
        while start < self.source.size:
            end = self._end_of_lines(start)
            self.source.file.seek(start)
            raw = self.source.file.read(end - start)
            text = raw[self.encoding.mark_bytes :] if start == 0 else raw
            broken_at = None
            if not self.is_known:
                digest.update(raw)
                broken_at = _not_utf_8(text)
            if broken_at is not None:
                byte = end - len(text) + broken_at
                raise BrokenEncodingError(self._line_of(byte), byte + 1)
            yield self._checked(text, start)
            start = end
        self.sha256 = digest.hexdigest()

    def _end_of_lines(self, start: int) -> int:
        """Return where the last whole line of the block that begins at `start` ends."""
        end = start + self.block_bytes
        if end >= self.source.size:
            return self.source.size
        tail = max(start, end - _TAIL_BYTES)
        found = self._last_line_end(tail, end)
        if found is None:
            found = self._last_line_end(start, start + MOST_LINE_BYTES + self.block_bytes)
        if found is not None:
            return found
        if self.source.size - start <= MOST_LINE_BYTES:
            return self.source.size
        raise self._too_long(start)

    def _last_line_end(self, first: int, last: int) -> int | None:
        self.source.file.seek(first)
        found = self.source.file.read(last - first).rfind(self._line_end)
        return None if found < 0 else first + found + 1

    def _transcoded(self) -> Iterator[bytes]:
        digest = hashlib.sha256()
        decoder = codecs.getincrementaldecoder(self.encoding.name)()
        self.source.file.seek(0)
        digest.update(self.source.file.read(self.encoding.mark_bytes))
        rest, start = "", self.encoding.mark_bytes
        while raw := self.source.file.read(self.block_bytes):
            digest.update(raw)
            rest += self._decoded(decoder, raw, start)
            whole, found, rest = rest.rpartition(self._line_end.decode())
            if len(rest) > MOST_LINE_BYTES:
                raise self._too_long(start)
            if found:
                yield self._checked((whole + found).encode(), start)
            start += len(raw)
        rest += self._decoded(decoder, b"", start)
        if rest:
            yield self._checked(rest.encode(), start)
        self.sha256 = digest.hexdigest()

    def _decoded(self, decoder: codecs.IncrementalDecoder, raw: bytes, start: int) -> str:
        held = len(decoder.getstate()[0])
        try:
            return decoder.decode(raw, final=not raw)
        except UnicodeDecodeError as error:
            byte = start - held + error.start
            raise BrokenEncodingError(self._line_of(byte), byte + 1) from None

    def _checked(self, text: bytes, start: int) -> bytes:
        """Return the text with line feeds alone, refusing what is no text."""
        if not self.is_known and b"\0" in text:
            line = self._line_of(start) + text.count(self._line_end, 0, text.index(b"\0"))
            message = f"line {line} holds a zero byte: this is no text"
            hint = "export the table again as CSV (UTF-8)"
            raise invalid("VB405", message, self._span(line), hint)
        if self._line_end == b"\r":
            text = text.replace(b"\r", b"\n")
        elif b"\r" in text:
            text = text.replace(b"\r\n", b"\n")
        return text if text.endswith(b"\n") else text + b"\n"

    def _too_long(self, start: int) -> InvalidInput:
        line = self._line_of(start)
        message = f"line {line} or one after it is longer than {MOST_LINE_BYTES >> 20} MiB"
        return invalid("VB406", message, self._span(line), "look for a missing line break there")

    def _line_of(self, byte: int) -> int:
        """Count the lines before a byte; read again, since it is asked only for an error."""
        self.source.file.seek(0)
        line, left = 1, byte
        while left > 0 and (read := self.source.file.read(min(left, HEAD_BYTES))):
            line += read.count(self._line_end)
            left -= len(read)
        return line

    def _span(self, line: int = 0) -> Span:
        return Span(self.source.shown_as, line)


def _not_utf_8(text: bytes) -> int | None:
    """Return where a text stops being UTF-8. Polars tells much faster that it nowhere does."""
    try:
        pl.Series([text], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.ComputeError:
        try:
            text.decode()
        except UnicodeDecodeError as error:
            return error.start
    return None
