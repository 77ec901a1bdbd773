"""How far a run is: one line on a terminal, from the third second on, and never in a log."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_PATIENCE_SECONDS = 2.0
_PAUSE_SECONDS = 0.2
_CLEAR_LINE = "\r\x1b[K"


class Progress:
    """Use as `with`; call it with the number of rows done so far.

    Until the first call a clock of its own tells that the program is still reading.
    """

    def __init__(self, stream: TextIO, template: str, *, is_quiet: bool, before: str = "") -> None:
        """Begin to count the time.

        Args:
            stream: where to show it; only a terminal is written to.
            template: the text, with `{rows}` and `{seconds}`.
            is_quiet: show nothing.
            before: the text before the first rows are done, with `{seconds}`; empty for none.
        """
        self._stream = stream if stream.isatty() and not is_quiet else None
        self._template = template
        self._started = time.monotonic()
        self._shown = 0.0
        self._before = before
        self._is_counting = threading.Event()
        self._clock: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Begin."""
        if self._stream is not None and self._before:
            self._clock = threading.Thread(target=self._tick, daemon=True)
            self._clock.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the line away."""
        self._stop_clock()
        if self._stream is not None and self._shown:
            self._stream.write(_CLEAR_LINE)
            self._stream.flush()

    def __call__(self, rows: int) -> None:
        """Show the rows done so far, unless the run is young or the line just changed."""
        self._stop_clock()
        now = time.monotonic()
        is_young = now - self._started < _PATIENCE_SECONDS
        if self._stream is None or is_young or now - self._shown < _PAUSE_SECONDS:
            return
        self._shown = now
        self._show(self._template.format(rows=f"{rows:,}", seconds=int(now - self._started)))

    def _tick(self) -> None:
        """Show the time each second until rows are counted."""
        pause = _PATIENCE_SECONDS
        while not self._is_counting.wait(pause):
            pause = 1.0
            self._shown = time.monotonic()
            self._show(self._before.format(seconds=int(self._shown - self._started)))

    def _stop_clock(self) -> None:
        self._is_counting.set()
        if self._clock is not None:
            self._clock.join()
            self._clock = None

    def _show(self, text: str) -> None:
        if self._stream is not None:
            self._stream.write(_CLEAR_LINE + text)
            self._stream.flush()
