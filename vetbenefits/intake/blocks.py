"""A text file in blocks of whole lines in UTF-8, whatever its encoding; and its fingerprint.

Memory stays flat, and the bytes are hashed as they pass. A byte that does not belong ends the
reading with its line and place.
"""

from __future__ import annotations

import codecs
import hashlib
from typing import TYPE_CHECKING

import polars as pl

from vetbenefits.intake.files import HEAD_BYTES, UTF_8, invalid
from vetbenefits.problems import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vetbenefits.intake.files import ByteSource, Encoding
    from vetbenefits.problems import InvalidInput

MOST_LINE_BYTES = 1 << 23  # no real line comes near 8 MiB; a longer one would have to be held whole

_TAIL_BYTES = 1 << 16


class BrokenEncodingError(Exception):
    """A byte that the encoding does not allow; kept apart, since another encoding may fit."""

    def __init__(self, line: int, byte: int) -> None:
        super().__init__(f"line {line}, byte {byte}")
        self.line = line
        self.byte = byte


class BlockReader:
    """Reads a source as blocks of whole lines of UTF-8.

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
        yield from texts
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
