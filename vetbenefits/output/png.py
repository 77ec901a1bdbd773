"""SVG as PNG, by a library that is installed only where pictures are wanted."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from vetbenefits.problems import InvalidInput, Problem, Span

if TYPE_CHECKING:
    from types import ModuleType

    from vetbenefits.reports.wording import Wording

_LIBRARY = "resvg_py"
_ZOOM = 2  # pixels for one of the drawing, so that a print is sharp
_PROBE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32">'
    '<text x="4" y="26" font-size="24" font-family="sans-serif">{}</text></svg>'
)


class Painter:
    """Paints SVG with the fonts of the machine; the same bytes for the same text and fonts."""

    def __init__(self, library: ModuleType) -> None:
        self._library = library

    def paint(self, svg: str) -> bytes:
        """Return a PNG file."""
        return self._painted(svg, _ZOOM)

    def knows_chinese(self) -> bool:
        """Tell whether a font with Chinese characters is installed.

        Without one, every Chinese character looks alike: an empty box, or nothing.
        """
        return self._painted(_PROBE.format("军"), 1) != self._painted(_PROBE.format("人"), 1)

    def _painted(self, svg: str, zoom: int) -> bytes:
        return bytes(self._library.svg_to_bytes(svg_string=svg, zoom=zoom))


def open_painter(target: str, say: Wording) -> Painter:
    """Return a painter.

    Args:
        target: the file that is asked for.
        say: the words.

    Raises:
        InvalidInput: the library is not installed.
    """
    try:
        return Painter(import_module(_LIBRARY))
    except ImportError:
        hint = say("pictures_install")
        problem = Problem("VB743", say("pictures_missing"), Span(target), hint=hint)
        raise InvalidInput([problem], say.language) from None
