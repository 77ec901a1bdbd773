"""How far a run is: one line on a terminal, from the third second on, and never in a log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_PATIENCE_SECONDS = 2.0
_PAUSE_SECONDS = 0.2
_CLEAR_LINE = "\r\x1b[K"


class Progress:
    """Use as `with`; call it with the number of rows done so far."""

    def __init__(self, stream: TextIO, template: str, *, is_quiet: bool) -> None:
        """Begin to count the time.

        Args:
            stream: where to show it; only a terminal is written to.
            template: the text, with `{rows}` and `{seconds}`.
            is_quiet: show nothing.
        """
        self._stream = stream if stream.isatty() and not is_quiet else None
        self._template = template
        self._started = time.monotonic()
        self._shown = 0.0

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the line away."""
        if self._stream is not None and self._shown:
            self._stream.write(_CLEAR_LINE)
            self._stream.flush()

    def __call__(self, rows: int) -> None:
        """Show the rows done so far, unless the run is young or the line just changed."""
        now = time.monotonic()
        is_young = now - self._started < _PATIENCE_SECONDS
        if self._stream is None or is_young or now - self._shown < _PAUSE_SECONDS:
            return
        self._shown = now
        text = self._template.format(rows=f"{rows:,}", seconds=int(now - self._started))
        self._stream.write(_CLEAR_LINE + text)
        self._stream.flush()
